//! The pass over the characters of a text that finds the words of a vocabulary.

use super::super::Words;
use super::super::fold::{begins_cluster, is_ignorable, single_fold};
use super::super::letters::{is_latin_in_disguise, mixes_scripts};
use super::super::reading::{self, TextWord};
use super::super::table::Hash;
use super::super::vocabulary::{Step, Vocabulary, WordId, narrowness};
use super::super::words::MIN_SPELLED;
use super::chars::{
    CHARS, CharTable, Entry, Kind, LEET, NUMERIC, SCRIPT_BITS, SUGGESTS_DISGUISE, first_char,
    letter_pair,
};

/// What the pass looks for.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    pub(crate) vocabulary: Vocabulary,
    /// A bit for the first character of each sign.
    signs: u64,
    chars: &'static CharTable,
}

/// The buffers and results of the pass.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// May contain duplicates.
    pub(crate) steps: Vec<Step>,
    /// Whether the text may contain leetspeak.
    pub(crate) may_be_loose: bool,
    /// Whether the text may contain digits.
    pub(crate) may_have_digits: bool,
    /// Whether the text may contain signs of a pattern.
    pub(crate) may_have_signs: bool,
    /// Candidates for the current word.
    candidates: Vec<WordId>,
    /// The current word, folded.
    folded: String,
}

impl Found {
    /// The size of its buffers in bytes.
    pub(super) fn memory(&self) -> usize {
        self.steps.capacity() * size_of::<Step>()
            + self.candidates.capacity() * size_of::<WordId>()
            + self.folded.capacity()
    }
}

/// The current word.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    start: usize,
    end: usize,
    hash: Hash,
    /// Bit 0 is set if the vocabulary has prefixes with as many letters as were read, bit 1 if it has prefixes with one
    /// letter more, and so on.
    lengths: u64,
    /// The flags of all characters read, joined. Zero between words.
    bits: u32,
    last: Entry,
    /// For leetspeak: the number of letters, and how often the last one was repeated.
    letters: u32,
    run: u32,
}

/// How far the pass has come in the text.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    words_read: usize,
    /// The byte, the number of words and the number of steps after the last space. At a hard character, the pass returns
    /// to them.
    stretch: (usize, usize, usize),
    /// Whether the previous character is a sign that can be a letter.
    after_sign: bool,
    /// How many words in a row, up to here, have one letter each.
    single_letters: u32,
}

/// This many equal letters in a row may be leetspeak.
const REPEATED: u32 = reading::REPEATED as u32;

impl Word {
    #[inline(always)]
    fn is_none(&self) -> bool {
        self.bits == 0
    }
}

impl Found {
    pub(crate) fn clear(&mut self) {
        self.steps.clear();
        self.candidates.clear();
        self.may_be_loose = false;
        self.may_have_digits = false;
        self.may_have_signs = false;
    }

    /// Sorts the steps and removes duplicates, which would double the number of paths with each such word.
    pub(crate) fn merge(&mut self) {
        let place = |step: &Step| (step.words.start, step.words.end, step.word);
        self.steps.sort_unstable_by_key(|step| (place(step), narrowness(&step.bytes)));
        self.steps.dedup_by(|next, step| place(next) == place(step));
    }
}

