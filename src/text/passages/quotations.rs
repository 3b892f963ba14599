//! Finds what a text quotes: what stands between a pair of quotation marks, on lines that begin with `>`, or in a range that
//! the source marks as a quotation.

use std::ops::Range;
use std::slice;

/// Marks that open a quotation, each with the marks that close it. The same marks open and close in other languages, and some
/// the other way round. The apostrophe is none of them.
const PAIRS: &[(char, &[char])] = &[
    ('«', &['»']),
    ('»', &['«']),
    ('„', &['“', '”', '"']),
    ('“', &['”']),
    ('”', &['”']),
    ('‚', &['‘', '’']),
    ('‘', &['’']),
    ('‹', &['›']),
    ('›', &['‹']),
    ('"', &['"']),
    ('＂', &['＂']),
    ('「', &['」']),
    ('『', &['』']),
    ('《', &['》']),
    ('〈', &['〉']),
    ('〝', &['〞', '〟']),
];
/// Marks that open a quotation only before a word and not after one, because they can be something else there.
const OPEN_BEFORE_WORDS: &[char] = &['"', '＂', '»', '›', '”', '‘'];
/// Marks that close a quotation only after a word and not before one.
const CLOSE_AFTER_WORDS: &[char] = &['"', '＂', '’', '‘', '“', '«', '‹'];
/// The most marks that are open at a time. The first of more is taken for one that nothing closes.
const MAX_OPEN: usize = 16;
/// The most words between marks that are a name: the casino « Fortuna Gold », a “free” prize.
const NAME_WORDS: usize = 3;
/// In scripts without spaces between words, so many letters count as a word.
const LETTERS_OF_A_WORD: usize = 2;

/// What a text quotes, with the marks, in order and without overlaps. Nothing if there is no word outside: then the author
/// says it themself.
pub(super) fn quotations(text: &str, marked: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = between_marks(text);
    found.extend(quoted_lines(text));
    let is_range = |range: &&Range<usize>| text.get((*range).clone()).is_some();
    found.extend(marked.iter().filter(is_range).cloned());
    found.sort_unstable_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = vec![];
    for range in found.into_iter().filter(|range| !range.is_empty()) {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    let says_more = super::without(slice::from_ref(&(0..text.len())), &joined)
        .into_iter()
        .any(|own| text.get(own).is_some_and(|own| own.contains(char::is_alphanumeric)));
    if says_more { joined } else { vec![] }
}

/// A mark that nothing has closed yet.
struct Open {
    closed_by: &'static [char],
    start: usize,
    /// Where the quoted words begin.
    words: usize,
}

fn between_marks(text: &str) -> Vec<Range<usize>> {
    let mut found = vec![];
    let mut open: Vec<Open> = vec![];
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let last = before.replace(c);
        let after = chars.peek().map(|(_, next)| *next);
        let is_after_word = last.is_some_and(|last| !last.is_whitespace());
        let may_close = !CLOSE_AFTER_WORDS.contains(&c)
            || is_after_word && !after.is_some_and(char::is_alphanumeric);
        let opened =
            open.iter().rposition(|open| open.closed_by.contains(&c)).filter(|_| may_close);
        if let Some(Open { start, words, .. }) =
            opened.and_then(|opened| open.drain(opened..).next())
        {
            let is_name = text.get(words..at).is_some_and(is_name);
            found.extend((!is_name).then(|| start..at + c.len_utf8()));
            continue;
        }
        let Some((_, closed_by)) = PAIRS.iter().find(|(opens, _)| *opens == c) else { continue };
        let may_open = !OPEN_BEFORE_WORDS.contains(&c)
            || !last.is_some_and(char::is_alphanumeric)
                && after.is_some_and(|after| !after.is_whitespace());
        if may_open {
            if open.len() == MAX_OPEN {
                open.remove(0);
            }
            open.push(Open { closed_by, start: at, words: at + c.len_utf8() });
        }
    }
    found
}

/// Whether words between marks are too few to be a quotation.
fn is_name(words: &str) -> bool {
    let count = words.split_whitespace().map(|word| {
        let unspaced = word.chars().filter(|c| is_unspaced(*c)).count();
        unspaced.div_ceil(LETTERS_OF_A_WORD).max(usize::from(word.contains(char::is_alphanumeric)))
    });
    let mut so_far = 0;
    for words in count {
        so_far += words;
        if so_far > NAME_WORDS {
            return false;
        }
    }
    true
}

/// Whether a letter belongs to a script without spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// The lines that begin with `>`, with their line ends, so that lines which follow each other are one quotation.
fn quoted_lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let range = start..start + line.len();
        start = range.end;
        let after = line.trim_start().strip_prefix('>')?.chars().next();
        let is_quoted = after.is_none_or(|c| {
            c.is_whitespace()
                || c.is_alphanumeric()
                || c == '>'
                || PAIRS.iter().any(|(opens, _)| *opens == c)
        });
        is_quoted.then_some(range)
    })
}
