//! The fields that the engine itself reads, even if no rule does: identity, dates, visibility, and the texts that
//! readers see.

use super::guard::Column;
use super::lower::Lowering;
use super::node::Path;
use super::shape::{Shapes, Spot};
use crate::program::Program;
use crate::record::{VISIBLE_FIELDS, VISIBLE_LIST_FIELDS};
use crate::world::schema::Schema;
use crate::world::standard::{
    StandardField, account, author, chat, entity, link, message, part, reports, ruling, source,
    visibility,
};
use crate::world::value::RecordId;

/// The cells of the fields that the engine itself reads. They are in the row of the message, unless the comment on a
/// field says otherwise.
#[derive(Debug)]
pub(crate) struct EngineFields {
    pub(crate) message: RecordId,
    pub(crate) version: u32,
    pub(crate) id: u32,
    pub(crate) sent_at: u32,
    pub(crate) edited_at: u32,
    pub(crate) audience: u32,
    pub(crate) countries: u32,
    pub(crate) except: u32,
    /// The list of paths of what is none, and its shape.
    pub(crate) absent: [u32; 2],
    pub(crate) parts: Parts,
    /// The texts that a reader sees outside the parts; empty if no rule reads these texts.
    pub(crate) outside: Vec<u32>,
    pub(crate) in_lists: Vec<ListTexts>,
    /// `None` if no rule reads whether a link is deceptive.
    pub(crate) deceptive_default: Option<DeceptiveDefault>,
    /// The shape of rulings, and a cell in the row of one.
    pub(crate) ruling_place: [u32; 2],
    /// The authors in a message, or in the elements of lists, whose keys rules read.
    pub(crate) author_keys: Vec<AuthorKey>,
}

/// The cells from which the key of an author is made.
#[derive(Debug)]
pub(crate) struct AuthorKey {
    /// In the row of the message.
    pub(crate) platform: u32,
    /// The shape in whose rows all others are.
    pub(crate) shape: u32,
    pub(crate) key: u32,
    pub(crate) chat: u32,
    pub(crate) account: u32,
    pub(crate) address: u32,
}

/// The cells that are needed to mark links as not deceptive. Importers leave the field `deceptive` out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeceptiveDefault {
    /// The cell of `source.format`, which says whether an importer wrote the record.
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

/// The texts that a reader sees in the elements of a list.
#[derive(Debug)]
pub(crate) struct ListTexts {
    pub(crate) shape: u32,
    /// Cells in the row of an element: the part that contains it, and how it is shown.
    pub(crate) part: Option<u32>,
    pub(crate) via: Option<u32>,
    /// The cells of the texts, with their fields.
    pub(crate) texts: Vec<(StandardField, u32)>,
}

impl EngineFields {
    /// `None` if the schema lacks one of these fields; the checker refuses such a schema.
    pub(super) fn new(
        lowering: &mut Lowering<'_>,
        program: &Program,
        reads_any_text: bool,
    ) -> Option<Self> {
        let deceptive = lowering.shapes.element_column(message::LINKS, link::DECEPTIVE);
        let author_keys = author_keys(lowering, program)?;
        let mut spot = |path: &[StandardField]| lowering.shapes.spot_at(program, path);
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
        if reads_any_text {
            for (path, field) in VISIBLE_FIELDS {
                let path: Vec<StandardField> = path.iter().copied().chain([field]).collect();
                outside.push(cell(spot(&path)?)?);
            }
            for (list, fields) in VISIBLE_LIST_FIELDS {
                let mut of_element = |field| cell(spot(&[list, field])?);
                let is_link = list == message::LINKS;
                let (part, via) = if is_link {
                    (of_element(link::PART), of_element(link::VIA))
                } else {
                    (None, None)
                };
                let texts = fields.iter().map(|field| Some((*field, of_element(*field)?)));
                let texts = texts.collect::<Option<_>>()?;
                in_lists.push(ListTexts { shape: shape(spot(&[list])?)?, part, via, texts });
            }
        }
        let deceptive_default = match deceptive {
            Some(Column { shape, slot }) => {
                let format = cell(spot(&[message::SOURCE, source::FORMAT])?)?;
                Some(DeceptiveDefault { format, links: shape, deceptive: slot })
            }
            None => None,
        };
        let rulings = [message::REPORTS, reports::RULINGS];
        let ruling_place = [
            shape(spot(&rulings)?)?,
            cell(spot(&[message::REPORTS, reports::RULINGS, ruling::PLACE])?)?,
        ];
        let absent = spot(&[message::ABSENT])?;
        let entities = spot(&[message::PARTS, part::ENTITIES])?;
        Some(Self {
            message: program.schema.named(Schema::MESSAGE)?.0,
            version: cell(spot(&[message::SCHEMA])?)?,
            id: cell(spot(&[message::ID])?)?,
            sent_at: cell(spot(&[message::SENT_AT])?)?,
            edited_at: cell(spot(&[message::EDITED_AT])?)?,
            audience: cell(spot(&[message::VISIBILITY, visibility::AUDIENCE])?)?,
            countries: cell(spot(&[message::VISIBILITY, visibility::COUNTRIES])?)?,
            except: cell(spot(&[message::VISIBILITY, visibility::EXCEPT])?)?,
            absent: [cell(absent)?, shape(absent)?],
            parts: Parts {
                shape: shape(spot(&[message::PARTS])?)?,
                kind: cell(spot(&[message::PARTS, part::KIND])?)?,
                text: cell(spot(&[message::PARTS, part::TEXT])?)?,
                entities: cell(entities)?,
                entity_shape: shape(entities)?,
                start: cell(spot(&[message::PARTS, part::ENTITIES, entity::START])?)?,
                end: cell(spot(&[message::PARTS, part::ENTITIES, entity::END])?)?,
            },
            outside,
            in_lists,
            deceptive_default,
            ruling_place,
            author_keys,
        })
    }
}

/// The authors whose keys rules read.
fn author_keys(lowering: &mut Lowering<'_>, program: &Program) -> Option<Vec<AuthorKey>> {
    let mut keys = vec![];
    for (author, key) in lowering.shapes.read_field(&program.schema, author::KEY) {
        let mut cell = |from: Spot, path: &[StandardField]| match lowering
            .shapes
            .spot_in(program, from, path)?
        {
            Spot::Cell(Path { slot, .. }) => Some(slot),
            Spot::Record { .. } | Spot::Map { .. } | Spot::List { .. } => None,
        };
        keys.push(AuthorKey {
            platform: cell(Shapes::message(), &[message::PLATFORM])?,
            shape: key.base.shape(),
            key: key.slot,
            chat: cell(author, &[author::CHAT, chat::ID])?,
            account: cell(author, &[author::ACCOUNT, account::ID])?,
            address: cell(author, &[author::ACCOUNT, account::URL])?,
        });
    }
    Some(keys)
}
