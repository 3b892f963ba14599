//! Lints for lawyers: unverified or expired law, actions and deadlines that the cited article does not require, rules
//! and exceptions without a test.

use super::{LintInput, LintedRule};
use crate::base::source::{Location, Span};
use crate::base::time::Day;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::outcome::Event;
use crate::program::{
    Act, ActionKind, Article, ExpectationKind, Ground, Limit, NormKind, Party, RuleBody,
};
use crate::syntax::tree::{ItemKind, Path};
use crate::world::lists::Completeness;
use crate::world::place::Place;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};

pub(super) fn lints(
    input: &LintInput<'_>,
    linted_rules: &[LintedRule<'_>],
    found: &mut Vec<Diagnostic>,
) {
    for each in linted_rules {
        let legal = LegalLints { input, rule: each };
        legal.unverified(found);
        if let Some(day) = input.as_of.filter(|day| !legal.has_ended(*day)) {
            legal.expired(day, found);
            legal.passed_review(day, found);
        }
        if let NormKind::Rule(body) = &each.norm.kind {
            legal.global_acts(body, found);
            legal.heavy_acts(body, found);
            legal.time_limits(body, found);
        }
    }
    verified_later(input, found);
    stale_registers(input, found);
    untested(input, linted_rules, found);
}

/// Warns of verifications on a day that has not come, whether a rule cites the article or not.
fn verified_later(input: &LintInput<'_>, found: &mut Vec<Diagnostic>) {
    let Some(today) = input.as_of else { return };
    for (file, _, tree) in input.trees {
        let laws = tree
            .items
            .iter()
            .filter_map(|item| if let ItemKind::Law(law) = &item.kind { Some(law) } else { None });
        for (law, article) in laws.flat_map(|law| law.articles.iter().map(move |one| (law, one))) {
            let Some(day) = article.verified.as_ref().filter(|day| day.value > today) else {
                continue;
            };
            let message = format!(
                "`{}.{}` was verified on {}, a day that has not come",
                law.name.text, article.name.text, day.value
            );
            let help = "write the day on which a person read the text of the law";
            let help = match day.value.in_a_year_before(today) {
                Some(meant) => format!("{help}: `verified {meant}` if only the year is wrong"),
                None => help.to_owned(),
            };
            let at = Location { file: *file, span: day.span };
            found.push(Diagnostic::new(Code::VerifiedLater, at, message).help(help));
        }
    }
}

/// Warns about registers that were complete, and are no longer known to be.
fn stale_registers(input: &LintInput<'_>, found: &mut Vec<Diagnostic>) {
    let Some(day) = input.as_of else { return };
    for register in &input.program.registers {
        let is_linted = input.trees.iter().any(|(file, _, _)| *file == register.at.file);
        let set = input.program.sets.get(register.set).filter(|_| is_linted);
        let Some(Completeness::Between(_, until)) = set.map(|set| set.completeness) else {
            continue;
        };
        if until <= day {
            let message = format!(
                "the register counts as complete only until {until}: `as of` and `fresh for` give this day"
            );
            let help = "compare its entries with their source, and write the day on which you did so after `as of`; as long as this is not done, it is unknown whether what is not in the register is in its source";
            found.push(Diagnostic::new(Code::StaleRegister, register.at, message).help(help));
        }
    }
}

/// One rule or exception.
struct LegalLints<'a> {
    input: &'a LintInput<'a>,
    rule: &'a LintedRule<'a>,
}

impl<'a> LegalLints<'a> {
    fn at(&self, span: Span) -> Location {
        Location { file: self.rule.file, span }
    }

    /// The articles and policies that the rule or exception cites, each with the path that names it.
    fn grounds(&self) -> impl Iterator<Item = (&'a Path, Ground)> {
        let paths = self.rule.item.basis.iter().flat_map(|basis| &basis.paths);
        paths.zip(self.rule.norm.basis.grounds.iter().copied())
    }

