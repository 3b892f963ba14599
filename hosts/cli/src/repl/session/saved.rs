//! Tests: those of the rules, run; and what the session shows, written down as one.

use super::items::append;
use super::{Answered, Session, shown, text};
use crate::{escape, files, results};
use lexloci::suite::{self, Situation};
use lexloci::{Compiler, State};
use std::path::{Component, Path};

impl Session {
    /// `:test`
    pub fn test(&mut self, filter: &str) -> Answered {
        let filter = (!filter.is_empty()).then_some(filter);
        let set = self.set()?;
        let report = suite::run(set, filter);
        if report.results.is_empty() {
            return Err("there are no such tests".into());
        }
        let failures = results::failures(&report, set.sources(), false);
        text(format!("{}{}", results::summary(&report), failures.trim_end()))
    }

    /// `:save-test`
    pub fn save_test(&mut self, argument: &str) -> Answered {
        let (title, file) = self.title_and_file(argument)?;
        if self.has_items() {
            return Err("items were typed that no file has yet; `:keep` writes them".into());
        }
        let Some(root) = self.loaded()?.root.clone() else {
            return Err("there is no directory to save it in; start with `lexloci repl DIR`".into());
        };
        let asked = self.question()?;
        let fixture = format!("fixtures/{}.json", slug(&title));
        let exact = self.current()?.exact_notation(self.set()?);
        let given = exact.clone().unwrap_or_else(|| format!("from \"{fixture}\""));
        let evaluator = self.evaluator()?;
        let decisions =
            evaluator.decide_all(&asked.record, &asked.places, asked.at, &State::default());
        let situation = Situation {
            file: file.strip_suffix(".loci").unwrap_or(&file),
            title: &title,
            given: &given,
            at: asked.at,
            decisions: &decisions,
        };
        let test = suite::recorded(self.set()?, &situation);
        let path = root.join(&file);
        if !path.exists() {
            let set = self.set()?;
            let files = set.sources().iter().map(|(_, source)| &*source.name);
            // Libraries and the schema hold no tests.
            let is_of_place = |name: &str| !name.contains('/') && name != "schema.loci";
            let places: Vec<_> =
                files.filter(|name| is_of_place(name) && root.join(name).is_file()).collect();
            let named = escape::plain(&places.join("`, `")).into_owned();
            let file = escape::plain(&file);
            return Err(format!("there is no `{file}`; name a file behind the title: `{named}`"));
        }
        let mut content = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", escape::plain(&path.display().to_string())))?;
        let is_there =
            |(keyword, name, _): &(&str, String, _)| *keyword == "test" && *name == title;
        if lexloci::items(&content).iter().any(is_there) {
            return Err(format!("{file} has a test `{}` already", escape::plain(&title)));
        }
        append(&mut content, &test);
        let json = self.current()?.json();
        let compiler = Compiler::new().directory(&root).file(&file, &content);
        let compiler = if exact.is_none() { compiler.list(&fixture, &json) } else { compiler };
        let set = compiler.compile().map_err(|failure| shown(&failure))?;
        let report = suite::run(&set, Some(&title));
        if report.failed() > 0 || report.results.is_empty() {
            let failures = results::failures(&report, set.sources(), false);
            return Err(format!("the test would not pass, so nothing is written{failures}"));
        }
        let write = |name: &str, content: &str| {
            let path = root.join(name);
            path.parent()
                .map_or(Ok(()), std::fs::create_dir_all)
                .and_then(|()| files::replace(&path, content))
                .map_err(|error| format!("{}: {error}", escape::plain(&path.display().to_string())))
        };
        if exact.is_none() {
            write(&fixture, &(json + "\n"))?;
        }
        write(&file, &content)?;
        self.reload("")?;
        text(format!(
            "wrote to {}\n{}",
            escape::plain(&path.display().to_string()),
            escape::source(test.trim_end())
        ))
    }

    /// `"a title" kz.loci`, `a title kz.loci`, `a title`
    fn title_and_file(&self, argument: &str) -> Result<(String, String), String> {
        let nothing = "`:save-test` takes what the test is called, and perhaps a file: `:save-test a public advert kz.loci`";
        let (title, file) = match argument.strip_prefix('"').and_then(unquoted) {
            Some((title, file)) => (title, file),
            None => match argument.rsplit_once(char::is_whitespace) {
                Some((title, file)) if file.ends_with(".loci") => (title.trim().to_owned(), file),
                _ => (argument.to_owned(), ""),
            },
        };
        if title.is_empty() {
            return Err(nothing.into());
        }
        let file = if file.is_empty() { self.file() } else { file.to_owned() };
        let below = Path::new(&file).components().all(|part| matches!(part, Component::Normal(_)));
        if !below || !file.ends_with(".loci") {
            return Err(format!("`{}` is no rule file below the rule root", escape::plain(&file)));
        }
        Ok((title, file))
    }
}

/// A text to its closing quote, and what follows.
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

/// A title as the name of a file.
fn slug(title: &str) -> String {
    let letters =
        title.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let slug: String = letters.collect();
    let words: Vec<&str> = slug.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "record".to_owned() } else { words.join("-") }
}
