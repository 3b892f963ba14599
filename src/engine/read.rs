//! Reads JSON straight into cells, by the schema. Fields that no rule reads are checked but not stored. Accepts only
//! records that the full reader accepts, and gives up on faulty and rare input; then the full reader reads the record.

use super::cursor::{Cursor, GiveUp, Number, Quoted, ReadResult, unescape};
use super::slots::{Cell, Run, Slots, Text};
use crate::base::limits::RecordLimits;
use crate::base::time::Instant;
use crate::plan::{Layout, NestedId, Plan, Storage, to_u32};
use crate::world::place::{Place, PlaceKind};
use crate::world::schema::{Presence, Schema};
use crate::world::value::{Decimal, RecordId, Type};

/// The longest record that is read here; the full reader reads longer ones. A record of this length cannot reach the
/// library's limit on values, so they need not be counted.
const MAX_BYTES: usize = 20_000;
/// The deepest nesting that is read here: less than `limits::RECORD_DEPTH`, which the full reader checks.
const MAX_DEPTH: u32 = 60;
/// The greatest number of names in a map or an opaque object. Each name is compared with all others, so there must be
/// few.
const MAX_NAMES: usize = 32;

/// Guesses the next field of a record from the order of fields in the last record, because a producer usually writes
/// fields in the same order. A wrong guess only costs a lookup.
#[derive(Clone, Debug, Default)]
pub(super) struct Guesses {
    /// For each record type: the field that came after each field, see [`Guesses::after`].
    next: Vec<Box<[u8]>>,
    /// A buffer for the names in the maps around the current value.
    names: Vec<Run>,
}

pub(super) struct Reader<'a> {
    pub(super) plan: &'a Plan,
    pub(super) schema: &'a Schema,
    pub(super) slots: &'a mut Slots,
    pub(super) guesses: &'a mut Guesses,
    input: &'a str,
    cursor: Cursor<'a>,
    depth: u32,
    /// The number of elements that every list may have.
    shortest_list: usize,
    /// The records that have a value, by their bits.
    given: u64,
}

/// Where to put a value.
#[derive(Clone, Copy)]
struct Target {
    storage: Storage,
    shape: u32,
    row: usize,
    /// The record, if it can be reached from the message through records alone.
    nested: Option<NestedId>,
}

/// The length up to which a record cannot reach the limits on its bytes and texts.
pub(super) fn max_bytes(limits: RecordLimits) -> usize {
    MAX_BYTES.min(limits.bytes).min(limits.text)
}

/// For a value that no rule reads.
const DISCARD: Target = Target { storage: Storage::Unread, shape: 0, row: 0, nested: None };

impl Guesses {
    pub(super) fn new(plan: &Plan) -> Self {
        let fields =
            |layout: &Option<Layout>| layout.as_ref().map_or(0, |layout| layout.fields.len());
        let guess = |layout| vec![0; fields(layout) + 1].into();
        Self { next: plan.layouts.iter().map(guess).collect(), names: vec![] }
    }

    /// The field that came after a field in the last record. Fields are counted from 1, and 0 stands for the start of a
    /// record.
    fn after(&self, record: usize, field: usize) -> usize {
        let next = self.next.get(record).and_then(|next| next.get(field));
        next.copied().unwrap_or_default().into()
    }

