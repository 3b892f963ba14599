//! Explanations as sentences. Quoted words come from strangers and are escaped.

use super::shown::quoted;
use super::{Ask, Condition, Explained, Explanation, Read, Why};
use crate::decision::{Citation, DefeatedBy};
use crate::outcome::{Evidence, FoundBy};
use std::fmt::{Display, Formatter, Result};

impl Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let places = listed(&self.decision.places);
        writeln!(f, "In {places} at {}: {}.", self.at, outcomes(self))?;
        let (here, elsewhere): (Vec<&Explained>, Vec<&Explained>) =
            self.rules.iter().partition(|rule| !matches!(rule.why, Why::OtherPlace { .. }));
        for rule in here {
            write!(f, "\n{rule}")?;
        }
        match elsewhere.len() {
            0 => Ok(()),
            1 => writeln!(f, "\n1 rule speaks for another place."),
            many => writeln!(f, "\n{many} rules speak for other places."),
        }
    }
}

impl Display for Explained {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let shadow = if self.shadow { " in shadow mode" } else { "" };
        writeln!(f, "{} {}{shadow} {}.", self.rule, quoted(&self.title), said(&self.why))?;
        if matches!(self.why, Why::Fired { .. } | Why::Undetermined { .. } | Why::Defeated { .. }) {
            for citation in &self.basis {
                writeln!(f, "  Basis: {}.", cited(citation))?;
            }
            for (article, why) in &self.unverified {
                writeln!(f, "  Not verified: {article}: {}.", why.trim_end_matches('.'))?;
            }
        }
        write!(f, "{}", self.why)
    }
}

impl Display for Why {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Fired { evidence, reads, asks } => {
                lines(f, evidence.iter().map(found), "  Words: ")?;
                lines(f, reads, "  Fact: ")?;
                lines(f, asks, "  It asks for ")
            }
            Self::NotMet(condition) => writeln!(f, "  {condition}."),
            Self::Exempt(condition) => {
                let reads = listed(&condition.reads);
                writeln!(
                    f,
                    "  Its own exemption holds: {reads}; `{}` ({}).",
                    condition.text, condition.at
                )
            }
            Self::Undetermined { missing, conditions, asks } => {
                writeln!(f, "  Not known: {}.", missing.join(", "))?;
                lines(f, conditions, "  ")?;
                lines(f, asks, "  Until it is known: ")
            }
            Self::Defeated { by } => lines(f, by.iter().map(lifted_by), "  It is lifted by "),
            Self::NotInForce { because } => lines(f, because, "  "),
            Self::OtherPlace { place } => writeln!(f, "  It speaks for {place}."),
        }
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if !self.reads.is_empty() {
            write!(f, "{}; ", listed(&self.reads))?;
        }
        match &self.needs {
            Some(needs) => write!(f, "the rule needs {needs} ({})", self.at),
            None => write!(f, "the rule needs `{}` ({})", self.text, self.at),
        }
    }
}

impl Display for Read {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.value {
            Some(value) => write!(f, "{} is {value}", self.path),
            None => write!(f, "{} is missing", self.path),
        }
    }
}

impl Display for Ask {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.act)?;
        for words in &self.words {
            write!(f, ", {}", quoted(words))?;
        }
        match (&self.due, &self.clock) {
            (Some(due), Some(clock)) => write!(f, ", due {due} (the clock runs from {clock})"),
            (Some(due), None) => write!(f, ", due {due}"),
            (None, Some(clock)) => write!(f, ", with no date: {clock} is missing"),
            (None, None) => Ok(()),
        }
    }
}

fn said(why: &Why) -> &'static str {
    match why {
        Why::Fired { .. } => "fired",
        Why::NotMet(_) | Why::Exempt(_) => "did not fire",
        Why::Undetermined { .. } => "could not be decided",
        Why::Defeated { .. } => "was lifted",
        Why::NotInForce { .. } => "is not in force",
        Why::OtherPlace { .. } => "does not apply here",
    }
}

/// One sentence a line.
fn lines(
    f: &mut Formatter<'_>,
    items: impl IntoIterator<Item = impl Display>,
    before: &str,
) -> Result {
    items.into_iter().try_for_each(|item| writeln!(f, "{before}{item}."))
}

fn listed(items: &[impl Display]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn found(evidence: &Evidence) -> String {
    let by = match &evidence.found_by {
        FoundBy::Terms(id) => id.clone(),
        FoundBy::Set(id) => format!("in {id}"),
        FoundBy::Pattern(pattern) => pattern.clone(),
        FoundBy::Regex(regex) => format!("r\"{regex}\""),
        FoundBy::Text(text) => quoted(text),
    };
    format!("{} in {} ({by})", quoted(&evidence.text), evidence.part)
}

fn lifted_by(by: &DefeatedBy) -> String {
    let basis: Vec<String> = by.basis.iter().map(cited).collect();
    let basis = if basis.is_empty() { String::new() } else { format!(": {}", basis.join("; ")) };
    format!("{} {}{basis}", by.exception, quoted(&by.title))
}

fn outcomes(explanation: &Explanation) -> String {
    let decision = &explanation.decision;
    let account = Some(&decision.account).filter(|account| *account != "none");
    let complete = if decision.complete { "" } else { ", though not everything is known" };
    let account = account.map(|account| format!(", account {account}")).unwrap_or_default();
    format!("{}{account}{complete}", decision.outcome)
}

fn cited(citation: &Citation) -> String {
    match citation {
        Citation::Article { law, article, url: None } => format!("{law}, {article}"),
        Citation::Article { law, article, url: Some(url) } => format!("{law}, {article} <{url}>"),
        Citation::Policy { policy, .. } => policy.clone(),
    }
}
