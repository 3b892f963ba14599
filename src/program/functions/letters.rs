//! Functions on the letters of a text: scripts, words of mixed script, capitals, emoji.

use super::{Cost, Function, int, row, text};
use crate::base::limits::FOUND;
use crate::text::{Words, is_schwa};
use crate::world::value::Type::{self, Int, Number, Text};
use crate::world::value::{Decimal, Value};
use std::collections::BTreeSet;
use std::ops::Range;
use unicode_properties::emoji::{EmojiStatus, UnicodeEmoji};
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

/// The code of a script has four bytes, and is one element.
const GROWTH: u64 = 5;
/// Our code for mathematical letters, to which Unicode assigns no script. They are used to disguise words.
const MATHEMATICAL: &str = "Zmth";

pub(super) fn rows() -> Vec<Function> {
    let texts = || Type::List(Box::new(Text));
    vec![
        row(
            "scripts",
            "The scripts of a text, sorted, as codes of ISO 15924: `Cyrl`, `Latn`. Digits, signs and emoji have no \
             script; that of mathematical letters is `Zmth`.",
            [("text", Text)],
            texts(),
            Cost::Byte { steps: 60, growth: GROWTH },
            |[text]| {
                let scripts: BTreeSet<&str> =
                    self::text(text)?.chars().filter_map(script).collect();
                Some(Value::List(scripts.into_iter().map(Value::text).collect()))
            },
        ),
        Function {
            excerpts: Some(mixed_words),
            ..row(
                "mixed_words",
                "The words that mix letters of two scripts, in order, at most 10000. The letters i and ə and digits do not count. All \
             scripts of Japanese count as one, and so do those of Korean.",
                [("text", Text)],
                texts(),
                Cost::Byte { steps: 60, growth: GROWTH },
                |[text]| {
                    let text = self::text(text)?;
                    let words = mixed_words(text).into_iter().filter_map(|range| text.get(range));
                    Some(Value::List(words.take(FOUND).map(Value::text).collect()))
                },
            )
        },
        row(
            "capitals",
            "The share of capitals among the letters that can be capital or small, from 0 to 1. It is 0 without such letters.",
            [("text", Text)],
            Number,
            Cost::Byte { steps: 60, growth: GROWTH },
            |[text]| {
                let text = self::text(text)?;
                let count = |is: fn(char) -> bool| text.chars().filter(|c| is(*c)).count();
                let (upper, lower) = (count(char::is_uppercase), count(char::is_lowercase));
                let number = |count: usize| i64::try_from(count).ok().map(Decimal::from_int);
                number(upper)?.over(number((upper + lower).max(1))?).map(Value::Number)
            },
        ),
        row(
            "emoji",
            "The number of emoji; a flag or a family counts as one, although it has several characters.",
            [("text", Text)],
            Int,
            Cost::Byte { steps: 60, growth: GROWTH },
            |[text]| int(self::text(text)?.graphemes(true).filter(|one| is_emoji(one)).count()),
        ),
    ]
}

/// The code of the script of a letter; `None` for letters common to all scripts.
fn script(c: char) -> Option<&'static str> {
    match c {
        '\u{1d400}'..='\u{1d7cb}' => Some(MATHEMATICAL),
        c if c.is_alphabetic() => {
            let script = c.script();
            let is_common = matches!(script, Script::Common | Script::Inherited | Script::Unknown);
            (!is_common).then(|| script.short_name())
        }
        _ => None,
    }
}

fn mixed_words(text: &str) -> Vec<Range<usize>> {
    let is_mixed = |word: &Range<usize>| text.get(word.clone()).is_some_and(is_mixed);
    Words::of(text).bytes().filter(is_mixed).collect()
}

fn is_mixed(word: &str) -> bool {
    // People who type Kazakh or Ukrainian on a foreign keyboard use the Latin `i` for the Cyrillic one, and either
    // schwa for the other.
    let letters = word.chars().filter(|&c| !matches!(c, 'i' | 'I' | 'і' | 'І') && !is_schwa(c));
    let mut scripts = letters.filter_map(script).map(family);
    let first = scripts.next();
    scripts.any(|script| Some(script) != first)
}

/// Replaces a script by a common one if a language mixes it with other scripts within words.
fn family(script: &'static str) -> &'static str {
    match script {
        "Hira" | "Kana" | "Hang" | "Bopo" => "Hani",
        script => script,
    }
}

/// Whether a grapheme cluster is shown as a picture: by default, because of its variation selector, or as a flag or
/// keycap.
fn is_emoji(cluster: &str) -> bool {
    let is_picture = |c: char| {
        matches!(
            c.emoji_status(),
            EmojiStatus::EmojiPresentation
                | EmojiStatus::EmojiPresentationAndModifierBase
                | EmojiStatus::EmojiPresentationAndEmojiComponent
                | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
        )
    };
    let is_selected =
        cluster.contains('\u{fe0f}') && cluster.chars().any(UnicodeEmoji::is_emoji_char);
    is_selected || cluster.chars().any(is_picture)
}

#[cfg(test)]
mod tests {
    use super::mixed_words;

    #[test]
    fn mixed_words_are_divided_as_phrases_are() {
        for (text, expected) in [
            ("файлов.URL ТУТ:url ODAL_история l'été О’Нил", vec![]),
            ("Сəлем, жəне бiз, әlaqә", vec![]),
            ("сrурtо, kриптo_coin", vec!["сrурtо", "kриптo"]),
            ("c\u{200b}rурto", vec!["c\u{200b}rурto"]),
            ("東京タワー ﾄｳｷｮｳ", vec![]),
        ] {
            let words: Vec<_> =
                mixed_words(text).into_iter().filter_map(|word| text.get(word)).collect();
            assert_eq!(words, expected, "{text}");
        }
    }
}
