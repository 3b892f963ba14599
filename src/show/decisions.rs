//! Shows decisions and their explanations: as single cells of a table, and as summaries of several lines.

use crate::sink::{plain, plain_lines};
use crate::{
    Citation, Decision, Evaluator, Explained, Explanation, Instant, Matched, Moment, Obligation,
    Outcome, Place, Record, RuleSet, SchemaMismatch, State, Text, Visible, Why, Zone,
};

/// At most this many places are named one by one.
const MAX_NAMED: usize = 6;

/// A name for each group of places that are decided alike: the codes of the places, or their number if there are many.
/// Places that the user named are always named, `named`.
pub fn places<'p>(groups: impl Iterator<Item = &'p Vec<Place>>, named: &[Place]) -> Vec<String> {
    let groups: Vec<_> = groups.collect();
    let most = groups.iter().map(|group| group.len()).max();
    let name = |group: &&Vec<Place>| {
        let codes: Vec<_> = group.iter().map(Place::code).collect();
        match codes.as_slice() {
            codes if codes.len() <= MAX_NAMED => codes.join(", "),
            codes if group.iter().all(|place| named.contains(place)) => codes.join(", "),
            codes if groups.len() == 1 => format!("{} countries", codes.len()),
            codes if Some(codes.len()) == most => format!("{} other countries", codes.len()),
            [a, b, c, rest @ ..] => format!("{a}, {b}, {c} and {} more", rest.len()),
            codes => codes.join(", "),
        }
    };
    groups.iter().map(name).collect()
}

/// Says which places have no rules at all, so that an empty decision is not taken for a considered one.
pub fn without_rules(set: &RuleSet, places: &[Place]) -> Option<String> {
    let without = places.iter().filter(|place| !set.has_rules_for(**place));
    let codes: Vec<_> = without.map(Place::code).collect();
    (!codes.is_empty()).then(|| {
        let codes = codes.join(", ");
        format!("no rule is about {codes} or a place around it, so nothing can be decided there")
    })
}

/// The outcomes and the obligations, with `?` when the decision is not complete.
pub fn outcome(decision: &Decision) -> String {
    let mut actions: Vec<String> = decision.outcome_texts().collect();
    actions.extend(decision.obligations.iter().map(|each| each.action.to_string()));
    actions.dedup();
    let actions = if actions.is_empty() { "none".into() } else { actions.join(", ") };
    if decision.complete { actions } else { actions + " ?" }
}

/// The deadline of the outcome that is due first, or else of the obligation that is due first, in the time of the places.
/// Empty if nothing has a deadline.
pub fn due(set: &RuleSet, decision: &Decision, at: impl Into<Moment>) -> String {
    let outcomes = decision.outcomes.iter().map(outcome_deadline).filter(Deadline::is_some);
    let obligations = decision.obligations.iter().map(obligation_deadline);
    let timed = obligations.filter(|each| each.due.is_some() || !each.words.is_empty());
    let by_due = |each: &Deadline<'_>| (each.due.is_none(), each.due);
    let Some(first) = outcomes.min_by_key(by_due).or_else(|| timed.min_by_key(by_due)) else {
        return String::new();
    };
    // Finding the zone takes longer than everything else here.
    let zone = first.due.map(|_| instant_and_zone(set, decision, at.into()).1);
    first.text(&zone.unwrap_or_else(Zone::utc))
}

/// The instant of a decision among those about a moment, and the zone of its places; UTC if they have several.
fn instant_and_zone(set: &RuleSet, decision: &Decision, at: Moment) -> (Instant, Zone) {
    let first = decision.places.first().copied().unwrap_or(Place::WORLD);
    let instant = decision.at.unwrap_or_else(|| set.instant_in(first, at));
    (instant, set.zone_of_all(&decision.places, instant))
}

/// The instant of a decision among those about a moment, in the time of its places.
pub(super) fn local_instant(set: &RuleSet, decision: &Decision, at: Moment) -> String {
    let (instant, zone) = instant_and_zone(set, decision, at);
    instant.local(&zone).named().to_string()
}

/// When something is due.
#[derive(Clone, Copy)]
struct Deadline<'d> {
    due: Option<Instant>,
    overdue: bool,
    paused: bool,
    words: &'d [Text],
    clock: Option<&'d str>,
}

fn outcome_deadline(outcome: &Outcome) -> Deadline<'_> {
    let Outcome { due, overdue, paused, words, clock, .. } = outcome;
    let (due, overdue, paused) = (*due, *overdue, *paused);
    Deadline { due, overdue, paused, words, clock: clock.as_deref() }
}

