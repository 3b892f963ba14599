//! Completes the cells of links and other contacts: whether they stand in a quotation, and whether they lead to who speaks.
//! The full reader does the same on values (`record::contacts`).

use super::slots::{Cell, Slots};
use crate::plan::{Contacts, EngineFields, OwnCells, Plan, Speaker};
use crate::record::{BOT_API, SpeakerNames, Voice, is_beside_texts, stands_in_quotation};

impl Slots {
    pub(super) fn add_contacts(&mut self, plan: &Plan, fields: &EngineFields, input: &str) {
        for contacts in &fields.contacts {
            let size = plan.shapes.size(contacts.shape);
            for number in 0..self.row_count(&plan.shapes, contacts.shape) as usize {
                let row = number * size;
                let links = fields.contacts.first();
                let quoted = contacts
                    .quoted
                    .map(|slot| (slot, self.is_quoted(plan, (contacts, links), row, input)));
                let own = contacts.own.zip(fields.speaker.as_ref()).map(|(own, speaker)| {
                    (own.own, self.leads_to_speaker((contacts, own, speaker), row, input))
                });
                for (slot, truth) in quoted.into_iter().chain(own) {
                    let cell = truth.map_or(Cell::Missing, Cell::Bool);
                    self.set(contacts.shape, row + slot as usize, cell);
                }
            }
        }
    }

    /// Whether a contact stands in a quotation. `links` are those of the message if a wallet can be in them.
    fn is_quoted(
        &self,
        plan: &Plan,
        (contacts, links): (&Contacts, Option<&Contacts>),
        row: usize,
        input: &str,
    ) -> Option<bool> {
        let cell = |slot: u32| self.cell(contacts.shape, row + slot as usize);
        let index = |slot: u32| usize::try_from(int(cell(slot))?).ok();
        if let Some(link) = contacts.link.filter(|link| int(cell(*link)).is_some()) {
            let links = links?;
            let number = index(link)?;
            let is_link = number < self.row_count(&plan.shapes, links.shape) as usize;
            let at = number * plan.shapes.size(links.shape) + links.quoted? as usize;
            let quoted = is_link.then(|| self.cell(links.shape, at))?;
            return if let Cell::Bool(quoted) = quoted { Some(quoted) } else { None };
        }
        if int(cell(contacts.part)).is_none()
            && let Some(Cell::Text(via)) = contacts.via.map(cell)
            && is_beside_texts(self.text(input, via))
        {
            return Some(false);
        }
        let number = index(contacts.part)?;
        let part = self.parts.as_ref()?.get(number)?;
        let passages =
            if part.voice == Voice::Author { self.passages(input).get(number) } else { None };
        let passages = passages.and_then(Option::as_deref);
        stands_in_quotation(part.voice, passages, || {
            Some(index(contacts.start)?..index(contacts.end)?)
        })
    }

    /// Whether a link or mention leads to who speaks.
    fn leads_to_speaker(
        &self,
        (contacts, own, speaker): (&Contacts, OwnCells, &Speaker),
        row: usize,
        input: &str,
    ) -> Option<bool> {
        let names = self.names_of(speaker, input);
        let cell = |slot: u32| self.cell(contacts.shape, row + slot as usize);
        let text = |slot: u32| self.text_in(cell(slot), input);
        let (name, url) = (text(own.name), text(own.url));
        match own.id {
            Some(id) => names.has_account(name, int(cell(id)), url),
            None => names.has_link(contacts.via.and_then(text), name, url),
        }
    }

    fn names_of<'a>(&'a self, speaker: &Speaker, input: &'a str) -> SpeakerNames<'a> {
        let cell = |slot: u32| self.cell(0, slot as usize);
        let text = |slot: u32| self.text_in(cell(slot), input);
        SpeakerNames {
            authors: speaker.authors.map(text),
            others: speaker.others.map(text),
            account: int(cell(speaker.account)),
            chats: speaker.chats.map(|slot| int(cell(slot))),
            address: text(speaker.address),
            is_complete: text(speaker.format) == Some(BOT_API),
        }
    }

    fn text_in<'a>(&'a self, cell: Cell, input: &'a str) -> Option<&'a str> {
        if let Cell::Text(text) = cell { Some(self.text(input, text)) } else { None }
    }
}

fn int(cell: Cell) -> Option<i64> {
    if let Cell::Int(int) = cell { Some(int) } else { None }
}
