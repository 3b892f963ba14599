//! Explains why a rule is tested on every record.

use super::super::guard::excludes_zero;
use super::super::node::{Node, NodeId};
use super::{Listing, cut};
use crate::program::CompareOp;

const ELEMENTS_WITHOUT_INDEX: &str = "no index covers this condition on the elements";

impl Listing<'_> {
    /// Why no index finds the records on which a condition is unknown or has the truth `wanted`.
    pub(super) fn reason(self, id: NodeId, wanted: bool) -> String {
        let nodes = &self.plan.nodes;
        let is_constant = |id: NodeId| matches!(nodes.get(id), Node::Const(_));
        let is_surface = |text: NodeId| matches!(nodes.get(text), Node::Surface(_));
        let why = match (nodes.get(id), wanted) {
            (Node::Not(inner), _) => return self.reason(*inner, !wanted),
            (Node::And(of), true) | (Node::Or(of), false) => {
                return of.first().map_or_else(String::new, |first| self.reason(*first, wanted));
            }
            (Node::Or(of) | Node::AtLeast { of, .. }, true) => return self.reason_of_any(of),
            (Node::And(_) | Node::AtLeast { .. }, false) => "one of its alternatives has no index",
            (
                Node::Mentions { .. }
                | Node::Matches { .. }
                | Node::TextTest { .. }
                | Node::Near { .. },
                false,
            ) => "most texts do not contain what it excludes",
            (Node::Matches { text, .. } | Node::TextTest { text, .. }, true)
                if !is_surface(*text) =>
            {
                "only texts of the message such as `text` are searched for literals"
            }
            (Node::Matches { .. }, true) => {
                "the expression has no required literal of three bytes or more"
            }
            (Node::TextTest { part, .. }, true) if !is_constant(*part) => {
                "the text that it searches for is not constant"
            }
            (Node::TextTest { .. }, true) => {
                "the text that it searches for is shorter than three bytes"
            }
            (Node::Mentions { .. } | Node::Near { .. }, true) => "the text is computed",
            (Node::Compare { right, .. }, _) if !is_constant(*right) => {
                "it compares with a value that is not constant"
            }
            (Node::Compare { op, left, right }, _) if is_counted(nodes.get(*left)) => {
                let bound = nodes.as_constant(*right);
                if bound.is_some_and(|bound| excludes_zero(*op, bound, wanted)) {
                    if_not_zero(nodes.get(*left))
                } else {
                    "an index helps only if the comparison is false for 0, such as `>= 1`"
                }
            }
            (Node::Compare { op: CompareOp::Equal | CompareOp::NotEqual, left, .. }, _)
                if matches!(nodes.get(*left), Node::Path(_) | Node::Coalesce { .. }) =>
            {
                "most values differ from a given value"
            }
            (Node::Compare { .. } | Node::Is(..), _) => "the value is computed",
            (Node::SameTruth(..), _) => "it compares conditions",
            (Node::In { .. } | Node::InSet { .. }, false) => "most values are not in a given list",
            (Node::In { .. }, true) => "the list or the item is not constant",
            (Node::InPlace { .. }, _) => "whether a place lies in another is not indexed",
            (Node::InSet { .. }, true) => "sets are not indexed",
            (Node::Any(_) | Node::All(_), _) => ELEMENTS_WITHOUT_INDEX,
            (Node::Interpreted(_), _) => "it is left to the interpreter",
            (Node::Recall(_), _) => "only a store knows it",
            (
                Node::Truth(_)
                | Node::Path(_)
                | Node::Const(_)
                | Node::At
                | Node::Surface(_)
                | Node::List(_)
                | Node::Negate(_)
                | Node::Arithmetic { .. }
                | Node::Coalesce { .. }
                | Node::If { .. }
                | Node::Length(_)
                | Node::Count(_)
                | Node::Aggregate { .. }
                | Node::Score(_)
                | Node::Call { .. },
                _,
            ) => "no index covers such a condition",
        };
        why.into()
    }

    /// The reason why no index covers all of these alternatives.
    fn reason_of_any(self, of: &[NodeId]) -> String {
        let Some(tested) = of.iter().find(|part| self.is_tested(**part)) else {
            return "it has too many parts".into();
        };
        format!("`{}` has no index: {}", cut(&self.node(*tested)), self.reason(*tested, true))
    }
}

/// Why a count, sum or score that must not be zero is not looked up.
fn if_not_zero(node: &Node) -> &'static str {
    if matches!(node, Node::Score(_)) {
        "no index covers one of the conditions that the score needs"
    } else {
        ELEMENTS_WITHOUT_INDEX
    }
}

fn is_counted(node: &Node) -> bool {
    matches!(node, Node::Count(_) | Node::Aggregate { .. } | Node::Score(_))
}
