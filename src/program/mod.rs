//! The checked program: every name resolved, every expression typed, every date and deadline in place.
//! The interpreter walks it; the plan is compiled from it.

pub(crate) mod arithmetic;
pub(crate) mod compare;
pub(crate) mod functions;
pub(crate) mod outcome;
mod parts;
mod test;

pub use compare::{CompareOp, TextTest};
pub use test::{Expectation, ExpectationKind, ExpectedDue, Given, Test, TestEntry};

use crate::base::source::Location;
use crate::base::time::{Day, Period, Zone};
use crate::program::functions::Function;
use crate::program::outcome::Event;
use crate::syntax::tree::{ArithmeticOp, Quantifier};
use crate::text::{Matcher, Regex};
use crate::world::lists::Set;
use crate::world::place::{Blocs, Place};
use crate::world::schema::Schema;
use crate::world::value::{Type, Value};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A whole rule set, checked. All ids are indices into these tables.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub schema: Schema,
    pub blocs: Blocs,
    /// Days that are no working days in a place, beside Saturdays and Sundays.
    pub holidays: BTreeMap<Place, BTreeSet<Day>>,
    pub actions: IndexMap<String, Action>,
    pub articles: Vec<Article>,
    pub policies: Vec<Policy>,
    pub offices: Vec<Office>,
    pub patterns: Vec<Pattern>,
    pub regexes: Vec<Regex>,
    pub sets: Vec<Arc<Set>>,
    pub defines: Vec<Define>,
    pub functions: Vec<Function>,
    /// Rules and exceptions, sorted by id, so that no result depends on the order of files.
    pub norms: Vec<Norm>,
    pub tests: Vec<Test>,
}

impl Program {
    /// The numbers of the norms that are rules.
    pub fn rules(&self) -> Vec<usize> {
        let numbered = self.norms.iter().enumerate();
        let rules = numbered.filter(|(_, norm)| matches!(norm.kind, NormKind::Rule(_)));
        rules.map(|(number, _)| number).collect()
    }

    /// The events whose fields an expression reads, its definitions included.
    pub fn reads(&self, expr: &Expr) -> BTreeSet<Event> {
        let mut read: BTreeSet<_> = expr.children().flat_map(|child| self.reads(child)).collect();
        match &expr.kind {
            ExprKind::Field { path, .. } => read.extend(event_read(path)),
            ExprKind::Defined { define, .. } => {
                let define = self.defines.get(*define).map(|define| &define.reads);
                read.extend(define.into_iter().flatten());
            }
            _ => {}
        }
        read
    }
}

/// The event that a field of the record tells of.
fn event_read(path: &str) -> Option<Event> {
    match path.strip_prefix("reports.")? {
        field if field.starts_with("orders") => Some(Event::Order),
        field if field.starts_with("notices") => Some(Event::Notice),
        "known_at" => Some(Event::Knowledge),
        _ => Some(Event::Report),
    }
}

/// A rule, or an exception to one: both have a condition, a basis and a time, and both can be defeated.
#[derive(Clone, Debug)]
pub struct Norm {
    /// `kz.pyramid_advertising`
    pub id: String,
    pub title: String,
    pub doc: String,
    /// The place for which its file speaks.
    pub place: Place,
    /// The zone in which its days begin.
    pub zone: Zone,
    pub basis: Basis,
    pub in_force: InForce,
    pub when: Expr,
    pub unless: Option<Expr>,
    /// The exceptions to it, sorted by id.
    pub defeated_by: Vec<usize>,
    pub kind: NormKind,
    /// The bound of its cost on the largest record, in steps.
    pub cost: u64,
    /// Its name in its file.
    pub at: Location,
}

#[derive(Clone, Debug)]
pub enum NormKind {
    Rule(RuleBody),
    Exception {
        /// The rule or exception that it defeats.
        defeats: usize,
    },
}

#[derive(Clone, Debug)]
pub struct RuleBody {
    pub category: Option<String>,
    pub review_by: Option<Day>,
    /// Evaluated and reported, never applied.
    pub shadow: bool,
    pub then: Vec<Act>,
    pub on_unknown: Vec<Act>,
}

