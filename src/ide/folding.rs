//! The parts of a rule file that an editor can fold away.

use super::symbols::{Symbol, SymbolKind, symbols};
use crate::face::analysis::{Class, highlight};
use std::collections::BTreeMap;
use std::ops::Range;

/// A part of a text that spans several lines and can be folded to its first line.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Fold {
    /// From its first byte to its last.
    pub bytes: Range<usize>,
    /// What it is.
    pub kind: FoldKind,
}

/// What can be folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FoldKind {
    /// An item.
    Item,
    /// What brackets of any kind enclose.
    Block,
    /// Lines that hold only comments.
    Comment,
    /// `use` items, one below the other.
    Uses,
}

/// What can be folded, in order: items, brackets, runs of comments and of `use` items. In each line at most one fold
/// begins, the longest. Works on any text. Linear in the text.
///
/// ```
/// use lexloci::ide::folds;
///
/// let text = "# one\n# two\nrule a {\n  when chat.public\n}\n";
/// let folded: Vec<_> = folds(text).into_iter().map(|fold| fold.bytes).collect();
/// assert_eq!(folded, [0..11, 12..41]);
/// ```
pub fn folds(text: &str) -> Vec<Fold> {
    let words = highlight(text);
    let symbols = symbols(text);
    let items = symbols.iter().map(|item| Fold { bytes: item.bytes.clone(), kind: FoldKind::Item });
    let mut all: Vec<_> = items.collect();
    all.extend(blocks(text, &words));
    all.extend(comments(text, &words));
    all.extend(uses(text, &symbols));
    let mut longest: BTreeMap<usize, Fold> = BTreeMap::new();
    for fold in all {
        let inside = text.get(fold.bytes.clone()).unwrap_or_default();
        if !inside.trim_end().contains('\n') {
            continue;
        }
        let before = text.get(..fold.bytes.start).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        if longest.get(&line).is_none_or(|known| known.bytes.end < fold.bytes.end) {
            longest.insert(line, fold);
        }
    }
    longest.into_values().collect()
}

/// Pairs of brackets. A bracket without a partner is left out.
fn blocks(text: &str, words: &[(Range<usize>, Class)]) -> Vec<Fold> {
    let (mut open, mut found) = (vec![], vec![]);
    for (range, class) in words {
        if *class != Class::Sign {
            continue;
        }
        let sign = text.get(range.clone()).unwrap_or_default();
        if matches!(sign, "{" | "[" | "(") {
            open.push((sign, range.start));
        } else if matches!(sign, "}" | "]" | ")") {
            let pair =
                |opening: &str| matches!((opening, sign), ("{", "}") | ("[", "]") | ("(", ")"));
            // Brackets inside the pair that were never closed are skipped.
            if let Some(at) = open.iter().rposition(|(opening, _)| pair(opening)) {
                let start = open.get(at).map_or(range.start, |(_, start)| *start);
                open.truncate(at);
                found.push(Fold { bytes: start..range.end, kind: FoldKind::Block });
            }
        }
    }
    found
}

/// Runs of lines that hold nothing but a comment.
fn comments(text: &str, words: &[(Range<usize>, Class)]) -> Vec<Fold> {
    let mut found: Vec<Fold> = vec![];
    let mut end = 0;
    for (range, class) in words {
        let between = text.get(end..range.start).unwrap_or_default();
        end = range.end;
        let is_alone = range.start == between.len() || between.contains('\n');
        if *class != Class::Comment || !is_alone {
            continue;
        }
        match found.last_mut() {
            Some(last)
                if between.matches('\n').count() == 1
                    && last.bytes.end + between.len() == range.start =>
            {
                last.bytes.end = range.end;
            }
            Some(_) | None => found.push(Fold { bytes: range.clone(), kind: FoldKind::Comment }),
        }
    }
    found
}

fn uses(text: &str, symbols: &[Symbol]) -> Vec<Fold> {
    let mut found: Vec<Fold> = vec![];
    for item in symbols.iter().filter(|item| item.kind == SymbolKind::Use) {
        match found.last_mut() {
            Some(last)
                if text
                    .get(last.bytes.end..item.bytes.start)
                    .is_some_and(|between| between.trim().is_empty()) =>
            {
                last.bytes.end = item.bytes.end;
            }
            Some(_) | None => found.push(Fold { bytes: item.bytes.clone(), kind: FoldKind::Uses }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{FoldKind, folds};

    fn folded(text: &str) -> Vec<(FoldKind, &str)> {
        folds(text).into_iter().map(|fold| (fold.kind, text.get(fold.bytes).unwrap())).collect()
    }

    #[test]
    fn each_line_begins_at_most_one_fold() {
        let text = "# a\n# b\n\n# c\nuse \"lib/a.loci\"\nuse \"lib/b.loci\"\nrule a { # why\n  then (\n    label\n  )\n}\n";
        assert_eq!(
            folded(text),
            [
                (FoldKind::Comment, "# a\n# b"),
                (FoldKind::Uses, "use \"lib/a.loci\"\nuse \"lib/b.loci\""),
                (FoldKind::Block, "{ # why\n  then (\n    label\n  )\n}"),
                (FoldKind::Block, "(\n    label\n  )"),
            ]
        );
    }

    #[test]
    fn unclosed_brackets_do_not_hide_pairs() {
        assert_eq!(
            folded("rule a { when (\n x in [1,\n2] }\n"),
            [(FoldKind::Block, "{ when (\n x in [1,\n2] }"), (FoldKind::Block, "[1,\n2]"),]
        );
        assert_eq!(folded("x } ) {"), []);
    }
}
