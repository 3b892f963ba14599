//! Finds the phrases of a pattern in a text: first single words with the vocabulary, then sequences of words with a trie,
//! then phrases with gaps.

use super::insight::Written;
use super::numbers::Number;
use super::phrase::{Alternative, Fault, Phrase, PhraseWord};
use super::reading::WordPattern;
use super::spelling::Spelling;
use super::vocabulary::{Step, Steps, Vocabulary, WordId, WordSet};
use super::words::{Span, Words};
use super::{FaultKind, Match, Modifier, PatternFault, PhraseSource};
use crate::base::steps;
use foldhash::HashMap;
use foldhash::fast::RandomState;
use indexmap::IndexSet;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// All phrases of one pattern, compiled.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    pub(crate) phrases: Phrases,
    /// For each compiled phrase, its index among the phrases given to `compile`.
    pub(crate) source_indices: Vec<usize>,
    /// The phrases that it was compiled from, including faulty ones.
    written: Vec<Written>,
    /// Each phrase that repeats an earlier one, and that earlier phrase.
    repeats: Vec<(usize, usize)>,
    /// What a search takes at each word, until [`Matcher::forget_work`]. Only the check of rules asks for it often.
    work: Option<Work>,
}

/// The most steps that a search takes for the words of a text, by the word that they begin with. A word counts for all that begins
/// with it, because each word may begin the longest sequence, as in a text that repeats one word.
#[derive(Clone, Debug, Default)]
struct Work {
    /// By its shortest text; a number by the sign that stands for it.
    at_words: BTreeMap<String, u64>,
    /// For each byte, whatever it is.
    at_bytes: u64,
}

/// The phrases of one or more patterns, with shared words and shared sequences of words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Phrases {
    pub(crate) vocabulary: Vocabulary,
    pub(crate) trie: Trie,
    /// The signs and emoji that phrases look for.
    pub(crate) signs: IndexSet<String>,
    pub(crate) phrases: Vec<CompiledPhrase>,
    /// The indices of the phrases, sorted by their first part. The phrases that begin with part `n` are at
    /// `starts[n]..starts[n + 1]`.
    by_first_part: Vec<usize>,
    starts: Vec<usize>,
}

/// Builds [`Phrases`].
#[derive(Debug, Default)]
pub(crate) struct PhrasesBuilder {
    words: WordSet,
    trie: Trie,
    signs: IndexSet<String>,
    phrases: Vec<CompiledPhrase>,
}

/// A phrase, compiled into parts that it may share with other phrases.
#[derive(Clone, Debug)]
pub(crate) struct CompiledPhrase {
    /// The alternatives of all pieces, each with the index of its piece.
    alternatives: Vec<(usize, Part)>,
    gaps: Vec<Option<u32>>,
}

/// A part that phrases share: a sequence of words, as a node of the trie, or signs, by their index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    Words(usize),
    Signs(usize),
}

/// The places of each part in a text, in order.
pub(crate) type Places = BTreeMap<Part, Vec<Span>>;

/// A trie of all sequences of words. A node is a prefix of a sequence; node 0 is the empty one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trie {
    /// For each node except the root: its parent, and the word that leads from there to it.
    nodes: IndexSet<(usize, WordId), RandomState>,
    /// For each node except the root: whether a sequence ends there.
    ends: Vec<bool>,
}

