//! Compiles a program into the plan that the engine runs: a graph in which equal conditions share a node, a cell for
//! each field that rules read, and an index that finds the rules to evaluate for a record.

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
pub(crate) use guard::{Column, index_number};
pub(crate) use index::{ColumnIndex, Index, ValueIndex};
pub(crate) use layout::Layout;
pub(crate) use listing::listing;
pub(crate) use node::{Base, Node, NodeId, Nodes, Path, Surface, Walk};
pub(crate) use own::{DeceptiveDefault, ListTexts, OwnFields};
pub(crate) use shape::{Shapes, Storage};

use crate::base::time::Zone;
use crate::program::{Expr, Program};
use crate::text::Scanner;
use crate::world::schema::Schema;
use crate::world::standard::{StandardField, message, notice, order, reports};
use guard::Guards;
use index::IndexBuilder;
use lower::Lowering;
use shape::Spot;
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
    /// Whether a condition reads texts that the author did not write.
    pub(crate) reads_any_text: bool,
    /// The zones whose days count for dated entries of sets.
    pub(crate) zones: Vec<Zone>,
    /// The conditions that the interpreter evaluates, with their zones.
    pub(crate) interpreted: Vec<(Arc<Expr>, u32)>,
    /// The condition of each norm.
    pub(crate) roots: Vec<NodeId>,
    /// The cells that the engine itself reads. If `None`, all records go through the full reader.
    pub(crate) own_fields: Option<OwnFields>,
    /// The record types as the JSON reader uses them, by index.
    pub(crate) layouts: Vec<Option<Layout>>,
    /// The indices of the fields `text` and `any_text` of the message.
    pub(crate) surfaces: [Option<usize>; 2],
    /// The lists whose elements are dated: orders and notices.
    pub(crate) dated: Vec<Dated>,
}

/// A list of the message whose elements are hidden at instants before they were received.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dated {
    /// The cell of the list, in the row of the message.
    pub(crate) cell: u32,
    pub(crate) shape: u32,
    /// The cell of the instant, in the row of an element.
    pub(crate) received: u32,
}

impl Plan {
    /// Compiles a program. Takes time linear in the size of the conditions; a definition counts once for each distinct
    /// list of arguments.
    pub(crate) fn new(program: &Program) -> Self {
        let mut lowering = Lowering::new(program);
        let dated =
            [(reports::ORDERS, order::RECEIVED_AT), (reports::NOTICES, notice::RECEIVED_AT)]
                .map(|(list, received)| dated(&mut lowering, program, list, received));
        let roots: Vec<NodeId> = program.norms.iter().map(|norm| lowering.norm(norm)).collect();
        let whole = program.schema.named(Schema::MESSAGE).map(|(_, message)| message);
        let number_of = |field: StandardField| whole?.fields.get_index_of(field.name);
        let reads_any_text = lowering.interner.nodes.reads_any_text();
        let mut plan = Self {
            own_fields: OwnFields::new(&mut lowering, program, reads_any_text),
            layouts: Layout::all(&program.schema),
            index: Index::default(),
            calendar: Calendar::new(program),
            scanner: Scanner::new(program.patterns.iter().map(|pattern| &pattern.matcher)),
            reads_any_text,
            roots,
            surfaces: [message::TEXT, message::ANY_TEXT].map(number_of),
            dated: dated.into_iter().flatten().collect(),
            nodes: lowering.interner.nodes,
            shapes: lowering.shapes,
            zones: lowering.zones,
            interpreted: lowering.interpreted,
        };
        let mut index = IndexBuilder::default();
        for (rule, triggers) in plan.triggers(program, program.rules()) {
            let rule = u32::try_from(rule).unwrap_or(u32::MAX);
            triggers.iter().for_each(|trigger| index.add(rule, trigger));
        }
        plan.index = index.finish(program.patterns.len());
        plan
    }

    /// The triggers of rules. Rules that are false on every record are left out.
    fn triggers(&self, program: &Program, rules: Vec<usize>) -> Vec<(usize, Rc<[Trigger]>)> {
        let mut guards = Guards::new(&self.nodes, &self.shapes, &program.regexes);
        let numbered = rules.into_iter().filter_map(|rule| Some((rule, *self.roots.get(rule)?)));
        numbered.filter_map(|(rule, root)| Some((rule, guards.triggers_of(root)?))).collect()
    }
}

fn dated(
    lowering: &mut Lowering<'_>,
    program: &Program,
    list: StandardField,
    received: StandardField,
) -> Option<Dated> {
    let path = [message::REPORTS, list, received];
    let Spot::List { path: list, shape } = lowering.shapes.at(program, path.get(..2)?)? else {
        return None;
    };
    match lowering.shapes.at(program, &path)? {
        Spot::Cell(Path { slot, .. }) => Some(Dated { cell: list.slot, shape, received: slot }),
        Spot::Record { .. } | Spot::Map { .. } | Spot::List { .. } => None,
    }
}
