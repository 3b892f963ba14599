//! The plan of a rule set: what the engine runs instead of walking the checked program. Each distinct condition stands
//! once, each field that rules read has a cell, and an index tells which rules a record wakes.

mod calendar;
mod grams;
mod guard;
mod index;
mod layout;
mod listing;
mod literal;
mod lower;
mod node;
mod own;
mod shape;

pub(crate) use calendar::{Bits, Calendar, Stretch};
use guard::Trigger;
pub(crate) use guard::{Column, in_units};
pub(crate) use index::{ColumnIndex, Index, ValueIndex};
pub(crate) use layout::Layout;
pub(crate) use listing::listing;
pub(crate) use node::{Base, Node, NodeId, Nodes, Path, Surface, Walk};
pub(crate) use own::{InList, Own, Unsaid};
pub(crate) use shape::{Shapes, Use};

use crate::base::time::Zone;
use crate::program::{Expr, Program};
use crate::text::Scanner;
use crate::world::schema::Schema;
use guard::Guards;
use index::Building;
use lower::Lowering;
use shape::Spot;
use std::rc::Rc;
use std::sync::Arc;

/// What the engine runs. All numbers are indices into these tables or those of the program.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) nodes: Nodes,
    pub(crate) shapes: Shapes,
    pub(crate) index: Index,
    pub(crate) calendar: Calendar,
    /// Seeks all patterns of the program, by their numbers.
    pub(crate) scanner: Scanner,
    /// Whether a condition asks for more than what the author wrote.
    pub(crate) asks_all_texts: bool,
    /// The zones on whose day dated sets are asked.
    pub(crate) zones: Vec<Zone>,
    /// What is left to the interpreter, with its zone.
    pub(crate) interpreted: Vec<(Arc<Expr>, u32)>,
    /// The condition of each norm.
    pub(crate) roots: Vec<NodeId>,
    /// What the engine itself reads; without it records are read in full.
    pub(crate) own: Option<Own>,
    /// The record types, by number, as they are read.
    pub(crate) layouts: Vec<Option<Layout>>,
    /// The fields `text` and `any_text` of the message.
    pub(crate) surfaces: [Option<usize>; 2],
    /// The lists that grow after a message was sent.
    pub(crate) dated: Vec<Dated>,
}

/// A list of the message whose elements are seen from the instant on that they carry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dated {
    /// The list's cell in the row of the message.
    pub(crate) cell: u32,
    pub(crate) shape: u32,
    /// The instant's cell in the row of an element.
    pub(crate) received: u32,
}

impl Plan {
    /// Linear in the conditions with their definitions unfolded, each once.
    pub(crate) fn new(program: &Program) -> Self {
        let mut lowering = Lowering::new(program);
        let dated = ["orders", "notices"].map(|list| dated(&mut lowering, program, list));
        let roots: Vec<NodeId> = program.norms.iter().map(|norm| lowering.norm(norm)).collect();
        let message = program.schema.named(Schema::MESSAGE).map(|(_, message)| message);
        let field = |name| message.and_then(|message| message.fields.get_index_of(name));
        let asks_all_texts = lowering.interner.nodes.asks_all_texts();
        let mut plan = Self {
            own: Own::new(&mut lowering, program, asks_all_texts),
            layouts: Layout::all(&program.schema),
            index: Index::default(),
            calendar: Calendar::new(program),
            scanner: Scanner::new(program.patterns.iter().map(|pattern| &pattern.matcher)),
            asks_all_texts,
            roots,
            surfaces: ["text", "any_text"].map(field),
            dated: dated.into_iter().flatten().collect(),
            nodes: lowering.interner.nodes,
            shapes: lowering.shapes,
            zones: lowering.zones,
            interpreted: lowering.interpreted,
        };
        let mut index = Building::default();
        for (rule, triggers) in plan.triggers(program, program.rules()) {
            let rule = u32::try_from(rule).unwrap_or(u32::MAX);
            triggers.iter().for_each(|trigger| index.add(rule, trigger));
        }
        plan.index = index.finish(program.patterns.len());
        plan
    }

    /// What wakes each of some rules; a rule that is false on every record is left out.
    fn triggers(&self, program: &Program, rules: Vec<usize>) -> Vec<(usize, Rc<[Trigger]>)> {
        let mut guards = Guards::new(&self.nodes, &self.shapes, &program.regexes);
        let numbered = rules.into_iter().filter_map(|rule| Some((rule, *self.roots.get(rule)?)));
        numbered.filter_map(|(rule, root)| Some((rule, guards.whole(root)?))).collect()
    }
}

fn dated(lowering: &mut Lowering<'_>, program: &Program, list: &str) -> Option<Dated> {
    let Spot::List { path, shape } = lowering.shapes.at(program, &["reports", list])? else {
        return None;
    };
    match lowering.shapes.at(program, &["reports", list, "received_at"])? {
        Spot::Cell(Path { slot, .. }) => Some(Dated { cell: path.slot, shape, received: slot }),
        Spot::Record { .. } | Spot::Map { .. } | Spot::List { .. } => None,
    }
}
