//! The elements of a list: evaluates something for each of them, and says what rests on an element. One that is words of the
//! message is evidence, an order or a notice is an event.

use super::clue::{Clue, Part};
use super::evaluated::{Evaluated, Events, Origin, Support};
use super::trace::PerElement;
use super::view::{event_of, incoming};
use super::{Interpreter, Scope};
use crate::base::steps;
use crate::program::outcome::{Event, FoundBy, Incoming, Received};
use crate::record::Fields;
use crate::world::standard::{
    StandardField, card, email, link, mention, part, phone, span, wallet,
};
use crate::world::value::{Type, Value};
use std::collections::BTreeSet;
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

/// The elements of a list that was evaluated.
#[derive(Clone, Copy)]
pub(super) struct Elements<'e> {
    values: &'e [Value],
    /// Where the list is in the record.
    list: &'e Origin,
    /// The type of an element.
    ty: &'e Type,
    /// What each element reports.
    event: Option<Event>,
}

impl Elements<'_> {
    pub(super) fn len(self) -> usize {
        self.values.len()
    }
}

impl<'a> Interpreter<'a> {
    /// The orders and notices that are seen.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.view.received(&self.program.schema)
    }

    /// The elements of a list; `None` if the list is unknown.
    pub(super) fn elements<'e>(&self, ty: &'e Type, list: &'e Evaluated) -> Option<Elements<'e>> {
        let Type::List(ty) = ty else { return None };
        let values: &[Value] = match &list.value {
            Some(Value::List(values)) => values,
            Some(Value::Absent) => &[],
            _ => return None,
        };
        let event = event_of(&self.program.schema, ty).map(|(event, _)| event);
        Some(Elements { values, list: &list.origin, ty, event })
    }

    /// Evaluates something for each element, which is the innermost local.
    pub(super) fn for_each<T>(
        &self,
        elements: Elements<'_>,
        per_element: PerElement<'a>,
        scope: &mut Scope,
        evaluate: impl Fn(&mut Scope) -> T,
    ) -> Vec<T> {
        let before = self.notes.borrow().begin();
        let of_element = |(index, value): (usize, &Value)| {
            steps::spend(|| steps::ELEMENT);
            scope.locals.push(Evaluated::with_origin(value.clone(), self.origin(elements, index)));
            let result = evaluate(scope);
            scope.locals.pop();
            self.notes.borrow_mut().shorten_elements(before, per_element);
            result
        };
        elements.values.iter().enumerate().map(of_element).collect()
    }

    /// An element, with its place in the record.
    pub(super) fn element(&self, elements: Elements<'_>, index: usize) -> Option<Evaluated> {
        let value = elements.values.get(index)?.clone();
        Some(Evaluated::with_origin(value, self.origin(elements, index)))
    }

    fn origin(&self, elements: Elements<'_>, index: usize) -> Origin {
        elements.list.element(index, |path| self.view.position(path, index))
    }

    /// What a result rests on that rests on an element.
    pub(super) fn element_support(&self, elements: Elements<'_>, index: usize) -> Support {
        let mut support = Support::default();
        support.add_evidence(self.element_clue(elements, index));
        support.events = self.element_events(elements, index);
        support
    }

    /// The element as an event; none if it is neither an order nor a notice.
    pub(super) fn element_events(&self, elements: Elements<'_>, index: usize) -> Events {
        let event = elements.event.zip(elements.values.get(index));
        let event = event.map(|(event, element)| {
            steps::spend(|| steps::EVENT_MADE);
            let path = match self.origin(elements, index) {
                Origin::Field(path) => path,
                Origin::Nowhere | Origin::Excerpt { .. } | Origin::Each(_) | Origin::State(_) => {
                    String::new()
                }
            };
            (event, BTreeSet::from([self.incoming(elements.ty, element, path)]))
        });
        event.into_iter().collect()
    }

    fn incoming(&self, ty: &Type, element: &Value, path: String) -> Arc<Incoming> {
        let new = |path| Arc::new(incoming(&self.program.schema, ty, element, path));
        // Elements of the record have different paths.
        if path.is_empty() {
            return new(path);
        }
        let mut known = self.incoming.borrow_mut();
        known.entry(path).or_insert_with_key(|path| new(path.clone())).clone()
    }

    /// Evidence for an element of a list. `None` if the element is not words of the message.
    fn element_clue(&self, elements: Elements<'_>, index: usize) -> Option<(Clue, Arc<str>)> {
        let Elements { list, ty, .. } = elements;
        let element = elements.values.get(index)?;
        let (quoted, found_by) = match (self.origin(elements, index), list) {
            (Origin::Excerpt { part, whole, start, found_by }, _) => {
                let length = self.words_of(ty, element)?.len();
                (Quoted { name: part, whole, bytes: start..start + length }, found_by)
            }
            (Origin::Field(path), Origin::Field(list)) => {
                (self.quoted(ty, &path, index, element)?, FoundBy::List(list.as_str().into()))
            }
            (Origin::Field(_) | Origin::Nowhere | Origin::Each(_) | Origin::State(_), _) => {
                return None;
            }
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
