//! Warnings about valid phrases: those that find too much, nothing new, or nothing at all.

use super::matcher::{CompiledPhrase, Part};
use super::numbers::Number;
use super::words::Span;
use super::{FaultKind, Matcher, Modifier, PatternFault, Words};

/// The minimum number of letters before a `*`. Too many words begin with fewer letters.
const MIN_BEGINNING: usize = 3;
/// Up to this many single letters in a row occur by chance, as in abbreviations and lists.
const MAX_LETTERS: usize = 2;

/// At most this many phrases with a part in common are compared with each other, so that the time is linear in the
/// phrases.
const MAX_COMPARED: usize = 64;

/// Letters that no word has after `beginning`. With them, only a phrase with `*` finds the word. A word in katakana
/// needs katakana, because other letters begin a new word.
fn unlikely_ending(beginning: &str) -> &'static str {
    let is_katakana = |c: char| matches!(c, '\u{30a0}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}');
    if beginning.ends_with(is_katakana) { "ヰヱヲ" } else { "qzx" }
}

impl Matcher {
    /// The warnings about the phrases of this pattern.
    pub fn lints(&self) -> Vec<PatternFault> {
        let mut faults = vec![];
        let phrases = &self.phrases.phrases;
        let covering_phrases: Vec<_> = self.all_covering_phrases().0;
        for (at, (pieces, others)) in phrases.iter().zip(&covering_phrases).enumerate() {
            let fault = self.broad(pieces).map(|message| (FaultKind::Short, message));
            let fault =
                fault.or_else(|| self.without_effect(at, pieces, others, &covering_phrases));
            if let (Some((kind, message)), Some(&phrase)) = (fault, self.source_indices.get(at)) {
                faults.push(PatternFault { phrase, piece: 0, bytes: 0..0, kind, message });
            }
        }
        faults
    }

    /// The indices of the phrases whose own words `exemption` finds. If a match of `exemption` exempts a text, these
    /// phrases have no effect, because every text that contains one of them is exempt.
    pub fn exempted_by(&self, exemption: &Self) -> Vec<usize> {
        let phrases = self.phrases.phrases.iter().zip(&self.source_indices);
        let is_exempt = |pieces: &CompiledPhrase| {
            let texts = self.texts(pieces);
            let exempts = |text: &String| !exemption.find(&Words::of(text)).is_empty();
            !texts.is_empty() && texts.iter().all(exempts)
        };
        phrases.filter(|(pieces, _)| is_exempt(pieces)).map(|(_, &number)| number).collect()
    }

    /// Why a phrase finds too much: it is a short beginning of a word, one character of a script without spaces, one
    /// ASCII sign, or a few single letters. `f***` and `$h!t` are single letters too, because signs separate words.
    fn broad(&self, pieces: &CompiledPhrase) -> Option<String> {
        pieces.single_piece()?.find_map(|part| {
            let node = match part {
                Part::Words(node) => node,
                Part::Signs(number) => {
                    let signs = self.phrases.signs.get_index(number)?;
                    return (signs.len() == 1)
                        .then(|| format!("`{signs}` is found in too many texts"));
                }
            };
            let words = self.phrases.words_of(node);
            let (first, rest) = words.split_first()?;
            if words.iter().all(|word| word.number == Some(Number::Any)) {
                return Some("`#` is found in too many texts".to_owned());
            }
            if rest.is_empty() && first.is_prefix && first.text().chars().count() < MIN_BEGINNING {
                return Some(format!("`{}*` is found in too many words", first.text()));
            }
            let is_letter =
                |text: &str| text.chars().count() == 1 && text.chars().all(char::is_alphabetic);
            let has_spaces = |text: &str| Words::of(&text.repeat(2)).iter().count() == 1;
            let are_letters = words.iter().all(|word| !word.is_prefix && is_letter(word.text()));
            let is_broad = rest.is_empty() || words.iter().all(|word| has_spaces(word.text()));
            let texts: Vec<&str> = words.iter().map(|word| word.text()).collect();
            (are_letters && is_broad && words.len() <= MAX_LETTERS)
                .then(|| format!("`{}` is found in too many texts", texts.join(" ")))
        })
    }

    /// For each phrase, the others that find all words of it, and how many phrases and parts were looked at.
    fn all_covering_phrases(&self) -> (Vec<Option<Vec<usize>>>, usize) {
        let mut work = 0;
        let phrases = self.phrases.phrases.iter().enumerate();
        (phrases.map(|(at, pieces)| self.covering_phrases(at, pieces, &mut work)).collect(), work)
    }

