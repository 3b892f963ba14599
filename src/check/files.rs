//! Finds out which role each file has: standard library, schema, library, or rules of a place. Reports items that a file
//! of this role must not contain.

use super::standard::LIBRARY;
use crate::base::source::{FileId, Location, Span};
use crate::base::time::{Day, Zone};
use crate::diagnostic::{Code, Diagnostic, nearest, one_of};
use crate::syntax::tree::{self, ItemKind};
use crate::syntax::words::ItemWord;
use crate::world::place::{Blocs, Place, suggest};
use std::collections::{BTreeSet, HashMap};

/// The file that extends the schema.
pub(crate) const SCHEMA: &str = "schema.loci";
const LIBRARIES: &str = "lib/";

/// The most zones of a country that a message lists.
const MAX_ZONES: usize = 8;

/// The file whose names an expression may use.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope<'s> {
    /// The file of a place.
    Place(Place),
    /// The file with this prefix: `lib.crypto`.
    File(&'s str),
}

/// All files of a rule set.
pub(super) struct Files<'a> {
    all: Vec<File<'a>>,
    /// Stands in for a file that the rule set does not have.
    no_file: File<'a>,
}

/// One file.
pub(super) struct File<'a> {
    pub id: FileId,
    pub name: &'a str,
    pub tree: &'a tree::File,
    pub role: Role,
    /// With this prefix, other files refer to its names: `kz`, `lib.crypto`.
    pub prefix: String,
    /// The place of its `jurisdiction`.
    pub place: Option<Place>,
    /// The zone of its dates; a library has none.
    pub zone: Option<Zone>,
    /// Public holidays of the place.
    pub holidays: BTreeSet<Day>,
    /// The files that it uses.
    pub uses: Vec<(usize, Span)>,
    /// Whether a file that it uses could not be found.
    pub lacks_uses: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Standard,
    Schema,
    Library,
    Place,
}

impl<'a> Files<'a> {
    pub(super) fn of(files: &'a [super::Tree], blocs: &Blocs, found: &mut Vec<Diagnostic>) -> Self {
        let mut all: Vec<_> = files
            .iter()
            .enumerate()
            .map(|(index, (id, name, tree))| File::new(index, *id, name, tree))
            .collect();
        for file in &mut all {
            file.report_misplaced(found);
            if file.role == Role::Place {
                file.read_jurisdiction(blocs, found);
            }
        }
        refuse_equal_prefixes(&all, found);
        let names: Vec<_> = all.iter().map(|file| file.name).collect();
        for file in &mut all {
            file.resolve_uses(&names, found);
        }
        let no_file = File::new(usize::MAX, FileId::default(), "", &EMPTY);
        let files = Self { all, no_file };
        files.report_circles(found);
        files
    }

    pub(super) fn get(&self, index: usize) -> &File<'a> {
        self.all.get(index).unwrap_or(&self.no_file)
    }

    /// Prepares the check of an expression as if it were in some file. Returns the index of that file. Its diagnostics
    /// now point into `text`, which contains the expression.
    pub(super) fn stand_in(&mut self, scope: Scope<'_>, text: FileId) -> usize {
        let index = self.all.iter().position(|file| match scope {
            Scope::Place(place) => file.place == Some(place),
            Scope::File(prefix) => file.prefix == prefix,
        });
        let index = index.unwrap_or(usize::MAX);
        self.all.get_mut(index).unwrap_or(&mut self.no_file).id = text;
        index
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &File<'a>)> {
        self.all.iter().enumerate()
    }

    /// Whether `schema.loci` declares or extends a record in a way that could not be parsed.
    pub(super) fn has_broken_record(&self, name: &str) -> bool {
        let mut schemas = self.all.iter().filter(|file| file.role == Role::Schema);
        schemas.any(|file| file.is_broken(name))
    }

    /// All items, with the index of their file.
    pub(super) fn items(&self) -> impl Iterator<Item = (usize, &'a tree::Item)> {
        self.iter().flat_map(|(index, file)| file.items().map(move |item| (index, item)))
    }

    /// Reports libraries that use each other in a circle. The search is depth-first: a file that uses a file still being
    /// visited closes a circle.
    fn report_circles(&self, found: &mut Vec<Diagnostic>) {
        let mut visits = vec![Visit::NotStarted; self.all.len()];
        for index in 0..self.all.len() {
            self.visit(index, &mut visits, found);
        }
    }

    fn visit(&self, index: usize, visits: &mut [Visit], found: &mut Vec<Diagnostic>) {
        let Some(state @ Visit::NotStarted) = visits.get_mut(index) else { return };
        *state = Visit::InProgress;
        let file = self.get(index);
        for (used, span) in &file.uses {
            if visits.get(*used) == Some(&Visit::InProgress) {
                let other = self.get(*used);
                let message = if *used == index {
                    format!("`{}` uses itself", file.name)
                } else if other.uses.iter().any(|(next, _)| *next == index) {
                    format!("`{}` and `{}` use each other", file.name, other.name)
                } else {
                    format!(
                        "`{}` and `{}` use each other through other files",
                        file.name, other.name
                    )
                };
                let help = if *used == index {
                    "delete the `use`"
                } else {
                    "move what both files need into a third file"
                };
                found.push(file.fault(Code::BadUse, *span, message, help));
            }
            self.visit(*used, visits, found);
        }
        if let Some(state) = visits.get_mut(index) {
            *state = Visit::Done;
        }
    }
}

