//! Hashtags, cashtags, mentions and commands, by the rules of Telegram's clients (tdlib, `MessageEntity.cpp`).

use super::links::links;
use super::{after, before, is_digit, is_letter, is_word, leading_run};
use std::ops::Range;

/// The tags of a part, in order and without repetitions. They are in lower case and lack their sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tags {
    /// `#tag`
    pub(crate) hashtags: Vec<String>,
    /// `$USD`
    pub(crate) cashtags: Vec<String>,
    /// `@username`
    pub(crate) mentions: Vec<String>,
    /// `/start`, without the bot in `/start@bot`.
    pub(crate) commands: Vec<String>,
}

/// A tag in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) kind: Kind,
    /// With its sign, and with the channel or bot after an `@`.
    pub(super) bytes: Range<usize>,
    /// Only the name, as written.
    pub(super) name: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Hashtag,
    Cashtag,
    Mention,
    Command,
}

const HASHTAG_LETTERS: usize = 256;
const CASHTAG_LETTERS: std::ops::RangeInclusive<usize> = 1..=8;
const USERNAME_LETTERS: std::ops::RangeInclusive<usize> = 4..=32;
const COMMAND_LETTERS: std::ops::RangeInclusive<usize> = 1..=64;
/// How many letters the channel or bot after a tag has.
const SUFFIX_LETTERS: std::ops::RangeInclusive<usize> = 3..=32;

/// Bots whose names are shorter than [`USERNAME_LETTERS`] allows.
const SHORT_USERNAMES: [&str; 5] = ["gif", "nft", "pic", "ufc", "vid"];
/// The one ticker that begins with a digit.
const TICKER_WITH_DIGIT: &str = "1INCH";

/// The tags of a text. Tags inside a link do not count.
pub(crate) fn tags(text: &str) -> Tags {
    let mut tags = Tags::default();
    let mut links = links(text).into_iter().map(|link| link.start..link.end).peekable();
    for tag in all_tags(text) {
        while links.next_if(|link| link.end <= tag.bytes.start).is_some() {}
        if links.peek().is_some_and(|link| link.start < tag.bytes.end) {
            continue;
        }
        let list = match tag.kind {
            Kind::Hashtag => &mut tags.hashtags,
            Kind::Cashtag => &mut tags.cashtags,
            Kind::Mention => &mut tags.mentions,
            Kind::Command => &mut tags.commands,
        };
        let name = text.get(tag.name).unwrap_or_default().to_lowercase();
        if !list.contains(&name) {
            list.push(name);
        }
    }
    tags
}

/// The tags of a text, in order, including those in links.
pub(super) fn all_tags(text: &str) -> Vec<Tag> {
    let signs = text.char_indices().filter(|(_, c)| "#$@/".contains(*c));
    signs.filter_map(|(at, sign)| tag(text, at, sign)).collect()
}

fn tag(text: &str, at: usize, sign: char) -> Option<Tag> {
    let before = before(text, at);
    let rest = text.get(at + 1..)?;
    let (kind, name, suffix) = match sign {
        '#' if !before.is_some_and(is_of_hashtag) => {
            let (name, suffix) = hashtag(rest)?;
            (Kind::Hashtag, name, suffix)
        }
        '$' if !before.is_some_and(|c| is_of_hashtag(c) || c == '$') => {
            let (name, suffix) = cashtag(rest)?;
            (Kind::Cashtag, name, suffix)
        }
        '@' if !before.is_some_and(is_word) => (Kind::Mention, mention(rest)?, 0),
        '/' if !before.is_some_and(|c| is_word(c) || "/<>".contains(c)) => {
            let (name, suffix) = command(rest)?;
            (Kind::Command, name, suffix)
        }
        _ => return None,
    };
    let name = at + 1..at + 1 + name;
    Some(Tag { kind, bytes: at..name.end + suffix, name })
}

fn is_of_hashtag(c: char) -> bool {
    is_letter(c) || is_digit(c) || matches!(c, '_' | '\u{200c}' | '·' | '\u{d80}'..='\u{dff}')
}

