//! Decides whether norms and the grounds that they cite are in force, and whose beginning is unknown.

use crate::base::shared::Text;
use crate::base::time::{Day, Instant, Zone};
use crate::decision::Citation;
use crate::program::outcome::Truth;
use crate::program::{Ground, Norm, Program, Standing};

/// Whether a norm and its basis are in force at an instant; unknown in a gap.
pub(crate) fn in_force(program: &Program, norm: &Norm, at: Instant) -> Truth {
    let itself = truth(norm.in_force.on(at.day(&norm.zone)));
    let grounds =
        norm.basis.grounds.iter().map(|ground| ground_in_force(program, norm, *ground, at));
    let basis = match &norm.basis {
        basis if basis.grounds.is_empty() => Truth::True,
        basis if basis.all => grounds.fold(Truth::True, Truth::and),
        _ => grounds.fold(Truth::False, Truth::or),
    };
    itself.and(basis)
}

/// Whether a ground that a norm cites is in force. Days are those of the file of the ground, or else of the norm.
pub(crate) fn ground_in_force(
    program: &Program,
    norm: &Norm,
    ground: Ground,
    at: Instant,
) -> Truth {
    let day = |zone: &Option<Zone>| -> Day { at.day(zone.as_ref().unwrap_or(&norm.zone)) };
    let standing = match ground {
        Ground::Article(index) => {
            program.articles.get(index).map(|article| article.on(day(&article.zone)))
        }
        Ground::Policy(index) => {
            program.policies.get(index).map(|policy| policy.in_force.on(day(&policy.zone)))
        }
    };
    standing.map_or(Truth::False, truth)
}

/// The grounds of a norm that are in force.
pub(crate) fn grounds<'n>(
    program: &'n Program,
    norm: &'n Norm,
    at: Instant,
) -> impl Iterator<Item = Ground> + 'n {
    let grounds = norm.basis.grounds.iter().copied();
    grounds.filter(move |ground| ground_in_force(program, norm, *ground, at) == Truth::True)
}

/// What a decision cites for a norm: the grounds in force.
pub(crate) fn citations(program: &Program, norm: &Norm, at: Instant) -> Vec<Citation> {
    grounds(program, norm, at).filter_map(|ground| citation(program, ground)).collect()
}

/// The articles in force that a norm cites and whose text nobody has read: their numbers, and why not.
pub(crate) fn unverified(program: &Program, norm: &Norm, at: Instant) -> Vec<(String, String)> {
    grounds(program, norm, at)
        .filter_map(|ground| match ground {
            Ground::Article(index) => program.articles.get(index),
            Ground::Policy(_) => None,
        })
        .filter_map(|article| {
            Some(((&article.number).into(), article.verified.as_ref().err()?.clone()))
        })
        .collect()
}

/// The ids of what may not have begun: grounds of a norm, or the norm itself.
pub(crate) fn unknown_starts(program: &Program, norm: &Norm, at: Instant) -> Vec<String> {
    let itself = norm.in_force.on(at.day(&norm.zone)) == Standing::Gap;
    let unknown = |ground: &&Ground| ground_in_force(program, norm, **ground, at) == Truth::Unknown;
    let grounds =
        norm.basis.grounds.iter().filter(unknown).filter_map(|ground| ground_id(program, *ground));
    let mut ids: Vec<String> =
        grounds.chain(itself.then_some(&*norm.id)).map(str::to_owned).collect();
    ids.sort();
    ids.dedup();
    ids
}

pub(crate) fn ground_id(program: &Program, ground: Ground) -> Option<&str> {
    match ground {
        Ground::Article(index) => program.articles.get(index).map(|article| &*article.id),
        Ground::Policy(index) => program.policies.get(index).map(|policy| &*policy.id),
    }
}

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

/// Whether it is in force; unknown in a gap.
fn truth(standing: Standing) -> Truth {
    match standing {
        Standing::InForce => Truth::True,
        Standing::NotInForce => Truth::False,
        Standing::Gap => Truth::Unknown,
    }
}
