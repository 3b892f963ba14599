//! Changes to rules, definitions, articles and policies: their conditions, what they ask for, what they cite, their
//! days and deadlines.

use super::conditions::{self, Replaced};
use super::{Change, Edit};
use crate::base::source::{Location, Sources};
use crate::base::time::{Day, Period};
use crate::decision::written;
use crate::program::{
    Act, Article, Deadline, Define, Ground, InForce, Limit, Norm, NormKind, Policy, Program,
    RuleBody, Start,
};

/// An item of the program, and how its changed copy becomes a change.
struct Item<'i, T> {
    index: usize,
    one: &'i T,
    at: Location,
    wrap: fn(usize, Box<T>) -> Change,
}

impl<T: Clone> Item<'_, T> {
    fn edit(&self, was: String, is: String, change: impl FnOnce(&mut T)) -> Edit {
        let mut one = Box::new(self.one.clone());
        change(&mut one);
        Edit { at: self.at, was, is, change: (self.wrap)(self.index, one) }
    }

    /// A part of a condition replaced.
    fn replaced(
        &self,
        replaced: Replaced,
        condition: fn(&mut T) -> Option<&mut crate::program::Expr>,
    ) -> Edit {
        let Replaced { path, at, was, is, by } = replaced;
        let edit = self.edit(was, is, |one| {
            if let Some(part) = condition(one).and_then(|condition| condition.at_path(&path)) {
                *part = by;
            }
        });
        Edit { at, ..edit }
    }

    /// The first and the last day, each moved by one day.
    fn days(&self, in_force: InForce, slot: fn(&mut T) -> &mut InForce) -> Vec<Edit> {
        let mut edits = vec![];
        let mut moved = |other: InForce| {
            edits.push(self.edit(dates(in_force), dates(other), |one| *slot(one) = other));
        };
        let beside = |day: Day| [day.previous(), day.next()].into_iter().flatten();
        match in_force.start {
            Start::Always | Start::Unknown => {}
            Start::From(day) => {
                beside(day).for_each(|day| moved(InForce { start: Start::From(day), ..in_force }))
            }
            Start::By(day) => {
                beside(day).for_each(|day| moved(InForce { start: Start::By(day), ..in_force }));
            }
        }
        for until in in_force.until.into_iter().flat_map(beside) {
            moved(InForce { until: Some(until), ..in_force });
        }
        edits
    }
}

pub(super) fn of_define(index: usize, define: &Define, sources: &Sources) -> Vec<Edit> {
    let item = Item { index, one: define, at: define.body.at, wrap: Change::Define };
    let changes = conditions::changes(&define.body, sources);
    changes.into_iter().map(|one| item.replaced(one, |define| Some(&mut define.body))).collect()
}

pub(super) fn of_article(index: usize, article: &Article) -> Vec<Edit> {
    let item = Item { index, one: article, at: article.at, wrap: Change::Article };
    if !article.is_ever_in_force() {
        return vec![];
    }
    let mut edits = item.days(article.in_force, |article| &mut article.in_force);
    for (number, deadline) in article.deadlines.iter().enumerate() {
        let was = said(deadline);
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
            edits.push(item.edit(was, said(&longer), |article| {
                if let Some(slot) = article.deadlines.get_mut(number) {
                    *slot = longer;
                }
            }));
        }
    }
    edits
}

pub(super) fn of_policy(index: usize, policy: &Policy) -> Vec<Edit> {
    let item = Item { index, one: policy, at: policy.at, wrap: Change::Policy };
    item.days(policy.in_force, |policy| &mut policy.in_force)
}

pub(super) fn of_norm(
    index: usize,
    norm: &Norm,
    program: &Program,
    sources: &Sources,
) -> Vec<Edit> {
    let item = Item { index, one: norm, at: norm.at, wrap: Change::Norm };
    let mut edits = vec![];
    for replaced in conditions::changes(&norm.when, sources) {
        edits.push(item.replaced(replaced, |norm| Some(&mut norm.when)));
    }
    if let Some(unless) = &norm.unless {
        for replaced in conditions::changes(unless, sources) {
            edits.push(item.replaced(replaced, |norm| norm.unless.as_mut()));
        }
        let was = format!("unless {}", sources.slice(unless.at));
        edits.push(item.edit(was, String::new(), |norm| norm.unless = None));
    }
    edits.extend(exceptions(&item, program));
    edits.extend(item.days(norm.in_force, |norm| &mut norm.in_force));
    edits.extend(basis(&item, program));
    if let NormKind::Rule(body) = &norm.kind {
        edits.extend(acts(&item, program, &body.then, |body| &mut body.then));
        edits.extend(acts(&item, program, &body.on_unknown, |body| &mut body.on_unknown));
        if body.shadow {
            let change = |norm: &mut Norm| {
                if let NormKind::Rule(body) = &mut norm.kind {
                    body.shadow = false;
                }
            };
            edits.push(item.edit("mode shadow".into(), String::new(), change));
        }
    }
    edits
}

fn exceptions(item: &Item<'_, Norm>, program: &Program) -> Vec<Edit> {
    let numbers = item.one.defeated_by.iter();
    let left_out = numbers.map(|exception| {
        let named = program.norms.get(*exception);
        let id = named.map_or("", |norm| &*norm.id);
        let edit = item.edit(format!("exception {id}"), String::new(), |norm| {
            norm.defeated_by.retain(|one| one != exception);
        });
        Edit { at: named.map_or(item.at, |norm| norm.at), ..edit }
    });
    left_out.collect()
}

fn basis(item: &Item<'_, Norm>, program: &Program) -> Vec<Edit> {
    let basis = &item.one.basis;
    if basis.grounds.len() < 2 {
        return vec![];
    }
    let id = |ground| crate::decision::force::ground_id(program, ground).unwrap_or_default();
    let (was, is) = if basis.all { ("all of", "one of") } else { ("one of", "all of") };
    let ids: Vec<&str> = basis.grounds.iter().map(|ground| id(*ground)).collect();
    let ids = ids.join(", ");
    let mut edits = vec![];
    // With grounds that are in force on the same days, `one of` and `all of` mean the same.
    if basis.grounds.windows(2).any(|pair| is_apart(program, pair)) {
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
fn is_apart(program: &Program, pair: &[Ground]) -> bool {
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

fn acts(
    item: &Item<'_, Norm>,
    program: &Program,
    acts: &[Act],
    slot: fn(&mut RuleBody) -> &mut Vec<Act>,
) -> Vec<Edit> {
    let mut edits = vec![];
    for (number, act) in acts.iter().enumerate() {
        let text = written(program, act);
        let mut changed = |was: String, is: String, change: &dyn Fn(&mut Vec<Act>)| {
            let edit = item.edit(was, is, |norm| {
                if let NormKind::Rule(body) = &mut norm.kind {
                    change(slot(body));
                }
            });
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
        }
    }
    edits
}

fn longer(period: Period) -> Period {
    Period { amount: period.amount.saturating_add(1), ..period }
}

fn said(deadline: &Deadline) -> String {
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
