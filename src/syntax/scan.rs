//! Reads the characters of a file before pest parses it: refuses items that would overflow the stack, reports mistakes
//! that pest would report far from their cause, and collects the comments.

use super::words::ItemWord;
use super::{first_word, is_name_character};
use crate::base::limits;
use crate::base::source::{FileId, Location, Span};
use crate::diagnostic::{Code, Diagnostic};

/// The result of the pass over a file.
#[derive(Default)]
pub(super) struct ScanResult {
    pub(super) comments: Vec<Span>,
    pub(super) found: Vec<Diagnostic>,
    /// Items that must not be parsed. Each has been reported.
    pub(super) refused: Vec<Span>,
}

/// Scans a file. Only the items that would overflow the stack are refused.
pub(super) fn file(id: FileId, text: &str) -> ScanResult {
    let mut scan = Scan::new(id, text);
    let mut is_line_start = true;
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        let word = text.get(at..).filter(|_| is_line_start).map_or("", first_word);
        if ItemWord::of(word).is_some() {
            scan.begin_item(at, word.len());
        }
        is_line_start = c == '\n';
        if let Err(fault) = scan.step(at, c) {
            scan.out.found.push(fault);
        }
    }
    scan.begin_item(text.len(), 0);
    scan.out.refused.sort_unstable();
    scan.out
}

/// Scans the input of a session: an expression, an item or a record.
///
/// # Errors
/// All faults, after which the input must not be parsed.
pub(super) fn input(file: FileId, text: &str) -> Result<(), Vec<Diagnostic>> {
    let mut scan = Scan::new(file, text);
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        scan.step(at, c).map_err(|too_deep| vec![too_deep])?;
    }
    if scan.out.found.is_empty() { Ok(()) } else { Err(scan.out.found) }
}

/// The brackets that an item opens and closes.
#[derive(Clone, Copy, Default)]
struct ItemBrackets {
    start: usize,
    /// The length of its first word.
    word_length: usize,
    /// The number of brackets that it opens, minus those that it closes.
    balance: isize,
    /// The number of brackets that it leaves open if none was open before.
    left_open: usize,
}

impl ItemBrackets {
    /// The number of open brackets after this item. A closing bracket without an opening one is ignored.
    fn depth_after(self, depth_before: usize) -> usize {
        depth_before.saturating_add_signed(self.balance).max(self.left_open)
    }
}

fn depth_after_all(items: &[ItemBrackets]) -> usize {
    items.iter().fold(0, |depth, item| item.depth_after(depth))
}

/// The context of a character.
#[derive(Clone, Copy)]
enum Context {
    Code,
    Comment { from: usize },
    Text { quote: usize, raw: bool, escaped: bool },
}

struct Scan<'t> {
    file: FileId,
    text: &'t str,
    out: ScanResult,
    context: Context,
    line_start: usize,
    /// The start of the current word. `None` outside a word.
    word_start: Option<usize>,
    previous: char,
    /// The earlier items that left brackets open, and then the current item.
    items: Vec<ItemBrackets>,
    /// The number of brackets open at the start of the current item.
    depth_before_item: usize,
    /// Whether the current item has been refused.
    is_refused: bool,
    /// The end of the last string in typographic quotes.
    quoted_until: usize,
}

impl<'t> Scan<'t> {
    fn new(file: FileId, text: &'t str) -> Self {
        Self {
            file,
            text,
            out: ScanResult::default(),
            context: Context::Code,
            line_start: 0,
            word_start: None,
            previous: ' ',
            items: vec![ItemBrackets::default()],
            depth_before_item: 0,
            is_refused: false,
            quoted_until: 0,
        }
    }

    /// An item begins, or the file ends.
    fn begin_item(&mut self, start: usize, word_length: usize) {
        if self.is_refused
            && let Some(item) = self.items.pop()
        {
            self.out.refused.push(self.at(item.start, start).span);
        }
        self.is_refused = false;
        if self.items.last().is_some_and(|item| item.balance == 0 && item.left_open == 0) {
            self.items.pop();
        }
        self.depth_before_item = depth_after_all(&self.items);
        if self.depth_before_item == 0 {
            self.items.clear();
        }
        self.items.push(ItemBrackets { start, word_length, ..ItemBrackets::default() });
    }

    /// The number of open brackets here.
    fn depth(&self) -> usize {
        self.items.last().map_or(0, |item| item.depth_after(self.depth_before_item))
    }

    /// Refuses the first of the earlier items that left brackets open, until the current item may open one more bracket.
    /// False if no such item is left.
    fn make_room(&mut self) -> bool {
        while self.depth() >= limits::NESTING {
            let (Some(first), Some(second)) = (self.items.first().copied(), self.items.get(1))
            else {
                return false;
            };
            let refused = self.at(first.start, second.start).span;
            let head = self.at(first.start, first.start + first.word_length);
            let message = "this item has brackets that are not closed";
            let help = "add the missing `}`";
            self.out.refused.push(refused);
            self.out.found.push(Diagnostic::new(Code::Syntax, head, message).help(help));
            self.items.remove(0);
            let before = self.items.split_last().map_or(&[] as &[_], |(_, before)| before);
            self.depth_before_item = depth_after_all(before);
        }
        true
    }

