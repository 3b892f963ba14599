//! The commands that set the record of the session, step through a file of records, and change fields.

use super::records::{self, Which};
use super::{Answered, Session, text};
use crate::face::standard::message;
use crate::sink::{self, Output};
use crate::{Field, Instant, Record, RuleSet, Schema, Type, suite};
use serde_json::Value;

/// A record with its JSON, so that it can be read again when the schema changes.
#[derive(Clone, Debug)]
pub(super) struct Current {
    pub(super) record: Record,
    json: Value,
    /// Whether the JSON is canonical JSON from a host. JSON that was entered in the session lacks the fields that
    /// [`Record::given`] fills in.
    from_host: bool,
    /// Its number in the file of records.
    number: Option<usize>,
}

impl Current {
    fn of(
        set: &RuleSet,
        json: Value,
        from_host: bool,
        number: Option<usize>,
    ) -> Result<Self, String> {
        let text = json.to_string();
        let record =
            if from_host { set.read(text.as_bytes()) } else { Record::given(set.schema(), &text) };
        let record = record.map_err(|error| {
            format!("error[{}]: {}", error.code.as_str(), sink::plain(&error.to_string()))
        })?;
        Ok(Self { record, json, from_host, number })
    }

    /// The same record, read with the schema of other rules.
    pub(super) fn read_again(self, set: &RuleSet) -> Result<Self, String> {
        Self::of(set, self.json, self.from_host, self.number)
    }

    /// Whether it was typed without an id.
    pub(super) fn lacks_id(&self) -> bool {
        !self.from_host && self.json.get(message::ID.name).is_none()
    }

    /// The record with an id and the date of its sending, if it was typed without them.
    pub(super) fn with_id_and_date(
        mut self,
        set: &RuleSet,
        id: &str,
        sent_at: Instant,
    ) -> Result<Self, String> {
        let fields = self.json.as_object_mut().filter(|_| !self.from_host);
        if let Some(fields) = fields {
            fields.entry(message::ID.name).or_insert(id.into());
            fields.entry(message::SENT_AT.name).or_insert(sent_at.to_string().into());
        }
        self.read_again(set)
    }

    /// The JSON as it was typed; `None` if it comes from a host.
    pub(super) fn typed(&self) -> Option<String> {
        (!self.from_host).then(|| self.json.to_string())
    }

    /// The canonical JSON of the record.
    pub(super) fn canonical_json(&self, set: &RuleSet) -> Result<String, String> {
        let json = self.json.to_string();
        if self.from_host {
            return Ok(json);
        }
        set.canonical_json(&json).map_err(|error| sink::plain(&error.to_string()).into_owned())
    }

    /// The record in the notation of `given`; `None` when the notation cannot express it exactly.
    pub(super) fn exact_notation(&self, set: &RuleSet) -> Option<String> {
        suite::notation(set, &self.json.to_string(), self.from_host)
    }

    /// The record in the notation of `given`, as exactly as possible.
    pub(super) fn notation(&self, set: &RuleSet) -> String {
        let loose = || suite::notation(set, &self.json.to_string(), false);
        self.exact_notation(set).or_else(loose).unwrap_or_default()
    }

    /// The record as indented JSON.
    pub(super) fn json(&self) -> String {
        serde_json::to_string_pretty(&self.json).unwrap_or_default()
    }
}

impl Session {
    /// `:record`
    pub(super) fn record(&mut self, argument: &str) -> Answered {
        if argument.is_empty() {
            return self.describe_record();
        }
        if argument.starts_with('{') {
            let set = self.set()?;
            let json = set.json_of(argument, self.zone_of_days())?;
            let json = serde_json::from_str(&json).map_err(|error| error.to_string())?;
            // Checked here first, because these faults have a location in the input.
            if let Err(failure) = set.given(argument) {
                return Err(failure.into());
            }
            self.record = Some(Current::of(set, json, false, None)?);
            return self.describe_record();
        }
        if argument.starts_with('[') {
            return Err("a record is an object, `:record {…}`; `[` begins a list".into());
        }
        let (file, which) = match (argument.strip_prefix('@'), &self.records) {
            (Some(file), _) => {
                let (file, which) = records::name(&*self.host, file);
                (file.to_owned(), which)
            }
            (None, _) if self.is_file_of_records(argument) => {
                let file = sink::plain(argument);
                return Err(format!("a file is named with `@`: `:record @{file}`").into());
            }
            (None, Some(file)) => (file.clone(), Which::Named(argument.into())),
            (None, None) => return Err(NO_FILE.into()),
        };
        let current = self.read(&file, &which)?;
        let current =
            current.ok_or_else(|| sink::plain(&records::missing(&file, &which)).into_owned())?;
        self.records = Some(file);
        self.record = Some(current);
        self.describe_record()
    }

