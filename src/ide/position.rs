//! Positions in a text as editors count them, and how they convert to bytes.

/// The units that [`Position::character`] counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Code units of UTF-16: what the Language Server Protocol and browsers count.
    #[default]
    Utf16,
}

/// A position between two characters of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Position {
    /// The line, from 0.
    pub line: u32,
    /// How many units of an [`Encoding`] come before it in the line.
    pub character: u32,
}

/// A part of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Range {
    /// Its first position.
    pub start: Position,
    /// The position after it.
    pub end: Position,
}

/// A change to a text: replaces some bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct TextEdit {
    /// The bytes to replace; an empty range inserts.
    pub bytes: std::ops::Range<usize>,
    /// What to write there.
    pub text: String,
}

/// Converts between bytes and positions of a text.
///
/// ```
/// use lexloci::ide::{Encoding, Lines, Position};
///
/// let lines = Lines::new("a\nқ😀y");
/// let y = Position { line: 1, character: 3 };
/// assert_eq!(lines.offset(y, Encoding::Utf16), 8);
/// assert_eq!(lines.position(8, Encoding::Utf16), y);
/// assert_eq!(lines.position(8, Encoding::Utf8), Position { line: 1, character: 6 });
/// ```
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    /// The byte where each line begins.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Finds the lines of a text. Linear in the text.
    pub fn new(text: &'t str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The byte of a position. A line after the last one means the end of the text. A character after the end of its line
    /// means the end of that line. A position inside a character means the beginning of that character. Linear in the line.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else { return self.text.len() };
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let content = self.text.get(start..end).unwrap_or_default();
        let content = content.strip_suffix('\r').unwrap_or(content);
        let mut units = position.character as usize;
        for (at, c) in content.char_indices() {
            let width = match encoding {
                Encoding::Utf8 => c.len_utf8(),
                Encoding::Utf16 => c.len_utf16(),
            };
            if units < width {
                return start + at;
            }
            units -= width;
        }
        start + content.len()
    }

    /// The position of a byte. A byte inside a character means the beginning of that character. Linear in the line, and
    /// logarithmic in the number of lines.
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        let character = match encoding {
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 => before.encode_utf16().count(),
        };
        let to_u32 = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Position { line: to_u32(line), character: to_u32(character) }
    }

    /// The positions of a range of bytes.
    pub fn range(&self, bytes: std::ops::Range<usize>, encoding: Encoding) -> Range {
        Range {
            start: self.position(bytes.start, encoding),
            end: self.position(bytes.end, encoding),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Lines, Position};

    #[test]
    fn bytes_convert_to_positions_and_back() {
        let text = "# Қазақстан\r\nrule a {\n\n  \"😀\" }";
        let lines = Lines::new(text);
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
                let position = lines.position(at, encoding);
                // The end of a line lies before its `\r`.
                let is_crlf = c == '\n' && text.get(..at).unwrap().ends_with('\r');
                let expected = if is_crlf { at - 1 } else { at };
                assert_eq!(lines.offset(position, encoding), expected, "{position:?}");
            }
        }
    }

    #[test]
    fn positions_outside_of_the_text_are_moved_inside() {
        let lines = Lines::new("ab\n😀c");
        let at = |line, character| lines.offset(Position { line, character }, Encoding::Utf16);
        assert_eq!((at(0, 99), at(7, 0), at(1, 1), at(1, 2)), (2, 8, 3, 7));
        assert_eq!(lines.position(5, Encoding::Utf16), Position { line: 1, character: 0 });
        assert_eq!(lines.position(99, Encoding::Utf8), Position { line: 1, character: 5 });
    }
}
