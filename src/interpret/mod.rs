//! The interpreter evaluates the checked program in the most direct way. It is the executable specification of the
//! semantics: the engine must give the same results. Explanations use the same evaluation.

mod aggregates;
mod clue;
mod counting;
mod elements;
mod evaluated;
mod operands;
mod quote;
mod recall;
mod remembered;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod texts;
mod trace;
mod turns;
mod view;

pub(crate) use counting::{Part, json_of, part, takes, total};
pub(crate) use evaluated::Evaluated;
use recall::Reader;
pub(crate) use recall::{Additional, Additions, Recall, Slot};
pub(crate) use remembered::{Remembered, Tally};
pub(crate) use texts::register_name;
pub(crate) use trace::{Noted, Trace};
pub(crate) use turns::{Turn, TurnCause};
pub(crate) use view::{lookup, places_of_received};

use crate::base::source::Location;
use crate::base::steps;
use crate::base::time::{Day, Instant, Zone};
use crate::program::arithmetic::Influence;
use crate::program::compare::{as_text, hull, is_in};
use crate::program::functions::none_as;
use crate::program::outcome::{Event, Finding, Incoming, Reads, Truth};
use crate::program::{CompareOp, Expr, ExprKind, Norm, Program};
use crate::record::Record;
use crate::state::State;
use crate::syntax::tree::{ArithmeticOp, Knowledge, Quantifier};
use crate::world::schema::Schema;
use crate::world::standard::{message, reports, visibility};
use crate::world::value::{Type, Value};
use clue::Clue;
use evaluated::{Origin, Support, into_owned};
use operands::{combine, compare_sides, negate_operand};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;
use texts::SearchedText;
use trace::{Notes, PerElement};
use turns::Turns;
use view::{View, incoming_dates};

/// Evaluates the conditions of a program on one record at one instant.
#[derive(Debug)]
pub(crate) struct Interpreter<'a> {
    pub(crate) program: &'a Program,
    pub(crate) record: &'a Record,
    pub(crate) at: Instant,
    view: View,
    /// The orders and notices on which results rested so far, by their paths.
    incoming: RefCell<HashMap<String, Arc<Incoming>>>,
    /// The texts that were searched so far.
    searched: RefCell<HashMap<Arc<str>, Rc<SearchedText>>>,
    /// What is noted of each evaluation.
    notes: RefCell<Notes<'a>>,
    /// The instants at which the conditions evaluated so far may change; `None` if nobody asked.
    turns: RefCell<Option<Turns<'a>>>,
    /// What is known of earlier messages.
    pub(crate) recall: Rc<Recall<'a>>,
    /// The interpreters that do not see some orders and notices, by the paths of these.
    hiding: RefCell<HashMap<BTreeSet<String>, Rc<Self>>>,
}

/// The context of an expression, apart from the record.
struct Scope {
    /// Parameters and elements, outermost first.
    locals: Vec<Evaluated>,
    /// The day on which an entry of a set must be valid.
    day: Day,
}

impl<'a> Interpreter<'a> {
    /// Nothing is known of earlier messages.
    pub(crate) fn new(program: &'a Program, record: &'a Record, at: Instant) -> Self {
        Self::with_state(program, record, at, State::not_asked())
    }

    pub(crate) fn with_state(
        program: &'a Program,
        record: &'a Record,
        at: Instant,
        state: &'a State,
    ) -> Self {
        Self::hiding(program, record, at, &BTreeSet::new(), Rc::new(Recall::new(state)))
    }

    /// Like [`Interpreter::new`], as if the orders and notices at the hidden paths were not in the record.
    fn hiding(
        program: &'a Program,
        record: &'a Record,
        at: Instant,
        hidden: &BTreeSet<String>,
        recall: Rc<Recall<'a>>,
    ) -> Self {
        let view = View::new(&program.schema, record.root(), at, hidden);
        Self {
            program,
            record,
            at,
            view,
            incoming: RefCell::default(),
            searched: RefCell::default(),
            notes: RefCell::default(),
            turns: RefCell::new(None),
            recall,
            hiding: RefCell::default(),
        }
    }

