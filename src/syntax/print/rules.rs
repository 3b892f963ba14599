//! Rules and exceptions as text.

use super::expr::expr;
use super::{block, clock, in_force, path, text};
use crate::syntax::tree::{Act, Moment, Path, Rule, Target};

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

pub(super) fn target(target: &Target) -> String {
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
