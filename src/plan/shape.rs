//! The fields that rules read, and the cells in which they are stored. The message has one row of cells. Each list has
//! a table with one row for each element.

use super::guard::Column;
use super::node::{Base, Path};
use super::to_u32;
use crate::program::Program;
use crate::world::schema::Schema;
use crate::world::standard::{StandardField, dotted};
use crate::world::value::{Inside, RecordId, Type};

/// The shapes of all tables, and the way in which records and maps are stored in them.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    /// The shape of the message, then those of lists.
    pub(crate) shapes: Vec<Shape>,
    pub(crate) records: Vec<RecordStorage>,
    pub(crate) maps: Vec<MapStorage>,
}

/// The columns of the message, or of the elements of a list.
#[derive(Debug)]
pub(crate) struct Shape {
    /// The cell of the list; the message has none.
    owner: Option<Path>,
    /// How an element is stored.
    pub(crate) element: Storage,
    pub(crate) slots: Vec<Slot>,
}

/// A column of a shape: one cell in each row.
#[derive(Debug)]
pub(crate) struct Slot {
    /// Its path as it appears in `missing`: `links[].host`.
    pub(crate) path: String,
    pub(crate) ty: Type,
    /// The cells of this row that say whether the records around it are present, outermost first.
    pub(crate) presence_cells: Vec<u32>,
    /// Whether it can be missing from a record that is present.
    pub(crate) is_optional: bool,
    /// For a list, the shape of its elements.
    pub(crate) elements: Option<u32>,
}

/// A record at one place in the message.
#[derive(Debug)]
pub(crate) struct RecordStorage {
    pub(crate) record: RecordId,
    shape: u32,
    path: String,
    presence_cells: Vec<u32>,
    /// How each field is stored, by index.
    pub(crate) fields: Vec<Storage>,
}

/// A map at one place in the message, with the names that rules read.
#[derive(Debug)]
pub(crate) struct MapStorage {
    entry_type: Type,
    shape: u32,
    path: String,
    presence_cells: Vec<u32>,
    pub(crate) entries: Vec<(String, Storage)>,
}

/// How a field is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Storage {
    /// The field is parsed and not stored.
    #[default]
    Unread,
    Cell(u32),
    /// The cell `present` says whether the record is present.
    Record {
        present: u32,
        record: u32,
    },
    Map {
        present: u32,
        map: u32,
    },
    List {
        cell: u32,
        shape: u32,
    },
    /// A record that is an element of a list, so it is always present.
    Element {
        record: u32,
    },
}

/// The part of the record that an expression names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Spot {
    /// A record, and the cell that says whether it is present; `None` if it always is.
    Record {
        base: Base,
        record: u32,
        present: Option<u32>,
    },
    Map {
        base: Base,
        map: u32,
        present: u32,
    },
    /// A list of elements of a shape.
    List {
        path: Path,
        shape: u32,
    },
    Cell(Path),
}

impl Shapes {
    /// The shape of the message, without any cells yet.
    pub(super) fn new(schema: &Schema) -> Self {
        let mut shapes = Self::default();
        if let Some((id, _)) = schema.named(Schema::MESSAGE) {
            shapes.shape(schema, &Type::Record(id), String::new());
        }
        shapes
    }

    pub(crate) fn slot(&self, path: Path) -> Option<&Slot> {
        self.shapes.get(path.base.shape() as usize)?.slots.get(path.slot as usize)
    }

    /// The path of a cell as it appears in `missing`.
    pub(super) fn path(&self, shape: u32, slot: u32) -> &str {
        let slots = self.shapes.get(shape as usize).map(|shape| &shape.slots);
        slots.and_then(|slots| slots.get(slot as usize)).map_or("", |slot| &slot.path)
    }

