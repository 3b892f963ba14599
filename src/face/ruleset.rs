//! [`RuleSet`]: the compiled rules. It reads records, checks expressions, and makes evaluators.

mod facts;
mod input;

pub use input::{is_item, is_unfinished, items};

pub use facts::{ArticleInfo, CostInfo, ListInfo, OfficeInfo, RuleInfo, SetInfo};

use crate::base::source::{Location, Sources, Span};
use crate::base::stack::with_large_stack;
use crate::base::time::{Instant, Moment, Zone};
use crate::check::{self, Scope, Tree};
use crate::diagnostic::{Code, Diagnostic};
use crate::face::failure::{FactsFailure, Failure};
use crate::face::lock::Lock;
use crate::face::vocabulary::Vocabulary;
use crate::import::Facts;
use crate::plan::{self, Plan};
use crate::program::{Expr, ExprKind, GivenSet, Program, TestEntry};
use crate::record::{Days, Record, RecordError, canonical_json, notation_to_json};
use crate::syntax::{self, SessionInput};
use crate::world::lists::{Completeness, List};
use crate::world::place::Place;
use crate::world::schema::Schema;
use serde::Serialize;
use std::fmt;
use std::io::BufRead;
use std::sync::Arc;

/// A compiled rule set: immutable, shared by cloning, `Send + Sync`.
#[derive(Clone)]
pub struct RuleSet {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) program: Program,
    /// It refers to sets by their indices, so it stays valid when entries are added to them.
    pub(super) plan: Arc<Plan>,
    pub(super) sources: Sources,
    pub(super) trees: Vec<Tree>,
    pub(super) warnings: Vec<Diagnostic>,
    pub(super) digest: String,
    pub(super) lock: Lock,
}

/// An expression checked against a rule set.
#[derive(Clone, Debug)]
pub struct Expression {
    pub(crate) program: Arc<Program>,
    pub(crate) expr: Expr,
    /// The zone in which its days begin.
    pub(crate) zone: Zone,
    /// Its own text and the files of the definitions that it uses.
    pub(crate) sources: Arc<Sources>,
}

/// Shows the digest and the number of rules. The rules themselves would be too long.
impl fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.program().norms.len();
        f.debug_struct("RuleSet").field("digest", &self.digest()).field("rules", &rules).finish()
    }
}

impl RuleSet {
    /// `sha256:…` of all rule files, lists and host functions. What else decisions depend on is in [`RuleSet::setup`].
    pub fn digest(&self) -> &str {
        &self.inner.digest
    }

    /// The manifest of its files, to write to `lexloci.lock` at the rule root.
    pub fn lock(&self) -> &Lock {
        &self.inner.lock
    }

