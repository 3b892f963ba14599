//! Writes explanations as sentences. They quote words of strangers, so these are escaped.

use super::scores::{self, Score};
use super::shown::{MAX_TEXT, brief, cut, quoted};
use super::{Ask, Condition, Explained, ExplainedException, Explanation, Read, Remembered, Why};
use crate::base::shared::Text;
use crate::base::sink::plain;
use crate::base::time::Day;
use crate::decision::{Citation, DefeatedBy, NOTHING, Unanswered, end_text, held_text, since_text};
use crate::program::outcome::{Evidence, FoundBy, SetEntry};
use std::fmt::{Display, Formatter, Result};

impl Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let places = comma_separated(&self.decision.places);
        let at = self.at.local(&self.zone).named();
        writeln!(f, "In {places} at {at}: {}.", outcome_text(self))?;
        let (here, elsewhere): (Vec<&Explained>, Vec<&Explained>) =
            self.rules.iter().partition(|rule| !matches!(rule.why, Why::OtherPlace { .. }));
        for line in unanswered_lines(self) {
            writeln!(f, "{}", plain(&line))?;
        }
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
        writeln!(f, "{} {}{shadow} {}.", self.rule, quoted(&self.title), self.why.state())?;
        if self.why.is_relevant() {
            if let Some(severity) = &self.severity {
                writeln!(f, "  Severity: {severity}.")?;
            }
            for citation in &self.basis {
                writeln!(f, "  Basis: {}.", plain(&citation_text(citation)))?;
            }
            for (article, why) in &self.unverified {
                let why = format!("{article}: {}", why.trim_end_matches('.'));
                writeln!(f, "  Not verified: {}.", plain(&why))?;
            }
        }
        if let Some(unseen) = self.unseen_text() {
            writeln!(f, "  {}", plain(&unseen))?;
        }
        write!(f, "{}", self.why)?;
        if let Some(said) = &self.says {
            writeln!(f, "  {said}")?;
        }
        self.exceptions
            .iter()
            .flat_map(exception_lines)
            .try_for_each(|line| writeln!(f, "  {}", plain(&line)))
    }
}

impl Explained {
    /// Which orders and notices it does not see, and why; `None` if it sees all.
    pub(crate) fn unseen_text(&self) -> Option<String> {
        let came_in = match self.unseen.len() {
            0 => return None,
            1 => "it came in",
            _ => "they came in",
        };
        let paths = comma_separated(&self.unseen);
        Some(format!(
            "The rule does not count {paths}: when {came_in}, nothing that the rule cites is known to have been in force."
        ))
    }
}

impl Display for ExplainedException {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        exception_lines(self).iter().try_for_each(|line| writeln!(f, "{}", plain(line)))
    }
}

impl Display for Why {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        sentences(self, "rule").iter().try_for_each(|line| writeln!(f, "  {}", plain(line)))
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&plain(&need_text(self, "rule")))
    }
}

impl ExplainedException {
    /// How the exception came out, as words that follow its title.
    pub(in crate::views) fn state(&self) -> &'static str {
        match self.why {
            Why::Fired { .. } => "applies",
            Why::NotMet(_) | Why::Exempt(_) | Why::OtherPlace { .. } => "does not apply",
            Why::Undetermined { .. } => "could not be decided",
            Why::Defeated { .. } => "is itself lifted",
            Why::NotInForce { .. } => self.why.state(),
        }
    }
}

/// How an exception came out, one sentence on each line.
fn exception_lines(exception: &ExplainedException) -> Vec<String> {
    let (id, state) = (&exception.exception, exception.state());
    let first = format!("Exception {id} {} {state}.", quoted(&exception.title));
    let inside = sentences(&exception.why, "exception");
    let inside = inside.into_iter().chain(exception.exceptions.iter().flat_map(exception_lines));
    [first].into_iter().chain(inside.map(indented)).collect()
}

/// Why a rule or an exception came out as it did.
fn sentences(why: &Why, norm: &str) -> Vec<String> {
    let mut lines = vec![];
    match why {
        Why::Fired { evidence, reads, memory, scores, asks } => {
            lines.extend(evidence.iter().map(|one| format!("Words: {}.", evidence_text(one))));
            lines.extend(fact_lines(reads, memory, scores));
            lines.extend(asks.iter().map(|one| format!("It asks for {one}.")));
        }
        Why::NotMet(condition) => lines.extend(unmet_lines(condition, norm)),
        Why::Exempt(condition) => {
            let (reads, at) = (comma_separated(&condition.reads), &condition.at);
            let text = after_definitions(condition, format!("`{}`", brief(&condition.text)));
            lines.push(format!("Its own exemption holds: {reads}; {text} ({at})."));
            lines.extend(condition.memory.iter().flat_map(Remembered::lines));
        }
        Why::Undetermined { missing, conditions, asks } => {
            lines.extend(undecided_lines(missing, conditions, norm));
            lines.extend(asks.iter().map(|one| format!("Until it is known: {one}.")));
        }
        Why::Defeated { by } => {
            lines.extend(by.iter().map(|one| format!("It is lifted by {}.", exception_text(one))));
        }
        Why::NotInForce { because, .. } => {
            lines.extend(because.iter().map(|one| format!("{one}.")))
        }
        Why::OtherPlace { place } => lines.push(format!("It speaks for {place}.")),
    }
    lines
}

