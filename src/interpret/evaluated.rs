//! The result of evaluating an expression: its value or what was missing, where the value is in the record, and the
//! words and events that support it.

use super::clue::Clue;
use crate::base::limits::EVIDENCE;
use crate::program::compare::{Bounds, INCOMPARABLE, equal_bounds};
use crate::program::outcome::{Event, Incoming, Truth};
use crate::world::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The result of one expression.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evaluated {
    /// `None` means unknown.
    pub(crate) value: Option<Value>,
    /// What was missing. INVARIANT: empty if and only if there is a value.
    pub(crate) missing: BTreeSet<String>,
    /// The least and the greatest possible integer, if the expression contains a `count` with unknown elements.
    pub(crate) bounds: Option<(i64, i64)>,
    pub(super) origin: Origin,
    pub(super) pro: Support,
    pub(super) contra: Support,
}

/// Where a value is in the record, so that evidence can point there.
#[derive(Clone, Debug, Default)]
pub(super) enum Origin {
    /// The value is written in a rule or calculated.
    #[default]
    Nowhere,
    /// A field, by its path: `links[0].host`. The path of the record itself is empty.
    Field(String),
    /// A match of a pattern, from this byte of a text.
    Excerpt { part: Arc<str>, whole: Arc<str>, start: usize },
    /// A list whose elements come from different places.
    Each(Arc<[Origin]>),
}

/// The words and events that support one result of a condition: `pro` supports true, `contra` false. An integer has the
/// same events in both.
#[derive(Clone, Debug, Default)]
pub(super) struct Support {
    /// The words that all true conditions on texts found, decisive or not, each with the whole text. Only the first
    /// `EVIDENCE` are kept. This loses nothing: the first words of a union are among the first of its operands.
    pub(super) evidence: BTreeMap<Clue, Arc<str>>,
    /// The events that led to this result. Parts with the opposite result contribute none.
    pub(super) events: BTreeMap<Event, BTreeSet<Incoming>>,
}

impl Evaluated {
    pub(super) fn known(value: Value) -> Self {
        Self { value: Some(value), ..Self::default() }
    }

    pub(super) fn with_origin(value: Value, origin: Origin) -> Self {
        Self { origin, ..Self::known(value) }
    }

    pub(super) fn missing(what: impl Into<String>) -> Self {
        Self { missing: BTreeSet::from([what.into()]), ..Self::default() }
    }

