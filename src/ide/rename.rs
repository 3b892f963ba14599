//! Renaming: edits in all files that change a name and nothing else.

use super::{NameKind, TextEdit, Workspace};
use crate::face::analysis::{NameUse, is_name};
use crate::sink::plain;
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
    /// There is no name at this position, or an unknown one.
    NoName,
    /// The name belongs to a field, an action or a file, which rule authors cannot rename.
    Fixed(NameKind),
    /// The new name is not a valid name, or is a word of the language.
    Invalid(String),
    /// Something else has the new name.
    Taken {
        /// The file that declares it.
        path: String,
        /// The bytes of the name in its declaration.
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
            Self::NoName => f.write_str("there is no known name here"),
            Self::Fixed(kind) => {
                let what = why_fixed(*kind).unwrap_or("this cannot be renamed");
                f.write_str(what)
            }
            Self::Invalid(name) => write!(
                f,
                "`{}` cannot be a name: a name consists of ASCII letters, digits and `_`, does not begin with a digit, \
                 and is not a word of the language",
                plain(name)
            ),
            Self::Taken { path, .. } => write!(f, "the name is taken in `{}`", plain(path)),
            Self::ChangesMeaning { path, .. } => {
                write!(
                    f,
                    "with this name, something in `{}` would mean something else or be refused",
                    plain(path)
                )
            }
        }
    }
}

impl std::error::Error for RenameError {}

/// Why a name cannot be changed in the rules; `None` when it can be changed.
fn why_fixed(kind: NameKind) -> Option<&'static str> {
    match kind {
        NameKind::Field => Some("a field cannot be renamed: records use its name"),
        NameKind::Action => Some("an action cannot be renamed: its name belongs to the language"),
        NameKind::File => Some("a file cannot be renamed in the rules, only where it is stored"),
        NameKind::Law
        | NameKind::Article
        | NameKind::Policy
        | NameKind::Office
        | NameKind::Terms
        | NameKind::Pattern
        | NameKind::Set
        | NameKind::Register
        | NameKind::Wording
        | NameKind::Define
        | NameKind::Counter
        | NameKind::Mark
        | NameKind::Parameter
        | NameKind::Element
        | NameKind::Rule
        | NameKind::Exception => None,
    }
}

impl Workspace {
    /// The byte range of the name at this offset, if it can be renamed.
    ///
    /// # Errors
    /// [`RenameError::NoName`] and [`RenameError::Fixed`].
    pub fn prepare_rename(
        &mut self,
        path: &str,
        offset: usize,
    ) -> Result<Range<usize>, RenameError> {
        self.name_to_rename(path, offset).map(|name| name.at.span.range())
    }

    /// The edits that change the name at this offset, in its declaration and in all its uses, also in paths such as
    /// `kz.name` and `lib.words.name`. The edits are tried first: after them every name in every file
    /// must mean what it meant before. Names in comments and strings do not change. Nor do names that are unknown
    /// because something around them is faulty. Checks each changed file twice: with the edits and without them.
    ///
    /// # Errors
    /// When there is nothing to rename, or the new name cannot be used.
    pub fn rename(
        &mut self,
        path: &str,
        offset: usize,
        new: &str,
    ) -> Result<Vec<FileEdits>, RenameError> {
        let name = self.name_to_rename(path, offset)?;
        if !is_name(new) {
            return Err(RenameError::Invalid(new.to_owned()));
        }
        let before = self.analysis.names();
        if let Some(other) = self.item_with_name(&before, &name, new) {
            let path = self.path_of(other.at.file).unwrap_or_default().to_owned();
            return Err(RenameError::Taken { path, bytes: other.at.span.range() });
        }
        let places = before.iter().filter(|other| other.declared == name.declared);
        let edits = Edits::new(places.map(|place| place.at), new);
        let faults = self.analysis.faults();
        let (after, faults_after) = self.try_edits(&edits);
        let names_after: HashSet<_> = after.iter().collect();
        let changed = before.iter().find(|name| !names_after.contains(&edits.moved(**name)));
        let is_faulty = after.len() != before.len() || faults_after > faults;
        match changed.or(is_faulty.then_some(&name)) {
            Some(changed) => {
                let path = self.path_of(changed.at.file).unwrap_or_default().to_owned();
                Err(RenameError::ChangesMeaning { path, bytes: changed.at.span.range() })
            }
            None => Ok(self.file_edits(&edits)),
        }
    }

    /// The other item of the same file that has the new name already. `None` when no item is renamed.
    fn item_with_name(&self, names: &[NameUse], renamed: &NameUse, new: &str) -> Option<NameUse> {
        let is_new = |name: &&NameUse| {
            name.at == name.declared
                && name.at.file == renamed.declared.file
                && name.at != renamed.declared
                && name.kind.is_item()
                && self.sources().slice(name.at) == new
        };
        names.iter().find(is_new).filter(|_| renamed.kind.is_item()).copied()
    }

    /// The name at this offset, if it can be renamed.
    fn name_to_rename(&mut self, path: &str, offset: usize) -> Result<NameUse, RenameError> {
        let name = self.name_at(path, offset).ok_or(RenameError::NoName)?;
        match why_fixed(name.kind) {
            Some(_) => Err(RenameError::Fixed(name.kind)),
            None => Ok(name),
        }
    }

    /// What the names of all files would mean after some edits, and the number of faults.
    fn try_edits(&mut self, edits: &Edits<'_>) -> (Vec<NameUse>, usize) {
        let mut texts = vec![];
        for (file, spans) in &edits.spans {
            let path = self.path_of(*file).unwrap_or_default().to_owned();
            let before = self.text(&path).unwrap_or_default().to_owned();
            let mut after = before.clone();
            for span in spans.iter().rev() {
                after.replace_range(span.range(), edits.new);
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

    fn file_edits(&self, edits: &Edits<'_>) -> Vec<FileEdits> {
        let edit = |span: &Span| TextEdit { bytes: span.range(), text: edits.new.to_owned() };
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

/// The places of a name, and the name to write there.
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

    /// A name with its locations after the change.
    fn moved(&self, name: NameUse) -> NameUse {
        NameUse { at: self.shifted(name.at), declared: self.shifted(name.declared), ..name }
    }

    fn shifted(&self, at: Location) -> Location {
        let spans = self.spans.get(&at.file).map_or(&[][..], Vec::as_slice);
        let to_u32 = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let old = spans.first().map_or(0, |span| span.end - span.start);
        let shift = |byte: u32| {
            let before = to_u32(spans.partition_point(|span| span.end <= byte));
            byte + before * to_u32(self.new.len()) - before * old
        };
        Location {
            file: at.file,
            span: Span { start: shift(at.span.start), end: shift(at.span.end) },
        }
    }
}
