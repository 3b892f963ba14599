//! Converts what a reader of an exported message sees: its texts, media and buttons. Texts come in pieces without
//! offsets, so the pieces are joined and their positions counted.

use crate::import::draft::{Draft, MarkedText, Part};
use crate::import::foreign::{Foreign, Notes};
use crate::import::links;
use crate::record::written::{Object, object};
use crate::world::standard::media;
use serde_json::Value;

/// Types of pieces that have another name in entities.
const PIECE_TYPES: &[(&str, &str)] = &[
    ("link", "url"),
    ("phone", "phone_number"),
    ("bank_card", "bank_card_number"),
    ("mention_name", "text_mention"),
];

/// Fields of a message whose text becomes a part, each with the kind of part.
const TEXT_FIELDS: &[(&str, &str)] = &[
    ("file_name", "file_name"),
    ("performer", "audio_title"),
    ("place_name", "venue"),
    ("address", "venue"),
    ("game_title", "game"),
    ("game_description", "game"),
];

/// Fields of a service message whose text becomes a part, each with the kind of part.
const SERVICE_FIELDS: &[(&str, &str)] = &[
    ("new_title", "topic"),
    ("gift_text", "gift"),
    ("information_text", "service"),
    ("comment", "service"),
];

/// The exporter's kinds of files, with the kinds of the record. A file without a kind is a document.
const MEDIA_KINDS: &[(&str, &str)] = &[
    ("video_file", "video"),
    ("video_message", "video_note"),
    ("voice_message", "voice"),
    ("audio_file", "audio"),
    ("animation", "animation"),
    ("sticker", "sticker"),
];

/// Texts that the exporter writes in place of the path of a missing file, with the reason.
const MISSING_FILES: &[(&str, &str)] = &[
    ("(File not included", "not_included"),
    ("(Photo not included", "not_included"),
    ("(File exceeds", "too_large"),
    ("(Photo exceeds", "too_large"),
    ("(File unavailable", "unavailable"),
    ("(Photo unavailable", "unavailable"),
];

/// Types of buttons that lead somewhere, each with the `via` of its link.
const BUTTON_TYPES: &[(&str, &str)] = &[
    ("url", "button"),
    ("auth", "login"),
    ("web_view", "web_app"),
    ("simple_web_view", "web_app"),
    ("copy_text", "copy_text"),
];

