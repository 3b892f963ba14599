//! Marks the words in a message on which rules rest, each word once, with the numbers of the rules.

use super::content::Reason;
use crate::program::outcome::{Evidence, FoundBy};
use crate::views::explain::prose::entry_text;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A part with more characters is cut to about this number; the whole part is among the details.
const MAX_SHOWN: usize = 1200;
/// Of a part that is cut, at most this many characters on each side of marked words are shown.
const MAX_AROUND: usize = 120;
/// At least this many characters on each side of marked words are shown. To say that they are left out takes more room.
const MIN_AROUND: usize = 15;
/// Of the first words of each rule, at least this many characters are shown, however many rules there are.
const MIN_MARKED: usize = 80;

/// A piece of text, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Plain(&'t str),
    /// Words on which the rules with these numbers rest.
    Marked(&'t str, Vec<usize>),
    Cut(Cut),
}

/// What is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cut {
    characters: usize,
    /// How many pieces of marked words are left out whole.
    words: usize,
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
    pub by: String,
    pub rules: String,
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

/// The numbers of rules, as they stand behind the words on which the rules rest.
pub(super) fn numbers<'n>(numbers: impl IntoIterator<Item = &'n usize>) -> String {
    numbers.into_iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

// ---- marking ------------------------------------------------------------------

/// A part of the message, split where marked words begin and end.
fn pieces<'t>(part: &str, text: &'t str, reasons: &[Reason<'_>]) -> Vec<Piece<'t>> {
    let all = reasons
        .iter()
        .flat_map(|Reason { number, rule, .. }| rule.evidence.iter().map(|one| (*number, one)));
    let here: Vec<_> = all.filter(|(_, evidence)| evidence.part == part).collect();
    let ends = here.iter().flat_map(|(_, evidence)| evidence.bytes);
    let cuts: BTreeSet<usize> = ends.chain([0, text.len()]).collect();
    let mut runs: Vec<Run> = vec![];
    for (start, end) in cuts.iter().zip(cuts.iter().skip(1)) {
        let covering = here
            .iter()
            .filter(|(_, Evidence { bytes: [from, to], .. })| from <= start && end <= to);
        let rules = covering.map(|(number, _)| *number).collect();
        add(&mut runs, Run { start: *start, end: *end, rules });
    }
    let mut trimmed = vec![];
    for run in runs {
        run.without_blanks_at_ends(text).into_iter().for_each(|run| add(&mut trimmed, run));
    }
    let pieces = trimmed.into_iter().map(|Run { start, end, rules }| {
        let text = text.get(start..end).unwrap_or_default();
        if rules.is_empty() {
            Piece::Plain(text)
        } else {
            Piece::Marked(text, rules.into_iter().collect())
        }
    });
    pieces.collect()
}

/// A stretch of a text, in bytes, and the rules that rest on all of it.
struct Run {
    start: usize,
    end: usize,
    rules: BTreeSet<usize>,
}

impl Run {
    /// The same, with the blanks at its ends unmarked.
    fn without_blanks_at_ends(self, text: &str) -> [Self; 3] {
        let Self { start, end, rules } = self;
        let words = text.get(start..end).unwrap_or_default();
        let first = start + words.len() - words.trim_start().len();
        let last = (start + words.trim_end().len()).max(first);
        let blank = |start, end| Self { start, end, rules: BTreeSet::new() };
        [blank(start, first), Self { start: first, end: last, rules }, blank(last, end)]
    }
}

/// Adds a run, as part of the last one if the same rules rest on it.
fn add(runs: &mut Vec<Run>, run: Run) {
    match runs.last_mut() {
        _ if run.start == run.end => {}
        Some(last) if last.rules == run.rules => last.end = run.end,
        Some(_) | None => runs.push(run),
    }
}

// ---- cutting ------------------------------------------------------------------

/// All of a short text. Of a long one the first words of each rule, then other marked words, then what is around them.
fn excerpt<'t>(pieces: &[Piece<'t>]) -> Vec<Piece<'t>> {
    if pieces.iter().map(Piece::length).sum::<usize>() <= MAX_SHOWN {
        return pieces.to_vec();
    }
    if let [Piece::Plain(text)] = pieces {
        let (kept, rest) = text.split_at(offset(text, MAX_SHOWN));
        return vec![Piece::Plain(kept), Piece::Cut(Cut::of(rest))];
    }
    let (kept, left) = kept_marks(pieces);
    let marks = kept.iter().filter(|kept| **kept > 0).count();
    let around = (MIN_AROUND + left / (2 * marks).max(1)).min(MAX_AROUND);
    let around = |index: Option<usize>| match index.and_then(|index| kept.get(index)) {
        Some(0) | None => 0,
        Some(_) => around,
    };
    let mut shown = vec![];
    for (index, (piece, kept)) in pieces.iter().zip(&kept).enumerate() {
        match piece {
            Piece::Plain(text) => {
                let (head, tail) = (around(index.checked_sub(1)), around(index.checked_add(1)));
                ends(text, head, tail).into_iter().for_each(|piece| push(&mut shown, piece));
            }
            Piece::Marked(text, _) if *kept == 0 => {
                push(&mut shown, Piece::Cut(Cut { words: 1, ..Cut::of(text) }));
            }
            Piece::Marked(text, rules) => {
                let (text, rest) = text.split_at(offset(text, *kept));
                push(&mut shown, Piece::Marked(text, rules.clone()));
                push(&mut shown, Piece::Cut(Cut::of(rest)));
            }
            Piece::Cut(cut) => push(&mut shown, Piece::Cut(*cut)),
        }
    }
    shown
}

