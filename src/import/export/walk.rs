//! Reads exports of any size, message by message. A fault loses only the broken part: every complete message is found,
//! and each fault is reported once.

use super::Chat;
use crate::base::limits;
use crate::diagnostic::Code;
use crate::import::bytes::{Bytes, End};
use crate::import::imported::Position;
use crate::import::importer::{ConvertedRecord, Document};
use crate::import::lenient;
use crate::import::skipped::SkipCounts;
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
const NAMELESS_KINDS: &[&str] = &["saved_messages", "replies", "verification_codes"];

impl Document for Walker<'_> {
    fn next_record(&mut self) -> Result<Option<ConvertedRecord>> {
        loop {
            if let Some(found) = self.found.pop_front() {
                return Ok(Some(found));
            }
            if self.faults > MAX_FAULTS {
                return Ok(None);
            }
            let goes_on = match self.open.last().map(|open| open.kind) {
                None => self.open_document()?,
                Some(Container::Root | Container::Section | Container::Chat) => {
                    self.read_member()?
                }
                Some(Container::List | Container::Messages) => self.read_element()?,
            };
            if !goes_on && self.found.is_empty() {
                return Ok(None);
            }
        }
    }

    fn skipped(&self) -> &SkipCounts {
        &self.skipped
    }
}

/// Reads an export from its beginning to its end, one member or element after another.
pub(super) struct Walker<'a> {
    input: Bytes<'a>,
    /// The open objects and arrays, from the document inwards.
    open: Vec<OpenContainer>,
    chat: ChatHeader,
    /// Records and faults that were not returned yet.
    found: VecDeque<ConvertedRecord>,
    buffer: Vec<u8>,
    /// Parts of the export without messages.
    skipped: SkipCounts,
    has_begun: bool,
    faults: usize,
    /// Whether the document has a list of messages or of chats.
    holds_messages: bool,
}

/// An object or array that is open.
struct OpenContainer {
    kind: Container,
    pointer: String,
    comma_state: CommaState,
    /// How many elements have begun.
    count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Container {
    /// The document: an account, or a chat itself.
    Root,
    /// `chats` or `left_chats`.
    Section,
    /// The `list` of a section.
    List,
    Chat,
    Messages,
}

/// What may come next in an object or array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommaState {
    /// There is no member or element yet.
    First,
    /// A comma or the end must come next.
    BeforeComma,
    /// A member or element must come next.
    AfterComma,
}

/// Where a message begins.
struct MessageStart {
    pointer: String,
    line: usize,
    /// The blanks before the message, if it begins its line.
    indent: Option<Vec<u8>>,
}

/// The chat whose messages are being read.
#[derive(Default)]
struct ChatHeader {
    fields: Object,
    /// The chat for the records of its messages. Set when its fields are complete, or when the reader no longer waits for
    /// the missing fields.
    known_chat: Option<Chat>,
    /// Messages that wait for the fields of the chat, each with its pointer and the repairs of its JSON.
    held_back: Vec<(String, Value, Vec<&'static str>)>,
    held_back_bytes: usize,
    /// Whether a field came after messages were converted without it.
    has_late_field: bool,
}

impl<'a> Walker<'a> {
    pub(super) fn new(input: impl BufRead + Send + 'a) -> Self {
        Self {
            input: Bytes::new(input),
            open: vec![],
            chat: ChatHeader::default(),
            found: VecDeque::new(),
            buffer: vec![],
            skipped: SkipCounts::default(),
            has_begun: false,
            faults: 0,
            holds_messages: false,
        }
    }

    /// Opens a document. Returns false if there is none.
    fn open_document(&mut self) -> Result<bool> {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.input.skip_byte_order_mark()?;
        }
        match self.input.peek_past_blanks()? {
            None => Ok(false),
            Some(b'{') => {
                self.holds_messages = false;
                self.enter(Container::Root, String::new())
            }
            Some(_) => {
                self.report_fault("expected an export (an object with `messages` or `chats`)");
                self.skip_value()?;
                Ok(true)
            }
        }
    }

