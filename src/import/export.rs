//! Telegram Desktop's export: converts a message of `result.json` and its chat to a record. Field names are those of
//! the program (telegramdesktop/tdesktop, `export_output_json.cpp`).

mod keys;
mod peers;
mod surfaces;
mod walk;

use super::draft::Draft;
use super::foreign::{Foreign, Notes};
use super::importer::{Conversion, Importer, RecordJson};
use super::instant;
use crate::base::time::Instant;
use crate::diagnostic::Code;
use crate::record::RecordError;
use crate::record::written::{Object, object};
use crate::world::standard::{account, chat, message, metrics, service, source};
use serde_json::Value;
use walk::Walker;

/// Reads the file `result.json` that Telegram Desktop writes.
pub(super) struct DesktopExport;

impl Importer for DesktopExport {
    fn name(&self) -> &'static str {
        "telegram-export"
    }

    fn reads(&self) -> &'static str {
        "Telegram Desktop: `result.json` of one chat or of a whole account"
    }

    fn conversion(&self) -> Conversion {
        Conversion::Document { keys: DOCUMENT_KEYS, open: |input| Box::new(Walker::new(input)) }
    }
}

/// Keys of an export, each with the first byte of its value. They are not only those of chats and messages, because the
/// program writes other parts of an account first.
const DOCUMENT_KEYS: &[(&str, u8)] = &[
    ("messages", b'['),
    ("chats", b'{'),
    ("left_chats", b'{'),
    ("personal_information", b'{'),
    ("profile_pictures", b'['),
    ("stories", b'{'),
    ("stories", b'['),
    ("contacts", b'{'),
    ("frequent_contacts", b'{'),
    ("sessions", b'{'),
    ("web_sessions", b'{'),
    ("other_data", b'{'),
];

/// A chat, as it appears in the records of its messages.
#[derive(Clone, Debug, Default)]
pub(super) struct Chat(Object);

impl Chat {
    /// Reads the fields of a chat.
    pub(super) fn of(header: &Object) -> Self {
        let notes = Notes::default();
        Self(peers::chat(&Foreign::new(header, "", &notes)))
    }
}

