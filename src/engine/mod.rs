//! Runs a plan on a record and finds the rules whose conditions are not false. For almost all records there are none.
//! The interpreter makes the findings for these rules, so both evaluators give the same decision.

mod active;
mod contacts;
mod counts;
mod cursor;
mod eval;
mod memo;
mod read;
mod recall;
mod shortcut;
mod slots;
mod surfaces;
mod values;
mod wake;

pub use counts::Clock;
pub(crate) use counts::Counts;
pub(crate) use shortcut::Shortcut;
pub(crate) use slots::Header;

use crate::base::time::Instant;
use crate::decision::{Assembly, Findings};
use crate::interpret::Interpreter;
use crate::plan::Plan;
use crate::program::Program;
use crate::program::outcome::{Finding, Truth};
use crate::record::Record;
use crate::state::State;
use crate::world::place::Place;
use active::RuleCache;
use counts::Tally;
use eval::Eval;
use memo::Memo;
use read::{Guesses, Reader};
use slots::Slots;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use wake::Woken;

/// The buffers of one thread.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    /// If false, the index is not used, and all rules that apply in the places are evaluated.
    is_indexed: bool,
    slots: Slots,
    guesses: Guesses,
    memo: Memo,
    woken: Woken,
    rule_cache: RuleCache,
    asked: AskedFor,
    tally: Tally,
}

/// A program and its plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compiled<'a> {
    pub(crate) program: &'a Program,
    pub(crate) plan: &'a Plan,
}

/// What is known of earlier messages, and what is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Task<'a> {
    /// Decisions.
    Deciding(&'a State),
    /// What a store has to be asked.
    Asking,
    /// Decisions, and what the record leaves behind.
    Judging(&'a State),
}

impl<'a> Task<'a> {
    pub(crate) fn state(self) -> &'a State {
        match self {
            Self::Deciding(state) | Self::Judging(state) => state,
            Self::Asking => State::not_asked(),
        }
    }

    /// Whether the places of files that leave something behind matter, and the counters that count the record.
    fn is_kept(self) -> bool {
        match self {
            Self::Deciding(_) => false,
            Self::Asking | Self::Judging(_) => true,
        }
    }

    fn is_asking(self) -> bool {
        match self {
            Self::Asking => true,
            Self::Deciding(_) | Self::Judging(_) => false,
        }
    }
}

/// The places and the instant of the last `asks` about the current record. After it, `woken` holds only what was not false.
/// `judge` for the same places, in the same order, goes on from there: what is false before the store has answered stays
/// false, whatever it answers.
#[derive(Clone, Debug, Default)]
struct AskedFor {
    places: Vec<Place>,
    at: Option<Instant>,
    /// Whether nothing was left: no rule, no counter, and nothing that was received.
    is_quiet: bool,
}

impl AskedFor {
    fn is_for(&self, places: &[Place], at: Instant) -> bool {
        self.at == Some(at) && self.places == places
    }

    fn note(&mut self, places: &[Place], at: Option<Instant>, is_quiet: bool) {
        (self.at, self.is_quiet) = (at, is_quiet);
        if at.is_some() {
            self.places.clear();
            self.places.extend_from_slice(places);
        }
    }
}

/// A record that was read into cells.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    /// The JSON that text cells point into; empty if the full reader read the record.
    pub(crate) input: &'a str,
    /// Returns the whole record. It is parsed only when evidence is needed.
    pub(crate) record: &'a dyn Fn() -> &'a Record,
}

impl Engine {
    pub(crate) fn new(compiled: Compiled<'_>, is_indexed: bool) -> Self {
        let Compiled { program, plan } = compiled;
        Self {
            is_indexed,
            slots: Slots::default(),
            guesses: Guesses::new(plan),
            memo: Memo::new(plan, program.patterns.len()),
            woken: Woken::new(program.norms.len() + program.counters.len()),
            rule_cache: RuleCache::default(),
            asked: AskedFor::default(),
            tally: Tally::default(),
        }
    }

    /// Reads JSON into cells. Returns the JSON as text, which the cells point into. `None` if it is not certain that
    /// the record is valid; then the full reader must read it.
    pub(crate) fn read<'j>(&mut self, compiled: Compiled<'_>, json: &'j [u8]) -> Option<&'j str> {
        let Compiled { program, plan } = compiled;
        let fields = plan.engine_fields.as_ref()?;
        if json.len() > read::max_bytes(program.schema.limits) {
            return None;
        }
        let input = simdutf8::basic::from_utf8(json).ok()?;
        self.memo.forget();
        self.asked.at = None;
        let (slots, guesses) = (&mut self.slots, &mut self.guesses);
        let reader = &mut Reader::new(plan, &program.schema, slots, guesses, input);
        let given = reader.message(fields.message).ok()?;
        self.slots.complete(plan, fields, input, given).ok()?;
        Some(input)
    }

    /// Fills the cells from a record that the full reader read.
    pub(crate) fn fill(&mut self, compiled: Compiled<'_>, record: &Record) {
        self.memo.forget();
        self.asked.at = None;
        self.slots.fill(compiled, record);
    }

    /// Starts counting how often each norm is woken, evaluated and fires.
    pub(crate) fn count(&mut self, compiled: Compiled<'_>, clock: Clock) {
        self.tally.begin(compiled.program.norms.len(), clock);
    }

    /// The counts by norm; empty unless [`Engine::count`] was called.
    pub(crate) fn counts(&self) -> &[Counts] {
        self.tally.norms()
    }

    pub(crate) fn header(&self) -> &Header {
        &self.slots.header
    }

