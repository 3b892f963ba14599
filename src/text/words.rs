//! Splits a text into words, and finds possible words in leetspeak. The text is folded first, so characters that folding
//! removes cannot split a word. Then it is split by UAX 29, except for one rule, as section 4 of the annex allows:
//! apostrophes, full stops and underscores split a word unless they stand between digits, and colons always split.
//! `l'argent` is `l` and `argent`, `free_money` and `конец.Начало` are two words each, `3.14` is one.

use super::fold::Folded;
use super::letters::{
    flag_letter, is_latin_in_disguise, is_leet_sign, is_word_char, mixes_scripts,
};
use super::reading::{TextWord, has_repetition};
use std::ops::Range;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

/// A text that was folded and split into words, for use by any number of matchers.
#[derive(Clone, Debug)]
pub struct Words {
    text: Box<str>,
    folded: Folded,
    words: Vec<Word>,
}

/// One word.
#[derive(Clone, Debug)]
struct Word {
    /// Its bytes in the folded text.
    folded: Range<usize>,
    /// Its bytes in the original.
    bytes: Range<usize>,
    /// Whether it mixes scripts.
    is_mixed: bool,
    is_disguised: bool,
}

/// A part of a text.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    /// In the original.
    pub(crate) bytes: Range<usize>,
    /// The indices of its words.
    pub(crate) words: Range<usize>,
}

/// A possible word in leetspeak: words with signs between, before or after them (`c@$h`, `$ex`), or spaced letters
/// (`к а з и н о`).
#[derive(Clone, Debug)]
pub(crate) struct LeetCandidate<Letters> {
    pub(crate) words: Range<usize>,
    /// Its letters, digits and signs.
    pub(crate) letters: Letters,
    /// In the original.
    pub(crate) bytes: Range<usize>,
    pub(crate) is_disguised: bool,
}

/// A run of words of one letter each: `к а з и н о`, `к.а.з.и.н.о`.
#[derive(Clone, Debug)]
pub(crate) struct LetterRun<'a> {
    /// The index of the first word.
    pub(crate) first: usize,
    /// The folded words. `ß` folds to two letters.
    pub(crate) letters: Vec<&'a str>,
}

/// The minimum number of single letters of a spelled-out word. Shorter runs are ordinary text: `а я`.
pub(crate) const MIN_SPELLED: usize = 3;
/// Two words do not form one word in leetspeak if more bytes of signs than this are between them.
const MAX_SIGN_BYTES: usize = 3;
/// Two letters belong to different runs if more characters than this are between them.
const MAX_LETTER_GAP: usize = 3;

impl Words {
    /// Folds and splits a text.
    pub fn of(text: &str) -> Self {
        let folded = Folded::of(text);
        let mut words = vec![];
        split(folded.as_str(), |part| words.push(Word::new(&folded, part)));
        Self { text: text.into(), folded, words }
    }

