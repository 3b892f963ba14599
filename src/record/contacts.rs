//! Computes what derived fields say about links and other contacts: whether they stand in a quotation, whether they lead to
//! who speaks, and whether they deceive.

use super::derive::{OWN_FORMAT, PartPassages, Voice};
use super::fields::Fields;
use crate::text::Passages;
use crate::world::standard::{
    StandardField, account, author, card, chat, email, link, mention, message, part, phone, source,
    tags, wallet,
};
use crate::world::value::Value;
use std::ops::Range;

/// `source.format` of records from Telegram's Bot API, which says each user name that there is.
pub(crate) const BOT_API: &str = "telegram_bot_api";

/// A list of things that stand in the texts of a message, by its path, and the field that says whether one is quoted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ContactList {
    pub(crate) path: &'static [StandardField],
    pub(crate) quoted: StandardField,
    pub(crate) part: StandardField,
    pub(crate) start: StandardField,
    pub(crate) end: StandardField,
}

/// The links, in which wallets can be.
pub(crate) const LINKS: ContactList = ContactList {
    path: &[message::LINKS],
    quoted: link::QUOTED,
    part: link::PART,
    start: link::START,
    end: link::END,
};
/// All of them. Wallets come before the links that they may be in.
pub(crate) const CONTACT_LISTS: [ContactList; 6] = [
    ContactList {
        path: &[message::WALLETS],
        quoted: wallet::QUOTED,
        part: wallet::PART,
        start: wallet::START,
        end: wallet::END,
    },
    LINKS,
    ContactList {
        path: &[message::TAGS, tags::MENTIONS],
        quoted: mention::QUOTED,
        part: mention::PART,
        start: mention::START,
        end: mention::END,
    },
    ContactList {
        path: &[message::PHONES],
        quoted: phone::QUOTED,
        part: phone::PART,
        start: phone::START,
        end: phone::END,
    },
    ContactList {
        path: &[message::EMAILS],
        quoted: email::QUOTED,
        part: email::PART,
        start: email::START,
        end: email::END,
    },
    ContactList {
        path: &[message::CARDS],
        quoted: card::QUOTED,
        part: card::PART,
        start: card::START,
        end: card::END,
    },
];

/// How a link is offered that is on a button of the message.
fn is_on_button(via: &str) -> bool {
    ["button", "web_app", "login", "copy_text"].contains(&via)
}

/// Whether a link that is in no part stands in a quotation: one that is offered beside the texts does not.
pub(crate) fn is_beside_texts(via: &str) -> bool {
    is_on_button(via) || ["link_preview", "game"].contains(&via)
}

/// How who speaks in a message is named.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpeakerNames<'n> {
    /// The user names of the author's account and of the chat in whose name it was sent.
    pub(crate) authors: [Option<&'n str>; 2],
    /// Those of the chat in which it was sent, and of the bot that sends.
    pub(crate) others: [Option<&'n str>; 2],
    /// The number of the author's account.
    pub(crate) account: Option<i64>,
    /// The numbers of the chat in whose name it was sent, and of that in which it was.
    pub(crate) chats: [Option<i64>; 2],
    /// The address of the author's account.
    pub(crate) address: Option<&'n str>,
    /// Whether the source says each user name that there is.
    pub(crate) is_complete: bool,
}

impl<'n> SpeakerNames<'n> {
    fn of(message: Fields<'n>) -> Self {
        let author = message.record(message::AUTHOR);
        let account = author.and_then(|author| author.record(author::ACCOUNT));
        let in_name_of = author.and_then(|author| author.record(author::CHAT));
        let [chat, bot] = [message::CHAT, message::VIA_BOT].map(|field| message.record(field));
        let text = |record: Option<Fields<'n>>, field| record?.text(field).map(|text| &**text);
        let source = message.record(message::SOURCE);
        Self {
            authors: [text(account, account::USERNAME), text(in_name_of, chat::USERNAME)],
            others: [text(chat, chat::USERNAME), text(bot, account::USERNAME)],
            account: account.and_then(|account| account.int(account::ID)),
            chats: [in_name_of, chat].map(|chat| chat?.int(chat::ID)),
            address: text(account, account::URL),
            is_complete: text(source, source::FORMAT) == Some(BOT_API),
        }
    }

    /// Whether a link leads to who speaks: it is on a button, or has one of the names.
    pub(crate) fn has_link(
        &self,
        via: Option<&str>,
        telegram: Option<&str>,
        url: Option<&str>,
    ) -> Option<bool> {
        let is_own = via.is_some_and(is_on_button)
            || telegram.is_some_and(|target| self.has_name(target) || self.has_chat(target))
            || url.is_some() && url == self.address;
        self.known(is_own)
    }

    /// Whether an account that is mentioned is who speaks.
    pub(crate) fn has_account(
        &self,
        username: Option<&str>,
        id: Option<i64>,
        url: Option<&str>,
    ) -> Option<bool> {
        if let (Some(mentioned), Some(own)) = (id, self.account) {
            return Some(mentioned == own);
        }
        let is_own = username.is_some_and(|name| self.has_name(name))
            || url.is_some() && url == self.address;
        self.known(is_own)
    }

    /// What has no name of who speaks is somebody else's only if such a name is known.
    fn known(&self, is_own: bool) -> Option<bool> {
        let has_name = self.authors.iter().any(Option::is_some) || self.address.is_some();
        let [chat, _] = self.chats;
        let has_none = self.is_complete && (self.account.is_some() || chat.is_some());
        (is_own || has_name || has_none).then_some(is_own)
    }

    fn has_name(&self, name: &str) -> bool {
        self.authors.iter().chain(&self.others).any(|own| *own == Some(name))
    }

    /// Whether `c/1234567890` names a chat, whose number is then -1001234567890.
    fn has_chat(&self, target: &str) -> bool {
        let id = target.strip_prefix("c/").and_then(|id| format!("-100{id}").parse().ok());
        id.is_some() && self.chats.contains(&id)
    }
}

/// The lists of links, mentions and other contacts of a message with their derived fields, each with the field of the
/// message in which it is.
pub(super) fn completed(
    message: Fields<'_>,
    passages: &PartPassages,
) -> Vec<(StandardField, Value)> {
    let kind =
        |part: Fields<'_>| part.text(part::KIND).map_or(Voice::Other, |kind| Voice::of(kind));
    let format = message.record(message::SOURCE).and_then(|source| source.text(source::FORMAT));
    let mut contacts = Contacts {
        voices: message.list(message::PARTS).map(kind).collect(),
        passages,
        names: SpeakerNames::of(message),
        is_imported: format.is_some_and(|format| **format != *OWN_FORMAT),
        quoted_links: vec![],
    };
    let quoted = message.list(message::LINKS).map(|link| contacts.is_link_quoted(link)).collect();
    contacts.quoted_links = quoted;
    CONTACT_LISTS.iter().filter_map(|list| contacts.complete(message, *list)).collect()
}

/// What is known of a message whose contacts are completed.
struct Contacts<'m> {
    /// Of the parts, by number.
    voices: Vec<Voice>,
    passages: &'m PartPassages,
    names: SpeakerNames<'m>,
    is_imported: bool,
    /// Whether each link stands in a quotation.
    quoted_links: Vec<Option<bool>>,
}

