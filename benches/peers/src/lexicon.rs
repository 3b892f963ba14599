//! Invented words in three scripts, and which words may be keywords. Where there are no real messages, texts are written with
//! these words. Frequent words are short, and their frequencies are those of a natural language (Zipf's law).

use fastrand::Rng;

/// The scripts that the corpus is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    Cyrillic,
    Latin,
    Arabic,
}

impl Script {
    fn syllables(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Cyrillic => (
                &["б", "в", "г", "д", "ж", "з", "к", "қ", "л", "м", "н", "п", "р", "с", "т", "х"],
                &["а", "ә", "е", "и", "о", "ө", "у", "ы"],
            ),
            Self::Latin => (
                &["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z"],
                &["a", "e", "i", "o", "u", "ou", "é", "ea"],
            ),
            Self::Arabic => (
                &["ب", "ت", "ث", "ج", "ح", "خ", "د", "ر", "ز", "س", "ش", "ص", "ع", "ف", "ق", "ك"],
                &["ا", "و", "ي", "ل", "م", "ن", "ه", "را"],
            ),
        }
    }

    /// The word with a number. All words differ, and words with larger numbers are longer.
    pub fn word(self, number: usize) -> String {
        let (onsets, vowels) = self.syllables();
        let base = onsets.len() * vowels.len();
        let (mut rest, mut word) = (number, String::new());
        loop {
            let digit = rest % base;
            word.push_str(onsets[digit / vowels.len()]);
            word.push_str(vowels[digit % vowels.len()]);
            rest /= base;
            if rest == 0 {
                return word;
            }
            rest -= 1;
        }
    }
}

/// Draws the number of a word by Zipf's law: the second most frequent word half as often as the first, and so on.
pub fn zipf(rng: &mut Rng, words: usize) -> usize {
    ((words as f64).powf(rng.f64()) as usize).min(words) - 1
}

/// Whether a word means the same to every engine, so that it can be a keyword: letters of one script only, in lower case,
/// for which simple and full case folding agree.
pub fn is_plain(word: &str) -> bool {
    let cyrillic = |c: char| {
        matches!(c, 'а'..='я' | 'ё' | 'ә' | 'ғ' | 'қ' | 'ң' | 'ө' | 'ұ' | 'ү' | 'һ' | 'і')
    };
    let latin = |c: char| c.is_ascii_lowercase() || matches!(c, 'à'..='ö' | 'ø'..='ÿ') && c != '÷';
    let arabic = |c: char| matches!(c, 'ء'..='غ' | 'ف'..='ي');
    let letters = word.chars().count();
    (3..=24).contains(&letters)
        && (word.chars().all(cyrillic) || word.chars().all(latin) || word.chars().all(arabic))
        && !has_repetition(word)
}

/// Whether a letter is repeated for emphasis. Only lexloci finds such words without the repetition too.
fn has_repetition(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    letters.windows(3).any(|run| run[0] == run[1] && run[1] == run[2])
}
