//! What a page says about one decision, in the order in which a reviewer needs it, before it is written in a format.

use super::names::{Names, Standing};
use super::words::{Found, Part, evidence, found};
use super::{Page, Section};
use crate::base::shared::Text;
use crate::base::time::Zone;
use crate::decision::{Citation, Decision, DefeatedBy, Visible};
use crate::views::explain::prose::{facts_and_conditions, unanswered_lines};
use crate::views::explain::{Ask, Explained, ExplainedException, Read, Why};
use std::collections::BTreeSet;

/// At most this many facts are named in the sentence that says why a rule fired.
const MAX_FACTS: usize = 3;
/// At most this many different words of an exception are quoted.
const MAX_QUOTES: usize = 8;

/// What a page says about one decision.
pub(super) struct Content<'p> {
    pub section: &'p Section,
    pub headline: String,
    pub deeds: Vec<Deed<'p>>,
    /// What the rules do not say: that nobody sees the message there, or that no rule answers an order.
    pub notes: Vec<String>,
    pub reasons: Vec<Reason<'p>>,
    pub parts: Vec<Part<'p>>,
    pub law: Vec<Cited<'p>>,
    pub exceptions: Vec<Weighed<'p>>,
    pub stretches: Vec<Shown>,
    pub found: Vec<Found<'p>>,
    pub others: Vec<&'p Explained>,
}

/// Something to be done.
pub(super) struct Deed<'p> {
    pub who: &'p str,
    /// The action, without the office that carries it out.
    pub act: String,
    /// What the action does.
    pub about: &'p str,
    pub ask: Ask,
    pub is_overdue: bool,
}

/// A rule that matters to the decision. Marked words, law and exceptions name it by its number.
pub(super) struct Reason<'p> {
    pub number: usize,
    pub rule: &'p Explained,
    /// What follows its title: how it came out, why, and what it asks for.
    pub said: String,
}

/// A text of law or a policy that rules rest on.
pub(super) struct Cited<'p> {
    pub text: String,
    pub url: Option<&'p str>,
    pub standing: Standing,
    /// The numbers of rules, and of rules whose exceptions rest on it.
    pub rests: BTreeSet<String>,
}

/// An exception that was weighed.
pub(super) struct Weighed<'p> {
    pub exception: &'p ExplainedException,
    /// The number of the rule or the title of the exception that it would lift.
    pub to: String,
    pub why: Vec<String>,
}

/// A period of the timeline.
pub(super) struct Shown {
    pub from: String,
    pub said: String,
    pub because: String,
    pub is_now: bool,
}

impl<'p> Content<'p> {
    pub(super) fn of(page: &'p Page, section: &'p Section) -> Self {
        let (relevant, others) = section.rules();
        let decision = &section.explanation.decision;
        let reasons = reasons(&page.names, decision, relevant);
        let mut exceptions = vec![];
        for reason in &reasons {
            weigh(&reason.rule.exceptions, &reason.number.to_string(), &mut exceptions);
        }
        Self {
            section,
            headline: headline(decision),
            deeds: deeds(&page.names, decision, &section.explanation.zone),
            notes: notes(section),
            parts: page.parts.iter().map(|(name, text)| Part::of(name, text, &reasons)).collect(),
            law: law(&page.names, &reasons),
            exceptions,
            stretches: stretches(section),
            found: found(&reasons),
            reasons,
            others,
        }
    }
}

/// The outcomes in a few words.
fn headline(decision: &Decision) -> String {
    let outcomes: Vec<String> = decision.outcome_texts().collect();
    let outcomes = match outcomes.is_empty() {
        false => outcomes.join(", "),
        true if decision.obligations.is_empty() => "no action".to_owned(),
        true => "no action on the message".to_owned(),
    };
    outcomes + doubt(decision)
}

fn doubt(decision: &Decision) -> &'static str {
    if decision.complete { "" } else { ", though not everything is known" }
}