    fn bracket(&mut self, change: isize) {
        if let Some(item) = self.items.last_mut() {
            item.balance += change;
            item.left_open = item.left_open.saturating_add_signed(change);
        }
    }

    fn step(&mut self, at: usize, c: char) -> Result<(), Diagnostic> {
        // pest ends a line at a lone carriage return. This pass must do the same, or it would take the text after a
        // comment for a part of the comment.
        if self.previous == '\r' && c != '\n' {
            self.end_line(at - 1)?;
            self.line_start = at;
            let help = "end it with LF, or with CR LF";
            let message = "the line ends with CR only";
            let marked = self.at(at - 1, at);
            self.push_hostile(Diagnostic::new(Code::HostileCharacter, marked, message).help(help));
        }
        if c != '\n' {
            self.refuse_hostile(at, c);
        }
        match self.context {
            _ if c == '\n' => self.end_line(at)?,
            Context::Comment { .. } => {}
            Context::Text { quote, raw, escaped } => self.step_in_text(at, c, quote, raw, escaped),
            Context::Code => self.step_in_code(at, c)?,
        }
        self.previous = c;
        Ok(())
    }

    fn step_in_code(&mut self, at: usize, c: char) -> Result<(), Diagnostic> {
        let raw = self.previous == 'r' && self.word_start.is_some_and(|start| start + 1 == at);
        if is_name_character(c) {
            self.word_start.get_or_insert(at);
        } else {
            self.end_word(at)?;
        }
        match c {
            '"' if at < self.quoted_until => {}
            '"' => self.context = Context::Text { quote: at, raw, escaped: false },
            '#' => self.context = Context::Comment { from: at },
            _ if self.is_refused => {}
            '(' | '[' | '{' if self.depth() >= limits::NESTING && !self.make_room() => {
                self.is_refused = true;
                let message = format!("brackets are nested {} deep", limits::NESTING + 1);
                let help = format!(
                    "the limit is {} levels: give a part of the condition a name with `define`",
                    limits::NESTING
                );
                return Err(Diagnostic::new(Code::TooDeep, self.at(at, at + 1), message).help(help));
            }
            '(' | '[' | '{' => self.bracket(1),
            ')' | ']' | '}' => self.bracket(-1),
            _ => {}
        }
        Ok(())
    }

    fn step_in_text(&mut self, at: usize, c: char, quote: usize, raw: bool, escaped: bool) {
        if c != '"' || escaped {
            self.context = Context::Text { quote, raw, escaped: c == '\\' && !raw && !escaped };
            return;
        }
        self.context = Context::Code;
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
        match self.word_start.take() {
            Some(start) if at - start > limits::NAME_BYTES && !self.is_refused => {
                self.is_refused = true;
                let found = format!("the name has {} bytes", at - start);
                let marked = self.at(start, start + limits::NAME_BYTES);
                Err(Diagnostic::new(Code::TooLarge, marked, found)
                    .help("shorten it: a name may have at most 128 bytes"))
            }
            _ => Ok(()),
        }
    }

    fn end_line(&mut self, at: usize) -> Result<(), Diagnostic> {
        match self.context {
            Context::Comment { from } => self.out.comments.push(self.at(from, at).span),
            Context::Text { quote, .. } => {
                let help = "close it with `\"` on the same line; inside a string, write a line end as `\\n`";
                let message = "the string is not closed on its line";
                let open = Diagnostic::new(Code::OpenString, self.at(quote, quote + 1), message);
                // Text editors turn the second quote only, when the first was typed elsewhere.
                let inside = self.text.get(quote + 1..at).unwrap_or_default();
                self.out.found.push(match only_close(inside) {
                    Some((length, c)) => {
                        let close = quote + 1 + length;
                        let marked = self.at(close, close + c.len_utf8());
                        open.help(format!("close it with `\"`, not with `{c}`"))
                            .fix(marked, "\"", true)
                    }
                    None => open.help(help),
                });
            }
            Context::Code => self.end_word(at)?,
        }
        if at - self.line_start > limits::LINE_BYTES {
            let found = format!("the line has {} bytes", at - self.line_start);
            self.report(
                Code::TooLarge,
                self.line_start,
                self.line_start,
                found,
                "split it: a line may have at most 65536 bytes",
            );
        }
        self.context = Context::Code;
        self.line_start = at + 1;
        Ok(())
    }

