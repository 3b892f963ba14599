//! Finds all matches of a regular expression in time linear in the text. An automaton that searches forwards reads on as
//! long as a longer match is possible, perhaps to the end of the text, and does so again for each match. Here a first
//! pass, from the end to the start, finds from which states the expression can still match at each place. The second
//! pass takes the first choice that leads to a match, and so reads no further than the match. See Frisch and Cardelli,
//! "Greedy Regular Expression Matching", 2004.

use crate::base::limits;
use regex_automata::nfa::thompson::{NFA, State, Transition, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_syntax::hir::Hir;
use std::ops::Range;

/// States are kept for this many places at once, because those of all places would take too much memory. The first pass
/// leaves states at this distance, from which those between are computed again.
const BLOCK: usize = 512;

/// An expression, with the ways that lead to each of its states.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    nfa: NFA,
    /// For each state, the states that lead to it without reading a byte.
    without_byte: Vec<Vec<StateID>>,
    /// For each state, the states that lead to it by reading a byte, with the bytes.
    by_byte: Vec<Vec<(Range<u16>, StateID)>>,
    accepting: Vec<StateID>,
}

/// Numbers of states that were seen at a place. It is emptied without touching each.
#[derive(Clone, Debug, Default)]
struct Seen {
    marks: Vec<u32>,
    now: u32,
}

/// One search through a text.
struct Walk<'a> {
    regex: &'a Linear,
    text: &'a [u8],
    /// The states from which a match is possible at the end of each block.
    ends: Vec<Vec<StateID>>,
    /// The same for each place of the current block and for its end, sorted.
    block: Vec<Vec<StateID>>,
    number: usize,
    seen: Seen,
    /// How many states and ways were looked at.
    work: usize,
}

impl Linear {
    /// Prepares an expression. `None` if it is too large.
    pub(super) fn new(expression: &Hir) -> Option<Self> {
        let config = NFA::config()
            .which_captures(WhichCaptures::None)
            .nfa_size_limit(Some(limits::REGEX_PROGRAM));
        let nfa = NFA::compiler().configure(config).build_from_hir(expression).ok()?;
        let mut without_byte = vec![vec![]; nfa.states().len()];
        let mut by_byte = vec![vec![]; nfa.states().len()];
        let mut accepting = vec![];
        for (id, state) in nfa.states().iter().enumerate() {
            let id = StateID::new(id).ok()?;
            match state {
                State::Match { .. } => accepting.push(id),
                State::Fail => {}
                State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) => {
                    for (bytes, next) in bytes_of(state) {
                        by_byte.get_mut(next.as_usize())?.push((bytes, id));
                    }
                }
                State::Look { .. }
                | State::Union { .. }
                | State::BinaryUnion { .. }
                | State::Capture { .. } => {
                    for next in choices(state) {
                        without_byte.get_mut(next.as_usize())?.push(id);
                    }
                }
            }
        }
        Some(Self { nfa, without_byte, by_byte, accepting })
    }

    /// The first `limit` matches that are not empty, and the work that it took.
    pub(super) fn find(&self, text: &str, limit: usize) -> (Vec<Range<usize>>, usize) {
        let mut walk = Walk::new(self, text.as_bytes());
        let (mut found, mut start) = (vec![], 0);
        while found.len() < limit && start <= text.len() {
            let end = if text.is_char_boundary(start) { walk.end_of_match(start) } else { None };
            match end {
                Some(end) if end > start => {
                    found.push(start..end);
                    start = end;
                }
                Some(_) | None => start += 1,
            }
        }
        (found, walk.work)
    }

    /// The states from which a match is possible at a place, given those at the next one.
    fn before(
        &self,
        text: &[u8],
        at: usize,
        next: &[StateID],
        seen: &mut Seen,
    ) -> (Vec<StateID>, usize) {
        let mut open = self.accepting.clone();
        let mut work = 1;
        if let Some(&byte) = text.get(at) {
            for state in next {
                let ways = self.by_byte.get(state.as_usize()).map_or(&[][..], Vec::as_slice);
                work += ways.len();
                open.extend(
                    ways.iter()
                        .filter(|(bytes, _)| bytes.contains(&u16::from(byte)))
                        .map(|(_, from)| *from),
                );
            }
        }
        seen.clear();
        let mut alive = vec![];
        while let Some(state) = open.pop() {
            work += 1;
            if !seen.insert(state) || !self.holds(state, text, at) {
                continue;
            }
            alive.push(state);
            open.extend(self.without_byte.get(state.as_usize()).into_iter().flatten());
        }
        alive.sort_unstable();
        (alive, work)
    }

    /// Whether what a state asks of its surroundings is true at a place.
    fn holds(&self, state: StateID, text: &[u8], at: usize) -> bool {
        match self.nfa.state(state) {
            State::Look { look, .. } => self.nfa.look_matcher().matches(*look, text, at),
            State::ByteRange { .. }
            | State::Sparse(_)
            | State::Dense(_)
            | State::Union { .. }
            | State::BinaryUnion { .. }
            | State::Capture { .. }
            | State::Fail
            | State::Match { .. } => true,
        }
    }
}

