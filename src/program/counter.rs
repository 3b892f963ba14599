//! Counters and marks: what the rules of a file leave behind for later messages.

use super::{Expr, NormKind, Program};
use crate::base::source::Location;
use crate::base::time::{Instant, Zone};
use crate::state::Policy;
use crate::world::place::Place;
use crate::world::standard::{StandardField, author, chat, dotted, message};

/// Counts messages, by who sent them or what is in them.
#[derive(Clone, Debug)]
pub struct Counter {
    /// `eu.violations`
    pub id: String,
    pub title: String,
    pub doc: String,
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
    pub meaning: String,
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
    pub id: String,
    pub title: String,
    pub doc: String,
    pub place: Place,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Whether a norm is a rule in shadow.
    pub fn is_in_shadow(&self, norm: usize) -> bool {
        let norm = self.norms.get(norm).map(|norm| &norm.kind);
        norm.and_then(NormKind::rule).is_some_and(|rule| rule.shadow)
    }
}
