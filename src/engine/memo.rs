//! Caches the truths, days and patterns computed for the current record. Each record and each instant begins a round. Truths
//! and days are stored with the number of their round, so that clearing them takes constant time.

use super::slots::Text;
use crate::base::shared::Text as SharedText;
use crate::base::time::Day;
use crate::interpret::Additions;
use crate::plan::{NodeId, Plan, Surface, to_u32};
use crate::program::outcome::Truth;
use crate::record::Voice;
use crate::text::{Scanner, Scratch};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The cached results for the current record.
#[derive(Clone, Debug)]
pub(super) struct Memo {
    /// The number of the current round.
    round: u32,
    /// The round of the truths that depend on what a store knows. It is never less than `round`.
    state_round: u32,
    truths: Vec<(u32, Truth)>,
    days: Vec<(u32, Option<Day>)>,
    /// The keys of counters and marks that are the same for the whole record, as far as they are known.
    keys: FxHashMap<u32, RecordKey>,
    /// What the record adds to counters, as far as it was found out.
    additions: FxHashMap<usize, Added>,
    /// For each level of quantifiers: the index of the first cell of the current element.
    pub(super) element_starts: Vec<usize>,
    pub(super) scratch: Scratch,
    /// Whether the texts of the message were searched.
    is_scanned: bool,
    /// The patterns found in texts of the message.
    found_patterns: Vec<u32>,
    /// For each pattern: the voices of the texts of the message that contain it.
    hits: Vec<Voices>,
    /// The other texts that were searched, with the patterns in them. INVARIANT: the first `texts_in_use` texts belong to
    /// this record.
    texts: Vec<ScannedText>,
    texts_in_use: usize,
    /// The index of each of these texts: a message may have thousands of links.
    text_indices: FxHashMap<Text, usize>,
}

/// Some voices, one bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Voices(u8);

impl Voices {
    fn add(&mut self, voice: Voice) {
        self.0 |= 1 << voice as u8;
    }

    pub(super) fn has(self, voice: Voice) -> bool {
        self.0 & 1 << voice as u8 != 0
    }
}

/// The key of a record, as JSON.
#[derive(Clone, Debug)]
pub(super) enum RecordKey {
    Known(SharedText),
    /// What it is made of does not exist.
    None,
    Unknown,
}

/// What the record adds to a counter.
#[derive(Clone, Debug)]
struct Added {
    /// Whether it depends on what a store knows.
    reads_state: bool,
    /// `None` if only the interpreter can tell.
    additions: Option<Arc<Additions>>,
}

/// A text and the patterns in it.
#[derive(Clone, Debug)]
struct ScannedText {
    text: Text,
    found: Vec<u32>,
}

impl Memo {
    pub(super) fn new(plan: &Plan, patterns: usize) -> Self {
        Self {
            round: 0,
            state_round: 0,
            truths: vec![(0, Truth::Unknown); plan.nodes.len()],
            days: vec![(0, None); plan.zones.len()],
            keys: FxHashMap::default(),
            additions: FxHashMap::default(),
            element_starts: vec![],
            scratch: Scratch::default(),
            is_scanned: false,
            found_patterns: vec![],
            hits: vec![Voices::default(); patterns],
            texts: vec![],
            texts_in_use: 0,
            text_indices: FxHashMap::default(),
        }
    }

    /// The approximate size in bytes of the buffers that grow with records.
    pub(super) fn memory(&self) -> usize {
        let numbers = self.found_patterns.capacity()
            + self.texts.iter().map(|scanned| scanned.found.capacity()).sum::<usize>();
        self.scratch.memory()
            + numbers * size_of::<u32>()
            + self.texts.capacity() * size_of::<ScannedText>()
            + self.element_starts.capacity() * size_of::<usize>()
            + self.text_indices.capacity() * size_of::<(Text, usize)>()
    }

    /// Clears everything before the next record.
    pub(super) fn forget(&mut self) {
        self.forget_truths();
        self.is_scanned = false;
        for pattern in self.found_patterns.drain(..) {
            if let Some(hit) = self.hits.get_mut(pattern as usize) {
                *hit = Voices::default();
            }
        }
        if self.texts_in_use > 0 {
            self.text_indices.clear();
        }
        self.texts_in_use = 0;
    }

    /// Clears truths and days before the next instant. The patterns in the texts stay the same.
    pub(super) fn forget_truths(&mut self) {
        self.forget_state();
        self.round = self.state_round;
        self.keys.clear();
        self.additions.clear();
    }

