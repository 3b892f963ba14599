//! Compares the expectations of tests with decisions: whether a decision meets an expectation, and which expectations
//! describe a decision. Writes expectations as tests have them.

use super::history::Counts;
use crate::base::escape::quoted;
use crate::base::shared::Text;
use crate::base::time::Instant;
use crate::decision::force::{citation, ground_id};
use crate::decision::{Citation, Decision, Marking, NOTHING, Shadow, ShadowState};
use crate::program::outcome::Evidence;
use crate::program::{
    ActionKind, AskedCount, ExpectationKind, ExpectedDue, Ground, Program, Takes, Test,
};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Writes names for a file: names of the file without it, all others in full.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) program: &'a Program,
    /// The file; empty if all names are written in full.
    pub(super) file: &'a str,
}

/// What a test finds.
#[derive(Clone, Copy)]
pub(super) struct Found<'d> {
    pub(super) decision: &'d Decision,
    /// The counts that the test expects, as they are.
    pub(super) counts: &'d Counts,
}

impl Found<'_> {
    fn count(self, of: &AskedCount) -> Option<u64> {
        self.counts.iter().find(|(asked, _)| asked == of).and_then(|(_, count)| *count)
    }
}

/// Whether a decision meets an expectation of a test. An undecided rule meets neither `not RULE` nor `nothing`: a test that
/// expects this says `undetermined RULE` or `incomplete`.
pub(super) fn is_met(
    program: &Program,
    test: &Test,
    expected: &ExpectationKind,
    found: Found<'_>,
) -> bool {
    let decision = found.decision;
    let state = |norm: usize| state(decision, id(program, norm));
    match expected {
        ExpectationKind::NoOutcome => decision.outcome == NOTHING,
        ExpectationKind::Nothing => {
            asks_for_nothing(decision) && (decision.complete || expects_gaps_in_knowledge(test))
        }
        ExpectationKind::Complete(is_complete) => decision.complete == *is_complete,
        ExpectationKind::Unanswered { is_expected, from } => {
            let mut unanswered = decision.unanswered.iter();
            let is_meant = |sender: &Text| from.as_ref().is_none_or(|from| sender == from);
            *is_expected == unanswered.any(|one| is_meant(&one.from))
        }
        ExpectationKind::Count { of, equals } => equals.is_some() && found.count(of) == *equals,
        ExpectationKind::Marks { is_expected, mark, until } => {
            let id = program.marks.get(*mark).map(|mark| mark.id.as_str());
            let is_meant = |one: &&Marking| {
                Some(&*one.mark) == id
                    && !one.cleared
                    && until.is_none_or(|until| one.until == Some(until))
            };
            *is_expected == decision.marks.iter().any(|one| is_meant(&one))
        }
        ExpectationKind::Not(norm) => matches!(state(*norm), None | Some(ShadowState::Defeated)),
        ExpectationKind::Fires(norm) => state(*norm) == Some(ShadowState::Fires),
        ExpectationKind::Undetermined(norm) => state(*norm) == Some(ShadowState::Undetermined),
        ExpectationKind::Gap { is_expected, rule } => {
            *is_expected == decision.gaps.iter().any(|gap| gap.rule == id(program, *rule))
        }
        ExpectationKind::Defeated { rule, by } => {
            lifted_by(decision, id(program, *rule)).contains(&id(program, *by))
        }
        ExpectationKind::Evidence { by, .. } => {
            evidence(program, decision, *by).iter().any(|found| covers(expected, found))
        }
        ExpectationKind::Cites { is_expected, ground, by } => {
            let cited = citation(program, *ground);
            let by = by.map(|by| id(program, by));
            let mut found = citations(decision).filter(|(norm, _)| by.is_none_or(|by| by == *norm));
            *is_expected
                == found.any(|(_, basis)| cited.as_ref().is_some_and(|cited| basis.contains(cited)))
        }
        ExpectationKind::Act { .. } => {
            acts(program, decision).iter().any(|found| covers(expected, found))
        }
    }
}

/// Whether a decision has neither outcomes nor obligations.
pub(super) fn asks_for_nothing(decision: &Decision) -> bool {
    decision.outcomes.is_empty() && decision.obligations.is_empty()
}

/// Whether a test says that something cannot be decided.
fn expects_gaps_in_knowledge(test: &Test) -> bool {
    let says_so = |kind: &ExpectationKind| {
        matches!(kind, ExpectationKind::Complete(false) | ExpectationKind::Undetermined(_))
    };
    test.expect.iter().any(|each| says_so(&each.kind))
}

