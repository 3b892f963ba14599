//! Finds the telephone numbers, mail addresses and bank cards of an imported message: those that the source marks, and
//! those in plain text.

use super::draft::Part;
use crate::record::extract::{self, Entity};
use crate::record::written::{self, Object, object};
use crate::world::standard::message;
use serde_json::Value;

/// The numbers and addresses of all parts so far.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    phones: Vec<Value>,
    emails: Vec<Value>,
    cards: Vec<Value>,
}

impl Numbers {
    pub(super) fn read(&mut self, part: &Part, number: usize) {
        // The digits in names of files are rarely meant for readers.
        if part.kind == "file_name" {
            return;
        }
        let marked = part.entities.iter().map(|entity| Entity {
            kind: entity.kind,
            start: entity.start,
            end: entity.end,
            value: entity.value.as_deref(),
        });
        let found = extract::contacts_of_part(
            &part.text,
            &marked.chain(contact_number(part)).collect::<Vec<_>>(),
        );
        self.phones.extend(found.phones.into_iter().map(|one| written::phone(one, number)));
        self.cards.extend(found.cards.into_iter().map(|one| written::card(one, number)));
        self.emails.extend(found.emails.into_iter().map(|one| written::email(one, number)));
    }

    /// The lists that are not empty.
    pub(super) fn json(self) -> Object {
        let Self { phones, emails, cards } = self;
        let lists = [(message::PHONES, phones), (message::EMAILS, emails), (message::CARDS, cards)];
        object(
            lists.map(|(field, list)| {
                (field, if list.is_empty() { Value::Null } else { list.into() })
            }),
        )
    }
}

/// Marks the number of a contact as a telephone number. Telegram writes it without `+`, so it is not recognised by its
/// form.
fn contact_number(part: &Part) -> Option<Entity<'_>> {
    let is_number = part.kind == "contact" && part.pointer.ends_with("/phone_number");
    is_number.then_some(Entity {
        kind: "phone_number",
        start: 0,
        end: part.text.len(),
        value: None,
    })
}