impl Matcher {
    /// Compiles phrases. Faulty ones are reported and left out. A phrase with a word of mixed scripts is reported, but
    /// kept.
    pub fn compile(phrases: &[PhraseSource<'_>]) -> (Self, Vec<PatternFault>) {
        let read: Vec<_> = phrases.iter().map(Phrase::read).collect();
        let (mut builder, mut source_indices, mut faults) =
            (PhrasesBuilder::default(), vec![], vec![]);
        let (mut seen, mut repeats) = (HashMap::default(), vec![]);
        for (number, (source, phrase)) in phrases.iter().zip(&read).enumerate() {
            let mut report = |Fault { piece, bytes, kind, message }| {
                faults.push(PatternFault { phrase: number, piece, bytes, kind, message });
            };
            match phrase {
                Ok(phrase) => {
                    let first = *seen.entry(identity(source, phrase)).or_insert(number);
                    if first == number {
                        builder.add(source, phrase);
                        source_indices.push(number);
                        phrase.warning.clone().map(report);
                    } else {
                        repeats.push((number, first));
                        report(Fault {
                            piece: 0,
                            bytes: 0..source.pieces.first().map_or(0, |raw| raw.len()),
                            kind: FaultKind::Duplicate,
                            message: "this phrase is listed twice".to_owned(),
                        });
                    }
                }
                Err(fault) => report(fault.clone()),
            }
        }
        let (phrases, written) = (builder.build(), Written::of(phrases));
        let work = Some(phrases.work());
        (Self { phrases, source_indices, written, repeats, work }, faults)
    }

    /// Frees memory. What a search takes is found anew when somebody asks.
    pub(crate) fn forget_work(&mut self) {
        self.work = None;
    }

    /// The most steps for each byte of a text in whose words all of these patterns are searched. Each is searched once. The number
    /// beside it says how often its matches are put together: for the whole text, and for passages of it.
    pub(crate) fn steps_per_byte<'m>(matchers: impl IntoIterator<Item = (&'m Self, u64)>) -> u64 {
        let (mut at_words, mut at_bytes) = (BTreeMap::<String, u64>::new(), 0);
        for (matcher, times) in matchers {
            let work = matcher
                .work
                .as_ref()
                .map_or_else(|| Cow::Owned(matcher.phrases.work()), Cow::Borrowed);
            at_bytes += work.at_bytes;
            for (word, steps) in &work.at_words {
                *at_words.entry(word.clone()).or_default() += times * steps;
            }
        }
        // Something is between two words.
        let words = at_words.into_iter().map(|(word, steps)| steps / (word.len() as u64 + 1));
        at_bytes + words.max().unwrap_or(0)
    }

    /// The earlier phrase that a phrase repeats.
    pub(crate) fn first_listed(&self, phrase: usize) -> Option<usize> {
        let found = self.repeats.binary_search_by_key(&phrase, |(repeat, _)| *repeat).ok()?;
        self.repeats.get(found).map(|(_, first)| *first)
    }

    /// The phrases that it was compiled from, including faulty ones.
    pub fn written(&self) -> &[Written] {
        &self.written
    }

    /// All matches in order, leftmost and longest, without overlaps. The time is linear in the text; phrases with a
    /// common beginning cost the length of that beginning at each place, and gaps cost their width.
    pub fn find(&self, text: &Words) -> Vec<Match> {
        self.find_at(&self.phrases.places(text))
    }

    /// The places of all parts of its phrases in a text.
    pub(crate) fn places(&self, text: &Words) -> Places {
        self.phrases.places(text)
    }

    /// The matches in each of some passages of a text, which are in order and do not overlap, by the places in the text. A
    /// passage has the words of the text that are inside it as a whole.
    pub(crate) fn find_in(&self, places: &Places, passages: &[Range<usize>]) -> Vec<Vec<Match>> {
        let mut inside = vec![Places::new(); passages.len()];
        for (part, spans) in places {
            for span in spans {
                let at = passages.partition_point(|passage| passage.end < span.bytes.end);
                let is_inside =
                    passages.get(at).is_some_and(|passage| passage.start <= span.bytes.start);
                if let Some(places) = inside.get_mut(at).filter(|_| is_inside) {
                    places.entry(*part).or_default().push(span.clone());
                }
            }
        }
        inside.iter().map(|places| self.find_at(places)).collect()
    }

    /// The matches in a text, by the places in it.
    pub(crate) fn find_at(&self, places: &Places) -> Vec<Match> {
        let mut matches: Vec<Match> =
            self.matches_at(places).into_iter().map(|(_, found)| found).collect();
        matches.sort_by_key(|found| (found.bytes.start, Reverse(found.bytes.end), found.phrase));
        let mut end = 0;
        matches.retain(|found| {
            let free = found.bytes.start >= end;
            end = if free { found.bytes.end } else { end };
            free
        });
        matches
    }

    /// The words of a match, in order, without those that stand in the gaps of its phrase. `text` is the text of the match
    /// alone. Empty if no phrase takes it whole.
    pub(crate) fn words_of_match(&self, text: &Words) -> Vec<Range<usize>> {
        let places = self.phrases.places(text);
        let takes_all = |phrase: &&CompiledPhrase| {
            phrase.find(&places).iter().any(|span| span.bytes == (0..text.text().len()))
        };
        let phrases = self.phrases.phrases.iter().filter(takes_all);
        let parts: BTreeSet<Part> =
            phrases.flat_map(|phrase| &phrase.alternatives).map(|(_, part)| *part).collect();
        let found = parts.iter().filter_map(|part| places.get(part)).flatten();
        let mut spans: Vec<Span> = found.cloned().collect();
        spans.sort_by_key(|span| (span.bytes.start, span.bytes.end));
        let mut joined: Vec<Span> = vec![];
        for span in spans {
            match joined.last_mut() {
                // No word is between them.
                Some(last) if span.words.start <= last.words.end => {
                    last.bytes.end = last.bytes.end.max(span.bytes.end);
                    last.words.end = last.words.end.max(span.words.end);
                }
                _ => joined.push(span),
            }
        }
        joined.into_iter().map(|span| span.bytes).collect()
    }

    /// All matches, including overlapping ones, each with the index of its compiled phrase.
    pub(crate) fn all_matches(&self, text: &Words) -> Vec<(usize, Match)> {
        self.matches_at(&self.phrases.places(text))
    }

    fn matches_at(&self, places: &Places) -> Vec<(usize, Match)> {
        let begun: BTreeSet<usize> =
            places.keys().flat_map(|part| self.phrases.starting_with(*part)).copied().collect();
        let mut matches = vec![];
        for number in begun {
            let found = (self.phrases.phrases.get(number), self.source_indices.get(number));
            let (Some(pieces), Some(&phrase)) = found else { continue };
            let spans = pieces.find(places).into_iter();
            matches.extend(
                spans.map(|Span { bytes, words }| (number, Match { bytes, words, phrase })),
            );
        }
        matches
    }
}

