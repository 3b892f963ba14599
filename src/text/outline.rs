//! Compares words that were found, and whole texts: two spellings of one word have the same outline.

use super::Words;
use super::letters::{is_schwa, letter_of, mixes_scripts, without_mark};
use super::reading::TextWord;
use unicode_script::{Script, UnicodeScript};

/// Letters and digits of a text, without blanks, signs, case, style and marks: `Free  Spins`, `frее-spins` with Cyrillic
/// letters and `FREESPINS` have one outline. A text without words is its own outline.
pub(crate) fn outline(text: &str) -> String {
    let letters = letters(&Words::of(text));
    if letters.is_empty() { text.to_owned() } else { letters }
}

/// As [`outline`], for a whole text. Of a text without words it is its signs without blanks, empty if there are none.
pub(crate) fn outline_of_text(text: &str) -> String {
    let words = Words::of(text);
    let letters = letters(&words);
    if !letters.is_empty() {
        return letters;
    }
    words.folded().chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

fn letters(words: &Words) -> String {
    (0..words.len()).filter_map(|number| words.word(number)).map(outline_of_word).collect()
}

/// Only letters in disguise are other letters than they are: each script has letters that look alike in the other.
fn outline_of_word(word: TextWord<'_>) -> String {
    let script = word.is_disguised.then(|| script_meant(word.folded));
    let letter = |c: char| match script.and_then(|script| letter_of(script, c)) {
        _ if is_schwa(c) => 'ə',
        Some(letter) => letter,
        None => without_mark(c),
    };
    word.folded.chars().map(letter).collect()
}

/// The script in which a word in disguise is read: Cyrillic if the word mixes scripts and more of its letters can be
/// Cyrillic than Latin, else Latin. If as many can be either, the script of more letters counts.
fn script_meant(word: &str) -> Script {
    let fit = |script| {
        let possible = word.chars().filter(|&c| letter_of(script, c).is_some()).count();
        (possible, word.chars().filter(|c| c.script() == script).count())
    };
    let is_cyrillic = mixes_scripts(word.chars()) && fit(Script::Cyrillic) > fit(Script::Latin);
    if is_cyrillic { Script::Cyrillic } else { Script::Latin }
}

#[cfg(test)]
mod tests {
    use super::{outline, outline_of_text};

    #[test]
    fn spellings_of_one_word_have_one_outline() {
        for (one, other) in [
            ("Free  Spins", "free-spins"),
            ("free spins", "fr\u{435}\u{435} \u{455}pins"),
            ("казино", "КАЗИН\u{6f}"),
            ("казино", "kазинo"),
            ("казино", "kaзинo"),
            ("scope", "ѕсоре"),
            ("bitcoin", "bitсоin"),
            ("crypto", "𝐂𝓻𝕪𝖕𝘁𝚘"),
            ("доход", "до\u{ad}ход"),
            ("bénéfice", "benefice"),
            ("сәлем", "с\u{259}лем"),
        ] {
            assert_eq!(outline(one), outline(other), "{one} {other}");
        }
    }

    #[test]
    fn a_text_without_words_is_its_signs() {
        for (text, outline) in [
            ("🔥 🔥\n❤️", "🔥🔥❤"),
            ("Free spins 🔥", "freespins"),
            (" \u{200b}\n\u{a0}", ""),
            ("", ""),
            ("１０ %", "10"),
        ] {
            assert_eq!(outline_of_text(text), outline, "{text:?}");
        }
    }

    #[test]
    fn other_words_have_other_outlines() {
        for (one, other) in [
            ("free spins", "free bets"),
            ("казино", "казан"),
            ("%", "$"),
            ("10", "20"),
            ("ß", "s"),
            ("цена", "иена"),
            ("брать деньги", "врать деньги"),
            ("тень", "тенв"),
            ("пора", "нора"),
            ("мыл", "тыл"),
        ] {
            assert_ne!(outline(one), outline(other), "{one} {other}");
        }
    }
}
