//! The fields that the engine itself reads, even if no rule does: identity, dates, visibility, and the texts that
//! readers see.

use super::guard::Column;
use super::lower::Lowering;
use super::node::{Path, Surface};
use super::shape::{Shapes, Spot};
use crate::program::Program;
use crate::record::{CONTACT_LISTS, ContactList, VISIBLE_FIELDS, VISIBLE_LIST_FIELDS};
use crate::world::schema::Schema;
use crate::world::standard::{
    StandardField, account, author, chat, entity, link, mention, message, part, reports, ruling,
    source, visibility, wallet,
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
    /// The links and other contacts of which rules read whether they are quoted, or lead to who speaks. Links are the first.
    pub(crate) contacts: Vec<Contacts>,
    /// The names of who speaks; `None` if no rule reads whether something leads there.
    pub(crate) speaker: Option<Speaker>,
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
    /// Cells in the row of an entity. The type is `None` if no rule reads what is quoted.
    pub(crate) ty: Option<u32>,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A list of links or other contacts, with cells in the row of one.
#[derive(Debug)]
pub(crate) struct Contacts {
    pub(crate) shape: u32,
    /// Whether it is quoted: `None` if no rule reads that.
    pub(crate) quoted: Option<u32>,
    pub(crate) part: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Of a wallet: the link that it is in.
    pub(crate) link: Option<u32>,
    /// Of a link: how it is offered.
    pub(crate) via: Option<u32>,
    /// Whether it leads to who speaks, with what names its target: of a link, its target in Telegram, of a mention the user
    /// name and the number; and the address. `None` if no rule reads that.
    pub(crate) own: Option<OwnCells>,
}

/// The cells of a link or mention that say whether it leads to who speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnCells {
    pub(crate) own: u32,
    pub(crate) name: u32,
    /// Only mentions have it.
    pub(crate) id: Option<u32>,
    pub(crate) url: u32,
}

/// The cells of the names of who speaks, as [`crate::record::SpeakerNames`] has them.
#[derive(Debug)]
pub(crate) struct Speaker {
    pub(crate) authors: [u32; 2],
    pub(crate) others: [u32; 2],
    pub(crate) account: u32,
    pub(crate) chats: [u32; 2],
    pub(crate) address: u32,
    pub(crate) format: u32,
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
        surfaces: &[Surface],
    ) -> Option<Self> {
        let contacts = contacts(lowering, program)?;
        let speaker = if contacts.iter().any(|one| one.own.is_some()) {
            Some(speaker(lowering, program)?)
        } else {
            None
        };
        let reads_passages = surfaces.iter().any(|one| one.is_divided())
            || contacts.iter().any(|one| one.quoted.is_some());
        let deceptive = lowering.shapes.element_column(&[message::LINKS], link::DECEPTIVE);
        let author_keys = author_keys(lowering, program)?;
        let (outside, in_lists) = if surfaces.contains(&Surface::AnyText) {
            texts_outside_parts(lowering, program)?
        } else {
            (vec![], vec![])
        };
        let mut spot = |path: &[StandardField]| lowering.shapes.spot_at(program, path);
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
        let ty = if reads_passages {
            Some(cell(spot(&[message::PARTS, part::ENTITIES, entity::TYPE])?)?)
        } else {
            None
        };
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
                ty,
                start: cell(spot(&[message::PARTS, part::ENTITIES, entity::START])?)?,
                end: cell(spot(&[message::PARTS, part::ENTITIES, entity::END])?)?,
            },
            outside,
            in_lists,
            contacts,
            speaker,
            deceptive_default,
            ruling_place,
            author_keys,
        })
    }
}

fn cell(spot: Spot) -> Option<u32> {
    match spot {
        Spot::Cell(Path { slot, .. }) | Spot::List { path: Path { slot, .. }, .. } => Some(slot),
        Spot::Record { .. } | Spot::Map { .. } => None,
    }
}

fn shape(spot: Spot) -> Option<u32> {
    match spot {
        Spot::List { shape, .. } => Some(shape),
        Spot::Cell(_) | Spot::Record { .. } | Spot::Map { .. } => None,
    }
}

