//! Makes the statements for a decision: one for each legal ground on which the decision's measures rest.

use super::checks::{FIRST_DAY, check_day, check_statement, end_date};
use super::mask::Mask;
use super::vocabulary::{
    self, ContentType, ILLEGAL, ILLEGAL_EXPLANATION, INCOMPATIBLE, INCOMPATIBLE_EXPLANATION,
};
use super::{Settings, Statement, StatementError};
use super::{memory, texts};
use crate::base::time::{Day, Instant, Zone};
use crate::decision::force::{citation, cited, ground_id, grounds_to_name};
use crate::decision::{Addressee, Decision, Matched, Outcome, Visible, find_additions, judged};
use crate::interpret::{Interpreter, lookup};
use crate::program::outcome::{Event, Finding};
use crate::program::{Ground, Norm, Placeholder, Program, Wording};
use crate::record::Record;
use crate::state::State;
use crate::world::standard::{StandardField, detected_language, label, language, media, message};
use crate::world::value::{Decimal, Value};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The label by which hosts say that a machine made the content, and the minimum score at which a statement says so.
const SYNTHETIC: (&str, &str) = ("synthetic", "0.9");

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
    let mut writer: Option<Writer<'_>> = None;
    let mut errors = BTreeSet::new();
    let mut statements = vec![];
    // In a place for which nobody asked, nothing is done yet.
    for decision in decisions.iter().filter(|decision| decision.asked) {
        let at = at(decision);
        let earlier = writer.take().filter(|writer| writer.at == at);
        let writer = writer.insert(
            earlier.unwrap_or_else(|| Writer::new(program, (record, state), at, settings, ruleset)),
        );
        for case in writer.cases(decision) {
            match writer.statement(&case) {
                Ok(statement) => statements.push(statement),
                Err(found) => errors.extend(found),
            }
        }
    }
    if errors.is_empty() { Ok(statements) } else { Err(errors.into_iter().collect()) }
}

/// Writes the statements about one record.
struct Writer<'w> {
    program: &'w Program,
    record: &'w Record,
    at: Instant,
    settings: &'w Settings,
    ruleset: &'w str,
    mask: Mask,
    interpreter: Interpreter<'w>,
}

/// The content of one statement: a decision, and those of its rules that rest on one ground and ask for its measures.
struct Case<'c, 'w> {
    decision: &'c Decision,
    /// The states in which the decision acts, by their codes.
    scope: Vec<String>,
    ground: Vec<Ground>,
    rules: Vec<(&'c Matched, &'w Norm)>,
}

/// The strictest outcomes that the rules of a case ask for.
struct Measures<'c> {
    visibility: Vec<&'c Outcome>,
    account: Vec<&'c Outcome>,
}

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

