//! The index from the contents of a record to the rules that it wakes.

use super::grams::Literals;
use super::guard::{CellTest, CellTrigger, Column, Trigger};
use super::node::{NodeId, Surface};
use crate::world::place::Place;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::rc::Rc;

/// The indices of rules.
pub(crate) type Woken = Box<[u32]>;
/// All lookup tables.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// The rules that a pattern in the message wakes, by the index of the pattern.
    patterns: [Vec<Woken>; 2],
    /// Searches for the literals of all rules that wait for one, if there are any.
    pub(crate) literals: Option<Literals>,
    /// The rules that a literal in a text of the message wakes, by the index of the literal.
    by_literal: [Vec<Woken>; 2],
    /// The rules that wait for anything in a text of the message.
    pub(crate) on_texts: Woken,
    pub(crate) columns: Vec<ColumnIndex>,
    /// The conditions that are tested on every record, and the truth that wakes their rules.
    pub(crate) tests: Vec<(NodeId, bool, Woken)>,
}

/// The rules that the values of one column wake.
#[derive(Debug, Default)]
pub(crate) struct ColumnIndex {
    pub(crate) column: Column,
    /// The rules to wake where it holds nothing, or its list is missing.
    pub(crate) missing: Woken,
    pub(crate) known: Woken,
    pub(crate) truths: [Woken; 2],
    pub(crate) texts: FxHashMap<Box<str>, ValueIndex>,
    pub(crate) numbers: FxHashMap<i128, ValueIndex>,
    pub(crate) mentions: FxHashMap<u32, Woken>,
    pub(crate) places: FxHashMap<Place, Woken>,
    /// The rules of all places, for a record that is visible everywhere.
    pub(crate) everywhere: Woken,
    /// By lower bound, the smallest first: a value wakes those whose bound it reaches.
    pub(crate) at_least: Box<[(i128, Woken)]>,
    /// By upper bound, the largest first: a value wakes those whose bound it does not exceed.
    pub(crate) at_most: Box<[(i128, Woken)]>,
}

/// The rules that one value wakes.
#[derive(Debug)]
pub(crate) struct ValueIndex {
    pub(crate) rules: Woken,
    /// The rules that it wakes together with a value of another column.
    pub(crate) and_also: Vec<ColumnIndex>,
}

/// Builds the index.
#[derive(Default)]
pub(super) struct Building {
    patterns: [BTreeMap<u32, BTreeSet<u32>>; 2],
    literals: BTreeMap<Rc<[u8]>, [BTreeSet<u32>; 2]>,
    columns: BuildingColumns,
    tests: BTreeMap<(NodeId, bool), BTreeSet<u32>>,
}

type BuildingColumns = BTreeMap<Column, BuildingColumn>;

#[derive(Default)]
struct BuildingColumn {
    missing: BTreeSet<u32>,
    known: BTreeSet<u32>,
    truths: [BTreeSet<u32>; 2],
    texts: BTreeMap<Box<str>, BuildingValue>,
    numbers: BTreeMap<i128, BuildingValue>,
    mentions: BTreeMap<u32, BTreeSet<u32>>,
    places: BTreeMap<Place, BTreeSet<u32>>,
    everywhere: BTreeSet<u32>,
    at_least: BTreeMap<i128, BTreeSet<u32>>,
    at_most: BTreeMap<i128, BTreeSet<u32>>,
}

#[derive(Default)]
struct BuildingValue {
    rules: BTreeSet<u32>,
    and_also: BuildingColumns,
}

impl Index {
    /// The rules that a pattern in a text wakes.
    pub(crate) fn pattern(&self, surface: Surface, pattern: usize) -> &[u32] {
        of(&self.patterns, surface).get(pattern).map_or(&[], |woken| woken)
    }

    /// The rules that a literal in a text wakes.
    pub(crate) fn literal(&self, surface: Surface, literal: usize) -> &[u32] {
        of(&self.by_literal, surface).get(literal).map_or(&[], |woken| woken)
    }

    /// Whether any rule waits for a pattern in the message.
    pub(crate) fn has_patterns(&self) -> bool {
        self.patterns.iter().any(|of| !of.is_empty())
    }
}

