//! What the interpreter knows of earlier messages: the snapshot of a store, and what this judging itself adds to counters.
//! The decision layer finds out the additions, because they depend on how rules come out in a place.

use super::counting::{Part, Total, json_of, part, takes, total};
use super::evaluated::Evaluated;
use super::view::lookup;
use super::{Interpreter, Scope};
use crate::base::shared::Text;
use crate::base::time::Instant;
use crate::program::compare::as_text;
use crate::program::outcome::{Found, Reads, StateRead, Truth};
use crate::program::{Counter, Expr, ExprKind, Mark, MarkRead};
use crate::state::{Asked, Entry, Gap, Key, Kind, Reading, Ruled, Said, State, Verdict};
use crate::world::place::Place;
use crate::world::standard::{StandardField, message, reports, ruling};
use crate::world::value::Value;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Why a key has no reading if the store was never asked for it.
const NOT_ASKED: &str = "not asked";

/// What is known of earlier messages, and what this judging adds.
#[derive(Debug)]
pub(crate) struct Recall<'a> {
    state: &'a State,
    /// What this judging adds, by counter.
    additions: RefCell<BTreeMap<usize, Arc<Additions>>>,
    /// What the condition that is being evaluated has read so far.
    reads: RefCell<Reads>,
    /// The norm to which that condition belongs, if it belongs to one.
    reader: Cell<Option<Reader>>,
}

/// The norm whose condition is evaluated: its place, and whether it is a rule in shadow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    pub(super) place: Place,
    pub(super) in_shadow: bool,
}

/// What a judging adds to a counter: to the one that rules in service read, and to the copy that rules in shadow read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Additions {
    pub(crate) live: Additional,
    pub(crate) copy: Additional,
}

/// What a judging adds to a counter, or to its copy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Additional {
    /// Whether the record counts or may count, whatever its keys are.
    pub(crate) may_count: bool,
    pub(crate) by_key: BTreeMap<Text, Addition>,
}

/// What a judging adds under one key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addition {
    pub(crate) entry: Entry,
    /// What was missing, if it is a maybe.
    pub(crate) missing: BTreeSet<String>,
}

/// How a record counts under one key if it does.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) of: Text,
    pub(crate) said: Said,
    /// What was missing. Then it is a maybe.
    pub(crate) missing: BTreeSet<String>,
}

/// What a person ruled on some rules, for one version of the record.
#[derive(Clone, Debug)]
pub(crate) struct RuledOn {
    rules: Vec<String>,
    /// The version that was judged; `None`: all that are not younger than the ruling.
    pub(crate) version: Option<Instant>,
    pub(crate) ruled: Ruled,
}

impl RuledOn {
    /// Whether it is about a rule.
    pub(crate) fn is_on(&self, rule: &str) -> bool {
        self.rules.iter().any(|one| one == rule)
    }
}

impl<'a> Recall<'a> {
    pub(super) fn new(state: &'a State) -> Self {
        Self {
            state,
            additions: RefCell::default(),
            reads: RefCell::default(),
            reader: Cell::new(None),
        }
    }

    /// What this judging adds to a counter, if that was found out already.
    pub(crate) fn additions(&self, counter: usize) -> Option<Arc<Additions>> {
        self.additions.borrow().get(&counter).cloned()
    }

    pub(crate) fn set_additions(&self, counter: usize, additions: Arc<Additions>) {
        self.additions.borrow_mut().insert(counter, additions);
    }

    /// Begins a condition. Returns what the condition around it has read.
    pub(super) fn begin(&self, reader: Option<Reader>) -> (Reads, Option<Reader>) {
        (self.reads.take(), self.reader.replace(reader))
    }

    /// Ends a condition, and returns what it has read.
    pub(super) fn end(&self, (around, reader): (Reads, Option<Reader>)) -> Reads {
        self.reader.set(reader);
        self.reads.replace(around)
    }

    /// What the store answered about a key.
    fn reading(&self, key: &Key) -> Option<&'a Reading> {
        self.state.readings.get(key)
    }

    /// Why not all is known that a counter counts under a key, if somebody asked.
    pub(super) fn gap(&self, key: &Key) -> Option<Gap> {
        self.state.gaps.get(key).copied()
    }

    /// Notes that a key was read.
    fn note(&self, key: &Key, asked: Asked, found: &Found) {
        let read = StateRead { asked, found: found.clone() };
        self.reads.borrow_mut().insert(key.clone(), read);
    }

    fn is_in_shadow(&self) -> bool {
        self.reader.get().is_some_and(|reader| reader.in_shadow)
    }

    fn unknown(&self) -> Found {
        Found::Unknown(self.state.silence.clone().unwrap_or_else(|| NOT_ASKED.into()))
    }
}

