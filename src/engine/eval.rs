//! Evaluates the conditions of a plan on the cells of a record: each node once, and only as far as the result is open. The
//! interpreter collects the evidence.

use super::Compiled;
use super::memo::Memo;
use super::slots::{Cell, Run, Seen, Slots, Text};
use super::values::{EvalResult, ValueRef, range};
use crate::base::time::Instant;
use crate::plan::{Base, Node, NodeId, Path, Plan, Walk};
use crate::program::compare::{as_set_entry, compare, covers};
use crate::program::outcome::Truth;
use crate::program::{CompareOp, Pattern, Program, TextTest};
use crate::state::State;
use crate::syntax::tree::Knowledge;
use crate::text::{Match, Words, near};
use crate::world::place::Place;
use crate::world::value::Value;
use std::ops::{ControlFlow, Range};

/// Evaluates conditions on one record.
pub(super) struct Eval<'a> {
    pub(super) program: &'a Program,
    pub(super) plan: &'a Plan,
    pub(super) slots: &'a Slots,
    /// The JSON that contains the texts.
    pub(super) input: &'a str,
    pub(super) at: Instant,
    pub(super) memo: &'a mut Memo,
    /// What is known of earlier messages.
    pub(super) state: &'a State,
    /// Whether orders or notices are seen.
    pub(super) has_received: bool,
    /// Whether rulings are seen.
    pub(super) has_rulings: bool,
    /// Evaluates the conditions that the plan leaves to the interpreter, by index.
    pub(super) interpreter: &'a dyn Fn(u32) -> Truth,
}

impl<'a> Eval<'a> {
    /// `cells` are those of the record, with the JSON that they point into and what was found so far.
    pub(super) fn new(
        Compiled { program, plan }: Compiled<'a>,
        (slots, input, memo): (&'a Slots, &'a str, &'a mut Memo),
        (at, state): (Instant, &'a State),
        interpreter: &'a dyn Fn(u32) -> Truth,
    ) -> Self {
        let Seen { received: has_received, rulings: has_rulings } = slots.seen;
        Self {
            program,
            plan,
            slots,
            input,
            at,
            memo,
            state,
            has_received,
            has_rulings,
            interpreter,
        }
    }

    /// The truth of the condition of a norm, or of a counter, whose numbers follow those of the norms.
    pub(super) fn root(&mut self, number: usize) -> Truth {
        self.plan.roots.get(number).map_or(Truth::Unknown, |root| self.truth(*root))
    }

    /// The truth of a condition; unknown for other nodes.
    #[cfg_attr(
        not(test),
        expect(clippy::wildcard_enum_match_arm, reason = "`test` names every other node")
    )]
    pub(super) fn truth(&mut self, id: NodeId) -> Truth {
        let plan = self.plan;
        match plan.nodes.get(id) {
            Node::Truth(truth) => *truth,
            Node::Path(path) => {
                let cell = self.cell(*path);
                if let Cell::Bool(truth) = cell { truth.into() } else { without_value(cell) }
            }
            Node::Not(inner) => !self.truth(*inner),
            Node::And(of) => self.join_until_decided(of, Truth::True, Truth::and),
            Node::Or(of) => self.join_until_decided(of, Truth::False, Truth::or),
            node => self.cached_test(id, node),
        }
    }

    /// Tests a condition. Caches the result if it is the same for the whole record.
    fn cached_test(&mut self, id: NodeId, node: &'a Node) -> Truth {
        let facts = self.plan.nodes.facts(id);
        if !facts.is_closed() {
            return self.test(id, node);
        }
        if let Some(known) = self.memo.truth(id, facts.reads_state) {
            return known;
        }
        let truth = self.test(id, node);
        self.memo.remember(id, facts.reads_state, truth);
        truth
    }

    /// Evaluates `and` or `or` up to the condition that decides it.
    fn join_until_decided(
        &mut self,
        operands: &'a [NodeId],
        neutral: Truth,
        join: fn(Truth, Truth) -> Truth,
    ) -> Truth {
        let mut so_far = neutral;
        for id in operands {
            so_far = join(so_far, self.truth(*id));
            if so_far == !neutral {
                break;
            }
        }
        so_far
    }

