//! The result of evaluating an expression: its value or what was missing, where the value is in the record, and the
//! words and events that support it.

use super::clue::Clue;
use crate::base::limits::EVIDENCE;
use crate::base::steps;
use crate::program::arithmetic::Influence;
use crate::program::compare::{Bounds, INCOMPARABLE, as_text, equal_bounds};
use crate::program::outcome::{Event, FoundBy, Incoming, Truth};
use crate::state::Key;
use crate::syntax::tree::Knowledge;
use crate::world::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// The result of one expression.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evaluated {
    /// `None` means unknown.
    pub(crate) value: Option<Value>,
    /// What was missing. INVARIANT: empty if and only if there is a value.
    pub(super) missing: Missing,
    /// The least and the greatest value that an unknown number, instant or duration can have, if these are known.
    pub(crate) bounds: Option<Bounds>,
    pub(super) origin: Origin,
    /// For an argument: whether it rests on counters or marks.
    pub(super) rests_on_state: bool,
    /// What supports the result. For a number or its bounds, this supports the lower limit: that the number is not smaller.
    pub(super) grounds: Support,
    /// What supports that a number is not greater. Not used for truths.
    pub(super) upper_grounds: Support,
    /// If there is no value: the orders and notices on which the result may rest once it is known.
    pub(super) possible: PossibleEvents,
}

/// Orders and notices, by the event that each of them reports.
pub(super) type Events = BTreeMap<Event, BTreeSet<Arc<Incoming>>>;

/// What was missing. Most results pass it on as it is, and share it. INVARIANT: no set is empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Missing(Option<Rc<BTreeSet<Rc<str>>>>);

/// Orders and notices on which an unknown condition may rest once it is known. For a result that is not a
/// condition, both sets are equal.
#[derive(Clone, Debug, Default)]
pub(super) struct PossibleEvents {
    pub(super) if_true: Events,
    pub(super) if_false: Events,
}

/// Where a value is in the record, so that evidence can point there.
#[derive(Clone, Debug, Default)]
pub(super) enum Origin {
    /// The value is written in a rule or calculated.
    #[default]
    Nowhere,
    /// A field, by its path: `links[0].host`. The path of the record itself is empty.
    Field(String),
    /// Words of a text, from this byte on, and what found them.
    Excerpt { part: Arc<str>, whole: Arc<str>, start: usize, found_by: FoundBy },
    /// A list whose elements come from different places.
    Each(Arc<[Origin]>),
    /// Not in the record: what earlier messages left behind under this key of a counter or mark.
    State(Rc<Key>),
}

/// The words and events that a result rests on.
#[derive(Clone, Debug, Default)]
pub(super) struct Support {
    /// The words, with the whole text. Only the first `EVIDENCE` are kept. That is enough, because the first words of a
    /// union are among the first words of its operands.
    pub(super) evidence: BTreeMap<Clue, Arc<str>>,
    pub(super) events: Events,
}

impl Evaluated {
    pub(super) fn known(value: Value) -> Self {
        Self { value: Some(value), ..Self::default() }
    }

    pub(super) fn with_origin(value: Value, origin: Origin) -> Self {
        Self { origin, ..Self::known(value) }
    }

    /// The same, read under a key of a counter or mark.
    pub(super) fn read_under(self, key: Key) -> Self {
        Self { origin: Origin::State(Rc::new(key)), ..self }
    }

    pub(super) fn missing(what: impl Into<String>) -> Self {
        let what: String = what.into();
        let missing = Missing(Some(Rc::new(BTreeSet::from([what.into()]))));
        Self { missing, ..Self::default() }
    }