fn obligation_deadline(obligation: &Obligation) -> Deadline<'_> {
    let Obligation { due, overdue, paused, words, clock, .. } = obligation;
    let (due, overdue, paused) = (*due, *overdue, *paused);
    Deadline { due, overdue, paused, words, clock: clock.as_deref() }
}

impl Deadline<'_> {
    fn is_some(&self) -> bool {
        self.due.is_some() || !self.words.is_empty() || self.clock.is_some()
    }

    fn text(self, zone: &Zone) -> String {
        let Self { due, overdue, paused, words, clock } = self;
        let mut parts: Vec<String> = vec![];
        if let Some(due) = due {
            parts.push(format!("{}{}", due.local(zone), if overdue { " (overdue)" } else { "" }));
        }
        parts.extend(words.iter().map(|word| format!("“{word}”")));
        if let (None, Some(clock)) = (due, clock) {
            parts.push(if paused { format!("{clock} paused") } else { format!("no {clock}") });
        }
        parts.join(", ")
    }

    /// `, due 2026-03-04 00:00 +01:00`; empty without a deadline.
    fn clause(self, zone: &Zone) -> String {
        let text = self.text(zone);
        if text.is_empty() { text } else { format!(", due {text}") }
    }
}

/// The rules behind a decision; `?` marks undetermined ones.
pub fn rules(decision: &Decision) -> String {
    let fired = decision.matched.iter().map(|each| match &each.severity {
        Some(severity) => format!("{} ({severity})", each.rule),
        None => each.rule.to_string(),
    });
    let unknown = decision.undetermined.iter().map(|each| format!("{}?", each.rule));
    let lifted = decision.defeated.iter().map(|each| format!("{} (lifted)", each.rule));
    fired.chain(unknown).chain(lifted).collect::<Vec<_>>().join(", ")
}

/// The first piece of evidence, in quotes, of a rule that asks for the outcome if there is one.
pub fn words(decision: &Decision) -> String {
    let decides =
        |rule: &Matched| decision.strictest().any(|outcome| outcome.is_asked_by(&rule.rule));
    let (deciding, others): (Vec<_>, Vec<_>) =
        decision.matched.iter().partition(|rule| decides(rule));
    let first = deciding.into_iter().chain(others).flat_map(|rule| &rule.evidence).next();
    first.map(|evidence| format!("“{}”", evidence.text)).unwrap_or_default()
}

/// One decision in full, on several lines.
fn summary(set: &RuleSet, decision: &Decision, places: &str, at: Moment) -> String {
    let mut lines = Lines::default();
    let (at, zone) = instant_and_zone(set, decision, at);
    let at = at.local(&zone).named();
    let unseen = if decision.visible == Visible::No { " (not visible there)" } else { "" };
    lines.add(0, format!("{places} at {at}{unseen}: {}", outcome(decision)));
    for dates in decision.outcomes.iter().filter_map(|each| outcome_dates(each, &zone)) {
        lines.add(1, dates);
    }
    for each in &decision.obligations {
        lines.add(1, obligation(each, &zone));
    }
    for each in &decision.unanswered {
        lines.add(1, each.to_string());
    }
    for each in &decision.matched {
        lines.matched(each);
    }
    for each in &decision.defeated {
        let by: Vec<_> = each.by.iter().map(|by| by.exception.as_str()).collect();
        lines.add(1, format!("{} is lifted by {}", each.rule, by.join(", ")));
    }
    for each in &decision.undetermined {
        lines
            .add(1, format!("{} cannot be decided without {}", each.rule, each.missing.join(", ")));
    }
    for each in &decision.shadow {
        lines.add(1, format!("{} in shadow would {}", each.rule, each.would.join(", ")));
    }
    for each in &decision.gaps {
        lines.add(1, format!("{}: {}", each.rule, each.unknown_text()));
    }
    lines.0.join("\n")
}

/// All decisions about one record in full. Places in `named` are always named.
pub fn summaries(
    set: &RuleSet,
    decisions: &[Decision],
    named: &[Place],
    at: impl Into<Moment>,
) -> String {
    let (names, at) = (places(decisions.iter().map(|each| &each.places), named), at.into());
    let texts = decisions.iter().zip(&names).map(|(each, places)| summary(set, each, places, at));
    texts.collect::<Vec<_>>().join("\n")
}

/// Explains the decision for each group of places that are decided alike, with the first place of the group as the
/// example. `text` writes an explanation.
pub fn explanations(
    evaluator: &mut Evaluator,
    record: &Record,
    asked: &[Place],
    (at, state): (Moment, &State),
    text: impl Fn(&Explanation) -> String,
) -> Result<Vec<String>, SchemaMismatch> {
    let decisions = evaluator.decide_all(record, asked, at, state)?;
    let names = places(decisions.iter().map(|each| &each.places), &[]);
    let mut texts = vec![];
    for (decision, places) in decisions.iter().zip(names) {
        let Some(place) = decision.places.first() else { continue };
        let text = text(&evaluator.explain(record, *place, at, state)?);
        let text = plain_lines(text.trim_end()).into_owned();
        texts.push(match (decisions.as_slice(), decision.places.as_slice()) {
            ([_], [_]) => text,
            _ => format!("== {places} ==\n{text}"),
        });
    }
    Ok(texts)
}