    /// Warnings about the rule files.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.inner.warnings
    }

    /// The texts of the standard library and of the rule files.
    pub fn sources(&self) -> &Sources {
        &self.inner.sources
    }

    /// The schema of records.
    pub fn schema(&self) -> &Schema {
        &self.inner.program.schema
    }

    /// The JSON Schema (draft 2020-12) of the records that [`RuleSet::read`] accepts.
    pub fn record_schema(&self) -> String {
        crate::record::json_schema(self.schema())
    }

    /// The JSON Schema (draft 2020-12) of the lines that [`RuleSet::facts`] accepts.
    pub fn facts_schema(&self) -> String {
        crate::import::facts_schema(self.schema())
    }

    /// Reads facts that the host knows about chats, authors, messages and files, one JSON object on each line.
    /// Explanations cite these facts by `name`. Linear in the input.
    ///
    /// # Errors
    /// When the input cannot be read, or all lines that are wrong.
    pub fn facts(&self, name: &str, lines: impl BufRead) -> Result<Facts, FactsFailure> {
        let read = Facts::read(self.schema(), name, lines).map_err(FactsFailure::Input)?;
        read.map_err(FactsFailure::Lines)
    }

    /// A place by its code: a country or subdivision of ISO 3166, a bloc, or `WORLD`.
    pub fn place(&self, code: &str) -> Option<Place> {
        self.inner.program.blocs.place(code)
    }

    /// All blocs of countries.
    pub fn blocs(&self) -> impl Iterator<Item = Place> {
        self.inner.program.blocs.blocs.iter().map(|bloc| bloc.place)
    }

    /// The countries of a place at an instant or on a day: the members of a bloc, all countries for `WORLD`, a country
    /// itself.
    pub fn countries_of(&self, place: Place, at: impl Into<Moment>) -> Vec<Place> {
        self.inner.program.blocs.countries_of(place, at)
    }

    /// The zone in which the days of a place begin: that of its nearest file, or UTC if it has none. The moment decides
    /// to which blocs the place belongs.
    pub fn zone_of(&self, place: Place, at: impl Into<Moment>) -> Zone {
        self.inner.program.zone_of(place, at)
    }

    /// The zone of several places, if all have the same; otherwise UTC.
    pub fn zone_of_all(&self, places: &[Place], at: impl Into<Moment>) -> Zone {
        self.inner.program.zone_of_all(places, at)
    }

    /// The instant at which a place is judged: of a day, its midnight in the zone of the place.
    pub fn instant_in(&self, place: Place, at: impl Into<Moment>) -> Instant {
        match at.into() {
            Moment::Instant(instant) => instant,
            day @ Moment::Day(_) => day.instant(&self.zone_of(place, day)),
        }
    }

    /// Reads a record from canonical JSON.
    ///
    /// # Errors
    /// The first fault found.
    pub fn read(&self, json: &[u8]) -> Result<Record, RecordError> {
        Record::read(self.schema(), json)
    }

    /// Reads a record from any value that serialises to canonical JSON, such as one of the host's own type.
    ///
    /// # Errors
    /// When it does not serialise, or the first fault found.
    pub fn record(&self, value: &impl Serialize) -> Result<Record, RecordError> {
        Record::from_serializable(self.schema(), value)
    }

    /// Reads a record in the notation of `given` in tests: JSON whose keys need no quotes. `text: "…"` is short for one part
    /// of kind text, and the fields that every record must have get defaults. A day, `2026-03-01`, is its midnight in UTC.
    ///
    /// # Errors
    /// All faults of the notation, or the first fault of the record.
    pub fn given(&self, text: &str) -> Result<Record, Failure> {
        let json = self.json_of(text, Zone::utc())?;
        Record::given(self.schema(), &json).map_err(|error| Failure {
            diagnostics: vec![Diagnostic::general(error.code, error.to_string())],
            sources: Sources::default(),
        })
    }

    /// Translates the notation of `given` to JSON, without filling in defaults. [`Record::given`] reads the result. A day
    /// is its midnight in the zone.
    ///
    /// # Errors
    /// All faults of the notation.
    pub fn json_of(&self, text: &str, zone: Zone) -> Result<String, Failure> {
        json_of(text, &Days::of_message(self.schema(), zone))
    }

    /// Translates the value of a field, such as `author.account.created_at`, to JSON: an object with the field `value`. A
    /// day is its midnight in the zone.
    ///
    /// # Errors
    /// All faults of the notation.
    pub fn json_of_field(&self, path: &str, value: &str, zone: Zone) -> Result<String, Failure> {
        json_of(&format!("{{ value: {value} }}"), &Days::of_field(self.schema(), path, zone))
    }

    /// The canonical JSON of a record that was given as tests give it.
    pub(crate) fn canonical_json(&self, given: &str) -> Result<String, RecordError> {
        canonical_json(given)
    }

    /// Checks an expression as if it were written in the file of a place.
    ///
    /// # Errors
    /// All its faults.
    pub fn expression(&self, text: &str, place: Place) -> Result<Expression, Failure> {
        self.expression_in(text, Scope::Place(place))
    }

    /// Checks an expression as if it were written in some file.
    pub(crate) fn expression_in(
        &self,
        text: &str,
        scope: Scope<'_>,
    ) -> Result<Expression, Failure> {
        with_large_stack(|| {
            let mut sources = self.sources().clone();
            // The expression becomes a file after all others, so that its faults can point into it.
            let file = sources.add("expression", text);
            let fail = |diagnostics| Failure { diagnostics, sources: sources.clone() };
            let tree = match syntax::read_input(file, text) {
                SessionInput::Expression(tree) => tree,
                SessionInput::NeedsMore => {
                    let end = text.trim_end().len();
                    let at = Location { file, span: Span::of(end..end) };
                    return Err(fail(vec![Diagnostic::new(
                        Code::Syntax,
                        at,
                        "the expression ends too early",
                    )]));
                }
                SessionInput::Wrong(faults) => return Err(fail(faults)),
            };
            let (expr, zone, program) = check::expression(
                &self.inner.trees,
                &self.inner.program,
                scope,
                file,
                &tree,
                &sources,
            )
            .map_err(fail)?;
            let sources = Arc::new(sources.clone());
            Ok(Expression { program: Arc::new(program), expr, zone, sources })
        })
    }

    /// The expression that searches a text for terms, which may be private to their file.
    pub(crate) fn expression_of_terms(&self, id: &str) -> Result<Expression, Failure> {
        let (prefix, name) = id.rsplit_once('.').unwrap_or(("", id));
        self.expression_in(&format!("text mentions {name}"), Scope::File(prefix))
    }

    /// The plan of the engine as text. For each rule: the triggers that wake it, or the reason why it has none, and its
    /// condition.
    pub fn plan_listing(&self) -> String {
        let Inner { program, plan, sources, .. } = &*self.inner;
        plan::listing(program, plan, sources)
    }

    /// The names that rules can use.
    pub(crate) fn vocabulary(&self) -> Vocabulary<'_> {
        let Program { schema, actions, functions, .. } = &self.inner.program;
        Vocabulary { schema, actions, functions, trees: &self.inner.trees }
    }

    pub(crate) fn program(&self) -> &Program {
        &self.inner.program
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.inner.plan
    }

    /// The same rules with entries added to some sets, for a test that assumes them. The checker has already found these
    /// entries to be valid. Registers among these sets are complete.
    pub(crate) fn with_sets(&self, given: &[GivenSet]) -> Self {
        let mut program = self.program().clone();
        for GivenSet { set, entries, list } in given {
            let Some(set) = program.sets.get_mut(*set) else { continue };
            let set = Arc::make_mut(set);
            set.completeness = Completeness::Always;
            set.open(List { name: list.clone(), ..List::default() });
            for TestEntry { text, from, until } in entries {
                let _ = set.add(text, None, *from, *until);
            }
        }
        self.with_program(program)
    }

    /// A variant of these rules, for tests. It keeps their plan, so only [`Method::Interpreter`] may judge by it if conditions
    /// differ.
    ///
    /// [`Method::Interpreter`]: crate::Method::Interpreter
    pub(crate) fn with_program(&self, program: Program) -> Self {
        let Inner { program: _, plan, sources, trees, warnings, digest, lock } = &*self.inner;
        let (plan, sources, trees) = (plan.clone(), sources.clone(), trees.clone());
        let (warnings, digest, lock) = (warnings.clone(), digest.clone(), lock.clone());
        Self { inner: Arc::new(Inner { program, plan, sources, trees, warnings, digest, lock }) }
    }
}