    /// The other phrases that find all words of this phrase. `None` if this phrase does not find its own words.
    fn covering_phrases(
        &self,
        at: usize,
        pieces: &CompiledPhrase,
        work: &mut usize,
    ) -> Option<Vec<usize>> {
        let mut others: Option<Vec<usize>> = None;
        for text in &self.texts(pieces) {
            let words = Words::of(text);
            let whole = 0..words.len();
            let places = self.phrases.places(&words);
            let spans_all = |spans: &Vec<Span>| spans.iter().any(|span| span.words == whole);
            *work += places.len();
            if whole.is_empty() {
                continue;
            }
            let parts = places.iter().filter(|(_, spans)| spans_all(spans)).map(|(part, _)| *part);
            let of_parts = |part| self.phrases.starting_with(part);
            if !parts.clone().any(|part| of_parts(part).binary_search(&at).is_ok()) {
                return None;
            }
            if others.as_ref().is_some_and(Vec::is_empty) {
                continue;
            }
            let first = |part| of_parts(part).iter().copied().take(MAX_COMPARED);
            let single = parts.flat_map(first).filter(|&other| self.has_one_piece(other));
            let with_gaps = places.keys().flat_map(|part| first(*part)).filter(|&other| {
                let found = |phrase: &CompiledPhrase| spans_all(&phrase.find(&places));
                !self.has_one_piece(other) && self.phrases.phrases.get(other).is_some_and(found)
            });
            let mut covering: Vec<usize> = single.chain(with_gaps).collect();
            *work += covering.len();
            covering.sort_unstable();
            covering.dedup();
            covering.retain(|&other| other != at && self.finds_disguises_of(other, at));
            if let Some(others) = others {
                covering.retain(|other| others.binary_search(other).is_ok());
            }
            others = Some(covering);
        }
        Some(others.unwrap_or_default())
    }

    fn has_one_piece(&self, phrase: usize) -> bool {
        self.phrases.phrases.get(phrase).is_some_and(|phrase| phrase.single_piece().is_some())
    }

    /// Why a phrase has no effect: it does not find its own words, or another phrase finds everything that it finds.
    fn without_effect(
        &self,
        at: usize,
        pieces: &CompiledPhrase,
        others: &Option<Vec<usize>>,
        all: &[Option<Vec<usize>>],
    ) -> Option<(FaultKind, String)> {
        let Some(others) = others else {
            let none = "the phrase finds nothing, not even its own words";
            return Some((
                FaultKind::Dead,
                self.star_without_effect(pieces).unwrap_or(none.into()),
            ));
        };
        // Two phrases that find each other's words may each find more: `benefices` finds any accents, `bénéfices` only
        // its own.
        let is_mutual = |other: usize| {
            all.get(other).and_then(Option::as_ref).is_some_and(|covering| covering.contains(&at))
        };
        let other = others.iter().copied().filter(|&other| !is_mutual(other)).min()?;
        let other = self.written().get(*self.source_indices.get(other)?)?.shown();
        Some((
            FaultKind::Subsumed,
            format!("{other} already finds everything that this phrase finds"),
        ))
    }

    /// Reports a star after a character that is a word by itself. No letter can follow such a character.
    fn star_without_effect(&self, pieces: &CompiledPhrase) -> Option<String> {
        pieces.single_piece()?.find_map(|part| {
            let Part::Words(node) = part else { return None };
            let mut words = self.phrases.words_of(node).into_iter();
            let ends = |text: &str| Words::of(&format!("{text}{}", unlikely_ending(text))).iter().count() > 1;
            let word = words.find(|word| word.is_prefix && ends(word.text()))?;
            Some(format!(
                "`{}*` finds nothing: in this script each character is a word of its own, so `*` stands for nothing",
                word.text()
            ))
        })
    }

    /// Whether a phrase finds every disguise that another finds.
    fn finds_disguises_of(&self, phrase: usize, other: usize) -> bool {
        let written = |at: usize| self.written().get(*self.source_indices.get(at)?);
        let (Some(phrase), Some(other)) = (written(phrase), written(other)) else { return false };
        let is_wide = match (phrase.modifier(), other.modifier()) {
            (Modifier::Loose, _)
            | (Modifier::Plain, Modifier::Plain | Modifier::Exact)
            | (Modifier::Exact, Modifier::Exact) => true,
            (Modifier::Plain, Modifier::Loose)
            | (Modifier::Exact, Modifier::Plain | Modifier::Loose) => false,
        };
        let has_same_language = phrase.language() == other.language();
        is_wide && has_same_language && phrase.shown() != other.shown()
    }

