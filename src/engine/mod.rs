//! Runs a plan on a record and finds the rules whose conditions are not false. For almost all records there are none.
//! The interpreter makes the findings for these rules, so both evaluators give the same decision.

mod active;
mod counts;
mod cursor;
mod eval;
mod memo;
mod read;
mod slots;
mod surfaces;
mod values;
mod wake;

pub use counts::Clock;
pub(crate) use counts::Counts;
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
use crate::world::schema::Schema;
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
    tally: Tally,
}

/// A program and its plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compiled<'a> {
    pub(crate) program: &'a Program,
    pub(crate) plan: &'a Plan,
}

/// What is known of earlier messages, and whether this one is to be remembered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory<'a> {
    pub(crate) state: &'a State,
    /// Whether the counters that count the record are wanted too.
    pub(crate) remembers: bool,
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
            memo: Memo::new(plan.nodes.len(), plan.zones.len(), program.patterns.len()),
            woken: Woken::new(program.norms.len() + program.counters.len()),
            rule_cache: RuleCache::default(),
            tally: Tally::default(),
        }
    }

    /// Reads JSON into cells. Returns the JSON as text, which the cells point into. `None` if it is not certain that
    /// the record is valid; then the full reader must read it.
    pub(crate) fn read<'j>(&mut self, compiled: Compiled<'_>, json: &'j [u8]) -> Option<&'j str> {
        let Compiled { program, plan } = compiled;
        let fields = plan.engine_fields.as_ref()?;
        let (id, _) = program.schema.named(Schema::MESSAGE)?;
        if json.len() > read::max_bytes(program.schema.limits) {
            return None;
        }
        let input = simdutf8::basic::from_utf8(json).ok()?;
        self.memo.forget();
        let (slots, guesses) = (&mut self.slots, &mut self.guesses);
        let reader = &mut Reader::new(plan, &program.schema, slots, guesses, input);
        let given = reader.message(id).ok()?;
        self.slots.complete(plan, fields, input, given).ok()?;
        Some(input)
    }

    /// Fills the cells from a record that the full reader read.
    pub(crate) fn fill(&mut self, compiled: Compiled<'_>, record: &Record) {
        self.memo.forget();
        self.slots.fill(compiled.plan, record);
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

    /// The approximate size in bytes of the buffers that grow with records.
    pub(crate) fn memory(&self) -> usize {
        let Self { is_indexed: _, slots, guesses: _, memo, woken: _, rule_cache: _, tally: _ } =
            self;
        slots.memory() + memo.memory()
    }

    /// Replaces the buffers by new ones. Keeps the counts and the guesses about the order of fields.
    pub(crate) fn shrink(&mut self, compiled: Compiled<'_>) {
        let Compiled { program, plan } = compiled;
        self.slots = Slots::default();
        self.memo = Memo::new(plan.nodes.len(), plan.zones.len(), program.patterns.len());
    }

    pub(crate) fn id<'a>(&'a self, input: &'a str) -> &'a str {
        self.slots.text(input, self.slots.header.id)
    }

    /// Evaluates the rules that apply in some places and, if the record is to be remembered, in those of files that leave
    /// something behind, and calls `decide` with the rules that are not false, and with the
    /// counters that may count the record. Returns `None` if there are none and no order or notice is seen, as it is for almost
    /// all records.
    pub(crate) fn evaluate<T>(
        &mut self,
        compiled: Compiled<'_>,
        reading: Reading<'_>,
        places: &[Place],
        (at, memory): (Instant, Memory<'_>),
        decide: impl FnOnce(&Assembly<'_, '_>, &[usize]) -> T,
    ) -> Option<T> {
        let Compiled { program, plan } = compiled;
        self.slots.hide_unseen(plan, at);
        self.memo.forget_truths();
        self.woken.clear();
        let interpreter = OnceCell::new();
        let new = || Interpreter::with_state(program, (reading.record)(), at, memory.state);
        let interpreter = || interpreter.get_or_init(new);
        let interpreted = |number| interpreted(plan, interpreter(), number);
        let mut eval = Eval {
            program,
            plan,
            slots: &self.slots,
            input: reading.input,
            at,
            memo: &mut self.memo,
            interpreter: &interpreted,
        };
        let writers: &[Place] = if memory.remembers { &program.writers } else { &[] };
        let applicable = self.rule_cache.rules(compiled, [places, writers], at);
        if self.is_indexed {
            eval.wake(&mut self.woken, applicable);
        } else {
            self.woken.add_all(applicable);
        }
        let eval = RefCell::new(eval);
        let truth = |norm: usize| {
            let root = plan.roots.get(norm).copied();
            root.map_or(Truth::Unknown, |root| eval.borrow_mut().truth(root))
        };
        let has_received = self.slots.has_received(plan);
        // A rule whose law is judged by receipt may not see all orders and notices that the index and the nodes see.
        if has_received && self.is_indexed {
            self.woken.add(&plan.judged_by_receipt, applicable);
        }
        let may_see_less =
            |rule: &u32| has_received && plan.judged_by_receipt.binary_search(rule).is_ok();
        self.woken.keep_if_wanted(program.norms.len(), memory.remembers);
        self.tally.count_woken(&self.woken.rules);
        let tally = RefCell::new(&mut self.tally);
        self.woken.rules.retain(|rule| {
            let number = *rule as usize;
            let found = tally.borrow_mut().evaluate(number, || truth(number));
            found != Truth::False || may_see_less(rule)
        });
        let has_rulings = memory.remembers && self.slots.has_rulings(plan);
        if self.woken.rules.is_empty() && !has_received && !has_rulings {
            return None;
        }
        self.woken.rules.sort_unstable();
        let (candidates, counters) = candidates(program, &self.woken.rules, has_rulings);
        let is_candidate = |number| candidates.binary_search(&number).is_ok();
        let finding = |number: usize, norm, hidden: &BTreeSet<String>| {
            if !hidden.is_empty() {
                let condition =
                    || interpreter().without(hidden, |interpreter| interpreter.condition(norm));
                return tally.borrow_mut().measure(number, condition);
            }
            let evaluate = || truth(number);
            let mut tally = tally.borrow_mut();
            let truth =
                if is_candidate(number) { evaluate() } else { tally.evaluate(number, evaluate) };
            match truth {
                Truth::False => Finding::never(),
                Truth::Unknown | Truth::True => {
                    tally.measure(number, || interpreter().condition(norm))
                }
            }
        };
        let visibility = self.slots.header.visibility();
        let judge = Findings { condition: &finding, has_received, interpreter: &interpreter };
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
