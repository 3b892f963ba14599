//! What the names in a file mean. This stays valid when the file that declares a name changes elsewhere.

use super::parsed::Parsed;
use crate::base::source::{FileId, Location, Span};
use crate::check::{NameKind, NameUse};

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
    /// In a named item of another file, `offset` bytes after the beginning of the item.
    In { file: FileId, item: String, offset: u32, length: u32 },
}

/// Finds a rule file by its id.
pub(super) type Files<'a> = dyn Fn(FileId) -> Option<&'a Parsed> + 'a;

impl Kept {
    pub(super) fn of(name: NameUse, files: &Files<'_>) -> Self {
        let NameUse { at, declared, kind } = name;
        let fixed = Self { at, kind, declared: Declared::At(declared) };
        if at.file == declared.file {
            return fixed;
        }
        let items = files(declared.file).into_iter().flat_map(|file| &file.tree.items);
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
                let parsed = files(*file)?;
                let item = parsed.tree.items.get(*parsed.declared(item).first()?)?;
                let start = item.span.start + offset;
                Location { file: *file, span: Span { start, end: start + length } }
            }
        };
        Some(NameUse { at: self.at, declared, kind: self.kind })
    }
}