    /// Refuses characters that make a file look different from what it means (CVE-2021-42574, UTS 55).
    fn refuse_hostile(&mut self, at: usize, c: char) {
        let in_text = matches!(self.context, Context::Text { .. });
        let in_comment = matches!(self.context, Context::Comment { .. });
        let what = match c {
            '\t' | '\r' => return,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a bidirectional control",
            c if c.is_control() => "a control character",
            '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{ad}'
                if !in_text =>
            {
                "an invisible character"
            }
            _ if !in_text && !in_comment && at < self.quoted_until => return,
            c if is_quote(c) && !in_text && !in_comment => return self.refuse_quote(at, c),
            c if !c.is_ascii() && !in_text && !in_comment && c != '…' => {
                return self.refuse_foreign(at, c);
            }
            _ => return,
        };
        let place = if in_text { "in a string" } else { "outside a string" };
        let message = format!("there is {what} `\\u{{{:x}}}` {place}", u32::from(c));
        let marked = self.at(at, at + c.len_utf8());
        let diagnostic = Diagnostic::new(Code::HostileCharacter, marked, message);
        self.push_hostile(diagnostic.help("delete it; in a string, write it as `\\u{…}`"));
    }

    /// Refuses a string in typographic quotes. The fix writes both quotes straight, also when one of them already is.
    fn refuse_quote(&mut self, at: usize, c: char) {
        let line = self.text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let inside = line.get(c.len_utf8()..).unwrap_or_default();
        let found = format!("`{c}` (U+{:04X}) is not allowed outside a string", u32::from(c));
        let diagnostic = |marked| {
            Diagnostic::new(Code::HostileCharacter, marked, found)
                .help("write strings in straight quotes: `\"…\"`")
        };
        let next = inside.char_indices().find(|(_, c)| *c == '"' || is_quote(*c));
        match next.filter(|(end, next)| closes(*next, inside.get(..*end).unwrap_or_default())) {
            Some((end, close)) => {
                self.quoted_until = at + c.len_utf8() + end + close.len_utf8();
                let marked = self.at(at, self.quoted_until);
                let written = format!("\"{}\"", inside.get(..end).unwrap_or_default());
                self.out.found.push(diagnostic(marked).fix(marked, written, true));
            }
            None => self.push_hostile(diagnostic(self.at(at, at + c.len_utf8()))),
        }
    }

    /// Refuses letters and signs outside of strings that are not ASCII. Keywords and names are ASCII, so that no two of
    /// them look alike.
    fn refuse_foreign(&mut self, at: usize, c: char) {
        let comparisons = "write `<=`, `>=` or `!=`";
        let (replacement, help) = match c {
            '‘' | '’' | '‚' | '‹' | '›' => {
                (None, "write strings in straight double quotes: `\"…\"`")
            }
            '–' | '—' | '−' => (Some("-"), "type a plain `-`"),
            '≤' => (Some("<="), comparisons),
            '≥' => (Some(">="), comparisons),
            '≠' => (Some("!="), comparisons),
            '\u{a0}' => (Some(" "), "type a plain space"),
            c if c.is_alphabetic() => (
                None,
                "type the word again with the Latin letters a to z; a letter of another alphabet can look the same",
            ),
            _ => (None, "delete it, or put it into a string"),
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
        let marked = self.at(at, at + c.len_utf8());
        let diagnostic = Diagnostic::new(Code::HostileCharacter, marked, found).help(help);
        self.push_hostile(match replacement {
            Some(replacement) => diagnostic.fix(marked, replacement, true),
            None => diagnostic,
        });
    }

    /// Reports a hostile character. There is one message per line about them, which marks the first run of them.
    fn push_hostile(&mut self, diagnostic: Diagnostic) {
        let span = diagnostic.at.unwrap_or_default().span;
        let last = self.out.found.last_mut().filter(|last| last.code == Code::HostileCharacter);
        let marked = last.and_then(|last| last.at.as_mut()).map(|at| &mut at.span);
        match marked.filter(|marked| marked.start as usize >= self.line_start) {
            Some(marked) if marked.end == span.start => *marked = marked.to(span),
            Some(_) => {}
            None => self.out.found.push(diagnostic),
        }
    }

    fn report(
        &mut self,
        code: Code,
        start: usize,
        end: usize,
        message: impl Into<String>,
        help: &str,
    ) {
        self.out.found.push(Diagnostic::new(code, self.at(start, end), message).help(help));
    }

    fn at(&self, start: usize, end: usize) -> Location {
        Location { file: self.file, span: Span::of(start..end) }
    }
}

/// Whether it is a double quote as word processors and other languages write it.
fn is_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '«' | '»')
}

/// The typographic quote that can close a string, and its position in the rest of the line. `None` if there are others,
/// which may belong to the string.
fn only_close(inside: &str) -> Option<(usize, char)> {
    let mut quotes = inside.char_indices().filter(|(_, c)| is_quote(*c));
    let (at, c) = quotes.next()?;
    let is_only = at > 0 && quotes.next().is_none();
    (is_only && closes(c, inside.get(..at)?)).then_some((at, c))
}

/// Whether a quote can close the string before it: it does not open a quotation inside the string.
fn closes(quote: char, before: &str) -> bool {
    !matches!(quote, '„' | '‟' | '«') && !before.ends_with(|c: char| c.is_whitespace() || c == '(')
}
