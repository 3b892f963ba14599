//! Expressions, and the patterns that they look for in texts.

use super::{Name, Path, Phrase, Spanned, Text};
use crate::base::children::{self, Children};
use crate::base::source::Span;
use crate::base::time::{Moment, Period};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

impl Expr {
    /// The expressions directly inside, in the order in which they are written.
    pub fn children(&self) -> impl Iterator<Item = &Expr> {
        self.kind.children()
    }
}

impl ExprKind {
    fn children(&self) -> Children<'_, Expr> {
        match self {
            Self::Bool(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::Moment(_)
            | Self::Duration(_)
            | Self::At
            | Self::Subdivision(_)
            | Self::Path(_) => children::none(),
            Self::Spans { text: inner, .. }
            | Self::Mentions { text: inner, .. }
            | Self::Matches { text: inner, .. }
            | Self::Group(inner)
            | Self::Not(inner)
            | Self::Negate(inner)
            | Self::Is(_, inner)
            | Self::IsSet(inner) => children::one(inner),
            Self::Reaches { counter: first, least: second }
            | Self::Binary { left: first, right: second, .. }
            | Self::Quantified { list: first, body: second, .. } => children::two(first, second),
            Self::Aggregate { list, condition, value, .. } => {
                children::others([&**value, &**list].into_iter().chain(condition.as_deref()))
            }
            Self::Score(parts) => children::others(parts.iter().map(|part| &part.condition)),
            Self::List(of)
            | Self::And(of)
            | Self::Or(of)
            | Self::AtLeast { of, .. }
            | Self::Keyed { key: of, .. }
            | Self::Call { args: of, .. } => children::list(of),
            Self::Arithmetic { first, rest } => {
                let rest = rest.iter().map(|(_, operand)| operand);
                children::others(std::iter::once(&**first).chain(rest))
            }
            Self::If { arms, otherwise } => {
                let arms = arms.iter().flat_map(|(condition, value)| [condition, value]);
                children::others(arms.chain([&**otherwise]))
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    Bool(bool),
    /// As written, without `_`: `12`, `0.75`.
    Number(String),
    Text(Text),
    Moment(Moment),
    Duration(Period),
    /// `at`, the instant of the decision.
    At,
    /// `FR-IDF`, as the right side of `in`.
    Subdivision(String),
    Path(Path),
    List(Vec<Expr>),
    Call {
        name: Path,
        args: Vec<Expr>,
    },
    /// `copies[link.host]`
    Keyed {
        name: Path,
        key: Vec<Expr>,
    },
    /// `spans(text, PATTERN)`, `spans(text, r"…")`
    Spans {
        text: Box<Expr>,
        of: Sought,
    },
    Group(Box<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    /// `a and b and c` is one node, so that long chains do not nest.
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `a + b - c`, `a * b / c`: the first operand, and the others with their operators. Long chains do not nest.
    Arithmetic {
        first: Box<Expr>,
        rest: Vec<(ArithmeticOp, Expr)>,
    },
    Mentions {
        text: Box<Expr>,
        pattern: Pattern,
    },
    Matches {
        text: Box<Expr>,
        regex: MatchedRegex,
    },
    /// `violations reaches 3`
    Reaches {
        counter: Box<Expr>,
        least: Box<Expr>,
    },
    Is(Knowledge, Box<Expr>),
    /// `warned is set`
    IsSet(Box<Expr>),
    Quantified {
        quantifier: Quantifier,
        name: Name,
        list: Box<Expr>,
        body: Box<Expr>,
    },
    /// `sum e.weight for e in xs where (…)`, `count distinct e.by for e in xs`
    Aggregate {
        aggregate: Aggregate,
        value: Box<Expr>,
        name: Name,
        list: Box<Expr>,
        /// The condition on the elements that count. Without one, all elements count.
        condition: Option<Box<Expr>>,
    },
    /// `score (5 when a, 3 when b)`
    Score(Vec<ScorePart>),
    AtLeast {
        least: Spanned<u32>,
        of: Vec<Expr>,
    },
    /// Pairs of condition and value, then the value of `else`.
    If {
        arms: Vec<(Expr, Expr)>,
        otherwise: Box<Expr>,
    },
}

/// What a record says about a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Knowledge {
    /// It gives the value.
    Known,
    /// It says nothing about the value.
    Missing,
    /// It says that there is no such thing.
    None,
}

impl Knowledge {
    /// As it is written after `is`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Missing => "missing",
            Self::None => "none",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    Any,
    All,
    No,
    Count,
}

impl Quantifier {
    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
            Self::No => "no",
            Self::Count => "count",
        }
    }
}

/// `5 when CONDITION`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScorePart {
    /// As written: `5`, `-3.5`.
    pub points: Spanned<String>,
    pub condition: Expr,
}

/// How the values of a list's elements become one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aggregate {
    Sum,
    CountDistinct,
}

impl Aggregate {
    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::CountDistinct => "count distinct",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Contains,
    StartsWith,
    EndsWith,
    /// `x ?? default`
    Coalesce,
}

impl BinaryOp {
    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Contains => "contains",
            Self::StartsWith => "starts with",
            Self::EndsWith => "ends with",
            Self::Coalesce => "??",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl ArithmeticOp {
    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }
}

/// The regular expression of `matches`, or the name of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MatchedRegex {
    Written(Text),
    Named(Path),
}

/// The pattern or regular expression of `spans`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    Pattern(Pattern),
    Regex(Text),
}

/// A pattern of `mentions` or `spans`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pub first: PatternOperand,
    pub near: Option<Near>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternOperand {
    /// The name of `terms`, or of a regular expression.
    Named(Path),
    Phrase(Phrase),
}

/// `near B (12 words)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    pub other: PatternOperand,
    pub words: Spanned<u32>,
}