    /// Clears what depends on a store before its answer is known. All else stays the same.
    pub(super) fn forget_state(&mut self) {
        if !self.additions.is_empty() {
            self.additions.retain(|_, one| !one.reads_state);
        }
        self.state_round = self.state_round.checked_add(1).unwrap_or_else(|| {
            self.truths.fill((0, Truth::Unknown));
            self.days.fill((0, None));
            self.round = 1;
            1
        });
    }

    /// The truth of a condition, if it was evaluated in this round.
    pub(super) fn truth(&self, id: NodeId, reads_state: bool) -> Option<Truth> {
        let (round, truth) = self.truths.get(id.0 as usize)?;
        (*round == self.round_of(reads_state)).then_some(*truth)
    }

    pub(super) fn remember(&mut self, id: NodeId, reads_state: bool, truth: Truth) {
        let round = self.round_of(reads_state);
        if let Some(known) = self.truths.get_mut(id.0 as usize) {
            *known = (round, truth);
        }
    }

    fn round_of(&self, reads_state: bool) -> u32 {
        if reads_state { self.state_round } else { self.round }
    }

    /// The key with a number, computed once.
    pub(super) fn key(&self, number: u32) -> Option<RecordKey> {
        self.keys.get(&number).cloned()
    }

    pub(super) fn remember_key(&mut self, number: u32, key: RecordKey) {
        self.keys.insert(number, key);
    }

    /// What the record adds to a counter; nothing if it was not found out yet.
    pub(super) fn additions(&self, counter: usize) -> Option<Option<Arc<Additions>>> {
        self.additions.get(&counter).map(|one| one.additions.clone())
    }

    pub(super) fn remember_additions(
        &mut self,
        counter: usize,
        reads_state: bool,
        additions: Option<Arc<Additions>>,
    ) {
        self.additions.insert(counter, Added { reads_state, additions });
    }

    /// The day in a zone, computed once.
    pub(super) fn day(&mut self, zone: u32, compute: impl FnOnce() -> Option<Day>) -> Option<Day> {
        let known = self.days.get_mut(zone as usize)?;
        if known.0 != self.round {
            *known = (self.round, compute());
        }
        known.1
    }

    /// Searches the texts of the message for all patterns, once.
    pub(super) fn scan_parts<'t>(
        &mut self,
        scanner: &Scanner,
        parts: impl Iterator<Item = (&'t str, Voice)>,
    ) {
        if std::mem::replace(&mut self.is_scanned, true) {
            return;
        }
        let Self { scratch, found_patterns, hits, .. } = self;
        for (text, voice) in parts {
            scanner.scan(text, scratch, &mut |pattern| {
                let Some(hit) = hits.get_mut(pattern) else { return };
                if *hit == Voices::default() {
                    found_patterns.push(to_u32(pattern));
                }
                hit.add(voice);
            });
        }
    }

    /// A pattern that was found, and the voices of the texts that contain it. The first one has the index 0.
    pub(super) fn found_pattern(&self, index: usize) -> Option<(usize, Voices)> {
        let pattern = *self.found_patterns.get(index)? as usize;
        Some((pattern, *self.hits.get(pattern)?))
    }

    /// Whether a pattern was found in a text of which a surface has all, or passages.
    pub(super) fn is_hit(&self, surface: Surface, pattern: usize) -> bool {
        surface.voices().iter().any(|voice| self.is_in(*voice, pattern))
    }

    /// Whether a pattern was found in a text of this voice.
    pub(super) fn is_in(&self, voice: Voice, pattern: usize) -> bool {
        self.hits.get(pattern).is_some_and(|hit| hit.has(voice))
    }

    /// Searches a text outside the texts of the message for all patterns, once.
    pub(super) fn scan_text(&mut self, scanner: &Scanner, text: Text, content: &str) -> &[u32] {
        let known = self.text_indices.get(&text).copied();
        let at = known.unwrap_or_else(|| {
            if self.texts.len() == self.texts_in_use {
                self.texts.push(ScannedText { text, found: vec![] });
            }
            if let Some(scanned) = self.texts.get_mut(self.texts_in_use) {
                scanned.text = text;
                scanned.found.clear();
                let found = &mut scanned.found;
                scanner
                    .scan(content, &mut self.scratch, &mut |pattern| found.push(to_u32(pattern)));
            }
            self.text_indices.insert(text, self.texts_in_use);
            self.texts_in_use += 1;
            self.texts_in_use - 1
        });
        self.texts.get(at).map_or(&[], |scanned| &scanned.found)
    }
}
