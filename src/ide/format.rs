//! Formatting as edits: of a whole file, and of the items that a range touches.

use super::TextEdit;
use crate::{Failure, items};
use std::ops::Range;

/// The edits that bring a file into the canonical layout. There are none if it has this layout already.
///
/// # Errors
/// When the file has a syntax error.
pub fn format(name: &str, text: &str) -> Result<Vec<TextEdit>, Failure> {
    let new = crate::format(name, text)?;
    Ok(if new == text { vec![] } else { vec![TextEdit { bytes: 0..text.len(), text: new }] })
}

/// The edits that bring into the canonical layout each item that a range of bytes touches. Other items stay as they
/// are.
///
/// # Errors
/// When one of these items has a syntax error.
pub fn format_range(name: &str, text: &str, range: Range<usize>) -> Result<Vec<TextEdit>, Failure> {
    let mut edits = vec![];
    for (_, _, span) in items(text) {
        let bytes = span.range();
        if bytes.start > range.end || bytes.end < range.start {
            continue;
        }
        let old = text.get(bytes.clone()).unwrap_or_default();
        let new = crate::format(name, old)?;
        let new = new.trim_end();
        if new != old {
            edits.push(TextEdit { bytes, text: new.to_owned() });
        }
    }
    Ok(edits)
}

#[cfg(test)]
mod tests {
    use super::{format, format_range};
    use crate::ide::fixes::edited;

    const TEXT: &str = "# first\npolicy a \"A\" {}\n\n## Why.\npolicy   b \"B\" { in force from 2026-01-01 }\npolicy   c \"C\"{}\n";

    #[test]
    fn a_file_in_the_canonical_layout_has_no_edits() {
        let edits = format("a.loci", TEXT).unwrap();
        let new = edited(TEXT, &edits);
        assert_eq!(new, crate::format("a.loci", TEXT).unwrap());
        assert_eq!(format("a.loci", &new).unwrap(), []);
    }

    #[test]
    fn only_items_in_the_range_change() {
        let at = TEXT.find("force").unwrap();
        let edits = format_range("a.loci", TEXT, at..at).unwrap();
        let new = edited(TEXT, &edits);
        assert!(new.contains("policy   c \"C\"{}") && new.contains("policy b \"B\""), "{new}");
        // A syntax error elsewhere does not matter.
        let broken = format!("{TEXT}\nrule {{");
        assert_eq!(format_range("a.loci", &broken, at..at).unwrap(), edits);
        assert!(format("a.loci", &broken).is_err());
    }
}
