//! Completes the cells after reading: collects the texts that a reader sees, and checks rules that concern several fields.
//! The full reader does the same on values (`record::derive`).

use super::cursor::{GiveUp, ReadResult};
use super::slots::{Cell, Part, Run, Slots, Text};
use crate::base::limits;
use crate::base::time::Instant;
use crate::plan::{DeceptiveDefault, EngineFields, ListTexts, Parts, Plan, to_u32};
use crate::record::{Audience, OWN_FORMAT, QUOTATIONS, Speaker, VERSION, Voice};
use crate::world::place::Place;
use crate::world::standard::link;
use std::ops::Range;

impl Slots {
    /// Checks and computes everything that depends on several fields. `given` has the bits of the records that have a value.
    pub(super) fn complete(
        &mut self,
        plan: &Plan,
        fields: &EngineFields,
        input: &str,
        given: u64,
    ) -> ReadResult<()> {
        if let Cell::Text(version) = self.cell(0, fields.version as usize)
            && self.text(input, version) != VERSION
        {
            return Err(GiveUp);
        }
        self.mark_absent(plan, fields, input, given)?;
        self.save_dated_lists(plan);
        self.check_rulings(plan, fields, input)?;
        self.add_author_keys(plan, fields, input);
        self.mark_links_not_deceptive(plan, fields, input);
        self.add_parts(plan, fields, input)?;
        self.add_contacts(plan, fields, input);
        self.add_texts_outside_parts(plan, fields, input);
        self.fill_header(plan, fields, input)
    }

    /// Makes none what the field `absent` names.
    fn mark_absent(
        &mut self,
        plan: &Plan,
        fields: &EngineFields,
        input: &str,
        given: u64,
    ) -> ReadResult<()> {
        let [cell, shape] = fields.absent;
        let Cell::List(paths) = self.cell(0, cell as usize) else { return Ok(()) };
        let mut before = "";
        for row in paths.range() {
            let Cell::Text(path) = self.element(&plan.shapes, shape, row) else {
                return Err(GiveUp);
            };
            // The paths have no escapes, so they are in the input.
            let path = if path.is_copied { None } else { input.get(path.bytes.range()) };
            let path = path.filter(|path| *path > before).ok_or(GiveUp)?;
            let storage = plan.absences.find(path, given).ok_or(GiveUp)?;
            self.put_none(&plan.shapes, 0, 0, storage);
            before = path;
        }
        Ok(())
    }

    fn fill_header(&mut self, plan: &Plan, fields: &EngineFields, input: &str) -> ReadResult<()> {
        let Cell::Text(id) = self.cell(0, fields.id as usize) else { return Err(GiveUp) };
        let name = self.text(input, id);
        let is_long =
            name.len() > limits::ID_CHARACTERS && name.chars().count() > limits::ID_CHARACTERS;
        if name.is_empty() || is_long {
            return Err(GiveUp);
        }
        self.header.id = id;
        let sent =
            [fields.edited_at, fields.sent_at].map(|slot| instant(self.cell(0, slot as usize)));
        self.header.version = sent.into_iter().flatten().next();
        self.header.latest = self.latest(plan, sent);
        if let Cell::Text(word) = self.cell(0, fields.audience as usize) {
            self.header.audience = Audience::of(self.text(input, word));
        } else {
            self.header.audience = Audience::Unknown;
        }
        let countries = self.cell(0, fields.countries as usize);
        self.header.is_everywhere = !matches!(countries, Cell::Places(_));
        if let Cell::Places(run) = countries {
            let places = self.places.get(run.range()).unwrap_or_default();
            self.header.countries.extend_from_slice(places);
        }
        let Cell::List(except) = self.cell(0, fields.except as usize) else { return Ok(()) };
        let shape = plan.shapes.elements_of(fields.except).ok_or(GiveUp)?;
        for row in except.range() {
            let Cell::Text(code) = self.element(&plan.shapes, shape, row) else {
                return Err(GiveUp);
            };
            let place = Place::parse(self.text(input, code)).ok_or(GiveUp)?;
            self.header.except.push(place);
        }
        Ok(())
    }