    /// The original.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The number of words.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// A word by its index.
    pub(crate) fn word(&self, number: usize) -> Option<TextWord<'_>> {
        let word = self.words.get(number)?;
        Some(TextWord {
            written: self.text.get(word.bytes.clone())?,
            folded: self.folded_in(word.folded.clone()),
            is_disguised: word.is_disguised,
            has_dropped_marks: self.folded.has_dropped_marks(word.folded.clone()),
        })
    }

    /// The words with letters of more than one script, as bytes of the original.
    pub fn mixed(&self) -> impl Iterator<Item = Range<usize>> {
        self.words.iter().filter(|word| word.is_mixed).map(|word| word.bytes.clone())
    }

    /// The words whose letters are compared by shape: words that mix scripts, and words of another script that are Latin
    /// words in disguise.
    pub fn disguised(&self) -> impl Iterator<Item = Range<usize>> {
        self.words.iter().filter(|word| word.is_disguised).map(|word| word.bytes.clone())
    }

    /// Reports possible leetspeak, except for spaced letters: words with signs or digits in them or around them, and words
    /// with a repeated letter.
    pub(crate) fn leet_candidates(&self, mut found: impl FnMut(LeetCandidate<&str>)) {
        let mut first = 0;
        for group in self.words.chunk_by(|before, word| is_signs(self.between(before, word))) {
            let words = first..first + group.len();
            first = words.end;
            if let [from, ..] = group
                && let Some(to) = group.last()
            {
                self.candidates_of_group(words, from.folded.start..to.folded.end, &mut found);
            }
        }
    }

    /// Reports a group of words alone, and with some or all of the signs next to it: `$ex`, `mone¥!`.
    fn candidates_of_group(
        &self,
        words: Range<usize>,
        folded: Range<usize>,
        found: &mut impl FnMut(LeetCandidate<&str>),
    ) {
        let text = self.folded.as_str();
        let before = text.get(..folded.start).unwrap_or_default().chars().rev();
        let after = text.get(folded.end..).unwrap_or_default().chars();
        let starts: Vec<usize> = sign_lengths(before).map(|bytes| folded.start - bytes).collect();
        for end in sign_lengths(after).map(|bytes| folded.end + bytes) {
            for &start in &starts {
                let letters = text.get(start..end).unwrap_or_default();
                let is_leet = letters.contains(is_leet_sign) || has_repetition(letters);
                if is_leet && letters.contains(char::is_alphabetic) {
                    found(LeetCandidate {
                        words: words.clone(),
                        letters,
                        bytes: self.folded.original(start..end),
                        is_disguised: mixes_scripts(letters.chars()),
                    });
                }
            }
        }
    }

    /// The runs of at least [`MIN_SPELLED`] words of one letter each.
    pub(crate) fn letter_runs(&self) -> impl Iterator<Item = LetterRun<'_>> {
        let letter = |word: &Word| self.folded_in(word.folded.clone());
        let is_one = |text: &str| text.chars().nth(1).is_none();
        let is_letter = move |word: &Word| {
            is_one(letter(word)) || self.text.get(word.bytes.clone()).is_some_and(is_one)
        };
        let mut next = 0;
        let groups = self.words.chunk_by(move |before, word| {
            let between = self.between(before, word);
            is_letter(before)
                && is_letter(word)
                && !between.is_empty()
                && between.chars().count() <= MAX_LETTER_GAP
        });
        groups.filter_map(move |group| {
            let first = next;
            next += group.len();
            (group.len() >= MIN_SPELLED)
                .then(|| LetterRun { first, letters: group.iter().map(letter).collect() })
        })
    }

    /// The runs of at least [`MIN_SPELLED`] regional indicators, which some devices show as letters: `🇸 🇨 🇦 🇲`. They
    /// are not words, so `words` is empty.
    pub(crate) fn flags(&self) -> Vec<LeetCandidate<String>> {
        let mut runs: Vec<(Range<usize>, String)> = vec![];
        for (at, c) in self.folded.as_str().char_indices() {
            let Some(letter) = flag_letter(c) else { continue };
            let end = at + c.len_utf8();
            match runs.last_mut() {
                Some((run, letters)) if self.is_gap(run.end..at) => {
                    run.end = end;
                    letters.push(letter);
                }
                _ => runs.push((at..end, String::from(letter))),
            }
        }
        runs.retain(|(_, letters)| letters.len() >= MIN_SPELLED);
        let candidate = |(run, letters): (Range<usize>, String)| {
            let before = self.words.partition_point(|word| word.folded.end <= run.start);
            let bytes = self.folded.original(run);
            LeetCandidate { words: before..before, letters, bytes, is_disguised: false }
        };
        runs.into_iter().map(candidate).collect()
    }

    /// Whether a range of the folded text is short enough to stand between two letters of one word.
    fn is_gap(&self, folded: Range<usize>) -> bool {
        let between = self.folded_in(folded);
        between.chars().count() <= MAX_LETTER_GAP && !between.contains(char::is_alphanumeric)
    }

    /// The place of one or more words.
    pub(crate) fn span_of(&self, words: Range<usize>) -> Option<Span> {
        let first = self.words.get(words.start)?;
        let last = self.words.get(words.end.checked_sub(1)?)?;
        Some(Span { bytes: first.bytes.start..last.bytes.end, words })
    }

    /// The folded text between a word and the one before it. For the first word, it starts at the beginning of the text. For the
    /// number after the last word, it is the rest of the text.
    pub(crate) fn before(&self, number: usize) -> &str {
        let last = number.checked_sub(1).and_then(|last| self.words.get(last));
        let start = last.map_or(0, |word| word.folded.end);
        let end =
            self.words.get(number).map_or(self.folded.as_str().len(), |word| word.folded.start);
        self.folded_in(start..end)
    }

    /// The place of one or more words with some bytes of the folded text before and after them.
    pub(crate) fn span_with(
        &self,
        words: Range<usize>,
        before: usize,
        after: usize,
    ) -> Option<Span> {
        let first = self.words.get(words.start)?;
        let last = self.words.get(words.end.checked_sub(1)?)?;
        let folded = first.folded.start.checked_sub(before)?..last.folded.end + after;
        Some(Span { bytes: self.folded.original(folded), words })
    }

    /// All places of folded signs or emoji. They are not words, so the range of words is empty and lies between two
    /// words.
    pub(crate) fn signs(&self, signs: &str) -> impl Iterator<Item = Span> {
        self.folded.as_str().match_indices(signs).map(move |(at, _)| {
            let before = self.words.partition_point(|word| word.folded.end <= at);
            let bytes = self.folded.original(at..at + signs.len());
            Span { bytes, words: before..before }
        })
    }

    /// The folded text.
    pub fn folded(&self) -> &str {
        self.folded.as_str()
    }

    /// The bytes in the original of each word, in order.
    pub fn bytes(&self) -> impl Iterator<Item = Range<usize>> {
        self.words.iter().map(|word| word.bytes.clone())
    }

    /// The bytes in the original of each word, and the word folded.
    pub fn iter(&self) -> impl Iterator<Item = (Range<usize>, &str)> {
        self.words.iter().map(|word| (word.bytes.clone(), self.folded_in(word.folded.clone())))
    }

    /// The folded text between a word and the one before it.
    fn between(&self, before: &Word, word: &Word) -> &str {
        self.folded_in(before.folded.end..word.folded.start)
    }

    fn folded_in(&self, range: Range<usize>) -> &str {
        self.folded.as_str().get(range).unwrap_or_default()
    }
}

