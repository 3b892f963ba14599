//! Finds the items of other files that the check of a file needs: the items that the file names, and the items that these name
//! in turn. Of all other items, the check needs only the names.

use super::parsed::{Parsed, ReferenceKind};
use crate::base::source::FileId;
use crate::check::prefix;
use crate::lint::ReferencedElsewhere;
use crate::syntax::tree::{
    self, Counter, Define, Expr, ExprKind, Item, ItemKind, NamedRegex, Rule, Set, SetEntries,
    Terms, Text, Wording,
};
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The first word of the prefix of a library.
const LIBRARY: &str = "lib";

/// A snapshot of all files. The index of a file is its position in the order of paths.
pub(super) struct View {
    pub files: Vec<ViewedFile>,
    /// The indices of the files with a prefix, such as `lib.crypto`: one index, unless two paths give the same prefix.
    by_prefix: HashMap<String, Vec<usize>>,
    /// The indices of the files whose prefix begins with a word, such as `lib` for all libraries.
    by_first_word: HashMap<String, Vec<usize>>,
    /// For each file, the rules and exceptions in it to which exceptions and tests of other files refer.
    pub referenced_elsewhere: Vec<ReferencedElsewhere>,
}

/// A file of a [`View`].
pub(super) struct ViewedFile {
    pub path: String,
    pub id: FileId,
    pub parsed: Arc<Parsed>,
    /// The hash of its text.
    pub text_hash: u64,
    /// The part of an id that stands for the file: `lib.crypto` for `lib/crypto.loci`.
    prefix: String,
    /// The indices of the libraries that it uses.
    uses: Vec<usize>,
}

/// The items that a file needs: the indices of other files, with the indices of their needed items. The set of a file
/// is empty when only its names matter.
pub(super) type Needs = BTreeMap<usize, BTreeSet<usize>>;

impl View {
    /// `files` has the path, the id, the parsed file and the hash of its text for each file, in the order of the paths.
    /// Linear in the number of files and of the rules that they name in other files.
    pub(super) fn new(files: impl Iterator<Item = (String, FileId, Arc<Parsed>, u64)>) -> Self {
        let mut files: Vec<_> = files
            .map(|(path, id, parsed, text_hash)| {
                let prefix = prefix(&path);
                ViewedFile { path, id, parsed, text_hash, prefix, uses: vec![] }
            })
            .collect();
        let by_path: HashMap<String, usize> =
            files.iter().enumerate().map(|(index, file)| (file.path.clone(), index)).collect();
        let (mut by_prefix, mut by_first_word) = (HashMap::default(), HashMap::default());
        for (index, file) in files.iter_mut().enumerate() {
            let uses = file.parsed.uses.iter();
            file.uses = uses.filter_map(|path| by_path.get(path).copied()).collect();
            let first_word = file.prefix.split('.').next().unwrap_or_default().to_owned();
            let add = |to: &mut HashMap<String, Vec<usize>>, key| {
                to.entry(key).or_default().push(index);
            };
            add(&mut by_prefix, file.prefix.clone());
            add(&mut by_first_word, first_word);
        }
        let mut view = Self { files, by_prefix, by_first_word, referenced_elsewhere: vec![] };
        view.referenced_elsewhere = view.referenced_elsewhere();
        view
    }