    /// Marks the links of an imported record as not deceptive, unless the importer set the field.
    fn mark_links_not_deceptive(&mut self, plan: &Plan, fields: &EngineFields, input: &str) {
        let Some(DeceptiveDefault { format, links, deceptive }) = fields.deceptive_default else {
            return;
        };
        let Cell::Text(format) = self.cell(0, format as usize) else { return };
        if self.text(input, format) == OWN_FORMAT {
            return;
        }
        let size = plan.shapes.size(links);
        for row in 0..self.row_count(&plan.shapes, links) as usize {
            let at = row * size + deceptive as usize;
            if self.cell(links, at) == Cell::Missing {
                self.set(links, at, Cell::Bool(false));
            }
        }
    }

    /// Checks that rulings name what can be places.
    fn check_rulings(&self, plan: &Plan, fields: &EngineFields, input: &str) -> ReadResult<()> {
        let [shape, place] = fields.ruling_place;
        let size = plan.shapes.size(shape);
        let is_place = |row: usize| {
            let cell = self.cell(shape, row * size + place as usize);
            matches!(cell, Cell::Text(code) if Place::can_be(self.text(input, code)))
        };
        let mut rows = 0..self.row_count(&plan.shapes, shape) as usize;
        rows.all(is_place).then_some(()).ok_or(GiveUp)
    }

    /// Fills in the keys of the authors that rules read.
    fn add_author_keys(&mut self, plan: &Plan, fields: &EngineFields, input: &str) {
        for author in &fields.author_keys {
            let Cell::Text(platform) = self.cell(0, author.platform as usize) else { return };
            let size = plan.shapes.size(author.shape);
            for row in 0..self.row_count(&plan.shapes, author.shape) as usize {
                let cell = |slot: u32| self.cell(author.shape, row * size + slot as usize);
                let id = |slot| if let Cell::Int(id) = cell(slot) { Some(id) } else { None };
                let address =
                    if let Cell::Text(at) = cell(author.address) { Some(at) } else { None };
                let speaker = Speaker::of(id(author.chat), id(author.account), address);
                let key = match speaker {
                    Some(Speaker::At(address)) => Some(address),
                    Some(Speaker::Id(id)) => self.author_key(input, platform, id),
                    None => None,
                };
                if let Some(key) = key {
                    self.set(author.shape, row * size + author.key as usize, Cell::Text(key));
                }
            }
        }
    }

    fn author_key(&mut self, input: &str, platform: Text, id: i64) -> Option<Text> {
        let start = self.copied.len();
        let has_key = if platform.is_copied {
            let platform = self.text(input, platform).to_owned();
            Speaker::write_key(&mut self.copied, &platform, id)
        } else {
            let platform = input.get(platform.bytes.range()).unwrap_or_default();
            Speaker::write_key(&mut self.copied, platform, id)
        };
        let bytes = Run { start: to_u32(start), len: to_u32(self.copied.len() - start) };
        has_key.then_some(Text { bytes, is_copied: true })
    }

    fn add_parts(&mut self, plan: &Plan, fields: &EngineFields, input: &str) -> ReadResult<()> {
        let size = plan.shapes.size(fields.parts.shape);
        for row in 0..self.row_count(&plan.shapes, fields.parts.shape) as usize {
            let cell = |slot: u32| self.cell(fields.parts.shape, row * size + slot as usize);
            let (Cell::Text(kind), Cell::Text(text)) =
                (cell(fields.parts.kind), cell(fields.parts.text))
            else {
                return Err(GiveUp);
            };
            let voice = Voice::of(self.text(input, kind));
            let start = to_u32(self.quotations.len());
            if let Cell::List(entities) = cell(fields.parts.entities) {
                for row in entities.range() {
                    let range = self.range_of_entity(plan, fields, row).ok_or(GiveUp)?;
                    // It begins and ends between characters of its text.
                    self.text(input, text).get(range.clone()).ok_or(GiveUp)?;
                    if self.is_quotation(plan, fields, row, input) {
                        self.quotations.push(range);
                    }
                }
            }
            let marked = Run { start, len: to_u32(self.quotations.len()) - start };
            self.parts.get_or_insert_default().push(Part { text, voice, marked });
        }
        Ok(())
    }

