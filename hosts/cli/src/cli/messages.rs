//! The messages of the files that a command was given, one after another, with a bar for long ones.

use super::Global;
use crate::input::{self, Reading};
use crate::interrupt::Interrupt;
use crate::stop::Stop;
use indicatif::{ProgressBar, ProgressStyle};
use lexloci::output;
use lexloci::{Import, Imported};
use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A shorter input is through before a bar would be read.
const LONG_INPUT: u64 = 4 << 20;

/// Lines of facts that are named one by one.
const NAMED: usize = 6;

/// What is worth saying when all files are through.
#[derive(Debug, Default)]
pub struct Through {
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
    passed: BTreeMap<String, usize>,
    used: BTreeSet<usize>,
}

/// The messages of some files, one after another, until Ctrl-C.
pub struct Messages<'a> {
    files: std::slice::Iter<'a, PathBuf>,
    reading: &'a Reading,
    global: &'a Global,
    open: Option<Open<'a>>,
    interrupt: Interrupt,
    through: Through,
    failed: Option<Stop>,
}

/// The file that is being read.
struct Open<'a> {
    name: Arc<str>,
    import: Import<'a>,
    progress: ProgressBar,
}

impl<'a> Messages<'a> {
    /// # Errors
    /// When a file is not there. This is checked before any is read, so that no long run ends at a mistyped name.
    pub fn new(
        files: &'a [PathBuf],
        reading: &'a Reading,
        global: &'a Global,
    ) -> Result<Self, Stop> {
        for path in files.iter().filter(|path| path.as_os_str() != "-") {
            path.metadata().map_err(|error| Stop::io(path.display().to_string(), &error))?;
        }
        Ok(Self {
            files: files.iter(),
            reading,
            global,
            open: None,
            interrupt: Interrupt::watch(),
            through: Through::default(),
            failed: None,
        })
    }

    /// What came of it.
    ///
    /// # Errors
    /// When a file could not be read: there were no messages after that.
    pub fn end(mut self) -> Result<Through, Stop> {
        self.close();
        self.failed.map_or(Ok(self.through), Err)
    }

    fn read(&mut self) -> Result<Option<(Arc<str>, Imported<'static>)>, Stop> {
        while !self.interrupt.came() {
            let Some(open) = &mut self.open else {
                let Some(path) = self.files.next() else { return Ok(None) };
                self.open = Some(Open::new(path, self.reading, self.global)?);
                continue;
            };
            match open.import.next_message().map_err(|error| Stop::io(&open.name, &error))? {
                Some(imported) => return Ok(Some((Arc::clone(&open.name), imported.into_owned()))),
                None => self.close(),
            }
        }
        self.through.interrupted = true;
        Ok(None)
    }

    fn close(&mut self) {
        let Some(Open { import, progress, .. }) = self.open.take() else { return };
        progress.finish_and_clear();
        for (what, count) in import.skipped() {
            *self.through.passed.entry(what.into()).or_default() += count;
        }
        self.through.used.extend(import.used_facts());
    }
}

/// With the names of their files.
impl Iterator for Messages<'_> {
    type Item = (Arc<str>, Imported<'static>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed.is_some() {
            return None;
        }
        self.read().unwrap_or_else(|stop| {
            self.failed = Some(stop);
            None
        })
    }
}

impl<'a> Open<'a> {
    fn new(path: &Path, reading: &'a Reading, global: &Global) -> Result<Self, Stop> {
        let name = path.display().to_string();
        if name == "-" && std::io::stdin().is_terminal() {
            global.note(&output!("note: reading records from the terminal; Ctrl-D ends them"));
        }
        let (stream, length) = input::stream(&name)?;
        let progress = progress(length, global);
        let import = reading.read(&name, progress.wrap_read(stream))?;
        Ok(Self { name: name.into(), import, progress })
    }
}

/// Hands each message to a function, with the name of its file.
///
/// # Errors
/// When a file cannot be read, or the function fails.
pub fn each(
    files: &[PathBuf],
    reading: &Reading,
    global: &Global,
    mut take: impl FnMut(&str, &Imported<'_>) -> Result<(), Stop>,
) -> Result<Through, Stop> {
    let mut messages = Messages::new(files, reading, global)?;
    for (name, imported) in messages.by_ref() {
        take(&name, &imported)?;
    }
    messages.end()
}

impl Through {
    /// What held no message, and facts about nothing that was met.
    pub fn notes(&self, reading: &Reading, global: &Global) {
        if !self.passed.is_empty() {
            let passed: Vec<_> =
                self.passed.iter().map(|(what, count)| format!("{what} {count}")).collect();
            global.note(&output!("note: what holds no message is skipped: {}", passed.join(", ")));
        }
        let unused = reading.facts.as_ref().map(|facts| (facts.len(), facts.unused(&self.used)));
        if let Some((all, unused)) =
            unused.filter(|(_, unused)| !unused.is_empty() && !self.interrupted)
        {
            let named: Vec<_> = unused.iter().take(NAMED).map(ToString::to_string).collect();
            let more = if unused.len() > NAMED { ", …" } else { "" };
            global.note(&output!(
                "note: {} of {} facts are about nothing in these records (line {}{})",
                unused.len(),
                all,
                named.join(", "),
                more
            ));
        }
        if self.interrupted {
            global.note(&output!("interrupted: what was read so far is written"));
        }
    }
}

fn progress(length: Option<u64>, global: &Global) -> ProgressBar {
    let bar = match length {
        _ if !global.progress() => return ProgressBar::hidden(),
        Some(length) if length < LONG_INPUT => return ProgressBar::hidden(),
        Some(length) => ProgressBar::new(length),
        None => ProgressBar::new_spinner(),
    };
    let template = "{wide_bar} {decimal_bytes}/{decimal_total_bytes}, {eta} left";
    match ProgressStyle::with_template(template) {
        Ok(style) if length.is_some() => bar.with_style(style),
        _ => bar,
    }
}
