//! Compares words that were found: two spellings of one word have the same outline.

use super::Words;
use super::letters::latin_likeness;

/// Letters and digits of a text by their look, without blanks, signs, case and style: `Free  Spins`, `frее-spins` with
/// Cyrillic letters and `FREESPINS` have one outline. A text without words is its own outline.
pub(crate) fn outline(text: &str) -> String {
    let words = Words::of(text);
    let words = (0..words.len()).filter_map(|number| words.word(number));
    let letters: String = words.flat_map(|word| word.folded.chars().map(latin_likeness)).collect();
    if letters.is_empty() { text.to_owned() } else { letters }
}

#[cfg(test)]
mod tests {
    use super::outline;

    #[test]
    fn spellings_of_one_word_have_one_outline() {
        for (one, other) in [
            ("Free  Spins", "free-spins"),
            ("free spins", "fr\u{435}\u{435} \u{455}pins"),
            ("казино", "КАЗИН\u{6f}"),
            ("казино", "kазинo"),
            ("crypto", "𝐂𝓻𝕪𝖕𝘁𝚘"),
            ("доход", "до\u{ad}ход"),
        ] {
            assert_eq!(outline(one), outline(other), "{one} {other}");
        }
    }

    #[test]
    fn other_words_have_other_outlines() {
        for (one, other) in
            [("free spins", "free bets"), ("казино", "казан"), ("%", "$"), ("10", "20"), ("ß", "s")]
        {
            assert_ne!(outline(one), outline(other), "{one} {other}");
        }
    }
}
