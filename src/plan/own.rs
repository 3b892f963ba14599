//! The fields that the engine itself reads, whether or not rules do: identity, dates, visibility, and the texts that
//! readers see.

use super::guard::Column;
use super::lower::Lowering;
use super::node::Path;
use super::shape::Spot;
use crate::program::Program;
use crate::record::{SEEN, SEEN_IN_LISTS};

/// Cells in the row of the message, unless a field says otherwise.
#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) version: u32,
    pub(crate) id: u32,
    pub(crate) sent_at: u32,
    pub(crate) edited_at: u32,
    pub(crate) audience: u32,
    pub(crate) countries: u32,
    pub(crate) except: u32,
    pub(crate) parts: Parts,
    /// Texts outside the parts that a reader sees; empty when no rule reads them.
    pub(crate) outside: Vec<u32>,
    pub(crate) in_lists: Vec<InList>,
    /// `None` when no rule reads it.
    pub(crate) unsaid: Option<Unsaid>,
}

/// What importers leave out: that a link is not deceptive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unsaid {
    /// The cell that says who wrote the record.
    pub(crate) format: u32,
    pub(crate) links: u32,
    /// A cell in the row of a link.
    pub(crate) deceptive: u32,
}

/// The parts of the message, and their entities.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) shape: u32,
    /// Cells in the row of a part.
    pub(crate) kind: u32,
    pub(crate) text: u32,
    pub(crate) entities: u32,
    pub(crate) entity_shape: u32,
    /// Cells in the row of an entity.
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The texts of the elements of a list that a reader sees.
#[derive(Debug)]
pub(crate) struct InList {
    pub(crate) shape: u32,
    /// Cells in the row of an element: the part that contains it, and how it is shown.
    pub(crate) part: Option<u32>,
    pub(crate) via: Option<u32>,
    /// The cells of the texts, with the names of their fields.
    pub(crate) texts: Vec<(&'static str, u32)>,
}

impl Own {
    /// `None` when the schema lacks any of these fields: then the full reader reads all records.
    pub(super) fn new(
        lowering: &mut Lowering<'_>,
        program: &Program,
        asks_all_texts: bool,
    ) -> Option<Self> {
        let deceptive = lowering.shapes.known("links[].deceptive");
        let mut spot = |names: &[&str]| lowering.shapes.at(program, names);
        let cell = |spot: Spot| match spot {
            Spot::Cell(Path { slot, .. }) | Spot::List { path: Path { slot, .. }, .. } => {
                Some(slot)
            }
            Spot::Record { .. } | Spot::Map { .. } => None,
        };
        let shape = |spot: Spot| match spot {
            Spot::List { shape, .. } => Some(shape),
            Spot::Cell(_) | Spot::Record { .. } | Spot::Map { .. } => None,
        };
        let mut outside = vec![];
        let mut in_lists = vec![];
        if asks_all_texts {
            for (path, field) in SEEN {
                let path: Vec<&str> = path.iter().copied().chain([field]).collect();
                outside.push(cell(spot(&path)?)?);
            }
            for (list, fields) in SEEN_IN_LISTS {
                let mut field = |name| cell(spot(&[list, name])?);
                let (part, via) = (field("part"), field("via"));
                let texts = fields.iter().map(|name| Some((*name, field(name)?)));
                let texts = texts.collect::<Option<_>>()?;
                in_lists.push(InList { shape: shape(spot(&[list])?)?, part, via, texts });
            }
        }
        let unsaid = match deceptive {
            Some(Column { shape, slot }) => {
                let format = cell(spot(&["source", "format"])?)?;
                Some(Unsaid { format, links: shape, deceptive: slot })
            }
            None => None,
        };
        let entities = spot(&["parts", "entities"])?;
        Some(Self {
            version: cell(spot(&["schema"])?)?,
            id: cell(spot(&["id"])?)?,
            sent_at: cell(spot(&["sent_at"])?)?,
            edited_at: cell(spot(&["edited_at"])?)?,
            audience: cell(spot(&["visibility", "audience"])?)?,
            countries: cell(spot(&["visibility", "countries"])?)?,
            except: cell(spot(&["visibility", "except"])?)?,
            parts: Parts {
                shape: shape(spot(&["parts"])?)?,
                kind: cell(spot(&["parts", "kind"])?)?,
                text: cell(spot(&["parts", "text"])?)?,
                entities: cell(entities)?,
                entity_shape: shape(entities)?,
                start: cell(spot(&["parts", "entities", "start"])?)?,
                end: cell(spot(&["parts", "entities", "end"])?)?,
            },
            outside,
            in_lists,
            unsaid,
        })
    }
}
