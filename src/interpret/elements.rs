//! Quotes the elements on which a quantifier or a length rests: an element that is words of the message is evidence.

use super::Interpreter;
use super::clue::{Clue, Part};
use super::evaluated::{Evaluated, Origin};
use crate::program::outcome::FoundBy;
use crate::record::Fields;
use crate::world::standard::{
    StandardField, card, email, link, mention, part, phone, span, wallet,
};
use crate::world::value::{Type, Value};
use std::ops::Range;
use std::sync::Arc;

/// A record type whose values are words of the message.
struct Excerpts {
    /// The number of the part that contains the words, and the bytes there.
    position: [StandardField; 3],
    /// What is quoted if the position is unknown, as for a link on a button.
    otherwise: StandardField,
}

const EXCERPTS: [Excerpts; 6] = [
    Excerpts { position: [link::PART, link::START, link::END], otherwise: link::URL },
    Excerpts { position: [wallet::PART, wallet::START, wallet::END], otherwise: wallet::ADDRESS },
    Excerpts { position: [phone::PART, phone::START, phone::END], otherwise: phone::NUMBER },
    Excerpts { position: [email::PART, email::START, email::END], otherwise: email::ADDRESS },
    Excerpts { position: [card::PART, card::START, card::END], otherwise: card::NUMBER },
    Excerpts {
        position: [mention::PART, mention::START, mention::END],
        otherwise: mention::USERNAME,
    },
];

/// A range of bytes in a text of the message, with the name of the text.
struct Quoted {
    name: Arc<str>,
    whole: Arc<str>,
    bytes: Range<usize>,
}

impl Interpreter<'_> {
    /// Evidence for an element of a list. `None` if the element is not words of the message.
    pub(super) fn element_clue(
        &self,
        list_type: &Type,
        list: &Evaluated,
        index: usize,
        element: &Value,
    ) -> Option<(Clue, Arc<str>)> {
        let Type::List(ty) = list_type else { return None };
        let origin = list.origin.element(index, |path| self.view.position(path, index));
        let (quoted, found_by) = match (origin, &list.origin) {
            (Origin::Excerpt { part, whole, start, found_by }, _) => {
                let length = self.words_of(ty, element)?.len();
                (Quoted { name: part, whole, bytes: start..start + length }, found_by)
            }
            (Origin::Field(path), Origin::Field(list)) => {
                (self.quoted(ty, &path, index, element)?, FoundBy::List(list.as_str().into()))
            }
            (Origin::Field(_) | Origin::Nowhere | Origin::Each(_), _) => return None,
        };
        let Quoted { name, whole, bytes } = quoted;
        let rank = self.view.rank(&name);
        let clue = Clue { rank, part: Part(name), bytes: [bytes.start, bytes.end], found_by };
        (!bytes.is_empty()).then_some((clue, whole))
    }

    /// The words of a text or of a match.
    fn words_of<'v>(&'v self, ty: &Type, element: &'v Value) -> Option<&'v Arc<str>> {
        if let Value::Text(text) = element {
            Some(text)
        } else {
            self.fields(ty, element)?.text(span::TEXT)
        }
    }

    fn fields<'v>(&'v self, ty: &Type, element: &'v Value) -> Option<Fields<'v>> {
        let (Type::Record(id), Value::Record(values)) = (ty, element) else { return None };
        Some(Fields { schema: &self.program.schema, id: *id, values })
    }

    fn quoted(&self, ty: &Type, path: &str, index: usize, element: &Value) -> Option<Quoted> {
        let all_of = |name: &str, whole: &Arc<str>| Quoted {
            name: name.into(),
            whole: whole.clone(),
            bytes: 0..whole.len(),
        };
        if let (Type::Text, Value::Text(text)) = (ty, element) {
            return Some(all_of(path, text));
        }
        let fields = self.fields(ty, element)?;
        let (record, _) = self.program.schema.record(fields.id)?;
        if record == part::TEXT.record {
            let part = self.view.part(index)?;
            return Some(all_of(&part.name, &part.text));
        }
        let Excerpts { position, otherwise } =
            EXCERPTS.iter().find(|one| one.otherwise.record == record)?;
        let number = |field| usize::try_from(fields.int(field)?).ok();
        let [part, start, end] = position.map(number);
        if let (Some(part), Some(start), Some(end)) = (part, start, end) {
            let part = self.view.part(part)?;
            return Some(Quoted { bytes: start..end, ..all_of(&part.name, &part.text) });
        }
        Some(all_of(&format!("{path}.{}", otherwise.name), fields.text(*otherwise)?))
    }
}
