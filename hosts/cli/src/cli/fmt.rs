//! `lexloci fmt`: puts rule files into the canonical layout.

use super::Global;
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
    /// Rule files, or folders of rule files; `-` reads stdin and writes to stdout
    #[arg(default_value = "rules", env = "LEXLOCI_RULES", hide_env_values = true)]
    paths: Vec<PathBuf>,
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

/// Counts for the summary and the exit code.
#[derive(Default)]
struct Tally {
    /// Files that were changed, or would be.
    changed: usize,
    unchanged: usize,
    /// Files that could not be read or written.
    faulty: usize,
}

impl Tally {
    fn add_fault(&mut self, name: &str, error: &dyn Error) {
        self.faulty += 1;
        stdio::stderr_line(&output!("error: {}: {}", name, error));
    }
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let mut tally = Tally::default();
    for path in &args.paths {
        if path.as_os_str() == "-" {
            format_stdin(args, global, &mut tally)?;
            continue;
        }
        if !path.is_dir() {
            let root = root_of_file(path);
            let name = rules::name_below(&root, path);
            format_file(&Folder::new(root), &name, path, args, global, &mut tally)?;
            continue;
        }
        let folder = Folder::new(path);
        let Listing { paths, faults } = folder.rule_files();
        for (name, fault) in faults {
            tally.add_fault(&name, &fault);
        }
        for name in paths {
            format_file(&folder, &name, &path.join(&name), args, global, &mut tally)?;
        }
    }
    let only_shows = args.check || args.diff;
    global.note(&output!(
        "{} {}, {} unchanged",
        counted(tally.changed, "file"),
        if only_shows { "would change" } else { "changed" },
        counted(tally.unchanged, "file"),
    ));
    Ok(match tally {
        Tally { faulty: 1.., .. } => Exit::CouldNotRun,
        Tally { changed: 1.., .. } if only_shows => Exit::Findings,
        Tally { .. } => Exit::Done,
    })
}

fn format_stdin(args: &Args, global: &Global, tally: &mut Tally) -> Result<(), Stop> {
    let text = stdio::read_stdin()?;
    let Some(new) = formatted(&args.stdin_filename, &text, global, tally) else { return Ok(()) };
    if args.check || args.diff {
        return show(&args.stdin_filename, &text, &new, args, tally);
    }
    tally.unchanged += 1;
    stdio::content(&new)
}

/// The rule root of a file, out of which links may not lead. If the name of the file does not end in `.loci`, its folder is
/// the root.
fn root_of_file(path: &Path) -> PathBuf {
    let root = rules::root_of(path);
    let root = if root == path { root.parent().unwrap_or(&root) } else { &root };
    if root.as_os_str().is_empty() { ".".into() } else { root.into() }
}

/// Lays out one file. `name` is its path below the rule root.
fn format_file(
    root: &Folder,
    name: &str,
    file: &Path,
    args: &Args,
    global: &Global,
    tally: &mut Tally,
) -> Result<(), Stop> {
    let shown = file.display().to_string();
    let text = match files::text_below(root, name) {
        Ok(text) => text,
        Err(error) => {
            tally.add_fault(&shown, &error);
            return Ok(());
        }
    };
    let Some(new) = formatted(&shown, &text, global, tally) else { return Ok(()) };
    if args.check || args.diff {
        return show(&shown, &text, &new, args, tally);
    }
    if new == text {
        tally.unchanged += 1;
        return Ok(());
    }
    match files::replace(file, &new) {
        Ok(()) => tally.changed += 1,
        Err(error) => tally.add_fault(&shown, &error),
    }
    Ok(())
}

/// The text in the canonical layout. If the text has faults, they are written to stderr.
fn formatted(name: &str, text: &str, global: &Global, tally: &mut Tally) -> Option<String> {
    match lexloci::format(name, text) {
        Ok(new) => Some(new),
        Err(failure) => {
            tally.faulty += 1;
            rules::report(&failure, None, global.max_errors);
            None
        }
    }
}

/// Names a file that would change, or shows what would change in it.
fn show(name: &str, old: &str, new: &str, args: &Args, tally: &mut Tally) -> Result<(), Stop> {
    if old == new {
        tally.unchanged += 1;
        return Ok(());
    }
    tally.changed += 1;
    stdio::print(&if args.diff {
        diff::unified_diff(name, old, new)
    } else {
        output!("{}\n", name)
    })
}
