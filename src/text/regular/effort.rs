//! How long a search for a regular expression can take. Most expressions have an automaton of a few states, which is built
//! as the text is read, once. Of others, such as `a[ab]{100}c`, each byte can need a state of its own.

use crate::base::limits::{EVIDENCE, REGEX_PROGRAM};
use crate::base::steps;
use foldhash::{HashSet, HashSetExt as _};
use regex_automata::Anchored;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{NFA, WhichCaptures};
use regex_automata::util::start;
use regex_syntax::hir::{Hir, HirKind};

/// An automaton with more states is large. It takes some tens of milliseconds to find that many.
const STATES: usize = 1_000;
/// An expression that names no more characters than this has a small automaton.
const CHARACTERS: u64 = 8;
/// Bytes of memory for the states that are tried.
const MEMORY: usize = 16 << 20;

/// The most steps for each byte of a text in which an expression is searched, once for whether it matches, and then for the
/// first matches. `reads_on` says whether a search may read much more than its match.
pub(super) fn steps_per_byte(expression: &Hir, reads_on: bool) -> u64 {
    let searches = if reads_on { EVIDENCE as u64 + 1 } else { 2 };
    let characters = characters(expression);
    let is_small = characters <= CHARACTERS
        || [false, true].iter().all(|way| has_few_states(expression, *way));
    let each = if is_small {
        steps::BYTE_SCANNED
    } else {
        steps::STATE_MADE.saturating_add(steps::CHARACTER_OPEN.saturating_mul(characters))
    };
    searches.saturating_mul(each).max(steps::BYTE_MATCHED)
}

/// How many characters an expression names, with those that are counted: 6 for `a[bc]{5}`.
fn characters(expression: &Hir) -> u64 {
    match expression.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(_) => 1,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            characters(&repetition.sub).saturating_mul(u64::from(times))
        }
        HirKind::Capture(group) => characters(&group.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(characters).fold(0, u64::saturating_add)
        }
    }
}

/// Whether the automaton that reads forwards, or backwards from the end of a match, has few states.
fn has_few_states(expression: &Hir, backwards: bool) -> bool {
    count_states(expression, backwards).is_some()
}

/// The number of states; `None` if there are many.
fn count_states(expression: &Hir, backwards: bool) -> Option<usize> {
    let config = NFA::config()
        .reverse(backwards)
        .which_captures(WhichCaptures::None)
        .nfa_size_limit(Some(REGEX_PROGRAM));
    let nfa = NFA::compiler().configure(config).build_from_hir(expression).ok()?;
    // Where a text has letters beyond ASCII, boundaries of words are not found by this automaton.
    let config = DFA::config().cache_capacity(MEMORY).unicode_word_boundary(true);
    let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
    let mut cache = dfa.create_cache();
    let anchored = if backwards { Anchored::Yes } else { Anchored::No };
    let (mut known, mut open) = (HashSet::new(), vec![]);
    // What is before the text matters to `^` and `\b`.
    for before in [None, Some(b'a'), Some(b' '), Some(b'\n'), Some(b'\r')] {
        let config = start::Config::new().look_behind(before).anchored(anchored);
        let first = dfa.start_state(&mut cache, &config).ok()?;
        open.extend(known.insert(first).then_some(first));
    }
    while let Some(state) = open.pop() {
        for next in after(&dfa, &mut cache, state)? {
            open.extend(known.insert(next).then_some(next));
        }
        if known.len() > STATES {
            return None;
        }
    }
    Some(known.len())
}

/// The states that follow, by any byte.
fn after(dfa: &DFA, cache: &mut Cache, state: LazyStateID) -> Option<Vec<LazyStateID>> {
    if state.is_dead() || state.is_quit() {
        return Some(vec![]);
    }
    let bytes = dfa.byte_classes().representatives(..).filter_map(|class| class.as_u8());
    bytes.map(|byte| dfa.next_state(cache, state, byte).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::steps_per_byte;
    use regex_syntax::parse;

    #[test]
    fn large_automata_cost_more() {
        let steps = |source: &str| steps_per_byte(&parse(source).unwrap(), false);
        for source in [
            r"(?i)\bguarant\w+",
            r"\w+",
            r"\d{16}",
            r"[a-z]+ [a-z]+ zz3",
            r"(?:usdt|bitcoin) [0-9]+",
        ] {
            assert!(steps(source) < 100, "{source}: {}", steps(source));
        }
        for source in [r"a[ab ]{200}[x-z]", r"[ab ]*a[ab ]{14}[x-z]", r"[x-z][ab ]{14}a[ab ]*b"] {
            assert!(steps(source) > 1_000, "{source}: {}", steps(source));
        }
    }
}
