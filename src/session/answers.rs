//! Commands that answer: decisions, reasons, the matrix, the timeline, costs.

use super::subject::Subject;
use super::{Answered, Detail, Fault, NO_CLOCK, OutputFormat, Session, text};
use crate::show::{self, decisions};
use crate::sink::{self, Output};
use crate::{Explanation, Place};
use std::sync::Arc;
use std::time::Duration;

/// How many decisions `:time` measures after the first.
const RUNS: u32 = 200;
/// A decision that takes longer is measured only once more, so that the user need not wait.
const SLOW: Duration = Duration::from_millis(20);
/// The most rules that `:cost` shows.
const MAX_COSTS: usize = 20;

/// Which parts of a clause are shown.
#[derive(Clone, Copy, Debug)]
enum Shown {
    /// Only those that decided it.
    Deciding,
    Whole,
}

impl Session {
    /// `:decide`
    pub(super) fn decide(&mut self, _: &str) -> Answered {
        let subject = self.subject()?;
        let (format, detail, named) = (self.format, self.detail, self.places.clone());
        let without_rules = decisions::without_rules(self.set()?, &named);
        let (evaluator, state) = self.evaluator_and_state(&subject)?;
        let decisions =
            evaluator.decide_all(&subject.record, &subject.places, subject.at, &state)?;
        if format == OutputFormat::Json {
            return text(Output::value(&decisions).into_string());
        }
        let Subject { record, at, .. } = subject;
        let mut reply = decisions::summaries(evaluator.rule_set(), &decisions, &named, at);
        reply.extend(without_rules.map(|without| format!("\n{without}")));
        if detail == Detail::Rules {
            for place in decisions.iter().filter_map(|decision| decision.places.first()) {
                let explanation = evaluator.explain(&record, *place, at, &state)?;
                let rules = explanation.rules.iter();
                let lines = rules.map(|rule| format!("\n  {} {}", rule.rule, rule.state()));
                reply += &format!("\n{place}:{}", lines.collect::<String>());
            }
        }
        text(reply)
    }

    /// `:receipt`
    pub(super) fn receipt(&mut self, _: &str) -> Answered {
        let subject = self.subject()?;
        let (evaluator, state) = self.evaluator_and_state(&subject)?;
        let mut message = evaluator.message(&subject.record)?;
        let rulings = message.decide_all(&subject.places, subject.at, &state);
        text(Output::value(&rulings.receipt().with_state(&state)).into_string())
    }

    /// `:statements`
    pub(super) fn statements(&mut self, _: &str) -> Answered {
        let subject = self.subject()?;
        let root = self.loaded()?.root.clone().unwrap_or_default();
        let settings = self.host.settings(&root)?;
        let (evaluator, memory) = self.evaluator_and_memory()?;
        let state = subject.state(evaluator, memory)?;
        let Subject { record, places, at } = &subject;
        let decisions = evaluator.decide_all(record, places, *at, &state)?;
        let statements = self.set()?.statements(record, *at, &state, &decisions, &settings);
        let statements = statements.map_err(|errors| {
            let lines = errors.iter().map(|error| format!("no statement: {error}"));
            lines.collect::<Vec<_>>().join("\n")
        })?;
        if statements.is_empty() {
            return text("no statement: nobody in the European Economic Area is burdened");
        }
        text(Output::join(statements.iter().map(Output::value), "\n").into_string())
    }

    /// `:why`
    pub(super) fn why(&mut self, rule: &str) -> Answered {
        self.reasons(rule, Shown::Whole)
    }

    /// The reasons for the decision, or for how one rule came out.
    fn reasons(&mut self, rule: &str, shown: Shown) -> Answered {
        let rule = self.rule_argument(rule)?;
        if let Some(reply) = rule.as_deref().and_then(|id| self.exception(id, shown)) {
            return reply;
        }
        let subject = self.subject()?;
        let Subject { record, places, at } = &subject;
        let format = self.format;
        let (evaluator, state) = self.evaluator_and_state(&subject)?;
        if format == OutputFormat::Json {
            let page = evaluator.page(record, places, *at, &state)?;
            return text(page.json().into_string());
        }
        let explanation_text = |explanation: &Explanation| {
            let reply = match &rule {
                Some(rule) => decisions::explained(explanation, rule),
                None => decisions::relevant(explanation),
            };
            let marks = show::marked(record, &explanation.decision, rule.as_deref());
            if marks.is_empty() { reply } else { format!("{}\n\n{marks}", reply.trim_end()) }
        };
        let question = (*at, &state);
        let texts = decisions::explanations(evaluator, record, places, question, explanation_text)?;
        let mut reply = texts.join("\n\n");
        if let Some(rule) = &rule {
            reply += &format!("\n\n{}", self.clauses(rule, &subject, shown)?);
        }
        text(reply.trim_start())
    }

