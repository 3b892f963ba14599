//! Rules, exceptions and tests as text.

use super::expr::expr;
use super::{block, clock, in_force, json, path, set_entry, text};
use crate::syntax::tree::{Act, Expectation, ExpectationKind, Moment, Path, Rule, Target, Test};

pub(super) fn rule(kind: &str, rule: &Rule, to: Option<&Path>) -> String {
    let title = rule.title.as_ref().map_or(String::new(), |title| format!(" {}", text(title)));
    let to = to.map_or(String::new(), |to| format!(" to {}", path(to)));
    let mut clauses = vec![];
    if let Some(basis) = &rule.basis {
        let all = if basis.all { "all of " } else { "" };
        clauses.push(format!(
            "basis {all}{}",
            basis.paths.iter().map(path).collect::<Vec<_>>().join(", ")
        ));
    }
    clauses.extend(rule.category.iter().map(|category| format!("category {}", category.text)));
    clauses.extend(rule.review_by.iter().map(|day| format!("review by {}", day.value)));
    clauses.extend(rule.in_force.iter().map(in_force));
    clauses.extend(rule.mode.iter().map(|mode| format!("mode {}", mode.text)));
    clauses.extend(rule.when.iter().map(|when| format!("when {}", expr(when))));
    clauses.extend(rule.unless.iter().map(|unless| format!("unless {}", expr(unless))));
    for (clause, acts) in [("on unknown", &rule.on_unknown), ("then", &rule.then)] {
        if !acts.is_empty() {
            clauses
                .push(format!("{clause} {}", acts.iter().map(act).collect::<Vec<_>>().join(", ")));
        }
    }
    block(&format!("{kind} {}{title}{to}", rule.name.text), &clauses)
}

fn act(act: &Act) -> String {
    let to =
        act.to.as_ref().map_or(String::new(), |target| format!(" to {}", self::target(target)));
    let within = act.within.as_ref().map_or(String::new(), |within| {
        let policy = within
            .policy
            .as_ref()
            .map_or(String::new(), |policy| format!(" by policy {}", path(policy)));
        format!(" within {}{}{policy}", within.period.value, clock(within.clock.as_ref()))
    });
    let keep = act.keep.as_ref().map_or(String::new(), |keep| {
        format!(" for {}{}", keep.period.value, clock(keep.clock.as_ref()))
    });
    format!("{}{to}{within}{keep}", act.action.text)
}

fn target(target: &Target) -> String {
    match target {
        Target::Named(name) => path(name),
        Target::Text(name) => text(name),
    }
}

pub(super) fn moment(moment: Moment) -> String {
    match moment {
        Moment::Day(day) => day.to_string(),
        Moment::Instant(instant) => instant.to_string(),
    }
}

pub(super) fn test(test: &Test) -> String {
    let mut clauses = vec![];
    clauses.extend(test.given.iter().map(|given| format!("given {}", json(given))));
    clauses.extend(test.entries.iter().map(|given| {
        let entries: Vec<_> = given.entries.iter().map(set_entry).collect();
        format!("given {} {{ {} }}", path(&given.set), entries.join(", "))
    }));
    clauses.extend(test.place.iter().map(|place| format!("in {}", place.text)));
    clauses.extend(test.at.iter().map(|at| format!("at {}", moment(at.value))));
    if !test.expect.is_empty() {
        clauses.push(format!(
            "expect {}",
            test.expect.iter().map(expectation).collect::<Vec<_>>().join(", ")
        ));
    }
    block(&format!("test {}", text(&test.title)), &clauses)
}

fn expectation(expectation: &Expectation) -> String {
    match &expectation.kind {
        ExpectationKind::Not(rule) => format!("not {}", path(rule)),
        ExpectationKind::Undetermined(rule) => format!("undetermined {}", path(rule)),
        ExpectationKind::Defeated { rule, by } => {
            format!("defeated {} by {}", path(rule), path(by))
        }
        ExpectationKind::Act { action, to, due, by } => {
            let to = to.as_ref().map_or(String::new(), |to| format!(" to {}", target(to)));
            let due = due.as_ref().map_or(String::new(), |due| format!(" due {}", due.value));
            let by = by.as_ref().map_or(String::new(), |by| format!(" by {}", path(by)));
            format!("{}{to}{due}{by}", action.text)
        }
    }
}
