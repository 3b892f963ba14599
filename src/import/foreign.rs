//! Reads objects of other formats field by field. A field of the wrong type counts as absent, and the record gets the
//! warning `W-WRONG-TYPE` with its JSON pointer. Each field that is read is noted, so that a record can name the fields
//! that no code asked for: nothing is lost silently.

use crate::record::written::Object;
use indexmap::IndexSet;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;

/// An object of another format, and its place in its document.
#[derive(Clone, Debug)]
pub(super) struct Foreign<'v> {
    pub(super) fields: &'v Object,
    /// The JSON pointer of the object; empty for the document itself.
    pub(super) at: String,
    notes: &'v Notes,
}

/// A JSON pointer as a path for errors: `result.0.message`.
pub(super) fn path(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// How much of a value was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// The fields of an object and the elements of a list have extents of their own.
    Itself,
    /// The value with everything in it.
    Whole,
}

/// What an importer notes about a document: warnings in the order in which they came up, and which values it read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    warnings: RefCell<IndexSet<String>>,
    /// By the address of the value, which does not move while it is borrowed.
    read: RefCell<HashMap<usize, Extent>>,
}

impl Notes {
    /// Warnings about repairs of the JSON around a record.
    pub(super) fn of_repairs(repairs: &[&str]) -> Self {
        let notes = Self::default();
        repairs.iter().for_each(|name| notes.warn(name, ""));
        notes
    }

    pub(super) fn warn(&self, name: &str, pointer: &str) {
        let warning =
            if pointer.is_empty() { name.to_owned() } else { format!("{name} {pointer}") };
        self.warnings.borrow_mut().insert(warning);
    }

    pub(super) fn into_warnings(self) -> Vec<String> {
        self.warnings.into_inner().into_iter().collect()
    }

    fn mark(&self, value: &Value, extent: Extent) {
        let mut read = self.read.borrow_mut();
        let known = read.entry(std::ptr::from_ref(value).addr()).or_insert(extent);
        if extent == Extent::Whole {
            *known = Extent::Whole;
        }
    }

    fn extent(&self, value: &Value) -> Option<Extent> {
        self.read.borrow().get(&std::ptr::from_ref(value).addr()).copied()
    }

    /// Adds the pointers of what was not read in an object.
    fn add_unread_fields(&self, fields: &Object, at: &str, found: &mut Vec<String>) {
        for (key, field) in fields {
            self.add_unread(field, || pointer(at, key), found);
        }
    }

    /// Adds the pointers of what was not read in a value. `at` makes the pointer of the value, which is seldom needed.
    fn add_unread(&self, value: &Value, at: impl Fn() -> String, found: &mut Vec<String>) {
        match (self.extent(value), value) {
            (Some(Extent::Whole), _) => {}
            (None, value) if says_nothing(value) => {}
            (None, _) => found.push(at()),
            (Some(Extent::Itself), Value::Object(fields)) => {
                self.add_unread_fields(fields, &at(), found);
            }
            (Some(Extent::Itself), Value::Array(list)) => {
                self.add_unread_elements(list, &at(), found);
            }
            (
                Some(Extent::Itself),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_),
            ) => {}
        }
    }

    /// Adds what was not read in a list that was: objects that nothing asked for, and fields of others.
    fn add_unread_elements(&self, list: &[Value], at: &str, found: &mut Vec<String>) {
        for (number, element) in list.iter().enumerate() {
            let at = || format!("{at}/{number}");
            match element {
                Value::Array(inner) => self.add_unread_elements(inner, &at(), found),
                Value::Object(_) => self.add_unread(element, at, found),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
    }
}

/// Whether a value is what a source writes for "no".
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

/// The JSON pointer of a field. `at` is the pointer of its object.
fn pointer(at: &str, key: &str) -> String {
    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))
}

impl<'v> Foreign<'v> {
    /// A value that should be an object.
    pub(super) fn of(value: &'v Value, at: impl Into<String>, notes: &'v Notes) -> Option<Self> {
        let at = at.into();
        let Value::Object(fields) = value else {
            notes.warn("W-WRONG-TYPE", &at);
            return None;
        };
        notes.mark(value, Extent::Itself);
        Some(Self { fields, at, notes })
    }

    pub(super) fn new(fields: &'v Object, at: &str, notes: &'v Notes) -> Self {
        Self { fields, at: at.to_owned(), notes }
    }

    /// Another value of the same document, which should be an object.
    pub(super) fn object_at(&self, value: &'v Value, at: &str) -> Option<Self> {
        Self::of(value, at, self.notes)
    }

