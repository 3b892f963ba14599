//! Shows a plan as text, for people who tune rules. For each rule, the text has the triggers or the reason why there are
//! none, and the condition in the order of evaluation.

mod conditions;
mod reasons;

use super::guard::{CellTest, CellTrigger, Column, Guards, Trigger};
use super::node::{Base, NodeId, Path, Surface};
use super::{Plan, to_u32};
use crate::base::source::Sources;
use crate::base::time::Instant;
use crate::program::{NormKind, Program};
use crate::world::value::{Decimal, Type, duration};
use std::fmt::Write;

/// The greatest number of characters shown of one condition.
const WIDTH: usize = 600;
/// The greatest number of triggers shown for one rule.
const MAX_TRIGGERS: usize = 8;

/// A plan, with the tables that its indices refer to.
#[derive(Clone, Copy)]
struct Listing<'a> {
    program: &'a Program,
    plan: &'a Plan,
    sources: &'a Sources,
}

/// Shows a plan as text.
pub(crate) fn listing(program: &Program, plan: &Plan, sources: &Sources) -> String {
    let listing = Listing { program, plan, sources };
    let triggers = plan.triggers(program);
    let mut text = listing.head();
    for (number, norm) in program.norms.iter().enumerate() {
        let how = match (&norm.kind, triggers.get(&to_u32(number))) {
            (NormKind::Rule(_), Some(triggers)) => listing.woken(triggers),
            (NormKind::Rule(_), None) => "never: its condition is false on every record".into(),
            (NormKind::Exception { defeats }, _) => {
                let lifted = defeats.iter().filter_map(|norm| program.norms.get(*norm));
                let lifted: Vec<_> = lifted.map(|norm| format!("`{}`", norm.id)).collect();
                format!("evaluated when {} may fire", lifted.join(" or "))
            }
        };
        let tests = plan.roots.get(number).map(|root| listing.node(*root)).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{}\n  {how}\n  tests {}\n", norm.id, cut(&tests));
    }
    text
}

