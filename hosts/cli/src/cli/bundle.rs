//! `lexloci bundle`: pins the files of a rule set by their digests, which `lock` writes to `lexloci.lock`.

use super::{Global, RulesOrDir};
use crate::stop::{Exit, Stop};
use crate::{config, files, rules, stdio};
use clap::Subcommand;
use lexloci::show::counted;
use lexloci::sink::{Output, Terminal};
use lexloci::{Compiler, Lock, output};
use std::fs;
use std::io::ErrorKind;

/// Pin the files of a rule set by their digests
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Write `lexloci.lock`: the SHA-256 of each rule file and list, and how many rules, places and list entries there
    /// are. From then on the rules load only if their files match the lock
    Lock(LockArgs),
}

#[derive(Debug, clap::Args)]
struct LockArgs {
    #[command(flatten)]
    rules: RulesOrDir,
    /// Write nothing; exit with 1 if the lock is absent or would change
    #[arg(long)]
    check: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    match &args.task {
        Task::Lock(args) => lock(args, global),
    }
}

fn lock(args: &LockArgs, global: &Global) -> Result<Exit, Stop> {
    let LockArgs { rules, check } = args;
    let root = rules.path();
    let report = |failure| rules::report(&failure, Some(root), global.max_errors);
    let levels = config::levels(None, root).map_err(report)?;
    let compiler = Compiler::new().directory(root).levels(levels).ignore_lock();
    let set = compiler.compile().map_err(report)?;
    let path = root.join(Lock::FILE);
    let failed = |error| Stop::io(path.display(), &error);
    let text = set.lock().text();
    let old = match fs::read_to_string(&path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    if old.as_ref() == Some(&text) {
        global.note(&output!("{} is up to date", path.display()));
        return Ok(Exit::Done);
    }
    if *check {
        let state = if old.is_some() { "would change" } else { "is absent" };
        stdio::line(&Output::<Terminal>::of(format_args!("{} {state}", path.display())))?;
        return Ok(Exit::Findings);
    }
    files::replace(&path, &text).map_err(failed)?;
    let size = set.lock().size;
    global.note(&output!(
        "{}: {} files, {}, {}, {}",
        path.display(),
        set.lock().files.len(),
        counted(size.rules, "rule"),
        counted(size.places, "place"),
        if size.entries == 1 { "1 entry".to_owned() } else { format!("{} entries", size.entries) },
    ));
    Ok(Exit::Done)
}
