//! Lists the changes that mutation testing makes to rules, definitions, counters, articles, policies and registers:
//! to their conditions, windows, acts, grounds, days, deadlines and completeness.

use super::conditions::{self, Replacement};
use super::{Change, Edit};
use crate::base::source::{Location, Sources};
use crate::base::time::{Day, Period};
use crate::decision::action_text;
use crate::program::{
    Act, Article, Counter, Deadline, Define, Expr, Ground, InForce, JudgedBy, Limit, Norm,
    NormKind, OnUnanswered, Policy, Program, Register, RuleBody, Start,
};
use crate::world::lists::{Completeness, Set};
use crate::world::value::duration;
use std::sync::Arc;

/// An item of the program. `wrap` turns a changed copy of it into a [`Change`].
struct Item<'i, T> {
    index: usize,
    item: &'i T,
    at: Location,
    wrap: fn(usize, Box<T>) -> Change,
}

impl<T: Clone> Item<'_, T> {
    fn edit(&self, was: String, is: String, change: impl FnOnce(&mut T)) -> Edit {
        let mut item = Box::new(self.item.clone());
        change(&mut item);
        Edit { at: self.at, was, is, change: (self.wrap)(self.index, item) }
    }

    /// Replaces a part of a condition.
    fn replace(
        &self,
        replacement: Replacement,
        condition: fn(&mut T) -> Option<&mut Expr>,
    ) -> Edit {
        let Replacement { path, at, was, is, new } = replacement;
        let edit = self.edit(was, is, |item| {
            if let Some(part) = condition(item).and_then(|condition| condition.at_path(&path)) {
                *part = new;
            }
        });
        Edit { at, ..edit }
    }

    /// Moves the first and the last day, each by one day back and by one day forward.
    fn days(&self, in_force: InForce, slot: fn(&mut T) -> &mut InForce) -> Vec<Edit> {
        let mut edits = vec![];
        let mut moved = |other: InForce| {
            edits.push(self.edit(dates(in_force), dates(other), |item| *slot(item) = other));
        };
        let neighbours = |day: Day| [day.previous(), day.next()].into_iter().flatten();
        let starts: Vec<Start> = match in_force.start {
            Start::Always | Start::Unknown => vec![],
            Start::From(day) => neighbours(day).map(Start::From).collect(),
            Start::By(day) => neighbours(day).map(Start::By).collect(),
        };
        for start in starts {
            moved(InForce { start, ..in_force });
        }
        for until in in_force.until.into_iter().flat_map(neighbours) {
            moved(InForce { until: Some(until), ..in_force });
        }
        edits
    }
}

pub(super) fn define_edits(index: usize, define: &Define, sources: &Sources) -> Vec<Edit> {
    let item = Item { index, item: define, at: define.body.at, wrap: Change::Define };
    let changes = conditions::changes(&define.body, sources).into_iter();
    changes.map(|change| item.replace(change, |define| Some(&mut define.body))).collect()
}

/// Makes the window one second shorter and one second longer, and changes the condition.
pub(super) fn counter_edits(index: usize, counter: &Counter, sources: &Sources) -> Vec<Edit> {
    const SECOND: i128 = 1_000_000_000;
    let item = Item { index, item: counter, at: counter.at, wrap: Change::Counter };
    let over = |nanos| format!("over {}", duration(nanos));
    let moved = [counter.over - SECOND, counter.over + SECOND].into_iter();
    let windows = moved
        .filter(|moved| *moved > 0)
        .map(|moved| item.edit(over(counter.over), over(moved), |counter| counter.over = moved));
    let mut edits: Vec<Edit> = windows.collect();
    if let Some(when) = &counter.when {
        let changes = conditions::changes(when, sources).into_iter();
        edits.extend(changes.map(|change| item.replace(change, |counter| counter.when.as_mut())));
    }
    edits
}

