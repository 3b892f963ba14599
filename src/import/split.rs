//! Splits an input into the JSON of single values, in memory bounded by the largest: JSON lines, an array, or values
//! one after another, on one line each or on several.

use super::bytes::{peek, read_line, skip_byte_order_mark};
use super::nesting::Nesting;
use super::{Imported, Position};
use crate::diagnostic::Code;
use crate::record::RecordError;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::io::{BufRead, Cursor, Read, Result};

/// Splits an input. The splitter does not validate JSON, but only finds where the next value begins.
pub(super) struct Splitter<'a> {
    input: Box<dyn BufRead + Send + 'a>,
    layout: Option<Layout>,
    /// INVARIANT: at most `limit + 1` bytes.
    buffer: Vec<u8>,
    limit: usize,
    /// How many lines or values were read.
    count: usize,
    /// What is wrong with the array at the current value.
    fault: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// Each line is a value.
    Lines,
    /// An array, and what may come next in it.
    Array(AllowedNext),
    /// Values one after another, each on one line or several.
    Sequence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AllowedNext {
    ElementOrEnd,
    Element,
    CommaOrEnd,
}

impl<'a> Splitter<'a> {
    /// If `lines` is true, each line is a value, as in `.jsonl` and `.ndjson` files. Otherwise, a first line with
    /// unclosed brackets means that objects span several lines, unless it is a broken line of JSON lines.
    pub(super) fn new(input: impl BufRead + Send + 'a, lines: bool, limit: usize) -> Self {
        let layout = lines.then_some(Layout::Lines);
        Self { input: Box::new(input), layout, buffer: vec![], limit, count: 0, fault: None }
    }

    /// Moves to the next value. Returns false at the end.
    pub(super) fn advance(&mut self) -> Result<bool> {
        match self.layout {
            None => self.read_first(),
            Some(Layout::Lines) => self.read_line(|_| ()),
            Some(Layout::Array(next)) => self.read_element(next),
            Some(Layout::Sequence) => self.read_value(),
        }
    }

