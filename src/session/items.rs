//! The rules of the session: those of a directory, and the items entered in the session, which override them.

use super::subject::Subject;
use super::{Answered, Fault, Host, LoadedRules, Reply, Session, question, records, text};
use crate::output;
use crate::show::suite as results;
use crate::show::{self, counted, decisions};
use crate::sink::{self, SourceLines};
use crate::state::Memory;
use crate::suite;
use crate::{Code, Compiler, Failure, Place, RuleSet};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The name and text of the file that a session without files begins with.
const FIRST_FILE: (&str, &str) = ("world.loci", "jurisdiction WORLD { zone \"UTC\" }\n");

/// `:diff` names at most this number of records.
const MAX_NAMED: usize = 10;

/// An item entered in the session.
#[derive(Clone, Debug)]
pub(super) struct SessionItem {
    /// The file that it belongs to: `kz.loci`.
    file: String,
    keyword: &'static str,
    name: String,
    text: String,
    /// Whether `:keep FILE` has written it to a file that is not among the rules.
    is_kept: bool,
}

impl SessionItem {
    /// The item as `fmt` writes it.
    fn formatted(&self) -> Self {
        let text = crate::format(&self.file, &self.text);
        Self { text: text.unwrap_or_else(|_| self.text.clone()), ..self.clone() }
    }
}

impl Session {
    /// `:load`
    pub(super) fn load(&mut self, directory: &str) -> Answered {
        if directory.is_empty() {
            return Err("`:load` takes a directory of rules".into());
        }
        if let Some(question) = self.question_before("load") {
            return Ok(question);
        }
        let set = compile(&*self.host, Some(Path::new(directory)), &[])?;
        let is_first = self.loaded()?.root.is_none() && self.session_items.is_empty();
        self.session_items.clear();
        let reply = self.replace_rules(Some(directory.into()), set);
        if is_first {
            self.before = None;
        }
        text(format!("{}: {reply}", sink::plain(directory)))
    }

    /// `:reload`
    pub(super) fn reload(&mut self, _: &str) -> Answered {
        let root = self
            .loaded()?
            .root
            .clone()
            .ok_or("no directory was loaded, so there is nothing to reload")?;
        let set = self.compile_again(&self.session_items)?;
        let reply = self.replace_rules(Some(root.clone()), set);
        text(format!("{}: {reply}", sink::plain(&root.display().to_string())))
    }

    /// Compiles the directory of the session again, with these items added to its files.
    fn compile_again(&self, items: &[SessionItem]) -> Result<RuleSet, Fault> {
        let loaded = self.rules.as_ref();
        let root = loaded.and_then(|loaded| loaded.root.as_deref());
        if let Some(compiler) = root.map(|root| self.host.compiler(root))
            && loaded.is_some_and(|loaded| loaded.has_files)
            && !compiler.has_rule_files()
        {
            // A directory that lost all its files must not replace the rules. Compiling it without the entered items
            // gives the fault to show.
            compiler.compile()?;
        }
        Ok(compile(&*self.host, root, items)?)
    }

    /// Begins without rules and without a directory.
    pub(super) fn begin(&mut self) {
        if let Ok(set) = compile(&*self.host, None, &[]) {
            self.replace_rules(None, set);
        }
    }

    /// Replaces the rules, and returns a summary of the new ones.
    fn replace_rules(&mut self, root: Option<PathBuf>, set: RuleSet) -> String {
        let mut reply = show::rule_count(&set);
        if !set.warnings().is_empty() {
            let warnings = counted(set.warnings().len(), "warning");
            reply += &format!(", {warnings} (`lexloci check` shows them)");
        }
        // Reads the record again with the new schema, and drops it if it no longer fits.
        if let Some(current) = self.record.take() {
            match current.read_again(&set) {
                Ok(current) => self.record = Some(current),
                Err(error) => reply += &format!("\nthe record no longer fits: {error}"),
            }
        }
        let has_files = root.as_ref().is_some_and(|root| self.host.compiler(root).has_rule_files());
        reply += &self.adopt(&set);
        let evaluator = set.evaluator();
        let before = self.rules.replace(LoadedRules { root, has_files, set, evaluator });
        self.before = before.map(|loaded| loaded.set);
        reply
    }

