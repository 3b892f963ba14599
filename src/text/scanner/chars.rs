//! A table of characters for the scan: how each is treated, folded and hashed. It is computed from `fold` and `words`.

use super::super::fold::{Folded, TABLE_END, TATWEEL, begins_cluster, is_ignorable, single_fold};
use super::super::letters::{class_key, is_leet_sign, is_loose_mark, plain_key, suggests_disguise};
use super::super::table::{LETTER_MASK, letter_bits};
use super::super::words::Words;
use std::sync::LazyLock;
use unicode_normalization::{IsNormalized, is_nfc_quick};
use unicode_script::{Script, UnicodeScript};

/// How the scan treats a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Its effect depends on the characters around it, so the specification reads the text between two spaces.
    Hard = 0,
    /// Ends a word.
    Break,
    /// Ends a word, except between two digits: `3.14`.
    Joiner,
    /// Ends a word, and separates what is before it from what follows.
    Space,
    /// Is ignored.
    Ignorable,
    /// Is ignored, but its word counts as a word with dropped marks.
    Mark,
    /// Two letters of a word: `ß`.
    Pair,
    /// A letter of a word.
    Letter = 8,
    Digit,
}

/// Packed into 32 bits: the kind (4 bits), the key of the letter in words without disguise (16), the script and other
/// flags (12).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Entry(u32);

/// One bit for each script that the scan knows. A word with more than one bit mixes scripts.
const SCRIPTS: &[(Script, u32)] = &[
    (Script::Latin, 1 << 24),
    (Script::Cyrillic, 1 << 25),
    (Script::Greek, 1 << 26),
    (Script::Arabic, 1 << 27),
    (Script::Hebrew, 1 << 28),
    (Script::Armenian, 1 << 29),
];
/// The bits of all scripts.
pub(crate) const SCRIPT_BITS: u32 = 0x3f << 24;
/// A letter that can be a sign of disguise within one script, or a mark without a letter.
pub(crate) const SUGGESTS_DISGUISE: u32 = 1 << 30;
/// A sign or digit that stands for a letter in leetspeak.
pub(crate) const LEET: u32 = 1 << 31;
/// A digit.
pub(crate) const NUMERIC: u32 = 1 << 20;

impl Entry {
    const fn new(kind: Kind, letter: char, bits: u32) -> Self {
        Self(kind as u32 | letter_bits(letter) | bits)
    }

    #[inline]
    pub(crate) fn kind(self) -> Kind {
        match self.0 & 15 {
            1 => Kind::Break,
            2 => Kind::Joiner,
            3 => Kind::Space,
            4 => Kind::Ignorable,
            5 => Kind::Mark,
            6 => Kind::Pair,
            8 => Kind::Letter,
            9 => Kind::Digit,
            _ => Kind::Hard,
        }
    }

    /// Whether it is a letter or a digit.
    #[inline(always)]
    pub(crate) fn is_word_char(self) -> bool {
        self.0 & 8 != 0
    }

    /// The key of the letter, in 16 bits: two letters may share one.
    #[inline(always)]
    pub(crate) fn letter(self) -> u32 {
        self.0 & LETTER_MASK
    }

    /// This entry with another letter key.
    pub(crate) fn as_letter(self, letter: char) -> Self {
        Self(self.0 & !LETTER_MASK | letter_bits(letter))
    }

    /// The flags. Those of the characters of a word are joined with `|`.
    #[inline(always)]
    pub(crate) fn bits(self) -> u32 {
        self.0
    }
}

/// For each character: its entry, what it folds to, and its key in words in disguise.
#[derive(Debug)]
pub(crate) struct CharTable {
    entries: Vec<Entry>,
    /// For each character, the first character that it folds to.
    first_folded: Vec<char>,
    classes: Vec<char>,
}

/// The table, which is computed once.
pub(crate) static CHARS: LazyLock<CharTable> = LazyLock::new(|| {
    let rows = (0..TABLE_END).map(|c| char::from_u32(c).unwrap_or('\0'));
    let head = |c: char| Folded::of(c.encode_utf8(&mut [0; 4])).as_str().chars().next();
    CharTable {
        first_folded: rows.clone().map(|c| head(c).unwrap_or(c)).collect(),
        entries: rows.clone().map(entry).collect(),
        classes: rows.map(|c| class_key(single_fold(c).unwrap_or(c))).collect(),
    }
});

