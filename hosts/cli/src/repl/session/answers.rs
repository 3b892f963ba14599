//! What is decided, why and why not, where, and when it changes.

use super::{Answered, Detail, Session, Shape, shown, text};
use crate::{config, escape, marks, report, rules, tree, views};
use lexloci::State;

/// Decisions that `:time` takes the time of.
const RUNS: u32 = 200;

impl Session {
    /// `:decide`
    pub fn decide(&mut self, _: &str) -> Answered {
        let asked = self.question()?;
        let evaluator = self.evaluator()?;
        let decisions =
            evaluator.decide_all(&asked.record, &asked.places, asked.at, &State::default());
        if self.shape == Shape::Json {
            return text(escape::json_of(&decisions));
        }
        let mut said = report::summaries(&decisions, asked.at);
        if self.detail == Detail::Rules {
            let evaluator = self.evaluator()?;
            for decision in &decisions {
                let Some(place) = decision.places.first() else { continue };
                let explanation =
                    evaluator.explain(&asked.record, *place, asked.at, &State::default());
                let lines = explanation
                    .rules
                    .iter()
                    .map(|rule| format!("  {} {}", rule.rule, rule.state()));
                said += &format!("\n{place}:\n{}", lines.collect::<Vec<_>>().join("\n"));
            }
        }
        text(said)
    }

    /// `:statements`
    pub fn statements(&mut self, _: &str) -> Answered {
        let asked = self.question()?;
        let root = self.loaded()?.root.clone().unwrap_or_default();
        let settings = config::dsa(None, &root).map_err(|failure| shown(&failure))?;
        let evaluator = self.evaluator()?;
        let decisions =
            evaluator.decide_all(&asked.record, &asked.places, asked.at, &State::default());
        let statements = self.set()?.statements(&asked.record, asked.at, &decisions, &settings);
        let statements = statements.map_err(|errors| {
            let lines = errors.iter().map(|error| format!("no statement: {error}"));
            lines.collect::<Vec<_>>().join("\n")
        })?;
        if statements.is_empty() {
            return text("no statement: nobody in the European Economic Area is burdened");
        }
        text(statements.iter().map(escape::json_of).collect::<Vec<_>>().join("\n"))
    }

    /// `:why`
    pub fn why(&mut self, rule: &str) -> Answered {
        let rule = match rule {
            "" => None,
            rule => Some(rules::norm(self.set()?, rule)?),
        };
        if let Some(said) = rule.as_deref().and_then(|id| self.exception(id)) {
            return said;
        }
        let asked = self.question()?;
        let shape = self.shape;
        let evaluator = self.evaluator()?;
        if shape == Shape::Json {
            let page = evaluator.page(&asked.record, &asked.places, asked.at, &State::default());
            return text(page.json().into_string());
        }
        let texts = report::explanations(
            evaluator,
            &asked.record,
            &asked.places,
            asked.at,
            |explanation| {
                let said = match &rule {
                    Some(rule) => report::explained(explanation, rule),
                    None => report::bearing(explanation),
                };
                let marks = marks::marked(&asked.record, &explanation.decision, rule.as_deref());
                if marks.is_empty() { said } else { format!("{}\n\n{marks}", said.trim_end()) }
            },
        );
        let mut said = texts.join("\n\n");
        if let Some(rule) = rule {
            let steps = self.evaluator()?.steps_of(&rule, &asked.record, asked.at);
            said +=
                &steps.map(|steps| format!("\n\n{}", tree::clauses(&steps))).unwrap_or_default();
        }
        text(said.trim_start())
    }

    /// How an exception came out; `None` of a rule.
    fn exception(&mut self, id: &str) -> Option<Answered> {
        let rule = self.set().ok()?.rules().find(|rule| rule.id == id)?;
        let head = format!("{} “{}” lifts {}", rule.id, rule.title, rule.lifts?);
        Some(self.question().and_then(|asked| {
            let steps = self.evaluator()?.steps_of(id, &asked.record, asked.at);
            let clauses = steps.map(|steps| tree::clauses(&steps)).unwrap_or_default();
            text(format!("{}\n{clauses}", escape::plain(&head)))
        }))
    }

    /// `:whynot`
    pub fn why_not(&mut self, rule: &str) -> Answered {
        if rule.is_empty() {
            return Err("`:whynot` takes the id of a rule".into());
        }
        self.why(rule)
    }

    /// `:matrix`
    pub fn matrix(&mut self, _: &str) -> Answered {
        let asked = self.question()?;
        let shape = self.shape;
        let evaluator = self.evaluator()?;
        let matrix = evaluator.matrix(&asked.record, &asked.places, asked.at, &State::default());
        text(match shape {
            Shape::Pretty => views::matrix(&matrix),
            Shape::Json => escape::json_of(&matrix),
        })
    }

    /// `:timeline`
    pub fn timeline(&mut self, _: &str) -> Answered {
        let asked = self.question()?;
        let timelines = self.set()?.timelines(&asked.record, &asked.places);
        text(match self.shape {
            Shape::Pretty => views::timelines(&timelines, Some(asked.at)),
            Shape::Json => escape::json_of(&timelines),
        })
    }

    /// `:cost`
    pub fn cost(&mut self, rule: &str) -> Answered {
        let set = self.set()?;
        let id = if rule.is_empty() { None } else { Some(rules::norm(set, rule)?) };
        let mut costs = set.costs();
        costs.retain(|each| id.as_deref().is_none_or(|id| each.rule.id == id));
        costs.truncate(20);
        text(views::costs(set, &costs, id.is_some()))
    }

    /// `:time`
    pub fn time(&mut self, _: &str) -> Answered {
        let asked = self.question()?;
        let evaluator = self.evaluator()?;
        let mut decide = || {
            let begun = std::time::Instant::now();
            evaluator.decide_all(&asked.record, &asked.places, asked.at, &State::default());
            begun.elapsed()
        };
        let first = decide();
        // A record that takes long is not decided again and again.
        let runs = if first.as_millis() > 20 { 1 } else { RUNS };
        let mut times: Vec<_> = (0..runs).map(|_| decide()).collect();
        times.sort_unstable();
        let middle = times.get(times.len() / 2).copied().unwrap_or(first);
        text(format!("decided in {middle:?} (the middle of {runs}; the first took {first:?})"))
    }

    /// `:format`
    pub fn format(&mut self, argument: &str) -> Answered {
        self.shape = match argument {
            "pretty" => Shape::Pretty,
            "json" => Shape::Json,
            _ => return Err("`:format` takes `pretty` or `json`".into()),
        };
        text(format!("answers are written as {argument}"))
    }

    /// `:trace`
    pub fn trace(&mut self, argument: &str) -> Answered {
        self.detail = match argument {
            "off" => Detail::Off,
            "rules" => Detail::Rules,
            "values" => Detail::Values,
            _ => return Err("`:trace` takes `off`, `rules` or `values`".into()),
        };
        text(match self.detail {
            Detail::Off => "answers stand alone",
            Detail::Rules => "decisions say how each rule stands",
            Detail::Values => "expressions say what their parts come to",
        })
    }
}
