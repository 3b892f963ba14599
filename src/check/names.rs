//! Resolves names: finds the item that each name refers to, and checks that the file may use it.

mod states;

pub(super) use states::DeclaredState;

use super::Checker;
use super::files::{Files, Role};
use super::standard::declared_twice;
use super::uses::NameKind;
use crate::base::source::{Location, Span};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::syntax::tree::{self, ItemKind};
use crate::syntax::words::ItemWord;
use foldhash::fast::RandomState;
use indexmap::IndexMap;
use states::{position, states};
use std::collections::BTreeSet;

/// After this many faults, no names are suggested.
const SUGGESTIONS: usize = 200;

/// The item that a name refers to: its kind, and its index in the table of that kind in [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entity {
    Law(usize),
    Policy(usize),
    Office(usize),
    Terms(usize),
    Pattern(usize),
    Set(usize),
    /// Registers are in the table of sets.
    Register(usize),
    Wording(usize),
    Define(usize),
    Counter(usize),
    Mark(usize),
    Rule(usize),
    Exception(usize),
}

impl Entity {
    /// The kind as it appears in diagnostics.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Law(_) => "a law",
            Self::Policy(_) => "a policy",
            Self::Office(_) => "an office",
            Self::Terms(_) => "`terms`",
            Self::Pattern(_) => "a pattern",
            Self::Set(_) => "a set",
            Self::Register(_) => "a register",
            Self::Wording(_) => "a wording",
            Self::Define(_) => "a definition",
            Self::Counter(_) => "a counter",
            Self::Mark(_) => "a mark",
            Self::Rule(_) | Self::Exception(_) => "a rule or exception",
        }
    }

    pub(super) fn kind(self) -> NameKind {
        match self {
            Self::Law(_) => NameKind::Law,
            Self::Policy(_) => NameKind::Policy,
            Self::Office(_) => NameKind::Office,
            Self::Terms(_) => NameKind::Terms,
            Self::Pattern(_) => NameKind::Pattern,
            Self::Set(_) => NameKind::Set,
            Self::Register(_) => NameKind::Register,
            Self::Wording(_) => NameKind::Wording,
            Self::Define(_) => NameKind::Define,
            Self::Counter(_) => NameKind::Counter,
            Self::Mark(_) => NameKind::Mark,
            Self::Rule(_) => NameKind::Rule,
            Self::Exception(_) => NameKind::Exception,
        }
    }

    pub(super) fn policy(self) -> Option<usize> {
        if let Self::Policy(policy) = self { Some(policy) } else { None }
    }

    pub(super) fn office(self) -> Option<usize> {
        if let Self::Office(office) = self { Some(office) } else { None }
    }

    pub(super) fn terms(self) -> Option<usize> {
        if let Self::Terms(terms) = self { Some(terms) } else { None }
    }

    pub(super) fn pattern(self) -> Option<usize> {
        if let Self::Pattern(pattern) = self { Some(pattern) } else { None }
    }

    pub(super) fn set(self) -> Option<usize> {
        if let Self::Set(set) | Self::Register(set) = self { Some(set) } else { None }
    }

    pub(super) fn wording(self) -> Option<usize> {
        if let Self::Wording(wording) = self { Some(wording) } else { None }
    }

    pub(super) fn define(self) -> Option<usize> {
        if let Self::Define(define) = self { Some(define) } else { None }
    }

    pub(super) fn counter(self) -> Option<usize> {
        if let Self::Counter(counter) = self { Some(counter) } else { None }
    }

    pub(super) fn mark(self) -> Option<usize> {
        if let Self::Mark(mark) = self { Some(mark) } else { None }
    }

    pub(super) fn norm(self) -> Option<usize> {
        if let Self::Rule(norm) | Self::Exception(norm) = self { Some(norm) } else { None }
    }

    /// Whether the files of places inside the item's place may cite it. Other items are private to their file.
    fn is_citable(self) -> bool {
        match self {
            Self::Law(_) | Self::Policy(_) | Self::Office(_) | Self::Wording(_) => true,
            Self::Counter(_) | Self::Mark(_) | Self::Rule(_) | Self::Exception(_) => true,
            Self::Terms(_) | Self::Pattern(_) | Self::Define(_) => false,
            Self::Set(_) | Self::Register(_) => false,
        }
    }
}

/// An item that declares a name, and the index of its file.
#[derive(Clone, Copy)]
pub(super) struct Declared<'a, T> {
    pub file: usize,
    pub item: &'a T,
}

