//! Rule files one by one: read if they are plain files of text, written whole or not at all.

use lexloci::{Files, FilesError, Folder};
use std::fs;
use std::io::{Error, Read, Result, Write};
use std::path::Path;

/// Bytes of the largest file that is read: one that is larger is no rule file.
const LARGEST: usize = 64 << 20;

/// A plain file of text.
///
/// # Errors
/// When it cannot be read, is something else, is too large, or is not UTF-8.
pub fn text(path: &Path) -> Result<String> {
    // A pipe or a device might never end.
    if !fs::metadata(path)?.is_file() {
        return Err(Error::other("it is no plain file"));
    }
    let mut bytes = vec![];
    // One byte more than allowed tells that there is more.
    fs::File::open(path)?.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > LARGEST {
        return Err(Error::other(FilesError::TooLarge));
    }
    utf8(bytes)
}

/// A plain file of text below a rule root, by its path from there, read as the compiler reads it.
///
/// # Errors
/// When a link leads out of the rule root, or as [`text`].
pub fn text_below(root: &Folder, path: &str) -> Result<String> {
    utf8(root.read(path, LARGEST).map_err(Error::other)?)
}

fn utf8(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::other(format!("it is not UTF-8 at byte {at}; save it as UTF-8"))
    })
}

/// Puts a text in the place of a file, or makes it: readers see the old text or the new one, never a part of it.
///
/// # Errors
/// When the folder or the disk refuses; then the file stays as it was.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    // A link is written through, not replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| Error::other("it names no file"))?;
    let aside = folder.join(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    let written = write(&aside, text).and_then(|()| {
        if let Ok(meta) = fs::metadata(&path) {
            fs::set_permissions(&aside, meta.permissions())?;
        }
        fs::rename(&aside, &path)
    });
    if written.is_err() {
        // It may not even be there.
        let _ = fs::remove_file(&aside);
    }
    written
}

fn write(path: &Path, text: &str) -> Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
