//! The shorthand of `given` and `:record` to canonical JSON: what an author would not care to write is filled in.

use super::{RecordError, extract, json};
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// Canonical JSON. What is wrong beyond the shorthand is left for the reader to say.
pub(super) fn canonical(text: &str) -> Result<String, RecordError> {
    json::check(text.as_bytes())?;
    let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
        return Ok(text.to_owned());
    };
    // What is said to be missing is not looked for.
    let withheld: Vec<String> = message
        .iter()
        .filter(|(_, value)| value.is_null())
        .map(|(field, _)| field.clone())
        .collect();
    message.retain(|_, value| !value.is_null());
    default(&mut message, "id", "given");
    default(&mut message, "platform", "test");
    if let Some(text) = message.remove("text") {
        let parts = message.entry("parts").or_insert_with(|| Value::Array(vec![]));
        if let Value::Array(parts) = parts {
            parts.insert(0, object([("text", text)]));
        }
    }
    each(&mut message, "parts", |part| default(part, "kind", "text"));
    each(&mut message, "media", |media| default(media, "kind", "unknown"));
    each(&mut message, "links", complete_link);
    each(&mut message, "wallets", complete_wallet);
    if let Some(Value::Object(forward)) = message.get_mut("forward") {
        default(forward, "origin", "unknown");
    }
    extract_missing(&mut message, &withheld);
    Ok(Value::Object(message).to_string())
}

/// JSON with changes laid over it, as RFC 7386 has it: objects field by field, `null` takes a field away, all else is
/// replaced.
pub(crate) fn laid_over(base: &str, changes: &str) -> Result<String, RecordError> {
    json::check(base.as_bytes())?;
    json::check(changes.as_bytes())?;
    let (Ok(mut base), Ok(changes)) = (serde_json::from_str(base), serde_json::from_str(changes))
    else {
        return Ok(base.to_owned());
    };
    lay_over(&mut base, changes);
    Ok(base.to_string())
}

/// INVARIANT: the recursion is as deep as a record may be.
fn lay_over(base: &mut Value, changes: Value) {
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
            lay_over(base.entry(field).or_insert(Value::Null), change);
        }
    }
}

/// Links, wallets, tags, telephone numbers, mail addresses and cards of the parts' texts, unless they are given.
fn extract_missing(message: &mut Object, withheld: &[String]) {
    let parts =
        message.get("parts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let (mut links, mut wallets, mut tags) = (vec![], vec![], extract::Tags::default());
    let (mut phones, mut emails, mut cards) = (vec![], vec![], vec![]);
    for (number, part) in parts.iter().enumerate() {
        let text = part.get("text").and_then(Value::as_str).unwrap_or("");
        let entities = entities(part);
        let found = extract::links_of_part(text, &entities);
        links.extend(found.into_iter().map(|link| link_object(link, number)));
        let found = extract::wallets(text);
        wallets.extend(found.into_iter().map(|wallet| wallet_object(wallet, Place::Part(number))));
        let found = extract::contacts_of_part(text, &entities);
        phones.extend(found.phones.into_iter().map(|one| number_object(one, number)));
        emails.extend(found.emails.into_iter().map(|one| email_object(one, number)));
        cards.extend(found.cards.into_iter().map(|one| number_object(one, number)));
        let found = extract::tags(text);
        tags.hashtags.extend(found.hashtags);
        tags.cashtags.extend(found.cashtags);
        tags.mentions.extend(found.mentions);
        tags.commands.extend(found.commands);
    }
    let mentions = tags.mentions.into_iter().map(|name| object([("username", name.into())]));
    let tags = object([
        ("hashtags", tags.hashtags.into()),
        ("cashtags", tags.cashtags.into()),
        ("mentions", mentions.collect()),
        ("commands", tags.commands.into()),
    ]);
    let free = |field: &str| !withheld.iter().any(|name| name == field);
    if free("links") {
        message.entry("links").or_insert(links.into());
    }
    wallets.extend(hidden_wallets(message));
    for (field, found) in [
        ("wallets", wallets.into()),
        ("tags", tags),
        ("phones", phones.into()),
        ("emails", emails.into()),
        ("cards", cards.into()),
    ] {
        if free(field) {
            message.entry(field).or_insert(found);
        }
    }
}

/// The wallets in links that do not show in a part: behind words, on buttons.
fn hidden_wallets(message: &Object) -> Vec<Value> {
    let links = message.get("links").and_then(Value::as_array).into_iter().flatten();
    let hidden = links.enumerate().filter(|(_, link)| {
        link.get("via").and_then(Value::as_str).is_some_and(|via| via != "url")
    });
    let found = hidden.flat_map(|(number, link)| {
        let wallets = extract::wallets(link.get("url").and_then(Value::as_str).unwrap_or(""));
        wallets.into_iter().map(move |wallet| wallet_object(wallet, Place::Link(number)))
    });
    found.collect()
}

/// What is marked in a part. Marks that are wrong are passed over: the reader says so.
fn entities(part: &Value) -> Vec<extract::Entity<'_>> {
    let marked = part.get("entities").and_then(Value::as_array).into_iter().flatten();
    marked.filter_map(entity).collect()
}

