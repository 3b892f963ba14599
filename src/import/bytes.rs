//! Reads the bytes of an input: counts its lines, finds where its values end, and takes back what was read too early.

use super::nesting::Nesting;
use std::io::{BufRead, Cursor, ErrorKind, Read as _, Result};

/// The unread rest of an input.
pub(super) struct Bytes<'a> {
    input: Box<dyn BufRead + Send + 'a>,
    /// The number of the current line, from 1.
    pub(super) line: usize,
    /// The blanks since the beginning of the line; `None` after any other character.
    pub(super) indent: Option<Vec<u8>>,
}

/// The longest indentation that is kept. Programs that write JSON use less.
const MAX_INDENT: usize = 64;

/// How reading a value ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The value is complete.
    Complete,
    /// The input ended first.
    CutOff,
    /// The value is longer than allowed.
    TooLong,
}

impl<'a> Bytes<'a> {
    pub(super) fn new(input: impl BufRead + Send + 'a) -> Self {
        Self { input: Box::new(input), line: 1, indent: Some(vec![]) }
    }

    pub(super) fn peek(&mut self) -> Result<Option<u8>> {
        peek(&mut self.input)
    }

    /// Consumes the byte that was peeked at.
    pub(super) fn consume_byte(&mut self) -> Result<()> {
        if let Some(byte) = self.peek()? {
            self.input.consume(1);
            self.track(byte);
        }
        Ok(())
    }

    /// Updates the line and the indentation.
    fn track(&mut self, byte: u8) {
        match (byte, &mut self.indent) {
            (b'\n', indent) => {
                self.line += 1;
                *indent = Some(vec![]);
            }
            (b' ' | b'\t', Some(indent)) if indent.len() < MAX_INDENT => indent.push(byte),
            (_, indent) => *indent = None,
        }
    }

    pub(super) fn skip_byte_order_mark(&mut self) -> Result<()> {
        skip_byte_order_mark(&mut self.input)
    }

    pub(super) fn peek_past_blanks(&mut self) -> Result<Option<u8>> {
        while self.peek()?.is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.consume_byte()?;
        }
        self.peek()
    }

    /// Reads the value that begins here into a buffer, up to `limit` bytes of it. The rest stays in the input.
    pub(super) fn read_value(&mut self, buffer: &mut Vec<u8>, limit: usize) -> Result<End> {
        buffer.clear();
        self.read_to_end(Nesting::default(), false, Some((buffer, limit)))
    }

    /// Skips the rest of a value after the bytes of it that were read before. Returns false if the input ends first.
    pub(super) fn skip_rest_of_value(&mut self, read_before: &[u8]) -> Result<bool> {
        let mut nesting = Nesting::default();
        nesting.read(read_before);
        Ok(self.read_to_end(nesting, !read_before.is_empty(), None)? == End::Complete)
    }

    /// Reads to the end of a value, into a buffer with a limit if there is one.
    fn read_to_end(
        &mut self,
        mut nesting: Nesting,
        mut has_begun: bool,
        mut into: Option<(&mut Vec<u8>, usize)>,
    ) -> Result<End> {
        loop {
            let room = into.as_ref().map_or(usize::MAX, |(buffer, limit)| limit - buffer.len());
            if room == 0 {
                return Ok(End::TooLong);
            }
            let chunk = fill(&mut self.input)?;
            let chunk = chunk.get(..room).unwrap_or(chunk);
            if chunk.is_empty() {
                let is_cut = nesting.is_inside() || !has_begun;
                return Ok(if is_cut { End::CutOff } else { End::Complete });
            }
            let found = end_of_value(chunk, &mut nesting, &mut has_begun);
            let read = chunk.get(..found.unwrap_or(chunk.len())).unwrap_or(chunk);
            self.line += read.iter().filter(|byte| **byte == b'\n').count();
            self.indent = None;
            if let Some((buffer, _)) = &mut into {
                buffer.extend_from_slice(read);
            }
            let length = read.len();
            self.input.consume(length);
            if found.is_some() {
                return Ok(End::Complete);
            }
        }
    }

    /// Skips to the next object that begins a line with this indentation, or to a closing bracket that begins a line
    /// with less indentation.
    pub(super) fn skip_to_object(&mut self, indent: &[u8]) -> Result<()> {
        while let Some(byte) = self.peek_past_blanks()? {
            let is_found = match &self.indent {
                Some(found) if byte == b'{' => found == indent,
                Some(found) if byte == b']' => found.len() < indent.len(),
                _ => false,
            };
            if is_found {
                break;
            }
            self.consume_byte()?;
        }
        Ok(())
    }

    /// Takes back the last bytes that were read. They must begin with a line end.
    pub(super) fn take_back(&mut self, bytes: Vec<u8>) {
        self.line -= bytes.iter().filter(|byte| **byte == b'\n').count().min(self.line - 1);
        let rest = std::mem::replace(&mut self.input, Box::new(std::io::empty()));
        self.input = Box::new(Cursor::new(bytes).chain(rest));
    }
}

/// The position in the next bytes at which the current value ends; `None` if it does not end in them.
pub(super) fn end_of_value(
    bytes: &[u8],
    nesting: &mut Nesting,
    has_begun: &mut bool,
) -> Option<usize> {
    for (at, byte) in bytes.iter().enumerate() {
        // A number or word ends before the first byte that cannot belong to it.
        let separates = byte.is_ascii_whitespace() || b",:]}".contains(byte);
        if separates && *has_begun && !nesting.is_inside() {
            return Some(at);
        }
        *has_begun = true;
        let was_inside = nesting.is_inside();
        nesting.read_byte(*byte);
        if nesting.has_closed() || (was_inside && !nesting.is_inside()) {
            return Some(at + 1);
        }
    }
    None
}

/// Reads a line, but keeps at most one byte more than the limit. `see` receives every byte of the line. Returns the
/// length of the line in the input; 0 at the end.
pub(super) fn read_line(
    input: &mut impl BufRead,
    line: &mut Vec<u8>,
    limit: usize,
    mut see: impl FnMut(&[u8]),
) -> Result<usize> {
    line.clear();
    let mut length = 0;
    loop {
        let chunk = fill(input)?;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let piece = chunk.get(..end.map_or(chunk.len(), |end| end + 1)).unwrap_or(chunk);
        see(piece);
        let room = (limit + 1).saturating_sub(line.len());
        line.extend_from_slice(piece.get(..room).unwrap_or(piece));
        let read = piece.len();
        input.consume(read);
        length += read;
        if end.is_some() || read == 0 {
            return Ok(length);
        }
    }
}

/// Skips a byte order mark.
pub(super) fn skip_byte_order_mark(input: &mut impl BufRead) -> Result<()> {
    if fill(input)?.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    Ok(())
}

/// The next byte of an input.
pub(super) fn peek(input: &mut impl BufRead) -> Result<Option<u8>> {
    Ok(fill(input)?.first().copied())
}

/// The buffered bytes of an input. There are none at its end.
pub(super) fn fill(input: &mut impl BufRead) -> Result<&[u8]> {
    while let Err(error) = input.fill_buf() {
        if error.kind() != ErrorKind::Interrupted {
            return Err(error);
        }
    }
    // If the loop returned the buffer, the borrow would last for the whole loop. So the buffer is requested again.
    input.fill_buf()
}
