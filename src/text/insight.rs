//! Explains why a phrase was not found. For each possible reason, the phrase is compiled again with one condition relaxed.
//! The reason is given only if the phrase is found then.

use super::phrase::{Alternative, Phrase};
use super::spelling::languages;
use super::{Matcher, Modifier, PhraseSource, Words};
use std::ops::Range;
use std::sync::Arc;

/// A phrase that a text nearly contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// The index of the phrase.
    pub phrase: usize,
    /// The bytes of the near match in the original.
    pub bytes: Range<usize>,
    /// Why it is not a match.
    pub reason: Reason,
}

/// Why something is not a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Case or letters differ, and the phrase is `exact`.
    NotExact,
    /// It is leetspeak, or its letters are spaced out or repeated; only `loose` finds that.
    OnlyLoosely,
    /// It is the beginning of a longer word.
    OnlyPart,
    /// It is a spelling of another language.
    SpelledAsIn(&'static str),
    /// There are more words between two pieces than the phrase allows.
    TooFarApart,
    /// It differs by this number of letters.
    OtherLetters(usize),
}

/// At most this many words of a text are compared letter by letter. A message has fewer.
const MAX_COMPARED_WORDS: usize = 5_000;

impl Matcher {
    /// The same phrases as if they were listed under another language.
    #[must_use]
    pub fn listed_under(&self, language: &str) -> Self {
        let source =
            |written| PhraseSource { language: Some(language), ..Written::source(written) };
        Self::compile(&self.written().iter().map(source).collect::<Vec<_>>()).0
    }

    /// The phrases that a text does not contain, but nearly does.
    pub fn misses(&self, text: &Words) -> Vec<Miss> {
        let found = self.find(text);
        let phrases = self.written().iter().enumerate();
        let absent = phrases.filter(|(n, _)| found.iter().all(|found| found.phrase != *n));
        let miss = |(phrase, written): (usize, &Written)| {
            let (bytes, reason) = written.nearest(text)?;
            Some(Miss { phrase, bytes, reason })
        };
        absent.filter_map(miss).collect()
    }
}

/// A phrase as it is written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The language tag. Consecutive phrases of one language share it.
    language: Option<Arc<str>>,
    modifier: Modifier,
    pieces: Vec<String>,
    gaps: Vec<Option<u32>>,
}

impl Written {
    /// The written forms of phrases.
    pub(crate) fn of(sources: &[PhraseSource<'_>]) -> Vec<Self> {
        let mut language: Option<Arc<str>> = None;
        let written = |source: &PhraseSource<'_>| {
            if language.as_deref() != source.language {
                language = source.language.map(Arc::from);
            }
            Self {
                language: language.clone(),
                modifier: source.modifier,
                pieces: source.pieces.iter().map(|&raw| raw.to_owned()).collect(),
                gaps: source.gaps.clone(),
            }
        };
        sources.iter().map(written).collect()
    }

    /// The phrase as in a rule file, preceded by its language.
    pub fn shown(&self) -> String {
        let mut shown = self.language.iter().map(|tag| format!("{tag}: ")).collect::<String>();
        shown.push_str(match self.modifier {
            Modifier::Plain => "",
            Modifier::Exact => "exact ",
            Modifier::Loose => "loose ",
        });
        for (n, piece) in self.pieces.iter().enumerate() {
            match n.checked_sub(1).and_then(|before| self.gaps.get(before)) {
                Some(Some(most)) => shown.push_str(&format!(" ..{most}.. ")),
                Some(None) => shown.push_str(" ... "),
                None => {}
            }
            shown.push_str(&format!("\"{piece}\""));
        }
        shown
    }

    pub(crate) fn modifier(&self) -> Modifier {
        self.modifier
    }

