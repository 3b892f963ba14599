//! Shows decisions and their explanations: as single cells of a table, and as summaries of several lines.

use crate::sink::{plain, plain_lines};
use crate::{
    Citation, Decision, Evaluator, Explained, Explanation, Instant, Matched, Obligation, Outcome,
    Place, Record, SchemaMismatch, State, Text, Unanswered, Visible, Why,
};

/// At most this many places are named one by one.
const MAX_NAMED: usize = 6;

/// A name for each group of places that are decided alike: the codes of the places, or their number if there are many.
pub fn places<'p>(groups: impl Iterator<Item = &'p Vec<Place>>) -> Vec<String> {
    let groups: Vec<_> = groups.collect();
    let most = groups.iter().map(|group| group.len()).max();
    let name = |group: &&Vec<Place>| {
        let codes: Vec<_> = group.iter().map(Place::code).collect();
        match codes.as_slice() {
            codes if codes.len() <= MAX_NAMED => codes.join(", "),
            codes if groups.len() == 1 => format!("{} countries", codes.len()),
            codes if Some(codes.len()) == most => format!("{} other countries", codes.len()),
            [a, b, c, rest @ ..] => format!("{a}, {b}, {c} and {} more", rest.len()),
            codes => codes.join(", "),
        }
    };
    groups.iter().map(name).collect()
}

/// The outcomes and the obligations, with `?` when the decision is not complete.
pub fn outcome(decision: &Decision) -> String {
    let mut actions: Vec<String> = decision.outcome_texts().collect();
    actions.extend(decision.obligations.iter().map(|each| each.action.to_string()));
    actions.dedup();
    let actions = if actions.is_empty() { "none".into() } else { actions.join(", ") };
    if decision.complete { actions } else { actions + " ?" }
}

/// The deadline of the outcome that is due first, or else of the obligation that is due first. Empty if nothing has a
/// deadline.
pub fn due(decision: &Decision) -> String {
    let outcomes = decision.outcomes.iter().filter(|each| !outcome_deadline(each).is_empty());
    if let Some(first) = outcomes.min_by_key(|each| (each.due.is_none(), each.due)) {
        return outcome_deadline(first);
    }
    let timed =
        decision.obligations.iter().filter(|each| each.due.is_some() || !each.words.is_empty());
    timed.min_by_key(|each| (each.due.is_none(), each.due)).map(obligation_due).unwrap_or_default()
}

fn outcome_deadline(outcome: &Outcome) -> String {
    let Outcome { due, overdue, paused, words, clock, .. } = outcome;
    deadline(*due, *overdue, *paused, words, clock.as_deref())
}

fn obligation_due(obligation: &Obligation) -> String {
    let Obligation { due, overdue, paused, words, clock, .. } = obligation;
    deadline(*due, *overdue, *paused, words, clock.as_deref())
}

fn deadline(
    due: Option<Instant>,
    overdue: bool,
    paused: bool,
    words: &[Text],
    clock: Option<&str>,
) -> String {
    let mut parts: Vec<String> = vec![];
    if let Some(due) = due {
        parts.push(format!("{due}{}", if overdue { " (overdue)" } else { "" }));
    }
    parts.extend(words.iter().map(|word| format!("“{word}”")));
    if let (None, Some(clock)) = (due, clock) {
        parts.push(if paused { format!("{clock} paused") } else { format!("no {clock}") });
    }
    parts.join(", ")
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

/// The first piece of evidence, in quotes.
pub fn words(decision: &Decision) -> String {
    let first = decision.matched.iter().flat_map(|each| &each.evidence).next();
    first.map(|evidence| format!("“{}”", evidence.text)).unwrap_or_default()
}

/// One decision in full, on several lines.
fn summary(decision: &Decision, places: &str, at: Instant) -> String {
    let mut lines = Lines::default();
    let unseen = if decision.visible == Visible::No { " (not visible there)" } else { "" };
    lines.add(0, format!("{places} at {at}{unseen}: {}", outcome(decision)));
    for dates in decision.outcomes.iter().filter_map(outcome_dates) {
        lines.add(1, dates);
    }
    for each in &decision.obligations {
        lines.add(1, obligation(each));
    }
    for each in &decision.unanswered {
        lines.add(1, unanswered(each));
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
        lines.add(
            1,
            format!(
                "{} rests on law that began on an unknown day: {}",
                each.rule,
                each.unknown.join(", ")
            ),
        );
    }
    lines.0.join("\n")
}

/// All decisions about one record in full.
pub fn summaries(decisions: &[Decision], at: Instant) -> String {
    let names = places(decisions.iter().map(|each| &each.places));
    let texts = decisions.iter().zip(&names).map(|(each, places)| summary(each, places, at));
    texts.collect::<Vec<_>>().join("\n")
}

/// Explains the decision for each group of places that are decided alike, with the first place of the group as the
/// example. `text` writes an explanation.
pub fn explanations(
    evaluator: &mut Evaluator,
    record: &Record,
    asked: &[Place],
    at: Instant,
    text: impl Fn(&Explanation) -> String,
) -> Result<Vec<String>, SchemaMismatch> {
    let state = State::default();
    let decisions = evaluator.decide_all(record, asked, at, &state)?;
    let names = places(decisions.iter().map(|each| &each.places));
    let mut texts = vec![];
    for (decision, places) in decisions.iter().zip(names) {
        let Some(place) = decision.places.first() else { continue };
        let text = text(&evaluator.explain(record, *place, at, &state)?);
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
fn outcome_dates(outcome: &Outcome) -> Option<String> {
    let mut dates = outcome.end_text();
    let due = outcome_deadline(outcome);
    if !due.is_empty() {
        dates += &format!(", due {due}");
    }
    let rules = outcome.rules.join(", ");
    (!dates.is_empty()).then(|| format!("{outcome}{dates} by {rules}"))
}

/// `reports.orders[0] from KZ-MAI, no. 7, is not answered by any rule`
fn unanswered(unanswered: &Unanswered) -> String {
    let Unanswered { path, from, reference, .. } = unanswered;
    let number = reference.as_ref().map_or(String::new(), |number| format!(", no. {number},"));
    format!("{path} from {from}{number} is not answered by any rule")
}

fn obligation(obligation: &Obligation) -> String {
    let mut text = obligation.action.to_string();
    if let Some(to) = &obligation.to {
        text += &format!(" to {to}");
    }
    text += &obligation.end_text();
    let due = obligation_due(obligation);
    if !due.is_empty() {
        text += &format!(", due {due}");
    }
    if obligation.held {
        text += ", held because the order or notice is secret";
    }
    if obligation.rules.is_empty() {
        text + " because of what no rule answers"
    } else {
        text + " by " + &obligation.rules.join(", ")
    }
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
