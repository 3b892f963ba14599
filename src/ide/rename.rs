//! Renaming: the edits in all files after which everything means what it meant.

use super::definition::{NameKind, bytes};
use super::{TextEdit, Workspace};
use crate::face::analysis::{NameUse, is_item, is_name};
use crate::{FileId, Location, Span};
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::ops::Range;

/// The edits of one file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct FileEdits {
    /// The path of the file below the rule root.
    pub path: String,
    /// The version of the text to which they apply, if an editor holds it open.
    pub version: Option<i64>,
    /// The edits in the order of the text. None overlaps another.
    pub edits: Vec<TextEdit>,
}

/// Why something cannot be renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenameError {
    /// No name stands there that means anything.
    NoName,
    /// What the name stands for is not the rule author's to name: a field, an action, a file.
    Fixed(NameKind),
    /// The new name is no name, or a word of the language.
    Invalid(String),
    /// Something else has the new name: it stands at these bytes of the file.
    Taken {
        /// The path of the file.
        path: String,
        /// The bytes of the name there.
        bytes: Range<usize>,
    },
    /// With the new name, the name at these bytes of the file would mean something else, or be refused.
    ChangesMeaning {
        /// The path of the file.
        path: String,
        /// The bytes of the name, before the change.
        bytes: Range<usize>,
    },
}

impl fmt::Display for RenameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => f.write_str("no name stands here"),
            Self::Fixed(kind) => {
                let what = match kind {
                    NameKind::Field => "a field is named by the records that have it",
                    NameKind::Action => "an action is named by the language",
                    NameKind::File => "a file is renamed where it is stored",
                    NameKind::Law
                    | NameKind::Article
                    | NameKind::Policy
                    | NameKind::Office
                    | NameKind::Terms
                    | NameKind::Set
                    | NameKind::Define
                    | NameKind::Parameter
                    | NameKind::Element
                    | NameKind::Rule
                    | NameKind::Exception => "this cannot be renamed",
                };
                f.write_str(what)
            }
            Self::Invalid(name) => write!(
                f,
                "`{name}` cannot be a name: names are ASCII letters, digits and `_`, begin with no digit and are no word \
                 of the language"
            ),
            Self::Taken { path, .. } => write!(f, "the name is taken in `{path}`"),
            Self::ChangesMeaning { path, .. } => {
                write!(
                    f,
                    "with this name, something in `{path}` would mean something else or be refused"
                )
            }
        }
    }
}

impl std::error::Error for RenameError {}

impl Workspace {
    /// The bytes of the name at a byte of a file, if it can be renamed.
    ///
    /// # Errors
    /// [`RenameError::NoName`] and [`RenameError::Fixed`].
    pub fn prepare_rename(
        &mut self,
        path: &str,
        offset: usize,
    ) -> Result<Range<usize>, RenameError> {
        self.renamed(path, offset).map(|name| bytes(name.at))
    }

    /// The edits that give what the name at a byte of a file stands for another name: in its declaration, and wherever
    /// it is named, `kz.name` and `lib.words.name` among them. They are made on trial, and every name in every file has
    /// to mean what it meant. Names in comments and texts stay. What could not be resolved, because something around it
    /// is faulty, stays too. Checks the files that change, twice.
    ///
    /// # Errors
    /// When there is nothing to rename, or the new name would not do.
    pub fn rename(
        &mut self,
        path: &str,
        offset: usize,
        new: &str,
    ) -> Result<Vec<FileEdits>, RenameError> {
        let name = self.renamed(path, offset)?;
        if !is_name(new) {
            return Err(RenameError::Invalid(new.to_owned()));
        }
        let before = self.analysis.names();
        if let Some(other) = self.taken(&before, &name, new) {
            let path = self.path_of(other.at.file).unwrap_or_default().to_owned();
            return Err(RenameError::Taken { path, bytes: bytes(other.at) });
        }
        let places = before.iter().filter(|other| other.declared == name.declared);
        let edits = Edits::new(places.map(|place| place.at), new);
        let faults = self.analysis.faults();
        let (after, faults_after) = self.on_trial(&edits);
        let is_kept: HashSet<_> = after.iter().collect();
        let lost = before.iter().find(|name| !is_kept.contains(&edits.moved(**name)));
        let is_faulty = after.len() != before.len() || faults_after > faults;
        match lost.or(is_faulty.then_some(&name)) {
            Some(lost) => {
                let path = self.path_of(lost.at.file).unwrap_or_default().to_owned();
                Err(RenameError::ChangesMeaning { path, bytes: bytes(lost.at) })
            }
            None => Ok(self.by_file(&edits)),
        }
    }

