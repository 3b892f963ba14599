//! Decides whether norms and the grounds that they cite are in force, and which of them have an unknown beginning.

use crate::base::shared::Text;
use crate::base::time::{Day, Instant, Zone};
use crate::decision::Citation;
use crate::program::outcome::Truth;
use crate::program::{Ground, Norm, Program, Standing};

/// Whether a norm and its basis are in force at an instant. Unknown means a gap.
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

/// Whether a ground that a norm cites is in force. Days begin in the zone of the ground or, if it has none, in that of
/// the norm.
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

/// The articles in force that a norm cites and whose text nobody has verified: their numbers, and the reasons.
pub(crate) fn unverified(program: &Program, norm: &Norm, at: Instant) -> Vec<(String, String)> {
    grounds_in_force(program, norm, at)
        .filter_map(|ground| {
            let article = program.article(ground)?;
            Some((article.number.clone(), article.verified.as_ref().err()?.clone()))
        })
        .collect()
}

/// The ids of the grounds with an unknown beginning; also the id of the norm, if its own beginning is unknown.
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

/// Converts a standing to a truth. A gap becomes unknown.
fn truth(standing: Standing) -> Truth {
    match standing {
        Standing::InForce => Truth::True,
        Standing::NotInForce => Truth::False,
        Standing::Gap => Truth::Unknown,
    }
}
