//! Hashtags, cashtags, mentions and commands, by the rules of Telegram's clients (tdlib, `MessageEntity.cpp`).

use super::links::links;
use super::{char_at, char_before, is_digit, is_letter, is_word_char, leading_run};
use std::ops::Range;

/// The tags of a part, in order and without repetitions, in lower case and without their sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tags {
    /// `#tag`
    pub(crate) hashtags: Vec<String>,
    /// `$USD`
    pub(crate) cashtags: Vec<String>,
    /// `@username`
    pub(crate) mentions: Vec<Mention>,
    /// `/start`, without the bot in `/start@bot`.
    pub(crate) commands: Vec<String>,
}

/// An account that a text mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) username: String,
    /// Where it is first mentioned, with the sign.
    pub(crate) bytes: Range<usize>,
}

/// A tag in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) kind: TagKind,
    /// The range of the sign, the name, and the channel or bot after an `@`.
    pub(super) bytes: Range<usize>,
    /// The range of the name alone.
    pub(super) name: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagKind {
    Hashtag,
    Cashtag,
    Mention,
    Command,
}

const MAX_HASHTAG_LETTERS: usize = 256;
const CASHTAG_LETTERS: std::ops::RangeInclusive<usize> = 1..=8;
const USERNAME_LETTERS: std::ops::RangeInclusive<usize> = 4..=32;
const COMMAND_LETTERS: std::ops::RangeInclusive<usize> = 1..=64;
/// How many letters the channel or bot after a tag has.
const SUFFIX_LETTERS: std::ops::RangeInclusive<usize> = 3..=32;

/// Bots whose names are shorter than [`USERNAME_LETTERS`] allows.
const SHORT_USERNAMES: [&str; 5] = ["gif", "nft", "pic", "ufc", "vid"];
/// The only ticker that begins with a digit.
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
        let name = text.get(tag.name).unwrap_or_default().to_lowercase();
        let list = match tag.kind {
            TagKind::Hashtag => &mut tags.hashtags,
            TagKind::Cashtag => &mut tags.cashtags,
            TagKind::Mention => {
                if !tags.mentions.iter().any(|mention| mention.username == name) {
                    tags.mentions.push(Mention { username: name, bytes: tag.bytes });
                }
                continue;
            }
            TagKind::Command => &mut tags.commands,
        };
        if !list.contains(&name) {
            list.push(name);
        }
    }
    tags
}

/// The tags of a text, in order, including those in links.
pub(super) fn all_tags(text: &str) -> Vec<Tag> {
    let signs = text.char_indices().filter(|(_, c)| "#$@/".contains(*c));
    signs.filter_map(|(at, sign)| tag_at(text, at, sign)).collect()
}