/// Everything that a decision does, as expectations.
pub(super) fn describe(program: &Program, decision: &Decision) -> Vec<ExpectationKind> {
    let mut all = acts(program, decision);
    let content = |kind: &ExpectationKind| matches!(level(program, kind), Some(Level::Content));
    if all.is_empty() {
        all.push(ExpectationKind::Nothing);
    } else if !all.iter().any(content) {
        all.insert(0, ExpectationKind::NoOutcome);
    }
    let index = |id: &str| program.norm_index(id);
    // Rules that fired, but whose outcomes are less strict than those of other rules.
    let fired = decision.matched.iter().filter_map(|each| index(&each.rule));
    let overruled = fired.filter(|rule| !all.iter().any(|kind| subject(kind) == Some(*rule)));
    let overruled: Vec<_> = overruled.map(ExpectationKind::Fires).collect();
    all.extend(overruled);
    for each in &decision.defeated {
        let Some(rule) = index(&each.rule) else { continue };
        let exceptions = each.by.iter().filter_map(|by| index(&by.exception));
        all.extend(exceptions.map(|by| ExpectationKind::Defeated { rule, by }));
    }
    let undetermined = decision.undetermined.iter().filter_map(|each| index(&each.rule));
    all.extend(undetermined.map(ExpectationKind::Undetermined));
    let shadow = decision.shadow.iter().filter_map(|each| index(&each.rule));
    all.extend(shadow.filter_map(|rule| rule_state(program, decision, rule)));
    all.extend(unanswered(decision));
    all.extend(marked(program, decision));
    let gaps = decision.gaps.iter().filter_map(|each| index(&each.rule));
    all.extend(gaps.map(|rule| ExpectationKind::Gap { is_expected: true, rule }));
    if !decision.complete && decision.undetermined.is_empty() {
        all.push(ExpectationKind::Complete(false));
    }
    all
}

/// What a test could expect instead of an expectation that is not met.
pub(super) fn alternatives(
    program: &Program,
    expected: &ExpectationKind,
    found: Found<'_>,
) -> Vec<ExpectationKind> {
    let decision = found.decision;
    let of_rule = |norm: usize| -> Vec<ExpectationKind> {
        rule_state(program, decision, norm).into_iter().collect()
    };
    match expected {
        ExpectationKind::Nothing => describe(program, decision),
        ExpectationKind::Complete(is_complete) => vec![ExpectationKind::Complete(!is_complete)],
        ExpectationKind::Count { of, .. } => {
            vec![ExpectationKind::Count { of: of.clone(), equals: found.count(of) }]
        }
        ExpectationKind::Marks { mark, .. } => {
            let is_same = |kind: &ExpectationKind| matches!(kind, ExpectationKind::Marks { mark: other, .. } if other == mark);
            let mut found: Vec<_> = marked(program, decision).into_iter().filter(is_same).collect();
            if found.is_empty() {
                found.push(ExpectationKind::Marks { is_expected: false, mark: *mark, until: None });
            }
            found
        }
        ExpectationKind::Unanswered { is_expected: false, from } => {
            vec![ExpectationKind::Unanswered { is_expected: true, from: from.clone() }]
        }
        ExpectationKind::Unanswered { is_expected: true, .. } => {
            let found = unanswered(decision);
            if found.is_empty() {
                vec![ExpectationKind::Unanswered { is_expected: false, from: None }]
            } else {
                found
            }
        }
        ExpectationKind::Not(norm)
        | ExpectationKind::Fires(norm)
        | ExpectationKind::Undetermined(norm)
        | ExpectationKind::Gap { rule: norm, .. }
        | ExpectationKind::Defeated { rule: norm, .. } => of_rule(*norm),
        ExpectationKind::Evidence { by, .. } => {
            let found = evidence(program, decision, *by);
            if found.is_empty() { by.map(of_rule).unwrap_or_default() } else { found }
        }
        ExpectationKind::Cites { by, .. } => {
            let grounds = cited_grounds(program, decision, *by);
            if grounds.is_empty() { by.map(of_rule).unwrap_or_default() } else { grounds }
        }
        ExpectationKind::NoOutcome => outcomes(program, decision, Level::Content),
        ExpectationKind::Act { by, is_overruled, .. } => {
            let fits = |kind: &ExpectationKind| {
                same_act(kind, expected) && (*is_overruled || counts(kind))
            };
            let mut found: Vec<_> = acts(program, decision).into_iter().filter(fits).collect();
            if let (true, Some(level)) = (found.is_empty(), level(program, expected)) {
                found = outcomes(program, decision, level);
            }
            if found.is_empty() { by.map(of_rule).unwrap_or_default() } else { found }
        }
    }
}

