//! Lints that compare the rules of one file: duplicates, and rules that never change a decision.

use super::{LintInput, LintedRule};
use crate::base::source::{FileId, Span};
use crate::base::steps;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{self, ActionKind, NormKind, RuleBody};
use crate::syntax::tree::{Act, Expr, ExprKind};
use foldhash::HashMap;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeSet;

pub(super) fn lints(
    input: &LintInput<'_>,
    linted_rules: &[LintedRule<'_>],
    found: &mut Vec<Diagnostic>,
) {
    let rules: Vec<_> =
        linted_rules.iter().filter_map(|each| Comparable::of(input, each)).collect();
    let duplicates = duplicates(&rules, found);
    weaker_rules(&rules, &duplicates, found);
}

/// The texts of a rule, by which it is compared with other rules of its file.
struct Comparable<'a> {
    rule: &'a LintedRule<'a>,
    body: &'a RuleBody,
    file: FileId,
    /// The operands of its condition, if that is an `and`; otherwise the whole condition.
    parts: BTreeSet<Cow<'a, str>>,
    unless: Cow<'a, str>,
    then: Cow<'a, str>,
    /// Its clauses `basis` and `in force`.
    basis: String,
    /// The strictest content outcome that it asks for.
    strictest: Option<u32>,
    /// Whether it asks for content outcomes only, and has no `on unknown`.
    has_only_content: bool,
    /// Whether an exception may lift it.
    may_be_lifted: bool,
    /// Whether one of these outcomes ends.
    has_end: bool,
}

impl<'a> Comparable<'a> {
    fn of(input: &LintInput<'a>, rule: &'a LintedRule<'a>) -> Option<Self> {
        let NormKind::Rule(body) = &rule.norm.kind else { return None };
        let words = |span: Option<Span>| {
            span.map_or(Cow::Borrowed(""), |span| input.words(rule.file, span))
        };
        let mut parts = BTreeSet::new();
        conjuncts(rule.item.when.as_ref()?, &mut |part| {
            parts.insert(input.words(rule.file, part.span));
        });
        let spans = |acts: &[Act]| Some(acts.first()?.span.to(acts.last()?.span));
        let basis = words(rule.item.basis.as_ref().map(|basis| basis.span));
        let in_force = words(rule.item.in_force.as_ref().map(|in_force| in_force.span));
        let level = |act: &program::Act| match input.program.actions.get_index(act.action)?.1.kind {
            ActionKind::Content(level) => Some(level),
            ActionKind::Account(_) | ActionKind::Obligation | ActionKind::Mark(_) => None,
        };
        let outcomes = body.then.iter().filter_map(|act| Some((act, level(act)?)));
        let outcomes: Vec<_> = outcomes.collect();
        Some(Self {
            rule,
            body,
            file: rule.file,
            parts,
            unless: words(rule.item.unless.as_ref().map(|unless| unless.span)),
            then: words(spans(&rule.item.then)),
            basis: format!("{basis}\n{in_force}"),
            strictest: outcomes.iter().map(|(_, level)| *level).max(),
            may_be_lifted: !rule.norm.defeated_by.is_empty()
                || input.referenced_elsewhere.defeated.contains(&rule.norm.id),
            has_end: outcomes.iter().any(|(act, _)| act.keep.is_some() || act.until.is_some()),
            has_only_content: outcomes.len() == body.then.len() && body.on_unknown.is_empty(),
        })
    }

    /// Whether its outcome counts for good whenever its condition is true.
    fn always_counts(&self) -> bool {
        !self.body.shadow && self.unless.is_empty() && !self.may_be_lifted && !self.has_end
    }
}

fn conjuncts<'e>(expr: &'e Expr, each: &mut impl FnMut(&'e Expr)) {
    if let ExprKind::Group(inner) = &expr.kind
        && matches!(inner.kind, ExprKind::And(_))
    {
        conjuncts(inner, each);
    } else if let ExprKind::And(parts) = &expr.kind {
        parts.iter().for_each(|part| conjuncts(part, each));
    } else {
        each(expr);
    }
}