impl Additions {
    /// What is added to the counter and to its copy, with whether it is the copy.
    pub(crate) fn both(&self) -> [(bool, &Additional); 2] {
        [(false, &self.live), (true, &self.copy)]
    }

    pub(crate) fn of(&self, shadow: bool) -> &Additional {
        if shadow { &self.copy } else { &self.live }
    }
}

impl<'a> Interpreter<'a> {
    /// What a store is asked for the count that is read under a written key, or under that of the record. `None` if the key
    /// is not known.
    pub(crate) fn ask_for_count(
        &self,
        counter: &'a Counter,
        written: Option<&'a [Expr]>,
    ) -> Option<(Key, Asked)> {
        let mut scope = Scope { locals: vec![], day: self.at.day(&counter.zone) };
        let key = self.key_of(counter, written, &mut scope).ok()?;
        Some((key, counter.asked(self.at, &Entry::default())))
    }

    /// Whether a value is unknown and rests on counters or marks. It is not missing: the store knows it, or may know it.
    pub(super) fn is_unread(&self, expr: &Expr, found: &Evaluated, scope: &Scope) -> bool {
        found.value.is_none() && self.rests_on_state(expr, scope)
    }

    /// Whether an expression reads counters or marks, itself or by a parameter.
    pub(super) fn rests_on_state(&self, expr: &Expr, scope: &Scope) -> bool {
        if let ExprKind::Local(level) = expr.kind
            && scope.locals.get(level).is_some_and(|local| local.rests_on_state)
        {
            return true;
        }
        self.program.reads_state(expr)
            || expr.children().any(|part| self.rests_on_state(part, scope))
    }