fn is_of_username(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The length of `@channel` after a tag; 0 if there is none.
fn suffix(rest: &str, at: usize) -> usize {
    let name = rest.get(at..).and_then(|rest| rest.strip_prefix('@'));
    let name = name.map_or("", |rest| leading_run(rest, is_of_username));
    if SUFFIX_LETTERS.contains(&name.len()) { 1 + name.len() } else { 0 }
}

/// The lengths of a hashtag and of its suffix. A hashtag consists of letters, digits and `_`, has at least one letter,
/// and is not followed by `#`.
fn hashtag(rest: &str) -> Option<(usize, usize)> {
    let whole = leading_run(rest, is_of_hashtag);
    let end = whole.char_indices().nth(HASHTAG_LETTERS).map_or(whole.len(), |(at, _)| at);
    let tag = whole.get(..end)?;
    let suffix = if end == whole.len() { long_suffix(rest, end) } else { 0 };
    let is_tag = tag.chars().any(is_letter) && after(rest, whole.len() + suffix) != Some('#');
    is_tag.then_some((end, suffix))
}

/// Like [`suffix`], but a name that is too long is cut instead of refused.
fn long_suffix(rest: &str, at: usize) -> usize {
    let name = rest.get(at..).and_then(|rest| rest.strip_prefix('@'));
    let name = name.map_or("", |rest| leading_run(rest, is_of_username));
    match name.len().min(*SUFFIX_LETTERS.end()) {
        length if SUFFIX_LETTERS.contains(&length) => 1 + length,
        _ => 0,
    }
}

fn cashtag(rest: &str) -> Option<(usize, usize)> {
    let tag = if rest.starts_with(TICKER_WITH_DIGIT) {
        TICKER_WITH_DIGIT
    } else {
        leading_run(rest, |c| c.is_ascii_uppercase())
    };
    let suffix = suffix(rest, tag.len());
    let goes_on = after(rest, tag.len() + suffix).is_some_and(|c| is_of_hashtag(c) || c == '$');
    (CASHTAG_LETTERS.contains(&tag.len()) && !goes_on).then_some((tag.len(), suffix))
}

fn mention(rest: &str) -> Option<usize> {
    let name = leading_run(rest, is_of_username);
    let is_short = || SHORT_USERNAMES.iter().any(|short| short.eq_ignore_ascii_case(name));
    let is_name = USERNAME_LETTERS.contains(&name.len()) || is_short();
    (is_name && !after(rest, name.len()).is_some_and(is_word)).then_some(name.len())
}

/// The lengths of a command and of its suffix. A command with a name of a bot that is too short or too long does not
/// count.
fn command(rest: &str) -> Option<(usize, usize)> {
    let name = leading_run(rest, is_of_username);
    let suffix = suffix(rest, name.len());
    let goes_on = |c: char| is_word(c) || "/<>".contains(c);
    let is_command = COMMAND_LETTERS.contains(&name.len())
        && (suffix > 0 || after(rest, name.len()) != Some('@'))
        && !after(rest, name.len() + suffix).is_some_and(goes_on);
    is_command.then_some((name.len(), suffix))
}

#[cfg(test)]
mod tests {
    use super::{Tags, tags};

    #[test]
    fn tags_are_in_lower_case_without_repetitions() {
        let text = "#Инвестиции, #инвестиции #free_money $BTC $usd $$TON @Durov, \
            mail@kaspi.kz /start@my_bot и/или \
            /Help #2024 #a1 https://a.kz/x#y https://a.kz/@z 1/2 //x @abcd-c @ab @Gif $ABCDEFGHI $1INCH #";
        let list = |tags: &[&str]| tags.iter().map(|tag| tag.to_string()).collect();
        assert_eq!(
            tags(text),
            Tags {
                hashtags: list(&["инвестиции", "free_money", "a1"]),
                cashtags: list(&["btc", "1inch"]),
                mentions: list(&["durov", "abcd", "gif"]),
                commands: list(&["start", "help"]),
            }
        );
        assert_eq!(tags("nothing here, 5 @ 6 / $ #"), Tags::default());
    }
}