    /// Like [`Interpreter::new`]. [`Interpreter::turns`] then says when the evaluated conditions may change.
    pub(crate) fn watching(program: &'a Program, record: &'a Record, at: Instant) -> Self {
        let turns = RefCell::new(Some(Turns::default()));
        Self { turns, ..Self::new(program, record, at) }
    }

    /// Evaluates the condition of a norm: its `when`, and the negation of its `unless`.
    pub(crate) fn condition(&self, norm: &'a Norm) -> Finding {
        self.watch_norm(norm);
        let day = self.at.day(&norm.zone);
        let in_shadow = norm.kind.rule().is_some_and(|rule| rule.shadow);
        let around = self.recall.begin(Some(Reader { place: norm.place, in_shadow }));
        let when = self.eval(&norm.when, &mut Scope { locals: vec![], day });
        let unless = norm
            .unless
            .as_ref()
            .map(|unless| self.eval(unless, &mut Scope { locals: vec![], day }));
        let clauses: Vec<Evaluated> =
            [when].into_iter().chain(unless.map(Evaluated::negated)).collect();
        let result = Evaluated::all(&clauses);
        let truth = result.truth();
        let Support { evidence, events } = match truth {
            Truth::True => result.grounds,
            Truth::False => Support::default(),
            Truth::Unknown => Support { events: result.possible.if_true, ..Support::default() },
        };
        let quoted = |(clue, whole): (Clue, Arc<str>)| clue.into_evidence(&whole);
        Finding {
            truth,
            missing: result.missing.into_set(),
            evidence: evidence.into_iter().map(quoted).collect(),
            events: into_owned(events),
            reads: self.recall.end(around),
        }
    }

    /// Evaluates as if the orders and notices at the hidden paths were not in the record.
    pub(crate) fn without<T>(
        &self,
        hidden: &BTreeSet<String>,
        evaluate: impl FnOnce(&Self) -> T,
    ) -> T {
        if hidden.is_empty() {
            return evaluate(self);
        }
        let known = self.hiding.borrow().get(hidden).cloned();
        let interpreter = known.unwrap_or_else(|| {
            let Self { program, record, at, .. } = *self;
            let recall = self.recall.clone();
            let interpreter = Rc::new(Self::hiding(program, record, at, hidden, recall));
            self.hiding.borrow_mut().insert(hidden.clone(), interpreter.clone());
            interpreter
        });
        interpreter.turns.replace(self.turns.take());
        let result = evaluate(&interpreter);
        self.turns.replace(interpreter.turns.take());
        result
    }

    /// The value of an expression that a norm contains outside its condition.
    pub(crate) fn value_in(&self, norm: &'a Norm, expr: &'a Expr) -> Evaluated {
        self.watch_norm(norm);
        self.value(expr, &norm.zone)
    }

    /// The value of an expression that reads no locals. Days begin in the given zone.
    pub(crate) fn value(&self, expr: &'a Expr, zone: &Zone) -> Evaluated {
        self.eval(expr, &mut Scope { locals: vec![], day: self.at.day(zone) })
    }

    /// What an expression reads of earlier messages.
    pub(crate) fn reads(&self, expr: &'a Expr, zone: &Zone) -> Reads {
        let around = self.recall.begin(None);
        self.value(expr, zone);
        self.recall.end(around)
    }

    /// The instant of an event that can start a clock, if the record has it. The events of orders and notices are in
    /// the findings instead.
    pub(crate) fn event(&self, event: Event) -> Option<Instant> {
        if event == Event::Decision {
            return Some(self.at);
        }
        let instant = recorded_instant(&self.program.schema, &self.view.message, event);
        instant.filter(|instant| *instant <= self.at)
    }

    fn eval(&self, expr: &'a Expr, scope: &mut Scope) -> Evaluated {
        steps::spend(|| steps::EXPRESSION);
        let before = self.notes.borrow().begin();
        let result = self.walk(expr, scope);
        self.notes.borrow_mut().end(before, expr, &result);
        result
    }

