//! Joins lines into inputs. An input is one line, or several lines that belong together, such as those of a rule.

use super::commands::{self, Takes};
use crate::is_unfinished_json;

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
        let is_command =
            line.trim_start().starts_with(':') && !is_unfinished_json(&self.unfinished);
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
        None => crate::is_unfinished(input),
        Some(Ok((command, argument))) => match command.takes {
            Takes::Expression => !argument.is_empty() && crate::is_unfinished(argument),
            Takes::Record | Takes::Field => is_unfinished_json(argument),
            Takes::Nothing
            | Takes::Directory
            | Takes::Place
            | Takes::Instant
            | Takes::Rule
            | Takes::Name
            | Takes::Trace
            | Takes::OutputFormat
            | Takes::Text
            | Takes::Command => false,
        },
        Some(Err(_)) => false,
    }
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
        ] {
            assert_eq!(
                inputs(text),
                (expected.iter().map(ToString::to_string).collect(), false),
                "{text}"
            );
        }
    }
}
