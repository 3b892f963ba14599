//! `lexloci check`: reports all faults of rules in one run, and with `--fix` mends those that have a fix.

use super::{Global, Rules};
use crate::render::{self, Format};
use crate::rules;
use crate::stop::{Exit, Stop};
use crate::{config, diff, files, question, stdio, watch};
use lexloci::ide::fixes::{self, Texts};
use lexloci::output;
use lexloci::show::{counted, law::verification, rule_count};
use lexloci::sink::{Output, Terminal};
use lexloci::{Compiler, Day, Diagnostic, Failure, Fix, Level, Levels, RuleSet, Sources};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Check rules: syntax, names, types, law, lints
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("mending").args(["fix", "diff"]).multiple(true))]
pub struct Args {
    /// The directory of rules, the same as `--rules`, or the rule files to report on; `-` reads from stdin the rule
    /// file that `--stdin-filename` names
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    rules: Rules,
    /// The format of the findings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Lints to report as errors: codes, slugs, groups, `warnings` or `all`, separated by commas
    #[arg(long, value_name = "LINTS", value_delimiter = ',')]
    deny: Vec<String>,
    /// Lints to report as warnings
    #[arg(long, value_name = "LINTS", value_delimiter = ',')]
    warn: Vec<String>,
    /// Lints not to report
    #[arg(long, value_name = "LINTS", value_delimiter = ',')]
    allow: Vec<String>,
    /// The file of lint levels [default: the nearest `lexloci.toml` above the rules, within the repository]
    #[arg(long, value_name = "FILE", env = "LEXLOCI_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    /// Report law that has ended and reviews that are due as of this day [default: today]
    #[arg(long, value_name = "DAY", value_parser = question::day)]
    as_of: Option<Day>,
    /// Apply safe fixes
    #[arg(long)]
    fix: bool,
    /// With `--fix` or `--diff`: include fixes that the author has to review
    #[arg(long, requires = "mending")]
    unsafe_fixes: bool,
    /// Show what `--fix` would change, and change nothing
    #[arg(long)]
    diff: bool,
    /// Check again whenever a file changes
    #[arg(long, conflicts_with_all = ["fix", "diff", "stdin_filename"])]
    watch: bool,
    /// The name of the rule file that stdin contains
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<PathBuf>,
    /// Write to stderr how often each code was found
    #[arg(long)]
    statistics: bool,
    /// Exit with 0 whatever was found
    #[arg(long)]
    exit_zero: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    if args.watch {
        return watch(args, global);
    }
    let check = Check::new(args, global)?;
    if args.fix || args.diff {
        return check.mend();
    }
    let exit = check.check_once()?;
    Ok(if args.exit_zero { Exit::Done } else { exit })
}

/// Checks the rules again after every change. A later change can mend the rules and the settings, but not the arguments.
fn watch(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let Target { root, .. } = Target::new(args, global)?;
    levels(args)?;
    if let Some(file) = args.config.as_deref().filter(|file| !file.is_file()) {
        file_levels(Some(file), &root, global)?;
    }
    let settings = config::path(args.config.as_deref(), &root);
    let check = || Check::new(args, global).and_then(|check| check.check_once());
    watch::watch(&root, settings.as_deref(), || watch::shown(check()))?;
    Ok(Exit::Done)
}

/// The rules to check, and the options of the check.
struct Check<'a> {
    args: &'a Args,
    global: &'a Global,
    target: Target,
    levels: Levels,
    as_of: Day,
}

/// The rules that the arguments name.
struct Target {
    root: PathBuf,
    /// The files to report on, by their names below the root. If empty, all files.
    files: Vec<String>,
    /// The name and the text of the file that came from stdin.
    stdin: Option<(String, String)>,
}

