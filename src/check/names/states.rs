//! The table of counters and that of marks, by which they are found by their ids.

use super::norm_id;
use crate::base::source::Span;
use crate::check::files::Files;
use crate::syntax::tree::{self, ItemKind};

/// A counter or a mark.
pub(in crate::check) struct DeclaredState<'a, T> {
    /// `eu.violations`
    pub id: String,
    pub file: usize,
    /// The whole item.
    pub span: Span,
    pub item: &'a T,
}

/// The index of a counter or mark in the table of its kind.
pub(super) fn position<T>(
    table: &[DeclaredState<'_, T>],
    files: &Files<'_>,
    file: usize,
    name: &tree::Name,
) -> Option<usize> {
    let id = norm_id(files, file, name);
    table.binary_search_by(|declared| declared.id.cmp(&id)).ok()
}

/// All counters and all marks, sorted by id. Of two with the same id, the first is kept.
pub(super) fn states<'a>(
    files: &Files<'a>,
) -> (Vec<DeclaredState<'a, tree::Counter>>, Vec<DeclaredState<'a, tree::Mark>>) {
    let (mut counters, mut marks) = (vec![], vec![]);
    for (file, item) in files.items() {
        let id = |name| norm_id(files, file, name);
        let span = item.span;
        if let ItemKind::Counter(counter) = &item.kind {
            let (id, item) = (id(&counter.name), &**counter);
            counters.push(DeclaredState { id, file, span, item });
        } else if let ItemKind::Mark(mark) = &item.kind {
            marks.push(DeclaredState { id: id(&mark.name), file, span, item: mark });
        }
    }
    (sorted(counters), sorted(marks))
}

fn sorted<T>(mut all: Vec<DeclaredState<'_, T>>) -> Vec<DeclaredState<'_, T>> {
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all.dedup_by(|later, first| later.id == first.id);
    all
}