    /// The current value.
    pub(super) fn current(&self) -> Imported<'_> {
        let position = match self.layout {
            Some(Layout::Lines) => Position::Line(self.count),
            Some(Layout::Array(_) | Layout::Sequence) | None => Position::Number(self.count),
        };
        let fault = match self.fault {
            Some(message) => Some(RecordError::new(Code::BadJson, "", message)),
            None if self.buffer.len() > self.limit => {
                let message = format!("the record is larger than {} bytes", self.limit);
                Some(RecordError::new(Code::RecordTooLarge, "", message))
            }
            None => None,
        };
        // The line end is removed, because readers count lines in their messages.
        Imported { position, json: Cow::Borrowed(self.buffer.trim_ascii_end()), fault }
    }

    /// Finds out the layout, and reads the first record.
    fn read_first(&mut self) -> Result<bool> {
        skip_byte_order_mark(&mut self.input)?;
        // Blank lines are counted, because the input may turn out to be JSON lines.
        let mut lines = 0;
        while let Some(byte) = self.peek()?.filter(u8::is_ascii_whitespace) {
            lines += usize::from(byte == b'\n');
            self.input.consume(1);
        }
        match self.peek()? {
            None => return Ok(false),
            Some(b'[') => {
                self.input.consume(1);
                return self.read_element(AllowedNext::ElementOrEnd);
            }
            Some(_) => {}
        }
        self.count = lines;
        let mut nesting = Nesting::default();
        let found = self.read_line(|bytes| nesting.read(bytes))?;
        if !nesting.is_open() {
            self.layout = Some(Layout::Lines);
        } else if self.peek()? == Some(b'{') {
            self.choose_lines_or_sequence(nesting)?;
        } else {
            self.layout = Some(Layout::Sequence);
            self.count = 1;
            self.read_rest(nesting, false, usize::MAX)?;
        }
        Ok(found)
    }

    /// Decides between JSON lines and values of several lines. The first line has unclosed brackets, and the second begins
    /// like a record. If the two do not form one value, the first is a broken line of JSON lines.
    fn choose_lines_or_sequence(&mut self, nesting: Nesting) -> Result<()> {
        let length_of_line = self.buffer.len();
        self.read_rest(nesting, false, self.limit)?;
        if serde_json::from_slice::<IgnoredAny>(&self.buffer).is_ok() {
            self.layout = Some(Layout::Sequence);
            self.count = 1;
            return Ok(());
        }
        self.layout = Some(Layout::Lines);
        let bytes_after_line = Cursor::new(self.buffer.split_off(length_of_line));
        let rest = std::mem::replace(&mut self.input, Box::new(std::io::empty()));
        self.input = Box::new(bytes_after_line.chain(rest));
        Ok(())
    }

    /// Reads the next line that is not blank. `see` receives every byte of the line, also those over the limit.
    fn read_line(&mut self, mut see: impl FnMut(&[u8])) -> Result<bool> {
        loop {
            let length = read_line(&mut self.input, &mut self.buffer, self.limit, &mut see)?;
            self.count += usize::from(length > 0);
            if length == 0 || !self.buffer.iter().all(u8::is_ascii_whitespace) {
                return Ok(length > 0);
            }
        }
    }

    /// Reads the next value of a sequence.
    fn read_value(&mut self) -> Result<bool> {
        self.buffer.clear();
        self.fault = None;
        if self.peek_past_blanks()?.is_none() {
            return Ok(false);
        }
        self.count += 1;
        self.read_rest(Nesting::default(), false, usize::MAX)?;
        Ok(true)
    }

    /// Reads the next element of an array. If the array does not end, because its file was cut, there is a fault after
    /// its last element. Anything where no element is allowed is a fault too.
    fn read_element(&mut self, mut next: AllowedNext) -> Result<bool> {
        self.buffer.clear();
        self.fault = None;
        if next == AllowedNext::CommaOrEnd && self.peek_past_blanks()? == Some(b',') {
            self.input.consume(1);
            next = AllowedNext::Element;
        }
        self.layout = Some(Layout::Array(AllowedNext::CommaOrEnd));
        self.fault = match (self.peek_past_blanks()?, next) {
            (Some(b']'), AllowedNext::ElementOrEnd | AllowedNext::CommaOrEnd) => {
                self.input.consume(1);
                self.layout = Some(Layout::Sequence);
                return self.read_value();
            }
            (None, _) => {
                self.layout = Some(Layout::Sequence);
                Some("this is not JSON: the array does not end: `]` is missing")
            }
            (Some(b',' | b']'), _) => {
                self.layout = Some(Layout::Array(AllowedNext::ElementOrEnd));
                Some("this is not JSON: an element of the array is missing")
            }
            (Some(_), AllowedNext::CommaOrEnd) => {
                Some("this is not JSON: `,` is missing before it")
            }
            (Some(_), AllowedNext::Element | AllowedNext::ElementOrEnd) => None,
        };
        self.count += 1;
        match self.peek()? {
            Some(b',') => self.input.consume(1),
            Some(b']') | None => {}
            Some(_) if self.read_rest(Nesting::default(), true, usize::MAX)? => {}
            // The element itself is incomplete, and the reader reports that.
            Some(_) => self.layout = Some(Layout::Sequence),
        }
        Ok(true)
    }

    /// Reads to the end of the current value, or until the buffer holds more than `limit` bytes. Returns false if the
    /// input ends first.
    fn read_rest(&mut self, mut nesting: Nesting, is_element: bool, limit: usize) -> Result<bool> {
        while let Some(byte) = self.peek()? {
            let ends = byte.is_ascii_whitespace() || (is_element && matches!(byte, b',' | b']'));
            if self.buffer.len() > limit || (ends && !nesting.is_inside()) {
                return Ok(true);
            }
            self.input.consume(1);
            if self.buffer.len() <= self.limit {
                self.buffer.push(byte);
            }
            nesting.read_byte(byte);
            if nesting.has_closed() {
                return Ok(true);
            }
        }
        Ok(!nesting.is_inside())
    }

    fn peek_past_blanks(&mut self) -> Result<Option<u8>> {
        while self.peek()?.is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.input.consume(1);
        }
        self.peek()
    }

    fn peek(&mut self) -> Result<Option<u8>> {
        peek(&mut self.input)
    }
}