    /// Each level of a condition needs a stack frame of this function and one of the function for its kind. To keep the
    /// frames small, none of these functions is inlined, and separate functions do what follows after the operands.
    fn walk(&self, expr: &'a Expr, scope: &mut Scope) -> Evaluated {
        match &expr.kind {
            ExprKind::Const(value) => Evaluated::known(value.clone()),
            ExprKind::At => Evaluated::known(Value::Instant(self.at)),
            ExprKind::Message => {
                Evaluated::with_origin(self.view.message.clone(), Origin::Field(String::new()))
            }
            ExprKind::Local(level) => scope.locals.get(*level).cloned().unwrap_or_default(),
            ExprKind::Field { of, field, path } => self.field(of, *field, path, scope),
            ExprKind::Entry { of, key, path } => self.entry(of, key, path, scope),
            ExprKind::List(items) => self.list(items, scope),
            ExprKind::Not(inner) => self.eval(inner, scope).negated(),
            ExprKind::And(operands) => Evaluated::all(&self.eval_all(operands, scope)),
            ExprKind::Or(operands) => Evaluated::any(&self.eval_all(operands, scope)),
            ExprKind::Compare { op, left, right } => {
                self.compare(*op, [left, right], expr.at, scope)
            }
            ExprKind::In { item, list } => self.is_in(item, list, scope),
            ExprKind::InPlace { item, place } => self.in_place(item, *place, scope),
            ExprKind::InSet { item, set } => self.in_set(item, *set, scope),
            ExprKind::TextTest { op, text, part } => self.text_test(*op, text, part, scope),
            ExprKind::Mentions { text, pattern } => self.mentions(text, pattern, scope),
            ExprKind::Matches { text, regex } => self.matches(text, *regex, scope),
            ExprKind::Spans { text, of } => self.spans(text, of, scope),
            ExprKind::Is(what, inner) => {
                let found = self.eval(inner, scope);
                if self.is_unread(inner, &found, scope) {
                    return Evaluated::unknown([&found]);
                }
                Evaluated::known(Value::Bool(found.knowledge() == *what))
            }
            ExprKind::Coalesce { value, default } => self.coalesce(value, default, scope),
            ExprKind::Negate(inner) => negate_operand(self.eval(inner, scope)),
            ExprKind::Arithmetic { first, rest } => self.arithmetic(first, rest, scope),
            ExprKind::Quantified { quantifier, list, body } => {
                self.quantified(*quantifier, list, body, scope)
            }
            ExprKind::Aggregate { aggregate, of } => self.aggregate(*aggregate, of, scope),
            ExprKind::Score(parts) => self.score(parts, scope),
            ExprKind::AtLeast { least, of } => self.at_least(*least, of, scope),
            ExprKind::If { arms, otherwise } => self.conditional(arms, otherwise, scope),
            ExprKind::Call { function, args } => self.call(*function, args, scope),
            ExprKind::Counter { counter, key } => self.counter(*counter, key.as_deref(), scope),
            ExprKind::Reaches { counter, key, least } => {
                self.reaches(*counter, key.as_deref(), *least, scope)
            }
            ExprKind::Mark { mark, read } => self.mark(*mark, *read),
            ExprKind::Defined { define, args } => self.defined(*define, args, scope),
        }
    }

    fn eval_all(&self, exprs: &'a [Expr], scope: &mut Scope) -> Vec<Evaluated> {
        exprs.iter().map(|expr| self.eval(expr, scope)).collect()
    }

    /// If the record is present and the field is not, the path of the field is reported as missing. If the record is
    /// missing, the path of the record is reported instead. If the record is none, so is the field.
    #[inline(never)]
    fn field(&self, owner: &'a Expr, field: usize, path: &str, scope: &mut Scope) -> Evaluated {
        steps::spend(|| steps::FIELD);
        let record = self.eval(owner, scope);
        let Some(Value::Record(fields)) = &record.value else {
            return Evaluated::of_valueless(&record);
        };
        let ty =
            if let Type::Record(id) = owner.ty { self.program.schema.record(id) } else { None };
        let name = ty.and_then(|(_, ty)| ty.fields.get_index(field));
        let origin = name.map(|(name, _)| record.origin.field(name)).unwrap_or_default();
        match fields.get(field) {
            Some(Some(value)) => Evaluated::with_origin(value.clone(), origin),
            // Inside a definition, `path` begins with a parameter, so the path of the argument in the record is
            // preferred.
            _ => Evaluated::missing(origin.pattern().unwrap_or_else(|| path.to_owned())),
        }
    }

