//! [`Live`]: the rule set in service. Refuses a new version that is broken, outdated or much smaller.

use crate::face::compiler::Compiler;
use crate::face::failure::Failure;
use crate::face::lock::Size;
use crate::face::ruleset::RuleSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

/// The percentage of rules, of places and of entries that a new version has to keep.
const KEPT_PERCENT: usize = 75;

/// A rule set that can be replaced while evaluators of it run. A broken version never replaces a good one, and an older
/// version never a newer one. A version that lost many rules replaces another only if the host allows it ([`Expected`]).
///
/// ```
/// use lexloci::{Compiler, Expected, Live};
///
/// let world = |rest: &str| {
///     let head = "jurisdiction WORLD { zone \"UTC\" }\n";
///     Compiler::new().file("world.loci", head.to_owned() + rest)
/// };
/// let live = Live::new(world("office desk \"Desk\" { languages en }").compile()?);
/// let good = live.current().digest().to_owned();
///
/// assert!(live.replace(world("ofice desk"), Expected::Similar).is_err());
/// assert_eq!(live.current().digest(), good);
///
/// live.replace(world("office desk \"Desk\" { languages en, fr }"), Expected::Similar)?;
/// assert_ne!(live.current().digest(), good);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Live {
    /// The version in service, and its generation.
    current: RwLock<(Generation, RuleSet)>,
    /// The generation that was begun last.
    begun: AtomicU64,
}

/// The number of a version: later versions have greater numbers. Hosts take it before they read the files
/// ([`Live::begin`]), so that a version of newer files is not replaced by an older version that took longer to compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(u64);

/// What the host expects of a new version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expected {
    /// It keeps at least 75 % of the rules, of the places and of the entries of the version in service.
    #[default]
    Similar,
    /// It may lose more, because a person has looked at the change and wants it.
    Loss,
}

/// Why a version was not put into service. The version in service stays.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotPublished {
    /// It does not compile.
    #[error("{0}")]
    Failure(Failure),
    /// A version that was begun later is in service.
    #[error("a version that was started later is already in service")]
    Overtaken,
    /// It lost more of what is in service than [`Expected::Similar`] allows.
    #[error(
        "the new version has only {is} {what}, and the one in service has {was}: publish it with `Expected::Loss` if it is \
         meant to lose them"
    )]
    Shrunk {
        /// `rules`, `places` or `entries`.
        what: &'static str,
        /// How many are in service.
        was: usize,
        /// How many the new version has.
        is: usize,
    },
}

impl Live {
    /// Serves a rule set.
    pub fn new(set: RuleSet) -> Self {
        Self { current: RwLock::new((Generation(0), set)), begun: AtomicU64::new(0) }
    }

    /// The rule set now in service. An evaluation keeps the rule set with which it began.
    pub fn current(&self) -> RuleSet {
        self.current.read().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Takes the number of a new version. Call it before its files are read.
    pub fn begin(&self) -> Generation {
        Generation(self.begun.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Puts a version into service.
    ///
    /// # Errors
    /// When a later version is in service, or this one lost more than `expected` allows; the version in service stays.
    pub fn publish(
        &self,
        begun: Generation,
        set: RuleSet,
        expected: Expected,
    ) -> Result<(), NotPublished> {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if begun <= current.0 {
            return Err(NotPublished::Overtaken);
        }
        match expected {
            Expected::Similar => check_size(current.1.lock().size, set.lock().size)?,
            Expected::Loss => {}
        }
        *current = (begun, set);
        Ok(())
    }

    /// Compiles a new version and puts it into service. The old one stays in service meanwhile.
    ///
    /// # Errors
    /// When it does not compile or is not published; the version in service stays.
    pub fn replace(&self, compiler: Compiler, expected: Expected) -> Result<RuleSet, NotPublished> {
        let begun = self.begin();
        let set = compiler.compile().map_err(NotPublished::Failure)?;
        self.publish(begun, set.clone(), expected)?;
        Ok(set)
    }
}

/// Refuses a version that lost too much of the one in service.
fn check_size(old: Size, new: Size) -> Result<(), NotPublished> {
    for ((what, was), (_, is)) in old.counts().into_iter().zip(new.counts()) {
        if is * 100 < was * KEPT_PERCENT {
            return Err(NotPublished::Shrunk { what, was, is });
        }
    }
    Ok(())
}
