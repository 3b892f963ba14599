//! Converts chats and accounts of an export. An export has plain numbers, such as `user7` and `channel7`, where records
//! have the numbers that bots see.

use crate::import::foreign::Foreign;
use crate::record::written::{Object, object};
use crate::world::standard::{account, author, chat, forward, reply};
use serde_json::Value;

/// Kinds of chat: the word of the exporter, the word of the record, and whether anybody can find the chat.
const CHAT_KINDS: &[(&str, &str, bool)] = &[
    ("personal_chat", "private", false),
    ("bot_chat", "bot", false),
    ("private_group", "group", false),
    ("private_supergroup", "supergroup", false),
    ("public_supergroup", "supergroup", true),
    ("public_group", "group", true),
    ("private_channel", "channel", false),
    ("public_channel", "channel", true),
    ("saved_messages", "saved", false),
    ("replies", "replies", false),
    ("verification_codes", "verification_codes", false),
];

/// The user, group or channel that a number belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Peer {
    User(i64),
    Chat(i64),
    Channel(i64),
}

impl Peer {
    /// Reads `channel7`. Exports before June 2021 wrote a number instead, with the kind in bits 32 to 35.
    fn of(value: &Value) -> Option<Self> {
        if let Some(id) = value.as_i64() {
            return Some(match id >> 32 {
                1 => Self::Chat(id & 0xffff_ffff),
                2 => Self::Channel(id & 0xffff_ffff),
                _ => Self::User(id),
            });
        }
        let text = value.as_str()?;
        let digits = text.trim_start_matches(|c: char| c.is_ascii_lowercase());
        let id = digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
        match text.strip_suffix(digits)? {
            "user" => Some(Self::User(id)),
            "chat" => Some(Self::Chat(id)),
            "channel" => Some(Self::Channel(id)),
            _ => None,
        }
    }

    fn of_field(object: &Foreign<'_>, key: &str) -> Option<Self> {
        let value = object.get(key).filter(|value| value.as_str() != Some(""))?;
        let peer = Self::of(value);
        if peer.is_none() {
            object.warn("W-WRONG-TYPE", key);
        }
        peer
    }

    /// The number that bots see.
    fn bot_id(self) -> i64 {
        match self {
            Self::User(id) => id,
            Self::Chat(id) => id.saturating_neg(),
            Self::Channel(id) => (-1_000_000_000_000_i64).saturating_sub(id),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Chat(_) => "chat",
            Self::Channel(_) => "channel",
        }
    }
}

pub(super) fn chat(header: &Foreign<'_>) -> Object {
    let known =
        header.text("type").and_then(|kind| CHAT_KINDS.iter().find(|(word, ..)| *word == kind));
    let kind = known.map(|(_, kind, _)| *kind);
    let can_be_public = matches!(kind, Some("group" | "supergroup" | "channel"));
    let id = header.int("id").map(|id| match (kind, Peer::of(&id.into())) {
        (Some("group"), Some(Peer::Chat(bare) | Peer::Channel(bare))) => Peer::Chat(bare).bot_id(),
        (Some("group"), _) => Peer::Chat(id).bot_id(),
        (Some("supergroup" | "channel"), Some(Peer::Chat(bare) | Peer::Channel(bare))) => {
            Peer::Channel(bare).bot_id()
        }
        (Some("supergroup" | "channel"), _) => Peer::Channel(id).bot_id(),
        _ => id,
    });
    object([
        (chat::TYPE, kind.into()),
        (chat::ID, id.into()),
        (chat::TITLE, header.text("name").into()),
        (chat::PUBLIC, known.filter(|_| can_be_public).map(|(.., public)| *public).into()),
    ])
}

/// The sender of a message. For a service message, this is the account that did what the message says.
pub(super) fn author(message: &Foreign<'_>, is_service: bool) -> Object {
    let (name, id) = if is_service { ("actor", "actor_id") } else { ("from", "from_id") };
    let peer = Peer::of_field(message, id);
    let account = object([
        (account::NAME, message.text(name).into()),
        (account::ID, peer.map(Peer::bot_id).into()),
    ]);
    object([
        (author::KIND, peer.map(Peer::word).into()),
        (author::ACCOUNT, (!account.is_empty()).then_some(account).into()),
        (author::SIGNATURE, message.text("author").into()),
    ])
}

pub(super) fn forward(message: &Foreign<'_>) -> Option<Object> {
    let peer = Peer::of_field(message, "forwarded_from_id");
    if !message.has("forwarded_from") && !message.has("forwarded_from_id") {
        return None;
    }
    let account = peer.filter(|peer| matches!(peer, Peer::User(_)));
    let chat = peer.filter(|peer| !matches!(peer, Peer::User(_))).map(|peer| {
        let kind = if matches!(peer, Peer::Channel(_)) { "channel" } else { "group" };
        object([(chat::TYPE, kind.into()), (chat::ID, peer.bot_id().into())])
    });
    Some(object([
        (forward::ORIGIN, peer.map(Peer::word).into()),
        (forward::NAME, message.text("forwarded_from").into()),
        (
            forward::ACCOUNT,
            account.map(|peer| object([(account::ID, peer.bot_id().into())])).into(),
        ),
        (forward::CHAT, chat.into()),
    ]))
}

pub(super) fn reply(message: &Foreign<'_>) -> Option<Object> {
    let to = message.int("reply_to_message_id")?;
    let peer = Peer::of_field(message, "reply_to_peer_id");
    let chat = peer.map(|peer| {
        let kind = match peer {
            Peer::User(_) => Some("private"),
            Peer::Chat(_) => Some("group"),
            // A supergroup or a channel: the number does not say which.
            Peer::Channel(_) => None,
        };
        object([(chat::TYPE, kind.into()), (chat::ID, peer.bot_id().into())])
    });
    let external = message.has("reply_to_peer_id");
    Some(object([
        (reply::MESSAGE_ID, to.into()),
        (reply::EXTERNAL, external.into()),
        (reply::CHAT, chat.into()),
    ]))
}

#[cfg(test)]
mod tests {
    use super::Peer;
    use serde_json::json;

    #[test]
    fn ids_become_the_numbers_that_bots_see() {
        for (value, bot_id) in [
            (json!("user7"), Some(7)),
            (json!("chat7"), Some(-7)),
            (json!("channel1101200401"), Some(-1_001_101_200_401)),
            (json!(10_036_995_664_i64), Some(-1_001_447_061_072)),
            (json!(4_294_967_303_i64), Some(-7)),
            (json!(7), Some(7)),
            (json!("7"), None),
            (json!("user"), None),
            (json!("user-7"), None),
            (json!("bot7"), None),
            (json!(["user7"]), None),
            (json!("channel99999999999999999999"), None),
        ] {
            assert_eq!(Peer::of(&value).map(Peer::bot_id), bot_id, "{value}");
        }
    }
}
