//! Definitions and references: from a name to its declaration, and from there to all its uses.

use super::Workspace;
pub use crate::face::analysis::NameKind;
use crate::face::analysis::NameUse;
use crate::{FileId, Location};
use std::ops::Range;

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[non_exhaustive]
pub struct Place {
    /// The path of the file below the rule root, or `std/…` for a file of the standard library, whose text
    /// [`Workspace::sources`] has.
    pub path: String,
    /// The bytes of the part in the text of the file.
    pub bytes: Range<usize>,
}

/// Where a name is declared.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Definition {
    /// Where the declaration writes the name. For the path after `use` it is the start of the file.
    pub place: Place,
    /// What the name stands for.
    pub kind: NameKind,
    /// The bytes of the name that was asked about.
    pub name_bytes: Range<usize>,
}

/// A place where a name is used or declared.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Reference {
    /// Where it stands.
    pub place: Place,
    /// Whether it is the declaration itself.
    pub is_declaration: bool,
}

impl Workspace {
    /// Where the name at a byte of a file is declared: an item, an article, a parameter, the variable of a quantifier, a
    /// field, an action, a file. `None` where there is no name, or an unknown one. Other files may be faulty, and
    /// so may the rest of this one. Checks the file if it changed.
    pub fn definition(&mut self, path: &str, offset: usize) -> Option<Definition> {
        let name = self.name_at(path, offset)?;
        let place = self.place(name.declared)?;
        Some(Definition { place, kind: name.kind, name_bytes: name.at.span.range() })
    }

    /// All uses of what the name at a byte of a file means, and its declaration, in all files and in their order. Empty
    /// where [`Workspace::definition`] is `None`. Checks the files that changed; linear in the names of all files.
    pub fn references(&mut self, path: &str, offset: usize) -> Vec<Reference> {
        let Some(name) = self.name_at(path, offset) else { return vec![] };
        let names = self.analysis.names();
        let same = names.into_iter().filter(|other| other.declared == name.declared);
        let reference = |same: NameUse| {
            let is_declaration = same.at == same.declared;
            Some(Reference { place: self.place(same.at)?, is_declaration })
        };
        let mut found: Vec<_> = same.filter_map(reference).collect();
        // The names in the standard library are not among `names`, so a declaration there is added.
        if !found.iter().any(|each| each.is_declaration) && name.kind != NameKind::File {
            let place = self.place(name.declared);
            found.extend(place.map(|place| Reference { place, is_declaration: true }));
        }
        found.sort_by(|a, b| a.place.cmp_in_files(&b.place));
        found
    }

    /// The name at a byte, or right before it.
    pub(super) fn name_at(&mut self, path: &str, offset: usize) -> Option<NameUse> {
        let names = self.analysis.names_of(path);
        let covers = |name: &&NameUse| name.at.span.range().contains(&offset);
        let ends_here = |name: &&NameUse| name.at.span.range().end == offset;
        names.iter().find(covers).or_else(|| names.iter().find(ends_here)).copied()
    }

    pub(super) fn path_of(&self, file: FileId) -> Option<&str> {
        self.sources().get(file).map(|source| source.name.as_str())
    }

    fn place(&self, at: Location) -> Option<Place> {
        Some(Place { path: self.path_of(at.file)?.to_owned(), bytes: at.span.range() })
    }
}

impl Place {
    fn cmp_in_files(&self, other: &Self) -> std::cmp::Ordering {
        let start = |place: &Self| (place.bytes.start, place.bytes.end);
        self.path.cmp(&other.path).then(start(self).cmp(&start(other)))
    }
}
