//! The rules of the session: those of a directory, and the items that were typed.

use super::{Answered, Loaded, Reply, Session, shown, text};
use crate::files;
use crate::rules::{self, number};
use crate::{escape, report, results};
use lexloci::suite;
use lexloci::{Code, Compiler, Failure, Place, RuleSet, State};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a session without files begins with.
const EMPTY: (&str, &str) = ("world.loci", "jurisdiction WORLD { zone \"UTC\" }\n");

/// Records of the file of records that `:diff` tells of.
const TOLD: usize = 10;

/// An item that was typed.
#[derive(Clone, Debug)]
pub(super) struct Added {
    /// The file that it belongs to: `kz.loci`.
    file: String,
    keyword: &'static str,
    name: String,
    text: String,
}

impl Session {
    /// `:load`
    pub fn load(&mut self, directory: &str) -> Answered {
        if directory.is_empty() {
            return Err("`:load` takes a directory of rules".into());
        }
        let set = compiled(Some(Path::new(directory)), &[]).map_err(|failure| shown(&failure))?;
        self.added.clear();
        let said = self.put_in(Some(directory.into()), set);
        text(format!("{}: {said}", escape::plain(directory)))
    }

    /// `:reload`
    pub fn reload(&mut self, _: &str) -> Answered {
        let root = self.loaded()?.root.clone().ok_or("nothing was read from a directory")?;
        let set = compiled(Some(&root), &self.added).map_err(|failure| shown(&failure))?;
        let said = self.put_in(Some(root.clone()), set);
        text(format!("{}: {said}", escape::plain(&root.display().to_string())))
    }

    /// Begins without files, when there are none to read.
    pub fn begin(&mut self) {
        if let Ok(set) = compiled(None, &[]) {
            self.put_in(None, set);
        }
    }

    /// Puts rules into use; says what they are.
    fn put_in(&mut self, root: Option<std::path::PathBuf>, set: RuleSet) -> String {
        let mut said = rules::count(&set);
        if !set.warnings().is_empty() {
            let warnings = number(set.warnings().len(), "warning");
            said += &format!(", {warnings} (`lexloci check` shows them)");
        }
        // The record is read again through the schema of these rules, or given up when it no longer fits.
        if let Some(current) = self.record.take() {
            match current.read_again(&set) {
                Ok(current) => self.record = Some(current),
                Err(error) => said += &format!("\nthe record no longer fits: {error}"),
            }
        }
        let before = self.rules.replace(Loaded::new(root, set));
        self.before = before.map(|loaded| loaded.set);
        said
    }

    /// An item that is typed: it takes the place of one of the same name.
    pub(super) fn item(&mut self, typed: &str) -> Answered {
        let found = lexloci::items(typed);
        let (keyword, name) = found
            .first()
            .map_or(("", String::new()), |(keyword, name, _)| (*keyword, name.clone()));
        let file = match keyword {
            "jurisdiction" => format!("{}.loci", name.to_lowercase()),
            "record" => "schema.loci".to_owned(),
            _ => self.file(),
        };
        let mut added = self.added.clone();
        added.retain(|each| !(each.file == file && each.keyword == keyword && each.name == name));
        added.push(Added {
            file: file.clone(),
            keyword,
            name: name.clone(),
            text: typed.to_owned(),
        });
        let root = self.rules.as_ref().and_then(|loaded| loaded.root.clone());
        let set = compiled(root.as_deref(), &added).map_err(|failure| shown(&failure))?;
        let was =
            self.rules.as_ref().and_then(|loaded| source_of(&loaded.set, &file, keyword, &name));
        self.added = added;
        self.put_in(root, set);
        if keyword == "jurisdiction"
            && self.places.is_empty()
            && let Some(place) = self.set()?.place(&name)
        {
            self.places = vec![place];
        }
        let verb = if was.is_some() { "changed" } else { "added" };
        let mut said = format!("{verb} {keyword} {} in {file}", escape::plain(&name));
        for warning in self.set()?.warnings() {
            let here = warning
                .at
                .is_some_and(|at| self.set().is_ok_and(|set| set.sources().name(at.file) == file));
            // What is typed first is used later.
            if here && warning.code != Code::Unused && warning.message.contains(&name) {
                said += &format!(
                    "\nwarning[{}]: {}",
                    warning.code.as_str(),
                    escape::plain(&warning.message)
                );
            }
        }
        if keyword == "test" {
            said += &format!("\n{}", self.tested(&name)?);
        }
        text(said)
    }

