//! Why a norm is not in force: the text that is not in force, and what is known about its dates.

use crate::base::time::Instant;
use crate::decision::force::{ground_id, ground_in_force};
use crate::program::outcome::Truth;
use crate::program::{Ground, InForce, Norm, NormKind, Program, Standing, Start, Status};

/// The norm itself, when it is not in force, and the grounds that are not.
pub(super) fn not_in_force(program: &Program, norm: &Norm, at: Instant) -> Vec<String> {
    let itself = norm.in_force.on(at.day(&norm.zone));
    let what = match norm.kind {
        NormKind::Rule(_) => "the rule",
        NormKind::Exception { .. } => "the exception",
    };
    let own = (itself != Standing::InForce).then(|| format!("{what} {}", dates(norm.in_force)));
    let lapsed = norm.basis.grounds.iter().copied();
    let lapsed = lapsed.filter(|ground| ground_in_force(program, norm, *ground, at) != Truth::True);
    own.into_iter().chain(lapsed.filter_map(|ground| said_of(program, ground))).collect()
}

fn said_of(program: &Program, ground: Ground) -> Option<String> {
    let id = ground_id(program, ground)?;
    let said = match ground {
        Ground::Article(index) => {
            let article = program.articles.get(index)?;
            match article.status {
                Status::InForce | Status::Annulled => dates(article.in_force),
                Status::Adopted => "is adopted and has not commenced".to_owned(),
                Status::Draft => "is a draft".to_owned(),
            }
        }
        Ground::Policy(index) => dates(program.policies.get(index)?.in_force),
    };
    Some(format!("{id} {said}"))
}

fn dates(in_force: InForce) -> String {
    let start = match in_force.start {
        Start::Always => "is in force".to_owned(),
        Start::From(day) => format!("is in force from {day}"),
        Start::By(day) => format!("was in force by {day}, since when is not known"),
        Start::Unknown => "is not known to have begun".to_owned(),
    };
    in_force.until.map_or(start.clone(), |until| format!("{start} until {until}"))
}
