//! Turns the shorthand of `given` and `:record` into canonical JSON: fills in the fields that authors may leave out.

use super::written::{self, ContactLists, FoundIn, Object, TagLists, object};
use super::{RecordError, extract, json};
use crate::base::time::{Day, Instant, Moment, Zone};
use crate::syntax::tree::{Json, JsonKind, Name};
use crate::world::schema::Schema;
use crate::world::standard::{StandardField, entity, link, media, mention, message, part, wallet};
use crate::world::value::Type;
use serde_json::Value;
use std::collections::BTreeSet;

/// Converts the shorthand to canonical JSON. Faults stay in the JSON, and the reader of records reports them.
pub(crate) fn canonical_json(text: &str) -> Result<String, RecordError> {
    json::check(text.as_bytes())?;
    let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
        return Ok(text.to_owned());
    };
    // A field that is given as `null` must stay missing, so it is not filled with what the parts contain.
    let withheld: Vec<String> = message
        .iter()
        .filter(|(_, value)| value.is_null())
        .map(|(field, _)| field.clone())
        .collect();
    message.retain(|_, value| !value.is_null());
    set_default(&mut message, message::ID, "given");
    set_default(&mut message, message::PLATFORM, "test");
    if let Some(text) = message.remove(message::TEXT.name) {
        let parts = message.entry(message::PARTS.name).or_insert_with(|| Value::Array(vec![]));
        if let Value::Array(parts) = parts {
            parts.insert(0, object([(part::TEXT, text)]).into());
        }
    }
    each_element(&mut message, message::PARTS, |part| set_default(part, part::KIND, "text"));
    each_element(&mut message, message::MEDIA, |media| set_default(media, media::KIND, "unknown"));
    each_element(&mut message, message::LINKS, complete_link);
    each_element(&mut message, message::WALLETS, complete_wallet);
    extract_missing(&mut message, &withheld);
    Ok(Value::Object(message).to_string())
}

/// Applies changes to JSON as a merge patch (RFC 7386): objects are merged field by field, `null` removes a field, and
/// anything else replaces what was there. What the changes say about a field counts, also where the JSON says that it is
/// none, and where the changes do.
pub(crate) fn merge_patched(base: &str, changes: &str) -> Result<String, RecordError> {
    json::check(base.as_bytes())?;
    json::check(changes.as_bytes())?;
    let (Ok(mut base), Ok(changes)) = (serde_json::from_str(base), serde_json::from_str(changes))
    else {
        return Ok(base.to_owned());
    };
    let mut changes: Value = changes;
    let none =
        changes.as_object_mut().and_then(|changes| changes.shift_remove(message::ABSENT.name));
    forget_absent(&mut base, &changes);
    merge_patch(&mut base, changes);
    add_absent(&mut base, none);
    Ok(base.to_string())
}

/// JSON of a record with some of its texts replaced, or removed where there is none.
pub(crate) fn with_texts(json: &str, texts: &[(StandardField, Option<String>)]) -> String {
    let Ok(Value::Object(mut record)) = serde_json::from_str(json) else { return json.to_owned() };
    for (field, text) in texts {
        match text {
            Some(text) => drop(record.insert(field.name.to_owned(), text.as_str().into())),
            None => drop(record.shift_remove(field.name)),
        }
    }
    Value::Object(record).to_string()
}

/// A text in JSON of a record.
pub(crate) fn text_of(json: &str, field: StandardField) -> Option<String> {
    let record: Value = serde_json::from_str(json).ok()?;
    Some(record.get(field.name)?.as_str()?.to_owned())
}

