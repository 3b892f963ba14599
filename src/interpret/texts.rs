//! Evaluates conditions on texts and sets, and collects their evidence.

use super::clue::{Clue, Part};
use super::evaluated::{Evaluated, Origin};
use super::{Interpreter, Scope};
use crate::base::limits::{EVIDENCE, FOUND};
use crate::base::steps;
use crate::program::compare::{as_set_entry, as_text};
use crate::program::functions::{Excerpts, Function};
use crate::program::outcome::FoundBy;
use crate::program::{Expr, PatternName, PatternRef, Sought, TextTest};
use crate::text::{Match, Matcher, Places, Regex, Words, near};
use crate::world::lists::Set;
use crate::world::standard::span;
use crate::world::value::{SurfacePart, Value};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// One text that a condition searches.
struct Piece {
    text: Arc<str>,
    source: Option<Source>,
    passage: Option<Passage>,
}

/// A piece that is a passage of a part. Patterns are searched in the words of the whole part.
struct Passage {
    /// All passages of the part that the surface has, and which of them this is.
    all: Rc<[Range<usize>]>,
    number: usize,
}

/// The part or field that contains a piece, and the byte at which the piece begins.
struct Source {
    part: Arc<str>,
    whole: Arc<str>,
    start: usize,
}

impl Piece {
    /// Where words of this piece are, from this byte on.
    fn excerpt(&self, start: usize, found_by: FoundBy) -> Origin {
        self.source.as_ref().map_or(Origin::Nowhere, |source| Origin::Excerpt {
            part: source.part.clone(),
            whole: source.whole.clone(),
            start: source.start + start,
            found_by,
        })
    }
}

/// A text, and the matches of the patterns that were searched in it.
#[derive(Debug)]
pub(super) struct SearchedText {
    words: Words,
    found: RefCell<HashMap<PatternRef, [Rc<[Match]>; 2]>>,
    /// The places of the parts of patterns, and the matches of patterns in passages of the text.
    places: RefCell<HashMap<usize, Rc<Places>>>,
    found_in: RefCell<HashMap<SoughtIn, InPassages>>,
}

/// A pattern, and the passages in which it is sought.
type SoughtIn = (PatternRef, Rc<[Range<usize>]>);

/// The matches of a pattern, and of the pattern near it, in each of some passages.
type InPassages = Rc<[[Rc<[Match]>; 2]]>;

/// A range of bytes in a piece, and what found it.
type Found = (Range<usize>, FoundBy);

impl<'a> Interpreter<'a> {
    /// Evaluates `mentions`: true if one part contains the pattern.
    #[inline(never)]
    pub(super) fn mentions(
        &self,
        text: &'a Expr,
        pattern: &PatternRef,
        scope: &mut Scope,
    ) -> Evaluated {
        let text = self.eval(text, scope);
        self.text_condition(&[&text], self.pieces(&text), |piece| {
            let [found, partners] = &self.matches_in_piece(pattern, piece);
            // Only the first `EVIDENCE` matches are kept, and these are among the first of each pattern.
            let named = |pattern: usize, matches: &[Match]| -> Vec<Found> {
                let found_by = self.found_by_pattern(pattern);
                let first = matches.iter().take(EVIDENCE);
                first.filter_map(|one| Some((one.bytes.clone(), found_by.clone()?))).collect()
            };
            let mut all = named(pattern.pattern, found);
            all.extend(pattern.near.into_iter().flat_map(|(other, _)| named(other, partners)));
            (!found.is_empty()).then_some(all)
        })
    }

    /// Evaluates `matches`: true if one part has a match.
    #[inline(never)]
    pub(super) fn matches(&self, text: &'a Expr, regex: usize, scope: &mut Scope) -> Evaluated {
        let text = self.eval(text, scope);
        self.text_condition(&[&text], self.pieces(&text), |piece| {
            let regex = self.program.regexes.get(regex)?;
            steps::spend(|| regex.steps_per_byte() * piece.text.len() as u64);
            if !regex.is_match(&piece.text) {
                return None;
            }
            let found_by = FoundBy::Regex(regex.source().into());
            Some(
                regex
                    .find(&piece.text, EVIDENCE)
                    .into_iter()
                    .map(|range| (range, found_by.clone()))
                    .collect(),
            )
        })
    }

