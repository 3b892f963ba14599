//! [`Memory`]: a store that lasts as long as the process. It is the reference: other stores answer as it does.

mod kept;
mod show;

use super::ask::{Ask, Asked, Asks};
use super::delta::{Delta, Judging};
use super::entry::Policy;
use super::key::{Key, Kind};
use super::known::Known;
use super::line::Line;
use super::mark::{MarkAct, MarkActor, MarkHistory, MarkWhat};
use super::shares::Shares;
use super::snapshot::{Reading, State};
use super::store::{
    Commit, Committed, Committing, CounterSpec, Entries, Erased, History, Logged, Outgoing, ROWS,
    Store, StoreError, Whom,
};
use super::timeline::{Asking, Timeline};
use crate::base::digest::hex;
use crate::base::shared::Text;
use crate::base::time::Instant;
use kept::{Kept, Left};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// A store that lasts as long as the process.
#[derive(Clone, Debug)]
pub struct Memory {
    /// From when on it knows what happened.
    known: Known,
    /// The greatest instant of a judging.
    latest: Option<Instant>,
    rows: usize,
    counters: BTreeMap<(Text, bool, Text), Adopted>,
    kept: BTreeMap<Key, Kept>,
    changes: u64,
    /// With what was decided, and the snapshot.
    judgings: BTreeMap<Judging, (Text, Text)>,
    /// Digests of judgings that were forgotten, with a digest of what was logged.
    forgotten: BTreeMap<String, Text>,
    /// Digests of their versions, which are not counted again.
    forgotten_versions: BTreeSet<String>,
    outbox: BTreeMap<u64, Outgoing>,
    outgoing: u64,
    positions: BTreeMap<Text, Text>,
}

/// A counter, for one meaning of it.
#[derive(Clone, Debug)]
struct Adopted {
    known: Known,
    /// `None` if it came from another store.
    keeps: Option<i128>,
    policy: Policy,
    is_in_service: bool,
}

impl Memory {
    /// An empty store. It knows nothing of the time before it begins; without a beginning, nothing happened before.
    pub fn new(begins: Option<Instant>) -> Self {
        Self {
            known: begins.map_or(Known::All, Known::From),
            latest: None,
            rows: ROWS,
            counters: BTreeMap::new(),
            kept: BTreeMap::new(),
            changes: 0,
            judgings: BTreeMap::new(),
            forgotten: BTreeMap::new(),
            forgotten_versions: BTreeSet::new(),
            outbox: BTreeMap::new(),
            outgoing: 0,
            positions: BTreeMap::new(),
        }
    }

    /// The same store with another limit of rows that a counter keeps under a key.
    #[must_use]
    pub fn with_rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// Takes what another store keeps under some keys.
    pub fn load(&mut self, histories: BTreeMap<Key, (History, u64)>) {
        for (key, (history, revision)) in histories {
            if let History::Counter(meanings) = &history {
                for (meaning, entries) in meanings {
                    let counter = (key.item.clone(), key.shadow, meaning.clone());
                    let policy = entries.policy;
                    let adopted =
                        Adopted { known: Known::All, keeps: None, policy, is_in_service: true };
                    self.counters.entry(counter).or_insert(adopted);
                }
            }
            self.changes = self.changes.max(revision);
            self.kept.insert(key, Kept::of(history, revision));
        }
    }

    /// Adds what a judging of a record leaves behind, without keeping the judging.
    pub fn join(&mut self, record: &Text, delta: &Delta) {
        self.add(record, None, delta);
    }

    fn add(&mut self, record: &Text, author: Option<&Text>, delta: &Delta) {
        self.changes += 1;
        for one in &delta.entries {
            self.change(&one.key).join(record, author, one);
        }
        for one in &delta.marks {
            self.change(&one.key).join_mark(author, &one.history);
        }
        for (key, at) in &delta.firsts {
            self.change(key).join_first(author, *at);
        }
    }

    /// What is kept under a key, which is changed now.
    fn change(&mut self, key: &Key) -> &mut Kept {
        let kept = self.kept.entry(key.clone()).or_insert_with(|| Kept::new(key.kind));
        kept.revision = self.changes;
        kept
    }

    fn revision(&self, key: &Key) -> u64 {
        self.kept.get(key).map_or(0, |kept| kept.revision)
    }

    /// From when on nothing is missing of what a counter has under a key for one meaning.
    fn known(&self, key: &Key, meaning: &Text) -> Known {
        let adopted = self.counters.get(&(key.item.clone(), key.shadow, meaning.clone()));
        let in_service = adopted.filter(|adopted| adopted.is_in_service);
        let known = in_service.map_or(Known::Nothing, |adopted| adopted.known);
        let kept = self.kept.get(key);
        let under_key = kept.map_or(Known::All, |kept| kept.known);
        let entries = kept.and_then(|kept| kept.meaning(meaning));
        known.max(under_key).max(entries.map_or(Known::All, |entries| entries.known))
    }

