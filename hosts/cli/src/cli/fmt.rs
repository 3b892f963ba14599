//! `lexloci fmt`: puts rule files into the canonical layout.

use super::{Global, Rules};
use crate::rules;
use crate::stop::{Exit, Stop};
use crate::{diff, files, stdio};
use lexloci::output;
use lexloci::show::counted;
use lexloci::{Files, Folder, Listing};
use std::error::Error;
use std::path::{Path, PathBuf};

/// Put rule files into the canonical layout; comments and meaning stay the same
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Rule files, or folders of rule files; `-` reads stdin and writes to stdout [default: the folder of `--rules`]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    rules: Rules,
    /// Write nothing; name the files that would change, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    diff: bool,
    /// The name to show for stdin in messages
    #[arg(long, value_name = "NAME", default_value = "-")]
    stdin_filename: String,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let mut formatter = Formatter { args, global, changed: 0, unchanged: 0, failed: 0 };
    let rules = std::slice::from_ref(&args.rules.rules);
    for path in if args.paths.is_empty() { rules } else { &*args.paths } {
        if path.as_os_str() == "-" {
            formatter.format_stdin()?;
        } else if path.is_dir() {
            formatter.format_folder(path)?;
        } else {
            let root = root_of_file(path);
            let name = rules::name_below(&root, path);
            formatter.format_file(&Folder::new(root), &name, path)?;
        }
    }
    Ok(formatter.finish())
}

/// The folder that is taken for the rule root of a file. Symbolic links must not lead out of it. If the name of the file does
/// not end in `.loci`, it is the folder in which the file lies.
fn root_of_file(path: &Path) -> PathBuf {
    let root = rules::root_of(path);
    let root = if root == path { root.parent().unwrap_or(&root) } else { &root };
    if root.as_os_str().is_empty() { ".".into() } else { root.into() }
}

/// Formats files and counts them for the summary and the exit code.
struct Formatter<'a> {
    args: &'a Args,
    global: &'a Global,
    /// Files that were changed, or would be.
    changed: usize,
    /// Files that already had the canonical layout. The text from stdin counts here, too: it goes formatted to stdout, and
    /// no file changes.
    unchanged: usize,
    /// Files that have faults, or could not be read or written.
    failed: usize,
}

impl Formatter<'_> {
    /// Whether to write no file, and only say what would change.
    fn writes_nothing(&self) -> bool {
        self.args.check || self.args.diff
    }

    fn format_stdin(&mut self) -> Result<(), Stop> {
        let name = &self.args.stdin_filename;
        let text = stdio::read_stdin()?;
        let Some(new) = self.formatted(name, &text) else { return Ok(()) };
        if self.writes_nothing() {
            return self.show_change(name, &text, &new);
        }
        self.unchanged += 1;
        stdio::content(&new)
    }

    fn format_folder(&mut self, path: &Path) -> Result<(), Stop> {
        let folder = Folder::new(path);
        let Listing { paths, faults } = folder.rule_files();
        for (name, fault) in faults {
            self.fail(&name, &fault);
        }
        for name in paths {
            self.format_file(&folder, &name, &path.join(&name))?;
        }
        Ok(())
    }

    /// Formats one file. `name` is its path below the rule root.
    fn format_file(&mut self, root: &Folder, name: &str, path: &Path) -> Result<(), Stop> {
        let shown = path.display().to_string();
        let text = match files::text_below(root, name) {
            Ok(text) => text,
            Err(error) => {
                self.fail(&shown, &error);
                return Ok(());
            }
        };
        let Some(new) = self.formatted(&shown, &text) else { return Ok(()) };
        if self.writes_nothing() {
            return self.show_change(&shown, &text, &new);
        }
        if new == text {
            self.unchanged += 1;
            return Ok(());
        }
        match files::replace(path, &new) {
            Ok(()) => self.changed += 1,
            Err(error) => self.fail(&shown, &error),
        }
        Ok(())
    }

    /// The text in the canonical layout. If the text has faults, they are written to stderr.
    fn formatted(&mut self, name: &str, text: &str) -> Option<String> {
        let formatted = lexloci::format(name, text).map_err(|failure| {
            self.failed += 1;
            rules::report(&failure, None, self.global.max_errors)
        });
        formatted.ok()
    }

    /// Names a file that would change, or shows what would change in it.
    fn show_change(&mut self, name: &str, old: &str, new: &str) -> Result<(), Stop> {
        if old == new {
            self.unchanged += 1;
            return Ok(());
        }
        self.changed += 1;
        stdio::print(&if self.args.diff {
            diff::unified_diff(name, old, new)
        } else {
            output!("{}\n", name)
        })
    }

    fn fail(&mut self, name: &str, error: &dyn Error) {
        self.failed += 1;
        stdio::stderr_line(&output!("error: {}: {}", name, error));
    }

    /// Writes the summary to stderr, and returns the exit code.
    fn finish(&self) -> Exit {
        self.global.note(&output!(
            "{} {}, {} unchanged",
            counted(self.changed, "file"),
            if self.writes_nothing() { "would change" } else { "changed" },
            counted(self.unchanged, "file"),
        ));
        match (self.failed, self.changed) {
            (1.., _) => Exit::CouldNotRun,
            (0, 1..) if self.writes_nothing() => Exit::Findings,
            (0, _) => Exit::Done,
        }
    }
}