    /// The paths of all cells.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.shapes.iter().flat_map(|shape| &shape.slots).map(|slot| slot.path.as_str())
    }

    /// The cell of a field of the elements of a list, if rules read it.
    pub(super) fn element_column(
        &self,
        list: &[StandardField],
        field: StandardField,
    ) -> Option<Column> {
        let path = format!("{}[].{}", dotted(list), field.name);
        let in_shape = |(shape_number, of): (usize, &Shape)| {
            let slot = of.slots.iter().position(|slot| slot.path == path)?;
            Some(Column { shape: to_u32(shape_number), slot: to_u32(slot) })
        };
        self.shapes.iter().enumerate().find_map(in_shape)
    }

    /// The number of cells in a row.
    pub(crate) fn size(&self, shape: u32) -> usize {
        self.shapes.get(shape as usize).map_or(0, |shape| shape.slots.len())
    }

    /// The cell of the list whose elements have a shape.
    pub(crate) fn owner(&self, shape: u32) -> Option<Path> {
        self.shapes.get(shape as usize)?.owner
    }

    /// Whether a cell, or a record around it, can be missing.
    pub(super) fn is_optional(&self, path: Path) -> bool {
        let outer = |slot: &u32| self.slot(Path { base: path.base, slot: *slot });
        self.slot(path).is_none_or(|slot| {
            slot.is_optional
                || slot.presence_cells.iter().filter_map(outer).any(|slot| slot.is_optional)
        })
    }

    /// How a field of a record is stored, by how the record is.
    pub(super) fn storage_in(&self, owner: Storage, field: usize) -> Storage {
        let (Storage::Record { record, .. } | Storage::Element { record }) = owner else {
            return Storage::Unread;
        };
        let fields = self.records.get(record as usize).map(|record| &record.fields);
        fields.and_then(|fields| fields.get(field)).copied().unwrap_or_default()
    }

    /// Whether a cell can be none: it is in a record outside lists that can be missing, or says whether such a record is
    /// present.
    pub(super) fn can_be_none(&self, path: Path) -> bool {
        let is_record = |slot: &Slot| matches!(slot.ty.inside(), Inside::Record(_));
        let outer = |slot: &u32| self.slot(Path { base: path.base, slot: *slot });
        path.base == Base::Message
            && self.slot(path).is_some_and(|slot| {
                let around = slot.presence_cells.iter().filter_map(outer);
                around.chain([slot]).any(|slot| slot.is_optional && is_record(slot))
            })
    }

    /// The shape of the elements of a list of the message.
    pub(crate) fn elements_of(&self, slot: u32) -> Option<u32> {
        self.elements(Path { base: Base::Message, slot })
    }

    /// The shape of the elements of a list.
    pub(crate) fn elements(&self, list: Path) -> Option<u32> {
        self.slot(list)?.elements
    }

    pub(super) fn message() -> Spot {
        Spot::Record { base: Base::Message, record: 0, present: None }
    }

    /// The current element of the quantifier at a level.
    pub(super) fn element(&self, shape: u32, level: u32) -> Option<Spot> {
        let base = Base::Element { level, shape };
        match self.shapes.get(shape as usize)?.element {
            Storage::Element { record } => Some(Spot::Record { base, record, present: None }),
            Storage::Cell(slot) => Some(Spot::Cell(Path { base, slot })),
            Storage::Unread
            | Storage::Record { .. }
            | Storage::Map { .. }
            | Storage::List { .. } => None,
        }
    }

    /// A field of a record.
    pub(super) fn field(
        &mut self,
        schema: &Schema,
        base: Base,
        record: u32,
        field: usize,
    ) -> Option<Spot> {
        let owner = self.records.get(record as usize)?;
        let known = *owner.fields.get(field)?;
        if known != Storage::Unread {
            return Some(known.spot(base));
        }
        let (name, declared) = schema.record(owner.record)?.1.fields.get_index(field)?;
        let slot = Slot {
            path: joined(&owner.path, name),
            ty: declared.ty.clone(),
            presence_cells: owner.presence_cells.clone(),
            is_optional: declared.can_be_missing(),
            elements: None,
        };
        let storage = self.allocate(schema, owner.shape, slot);
        *self.records.get_mut(record as usize)?.fields.get_mut(field)? = storage;
        Some(storage.spot(base))
    }

    /// An entry of a map.
    pub(super) fn entry(
        &mut self,
        schema: &Schema,
        base: Base,
        map: u32,
        key: &str,
    ) -> Option<Spot> {
        let owner = self.maps.get(map as usize)?;
        if let Some((_, known)) = owner.entries.iter().find(|(known, _)| known == key) {
            return Some(known.spot(base));
        }
        let slot = Slot {
            path: joined(&owner.path, key),
            ty: owner.entry_type.clone(),
            presence_cells: owner.presence_cells.clone(),
            is_optional: true,
            elements: None,
        };
        let storage = self.allocate(schema, owner.shape, slot);
        self.maps.get_mut(map as usize)?.entries.push((key.to_owned(), storage));
        Some(storage.spot(base))
    }

    fn allocate(&mut self, schema: &Schema, shape: u32, slot: Slot) -> Storage {
        let (path, ty, presence_cells) =
            (slot.path.clone(), slot.ty.clone(), slot.presence_cells.clone());
        let cell = self.cell(shape, slot);
        let within = || presence_cells.iter().copied().chain([cell]).collect();
        match ty.inside() {
            Inside::Record(id) => {
                let record = self.record(schema, id, shape, path, within());
                Storage::Record { present: cell, record }
            }
            Inside::Map(of) => {
                let map = to_u32(self.maps.len());
                self.maps.push(MapStorage {
                    entry_type: of.clone(),
                    shape,
                    path,
                    presence_cells: within(),
                    entries: vec![],
                });
                Storage::Map { present: cell, map }
            }
            Inside::List(of) => {
                let elements = self.shape(schema, of, format!("{path}[]"));
                let row = self.shapes.get_mut(shape as usize);
                if let Some(slot) = row.and_then(|row| row.slots.get_mut(cell as usize)) {
                    slot.elements = Some(elements);
                }
                let base = Base::of_shape(shape);
                if let Some(list) = self.shapes.get_mut(elements as usize) {
                    list.owner = Some(Path { base, slot: cell });
                }
                Storage::List { cell, shape: elements }
            }
            Inside::Nothing | Inside::Unknown => Storage::Cell(cell),
        }
    }

    fn cell(&mut self, shape: u32, slot: Slot) -> u32 {
        let Some(shape) = self.shapes.get_mut(shape as usize) else { return u32::MAX };
        shape.slots.push(slot);
        to_u32(shape.slots.len() - 1)
    }

    fn shape(&mut self, schema: &Schema, of: &Type, path: String) -> u32 {
        let shape = to_u32(self.shapes.len());
        self.shapes.push(Shape { owner: None, element: Storage::Unread, slots: vec![] });
        let element = match of.inside() {
            Inside::Record(id) => {
                Storage::Element { record: self.record(schema, id, shape, path, vec![]) }
            }
            // Lists of lists and of maps are rare; the interpreter handles them.
            Inside::List(_) | Inside::Map(_) | Inside::Unknown => Storage::Unread,
            Inside::Nothing => {
                let (ty, presence_cells) = (of.clone(), vec![]);
                Storage::Cell(self.cell(
                    shape,
                    Slot { path, ty, presence_cells, is_optional: false, elements: None },
                ))
            }
        };
        if let Some(list) = self.shapes.get_mut(shape as usize) {
            list.element = element;
        }
        shape
    }

    fn record(
        &mut self,
        schema: &Schema,
        id: RecordId,
        shape: u32,
        path: String,
        presence_cells: Vec<u32>,
    ) -> u32 {
        let fields = schema.record(id).map_or(0, |(_, record)| record.fields.len());
        let fields = vec![Storage::Unread; fields];
        self.records.push(RecordStorage { record: id, shape, path, presence_cells, fields });
        to_u32(self.records.len() - 1)
    }

    /// Allocates a cell for the field at a path. A step from a list leads into its elements. `None` if the schema has
    /// no such field.
    pub(super) fn spot_at(&mut self, program: &Program, path: &[StandardField]) -> Option<Spot> {
        self.spot_in(program, Self::message(), path)
    }

    /// Where rules read a field: each record that has it, with the cell of the field.
    pub(super) fn read_field(&self, schema: &Schema, field: StandardField) -> Vec<(Spot, Path)> {
        let at = schema.named(field.record);
        let at = at.and_then(|(id, record)| Some((id, record.fields.get_index_of(field.name)?)));
        let Some((id, at)) = at else { return vec![] };
        let read = |(number, storage): (usize, &RecordStorage)| {
            let Some(Storage::Cell(slot)) = storage.fields.get(at) else { return None };
            let base = Base::of_shape(storage.shape);
            let record = Spot::Record { base, record: to_u32(number), present: None };
            (storage.record == id).then_some((record, Path { base, slot: *slot }))
        };
        self.records.iter().enumerate().filter_map(read).collect()
    }

    /// Allocates a cell for the field at a path from a spot, as [`Shapes::spot_at`] does from the message.
    pub(super) fn spot_in(
        &mut self,
        program: &Program,
        mut spot: Spot,
        path: &[StandardField],
    ) -> Option<Spot> {
        let schema = &program.schema;
        for step in path {
            if let Spot::List { shape, .. } = spot {
                spot = self.element(shape, 0)?;
            }
            let Spot::Record { base, record, .. } = spot else { return None };
            let id = self.records.get(record as usize)?.record;
            let field = schema.record(id)?.1.fields.get_index_of(step.name)?;
            spot = self.field(schema, base, record, field)?;
        }
        Some(spot)
    }
}

impl Storage {
    fn spot(self, base: Base) -> Spot {
        let path = |slot| Path { base, slot };
        match self {
            Self::Unread => Spot::Cell(path(u32::MAX)),
            Self::Element { record } => Spot::Record { base, record, present: None },
            Self::Cell(slot) => Spot::Cell(path(slot)),
            Self::Record { present, record } => {
                Spot::Record { base, record, present: Some(present) }
            }
            Self::Map { present, map } => Spot::Map { base, map, present },
            Self::List { cell, shape } => Spot::List { path: path(cell), shape },
        }
    }
}

impl Base {
    /// The row of the message, or an element of the list of a shape.
    fn of_shape(shape: u32) -> Self {
        match shape {
            0 => Self::Message,
            shape => Self::Element { level: 0, shape },
        }
    }

    pub(crate) fn shape(self) -> u32 {
        match self {
            Self::Message => 0,
            Self::Element { shape, .. } => shape,
        }
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
