//! Letters that look alike across scripts, and the signs that stand for letters in leetspeak. They are data for
//! words that mix scripts or are sought `loose`: a word of one script is never rewritten.

use unicode_script::{Script, UnicodeScript};

/// What disguises itself as what, after case folding. A letter stands here when its small *or* its capital form
/// looks like the other (`в` by `В` and `B`); of Greek letters whose two forms look like different Latin letters
/// (`η`, `ν`) the small one counts. From confusables.txt (UTS 39), less the pairs that only look alike in italics,
/// with the digits that pass for letters.
const LOOKALIKES: &[(&str, char)] = &[
    ("аα", 'a'),
    ("вьβ", 'b'),
    ("с", 'c'),
    ("ԁ", 'd'),
    ("еҽε", 'e'),
    ("ё", 'ë'),
    ("ә", 'ə'),
    ("ԍɡ", 'g'),
    ("нһ", 'h'),
    ("іıι", 'i'),
    ("ї", 'ï'),
    ("ј", 'j'),
    ("кκ", 'k'),
    ("ӏ1", 'l'),
    ("м", 'm'),
    ("пη", 'n'),
    ("оοσ0", 'o'),
    ("ө", 'ɵ'),
    ("рρ", 'p'),
    ("ԛ", 'q'),
    ("г", 'r'),
    ("ѕ", 's'),
    ("тτ", 't'),
    ("иυ", 'u'),
    ("ѵν", 'v'),
    ("ԝѡω", 'w'),
    ("хχ", 'x'),
    ("уүγ", 'y'),
    ("ζ", 'z'),
    ("зҙ", '3'),
    ("ч", '4'),
    ("б", '6'),
];

/// Signs read as letters inside a word of Latin letters. `l` and `i` are one, for `1` is read as either.
const LATIN_LEET: &[(&str, char)] = &[
    ("4@", 'a'),
    ("8", 'b'),
    ("3€", 'e'),
    ("9", 'g'),
    ("1!|l", 'i'),
    ("0", 'o'),
    ("5$", 's'),
    ("7+", 't'),
];

/// Signs read as letters inside a word of Cyrillic letters.
const CYRILLIC_LEET: &[(&str, char)] =
    &[("@", 'а'), ("6", 'б'), ("8", 'в'), ("3", 'з'), ("0", 'о'), ("$", 'с'), ("4", 'ч')];

/// Whether a word has letters of two of the scripts that look alike.
pub(crate) fn mixes_scripts(word: &str) -> bool {
    let mut scripts = word
        .chars()
        .map(|c| c.script())
        .filter(|script| matches!(script, Script::Latin | Script::Cyrillic | Script::Greek));
    let first = scripts.next();
    scripts.any(|script| Some(script) != first)
}

/// A folded word with all lookalikes replaced by one of them. Only for comparison with a word that mixes scripts:
/// it is in disguise, and stands for every word with the same skeleton.
pub(crate) fn skeleton(word: &str) -> String {
    word.chars().map(|c| replaced(LOOKALIKES, c)).collect()
}

/// Whether a sign is read as a letter by [`leet`].
pub(crate) fn is_leet_sign(c: char) -> bool {
    !c.is_alphabetic() && [LATIN_LEET, CYRILLIC_LEET].iter().any(|table| replaced(table, c) != c)
}

/// A folded word with its digits and signs read as letters of its script.
pub(crate) fn leet(word: &str) -> String {
    let cyrillic = word.chars().any(|c| c.script() == Script::Cyrillic);
    let table = if cyrillic { CYRILLIC_LEET } else { LATIN_LEET };
    word.chars().map(|c| replaced(table, c)).collect()
}

/// A word with each run of one letter made one letter.
pub(crate) fn squeezed(word: &str) -> String {
    let mut last = None;
    word.chars().filter(|&c| last.replace(c) != Some(c)).collect()
}

fn replaced(table: &[(&str, char)], c: char) -> char {
    table.iter().find(|(likes, _)| likes.contains(c)).map_or(c, |&(_, like)| like)
}

#[cfg(test)]
mod tests {
    use super::{LOOKALIKES, leet, mixes_scripts, skeleton, squeezed};
    use crate::text::fold::Folded;

    #[test]
    fn the_table_is_folded_and_has_each_letter_once() {
        let letters: Vec<char> = LOOKALIKES.iter().flat_map(|(likes, _)| likes.chars()).collect();
        for (n, letter) in letters.iter().enumerate() {
            assert!(!letters[..n].contains(letter), "{letter}");
            assert!(!LOOKALIKES.iter().any(|(_, like)| like == letter), "{letter}");
            assert_eq!(Folded::of(&letter.to_string()).as_str(), letter.to_string());
        }
    }

    #[test]
    fn only_two_scripts_are_a_mixture() {
        for word in ["crypto", "крипто", "ұлттық", "été", "қазақстан", "3д", "web3", "ビット"]
        {
            assert!(!mixes_scripts(word), "{word}");
        }
        for word in ["сrурtо", "kриптo", "бiздiң", "bitcοin"] {
            assert!(mixes_scripts(word), "{word}");
        }
        assert_eq!(skeleton("сrурtо"), skeleton("crypto"));
        assert_eq!(skeleton("kриптo"), skeleton("крипто"));
        assert_eq!(skeleton("бiздiң"), skeleton("біздің"));
    }

    #[test]
    fn signs_are_letters_of_the_script_of_the_word() {
        assert_eq!(leet("c@$1n0"), leet("casino"));
        assert_eq!(leet("do11ar"), leet("dollar"));
        assert_eq!(leet("ка3ин0"), "казино");
        assert_eq!(squeezed("казиииноо"), "казино");
    }
}