/// Takes the records out of `absent` that changes give a value, or that are inside or around such a value.
fn forget_absent(base: &mut Value, changes: &Value) {
    let is_changed = |path: &str| {
        let mut here = Some(changes);
        for name in path.split('.') {
            match here.and_then(|here| here.get(name)) {
                Some(Value::Object(fields)) if !fields.is_empty() => {
                    here = here.and_then(|here| here.get(name))
                }
                found => return found.is_some(),
            }
        }
        true
    };
    if let Some(Value::Array(paths)) = base.get_mut(message::ABSENT.name) {
        paths.retain(|path| !path.as_str().is_some_and(is_changed));
    }
}

/// Adds paths to `absent`, and removes the values there.
fn add_absent(base: &mut Value, paths: Option<Value>) {
    let Some(Value::Array(paths)) = paths else { return };
    for path in paths.iter().filter_map(Value::as_str) {
        let (around, name) = path.rsplit_once('.').unwrap_or(("", path));
        let pointer = around.split('.').filter(|name| !name.is_empty());
        let pointer: String = pointer.map(|name| format!("/{name}")).collect();
        if let Some(fields) = base.pointer_mut(&pointer).and_then(Value::as_object_mut) {
            fields.shift_remove(name);
        }
    }
    let Value::Object(base) = base else { return };
    let known = base.shift_remove(message::ABSENT.name);
    // What was none inside a record is gone when the record itself is none.
    let is_inside = |known: &&Value| {
        let inside = |path: &Value| {
            let rest = known.as_str()?.strip_prefix(path.as_str()?)?;
            Some(rest.starts_with('.'))
        };
        paths.iter().any(|path| inside(path) == Some(true))
    };
    let known = known.iter().filter_map(Value::as_array).flatten().filter(|one| !is_inside(one));
    let all: BTreeSet<&str> = known.chain(&paths).filter_map(Value::as_str).collect();
    base.insert(message::ABSENT.name.to_owned(), all.into_iter().collect());
}

/// INVARIANT: the recursion is no deeper than the nesting that a record may have.
fn merge_patch(base: &mut Value, changes: Value) {
    let Value::Object(changes) = changes else {
        *base = changes;
        return;
    };
    if !base.is_object() {
        *base = Value::Object(Object::new());
    }
    let Value::Object(base) = base else { return };
    for (field, change) in changes {
        if change.is_null() {
            base.remove(&field);
        } else {
            merge_patch(base.entry(field).or_insert(Value::Null), change);
        }
    }
}

/// Adds the links, wallets, tags, telephone numbers, mail addresses and cards of the parts, unless the record lists
/// them itself.
fn extract_missing(message: &mut Object, withheld: &[String]) {
    let parts = list(message, message::PARTS);
    let (mut links, mut wallets): (Vec<Value>, Vec<Value>) = (vec![], vec![]);
    let (mut tags, mut contacts) = (TagLists::default(), ContactLists::default());
    for (number, part) in parts.iter().enumerate() {
        let text = field(part, part::TEXT).and_then(Value::as_str).unwrap_or("");
        let entities = entities(part);
        let found = extract::links_of_part(text, &entities);
        links.extend(found.into_iter().map(|link| link_object(link, number)));
        wallets.extend(written::wallets(text, FoundIn::Part(number)));
        contacts.add(extract::contacts_of_part(text, &entities), number);
        let found = extract::tags(text);
        tags.hashtags.extend(found.hashtags);
        tags.cashtags.extend(found.cashtags);
        for mention in found.mentions {
            let who = [(mention::USERNAME, mention.username.into())];
            tags.mention(who, Some((number, mention.bytes)));
        }
        tags.commands.extend(found.commands);
    }
    let fill = |message: &mut Object, field: StandardField, found: Value| {
        if !withheld.iter().any(|name| name == field.name) {
            message.entry(field.name).or_insert(found);
        }
    };
    fill(message, message::LINKS, links.into());
    wallets.extend(hidden_wallets(message));
    fill(message, message::WALLETS, wallets.into());
    fill(message, message::TAGS, tags.json());
    for (field, contacts) in contacts.into_fields() {
        fill(message, field, contacts.into());
    }
}

