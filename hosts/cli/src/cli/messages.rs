//! Reads the messages of the files that a command names, one after another, with a progress bar for long files.

use super::Global;
use crate::input::{self, MessageReader};
use crate::interrupt::Interrupt;
use crate::stop::Stop;
use indicatif::{ProgressBar, ProgressStyle};
use lexloci::{Facts, Import, Imported, output};
use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An input with fewer bytes has no progress bar, because it is read in a moment.
const LONG_INPUT_BYTES: u64 = 4 << 20;

/// A note names at most this many lines of unused facts.
const MAX_NAMED_LINES: usize = 6;

/// What happened while the files were read.
#[derive(Debug, Default)]
pub struct Summary {
    /// Whether Ctrl-C ended the reading.
    pub interrupted: bool,
    /// How many parts without a message were skipped, by kind.
    skipped: BTreeMap<String, usize>,
    /// The lines of facts that were about a message.
    used_facts: BTreeSet<usize>,
}

/// A message and the name of its file.
pub struct FileMessage {
    pub file: Arc<str>,
    pub imported: Imported<'static>,
}

impl AsRef<[u8]> for FileMessage {
    fn as_ref(&self) -> &[u8] {
        self.imported.as_ref()
    }
}

/// The messages of some files, one after another, until Ctrl-C.
pub struct Messages<'a> {
    files: std::slice::Iter<'a, PathBuf>,
    reader: &'a MessageReader,
    global: &'a Global,
    open: Option<OpenFile<'a>>,
    interrupt: Interrupt,
    summary: Summary,
    failed: Option<Stop>,
}

/// The file that is being read.
struct OpenFile<'a> {
    name: Arc<str>,
    import: Import<'a>,
    progress: ProgressBar,
}

impl<'a> Messages<'a> {
    /// The messages of some files.
    ///
    /// # Errors
    /// When a file is missing. All files are looked for before the first one is read, so that a misspelt name does not end
    /// a long run.
    pub fn new(
        files: &'a [PathBuf],
        reader: &'a MessageReader,
        global: &'a Global,
    ) -> Result<Self, Stop> {
        for path in files.iter().filter(|path| path.as_os_str() != "-") {
            path.metadata().map_err(|error| Stop::io(path.display().to_string(), &error))?;
        }
        Ok(Self {
            files: files.iter(),
            reader,
            global,
            open: None,
            interrupt: Interrupt::watch(),
            summary: Summary::default(),
            failed: None,
        })
    }

    /// Whether Ctrl-C was pressed.
    #[cfg(feature = "sqlite")]
    pub fn is_interrupted(&mut self) -> bool {
        self.summary.interrupted |= self.interrupt.is_pressed();
        self.summary.interrupted
    }

    /// Ends the reading and returns the summary.
    ///
    /// # Errors
    /// When a file could not be read. No messages were read after that.
    pub fn end(mut self) -> Result<Summary, Stop> {
        self.close();
        self.failed.map_or(Ok(self.summary), Err)
    }

    fn read(&mut self) -> Result<Option<FileMessage>, Stop> {
        while !self.interrupt.is_pressed() {
            let Some(open) = &mut self.open else {
                let Some(path) = self.files.next() else { return Ok(None) };
                self.open = Some(OpenFile::new(path, self.reader, self.global)?);
                continue;
            };
            match open.import.next_message().map_err(|error| Stop::io(&open.name, &error))? {
                Some(imported) => {
                    let (file, imported) = (Arc::clone(&open.name), imported.into_owned());
                    return Ok(Some(FileMessage { file, imported }));
                }
                None => self.close(),
            }
        }
        self.summary.interrupted = true;
        Ok(None)
    }

    fn close(&mut self) {
        let Some(OpenFile { import, progress, .. }) = self.open.take() else { return };
        progress.finish_and_clear();
        for (kind, count) in import.skipped() {
            *self.summary.skipped.entry(kind.into()).or_default() += count;
        }
        self.summary.used_facts.extend(import.used_facts());
    }
}

impl Iterator for Messages<'_> {
    type Item = FileMessage;

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

impl<'a> OpenFile<'a> {
    fn new(path: &Path, reader: &'a MessageReader, global: &Global) -> Result<Self, Stop> {
        let name = path.display().to_string();
        if name == "-" && std::io::stdin().is_terminal() {
            global.note(&output!("note: reading records from the terminal; Ctrl-D ends the input"));
        }
        let (stream, length) = input::stream(&name)?;
        let progress = progress(length, global);
        let import = reader.read(&name, progress.wrap_read(stream))?;
        Ok(Self { name: name.into(), import, progress })
    }
}

impl Summary {
    /// Writes notes to stderr: about skipped parts of the input, unused facts, and Ctrl-C.
    pub fn write_notes(&self, reader: &MessageReader, global: &Global) {
        if !self.skipped.is_empty() {
            let skipped: Vec<_> =
                self.skipped.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
            global.note(&output!("note: skipped parts without a message: {}", skipped.join(", ")));
        }
        if self.interrupted {
            global.note(&output!("interrupted; the results so far are written"));
        } else if let Some(facts) = &reader.facts {
            self.note_unused(facts, global);
        }
    }

    fn note_unused(&self, facts: &Facts, global: &Global) {
        let unused = facts.unused(&self.used_facts);
        if unused.is_empty() {
            return;
        }
        let lines: Vec<_> = unused.iter().take(MAX_NAMED_LINES).map(ToString::to_string).collect();
        let more = if unused.len() > MAX_NAMED_LINES { ", …" } else { "" };
        global.note(&output!(
            "note: {} of {} facts are about nothing in these records (line {}{})",
            unused.len(),
            facts.len(),
            lines.join(", "),
            more
        ));
    }
}

fn progress(length: Option<u64>, global: &Global) -> ProgressBar {
    let bar = match length {
        _ if !global.shows_progress() => return ProgressBar::hidden(),
        Some(length) if length < LONG_INPUT_BYTES => return ProgressBar::hidden(),
        Some(length) => ProgressBar::new(length),
        None => ProgressBar::new_spinner(),
    };
    let template = "{wide_bar} {decimal_bytes}/{decimal_total_bytes}, {eta} left";
    match ProgressStyle::with_template(template) {
        Ok(style) if length.is_some() => bar.with_style(style),
        _ => bar,
    }
}
