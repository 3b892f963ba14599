//! The index that finds the rules to evaluate for a record. A trigger that fires wakes its rule; the conditions of rules that
//! stay asleep are false. `guard` chooses the triggers, and `engine::wake` looks them up.

use super::grams::Literals;
use super::guard::{CellTest, CellTrigger, Column, Trigger};
use super::node::{NodeId, Surface};
use crate::record::Voice;
use crate::world::place::Place;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Indices of rules, in order.
pub(crate) type RuleList = Vec<u32>;
/// The rules that a match in a text of each voice wakes, in the order of [`Voice::ALL`]. The last list has those that a match in
/// any text wakes.
type RulesByVoice = [RuleList; 4];

/// All lookup tables.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// The rules that a pattern wakes, by the index of the pattern. Empty if no pattern wakes a rule.
    by_pattern: Vec<RulesByVoice>,
    /// Searches for the literals in the triggers of all rules, if there are any.
    pub(crate) literals: Option<Literals>,
    /// The rules that a literal wakes, by the index of the literal.
    by_literal: Vec<RulesByVoice>,
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
    /// The rules that are woken if the cell is none.
    pub(crate) none: RuleList,
    /// The rules that any value wakes.
    pub(crate) known: RuleList,
    /// The rules that `false` wakes, and the rules that `true` wakes.
    pub(crate) truths: [RuleList; 2],
    pub(crate) texts: FxHashMap<Box<str>, ValueIndex>,
    pub(crate) numbers: FxHashMap<i128, ValueIndex>,
    pub(crate) mentions: FxHashMap<u32, RuleList>,
    pub(crate) places: FxHashMap<Place, RuleList>,
    /// The rules that any place wakes, for a cell that contains all places.
    pub(crate) everywhere: RuleList,
    /// Rules with their lower bounds, the smallest bound first. A value wakes the rules whose bound is at most the
    /// value.
    pub(crate) at_least: Vec<(i128, u32)>,
    /// Rules with their upper bounds, the largest bound first. A value wakes the rules whose bound is at least the
    /// value.
    pub(crate) at_most: Vec<(i128, u32)>,
}

/// The rules that one value wakes.
#[derive(Debug, Default)]
pub(crate) struct ValueIndex {
    pub(crate) rules: RuleList,
    /// The rules that the value wakes only together with a value of another column.
    pub(crate) and_also: Vec<ColumnIndex>,
}

impl Index {
    /// Files the triggers of all rules, which come in the order of their indices. `patterns` is the number of patterns of
    /// the program.
    pub(super) fn new(
        rules: impl IntoIterator<Item = (u32, Rc<[Trigger]>)>,
        patterns: usize,
    ) -> Self {
        let mut index = Self::default();
        let mut by_literal: BTreeMap<Rc<[u8]>, RulesByVoice> = BTreeMap::new();
        let mut tests: BTreeMap<(NodeId, bool), RuleList> = BTreeMap::new();
        for (rule, triggers) in rules {
            for trigger in triggers.iter() {
                match trigger {
                    Trigger::Pattern { surface, pattern } => {
                        index.by_pattern.resize_with(patterns, Default::default);
                        if let Some(rules) = index.by_pattern.get_mut(*pattern as usize) {
                            add_for_surface(rules, *surface, rule);
                        }
                        add(&mut index.on_texts, rule);
                    }
                    Trigger::Literal { surface, literal } => {
                        let rules = by_literal.entry(literal.clone()).or_default();
                        add_for_surface(rules, *surface, rule);
                        add(&mut index.on_texts, rule);
                    }
                    Trigger::Test { node, wanted } => {
                        add(tests.entry((*node, *wanted)).or_default(), rule);
                    }
                    Trigger::Cell(cell) => add_cell(&mut index.columns, rule, cell),
                }
            }
        }
        let (literals, by_literal): (Vec<_>, _) = by_literal.into_iter().unzip();
        index.by_literal = by_literal;
        index.literals = Literals::new(literals.iter().map(|literal| (**literal).into()).collect());
        index.tests =
            tests.into_iter().map(|((node, wanted), rules)| (node, wanted, rules)).collect();
        index.columns.iter_mut().for_each(ColumnIndex::sort_bounds);
        index
    }

