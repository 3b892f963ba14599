//! Telegram's Bot API: converts an `Update` or a bare `Message` to records. Field names are those of the server
//! (tdlib/telegram-bot-api, `Client.cpp`).

mod keys;
mod people;
mod polls;
mod rich;
mod surfaces;

use super::draft::Draft;
use super::foreign::{Foreign, Notes, path};
use super::importer::{Conversion, ConvertedValue, Importer, RecordJson};
use super::instant;
use crate::diagnostic::Code;
use crate::record::RecordError;
use crate::record::written::object;
use crate::world::standard::{StandardField, author, chat, language, message, service, source};
use serde_json::Value;

/// The kinds of update that carry a message.
const UPDATES_WITH_MESSAGE: &[&str] = &[
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_message",
    "edited_business_message",
    "guest_message",
];

/// Reads what bots receive.
pub(super) struct BotApi;

impl Importer for BotApi {
    fn name(&self) -> &'static str {
        "telegram"
    }

    fn reads(&self) -> &'static str {
        "Telegram's Bot API: an `Update`, a `Message`, or what `getUpdates` answers"
    }

    fn conversion(&self) -> Conversion {
        Conversion::Values { keys: &["update_id", "message_id", "date", "ok"], convert }
    }
}

/// Converts an update, a message, or what `getUpdates` answers.
fn convert(payload: &Value, repairs: &[&'static str]) -> ConvertedValue {
    let mut converted = ConvertedValue::default();
    let notes = Notes::default();
    match Foreign::of(payload, "", &notes) {
        None => converted.records.push(Err(no_message(""))),
        Some(payload) => match payload.get("result") {
            Some(Value::Array(elements)) if payload.has("ok") => {
                for (number, element) in elements.iter().enumerate() {
                    let at = format!("/result/{number}");
                    match payload.object_at(element, &at) {
                        Some(element) => convert_payload(&element, repairs, &mut converted),
                        None => converted.records.push(Err(no_message(""))),
                    }
                }
            }
            Some(Value::Object(_)) if payload.has("ok") => {
                if let Some(element) = payload.object("result") {
                    convert_payload(&element, repairs, &mut converted);
                }
            }
            _ => convert_payload(&payload, repairs, &mut converted),
        },
    }
    converted
}

/// Converts an update or a message.
fn convert_payload(
    payload: &Foreign<'_>,
    repairs: &[&'static str],
    converted: &mut ConvertedValue,
) {
    if !payload.has("update_id") {
        // The key `chat` does not count, because canonical records have it too.
        let is_message = ["message_id", "date"].iter().any(|key| payload.has(key));
        let is_export = ["messages", "chats"].iter().any(|key| payload.has(key));
        let hint = if is_export { "; this looks like an export of Telegram Desktop" } else { "" };
        let record = || record_of_message(payload, "message", vec![], repairs);
        converted.records.push(if is_message { record() } else { Err(no_message(hint)) });
        return;
    }
    // Messages with their kind, their container, and what was not read around them.
    let (mut messages, mut broken) = (vec![], vec![]);
    for kind in UPDATES_WITH_MESSAGE.iter().copied().filter(|kind| payload.has(kind)) {
        match payload.object(kind) {
            Some(message) => messages.push((kind, kind, message, vec![])),
            None => broken.push(kind),
        }
    }
    // The message whose button was pressed.
    let pressed = payload.object("callback_query").and_then(|query| {
        let message = query.object("message")?;
        query.ignore(&["message"]);
        Some(("callback_query", "callback_query.message", message, query.unread()))
    });
    // A message that is too old to be available has the date 0.
    let is_available = |message: &Foreign<'_>| message.int("date").is_some_and(|date| date != 0);
    messages.extend(pressed.filter(|(_, _, message, _)| is_available(message)));
    let is_read =
        |key: &str| messages.iter().any(|(kind, ..)| *kind == key) || broken.contains(&key);
    let keys = payload.fields.keys().filter(|key| *key != "update_id" && payload.has(key));
    let (read, skipped): (Vec<_>, Vec<_>) = keys.cloned().partition(|key| is_read(key));
    // An update with nothing in it is counted under its only key.
    let is_empty = read.is_empty() && skipped.is_empty();
    converted.skipped.extend(if is_empty { vec!["update_id".to_owned()] } else { skipped });
    converted.records.extend(broken.iter().map(|kind| Err(not_an_object(&payload.pointer(kind)))));
    for (_, container, message, around) in messages {
        converted.records.push(record_of_message(&message, container, around, repairs));
    }
}

fn not_an_object(pointer: &str) -> RecordError {
    RecordError::new(Code::WrongType, path(pointer), "expected a message (an object)")
}

fn no_message(hint: &str) -> RecordError {
    let message = format!("expected an update or a message of the Bot API{hint}");
    RecordError::new(Code::WrongType, "", message)
}

/// Converts a message to a record. `container` is the place of the message in the update, and `unread` what was not read
/// around it.
fn record_of_message(
    message: &Foreign<'_>,
    container: &'static str,
    unread: Vec<String>,
    repairs: &[&'static str],
) -> RecordJson {
    let notes = Notes::of_repairs(repairs);
    let message = Foreign::new(message.fields, &message.at, &notes);
    let mut draft = Draft::new("telegram", "telegram_bot_api", id(&message)?);
    set_metadata(&message, container, &mut draft);
    surfaces::add_parts(&message, &mut draft);
    surfaces::add_media(&message, &mut draft);
    people::set_forward(&message, &mut draft);
    people::set_reply(&message, &mut draft);
    surfaces::add_links(&message, &mut draft);
    set_flags_and_extras(&message, &mut draft);
    let pointer = if message.at.is_empty() { "/" } else { &message.at };
    draft.source =
        object([(source::CONTAINER, container.into()), (source::POINTER, pointer.into())]);
    message.ignore(&["is_topic_message"]);
    let unread_inside = message.unread();
    // A key of the message that is not known may be that of a new kind of service message.
    let is_of_message =
        |at: &String| at.get(message.at.len() + 1..).is_some_and(|key| !key.contains('/'));
    if !unread_inside.iter().any(is_of_message) || message.has("text") || message.has("caption") {
        draft.set_none(&[message::SERVICE]);
    }
    Ok(draft.finish(notes, [unread_inside, unread].concat()))
}

/// The id of the record, made of the number of the chat and the number of the message in the chat.
fn id(message: &Foreign<'_>) -> Result<String, RecordError> {
    let number = |object: Option<&Foreign<'_>>, path: String, key: &str| match object
        .map(|object| object.get(key))
    {
        Some(Some(id @ (Value::Number(_) | Value::String(_)))) => Ok(id_text(id)),
        Some(Some(_)) => Err(RecordError::new(Code::WrongType, path, "expected a whole number")),
        Some(None) | None => {
            let message = format!("a message of the Bot API must have `{key}`");
            Err(RecordError::new(Code::MissingField, path, message))
        }
    };
    let chat = message.object("chat");
    let chat_id = number(chat.as_ref(), path(&format!("{}/id", message.pointer("chat"))), "id")?;
    let key = "message_id";
    let message_id = number(Some(message), path(&message.pointer(key)), key)?;
    Ok(format!("tg:{chat_id}/{message_id}"))
}

/// Sets the dates, the chat, the author and the visibility.
fn set_metadata(message: &Foreign<'_>, container: &str, draft: &mut Draft) {
    let chat = message.object("chat");
    let edited = message.int("edit_date").filter(|date| *date != 0);
    if container.starts_with("edited") || edited.is_some() {
        draft.set(message::EVENT, "edited");
    }
    draft.set(message::SENT_AT, instant::of_field(message, "date"));
    draft.set(message::EDITED_AT, instant::of_field(message, "edit_date"));
    draft.set(message::CHAT, chat.as_ref().map(people::chat));
    draft.set(message::AUTHOR, people::author(message));
    if !message.has("sender_chat") {
        draft.set_none(&[message::AUTHOR, author::CHAT]);
    }
    draft.set(message::ALBUM_ID, message.get("media_group_id").map(id_text));
    draft.set(message::THREAD_ID, message.int("message_thread_id").filter(|id| *id != 0));
    draft.set(message::VIA_BOT, message.object("via_bot").as_ref().map(people::account));
    if !message.has("via_bot") {
        draft.set_none(&[message::VIA_BOT]);
    }
    let declared = message.object("from").and_then(|from| from.text("language_code"));
    draft.set(message::LANGUAGE, declared.map(|tag| object([(language::DECLARED, tag.into())])));
    if let Some(audience) = audience(draft) {
        draft.set_audience(audience);
    }
}

/// An id as text. In JSON it is usually an integer.
fn id_text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// A chat with a public name can be found by anybody. Without one, a channel or supergroup may still be open to all.
fn audience(draft: &Draft) -> Option<&'static str> {
    let chat = draft.get(message::CHAT).and_then(Value::as_object);
    let field = |field: StandardField| chat?.get(field.name)?.as_str();
    match (field(chat::TYPE), field(chat::USERNAME)) {
        (Some("channel" | "supergroup"), Some(_)) => Some("public"),
        (Some("private" | "group"), _) => Some("private"),
        _ => None,
    }
}

/// Sets the flags, the service message, and what is kept without being read.
fn set_flags_and_extras(message: &Foreign<'_>, draft: &mut Draft) {
    let flags =
        keys::FLAG_KEYS.iter().filter(|(key, _)| message.get(key).is_some_and(keys::is_set));
    draft.flags.extend(flags.map(|(_, flag)| *flag));
    let services: Vec<&str> = message
        .fields
        .iter()
        .filter(|(key, value)| keys::SERVICE_KEYS.contains(&key.as_str()) && !value.is_null())
        .map(|(key, _)| key.as_str())
        .collect();
    // The server also writes older names of the same event. These two keys take precedence over them; among other keys,
    // the first by name counts.
    let mut preferred = ["new_chat_members", "left_chat_member"].into_iter();
    let preferred = preferred.find(|key| services.contains(key));
    if let Some(action) = preferred.or_else(|| services.iter().min().copied()) {
        let fields = message.kept(&services).into();
        let service = object([(service::ACTION, action.into()), (service::FIELDS, fields)]);
        draft.set(message::SERVICE, service);
    }
    let kept = message.kept(keys::KEPT_KEYS);
    draft.set(message::EXT, (!kept.is_empty()).then_some(kept));
}
