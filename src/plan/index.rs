//! The index that finds the rules to evaluate for a record. A rule is woken when one of its triggers fires. The
//! conditions of all other rules are false. `guard` chooses the triggers, and the engine looks them up in `wake`.

use super::grams::Literals;
use super::guard::{CellTest, CellTrigger, Column, Trigger};
use super::node::{NodeId, Surface};
use crate::world::place::Place;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::rc::Rc;

/// Indices of rules, in order.
pub(crate) type RuleList = Box<[u32]>;

/// All lookup tables.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// For each surface, the rules that a pattern wakes, by the index of the pattern.
    patterns: [Vec<RuleList>; 2],
    /// Searches for the literals in the triggers of all rules, if there are any.
    pub(crate) literals: Option<Literals>,
    /// For each surface, the rules that a literal wakes, by the index of the literal.
    by_literal: [Vec<RuleList>; 2],
    /// All rules that a pattern or literal in a text of the message can wake.
    pub(crate) on_texts: RuleList,
    pub(crate) columns: Vec<ColumnIndex>,
    /// The conditions that are tested on every record, and the truth that wakes their rules.
    pub(crate) tests: Vec<(NodeId, bool, RuleList)>,
}

/// The rules that the values of one column wake.
#[derive(Debug, Default)]
pub(crate) struct ColumnIndex {
    pub(crate) column: Column,
    /// The rules that are woken if the cell is missing, or the list that contains it.
    pub(crate) missing: RuleList,
    /// The rules that any value wakes.
    pub(crate) known: RuleList,
    /// The rules that `false` wakes, and those that `true` wakes.
    pub(crate) truths: [RuleList; 2],
    pub(crate) texts: FxHashMap<Box<str>, ValueIndex>,
    pub(crate) numbers: FxHashMap<i128, ValueIndex>,
    pub(crate) mentions: FxHashMap<u32, RuleList>,
    pub(crate) places: FxHashMap<Place, RuleList>,
    /// The rules that any place wakes, for a cell that contains all places.
    pub(crate) everywhere: RuleList,
    /// The rules with a lower bound, the smallest bound first. A value wakes the rules whose bound is at most the
    /// value.
    pub(crate) at_least: Box<[(i128, RuleList)]>,
    /// The rules with an upper bound, the largest bound first. A value wakes the rules whose bound is at least the
    /// value.
    pub(crate) at_most: Box<[(i128, RuleList)]>,
}

/// The rules that one value wakes.
#[derive(Debug)]
pub(crate) struct ValueIndex {
    pub(crate) rules: RuleList,
    /// The rules that the value wakes only together with a value of another column.
    pub(crate) and_also: Vec<ColumnIndex>,
}

/// Builds the index.
#[derive(Default)]
pub(super) struct IndexBuilder {
    patterns: [BTreeMap<u32, BTreeSet<u32>>; 2],
    literals: BTreeMap<Rc<[u8]>, [BTreeSet<u32>; 2]>,
    columns: ColumnBuilders,
    tests: BTreeMap<(NodeId, bool), BTreeSet<u32>>,
}

type ColumnBuilders = BTreeMap<Column, ColumnBuilder>;

#[derive(Default)]
struct ColumnBuilder {
    missing: BTreeSet<u32>,
    known: BTreeSet<u32>,
    truths: [BTreeSet<u32>; 2],
    texts: BTreeMap<Box<str>, ValueBuilder>,
    numbers: BTreeMap<i128, ValueBuilder>,
    mentions: BTreeMap<u32, BTreeSet<u32>>,
    places: BTreeMap<Place, BTreeSet<u32>>,
    everywhere: BTreeSet<u32>,
    at_least: BTreeMap<i128, BTreeSet<u32>>,
    at_most: BTreeMap<i128, BTreeSet<u32>>,
}

#[derive(Default)]
struct ValueBuilder {
    rules: BTreeSet<u32>,
    and_also: ColumnBuilders,
}

impl Index {
    /// The rules that a pattern in a text wakes.
    pub(crate) fn pattern(&self, surface: Surface, pattern: usize) -> &[u32] {
        for_surface(&self.patterns, surface).get(pattern).map_or(&[], |woken| woken)
    }

    /// The rules that a literal in a text wakes.
    pub(crate) fn literal(&self, surface: Surface, literal: usize) -> &[u32] {
        for_surface(&self.by_literal, surface).get(literal).map_or(&[], |woken| woken)
    }

