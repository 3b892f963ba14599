//! Lowers the standard library and `schema.loci` to the schema of records, the actions and the blocs.

mod records;

use super::files::unknown_place;
use crate::base::source::{FileId, Location};
use crate::base::time::Zone;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Action, ActionKind, MarkChange, Takes};
use crate::syntax::tree::{self, ActionClause, ItemKind, Name};
use crate::world::place::{Bloc, Blocs, Member, Place, PlaceKind};
use crate::world::schema::Schema;
use crate::world::standard;
use crate::world::value::RecordId;
use foldhash::HashMap;
use indexmap::IndexMap;
use records::Records;
use std::collections::BTreeSet;

/// The files of the standard library, in the order in which [`lower`] takes them.
pub(crate) const LIBRARY: [(&str, &str); 3] = [
    ("std/record.loci", include_str!("../world/std/record.loci")),
    ("std/action.loci", include_str!("../world/std/action.loci")),
    ("std/bloc.loci", include_str!("../world/std/bloc.loci")),
];

/// What the standard library and `schema.loci` declare.
#[derive(Default)]
pub(crate) struct Standard {
    pub schema: Schema,
    pub actions: IndexMap<String, Action>,
    pub blocs: Blocs,
}

/// Where the standard library and `schema.loci` declare each field and action.
#[derive(Default)]
pub(crate) struct Declarations {
    /// The location of each field, by its record and its index there.
    pub fields: HashMap<(RecordId, usize), Location>,
    /// The location of each action, in the order of [`Standard::actions`].
    pub actions: Vec<Location>,
    /// The fields that have a fault, by record and name. Their uses are not reported.
    refused: BTreeSet<(String, String)>,
}

impl Declarations {
    /// Whether a field is declared with a fault.
    pub(super) fn is_refused(&self, record: &str, field: &str) -> bool {
        self.refused.iter().any(|(of, name)| of == record && name == field)
    }
}

/// Lowers the files of [`LIBRARY`] and then `schema.loci`, if there is one. `schema.loci` adds record types, and fields
/// that existing records may lack.
pub(crate) fn lower(
    files: &[(FileId, &tree::File)],
    diagnostics: &mut Vec<Diagnostic>,
) -> (Standard, Declarations) {
    let (mut records, mut blocs) = (Records::default(), Blocs::default());
    let (mut actions, mut action_locations) = (IndexMap::new(), vec![]);
    for (number, (file, tree)) in files.iter().enumerate() {
        let is_extension = number >= LIBRARY.len();
        for item in &tree.items {
            match &item.kind {
                ItemKind::Record(record) => {
                    records.add(record, &item.doc, *file, is_extension, diagnostics);
                }
                ItemKind::Action(action) if !is_extension => {
                    let lowered = lower_action(action, &item.doc, *file, diagnostics);
                    let declared = Location { file: *file, span: action.name.span };
                    match actions.insert(action.name.text.clone(), lowered) {
                        Some(_) => diagnostics.push(declared_twice(&action.name, declared)),
                        None => action_locations.push(declared),
                    }
                }
                ItemKind::Bloc(bloc) if !is_extension => {
                    lower_bloc(bloc, *file, &mut blocs, diagnostics);
                }
                // `Files` reports these items, because they are in the wrong file.
                ItemKind::Action(_)
                | ItemKind::Bloc(_)
                | ItemKind::Jurisdiction(_)
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
                | ItemKind::Exception(_)
                | ItemKind::Test(_) => {}
            }
        }
    }
    let (schema, declarations) = records.finish(diagnostics);
    // They differ only if a developer changed the library and forgot the table of its fields, or the reverse.
    let differences = standard::differences(&schema).into_iter();
    diagnostics.extend(differences.map(|message| Diagnostic::general(Code::Internal, message)));
    (
        Standard { schema, actions, blocs },
        Declarations { actions: action_locations, ..declarations },
    )
}

