//! `lexloci.toml`: the settings of a repository for everybody who works on its rules. The program looks for it from the
//! rules upwards to the root of the repository. Unknown keys are errors, so that no setting is silently ignored.

mod dsa;

use lexloci::statement::Settings;
use lexloci::{Code, Diagnostic, Failure, Level, Levels, Location, Sources, Span};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The name of the settings file.
pub const FILE_NAME: &str = "lexloci.toml";

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

/// The lint levels from `file`, or else from the nearest settings file above the rules. Without a file there are none.
///
/// # Errors
/// When the file cannot be read or is not valid.
pub fn levels(file: Option<&Path>, root: &Path) -> Result<Levels, Failure> {
    match find(file, root)? {
        Some((path, text)) => parse_levels(&path, &text),
        None => Ok(Levels::new()),
    }
}

/// The settings for statements of reasons, from the table `[dsa]` of the same file.
///
/// # Errors
/// When there is no such file or table, or the table lacks a setting that statements need.
pub fn dsa_settings(file: Option<&Path>, root: &Path) -> Result<Settings, Failure> {
    let Some((path, text)) = find(file, root)? else {
        let message = "there is no such file; statements of reasons need its table `[dsa]`";
        return Err(failure(Path::new(FILE_NAME), "", Span::default(), [message]));
    };
    parse_dsa(&path, &text)
}

fn parse_dsa(path: &Path, text: &str) -> Result<Settings, Failure> {
    let Some(table) = parse(path, text)?.dsa else {
        let message = "statements of reasons need a table `[dsa]`; it says who the platform is, and how much of a decision is automated";
        return Err(failure(path, text, Span::default(), [message]));
    };
    let at = span(table.span());
    table.into_inner().settings().map_err(|errors| failure(path, text, at, errors))
}

/// The path of `file`, or else of the nearest settings file, if there is one.
pub fn path(file: Option<&Path>, root: &Path) -> Option<PathBuf> {
    file.map(Path::to_path_buf).or_else(|| nearest(root))
}

/// The path and the text of `file`, or else of the nearest settings file, if there is one.
fn find(file: Option<&Path>, root: &Path) -> Result<Option<(PathBuf, String)>, Failure> {
    let Some(path) = path(file, root) else { return Ok(None) };
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some((path, text))),
        Err(error) => Err(failure(&path, "", Span::default(), [error])),
    }
}

fn parse(path: &Path, text: &str) -> Result<Config, Failure> {
    toml::from_str(text).map_err(|error| {
        failure(path, text, span(error.span().unwrap_or_default()), [error.message()])
    })
}

/// The nearest settings file in a folder or above it, but not above the root of the repository.
fn nearest(root: &Path) -> Option<PathBuf> {
    let root = fs::canonicalize(root).ok()?;
    for folder in root.ancestors() {
        let path = folder.join(FILE_NAME);
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
        levels
            .set(name.as_ref(), *level)
            .map_err(|message| failure(path, text, span(name.span()), [message]))?;
    }
    Ok(levels)
}

fn span(bytes: std::ops::Range<usize>) -> Span {
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { start: byte(bytes.start), end: byte(bytes.end) }
}

/// A failure with a diagnostic for each message. If there is no text to show, the diagnostics name only the file.
fn failure(
    path: &Path,
    text: &str,
    span: Span,
    messages: impl IntoIterator<Item = impl ToString>,
) -> Failure {
    let mut sources = Sources::default();
    let file = sources.add(path.display().to_string(), text);
    let help = "the file has a table `[lints]` with levels (`legal = \"warn\"`) and a table `[dsa]` for statements of reasons";
    let fault = |message: String| {
        let message = message.lines().next().unwrap_or("");
        let fault = match text {
            "" => Diagnostic::general(Code::BadConfig, format!("`{}`: {message}", path.display())),
            _ => Diagnostic::new(Code::BadConfig, Location { file, span }, message),
        };
        fault.help(help)
    };
    let faults = messages.into_iter().map(|message| fault(message.to_string())).collect();
    Failure::new(faults, sources)
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
            let settings = super::parse_dsa(Path::new("lexloci.toml"), text);
            settings.map_err(|failure| {
                let messages = failure.diagnostics.iter().map(|fault| fault.message.as_str());
                messages.collect::<Vec<_>>().join("; ")
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
