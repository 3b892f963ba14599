//! What the person concerned reads about a rule: its wording, filled as a statement of reasons fills it.

use crate::base::sink::plain;
use crate::decision::force::grounds_to_name;
use crate::decision::{Addressee, Decision, Outcome, Verdict};
use crate::interpret::Interpreter;
use crate::program::Placeholder;
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
    /// The text. It keeps `{appeal}`, because hosts say how to contest the decision. `None` if the person does not read it.
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
    interpreter: &Interpreter<'_>,
    decision: &Decision,
    verdict: &Verdict<'_>,
) -> Option<Said> {
    let (norm, rule) = (verdict.norm, verdict.norm.kind.rule()?);
    rule.says?;
    let matched = decision.matched.iter().find(|matched| *matched.rule == *norm.id)?;
    let grounds = grounds_to_name(verdict.force.grounds());
    let reviewer = Addressee {
        language: None,
        places: &decision.places,
        mask: &str::to_owned,
        appeal: Some("{appeal}"),
    };
    let filled = decision.wording_for(interpreter, (rule, matched, &grounds), &reviewer)?;
    let asks = |outcome: &Outcome| outcome.is_asked_by(&matched.rule);
    let withheld = match &filled.result {
        _ if verdict.finding.rests_on_secret() => Some("it rests on a secret order or notice"),
        _ if !decision.outcomes.iter().any(asks) => Some("the rule asks for no measure"),
        _ if !decision.strictest().any(asks) => Some("another rule asks for something stricter"),
        Ok(_) => None,
        Err(Placeholder::Evidence) => Some("there are no words to quote for {evidence}"),
        Err(Placeholder::Until) => Some("no end is known for {until}"),
        Err(Placeholder::Rule | Placeholder::Article | Placeholder::Appeal) => {
            Some("there is nothing to write for one of its placeholders")
        }
    };
    Some(Said {
        wording: filled.wording.id.clone(),
        language: filled.text.language.clone(),
        text: filled.result.ok().filter(|_| withheld.is_none()),
        withheld,
    })
}
