//! A pass over the characters of a file before pest parses it. It refuses items that would overflow the stack, finds
//! mistakes that pest would report far from their cause, and collects the comments.

use super::first_word;
use super::words::ItemWord;
use crate::base::limits;
use crate::base::source::{FileId, Location, Span};
use crate::diagnostic::{Code, Diagnostic, Fix};

/// The results of the pass.
#[derive(Default)]
pub(super) struct Scanned {
    pub(super) comments: Vec<Span>,
    pub(super) found: Vec<Diagnostic>,
    /// Items that must not be parsed. Each has been reported.
    pub(super) refused: Vec<Span>,
}

/// Scans a file. Only the items that would overflow the stack are refused.
pub(super) fn file(id: FileId, text: &str) -> Scanned {
    let mut scan = Scan::new(id);
    let mut line_starts = true;
    for (at, c) in text.char_indices() {
        if line_starts && text.get(at..).is_some_and(starts_item) {
            scan.item(at, first_word(text.get(at..).unwrap_or_default()).len());
        }
        line_starts = c == '\n';
        if let Err(fault) = scan.step(at, c) {
            scan.out.found.push(fault);
        }
    }
    if let Err(fault) = scan.step(text.len(), '\n') {
        scan.out.found.push(fault);
    }
    scan.item(text.len(), 0);
    scan.out.refused.sort_unstable();
    scan.out
}

/// Scans the input of a session: an expression, an item or a record. `Err` when it must not be parsed.
pub(super) fn input(file: FileId, text: &str) -> Result<Scanned, Diagnostic> {
    let mut scan = Scan::new(file);
    for (at, c) in text.char_indices() {
        scan.step(at, c)?;
    }
    scan.step(text.len(), '\n')?;
    Ok(scan.out)
}

fn starts_item(line: &str) -> bool {
    ItemWord::of(first_word(line)).is_some()
}

/// The brackets that an item opens and closes.
#[derive(Clone, Copy, Default)]
struct ItemBrackets {
    start: usize,
    /// The length of its first word.
    head: usize,
    /// The number of brackets that it opens, minus those that it closes.
    net: isize,
    /// The number of brackets that it leaves open if none was open before.
    open: usize,
}

impl ItemBrackets {
    /// The number of open brackets after this item. A closing bracket without an opening one is ignored.
    fn after(self, before: usize) -> usize {
        before.saturating_add_signed(self.net).max(self.open)
    }
}

fn depth_after(items: &[ItemBrackets]) -> usize {
    items.iter().fold(0, |open, item| item.after(open))
}

/// What the current character is part of.
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
    /// Where the current line started.
    line: usize,
    /// Where the current word started; `None` outside a word.
    word: Option<usize>,
    /// The previous character.
    before: char,
    /// The current item, after the earlier items that left brackets open.
    items: Vec<ItemBrackets>,
    /// The number of brackets open at the start of the current item.
    before_item: usize,
    /// Whether the current item has been refused.
    refused: bool,
}

impl Scan {
    fn new(file: FileId) -> Self {
        Self {
            file,
            out: Scanned::default(),
            within: Within::Code,
            line: 0,
            word: None,
            before: ' ',
            items: vec![ItemBrackets::default()],
            before_item: 0,
            refused: false,
        }
    }

    /// An item begins, or the file ends.
    fn item(&mut self, start: usize, head: usize) {
        if self.refused
            && let Some(item) = self.items.pop()
        {
            self.out.refused.push(self.at(item.start, start).span);
        }
        self.refused = false;
        if self.items.last().is_some_and(|item| item.net == 0 && item.open == 0) {
            self.items.pop();
        }
        self.before_item = depth_after(&self.items);
        if self.before_item == 0 {
            self.items.clear();
        }
        self.items.push(ItemBrackets { start, head, ..ItemBrackets::default() });
    }

    /// The number of open brackets here.
    fn depth(&self) -> usize {
        self.items.last().map_or(0, |item| item.after(self.before_item))
    }

    /// Frees a level of nesting when the limit is reached: if earlier items left brackets open, the first of them is
    /// refused instead of the current item. False if there is no such item.
    fn make_room(&mut self) -> bool {
        while self.depth() >= limits::NESTING {
            let (Some(first), Some(second)) = (self.items.first().copied(), self.items.get(1))
            else {
                return false;
            };
            let refused = self.at(first.start, second.start).span;
            let head = self.at(first.start, first.start + first.head);
            let message = "this item has brackets that are not closed";
            let help = "add the missing `}`";
            self.out.refused.push(refused);
            self.out.found.push(Diagnostic::new(Code::Syntax, head, message).help(help));
            self.items.remove(0);
            let before = self.items.split_last().map_or(&[] as &[_], |(_, before)| before);
            self.before_item = depth_after(before);
        }
        true
    }

