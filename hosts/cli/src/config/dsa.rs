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
}

impl Table {
    /// The settings, or everything that is missing or wrong.
    pub(super) fn settings(self) -> Result<Settings, Vec<StatementError>> {
        let mut wrong = vec![];
        let automated_decision = value_of(
            "automated_decision",
            self.automated_decision.as_deref(),
            &Automation::ALL,
            &mut wrong,
        );
        let account_type =
            value_of("account_type", self.account_type.as_deref(), &AccountType::ALL, &mut wrong);
        let content_type =
            value_of("content_type", self.content_type.as_deref(), &ContentType::ALL, &mut wrong);
        let mut require = |is_there: bool, field, key: &str, meaning: &str| {
            if !is_there {
                wrong.push(StatementError {
                    field,
                    message: format!("write `{key}` under `[dsa]`: {meaning}"),
                });
            }
        };
        let meaning = "a secret of at least 16 characters that never changes";
        require(self.puid_key.is_some(), "puid", "puid_key = \"…\"", meaning);
        let meaning = "whether content is detected automatically, without a report";
        let key = "automated_detection = true";
        require(self.automated_detection.is_some(), "automated_detection", key, meaning);
        let meaning = "`fully`, `partially` or `not`";
        let key = "automated_decision = \"fully\"";
        require(self.automated_decision.is_some(), "automated_decision", key, meaning);
        let settings = Settings {
            puid_key: self.puid_key.clone().unwrap_or_default(),
            automated_detection: self.automated_detection.unwrap_or_default(),
            automated_decision: automated_decision.unwrap_or(Automation::Fully),
            terms_url: self.terms_url,
            account_type,
            category: self.category,
            content_language: self.content_language,
            content_type,
        };
        // A missing `puid_key` has an error already. It gets no second one for its length.
        let is_new = |error: &StatementError| error.field != "puid" || self.puid_key.is_some();
        wrong.extend(settings.check().err().into_iter().flatten().filter(is_new));
        if wrong.is_empty() { Ok(settings) } else { Err(wrong) }
    }
}

/// The value that a word stands for. A word that is not known is an error in `wrong`.
fn value_of<T: Copy>(
    field: &'static str,
    word: Option<&str>,
    known: &[(&str, T)],
    wrong: &mut Vec<StatementError>,
) -> Option<T> {
    let word = word?;
    let meaning = known.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning);
    if meaning.is_none() {
        let words: Vec<_> = known.iter().map(|(known, _)| format!("`{known}`")).collect();
        let message = format!("`{word}` is none of {}", words.join(", "));
        wrong.push(StatementError { field, message });
    }
    meaning
}
