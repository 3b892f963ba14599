//! What a file needs of the others: the items that it names, those that they name in turn, and the names of the rest.

use super::parsed::{Cite, Parsed};
use crate::base::source::FileId;
use crate::check::prefix;
use crate::lint::Elsewhere;
use crate::syntax::tree::{
    self, Define, Expr, ExprKind, Item, ItemKind, Rule, Set, SetEntries, Terms,
};
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// All files as they are at one time. The number of a file is its position in the order of paths.
pub(super) struct View {
    pub files: Vec<Seen>,
    by_prefix: HashMap<String, Vec<usize>>,
    /// By the first word of the prefix: `lib` for all libraries.
    by_head: HashMap<String, Vec<usize>>,
    /// For each file, what the exceptions and tests of the others say about its rules and exceptions.
    pub elsewhere: Vec<Elsewhere>,
}

/// A file of a [`View`].
pub(super) struct Seen {
    pub path: String,
    pub id: FileId,
    pub parsed: Arc<Parsed>,
    /// The hash of its text.
    pub stamp: u64,
    prefix: String,
    uses: Vec<usize>,
}

/// The items of other files that a file needs, by the number of the file. A file without such items is listed when its names
/// matter.
pub(super) type Needs = BTreeMap<usize, BTreeSet<usize>>;

impl View {
    /// Linear in the number of files and in the rules that they name in others. The files come in the order of their paths.
    pub(super) fn of(files: impl Iterator<Item = (String, FileId, Arc<Parsed>, u64)>) -> Self {
        let mut files: Vec<_> = files
            .map(|(path, id, parsed, stamp)| {
                let prefix = prefix(&path);
                Seen { path, id, parsed, stamp, prefix, uses: vec![] }
            })
            .collect();
        let by_path: HashMap<String, usize> =
            files.iter().enumerate().map(|(index, file)| (file.path.clone(), index)).collect();
        let (mut by_prefix, mut by_head) = (HashMap::default(), HashMap::default());
        for (index, file) in files.iter_mut().enumerate() {
            let uses = file.parsed.uses.iter();
            file.uses = uses.filter_map(|path| by_path.get(path).copied()).collect();
            let head = file.prefix.split('.').next().unwrap_or_default().to_owned();
            let add = |to: &mut HashMap<String, Vec<usize>>, key| {
                to.entry(key).or_default().push(index);
            };
            add(&mut by_prefix, file.prefix.clone());
            add(&mut by_head, head);
        }
        let mut view = Self { files, by_prefix, by_head, elsewhere: vec![] };
        view.elsewhere = view.cited_elsewhere();
        view
    }