/// The first character of a text, and the rest.
/// INVARIANT: the bytes are valid UTF-8.
#[inline(always)]
pub(crate) fn first_char(text: &[u8]) -> Option<(u32, &[u8])> {
    let (&a, rest) = text.split_first()?;
    if a < 0x80 {
        return Some((u32::from(a), rest));
    }
    let (&b, rest) = rest.split_first()?;
    let low = |byte: u8| u32::from(byte & 0x3f);
    if a < 0xe0 {
        return Some((u32::from(a & 0x1f) << 6 | low(b), rest));
    }
    let (&c, rest) = rest.split_first()?;
    if a < 0xf0 {
        return Some((u32::from(a & 0x0f) << 12 | low(b) << 6 | low(c), rest));
    }
    let (&d, rest) = rest.split_first()?;
    Some((u32::from(a & 7) << 18 | low(b) << 12 | low(c) << 6 | low(d), rest))
}

impl CharTable {
    /// The row of a code point.
    #[inline(always)]
    pub(crate) fn of(&self, c: u32) -> Entry {
        match self.entries.get(c as usize) {
            Some(entry) => *entry,
            None => entry_beyond_table(char::from_u32(c).unwrap_or_default()),
        }
    }

    /// The first character that a sign folds to.
    #[inline]
    pub(crate) fn first_folded(&self, c: u32) -> char {
        let own = || char::from_u32(c).unwrap_or_default();
        self.first_folded.get(c as usize).copied().unwrap_or_else(own)
    }

    /// Whether a character is a dropped mark that changes how its word is compared.
    pub(crate) fn is_dropped_mark(&self, c: char) -> bool {
        self.of(c as u32).kind() == Kind::Mark && c != TATWEEL
    }

    /// The key of a letter or digit in words in disguise.
    #[inline]
    pub(crate) fn class_key(&self, c: char) -> char {
        self.classes.get(c as usize).copied().unwrap_or_else(|| class_key(c))
    }
}

/// Emoji of the upper planes separate words. All other characters there are hard.
#[cold]
fn entry_beyond_table(c: char) -> Entry {
    let kind = match c {
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => Kind::Ignorable,
        '\u{1f300}'..='\u{1f3fa}'
        | '\u{1f400}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{1fa70}'..='\u{1faff}' => Kind::Break,
        // A skin tone joins the character before it, even a digit.
        '\u{1f3fb}'..='\u{1f3ff}' => Kind::Joiner,
        _ => Kind::Hard,
    };
    Entry::new(kind, c, 0)
}

fn entry(c: char) -> Entry {
    let hard = Entry::new(Kind::Hard, c, 0);
    if is_ignorable(c) {
        return Entry::new(Kind::Ignorable, c, 0);
    }
    if is_loose_mark(c) && is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes {
        return Entry::new(Kind::Mark, c, SUGGESTS_DISGUISE);
    }
    if !begins_cluster(c) {
        return hard;
    }
    // A digit such as `⁴` is treated as what it folds to.
    let folded = Folded::of(c.encode_utf8(&mut [0; 4]));
    let folded = folded.as_str();
    let leet = if folded.contains(is_leet_sign) { LEET } else { 0 };
    match single_fold(c) {
        Some(digit @ '0'..='9') => Entry::new(Kind::Digit, digit, leet | NUMERIC),
        Some(joiner @ ('.' | ',' | ';' | '\'' | '_')) => Entry::new(Kind::Joiner, joiner, leet),
        Some(letter) if letter.is_alphabetic() => {
            let script = SCRIPTS.iter().find(|(script, _)| *script == letter.script());
            let disguise = if suggests_disguise(letter) { SUGGESTS_DISGUISE } else { 0 };
            script.map_or(hard, |(_, bit)| {
                Entry::new(Kind::Letter, plain_key(letter), bit | disguise)
            })
        }
        _ if letter_pair(c as u32).is_some() => {
            Entry::new(Kind::Pair, c, SCRIPTS.first().map_or(0, |(_, bit)| *bit))
        }
        _ if matches!(c, ' ' | '\t' | '\n' | '\r') => Entry::new(Kind::Space, c, leet),
        // The scan sees only the first character, to decide whether a sign may begin here.
        _ if separates_words(c) && folded.chars().all(|part| folded.starts_with(part)) => {
            Entry::new(Kind::Break, c, leet)
        }
        _ => hard,
    }
}

/// The two Latin letters that a letter folds to, if there are two.
pub(crate) fn letter_pair(c: u32) -> Option<[char; 2]> {
    match char::from_u32(c)? {
        'ß' | 'ẞ' => Some(['s', 's']),
        'œ' | 'Œ' => Some(['o', 'e']),
        'æ' | 'Æ' => Some(['a', 'e']),
        _ => None,
    }
}

/// Whether a character ends a word everywhere and is not part of a word itself.
fn separates_words(c: char) -> bool {
    let text = format!("a{c}b a{c}2 1{c}b 1{c}2");
    let words = Words::of(&text);
    words.iter().map(|(_, word)| word).eq(["a", "b", "a", "2", "1", "b", "1", "2"])
}
