//! Source files, and spans of bytes in them. Lines and columns are computed only when they are shown.

use super::steps;
use std::sync::OnceLock;

/// A range of bytes in one source file.
///
/// INVARIANT: `start <= end`, and both fall on `char` boundaries of that file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The smallest span that covers both spans.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The span of a range of bytes. Files are shorter than 4 GiB.
    pub(crate) fn of(bytes: std::ops::Range<usize>) -> Span {
        let number = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        Span { start: number(bytes.start), end: number(bytes.end) }
    }

    /// The same range as a `Range`, to slice texts with.
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies inside this span.
    pub fn covers(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// The number of a file in a [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(crate) u32);

/// A span in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes in that file.
    pub span: Span,
}

/// A position in a file, as people and editors count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub col: usize,
    /// Byte of the file, from 0.
    pub byte: usize,
    /// UTF-16 code unit of the line, from 0.
    pub utf16: usize,
}

/// A file of rules or of list entries.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path below the root of the rules, with `/`: `kz.loci`, `lib/crypto.loci`.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The byte at which each line begins. Found out when a position in the file is first shown.
    line_starts: OnceLock<Vec<u32>>,
}

impl Source {
    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            steps::spend(|| self.text.len() as u64);
            let ends = self.text.bytes().zip(1..).filter(|(byte, _)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(_, next)| next)).collect()
        })
    }
}

/// All files of one compilation, in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let (name, text) = (name.into(), text.into());
        self.files.push(Source { name, text, line_starts: OnceLock::new() });
        id
    }

    /// Replaces the text of a file. Does nothing when the id belongs to another `Sources`.
    pub(crate) fn replace(&mut self, id: FileId, text: impl Into<String>) {
        if let Some(source) = self.files.get_mut(id.0 as usize) {
            source.text = text.into();
            source.line_starts = OnceLock::new();
        }
    }

    /// The file behind an id; `None` for the id of another `Sources`.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// The name of a file, empty for the id of another `Sources`.
    pub fn name(&self, id: FileId) -> &str {
        self.get(id).map_or("", |source| &source.name)
    }

    /// All files with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The text at a location, empty when the location is not in this `Sources`.
    pub fn slice(&self, at: Location) -> &str {
        self.get(at.file).and_then(|source| source.text.get(at.span.range())).unwrap_or("")
    }

    /// The text at a location with single blanks between its words.
    pub(crate) fn on_one_line(&self, at: Location) -> String {
        self.slice(at).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Line and column of a byte. The first call for a file is linear in the file, further calls in the line.
    pub fn position(&self, file: FileId, byte: u32) -> Position {
        let source = self.get(file).filter(|source| source.text.is_char_boundary(byte as usize));
        let starts = source.map(Source::line_starts).unwrap_or_default();
        let line = starts.partition_point(|start| *start <= byte).max(1);
        let start = starts.get(line - 1).map_or(0, |start| *start as usize);
        let byte = byte as usize;
        let before = source.and_then(|source| source.text.get(start..byte)).unwrap_or("");
        Position {
            line,
            col: before.chars().count() + 1,
            byte,
            utf16: before.encode_utf16().count(),
        }
    }

    /// `kz.loci:12:8`
    pub fn display(&self, at: Location) -> String {
        let position = self.position(at.file, at.span.start);
        format!("{}:{}:{}", self.name(at.file), position.line, position.col)
    }
}

#[cfg(test)]
mod tests {
    use super::{Location, Sources, Span};
    use crate::base::steps::spent;

    #[test]
    fn positions_count_lines_characters_and_utf16_units() {
        let mut sources = Sources::default();
        let file = sources.add("a.loci", "x\nқ😀y");
        assert_eq!((sources.position(file, 0).line, sources.position(file, 1).line), (1, 1));
        let y = sources.position(file, 8);
        assert_eq!((y.line, y.col, y.byte, y.utf16), (2, 3, 8, 3));
        let at = Location { file, span: Span { start: 2, end: 4 } };
        assert_eq!(sources.slice(at), "қ");
        assert_eq!(sources.display(at), "a.loci:2:1");
        sources.replace(file, "x\n\nқ");
        assert_eq!(sources.position(file, 3).line, 3);
        // Not in the file.
        assert_eq!(sources.position(file, 3).line, 3);
        assert_eq!((sources.position(file, 4).line, sources.position(file, 99).line), (1, 1));
    }

    /// Reports show a position for each rule, so a file is not searched for each.
    #[test]
    fn a_file_is_searched_for_lines_once() {
        let mut sources = Sources::default();
        let file = sources.add("a.loci", "line\n".repeat(100));
        spent();
        let lines = (0..100).map(|line| sources.position(file, line * 5).line);
        assert!(lines.eq(1..=100));
        assert_eq!(spent(), 500);
    }
}