/// The marks that rules set.
fn marked(program: &Program, decision: &Decision) -> Vec<ExpectationKind> {
    let set = decision.marks.iter().filter(|one| !one.cleared);
    let expected = |one: &Marking| {
        let mark = program.marks.iter().position(|mark| mark.id == *one.mark)?;
        Some(ExpectationKind::Marks { is_expected: true, mark, until: one.until })
    };
    set.filter_map(expected).collect()
}

/// The orders and notices that no rule answers, once for each authority or kind.
fn unanswered(decision: &Decision) -> Vec<ExpectationKind> {
    let from: BTreeSet<&Text> = decision.unanswered.iter().map(|one| &one.from).collect();
    let expected = |from: &Text| ExpectationKind::Unanswered {
        is_expected: true,
        from: Some(from.to_string()),
    };
    from.into_iter().map(expected).collect()
}

/// The strictest outcomes of one level, once for each rule that asks for them. If there is no content outcome, `none`.
fn outcomes(program: &Program, decision: &Decision, wanted: Level) -> Vec<ExpectationKind> {
    let is_wanted = |kind: &ExpectationKind| level(program, kind) == Some(wanted) && counts(kind);
    let mut found: Vec<_> = acts(program, decision).into_iter().filter(is_wanted).collect();
    if found.is_empty() && wanted == Level::Content {
        found.push(ExpectationKind::NoOutcome);
    }
    found
}

/// Whether it is an act that no stricter one overrules. A test cannot expect an overruled one alone.
fn counts(kind: &ExpectationKind) -> bool {
    matches!(kind, ExpectationKind::Act { is_overruled: false, .. })
}

/// How a rule came out, as an expectation.
fn rule_state(program: &Program, decision: &Decision, norm: usize) -> Option<ExpectationKind> {
    let rule = id(program, norm);
    let in_shadow = decision.shadow.iter().any(|each| each.rule == rule);
    if decision.gaps.iter().any(|gap| gap.rule == rule) {
        return Some(ExpectationKind::Gap { is_expected: true, rule: norm });
    }
    Some(match state(decision, rule) {
        None => ExpectationKind::Not(norm),
        Some(ShadowState::Undetermined) => ExpectationKind::Undetermined(norm),
        Some(ShadowState::Defeated) => ExpectationKind::Defeated {
            rule: norm,
            by: program.norm_index(lifted_by(decision, rule).first()?)?,
        },
        Some(ShadowState::Fires) if in_shadow => ExpectationKind::Fires(norm),
        Some(ShadowState::Fires) => {
            let is_its = |kind: &ExpectationKind| matches!(kind, ExpectationKind::Act { by, .. } if *by == Some(norm));
            let act = acts(program, decision).into_iter().filter(counts).find(is_its);
            act.unwrap_or(ExpectationKind::Fires(norm))
        }
    })
}

/// The outcomes and obligations of a decision, once for each rule that asks for them.
fn acts(program: &Program, decision: &Decision) -> Vec<ExpectationKind> {
    let mut all = vec![];
    for each in &decision.outcomes {
        let Some(action) = program.actions.get_index_of(each.action.as_str()) else { continue };
        for by in each.rules.iter().filter_map(|rule| program.norm_index(rule)) {
            all.extend(each_due(dues(each.due, &each.words), |due| ExpectationKind::Act {
                action,
                to: each.target.as_ref().map(Text::to_string),
                due,
                until: each.until,
                by: Some(by),
                is_overruled: !decision.is_strictest(each),
            }));
        }
    }
    for each in &decision.obligations {
        let Some(action) = program.actions.get_index_of(each.action.as_str()) else { continue };
        let mut rules: Vec<_> = each
            .rules
            .iter()
            .map(|rule| program.norm_index(rule))
            .filter(Option::is_some)
            .collect();
        if rules.is_empty() {
            // An order or notice that no rule answers asks for it.
            rules.push(None);
        }
        for by in rules {
            all.extend(each_due(dues(each.due, &each.words), |due| ExpectationKind::Act {
                action,
                to: each.to.as_ref().map(Text::to_string),
                due,
                until: each.until,
                by,
                is_overruled: false,
            }));
        }
    }
    all
}

