//! `:test` runs the tests of the rules; `:save-test` writes the record and its decision as a test.

use super::items::append;
use super::{Answered, Fault, Reply, Session, text};
use crate::output;
use crate::show::suite as results;
use crate::sink::{self, SourceLines};
use crate::suite::{self, Situation};
use std::path::{Component, Path};

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
        let fixture = format!("fixtures/{}.json", slug(&title));
        let exact = self.current()?.exact_notation(self.set()?);
        let given = exact.clone().unwrap_or_else(|| format!("from \"{fixture}\""));
        let (evaluator, memory) = self.evaluator_and_memory()?;
        let decisions = subject.decisions(evaluator, memory)?;
        let fixtures = self.remembered.fixtures(&slug(&title));
        let before: Vec<_> = fixtures.iter().map(|one| (&*one.name, one.at)).collect();
        let situation = Situation {
            file: file.strip_suffix(".loci").unwrap_or(&file),
            title: &title,
            given: &given,
            at: subject.at,
            decisions: &decisions,
            before: &before,
        };
        let test = suite::recorded(self.set()?, &situation);
        let path = root.join(&file);
        if !self.host.is_file(&path) {
            let set = self.set()?;
            let files = set.sources().iter().map(|(_, source)| &*source.name);
            // Libraries and the schema have no tests.
            let is_of_place = |name: &str| !name.contains('/') && name != "schema.loci";
            let files: Vec<_> = files
                .filter(|name| is_of_place(name) && self.host.is_file(&root.join(name)))
                .collect();
            let (file, files) = (sink::plain(&file), files.join("`, `"));
            return Err(format!(
                "there is no `{file}`; after the title, give an existing rule file: `{}`",
                sink::plain(&files)
            )
            .into());
        }
        let escaped = |why: String| sink::plain(&why).into_owned();
        let mut content = self.host.text(&path).map_err(escaped)?;
        let has_title =
            |(keyword, name, _): &(&str, String, _)| *keyword == "test" && *name == title;
        if crate::items(&content).iter().any(has_title) {
            return Err(format!("{file} has a test `{}` already", sink::plain(&title)).into());
        }
        append(&mut content, &test);
        let json = self.current()?.json();
        let compiler = self.host.compiler(&root).file(&file, &content);
        let compiler = if exact.is_none() { compiler.list(&fixture, &json) } else { compiler };
        let compiler = fixtures
            .iter()
            .fold(compiler, |compiler, one| compiler.list(&one.name, one.json.as_str()));
        let set = compiler.compile()?;
        let report = suite::run(&set, Some(&title));
        if report.failed() > 0 || report.results.is_empty() {
            let failures = results::failures(&report, set.sources(), &results::Plain);
            return Err(format!("the test would not pass, so nothing is written{failures}").into());
        }
        if exact.is_none() {
            self.host.write(&root.join(&fixture), &(json + "\n")).map_err(escaped)?;
        }
        for one in &fixtures {
            self.host.write(&root.join(&one.name), &one.json).map_err(escaped)?;
        }
        self.host.write(&path, &content).map_err(escaped)?;
        self.reload("")?;
        let wrote = output!("wrote to {}\n{}", path.display(), SourceLines(test.trim_end()));
        Ok(Reply::Text(wrote))
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
