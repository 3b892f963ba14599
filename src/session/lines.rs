//! Joins lines into inputs. An input is one line, or several lines that belong together, such as those of a rule.

use super::commands::{self, Takes};
use crate::{Class, is_unfinished_json};

/// Collects lines into inputs.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// The lines of the unfinished input.
    unfinished: String,
}

impl Lines {
    /// Adds a line, and returns the inputs that it completes. A command ends the unfinished input before it, so that
    /// one mistake does not swallow all lines that follow. Inside an open bracket of JSON, a line that begins with `:`
    /// belongs to the JSON.
    pub fn push(&mut self, line: &str) -> Vec<String> {
        let begins_command = |text: &str| text.trim_start().starts_with(':');
        let in_json = begins_command(&self.unfinished) && is_unfinished_json(&self.unfinished);
        let is_command = begins_command(line) && !in_json;
        let mut inputs: Vec<_> = is_command.then(|| self.rest()).flatten().into_iter().collect();
        if self.unfinished.is_empty() && is_ignored(line) {
            return inputs;
        }
        self.unfinished += line;
        self.unfinished.push('\n');
        if !needs_more_lines(&self.unfinished) {
            inputs.extend(self.rest());
        }
        inputs
    }

    /// Ends the unfinished input and returns it, if there is one.
    pub fn rest(&mut self) -> Option<String> {
        let rest = std::mem::take(&mut self.unfinished);
        (!rest.is_empty()).then_some(rest)
    }
}

/// Whether a text ends with an unfinished input, so that another line is needed.
pub fn is_unfinished(text: &str) -> bool {
    let mut lines = Lines::default();
    text.lines().for_each(|line| drop(lines.push(line)));
    !lines.unfinished.is_empty()
}

/// Whether a line is empty, or a comment that documents nothing.
fn is_ignored(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#') && !line.starts_with("##")
}

fn needs_more_lines(input: &str) -> bool {
    match input.trim().strip_prefix(':').map(commands::find) {
        // Documentation is followed by its item.
        None if input.lines().all(|line| line.trim_start().starts_with('#')) => true,
        None => has_open_brace(input) || crate::is_unfinished(input),
        Some(Ok((command, argument))) => match command.takes {
            Takes::Expression => !argument.is_empty() && crate::is_unfinished(argument),
            Takes::Record | Takes::Field => is_unfinished_json(argument),
            Takes::Nothing
            | Takes::Directory
            | Takes::File
            | Takes::Place
            | Takes::Instant
            | Takes::Rule
            | Takes::RuleAndAll
            | Takes::List
            | Takes::Item
            | Takes::Topic
            | Takes::Pattern
            | Takes::Remembered
            | Takes::Trace
            | Takes::OutputFormat
            | Takes::Text
            | Takes::Command => false,
        },
        Some(Err(_)) => false,
    }
}

/// Whether a text is an item with a brace that is not closed yet. An item with a mistake is read to its end too, so that its
/// later lines are not taken for expressions.
fn has_open_brace(input: &str) -> bool {
    crate::is_item(input) && input.lines().fold(0, depth_after) > 0
}

/// The number of open braces after a line. Braces after an unclosed quote count, too: no text has begun there.
fn depth_after(depth: usize, line: &str) -> usize {
    let is_text = |token: &str| token.len() > 1 && token.ends_with('"');
    let mut braces = String::new();
    for (range, class) in crate::highlight(line) {
        let token = line.get(range).unwrap_or_default();
        let is_read = match class {
            Class::Sign => true,
            Class::Text => !is_text(token),
            Class::Keyword | Class::Number | Class::Comment | Class::Name => false,
        };
        braces.extend(token.chars().filter(|_| is_read));
    }
    braces.chars().fold(depth, |depth, c| match c {
        '{' => depth + 1,
        '}' => depth.saturating_sub(1),
        _ => depth,
    })
}

#[cfg(test)]
mod tests {
    use super::Lines;

    fn inputs(text: &str) -> (Vec<String>, bool) {
        let mut lines = Lines::default();
        let inputs: Vec<_> = text.lines().flat_map(|line| lines.push(line)).collect();
        (inputs.iter().map(|input| input.trim().to_string()).collect(), lines.rest().is_some())
    }

    #[test]
    fn unfinished_inputs_stay_open() {
        for (text, open) in [
            (":record {", true),
            (":record { text: \"}\"", true),
            ("chat.members >=", true),
            ("(chat.public", true),
            (":type (1 +", true),
            (":type", false),
            (":record 3", false),
            ("chat.public )", false),
            (":unknown (", false),
            ("", false),
            ("# a comment", false),
        ] {
            assert_eq!(inputs(text).1, open, "{text}");
        }
    }

    #[test]
    fn lines_are_joined_into_inputs() {
        for (text, expected) in [
            (":in KZ\n:at 2026-03-01\n:decide", vec![":in KZ", ":at 2026-03-01", ":decide"]),
            (
                "# first\n\nchat.public\n  # then\nchat.members\n",
                vec!["chat.public", "chat.members"],
            ),
            (":record {\n text: \"a\"\n}\n:decide", vec![":record {\n text: \"a\"\n}", ":decide"]),
            (":record {\n\n \"a\"\n :1 }\ntext", vec![":record {\n\n \"a\"\n :1 }", "text"]),
            ("chat.members >=\n\n3\ntext", vec!["chat.members >=\n\n3", "text"]),
            ("chat.type ==\n:decide", vec!["chat.type ==", ":decide"]),
            (
                "## What it is.\nrule a {\n\n  when b\n}\nchat.public",
                vec!["## What it is.\nrule a {\n\n  when b\n}", "chat.public"],
            ),
            ("define a = 1\nset b: text {}\n", vec!["define a = 1", "set b: text {}"]),
            // An item with a mistake is one input.
            (
                "rule a \"A\" {\n  categry scam\n  when b\n}\nchat.public",
                vec!["rule a \"A\" {\n  categry scam\n  when b\n}", "chat.public"],
            ),
            (
                "test \"a\" {\n  givn { text: \"}\" }  # }\n  expect nothing\n}\ntext",
                vec!["test \"a\" {\n  givn { text: \"}\" }  # }\n  expect nothing\n}", "text"],
            ),
            ("terms a { en: \"b }\ntext", vec!["terms a { en: \"b }", "text"]),
            ("terms a {\n  en: \"b,\n}\ntext", vec!["terms a {\n  en: \"b,\n}", "text"]),
            ("rule a {\n  categry b\n:decide", vec!["rule a {\n  categry b", ":decide"]),
        ] {
            assert_eq!(
                inputs(text),
                (expected.iter().map(ToString::to_string).collect(), false),
                "{text}"
            );
        }
    }
}
