//! One pass over the characters before pest sees them: refuses what would overflow the stack, finds what pest could
//! only report far from its cause, and keeps the comments.

use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::limits;
use crate::source::{FileId, Location, Span};

/// What the pass saw.
#[derive(Default)]
pub(super) struct Scanned {
    pub(super) comments: Vec<Span>,
    pub(super) found: Vec<Diagnostic>,
}

/// `Err` when the file must not be parsed at all.
pub(super) fn scan(file: FileId, text: &str) -> Result<Scanned, Diagnostic> {
    let mut scan = Scan {
        file,
        out: Scanned::default(),
        within: Within::Code,
        depth: 0,
        line: 0,
        word: None,
        before: ' ',
    };
    for (at, c) in text.char_indices() {
        scan.step(at, c)?;
    }
    scan.step(text.len(), '\n')?;
    Ok(scan.out)
}

/// Where the pass stands.
#[derive(Clone, Copy)]
enum Within {
    Code,
    Comment { from: usize },
    Text { quote: usize, raw: bool, escaped: bool },
}

struct Scan {
    file: FileId,
    out: Scanned,
    within: Within,
    depth: usize,
    /// Where the line started.
    line: usize,
    /// Where the word started, inside one.
    word: Option<usize>,
    /// The character before.
    before: char,
}

impl Scan {
    fn step(&mut self, at: usize, c: char) -> Result<(), Diagnostic> {
        // pest ends a line here, so this pass has to as well: what follows a comment would not be counted.
        if self.before == '\r' && c != '\n' {
            self.end_line(at - 1)?;
            self.line = at;
            let help = "end lines with LF, or with CR LF";
            self.report(Code::HostileCharacter, at - 1, at, "a carriage return stands alone", help);
        }
        if c != '\n' {
            self.refuse_hostile(at, c);
        }
        match self.within {
            _ if c == '\n' => self.end_line(at)?,
            Within::Comment { .. } => {}
            Within::Text { quote, raw, escaped } => self.text(at, c, quote, raw, escaped),
            Within::Code => self.code(at, c)?,
        }
        self.before = c;
        Ok(())
    }