    /// `contains` tests all parts, `starts with` the first, `ends with` the last.
    #[inline(never)]
    pub(super) fn text_test(
        &self,
        op: TextTest,
        text: &'a Expr,
        part: &'a Expr,
        scope: &mut Scope,
    ) -> Evaluated {
        let (text, part) = (self.eval(text, scope), self.eval(part, scope));
        let wanted = part.value.as_ref().and_then(as_text).unwrap_or_default();
        let looked_at = op.parts(self.pieces(&text).into_iter()).collect();
        self.text_condition(&[&text, &part], looked_at, |piece| {
            steps::spend(|| steps::BYTE_READ * piece.text.len() as u64);
            let range_at = |start: usize| start..start + wanted.len();
            let ranges: Vec<Range<usize>> = match op {
                TextTest::Contains => {
                    let places = piece.text.match_indices(&*wanted);
                    places.take(EVIDENCE).map(|(at, _)| range_at(at)).collect()
                }
                TextTest::StartsWith => {
                    piece.text.starts_with(&*wanted).then(|| range_at(0)).into_iter().collect()
                }
                TextTest::EndsWith => {
                    let rest = piece.text.strip_suffix(&*wanted);
                    rest.map(|rest| range_at(rest.len())).into_iter().collect()
                }
            };
            if ranges.is_empty() {
                return None;
            }
            let found_by = FoundBy::Text((&*wanted).into());
            Some(ranges.into_iter().map(|range| (range, found_by.clone())).collect())
        })
    }

    /// Looks up a whole text in the entries of a set that are valid on the day of the decision. If a register that is not
    /// complete on that day has no such entry, the result is unknown.
    #[inline(never)]
    pub(super) fn in_set(&self, item: &'a Expr, set: usize, scope: &mut Scope) -> Evaluated {
        let item = self.eval(item, scope);
        let set = self.program.sets.get(set);
        let found_by = item.value.as_ref().and_then(as_set_entry).and_then(|value| {
            steps::spend(|| {
                let parts = steps::PART * item.parts();
                steps::LOOKUP + steps::BYTE_LOOKED_UP * value.len() as u64 + parts
            });
            let set = set?;
            Some(FoundBy::set(set, &set.find(&value, scope.day)?))
        });
        let incomplete = set.filter(|set| !set.is_complete_on(scope.day));
        let mut result = match (&item.value, &found_by, incomplete) {
            (None, _, _) => Evaluated::unknown([&item]),
            (Some(Value::Absent), _, _) | (Some(_), None, None) => {
                Evaluated::known(Value::Bool(false))
            }
            (Some(_), Some(_), _) => Evaluated::known(Value::Bool(true)),
            (Some(_), None, Some(register)) => {
                let register = Evaluated::missing(register_name(register));
                Evaluated::unknown([&item, &register])
            }
        };
        if let Some(found_by) = found_by {
            let items = self.pieces(&item);
            let clue = |piece: &Piece| self.clue(piece, 0..piece.text.len(), found_by.clone());
            result.grounds.add_evidence(items.iter().filter_map(clue));
        }
        result
    }

    /// The matches of a pattern or regex; for `A near B`, the matches of A. Each match has its position in the record. If
    /// there are more than a list of the record can have, the list is unknown: its length bounds the cost.
    #[inline(never)]
    pub(super) fn spans(&self, text: &'a Expr, sought: &Sought, scope: &mut Scope) -> Evaluated {
        let text = self.eval(text, scope);
        if text.value.is_none() {
            return Evaluated::unknown([&text]);
        }
        let Some(found_by) = self.found_by(sought) else { return Evaluated::default() };
        let mut spans = vec![];
        let mut origins = vec![];
        steps::spend(|| steps::PART * text.parts());
        for piece in &self.pieces(&text) {
            if let Sought::Regex(regex) = sought {
                let regex = self.program.regexes.get(*regex);
                let each = regex.map_or(0, Regex::steps_per_byte);
                steps::spend(|| each * piece.text.len() as u64);
            }
            let room = (FOUND + 1).saturating_sub(spans.len());
            for range in self.ranges_of(sought, piece).into_iter().take(room) {
                steps::spend(|| steps::SPAN);
                let Some(words) = piece.text.get(range.clone()) else { continue };
                spans.push(self.span(piece, words, range.start));
                origins.push(piece.excerpt(range.start, found_by.clone()));
            }
        }
        if spans.len() > FOUND {
            return Evaluated::missing(format!("spans(…) has more than {FOUND} matches"));
        }
        Evaluated::with_origin(Value::List(spans.into()), Origin::Each(origins.into()))
    }