    /// The item of the same file that has the new name, when an item is renamed.
    fn taken(&self, names: &[NameUse], renamed: &NameUse, new: &str) -> Option<NameUse> {
        let is_new = |name: &&NameUse| {
            name.at == name.declared
                && name.at.file == renamed.declared.file
                && name.at != renamed.declared
                && is_item(name.kind)
                && self.sources().slice(name.at) == new
        };
        names.iter().find(is_new).filter(|_| is_item(renamed.kind)).copied()
    }

    fn renamed(&mut self, path: &str, offset: usize) -> Result<NameUse, RenameError> {
        let name = self.name_at(path, offset).ok_or(RenameError::NoName)?;
        match name.kind {
            NameKind::Field | NameKind::Action | NameKind::File => {
                Err(RenameError::Fixed(name.kind))
            }
            NameKind::Law
            | NameKind::Article
            | NameKind::Policy
            | NameKind::Office
            | NameKind::Terms
            | NameKind::Set
            | NameKind::Define
            | NameKind::Parameter
            | NameKind::Element
            | NameKind::Rule
            | NameKind::Exception => Ok(name),
        }
    }

    /// The names of all files as they would be after some edits, and the number of faults.
    fn on_trial(&mut self, edits: &Edits<'_>) -> (Vec<NameUse>, usize) {
        let mut texts = vec![];
        for (file, spans) in &edits.spans {
            let path = self.path_of(*file).unwrap_or_default().to_owned();
            let before = self.text(&path).unwrap_or_default().to_owned();
            let mut after = before.clone();
            for span in spans.iter().rev() {
                after.replace_range(span.start as usize..span.end as usize, edits.new);
            }
            self.analysis.set(&path, &after);
            texts.push((path, before));
        }
        let (names, faults) = (self.analysis.names(), self.analysis.faults());
        for (path, text) in texts {
            self.analysis.set(&path, &text);
        }
        (names, faults)
    }

    fn by_file(&self, edits: &Edits<'_>) -> Vec<FileEdits> {
        let edit = |span: &Span| TextEdit {
            bytes: span.start as usize..span.end as usize,
            text: edits.new.to_owned(),
        };
        let file = |(file, spans): (&FileId, &Vec<Span>)| {
            let path = self.path_of(*file)?.to_owned();
            let version = self.version(&path);
            Some(FileEdits { path, version, edits: spans.iter().map(edit).collect() })
        };
        let mut files: Vec<_> = edits.spans.iter().filter_map(file).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }
}

/// One name in the place of another, wherever that stands.
struct Edits<'a> {
    new: &'a str,
    spans: BTreeMap<FileId, Vec<Span>>,
}

impl<'a> Edits<'a> {
    fn new(places: impl Iterator<Item = Location>, new: &'a str) -> Self {
        let mut spans: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for place in places {
            spans.entry(place.file).or_default().push(place.span);
        }
        for spans in spans.values_mut() {
            spans.sort_unstable();
            spans.dedup();
        }
        Self { new, spans }
    }

    /// A name where it stands after the change.
    fn moved(&self, name: NameUse) -> NameUse {
        NameUse { at: self.shifted(name.at), declared: self.shifted(name.declared), ..name }
    }

    fn shifted(&self, at: Location) -> Location {
        let spans = self.spans.get(&at.file).map_or(&[][..], Vec::as_slice);
        let short = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let old = spans.first().map_or(0, |span| span.end - span.start);
        let shift = |byte: u32| {
            let before = short(spans.partition_point(|span| span.end <= byte));
            byte + before * short(self.new.len()) - before * old
        };
        Location {
            file: at.file,
            span: Span { start: shift(at.span.start), end: shift(at.span.end) },
        }
    }
}
