//! The digest of what a counter means. If it changes, the counter begins anew, so neither the layout of a file nor a
//! comment nor a longer list changes it.

use super::Checker;
use crate::base::digest::Parts;
use crate::base::source::{Location, Span};
use crate::base::time::Instant;
use crate::program::{Expr, ExprKind};
use crate::state::Policy;
use crate::syntax::tree;
use crate::syntax::{Class, highlight};
use std::collections::BTreeMap;

/// The checked parts of a counter that its meaning depends on.
pub(super) struct Meant<'e> {
    pub(super) since: Instant,
    pub(super) expressions: Vec<&'e Expr>,
    /// The rules that it counts, by index.
    pub(super) rules: &'e [usize],
    pub(super) policy: Policy,
}

impl Checker<'_> {
    /// The digest of a counter of the current file.
    pub(super) fn meaning(&self, counter: &tree::Counter, meant: &Meant<'_>) -> String {
        let mut parts = Parts::new("lexloci.counter", b"1");
        let mut add = |tag: &str, expr: &tree::Expr| {
            parts.add(tag, self.words_of(self.at(expr.span)).as_bytes());
        };
        if let Some(per) = &counter.per {
            if let Some((_, list)) = &per.each {
                add("each", list);
            }
            per.values.iter().for_each(|value| add("per", value));
        }
        counter.when.iter().for_each(|when| add("when", when));
        counter.distinct.iter().for_each(|value| add("distinct", value));
        counter.adds.iter().for_each(|weight| add("adds", weight));
        if let Some((name, _)) = counter.per.as_ref().and_then(|per| per.each.as_ref()) {
            parts.add("element", name.text.as_bytes());
        }
        parts.add("since", &meant.since.unix_nanos().to_le_bytes());
        // Bare days in the conditions begin at midnight of this zone.
        parts.add("zone", self.zone().name().as_bytes());
        for rule in meant.rules {
            let id = self.names.norms.get(*rule).map_or("", |norm| &norm.id);
            parts.add("rule", id.as_bytes());
        }
        if meant.policy == Policy::OnceUpheld {
            parts.add("upheld", b"");
        }
        for (id, words) in self.called(&meant.expressions) {
            parts.add("define", id.as_bytes());
            parts.add("body", words.as_bytes());
        }
        parts.finish()
    }

    /// The definitions that some expressions call, each with its parameters and its body, by id.
    fn called(&self, expressions: &[&Expr]) -> BTreeMap<&str, String> {
        let parts = expressions.iter().flat_map(|expr| self.program.parts_of(expr));
        let defines = parts.filter_map(|part| {
            if let ExprKind::Defined { define, .. } = part.kind { Some(define) } else { None }
        });
        let written = defines.filter_map(|index| {
            let (declared, define) =
                (self.names.defines.get(index)?, self.program.defines.get(index)?);
            let (name, body) = (declared.item.name.span, declared.item.body.span);
            let span = Span { start: name.end, end: body.end };
            let at = Location { file: self.files.get(declared.file).id, span };
            Some((define.id.as_str(), self.words_of(at)))
        });
        written.collect()
    }

    /// A piece of a rule file without comments, optional commas, and blanks that mean nothing.
    fn words_of(&self, at: Location) -> String {
        let text = self.sources.slice(at);
        let mut words = String::with_capacity(text.len());
        for (range, class) in highlight(text) {
            let word = text.get(range).unwrap_or_default();
            if class == Class::Comment {
                continue;
            }
            if word.starts_with([')', ']']) && words.ends_with(',') {
                words.pop();
            }
            let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '"';
            if words.ends_with(is_word) && word.starts_with(is_word) {
                words.push(' ');
            }
            words.push_str(word);
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use crate::interpret::testing::compiled;

    const RULES: &str = "\
rule offer \"O\" { basis p  when text mentions \"income\"  then label }
define is_loan(x: text) = x contains \"loan\"
terms words { en: \"credit\" }
counter loans { per author.key, chat.id  over 30 days  since 2026-12-01  when is_loan(text) and text mentions words  counts rules offer }
counter posts { per author.key  over 30 days  since 2026-12-01  when text mentions \"loan\" }
rule many \"M\" { basis p  when loans reaches 3 or loans reaches 2 or posts >= 9  then review }
";

    /// The meanings of both counters, after a change of the text.
    fn meanings(from: &str, to: &str) -> [String; 2] {
        assert!(RULES.contains(from), "{from}");
        let source = format!(
            "jurisdiction WORLD {{ zone \"UTC\" }}\npolicy p \"P\" {{ in force from 2026-01-01 }}\n{}",
            RULES.replacen(from, to, 1)
        );
        let (program, _) = compiled(&[("world.loci", source.as_str())]);
        let meaning = |id: &str| {
            let counter = program.counters.iter().find(|counter| counter.id == *id).unwrap();
            counter.meaning.to_string()
        };
        [meaning("world.loans"), meaning("world.posts")]
    }

    #[test]
    fn a_counter_begins_anew_when_what_it_counts_changes() {
        let before = meanings("", "");
        assert_ne!(before[0], before[1]);
        for (from, to) in [
            ("per author.key, chat.id", "per author.key,  # whose\n  chat.id"),
            ("over 30 days", "over 60 days"),
            ("en: \"credit\"", "en: \"credit\", \"mortgage\""),
            ("counts rules offer }", "lateness 2 hours  counts rules offer }"),
            ("when text mentions \"income\"", "when text mentions \"gain\""),
            ("is_loan(text) and", "is_loan(text,) and"),
            ("x contains \"loan\"", "x  contains  \"loan\"  # a loan"),
        ] {
            assert_eq!(meanings(from, to), before, "{from}: {to}");
        }
        for (from, to) in [
            ("per author.key, chat.id", "per chat.id, author.key"),
            ("since 2026-12-01  when is", "since 2026-12-02  when is"),
            ("is_loan(text) and", "not is_loan(text) and"),
            ("x contains \"loan\"", "x contains \"Loan\""),
            ("counts rules offer }", "counts rules offer upheld }"),
            ("counts rules offer }", "distinct chat.id  counts rules offer }"),
            ("counts rules offer }", "adds 2  counts rules offer }"),
        ] {
            let after = meanings(from, to);
            assert_ne!(after[0], before[0], "{from}: {to}");
            assert_eq!(after[1], before[1], "{from}: {to}");
        }
    }

    #[test]
    fn thresholds_and_copies_follow_from_all_rules() {
        let source = format!(
            "jurisdiction WORLD {{ zone \"UTC\" }}\npolicy p \"P\" {{ in force from 2026-01-01 }}\n{}",
            RULES.replace("rule offer \"O\" { basis p", "rule offer \"O\" { basis p  mode shadow")
        );
        let (program, _) = compiled(&[("world.loci", source.as_str())]);
        let [loans, posts] = &*program.counters else { panic!() };
        assert_eq!((&*loans.thresholds, loans.has_shadow), (&[2, 3][..], true));
        assert_eq!((&*posts.thresholds, posts.has_shadow), (&[][..], false));
    }
}