impl Word {
    fn new(text: &Folded, folded: Range<usize>) -> Self {
        let word = text.as_str().get(folded.clone()).unwrap_or_default();
        let [is_mixed, is_disguised] = disguise(word);
        Self { bytes: text.original(folded.clone()), folded, is_mixed, is_disguised }
    }
}

/// Whether a folded word mixes scripts, and whether its letters are compared by shape.
pub(super) fn disguise(word: &str) -> [bool; 2] {
    let is_mixed = !word.is_ascii() && mixes_scripts(word.chars());
    [is_mixed, is_mixed || !word.is_ascii() && is_latin_in_disguise(word.chars())]
}

/// The lengths in bytes of the first 0, 1, 2, … leetspeak signs next to a word.
fn sign_lengths(neighbours: impl Iterator<Item = char>) -> impl Iterator<Item = usize> {
    let signs = neighbours.take_while(|&c| is_leet_sign(c)).take(MAX_SIGN_BYTES);
    std::iter::once(0).chain(signs.scan(0, |bytes, sign| {
        *bytes += sign.len_utf8();
        Some(*bytes)
    }))
}

/// Whether signs between two words may be letters of one word. Several `!` end a sentence.
fn is_signs(between: &str) -> bool {
    let is_short = !between.is_empty() && between.len() <= MAX_SIGN_BYTES;
    is_short && between.chars().all(is_leet_sign) && !between.contains("!!")
}

/// Finds the words of a folded text. No word contains a space, so each stretch between spaces is split by itself. Most
/// stretches have easy characters only, and need no Unicode properties.
pub(super) fn split(text: &str, mut found: impl FnMut(Range<usize>)) {
    let mut start = 0;
    for stretch in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
        let word = stretch.trim_ascii_end();
        if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            found(start..start + word.len());
        } else if stretch.chars().all(is_easy) {
            // Rules WB11 to WB13b.
            let joins = |c| matches!(c, '.' | ',' | ';' | '\'' | '_');
            parts(stretch, joins, |part| found(start + part.start..start + part.end));
        } else {
            for (at, segment) in stretch.split_word_bound_indices() {
                let at = start + at;
                parts(segment, |_| true, |part| found(at + part.start..at + part.end));
            }
        }
        start += stretch.len();
    }
}

