//! What a page says about one decision, in the order in which a reviewer needs it, before it is written in a format.

use super::lookup::{Lookup, Standing};
use super::words::{Found, Part, found};
use super::{Page, Section};
use crate::base::time::{Instant, Moment, Zone};
use crate::decision::{Citation, Decision, DefeatedBy, Visible};
use crate::views::explain::prose::{facts_and_conditions, unanswered_lines};
use crate::views::explain::{
    Ask, Explained, ExplainedException, Explanation, Read, Remembered, Why,
};
use std::collections::BTreeSet;

/// What is said of a timeline with one period.
pub(super) const SAME: &str = "It is the same at all times.";
/// At most this many facts are named in the sentence that says why a rule fired.
const MAX_FACTS: usize = 3;
/// At most this many different words of an exception are quoted.
const MAX_QUOTES: usize = 8;

/// What a page says about one decision.
pub(super) struct Content<'p> {
    pub section: &'p Section,
    pub headline: String,
    /// When it was decided, if that is not at the head of the page.
    pub decided: Option<String>,
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
    /// All places and the times of the page in UTC: what each is, and the value.
    pub origin: Vec<(String, String)>,
}

/// Something to be done.
pub(super) struct Deed<'p> {
    pub who: &'p str,
    /// The action, without the office that carries it out.
    pub act: String,
    /// What the action does.
    pub about: &'p str,
    ask: Ask,
    is_overdue: bool,
}

/// A piece of what is said about a deadline.
pub(super) enum ByWhen {
    At(Instant),
    Overdue,
    Said(String),
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
    rests: BTreeSet<Rests>,
}

/// What rests on a text of law: the rule with this number, or an exception to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rests {
    Rule(usize),
    ExceptionTo(usize),
}

/// An exception that was weighed.
pub(super) struct Weighed<'p> {
    pub title: &'p str,
    /// What follows its title: what it would lift, and how it came out.
    pub said: String,
    pub why: String,
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
        let Explanation { decision, zone, .. } = &section.explanation;
        let lookup = &page.lookup;
        let deeds = deeds(lookup, decision, zone);
        let reasons = reasons(lookup, decision, relevant);
        let mut exceptions = vec![];
        for reason in &reasons {
            weigh(&reason.rule.exceptions, &reason.number.to_string(), &mut exceptions);
        }
        let parts = page.parts.iter().map(|(name, text)| Part::of(name, text, &reasons));
        let parts: Vec<_> = parts.collect();
        Self {
            section,
            headline: headline(decision),
            decided: section.decided(page),
            origin: origin(page, section, &deeds),
            deeds,
            notes: notes(section, &reasons),
            law: law(lookup, &reasons),
            exceptions,
            stretches: stretches(lookup, section),
            found: found(&reasons, &parts),
            parts,
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
    outcomes + decision.doubt_text()
}

/// Who does what: the outcomes, then what else is to be done, the first deadline first.
fn deeds<'p>(lookup: &'p Lookup, decision: &Decision, zone: &Zone) -> Vec<Deed<'p>> {
    let outcomes = decision.outcomes.iter().map(|outcome| Deed {
        who: lookup.who(&outcome.action, None),
        act: outcome.to_string(),
        about: lookup.about(&outcome.action),
        ask: Ask::of_outcome(outcome, zone),
        is_overdue: outcome.overdue,
    });
    let mut obligations: Vec<_> = decision.obligations.iter().collect();
    obligations.sort_by_key(|one| (one.due.is_none(), one.due));
    let obligations = obligations.into_iter().map(|one| {
        let ask = Ask::of(one, zone);
        let is_office = one.to.as_ref().is_some_and(|to| lookup.is_office(to));
        Deed {
            who: lookup.who(&one.action, one.to.as_deref()),
            act: if is_office { one.action.to_string() } else { ask.act.clone() },
            about: lookup.about(&one.action),
            is_overdue: one.overdue,
            ask,
        }
    });
    outcomes.chain(obligations).collect()
}

impl Deed<'_> {
    /// Since when and until when it lasts, and whether it is held, as words that follow it.
    pub(super) fn end(&self) -> String {
        self.ask.time_text() + &self.ask.reserve_text()
    }

    /// What is said about its deadline.
    pub(super) fn by_when(&self) -> Vec<ByWhen> {
        let due = self.ask.due.map(ByWhen::At);
        let overdue = self.is_overdue.then_some(ByWhen::Overdue);
        let words = self.ask.words.iter().map(|words| format!("“{words}”"));
        let said = words.chain(self.ask.clock_text()).map(ByWhen::Said);
        let all: Vec<_> = due.into_iter().chain(overdue).chain(said).collect();
        if all.is_empty() { vec![ByWhen::Said("no deadline".to_owned())] } else { all }
    }
}