pub(super) struct DeclaredLaw<'a> {
    /// Indices in [`Names::articles`], by the name of the article.
    pub articles: IndexMap<&'a str, usize>,
}

#[derive(Clone, Copy)]
pub(super) struct DeclaredArticle<'a> {
    pub file: usize,
    pub law: &'a tree::Law,
    pub item: &'a tree::Article,
}

/// A rule or an exception.
pub(super) struct DeclaredNorm<'a> {
    /// `kz.pyramid_advertising`
    pub id: String,
    pub file: usize,
    pub item: &'a tree::Item,
    pub rule: &'a tree::Rule,
    /// The norms that an exception defeats; `None` for a rule.
    pub defeats: Option<&'a [tree::Path]>,
}

/// All declared names. The tables follow the order of files and items; norms, counters and marks are sorted by id. An index
/// means the same here and in the program, because the checker lowers each table row by row.
#[derive(Default)]
pub(super) struct Names<'a> {
    by_file: Vec<IndexMap<&'a str, (Entity, Span), RandomState>>,
    pub laws: Vec<DeclaredLaw<'a>>,
    pub articles: Vec<DeclaredArticle<'a>>,
    pub policies: Vec<Declared<'a, tree::Policy>>,
    pub offices: Vec<Declared<'a, tree::Office>>,
    pub terms: Vec<Declared<'a, tree::Terms>>,
    pub regexes: Vec<Declared<'a, tree::NamedRegex>>,
    pub sets: Vec<Declared<'a, tree::Set>>,
    pub wordings: Vec<Declared<'a, tree::Wording>>,
    pub defines: Vec<Declared<'a, tree::Define>>,
    /// Each id occurs once. If two norms have the same id, the first is kept.
    pub norms: Vec<DeclaredNorm<'a>>,
    /// Each id occurs once.
    pub counters: Vec<DeclaredState<'a, tree::Counter>>,
    /// Each id occurs once.
    pub marks: Vec<DeclaredState<'a, tree::Mark>>,
    /// The names that some file declares twice.
    doubled: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    pub(super) fn of(files: &Files<'a>, found: &mut Vec<Diagnostic>) -> Self {
        let by_file = files.iter().map(|_| IndexMap::default()).collect();
        let (counters, marks) = states(files);
        let mut names = Self { by_file, norms: norms(files), counters, marks, ..Self::default() };
        for (file, item) in files.items() {
            if let Some((name, entity)) = names.add_item(files, file, item) {
                names.declare(files, file, name, entity, found);
            }
        }
        names
    }

    /// Adds an item to the table of its kind. `None` if items of its kind have no name.
    fn add_item(
        &mut self,
        files: &Files<'_>,
        file: usize,
        item: &'a tree::Item,
    ) -> Option<(&'a tree::Name, Entity)> {
        Some(match &item.kind {
            ItemKind::Law(law) => {
                let first = self.articles.len();
                let article = |item| DeclaredArticle { file, law, item };
                self.articles.extend(law.articles.iter().map(article));
                let names = law.articles.iter().map(|article| article.name.text.as_str());
                let articles = names.zip(first..).collect();
                (&law.name, Entity::Law(push(&mut self.laws, DeclaredLaw { articles })))
            }
            ItemKind::Policy(item) => {
                (&item.name, Entity::Policy(push(&mut self.policies, Declared { file, item })))
            }
            ItemKind::Office(item) => {
                (&item.name, Entity::Office(push(&mut self.offices, Declared { file, item })))
            }
            ItemKind::Terms(item) => {
                (&item.name, Entity::Terms(push(&mut self.terms, Declared { file, item })))
            }
            ItemKind::Pattern(item) => {
                (&item.name, Entity::Pattern(push(&mut self.regexes, Declared { file, item })))
            }
            ItemKind::Set(item) => {
                (&item.name, Entity::Set(push(&mut self.sets, Declared { file, item })))
            }
            ItemKind::Register(item) => {
                (&item.name, Entity::Register(push(&mut self.sets, Declared { file, item })))
            }
            ItemKind::Wording(item) => {
                (&item.name, Entity::Wording(push(&mut self.wordings, Declared { file, item })))
            }
            ItemKind::Define(item) => {
                (&item.name, Entity::Define(push(&mut self.defines, Declared { file, item })))
            }
            ItemKind::Counter(counter) => {
                let index = position(&self.counters, files, file, &counter.name)?;
                (&counter.name, Entity::Counter(index))
            }
            ItemKind::Mark(mark) => {
                (&mark.name, Entity::Mark(position(&self.marks, files, file, &mark.name)?))
            }
            ItemKind::Rule(rule) => (&rule.name, Entity::Rule(self.norm(files, file, rule)?)),
            ItemKind::Exception(tree::Exception { rule, .. }) => {
                (&rule.name, Entity::Exception(self.norm(files, file, rule)?))
            }
            ItemKind::Jurisdiction(_)
            | ItemKind::Use(_)
            | ItemKind::Test(_)
            | ItemKind::Record(_)
            | ItemKind::Action(_)
            | ItemKind::Bloc(_) => return None,
        })
    }

    fn norm(&self, files: &Files<'_>, file: usize, rule: &tree::Rule) -> Option<usize> {
        let id = norm_id(files, file, &rule.name);
        self.norms.binary_search_by(|norm| norm.id.cmp(&id)).ok()
    }

    /// Declares a name in a file. Reports a name that is already declared; the first declaration counts.
    fn declare(
        &mut self,
        files: &Files<'_>,
        file: usize,
        name: &'a tree::Name,
        entity: Entity,
        found: &mut Vec<Diagnostic>,
    ) {
        let Some(names) = self.by_file.get_mut(file) else { return };
        let id = files.get(file).id;
        if let Some((_, first)) = names.get(name.text.as_str()) {
            let diagnostic = declared_twice(name, Location { file: id, span: name.span })
                .related(Location { file: id, span: *first }, "first declared here")
                .help("rename one of them");
            found.push(diagnostic);
            self.doubled.insert(&name.text);
        } else {
            names.insert(&name.text, (entity, name.span));
        }
    }

    /// The item that a file declares under a name, and the span of that name.
    pub(super) fn in_file(&self, file: usize, name: &str) -> Option<(Entity, Span)> {
        self.by_file.get(file)?.get(name).copied()
    }

    /// The rule, exception, counter or mark that a path means in a file, whether or not the file may name it.
    pub(super) fn of_state_or_norm(&self, prefix: &str, path: &tree::Path) -> Option<Entity> {
        let id = match &*path.names {
            [name] => format!("{prefix}.{}", name.text),
            _ => path.dotted(),
        };
        let norm = || {
            let norm = self.norms.binary_search_by(|one| one.id.cmp(&id)).ok()?;
            let is_rule = self.norms.get(norm)?.defeats.is_none();
            Some(if is_rule { Entity::Rule(norm) } else { Entity::Exception(norm) })
        };
        let mark = self.marks.binary_search_by(|one| one.id.cmp(&id)).ok().map(Entity::Mark);
        let counter = || self.counters.binary_search_by(|one| one.id.cmp(&id)).ok();
        mark.or_else(|| counter().map(Entity::Counter)).or_else(norm)
    }

    /// All names that a file declares, with their items and spans.
    pub(super) fn of_file(&self, file: usize) -> impl Iterator<Item = (&'a str, Entity, Span)> {
        let names = self.by_file.get(file).into_iter().flatten();
        names.map(|(name, (entity, span))| (*name, *entity, *span))
    }
}

