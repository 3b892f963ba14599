//! The formatter of rule files. It walks over the parser's pairs and lays out tokens and comments. It changes blanks,
//! line ends and optional commas, and nothing else; the order stays the same.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a part of the grammar without a layout of its own is written as a row"
)]

mod doc;
mod expr;
mod nodes;

use super::grammar::{Rule, rule_name};
use crate::base::source::Span;
use doc::Doc;
use nodes::{Node, Nodes, Token};
use pest::iterators::Pairs;

/// A parsed file in the canonical layout.
pub(super) fn format(text: &str, file: Pairs<'_, Rule>, comments: &[Span]) -> String {
    let nodes = Nodes::of(text, file, comments);
    let layout = Layout { text, tokens: &nodes.tokens };
    doc::print(&layout.file(&nodes.items))
}

struct Layout<'n, 't> {
    text: &'t str,
    tokens: &'n [Token<'t>],
}

impl<'t> Layout<'_, 't> {
    fn file(&self, items: &[Node]) -> Doc<'t> {
        let mut out = vec![];
        for item in items {
            out.push(self.end_before(item.first));
            out.push(self.item(item));
        }
        let last = self.tokens.len().saturating_sub(1);
        out.push(self.end_before(last));
        out.push(self.comments(last));
        Doc::All(out)
    }

    fn item(&self, item: &Node) -> Doc<'t> {
        match item.rule {
            Rule::define_item => self.define(item),
            Rule::set_item => self.row(item.rule, &item.children),
            _ => self.block(item, 0),
        }
    }

    // ---- tokens -----------------------------------------------------------

    /// A line end, and an empty line if the author left one.
    fn end_before(&self, token: usize) -> Doc<'t> {
        let apart = self.tokens.get(token).is_some_and(|token| match token.before.first() {
            Some(comment) => comment.empty_line_before,
            None => token.empty_line_before,
        });
        Doc::End(1 + usize::from(apart))
    }

    /// The comments above a token.
    fn comments(&self, token: usize) -> Doc<'t> {
        let Some(token) = self.tokens.get(token) else { return Doc::All(vec![]) };
        let below = token.before.iter().skip(1).map(|comment| comment.empty_line_before);
        let below = below
            .chain([token.empty_line_before && !matches!(token.rule, Rule::close | Rule::EOI)]);
        let comments = token.before.iter().zip(below);
        Doc::All(
            comments
                .map(|(comment, empty_line_after)| Doc::Comment {
                    text: comment.text,
                    trailing: false,
                    empty_line_after,
                })
                .collect(),
        )
    }

    /// A token and the comment after it, without the comments above.
    fn bare(&self, index: usize) -> Doc<'t> {
        let Some(token) = self.tokens.get(index) else { return Doc::All(vec![]) };
        let text = match token.rule {
            Rule::comma => Doc::Comma,
            _ => Doc::Text(token.text.clone()),
        };
        match token.trailing {
            Some(comment) => Doc::All(vec![
                text,
                Doc::Comment { text: comment, trailing: true, empty_line_after: false },
            ]),
            None => text,
        }
    }

    fn token(&self, index: usize) -> Doc<'t> {
        Doc::All(vec![self.comments(index), self.bare(index)])
    }

    /// The comments of a comma that is not written.
    fn comments_of_dropped_comma(&self, index: usize) -> Doc<'t> {
        let trailing = self.tokens.get(index).and_then(|token| token.trailing);
        let trailing =
            trailing.map(|text| Doc::Comment { text, trailing: true, empty_line_after: false });
        Doc::All([self.comments(index)].into_iter().chain(trailing).collect())
    }

    // ---- rows and lists ---------------------------------------------------

    fn node(&self, node: &Node) -> Doc<'t> {
        if node.children.is_empty() {
            return self.token(node.first);
        }
        match node.rule {
            Rule::chain => self.chain(node),
            Rule::conditional => self.conditional(node),
            Rule::group => self.group(node),
            Rule::quantifier => self.quantifier(node),
            Rule::at_least => self.at_least(node),
            Rule::call | Rule::spans => self.call(node),
            Rule::list => self.list(node),
            Rule::object | Rule::array => self.object(node),
            Rule::enum_type => self.alternatives(node),
            Rule::set_body => self.entries(node),
            Rule::map_type => self.row(node.rule, &node.children),
            _ if node.children.iter().any(|child| child.rule == Rule::open) => self.block(node, 1),
            _ => self.row(node.rule, &node.children),
        }
    }

    /// Parts on one line, without the comments above the first part.
    fn row_without_comments_above(&self, parent: Rule, children: &[Node]) -> Doc<'t> {
        match children.split_first() {
            Some((first, rest)) if first.children.is_empty() => Doc::All(vec![
                self.bare(first.first),
                Doc::Blanks(rest.first().map_or(0, |next| blanks(parent, first, next))),
                self.row(parent, rest),
            ]),
            _ => self.row(parent, children),
        }
    }

    /// Parts on one line.
    fn row(&self, parent: Rule, children: &[Node]) -> Doc<'t> {
        let mut out = vec![];
        let mut before: Option<&Node> = None;
        for child in children {
            if let Some(before) = before {
                out.push(Doc::Blanks(blanks(parent, before, child)));
            }
            out.push(self.node(child));
            before = Some(child);
        }
        Doc::All(out)
    }

    /// The items of a list. Each has its comma, except the last.
    fn items(&self, children: &[Node]) -> Vec<Doc<'t>> {
        let mut out: Vec<Doc<'t>> = vec![];
        for (index, child) in children.iter().enumerate() {
            if child.rule != Rule::comma {
                out.push(self.node(child));
                continue;
            }
            let last = index + 1 == children.len();
            let comma = if last {
                self.comments_of_dropped_comma(child.first)
            } else {
                self.token(child.first)
            };
            match out.pop() {
                Some(item) => out.push(Doc::All(vec![item, comma])),
                None => out.push(comma),
            }
        }
        out
    }

    /// The items of a list, all on one line or each on its own.
    fn items_on_lines(&self, children: &[Node]) -> Vec<Doc<'t>> {
        between(self.items(children), || Doc::Line(1))
    }

    /// `a | b | c`
    fn alternatives(&self, node: &Node) -> Doc<'t> {
        let mut out = vec![];
        let mut bar = None;
        for child in &node.children {
            match (child.rule, bar.take()) {
                (Rule::bar, _) => bar = Some(self.node(child)),
                (_, Some(bar)) => {
                    out.push(Doc::All(vec![bar, Doc::Blanks(1), self.node(child)]));
                }
                (_, None) => out.push(self.node(child)),
            }
        }
        Doc::align(Doc::Fill(out))
    }

    // ---- blocks -----------------------------------------------------------

    /// `HEAD { clause … }`: on one line if the author wrote it on one and it fits.
    fn block(&self, node: &Node, level: usize) -> Doc<'t> {
        let Some(open) = node.children.iter().position(|child| child.rule == Rule::open) else {
            return self.row(node.rule, &node.children);
        };
        let Some((head, [open, body @ .., close])) = node.children.split_at_checked(open) else {
            return self.row(node.rule, &node.children);
        };
        let above = || self.comments(node.first);
        let blank = Doc::Blanks(usize::from(!head.is_empty()));
        let head = Doc::All(vec![
            self.row_without_comments_above(node.rule, head),
            blank,
            self.node(open),
        ]);
        let around = |inside| Doc::All(vec![head.clone(), inside, self.bare(close.first)]);
        let comments = self.tokens.get(close.first).is_some_and(|close| !close.before.is_empty());
        if body.is_empty() && !comments {
            return Doc::All(vec![above(), around(Doc::All(vec![]))]);
        }
        let written = self.is_on_one_line(open.first, close.first) && !comments;
        let flat = written.then(|| around(self.flat(body)).on_one_line(level)).flatten();
        let block = flat.unwrap_or_else(|| {
            let lines = vec![self.lines(node.rule, body), self.last_comments(body, close)];
            around(Doc::All(vec![Doc::indent(lines), Doc::End(1)]))
        });
        Doc::All(vec![above(), block])
    }

    fn is_on_one_line(&self, open: usize, close: usize) -> bool {
        let (Some(open), Some(close)) = (self.tokens.get(open), self.tokens.get(close)) else {
            return false;
        };
        let between = self.text.get(open.span.start as usize..close.span.end as usize);
        between.is_some_and(|between| !between.contains('\n'))
    }

    /// Clauses on one line, with two blanks between them. Groups of terms have commas.
    fn flat(&self, body: &[Node]) -> Doc<'t> {
        let mut out = vec![];
        for (index, clause) in body.iter().enumerate() {
            let listed = clause.rule == Rule::term_group;
            if index > 0 {
                out.extend(listed.then_some(Doc::Comma));
            }
            out.push(Doc::Blanks(if index == 0 || listed { 1 } else { 2 }));
            out.push(self.clause(clause, None));
        }
        out.push(Doc::Blanks(1));
        Doc::All(out)
    }

    /// Each clause on its own line, aligned in columns if the block has columns.
    fn lines(&self, parent: Rule, body: &[Node]) -> Doc<'t> {
        let width = |clause: &Node| {
            let length = self.key_length(parent, clause);
            let tokens = clause.children.get(..length).unwrap_or(&[]).iter();
            let words = tokens.filter_map(|child| self.tokens.get(child.first));
            let widths: Vec<_> = words.map(|token| token.text.chars().count() + 1).collect();
            widths.iter().sum::<usize>()
        };
        let column = body.iter().map(width).max().unwrap_or(0);
        let mut out = vec![];
        for (index, clause) in body.iter().enumerate() {
            out.push(if index == 0 { Doc::End(1) } else { self.end_before(clause.first) });
            let own = width(clause);
            out.push(self.clause(clause, (own > 0).then_some(column + 1 - own)));
            out.extend((clause.rule == Rule::term_group).then_some(Doc::Comma));
        }
        Doc::All(out)
    }

    /// The comments above the end of a block.
    fn last_comments(&self, body: &[Node], close: &Node) -> Doc<'t> {
        let end = if body.is_empty() { Doc::End(1) } else { self.end_before(close.first) };
        match self.tokens.get(close.first) {
            Some(token) if !token.before.is_empty() => {
                Doc::All(vec![end, self.comments(close.first)])
            }
            _ => Doc::All(vec![]),
        }
    }

    /// The number of words of a clause that belong to the first column.
    fn key_length(&self, parent: Rule, clause: &Node) -> usize {
        if clause.children.iter().any(|child| child.rule == Rule::open) {
            return 0;
        }
        match (parent, clause.rule) {
            (Rule::law_item, Rule::url_clause | Rule::original_clause)
            | (Rule::rule_item | Rule::exception_item | Rule::test_item, _) => {
                clause.children.iter().take_while(|child| is_keyword(child)).count()
            }
            _ => 0,
        }
    }

    /// A clause. `blanks` is the number of blanks after its first words, to align it with other clauses.
    fn clause(&self, clause: &Node, blanks: Option<usize>) -> Doc<'t> {
        match clause.rule {
            Rule::term_group => return self.term_group(clause),
            Rule::field | Rule::member => return self.without_comma(clause),
            _ => {}
        }
        let length = clause.children.iter().take_while(|child| is_keyword(child)).count();
        let Some((key, value)) = clause.children.split_at_checked(length) else {
            return self.node(clause);
        };
        if key.is_empty()
            || value.is_empty()
            || clause.children.iter().any(|k| k.rule == Rule::open)
        {
            return self.node(clause);
        }
        let value = match (clause.rule, value.iter().any(|child| child.rule == Rule::comma)) {
            (Rule::then_clause | Rule::unknown_clause | Rule::expect_clause, _) => {
                Doc::group(self.items_on_lines(value))
            }
            (_, true) if clause.rule != Rule::binds_clause => match value {
                [all @ Node { rule: Rule::all_of, .. }, value @ ..] => {
                    Doc::All(vec![self.node(all), Doc::Blanks(1), Doc::Fill(self.items(value))])
                }
                _ => Doc::Fill(self.items(value)),
            },
            _ => self.row(clause.rule, value),
        };
        let blanks = Doc::Blanks(blanks.unwrap_or(1));
        Doc::All(vec![self.row(clause.rule, key), blanks, Doc::align(value)])
    }

    /// `en: "passive income", "invite" ..5.. "deposit"`. The comma after it belongs to the block.
    fn term_group(&self, group: &Node) -> Doc<'t> {
        match group.children.split_at_checked(2) {
            Some((language, phrases)) => Doc::All(vec![
                self.row(group.rule, language),
                Doc::Blanks(1),
                Doc::align(Doc::Fill(self.items(phrases))),
            ]),
            None => self.row(group.rule, &group.children),
        }
    }

    fn without_comma(&self, node: &Node) -> Doc<'t> {
        match node.children.split_last() {
            Some((comma, rest)) if comma.rule == Rule::comma => Doc::All(vec![
                self.row(node.rule, rest),
                self.comments_of_dropped_comma(comma.first),
            ]),
            _ => self.row(node.rule, &node.children),
        }
    }

    /// `define NAME(…) = EXPR`
    fn define(&self, item: &Node) -> Doc<'t> {
        match item.children.split_last() {
            Some((body, head)) => Doc::All(vec![
                self.row(item.rule, head),
                Doc::Blanks(1),
                Doc::indent(vec![self.node(body)]),
            ]),
            None => self.row(item.rule, &item.children),
        }
    }

    /// `{ "a", "b" }`: on one line if the author wrote them on one and they fit. Otherwise each dated entry gets a line
    /// of its own.
    fn entries(&self, body: &Node) -> Doc<'t> {
        let [open, entries @ .., close] = &*body.children else {
            return self.row(body.rule, &body.children);
        };
        let comments = self.tokens.get(close.first).is_some_and(|close| !close.before.is_empty());
        if entries.is_empty() && !comments {
            return self.row(body.rule, &body.children);
        }
        let written = self.is_on_one_line(open.first, close.first);
        let line = || if written { Doc::Line(1) } else { Doc::End(1) };
        let dated = entries.iter().any(|entry| entry.children.len() > 1);
        let items = self.items(entries);
        let inside = if dated { Doc::All(between(items, line)) } else { Doc::Fill(items) };
        let comma = if entries.is_empty() { Doc::All(vec![]) } else { Doc::Comma };
        let last = self.last_comments(entries, close);
        Doc::group(vec![
            self.node(open),
            Doc::indent(vec![line(), inside, Doc::Broken(Box::new(comma)), last]),
            line(),
            self.bare(close.first),
        ])
    }
}

/// Puts a separator between the items.
fn between<'t>(items: Vec<Doc<'t>>, separator: impl Fn() -> Doc<'t>) -> Vec<Doc<'t>> {
    let mut out = vec![];
    for item in items {
        if !out.is_empty() {
            out.push(separator());
        }
        out.push(item);
    }
    out
}

/// Whether a node is a single keyword.
fn is_keyword(node: &Node) -> bool {
    node.children.is_empty() && rule_name(node.rule).word().is_some()
}

/// The number of blanks between two parts of a row.
fn blanks(parent: Rule, left: &Node, right: &Node) -> usize {
    let glued_right = matches!(
        right.rule,
        Rule::comma | Rule::colon | Rule::optional | Rule::rparen | Rule::rbracket | Rule::params
    );
    let glued_left = matches!(
        left.rule,
        Rule::lparen | Rule::lbracket | Rule::negative | Rule::call_head | Rule::spans_head
    );
    let empty = (left.rule, right.rule) == (Rule::open, Rule::close);
    let calls = right.rule == Rule::lparen && matches!(parent, Rule::call_head | Rule::spans_head);
    usize::from(!(glued_right || glued_left || calls || empty || parent == Rule::map_type))
}