fn notes(section: &Section, reasons: &[Reason<'_>]) -> Vec<String> {
    let Explanation { decision, rules, .. } = &section.explanation;
    let seen = match decision.visible {
        Visible::No => Some("The message is not visible there.".to_owned()),
        Visible::Yes | Visible::Unknown => None,
    };
    // A rule says itself that its law may be in force.
    let is_rule = |id: &str| rules.binary_search_by(|rule| (*rule.rule).cmp(id)).is_ok();
    let gaps = decision.gaps.iter().filter(|gap| !is_rule(&gap.rule));
    let gaps = gaps.map(|gap| format!("{} ({}): {}.", gap.title, gap.rule, gap.unknown_text()));
    let nothing =
        reasons.is_empty().then(|| "No rule that applies here asks for anything.".to_owned());
    let unanswered = unanswered_lines(&section.explanation);
    seen.into_iter().chain(unanswered).chain(gaps).chain(nothing).collect()
}

/// The rules that matter: first those that fired, the one with the strictest outcome first; those in shadow mode last.
fn reasons<'p>(
    lookup: &Lookup,
    decision: &Decision,
    mut relevant: Vec<&'p Explained>,
) -> Vec<Reason<'p>> {
    relevant.sort_by_cached_key(|rule| {
        let state = match rule.why {
            Why::Fired { .. } => 0,
            Why::Undetermined { .. } | Why::NotInForce { .. } => 1,
            Why::NotMet(_) | Why::Exempt(_) | Why::Defeated { .. } | Why::OtherPlace { .. } => 2,
        };
        let rank = decision.outcomes.iter().position(|outcome| outcome.is_asked_by(&rule.rule));
        (rule.shadow, state, rank.unwrap_or(usize::MAX))
    });
    let reason =
        |(number, rule)| Reason { number, rule, said: said(lookup, decision, number, rule) };
    (1..).zip(relevant).map(reason).collect()
}

