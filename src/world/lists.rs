//! Sets, in which `in` looks up values. Their entries come from list files or rule files, and may be limited to certain
//! days.

mod keys;
mod kind;
mod read;

pub use kind::SetKind;
pub use read::{Column, Faults, Layout, ListFault, Read, SHOWN};

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
    keys: Keys,
    /// The line of each key: the first, if it occurs several times. 0 for a key without a line.
    lines: Vec<u32>,
    /// The days of keys that are not always in the set.
    dated: HashMap<u32, Vec<Dated>>,
    /// The lists that the entries come from. The number is the first key of the list.
    lists: Vec<(u32, List)>,
    count: usize,
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

/// The entry that puts a value into the set on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its text, in the form in which entries are compared.
    pub value: &'a str,
    /// The list that it is in.
    pub list: &'a List,
    /// Its line there, from 1. `None` in a rule file, where moving an item must not change a decision.
    pub line: Option<u32>,
    /// Its first day.
    pub from: Option<Day>,
    /// The first day on which it is no longer in the set.
    pub until: Option<Day>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Dated {
    from: Option<Day>,
    until: Option<Day>,
    line: Option<u32>,
    list: usize,
}

impl Set {
    /// An empty set.
    pub fn new(id: String, kind: SetKind) -> Self {
        Self {
            id,
            kind,
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

    /// Ends the current list; `broken` of its lines are not entries.
    pub fn close(&mut self, broken: usize) {
        if let Some((_, list)) = self.lists.last_mut() {
            list.broken = broken;
        }
        self.keys.shrink_to_fit(self.kind);
        self.lines.shrink_to_fit();
    }

    /// Adds an entry to the current list. Returns `Ok(false)` when the set already has it with the same days. A set may
    /// have an entry several times, with different days.
    ///
    /// # Errors
    /// When it is not an entry of this kind, would never be in the set, or the set is full.
    pub fn add(
        &mut self,
        entry: &str,
        line: Option<u32>,
        from: Option<Day>,
        until: Option<Day>,
    ) -> Result<bool, String> {
        let full = || format!("a set has at most {} entries", limits::ENTRIES);
        if self.count >= limits::ENTRIES {
            return Err(full());
        }
        if from.zip(until).is_some_and(|(from, until)| from >= until) {
            return Err(format!("`{entry}` ends before it begins"));
        }
        if self.lists.is_empty() {
            self.open(List::default());
        }
        let form = self.kind.entry(entry)?;
        let (key, is_new_key) = self.keys.insert(self.kind, &form).ok_or_else(full)?;
        if is_new_key {
            self.lines.push(line.unwrap_or(0));
        }
        let list = self.lists.len().saturating_sub(1);
        let dated = Dated { from, until, line, list };
        let is_new = is_new_key || self.is_new_interval(key, &dated);
        let is_always = from.is_none() && until.is_none();
        if is_new && !(is_new_key && is_always) {
            self.dated.entry(key).or_default().push(dated);
        }
        if is_new {
            self.count += 1;
            if let Some((_, list)) = self.lists.last_mut() {
                list.entries += 1;
            }
        }
        Ok(is_new)
    }

    /// Whether these days are new for a key of the set. A key that was always in the set stays in it, and its new days
    /// are added.
    fn is_new_interval(&mut self, key: u32, new: &Dated) -> bool {
        let (line, list) = (self.line(key), self.list_of(key));
        let is_same = |known: &Dated| (known.from, known.until) == (new.from, new.until);
        let always = Dated { from: None, until: None, line, list };
        let is_dated = new.from.is_some() || new.until.is_some();
        match self.dated.get(&key) {
            Some(known) => !known.iter().any(is_same),
            None if is_dated => {
                self.dated.insert(key, vec![always]);
                true
            }
            None => false,
        }
    }

    /// The number of entries. An entry counts once for each of its intervals.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The days on which an entry begins or ends, sorted.
    pub fn days(&self) -> BTreeSet<Day> {
        let ends = self.dated.values().flatten().flat_map(|dated| [dated.from, dated.until]);
        ends.flatten().collect()
    }

    /// The lists that its entries come from.
    pub fn lists(&self) -> impl Iterator<Item = &List> {
        self.lists.iter().map(|(_, list)| list)
    }

    /// Bytes of memory, without the days of entries.
    pub fn bytes(&self) -> usize {
        self.keys.bytes() + self.lines.capacity() * size_of::<u32>()
    }

    /// The entry that puts a value into the set on a day: the value itself or, for domains and pages, the nearest entry
    /// that covers it.
    pub fn find(&self, value: &str, on: Day) -> Option<Entry<'_>> {
        let form = self.kind.value(value)?;
        self.keys.covering(self.kind, &form).filter_map(|key| self.entry_on(key, on)).last()
    }

    fn entry_on(&self, key: u32, on: Day) -> Option<Entry<'_>> {
        let always =
            Dated { from: None, until: None, line: self.line(key), list: self.list_of(key) };
        let covers = |dated: &&Dated| {
            dated.from.is_none_or(|from| from <= on) && dated.until.is_none_or(|until| on < until)
        };
        let Dated { from, until, line, list } = match self.dated.get(&key) {
            Some(dated) => dated.iter().find(covers)?.clone(),
            None => always,
        };
        let (_, list) = self.lists.get(list)?;
        Some(Entry { value: self.keys.get(key), list, line, from, until })
    }

    fn line(&self, key: u32) -> Option<u32> {
        self.lines.get(key as usize).copied().filter(|line| *line > 0)
    }

    /// The index of the first list that has a key.
    fn list_of(&self, key: u32) -> usize {
        self.lists.partition_point(|(first, _)| *first <= key).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests;
