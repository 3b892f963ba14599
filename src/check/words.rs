//! Lowers terms, inline patterns and regexes.

use super::Checker;
use super::names::{Declared, Entity};
use crate::base::source::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Pattern, PatternName, PatternRef, Sought};
use crate::syntax::tree::{self, PatternOperand};
use crate::text::{
    FaultKind, ForeignSign, Listed, Matcher, PatternFault, PhraseSource, Regex, foreign_sign,
    regex_advice, without_doubled_backslashes,
};
use std::ops::Range;

/// Why no field stands where words are looked for.
const ONLY_WORDS: &str = "only terms and phrases can be looked for as words";

/// A phrase and its language, if it has one.
type Tagged<'a> = (Option<&'a str>, &'a tree::Phrase);

impl Checker<'_> {
    /// Lowers all terms, named regexes and sets. Terms are the first patterns of the program; inline patterns follow.
    pub(super) fn lower_words_and_sets(&mut self) {
        let names = self.names;
        self.program.patterns = self.lower_all(&names.terms, Self::terms);
        self.program.named_regexes = self.lower_all(&names.regexes, Self::named_regex);
        self.program.sets = self.lower_all(&names.sets, Self::set);
        self.program.registers = self.registers();
    }

    fn terms(&mut self, declared: &Declared<'_, tree::Terms>) -> Pattern {
        let Declared { file, item: terms } = *declared;
        self.file = file;
        let mut phrases = vec![];
        for group in &terms.groups {
            let language = Some(group.language.text.as_str());
            phrases.extend(group.phrases.iter().map(|phrase| (language, phrase)));
            self.check_language(&group.language);
        }
        let matcher = self.matcher(&phrases);
        if phrases.is_empty() {
            let help = "write at least one phrase: `en: \"passive income\"`";
            let message = format!("`{}` has no phrases", terms.name.text);
            self.report(Code::BadPattern, terms.name.span, message, help);
        }
        Pattern { name: PatternName::Terms(self.id(&terms.name)), matcher }
    }

    fn matcher(&mut self, phrases: &[Tagged<'_>]) -> Matcher {
        let sources: Vec<_> = phrases
            .iter()
            .map(|&(language, phrase)| PhraseSource {
                language,
                modifier: phrase.modifier,
                pieces: phrase.pieces.iter().map(|piece| piece.raw.as_str()).collect(),
                gaps: phrase.gaps.clone(),
            })
            .collect();
        let (matcher, mut faults) = Matcher::compile(&sources);
        faults.extend(matcher.lints());
        for (at, (language, phrase)) in phrases.iter().enumerate() {
            // What a fault says about a phrase comes first.
            if !faults.iter().any(|fault| fault.phrase == at) {
                let listed = if language.is_some() { Listed::InTerms } else { Listed::Alone };
                phrase.pieces.iter().for_each(|piece| self.warn_foreign_sign(piece, listed));
            }
        }
        for fault in faults {
            let first = matcher.first_listed(fault.phrase);
            let first = first.and_then(|first| phrases.get(first)).map(|(_, first)| first.span);
            self.report_pattern_fault(phrases, &fault, first);
        }
        matcher
    }

    fn warn_foreign_sign(&mut self, piece: &tree::Text, listed: Listed) {
        let Some(ForeignSign { bytes, message, help, meant }) = foreign_sign(&piece.raw, listed)
        else {
            return;
        };
        let warning =
            Diagnostic::new(Code::ForeignSign, self.at(piece.span_of(&bytes)), message).help(help);
        self.found.push(match meant {
            Some((bytes, text)) => warning.fix(self.at(piece.span_of(&bytes)), text, false),
            None => warning,
        });
    }

    /// Reports a fault of a phrase. `first` marks the earlier phrase that it repeats.
    fn report_pattern_fault(
        &mut self,
        phrases: &[Tagged<'_>],
        fault: &PatternFault,
        first: Option<Span>,
    ) {
        let piece =
            phrases.get(fault.phrase).and_then(|(_, phrase)| phrase.pieces.get(fault.piece));
        let Some(piece) = piece else { return };
        let span = if fault.bytes.is_empty() { piece.span } else { piece.span_of(&fault.bytes) };
        let (code, help) = match fault.kind {
            FaultKind::Wrong => (Code::BadPattern, help_for_sign(&piece.raw, &fault.bytes)),
            FaultKind::LooseTooShort => {
                (Code::BadPattern, "write a longer phrase, or delete `loose` before it")
            }
            FaultKind::BadEscape => (
                Code::BadEscape,
                "write a backslash as `\\\\`, a quote as `\\\"`, the signs of a phrase as `\\*`, `\\(`, `\\)`, `\\|` and `\\#`; a tab is `\\u{9}`",
            ),
            FaultKind::Dead => (Code::DeadPattern, "write the words as they appear in messages"),
            FaultKind::TooLarge => (Code::TooLarge, "split the phrase into several"),
            FaultKind::LongGap => (
                Code::TooLarge,
                "write a gap of at most 100 words, such as `..100..`, or `...` for any distance up to the end of the text",
            ),
            FaultKind::MixedScript => (
                Code::MixedScriptPattern,
                "type the word again in one alphabet: written so, it is also found in messages that use lookalike letters",
            ),
            FaultKind::Duplicate => (Code::DuplicateEntry, "delete one of the two"),
            FaultKind::Subsumed => (Code::SubsumedPhrase, "delete this phrase, or the wider one"),
            FaultKind::Short => {
                (Code::ShortPattern, "write more of the word, or list the words that you mean")
            }
        };
        let mut diagnostic = Diagnostic::new(code, self.at(span), fault.message.clone()).help(help);
        if let Some(bytes) = any_words(&piece.raw, &fault.bytes) {
            diagnostic = diagnostic.fix(self.at(piece.span_of(&bytes)), "\" ... \"", false);
        }
        self.found.push(match first {
            Some(first) => diagnostic.related(self.at(first), "first listed here"),
            None => diagnostic,
        });
    }

    fn named_regex(&mut self, declared: &Declared<'_, tree::NamedRegex>) -> Option<usize> {
        self.file = declared.file;
        self.regex(&declared.item.regex)
    }

    /// Lowers what `mentions` or `spans` looks for: phrases, or a regex by its name.
    pub(super) fn sought(&mut self, pattern: &tree::Pattern) -> Option<Sought> {
        let (PatternOperand::Named(path), None) = (&pattern.first, &pattern.near) else {
            return self.pattern(pattern).map(Sought::Pattern);
        };
        self.refuse_field(path, ONLY_WORDS)?;
        let pick = |entity: Entity| entity.terms().or(entity.pattern()).map(|_| entity);
        let wanted = "`terms` or a pattern";
        let entity = self.resolve_with_help(path, wanted, pick, |entity| help_for(path, entity))?;
        match entity.pattern() {
            Some(regex) => {
                self.program.named_regexes.get(regex).copied().flatten().map(Sought::Regex)
            }
            None => Some(Sought::Pattern(PatternRef { pattern: entity.terms()?, near: None })),
        }
    }

    /// Reports a field or local where the name of terms or of a pattern is wanted. `because` says what can stand there.
    fn refuse_field(&mut self, path: &tree::Path, because: &str) -> Option<()> {
        if self.names_something(path) || !self.begins_with_field_or_local(path) {
            return Some(());
        }
        let written = path.dotted();
        let message = format!("`{written}` is a value, and {because}");
        let help = format!("to look for the value, write `contains {written}`");
        self.refuse(Code::WrongKind, path.span, message, help)
    }

    /// The regex that a path after `matches` names.
    pub(super) fn regex_named(&mut self, path: &tree::Path) -> Option<usize> {
        self.refuse_field(path, "`matches` looks only for a regular expression")?;
        let regex = self.resolve_with_help(path, "a pattern", Entity::pattern, |entity| {
            let name = path.dotted();
            if let Entity::Terms(_) = entity {
                return format!("write `text mentions {name}`");
            }
            format!("write the name of a pattern: `pattern {name} = r\"…\"` declares one")
        })?;
        self.program.named_regexes.get(regex).copied().flatten()
    }

    /// Lowers the phrases of `mentions` or `spans`.
    pub(super) fn pattern(&mut self, pattern: &tree::Pattern) -> Option<PatternRef> {
        let first = self.pattern_operand(&pattern.first);
        let near = match &pattern.near {
            None => None,
            Some(near) => Some((self.pattern_operand(&near.other)?, near.words.value)),
        };
        Some(PatternRef { pattern: first?, near })
    }

    fn pattern_operand(&mut self, operand: &PatternOperand) -> Option<usize> {
        match operand {
            PatternOperand::Named(path) => {
                self.refuse_field(path, ONLY_WORDS)?;
                let help = |entity| help_for(path, entity);
                self.resolve_with_help(path, "`terms`", Entity::terms, help)
            }
            PatternOperand::Phrase(phrase) => {
                let matcher = self.matcher(&[(None, phrase)]);
                // The key is the parsed phrase, because two different phrases can have the same source text.
                let name = phrase.to_string();
                let patterns = &mut self.program.patterns;
                Some(*self.patterns.entry(name.clone()).or_insert_with(|| {
                    patterns.push(Pattern { name: PatternName::Inline(name), matcher });
                    patterns.len() - 1
                }))
            }
        }
    }

    fn warn_doubled_backslashes(&mut self, regex: &tree::Text) {
        let Some(meant) = without_doubled_backslashes(&regex.raw) else { return };
        let at = self.at(regex.span);
        let message = "two backslashes look for a backslash: in `r\"…\"`, nothing is escaped twice";
        let warning = Diagnostic::new(Code::ForeignSign, at, message)
            .help(format!("write `r\"{meant}\"`"))
            .fix(at, format!("r\"{meant}\""), false);
        self.found.push(warning);
    }

    /// Lowers a regular expression.
    pub(super) fn regex(&mut self, regex: &tree::Text) -> Option<usize> {
        match Regex::compile(&regex.raw) {
            Ok(compiled) => {
                self.warn_doubled_backslashes(regex);
                let regexes = &mut self.program.regexes;
                Some(*self.regexes.entry(regex.raw.clone()).or_insert_with(|| {
                    regexes.push(compiled);
                    regexes.len() - 1
                }))
            }
            Err(error) => self.refuse(Code::BadRegex, regex.span, error, regex_advice(&regex.raw)),
        }
    }
}

/// The bytes of `.*` and the blanks around it, when words stand before and after. `fault` is its star. `None` in
/// parentheses, because a gap in them would cut them apart.
fn any_words(raw: &str, fault: &Range<usize>) -> Option<Range<usize>> {
    let before = raw.get(..fault.start)?.strip_suffix('.')?.trim_end();
    let after = raw.get(fault.end..)?.trim_start_matches(['?', ' ']);
    let is_star = raw.get(fault.clone()) == Some("*");
    let is_parenthesis = |c: &char| matches!(c, '(' | ')');
    let is_inside = before.chars().rfind(is_parenthesis) == Some('(')
        || after.chars().find(is_parenthesis) == Some(')');
    (is_star && !is_inside && !before.is_empty() && !after.is_empty())
        .then(|| before.len()..raw.len() - after.len())
}

/// How to mend a sign that is wrong in a phrase.
fn help_for_sign(raw: &str, sign: &Range<usize>) -> &'static str {
    let before = raw.get(..sign.start).and_then(|before| before.chars().next_back());
    let starts_word = before.is_none_or(|c| !c.is_alphanumeric());
    match raw.get(sign.clone()) {
        Some("*") if before == Some('.') => {
            "for any words between, write a gap outside the quotes: `\"quick\" ... \"loan\"`; a regular expression stands after `matches`: `r\"…\"`"
        }
        Some("*") if starts_word => {
            "the beginning of a word cannot be left open: list the words, or write a regular expression: `text matches r\"coin\\b\"`"
        }
        _ => {
            "in a phrase, `(this|that)` finds either word, `word*` all words that begin with `word`, and `#` a number; the sign itself is `\\#`"
        }
    }
}

/// How to mend a name that stands where phrases are wanted.
fn help_for(path: &tree::Path, entity: Entity) -> String {
    let (help, name) = ("write the name of a `terms` list here", path.dotted());
    match entity {
        Entity::Set(_) | Entity::Register(_) => {
            format!("{help}; to ask whether a value is in `{name}`, write `link.host in {name}`")
        }
        Entity::Pattern(_) => format!("{help}: `near` counts words between phrases"),
        Entity::Law(_)
        | Entity::Policy(_)
        | Entity::Office(_)
        | Entity::Wording(_)
        | Entity::Terms(_)
        | Entity::Define(_)
        | Entity::Counter(_)
        | Entity::Mark(_)
        | Entity::Rule(_)
        | Entity::Exception(_) => help.to_owned(),
    }
}
