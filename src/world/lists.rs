//! Sets: `in` looks up values in them. Entries come from list files or rule files. An entry may have a first and a last
//! day.

mod keys;
mod kind;
mod read;

pub use kind::SetKind;
pub use read::{Column, Faults, Layout, ListFault, ListFaults, MAX_KEPT_FAULTS};

use crate::base::limits;
use crate::base::time::Day;
use keys::Keys;
use std::collections::{BTreeSet, HashMap};

/// A set of entries of one kind.
#[derive(Clone, Debug)]
pub struct Set {
    /// `kz.scam_hosts`
    pub id: String,
    /// The kind of its entries.
    pub kind: SetKind,
    /// On which days its absences mean something.
    pub completeness: Completeness,
    keys: Keys,
    /// For each key, the line of its first entry, or 0 if the entry is in a rule file.
    lines: Vec<u32>,
    /// The entries of each key that has days. A key without a row here is always in the set.
    dated: HashMap<u32, Vec<Dated>>,
    /// The lists that the entries come from, each with its first key.
    lists: Vec<(u32, List)>,
    count: usize,
}

/// On which days it is known that a value without an entry is not in a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Completeness {
    /// On all days: of a `set`.
    #[default]
    Always,
    /// From the first day on, and before the second: of a `register`.
    Between(Day, Day),
    /// On no day: of a `register` that does not say since when it is complete.
    Never,
}

impl Completeness {
    /// Whether it covers a day.
    pub fn covers(self, day: Day) -> bool {
        match self {
            Self::Always => true,
            Self::Between(from, until) => from <= day && day < until,
            Self::Never => false,
        }
    }
}

/// Where entries of a set come from: a list file, or the rule file itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// Its path below the rule root.
    pub name: String,
    /// Who published it, according to its own header or to the rule file.
    pub source: Option<String>,
    /// The day or instant that it describes, from the same sources.
    pub as_of: Option<String>,
    /// The SHA-256 of a list file.
    pub sha256: Option<String>,
    /// How many entries it added to the set.
    pub entries: usize,
    /// How many of its lines are not entries.
    pub broken: usize,
}

/// An entry that was found: because of it, the value is in the set on that day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its normal form.
    pub value: &'a str,
    /// The list that it is in.
    pub list: &'a List,
    /// Its line in the list file, from 1. `None` in a rule file: a decision names the line, and must not change when an
    /// author moves the item.
    pub line: Option<u32>,
    /// Its first day.
    pub from: Option<Day>,
    /// The first day on which it is no longer in the set.
    pub until: Option<Day>,
}

/// The days of an entry, and its place.
#[derive(Clone, Debug)]
struct Dated {
    from: Option<Day>,
    until: Option<Day>,
    line: Option<u32>,
    /// The index of the list.
    list: usize,
}

impl Set {
    /// An empty set.
    pub fn new(id: String, kind: SetKind) -> Self {
        Self {
            id,
            kind,
            completeness: Completeness::Always,
            keys: Keys::default(),
            lines: vec![],
            dated: HashMap::new(),
            lists: vec![],
            count: 0,
        }
    }

    /// Begins a list: entries that are added from now on come from it.
    pub fn open(&mut self, list: List) {
        let first = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.lists.push((first, list));
    }

    /// Ends the current list. `broken` is the number of its lines that are not entries.
    pub fn close(&mut self, broken: usize) {
        if let Some((_, list)) = self.lists.last_mut() {
            list.broken = broken;
        }
        self.keys.shrink_to_fit(self.kind);
        self.lines.shrink_to_fit();
    }

    /// Adds an entry to the current list. Returns `Ok(false)` if the set already has the entry with the same days. The
    /// same entry with other days is a further entry.
    ///
    /// # Errors
    /// If the text is not an entry of this kind, its last day is before its first, or the set is full.
    pub fn add(
        &mut self,
        entry: &str,
        line: Option<u32>,
        from: Option<Day>,
        until: Option<Day>,
    ) -> Result<bool, String> {
        if self.is_full() {
            return Err(too_many_entries());
        }
        if from.zip(until).is_some_and(|(from, until)| from >= until) {
            return Err(format!("`{entry}` ends before it begins"));
        }
        if self.lists.is_empty() {
            self.open(List::default());
        }
        let form = self.kind.form_of_entry(entry)?;
        let (key, is_new_key) = self.keys.insert(self.kind, &form).ok_or_else(too_many_entries)?;
        let dated = Dated { from, until, line, list: self.lists.len().saturating_sub(1) };
        let has_days = from.is_some() || until.is_some();
        if is_new_key {
            self.lines.push(line.unwrap_or(0));
            if has_days {
                self.dated.insert(key, vec![dated]);
            }
        } else if has_days || self.dated.contains_key(&key) {
            let always = self.always(key);
            let known = self.dated.entry(key).or_insert_with(|| vec![always]);
            if known.iter().any(|one| (one.from, one.until) == (from, until)) {
                return Ok(false);
            }
            known.push(dated);
        } else {
            return Ok(false);
        }
        self.count += 1;
        if let Some((_, list)) = self.lists.last_mut() {
            list.entries += 1;
        }
        Ok(true)
    }

    /// Whether it has as many entries as a set may have.
    pub(crate) fn is_full(&self) -> bool {
        self.count >= limits::ENTRIES
    }

    /// The number of entries. An entry counts once for each of its intervals.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The days on which the set changes, because an entry begins or ends.
    pub fn days(&self) -> BTreeSet<Day> {
        let days = self.dated.values().flatten().flat_map(|dated| [dated.from, dated.until]);
        days.flatten().collect()
    }

    /// Whether a value that is not found on a day is known not to be in the set then.
    pub fn is_complete_on(&self, day: Day) -> bool {
        self.completeness.covers(day)
    }

    /// The lists that its entries come from.
    pub fn lists(&self) -> impl Iterator<Item = &List> {
        self.lists.iter().map(|(_, list)| list)
    }

    /// Bytes of memory, without the days of entries.
    pub fn bytes(&self) -> usize {
        self.keys.bytes() + self.lines.capacity() * size_of::<u32>()
    }

    /// The entry because of which a value is in the set on a day. Entries for domains and pages also cover what is below
    /// them. Of several entries, the most specific is found.
    pub fn find(&self, value: &str, on: Day) -> Option<Entry<'_>> {
        let form = self.kind.form_of_value(value)?;
        self.keys.covering(self.kind, &form).filter_map(|key| self.entry_on(key, on)).last()
    }

    fn entry_on(&self, key: u32, on: Day) -> Option<Entry<'_>> {
        let covers = |dated: &&Dated| {
            dated.from.is_none_or(|from| from <= on) && dated.until.is_none_or(|until| on < until)
        };
        let Dated { from, until, line, list } = match self.dated.get(&key) {
            Some(dated) => dated.iter().find(covers)?.clone(),
            None => self.always(key),
        };
        let (_, list) = self.lists.get(list)?;
        Some(Entry { value: self.keys.get(key), list, line, from, until })
    }

    /// The first entry of a key, as an entry without days.
    fn always(&self, key: u32) -> Dated {
        let line = self.lines.get(key as usize).copied().filter(|line| *line > 0);
        let list = self.lists.partition_point(|(first, _)| *first <= key).saturating_sub(1);
        Dated { from: None, until: None, line, list }
    }
}

fn too_many_entries() -> String {
    format!("a set has at most {} entries", limits::ENTRIES)
}

#[cfg(test)]
mod tests;
