//! The layout of the cases of a test: in columns if the author made columns, else with a line for each clause if they do not fit
//! on one.

use super::Layout;
use super::doc::{Doc, WIDTH};
use super::nodes::Node;
use crate::syntax::grammar::Rule;

/// The column in which cases begin.
const FIRST_COLUMN: usize = 4;

/// A case: its title, its scene and what it expects. The first two may be empty.
type Columns<'c> = [&'c [Node]; 3];

impl<'t> Layout<'_, 't> {
    /// A row for each case, in columns. `None` if the author did not align them, or a row does not fit.
    pub(super) fn aligned_cases(&self, cases: &[Node]) -> Option<std::vec::IntoIter<Doc<'t>>> {
        let columns: Vec<Columns<'_>> = cases.iter().map(columns).collect::<Option<_>>()?;
        if !self.are_aligned(&columns) {
            return None;
        }
        let rows = columns.iter().map(|case| self.cells(case)).collect::<Option<Vec<_>>>()?;
        let widest = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|(_, width)| *width).max().unwrap_or(0)
        };
        let widths = [widest(0), widest(1)].map(|width| width + usize::from(width > 0));
        if FIRST_COLUMN + widths.iter().sum::<usize>() + widest(2) > WIDTH {
            return None;
        }
        let row = |(case, cells): (&Node, [(Doc<'t>, usize); 3])| {
            let comments = match case.children.first() {
                Some(title) if title.rule == Rule::case_title => {
                    self.comments_above(case.first_token)
                }
                Some(_) | None => Doc::All(vec![]),
            };
            let mut out = vec![];
            for (column, (cell, width)) in cells.into_iter().enumerate() {
                let blanks = widths.get(column).map_or(0, |all| all.saturating_sub(width));
                out.extend([cell, Doc::Blanks(blanks)]);
            }
            Doc::All(vec![comments, Doc::group(out)])
        };
        Some(cases.iter().zip(rows).map(row).collect::<Vec<_>>().into_iter())
    }

    /// A case that is not in columns.
    pub(super) fn case(&self, case: &Node) -> Doc<'t> {
        let count = |rules: [Rule; 2]| {
            case.children.iter().filter(|part| rules.contains(&part.rule)).count()
        };
        let has_before = count([Rule::before_clause, Rule::repeat_clause]) > 0;
        let has_clauses = has_before || count([Rule::given_clause, Rule::entries_clause]) > 1;
        let Some((first, rest)) = case.children.split_first().filter(|_| has_clauses) else {
            return self.row(case.rule, &case.children);
        };
        let rest = rest.iter().flat_map(|clause| [Doc::Line(1), self.clause(clause, None)]);
        Doc::group(vec![self.clause(first, None), Doc::indent(rest.collect())])
    }

    /// The columns of a case, each with its width. `None` if a comment or a line end is in the way.
    fn cells(&self, [title, scene, expect]: &Columns<'_>) -> Option<[(Doc<'t>, usize); 3]> {
        let title = match title.first() {
            Some(title) => self.row_without_comments_above(title.rule, &title.children),
            None => Doc::All(vec![]),
        };
        let [scene, expect] = [scene, expect].map(|nodes| self.row(Rule::case, nodes));
        let widths = (title.flat_width(false)?, scene.flat_width(false)?, expect.flat_width(true)?);
        Some([(title, widths.0), (scene, widths.1), (expect, widths.2)])
    }

    /// Whether each case is on one line, and their columns begin at the same places.
    fn are_aligned(&self, cases: &[Columns<'_>]) -> bool {
        let mut starts = cases.iter().map(|case| self.starts(case));
        let first = starts.next().flatten();
        cases.len() > 1 && first.is_some() && starts.all(|starts| starts == first)
    }

    /// The places on their line where the columns of a case begin. `None` if the case has several lines.
    fn starts(&self, case: &Columns<'_>) -> Option<[Option<usize>; 3]> {
        let first = case.iter().find_map(|nodes| nodes.first())?;
        let last = case.iter().rev().find_map(|nodes| nodes.last())?;
        let span = |token: usize| self.tokens.get(token).map(|token| token.span);
        let whole = span(first.first_token)?.to(span(last_token(last))?);
        let is_one_line = !self.text.get(whole.range())?.contains('\n');
        let place = |nodes: &[Node]| {
            let before = self.text.get(..span(nodes.first()?.first_token)?.range().start)?;
            Some(before.rsplit('\n').next().unwrap_or_default().chars().count())
        };
        is_one_line.then(|| case.map(place))
    }
}

/// The columns of a case.
fn columns(case: &Node) -> Option<Columns<'_>> {
    let (expect, before) = case.children.split_last()?;
    let is_titled = before.first().is_some_and(|first| first.rule == Rule::case_title);
    let (title, scene) = before.split_at_checked(usize::from(is_titled))?;
    Some([title, scene, std::slice::from_ref(expect)])
}

/// The index of the last token of a node.
fn last_token(node: &Node) -> usize {
    node.children.last().map_or(node.first_token, last_token)
}
