//! The formatter of rule files. It lays out the tokens and comments of the parser's pairs. It changes only blanks, line
//! ends and optional commas.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a part of the grammar without a layout of its own is written as a row"
)]

mod cases;
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
            out.push(self.line_end_above(item.first_token));
            out.push(self.item(item));
        }
        let last = self.tokens.len().saturating_sub(1);
        out.push(self.line_end_above(last));
        out.push(self.comments_above(last));
        Doc::All(out)
    }

    fn item(&self, item: &Node) -> Doc<'t> {
        match item.rule {
            Rule::define_item => self.define(item),
            Rule::set_item | Rule::register_item => self.row(item.rule, &item.children),
            _ => self.block(item, 0),
        }
    }

    // ---- tokens -----------------------------------------------------------

    /// A line end above a token and its comments. An empty line stays where the author left one.
    fn line_end_above(&self, token: usize) -> Doc<'t> {
        let has_empty_line = self.tokens.get(token).is_some_and(|token| {
            let comment = token.comments_above.first();
            comment.map_or(token.empty_line_before, |comment| comment.empty_line_before)
        });
        Doc::line_end(has_empty_line)
    }

    /// The comments above a token, with the empty lines between and below them. At the end of a block, none is below.
    fn comments_above(&self, token: usize) -> Doc<'t> {
        let Some(token) = self.tokens.get(token) else { return Doc::All(vec![]) };
        let mut out = vec![];
        for comment in &token.comments_above {
            // `line_end_above` is responsible for the line end above the first comment.
            if !out.is_empty() {
                out.push(Doc::line_end(comment.empty_line_before));
            }
            out.push(Doc::Comment(comment.text));
        }
        let is_end = matches!(token.rule, Rule::close | Rule::EOI);
        if !out.is_empty() && !is_end {
            out.push(Doc::line_end(token.empty_line_before));
        }
        Doc::All(out)
    }

    fn trailing_comment(&self, token: usize) -> Doc<'t> {
        let comment = self.tokens.get(token).and_then(|token| token.trailing_comment);
        Doc::All(comment.map(Doc::TrailingComment).into_iter().collect())
    }

    /// A token and the comment after it.
    fn token_without_comments_above(&self, index: usize) -> Doc<'t> {
        let Some(token) = self.tokens.get(index) else { return Doc::All(vec![]) };
        let text = match token.rule {
            Rule::comma => Doc::Comma,
            _ => Doc::Text(token.text.clone()),
        };
        Doc::All(vec![text, self.trailing_comment(index)])
    }

    fn token(&self, index: usize) -> Doc<'t> {
        Doc::All(vec![self.comments_above(index), self.token_without_comments_above(index)])
    }

    /// The comments of a comma that is not written.
    fn comments_of_dropped_comma(&self, index: usize) -> Doc<'t> {
        Doc::All(vec![self.comments_above(index), self.trailing_comment(index)])
    }

    // ---- rows and lists ---------------------------------------------------

    fn node(&self, node: &Node) -> Doc<'t> {
        if node.children.is_empty() {
            return self.token(node.first_token);
        }
        match node.rule {
            Rule::chain => self.chain(node),
            Rule::conditional => self.conditional(node),
            Rule::group => self.group(node),
            Rule::aggregate | Rule::quantifier => self.quantifier(node),
            Rule::at_least | Rule::score => self.at_least(node),
            Rule::call | Rule::spans => self.call(node),
            Rule::list => self.list(node),
            Rule::keyed => self.keyed(node),
            Rule::object | Rule::array => self.object(node),
            Rule::enum_type => self.alternatives(node),
            Rule::set_body => self.entries(node),
            Rule::map_type => self.row(node.rule, &node.children),
            Rule::case => self.case(node),
            Rule::keywords => self.keywords(node),
            Rule::lifted => Doc::align(Doc::Fill(self.items(&node.children))),
            _ if node.children.iter().any(|child| child.rule == Rule::open) => self.block(node, 1),
            _ => self.row(node.rule, &node.children),
        }
    }

    /// Parts on one line, without the comments above the first part.
    fn row_without_comments_above(&self, parent: Rule, children: &[Node]) -> Doc<'t> {
        match children.split_first() {
            Some((first, rest)) if first.children.is_empty() => Doc::All(vec![
                self.token_without_comments_above(first.first_token),
                Doc::Blanks(rest.first().map_or(0, |next| blanks_between(parent, first, next))),
                self.row(parent, rest),
            ]),
            _ => self.row(parent, children),
        }
    }

    /// Parts on one line.
    fn row(&self, parent: Rule, children: &[Node]) -> Doc<'t> {
        let mut out: Vec<_> = children.first().map(|first| self.node(first)).into_iter().collect();
        for (left, right) in children.iter().zip(children.iter().skip(1)) {
            out.extend([Doc::Blanks(blanks_between(parent, left, right)), self.node(right)]);
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
            let is_last = index + 1 == children.len();
            let comma = if is_last {
                self.comments_of_dropped_comma(child.first_token)
            } else {
                self.token(child.first_token)
            };
            let item = out.pop().into_iter();
            out.push(Doc::All(item.chain([comma]).collect()));
        }
        out
    }

    /// The items of a list, all on one line or each on its own.
    fn items_on_lines(&self, children: &[Node]) -> Vec<Doc<'t>> {
        with_separators(self.items(children), || Doc::Line(1))
    }

    /// `(a, b)`
    fn keywords(&self, node: &Node) -> Doc<'t> {
        let [open, inner @ .., close] = node.children.as_slice() else {
            return self.row(node.rule, &node.children);
        };
        let inside = [Doc::Line(0)].into_iter().chain(self.items_on_lines(inner)).collect();
        Doc::group(vec![
            self.node(open),
            Doc::indent(inside),
            Doc::Broken(Box::new(Doc::Comma)),
            Doc::Line(0),
            self.node(close),
        ])
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
        let head = if head.is_empty() {
            self.token_without_comments_above(open.first_token)
        } else {
            let head = self.row_without_comments_above(node.rule, head);
            Doc::All(vec![head, Doc::Blanks(1), self.node(open)])
        };
        let end = self.token_without_comments_above(close.first_token);
        let in_braces = |inside| Doc::All(vec![head.clone(), inside, end.clone()]);
        let has_last_comments = self.has_comments_above(close);
        let block = if body.is_empty() && !has_last_comments {
            in_braces(Doc::All(vec![]))
        } else {
            let may_be_one_line = self.was_on_one_line(open, close) && !has_last_comments;
            let one_line = may_be_one_line.then(|| in_braces(self.clauses_on_one_line(body)));
            one_line.and_then(|block| block.on_one_line(level)).unwrap_or_else(|| {
                let clauses = self.clauses_on_lines(node.rule, body);
                let inside = vec![clauses, self.last_comments(body, close)];
                in_braces(Doc::All(vec![Doc::indent(inside), Doc::End(1)]))
            })
        };
        Doc::All(vec![self.comments_above(node.first_token), block])
    }

    fn has_comments_above(&self, node: &Node) -> bool {
        self.tokens.get(node.first_token).is_some_and(|token| !token.comments_above.is_empty())
    }

    /// Whether the author wrote two braces on one line.
    fn was_on_one_line(&self, open: &Node, close: &Node) -> bool {
        let span = |node: &Node| self.tokens.get(node.first_token).map(|token| token.span);
        let block = span(open).zip(span(close)).map(|(open, close)| open.to(close).range());
        let block = block.and_then(|range| self.text.get(range));
        block.is_some_and(|block| !block.contains('\n'))
    }

    /// Clauses on one line, with two blanks between them. What is of one language has a comma.
    fn clauses_on_one_line(&self, body: &[Node]) -> Doc<'t> {
        let mut out = vec![];
        for (index, clause) in body.iter().enumerate() {
            let has_comma = is_of_a_language(clause.rule);
            if index > 0 && has_comma {
                out.push(Doc::Comma);
            }
            out.push(Doc::Blanks(if index == 0 || has_comma { 1 } else { 2 }));
            out.push(self.clause(clause, None));
        }
        out.push(Doc::Blanks(1));
        Doc::All(out)
    }

    /// Each clause on its own line, aligned in columns if the block has columns.
    fn clauses_on_lines(&self, parent: Rule, body: &[Node]) -> Doc<'t> {
        let width = |clause: &Node| {
            let key = clause.children.iter().take(self.key_length(parent, clause));
            let words = key.filter_map(|child| self.tokens.get(child.first_token));
            words.map(|token| token.text.chars().count() + 1).sum::<usize>()
        };
        let column = body.iter().map(width).max().unwrap_or(0);
        let mut rows = if parent == Rule::cases_clause { self.aligned_cases(body) } else { None };
        let mut out = vec![];
        for (index, clause) in body.iter().enumerate() {
            out.push(if index == 0 {
                Doc::End(1)
            } else {
                self.line_end_above(clause.first_token)
            });
            let key_width = width(clause);
            let row = rows.as_mut().and_then(Iterator::next);
            let blanks = (key_width > 0).then_some(column + 1 - key_width);
            out.push(row.unwrap_or_else(|| self.clause(clause, blanks)));
            out.extend(is_of_a_language(clause.rule).then_some(Doc::Comma));
        }
        Doc::All(out)
    }

    /// The comments above the end of a block.
    fn last_comments(&self, body: &[Node], close: &Node) -> Doc<'t> {
        if !self.has_comments_above(close) {
            return Doc::All(vec![]);
        }
        let end =
            if body.is_empty() { Doc::End(1) } else { self.line_end_above(close.first_token) };
        Doc::All(vec![end, self.comments_above(close.first_token)])
    }

    /// The number of words of a clause that belong to the first column.
    fn key_length(&self, parent: Rule, clause: &Node) -> usize {
        if clause.children.iter().any(|child| child.rule == Rule::open) {
            return 0;
        }
        match (parent, clause.rule) {
            (Rule::law_item, Rule::url_clause | Rule::original_clause)
            | (Rule::counter_item | Rule::rule_item | Rule::exception_item | Rule::test_item, _) => {
                words_of_key(clause)
            }
            _ => 0,
        }
    }

    /// A clause. `blanks` is the number of blanks after its first words, to align it with other clauses.
    fn clause(&self, clause: &Node, blanks: Option<usize>) -> Doc<'t> {
        match clause.rule {
            rule if is_of_a_language(rule) => return self.of_a_language(clause),
            Rule::field | Rule::member => return self.without_comma(clause),
            _ => {}
        }
        let Some((key, value)) = clause.children.split_at_checked(words_of_key(clause)) else {
            return self.node(clause);
        };
        if key.is_empty()
            || value.is_empty()
            || clause.children.iter().any(|k| k.rule == Rule::open)
        {
            return self.node(clause);
        }
        let value = match (clause.rule, value.iter().any(|child| child.rule == Rule::comma)) {
            (
                Rule::then_clause
                | Rule::unknown_clause
                | Rule::unanswered_clause
                | Rule::expect_clause,
                _,
            ) => Doc::group(self.items_on_lines(value)),
            (_, true) if !matches!(clause.rule, Rule::binds_clause | Rule::judged_clause) => {
                match value {
                    [all @ Node { rule: Rule::all_of, .. }, value @ ..] => {
                        Doc::All(vec![self.node(all), Doc::Blanks(1), Doc::Fill(self.items(value))])
                    }
                    _ => Doc::Fill(self.items(value)),
                }
            }
            _ => self.row(clause.rule, value),
        };
        let blanks = Doc::Blanks(blanks.unwrap_or(1));
        Doc::All(vec![self.row(clause.rule, key), blanks, Doc::align(value)])
    }

    /// `en: "passive income", "invite" ..5.. "deposit"`. The comma after it belongs to the block.
    fn of_a_language(&self, group: &Node) -> Doc<'t> {
        match group.children.split_at_checked(2) {
            Some((language, texts)) => Doc::All(vec![
                self.row(group.rule, language),
                Doc::Blanks(1),
                Doc::align(Doc::Fill(self.items(texts))),
            ]),
            None => self.row(group.rule, &group.children),
        }
    }

    fn without_comma(&self, node: &Node) -> Doc<'t> {
        match node.children.split_last() {
            Some((comma, rest)) if comma.rule == Rule::comma => Doc::All(vec![
                self.row(node.rule, rest),
                self.comments_of_dropped_comma(comma.first_token),
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
        if entries.is_empty() && !self.has_comments_above(close) {
            return self.row(body.rule, &body.children);
        }
        let was_on_one_line = self.was_on_one_line(open, close);
        let line_end = || if was_on_one_line { Doc::Line(1) } else { Doc::End(1) };
        let has_dates = entries.iter().any(|entry| entry.children.len() > 1);
        let items = self.items(entries);
        let inside =
            if has_dates { Doc::All(with_separators(items, line_end)) } else { Doc::Fill(items) };
        let comma = if entries.is_empty() { Doc::All(vec![]) } else { Doc::Comma };
        let last = self.last_comments(entries, close);
        Doc::group(vec![
            self.node(open),
            Doc::indent(vec![line_end(), inside, Doc::Broken(Box::new(comma)), last]),
            line_end(),
            self.token_without_comments_above(close.first_token),
        ])
    }
}

fn with_separators<'t>(items: Vec<Doc<'t>>, separator: impl Fn() -> Doc<'t>) -> Vec<Doc<'t>> {
    let mut out = vec![];
    for item in items {
        if !out.is_empty() {
            out.push(separator());
        }
        out.push(item);
    }
    out
}

/// Whether a clause is the terms or the text of one language.
fn is_of_a_language(rule: Rule) -> bool {
    matches!(rule, Rule::term_group | Rule::wording_text)
}

/// The number of words at the beginning of a clause that are aligned with those of other clauses. Of `counts rules` it is one,
/// because two would move all values of a counter to the right.
fn words_of_key(clause: &Node) -> usize {
    let words = clause.children.iter().take_while(|child| is_keyword(child)).count();
    if clause.rule == Rule::counts_clause { words.min(1) } else { words }
}

/// Whether a node is a single keyword.
fn is_keyword(node: &Node) -> bool {
    node.children.is_empty() && rule_name(node.rule).word().is_some()
}

/// The number of blanks between two parts of a row: none or one.
fn blanks_between(parent: Rule, left: &Node, right: &Node) -> usize {
    let has_none_before = matches!(
        right.rule,
        Rule::comma | Rule::colon | Rule::optional | Rule::rparen | Rule::rbracket | Rule::params
    );
    let has_none_after = matches!(
        left.rule,
        Rule::lparen
            | Rule::lbracket
            | Rule::negative
            | Rule::bad_negative
            | Rule::call_head
            | Rule::keyed_head
            | Rule::spans_head
    );
    let are_empty_braces = (left.rule, right.rule) == (Rule::open, Rule::close);
    let opens_arguments = matches!(right.rule, Rule::lparen | Rule::lbracket)
        && matches!(parent, Rule::call_head | Rule::spans_head | Rule::keyed_head);
    let is_glued = has_none_before
        || has_none_after
        || are_empty_braces
        || opens_arguments
        || parent == Rule::map_type;
    usize::from(!is_glued)
}
