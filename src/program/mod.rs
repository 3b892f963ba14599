//! The checked program: all names are resolved, and all expressions have types. The interpreter evaluates it, and the
//! plan is compiled from it.

pub(crate) mod arithmetic;
pub(crate) mod bound;
pub(crate) mod compare;
pub(crate) mod functions;
pub(crate) mod outcome;
pub(crate) mod tally;
mod action;
mod counter;
mod law;
mod parts;
mod register;
mod rulings;
mod sought;
mod test;
mod wording;
mod zones;

pub use action::{Act, Action, ActionKind, MarkChange, Takes};
pub use compare::{CompareOp, TextTest};
pub use counter::{Counted, Counter, Mark, MarkOn, MarkRead, Per};
pub use law::{
    Article, Basis, Deadline, Ground, InForce, JudgedBy, Limit, Office, Party, Policy, Start,
    Status, Trigger,
};
pub use register::Register;
pub use rulings::{IdleRuling, WhyIdle};
pub use sought::{Pattern, PatternName, PatternRef, Sought};
pub use test::{
    AskedCount, Before, Expectation, ExpectationKind, ExpectedDue, Given, GivenSet, Test, TestEntry,
};
pub use wording::{
    Filling, Piece, Placeholder, TemplateFault, TemplateFaultKind, Wording, WordingText,
    pieces as wording_pieces,
};

use crate::base::source::Location;
use crate::base::time::{Day, Zone};
use crate::program::bound::Bound;
use crate::program::functions::Function;
use crate::program::outcome::Event;
use crate::syntax::tree::{Aggregate, ArithmeticOp, Knowledge, Quantifier};
use crate::text::Regex;
use crate::world::lists::Set;
use crate::world::place::{Blocs, Place};
use crate::world::schema::Schema;
use crate::world::standard::{StandardField, message, reports};
use crate::world::value::{Type, Value};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A checked rule set. Norms, expressions and tests refer to the rows of these tables by index.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub schema: Schema,
    pub blocs: Blocs,
    /// The zones of the places that have files.
    pub zones: BTreeMap<Place, Zone>,
    /// The public holidays of a place. Saturdays and Sundays are never working days.
    pub holidays: BTreeMap<Place, BTreeSet<Day>>,
    /// What people do about orders and notices that no rule answers: one for each place whose file says it.
    pub on_unanswered: Vec<OnUnanswered>,
    pub actions: IndexMap<String, Action>,
    pub articles: Vec<Article>,
    pub policies: Vec<Policy>,
    pub offices: Vec<Office>,
    pub patterns: Vec<Pattern>,
    pub regexes: Vec<Regex>,
    /// The index of the regex of each `pattern` item; `None` if it is faulty.
    pub named_regexes: Vec<Option<usize>>,
    pub sets: Vec<Arc<Set>>,
    /// The sets whose absences mean something on some days only.
    pub registers: Vec<Register>,
    pub wordings: Vec<Wording>,
    pub defines: Vec<Define>,
    pub functions: Vec<Function>,
    /// Rules and exceptions, sorted by id so that no result depends on the order of files.
    pub norms: Vec<Norm>,
    /// Sorted by id.
    pub counters: Vec<Counter>,
    /// Sorted by id.
    pub marks: Vec<Mark>,
    /// The places whose files leave something behind, sorted.
    pub writers: Vec<Place>,
    pub tests: Vec<Test>,
}

impl Program {
    /// The index of the norm with an id. Norms are sorted by their ids.
    pub(crate) fn norm_index(&self, id: &str) -> Option<usize> {
        self.norms.binary_search_by(|norm| norm.id.as_str().cmp(id)).ok()
    }

    /// The indices of the norms that are rules.
    pub fn rules(&self) -> Vec<usize> {
        let numbered = self.norms.iter().enumerate();
        let rules = numbered.filter(|(_, norm)| matches!(norm.kind, NormKind::Rule(_)));
        rules.map(|(number, _)| number).collect()
    }

    /// The events whose fields an expression reads, including those read by the definitions that it calls.
    pub fn reads(&self, expr: &Expr) -> BTreeSet<Event> {
        let mut read: BTreeSet<_> = expr.children().flat_map(|child| self.reads(child)).collect();
        if let ExprKind::Field { path, .. } = &expr.kind {
            read.extend(event_at_path(path));
        } else if let ExprKind::Defined { define, .. } = &expr.kind {
            let define = self.defines.get(*define).map(|define| &define.reads);
            read.extend(define.into_iter().flatten());
        }
        read
    }

    /// Whether an expression, or a definition that it calls, reads the instant of the decision.
    pub(crate) fn reads_at(&self, expr: &Expr) -> bool {
        if let ExprKind::Defined { define, .. } = expr.kind
            && self.defines.get(define).is_some_and(|define| define.reads_at)
        {
            return true;
        }
        matches!(expr.kind, ExprKind::At) || expr.children().any(|part| self.reads_at(part))
    }