fn lower_action(
    action: &tree::Action,
    doc: &str,
    file: FileId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Action {
    let mut kind = None;
    let (mut to, mut within, mut keep, mut global, mut dsa) =
        (Takes::Nothing, false, false, false, None);
    for clause in &action.clauses {
        match clause {
            ActionClause::Content(level) => kind = Some(ActionKind::Content(level.value)),
            ActionClause::Account(level) => kind = Some(ActionKind::Account(level.value)),
            ActionClause::Mark(change) => {
                let is_set = change.text == "set";
                let change = if is_set { MarkChange::Set } else { MarkChange::Clear };
                (kind, to) = (Some(ActionKind::Mark(change)), Takes::Mark);
            }
            ActionClause::Obligation => kind = Some(ActionKind::Obligation),
            ActionClause::Takes { argument, values } => match argument.text.as_str() {
                "to" => to = takes(values),
                "account" => to = Takes::Account(words(values)),
                "within" => within = true,
                "for" => keep = true,
                _ => diagnostics.push(
                    unknown_word(argument, file)
                        .help("an action takes `to`, `account`, `within` or `for`"),
                ),
            },
            ActionClause::Global => global = true,
            ActionClause::Dsa(code) => dsa = Some(code.value.clone()),
        }
    }
    if kind.is_none() {
        let message = format!("`{}` is neither an outcome nor an obligation", action.name.text);
        let at = Location { file, span: action.name.span };
        let help = "say `content LEVEL`, `account LEVEL`, `obligation`, `mark set` or `mark clear`";
        diagnostics.push(Diagnostic::new(Code::MissingClause, at, message).help(help));
    }
    let kind = kind.unwrap_or(ActionKind::Obligation);
    Action {
        name: action.name.text.clone(),
        doc: doc.to_owned(),
        kind,
        // A global outcome for an account can act in one place alone, so all files may ask for it. One for content cannot.
        world_only: global && matches!(kind, ActionKind::Content(_)),
        global,
        to,
        within,
        keep,
        dsa,
    }
}

fn takes(values: &[Name]) -> Takes {
    match values {
        [] => Takes::Nothing,
        [one] if one.text == "office" => Takes::Office,
        [one] if one.text == "text" => Takes::Text,
        many => Takes::OneOf(words(many)),
    }
}

fn words(names: &[Name]) -> Vec<String> {
    names.iter().map(|word| word.text.clone()).collect()
}

fn lower_bloc(
    bloc: &tree::Bloc,
    file: FileId,
    blocs: &mut Blocs,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let at = |span| Location { file, span };
    let Some(place) = Place::bloc(&bloc.code.text) else {
        let message = format!("`{}` cannot be the code of a bloc", bloc.code.text);
        let help = "the code of a bloc has at most eight letters and is not the code of a country";
        diagnostics
            .push(Diagnostic::new(Code::UnknownPlace, at(bloc.code.span), message).help(help));
        return;
    };
    if blocs.blocs.iter().any(|other| other.place == place) {
        diagnostics.push(declared_twice(&bloc.code, at(bloc.code.span)));
        return;
    }
    let zone = match &bloc.zone {
        Some(zone) => Zone::named(&zone.value)
            .map_err(|error| Diagnostic::new(Code::UnknownPlace, at(zone.span), error.to_string())),
        None => {
            Err(Diagnostic::new(Code::MissingClause, at(bloc.code.span), "the bloc has no `zone`"))
        }
    };
    let members = bloc.members.iter().filter_map(|member| {
        lower_member(member, file).map_err(|diagnostic| diagnostics.push(diagnostic)).ok()
    });
    let members = members.collect();
    let zone =
        zone.map_err(|diagnostic| diagnostics.push(diagnostic)).unwrap_or_else(|()| Zone::utc());
    blocs.blocs.push(Bloc { place, title: bloc.title.value.clone(), zone, members });
}

fn lower_member(member: &tree::Member, file: FileId) -> Result<Member, Diagnostic> {
    let at = |span| Location { file, span };
    let code = &member.code;
    let country = Place::parse(&code.text).filter(|place| place.kind() == PlaceKind::Country);
    let country =
        country.ok_or_else(|| unknown_place(at(code.span), &code.text, &Blocs::default()))?;
    let until = member.until.as_ref().filter(|until| until.value <= member.from.value);
    if let Some(until) = until {
        let message = format!("{code} ends before it begins", code = code.text);
        return Err(Diagnostic::new(Code::EmptyInterval, at(until.span), message));
    }
    Ok(Member {
        country,
        from: member.from.value,
        until: member.until.as_ref().map(|until| until.value),
    })
}

fn unknown_word(word: &Name, file: FileId) -> Diagnostic {
    let at = Location { file, span: word.span };
    Diagnostic::new(Code::UnknownWord, at, format!("`{}` is not allowed here", word.text))
}

pub(super) fn declared_twice(name: &Name, at: Location) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, at, format!("`{}` is declared twice", name.text))
}

#[cfg(test)]
mod tests {
    use super::{LIBRARY, Standard, lower, standard};
    use crate::base::source::Sources;
    use crate::base::time::Instant;
    use crate::diagnostic::{Code, Diagnostic};
    use crate::program::{Action, ActionKind, Takes};
    use crate::syntax;
    use crate::world::place::{Blocs, Place};
    use crate::world::schema::{Presence, Schema};
    use crate::world::value::{Inside, Places, Value};
    use indexmap::IndexMap;