    fn reading(&mut self, ask: Ask<'_>) -> Reading {
        if let Asked::Count { meaning, window, since, policy, distinct, value } = ask.asked {
            let known = self.known(ask.key, meaning);
            let (record, value) = (ask.record, value.as_ref());
            let (window, since, policy, distinct) = (*window, *since, *policy, *distinct);
            let asking = Asking { record, window, since, policy, distinct, value };
            let kept = self.kept.get_mut(ask.key);
            let count = kept.and_then(|kept| kept.count(meaning, known, asking));
            let nothing = || Timeline::default().count(None, known, asking);
            return Reading::Count(count.unwrap_or_else(nothing));
        }
        match (ask.asked, self.kept.get(ask.key).map(|kept| &kept.left)) {
            (Asked::Mark { at }, Some(Left::Mark(history))) => {
                let whole = history.as_ref().map(Shares::whole);
                Reading::Mark(whole.and_then(|whole| whole.standing_before(ask.record, *at)))
            }
            (Asked::First, Some(Left::First(first))) => {
                Reading::First(first.as_ref().map(|first| *first.whole()))
            }
            (Asked::First, _) => Reading::First(None),
            (Asked::Count { .. } | Asked::Mark { .. }, _) => Reading::Mark(None),
        }
    }

    /// Removes keys that keep nothing. If entries were dropped, the key stays until sweeps have come past them.
    fn remove_empty(&mut self) {
        let counters = &self.counters;
        self.kept.retain(|key, kept| {
            let known = counters
                .iter()
                .filter(|((item, shadow, _), _)| *item == key.item && *shadow == key.shadow)
                .map(|(_, adopted)| adopted.known);
            let matters =
                kept.known != Known::All && known.min().is_none_or(|least| kept.known > least);
            matters || !kept.is_empty()
        });
    }

    /// Whether the id of a record is also the key of somebody who wrote another one.
    fn is_other_author(&self, whom: &Whom) -> bool {
        match whom {
            Whom::Record(record) => self
                .judgings
                .keys()
                .any(|one| one.author.as_ref() == Some(record) && one.record != *record),
            Whom::Author(_) => false,
        }
    }

    /// Whether a version of the record of a judging was forgotten.
    fn has_forgotten(&self, judging: &Judging, version: Option<Instant>) -> bool {
        self.forgotten_versions.contains(&digest_of_version(judging, version))
    }

    fn is_kept(&self, judging: &Judging) -> bool {
        self.judgings.contains_key(judging) || self.forgotten.contains_key(&digest_of(judging))
    }

