//! Converts what a reader of a Bot API message sees: its texts, media and buttons.

use super::{polls, rich};
use crate::import::draft::{Draft, Mark};
use crate::import::foreign::Foreign;
use crate::import::links;
use crate::record::written::{Object, object};
use crate::world::standard::media;
use serde_json::Value;

/// Objects with texts that become parts: the key of the object, the kind of its parts, and the fields with the texts.
const OBJECTS_WITH_TEXTS: &[(&str, &str, &[&str])] = &[
    ("contact", "contact", &["first_name", "last_name", "phone_number", "vcard"]),
    ("venue", "venue", &["title", "address"]),
    ("game", "game", &["title", "description", "text"]),
    ("invoice", "invoice", &["title", "description"]),
    ("giveaway", "giveaway", &["prize_description"]),
    ("giveaway_winners", "giveaway", &["prize_description"]),
    ("gift", "gift", &["text"]),
    ("audio", "audio_title", &["performer", "title"]),
    ("forum_topic_created", "topic", &["name"]),
    ("forum_topic_edited", "topic", &["name"]),
    ("poll_option_added", "poll_option", &["option_text"]),
    ("poll_option_deleted", "poll_option", &["option_text"]),
    ("suggested_post_declined", "service", &["comment"]),
];

/// Media with a file name.
const FILES_WITH_NAMES: &[&str] = &["video", "animation", "audio", "document"];

/// Keys that are media, in the order in which records list them.
const MEDIA_KEYS: &[&str] = &[
    "photo",
    "live_photo",
    "video",
    "animation",
    "audio",
    "voice",
    "video_note",
    "document",
    "sticker",
    "story",
    "paid_media",
    "location",
    "venue",
    "contact",
    "dice",
];

pub(super) fn add_parts(message: &Foreign<'_>, draft: &mut Draft) {
    draft.add_text("text", message, "text", marks(message, "entities"));
    draft.add_text("caption", message, "caption", marks(message, "caption_entities"));
    if let Some(rich) = message.object("rich_message") {
        rich::read(&rich, draft);
    }
    polls::read(message, draft);
    for key in ["checklist", "checklist_tasks_added"] {
        let Some(list) = message.object(key) else { continue };
        add_text_with_entities("title", &list, "title", draft);
        for task in list.objects("tasks") {
            add_text_with_entities("checklist", &task, "text", draft);
        }
    }
    add_texts_of_objects(message, draft);
    add_chats(message, draft);
    draft.add_text("title", message, "new_chat_title", vec![]);
    add_file_names(message, draft);
    if let Some(quote) = message.object("quote") {
        draft.add_text("quote", &quote, "text", marks(&quote, "entities"));
    }
}

/// Adds the titles and public names of the chats that a giveaway advertises, and of the chat that a story is from.
fn add_chats(message: &Foreign<'_>, draft: &mut Draft) {
    let of = |key: &str, field: &str| message.object(key).and_then(|object| object.object(field));
    let advertised = message.object("giveaway").map(|giveaway| giveaway.objects("chats"));
    let chats = advertised.into_iter().flatten().chain(of("giveaway_winners", "chat"));
    let chats = chats.map(|chat| ("giveaway", chat));
    for (kind, chat) in chats.chain(of("story", "chat").map(|chat| ("title", chat))) {
        draft.add_text(kind, &chat, "title", vec![]);
        draft.add_text(kind, &chat, "username", vec![]);
    }
}

/// Adds the texts that [`OBJECTS_WITH_TEXTS`] lists.
pub(super) fn add_texts_of_objects(parent: &Foreign<'_>, draft: &mut Draft) {
    for (key, kind, fields) in OBJECTS_WITH_TEXTS {
        let Some(object) = parent.object(key) else { continue };
        for field in *fields {
            match *key {
                "gift" => draft.add_text(kind, &object, field, marks(&object, "entities")),
                _ => add_text_with_entities(kind, &object, field, draft),
            };
        }
    }
}

/// Adds the names of files.
pub(super) fn add_file_names(parent: &Foreign<'_>, draft: &mut Draft) {
    for key in FILES_WITH_NAMES {
        if let Some(object) = parent.object(key) {
            draft.add_text("file_name", &object, "file_name", vec![]);
        }
    }
}

/// Adds a part for a text whose entities are in the field `…_entities`. Returns the index of the part, or `None` if
/// there is no text.
pub(super) fn add_text_with_entities(
    kind: &'static str,
    object: &Foreign<'_>,
    field: &str,
    draft: &mut Draft,
) -> Option<usize> {
    draft.add_text(kind, object, field, marks(object, &format!("{field}_entities")))
}

fn marks(object: &Foreign<'_>, key: &str) -> Vec<Mark> {
    object.objects(key).iter().filter_map(mark).collect()
}

fn mark(entity: &Foreign<'_>) -> Option<Mark> {
    // An absent field means 0. If the field is not a number, the position of the entity is not known.
    let number = |key| if entity.has(key) { entity.int(key) } else { Some(0) };
    let (offset, length) = (number("offset")?, number("length")?);
    let value = ["url", "language", "custom_emoji_id"].into_iter().find_map(|key| entity.text(key));
    let user = || entity.object("user").and_then(|user| user.int("id"));
    let value = value.map(str::to_owned).or_else(|| {
        let number = user().or_else(|| entity.int("unix_time"));
        number.filter(|number| *number != 0).map(|number| number.to_string())
    });
    Some(Mark::new(entity.text("type").unwrap_or("unknown"), offset, length, value))
}

