//! Undoes the disguise of addresses, such as `hxxps://evil[.]example` and `name (at) example (dot) com`, and maps
//! positions back to the original text.

use super::{char_at, char_before};

/// A text without disguise.
pub(super) struct PlainText {
    pub(super) text: String,
    /// The start of each copied or replaced stretch, in the plain text and in the original. INVARIANT: both ascend.
    stretches: Vec<(usize, usize)>,
}

/// Words and signs in brackets, each with the sign that it stands for. The brackets are of any kind and have at most one
/// blank before and after them.
const DOT_WORDS: &[(&str, &str)] = &[(".", "."), ("dot", "."), ("точка", ".")];
const AT_WORDS: &[(&str, &str)] = &[("@", "@"), ("at", "@"), ("собака", "@")];

/// Characters that are read as dots in host names (UTS 46), and one that looks like a dot.
const DOT_CHARACTERS: &[char] = &['\u{3002}', '\u{ff0e}', '\u{ff61}', '\u{2024}'];

/// Disguised protocols, each with the protocol that it stands for.
const PROTOCOLS: &[(&str, &str)] = &[
    ("hxxp://", "http://"),
    ("hxxps://", "https://"),
    ("hxxp[:]//", "http://"),
    ("hxxps[:]//", "https://"),
    ("http[:]//", "http://"),
    ("https[:]//", "https://"),
    ("hxxp[://]", "http://"),
    ("hxxps[://]", "https://"),
    ("http[://]", "http://"),
    ("https[://]", "https://"),
];

/// How many characters are searched for a closing bracket, so that a text of opening brackets takes linear time.
const MAX_BRACKETED: usize = 24;

/// The addresses that a caller looks for. In links `(at)` is not replaced, because that would turn a link after it into
/// a mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AddressKind {
    Links,
    Mail,
}

/// The text with disguise undone; `None` when nothing is disguised.
pub(super) fn undo_disguise(text: &str, kind: AddressKind) -> Option<PlainText> {
    let may_begin =
        |c: char| matches!(c, '[' | '(' | '{' | 'h' | 'H') || DOT_CHARACTERS.contains(&c);
    let mut plain = PlainText { text: String::new(), stretches: vec![] };
    let mut copied = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| may_begin(*c)) {
        // A sign that overlaps an earlier one is ignored.
        let Some((start, end, sign)) =
            disguised_sign(text, at, c, kind).filter(|one| one.0 >= copied)
        else {
            continue;
        };
        plain.copy(text, copied, start);
        plain.stretches.push((plain.text.len(), start));
        plain.text.push_str(sign);
        copied = end;
    }
    if plain.stretches.is_empty() {
        return None;
    }
    plain.copy(text, copied, text.len());
    Some(plain)
}

impl PlainText {
    fn copy(&mut self, text: &str, start: usize, end: usize) {
        self.stretches.push((self.text.len(), start));
        self.text.push_str(text.get(start..end).unwrap_or_default());
    }

    /// The position in the original of a position in the plain text.
    pub(super) fn original_position(&self, at: usize) -> usize {
        // If several stretches begin here, the first counts: an empty one marks the end of the stretch before it.
        let after = self.stretches.partition_point(|(plain, _)| *plain < at);
        match self.stretches.get(after) {
            Some((plain, original)) if *plain == at => *original,
            _ => after
                .checked_sub(1)
                .and_then(|last| self.stretches.get(last))
                .map_or(at, |(plain, original)| original + (at - plain)),
        }
    }
}

/// The disguised sign at a position: where it begins and ends, and which sign it stands for.
fn disguised_sign(
    text: &str,
    at: usize,
    c: char,
    kind: AddressKind,
) -> Option<(usize, usize, &'static str)> {
    let rest = text.get(at..)?;
    if matches!(c, 'h' | 'H') {
        if char_before(text, at).is_some_and(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        let head = |written: &str| {
            rest.get(..written.len()).is_some_and(|head| head.eq_ignore_ascii_case(written))
        };
        let (written, plain) = PROTOCOLS.iter().find(|(written, _)| head(written))?;
        return Some((at, at + written.len(), plain));
    }
    let is_of_name =
        |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '_');
    if DOT_CHARACTERS.contains(&c) {
        let end = at + c.len_utf8();
        let inside = is_of_name(char_before(text, at)) && is_of_name(char_at(text, end));
        return inside.then_some((at, end, "."));
    }
    let closing = match c {
        '[' => ']',
        '(' => ')',
        _ => '}',
    };
    let near: String = rest.chars().take(MAX_BRACKETED).collect();
    let (inside, _) = near.get(1..)?.split_once(closing)?;
    let lower = inside.trim().to_lowercase();
    let at_signs = AT_WORDS.iter().filter(|_| kind == AddressKind::Mail);
    let (_, sign) = DOT_WORDS.iter().chain(at_signs).find(|(name, _)| *name == lower)?;
    let end = at + 1 + inside.len() + 1;
    let start = if char_before(text, at) == Some(' ') { at - 1 } else { at };
    let end = if char_at(text, end) == Some(' ') { end + 1 } else { end };
    (is_of_name(char_before(text, start)) && is_of_name(char_at(text, end)))
        .then_some((start, end, sign))
}

#[cfg(test)]
mod tests {
    use super::{AddressKind, undo_disguise};
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn positions_lead_back_to_the_original() {
        let text = "см. hxxps[:]//evil [.] example(dot)com, x";
        let plain = undo_disguise(text, AddressKind::Links).unwrap();
        assert_eq!(plain.text, "см. https://evil.example.com, x");
        let (start, end) = (plain.text.find("https").unwrap(), plain.text.find(',').unwrap());
        assert_eq!(
            text.get(plain.original_position(start)..plain.original_position(end)),
            Some("hxxps[:]//evil [.] example(dot)com")
        );
        assert_eq!(plain.original_position(plain.text.len()), text.len());
        assert_eq!(
            undo_disguise("(at) a [x] h. 。 [.] us (at) a.example", AddressKind::Links)
                .map(|plain| plain.text),
            None
        );
    }

    proptest! {
        #[test]
        fn original_positions_ascend_between_characters(text in "(hxxp://|\\[\\.\\]|\\(dot\\)|[a-zж .]|。| \\(at\\) ){0,20}") {
            if let Some(plain) = undo_disguise(&text, AddressKind::Mail) {
                let mut last = 0;
                for at in (0..=plain.text.len()).filter(|at| plain.text.is_char_boundary(*at)) {
                    let original = plain.original_position(at);
                    prop_assert!(original >= last && text.is_char_boundary(original));
                    last = original;
                }
            }
        }
    }
}
