//! Telegram Desktop's export: a message of `result.json` and the chat that it stands in, to a record. Field names are
//! those of the program (telegramdesktop/tdesktop, `export_output_json.cpp`).

mod keys;
mod peers;
mod surfaces;

use super::draft::{Draft, Object, object};
use super::foreign::{Foreign, Warnings};
use super::instant;
use crate::base::time::Instant;
use serde_json::Value;

/// A chat, as its messages have it.
#[derive(Clone, Debug, Default)]
pub(super) struct Chat(Object);

impl Chat {
    /// Reads the fields of a chat that stand beside its messages.
    pub(super) fn of(header: &Object) -> Self {
        let said = Warnings::default();
        Self(peers::chat(&Foreign::new(header, "", &said)))
    }
}

/// The record of a message; `at` is its JSON pointer, `mended` names what was mended in its JSON.
pub(super) fn record(
    message: &Value,
    chat: &Chat,
    at: &str,
    mended: &[&'static str],
) -> Option<Value> {
    let said = Warnings::default();
    let message = Foreign::of(message, at, &said)?;
    let mut draft = Draft::default();
    let is_service = message.text("type") == Some("service");
    let source = object([
        ("format", "telegram_desktop_export".into()),
        ("container", "chat".into()),
        ("pointer", at.into()),
    ]);
    identity(&message, chat, &mut draft);
    // Of these the exporter writes no more than the number.
    if message.text("type") == Some("unsupported") {
        draft.flags.insert("unsupported");
        draft.set("author", object([("kind", "unknown".into())]));
        draft.set("visibility", visibility("unknown"));
        mended.iter().for_each(|name| message.say_of_all(name));
        return Some(draft.finish(source, said, vec![]));
    }
    dates(&message, &mut draft);
    draft.set("author", peers::author(&message, is_service));
    surfaces::parts(&message, is_service, &mut draft);
    surfaces::media(&message, &mut draft);
    draft.set("forward", peers::forward(&message));
    draft.set("reply", peers::reply(&message));
    let bot = message.text("via_bot").map(|name| name.trim_start_matches('@').to_lowercase());
    draft.set(
        "via_bot",
        bot.map(|name| object([("username", name.into()), ("is_bot", true.into())])),
    );
    surfaces::links(&message, &mut draft);
    draft.set("metrics", reactions(&message));
    rest(&message, is_service, &mut draft);
    mended.iter().for_each(|name| message.say_of_all(name));
    // Of a service message all is kept.
    let unmapped = if is_service { vec![] } else { message.unmapped(keys::is_known) };
    Some(draft.finish(source, said, unmapped))
}

fn identity(message: &Foreign<'_>, Chat(chat): &Chat, draft: &mut Draft) {
    let number = |id: Option<&Value>| match id {
        Some(Value::String(id)) => id.clone(),
        Some(id) => id.to_string(),
        None => "?".into(),
    };
    draft.set("id", format!("tg:{}/{}", number(chat.get("id")), number(message.get("id"))));
    draft.set("chat", chat.clone());
    let public = chat.get("public") == Some(&Value::Bool(true));
    draft.set("visibility", visibility(if public { "public" } else { "private" }));
}

fn visibility(audience: &str) -> Object {
    object([("audience", audience.into()), ("countries", "*".into())])
}

/// Seconds since 1970, or in older exports a local time of an unknown zone, read as if it were UTC.
fn dates(message: &Foreign<'_>, draft: &mut Draft) {
    if let Some((at, precision)) = date(message, "date_unixtime", "date") {
        draft.set("sent_at", at);
        draft.set("sent_at_precision", precision);
    }
    if let Some((at, _)) = date(message, "edited_unixtime", "edited") {
        draft.set("edited_at", at);
        draft.set("event", "edited");
    }
}

fn date(message: &Foreign<'_>, seconds: &str, local: &str) -> Option<(String, &'static str)> {
    if let Some(at) = instant::of_field(message, seconds) {
        return Some((at, "utc"));
    }
    let written: String = message.text(local)?.chars().take(19).collect();
    let at = if written.contains('T') { written + "Z" } else { written + "T00:00:00Z" };
    if Instant::parse(&at).is_err() {
        message.say("W-WRONG-TYPE", local);
        return None;
    }
    Some((at, "local_unknown_tz"))
}

/// How often which reaction was given; one is named by its sign, document or kind.
fn reactions(message: &Foreign<'_>) -> Option<Object> {
    let mut counts = Object::new();
    for reaction in message.objects("reactions") {
        let name = ["emoji", "document_id", "type"].into_iter().find_map(|key| reaction.text(key));
        let name = name.unwrap_or("?");
        let before = counts.get(name).and_then(Value::as_i64).unwrap_or(0);
        let count = reaction.int("count").unwrap_or(0);
        counts.insert(name.to_owned(), before.saturating_add(count).into());
    }
    (!counts.is_empty()).then(|| object([("reactions", counts.into())]))
}

/// Flags, service and what is kept without being read.
fn rest(message: &Foreign<'_>, is_service: bool, draft: &mut Draft) {
    if message.is("media_spoiler") {
        draft.flags.insert("spoiler");
    }
    if message.int("paid_stars_amount").is_some_and(|stars| stars != 0) {
        draft.flags.insert("paid_media");
    }
    if is_service {
        let fields = message
            .fields
            .iter()
            .filter(|(key, _)| !keys::OF_EVERY_SERVICE.contains(&key.as_str()));
        let fields: Object = fields.map(|(key, value)| (key.clone(), value.clone())).collect();
        let action = message.text("action").unwrap_or("custom");
        draft.set("service", object([("action", action.into()), ("fields", fields.into())]));
    }
    let besides = keys::BESIDES.iter().filter_map(|key| {
        let value = message.fields.get(*key)?;
        Some(((*key).to_owned(), value.clone()))
    });
    let besides: Object = besides.collect();
    draft.set("ext", (!besides.is_empty()).then_some(besides));
}
