//! Checks counters. Each is checked when it is first read, because a definition that is checked before it may read it.

use super::Checker;
use super::define::State;
use super::marks::title_or_name;
use super::meaning::Meant;
use super::names::{DeclaredState, Entity};
use crate::base::limits;
use crate::base::shared::Text;
use crate::base::source::{Location, Span};
use crate::base::time::{Day, Instant, Period, Unit, Zone};
use crate::diagnostic::{Code, Diagnostic, one_of};
use crate::program::arithmetic::{bounds_of, negated_bounds};
use crate::program::compare::{Bounds, equal_bounds, hull};
use crate::program::{Counted, Counter, Expr, ExprKind, MarkOn, Per};
use crate::state::{Policy, ROWS};
use crate::syntax::tree;
use crate::world::place::Place;
use crate::world::standard::{author, dotted, message};
use crate::world::value::{Type, Value};

/// How late a message may come in if the counter does not say it: an hour.
const LATENESS: i128 = 3_600_000_000_000;

impl Checker<'_> {
    /// Fills the table of counters, so that an index means the same before and after they are checked.
    pub(super) fn begin_counters(&mut self) {
        let names = self.names;
        self.program.counters = self.lower_all(&names.counters, Self::unchecked_counter);
        self.counter_states = vec![State::Untouched; names.counters.len()];
    }

    pub(super) fn check_counters(&mut self) {
        for index in 0..self.names.counters.len() {
            self.check_counter(index, None);
        }
    }

    /// A counter before its clauses are checked.
    fn unchecked_counter(&mut self, declared: &DeclaredState<'_, tree::Counter>) -> Counter {
        let DeclaredState { id, file, item, .. } = declared;
        self.file = *file;
        Counter {
            id: id.into(),
            title: title_or_name(item.title.as_ref(), &item.name),
            place: self.files.get(self.file).place.unwrap_or(Place::WORLD),
            zone: self.zone(),
            per: Per { each: None, values: vec![] },
            over: 0,
            since: Instant::EPOCH,
            when: None,
            counts: None,
            distinct: None,
            adds: None,
            lateness: LATENESS,
            thresholds: vec![],
            meaning: Text::default(),
            has_shadow: false,
            cost: 0,
            at: self.at(item.name.span),
        }
    }

    /// Checks a counter unless it was checked before. Returns whether it can be read. `read_at` is where it is read.
    pub(super) fn check_counter(&mut self, index: usize, read_at: Option<Span>) -> bool {
        let names = self.names;
        let Some(declared) = names.counters.get(index) else { return false };
        match self.counter_states.get(index) {
            Some(State::Done) => return true,
            Some(State::Untouched) => {}
            Some(State::Open) => {
                let name = &declared.item.name.text;
                let message = format!("the counter `{name}` reads itself");
                let span = read_at.unwrap_or(declared.item.name.span);
                self.report(Code::CounterReadsState, span, message, READS_STATE);
                return false;
            }
            Some(State::Faulty) | None => return false,
        }
        self.set_counter_state(index, State::Open);
        let outer_file = std::mem::replace(&mut self.file, declared.file);
        let outer_locals = std::mem::take(&mut self.locals);
        let outer_params = std::mem::take(&mut self.compared_params);
        let before = self.program.counters.get(index).cloned();
        let checked = before.and_then(|counter| self.counter(counter, declared));
        (self.file, self.locals) = (outer_file, outer_locals);
        self.compared_params = outer_params;
        let state = if checked.is_some() { State::Done } else { State::Faulty };
        if let (Some(slot), Some(checked)) = (self.program.counters.get_mut(index), checked) {
            *slot = checked;
        }
        self.set_counter_state(index, state);
        state == State::Done
    }

    fn set_counter_state(&mut self, index: usize, state: State) {
        if let Some(slot) = self.counter_states.get_mut(index) {
            *slot = state;
        }
    }

    /// Checks all clauses of a counter, also if one of them is faulty.
    fn counter(
        &mut self,
        counter: Counter,
        declared: &DeclaredState<'_, tree::Counter>,
    ) -> Option<Counter> {
        let item = declared.item;
        self.refuse_shadowing(&item.name);
        let per = self.per(item);
        let over = self.over(item);
        let since = self.since(declared);
        let lateness = match &item.lateness {
            Some(lateness) => self.fixed_length(lateness, "lateness"),
            None => Some(LATENESS),
        };
        let when = optional(item.when.as_ref(), |when| self.condition(when));
        let counts = optional(item.counts.as_ref(), |counts| self.counted(counts));
        let distinct = optional(item.distinct.as_ref(), |value| {
            let value = self.expr(value)?;
            self.is_key(&value, "`distinct`").then_some(value)
        });
        let adds = optional(item.adds.as_ref(), |weight| self.weight(weight));
        if item.when.is_none() && item.counts.is_none() {
            self.refuse_without_condition(item);
        }
        self.refuse_two_measures(item)?;
        let mut counter = Counter {
            per: per?,
            over: over?,
            since: since?,
            when: when?,
            counts: counts?,
            distinct: distinct?,
            adds: adds?,
            lateness: lateness?,
            ..counter
        };
        if item.when.is_none() && item.counts.is_none() {
            return None;
        }
        let expressions: Vec<Expr> = counter.expressions().cloned().collect();
        if expressions.iter().filter(|expr| !self.is_pure(expr)).count() > 0 {
            return None;
        }
        expressions.iter().for_each(|expr| self.report_constants(expr));
        let meant = Meant {
            since: counter.since,
            expressions: counter.expressions().collect(),
            rules: counter.counted_rules(),
            policy: counter.policy(),
        };
        counter.meaning = self.meaning(item, &meant).into();
        counter.cost = self.cost_of_counter(&counter);
        Some(counter)
    }

    fn per(&mut self, item: &tree::Counter) -> Option<Per> {
        let Some(per) = &item.per else {
            let help = "say whom or what it counts separately, for example `per author.key`";
            return self.refuse(
                Code::MissingClause,
                item.name.span,
                "the counter has no `per`",
                help,
            );
        };
        let each = match &per.each {
            Some((name, list)) => Some(self.enter_list(name, list)?),
            None => None,
        };
        let values = per.values.iter().map(|value| {
            let value = self.expr(value)?;
            self.is_key(&value, "`per`").then_some(value)
        });
        let values = super::expr::all_of(values);
        if each.is_some() {
            self.locals.pop();
        }
        Some(Per { each: each.map(Box::new), values: values? })
    }

    /// Whether the values of an expression can be told apart in a store. Reports one for which that is not so.
    fn is_key(&mut self, value: &Expr, clause: &str) -> bool {
        if is_key_type(&value.ty) {
            return true;
        }
        let found = self.what_is(value);
        let written = self.written(value.at);
        let help = match &value.ty {
            Type::Surface => format!("write its fingerprint: `fingerprint({written})`"),
            Type::List(_) if clause == "`per`" => {
                format!("count each element: `per each element in {written}: element`")
            }
            Type::Record(_) => match key_of_record(written) {
                Some(key) => return self.refuse_record_as_key(value, &found, clause, &key),
                None => {
                    let fields = self.fields_like(value, &Type::Text);
                    format!("name one of its fields; {}", one_of(&fields))
                }
            },
            Type::Bool
            | Type::Int
            | Type::Number
            | Type::Text
            | Type::Enum(_)
            | Type::Instant
            | Type::Duration
            | Type::Place
            | Type::Places
            | Type::List(_)
            | Type::Map(_)
            | Type::Opaque => {
                "write a text, a whole number, a word, a place, or a value that is true or false"
                    .to_owned()
            }
        };
        let message = format!("{found}, and {clause} cannot tell such values apart");
        self.report(Code::BadKey, value.at.span, message, help);
        false
    }

    /// Reports `per author`. `key` tells authors apart.
    fn refuse_record_as_key(&mut self, value: &Expr, found: &str, clause: &str, key: &str) -> bool {
        let message = format!("{found}, and {clause} cannot tell such values apart");
        let fault = Diagnostic::new(Code::BadKey, value.at, message);
        let fault = fault.help(format!("write `{key}`, which says which one it is"));
        self.found.push(fault.fix(value.at, key, false));
        false
    }

    fn weight(&mut self, weight: &tree::Expr) -> Option<Expr> {
        let lowered = self.expr(weight)?;
        let lowered = self.coerce(lowered, &Type::Int)?;
        if let Some([_, Value::Int(most)]) = constant_bounds(&lowered)
            && most < 1
        {
            let written = self.written(lowered.at);
            let message =
                format!("`adds {written}` is always below 1, but a message counts at least 1");
            let help =
                "leave out what does not count with `when`; what counts once needs no `adds`";
            return self.refuse(Code::BadNumber, weight.span, message, help);
        }
        Some(lowered)
    }

    /// The greatest number that is certain under a key of a counter: a store keeps no more messages of it. `None` if a message
    /// may add any number.
    pub(super) fn most_certain(&self, counter: usize) -> Option<i64> {
        let rows = i64::try_from(ROWS).ok()?;
        match &self.program.counters.get(counter)?.adds {
            None => Some(rows),
            Some(adds) => {
                let [_, Value::Int(most)] = constant_bounds(adds)? else { return None };
                Some(rows.saturating_mul(most))
            }
        }
    }

    /// Reports a counter with `distinct` and `adds`: different values are counted, or what messages add is summed up.
    fn refuse_two_measures(&mut self, item: &tree::Counter) -> Option<()> {
        let (Some(_), Some(adds)) = (&item.distinct, &item.adds) else { return Some(()) };
        let clause = self.clause("adds", adds.span);
        let message = "a counter with `distinct` counts each value once, so `adds` has no effect";
        let fault = Diagnostic::new(Code::BadClause, self.at(clause.unwrap_or(adds.span)), message);
        let fault = fault.help("delete one of the two, or declare a second counter with the other");
        self.found.push(match clause {
            Some(clause) => fault.fix(self.at(self.with_blanks(clause)), "", false),
            None => fault,
        });
        None
    }

    fn over(&mut self, item: &tree::Counter) -> Option<i128> {
        let Some(over) = &item.over else {
            let help = "say how long a message counts, for example `over 30 days`";
            return self.refuse(
                Code::MissingClause,
                item.name.span,
                "the counter has no `over`",
                help,
            );
        };
        let nanos = self.fixed_length(over, "over")?;
        if nanos == 0 {
            let message = "a message would never count";
            let help = "say how long a message counts, for example `over 30 days`";
            return self.refuse(Code::BadNumber, over.span, message, help);
        }
        Some(nanos)
    }

    /// The length of a period in nanoseconds. Reports one whose length depends on the calendar, and one that is too long.
    pub(super) fn fixed_length(
        &mut self,
        period: &tree::Spanned<Period>,
        clause: &str,
    ) -> Option<i128> {
        let (value, span) = (period.value, period.span);
        let Some(nanos) = value.nanos() else {
            let message = format!("`{value}` does not always have the same length");
            let days = value.days();
            let help = format!("count days of 24 hours: `{clause} {days} days`");
            let at = self.at(span);
            let fault = Diagnostic::new(Code::CalendarDuration, at, message).help(help);
            self.found.push(fault.fix(at, format!("{days} days"), false));
            return None;
        };
        let longest = Period { amount: limits::COUNTED_DAYS, unit: Unit::Day };
        if longest.nanos().is_some_and(|longest| nanos > longest) {
            let message = format!("`{value}` is longer than 100 years");
            let help = format!("write at most `{clause} {longest}`");
            return self.refuse(Code::BadNumber, span, message, help);
        }
        Some(nanos)
    }

    fn since(&mut self, declared: &DeclaredState<'_, tree::Counter>) -> Option<Instant> {
        let item = declared.item;
        let Some(since) = &item.since else {
            self.refuse_without_beginning(declared);
            return None;
        };
        let zone = self.files.get(self.file).zone.clone().unwrap_or_else(Zone::utc);
        let Some(instant) = since.value.start(&zone) else {
            let message = format!("`{}` is outside the calendar", since.value);
            let help = "write a day from the year 0000 to the end of 9999 (UTC)";
            return self.refuse(Code::BadDate, since.span, message, help);
        };
        Some(instant)
    }

    /// Reports a counter without `since`. If the file has days, the latest is offered.
    fn refuse_without_beginning(&mut self, declared: &DeclaredState<'_, tree::Counter>) {
        let name = self.at(declared.item.name.span);
        let day = self.latest_day();
        let example = day.map_or_else(|| "2026-12-01".to_owned(), |day| day.to_string());
        let help = format!(
            "say the first day that counts, such as `since {example}`: nothing before it is counted"
        );
        let fault = Diagnostic::new(Code::MissingClause, name, "the counter has no `since`");
        let fault = fault.help(help);
        // Before the brace, on a line of its own if the others are.
        let written = self.sources.slice(self.at(declared.span));
        let clauses = written.strip_suffix('}').map_or(written, str::trim_end);
        let blanks = if written.contains('\n') { "\n  " } else { "  " };
        let end = declared.span.start as usize + clauses.len();
        let at = self.at(Span::of(end..end));
        self.found.push(match day {
            Some(day) => fault.fix(at, format!("{blanks}since {day}"), false),
            None => fault,
        });
    }

    /// The latest day that the current file names as the beginning of a law or policy, or as that of a verification.
    fn latest_day(&self) -> Option<Day> {
        let from = |in_force: Option<&tree::InForce>| match in_force?.start.as_ref()? {
            tree::Start::From(day) | tree::Start::By(day) => Some(day.value),
            tree::Start::Unknown(_) => None,
        };
        let days = self.files.get(self.file).items().flat_map(|item| {
            if let tree::ItemKind::Law(law) = &item.kind {
                let articles = law.articles.iter().flat_map(|article| {
                    let verified = article.verified.as_ref().map(|day| day.value);
                    [from(article.in_force.as_ref()), verified]
                });
                return articles.flatten().collect();
            }
            if let tree::ItemKind::Policy(policy) = &item.kind {
                return from(policy.in_force.as_ref()).into_iter().collect();
            }
            if let tree::ItemKind::Counter(counter) = &item.kind {
                return counter.since.iter().map(|day| day.value).collect();
            }
            vec![]
        });
        days.max()
    }

    fn refuse_without_condition(&mut self, item: &tree::Counter) {
        let message = "the counter does not say what it counts";
        let help = "add `when` and a condition, or `counts rules` and the names of rules";
        self.report(Code::MissingClause, item.name.span, message, help);
    }

    /// Resolves the name of a rule that is counted.
    fn counted_rule(&mut self, path: &tree::Path) -> Option<usize> {
        let (entity, rest) = self.resolve(path, "a rule")?;
        if let (Entity::Rule(rule), []) = (entity, rest) {
            return Some(rule);
        }
        let name = path.dotted();
        let (message, help) = if matches!(entity, Entity::Exception(_)) {
            (
                format!("`{name}` is an exception, and only rules are counted"),
                "count the rules: what an exception lifts does not count anyway",
            )
        } else {
            (
                format!("`{name}` is {}, not a rule", entity.description()),
                "write the name of a rule here",
            )
        };
        self.refuse_kind(path, message, help)
    }

    fn counted(&mut self, counts: &tree::Counted) -> Option<Counted> {
        let mut rules = vec![];
        for path in &counts.rules {
            if path.dotted() == "upheld" && !self.names_something(path) {
                let before =
                    self.sources.slice(self.at(Span { start: counts.span.start, ..path.span }));
                let comma = before.rfind(',').map_or(0, |comma| before.len() - comma);
                let span =
                    Span { start: path.span.end - u32::try_from(comma).unwrap_or(0), ..path.span };
                let message = "`upheld` names no rule: it says that persons have to agree";
                let fault = Diagnostic::new(Code::BadClause, self.at(path.span), message);
                let fault = fault.help("write it after the rules, without a comma");
                self.found.push(fault.fix(self.at(span), " upheld", false));
                return None;
            }
            let rule = self.counted_rule(path);
            rules.push((rule, path.span));
        }
        let mut known: Vec<usize> = vec![];
        for (rule, span) in &rules {
            let Some(rule) = *rule else { continue };
            if known.contains(&rule) {
                let message = format!("`{}` is named twice", self.written(self.at(*span)));
                self.report(Code::DuplicateEntry, *span, message, "delete one of the two");
            } else {
                known.push(rule);
            }
        }
        if rules.iter().any(|(rule, _)| rule.is_none()) {
            return None;
        }
        known.sort_unstable();
        let policy =
            if counts.upheld.is_some() { Policy::OnceUpheld } else { Policy::UntilReversed };
        Some(Counted { rules: known, policy })
    }

    /// Whether an expression of a counter reads neither state nor `at`. Reports one that does.
    fn is_pure(&mut self, expr: &Expr) -> bool {
        if self.program.reads_state(expr) {
            let at = self.part_where(expr, |program, part| program.reads_state(part));
            let message = "a counter cannot read counters and marks";
            self.found
                .push(Diagnostic::new(Code::CounterReadsState, at, message).help(READS_STATE));
            return false;
        }
        if self.program.reads_at(expr) {
            let at = self.part_where(expr, |program, part| program.reads_at(part));
            let message = "a counter cannot read `at`";
            let help = "whether a message counts must not depend on when it is looked at: compare with `sent_at`";
            self.found.push(Diagnostic::new(Code::CounterReadsState, at, message).help(help));
            return false;
        }
        true
    }

    /// The location of the smallest part of an expression for which something holds.
    fn part_where(
        &self,
        expr: &Expr,
        holds: fn(&crate::program::Program, &Expr) -> bool,
    ) -> Location {
        let mut part = expr;
        while let Some(inner) = part.children().find(|inner| holds(&self.program, inner)) {
            part = inner;
        }
        part.at
    }
}

