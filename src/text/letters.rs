//! Data about single characters: styles, marks, lookalikes and leetspeak. `fold` and `reading` use them to compare words.

use super::confusables::CONFUSABLES;
use super::fold::TATWEEL;
use foldhash::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

/// Letters that folding replaces in every language: ligatures, small capitals, phonetic letters and emoji that are
/// styles of a letter, all kinds of apostrophes, and `ё`, which Russian often writes as `е`.
const STYLES: &[(&str, &str)] = &[
    ("'", "’‘‛ʼʻʽʹˈꞌ"),
    ("a", "ᴀɑ🅐🅰"),
    ("ae", "æ"),
    ("b", "ʙᴃ🅑🅱"),
    ("c", "ᴄ🅒🅲"),
    ("d", "ᴅ🅓🅳"),
    ("e", "ᴇ🅔🅴"),
    ("f", "ꜰ🅕🅵"),
    ("g", "ɢɡ🅖🅶"),
    ("h", "ʜ🅗🅷"),
    ("i", "ɪᴉ🅘🅸"),
    ("j", "ᴊ🅙🅹"),
    ("k", "ᴋ🅚🅺"),
    ("l", "ʟᴌ🅛🅻"),
    ("m", "ᴍ🅜🅼"),
    ("n", "ɴ🅝🅽"),
    ("o", "ᴏ🅞🅾"),
    ("oe", "œ"),
    ("p", "ᴘ🅟🅿"),
    ("q", "ꞯ🅠🆀"),
    ("r", "ʀ🅡🆁"),
    ("s", "ꜱ🅢🆂"),
    ("t", "ᴛ🅣🆃"),
    ("u", "ᴜ🅤🆄"),
    ("v", "ᴠ🅥🆅"),
    ("w", "ᴡ🅦🆆"),
    ("x", "🅧🆇"),
    ("y", "ʏ🅨🆈"),
    ("z", "ᴢ🅩🆉"),
    ("е", "ё"),
];

/// Lookalikes from real spam that confusables.txt lacks: handwritten shapes (`u` for и, `n` for п, `g` for д), mirrored
/// capitals (`N` for И, `R` for Я), shapes of other fonts, and small raised letters. `σ` is listed for `с` because
/// folding turns the lookalike `ϲ` into it.
const SUPPLEMENT: &[(char, &str)] = &[
    ('и', "unin"),
    ('п', "n"),
    ('д', "g"),
    ('я', "r"),
    ('ш', "w"),
    ('ц', "u"),
    ('ь', "b"),
    ('э', "3"),
    ('т', "m"),
    ('о', "θᎾᏫ"),
    ('с', "σᑦ"),
    ('o', "θᎾᏫ"),
    ('c', "σᑦ"),
    ('q', "۹"),
    ('s', "ᔆ"),
    ('z', "ᙆ"),
    ('u', "иц"),
    ('n', "пи"),
    ('g', "д"),
    ('r', "я"),
    ('w', "шщ"),
    ('b', "б"),
    ('e', "э"),
];

/// Signs and digits that `loose` reads as letters.
const LEET: &[(char, &str)] = &[
    ('a', "4@"),
    ('b', "86"),
    ('c', "¢"),
    ('e', "3€"),
    ('g', "96"),
    ('i', "1!|l"),
    ('l', "1|i"),
    ('o', "0"),
    ('s', "5$"),
    ('t', "7+"),
    ('y', "¥"),
    ('z', "2"),
    ('а', "@4"),
    ('б', "6"),
    ('в', "8"),
    ('з', "3"),
    ('о', "0"),
    ('с', "$"),
    ('т', "7"),
    ('ч', "4"),
];