impl PhrasesBuilder {
    /// The number of phrases.
    pub(crate) fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Adds a phrase.
    fn add(&mut self, source: &PhraseSource<'_>, phrase: &Phrase) {
        let mut part = |alternative: &Alternative| match alternative {
            Alternative::Words(words) => self.words(words.iter().map(|word| {
                Arc::new(match word {
                    PhraseWord::Word { text, is_prefix } => {
                        WordPattern::new(text, *is_prefix, source.modifier, source.language)
                    }
                    PhraseWord::Number(number) => WordPattern::of_number(*number),
                })
            })),
            Alternative::Signs(signs) => self.sign(signs),
        };
        let pieces = phrase.pieces.iter().enumerate();
        let alternatives = pieces
            .flat_map(|(number, piece)| piece.iter().map(move |one| (number, one)))
            .map(|(number, one)| (number, part(one)))
            .collect();
        self.phrases.push(CompiledPhrase { alternatives, gaps: source.gaps.clone() });
    }

    /// Adds all phrases of a compiled pattern.
    pub(crate) fn extend(&mut self, others: &Phrases) {
        for CompiledPhrase { alternatives, gaps } in &others.phrases {
            let mut part = |part: Part| match part {
                Part::Words(node) => self.words(others.words_of(node).into_iter().cloned()),
                Part::Signs(number) => {
                    self.sign(others.signs.get_index(number).map_or("", String::as_str))
                }
            };
            let alternatives =
                alternatives.iter().map(|&(number, one)| (number, part(one))).collect();
            self.phrases.push(CompiledPhrase { alternatives, gaps: gaps.clone() });
        }
    }

    /// Adds a sequence of words, unless it is there already.
    fn words(&mut self, words: impl Iterator<Item = Arc<WordPattern>>) -> Part {
        Part::Words(self.trie.insert(words.map(|word| self.words.insert_full(word).0)))
    }

