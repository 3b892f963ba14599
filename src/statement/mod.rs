//! Statements of reasons (article 17 of Regulation (EU) 2022/2065) for decisions in the European Economic Area, in the
//! form that the Commission's Transparency Database takes: one for each legal ground of a decision.
//!
//! What the record, the rules and the decision cannot say comes from [`Settings`]. If a field is missing there too, the
//! result is an error that names it: nothing is made up. No statement contains personal data.

mod cases;
mod checks;
mod content;
mod decided;
mod mask;
mod memory;
mod seen;
#[cfg(test)]
mod tests;
mod texts;
mod vocabulary;
mod writer;

pub use vocabulary::{AccountType, Automation, ContentType};
pub(crate) use writer::statements;

use crate::base::sink::plain;
use crate::base::time::Moment;
use crate::decision::Decision;
use crate::face::ruleset::RuleSet;
use crate::record::Record;
use crate::state::State;
use crate::world::place::Place;
use serde::Serialize;

/// What a platform says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// A secret of at least 16 characters. The identity of a statement is computed from it and from the identity of the
    /// message, so nobody without the secret can find the message of a statement. Do not change it: a statement that is sent
    /// again has to keep its identity.
    pub puid_key: String,
    /// Whether content is detected automatically, without a report.
    pub automated_detection: bool,
    /// How far decisions are automated at most. A statement says less if the rules hand the case to a person, or if a person has
    /// upheld what they found.
    pub automated_decision: Automation,
    /// Where the platform's policies can be read.
    pub terms_url: Option<String>,
    /// The kind of the accounts of which the record does not know it (`business`), if all are of one kind.
    pub account_type: Option<AccountType>,
    /// The category of rules that name none: `scams_and_fraud`.
    pub category: Option<String>,
    /// The language of messages whose language is not known: `en`.
    pub content_language: Option<String>,
    /// The type of messages that have neither text nor media.
    pub content_type: Option<ContentType>,
    /// The language of the statements: `de`. A rule is explained in it as far as its wording has it; else in a language of
    /// the place, else in English, else in the first language of the wording.
    pub language: Option<String>,
    /// How a person can contest a decision, for `{appeal}` in wordings: `https://platform.example/appeal`.
    pub appeal: Option<String>,
}

/// Why there is no statement: one of its fields, and what is missing or wrong there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error, Serialize)]
#[error("`{field}`: {}", plain(message))]
pub struct StatementError {
    /// The name of a field of the database, such as `content_date`, or of a setting without such a field, such as `appeal`.
    pub field: &'static str,
    /// What is wrong, and how to mend it.
    pub message: String,
}

/// A statement of reasons, with the fields of the database. A field that is `None` is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the database documents its fields")]
#[non_exhaustive]
pub struct Statement {
    pub puid: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decision_visibility: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision_account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date_visibility_restriction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date_account_restriction: Option<String>,
    pub decision_ground: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision_ground_reference_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub illegal_content_legal_ground: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub illegal_content_explanation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incompatible_content_ground: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incompatible_content_explanation: Option<String>,
    pub content_type: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type_other: Option<String>,
    pub category: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category_addition: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category_specification: Vec<String>,
    pub territorial_scope: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    pub content_date: String,
    pub application_date: String,
    pub decision_facts: String,
    pub source_type: &'static str,
    pub automated_detection: &'static str,
    pub automated_decision: &'static str,
    /// The cited articles that nobody has verified, each with the reason. They are no part of the statement.
    #[serde(skip)]
    pub unverified: Vec<String>,
    /// Whether it follows orders under article 9 of Regulation (EU) 2022/2065 alone, for which article 17(5) asks for no
    /// statement. It is no part of the statement; the facts say it too.
    #[serde(skip)]
    pub is_exempt: bool,
}

impl Settings {
    /// Checks the settings themselves.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn check(&self) -> Result<(), Vec<StatementError>> {
        let mut wrong = vec![];
        let mut report = |field, message: String| wrong.push(StatementError { field, message });
        if self.puid_key.chars().count() < MIN_KEY_LENGTH {
            let message =
                format!("`puid_key` has to be a secret of at least {MIN_KEY_LENGTH} characters");
            report("puid", message);
        }
        if let Some(url) = self.terms_url.as_deref().filter(|url| !vocabulary::is_url(url)) {
            let message = format!(
                "`terms_url` is `{url}`, and the database takes addresses such as `https://platform.example/terms` of at most 500 characters"
            );
            report("decision_ground_reference_url", message);
        }
        if let Some(word) = self.category.as_deref().filter(|word| !vocabulary::is_category(word)) {
            let message = format!("`category` is `{word}`, which is no category of the database");
            report("category", message);
        }
        if let Some(tag) = &self.content_language
            && vocabulary::language(tag).is_none()
        {
            let message = format!(
                "`content_language` is `{tag}`; two letters, such as `en`, name a language"
            );
            report("content_language", message);
        }
        if let Some(tag) = &self.language
            && !is_language(tag)
        {
            let message = format!("`language` is `{tag}`; write a code such as `de` or `pt-BR`");
            report("language", message);
        }
        if self.appeal.as_deref().is_some_and(|appeal| !texts::says_something(appeal)) {
            let message = "`appeal` is empty; write how a decision can be contested";
            report("appeal", message.to_owned());
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// Whether a text can be the code of a language (BCP 47).
fn is_language(tag: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric());
    let primary = tag.split('-').next().unwrap_or_default();
    matches!(primary.len(), 2 | 3)
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && tag.split('-').all(is_word)
}

impl RuleSet {
    /// The statements of reasons (article 17 of Regulation (EU) 2022/2065) for decisions about a record in the European
    /// Economic Area: one for each legal ground whose rules asked for what was decided. There is none for other places,
    /// for decisions that burden nobody, where the record is not visible, and for rules that rest on a secret order or
    /// notice: a person decides what to tell; nor for decisions that nobody asked for ([`Decision::asked`]): they say what the
    /// file of a place asks for there, and whoever does it asks about the countries first. `state` is that with which the
    /// decisions were made: [`Message::recall`](crate::Message::recall) gives it. Without a store it is [`State::default`].
    ///
    /// # Errors
    /// Each field that a statement needs and that neither the record nor the rules nor the settings give.
    pub fn statements(
        &self,
        record: &Record,
        at: impl Into<Moment>,
        state: &State,
        decisions: &[Decision],
        settings: &Settings,
    ) -> Result<Vec<Statement>, Vec<StatementError>> {
        let record = record.for_schema(self.schema()).map_err(|mismatch| {
            vec![StatementError { field: "record", message: mismatch.to_string() }]
        })?;
        let at = at.into();
        let instant = |decision: &Decision| {
            let first = decision.places.first().copied().unwrap_or(Place::WORLD);
            decision.at.unwrap_or_else(|| self.instant_in(first, at))
        };
        statements(self.program(), (record, state), instant, decisions, settings, self.digest())
    }
}

/// The least length of a key that cannot be guessed.
const MIN_KEY_LENGTH: usize = 16;
