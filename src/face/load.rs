//! Reads the rule files of a compilation. Each fault names the path and says what to do.

use crate::base::limits;
use crate::diagnostic::{Code, Diagnostic};
use crate::face::files::{Files, FilesError};
use std::collections::BTreeMap;

/// The texts of the rule files below a root, by path. Leaves out the paths that `is_hidden` accepts, because the host
/// gave other texts for them.
pub(super) fn rule_files(
    files: &dyn Files,
    is_hidden: impl Fn(&str) -> bool,
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<String, String> {
    let listing = files.rule_files();
    found.extend(listing.faults.iter().map(|(path, fault)| unreadable(path, fault)));
    let mut texts = BTreeMap::new();
    for path in listing.paths.into_iter().filter(|path| !is_hidden(path)) {
        match files.read(&path, limits::FILE_BYTES) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => {
                    texts.insert(path, text);
                }
                Err(error) => found.push(not_utf8(&path, &error)),
            },
            Err(fault) => found.push(unreadable(&path, &fault)),
        }
    }
    texts
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

fn not_utf8(path: &str, error: &std::string::FromUtf8Error) -> Diagnostic {
    let at = error.utf8_error().valid_up_to();
    let help = match error.as_bytes() {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it is UTF-16: save the file as UTF-8",
        _ => "save the file as UTF-8",
    };
    Diagnostic::general(Code::NotUtf8, format!("`{path}` is not valid UTF-8 at byte {at}"))
        .help(help)
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
