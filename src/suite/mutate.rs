//! Mutation testing of rules: makes one change at a time to the checked program and finds the changes that no test
//! notices. Nothing is compiled again.

mod conditions;
mod items;
mod kill;

use crate::base::source::Location;
use crate::face::ruleset::RuleSet;
use crate::program::{Article, Counter, Define, Norm, OnUnanswered, Policy, Program};
use crate::world::lists::Set;
use std::sync::Arc;

/// A change to the rules, and the test that noticed it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mutant {
    /// The changed item: a rule, an exception, a definition, a counter, an article, a policy, a register or a jurisdiction.
    pub owner: String,
    /// Where the change is.
    pub at: Location,
    /// The original text.
    pub was: String,
    /// The text that replaced it; empty if it was removed.
    pub is: String,
    /// A test that failed because of it; `None` when all passed and the mutant survived.
    pub killed_by: Option<String>,
}

/// Makes every known kind of change, one at a time, and runs the tests that could notice it, on all cores. With a
/// filter, changes only items whose id contains it.
///
/// # Errors
/// The titles of the tests that fail before anything is changed. Mutation testing needs tests that pass.
pub fn mutants(set: &RuleSet, filter: Option<&str>) -> Result<Vec<Mutant>, Vec<String>> {
    kill::mutants(set, filter)
}

/// A change, ready to be made.
struct Edit {
    at: Location,
    was: String,
    is: String,
    change: Change,
}

/// A changed item of the program.
enum Change {
    Norm(usize, Box<Norm>),
    Define(usize, Box<Define>),
    Counter(usize, Box<Counter>),
    Article(usize, Box<Article>),
    Policy(usize, Box<Policy>),
    OnUnanswered(usize, Box<OnUnanswered>),
    Set(usize, Arc<Set>),
}

impl Change {
    /// Swaps the changed item with the item of the program. A second call swaps them back.
    fn swap(&mut self, program: &mut Program) {
        match self {
            Self::Norm(index, norm) => swap(program.norms.get_mut(*index), norm),
            Self::Define(index, define) => swap(program.defines.get_mut(*index), define),
            Self::Counter(index, counter) => swap(program.counters.get_mut(*index), counter),
            Self::Article(index, article) => swap(program.articles.get_mut(*index), article),
            Self::Policy(index, policy) => swap(program.policies.get_mut(*index), policy),
            Self::OnUnanswered(index, one) => swap(program.on_unanswered.get_mut(*index), one),
            Self::Set(index, set) => swap(program.sets.get_mut(*index), set),
        }
    }
}

fn swap<T>(slot: Option<&mut T>, item: &mut T) {
    if let Some(slot) = slot {
        std::mem::swap(slot, item);
    }
}