impl Contacts<'_> {
    /// A list with its derived fields, as the value of a field of the message. `None` if it is empty.
    fn complete(&self, message: Fields<'_>, list: ContactList) -> Option<(StandardField, Value)> {
        let (inner, around) = list.path.split_last()?;
        let owner = around.iter().try_fold(message, |owner, field| owner.record(*field))?;
        let elements: Vec<Value> =
            owner.list(*inner).map(|one| self.completed_one(one, list)).collect();
        if elements.is_empty() {
            return None;
        }
        let elements = Value::List(elements.into());
        let Some(outer) = around.first() else { return Some((*inner, elements)) };
        let mut fields = owner.values.to_vec();
        *fields.get_mut(owner.index(*inner)?)? = Some(elements);
        Some((*outer, Value::Record(fields.into())))
    }

    fn completed_one(&self, one: Fields<'_>, list: ContactList) -> Value {
        let text = |field| one.text(field).map(|text| &**text);
        let known = match list.quoted {
            link::QUOTED => {
                let [via, telegram, url] = [link::VIA, link::TELEGRAM, link::URL].map(text);
                vec![
                    (link::QUOTED, self.is_link_quoted(one)),
                    (link::OWN, self.names.has_link(via, telegram, url)),
                    // Importers check every link and mark only the deceptive ones.
                    (link::DECEPTIVE, self.is_imported.then_some(false)),
                ]
            }
            mention::QUOTED => {
                let [name, url] = [mention::USERNAME, mention::URL].map(text);
                let own = self.names.has_account(name, one.int(mention::USER_ID), url);
                vec![(mention::QUOTED, self.is_quoted(one, list)), (mention::OWN, own)]
            }
            wallet::QUOTED if one.int(wallet::LINK).is_some() => {
                let link = one.int(wallet::LINK).and_then(|link| usize::try_from(link).ok());
                let quoted = link.and_then(|link| self.quoted_links.get(link).copied().flatten());
                vec![(wallet::QUOTED, quoted)]
            }
            quoted => vec![(quoted, self.is_quoted(one, list))],
        };
        let mut fields = one.values.to_vec();
        for (field, truth) in known {
            let slot = one.index(field).and_then(|at| fields.get_mut(at));
            if let (Some(slot @ None), Some(truth)) = (slot, truth) {
                *slot = Some(Value::Bool(truth));
            }
        }
        Value::Record(fields.into())
    }

    fn is_link_quoted(&self, one: Fields<'_>) -> Option<bool> {
        match one.text(link::VIA) {
            Some(via) if one.int(link::PART).is_none() && is_beside_texts(via) => Some(false),
            _ => self.is_quoted(one, LINKS),
        }
    }

    fn is_quoted(&self, one: Fields<'_>, list: ContactList) -> Option<bool> {
        let number = usize::try_from(one.int(list.part)?).ok()?;
        let bound = |field| usize::try_from(one.int(field)?).ok();
        let bytes = || Some(bound(list.start)?..bound(list.end)?);
        stands_in_quotation(*self.voices.get(number)?, self.passages.get(number)?.as_deref(), bytes)
    }
}

/// Whether something in a part stands in a quotation. `None` if that is not known.
pub(crate) fn stands_in_quotation(
    voice: Voice,
    passages: Option<&Passages>,
    bytes: impl FnOnce() -> Option<Range<usize>>,
) -> Option<bool> {
    match (voice, passages) {
        (Voice::Quoted, _) => Some(true),
        (Voice::Author, Some(passages)) => Some(passages.quotes(&bytes()?)),
        (Voice::Author, None) | (Voice::Button | Voice::Other, _) => Some(false),
    }
}