impl<'a> Walk<'a> {
    fn new(regex: &'a Linear, text: &'a [u8]) -> Self {
        let mut walk = Self {
            regex,
            text,
            ends: vec![],
            block: vec![],
            number: usize::MAX,
            seen: Seen { marks: vec![0; regex.nfa.states().len()], now: 0 },
            work: 0,
        };
        let mut next = vec![];
        for at in (0..=text.len()).rev() {
            if at % BLOCK == BLOCK - 1 || at == text.len() {
                walk.ends.push(next.clone());
            }
            next = walk.before(at, &next);
        }
        walk.ends.reverse();
        walk
    }

    fn before(&mut self, at: usize, next: &[StateID]) -> Vec<StateID> {
        let (states, work) = self.regex.before(self.text, at, next, &mut self.seen);
        self.work += work;
        states
    }

    /// Whether a match is possible from a state at a place. Places are asked for from the start to the end.
    fn is_alive(&mut self, state: StateID, at: usize) -> bool {
        if at / BLOCK != self.number {
            self.enter(at / BLOCK);
        }
        self.work += 1;
        self.block.get(at % BLOCK).is_some_and(|alive| alive.binary_search(&state).is_ok())
    }

    /// Computes the states of a block again.
    fn enter(&mut self, number: usize) {
        let mut next = self.ends.get(number).cloned().unwrap_or_default();
        let first = number * BLOCK;
        let mut block = vec![];
        for at in (first..(first + BLOCK).min(self.text.len() + 1)).rev() {
            next = self.before(at, &next);
            block.push(next.clone());
        }
        block.reverse();
        (self.number, self.block) = (number, block);
    }

    /// Where the match that begins at a place ends.
    fn end_of_match(&mut self, start: usize) -> Option<usize> {
        let mut state = self.regex.nfa.start_anchored();
        if !self.is_alive(state, start) {
            return None;
        }
        let mut at = start;
        while let Some(next) = self.step(state, at) {
            (state, at) = (next, at + 1);
        }
        Some(at)
    }

    /// The state after the next byte of the match. `None` if the match ends here.
    fn step(&mut self, state: StateID, at: usize) -> Option<StateID> {
        let mut open = vec![state];
        let mut tried: Vec<StateID> = vec![];
        while let Some(state) = open.pop() {
            if tried.contains(&state) || !self.is_alive(state, at) {
                continue;
            }
            tried.push(state);
            let state = self.regex.nfa.state(state);
            match state {
                State::Match { .. } => return None,
                State::Fail => {}
                State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) => {
                    return after(state, *self.text.get(at)?);
                }
                State::Look { .. }
                | State::Union { .. }
                | State::BinaryUnion { .. }
                | State::Capture { .. } => open.extend(choices(state).into_iter().rev()),
            }
        }
        None
    }
}

impl Seen {
    fn clear(&mut self) {
        self.now = self.now.wrapping_add(1);
        if self.now == 0 {
            self.marks.fill(0);
            self.now = 1;
        }
    }

