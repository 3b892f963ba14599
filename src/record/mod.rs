//! Message records: reads canonical JSON by the schema, and refuses values that it cannot keep exactly.

mod absent;
mod contacts;
mod derive;
pub(crate) mod extract;
mod fields;
mod given;
mod json;
mod schema_json;
pub(crate) mod written;

pub(crate) use contacts::{
    BOT_API, CONTACT_LISTS, ContactList, SpeakerNames, is_beside_texts, stands_in_quotation,
};
pub(crate) use derive::{
    MostParts, OWN_FORMAT, QUOTATIONS, Speaker, VISIBLE_FIELDS, VISIBLE_LIST_FIELDS, Voice,
    most_parts, quotations,
};
pub(crate) use given::{
    Days, canonical_json, merge_patched, notation_to_json, text_of, with_texts,
};
pub(crate) use json::{check, check_piece};
pub use schema_json::json_schema;
pub(crate) use schema_json::schema_of_message;

use crate::base::limits;
use crate::base::sink::{Output, Terminal};
use crate::base::time::Instant;
use crate::diagnostic::Code;
use crate::output;
use crate::world::place::Place;
use crate::world::schema::Schema;
use crate::world::standard::{
    DATED_LISTS, entity, message, part, reports, ruling, source, visibility,
};
use crate::world::value::{Places, SurfacePart, Value};
pub(crate) use fields::Fields;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The version of the record format.
pub const VERSION: &str = "lexloci.message/1";
/// Records of earlier versions write this word for a value that nobody knows. An optional word is then missing.
pub(crate) const UNKNOWN: &str = "unknown";

/// A message record as rules see it: defaults are filled in, and derived fields computed.
#[derive(Clone, Debug)]
pub struct Record {
    root: Value,
    /// The fingerprint of the schema with which it was read.
    schema: u64,
    id: Arc<str>,
    latest: Option<Instant>,
    version: Option<Instant>,
    audience: Audience,
    visible_in: Places,
    except: Vec<Place>,
    /// The texts that readers of the message see.
    surface: Arc<[SurfacePart]>,
    /// The text fields with their paths, in the order of the JSON.
    texts: Vec<(String, Arc<str>)>,
    /// The fields that come from facts of the host: for the path of each, the origin of its facts.
    facts: BTreeMap<String, Arc<str>>,
}

/// A ruling as a record has it.
#[derive(Clone, Debug)]
pub(crate) struct WrittenRuling<'r> {
    pub(crate) given_at: Instant,
    /// The version that the person looked at. `None` stands for all versions up to the ruling.
    pub(crate) version: Option<Instant>,
    pub(crate) place: &'r str,
    pub(crate) rules: Vec<&'r str>,
}

impl<'r> WrittenRuling<'r> {
    fn of(ruling: Fields<'r>) -> Option<Self> {
        let Value::List(rules) = ruling.value(ruling::RULES)? else { return None };
        let text =
            |rule: &'r Value| if let Value::Text(rule) = rule { Some(&**rule) } else { None };
        Some(Self {
            given_at: ruling.instant(ruling::GIVEN_AT)?,
            version: ruling.instant(ruling::VERSION),
            place: ruling.text(ruling::PLACE)?,
            rules: rules.iter().filter_map(text).collect(),
        })
    }
}

/// Why a record could not be read. Other records of the same input are not affected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{}", self.one_line().as_str())]
#[non_exhaustive]
pub struct RecordError {
    /// `LX7004`
    #[serde(serialize_with = "serialize_code")]
    pub code: Code,
    /// The field: `chat.members`, `links[2].url`; empty for the record itself.
    pub path: String,
    /// What is wrong with the field.
    pub message: String,
}

fn serialize_code<S: serde::Serializer>(code: &Code, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(code.as_str())
}

/// A record was read with another schema than that of the rules that should judge it, for example before a field was
/// added to `schema.loci`. Read it again from its JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record {} was read with another schema: read its JSON again with the rule set that judges it",
    json::quoted(.record))]
pub struct SchemaMismatch {
    /// The id of the record.
    pub record: String,
}

impl SchemaMismatch {
    /// `LX7013`
    pub const CODE: Code = Code::OtherSchema;
}

impl From<SchemaMismatch> for RecordError {
    fn from(mismatch: SchemaMismatch) -> Self {
        Self::new(SchemaMismatch::CODE, "", mismatch.to_string())
    }
}

impl RecordError {
    /// The error on one line. Path and message repeat parts of the record, so control characters in them are escaped.
    fn one_line(&self) -> Output<Terminal> {
        match self.path.as_str() {
            "" => Output::of(&self.message),
            path => output!("{}: {}", path, self.message),
        }
    }

    pub(crate) fn new(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, path: path.into(), message: message.into() }
    }
}

/// Who can see a message, as far as the host knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Anybody can find it.
    Public,
    /// Anybody who has its address can read it.
    Unlisted,
    /// Only members can read it.
    Private,
    /// The host does not say.
    Unknown,
}

