//! The cells of a record, one for each field that rules read. The buffers are reused for every record, so reading a
//! record allocates nothing.

use super::Compiled;
use crate::base::limits;
use crate::base::time::Instant;
use crate::plan::{Plan, Shapes, Storage, Surface, to_u32};
use crate::record::{Audience, Fields, Record, Visibility, Voice, quotations};
use crate::text::Passages;
use crate::world::place::Place;
use crate::world::schema::Schema;
use crate::world::standard::{message, part};
use crate::world::value::{Decimal, Places, SurfacePart, Value};
use std::ops::Range;
use std::sync::OnceLock;

/// The value of one field.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Cell {
    #[default]
    Missing,
    /// A value in a record that does not exist.
    Absent,
    /// A record or map that is present.
    Present,
    Bool(bool),
    Int(i64),
    Number(Decimal),
    Text(Text),
    Instant(Instant),
    Duration(i128),
    Everywhere,
    Places(Run),
    /// The rows of the elements in the table of the list.
    List(Run),
}

/// A run of `len` items that begins at `start`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Run {
    pub(super) start: u32,
    pub(super) len: u32,
}

/// A text: a run of bytes in the input, or in the buffer `copied` if the text has escapes in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Text {
    pub(super) bytes: Run,
    pub(super) is_copied: bool,
}

/// A text that a reader sees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) text: Text,
    pub(super) voice: Voice,
    /// The ranges that its source marks as quotations, in `quotations`.
    pub(super) marked: Run,
}

/// What a host can ask about any record: its identity, date and visibility.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(super) id: Text,
    /// When this version of it was written.
    pub(crate) version: Option<Instant>,
    pub(crate) latest: Option<Instant>,
    pub(crate) audience: Audience,
    pub(crate) is_everywhere: bool,
    /// The places in which it can be seen, unless `is_everywhere`.
    pub(crate) countries: Vec<Place>,
    /// The places in which it cannot be seen.
    pub(crate) except: Vec<Place>,
}

/// The cells of one record.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    /// One table for each shape: first the row of the message, then the rows of each list.
    pub(super) tables: Vec<Vec<Cell>>,
    pub(super) places: Vec<Place>,
    pub(super) copied: String,
    pub(super) header: Header,
    /// The texts that a reader sees, in order. `None` when they are unknown.
    pub(super) parts: Option<Vec<Part>>,
    pub(super) quotations: Vec<Range<usize>>,
    /// The passages of each part that the author wrote; `None` if the author states all of it. They are found when they are
    /// asked for.
    passages: OnceLock<Vec<Option<Box<Passages>>>>,
    /// The dated lists before they are shortened.
    pub(super) complete_lists: Vec<Cell>,
    pub(super) seen: Seen,
}

/// What is seen in the shortened lists.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// An order or a notice.
    pub(super) received: bool,
    /// That a person ruled on a decision about the record.
    pub(super) rulings: bool,
}

impl Run {
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

impl Slots {
    /// Clears the cells of the last record.
    pub(super) fn clear(&mut self, shapes: &Shapes) {
        self.tables.resize_with(shapes.shapes.len(), Vec::new);
        for table in &mut self.tables {
            table.clear();
        }
        self.places.clear();
        self.header.clear();
        self.copied.clear();
        self.parts.get_or_insert_default().clear();
        self.quotations.clear();
        self.passages.take();
        self.complete_lists.clear();
        self.add_row(shapes, 0);
    }

    /// The approximate size of the buffers in bytes.
    pub(super) fn memory(&self) -> usize {
        let Self { tables, places, copied, header, parts, quotations, complete_lists, .. } = self;
        let cells = tables.iter().map(Vec::capacity).sum::<usize>() + complete_lists.capacity();
        let places = places.capacity() + header.countries.capacity() + header.except.capacity();
        cells * size_of::<Cell>()
            + places * size_of::<Place>()
            + copied.capacity()
            + parts.as_ref().map_or(0, Vec::capacity) * size_of::<Part>()
            + quotations.capacity() * size_of::<Range<usize>>()
    }

    /// The texts that conditions of a plan search; none if they are unknown.
    pub(super) fn searched_parts(&self, plan: &Plan) -> impl Iterator<Item = &Part> {
        let parts = self.parts.as_deref().unwrap_or_default().iter();
        parts.filter(|part| plan.is_searched(part.voice))
    }