    /// Sample texts that a phrase of one piece must find, with an unlikely end after each beginning of a word.
    fn texts(&self, pieces: &CompiledPhrase) -> Vec<String> {
        let Some(alternatives) = pieces.single_piece() else { return vec![] };
        let text = |part| match part {
            Part::Signs(number) => self.phrases.signs.get_index(number).cloned(),
            Part::Words(node) => {
                let words = self.phrases.words_of(node).into_iter().map(|word| {
                    let ending = if word.is_prefix { unlikely_ending(word.text()) } else { "" };
                    let text = word.number.map_or(word.text(), |number| number.sample());
                    format!("{text}{ending}")
                });
                Some(words.collect::<Vec<_>>().join(" "))
            }
        };
        alternatives.filter_map(text).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::text::{Matcher, Modifier, PhraseSource};

    /// All phrases have a word in common, and many have all of them.
    #[test]
    fn twice_the_phrases_take_twice_the_work() {
        let work = |count: usize, word: fn(usize) -> String| {
            let raw: Vec<String> = (0..count)
                .map(|n| {
                    format!(
                        "(common|{})",
                        (0..20).map(|at| word(n + at)).collect::<Vec<_>>().join("|")
                    )
                })
                .collect();
            let phrase = |raw: &'static str, gap: Option<&'static str>| PhraseSource {
                modifier: Modifier::Plain,
                language: None,
                pieces: [raw].into_iter().chain(gap).collect(),
                gaps: gap.iter().map(|_| Some(1)).collect(),
            };
            let mut phrases: Vec<PhraseSource<'_>> = raw
                .iter()
                .map(|raw| PhraseSource { pieces: vec![raw], ..phrase("", None) })
                .collect();
            phrases.push(phrase("common", Some("common")));
            Matcher::compile(&phrases).0.all_covering_phrases().1
        };
        for word in
            [|n| format!("word{n}"), |n| format!("w{}", n % 50), |n| format!("word {n:04}*")]
        {
            let (one, two) = (work(250, word), work(500, word));
            assert!(two * 10 <= one * 21, "{one}, {two}");
        }
    }

    /// What `#` finds is no number that another phrase names.
    #[test]
    fn a_number_covers_no_other_and_is_covered_by_none() {
        let phrase = |raw: &'static str| PhraseSource {
            modifier: Modifier::Plain,
            language: None,
            pieces: vec![raw],
            gaps: vec![],
        };
        let compile = |raw: &[&'static str]| {
            Matcher::compile(&raw.iter().copied().map(phrase).collect::<Vec<_>>()).0
        };
        for both in [["#% в месяц", "30 в месяц"], ["# дней", "30* дней"]] {
            assert_eq!(compile(&both).lints(), [], "{both:?}");
        }
        assert_eq!(compile(&["#% в день"]).exempted_by(&compile(&["30 в день"])), [0; 0]);
        assert_eq!(compile(&["#% в день"]).exempted_by(&compile(&["# в день"])), [0]);
        let covered = compile(&["# дней", "#% дней"]).lints();
        assert_eq!(covered.iter().map(|fault| fault.phrase).collect::<Vec<_>>(), [1]);
    }

    /// Each character of a script without spaces is a word of its own, so a star after it matches nothing.
    #[test]
    fn a_star_after_a_complete_word_is_reported() {
        let messages = |raw: &str| {
            let modifier = Modifier::Plain;
            let phrase = PhraseSource { modifier, language: None, pieces: vec![raw], gaps: vec![] };
            let (matcher, _) = Matcher::compile(&[phrase]);
            matcher.lints().into_iter().map(|fault| fault.message).collect::<Vec<_>>()
        };
        assert_eq!(
            messages("高額報酬*"),
            [
                "`酬*` finds nothing: in this script each character is a word of its own, so `*` stands for nothing"
            ]
        );
        for fine in ["高額報酬", "バイト*", "доход*"] {
            assert_eq!(messages(fine), [""; 0], "{fine}");
        }
    }
}
