//! The syntax tree: owned, `Send + Sync`, a span on every node. It says what was written, not what it means.

mod law;
mod test;

pub use law::{Article, Binds, Deadline, DeadlineLimit, InForce, Law, Office, Policy, Start};
pub use test::{Case, Due, Expectation, ExpectationKind, Given, Moment, Scene, Test, TestEntries};

use crate::base::children::{self, Children};
use crate::base::source::Span;
use crate::base::time::{Day, Period};
use std::fmt;

/// A file as it was read. What could not be read is in the diagnostics, and by name in `broken`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// The items in the order of the file.
    pub items: Vec<Item>,
    /// Comments with their `#`, for the formatter; `##` documentation is in the items.
    pub comments: Vec<Span>,
    /// Names whose items could not be read, so that their uses are not reported as well.
    pub broken: Vec<String>,
}

/// One item, with the `##` lines above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub doc: String,
    pub kind: ItemKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemKind {
    Jurisdiction(Jurisdiction),
    Use(Text),
    Law(Law),
    Policy(Policy),
    Office(Office),
    Terms(Terms),
    Set(Set),
    Define(Define),
    Rule(Rule),
    Exception(Exception),
    Test(Test),
    Record(Record),
    Action(Action),
    Bloc(Bloc),
}

impl ItemKind {
    /// The word that starts such an item.
    pub fn keyword(&self) -> &'static str {
        match self {
            Self::Jurisdiction(_) => "jurisdiction",
            Self::Use(_) => "use",
            Self::Law(_) => "law",
            Self::Policy(_) => "policy",
            Self::Office(_) => "office",
            Self::Terms(_) => "terms",
            Self::Set(_) => "set",
            Self::Define(_) => "define",
            Self::Rule(_) => "rule",
            Self::Exception(_) => "exception",
            Self::Test(_) => "test",
            Self::Record(_) => "record",
            Self::Action(_) => "action",
            Self::Bloc(_) => "bloc",
        }
    }
}

impl Item {
    /// Where its keyword stands.
    pub fn head(&self) -> Span {
        let length = u32::try_from(self.kind.keyword().len()).unwrap_or(0);
        Span { end: self.span.start + length, ..self.span }
    }
}

/// A name, word, code or dotted path segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// A string. `raw` is what stands between the quotes; `value` has the escapes resolved. In a pattern
/// `\*`, `\(`, `\)`, `\|` are left to the pattern reader, which takes `raw`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub raw: String,
    pub value: String,
    pub span: Span,
}

/// `a.b.c`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    pub names: Vec<Name>,
    pub span: Span,
}

/// A literal with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    pub value: T,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jurisdiction {
    pub code: Name,
    pub zone: Option<Text>,
    /// Days that are no working days, beside Saturdays and Sundays.
    pub holidays: Vec<At<Day>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bloc {
    pub code: Name,
    pub title: Text,
    pub zone: Option<Text>,
    pub members: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub code: Name,
    pub from: At<Day>,
    pub until: Option<At<Day>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub name: Name,
    pub groups: Vec<TermGroup>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermGroup {
    pub language: Name,
    pub phrases: Vec<Phrase>,
}

/// `loose "a" ..5.. "b"`: one more piece than gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    pub modifier: Modifier,
    pub pieces: Vec<Text>,
    pub gaps: Vec<u32>,
    pub span: Span,
}

impl fmt::Display for Phrase {
    /// As it is written, but for blanks and comments: equal texts are equal phrases.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.modifier {
            Modifier::Plain => "",
            Modifier::Exact => "exact ",
            Modifier::Loose => "loose ",
        })?;
        for (index, piece) in self.pieces.iter().enumerate() {
            if let Some(gap) = index.checked_sub(1).and_then(|before| self.gaps.get(before)) {
                write!(f, " ..{gap}.. ")?;
            }
            write!(f, "\"{}\"", piece.raw)?;
        }
        Ok(())
    }
}

/// How closely a phrase has to be met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Modifier {
    /// Case and disguise do not matter.
    #[default]
    Plain,
    /// Case and letters as written.
    Exact,
    /// Leetspeak, letters spaced out or repeated do not matter either.
    Loose,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    pub name: Name,
    pub kind: Name,
    pub entries: SetEntries,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetEntries {
    Files(Vec<ListFile>),
    Inline(Vec<SetEntry>),
}

