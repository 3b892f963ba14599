//! Compiles a program into the plan that the engine runs: a graph in which equal conditions share a node, a cell for
//! each field that rules read, and an index that finds the rules to evaluate for a record.

mod absence;
mod calendar;
mod grams;
mod guard;
mod index;
mod layout;
mod listing;
mod literal;
mod lower;
mod node;
mod engine_fields;
mod shape;

pub(crate) use absence::{Absences, NestedId};
pub(crate) use calendar::{Bits, Calendar, Stretch};
pub(crate) use engine_fields::{
    Contacts, DeceptiveDefault, EngineFields, ListTexts, OwnCells, Parts, Speaker,
};
use guard::Trigger;
pub(crate) use guard::{Column, index_number};
pub(crate) use index::{ColumnIndex, Index, ValueIndex};
pub(crate) use layout::Layout;
pub(crate) use listing::listing;
pub(crate) use lower::{Addition, Read};
pub(crate) use node::{Base, KeyNodes, Node, NodeId, Nodes, Path, Recall, Recalled, Surface, Walk};
pub(crate) use shape::{Shapes, Storage};

use crate::base::time::Zone;
use crate::program::{Counter, Expr, Program};
use crate::record::Voice;
use crate::text::Scanner;
use crate::world::schema::Schema;
use crate::world::standard::{self, DATED_LISTS, message};
use guard::Guards;
use lower::Lowering;
use shape::Spot;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// A compiled program. Numbers are indices into these tables or those of the program.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) nodes: Nodes,
    pub(crate) shapes: Shapes,
    pub(crate) index: Index,
    pub(crate) calendar: Calendar,
    /// Searches for all patterns of the program at once.
    pub(crate) scanner: Scanner,
    /// Whether a condition reads texts of each voice, in the order of [`Voice::ALL`].
    voices_read: [bool; 4],
    /// The zones whose days count for dated entries of sets.
    pub(crate) zones: Vec<Zone>,
    /// The conditions that the interpreter evaluates, with their zones.
    pub(crate) interpreted: Vec<(Arc<Expr>, u32)>,
    /// The condition of each norm, then that of each counter.
    pub(crate) roots: Vec<NodeId>,
    /// How a record counts, by counter. `None` if only the interpreter can tell.
    pub(crate) additions: Vec<Option<Addition>>,
    /// For each counter, whether a rule that it counts, or an exception to one, reads what a store knows.
    pub(crate) counts_by_state: Vec<bool>,
    /// The reads of counters and marks that each norm makes, in any case. `None` if only the interpreter can tell.
    pub(crate) reads: Vec<Option<Box<[Read]>>>,
    /// The cells that the engine itself reads. If `None`, all records go through the full reader.
    pub(crate) engine_fields: Option<EngineFields>,
    /// The records that can be none.
    pub(crate) absences: Absences,
    /// The record types in the form that the JSON reader needs, by index.
    pub(crate) layouts: Vec<Option<Layout>>,
    /// The index of the field `any_text` of the message.
    pub(crate) any_text: Option<usize>,
    /// Orders, notices and rulings.
    pub(crate) dated_lists: Vec<DatedList>,
    /// The rules for which law counts by the days on which these came in, in order.
    pub(crate) judged_by_receipt: Vec<u32>,
}

/// A list whose elements conditions do not see before they begin, nor after they ended.
#[derive(Clone, Debug)]
pub(crate) struct DatedList {
    /// The cell of the list, in the row of the message.
    pub(crate) cell: u32,
    pub(crate) shape: u32,
    /// The cell of the instant from which an element is seen, in its row.
    pub(crate) begins: u32,
    /// The cells of the instants from which it is no longer seen.
    pub(crate) ends: Vec<u32>,
    /// Whether somebody sent its elements and waits for an answer.
    pub(crate) is_received: bool,
}