/// Letters with a stroke, hook or tail, and dotless or reversed letters, listed by their plain letter. Unicode does not
/// decompose them.
const STROKES: &[(char, &str)] = &[
    ('a', "ⱥᶏ"),
    ('b', "ƀɓƃᵬᶀ"),
    ('c', "ȼƈɕꞔ"),
    ('d', "đɖɗƌᵭᶁȡ"),
    ('e', "ɇɛᶒ"),
    ('f', "ᵮᶂ"),
    ('g', "ǥɠᶃ"),
    ('h', "ħɦⱨꞕ"),
    ('i', "ıɨᵻᶖ"),
    ('j', "ȷɉʝ"),
    ('k', "ƙⱪᶄꝁ"),
    ('l', "łƚɫɬɭⱡᶅȴ"),
    ('m', "ɱᵯᶆ"),
    ('n', "ŋɲɳƞᵰᶇȵᴎ"),
    ('o', "ø"),
    ('p', "ᵽƥᵱᶈ"),
    ('q', "ɋʠ"),
    ('r', "ɍɼɽɾᵲᵳᶉᴙ"),
    ('s', "ʂȿᵴᶊ"),
    ('t', "ŧƫƭʈⱦᵵȶ"),
    ('u', "ʉᶙ"),
    ('v', "ʋⱱⱴᶌ"),
    ('w', "ⱳ"),
    ('x', "ᶍ"),
    ('y', "ɏƴỿ"),
    ('z', "ƶȥɀʐʑⱬᵶᶎ"),
];

/// Letters of living alphabets that are rare except in words made of lookalikes (`аррӏе`).
const RARE: &str = "ѕјӏԁԛԝѵѡҽ";

static STYLED: LazyLock<HashMap<char, &str>> = LazyLock::new(|| {
    let pairs =
        |&(plain, styled): &(&'static str, &'static str)| styled.chars().map(move |c| (c, plain));
    STYLES.iter().flat_map(pairs).collect()
});

static WITHOUT_STROKE: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs = |&(bare, struck): &(char, &'static str)| struck.chars().map(move |c| (c, bare));
    STROKES.iter().flat_map(pairs).collect()
});

/// For each letter or digit, the letters that it looks like.
static LOOKS_LIKE: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| {
    let mut all: HashMap<char, Vec<char>> = HashMap::default();
    for (letter, likes) in CONFUSABLES.iter().chain(SUPPLEMENT) {
        for like in likes.chars() {
            all.entry(like).or_default().push(*letter);
        }
    }
    all
});

/// The letter in a parenthesised letter (`⒜`, `🄐`). NFKC would turn it into three characters.
pub(crate) fn unbracketed(c: char) -> char {
    let letter_a = match c {
        '⒜'..='⒵' => '⒜',
        '🄐'..='🄩' => '🄐',
        _ => return c,
    };
    char::from_u32(u32::from('a') + u32::from(c) - u32::from(letter_a)).unwrap_or(c)
}

/// The letter of a regional indicator. Two indicators form a flag.
pub(crate) fn flag_letter(c: char) -> Option<char> {
    let number = u32::from(c).checked_sub(u32::from('🇦')).filter(|number| *number < 26)?;
    char::from_u32(u32::from('a') + number)
}

/// The plain letters into which folding turns a styled letter. `None` for other letters.
pub(crate) fn plain_form(c: char) -> Option<&'static str> {
    if c.is_ascii() { None } else { STYLED.get(&c).copied() }
}

/// The letter of a script that a letter is, perhaps with a mark, or else looks like.
pub(crate) fn letter_of(script: Script, c: char) -> Option<char> {
    let bare = without_mark(c);
    if alphabet(bare) == Some(script) {
        return Some(bare);
    }
    let likes = [c, bare].into_iter().filter_map(|c| LOOKS_LIKE.get(&c)).flatten().copied();
    likes.into_iter().find(|like| alphabet(*like) == Some(script))
}