    /// Adds folded signs, unless they are there already.
    fn sign(&mut self, signs: &str) -> Part {
        let known = self.signs.get_index_of(signs);
        Part::Signs(known.unwrap_or_else(|| self.signs.insert_full(signs.to_owned()).0))
    }

    /// Indexes all words, and the phrases by their first part.
    pub(crate) fn build(self) -> Phrases {
        let Self { words, trie, signs, phrases } = self;
        let firsts = phrases.iter().enumerate().flat_map(|(number, pieces)| {
            let first = pieces.by_piece().next().into_iter().flatten();
            first.map(move |(_, part)| (part, number))
        });
        let mut begun: Vec<_> = firsts.map(|(part, number)| (part.number(&trie), number)).collect();
        begun.sort_unstable();
        let start = |part| begun.partition_point(|&(first, _)| first < part);
        let starts = (0..=trie.nodes.len() + signs.len()).map(start).collect();
        let by_first_part = begun.into_iter().map(|(_, number)| number).collect();
        Phrases { vocabulary: Vocabulary::of(words), trie, signs, phrases, by_first_part, starts }
    }
}

impl Phrases {
    /// The phrases that begin with a part.
    pub(crate) fn starting_with(&self, part: Part) -> &[usize] {
        let number = part.number(&self.trie);
        let range = self.starts.get(number).zip(self.starts.get(number + 1));
        range.and_then(|(&from, &to)| self.by_first_part.get(from..to)).unwrap_or_default()
    }

    /// The words of the sequence that a node of the trie ends.
    pub(crate) fn words_of(&self, node: usize) -> Vec<&Arc<WordPattern>> {
        let words = self.trie.words_from_end(node);
        let mut words: Vec<_> = words.filter_map(|word| self.vocabulary.get(word)).collect();
        words.reverse();
        words
    }

    /// The numbers in sequences of words, each with the longest word of its sequence, which a text must have too. `None` if
    /// the sequence has no other words.
    pub(crate) fn numbers(&self) -> BTreeSet<(Number, Option<WordId>)> {
        let mut found = BTreeSet::new();
        if !self.vocabulary.has_numbers() {
            return found;
        }
        for (_, part) in self.phrases.iter().flat_map(|phrase| &phrase.alternatives) {
            let Part::Words(node) = part else { continue };
            let words = || self.trie.words_from_end(*node);
            let number = |word| self.vocabulary.get(word).and_then(|word| word.number);
            let length = |word: &WordId| {
                let texts = self.vocabulary.get(*word).into_iter().flat_map(|word| word.texts());
                texts.map(str::len).max()
            };
            let longest = words().filter(|word| number(*word).is_none()).max_by_key(length);
            found.extend(words().filter_map(number).map(|number| (number, longest)));
        }
        found
    }

    fn work(&self) -> Work {
        let mut uses = vec![0_u64; self.trie.nodes.len() + self.signs.len()];
        for (_, part) in self.phrases.iter().flat_map(|phrase| &phrase.alternatives) {
            if let Some(uses) = uses.get_mut(part.number(&self.trie)) {
                *uses += 1;
            }
        }
        let place = |uses: u64| match uses {
            0 => 0,
            uses => steps::PLACE + steps::PHRASE * (uses - 1),
        };
        let mut uses = uses.into_iter();
        // For each node of the trie: its first word, and the steps for the nodes up to it.
        let mut nodes: Vec<(String, u64)> = vec![];
        let mut work = Work { at_bytes: steps::BYTE_MENTIONED, ..Work::default() };
        for ((parent, word), uses) in self.trie.nodes.iter().zip(uses.by_ref()) {
            let parent = parent.checked_sub(1).and_then(|at| nodes.get(at)).cloned();
            let (first, before) = parent.unwrap_or_else(|| (self.shortest_text(*word), 0));
            let steps = before + steps::NODE + place(uses);
            let most = work.at_words.entry(first.clone()).or_default();
            *most = steps.max(*most);
            nodes.push((first, steps));
        }
        for (sign, uses) in self.signs.iter().zip(uses) {
            work.at_words.insert(sign.clone(), place(uses));
            work.at_bytes += steps::BYTE_READ;
        }
        work
    }

