//! [`Kept`]: what the memory keeps under one key.

use crate::base::shared::Text;
use crate::base::time::Instant;
use crate::state::delta::EntryDelta;
use crate::state::entry::{Entry, Policy};
use crate::state::key::{Key, Kind};
use crate::state::known::Known;
use crate::state::line::Line;
use crate::state::mark::MarkHistory;
use crate::state::shares::{Join, Shares};
use crate::state::snapshot::Count;
use crate::state::store::{Entries, History, Whom};
use crate::state::timeline::{Asking, Timeline};
use std::collections::BTreeMap;

/// From how many entries on what they add is kept in the order of time, and not sorted for each question.
const LONG: usize = 8;

#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) revision: u64,
    /// From when on no entry was dropped.
    pub(super) known: Known,
    pub(super) left: Left,
    /// The long meanings of a counter, once they were read. Forgotten when entries are taken away.
    pub(super) timelines: BTreeMap<(Text, Policy), Timeline>,
}

/// What judgings left, with the share of each author.
#[derive(Clone, Debug)]
pub(super) enum Left {
    Counter(BTreeMap<Text, Meaning>),
    Mark(Option<Shares<MarkHistory>>),
    First(Option<Shares<Instant>>),
}

/// What is kept under a key of a counter, for one meaning of it.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    pub(super) policy: Policy,
    pub(super) entries: BTreeMap<Text, Shares<Entry>>,
    pub(super) known: Known,
}

impl Kept {
    pub(super) fn new(kind: Kind) -> Self {
        let left = match kind {
            Kind::Counter => Left::Counter(BTreeMap::new()),
            Kind::Mark => Left::Mark(None),
            Kind::First => Left::First(None),
        };
        Self { revision: 0, known: Known::All, left, timelines: BTreeMap::new() }
    }

    /// What another store keeps. It does not say who left it.
    pub(super) fn of(history: History, revision: u64) -> Self {
        let left = match history {
            History::Counter(meanings) => {
                let meanings = meanings.into_iter().map(|(meaning, one)| {
                    let Entries { policy, entries, known } = one;
                    let entries = entries.into_iter();
                    let entries = entries.map(|(record, entry)| (record, Shares::new(None, entry)));
                    (meaning, Meaning { policy, entries: entries.collect(), known })
                });
                Left::Counter(meanings.collect())
            }
            History::Mark(history) => Left::Mark(Some(Shares::new(None, history))),
            History::First(first) => Left::First(first.map(|at| Shares::new(None, at))),
        };
        Self { revision, known: Known::All, left, timelines: BTreeMap::new() }
    }

    /// What is kept of a counter for one meaning.
    pub(super) fn meaning(&self, meaning: &Text) -> Option<&Meaning> {
        match &self.left {
            Left::Counter(meanings) => meanings.get(meaning),
            Left::Mark(_) | Left::First(_) => None,
        }
    }

    /// How much a counter has for one meaning; `None` if nothing is kept for that.
    pub(super) fn count(
        &mut self,
        meaning: &Text,
        known: Known,
        asking: Asking<'_>,
    ) -> Option<Count> {
        let Left::Counter(meanings) = &self.left else { return None };
        let Meaning { entries, .. } = meanings.get(meaning)?;
        let own = entries.get(asking.record).map(Shares::whole);
        let all = || entries.iter().map(|(record, entry)| (record, entry.whole()));
        let timeline = || Timeline::new(all(), asking.policy);
        if entries.len() < LONG {
            return Some(timeline().count(own, known, asking));
        }
        let policy = asking.policy;
        let kept = self.timelines.entry((meaning.clone(), policy)).or_insert_with(timeline);
        Some(kept.count(own, known, asking))
    }

    /// Adds what a judging of a record leaves behind in a counter.
    pub(super) fn join(&mut self, record: &Text, author: Option<&Text>, delta: &EntryDelta) {
        let Left::Counter(meanings) = &mut self.left else { return };
        let policy = delta.policy;
        let meaning = meanings.entry(delta.meaning.clone()).or_insert_with(|| Meaning {
            policy,
            entries: BTreeMap::new(),
            known: Known::All,
        });
        meaning.policy = policy;
        let was = meaning.entries.get(record).map(|known| known.whole().clone());
        let entry = joined(meaning.entries.remove(record), author, &delta.entry);
        let was = was.unwrap_or_default();
        for ((meaning, policy), timeline) in &mut self.timelines {
            if *meaning == delta.meaning {
                let is = entry.whole().contribution(*policy);
                timeline.replace(record, was.contribution(*policy), is);
            }
        }
        meaning.entries.insert(record.clone(), entry);
    }

    /// Adds what was done to a mark.
    pub(super) fn join_mark(&mut self, author: Option<&Text>, history: &MarkHistory) {
        if *history != MarkHistory::default()
            && let Left::Mark(known) = &mut self.left
        {
            *known = Some(joined(known.take(), author, history));
        }
    }