    fn article(&self, ground: Ground) -> Option<&'a Article> {
        self.input.program.article(ground)
    }

    /// Whether the rule or exception itself has ended. Then expired law needs no warning.
    fn has_ended(&self, day: Day) -> bool {
        self.rule.norm.in_force.until.is_some_and(|until| until <= day)
    }

    fn unverified(&self, found: &mut Vec<Diagnostic>) {
        for (path, ground) in self.grounds() {
            let Some(article) = self.article(ground) else { continue };
            let Err(why) = &article.verified else { continue };
            let message =
                format!("nobody has verified `{}`; the reason given is “{why}”", article.id);
            found.push(
                Diagnostic::new(Code::UnverifiedLaw, self.at(path.span), message)
                    .related(article.at, "the article")
                    .help("have a person read the text of the law, then write `verified` and that day"),
            );
        }
    }

    /// The day on which a cited article or policy ended, if that day has come.
    fn ended(&self, ground: Ground, day: Day) -> Option<Day> {
        let in_force = match ground {
            Ground::Article(_) => {
                let article = self.article(ground).filter(|article| !article.outlives_repeal());
                article?.in_force
            }
            Ground::Policy(index) => self.input.program.policies.get(index)?.in_force,
        };
        in_force.until.filter(|until| *until <= day)
    }

    /// Warns when everything that the rule cites has ended.
    fn expired(&self, day: Day, found: &mut Vec<Diagnostic>) {
        let Some(basis) = &self.rule.item.basis else { return };
        let ends: Vec<_> =
            self.grounds().map(|(path, ground)| (path, self.ended(ground, day))).collect();
        let has_ended = |(_, end): &(&Path, Option<Day>)| end.is_some();
        let is_expired =
            if basis.all { ends.iter().any(has_ended) } else { ends.iter().all(has_ended) };
        let first_end = ends.iter().find_map(|(path, end)| Some((path, (*end)?)));
        let Some((path, end)) = first_end.filter(|_| is_expired) else { return };
        let norm = self.norm_word();
        let message = format!(
            "`{}` was in force only until {end}, so the {norm} has no effect any more",
            path.dotted()
        );
        found.push(Diagnostic::new(Code::ExpiredLaw, self.at(path.span), message).help(format!(
            "cite the law that replaced it; or, if the {norm} ended too, write `in force until {end}` in the {norm}"
        )));
    }

    fn norm_word(&self) -> &'static str {
        match self.rule.norm.kind {
            NormKind::Rule(_) => "rule",
            NormKind::Exception { .. } => "exception",
        }
    }

    fn passed_review(&self, day: Day, found: &mut Vec<Diagnostic>) {
        let review_by = self.rule.item.review_by.as_ref();
        let Some(review) = review_by.filter(|review| review.value < day) else { return };
        let norm = self.norm_word();
        let message = format!("the {norm} was to be reviewed by {}", review.value);
        found
            .push(Diagnostic::new(Code::ReviewPassed, self.at(review.span), message).help(
                format!("review the {norm} and the law that it cites, then write a new day"),
            ));
    }

    /// Warns when an order or notice from one place leads to an action in all places.
    fn global_acts(&self, body: &RuleBody, found: &mut Vec<Diagnostic>) {
        if self.rule.norm.place != Place::WORLD {
            return;
        }
        let program = self.input.program;
        let is_global =
            |act: &&Act| program.actions.get_index(act.action).is_some_and(|(_, each)| each.global);
        let reads = program.reads(&self.rule.norm.when);
        let local_events = [(Event::Order, "an order"), (Event::Notice, "a notice")];
        let local_event = local_events.into_iter().find(|(event, _)| reads.contains(event));
        if let (Some(act), Some((_, event))) = (body.then.iter().find(is_global), local_event) {
            let message =
                format!("the rule follows {event} from one place, but acts in all places");
            found.push(
                Diagnostic::new(Code::GlobalByOrder, act.at, message)
                    .help("move the rule to the file of that place, and write `restrict`"),
            );
        }
    }

    /// Warns about outcomes that no cited article requires, if each cited article has `demands`.
    fn heavy_acts(&self, body: &RuleBody, found: &mut Vec<Diagnostic>) {
        let actions = &self.input.program.actions;
        let articles: Option<Vec<_>> =
            self.grounds().map(|(_, ground)| self.article(ground)).collect();
        let Some(articles) = articles.filter(|cited| !cited.is_empty()) else { return };
        if articles.iter().any(|article| article.demands.is_empty()) {
            return;
        }
        let demanded_actions: BTreeSet<usize> =
            articles.iter().flat_map(|article| &article.demands).copied().collect();
        let (demanded_names, demanded): (Vec<_>, Vec<_>) = demanded_actions
            .into_iter()
            .filter_map(|action| actions.get_index(action))
            .map(|(name, action)| (name, action.kind))
            .unzip();
        let is_demanded = |wanted: ActionKind| {
            let mut orders = demanded.iter().map(|most| wanted.compare_strictness(*most));
            !wanted.is_outcome() || orders.any(|order| order.is_some_and(Ordering::is_le))
        };
        for act in &body.then {
            let Some((name, action)) = actions.get_index(act.action) else { continue };
            if is_demanded(action.kind) {
                continue;
            }
            let demands: Vec<String> =
                demanded_names.iter().map(|name| format!("`{name}`")).collect();
            let message = format!(
                "`{name}` is more than the law demands: it demands only {}",
                demands.join(", ")
            );
            let mut diagnostic = Diagnostic::new(Code::HeavyBurden, act.at, message)
                .help("ask only for what the law demands, or also cite the platform's own policy");
            for article in &articles {
                diagnostic = diagnostic.related(article.at, "the cited article");
            }
            found.push(diagnostic);
        }
    }

    /// Warns when a time limit of the platform hides the words of the statute.
    fn time_limits(&self, body: &RuleBody, found: &mut Vec<Diagnostic>) {
        let article_and_words = self.grounds().find_map(|(_, ground)| {
            let article = self.article(ground).filter(|each| each.party == Party::Platform)?;
            let words = article.deadlines.iter().find_map(|deadline| match &deadline.limit {
                Limit::Words(words) => Some(words),
                Limit::Within(_) | Limit::AsOrdered { .. } => None,
            });
            Some((article, words?))
        });
        let Some((article, words)) = article_and_words else { return };
        for act in body.then.iter().filter(|act| act.within.is_some()) {
            let message =
                format!("the article says “{words}”, but the action has a time limit in numbers");
            found.push(
                Diagnostic::new(Code::NumberForWord, act.at, message)
                    .related(article.at, "the article")
                    .help("delete `within …`, so that the words of the law apply; if the platform promises a time limit, write it in a separate rule that cites the policy"),
            );
        }
    }
}

