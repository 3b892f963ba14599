//! What each name means: who declares it, and who may see it.

use super::Checker;
use super::files::{Files, Role};
use crate::base::source::{Location, Span};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::syntax::tree::{self, ItemKind};
use foldhash::fast::RandomState;
use indexmap::IndexMap;

/// What a name stands for: a kind, and the index in the program's table of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entity {
    /// An index into [`Names::laws`].
    Law(usize),
    Policy(usize),
    Office(usize),
    /// A pattern of the program.
    Terms(usize),
    Set(usize),
    Define(usize),
    /// A rule or exception.
    Norm(usize),
}

impl Entity {
    fn kind(self) -> &'static str {
        match self {
            Self::Law(_) => "a law",
            Self::Policy(_) => "a policy",
            Self::Office(_) => "an office",
            Self::Terms(_) => "terms",
            Self::Set(_) => "a set",
            Self::Define(_) => "a definition",
            Self::Norm(_) => "a rule or exception",
        }
    }

    /// Whether files of places below may cite it. Everything else is private to its file.
    fn is_citable(self) -> bool {
        matches!(self, Self::Law(_) | Self::Policy(_) | Self::Office(_) | Self::Norm(_))
    }
}

/// All declared names. Indices are in the order of files and items; norms are sorted by id.
pub(super) struct Names {
    by_file: Vec<IndexMap<String, (Entity, Span), RandomState>>,
    /// The articles of each law: the index of each in the program.
    pub laws: Vec<IndexMap<String, usize>>,
}

impl Names {
    pub(super) fn of(files: &Files<'_>, found: &mut Vec<Diagnostic>) -> Self {
        let mut names =
            Self { by_file: files.iter().map(|_| IndexMap::default()).collect(), laws: vec![] };
        let norms = norm_ids(files);
        let (mut articles, mut policies, mut offices, mut terms, mut sets, mut defines) =
            (0, 0, 0, 0, 0, 0);
        let next = |counter: &mut usize| {
            *counter += 1;
            *counter - 1
        };
        for (file, item) in files.items() {
            let (name, entity) = match &item.kind {
                ItemKind::Law(law) => {
                    let articles = law
                        .articles
                        .iter()
                        .map(|article| (article.name.text.clone(), next(&mut articles)));
                    names.laws.push(articles.collect());
                    (&law.name, Entity::Law(names.laws.len() - 1))
                }
                ItemKind::Policy(policy) => (&policy.name, Entity::Policy(next(&mut policies))),
                ItemKind::Office(office) => (&office.name, Entity::Office(next(&mut offices))),
                ItemKind::Terms(item) => (&item.name, Entity::Terms(next(&mut terms))),
                ItemKind::Set(set) => (&set.name, Entity::Set(next(&mut sets))),
                ItemKind::Define(define) => (&define.name, Entity::Define(next(&mut defines))),
                ItemKind::Rule(tree::Rule { name, .. })
                | ItemKind::Exception(tree::Exception { rule: tree::Rule { name, .. }, .. }) => {
                    let id = norm_id(files, file, name);
                    (name, Entity::Norm(norms.binary_search(&id).unwrap_or(usize::MAX)))
                }
                _ => continue,
            };
            names.declare(files, file, name, entity, found);
        }
        names
    }

    fn declare(
        &mut self,
        files: &Files<'_>,
        file: usize,
        name: &tree::Name,
        entity: Entity,
        found: &mut Vec<Diagnostic>,
    ) {
        let Some(names) = self.by_file.get_mut(file) else { return };
        let id = files.get(file).id;
        if let Some((_, first)) = names.get(&name.text) {
            found.push(
                Diagnostic::new(
                    Code::DuplicateName,
                    Location { file: id, span: name.span },
                    format!("`{}` is declared twice", name.text),
                )
                .related(Location { file: id, span: *first }, "first declared here")
                .help("rename one of them"),
            );
        } else {
            names.insert(name.text.clone(), (entity, name.span));
        }
    }

    pub(super) fn in_file(&self, file: usize, name: &str) -> Option<Entity> {
        self.by_file.get(file)?.get(name).map(|(entity, _)| *entity)
    }

    /// All names of a file with where they stand.
    pub(super) fn of_file(&self, file: usize) -> impl Iterator<Item = (&str, Entity, Span)> {
        self.by_file
            .get(file)
            .into_iter()
            .flatten()
            .map(|(name, (entity, span))| (name.as_str(), *entity, *span))
    }
}

/// `kz.pyramid_advertising`
pub(super) fn norm_id(files: &Files<'_>, file: usize, name: &tree::Name) -> String {
    format!("{}.{}", files.get(file).prefix, name.text)
}

