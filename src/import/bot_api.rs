//! Telegram's Bot API: an `Update` or a bare `Message` to records. Field names are those of the server
//! (tdlib/telegram-bot-api, `Client.cpp`).

mod keys;
mod people;
mod polls;
mod surfaces;

pub(super) use surfaces::{largest, media_object};

use super::draft::{Draft, object};
use super::foreign::{Foreign, Warnings};
use super::instant;
use crate::diagnostic::Code;
use crate::record::RecordError;
use serde_json::Value;

/// The kinds of update that carry a message.
const CARRIERS: &[&str] = &[
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_message",
    "edited_business_message",
    "guest_message",
];

/// What came of a payload.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) records: Vec<Result<Value, RecordError>>,
    /// Kinds of update without a message.
    pub(super) passed: Vec<String>,
}

/// Reads an update, a message, or what `getUpdates` answers; `mended` names what was mended in its JSON.
pub(super) fn read(payload: &Value, mended: &[&'static str]) -> Read {
    let mut read = Read::default();
    let said = Warnings::default();
    match Foreign::of(payload, "", &said) {
        None => read.records.push(Err(no_message(""))),
        Some(payload) => match payload.get("result") {
            Some(Value::Array(elements)) if payload.has("ok") => {
                for (number, element) in elements.iter().enumerate() {
                    let at = format!("/result/{number}");
                    match payload.beside(element, &at) {
                        Some(element) => one(&element, mended, &mut read),
                        None => read.records.push(Err(no_message(""))),
                    }
                }
            }
            Some(Value::Object(_)) if payload.has("ok") => {
                payload.object("result").iter().for_each(|element| one(element, mended, &mut read));
            }
            _ => one(&payload, mended, &mut read),
        },
    }
    read
}

/// An update or a message.
fn one(payload: &Foreign<'_>, mended: &[&'static str], read: &mut Read) {
    if !payload.has("update_id") {
        // Records have a chat too.
        let is_message = ["message_id", "date"].iter().any(|key| payload.has(key));
        let is_export = ["messages", "chats"].iter().any(|key| payload.has(key));
        let hint = if is_export { "; this looks like an export of Telegram Desktop" } else { "" };
        let record = || message(payload.fields, "message", &payload.at, mended);
        read.records.push(if is_message { Ok(record()) } else { Err(no_message(hint)) });
        return;
    }
    let (mut carried, mut broken) = (vec![], vec![]);
    for kind in CARRIERS.iter().copied().filter(|kind| payload.has(kind)) {
        match payload.object(kind) {
            Some(found) => carried.push((kind, kind, found)),
            None => broken.push(kind),
        }
    }
    let pressed = payload.object("callback_query").and_then(|query| query.object("message"));
    // A message too old to be had has the date 0.
    let pressed = pressed.filter(|message| message.int("date").is_some_and(|date| date != 0));
    carried.extend(pressed.map(|found| ("callback_query", "callback_query.message", found)));
    let is_read =
        |key: &str| carried.iter().any(|(kind, ..)| *kind == key) || broken.contains(&key);
    let kinds = payload.fields.keys().filter(|key| *key != "update_id" && payload.has(key));
    let (read_here, passed): (Vec<_>, Vec<_>) = kinds.cloned().partition(|key| is_read(key));
    // An update of nothing is counted by its number.
    let is_empty = read_here.is_empty() && passed.is_empty();
    read.passed.extend(if is_empty { vec!["update_id".to_owned()] } else { passed });
    read.records.extend(broken.iter().map(|kind| Err(no_object(&payload.pointer(kind)))));
    for (_, carrier, found) in &carried {
        read.records.push(Ok(message(found.fields, carrier, &found.at, mended)));
    }
}

fn no_object(pointer: &str) -> RecordError {
    let message = "expected a message, an object".into();
    let path = pointer.trim_start_matches('/').replace('/', ".");
    RecordError { code: Code::WrongType, path, message }
}

fn no_message(hint: &str) -> RecordError {
    let message = format!("expected an update or a message of the Bot API{hint}");
    RecordError { code: Code::WrongType, path: String::new(), message }
}