pub(super) fn add_media(message: &Foreign<'_>, draft: &mut Draft) {
    let is_spoiler = message.is_true("has_media_spoiler");
    for key in MEDIA_KEYS {
        // The server also writes an animation as a document, and a venue as a location.
        let is_duplicate = match *key {
            "document" => message.has("animation"),
            "location" => message.has("venue"),
            _ => false,
        };
        match message.get(key) {
            Some(_) if is_duplicate => message.ignore(&[key]),
            Some(_) if *key == "paid_media" => add_paid_media(message, draft),
            Some(value) => {
                let file = file_of_medium(message, key, value);
                let object = |file| media_object(key, file, message.pointer(key), is_spoiler);
                draft.media.extend(file.map(object));
            }
            None => {}
        }
    }
    if let Some(game) = message.object("game") {
        add_file_names(&game, draft);
        add_media(&game, draft);
    }
}

/// The file of a medium. For a photo, this is its largest size.
fn file_of_medium<'v>(parent: &Foreign<'v>, key: &str, value: &'v Value) -> Option<Foreign<'v>> {
    match value.as_array() {
        Some(sizes) => largest(parent.objects_of(sizes, &parent.pointer(key))),
        None => parent.object(key),
    }
}

/// The size with the largest area. If several sizes have that area, this is the first of them.
pub(super) fn largest(sizes: Vec<Foreign<'_>>) -> Option<Foreign<'_>> {
    let area = |size: &Foreign<'_>| {
        let side = |key| i128::from(size.int(key).unwrap_or(0));
        side("width") * side("height")
    };
    let largest = sizes.iter().rev().max_by_key(|size| area(size)).cloned();
    let others = sizes.iter().filter(|size| Some(&size.at) != largest.as_ref().map(|l| &l.at));
    // They are smaller copies of the same picture.
    others.for_each(Foreign::ignore_all);
    largest
}

pub(super) fn media_object(
    kind: &str,
    file: Foreign<'_>,
    pointer: String,
    is_spoiler: bool,
) -> Object {
    file.ignore(&["thumbnail", "thumb", "type"]);
    object([
        (media::KIND, kind.into()),
        (media::EMOJI, file.text("emoji").into()),
        (media::STICKER_SET, file.text("set_name").into()),
        (media::FILE_ID, file.text("file_id").into()),
        (media::UNIQUE_ID, file.text("file_unique_id").into()),
        (media::MIME, file.text("mime_type").into()),
        (media::SIZE, file.int("file_size").into()),
        (media::WIDTH, file.int("width").into()),
        (media::HEIGHT, file.int("height").into()),
        (media::DURATION_S, file.number("duration").into()),
        (media::FILE_NAME, file.text("file_name").into()),
        (media::SPOILER, is_spoiler.then_some(true).into()),
        (media::POINTER, pointer.into()),
    ])
}

fn add_paid_media(message: &Foreign<'_>, draft: &mut Draft) {
    draft.flags.insert("paid_media");
    let Some(paid) = message.object("paid_media") else { return };
    for each in paid.objects("paid_media") {
        let kind = each.word("type", &["photo", "video", "live_photo"]);
        let file = kind.and_then(|kind| file_of_medium(&each, kind, each.get(kind)?));
        let pointer = each.at.clone();
        draft.media.push(media_object(
            kind.unwrap_or("paid_media"),
            file.unwrap_or(each),
            pointer,
            false,
        ));
    }
}

/// Adds the links outside the texts: the preview, and the buttons below the message. The words of buttons become parts.
pub(super) fn add_links(message: &Foreign<'_>, draft: &mut Draft) {
    let preview = message.object("link_preview_options");
    let preview = preview.as_ref().and_then(|preview| preview.text("url"));
    draft.links.extend(preview.map(|url| links::link(url, "link_preview", None)));
    let Some(markup) = message.object("reply_markup") else { return };
    let buttons = markup.rows("inline_keyboard").flatten();
    buttons.for_each(|button| add_button(&button, draft));
}

/// The targets of buttons: the key of the object with the address, the field with the address, and the `via` of the
/// link. Without a key, the field is in the button itself.
const BUTTON_TARGETS: &[(&str, &str, &str)] = &[
    ("", "url", "button"),
    ("web_app", "url", "web_app"),
    ("login_url", "url", "login"),
    ("copy_text", "text", "copy_text"),
];

fn add_button(button: &Foreign<'_>, draft: &mut Draft) {
    let words = button.text("text");
    let part = draft.add_text("button", button, "text", vec![]);
    for (key, field, via) in BUTTON_TARGETS {
        let target = if key.is_empty() { Some(button.clone()) } else { button.object(key) };
        let url = target.as_ref().and_then(|target| target.text(field));
        draft.links.extend(url.map(|url| links::link_with_part(url, via, words, part)));
    }
}