    /// The texts of a surface, each with the passages of it that the surface has; `None` if it has all of the text. No texts
    /// if they are unknown.
    pub(super) fn texts_of<'a>(
        &'a self,
        surface: Surface,
        input: &'a str,
    ) -> impl Iterator<Item = (&'a str, Option<&'a [Range<usize>]>)> {
        let passages = if surface.is_divided() { self.passages(input) } else { &[] };
        let parts = self.parts.as_deref().unwrap_or_default().iter().enumerate();
        parts.filter_map(move |(number, part)| {
            if !surface.voices().contains(&part.voice) {
                return None;
            }
            let passages = passages.get(number).and_then(Option::as_deref);
            let passages = match (surface, part.voice, passages) {
                (Surface::Own, _, Some(passages)) => Some(passages.own.as_slice()),
                (Surface::Stated, _, Some(passages)) => Some(passages.stated.as_slice()),
                (Surface::Asked, _, Some(passages)) => Some(passages.asked.as_slice()),
                (Surface::Quoted, Voice::Author, Some(passages)) => {
                    Some(passages.quoted.as_slice())
                }
                (Surface::Asked, _, None) | (Surface::Quoted, Voice::Author, None) => return None,
                (Surface::Text | Surface::AnyText | Surface::Button, ..)
                | (Surface::Own | Surface::Stated | Surface::Quoted, ..) => None,
            };
            Some((self.text(input, part.text), passages))
        })
    }

    /// The passages of the parts of the message, by number.
    pub(super) fn passages(&self, input: &str) -> &[Option<Box<Passages>>] {
        self.passages.get_or_init(|| {
            let mut left = limits::PASSAGES;
            let of_part = |part: &Part| {
                let marked = self.quotations.get(part.marked.range()).unwrap_or_default();
                let is_authors = part.voice == Voice::Author;
                let text = is_authors.then(|| self.text(input, part.text))?;
                Passages::of(text, marked, &mut left)
            };
            self.parts.iter().flatten().map(of_part).collect()
        })
    }

    /// Adds a row in which all cells are missing, and returns where it begins.
    pub(super) fn add_row(&mut self, shapes: &Shapes, shape: u32) -> usize {
        let size = shapes.size(shape);
        let Some(table) = self.tables.get_mut(shape as usize) else { return 0 };
        let start = table.len();
        table.resize(start + size, Cell::Missing);
        start
    }

    /// The number of rows of a table.
    pub(super) fn row_count(&self, shapes: &Shapes, shape: u32) -> u32 {
        let cells = self.tables.get(shape as usize).map_or(0, Vec::len);
        to_u32(cells / shapes.size(shape).max(1))
    }

    pub(super) fn cell(&self, shape: u32, at: usize) -> Cell {
        self.tables.get(shape as usize).and_then(|table| table.get(at)).copied().unwrap_or_default()
    }

    /// The cell of an element that is a single value.
    pub(super) fn element(&self, shapes: &Shapes, shape: u32, row: usize) -> Cell {
        self.cell(shape, row * shapes.size(shape))
    }

    pub(super) fn set(&mut self, shape: u32, at: usize, cell: Cell) {
        if let Some(slot) = self.tables.get_mut(shape as usize).and_then(|table| table.get_mut(at))
        {
            *slot = cell;
        }
    }

    pub(super) fn text<'a>(&'a self, input: &'a str, text: Text) -> &'a str {
        let buffer = if text.is_copied { &*self.copied } else { input };
        buffer.get(text.bytes.range()).unwrap_or_default()
    }

    pub(super) fn copy(&mut self, text: &str) -> Text {
        let bytes = Run { start: to_u32(self.copied.len()), len: to_u32(text.len()) };
        self.copied.push_str(text);
        Text { bytes, is_copied: true }
    }

    /// Fills the cells from a record that the full reader read.
    pub(super) fn fill(&mut self, Compiled { program, plan }: Compiled<'_>, record: &Record) {
        self.clear(&plan.shapes);
        let Value::Record(fields) = record.root() else { return };
        self.record(&plan.shapes, 0, 0, 0, fields);
        self.fill_parts(plan, &program.schema, fields);
        self.save_dated_lists(plan);
        self.header.id = self.copy(record.id());
        let Visibility { audience, countries, except } = record.visibility();
        self.header.version = record.version();
        self.header.latest = record.latest();
        self.header.audience = audience;
        self.header.is_everywhere = countries.is_none();
        self.header.countries.extend_from_slice(countries.unwrap_or_default());
        self.header.except.extend_from_slice(except);
    }

