//! Folds a text for comparison: removes invisible characters and differences in case, width and style. Letters that look
//! like those of another script stay; `reading` compares them. Each part of the folded text leads back to the original.

use super::letters::{is_loose_mark, plain_form, unbracketed};
use caseless::Caseless;
use std::iter;
use std::ops::Range;
use std::sync::LazyLock;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A text after NFKC (UAX 15) and full case folding (CaseFolding.txt, C + F), without default-ignorables and without
/// marks that are not part of a letter. Styled letters become plain ones (`letters`).
#[derive(Clone, Debug)]
pub(crate) struct Folded {
    text: String,
    /// The origin of each cluster, in order; none if nobody asks for them.
    origins: Vec<Origin>,
    has_origins: bool,
    /// The positions in the folded text at which marks were dropped. Stress accents and tatweels are not listed, because
    /// a word with them is the same word.
    dropped_marks: Vec<usize>,
}

/// Where a cluster begins in the folded text, and its bytes in the original. A cluster is the smallest piece of a text
/// that can be normalised by itself.
#[derive(Clone, Debug)]
struct Origin {
    folded: usize,
    bytes: Range<usize>,
}

/// `Default_Ignorable_Code_Point` of DerivedCoreProperties.txt: joiners, soft hyphens, variation selectors,
/// bidirectional controls, fillers.
const IGNORABLE: &[(char, char)] = &[
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fff8}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// The accent by which Russian dictionaries mark the stress.
const STRESS: char = '\u{301}';
/// The tatweel, a line that stretches an Arabic word.
pub(crate) const TATWEEL: char = '\u{640}';

impl Folded {
    /// Folds a text in linear time, except for runs of combining marks, which are sorted.
    pub(crate) fn of(text: &str) -> Self {
        Self { origins: Vec::with_capacity(text.chars().count()), ..Self::new(true) }.filled(text)
    }

    /// The folded text alone: nobody asks where its characters come from.
    pub(crate) fn text_of(text: &str) -> String {
        if text.is_ascii() {
            return text.to_ascii_lowercase();
        }
        Self::new(false).filled(text).text
    }

    fn new(has_origins: bool) -> Self {
        Self { text: String::new(), origins: vec![], has_origins, dropped_marks: vec![] }
    }

