//! Rule files and lists on disk: everything below the rule root, and nothing outside it.

use crate::base::limits;
use crate::diagnostic::{Code, Diagnostic};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Folders inside each other below the rule root.
const FOLDERS: usize = 16;

/// Reads the rule files below a root into `files`, by their paths below it with `/`. What cannot be read is reported.
pub(crate) fn rule_files(root: &Path, files: &mut BTreeMap<String, String>) -> Vec<Diagnostic> {
    let mut found = vec![];
    match fs::canonicalize(root) {
        Ok(root) if root.is_dir() => folder(&root, &root, 0, files, &mut found),
        Ok(_) => found.push(unreadable(Code::Unreadable, root, "it is not a folder")),
        Err(error) => found.push(unreadable(Code::FileNotFound, root, &error.to_string())),
    }
    found
}

fn unreadable(code: Code, path: &Path, why: &str) -> Diagnostic {
    Diagnostic::general(code, format!("cannot read `{}`: {why}", path.display()))
}

fn folder(
    root: &Path,
    at: &Path,
    depth: usize,
    files: &mut BTreeMap<String, String>,
    found: &mut Vec<Diagnostic>,
) {
    let entries = match fs::read_dir(at) {
        Ok(entries) => entries,
        Err(error) => return found.push(unreadable(Code::Unreadable, at, &error.to_string())),
    };
    let mut paths: Vec<PathBuf> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        if name.starts_with('.') {
            continue;
        }
        // A link to a folder is not followed: it may lead anywhere, also back.
        let is_link = fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_symlink());
        if path.is_dir() && !is_link && depth < FOLDERS {
            folder(root, &path, depth + 1, files, found);
        } else if path.extension().is_some_and(|ending| ending == "loci") {
            rule_file(root, &path, files, found);
        }
    }
}

fn rule_file(
    root: &Path,
    path: &Path,
    files: &mut BTreeMap<String, String>,
    found: &mut Vec<Diagnostic>,
) {
    let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    match inside(root, path, limits::FILE_BYTES) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => {
                files.insert(name, text);
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let message = format!("`{name}` is not UTF-8 at byte {at}");
                let help = match error.as_bytes() {
                    [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it is UTF-16: save it as UTF-8",
                    _ => "save it as UTF-8",
                };
                found.push(Diagnostic::general(Code::NotUtf8, message).help(help));
            }
        },
        Err(Fault::Outside) => found.push(
            Diagnostic::general(
                Code::PathOutsideRoot,
                format!("`{name}` leads out of the rule root, or is no plain file"),
            )
            .help("copy the file below the rule root"),
        ),
        Err(Fault::TooLarge) => found.push(
            Diagnostic::general(Code::TooLarge, format!("`{name}` has more than 1 MiB"))
                .help("put long lists into files of their own"),
        ),
        Err(Fault::NotFound) => {
            found.push(unreadable(Code::FileNotFound, path, "there is no such file"))
        }
        Err(Fault::Io(error)) => found.push(unreadable(Code::Unreadable, path, &error)),
    }
}

/// Why a file below the root cannot be read.
pub(crate) enum Fault {
    NotFound,
    /// A link out of the root, or something that is no plain file.
    Outside,
    TooLarge,
    Io(String),
}

/// Reads a plain file that lies, links followed, below the root.
pub(crate) fn inside(root: &Path, path: &Path, limit: usize) -> Result<Vec<u8>, Fault> {
    let io = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Fault::NotFound,
        _ => Fault::Io(error.to_string()),
    };
    let root = fs::canonicalize(root).map_err(io)?;
    let real = fs::canonicalize(path).map_err(io)?;
    if !real.starts_with(&root) || !fs::metadata(&real).map_err(io)?.is_file() {
        return Err(Fault::Outside);
    }
    let file = fs::File::open(&real).map_err(io)?;
    let mut bytes = vec![];
    // One byte more than allowed tells that there is more, whatever the file says of its length.
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() > limit { Err(Fault::TooLarge) } else { Ok(bytes) }
}
