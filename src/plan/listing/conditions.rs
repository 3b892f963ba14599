//! Writes the conditions of a plan in the syntax of rules.

use super::super::node::{Node, NodeId, Path, Recall, Recalled, Walk};
use super::{Listing, WIDTH, surface_name};
use crate::program::outcome::Truth;
use crate::program::{MarkRead, PatternName};
use crate::syntax::tree::{Aggregate, BinaryOp, Quantifier};
use crate::world::value::{Value, duration};

impl Listing<'_> {
    pub(super) fn node(self, id: NodeId) -> String {
        match self.plan.nodes.get(id) {
            Node::Const(number) => self.constant(*number),
            Node::At => "at".to_owned(),
            Node::Path(path) => self.path(*path),
            Node::Surface(surface) => surface_name(*surface).to_owned(),
            Node::List(of) => format!("[{}]", self.nodes(of, ", ")),
            Node::Negate(inner) => format!("-{}", self.node(*inner)),
            Node::Arithmetic { first, rest } => {
                let rest = rest
                    .iter()
                    .map(|(op, operand)| format!(" {} {}", op.word(), self.node(*operand)));
                format!("({}{})", self.node(*first), rest.collect::<String>())
            }
            Node::Coalesce { value, default } => {
                let (value, default) = (self.node(*value), self.node(*default));
                format!("({value} {} {default})", BinaryOp::Coalesce.word())
            }
            Node::If { arms, otherwise } => self.conditional(arms, *otherwise),
            Node::Length(list) => format!("length({})", self.path(*list)),
            Node::Count(walk) => self.walk(Quantifier::Count, walk),
            Node::Aggregate { aggregate, values, condition } => {
                self.aggregate(*aggregate, values, *condition)
            }
            Node::Score(parts) => {
                let part = |(points, condition): &(NodeId, NodeId)| {
                    format!("{} when {}", self.node(*points), self.node(*condition))
                };
                format!("score ({})", parts.iter().map(part).collect::<Vec<_>>().join(", "))
            }
            Node::Call { function, args } => {
                let function = self.program.functions.get(*function as usize);
                let name = function.map_or("", |function| &function.name);
                format!("{name}({})", self.nodes(args, ", "))
            }
            Node::Recall(recall) => self.recall(recall),
            Node::Truth(truth) => format!("{truth:?}").to_lowercase(),
            Node::Not(inner) => format!("not {}", self.node(*inner)),
            Node::And(of) => format!("({})", self.nodes(of, " and ")),
            Node::Or(of) => format!("({})", self.nodes(of, " or ")),
            Node::AtLeast { least, of } => {
                format!("at least {least} of ({})", self.nodes(of, ", "))
            }
            Node::Compare { op, left, right } => {
                format!("{} {} {}", self.node(*left), op.word(), self.node(*right))
            }
            Node::SameTruth(left, right) => {
                let (left, right) = (self.node(*left), self.node(*right));
                format!("({left} {} {right})", BinaryOp::Equal.word())
            }
            Node::In { item, list } => {
                format!("{} {} {}", self.node(*item), BinaryOp::In.word(), self.node(*list))
            }
            Node::InPlace { item, place } => format!("{} in {place}", self.node(*item)),
            Node::InSet { item, set, .. } => {
                let set = self.program.sets.get(*set as usize).map_or("", |set| &set.id);
                format!("{} {} {set}", self.node(*item), BinaryOp::In.word())
            }
            Node::TextTest { op, text, part } => {
                format!("{} {} {}", self.node(*text), op.word(), self.node(*part))
            }
            Node::Mentions { text, pattern } => {
                format!("{} mentions {}", self.node(*text), self.pattern(*pattern))
            }
            Node::Near { text, patterns: [first, other], distance } => {
                let [first, other] = [first, other].map(|one| self.pattern(*one));
                format!("{} mentions {first} near {other} ({distance} words)", self.node(*text))
            }
            Node::Matches { text, regex } => {
                let regex = self.program.regexes.get(*regex as usize);
                let source = regex.map_or("", |regex| regex.source());
                format!("{} matches r\"{source}\"", self.node(*text))
            }
            Node::Is(what, inner) => format!("{} is {}", self.node(*inner), what.word()),
            Node::Any(walk) => self.walk(Quantifier::Any, walk),
            Node::All(walk) => self.walk(Quantifier::All, walk),
            Node::Interpreted(number) => self.interpreted(*number),
        }
    }

    fn constant(self, number: u32) -> String {
        self.plan.nodes.constant(number).map_or_else(String::new, constant)
    }

    fn conditional(self, arms: &[(NodeId, NodeId)], otherwise: NodeId) -> String {
        let arms = arms.iter().map(|(condition, value)| {
            format!("if {} then {} else ", self.node(*condition), self.node(*value))
        });
        format!("({}{})", arms.collect::<String>(), self.node(otherwise))
    }

    /// A read of a counter or a mark, with the values of its key.
    fn recall(self, Recall { of, key, in_shadow: _, reader: _ }: &Recall) -> String {
        let key = self.nodes(&key.values, ", ");
        let counter = |index: u32| {
            let counter = self.program.counters.get(index as usize);
            counter.map_or("", |counter| counter.id.as_str())
        };
        match *of {
            Recalled::Count { counter: index } => format!("{}[{key}]", counter(index)),
            Recalled::Reaches { counter: index, least } => {
                format!("{}[{key}] reaches {least}", counter(index))
            }
            Recalled::Mark { mark, read } => {
                let mark =
                    self.program.marks.get(mark as usize).map_or("", |mark| mark.id.as_str());
                match read {
                    MarkRead::IsSet => format!("{mark}[{key}] is set"),
                    MarkRead::Since => format!("{mark}[{key}].since"),
                    MarkRead::Until => format!("{mark}[{key}].until"),
                }
            }
        }
    }

    fn interpreted(self, number: u32) -> String {
        let expr = self.plan.interpreted.get(number as usize);
        let written = expr.map_or("", |(expr, _)| self.sources.slice(expr.at));
        let words: Vec<&str> = written.split_whitespace().collect();
        format!("interpreted({})", words.join(" "))
    }

    fn nodes(self, operands: &[NodeId], between: &str) -> String {
        let mut text = String::new();
        for id in operands {
            // The caller cuts the text, so the rest is not needed.
            if text.len() > WIDTH * 4 {
                break;
            }
            text.extend([if text.is_empty() { "" } else { between }, &self.node(*id)]);
        }
        text
    }

    fn walk(self, quantifier: Quantifier, walk: &Walk) -> String {
        let word = quantifier.word();
        format!("{word} {} where ({})", self.path(walk.list), self.node(walk.body))
    }

    fn aggregate(self, aggregate: Aggregate, values: &Walk, condition: NodeId) -> String {
        let (value, list) = (self.node(values.body), self.path(values.list));
        let all = format!("{} {value} in {list}", aggregate.word());
        if *self.plan.nodes.get(condition) == Node::Truth(Truth::True) {
            return all;
        }
        format!("{all} where ({})", self.node(condition))
    }

    fn path(self, path: Path) -> String {
        self.plan.shapes.path(path.base.shape(), path.slot).to_owned()
    }

    pub(super) fn pattern(self, number: u32) -> String {
        match self.program.patterns.get(number as usize).map(|pattern| &pattern.name) {
            Some(PatternName::Terms(id)) => id.clone(),
            Some(PatternName::Inline(written)) => written.clone(),
            None => String::new(),
        }
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
        | Value::Map(_)
        | Value::Absent => format!("{value:?}"),
    }
}