/// Whether a character is a mark that folding drops, because it is not part of a letter: marks shared by scripts
/// (accents, strokes, Arabic vowels), Hebrew points, old Cyrillic number signs, and the Arabic tatweel.
pub(crate) fn is_loose_mark(c: char) -> bool {
    !c.is_ascii()
        && (c == TATWEEL
            || is_combining_mark(c)
                && matches!(c.script(), Script::Inherited | Script::Hebrew | Script::Cyrillic))
}

/// A letter without its mark: `e` for `é`, `o` for `ø`, `і` for `ї`. `й` stays, because it is a separate letter.
pub(crate) fn without_mark(c: char) -> char {
    if matches!(c, '\0'..='\x7f' | 'а'..='я') {
        return c;
    }
    if let Some(&bare) = WITHOUT_STROKE.get(&c) {
        return bare;
    }
    if !matches!(c.script(), Script::Latin | Script::Cyrillic | Script::Greek) {
        return c;
    }
    let bare = std::iter::once(c).nfd().next().unwrap_or(c);
    // `ǖ` is decomposed down to `u`, but `ł` with a dot below only to `ł`.
    WITHOUT_STROKE.get(&bare).copied().unwrap_or(bare)
}

/// Whether one letter looks like another.
pub(crate) fn looks_like(c: char, letter: char) -> bool {
    LOOKS_LIKE.get(&c).is_some_and(|letters| letters.contains(&letter))
}

/// Whether a sign or digit stands for this letter in leetspeak.
pub(crate) fn stands_for(c: char, letter: char) -> bool {
    LEET.iter().any(|(leet, signs)| *leet == letter && signs.contains(c))
}

/// Whether a character that is not a letter stands for some letter in leetspeak.
pub(crate) fn is_leet_sign(c: char) -> bool {
    matches!(c, '0'..='9' | '@' | '$' | '!' | '|' | '+' | '€' | '¢' | '¥')
}

/// Whether a word has letters of two scripts.
pub(crate) fn mixes_scripts(word: impl Iterator<Item = char>) -> bool {
    let mut scripts = word.filter_map(alphabet);
    let first = scripts.next();
    scripts.any(|script| Some(script) != first)
}

/// The script of a letter. The most common scripts are found without a search.
fn alphabet(c: char) -> Option<Script> {
    match c {
        'a'..='z' => Some(Script::Latin),
        '\0'..='\x7f' => None,
        'à'..='ö' | 'ø'..='ÿ' => Some(Script::Latin),
        c if is_schwa(c) => None,
        'а'..='ѿ' | 'Ҋ'..='ԯ' => Some(Script::Cyrillic),
        _ => Some(c.script()).filter(|script| is_script(script) && c.is_alphabetic()),
    }
}

/// Whether a letter is the schwa, Latin or Cyrillic. Kazakh is often typed with the Latin one, so it is the same letter in
/// both alphabets and a sign of neither.
pub(crate) fn is_schwa(c: char) -> bool {
    matches!(c, 'ə' | 'Ə' | 'ә' | 'Ә')
}

/// Whether a character is a letter, a digit or a mark: part of a word.
pub(crate) fn is_word_char(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        'à'..='ö' | 'ø'..='ÿ' | 'а'..='ѿ' | 'Ҋ'..='ԯ' => true,
        _ => c.is_alphanumeric() || is_combining_mark(c),
    }
}

/// Whether a word of one script is a Latin word in disguise: all its letters look like Latin ones, and it has a rare
/// letter (`аррӏе`) or is in a script that is hardly used today (Lisu, Cherokee, Coptic).
pub(crate) fn is_latin_in_disguise(word: impl Iterator<Item = char> + Clone) -> bool {
    word.clone().any(suggests_disguise) && word.clone().all(looks_latin) && word.count() >= 4
}

/// Whether this letter suggests that a word of its script is in disguise.
pub(crate) fn suggests_disguise(c: char) -> bool {
    match alphabet(c) {
        None | Some(Script::Latin) => false,
        Some(Script::Cyrillic) => RARE.contains(c),
        Some(
            Script::Greek | Script::Armenian | Script::Georgian | Script::Hebrew | Script::Arabic,
        ) => false,
        Some(_) => looks_latin(c),
    }
}

