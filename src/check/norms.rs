//! Lowers rules and exceptions, and checks their clauses and their basis.

use super::Checker;
use super::files::Files;
use super::names::{DeclaredNorm, Entity, norms};
use crate::base::limits;
use crate::base::source::{Location, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::outcome::Event;
use crate::program::{Basis, Expr, JudgedBy, Norm, NormKind, RuleBody, Trigger};
use crate::syntax::tree;
use crate::world::place::Place;
use crate::world::value::{Type, Value};
use std::collections::BTreeSet;

/// How grave what a rule finds can be, the least first.
const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];

/// How grave a severity is, from 1.
pub(crate) fn gravity(severity: &str) -> usize {
    SEVERITIES.iter().position(|one| *one == severity).map_or(0, |at| at + 1)
}

/// The diagnostic for too many rules and exceptions. Marks the first one beyond the limit.
pub(super) fn too_many_rules(files: &Files<'_>) -> Option<Diagnostic> {
    // The ids are only computed when the limit is exceeded.
    files.items().filter(|(_, item)| item.kind.rule().is_some()).nth(limits::RULES)?;
    let norms = norms(files);
    let DeclaredNorm { file, item, .. } = norms.get(limits::RULES)?;
    let at = Location { file: files.get(*file).id, span: item.span };
    let message = format!("there are more than {} rules", limits::RULES);
    Some(Diagnostic::new(Code::TooLarge, at, message).help("split it into several rule sets"))
}

