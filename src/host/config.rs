//! `lexloci.toml`: what a repository sets for all who work on its rules. Sought from the rules upwards to the root of
//! the repository; what it does not know is an error, so that no setting is without effect.

use lexloci::{Code, Diagnostic, Failure, Level, Levels, Location, Sources, Span};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The name of the file.
pub const NAME: &str = "lexloci.toml";

/// What the file can say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Levels by code, slug, group, `all` or `warnings`.
    #[serde(default)]
    lints: BTreeMap<toml::Spanned<String>, Said>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Said {
    Allow,
    Warn,
    Deny,
}

impl From<Said> for Level {
    fn from(said: Said) -> Self {
        match said {
            Said::Allow => Self::Allow,
            Said::Warn => Self::Warn,
            Said::Deny => Self::Deny,
        }
    }
}

/// The levels that a file sets: the named one, else the nearest above the rules; none when there is no such file.
///
/// # Errors
/// When it cannot be read or says what it cannot say.
pub fn levels(named: Option<&Path>, root: &Path) -> Result<Levels, Failure> {
    match named.map(Path::to_path_buf).or_else(|| nearest(root)) {
        Some(path) => match fs::read_to_string(&path) {
            Ok(text) => read(&path, &text),
            Err(error) => Err(failure(&path, "", Span::default(), &error.to_string())),
        },
        None => Ok(Levels::new()),
    }
}

/// The nearest file from a folder upwards; no further than the folder that holds the repository.
pub fn nearest(root: &Path) -> Option<PathBuf> {
    let root = fs::canonicalize(root).ok()?;
    for folder in root.ancestors() {
        let path = folder.join(NAME);
        if path.is_file() {
            return Some(path);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

fn read(path: &Path, text: &str) -> Result<Levels, Failure> {
    let config: Config = toml::from_str(text).map_err(|error| {
        failure(path, text, span(error.span().unwrap_or_default()), error.message())
    })?;
    let mut levels = Levels::new();
    for (name, said) in &config.lints {
        let set = levels.set(name.as_ref(), (*said).into());
        set.map_err(|message| failure(path, text, span(name.span()), &message))?;
    }
    Ok(levels)
}

fn span(bytes: std::ops::Range<usize>) -> Span {
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { start: byte(bytes.start), end: byte(bytes.end) }
}

fn failure(path: &Path, text: &str, span: Span, message: &str) -> Failure {
    let mut sources = Sources::default();
    let file = sources.add(path.display().to_string(), text);
    let message = message.lines().next().unwrap_or("").to_owned();
    let fault = match text {
        "" => Diagnostic::general(Code::BadConfig, format!("`{}`: {message}", path.display())),
        _ => Diagnostic::new(Code::BadConfig, Location { file, span }, message),
    };
    let help = "it has a table `[lints]` of levels: `legal = \"warn\"`, `LX4002 = \"allow\"`";
    Failure { diagnostics: vec![fault.help(help)], sources }
}

#[cfg(test)]
mod tests {
    use super::read;
    use lexloci::{Code, Level};
    use std::path::Path;

    #[test]
    fn what_a_file_can_say() {
        let text = "# ours\n[lints]\nlegal = \"warn\"\nLX4405 = \"deny\"\nunused = \"allow\"\n";
        let levels = read(Path::new("lexloci.toml"), text).unwrap();
        for (code, level) in [
            (Code::UntestedRule, Level::Warn),
            (Code::HeavyBurden, Level::Deny),
            (Code::Unused, Level::Allow),
            (Code::DuplicateEntry, Level::Warn),
        ] {
            assert_eq!(levels.of(code), level, "{code:?}");
        }
        assert!(read(Path::new("lexloci.toml"), "").is_ok());
    }

    #[test]
    fn what_it_cannot_say() {
        for (text, line) in [
            ("lint = 1\n", 1),
            ("[lints]\nlegl = \"warn\"\n", 2),
            ("[lints]\nlegal = \"loud\"\n", 2),
            ("[lints]\nLX0002 = \"allow\"\n", 2),
            ("[lints\n", 1),
        ] {
            let failure = read(Path::new("lexloci.toml"), text).unwrap_err();
            let at = failure.diagnostics[0].at.unwrap();
            assert_eq!(failure.sources.position(at.file, at.span.start).line, line, "{text}");
        }
    }
}
