//! The record as it was known at an instant: without the orders, notices and rulings that came later, have expired or were
//! withdrawn.

use crate::base::time::Instant;
use crate::program::outcome::{Event, Incoming, Pause, Received};
use crate::world::place::Place;
use crate::world::schema::Schema;
use crate::world::standard::{
    self, BY_TRUSTED_FLAGGER, DATED_LISTS, StandardField, dotted, message, notice, order, pause,
};
use crate::world::value::{SurfacePart, Type, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Whether an element of a list is seen at an instant. If it has no date of its beginning, it is seen from the start. If it
/// has no date of its end, it is seen for ever.
fn is_seen(
    schema: &Schema,
    list: standard::DatedList,
    ty: &Type,
    element: &Value,
    at: Instant,
) -> bool {
    let instant = |field| instant(schema, ty, element, field);
    instant(list.begins).is_none_or(|begins| begins <= at)
        && list.ends.iter().copied().filter_map(instant).all(|end| end > at)
}

/// A record as it was known at an instant.
#[derive(Debug)]
pub(super) struct View {
    /// The message, without orders, notices and rulings that are not seen at that instant.
    pub(super) message: Value,
    /// For each shortened list, by its path: the indices of the kept elements in the whole record.
    positions: HashMap<String, Vec<usize>>,
    /// The texts that a reader sees.
    texts: Arc<[SurfacePart]>,
    /// For the name of each text, its position in `texts`.
    ranks: HashMap<Arc<str>, u32>,
}

impl View {
    /// The view of a message at an instant. What is at the hidden paths is left out, too.
    pub(super) fn new(
        schema: &Schema,
        message: &Value,
        at: Instant,
        hidden: &BTreeSet<String>,
    ) -> Self {
        let texts = match lookup(schema, message, &[message::ANY_TEXT]) {
            Some(Value::Surface(texts)) => texts.clone(),
            _ => [].into(),
        };
        let ranks = texts.iter().map(|text| text.name.clone()).zip(0..).collect();
        let mut view = Self { message: message.clone(), positions: HashMap::new(), texts, ranks };
        for dated in DATED_LISTS {
            let path = dotted(&[message::REPORTS, dated.list]);
            view.retain(schema, dated.list, |index, ty, value| {
                let is_hidden = !hidden.is_empty() && hidden.contains(&element_path(&path, index));
                !is_hidden && is_seen(schema, dated, ty, value, at)
            });
        }
        view
    }

    /// The index that an element of a shortened list has in the whole record.
    pub(super) fn position(&self, list: &str, index: usize) -> usize {
        self.positions
            .get(list)
            .and_then(|positions| positions.get(index))
            .copied()
            .unwrap_or(index)
    }

    /// The part of the message with this number.
    pub(super) fn part(&self, number: usize) -> Option<&SurfacePart> {
        // The parts come first, by number.
        let at = self.texts.partition_point(|text| text.part.is_some_and(|part| part < number));
        self.texts.get(at).filter(|text| text.part == Some(number))
    }

    /// The number of the part with this name; `None` if the text is not a part.
    pub(super) fn part_number(&self, name: &str) -> Option<usize> {
        self.texts.get(*self.ranks.get(name)? as usize)?.part
    }

    /// The whole text with this name, of those that a reader sees.
    pub(super) fn whole(&self, name: &str) -> Option<&Arc<str>> {
        self.texts.get(*self.ranks.get(name)? as usize).map(|text| &text.text)
    }

    /// The first sort key of evidence. The texts that a reader sees come first, in the order of the record. All other fields
    /// come after them.
    pub(super) fn rank(&self, part: &str) -> u32 {
        self.ranks.get(part).copied().unwrap_or(u32::MAX)
    }

    /// The orders and notices that are seen.
    pub(super) fn received(&self, schema: &Schema) -> Vec<Received> {
        let mut all = vec![];
        for standard::DatedList { list, .. } in DATED_LISTS {
            let Some(FoundList { element, values, .. }) = found_list(schema, &self.message, list)
            else {
                continue;
            };
            let Some((event, from)) = event_of(schema, element) else { continue };
            let path = dotted(&[message::REPORTS, list]);
            for (index, value) in values.iter().enumerate() {
                let text = |name| match get(value, field(schema, element, name)?.0) {
                    Some(Value::Text(text)) => Some(text.clone()),
                    Some(_) | None => None,
                };
                let path = element_path(&path, self.position(&path, index));
                all.push(Received {
                    event,
                    from: text(from).unwrap_or_default(),
                    reference: text(order::REF),
                    places: places(schema, element, value),
                    dates: incoming(schema, element, value, path),
                });
            }
        }
        all
    }

    /// Removes the elements of a list that are not wanted.
    fn retain(
        &mut self,
        schema: &Schema,
        list: StandardField,
        is_wanted: impl Fn(usize, &Type, &Value) -> bool,
    ) {
        let found = found_list(schema, &self.message, list);
        let Some(FoundList { indices: [reports, slot], element, values }) = found else { return };
        let numbered = values.iter().enumerate();
        let wanted = numbered.filter(|(index, value)| is_wanted(*index, element, value));
        let positions: Vec<usize> = wanted.map(|(index, _)| index).collect();
        if positions.len() == values.len() {
            return;
        }
        let kept: Vec<Value> =
            positions.iter().filter_map(|index| values.get(*index).cloned()).collect();
        self.message = with_field(&self.message, reports, |record| {
            with_field(record, slot, |_| Value::List(kept.clone().into()))
        });
        self.positions.insert(dotted(&[message::REPORTS, list]), positions);
    }
}

/// The event that elements of this type report, and the field that says where it comes from: the authority of an order, the
/// kind of a notice. `None` if they report no event. It depends on the type and not on the path of the list, because a list
/// can be an argument of a definition.
pub(super) fn event_of(schema: &Schema, element: &Type) -> Option<(Event, StandardField)> {
    let Type::Record(id) = element else { return None };
    let (name, _) = schema.record(*id)?;
    let events = [(Event::Order, order::AUTHORITY), (Event::Notice, notice::KIND)];
    events.into_iter().find(|(_, from)| from.record == name)
}

/// `reports.orders[0]`
fn element_path(list: &str, index: usize) -> String {
    format!("{list}[{index}]")
}

/// The instants at which orders, notices and rulings begin and cease to be seen, with the names of their fields.
pub(super) fn incoming_dates(schema: &Schema, message: &Value) -> Vec<(String, Instant)> {
    let mut all = vec![];
    for standard::DatedList { list, begins, ends, .. } in DATED_LISTS {
        let Some(FoundList { element, values, .. }) = found_list(schema, message, list) else {
            continue;
        };
        for field in ends.iter().copied().chain([begins]) {
            let at = values.iter().filter_map(|value| instant(schema, element, value, field));
            all.extend(at.map(|at| (format!("{}.{}", field.record, field.name), at)));
        }
    }
    all
}

/// The places for which the orders and notices are meant, seen or not.
pub(crate) fn places_of_received(schema: &Schema, message: &Value) -> BTreeSet<Place> {
    let mut all = BTreeSet::new();
    for standard::DatedList { list, .. } in DATED_LISTS.into_iter().filter(|one| one.is_received) {
        let Some(FoundList { element, values, .. }) = found_list(schema, message, list) else {
            continue;
        };
        all.extend(values.iter().flat_map(|value| places(schema, element, value)));
    }
    all
}

/// The places for which an order or notice is meant: those that it names, or else its country.
fn places(schema: &Schema, ty: &Type, element: &Value) -> Vec<Place> {
    let value = |name| get(element, field(schema, ty, name)?.0);
    let place = |value: &Value| {
        let Value::Text(code) = value else { return None };
        Place::parse(code)
    };
    match value(order::PLACES) {
        Some(Value::List(named)) if !named.is_empty() => named.iter().filter_map(place).collect(),
        Some(_) | None => value(order::COUNTRY).and_then(place).into_iter().collect(),
    }
}

/// A [`standard::DatedList`] as a message has it.
struct FoundList<'a> {
    /// The index of `reports` in the message, and that of the list in `reports`.
    indices: [usize; 2],
    /// The type of its elements.
    element: &'a Type,
    values: &'a [Value],
}

