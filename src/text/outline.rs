//! Compares words that were found, and whole texts: two spellings of one word have the same outline.

use super::fold::Folded;
use super::letters::{is_schwa, letter_of, mixes_scripts, without_mark};
use super::words::{disguise, split};
use unicode_script::{Script, UnicodeScript};

/// Letters and digits of a text, without blanks, signs, case, style and marks: `Free  Spins`, `frее-spins` with Cyrillic
/// letters and `FREESPINS` have one outline. A text without words is its own outline.
pub(crate) fn outline(text: &str) -> String {
    let letters = letters(&Folded::text_of(text));
    if letters.is_empty() { text.to_owned() } else { letters }
}

/// As [`outline`], for a whole text. Of a text without words it is its signs without blanks, empty if there are none.
pub(crate) fn outline_of_text(text: &str) -> String {
    let folded = Folded::text_of(text);
    let letters = letters(&folded);
    if !letters.is_empty() {
        return letters;
    }
    folded.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

fn letters(folded: &str) -> String {
    let mut letters = String::with_capacity(folded.len());
    split(folded, |word| add_word(folded.get(word).unwrap_or_default(), &mut letters));
    letters
}

/// Only letters in disguise are other letters than they are: each script has letters that look alike in the other.
fn add_word(folded: &str, letters: &mut String) {
    if folded.is_ascii() {
        return letters.push_str(folded);
    }
    let [_, is_disguised] = disguise(folded);
    let script = is_disguised.then(|| script_meant(folded));
    letters.extend(folded.chars().map(|c| match script.and_then(|script| letter_of(script, c)) {
        _ if is_schwa(c) => 'ə',
        Some(letter) => letter,
        None => without_mark(c),
    }));
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