/// What a norm cites. A norm that cites nothing always has its basis.
#[derive(Clone, Debug, Default)]
pub struct Basis {
    /// Whether all grounds have to be in force, or one of them.
    pub all: bool,
    pub grounds: Vec<Ground>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    Article(usize),
    Policy(usize),
}

/// When something is in force: days of a zone, `until` exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InForce {
    pub start: Start,
    pub until: Option<Day>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    #[default]
    Always,
    From(Day),
    /// Read as current on that day. Not applied before; the time before is a gap.
    By(Day),
    /// Not known to have begun: a gap.
    Unknown,
}

/// How something stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    InForce,
    NotInForce,
    /// Not applied, and it is not known whether it should be.
    Gap,
}

impl InForce {
    /// How it stands on a day.
    pub fn on(self, day: Day) -> Standing {
        if self.until.is_some_and(|until| day >= until) {
            return Standing::NotInForce;
        }
        match self.start {
            Start::Always => Standing::InForce,
            Start::From(from) if day >= from => Standing::InForce,
            Start::From(_) => Standing::NotInForce,
            Start::By(by) if day >= by => Standing::InForce,
            Start::By(_) | Start::Unknown => Standing::Gap,
        }
    }
}

/// An article of a law.
#[derive(Clone, Debug)]
pub struct Article {
    /// `kz.platforms.measures`
    pub id: String,
    /// The place whose file declares it; a library's has none.
    pub place: Option<Place>,
    pub law: String,
    /// The title in the language of the law.
    pub original: Option<String>,
    /// `9(4)(1)`
    pub number: String,
    pub url: Option<String>,
    pub doc: String,
    pub in_force: InForce,
    pub status: Status,
    pub party: Party,
    pub trigger: Trigger,
    pub deadlines: Vec<Deadline>,
    /// The grounds on which their clocks stand still.
    pub pauses: Vec<String>,
    /// The actions that its text asks for, as indices; none when nobody wrote them down.
    pub demands: Vec<usize>,
    /// The day a person read the text, or why nobody did.
    pub verified: Result<Day, String>,
    /// The zone of its file; a library file has none, and the citing norm's counts.
    pub zone: Option<Zone>,
    pub at: Location,
}

impl Article {
    /// How it stands on a day: adopted and draft texts are not in force, whatever their dates.
    pub fn on(&self, day: Day) -> Standing {
        match self.status {
            Status::InForce | Status::Annulled => self.in_force.on(day),
            Status::Adopted | Status::Draft => Standing::NotInForce,
        }
    }

    /// Whether there is a day on which it is applied.
    pub fn is_ever_in_force(&self) -> bool {
        let begins = self.in_force.start != Start::Unknown;
        begins && matches!(self.status, Status::InForce | Status::Annulled)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    InForce,
    /// Passed, not commenced.
    Adopted,
    /// Struck down: in force until its `until`.
    Annulled,
    Draft,
}

/// Whom an article binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    Platform,
    Author,
}

/// What makes an article bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    Standing,
    On(Event),
}

/// A time limit of a statute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub limit: Limit,
    pub event: Event,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The statute's own word. It has no number, and never gets one.
    Words(String),
    Within(Period),
    /// The instant that the order itself sets, or else a period from the event.
    AsOrdered {
        otherwise: Option<Period>,
    },
}

/// A policy of the platform.
#[derive(Clone, Debug)]
pub struct Policy {
    /// `world.terms`
    pub id: String,
    pub title: String,
    pub url: Option<String>,
    pub in_force: InForce,
    pub zone: Option<Zone>,
    pub at: Location,
}

/// A desk that obligations are addressed to.
#[derive(Clone, Debug)]
pub struct Office {
    /// `kz.astana`
    pub id: String,
    pub title: String,
    pub languages: Vec<String>,
    pub at: Location,
}

