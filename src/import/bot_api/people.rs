//! Converts the chats and accounts of a Bot API message: its author, the origin of a forward, and the author of the
//! message that it answers.

use super::keys;
use crate::import::draft::Draft;
use crate::import::foreign::Foreign;
use crate::import::instant;
use crate::record::written::{Object, object};
use crate::world::standard::{account, author, chat, forward, message, reply};

/// Accounts of Telegram itself, each with the kind of author that writes through it.
const SPECIAL_ACCOUNTS: &[(i64, &str)] =
    &[(777_000, "service"), (1_087_968_824, "anonymous_admin"), (136_817_688, "channel")];

pub(super) fn chat(chat: &Foreign<'_>) -> Object {
    let kind = chat.word("type", &["private", "group", "supergroup", "channel"]);
    let username = chat.text("username").map(str::to_lowercase);
    let can_be_public = matches!(kind, Some("group" | "supergroup" | "channel"));
    object([
        (chat::TYPE, kind.into()),
        (chat::ID, chat.int("id").into()),
        (chat::TITLE, chat.text("title").map(str::to_owned).or_else(|| full_name(chat)).into()),
        (chat::PUBLIC, can_be_public.then_some(username.is_some()).into()),
        (chat::USERNAME, username.into()),
        (chat::FORUM, chat.truth("is_forum").into()),
        (chat::DIRECT_MESSAGES, chat.truth("is_direct_messages").into()),
        (chat::DESCRIPTION, chat.text("description").into()),
    ])
}

pub(super) fn account(user: &Foreign<'_>) -> Object {
    object([
        (account::ID, user.int("id").into()),
        (account::IS_BOT, user.truth("is_bot").into()),
        (account::NAME, full_name(user).into()),
        (account::USERNAME, user.text("username").map(str::to_lowercase).into()),
        (account::LANGUAGE, user.text("language_code").into()),
        (account::PREMIUM, user.truth("is_premium").into()),
    ])
}

