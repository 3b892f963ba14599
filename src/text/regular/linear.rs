//! Finds all matches of a regular expression in time linear in the text. An automaton that searches forwards reads on as
//! long as a longer match is possible, perhaps to the end of the text, and does so again for each match. Here a first
//! pass, from the end to the start, finds from which states the expression can still match at each place. The second
//! pass takes the first choice that leads to a match, and so reads no further than the match. See Frisch and Cardelli,
//! "Greedy Regular Expression Matching", 2004.

use crate::base::limits;
use foldhash::HashMap;
use foldhash::fast::RandomState;
use indexmap::IndexMap;
use regex_automata::nfa::thompson::{NFA, State, Transition, WhichCaptures};
use regex_automata::util::look::LookSet;
use regex_automata::util::pool::Pool;
use regex_automata::util::primitives::StateID;
use regex_syntax::hir::Hir;
use std::ops::Range;
use std::sync::Arc;

/// When the known sets have more states than this, they are forgotten, because those of all places of a hostile text would
/// take too much memory. The second pass computes them again, block by block.
const KNOWN_STATES: usize = 1 << 17;

/// The number of places in a block.
const BLOCK: usize = 512;

/// An expression, with the ways that lead to each of its states.
#[derive(Debug)]
pub(super) struct Linear {
    nfa: NFA,
    /// For each state, the states that lead to it without reading a byte.
    without_byte: Vec<Vec<StateID>>,
    /// For each state, the states that lead to it by reading a byte, with the bytes.
    by_byte: Vec<Vec<(Range<u16>, StateID)>>,
    accepting: Vec<StateID>,
    /// The assertions in the expression.
    looks: LookSet,
    /// What earlier searches computed. Each search that runs at the same time has its own.
    known: Pool<Known>,
}

/// States from which a match is possible at some place, sorted.
type Alive = Arc<[StateID]>;

/// The number of a set in [`Known::sets`].
type SetId = u32;

/// The sets of states that occur in texts, and how they follow from each other. Most places of a text have a set that was
/// computed before.
#[derive(Debug, Default)]
struct Known {
    /// With each set, whether a match can begin.
    sets: IndexMap<Alive, bool, RandomState>,
    /// The set at a place, by the set at the next place.
    before: HashMap<Key, SetId>,
    /// The state after the next byte of a match, by the set at the place. `None` if the match ends there.
    steps: HashMap<(StateID, Key), Option<StateID>>,
    /// The number of states of all sets.
    size: usize,
    /// How often they were forgotten.
    generation: usize,
}

/// A set and a place in one number, which is quick to look up.
type Key = u64;

/// What the states at a place depend on, apart from those at the next place.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The byte that comes next. `None` at the end of the text.
    byte: Option<u8>,
    /// The assertions that hold, such as the boundary of a word.
    looks: LookSet,
}

impl Place {
    /// A byte and its absence take 9 bits, all assertions 18.
    fn with(self, set: SetId) -> Key {
        let byte = self.byte.map_or(1 << 8, Key::from);
        Key::from(set) << 32 | Key::from(self.looks.bits) << 9 | byte
    }
}

/// One search through a text.
struct Walk<'a> {
    regex: &'a Linear,
    text: &'a [u8],
    known: &'a mut Known,
    blocks: Vec<Block>,
    /// How many states and ways were looked at.
    work: usize,
}

/// Some neighbouring places of a text.
#[derive(Default)]
struct Block {
    /// The states at the place after them.
    end: Alive,
    /// The set at each place, from the last to the first, and the generation to which its number belongs.
    sets: Vec<SetId>,
    generation: usize,
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
        let (looks, known) = (nfa.look_set_any(), Pool::new(Known::default as fn() -> Known));
        Some(Self { nfa, without_byte, by_byte, accepting, looks, known })
    }

    /// The first `limit` matches that are not empty, and the work that it took.
    pub(super) fn find(&self, text: &str, limit: usize) -> (Vec<Range<usize>>, usize) {
        let mut known = self.known.get();
        let mut walk = Walk::new(self, text.as_bytes(), &mut known);
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
        let work = walk.work;
        known.forget_if_large();
        (found, work)
    }

    /// Whether there is a match, empty or not.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let mut known = self.known.get();
        let mut walk = Walk::new(self, text.as_bytes(), &mut known);
        let mut starts = (0..=text.len()).filter(|start| text.is_char_boundary(*start));
        let found = starts.any(|start| walk.end_of_match(start).is_some());
        known.forget_if_large();
        found
    }

    fn place(&self, text: &[u8], at: usize) -> Place {
        let holds = |look| self.nfa.look_matcher().matches(look, text, at);
        let looks = self.looks.iter().filter(|look| holds(*look));
        let looks = looks.fold(LookSet::empty(), LookSet::insert);
        Place { byte: text.get(at).copied(), looks }
    }

    /// The states from which a match is possible at a place, given those at the next one, and the work that it took.
    fn before(&self, next: &[StateID], place: Place) -> (Alive, usize) {
        let mut open = self.accepting.clone();
        let mut work = 1;
        if let Some(byte) = place.byte {
            for state in next {
                let ways = self.by_byte.get(state.as_usize()).map_or(&[][..], Vec::as_slice);
                work += ways.len();
                let ways = ways.iter().filter(|(bytes, _)| bytes.contains(&u16::from(byte)));
                open.extend(ways.map(|(_, from)| *from));
            }
        }
        let mut seen = vec![false; self.nfa.states().len()];
        let mut alive = vec![];
        while let Some(state) = open.pop() {
            work += 1;
            let is_new =
                seen.get_mut(state.as_usize()).is_some_and(|seen| !std::mem::replace(seen, true));
            if is_new && self.holds(state, place) {
                alive.push(state);
                open.extend(self.without_byte.get(state.as_usize()).into_iter().flatten());
            }
        }
        alive.sort_unstable();
        (alive.into(), work)
    }

    /// Whether what a state asks of its surroundings is true at a place.
    fn holds(&self, state: StateID, place: Place) -> bool {
        match self.nfa.state(state) {
            State::Look { look, .. } => place.looks.contains(*look),
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

    /// The state after the next byte of a match, given the states at the place, and the work that it took. `None` if the
    /// match ends here.
    fn step(&self, state: StateID, alive: &[StateID], place: Place) -> (Option<StateID>, usize) {
        let mut open = vec![state];
        let mut tried: Vec<StateID> = vec![];
        while let Some(state) = open.pop() {
            if tried.contains(&state) || alive.binary_search(&state).is_err() {
                continue;
            }
            tried.push(state);
            let state = self.nfa.state(state);
            match state {
                State::Match { .. } => break,
                State::Fail => {}
                State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) => {
                    return (place.byte.and_then(|byte| after(state, byte)), tried.len());
                }
                State::Look { .. }
                | State::Union { .. }
                | State::BinaryUnion { .. }
                | State::Capture { .. } => open.extend(choices(state).into_iter().rev()),
            }
        }
        (None, tried.len())
    }
}

