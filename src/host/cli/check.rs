//! `lexloci check`: all that is wrong with some rules, in one run.

use super::Global;
use crate::host::render::{self, Format};
use crate::host::rules::{self, number};
use crate::host::stop::{Exit, Stop};
use clap::ValueEnum;
use lexloci::{Diagnostic, RuleSet, Sources};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Check rules: syntax, names, types, law
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The directory of rules, or one file of it to hear about that alone
    #[arg(default_value = "rules", env = "LEXLOCI_RULES")]
    path: PathBuf,
    /// How findings are written to stdout
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// What else counts as an error
    #[arg(long, value_enum)]
    deny: Option<Deny>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Deny {
    Warnings,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    if !args.path.exists() {
        rules::load(&args.path, global.max_errors)?;
    }
    let root = rules::root_of(&args.path);
    let result = rules::compile(&root);
    let (diagnostics, sources) = match &result {
        Ok(set) => (set.warnings(), set.sources()),
        Err(failure) => (failure.diagnostics.as_slice(), &failure.sources),
    };
    let file = name_below(&root, &args.path);
    let (shown, elsewhere): (Vec<_>, Vec<_>) =
        diagnostics.iter().partition(|each| concerns(each, file.as_deref(), sources));
    let errors = shown.iter().filter(|each| each.is_error()).count();
    let warnings = shown.len() - errors;
    // Tools are given everything: they do not tire.
    let most = if args.format == Format::Json { 0 } else { global.max_errors };
    let (shown, more) = render::first(shown, most);
    write(&shown, &rules::openable(sources, &root), args.format)?;
    if let Some(more) = more {
        global.note(format_args!("{more}; `--max-errors 0` shows all"));
    }
    global.note(summary(&result, errors, warnings, elsewhere.len()));
    let refused = errors > 0 || (args.deny.is_some() && warnings > 0);
    Ok(if refused { Exit::Findings } else { Exit::Done })
}

fn write(diagnostics: &[&Diagnostic], sources: &Sources, format: Format) -> Result<(), Stop> {
    let mut out = BufWriter::new(anstream::stdout().lock());
    for diagnostic in diagnostics {
        out.write_all(render::render(diagnostic, sources, format, true).as_bytes())?;
        if format == Format::Pretty {
            writeln!(out)?;
        }
    }
    Ok(out.flush()?)
}

/// The name of a single file below the root, as sources know it.
fn name_below(root: &Path, path: &Path) -> Option<String> {
    let file = path.is_file().then_some(path)?;
    let below = file.strip_prefix(root).unwrap_or(file);
    let names: Vec<_> = below.components().map(|each| each.as_os_str().to_string_lossy()).collect();
    Some(names.join("/"))
}

fn concerns(diagnostic: &Diagnostic, file: Option<&str>, sources: &Sources) -> bool {
    match (file, diagnostic.at) {
        (Some(file), Some(at)) => sources.name(at.file) == file,
        (None, _) | (_, None) => true,
    }
}

fn summary<E>(
    result: &Result<RuleSet, E>,
    errors: usize,
    warnings: usize,
    elsewhere: usize,
) -> String {
    let mut text = match (errors, warnings) {
        (0, 0) => "nothing to report".to_string(),
        _ => format!("{}, {}", number(errors, "error"), number(warnings, "warning")),
    };
    if elsewhere > 0 {
        text += &format!(" ({elsewhere} more in other files)");
    }
    match result {
        Ok(set) => format!("{}: {text}", rules::count(set)),
        Err(_) => text,
    }
}
