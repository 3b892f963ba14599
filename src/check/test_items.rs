//! Lowers `test` items: their records, places, instants and expectations.

use super::earlier::{Judged, sent_at};
use super::files::unknown_place;
use super::names::Entity;
use super::{Checker, FileKind};
use crate::base::escape;
use crate::base::source::Span;
use crate::base::time::{Day, Instant};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{
    ActionKind, AskedCount, Expectation, ExpectationKind, ExpectedDue, ExprKind, Given, GivenSet,
    Test, TestEntry,
};
use crate::record::{Days, Record, RecordError, merge_patched, notation_to_json};
use crate::syntax::tree::{Due, ItemKind, Json, JsonKind, Scene};
use crate::syntax::{self, tree};
use crate::world::lists::Set;
use crate::world::place::Place;
use crate::world::schema::Presence;
use crate::world::standard::message;
use crate::world::value::Type;
use std::cmp::Ordering;
use std::sync::Arc;

impl Checker<'_> {
    pub(super) fn lower_tests(&mut self) {
        for (file, item) in self.files.items() {
            if let ItemKind::Test(test) = &item.kind {
                self.file = file;
                self.test(test);
            }
        }
    }

    fn test(&mut self, test: &tree::Test) {
        let shared = self.expectations(&test.expect);
        if test.expect.is_empty() && test.cases.is_empty() {
            let help = "say what must be decided: `expect …`, or `expect none` for no outcome";
            self.report(Code::MissingClause, test.title.span, "the test has no `expect`", help);
        }
        let title = &test.title.value;
        if test.cases.is_empty() {
            self.add_test(test, None, title.clone(), test.title.span, shared);
            return;
        }
        for (number, case) in test.cases.iter().enumerate() {
            let (name, span) =
                case.title.as_ref().map_or(((number + 1).to_string(), case.span), |title| {
                    (title.value.clone(), title.span)
                });
            let expect = shared.iter().cloned().chain(self.expectations(&case.expect)).collect();
            self.add_test(test, Some(&case.scene), format!("{title}: {name}"), span, expect);
        }
    }

    /// Adds a test, or one case of a test, to the program.
    fn add_test(
        &mut self,
        test: &tree::Test,
        case: Option<&Scene>,
        title: String,
        span: Span,
        mut expect: Vec<Expectation>,
    ) {
        self.mark_overruled(&mut expect);
        let file = self.files.get(self.file);
        let (prefix, place_of_file) = (file.prefix.clone(), file.place);
        let layers = layers(&test.scene, case);
        let given_span = layers.last().map_or(span, |given| given.span);
        let Some((given, record)) = self.record_of(&layers, given_span) else { return };
        let code = case.and_then(|case| case.place.as_ref()).or(test.scene.place.as_ref());
        let place = code.map_or(place_of_file, |code| {
            let place = self.program.blocs.place(&code.text);
            if place.is_none() {
                let at = self.at(code.span);
                self.found.push(unknown_place(at, &code.text, &self.program.blocs));
            }
            place
        });
        let moment = case.and_then(|case| case.at.as_ref()).or(test.scene.at.as_ref());
        let instant = moment.map(|at| at.value.instant(&self.zone()));
        if moment.is_none() && record.latest().is_none() {
            let help = "write `at 2026-03-01`, or give the record a `sent_at`";
            self.report(Code::NoInstant, span, "neither the test nor its record has a date", help);
        }
        let place = place.unwrap_or(Place::WORLD);
        let scenes: Vec<&Scene> = std::iter::once(&test.scene).chain(case).collect();
        let (given, before) = match instant.or_else(|| record.latest()) {
            Some(at) => {
                let judged = Judged { layers, record: &record, at };
                let before = self.earlier(&scenes, &judged);
                let given = self.dated(given, &judged, &before, &expect);
                let sent_at = sent_at(&given);
                self.check_rulings((&record, sent_at), &judged.layers, given_span);
                (given, before)
            }
            None => (given, vec![]),
        };
        let given_sets = scenes.iter().flat_map(|scene| &scene.entries);
        let sets = given_sets.filter_map(|given| self.given_set(given)).collect();
        let at = self.at(span);
        let test = Test { file: prefix, title, given, before, sets, place, instant, expect, at };
        self.program.tests.push(test);
    }

    /// Marks the outcomes that are less strict than others that the same test expects.
    fn mark_overruled(&self, expect: &mut [Expectation]) {
        let actions = &self.program.actions;
        let kind = |action: usize| actions.get_index(action).map(|(_, action)| action.kind);
        let kind_of = |each: &Expectation| {
            if let ExpectationKind::Act { action, .. } = each.kind { kind(action) } else { None }
        };
        let expected: Vec<ActionKind> = expect.iter().filter_map(kind_of).collect();
        for each in expect {
            if let ExpectationKind::Act { action, is_overruled, .. } = &mut each.kind {
                *is_overruled = kind(*action).is_some_and(|own| {
                    let mut orders = expected.iter().map(|other| other.compare_strictness(own));
                    orders.any(|order| order == Some(Ordering::Greater))
                });
            }
        }
    }

    /// A record, as JSON and as a checked record. Each layer changes fields of those before it, or replaces them by a file.
    pub(super) fn record_of(
        &mut self,
        layers: &[&tree::Given],
        span: Span,
    ) -> Option<(Given, Record)> {
        let mut given: Option<Given> = None;
        let written: Vec<_> = layers.iter().filter_map(|layer| layer.fields.as_ref()).collect();
        for layer in layers {
            if let Some(path) = &layer.file {
                given = Some(Given { json: self.fixture(path)?, is_complete: true });
            }
            if let Some(fields) = &layer.fields {
                let days = Days::of_message(&self.program.schema, self.zone());
                let fields = notation_to_json(fields, Some(&days));
                given = Some(match given {
                    None => Given { json: fields, is_complete: false },
                    Some(Given { json, is_complete }) => {
                        let merged = merge_patched(&json, &fields);
                        Given { json: self.report_error(merged, &written, span)?, is_complete }
                    }
                });
            }
        }
        let given = given.unwrap_or_else(|| Given { json: "{}".to_owned(), is_complete: false });
        let record = self.report_error(given.read(&self.program.schema), &written, span)?;
        Some((given, record))
    }

    /// Returns what could be made of a record. Reports the error that prevented it. `written` are the objects from which
    /// the record was made.
    fn report_error<T>(
        &mut self,
        result: Result<T, RecordError>,
        written: &[&Json],
        span: Span,
    ) -> Option<T> {
        let report = |error: RecordError| {
            let find = |path| written.iter().rev().find_map(|json| json_at(json, path));
            let value = find(&error.path);
            // What is missing is inside of what is there.
            let mut around = std::iter::successors(Some(&*error.path), |path| {
                path.rsplit_once(['.', '[']).map(|(around, _)| around)
            });
            let span = around.find_map(find).map_or(span, |value| value.span);
            let fault = Diagnostic::new(error.code, self.at(span), error.to_string());
            let meant = value.and_then(|value| Some((value, self.as_record(value, &error.path)?)));
            self.found.push(match meant {
                Some((value, meant)) => fault.help(format!("write it as a record: `{meant}`")).fix(
                    self.at(value.span),
                    meant,
                    false,
                ),
                None => match value.and_then(|value| self.as_day(value, &error.path)) {
                    Some((at, day)) => {
                        let help = format!("write the day without quotes: `{day}`");
                        fault.help(help).fix(self.at(at), day, false)
                    }
                    None => fault.help(self.help_for_record(&error.path)),
                },
            });
        };
        result.map_err(report).ok()
    }

    /// What to write instead of a fault at a path of a record.
    fn help_for_record(&self, path: &str) -> String {
        let name = path.rsplit('.').next().unwrap_or_default();
        let path_of_author = path.split('.').next() == Some(message::AUTHOR.name);
        if path_of_author && (name == message::AUTHOR.name || name == message::ID.name) {
            return "write who sent it as `author: { account: { id: 7 } }`".to_owned();
        }
        let id = format!("{}.{name}", self.files.get(self.file).prefix);
        let is_state = self.names.marks.iter().any(|mark| mark.id == id)
            || self.names.counters.iter().any(|counter| counter.id == id);
        if is_state {
            return format!(
                "a record says nothing of `{name}`: write what came before, `before {{ … }} at 2026-03-01`"
            );
        }
        "correct the record; `lexloci schema record` lists its fields".to_owned()
    }

    /// A text that stands where a record is expected, as the record that was meant: with its only text that every such
    /// record has.
    fn as_record(&self, value: &Json, path: &str) -> Option<String> {
        let JsonKind::Text(text) = &value.kind else { return None };
        let ty = self.program.schema.type_at(path)?;
        let Type::Record(id) = ty else { return None };
        let (_, record) = self.program.schema.record(id)?;
        let mut texts = record
            .fields
            .iter()
            .filter(|(_, field)| field.ty == Type::Text && field.presence == Presence::Required);
        let (Some((field, _)), None) = (texts.next(), texts.next()) else { return None };
        Some(format!("{{ {field}: {} }}", escape::quoted(&text.value)))
    }

    /// A day that is written as a text where the record has an instant, with the place of the text.
    fn as_day(&self, value: &Json, path: &str) -> Option<(Span, String)> {
        let JsonKind::Text(text) = &value.kind else { return None };
        let ty = self.program.schema.type_at(path)?;
        let day = syntax::day_in_text(&text.value).filter(|_| ty == Type::Instant)?;
        Some((value.span, day))
    }

    /// The text of a record file.
    fn fixture(&mut self, path: &tree::Text) -> Option<String> {
        let file = self.data_file(path, FileKind::Record)?;
        Some(Arc::unwrap_or_clone(file.text))
    }

    fn expectations(&mut self, all: &[tree::Expectation]) -> Vec<Expectation> {
        all.iter().filter_map(|expectation| self.expectation(expectation)).collect()
    }

    /// Lowers the entries that a test adds to a set. They are checked like the entries of the set.
    fn given_set(&mut self, given: &tree::TestEntries) -> Option<GivenSet> {
        let help = |entity: Entity| {
            if entity.mark().is_some() || entity.counter().is_some() {
                "write what came before: `before { … } at 2026-03-01`".to_owned()
            } else {
                "write the name of a set here".to_owned()
            }
        };
        let set = self.resolve_with_help(&given.set, "a set", Entity::set, help)?;
        let mut copy = Set::clone(self.program.sets.get(set)?);
        self.set_entries(&mut copy, &given.entries);
        let day = |day: &Option<tree::Spanned<Day>>| day.as_ref().map(|day| day.value);
        let list = self.files.get(self.file).name.to_owned();
        let lower = |entry: &tree::SetEntry| {
            let (from, until) = (day(&entry.from), day(&entry.until));
            TestEntry { text: entry.text.value.clone(), from, until }
        };
        Some(GivenSet { set, entries: given.entries.iter().map(lower).collect(), list })
    }

    fn expectation(&mut self, expectation: &tree::Expectation) -> Option<Expectation> {
        let kind = match &expectation.kind {
            tree::ExpectationKind::Nothing => ExpectationKind::Nothing,
            tree::ExpectationKind::Complete(is_complete) => ExpectationKind::Complete(*is_complete),
            tree::ExpectationKind::Unanswered { is_expected, from } => {
                let from = from.as_ref().map(|from| from.value.clone());
                ExpectationKind::Unanswered { is_expected: *is_expected, from }
            }
            tree::ExpectationKind::Not(path) => {
                self.refuse_action(path, "not")?;
                self.refuse_state_as_rule(path, expectation.span, false)?;
                ExpectationKind::Not(self.norm_named(path)?)
            }
            tree::ExpectationKind::Fires(path) => {
                self.refuse_action(path, "fires")?;
                self.refuse_state_as_rule(path, expectation.span, true)?;
                ExpectationKind::Fires(self.norm_named(path)?)
            }
            tree::ExpectationKind::Gap { is_expected, rule } => {
                ExpectationKind::Gap { is_expected: *is_expected, rule: self.norm_named(rule)? }
            }
            tree::ExpectationKind::Undetermined(path) => {
                ExpectationKind::Undetermined(self.norm_named(path)?)
            }
            tree::ExpectationKind::Defeated { rule, by } => {
                let (rule, by) = (self.norm_named(rule), self.norm_named(by));
                ExpectationKind::Defeated { rule: rule?, by: by? }
            }
            tree::ExpectationKind::Evidence { words, part, by } => ExpectationKind::Evidence {
                words: words.value.clone(),
                part: part.as_ref().map(|part| part.value.clone()),
                by: self.expected_norm(by.as_ref())?,
            },
            tree::ExpectationKind::Cites { is_expected, ground, by } => {
                let (ground, by) = (self.resolve_ground(ground), self.expected_norm(by.as_ref()));
                ExpectationKind::Cites { is_expected: *is_expected, ground: ground?, by: by? }
            }
            tree::ExpectationKind::Count { is_delta, counter, equals } => {
                let is_zero = equals.value == 0;
                self.refuse_mark_as_count(counter, is_zero, expectation.span)?;
                let of = self.asked_count(*is_delta, counter)?;
                ExpectationKind::Count { of, equals: Some(equals.value.into()) }
            }
            tree::ExpectationKind::Marks { is_expected, mark, until } => {
                self.expected_mark(*is_expected, mark, until.as_ref())?
            }
            tree::ExpectationKind::Act {
                action,
                account: None,
                to: None,
                due: None,
                until: None,
                by: None,
            } if action.text == "none" => ExpectationKind::NoOutcome,
            tree::ExpectationKind::Act { action, account, to, due, until, by } => {
                self.refuse_name_as_action(action)?;
                let found = self.action(action);
                let by = self.expected_norm(by.as_ref())?;
                let (index, action) = found?;
                let to = match self.recipient(&action, account.as_ref(), to.as_ref()) {
                    Some(to) => Some(to?),
                    None => None,
                };
                let due = due.as_ref().map(|due| match due {
                    Due::At(at) => ExpectedDue::At(at.value),
                    Due::Words(words) => ExpectedDue::Words(words.value.clone()),
                    Due::Unknown => ExpectedDue::Unknown,
                });
                let until = until.as_ref().map(|until| until.value);
                ExpectationKind::Act { action: index, to, due, until, by, is_overruled: false }
            }
        };
        Some(Expectation { kind, at: self.at(expectation.span) })
    }

    /// That the message of a test sets a mark, or does not.
    fn expected_mark(
        &mut self,
        is_expected: bool,
        mark: &tree::Path,
        until: Option<&tree::Spanned<Instant>>,
    ) -> Option<ExpectationKind> {
        if let Some(until) = until.filter(|_| !is_expected) {
            let message = "`not marks` means that the mark is not set, so it has no end";
            let help = "delete `until`, or expect another end: `marks NAME until …`";
            return self.refuse(Code::BadClause, until.span, message, help);
        }
        let help = |entity| {
            if matches!(entity, Entity::Counter(_)) {
                expected_count(&mark.dotted())
            } else {
                "write the name of a mark here".to_owned()
            }
        };
        let mark = self.resolve_with_help(mark, "a mark", Entity::mark, help)?;
        Some(ExpectationKind::Marks { is_expected, mark, until: until.map(|until| until.value) })
    }

    /// The counter whose count a test expects.
    fn asked_count(&mut self, is_delta: bool, counter: &tree::Expr) -> Option<AskedCount> {
        let written = self.written(self.at(counter.span)).to_owned();
        if let tree::ExprKind::Path(path) = &counter.kind
            && written == "delta"
            && !self.names_something(path)
        {
            let message = "`delta` stands before the name of a counter";
            let help = "write the name of the counter too: `delta violations == 1`";
            return self.refuse(Code::BadOperand, counter.span, message, help);
        }
        let read = self.expr(counter)?;
        if let ExprKind::Counter { counter, key } = read.kind {
            return Some(AskedCount { is_delta, counter, key, written });
        }
        let message =
            format!("{}, and a test can only expect how much a counter has", self.what_is(&read));
        let help = "write the name of a counter, such as `violations == 3`";
        self.refuse(Code::BadOperand, counter.span, message, help)
    }

    /// What a path means, if it is a rule, an exception, a counter or a mark.
    fn state_or_norm(&self, path: &tree::Path) -> Option<Entity> {
        self.names.of_state_or_norm(&self.files.get(self.file).prefix, path)
    }

    /// Reports `warned == 1`.
    fn refuse_mark_as_count(
        &mut self,
        counter: &tree::Expr,
        is_zero: bool,
        span: Span,
    ) -> Option<()> {
        let tree::ExprKind::Path(path) = &counter.kind else { return Some(()) };
        let (mut mark, mut inside) = (path.clone(), None);
        if mark.names.last().is_some_and(|last| matches!(&*last.text, "since" | "until")) {
            inside = mark.names.pop();
        }
        if !matches!(self.state_or_norm(&mark), Some(Entity::Mark(_))) {
            return Some(());
        }
        let mark = mark.dotted();
        let message = format!("`{mark}` is a mark, and a test expects numbers of counters only");
        let fault = Diagnostic::new(Code::WrongKind, self.at(counter.span), message);
        self.found.push(match inside {
            None => {
                let meant =
                    if is_zero { format!("not marks {mark}") } else { format!("marks {mark}") };
                fault.help(marks_help(&meant)).fix(self.at(span), meant, false)
            }
            Some(_) => fault.help(format!(
                "write `marks {mark} until 2026-03-01T00:00:00Z` if the message sets it until then"
            )),
        });
        None
    }

    /// Reports `not warned` and `fires violations`.
    fn refuse_state_as_rule(&mut self, path: &tree::Path, span: Span, fires: bool) -> Option<()> {
        let (entity, name) = (self.state_or_norm(path), path.dotted());
        let fault = |entity: Entity| {
            let message = format!("`{name}` is {}, not a rule or exception", entity.description());
            Diagnostic::new(Code::WrongKind, self.at(path.span), message)
        };
        let fault = match entity {
            Some(mark @ Entity::Mark(_)) => {
                let meant =
                    if fires { format!("marks {name}") } else { format!("not marks {name}") };
                fault(mark).help(marks_help(&meant)).fix(self.at(span), meant, false)
            }
            Some(counter @ Entity::Counter(_)) => fault(counter).help(expected_count(&name)),
            Some(_) | None => return Some(()),
        };
        self.found.push(fault);
        None
    }

    /// Reports the name of a mark, a counter or a rule that stands alone: `expect warned`.
    fn refuse_name_as_action(&mut self, name: &tree::Name) -> Option<()> {
        let path = tree::Path { names: vec![name.clone()], span: name.span };
        if self.program.actions.contains_key(&name.text) {
            return Some(());
        }
        let Some(entity) = self.state_or_norm(&path) else { return Some(()) };
        let (at, name) = (self.at(name.span), &name.text);
        let message = format!("`{name}` is {}, not an action", entity.description());
        let fault = Diagnostic::new(Code::WrongKind, at, message);
        self.found.push(if entity.counter().is_some() {
            fault.help(expected_count(name))
        } else if entity.mark().is_some() {
            let meant = format!("marks {name}");
            fault.help(marks_help(&meant)).fix(at, meant, false)
        } else {
            let meant = format!("fires {name}");
            fault.help(format!("write `{meant}`")).fix(at, meant, false)
        });
        None
    }

    /// Reports an action where a rule is named: `not restrict`.
    fn refuse_action(&mut self, path: &tree::Path, word: &str) -> Option<()> {
        let name = path.dotted();
        if self.names_something(path) || !self.program.actions.contains_key(&name) {
            return Some(());
        }
        let message = format!("`{name}` is an action, and `{word}` names a rule");
        let mut norms =
            self.names.of_file(self.file).filter(|(_, entity, _)| entity.norm().is_some());
        let rule = norms.next().map_or("RULE", |(name, ..)| name);
        let help = if word == "not" {
            format!(
                "write `none` if no outcome is expected, or the name of a rule that must not fire: `not {rule}`"
            )
        } else {
            format!("write the action alone: `{name}`, or the name of a rule: `{word} {rule}`")
        };
        self.refuse(Code::BadOperand, path.span, message, help)
    }

    /// The rule named after `by`, if there is one. The outer option is `None` after a report that the name is unknown.
    fn expected_norm(&mut self, by: Option<&tree::Path>) -> Option<Option<usize>> {
        match by {
            None => Some(None),
            Some(by) => self.norm_named(by).map(Some),
        }
    }
}