impl Target {
    fn new(args: &Args, global: &Global) -> Result<Self, Stop> {
        let paths = if args.paths.is_empty() {
            std::slice::from_ref(&args.rules.rules)
        } else {
            &*args.paths
        };
        let from_stdin = paths.iter().any(|path| path.as_os_str() == "-");
        let paths = match (&args.stdin_filename, from_stdin, paths) {
            (Some(path), true, [_]) => std::slice::from_ref(path),
            (None, true, _) => {
                let message =
                    "`-` needs `--stdin-filename`, the name of the rule file that stdin contains";
                return Err(Stop::failed(message));
            }
            (Some(_), ..) => {
                return Err(Stop::failed("`--stdin-filename` needs `-` as the only path"));
            }
            (None, false, paths) => paths,
        };
        let root = paths.first().map(|path| rules::root_of(path)).unwrap_or_default();
        let is_there = |path: &&PathBuf| path.exists() && rules::root_of(path).is_dir();
        if let Some(missing) = paths.iter().find(|path| !from_stdin && !is_there(path)) {
            // Loading the missing rules fails and reports why.
            rules::load(missing, global.max_errors)?;
        }
        if let Some(stray) = paths.iter().find(|path| rules::root_of(path) != root) {
            let (stray, root) = (stray.display(), root.display());
            let message = format!("`{stray}` does not belong to the rules in `{root}`");
            return Err(Stop::failed(message));
        }
        let names_root = paths.contains(&root);
        let files: Vec<_> = paths.iter().map(|path| rules::name_below(&root, path)).collect();
        let files = if names_root { vec![] } else { files };
        let stdin = match files.first() {
            Some(name) if from_stdin => Some((name.clone(), stdio::read_stdin()?)),
            _ => None,
        };
        Ok(Self { root, files, stdin })
    }
}

impl<'a> Check<'a> {
    fn new(args: &'a Args, global: &'a Global) -> Result<Self, Stop> {
        let target = Target::new(args, global)?;
        let levels = levels(args)?.over(file_levels(args.config.as_deref(), &target.root, global)?);
        let as_of = args
            .as_of
            .or_else(today)
            .ok_or_else(|| Stop::failed("the clock shows no valid day; name one with `--as-of`"))?;
        Ok(Self { args, global, target, levels, as_of })
    }

    /// Compiles the rules. A text in `texts` replaces the text of the file with the same name.
    fn compile(&self, texts: &Texts) -> Result<RuleSet, Failure> {
        let compiler = Compiler::new().levels(self.levels.clone()).as_of(self.as_of);
        // Without a folder, the rule set has only the text from stdin.
        let is_only_stdin = self.target.stdin.is_some() && !self.target.root.is_dir();
        let compiler = if is_only_stdin { compiler } else { compiler.directory(&self.target.root) };
        let given = self.target.stdin.iter().map(|(name, text)| (name, text)).chain(texts);
        given.fold(compiler, |compiler, (name, text)| compiler.file(name, text)).compile()
    }

    /// Checks the rules and reports what was found.
    fn check_once(&self) -> Result<Exit, Stop> {
        let result = self.compile(&Texts::new());
        self.report(&result)
    }

    fn report(&self, result: &Result<RuleSet, Failure>) -> Result<Exit, Stop> {
        let (diagnostics, sources) = fixes::diagnostics_of(result);
        let (shown, others): (Vec<_>, Vec<_>) =
            diagnostics.iter().partition(|each| self.is_reported(each, sources));
        let errors = shown.iter().filter(|each| each.is_error()).count();
        let warnings = shown.len() - errors;
        let codes = count_codes(&shown);
        // Formats for tools contain all findings.
        let max = if self.args.format.is_for_people() { self.global.max_errors } else { 0 };
        let (shown, more) = render::shorten(shown, max);
        let sources = rules::with_openable_paths(sources, &self.target.root);
        render::print(&shown, &sources, self.args.format)?;
        if let Some(more) = more {
            self.global.note(&output!("{}; `--max-errors 0` shows all", more));
        }
        if self.args.statistics {
            for (code, count) in codes {
                stdio::stderr_line(&output!("{:>6}  {} {}", count, code.as_str(), code.slug()));
            }
        }
        self.global.note(&Output::of(self.summary(result, errors, warnings, others.len())));
        Ok(if errors > 0 { Exit::Findings } else { Exit::Done })
    }

