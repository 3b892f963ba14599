//! A text split into words, with every way in which a word may be read. Segmentation is that of UAX 29 on the folded
//! text, so that a dropped character cannot split a word, with one tailoring that the annex invites (section 4):
//! apostrophes, full stops, colons and underscores split a word, unless they stand between digits. `l'argent` is
//! `l` and `argent`, `free_money` and `конец.Начало` are two words each, `3.14` is one.

use super::fold::Folded;
use super::lookalikes::{is_leet_sign, leet, mixes_scripts, skeleton, squeezed};
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// A text, folded and split into words once, for any number of matchers.
#[derive(Clone, Debug)]
pub struct Words {
    text: Box<str>,
    folded: Folded,
    words: Vec<Word>,
    glued: Vec<Glued>,
    spelled: Vec<Spelled>,
}

/// How a reading of a word was made; a pattern says which ways it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// As it stands in the original.
    Written,
    /// Folded.
    Folded,
    /// Folded, of a word that mixes scripts: its lookalikes made one.
    Skeleton,
    /// Signs read as letters.
    Leet,
    /// Signs read as letters, and repeated letters made one.
    Squeezed,
}

/// One word.
#[derive(Clone, Debug)]
struct Word {
    /// Its bytes in the folded text.
    folded: Range<usize>,
    /// Its bytes in the original.
    bytes: Range<usize>,
    /// The readings beside [`Form::Written`] and [`Form::Folded`]: few words have any.
    readings: Vec<(Form, Box<str>)>,
}

/// A part of a text.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    /// In the original.
    pub(crate) bytes: Range<usize>,
    /// Numbers of words.
    pub(crate) words: Range<usize>,
}

/// Words with signs between that can be letters: `c@$h`.
#[derive(Clone, Debug)]
struct Glued {
    words: Range<usize>,
    leet: Box<str>,
}

/// Words of one letter each, with something other than letters between: `к а з и н о`, `к.а.з.и.н.о`.
#[derive(Clone, Debug)]
pub(crate) struct Spelled {
    /// The number of the first word.
    first: usize,
    letters: String,
    /// Where each letter begins, and where the last ends.
    bounds: Vec<usize>,
}

/// Fewer letters are not seen as spelled out: `а и б` is grammar.
pub(crate) const SPELLED: usize = 3;
/// More bytes of signs between two words part them.
const GLUE: usize = 3;
/// More characters between two letters part them.
const SPELLED_GAP: usize = 3;
/// So many of one letter are for emphasis or disguise; two are spelling.
const REPEATED: usize = 3;

impl Words {
    /// Folds and splits a text.
    pub fn of(text: &str) -> Self {
        let folded = Folded::of(text);
        let words: Vec<Word> = folded
            .as_str()
            .unicode_word_indices()
            .flat_map(|(at, segment)| {
                parts(segment).map(move |part| at + part.start..at + part.end)
            })
            .map(|part| Word::new(&folded, part))
            .collect();
        let glued = glued(folded.as_str(), &words);
        let spelled = spelled(folded.as_str(), &words);
        Self { text: text.into(), folded, words, glued, spelled }
    }

    /// How many words.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// The readings of a word.
    pub(crate) fn readings(&self, word: usize) -> impl Iterator<Item = (Form, &str)> {
        self.words.get(word).into_iter().flat_map(|word| {
            let written = self.text.get(word.bytes.clone()).unwrap_or_default();
            let folded = self.folded.as_str().get(word.folded.clone()).unwrap_or_default();
            [(Form::Written, written), (Form::Folded, folded)]
                .into_iter()
                .chain(word.readings.iter().map(|(form, reading)| (*form, &**reading)))
        })
    }

    /// The words that signs hold together, and their reading as [`Form::Leet`].
    pub(crate) fn glued(&self) -> impl Iterator<Item = (Range<usize>, &str)> {
        self.glued.iter().map(|glued| (glued.words.clone(), &*glued.leet))
    }

    /// The runs of words of one letter.
    pub(crate) fn spelled(&self) -> &[Spelled] {
        &self.spelled
    }

    /// The place of some words, at least one.
    pub(crate) fn cover(&self, words: Range<usize>) -> Option<Span> {
        let first = self.words.get(words.start)?;
        let last = self.words.get(words.end.checked_sub(1)?)?;
        Some(Span { bytes: first.bytes.start..last.bytes.end, words })
    }

    /// All places of a folded string that has no words: signs, emoji. It covers no word, but stands between two.
    pub(crate) fn signs(&self, signs: &str) -> impl Iterator<Item = Span> {
        self.folded.as_str().match_indices(signs).map(move |(at, _)| {
            let before = self.words.partition_point(|word| word.folded.end <= at);
            let bytes = self.folded.original(at..at + signs.len());
            Span { bytes, words: before..before }
        })
    }

    /// The folded text.
    pub(crate) fn folded(&self) -> &str {
        self.folded.as_str()
    }

    /// The bytes in the original of each word, in order.
    pub(crate) fn bytes(&self) -> impl Iterator<Item = Range<usize>> {
        self.words.iter().map(|word| word.bytes.clone())
    }
}

impl Word {
    fn new(text: &Folded, folded: Range<usize>) -> Self {
        let word = text.as_str().get(folded.clone()).unwrap_or_default();
        let mut readings = vec![];
        let mut read = |form, reading: String| readings.push((form, reading.into_boxed_str()));
        if mixes_scripts(word) {
            read(Form::Skeleton, skeleton(word));
        }
        if word.contains(char::is_alphabetic) && word.contains(is_leet_sign) {
            read(Form::Leet, leet(word));
        }
        if has_repetition(word) {
            read(Form::Squeezed, squeezed(&leet(word)));
        }
        Self { bytes: text.original(folded.clone()), folded, readings }
    }
}