    #[inline(never)]
    fn entry(&self, owner: &'a Expr, key: &str, path: &str, scope: &mut Scope) -> Evaluated {
        steps::spend(|| steps::FIELD);
        let map = self.eval(owner, scope);
        let Some(Value::Map(entries)) = &map.value else { return Evaluated::of_valueless(&map) };
        let found = entries
            .get(key)
            .map(|value| Evaluated::with_origin(value.clone(), map.origin.field(key)));
        found.unwrap_or_else(|| Evaluated::missing(path))
    }

    #[inline(never)]
    fn list(&self, items: &'a [Expr], scope: &mut Scope) -> Evaluated {
        let items = self.eval_all(items, scope);
        let values: Option<Vec<Value>> = items.iter().map(|item| item.value.clone()).collect();
        let Some(values) = values else { return Evaluated::unknown(&items) };
        Evaluated::with_origin(
            Value::List(values.into()),
            Origin::Each(items.into_iter().map(|item| item.origin).collect()),
        )
    }

    #[inline(never)]
    fn compare(
        &self,
        op: CompareOp,
        operands: [&'a Expr; 2],
        at: Location,
        scope: &mut Scope,
    ) -> Evaluated {
        let sides = operands.map(|expr| self.eval(expr, scope));
        steps::spend(|| {
            let [left, right] = sides.each_ref().map(Evaluated::bytes);
            let parts = sides.iter().map(Evaluated::parts).sum::<u64>();
            let bytes = if parts == 0 { left.min(right) } else { left + right };
            steps::BYTE_READ * bytes + steps::PART * parts
        });
        self.watch_comparison(op, operands, &sides, at);
        compare_sides(op, operands.iter().all(|side| side.ty == Type::Bool), sides)
    }

    #[inline(never)]
    fn is_in(&self, item: &'a Expr, list: &'a Expr, scope: &mut Scope) -> Evaluated {
        let are_conditions = item.ty == Type::Bool;
        let sides = [self.eval(item, scope), self.eval(list, scope)];
        let sides = if are_conditions { sides.map(Evaluated::read_as_condition) } else { sides };
        let [item, list] = &sides;
        if let Some(Value::List(elements)) = &list.value {
            steps::spend(|| {
                let parts = steps::PART * item.parts();
                let comparisons = steps::LOOKUP + steps::COMPARISON * elements.len() as u64;
                steps::BYTE_READ * item.bytes() + parts + comparisons
            });
        }
        // A surface is joined once.
        let bounds =
            item.value_bounds().map(|bounds| bounds.map(|one| as_argument(&one, &Type::Text)));
        let truth = is_in(bounds.as_ref(), list.value.as_ref());
        let result = Evaluated::of_truth(truth, &sides).either_way();
        if truth == Truth::Unknown { result } else { result.resting_on_all_of(&sides) }
    }

    #[inline(never)]
    fn coalesce(&self, value_expr: &'a Expr, default: &'a Expr, scope: &mut Scope) -> Evaluated {
        let value = self.eval(value_expr, scope);
        if value.knowledge() == Knowledge::Known || self.is_unread(value_expr, &value, scope) {
            return value;
        }
        let mut default = self.eval(default, scope);
        if default.value.is_none() {
            default.missing.add(&value.missing);
            default.possible.add(&value.possible);
        }
        default
    }

    #[inline(never)]
    fn arithmetic(
        &self,
        first: &'a Expr,
        rest: &'a [(ArithmeticOp, Expr)],
        scope: &mut Scope,
    ) -> Evaluated {
        let first = self.eval(first, scope);
        let rest: Vec<_> = rest.iter().map(|(op, expr)| (*op, self.eval(expr, scope))).collect();
        rest.into_iter().fold(first, |so_far, (op, operand)| combine(op, [so_far, operand]))
    }

    #[inline(never)]
    fn quantified(
        &self,
        quantifier: Quantifier,
        list: &'a Expr,
        body: &'a Expr,
        scope: &mut Scope,
    ) -> Evaluated {
        let found = self.eval(list, scope);
        let Some(elements) = self.elements(&list.ty, &found) else {
            return Evaluated::unknown([&found]);
        };
        let per_element = PerElement::of_condition(body, quantifier != Quantifier::All);
        let bodies = self.for_each(elements, per_element, scope, |scope| self.eval(body, scope));
        let mut result = match quantifier {
            Quantifier::Any | Quantifier::No => Evaluated::any(&bodies),
            Quantifier::All if bodies.is_empty() => Evaluated::known(Value::Bool(false)),
            Quantifier::All => Evaluated::all(&bodies),
            Quantifier::Count => count_of(&bodies),
        };
        // `any` that is false, and `no` that is true, rest on no element.
        let supporting = match (quantifier, result.truth()) {
            (Quantifier::Any | Quantifier::No | Quantifier::All, Truth::True)
            | (Quantifier::Count, _) => Some(Truth::True),
            (Quantifier::All, Truth::False) => Some(Truth::False),
            (Quantifier::Any | Quantifier::No, Truth::False)
            | (Quantifier::Any | Quantifier::No | Quantifier::All, Truth::Unknown) => None,
        };
        result.grounds = Support::default();
        for (index, body) in bodies.iter().enumerate() {
            if Some(body.truth()) == supporting {
                result.grounds.add(&body.grounds);
                result.grounds.add(&self.element_support(elements, index));
            } else if result.value.is_none() {
                result.possible.add_of(body.truth(), &self.element_events(elements, index));
            }
        }
        match quantifier {
            Quantifier::Any | Quantifier::No => result.possible.if_false.clear(),
            Quantifier::All => {}
            Quantifier::Count => result = result.for_number(),
        }
        if quantifier == Quantifier::No { result.negated() } else { result }
    }

    /// The value of the first arm whose condition is true. It also rests on all conditions up to that arm. If a condition
    /// before it is unknown, only the bounds of the value are known.
    #[inline(never)]
    fn conditional(
        &self,
        arms: &'a [(Expr, Expr)],
        otherwise: &'a Expr,
        scope: &mut Scope,
    ) -> Evaluated {
        let mut possible = vec![];
        let mut unknown = vec![];
        let mut passed = Support::default();
        for (condition, value) in arms {
            let condition = self.eval(condition, scope);
            let truth = condition.truth();
            if truth != Truth::False {
                possible.push(self.eval(value, scope));
            }
            match truth {
                Truth::True => {
                    passed.add(&condition.grounds);
                    return one_of(possible, &unknown).resting_on(&passed);
                }
                Truth::False => passed.add(&condition.grounds),
                Truth::Unknown => unknown.push(condition.either_way()),
            }
        }
        possible.push(self.eval(otherwise, scope));
        one_of(possible, &unknown).resting_on(&passed)
    }

    /// If a call fails, or its result does not have the declared type, the result is unknown, with that reason.
    #[inline(never)]
    fn call(&self, function: usize, written: &'a [Expr], scope: &mut Scope) -> Evaluated {
        let args: Vec<Evaluated> = written
            .iter()
            .map(|arg| match (self.eval(arg, scope), &arg.ty) {
                // It is unknown how a function uses a condition, so the evidence of the condition is dropped.
                (condition, Type::Bool) => condition.without_support(),
                (value, _) => value,
            })
            .collect();
        let Some(function) = self.program.functions.get(function) else {
            return Evaluated::unknown(&args);
        };
        let args: Vec<Evaluated> = args.into_iter().zip(&function.params).map(as_read).collect();
        if args.iter().any(Evaluated::is_none) {
            return Evaluated::known(Value::Absent);
        }
        let values: Option<Vec<&Value>> = args.iter().map(|arg| arg.value.as_ref()).collect();
        let Some(values) = values else { return Evaluated::unknown(&args).either_way() };
        steps::spend(|| {
            let joined = args.iter().filter(|arg| arg.parts() > 0);
            let joined =
                joined.map(|arg| steps::BYTE_READ * arg.bytes() + steps::PART * arg.parts());
            function.steps(&values) + joined.sum::<u64>()
        });
        if let (Some(find), [text]) = (function.excerpts, args.as_slice()) {
            return self.excerpts(text, function, find);
        }
        let types = function.params.iter().map(|(_, ty)| ty);
        let values: Vec<Value> =
            values.into_iter().zip(types).map(|(value, ty)| as_argument(value, ty)).collect();
        let answer = function.call(&values, &self.program.schema).map(Evaluated::known);
        let mut result = answer
            .unwrap_or_else(|why| Evaluated::missing(function.reason(why)))
            .resting_on_all_of(&args);
        if let (true, [list], [written]) = (function.counts_elements, args.as_slice(), written)
            && let Some(elements) = self.elements(&written.ty, list)
        {
            for index in 0..elements.len() {
                result.grounds.add(&self.element_support(elements, index));
            }
        }
        result
    }

    #[inline(never)]
    fn defined(&self, define: usize, args: &'a [Expr], scope: &mut Scope) -> Evaluated {
        let argument = |arg: &'a Expr| {
            let rests_on_state = self.rests_on_state(arg, scope);
            Evaluated { rests_on_state, ..self.eval(arg, scope) }
        };
        let locals = args.iter().map(argument).collect();
        let Some(define) = self.program.defines.get(define) else { return Evaluated::default() };
        self.eval(&define.body, &mut Scope { locals, day: scope.day })
    }
}