    /// Adds an item to the session. It replaces the item of the same kind and name, if there is one.
    pub(super) fn item(&mut self, input: &str) -> Answered {
        let first = crate::items(input).into_iter().next();
        let (keyword, name) = first.map(|(keyword, name, _)| (keyword, name)).unwrap_or_default();
        let file = match keyword {
            "jurisdiction" => format!("{}.loci", name.to_lowercase()),
            "record" => "schema.loci".to_owned(),
            _ => self.file(),
        };
        let mut items = self.session_items.clone();
        items.retain(|each| !(each.file == file && each.keyword == keyword && each.name == name));
        items.push(SessionItem {
            file: file.clone(),
            keyword,
            name: name.clone(),
            text: input.to_owned(),
            is_kept: false,
        });
        let root = self.rules.as_ref().and_then(|loaded| loaded.root.clone());
        let set = self.compile_again(&items)?;
        let old = self.rules.as_ref();
        let is_change = old.is_some_and(|loaded| has_item(&loaded.set, &file, keyword, &name));
        self.session_items = items;
        let replaced = self.replace_rules(root, set);
        if keyword == "jurisdiction"
            && self.places.is_empty()
            && let Some(place) = self.set()?.place(&name)
        {
            self.places = vec![place];
        }
        let verb = if is_change { "changed" } else { "added" };
        let mut reply = format!("{verb} {keyword} {} in {file}", sink::plain(&name));
        // The summary of all rules is left out.
        let changes = replaced.lines().skip(1);
        reply.extend(changes.flat_map(|line| ["\n", line]));
        if file == FIRST_FILE.0 && self.places.is_empty() && self.loaded()?.has_files {
            reply += "; `:in PLACE` names the file of a place for later items";
        }
        let set = self.set()?;
        for warning in set.warnings() {
            let is_here = warning.at.is_some_and(|at| set.sources().name(at.file) == file);
            // An unused item is no reason to warn: the items that use it may be entered later.
            if is_here && warning.code != Code::Unused && warning.message.contains(&name) {
                let message = sink::plain(&warning.message);
                reply += &format!("\nwarning[{}]: {message}", warning.code.as_str());
            }
        }
        if keyword == "test" {
            reply += &format!("\n{}", self.run_test(&name)?);
        }
        text(reply)
    }

    /// Runs the test with this title, and all its rows.
    fn run_test(&self, title: &str) -> Result<String, Fault> {
        let set = self.set()?;
        let mut report = suite::run(set, Some(title));
        report.results.retain(|result| {
            result.title == title || result.title.starts_with(&format!("{title}: "))
        });
        let reply = results::verdicts(&report)
            + &results::failures(&report, set.sources(), &results::Plain);
        Ok(reply.trim_end().to_owned())
    }

    /// The rule file of the first place.
    pub(super) fn file(&self) -> String {
        file_of(self.first_place())
    }

    /// `:keep`
    pub(super) fn keep(&mut self, file: &str) -> Answered {
        if self.session_items.is_empty() {
            return text("no items were entered");
        }
        if !file.is_empty() {
            return self.keep_in(file);
        }
        let Some(root) = self.loaded()?.root.clone() else {
            let none = "there is no directory of rules; `:keep FILE` writes the items to a file";
            return Err(none.into());
        };
        let items: Vec<_> = self.session_items.iter().map(SessionItem::formatted).collect();
        let mut reply = vec![];
        for (name, content) in files_with(&*self.host, Some(&root), &items) {
            reply.push(self.write(&root.join(&name), &content)?);
        }
        self.session_items.clear();
        text(reply.join("\n"))
    }

    /// Adds the entered items to one file. If it is a file of the rules, they belong to it from then on.
    fn keep_in(&mut self, file: &str) -> Answered {
        if !file.ends_with(".loci") {
            return Err("`:keep` writes to a rule file, whose name ends in `.loci`".into());
        }
        let in_rules = self.loaded()?.root.clone().and_then(|root| {
            let name = self.name_below(&root, Path::new(file))?;
            Some((root, name))
        });
        // Hosts know a file of the rules by its name below the root.
        let below = in_rules.as_ref().map(|(root, name)| root.join(name));
        let path = &*below.unwrap_or_else(|| file.into());
        let mut content = match self.host.is_file(path) {
            true => self.host.text(path).map_err(|why| sink::plain(&why).into_owned())?,
            false => String::new(),
        };
        for item in &self.session_items {
            replace_or_append(&mut content, &item.formatted());
        }
        let set = match in_rules {
            Some((root, name)) => {
                let set = self.host.compiler(&root).file(name, &content).compile()?;
                Some((root, set))
            }
            None => None,
        };
        let reply = self.write(path, &content)?;
        if let Some((root, set)) = set {
            self.session_items.clear();
            self.replace_rules(Some(root), set);
        }
        self.session_items.iter_mut().for_each(|item| item.is_kept = true);
        text(reply)
    }

