//! Reads exports of any size, message by message. A fault loses only the broken part: every complete message is found,
//! and each fault is reported once.

use super::Chat;
use crate::base::limits;
use crate::diagnostic::Code;
use crate::import::bytes::{Bytes, End};
use crate::import::importer::Document;
use crate::import::lenient;
use crate::import::skipped::Skipped;
use crate::record::RecordError;
use crate::record::written::Object;
use serde_json::Value;
use std::collections::VecDeque;
use std::io::{BufRead, Result};

/// How many bytes of messages are held back until the fields of their chat are known. Telegram Desktop writes these
/// fields first; other programs do not.
const MAX_HELD_BACK: usize = 4 << 20;

/// How many bytes a key, or a field of a chat, may have.
const MAX_FIELD_BYTES: usize = 64 << 10;

/// How many characters of a key are read. No known key has more.
const MAX_KEY_CHARACTERS: usize = 40;

/// How many faults around messages are allowed. After more faults, the rest is not read.
const MAX_FAULTS: usize = 100;

/// Kinds of chat that have no name.
const NAMELESS: &[&str] = &["saved_messages", "replies", "verification_codes"];

/// A message or a fault, with its JSON pointer.
struct Found {
    pointer: String,
    content: Content,
}

enum Content {
    /// A message, its chat, and what was repaired in its JSON.
    Message(Value, Chat, Vec<&'static str>),
    Fault(RecordError),
}

impl Document for Walker<'_> {
    fn next(&mut self) -> Result<Option<(String, std::result::Result<Value, RecordError>)>> {
        let Some(Found { pointer, content }) = self.next_found()? else { return Ok(None) };
        let record = match content {
            Content::Fault(fault) => Err(fault),
            Content::Message(message, chat, repairs) => {
                super::record(&message, &chat, &pointer, &repairs)
            }
        };
        Ok(Some((pointer, record)))
    }

    fn skipped(&self) -> &Skipped {
        &self.skipped
    }
}

/// Walks through an export.
pub(super) struct Walker<'a> {
    input: Bytes<'a>,
    /// The open objects and arrays, from the document inwards.
    open: Vec<Open>,
    chat: Header,
    /// Messages and faults that were found but not returned yet.
    found: VecDeque<Found>,
    buffer: Vec<u8>,
    /// Parts of the export that hold no messages.
    skipped: Skipped,
    begun: bool,
    faults: usize,
    /// Whether the document has a place for messages at all.
    holds_messages: bool,
}

/// An object or array that is open.
struct Open {
    kind: Kind,
    pointer: String,
    next: Next,
    /// How many elements have begun.
    count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The document: an account, or a chat itself.
    Root,
    /// `chats` or `left_chats`.
    Section,
    /// The `list` of a section.
    List,
    Chat,
    Messages,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    First,
    Comma,
    AfterComma,
}

/// Where a message begins.
struct MessageStart {
    pointer: String,
    line: usize,
    /// The blanks before the message, if it begins its line.
    indent: Option<Vec<u8>>,
}

/// The chat whose messages are read.
#[derive(Default)]
struct Header {
    fields: Object,
    /// The chat as it appears in records. Set when its fields are complete, or when the reader waits for no more
    /// fields.
    settled: Option<Chat>,
    held: Vec<(String, Value, Vec<&'static str>)>,
    held_bytes: usize,
    /// Whether a field came after messages were released without it.
    late: bool,
}

impl<'a> Walker<'a> {
    pub(super) fn new(input: impl BufRead + Send + 'a) -> Self {
        Self {
            input: Bytes::new(input),
            open: vec![],
            chat: Header::default(),
            found: VecDeque::new(),
            buffer: vec![],
            skipped: Skipped::default(),
            begun: false,
            faults: 0,
            holds_messages: false,
        }
    }

    /// The next message or fault, `None` at the end.
    fn next_found(&mut self) -> Result<Option<Found>> {
        loop {
            if let Some(found) = self.found.pop_front() {
                return Ok(Some(found));
            }
            if self.faults > MAX_FAULTS {
                return Ok(None);
            }
            let more = match self.open.last().map(|open| open.kind) {
                None => self.document()?,
                Some(Kind::Root | Kind::Section | Kind::Chat) => self.member()?,
                Some(Kind::List | Kind::Messages) => self.element()?,
            };
            if !more && self.found.is_empty() {
                return Ok(None);
            }
        }
    }

