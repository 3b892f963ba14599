//! Marks the words in a message on which rules rest, each word once, with the numbers of the rules.

use super::content::Reason;
use crate::program::outcome::{Evidence, FoundBy};
use crate::views::explain::prose::entry_text;
use crate::views::explain::{Explained, Why};
use std::collections::{BTreeMap, BTreeSet};

/// At most this many characters of a part are shown; the whole part is among the details.
const MAX_SHOWN: usize = 1200;
/// At most this many characters on each side of marked words are shown if a part is cut.
const AROUND: usize = 120;

/// A piece of text, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Plain(&'t str),
    /// Words on which the rules with these numbers rest.
    Marked(&'t str, Vec<usize>),
    /// So many characters are left out.
    Cut(usize),
}

/// A part of the message.
pub(super) struct Part<'t> {
    pub name: &'t str,
    /// What is shown at first.
    pub shown: Vec<Piece<'t>>,
    /// All of it, if that is more.
    pub whole: Option<Vec<Piece<'t>>>,
}

/// Words on which rules rest, and what found them.
pub(super) struct Found<'p> {
    pub text: &'p str,
    pub part: &'p str,
    pub by: BTreeSet<String>,
    pub rules: BTreeSet<usize>,
}

/// The words on which a rule rests.
pub(super) fn evidence(rule: &Explained) -> &[Evidence] {
    match &rule.why {
        Why::Fired { evidence, .. } => evidence,
        Why::NotMet(_)
        | Why::Exempt(_)
        | Why::Undetermined { .. }
        | Why::Defeated { .. }
        | Why::NotInForce { .. }
        | Why::OtherPlace { .. } => &[],
    }
}

impl<'t> Part<'t> {
    pub(super) fn of(name: &'t str, text: &'t str, reasons: &[Reason<'_>]) -> Self {
        let whole = pieces(name, text, reasons);
        match excerpt(&whole) {
            shown if shown == whole => Self { name, shown, whole: None },
            shown => Self { name, shown, whole: Some(whole) },
        }
    }
}

/// A part of the message, split where marked words begin and end.
fn pieces<'t>(part: &str, text: &'t str, reasons: &[Reason<'_>]) -> Vec<Piece<'t>> {
    let all = reasons.iter().flat_map(|reason| {
        evidence(reason.rule).iter().map(move |evidence| (reason.number, evidence))
    });
    let here: Vec<_> = all.filter(|(_, evidence)| evidence.part == part).collect();
    let ends = here.iter().flat_map(|(_, evidence)| evidence.bytes);
    let cuts: BTreeSet<usize> = ends.chain([0, text.len()]).collect();
    let mut runs: Vec<(usize, usize, BTreeSet<usize>)> = vec![];
    for (start, end) in cuts.iter().zip(cuts.iter().skip(1)) {
        let covering = here
            .iter()
            .filter(|(_, Evidence { bytes: [from, to], .. })| from <= start && end <= to);
        let rules: BTreeSet<usize> = covering.map(|(number, _)| *number).collect();
        match runs.last_mut() {
            Some((_, last, same)) if *same == rules => *last = *end,
            Some(_) | None => runs.push((*start, *end, rules)),
        }
    }
    let pieces = runs.into_iter().flat_map(|(start, end, rules)| {
        let text = text.get(start..end).unwrap_or_default();
        match rules.is_empty() {
            true => vec![Piece::Plain(text)],
            false => marked(text, rules.into_iter().collect()),
        }
    });
    pieces.collect()
}

/// Marked words without the blanks at their ends.
fn marked(text: &str, rules: Vec<usize>) -> Vec<Piece<'_>> {
    let words = text.trim();
    let (before, after) = text.split_once(words).unwrap_or_default();
    let all = [Piece::Plain(before), Piece::Marked(words, rules), Piece::Plain(after)];
    all.into_iter().filter(|piece| length(piece) > 0).collect()
}

/// The marked words and what is around them, if the text is long; else all of it.
fn excerpt<'t>(pieces: &[Piece<'t>]) -> Vec<Piece<'t>> {
    if pieces.iter().map(length).sum::<usize>() <= MAX_SHOWN {
        return pieces.to_vec();
    }
    let (mut shown, mut left) = (vec![], MAX_SHOWN);
    for (index, piece) in pieces.iter().enumerate() {
        for part in near_marks(piece, index > 0, index + 1 < pieces.len()) {
            let (kept, rest) = at_most(&part, left);
            left = left.saturating_sub(length(&kept));
            shown.extend([kept, Piece::Cut(rest)].into_iter().filter(|piece| length(piece) > 0));
        }
    }
    joined(shown)
}

