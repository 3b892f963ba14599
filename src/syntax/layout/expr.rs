//! The layout of expressions, and of records in tests.

use super::doc::Doc;
use super::nodes::Node;
use super::{Layout, with_separators};
use crate::syntax::grammar::Rule;

impl<'t> Layout<'_, 't> {
    /// `a and b and c`: on one line, or each part on its own.
    pub(super) fn chain(&self, chain: &Node) -> Doc<'t> {
        let parts =
            split_before(&chain.children, |rule| matches!(rule, Rule::kw_and | Rule::kw_or));
        let parts = parts.into_iter().map(|part| self.sum(chain.rule, part));
        Doc::group(with_separators(parts.collect(), || Doc::Line(1)))
    }

    /// `a + b - c`: as many parts on each line as fit.
    fn sum(&self, parent: Rule, sum: &[Node]) -> Doc<'t> {
        let parts = split_before(sum, |rule| matches!(rule, Rule::plus | Rule::minus));
        match *parts {
            [part] => self.row(parent, part),
            [..] => {
                let parts = parts.into_iter().map(|part| self.row(parent, part));
                Doc::indent(vec![Doc::Fill(parts.collect())])
            }
        }
    }

    /// `if a then b else if c then d else e`
    pub(super) fn conditional(&self, conditional: &Node) -> Doc<'t> {
        let arms = split_before(&conditional.children, |rule| {
            matches!(rule, Rule::else_if | Rule::kw_else)
        });
        self.parts(conditional.rule, &arms)
    }

    fn parts(&self, parent: Rule, parts: &[&[Node]]) -> Doc<'t> {
        let mut out = vec![];
        for part in parts {
            if !out.is_empty() {
                out.push(Doc::Line(1));
            }
            out.push(self.row(parent, part));
        }
        Doc::group(out)
    }

    /// `(a or b)`
    pub(super) fn group(&self, group: &Node) -> Doc<'t> {
        match &*group.children {
            [open, inner @ .., close] => Doc::All(vec![
                self.node(open),
                Doc::align(self.row(group.rule, inner)),
                self.node(close),
            ]),
            _ => self.row(group.rule, &group.children),
        }
    }

    /// `any x in xs where (…)`, `sum x.size for x in xs`: a body that does not fit begins on a new line.
    pub(super) fn quantifier(&self, quantifier: &Node) -> Doc<'t> {
        let open = quantifier.children.iter().position(|child| child.rule == Rule::lparen);
        let Some((head, [open, inner @ .., close])) =
            open.and_then(|open| quantifier.children.split_at_checked(open))
        else {
            return self.row(quantifier.rule, &quantifier.children);
        };
        Doc::group(vec![
            self.row(quantifier.rule, head),
            Doc::Blanks(1),
            self.node(open),
            Doc::indent(vec![Doc::Line(0), self.row(quantifier.rule, inner)]),
            self.node(close),
        ])
    }

    /// `at least 2 of (a, b)`, `score (5 when a, 3 when b)`: on one line, or each part on its own.
    pub(super) fn at_least(&self, at_least: &Node) -> Doc<'t> {
        let open =
            at_least.children.iter().position(|child| child.rule == Rule::lparen).unwrap_or(0);
        let Some((head, [open, inner @ .., close])) = at_least.children.split_at_checked(open)
        else {
            return self.row(at_least.rule, &at_least.children);
        };
        let inside = [Doc::Line(0)].into_iter().chain(self.items_on_lines(inner)).collect();
        Doc::group(vec![
            self.row(at_least.rule, head),
            Doc::Blanks(1),
            self.node(open),
            Doc::indent(inside),
            Doc::Broken(Box::new(Doc::Comma)),
            Doc::Line(0),
            self.node(close),
        ])
    }

    /// `f(a, b)`, `spans(text, PATTERN)`
    pub(super) fn call(&self, call: &Node) -> Doc<'t> {
        let [head, inner @ .., close] = &*call.children else {
            return self.row(call.rule, &call.children);
        };
        let inside = [Doc::Line(0)].into_iter().chain(self.items_on_lines(inner)).collect();
        Doc::group(vec![self.node(head), Doc::indent(inside), self.node(close)])
    }

    /// `[a, b]`
    pub(super) fn list(&self, list: &Node) -> Doc<'t> {
        let [open, inner @ .., close] = &*list.children else {
            return self.row(list.rule, &list.children);
        };
        let inside = vec![Doc::Line(0), Doc::Fill(self.items(inner))];
        Doc::group(vec![self.node(open), Doc::indent(inside), self.node(close)])
    }

    /// `copies[link.host]`
    pub(super) fn keyed(&self, keyed: &Node) -> Doc<'t> {
        let [head, inner @ .., close] = &*keyed.children else {
            return self.row(keyed.rule, &keyed.children);
        };
        let inside = vec![Doc::Line(0), Doc::Fill(self.items(inner))];
        Doc::group(vec![self.node(head), Doc::indent(inside), self.node(close)])
    }

    /// A record or list of a test. Each line holds as many parts as fit.
    pub(super) fn object(&self, object: &Node) -> Doc<'t> {
        let [open, inner @ .., close] = &*object.children else {
            return self.row(object.rule, &object.children);
        };
        let blank = Doc::Blanks(usize::from(!inner.is_empty() && object.rule == Rule::object));
        Doc::All(vec![
            self.node(open),
            blank.clone(),
            Doc::align(Doc::All(vec![
                Doc::Fill(self.items(inner)),
                self.comments_above(close.first_token),
            ])),
            blank,
            self.token_without_comments_above(close.first_token),
        ])
    }
}

/// Splits a row before each child for which `starts` is true.
fn split_before(children: &[Node], starts: impl Fn(Rule) -> bool) -> Vec<&[Node]> {
    let mut parts = vec![];
    let mut rest = children;
    while let Some(at) = rest.iter().skip(1).position(|child| starts(child.rule)) {
        let Some((part, after)) = rest.split_at_checked(at + 1) else { break };
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    parts
}