    fn test(&mut self, id: NodeId, node: &'a Node) -> Truth {
        match node {
            Node::AtLeast { least, of } => self.at_least(*least as usize, of),
            Node::Compare { op, left, right } => {
                let (left, right) = (self.value(*left), self.value(*right));
                self.compare(*op, &left, &right)
            }
            Node::SameTruth(left, right) => match (self.truth(*left), self.truth(*right)) {
                (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
                (left, right) => (left == right).into(),
            },
            Node::In { item, list } => self.is_in(*item, *list),
            Node::InPlace { item, place } => self.is_in_place(*item, *place),
            Node::InSet { item, set, zone } => self.is_in_set(*item, *set, *zone),
            Node::TextTest { op, text, part } => self.text_test(*op, *text, *part),
            Node::Mentions { text, pattern } => self.mentions(*text, *pattern),
            Node::Near { text, patterns, distance } => self.near(*text, *patterns, *distance),
            Node::Matches { text, regex } => self.matches(*text, *regex),
            Node::Is(what, inner) => self.is(*what, *inner).into(),
            Node::Any(walk) => self.walk(walk, Truth::False, Truth::or).unwrap_or(Truth::Unknown),
            Node::All(walk) => match self.list(walk.list) {
                Some((_, Run { len: 0, .. })) => Truth::False,
                _ => self.walk(walk, Truth::True, Truth::and).unwrap_or(Truth::Unknown),
            },
            Node::Interpreted(number) => (self.interpreter)(*number),
            Node::If { .. } | Node::Coalesce { .. } | Node::Call { .. } | Node::Recall(_) => {
                match self.value(id) {
                    EvalResult::Known(ValueRef::Single(Value::Bool(truth))) => truth.into(),
                    EvalResult::Absent => Truth::False,
                    EvalResult::Known(_) | EvalResult::Between(_) | EvalResult::Unknown => {
                        Truth::Unknown
                    }
                }
            }
            // Handled in `truth`, or not conditions.
            Node::Truth(_)
            | Node::Path(_)
            | Node::Not(_)
            | Node::And(_)
            | Node::Or(_)
            | Node::Const(_)
            | Node::At
            | Node::Surface(_)
            | Node::List(_)
            | Node::Negate(_)
            | Node::Arithmetic { .. }
            | Node::Length(_)
            | Node::Count(_)
            | Node::Aggregate { .. }
            | Node::Score(_) => Truth::Unknown,
        }
    }

    fn at_least(&mut self, least: usize, operands: &'a [NodeId]) -> Truth {
        let (mut surely, mut possibly) = (0, operands.len());
        for id in operands {
            match self.truth(*id) {
                Truth::True => surely += 1,
                Truth::False => possibly -= 1,
                Truth::Unknown => {}
            }
            if surely >= least {
                return Truth::True;
            }
            if possibly < least {
                return Truth::False;
            }
        }
        Truth::Unknown
    }

    fn compare(&self, op: CompareOp, left: &EvalResult<'a>, right: &EvalResult<'a>) -> Truth {
        // Most comparisons are of texts. They are compared without a copy.
        if let (EvalResult::Known(left), EvalResult::Known(right)) = (left, right)
            && let Some((left, right)) = self.textual(left).zip(self.textual(right))
        {
            return op.accepts(left.cmp(&right)).into();
        }
        compare(op, range(left).as_ref(), range(right).as_ref())
    }

    fn is_in(&mut self, item: NodeId, list: NodeId) -> Truth {
        let plan = self.plan;
        // A surface is joined once.
        let mut item = self.value(item);
        if let EvalResult::Known(surface @ ValueRef::Surface(_)) = &item
            && let Some(text) = self.textual(surface).map(Value::text)
        {
            item = EvalResult::Known(ValueRef::Single(text));
        }
        if let Node::List(items) = plan.nodes.get(list) {
            return self.is_listed(&item, items);
        }
        let list = match (&item, self.value(list)) {
            (EvalResult::Absent, _) | (_, EvalResult::Absent) => return Truth::False,
            (EvalResult::Known(_) | EvalResult::Between(_), EvalResult::Known(list)) => list,
            _ => return Truth::Unknown,
        };
        match list {
            ValueRef::Everywhere => Truth::True,
            ValueRef::Places(places) => match &item {
                EvalResult::Known(item) => {
                    self.textual(item).is_some_and(|code| covers(places, &code)).into()
                }
                EvalResult::Absent | EvalResult::Between(_) | EvalResult::Unknown => Truth::False,
            },
            ValueRef::List(shape, run) => run.range().fold(Truth::False, |found, row| {
                let element = self.result_of_cell(self.slots.element(&plan.shapes, shape, row));
                found.or(self.compare(CompareOp::Equal, &item, &element))
            }),
            ValueRef::Single(_)
            | ValueRef::Constant(_)
            | ValueRef::Text(_)
            | ValueRef::Surface(_)
            | ValueRef::Present => Truth::False,
        }
    }

    /// Whether a list written in a rule contains an item. Unknown if the item or an element of the list is unknown.
    fn is_listed(&mut self, item: &EvalResult<'a>, items: &'a [NodeId]) -> Truth {
        let mut found = match item {
            EvalResult::Absent => return Truth::False,
            EvalResult::Unknown => return Truth::Unknown,
            EvalResult::Known(_) | EvalResult::Between(_) => Truth::False,
        };
        for listed in items {
            match self.value(*listed) {
                EvalResult::Unknown | EvalResult::Between(_) => return Truth::Unknown,
                listed @ (EvalResult::Known(_) | EvalResult::Absent) => {
                    found = found.or(self.compare(CompareOp::Equal, item, &listed));
                }
            }
        }
        found
    }

    fn is_in_place(&mut self, item: NodeId, place: Place) -> Truth {
        let item = match self.known(item) {
            Ok(item) => item,
            Err(truth) => return truth,
        };
        let (blocs, at) = (&self.program.blocs, self.at);
        self.textual(&item).is_some_and(|code| blocs.contain(place, &code, at)).into()
    }

    fn is_in_set(&mut self, item: NodeId, set: u32, zone: u32) -> Truth {
        let item = match self.known(item) {
            Ok(item) => item,
            Err(truth) => return truth,
        };
        let (plan, at) = (self.plan, self.at);
        let day = self.memo.day(zone, || plan.zones.get(zone as usize).map(|zone| at.day(zone)));
        let Some((set, day)) = self.program.sets.get(set as usize).zip(day) else {
            return Truth::False;
        };
        let holds = |entry: &str| set.find(entry, day).is_some();
        let is_found = match &item {
            ValueRef::Single(value) => as_set_entry(value).is_some_and(|entry| holds(&entry)),
            ValueRef::Constant(value) => as_set_entry(value).is_some_and(|entry| holds(&entry)),
            ValueRef::Text(_)
            | ValueRef::Surface(_)
            | ValueRef::Everywhere
            | ValueRef::Places(_)
            | ValueRef::List(..)
            | ValueRef::Present => self.textual(&item).is_some_and(|text| holds(&text)),
        };
        // A register that is not complete may lack the entry.
        if is_found || set.is_complete_on(day) { is_found.into() } else { Truth::Unknown }
    }

    fn text_test(&mut self, op: TextTest, text: NodeId, part: NodeId) -> Truth {
        let (text, part) = match (self.known(text), self.known(part)) {
            (Ok(text), Ok(part)) => (text, part),
            (Err(truth), Ok(_)) | (Ok(_), Err(truth)) => return truth,
            (Err(of_text), Err(of_part)) => return of_text.and(of_part),
        };
        let wanted = self.textual(&part).unwrap_or_default();
        op.parts(self.pieces(&text)).any(|part| op.is_true_of(part, &wanted)).into()
    }

    fn matches(&mut self, text: NodeId, regex: u32) -> Truth {
        let text = match self.known(text) {
            Ok(text) => text,
            Err(truth) => return truth,
        };
        let regex = self.program.regexes.get(regex as usize);
        regex.is_some_and(|regex| self.pieces(&text).any(|piece| regex.is_match(piece))).into()
    }

    fn mentions(&mut self, text: NodeId, pattern: u32) -> Truth {
        let plan = self.plan;
        if let Node::Surface(surface) = plan.nodes.get(text) {
            if self.slots.parts.is_none() {
                return Truth::Unknown;
            }
            self.scan_parts();
            let is_hit = self.memo.is_hit(*surface, pattern as usize);
            if !is_hit || !surface.is_divided() {
                return is_hit.into();
            }
            // Most texts are neither question nor quotation.
            if self.slots.passages(self.input).iter().all(Option::is_none) {
                let voice = surface.voice_of_undivided();
                return voice.is_some_and(|voice| self.memo.is_in(voice, pattern as usize)).into();
            }
        }
        if let Node::Path(path) = plan.nodes.get(text) {
            let cell = self.cell(*path);
            let Cell::Text(text) = cell else { return without_value(cell) };
            return self.scan_text(text).contains(&pattern).into();
        }
        let text = match self.known(text) {
            Ok(text) => text,
            Err(truth) => return truth,
        };
        let Some(pattern) = self.program.patterns.get(pattern as usize) else {
            return Truth::False;
        };
        let mut texts = self.texts(&text);
        let is_found = texts.any(|(text, passages)| {
            let words = Words::of(text);
            found_in(pattern, &words, passages).iter().any(|matches| !matches.is_empty())
        });
        is_found.into()
    }

    /// Searches the texts of the message for all patterns, once.
    pub(super) fn scan_parts(&mut self) {
        let (slots, input, plan) = (self.slots, self.input, self.plan);
        let parts = slots.searched_parts(plan);
        let texts = parts.map(|part| (slots.text(input, part.text), part.voice));
        self.memo.scan_parts(&plan.scanner, texts);
    }

    /// The patterns in a text that is outside the texts of the message.
    pub(super) fn scan_text(&mut self, text: Text) -> &[u32] {
        self.memo.scan_text(&self.plan.scanner, text, self.slots.text(self.input, text))
    }

    /// Whether two patterns are near each other. Evaluated only after both were found, because it is slow.
    fn near(&mut self, text: NodeId, patterns: [u32; 2], distance: u32) -> Truth {
        let text = match self.known(text) {
            Ok(text) => text,
            Err(truth) => return truth,
        };
        let [first, other] = patterns.map(|pattern| self.program.patterns.get(pattern as usize));
        let Some((first, other)) = first.zip(other) else { return Truth::False };
        let is_near = |(text, passages): (&str, Option<&[Range<usize>]>)| {
            let words = Words::of(text);
            let [first, other] = [first, other].map(|one| found_in(one, &words, passages));
            first
                .iter()
                .zip(&other)
                .any(|(first, other)| !near(first, other, distance).0.is_empty())
        };
        self.texts(&text).any(is_near).into()
    }

    /// A known value, or else the truth of a condition on it: false on what is none.
    fn known(&mut self, id: NodeId) -> Result<ValueRef<'a>, Truth> {
        match self.value(id) {
            EvalResult::Known(value) => Ok(value),
            EvalResult::Absent => Err(Truth::False),
            EvalResult::Between(_) | EvalResult::Unknown => Err(Truth::Unknown),
        }
    }