/// The texts that a reader sees outside the parts: in records, and in the elements of lists.
fn texts_outside_parts(
    lowering: &mut Lowering<'_>,
    program: &Program,
) -> Option<(Vec<u32>, Vec<ListTexts>)> {
    let mut spot = |path: &[StandardField]| lowering.shapes.spot_at(program, path);
    let (mut outside, mut in_lists) = (vec![], vec![]);
    for (path, field) in VISIBLE_FIELDS {
        let path: Vec<StandardField> = path.iter().copied().chain([field]).collect();
        outside.push(cell(spot(&path)?)?);
    }
    for (list, fields) in VISIBLE_LIST_FIELDS {
        let mut of_element = |field| cell(spot(&[list, field])?);
        let is_link = list == message::LINKS;
        let (part, via) =
            if is_link { (of_element(link::PART), of_element(link::VIA)) } else { (None, None) };
        let texts = fields.iter().map(|field| Some((*field, of_element(*field)?)));
        let texts = texts.collect::<Option<_>>()?;
        in_lists.push(ListTexts { shape: shape(spot(&[list])?)?, part, via, texts });
    }
    Some((outside, in_lists))
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

/// The lists of contacts of which rules read what is derived.
fn contacts(lowering: &mut Lowering<'_>, program: &Program) -> Option<Vec<Contacts>> {
    let mut all = vec![];
    // Links come after the wallets that may be in them.
    for list in CONTACT_LISTS {
        all.extend(contacts_of(lowering, program, list)?);
    }
    all.sort_by_key(|one| one.via.is_none());
    Some(all)
}

/// A list of contacts, if rules read what is derived; the outer `None` if the schema lacks a field.
fn contacts_of(
    lowering: &mut Lowering<'_>,
    program: &Program,
    list: ContactList,
) -> Option<Option<Contacts>> {
    let is_link = list.quoted == link::QUOTED;
    let own = if is_link { Some(link::OWN) } else { None };
    let own = if list.quoted == mention::QUOTED { Some(mention::OWN) } else { own };
    let is_read = |field| lowering.shapes.element_column(list.path, field).is_some();
    let [reads_quoted, reads_own] = [is_read(list.quoted), own.is_some_and(is_read)];
    if !reads_quoted && !reads_own {
        return Some(None);
    }
    let mut in_list = |path: &[StandardField], field| {
        let path: Vec<StandardField> = path.iter().copied().chain([field]).collect();
        cell(lowering.shapes.spot_at(program, &path)?)
    };
    let mut of_one = |field| in_list(list.path, field);
    let part = of_one(list.part)?;
    let quoted = if reads_quoted { Some(of_one(list.quoted)?) } else { None };
    let own = match own.filter(|_| reads_own) {
        Some(own) if is_link => Some(OwnCells {
            own: of_one(own)?,
            name: of_one(link::TELEGRAM)?,
            id: None,
            url: of_one(link::URL)?,
        }),
        Some(own) => Some(OwnCells {
            own: of_one(own)?,
            name: of_one(mention::USERNAME)?,
            id: Some(of_one(mention::USER_ID)?),
            url: of_one(mention::URL)?,
        }),
        None => None,
    };
    let via = if is_link { Some(of_one(link::VIA)?) } else { None };
    let (start, end) = (of_one(list.start)?, of_one(list.end)?);
    let link = if list.quoted == wallet::QUOTED {
        // A wallet in a link is quoted where the link is.
        in_list(&[message::LINKS], link::QUOTED)?;
        Some(in_list(list.path, wallet::LINK)?)
    } else {
        None
    };
    let shape = shape(lowering.shapes.spot_at(program, list.path)?)?;
    Some(Some(Contacts { shape, quoted, part, start, end, link, via, own }))
}

fn speaker(lowering: &mut Lowering<'_>, program: &Program) -> Option<Speaker> {
    let mut cell = |path: &[StandardField]| cell(lowering.shapes.spot_at(program, path)?);
    Some(Speaker {
        authors: [
            cell(&[message::AUTHOR, author::ACCOUNT, account::USERNAME])?,
            cell(&[message::AUTHOR, author::CHAT, chat::USERNAME])?,
        ],
        account: cell(&[message::AUTHOR, author::ACCOUNT, account::ID])?,
        address: cell(&[message::AUTHOR, author::ACCOUNT, account::URL])?,
        chats: [
            cell(&[message::AUTHOR, author::CHAT, chat::ID])?,
            cell(&[message::CHAT, chat::ID])?,
        ],
        others: [
            cell(&[message::CHAT, chat::USERNAME])?,
            cell(&[message::VIA_BOT, account::USERNAME])?,
        ],
        format: cell(&[message::SOURCE, source::FORMAT])?,
    })
}
