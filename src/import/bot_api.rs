//! Telegram's Bot API: converts an `Update` or a bare `Message` to records. Field names are those of the server
//! (tdlib/telegram-bot-api, `Client.cpp`).

mod keys;
mod people;
mod polls;
mod rich;
mod surfaces;

use super::draft::Draft;
use super::foreign::{Foreign, Warnings, path};
use super::importer::{Conversion, Converted, Importer};
use super::instant;
use crate::diagnostic::Code;
use crate::record::RecordError;
use crate::record::written::object;
use crate::world::standard::{StandardField, chat, language, message, service, source, visibility};
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
fn convert(payload: &Value, repairs: &[&'static str]) -> Converted {
    let mut converted = Converted::default();
    let warnings = Warnings::default();
    match Foreign::of(payload, "", &warnings) {
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
                let element = payload.object("result");
                element
                    .iter()
                    .for_each(|element| convert_payload(element, repairs, &mut converted));
            }
            _ => convert_payload(&payload, repairs, &mut converted),
        },
    }
    converted
}

/// Converts an update or a message.
fn convert_payload(payload: &Foreign<'_>, repairs: &[&'static str], converted: &mut Converted) {
    if !payload.has("update_id") {
        // The key `chat` does not count, because canonical records have it too.
        let is_message = ["message_id", "date"].iter().any(|key| payload.has(key));
        let is_export = ["messages", "chats"].iter().any(|key| payload.has(key));
        let hint = if is_export { "; this looks like an export of Telegram Desktop" } else { "" };
        let record = || message(payload, "message", repairs);
        converted.records.push(if is_message { record() } else { Err(no_message(hint)) });
        return;
    }
    let (mut carried, mut broken) = (vec![], vec![]);
    for kind in CARRIERS.iter().copied().filter(|kind| payload.has(kind)) {
        match payload.object(kind) {
            Some(found) => carried.push((kind, kind, found)),
            None => broken.push(kind),
        }
    }
    // The message whose button was pressed.
    let pressed = payload.object("callback_query").and_then(|query| query.object("message"));
    // A message that is too old to be available has the date 0.
    let pressed = pressed.filter(|message| message.int("date").is_some_and(|date| date != 0));
    carried.extend(pressed.map(|found| ("callback_query", "callback_query.message", found)));
    let is_read =
        |key: &str| carried.iter().any(|(kind, ..)| *kind == key) || broken.contains(&key);
    let kinds = payload.fields.keys().filter(|key| *key != "update_id" && payload.has(key));
    let (read_here, skipped): (Vec<_>, Vec<_>) = kinds.cloned().partition(|key| is_read(key));
    // An update with nothing in it is counted under its only key.
    let is_empty = read_here.is_empty() && skipped.is_empty();
    converted.skipped.extend(if is_empty { vec!["update_id".to_owned()] } else { skipped });
    converted.records.extend(broken.iter().map(|kind| Err(no_object(&payload.pointer(kind)))));
    for (_, carrier, found) in &carried {
        converted.records.push(message(found, carrier, repairs));
    }
}

fn no_object(pointer: &str) -> RecordError {
    RecordError::new(Code::WrongType, path(pointer), "expected a message (an object)")
}

fn no_message(hint: &str) -> RecordError {
    let message = format!("expected an update or a message of the Bot API{hint}");
    RecordError::new(Code::WrongType, "", message)
}