    /// The language of the phrase.
    pub(crate) fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    fn source(&self) -> PhraseSource<'_> {
        PhraseSource {
            language: self.language.as_deref(),
            modifier: self.modifier,
            pieces: self.pieces.iter().map(String::as_str).collect(),
            gaps: self.gaps.clone(),
        }
    }

    /// The first place where the phrase is found with one condition relaxed, and that condition.
    fn nearest(&self, text: &Words) -> Option<(Range<usize>, Reason)> {
        let weaker_modifier = match self.modifier {
            Modifier::Exact => Some((Modifier::Plain, Reason::NotExact)),
            Modifier::Plain => Some((Modifier::Loose, Reason::OnlyLoosely)),
            Modifier::Loose => None,
        };
        let weaker_modifier = weaker_modifier
            .map(|(modifier, reason)| (PhraseSource { modifier, ..self.source() }, reason));
        let other_languages = languages().filter(|_| self.modifier != Modifier::Exact);
        let other_languages = other_languages.map(|tag| {
            (PhraseSource { language: Some(tag), ..self.source() }, Reason::SpelledAsIn(tag))
        });
        let gaps = vec![None; self.gaps.len()];
        let widest_gaps = (gaps != self.gaps)
            .then(|| (PhraseSource { gaps, ..self.source() }, Reason::TooFarApart));
        let starred: Vec<String> = self.pieces.iter().map(|raw| starred(raw)).collect();
        let pieces = starred.iter().map(String::as_str).collect();
        let with_stars = (PhraseSource { pieces, ..self.source() }, Reason::OnlyPart);
        let relaxed = weaker_modifier.into_iter().chain(other_languages).chain(widest_gaps);
        let nearest = relaxed.chain([with_stars]).find_map(|(source, reason)| {
            let found = Matcher::compile(&[source]).0.find(text).into_iter().next()?;
            Some((found.bytes, reason))
        });
        nearest.or_else(|| self.other_letters(text))
    }

    /// The words in a row that differ from the phrase by the fewest letters, at most two.
    fn other_letters(&self, text: &Words) -> Option<(Range<usize>, Reason)> {
        let source = PhraseSource { modifier: Modifier::Plain, ..self.source() };
        let phrase = Phrase::read(&source).ok()?;
        let [alternatives] = phrase.pieces.as_slice() else { return None };
        let sequences = alternatives.iter().filter_map(Alternative::texts);
        let near = sequences.filter_map(|words| words_with_other_letters(&words, text));
        let (count, bytes) = near.min_by_key(|(count, _)| *count)?;
        Some((bytes, Reason::OtherLetters(count)))
    }
}

/// The words in a row that differ from these words by the fewest letters, at most two, and by how many.
fn words_with_other_letters(phrase: &[&str], text: &Words) -> Option<(usize, Range<usize>)> {
    let letters = phrase.concat().chars().count();
    // In a shorter word, one other letter makes another word.
    let max_differences = match letters {
        0..4 => 0,
        4..8 => 1,
        8.. => 2,
    };
    let words: Vec<_> = text.iter().take(MAX_COMPARED_WORDS).collect();
    let differences = |row: &[(Range<usize>, &str)]| -> usize {
        row.iter().zip(phrase).map(|((_, word), own)| strsim::osa_distance(word, own)).sum()
    };
    let rows = words.windows(phrase.len().max(1));
    let (count, row) = rows.map(|row| (differences(row), row)).min_by_key(|(count, _)| *count)?;
    let (first, last) = (row.first()?, row.last()?);
    let bytes = first.0.start..last.0.end;
    (count <= max_differences && count > 0).then_some((count, bytes))
}

/// A piece with a `*` after each word.
fn starred(raw: &str) -> String {
    let star = |word: &str| match word.chars().last() {
        Some(last) if last.is_alphanumeric() => format!("{word}*"),
        _ => word.to_owned(),
    };
    raw.split(' ').map(star).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Matcher, Modifier, PhraseSource, Reason, Words};

    #[test]
    fn other_letters_are_those_of_the_words_that_a_phrase_stands_for() {
        for (raw, text, near) in [
            ("casino", "a kasino", Some(("kasino", 1))),
            (r"\#giveaway", "my givaway", Some(("givaway", 1))),
            (r"c\u{61}sino", "kasino", Some(("kasino", 1))),
            ("(casino|poker) online", "pokar online", Some(("pokar online", 1))),
            ("# casinos", "30 kasinos", None),
            ("casino", "cabin", None),
        ] {
            let source = PhraseSource {
                modifier: Modifier::Plain,
                language: None,
                pieces: vec![raw],
                gaps: vec![],
            };
            let misses = Matcher::compile(&[source]).0.misses(&Words::of(text));
            let miss = misses.into_iter().next().map(|miss| (miss.bytes, miss.reason));
            let near = near.map(|(words, count)| {
                let start = text.find(words).unwrap();
                (start..start + words.len(), Reason::OtherLetters(count))
            });
            assert_eq!(miss, near, "{raw} in {text}");
        }
    }
}