    /// Evaluates a function that returns words of its text, such as `mixed_words`. Each word has its position in the record.
    pub(super) fn excerpts(
        &self,
        text: &Evaluated,
        function: &Function,
        find: Excerpts,
    ) -> Evaluated {
        let mut words = vec![];
        let mut origins = vec![];
        for piece in self.pieces(text) {
            for range in find(&piece.text) {
                words.extend(piece.text.get(range.clone()).map(Value::text));
                origins
                    .push(piece.excerpt(range.start, FoundBy::Function((&*function.name).into())));
            }
        }
        words.truncate(FOUND);
        Evaluated::with_origin(Value::List(words.into()), Origin::Each(origins.into()))
    }

    fn found_by_pattern(&self, pattern: usize) -> Option<FoundBy> {
        Some(match &self.program.patterns.get(pattern)?.name {
            PatternName::Terms(id) => FoundBy::Terms(id.into()),
            PatternName::Inline(written) => FoundBy::Pattern(written.into()),
        })
    }

    fn found_by(&self, sought: &Sought) -> Option<FoundBy> {
        match sought {
            Sought::Pattern(pattern) => self.found_by_pattern(pattern.pattern),
            Sought::Regex(regex) => {
                let regex = self.program.regexes.get(*regex)?;
                Some(FoundBy::Regex(regex.source().into()))
            }
        }
    }

    fn ranges_of(&self, sought: &Sought, piece: &Piece) -> Vec<Range<usize>> {
        match sought {
            Sought::Pattern(pattern) => {
                let [found, _] = self.matches_in_piece(pattern, piece);
                found.iter().map(|one| one.bytes.clone()).collect()
            }
            Sought::Regex(regex) => {
                let regex = self.program.regexes.get(*regex);
                regex.map_or(vec![], |regex| regex.find(&piece.text, FOUND + 1))
            }
        }
    }

    /// Builds a record of type `span`.
    fn span(&self, piece: &Piece, words: &str, start: usize) -> Value {
        let (surface, before) =
            piece.source.as_ref().map_or(("", 0), |source| (&source.part, source.start));
        let start = before + start;
        let int = |number: usize| i64::try_from(number).ok().map(Value::Int);
        let known = [
            (span::TEXT, Some(Value::text(words))),
            (span::SURFACE, Some(Value::text(surface))),
            (span::PART, self.view.part_number(surface).and_then(int)),
            (span::START, int(start)),
            (span::END, int(start + words.len())),
        ];
        let value = |name: &String| {
            let field = known.iter().find(|(field, _)| field.name == name);
            field.and_then(|(_, value)| value.clone())
        };
        let record = self.program.schema.named(span::TEXT.record);
        let names = record.into_iter().flat_map(|(_, record)| record.fields.keys());
        Value::Record(names.map(value).collect())
    }

    /// A condition on texts: unknown if an operand is unknown, otherwise true if a piece has a match.
    fn text_condition(
        &self,
        operands: &[&Evaluated],
        pieces: Vec<Piece>,
        find: impl Fn(&Piece) -> Option<Vec<Found>>,
    ) -> Evaluated {
        if operands.iter().any(|operand| operand.is_none()) {
            return Evaluated::known(Value::Bool(false));
        }
        if operands.iter().any(|operand| operand.value.is_none()) {
            return Evaluated::unknown(operands.iter().copied());
        }
        let mut result = Evaluated::known(Value::Bool(false));
        steps::spend(|| {
            let parts = operands.iter().map(|operand| operand.parts()).sum::<u64>();
            steps::SEARCH + steps::PART * parts
        });
        for piece in &pieces {
            // The parts are in the order of evidence, so later ones add nothing.
            if result.grounds.evidence.len() >= EVIDENCE {
                break;
            }
            let Some(found) = find(piece) else { continue };
            result.value = Some(Value::Bool(true));
            result.grounds.add_evidence(
                found.into_iter().filter_map(|(range, by)| self.clue(piece, range, by)),
            );
        }
        result
    }