    /// The name of a file below the root of the rules, however both paths are written. `None` if it is elsewhere.
    fn name_below(&self, root: &Path, file: &Path) -> Option<String> {
        let whole = |path: &Path| without_detours(&self.host.full_path(path));
        let (file, root) = (whole(file), whole(root));
        let names =
            file.strip_prefix(root).ok()?.components().map(|each| each.as_os_str().to_str());
        Some(names.collect::<Option<Vec<_>>>()?.join("/"))
    }

    /// Writes a file, and says so.
    fn write(&self, path: &Path, content: &str) -> Result<String, String> {
        self.host.write(path, content).map_err(|why| sink::plain(&why).into_owned())?;
        Ok(format!("wrote {}", sink::plain(&path.display().to_string())))
    }

    /// The entered items that are in no file: `rule promises`.
    pub(super) fn names_in_no_file(&self) -> Vec<String> {
        let items = self.session_items.iter().filter(|item| !item.is_kept);
        items.map(|item| format!("{} {}", item.keyword, item.name)).collect()
    }

    /// The full id of a rule or exception: `kz.promises`. The file may be left out if only one file has the name.
    pub(super) fn rule_or_exception(&self, id: &str) -> Result<String, Fault> {
        question::rule_or_exception(self.set()?, id)
            .map_err(|unknown| sink::plain(&unknown).into_owned().into())
    }

    /// Whether the session has items that `:keep` has not written to a file yet.
    pub(super) fn has_session_items(&self) -> bool {
        !self.session_items.is_empty()
    }

    /// `:rules`
    pub(super) fn rules(&mut self, pattern: &str) -> Answered {
        let set = self.set()?;
        let wanted = set.rules().filter(|rule| super::matches_pattern(pattern, rule.id));
        let lines: Vec<String> = wanted
            .map(|rule| {
                let kind = if rule.is_exception { "exception" } else { "rule" };
                format!("{} {kind} “{}”", rule.id, sink::plain(rule.title))
            })
            .collect();
        if lines.is_empty() {
            let pattern = sink::plain(pattern);
            return Err(match pattern.as_ref() {
                "" => "there are no rules".into(),
                pattern => format!("no rule has an id that matches `{pattern}`").into(),
            });
        }
        text(lines.join("\n"))
    }

    /// `:lists`
    pub(super) fn lists(&mut self, pattern: &str) -> Answered {
        let lists = self.set()?.lists();
        let wanted = lists.filter(|list| super::matches_pattern(pattern, list.id));
        let lines: Vec<String> = wanted
            .map(|list| {
                let size = match (list.kind, list.entries) {
                    ("terms", count) => counted(count, "phrase"),
                    (_, count) => show::entries(count),
                };
                format!("{} {}, {size}", list.id, list.kind)
            })
            .collect();
        if lines.is_empty() {
            return Err("there are no terms, no set and no register with such a name".into());
        }
        text(lines.join("\n"))
    }

    /// `:show`
    pub(super) fn show(&mut self, name: &str) -> Answered {
        let (at, source) = self.item_named(name)?;
        Ok(Reply::Text(output!("{}\n{}", at, SourceLines(source))))
    }

    /// The location of an item, and its text with its documentation.
    fn item_named(&self, name: &str) -> Result<(String, String), Fault> {
        let set = self.set()?;
        let own_id = id_in(&self.file(), name);
        let find = |fits: &dyn Fn(&str) -> bool| set.items().find(|item| fits(&item.id));
        let found = find(&|id| id == name)
            .or_else(|| find(&|id| id == own_id))
            .or_else(|| find(&|id| id.rsplit('.').next() == Some(name)));
        let Some(item) = found else {
            let ids: Vec<String> = set.items().map(|item| item.id).collect();
            let names = ids.iter().filter_map(|id| id.rsplit('.').next());
            let nearest = crate::nearest(name, ids.iter().map(String::as_str).chain(names));
            let hint = question::did_you_mean(nearest);
            return Err(format!("nothing is called `{}`{hint}", sink::plain(name)).into());
        };
        let docs: String = item.doc.lines().map(|line| format!("## {line}\n")).collect();
        Ok((set.sources().display(item.location), docs + set.sources().slice(item.location)))
    }