    fn is(&mut self, what: Knowledge, id: NodeId) -> bool {
        if let Node::List(items) = self.plan.nodes.get(id) {
            // A list has a value unless one of its elements is missing.
            let lacks_one = items.iter().any(|item| self.is(Knowledge::Missing, *item));
            return what == if lacks_one { Knowledge::Missing } else { Knowledge::Known };
        }
        what == match self.value(id) {
            EvalResult::Known(_) => Knowledge::Known,
            EvalResult::Absent => Knowledge::None,
            EvalResult::Between(_) | EvalResult::Unknown => Knowledge::Missing,
        }
    }

    pub(super) fn list(&self, path: Path) -> Option<(u32, Run)> {
        match (self.cell(path), self.plan.shapes.elements(path)) {
            (Cell::List(run), Some(shape)) => Some((shape, run)),
            // What would be in a record that does not exist has no elements.
            (Cell::Absent, Some(shape)) => Some((shape, Run::default())),
            _ => None,
        }
    }

    /// Evaluates `any` or `all` over the elements; `None` if the list is missing.
    fn walk(
        &mut self,
        walk: &Walk,
        neutral: Truth,
        join: fn(Truth, Truth) -> Truth,
    ) -> Option<Truth> {
        let (shape, run) = self.list(walk.list)?;
        let mut so_far = neutral;
        self.for_each((walk.level, shape), run, |eval| {
            so_far = join(so_far, eval.truth(walk.body));
            if so_far == !neutral { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        Some(so_far)
    }

    /// Makes each element of a list the current one of the quantifier at a level, until told to stop. Afterwards the element
    /// before it is current again: a counter that is read inside a quantifier counts rules that have quantifiers of their own.
    pub(super) fn for_each(
        &mut self,
        (level, shape): (u32, u32),
        run: Run,
        mut evaluate: impl FnMut(&mut Self) -> ControlFlow<()>,
    ) {
        let (size, level) = (self.plan.shapes.size(shape), level as usize);
        let starts = &mut self.memo.element_starts;
        starts.resize(starts.len().max(level + 1), 0);
        let before = starts.get(level).copied().unwrap_or_default();
        let enter = |eval: &mut Self, start| {
            if let Some(at) = eval.memo.element_starts.get_mut(level) {
                *at = start;
            }
        };
        for row in run.range() {
            enter(self, row * size);
            if evaluate(self).is_break() {
                break;
            }
        }
        enter(self, before);
    }

    pub(super) fn cell(&self, path: Path) -> Cell {
        let row = match path.base {
            Base::Message => 0,
            Base::Element { level, .. } => {
                self.memo.element_starts.get(level as usize).copied().unwrap_or_default()
            }
        };
        self.slots.cell(path.base.shape(), row + path.slot as usize)
    }
}

/// The matches of a pattern in some passages of a text, or in all of it.
fn found_in(pattern: &Pattern, text: &Words, passages: Option<&[Range<usize>]>) -> Vec<Vec<Match>> {
    match passages {
        Some(passages) => pattern.matcher.find_in(&pattern.matcher.places(text), passages),
        None => vec![pattern.matcher.find(text)],
    }
}

/// The truth of a condition on a cell without a usable value: false on what is none, else unknown.
fn without_value(cell: Cell) -> Truth {
    if cell == Cell::Absent { Truth::False } else { Truth::Unknown }
}