    /// Opens a document. Returns false if there is none.
    fn document(&mut self) -> Result<bool> {
        if !std::mem::replace(&mut self.begun, true) {
            self.input.skip_byte_order_mark()?;
        }
        match self.input.peek_past_blanks()? {
            None => Ok(false),
            Some(b'{') => {
                self.holds_messages = false;
                self.enter(Kind::Root, String::new())
            }
            Some(_) => {
                self.fault("expected an export (an object with `messages` or `chats`)");
                self.skip_value()?;
                Ok(true)
            }
        }
    }

    fn enter(&mut self, kind: Kind, pointer: String) -> Result<bool> {
        self.input.consume_byte()?;
        self.holds_messages |= matches!(kind, Kind::Messages | Kind::Section);
        if kind == Kind::Chat {
            self.chat = Header::default();
        }
        self.open.push(Open { kind, pointer, next: Next::First, count: 0 });
        Ok(true)
    }

    /// Reads the next key of an object with its value, or the end of the object.
    fn member(&mut self) -> Result<bool> {
        match self.input.peek_past_blanks()? {
            None => return Ok(self.cut()),
            Some(b'}') => return self.close(),
            Some(b']') => {
                self.fault("`}` is missing before `]`");
                self.leave();
                return Ok(true);
            }
            Some(b',') => return self.comma(),
            Some(b'"') => {}
            Some(_) => {
                self.fault("expected a key in quotes");
                self.skip_value()?;
                return Ok(true);
            }
        }
        if self.input.value(&mut self.buffer, MAX_FIELD_BYTES)? != End::Whole {
            return Ok(self.cut());
        }
        let key =
            lenient::read(&self.buffer).ok().and_then(|(key, _)| key.as_str().map(str::to_owned));
        let key: String = key.unwrap_or_default().chars().take(MAX_KEY_CHARACTERS).collect();
        self.check_comma(&key);
        match self.input.peek_past_blanks()? {
            Some(b':') => self.input.consume_byte()?,
            Some(_) => self.fault(&format!("`:` is missing after `{key}`")),
            None => return Ok(self.cut()),
        }
        self.value_of(key)
    }

    fn value_of(&mut self, key: String) -> Result<bool> {
        let Some(first) = self.input.peek_past_blanks()? else { return Ok(self.cut()) };
        let Some(open) = self.open.last() else { return Ok(false) };
        let (kind, pointer) = (open.kind, format!("{}/{key}", open.pointer));
        let is_chat = matches!(kind, Kind::Root | Kind::Chat);
        match (kind, key.as_str(), first) {
            (_, "messages", b'[') if is_chat => self.enter(Kind::Messages, pointer),
            (Kind::Root, "chats" | "left_chats", b'{') => self.enter(Kind::Section, pointer),
            (Kind::Section, "list", b'[') => self.enter(Kind::List, pointer),
            (_, "name" | "type" | "id", _) if is_chat => self.field(key),
            (_, _, b',' | b'}' | b']') => {
                self.fault(&format!("the value of `{key}` is missing"));
                Ok(true)
            }
            _ => {
                if kind == Kind::Root && b"{[".contains(&first) {
                    self.skipped.count(&key);
                }
                self.skip_value()
            }
        }
    }

    /// Reads a field of the chat.
    fn field(&mut self, key: String) -> Result<bool> {
        match self.input.value(&mut self.buffer, MAX_FIELD_BYTES)? {
            End::Cut => return Ok(self.cut()),
            End::Full => {
                self.fault(&format!("`{key}` is longer than {MAX_FIELD_BYTES} bytes"));
                if !self.input.skip(&self.buffer)? {
                    return Ok(self.cut());
                }
            }
            End::Whole => match lenient::read(&self.buffer) {
                Ok((value, _)) => self.chat.insert(key, value),
                Err(error) => self.refuse(error),
            },
        }
        Ok(true)
    }