    /// The index of the file with a path.
    pub(super) fn index_of(&self, path: &str) -> Option<usize> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()
    }

    /// What a file needs of other files. Linear in the words of the file and of the items that it needs.
    pub(super) fn needs(&self, root: usize) -> Needs {
        let mut needs = Needs::new();
        let Some(file) = self.files.get(root) else { return needs };
        needs.extend(file.uses.iter().map(|used| (*used, BTreeSet::new())));
        // Files with the same prefix hide each other's names.
        let twins = self.by_prefix.get(&file.prefix).into_iter().flatten();
        needs.extend(twins.map(|twin| (*twin, BTreeSet::new())));
        let mut pending: Vec<(usize, &str)> =
            file.parsed.words.iter().map(|word| (root, word.as_str())).collect();
        if file.parsed.has_rulings {
            self.add_counting(&mut needs, &mut pending);
        }
        while let Some((from, word)) = pending.pop() {
            self.meanings(from, word, &mut |file, item| {
                if file == root {
                    return;
                }
                let items = needs.entry(file).or_default();
                let parsed = self.files.get(file).map(|file| &file.parsed);
                if let (Some(item), Some(parsed)) = (item, parsed)
                    && items.insert(item)
                {
                    pending.extend(parsed.words_of(item).map(|word| (file, word)));
                }
            });
        }
        needs.remove(&root);
        needs
    }

    /// Adds what decides whether a ruling changes anything: the names in all files, and the counters that count rules.
    fn add_counting<'v>(&'v self, needs: &mut Needs, pending: &mut Vec<(usize, &'v str)>) {
        for (index, file) in self.files.iter().enumerate() {
            let counting: BTreeSet<usize> = file.parsed.counting().collect();
            let words = counting.iter().flat_map(|item| file.parsed.words_of(*item));
            pending.extend(words.map(|word| (index, word)));
            needs.entry(index).or_default().extend(counting);
        }
    }

    /// Calls `each` for every item that a word in the file `from` can mean, with the index of its file and its index in
    /// that file. Also calls `each` without an item for every file whose names decide what the word means.
    fn meanings(&self, from: usize, word: &str, each: &mut dyn FnMut(usize, Option<usize>)) {
        let Some(from_file) = self.files.get(from) else { return };
        let mut declared = |index: usize, name: &str| {
            each(index, None);
            if let Some(file) = self.files.get(index) {
                file.parsed.declared(name).iter().for_each(|item| each(index, Some(*item)));
            }
        };
        let first = word.split('.').next().unwrap_or_default();
        declared(from, first);
        from_file.uses.iter().for_each(|used| declared(*used, first));
        if first.len() == word.len() {
            return;
        }
        for file in self.by_first_word.get(first).into_iter().flatten() {
            // No item has this name: only the names of the file matter.
            declared(*file, "");
        }
        for (dot, _) in word.match_indices('.') {
            let (prefix, rest) = word.split_at(dot);
            let name = rest.split('.').nth(1).unwrap_or_default();
            for file in self.by_prefix.get(prefix).into_iter().flatten() {
                declared(*file, name);
                // The message about an unknown name says which library has it.
                let is_known = |file: &ViewedFile| !file.parsed.declared(name).is_empty();
                if !self.files.get(*file).is_some_and(is_known) {
                    let libraries = self.by_first_word.get(LIBRARY).into_iter().flatten();
                    libraries.for_each(|library| declared(*library, name));
                }
            }
        }
    }

    /// For each file, the rules and exceptions in it to which exceptions and tests of other files refer.
    fn referenced_elsewhere(&self) -> Vec<ReferencedElsewhere> {
        let mut all = vec![ReferencedElsewhere::default(); self.files.len()];
        for (from, file) in self.files.iter().enumerate() {
            for (path, kind) in &file.parsed.references {
                let Some((target, id)) = self.rule_at(path).filter(|(file, _)| *file != from)
                else {
                    continue;
                };
                let Some(referenced) = all.get_mut(target) else { continue };
                match kind {
                    ReferenceKind::Defeats => referenced.defeated.insert(id),
                    ReferenceKind::ExpectsToFire => referenced.expected_to_fire.insert(id),
                    ReferenceKind::Names => referenced.named.insert(id),
                };
            }
        }
        if self.files.iter().any(|file| file.parsed.has_state()) {
            for from in 0..self.files.len() {
                for (target, id) in self.state_elsewhere(from) {
                    if let Some(referenced) = all.get_mut(target) {
                        referenced.read.insert(id);
                    }
                }
            }
        }
        all
    }

    /// The counters and marks that a file names in others: the index of the other file, and the id.
    fn state_elsewhere(&self, from: usize) -> Vec<(usize, String)> {
        let words = self.files.get(from).map_or(&[][..], |file| &file.parsed.words);
        let named = words.iter().filter(|word| word.contains('.')).filter_map(|word| {
            let (target, id) = self.rule_at(word).filter(|(file, _)| *file != from)?;
            let name = id.rsplit('.').next()?;
            let declares = self.files.get(target)?.parsed.declares_state(name);
            declares.then_some((target, id))
        });
        named.collect()
    }

    /// The rule or exception that a path such as `kz.pyramid` names: the index of its file, and its id.
    fn rule_at(&self, path: &str) -> Option<(usize, String)> {
        let dots = path.rmatch_indices('.').map(|(dot, _)| dot);
        let (file, dot) = dots
            .filter_map(|dot| {
                let (prefix, _) = path.split_at(dot);
                Some((*self.by_prefix.get(prefix)?.first()?, dot))
            })
            .next()?;
        let (_, rest) = path.split_at(dot);
        let name = rest.split('.').nth(1)?;
        Some((file, format!("{}.{name}", self.files.get(file)?.prefix)))
    }

    /// A hash of all that the check of a file depends on in other files. Positions do not count.
    pub(super) fn context(&self, needs: &Needs, referenced: &ReferencedElsewhere) -> u64 {
        let mut hash = DefaultHasher::new();
        referenced.hash(&mut hash);
        for (file, items) in needs {
            let Some(file) = self.files.get(*file) else { continue };
            (&file.path, file.parsed.interface_hash).hash(&mut hash);
            items.iter().for_each(|item| file.parsed.hash_of(*item).hash(&mut hash));
        }
        hash.finish()
    }
}