/// Converts a message to a record. `at` is its JSON pointer, and `repairs` are the warnings about repairs of its JSON.
fn record_of_message(
    message: &Value,
    chat: &Chat,
    at: &str,
    repairs: &[&'static str],
) -> RecordJson {
    let notes = Notes::default();
    let Some(message) = Foreign::of(message, at, &notes) else {
        return Err(RecordError::new(Code::WrongType, "", "expected a message (an object)"));
    };
    let mut draft = Draft::new("telegram", "telegram_desktop_export", id(&message, chat)?);
    let is_service = message.text("type") == Some("service");
    draft.source = object([(source::CONTAINER, "chat".into()), (source::POINTER, at.into())]);
    let Chat(chat) = chat;
    draft.set(message::CHAT, chat.clone());
    // The exporter writes only the number of such a message.
    if message.text("type") == Some("unsupported") {
        draft.flags.insert("unsupported");
        repairs.iter().for_each(|name| message.warn_whole_message(name));
        message.ignore(&["id"]);
        let unmapped = message.unread();
        return Ok(draft.finish(notes, unmapped));
    }
    let is_public = chat.get(chat::PUBLIC.name) == Some(&Value::Bool(true));
    draft.set_audience(if is_public { "public" } else { "private" });
    set_dates(&message, &mut draft);
    draft.set(message::AUTHOR, peers::author(&message, is_service));
    surfaces::add_parts(&message, is_service, &mut draft);
    surfaces::add_media(&message, &mut draft);
    draft.set(message::FORWARD, peers::forward(&message));
    draft.set(message::REPLY, peers::reply(&message));
    set_what_is_none(&message, &mut draft);
    let bot = message.text("via_bot").map(|name| name.trim_start_matches('@').to_lowercase());
    draft.set(
        message::VIA_BOT,
        bot.map(|name| object([(account::USERNAME, name.into()), (account::IS_BOT, true.into())])),
    );
    surfaces::add_links(&message, &mut draft);
    draft.set(message::METRICS, reactions(&message));
    set_flags_and_extras(&message, is_service, &mut draft);
    repairs.iter().for_each(|name| message.warn_whole_message(name));
    // All fields of a service message are kept.
    let unmapped = if is_service { vec![] } else { message.unread() };
    Ok(draft.finish(notes, unmapped))
}

/// Says what does not exist: the exporter writes a key for each of these.
fn set_what_is_none(message: &Foreign<'_>, draft: &mut Draft) {
    let has = |key: &str| message.fields.contains_key(key);
    if !has("forwarded_from") && !has("forwarded_from_id") {
        draft.set_none(&[message::FORWARD]);
    }
    // It writes no key for an answer to a story, which is only possible in a private chat.
    let chat_type = draft.get(message::CHAT).and_then(|chat| chat.get(chat::TYPE.name)?.as_str());
    let may_answer_story = matches!(chat_type, None | Some("private" | "bot"));
    if !has("reply_to_message_id") && !has("reply_to_peer_id") && !may_answer_story {
        draft.set_none(&[message::REPLY]);
    }
    if !has("via_bot") {
        draft.set_none(&[message::VIA_BOT]);
    }
    if message.text("type") == Some("message") {
        draft.set_none(&[message::SERVICE]);
    }
}

/// The id of the record. It has `?` in the place of a missing number, because files that people put together lack some.
fn id(message: &Foreign<'_>, Chat(chat): &Chat) -> Result<String, RecordError> {
    let number = |id: Option<&Value>| match id {
        Some(Value::String(id)) => Ok(id.clone()),
        Some(id @ Value::Number(_)) => Ok(id.to_string()),
        Some(_) => Err(RecordError::new(Code::WrongType, "id", "expected a whole number")),
        None => Ok("?".into()),
    };
    Ok(format!("tg:{}/{}", number(chat.get(chat::ID.name))?, number(message.get("id"))?))
}

/// Sets the dates. They are seconds since 1970. Older exports have local times of an unknown zone instead, which are
/// read as UTC.
fn set_dates(message: &Foreign<'_>, draft: &mut Draft) {
    if let Some((at, precision)) = date(message, "date_unixtime", "date") {
        draft.set(message::SENT_AT, at);
        draft.set(message::SENT_AT_PRECISION, precision);
    }
    if let Some((at, _)) = date(message, "edited_unixtime", "edited") {
        draft.set(message::EDITED_AT, at);
        draft.set(message::EVENT, "edited");
    }
}

fn date(message: &Foreign<'_>, seconds: &str, local: &str) -> Option<(String, &'static str)> {
    if let Some(at) = instant::of_field(message, seconds) {
        message.ignore(&[local]);
        return Some((at, "utc"));
    }
    let local_time = message.text(local)?;
    // A zone or fraction after the seconds is cut off.
    let local_time: String = local_time.chars().take("2021-06-30T12:00:00".len()).collect();
    let at = local_time.clone() + if local_time.contains('T') { "Z" } else { "T00:00:00Z" };
    if Instant::parse(&at).is_err() {
        message.warn("W-WRONG-TYPE", local);
        return None;
    }
    Some((at, "local_unknown_tz"))
}

/// The number of times that each reaction was given, by its emoji, document or kind.
fn reactions(message: &Foreign<'_>) -> Option<Object> {
    let mut counts = Object::new();
    for reaction in message.objects("reactions") {
        let name = ["emoji", "document_id", "type"].into_iter().find_map(|key| reaction.text(key));
        let name = name.unwrap_or("?");
        reaction.ignore(&["type"]);
        let before = counts.get(name).and_then(Value::as_i64).unwrap_or(0);
        let count = reaction.int("count").unwrap_or(0);
        counts.insert(name.to_owned(), before.saturating_add(count).into());
    }
    (!counts.is_empty()).then(|| object([(metrics::REACTIONS, counts.into())]))
}

/// Sets the flags, the service message, and what is kept without being read.
fn set_flags_and_extras(message: &Foreign<'_>, is_service: bool, draft: &mut Draft) {
    if message.is_true("media_spoiler") {
        draft.flags.insert("spoiler");
    }
    if message.int("paid_stars_amount").is_some_and(|stars| stars != 0) {
        draft.flags.insert("paid_media");
    }
    if is_service {
        let fields = message
            .fields
            .iter()
            .filter(|(key, _)| !keys::KEYS_OF_EVERY_SERVICE.contains(&key.as_str()));
        let fields: Object = fields.map(|(key, value)| (key.clone(), value.clone())).collect();
        let action = message.text("action").unwrap_or("custom");
        draft.set(
            message::SERVICE,
            object([(service::ACTION, action.into()), (service::FIELDS, fields.into())]),
        );
    }
    let kept = message.kept(keys::KEPT_KEYS);
    draft.set(message::EXT, (!kept.is_empty()).then_some(kept));
}