    /// Whether the record has rulings of persons.
    pub(crate) fn carries_rulings(&self, compiled: Compiled<'_>) -> bool {
        self.slots.carries_rulings(compiled.plan)
    }

    /// The approximate size in bytes of the buffers that grow with records.
    pub(crate) fn memory(&self) -> usize {
        let Self { slots, memo, .. } = self;
        slots.memory() + memo.memory()
    }

    /// Replaces the buffers by new ones. Keeps the counts and the guesses about the order of fields.
    pub(crate) fn shrink(&mut self, compiled: Compiled<'_>) {
        let Compiled { program, plan } = compiled;
        self.slots = Slots::default();
        self.memo = Memo::new(plan, program.patterns.len());
    }

    pub(crate) fn id<'a>(&'a self, input: &'a str) -> &'a str {
        self.slots.text(input, self.slots.header.id)
    }

    /// Forgets what was found for another question, or before the store answered.
    fn forget(&mut self, plan: &Plan, at: Instant, is_narrowed: bool) {
        if is_narrowed {
            self.memo.forget_state();
        } else {
            self.slots.hide_unseen(plan, at);
            self.memo.forget_truths();
        }
    }

    /// Evaluates the rules that apply in some places and, if the record is to be remembered, in those of files that leave
    /// something behind, and calls `decide` with the rules that are not false, and with the counters that may count the
    /// record. Returns `None` if there are none and no order or notice is seen, as it is for almost all records. What
    /// `shorten` finds without the interpreter is returned at once.
    pub(crate) fn evaluate<T>(
        &mut self,
        compiled: Compiled<'_>,
        reading: Reading<'_>,
        places: &[Place],
        (at, task): (Instant, Task<'_>),
        (shorten, decide): (
            impl FnOnce(&mut Shortcut<'_, '_>) -> Option<T>,
            impl FnOnce(&Assembly<'_, '_>, &[usize]) -> T,
        ),
    ) -> Option<T> {
        let Compiled { program, plan } = compiled;
        let interpreter = OnceCell::new();
        let new = || Interpreter::with_state(program, (reading.record)(), at, task.state());
        let interpreter = || interpreter.get_or_init(new);
        let interpreted = |number| interpreted(plan, interpreter(), number);
        let is_narrowed = task.is_kept() && self.asked.is_for(places, at);
        if is_narrowed && self.asked.is_quiet {
            return None;
        }
        self.forget(plan, at, is_narrowed);
        let cells = (&self.slots, reading.input, &mut self.memo);
        let mut eval = Eval::new(compiled, cells, (at, task.state()), &interpreted);
        let Eval { has_received, has_rulings, .. } = eval;
        if !is_narrowed {
            let writers = if task.is_kept() { &*program.writers } else { &[] };
            let applicable = self.rule_cache.rules(compiled, [places, writers], at);
            eval.wake_all(&mut self.woken, applicable, self.is_indexed);
            self.woken.keep_if_wanted(program.norms.len(), task.is_kept());
            self.tally.count_woken(&self.woken.rules);
        }
        eval.keep_possible(&mut self.woken.rules, &mut self.tally);
        let counts_rulings = task.is_kept() && has_rulings;
        let rules = &mut self.woken.rules;
        let is_quiet = rules.is_empty() && !has_received && !counts_rulings;
        self.asked.note(places, task.is_asking().then_some(at), is_quiet);
        if is_quiet {
            return None;
        }
        if let Some(found) = shorten(&mut Shortcut { eval: &mut eval, roots: rules }) {
            return Some(found);
        }
        rules.sort_unstable();
        let (candidates, counters) = candidates(program, rules, counts_rulings);
        let parts = RefCell::new((eval, &mut self.tally));
        let finding = |number: usize, norm, hidden: &BTreeSet<String>| {
            let (eval, tally) = &mut *parts.borrow_mut();
            let condition = || interpreter().without(hidden, |judge| judge.condition(norm));
            // Nodes see all orders and notices.
            if hidden.is_empty() {
                let is_candidate = candidates.binary_search(&number).is_ok();
                let truth = if is_candidate {
                    eval.root(number)
                } else {
                    tally.evaluate(number, || eval.root(number))
                };
                if truth == Truth::False {
                    return Finding::never();
                }
            }
            tally.measure(number, condition)
        };
        let visibility = self.slots.header.visibility();
        let additions = |counter: usize| {
            let (eval, _) = &mut *parts.borrow_mut();
            eval.additions(counter, program.counters.get(counter)?)
        };
        let judge = Findings {
            condition: &finding,
            additions: &additions,
            has_received,
            interpreter: &interpreter,
        };
        Some(decide(&Assembly::new(program, visibility, at, &candidates, &judge), &counters))
    }
}

/// The rules that are not false, and the counters that may count the record. The roots are sorted.
fn candidates(program: &Program, roots: &[u32], has_rulings: bool) -> (Vec<usize>, Vec<usize>) {
    let roots = roots.iter().map(|root| *root as usize);
    let norms = program.norms.len();
    let (rules, woken): (Vec<usize>, Vec<usize>) = roots.partition(|root| *root < norms);
    let woken = woken.into_iter().map(|root| root - norms);
    let counters: BTreeSet<usize> = woken.chain(program.counters_of(&rules, has_rulings)).collect();
    (rules, counters.into_iter().collect())
}

fn interpreted<'a>(plan: &'a Plan, interpreter: &Interpreter<'a>, number: u32) -> Truth {
    let condition = plan.interpreted.get(number as usize);
    let zone = condition.and_then(|(_, zone)| plan.zones.get(*zone as usize));
    condition
        .zip(zone)
        .map_or(Truth::Unknown, |((expr, _), zone)| interpreter.value(expr, zone).truth())
}
