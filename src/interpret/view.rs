//! The record as it is seen at an instant: without the orders and notices received later.

use crate::base::time::Instant;
use crate::program::outcome::{Event, Incoming, Pause};
use crate::world::schema::Schema;
use crate::world::value::{Type, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// The lists in `reports` that grow after a message was sent.
const DATED_LISTS: [&str; 2] = ["orders", "notices"];

/// A record at an instant.
#[derive(Debug)]
pub(super) struct View {
    /// The message, without what was received later.
    pub(super) message: Value,
    /// The indices that the elements of a shortened list have in the whole record, by the path of the list.
    positions: HashMap<String, Vec<usize>>,
    /// The position in `any_text` of each text that a reader sees, by name.
    ranks: HashMap<Arc<str>, u32>,
}

impl View {
    pub(super) fn new(schema: &Schema, message: &Value, at: Instant) -> Self {
        let mut view =
            Self { message: message.clone(), positions: HashMap::new(), ranks: HashMap::new() };
        if let Some(Value::Surface(parts)) = lookup(schema, message, &["any_text"]) {
            view.ranks = parts.iter().map(|part| part.name.clone()).zip(0..).collect();
        }
        for name in DATED_LISTS {
            view.hide_later(schema, name, at);
        }
        view
    }

    /// The index that an element of a list has in the whole record.
    pub(super) fn position(&self, list: &str, index: usize) -> usize {
        self.positions
            .get(list)
            .and_then(|positions| positions.get(index))
            .copied()
            .unwrap_or(index)
    }

    /// The first sort key of evidence: texts that a reader sees in the order of the record, then everything else.
    pub(super) fn rank(&self, part: &str) -> u32 {
        self.ranks.get(part).copied().unwrap_or(u32::MAX)
    }

    fn hide_later(&mut self, schema: &Schema, name: &str, at: Instant) {
        let Some(message) = schema.named(Schema::MESSAGE).map(|(id, _)| Type::Record(id)) else {
            return;
        };
        let Some((reports, reports_type)) = field(schema, &message, "reports") else { return };
        let Some((list, Type::List(element))) = field(schema, reports_type, name) else { return };
        let Some(Value::List(all)) = get(&self.message, reports).and_then(|of| get(of, list))
        else {
            return;
        };
        let seen = |element_value: &Value| {
            instant(schema, element, element_value, "received_at").is_none_or(|came| came <= at)
        };
        let (positions, kept): (Vec<usize>, Vec<Value>) =
            all.iter().cloned().enumerate().filter(|(_, value)| seen(value)).unzip();
        self.message =
            with(&self.message, reports, |of| with(of, list, |_| Value::List(kept.clone().into())));
        self.positions.insert(format!("reports.{name}"), positions);
    }
}

/// The orders and notices received, and when.
pub(super) fn incoming_events(schema: &Schema, message: &Value) -> Vec<(Event, Instant)> {
    let mut all = vec![];
    for (name, event) in DATED_LISTS.into_iter().zip([Event::Order, Event::Notice]) {
        let elements = lookup(schema, message, &["reports", name]);
        let Some(Value::List(elements)) = elements else { continue };
        let Some(element) = element_of(schema, name) else { continue };
        let at = elements.iter().filter_map(|value| incoming(schema, element, value).received_at);
        all.extend(at.map(|at| (event, at)));
    }
    all
}

/// The type of the elements of a list in `reports`.
fn element_of<'s>(schema: &'s Schema, list: &str) -> Option<&'s Type> {
    let message = Type::Record(schema.named(Schema::MESSAGE)?.0);
    let (_, reports) = field(schema, &message, "reports")?;
    let (_, Type::List(element)) = field(schema, reports, list)? else { return None };
    Some(element)
}

/// The dates of an order or a notice.
pub(super) fn incoming(schema: &Schema, ty: &Type, element: &Value) -> Incoming {
    let instant = |name| instant(schema, ty, element, name);
    let pauses = || {
        let (index, Type::List(pause)) = field(schema, ty, "paused")? else { return None };
        let Value::List(all) = get(element, index)? else { return None };
        Some(all.iter().filter_map(|one| self::pause(schema, pause, one)).collect())
    };
    Incoming {
        received_at: instant("received_at"),
        given_at: instant("given_at"),
        deadline: instant("deadline"),
        pauses: pauses().unwrap_or_default(),
    }
}

fn pause(schema: &Schema, ty: &Type, value: &Value) -> Option<Pause> {
    let (index, _) = field(schema, ty, "ground")?;
    let Value::Text(ground) = get(value, index)? else { return None };
    Some(Pause {
        from: instant(schema, ty, value, "from")?,
        until: instant(schema, ty, value, "until"),
        ground: ground.clone(),
    })
}

fn instant(schema: &Schema, ty: &Type, record: &Value, name: &str) -> Option<Instant> {
    let (index, _) = field(schema, ty, name)?;
    let Value::Instant(instant) = get(record, index)? else { return None };
    Some(*instant)
}

/// The value at a path of the message.
pub(crate) fn lookup<'v>(schema: &Schema, message: &'v Value, path: &[&str]) -> Option<&'v Value> {
    let start = (message, Type::Record(schema.named(Schema::MESSAGE)?.0));
    let end = path.iter().try_fold(start, |(value, ty), name| {
        let (index, ty) = field(schema, &ty, name)?;
        Some((get(value, index)?, ty.clone()))
    });
    end.map(|(value, _)| value)
}

fn field<'s>(schema: &'s Schema, ty: &Type, name: &str) -> Option<(usize, &'s Type)> {
    let Type::Record(id) = ty else { return None };
    let (index, _, field) = schema.record(*id)?.1.fields.get_full(name)?;
    Some((index, &field.ty))
}

fn get(record: &Value, index: usize) -> Option<&Value> {
    let Value::Record(fields) = record else { return None };
    fields.get(index)?.as_ref()
}

fn with(record: &Value, index: usize, change: impl Fn(&Value) -> Value) -> Value {
    let Value::Record(fields) = record else { return record.clone() };
    let changed = |(at, value): (usize, &Option<Value>)| match value {
        Some(value) if at == index => Some(change(value)),
        other => other.clone(),
    };
    Value::Record(fields.iter().enumerate().map(changed).collect())
}