impl Expression {
    /// The pattern of an expression `… mentions …`; for `A near B`, the pattern `A`. `None` for other expressions.
    pub fn pattern(&self) -> Option<&crate::text::Matcher> {
        let ExprKind::Mentions { pattern, .. } = &self.expr.kind else { return None };
        self.program.patterns.get(pattern.pattern).map(|pattern| &pattern.matcher)
    }

    /// Whether it, or a definition that it calls, compares the instant of the decision, asks where a place lies then, or reads
    /// what earlier messages left behind.
    pub(crate) fn depends_on_instant(&self) -> bool {
        self.program.parts_of(&self.expr).any(|part| {
            matches!(
                part.kind,
                ExprKind::At
                    | ExprKind::InPlace { .. }
                    | ExprKind::Counter { .. }
                    | ExprKind::Reaches { .. }
                    | ExprKind::Mark { .. }
            )
        })
    }

    /// The name of its type.
    pub fn type_name(&self) -> String {
        self.program.schema.name_of(&self.expr.ty)
    }
}

fn json_of(text: &str, days: &Days<'_>) -> Result<String, Failure> {
    let mut sources = Sources::default();
    let file = sources.add("record", text);
    let read = || syntax::record(file, text).map(|json| notation_to_json(&json, Some(days)));
    with_large_stack(read).map_err(|diagnostics| Failure { diagnostics, sources })
}