fn dues(due: Option<Instant>, words: &[Text]) -> Vec<ExpectedDue> {
    let words = words.iter().map(|words| ExpectedDue::Words(words.to_string()));
    due.map(ExpectedDue::At).into_iter().chain(words).collect()
}

/// An expectation for each time limit, or a single one without a limit.
fn each_due(
    dues: Vec<ExpectedDue>,
    act: impl Fn(Option<ExpectedDue>) -> ExpectationKind,
) -> Vec<ExpectationKind> {
    if dues.is_empty() {
        vec![act(None)]
    } else {
        dues.into_iter().map(|due| act(Some(due))).collect()
    }
}

/// The words that all rules, or one rule, rest on.
fn evidence(program: &Program, decision: &Decision, by: Option<usize>) -> Vec<ExpectationKind> {
    let matched = decision.matched.iter().map(|each| (&each.rule, &each.evidence));
    let shadow = decision.shadow.iter().map(|each| (&each.rule, &each.evidence));
    let rules = matched.chain(shadow).map(|(rule, evidence)| (program.norm_index(rule), evidence));
    let wanted = rules.filter(|(rule, _)| by.is_none() || by == *rule);
    let expectations = |(rule, evidence): (Option<usize>, &Vec<Evidence>)| {
        let expectation = |piece: &Evidence| ExpectationKind::Evidence {
            words: piece.text.to_string(),
            part: Some(piece.part.to_string()),
            by: rule,
        };
        evidence.iter().map(expectation).collect::<Vec<_>>()
    };
    wanted.flat_map(expectations).collect()
}

/// The rules that fired and the exceptions that lifted rules, with the citations of each.
fn citations(decision: &Decision) -> impl Iterator<Item = (&str, &[Citation])> {
    let lifted = decision.defeated.iter().flat_map(|each| &each.by);
    let lifted = lifted.chain(decision.shadow.iter().flat_map(|each| &each.defeated_by));
    let matched = decision.matched.iter().map(|each| (each.rule.as_str(), each.basis.as_slice()));
    let fires = |each: &&Shadow| each.state == ShadowState::Fires;
    let shadow = decision.shadow.iter().filter(fires);
    matched
        .chain(shadow.map(|each| (each.rule.as_str(), each.basis.as_slice())))
        .chain(lifted.map(|each| (each.exception.as_str(), each.basis.as_slice())))
}

/// The grounds that the rules that fired and the exceptions that lifted rules cite, or only those of the norm `by`.
fn cited_grounds(
    program: &Program,
    decision: &Decision,
    by: Option<usize>,
) -> Vec<ExpectationKind> {
    let mut found = vec![];
    for (id, basis) in citations(decision) {
        let Some(index) = program.norm_index(id).filter(|index| by.is_none_or(|by| by == *index))
        else {
            continue;
        };
        let grounds = program.norms.get(index).map_or(&[][..], |norm| &norm.basis.grounds);
        let is_cited = |ground: &Ground| {
            citation(program, *ground).is_some_and(|citation| basis.contains(&citation))
        };
        let grounds = grounds.iter().copied().filter(is_cited);
        let by = Some(index);
        found.extend(grounds.map(|ground| ExpectationKind::Cites {
            is_expected: true,
            ground,
            by,
        }));
    }
    found
}