    /// Whether a state is new.
    fn insert(&mut self, state: StateID) -> bool {
        let now = self.now;
        self.marks.get_mut(state.as_usize()).is_some_and(|mark| std::mem::replace(mark, now) != now)
    }
}

/// The states to which a state leads without reading a byte, first choice first.
fn choices(state: &State) -> Vec<StateID> {
    match state {
        State::Look { next, .. } | State::Capture { next, .. } => vec![*next],
        State::Union { alternates } => alternates.to_vec(),
        State::BinaryUnion { alt1, alt2 } => vec![*alt1, *alt2],
        State::ByteRange { .. }
        | State::Sparse(_)
        | State::Dense(_)
        | State::Fail
        | State::Match { .. } => vec![],
    }
}

/// The bytes that a state reads, with the states to which they lead.
fn bytes_of(state: &State) -> Vec<(Range<u16>, StateID)> {
    let way = |way: &Transition| (u16::from(way.start)..u16::from(way.end) + 1, way.next);
    match state {
        State::ByteRange { trans } => vec![way(trans)],
        State::Sparse(ways) => ways.transitions.iter().map(way).collect(),
        State::Dense(ways) => {
            let next =
                |byte| Some((u16::from(byte)..u16::from(byte) + 1, ways.matches_byte(byte)?));
            (0..=u8::MAX).filter_map(next).collect()
        }
        State::Look { .. }
        | State::Union { .. }
        | State::BinaryUnion { .. }
        | State::Capture { .. }
        | State::Fail
        | State::Match { .. } => vec![],
    }
}

/// The state to which a byte leads.
fn after(state: &State, byte: u8) -> Option<StateID> {
    match state {
        State::ByteRange { trans } => trans.matches_byte(byte).then_some(trans.next),
        State::Sparse(ways) => ways.matches_byte(byte),
        State::Dense(ways) => ways.matches_byte(byte),
        State::Look { .. }
        | State::Union { .. }
        | State::BinaryUnion { .. }
        | State::Capture { .. }
        | State::Fail
        | State::Match { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Linear;
    use proptest::prelude::{prop_assert_eq, proptest};
    use regex_syntax::parse;

    fn work(source: &str, text: &str) -> usize {
        let linear = Linear::new(&parse(source).unwrap()).unwrap();
        linear.find(text, text.len()).1
    }

    /// An automaton that searches forwards takes four times as long for twice the text.
    #[test]
    fn twice_the_text_takes_twice_the_work() {
        for (source, text) in [
            (r"([A-Z]*[0-9])?", "A"),
            (r".*[^A-Z]|[A-Z]", "A"),
            (r"(?s).*b|a", "a"),
            (r"a.*?b|a", "a "),
            (r"(\w+\s)*!|\w", "слово "),
            (r"\b(a|a)*c|a\b", "a "),
            (r"[0-9]*", "x1 "),
            (r"(?m)^(.*\n)*z|x$", "x\n"),
        ] {
            let [one, two] =
                [20_000, 40_000].map(|length| work(source, &text.repeat(length / text.len())));
            assert!(two * 10 <= one * 21, "{source}: {one}, {two}");
        }
    }

    proptest! {
        #[test]
        fn it_finds_what_an_ordinary_search_finds(
            source in r"((\(\?:)?[abж.]([*+?]|\*\?|\{1,2\})?(\||\\b|\$|\^|\\B|)[abc\n.]?[*?]?){1,5}",
            text in "[abcж \n]{0,40}",
        ) {
            let opened = source.matches("(?:").count();
            let source = source + &")*".repeat(opened);
            let (Ok(expression), Ok(ordinary)) = (parse(&source), regex::Regex::new(&source)) else {
                return Ok(());
            };
            let expected: Vec<_> =
                ordinary.find_iter(&text).map(|one| one.range()).filter(|one| !one.is_empty()).collect();
            let found = Linear::new(&expression).unwrap().find(&text, text.len() + 1).0;
            prop_assert_eq!(found, expected, "{}", source);
        }
    }
}