    /// The shortest text that a word stands for.
    fn shortest_text(&self, word: WordId) -> String {
        let Some(word) = self.vocabulary.get(word) else { return String::new() };
        match word.number {
            Some(Number::Any) => "#".to_owned(),
            Some(Number::Percentage) => "#%".to_owned(),
            None => word.texts().min_by_key(|text| text.len()).unwrap_or_default().to_owned(),
        }
    }

    /// The places of all parts in a text.
    pub(crate) fn places(&self, text: &Words) -> Places {
        let mut places = Places::new();
        self.trie.walk(&self.vocabulary.read(text), |node, span| {
            places.entry(Part::Words(node)).or_default().push(span);
        });
        for (number, signs) in self.signs.iter().enumerate() {
            let spans: Vec<Span> = text.signs(signs).collect();
            if !spans.is_empty() {
                places.insert(Part::Signs(number), spans);
            }
        }
        places
    }
}

impl Part {
    /// The index of a part among all parts. Sequences of words come first, then signs.
    fn number(self, trie: &Trie) -> usize {
        match self {
            // The root is not a part.
            Self::Words(node) => node.saturating_sub(1),
            Self::Signs(number) => trie.nodes.len() + number,
        }
    }
}

impl CompiledPhrase {
    /// The alternatives for each piece.
    fn by_piece(&self) -> impl DoubleEndedIterator<Item = &[(usize, Part)]> {
        self.alternatives.chunk_by(|(one, _), (next, _)| one == next)
    }

    /// The alternatives, if the phrase has a single piece.
    pub(crate) fn single_piece(&self) -> Option<impl Iterator<Item = Part>> {
        let is_one = self.alternatives.last().is_none_or(|(number, _)| *number == 0);
        is_one.then(|| self.alternatives.iter().map(|&(_, part)| part))
    }

    /// Whether each piece has an alternative that occurs in the text.
    pub(crate) fn all_pieces_occur(&self, occurs: impl Fn(Part) -> bool) -> bool {
        self.by_piece().all(|piece| piece.iter().any(|&(_, part)| occurs(part)))
    }

    /// The places of the complete phrase. Each piece follows the piece before within the gap between them. A place extends
    /// to the last possible end, but over an open gap only to the next piece: else it would be most of the text.
    pub(crate) fn find(&self, places: &Places) -> Vec<Span> {
        if !self.all_pieces_occur(|part| places.contains_key(&part)) {
            return vec![];
        }
        let mut pieces = self.by_piece().rev().map(|piece| {
            let mut spans = piece.iter().filter_map(|(_, part)| places.get(part));
            let first = spans.next().map(Vec::as_slice).unwrap_or_default();
            let others: Vec<&[Span]> = spans.map(Vec::as_slice).collect();
            if others.is_empty() {
                return Cow::Borrowed(first);
            }
            let mut all = [&[first], &*others].concat().concat();
            all.sort_by_key(|span| (span.words.start, span.bytes.start));
            Cow::Owned(all)
        });
        let last = pieces.next().unwrap_or_default();
        let places = pieces.zip(self.gaps.iter().rev()).fold(last, |tails, (heads, &gap)| {
            let longer_before = longer_before(&tails);
            let with_tail = |head: &Span| with_tail(head.clone(), &tails, &longer_before, gap);
            Cow::Owned(heads.iter().filter_map(with_tail).collect())
        });
        places.into_owned()
    }
}

/// For each span, the nearest earlier span that ends after it.
fn longer_before(spans: &[Span]) -> Vec<Option<usize>> {
    let mut open: Vec<(usize, usize)> = vec![];
    let before = spans.iter().enumerate().map(|(at, span)| {
        while open.pop_if(|(_, end)| *end <= span.bytes.end).is_some() {}
        let before = open.last().map(|(at, _)| *at);
        open.push((at, span.bytes.end));
        before
    });
    before.collect()
}

