//! Hashtags, cashtags, mentions and commands, by the rules of Telegram's clients (tdlib, `MessageEntity.cpp`).

use super::links::links;
use super::{before, is_word, run};

/// The tags of a part, in lower case and without their sign, each once, in order.
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

const HASHTAG_LETTERS: usize = 256;
const CASHTAG_LETTERS: usize = 8;
const USERNAME_LETTERS: std::ops::RangeInclusive<usize> = 2..=32;
const COMMAND_LETTERS: usize = 64;

/// The tags of a text. What stands in a link is none.
pub(crate) fn tags(text: &str) -> Tags {
    let mut tags = Tags::default();
    let mut links = links(text).into_iter().map(|link| link.start..link.end).peekable();
    for (at, sign) in text.char_indices().filter(|(_, c)| "#$@/".contains(*c)) {
        while links.next_if(|link| link.end <= at).is_some() {}
        let in_link = links.peek().is_some_and(|link| link.start <= at);
        let before = before(text, at);
        if in_link || before.is_some_and(is_word) {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let (list, tag) = match sign {
            '#' => (&mut tags.hashtags, hashtag(rest)),
            '$' => (&mut tags.cashtags, cashtag(rest).filter(|_| before != Some('$'))),
            '@' => (&mut tags.mentions, mention(rest)),
            _ => (
                &mut tags.commands,
                command(rest).filter(|_| !matches!(before, Some('/' | '<' | '>'))),
            ),
        };
        if let Some(tag) = tag.map(str::to_lowercase).filter(|tag| !list.contains(tag)) {
            list.push(tag);
        }
    }
    tags
}

/// Letters, digits and `_`, at least one not a digit.
fn hashtag(rest: &str) -> Option<&str> {
    let tag = run(rest, |c| is_word(c) || c == '\u{200c}' || c == '·');
    let is_tag = tag.chars().any(char::is_alphabetic) && tag.chars().count() <= HASHTAG_LETTERS;
    (is_tag && !follows(rest, tag, |c| c == '#')).then_some(tag)
}

fn cashtag(rest: &str) -> Option<&str> {
    let tag = run(rest, |c| c.is_ascii_alphanumeric());
    let is_letters =
        tag.bytes().all(|b| b.is_ascii_uppercase()) && (1..=CASHTAG_LETTERS).contains(&tag.len());
    ((is_letters || tag == "1INCH") && !follows(rest, tag, |c| is_word(c) || c == '$'))
        .then_some(tag)
}

fn mention(rest: &str) -> Option<&str> {
    let name = run(rest, |c| c.is_ascii_alphanumeric() || c == '_');
    (USERNAME_LETTERS.contains(&name.len()) && !follows(rest, name, is_word)).then_some(name)
}

fn command(rest: &str) -> Option<&str> {
    let name = run(rest, |c| c.is_ascii_alphanumeric() || c == '_');
    let is_name = (1..=COMMAND_LETTERS).contains(&name.len());
    (is_name && !follows(rest, name, |c| is_word(c) || "/<>".contains(c))).then_some(name)
}

fn follows(rest: &str, tag: &str, what: impl Fn(char) -> bool) -> bool {
    rest.get(tag.len()..).is_some_and(|after| after.starts_with(what))
}

#[cfg(test)]
mod tests {
    use super::{Tags, tags};

    #[test]
    fn tags_are_lower_case_and_once() {
        let text = "#Инвестиции, #инвестиции #free_money $BTC $usd $$TON @Durov, \
            mail@kaspi.kz /start@my_bot и/или \
            /Help #2024 #a1 https://a.kz/x#y https://a.kz/@z 1/2 //x @ab-c $ABCDEFGHI $1INCH #";
        let list = |tags: &[&str]| tags.iter().map(|tag| tag.to_string()).collect();
        assert_eq!(
            tags(text),
            Tags {
                hashtags: list(&["инвестиции", "free_money", "a1"]),
                cashtags: list(&["btc", "1inch"]),
                mentions: list(&["durov", "ab"]),
                commands: list(&["start", "help"]),
            }
        );
        assert_eq!(tags("nothing here, 5 @ 6 / $ #"), Tags::default());
    }
}
