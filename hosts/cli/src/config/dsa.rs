//! `[dsa]` of `lexloci.toml`: what a platform says about itself in statements of reasons.

use lexloci::statement::{AccountType, Automation, ContentType, Settings, StatementError};
use serde::Deserialize;

/// The table as the file has it. Every key is optional here, so that the error for a missing key can name the field of the
/// database.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    puid_key: Option<String>,
    automated_detection: Option<bool>,
    automated_decision: Option<String>,
    terms_url: Option<String>,
    account_type: Option<String>,
    category: Option<String>,
    content_language: Option<String>,
    content_type: Option<String>,
    language: Option<String>,
    appeal: Option<String>,
}

impl Table {
    /// The settings, or an error for each value that is missing or wrong.
    pub(super) fn settings(self) -> Result<Settings, Vec<StatementError>> {
        let mut errors = vec![];
        let automated_decision = value_of(
            "automated_decision",
            self.automated_decision.as_deref(),
            &Automation::ALL,
            &mut errors,
        );
        let account_type =
            value_of("account_type", self.account_type.as_deref(), &AccountType::ALL, &mut errors);
        let content_type =
            value_of("content_type", self.content_type.as_deref(), &ContentType::ALL, &mut errors);
        let mut require = |field, is_there: bool, line: &str, meaning: &str| {
            if !is_there {
                let message = format!("write `{line}` under `[dsa]`: {meaning}");
                errors.push(StatementError { field, message });
            }
        };
        let meaning = "a secret of at least 16 characters that never changes";
        require("puid", self.puid_key.is_some(), "puid_key = \"…\"", meaning);
        let line = "automated_detection = true";
        let meaning = "whether content is detected automatically, without a report";
        require("automated_detection", self.automated_detection.is_some(), line, meaning);
        let line = "automated_decision = \"fully\"";
        let meaning = "`fully`, `partially` or `not`";
        require("automated_decision", self.automated_decision.is_some(), line, meaning);
        let settings = Settings {
            puid_key: self.puid_key.clone().unwrap_or_default(),
            automated_detection: self.automated_detection.unwrap_or_default(),
            automated_decision: automated_decision.unwrap_or(Automation::Fully),
            terms_url: self.terms_url,
            account_type,
            category: self.category,
            content_language: self.content_language,
            content_type,
            language: self.language,
            appeal: self.appeal,
        };
        // A missing `puid_key` has an error already, so its length is not an error too.
        let is_new = |error: &StatementError| error.field != "puid" || self.puid_key.is_some();
        errors.extend(settings.check().err().into_iter().flatten().filter(is_new));
        if errors.is_empty() { Ok(settings) } else { Err(errors) }
    }
}

/// The value that a word stands for. If the word is unknown, an error is added to `errors`.
fn value_of<T: Copy>(
    field: &'static str,
    word: Option<&str>,
    known: &[(&str, T)],
    errors: &mut Vec<StatementError>,
) -> Option<T> {
    let word = word?;
    let value = known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    if value.is_none() {
        let words: Vec<_> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
        let message = format!("`{word}` is none of {}", words.join(", "));
        errors.push(StatementError { field, message });
    }
    value
}
