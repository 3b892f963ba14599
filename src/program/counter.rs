//! Counters and marks: what the rules of a file leave behind for later messages.

use super::{Act, ActionKind, Expr, MarkChange, Norm, NormKind, Program, RuleBody};
use crate::base::shared::Text;
use crate::base::source::Location;
use crate::base::time::{Instant, Zone};
use crate::state::Policy;
use crate::world::place::Place;
use crate::world::standard::{StandardField, author, chat, dotted, message};
use std::collections::BTreeSet;

/// Counts messages, by who sent them or what is in them.
#[derive(Clone, Debug)]
pub struct Counter {
    /// `eu.violations`
    pub id: Text,
    pub title: String,
    /// The place of its file: what is counted is how its norms come out there.
    pub place: Place,
    pub zone: Zone,
    pub per: Per,
    /// How long a message counts, in nanoseconds.
    pub over: i128,
    /// The beginning of the first day that it counts.
    pub since: Instant,
    /// Which messages count. It reads neither state nor the instant of the decision. `None` if `counts` alone decides.
    pub when: Option<Expr>,
    /// The rules whose findings count. `None` if `when` alone decides.
    pub counts: Option<Counted>,
    /// If given, how many different values there are is counted.
    pub distinct: Option<Expr>,
    /// How much a message counts; 1 without it. At least 1.
    pub adds: Option<Expr>,
    /// How late a message may come in, in nanoseconds.
    pub lateness: i128,
    /// The numbers after `reaches` in all rules, sorted.
    pub thresholds: Vec<u64>,
    /// The digest of what it means: if it changes, the counter begins anew.
    pub meaning: Text,
    /// Whether it counts a rule in shadow, directly or through other counters, so that rules in shadow read a copy of it.
    pub has_shadow: bool,
    /// The cost of its expressions on the largest record, in steps.
    pub cost: u64,
    pub at: Location,
}

/// Whom or what a counter counts separately.
#[derive(Clone, Debug)]
pub struct Per {
    /// For `per each link in links: link.host`: the list. The values then read one local, the element.
    pub each: Option<Box<Expr>>,
    /// The values of the key, at least one.
    pub values: Vec<Expr>,
}

/// The rules whose findings a counter counts.
#[derive(Clone, Debug)]
pub struct Counted {
    /// As indices of norms, sorted.
    pub rules: Vec<usize>,
    pub policy: Policy,
}

/// A mark that rules set on an account, a chat or a message.
#[derive(Clone, Debug)]
pub struct Mark {
    /// `eu.warned`
    pub id: Text,
    pub title: String,
    pub on: MarkOn,
    /// Whether a rule in shadow sets or clears it, so that rules in shadow read a copy of it.
    pub has_shadow: bool,
    pub at: Location,
}

/// What a mark is put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkOn {
    Author,
    Chat,
    Message,
}

impl MarkOn {
    pub const ALL: [Self; 3] = [Self::Author, Self::Chat, Self::Message];

    /// The word after `on`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Chat => "chat",
            Self::Message => "message",
        }
    }

    /// The field of the record that says which one it is.
    pub(crate) fn path(self) -> &'static [StandardField] {
        match self {
            Self::Author => &[message::AUTHOR, author::KEY],
            Self::Chat => &[message::CHAT, chat::ID],
            Self::Message => &[message::ID],
        }
    }

    /// That field as rules write it.
    pub fn key(self) -> String {
        dotted(self.path())
    }
}

/// What a condition reads of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkRead {
    /// Whether it is set.
    IsSet,
    /// Since when it is set.
    Since,
    /// Until when it is set.
    Until,
}

impl Counter {
    /// All expressions in it.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let key = self.per.each.as_deref().into_iter().chain(&self.per.values);
        key.chain(&self.when).chain(&self.distinct).chain(&self.adds)
    }

    /// The rules whose findings count.
    pub fn counted_rules(&self) -> &[usize] {
        self.counts.as_ref().map_or(&[], |counts| &counts.rules)
    }

    /// When what rules found is counted.
    pub fn policy(&self) -> Policy {
        self.counts.as_ref().map_or(Policy::UntilReversed, |counts| counts.policy)
    }
}

impl Program {
    /// Finds the places whose files leave something behind: they have counters, or rules that set or clear marks, or outcomes
    /// have a time of their own there.
    pub fn find_writers(&self) -> Vec<Place> {
        let sets_marks = |norm: &&Norm| norm.kind.rule().is_some_and(|rule| self.sets_marks(rule));
        let by_rules = self.norms.iter().filter(sets_marks).map(|norm| norm.place);
        let rules = self.norms.iter().filter_map(|norm| norm.kind.rule());
        let of_outcomes = rules.flat_map(|rule| rule.starts_in.iter().copied());
        let of_counters = self.counters.iter().map(|counter| counter.place);
        let all: BTreeSet<Place> = of_counters.chain(by_rules).chain(of_outcomes).collect();
        all.into_iter().collect()
    }

    /// The counters that count one of some rules, or, if there is a ruling, any rule. Rules are sorted.
    pub fn counters_of(&self, rules: &[usize], has_rulings: bool) -> impl Iterator<Item = usize> {
        let counts = move |counter: &Counter| match &counter.counts {
            None => false,
            Some(counts) => {
                has_rulings || counts.rules.iter().any(|rule| rules.binary_search(rule).is_ok())
            }
        };
        let numbered = self.counters.iter().enumerate();
        numbered.filter(move |(_, counter)| counts(counter)).map(|(index, _)| index)
    }

    /// Notes that a rule asks who takes a counter to a number.
    pub fn add_threshold(&mut self, counter: usize, least: u64) {
        let Some(counter) = self.counters.get_mut(counter) else { return };
        if let Err(index) = counter.thresholds.binary_search(&least) {
            counter.thresholds.insert(index, least);
        }
    }

    /// Whether a rule sets or clears a mark when it fires.
    pub fn sets_marks(&self, rule: &RuleBody) -> bool {
        rule.then.iter().any(|act| self.mark_change(act).is_some())
    }

    /// Whether a norm leaves something behind when it fires: it sets or clears a mark, or the time of an outcome begins.
    pub fn leaves_something(&self, norm: &Norm) -> bool {
        norm.begins_times() || norm.kind.rule().is_some_and(|rule| self.sets_marks(rule))
    }

    /// What an action does to a mark, and to which; `None` if it is about no mark.
    pub fn mark_change(&self, act: &Act) -> Option<(MarkChange, usize)> {
        let (_, action) = self.actions.get_index(act.action)?;
        let ActionKind::Mark(change) = action.kind else { return None };
        let mark = act.to.as_deref()?;
        let mark = self.marks.binary_search_by(|one| one.id.as_str().cmp(mark)).ok()?;
        Some((change, mark))
    }

    /// The counters that an expression reads, also through the definitions that it calls, sorted.
    pub fn counters_read<'e>(&'e self, exprs: impl IntoIterator<Item = &'e Expr>) -> Vec<usize> {
        let exprs = exprs.into_iter().filter(|expr| self.reads_state(expr));
        let parts = exprs.flat_map(|expr| self.parts_of(expr));
        let found: BTreeSet<usize> = parts.filter_map(|part| part.kind.counter()).collect();
        found.into_iter().collect()
    }

    /// Whether a norm is a rule in shadow.
    pub fn is_in_shadow(&self, norm: usize) -> bool {
        let norm = self.norms.get(norm).map(|norm| &norm.kind);
        norm.and_then(NormKind::rule).is_some_and(|rule| rule.shadow)
    }
}
