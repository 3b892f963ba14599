//! A rule set in service.

use super::{Compiler, Failure, RuleSet};
use std::sync::{PoisonError, RwLock};

/// A rule set that can be replaced while evaluators of it run: a broken new version never replaces the good one.
///
/// ```
/// use lexloci::{Compiler, Live};
///
/// let world = |rest: &str| {
///     let head = "jurisdiction WORLD { zone \"UTC\" }\n";
///     Compiler::new().file("world.loci", head.to_owned() + rest)
/// };
/// let live = Live::new(world("office desk \"Desk\" { languages en }").compile()?);
/// let good = live.current().digest().to_owned();
///
/// assert!(live.replace(world("ofice desk")).is_err());
/// assert_eq!(live.current().digest(), good);
///
/// live.replace(world("office desk \"Desk\" { languages en, fr }"))?;
/// assert_ne!(live.current().digest(), good);
/// # Ok::<(), lexloci::Failure>(())
/// ```
#[derive(Debug)]
pub struct Live {
    current: RwLock<RuleSet>,
}

impl Live {
    /// Serves a rule set.
    pub fn new(set: RuleSet) -> Self {
        Self { current: RwLock::new(set) }
    }

    /// The rule set now in service. An evaluation that began under another one ends under it.
    pub fn current(&self) -> RuleSet {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Compiles aside, and puts the new version into service only when it is good.
    ///
    /// # Errors
    /// Why it is not; the old version stays.
    pub fn replace(&self, compiler: Compiler) -> Result<RuleSet, Failure> {
        let set = compiler.compile()?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = set.clone();
        Ok(set)
    }
}