    fn learn(&mut self, record: usize, field: usize, next: usize) {
        let guess = self.next.get_mut(record).and_then(|guesses| guesses.get_mut(field));
        if let (Some(guess), Ok(next)) = (guess, u8::try_from(next)) {
            *guess = next;
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        schema: &'a Schema,
        slots: &'a mut Slots,
        guesses: &'a mut Guesses,
        input: &'a str,
    ) -> Self {
        let cursor = Cursor::new(input.as_bytes());
        guesses.names.clear();
        let shortest_list = schema.limits.shortest_list();
        Self { plan, schema, slots, guesses, input, cursor, depth: 0, shortest_list, given: 0 }
    }

    /// Reads a whole message. Returns the bits of the records that have a value.
    pub(super) fn message(&mut self, id: RecordId) -> ReadResult<u64> {
        self.slots.clear(&self.plan.shapes);
        if self.cursor.peek()? != b'{' {
            return Err(GiveUp);
        }
        self.record(id, Some((0, 0, 0)), Some(NestedId::MESSAGE))?;
        self.cursor.is_at_end().then_some(self.given).ok_or(GiveUp)
    }

    /// Reads a value. Returns whether there is one; `null` means none.
    fn value(&mut self, ty: &Type, target: Target) -> ReadResult<bool> {
        match (self.cursor.peek()?, ty) {
            (b'n', _) => self.cursor.word(b"null").map(|()| false),
            (b'"', Type::Text) => {
                let text = self.text()?;
                Ok(self.put(target, Cell::Text(text)))
            }
            (b'"', Type::Enum(words)) => {
                let text = self.text()?;
                let word = self.slots.text(self.input, text);
                words.iter().any(|known| known == word).then_some(()).ok_or(GiveUp)?;
                Ok(self.put(target, Cell::Text(text)))
            }
            (b'"', Type::Instant) => {
                let text = self.plain_text()?;
                let instant = Instant::parse(text).map_err(|_| GiveUp)?;
                Ok(self.put(target, Cell::Instant(instant)))
            }
            (b'"', Type::Place) => {
                let text = self.text()?;
                self.place(text)?;
                Ok(self.put(target, Cell::Text(text)))
            }
            (b'"', Type::Places) => match self.plain_text()? {
                "*" => Ok(self.put(target, Cell::Everywhere)),
                _ => Err(GiveUp),
            },
            (b'[', Type::Places) => self.places(target),
            (b'[', Type::List(of)) => self.list(of, target),
            (b't', Type::Bool) => {
                self.cursor.word(b"true").map(|()| self.put(target, Cell::Bool(true)))
            }
            (b'f', Type::Bool) => {
                self.cursor.word(b"false").map(|()| self.put(target, Cell::Bool(false)))
            }
            (b'-' | b'0'..=b'9', Type::Int) => match self.cursor.number()? {
                Number::Int(int) => Ok(self.put(target, Cell::Int(int))),
                Number::Decimal(_) => Err(GiveUp),
            },
            (b'-' | b'0'..=b'9', Type::Number) => {
                let number = match self.cursor.number()? {
                    Number::Int(int) => Decimal::from_int(int),
                    Number::Decimal(billionths) => Decimal::from_billionths(billionths),
                };
                Ok(self.put(target, Cell::Number(number)))
            }
            (b'{', Type::Record(id)) => {
                let storage = match target.storage {
                    Storage::Record { record, .. } | Storage::Element { record } => {
                        Some((record, target.shape, target.row))
                    }
                    Storage::Unread
                    | Storage::Cell(_)
                    | Storage::List { .. }
                    | Storage::Map { .. } => None,
                };
                self.record(*id, storage, target.nested)?;
                Ok(self.put(target, Cell::Present))
            }
            (b'{', Type::Map(of)) => {
                self.map(of, target)?;
                Ok(self.put(target, Cell::Present))
            }
            // Rules cannot read opaque values, so they count as missing.
            (_, Type::Opaque) => self.opaque().map(|()| false),
            _ => Err(GiveUp),
        }
    }

    /// Puts a cell into its row. Records and maps have a cell that says that they are present.
    fn put(&mut self, target: Target, cell: Cell) -> bool {
        let slot = match target.storage {
            Storage::Unread | Storage::Element { .. } => return true,
            Storage::Cell(slot)
            | Storage::Record { present: slot, .. }
            | Storage::Map { present: slot, .. }
            | Storage::List { cell: slot, .. } => slot,
        };
        self.slots.set(target.shape, target.row + slot as usize, cell);
        true
    }

    fn enter(&mut self, bracket: u8) -> ReadResult<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(GiveUp);
        }
        self.cursor.expect(bracket)
    }

    /// Whether another element or member follows. If so, moves the cursor behind the comma.
    fn follows(&mut self, is_first: bool, closing: u8) -> ReadResult<bool> {
        match self.cursor.peek()? {
            byte if byte == closing => {
                self.cursor.step();
                self.depth -= 1;
                Ok(false)
            }
            b',' if !is_first => {
                self.cursor.step();
                // After a comma there must be a value or a name, not a bracket.
                if self.cursor.peek()? == closing { Err(GiveUp) } else { Ok(true) }
            }
            _ if is_first => Ok(true),
            _ => Err(GiveUp),
        }
    }

    fn record(
        &mut self,
        id: RecordId,
        storage: Option<(u32, u32, usize)>,
        nested: Option<NestedId>,
    ) -> ReadResult<()> {
        self.given |= nested.map_or(0, NestedId::bit);
        let plan = self.plan;
        let layout = plan.layouts.get(id.0).and_then(Option::as_ref).ok_or(GiveUp)?;
        let record_storage =
            storage.and_then(|(record, ..)| plan.shapes.records.get(record as usize));
        let (shape, row) = storage.map_or((0, 0), |(_, shape, row)| (shape, row));
        self.enter(b'{')?;
        let (mut seen, mut given, mut before) = (0_u64, 0_u64, 0);
        while self.follows(seen == 0, b'}')? {
            let field_number = self.field(id, layout, before)?;
            before = field_number + 1;
            let bit = 1_u64.checked_shl(to_u32(field_number)).ok_or(GiveUp)?;
            let field = layout.fields.get(field_number).ok_or(GiveUp)?;
            if seen & bit != 0 || !field.is_allowed_in_json {
                return Err(GiveUp);
            }
            seen |= bit;
            let storage = record_storage
                .and_then(|record_storage| record_storage.fields.get(field_number))
                .copied();
            let nested = if let Type::Record(_) = field.ty {
                nested.and_then(|owner| plan.absences.inside(owner, field_number))
            } else {
                None
            };
            let target = Target { storage: storage.unwrap_or_default(), shape, row, nested };
            if self.value(&field.ty, target)? {
                given |= bit;
            }
        }
        if layout.required & !given != 0 {
            return Err(GiveUp);
        }
        if let Some(record_storage) = record_storage {
            let mut absent = layout.defaulted & !given;
            while absent != 0 {
                let field = absent.trailing_zeros() as usize;
                absent &= absent - 1;
                let storage = record_storage.fields.get(field).copied().unwrap_or_default();
                if storage != Storage::Unread {
                    self.put_default(id, field, Target { storage, shape, row, nested: None })?;
                }
            }
        }
        Ok(())
    }

    fn put_default(&mut self, id: RecordId, field: usize, target: Target) -> ReadResult<()> {
        let record = self.schema.record(id).and_then(|(_, record)| record.fields.get_index(field));
        let (_, field) = record.ok_or(GiveUp)?;
        if let Presence::Default(value) = &field.presence {
            self.slots.put(&self.plan.shapes, target.shape, target.row, target.storage, value);
        }
        Ok(())
    }

    /// Reads the name of the next field and the colon after it. `before` is the number of the field before it.
    fn field(&mut self, id: RecordId, layout: &Layout, before: usize) -> ReadResult<usize> {
        let guess = self.guesses.after(id.0, before);
        if let Some(field) = layout.fields.get(guess)
            && self.cursor.is_key(field.name.as_bytes())
        {
            return Ok(guess);
        }
        let key = self.cursor.string()?;
        let name = self.input.get(key.start..key.end).filter(|_| !key.has_escapes).ok_or(GiveUp)?;
        let found = layout.find(name.as_bytes()).ok_or(GiveUp)?;
        self.guesses.learn(id.0, before, found);
        self.cursor.expect(b':')?;
        Ok(found)
    }

    fn list(&mut self, of: &Type, target: Target) -> ReadResult<bool> {
        let plan = self.plan;
        let shape =
            if let Storage::List { shape, .. } = target.storage { Some(shape) } else { None };
        let start = shape.map_or(0, |shape| self.slots.row_count(&plan.shapes, shape));
        let mut len = 0;
        self.enter(b'[')?;
        let mut elements = 0;
        while self.follows(elements == 0, b']')? {
            elements += 1;
            if elements > self.shortest_list && elements > self.schema.most_elements(of) {
                return Err(GiveUp);
            }
            let target = shape.map_or(DISCARD, |shape| Target {
                storage: plan
                    .shapes
                    .shapes
                    .get(shape as usize)
                    .map_or(Storage::Unread, |shape| shape.element),
                shape,
                row: self.slots.add_row(&plan.shapes, shape),
                nested: None,
            });
            match (self.value(of, target)?, of) {
                (true, _) => len += 1,
                // Elements that rules cannot read are not counted.
                (false, Type::Opaque) => {}
                (false, _) => return Err(GiveUp),
            }
        }
        Ok(self.put(target, Cell::List(Run { start, len })))
    }

    fn places(&mut self, target: Target) -> ReadResult<bool> {
        let start = to_u32(self.slots.places.len());
        self.enter(b'[')?;
        let mut is_first = true;
        while self.follows(is_first, b']')? {
            is_first = false;
            let text = self.text()?;
            let place = self.place(text)?;
            self.slots.places.push(place);
        }
        let len = to_u32(self.slots.places.len()) - start;
        Ok(self.put(target, Cell::Places(Run { start, len })))
    }

    fn place(&self, code: Text) -> ReadResult<Place> {
        let place = Place::parse(self.slots.text(self.input, code)).ok_or(GiveUp)?;
        if place.kind() == PlaceKind::World { Err(GiveUp) } else { Ok(place) }
    }

    fn map(&mut self, of: &Type, target: Target) -> ReadResult<()> {
        let plan = self.plan;
        let map = if let Storage::Map { map, .. } = target.storage { Some(map) } else { None };
        let entries =
            map.and_then(|map| plan.shapes.maps.get(map as usize)).map(|map| &map.entries);
        self.enter(b'{')?;
        let names = self.guesses.names.len();
        while self.follows(self.guesses.names.len() == names, b'}')? {
            let name = self.name(names)?;
            let entry = entries.into_iter().flatten().find(|(key, _)| key == name);
            let storage = entry.map(|(_, storage)| *storage).unwrap_or_default();
            let is_given = self.value(of, Target { storage, nested: None, ..target })?;
            if !is_given && *of != Type::Opaque {
                return Err(GiveUp);
            }
        }
        self.guesses.names.truncate(names);
        Ok(())
    }

    /// Reads a name and the colon after it. Gives up if the object has the same name twice. `first` is the index of the first
    /// name of the object.
    fn name(&mut self, first: usize) -> ReadResult<&'a str> {
        let Quoted { start, end, has_escapes } = self.cursor.string()?;
        self.cursor.expect(b':')?;
        let name = self.input.get(start..end).filter(|_| !has_escapes).ok_or(GiveUp)?;
        let others = self.guesses.names.get(first..).unwrap_or_default();
        let is_new = others.iter().all(|other| self.input.get(other.range()) != Some(name));
        if !is_new || others.len() >= MAX_NAMES {
            return Err(GiveUp);
        }
        self.guesses.names.push(Run { start: to_u32(start), len: to_u32(end - start) });
        Ok(name)
    }

    /// Reads a value of any type.
    fn opaque(&mut self) -> ReadResult<()> {
        match self.cursor.peek()? {
            b'"' => self.text().map(drop),
            b'n' => self.cursor.word(b"null"),
            b't' => self.cursor.word(b"true"),
            b'f' => self.cursor.word(b"false"),
            b'[' => self.list(&Type::Opaque, DISCARD).map(drop),
            b'{' => self.map(&Type::Opaque, DISCARD),
            _ => self.cursor.number().map(drop),
        }
    }

    /// Reads a string. If it has escapes, its text is copied into the buffer.
    fn text(&mut self) -> ReadResult<Text> {
        let Quoted { start, end, has_escapes } = self.cursor.string()?;
        if !has_escapes {
            let bytes = Run { start: to_u32(start), len: to_u32(end - start) };
            return Ok(Text { bytes, is_copied: false });
        }
        let before = self.slots.copied.len();
        let raw = self.input.get(start..end).ok_or(GiveUp)?;
        unescape(raw, &mut self.slots.copied)?;
        let len = self.slots.copied.len() - before;
        let text = Text { bytes: Run { start: to_u32(before), len: to_u32(len) }, is_copied: true };
        Ok(text)
    }

    /// Reads a string that has no escapes; gives up if it has some.
    fn plain_text(&mut self) -> ReadResult<&'a str> {
        let Quoted { start, end, has_escapes } = self.cursor.string()?;
        self.input.get(start..end).filter(|_| !has_escapes).ok_or(GiveUp)
    }
}
