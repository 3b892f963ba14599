//! Reads the rule files of a compilation. Each fault names the path and says what to do.

use crate::base::encoding::NotUtf8;
use crate::base::limits;
use crate::base::source::{FileId, Location, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::face::files::{Files, FilesError};
use std::collections::BTreeMap;

/// A rule file.
pub(super) struct RuleFile {
    /// Its text; if it is not UTF-8, as far as it can be shown.
    pub text: String,
    /// Why it cannot be read as a rule file.
    pub fault: Option<NotUtf8>,
}

impl From<String> for RuleFile {
    fn from(text: String) -> Self {
        Self { text, fault: None }
    }
}

/// The rule files below a root, by path. Leaves out the paths that `is_hidden` accepts, because the host gave other texts
/// for them.
pub(super) fn rule_files(
    files: &dyn Files,
    is_hidden: impl Fn(&str) -> bool,
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<String, RuleFile> {
    let listing = files.rule_files();
    found.extend(listing.faults.iter().map(|(path, fault)| unreadable(path, fault)));
    let mut read = BTreeMap::new();
    for path in listing.paths.into_iter().filter(|path| !is_hidden(path)) {
        match files.read(&path, limits::FILE_BYTES) {
            Ok(bytes) => {
                let file = NotUtf8::check(bytes).map_or_else(with_fault, RuleFile::from);
                read.insert(path, file);
            }
            Err(fault) => found.push(unreadable(&path, &fault)),
        }
    }
    read
}

/// The fault of a rule set that has too many files, or too many bytes in them.
pub(super) fn too_large(files: usize, bytes: usize) -> Option<Diagnostic> {
    if files <= limits::FILES && bytes <= limits::ALL_BYTES {
        return None;
    }
    let message = format!("the rule set has {files} files, and {bytes} bytes in all");
    let (most, mebibytes) = (limits::FILES, limits::ALL_BYTES >> 20);
    let help =
        format!("split it: a rule set may have at most {most} files, and {mebibytes} MiB in all");
    Some(Diagnostic::general(Code::TooLarge, message).help(help))
}

/// The fault of a rule set without a file.
pub(super) fn no_rules() -> Diagnostic {
    let help = "name the rules folder, or begin a file such as `kz.loci` with `jurisdiction KZ { zone \"Asia/Almaty\" }`";
    Diagnostic::general(Code::NoRules, "there are no rule files").help(help)
}

fn with_fault((fault, bytes): (NotUtf8, Vec<u8>)) -> RuleFile {
    RuleFile { text: fault.shown(&bytes), fault: Some(fault) }
}

/// The message about a file that is not UTF-8. `start` is the first bad byte of its text.
pub(super) fn not_utf8(path: &str, fault: &NotUtf8, file: FileId, start: usize) -> Diagnostic {
    // In the text, a character of three bytes stands at the place.
    let end = if fault.is_utf16() { start } else { start + char::REPLACEMENT_CHARACTER.len_utf8() };
    let at = Location { file, span: Span::of(start..end) };
    let message = format!("`{path}` is not valid UTF-8 in {}", fault.place());
    Diagnostic::new(Code::NotUtf8, at, message).help(fault.help())
}

fn unreadable(path: &str, fault: &FilesError) -> Diagnostic {
    let cannot = |code| Diagnostic::general(code, format!("cannot read `{path}`: {fault}"));
    match fault {
        FilesError::NotFound => cannot(Code::FileNotFound),
        FilesError::NotAFolder | FilesError::Unreadable(_) => cannot(Code::Unreadable),
        FilesError::OutsideRoot => {
            let message = format!("`{path}` is not an ordinary file inside the rules folder");
            Diagnostic::general(Code::PathOutsideRoot, message)
                .help("copy the file into the rules folder")
        }
        FilesError::TooLarge => {
            let message = format!("`{path}` has more than {} MiB", limits::FILE_BYTES >> 20);
            Diagnostic::general(Code::TooLarge, message)
                .help("move long lists into files of their own")
        }
        FilesError::TooDeep => {
            cannot(Code::TooLarge).help("move its files into a folder further up")
        }
    }
}