impl BuildingColumn {
    fn add(&mut self, rule: u32, cell: &CellTrigger) {
        if cell.or_missing {
            self.missing.insert(rule);
        }
        let rules = match &cell.test {
            CellTest::Nothing => return,
            CellTest::Anything => &mut self.known,
            CellTest::Text(text) => {
                return self.texts.entry(Box::from(&**text)).or_default().add(rule, cell);
            }
            CellTest::Number(number) => {
                return self.numbers.entry(*number).or_default().add(rule, cell);
            }
            CellTest::AtLeast(bound) => self.at_least.entry(*bound).or_default(),
            CellTest::AtMost(bound) => self.at_most.entry(*bound).or_default(),
            CellTest::Mentioning(pattern) => self.mentions.entry(*pattern).or_default(),
            CellTest::Truth(truth) => {
                let [no, yes] = &mut self.truths;
                if *truth { yes } else { no }
            }
            CellTest::Place(place) => {
                for place in [*place].into_iter().chain(place.country()) {
                    self.places.entry(place).or_default().insert(rule);
                }
                &mut self.everywhere
            }
        };
        rules.insert(rule);
    }
}

impl BuildingValue {
    fn add(&mut self, rule: u32, cell: &CellTrigger) {
        match &cell.and_also {
            Some(other) => self.and_also.entry(other.column).or_default().add(rule, other),
            None => _ = self.rules.insert(rule),
        }
    }

    fn finish(self) -> ValueIndex {
        ValueIndex { rules: listed(self.rules), and_also: finished(self.and_also) }
    }
}

impl Building {
    pub(super) fn add(&mut self, rule: u32, trigger: &Trigger) {
        match trigger {
            Trigger::Pattern { surface, pattern } => {
                of_mut(&mut self.patterns, *surface).entry(*pattern).or_default().insert(rule);
            }
            Trigger::Literal { surface, literal } => {
                let of_literal = self.literals.entry(literal.clone()).or_default();
                of_mut(of_literal, *surface).insert(rule);
            }
            Trigger::Test { node, wanted } => {
                self.tests.entry((*node, *wanted)).or_default().insert(rule);
            }
            Trigger::Cell(cell) => self.columns.entry(cell.column).or_default().add(rule, cell),
        }
    }

    pub(super) fn finish(self, patterns: usize) -> Index {
        let by_number = |of: BTreeMap<u32, BTreeSet<u32>>| {
            let mut all = vec![Woken::default(); if of.is_empty() { 0 } else { patterns }];
            for (pattern, rules) in of {
                if let Some(woken) = all.get_mut(pattern as usize) {
                    *woken = listed(rules);
                }
            }
            all
        };
        let tests = self.tests.into_iter().map(|((node, wanted), of)| (node, wanted, listed(of)));
        let on_patterns = self.patterns.iter().flat_map(BTreeMap::values).flatten();
        let on_literals = self.literals.values().flatten().flatten();
        let on_texts = on_patterns.chain(on_literals).copied().collect();
        let (literals, by_literal): (Vec<Rc<[u8]>>, Vec<_>) = self.literals.into_iter().unzip();
        let literals = literals.iter().map(|literal| Box::from(&**literal)).collect();
        let [text, any_text]: [Vec<Woken>; 2] = [Surface::Text, Surface::AnyText].map(|surface| {
            by_literal.iter().map(|both| listed(of(both, surface).clone())).collect()
        });
        Index {
            literals: Literals::new(literals),
            by_literal: [text, any_text],
            on_texts: listed(on_texts),
            columns: finished(self.columns),
            tests: tests.collect(),
            patterns: self.patterns.map(by_number),
        }
    }
}

fn finished(columns: BuildingColumns) -> Vec<ColumnIndex> {
    let finished = columns.into_iter().map(|(column, of)| ColumnIndex {
        column,
        missing: listed(of.missing),
        known: listed(of.known),
        truths: of.truths.map(listed),
        texts: hashed(of.texts, BuildingValue::finish),
        numbers: hashed(of.numbers, BuildingValue::finish),
        mentions: hashed(of.mentions, listed),
        places: hashed(of.places, listed),
        everywhere: listed(of.everywhere),
        at_least: of.at_least.into_iter().map(|(bound, of)| (bound, listed(of))).collect(),
        at_most: of.at_most.into_iter().rev().map(|(bound, of)| (bound, listed(of))).collect(),
    });
    finished.collect()
}

fn of<T>([text, any_text]: &[T; 2], surface: Surface) -> &T {
    match surface {
        Surface::Text => text,
        Surface::AnyText => any_text,
    }
}

fn of_mut<T>([text, any_text]: &mut [T; 2], surface: Surface) -> &mut T {
    match surface {
        Surface::Text => text,
        Surface::AnyText => any_text,
    }
}

fn listed(rules: BTreeSet<u32>) -> Woken {
    rules.into_iter().collect()
}

fn hashed<K: Eq + Hash, B, V>(of: BTreeMap<K, B>, finish: fn(B) -> V) -> FxHashMap<K, V> {
    of.into_iter().map(|(key, of)| (key, finish(of))).collect()
}