fn looks_latin(c: char) -> bool {
    ('a'..='z').any(|latin| looks_like(c, latin))
}

fn is_script(script: &Script) -> bool {
    !matches!(script, Script::Common | Script::Inherited | Script::Unknown)
}

/// The class of a letter. Two letters are in one class if one can be read as the other: by marks, lookalikes, leetspeak
/// or spelling. A class is named by one of its letters.
pub(crate) fn class_key(c: char) -> char {
    CLASSES.get(&c).copied().unwrap_or_else(|| {
        let unmarked = without_mark(c);
        CLASSES.get(&unmarked).copied().unwrap_or(unmarked)
    })
}

static CLASSES: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let mut classes = Classes::default();
    for (letter, likes) in CONFUSABLES.iter().chain(SUPPLEMENT).chain(LEET) {
        for like in likes.chars() {
            classes.join(*letter, like);
            classes.join(like, without_mark(like));
        }
        classes.join(*letter, without_mark(*letter));
    }
    classes.join('ə', 'ә');
    for (marked, plain) in super::spelling::substitutes() {
        classes.join(marked, plain);
        classes.join(without_mark(marked), without_mark(plain));
    }
    classes.0.clone().into_keys().map(|c| (c, classes.of(c))).collect()
});

/// A union-find structure: each character points at another of its set, and the root at itself.
#[derive(Default)]
struct Classes(HashMap<char, char>);

impl Classes {
    fn of(&self, mut c: char) -> char {
        while let Some(&next) = self.0.get(&c).filter(|next| **next != c) {
            c = next;
        }
        c
    }

    fn join(&mut self, a: char, b: char) {
        let (a, b) = (self.of(a), self.of(b));
        self.0.insert(a.max(b), a.min(b));
        self.0.entry(a.min(b)).or_insert(a.min(b));
    }
}

/// The key of a letter in words without disguise: the letter that people type on a keyboard that lacks this one, without
/// marks.
pub(crate) fn plain_key(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let unmarked = without_mark(c);
    match TYPED_INSTEAD.get(&unmarked).copied().unwrap_or(unmarked) {
        // The schwa is typed `а` in Kazakh and `e` in Azerbaijani.
        'а' => 'e',
        key => key,
    }
}

static TYPED_INSTEAD: LazyLock<HashMap<char, char>> =
    LazyLock::new(|| super::spelling::substitutes().collect());

#[cfg(test)]
mod tests {
    use super::{LEET, class_key, is_leet_sign, plain_key, without_mark};
    use crate::text::spelling;
    use std::collections::BTreeSet;

    #[test]
    fn leet_signs_are_those_of_the_table() {
        let signs: BTreeSet<char> = LEET
            .iter()
            .flat_map(|(_, signs)| signs.chars())
            .filter(|c| !c.is_alphabetic())
            .collect();
        assert_eq!(signs, ('\0'..=char::MAX).filter(|&c| is_leet_sign(c)).collect());
    }

    #[test]
    fn letters_that_are_read_alike_have_one_key() {
        for (letter, substitute) in spelling::substitutes() {
            assert_eq!(
                (plain_key(letter), class_key(letter)),
                (plain_key(substitute), class_key(substitute)),
                "{letter}"
            );
            assert_eq!(plain_key(plain_key(letter)), plain_key(letter));
        }
        for c in ('\0'..=char::MAX).filter(|&c| without_mark(c) != c) {
            assert_eq!(without_mark(without_mark(c)), without_mark(c), "{c}");
            assert_eq!(
                (plain_key(c), class_key(c)),
                (plain_key(without_mark(c)), class_key(without_mark(c))),
                "{c}"
            );
        }
    }
}