/// Who does what: the outcomes, then what else is to be done, the first deadline first.
fn deeds<'p>(names: &'p Names, decision: &Decision, zone: &Zone) -> Vec<Deed<'p>> {
    let outcomes = decision.outcomes.iter().map(|outcome| Deed {
        who: names.who(&outcome.action, None),
        act: outcome.to_string(),
        about: names.about(&outcome.action),
        ask: Ask::of_outcome(outcome, zone),
        is_overdue: outcome.overdue,
    });
    let mut obligations: Vec<_> = decision.obligations.iter().collect();
    obligations.sort_by_key(|one| (one.due.is_none(), one.due));
    let obligations = obligations.into_iter().map(|one| {
        let ask = Ask::of(one, zone);
        let is_office = one.to.as_ref().is_some_and(|to| names.is_office(to));
        Deed {
            who: names.who(&one.action, one.to.as_deref()),
            act: if is_office { one.action.to_string() } else { ask.act.clone() },
            about: names.about(&one.action),
            is_overdue: one.overdue,
            ask,
        }
    });
    outcomes.chain(obligations).collect()
}

fn notes(section: &Section) -> Vec<String> {
    let decision = &section.explanation.decision;
    let seen = match decision.visible {
        Visible::No => Some("The message is not visible there.".to_owned()),
        Visible::Yes | Visible::Unknown => None,
    };
    let gaps = decision.gaps.iter().map(|gap| {
        let unknown = gap.unknown.join(", ");
        format!(
            "{} ({}) rests on law that began on an unknown day: {unknown}.",
            gap.title, gap.rule
        )
    });
    seen.into_iter().chain(unanswered_lines(&section.explanation)).chain(gaps).collect()
}

/// The rules that matter: first those that fired, the one with the strictest outcome first; those in shadow mode last.
fn reasons<'p>(
    names: &Names,
    decision: &Decision,
    mut relevant: Vec<&'p Explained>,
) -> Vec<Reason<'p>> {
    relevant.sort_by_key(|rule| {
        let state = match rule.why {
            Why::Fired { .. } => 0,
            Why::Undetermined { .. } => 1,
            Why::NotMet(_)
            | Why::Exempt(_)
            | Why::Defeated { .. }
            | Why::NotInForce { .. }
            | Why::OtherPlace { .. } => 2,
        };
        let asks = |rules: &[Text]| rules.iter().any(|id| *id == rule.rule);
        let rank = decision.outcomes.iter().position(|outcome| asks(&outcome.rules));
        (rule.shadow, state, rank.unwrap_or(usize::MAX))
    });
    let numbered = (1..).zip(relevant);
    numbered
        .map(|(number, rule)| Reason { number, rule, said: said(names, number, rule) })
        .collect()
}

/// How a rule came out, why, and what it asks for, as words that follow its title.
fn said(names: &Names, number: usize, rule: &Explained) -> String {
    let severity = rule.severity.as_ref().map(|severity| format!("(severity {severity}) "));
    let state = severity.unwrap_or_default() + rule.why.state();
    let shadow = if rule.shadow { " in shadow mode" } else { "" };
    let acts = |asks: &[Ask]| {
        let act = |ask: &Ask| names.act(&ask.act) + &ask.reserve_text();
        asks.iter().map(act).collect::<Vec<_>>().join(", ")
    };
    match &rule.why {
        Why::Fired { reads, asks, .. } => {
            let because = because(rule, reads, number);
            let asks_for = if rule.shadow { "would ask for" } else { "asks for" };
            format!("{state}{shadow}{because} and {asks_for} {}.", acts(asks))
        }
        Why::Undetermined { missing, asks, .. } => {
            let until = if asks.is_empty() { String::new() } else { "; until then: ".to_owned() };
            let missing = missing.join(", ");
            format!("{state}{shadow} without {missing}{until}{}.", acts(asks))
        }
        Why::Defeated { by } => {
            let by: Vec<&str> = by.iter().map(|one| &*one.title).collect();
            format!("{state}{shadow} by an exception: {}.", by.join("; "))
        }
        Why::NotMet(_) | Why::Exempt(_) | Why::NotInForce { .. } | Why::OtherPlace { .. } => {
            format!("{state}.")
        }
    }
}

/// Why a rule fired: its words, which are marked in the message, or else the facts.
fn because(rule: &Explained, reads: &[Read], number: usize) -> String {
    if !evidence(rule).is_empty() {
        return format!(" because of the words marked {number}");
    }
    let facts: Vec<String> = reads
        .iter()
        .filter(|read| read.value.is_some())
        .take(MAX_FACTS)
        .map(ToString::to_string)
        .collect();
    match facts.is_empty() {
        true => String::new(),
        false => format!(" because {}", facts.join(" and ")),
    }
}