    fn enter(&mut self, kind: Container, pointer: String) -> Result<bool> {
        self.input.consume_byte()?;
        self.holds_messages |= matches!(kind, Container::Messages | Container::Section);
        if kind == Container::Chat {
            self.chat = ChatHeader::default();
        }
        self.open.push(OpenContainer { kind, pointer, comma_state: CommaState::First, count: 0 });
        Ok(true)
    }

    /// Reads the next key of an object with its value, or the end of the object.
    fn read_member(&mut self) -> Result<bool> {
        match self.input.peek_past_blanks()? {
            None => return Ok(self.report_cut()),
            Some(b'}') => return self.close(),
            Some(b']') => {
                self.report_fault("`}` is missing before `]`");
                self.leave();
                return Ok(true);
            }
            Some(b',') => return self.read_comma(),
            Some(b'"') => {}
            Some(_) => {
                self.report_fault("expected a key in quotes");
                self.skip_value()?;
                return Ok(true);
            }
        }
        if self.input.read_value(&mut self.buffer, MAX_FIELD_BYTES)? != End::Complete {
            return Ok(self.report_cut());
        }
        let key =
            lenient::read(&self.buffer).ok().and_then(|(key, _)| key.as_str().map(str::to_owned));
        let key: String = key.unwrap_or_default().chars().take(MAX_KEY_CHARACTERS).collect();
        self.check_comma(&key);
        match self.input.peek_past_blanks()? {
            Some(b':') => self.input.consume_byte()?,
            Some(_) => self.report_fault(&format!("`:` is missing after `{key}`")),
            None => return Ok(self.report_cut()),
        }
        self.read_value_of(key)
    }

    fn read_value_of(&mut self, key: String) -> Result<bool> {
        let Some(first) = self.input.peek_past_blanks()? else { return Ok(self.report_cut()) };
        let Some(open) = self.open.last() else { return Ok(false) };
        let (kind, pointer) = (open.kind, format!("{}/{key}", open.pointer));
        let is_chat = matches!(kind, Container::Root | Container::Chat);
        match (kind, key.as_str(), first) {
            (_, "messages", b'[') if is_chat => self.enter(Container::Messages, pointer),
            (Container::Root, "chats" | "left_chats", b'{') => {
                self.enter(Container::Section, pointer)
            }
            (Container::Section, "list", b'[') => self.enter(Container::List, pointer),
            (_, "name" | "type" | "id", _) if is_chat => self.read_chat_field(key),
            (_, _, b',' | b'}' | b']') => {
                self.report_fault(&format!("the value of `{key}` is missing"));
                Ok(true)
            }
            _ => {
                if kind == Container::Root && b"{[".contains(&first) {
                    self.skipped.count(&key);
                }
                self.skip_value()
            }
        }
    }

    /// Reads a field of the chat.
    fn read_chat_field(&mut self, key: String) -> Result<bool> {
        match self.input.read_value(&mut self.buffer, MAX_FIELD_BYTES)? {
            End::CutOff => return Ok(self.report_cut()),
            End::TooLong => {
                self.report_fault(&format!("`{key}` is longer than {MAX_FIELD_BYTES} bytes"));
                if !self.input.skip_rest_of_value(&self.buffer)? {
                    return Ok(self.report_cut());
                }
            }
            End::Complete => match lenient::read(&self.buffer) {
                Ok((value, _)) => self.chat.insert(key, value),
                Err(error) => self.report_error(error),
            },
        }
        Ok(true)
    }