    /// Whether an expression, or a definition that it calls, reads a counter or a mark.
    pub(crate) fn reads_state(&self, expr: &Expr) -> bool {
        if let ExprKind::Defined { define, .. } = expr.kind
            && self.defines.get(define).is_some_and(|define| define.reads_state)
        {
            return true;
        }
        expr.kind.is_state() || expr.children().any(|part| self.reads_state(part))
    }

    /// The article that is a ground; `None` for a policy.
    pub fn article(&self, ground: Ground) -> Option<&Article> {
        match ground {
            Ground::Article(index) => self.articles.get(index),
            Ground::Policy(_) => None,
        }
    }

    /// The articles that a norm cites.
    pub fn articles_of(&self, norm: &Norm) -> impl Iterator<Item = &Article> {
        norm.basis.grounds.iter().filter_map(|ground| self.article(*ground))
    }

    /// Whether law counts for a norm by the days on which orders and notices came in.
    pub fn is_judged_by_receipt(&self, norm: &Norm) -> bool {
        self.articles_of(norm).any(|article| article.judged_by == JudgedBy::Receipt)
    }
}

/// The event that a field of the record reports.
fn event_at_path(path: &str) -> Option<Event> {
    let mut names = path.split(['.', '[']);
    names.next().filter(|name| *name == message::REPORTS.name)?;
    let name = names.next()?;
    let is_named = |field: StandardField| name == field.name;
    if is_named(reports::RULINGS) {
        return None;
    }
    Some(if is_named(reports::ORDERS) {
        Event::Order
    } else if is_named(reports::NOTICES) {
        Event::Notice
    } else if is_named(reports::KNOWN_AT) {
        Event::Knowledge
    } else {
        Event::Report
    })
}

/// A rule or an exception. Both have a condition, a basis and a time in force, and an exception can defeat either.
#[derive(Clone, Debug)]
pub struct Norm {
    /// `kz.pyramid_advertising`
    pub id: String,
    pub title: String,
    pub doc: String,
    /// The place of its file.
    pub place: Place,
    /// The time zone in which its days begin.
    pub zone: Zone,
    pub basis: Basis,
    pub in_force: InForce,
    pub when: Expr,
    pub unless: Option<Expr>,
    /// The exceptions to this norm, sorted by id.
    pub defeated_by: Vec<usize>,
    /// The length of the longest chain of exceptions from it down to a rule: 0 for a rule.
    pub depth: usize,
    pub kind: NormKind,
    /// The counters that it reads, also through definitions, sorted.
    pub counters: Vec<usize>,
    /// The cost of its expressions on the largest record, in steps.
    pub cost: u64,
    /// Where its name is declared.
    pub at: Location,
}

impl Norm {
    /// Its `when` and, if it has one, its `unless`.
    pub fn conditions(&self) -> impl Iterator<Item = &Expr> {
        std::iter::once(&self.when).chain(&self.unless)
    }

    /// Whether the time of an outcome begins when it first asks for it.
    pub fn begins_times(&self) -> bool {
        self.kind.rule().is_some_and(|rule| !rule.starts_in.is_empty())
    }

    /// All expressions in it: its conditions, and the ends of its outcomes.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let acts = self.kind.rule().into_iter().flat_map(RuleBody::acts);
        self.conditions().chain(acts.filter_map(|act| act.until.as_deref()))
    }
}

#[derive(Clone, Debug)]
pub enum NormKind {
    Rule(RuleBody),
    Exception {
        /// The rules and exceptions that it defeats, in the order of their ids.
        defeats: Vec<usize>,
    },
}

impl NormKind {
    /// The actions and other parts that only a rule has; `None` for an exception.
    pub fn rule(&self) -> Option<&RuleBody> {
        match self {
            Self::Rule(body) => Some(body),
            Self::Exception { .. } => None,
        }
    }

    /// The norms that an exception defeats; none for a rule.
    pub fn defeats(&self) -> &[usize] {
        match self {
            Self::Rule(_) => &[],
            Self::Exception { defeats } => defeats,
        }
    }
}

#[derive(Clone, Debug)]
pub struct RuleBody {
    pub category: Option<&'static str>,
    /// The keywords of the category, sorted.
    pub keywords: Vec<&'static str>,
    /// How grave what it finds is: `low`, `medium`, `high` or `critical`. It is shown, and decides nothing.
    pub severity: Option<&'static str>,
    /// The wording in which it is explained to the person concerned.
    pub says: Option<usize>,
    pub review_by: Option<Day>,
    /// A rule in shadow is evaluated and reported, but asks for nothing.
    pub shadow: bool,
    pub then: Vec<Act>,
    pub on_unknown: Vec<Act>,
    /// The places in which the times of its outcomes begin, each for itself, sorted. A decision takes the nearest. None if no
    /// time begins when it first asks for something, or if it is in shadow.
    pub starts_in: Vec<Place>,
}