    /// Lowers the standard library and a `schema.loci`.
    fn lowered(schema: &str) -> (Schema, IndexMap<String, Action>, Blocs, Vec<Diagnostic>) {
        let mut sources = Sources::default();
        let mut diagnostics = vec![];
        let texts = LIBRARY.into_iter().chain([("schema.loci", schema)]);
        let files: Vec<_> = texts
            .map(|(name, text)| {
                let id = sources.add(name, text);
                let (tree, found) = syntax::read(id, text);
                diagnostics.extend(found);
                (id, tree)
            })
            .collect();
        let files: Vec<_> = files.iter().map(|(id, tree)| (*id, tree)).collect();
        let (Standard { schema, actions, blocs }, _) = lower(&files, &mut diagnostics);
        (schema, actions, blocs, diagnostics)
    }

    fn codes(schema: &str) -> Vec<&'static str> {
        lowered(schema).3.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
    }

    #[test]
    fn the_standard_library_is_sound_and_documented() {
        let (schema, actions, _, diagnostics) = lowered("");
        assert_eq!(diagnostics, []);
        for (name, record) in schema.records() {
            assert!(!record.doc.is_empty(), "{name}");
            for (field, declared) in &record.fields {
                assert!(!declared.doc.is_empty(), "{name}.{field}");
            }
        }
        assert!(actions.values().all(|action| !action.doc.is_empty()));
    }

    /// If a field is renamed in the library and not in the table, or the reverse, an error names it.
    #[test]
    fn the_table_and_the_library_have_the_same_fields() {
        let (name, text) = LIBRARY[0];
        let messages = |text: &str| {
            let mut sources = Sources::default();
            let (tree, _) = syntax::read(sources.add(name, text), text);
            let mut found = vec![];
            lower(&[(sources.iter().next().unwrap().0, &tree)], &mut found);
            found.retain(|diagnostic: &Diagnostic| diagnostic.code == Code::Internal);
            found.into_iter().map(|diagnostic| diagnostic.message).collect::<Vec<_>>()
        };
        assert_eq!(messages(text), [""; 0]);
        let renamed = messages(&text.replace("  sent_at?: instant", "  dispatched_at?: instant"));
        assert_eq!(renamed, ["there is no `message.sent_at`, which the library uses"]);
        let retyped = messages(&text.replace("  members?: int", "  members?: text"));
        let message = "`chat.members` is of type `text`, and the library expects `int`";
        assert_eq!(retyped, [message]);
        // And no field of the library is missing from the table.
        let (schema, ..) = lowered("");
        let all = schema.records().flat_map(|(record, declared)| {
            declared.fields.keys().map(move |field| (record.to_owned(), field.clone()))
        });
        let known = standard::ALL.iter().map(|one| (one.record.to_owned(), one.name.to_owned()));
        assert_eq!(all.collect::<Vec<_>>(), known.collect::<Vec<_>>());
    }

    #[test]
    fn default_records_have_all_their_fields() {
        let (schema, ..) = lowered("");
        let (_, message) = schema.named(Schema::MESSAGE).unwrap();
        let default = |field: &str| {
            let Presence::Default(value) = &message.fields.get(field).unwrap().presence else {
                panic!("{field}")
            };
            value.clone()
        };
        assert_eq!(default("parts"), Value::List([].into()));
        let Value::Record(chat) = default("chat") else { panic!() };
        assert!(chat.iter().all(Option::is_none));
        let Value::Record(visibility) = default("visibility") else { panic!() };
        let given: Vec<&Value> = visibility.iter().flatten().collect();
        assert_eq!(given, [&Value::Places(Places::Only([].into()))]);
        for derived in ["text", "any_text", "own_text", "button_text"] {
            assert_eq!(message.fields.get(derived).unwrap().presence, Presence::Derived);
        }
        for required in ["id", "platform"] {
            assert_eq!(message.fields.get(required).unwrap().presence, Presence::Required);
        }
    }

    /// A default is what is so in every record that lacks the field: a list has no elements, decisions hid the message
    /// nowhere, and the format is ours. No default stands for what nobody said.
    #[test]
    fn no_default_hides_that_something_is_not_known() {
        let (schema, ..) = lowered("");
        let mut single = vec![];
        for (record, declared) in schema.records() {
            for (name, field) in &declared.fields {
                let Presence::Default(value) = &field.presence else { continue };
                if matches!(field.ty.inside(), Inside::Nothing) {
                    single.push(format!("{record}.{name} = {value:?}"));
                }
            }
        }
        assert_eq!(
            single,
            [
                r#"message.schema = Text("lexloci.message/1")"#,
                "visibility.hidden = Places(Only([]))",
                r#"source.format = Text("lexloci")"#,
            ]
        );
    }

    #[test]
    fn the_library_declares_these_actions() {
        let (_, actions, ..) = lowered("");
        let content: Vec<_> = actions
            .values()
            .filter(|action| matches!(action.kind, ActionKind::Content(_)))
            .map(|action| action.name.as_str())
            .collect();
        assert_eq!(content, ["label", "age_restrict", "limit", "demote", "restrict", "remove"]);
        let reserved = |name: &str| (actions[name].world_only, actions[name].global);
        assert_eq!(reserved("remove"), (true, true));
        assert_eq!(reserved("suspend"), (false, true));
        assert_eq!(reserved("restrict"), (false, false));
        assert_eq!(actions["escalate"].to, Takes::Office);
        assert_eq!(actions["report"].to, Takes::Text);
        assert_eq!(actions["notify"].to, Takes::OneOf(vec!["author".into(), "members".into()]));
        assert!(
            actions["preserve"].keep && !actions["preserve"].within && actions["review"].within
        );
    }

    #[test]
    fn the_members_of_a_bloc_depend_on_the_day() {
        let (_, _, blocs, _) = lowered("");
        let count = |bloc, at| {
            blocs.countries_of(blocs.place(bloc).unwrap(), Instant::parse(at).unwrap()).len()
        };
        for (bloc, at, members) in [
            ("EU", "1960-01-01T00:00:00Z", 6),
            ("EU", "2020-01-31T12:00:00Z", 28),
            ("EU", "2020-02-01T12:00:00Z", 27),
            ("EEA", "1993-12-31T12:00:00Z", 0),
            ("EEA", "2020-01-31T12:00:00Z", 31),
            ("EEA", "2026-01-01T12:00:00Z", 30),
        ] {
            assert_eq!(count(bloc, at), members, "{bloc} {at}");
        }
        let norway = blocs
            .chain(Place::parse("NO").unwrap(), Instant::parse("2026-01-01T00:00:00Z").unwrap());
        assert_eq!(format!("{norway:?}"), "[NO, EEA, WORLD]");
    }

    #[test]
    fn schema_loci_adds_fields_that_old_records_can_lack() {
        let (schema, .., diagnostics) = lowered(
            "record message { ads?: ads  risk: number = 0.5 }\nrecord ads { paid: bool = false  by?: [text] }\n",
        );
        assert_eq!(diagnostics, []);
        assert!(schema.named("ads").is_some());
        let (_, message) = schema.named("message").unwrap();
        assert_eq!(message.fields.iter().last().map(|(name, _)| name.as_str()), Some("risk"));
    }

    #[test]
    fn faults_of_schema_loci_are_reported() {
        for (text, expected) in [
            ("record message { id?: text }", vec!["LX1002"]),
            ("record message { a?: int  a?: int }", vec!["LX1002"]),
            ("record a { x?: int }\nrecord a { y?: int }", vec!["LX1002"]),
            ("record text { x?: int }", vec!["LX1002"]),
            ("record message { a: int }", vec!["LX0013"]),
            ("record message { a?: int = 3 }", vec!["LX0012"]),
            ("record message { a: surface derived }", vec!["LX0012"]),
            ("record message { a?: txet }", vec!["LX2008"]),
            ("record message { a?: x | x }", vec!["LX1002"]),
            ("record message { a: int = \"x\" }", vec!["LX2001"]),
            ("record message { a: int = 9223372036854775808 }", vec!["LX2001"]),
            ("record message { a: a = {} }\nrecord a { b: bool = 1 }", vec!["LX2001"]),
            ("record message { a: x | y = \"z\" }", vec!["LX2006"]),
            ("record message { a: place = \"UK\" }", vec!["LX3002"]),
            ("record message { a: part = {} }", vec!["LX0013"]),
            ("record message { a: chat = { kind: \"x\" } }", vec!["LX2003"]),
            (
                "record message { a?: a }\nrecord a { b?: [b] }\nrecord b { a?: {a} }",
                vec!["LX1009"; 3],
            ),
            ("record a { a?: a  b?: a }", vec!["LX1009"; 2]),
            ("office desk \"Desk\" { languages en }", vec![]),
            ("bloc XX \"X\" { zone \"UTC\" }", vec![]),
        ] {
            assert_eq!(codes(text), expected, "{text}");
        }
    }
}
