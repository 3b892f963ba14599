//! Says why a norm is not in force: which of the norm, its articles and its policies are not, and what is known about
//! their dates.

use crate::decision::Verdict;
use crate::decision::force::ground_id;
use crate::program::outcome::Truth;
use crate::program::{Ground, InForce, NormKind, Program, Start, Status};

/// The norm and those of its grounds that are not in force, each with its dates.
pub(super) fn not_in_force(program: &Program, verdict: &Verdict<'_>) -> Vec<String> {
    let Verdict { norm, force, .. } = verdict;
    let kind = match norm.kind {
        NormKind::Rule(_) => "the rule",
        NormKind::Exception { .. } => "the exception",
    };
    let own =
        (force.itself() != Truth::True).then(|| format!("{kind} {}", in_force_text(norm.in_force)));
    let grounds = force.grounds_that_are(|truth| truth != Truth::True);
    own.into_iter().chain(grounds.filter_map(|ground| ground_dates(program, ground))).collect()
}

/// `kz.platforms.measures is in force from 2023-09-10`
fn ground_dates(program: &Program, ground: Ground) -> Option<String> {
    let id = ground_id(program, ground)?;
    let dates = match ground {
        Ground::Article(index) => {
            let article = program.articles.get(index)?;
            let judged_by = article.judged_by.written();
            let judged_by = judged_by.map_or(String::new(), |by| format!(", judged by {by}"));
            match article.status {
                Status::InForce | Status::Annulled => {
                    format!("{}{judged_by}", in_force_text(article.in_force))
                }
                Status::Adopted => "is adopted and has not commenced".to_owned(),
                Status::Draft => "is a draft".to_owned(),
            }
        }
        Ground::Policy(index) => in_force_text(program.policies.get(index)?.in_force),
    };
    Some(format!("{id} {dates}"))
}

fn in_force_text(in_force: InForce) -> String {
    let until = in_force.until.map_or(String::new(), |until| format!(" until {until}"));
    match in_force.start {
        Start::Always => format!("is in force{until}"),
        Start::From(day) => format!("is in force from {day}{until}"),
        Start::By(day) => format!("was in force by {day}{until}; its first day is not known"),
        Start::Unknown => format!("may be in force{until}; its first day is not known"),
    }
}
