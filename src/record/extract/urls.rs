//! Finds URLs and mail addresses in plain text, by the rules of Telegram's clients (tdlib, `MessageEntity.cpp`): a text
//! that they show as a link is a link here too.

use super::{char_at, char_before, is_word_char, leading_run, trailing_run};
use crate::world::domain;
use std::ops::Range;

/// A URL or mail address in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UrlOrEmail {
    pub(super) bytes: Range<usize>,
    /// Whether it is a mail address instead of a link.
    pub(super) is_email: bool,
}

/// Suffixes that are in no registry but that clients accept.
const OTHER_SUFFIXES: [&str; 2] = ["ton", "onion"];

/// The protocols of links, each with longer protocols that end in the same letters and count as unknown.
const PROTOCOLS: [(&str, &[&str]); 4] =
    [("http", &["shttp"]), ("https", &[]), ("ftp", &["tftp", "sftp"]), ("tonsite", &[])];

/// The protocols of the messenger itself.
const OWN_PROTOCOLS: [&str; 3] = ["tonsite", "tg", "ton"];

/// The maximum length of a host.
const MAX_HOST: usize = 253;

/// Links with a host, and mail addresses, in order.
pub(super) fn urls(text: &str) -> Vec<UrlOrEmail> {
    let mut found = vec![];
    let mut begin = 0;
    while let Some(dot) = text.get(begin..).and_then(|rest| rest.find('.')) {
        let dot = begin + dot;
        let Candidate { bytes, is_ruled_out } = candidate_around(text, begin, dot);
        let end = if is_ruled_out {
            let whole = text.get(..bytes.end).unwrap_or_default();
            whole.rfind('.').map_or(0, |last| last + 1)
        } else {
            if bytes.end > dot + 1 {
                found.extend(without_sentence(text, bytes.clone()));
            }
            bytes.end + leading_run(text.get(bytes.end..).unwrap_or_default(), |c| c == '.').len()
        };
        begin = end.max(dot + 1);
    }
    found
}

