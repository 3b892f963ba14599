//! What a statement says of the message itself: what it consists of, its language, its day, and who holds its account.

use super::StatementError;
use super::checks::check_day;
use super::vocabulary::{self, AccountType, ContentType};
use super::writer::Writer;
use crate::base::time::{Day, Zone};
use crate::decision::Outcome;
use crate::interpret::lookup;
use crate::world::standard::{
    StandardField, account, author, chat, detected_language, label, language, media, message,
};
use crate::world::value::{Decimal, Value};
use std::collections::BTreeSet;

/// The label by which hosts say that a machine made the content, and the minimum score at which a statement says so.
const SYNTHETIC: (&str, &str) = ("synthetic", "0.9");

/// The word of rules for the account that is the chat's.
const CHAT: &str = "chat";

impl Writer<'_> {
    /// The value at a path of the record.
    pub(super) fn read(&self, path: &[StandardField]) -> Option<&Value> {
        lookup(&self.program.schema, self.record.root(), path)
    }

    /// The elements of the list at a path of the record.
    pub(super) fn elements(&self, path: &[StandardField]) -> &[Value] {
        if let Some(Value::List(elements)) = self.read(path) { elements } else { &[] }
    }

    /// The text in a field of a record.
    pub(super) fn text<'v>(&self, record: &'v Value, field: StandardField) -> Option<&'v str> {
        let Value::Text(text) = field.value_in(&self.program.schema, record)? else { return None };
        Some(text)
    }

    /// The number in a field of a record.
    pub(super) fn number(&self, record: &Value, field: StandardField) -> Option<Decimal> {
        let value = field.value_in(&self.program.schema, record)?;
        if let Value::Number(number) = value { Some(*number) } else { None }
    }

    /// The types of the content: text, media, and whether a machine made it.
    pub(super) fn content_types(&self) -> Result<Vec<ContentType>, StatementError> {
        let mut found: BTreeSet<ContentType> = self.media_kinds().map(content_type).collect();
        if let Some(Value::Surface(parts)) = self.read(&[message::TEXT])
            && parts.iter().any(|part| !part.text.trim().is_empty())
        {
            found.insert(ContentType::Text);
        }
        let (label, score) = SYNTHETIC;
        if let (Some(found_score), Some(least)) = (self.score(label), Decimal::parse(score))
            && found_score >= least
        {
            found.insert(ContentType::Synthetic);
        }
        if found.is_empty() {
            found.extend(self.settings.content_type);
        }
        if found.is_empty() {
            let message = "the record has neither text nor media; set `content_type` for such messages in the settings of statements (`[dsa]` in `lexloci.toml`)";
            return Err(StatementError { field: "content_type", message: message.into() });
        }
        Ok(found.into_iter().collect())
    }

    fn media_kinds(&self) -> impl Iterator<Item = &str> {
        let media = self.elements(&[message::MEDIA]).iter();
        media.filter_map(|one| self.text(one, media::KIND))
    }

    /// The text of `content_type_other`: the kinds of media for which the database has no type of content.
    pub(super) fn other_content(&self) -> String {
        let is_other = |kind: &&str| content_type(kind) == ContentType::Other;
        let kinds: BTreeSet<&str> = self.media_kinds().filter(is_other).collect();
        if kinds.is_empty() {
            return "message without text or media".into();
        }
        kinds.into_iter().collect::<Vec<_>>().join(", ")
    }

    /// The score that the record gives for a label.
    fn score(&self, label: &str) -> Option<Decimal> {
        let Some(Value::Map(labels)) = self.read(&[message::LABELS]) else { return None };
        self.number(labels.get(label)?, label::SCORE)
    }

    /// The detected language with the highest score, else that of the author's application, else that of the settings.
    pub(super) fn language(&self) -> Option<String> {
        let detected = self.detected_language();
        let declared = match self.read(&[message::LANGUAGE, language::DECLARED]) {
            Some(Value::Text(tag)) => vocabulary::language(tag),
            _ => None,
        };
        let settings = self.settings.content_language.as_deref().and_then(vocabulary::language);
        detected.or(declared).or(settings)
    }

    fn detected_language(&self) -> Option<String> {
        let detected = self.elements(&[message::LANGUAGE, language::DETECTED]).iter();
        let known = detected.filter_map(|one| {
            let code = vocabulary::language(self.text(one, detected_language::TAG)?)?;
            Some((self.number(one, detected_language::P)?, code))
        });
        known.max().map(|(_, code)| code)
    }

    pub(super) fn content_date(&self) -> Result<Day, StatementError> {
        let field = "content_date";
        let Some(Value::Instant(sent)) = self.read(&[message::SENT_AT]) else {
            let message = "the record does not say when the message was sent: `sent_at` is missing";
            return Err(StatementError { field, message: message.into() });
        };
        check_day(field, sent.day(&Zone::utc()), "2000-01-01")
    }

    /// Who holds the account that is concerned: the chat that is suspended, else whoever sent the message, as far as the record
    /// knows; else what the settings say of all accounts.
    pub(super) fn account_type(&self, account: &[&Outcome]) -> Option<&'static str> {
        let is_chat = account.first().is_some_and(|one| one.target.as_deref() == Some(CHAT));
        let paths: &[&[StandardField]] = if is_chat {
            &[&[message::CHAT, chat::BUSINESS]]
        } else {
            &[
                &[message::AUTHOR, author::CHAT, chat::BUSINESS],
                &[message::AUTHOR, author::ACCOUNT, account::BUSINESS],
            ]
        };
        let known = paths.iter().find_map(|path| match self.read(path) {
            Some(Value::Bool(true)) => Some(AccountType::Business),
            Some(Value::Bool(false)) => Some(AccountType::Private),
            _ => None,
        });
        known.or(self.settings.account_type).map(AccountType::code)
    }
}

/// The content type of a kind of media.
fn content_type(kind: &str) -> ContentType {
    match kind {
        "photo" | "sticker" => ContentType::Image,
        "video" | "animation" | "video_note" | "live_photo" | "story" => ContentType::Video,
        "audio" | "voice" => ContentType::Audio,
        _ => ContentType::Other,
    }
}