impl Known {
    fn insert(&mut self, alive: Alive, start: StateID) -> SetId {
        if let Some(id) = self.sets.get_index_of(&alive) {
            return id as SetId;
        }
        self.size += alive.len();
        let begins = alive.binary_search(&start).is_ok();
        self.sets.insert_full(alive, begins).0 as SetId
    }

    fn set(&self, id: SetId) -> Alive {
        self.sets.get_index(id as usize).map(|(alive, _)| alive.clone()).unwrap_or_default()
    }

    fn forget_if_large(&mut self) {
        let entries = self.sets.len() + self.before.len() + self.steps.len();
        if self.size + entries > KNOWN_STATES {
            *self = Self { generation: self.generation + 1, ..Self::default() };
        }
    }
}

impl<'a> Walk<'a> {
    fn new(regex: &'a Linear, text: &'a [u8], known: &'a mut Known) -> Self {
        let mut blocks = vec![];
        blocks.resize_with(text.len() / BLOCK + 1, Block::default);
        let mut walk = Self { regex, text, known, blocks, work: 0 };
        let mut end = Alive::default();
        for number in (0..walk.blocks.len()).rev() {
            let block = walk.read_block(number, end);
            end = walk.known.set(block.sets.last().copied().unwrap_or_default());
            walk.keep(number, block);
        }
        walk
    }

    /// Finds the sets of a block, given the states at its end.
    fn read_block(&mut self, number: usize, end: Alive) -> Block {
        self.known.forget_if_large();
        let start = self.regex.nfa.start_anchored();
        let mut next = self.known.insert(end.clone(), start);
        let first = number * BLOCK;
        let mut sets = Vec::with_capacity(BLOCK);
        for at in (first..(first + BLOCK).min(self.text.len() + 1)).rev() {
            let place = self.regex.place(self.text, at);
            let key = place.with(next);
            self.work += 1;
            next = match self.known.before.get(&key) {
                Some(known) => *known,
                None => {
                    let (alive, work) = self.regex.before(&self.known.set(next), place);
                    self.work += work;
                    let set = self.known.insert(alive, start);
                    self.known.before.insert(key, set);
                    set
                }
            };
            sets.push(next);
        }
        Block { end, sets, generation: self.known.generation }
    }

    fn keep(&mut self, number: usize, block: Block) {
        if let Some(own) = self.blocks.get_mut(number) {
            *own = block;
        }
    }

    /// The set at a place. Places are asked for from the start to the end.
    fn set_at(&mut self, at: usize) -> Option<SetId> {
        let number = at / BLOCK;
        let mut block = self.blocks.get(number)?;
        if block.generation != self.known.generation {
            let again = self.read_block(number, block.end.clone());
            self.keep(number, again);
            block = self.blocks.get(number)?;
        }
        block.sets.get(block.sets.len().checked_sub(1 + at % BLOCK)?).copied()
    }

    /// Where the match that begins at a place ends.
    fn end_of_match(&mut self, start: usize) -> Option<usize> {
        let set = self.set_at(start)?;
        self.known.sets.get_index(set as usize).filter(|(_, begins)| **begins)?;
        let (mut state, mut at) = (self.regex.nfa.start_anchored(), start);
        while let Some(next) = self.step(state, at) {
            (state, at) = (next, at + 1);
        }
        Some(at)
    }

    /// The state after the next byte of the match. `None` if the match ends here.
    fn step(&mut self, state: StateID, at: usize) -> Option<StateID> {
        let set = self.set_at(at)?;
        let place = self.regex.place(self.text, at);
        let key = (state, place.with(set));
        self.work += 1;
        if let Some(known) = self.known.steps.get(&key) {
            return *known;
        }
        let (next, work) = self.regex.step(state, &self.known.set(set), place);
        self.work += work;
        self.known.steps.insert(key, next);
        next
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

    /// Almost every place of an ordinary text has a set of states that was computed before.
    #[test]
    fn an_ordinary_text_takes_a_few_steps_for_each_byte() {
        let text =
            "Уважаемые коллеги, 12 мая в 10:30 встреча, пишите @name или +7 701 000! ".repeat(100);
        for source in [r"\w+", r"\b\w+\b", r"[а-я]+", r"\S+@\S+|\S+"] {
            let linear = Linear::new(&parse(source).unwrap()).unwrap();
            linear.find(&text, text.len());
            let work = linear.find(&text, text.len()).1;
            assert!(work <= 4 * text.len(), "{source}: {work} for {} bytes", text.len());
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