    fn bracket(&mut self, opens: bool) {
        if let Some(item) = self.items.last_mut() {
            let (net, open) =
                if opens { (1, item.open + 1) } else { (-1, item.open.saturating_sub(1)) };
            item.net += net;
            item.open = open;
        }
    }

    fn step(&mut self, at: usize, c: char) -> Result<(), Diagnostic> {
        // pest ends a line at a lone carriage return. This pass must do the same, or it would take the text after a
        // comment for a part of the comment.
        if self.before == '\r' && c != '\n' {
            self.end_line(at - 1)?;
            self.line = at;
            let help = "end it with LF, or with CR LF";
            self.report(Code::HostileCharacter, at - 1, at, "the line ends with CR only", help);
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
            _ if self.refused => {}
            '(' | '[' | '{' if self.depth() >= limits::NESTING && !self.make_room() => {
                self.refused = true;
                let message = format!("brackets are nested {} deep", limits::NESTING + 1);
                let help = format!(
                    "the limit is {} levels: give a part a name with `define`",
                    limits::NESTING
                );
                return Err(Diagnostic::new(Code::TooDeep, self.at(at, at + 1), message).help(help));
            }
            '(' | '[' | '{' => self.bracket(true),
            ')' | ']' | '}' => self.bracket(false),
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
                "shorten it: a string may have at most 16384 bytes; lists can be in files",
            );
        }
    }

    /// Refuses the item when a word is longer than a name may be, so that no message ever contains such a word.
    fn end_word(&mut self, at: usize) -> Result<(), Diagnostic> {
        match self.word.take() {
            Some(start) if at - start > limits::NAME_BYTES && !self.refused => {
                self.refused = true;
                let found = format!("the word has {} bytes", at - start);
                let marked = self.at(start, start + limits::NAME_BYTES);
                Err(Diagnostic::new(Code::TooLarge, marked, found)
                    .help("shorten it: a name may have at most 128 bytes"))
            }
            _ => Ok(()),
        }
    }

    fn end_line(&mut self, at: usize) -> Result<(), Diagnostic> {
        match self.within {
            Within::Comment { from } => self.out.comments.push(self.at(from, at).span),
            Within::Text { quote, .. } => {
                let help = "close it with `\"` on the same line; inside a string, write a line end as `\\n`";
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
                "split it: a line may have at most 65536 bytes",
            );
        }
        self.within = Within::Code;
        self.line = at + 1;
        Ok(())
    }

    /// Refuses characters that make a file look different from what it means (CVE-2021-42574, UTS 55).
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
            "there is {what} `\\u{{{:x}}}` {}",
            u32::from(c),
            if in_text { "in a string" } else { "outside a string" }
        );
        self.report(
            Code::HostileCharacter,
            at,
            end,
            found,
            "delete it; in a string, write it as `\\u{…}`",
        );
    }

    /// Refuses letters and signs outside of strings that are not ASCII. Keywords and names are ASCII, so that no two of
    /// them look alike.
    fn refuse_foreign(&mut self, at: usize, c: char) {
        let help = match c {
            '“' | '”' | '„' | '«' | '»' | '‟' => {
                "write strings in straight quotes: `\"…\"`"
            }
            '‘' | '’' | '‚' | '‹' | '›' => {
                "write strings in straight double quotes: `\"…\"`"
            }
            '–' | '—' | '−' => "type a plain `-`",
            '≤' | '≥' | '≠' => "write `<=`, `>=` or `!=`",
            '\u{a0}' => "type a plain space",
            c if c.is_alphabetic() => {
                "type the word again with the Latin letters a to z; a letter of another alphabet can look the same"
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
        let number = u32::from(c);
        let found = match c {
            c if !c.is_alphabetic() => {
                format!("`{c}` (U+{number:04X}) is not allowed outside a string")
            }
            '\u{370}'..='\u{3ff}' => {
                format!("this `{c}` is a Greek letter (U+{number:04X}), not a Latin one")
            }
            '\u{400}'..='\u{52f}' => {
                format!("this `{c}` is a Cyrillic letter (U+{number:04X}), not a Latin one")
            }
            _ => format!("this `{c}` (U+{number:04X}) is not one of the letters a to z"),
        };
        let end = at + c.len_utf8();
        let fresh = self.report(Code::HostileCharacter, at, end, found, help);
        let marked = self.at(at, end);
        if let Some(last) = self.out.found.last_mut().filter(|_| fresh && !plain.is_empty()) {
            last.fix = Some(Fix { at: marked, text: plain.to_owned(), safe: true });
        }
    }

    /// Reports a mistake. False when it was merged into an earlier message.
    fn report(
        &mut self,
        code: Code,
        start: usize,
        end: usize,
        message: impl Into<String>,
        help: &str,
    ) -> bool {
        let diagnostic = Diagnostic::new(code, self.at(start, end), message).help(help);
        // There is one message per line about hostile characters. It marks the first run of them.
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
        Location { file: self.file, span: Span::of(start..end) }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