    /// The matches of a pattern in a piece, and of the pattern near it.
    fn matches_in_piece(&self, pattern: &PatternRef, piece: &Piece) -> [Rc<[Match]>; 2] {
        let passage = piece.passage.as_ref().zip(piece.source.as_ref());
        let Some((Passage { all, number }, source)) = passage else {
            return self.matches_of(pattern, &piece.text);
        };
        steps::spend(|| steps::BYTE_KNOWN * piece.text.len() as u64);
        let found = self.matches_in_passages(pattern, &source.whole, all);
        let found = found.get(*number).cloned().unwrap_or_else(|| [Rc::from([]), Rc::from([])]);
        found.map(|matches| matches.iter().map(|one| one.relative_to(source.start)).collect())
    }

    /// The matches of a pattern, and of the pattern near it, in each passage of a text. They are searched once for each
    /// pattern.
    fn matches_in_passages(
        &self,
        pattern: &PatternRef,
        whole: &Arc<str>,
        passages: &Rc<[Range<usize>]>,
    ) -> InPassages {
        let searched = self.searched(whole);
        let key = (pattern.clone(), passages.clone());
        if let Some(found) = searched.found_in.borrow().get(&key) {
            return found.clone();
        }
        let found: InPassages = if let Some((other, distance)) = pattern.near {
            steps::spend(|| steps::BYTE_NEAR * whole.len() as u64);
            let [first, second] = [pattern.pattern, other].map(|pattern| {
                self.matches_in_passages(&PatternRef { pattern, near: None }, whole, passages)
            });
            let both = first.iter().zip(second.iter());
            both.map(|([first, _], [second, _])| {
                let (first, second) = near(first, second, distance);
                [first.into(), second.into()]
            })
            .collect()
        } else {
            let find = |matcher: &Matcher, places: &Places| matcher.find_in(places, passages);
            let found = self.found_at(&searched, pattern.pattern, find);
            steps::spend(|| steps::PHRASE * found.iter().map(Vec::len).sum::<usize>() as u64);
            found.into_iter().map(|matches| [matches.into(), Rc::from([])]).collect()
        };
        searched.found_in.borrow_mut().insert(key, found.clone());
        found
    }

    /// The matches of a pattern, and of the pattern near it. Each text is searched once for each pattern.
    fn matches_of(&self, pattern: &PatternRef, text: &Arc<str>) -> [Rc<[Match]>; 2] {
        steps::spend(|| steps::BYTE_KNOWN * text.len() as u64);
        let searched = self.searched(text);
        if let Some(found) = searched.found.borrow().get(pattern) {
            return found.clone();
        }
        let found: [Rc<[Match]>; 2] = if let Some((other, distance)) = pattern.near {
            steps::spend(|| steps::BYTE_NEAR * text.len() as u64);
            let [first, second] = [pattern.pattern, other].map(|pattern| {
                let [found, _] = self.matches_of(&PatternRef { pattern, near: None }, text);
                found
            });
            let (first, second) = near(&first, &second, distance);
            [first.into(), second.into()]
        } else {
            let found = self.found_at(&searched, pattern.pattern, Matcher::find_at);
            steps::spend(|| steps::PHRASE * found.len() as u64);
            [found.into(), Rc::from([])]
        };
        searched.found.borrow_mut().insert(pattern.clone(), found.clone());
        found
    }