/// A copy of the file. Needed items keep their contents; other items keep only their names.
pub(super) fn keep_needed(file: &tree::File, needed: &BTreeSet<usize>) -> tree::File {
    let items = file.items.iter().enumerate().filter_map(|(index, item)| {
        if needed.contains(&index) { Some(item.clone()) } else { name_only(item) }
    });
    tree::File { items: items.collect(), comments: vec![], broken: file.broken.clone() }
}

/// An item reduced to its name, so that other items can name it. `None` when nothing can name an item of this kind.
fn name_only(item: &Item) -> Option<Item> {
    let kind = match &item.kind {
        kept @ (ItemKind::Jurisdiction(_)
        | ItemKind::Use(_)
        | ItemKind::Law(_)
        | ItemKind::Policy(_)
        | ItemKind::Office(_)
        | ItemKind::Mark(_)) => kept.clone(),
        ItemKind::Pattern(NamedRegex { name, regex }) => ItemKind::Pattern(NamedRegex {
            name: name.clone(),
            regex: Text { raw: String::new(), value: String::new(), span: regex.span },
        }),
        ItemKind::Wording(Wording { name, .. }) => {
            ItemKind::Wording(Wording { name: name.clone(), texts: vec![] })
        }
        ItemKind::Terms(Terms { name, .. }) => {
            ItemKind::Terms(Terms { name: name.clone(), groups: vec![] })
        }
        ItemKind::Set(set) => ItemKind::Set(without_entries(set)),
        ItemKind::Register(set) => ItemKind::Register(without_entries(set)),
        ItemKind::Define(Define { name, .. }) => ItemKind::Define(Define {
            name: name.clone(),
            params: vec![],
            body: Expr { kind: ExprKind::Bool(true), span: name.span },
        }),
        ItemKind::Counter(counter) => ItemKind::Counter(Box::new(Counter {
            name: counter.name.clone(),
            title: None,
            per: None,
            over: None,
            since: None,
            when: None,
            counts: None,
            distinct: None,
            adds: None,
            lateness: None,
        })),
        ItemKind::Rule(rule) | ItemKind::Exception(tree::Exception { rule, .. }) => {
            ItemKind::Rule(Rule {
                name: rule.name.clone(),
                title: None,
                basis: None,
                category: None,
                severity: None,
                says: None,
                review_by: None,
                in_force: None,
                mode: None,
                when: None,
                unless: None,
                on_unknown: vec![],
                then: vec![],
            })
        }
        ItemKind::Test(_) | ItemKind::Record(_) | ItemKind::Action(_) | ItemKind::Bloc(_) => {
            return None;
        }
    };
    Some(Item { doc: String::new(), kind, span: item.span })
}

/// A set or register reduced to its name and kind. Such a register never claims to be complete.
fn without_entries(set: &Set) -> Set {
    Set {
        name: set.name.clone(),
        kind: set.kind.clone(),
        entries: SetEntries::Inline(vec![]),
        completeness: None,
    }
}