/// Whether the expectation `found` meets the expectation `expected`. Parts that `expected` leaves out may be anything.
pub(super) fn covers(expected: &ExpectationKind, found: &ExpectationKind) -> bool {
    fn fits<T: PartialEq>(expected: &Option<T>, found: &Option<T>) -> bool {
        expected.is_none() || expected == found
    }
    match (expected, found) {
        (
            ExpectationKind::Act { action, to, due, until, by, is_overruled },
            ExpectationKind::Act { action: a, to: t, due: d, until: u, by: b, is_overruled: o },
        ) => {
            let due = match due {
                Some(ExpectedDue::Unknown) => d.is_none(),
                due => fits(due, d),
            };
            let is_strict_enough = *is_overruled || !o;
            is_strict_enough && action == a && fits(to, t) && due && fits(until, u) && fits(by, b)
        }
        (
            ExpectationKind::Evidence { words, part, by },
            ExpectationKind::Evidence { words: w, part: p, by: b },
        ) => words == w && fits(part, p) && fits(by, b),
        (
            ExpectationKind::Cites { is_expected, ground, by },
            ExpectationKind::Cites { is_expected: expected, ground: g, by: b },
        ) => is_expected == expected && ground == g && fits(by, b),
        (
            ExpectationKind::Marks { is_expected, mark, until },
            ExpectationKind::Marks { is_expected: expected, mark: m, until: u },
        ) => is_expected == expected && mark == m && fits(until, u),
        (ExpectationKind::NoOutcome, ExpectationKind::Nothing) => true,
        (
            ExpectationKind::Act { .. }
            | ExpectationKind::Evidence { .. }
            | ExpectationKind::Cites { .. }
            | ExpectationKind::Marks { .. },
            _,
        ) => false,
        (
            ExpectationKind::NoOutcome
            | ExpectationKind::Nothing
            | ExpectationKind::Complete(_)
            | ExpectationKind::Unanswered { .. }
            | ExpectationKind::Count { .. }
            | ExpectationKind::Not(_)
            | ExpectationKind::Fires(_)
            | ExpectationKind::Undetermined(_)
            | ExpectationKind::Gap { .. }
            | ExpectationKind::Defeated { .. },
            _,
        ) => expected == found,
    }
}

/// Whether two expectations are about the same action, whatever its target and rule.
fn same_act(one: &ExpectationKind, other: &ExpectationKind) -> bool {
    let ExpectationKind::Act { action: one, .. } = one else { return false };
    matches!(other, ExpectationKind::Act { action: other, .. } if one == other)
}

/// The kinds of outcomes, without their strictness.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Content,
    Account,
}

/// The kind of the outcome that is expected; `None` if none is.
fn level(program: &Program, kind: &ExpectationKind) -> Option<Level> {
    let ExpectationKind::Act { action, .. } = kind else { return None };
    match program.actions.get_index(*action)?.1.kind {
        ActionKind::Content(_) => Some(Level::Content),
        ActionKind::Account(_) => Some(Level::Account),
        ActionKind::Obligation | ActionKind::Mark(_) => None,
    }
}

/// How a rule came out, in shadow or not; `None` if its condition is false.
pub(super) fn state(decision: &Decision, rule: &str) -> Option<ShadowState> {
    if decision.matched.iter().any(|each| each.rule == rule) {
        Some(ShadowState::Fires)
    } else if decision.undetermined.iter().any(|each| each.rule == rule) {
        Some(ShadowState::Undetermined)
    } else if decision.defeated.iter().any(|each| each.rule == rule) {
        Some(ShadowState::Defeated)
    } else {
        decision.shadow.iter().find(|each| each.rule == rule).map(|each| each.state)
    }
}

/// The ids of the exceptions that lift a rule.
pub(super) fn lifted_by<'a>(decision: &'a Decision, rule: &str) -> Vec<&'a str> {
    let defeated = decision.defeated.iter().filter(|each| each.rule == rule);
    let shadow = decision.shadow.iter().filter(|each| each.rule == rule);
    let exceptions = defeated.flat_map(|each| &each.by);
    let exceptions = exceptions.chain(shadow.flat_map(|each| &each.defeated_by));
    exceptions.map(|each| each.exception.as_str()).collect()
}

/// The rule that an expectation is about, if it is about one.
pub(super) fn subject(expected: &ExpectationKind) -> Option<usize> {
    match expected {
        ExpectationKind::NoOutcome
        | ExpectationKind::Nothing
        | ExpectationKind::Unanswered { .. }
        | ExpectationKind::Count { .. }
        | ExpectationKind::Marks { .. }
        | ExpectationKind::Complete(_) => None,
        ExpectationKind::Act { by, .. }
        | ExpectationKind::Evidence { by, .. }
        | ExpectationKind::Cites { by, .. } => *by,
        ExpectationKind::Not(norm)
        | ExpectationKind::Fires(norm)
        | ExpectationKind::Undetermined(norm)
        | ExpectationKind::Gap { rule: norm, .. }
        | ExpectationKind::Defeated { rule: norm, .. } => Some(*norm),
    }
}

pub(super) fn id(program: &Program, norm: usize) -> &str {
    program.norms.get(norm).map_or("", |norm| norm.id.as_str())
}

