//! What conditions look for in texts: patterns and regular expressions.

use crate::text::Matcher;

/// What `mentions` looks for.
#[derive(Clone, Debug)]
pub struct Pattern {
    pub name: PatternName,
    pub matcher: Matcher,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternName {
    /// `kz.pyramid_promises`
    Terms(String),
    /// The source text of the phrase in the rule.
    Inline(String),
}

/// A pattern, or two near each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PatternRef {
    pub pattern: usize,
    /// The other pattern, and how many words may be between them.
    pub near: Option<(usize, u32)>,
}

/// What `spans` looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    Pattern(PatternRef),
    /// Index into [`super::Program::regexes`].
    Regex(usize),
}
