//! `:test` runs the tests of the rules; `:save-test` writes the record and its decision as a test.

use super::items::append;
use super::memory::Earlier;
use super::{Answered, Fault, Reply, Session, text};
use crate::show::{self, suite as results};
use crate::sink::{self, SourceLines};
use crate::suite::{self, Situation};
use crate::{Decision, Moment, Place, output};
use std::path::{Component, Path, PathBuf};

/// A test that is to be written, without its decisions.
#[derive(Debug)]
struct Draft {
    root: PathBuf,
    /// The rule file that it is for, and the text of it.
    file: String,
    content: String,
    title: String,
    /// The text after `given`.
    given: String,
    at: Moment,
    before: Vec<Earlier>,
    /// The names and texts of the files of records that it names.
    records: Vec<(String, String)>,
}

/// A test that passes.
#[derive(Debug)]
struct Written {
    test: String,
    /// The text of the rule file with the test.
    content: String,
    /// The places whose decisions it leaves out.
    left_out: Vec<String>,
}

impl Session {
    /// `:test`
    pub(super) fn test(&mut self, filter: &str) -> Answered {
        let filter = (!filter.is_empty()).then_some(filter);
        let set = self.set()?;
        let report = suite::run(set, filter);
        if report.results.is_empty() {
            return Err("there are no such tests".into());
        }
        let failures = results::failures(&report, set.sources(), &results::Plain);
        text(format!("{}{}", results::summary(&report), failures.trim_end()))
    }

    /// `:save-test`
    pub(super) fn save_test(&mut self, argument: &str) -> Answered {
        let (title, file) = self.title_and_file(argument)?;
        if self.has_session_items() {
            return Err("entered items are not in a file yet; `:keep` writes them".into());
        }
        let Some(root) = self.loaded()?.root.clone() else {
            return Err("there is no directory to save it in; start with `lexloci repl DIR`".into());
        };
        let subject = self.subject()?;
        let path = root.join(&file);
        if !self.host.is_file(&path) {
            return Err(self.no_such_file(&root, &file)?);
        }
        let escaped = |why: String| sink::plain(&why).into_owned();
        let content = self.host.text(&path).map_err(escaped)?;
        let has_title =
            |(keyword, name, _): &(&str, String, _)| *keyword == "test" && *name == title;
        if crate::items(&content).iter().any(has_title) {
            return Err(format!("{file} has a test `{}` already", sink::plain(&title)).into());
        }
        let (evaluator, memory) = self.evaluator_and_memory()?;
        let decisions = subject.decisions(evaluator, memory)?;
        let draft = self.draft((root, file), title, content, subject.at)?;
        let written = self.first_that_passes(&draft, &decisions)?;
        for (name, text) in &draft.records {
            self.host.write(&draft.root.join(name), text).map_err(escaped)?;
        }
        self.host.write(&path, &written.content).map_err(escaped)?;
        self.reload("")?;
        let wrote =
            output!("wrote to {}\n{}", path.display(), SourceLines(written.test.trim_end()));
        if written.left_out.is_empty() {
            return Ok(Reply::Text(wrote));
        }
        let places = written.left_out.join(", ");
        Ok(Reply::Text(output!(
            "{}\nleft out: {}; a test in {} cannot say what is decided there",
            wrote,
            places,
            draft.file
        )))
    }

    /// What the file of a test needs apart from the decisions.
    fn draft(
        &self,
        (root, file): (PathBuf, String),
        title: String,
        content: String,
        at: Moment,
    ) -> Result<Draft, Fault> {
        let (set, current) = (self.set()?, self.current()?);
        let exact = current.exact_notation(set);
        let typed = exact.as_ref().and_then(|_| current.typed());
        let until = set.instant_in(Place::WORLD, at);
        let before =
            self.remembered.earlier(&slug(&title), (&current.record, typed.as_deref()), until);
        let mut records: Vec<_> = before.iter().filter_map(|one| one.file.clone()).collect();
        let given = exact.unwrap_or_else(|| {
            let fixture = format!("fixtures/{}.json", slug(&title));
            let given = format!("from \"{fixture}\"");
            records.push((fixture, current.json() + "\n"));
            given
        });
        Ok(Draft { root, file, title, content, given, at, before, records })
    }

