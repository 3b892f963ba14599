//! The kinds of entries, and the normal form in which entries and values of a kind are compared.

use crate::text::folded;
use crate::world::domain;
use crate::world::wallet::{Address, why_no_address};
use std::borrow::Cow;
use url::Url;

/// The kind of a set's entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// Any text. It is compared as a whole, folded like the words of messages, with single spaces between words.
    Text,
    /// A host and every host below it. A leading `*.` is ignored. Hosts are compared in the ASCII form of IDNA.
    Domain,
    /// A page and every page below it: the host and the beginning of the path. The scheme is ignored.
    Url,
    /// An address of a ledger. All forms of one account are equal.
    Wallet,
    /// A digest or perceptual hash in hexadecimal.
    Hash,
    /// The digits of a telephone, card or account number.
    Number,
}

impl SetKind {
    /// All kinds with their words in rule files.
    pub const ALL: &[(&str, Self)] = &[
        ("text", Self::Text),
        ("domain", Self::Domain),
        ("url", Self::Url),
        ("wallet", Self::Wallet),
        ("hash", Self::Hash),
        ("number", Self::Number),
    ];

    /// Its word in rule files.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// The normal form of an entry. Entries are checked more strictly than values, because an author can mend them.
    ///
    /// # Errors
    /// If the text is not an entry of this kind. The message says how to write one.
    pub(super) fn form_of_entry(self, entry: &str) -> Result<Cow<'_, str>, String> {
        let entry = entry.trim();
        let wrong = |what: &str| format!("`{entry}` {what}");
        match self {
            Self::Text => text(entry).ok_or_else(|| wrong("has no visible characters")),
            Self::Domain => {
                let domain = domain::canonical(entry.strip_prefix("*.").unwrap_or(entry))
                    .ok_or_else(|| wrong("is not a domain: write only the domain, such as `loans.example`, without `https://` and path"))?;
                if domain::is_public_suffix(&domain) {
                    return Err(wrong("is shared by many sites: write a domain below it"));
                }
                Ok(domain)
            }
            Self::Url => {
                if let Some(name) = entry.strip_prefix('@') {
                    return Err(wrong(&format!(
                        "is the name of an account: write its address, such as `t.me/{name}`"
                    )));
                }
                url(entry).filter(|_| has_scheme(entry) || names_a_site(entry)).map(Cow::Owned).ok_or_else(|| {
                    wrong("is not a web address: write a domain, with or without `https://` and a path")
                })
            }
            Self::Wallet => match why_no_address(entry) {
                Some(why) => Err(wrong(&format!("{why}: write the whole address"))),
                None => wallet(entry),
            },
            Self::Hash => hash(entry)
                .ok_or_else(|| wrong("is not a hash: write an even number of hexadecimal digits, at least 8")),
            Self::Number => number(entry).ok_or_else(|| {
                wrong("is not a number: write digits; spaces, `+`, `-` and brackets may be between them")
            }),
        }
    }

    /// The normal form of a value that is looked up. `None` if no entry can have that form.
    pub(crate) fn form_of_value(self, value: &str) -> Option<Cow<'_, str>> {
        let value = value.trim();
        match self {
            Self::Text => text(value),
            Self::Domain => domain::canonical(value).or_else(|| host_of(value)),
            Self::Url => url(value).map(Cow::Owned),
            Self::Wallet => wallet(value).ok(),
            Self::Hash => hash(value),
            Self::Number => number(value),
        }
    }

    /// Splits a normal form into parts, the widest first. Each comes with the key that consists of all parts so far.
    /// Domains and pages cover what is below them, so `a.b.com` has the keys `com`, `b.com`, `a.b.com`. Takes time
    /// linear in the length of the form.
    pub(super) fn steps(self, form: &str) -> impl Iterator<Item = (&str, &str)> {
        let from_right = self == Self::Domain && !domain::is_address(form);
        let from_left = self == Self::Url;
        let mut at = if from_right { form.len() } else { 0 };
        let mut done = form.is_empty();
        std::iter::from_fn(move || {
            if done {
                return None;
            }
            let (step, covered) = if from_right {
                let rest = form.get(..at)?;
                let start = rest.rfind('.').map_or(0, |dot| dot + 1);
                at = start.saturating_sub(1);
                done = start == 0;
                (rest.get(start..)?, form.get(start..)?)
            } else if from_left {
                let rest = form.get(at..)?;
                let begins_next = |c: char| matches!(c, '/' | '?');
                let length = rest.char_indices().skip(1).find(|(_, c)| begins_next(*c));
                let length = length.map_or(rest.len(), |(at, _)| at);
                at += length;
                done = at == form.len();
                (rest.get(..length)?, form.get(..at)?)
            } else {
                done = true;
                (form, form)
            };
            Some((step, covered))
        })
    }
}

fn text(value: &str) -> Option<Cow<'_, str>> {
    let folded = folded(value);
    (!folded.is_empty()).then_some(Cow::Owned(folded))
}

/// The host in a URL or an e-mail address.
fn host_of(value: &str) -> Option<Cow<'_, str>> {
    if !value.contains(['/', ':', '?', '#', '@']) {
        return None;
    }
    let host = parsed(value)?.host_str().map(str::to_owned)?;
    domain::canonical(&host).map(|host| Cow::Owned(host.into_owned()))
}

/// Parses a URL. Without a scheme it is read as `http`.
fn parsed(value: &str) -> Option<Url> {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    if domain::has_long_label(authority.rsplit('@').next().unwrap_or_default()) {
        return None;
    }
    let with_scheme = |value: &str| Url::parse(value).ok();
    if has_scheme(value) { with_scheme(value) } else { with_scheme(&format!("http://{value}")) }
}