impl Plan {
    /// Compiles a program. Takes time linear in the size of the conditions; a definition counts once for each distinct
    /// list of arguments.
    pub(crate) fn new(program: &Program) -> Self {
        let mut lowering = Lowering::new(program);
        let dated_lists = DATED_LISTS.map(|list| dated_list(&mut lowering, program, list));
        let mut roots: Vec<NodeId> =
            (0..program.norms.len()).map(|norm| lowering.norm(norm)).collect();
        roots.extend(program.counters.iter().map(|counter| lowering.counter(counter)));
        let additions = program.counters.iter().map(|counter| lowering.addition(counter)).collect();
        let counting = program.counters.iter();
        let counts_by_state = counting
            .map(|counter| counts_by_state(&lowering.interner.nodes, &roots, program, counter))
            .collect();
        let reads = (0..program.norms.len()).map(|norm| lowering.reads(norm)).collect();
        let message_type = program.schema.named(Schema::MESSAGE).map(|(_, message)| message);
        let surfaces = lowering.interner.nodes.surfaces();
        let is_read = |voice: Voice| surfaces.iter().any(|one| one.voices().contains(&voice));
        let mut plan = Self {
            engine_fields: EngineFields::new(&mut lowering, program, &surfaces),
            absences: Absences::new(&program.schema, &lowering.shapes),
            layouts: Layout::all(&program.schema),
            index: Index::default(),
            calendar: Calendar::new(program),
            scanner: Scanner::new(program.patterns.iter().map(|pattern| &pattern.matcher)),
            voices_read: Voice::ALL.map(is_read),
            roots,
            additions,
            counts_by_state,
            reads,
            any_text: message_type
                .and_then(|message| message.fields.get_index_of(message::ANY_TEXT.name)),
            dated_lists: dated_lists.into_iter().flatten().collect(),
            judged_by_receipt: judged_by_receipt(program),
            nodes: lowering.interner.nodes,
            shapes: lowering.shapes,
            zones: lowering.zones,
            interpreted: lowering.interpreted,
        };
        plan.index = Index::new(plan.triggers(program), program.patterns.len());
        plan
    }

    /// Whether texts of this voice are searched, because a condition reads them.
    pub(crate) fn is_searched(&self, voice: Voice) -> bool {
        self.voices_read.get(voice as usize) == Some(&true)
    }

    /// The triggers of each rule, and of each counter with a condition, by the index of its root. Those that are false on every
    /// record are left out.
    fn triggers(&self, program: &Program) -> BTreeMap<u32, Rc<[Trigger]>> {
        let mut guards = Guards::new(&self.nodes, &self.shapes, &program.regexes);
        // A counter that counts rules is found by these.
        let counters = program.counters.iter().enumerate();
        let counters = counters.filter(|(_, counter)| counter.counts.is_none());
        let counters = counters.map(|(index, _)| program.norms.len() + index);
        let triggers =
            program.rules().into_iter().chain(counters).filter_map(|root| {
                Some((to_u32(root), guards.triggers_of(*self.roots.get(root)?)?))
            });
        triggers.collect()
    }
}

/// Whether a rule that is counted, or an exception to one, reads what a store knows. The condition of a counter never does.
fn counts_by_state(nodes: &Nodes, roots: &[NodeId], program: &Program, counter: &Counter) -> bool {
    let reads_state =
        |norm: &usize| roots.get(*norm).is_none_or(|root| nodes.facts(*root).reads_state);
    let lifting = |rule: &usize| program.norms.get(*rule).map(|norm| &norm.defeated_by);
    counter.counted_rules().iter().any(|rule| {
        reads_state(rule) || lifting(rule).is_some_and(|lifts| lifts.iter().any(reads_state))
    })
}

fn judged_by_receipt(program: &Program) -> Vec<u32> {
    let rules = program.rules().into_iter();
    let is_by_receipt = |rule: &usize| {
        program.norms.get(*rule).is_some_and(|norm| program.is_judged_by_receipt(norm))
    };
    rules.filter(is_by_receipt).map(to_u32).collect()
}

/// An index or count as the plan stores it. The limits on rules and records keep it far below the greatest number.
pub(crate) fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn dated_list(
    lowering: &mut Lowering<'_>,
    program: &Program,
    standard::DatedList { list, begins, ends, is_received }: standard::DatedList,
) -> Option<DatedList> {
    let list_spot = lowering.shapes.spot_at(program, &[message::REPORTS, list])?;
    let Spot::List { path: cell, shape } = list_spot else { return None };
    let mut slot =
        |field| match lowering.shapes.spot_at(program, &[message::REPORTS, list, field])? {
            Spot::Cell(Path { slot, .. }) => Some(slot),
            Spot::Record { .. } | Spot::Map { .. } | Spot::List { .. } => None,
        };
    let begins = slot(begins)?;
    let ends = ends.iter().map(|end| slot(*end)).collect::<Option<_>>()?;
    Some(DatedList { cell: cell.slot, shape, begins, ends, is_received })
}