    /// Applies fixes, or with `--diff` shows what they would change.
    fn mend(&self) -> Result<Exit, Stop> {
        let accepts = |each: &Diagnostic, fix: &Fix, sources: &Sources| {
            (fix.safe || self.args.unsafe_fixes) && self.is_reported(each, sources) && {
                let name = sources.name(fix.at.file);
                self.target.stdin.is_some() || self.target.root.join(name).is_file()
            }
        };
        let mended = fixes::mend(|texts| self.compile(texts), accepts);
        let left = self.fixes_to_review(&mended.result);
        if self.args.diff {
            let shown = mended.files.iter().map(|(name, (old, new))| {
                diff::unified_diff(&self.target.root.join(name).display().to_string(), old, new)
            });
            stdio::print(&shown.collect::<Output<Terminal>>())?;
            let mended_faults = counted(mended.count, "fault");
            self.global.note(&output!("{} would be mended{}", mended_faults, left));
            let is_finding = !mended.files.is_empty() && !self.args.exit_zero;
            return Ok(if is_finding { Exit::Findings } else { Exit::Done });
        }
        if let Some((name, text)) = &self.target.stdin {
            let new = mended.files.get(name).map_or(text, |(_, new)| new);
            stdio::content(new)?;
            return Ok(Exit::Done);
        }
        for (name, (_, new)) in &mended.files {
            let path = self.target.root.join(name);
            files::replace(&path, new).map_err(|error| Stop::io(path.display(), &error))?;
        }
        let exit = self.report(&mended.result)?;
        self.global.note(&output!("{} mended{}", counted(mended.count, "fault"), left));
        Ok(if self.args.exit_zero { Exit::Done } else { exit })
    }

    /// Says how many faults that are left have a fix that the author has to review.
    fn fixes_to_review(&self, result: &Result<RuleSet, Failure>) -> String {
        let (diagnostics, sources) = fixes::diagnostics_of(result);
        let has_fix = |each: &&Diagnostic| each.fix.as_ref().is_some_and(|fix| !fix.safe);
        let left = diagnostics.iter().filter(has_fix).filter(|one| self.is_reported(one, sources));
        match left.count() {
            0 => String::new(),
            _ if self.args.unsafe_fixes => String::new(),
            1 => "; 1 more has a fix to review: `--unsafe-fixes` applies it".to_owned(),
            count => format!("; {count} more have a fix to review: `--unsafe-fixes` applies it"),
        }
    }

    /// Whether a diagnostic is about the files to report on.
    fn is_reported(&self, diagnostic: &Diagnostic, sources: &Sources) -> bool {
        let file = diagnostic.at.map(|at| sources.name(at.file));
        self.target.files.is_empty()
            || file.is_none_or(|name| self.target.files.iter().any(|file| file == name))
    }

    fn summary(
        &self,
        result: &Result<RuleSet, Failure>,
        errors: usize,
        warnings: usize,
        others: usize,
    ) -> String {
        let mut text = match (errors, warnings) {
            (0, 0) => "nothing to report".to_string(),
            _ => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
        };
        if others > 0 {
            text += &format!(" ({others} more in other files)");
        }
        let note = if self.args.as_of.is_none() { ", today" } else { "" };
        match result {
            Ok(set) => {
                let unverified =
                    verification(set).map_or(String::new(), |text| format!("; {text}"));
                format!("{}: {text}, as of {}{note}{unverified}", rule_count(set), self.as_of)
            }
            Err(_) => text,
        }
    }
}

/// The lint levels that the settings file sets.
fn file_levels(file: Option<&Path>, root: &Path, global: &Global) -> Result<Levels, Stop> {
    let levels = config::levels(file, root);
    levels.map_err(|failure| rules::report(&failure, None, global.max_errors))
}

/// The lint levels that the command line sets.
fn levels(args: &Args) -> Result<Levels, Stop> {
    let mut levels = Levels::new();
    for (names, level) in
        [(&args.deny, Level::Deny), (&args.warn, Level::Warn), (&args.allow, Level::Allow)]
    {
        for name in names {
            levels.set(name, level)?;
        }
    }
    Ok(levels)
}

/// The day on the clock, in UTC. The library never reads the clock.
fn today() -> Option<Day> {
    let now = lexloci::Instant::try_from(std::time::SystemTime::now()).ok()?;
    Day::parse(now.to_string().get(..10)?).ok()
}

fn count_codes(diagnostics: &[&Diagnostic]) -> BTreeMap<lexloci::Code, usize> {
    let mut codes = BTreeMap::new();
    for each in diagnostics {
        *codes.entry(each.code).or_insert(0) += 1;
    }
    codes
}