fn message(
    fields: &serde_json::Map<String, Value>,
    carrier: &str,
    at: &str,
    mended: &[&'static str],
) -> Value {
    let said = Warnings::default();
    mended.iter().for_each(|name| said.say(name, ""));
    let message = Foreign::new(fields, at, &said);
    let mut draft = Draft::default();
    head(&message, carrier, &mut draft);
    surfaces::parts(&message, &mut draft);
    surfaces::media(&message, &mut draft);
    people::forward(&message, &mut draft);
    people::reply(&message, &mut draft);
    surfaces::links(&message, &mut draft);
    marks(&message, &mut draft);
    let source = object([
        ("format", "telegram_bot_api".into()),
        ("container", carrier.into()),
        ("pointer", if at.is_empty() { "/" } else { at }.into()),
    ]);
    let unmapped = message.unmapped(keys::is_known);
    draft.finish(source, said, unmapped)
}

/// What identifies the message: its number, chat, dates and author.
fn head(message: &Foreign<'_>, carrier: &str, draft: &mut Draft) {
    let chat = message.object("chat");
    let number = |id: Option<&Value>| id.map_or("?".into(), written);
    let chat_id = number(chat.as_ref().and_then(|chat| chat.get("id")));
    draft.set("id", format!("tg:{chat_id}/{}", number(message.get("message_id"))));
    let edited = message.int("edit_date").filter(|date| *date != 0);
    if carrier.starts_with("edited") || edited.is_some() {
        draft.set("event", "edited");
    }
    draft.set("sent_at", instant::of_field(message, "date"));
    draft.set("edited_at", instant::of_field(message, "edit_date"));
    let unknown = object([("type", "unknown".into())]);
    draft.set("chat", chat.as_ref().map_or(unknown, people::chat));
    draft.set("author", people::author(message));
    draft.set("album_id", message.get("media_group_id").map(written));
    draft.set("thread_id", message.int("message_thread_id").filter(|id| *id != 0));
    draft.set("via_bot", message.object("via_bot").as_ref().map(people::account));
    let declared = message.object("from").and_then(|from| from.text("language_code"));
    draft.set("language", declared.map(|tag| object([("declared", tag.into())])));
    draft.set(
        "visibility",
        object([("audience", audience(draft).into()), ("countries", "*".into())]),
    );
}

/// An identity as a text: usually an integer.
fn written(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// Whoever has a public name can be found by anybody; who else can read a channel or supergroup is not said.
fn audience(draft: &Draft) -> &'static str {
    let chat = draft.fields.get("chat").and_then(Value::as_object);
    let field = |name: &str| chat.and_then(|chat| chat.get(name)).and_then(Value::as_str);
    match (field("type"), field("username")) {
        (Some("channel" | "supergroup"), Some(_)) => "public",
        (Some("private" | "group"), _) => "private",
        _ => "unknown",
    }
}

/// Flags, service and what is kept without being read.
fn marks(message: &Foreign<'_>, draft: &mut Draft) {
    let flags = keys::FLAGS.iter().filter(|(key, _)| message.get(key).is_some_and(keys::is_set));
    draft.flags.extend(flags.map(|(_, flag)| *flag));
    let services: Vec<&str> = message
        .fields
        .iter()
        .filter(|(key, value)| keys::SERVICE.contains(&key.as_str()) && !value.is_null())
        .map(|(key, _)| key.as_str())
        .collect();
    // The two that stand beside others of older names; else the first by name.
    let joined =
        ["new_chat_members", "left_chat_member"].into_iter().find(|key| services.contains(key));
    let action = joined.or_else(|| services.iter().min().copied());
    let kept = |keys: &[&str]| -> Value {
        keys.iter().filter_map(|key| Some(((*key).to_owned(), message.get(key)?.clone()))).collect()
    };
    draft.set(
        "service",
        action.map(|action| object([("action", action.into()), ("fields", kept(&services))])),
    );
    let besides =
        keys::BESIDES.iter().copied().filter(|key| message.has(key) && !services.contains(key));
    let besides: Vec<&str> = besides.collect();
    draft.set("ext", (!besides.is_empty()).then(|| kept(&besides)));
}
