//! Telephone numbers, mail addresses and bank cards of an imported message: those that the source marks, and those that
//! stand in plain text.

use super::draft::{Object, Part, object};
use crate::record::extract::{self, Contact, Entity};
use serde_json::Value;

/// Of all parts so far.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    phones: Vec<Value>,
    emails: Vec<Value>,
    cards: Vec<Value>,
}

impl Numbers {
    pub(super) fn read(&mut self, part: &Part, number: usize) {
        // Programs name files by numbers that mean nothing to anybody.
        if part.kind == "file_name" {
            return;
        }
        let marked = part.entities.iter().map(|entity| Entity {
            kind: entity.mark.kind,
            start: entity.start,
            end: entity.end,
            value: entity.mark.value.as_deref(),
        });
        let found =
            extract::contacts_of_part(&part.text, &marked.chain(whole(part)).collect::<Vec<_>>());
        let placed = |field: &str, contact: &Contact| {
            object([
                (field, contact.value.as_str().into()),
                ("part", number.into()),
                ("start", contact.start.into()),
                ("end", contact.end.into()),
            ])
        };
        self.phones.extend(found.phones.iter().map(|one| placed("number", one).into()));
        self.cards.extend(found.cards.iter().map(|one| placed("number", one).into()));
        self.emails.extend(found.emails.iter().map(|one| {
            let mut address = placed("address", one);
            let host = one.value.rsplit_once('@').map(|(_, host)| host);
            address.append(&mut object([("host", host.into())]));
            Value::Object(address)
        }));
    }

    /// The lists that hold anything.
    pub(super) fn json(self) -> Object {
        let Self { phones, emails, cards } = self;
        let lists = [("phones", phones), ("emails", emails), ("cards", cards)];
        object(
            lists.map(|(name, list)| {
                (name, if list.is_empty() { Value::Null } else { list.into() })
            }),
        )
    }
}

/// The number of a contact is one however it is written: Telegram writes it without its plus.
fn whole(part: &Part) -> Option<Entity<'_>> {
    let is_number = part.kind == "contact" && part.pointer.ends_with("/phone_number");
    is_number.then_some(Entity {
        kind: "phone_number",
        start: 0,
        end: part.text.len(),
        value: None,
    })
}
