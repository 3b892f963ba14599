//! Reads the source and the date of a list from the comments at its beginning.

use crate::world::lists::List;

/// At most this many lines are searched. Headers of published lists are shorter.
const MAX_LINES: usize = 50;
/// At most this many characters of a value are kept. Decisions quote it.
const MAX_CHARS: usize = 200;

/// The words that published lists use for source and date.
const SOURCE: &[&str] = &["source", "url", "homepage", "home"];
const AS_OF: &[&str] =
    &["date", "as of", "updated", "last updated", "last modified", "last update", "version date"];

/// Adds the source and the date in the header of a list, unless the rule file gives them.
pub(super) fn complete(list: List, text: &str) -> List {
    let source = list.source.or_else(|| value_of(text, SOURCE));
    let as_of = list.as_of.or_else(|| value_of(text, AS_OF));
    List { source, as_of, ..list }
}

/// The text after one of the words and a colon, in the comments at the beginning of a text. Earlier words are
/// preferred.
fn value_of(text: &str, words: &[&str]) -> Option<String> {
    let comments = text.lines().take(MAX_LINES).map(str::trim);
    let comments = comments.take_while(|line| line.is_empty() || line.starts_with('#'));
    let pairs: Vec<(String, &str)> = comments
        .filter_map(|line| line.trim_start_matches(['#', ' ', '\t']).split_once(':'))
        .map(|(word, value)| (word.trim().to_lowercase(), value.trim()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let first = |word: &&str| pairs.iter().find(|(known, _)| known == word);
    let value = words.iter().find_map(first)?.1;
    Some(value.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect())
}