/// Warns about rules that fire in no test, and exceptions that lift one of their rules in no test.
fn untested(input: &LintInput<'_>, linted_rules: &[LintedRule<'_>], found: &mut Vec<Diagnostic>) {
    let (mut expected_to_fire, mut named) = (HashSet::new(), HashSet::new());
    let mut lifted = HashSet::new();
    for expectation in input.program.tests.iter().flat_map(|test| &test.expect) {
        match &expectation.kind {
            ExpectationKind::Act { by: Some(rule), .. }
            | ExpectationKind::Evidence { by: Some(rule), .. }
            | ExpectationKind::Cites { is_expected: true, by: Some(rule), .. }
            | ExpectationKind::Fires(rule) => expected_to_fire.extend([*rule]),
            ExpectationKind::Defeated { rule, by } => {
                lifted.insert((*rule, *by));
                named.insert(*rule);
            }
            ExpectationKind::Not(rule)
            | ExpectationKind::Undetermined(rule)
            | ExpectationKind::Gap { rule, .. }
            | ExpectationKind::Cites { is_expected: false, by: Some(rule), .. } => {
                named.insert(*rule);
            }
            ExpectationKind::Act { by: None, .. }
            | ExpectationKind::Evidence { by: None, .. }
            | ExpectationKind::Cites { by: None, .. }
            | ExpectationKind::Unanswered { .. }
            | ExpectationKind::Count { .. }
            | ExpectationKind::Marks { .. }
            | ExpectationKind::Complete(_)
            | ExpectationKind::NoOutcome
            | ExpectationKind::Nothing => {}
        }
    }
    let elsewhere = &input.referenced_elsewhere;
    let is_expected_to_fire = |each: &&LintedRule<'_>| {
        expected_to_fire.contains(&each.index) || elsewhere.expected_to_fire.contains(&each.norm.id)
    };
    for each in linted_rules.iter().filter(|each| !is_expected_to_fire(each)) {
        let is_named = named.contains(&each.index) || elsewhere.named.contains(&each.norm.id);
        let (code, message, help) = match &each.norm.kind {
            // A rule in shadow is not part of a decision, so no test can expect its outcome.
            NormKind::Rule(body) if body.shadow && is_named => continue,
            NormKind::Rule(_) => (
                Code::UntestedRule,
                format!("no test shows that `{}` fires", each.norm.id),
                format!("add a test with `expect fires {}`", each.norm.id),
            ),
            NormKind::Exception { defeats } => {
                let is_lifted = |rule: &&usize| lifted.contains(&(**rule, each.index));
                let Some(rule) = defeats.iter().find(|rule| !is_lifted(rule)) else { continue };
                let rule = input.program.norms.get(*rule).map_or("", |rule| &rule.id);
                (
                    Code::UntestedException,
                    format!("no test shows that `{}` lifts `{rule}`", each.norm.id),
                    format!("add a test with `expect defeated {rule} by {}`", each.norm.id),
                )
            }
        };
        found.push(Diagnostic::new(code, each.norm.at, message).help(help));
    }
}