/// The wallets in links whose address no part shows: links behind other words or on buttons.
fn hidden_wallets(message: &Object) -> Vec<Value> {
    let links = list(message, message::LINKS).iter().enumerate();
    let text = |link, field| self::field(link, field).and_then(Value::as_str);
    let hidden = links.filter(|(_, link)| text(link, link::VIA).is_some_and(|via| via != "url"));
    let found = hidden.flat_map(|(number, link)| {
        written::wallets(text(link, link::URL).unwrap_or(""), FoundIn::Link(number))
    });
    found.collect()
}

/// The entities of a part. Faulty entities are skipped here, and the reader refuses them.
fn entities(part: &Value) -> Vec<extract::Entity<'_>> {
    let marked = field(part, part::ENTITIES).and_then(Value::as_array).into_iter().flatten();
    marked.filter_map(entity).collect()
}

fn entity(mark: &Value) -> Option<extract::Entity<'_>> {
    let offset = |offset| usize::try_from(field(mark, offset)?.as_u64()?).ok();
    Some(extract::Entity {
        kind: field(mark, entity::TYPE)?.as_str()?,
        start: offset(entity::START)?,
        end: offset(entity::END)?,
        value: field(mark, entity::VALUE).and_then(Value::as_str),
    })
}

fn link_object(link: extract::Link, part: usize) -> Value {
    let object = object([
        (link::URL, link.url.into()),
        (link::VIA, link.via.into()),
        (link::DISPLAY, link.display.into()),
        (link::SCHEME, link.scheme.into()),
        (link::HOST, link.host.into()),
        (link::TELEGRAM, link.telegram.into()),
        (link::DECEPTIVE, link.deceptive.into()),
        (link::PART, part.into()),
        (link::START, link.start.into()),
        (link::END, link.end.into()),
    ]);
    object.into()
}

/// Completes a link. If its host is given, adds an address on that host; otherwise adds the scheme and host of its
/// address.
fn complete_link(link: &mut Object) {
    set_default(link, link::VIA, "url");
    if let Some(Value::String(host)) = link.get(link::HOST.name) {
        let url = format!("https://{host}/");
        set_default(link, link::URL, url);
        return;
    }
    let url = link.get(link::URL.name).and_then(Value::as_str);
    let Some(found) = url.and_then(|url| extract::Link::of(url, "url", 0, url.len())) else {
        return;
    };
    for (field, value) in
        [(link::SCHEME, found.scheme), (link::HOST, found.host), (link::TELEGRAM, found.telegram)]
    {
        set_default(link, field, value);
    }
}

/// Completes a wallet with the chain and the other fields that follow from its address.
fn complete_wallet(wallet: &mut Object) {
    let address = wallet.get(wallet::ADDRESS.name).and_then(Value::as_str).unwrap_or("");
    let Some(found) = extract::wallets(address).into_iter().next() else { return };
    for (field, value) in [
        (wallet::CHAIN, found.chain.into()),
        (wallet::NORMALIZED, found.normalized.into()),
        (wallet::CHECKSUM_OK, found.checksum_ok.into()),
        (wallet::TESTNET, found.testnet.into()),
    ] {
        set_default::<Value>(wallet, field, value);
    }
}

fn field(object: &Value, field: StandardField) -> Option<&Value> {
    object.get(field.name)
}

