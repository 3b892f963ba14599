//! Finds numbers and percentages in a text, for the `#` and `#%` of phrases.
//!
//! A number is a word that begins with a digit and has only digits and separators (`30`, `1,000.50`, `٣٠`), or an `o` for a
//! zero; with groups of three digits after spaces (`1 000 000`); or two numbers with a dash between (`4-7`, `4 – 7`). A
//! percentage is a number with a percent sign after or before it, or with a word for it (`30 процентов`, `yüzde 30`).

use super::folded;
use super::reading::{TextWord, WordPattern};
use super::words::{Span, Words};
use crate::syntax::tree::Modifier;
use std::iter;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// What a phrase asks for where it has no word of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Number {
    /// `#`: a number.
    Any,
    /// `#%`: a percentage.
    Percentage,
}

/// At most this many groups of three digits belong to one number.
const MAX_GROUPS: usize = 5;

/// The signs of a percentage, as they are written and folded.
pub(crate) const PERCENT_SIGNS: [char; 4] = ['%', '٪', '％', '﹪'];

/// The words for `%` after a number, in all languages: people mix languages.
const PERCENT_WORDS: &[(&str, &[&str])] = &[
    ("ru", &["процент*", "проц"]),
    ("kk", &["пайыз*"]),
    ("uk", &["відсот*"]),
    ("en", &["percent*", "pct", "per cent"]),
    ("fr", &["pourcent*", "pour cent"]),
    ("de", &["prozent*"]),
    ("pt", &["por cento"]),
    ("es", &["por ciento"]),
    ("id", &["persen*"]),
    ("hi", &["प्रतिशत", "फीसदी"]),
    ("ar", &["بالمئة", "بالمائة", "في المئة", "في المائة"]),
];

/// The words for `%` before a number.
const PERCENT_WORDS_BEFORE: &[(&str, &[&str])] = &[("tr", &["yüzde"])];

/// A sequence of words, to be found in a text.
type Sequence = Vec<Arc<WordPattern>>;

static AFTER: LazyLock<Vec<Sequence>> = LazyLock::new(|| sequences(PERCENT_WORDS));
static BEFORE: LazyLock<Vec<Sequence>> = LazyLock::new(|| sequences(PERCENT_WORDS_BEFORE));

fn sequences(table: &[(&str, &[&str])]) -> Vec<Sequence> {
    let word = |language, word: &str| {
        let (text, is_prefix) = word.strip_suffix('*').map_or((word, false), |text| (text, true));
        Arc::new(WordPattern::new(&folded(text), is_prefix, Modifier::Plain, Some(language)))
    };
    let sequence = |(language, written): (_, &str)| {
        written.split(' ').map(|own| word(language, own)).collect()
    };
    let all = table.iter().flat_map(|(language, all)| all.iter().map(move |one| (*language, *one)));
    all.map(sequence).collect()
}

/// The last word of each word or words for `%`. The first of several is common in any text: `per`, `por`.
pub(crate) fn percent_words() -> impl Iterator<Item = Arc<WordPattern>> {
    AFTER.iter().chain(BEFORE.iter()).filter_map(|sequence| sequence.last().cloned())
}

impl Number {
    /// As it is written in a phrase.
    pub(crate) fn written(self) -> &'static str {
        match self {
            Self::Any => "#",
            Self::Percentage => "#%",
        }
    }

    /// A text that it finds, and that no phrase has as a word of its own.
    pub(crate) fn sample(self) -> &'static str {
        match self {
            Self::Any => "7310257",
            Self::Percentage => "7310257%",
        }
    }
}

/// Reports the numbers and percentages of a text. They overlap: `1 000` is a number, and so is the `000` in it.
pub(crate) fn numbers(text: &Words, mut found: impl FnMut(Number, Span)) {
    for first in 0..text.len() {
        if !is_number(text, first) {
            continue;
        }
        let end = end_of_number(text, first);
        for words in iter::once(first..end).chain(end_of_range(text, end).map(|end| first..end)) {
            percentages(text, &words).into_iter().for_each(|span| found(Number::Percentage, span));
            if let Some(span) = text.span_of(words) {
                found(Number::Any, span);
            }
        }
    }
}

/// Whether a word is a number.
fn is_number(text: &Words, word: usize) -> bool {
    text.word(word).is_some_and(|word| {
        let is_part = |c: char| !c.is_alphabetic() || matches!(c, 'o' | 'о');
        word.folded.starts_with(char::is_numeric) && word.folded.chars().all(is_part)
    })
}

/// The end of the number that begins with a word: it may go on with groups of three digits, and end with decimals.
fn end_of_number(text: &Words, first: usize) -> usize {
    let digits = |word: TextWord<'_>| word.folded.chars().take_while(|c| c.is_numeric()).count();
    let folded = |number| text.word(number).map_or("", |word| word.folded);
    let is_whole = |number: usize| folded(number).chars().all(char::is_numeric);
    let is_group = |number: usize| {
        is_number(text, number)
            && text.word(number).is_some_and(|word| digits(word) == 3)
            && text.before(number) == " "
    };
    let mut end = first + 1;
    let begins = is_whole(first) && text.word(first).is_some_and(|word| digits(word) <= 3);
    while begins && end <= first + MAX_GROUPS && is_whole(end - 1) && is_group(end) {
        end += 1;
    }
    end
}