impl Listing<'_> {
    fn head(self) -> String {
        let Self { program, plan, .. } = self;
        let rules = program.rules().len();
        let mut fields: Vec<&str> = plan.shapes.paths().collect();
        fields.sort_unstable();
        fields.dedup();
        format!(
            "{rules} rules, {} exceptions\n{} distinct parts of conditions, {} left to the interpreter\n\
             {} conditions tested on every record\nreads {}\n",
            program.norms.len() - rules,
            plan.nodes.len(),
            plan.interpreted.len(),
            plan.index.tests.len(),
            fields.join(", "),
        )
    }

    fn woken(self, triggers: &[Trigger]) -> String {
        let is_one = triggers.len() == 1;
        let mut shown: Vec<String> = triggers
            .iter()
            .take(MAX_TRIGGERS)
            .map(|trigger| self.trigger(trigger, is_one))
            .collect();
        let more = triggers.len().saturating_sub(MAX_TRIGGERS);
        shown.extend((more > 0).then(|| format!("{more} more")));
        let how = format!("woken when {}", shown.join(" or "));
        let tested = triggers.iter().find_map(|trigger| match trigger {
            Trigger::Test { node, wanted } => Some(self.reason(*node, *wanted)),
            Trigger::Pattern { .. } | Trigger::Literal { .. } | Trigger::Cell(_) => None,
        });
        match tested {
            Some(why) => format!("no index, because {why}; {how}"),
            None => how,
        }
    }

    /// Whether a condition has to be tested on every record when it is the whole condition of a rule.
    fn is_tested(self, id: NodeId) -> bool {
        let Self { program, plan, .. } = self;
        let triggers = Guards::new(&plan.nodes, &plan.shapes, &program.regexes).triggers_of(id);
        let is_test = |trigger: &Trigger| matches!(trigger, Trigger::Test { .. });
        triggers.is_some_and(|triggers| triggers.iter().any(is_test))
    }

    fn trigger(self, trigger: &Trigger, is_alone: bool) -> String {
        match trigger {
            Trigger::Pattern { surface, pattern } => {
                format!("{} mentions {}", surface_name(*surface), self.pattern(*pattern))
            }
            Trigger::Literal { surface, literal } => {
                let literal = String::from_utf8_lossy(literal);
                format!("{} contains {literal:?}", surface_name(*surface))
            }
            Trigger::Cell(cell_trigger) if is_alone || cell_trigger.and_also.is_none() => {
                self.cell_trigger(cell_trigger)
            }
            Trigger::Cell(cell_trigger) => format!("({})", self.cell_trigger(cell_trigger)),
            Trigger::Test { node, wanted: true } => cut(&self.node(*node)),
            Trigger::Test { node, wanted: false } => format!("not {}", cut(&self.node(*node))),
        }
    }

    fn cell_trigger(
        self,
        CellTrigger { column, test, or_missing, or_none, and_also }: &CellTrigger,
    ) -> String {
        let and_also = and_also.iter().map(|other| format!(" and {}", self.cell_trigger(other)));
        let path = path_of(*column);
        let (is_optional, can_be_none) =
            (self.plan.shapes.is_optional(path), self.plan.shapes.can_be_none(path));
        let name = self.plan.shapes.path(column.shape, column.slot);
        let lacking = [
            (*or_missing && (is_optional || *test == CellTest::Nothing), "missing"),
            (*or_none && can_be_none, "none"),
        ];
        let lacking: Vec<_> =
            lacking.iter().filter(|(fires, _)| *fires).map(|(_, word)| *word).collect();
        let lacking = lacking.join(" or ");
        let tested = match self.cell(*column, test) {
            None => format!("{name} is {lacking}"),
            Some(tested) if lacking.is_empty() => tested,
            Some(tested) => format!("{tested} (or {lacking})"),
        };
        tested + &and_also.collect::<String>()
    }

    /// The test as it is written; `None` if no value passes it.
    fn cell(self, column: Column, test: &CellTest) -> Option<String> {
        let name = self.plan.shapes.path(column.shape, column.slot);
        Some(match test {
            CellTest::Nothing => return None,
            CellTest::Anything => format!("{name} is known"),
            CellTest::Text(text) => format!("{name} == {text:?}"),
            CellTest::Number(number) => format!("{name} == {}", self.units(column, *number)),
            CellTest::AtLeast(bound) => {
                let (op, bound) =
                    if is_round(bound - 1) { (">", bound - 1) } else { (">=", *bound) };
                format!("{name} {op} {}", self.units(column, bound))
            }
            CellTest::AtMost(bound) => {
                let (op, bound) =
                    if is_round(bound + 1) { ("<", bound + 1) } else { ("<=", *bound) };
                format!("{name} {op} {}", self.units(column, bound))
            }
            CellTest::Truth(true) => name.to_owned(),
            CellTest::Truth(false) => format!("not {name}"),
            CellTest::Mentioning(pattern) => format!("{name} mentions {}", self.pattern(*pattern)),
            CellTest::Place(place) => format!("\"{place}\" in {name}"),
        })
    }

    fn units(self, column: Column, units: i128) -> String {
        match self.plan.shapes.slot(path_of(column)).map(|slot| &slot.ty) {
            Some(Type::Instant) => {
                Instant::EPOCH.plus_nanos(units).map_or_else(String::new, |at| at.to_string())
            }
            Some(Type::Duration) => duration(units),
            _ => Decimal::from_billionths(units).to_string(),
        }
    }
}

fn surface_name(surface: Surface) -> &'static str {
    let found = Surface::ALL.into_iter().find(|(_, one)| *one == surface);
    found.map_or("", |(field, _)| field.name)
}

fn path_of(Column { shape, slot }: Column) -> Path {
    let base = if shape == 0 { Base::Message } else { Base::Element { level: 0, shape } };
    Path { base, slot }
}

/// Whether an author probably wrote this bound: it is a multiple of a thousand of the smallest units.
fn is_round(bound: i128) -> bool {
    bound % 1_000 == 0
}

fn cut(text: &str) -> String {
    let short: String = text.chars().take(WIDTH).collect();
    if short.len() < text.len() { short + "…" } else { short }
}