fn entity(mark: &Value) -> Option<extract::Entity<'_>> {
    let offset = |field| usize::try_from(mark.get(field)?.as_u64()?).ok();
    Some(extract::Entity {
        kind: mark.get("type")?.as_str()?,
        start: offset("start")?,
        end: offset("end")?,
        value: mark.get("value").and_then(Value::as_str),
    })
}

fn link_object(link: extract::Link, part: usize) -> Value {
    object([
        ("url", link.url.into()),
        ("via", link.via.into()),
        ("display", link.display.into()),
        ("scheme", link.scheme.into()),
        ("host", link.host.into()),
        ("telegram", link.telegram.into()),
        ("deceptive", link.deceptive.into()),
        ("part", part.into()),
        ("start", link.start.into()),
        ("end", link.end.into()),
    ])
}

/// Where something stands.
enum Place {
    Part(usize),
    Link(usize),
}

fn wallet_object(wallet: extract::Wallet, place: Place) -> Value {
    let (part, link) = match place {
        Place::Part(part) => (Some(part), None),
        Place::Link(link) => (None, Some(link)),
    };
    object([
        ("chain", wallet.chain.into()),
        ("address", wallet.address.into()),
        ("normalized", wallet.normalized.into()),
        ("checksum_ok", wallet.checksum_ok.into()),
        ("testnet", wallet.testnet.into()),
        ("part", part.into()),
        ("link", link.into()),
        // Offsets are those of a part.
        ("start", part.map(|_| wallet.start).into()),
        ("end", part.map(|_| wallet.end).into()),
    ])
}

fn number_object(contact: extract::Contact, part: usize) -> Value {
    object([
        ("number", contact.value.into()),
        ("part", part.into()),
        ("start", contact.start.into()),
        ("end", contact.end.into()),
    ])
}

fn email_object(contact: extract::Contact, part: usize) -> Value {
    let host = contact.value.rsplit_once('@').map(|(_, host)| host.to_owned());
    object([
        ("address", contact.value.into()),
        ("host", host.into()),
        ("part", part.into()),
        ("start", contact.start.into()),
        ("end", contact.end.into()),
    ])
}

/// A link that is given by its address alone has the scheme and host of it; by its host alone, an address there.
fn complete_link(link: &mut Object) {
    default(link, "via", "url");
    if let Some(Value::String(host)) = link.get("host") {
        let url = format!("https://{host}/");
        default(link, "url", url);
        return;
    }
    let url = link.get("url").and_then(Value::as_str);
    let Some(found) = url.and_then(|url| extract::Link::of(url, "url", 0, url.len())) else {
        return;
    };
    for (field, value) in
        [("scheme", found.scheme), ("host", found.host), ("telegram", found.telegram)]
    {
        default(link, field, value);
    }
}

/// A wallet that is given by its address alone is on the chain that such addresses belong to.
fn complete_wallet(wallet: &mut Object) {
    let address = wallet.get("address").and_then(Value::as_str).unwrap_or("");
    let Some(found) = extract::wallets(address).into_iter().next() else { return };
    for (field, value) in [
        ("chain", found.chain.into()),
        ("normalized", found.normalized.into()),
        ("checksum_ok", found.checksum_ok.into()),
        ("testnet", found.testnet.into()),
    ] {
        default::<Value>(wallet, field, value);
    }
}

fn each(message: &mut Object, list: &str, change: impl Fn(&mut Object)) {
    let elements = message.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
    elements.filter_map(Value::as_object_mut).for_each(change);
}

fn default<V: Into<Value>>(object: &mut Object, field: &str, value: V) {
    if object.get(field).is_none_or(Value::is_null) {
        object.insert(field.to_owned(), value.into());
    }
}

fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}