/// The end of a second number after a dash.
fn end_of_range(text: &Words, second: usize) -> Option<usize> {
    let dash = text.before(second).trim_matches(' ');
    let is_dash = matches!(dash, "-" | "–" | "—" | "−" | "‐" | "~");
    (is_dash && is_number(text, second)).then(|| end_of_number(text, second))
}

/// A number with its percent sign or the words for it, in each way that there is.
fn percentages(text: &Words, number: &Range<usize>) -> Vec<Span> {
    let mut found = vec![];
    let after = text.before(number.end);
    let sign = after.trim_start_matches(' ');
    if let Some(c) = sign.chars().next().filter(|c| PERCENT_SIGNS.contains(c)) {
        let length = after.len() - sign.len() + c.len_utf8();
        found.extend(text.span_with(number.clone(), 0, length));
    }
    let before = text.before(number.start);
    let is_of_another = |sign: char| {
        let is_next = before.len() == sign.len_utf8();
        is_next && number.start.checked_sub(1).is_some_and(|last| is_number(text, last))
    };
    let sign = before.chars().next_back().filter(|c| PERCENT_SIGNS.contains(c));
    if let Some(c) = sign.filter(|c| !is_of_another(*c)) {
        found.extend(text.span_with(number.clone(), c.len_utf8(), 0));
    }
    for words in AFTER.iter() {
        let end = number.end + words.len();
        if is_at(text, number.end, words, number.end..end) {
            found.extend(text.span_of(number.start..end));
        }
    }
    for words in BEFORE.iter() {
        let Some(start) = number.start.checked_sub(words.len()) else { continue };
        if is_at(text, start, words, start + 1..number.start + 1) {
            found.extend(text.span_of(start..number.end));
        }
    }
    found
}

/// Whether words are at a place, with only spaces and hyphens before each of `joined`.
fn is_at(text: &Words, first: usize, words: &Sequence, mut joined: Range<usize>) -> bool {
    let is_blank = |c: char| matches!(c, ' ' | '-' | '‐');
    joined
        .all(|number| !text.before(number).is_empty() && text.before(number).chars().all(is_blank))
        && (first..)
            .zip(words)
            .all(|(number, own)| text.word(number).is_some_and(|word| own.matches(word)))
}

#[cfg(test)]
mod tests {
    use super::{Number, numbers};
    use crate::text::Words;

    fn longest(number: Number, text: &str) -> Vec<&str> {
        let mut spans = vec![];
        numbers(&Words::of(text), |own, span| spans.extend((own == number).then_some(span.bytes)));
        spans.sort_by_key(|bytes| (bytes.start, std::cmp::Reverse(bytes.end)));
        let mut end = 0;
        spans.retain(|bytes| {
            bytes.start >= end && {
                end = bytes.end;
                true
            }
        });
        spans.into_iter().filter_map(|bytes| text.get(bytes)).collect()
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, expected) in [
            ("30 руб", vec!["30"]),
            ("1 000 000,50 тг", vec!["1 000 000,50"]),
            ("1\u{a0}000", vec!["1\u{a0}000"]),
            ("1,000.00 and 1'000 and 1.000,5", vec!["1,000.00", "1'000", "1.000,5"]),
            ("4-7 дней, 10 – 15", vec!["4-7", "10 – 15"]),
            ("in 2024 300 people", vec!["2024", "300"]),
            ("12 34 567 89", vec!["12", "34 567", "89"]),
            ("３０ and ٣٠ and 1ОО", vec!["３０", "٣٠", "1ОО"]),
            ("at 10:30", vec!["10", "30"]),
            ("web3, 5G, №, x10, v1.2b", vec![]),
        ] {
            assert_eq!(longest(Number::Any, text), expected, "{text}");
        }
    }

    #[test]
    fn percentages_have_a_sign_or_a_word() {
        for (text, expected) in [
            ("30% в день, 30 % в день", vec!["30%", "30 %"]),
            ("от 4-7% и 1 000 %", vec!["4-7%", "1 000 %"]),
            (
                "30 процентов, 30-процентный, 5 прoц.",
                vec!["30 процентов", "30-процентный", "5 прoц"],
            ),
            ("күніне 12 пайыз", vec!["12 пайыз"]),
            ("5 per cent, 5 percent, 5 pct", vec!["5 per cent", "5 percent", "5 pct"]),
            ("%30 ve yüzde 5", vec!["%30", "yüzde 5"]),
            ("50%30", vec!["50%"]),
            ("٣٠٪", vec!["٣٠٪"]),
            ("30 дней, процент 30, 30\n% от", vec![]),
        ] {
            assert_eq!(longest(Number::Percentage, text), expected, "{text}");
        }
    }
}
