//! The syntax tree of a rule file, as it is written: names are not resolved and types not checked. Its nodes have spans.

mod counter;
mod expr;
mod law;
mod test;

pub use counter::{Counted, Counter, Mark, Per};
pub use expr::{
    Aggregate, ArithmeticOp, BinaryOp, Expr, ExprKind, Knowledge, MatchedRegex, Near, Pattern,
    PatternOperand, Quantifier, ScorePart, Sought,
};
pub use law::{
    Article, Binds, Deadline, DeadlineLimit, InForce, Judged, Law, Office, Policy, Start,
};
pub use test::{
    Before, BeforeWhen, Case, Due, Expectation, ExpectationKind, Given, Scene, Test, TestEntries,
};

use super::words::ItemWord;
use crate::base::source::Span;
use crate::base::time::{Day, Period};
use std::fmt;
use std::ops::Range;

/// The tree of a file, without the items that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// The items in the order of the file.
    pub items: Vec<Item>,
    /// Comments with their `#`. The `##` lines above an item are in the item.
    pub comments: Vec<Span>,
    /// The items that could not be read, so that their uses are not reported too.
    pub broken: Vec<Broken>,
}

/// An item that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Broken {
    /// What it was probably meant to be.
    pub word: Option<ItemWord>,
    /// Its second word, which is the name of most items. It may be empty.
    pub name: String,
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
    Pattern(NamedRegex),
    Set(Set),
    Register(Set),
    Wording(Wording),
    Define(Define),
    Counter(Box<Counter>),
    Mark(Mark),
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
            Self::Pattern(_) => ItemWord::Pattern,
            Self::Set(_) => ItemWord::Set,
            Self::Register(_) => ItemWord::Register,
            Self::Wording(_) => ItemWord::Wording,
            Self::Define(_) => ItemWord::Define,
            Self::Counter(_) => ItemWord::Counter,
            Self::Mark(_) => ItemWord::Mark,
            Self::Rule(_) => ItemWord::Rule,
            Self::Exception(_) => ItemWord::Exception,
            Self::Test(_) => ItemWord::Test,
            Self::Record(_) => ItemWord::Record,
            Self::Action(_) => ItemWord::Action,
            Self::Bloc(_) => ItemWord::Bloc,
        };
        word.word()
    }

    /// The clauses of a rule or exception.
    pub fn rule(&self) -> Option<&Rule> {
        match self {
            Self::Rule(rule) | Self::Exception(Exception { rule, .. }) => Some(rule),
            Self::Jurisdiction(_)
            | Self::Use(_)
            | Self::Law(_)
            | Self::Policy(_)
            | Self::Office(_)
            | Self::Terms(_)
            | Self::Pattern(_)
            | Self::Set(_)
            | Self::Register(_)
            | Self::Wording(_)
            | Self::Define(_)
            | Self::Counter(_)
            | Self::Mark(_)
            | Self::Test(_)
            | Self::Record(_)
            | Self::Action(_)
            | Self::Bloc(_) => None,
        }
    }

    /// The name by which rule files refer to the item; `None` if they cannot refer to it.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::Law(Law { name, .. })
            | Self::Policy(Policy { name, .. })
            | Self::Office(Office { name, .. })
            | Self::Terms(Terms { name, .. })
            | Self::Pattern(NamedRegex { name, .. })
            | Self::Set(Set { name, .. })
            | Self::Register(Set { name, .. })
            | Self::Wording(Wording { name, .. })
            | Self::Define(Define { name, .. })
            | Self::Mark(Mark { name, .. })
            | Self::Rule(Rule { name, .. })
            | Self::Exception(Exception { rule: Rule { name, .. }, .. }) => Some(name),
            Self::Counter(counter) => Some(&counter.name),
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
    /// The span of its first word.
    pub fn head(&self) -> Span {
        let length = u32::try_from(self.kind.keyword().len()).unwrap_or(0);
        Span { end: self.span.start + length, ..self.span }
    }
}

/// A name, a word, a code, or one name of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// A string. `raw` is the text between the quotes, and `value` the same text with its escapes resolved. Patterns are
/// read from `raw`, because they have more escapes: `\*`, `\(`, `\)`, `\|`, `\#`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub raw: String,
    pub value: String,
    pub span: Span,
}

impl Text {
    /// The span of some bytes of `raw`, which begins behind the quote.
    pub(crate) fn span_of(&self, bytes: &Range<usize>) -> Span {
        let byte = |at: usize| self.span.start + 1 + u32::try_from(at).unwrap_or(0);
        Span { start: byte(bytes.start), end: byte(bytes.end) }
    }
}

/// `a.b.c`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    pub names: Vec<Name>,
    pub span: Span,
}

impl Path {
    /// The path as it is written, without blanks: `a.b.c`.
    pub fn dotted(&self) -> String {
        dotted(&self.names)
    }
}

/// Names joined by dots, as in a path: `a.b.c`.
pub fn dotted(names: &[Name]) -> String {
    names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
}

/// A value with its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jurisdiction {
    pub code: Name,
    pub zone: Option<Text>,
    /// Days other than Saturdays and Sundays that are not working days.
    pub holidays: Vec<Spanned<Day>>,
    /// What people do about orders and notices that no rule answers.
    pub on_unanswered: Vec<Act>,
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
    pub from: Spanned<Day>,
    pub until: Option<Spanned<Day>>,
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

