//! `:commit`, `:state` and `:forget`: what the session remembers of earlier records.

use super::record::Current;
use super::subject::Subject;
use super::{Answered, Fault, NO_RULES, OutputFormat, Session, text};
use crate::face::keeper::{Given, Keeper};
use crate::show;
use crate::sink::{self, Json, Output};
use crate::state::{CounterSpec, Judging, Line, Logged, Memory, State, Store, StoreError, Whom};
use crate::{Evaluator, Instant, Moment, Place, Record, RuleSet, Text, suite};
use std::sync::Arc;

/// What records that were committed left behind.
#[derive(Clone, Debug, Default)]
pub(super) struct Remembered {
    memory: Arc<Memory>,
    /// The counters of the rules in service.
    counters: Vec<CounterSpec>,
    /// The records that left something behind, as they were judged.
    committed: Vec<Committed>,
    /// The number of the last id that was given to a record when it was committed.
    named: usize,
}

/// A record that was committed.
#[derive(Clone, Debug)]
struct Committed {
    /// Its canonical JSON.
    json: String,
    /// If it was typed, its JSON: as it was typed, and with its id and its date.
    typed: Option<[String; 2]>,
    record: Text,
    author: Option<Text>,
    places: Vec<Place>,
    at: Instant,
}

/// A record that was committed, for a test.
#[derive(Debug)]
pub(super) struct Earlier {
    /// The text after `before`.
    pub(super) given: String,
    pub(super) at: Instant,
    /// The name and the text of the file that it names.
    pub(super) file: Option<(String, String)>,
}

const NOTHING: &str =
    "nothing is remembered; `:commit` judges the record, and keeps what it leaves behind";

impl Remembered {
    /// The records that were committed up to an instant, for a test of a record that was typed or is in a file. They are written
    /// as changes to that record if both were typed, and else as files.
    pub(super) fn earlier(
        &self,
        test: &str,
        (record, typed): (&Record, Option<&str>),
        until: Instant,
    ) -> Vec<Earlier> {
        let committed = self.committed.iter().filter(|one| one.at <= until);
        let earlier = |(number, one): (usize, &Committed)| {
            let changes = || {
                let [typed_before, with_id] = one.typed.as_ref()?;
                let is_same = *one.record == *record.id();
                suite::changes(typed?, if is_same { with_id } else { typed_before })
            };
            if let Some(given) = changes() {
                return Earlier { given, at: one.at, file: None };
            }
            let name = format!("fixtures/{test}-before-{}.json", number + 1);
            let given = format!("from \"{name}\"");
            Earlier { given, at: one.at, file: Some((name, one.json.clone() + "\n")) }
        };
        committed.enumerate().map(earlier).collect()
    }

    /// What other rules would remember, had they judged the same records.
    pub(super) fn by_other_rules(&self, set: &RuleSet) -> Memory {
        let Ok(mut keeper) = Keeper::new(set, nothing_before(set)) else {
            return nothing_before(set);
        };
        for Committed { json, places, at, .. } in &self.committed {
            keeper.judge(&[Given { json: json.as_bytes(), places, at: *at }]);
        }
        keeper.into_store()
    }

    /// What the rules in service remember.
    pub(super) fn memory(&self) -> Memory {
        Memory::clone(&self.memory)
    }

    /// An id for a record without one, which no other record has.
    fn unused_id(&self) -> (usize, String) {
        let mut numbers = self.named + 1..;
        let id = |number: usize| (number, format!("before-{number}"));
        let is_used = |id: &str| self.committed.iter().any(|one| one.record == *id);
        let unused = numbers.find(|number| !is_used(&id(*number).1));
        id(unused.unwrap_or_default())
    }
}

/// A memory of rules that have judged nothing yet.
pub(super) fn nothing_before(set: &RuleSet) -> Memory {
    let mut memory = Memory::default();
    // A memory always answers.
    let _ = memory.adopt(&set.counters());
    memory
}