    /// `:edit`
    pub(super) fn edit(&mut self, name: &str) -> Answered {
        if name.is_empty() {
            let notation = self.current()?.notation(self.set()?);
            return Ok(Reply::Edit { before: ":record ", text: notation });
        }
        let (_, source) = self.item_named(name)?;
        Ok(Reply::Edit { before: "", text: source })
    }

    /// `:reset`
    pub(super) fn reset(&mut self, _: &str) -> Answered {
        let root = self.rules.as_ref().and_then(|loaded| loaded.root.clone());
        let set = self.compile_again(&[])?;
        *self = Self {
            records: self.records.take(),
            format: self.format,
            detail: self.detail,
            history: std::mem::take(&mut self.history),
            is_script: self.is_script,
            ..Self::without_rules(Arc::clone(&self.host))
        };
        self.replace_rules(root, set);
        self.before = None;
        text("items, record, place, instant and memory are dropped")
    }

    /// `:diff`
    pub(super) fn diff(&mut self, _: &str) -> Answered {
        let Some(before) = self.before.clone() else {
            return text("the rules have not changed in this session");
        };
        let after = self.set()?.clone();
        let mut reply = changed_items(&before, &after);
        // What was committed is what each of them remembers.
        let before = (&before, self.remembered.by_other_rules(&before));
        let after = (&after, self.remembered.memory());
        if let Ok(subject) = self.subject() {
            let summary_by = |(set, memory): &(&RuleSet, Memory)| {
                let record = self.current().ok()?.clone().read_again(set).ok()?.record;
                let (places, at) = (subject.places.clone(), subject.at);
                summary(&Subject { record, places, at }, set, memory)
            };
            let (old, new) = (summary_by(&before), summary_by(&after));
            let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
            reply.push(if old == new {
                "the decision about the record is the same".to_owned()
            } else {
                format!("the decision about the record changes\n{}", changed_lines(&old, &new))
            });
        }
        if let Some(file) = self.records.clone() {
            reply.extend(self.changed_records(&file, &before, &after)?);
        }
        text(reply.join("\n"))
    }

    /// How many records of a file are decided differently, and which. `None` if the file has no records.
    fn changed_records(
        &self,
        file: &str,
        before: &(&RuleSet, Memory),
        after: &(&RuleSet, Memory),
    ) -> Result<Option<String>, Fault> {
        let (mut all, mut changed) = (0, vec![]);
        records::each(&*self.host, before.0, file, &mut |imported| {
            let decide = |(set, memory): &(&RuleSet, Memory)| {
                let record = imported.read(set.schema()).ok()?;
                let subject = self.subject_with(set, &record).ok()?;
                Some((record.id().to_owned(), summary(&subject, set, memory)?))
            };
            let (old, new) = (decide(before), decide(after));
            all += 1;
            if old != new {
                changed.extend(new.or(old).map(|(id, _)| id));
            }
        })
        .map_err(|why| sink::plain_lines(&why).into_owned())?;
        let count = changed.len();
        if count > MAX_NAMED {
            changed.truncate(MAX_NAMED);
            changed.push(format!("and {} more", count - MAX_NAMED));
        }
        let names = if count == 0 { String::new() } else { format!(": {}", changed.join(", ")) };
        Ok((all > 0).then(|| {
            let all = counted(all, "record");
            format!("of {all} in {file}, {count} are decided differently{names}")
        }))
    }
}

/// A path without `.`, and without folders that a `..` leaves again.
fn without_detours(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for component in path.components() {
        let is_in_folder = matches!(short.components().next_back(), Some(Component::Normal(_)));
        if component == Component::ParentDir && is_in_folder {
            short.pop();
        } else if component != Component::CurDir {
            short.push(component);
        }
    }
    short
}

/// The decisions about a subject by some rules, as text, with what they remember.
fn summary(subject: &Subject, set: &RuleSet, memory: &Memory) -> Option<String> {
    let decisions = subject.decisions(&mut set.evaluator(), &mut memory.clone()).ok()?;
    Some(decisions::summaries(set, &decisions, &[], subject.at))
}