impl Reader {
    /// Creates a pass that looks for the words of a vocabulary and for signs.
    pub(crate) fn new<'a>(vocabulary: Vocabulary, signs: impl Iterator<Item = &'a String>) -> Self {
        let firsts = signs.filter_map(|signs| signs.chars().next());
        Self { signs: firsts.fold(0, |all, c| all | bit(c)), vocabulary, chars: &CHARS }
    }

    /// Reads all words.
    pub(crate) fn read(&self, text: &str, found: &mut Found) {
        if self.vocabulary.is_loose() {
            self.pass::<true>(text, found);
        } else {
            self.pass::<false>(text, found);
        }
    }

    /// Checking for leetspeak costs time even in texts without it, so the check is compiled only into the variant for
    /// `loose` phrases.
    fn pass<const LOOSE: bool>(&self, text: &str, found: &mut Found) {
        let mut progress = Progress::default();
        let mut word = self.no_word();
        let mut rest = text.as_bytes();
        while let Some((c, after)) = first_char(rest) {
            let entry = self.chars.of(c);
            let at = text.len() - rest.len();
            rest = match entry.kind() {
                Kind::Letter | Kind::Digit => {
                    self.begin::<LOOSE>(at, &mut word, &progress, found);
                    let after = self.take_run::<LOOSE>(rest, &mut word, found);
                    word.end = text.len() - after.len();
                    after
                }
                Kind::Pair => {
                    self.begin::<LOOSE>(at, &mut word, &progress, found);
                    for letter in letter_pair(c).into_iter().flatten() {
                        self.take::<LOOSE>(entry.as_letter(letter), &mut word, found);
                    }
                    // The character folds to two letters, but counts as one.
                    word.letters = word.letters.saturating_sub(1);
                    word.end = text.len() - after.len();
                    after
                }
                Kind::Joiner if word.last.kind() == Kind::Digit && self.begins_digit(after) => {
                    self.take::<LOOSE>(entry, &mut word, found);
                    found.may_have_signs |= self.signs & bit(self.chars.first_folded(c)) != 0;
                    after
                }
                Kind::Joiner | Kind::Break => {
                    let is_sign = LOOSE && entry.bits() & LEET != 0;
                    let may_be_letter =
                        c != u32::from('!') || self.vocabulary.may_end_in_exclamation();
                    found.may_be_loose |= is_sign && !word.is_none() && may_be_letter;
                    self.end::<LOOSE>(&mut word, &mut progress, text, found);
                    progress.after_sign = is_sign;
                    found.may_have_signs |= self.signs & bit(self.chars.first_folded(c)) != 0;
                    after
                }
                Kind::Space => {
                    self.end::<LOOSE>(&mut word, &mut progress, text, found);
                    progress.after_sign = false;
                    progress.stretch =
                        (text.len() - after.len(), progress.words_read, found.steps.len());
                    after
                }
                Kind::Ignorable => after,
                Kind::Mark => {
                    if !word.is_none() {
                        word.bits |= SUGGESTS_DISGUISE;
                        word.end = text.len() - after.len();
                    }
                    after
                }
                Kind::Hard => {
                    word = self.no_word();
                    found.may_be_loose |= LOOSE;
                    found.may_have_signs |= self.signs != 0;
                    found.may_have_digits = true;
                    self.read_stretch(&mut progress, text, at, found)
                }
            };
        }
        self.end::<LOOSE>(&mut word, &mut progress, text, found);
    }

    fn no_word(&self) -> Word {
        Word { lengths: self.vocabulary.by_plain_key.lengths, ..Word::default() }
    }

    #[inline(always)]
    fn begin<const LOOSE: bool>(
        &self,
        at: usize,
        word: &mut Word,
        progress: &Progress,
        found: &mut Found,
    ) {
        if word.is_none() {
            word.start = at;
            found.may_be_loose |= LOOSE && progress.after_sign;
        }
    }

    /// Reads letters and digits in a row and returns the rest. Most of the time is spent here.
    #[inline(always)]
    fn take_run<'t, const LOOSE: bool>(
        &self,
        mut rest: &'t [u8],
        word: &mut Word,
        found: &mut Found,
    ) -> &'t [u8] {
        let mut current = *word;
        while let Some((c, after)) = first_char(rest) {
            let entry = self.chars.of(c);
            if !entry.is_word_char() {
                break;
            }
            self.take::<LOOSE>(entry, &mut current, found);
            rest = after;
        }
        *word = current;
        rest
    }

    /// Adds a letter, digit or joiner to the current word.
    #[inline(always)]
    fn take<const LOOSE: bool>(&self, entry: Entry, word: &mut Word, found: &mut Found) {
        if LOOSE {
            let is_again = word.last.letter() == entry.letter();
            word.run = if is_again { word.run.saturating_add(1) } else { 1 };
            word.letters = word.letters.saturating_add(1);
            found.may_be_loose |= word.run >= REPEATED;
        }
        word.hash = word.hash.with(entry.letter());
        word.bits |= entry.bits();
        word.last = entry;
        word.lengths >>= 1;
        if word.lengths & 1 != 0 {
            self.vocabulary.by_plain_key.prefixes.find(word.hash, &mut found.candidates);
        }
    }

    #[inline(always)]
    fn end<const LOOSE: bool>(
        &self,
        word: &mut Word,
        progress: &mut Progress,
        text: &str,
        found: &mut Found,
    ) {
        if word.is_none() {
            return;
        }
        if LOOSE {
            let is_leet = word.bits & LEET != 0 && word.bits & SCRIPT_BITS != 0;
            progress.single_letters =
                if word.letters == 1 { progress.single_letters.saturating_add(1) } else { 0 };
            found.may_be_loose |= is_leet || progress.single_letters >= MIN_SPELLED as u32;
        }
        found.may_have_digits |= word.bits & NUMERIC != 0;
        let scripts = word.bits & SCRIPT_BITS;
        let may_be_disguised =
            scripts & scripts.wrapping_sub(1) != 0 || word.bits & SUGGESTS_DISGUISE != 0;
        self.vocabulary.by_plain_key.whole.find(word.hash, &mut found.candidates);
        if may_be_disguised || !found.candidates.is_empty() {
            self.compare(word, may_be_disguised, progress.words_read, text, found);
        }
        progress.words_read += 1;
        *word = self.no_word();
    }

    /// Compares the current word with its candidates. Words without candidates are never folded.
    #[cold]
    fn compare(
        &self,
        word: &Word,
        may_be_disguised: bool,
        number: usize,
        text: &str,
        found: &mut Found,
    ) {
        let Found { steps, candidates, folded, .. } = found;
        let written = text.get(word.start..word.end).unwrap_or_default();
        self.fold(written, folded);
        let text_word = TextWord {
            written,
            folded,
            is_disguised: may_be_disguised
                && (mixes_scripts(folded.chars()) || is_latin_in_disguise(folded.chars())),
            has_dropped_marks: may_be_disguised
                && written.chars().any(|c| self.chars.is_dropped_mark(c)),
        };
        if text_word.is_disguised {
            self.vocabulary
                .by_class
                .find(folded.chars().map(|c| self.chars.class_key(c)), candidates);
        }
        candidates.sort_unstable();
        candidates.dedup();
        for word_id in candidates.drain(..) {
            if self.vocabulary.get(word_id).is_some_and(|own| own.matches(text_word)) {
                let (words, bytes) = (number..number + 1, word.start..word.end);
                steps.push(Step { word: word_id, words, bytes });
            }
        }
    }

    /// Folds a word without hard characters.
    fn fold(&self, written: &str, folded: &mut String) {
        folded.clear();
        for c in written.chars() {
            match (self.chars.of(c as u32).kind(), single_fold(c), letter_pair(c as u32)) {
                (Kind::Ignorable | Kind::Mark, _, _) => {}
                (_, Some(one), _) => folded.push(one),
                (_, None, Some(pair)) => folded.extend(pair),
                (_, None, None) => folded.push(c),
            }
        }
    }

    /// Reads the text from the last space to the next one with the specification, and returns the rest.
    #[cold]
    fn read_stretch<'t>(
        &self,
        progress: &mut Progress,
        text: &'t str,
        at: usize,
        found: &mut Found,
    ) -> &'t [u8] {
        let (start, number, steps) = progress.stretch;
        let start = with_space(text, start);
        let is_space = |c: char| self.chars.of(c as u32).kind() == Kind::Space;
        let rest = text.get(at..).unwrap_or_default();
        let end = rest.find(is_space).map_or(text.len(), |length| at + length);
        found.steps.truncate(steps);
        found.candidates.clear();
        let words = Words::of(text.get(start..end).unwrap_or_default());
        for (n, bytes) in words.bytes().enumerate() {
            let Some(word) = words.word(n) else { continue };
            let (number, bytes) = (number + n, start + bytes.start..start + bytes.end);
            self.vocabulary.read_word(word, |word| {
                let bytes = bytes.clone();
                found.steps.push(Step { word, words: number..number + 1, bytes });
            });
        }
        progress.words_read = number + words.len();
        progress.stretch = (end, progress.words_read, found.steps.len());
        text.get(end..).unwrap_or_default().as_bytes()
    }

    /// Whether a digit comes next, apart from ignored characters.
    fn begins_digit(&self, mut rest: &[u8]) -> bool {
        while let Some((c, after)) = first_char(rest) {
            let kind = self.chars.of(c).kind();
            if !matches!(kind, Kind::Ignorable | Kind::Mark) {
                return kind == Kind::Digit;
            }
            rest = after;
        }
        false
    }
}

/// The start of a stretch. If the stretch begins with a mark, the space before it is included, because the mark joins
/// it.
fn with_space(text: &str, start: usize) -> usize {
    let (before, after) = text.split_at_checked(start).unwrap_or_default();
    let first = after.chars().find(|&c| !is_ignorable(c));
    match before.char_indices().next_back() {
        Some((space, _)) if first.is_some_and(|c| !begins_cluster(c)) => space,
        _ => start,
    }
}

/// One of 64 bits for a character. Several characters share a bit.
fn bit(c: char) -> u64 {
    1 << ((c as u32).wrapping_mul(0x9e37_79b9) >> 26)
}