    /// Reads the next element of an array, or the end of the array.
    fn element(&mut self) -> Result<bool> {
        match self.input.peek_past_blanks()? {
            None => Ok(self.cut()),
            Some(b']') => self.close(),
            Some(b'}') => {
                self.fault("`]` is missing before `}`");
                self.leave();
                Ok(true)
            }
            Some(b',') => self.comma(),
            Some(first) => {
                let indent = self.input.indent.clone();
                let Some(open) = self.open.last_mut() else { return Ok(false) };
                let pointer = format!("{}/{}", open.pointer, open.count);
                open.count += 1;
                let kind = open.kind;
                self.check_comma(&pointer);
                match kind {
                    Kind::List if first == b'{' => self.enter(Kind::Chat, pointer),
                    Kind::List => {
                        self.fault("expected a chat (an object)");
                        self.skip_value()
                    }
                    Kind::Messages | Kind::Root | Kind::Section | Kind::Chat => {
                        self.message(pointer, indent)
                    }
                }
            }
        }
    }

    fn message(&mut self, pointer: String, indent: Option<Vec<u8>>) -> Result<bool> {
        let begun = MessageStart { pointer, line: self.input.line, indent };
        let mut json = std::mem::take(&mut self.buffer);
        let end = self.input.value(&mut json, limits::RECORD_BYTES + 1)?;
        let read = match end {
            End::Whole if json.len() <= limits::RECORD_BYTES => lenient::read(&json),
            End::Whole | End::Cut | End::Full => Err(too_large()),
        };
        match read {
            Ok((value, repairs)) => {
                self.chat.held_bytes += json.len();
                self.chat.held.push((begun.pointer, value, repairs));
                self.release(false);
            }
            Err(error) => self.broken(begun, &mut json, end, error)?,
        }
        self.buffer = json;
        Ok(true)
    }

    /// Handles a message that is not JSON, or too long to be read. The reader looks for the next message at the
    /// beginning of a line with the same indentation.
    fn broken(
        &mut self,
        begun: MessageStart,
        json: &mut Vec<u8>,
        end: End,
        error: RecordError,
    ) -> Result<()> {
        let MessageStart { pointer, line, indent } = begun;
        let indent = indent.filter(|_| error.code == Code::BadJson || end != End::Whole);
        let again = indent.as_ref().and_then(|indent| next_on_line(json, indent));
        let taken_back = again.map(|at| json.split_off(at));
        if taken_back.is_none() && end == End::Cut {
            self.cut();
            return Ok(());
        }
        let error = if taken_back.is_some() && end != End::Whole {
            let message =
                format!("this is not JSON: the message that begins at line {line} does not end");
            RecordError::new(Code::BadJson, error.path, message)
        } else {
            at_line(error, line)
        };
        self.found.push_back(Found { pointer, content: Content::Fault(error) });
        match taken_back {
            Some(rest) => {
                self.input.take_back(rest);
                // The comma before the next message was skipped together with the broken message.
                if let Some(open) = self.open.last_mut() {
                    open.next = Next::AfterComma;
                }
            }
            None if end == End::Full && !self.input.skip(json)? => drop(self.cut()),
            None => self.resume(indent)?,
        }
        Ok(())
    }

    /// Finds the next message after one whose brackets do not match. What follows directly may be the rest of the
    /// broken message.
    fn resume(&mut self, indent: Option<Vec<u8>>) -> Result<()> {
        let Some(indent) = indent else { return Ok(()) };
        let next = self.input.peek_past_blanks()?;
        let ends = next == Some(b',') || (next == Some(b']') && self.input.indent.is_some());
        if next.is_some() && !ends {
            self.input.skip_to_object(&indent)?;
            if let Some(open) = self.open.last_mut() {
                open.next = Next::AfterComma;
            }
            if self.input.peek()? == Some(b']')
                && let Some(open) = self.open.last_mut()
            {
                open.next = Next::Comma;
            }
        }
        Ok(())
    }