/// Compiles a directory with the entered items added to its files. Without any rule file, the rules are empty.
fn compile(
    host: &dyn Host,
    root: Option<&Path>,
    items: &[SessionItem],
) -> Result<RuleSet, Failure> {
    let compiler = root.map_or_else(Compiler::new, |root| host.compiler(root));
    let files = files_with(host, root, items).into_iter();
    let compiler = files.fold(compiler, |compiler, (name, text)| compiler.file(name, text));
    let with_first_file = |compiler: Compiler| compiler.file(FIRST_FILE.0, FIRST_FILE.1).compile();
    if root.is_none() && !items.iter().any(|each| each.file == FIRST_FILE.0) {
        return with_first_file(compiler);
    }
    compiler.clone().compile().or_else(|failure| {
        let is_empty = failure.diagnostics.iter().all(|each| each.code == Code::NoRules);
        if is_empty { with_first_file(compiler) } else { Err(failure) }
    })
}

/// The texts of the files that the entered items belong to, with these items added.
fn files_with(
    host: &dyn Host,
    root: Option<&Path>,
    items: &[SessionItem],
) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for item in items {
        let text = files.entry(item.file.clone()).or_insert_with(|| {
            let on_disk = root.and_then(|root| host.text(&root.join(&item.file)).ok());
            let empty = if item.file == FIRST_FILE.0 { FIRST_FILE.1 } else { "" };
            on_disk.unwrap_or_else(|| empty.to_owned())
        });
        replace_or_append(text, item);
    }
    files
}

/// Replaces the item of the same kind and name, with its documentation. If there is none, appends the item.
fn replace_or_append(text: &mut String, item: &SessionItem) {
    let items = crate::items(text);
    let same =
        items.iter().find(|(keyword, name, _)| *keyword == item.keyword && *name == item.name);
    match same {
        Some((_, _, span)) => {
            let bytes = span.range();
            let start = start_of_docs(text, bytes.start);
            text.replace_range(start..bytes.end, item.text.trim_end());
        }
        None => append(text, &item.text),
    }
}

/// Appends an item after an empty line.
pub(super) fn append(text: &mut String, item: &str) {
    if !text.is_empty() {
        text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
    }
    text.push_str(item.trim_end());
    text.push('\n');
}

/// The byte where the `##` lines above an item begin. Without such lines, the byte where the item begins.
fn start_of_docs(text: &str, item_start: usize) -> usize {
    let mut start = item_start;
    while let Some(before) = text.get(..start).and_then(|before| before.strip_suffix('\n')) {
        let line = before.rsplit('\n').next().unwrap_or_default();
        if !line.trim_start().starts_with("##") {
            break;
        }
        start -= line.len() + 1;
    }
    start
}

/// The rule file of a place.
pub(super) fn file_of(place: Place) -> String {
    format!("{}.loci", place.code().to_lowercase())
}

fn has_item(set: &RuleSet, file: &str, keyword: &str, name: &str) -> bool {
    let id = id_in(file, name);
    set.items().any(|item| {
        item.keyword == keyword && set.sources().name(item.location.file) == file && item.id == id
    })
}

/// The id of an item of a rule file: `kz.promises`.
fn id_in(file: &str, name: &str) -> String {
    format!("{}.{name}", file.strip_suffix(".loci").unwrap_or(file))
}

/// The items that were added, removed or changed.
fn changed_items(before: &RuleSet, after: &RuleSet) -> Vec<String> {
    let items = |set: &RuleSet| -> BTreeMap<(String, &'static str), String> {
        let texts = set
            .items()
            .map(|item| ((item.id, item.keyword), set.sources().slice(item.location).to_owned()));
        texts.collect()
    };
    let (old, new) = (items(before), items(after));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let changed = keys.into_iter().filter(|key| old.get(key) != new.get(key));
    let line = |key: &(String, &str)| {
        let sign = match (old.contains_key(key), new.contains_key(key)) {
            (false, _) => '+',
            (_, false) => '-',
            (true, true) => '~',
        };
        format!("{sign} {} {}", key.1, key.0)
    };
    changed.map(line).collect()
}

/// The lines that only one of two texts has.
fn changed_lines(old: &str, new: &str) -> String {
    let lines_of_one = |sign: char, text: &str, other: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !other.lines().any(|each| each == *line));
        lines.map(|line| format!("{sign} {line}")).collect()
    };
    [lines_of_one('-', old, new), lines_of_one('+', new, old)].concat().join("\n")
}
