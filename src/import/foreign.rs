//! Reads objects of other formats field by field. A field of the wrong type counts as absent, and the record gets the
//! warning `W-WRONG-TYPE` with its JSON pointer.

use crate::record::written::Object;
use indexmap::IndexSet;
use serde_json::Value;
use std::cell::RefCell;

/// An object of another format, and its place in its document.
#[derive(Clone, Debug)]
pub(super) struct Foreign<'v> {
    pub(super) fields: &'v Object,
    /// The JSON pointer of the object; empty for the document itself.
    pub(super) at: String,
    warnings: &'v Warnings,
}

/// A JSON pointer as a path for errors: `result.0.message`.
pub(super) fn path(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// The warnings about a record, in the order in which they came up.
#[derive(Debug, Default)]
pub(super) struct Warnings(RefCell<IndexSet<String>>);

impl Warnings {
    /// Warnings about repairs of the JSON around a record.
    pub(super) fn of_repairs(repairs: &[&str]) -> Self {
        Self(RefCell::new(repairs.iter().map(|warning| (*warning).to_owned()).collect()))
    }

    pub(super) fn warn(&self, name: &str, pointer: &str) {
        let warning =
            if pointer.is_empty() { name.to_owned() } else { format!("{name} {pointer}") };
        self.0.borrow_mut().insert(warning);
    }

    pub(super) fn into_list(self) -> Vec<String> {
        self.0.into_inner().into_iter().collect()
    }
}

impl<'v> Foreign<'v> {
    /// A value that should be an object.
    pub(super) fn of(
        value: &'v Value,
        at: impl Into<String>,
        warnings: &'v Warnings,
    ) -> Option<Self> {
        let at = at.into();
        let Value::Object(fields) = value else {
            warnings.warn("W-WRONG-TYPE", &at);
            return None;
        };
        Some(Self { fields, at, warnings })
    }

    pub(super) fn new(fields: &'v Object, at: &str, warnings: &'v Warnings) -> Self {
        Self { fields, at: at.to_owned(), warnings }
    }

    /// Another value of the same document, which should be an object.
    pub(super) fn object_at(&self, value: &'v Value, at: &str) -> Option<Self> {
        Self::of(value, at, self.warnings)
    }

    /// The JSON pointer of a field.
    pub(super) fn pointer(&self, key: &str) -> String {
        format!("{}/{}", self.at, key.replace('~', "~0").replace('/', "~1"))
    }

    pub(super) fn warn(&self, name: &str, key: &str) {
        self.warnings.warn(name, &self.pointer(key));
    }

    /// Warns of something about the whole message.
    pub(super) fn warn_whole_message(&self, name: &str) {
        self.warnings.warn(name, "");
    }

    /// A field, unless it is absent or `null`.
    pub(super) fn get(&self, key: &str) -> Option<&'v Value> {
        self.fields.get(key).filter(|value| !value.is_null())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
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
        Self::of(value, self.pointer(key), self.warnings)
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
            .filter_map(|(number, element)| {
                Self::of(element, format!("{at}/{number}"), self.warnings)
            })
            .collect()
    }

    /// The fields with these keys, unchanged.
    pub(super) fn kept(&self, keys: &[&str]) -> Object {
        keys.iter().filter_map(|key| Some(((*key).to_owned(), self.get(key)?.clone()))).collect()
    }

    /// The keys that the importer does not know, as JSON pointers, in the order of the source.
    pub(super) fn unmapped(&self, is_known: impl Fn(&str) -> bool) -> Vec<String> {
        let present = self.fields.iter().filter(|(_, value)| !value.is_null());
        present.filter(|(key, _)| !is_known(key)).map(|(key, _)| self.pointer(key)).collect()
    }
}