    /// Adds when an outcome was asked for.
    pub(super) fn join_first(&mut self, author: Option<&Text>, at: Instant) {
        if let Left::First(known) = &mut self.left {
            *known = Some(joined(known.take(), author, &at));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match &self.left {
            Left::Counter(meanings) => meanings.values().all(|one| one.entries.is_empty()),
            Left::Mark(history) => {
                history.as_ref().is_none_or(|shares| *shares.whole() == MarkHistory::default())
            }
            Left::First(first) => first.is_none(),
        }
    }

    /// All that is kept.
    pub(super) fn history(&self) -> History {
        match &self.left {
            Left::Counter(meanings) => {
                let meanings = meanings.iter().map(|(meaning, one)| {
                    let entries = one.entries.iter();
                    let entries =
                        entries.map(|(record, one)| (record.clone(), one.whole().clone()));
                    let (policy, known) = (one.policy, one.known);
                    (meaning.clone(), Entries { policy, entries: entries.collect(), known })
                });
                History::Counter(meanings.collect())
            }
            Left::Mark(history) => {
                History::Mark(history.as_ref().map(|one| one.whole().clone()).unwrap_or_default())
            }
            Left::First(first) => History::First(first.as_ref().map(|one| *one.whole())),
        }
    }

    /// Takes out what somebody left, or everything. Returns how many entries, acts or starts of outcomes these were, and
    /// whether that changes anything.
    pub(super) fn erase(&mut self, whom: Option<&Whom>) -> (u64, bool) {
        let (mut erased, mut is_changed) = (0, false);
        match &mut self.left {
            Left::Counter(meanings) => {
                for meaning in meanings.values_mut() {
                    let entries = std::mem::take(&mut meaning.entries).into_iter();
                    let left = entries.filter_map(|(record, entry)| {
                        let mut is_whole = true;
                        let left = entry.retain(|author, _| {
                            let stays = !is_of(whom, Some(&record), author);
                            is_whole &= stays;
                            stays
                        });
                        erased += u64::from(!is_whole);
                        Some((record, left?))
                    });
                    meaning.entries = left.collect();
                }
            }
            Left::Mark(history) => {
                let left = history.clone().and_then(|shares| {
                    shares.retain(|author, share| {
                        let before = share.acts.len();
                        share.retain(|actor| !is_of(whom, actor.record(), author));
                        erased += (before - share.acts.len()) as u64;
                        *share != MarkHistory::default()
                    })
                });
                is_changed = left != *history;
                *history = left;
            }
            Left::First(first) => {
                *first = first.take().and_then(|shares| {
                    shares.retain(|author, _| {
                        let stays = !is_of(whom, None, author);
                        erased += u64::from(!stays);
                        stays
                    })
                });
            }
        }
        (erased, is_changed || erased > 0)
    }

    /// What somebody left, or everything.
    pub(super) fn lines(&self, key: &Key, whom: Option<&Whom>) -> Vec<Line> {
        let mut lines = vec![];
        match &self.left {
            Left::Counter(meanings) => {
                for (meaning, Meaning { policy, entries, .. }) in meanings {
                    let shares = entries.iter().flat_map(|(record, entry)| {
                        entry.iter().map(move |(author, share)| (record, author, share))
                    });
                    let shown =
                        shares.filter(|(record, author, _)| is_of(whom, Some(record), *author));
                    lines.extend(shown.map(|(record, author, share)| Line::Entry {
                        key: key.clone(),
                        meaning: meaning.clone(),
                        policy: *policy,
                        record: record.clone(),
                        author: author.cloned(),
                        entry: share.clone(),
                    }));
                }
            }
            Left::Mark(history) => {
                for (author, share) in history.iter().flat_map(Shares::iter) {
                    let mut history = share.clone();
                    history.retain(|actor| is_of(whom, actor.record(), author));
                    if history != MarkHistory::default() {
                        let (key, author) = (key.clone(), author.cloned());
                        lines.push(Line::Mark { key, author, history });
                    }
                }
            }
            Left::First(first) => {
                let shares = first.iter().flat_map(Shares::iter);
                let shown = shares.filter(|(author, _)| is_of(whom, None, *author));
                lines.extend(shown.map(|(author, at)| {
                    let (key, author) = (key.clone(), author.cloned());
                    Line::First { key, author, at: *at }
                }));
            }
        }
        if whom.is_none() && self.known != Known::All {
            lines.push(Line::Dropped { key: key.clone(), known: self.known });
        }
        lines
    }
}

/// Whether something is what somebody left: because of a record, by judgings of an author. If nobody is named, everything is.
fn is_of(whom: Option<&Whom>, record: Option<&Text>, author: Option<&Text>) -> bool {
    match whom {
        None => true,
        Some(Whom::Record(about)) => record == Some(about),
        Some(Whom::Author(by)) => author == Some(by),
    }
}

/// What is kept with what a judging of an author adds.
fn joined<T: Join>(known: Option<Shares<T>>, author: Option<&Text>, share: &T) -> Shares<T> {
    match known {
        None => Shares::new(author.cloned(), share.clone()),
        Some(mut known) => {
            known.join(author, share);
            known
        }
    }
}