/// How far the search for circles has come with a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    NotStarted,
    InProgress,
    Done,
}

static EMPTY: tree::File = tree::File { items: vec![], comments: vec![], broken: vec![] };

impl<'a> File<'a> {
    fn new(index: usize, id: FileId, name: &'a str, tree: &'a tree::File) -> Self {
        let role = if index < LIBRARY.len() {
            Role::Standard
        } else if name == SCHEMA {
            Role::Schema
        } else if name.starts_with(LIBRARIES) {
            Role::Library
        } else {
            Role::Place
        };
        let prefix = prefix(name);
        Self {
            id,
            name,
            tree,
            role,
            prefix,
            place: None,
            zone: None,
            holidays: BTreeSet::new(),
            uses: vec![],
            lacks_uses: false,
        }
    }

    pub(super) fn items(&self) -> impl Iterator<Item = &'a tree::Item> + use<'a> {
        self.tree.items.iter()
    }

    /// Whether an item with this name could not be parsed.
    pub(super) fn is_broken(&self, name: &str) -> bool {
        self.tree.broken.iter().any(|broken| broken.name == name)
    }

    /// Whether an item of this kind could not be read.
    pub(super) fn has_broken(&self, word: ItemWord) -> bool {
        self.tree.broken.iter().any(|broken| broken.word == Some(word))
    }

    fn at(&self, span: Span) -> Location {
        Location { file: self.id, span }
    }

