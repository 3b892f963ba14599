//! The engine runs a plan on a record and says which rules do not come out false: almost always none. What those rest
//! on is the interpreter's to say, which alone makes findings; so both give one decision.

mod active;
mod eval;
mod memo;
mod slots;
mod wake;

use crate::decision::{Assembly, Decision};
use crate::interpret::Interpreter;
use crate::outcome::{Finding, Truth};
use crate::place::Place;
use crate::plan::Plan;
use crate::program::Program;
use crate::record::Record;
use crate::time::Instant;
use active::Active;
use eval::Eval;
use memo::Memo;
use slots::Slots;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use wake::Woken;

/// The buffers of one thread.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    /// Without it all rules of the places are tested.
    is_indexed: bool,
    slots: Slots,
    memo: Memo,
    woken: Woken,
    active: Active,
}

/// A rule set as the engine sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compiled<'a> {
    pub(crate) program: &'a Program,
    pub(crate) plan: &'a Plan,
}

impl Engine {
    pub(crate) fn new(of: Compiled<'_>, is_indexed: bool) -> Self {
        let Compiled { program, plan } = of;
        Self {
            is_indexed,
            slots: Slots::default(),
            memo: Memo::new(plan.nodes.len(), plan.zones.len(), program.patterns.len()),
            woken: Woken::new(program.norms.len()),
            active: Active::default(),
        }
    }

    /// What the rules that apply in a place say about a record.
    pub(crate) fn decide(
        &mut self,
        of: Compiled<'_>,
        record: &Record,
        place: Place,
        at: Instant,
    ) -> Decision {
        self.assembled(of, record, &[place], at, |assembly| assembly.decide(place))
    }

    /// The same for several places, in groups that share every word of their decision.
    pub(crate) fn decide_all(
        &mut self,
        of: Compiled<'_>,
        record: &Record,
        places: &[Place],
        at: Instant,
    ) -> Vec<Decision> {
        self.assembled(of, record, places, at, |assembly| assembly.decide_all(places))
    }

    fn assembled<T>(
        &mut self,
        of: Compiled<'_>,
        record: &Record,
        places: &[Place],
        at: Instant,
        ask: impl FnOnce(&Assembly<'_, '_>) -> T,
    ) -> T {
        let Compiled { program, plan } = of;
        self.slots.fill(plan, record);
        self.slots.see_at(plan, at);
        self.memo.forget();
        self.woken.clear();
        let interpreter = OnceCell::new();
        let interpreter = || interpreter.get_or_init(|| Interpreter::new(program, record, at));
        let interpreted = |number| interpreted(plan, interpreter(), number);
        let mut eval = Eval {
            program,
            plan,
            slots: &self.slots,
            input: "",
            at,
            memo: &mut self.memo,
            interpreter: &interpreted,
        };
        let among = self.active.rules(of, places, at);
        if self.is_indexed {
            eval.wake(&mut self.woken, among);
        } else {
            self.woken.add_all(among);
        }
        let eval = RefCell::new(eval);
        let truth = |norm: usize| {
            let root = plan.roots.get(norm).copied();
            root.map_or(Truth::Unknown, |root| eval.borrow_mut().truth(root))
        };
        self.woken.rules.retain(|rule| truth(*rule as usize) != Truth::False);
        self.woken.rules.sort_unstable();
        let awake: Vec<usize> = self.woken.rules.iter().map(|rule| *rule as usize).collect();
        let finding = |number: usize, norm| match truth(number) {
            Truth::False => nothing(),
            Truth::Unknown | Truth::True => interpreter().condition(norm),
        };
        let event = |event| interpreter().event(event);
        ask(&Assembly::new(program, record, at, &awake, &finding, &event))
    }
}

/// What the interpreter finds of a condition that is false.
fn nothing() -> Finding {
    Finding {
        truth: Truth::False,
        missing: BTreeSet::new(),
        evidence: vec![],
        events: BTreeMap::new(),
    }
}

fn interpreted<'a>(plan: &'a Plan, interpreter: &Interpreter<'a>, number: u32) -> Truth {
    let left = plan.interpreted.get(number as usize);
    let zone = left.and_then(|(_, zone)| plan.zones.get(*zone as usize));
    left.zip(zone).map_or(Truth::Unknown, |((expr, _), zone)| interpreter.value(expr, zone).truth())
}
