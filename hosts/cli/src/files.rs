//! Reads and writes single files. Only regular files of text are read, and a file is written whole or not at all.

use lexloci::{Files, FilesError, Folder};
use std::fs;
use std::io::{Error, Read, Result, Write};
use std::path::Path;

/// The size of the largest file that is read. Rule files are much smaller.
const MAX_BYTES: usize = 64 << 20;

/// The text of a file.
///
/// # Errors
/// When it cannot be read, is no regular file, is too large, or is not UTF-8.
pub fn text(path: &Path) -> Result<String> {
    // A pipe or a device might never end.
    if !fs::metadata(path)?.is_file() {
        return Err(Error::other("it is not a regular file"));
    }
    let mut bytes = vec![];
    // One byte more than allowed shows that the file is too large.
    fs::File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_BYTES {
        return Err(Error::other(FilesError::TooLarge));
    }
    utf8(bytes)
}

/// The text of a file below a rule root, read as the compiler reads it. `path` starts from the rule root.
///
/// # Errors
/// When a link leads out of the rule root, and for the reasons that [`text`] lists.
pub fn text_below(root: &Folder, path: &str) -> Result<String> {
    utf8(root.read(path, MAX_BYTES).map_err(Error::other)?)
}

fn utf8(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::other(format!("it is not valid UTF-8 at byte {at}; save it as UTF-8"))
    })
}

/// Replaces the text of a file, or creates the file. Readers see the old text or the new one, never a part of it.
///
/// # Errors
/// When the folder or the file cannot be written. Then the file stays as it was.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    // If the path is a link, the file that it leads to is replaced, and the link stays.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| Error::other("it names no file"))?;
    let temporary = folder.join(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    let written = write(&temporary, text).and_then(|()| {
        if let Ok(meta) = fs::metadata(&path) {
            fs::set_permissions(&temporary, meta.permissions())?;
        }
        fs::rename(&temporary, &path)
    });
    if written.is_err() {
        // This fails if the temporary file was never created.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write(path: &Path, text: &str) -> Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
