//! What the engine itself reads of a record, whether or not rules do: what names and dates it, where it can be seen, and
//! the texts that make up its surfaces.

use super::guard::Column;
use super::lower::Lowering;
use super::node::Path;
use super::shape::Spot;
use crate::program::Program;
use crate::record::{SEEN, SEEN_IN_LISTS};

/// Cells of the message's row, if not said otherwise.
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
    /// Texts outside the parts that a reader sees: none when no rule asks for them.
    pub(crate) outside: Vec<u32>,
    pub(crate) in_lists: Vec<InList>,
    /// None when no rule asks for it.
    pub(crate) unsaid: Option<Unsaid>,
}

/// What importers leave unsaid: that a link does not deceive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unsaid {
    /// The cell that says who wrote the record.
    pub(crate) format: u32,
    pub(crate) links: u32,
    /// A cell of a link's row.
    pub(crate) deceptive: u32,
}

/// The parts of the message, and their entities.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) shape: u32,
    /// Cells of a part's row.
    pub(crate) kind: u32,
    pub(crate) text: u32,
    pub(crate) entities: u32,
    pub(crate) entity_shape: u32,
    /// Cells of an entity's row.
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Texts of a list's elements that a reader sees.
#[derive(Debug)]
pub(crate) struct InList {
    pub(crate) shape: u32,
    /// Cells of an element's row: the part that it stands in, and how it is offered.
    pub(crate) part: Option<u32>,
    pub(crate) via: Option<u32>,
    /// Each with its name.
    pub(crate) texts: Vec<(&'static str, u32)>,
}

impl Own {
    /// `None` when the schema lacks any of it: then records are read in full.
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