    fn filled(mut self, text: &str) -> Self {
        let folded = &mut self;
        folded.text.reserve(text.len());
        // The fast path: a character that folds to one character, with no mark after it.
        let mut single: Option<(char, char, usize)> = None;
        let mut cluster = String::new();
        let mut bytes = 0..0;
        for (at, c) in text.char_indices() {
            if let Some(one) = single_fold(c) {
                folded.push_single(single.replace((c, one, at)));
                folded.push(&cluster, bytes.clone());
                cluster.clear();
            } else if is_ignorable(c) {
            } else if begins_cluster(c) {
                folded.push_single(single.take());
                folded.push(&cluster, bytes);
                cluster.clear();
                cluster.push(c);
                bytes = at..at + c.len_utf8();
            } else {
                if let Some((before, _, start)) = single.take() {
                    cluster.push(before);
                    bytes = start..start;
                } else if cluster.is_empty() {
                    bytes = at..at;
                }
                cluster.push(c);
                bytes.end = at + c.len_utf8();
            }
        }
        folded.push_single(single);
        folded.push(&cluster, bytes);
        self
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the original from which a range of the folded text comes. The range must not be empty.
    pub(crate) fn original(&self, folded: Range<usize>) -> Range<usize> {
        let from = |at: usize| {
            let next = self.origins.partition_point(|origin| origin.folded <= at);
            next.checked_sub(1).and_then(|own| self.origins.get(own))
        };
        let start = from(folded.start).map_or(0, |origin| origin.bytes.start);
        let end = from(folded.end.saturating_sub(1)).map_or(0, |origin| origin.bytes.end);
        start..end.max(start)
    }

    fn push_single(&mut self, single: Option<(char, char, usize)>) {
        if let Some((c, one, at)) = single {
            self.note_origin(at..at + c.len_utf8());
            self.text.push(one);
        }
    }

    /// Notes where what is added next comes from.
    fn note_origin(&mut self, bytes: Range<usize>) {
        if self.has_origins {
            self.origins.push(Origin { folded: self.text.len(), bytes });
        }
    }

    fn push(&mut self, cluster: &str, bytes: Range<usize>) {
        if cluster.is_empty() {
            return;
        }
        self.note_origin(bytes);
        // Case folding can decompose characters (`ΐ`), so normalise again.
        let letters = cluster.chars().map(unbracketed).nfkc().default_case_fold().nfkc();
        let mut rest = String::new();
        let (mut dropped, mut changed) = (false, false);
        for c in letters {
            if is_loose_mark(c) {
                dropped |= !matches!(c, STRESS | TATWEEL);
                changed = true;
            } else if let Some(plain) = plain_form(c) {
                rest.push_str(plain);
                changed = true;
            } else {
                rest.push(c);
            }
        }
        if dropped && !rest.is_empty() {
            self.dropped_marks.push(self.text.len());
        }
        if changed {
            // Separate characters may now compose into one.
            self.text.extend(rest.nfc());
        } else {
            self.text.push_str(&rest);
        }
    }

    /// Whether marks were dropped from a range of the folded text.
    pub(crate) fn has_dropped_marks(&self, folded: Range<usize>) -> bool {
        let next = self.dropped_marks.partition_point(|at| *at < folded.start);
        self.dropped_marks.get(next).is_some_and(|at| *at < folded.end)
    }
}

/// Characters below this have a row in [`SINGLE_FOLDS`].
pub(crate) const TABLE_END: u32 = 0x2c00;

/// For each character: the single character that it folds to if no mark follows, or `\0` if there is none.
static SINGLE_FOLDS: LazyLock<Vec<char>> = LazyLock::new(|| {
    let one = |c: char| {
        let mut folded = Folded::new(false);
        folded.push(c.encode_utf8(&mut [0; 4]), 0..c.len_utf8());
        let mut chars = folded.text.chars();
        let first =
            chars.next().filter(|_| chars.next().is_none() && folded.dropped_marks.is_empty());
        first.filter(|_| begins_cluster(c) && !is_ignorable(c)).unwrap_or('\0')
    };
    (0..TABLE_END).map(|c| char::from_u32(c).map_or('\0', one)).collect()
});

/// The character that this character folds to, if that is a single character.
#[inline]
pub(crate) fn single_fold(c: char) -> Option<char> {
    SINGLE_FOLDS.get(c as usize).copied().filter(|&one| one != '\0')
}

/// Whether a character is invisible and therefore dropped.
pub(crate) fn is_ignorable(c: char) -> bool {
    let next = IGNORABLE.partition_point(|&(first, _)| first <= c);
    next.checked_sub(1).and_then(|own| IGNORABLE.get(own)).is_some_and(|&(_, last)| c <= last)
}

/// Whether a character starts a new cluster: it is not a mark, and normalisation never joins it to the one before.
pub(crate) fn begins_cluster(c: char) -> bool {
    if c.is_ascii() {
        return true;
    }
    if is_loose_mark(c) {
        return false;
    }
    let mut first = None;
    decompose_compatible(c, |part| {
        first.get_or_insert(part);
    });
    first.is_none_or(|part| {
        canonical_combining_class(part) == 0 && is_nfc_quick(iter::once(part)) == IsNormalized::Yes
    })
}

#[cfg(test)]
mod tests {
    use super::{Folded, is_ignorable};
    use crate::text::letters::{is_loose_mark, plain_form, unbracketed};
    use caseless::Caseless;
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};
    use unicode_normalization::UnicodeNormalization;

    fn fold(text: &str) -> String {
        Folded::of(text).text
    }