    /// Fills the parts of `any_text`. The parts of the message come first.
    fn fill_parts(&mut self, plan: &Plan, schema: &Schema, values: &[Option<Value>]) {
        let seen = match plan.any_text.and_then(|field| values.get(field)) {
            Some(Some(Value::Surface(parts))) => parts,
            _ => {
                self.parts = None;
                return;
            }
        };
        let message = schema.named(Schema::MESSAGE);
        let message = message.map(|(id, _)| Fields { schema, id, values });
        let mut parts = message.into_iter().flat_map(|message| message.list(message::PARTS));
        for SurfacePart { text, part, .. } in seen.iter() {
            let part = part.and_then(|_| parts.next());
            let kind = part.and_then(|part| part.text(part::KIND));
            let voice = kind.map_or(Voice::Other, |kind| Voice::of(kind));
            let start = to_u32(self.quotations.len());
            self.quotations.extend(part.into_iter().flat_map(quotations));
            let marked = Run { start, len: to_u32(self.quotations.len()) - start };
            let text = self.copy(text);
            self.parts.get_or_insert_default().push(Part { text, voice, marked });
        }
    }

    fn record(
        &mut self,
        shapes: &Shapes,
        shape: u32,
        row: usize,
        record: u32,
        fields: &[Option<Value>],
    ) {
        let Some(storage) = shapes.records.get(record as usize) else { return };
        for (storage, value) in storage.fields.iter().zip(fields) {
            if let Some(value) = value
                && *storage != Storage::Unread
            {
                self.put(shapes, shape, row, *storage, value);
            }
        }
    }

    /// Fills the cells of a value.
    pub(super) fn put(
        &mut self,
        shapes: &Shapes,
        shape: u32,
        row: usize,
        storage: Storage,
        value: &Value,
    ) {
        match (storage, value) {
            (Storage::Unread, _) => {}
            (storage, Value::Absent) => self.put_none(shapes, shape, row, storage),
            (Storage::Cell(slot), value) => {
                let cell = self.single_cell(value);
                self.set(shape, row + slot as usize, cell);
            }
            (Storage::Record { present, record }, Value::Record(fields)) => {
                self.set(shape, row + present as usize, Cell::Present);
                self.record(shapes, shape, row, record, fields);
            }
            (Storage::Map { present, map }, Value::Map(entries)) => {
                self.set(shape, row + present as usize, Cell::Present);
                let Some(storage) = shapes.maps.get(map as usize) else { return };
                for (key, storage) in &storage.entries {
                    if let Some(value) = entries.get(key) {
                        self.put(shapes, shape, row, *storage, value);
                    }
                }
            }
            (Storage::List { cell, shape: of }, Value::List(elements)) => {
                let start = self.row_count(shapes, of);
                let storage =
                    shapes.shapes.get(of as usize).map_or(Storage::Unread, |shape| shape.element);
                for element in elements.iter() {
                    let row = self.add_row(shapes, of);
                    self.put(shapes, of, row, storage, element);
                }
                let run = Run { start, len: to_u32(elements.len()) };
                self.set(shape, row + cell as usize, Cell::List(run));
            }
            (Storage::Element { record }, Value::Record(fields)) => {
                self.record(shapes, shape, row, record, fields);
            }
            (
                Storage::Record { .. }
                | Storage::Map { .. }
                | Storage::List { .. }
                | Storage::Element { .. },
                _,
            ) => {}
        }
    }

    /// Fills the cells of a value that is none, and of all that would be in it.
    pub(super) fn put_none(&mut self, shapes: &Shapes, shape: u32, row: usize, storage: Storage) {
        let slot = match storage {
            Storage::Unread | Storage::Element { .. } => return,
            Storage::Cell(slot) | Storage::List { cell: slot, .. } => slot,
            Storage::Record { present, record } => {
                let record = shapes.records.get(record as usize);
                for storage in record.into_iter().flat_map(|record| &record.fields) {
                    self.put_none(shapes, shape, row, *storage);
                }
                present
            }
            Storage::Map { present, map } => {
                let map = shapes.maps.get(map as usize);
                for (_, storage) in map.into_iter().flat_map(|map| &map.entries) {
                    self.put_none(shapes, shape, row, *storage);
                }
                present
            }
        };
        self.set(shape, row + slot as usize, Cell::Absent);
    }