/// The second word of the row of a table that begins with this word.
fn translated(table: &[(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(from, _)| *from == word).map(|(_, to)| *to)
}

pub(super) fn add_parts(message: &Foreign<'_>, is_service: bool, draft: &mut Draft) {
    add_body(message, is_service, draft);
    if let Some(poll) = message.object("poll") {
        add_text(&poll, "question", "poll_question", draft);
        add_answers(&poll, "poll_option", draft);
    }
    if let Some(list) = message.object("todo_list") {
        add_text(&list, "title", "title", draft);
        add_answers(&list, "checklist", draft);
    }
    for (key, kind) in TEXT_FIELDS {
        add_text(message, key, kind, draft);
    }
    add_text(message, "title", if is_service { "title" } else { "audio_title" }, draft);
    if is_service {
        add_service_texts(message, draft);
    }
    if let Some(contact) = message.object("contact_information") {
        for key in ["first_name", "last_name", "phone_number"] {
            add_text(&contact, key, "contact", draft);
        }
    }
    add_invoice(message, draft);
    let giveaway =
        ["giveaway_information", "giveaway_results"].into_iter().find(|key| message.has(key));
    if let Some(giveaway) = giveaway.and_then(|key| message.object(key)) {
        add_text(&giveaway, "additional_prize", "giveaway", draft);
    }
}

/// Adds what people wrote into a service message: a note with a gift, the new name of a topic, tasks, a reason.
fn add_service_texts(message: &Foreign<'_>, draft: &mut Draft) {
    for (key, kind) in SERVICE_FIELDS {
        add_text(message, key, kind, draft);
    }
    if message.text("action") == Some("todo_append_tasks") {
        for task in message.objects("items") {
            add_text(&task, "text", "checklist", draft);
        }
    }
}

/// Adds the text of the message. The entities contain the same text; if the two differ, the field `text` counts.
fn add_body(message: &Foreign<'_>, is_service: bool, draft: &mut Draft) {
    let kind = match is_service {
        _ if message.fields.contains_key("photo") || message.fields.contains_key("file") => {
            "caption"
        }
        true => "service",
        false => "text",
    };
    let (shown, marked) = (joined_text(message, "text"), joined_text(message, "text_entities"));
    let differ = !marked.text.is_empty() && !shown.text.is_empty() && marked.text != shown.text;
    if differ {
        message.warn_whole_message("W-TEXT-MISMATCH");
    }
    let text = if differ || marked.text.is_empty() { shown } else { marked };
    add_part(text, kind, message.pointer("text"), draft);
}

fn add_answers(object: &Foreign<'_>, kind: &'static str, draft: &mut Draft) {
    for (number, answer) in object.list("answers").iter().enumerate() {
        let at = format!("{}/{number}", object.pointer("answers"));
        // Some programs write only the words.
        if let Value::String(text) = answer {
            if !text.is_empty() {
                draft.parts.push(Part::new(kind, text.clone(), at + "/text", vec![]));
            }
        } else if let Some(answer) = object.object_at(answer, &at) {
            add_text(&answer, "text", kind, draft);
        }
    }
}

/// Adds the texts of an invoice. The exporter writes this object as a string.
fn add_invoice(message: &Foreign<'_>, draft: &mut Draft) {
    let key = "invoice_information";
    let Some(Value::String(text)) = message.get(key) else {
        if let Some(invoice) = message.object(key) {
            add_texts_of_invoice(&invoice, draft);
        }
        return;
    };
    let Ok(written) = serde_json::from_str::<Value>(text) else {
        add_text(message, key, "invoice", draft);
        return;
    };
    let notes = Notes::default();
    if let Some(invoice) = Foreign::of(&written, message.pointer(key), &notes) {
        add_texts_of_invoice(&invoice, draft);
        draft.unmapped.extend(invoice.unread());
    }
    message.take_warnings(notes);
}

fn add_texts_of_invoice(invoice: &Foreign<'_>, draft: &mut Draft) {
    for key in ["title", "description"] {
        draft.add_text("invoice", invoice, key, vec![]);
    }
}

/// Adds a part for a field that holds a text or pieces. Returns the index of the part, or `None` if there is no text.
fn add_text(
    object: &Foreign<'_>,
    key: &str,
    kind: &'static str,
    draft: &mut Draft,
) -> Option<usize> {
    add_part(joined_text(object, key), kind, object.pointer(key), draft)
}

fn add_part(
    text: MarkedText,
    kind: &'static str,
    pointer: String,
    draft: &mut Draft,
) -> Option<usize> {
    if text.text.is_empty() {
        return None;
    }
    draft.parts.push(text.into_part(kind, pointer));
    Some(draft.parts.len() - 1)
}

/// The text of a field, whose pieces are joined.
fn joined_text(object: &Foreign<'_>, key: &str) -> MarkedText {
    let mut joined = MarkedText::default();
    match object.get(key) {
        None => {}
        Some(Value::String(text)) => joined.push(text),
        Some(Value::Array(pieces)) => {
            for (number, piece) in pieces.iter().enumerate() {
                if let Value::String(text) = piece {
                    joined.push(text);
                    continue;
                }
                let at = format!("{}/{number}", object.pointer(key));
                if let Some(piece) = object.object_at(piece, &at) {
                    push_piece(&mut joined, &piece);
                }
            }
        }
        Some(_) => object.warn("W-WRONG-TYPE", key),
    }
    joined
}

fn push_piece(joined: &mut MarkedText, piece: &Foreign<'_>) {
    let offset = joined.units;
    joined.push(piece.text("text").unwrap_or_default());
    let kind = piece.text("type").unwrap_or("unknown");
    // The exporter confuses bytes with UTF-16 units, and so writes empty pieces.
    if kind == "plain" || joined.units == offset {
        return;
    }
    let is_collapsed = kind == "blockquote" && piece.is_true("collapsed");
    let kind = if is_collapsed {
        "expandable_blockquote"
    } else {
        translated(PIECE_TYPES, kind).unwrap_or(kind)
    };
    let value = ["href", "user_id", "language", "document_id"]
        .into_iter()
        .find_map(|key| text_or_number(piece, key));
    joined.mark_from(offset, kind, value);
}

/// A field that holds a text or a number, as a text.
fn text_or_number(object: &Foreign<'_>, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::Number(number) if number.as_i64() != Some(0) => Some(number.to_string()),
        Value::Number(_) => None,
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            object.text(key).map(str::to_owned)
        }
    }
}

