//! The forms of values in the standard record. A text or number that is written in a rule in another form equals no value.

use super::lists::SetKind;
use super::standard::{
    StandardField, account, card, chat, detected_language, email, label, language, link, media,
    mention, message, phone, tags,
};
use super::{domain, language as languages};

/// The form of the values of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Platform,
    UserName,
    Tag,
    Host,
    Scheme,
    TelegramTarget,
    Phone,
    Card,
    MailAddress,
    Language,
    Script,
    MediaType,
    /// From 0 to 1.
    Share,
    /// A text in lower case.
    LowerCase,
}

/// The fields whose values have a form.
const FORMS: &[(StandardField, Form)] = &[
    (message::PLATFORM, Form::Platform),
    (account::USERNAME, Form::UserName),
    (chat::USERNAME, Form::UserName),
    (mention::USERNAME, Form::UserName),
    (tags::HASHTAGS, Form::Tag),
    (tags::CASHTAGS, Form::Tag),
    (tags::COMMANDS, Form::Tag),
    (link::HOST, Form::Host),
    (email::HOST, Form::Host),
    (link::SCHEME, Form::Scheme),
    (link::TELEGRAM, Form::TelegramTarget),
    (phone::NUMBER, Form::Phone),
    (card::NUMBER, Form::Card),
    (email::ADDRESS, Form::MailAddress),
    (account::LANGUAGE, Form::Language),
    (language::DECLARED, Form::Language),
    (detected_language::TAG, Form::Language),
    (language::SCRIPTS, Form::Script),
    (media::MIME, Form::MediaType),
    (label::SCORE, Form::Share),
    (detected_language::P, Form::Share),
    (media::LABELS, Form::Share),
];

/// Media types by the usual ending of a file.
const MEDIA_TYPES: [(&str, &str); 12] = [
    ("apk", "application/vnd.android.package-archive"),
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("ogg", "audio/ogg"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("zip", "application/zip"),
];

/// Codes of scripts (ISO 15924) by their names.
const SCRIPTS: [(&str, &str); 9] = [
    ("arabic", "Arab"),
    ("armenian", "Armn"),
    ("cyrillic", "Cyrl"),
    ("georgian", "Geor"),
    ("greek", "Grek"),
    ("han", "Hani"),
    ("hebrew", "Hebr"),
    ("latin", "Latn"),
    ("thai", "Thai"),
];

impl Form {
    /// The form of a standard field.
    pub(crate) fn of(record: &str, field: &str) -> Option<Self> {
        let is_it = |known: &StandardField| known.record == record && known.name == field;
        FORMS.iter().find(|(known, _)| is_it(known)).map(|(_, form)| *form)
    }

    /// What is true of each value.
    pub(crate) fn rule(self) -> &'static str {
        match self {
            Self::Platform => "names of platforms are in lower case",
            Self::UserName => "user names are in lower case and without `@`",
            Self::Tag => "tags are in lower case and without their sign",
            Self::Host => "a host is in lower case, without scheme and path",
            Self::Scheme => "a scheme is in lower case, without `://`",
            Self::TelegramTarget => {
                "it is a user name in lower case, an invitation such as `+AbCd` or a chat such as `c/123`, without address and `@`"
            }
            Self::Phone => "a telephone number is digits alone, perhaps with `+` before them",
            Self::Card => "the number of a card is digits alone",
            Self::MailAddress => "it is a whole mail address, with its host in lower case",
            Self::Language => "a language is a code, such as `kk` or `pt-BR`",
            Self::Script => "a script is a code of four letters, such as `Cyrl`",
            Self::MediaType => "a media type is in lower case and has a `/`: `image/jpeg`",
            Self::Share => "it is a number from 0 to 1",
            Self::LowerCase => "it has no capital letters",
        }
    }

    /// Signs that no value has, but that people write in it or before it.
    fn foreign_signs(self) -> &'static [char] {
        match self {
            Self::UserName | Self::TelegramTarget => &['@'],
            Self::Tag => &['#', '$', '/'],
            Self::Scheme => &[':', '/'],
            Self::Phone | Self::Card => &[' ', '-', '(', ')', '.', '\u{a0}', '/'],
            Self::Platform
            | Self::Host
            | Self::MailAddress
            | Self::Language
            | Self::Script
            | Self::MediaType
            | Self::Share
            | Self::LowerCase => &[],
        }
    }

    /// A text in this form. `None` if nothing tells which value is meant.
    pub(crate) fn normal(self, text: &str) -> Option<String> {
        let lower = text.to_lowercase();
        let signs = self.foreign_signs();
        let normal = match self {
            Self::Platform => {
                let known = ["telegram", "activitypub"].contains(&lower.as_str());
                if known { lower } else { text.to_owned() }
            }
            Self::UserName => telegram_target(text).trim_start_matches(signs).to_lowercase(),
            Self::Tag => lower.trim_start_matches(signs).to_owned(),
            Self::Host if text.starts_with("*.") => return None,
            Self::Host => SetKind::Domain.form_of_value(text)?.into_owned(),
            Self::Scheme => lower.split(signs).next().unwrap_or_default().to_owned(),
            Self::TelegramTarget => {
                let target = telegram_target(text).trim_start_matches(signs);
                let has_capitals = target.starts_with('+') || target.starts_with("c/");
                if has_capitals { target.to_owned() } else { target.to_lowercase() }
            }
            Self::Phone => number(text.replace(signs, ""), &['+'])?,
            Self::Card => number(text.replace(signs, ""), &[])?,
            Self::MailAddress => {
                let (name, host) = text.trim_start_matches("mailto:").split_once('@')?;
                format!("{name}@{}", domain::canonical(host)?)
            }
            Self::Language if languages::is_code(text) => text.to_owned(),
            Self::Language => languages::meant(text)?,
            Self::Script if SCRIPTS.iter().all(|(name, _)| *name != lower) => {
                let is_code = text.len() == 4 && text.starts_with(|c: char| c.is_ascii_uppercase());
                return is_code.then(|| text.to_owned());
            }
            Self::Script => of_table(&SCRIPTS, &lower)?,
            Self::MediaType if text.contains('/') => lower,
            Self::MediaType => of_table(&MEDIA_TYPES, lower.trim_start_matches('.'))?,
            Self::Share => return None,
            Self::LowerCase => lower,
        };
        (!normal.is_empty() && !normal.contains(char::is_whitespace) || self == Self::LowerCase)
            .then_some(normal)
    }

    /// A piece of a value in this form. Equal to the text if values can contain it.
    pub(crate) fn normal_piece(self, text: &str) -> String {
        let without_signs = text.replace(self.foreign_signs(), "");
        match self {
            Self::Host => {
                let host = text.split_once("://").map_or(text, |(_, host)| host);
                host.trim_end_matches('/').to_lowercase()
            }
            Self::UserName | Self::Tag | Self::Scheme | Self::MediaType | Self::LowerCase => {
                without_signs.to_lowercase()
            }
            Self::Platform
            | Self::TelegramTarget
            | Self::Phone
            | Self::Card
            | Self::MailAddress
            | Self::Language
            | Self::Script
            | Self::Share => without_signs,
        }
    }
}