/// What a norm that applies rests on beside words.
fn fact_lines(reads: &[Read], memory: &[Remembered], scores: &[Score]) -> Vec<String> {
    let facts = reads.iter().map(|one| format!("Fact: {one}."));
    let memory = memory.iter().flat_map(Remembered::lines);
    facts.chain(memory).chain(scores.iter().map(scores::sentence)).collect()
}

/// Why a rule or an exception came out as it did, for readers who see elsewhere its words and what it asks for.
pub(in crate::views) fn facts_and_conditions(why: &Why, norm: &str) -> Vec<String> {
    match why {
        Why::Fired { reads, memory, scores, .. } => fact_lines(reads, memory, scores),
        Why::Undetermined { missing, conditions, .. } => undecided_lines(missing, conditions, norm),
        Why::NotMet(_)
        | Why::Exempt(_)
        | Why::Defeated { .. }
        | Why::NotInForce { .. }
        | Why::OtherPlace { .. } => sentences(why, norm),
    }
}

/// What was missing to decide a norm, and where.
fn undecided_lines(missing: &[String], conditions: &[Condition], norm: &str) -> Vec<String> {
    let missing = format!("Not known: {}.", missing.join(", "));
    let own = conditions.is_empty().then(|| {
        format!("The {norm}'s own condition holds; it is not known whether an exception applies.")
    });
    let needs = conditions.iter().flat_map(|one| need_lines(one, norm));
    [missing].into_iter().chain(own).chain(needs).collect()
}

/// What a false condition needs; for an `or`, what each of its parts needs.
fn unmet_lines(condition: &Condition, norm: &str) -> Vec<String> {
    if condition.either.is_empty() {
        return need_lines(condition, norm);
    }
    let one_of = after_definitions(condition, "one of these".into());
    let first = format!("The {norm} needs {one_of} ({}):", condition.at);
    let parts = condition.either.iter().flat_map(|part| unmet_lines(part, norm));
    let more = (condition.more > 0).then(|| format!("or one of {} more.", condition.more));
    [first].into_iter().chain(parts.chain(more).map(indented)).collect()
}

/// What a condition needs, what it read of counters and marks, and its scores.
fn need_lines(condition: &Condition, norm: &str) -> Vec<String> {
    let needs = format!("{}.", need_text(condition, norm));
    let memory = condition.memory.iter().flat_map(Remembered::lines);
    [needs].into_iter().chain(memory).chain(condition.scores.iter().map(scores::sentence)).collect()
}

/// `chat.members is 120; the rule needs at least 1000 (kz.loci:5:27)`
fn need_text(condition: &Condition, norm: &str) -> String {
    let needs = condition.needs.clone().unwrap_or_else(|| format!("`{}`", condition.text));
    let needs = after_definitions(condition, brief(&needs));
    let needs = format!("the {norm} needs {needs} ({})", condition.at);
    if condition.reads.is_empty() {
        needs
    } else {
        format!("{}; {needs}", comma_separated(&condition.reads))
    }
}

/// The text of a condition, after the names of the definitions that lead to it.
fn after_definitions(condition: &Condition, text: String) -> String {
    let names = condition.within.iter().map(|name| format!("`{}`: ", brief(name)));
    names.chain([text]).collect()
}

fn indented(line: String) -> String {
    format!("  {line}")
}

impl Display for Read {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let what = &self.path;
        match (&self.value, &self.from) {
            (Some(value), None) => write!(f, "{what} is {value}"),
            (Some(value), Some(from)) => write!(f, "{what} is {value}, from {}", quoted(from)),
            (None, _) => write!(f, "{what} is missing"),
        }
    }
}

impl Display for Ask {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}{}{}", self.act, self.time_text(), self.reserve_text())?;
        for words in &self.words {
            write!(f, ", {}", quoted(words))?;
        }
        let due = self.due.map(|due| due.local(&self.zone));
        match (due, self.clock_text()) {
            (Some(due), Some(clock)) => write!(f, ", due {due} ({clock})"),
            (Some(due), None) => write!(f, ", due {due}"),
            (None, Some(clock)) => write!(f, ", with no date: {clock}"),
            (None, None) => Ok(()),
        }
    }
}

impl Ask {
    /// Since when it is asked for and when it ends, as words that follow it.
    pub(in crate::views) fn time_text(&self) -> String {
        let clock = self.until_clock.as_deref();
        since_text(&self.zone, self.since)
            + &end_text(&self.zone, self.until, clock, &self.until_missing)
    }

    /// Whether it is held or over, as words that follow it.
    pub(in crate::views) fn reserve_text(&self) -> String {
        format!("{}{}", held_text(self.held), if self.over { ", which is over" } else { "" })
    }