fn message(
    object_of_message: &Foreign<'_>,
    carrier: &'static str,
    repairs: &[&'static str],
) -> Result<Value, RecordError> {
    let warnings = Warnings::default();
    repairs.iter().for_each(|name| warnings.warn(name, ""));
    let message = Foreign::new(object_of_message.fields, &object_of_message.at, &warnings);
    let mut draft = Draft::new("telegram", "telegram_bot_api", id(&message)?);
    set_metadata(&message, carrier, &mut draft);
    surfaces::parts(&message, &mut draft);
    surfaces::media(&message, &mut draft);
    people::forward(&message, &mut draft);
    people::reply(&message, &mut draft);
    surfaces::links(&message, &mut draft);
    set_flags_and_extras(&message, &mut draft);
    let pointer = if message.at.is_empty() { "/" } else { &message.at };
    draft.source = object([(source::CONTAINER, carrier.into()), (source::POINTER, pointer.into())]);
    let unmapped = message.unmapped(keys::is_known);
    Ok(draft.finish(warnings, unmapped))
}

/// The id of the record: the number of the chat, and the number of the message in the chat.
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
fn set_metadata(message: &Foreign<'_>, carrier: &str, draft: &mut Draft) {
    let chat = message.object("chat");
    let edited = message.int("edit_date").filter(|date| *date != 0);
    if carrier.starts_with("edited") || edited.is_some() {
        draft.set(message::EVENT, "edited");
    }
    draft.set(message::SENT_AT, instant::of_field(message, "date"));
    draft.set(message::EDITED_AT, instant::of_field(message, "edit_date"));
    let unknown = object([(chat::TYPE, "unknown".into())]);
    draft.set(message::CHAT, chat.as_ref().map_or(unknown, people::chat));
    draft.set(message::AUTHOR, people::author(message));
    draft.set(message::ALBUM_ID, message.get("media_group_id").map(id_text));
    draft.set(message::THREAD_ID, message.int("message_thread_id").filter(|id| *id != 0));
    draft.set(message::VIA_BOT, message.object("via_bot").as_ref().map(people::account));
    let declared = message.object("from").and_then(|from| from.text("language_code"));
    draft.set(message::LANGUAGE, declared.map(|tag| object([(language::DECLARED, tag.into())])));
    draft.set(
        message::VISIBILITY,
        object([
            (visibility::AUDIENCE, audience(draft).into()),
            (visibility::COUNTRIES, "*".into()),
        ]),
    );
}

/// An id as text. In JSON it is usually an integer.
fn id_text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// A chat with a public name can be found by anybody. Without one, a channel or supergroup may still be open to all.
fn audience(draft: &Draft) -> &'static str {
    let chat = draft.get(message::CHAT).and_then(Value::as_object);
    let field = |field: StandardField| chat?.get(field.name)?.as_str();
    match (field(chat::TYPE), field(chat::USERNAME)) {
        (Some("channel" | "supergroup"), Some(_)) => "public",
        (Some("private" | "group"), _) => "private",
        _ => "unknown",
    }
}

/// Sets the flags, the service message, and the keys that are kept without being read.
fn set_flags_and_extras(message: &Foreign<'_>, draft: &mut Draft) {
    let flags = keys::FLAGS.iter().filter(|(key, _)| message.get(key).is_some_and(keys::is_set));
    draft.flags.extend(flags.map(|(_, flag)| *flag));
    let services: Vec<&str> = message
        .fields
        .iter()
        .filter(|(key, value)| keys::SERVICE.contains(&key.as_str()) && !value.is_null())
        .map(|(key, _)| key.as_str())
        .collect();
    // These two keys come together with older names of the same event, so they take precedence. Among other keys, the
    // first by name counts.
    let joined =
        ["new_chat_members", "left_chat_member"].into_iter().find(|key| services.contains(key));
    let action = joined.or_else(|| services.iter().min().copied());
    let kept = |keys: &[&str]| -> Value {
        keys.iter().filter_map(|key| Some(((*key).to_owned(), message.get(key)?.clone()))).collect()
    };
    draft.set(
        message::SERVICE,
        action.map(|action| {
            object([(service::ACTION, action.into()), (service::FIELDS, kept(&services))])
        }),
    );
    let extra =
        keys::EXTRA.iter().copied().filter(|key| message.has(key) && !services.contains(key));
    let extra: Vec<&str> = extra.collect();
    draft.set(message::EXT, (!extra.is_empty()).then(|| kept(&extra)));
}