/// How a test expects that its message sets a mark, or does not.
fn marks_help(meant: &str) -> String {
    format!("write `{meant}`: it is about what the message of the test sets")
}

fn expected_count(counter: &str) -> String {
    format!("write the number that is expected: `{counter} == 1`")
}

/// What the record of a test or of a case is made of. A file of a case replaces the record of the test.
fn layers<'t>(test: &'t Scene, case: Option<&'t Scene>) -> Vec<&'t tree::Given> {
    let own = case.and_then(|case| case.given.as_ref());
    let shared = test.given.as_ref().filter(|_| own.is_none_or(|own| own.file.is_none()));
    shared.into_iter().chain(own).collect()
}

/// The value at a path in an object: `links[0].url`.
pub(super) fn json_at<'j>(json: &'j Json, path: &str) -> Option<&'j Json> {
    let mut here = json;
    for name in path.split(['.', '[']) {
        here = match (&here.kind, name.strip_suffix(']')) {
            (JsonKind::Array(elements), Some(index)) => {
                elements.get(index.parse::<usize>().ok()?)?
            }
            (JsonKind::Object(pairs), None) => {
                pairs.iter().find(|(key, _)| key.text == name).map(|(_, value)| value)?
            }
            _ => return None,
        };
    }
    Some(here)
}