impl RuleBody {
    /// All its actions: those of `then` and those of `on unknown`.
    pub fn acts(&self) -> impl Iterator<Item = &Act> {
        self.then.iter().chain(&self.on_unknown)
    }
}

/// What people of a place do about orders and notices that no rule answers.
#[derive(Clone, Debug)]
pub struct OnUnanswered {
    /// `jurisdiction KZ`
    pub id: String,
    pub place: Place,
    /// Obligations only.
    pub acts: Vec<Act>,
    /// The zone of the file.
    pub zone: Zone,
    pub at: Location,
}

/// A definition. Its body reads the parameters as its first locals.
#[derive(Clone, Debug)]
pub struct Define {
    /// `kz.licensed`
    pub id: String,
    /// The bounds of its body, including the definitions that it calls. What follows from the body is stored, because
    /// expanding all calls can give a tree of exponential size.
    pub bound: Bound,
    pub depth: usize,
    pub reads: BTreeSet<Event>,
    pub reads_at: bool,
    /// Whether it reads a counter or a mark.
    pub reads_state: bool,
    /// The parameters that it compares with the instant of the decision, by index. Their arguments do not read it.
    pub compared: BTreeSet<usize>,
    /// The parameters from which it calculates keys of counters, by index. Their arguments read no counters and marks.
    pub keys: BTreeSet<usize>,
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
    /// The instant of the decision. It is one side of a comparison, or its first term.
    At,
    /// The record that is evaluated.
    Message,
    /// A parameter or the element of a quantifier. Its index counts the parameters and elements declared outside it.
    Local(usize),
    /// A field of a record, by index. If it is absent, `missing` contains `path`, such as `links[].host`.
    Field {
        of: Box<Expr>,
        field: usize,
        path: String,
    },
    /// A value of a map, by name.
    Entry {
        of: Box<Expr>,
        key: String,
        path: String,
    },
    List(Vec<Expr>),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// Both operands have the same type; integers and decimals count as the same.
    Compare {
        op: CompareOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// Whether a list contains an element, or places contain a place.
    In {
        item: Box<Expr>,
        list: Box<Expr>,
    },
    /// Whether a place is another place or belongs to it at the instant of the decision.
    InPlace {
        item: Box<Expr>,
        place: Place,
    },
    /// Whether a set contains a text.
    InSet {
        item: Box<Expr>,
        set: usize,
    },
    /// `contains`, `starts with`, `ends with`: case-sensitive, on the text as it is written.
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
    /// The list of matches; each is a record `span`.
    Spans {
        text: Box<Expr>,
        of: Sought,
    },
    /// Whether a value is known, missing or none.
    Is(Knowledge, Box<Expr>),
    Coalesce {
        value: Box<Expr>,
        default: Box<Expr>,
    },
    Negate(Box<Expr>),
    Arithmetic {
        first: Box<Expr>,
        rest: Vec<(ArithmeticOp, Expr)>,
    },
    /// The body can read one more local: the element. The result is an integer for `count`, otherwise a truth.
    Quantified {
        quantifier: Quantifier,
        list: Box<Expr>,
        body: Box<Expr>,
    },
    /// The result is a number.
    Aggregate {
        aggregate: Aggregate,
        of: ElementValues,
    },
    /// The result is a number.
    Score(Vec<ScorePart>),
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
    /// How much a counter has: under the key of this record, or under a key that is given.
    Counter {
        counter: usize,
        key: Option<Vec<Expr>>,
    },
    /// Whether this record takes a counter from below a number to it or above.
    Reaches {
        counter: usize,
        key: Option<Vec<Expr>>,
        least: u64,
    },
    /// What is read of a mark on the account, chat or message at hand.
    Mark {
        mark: usize,
        read: MarkRead,
    },
    /// A call of a definition. The body reads the arguments as locals and sees no other locals.
    Defined {
        define: usize,
        args: Vec<Expr>,
    },
}

/// The values of the elements of a list. Condition and value can read one more local: the element.
#[derive(Clone, Debug)]
pub struct ElementValues {
    pub list: Box<Expr>,
    /// Which elements count; all if there is none.
    pub condition: Option<Box<Expr>>,
    pub value: Box<Expr>,
}

/// Points that count if a condition is true.
#[derive(Clone, Debug)]
pub struct ScorePart {
    /// An integer or a decimal.
    pub points: Value,
    pub condition: Expr,
}

impl ScorePart {
    /// The points as they are written.
    pub(crate) fn points_text(&self) -> String {
        compare::as_decimal(&self.points).map_or_else(String::new, |points| points.to_string())
    }
}