    fn tested(&self, title: &str) -> Result<String, String> {
        let set = self.set()?;
        let mut report = suite::run(set, Some(title));
        report.results.retain(|result| {
            result.title == title || result.title.starts_with(&format!("{title}: "))
        });
        let said = results::verdicts(&report) + &results::failures(&report, set.sources(), false);
        Ok(said.trim_end().to_owned())
    }

    /// The file of the place that the session is in.
    pub(super) fn file(&self) -> String {
        let place = self.places.first().copied().unwrap_or(Place::WORLD);
        format!("{}.loci", place.code().to_lowercase())
    }

    /// `:keep`
    pub fn keep(&mut self, _: &str) -> Answered {
        if self.added.is_empty() {
            return text("no items were typed");
        }
        let Some(root) = self.loaded()?.root.clone() else {
            return Err(
                "there is no directory to keep them in; start with `lexloci repl DIR`".into()
            );
        };
        let mut said = vec![];
        for (name, content) in overlay(Some(&root), &self.added) {
            let path = root.join(&name);
            files::replace(&path, &content).map_err(|error| {
                format!("{}: {error}", escape::plain(&path.display().to_string()))
            })?;
            said.push(format!("wrote {}", escape::plain(&path.display().to_string())));
        }
        self.added.clear();
        text(said.join("\n"))
    }

    /// Whether items wait to be kept.
    pub(super) fn has_items(&self) -> bool {
        !self.added.is_empty()
    }

    /// `:rules`
    pub fn rules(&mut self, pattern: &str) -> Answered {
        let set = self.set()?;
        let wanted = set.rules().filter(|rule| super::is_meant(pattern, rule.id));
        let lines: Vec<String> = wanted
            .map(|rule| {
                let kind = if rule.is_exception { "exception" } else { "rule" };
                format!("{} {kind} “{}”", rule.id, rule.title)
            })
            .collect();
        if lines.is_empty() {
            return Err(format!("no rule is called like `{}`", escape::plain(pattern)));
        }
        text(escape::plain_lines(&lines.join("\n")))
    }

    /// `:lists`
    pub fn lists(&mut self, pattern: &str) -> Answered {
        let wanted = self.set()?.lists().filter(|list| super::is_meant(pattern, list.id));
        let lines: Vec<String> = wanted
            .map(|list| {
                let what = match (list.kind, list.entries) {
                    ("terms", many) => number(many, "phrase"),
                    (_, 1) => "1 entry".to_owned(),
                    (_, many) => format!("{many} entries"),
                };
                format!("{} {}, {what}", list.id, list.kind)
            })
            .collect();
        if lines.is_empty() {
            return Err("there are no terms and sets of that name".into());
        }
        text(escape::plain_lines(&lines.join("\n")))
    }

    /// `:show`
    pub fn show(&mut self, name: &str) -> Answered {
        let (at, source) = self.item_named(name)?;
        text(format!("{at}\n{}", escape::source(&source)))
    }

    /// Where an item stands, and its text with its documentation.
    fn item_named(&self, name: &str) -> Result<(String, String), String> {
        let set = self.set()?;
        let own = self.file();
        let own = own.strip_suffix(".loci").unwrap_or(&own);
        let is_full = |id: &str| id == name;
        let is_own =
            |id: &str| id.strip_prefix(own).and_then(|rest| rest.strip_prefix('.')) == Some(name);
        let is_bare = |id: &str| id.rsplit('.').next() == Some(name);
        let by = |is: &dyn Fn(&str) -> bool| set.items().find(|item| is(&item.id));
        let found = by(&is_full).or_else(|| by(&is_own)).or_else(|| by(&is_bare));
        let Some(item) = found else {
            let ids: Vec<String> = set.items().map(|item| item.id).collect();
            let names = ids.iter().filter_map(|id| id.rsplit('.').next());
            let near = lexloci::nearest(name, ids.iter().map(String::as_str).chain(names));
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(format!("nothing is called `{}`{hint}", escape::plain(name)));
        };
        let docs: String = item.doc.lines().map(|line| format!("## {line}\n")).collect();
        Ok((set.sources().display(item.location), docs + set.sources().slice(item.location)))
    }