fn list(message: &Object, field: StandardField) -> &[Value] {
    message.get(field.name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn each_element(message: &mut Object, list: StandardField, change: impl Fn(&mut Object)) {
    let elements = message.get_mut(list.name).and_then(Value::as_array_mut).into_iter().flatten();
    elements.filter_map(Value::as_object_mut).for_each(change);
}

fn set_default<V: Into<Value>>(object: &mut Object, field: StandardField, value: V) {
    if object.get(field.name).is_none_or(Value::is_null) {
        object.insert(field.name.to_owned(), value.into());
    }
}

/// What a bare day means in the notation of `given`: for a field that is an instant, the midnight in a zone.
pub(crate) struct Days<'s> {
    schema: &'s Schema,
    zone: Zone,
    /// The type of the whole value.
    whole: Type,
}

impl<'s> Days<'s> {
    /// In a message.
    pub(crate) fn of_message(schema: &'s Schema, zone: Zone) -> Self {
        let message = schema.named(Schema::MESSAGE).map(|(id, _)| Type::Record(id));
        Self { schema, zone, whole: message.unwrap_or(Type::Opaque) }
    }

    /// In an object whose only value is that of a field of a message: `author.account.created_at`.
    pub(crate) fn of_field(schema: &'s Schema, path: &str, zone: Zone) -> Self {
        let field = schema.type_at(path).unwrap_or(Type::Opaque);
        Self { schema, zone, whole: Type::Map(Box::new(field)) }
    }

    fn instant(&self, text: &str) -> Option<Instant> {
        Some(Moment::Day(Day::parse(text).ok()?).instant(&self.zone))
    }
}

/// Converts the value after `given` to JSON. Keeps duplicate keys, because the reader of records reports them. The paths
/// of what is `none` go into the list `absent`. Without `days`, a day remains a text, which the reader refuses.
pub(crate) fn notation_to_json(json: &Json, days: Option<&Days<'_>>) -> String {
    let mut notation = Notation { days, absent: vec![] };
    let whole = days.map(|days| &days.whole);
    let JsonKind::Object(pairs) = &json.kind else { return notation.value(json, whole, "") };
    let mut members = notation.members(pairs, whole, "");
    let mut absent = notation.absent;
    if !absent.is_empty() {
        absent.sort_unstable();
        members.push(format!(
            "{}:{}",
            quote(message::ABSENT.name),
            serde_json::Value::from(absent)
        ));
    }
    format!("{{{}}}", members.join(","))
}

fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

struct Notation<'n> {
    days: Option<&'n Days<'n>>,
    /// The paths of what is `none`.
    absent: Vec<String>,
}

impl<'n> Notation<'n> {
    /// The members of an object, without those that are `none`.
    fn members(&mut self, pairs: &[(Name, Json)], ty: Option<&'n Type>, path: &str) -> Vec<String> {
        let mut members = vec![];
        for (key, json) in pairs {
            let dot = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{dot}{}", key.text);
            if json.kind == JsonKind::None {
                self.absent.push(path);
            } else {
                let ty = self.days.zip(ty).and_then(|(days, ty)| days.schema.member(ty, &key.text));
                members.push(format!("{}:{}", quote(&key.text), self.value(json, ty, &path)));
            }
        }
        members
    }

    fn value(&mut self, json: &Json, ty: Option<&'n Type>, path: &str) -> String {
        match &json.kind {
            JsonKind::Null => "null".to_owned(),
            // Only a field can be none, so the reader of records refuses this path.
            JsonKind::None => {
                self.absent.push(path.to_owned());
                "null".to_owned()
            }
            JsonKind::Bool(truth) => truth.to_string(),
            JsonKind::Number(number) => number.clone(),
            JsonKind::Text(text) => {
                let days = self.days.filter(|_| ty == Some(&Type::Instant));
                let instant = days.and_then(|days| days.instant(&text.value));
                quote(&instant.map_or_else(|| text.value.clone(), |instant| instant.to_string()))
            }
            JsonKind::Array(values) => {
                let of = if let Some(Type::List(of)) = ty { Some(&**of) } else { None };
                let element = |(number, json)| self.value(json, of, &format!("{path}[{number}]"));
                let values: Vec<_> = values.iter().enumerate().map(element).collect();
                format!("[{}]", values.join(","))
            }
            JsonKind::Object(pairs) => format!("{{{}}}", self.members(pairs, ty, path).join(",")),
        }
    }
}