    /// Says whether an exception applies, and why. `None` if the id is that of a rule.
    fn exception(&mut self, id: &str, shown: Shown) -> Option<Answered> {
        let rule = self.set().ok()?.rules().find(|rule| rule.id == id)?;
        if !rule.is_exception {
            return None;
        }
        let head = format!("{} “{}” lifts {}", rule.id, rule.title, rule.lifts.join(", "));
        Some(self.subject().and_then(|subject| {
            let clauses = self.clauses(id, &subject, shown)?;
            text(format!("{}\n{clauses}", sink::plain(&head)))
        }))
    }

    /// How the clauses of a rule or exception came out, at the instant of its place.
    fn clauses(&mut self, id: &str, subject: &Subject, shown: Shown) -> Result<String, Fault> {
        let set = self.set()?;
        let place = set.rules().find(|rule| rule.id == id).map(|rule| rule.place);
        let at = subject.instant_of_rules(set, place.unwrap_or(Place::WORLD));
        let (evaluator, state) = self.evaluator_and_state(subject)?;
        let steps = evaluator.steps_of(id, &subject.record, at, &state)?;
        let Some(steps) = steps else { return Ok(String::new()) };
        Ok(match (shown, show::deciding_clauses(&steps)) {
            (Shown::Deciding, Some(deciding)) => {
                format!("{deciding}\n`:whynot {id} all` shows the other conditions")
            }
            (Shown::Deciding, None) | (Shown::Whole, _) => show::clauses(&steps),
        })
    }

    /// `:whynot`
    pub(super) fn why_not(&mut self, rule: &str) -> Answered {
        match rule.split_once(char::is_whitespace) {
            None if rule.is_empty() => Err("`:whynot` takes the id of a rule".into()),
            None => self.reasons(rule, Shown::Deciding),
            Some((rule, all)) if all.trim() == "all" => self.reasons(rule, Shown::Whole),
            Some(_) => {
                Err("`:whynot` takes the id of a rule, and after it `all` or nothing".into())
            }
        }
    }

    /// `:matrix`
    pub(super) fn matrix(&mut self, _: &str) -> Answered {
        let subject = self.subject()?;
        let (evaluator, state) = self.evaluator_and_state(&subject)?;
        let matrix = evaluator.matrix(&subject.record, &subject.places, subject.at, &state)?;
        text(match self.format {
            OutputFormat::Pretty => show::matrix(self.set()?, &matrix, Some(self.host.columns())),
            OutputFormat::Json => Output::value(&matrix).into_string(),
        })
    }

    /// `:timeline`
    pub(super) fn timeline(&mut self, _: &str) -> Answered {
        let Subject { record, places, at } = self.subject()?;
        let timelines = self.set()?.timelines(&record, &places)?;
        text(match self.format {
            OutputFormat::Pretty => {
                show::timelines(&timelines, Some(at), Some(self.host.columns()))
            }
            OutputFormat::Json => Output::value(&timelines).into_string(),
        })
    }

    /// `:cost`
    pub(super) fn cost(&mut self, rule: &str) -> Answered {
        let set = self.set()?;
        let id = self.rule_argument(rule)?;
        let mut costs = set.costs();
        costs.retain(|each| id.as_deref().is_none_or(|id| each.rule.id == id));
        costs.truncate(MAX_COSTS);
        text(show::costs(set, &costs, id.is_some()))
    }

    /// The full id of the rule or exception that a command is about; `None` if the argument is empty.
    fn rule_argument(&self, argument: &str) -> Result<Option<String>, Fault> {
        (!argument.is_empty()).then(|| self.rule_or_exception(argument)).transpose()
    }

    /// `:time`
    pub(super) fn time(&mut self, _: &str) -> Answered {
        let subject = self.subject()?;
        let host = Arc::clone(&self.host);
        let (evaluator, memory) = self.evaluator_and_memory()?;
        let mut measure = || {
            let mut decided = Ok(vec![]);
            let time = host.timed(&mut || decided = subject.decisions(evaluator, memory));
            decided?;
            time.ok_or_else(|| Fault::from(NO_CLOCK))
        };
        let first = measure()?;
        let runs = if first > SLOW { 1 } else { RUNS };
        let mut times = (0..runs).map(|_| measure()).collect::<Result<Vec<_>, _>>()?;
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or(first);
        text(format!("decided in {median:?} (the median of {runs}; the first took {first:?})"))
    }

    /// `:format`
    pub(super) fn format(&mut self, argument: &str) -> Answered {
        self.format = match argument {
            "pretty" => OutputFormat::Pretty,
            "json" => OutputFormat::Json,
            _ => return Err("`:format` takes `pretty` or `json`".into()),
        };
        text(format!("answers are written as {argument}"))
    }

    /// `:trace`
    pub(super) fn trace(&mut self, argument: &str) -> Answered {
        self.detail = match argument {
            "off" => Detail::Off,
            "rules" => Detail::Rules,
            "values" => Detail::Values,
            _ => return Err("`:trace` takes `off`, `rules` or `values`".into()),
        };
        text(match self.detail {
            Detail::Off => "answers show no details",
            Detail::Rules => "decisions show the state of each rule",
            Detail::Values => "expressions show the values of their parts",
        })
    }
}