    /// Folds a text at once, as the definition says.
    fn fold_at_once(text: &str) -> String {
        let kept = text.chars().filter(|c| !is_ignorable(*c)).map(unbracketed);
        let folded: String = kept.nfkc().default_case_fold().nfkc().collect();
        let plain = folded.chars().filter(|c| !is_loose_mark(*c));
        let styles = |c| plain_form(c).map_or_else(|| c.to_string(), str::to_owned);
        plain.map(styles).collect::<String>().nfc().collect()
    }

    #[test]
    fn disguises_of_a_letter_fold_to_it() {
        for (text, folded) in [
            ("Ｃｒｙｐｔｏ", "crypto"),
            ("𝐂𝓻𝕪𝖕𝘁𝚘", "crypto"),
            ("cr\u{200b}yp\u{ad}to\u{fe0f}", "crypto"),
            ("STRASSE straße", "strasse strasse"),
            ("cafe\u{301} CAFÉ", "café café"),
            ("e\u{200d}\u{301}", "é"),
            ("ΣΊΣΥΦΟΣ σίσυφος", "σίσυφοσ σίσυφοσ"),
            ("Выигрыш деньги Ұлттық", "выигрыш деньги ұлттық"),
            ("①㎏ﬁ", "1kgfi"),
            ("⒞⒜⒮⒤⒩⒪ 🄒🄐🄢🄘🄝🄞", "casino casino"),
            ("c\u{336}r\u{301}\u{301}y", "cŕy"),
            ("за\u{301}мок ёлка", "замок елка"),
            ("cœur ᴄᴀꜱɪɴᴏ 🅱itch o‘zbek’", "coeur casino bitch o'zbek'"),
            ("İSTANBUL IŞIK", "istanbul işik"),
            ("كـــازينو مُحَمَّد", "كازينو محمد"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn ranges_lead_back_to_the_original() {
        let folded = Folded::of("a\u{200b}ﬁ e\u{301}!");
        assert_eq!(folded.as_str(), "afi é!");
        assert_eq!(folded.original(0..1), 0..1);
        assert_eq!(folded.original(1..2), 4..7);
        assert_eq!(folded.original(0..3), 0..7);
        assert_eq!(folded.original(4..6), 8..11);
    }

    #[test]
    fn ignorables_are_those_of_unicode() {
        let standard = regex::Regex::new(r"\A\p{Default_Ignorable_Code_Point}\z").unwrap();
        for c in '\0'..=char::MAX {
            assert_eq!(is_ignorable(c), standard.is_match(c.encode_utf8(&mut [0; 4])), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_by_clusters_equals_folding_at_once(chars in prop::collection::vec(any::<char>(), 0..40)) {
            let text: String = chars.iter().collect();
            prop_assert_eq!(fold(&text), fold_at_once(&text));
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn folding_marks_and_jamo_by_clusters_equals_folding_at_once(
            text in "[aeİΐᾳǅ가각\u{1100}-\u{11ff}\u{300}-\u{345}ﾊﾟﾞ\u{93c}क]{0,20}",
        ) {
            prop_assert_eq!(fold(&text), fold_at_once(&text));
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn the_text_alone_is_the_same(text in "[\0-\u{7f}]{0,40}|\\PC{0,20}|[a\u{300}-\u{345}ﾊﾟﾞ가각ﬁ]{0,20}") {
            prop_assert_eq!(Folded::text_of(&text), fold(&text));
        }

        #[test]
        fn original_ranges_are_valid(text in "\\PC{0,20}") {
            let folded = Folded::of(&text);
            for (at, c) in folded.as_str().char_indices() {
                prop_assert!(text.get(folded.original(at..at + c.len_utf8())).is_some());
            }
        }

        #[test]
        fn original_ranges_are_in_order(chars in prop::collection::vec(any::<char>(), 0..40)) {
            let text: String = chars.iter().collect();
            let folded = Folded::of(&text);
            let mut last = 0..0;
            for (at, c) in folded.as_str().char_indices() {
                let bytes = folded.original(at..at + c.len_utf8());
                prop_assert!(bytes == last || bytes.start >= last.end, "{bytes:?} {last:?}");
                last = bytes;
            }
        }
    }
}