pub(super) fn article_edits(index: usize, article: &Article) -> Vec<Edit> {
    let item = Item { index, item: article, at: article.at, wrap: Change::Article };
    if !article.is_ever_in_force() {
        return vec![];
    }
    let mut edits = item.days(article.in_force, |article| &mut article.in_force);
    if let Some(by) = article.judged_by.written() {
        edits.push(item.edit(format!("judged by {by}"), String::new(), |article| {
            article.judged_by = JudgedBy::Decision;
        }));
    }
    for (number, deadline) in article.deadlines.iter().enumerate() {
        let was = deadline_text(deadline);
        edits.push(item.edit(was.clone(), String::new(), |article| {
            article.deadlines.remove(number);
        }));
        let later = match deadline.limit {
            Limit::Within(period) => Some(Limit::Within(longer(period))),
            Limit::AsOrdered { otherwise: Some(period) } => {
                Some(Limit::AsOrdered { otherwise: Some(longer(period)) })
            }
            Limit::AsOrdered { otherwise: None } | Limit::Words(_) => None,
        };
        if let Some(limit) = later {
            let longer = Deadline { limit, ..deadline.clone() };
            edits.push(item.edit(was, deadline_text(&longer), |article| {
                if let Some(slot) = article.deadlines.get_mut(number) {
                    *slot = longer;
                }
            }));
        }
    }
    edits
}

pub(super) fn policy_edits(index: usize, policy: &Policy) -> Vec<Edit> {
    let item = Item { index, item: policy, at: policy.at, wrap: Change::Policy };
    item.days(policy.in_force, |policy| &mut policy.in_force)
}

pub(super) fn unanswered_edits(index: usize, one: &OnUnanswered, program: &Program) -> Vec<Edit> {
    let item = Item { index, item: one, at: one.at, wrap: Change::OnUnanswered };
    acts(&item, program, &one.acts, |one| Some(&mut one.acts))
}

/// A register becomes a set, whose absences always mean something; and one that is never complete. Its days change with its
/// entries, so no test has to show them.
pub(super) fn register_edits(register: &Register, program: &Program) -> Vec<Edit> {
    let Some(set) = program.sets.get(register.set) else { return vec![] };
    let edit = |was: &str, is: &str, completeness| {
        let mut changed = Set::clone(set);
        changed.completeness = completeness;
        let change = Change::Set(register.set, Arc::new(changed));
        Edit { at: register.at, was: was.to_owned(), is: is.to_owned(), change }
    };
    let always = edit("register", "set", Completeness::Always);
    match set.completeness {
        Completeness::Always => vec![],
        Completeness::Never => vec![always],
        Completeness::Between(..) => {
            vec![always, edit("complete from", "", Completeness::Never)]
        }
    }
}

pub(super) fn norm_edits(
    index: usize,
    norm: &Norm,
    program: &Program,
    sources: &Sources,
) -> Vec<Edit> {
    let item = Item { index, item: norm, at: norm.at, wrap: Change::Norm };
    let changes = conditions::changes(&norm.when, sources).into_iter();
    let mut edits: Vec<Edit> =
        changes.map(|change| item.replace(change, |norm| Some(&mut norm.when))).collect();
    if let Some(unless) = &norm.unless {
        let changes = conditions::changes(unless, sources).into_iter();
        edits.extend(changes.map(|change| item.replace(change, |norm| norm.unless.as_mut())));
        let was = format!("unless {}", sources.slice(unless.at));
        edits.push(item.edit(was, String::new(), |norm| norm.unless = None));
    }
    edits.extend(exceptions(&item, program));
    edits.extend(item.days(norm.in_force, |norm| &mut norm.in_force));
    edits.extend(basis(&item, program));
    if let NormKind::Rule(body) = &norm.kind {
        edits.extend(acts(&item, program, &body.then, |norm| Some(&mut body_of(norm)?.then)));
        let on_unknown =
            acts(&item, program, &body.on_unknown, |norm| Some(&mut body_of(norm)?.on_unknown));
        edits.extend(on_unknown);
        if body.shadow {
            edits.push(item.edit("mode shadow".into(), String::new(), |norm| {
                body_of(norm).into_iter().for_each(|body| body.shadow = false);
            }));
        }
    }
    edits
}

fn body_of(norm: &mut Norm) -> Option<&mut RuleBody> {
    match &mut norm.kind {
        NormKind::Rule(body) => Some(body),
        NormKind::Exception { .. } => None,
    }
}

/// Removes each exception to a norm.
fn exceptions(item: &Item<'_, Norm>, program: &Program) -> Vec<Edit> {
    let numbers = item.item.defeated_by.iter();
    let edits = numbers.map(|exception| {
        let named = program.norms.get(*exception);
        let id = named.map_or("", |norm| &*norm.id);
        let edit = item.edit(format!("exception {id}"), String::new(), |norm| {
            norm.defeated_by.retain(|one| one != exception);
        });
        Edit { at: named.map_or(item.at, |norm| norm.at), ..edit }
    });
    edits.collect()
}