pub(super) fn add_media(message: &Foreign<'_>, draft: &mut Draft) {
    for (key, size) in [("photo", "photo_file_size"), ("file", "file_size")] {
        if message.fields.contains_key(key) {
            let kind = message
                .text("media_type")
                .and_then(|word| translated(MEDIA_KINDS, word))
                .unwrap_or("document");
            let kind = if key == "photo" { "photo" } else { kind };
            draft.media.push(media_object(message, kind, key, size));
        }
    }
    let is_venue = message.text("place_name").is_some();
    for (key, kind) in [
        ("location_information", if is_venue { "venue" } else { "location" }),
        ("contact_information", "contact"),
    ] {
        if message.object(key).is_some_and(|object| !object.fields.is_empty()) {
            draft.media.push(object([
                (media::KIND, kind.into()),
                (media::POINTER, message.pointer(key).into()),
            ]));
        }
    }
}

fn media_object(message: &Foreign<'_>, kind: &str, key: &str, size: &str) -> Object {
    message.ignore(&["thumbnail", "thumbnail_file_size"]);
    let emoji = if kind == "sticker" { message.text("sticker_emoji") } else { None };
    let path = message.text(key);
    let missing =
        path.and_then(|path| MISSING_FILES.iter().find(|(words, _)| path.contains(words)));
    object([
        (media::KIND, kind.into()),
        (media::EMOJI, emoji.into()),
        (media::PATH, path.filter(|_| missing.is_none()).into()),
        (media::MISSING, missing.map(|(_, why)| *why).into()),
        (media::MIME, message.text("mime_type").into()),
        (media::SIZE, message.int(size).into()),
        (media::WIDTH, message.int("width").into()),
        (media::HEIGHT, message.int("height").into()),
        (media::DURATION_S, message.number("duration_seconds").into()),
        (media::FILE_NAME, message.text("file_name").into()),
        (media::SPOILER, message.is_true("media_spoiler").then_some(true).into()),
        (media::POINTER, message.pointer(key).into()),
    ])
}

/// Adds the links outside the texts: the link of a game, and those of the buttons below the message. The words of
/// buttons become parts.
pub(super) fn add_links(message: &Foreign<'_>, draft: &mut Draft) {
    draft.links.extend(message.text("game_link").map(|url| links::link(url, "game", None)));
    let buttons = message.rows("inline_bot_buttons").flatten();
    buttons.for_each(|button| add_button(&button, draft));
}

fn add_button(button: &Foreign<'_>, draft: &mut Draft) {
    let part = add_text(button, "text", "button", draft);
    let via = button.text("type").and_then(|word| translated(BUTTON_TYPES, word));
    if let (Some(via), Some(url)) = (via, button.text("data")) {
        draft.links.push(links::link_with_part(url, via, button.text("text"), part));
    }
}