fn of_table(table: &[(&str, &str)], word: &str) -> Option<String> {
    table.iter().find(|(name, _)| *name == word).map(|(_, code)| (*code).to_owned())
}

/// What follows the host of an address of Telegram, up to the next `?` or `/`. The text itself if it is no such address.
fn telegram_target(text: &str) -> &str {
    let without_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    let hosts = ["t.me/", "telegram.me/", "telegram.dog/"];
    let Some(target) = hosts.iter().find_map(|host| without_scheme.strip_prefix(host)) else {
        return text;
    };
    let end = if target.starts_with("c/") { ['?', '#'] } else { ['?', '/'] };
    target.split(end).next().unwrap_or_default()
}

/// A number of digits alone, with at most one of these signs before them. `None` if it is none.
fn number(number: String, signs: &[char]) -> Option<String> {
    let digits = number.strip_prefix(signs).unwrap_or(&number);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn what_is_written_otherwise_has_a_normal_form() {
        for (form, written, normal) in [
            (Form::Platform, "Telegram", Some("telegram")),
            (Form::Platform, "OurForum", Some("OurForum")),
            (Form::UserName, "@Quick_Loans", Some("quick_loans")),
            (Form::UserName, "https://t.me/quick_loans", Some("quick_loans")),
            (Form::UserName, "Quick Loans", None),
            (Form::Tag, "#Ad", Some("ad")),
            (Form::Tag, "sponsorisé", Some("sponsorisé")),
            (Form::Host, "https://Loans.example/offer", Some("loans.example")),
            (Form::Host, "*.loans.example", None),
            (Form::Host, "кредит.рф", Some("xn--d1abkf4ap.xn--p1ai")),
            (Form::Scheme, "HTTPS://", Some("https")),
            (Form::TelegramTarget, "https://t.me/+AbC", Some("+AbC")),
            (Form::TelegramTarget, "t.me/c/123/4", Some("c/123/4")),
            (Form::TelegramTarget, "@Quick_Loans", Some("quick_loans")),
            (Form::Phone, "+7 701 123-45-67", Some("+77011234567")),
            (Form::Phone, "seven", None),
            (Form::Card, "4000 0000 0000 0002", Some("4000000000000002")),
            (Form::MailAddress, "mailto:a@B.example", Some("a@b.example")),
            (Form::MailAddress, "b.example", None),
            (Form::Language, "french", Some("fr")),
            (Form::Language, "KK", Some("kk")),
            (Form::Language, "pt-BR", Some("pt-BR")),
            (Form::Language, "elvish", None),
            (Form::Script, "Cyrillic", Some("Cyrl")),
            (Form::Script, "Cyrl", Some("Cyrl")),
            (Form::Script, "cyrl", None),
            (Form::MediaType, ".JPG", Some("image/jpeg")),
            (Form::LowerCase, "Quick Loan", Some("quick loan")),
        ] {
            assert_eq!(form.normal(written).as_deref(), normal, "{written}");
            if let Some(normal) = normal {
                assert_eq!(form.normal(normal).as_deref(), Some(normal));
            }
        }
        for (form, written, piece) in [
            (Form::UserName, "@bot", "bot"),
            (Form::Tag, "/start", "start"),
            (Form::TelegramTarget, "@quick", "quick"),
            (Form::TelegramTarget, "c/12", "c/12"),
            (Form::Host, "https://Loans.", "loans."),
            (Form::Host, ".kz", ".kz"),
            (Form::Phone, "+7 701", "+7701"),
            (Form::LowerCase, "Loan", "loan"),
        ] {
            assert_eq!(form.normal_piece(written), piece);
        }
    }
}