    /// What is found at the places of a pattern in a text. The places are found once, for the text and for all passages of it.
    fn found_at<T>(
        &self,
        searched: &SearchedText,
        number: usize,
        find: impl Fn(&Matcher, &Places) -> Vec<T>,
    ) -> Vec<T> {
        let Some(pattern) = self.program.patterns.get(number) else { return vec![] };
        let known = searched.places.borrow().get(&number).cloned();
        let places = known.unwrap_or_else(|| {
            self.spend_search(&searched.words, number, searched.words.text().len());
            let places = Rc::new(pattern.matcher.places(&searched.words));
            searched.places.borrow_mut().insert(number, places.clone());
            places
        });
        find(&pattern.matcher, &places)
    }

    fn spend_search(&self, words: &Words, pattern: usize, bytes: usize) {
        steps::spend(|| {
            let pattern = self.program.patterns.get(pattern);
            let places = pattern.map_or(0, |pattern| pattern.matcher.all_matches(words).len());
            steps::BYTE_MENTIONED * bytes as u64 + steps::PHRASE * places as u64
        });
    }

    fn searched(&self, text: &Arc<str>) -> Rc<SearchedText> {
        let new = || {
            steps::spend(|| steps::BYTE_SPLIT * text.len() as u64);
            Rc::new(SearchedText {
                words: Words::of(text),
                found: RefCell::default(),
                places: RefCell::default(),
                found_in: RefCell::default(),
            })
        };
        self.searched.borrow_mut().entry(text.clone()).or_insert_with(new).clone()
    }

    /// Evidence for a range of a piece. `None` if the range is empty or the text is not from the record.
    fn clue(
        &self,
        piece: &Piece,
        range: Range<usize>,
        found_by: FoundBy,
    ) -> Option<(Clue, Arc<str>)> {
        let Source { part, whole, start } = piece.source.as_ref()?;
        let bytes = [start + range.start, start + range.end];
        let clue = Clue { rank: self.view.rank(part), part: Part(part.clone()), bytes, found_by };
        (!range.is_empty()).then(|| (clue, whole.clone()))
    }

    /// The texts of a value and where they come from: the parts of a surface, or one text.
    fn pieces(&self, evaluated: &Evaluated) -> Vec<Piece> {
        let piece = |text: &Arc<str>, source| Piece { text: text.clone(), source, passage: None };
        let whole = |part: &Arc<str>, text: &Arc<str>| {
            piece(text, Some(Source { part: part.clone(), whole: text.clone(), start: 0 }))
        };
        match (&evaluated.value, &evaluated.origin) {
            (Some(Value::Surface(parts)), _) => {
                let of_part = parts.chunk_by(|one, next| one.name == next.name);
                of_part.flat_map(|parts| self.pieces_of_part(parts)).collect()
            }
            (Some(Value::Text(text)), Origin::Field(path)) => {
                vec![whole(&Arc::from(path.as_str()), text)]
            }
            (Some(Value::Text(text)), Origin::Excerpt { part, whole, start, .. }) => {
                let source = Source { part: part.clone(), whole: whole.clone(), start: *start };
                vec![piece(text, Some(source))]
            }
            (Some(Value::Text(text)), _) => vec![piece(text, None)],
            _ => vec![],
        }
    }

    /// The pieces of one part in a surface: the whole part, or passages of it.
    fn pieces_of_part(&self, parts: &[SurfacePart]) -> Vec<Piece> {
        let whole = parts.first().and_then(|first| self.view.whole(&first.name));
        let is_cut = |whole: &&Arc<str>| parts.iter().any(|part| part.text.len() < whole.len());
        let all: Option<Rc<[Range<usize>]>> = whole
            .filter(is_cut)
            .map(|_| parts.iter().map(|part| part.start..part.start + part.text.len()).collect());
        let piece =
            |(number, SurfacePart { name, text, part: _, start }): (usize, &SurfacePart)| {
                let whole = whole.filter(|_| all.is_some()).unwrap_or(text).clone();
                Piece {
                    text: text.clone(),
                    source: Some(Source { part: name.clone(), whole, start: *start }),
                    passage: all.clone().map(|all| Passage { all, number }),
                }
            };
        parts.iter().enumerate().map(piece).collect()
    }
}

/// A register as explanations and `missing` name it.
pub(crate) fn register_name(register: &Set) -> String {
    format!("register {}", register.id)
}
