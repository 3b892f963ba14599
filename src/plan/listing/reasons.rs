//! Why a rule is tested on every record.

use super::super::node::{Node, NodeId};
use super::{Listing, cut};
use crate::program::CompareOp;

impl Listing<'_> {
    /// Why no index tells that a condition is not the other truth.
    pub(super) fn reason(self, id: NodeId, wanted: bool) -> String {
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
            (
                Node::Truth(_)
                | Node::Path(_)
                | Node::Const(_)
                | Node::Surface(_)
                | Node::List(_)
                | Node::Negate(_)
                | Node::Arithmetic { .. }
                | Node::Coalesce { .. }
                | Node::If { .. }
                | Node::Length(_)
                | Node::Count(_)
                | Node::Call { .. },
                _,
            ) => "no index knows such a condition",
        };
        why.into()
    }
}