    /// The test with all decisions. If that would not pass, the one with those that pass alone.
    fn first_that_passes(&self, draft: &Draft, decisions: &[Decision]) -> Result<Written, Fault> {
        let all = self.written(draft, decisions);
        if all.is_ok() || decisions.len() < 2 {
            return all;
        }
        let passes = |one: &Decision| self.written(draft, std::slice::from_ref(one)).is_ok();
        let (kept, others): (Vec<Decision>, Vec<Decision>) =
            decisions.iter().cloned().partition(passes);
        if kept.is_empty() {
            return all;
        }
        let left_out = show::decisions::places(others.iter().map(|one| &one.places), &[]);
        self.written(draft, &kept).map(|written| Written { left_out, ..written })
    }

    /// The test with some decisions, if it passes.
    fn written(&self, draft: &Draft, decisions: &[Decision]) -> Result<Written, Fault> {
        let before: Vec<_> = draft.before.iter().map(|one| (&*one.given, one.at)).collect();
        let situation = Situation {
            file: draft.file.strip_suffix(".loci").unwrap_or(&draft.file),
            title: &draft.title,
            given: &draft.given,
            before: &before,
            at: draft.at,
            decisions,
        };
        let test = suite::recorded(self.set()?, &situation);
        let mut content = draft.content.clone();
        append(&mut content, &test);
        let compiler = self.host.compiler(&draft.root).file(&draft.file, &content);
        let records = draft.records.iter();
        let compiler =
            records.fold(compiler, |compiler, (name, text)| compiler.list(name, text.as_str()));
        let set = compiler.compile()?;
        let report = suite::run(&set, Some(&draft.title));
        if report.failed() > 0 || report.results.is_empty() {
            let failures = results::failures(&report, set.sources(), &results::Plain);
            return Err(format!("the test would not pass, so nothing is written{failures}").into());
        }
        Ok(Written { test, content, left_out: vec![] })
    }

    /// Says which rule files there are.
    fn no_such_file(&self, root: &Path, file: &str) -> Result<Fault, Fault> {
        let files = self.set()?.sources().iter().map(|(_, source)| &*source.name);
        // Libraries and the schema have no tests.
        let is_of_place = |name: &str| !name.contains('/') && name != "schema.loci";
        let files: Vec<_> =
            files.filter(|name| is_of_place(name) && self.host.is_file(&root.join(name))).collect();
        let (file, files) = (sink::plain(file), files.join("`, `"));
        let message = format!(
            "there is no `{file}`; after the title, give an existing rule file: `{}`",
            sink::plain(&files)
        );
        Ok(message.into())
    }

    /// Splits `"a title" kz.loci`, `a title kz.loci` or `a title`. Without a file, takes that of the first place.
    fn title_and_file(&self, argument: &str) -> Result<(String, String), Fault> {
        let (title, file) = match argument.strip_prefix('"').and_then(unquoted) {
            Some((title, file)) => (title, file),
            None => match argument.rsplit_once(char::is_whitespace) {
                Some((title, file)) if file.ends_with(".loci") => (title.trim().to_owned(), file),
                _ => (argument.to_owned(), ""),
            },
        };
        if title.is_empty() {
            return Err("`:save-test` takes a title for the test, and a file if you like: `:save-test a public advert kz.loci`".into());
        }
        let file = if file.is_empty() { self.file() } else { file.to_owned() };
        let is_below =
            Path::new(&file).components().all(|part| matches!(part, Component::Normal(_)));
        if !is_below || !file.ends_with(".loci") {
            return Err(
                format!("`{}` is not a rule file in the rules folder", sink::plain(&file)).into()
            );
        }
        Ok((title, file))
    }
}

/// Splits a text at its closing quote, and resolves the escapes before it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, text.get(at + 1..)?.trim())),
            '\\' => out.push(chars.next()?.1),
            c => out.push(c),
        }
    }
    None
}

/// A file name made of a title: its letters and digits, in lower case, joined by `-`.
fn slug(title: &str) -> String {
    let lower = title.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "record".to_owned() } else { words.join("-") }
}