    fn range_of_entity(
        &self,
        plan: &Plan,
        fields: &EngineFields,
        row: usize,
    ) -> Option<Range<usize>> {
        let Parts { entity_shape, start, end, .. } = fields.parts;
        let row = row * plan.shapes.size(entity_shape);
        let bound = |slot: u32| {
            let Cell::Int(bound) = self.cell(entity_shape, row + slot as usize) else {
                return None;
            };
            usize::try_from(bound).ok()
        };
        Some(bound(start)?..bound(end)?)
    }

    /// Whether an entity marks a quotation, if rules want to know.
    fn is_quotation(&self, plan: &Plan, fields: &EngineFields, row: usize, input: &str) -> bool {
        let Parts { entity_shape, ty: Some(ty), .. } = fields.parts else { return false };
        let row = row * plan.shapes.size(entity_shape);
        let ty = self.cell(entity_shape, row + ty as usize);
        matches!(ty, Cell::Text(ty) if QUOTATIONS.contains(&self.text(input, ty)))
    }

    fn add_texts_outside_parts(&mut self, plan: &Plan, fields: &EngineFields, input: &str) {
        let written = self.parts.as_ref().map_or(0, Vec::len);
        for slot in &fields.outside {
            self.add_seen_text(self.cell(0, *slot as usize), written, input);
        }
        for list in &fields.in_lists {
            let size = plan.shapes.size(list.shape);
            for row in 0..self.row_count(&plan.shapes, list.shape) as usize {
                self.add_texts_of_element(list, row * size, written, input);
            }
        }
    }

    fn add_texts_of_element(&mut self, list: &ListTexts, row: usize, written: usize, input: &str) {
        let cell = |slot: Option<u32>| {
            slot.map_or(Cell::Missing, |slot| self.cell(list.shape, row + slot as usize))
        };
        // The display text of a link inside a part is part of that text. So is its address, if it is written out there.
        let is_inside = matches!(cell(list.part), Cell::Int(_));
        let shows_url = if let Cell::Text(via) = cell(list.via) {
            self.text(input, via) == "url"
        } else {
            false
        };
        for (field, slot) in &list.texts {
            let is_seen = match *field {
                link::DISPLAY => !is_inside,
                link::URL => !(is_inside && shows_url),
                _ => true,
            };
            if is_seen {
                self.add_seen_text(self.cell(list.shape, row + *slot as usize), written, input);
            }
        }
    }

    /// Adds a text that a reader sees, unless one of the first `written` parts has the same text.
    fn add_seen_text(&mut self, cell: Cell, written: usize, input: &str) {
        let Cell::Text(text) = cell else { return };
        let content = self.text(input, text);
        let parts = self.parts.as_deref().unwrap_or_default();
        let is_same = |part: &Part| self.text(input, part.text) == content;
        if !content.is_empty() && !parts.iter().take(written).any(is_same) {
            let part = Part { text, voice: Voice::Other, marked: Run::default() };
            self.parts.get_or_insert_default().push(part);
        }
    }

    /// The latest date in the record.
    fn latest(&self, plan: &Plan, sent: [Option<Instant>; 2]) -> Option<Instant> {
        let begun = plan.dated_lists.iter().zip(&self.complete_lists).flat_map(|(list, all)| {
            let rows = if let Cell::List(run) = all { run.range() } else { 0..0 };
            let size = plan.shapes.size(list.shape);
            rows.map(move |row| instant(self.cell(list.shape, row * size + list.begins as usize)))
        });
        sent.into_iter().chain(begun).flatten().max()
    }
}

fn instant(cell: Cell) -> Option<Instant> {
    if let Cell::Instant(instant) = cell { Some(instant) } else { None }
}
