//! The commands of the session: one table, which dispatch, help and completion read.

use super::session::{Reply, Session};
use std::fmt::Write;

/// A command.
#[derive(Debug)]
pub struct Command {
    /// Without the colon.
    pub name: &'static str,
    /// As help shows them.
    pub arguments: &'static str,
    /// On one line.
    pub help: &'static str,
    /// What kind of thing its argument is.
    pub takes: Takes,
    /// What it does with its argument.
    pub run: Run,
}

/// The reply, or what is wrong with the request.
pub type Run = fn(&mut Session, &str) -> Result<Reply, String>;

/// Kinds of arguments: they say what completes one, and when it goes on over the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    Directory,
    Record,
    Place,
    Instant,
    Rule,
    Expression,
    Command,
}

/// All commands, in the order of help.
pub const COMMANDS: &[Command] = &[
    Command {
        name: "load",
        arguments: "DIR",
        help: "read the rules of a directory",
        takes: Takes::Directory,
        run: Session::load,
    },
    Command {
        name: "reload",
        arguments: "",
        help: "read the rules again; a version with errors does not replace the good one",
        takes: Takes::Nothing,
        run: Session::reload,
    },
    Command {
        name: "record",
        arguments: "{…} | @FILE[:LINE] | LINE",
        help: "set the record: in the notation of `given`, or out of a file of records",
        takes: Takes::Record,
        run: Session::record,
    },
    Command {
        name: "in",
        arguments: "[PLACE,…]",
        help: "set the places, or show them: countries, subdivisions, blocs, WORLD",
        takes: Takes::Place,
        run: Session::place,
    },
    Command {
        name: "at",
        arguments: "[INSTANT | DAY | record]",
        help: "set the instant, or show it; `record` takes the record's latest date",
        takes: Takes::Instant,
        run: Session::at,
    },
    Command {
        name: "decide",
        arguments: "",
        help: "decide about the record, in the place, at the instant",
        takes: Takes::Nothing,
        run: Session::decide,
    },
    Command {
        name: "why",
        arguments: "[RULE]",
        help: "say how the decision came about, for all rules or one",
        takes: Takes::Rule,
        run: Session::why,
    },
    Command {
        name: "whynot",
        arguments: "RULE",
        help: "say which condition of a rule failed first",
        takes: Takes::Rule,
        run: Session::why_not,
    },
    Command {
        name: "match",
        arguments: "PATTERN | TEXT",
        help: "show how a text is folded, what a pattern finds in it, and what nearly",
        takes: Takes::Expression,
        run: Session::matching,
    },
    Command {
        name: "type",
        arguments: "EXPRESSION",
        help: "check an expression and show its type",
        takes: Takes::Expression,
        run: Session::type_of,
    },
    Command {
        name: "help",
        arguments: "[COMMAND]",
        help: "show the commands, or one",
        takes: Takes::Command,
        run: help,
    },
    Command {
        name: "quit",
        arguments: "",
        help: "leave",
        takes: Takes::Nothing,
        run: |_, _| Ok(Reply::Quit),
    },
];

/// The command and the argument of a line after its colon.
///
/// # Errors
/// When there is no such command, with the nearest.
pub fn find(line: &str) -> Result<(&'static Command, &str), String> {
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let command = COMMANDS.iter().find(|command| command.name == name);
    let command = command.ok_or_else(|| {
        let small = name.to_lowercase();
        let names = || COMMANDS.iter().map(|command| command.name);
        let begun = names().find(|known| small.len() > 1 && known.starts_with(&small));
        let meant = begun.or_else(|| lexloci::nearest(&small, names()));
        let hint = meant
            .map_or("`:help` shows them all".into(), |meant| format!("did you mean `:{meant}`?"));
        format!("there is no command `:{name}`; {hint}")
    })?;
    Ok((command, argument.trim()))
}

fn help(_: &mut Session, argument: &str) -> Result<Reply, String> {
    if !argument.is_empty() {
        let (command, _) = find(argument.trim_start_matches(':'))?;
        return Ok(Reply::Text(format!(
            ":{} {}\n  {}",
            command.name, command.arguments, command.help
        )));
    }
    let mut text = String::from("A line is an expression on the record, or a command:\n");
    for command in COMMANDS {
        let usage = format!(":{} {}", command.name, command.arguments);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {usage:<36}{}", command.help);
    }
    text.truncate(text.trim_end().len());
    Ok(Reply::Text(text))
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, find};
    use std::collections::BTreeSet;

    #[test]
    fn slips_are_understood() {
        for (typed, meant) in
            [("dec", "decide"), ("HELP", "help"), ("why_not", "whynot"), ("Recrod", "record")]
        {
            let told = find(typed).unwrap_err();
            assert!(told.ends_with(&format!("did you mean `:{meant}`?")), "{told}");
        }
    }

    #[test]
    fn names_are_unique_and_help_fits_a_line() {
        let names: BTreeSet<_> = COMMANDS.iter().map(|command| command.name).collect();
        assert_eq!(names.len(), COMMANDS.len());
        for command in COMMANDS {
            assert!(command.help.len() < 80 && !command.help.contains('\n'), "{}", command.name);
            assert_eq!(
                command.arguments.is_empty(),
                command.takes == super::Takes::Nothing,
                "{}",
                command.name
            );
        }
    }
}