/// Why a counter reads neither counters nor marks.
const READS_STATE: &str = "what counts must not depend on what was counted: put this condition into the rule that reads the counter";

/// The field that tells apart the records at a path, if it is the author or the chat.
fn key_of_record(path: &str) -> Option<String> {
    let author = [dotted(&[message::AUTHOR]), dotted(&[message::AUTHOR, author::ACCOUNT])];
    if author.iter().any(|one| one == path) {
        return Some(MarkOn::Author.key());
    }
    (path == message::CHAT.name).then(|| MarkOn::Chat.key())
}

/// Whether values of a type can be parts of a key.
pub(super) fn is_key_type(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::Int | Type::Bool | Type::Enum(_) | Type::Place)
}

/// The checked form of a clause that may be absent. The outer option is `None` if it is faulty.
#[expect(clippy::option_option, reason = "absent and faulty are different")]
fn optional<T, L>(clause: Option<&T>, check: impl FnOnce(&T) -> Option<L>) -> Option<Option<L>> {
    match clause {
        Some(clause) => check(clause).map(Some),
        None => Some(None),
    }
}

/// The least and the greatest value of an expression of constants; `None` if it reads something.
fn constant_bounds(expr: &Expr) -> Option<Bounds> {
    if let ExprKind::Const(value) = &expr.kind {
        return Some(equal_bounds(value));
    }
    if let ExprKind::Negate(inner) = &expr.kind {
        return negated_bounds(&constant_bounds(inner)?);
    }
    if let ExprKind::Arithmetic { first, rest } = &expr.kind {
        return rest.iter().try_fold(constant_bounds(first)?, |left, (op, right)| {
            bounds_of(*op, Some(&left), Some(&constant_bounds(right)?))
        });
    }
    let ExprKind::If { arms, otherwise } = &expr.kind else { return None };
    arms.iter().try_fold(constant_bounds(otherwise)?, |all, (_, value)| {
        hull(&all, &constant_bounds(value)?)
    })
}