/// The explanation of one rule; empty if it does not apply in the place.
pub fn explained(explanation: &Explanation, rule: &str) -> String {
    let found = explanation.rules.iter().find(|each| each.rule == rule);
    found.map(Explained::to_string).unwrap_or_default()
}

/// The explanations of the rules that fired, were lifted or are undetermined.
pub fn relevant(explanation: &Explanation) -> String {
    let is_relevant = |each: &&Explained| {
        matches!(each.why, Why::Fired { .. } | Why::Undetermined { .. } | Why::Defeated { .. })
    };
    let relevant: Vec<_> =
        explanation.rules.iter().filter(is_relevant).map(Explained::to_string).collect();
    let others = match explanation.rules.len() - relevant.len() {
        0 => None,
        1 => Some("1 rule does not apply; `:whynot RULE` says why".to_string()),
        many => Some(format!("{many} rules do not apply; `:whynot RULE` says why of one")),
    };
    relevant.into_iter().chain(others).collect::<Vec<_>>().join("\n")
}

/// When an outcome is due and when it ends; `None` if it has neither a deadline nor an end.
fn outcome_dates(outcome: &Outcome, zone: &Zone) -> Option<String> {
    let dates = outcome.time_text(zone) + &outcome_deadline(outcome).clause(zone);
    let rules = outcome.rules.join(", ");
    (!dates.is_empty()).then(|| format!("{outcome}{dates} by {rules}"))
}

fn obligation(obligation: &Obligation, zone: &Zone) -> String {
    let mut text = obligation.to_string();
    text += &obligation.end_text(zone);
    text += &obligation_deadline(obligation).clause(zone);
    if obligation.rules.is_empty() {
        text += " because of what no rule answers";
    } else {
        text += " by ";
        text += &obligation.rules.join(", ");
    }
    text + obligation.held_text()
}

#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    fn add(&mut self, depth: usize, text: impl AsRef<str>) {
        self.0.push("  ".repeat(depth) + &plain(text.as_ref()));
    }

    fn matched(&mut self, matched: &Matched) {
        let severity = matched.severity.as_ref();
        let severity = severity.map(|word| format!(", severity {word}")).unwrap_or_default();
        self.add(1, format!("{} “{}”{severity}", matched.rule, matched.title));
        for citation in &matched.basis {
            self.add(
                2,
                match citation {
                    Citation::Article { law, article, .. } => {
                        format!("under {law}, article {article}")
                    }
                    Citation::Policy { policy, .. } => format!("under the policy {policy}"),
                },
            );
        }
        for evidence in &matched.evidence {
            self.add(2, format!("“{}” in {}", evidence.text, evidence.part));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{summaries, words};
    use crate::{Compiler, Moment, State};

    const ORDER: &str = r#"{ text: "cash offer", reports: { orders:
        [{ authority: "A", country: "KZ", ref: "7", secret: true, received_at: 2026-03-01T06:00:00Z }] } }"#;

    #[test]
    fn a_summary_says_what_an_explanation_says() {
        let kz = r#"jurisdiction KZ { zone "UTC"  on unanswered notify to author }
            policy p "P" {}
            rule limits { basis p  when text mentions "offer"  then limit for 1 day }
            rule label { basis p  when text mentions "cash"  then label }"#;
        let set = Compiler::new().file("kz.loci", kz).compile().unwrap();
        let (record, kz, state) =
            (set.given(ORDER).unwrap(), set.place("KZ").unwrap(), State::default());
        let at = Moment::parse("2026-03-01T12:00:00Z").unwrap();
        let decision = set.evaluator().decide(&record, kz, at, &state).unwrap();
        let text = summaries(&set, std::slice::from_ref(&decision), &[kz], at);
        let explained = set.evaluator().explain(&record, kz, at, &state).unwrap().to_string();
        let unanswered =
            r#"reports.orders[0] from "A" ("7") is not answered by any rule of this place"#;
        let held = ", held because the order or notice is secret: a person decides";
        for sentence in [unanswered, held, "limit until 2026-03-02 12:00 UTC"] {
            assert!(text.contains(sentence), "{text}");
            assert!(explained.contains(sentence), "{explained}");
        }
        assert!(text.contains("because of what no rule answers"), "{text}");
        assert_eq!(words(&decision), "“offer”");
    }
}