    /// Unknown, because some operands are unknown.
    pub(super) fn unknown<'e>(operands: impl IntoIterator<Item = &'e Evaluated>) -> Self {
        let mut result = Self::default();
        for operand in operands {
            result.missing.add(&operand.missing);
            result.possible.add(&operand.possible);
            for support in [&operand.grounds, &operand.upper_grounds] {
                result.possible.add_of(operand.truth(), &support.events);
            }
        }
        result
    }

    /// A field or an entry of something that has no value: none if the owner is none, unknown if the owner is
    /// unknown.
    pub(super) fn of_valueless(owner: &Self) -> Self {
        if owner.is_none() { Self::known(Value::Absent) } else { Self::unknown([owner]) }
    }

    /// A truth that follows from conditions. It rests on the conditions that have the same truth.
    pub(super) fn joined(truth: Truth, conditions: &[Evaluated]) -> Self {
        let mut result = Self::of_truth(truth, conditions);
        if truth != Truth::Unknown {
            let same = conditions.iter().filter(|one| one.truth() == truth);
            same.for_each(|one| result.grounds.add(&one.grounds));
        }
        result
    }

    /// A truth that rests on nothing yet.
    pub(super) fn of_truth(truth: Truth, operands: &[Evaluated]) -> Self {
        match truth {
            Truth::Unknown => Self::unknown(operands).with_reason(),
            Truth::True | Truth::False => Self::known(Value::Bool(truth == Truth::True)),
        }
    }

    /// True if all conditions are true, or if there are none.
    pub(super) fn all(conditions: &[Evaluated]) -> Self {
        Self::joined(conditions.iter().map(Self::truth).fold(Truth::True, Truth::and), conditions)
    }

    /// True if one condition is true.
    pub(super) fn any(conditions: &[Evaluated]) -> Self {
        Self::joined(conditions.iter().map(Self::truth).fold(Truth::False, Truth::or), conditions)
    }

    pub(super) fn negated(self) -> Self {
        let truth = !self.truth();
        let value = (truth != Truth::Unknown).then_some(Value::Bool(truth == Truth::True));
        let PossibleEvents { if_true, if_false } = self.possible;
        Self { value, possible: PossibleEvents { if_true: if_false, if_false: if_true }, ..self }
    }

    /// Call this when a true operand can make the result true or false, and a false one too: both sets then hold all events.
    pub(super) fn either_way(mut self) -> Self {
        add_events(&mut self.possible.if_true, &self.possible.if_false);
        self.possible.if_false.clone_from(&self.possible.if_true);
        self
    }

    /// For a count of true conditions: it rests only on events that make a condition true, so both sets are `if_true`.
    pub(super) fn for_number(mut self) -> Self {
        self.possible.if_false.clone_from(&self.possible.if_true);
        self
    }

    /// Whether the value is known, missing or none.
    pub(super) fn knowledge(&self) -> Knowledge {
        match self.value {
            Some(Value::Absent) => Knowledge::None,
            Some(_) => Knowledge::Known,
            None => Knowledge::Missing,
        }
    }

    pub(super) fn is_none(&self) -> bool {
        self.knowledge() == Knowledge::None
    }

    /// The same condition, but false where it is none; for a list of conditions, each element.
    pub(super) fn read_as_condition(self) -> Self {
        let read = |value: &Value| {
            if *value == Value::Absent { Value::Bool(false) } else { value.clone() }
        };
        let value = self.value.map(|value| {
            if let Value::List(elements) = &value {
                return Value::List(elements.iter().map(read).collect());
            }
            read(&value)
        });
        Self { value, ..self }
    }

    /// Adds a reason if nothing is missing. A comparison is unknown then because its operands have no order.
    pub(super) fn with_reason(self) -> Self {
        if self.missing.is_empty() {
            let Self { missing, .. } = Self::missing(INCOMPARABLE);
            return Self { missing, ..self };
        }
        self
    }

    /// The truth of a condition, which is false if it is none. The truth of other values is unknown.
    pub(crate) fn truth(&self) -> Truth {
        match self.value {
            Some(Value::Bool(truth)) => truth.into(),
            Some(Value::Absent) => Truth::False,
            _ => Truth::Unknown,
        }
    }

    /// Adds what operands rest on, whichever way they influence the result.
    pub(super) fn resting_on_all_of(mut self, operands: &[Self]) -> Self {
        for support in operands.iter().flat_map(|one| [&one.grounds, &one.upper_grounds]) {
            self = self.resting_on(support);
        }
        self
    }

    /// Adds support to the result. For a number, it supports that the number is neither smaller nor greater.
    pub(super) fn resting_on(mut self, support: &Support) -> Self {
        self.grounds.add(support);
        if self.truth() == Truth::Unknown {
            self.upper_grounds.add(support);
        }
        self
    }

    /// Adds what an operand of a calculation rests on.
    pub(super) fn influenced_by(mut self, operand: &Self, influence: Influence) -> Self {
        match influence {
            Influence::Raises => {
                self.grounds.add(&operand.grounds);
                self.upper_grounds.add(&operand.upper_grounds);
                self
            }
            Influence::Lowers => {
                self.grounds.add(&operand.upper_grounds);
                self.upper_grounds.add(&operand.grounds);
                self
            }
            Influence::Either => self.resting_on_all_of(std::slice::from_ref(operand)),
        }
    }

    /// What was missing.
    pub(crate) fn into_missing(self) -> BTreeSet<String> {
        self.missing.into_set()
    }

    /// The length of a text; 0 for other values.
    pub(super) fn bytes(&self) -> u64 {
        let text = self.value.as_ref().and_then(as_text);
        text.map_or(0, |text| text.len() as u64)
    }

    /// The number of parts of a surface; 0 for other values.
    pub(super) fn parts(&self) -> u64 {
        if let Some(Value::Surface(parts)) = &self.value { parts.len() as u64 } else { 0 }
    }

    /// The same result without any support.
    pub(super) fn without_support(self) -> Self {
        Self { grounds: Support::default(), upper_grounds: Support::default(), ..self }
    }

    /// The least and the greatest value that the expression can have.
    pub(super) fn value_bounds(&self) -> Option<Bounds> {
        self.value.as_ref().map(equal_bounds).or_else(|| self.bounds.clone())
    }

    /// The least and the greatest number of conditions that can be true.
    pub(super) fn tally(conditions: &[Evaluated]) -> (usize, usize) {
        let are = |truth| conditions.iter().filter(|one| one.truth() == truth).count();
        (are(Truth::True), conditions.len() - are(Truth::False))
    }
}