    fn fault(
        &self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, self.at(span), message).help(help)
    }

    /// Reports items that this kind of file must not contain.
    fn report_misplaced(&self, found: &mut Vec<Diagnostic>) {
        for item in self.items() {
            let (allowed, help) = match (&item.kind, self.role) {
                (ItemKind::Record(_), role) => {
                    (matches!(role, Role::Schema | Role::Standard), "move it to `schema.loci`")
                }
                (ItemKind::Action(_) | ItemKind::Bloc(_), role) => {
                    (role == Role::Standard, "delete it: only the standard library may have one")
                }
                (_, Role::Standard | Role::Schema) => {
                    (false, "move it to the file of a place, or to a file under `lib/`")
                }
                (
                    ItemKind::Use(_)
                    | ItemKind::Law(_)
                    | ItemKind::Policy(_)
                    | ItemKind::Terms(_)
                    | ItemKind::Pattern(_)
                    | ItemKind::Set(_)
                    | ItemKind::Register(_)
                    | ItemKind::Wording(_)
                    | ItemKind::Define(_),
                    Role::Library | Role::Place,
                ) => (true, ""),
                (
                    ItemKind::Jurisdiction(_)
                    | ItemKind::Office(_)
                    | ItemKind::Counter(_)
                    | ItemKind::Mark(_)
                    | ItemKind::Rule(_)
                    | ItemKind::Exception(_)
                    | ItemKind::Test(_),
                    role,
                ) => (role == Role::Place, "move it to the file of a place, such as `kz.loci`"),
            };
            if !allowed {
                let why = match self.role {
                    Role::Library => {
                        "; files under `lib/` can have only items that other files use, such as `terms`"
                    }
                    Role::Schema => ", which has only record types",
                    Role::Standard | Role::Place => "",
                };
                let message =
                    format!("`{}` is not allowed in `{}`{why}", item.kind.keyword(), self.name);
                found.push(self.fault(Code::MisplacedItem, item.head(), message, help));
            }
        }
    }

    /// Reads the place, the zone and the holidays from the `jurisdiction`, and reports its faults.
    fn read_jurisdiction(&mut self, blocs: &Blocs, found: &mut Vec<Diagnostic>) {
        let mut declared = self.items().filter_map(|item| {
            let ItemKind::Jurisdiction(jurisdiction) = &item.kind else { return None };
            Some((item, jurisdiction))
        });
        if self.name.contains('/') {
            let message =
                format!("`{}` is neither directly in the rules folder nor under `lib/`", self.name);
            let help = "move the file of a place directly into the rules folder, and shared items under `lib/`";
            found.push(self.fault(Code::BadJurisdiction, Span::default(), message, help));
        }
        let Some((_, jurisdiction)) = declared.next() else {
            if !self.has_broken(ItemWord::Jurisdiction) {
                let message = format!("`{}` has no `jurisdiction`", self.name);
                let help = format!(
                    "start it with `jurisdiction {} {{ zone \"…\" }}`",
                    self.suggested_code()
                );
                found.push(self.fault(Code::BadJurisdiction, Span::default(), message, help));
            }
            return;
        };
        for (item, _) in declared {
            let message = "the file has two jurisdictions";
            let help = "move the rules of each place into a file of its own";
            found.push(self.fault(Code::BadJurisdiction, item.head(), message, help));
        }
        self.check_jurisdiction(jurisdiction, blocs, found);
    }

    /// The code of a place that the name of the file suggests.
    fn suggested_code(&self) -> String {
        self.prefix.replace('_', "-").to_uppercase()
    }

    fn check_jurisdiction(
        &mut self,
        jurisdiction: &tree::Jurisdiction,
        blocs: &Blocs,
        found: &mut Vec<Diagnostic>,
    ) {
        let code = &jurisdiction.code;
        let expected_name = format!("{}.loci", code.text.to_lowercase());
        self.holidays = jurisdiction.holidays.iter().map(|day| day.value).collect();
        self.place = blocs.place(&code.text);
        if self.place.is_none() {
            found.push(unknown_place(self.at(code.span), &code.text, blocs));
        } else if self.name.rsplit('/').next() != Some(&expected_name) {
            let message = format!("`{}` is not the name of the file for {}", self.name, code.text);
            let rename = format!("rename the file to `{expected_name}`");
            let help = match blocs
                .place(&self.suggested_code())
                .filter(|place| Some(*place) != self.place)
            {
                Some(place) => format!("{rename}, or write `jurisdiction {place}`"),
                None => rename,
            };
            found.push(self.fault(Code::BadJurisdiction, code.span, message, help));
        }
        match &jurisdiction.zone {
            Some(zone) => match Zone::named(&zone.value) {
                Ok(zone) => self.zone = Some(zone),
                Err(error) => {
                    let fault =
                        Diagnostic::new(Code::UnknownPlace, self.at(zone.span), error.to_string());
                    found.push(suggest_zone(fault, &zone.value, self.place));
                }
            },
            None if self.place == Some(Place::WORLD) => self.zone = Some(Zone::utc()),
            None => {
                let message = "the jurisdiction has no time zone";
                let help = "add `zone \"…\"`: the time zone says when a day begins";
                found.push(self.fault(Code::MissingClause, code.span, message, help));
            }
        }
    }

    /// Finds the file of each `use`.
    fn resolve_uses(&mut self, names: &[&str], found: &mut Vec<Diagnostic>) {
        let mut uses = vec![];
        let faults = found.len();
        for item in self.items() {
            let ItemKind::Use(path) = &item.kind else { continue };
            if let Some(reason) = why_outside(&path.value) {
                let help = "copy the file to `lib/` in the rules folder, and write its path from there, such as `lib/crypto.loci`";
                found.push(self.fault(Code::PathOutsideRoot, path.span, reason, help));
            } else if !path.value.starts_with(LIBRARIES) {
                let message = format!(
                    "`use` reads only files under `lib/`, and `{}` is not there",
                    path.value
                );
                let help =
                    "move what both files need into a file under `lib/`, such as `lib/fraud.loci`";
                found.push(self.fault(Code::BadUse, path.span, message, help));
            } else if let Some(index) = names.iter().position(|name| *name == path.value) {
                uses.push((index, path.span));
            } else {
                let libraries = names.iter().copied().filter(|name| name.starts_with(LIBRARIES));
                let near =
                    nearest(&path.value, libraries).map(|near| (near, format!("\"{near}\"")));
                let message = format!("there is no file `{}`", path.value);
                found.push(
                    Diagnostic::new(Code::FileNotFound, self.at(path.span), message).suggest(
                        near,
                        "create the file, or correct its path; paths start at the rules folder",
                    ),
                );
            }
        }
        self.uses = uses;
        self.lacks_uses = found.len() > faults;
    }
}