    fn code(&mut self, at: usize, c: char) -> Result<(), Diagnostic> {
        let raw = self.before == 'r' && self.word.is_some_and(|start| start + 1 == at);
        if is_word(c) {
            self.word.get_or_insert(at);
        } else {
            self.end_word(at)?;
        }
        match c {
            '"' => self.within = Within::Text { quote: at, raw, escaped: false },
            '#' => self.within = Within::Comment { from: at },
            '(' | '[' | '{' if self.depth == limits::NESTING => {
                let message = format!("this is bracket {} inside others", limits::NESTING + 1);
                return Err(Diagnostic::new(Code::TooDeep, self.at(at, at + 1), message)
                    .help("brackets nest at most 32 deep: name a part of it with `define`"));
            }
            '(' | '[' | '{' => self.depth += 1,
            ')' | ']' | '}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, at: usize, c: char, quote: usize, raw: bool, escaped: bool) {
        if c != '"' || escaped {
            self.within = Within::Text { quote, raw, escaped: c == '\\' && !raw && !escaped };
            return;
        }
        self.within = Within::Code;
        if at - quote > limits::STRING_BYTES {
            let found = format!("the string has {} bytes", at - quote - 1);
            self.report(
                Code::TooLarge,
                quote,
                quote + 1,
                found,
                "a string has at most 16384 bytes: put lists into files",
            );
        }
    }

    /// A name over the limit stands in no message: the file is not read.
    fn end_word(&mut self, at: usize) -> Result<(), Diagnostic> {
        match self.word.take() {
            Some(start) if at - start > limits::NAME_BYTES => {
                let found = format!("the word has {} bytes", at - start);
                let marked = self.at(start, start + limits::NAME_BYTES);
                Err(Diagnostic::new(Code::TooLarge, marked, found)
                    .help("a name has at most 128 bytes"))
            }
            _ => Ok(()),
        }
    }

    fn end_line(&mut self, at: usize) -> Result<(), Diagnostic> {
        match self.within {
            Within::Comment { from } => self.out.comments.push(self.at(from, at).span),
            Within::Text { quote, .. } => {
                let help =
                    "close it with `\"` on the same line; a line end inside is written `\\n`";
                self.report(
                    Code::OpenString,
                    quote,
                    quote + 1,
                    "the string is not closed on its line",
                    help,
                );
            }
            Within::Code => self.end_word(at)?,
        }
        if at - self.line > limits::LINE_BYTES {
            let found = format!("the line has {} bytes", at - self.line);
            self.report(
                Code::TooLarge,
                self.line,
                self.line,
                found,
                "a line has at most 65536 bytes",
            );
        }
        self.within = Within::Code;
        self.line = at + 1;
        Ok(())
    }

    /// Characters that make a file read differently from what it does (CVE-2021-42574, UTS 55).
    fn refuse_hostile(&mut self, at: usize, c: char) {
        let in_text = matches!(self.within, Within::Text { .. });
        let in_comment = matches!(self.within, Within::Comment { .. });
        let what = match c {
            '\t' | '\r' => return,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a bidirectional control",
            c if c.is_control() => "a control character",
            '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{ad}'
                if !in_text =>
            {
                "an invisible character"
            }
            c if !c.is_ascii() && !in_text && !in_comment && c != '…' => {
                return self.refuse_foreign(at, c);
            }
            _ => return,
        };
        let end = at + c.len_utf8();
        let found = format!(
            "{what} `\\u{{{:x}}}` stands {}",
            u32::from(c),
            if in_text { "in a string" } else { "outside a string" }
        );
        self.report(
            Code::HostileCharacter,
            at,
            end,
            found,
            "delete it; in a string it may be written as `\\u{…}`",
        );
    }

    /// Keywords and names are ASCII, so that none looks like another.
    fn refuse_foreign(&mut self, at: usize, c: char) {
        let help = match c {
            '“' | '”' | '„' | '«' | '»' | '‟' => {
                "strings stand in straight quotes: `\"…\"`"
            }
            '‘' | '’' | '‚' | '‹' | '›' => {
                "strings stand in straight double quotes: `\"…\"`"
            }
            '–' | '—' | '−' => "type a plain `-`",
            '≤' | '≥' | '≠' => "comparisons are `==  !=  <  <=  >  >=`",
            '\u{a0}' => "type a plain blank",
            c if c.is_alphabetic() => {
                "names and keywords are written in the letters a to z: type the word anew"
            }
            _ => "delete it, or put it into a string",
        };
        let plain = match c {
            '“' | '”' | '„' | '«' | '»' | '‟' => "\"",
            '–' | '—' | '−' => "-",
            '≤' => "<=",
            '≥' => ">=",
            '≠' => "!=",
            '\u{a0}' => " ",
            _ => "",
        };
        let found = format!("`{c}` (U+{:04X}) stands outside a string", u32::from(c));
        let end = at + c.len_utf8();
        let fresh = self.report(Code::HostileCharacter, at, end, found, help);
        let marked = self.at(at, end);
        if let Some(last) = self.out.found.last_mut().filter(|_| fresh && !plain.is_empty()) {
            last.fix = Some(Fix { at: marked, text: plain.to_owned(), safe: true });
        }
    }

    /// Whether it is a message of its own.
    fn report(
        &mut self,
        code: Code,
        start: usize,
        end: usize,
        message: impl Into<String>,
        help: &str,
    ) -> bool {
        let diagnostic = Diagnostic::new(code, self.at(start, end), message).help(help);
        // One message about the hostile characters of a line is enough; it marks the first run of them.
        let line = u32::try_from(self.line).unwrap_or(u32::MAX);
        let before = self
            .out
            .found
            .last_mut()
            .filter(|last| last.code == code && code == Code::HostileCharacter);
        match before.and_then(|last| last.at.as_mut()).filter(|before| before.span.start >= line) {
            Some(before) if before.span.end as usize == start => {
                before.span = before.span.to(diagnostic.at.unwrap_or_default().span);
                false
            }
            Some(_) => false,
            None => {
                self.out.found.push(diagnostic);
                true
            }
        }
    }

    fn at(&self, start: usize, end: usize) -> Location {
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Location { file: self.file, span: Span { start: byte(start), end: byte(end) } }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