/// The ids of all rules and exceptions, sorted; the place in it is the index of the norm.
fn norm_ids(files: &Files<'_>) -> Vec<String> {
    let mut ids: Vec<_> = files
        .items()
        .filter_map(|(file, item)| match &item.kind {
            ItemKind::Rule(rule) => Some(norm_id(files, file, &rule.name)),
            ItemKind::Exception(exception) => Some(norm_id(files, file, &exception.rule.name)),
            _ => None,
        })
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

impl Checker<'_> {
    /// What a path means in the file that is checked. The rest of the path follows the name: for a law, its article.
    /// `None` after a report, or silently when the item that declares it is broken.
    pub(super) fn resolve<'p>(
        &mut self,
        path: &'p tree::Path,
        wanted: &str,
    ) -> Option<(Entity, &'p [tree::Name])> {
        let (first, rest) = path.names.split_first()?;
        if let Some(entity) = self.names.in_file(self.file, &first.text) {
            self.used.insert((self.file, first.text.clone()));
            return Some((entity, rest));
        }
        if let Some(entity) = self.in_used(&first.text, path.span)? {
            return Some((entity, rest));
        }
        if let Some(found) = self.qualified(path)? {
            return Some(found);
        }
        if !self.declared_broken(&first.text) {
            self.unknown_name(first, wanted);
        }
        None
    }

    /// A name of a library that the file uses. `None` after a report that two declare it.
    fn in_used(&mut self, name: &str, span: Span) -> Option<Option<Entity>> {
        let uses = &self.files.get(self.file).uses;
        let mut hits: Vec<_> = uses
            .iter()
            .filter_map(|(file, _)| Some((*file, self.names.in_file(*file, name)?)))
            .collect();
        hits.dedup();
        if let [(a, _), (b, _), ..] = *hits {
            let (a, b) = (&self.files.get(a).prefix, &self.files.get(b).prefix);
            let message = format!("`{name}` is declared in `{a}` and in `{b}`");
            let help = format!("write `{a}.{name}` or `{b}.{name}`");
            self.report(Code::UnknownName, span, message, help);
            return None;
        }
        let hit = hits.first().copied();
        if let Some((file, _)) = hit {
            self.used.insert((file, name.to_owned()));
        }
        Some(hit.map(|(_, entity)| entity))
    }

    /// `kz.name`, `lib.crypto.name`, `world.name`. The inner `None` when no file has such a prefix; the outer after a
    /// report.
    #[expect(clippy::option_option, reason = "unknown and reported are different")]
    fn qualified<'p>(
        &mut self,
        path: &'p tree::Path,
    ) -> Option<Option<(Entity, &'p [tree::Name])>> {
        for length in (1..path.names.len()).rev() {
            let Some((prefix, rest)) = path.names.split_at_checked(length) else { continue };
            let prefix = prefix.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
            let Some((file, _)) = self
                .files
                .iter()
                .find(|(_, file)| file.prefix == prefix && file.role != Role::Standard)
            else {
                continue;
            };
            let Some((name, rest)) = rest.split_first() else { continue };
            let Some(entity) = self.names.in_file(file, &name.text) else {
                if self.files.get(file).is_broken(&name.text) {
                    return None;
                }
                let names: Vec<_> =
                    self.names.of_file(file).map(|(name, _, _)| name.to_owned()).collect();
                let help = nearest(&name.text, names.iter().map(String::as_str)).map_or_else(
                    || format!("declare it in `{}`", self.files.get(file).name),
                    |near| format!("did you mean `{prefix}.{near}`?"),
                );
                self.report(
                    Code::UnknownName,
                    name.span,
                    format!("`{prefix}` declares no `{}`", name.text),
                    help,
                );
                return None;
            };
            self.may_see(file, entity, path.span)?;
            self.used.insert((file, name.text.clone()));
            return Some(Some((entity, rest)));
        }
        Some(None)
    }

    /// Names are private to their file: libraries are seen where they are used, laws and rules of a place from below.
    fn may_see(&mut self, file: usize, entity: Entity, span: Span) -> Option<()> {
        let (here, there) = (self.files.get(self.file), self.files.get(file));
        if file == self.file || here.uses.iter().any(|(used, _)| *used == file) {
            return Some(());
        }
        let (code, message, help) = match there.role {
            Role::Library => (
                Code::UnknownName,
                format!("`{}` is not used here", there.name),
                format!("add `use \"{}\"`", there.name),
            ),
            _ if !entity.is_citable() => (
                Code::UnknownName,
                format!("{} of `{}` is private to it", entity.kind(), there.name),
                "move what both need into a file under `lib/`".to_owned(),
            ),
            _ => match (here.place, there.place) {
                (Some(inner), Some(outer)) if self.program.blocs.ever_within(inner, outer) => {
                    return Some(());
                }
                (Some(inner), Some(outer)) => (
                    Code::OutOfPlace,
                    format!("{inner} does not lie in {outer}"),
                    "a file cites and defeats rules of its own place and of those above it"
                        .to_owned(),
                ),
                _ => return None,
            },
        };
        self.report(code, span, message, help);
        None
    }

    fn declared_broken(&self, name: &str) -> bool {
        let here = self.files.get(self.file);
        here.is_broken(name)
            || here.uses.iter().any(|(file, _)| self.files.get(*file).is_broken(name))
    }

    fn unknown_name(&mut self, name: &tree::Name, wanted: &str) {
        let here = self.files.get(self.file);
        let visible = std::iter::once(self.file).chain(here.uses.iter().map(|(file, _)| *file));
        let names: Vec<_> = visible
            .flat_map(|file| self.names.of_file(file))
            .map(|(name, _, _)| name.to_owned())
            .collect();
        let at = self.at(name.span);
        let diagnostic = Diagnostic::new(
            Code::UnknownName,
            at,
            format!("nothing here is called `{}`", name.text),
        );
        self.found.push(match nearest(&name.text, names.iter().map(String::as_str)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(at, near, false),
            None => diagnostic.help(format!(
                "declare {wanted} of that name in this file, or `use` the library that does"
            )),
        });
    }

    /// Resolves a path that is one name of one kind.
    pub(super) fn resolve_as<T>(
        &mut self,
        path: &tree::Path,
        wanted: &str,
        pick: impl Fn(Entity) -> Option<T>,
    ) -> Option<T> {
        let (entity, rest) = self.resolve(path, wanted)?;
        match (pick(entity), rest) {
            (Some(found), []) => Some(found),
            _ => {
                let name =
                    path.names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
                let message = format!("`{name}` is {}, not {wanted}", entity.kind());
                self.report(Code::WrongKind, path.span, message, format!("name {wanted} instead"));
                None
            }
        }
    }
}