    /// Unknown, because some operands are unknown.
    pub(super) fn unknown<'e>(operands: impl IntoIterator<Item = &'e Evaluated>) -> Self {
        let missing = operands.into_iter().flat_map(|operand| operand.missing.clone()).collect();
        Self { missing, ..Self::default() }
    }

    /// A truth that follows from its operands.
    pub(super) fn joined(truth: Truth, operands: &[Evaluated]) -> Self {
        let result = match truth {
            Truth::Unknown => Self::unknown(operands).with_reason(),
            Truth::True | Truth::False => Self::known(Value::Bool(truth == Truth::True)),
        };
        let mut result = result.with_support_of(operands);
        if truth != Truth::True {
            result.pro.events.clear();
        }
        if truth != Truth::False {
            result.contra.events.clear();
        }
        result
    }

    /// True if all operands are true, or if there are none.
    pub(super) fn all(operands: &[Evaluated]) -> Self {
        Self::joined(operands.iter().map(Self::truth).fold(Truth::True, Truth::and), operands)
    }

    /// True if one operand is true.
    pub(super) fn any(operands: &[Evaluated]) -> Self {
        Self::joined(operands.iter().map(Self::truth).fold(Truth::False, Truth::or), operands)
    }

    pub(super) fn negated(self) -> Self {
        let truth = !self.truth();
        let value = (truth != Truth::Unknown).then_some(Value::Bool(truth == Truth::True));
        Self { value, pro: self.contra, contra: self.pro, ..self }
    }

    /// Adds a reason if nothing is missing. A comparison is unknown then because its operands have no order.
    fn with_reason(mut self) -> Self {
        if self.missing.is_empty() {
            self.missing.insert(INCOMPARABLE.into());
        }
        self
    }

    /// The truth of a condition; unknown for other expressions.
    pub(crate) fn truth(&self) -> Truth {
        match self.value {
            Some(Value::Bool(truth)) => truth.into(),
            _ => Truth::Unknown,
        }
    }

    /// Adds the support of the operands to that of the result.
    pub(super) fn with_support_of(mut self, operands: &[Self]) -> Self {
        for operand in operands {
            self.pro.add(&operand.pro);
            self.contra.add(&operand.contra);
        }
        self
    }

    /// Adds this support to that of the result, whether the result is true or false.
    pub(super) fn supported_by(mut self, supports: &[Support]) -> Self {
        let truth = self.truth();
        for one in supports {
            if truth != Truth::False {
                self.pro.add(one);
            }
            if truth != Truth::True {
                self.contra.add(one);
            }
        }
        self
    }

    /// The support for the actual result of a condition; empty if it is unknown.
    pub(super) fn actual_support(&self) -> Support {
        match self.truth() {
            Truth::True => self.pro.clone(),
            Truth::False => self.contra.clone(),
            Truth::Unknown => Support::default(),
        }
    }

    /// The same result without any support.
    pub(super) fn without_support(self) -> Self {
        Self { pro: Support::default(), contra: Support::default(), ..self }
    }

    /// The least and the greatest value that the expression can have.
    pub(super) fn value_bounds(&self) -> Option<Bounds> {
        let between = |(low, high)| [Value::Int(low), Value::Int(high)];
        self.value.as_ref().map(equal_bounds).or(self.bounds.map(between))
    }

    /// The least and the greatest value of an integer.
    pub(super) fn int_bounds(&self) -> Option<(i64, i64)> {
        match self.value {
            Some(Value::Int(int)) => Some((int, int)),
            _ => self.bounds,
        }
    }

    /// The least and the greatest number of conditions that can be true.
    pub(super) fn tally(conditions: &[Evaluated]) -> (usize, usize) {
        let are = |truth| conditions.iter().filter(|one| one.truth() == truth).count();
        (are(Truth::True), conditions.len() - are(Truth::False))
    }
}

impl Origin {
    /// The origin of an element of a list. `position` gives its index in the whole list at a path.
    pub(super) fn element(&self, index: usize, position: impl Fn(&str) -> usize) -> Self {
        match self {
            Self::Field(path) => Self::Field(format!("{path}[{}]", position(path))),
            Self::Each(origins) => origins.get(index).cloned().unwrap_or_default(),
            Self::Nowhere | Self::Excerpt { .. } => Self::Nowhere,
        }
    }

    pub(super) fn field(&self, name: &str) -> Self {
        match self {
            Self::Field(path) if path.is_empty() => Self::Field(name.into()),
            Self::Field(path) => Self::Field(format!("{path}.{name}")),
            Self::Excerpt { .. } if name == "text" => self.clone(),
            Self::Nowhere | Self::Excerpt { .. } | Self::Each(_) => Self::Nowhere,
        }
    }

    /// The path of a field for any element: `links[].host`.
    pub(super) fn pattern(&self) -> Option<String> {
        let Self::Field(path) = self else { return None };
        let mut pieces = path.split('[');
        let first = pieces.next()?.to_owned();
        Some(pieces.fold(first, |so_far, piece| {
            so_far + "[" + piece.trim_start_matches(|digit: char| digit.is_ascii_digit())
        }))
    }
}

impl Support {
    pub(super) fn add(&mut self, other: &Support) {
        self.add_evidence(other.evidence.iter().map(|(clue, whole)| (clue.clone(), whole.clone())));
        for (event, elements) in &other.events {
            self.add_events(*event, elements);
        }
    }

    /// Adds evidence. Only the first `EVIDENCE` pieces are kept.
    pub(super) fn add_evidence(&mut self, clues: impl IntoIterator<Item = (Clue, Arc<str>)>) {
        self.evidence.extend(clues);
        while self.evidence.len() > EVIDENCE {
            self.evidence.pop_last();
        }
    }

    pub(super) fn add_events(&mut self, event: Event, elements: &BTreeSet<Incoming>) {
        self.events.entry(event).or_default().extend(elements.iter().cloned());
    }
}