/// The tag whose sign is at a position.
fn tag_at(text: &str, at: usize, sign: char) -> Option<Tag> {
    let previous = char_before(text, at);
    let rest = text.get(at + 1..)?;
    let (kind, name, suffix) = match sign {
        '#' if !previous.is_some_and(is_of_hashtag) => {
            let (name, suffix) = hashtag_lengths(rest)?;
            (TagKind::Hashtag, name, suffix)
        }
        '$' if !previous.is_some_and(|c| is_of_hashtag(c) || c == '$') => {
            let (name, suffix) = cashtag_lengths(rest)?;
            (TagKind::Cashtag, name, suffix)
        }
        '@' if !previous.is_some_and(is_word_char) => (TagKind::Mention, mention_length(rest)?, 0),
        '/' if !previous.is_some_and(|c| is_word_char(c) || "/<>".contains(c)) => {
            let (name, suffix) = command_lengths(rest)?;
            (TagKind::Command, name, suffix)
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
fn suffix_length(rest: &str, at: usize) -> usize {
    let name = rest.get(at..).and_then(|rest| rest.strip_prefix('@'));
    let name = name.map_or("", |rest| leading_run(rest, is_of_username));
    if SUFFIX_LETTERS.contains(&name.len()) { 1 + name.len() } else { 0 }
}

/// The lengths of a hashtag and of its suffix. A hashtag consists of letters, digits and `_`, has at least one letter,
/// and is not followed by `#`.
fn hashtag_lengths(rest: &str) -> Option<(usize, usize)> {
    let whole = leading_run(rest, is_of_hashtag);
    let end = whole.char_indices().nth(MAX_HASHTAG_LETTERS).map_or(whole.len(), |(at, _)| at);
    let tag = whole.get(..end)?;
    let suffix = if end == whole.len() { long_suffix_length(rest, end) } else { 0 };
    let is_tag = tag.chars().any(is_letter) && char_at(rest, whole.len() + suffix) != Some('#');
    is_tag.then_some((end, suffix))
}

/// Like [`suffix_length`], but a name that is too long is cut instead of refused.
fn long_suffix_length(rest: &str, at: usize) -> usize {
    let name = rest.get(at..).and_then(|rest| rest.strip_prefix('@'));
    let name = name.map_or("", |rest| leading_run(rest, is_of_username));
    match name.len().min(*SUFFIX_LETTERS.end()) {
        length if SUFFIX_LETTERS.contains(&length) => 1 + length,
        _ => 0,
    }
}

/// The lengths of a cashtag and of its suffix.
fn cashtag_lengths(rest: &str) -> Option<(usize, usize)> {
    let tag = if rest.starts_with(TICKER_WITH_DIGIT) {
        TICKER_WITH_DIGIT
    } else {
        leading_run(rest, |c| c.is_ascii_uppercase())
    };
    let suffix = suffix_length(rest, tag.len());
    let is_longer = char_at(rest, tag.len() + suffix).is_some_and(|c| is_of_hashtag(c) || c == '$');
    (CASHTAG_LETTERS.contains(&tag.len()) && !is_longer).then_some((tag.len(), suffix))
}

/// The length of a username after `@`.
fn mention_length(rest: &str) -> Option<usize> {
    let name = leading_run(rest, is_of_username);
    let is_short = || SHORT_USERNAMES.iter().any(|short| short.eq_ignore_ascii_case(name));
    let is_name = USERNAME_LETTERS.contains(&name.len()) || is_short();
    (is_name && !char_at(rest, name.len()).is_some_and(is_word_char)).then_some(name.len())
}

/// The lengths of a command and of its suffix. A command does not count if the name of its bot is too short or too long.
fn command_lengths(rest: &str) -> Option<(usize, usize)> {
    let name = leading_run(rest, is_of_username);
    let suffix = suffix_length(rest, name.len());
    let is_longer = |c: char| is_word_char(c) || "/<>".contains(c);
    let is_command = COMMAND_LETTERS.contains(&name.len())
        && (suffix > 0 || char_at(rest, name.len()) != Some('@'))
        && !char_at(rest, name.len() + suffix).is_some_and(is_longer);
    is_command.then_some((name.len(), suffix))
}

#[cfg(test)]
mod tests {
    use super::{Mention, Tags, tags};

    #[test]
    fn tags_are_in_lower_case_without_repetitions() {
        let text = "#Инвестиции, #инвестиции #free_money $BTC $usd $$TON @Durov, \
            mail@kaspi.kz /start@my_bot и/или \
            /Help #2024 #a1 https://a.kz/x#y https://a.kz/@z 1/2 //x @abcd-c @ab @Gif $ABCDEFGHI $1INCH #";
        let list = |tags: &[&str]| tags.iter().map(|tag| tag.to_string()).collect();
        let mention = |written: &str| {
            let start = text.find(written).unwrap();
            let username = written.trim_start_matches('@').to_lowercase();
            Mention { username, bytes: start..start + written.len() }
        };
        assert_eq!(
            tags(text),
            Tags {
                hashtags: list(&["инвестиции", "free_money", "a1"]),
                cashtags: list(&["btc", "1inch"]),
                mentions: ["@Durov", "@abcd", "@Gif"].map(mention).into(),
                commands: list(&["start", "help"]),
            }
        );
        assert_eq!(tags("nothing here, 5 @ 6 / $ #"), Tags::default());
    }
}