fn has_scheme(value: &str) -> bool {
    let is_scheme_char = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    value.trim_start_matches(is_scheme_char).starts_with("://")
}

/// Whether an address without a scheme begins with a host that can be on the web: one with a dot, or an address of IPv6.
fn names_a_site(address: &str) -> bool {
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    host.starts_with('[') || host.contains(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'])
}

/// The normal form of a page: host, port unless it is the default, path without a final slash, query. It has the scheme
/// only if the scheme does not belong to the web, and never user, password and fragment.
fn url(value: &str) -> Option<String> {
    let url = parsed(value)?;
    // Without a scheme, a name before an `@` belongs to a mail address.
    if !url.username().is_empty() && !value.contains("://") {
        return None;
    }
    let is_web = matches!(url.scheme(), "http" | "https" | "ftp" | "ws" | "wss");
    let mut form = if is_web { String::new() } else { format!("{}://", url.scheme()) };
    let host = url.host_str()?.to_ascii_lowercase();
    form += if is_web { domain::canonical(&host)?.into_owned() } else { host }.as_str();
    if let Some(port) = url.port() {
        form += &format!(":{port}");
    }
    form += unescaped(url.path()).trim_end_matches('/');
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        form.push('?');
        form += &unescaped(query);
    }
    Some(form)
}

/// Undoes the escapes of letters, digits and `-._~`, and writes all other escapes in capitals (RFC 3986, 6.2.2).
fn unescaped(text: &str) -> String {
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok());
        let is_unreserved = |b: &u8| b.is_ascii_alphanumeric() || b"-._~".contains(b);
        match (code.filter(is_unreserved), part.split_at_checked(2)) {
            (Some(byte), Some((_, rest))) => {
                plain.push(char::from(byte));
                plain += rest;
            }
            (None, Some((code, rest))) => plain += &format!("%{}{rest}", code.to_ascii_uppercase()),
            (_, None) => plain += &format!("%{part}"),
        }
    }
    plain
}

/// An address in its normal form if its ledger is known, otherwise as written.
fn wallet(value: &str) -> Result<Cow<'_, str>, String> {
    let is_address_char = |b: u8| b.is_ascii_alphanumeric() || b":_-+/.".contains(&b);
    match Address::read(value) {
        Some(Address { normalized: Some(normalized), .. }) => Ok(Cow::Owned(normalized)),
        Some(_) => Err(format!("the checksum of `{value}` is wrong: write the address again")),
        None if !value.is_empty() && value.bytes().all(is_address_char) => Ok(Cow::Borrowed(value)),
        None => Err(format!(
            "`{value}` is not an address: write only letters, digits, `:`, `_` and `-`"
        )),
    }
}

fn hash(value: &str) -> Option<Cow<'_, str>> {
    let is_hash = value.len() >= 8
        && value.len().is_multiple_of(2)
        && value.bytes().all(|b| b.is_ascii_hexdigit());
    let is_normal = !value.bytes().any(|b| b.is_ascii_uppercase());
    is_hash.then(|| if is_normal { value.into() } else { value.to_ascii_lowercase().into() })
}

/// A number without signs between its digits. A leading minus is kept, because ids of chats have one.
fn number(value: &str) -> Option<Cow<'_, str>> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if is_digits(value) {
        return Some(Cow::Borrowed(value));
    }
    let digits = value.replace([' ', '\u{a0}', '+', '-', '(', ')'], "");
    let sign = if value.starts_with('-') { "-" } else { "" };
    is_digits(&digits).then(|| Cow::Owned(format!("{sign}{digits}")))
}

#[cfg(test)]
mod tests {
    use super::{SetKind, url};
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn each_page_has_one_normal_form() {
        for (written, form) in [
            ("HTTPS://Example.com:443/a/../b/?x=1#top", Some("example.com/b?x=1")),
            ("http://user:word@example.com", Some("example.com")),
            ("example.com:8080/%7Eme/%2f%zz", Some("example.com:8080/~me/%2F%ZZ")),
            ("пример.рф/путь", Some("xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C")),
            ("tg://Resolve?domain=x", Some("tg://resolve?domain=x")),
            ("mailto:a@b.com", None),
            ("https://", None),
            ("", None),
            ("two words", None),
        ] {
            assert_eq!(url(written).as_deref(), form, "{written}");
        }
    }

    #[test]
    fn steps_go_from_the_widest_key_to_the_form() {
        let steps =
            |kind: SetKind, form| kind.steps(form).map(|(_, covered)| covered).collect::<Vec<_>>();
        assert_eq!(steps(SetKind::Domain, "a.b.com"), ["com", "b.com", "a.b.com"]);
        assert_eq!(steps(SetKind::Domain, "192.0.2.7"), ["192.0.2.7"]);
        assert_eq!(
            steps(SetKind::Url, "a.com/b/c?d=/e"),
            ["a.com", "a.com/b", "a.com/b/c", "a.com/b/c?d=", "a.com/b/c?d=/e"]
        );
        assert_eq!(steps(SetKind::Text, "a.b/c"), ["a.b/c"]);
    }

    proptest! {
        #[test]
        fn joined_steps_give_the_form(form in "[a-c]{1,2}(\\.[a-c]{1,2}){0,4}", page in "[a-c][a-c/?]{0,9}") {
            let mut steps: Vec<_> = SetKind::Domain.steps(&form).map(|(step, _)| step).collect();
            steps.reverse();
            prop_assert_eq!(steps.join("."), form);
            prop_assert_eq!(SetKind::Url.steps(&page).map(|(step, _)| step).collect::<String>(), page);
        }
    }
}
