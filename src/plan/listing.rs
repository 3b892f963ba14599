//! The plan as text: which index wakes each rule, or why none does, and what is then tested, the cheapest first.

use super::Plan;
use super::guard::{Column, Guards, Held, Is, Trigger};
use super::node::{Base, Node, NodeId, Path, Surface, Walk};
use crate::base::source::Sources;
use crate::base::time::Instant;
use crate::program::{CompareOp, NormKind, PatternName, Program, TextTest};
use crate::syntax::tree::ArithmeticOp;
use crate::world::value::{Decimal, Type, Value, duration};
use std::collections::HashMap;
use std::fmt::Write;

/// Characters of one condition.
const WIDTH: usize = 600;
/// Triggers of one rule.
const TRIGGERS: usize = 8;

/// A plan with what its numbers mean.
#[derive(Clone, Copy)]
struct Listing<'a> {
    program: &'a Program,
    plan: &'a Plan,
    sources: &'a Sources,
}

/// The whole plan.
pub(crate) fn listing(program: &Program, plan: &Plan, sources: &Sources) -> String {
    let of = Listing { program, plan, sources };
    let triggers: HashMap<_, _> = plan.triggers(program, program.rules()).into_iter().collect();
    let mut text = of.head();
    for (number, norm) in program.norms.iter().enumerate() {
        let how = match (&norm.kind, triggers.get(&number)) {
            (NormKind::Rule(_), Some(triggers)) => of.woken(triggers),
            (NormKind::Rule(_), None) => "never: its condition is false on every record".into(),
            (NormKind::Exception { defeats }, _) => {
                let lifted = program.norms.get(*defeats).map_or("", |norm| &norm.id);
                format!("asked when `{lifted}` may fire")
            }
        };
        let tests = plan.roots.get(number).map(|root| of.node(*root)).unwrap_or_default();
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
        let mut shown: Vec<String> =
            triggers.iter().take(TRIGGERS).map(|one| self.trigger(one, is_one)).collect();
        let more = triggers.len().saturating_sub(TRIGGERS);
        shown.extend((more > 0).then(|| format!("{more} more")));
        let how = format!("woken when {}", shown.join(" or "));
        let tested = triggers.iter().find_map(|one| match one {
            Trigger::Test { node, wanted } => Some(self.reason(*node, *wanted)),
            Trigger::Pattern { .. } | Trigger::Literal { .. } | Trigger::Cell(_) => None,
        });
        match tested {
            Some(why) => format!("no index, since {why}; {how}"),
            None => how,
        }
    }

    /// Why no index tells that a condition is not the other truth.
    fn reason(self, id: NodeId, wanted: bool) -> String {
        let nodes = &self.plan.nodes;
        let is_fixed = |id: NodeId| matches!(nodes.get(id), Node::Const(_));
        let is_whole = |text: NodeId| matches!(nodes.get(text), Node::Surface(_));
        let why = match (nodes.get(id), wanted) {
            (Node::Not(inner), _) => return self.reason(*inner, !wanted),
            (Node::And(of), true) | (Node::Or(of), false) => {
                return of.first().map_or_else(String::new, |first| self.reason(*first, wanted));
            }
            (Node::Or(of) | Node::AtLeast { of, .. }, true) => {
                let tested = of.iter().find(|part| self.is_tested(**part));
                let named = |part: &NodeId| {
                    format!("`{}` has none: {}", cut(&self.node(*part)), self.reason(*part, true))
                };
                return tested.map_or_else(|| "it has too many parts".into(), named);
            }
            (Node::And(_) | Node::AtLeast { .. }, false) => "one of its alternatives has none",
            (
                Node::Mentions { .. }
                | Node::Matches { .. }
                | Node::TextTest { .. }
                | Node::Near { .. },
                false,
            ) => "most texts lack what it excludes",
            (Node::Matches { text, .. } | Node::TextTest { text, .. }, true)
                if !is_whole(*text) =>
            {
                "only `text` and `any_text` are searched for literals"
            }
            (Node::Matches { .. }, true) => {
                "the expression needs no literal of three bytes or more"
            }
            (Node::TextTest { part, .. }, true) if !is_fixed(*part) => "what it seeks is not fixed",
            (Node::TextTest { .. }, true) => "what it seeks is shorter than three bytes",
            (Node::Mentions { .. } | Node::Near { .. }, true) => "the text is worked out",
            (Node::Compare { right, .. }, _) if !is_fixed(*right) => {
                "it compares with what is not fixed"
            }
            (Node::Compare { left, .. }, _) if matches!(nodes.get(*left), Node::Count(_)) => {
                "a count is looked up only where it has to be one or more"
            }
            (Node::Compare { op: CompareOp::Equal | CompareOp::NotEqual, left, .. }, _)
                if matches!(nodes.get(*left), Node::Path(_) | Node::Coalesce { .. }) =>
            {
                "most values differ from one"
            }
            (Node::Compare { .. } | Node::IsKnown(_), _) => "the value is worked out",
            (Node::In { .. } | Node::InSet { .. }, false) => "most values are not in a list",
            (Node::In { .. }, true) => "the list or what is sought in it is not fixed",
            (Node::InSet { .. }, true) => "sets are asked for each value",
            (Node::Any(_) | Node::All(_), _) => "no index tells of the elements what it asks",
            (Node::Interpreted(_), _) => "it is left to the interpreter",
            _ => "no index knows such a condition",
        };
        why.into()
    }

    /// Whether a condition would have to be tested on every record.
    fn is_tested(self, id: NodeId) -> bool {
        let Self { program, plan, .. } = self;
        let triggers = Guards::new(&plan.nodes, &plan.shapes, &program.regexes).whole(id);
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
            Trigger::Cell(held) if is_alone || held.beside.is_none() => self.held(held),
            Trigger::Cell(held) => format!("({})", self.held(held)),
            Trigger::Test { node, wanted: true } => cut(&self.node(*node)),
            Trigger::Test { node, wanted: false } => format!("not {}", cut(&self.node(*node))),
        }
    }

    fn held(self, Held { column, is, or_missing, beside }: &Held) -> String {
        let beside = beside.iter().map(|other| format!(" and {}", self.held(other)));
        let is_optional = self.plan.shapes.is_optional(path_of(*column));
        let missing = *or_missing && *is != Is::Nothing && is_optional;
        let missing = if missing { " (or missing)" } else { "" };
        self.cell(*column, is) + missing + &beside.collect::<String>()
    }

    fn cell(self, column: Column, is: &Is) -> String {
        let name = self.plan.shapes.path(column.shape, column.slot);
        match is {
            Is::Nothing => format!("{name} is missing"),
            Is::Anything => format!("{name} is known"),
            Is::Text(text) => format!("{name} == {text:?}"),
            Is::Number(number) => format!("{name} == {}", self.units(column, *number)),
            Is::AtLeast(bound) => {
                let (op, bound) =
                    if is_beside(bound - 1) { (">", bound - 1) } else { (">=", *bound) };
                format!("{name} {op} {}", self.units(column, bound))
            }
            Is::AtMost(bound) => {
                let (op, bound) =
                    if is_beside(bound + 1) { ("<", bound + 1) } else { ("<=", *bound) };
                format!("{name} {op} {}", self.units(column, bound))
            }
            Is::Truth(true) => name.to_owned(),
            Is::Truth(false) => format!("not {name}"),
            Is::Mentioning(pattern) => format!("{name} mentions {}", self.pattern(*pattern)),
            Is::Place(place) => format!("\"{place}\" in {name}"),
        }
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

    // ---- conditions -----------------------------------------------------

    fn node(self, id: NodeId) -> String {
        match self.plan.nodes.get(id) {
            Node::Const(number) => {
                self.plan.nodes.constant(*number).map_or_else(String::new, constant)
            }
            Node::Path(path) => self.path(*path),
            Node::Surface(surface) => surface_name(*surface).to_owned(),
            Node::List(of) => format!("[{}]", self.nodes(of, ", ")),
            Node::Negate(inner) => format!("-{}", self.node(*inner)),
            Node::Arithmetic { first, rest } => {
                let rest = rest.iter().map(|(op, operand)| {
                    let op = match op {
                        ArithmeticOp::Add => '+',
                        ArithmeticOp::Subtract => '-',
                        ArithmeticOp::Multiply => '*',
                        ArithmeticOp::Divide => '/',
                    };
                    format!(" {op} {}", self.node(*operand))
                });
                format!("({}{})", self.node(*first), rest.collect::<String>())
            }
            Node::Coalesce { value, default } => {
                format!("({} ?? {})", self.node(*value), self.node(*default))
            }
            Node::If { arms, otherwise } => {
                let arms = arms.iter().map(|(condition, value)| {
                    format!("if {} then {} else ", self.node(*condition), self.node(*value))
                });
                format!("({}{})", arms.collect::<String>(), self.node(*otherwise))
            }
            Node::Length(list) => format!("length({})", self.path(*list)),
            Node::Count(walk) => self.walk("count", walk),
            Node::Call { function, args } => {
                let function = self.program.functions.get(*function as usize);
                let name = function.map_or("", |function| &function.name);
                format!("{name}({})", self.nodes(args, ", "))
            }
            Node::Truth(truth) => format!("{truth:?}").to_lowercase(),
            Node::Not(inner) => format!("not {}", self.node(*inner)),
            Node::And(of) => format!("({})", self.nodes(of, " and ")),
            Node::Or(of) => format!("({})", self.nodes(of, " or ")),
            Node::AtLeast { least, of } => {
                format!("at least {least} of ({})", self.nodes(of, ", "))
            }
            Node::Compare { op, left, right } => {
                let op = match op {
                    CompareOp::Equal => "==",
                    CompareOp::NotEqual => "!=",
                    CompareOp::Less => "<",
                    CompareOp::LessOrEqual => "<=",
                    CompareOp::Greater => ">",
                    CompareOp::GreaterOrEqual => ">=",
                };
                format!("{} {op} {}", self.node(*left), self.node(*right))
            }
            Node::In { item, list } => format!("{} in {}", self.node(*item), self.node(*list)),
            Node::InSet { item, set, .. } => {
                let set = self.program.sets.get(*set as usize).map_or("", |set| &set.id);
                format!("{} in {set}", self.node(*item))
            }
            Node::TextTest { op, text, part } => {
                let op = match op {
                    TextTest::Contains => "contains",
                    TextTest::StartsWith => "starts with",
                    TextTest::EndsWith => "ends with",
                };
                format!("{} {op} {}", self.node(*text), self.node(*part))
            }
            Node::Mentions { text, pattern } => {
                format!("{} mentions {}", self.node(*text), self.pattern(*pattern))
            }
            Node::Near { text, patterns: [first, other], distance } => {
                let (first, other) = (self.pattern(*first), self.pattern(*other));
                format!("{} mentions {first} near {other} ({distance} words)", self.node(*text))
            }
            Node::Matches { text, regex } => {
                let regex = self.program.regexes.get(*regex as usize);
                let source = regex.map_or("", |regex| regex.source());
                format!("{} matches r\"{source}\"", self.node(*text))
            }
            Node::IsKnown(inner) => format!("{} is known", self.node(*inner)),
            Node::Any(walk) => self.walk("any", walk),
            Node::All(walk) => self.walk("all", walk),
            Node::Interpreted(number) => {
                let written = self.plan.interpreted.get(*number as usize);
                let written = written.map_or("", |(expr, _)| self.sources.slice(expr.at));
                let words: Vec<&str> = written.split_whitespace().collect();
                format!("interpreted({})", words.join(" "))
            }
        }
    }

    fn nodes(self, of: &[NodeId], between: &str) -> String {
        let mut text = String::new();
        for id in of {
            // What is cut off later need not be written.
            if text.len() > WIDTH * 4 {
                break;
            }
            text.extend([if text.is_empty() { "" } else { between }, &self.node(*id)]);
        }
        text
    }

    fn walk(self, word: &str, walk: &Walk) -> String {
        format!("{word} {} where ({})", self.path(walk.list), self.node(walk.body))
    }

    fn path(self, path: Path) -> String {
        self.plan.shapes.path(path.base.shape(), path.slot).to_owned()
    }

    fn pattern(self, number: u32) -> String {
        match self.program.patterns.get(number as usize).map(|pattern| &pattern.name) {
            Some(PatternName::Terms(id)) => id.clone(),
            Some(PatternName::Inline(written)) => written.clone(),
            None => String::new(),
        }
    }
}

fn surface_name(surface: Surface) -> &'static str {
    match surface {
        Surface::Text => "text",
        Surface::AnyText => "any_text",
    }
}

fn constant(value: &Value) -> String {
    match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Instant(instant) => instant.to_string(),
        Value::Duration(nanos) => duration(*nanos),
        Value::Surface(_)
        | Value::Places(_)
        | Value::Record(_)
        | Value::List(_)
        | Value::Map(_) => format!("{value:?}"),
    }
}

fn path_of(Column { shape, slot }: Column) -> Path {
    let base = if shape == 0 { Base::Message } else { Base::Element { level: 0, shape } };
    Path { base, slot }
}

/// Whether a bound stands beside one that an author would write.
fn is_beside(bound: i128) -> bool {
    bound % 1_000 == 0
}

fn cut(text: &str) -> String {
    let short: String = text.chars().take(WIDTH).collect();
    if short.len() < text.len() { short + "…" } else { short }
}
