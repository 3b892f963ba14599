//! Writes JSON objects of standard fields, and the objects for wallets and numbers that were found in texts.

use super::extract::{Contact, Wallet};
use crate::world::standard::{StandardField, card, email, phone, wallet};
use serde_json::{Map, Value};

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

/// A `wallet` of the record.
pub(crate) fn wallet(found: Wallet, place: FoundIn) -> Value {
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

/// A `phone` of the record, found in a part.
pub(crate) fn phone(found: Contact, part: usize) -> Value {
    located(found, part, [phone::NUMBER, phone::PART, phone::START, phone::END]).into()
}

/// A `card` of the record, found in a part.
pub(crate) fn card(found: Contact, part: usize) -> Value {
    located(found, part, [card::NUMBER, card::PART, card::START, card::END]).into()
}

/// An `email` of the record, found in a part.
pub(crate) fn email(found: Contact, part: usize) -> Value {
    let host = found.value.rsplit_once('@').map(|(_, host)| host.to_owned());
    let mut object = located(found, part, [email::ADDRESS, email::PART, email::START, email::END]);
    object.append(&mut self::object([(email::HOST, host.into())]));
    object.into()
}

/// An object for what was found: its value, its part and its range there, under the names of these fields.
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