/// Turns `all of` into `one of` and the reverse, and removes each ground.
fn basis(item: &Item<'_, Norm>, program: &Program) -> Vec<Edit> {
    let basis = &item.item.basis;
    if basis.grounds.len() < 2 {
        return vec![];
    }
    let id = |ground| crate::decision::force::ground_id(program, ground).unwrap_or_default();
    let (was, is) = if basis.all { ("all of", "one of") } else { ("one of", "all of") };
    let ids: Vec<&str> = basis.grounds.iter().map(|ground| id(*ground)).collect();
    let ids = ids.join(", ");
    let mut edits = vec![];
    // With grounds that are in force on the same days, `one of` and `all of` mean the same.
    if basis.grounds.windows(2).any(|pair| can_differ(program, pair)) {
        edits.push(item.edit(format!("basis {was} {ids}"), format!("basis {is} {ids}"), |norm| {
            norm.basis.all = !norm.basis.all;
        }));
    }
    for (number, ground) in basis.grounds.iter().enumerate() {
        edits.push(item.edit(format!("basis {}", id(*ground)), String::new(), |norm| {
            norm.basis.grounds.remove(number);
        }));
    }
    edits
}

/// Whether one of two grounds can be in force without the other.
fn can_differ(program: &Program, pair: &[Ground]) -> bool {
    let dates = |ground: &Ground| match ground {
        Ground::Article(index) => program
            .articles
            .get(*index)
            .map(|article| (article.in_force, &article.zone, article.is_ever_in_force())),
        Ground::Policy(index) => {
            program.policies.get(*index).map(|policy| (policy.in_force, &policy.zone, true))
        }
    };
    let mut all = pair.iter().map(dates);
    all.next() != all.next()
}

/// Removes each act, lengthens its service level and its retention, and removes the service level and the end.
fn acts<T: Clone>(
    item: &Item<'_, T>,
    program: &Program,
    acts: &[Act],
    slot: fn(&mut T) -> Option<&mut Vec<Act>>,
) -> Vec<Edit> {
    let mut edits = vec![];
    for (number, act) in acts.iter().enumerate() {
        let text = action_text(program, act);
        let mut changed = |was: String, is: String, change: &dyn Fn(&mut Vec<Act>)| {
            let edit = item.edit(was, is, |item| slot(item).into_iter().for_each(change));
            edits.push(Edit { at: act.at, ..edit });
        };
        changed(text.clone(), String::new(), &|acts| {
            acts.remove(number);
        });
        let part = |acts: &mut Vec<Act>, change: &dyn Fn(&mut Act)| {
            acts.get_mut(number).into_iter().for_each(change);
        };
        if let Some((period, event, policy)) = act.within {
            let within = |period| format!("{text} within {period}");
            let more = longer(period);
            changed(within(period), within(more), &|acts| {
                part(acts, &|act| act.within = Some((more, event, policy)));
            });
            changed(within(period), text.clone(), &|acts| part(acts, &|act| act.within = None));
        }
        if let Some((period, event)) = act.keep {
            let keep = |period| format!("{text} for {period}");
            let more = longer(period);
            changed(keep(period), keep(more), &|acts| {
                part(acts, &|act| act.keep = Some((more, event)));
            });
            // Without an end, an outcome lasts for good.
            if program.is_outcome(act) {
                changed(keep(period), text.clone(), &|acts| part(acts, &|act| act.keep = None));
            }
        }
        if act.until.is_some() {
            let until = format!("{text} until …");
            changed(until, text.clone(), &|acts| part(acts, &|act| act.until = None));
        }
    }
    edits
}

fn longer(period: Period) -> Period {
    Period { amount: period.amount.saturating_add(1), ..period }
}

fn deadline_text(deadline: &Deadline) -> String {
    match &deadline.limit {
        Limit::Words(words) => format!("deadline \"{words}\""),
        Limit::Within(period) => format!("deadline {period} from {}", deadline.event.name()),
        Limit::AsOrdered { otherwise: None } => "deadline order.deadline".to_owned(),
        Limit::AsOrdered { otherwise: Some(period) } => {
            format!("deadline order.deadline else {period} from {}", deadline.event.name())
        }
    }
}

fn dates(in_force: InForce) -> String {
    let start = match in_force.start {
        Start::Always => String::new(),
        Start::From(day) => format!(" from {day}"),
        Start::By(day) => format!(" by {day}"),
        Start::Unknown => " from unknown".to_owned(),
    };
    let until = in_force.until.map_or(String::new(), |day| format!(" until {day}"));
    format!("in force{start}{until}")
}
