//! The names that a file uses, each with its declaration. They stay valid while other parts of the declaring file change.

use super::parsed::Parsed;
use crate::base::source::{FileId, Location, Span};
use crate::check::{NameKind, NameUse};

/// A name in a file, and what it means.
#[derive(Debug)]
pub(super) struct KeptName {
    at: Location,
    kind: NameKind,
    declaration: Declaration,
}

/// Where a name is declared.
#[derive(Debug)]
enum Declaration {
    /// A location in the file that uses the name, or outside of named items. It is right until that file is checked again.
    Fixed(Location),
    /// In a named item of another file, `offset` bytes after the beginning of the item.
    InItem { file: FileId, item: String, offset: u32, length: u32 },
}

/// Finds a rule file by its id.
pub(super) type FileById<'a> = dyn Fn(FileId) -> Option<&'a Parsed> + 'a;

impl KeptName {
    pub(super) fn new(name: NameUse, file_by_id: &FileById<'_>) -> Self {
        let NameUse { at, declared, kind } = name;
        let fixed = Self { at, kind, declaration: Declaration::Fixed(declared) };
        if at.file == declared.file {
            return fixed;
        }
        let items = file_by_id(declared.file).into_iter().flat_map(|file| &file.tree.items);
        let item = items.filter_map(|item| Some((item, item.kind.name()?)));
        match item.into_iter().find(|(item, _)| item.span.covers(declared.span)) {
            Some((item, name)) => {
                let offset = declared.span.start - item.span.start;
                let length = declared.span.end - declared.span.start;
                let item = name.text.clone();
                let declaration = Declaration::InItem { file: declared.file, item, offset, length };
                Self { declaration, ..fixed }
            }
            None => fixed,
        }
    }

    /// The name with the current location of its declaration. `None` when the declaration is gone; the file that uses the
    /// name has to be checked again then.
    pub(super) fn resolve(&self, file_by_id: &FileById<'_>) -> Option<NameUse> {
        let declared = match &self.declaration {
            Declaration::Fixed(at) => *at,
            Declaration::InItem { file, item, offset, length } => {
                let parsed = file_by_id(*file)?;
                let item = parsed.tree.items.get(*parsed.declared(item).first()?)?;
                let start = item.span.start + offset;
                Location { file: *file, span: Span { start, end: start + length } }
            }
        };
        Some(NameUse { at: self.at, declared, kind: self.kind })
    }
}
