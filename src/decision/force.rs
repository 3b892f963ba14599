//! Finds out whether norms and their grounds are in force, and which of them have an unknown beginning.

use crate::base::shared::Text;
use crate::base::time::{Instant, Zone};
use crate::decision::Citation;
use crate::program::outcome::Truth;
use crate::program::{Ground, Norm, Program};
use std::collections::BTreeSet;

/// Whether a norm and its basis are in force at an instant. Unknown means a gap: a date that decides it is not known.
pub(crate) fn in_force(program: &Program, norm: &Norm, at: Instant) -> Truth {
    let itself = norm.in_force.contains(at.day(&norm.zone));
    let grounds =
        norm.basis.grounds.iter().map(|ground| ground_in_force(program, norm, *ground, at));
    let basis = match &norm.basis {
        basis if basis.grounds.is_empty() => Truth::True,
        basis if basis.all => grounds.fold(Truth::True, Truth::and),
        _ => grounds.fold(Truth::False, Truth::or),
    };
    itself.and(basis)
}

/// Whether a ground that a norm cites is in force. Days begin in the zone of the ground or, if it has none, in that of
/// the norm.
pub(crate) fn ground_in_force(
    program: &Program,
    norm: &Norm,
    ground: Ground,
    at: Instant,
) -> Truth {
    let day = |zone: &Option<Zone>| at.day(zone.as_ref().unwrap_or(&norm.zone));
    let in_force = match ground {
        Ground::Article(index) => {
            program.articles.get(index).map(|article| article.in_force_on(day(&article.zone)))
        }
        Ground::Policy(index) => {
            program.policies.get(index).map(|policy| policy.in_force.contains(day(&policy.zone)))
        }
    };
    in_force.unwrap_or(Truth::False)
}

/// The grounds of a norm that are in force.
pub(crate) fn grounds_in_force<'n>(
    program: &'n Program,
    norm: &'n Norm,
    at: Instant,
) -> impl Iterator<Item = Ground> + 'n {
    let grounds = norm.basis.grounds.iter().copied();
    grounds.filter(move |ground| ground_in_force(program, norm, *ground, at) == Truth::True)
}

/// The citations of a norm in a decision: its grounds that are in force.
pub(crate) fn citations(program: &Program, norm: &Norm, at: Instant) -> Vec<Citation> {
    grounds_in_force(program, norm, at).filter_map(|ground| citation(program, ground)).collect()
}

/// The articles in force that a norm cites and nobody has verified: their numbers, and the reasons.
pub(crate) fn unverified(program: &Program, norm: &Norm, at: Instant) -> Vec<(String, String)> {
    grounds_in_force(program, norm, at)
        .filter_map(|ground| {
            let article = program.article(ground)?;
            Some((article.number.clone(), article.verified.as_ref().err()?.clone()))
        })
        .collect()
}

/// The ids of a norm's grounds with an unknown beginning, sorted. If its own beginning is unknown, also its id.
pub(crate) fn unknown_starts(program: &Program, norm: &Norm, at: Instant) -> Vec<Text> {
    let itself = norm.in_force.contains(at.day(&norm.zone)) == Truth::Unknown;
    let unknown = |ground: &&Ground| ground_in_force(program, norm, **ground, at) == Truth::Unknown;
    let grounds =
        norm.basis.grounds.iter().filter(unknown).filter_map(|ground| ground_id(program, *ground));
    let ids: BTreeSet<&str> = grounds.chain(itself.then_some(&*norm.id)).collect();
    ids.into_iter().map(Text::from).collect()
}

/// `kz.platforms.measures`
pub(crate) fn ground_id(program: &Program, ground: Ground) -> Option<&str> {
    match ground {
        Ground::Article(index) => program.articles.get(index).map(|article| &*article.id),
        Ground::Policy(index) => program.policies.get(index).map(|policy| &*policy.id),
    }
}

/// A ground as a decision cites it.
pub(crate) fn citation(program: &Program, ground: Ground) -> Option<Citation> {
    match ground {
        Ground::Article(index) => program.articles.get(index).map(|article| Citation::Article {
            law: (&article.law).into(),
            article: (&article.number).into(),
            url: article.url.as_ref().map(Text::from),
        }),
        Ground::Policy(index) => program.policies.get(index).map(|policy| Citation::Policy {
            policy: (&policy.title).into(),
            url: policy.url.as_ref().map(Text::from),
        }),
    }
}
