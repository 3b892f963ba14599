//! `[dsa]` of `lexloci.toml`: what a platform says of itself in statements of reasons.

use lexloci::statement::{AccountType, Automation, ContentType, Settings, StatementError};
use serde::Deserialize;

/// The table as it is written. Everything may be left out here, so that what is needed can be named as the database
/// calls it.
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
    /// What the table comes to, or everything that is missing or wrong.
    pub(super) fn settings(self) -> Result<Settings, Vec<StatementError>> {
        let mut wrong = vec![];
        let automated_decision = word(
            "automated_decision",
            self.automated_decision.as_deref(),
            &Automation::ALL,
            &mut wrong,
        );
        let account_type =
            word("account_type", self.account_type.as_deref(), &AccountType::ALL, &mut wrong);
        let content_type =
            word("content_type", self.content_type.as_deref(), &ContentType::ALL, &mut wrong);
        let mut needed = |is_there: bool, field, key: &str, what: &str| {
            if !is_there {
                wrong.push(StatementError {
                    field,
                    message: format!("write `{key}` under `[dsa]`: {what}"),
                });
            }
        };
        let what = "a secret of at least 16 characters that never changes";
        needed(self.puid_key.is_some(), "puid", "puid_key = \"…\"", what);
        let what = "whether machines find what nobody has reported";
        let key = "automated_detection = true";
        needed(self.automated_detection.is_some(), "automated_detection", key, what);
        let what = "`fully`, `partially` or `not`";
        let key = "automated_decision = \"fully\"";
        needed(self.automated_decision.is_some(), "automated_decision", key, what);
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
        // A key that is not there is no short one.
        let is_said = |error: &StatementError| error.field != "puid" || self.puid_key.is_some();
        wrong.extend(settings.check().err().into_iter().flatten().filter(is_said));
        if wrong.is_empty() { Ok(settings) } else { Err(wrong) }
    }
}

/// The meaning of a word, which is one of a few.
fn word<T: Copy>(
    field: &'static str,
    said: Option<&str>,
    known: &[(&str, T)],
    wrong: &mut Vec<StatementError>,
) -> Option<T> {
    let said = said?;
    let meaning = known.iter().find(|(word, _)| *word == said).map(|(_, meaning)| *meaning);
    if meaning.is_none() {
        let words: Vec<_> = known.iter().map(|(word, _)| format!("`{word}`")).collect();
        let message = format!("`{said}` is none of {}", words.join(", "));
        wrong.push(StatementError { field, message });
    }
    meaning
}
