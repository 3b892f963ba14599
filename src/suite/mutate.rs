//! How well tests watch over rules: the checked program is changed in one place after another, and a change that no test
//! notices is shown. Nothing is compiled again.

mod conditions;
mod items;
mod kill;

use crate::base::source::Location;
use crate::face::ruleset::RuleSet;
use crate::program::{Article, Define, Norm, Policy, Program};

/// A change to the rules, and the test that noticed it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mutant {
    /// What was changed: a rule, an exception, a definition, an article or a policy.
    pub owner: String,
    /// Where.
    pub at: Location,
    /// What stands there.
    pub was: String,
    /// What stood there for the trial; empty when it was left out.
    pub is: String,
    /// A test that failed because of it; `None` when all passed and the mutant survived.
    pub killed_by: Option<String>,
}

/// Changes the rules in every place and runs the tests that could notice, on all cores. With a filter, changes only what
/// has it in its id.
///
/// # Errors
/// The titles of the tests that fail before anything is changed: nothing can be learnt from them.
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

/// What takes the place of an item of the program.
enum Change {
    Norm(usize, Box<Norm>),
    Define(usize, Box<Define>),
    Article(usize, Box<Article>),
    Policy(usize, Box<Policy>),
}

impl Change {
    /// Puts it in; the second time, takes it out again.
    fn swap(&mut self, program: &mut Program) {
        match self {
            Self::Norm(index, one) => swap(program.norms.get_mut(*index), one),
            Self::Define(index, one) => swap(program.defines.get_mut(*index), one),
            Self::Article(index, one) => swap(program.articles.get_mut(*index), one),
            Self::Policy(index, one) => swap(program.policies.get_mut(*index), one),
        }
    }
}

fn swap<T>(slot: Option<&mut T>, one: &mut T) {
    if let Some(slot) = slot {
        std::mem::swap(slot, one);
    }
}
