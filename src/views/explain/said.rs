//! What the person concerned reads about a rule: its wording, filled as a statement of reasons fills it.

use crate::base::sink::plain;
use crate::base::time::Instant;
use crate::decision::force::{cited, told};
use crate::decision::{Decision, ShadowState, Verdict, last_end};
use crate::program::outcome::Truth;
use crate::program::{Filling, Placeholder, Program};
use crate::world::place::Place;
use serde::Serialize;
use std::fmt;

/// What the person concerned reads about a rule that fired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Said {
    /// The id of the wording: `kz.frozen`.
    pub wording: String,
    /// The language of the text: `kk`.
    pub language: String,
    /// The text. How to contest the decision stays `{appeal}`: hosts write it. `None` if the person does not read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Why the person does not read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld: Option<&'static str>,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wording, language, text, withheld } = self;
        match text {
            Some(text) => {
                let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
                write!(f, "The person reads ({wording}, {language}): {}", plain(&line))
            }
            None => {
                let why = withheld.unwrap_or_default();
                write!(f, "The person does not read {wording}: {why}.")
            }
        }
    }
}

/// What a rule says to the person concerned, in a language of the place. `None` if it says nothing, or has no effect.
pub(super) fn said(
    program: &Program,
    decision: &Decision,
    verdict: &Verdict<'_>,
    at: Instant,
) -> Option<Said> {
    let (norm, rule) = (verdict.norm, verdict.norm.kind.rule()?);
    let wording = program.wordings.get(rule.says?)?;
    let fires = verdict.in_force == Truth::True && verdict.state() == Some(ShadowState::Fires);
    if !fires || rule.shadow {
        return None;
    }
    let text = wording.text(Place::common_languages(&decision.places))?;
    let asked = decision.outcomes.iter().filter(|outcome| {
        decision.is_strictest(outcome) && outcome.rules.iter().any(|rule| **rule == *norm.id)
    });
    let zone = program.zone_of_all(&decision.places, at);
    let filled = text.fill(&Filling {
        evidence: verdict.finding.evidence.iter().map(|one| one.text.to_string()).collect(),
        rule: norm.title.clone(),
        article: cited(program, &told(verdict.force.grounds())),
        until: last_end(asked).map(|end| end.local(&zone).named().to_string()),
        appeal: Some("{appeal}".into()),
    });
    let withheld = match &filled {
        _ if verdict.finding.rests_on_secret() => Some("it rests on a secret order or notice"),
        Ok(_) => None,
        Err(Placeholder::Evidence) => Some("no words were found for {evidence}"),
        Err(Placeholder::Until) => Some("no end is known for {until}"),
        Err(Placeholder::Rule | Placeholder::Article | Placeholder::Appeal) => {
            Some("there is nothing for one of its placeholders")
        }
    };
    Some(Said {
        wording: wording.id.clone(),
        language: text.language.clone(),
        text: filled.ok().filter(|_| withheld.is_none()),
        withheld,
    })
}
