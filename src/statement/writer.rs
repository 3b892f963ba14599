//! Writes the statements about one record.

use super::cases::{Case, Measures, Stated, cases};
use super::checks::{FIRST_DAY, check_day, check_statement, end_date};
use super::mask::Mask;
use super::vocabulary::{
    self, Automation, ContentType, ILLEGAL, ILLEGAL_EXPLANATION, INCOMPATIBLE,
    INCOMPATIBLE_EXPLANATION,
};
use super::{Settings, Statement, StatementError, texts};
use crate::base::time::{Day, Instant, Zone};
use crate::decision::force::{cited, ground_id};
use crate::decision::{Addressee, Decision, Obligation, Outcome, find_additions};
use crate::interpret::Interpreter;
use crate::program::outcome::Finding;
use crate::program::{Ground, Norm, Placeholder, Program, Wording};
use crate::record::Record;
use crate::state::State;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The statements for the decisions about one record.
pub(crate) fn statements(
    program: &Program,
    (record, state): (&Record, &State),
    at: impl Fn(&Decision) -> Instant,
    decisions: &[Decision],
    settings: &Settings,
    ruleset: &str,
) -> Result<Vec<Statement>, Vec<StatementError>> {
    settings.check()?;
    // In a place for which nobody asked, nothing is done yet.
    let asked = decisions.iter().filter(|one| one.asked && !one.outcomes.is_empty());
    let asked: Vec<(&Decision, Instant)> = asked.map(|one| (one, at(one))).collect();
    let instants: BTreeSet<Instant> = asked.iter().map(|(_, at)| *at).collect();
    let writers: BTreeMap<Instant, Writer<'_>> = instants
        .into_iter()
        .map(|at| (at, Writer::new(program, (record, state), at, settings, ruleset)))
        .collect();
    let judged: Vec<(&Decision, &Writer<'_>)> =
        asked.iter().filter_map(|(one, at)| Some((*one, writers.get(at)?))).collect();
    let mut errors = BTreeSet::new();
    let mut statements = vec![];
    for case in cases(&judged) {
        match case.writer.statement(&case) {
            Ok(statement) => statements.push(statement),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() { Ok(statements) } else { Err(errors.into_iter().collect()) }
}

/// Reads one record, as it was at an instant, and writes the statements about it.
pub(super) struct Writer<'w> {
    pub(super) program: &'w Program,
    pub(super) record: &'w Record,
    pub(super) at: Instant,
    pub(super) settings: &'w Settings,
    pub(super) mask: Mask,
    pub(super) interpreter: Interpreter<'w>,
    ruleset: &'w str,
    /// What is known of how each norm came out, by its index, and the orders and notices that it does not see.
    pub(super) judged: RefCell<BTreeMap<usize, Known>>,
}

/// How a norm came out, and the paths of the orders and notices that it does not see.
pub(super) type Known = (Rc<Finding>, BTreeSet<String>);

/// The parts of a statement that can be faulty.
struct Parts {
    categories: Vec<String>,
    content: Vec<ContentType>,
    dates: Dates,
    explanation: String,
}

/// The days of a statement.
struct Dates {
    sent: Day,
    applied: Day,
    visibility_end: Option<Day>,
    account_end: Option<Day>,
}

impl<'w> Writer<'w> {
    fn new(
        program: &'w Program,
        (record, state): (&'w Record, &'w State),
        at: Instant,
        settings: &'w Settings,
        ruleset: &'w str,
    ) -> Self {
        let mask = Mask::of(&program.schema, record.root());
        let interpreter = Interpreter::with_state(program, record, at, state);
        find_additions(&interpreter);
        let judged = RefCell::default();
        Self { program, record, at, settings, ruleset, mask, interpreter, judged }
    }

    fn statement(&self, case: &Case<'_, 'w>) -> Result<Statement, Vec<StatementError>> {
        match (
            self.categories(case),
            self.content_types(),
            self.dates(&case.measures),
            self.explanation(case),
        ) {
            (Ok(categories), Ok(content), Ok(dates), Ok(explanation)) => check_statement(
                self.assemble(case, Parts { categories, content, dates, explanation }),
            ),
            (categories, content, dates, explanation) => {
                let errors = [categories.err(), content.err(), explanation.err()];
                let errors = errors.into_iter().flatten();
                Err(errors.chain(dates.err().into_iter().flatten()).collect())
            }
        }
    }

    fn dates(&self, measures: &Measures<'_>) -> Result<Dates, Vec<StatementError>> {
        match (
            self.content_date(),
            self.application_date(measures),
            end_date("end_date_visibility_restriction", &measures.visibility),
            end_date("end_date_account_restriction", &measures.account),
        ) {
            (Ok(sent), Ok(applied), Ok(visibility_end), Ok(account_end)) => {
                Ok(Dates { sent, applied, visibility_end, account_end })
            }
            (sent, applied, visibility_end, account_end) => {
                let errors = [sent.err(), applied.err(), visibility_end.err(), account_end.err()];
                Err(errors.into_iter().flatten().collect())
            }
        }
    }

    fn assemble(&self, case: &Case<'_, 'w>, parts: Parts) -> Statement {
        let Parts { categories, content, dates, explanation } = parts;
        let Measures { visibility, account } = &case.measures;
        let codes = |outcomes: &[&Outcome]| -> Vec<String> {
            let actions = outcomes.iter().filter_map(|one| self.program.actions.get(&*one.action));
            actions.filter_map(|action| action.dsa.clone()).collect()
        };
        let is_law = case.is_law();
        let ground = texts::ground(&cited(self.program, &case.ground));
        let automation = self.automation(case);
        let mut categories = categories.into_iter();
        Statement {
            puid: self.puid(case),
            decision_visibility: codes(visibility),
            decision_account: codes(account).into_iter().next(),
            end_date_visibility_restriction: dates.visibility_end.map(|day| day.to_string()),
            end_date_account_restriction: dates.account_end.map(|day| day.to_string()),
            account_type: self.account_type(account),
            decision_ground: if is_law { ILLEGAL } else { INCOMPATIBLE },
            decision_ground_reference_url: self.url(case),
            illegal_content_legal_ground: is_law.then(|| ground.clone()),
            illegal_content_explanation: is_law.then(|| explanation.clone()),
            incompatible_content_ground: (!is_law).then_some(ground),
            incompatible_content_explanation: (!is_law).then_some(explanation),
            content_type: content.iter().map(|one| one.code()).collect(),
            content_type_other: content.contains(&ContentType::Other).then(|| self.other_content()),
            category: categories.next().unwrap_or_default(),
            category_addition: categories.collect(),
            category_specification: keywords(case),
            territorial_scope: case.scope.iter().cloned().collect(),
            content_language: self.language(),
            content_date: dates.sent.to_string(),
            application_date: dates.applied.to_string(),
            decision_facts: self.facts(case, automation),
            source_type: self.source(case),
            automated_detection: if self.is_detected(case) { "Yes" } else { "No" },
            automated_decision: automation.code(),
            unverified: self.unverified(case),
            is_exempt: self.is_exempt(case),
        }
    }

    /// What was found and done: when and where it was decided, what each rule rests on, who decided, and the measures.
    fn facts(&self, case: &Case<'_, 'w>, automation: Automation) -> String {
        let zone = self.program.zone_of_all(&case.places(), self.at);
        let codes = |places: &BTreeSet<_>| {
            let codes: Vec<String> = places.iter().map(ToString::to_string).collect();
            codes.join(", ")
        };
        let mut sentences = vec![];
        for (at, places) in case.instants() {
            sentences.push(format!(
                "Decided on {} for {}.",
                at.local(&zone).named(),
                codes(&places)
            ));
        }
        for (rule, stated) in &case.rules {
            let is_everywhere = stated.places == case.places;
            let places = if is_everywhere { String::new() } else { codes(&stated.places) };
            let within = if is_everywhere { String::new() } else { format!(" ({places})") };
            let title = texts::without_final_period(&self.mask.text(&stated.matched.title));
            sentences.push(format!("Rule {rule}{within}: {title}."));
            sentences.extend(stated.writer.seen(case, stated));
        }
        sentences.push(texts::who_decided(automation).to_owned());
        if self.is_exempt(case) {
            sentences.push(texts::EXEMPT.to_owned());
        }
        sentences.extend(self.kept(case, &zone));
        let measure = |outcome: &Outcome| format!("{outcome}{}", self.end_text(outcome, &zone));
        let measures: Vec<String> = case.measures.all().map(measure).collect();
        sentences.push(format!("Measure: {}.", measures.join(", ")));
        sentences.push(format!("Rules {}.", self.ruleset));
        texts::facts(&sentences)
    }

    /// How long the message is kept because a rule of the case asks for it.
    fn kept(&self, case: &Case<'_, 'w>, zone: &Zone) -> Option<String> {
        let is_asked = |one: &&Obligation| case.rules.keys().any(|rule| one.is_asked_by(rule));
        let mut kept = case.decision.obligations.iter().filter(|one| *one.action == *PRESERVE);
        let kept = kept.find(is_asked);
        kept.map(|one| format!("The message is kept{}.", one.end_text(zone)))
    }

    /// The articles of the ground that nobody has verified, each with the reason.
    fn unverified(&self, case: &Case<'_, 'w>) -> Vec<String> {
        let articles = case.ground.iter().filter_map(|ground| self.program.article(*ground));
        let unverified = articles.filter_map(|article| {
            let why = article.verified.as_ref().err()?;
            Some(format!("{}, {}: {why}", article.law, article.number))
        });
        unverified.collect()
    }

    /// The main category of the statement, then the others by name. The main one is that of the gravest rules, then that of most rules.
    fn categories(&self, case: &Case<'_, 'w>) -> Result<Vec<String>, StatementError> {
        let mut named: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for stated in case.rules.values() {
            let Some(category) = stated.matched.category.as_deref() else { continue };
            let severity = stated.matched.severity.as_deref().map_or(0, crate::check::gravity);
            let (gravest, count) = named.entry(category).or_default();
            *gravest = severity.max(*gravest);
            *count += 1;
        }
        if named.is_empty() {
            let Some(category) = self.settings.category.as_deref() else {
                let rules: Vec<_> = case.rules.keys().copied().collect();
                let message = format!(
                    "none of these rules names a category: {}; write `category …` in one of them, or set `category` in the settings of statements (`[dsa]` in `lexloci.toml`)",
                    rules.join(", ")
                );
                return Err(StatementError { field: "category", message });
            };
            return Ok(vec![vocabulary::category(category)]);
        }
        // Of equals the first by name.
        let main = named.iter().rev().max_by_key(|(_, weight)| **weight).map(|(name, _)| *name);
        let others = named.keys().copied().filter(|name| Some(*name) != main);
        Ok(main.into_iter().chain(others).map(vocabulary::category).collect())
    }

    fn application_date(&self, measures: &Measures<'_>) -> Result<Day, StatementError> {
        check_day("application_date", self.applied(measures).day(&Zone::utc()), FIRST_DAY)
    }

    /// From when on the measures apply: since they were first asked for, if all of them were asked for before.
    fn applied(&self, measures: &Measures<'_>) -> Instant {
        let since: Option<Vec<Instant>> = measures.all().map(|outcome| outcome.since).collect();
        since.and_then(|since| since.into_iter().min()).unwrap_or(self.at)
    }

    /// The explanation: for each rule its wording, or, if it has none, its title, its law and what it rests on.
    fn explanation(&self, case: &Case<'_, 'w>) -> Result<String, StatementError> {
        let mut texts = vec![];
        for stated in case.rules.values() {
            let wording = stated.writer.wording_for(case, stated);
            let wording = wording.map_err(|wording| no_appeal(case, wording))?;
            texts.push(wording.unwrap_or_else(|| stated.writer.reason(case, stated)));
        }
        Ok(texts::explanation(texts))
    }

    /// The wording of a rule, filled, in the language of the statement. `None` if the rule has none, or if there is nothing to
    /// write for one of its placeholders.
    ///
    /// # Errors
    /// The wording, if it contains `{appeal}` and the settings do not say how to contest a decision.
    fn wording_for(
        &self,
        case: &Case<'_, 'w>,
        stated: &Stated<'_, 'w>,
    ) -> Result<Option<String>, &'w Wording> {
        let addressee = Addressee {
            language: self.settings.language.as_deref(),
            places: &case.places(),
            mask: &|text| self.mask.text(text),
            appeal: self.settings.appeal.as_deref(),
        };
        let fill = |rule| {
            let found = (rule, stated.matched, &*case.ground);
            stated.decision.wording_for(&self.interpreter, found, &addressee)
        };
        let Some(filled) = stated.norm.kind.rule().and_then(fill) else { return Ok(None) };
        if addressee.appeal.is_none() && filled.text.has(Placeholder::Appeal) {
            return Err(filled.wording);
        }
        Ok(filled.result.ok())
    }

    /// The explanation of a rule whose wording cannot be used: its title, its law and what it rests on.
    fn reason(&self, case: &Case<'_, 'w>, stated: &Stated<'_, 'w>) -> String {
        let cited = cited(self.program, &case.ground);
        texts::reason(&self.mask.text(&stated.matched.title), &cited, self.seen(case, stated))
    }

    /// Since when an outcome is asked for, and when it ends. If the end is unknown and a secret order is involved, the text is
    /// empty: it would say which fact is missing. Why a store did not answer is for nobody else, either.
    fn end_text(&self, outcome: &Outcome, zone: &Zone) -> String {
        let is_rule_of = |norm: &&Norm| outcome.is_asked_by(&norm.id);
        let mut norms = self.program.norms.iter().filter(is_rule_of);
        let is_silent = self.interpreter.state().silence.is_some();
        if outcome.until.is_none() && (is_silent || norms.any(|norm| self.rests_on_secret(norm))) {
            return String::new();
        }
        outcome.time_text(zone)
    }

    /// The first URL that the database accepts, of those that the articles and policies have.
    fn url(&self, case: &Case<'_, 'w>) -> Option<String> {
        let urls = case.ground.iter().filter_map(|one| match one {
            Ground::Article(index) => self.program.articles.get(*index)?.url.clone(),
            Ground::Policy(index) => {
                let policy = self.program.policies.get(*index)?;
                policy.url.clone().or_else(|| self.settings.terms_url.clone())
            }
        });
        urls.into_iter().find(|url| vocabulary::is_url(url))
    }

    /// The identity of the statement. Statements have the same identity if they agree in record, places, ground, and the instant
    /// from which on their measures apply. The hash includes a secret key, so nobody else can find out which record a statement is about.
    fn puid(&self, case: &Case<'_, 'w>) -> String {
        let mut hash = Sha256::new();
        let ground: Vec<_> =
            case.ground.iter().filter_map(|one| ground_id(self.program, *one)).collect();
        let at = self.applied(&case.measures).to_string();
        let places: Vec<_> = case.places.iter().map(|place| place.code()).collect();
        let parts =
            [&*self.settings.puid_key, self.record.id(), &at, &places.join(","), &ground.join(",")];
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("lexloci-{hex}")
    }
}

/// The keywords of the rules of a case, sorted, each once.
fn keywords(case: &Case<'_, '_>) -> Vec<String> {
    let rules = case.rules.values().filter_map(|stated| stated.norm.kind.rule());
    let words: BTreeSet<&str> = rules.flat_map(|rule| rule.keywords.iter().copied()).collect();
    words.into_iter().map(vocabulary::keyword).collect()
}

/// The error for a wording with `{appeal}` if the settings do not say how to contest a decision.
fn no_appeal(case: &Case<'_, '_>, wording: &Wording) -> StatementError {
    let field = if case.is_law() { ILLEGAL_EXPLANATION } else { INCOMPATIBLE_EXPLANATION };
    let message = format!(
        "`{}` contains `{{appeal}}`; set `appeal` in the settings of statements (`[dsa]` in `lexloci.toml`) to a text that says how to contest a decision",
        wording.id
    );
    StatementError { field, message }
}

/// The action that keeps the message.
const PRESERVE: &str = "preserve";