    /// What is known of earlier messages.
    pub(crate) fn state(&self) -> &'a State {
        self.recall.state
    }

    #[inline(never)]
    pub(super) fn counter(
        &self,
        index: usize,
        key: Option<&'a [Expr]>,
        scope: &mut Scope,
    ) -> Evaluated {
        let Some(counter) = self.program.counters.get(index) else { return Evaluated::default() };
        let key = match self.key_of(counter, key, scope) {
            Ok(key) => key,
            Err(missing) => return *missing,
        };
        let added = self.added(index, counter, &key);
        let found = self.read_count(counter, &key, &added.entry);
        let evaluated = match found {
            Found::Count { certain, possible, .. } if possible == Some(certain) => {
                Evaluated::known(int(certain))
            }
            Found::Count { certain, possible: possible @ Some(_), .. } => {
                unknown(&counter.id, "not certain for some messages").with_bounds(certain, possible)
            }
            Found::Count { certain, possible: None, .. } => {
                unknown(&counter.id, "not complete").with_bounds(certain, None)
            }
            Found::Mark(_) => Evaluated::default(),
            Found::Unknown(why) => unknown(&counter.id, &why).with_bounds(0, None),
        };
        evaluated.read_under(key)
    }

    #[inline(never)]
    pub(super) fn reaches(
        &self,
        index: usize,
        key: Option<&'a [Expr]>,
        least: u64,
        scope: &mut Scope,
    ) -> Evaluated {
        let Some(counter) = self.program.counters.get(index) else { return Evaluated::default() };
        // A record that does not count takes no threshold, whatever its key is.
        let shadow = self.reads_copy(counter);
        if !self.additions_seen(index, counter).of(shadow).may_count {
            return Evaluated::known(Value::Bool(false));
        }
        let key = match self.key_of(counter, key, scope) {
            Ok(key) => key,
            Err(missing) => return *missing,
        };
        let added = self.added(index, counter, &key);
        if !added.entry.may_count(counter.policy()) {
            return Evaluated::known(Value::Bool(false));
        }
        let found = self.read_count(counter, &key, &added.entry);
        let count = self.state().count(&key);
        let takes = count.map_or(Truth::False, |count| {
            takes(counter, count, counter.window(self.at), &added.entry, least)
        });
        let evaluated = match (takes, found) {
            (_, Found::Unknown(why)) => unknown(&counter.id, &why),
            (Truth::Unknown, _) => added
                .missing
                .into_iter()
                .map(Evaluated::missing)
                .reduce(|all, one| Evaluated::unknown([&all, &one]))
                .unwrap_or_else(|| unknown(&counter.id, "not certain for this message")),
            (Truth::True | Truth::False, _) => Evaluated::known(Value::Bool(takes == Truth::True)),
        };
        evaluated.read_under(key)
    }

    #[inline(never)]
    pub(super) fn mark(&self, index: usize, read: MarkRead) -> Evaluated {
        let Some(mark) = self.program.marks.get(index) else { return Evaluated::default() };
        let Some(of) = self.key_of_mark(mark) else { return Evaluated::missing(mark.on.key()) };
        let shadow = self.recall.is_in_shadow() && mark.has_shadow;
        let key = Key { kind: Kind::Mark, item: mark.id.clone(), shadow, of };
        let found = self.find_mark(&key);
        self.recall.note(&key, Asked::Mark { at: self.at }, &found);
        let evaluated = match found {
            Found::Unknown(why) => unknown(&mark.id, &why),
            Found::Count { .. } => Evaluated::default(),
            Found::Mark(standing) => {
                let instant = |instant: Option<_>| instant.map_or(Value::Absent, Value::Instant);
                Evaluated::known(match read {
                    MarkRead::IsSet => Value::Bool(standing.is_some()),
                    MarkRead::Since => instant(standing.map(|one| one.since)),
                    MarkRead::Until => instant(standing.and_then(|one| one.until)),
                })
            }
        };
        evaluated.read_under(key)
    }

    /// How a mark stands, as far as the store said.
    pub(super) fn find_mark(&self, key: &Key) -> Found {
        match self.recall.reading(key) {
            Some(Reading::Mark(standing)) => Found::Mark(standing.clone()),
            Some(Reading::Count(_) | Reading::First(_)) | None => self.recall.unknown(),
        }
    }

    /// The account, chat or message that a mark is about, as a key. `None` if the record does not say.
    pub(crate) fn key_of_mark(&self, mark: &Mark) -> Option<Text> {
        let value = lookup(&self.program.schema, &self.view.message, mark.on.path())?;
        Some(json_of(&[part(value)?]))
    }

    /// What persons ruled on decisions for a place, as far as it is seen.
    pub(crate) fn rulings(&self, place: Place) -> Vec<RuledOn> {
        let rulings =
            lookup(&self.program.schema, &self.view.message, &[message::REPORTS, reports::RULINGS]);
        let Some(Value::List(rulings)) = rulings else { return vec![] };
        let ty = self.program.schema.named(ruling::GIVEN_AT.record).map(|(id, _)| id);
        let ruled = |one: &Value| {
            let field = |field: StandardField| {
                let Value::Record(fields) = one else { return None };
                let (_, ty) = self.program.schema.record(ty?)?;
                fields.get(ty.fields.get_index_of(field.name)?)?.as_ref()
            };
            let instant = |name| {
                if let Some(Value::Instant(instant)) = field(name) { Some(*instant) } else { None }
            };
            let is_here = as_text(field(ruling::PLACE)?)? == place.code();
            let Value::List(rules) = field(ruling::RULES)? else { return None };
            let verdict = Verdict::parse(&as_text(field(ruling::VERDICT)?)?)?;
            let given_at = instant(ruling::GIVEN_AT)?;
            (is_here && given_at <= self.at).then(|| RuledOn {
                rules: rules.iter().filter_map(as_text).map(Cow::into_owned).collect(),
                version: instant(ruling::VERSION),
                ruled: Ruled { given_at, verdict },
            })
        };
        rulings.iter().filter_map(ruled).collect()
    }

    /// How the record counts under each key that is known, if it counts.
    pub(crate) fn slots(&self, counter: &'a Counter) -> Vec<Slot> {
        let day = self.at.day(&counter.zone);
        let mut scope = Scope { locals: vec![], day };
        let mut slots = vec![];
        let elements = match &counter.per.each {
            None => vec![None],
            Some(list) => {
                let found = self.eval(list, &mut scope);
                match self.elements(&list.ty, &found) {
                    None => vec![],
                    Some(elements) => {
                        (0..elements.len()).map(|index| self.element(elements, index)).collect()
                    }
                }
            }
        };
        for element in elements {
            scope.locals.clear();
            scope.locals.extend(element);
            let values: Vec<_> =
                counter.per.values.iter().map(|value| self.eval(value, &mut scope)).collect();
            if let Some(of) = key_text(&values) {
                slots.push(self.slot(counter, of, &mut scope));
            }
        }
        slots
    }

    fn slot(&self, counter: &'a Counter, of: Text, scope: &mut Scope) -> Slot {
        let mut missing = BTreeSet::new();
        let at = self.record.version();
        if at.is_none() {
            missing.insert(message::SENT_AT.name.to_owned());
        }
        let mut weight = 1;
        if let Some(adds) = &counter.adds {
            let found = self.eval(adds, scope);
            let bounds = found.value_bounds();
            // None adds nothing of its own, and the record still counts once.
            weight = match bounds.as_ref().map(|[_, most]| most) {
                Some(Value::Int(int)) => u64::try_from(*int).unwrap_or(1).max(1),
                Some(Value::Absent) => 1,
                _ => i64::MAX.unsigned_abs(),
            };
            missing.extend(found.into_missing());
        }
        let mut value = None;
        if let Some(distinct) = &counter.distinct {
            let found = self.eval(distinct, scope);
            value = Some(match &found.value {
                // All records without such a thing have the same value.
                Some(Value::Absent) => json_of(&[]),
                // What is not known may be a value that nobody else has.
                None => json_of(&[Part::Text(self.record.id().into()), Part::Bool(false)]),
                Some(value) => json_of(part(value).as_slice()),
            });
            missing.extend(found.into_missing());
        }
        Slot { of, said: Said { at: at.unwrap_or(self.at), value, weight }, missing }
    }

    /// The truth of the condition of a counter, and what was missing. True if it has none.
    pub(crate) fn counted_when(&self, counter: &'a Counter) -> (Truth, BTreeSet<String>) {
        let Some(when) = &counter.when else { return (Truth::True, BTreeSet::new()) };
        let found = self.value(when, &counter.zone);
        (found.truth(), found.into_missing())
    }

    /// The key that a condition reads: that which is written, or that of this record.
    fn key_of(
        &self,
        counter: &'a Counter,
        written: Option<&'a [Expr]>,
        scope: &mut Scope,
    ) -> Result<Key, Box<Evaluated>> {
        let values = match written {
            Some(values) => self.eval_all(values, scope),
            None => self.eval_all(
                &counter.per.values,
                &mut Scope { locals: vec![], day: self.at.day(&counter.zone) },
            ),
        };
        // Nothing is counted for what does not exist.
        if values.iter().any(Evaluated::is_none) {
            return Err(Box::new(Evaluated::known(Value::Absent)));
        }
        let of =
            key_text(&values).ok_or_else(|| Box::new(Evaluated::unknown(&values).with_reason()))?;
        let shadow = self.reads_copy(counter);
        Ok(counter.key(of, shadow))
    }

    /// Whether the condition that is being evaluated reads the copy of a counter.
    fn reads_copy(&self, counter: &Counter) -> bool {
        self.recall.is_in_shadow() && counter.has_shadow
    }

    /// What this judging adds to a counter, as the norm that is evaluated sees it. A country that has left a bloc still reads
    /// its counters, and adds nothing to them.
    fn additions_seen(&self, index: usize, counter: &Counter) -> Arc<Additions> {
        let is_inside =
            |reader: Reader| self.program.blocs.within(reader.place, counter.place, self.at);
        let is_seen = self.recall.reader.get().is_none_or(is_inside);
        let seen = is_seen.then(|| self.recall.additions(index));
        seen.flatten().unwrap_or_default()
    }

    /// What this judging adds under a key.
    fn added(&self, index: usize, counter: &Counter, key: &Key) -> Addition {
        let additions = self.additions_seen(index, counter);
        additions.of(key.shadow).by_key.get(&key.of).cloned().unwrap_or_default()
    }

    fn read_count(&self, counter: &Counter, key: &Key, added: &Entry) -> Found {
        let found = self.find_count(counter, key, added);
        self.recall.note(key, counter.asked(self.at, added), &found);
        found
    }

    /// How much a counter has with this record, as far as the store said.
    pub(super) fn find_count(&self, counter: &Counter, key: &Key, added: &Entry) -> Found {
        let Some(count) = self.state().count(key) else { return self.recall.unknown() };
        let total = total(counter, count, counter.window(self.at), added);
        let Total { certain, possible, own } = total;
        Found::Count { certain, possible, own, earlier: count.latest.clone() }
    }
}

/// A key as a JSON array; `None` if a value is unknown or none.
fn key_text(values: &[Evaluated]) -> Option<Text> {
    let parts: Option<Vec<Part<'_>>> =
        values.iter().map(|value| part(value.value.as_ref()?)).collect();
    Some(json_of(&parts?))
}

fn int(count: u64) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Unknown, because a counter or mark is: `eu.violations (not asked)`.
fn unknown(id: &str, why: &str) -> Evaluated {
    Evaluated::missing(format!("{id} ({why})"))
}

impl Evaluated {
    fn with_bounds(self, least: u64, most: Option<u64>) -> Self {
        let most = most.map_or(Value::Int(i64::MAX), int);
        Self { bounds: Some([int(least), most]), ..self }
    }
}