/// The law that rules and exceptions rest on, each text once.
fn law<'p>(names: &Names, reasons: &[Reason<'p>]) -> Vec<Cited<'p>> {
    let of_rules = reasons.iter().flat_map(|reason| {
        let number = reason.number.to_string();
        reason.rule.basis.iter().map(move |citation| (citation, number.clone()))
    });
    let of_exceptions = reasons.iter().flat_map(|reason| {
        let rests = format!("exception to {}", reason.number);
        let all = lifting(reason.rule).iter().flat_map(|exception| &exception.basis);
        all.map(move |citation| (citation, rests.clone()))
    });
    let mut law: Vec<Cited<'p>> = vec![];
    for (citation, rests) in of_rules.chain(of_exceptions) {
        let (text, url) = text_and_url(citation);
        match law.iter_mut().find(|known| known.text == text && known.url == url) {
            Some(known) => {
                known.rests.insert(rests);
            }
            None => {
                let standing = names.standing(citation);
                law.push(Cited { text, url, standing, rests: BTreeSet::from([rests]) });
            }
        }
    }
    law
}

/// The exceptions that lift a rule.
fn lifting(rule: &Explained) -> &[DefeatedBy] {
    match &rule.why {
        Why::Defeated { by } => by,
        Why::Fired { .. }
        | Why::NotMet(_)
        | Why::Exempt(_)
        | Why::Undetermined { .. }
        | Why::NotInForce { .. }
        | Why::OtherPlace { .. } => &[],
    }
}

/// The text of a citation, and the web address of the cited text if it has one.
fn text_and_url(citation: &Citation) -> (String, Option<&str>) {
    let (text, url) = match citation {
        Citation::Article { law, article, url } => (format!("{law}, {article}"), url),
        Citation::Policy { policy, url } => (policy.to_string(), url),
    };
    let is_web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    (text, url.as_deref().filter(is_web))
}

impl Standing {
    /// Whether a person has read the text, in words.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Verified(day) => format!("verified {day}"),
            Self::Unverified(why) if why.is_empty() => "not verified".to_owned(),
            Self::Unverified(why) => format!("not verified: {why}"),
            Self::Policy => "policy of the platform".to_owned(),
        }
    }
}

/// Adds exceptions and the exceptions to them.
fn weigh<'p>(exceptions: &'p [ExplainedException], to: &str, all: &mut Vec<Weighed<'p>>) {
    for exception in exceptions {
        let why = words_line(&exception.why).into_iter();
        let why = why.chain(facts_and_conditions(&exception.why, "exception")).collect();
        all.push(Weighed { exception, to: to.to_owned(), why });
        weigh(&exception.exceptions, &exception.title, all);
    }
}

/// The words on which an exception rests.
fn words_line(why: &Why) -> Option<String> {
    let Why::Fired { evidence, .. } = why else { return None };
    let mut words: Vec<String> = vec![];
    for quoted in evidence.iter().map(|one| format!("“{}”", one.text)) {
        if words.len() < MAX_QUOTES && !words.contains(&quoted) {
            words.push(quoted);
        }
    }
    (!words.is_empty()).then(|| format!("Words: {}.", words.join(", ")))
}

fn stretches(section: &Section) -> Vec<Shown> {
    let (zone, now) = (&section.timeline.zone, section.current_stretch());
    let stretches = section.timeline.stretches.iter().enumerate();
    let shown = stretches.map(|(number, stretch)| {
        let from = stretch.from.map(|from| from.local(zone).to_string());
        let because: Vec<String> = stretch.because.iter().map(ToString::to_string).collect();
        Shown {
            from: from.unwrap_or_else(|| "the beginning".to_owned()),
            said: outcome_text(&stretch.decision),
            because: because.join(", "),
            is_now: number == now,
        }
    });
    shown.collect()
}

/// Everything that a decision asks for, without dates: they change with the instant of a decision.
fn outcome_text(decision: &Decision) -> String {
    let obligations = decision.obligations.iter().map(|obligation| obligation.action.to_string());
    let mut acts: Vec<String> = decision.outcome_texts().chain(obligations).collect();
    acts.dedup();
    let acts = if acts.is_empty() { "no action".to_owned() } else { acts.join(", ") };
    acts + doubt(decision)
}
