//! Writes the JSON of records: objects of standard fields, and the lists of wallets, contacts and tags.

use super::extract::{self, Contact, Contacts, Wallet};
use crate::world::standard::{StandardField, card, email, mention, message, phone, tags, wallet};
use serde_json::{Map, Value};
use std::ops::Range;

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// An object of these fields, without those that are `null`.
pub(crate) fn object<const N: usize>(fields: [(StandardField, Value); N]) -> Object {
    let known = fields.into_iter().filter(|(_, value)| !value.is_null());
    known.map(|(field, value)| (field.name.to_owned(), value)).collect()
}

/// Where a wallet was found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FoundIn {
    /// In the text of the part with this index.
    Part(usize),
    /// In the address of the link with this index.
    Link(usize),
}

/// The wallets in a text of the record.
pub(crate) fn wallets(text: &str, place: FoundIn) -> impl Iterator<Item = Value> {
    extract::wallets(text).into_iter().map(move |found| wallet(found, place))
}

fn wallet(found: Wallet, place: FoundIn) -> Value {
    let mut object = object([
        (wallet::CHAIN, found.chain.into()),
        (wallet::ADDRESS, found.address.into()),
        (wallet::NORMALIZED, found.normalized.into()),
        (wallet::CHECKSUM_OK, found.checksum_ok.into()),
        (wallet::TESTNET, found.testnet.into()),
    ]);
    object.append(&mut match place {
        FoundIn::Part(part) => self::object([
            (wallet::PART, part.into()),
            (wallet::START, found.start.into()),
            (wallet::END, found.end.into()),
        ]),
        FoundIn::Link(link) => self::object([(wallet::LINK, link.into())]),
    });
    object.into()
}

/// The telephone numbers, mail addresses and bank cards of a record.
#[derive(Debug, Default)]
pub(crate) struct ContactLists {
    phones: Vec<Value>,
    emails: Vec<Value>,
    cards: Vec<Value>,
}

impl ContactLists {
    /// Adds the contacts that were found in a part.
    pub(crate) fn add(&mut self, found: Contacts, part: usize) {
        let Contacts { phones, emails, cards } = found;
        self.phones.extend(phones.into_iter().map(|phone| {
            located(phone, part, [phone::NUMBER, phone::PART, phone::START, phone::END]).into()
        }));
        self.emails.extend(emails.into_iter().map(|email| {
            let host = email.value.rsplit_once('@').map(|(_, host)| host.to_owned());
            let fields = [email::ADDRESS, email::PART, email::START, email::END];
            let mut object = located(email, part, fields);
            object.append(&mut self::object([(email::HOST, host.into())]));
            object.into()
        }));
        self.cards.extend(cards.into_iter().map(|card| {
            located(card, part, [card::NUMBER, card::PART, card::START, card::END]).into()
        }));
    }

    /// Each list with its field in the record.
    pub(crate) fn into_fields(self) -> [(StandardField, Vec<Value>); 3] {
        let Self { phones, emails, cards } = self;
        [(message::PHONES, phones), (message::EMAILS, emails), (message::CARDS, cards)]
    }
}

/// An object for a contact: its value, its part and its range there, under the names of these fields.
fn located(
    found: Contact,
    in_part: usize,
    [value, part, start, end]: [StandardField; 4],
) -> Object {
    object([
        (value, found.value.into()),
        (part, in_part.into()),
        (start, found.start.into()),
        (end, found.end.into()),
    ])
}

/// The tags of a record.
#[derive(Debug, Default)]
pub(crate) struct TagLists {
    pub(crate) hashtags: Vec<String>,
    pub(crate) cashtags: Vec<String>,
    pub(crate) mentions: Vec<Value>,
    pub(crate) commands: Vec<String>,
}

impl TagLists {
    /// Adds a mention: the fields that say who is mentioned, and the part and range of the words, if they are known.
    pub(crate) fn mention<const N: usize>(
        &mut self,
        who: [(StandardField, Value); N],
        words: Option<(usize, Range<usize>)>,
    ) {
        let mut mention = object(who);
        if let Some((part, words)) = words {
            mention.append(&mut object([
                (mention::PART, part.into()),
                (mention::START, words.start.into()),
                (mention::END, words.end.into()),
            ]));
        }
        self.mentions.push(mention.into());
    }

    pub(crate) fn json(self) -> Value {
        let Self { hashtags, cashtags, mentions, commands } = self;
        Value::Object(object([
            (tags::HASHTAGS, hashtags.into()),
            (tags::CASHTAGS, cashtags.into()),
            (tags::MENTIONS, mentions.into()),
            (tags::COMMANDS, commands.into()),
        ]))
    }
}