/// Who can see a message, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visibility<'r> {
    pub(crate) audience: Audience,
    /// `None` is everywhere.
    pub(crate) countries: Option<&'r [Place]>,
    pub(crate) except: &'r [Place],
}

impl Record {
    /// Reads canonical JSON.
    ///
    /// # Errors
    /// The first fault found.
    pub fn read(schema: &Schema, json: &[u8]) -> Result<Self, RecordError> {
        let Some((id, message)) = schema.named(Schema::MESSAGE) else {
            return Err(RecordError::new(Code::Internal, "", "the schema has no `message`"));
        };
        let (mut fields, mut texts) = json::read(schema, id, json)?;
        absent::mark(schema, id, &mut fields)?;
        derive::add_author_keys(schema, id, &mut fields, &mut texts);
        let underived = Fields { schema, id, values: &fields };
        let passages = derive::passages(underived);
        let surfaces = derive::surfaces(underived, &passages);
        let [(_, surface), ..] = surfaces.clone();
        let surfaces = surfaces.map(|(field, parts)| (field, Value::Surface(parts)));
        for (field, value) in contacts::completed(underived, &passages).into_iter().chain(surfaces)
        {
            let at = message.fields.get_index_of(field.name);
            if let Some(slot) = at.and_then(|at| fields.get_mut(at)) {
                *slot = Some(value);
            }
        }
        let fields: Arc<[Option<Value>]> = fields.into();
        let message = Fields { schema, id, values: &fields };
        check_id(message)?;
        check_entities(message)?;
        let visibility = message.record(message::VISIBILITY);
        Ok(Self {
            root: Value::Record(fields.clone()),
            schema: schema.fingerprint,
            id: message.text(message::ID).cloned().unwrap_or_default(),
            latest: latest(message),
            version: version(message),
            audience: visibility.map_or(Audience::Unknown, audience),
            visible_in: match visibility
                .and_then(|visibility| visibility.value(visibility::COUNTRIES))
            {
                Some(Value::Places(places)) => places.clone(),
                _ => Places::Everywhere,
            },
            except: match visibility.and_then(|visibility| visibility.value(visibility::EXCEPT)) {
                Some(Value::List(codes)) => json::places(codes).collect(),
                _ => vec![],
            },
            surface,
            texts,
            facts: facts_by_path(message),
        })
    }

    /// Reads a value that serialises to canonical JSON.
    ///
    /// # Errors
    /// When it does not serialise, or the first fault found.
    pub(crate) fn from_serializable(
        schema: &Schema,
        value: &impl serde::Serialize,
    ) -> Result<Self, RecordError> {
        let json = serde_json::to_vec(value).map_err(|error| {
            RecordError::new(Code::BadJson, "", format!("it does not serialise: {error}"))
        })?;
        Self::read(schema, &json)
    }

    /// Reads the shorthand of `given` and `:record`, converted to JSON. `text` stands for one part, required fields have
    /// defaults, and links, tags and wallets that are not given are extracted from the parts.
    ///
    /// # Errors
    /// The first fault found.
    pub fn given(schema: &Schema, json: &str) -> Result<Self, RecordError> {
        let canonical = given::canonical_json(json)?;
        Self::read(schema, canonical.as_bytes())
    }

    /// A record with every field missing.
    pub(crate) fn unknown(schema: &Schema) -> Self {
        let fields = schema.named(Schema::MESSAGE).map_or(0, |(_, message)| message.fields.len());
        Self {
            root: Value::Record(vec![None; fields].into()),
            schema: schema.fingerprint,
            id: Arc::from(""),
            latest: None,
            version: None,
            audience: Audience::Unknown,
            visible_in: Places::Everywhere,
            except: vec![],
            surface: Arc::from([]),
            texts: vec![],
            facts: BTreeMap::new(),
        }
    }

    /// Returns the record if it was read with an equal schema.
    ///
    /// # Errors
    /// When it was read with another schema. The fields of that schema have other indices.
    pub(crate) fn for_schema(&self, schema: &Schema) -> Result<&Self, SchemaMismatch> {
        if self.schema == schema.fingerprint {
            return Ok(self);
        }
        Err(SchemaMismatch { record: self.id().to_owned() })
    }

    /// All fields, as a value of the record type `message`.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The id of the record.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The latest date in the record: of its sending or editing, of the receipt of an order or notice, or of a ruling.
    pub fn latest(&self) -> Option<Instant> {
        self.latest
    }

    /// The date of this version of the message: when it was last edited, or sent if it was never edited. `None` if the
    /// record has no date.
    pub fn version(&self) -> Option<Instant> {
        self.version
    }

    /// Who can see the message.
    pub fn audience(&self) -> Audience {
        self.audience
    }