    /// Reads the next element of an array, or the end of the array.
    fn read_element(&mut self) -> Result<bool> {
        match self.input.peek_past_blanks()? {
            None => Ok(self.report_cut()),
            Some(b']') => self.close(),
            Some(b'}') => {
                self.report_fault("`]` is missing before `}`");
                self.leave();
                Ok(true)
            }
            Some(b',') => self.read_comma(),
            Some(first) => {
                let indent = self.input.indent.clone();
                let Some(open) = self.open.last_mut() else { return Ok(false) };
                let pointer = format!("{}/{}", open.pointer, open.count);
                open.count += 1;
                let kind = open.kind;
                self.check_comma(&pointer);
                match kind {
                    Container::List if first == b'{' => self.enter(Container::Chat, pointer),
                    Container::List => {
                        self.report_fault("expected a chat (an object)");
                        self.skip_value()
                    }
                    Container::Messages
                    | Container::Root
                    | Container::Section
                    | Container::Chat => self.read_message(pointer, indent),
                }
            }
        }
    }

    /// Reads a message, and converts it or holds it back.
    fn read_message(&mut self, pointer: String, indent: Option<Vec<u8>>) -> Result<bool> {
        let start = MessageStart { pointer, line: self.input.line, indent };
        let mut json = std::mem::take(&mut self.buffer);
        let end = self.input.read_value(&mut json, limits::RECORD_BYTES + 1)?;
        let read = match end {
            End::Complete if json.len() <= limits::RECORD_BYTES => lenient::read(&json),
            End::Complete | End::CutOff | End::TooLong => Err(too_large()),
        };
        match read {
            Ok((value, repairs)) => {
                self.chat.held_back_bytes += json.len();
                self.chat.held_back.push((start.pointer, value, repairs));
                self.convert_held_back(false);
            }
            Err(error) => self.skip_broken_message(start, &mut json, end, error)?,
        }
        self.buffer = json;
        Ok(true)
    }

    /// Skips a message that is not JSON, or too long to be read. The next message is searched for at the beginning of a
    /// line with the same indentation.
    fn skip_broken_message(
        &mut self,
        start: MessageStart,
        json: &mut Vec<u8>,
        end: End,
        error: RecordError,
    ) -> Result<()> {
        let MessageStart { pointer, line, indent } = start;
        let indent = indent.filter(|_| error.code == Code::BadJson || end != End::Complete);
        let next_message = indent.as_ref().and_then(|indent| next_on_line(json, indent));
        let bytes_after = next_message.map(|at| json.split_off(at));
        if bytes_after.is_none() && end == End::CutOff {
            self.report_cut();
            return Ok(());
        }
        let error = if bytes_after.is_some() && end != End::Complete {
            let message =
                format!("this is not JSON: the message that begins at line {line} does not end");
            RecordError::new(Code::BadJson, error.path, message)
        } else {
            at_line(error, line)
        };
        let position = Position::Pointer(pointer);
        self.found.push_back(ConvertedRecord { position, record: Err(error) });
        match bytes_after {
            Some(rest) => {
                self.input.take_back(rest);
                // The comma before the next message was skipped together with the broken message.
                self.set_comma_state(CommaState::AfterComma);
            }
            None if end == End::TooLong && !self.input.skip_rest_of_value(json)? => {
                self.report_cut();
            }
            None => self.find_next_message(indent)?,
        }
        Ok(())
    }

    /// Finds the next message after a broken message, whose last bytes may still be in the input.
    fn find_next_message(&mut self, indent: Option<Vec<u8>>) -> Result<()> {
        let Some(indent) = indent else { return Ok(()) };
        let next = self.input.peek_past_blanks()?;
        let ends = next == Some(b',') || (next == Some(b']') && self.input.indent.is_some());
        if next.is_some() && !ends {
            self.input.skip_to_object(&indent)?;
            let is_end = self.input.peek()? == Some(b']');
            self.set_comma_state(if is_end {
                CommaState::BeforeComma
            } else {
                CommaState::AfterComma
            });
        }
        Ok(())
    }