/// How a rule came out, why, and what it asks for, as words that follow its title.
fn said(lookup: &Lookup, decision: &Decision, number: usize, rule: &Explained) -> String {
    let severity = rule.severity.as_ref().map(|severity| format!("(severity {severity}) "));
    let state = severity.unwrap_or_default() + rule.why.state();
    let shadow = if rule.shadow { " in shadow mode" } else { "" };
    let acts = |asks: &[Ask]| {
        let act = |ask: &Ask| lookup.act(&ask.act) + &ask.reserve_text();
        asks.iter().map(act).collect::<Vec<_>>().join(", ")
    };
    match &rule.why {
        Why::Fired { reads, memory, asks, .. } => {
            let because = because(rule, (reads, memory), number);
            let asks_for = if rule.shadow { "would ask for" } else { "asks for" };
            format!("{state}{shadow}{because}; it {asks_for} {}.", acts(asks))
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
        Why::NotInForce { .. } => {
            let gap = decision.gaps.iter().find(|gap| *gap.rule == *rule.rule);
            let unknown = gap.map(|gap| format!(": {}", gap.unknown_text()));
            format!("{state}{}.", unknown.unwrap_or_default())
        }
        Why::NotMet(_) | Why::Exempt(_) | Why::OtherPlace { .. } => format!("{state}."),
    }
}

/// Why a rule fired: its words, which are marked in the message, what counters and marks had, and the facts.
fn because(rule: &Explained, (reads, memory): (&[Read], &[Remembered]), number: usize) -> String {
    let words =
        (!rule.evidence.is_empty()).then(|| format!(" because of the words marked {number}"));
    let facts = reads.iter().filter(|read| read.value.is_some()).map(ToString::to_string);
    let facts = memory.iter().map(Remembered::summary).chain(facts).take(MAX_FACTS);
    let facts: Vec<String> = facts.collect();
    let facts = (!facts.is_empty()).then(|| format!(" because {}", facts.join(" and ")));
    words.into_iter().chain(facts).collect::<Vec<_>>().join(" and")
}

/// The law that rules and exceptions rest on, each text once.
fn law<'p>(lookup: &Lookup, reasons: &[Reason<'p>]) -> Vec<Cited<'p>> {
    let of_rules = reasons.iter().flat_map(|Reason { number, rule, .. }| {
        rule.basis.iter().map(|citation| (citation, Rests::Rule(*number)))
    });
    let of_exceptions = reasons.iter().flat_map(|Reason { number, rule, .. }| {
        let all = lifting(rule).iter().flat_map(|exception| &exception.basis);
        all.map(|citation| (citation, Rests::ExceptionTo(*number)))
    });
    let mut law: Vec<Cited<'p>> = vec![];
    for (citation, rests) in of_rules.chain(of_exceptions) {
        let (text, url) = text_and_url(citation);
        match law.iter_mut().find(|known| known.text == text && known.url == url) {
            Some(known) => {
                known.rests.insert(rests);
            }
            None => {
                let standing = lookup.standing(citation);
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

impl Cited<'_> {
    /// The numbers of the rules that rest on it, also by an exception.
    pub(super) fn rests(&self) -> String {
        let text = |rests: &Rests| match rests {
            Rests::Rule(number) => number.to_string(),
            Rests::ExceptionTo(number) => format!("exception to {number}"),
        };
        self.rests.iter().map(text).collect::<Vec<_>>().join(", ")
    }
}

/// Adds exceptions and the exceptions to them. `to` is the number of the rule or the title of the exception that they would
/// lift.
fn weigh<'p>(exceptions: &'p [ExplainedException], to: &str, all: &mut Vec<Weighed<'p>>) {
    for exception in exceptions {
        let words = words_line(&exception.why).into_iter();
        let said = format!("(to {to}) {}.", exception.state());
        let why = on_one_line(words.chain(facts_and_conditions(&exception.why, "exception")));
        all.push(Weighed { title: &exception.title, said, why });
        weigh(&exception.exceptions, &exception.title, all);
    }
}

/// Lines without the blanks before them, as one.
pub(super) fn on_one_line(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().map(|line| line.trim().to_owned()).collect::<Vec<_>>().join(" ")
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

fn stretches(lookup: &Lookup, section: &Section) -> Vec<Shown> {
    let (zone, now) = (&section.timeline.zone, section.current_stretch());
    let stretches = section.timeline.stretches.iter().enumerate();
    let shown = stretches.map(|(number, stretch)| {
        let from = stretch.from.map(|from| from.local(zone).to_string());
        let because: Vec<String> = stretch.because.iter().map(ToString::to_string).collect();
        Shown {
            from: from.unwrap_or_else(|| "the beginning".to_owned()),
            said: outcome_text(lookup, &stretch.decision),
            because: because.join(", "),
            is_now: number == now,
        }
    });
    shown.collect()
}

/// Everything that a decision asks for, without dates: they change with the instant of a decision.
fn outcome_text(lookup: &Lookup, decision: &Decision) -> String {
    let obligations = decision.obligations.iter().map(|one| lookup.act(&one.to_string()));
    let acts: Vec<String> = decision.outcome_texts().chain(obligations).collect();
    let acts = if acts.is_empty() { "no action".to_owned() } else { acts.join(", ") };
    acts + decision.doubt_text()
}

// ---- details ------------------------------------------------------------------

/// What is known about a rule, but for what the page says before.
pub(super) fn lines(rule: &Explained) -> impl Iterator<Item = String> {
    let severity = rule.severity.as_ref().map(|severity| format!("Severity: {severity}."));
    let said = rule.says.as_ref().map(ToString::to_string);
    let lines = severity.into_iter().chain(rule.unseen_text());
    let lines = lines.chain(facts_and_conditions(&rule.why, "rule")).chain(said);
    lines.map(|line| line.trim().to_owned())
}

fn origin(page: &Page, section: &Section, deeds: &[Deed<'_>]) -> Vec<(String, String)> {
    let mut lines = vec![
        ("Places".to_owned(), section.place_names.join(", ")),
        ("Decided at".to_owned(), section.explanation.at.to_string()),
    ];
    if let Moment::Day(day) = page.at {
        lines.push(("Asked for the day".to_owned(), day.to_string()));
    }
    for Deed { act, ask, .. } in deeds {
        lines.extend(ask.due.map(|due| (format!("{act}, due"), due.to_string())));
        lines.extend(ask.until.map(|until| (format!("{act}, until"), until.to_string())));
    }
    lines
}
