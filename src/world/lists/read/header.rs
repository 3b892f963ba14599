//! Where a list comes from, and of when it is, as the comments at its head say.

use crate::world::lists::List;

/// Lines of a head that are read.
const LINES: usize = 50;
/// Letters of what it says that are kept.
const LETTERS: usize = 200;

/// How heads of published lists name the two.
const SOURCE: &[&str] = &["source", "url", "homepage", "home"];
const AS_OF: &[&str] =
    &["date", "as of", "updated", "last updated", "last modified", "last update", "version date"];

/// The list with what its head says, where the rule file says nothing.
pub(super) fn complete(list: List, text: &str) -> List {
    let source = list.source.or_else(|| said(text, SOURCE));
    let as_of = list.as_of.or_else(|| said(text, AS_OF));
    List { source, as_of, ..list }
}

/// What follows one of some words and a colon in the comments that begin a text; of the words the first counts most.
fn said(text: &str, words: &[&str]) -> Option<String> {
    let comments = text.lines().take(LINES).map(str::trim);
    let comments = comments.take_while(|line| line.is_empty() || line.starts_with('#'));
    let pairs: Vec<(String, &str)> = comments
        .filter_map(|line| line.trim_start_matches(['#', ' ', '\t']).split_once(':'))
        .map(|(word, said)| (word.trim().to_lowercase(), said.trim()))
        .filter(|(_, said)| !said.is_empty())
        .collect();
    let first = |word: &&str| pairs.iter().find(|(known, _)| known == word);
    let said = words.iter().find_map(first)?.1;
    Some(said.chars().filter(|c| !c.is_control()).take(LETTERS).collect())
}