    /// Converts the messages that were held back, if their chat is known or the reader no longer waits for its fields.
    fn convert_held_back(&mut self, at_end: bool) {
        let chat = &mut self.chat;
        if chat.known_chat.is_none()
            && (at_end || chat.is_complete() || chat.held_back_bytes > MAX_HELD_BACK)
        {
            chat.known_chat = Some(Chat::of(&chat.fields));
        }
        let Some(known_chat) = &chat.known_chat else { return };
        chat.held_back_bytes = 0;
        for (pointer, message, repairs) in chat.held_back.drain(..) {
            let record = super::record_of_message(&message, known_chat, &pointer, &repairs);
            self.found.push_back(ConvertedRecord { position: Position::Pointer(pointer), record });
        }
    }

    /// Changes the state of the innermost object or array, and returns the state before.
    fn set_comma_state(&mut self, state: CommaState) -> Option<CommaState> {
        self.open.last_mut().map(|open| std::mem::replace(&mut open.comma_state, state))
    }

    fn read_comma(&mut self) -> Result<bool> {
        self.input.consume_byte()?;
        match self.set_comma_state(CommaState::AfterComma) {
            Some(CommaState::BeforeComma) | None => {}
            Some(CommaState::First | CommaState::AfterComma) => {
                self.report_fault("there is nothing before `,`")
            }
        }
        Ok(true)
    }

    /// Checks that a comma came before a key or element, unless this is the first.
    fn check_comma(&mut self, key_or_pointer: &str) {
        if self.set_comma_state(CommaState::BeforeComma) == Some(CommaState::BeforeComma) {
            self.report_fault(&format!("`,` is missing before `{key_or_pointer}`"));
        }
    }

    fn close(&mut self) -> Result<bool> {
        if self.open.last().is_some_and(|open| open.comma_state == CommaState::AfterComma) {
            self.report_fault("there is nothing after the last `,`");
        }
        self.input.consume_byte()?;
        self.leave();
        Ok(true)
    }

    fn leave(&mut self) {
        let left = self.open.pop().map(|open| open.kind);
        if left == Some(Container::Root) && !self.holds_messages {
            self.report_fault("expected an export (an object with `messages` or `chats`)");
        }
        if let Some(Container::Root | Container::Chat) = left {
            self.convert_held_back(true);
            if std::mem::take(&mut self.chat).has_late_field {
                self.report_fault(
                    "the fields of this chat come after its messages, so the messages were read without them",
                );
            }
        }
    }

    /// Reports that the input ends inside the export. Always returns false.
    fn report_cut(&mut self) -> bool {
        self.convert_held_back(true);
        let message = "the export is cut off; only the complete messages before were read";
        self.report_fault(message);
        self.open.clear();
        false
    }

    fn skip_value(&mut self) -> Result<bool> {
        Ok(self.input.skip_rest_of_value(&[])? || self.report_cut())
    }

    fn report_fault(&mut self, message: &str) {
        let message = format!("this is not JSON: {message}");
        self.report_error(RecordError::new(Code::BadJson, "", message));
    }

    fn report_error(&mut self, error: RecordError) {
        let pointer = self.open.last().map(|open| open.pointer.clone()).unwrap_or_default();
        self.faults += 1;
        let mut error = at_line(error, self.input.line);
        if self.faults > MAX_FAULTS {
            error.message += "; there are too many errors, so the rest is not read";
        }
        let position = Position::Pointer(pointer);
        self.found.push_back(ConvertedRecord { position, record: Err(error) });
    }
}

impl ChatHeader {
    fn insert(&mut self, key: String, value: Value) {
        self.has_late_field |= self.known_chat.is_some();
        self.fields.insert(key, value);
    }

    fn is_complete(&self) -> bool {
        let has = |key| self.fields.contains_key(key);
        let kind = self.fields.get("type").and_then(Value::as_str);
        has("id")
            && has("type")
            && (has("name") || kind.is_some_and(|kind| NAMELESS_KINDS.contains(&kind)))
    }
}

/// The position of the line end before the next line that begins with this indentation and `{`.
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
