//! Compiles the rules that a path of the command line names, and turns the names of files into paths that an editor can
//! open.

use super::config;
use super::render;
use super::stdio;
use super::stop::Stop;
use lexloci::output;
use lexloci::sink::Output;
use lexloci::{Compiler, Failure, RuleSet, Sources};
use std::path::{Path, PathBuf};

/// Compiles the rules below a directory. Writes at most `max` faults to stderr.
pub fn load(root: &Path, max: usize) -> Result<RuleSet, Stop> {
    compile(root).map_err(|failure| report(&failure, Some(root), max))
}

/// Writes at most `max` faults to stderr, and returns why the command stops. If there is a root, file names are paths that
/// an editor can open.
pub fn report(failure: &Failure, root: Option<&Path>, max: usize) -> Stop {
    let sources =
        root.map_or(failure.sources.clone(), |root| with_openable_paths(&failure.sources, root));
    let (shown, more) = render::shorten(failure.diagnostics.iter().collect(), max);
    for diagnostic in shown {
        let text = render::draw(diagnostic, &sources, true);
        stdio::stderr_line(&Output::drawn(&(text + "\n")));
    }
    if let Some(more) = more {
        stdio::stderr_line(&output!("{}; `--max-errors 0` shows all", more));
    }
    Stop::Shown
}

/// Compiles the rules below a directory, with the lint levels that the repository sets.
pub fn compile(root: &Path) -> Result<RuleSet, Failure> {
    let levels = config::levels(None, root)?;
    Compiler::new().directory(root).levels(levels).compile()
}

/// A rule set without rules.
pub fn empty_rule_set() -> Result<RuleSet, Stop> {
    let world = "jurisdiction WORLD { zone \"UTC\" }";
    let set = Compiler::new().file("world.loci", world).compile();
    set.map_err(Stop::with_lines)
}

/// The same sources, named by paths that an editor can open from the working folder. A source that is not a file below the
/// root, such as the standard library, keeps its name.
pub fn with_openable_paths(sources: &Sources, root: &Path) -> Sources {
    let mut renamed = Sources::default();
    for (_, source) in sources.iter() {
        let path = root.strip_prefix(".").unwrap_or(root).join(&source.name);
        let name = if path.is_file() { path.display().to_string() } else { source.name.clone() };
        renamed.add(name, source.text.clone());
    }
    renamed
}

/// The rule root to which a path belongs. A directory is a rule root; a rule file is in a rule root or below its `lib`.
pub fn root_of(path: &Path) -> PathBuf {
    if path.is_dir() || path.extension().is_none_or(|ending| ending != "loci") {
        return path.into();
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let library = folder.ancestors().filter(|each| each.ends_with("lib")).last();
    match library.map_or(Some(folder), Path::parent) {
        Some(root) if !root.as_os_str().is_empty() => root.into(),
        _ => PathBuf::from("."),
    }
}

/// The name of a file below a rule root, as sources know it.
pub fn name_below(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let names: Vec<_> = below.components().map(|each| each.as_os_str().to_string_lossy()).collect();
    names.join("/")
}

#[cfg(test)]
mod tests {
    use super::root_of;
    use std::path::Path;

    #[test]
    fn the_rule_root_of_a_file_is_its_folder_or_the_folder_above_lib() {
        for (path, root) in [
            ("nowhere/kz.loci", "nowhere"),
            ("kz.loci", "."),
            ("nowhere/lib/crypto.loci", "nowhere"),
            ("nowhere/lib/a/b.loci", "nowhere"),
            ("lib/crypto.loci", "."),
            ("src", "src"),
            ("nowhere", "nowhere"),
        ] {
            assert_eq!(root_of(Path::new(path)), Path::new(root), "{path}");
        }
    }
}
