//! What the names in a file mean, kept while the files in which they are declared change around the declarations.

use super::parsed::Parsed;
use crate::base::source::{FileId, Location, Span};
use crate::check::{NameKind, NameUse};
use std::collections::HashMap;

/// A name in a file, and what it means.
#[derive(Debug)]
pub(super) struct Kept {
    at: Location,
    kind: NameKind,
    declared: Declared,
}

/// Where a name is declared.
#[derive(Debug)]
enum Declared {
    /// In the file itself, or at a place that moves only when the file is checked again.
    At(Location),
    /// In a named item of another file, so many bytes from its beginning.
    In { file: FileId, item: String, offset: u32, length: u32 },
}

/// The rule files by id.
pub(super) type Files<'a> = HashMap<FileId, &'a Parsed>;

impl Kept {
    pub(super) fn of(name: NameUse, files: &Files<'_>) -> Self {
        let NameUse { at, declared, kind } = name;
        let fixed = Self { at, kind, declared: Declared::At(declared) };
        if at.file == declared.file {
            return fixed;
        }
        let items = files.get(&declared.file).into_iter().flat_map(|file| &file.tree.items);
        let item = items.filter_map(|item| Some((item, item.kind.name()?)));
        match item.into_iter().find(|(item, _)| item.span.covers(declared.span)) {
            Some((item, name)) => {
                let offset = declared.span.start - item.span.start;
                let length = declared.span.end - declared.span.start;
                let item = name.text.clone();
                Self {
                    declared: Declared::In { file: declared.file, item, offset, length },
                    ..fixed
                }
            }
            None => fixed,
        }
    }

    /// What the name means now. `None` when the declaration is gone: then the file has to be checked again.
    pub(super) fn now(&self, files: &Files<'_>) -> Option<NameUse> {
        let declared = match &self.declared {
            Declared::At(at) => *at,
            Declared::In { file, item, offset, length } => {
                let parsed = files.get(file)?;
                let item = parsed.tree.items.get(*parsed.declared(item).first()?)?;
                let start = item.span.start + offset;
                Location { file: *file, span: Span { start, end: start + length } }
            }
        };
        Some(NameUse { at: self.at, declared, kind: self.kind })
    }
}
