//! Actions of the standard library, and the acts of rules that ask for them.

use super::{Expr, Program, RuleBody};
use crate::base::source::Location;
use crate::base::time::Period;
use crate::program::outcome::Event;
use crate::world::place::Place;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// An action of the standard library.
#[derive(Clone, Debug)]
pub struct Action {
    pub name: String,
    pub doc: String,
    pub kind: ActionKind,
    /// Only `world.loci` may use it.
    pub world_only: bool,
    /// When `world.loci` uses it, it applies in all places.
    pub global: bool,
    /// The kind of target after `to`.
    pub to: Takes,
    pub within: bool,
    pub keep: bool,
    /// Its code in the EU DSA statement of reasons.
    pub dsa: Option<String>,
}

impl Action {
    /// How rules write it, with all that may follow: `notify to author | members`.
    pub fn usage(&self) -> String {
        let target = match &self.to {
            Takes::Nothing => String::new(),
            Takes::Office => " to OFFICE".to_owned(),
            Takes::Text => " to \"NAME\"".to_owned(),
            Takes::OneOf(words) => format!(" to {}", words.join(" | ")),
            Takes::Account(words) => format!(" {}", words.join(" | ")),
            Takes::Mark => " MARK".to_owned(),
        };
        let within = if self.within { " within DURATION" } else { "" };
        let keep = if self.keep { " for DURATION" } else { "" };
        format!("{}{target}{within}{keep}", self.name)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// An outcome for the content, with its level. If several are asked for, the highest level wins.
    Content(u32),
    Account(u32),
    Obligation,
    /// It sets or clears a mark.
    Mark(MarkChange),
}

/// What an action does to a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkChange {
    Set,
    Clear,
}

impl ActionKind {
    /// Whether it burdens the content or an account; else it is an obligation.
    pub fn is_outcome(self) -> bool {
        match self {
            Self::Content(_) | Self::Account(_) => true,
            Self::Obligation | Self::Mark(_) => false,
        }
    }

    /// Whether it is an outcome for an account.
    pub fn is_about_account(self) -> bool {
        match self {
            Self::Account(_) => true,
            Self::Content(_) | Self::Obligation | Self::Mark(_) => false,
        }
    }

    /// Compares the strictness of outcomes. `None` unless both are for the content, or both for an account.
    pub fn compare_strictness(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Content(own), Self::Content(other))
            | (Self::Account(own), Self::Account(other)) => Some(own.cmp(&other)),
            (Self::Content(_) | Self::Account(_) | Self::Obligation | Self::Mark(_), _) => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    Office,
    /// Free text, such as the name of an authority.
    Text,
    /// One of these words.
    OneOf(Vec<String>),
    /// One of these words, without `to`: whose account it is about.
    Account(Vec<String>),
    /// The name of a mark, without `to`.
    Mark,
}

impl Takes {
    /// The words that say whose account an action is about. Empty for other actions.
    pub fn accounts(&self) -> &[String] {
        match self {
            Self::Account(words) => words,
            Self::Nothing | Self::Office | Self::Text | Self::OneOf(_) | Self::Mark => &[],
        }
    }
}

/// One action in a `then` or `on unknown`.
#[derive(Clone, Debug)]
pub struct Act {
    /// Index into the actions of the program.
    pub action: usize,
    /// The id of an office or mark, the text after `to`, or whose account it is about.
    pub to: Option<String>,
    /// A service level of the platform: the period, the event that starts it, and the policy that promises it.
    pub within: Option<(Period, Event, usize)>,
    /// How long to keep the data, or how long an outcome lasts: the period and the event that starts it.
    pub keep: Option<(Period, Event)>,
    /// The instant at which an outcome ends.
    pub until: Option<Box<Expr>>,
    pub at: Location,
}

impl Act {
    /// Whether it may be asked for because of an order, or of a notice: it has no clock that the other one starts.
    pub(crate) fn is_for(&self, list: Event) -> bool {
        let clocks = [self.within.map(|(_, event, _)| event), self.keep.map(|(_, event)| event)];
        clocks.into_iter().flatten().filter_map(Event::list).all(|started| started == list)
    }
}

impl Program {
    /// Whether an act is an outcome, and no obligation.
    pub fn is_outcome(&self, act: &Act) -> bool {
        let action = self.actions.get_index(act.action);
        action.is_some_and(|(_, action)| action.kind.is_outcome())
    }

    /// Whether an act is an outcome that lasts for some time from when its rule first asked for it.
    pub fn is_timed(&self, act: &Act) -> bool {
        matches!(act.keep, Some((_, Event::Decision))) && self.is_outcome(act)
    }

    /// The places in which the times of the outcomes of a norm begin, each for itself: its own, and those with an exception to
    /// it or to one of its exceptions, sorted. None if no time begins when it first asks for something.
    pub fn find_starts(&self, index: usize) -> Vec<Place> {
        let rule = self.norms.get(index).and_then(|norm| norm.kind.rule());
        let is_timed = |rule: &&RuleBody| rule.then.iter().any(|act| self.is_timed(act));
        if rule.filter(|rule| !rule.shadow).filter(is_timed).is_none() {
            return vec![];
        }
        let (mut pending, mut reached) = (vec![index], BTreeSet::new());
        let mut places = BTreeSet::new();
        while let Some(index) = pending.pop() {
            let norm = self.norms.get(index).filter(|_| reached.insert(index));
            let Some(norm) = norm else { continue };
            places.insert(norm.place);
            pending.extend(&norm.defeated_by);
        }
        places.into_iter().collect()
    }
}