    /// `:edit`
    pub fn edit(&mut self, name: &str) -> Answered {
        if name.is_empty() {
            let notation = self.current()?.notation(self.set()?);
            return Ok(Reply::Edit { before: ":record ", text: notation });
        }
        let (_, source) = self.item_named(name)?;
        Ok(Reply::Edit { before: "", text: source })
    }

    /// `:reset`
    pub fn reset(&mut self, _: &str) -> Answered {
        let root = self.rules.as_ref().and_then(|loaded| loaded.root.clone());
        let set = compiled(root.as_deref(), &[]).map_err(|failure| shown(&failure))?;
        *self = Self {
            records: self.records.take(),
            format: self.format,
            facts: self.facts.take(),
            shape: self.shape,
            detail: self.detail,
            taken: std::mem::take(&mut self.taken),
            ..Self::default()
        };
        self.put_in(root, set);
        self.before = None;
        text("items, record, place and instant are forgotten")
    }

    /// `:diff`
    pub fn diff(&mut self, _: &str) -> Answered {
        let Some(before) = self.before.clone() else {
            return text("the rules have not changed in this session");
        };
        let after = self.set()?.clone();
        let mut said = changed_items(&before, &after);
        if let Ok(question) = self.question() {
            let decide = |set: &RuleSet| {
                let record =
                    self.current().ok().and_then(|current| current.clone().read_again(set).ok());
                let decisions = record.map(|current| {
                    set.evaluator().decide_all(
                        &current.record,
                        &question.places,
                        question.at,
                        &State::default(),
                    )
                });
                decisions.map(|all| report::summaries(&all, question.at)).unwrap_or_default()
            };
            let (was, is) = (decide(&before), decide(&after));
            said.push(if was == is {
                "the decision about the record is the same".to_owned()
            } else {
                format!("the decision about the record changes\n{}", line_by_line(&was, &is))
            });
        }
        if let Some(file) = self.records.clone() {
            said.extend(self.changed_records(&file, &before, &after)?);
        }
        text(escape::plain_lines(&said.join("\n")))
    }

    /// How many decisions about the records of a file are different, and which.
    fn changed_records(
        &self,
        file: &str,
        before: &RuleSet,
        after: &RuleSet,
    ) -> Result<Option<String>, String> {
        let (mut all, mut changed) = (0, vec![]);
        let reading = self.reading(before)?;
        crate::records::each(&reading, file, |imported| {
            let decide = |set: &RuleSet| {
                let record = imported.read(set.schema()).ok()?;
                let question = self.question_about(set, &record).ok()?;
                let decided = set.evaluator().decide_all(
                    &record,
                    &question.places,
                    question.at,
                    &State::default(),
                );
                Some((record.id().to_owned(), report::summaries(&decided, question.at)))
            };
            let (was, is) = (decide(before), decide(after));
            all += 1;
            if was != is {
                changed.extend(is.or(was).map(|(id, _)| id));
            }
        })
        .map_err(super::message)?;
        let more = changed.len().saturating_sub(TOLD);
        let mut names: Vec<String> = changed.iter().take(TOLD).cloned().collect();
        names.extend((more > 0).then(|| format!("and {more} more")));
        let which =
            if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        Ok((all > 0).then(|| {
            format!(
                "of {} in {file}, {} are decided otherwise{which}",
                number(all, "record"),
                changed.len()
            )
        }))
    }
}