fn full_name(object: &Foreign<'_>) -> Option<String> {
    let names: Vec<_> =
        ["first_name", "last_name"].into_iter().filter_map(|name| object.text(name)).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

pub(super) fn author(message: &Foreign<'_>) -> Object {
    let (user, sender_chat) = (message.object("from"), message.object("sender_chat"));
    let by_account = user.as_ref().map(|user| {
        let special = SPECIAL_ACCOUNTS.iter().find(|(id, _)| user.int("id") == Some(*id));
        let kind = if user.is_true("is_bot") { "bot" } else { "user" };
        special.map_or(kind, |(_, special)| special)
    });
    let kind = match (by_account, &sender_chat) {
        (Some(kind @ ("anonymous_admin" | "channel")), _) => Some(kind),
        (_, Some(chat)) if chat.text("type") == Some("channel") => Some("channel"),
        (_, Some(_)) => Some("chat"),
        (kind, None) => kind,
    };
    object([
        (author::KIND, kind.into()),
        (author::ACCOUNT, user.as_ref().map(account).into()),
        (author::CHAT, sender_chat.as_ref().map(chat).into()),
        (author::SIGNATURE, message.text("author_signature").into()),
        (author::TAG, message.text("sender_tag").into()),
    ])
}

pub(super) fn set_forward(message: &Foreign<'_>, draft: &mut Draft) {
    let origin = message.object("forward_origin").map(|origin| origin_of(&origin));
    if origin.is_some() {
        message.ignore(keys::OLD_FORWARD_KEYS);
    }
    let Some(mut forward) = origin.or_else(|| legacy_origin(message)) else {
        if !message.has("forward_origin") {
            draft.set_none(&[message::FORWARD]);
        }
        return;
    };
    if message.is_true("is_automatic_forward") {
        forward.append(&mut object([(forward::AUTOMATIC, true.into())]));
    }
    // A user writes in no chat's name.
    let is_by_user = forward.get(forward::ORIGIN.name).is_some_and(|origin| origin == "user");
    draft.set(message::FORWARD, forward);
    if is_by_user {
        draft.set_none(&[message::FORWARD, forward::CHAT]);
    }
}

fn origin_of(origin: &Foreign<'_>) -> Object {
    let kind = origin.word("type", &["user", "hidden_user", "chat", "channel"]);
    let from = origin.object("chat").or_else(|| origin.object("sender_chat"));
    object([
        (forward::ORIGIN, kind.into()),
        (forward::ACCOUNT, origin.object("sender_user").as_ref().map(account).into()),
        (forward::NAME, origin.text("sender_user_name").into()),
        (forward::CHAT, from.as_ref().map(chat).into()),
        (forward::MESSAGE_ID, origin.int("message_id").into()),
        (forward::SIGNATURE, origin.text("author_signature").into()),
        (forward::DATE, instant::of_field(origin, "date").into()),
    ])
}

/// Reads the keys that were used before Bot API 7.0. Old dumps have only these.
fn legacy_origin(message: &Foreign<'_>) -> Option<Object> {
    let keys = ["forward_from", "forward_from_chat", "forward_sender_name", "forward_date"];
    if !keys.iter().any(|key| message.has(key)) {
        return None;
    }
    let (user, from) = (message.object("forward_from"), message.object("forward_from_chat"));
    let name = message.text("forward_sender_name");
    let origin = match (&user, &from, name) {
        (Some(_), ..) => Some("user"),
        (None, Some(from), _) if from.text("type") == Some("channel") => Some("channel"),
        (None, Some(_), _) => Some("chat"),
        (None, None, Some(_)) => Some("hidden_user"),
        (None, None, None) => None,
    };
    Some(object([
        (forward::ORIGIN, origin.into()),
        (forward::ACCOUNT, user.as_ref().map(account).into()),
        (forward::NAME, name.into()),
        (forward::CHAT, from.as_ref().map(chat).into()),
        (forward::MESSAGE_ID, message.int("forward_from_message_id").filter(|id| *id != 0).into()),
        (forward::SIGNATURE, message.text("forward_signature").into()),
        (forward::DATE, instant::of_field(message, "forward_date").into()),
    ]))
}

/// The keys of messages that answer something.
const REPLY_KEYS: &[&str] = &[
    "reply_to_message",
    "external_reply",
    "reply_to_story",
    "quote",
    "reply_to_checklist_task_id",
    "reply_to_poll_option_id",
];

/// Sets the message that is answered. Its words do not become a part of the record.
pub(super) fn set_reply(message: &Foreign<'_>, draft: &mut Draft) {
    if !REPLY_KEYS.iter().any(|key| message.has(key)) {
        draft.set_none(&[message::REPLY]);
        return;
    }
    let quote = draft.parts.iter().position(|part| part.kind == "quote");
    let mut reply = if let Some(to) = message.object("reply_to_message") {
        object([
            (reply::MESSAGE_ID, to.int("message_id").into()),
            (reply::EXTERNAL, false.into()),
            (reply::AUTHOR, author(&to).into()),
            (reply::TEXT, to.text("text").or_else(|| to.text("caption")).into()),
        ])
    } else if let Some(to) = message.object("external_reply") {
        object([
            (reply::EXTERNAL, true.into()),
            (reply::MESSAGE_ID, to.int("message_id").filter(|id| *id != 0).into()),
            (reply::CHAT, to.object("chat").as_ref().map(chat).into()),
        ])
    } else if let Some(story) = message.object("reply_to_story") {
        let of_chat = story.object("chat").as_ref().map(chat);
        object([(reply::STORY, true.into()), (reply::CHAT, of_chat.into())])
    } else {
        return;
    };
    if let Some(quote) = quote {
        reply.append(&mut object([(reply::QUOTE_PART, quote.into())]));
    }
    draft.set(message::REPLY, reply);
}