    fn is_file_of_records(&self, argument: &str) -> bool {
        self.host.is_file(records::name(&*self.host, argument).0.as_ref())
    }

    /// Reads a record of a file; `None` if the file has no such record.
    fn read(&self, file: &str, which: &Which) -> Result<Option<Current>, String> {
        let set = self.set().map_err(|_| NO_FILE)?;
        let found = records::find(&*self.host, set, file, which)
            .map_err(|why| sink::plain_lines(&why).into_owned())?;
        let Some(found) = found else { return Ok(None) };
        let json = serde_json::from_str(&found.json).map_err(|error| error.to_string())?;
        Current::of(set, json, true, Some(found.number)).map(Some)
    }

    /// `:next`
    pub(super) fn next(&mut self, _: &str) -> Answered {
        let number = self.record.as_ref().and_then(|current| current.number).unwrap_or(0);
        let at_end =
            if number == 0 { "the file has no records" } else { "that was the last record" };
        self.step(number + 1, at_end)
    }

    /// `:prev`
    pub(super) fn prev(&mut self, _: &str) -> Answered {
        let number = self.record.as_ref().and_then(|current| current.number);
        self.step(number.unwrap_or(1).saturating_sub(1), "that was the first record")
    }

    /// Goes to a record of the file by its number. If the file has no such record, the message `at_end` says so.
    fn step(&mut self, number: usize, at_end: &str) -> Answered {
        let file = self.records.clone().ok_or(NO_FILE)?;
        let current = if number == 0 { None } else { self.read(&file, &Which::Nth(number))? };
        self.record = Some(current.ok_or(at_end)?);
        self.describe_record()
    }

    /// The id and the date of the record: the reply of commands that change it.
    fn describe_record(&mut self) -> Answered {
        let record = self.current_record()?;
        let date = record.latest().map_or("without a date".into(), |at| format!("of {at}"));
        let id = match record.id() {
            "" => "without an id".into(),
            id => sink::plain(id),
        };
        let mut reply = format!("record {id}, {date}");
        let record = record.clone();
        for idle in self.evaluator()?.message(&record)?.idle_rulings() {
            reply += &format!("\na ruling changes nothing: {}", sink::plain(&idle));
        }
        text(reply)
    }

    /// `:json`
    pub(super) fn json(&mut self, _: &str) -> Answered {
        text(Output::json(&self.current()?.json()).into_string())
    }

    /// `:set`
    pub(super) fn set_field(&mut self, argument: &str) -> Answered {
        let (path, value) = argument
            .split_once('=')
            .ok_or("`:set` takes a field and a value: `:set chat.members = 3000`")?;
        let (path, value) = (path.trim(), value.trim());
        let json = self.set()?.json_of_field(path, value, self.zone_of_days())?;
        let value: Value = serde_json::from_str(&json).map_err(|error| error.to_string())?;
        let absent = value.get(message::ABSENT.name).and_then(Value::as_array);
        let absent = absent.into_iter().flatten().filter_map(Value::as_str);
        // The paths below the field: `value.author` is `.author`.
        let absent = absent.filter_map(|path| path.strip_prefix("value")).map(String::from);
        let absent = absent.collect();
        let value = value.get("value").cloned();
        self.change(path, Change::Set { value, absent })
    }

    /// `:unset`
    pub(super) fn unset_field(&mut self, path: &str) -> Answered {
        if path.is_empty() {
            return Err("`:unset` takes a field: `:unset chat.members`".into());
        }
        self.change(path, Change::Missing)
    }

    /// Changes a field.
    fn change(&mut self, path: &str, change: Change) -> Answered {
        let current = self.current()?.clone();
        let mut json = current.json;
        // Canonical JSON has no field `text`: the text is in its parts.
        let path = match path {
            "text" if current.from_host => "parts[0].text",
            path => path,
        };
        let steps = steps(path).ok_or_else(|| {
            format!("`{}` is not a path of fields such as `links[0].host`", sink::plain(path))
        })?;
        let (last, before) = steps.split_last().ok_or("no field is named")?;
        let was_none = forget_absent(&mut json, path);
        let parent = before.iter().try_fold(&mut json, |parent, step| step.enter(parent));
        let parent = parent.ok_or_else(|| format!("there is no `{}`", sink::plain(path)))?;
        let changed = match change {
            Change::Missing => last.change(parent, None).or(was_none.then_some(())),
            Change::Set { value, absent } => {
                let is_none = value.is_none();
                let changed = last.change(parent, value).or(is_none.then_some(()));
                let mut absent = absent.iter().map(|below| format!("{path}{below}"));
                changed.and_then(|()| absent.try_for_each(|path| add_absent(&mut json, path)))
            }
        };
        changed.ok_or_else(|| format!("there is no `{}`", sink::plain(path)))?;
        self.record = Some(Current::of(self.set()?, json, current.from_host, current.number)?);
        self.describe_record()
    }