/// How many characters of each piece are shown if it is marked, and how many more may be.
fn kept_marks(pieces: &[Piece<'_>]) -> (Vec<usize>, usize) {
    let (mut kept, mut left) = (vec![0; pieces.len()], MAX_SHOWN);
    let mut known: BTreeSet<usize> = BTreeSet::new();
    for (piece, kept) in pieces.iter().zip(&mut kept) {
        let Piece::Marked(_, rules) = piece else { continue };
        let before = known.len();
        known.extend(rules);
        if known.len() > before {
            *kept = piece.length().min(MIN_MARKED);
            left = left.saturating_sub(*kept + 2 * MIN_AROUND);
        }
    }
    for (piece, kept) in pieces.iter().zip(&mut kept) {
        let around = if *kept == 0 { 2 * MIN_AROUND } else { 0 };
        let more = piece.length() - *kept;
        if matches!(piece, Piece::Marked(..)) && more + around <= left {
            *kept += more;
            left -= more + around;
        }
    }
    (kept, left)
}

/// The first and the last characters of a text.
fn ends(text: &str, head: usize, tail: usize) -> Vec<Piece<'_>> {
    let count = text.chars().count();
    if count <= head + tail {
        return vec![Piece::Plain(text)];
    }
    let (head, rest) = text.split_at(offset(text, head));
    let (middle, tail) = rest.split_at(offset(rest, rest.chars().count() - tail));
    vec![Piece::Plain(head), Piece::Cut(Cut::of(middle)), Piece::Plain(tail)]
}

/// Adds a piece, as part of the last one if both are left out.
fn push<'t>(pieces: &mut Vec<Piece<'t>>, piece: Piece<'t>) {
    match (pieces.last_mut(), piece) {
        (_, piece) if piece.length() == 0 => {}
        (Some(Piece::Cut(sum)), Piece::Cut(more)) => {
            sum.characters += more.characters;
            sum.words += more.words;
        }
        (_, piece) => pieces.push(piece),
    }
}

impl Piece<'_> {
    /// How many characters it stands for.
    fn length(&self) -> usize {
        match self {
            Self::Plain(text) | Self::Marked(text, _) => text.chars().count(),
            Self::Cut(cut) => cut.characters,
        }
    }
}

impl Cut {
    /// Text without marked words.
    fn of(text: &str) -> Self {
        Self { characters: text.chars().count(), words: 0 }
    }

    /// `… 4,727 characters and 2 marked words left out …`
    pub(super) fn text(self) -> String {
        let counted = |count: usize, noun: &str| {
            format!("{} {noun}{}", in_thousands(count), if count == 1 { "" } else { "s" })
        };
        let words =
            (self.words > 0).then(|| format!(" and {}", counted(self.words, "marked word")));
        let characters = counted(self.characters, "character");
        format!("… {characters}{} left out …", words.unwrap_or_default())
    }
}

/// A number with commas between thousands: `4,727`.
fn in_thousands(number: usize) -> String {
    match number / 1000 {
        0 => number.to_string(),
        thousands => format!("{},{:03}", in_thousands(thousands), number % 1000),
    }
}

/// The byte at which a character begins; the end of the text if it has fewer characters.
fn offset(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)
}

// ---- what found the words -----------------------------------------------------

/// All words on which rules rest, each once, in the order of the message.
pub(super) fn found<'p>(reasons: &[Reason<'p>], parts: &[Part<'_>]) -> Vec<Found<'p>> {
    let order: HashMap<&str, usize> = (0..).zip(parts).map(|(at, part)| (part.name, at)).collect();
    let mut found: BTreeMap<_, (&Evidence, BTreeSet<String>, BTreeSet<usize>)> = BTreeMap::new();
    for Reason { number, rule, .. } in reasons {
        for evidence in &rule.evidence {
            let Evidence { part, bytes, found_by, .. } = evidence;
            // Words of a part that the record no longer has come last.
            let key = (order.get(&**part).copied().unwrap_or(parts.len()), part, bytes);
            let (_, by, rules) =
                found.entry(key).or_insert_with(|| (evidence, BTreeSet::new(), BTreeSet::new()));
            by.insert(finder(found_by));
            rules.insert(*number);
        }
    }
    let found = found.into_values().map(|(Evidence { part, text, .. }, by, rules)| Found {
        text,
        part,
        by: by.into_iter().collect::<Vec<_>>().join("; "),
        rules: numbers(&rules),
    });
    found.collect()
}

/// What found words, by a name that people know. The source of a regular expression tells them nothing.
fn finder(found_by: &FoundBy) -> String {
    match found_by {
        FoundBy::Terms(id) => format!("list {id}"),
        FoundBy::Set(id, entry) => format!("list {id}: {}", entry_text(entry)),
        FoundBy::Pattern(pattern) => format!("phrase {pattern}"),
        FoundBy::Regex(_) => "a regular expression of the rule".to_owned(),
        FoundBy::Text(text) => format!("text “{text}”"),
        FoundBy::Function(name) => format!("function {name}"),
        FoundBy::List(path) => format!("an element of {path}"),
    }
}