impl Spelled {
    /// How many letters.
    pub(crate) fn len(&self) -> usize {
        self.bounds.len().saturating_sub(1)
    }

    /// The words and the letters from the `from`th on, `count` of them.
    pub(crate) fn part(&self, from: usize, count: usize) -> Option<(Range<usize>, &str)> {
        let letters = *self.bounds.get(from)?..*self.bounds.get(from + count)?;
        let first = self.first + from;
        Some((first..first + count, self.letters.get(letters)?))
    }
}

/// A segment of UAX 29 without its joiners.
fn parts(segment: &str) -> impl Iterator<Item = Range<usize>> {
    let mut parts: Vec<Range<usize>> = vec![];
    let mut chars = segment.char_indices().peekable();
    let mut before: Option<char> = None;
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|&(_, after)| after);
        let is_numeric = |c: Option<char>| c.is_some_and(char::is_numeric);
        let is_inside = |c: char| c.is_alphanumeric() || is_combining_mark(c);
        if is_inside(c) || is_numeric(before) && is_numeric(after) {
            let end = at + c.len_utf8();
            match parts.last_mut() {
                Some(part) if part.end == at => part.end = end,
                _ => parts.push(at..end),
            }
        }
        before = Some(c);
    }
    parts.into_iter()
}

fn has_repetition(word: &str) -> bool {
    let (mut last, mut run) = (None, 0);
    word.chars().any(|c| {
        run = if last.replace(c) == Some(c) { run + 1 } else { 1 };
        run >= REPEATED && c.is_alphabetic()
    })
}

/// What stands between a word and the one before it.
fn gap<'a>(text: &'a str, before: &Word, word: &Word) -> &'a str {
    text.get(before.folded.end..word.folded.start).unwrap_or_default()
}

fn glued(text: &str, words: &[Word]) -> Vec<Glued> {
    let is_signs =
        |gap: &str| !gap.is_empty() && gap.len() <= GLUE && gap.chars().all(is_leet_sign);
    let mut first = 0;
    let mut all = vec![];
    for group in words.chunk_by(|before, word| is_signs(gap(text, before, word))) {
        let words = first..first + group.len();
        first = words.end;
        if let [from, .., to] = group {
            let letters = text.get(from.folded.start..to.folded.end).unwrap_or_default();
            all.push(Glued { words, leet: leet(letters).into() });
        }
    }
    all
}

fn spelled(text: &str, words: &[Word]) -> Vec<Spelled> {
    let letter = |word: &Word| text.get(word.folded.clone()).unwrap_or_default();
    let is_letter = |word: &Word| letter(word).chars().nth(1).is_none();
    let mut first = 0;
    let mut all = vec![];
    for group in words.chunk_by(|before, word| {
        let gap = gap(text, before, word);
        is_letter(before)
            && is_letter(word)
            && !gap.is_empty()
            && gap.chars().count() <= SPELLED_GAP
    }) {
        if group.len() >= SPELLED {
            let letters: String = group.iter().map(letter).collect();
            let letters = leet(&letters);
            let bounds = letters.char_indices().map(|(at, _)| at).chain([letters.len()]).collect();
            all.push(Spelled { first, letters, bounds });
        }
        first += group.len();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Form, Words};
    use proptest::prelude::{prop_assert, proptest};

    fn words(text: &str) -> Vec<String> {
        let words = Words::of(text);
        words.bytes().map(|bytes| text.get(bytes).unwrap().to_owned()).collect()
    }

    #[test]
    fn words_are_those_of_the_annex_less_joiners() {
        let table: &[(&str, &[&str])] = &[
            ("Пассивный доход 30% в месяц!", &["Пассивный", "доход", "30", "в", "месяц"]),
            ("l'argent d’été", &["l", "argent", "d", "été"]),
            ("конец.Начало #free_money", &["конец", "Начало", "free", "money"]),
            ("3.14 10,000 12.", &["3.14", "10,000", "12"]),
            ("USDT-TRC20", &["USDT", "TRC20"]),
            ("ұлттық банк", &["ұлттық", "банк"]),
            ("虚拟货币", &["虚", "拟", "货", "币"]),
            ("ビットコイン投資", &["ビットコイン", "投", "資"]),
            ("cr\u{200b}yp\u{ad}to", &["cr\u{200b}yp\u{ad}to"]),
            ("🔥 … !", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(&words(text), expected, "{text}");
        }
    }

    #[test]
    fn thai_is_a_sequence_of_clusters() {
        assert!(words("เงินฟรี").len() > 1);
    }

    #[test]
    fn only_disguised_words_have_more_readings() {
        let plain = Words::of("Обычный текст, 30 дней. Kazakh: Ұлттық. Hello 100");
        assert!((0..plain.len()).all(|word| plain.readings(word).count() == 2));
        let disguised = Words::of("сrурtо");
        let forms: Vec<Form> = disguised.readings(0).map(|(form, _)| form).collect();
        assert_eq!(forms, [Form::Written, Form::Folded, Form::Skeleton]);
    }

    proptest! {
        #[test]
        fn words_follow_each_other(text in "[a-zа-я0-9 .,'_@\u{200b}\u{301}ﬁ①虚ก\u{e34}🔥]{0,40}") {
            let words = Words::of(&text);
            let mut end = 0;
            for bytes in words.bytes() {
                prop_assert!(bytes.start < bytes.end && text.get(bytes.clone()).is_some());
                prop_assert!(bytes.start >= end);
                end = bytes.end;
            }
        }
    }
}