#[cfg(test)]
mod tests {
    use super::{Position, Splitter};
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};
    use std::io::BufReader;

    /// The records of an input, read through a buffer of a few bytes. A refused record is shown as `!`.
    fn split(text: &str, lines: bool) -> Vec<(usize, String)> {
        let mut splitter = Splitter::new(BufReader::with_capacity(3, text.as_bytes()), lines, 40);
        let mut found = vec![];
        while splitter.advance().unwrap() {
            let raw = splitter.current();
            let at = match raw.position {
                Position::Line(at) | Position::Number(at) => at,
                Position::Pointer(_) => 0,
            };
            let json = match raw.fault {
                Some(_) => "!".into(),
                None => String::from_utf8_lossy(&raw.json).trim().to_string(),
            };
            found.push((at, json));
        }
        found
    }

    #[test]
    fn inputs_of_each_layout_are_split_into_values() {
        let long = "x".repeat(60);
        for (text, expected) in [
            ("", vec![]),
            (" \n\n ", vec![]),
            ("{\"a\":1}\n\n{\"b\":\"}{\"}\r\n", vec![(1, "{\"a\":1}"), (3, "{\"b\":\"}{\"}")]),
            ("\n\n{}\n{}", vec![(3, "{}"), (4, "{}")]),
            ("\u{feff}{}\n", vec![(1, "{}")]),
            ("{}\nnonsense {\n{}\n", vec![(1, "{}"), (2, "nonsense {"), (3, "{}")]),
            (
                "[{\"a\":[1]} , {},3\n,\"]\"]",
                vec![(1, "{\"a\":[1]}"), (2, "{}"), (3, "3"), (4, "\"]\"")],
            ),
            ("[]", vec![]),
            ("{\n \"a\": \"\\\"}\"\n}\n", vec![(1, "{\n \"a\": \"\\\"}\"\n}")]),
            ("{\n}\n{\n}", vec![(1, "{\n}"), (2, "{\n}")]),
            ("{\n \"a\": [", vec![(1, "{\n \"a\": [")]),
            (&format!("{{}}\n\"{long}\"\n{{}}"), vec![(1, "{}"), (2, "!"), (3, "{}")]),
            (&format!("[\"{long}\", {{}}]"), vec![(1, "!"), (2, "{}")]),
            ("[", vec![(1, "!")]),
            ("[{}", vec![(1, "{}"), (2, "!")]),
            ("[{},", vec![(1, "{}"), (2, "!")]),
            ("[{},]", vec![(1, "{}"), (2, "!")]),
            ("[{}, {\"a\":", vec![(1, "{}"), (2, "{\"a\":")]),
            ("[{} {}, {}]", vec![(1, "{}"), (2, "!"), (3, "{}")]),
            ("[,{}]", vec![(1, "!"), (2, "{}")]),
            ("[{}]\n{}", vec![(1, "{}"), (2, "{}")]),
        ] {
            let expected: Vec<_> =
                expected.into_iter().map(|(at, json)| (at, json.to_string())).collect();
            assert_eq!(split(text, false), expected, "{text}");
        }
    }

    #[test]
    fn a_broken_first_line_of_json_lines_is_one_record() {
        assert_eq!(split("{\"a\": \n{}\n", true), [(1, "{\"a\":".into()), (2, "{}".into())]);
    }

    #[test]
    fn a_broken_first_line_does_not_affect_the_other_lines() {
        for broken in ["{\"a\":", "{\"a\":{}", "{\"a\": \"b", "{\"a\": [", "{{"] {
            let text = format!("\n{broken}\n{{}}\n\n{{\"b\":1}}\n");
            let expected = [(2, broken), (3, "{}"), (5, "{\"b\":1}")];
            assert_eq!(
                split(&text, false),
                expected.map(|(at, json)| (at, json.to_string())),
                "{broken}"
            );
        }
        let many = "{\"a\":\n".to_string() + &"{\"b\":1}\n".repeat(20);
        assert_eq!(split(&many, false).len(), 21);
        let object = "{\"a\":\n{\"b\":1}\n}\n{}";
        assert_eq!(split(object, false), [(1, "{\"a\":\n{\"b\":1}\n}".into()), (2, "{}".into())]);
    }

    proptest! {
        #[test]
        fn every_layout_gives_the_same_records(values in prop::collection::vec(any::<(u8, String)>(), 0..6)) {
            let records: Vec<_> = values
                .iter()
                .map(|(number, text)| {
                    let text: String = text.chars().take(2).collect();
                    serde_json::json!({ "n": number, "t": [text] })
                })
                .collect();
            let expected: Vec<_> = records.iter().map(ToString::to_string).collect();
            let lines = expected.join("\n");
            let array = format!("[{}]", expected.join(", "));
            for text in [lines, array] {
                let found: Vec<_> = split(&text, false).into_iter().map(|(_, json)| json).collect();
                prop_assert_eq!(&found, &expected);
            }
            let pretty: Vec<_> = records.iter().map(|record| format!("{record:#}")).collect();
            let found: Vec<_> = split(&pretty.join("\n"), false)
                .iter()
                .map(|(_, json)| if json == "!" { json.clone() } else { serde_json::from_str::<serde_json::Value>(json).unwrap().to_string() })
                .collect();
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert_eq!(if found == "!" { expected } else { found }, expected);
            }
            prop_assert_eq!(found.len(), expected.len());
        }
    }
}