/// Reports two files with the same prefix: each would hide the names of the other.
fn refuse_equal_prefixes(files: &[File<'_>], found: &mut Vec<Diagnostic>) {
    let mut known = HashMap::new();
    for file in files {
        if let Some(first) = known.insert(&file.prefix, file.name) {
            let message = format!(
                "`{first}` and `{}` would both be called `{}` in other files",
                file.name, file.prefix
            );
            let help = "rename one of the files";
            found.push(file.fault(Code::DuplicateName, Span::default(), message, help));
        }
    }
}

/// The prefix of the names of a file in other files: `lib.crypto` for `lib/crypto.loci`.
pub(crate) fn prefix(name: &str) -> String {
    name.strip_suffix(".loci").unwrap_or(name).replace('/', ".").replace('-', "_")
}

/// The reason why a path does not lead to a file below the rule root; `None` if it does.
pub(crate) fn why_outside(path: &str) -> Option<String> {
    let absolute = path.starts_with('/') || path.contains(['\\', ':', '\0']);
    let climbs = path.split('/').any(|part| part == ".." || part == "." || part.is_empty());
    (absolute || climbs).then(|| format!("`{path}` is not a path inside the rules folder"))
}

/// The message for a path that leads to a folder, or through a link out of the rules folder.
pub(super) fn not_ordinary(path: &str) -> String {
    format!("`{path}` is not an ordinary file inside the rules folder")
}

/// The diagnostic for an unknown place, with the code that was probably meant. Many codes differ in one letter from two
/// wrong letters, so those give no suggestion, except for known mistakes such as `UK`.
pub(super) fn unknown_place(at: Location, code: &str, blocs: &Blocs) -> Diagnostic {
    let countries: Vec<_> = Place::countries().collect();
    let places = blocs.blocs.iter().map(|bloc| &bloc.place).chain(&countries).map(Place::code);
    let near = suggest(code).or_else(|| nearest(code, places).filter(|_| code.len() > 2));
    let near = near.map(|near| (near, near.to_owned()));
    let message = format!("there is no place `{code}`");
    Diagnostic::new(Code::UnknownPlace, at, message).suggest(
        near,
        "write an ISO 3166 code such as `KZ` or `FR-IDF`, a bloc such as `EU`, or `WORLD`",
    )
}

/// The diagnostic for a text in quotes that is neither a country nor a subdivision.
pub(super) fn unknown_place_in_quotes(at: Location, code: &str) -> Diagnostic {
    let mut found = unknown_place(at, code, &Blocs::default());
    if let Some(fix) = &mut found.fix {
        fix.text = format!("\"{}\"", fix.text);
    }
    found
}

/// Suggests a zone of the place that has a city with nearly this name. Without one, lists the zones of the country, or
/// names the first if they are many. A zone of another country is not suggested: letters alone would make
/// `America/Atka` of `America/Ottawa`.
fn suggest_zone(fault: Diagnostic, written: &str, place: Option<Place>) -> Diagnostic {
    let zones = place.map(Place::zones).unwrap_or_default();
    let all = Zone::names();
    let candidates =
        if zones.is_empty() { all.iter().map(String::as_str).collect() } else { zones.clone() };
    let city = |zone: &str| {
        let city = zone.rsplit('/').next().unwrap_or_default();
        city.to_lowercase().replace(' ', "_")
    };
    let cities: Vec<_> = candidates.iter().map(|zone| city(zone)).collect();
    let meant = nearest(&city(written), cities.iter().map(String::as_str));
    let near = candidates.iter().find(|zone| meant == Some(&city(zone)));
    let near = near.map(|near| (*near, format!("\"{near}\"")));
    let help = match &*zones {
        [] => "write a name of the IANA time zone database, such as `Asia/Almaty`".to_owned(),
        [capital, ..] if zones.len() > MAX_ZONES => {
            format!("write a zone of the country, such as `{capital}`")
        }
        _ => one_of(&zones),
    };
    fault.suggest(near, help)
}

#[cfg(test)]
mod tests {
    use super::suggest_zone;
    use crate::base::source::Location;
    use crate::diagnostic::{Code, Diagnostic};
    use crate::world::place::Place;

    #[test]
    fn a_zone_is_suggested_by_city_and_country() {
        let suggested = |written: &str, place: &str| {
            let fault = Diagnostic::new(Code::UnknownPlace, Location::default(), "");
            let fault = suggest_zone(fault, written, Place::parse(place));
            (fault.fix.map(|fix| fix.text), fault.help.unwrap_or_default())
        };
        let fix = |written, place| suggested(written, place).0;
        let (none, help) = suggested("America/Ottawa", "CA");
        assert_eq!(none, None);
        assert!(help.contains("`America/Toronto`") && !help.contains("Atka"), "{help}");
        let (_, help) = suggested("America/Washington", "US");
        assert_eq!(help, "write a zone of the country, such as `America/New_York`");
        assert_eq!(fix("America/Vancover", "CA").as_deref(), Some("\"America/Vancouver\""));
        assert_eq!(fix("Asia/Paris", "FR").as_deref(), Some("\"Europe/Paris\""));
        assert_eq!(fix("Asia/Astana", "UZ"), None);
        assert_eq!(fix("Asia/Tokio", "JP").as_deref(), Some("\"Asia/Tokyo\""));
        assert_eq!(fix("Europe/Pariss", "WORLD").as_deref(), Some("\"Europe/Paris\""));
        assert_eq!(fix("Mars/Base", "WORLD"), None);
    }
}
