//! Terms, inline patterns, regexes and sets.

use super::files::outside;
use super::names::Entity;
use super::{Checker, FileError, FileKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::lists::{Set, SetKind};
use crate::program::{Pattern, PatternName, PatternRef};
use crate::source::Span;
use crate::syntax::tree::{self, ItemKind, PatternOperand, SetEntries};
use crate::text::{FaultKind, Matcher, PatternFault, PhraseSource, Regex};
use std::sync::Arc;

/// A phrase, and the language that it is listed under.
type Tagged<'a> = (Option<&'a str>, &'a tree::Phrase);

impl Checker<'_> {
    /// Lowers all terms and sets, in the order in which the names were given their indices.
    pub(super) fn words(&mut self) {
        for (file, item) in self.files.items() {
            self.file = file;
            match &item.kind {
                ItemKind::Terms(terms) => self.terms(terms),
                ItemKind::Set(set) => self.set(set),
                _ => {}
            }
        }
    }

    fn terms(&mut self, terms: &tree::Terms) {
        let mut phrases = vec![];
        for group in &terms.groups {
            let language = Some(group.language.text.as_str());
            phrases.extend(group.phrases.iter().map(|phrase| (language, phrase)));
        }
        let matcher = self.matcher(&phrases);
        if phrases.is_empty() {
            let help = "write at least one phrase: `en: \"passive income\"`";
            self.report(
                Code::BadPattern,
                terms.name.span,
                format!("`{}` has no phrases", terms.name.text),
                help,
            );
        }
        let name =
            PatternName::Terms(format!("{}.{}", self.files.get(self.file).prefix, terms.name.text));
        self.program.patterns.push(Pattern { name, matcher });
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
        let (matcher, faults) = Matcher::compile(&sources);
        for fault in faults {
            self.pattern_fault(phrases, &fault);
        }
        matcher
    }

    fn pattern_fault(&mut self, phrases: &[Tagged<'_>], fault: &PatternFault) {
        let piece =
            phrases.get(fault.phrase).and_then(|(_, phrase)| phrase.pieces.get(fault.piece));
        let Some(piece) = piece else { return };
        let byte = |at: usize| piece.span.start + 1 + u32::try_from(at).unwrap_or(0);
        let marked = Span { start: byte(fault.bytes.start), end: byte(fault.bytes.end) };
        let span = if fault.bytes.is_empty() { piece.span } else { marked };
        let (code, help) = match fault.kind {
            FaultKind::Wrong => (
                Code::BadPattern,
                "a pattern is words, `*` at the end of a word, and `(this|that)`",
            ),
            FaultKind::BadEscape => (
                Code::BadEscape,
                "patterns know `\\*`, `\\(`, `\\)`, `\\|`, `\\\"`, `\\\\`, `\\n` and `\\u{…}`",
            ),
            FaultKind::Dead => (Code::DeadPattern, "write the words as they stand in a message"),
            FaultKind::TooLarge => (Code::TooLarge, "split the phrase into several"),
            FaultKind::MixedScript => (
                Code::MixedScriptPattern,
                "write each word in letters of one script; disguise is seen through anyway",
            ),
            FaultKind::Duplicate => (Code::DuplicateEntry, "delete it"),
        };
        self.report(code, span, fault.message.clone(), help);
    }

    /// A pattern of `mentions` or `spans`.
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
            PatternOperand::Terms(path) => self.resolve_as(path, "terms", |entity| match entity {
                Entity::Terms(pattern) => Some(pattern),
                _ => None,
            }),
            PatternOperand::Phrase(phrase) => {
                let matcher = self.matcher(&[(None, phrase)]);
                // Keyed by what was read, never by how it was laid out: two files may lay out two phrases alike.
                let name = phrase.to_string();
                let (known, patterns) =
                    (self.patterns.get(&name).copied(), &mut self.program.patterns);
                Some(known.unwrap_or_else(|| {
                    patterns.push(Pattern { name: PatternName::Inline(name.clone()), matcher });
                    self.patterns.insert(name, patterns.len() - 1);
                    patterns.len() - 1
                }))
            }
        }
    }

    pub(super) fn regex(&mut self, regex: &tree::Text) -> Option<usize> {
        match Regex::compile(&regex.raw) {
            Ok(compiled) => {
                let (known, regexes) =
                    (self.regexes.get(&regex.raw).copied(), &mut self.program.regexes);
                Some(known.unwrap_or_else(|| {
                    regexes.push(compiled);
                    self.regexes.insert(regex.raw.clone(), regexes.len() - 1);
                    regexes.len() - 1
                }))
            }
            Err(error) => {
                self.report(
                    Code::BadRegex,
                    regex.span,
                    error,
                    "regular expressions are those of RE2: no look-around, no back-references",
                );
                None
            }
        }
    }

    fn set(&mut self, set: &tree::Set) {
        let kinds = SetKind::ALL;
        let kind =
            self.word(&set.kind.text, set.kind.span, "kind of set", kinds).unwrap_or(SetKind::Text);
        let id = format!("{}.{}", self.files.get(self.file).prefix, set.name.text);
        let mut lowered = Set::new(id, kind);
        match &set.entries {
            SetEntries::File(path) => self.set_file(&mut lowered, path),
            SetEntries::Inline(entries) => {
                for entry in entries {
                    self.set_entry(&mut lowered, entry);
                }
            }
        }
        self.program.sets.push(Arc::new(lowered));
    }

    pub(super) fn set_entry(&mut self, set: &mut Set, entry: &tree::SetEntry) {
        let (from, until) =
            (entry.from.as_ref().map(|day| day.value), entry.until.as_ref().map(|day| day.value));
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            let message = format!("nothing is valid from {from} until {until}");
            self.report(
                Code::EmptyInterval,
                entry.span,
                message,
                "`until` is the first day on which it is no longer valid",
            );
        }
        match set.add(&entry.text.value, from, until) {
            Ok(true) => {}
            Ok(false) => self.report(
                Code::DuplicateEntry,
                entry.span,
                format!("`{}` stands twice", entry.text.value),
                "delete it",
            ),
            Err(error) => self.report(
                Code::BadListEntry,
                entry.text.span,
                format!("`{}` is no entry of this set", entry.text.value),
                error,
            ),
        }
    }

    fn set_file(&mut self, set: &mut Set, path: &tree::Text) {
        let name = &path.value;
        let read = match outside(name) {
            Some(_) => Err(FileError::OutsideRoot),
            None => (self.beside)(name, FileKind::List),
        };
        match read {
            Ok(text) => {
                for fault in set.read(&text) {
                    let (code, message) = if fault.duplicate {
                        (Code::DuplicateEntry, format!("{name}:{}: {}", fault.line, fault.message))
                    } else {
                        (Code::BadListEntry, format!("{name}:{}: {}", fault.line, fault.message))
                    };
                    self.report(code, path.span, message, "mend or delete the line");
                }
                if set.len() > limits::ENTRIES {
                    let message = format!("`{name}` has {} entries", set.len());
                    self.report(
                        Code::TooLarge,
                        path.span,
                        message,
                        "a set has at most 10000000 entries",
                    );
                }
            }
            Err(error) => self.file_error(name, path.span, &error, FileKind::List),
        }
    }

    /// A file beside the rules that cannot be had.
    pub(super) fn file_error(&mut self, name: &str, span: Span, error: &FileError, kind: FileKind) {
        let (what, example, limit) = match kind {
            FileKind::List => ("list", "lists/domains.txt", "a list file has at most 512 MiB"),
            FileKind::Record => ("record", "fixtures/message.json", "a record has at most 1 MiB"),
        };
        let (code, message, help) = match error {
            FileError::NotFound => (
                Code::FileNotFound,
                format!("there is no file `{name}`"),
                format!("paths are written from the rule root: `{example}`"),
            ),
            FileError::OutsideRoot => (
                Code::PathOutsideRoot,
                format!("`{name}` lies outside the rule root, or is no plain file"),
                format!("copy the {what} below the rule root and name it from there: `{example}`"),
            ),
            FileError::TooLarge => {
                (Code::TooLarge, format!("`{name}` is too large"), limit.to_owned())
            }
            FileError::NotUtf8(at) => (
                Code::NotUtf8,
                format!("`{name}` is not UTF-8 at byte {at}"),
                "save it as UTF-8".to_owned(),
            ),
            FileError::Unreadable(why) => (
                Code::Unreadable,
                format!("`{name}` cannot be read: {why}"),
                "check the file's permissions".to_owned(),
            ),
        };
        let at = self.at(span);
        self.found.push(Diagnostic::new(code, at, message).help(help));
    }
}