/// A memory always answers, so this is not seen.
#[expect(clippy::needless_pass_by_value, reason = "errors are mapped by value")]
pub(super) fn unanswered(error: StoreError) -> Fault {
    sink::plain(&error.to_string()).into_owned().into()
}

/// Stands for all records after `:state` and `:forget`.
const ALL: &str = "all";

fn is_judging(line: &Line) -> bool {
    matches!(line, Line::Judging { .. })
}

impl Session {
    /// The evaluator, and what is remembered of earlier records for the answers about a subject.
    pub(super) fn evaluator_and_state(
        &mut self,
        subject: &Subject,
    ) -> Result<(&mut Evaluator, State), Fault> {
        let (evaluator, memory) = self.evaluator_and_memory()?;
        let state = subject.state(evaluator, memory)?;
        Ok((evaluator, state))
    }

    /// The evaluator and the memory.
    pub(super) fn evaluator_and_memory(&mut self) -> Result<(&mut Evaluator, &mut Memory), Fault> {
        let loaded = self.rules.as_mut().ok_or(NO_RULES)?;
        Ok((&mut loaded.evaluator, Arc::make_mut(&mut self.remembered.memory)))
    }

    /// Takes the counters of other rules. Returns a line for each that begins anew although something is remembered.
    pub(super) fn adopt(&mut self, set: &RuleSet) -> String {
        let counters = set.counters();
        let before = std::mem::replace(&mut self.remembered.counters, counters.clone());
        // A memory always answers.
        let _ = Arc::make_mut(&mut self.remembered.memory).adopt(&counters);
        if self.remembered.committed.is_empty() {
            return String::new();
        }
        let same = |one: &CounterSpec, other: &CounterSpec| {
            one.item == other.item && one.shadow == other.shadow && one.meaning == other.meaning
        };
        let new = counters.iter().filter(|one| !before.iter().any(|other| same(one, other)));
        let line = |one: &CounterSpec| {
            let item = &one.item;
            format!("\ncounter {item} begins anew: what was committed before is not counted by it")
        };
        new.filter(|one| !one.shadow).map(line).collect()
    }

    /// `:commit`
    pub(super) fn commit(&mut self, argument: &str) -> Answered {
        let (current, subject, at) = self.to_commit(argument)?;
        let set = self.set()?.clone();
        let json = current.canonical_json(&set)?;
        let judging = self.evaluator()?.message(&current.record)?.judging(at);
        let memory = Memory::clone(&self.remembered.memory);
        let mut keeper = Keeper::new(&set, memory).map_err(unanswered)?;
        match keeper.store().logged(&judging).map_err(unanswered)? {
            Some(Logged::Decision { .. }) => {
                return text("this was committed before: nothing changes");
            }
            Some(Logged::Forgotten { .. }) => {
                return text("this was committed and forgotten: it is not counted again");
            }
            Some(Logged::ForgottenVersion) | None => {}
        }
        let given = Given { json: json.as_bytes(), places: &subject.places, at };
        let kept = keeper.judge(&[given]);
        kept.stored.map_err(unanswered)?;
        if let Some(Err(error)) = kept.decided.into_iter().next() {
            return Err(sink::plain(&error.to_string()).into_owned().into());
        }
        let memory = keeper.into_store();
        let id = current.record.id().to_owned();
        let lines = memory.lines(Some(&Whom::Record(id.as_str().into())));
        self.remembered.memory = Arc::new(memory);
        let typed = self.current()?.clone();
        if typed.lacks_id() {
            self.remembered.named = self.remembered.unused_id().0;
        }
        if !lines.is_empty() {
            let Judging { record, author, .. } = judging;
            let typed = typed.typed().zip(current.typed()).map(<[String; 2]>::from);
            let places = subject.places;
            let committed = Committed { json, typed, record, author, places, at };
            self.remembered.committed.push(committed);
        }
        self.record = Some(current);
        let left: Vec<Line> = lines.into_iter().filter(|line| !is_judging(line)).collect();
        let id = sink::plain(&id);
        text(match left.as_slice() {
            [] => format!("judged {id} at {at}: it leaves nothing behind"),
            left => format!("judged {id} at {at}; it leaves behind:\n{}", show::kept(left)),
        })
    }