    /// The JSON pointer of a field.
    pub(super) fn pointer(&self, key: &str) -> String {
        pointer(&self.at, key)
    }

    pub(super) fn warn(&self, name: &str, key: &str) {
        self.notes.warn(name, &self.pointer(key));
    }

    /// Warns of something about the whole message.
    pub(super) fn warn_whole_message(&self, name: &str) {
        self.notes.warn(name, "");
    }

    /// A field, unless it is absent or `null`. It counts as read.
    pub(super) fn get(&self, key: &str) -> Option<&'v Value> {
        let value = self.present(key)?;
        self.notes.mark(value, Extent::Itself);
        Some(value)
    }

    fn present(&self, key: &str) -> Option<&'v Value> {
        self.fields.get(key).filter(|value| !value.is_null())
    }

    /// Whether a field is there. It does not count as read.
    pub(super) fn has(&self, key: &str) -> bool {
        self.present(key).is_some()
    }

    fn field_of_type<T>(&self, key: &str, read: impl FnOnce(&'v Value) -> Option<T>) -> Option<T> {
        let read = read(self.get(key)?);
        if read.is_none() {
            self.warn("W-WRONG-TYPE", key);
        }
        read
    }

    /// A text field; an empty text counts as absent.
    pub(super) fn text(&self, key: &str) -> Option<&'v str> {
        self.field_of_type(key, Value::as_str).filter(|text| !text.is_empty())
    }

    pub(super) fn int(&self, key: &str) -> Option<i64> {
        self.field_of_type(key, Value::as_i64)
    }

    pub(super) fn truth(&self, key: &str) -> Option<bool> {
        self.field_of_type(key, Value::as_bool)
    }

    /// A text field, if its text is one of these words.
    pub(super) fn word(&self, key: &str, words: &[&'static str]) -> Option<&'static str> {
        let text = self.text(key)?;
        words.iter().copied().find(|word| *word == text)
    }

    /// A field with a number of any size. A field of another type counts as absent, without a warning.
    pub(super) fn number(&self, key: &str) -> Option<Value> {
        self.get(key).filter(|value| value.is_number()).cloned()
    }

    /// A boolean field; false when absent.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.truth(key).unwrap_or(false)
    }

    pub(super) fn object(&self, key: &str) -> Option<Self> {
        let value = self.get(key)?;
        Self::of(value, self.pointer(key), self.notes)
    }

    pub(super) fn list(&self, key: &str) -> &'v [Value] {
        self.field_of_type(key, Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// The objects of a list.
    pub(super) fn objects(&self, key: &str) -> Vec<Self> {
        self.objects_of(self.list(key), &self.pointer(key))
    }

    /// The objects in each row of a list of lists.
    pub(super) fn rows(&self, key: &str) -> impl Iterator<Item = Vec<Self>> {
        let rows = self.list(key).iter().enumerate();
        rows.filter_map(move |(number, row)| {
            let Value::Array(row) = row else { return None };
            Some(self.objects_of(row, &format!("{}/{number}", self.pointer(key))))
        })
    }

    /// The objects among some elements; `at` is the pointer of their list.
    pub(super) fn objects_of(&self, elements: &'v [Value], at: &str) -> Vec<Self> {
        let numbered = elements.iter().enumerate().filter(|(_, element)| !element.is_null());
        numbered
            .filter_map(|(number, element)| Self::of(element, format!("{at}/{number}"), self.notes))
            .collect()
    }

    /// The fields with these keys, unchanged. They count as read, with everything in them.
    pub(super) fn kept(&self, keys: &[&str]) -> Object {
        self.ignore(keys);
        keys.iter().filter_map(|key| Some(((*key).to_owned(), self.get(key)?.clone()))).collect()
    }

    /// Counts fields as read that only repeat others, such as smaller copies of a picture.
    pub(super) fn ignore(&self, keys: &[&str]) {
        for value in keys.iter().filter_map(|key| self.present(key)) {
            self.notes.mark(value, Extent::Whole);
        }
    }

    /// Counts all fields as read.
    pub(super) fn ignore_all(&self) {
        self.fields.values().for_each(|value| self.notes.mark(value, Extent::Whole));
    }

    /// Takes over the warnings about a text that holds JSON.
    pub(super) fn take_warnings(&self, notes: Notes) {
        self.notes.warnings.borrow_mut().extend(notes.into_warnings());
    }

    /// What was not read, as JSON pointers in the order of the source.
    pub(super) fn unread(&self) -> Vec<String> {
        let mut found = vec![];
        self.notes.add_unread_fields(self.fields, &self.at, &mut found);
        found
    }
}