/// `loose "a" ..5.. "b" ... "c"`. There is one more piece than there are gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    pub modifier: Modifier,
    pub pieces: Vec<Text>,
    /// How many words may be between each piece and the next. `None` is any number.
    pub gaps: Vec<Option<u32>>,
    pub span: Span,
}

impl fmt::Display for Phrase {
    /// The phrase as it is written, without comments and with single blanks. Equal phrases have equal texts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.modifier != Modifier::Plain {
            write!(f, "{} ", self.modifier.word())?;
        }
        for (index, piece) in self.pieces.iter().enumerate() {
            match index.checked_sub(1).and_then(|before| self.gaps.get(before)) {
                Some(Some(most)) => write!(f, " ..{most}.. ")?,
                Some(None) => f.write_str(" ... ")?,
                None => {}
            }
            write!(f, "\"{}\"", piece.raw)?;
        }
        Ok(())
    }
}

/// How closely a text must match a phrase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Modifier {
    /// Case and disguise are ignored.
    #[default]
    Plain,
    /// Case and letters must be as written.
    Exact,
    /// Leetspeak, and spaced or repeated letters, are ignored too.
    Loose,
}

impl Modifier {
    /// The word before a phrase, empty for a plain one.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Exact => "exact",
            Self::Loose => "loose",
        }
    }
}

/// `pattern NAME = r"…"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRegex {
    pub name: Name,
    pub regex: Text,
}

/// `wording NAME { en: "…", kk: "…" }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    pub name: Name,
    pub texts: Vec<WordingText>,
}

/// `kk: "…"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordingText {
    pub language: Name,
    pub text: Text,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    pub name: Name,
    pub kind: Name,
    pub entries: SetEntries,
    /// `None` for a `set`.
    pub completeness: Option<Completeness>,
}

/// What a register says of its completeness.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// The first day on which it is complete.
    pub from: Option<Spanned<Day>>,
    /// The day that its entries describe.
    pub as_of: Option<Spanned<Day>>,
    /// How long it stays complete after that day.
    pub fresh_for: Option<Spanned<Period>>,
    /// The word `empty`: it is complete even without entries.
    pub empty: Option<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetEntries {
    Files(Vec<ListFile>),
    Inline(Vec<SetEntry>),
}

/// A file of entries, with its clauses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFile {
    pub path: Text,
    /// The column of the entries, if the file is a table.
    pub column: Option<Column>,
    pub from: Option<Column>,
    pub until: Option<Column>,
    /// The place of the entries in a JSON file.
    pub pointer: Option<Text>,
    pub sha256: Option<Text>,
    pub source: Option<Text>,
    pub as_of: Option<Spanned<Day>>,
    pub span: Span,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    Named(Text),
    Numbered(Spanned<u32>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetEntry {
    /// A string, or a number as written.
    pub text: Text,
    pub from: Option<Spanned<Day>>,
    pub until: Option<Spanned<Day>>,
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
    /// The checker refuses a parameter without a type.
    pub ty: Option<TypeName>,
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
    /// `{T}`: a map from any key to a `T`
    Map(Box<TypeName>),
    /// `a | b | c`
    Enum(Vec<Name>),
}

/// The clauses of a rule or an exception. The checker decides which of them are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub name: Name,
    pub title: Option<Text>,
    pub basis: Option<Basis>,
    pub category: Option<Category>,
    pub severity: Option<Name>,
    /// The wording that explains the rule to the person concerned.
    pub says: Option<Box<Path>>,
    pub review_by: Option<Spanned<Day>>,
    pub in_force: Option<InForce>,
    pub mode: Option<Name>,
    pub when: Option<Expr>,
    pub unless: Option<Expr>,
    pub on_unknown: Vec<Act>,
    pub then: Vec<Act>,
}

/// `category scams_and_fraud (phishing)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    pub name: Name,
    pub keywords: Vec<Name>,
    /// From the name to the end.
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The rules and exceptions that it lifts, at least one.
    pub to: Vec<Path>,
    pub rule: Rule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// `basis all of`: the rule applies only while everything that it cites is in force.
    pub all: bool,
    pub paths: Vec<Path>,
    pub span: Span,
}

/// `escalate to astana within 24 hours by policy desk`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub action: Name,
    pub to: Option<Target>,
    /// The mark after `mark` or `clear`.
    pub mark: Option<Path>,
    /// `author` or `chat`, right after the action.
    pub account: Option<Name>,
    pub within: Option<Within>,
    pub keep: Option<Keep>,
    /// The instant after `until`.
    pub until: Option<Expr>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Named(Path),
    Text(Text),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    pub period: Spanned<Period>,
    pub clock: Option<Path>,
    pub policy: Option<Path>,
    pub span: Span,
}

/// `for 6 months from decision`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    pub period: Spanned<Period>,
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
    /// There is no such thing.
    None,
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
    /// An outcome for the content, with its strictness.
    Content(Spanned<u32>),
    /// An outcome for the account, with its strictness.
    Account(Spanned<u32>),
    Obligation,
    /// What it does to a mark: `set` or `clear`.
    Mark(Name),
    /// `takes to office`, `takes within`, `takes to author | members`
    Takes {
        argument: Name,
        values: Vec<Name>,
    },
    /// In `world.loci`, the action has effect in all places. Other files may use it only if it can also act in one place.
    Global,
    /// The code of the EU DSA statement of reasons.
    Dsa(Text),
}