impl Missing {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn add(&mut self, other: &Self) {
        let Self(Some(more)) = other else { return };
        steps::spend(|| steps::REASON * more.len() as u64);
        match &mut self.0 {
            None => self.0 = Some(more.clone()),
            Some(all) if Rc::ptr_eq(all, more) => {}
            Some(all) => {
                for reason in &**more {
                    if !all.contains(reason) {
                        Rc::make_mut(all).insert(reason.clone());
                    }
                }
            }
        }
    }

    pub(super) fn into_set(self) -> BTreeSet<String> {
        self.0.iter().flat_map(|all| all.iter()).map(|reason| (**reason).to_owned()).collect()
    }
}

impl PossibleEvents {
    pub(super) fn add(&mut self, other: &Self) {
        add_events(&mut self.if_true, &other.if_true);
        add_events(&mut self.if_false, &other.if_false);
    }

    /// Adds the events of an operand. A false operand does not make a condition true, and a true one does not make it false.
    pub(super) fn add_of(&mut self, truth: Truth, events: &Events) {
        if truth != Truth::False {
            add_events(&mut self.if_true, events);
        }
        if truth != Truth::True {
            add_events(&mut self.if_false, events);
        }
    }
}

impl Origin {
    /// The origin of an element of a list. The list may be filtered: `position` gives the index that the element has in the list
    /// of the record at a path.
    pub(super) fn element(&self, index: usize, position: impl Fn(&str) -> usize) -> Self {
        match self {
            Self::Field(path) => Self::Field(format!("{path}[{}]", position(path))),
            Self::Each(origins) => origins.get(index).cloned().unwrap_or_default(),
            Self::Nowhere | Self::Excerpt { .. } | Self::State(_) => Self::Nowhere,
        }
    }

    pub(super) fn field(&self, name: &str) -> Self {
        match self {
            Self::Field(path) if path.is_empty() => Self::Field(name.into()),
            Self::Field(path) => Self::Field(format!("{path}.{name}")),
            Self::Excerpt { .. } if name == "text" => self.clone(),
            Self::Nowhere | Self::Excerpt { .. } | Self::Each(_) | Self::State(_) => Self::Nowhere,
        }
    }

    /// The path of a field for any element: `links[].host`.
    pub(super) fn pattern(&self) -> Option<String> {
        let Self::Field(path) = self else { return None };
        let mut pattern = String::with_capacity(path.len());
        for (number, piece) in path.split('[').enumerate() {
            if number == 0 {
                pattern.push_str(piece);
            } else {
                pattern.push('[');
                pattern.push_str(piece.trim_start_matches(|digit: char| digit.is_ascii_digit()));
            }
        }
        Some(pattern)
    }
}

impl Support {
    pub(super) fn add(&mut self, other: &Support) {
        steps::spend(|| steps::PIECE * other.evidence.len() as u64);
        if self.evidence.is_empty() {
            self.evidence.clone_from(&other.evidence);
        } else {
            let new = other.evidence.iter().take_while(|(clue, _)| !self.is_full_before(clue));
            let new: Vec<_> = new.map(|(clue, whole)| (clue.clone(), whole.clone())).collect();
            self.add_evidence(new);
        }
        add_events(&mut self.events, &other.events);
    }

    /// Adds evidence. Only the first `EVIDENCE` pieces are kept.
    pub(super) fn add_evidence(&mut self, clues: impl IntoIterator<Item = (Clue, Arc<str>)>) {
        for (clue, whole) in clues {
            if self.is_full_before(&clue) {
                continue;
            }
            self.evidence.insert(clue, whole);
            if self.evidence.len() > EVIDENCE {
                self.evidence.pop_last();
            }
        }
    }

    /// Whether this clue would not be among those that are kept.
    fn is_full_before(&self, clue: &Clue) -> bool {
        let last = self.evidence.last_key_value();
        self.evidence.len() >= EVIDENCE && last.is_some_and(|(last, _)| last <= clue)
    }
}

/// The events as findings hold them.
pub(super) fn into_owned(events: Events) -> BTreeMap<Event, BTreeSet<Incoming>> {
    let owned = |all: BTreeSet<Arc<Incoming>>| all.into_iter().map(Arc::unwrap_or_clone).collect();
    events.into_iter().map(|(event, all)| (event, owned(all))).collect()
}

fn add_events(all: &mut Events, more: &Events) {
    for (event, incoming) in more {
        steps::spend(|| steps::EVENT * incoming.len() as u64);
        all.entry(*event).or_default().extend(incoming.iter().cloned());
    }
}
