//! The syntax tree: owned, `Send + Sync`, a span on every node. It says what was written, not what it means.

mod expr;
mod law;
mod test;

pub use expr::{
    ArithmeticOp, BinaryOp, Expr, ExprKind, Near, Pattern, PatternOperand, Quantifier, Sought,
};
pub use law::{Article, Binds, Deadline, DeadlineLimit, InForce, Law, Office, Policy, Start};
pub use test::{Case, Due, Expectation, ExpectationKind, Given, Moment, Scene, Test, TestEntries};

use super::words::ItemWord;
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
        let word = match self {
            Self::Jurisdiction(_) => ItemWord::Jurisdiction,
            Self::Use(_) => ItemWord::Use,
            Self::Law(_) => ItemWord::Law,
            Self::Policy(_) => ItemWord::Policy,
            Self::Office(_) => ItemWord::Office,
            Self::Terms(_) => ItemWord::Terms,
            Self::Set(_) => ItemWord::Set,
            Self::Define(_) => ItemWord::Define,
            Self::Rule(_) => ItemWord::Rule,
            Self::Exception(_) => ItemWord::Exception,
            Self::Test(_) => ItemWord::Test,
            Self::Record(_) => ItemWord::Record,
            Self::Action(_) => ItemWord::Action,
            Self::Bloc(_) => ItemWord::Bloc,
        };
        word.word()
    }

    /// The name that rule files call such an item by, if they can.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::Law(Law { name, .. })
            | Self::Policy(Policy { name, .. })
            | Self::Office(Office { name, .. })
            | Self::Terms(Terms { name, .. })
            | Self::Set(Set { name, .. })
            | Self::Define(Define { name, .. })
            | Self::Rule(Rule { name, .. })
            | Self::Exception(Exception { rule: Rule { name, .. }, .. }) => Some(name),
            Self::Jurisdiction(_)
            | Self::Use(_)
            | Self::Test(_)
            | Self::Record(_)
            | Self::Action(_)
            | Self::Bloc(_) => None,
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
        if self.modifier != Modifier::Plain {
            write!(f, "{} ", self.modifier.word())?;
        }
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

impl Modifier {
    /// As it is written before a phrase; nothing for a plain one.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Exact => "exact",
            Self::Loose => "loose",
        }
    }
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