fn found_list<'a>(
    schema: &'a Schema,
    message: &'a Value,
    list: StandardField,
) -> Option<FoundList<'a>> {
    let message_type = Type::Record(schema.named(Schema::MESSAGE)?.0);
    let (reports, reports_type) = field(schema, &message_type, message::REPORTS)?;
    let (index, Type::List(element)) = field(schema, reports_type, list)? else { return None };
    let Value::List(values) = get(get(message, reports)?, index)? else { return None };
    Some(FoundList { indices: [reports, index], element, values })
}

/// The dates of an order or a notice, its path, whether it is secret, and whether a trusted flagger sent it.
pub(super) fn incoming(schema: &Schema, ty: &Type, element: &Value, path: String) -> Incoming {
    let instant = |name| instant(schema, ty, element, name);
    let is_secret = || get(element, field(schema, ty, order::SECRET)?.0);
    let sender = || get(element, field(schema, ty, notice::BY)?.0);
    let pauses = || {
        let (index, Type::List(pause)) = field(schema, ty, order::PAUSED)? else { return None };
        let Value::List(all) = get(element, index)? else { return None };
        Some(all.iter().filter_map(|one| self::pause(schema, pause, one)).collect())
    };
    Incoming {
        received_at: instant(order::RECEIVED_AT),
        given_at: instant(order::GIVEN_AT),
        deadline: instant(order::DEADLINE),
        pauses: pauses().unwrap_or_default(),
        path,
        is_secret: matches!(is_secret(), Some(Value::Bool(true))),
        is_trusted: matches!(sender(), Some(Value::Text(by)) if &**by == BY_TRUSTED_FLAGGER),
    }
}