    /// The rules that a pattern in a text of this voice wakes; for the last one, in any text.
    pub(crate) fn pattern(&self, voice: Voice, pattern: usize) -> &[u32] {
        rules_of(&self.by_pattern, voice, pattern)
    }

    /// The rules that a literal in a text of this voice wakes; for the last one, in any text.
    pub(crate) fn literal(&self, voice: Voice, literal: usize) -> &[u32] {
        rules_of(&self.by_literal, voice, literal)
    }

    /// Whether a pattern in the message can wake any rule.
    pub(crate) fn has_patterns(&self) -> bool {
        !self.by_pattern.is_empty()
    }
}

impl ColumnIndex {
    fn add(&mut self, rule: u32, cell: &CellTrigger) {
        if cell.or_missing {
            add(&mut self.missing, rule);
        }
        if cell.or_none {
            add(&mut self.none, rule);
        }
        match &cell.test {
            CellTest::Nothing => {}
            CellTest::Anything => add(&mut self.known, rule),
            CellTest::Text(text) => self.texts.entry((**text).into()).or_default().add(rule, cell),
            CellTest::Number(number) => self.numbers.entry(*number).or_default().add(rule, cell),
            CellTest::AtLeast(bound) => self.at_least.push((*bound, rule)),
            CellTest::AtMost(bound) => self.at_most.push((*bound, rule)),
            CellTest::Mentioning(pattern) => add(self.mentions.entry(*pattern).or_default(), rule),
            CellTest::Truth(truth) => {
                let [no, yes] = &mut self.truths;
                add(if *truth { yes } else { no }, rule);
            }
            CellTest::Place(place) => {
                for place in [*place].into_iter().chain(place.country()) {
                    add(self.places.entry(place).or_default(), rule);
                }
                add(&mut self.everywhere, rule);
            }
        }
    }

    fn sort_bounds(&mut self) {
        self.at_least.sort_unstable();
        self.at_most.sort_unstable_by_key(|bound| Reverse(*bound));
        let values = self.texts.values_mut().chain(self.numbers.values_mut());
        values.flat_map(|value| &mut value.and_also).for_each(Self::sort_bounds);
    }
}

impl ValueIndex {
    fn add(&mut self, rule: u32, cell: &CellTrigger) {
        match &cell.and_also {
            Some(other) => add_cell(&mut self.and_also, rule, other),
            None => add(&mut self.rules, rule),
        }
    }
}

/// Adds a trigger to the index of its column. The indices are sorted by column.
fn add_cell(columns: &mut Vec<ColumnIndex>, rule: u32, cell: &CellTrigger) {
    let found = columns.binary_search_by_key(&cell.column, |index| index.column);
    let at = found.unwrap_or_else(|at| {
        columns.insert(at, ColumnIndex { column: cell.column, ..ColumnIndex::default() });
        at
    });
    if let Some(index) = columns.get_mut(at) {
        index.add(rule, cell);
    }
}

/// Adds a rule to a list that does not have it yet. Rules come in order, so only the last rule can be the same.
fn add(rules: &mut RuleList, rule: u32) {
    if rules.last() != Some(&rule) {
        rules.push(rule);
    }
}

/// Adds a rule to the lists of all voices of a surface. A match in a passage of a text is one in the text.
fn add_for_surface(rules: &mut RulesByVoice, surface: Surface, rule: u32) {
    let voices = if surface == Surface::AnyText { &[Voice::Other] } else { surface.voices() };
    for (rules, voice) in rules.iter_mut().zip(Voice::ALL) {
        if voices.contains(&voice) {
            add(rules, rule);
        }
    }
}

fn rules_of(lists: &[RulesByVoice], voice: Voice, number: usize) -> &[u32] {
    let rules = lists.get(number).and_then(|rules| rules.get(voice as usize));
    rules.map_or(&[], Vec::as_slice)
}