/// Reports duplicate rules and returns their indices. Only the texts of rules are compared, so two rules with the same
/// effect in other words are not duplicates.
fn duplicates(rules: &[Comparable<'_>], found: &mut Vec<Diagnostic>) -> BTreeSet<usize> {
    let mut known = HashMap::default();
    let mut duplicates = BTreeSet::new();
    for each in rules {
        let key = (each.file, &each.parts, &each.unless, &each.then, &each.basis, each.body.shadow);
        let Some(first) = known.get(&key).copied() else {
            known.insert(key, each);
            continue;
        };
        let first: &Comparable<'_> = first;
        duplicates.insert(each.rule.index);
        let message = format!("this rule is the same as `{}`", first.rule.norm.id);
        found.push(
            Diagnostic::new(Code::DuplicateRule, each.rule.norm.at, message)
                .related(first.rule.norm.at, "the same rule")
                .help("delete one of them, or change what should differ"),
        );
    }
    duplicates
}

/// The rules whose outcome always counts, by file, basis and the part of their condition that the fewest rules have. Rules
/// that share a condition differ in their other parts, so few of them are compared.
struct StricterRules<'r, 'a> {
    /// The strictest ones come first.
    by_part: HashMap<(FileId, &'r str, &'r str), Vec<&'r Comparable<'a>>>,
}

impl<'r, 'a> StricterRules<'r, 'a> {
    fn of(rules: &'r [Comparable<'a>], duplicates: &BTreeSet<usize>) -> Self {
        let mut uses: HashMap<(FileId, &str), usize> = HashMap::default();
        for each in rules {
            for part in &each.parts {
                *uses.entry((each.file, part)).or_default() += 1;
            }
        }
        let mut by_part: HashMap<_, Vec<&Comparable<'_>>> = HashMap::default();
        let counts =
            |each: &&Comparable<'_>| each.always_counts() && !duplicates.contains(&each.rule.index);
        for each in rules.iter().filter(counts) {
            let rarest = each.parts.iter().min_by_key(|part| uses.get(&(each.file, &***part)));
            if let Some(part) = rarest {
                by_part.entry((each.file, &*each.basis, &**part)).or_default().push(each);
            }
        }
        by_part.values_mut().for_each(|some| some.sort_by_key(|each| Reverse(each.strictest)));
        Self { by_part }
    }

    /// A rule that fires whenever `weak` does, and asks for at least this level.
    fn than(&self, weak: &Comparable<'_>, level: u32) -> Option<&'r Comparable<'a>> {
        let parts = weak.parts.iter();
        let some = parts.filter_map(|part| self.by_part.get(&(weak.file, &*weak.basis, &**part)));
        let is_as_strict = |other: &&&Comparable<'_>| {
            steps::spend(|| 1);
            other.strictest.is_some_and(|other| other >= level)
        };
        let is_stricter = |other: &&&Comparable<'_>| {
            other.rule.index != weak.rule.index && other.parts.is_subset(&weak.parts)
        };
        some.flat_map(|some| some.iter().take_while(is_as_strict)).find(is_stricter).copied()
    }
}

/// Reports rules whose outcome never counts, because a stricter rule fires whenever they do.
fn weaker_rules(
    rules: &[Comparable<'_>],
    duplicates: &BTreeSet<usize>,
    found: &mut Vec<Diagnostic>,
) {
    let stricter = StricterRules::of(rules, duplicates);
    for weak in rules.iter().filter(|each| !duplicates.contains(&each.rule.index)) {
        let changes_only_content = weak.has_only_content && !weak.body.shadow && !weak.has_end;
        let Some(level) = weak.strictest.filter(|_| changes_only_content) else { continue };
        if let Some(other) = stricter.than(weak, level) {
            let message = format!(
                "this rule never changes a decision: whenever it fires, `{}` asks for at least as much",
                other.rule.norm.id
            );
            found.push(
                Diagnostic::new(Code::OutdoneRule, weak.rule.norm.at, message)
                    .related(other.rule.norm.at, "the stricter rule")
                    .help("delete this rule, or make the condition of the stricter rule narrower"),
            );
        }
    }
}