    /// `:fields`
    pub(super) fn fields(&mut self, pattern: &str) -> Answered {
        let schema = self.set()?.schema();
        let mut lines = vec![];
        for_each_field(schema, Schema::MESSAGE, "", 0, &mut |path, field| {
            if super::matches_pattern(pattern, path) {
                let optional = if field.can_be_missing() { "?" } else { "" };
                let doc = field.doc.lines().next().unwrap_or_default();
                lines.push(format!("{path}{optional}: {}  {doc}", schema.name_of(&field.ty)));
            }
        });
        if lines.is_empty() {
            return Err(format!("no field matches `{}`", sink::plain(pattern)).into());
        }
        text(lines.join("\n"))
    }
}

const NO_FILE: &str = "there is no file of records to pick from; `:record @FILE` names one";

/// How deep fields are listed. Without a limit the list might not end, because a record may contain itself in a list.
const MAX_DEPTH: usize = 4;

/// Calls `each` with the path of every field of a record and of the records in it.
fn for_each_field(
    schema: &Schema,
    record: &str,
    prefix: &str,
    depth: usize,
    each: &mut dyn FnMut(&str, &Field),
) {
    let Some((_, record)) = schema.named(record).filter(|_| depth < MAX_DEPTH) else { return };
    for (name, field) in &record.fields {
        let path = format!("{prefix}{name}");
        each(&path, field);
        let inside = field.ty.record().and_then(|id| schema.record(id));
        // Fields inside a map have no path: hosts choose the keys.
        let is_map = matches!(field.ty, Type::Map(_));
        if let Some((name, _)) = inside.filter(|_| !is_map) {
            let step = if matches!(field.ty, Type::List(_)) { "[]." } else { "." };
            for_each_field(schema, name, &format!("{path}{step}"), depth + 1, each);
        }
    }
}

/// What takes the place of a field.
enum Change {
    Missing,
    Set {
        /// The value, without the records in it that are none. If it is none itself, there is no value.
        value: Option<Value>,
        /// What is none, as paths below the field: `.author`; the field itself is the empty path.
        absent: Vec<String>,
    },
}

/// Takes out of `absent` a path, and the paths inside and around it. Returns whether the path itself was there.
fn forget_absent(json: &mut Value, path: &str) -> bool {
    let Some(Value::Array(paths)) = json.get_mut(message::ABSENT.name) else { return false };
    let is_within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let was_none = paths.iter().any(|one| one == path);
    let is_kept = |one: &str| !is_within(one, path) && !is_within(path, one);
    paths.retain(|one| one.as_str().is_none_or(is_kept));
    was_none
}

/// Adds a path to `absent`, in order.
fn add_absent(json: &mut Value, path: String) -> Option<()> {
    let fields = json.as_object_mut()?;
    let paths = fields
        .entry(message::ABSENT.name)
        .or_insert_with(|| Value::Array(vec![]))
        .as_array_mut()?;
    let before = paths.iter().filter(|one| one.as_str().is_some_and(|one| *one < *path)).count();
    paths.insert(before, path.into());
    Some(())
}

/// One step of a path through JSON.
enum Step<'p> {
    Field(&'p str),
    Index(usize),
}

/// The steps of a path such as `links[0].host`.
fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = vec![];
    for piece in path.split('.') {
        let mut parts = piece.split('[');
        let name = parts.next().filter(|name| !name.is_empty())?;
        steps.push(Step::Field(name));
        for index in parts {
            steps.push(Step::Index(index.strip_suffix(']')?.parse().ok()?));
        }
    }
    Some(steps)
}

impl Step<'_> {
    /// The value that the step leads to. A missing field is created, as `null`.
    fn enter<'v>(&self, parent: &'v mut Value) -> Option<&'v mut Value> {
        if parent.is_null() {
            *parent = Value::Object(serde_json::Map::new());
        }
        match self {
            Self::Field(name) => Some(parent.as_object_mut()?.entry(*name).or_insert(Value::Null)),
            Self::Index(index) => parent.as_array_mut()?.get_mut(*index),
        }
    }

    /// Sets the value that the step leads to, or removes it. `None` if the parent has no place for it.
    fn change(&self, parent: &mut Value, value: Option<Value>) -> Option<()> {
        match (self, value) {
            (Self::Index(index), Some(value)) if parent.as_array()?.len() == *index => {
                parent.as_array_mut()?.push(value);
            }
            (_, Some(value)) => *self.enter(parent)? = value,
            (Self::Field(name), None) => drop(parent.as_object_mut()?.remove(*name)?),
            (Self::Index(index), None) => {
                let list = parent.as_array_mut()?;
                (*index < list.len()).then(|| list.remove(*index))?;
            }
        }
        Some(())
    }
}