    /// Drops the oldest entries of keys that have too many.
    fn limit<'k>(&mut self, keys: impl Iterator<Item = &'k Key>) {
        for key in keys {
            let Some(Kept { known, left: Left::Counter(meanings), timelines, .. }) =
                self.kept.get_mut(key)
            else {
                continue;
            };
            let rows: usize = meanings.values().map(|one| one.entries.len()).sum();
            let excess = rows.saturating_sub(self.rows);
            if excess == 0 {
                continue;
            }
            let mut oldest = vec![];
            for (meaning, entries) in &*meanings {
                oldest.extend(
                    entries
                        .entries
                        .iter()
                        .map(|(record, one)| (one.whole().last(), record.clone(), meaning.clone())),
                );
            }
            oldest.sort();
            for (last, record, meaning) in oldest.into_iter().take(excess) {
                if let Some(entries) = meanings.get_mut(&meaning) {
                    entries.entries.remove(&record);
                }
                *known = (*known).max(last.map_or(Known::All, Known::after));
            }
            timelines.clear();
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Store for Memory {
    fn adopt(&mut self, counters: &[CounterSpec]) -> Result<(), StoreError> {
        let begins = self.known.max(self.latest.map_or(Known::All, Known::after));
        let mut before = std::mem::take(&mut self.counters);
        for spec in counters {
            let counter = (spec.item.clone(), spec.shadow, spec.meaning.clone());
            let known = match before.remove(&counter) {
                Some(known) if known.is_in_service => known.known,
                Some(known) => known.known.max(begins),
                None => begins,
            };
            let keeps = Some(spec.keeps);
            let adopted = Adopted { known, keeps, policy: spec.policy, is_in_service: true };
            self.counters.insert(counter, adopted);
        }
        for (counter, mut adopted) in before {
            adopted.is_in_service = false;
            self.counters.insert(counter, adopted);
        }
        Ok(())
    }

    fn read(&mut self, asks: &[Asks]) -> Result<Vec<State>, StoreError> {
        let states = asks.iter().map(|asks| {
            let readings = asks.iter().map(|ask| (ask.key.clone(), self.reading(ask))).collect();
            let revisions = asks.iter().map(|ask| (ask.key.clone(), self.revision(ask.key)));
            let revisions = revisions.collect();
            State { readings, revisions, ..State::default() }
        });
        Ok(states.collect())
    }

    fn histories(&mut self, keys: &[Key]) -> Result<BTreeMap<Key, (History, u64)>, StoreError> {
        let histories = keys.iter().map(|key| {
            let kept = self.kept.get(key).map(Kept::history);
            let mut history = kept.unwrap_or_else(|| Kept::new(key.kind).history());
            if let History::Counter(meanings) = &mut history {
                for ((item, shadow, meaning), adopted) in &self.counters {
                    if *item == key.item && *shadow == key.shadow {
                        meanings.entry(meaning.clone()).or_insert_with(|| Entries {
                            policy: adopted.policy,
                            entries: BTreeMap::new(),
                            known: Known::All,
                        });
                    }
                }
                meanings.retain(|meaning, entries| {
                    entries.known = self.known(key, meaning);
                    let counter = (key.item.clone(), key.shadow, meaning.clone());
                    !entries.entries.is_empty() || self.counters.contains_key(&counter)
                });
            }
            (key.clone(), (history, self.revision(key)))
        });
        Ok(histories.collect())
    }

    fn commit(&mut self, batch: &Commit<'_>) -> Result<Committed, StoreError> {
        let mut seen = BTreeSet::new();
        let judgings = batch.judgings.iter();
        let is_new: Vec<_> =
            judgings.map(|one| !self.is_kept(one.judging) && seen.insert(one.judging)).collect();
        let new = || batch.judgings.iter().zip(&is_new).filter(|(_, is_new)| **is_new);
        let read = new().flat_map(|(one, _)| one.read);
        let changed: BTreeSet<_> =
            read.filter(|(key, read)| self.revision(key) != **read).map(|(key, _)| key).collect();
        if !changed.is_empty() {
            return Ok(Committed::Changed(changed.into_iter().cloned().collect()));
        }
        for (Committing { judging, delta, decided, state, outbox, .. }, _) in new() {
            if !self.has_forgotten(judging, judging.version) {
                let mut forgotten = delta.other_versions(judging.version);
                forgotten.retain(|version| self.has_forgotten(judging, Some(*version)));
                let counted = delta.without(&forgotten);
                self.add(&judging.record, judging.author.as_ref(), &counted);
            }
            self.latest = self.latest.max(Some(judging.at));
            let logged = (decided.clone(), state.clone());
            self.judgings.insert((*judging).clone(), logged);
            for outgoing in outbox {
                self.outgoing += 1;
                self.outbox.insert(self.outgoing, outgoing.clone());
            }
        }
        self.limit(new().flat_map(|(one, _)| one.delta.keys()));
        if let Some(position) = &batch.position {
            self.positions.insert(position.stream.clone(), position.at.clone());
        }
        Ok(Committed::Kept(is_new))
    }

    fn logged(&mut self, judging: &Judging) -> Result<Option<Logged>, StoreError> {
        if let Some((decided, state)) = self.judgings.get(judging) {
            return Ok(Some(Logged::Decision { decided: decided.clone(), state: state.clone() }));
        }
        if let Some(digest) = self.forgotten.get(&digest_of(judging)) {
            return Ok(Some(Logged::Forgotten { digest: digest.clone() }));
        }
        let is_forgotten = self.has_forgotten(judging, judging.version);
        Ok(is_forgotten.then_some(Logged::ForgottenVersion))
    }

    fn latest(&mut self) -> Result<Option<Instant>, StoreError> {
        Ok(self.latest)
    }

    fn position(&mut self, stream: &str) -> Result<Option<Text>, StoreError> {
        Ok(self.positions.get(stream).cloned())
    }

    fn pending(&mut self, limit: usize) -> Result<Vec<(u64, Outgoing)>, StoreError> {
        let pending = self.outbox.iter().take(limit);
        Ok(pending.map(|(number, outgoing)| (*number, outgoing.clone())).collect())
    }

    fn sent(&mut self, numbers: &[u64]) -> Result<(), StoreError> {
        self.outbox.retain(|number, _| !numbers.contains(number));
        Ok(())
    }

    fn mark(
        &mut self,
        key: &Key,
        person: &str,
        at: Instant,
        what: &MarkWhat,
    ) -> Result<(), StoreError> {
        self.changes += 1;
        let by = MarkActor::Person { person: person.into() };
        let acts = [MarkAct { at, what: what.clone(), by }].into();
        self.change(key).join_mark(None, &MarkHistory { acts, ..MarkHistory::default() });
        Ok(())
    }

    fn sweep(&mut self, at: Instant) -> Result<u64, StoreError> {
        self.changes += 1;
        let mut until = BTreeMap::new();
        for (counter, adopted) in &mut self.counters {
            let Some(last) = adopted.keeps.and_then(|keeps| at.plus_nanos(-keeps)) else {
                continue;
            };
            adopted.known = adopted.known.max(Known::after(last));
            until.insert(counter.clone(), last);
        }
        let mut swept = 0;
        for (key, kept) in &mut self.kept {
            let removed = match &mut kept.left {
                Left::Counter(meanings) => meanings
                    .iter_mut()
                    .map(|(meaning, entries)| {
                        let counter = (key.item.clone(), key.shadow, meaning.clone());
                        let Some(until) = until.get(&counter) else { return 0 };
                        let before = entries.entries.len();
                        entries.entries.retain(|_, entry| entry.whole().last() > Some(*until));
                        (before - entries.entries.len()) as u64
                    })
                    .sum(),
                Left::Mark(history) => {
                    u64::from(history.take_if(|one| one.whole().is_over(at)).is_some())
                }
                Left::First(_) => 0,
            };
            if removed > 0 {
                kept.revision = self.changes;
                kept.timelines.clear();
                swept += removed;
            }
        }
        self.remove_empty();
        Ok(swept)
    }

    fn forget(&mut self, whom: &Whom) -> Result<Erased, StoreError> {
        self.changes += 1;
        let mut erased = Erased::default();
        let is_author = self.is_other_author(whom);
        for (judging, logged) in std::mem::take(&mut self.judgings) {
            if whom.is_of(&judging) {
                erased.judgings += 1;
                self.forgotten.insert(digest_of(&judging), digest_of_logged(&logged));
                self.forgotten_versions.insert(digest_of_version(&judging, judging.version));
            } else {
                self.judgings.insert(judging, logged);
            }
        }
        for (key, kept) in &mut self.kept {
            let everything = key.concerns(whom, is_author);
            let (removed, is_changed) = kept.erase(if everything { None } else { Some(whom) });
            if everything {
                // What was dropped is forgotten too.
                kept.known = Known::All;
            }
            if is_changed {
                kept.revision = self.changes;
                kept.timelines.clear();
            }
            match key.kind {
                Kind::Counter => erased.entries += removed,
                Kind::Mark => erased.acts += removed,
                Kind::First => erased.firsts += removed,
            }
        }
        self.remove_empty();
        Ok(erased)
    }

    fn show(&mut self, whom: &Whom) -> Result<Vec<Line>, StoreError> {
        Ok(self.lines(Some(whom)))
    }

    fn ids(&mut self) -> Result<BTreeSet<Text>, StoreError> {
        let ids = self.judgings.keys().flat_map(|one| [Some(&one.record), one.author.as_ref()]);
        Ok(ids.flatten().cloned().collect())
    }
}

/// The digest by which a judging that was forgotten is known. The store ends with the process, so it needs no salt.
fn digest_of(judging: &Judging) -> String {
    let Judging { record, version, digest, ruleset, at, author } = judging;
    let version = version.map(|version| version.to_string());
    let at = at.to_string();
    let texts = [Some(record), Some(digest), Some(ruleset), author.as_ref()];
    let texts = texts.map(|text| text.map(Text::as_str));
    digest_of_parts(texts.into_iter().chain([version.as_deref(), Some(&at)]))
}

/// The digest by which a version that was forgotten is known, of the record of a judging.
fn digest_of_version(judging: &Judging, version: Option<Instant>) -> String {
    let Judging { record, author, .. } = judging;
    let version = version.map(|version| version.to_string());
    let author = author.as_ref().map(Text::as_str);
    digest_of_parts([author, Some(record), version.as_deref()])
}

fn digest_of_logged((decided, state): &(Text, Text)) -> Text {
    digest_of_parts([Some(decided.as_str()), Some(state)]).into()
}

fn digest_of_parts<'t>(parts: impl IntoIterator<Item = Option<&'t str>>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        let length = part.map_or(u64::MAX, |part| part.len() as u64);
        digest.update(length.to_le_bytes());
        digest.update(part.unwrap_or_default());
    }
    hex(&digest.finalize())
}
