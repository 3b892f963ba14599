//! A parsed rule file, with the facts that the checks of other files need: its names, its words, hashes of its items.

use crate::base::source::FileId;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{self, Expectation, ExpectationKind, Item, ItemKind, Path};
use crate::syntax::{self, Class, highlight, is_name};
use crate::world::standard::reports;
use foldhash::HashMap;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// A rule file that was read.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub tree: Arc<tree::File>,
    /// The syntax faults.
    pub faults: Vec<Diagnostic>,
    /// The indices of the items that declare each name.
    declared: HashMap<String, Vec<usize>>,
    /// The paths of the libraries that it uses.
    pub uses: Vec<String>,
    /// Every word outside of strings and comments, once: `basis`, `world.house`. All names are among them.
    pub words: Vec<String>,
    /// Whether it may have tests with rulings.
    pub has_rulings: bool,
    items: Vec<ItemFacts>,
    /// A hash of the facts that matter even to files that name none of its items: its names, its place, the libraries that it
    /// uses.
    pub interface_hash: u64,
    /// The rules and exceptions of other files that its exceptions and tests name, as written: `kz.pyramid`.
    pub references: Vec<(String, ReferenceKind)>,
}

/// The facts of one item on which other files depend.
#[derive(Debug)]
struct ItemFacts {
    /// The hash of its text and its documentation.
    hash: u64,
    /// The indices of its words in [`Parsed::words`].
    words: Vec<usize>,
}

/// Why an exception or a test names a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReferenceKind {
    /// An exception defeats it.
    Defeats,
    /// A test expects that it fires, or that it lifts something.
    ExpectsToFire,
    /// A test names it for any other reason, such as that it does not fire.
    Names,
}

impl Parsed {
    /// Reads a rule file. Linear in the text.
    pub(super) fn read(file: FileId, text: &str) -> Self {
        let (tree, faults) = syntax::read(file, text);
        let mut declared: HashMap<String, Vec<usize>> = HashMap::default();
        for (index, item) in tree.items.iter().enumerate() {
            if let Some(name) = item.kind.name() {
                declared.entry(name.text.clone()).or_default().push(index);
            }
        }
        let has_rulings = text.contains(reports::RULINGS.name);
        let (words, items) = words_of(&tree, text, has_rulings);
        let uses = tree.items.iter().filter_map(|item| {
            let ItemKind::Use(path) = &item.kind else { return None };
            Some(path.value.clone())
        });
        let mut references = vec![];
        tree.items.iter().for_each(|item| add_references(item, &mut references));
        references.retain(|(path, _)| {
            let first = path.split_once('.').map(|(first, _)| first);
            first.is_some_and(|first| !declared.contains_key(first))
        });
        Self {
            uses: uses.collect(),
            interface_hash: hash_interface(&tree, &items),
            tree: Arc::new(tree),
            faults,
            declared,
            words,
            has_rulings,
            items,
            references,
        }
    }

