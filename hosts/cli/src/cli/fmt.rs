//! `lexloci fmt`: rule files in the canonical layout.

use super::Global;
use crate::rules::{self, number};
use crate::stop::{Exit, Stop};
use crate::{diff, files, render, stdio};
use lexloci::Failure;
use lexloci::output;
use lexloci::sink::Output;
use std::path::{Path, PathBuf};

/// Lay rule files out: one way for all, comments kept, meaning never changed
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, and folders with all that lies in them; `-` reads stdin and writes to stdout
    #[arg(default_value = "rules", env = "LEXLOCI_RULES")]
    paths: Vec<PathBuf>,
    /// Write nothing; name the files that would change, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    diff: bool,
    /// What the text of stdin is called in messages
    #[arg(long, value_name = "NAME", default_value = "-")]
    stdin_filename: String,
}

/// What came of the files.
#[derive(Default)]
struct Tally {
    changed: usize,
    same: usize,
    /// Files that could not be read, or not written.
    faulty: usize,
}

impl Tally {
    fn faulty(&mut self, name: &str, error: &std::io::Error) {
        self.faulty += 1;
        stdio::complain(&output!("error: {}: {}", name, error));
    }
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let mut tally = Tally::default();
    for path in &args.paths {
        if path.as_os_str() == "-" {
            stdin(args, global, &mut tally)?;
            continue;
        }
        let root = rules::root_of(path);
        // A file with another ending has no rule root but its folder.
        let root = if root.is_file() { root.parent().unwrap_or(&root).to_owned() } else { root };
        let root = if root.as_os_str().is_empty() { Path::new(".") } else { &root };
        for file in rules::files(path)? {
            one(root, &file, args, global, &mut tally)?;
        }
    }
    let dry = args.check || args.diff;
    let (word, rest) = (if dry { "would change" } else { "changed" }, number(tally.same, "file"));
    let changed = number(tally.changed, "file");
    global.note(&output!("{} {}, {} as it should be", changed, word, rest));
    Ok(match tally {
        Tally { faulty: 1.., .. } => Exit::CouldNotRun,
        Tally { changed: 1.., .. } if dry => Exit::Findings,
        Tally { .. } => Exit::Done,
    })
}

fn stdin(args: &Args, global: &Global, tally: &mut Tally) -> Result<(), Stop> {
    let text = stdio::read()?;
    let Some(new) = formatted(&args.stdin_filename, &text, global, tally) else { return Ok(()) };
    if args.check || args.diff {
        return show(&args.stdin_filename, &text, &new, args, tally);
    }
    tally.same += 1;
    stdio::content(&new)
}

fn one(
    root: &Path,
    file: &Path,
    args: &Args,
    global: &Global,
    tally: &mut Tally,
) -> Result<(), Stop> {
    let name = file.display().to_string();
    let text = match files::text_below(root, file) {
        Ok(text) => text,
        Err(error) => {
            tally.faulty(&name, &error);
            return Ok(());
        }
    };
    let Some(new) = formatted(&name, &text, global, tally) else { return Ok(()) };
    if args.check || args.diff {
        return show(&name, &text, &new, args, tally);
    }
    if new == text {
        tally.same += 1;
        return Ok(());
    }
    match files::replace(file, &new) {
        Ok(()) => tally.changed += 1,
        Err(error) => tally.faulty(&name, &error),
    }
    Ok(())
}

/// The text in its layout. What is wrong with it goes to stderr.
fn formatted(name: &str, text: &str, global: &Global, tally: &mut Tally) -> Option<String> {
    match lexloci::format(name, text) {
        Ok(new) => Some(new),
        Err(Failure { diagnostics, sources, .. }) => {
            tally.faulty += 1;
            let (shown, more) = render::first(diagnostics.iter().collect(), global.max_errors);
            for diagnostic in shown {
                let text = render::render(diagnostic, &sources, render::Format::Pretty, true);
                stdio::complain(&Output::drawn(&text));
            }
            more.into_iter().for_each(|more| stdio::complain(&Output::of(more)));
            None
        }
    }
}

fn show(name: &str, old: &str, new: &str, args: &Args, tally: &mut Tally) -> Result<(), Stop> {
    if old == new {
        tally.same += 1;
        return Ok(());
    }
    tally.changed += 1;
    stdio::print(&if args.diff { diff::unified(name, old, new) } else { output!("{}\n", name) })
}