/// Extends a span to the farthest end of the others that begin at most `gap` words after it, or of those that begin next
/// when any gap will do. The others are in order. Binary search finds them, because any number of signs may be between
/// two words.
fn with_tail(
    head: Span,
    tails: &[Span],
    longer_before: &[Option<usize>],
    gap: Option<u32>,
) -> Option<Span> {
    // A sign next to a word may belong to it, as in `$ex` and `tax!`. Words are compared by number, because one
    // character may be several words.
    let from = tails.partition_point(|tail| {
        let is_sign = tail.words.is_empty();
        tail.words.start < head.words.end || is_sign && tail.bytes.start < head.bytes.end
    });
    let most = match gap {
        Some(gap) => head.words.end + gap as usize,
        None => tails.get(from)?.words.start,
    };
    let last = tails.partition_point(|tail| tail.words.start <= most).checked_sub(1)?;
    let before = |at: &usize| longer_before.get(*at).copied().flatten();
    let farthest = std::iter::successors(Some(last), before).take_while(|at| *at >= from).last()?;
    let tail = tails.get(farthest)?;
    let bytes = head.bytes.start..tail.bytes.end;
    Some(Span { bytes, words: head.words.start..tail.words.end })
}

/// The key by which equal phrases are recognised: modifier, spelling, gaps, and the sorted alternatives.
fn identity<'a>(
    source: &'a PhraseSource<'_>,
    phrase: &'a Phrase,
) -> (Modifier, &'static str, &'a [Option<u32>], Vec<Vec<&'a Alternative>>) {
    let mut pieces: Vec<Vec<_>> =
        phrase.pieces.iter().map(|piece| piece.iter().collect()).collect();
    pieces.iter_mut().for_each(|alternatives| alternatives.sort_unstable());
    (source.modifier, Spelling::of(source.language).name(), &source.gaps, pieces)
}

impl Trie {
    /// Adds a sequence. Returns the node that ends it.
    fn insert(&mut self, words: impl Iterator<Item = WordId>) -> usize {
        let end = words.fold(0, |node, word| self.nodes.insert_full((node, word)).0 + 1);
        self.ends.resize(self.nodes.len(), false);
        if let Some(ends) = end.checked_sub(1).and_then(|at| self.ends.get_mut(at)) {
            *ends = true;
        }
        end
    }

    /// The words of the sequence that a node ends, last word first.
    fn words_from_end(&self, node: usize) -> impl Iterator<Item = WordId> {
        let at = |node: usize| self.nodes.get_index(node.checked_sub(1)?).copied();
        let steps = std::iter::successors(at(node), move |(parent, _)| at(*parent));
        steps.map(|(_, word)| word)
    }

    /// The child of a node to which a word leads, and whether a sequence ends there.
    pub(crate) fn child(&self, node: usize, word: WordId) -> Option<(usize, bool)> {
        let at = self.nodes.get_index_of(&(node, word))?;
        Some((at + 1, self.ends.get(at) == Some(&true)))
    }

    /// Finds all sequences in a text, in the order of their first words.
    fn walk(&self, steps: &Steps, mut found: impl FnMut(usize, Span)) {
        for (&start, first) in steps {
            let mut take = |node: usize, begin: usize, step: &Step, open: &mut Vec<_>| {
                let Some((next, ends)) = self.child(node, step.word) else { return };
                if ends {
                    found(
                        next,
                        Span { bytes: begin..step.bytes.end, words: start..step.words.end },
                    );
                }
                open.push((next, begin, step.words.end));
            };
            let mut open = vec![];
            for step in first {
                take(0, step.bytes.start, step, &mut open);
            }
            while let Some((node, begin, at)) = open.pop() {
                // A flag is not a word, so no word follows it: it can only match a phrase of one word.
                let next = steps.get(&at).into_iter().flatten();
                for step in next.filter(|next| at > start && !next.words.is_empty()) {
                    take(node, begin, step, &mut open);
                }
            }
        }
    }
}