    pub(crate) fn visibility(&self) -> Visibility<'_> {
        let countries = match &self.visible_in {
            Places::Everywhere => None,
            Places::Only(places) => Some(&**places),
        };
        Visibility { audience: self.audience, countries, except: &self.except }
    }

    /// The countries in which the message can be seen.
    pub fn visible_in(&self) -> &Places {
        &self.visible_in
    }

    /// The places in which the message cannot be seen, whatever [`Record::visible_in`] says.
    pub fn except(&self) -> &[Place] {
        &self.except
    }

    /// When the message was sent.
    pub(crate) fn sent_at(&self, schema: &Schema) -> Option<Instant> {
        let (id, _) = schema.named(Schema::MESSAGE)?;
        let Value::Record(values) = &self.root else { return None };
        Fields { schema, id, values }.instant(message::SENT_AT)
    }

    /// The rulings of persons. Places and ids of rules are as the record writes them.
    pub(crate) fn rulings<'r>(&'r self, schema: &'r Schema) -> Vec<WrittenRuling<'r>> {
        let (Some((id, _)), Value::Record(values)) = (schema.named(Schema::MESSAGE), &self.root)
        else {
            return vec![];
        };
        let reports = Fields { schema, id, values }.record(message::REPORTS);
        let rulings = reports.into_iter().flat_map(|reports| reports.list(reports::RULINGS));
        rulings.filter_map(WrittenRuling::of).collect()
    }

    /// The origin of the facts that gave a field, by its path: `chat.members`. `None` if the field came with the message.
    pub fn provenance(&self, path: &str) -> Option<&str> {
        // A fact gives a whole entry of a map or list, so everything inside the entry comes from the same fact.
        let mut ends = path.match_indices(['.', '[']).map(|(at, _)| at).chain([path.len()]);
        ends.find_map(|end| self.facts.get(path.get(..end)?)).map(|origin| &**origin)
    }

    /// The texts that readers of the message see. Before each stands its name in evidence.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.surface.iter().map(|part| (&*part.name, &*part.text))
    }

    /// The original text of a part or field by its name in evidence: `text`, `button[1]`, `links[0].host`. Takes linear
    /// time.
    pub fn text_of(&self, part: &str) -> Option<&str> {
        let parts = self.parts();
        let fields = self.texts.iter().map(|(path, text)| (path.as_str(), &**text));
        parts.chain(fields).find(|(name, _)| *name == part).map(|(_, text)| text)
    }
}

fn facts_by_path(message: Fields<'_>) -> BTreeMap<String, Arc<str>> {
    let origin =
        match message.record(message::SOURCE).and_then(|source| source.value(source::FACTS)) {
            Some(Value::Map(origin)) => origin.iter(),
            _ => return BTreeMap::new(),
        };
    origin
        .filter_map(|(path, origin)| {
            let Value::Text(origin) = origin else { return None };
            Some((path.clone(), origin.clone()))
        })
        .collect()
}

impl Audience {
    /// The audience that a word in the JSON stands for.
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "public" => Self::Public,
            "unlisted" => Self::Unlisted,
            "private" => Self::Private,
            _ => Self::Unknown,
        }
    }
}

fn audience(visibility: Fields<'_>) -> Audience {
    visibility.text(visibility::AUDIENCE).map_or(Audience::Unknown, |word| Audience::of(word))
}

fn version(message: Fields<'_>) -> Option<Instant> {
    message.instant(message::EDITED_AT).or_else(|| message.instant(message::SENT_AT))
}

fn latest(message: Fields<'_>) -> Option<Instant> {
    let begun = message.record(message::REPORTS).into_iter().flat_map(|reports| {
        DATED_LISTS.into_iter().flat_map(move |dated| {
            reports.list(dated.list).filter_map(move |element| element.instant(dated.begins))
        })
    });
    let own = [message::SENT_AT, message::EDITED_AT];
    begun.chain(own.into_iter().filter_map(|field| message.instant(field))).max()
}

/// Checks the length of the id, which names the record in every decision.
fn check_id(message: Fields<'_>) -> Result<(), RecordError> {
    let characters = message.text(message::ID).map_or(1, |id| id.chars().count());
    if (1..=limits::ID_CHARACTERS).contains(&characters) {
        return Ok(());
    }
    let message = format!("expected 1 to {} characters, found {characters}", limits::ID_CHARACTERS);
    Err(RecordError::new(Code::WrongType, message::ID.name, message))
}

/// Checks that entities begin and end between characters of their part.
fn check_entities(message: Fields<'_>) -> Result<(), RecordError> {
    for (part_number, part) in message.list(message::PARTS).enumerate() {
        let Some(text) = part.text(part::TEXT) else { continue };
        for (number, entity) in part.list(part::ENTITIES).enumerate() {
            let bounds = entity.int(entity::START).zip(entity.int(entity::END));
            let Some((start, end)) = bounds else { continue };
            let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
            if range.and_then(|(start, end)| text.get(start..end)).is_none() {
                let path = format!(
                    "{}[{part_number}].{}[{number}]",
                    message::PARTS.name,
                    part::ENTITIES.name
                );
                let message = format!(
                    "bytes {start} to {end} are not a range of whole characters of the text, which has {} bytes",
                    text.len()
                );
                return Err(RecordError::new(Code::WrongType, path, message));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