/// The dates of the record at which a clock may start, or an order or notice begins or ceases to be seen, with their names.
pub(crate) fn recorded_dates(program: &Program, record: &Record) -> Vec<(String, Instant)> {
    let mut all = incoming_dates(&program.schema, record.root());
    let dated = |event: Event| {
        let at = recorded_instant(&program.schema, record.root(), event)?;
        Some((event.name().to_owned(), at))
    };
    all.extend(Event::STARTS.into_iter().filter_map(dated));
    all
}

/// The instant of an event that the record dates in a single field.
fn recorded_instant(schema: &Schema, message: &Value, event: Event) -> Option<Instant> {
    let path = match event {
        Event::Report => [message::REPORTS, reports::RECEIVED_AT],
        Event::Knowledge => [message::REPORTS, reports::KNOWN_AT],
        Event::Submission => [message::REPORTS, reports::SUBMITTED_AT],
        Event::Removal => [message::VISIBILITY, visibility::REMOVED_AT],
        Event::Decision
        | Event::Order
        | Event::OrderGiven
        | Event::OrderDeadline
        | Event::Notice => return None,
    };
    let Value::Instant(instant) = lookup(schema, message, &path)? else { return None };
    Some(*instant)
}

/// The result of `count`. If some elements are unknown, the value is unknown but has bounds, which comparisons use.
fn count_of(bodies: &[Evaluated]) -> Evaluated {
    let int = |count| Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
    let (least, most) = Evaluated::tally(bodies);
    if least == most {
        return Evaluated::known(int(least));
    }
    Evaluated { bounds: Some([int(least), int(most)]), ..Evaluated::unknown(bodies) }
}