    /// Whether a pattern in the message can wake any rule.
    pub(crate) fn has_patterns(&self) -> bool {
        self.patterns.iter().any(|of| !of.is_empty())
    }
}

impl ColumnBuilder {
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

impl ValueBuilder {
    fn add(&mut self, rule: u32, cell: &CellTrigger) {
        match &cell.and_also {
            Some(other) => self.and_also.entry(other.column).or_default().add(rule, other),
            None => _ = self.rules.insert(rule),
        }
    }

    fn finish(self) -> ValueIndex {
        ValueIndex { rules: rule_list(self.rules), and_also: finish_columns(self.and_also) }
    }
}

impl IndexBuilder {
    pub(super) fn add(&mut self, rule: u32, trigger: &Trigger) {
        match trigger {
            Trigger::Pattern { surface, pattern } => {
                for_surface_mut(&mut self.patterns, *surface)
                    .entry(*pattern)
                    .or_default()
                    .insert(rule);
            }
            Trigger::Literal { surface, literal } => {
                let of_literal = self.literals.entry(literal.clone()).or_default();
                for_surface_mut(of_literal, *surface).insert(rule);
            }
            Trigger::Test { node, wanted } => {
                self.tests.entry((*node, *wanted)).or_default().insert(rule);
            }
            Trigger::Cell(cell) => self.columns.entry(cell.column).or_default().add(rule, cell),
        }
    }

    pub(super) fn finish(self, patterns: usize) -> Index {
        let by_number = |of: BTreeMap<u32, BTreeSet<u32>>| {
            let mut all = vec![RuleList::default(); if of.is_empty() { 0 } else { patterns }];
            for (pattern, rules) in of {
                if let Some(woken) = all.get_mut(pattern as usize) {
                    *woken = rule_list(rules);
                }
            }
            all
        };
        let tests =
            self.tests.into_iter().map(|((node, wanted), of)| (node, wanted, rule_list(of)));
        let on_patterns = self.patterns.iter().flat_map(BTreeMap::values).flatten();
        let on_literals = self.literals.values().flatten().flatten();
        let on_texts = on_patterns.chain(on_literals).copied().collect();
        let (literals, by_literal): (Vec<Rc<[u8]>>, Vec<_>) = self.literals.into_iter().unzip();
        let literals = literals.iter().map(|literal| Box::from(&**literal)).collect();
        let [text, any_text]: [Vec<RuleList>; 2] =
            [Surface::Text, Surface::AnyText].map(|surface| {
                by_literal
                    .iter()
                    .map(|both| rule_list(for_surface(both, surface).clone()))
                    .collect()
            });
        Index {
            literals: Literals::new(literals),
            by_literal: [text, any_text],
            on_texts: rule_list(on_texts),
            columns: finish_columns(self.columns),
            tests: tests.collect(),
            patterns: self.patterns.map(by_number),
        }
    }
}

fn finish_columns(columns: ColumnBuilders) -> Vec<ColumnIndex> {
    let indices = columns.into_iter().map(|(column, of)| ColumnIndex {
        column,
        missing: rule_list(of.missing),
        known: rule_list(of.known),
        truths: of.truths.map(rule_list),
        texts: to_hash_map(of.texts, ValueBuilder::finish),
        numbers: to_hash_map(of.numbers, ValueBuilder::finish),
        mentions: to_hash_map(of.mentions, rule_list),
        places: to_hash_map(of.places, rule_list),
        everywhere: rule_list(of.everywhere),
        at_least: of.at_least.into_iter().map(|(bound, of)| (bound, rule_list(of))).collect(),
        at_most: of.at_most.into_iter().rev().map(|(bound, of)| (bound, rule_list(of))).collect(),
    });
    indices.collect()
}

fn for_surface<T>([text, any_text]: &[T; 2], surface: Surface) -> &T {
    match surface {
        Surface::Text => text,
        Surface::AnyText => any_text,
    }
}

fn for_surface_mut<T>([text, any_text]: &mut [T; 2], surface: Surface) -> &mut T {
    match surface {
        Surface::Text => text,
        Surface::AnyText => any_text,
    }
}

fn rule_list(rules: BTreeSet<u32>) -> RuleList {
    rules.into_iter().collect()
}

fn to_hash_map<K: Eq + Hash, B, V>(entries: BTreeMap<K, B>, finish: fn(B) -> V) -> FxHashMap<K, V> {
    entries.into_iter().map(|(key, builder)| (key, finish(builder))).collect()
}