impl Case<'_, '_> {
    /// Whether it rests on law, and not on the platform's policies.
    fn is_law(&self) -> bool {
        self.ground.iter().any(|one| matches!(one, Ground::Article(_)))
    }
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
        Self { program, record, at, settings, ruleset, mask, interpreter }
    }

    fn cases<'c>(&self, decision: &'c Decision) -> Vec<Case<'c, 'w>> {
        let scope = self.scope(decision);
        let has_outcome = !decision.outcomes.is_empty();
        if scope.is_empty() || !has_outcome || decision.visible == Visible::No {
            return vec![];
        }
        let mut cases: BTreeMap<Vec<Ground>, Case<'c, 'w>> = BTreeMap::new();
        for matched in &decision.matched {
            let index = self.program.norm_index(&matched.rule);
            let Some(norm) = index.and_then(|index| self.program.norms.get(index)) else {
                continue;
            };
            let asks = |outcome: &Outcome| outcome.is_asked_by(&matched.rule);
            // Nobody may learn from a statement that there is a secret order.
            if !decision.strictest().any(asks) || self.rests_on_secret(norm) {
                continue;
            }
            let ground = self.grounds_to_name(norm, matched);
            let case = cases.entry(ground.clone()).or_insert_with(|| Case {
                decision,
                scope: scope.clone(),
                ground,
                rules: vec![],
            });
            case.rules.push((matched, norm));
        }
        cases.into_values().collect()
    }

    /// The states of the European Economic Area in which a decision acts.
    fn scope(&self, decision: &Decision) -> Vec<String> {
        let countries = decision.places.iter().flat_map(|place| {
            place.country().map_or_else(
                || self.program.blocs.countries_of(*place, self.at),
                |country| vec![country],
            )
        });
        let codes = countries.map(|country| country.code().to_owned());
        let states: BTreeSet<String> = codes.filter(|code| vocabulary::is_state(code)).collect();
        states.into_iter().collect()
    }

    /// The strictest outcomes, as far as the rules of a case ask for them.
    fn measures<'c>(&self, case: &Case<'c, 'w>) -> Measures<'c> {
        let asks = |outcome: &&Outcome| {
            case.rules.iter().any(|(matched, _)| outcome.is_asked_by(&matched.rule))
        };
        let is_about_account = |outcome: &&Outcome| {
            let action = self.program.actions.get(&*outcome.action);
            action.is_some_and(|action| action.kind.is_about_account())
        };
        let outcomes = case.decision.strictest().filter(asks);
        let (account, visibility) = outcomes.partition(is_about_account);
        Measures { visibility, account }
    }

    /// Of the grounds that a decision cites for a rule, those that a statement names: the articles, or else the policies.
    fn grounds_to_name(&self, norm: &Norm, matched: &Matched) -> Vec<Ground> {
        let is_cited = |ground: &Ground| {
            citation(self.program, *ground).is_some_and(|one| matched.basis.contains(&one))
        };
        grounds_to_name(norm.basis.grounds.iter().copied().filter(is_cited))
    }

    fn statement(&self, case: &Case<'_, 'w>) -> Result<Statement, Vec<StatementError>> {
        let measures = self.measures(case);
        match (
            self.categories(case),
            self.content_types(),
            self.dates(&measures),
            self.explanation(case),
        ) {
            (Ok(categories), Ok(content), Ok(dates), Ok(explanation)) => check_statement(
                self.assemble(case, &measures, Parts { categories, content, dates, explanation }),
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

    fn assemble(&self, case: &Case<'_, 'w>, measures: &Measures<'_>, parts: Parts) -> Statement {
        let Parts { categories, content, dates, explanation } = parts;
        let decision = case.decision;
        let Measures { visibility, account } = measures;
        let codes = |outcomes: &[&Outcome]| -> Vec<String> {
            let actions = outcomes.iter().filter_map(|one| self.program.actions.get(&*one.action));
            actions.filter_map(|action| action.dsa.clone()).collect()
        };
        let is_law = case.is_law();
        let ground = texts::ground(&cited(self.program, &case.ground));
        let source = self.source(case);
        let is_found_by_machine = source == VOLUNTARY && self.settings.automated_detection;
        let mut categories = categories.into_iter();
        let zone = self.program.zone_of_all(&decision.places, self.at);
        let measure = |outcome: &&Outcome| format!("{outcome}{}", self.end_text(outcome, &zone));
        let rules = case.rules.iter();
        let rules: Vec<_> =
            rules.map(|(matched, norm)| (*matched, self.rests_on(case, matched, norm))).collect();
        let applied = self.applied(measures);
        let measures: Vec<String> = visibility.iter().chain(account).map(measure).collect();
        Statement {
            puid: self.puid(case, applied),
            decision_visibility: codes(visibility),
            decision_account: codes(account).into_iter().next(),
            end_date_visibility_restriction: dates.visibility_end.map(|day| day.to_string()),
            end_date_account_restriction: dates.account_end.map(|day| day.to_string()),
            account_type: self.settings.account_type.map(super::AccountType::code),
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
            territorial_scope: case.scope.clone(),
            content_language: self.language(),
            content_date: dates.sent.to_string(),
            application_date: dates.applied.to_string(),
            decision_facts: texts::facts(
                &self.mask,
                &rules,
                &measures,
                &decision.places,
                self.at.local(&zone).named(),
                self.ruleset,
            ),
            source_type: source,
            automated_detection: if is_found_by_machine { "Yes" } else { "No" },
            automated_decision: self.settings.automated_decision.code(),
            unverified: self.unverified(case),
        }
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

    /// The main category of the statement, then the others. They are sorted, so that the order of rules does not matter.
    fn categories(&self, case: &Case<'_, 'w>) -> Result<Vec<String>, StatementError> {
        let named = case.rules.iter().filter_map(|(matched, _)| matched.category.as_deref());
        let named: BTreeSet<&str> = named.collect();
        let words: Vec<&str> = match (named.is_empty(), self.settings.category.as_deref()) {
            (false, _) => named.into_iter().collect(),
            (true, Some(word)) => vec![word],
            (true, None) => {
                let rules: Vec<_> = case.rules.iter().map(|(matched, _)| &*matched.rule).collect();
                let message = format!(
                    "none of these rules names a category: {}; write `category …` in one of them, or set `category` in the settings of statements (`[dsa]` in `lexloci.toml`)",
                    rules.join(", ")
                );
                return Err(StatementError { field: "category", message });
            }
        };
        Ok(words.into_iter().map(vocabulary::category).collect())
    }

    /// The value at a path of the record.
    fn read(&self, path: &[StandardField]) -> Option<&Value> {
        lookup(&self.program.schema, self.record.root(), path)
    }

    /// The elements of the list at a path of the record.
    fn elements(&self, path: &[StandardField]) -> &[Value] {
        if let Some(Value::List(elements)) = self.read(path) { elements } else { &[] }
    }

    /// The text in a field of a record.
    fn text<'v>(&self, record: &'v Value, field: StandardField) -> Option<&'v str> {
        let Value::Text(text) = field.value_in(&self.program.schema, record)? else { return None };
        Some(text)
    }

    /// The number in a field of a record.
    fn number(&self, record: &Value, field: StandardField) -> Option<Decimal> {
        let value = field.value_in(&self.program.schema, record)?;
        if let Value::Number(number) = value { Some(*number) } else { None }
    }

    /// The types of the content: text, media, and whether a machine made it.
    fn content_types(&self) -> Result<Vec<ContentType>, StatementError> {
        let mut found: BTreeSet<ContentType> = self.media_kinds().map(content_type).collect();
        if let Some(Value::Surface(parts)) = self.read(&[message::TEXT])
            && parts.iter().any(|part| !part.text.trim().is_empty())
        {
            found.insert(ContentType::Text);
        }
        let (label, score) = SYNTHETIC;
        if let (Some(found_score), Some(least)) = (self.score(label), Decimal::parse(score))
            && found_score >= least
        {
            found.insert(ContentType::Synthetic);
        }
        if found.is_empty() {
            found.extend(self.settings.content_type);
        }
        if found.is_empty() {
            let message = "the record has neither text nor media; set `content_type` for such messages in the settings of statements (`[dsa]` in `lexloci.toml`)";
            return Err(StatementError { field: "content_type", message: message.into() });
        }
        Ok(found.into_iter().collect())
    }

    fn media_kinds(&self) -> impl Iterator<Item = &str> {
        let media = self.elements(&[message::MEDIA]).iter();
        media.filter_map(|one| self.text(one, media::KIND))
    }

    /// The text of `content_type_other`: the kinds of media for which the database has no type of content.
    fn other_content(&self) -> String {
        let is_other = |kind: &&str| content_type(kind) == ContentType::Other;
        let kinds: BTreeSet<&str> = self.media_kinds().filter(is_other).collect();
        if kinds.is_empty() {
            return "message without text or media".into();
        }
        kinds.into_iter().collect::<Vec<_>>().join(", ")
    }

    /// The score that the record gives for a label.
    fn score(&self, label: &str) -> Option<Decimal> {
        let Some(Value::Map(labels)) = self.read(&[message::LABELS]) else { return None };
        self.number(labels.get(label)?, label::SCORE)
    }

    /// The detected language with the highest score, else that of the author's application, else that of the settings.
    fn language(&self) -> Option<String> {
        let detected = self.detected_language();
        let declared = match self.read(&[message::LANGUAGE, language::DECLARED]) {
            Some(Value::Text(tag)) => vocabulary::language(tag),
            _ => None,
        };
        let settings = self.settings.content_language.as_deref().and_then(vocabulary::language);
        detected.or(declared).or(settings)
    }

    fn detected_language(&self) -> Option<String> {
        let detected = self.elements(&[message::LANGUAGE, language::DETECTED]).iter();
        let known = detected.filter_map(|one| {
            let code = vocabulary::language(self.text(one, detected_language::TAG)?)?;
            Some((self.number(one, detected_language::P)?, code))
        });
        known.max().map(|(_, code)| code)
    }

    fn content_date(&self) -> Result<Day, StatementError> {
        let field = "content_date";
        let Some(Value::Instant(sent)) = self.read(&[message::SENT_AT]) else {
            let message = "the record does not say when the message was sent: `sent_at` is missing";
            return Err(StatementError { field, message: message.into() });
        };
        check_day(field, sent.day(&Zone::utc()), "2000-01-01")
    }

    fn application_date(&self, measures: &Measures<'_>) -> Result<Day, StatementError> {
        check_day("application_date", self.applied(measures).day(&Zone::utc()), FIRST_DAY)
    }

    /// From when on the measures apply: since they were first asked for, if all of them were asked for before.
    fn applied(&self, measures: &Measures<'_>) -> Instant {
        let measures = measures.visibility.iter().chain(&measures.account);
        let since: Option<Vec<Instant>> = measures.map(|outcome| outcome.since).collect();
        since.and_then(|since| since.into_iter().min()).unwrap_or(self.at)
    }

    /// Who found the content: an authority if a rule fired because of an order, the sender of a notice if a rule fired
    /// because of a notice, otherwise the platform.
    fn source(&self, case: &Case<'_, 'w>) -> &'static str {
        let events = case.rules.iter().map(|(_, norm)| self.finding(norm).events);
        let events: Vec<_> = events.collect();
        let is_about = |event: Event| events.iter().any(|found| found.contains_key(&event));
        let mut notices = events.iter().filter_map(|found| found.get(&Event::Notice)).flatten();
        if is_about(Event::Order) {
            "SOURCE_TYPE_OTHER_NOTIFICATION"
        } else if !is_about(Event::Notice) {
            VOLUNTARY
        } else if notices.any(|notice| notice.is_trusted) {
            "SOURCE_TRUSTED_FLAGGER"
        } else {
            "SOURCE_ARTICLE_16"
        }
    }

    /// The explanation: for each rule its wording, or, if it has none, its title, its law and the words found.
    fn explanation(&self, case: &Case<'_, 'w>) -> Result<String, StatementError> {
        let mut texts = vec![];
        for (matched, norm) in &case.rules {
            let wording = self.wording_for(case, matched, norm);
            let wording = wording.map_err(|wording| no_appeal(case, wording))?;
            texts.push(wording.unwrap_or_else(|| self.reason(case, matched, norm)));
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
        matched: &Matched,
        norm: &Norm,
    ) -> Result<Option<String>, &'w Wording> {
        let addressee = Addressee {
            language: self.settings.language.as_deref(),
            mask: &|text| self.mask.text(text),
            appeal: self.settings.appeal.as_deref(),
        };
        let fill = |rule| {
            let found = (rule, matched, &*case.ground);
            case.decision.wording_for(self.program, found, self.at, &addressee)
        };
        let Some(filled) = norm.kind.rule().and_then(fill) else { return Ok(None) };
        if addressee.appeal.is_none() && filled.text.has(Placeholder::Appeal) {
            return Err(filled.wording);
        }
        Ok(filled.result.ok())
    }

    /// The explanation of a rule whose wording cannot be used: its title, its law and what it rests on.
    fn reason(&self, case: &Case<'_, 'w>, matched: &Matched, norm: &'w Norm) -> String {
        let cited = cited(self.program, &case.ground);
        texts::reason(&self.mask.text(&matched.title), &cited, self.rests_on(case, matched, norm))
    }

    /// What a rule rests on: words of the message, and what counters and marks had.
    fn rests_on(&self, case: &Case<'_, 'w>, matched: &Matched, norm: &'w Norm) -> Vec<String> {
        let zone = self.program.zone_of_all(&case.decision.places, self.at);
        let memory = memory::sentences(&self.interpreter, norm, (&self.mask, &zone));
        texts::found(&self.mask, matched).into_iter().chain(memory).collect()
    }

    /// What made the condition of a rule true, under the law that counts for it.
    fn finding(&self, norm: &Norm) -> Finding {
        let index = self.program.norm_index(&norm.id);
        let judged = index.and_then(|index| judged(&self.interpreter, index));
        judged.map_or_else(Finding::never, |judged| Rc::unwrap_or_clone(judged.finding))
    }

    /// Whether a rule rests on an order or notice that the author must not know about.
    fn rests_on_secret(&self, norm: &'w Norm) -> bool {
        self.finding(norm).rests_on_secret()
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
    fn puid(&self, case: &Case<'_, 'w>, applied: Instant) -> String {
        let mut hash = Sha256::new();
        let ground: Vec<_> =
            case.ground.iter().filter_map(|one| ground_id(self.program, *one)).collect();
        let at = applied.to_string();
        let places: Vec<_> = case.decision.places.iter().map(|place| place.code()).collect();
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

/// The error for a wording with `{appeal}` if the settings do not say how to contest a decision.
fn no_appeal(case: &Case<'_, '_>, wording: &Wording) -> StatementError {
    let field = if case.is_law() { ILLEGAL_EXPLANATION } else { INCOMPATIBLE_EXPLANATION };
    let message = format!(
        "`{}` contains `{{appeal}}`; set `appeal` in the settings of statements (`[dsa]` in `lexloci.toml`) to a text that says how to contest a decision",
        wording.id
    );
    StatementError { field, message }
}

/// The source of content that the platform found itself.
const VOLUNTARY: &str = "SOURCE_VOLUNTARY";

/// The content type of a kind of media.
fn content_type(kind: &str) -> ContentType {
    match kind {
        "photo" | "sticker" => ContentType::Image,
        "video" | "animation" | "video_note" | "live_photo" | "story" => ContentType::Video,
        "audio" | "voice" => ContentType::Audio,
        _ => ContentType::Other,
    }
}
