//! Files that are written: whole or not at all.

use std::fs;
use std::io::{Error, Result, Write};
use std::path::Path;

/// Puts a text in the place of a file, or makes it: readers see the old text or the new one, never a part of it.
///
/// # Errors
/// When the folder or the disk refuses; then the file is as it was.
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