    /// Releases messages that were held back, if their chat is known or the reader no longer waits for its fields.
    fn release(&mut self, at_end: bool) {
        let chat = &mut self.chat;
        if chat.settled.is_none()
            && (at_end || chat.is_complete() || chat.held_bytes > MAX_HELD_BACK)
        {
            chat.settled = Some(Chat::of(&chat.fields));
        }
        if let Some(settled) = &chat.settled {
            chat.held_bytes = 0;
            self.found.extend(chat.held.drain(..).map(|(pointer, value, repairs)| Found {
                pointer,
                content: Content::Message(value, settled.clone(), repairs),
            }));
        }
    }

    fn comma(&mut self) -> Result<bool> {
        self.input.consume_byte()?;
        match self.open.last_mut().map(|open| std::mem::replace(&mut open.next, Next::AfterComma)) {
            Some(Next::Comma) | None => {}
            Some(Next::First | Next::AfterComma) => self.fault("there is nothing before `,`"),
        }
        Ok(true)
    }

    /// Checks that a comma came before a key or element, unless it is the first.
    fn check_comma(&mut self, what: &str) {
        let before =
            self.open.last_mut().map(|open| std::mem::replace(&mut open.next, Next::Comma));
        if before == Some(Next::Comma) {
            self.fault(&format!("`,` is missing before `{what}`"));
        }
    }

    fn close(&mut self) -> Result<bool> {
        if self.open.last().is_some_and(|open| open.next == Next::AfterComma) {
            self.fault("there is nothing after the last `,`");
        }
        self.input.consume_byte()?;
        self.leave();
        Ok(true)
    }

    fn leave(&mut self) {
        let left = self.open.pop().map(|open| open.kind);
        if left == Some(Kind::Root) && !self.holds_messages {
            self.fault("expected an export (an object with `messages` or `chats`)");
        }
        if let Some(Kind::Root | Kind::Chat) = left {
            self.release(true);
            if std::mem::take(&mut self.chat).late {
                self.fault(
                    "the fields of this chat come after its messages, so the messages were read without them",
                );
            }
        }
    }

    /// Reports that the input ends inside the export. Always returns false.
    fn cut(&mut self) -> bool {
        self.release(true);
        let message = "the export is cut off; only the complete messages before were read";
        self.fault(message);
        self.open.clear();
        false
    }

    fn skip_value(&mut self) -> Result<bool> {
        Ok(self.input.skip(&[])? || self.cut())
    }

    fn fault(&mut self, message: &str) {
        let message = format!("this is not JSON: {message}");
        self.refuse(RecordError::new(Code::BadJson, "", message));
    }

    fn refuse(&mut self, error: RecordError) {
        let pointer = self.open.last().map(|open| open.pointer.clone()).unwrap_or_default();
        self.faults += 1;
        let mut error = at_line(error, self.input.line);
        if self.faults > MAX_FAULTS {
            error.message += "; there are too many errors, so the rest is not read";
        }
        let content = Content::Fault(error);
        self.found.push_back(Found { pointer, content });
    }
}

impl Header {
    fn insert(&mut self, key: String, value: Value) {
        self.late |= self.settled.is_some();
        self.fields.insert(key, value);
    }

    fn is_complete(&self) -> bool {
        let has = |key| self.fields.contains_key(key);
        let kind = self.fields.get("type").and_then(Value::as_str);
        has("id")
            && has("type")
            && (has("name") || kind.is_some_and(|kind| NAMELESS.contains(&kind)))
    }
}

/// The line end before the next line that begins with this indentation and `{`.
fn next_on_line(json: &[u8], indent: &[u8]) -> Option<usize> {
    let mut ends = json.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
    ends.find(|at| {
        let line = json.get(at + 1..).unwrap_or_default();
        line.strip_prefix(indent).is_some_and(|line| line.starts_with(b"{"))
    })
}

fn at_line(mut error: RecordError, line: usize) -> RecordError {
    // The reader of a value counts lines from the beginning of the value.
    error.message = error.message.replace(" at line ", " at its line ");
    error.message = format!("{}, at line {line}", error.message);
    error
}

fn too_large() -> RecordError {
    let message = format!("the message is larger than {} bytes", limits::RECORD_BYTES);
    RecordError::new(Code::RecordTooLarge, "", message)
}
