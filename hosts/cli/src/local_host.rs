//! The host of sessions and commands: the files, the clock and the terminal of this machine.

use crate::input::MessageReader;
use crate::stop::Stop;
use crate::{config, files, stdio};
use lexloci::session::Host;
use lexloci::statement::Settings;
use lexloci::{Compiler, Failure, Import, InputFormat, Instant, RuleSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The host on this machine. It reads files of records in one format, with the facts of one file.
#[derive(Debug, Default)]
pub struct LocalHost {
    /// The folder that relative paths start from; empty for the working folder.
    pub folder: PathBuf,
    /// The format of files of records.
    pub format: InputFormat,
    /// The file of facts about chats, authors and messages. It is read again for each record.
    pub facts: Option<PathBuf>,
}

impl LocalHost {
    fn in_folder(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }
}

impl Host for LocalHost {
    fn compiler(&self, root: &Path) -> Compiler {
        Compiler::new().directory(self.in_folder(root))
    }

    fn full_path(&self, path: &Path) -> PathBuf {
        let path = self.in_folder(path);
        std::path::absolute(&path).unwrap_or(path)
    }

    fn text(&self, path: &Path) -> Result<String, String> {
        files::text(&self.in_folder(path)).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn write(&self, path: &Path, text: &str) -> Result<(), String> {
        let full = self.in_folder(path);
        full.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| files::replace(&full, text))
            .map_err(|error| format!("{}: {error}", path.display()))
    }

    fn is_file(&self, path: &Path) -> bool {
        self.in_folder(path).is_file()
    }

    fn paths(&self, prefix: &str) -> Vec<String> {
        let (folder, word) = prefix.rfind('/').map_or(("", prefix), |end| prefix.split_at(end + 1));
        let inside = self.folder.join(if folder.is_empty() { "." } else { folder });
        let Ok(entries) = fs::read_dir(inside) else { return vec![] };
        let is_hidden = |name: &str| name.starts_with('.') && !word.starts_with('.');
        let mut found: Vec<_> = entries
            .flatten()
            .filter_map(|entry| {
                let end = if entry.path().is_dir() { "/" } else { "" };
                Some(entry.file_name().into_string().ok()? + end)
            })
            .filter(|name| name.starts_with(word) && !is_hidden(name))
            .map(|name| format!("{folder}{name}"))
            .collect();
        found.sort();
        found
    }

    fn messages(
        &self,
        set: &RuleSet,
        file: &str,
        look: &mut dyn FnMut(Import<'_>) -> Result<(), String>,
    ) -> Result<(), String> {
        let facts = self.facts.as_deref().map(|facts| self.in_folder(facts));
        let reader = MessageReader::new(set, self.format, facts.as_deref()).map_err(message_of)?;
        let path = if file == "-" { file.into() } else { self.in_folder(file.as_ref()) };
        look(reader.open(&path.display().to_string()).map_err(message_of)?)
    }

    fn settings(&self, root: &Path) -> Result<Settings, Failure> {
        config::dsa_settings(None, &self.in_folder(root))
    }

    fn now(&self) -> Option<Instant> {
        Instant::try_from(SystemTime::now()).ok()
    }

    fn timed(&self, run: &mut dyn FnMut()) -> Option<Duration> {
        let begun = std::time::Instant::now();
        run();
        Some(begun.elapsed())
    }

    fn columns(&self) -> usize {
        stdio::columns()
    }
}

fn message_of(stop: Stop) -> String {
    match stop {
        Stop::Failed(message) => message.into_string(),
        Stop::Closed | Stop::Shown => String::new(),
    }
}