fn pause(schema: &Schema, ty: &Type, value: &Value) -> Option<Pause> {
    let (index, _) = field(schema, ty, pause::GROUND)?;
    let Value::Text(ground) = get(value, index)? else { return None };
    Some(Pause {
        from: instant(schema, ty, value, pause::FROM)?,
        until: instant(schema, ty, value, pause::UNTIL),
        ground: ground.clone(),
    })
}

fn instant(schema: &Schema, ty: &Type, record: &Value, name: StandardField) -> Option<Instant> {
    let (index, _) = field(schema, ty, name)?;
    let Value::Instant(instant) = get(record, index)? else { return None };
    Some(*instant)
}

/// The value at a path of the message.
pub(crate) fn lookup<'v>(
    schema: &Schema,
    message: &'v Value,
    path: &[StandardField],
) -> Option<&'v Value> {
    let start = (message, Type::Record(schema.named(Schema::MESSAGE)?.0));
    let end = path.iter().try_fold(start, |(value, ty), step| {
        let (index, ty) = field(schema, &ty, *step)?;
        Some((get(value, index)?, ty.clone()))
    });
    end.map(|(value, _)| value)
}

/// The index and the type of a field.
fn field<'s>(schema: &'s Schema, ty: &Type, wanted: StandardField) -> Option<(usize, &'s Type)> {
    let Type::Record(id) = ty else { return None };
    let (index, _, field) = schema.record(*id)?.1.fields.get_full(wanted.name)?;
    Some((index, &field.ty))
}

/// The value of a field; `None` if it is absent.
fn get(record: &Value, index: usize) -> Option<&Value> {
    let Value::Record(fields) = record else { return None };
    fields.get(index)?.as_ref()
}

/// A record with one field changed.
fn with_field(record: &Value, index: usize, change: impl Fn(&Value) -> Value) -> Value {
    let Value::Record(fields) = record else { return record.clone() };
    let changed = |(at, value): (usize, &Option<Value>)| match value {
        Some(value) if at == index => Some(change(value)),
        other => other.clone(),
    };
    Value::Record(fields.iter().enumerate().map(changed).collect())
}