    /// What the clock of its deadline does, or what it waits for; `None` if the clock starts at the decision.
    pub(in crate::views) fn clock_text(&self) -> Option<String> {
        let clock = self.clock.as_ref()?;
        Some(match (self.due, self.paused) {
            (Some(_), _) => format!("the clock runs from {clock}"),
            (None, true) => format!("the clock from {clock} stands still"),
            (None, false) => format!("{clock} is missing"),
        })
    }
}

impl Explained {
    /// How the rule came out, in a word or two: `fired`, `did not fire`.
    pub fn state(&self) -> &'static str {
        self.why.state()
    }
}

impl Why {
    /// How the rule came out, as words that follow its title.
    pub(crate) fn state(&self) -> &'static str {
        match self {
            Self::Fired { .. } => "fired",
            Self::NotMet(_) | Self::Exempt(_) => "did not fire",
            Self::Undetermined { .. } => "could not be decided",
            Self::Defeated { .. } => "was lifted",
            Self::NotInForce { may_be_in_force: true, .. } => "may be in force",
            Self::NotInForce { may_be_in_force: false, .. } => "is not in force",
            Self::OtherPlace { .. } => "does not apply here",
        }
    }
}

/// What the decision says of orders and notices that no rule answers, and what is asked for because of them alone; then the
/// rulings that change nothing.
pub(in crate::views) fn unanswered_lines(explanation: &Explanation) -> Vec<String> {
    let Explanation { decision, zone, .. } = explanation;
    let asked = decision.obligations.iter().filter(|one| one.rules.is_empty());
    let asked = asked.map(|one| format!("So this is asked for: {}.", Ask::of(one, zone)));
    let idle = explanation.idle_rulings.iter();
    let idle = idle.map(|sentence| format!("A ruling changes nothing: {sentence}."));
    let unanswered = decision.unanswered.iter().map(|one| format!("{one}."));
    unanswered.chain(asked).chain(idle).collect()
}

impl Display for Unanswered {
    /// `reports.orders[0] from "KZ-MAI" ("7") is not answered by any rule of this place`
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { path, from, reference, .. } = self;
        let number =
            reference.as_ref().map_or(String::new(), |number| format!(" ({})", quoted(number)));
        let from = quoted(from);
        write!(f, "{path} from {from}{number} is not answered by any rule of this place")
    }
}

fn comma_separated(items: &[impl Display]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn evidence_text(evidence: &Evidence) -> String {
    let by = match &evidence.found_by {
        FoundBy::Terms(id) => id.to_string(),
        FoundBy::Set(id, entry) => format!("in {id}: {}", entry_text(entry)),
        FoundBy::Pattern(pattern) => cut(pattern, MAX_TEXT),
        FoundBy::Regex(regex) => format!("r\"{}\"", cut(regex, MAX_TEXT)),
        FoundBy::Text(text) => quoted(text),
        FoundBy::Function(name) => format!("{name}(…)"),
        FoundBy::List(path) => format!("one of {path}"),
    };
    format!("{} in {} ({by})", quoted(&evidence.text), evidence.part)
}

/// `"scam.example", line 3 of lists/scam.txt, of "2026-08-22" from "https://…"`
pub(in crate::views) fn entry_text(entry: &SetEntry) -> String {
    let SetEntry { value, list, line, from, until, source, as_of } = entry;
    let day =
        |word: &str, day: &Option<Day>| day.map_or(String::new(), |day| format!(" {word} {day}"));
    let text = |word: &str, text: &Option<Text>| {
        text.as_ref().map_or(String::new(), |text| format!(" {word} {}", quoted(text)))
    };
    let days = format!("{}{}", day("from", from), day("until", until));
    let origin = format!("{}{}", text("of", as_of), text("from", source));
    let origin = if origin.is_empty() { origin } else { format!(",{origin}") };
    let line = line.map_or(String::new(), |line| format!("line {line} of "));
    format!("{}{days}, {line}{list}{origin}", quoted(value))
}

fn exception_text(by: &DefeatedBy) -> String {
    let basis: Vec<String> = by.basis.iter().map(citation_text).collect();
    let basis = if basis.is_empty() { String::new() } else { format!(": {}", basis.join("; ")) };
    format!("{} {}{basis}", by.exception, quoted(&by.title))
}

fn outcome_text(explanation: &Explanation) -> String {
    let decision = &explanation.decision;
    let outcomes: Vec<String> = decision.outcome_texts().collect();
    let outcomes = if outcomes.is_empty() { NOTHING.to_owned() } else { outcomes.join(", ") };
    outcomes + decision.doubt_text()
}

fn citation_text(citation: &Citation) -> String {
    match citation {
        Citation::Article { law, article, url: None } => format!("{law}, {article}"),
        Citation::Article { law, article, url: Some(url) } => format!("{law}, {article} <{url}>"),
        Citation::Policy { policy, .. } => policy.to_string(),
    }
}