/// Links without a host, in order: `tg://resolve?domain=…`, `ton://transfer/…`.
pub(super) fn own_urls(text: &str) -> Vec<Range<usize>> {
    let mut found = vec![];
    let mut at = 0;
    while let Some(colon) = text.get(at..).and_then(|rest| rest.find("://")) {
        let colon = at + colon;
        at = colon + 3;
        let protocol = OWN_PROTOCOLS.iter().find(|protocol| ends_with(text, colon, protocol));
        let rest = text.get(at..).unwrap_or_default();
        let host = leading_run(rest, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let host = host.get(..MAX_HOST).unwrap_or(host);
        if let Some(protocol) = protocol.filter(|_| !host.is_empty()) {
            let end = path_end(text, at + host.len());
            found.push(colon - protocol.len()..end);
            at = end;
        }
    }
    found
}

fn ends_with(text: &str, at: usize, word: &str) -> bool {
    let start = at.checked_sub(word.len());
    start.and_then(|start| text.get(start..at)).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

/// A possible URL around a dot.
struct Candidate {
    bytes: Range<usize>,
    /// Whether the characters around the dot cannot belong to a URL.
    is_ruled_out: bool,
}

fn candidate_around(text: &str, begin: usize, dot: usize) -> Candidate {
    let head = |end: usize| text.get(begin..end).unwrap_or_default();
    let mut start = dot - trailing_run(head(dot), is_of_domain).len();
    let mut end = dot
        + leading_run(text.get(dot..).unwrap_or_default(), |c| c == '@' || is_of_domain(c)).len();
    let has_at = text.get(dot..end).unwrap_or_default().contains('@');
    if has_at {
        start -= trailing_run(head(start), is_of_user).len();
    }
    end = path_end(text, end + port_length(text.get(end..).unwrap_or_default()));
    let trimmed = text.get(..end).unwrap_or_default().trim_end_matches('.').len();
    end = trimmed.max(dot + 1).min(end);

    let mut is_ruled_out = false;
    if start > begin && char_before(text, start) == Some('@') {
        let user = trailing_run(head(start - 1), is_of_user).len();
        is_ruled_out = has_at || user == 0;
        start -= 1 + user;
    }
    if start > begin {
        match protocol_length(head(start)) {
            Some(Some(length)) => start -= length,
            Some(None) => is_ruled_out = true,
            None => {
                let separates = |c: char| !is_word_char(c) && !matches!(c, '/' | '#' | '@');
                is_ruled_out |= !char_before(text, start).is_some_and(separates);
            }
        }
    }
    Candidate { bytes: start..end, is_ruled_out }
}

/// The length of the protocol at the end of a text, with its `://`: `None` without a protocol, `Some(None)` for an
/// unknown protocol.
fn protocol_length(text: &str) -> Option<Option<usize>> {
    let rest = text.strip_suffix("://").filter(|rest| rest.len() >= 3)?;
    let is_of_protocol = |c: char| match c {
        c if c.is_ascii() => c.is_ascii_alphanumeric() || c == '+' || c == '-',
        c => !is_separator(c),
    };
    let written = trailing_run(rest, is_of_protocol).to_lowercase();
    let known = PROTOCOLS.iter().find(|(protocol, others)| {
        written.ends_with(protocol) && !others.contains(&written.as_str())
    });
    Some(known.map(|(protocol, _)| protocol.len() + 3))
}

/// The length of the port at the beginning of a text, with its colon; 0 if there is none.
fn port_length(text: &str) -> usize {
    let digits =
        text.strip_prefix(':').map_or("", |port| leading_run(port, |c| c.is_ascii_digit()));
    let number = digits.trim_start_matches('0');
    let is_port = number.parse::<u16>().is_ok();
    if is_port { 1 + digits.len() } else { 0 }
}

/// The end of the path, query or fragment that begins at a place. A lone `?` or `#` belongs to the sentence.
fn path_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    if !rest.starts_with(['/', '?', '#']) {
        return at;
    }
    let path = rest
        .get(1..)
        .map_or("", |path| leading_run(path, is_of_path))
        .trim_end_matches(ends_sentence);
    if rest.starts_with('/') || !path.is_empty() { at + 1 + path.len() } else { at }
}

fn ends_sentence(c: char) -> bool {
    ".:;,('?!`".contains(c)
}

/// A URL or mail address without the characters of the surrounding sentence; `None` if it is not valid.
fn without_sentence(text: &str, bytes: Range<usize>) -> Option<UrlOrEmail> {
    let url = text.get(bytes.clone())?;
    let mail = url.strip_prefix("mailto:").unwrap_or(url);
    if is_email(mail) {
        return Some(UrlOrEmail { bytes: bytes.end - mail.len()..bytes.end, is_email: true });
    }
    let length = valid_length(url)?;
    Some(UrlOrEmail { bytes: bytes.start..bytes.start + length, is_email: false })
}

/// The length of the valid part of a URL.
fn valid_length(url: &str) -> Option<usize> {
    let has_protocol = PROTOCOLS.iter().any(|(protocol, _)| {
        url.get(..protocol.len() + 3)
            .is_some_and(|head| ends_with(head, protocol.len(), protocol) && head.ends_with("://"))
    });
    let after_protocol = if has_protocol { url.find("://").map_or(0, |at| at + 3) } else { 0 };
    let rest = url.get(after_protocol..)?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.split_once('@').map_or(authority, |(_, host)| host);
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    if is_host(host, has_protocol) {
        return Some(url.len() - path.len() + balanced_length(path));
    }
    let ending =
        ending_length(host).filter(|_| path.is_empty() && authority.len() == host.len())?;
    let bare = host.get(..host.len() - ending)?;
    is_host(bare, has_protocol).then(|| url.len() - ending)
}

/// The length of a grammatical ending after a hyphen: `kaspi.kz-те`.
fn ending_length(host: &str) -> Option<usize> {
    let (name, ending) = host.rsplit_once('-')?;
    let is_ending = !ending.is_empty() && ending.chars().all(|c| !c.is_ascii() && is_word_char(c));
    (is_ending && name.ends_with(|c: char| c.is_ascii_alphabetic())).then_some(ending.len() + 1)
}

/// The number of bytes of a path before the first closing bracket that the path does not open.
fn balanced_length(path: &str) -> usize {
    let mut open = [0_i32; 3];
    let unopened = path.char_indices().find(|(_, c)| {
        for (count, (opening, closing)) in open.iter_mut().zip([('(', ')'), ('[', ']'), ('{', '}')])
        {
            *count += i32::from(*c == opening) - i32::from(*c == closing);
        }
        open.iter().any(|count| *count < 0)
    });
    let path = unopened.and_then(|(at, _)| path.get(..at)).unwrap_or(path);
    path.trim_end_matches(ends_sentence).len()
}

/// Whether clients show this host as a link. If a protocol comes first, they accept any suffix.
fn is_host(host: &str, has_protocol: bool) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    // A label of a host has at most 63 characters.
    let is_label = |label: &&str| (1..64).contains(&label.len()) && !label.ends_with('-');
    let [.., second, suffix] = labels.as_slice() else { return false };
    // Telegram's clients refuse this host, which imitates their own.
    if !labels.iter().all(is_label) || host.eq_ignore_ascii_case("teiegram.org") {
        return false;
    }
    if is_ipv4(&labels) {
        return true;
    }
    if host.bytes().all(|b| b.is_ascii_digit() || b == b'.') || second.contains('_') {
        return false;
    }
    match suffix.strip_prefix("xn--") {
        Some(code) => code.len() > 1 && code.bytes().all(|b| b.is_ascii_alphanumeric()),
        None => {
            suffix.chars().nth(1).is_some()
                && !suffix.contains(['_', '-'])
                && (has_protocol || is_known(host, suffix))
        }
    }
}

