//! The public face: `Compiler` → `RuleSet` → `Evaluator`, and what puts them into service.

pub(crate) mod load;
pub(crate) mod ruleset;
pub(crate) mod evaluator;
pub(crate) mod batch;
pub(crate) mod format;
pub(crate) mod analysis;