    fn single_cell(&mut self, value: &Value) -> Cell {
        match value {
            Value::Bool(truth) => Cell::Bool(*truth),
            Value::Int(int) => Cell::Int(*int),
            Value::Number(number) => Cell::Number(*number),
            Value::Text(text) => Cell::Text(self.copy(text)),
            Value::Instant(instant) => Cell::Instant(*instant),
            Value::Duration(nanos) => Cell::Duration(*nanos),
            Value::Places(Places::Everywhere) => Cell::Everywhere,
            Value::Places(Places::Only(places)) => {
                let start = to_u32(self.places.len());
                self.places.extend_from_slice(places);
                Cell::Places(Run { start, len: to_u32(places.len()) })
            }
            // Surfaces are stored in `parts`. `put` stores records, lists and maps.
            Value::Surface(_)
            | Value::Record(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Absent => Cell::Missing,
        }
    }

    /// Saves the dated lists before they are shortened.
    pub(super) fn save_dated_lists(&mut self, plan: &Plan) {
        self.complete_lists.clear();
        for list in &plan.dated_lists {
            self.complete_lists.push(self.cell(0, list.cell as usize));
        }
    }

    /// Whether a person ruled on a decision about the record, at whatever instant.
    pub(super) fn carries_rulings(&self, plan: &Plan) -> bool {
        let mut lists = plan.dated_lists.iter().zip(&self.complete_lists);
        lists
            .any(|(list, all)| !list.is_received && matches!(all, Cell::List(Run { len: 1.., .. })))
    }

    /// Shortens the dated lists to the elements that are seen at an instant.
    pub(super) fn hide_unseen(&mut self, plan: &Plan, at: Instant) {
        self.seen = Seen::default();
        for (nth, list) in plan.dated_lists.iter().enumerate() {
            let all = self.complete_lists.get(nth).copied();
            let Some(Cell::List(all @ Run { len: 1.., .. })) = all else { continue };
            let size = plan.shapes.size(list.shape);
            let Some(table) = self.tables.get_mut(list.shape as usize) else { continue };
            table.truncate((all.start + all.len) as usize * size.max(1));
            let rows = all.range();
            let is_seen = |table: &[Cell], row: usize| {
                let cell = |slot: u32| table.get(row * size + slot as usize);
                let is_later =
                    matches!(cell(list.begins), Some(Cell::Instant(begins)) if *begins > at);
                let is_over =
                    |slot: u32| matches!(cell(slot), Some(Cell::Instant(end)) if *end <= at);
                !is_later && !list.ends.iter().copied().any(is_over)
            };
            let seen = if rows.clone().all(|row| is_seen(table, row)) {
                all
            } else {
                let start = table.len() / size.max(1);
                for row in rows {
                    if is_seen(table, row) {
                        table.extend_from_within(row * size..(row + 1) * size);
                    }
                }
                Run { start: to_u32(start), len: to_u32(table.len() / size.max(1) - start) }
            };
            self.set(0, list.cell as usize, Cell::List(seen));
            if list.is_received {
                self.seen.received |= seen.len > 0;
            } else {
                self.seen.rulings |= seen.len > 0;
            }
        }
    }
}

impl Default for Header {
    fn default() -> Self {
        Self {
            id: Text { bytes: Run::default(), is_copied: false },
            version: None,
            latest: None,
            audience: Audience::Unknown,
            is_everywhere: true,
            countries: vec![],
            except: vec![],
        }
    }
}

impl Header {
    /// Clears the lists and keeps their buffers.
    fn clear(&mut self) {
        self.countries.clear();
        self.except.clear();
    }

    pub(crate) fn visibility(&self) -> Visibility<'_> {
        let countries = (!self.is_everywhere).then_some(&*self.countries);
        Visibility { audience: self.audience, countries, except: &self.except }
    }
}