/// A piece without what is far from marked words.
fn near_marks<'t>(piece: &Piece<'t>, is_after: bool, is_before: bool) -> Vec<Piece<'t>> {
    let Piece::Plain(text) = piece else { return vec![piece.clone()] };
    let count = text.chars().count();
    let (head, tail) = match (is_after, is_before) {
        // No words are marked at all.
        (false, false) => return vec![piece.clone()],
        (is_after, is_before) => {
            (if is_after { AROUND } else { 0 }, if is_before { AROUND } else { 0 })
        }
    };
    if count <= head + tail {
        return vec![piece.clone()];
    }
    let (head, rest) = text.split_at(offset(text, head));
    let middle = count - head.chars().count() - tail;
    let tail = rest.split_at(offset(rest, middle)).1;
    vec![Piece::Plain(head), Piece::Cut(middle), Piece::Plain(tail)]
}

/// The first characters of a piece, and how many more it has.
fn at_most<'t>(piece: &Piece<'t>, max: usize) -> (Piece<'t>, usize) {
    let count = length(piece);
    let kept = match piece {
        Piece::Plain(text) => Piece::Plain(text.split_at(offset(text, max)).0),
        Piece::Marked(text, rules) => {
            Piece::Marked(text.split_at(offset(text, max)).0, rules.clone())
        }
        Piece::Cut(_) => return (Piece::Plain(""), count),
    };
    (kept, count.saturating_sub(max))
}

/// The same pieces, with one number where several pieces in a row are left out.
fn joined(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let mut all: Vec<Piece<'_>> = vec![];
    for piece in pieces {
        match (all.last_mut(), piece) {
            (Some(Piece::Cut(sum)), Piece::Cut(more)) => *sum += more,
            (_, piece) => all.push(piece),
        }
    }
    all
}

/// How many characters a piece stands for.
fn length(piece: &Piece<'_>) -> usize {
    match piece {
        Piece::Plain(text) | Piece::Marked(text, _) => text.chars().count(),
        Piece::Cut(count) => *count,
    }
}

/// The byte at which a character begins; the end of the text if it has fewer characters.
fn offset(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)
}

/// All words on which rules rest, each once, in the order of the message.
pub(super) fn found<'p>(reasons: &[Reason<'p>]) -> Vec<Found<'p>> {
    let mut found: BTreeMap<(&str, [usize; 2]), Found<'p>> = BTreeMap::new();
    for reason in reasons {
        for Evidence { part, bytes, text, found_by, .. } in evidence(reason.rule) {
            let words = found.entry((part, *bytes)).or_insert_with(|| Found {
                text,
                part,
                by: BTreeSet::new(),
                rules: BTreeSet::new(),
            });
            words.by.insert(finder(found_by));
            words.rules.insert(reason.number);
        }
    }
    found.into_values().collect()
}

/// What found words, by a name that people know. The source of a regular expression tells them nothing.
fn finder(found_by: &FoundBy) -> String {
    match found_by {
        FoundBy::Terms(id) => format!("list {id}"),
        FoundBy::Set(id, entry) => format!("list {id}: {}", entry_text(entry)),
        FoundBy::Pattern(pattern) if pattern.contains("r\"") => "a pattern of the rule".to_owned(),
        FoundBy::Pattern(pattern) => format!("phrase {pattern}"),
        FoundBy::Regex(_) => "a regular expression of the rule".to_owned(),
        FoundBy::Text(text) => format!("text “{text}”"),
        FoundBy::Function(name) => format!("function {name}"),
        FoundBy::List(path) => format!("an element of {path}"),
    }
}