/// Splits a segment of UAX 29, or a stretch of easy characters, at signs. A sign that `joins` accepts does not split
/// digits.
fn parts(segment: &str, joins: fn(char) -> bool, mut found: impl FnMut(Range<usize>)) {
    let mut start = None;
    let mut before = None;
    let mut chars = segment.char_indices().peekable();
    let is_numeric = |c: Option<char>| c.is_some_and(char::is_numeric);
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|&(_, after)| after);
        if is_word_char(c) || joins(c) && is_numeric(before) && is_numeric(after) {
            start = start.or(Some(at));
        } else if let Some(start) = start.take() {
            found(start..at);
        }
        before = Some(c);
    }
    if let Some(start) = start {
        found(start..segment.len());
    }
}

/// Whether a character is ASCII, or a letter that never splits from the letters and digits next to it and has no other effect
/// (ALetter of UAX 29).
fn is_easy(c: char) -> bool {
    c.is_ascii() || EASY.get(c as usize).is_some_and(|&is_easy| is_easy)
}

/// Latin, Greek, Cyrillic, Hebrew and Arabic letters are below this. A larger table would cost more at each start than
/// it saves.
const EASY_END: u32 = 0x700;

/// Whether each character below [`EASY_END`] is easy.
static EASY: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let joins = |c: char| format!("{c}a{c}1{c}{c}").split_word_bounds().count() == 1;
    let is_letter = |c: char| !c.is_ascii() && is_word_char(c) && !c.is_numeric();
    let is_easy = |c: char| is_letter(c) && joins(c);
    (0..EASY_END).map(|c| char::from_u32(c).is_some_and(is_easy)).collect()
});

#[cfg(test)]
mod tests {
    use super::{Words, parts, split};
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};
    use std::ops::Range;
    use unicode_segmentation::UnicodeSegmentation;

    fn words(text: &str) -> Vec<String> {
        let words = Words::of(text);
        words.bytes().map(|bytes| text.get(bytes).unwrap().to_owned()).collect()
    }

    #[test]
    fn words_follow_the_annex_but_split_at_joiners() {
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

    /// Splits a text segment by segment, as the annex defines.
    fn by_segments(text: &str) -> Vec<Range<usize>> {
        let mut words = vec![];
        for (at, segment) in text.split_word_bound_indices() {
            parts(segment, |_| true, |part| words.push(at + part.start..at + part.end));
        }
        words
    }

    fn by_stretches(text: &str) -> Vec<Range<usize>> {
        let mut words = vec![];
        split(text, |part| words.push(part));
        words
    }

    #[test]
    fn thai_text_is_split_into_clusters() {
        assert!(words("เงินฟรี").len() > 1);
    }

    #[test]
    fn only_disguised_words_count_as_disguised() {
        let plain = Words::of(
            "Обычный текст, 30 дней. Kazakh: Ұлттық. Hello 100 сәлем сəлем привет été Straße web3 əlaqə әlaqə",
        );
        assert_eq!(plain.disguised().count(), 0);
        let disguised = Words::of("сrурtо kриптo бiздiң bitcοin аррӏе");
        assert_eq!(disguised.disguised().count(), 5);
        assert_eq!(disguised.mixed().count(), 4);
    }

    /// Each character, next to letters, digits, signs and itself.
    #[test]
    fn each_character_splits_as_in_the_annex() {
        for c in '\0'..='\u{2fff}' {
            let text = format!("a{c}a {c}1{c}.{c} {c}{c}\u{301}{c}'a{c}_1 1{c}1.{c}1:{c}ж");
            assert_eq!(by_stretches(&text), by_segments(&text), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn splitting_by_stretches_equals_splitting_the_text(
            text in "[a1жאカ虚ก½٣ _.,;:'\"+\r\n\t\u{301}\u{200d}\u{ad}\u{903}‿🇸🔥]{0,12}",
        ) {
            prop_assert_eq!(by_stretches(&text), by_segments(&text));
        }

        #[test]
        fn splitting_any_characters_by_stretches_equals_splitting_the_text(
            chars in prop::collection::vec(any::<char>(), 0..6),
            between in "[a1ж .']{0,4}",
        ) {
            let text: String = chars.iter().flat_map(|c| [c.to_string(), between.clone()]).collect();
            prop_assert_eq!(by_stretches(&text), by_segments(&text));
        }

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