impl Names<'_> {
    /// An expectation as it is written.
    pub(super) fn wording(self, expected: &ExpectationKind) -> String {
        let rule = |norm: &usize| self.name(id(self.program, *norm)).to_owned();
        let by = |by: &Option<usize>| by.map_or(String::new(), |by| format!(" by {}", rule(&by)));
        let not = |is_expected: &bool| if *is_expected { "" } else { "not " };
        match expected {
            ExpectationKind::NoOutcome => NOTHING.into(),
            ExpectationKind::Nothing => "nothing".into(),
            ExpectationKind::Unanswered { is_expected, from } => {
                let from =
                    from.as_ref().map_or(String::new(), |from| format!(" from {}", quoted(from)));
                format!("{}unanswered{from}", not(is_expected))
            }
            ExpectationKind::Count { of: AskedCount { is_delta, written, .. }, equals } => {
                match (is_delta, equals) {
                    (false, Some(equals)) => format!("{written} == {equals}"),
                    (false, None) => format!("{written} is not known exactly"),
                    (true, Some(equals)) => format!("delta {written} == {equals}"),
                    (true, None) => format!("delta {written} is a maybe"),
                }
            }
            ExpectationKind::Marks { is_expected, mark, until } => {
                let mark = self.program.marks.get(*mark).map_or("", |mark| mark.id.as_str());
                let until = until.map_or(String::new(), |until| format!(" until {until}"));
                format!("{}marks {}{until}", not(is_expected), self.name(mark))
            }
            ExpectationKind::Complete(true) => "complete".into(),
            ExpectationKind::Complete(false) => "incomplete".into(),
            ExpectationKind::Not(norm) => format!("not {}", rule(norm)),
            ExpectationKind::Fires(norm) => format!("fires {}", rule(norm)),
            ExpectationKind::Undetermined(norm) => format!("undetermined {}", rule(norm)),
            ExpectationKind::Gap { is_expected, rule: norm } => {
                format!("{}gap {}", not(is_expected), rule(norm))
            }
            ExpectationKind::Defeated { rule: lifted, by } => {
                format!("defeated {} by {}", rule(lifted), rule(by))
            }
            ExpectationKind::Evidence { words, part, by: rule } => {
                let part =
                    part.as_ref().map_or(String::new(), |part| format!(" in {}", quoted(part)));
                format!("evidence {}{part}{}", quoted(words), by(rule))
            }
            ExpectationKind::Cites { is_expected, ground, by: norm } => {
                let ground = ground_id(self.program, *ground).unwrap_or_default();
                let ground = self.name_in_file(ground).unwrap_or(ground);
                format!("{}cites {ground}{}", not(is_expected), by(norm))
            }
            ExpectationKind::Act { action, to, due, until, by: rule, is_overruled: _ } => {
                let (name, takes) = self
                    .program
                    .actions
                    .get_index(*action)
                    .map_or(("", None), |(name, action)| (name.as_str(), Some(&action.to)));
                let to = to.as_ref().map_or(String::new(), |to| match takes {
                    Some(Takes::Account(_)) => format!(" {to}"),
                    _ => format!(" to {}", self.target(takes, to)),
                });
                let due = due.as_ref().map_or(String::new(), |due| match due {
                    ExpectedDue::At(at) => format!(" due {at}"),
                    ExpectedDue::Words(words) => format!(" due {}", quoted(words)),
                    ExpectedDue::Unknown => " due unknown".to_owned(),
                });
                let until = until.map_or(String::new(), |until| format!(" until {until}"));
                format!("{name}{to}{due}{until}{}", by(rule))
            }
        }
    }

    /// The target of an act as it is written: offices by name, texts in quotes.
    fn target<'t>(self, takes: Option<&Takes>, to: &'t str) -> Cow<'t, str> {
        match takes {
            Some(Takes::Text) => quoted(to).into(),
            Some(Takes::Office | Takes::Mark) => self.name(to).into(),
            Some(Takes::OneOf(_) | Takes::Account(_) | Takes::Nothing) | None => to.into(),
        }
    }

    fn name(self, id: &str) -> &str {
        self.name_in_file(id).filter(|name| !name.contains('.')).unwrap_or(id)
    }

    /// An id without the file, if it begins with the file.
    fn name_in_file(self, id: &str) -> Option<&str> {
        let name = id.strip_prefix(self.file)?.strip_prefix('.')?;
        (!self.file.is_empty()).then_some(name)
    }
}