    /// The number of the file with a path.
    pub(super) fn number(&self, path: &str) -> Option<usize> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()
    }

    /// What a file needs of others. Linear in the words of the file and of the items that it needs.
    pub(super) fn needs(&self, root: usize) -> Needs {
        let mut needs = Needs::new();
        let Some(file) = self.files.get(root) else { return needs };
        needs.extend(file.uses.iter().map(|used| (*used, BTreeSet::new())));
        // Files that are addressed alike hide each other's names.
        let twins = self.by_prefix.get(&file.prefix).into_iter().flatten();
        needs.extend(twins.map(|twin| (*twin, BTreeSet::new())));
        let mut open: Vec<(usize, &str)> =
            file.parsed.words.iter().map(|word| (root, word.as_str())).collect();
        while let Some((from, word)) = open.pop() {
            self.named(from, word, &mut |file, item| {
                if file == root {
                    return;
                }
                let items = needs.entry(file).or_default();
                let parsed = self.files.get(file).map(|file| &file.parsed);
                if let (Some(item), Some(parsed)) = (item, parsed)
                    && items.insert(item)
                {
                    open.extend(parsed.words_of(item).map(|word| (file, word)));
                }
            });
        }
        needs.remove(&root);
        needs
    }

    /// All that a word can name where it stands in a file, and the files that have a say in what it names.
    fn named(&self, from: usize, word: &str, each: &mut dyn FnMut(usize, Option<usize>)) {
        let Some(here) = self.files.get(from) else { return };
        let mut declared = |file: usize, name: &str| {
            each(file, None);
            if let Some(seen) = self.files.get(file) {
                seen.parsed.declared(name).iter().for_each(|item| each(file, Some(*item)));
            }
        };
        let first = word.split('.').next().unwrap_or_default();
        declared(from, first);
        here.uses.iter().for_each(|used| declared(*used, first));
        if first.len() == word.len() {
            return;
        }
        for file in self.by_head.get(first).into_iter().flatten() {
            declared(*file, "");
        }
        for (dot, _) in word.match_indices('.') {
            let (prefix, rest) = word.split_at(dot);
            let name = rest.split('.').nth(1).unwrap_or_default();
            for file in self.by_prefix.get(prefix).into_iter().flatten() {
                declared(*file, name);
            }
        }
    }

    fn cited_elsewhere(&self) -> Vec<Elsewhere> {
        let mut all = vec![Elsewhere::default(); self.files.len()];
        for (from, file) in self.files.iter().enumerate() {
            for (path, cite) in &file.parsed.cites {
                let Some((of, id)) = self.norm(path).filter(|(of, _)| *of != from) else {
                    continue;
                };
                let Some(elsewhere) = all.get_mut(of) else { continue };
                match cite {
                    Cite::Defeats => elsewhere.defeated.insert(id),
                    Cite::Shows => elsewhere.shown.insert(id),
                    Cite::Names => elsewhere.named.insert(id),
                };
            }
        }
        all
    }

    /// The rule or exception that a path from another file names: its file and its id.
    fn norm(&self, path: &str) -> Option<(usize, String)> {
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

    /// A hash of everything in other files that the check of a file can depend on, except positions.
    pub(super) fn context(&self, needs: &Needs, elsewhere: &Elsewhere) -> u64 {
        let mut hash = DefaultHasher::new();
        elsewhere.hash(&mut hash);
        for (file, items) in needs {
            let Some(file) = self.files.get(*file) else { continue };
            (&file.path, file.parsed.shape).hash(&mut hash);
            items.iter().for_each(|item| file.parsed.hash_of(*item).hash(&mut hash));
        }
        hash.finish()
    }
}

/// The file with the needed items whole. The other items keep their names and lose their contents.
pub(super) fn trimmed(file: &tree::File, needed: &BTreeSet<usize>) -> tree::File {
    let items = file.items.iter().enumerate().filter_map(|(index, item)| {
        if needed.contains(&index) { Some(item.clone()) } else { name_only(item) }
    });
    tree::File { items: items.collect(), comments: vec![], broken: file.broken.clone() }
}

/// An item reduced to its name, because others may name it. Faults in it are not reported. `None` when it has no name.
fn name_only(item: &Item) -> Option<Item> {
    let kind = match &item.kind {
        whole @ (ItemKind::Jurisdiction(_)
        | ItemKind::Use(_)
        | ItemKind::Law(_)
        | ItemKind::Policy(_)
        | ItemKind::Office(_)) => whole.clone(),
        ItemKind::Terms(Terms { name, .. }) => {
            ItemKind::Terms(Terms { name: name.clone(), groups: vec![] })
        }
        ItemKind::Set(Set { name, kind, .. }) => ItemKind::Set(Set {
            name: name.clone(),
            kind: kind.clone(),
            entries: SetEntries::Inline(vec![]),
        }),
        ItemKind::Define(Define { name, .. }) => ItemKind::Define(Define {
            name: name.clone(),
            params: vec![],
            body: Expr { kind: ExprKind::Bool(true), span: name.span },
        }),
        ItemKind::Rule(rule) | ItemKind::Exception(tree::Exception { rule, .. }) => {
            ItemKind::Rule(Rule {
                name: rule.name.clone(),
                title: None,
                basis: None,
                category: None,
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
