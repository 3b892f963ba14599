//! The tests of the language: their records, places, instants and expectations.

use super::Checker;
use super::files::unknown_place;
use super::names::Entity;
use crate::diagnostic::Code;
use crate::lists::Set;
use crate::place::Place;
use crate::program::{Expectation, ExpectationKind, Test, TestEntry};
use crate::record::Record;
use crate::syntax::tree::{self, ItemKind, Json, JsonKind, Moment, Target};
use crate::time::{Day, Zone};

impl Checker<'_> {
    pub(super) fn tests(&mut self) {
        for (file, item) in self.files.items() {
            if let ItemKind::Test(test) = &item.kind {
                self.file = file;
                if let Some(test) = self.test(test) {
                    self.program.tests.push(test);
                }
            }
        }
    }

    fn test(&mut self, test: &tree::Test) -> Option<Test> {
        let file = self.files.get(self.file);
        let (prefix, own, zone) =
            (file.prefix.clone(), file.place, file.zone.clone().unwrap_or_else(Zone::utc));
        let given = test.given.as_ref().map_or_else(|| "{}".to_owned(), json);
        let dated = match Record::given(&self.program.schema, &given) {
            Ok(record) => record.latest().is_some(),
            Err(error) => {
                let span = test.given.as_ref().map_or(test.title.span, |given| given.span);
                let help = "the fields of a record are listed by `lexloci schema record`";
                self.report(error.code, span, error.to_string(), help);
                return None;
            }
        };
        if test.at.is_none() && !dated {
            let help = "say when: `at 2026-03-01`, or give the record a `sent_at`";
            self.report(
                Code::NoInstant,
                test.title.span,
                "neither the test nor its record names an instant",
                help,
            );
        }
        let place = match &test.place {
            None => own,
            Some(code) => {
                let place = self.program.blocs.place(&code.text);
                if place.is_none() {
                    let at = self.at(code.span);
                    self.found.push(unknown_place(at, &code.text));
                }
                place
            }
        };
        let instant = match test.at.as_ref().map(|at| at.value) {
            None => None,
            Some(Moment::Instant(instant)) => Some(instant),
            Some(Moment::Day(day)) => day.start(&zone),
        };
        if test.expect.is_empty() {
            self.report(
                Code::MissingClause,
                test.title.span,
                "the test expects nothing",
                "add `expect …`; `expect none` when no outcome is expected",
            );
        }
        let expect: Vec<_> =
            test.expect.iter().map(|expectation| self.expectation(expectation)).collect();
        let expect = expect.into_iter().collect::<Option<_>>()?;
        let place = place.unwrap_or(Place::WORLD);
        let entries = test.entries.iter().flat_map(|given| self.test_entries(given)).collect();
        Some(Test {
            file: prefix,
            title: test.title.value.clone(),
            given,
            entries,
            place,
            instant,
            expect,
            at: self.at(test.title.span),
        })
    }

    /// Entries are refused as those of the set itself would be.
    fn test_entries(&mut self, given: &tree::TestEntries) -> Vec<TestEntry> {
        let set = self.resolve_as(&given.set, "a set", |entity| match entity {
            Entity::Set(set) => Some(set),
            _ => None,
        });
        let Some((set, mut added)) =
            set.and_then(|set| Some((set, Set::clone(self.program.sets.get(set)?))))
        else {
            return vec![];
        };
        let day = |day: &Option<tree::At<Day>>| day.as_ref().map(|day| day.value);
        let lower = |entry: &tree::SetEntry| {
            self.set_entry(&mut added, entry);
            let (from, until) = (day(&entry.from), day(&entry.until));
            TestEntry { set, text: entry.text.value.clone(), from, until }
        };
        given.entries.iter().map(lower).collect()
    }

    fn expectation(&mut self, expectation: &tree::Expectation) -> Option<Expectation> {
        let kind = match &expectation.kind {
            tree::ExpectationKind::Not(path) => ExpectationKind::Not(self.norm_named(path)?),
            tree::ExpectationKind::Undetermined(path) => {
                ExpectationKind::Undetermined(self.norm_named(path)?)
            }
            tree::ExpectationKind::Defeated { rule, by } => {
                let (rule, by) = (self.norm_named(rule), self.norm_named(by));
                ExpectationKind::Defeated { rule: rule?, by: by? }
            }
            tree::ExpectationKind::Act { action, to: None, due: None, by: None }
                if action.text == "none" =>
            {
                ExpectationKind::Nothing
            }
            tree::ExpectationKind::Act { action, to, due, by } => {
                let found = self.action(action);
                let by = match by {
                    Some(by) => Some(self.norm_named(by)?),
                    None => None,
                };
                let (index, action) = found?;
                let to = match to {
                    Some(to) => Some(self.expected_target(&action, to)?),
                    None => None,
                };
                ExpectationKind::Act {
                    action: index,
                    to,
                    due: due.as_ref().map(|due| due.value),
                    by,
                }
            }
        };
        Some(Expectation { kind, at: self.at(expectation.span) })
    }

    fn expected_target(&mut self, action: &crate::program::Action, to: &Target) -> Option<String> {
        let span = match to {
            Target::Named(path) => path.span,
            Target::Text(text) => text.span,
        };
        self.to(action, Some(to), span)
    }
}

/// The notation of `given` as JSON. Keys that stand twice stay so: the reader of records reports them.
pub(crate) fn json(json: &Json) -> String {
    let quote = |text: &str| serde_json::Value::from(text).to_string();
    match &json.kind {
        JsonKind::Null => "null".to_owned(),
        JsonKind::Bool(truth) => truth.to_string(),
        JsonKind::Number(number) => number.clone(),
        JsonKind::Text(text) => quote(&text.value),
        JsonKind::Array(values) => {
            let values: Vec<_> = values.iter().map(self::json).collect();
            format!("[{}]", values.join(","))
        }
        JsonKind::Object(pairs) => {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(key, value)| format!("{}:{}", quote(&key.text), self::json(value)))
                .collect();
            format!("{{{}}}", pairs.join(","))
        }
    }
}
