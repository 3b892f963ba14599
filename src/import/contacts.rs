//! Finds the telephone numbers, mail addresses and bank cards of an imported part: those that the source marks, and
//! those in plain text.

use super::draft::Part;
use crate::record::extract::{self, Contacts, Entity};

/// The contacts of a part.
pub(super) fn of_part(part: &Part) -> Contacts {
    // The digits in names of files are rarely meant for readers.
    if part.kind == "file_name" {
        return Contacts::default();
    }
    let marked = part.entities.iter().map(|entity| Entity {
        kind: entity.kind,
        start: entity.start,
        end: entity.end,
        value: entity.value.as_deref(),
    });
    let entities: Vec<_> = marked.chain(contact_number(part)).collect();
    extract::contacts_of_part(&part.text, &entities)
}

/// Marks the number of a shared contact as a telephone number. Telegram writes it without `+`, so nothing in its form
/// shows that it is one.
fn contact_number(part: &Part) -> Option<Entity<'_>> {
    let is_number = part.kind == "contact" && part.pointer.ends_with("/phone_number");
    is_number.then_some(Entity {
        kind: "phone_number",
        start: 0,
        end: part.text.len(),
        value: None,
    })
}
