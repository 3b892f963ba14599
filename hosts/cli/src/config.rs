//! `lexloci.toml`: the settings of a repository for everybody who works on its rules. The program looks for it from the
//! rules upwards to the root of the repository. Unknown keys are errors, so that no setting is silently ignored.

mod dsa;

use lexloci::statement::Settings;
use lexloci::{Code, Diagnostic, Failure, Level, Levels, Location, Sources, Span};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The name of the file.
pub const NAME: &str = "lexloci.toml";

/// The content of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Levels by code, slug, group, `all` or `warnings`.
    #[serde(default)]
    lints: BTreeMap<toml::Spanned<String>, Level>,
    /// What the platform says about itself in statements of reasons.
    dsa: Option<toml::Spanned<dsa::Table>>,
}

/// The lint levels from the named file, or else from the nearest file above the rules. Without a file there are none.
///
/// # Errors
/// When the file cannot be read or is not valid.
pub fn levels(named: Option<&Path>, root: &Path) -> Result<Levels, Failure> {
    match find(named, root)? {
        Some((path, text)) => parse_levels(&path, &text),
        None => Ok(Levels::new()),
    }
}

/// What the platform says about itself in the table `[dsa]` of the same file.
///
/// # Errors
/// When there is no such file or table, or the table lacks what a statement of reasons needs.
pub fn dsa(named: Option<&Path>, root: &Path) -> Result<Settings, Failure> {
    let Some((path, text)) = find(named, root)? else {
        return Err(failure(
            Path::new(NAME),
            "",
            Span::default(),
            "there is no such file; statements of reasons need its table `[dsa]`",
        ));
    };
    settings(&path, &text)
}

fn settings(path: &Path, text: &str) -> Result<Settings, Failure> {
    let Some(table) = parse(path, text)?.dsa else {
        let message = "statements need a table `[dsa]` that says who the platform is, and how much of the decision is automated";
        return Err(failure(path, text, Span::default(), message));
    };
    let at = span(table.span());
    table.into_inner().settings().map_err(|errors| {
        let faults: Vec<_> =
            errors.iter().map(|error| failure(path, text, at, &error.to_string())).collect();
        let diagnostics = faults.iter().flat_map(|fault| fault.diagnostics.clone()).collect();
        let sources = faults.into_iter().next().map(|fault| fault.sources).unwrap_or_default();
        Failure::new(diagnostics, sources)
    })
}

/// The path and the text of the file, if there is one.
fn find(named: Option<&Path>, root: &Path) -> Result<Option<(PathBuf, String)>, Failure> {
    let Some(path) = named.map(Path::to_path_buf).or_else(|| nearest(root)) else {
        return Ok(None);
    };
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some((path, text))),
        Err(error) => Err(failure(&path, "", Span::default(), &error.to_string())),
    }
}

fn parse(path: &Path, text: &str) -> Result<Config, Failure> {
    toml::from_str(text).map_err(|error| {
        failure(path, text, span(error.span().unwrap_or_default()), error.message())
    })
}

/// The nearest settings file in a folder or above it, but not above the root of the repository.
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

fn parse_levels(path: &Path, text: &str) -> Result<Levels, Failure> {
    let config = parse(path, text)?;
    let mut levels = Levels::new();
    for (name, level) in &config.lints {
        let set = levels.set(name.as_ref(), *level);
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
    let help = "the file has a table `[lints]` with levels (`legal = \"warn\"`) and a table `[dsa]` for statements of reasons";
    Failure::new(vec![fault.help(help)], sources)
}

#[cfg(test)]
mod tests {
    use super::parse_levels;
    use lexloci::{Code, Level};
    use std::path::Path;

    #[test]
    fn levels_are_read_from_the_file() {
        let text = "# ours\n[lints]\nlegal = \"warn\"\nLX4405 = \"deny\"\nunused = \"allow\"\n";
        let levels = parse_levels(Path::new("lexloci.toml"), text).unwrap();
        for (code, level) in [
            (Code::UntestedRule, Level::Warn),
            (Code::HeavyBurden, Level::Deny),
            (Code::Unused, Level::Allow),
            (Code::DuplicateEntry, Level::Warn),
        ] {
            assert_eq!(levels.of(code), level, "{code:?}");
        }
        assert!(parse_levels(Path::new("lexloci.toml"), "").is_ok());
    }

    #[test]
    fn statements_of_reasons_need_their_settings() {
        let good = "puid_key = \"sixteen letters!\"\nautomated_detection = true\nautomated_decision = \"not\"\n";
        let settings = |text: &str| {
            let settings = super::settings(Path::new("lexloci.toml"), text);
            settings.map_err(|failure| {
                failure
                    .diagnostics
                    .iter()
                    .map(|one| one.message.clone())
                    .collect::<Vec<_>>()
                    .join("; ")
            })
        };
        assert!(
            settings(&format!("[dsa]\n{good}terms_url = \"https://platform.example/terms\"\n"))
                .is_ok()
        );
        let without = |key: &str| {
            good.lines().filter(|line| !line.starts_with(key)).collect::<Vec<_>>().join("\n")
        };
        for (text, expected) in [
            ("[lints]\n".to_owned(), "`[dsa]`"),
            (format!("[dsa]\n{}", without("puid_key")), "`puid`: write `puid_key"),
            (
                format!("[dsa]\n{}", good.replace("sixteen letters!", "short")),
                "`puid`: `puid_key` has to be a secret",
            ),
            (format!("[dsa]\n{}", without("automated_detection")), "`automated_detection`: write"),
            (format!("[dsa]\n{}", without("automated_decision")), "`automated_decision`: write"),
            (
                format!("[dsa]\n{}", good.replace("not", "maybe")),
                "`automated_decision`: `maybe` is none of",
            ),
            (
                format!("[dsa]\n{good}terms_url = \"platform.example\"\n"),
                "`decision_ground_reference_url`: `terms_url`",
            ),
            (
                format!("[dsa]\n{good}account_type = \"shop\"\n"),
                "`account_type`: `shop` is none of",
            ),
            (format!("[dsa]\n{good}category = \"fraud\"\n"), "`category`: `category` is `fraud`"),
            (format!("[dsa]\n{good}content_language = \"english\"\n"), "`content_language`:"),
            (
                format!("[dsa]\n{good}content_type = \"film\"\n"),
                "`content_type`: `film` is none of",
            ),
            (format!("[dsa]\n{good}automated = true\n"), "unknown field `automated`"),
            (format!("[dsa]\n{}", good.replace("true", "\"yes\"")), "invalid type"),
            ("[dsa]\n".to_owned(), "`puid`"),
        ] {
            let messages = settings(&text).unwrap_err();
            assert!(messages.contains(expected), "{text}\n{messages}");
        }
    }

    #[test]
    fn wrong_settings_are_faults_at_their_line() {
        for (text, line) in [
            ("lint = 1\n", 1),
            ("[lints]\nlegl = \"warn\"\n", 2),
            ("[lints]\nlegal = \"loud\"\n", 2),
            ("[lints]\nLX0002 = \"allow\"\n", 2),
            ("[lints\n", 1),
        ] {
            let failure = parse_levels(Path::new("lexloci.toml"), text).unwrap_err();
            let at = failure.diagnostics[0].at.unwrap();
            assert_eq!(failure.sources.position(at.file, at.span.start).line, line, "{text}");
        }
    }
}