impl Checker<'_> {
    /// Lowers all rules and exceptions. A faulty one becomes a norm that never applies, so that references to it still
    /// resolve.
    pub(super) fn lower_norms(&mut self) {
        let names = self.names;
        self.program.norms = self.lower_all(&names.norms, Self::norm);
    }

    fn norm(&mut self, declared: &DeclaredNorm<'_>) -> Norm {
        let DeclaredNorm { id, file, item, rule, defeats } = declared;
        self.file = *file;
        let place = self.files.get(self.file).place.unwrap_or(Place::WORLD);
        let in_force =
            rule.in_force.as_ref().map(|in_force| self.in_force(in_force)).unwrap_or_default();
        let kind = match defeats {
            None => NormKind::Rule(self.rule_body(rule)),
            Some(to) => {
                self.refuse_clauses_of_rules(rule);
                NormKind::Exception { defeats: self.lifted(to) }
            }
        };
        let basis = self.basis(rule.basis.as_ref());
        let when = self.when(rule, defeats.is_some());
        let unless = rule.unless.as_ref().map(|unless| self.condition(unless));
        let is_faulty = when.is_none() || matches!(unless, Some(None));
        let never = self.constant(Value::Bool(false), Type::Bool, rule.name.span);
        let mut norm = Norm {
            title: rule
                .title
                .as_ref()
                .map_or_else(|| rule.name.text.replace('_', " "), |title| title.value.clone()),
            id: id.clone(),
            doc: item.doc.clone(),
            place,
            zone: self.zone(),
            basis,
            in_force,
            when: when.filter(|_| !is_faulty).unwrap_or(never),
            unless: unless.flatten(),
            defeated_by: vec![],
            depth: 0,
            counters: vec![],
            kind,
            cost: 0,
            at: self.at(rule.name.span),
        };
        self.check_basis(&norm, rule);
        self.refuse_passed_ends(&norm);
        self.check_judged_by(&norm, rule);
        if !is_faulty {
            self.report_constants_of(&norm);
            // An exception imposes nothing, so it needs no event.
            if defeats.is_none() {
                self.check_triggers(&norm, rule);
            }
            self.check_says(&norm, rule);
            norm.cost = self.cost_of_norm(&norm);
        }
        norm
    }

    /// Lowers the condition of a rule or an exception. Both need one: an exception without a condition would repeal the
    /// rule.
    fn when(&mut self, rule: &tree::Rule, is_exception: bool) -> Option<Expr> {
        let Some(when) = &rule.when else {
            let what = if is_exception { "the exception" } else { "the rule" };
            let message = format!("{what} has no `when`");
            let help = "say when it applies, for example `when text mentions \"quick loan*\"`";
            return self.refuse(Code::MissingClause, rule.name.span, message, help);
        };
        self.condition(when)
    }

    fn rule_body(&mut self, rule: &tree::Rule) -> RuleBody {
        if rule.then.is_empty() {
            let help = "say what to do: `then restrict`";
            self.report(Code::MissingClause, rule.name.span, "the rule has no `then`", help);
        }
        let category = rule.category.as_ref().and_then(|category| self.category(category));
        let (category, keywords) = category.unzip();
        let severity = rule.severity.as_ref().and_then(|severity| {
            self.one_word_of(&severity.text, severity.span, "severity", SEVERITIES)
        });
        let says = self.says(rule);
        let modes = [("shadow", true), ("live", false)];
        let shadow = rule
            .mode
            .as_ref()
            .and_then(|mode| self.look_up_word(&mode.text, mode.span, "mode", &modes))
            .unwrap_or(false);
        let then = self.acts(&rule.then);
        let on_unknown = self.acts(&rule.on_unknown);
        self.refuse_outcomes(
            &on_unknown,
            "on unknown",
            "nobody knows then whether the condition is true",
        );
        RuleBody {
            category,
            keywords: keywords.unwrap_or_default(),
            severity,
            says,
            review_by: rule.review_by.as_ref().map(|day| day.value),
            shadow,
            then,
            on_unknown,
            // Known when all exceptions are.
            starts_in: vec![],
        }
    }

    /// Reports the clauses of an exception that only a rule can have.
    fn refuse_clauses_of_rules(&mut self, rule: &tree::Rule) {
        let clauses: [(&str, Option<Span>); 7] = [
            ("then", self.span_of_acts(&rule.then)),
            ("on unknown", self.span_of_acts(&rule.on_unknown)),
            ("category", rule.category.as_ref().map(|word| word.span)),
            ("severity", rule.severity.as_ref().map(|word| word.span)),
            ("says", rule.says.as_ref().map(|path| path.span)),
            ("mode", rule.mode.as_ref().map(|word| word.span)),
            ("review by", rule.review_by.as_ref().map(|day| day.span)),
        ];
        for (words, value) in clauses {
            let Some(value) = value else { continue };
            let message = format!("an exception cannot have `{words}`");
            let clause = self.clause(words, value);
            let at = self.at(clause.unwrap_or(value));
            let written = self.quoted(at).filter(|_| clause.is_some());
            let written = written.unwrap_or_else(|| format!("the whole clause `{words}`"));
            let fault = Diagnostic::new(Code::BadClause, at, message)
                .help(format!("delete {written}: an exception only lifts a rule"));
            self.found.push(match clause {
                Some(clause) => fault.fix(self.at(self.with_blanks(clause)), "", false),
                None => fault,
            });
        }
    }

    /// Actions with commas between them, and a comma after them.
    fn span_of_acts(&self, acts: &[tree::Act]) -> Option<Span> {
        let (first, others) = acts.split_first()?;
        let between = |start, end| self.sources.slice(self.at(Span { start, end })).trim();
        let mut span = first.span;
        for act in others {
            // A second clause with more actions is reported by itself.
            if between(span.end, act.span.start) != "," {
                break;
            }
            span = span.to(act.span);
        }
        let after = self.text_after(span);
        let has_comma = after.trim_start().starts_with(',');
        let comma = if has_comma { after.find(',').map_or(0, |at| at + 1) } else { 0 };
        Some(Span::of(span.start as usize..span.end as usize + comma))
    }

    /// A clause from its first word on. `value` is what follows its words. `None` if a comment stands between them.
    pub(super) fn clause(&self, words: &str, value: Span) -> Option<Span> {
        let mut before = self.sources.slice(self.at(Span { start: 0, end: value.start }));
        for word in words.rsplit(' ') {
            before = before.trim_end().strip_suffix(word)?;
        }
        Some(Span::of(before.len()..value.end as usize))
    }

    /// A part of the file with the blanks before it. If nothing else stands on its lines, the whole lines.
    pub(super) fn with_blanks(&self, part: Span) -> Span {
        const BLANKS: [char; 2] = [' ', '\t'];
        let before = self.sources.slice(self.at(Span { start: 0, end: part.start }));
        let before = before.trim_end_matches(BLANKS);
        let after = self.text_after(part).trim_start_matches(BLANKS);
        let (start, end) = (before.len(), part.end as usize);
        if before.ends_with('\n') && after.starts_with('\n') {
            let end = end + self.text_after(part).find('\n').map_or(0, |at| at + 1);
            return Span::of(start..end);
        }
        Span::of(start..end)
    }

    /// The text of the file after a part of it.
    pub(super) fn text_after(&self, part: Span) -> &str {
        let text = self.sources.get(self.at(part).file).map_or("", |source| source.text.as_str());
        text.get(part.end as usize..).unwrap_or_default()
    }

    /// Resolves the path of a rule or an exception.
    pub(super) fn norm_named(&mut self, path: &tree::Path) -> Option<usize> {
        self.resolve_as(path, "a rule or exception", Entity::norm)
    }

    /// The norms that an exception lifts. A path that names none is reported.
    fn lifted(&mut self, paths: &[tree::Path]) -> Vec<usize> {
        let mut lifted = BTreeSet::new();
        for path in paths {
            let Some(norm) = self.norm_named(path) else { continue };
            if !lifted.insert(norm) {
                let message = format!("the exception lifts `{}` twice", path.dotted());
                self.report(Code::DuplicateEntry, path.span, message, "delete one of the two");
            }
        }
        lifted.into_iter().collect()
    }

    fn basis(&mut self, basis: Option<&tree::Basis>) -> Basis {
        let Some(basis) = basis else { return Basis::default() };
        let grounds = basis.paths.iter().filter_map(|path| self.resolve_ground(path)).collect();
        Basis { all: basis.all, grounds }
    }

    /// Reports a rule that has an outcome and cites neither an article nor a policy.
    fn check_basis(&mut self, norm: &Norm, rule: &tree::Rule) {
        let NormKind::Rule(body) = &norm.kind else { return };
        let outcome = body.then.iter().find(|act| self.program.is_outcome(act));
        if rule.basis.is_none()
            && let Some(act) = outcome
        {
            let name = self.name_of_action(act.action).to_owned();
            let help = match self.own_ground() {
                Some(ground) => format!(
                    "add a `basis`: the article of a law, or a policy of the platform, such as `basis {ground}`"
                ),
                None => "declare a `law` with an article, or a `policy` of the platform, and name it after `basis`".to_owned(),
            };
            let message = format!("the rule asks for `{name}`, but cites no law or policy");
            self.report(Code::MissingBasis, rule.name.span, message, help);
        }
    }

    /// Reports an article that counts by the day of an order or notice, if the condition reads neither.
    fn check_judged_by(&mut self, norm: &Norm, rule: &tree::Rule) {
        let by_receipt = self
            .program
            .articles_of(norm)
            .find(|article| article.judged_by == JudgedBy::Receipt)
            .map(|article| article.id.clone());
        let Some(article) = by_receipt else { return };
        let mut read = norm.conditions().flat_map(|expr| self.program.reads(expr));
        if read.any(|event| matches!(event, Event::Order | Event::Notice)) {
            return;
        }
        let message = format!(
            "`{article}` is judged by receipt, but the condition reads neither orders nor notices"
        );
        let help = "read them, for example with `any order in reports.orders where (…)`, or delete `judged by receipt` in the article";
        self.report(Code::IdleJudgedBy, rule.name.span, message, help);
    }

    /// Reports a rule whose articles bind only after an event, such as an order, if its condition reads no such event.
    fn check_triggers(&mut self, norm: &Norm, rule: &tree::Rule) {
        let paths: Vec<_> = rule.basis.iter().flat_map(|basis| &basis.paths).collect();
        // A ground that could not be resolved may be an article that always binds.
        if norm.basis.grounds.len() != paths.len() {
            return;
        }
        let articles = norm.basis.grounds.iter().zip(paths).filter_map(|(ground, path)| {
            self.program.article(*ground).map(|article| (article.trigger, path))
        });
        let events: Option<Vec<_>> = articles
            .map(|(trigger, path)| match trigger {
                Trigger::On(event) if event != Event::Knowledge => Some((event, path)),
                Trigger::On(_) | Trigger::Standing => None,
            })
            .collect();
        // An article that always binds needs no event.
        let Some(events) = events else { return };
        let read: BTreeSet<_> =
            norm.conditions().flat_map(|expr| self.program.reads(expr)).collect();
        if let (Some((event, cited)), false) =
            (events.first().copied(), events.iter().any(|(event, _)| read.contains(event)))
        {
            // Orders and notices come from a country, never from a bloc.
            let (field, value) = match norm.place.country() {
                Some(country) => ("country", country.to_string()),
                None => ("ref", "…".to_owned()),
            };
            let (what, example, explanation) = match event {
                Event::Order => (
                    "an order",
                    format!("any order in reports.orders where (order.{field} == \"{value}\")"),
                    "`reports.orders` lists the orders of authorities about the message",
                ),
                Event::Notice => (
                    "a notice",
                    format!("any notice in reports.notices where (notice.{field} == \"{value}\")"),
                    "`reports.notices` lists the notices of persons or bodies about the message",
                ),
                Event::Report
                | Event::Decision
                | Event::OrderGiven
                | Event::OrderDeadline
                | Event::Knowledge
                | Event::Removal
                | Event::Submission => (
                    "a report",
                    "reports.count > 0".to_owned(),
                    "`reports.count` is how many users reported the message",
                ),
            };
            let message = format!(
                "`{}` applies only after {what}, but the condition does not require one",
                cited.dotted()
            );
            let help = format!(
                "require {what}: put, for example, `{example} and` before the condition; {explanation}"
            );
            self.report(Code::TriggerNotRead, rule.name.span, message, help);
        }
    }
}