    /// The record, with an id and a date if it was typed without, the places and the instant for `:commit`.
    fn to_commit(&self, argument: &str) -> Result<(Current, Subject, Instant), Fault> {
        let (set, current) = (self.set()?, self.current()?);
        let named = self.moment_named(argument)?;
        let at = named.or_else(|| current.record.latest().map(Moment::Instant)).ok_or(
            "`:commit` needs an instant, and the record carries no date: \
             `:commit 2026-03-01T12:00:00Z` names one, `:at` sets one for all answers",
        )?;
        let subject = self.subject_at(set, &current.record, at)?;
        let instant =
            subject.only_instant(set).ok_or_else(|| subject.begins_at_several_instants())?;
        let (_, id) = self.remembered.unused_id();
        let current = current.clone().with_id_and_date(set, &id, instant)?;
        let subject = self.subject_at(set, &current.record, at)?;
        Ok((current, subject, instant))
    }

    /// `:state`
    pub(super) fn state(&mut self, id: &str) -> Answered {
        let memory = Arc::make_mut(&mut self.remembered.memory);
        let lines = match id {
            "" | ALL => memory.lines(None),
            id => memory.find(id).map_err(unanswered)?.1,
        };
        text(match self.format {
            OutputFormat::Json => {
                Output::join(lines.iter().map(Output::<Json>::value), "\n").into_string()
            }
            OutputFormat::Pretty if lines.is_empty() && matches!(id, "" | ALL) => {
                NOTHING.to_owned()
            }
            OutputFormat::Pretty if lines.is_empty() => {
                show::nothing_kept(memory, id).map_err(unanswered)?
            }
            OutputFormat::Pretty if id.is_empty() => {
                let (judgings, left) = lines.into_iter().partition::<Vec<_>, _>(is_judging);
                let count = show::counted(judgings.len(), "judging");
                let left = show::kept(&left);
                let end = if left.is_empty() { "" } else { "\n" };
                format!(
                    "{left}{end}{count}; `:state RECORD` shows those of a record, `:state all` all"
                )
            }
            OutputFormat::Pretty => show::kept(&lines),
        })
    }

    /// `:forget`
    pub(super) fn forget(&mut self, id: &str) -> Answered {
        if id.is_empty() {
            return Err("`:forget` takes the id of a record or of an author, or `all`".into());
        }
        if id == ALL {
            let set = self.set()?.clone();
            self.remembered.memory = Arc::new(nothing_before(&set));
            self.remembered.committed.clear();
            return text("nothing is remembered any more");
        }
        let memory = Arc::make_mut(&mut self.remembered.memory);
        let (whom, lines) = memory.find(id).map_err(unanswered)?;
        if lines.is_empty() {
            return text(show::nothing_kept(memory, id).map_err(unanswered)?);
        }
        let erased = memory.forget(&whom).map_err(unanswered)?;
        self.remembered.committed.retain(|one| match &whom {
            Whom::Record(record) => one.record != *record,
            Whom::Author(author) => one.author.as_ref() != Some(author),
        });
        text(show::erased(erased))
    }

    /// What can be named after `:state` and `:forget`.
    pub(super) fn remembered_ids(&self) -> Vec<String> {
        let committed = self.remembered.committed.iter();
        let ids = committed.flat_map(|one| [Some(&one.record), one.author.as_ref()]).flatten();
        let mut ids: Vec<String> = ids.map(|id| id.as_str().to_owned()).collect();
        ids.push(ALL.to_owned());
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}