/// One of several values; the conditions, which are unknown, would say which. Bounds rest on all of the values, because each
/// of them keeps to the bounds.
fn one_of(mut possible: Vec<Evaluated>, conditions: &[Evaluated]) -> Evaluated {
    if let (true, [_]) = (conditions.is_empty(), possible.as_slice()) {
        return possible.pop().unwrap_or_default();
    }
    let ranges = possible.iter().map(Evaluated::value_bounds);
    let bounds = ranges.reduce(|one, other| hull(&one?, &other?)).flatten();
    let result = Evaluated::unknown(conditions.iter().chain(&possible));
    if bounds.is_none() {
        return result;
    }
    let result = Evaluated { bounds, ..result };
    possible.iter().fold(result, |result, one| result.influenced_by(one, Influence::Raises))
}

/// An argument as its function reads it: what is none may be false or empty.
fn as_read((arg, (_, ty)): (Evaluated, &(String, Type))) -> Evaluated {
    match none_as(ty).filter(|_| arg.is_none()) {
        Some(value) => Evaluated::known(value),
        None => arg,
    }
}

/// Converts an argument to the type of the parameter: a surface becomes a text.
fn as_argument(value: &Value, wanted: &Type) -> Value {
    match (value, wanted, as_text(value)) {
        (Value::Surface(_), Type::Text, Some(text)) => Value::text(text),
        _ => value.clone(),
    }
}