/// An action of the standard library.
#[derive(Clone, Debug)]
pub struct Action {
    pub name: String,
    pub doc: String,
    pub kind: ActionKind,
    /// Reserved to `world.loci`.
    pub world_only: bool,
    /// Acts everywhere when `world.loci` says it.
    pub global: bool,
    /// What it takes after `to`, and whether it has to.
    pub to: Takes,
    pub within: bool,
    pub keep: bool,
    /// Its code in the EU DSA statement of reasons.
    pub dsa: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// The strictest wins.
    Content(u32),
    Account(u32),
    Obligation,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    Office,
    /// Free text, such as the name of an authority.
    Text,
    /// One of these words.
    OneOf(Vec<String>),
}

/// One action of a `then` or `on unknown`.
#[derive(Clone, Debug)]
pub struct Act {
    /// Index into the actions.
    pub action: usize,
    /// The office's id, or the text.
    pub to: Option<String>,
    /// A service level of the platform: the period, what starts it, the policy that promises it.
    pub within: Option<(Period, Event, usize)>,
    /// Retention: the period and what starts it.
    pub keep: Option<(Period, Event)>,
    pub at: Location,
}

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
    /// As it is written in the rule.
    Inline(String),
}

/// A definition with parameters; its body reads them as the first locals.
#[derive(Clone, Debug)]
pub struct Define {
    /// `kz.licensed`
    pub id: String,
    /// What its body costs, how deep it is, and which events it reads, with all definitions inside: kept here, because
    /// definitions that use each other twice would unfold to a tree of exponential size.
    pub cost: u64,
    pub depth: usize,
    pub reads: BTreeSet<Event>,
    pub params: Vec<(String, Type)>,
    pub body: Expr,
}

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: Type,
    pub at: Location,
}

/// INVARIANT: operands have the types that the operator needs; indices are within the program's tables.
#[derive(Clone, Debug)]
pub enum ExprKind {
    Const(Value),
    /// The record that is judged.
    Message,
    /// A parameter or a quantifier's element: the number of enclosing ones outside it.
    Local(usize),
    /// A field of a record by its number. `path` is what `missing` says when it is absent: `links[].host`.
    Field {
        of: Box<Expr>,
        field: usize,
        path: String,
    },
    /// A value of a map by its name.
    Entry {
        of: Box<Expr>,
        key: String,
        path: String,
    },
    List(Vec<Expr>),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// Operands have one type; an Int beside a Number is compared as one.
    Compare {
        op: CompareOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// Element of a list, place of places, or word of a text list.
    In {
        item: Box<Expr>,
        list: Box<Expr>,
    },
    /// Text in a set.
    InSet {
        item: Box<Expr>,
        set: usize,
    },
    /// `contains`, `starts with`, `ends with` on text, case-sensitive, as written.
    TextTest {
        op: TextTest,
        text: Box<Expr>,
        part: Box<Expr>,
    },
    Mentions {
        text: Box<Expr>,
        pattern: PatternRef,
    },
    Matches {
        text: Box<Expr>,
        regex: usize,
    },
    /// The list of matches, each a record `span`.
    Spans {
        text: Box<Expr>,
        of: Sought,
    },
    IsKnown(Box<Expr>),
    Coalesce {
        value: Box<Expr>,
        default: Box<Expr>,
    },
    Negate(Box<Expr>),
    Arithmetic {
        first: Box<Expr>,
        rest: Vec<(ArithmeticOp, Expr)>,
    },
    /// The body sees one more local. Its value is a truth, or for `count` an integer.
    Quantified {
        quantifier: Quantifier,
        list: Box<Expr>,
        body: Box<Expr>,
        event: Option<Event>,
    },
    AtLeast {
        least: u32,
        of: Vec<Expr>,
    },
    If {
        arms: Vec<(Expr, Expr)>,
        otherwise: Box<Expr>,
    },
    /// A built-in or host function.
    Call {
        function: usize,
        args: Vec<Expr>,
    },
    /// A definition; its body sees the arguments as locals and nothing else.
    Defined {
        define: usize,
        args: Vec<Expr>,
    },
}

/// A pattern, or two near each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PatternRef {
    pub pattern: usize,
    /// The other pattern, and how many words may lie between.
    pub near: Option<(usize, u32)>,
}

/// Of what `spans` lists the matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    Pattern(PatternRef),
    /// By its number in [`Program::regexes`].
    Regex(usize),
}