    /// The indices of the items that declare a name. More than one is a fault, which the check reports.
    pub(super) fn declared(&self, name: &str) -> &[usize] {
        self.declared.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether it declares a counter or a mark.
    pub(super) fn has_state(&self) -> bool {
        self.tree.items.iter().any(is_state)
    }

    /// Whether a counter or a mark has this name.
    pub(super) fn declares_state(&self, name: &str) -> bool {
        let mut items = self.declared(name).iter().filter_map(|item| self.tree.items.get(*item));
        items.any(is_state)
    }

    /// The counters that count rules.
    pub(super) fn counting(&self) -> impl Iterator<Item = usize> {
        let counts_rules =
            |item: &Item| matches!(&item.kind, ItemKind::Counter(one) if one.counts.is_some());
        let items = self.tree.items.iter().enumerate();
        items.filter(move |(_, item)| counts_rules(item)).map(|(index, _)| index)
    }

    /// The words of an item.
    pub(super) fn words_of(&self, item: usize) -> impl Iterator<Item = &str> {
        let words = self.items.get(item).map_or(&[][..], |item| &item.words);
        words.iter().filter_map(|word| self.words.get(*word).map(String::as_str))
    }

    /// The hash of an item.
    pub(super) fn hash_of(&self, item: usize) -> u64 {
        self.items.get(item).map_or(0, |item| item.hash)
    }
}

/// Whether an item is a counter or a mark.
fn is_state(item: &Item) -> bool {
    matches!(item.kind, ItemKind::Counter(_) | ItemKind::Mark(_))
}

/// The distinct words of a file, and the facts of each item.
fn words_of(tree: &tree::File, text: &str, has_rulings: bool) -> (Vec<String>, Vec<ItemFacts>) {
    let mut words: Vec<String> = vec![];
    let mut indices: HashMap<&str, usize> = HashMap::default();
    let mut ranges = word_ranges(text);
    if has_rulings {
        ranges.extend(quoted_ids(text));
    }
    ranges.sort_unstable_by_key(|range| range.start);
    let mut paths = ranges.into_iter().peekable();
    let mut items = vec![];
    for item in &tree.items {
        let (start, end) = (item.span.start as usize, item.span.end as usize);
        let mut own = BTreeSet::new();
        while let Some(path) = paths.next_if(|path| path.start < end) {
            let Some(word) = text.get(path.clone()).filter(|_| path.start >= start) else {
                continue;
            };
            own.insert(*indices.entry(word).or_insert_with(|| {
                words.push(word.to_owned());
                words.len() - 1
            }));
        }
        let mut hash = DefaultHasher::new();
        (text.get(start..end), &item.doc).hash(&mut hash);
        items.push(ItemFacts { hash: hash.finish(), words: own.into_iter().collect() });
    }
    (words, items)
}

/// The bytes of each text that can be the id of a rule: rulings name rules in quotes.
fn quoted_ids(text: &str) -> Vec<std::ops::Range<usize>> {
    let texts = highlight(text).into_iter().filter(|(_, class)| *class == Class::Text);
    let inner = texts.map(|(range, _)| range.start + 1..range.end.saturating_sub(1));
    let is_id = |range: &std::ops::Range<usize>| {
        let id = text.get(range.clone()).unwrap_or_default();
        id.contains('.') && id.split('.').all(is_name)
    };
    inner.filter(is_id).collect()
}

/// The bytes of each word. Words that are joined by dots count as one word.
fn word_ranges(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = vec![];
    let mut after_dot = None;
    for (range, class) in highlight(text) {
        let continues_at = after_dot.take();
        match (class, found.last_mut()) {
            (Class::Name | Class::Keyword, Some(last)) if continues_at == Some(range.start) => {
                last.end = range.end;
            }
            (Class::Name | Class::Keyword, _) => found.push(range),
            (Class::Sign, Some(last))
                if last.end == range.start && text.get(range.clone()) == Some(".") =>
            {
                after_dot = Some(range.end);
            }
            (Class::Sign | Class::Number | Class::Text | Class::Comment, _) => {}
        }
    }
    found
}

/// The hash for [`Parsed::interface_hash`].
fn hash_interface(tree: &tree::File, items: &[ItemFacts]) -> u64 {
    let mut hash = DefaultHasher::new();
    tree.broken.hash(&mut hash);
    for (item, facts) in tree.items.iter().zip(items) {
        match &item.kind {
            ItemKind::Jurisdiction(_) | ItemKind::Use(_) => facts.hash.hash(&mut hash),
            ItemKind::Law(_)
            | ItemKind::Policy(_)
            | ItemKind::Office(_)
            | ItemKind::Terms(_)
            | ItemKind::Pattern(_)
            | ItemKind::Set(_)
            | ItemKind::Register(_)
            | ItemKind::Wording(_)
            | ItemKind::Define(_)
            | ItemKind::Counter(_)
            | ItemKind::Mark(_)
            | ItemKind::Rule(_)
            | ItemKind::Exception(_) => {
                (item.kind.keyword(), item.kind.name().map(|name| &name.text)).hash(&mut hash);
            }
            ItemKind::Test(_) | ItemKind::Record(_) | ItemKind::Action(_) | ItemKind::Bloc(_) => {}
        }
    }
    hash.finish()
}

/// Adds the rules and exceptions that an exception lifts or a test names.
fn add_references(item: &Item, references: &mut Vec<(String, ReferenceKind)>) {
    match &item.kind {
        ItemKind::Exception(exception) => {
            let lifted = exception.to.iter().map(|path| (path.dotted(), ReferenceKind::Defeats));
            references.extend(lifted);
        }
        ItemKind::Test(test) => {
            let cases = test.cases.iter().flat_map(|case| &case.expect);
            let expectations = test.expect.iter().chain(cases);
            expectations.for_each(|expected| add_expected_rules(expected, references));
        }
        ItemKind::Jurisdiction(_)
        | ItemKind::Use(_)
        | ItemKind::Law(_)
        | ItemKind::Policy(_)
        | ItemKind::Office(_)
        | ItemKind::Terms(_)
        | ItemKind::Pattern(_)
        | ItemKind::Set(_)
        | ItemKind::Register(_)
        | ItemKind::Wording(_)
        | ItemKind::Define(_)
        | ItemKind::Counter(_)
        | ItemKind::Mark(_)
        | ItemKind::Rule(_)
        | ItemKind::Record(_)
        | ItemKind::Action(_)
        | ItemKind::Bloc(_) => {}
    }
}

/// Adds the rules and exceptions that an expectation names. The lint about untested rules must read expectations in the
/// same way.
fn add_expected_rules(expected: &Expectation, references: &mut Vec<(String, ReferenceKind)>) {
    let mut add = |path: &Path, kind| references.push((path.dotted(), kind));
    match &expected.kind {
        ExpectationKind::Act { by: Some(rule), .. }
        | ExpectationKind::Evidence { by: Some(rule), .. }
        | ExpectationKind::Cites { is_expected: true, by: Some(rule), .. }
        | ExpectationKind::Fires(rule) => add(rule, ReferenceKind::ExpectsToFire),
        ExpectationKind::Defeated { rule, by } => {
            add(by, ReferenceKind::ExpectsToFire);
            add(rule, ReferenceKind::Names);
        }
        ExpectationKind::Not(rule)
        | ExpectationKind::Undetermined(rule)
        | ExpectationKind::Gap { rule, .. }
        | ExpectationKind::Cites { is_expected: false, by: Some(rule), .. } => {
            add(rule, ReferenceKind::Names)
        }
        ExpectationKind::Act { by: None, .. }
        | ExpectationKind::Evidence { by: None, .. }
        | ExpectationKind::Cites { by: None, .. }
        | ExpectationKind::Unanswered { .. }
        | ExpectationKind::Count { .. }
        | ExpectationKind::Marks { .. }
        | ExpectationKind::Complete(_)
        | ExpectationKind::Nothing => {}
    }
}

#[cfg(test)]
mod tests {
    use super::word_ranges;

    #[test]
    fn words_joined_by_dots_are_one_word() {
        let text =
            "basis world.house, b # c.d\n when e.f in g and \"h.i\" contains x.in and 1.5 < j";
        let words: Vec<_> =
            word_ranges(text).into_iter().filter_map(|range| text.get(range)).collect();
        assert_eq!(
            words,
            [
                "basis",
                "world.house",
                "b",
                "when",
                "e.f",
                "in",
                "g",
                "and",
                "contains",
                "x.in",
                "and",
                "j"
            ]
        );
    }
}