/// A file of entries, and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFile {
    pub path: Text,
    /// The column of a table in which the entries are.
    pub column: Option<Column>,
    pub from: Option<Column>,
    pub until: Option<Column>,
    /// Where in JSON the entries are.
    pub pointer: Option<Text>,
    pub sha256: Option<Text>,
    pub source: Option<Text>,
    pub as_of: Option<At<Day>>,
    pub span: Span,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    Named(Text),
    Numbered(At<u32>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetEntry {
    /// A string, or a number as it is written.
    pub text: Text,
    pub from: Option<At<Day>>,
    pub until: Option<At<Day>>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Define {
    pub name: Name,
    pub params: Vec<Param>,
    pub body: Expr,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    pub name: Name,
    pub ty: TypeName,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeName {
    pub kind: TypeNameKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeNameKind {
    Named(Name),
    /// `[T]`
    List(Box<TypeName>),
    /// `{T}`: any key to a `T`
    Map(Box<TypeName>),
    /// `a | b | c`
    Enum(Vec<Name>),
}

/// What a rule and an exception have in common: which clauses are allowed is for the check to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub name: Name,
    pub title: Option<Text>,
    pub basis: Option<Basis>,
    pub category: Option<Name>,
    pub review_by: Option<At<Day>>,
    pub in_force: Option<InForce>,
    pub mode: Option<Name>,
    pub when: Option<Expr>,
    pub unless: Option<Expr>,
    pub on_unknown: Vec<Act>,
    pub then: Vec<Act>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The rule or exception that it defeats.
    pub to: Path,
    pub rule: Rule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// `basis all of`: all of them have to be in force.
    pub all: bool,
    pub paths: Vec<Path>,
    pub span: Span,
}

/// `escalate to astana within 24 hours by policy desk`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub action: Name,
    pub to: Option<Target>,
    pub within: Option<Within>,
    pub keep: Option<Keep>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Named(Path),
    Text(Text),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    pub period: At<Period>,
    pub clock: Option<Path>,
    pub policy: Option<Path>,
    pub span: Span,
}

/// `for 6 months from decision`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    pub period: At<Period>,
    pub clock: Option<Path>,
    pub span: Span,
}

/// A value in the notation of `given`: JSON whose keys need no quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json {
    pub kind: JsonKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonKind {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(Text),
    Array(Vec<Json>),
    Object(Vec<(Name, Json)>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub name: Name,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub doc: String,
    pub name: Name,
    pub optional: bool,
    pub ty: TypeName,
    pub derived: bool,
    pub default: Option<Json>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    pub name: Name,
    pub clauses: Vec<ActionClause>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionClause {
    /// A content outcome of that strictness.
    Content(At<u32>),
    /// An account outcome of that strictness.
    Account(At<u32>),
    Obligation,
    /// `takes to office`, `takes within`, `takes to author | members`
    Takes {
        argument: Name,
        values: Vec<Name>,
    },
    /// Acts everywhere when `world.loci` says it, and is reserved to it unless it also acts in a place.
    Global,
    /// The code of the EU DSA statement of reasons.
    Dsa(Text),
}

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
            | Self::Path(_) => children::none(),
            Self::Spans { text: inner, .. }
            | Self::Mentions { text: inner, .. }
            | Self::Matches { text: inner, .. }
            | Self::Group(inner)
            | Self::Not(inner)
            | Self::Negate(inner)
            | Self::IsMissing(inner)
            | Self::IsKnown(inner) => children::one(inner),
            Self::Binary { left: first, right: second, .. }
            | Self::Quantified { list: first, body: second, .. } => children::two(first, second),
            Self::List(of)
            | Self::And(of)
            | Self::Or(of)
            | Self::AtLeast { of, .. }
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
    /// As it is written, without `_`: `12`, `0.75`.
    Number(String),
    Text(Text),
    Moment(Moment),
    Duration(Period),
    Path(Path),
    List(Vec<Expr>),
    Call {
        name: Path,
        args: Vec<Expr>,
    },
    /// `spans(text, PATTERN)`, `spans(text, r"…")`
    Spans {
        text: Box<Expr>,
        of: Sought,
    },
    Group(Box<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    /// `a and b and c` is one node: long chains stay shallow.
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `a + b - c` and `a * b / c`, first operand and the rest with their operators: long chains stay shallow.
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
        regex: Text,
    },
    IsMissing(Box<Expr>),
    IsKnown(Box<Expr>),
    Quantified {
        quantifier: Quantifier,
        name: Name,
        list: Box<Expr>,
        body: Box<Expr>,
    },
    AtLeast {
        least: At<u32>,
        of: Vec<Expr>,
    },
    /// Pairs of condition and value, then the value of `else`.
    If {
        arms: Vec<(Expr, Expr)>,
        otherwise: Box<Expr>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    Any,
    All,
    No,
    Count,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Of what `spans` lists the matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    Pattern(Pattern),
    Regex(Text),
}

/// What `mentions` and `spans` look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pub first: PatternOperand,
    pub near: Option<Near>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternOperand {
    Terms(Path),
    Phrase(Phrase),
}

/// `near B (12 words)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    pub other: PatternOperand,
    pub words: At<u32>,
}