fn is_ipv4(labels: &[&str]) -> bool {
    let is_byte = |label: &&str| {
        label.parse::<u8>().is_ok() && (label.len() == 1 || !label.starts_with(['0', '+']))
    };
    labels.len() == 4 && labels.iter().all(is_byte)
}

/// Whether a suffix is in the public list. A capitalised suffix is the first word of the next sentence instead.
fn is_known(host: &str, suffix: &str) -> bool {
    let lower = suffix.to_lowercase();
    let is_capitalised = lower != suffix && lower.chars().skip(1).eq(suffix.chars().skip(1));
    if is_capitalised {
        return false;
    }
    OTHER_SUFFIXES.contains(&lower.as_str())
        || domain::canonical(host).is_some_and(|host| domain::has_known_suffix(&host))
}

/// Whether a text is a mail address:
/// `/^([a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(([a-z0-9][a-z0-9_-]{0,28})?[a-z0-9][.]){1,6}[a-z]{2,8}$/i`
pub(super) fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let mut parts = user.rsplit(['.', '+']);
    let is_last = |part: &str| (1..36).contains(&part.len()) && part.chars().all(is_of_name);
    let is_part = |part: &str| part.len() < 27 && part.chars().all(is_of_name);
    if !parts.next().is_some_and(is_last) || !parts.clone().all(is_part) || parts.count() > 10 {
        return false;
    }
    let mut labels = host.rsplit('.');
    let is_suffix =
        |part: &str| (2..9).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic());
    let is_label = |part: &str| {
        part.len() < 31
            && part.chars().all(is_of_name)
            && part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    labels.next().is_some_and(is_suffix)
        && (1..=6).contains(&labels.clone().count())
        && labels.all(is_label)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Whether a character can be in a URL. Of the block General Punctuation, only joiners and dashes can.
fn is_of_url(c: char) -> bool {
    match c {
        '\u{2000}'..='\u{206f}' => {
            matches!(c, '\u{200c}' | '\u{200d}' | '\u{2010}'..='\u{2015}')
        }
        '\u{feff}' => false,
        c => !is_separator(c),
    }
}

fn is_of_path(c: char) -> bool {
    !"\n<>\"«»".contains(c) && is_of_url(c)
}

fn is_of_user(c: char) -> bool {
    !"\n/[]{}()'`<>\"@«»".contains(c) && is_of_url(c)
}

fn is_of_domain(c: char) -> bool {
    match c {
        '\0'..='\u{bf}' => c.is_ascii_alphanumeric() || ".-_~".contains(c),
        c => is_of_url(c),
    }
}

/// Whether no letter, number or `_` comes directly before or after a mail address.
pub(super) fn is_separate_word(text: &str, bytes: &Range<usize>) -> bool {
    let separates = |c: Option<char>| c.is_none_or(|c| !is_word_char(c));
    separates(char_before(text, bytes.start)) && separates(char_at(text, bytes.end))
}