/// Compiles a directory with what was typed on top.
pub(super) fn compiled(root: Option<&Path>, added: &[Added]) -> Result<RuleSet, Failure> {
    let compiler = overlay(root, added)
        .into_iter()
        .fold(Compiler::new(), |compiler, (name, text)| compiler.file(name, text));
    let Some(root) = root else {
        let compiler = if added.iter().any(|each| each.file == EMPTY.0) {
            compiler
        } else {
            compiler.file(EMPTY.0, EMPTY.1)
        };
        return compiler.compile();
    };
    let compiler = compiler.directory(root);
    compiler.clone().compile().or_else(|failure| {
        let is_empty = failure.diagnostics.iter().all(|each| each.code == Code::NoRules);
        if is_empty { compiler.file(EMPTY.0, EMPTY.1).compile() } else { Err(failure) }
    })
}

/// The texts of the files that have typed items, with them.
fn overlay(root: Option<&Path>, added: &[Added]) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for item in added {
        let text = files.entry(item.file.clone()).or_insert_with(|| {
            let on_disk = root.and_then(|root| std::fs::read_to_string(root.join(&item.file)).ok());
            let empty = if item.file == EMPTY.0 { EMPTY.1 } else { "" };
            on_disk.unwrap_or_else(|| empty.to_owned())
        });
        put(text, item);
    }
    files
}

/// Puts an item in the place of one of the same name, with its documentation, or at the end.
fn put(text: &mut String, item: &Added) {
    let items = lexloci::items(text);
    let same =
        items.iter().find(|(keyword, name, _)| *keyword == item.keyword && *name == item.name);
    match same {
        Some((_, _, span)) => {
            let start = documented(text, span.start as usize);
            text.replace_range(start..span.end as usize, &item.text);
        }
        None => append(text, &item.text),
    }
}

/// Adds an item after an empty line.
pub(super) fn append(text: &mut String, item: &str) {
    if !text.is_empty() {
        text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
    }
    text.push_str(item.trim_end());
    text.push('\n');
}

/// Where the `##` lines above an item begin.
fn documented(text: &str, start: usize) -> usize {
    let mut start = start;
    while let Some(before) = text.get(..start).and_then(|before| before.strip_suffix('\n')) {
        let line = before.rsplit('\n').next().unwrap_or_default();
        if !line.trim_start().starts_with("##") {
            break;
        }
        start -= line.len() + 1;
    }
    start
}

fn source_of(set: &RuleSet, file: &str, keyword: &str, name: &str) -> Option<String> {
    let found = set.items().find(|item| {
        item.keyword == keyword
            && set.sources().name(item.location.file) == file
            && item.id.strip_prefix(&format!("{}.", file.strip_suffix(".loci").unwrap_or(file)))
                == Some(name)
    });
    found.map(|item| set.sources().slice(item.location).to_owned())
}

/// The items that came, went or read otherwise.
fn changed_items(before: &RuleSet, after: &RuleSet) -> Vec<String> {
    let items = |set: &RuleSet| -> BTreeMap<(String, &'static str), String> {
        let texts = set
            .items()
            .map(|item| ((item.id, item.keyword), set.sources().slice(item.location).to_owned()));
        texts.collect()
    };
    let (was, is) = (items(before), items(after));
    let keys: BTreeSet<_> = was.keys().chain(is.keys()).collect();
    let said = keys.into_iter().filter_map(|key| {
        let (id, keyword) = key;
        match (was.get(key), is.get(key)) {
            (None, Some(_)) => Some(format!("+ {keyword} {id}")),
            (Some(_), None) => Some(format!("- {keyword} {id}")),
            (Some(was), Some(is)) if was != is => Some(format!("~ {keyword} {id}")),
            _ => None,
        }
    });
    said.collect()
}

/// What only one of two texts has, line by line.
fn line_by_line(was: &str, is: &str) -> String {
    let gone = was.lines().filter(|line| !is.lines().any(|other| other == *line));
    let come = is.lines().filter(|line| !was.lines().any(|other| other == *line));
    let lines = gone.map(|line| format!("- {line}")).chain(come.map(|line| format!("+ {line}")));
    lines.collect::<Vec<_>>().join("\n")
}