/// Adds a row and returns its index.
fn push<T>(table: &mut Vec<T>, row: T) -> usize {
    table.push(row);
    table.len() - 1
}

/// `kz.pyramid_advertising`
fn norm_id(files: &Files<'_>, file: usize, name: &tree::Name) -> String {
    format!("{}.{}", files.get(file).prefix, name.text)
}

/// All rules and exceptions, sorted by id, so that no result depends on the order of files.
pub(super) fn norms<'a>(files: &Files<'a>) -> Vec<DeclaredNorm<'a>> {
    let mut norms = vec![];
    for (file, item) in files.items() {
        let Some(rule) = item.kind.rule() else { continue };
        let defeats = if let ItemKind::Exception(exception) = &item.kind {
            Some(&*exception.to)
        } else {
            None
        };
        let id = norm_id(files, file, &rule.name);
        norms.push(DeclaredNorm { id, file, item, rule, defeats });
    }
    norms.sort_by(|a, b| a.id.cmp(&b.id));
    norms.dedup_by(|later, first| later.id == first.id);
    norms
}

impl Checker<'_> {
    /// Resolves a path in the file that is being checked. Also returns the names that follow the resolved name, such as
    /// the article of a law. Reports an unknown name, unless an item that could not be parsed declares it.
    pub(super) fn resolve<'p>(
        &mut self,
        path: &'p tree::Path,
        wanted: &str,
    ) -> Option<(Entity, &'p [tree::Name])> {
        let (first, rest) = path.names.split_first()?;
        if let Some(entity) = self.declared_in(self.file, first) {
            return Some((entity, rest));
        }
        if let Some(entity) = self.find_in_libraries(first, path.span)? {
            return Some((entity, rest));
        }
        if let Some(found) = self.resolve_qualified(path)? {
            return Some(found);
        }
        if !self.may_be_declared_unread(&first.text) {
            self.unknown_name(first, wanted);
        }
        None
    }

    /// The item that a name means in a file. Records the name as a use of the item.
    fn declared_in(&mut self, file: usize, name: &tree::Name) -> Option<Entity> {
        let (entity, span) = self.names.in_file(file, &name.text)?;
        let declared = Location { file: self.files.get(file).id, span };
        self.record_use(name.span, declared, entity.kind());
        Some(entity)
    }

    /// Finds a name in the libraries that the file uses. The inner option is `None` if no library declares it. The
    /// outer one is `None` after a report that two libraries declare it.
    #[expect(clippy::option_option, reason = "unknown and reported are different")]
    fn find_in_libraries(&mut self, name: &tree::Name, span: Span) -> Option<Option<Entity>> {
        let uses = self.files.get(self.file).uses.iter().map(|(file, _)| *file);
        let mut hits: Vec<_> =
            uses.filter(|file| self.names.in_file(*file, &name.text).is_some()).collect();
        hits.dedup();
        let name_text = &name.text;
        if let [first, second, ..] = *hits {
            let (first, second) = (&self.files.get(first).prefix, &self.files.get(second).prefix);
            let message = format!("`{name_text}` is declared both in `{first}` and in `{second}`");
            let help = format!("write `{first}.{name_text}` or `{second}.{name_text}`");
            return self.refuse(Code::UnknownName, span, message, help);
        }
        Some(hits.first().and_then(|file| self.declared_in(*file, name)))
    }

    /// Resolves `kz.name`, `lib.crypto.name`, `world.name`. The inner option is `None` if no file has such a prefix.
    /// The outer one is `None` after a report.
    #[expect(clippy::option_option, reason = "unknown and reported are different")]
    fn resolve_qualified<'p>(
        &mut self,
        path: &'p tree::Path,
    ) -> Option<Option<(Entity, &'p [tree::Name])>> {
        for length in (1..path.names.len()).rev() {
            let Some((prefix, rest)) = path.names.split_at_checked(length) else { continue };
            let prefix = tree::dotted(prefix);
            let Some((file, _)) = self
                .files
                .iter()
                .find(|(_, file)| file.prefix == prefix && file.role != Role::Standard)
            else {
                continue;
            };
            let Some((name, rest)) = rest.split_first() else { continue };
            let Some((entity, _)) = self.names.in_file(file, &name.text) else {
                if self.files.get(file).is_broken(&name.text) {
                    return None;
                }
                let names = self.names.of_file(file).map(|(name, _, _)| name);
                let near = || {
                    let near = self.nearest_name(&name.text, names)?;
                    Some(format!("{prefix}.{near}"))
                };
                let help = self.in_a_library(&name.text).or_else(near).map_or_else(
                    || format!("declare it in `{}`", self.files.get(file).name),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("`{prefix}` declares no `{}`", name.text);
                return self.refuse(Code::UnknownName, name.span, message, help);
            };
            self.check_visible(file, entity, path.span)?;
            self.declared_in(file, name);
            return Some(Some((entity, rest)));
        }
        Some(None)
    }

    /// The full name of what a library declares under a name: `lib.pyramids.easy_profit`.
    fn in_a_library(&self, name: &str) -> Option<String> {
        let mut libraries = self.files.iter().filter(|(_, file)| file.role == Role::Library);
        let (_, library) = libraries.find(|(file, _)| self.names.in_file(*file, name).is_some())?;
        Some(format!("{}.{name}", library.prefix))
    }

    /// Checks that the current file may use a name of another file. A library must be imported with `use`. A file of a
    /// place may use laws, policies, offices, rules and exceptions of its own place and of places that contain it.
    fn check_visible(&mut self, file: usize, entity: Entity, span: Span) -> Option<()> {
        let (here, there) = (self.files.get(self.file), self.files.get(file));
        if file == self.file || here.uses.iter().any(|(used, _)| *used == file) {
            return Some(());
        }
        let name = self.sources.slice(self.at(span));
        if here.role == Role::Library && there.role != Role::Library {
            let there = &there.name;
            let message = format!(
                "`{name}` is declared in `{there}`, and a library is the same for all places"
            );
            let help = "write the condition in the file of the place, or give the library a definition with a parameter";
            return self.refuse(Code::OutOfPlace, span, message, help);
        }
        let (code, message, help) = match there.role {
            Role::Library => (
                Code::UnknownName,
                format!("`{name}` is declared in `{}`, and this file does not use it", there.name),
                format!("add `use \"{}\"`", there.name),
            ),
            Role::Standard | Role::Schema | Role::Place if !entity.is_citable() => (
                Code::UnknownName,
                format!("only `{}` can use `{name}`: it is {}", there.name, entity.description()),
                "move it to a file under `lib/`, and `use` that file".to_owned(),
            ),
            Role::Standard | Role::Schema | Role::Place => match (here.place, there.place) {
                (Some(inner), Some(outer)) if self.program.blocs.ever_within(inner, outer) => {
                    return Some(());
                }
                (Some(inner), Some(outer)) => (
                    Code::OutOfPlace,
                    format!("`{name}` belongs to {outer}, and {inner} is not inside {outer}"),
                    "name only laws and rules of the same place, or of a place that contains it"
                        .to_owned(),
                ),
                _ => return None,
            },
        };
        self.refuse(code, span, message, help)
    }

    /// Whether an item that could not be read may declare a name.
    pub(super) fn may_be_declared_unread(&self, name: &str) -> bool {
        let here = self.files.get(self.file);
        // A library that could not be named may declare the name.
        here.is_broken(name)
            || here.has_broken(ItemWord::Use)
            || here.lacks_uses
            || here.uses.iter().any(|(file, _)| self.files.get(*file).is_broken(name))
    }

    /// The name that a misspelt one most likely means. After many faults none is looked for, because it is compared with all
    /// names of a file.
    pub(super) fn nearest_name<'n>(
        &self,
        written: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Option<&'n str> {
        if self.found.len() > SUGGESTIONS { None } else { nearest(written, names) }
    }

    fn unknown_name(&mut self, name: &tree::Name, wanted: &str) {
        let here = self.files.get(self.file);
        let visible = std::iter::once(self.file).chain(here.uses.iter().map(|(file, _)| *file));
        let names = visible.flat_map(|file| self.names.of_file(file)).map(|(name, _, _)| name);
        let near = self.nearest_name(&name.text, names);
        let message = format!("nothing is called `{}` here", name.text);
        let help =
            format!("declare {wanted} with this name, or `use` the library that declares it");
        self.report_unknown(Code::UnknownName, name.span, message, near, help);
    }

    /// A policy or an article that the current file declares, as an example for a `basis`.
    pub(super) fn own_ground(&self) -> Option<String> {
        let article = |(name, entity, _): (&str, Entity, Span)| {
            let Entity::Law(law) = entity else { return None };
            let (article, _) = self.names.laws.get(law)?.articles.first()?;
            Some(format!("{name}.{article}"))
        };
        self.own_policy().or_else(|| self.names.of_file(self.file).find_map(article))
    }

    /// A policy that the current file declares.
    pub(super) fn own_policy(&self) -> Option<String> {
        let mut names = self.names.of_file(self.file);
        names.find(|(_, entity, _)| entity.policy().is_some()).map(|(name, _, _)| name.to_owned())
    }

    /// Resolves a path that must be a name of one kind.
    pub(super) fn resolve_as<T>(
        &mut self,
        path: &tree::Path,
        wanted: &str,
        pick: impl Fn(Entity) -> Option<T>,
    ) -> Option<T> {
        let help = |_| format!("write the name of {wanted} here");
        self.resolve_with_help(path, wanted, pick, help)
    }

    /// Like `resolve_as`, with a help for names of other kinds.
    pub(super) fn resolve_with_help<T>(
        &mut self,
        path: &tree::Path,
        wanted: &str,
        pick: impl Fn(Entity) -> Option<T>,
        help: impl Fn(Entity) -> String,
    ) -> Option<T> {
        let (entity, rest) = self.resolve(path, wanted)?;
        if let (Some(found), []) = (pick(entity), rest) {
            return Some(found);
        }
        let message = format!("`{}` is {}, not {wanted}", path.dotted(), entity.description());
        self.refuse_kind(path, message, help(entity))
    }

    /// Reports a name of an item of another kind, unless the name is declared twice: then the other item may be meant.
    pub(super) fn refuse_kind<T>(
        &mut self,
        path: &tree::Path,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<T> {
        if self.is_declared_once(path) {
            self.report(Code::WrongKind, path.span, message, help);
        }
        None
    }

    /// Whether no name in a path is declared twice.
    pub(super) fn is_declared_once(&self, path: &tree::Path) -> bool {
        !path.names.iter().any(|name| self.names.doubled.contains(&*name.text))
    }
}
