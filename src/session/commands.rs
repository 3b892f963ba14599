//! The commands of the session: one table for dispatch, help and completion.

use super::{Answered, Reply, Session, text};
use std::fmt::Write;

/// A command.
#[derive(Debug)]
pub(super) struct Command {
    /// Its name, without the colon.
    pub(super) name: &'static str,
    /// Its heading in help.
    pub(super) group: &'static str,
    /// Its arguments as help shows them.
    pub(super) arguments: &'static str,
    /// What it does, on one line.
    pub(super) help: &'static str,
    /// The kind of its argument.
    pub(super) takes: Takes,
    /// Runs it with its argument.
    pub(super) run: fn(&mut Session, &str) -> Answered,
}

/// Kinds of arguments. They decide how an argument is completed, and whether it may continue on the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    Directory,
    Record,
    Field,
    Place,
    Instant,
    Rule,
    /// The name of any item, field or code.
    Name,
    Expression,
    Trace,
    OutputFormat,
    Text,
    Command,
}

/// All commands, in the order of help.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "load",
        group: "Rules",
        arguments: "DIR",
        help: "read the rules of a directory",
        takes: Takes::Directory,
        run: Session::load,
    },
    Command {
        name: "reload",
        group: "Rules",
        arguments: "",
        help: "read the rules again; a version with errors does not replace the good one",
        takes: Takes::Nothing,
        run: Session::reload,
    },
    Command {
        name: "diff",
        group: "Rules",
        arguments: "",
        help: "show what the last reload or item changed, in the rules and in decisions",
        takes: Takes::Nothing,
        run: Session::diff,
    },
    Command {
        name: "rules",
        group: "Rules",
        arguments: "[PATTERN]",
        help: "list rules and exceptions; `*` stands for anything",
        takes: Takes::Name,
        run: Session::rules,
    },
    Command {
        name: "lists",
        group: "Rules",
        arguments: "[PATTERN]",
        help: "list terms and sets",
        takes: Takes::Name,
        run: Session::lists,
    },
    Command {
        name: "show",
        group: "Rules",
        arguments: "NAME",
        help: "show an item as it is written",
        takes: Takes::Name,
        run: Session::show,
    },
    Command {
        name: "keep",
        group: "Rules",
        arguments: "",
        help: "write the items entered in this session to their files",
        takes: Takes::Nothing,
        run: Session::keep,
    },
    Command {
        name: "edit",
        group: "Rules",
        arguments: "[NAME]",
        help: "change the record, or an item, in your editor",
        takes: Takes::Name,
        run: Session::edit,
    },
    Command {
        name: "cost",
        group: "Rules",
        arguments: "[RULE]",
        help: "show the most that rules can cost, the most expensive first",
        takes: Takes::Rule,
        run: Session::cost,
    },
    Command {
        name: "record",
        group: "Record",
        arguments: "{…} | @FILE[:LINE] | LINE",
        help: "set the record: in the notation of `given`, or from a file of records",
        takes: Takes::Record,
        run: Session::record,
    },
    Command {
        name: "next",
        group: "Record",
        arguments: "",
        help: "take the next record of the file",
        takes: Takes::Nothing,
        run: Session::next,
    },
    Command {
        name: "prev",
        group: "Record",
        arguments: "",
        help: "take the previous record of the file",
        takes: Takes::Nothing,
        run: Session::prev,
    },
    Command {
        name: "set",
        group: "Record",
        arguments: "FIELD = VALUE",
        help: "change a field of the record",
        takes: Takes::Field,
        run: Session::set_field,
    },
    Command {
        name: "unset",
        group: "Record",
        arguments: "FIELD",
        help: "remove a field of the record",
        takes: Takes::Field,
        run: Session::unset_field,
    },
    Command {
        name: "json",
        group: "Record",
        arguments: "",
        help: "show the record as JSON",
        takes: Takes::Nothing,
        run: Session::json,
    },
    Command {
        name: "fields",
        group: "Record",
        arguments: "[PATTERN]",
        help: "list the fields of records with their types",
        takes: Takes::Field,
        run: Session::fields,
    },
    Command {
        name: "in",
        group: "Question",
        arguments: "[PLACE,… | all | record]",
        help: "set the places, or show them: countries, subdivisions, blocs, WORLD",
        takes: Takes::Place,
        run: Session::place,
    },
    Command {
        name: "at",
        group: "Question",
        arguments: "[INSTANT | DAY | +7 days | next | prev | record | now]",
        help: "set the instant, or show it; `next` goes to the next change of the decision",
        takes: Takes::Instant,
        run: Session::at,
    },
    Command {
        name: "decide",
        group: "Answers",
        arguments: "",
        help: "decide the record for the places and the instant",
        takes: Takes::Nothing,
        run: Session::decide,
    },
    Command {
        name: "receipt",
        group: "Answers",
        arguments: "",
        help: "write what the decision depends on, with the digest of the record, as JSON",
        takes: Takes::Nothing,
        run: Session::receipt,
    },
    Command {
        name: "why",
        group: "Answers",
        arguments: "[RULE]",
        help: "say how the decision came about, for all rules or one",
        takes: Takes::Rule,
        run: Session::why,
    },
    Command {
        name: "whynot",
        group: "Answers",
        arguments: "RULE",
        help: "say which condition of a rule failed first, and show the values of the others",
        takes: Takes::Rule,
        run: Session::why_not,
    },
    Command {
        name: "match",
        group: "Answers",
        arguments: "PATTERN | TEXT",
        help: "show how a text is folded, and what a pattern finds or nearly finds in it",
        takes: Takes::Text,
        run: Session::matching,
    },
    Command {
        name: "matrix",
        group: "Answers",
        arguments: "",
        help: "show which rules matter for the record, place by place",
        takes: Takes::Nothing,
        run: Session::matrix,
    },
    Command {
        name: "timeline",
        group: "Answers",
        arguments: "",
        help: "show when the decision changes, and which date of which law changes it",
        takes: Takes::Nothing,
        run: Session::timeline,
    },
    Command {
        name: "statements",
        group: "Answers",
        arguments: "",
        help: "write the statements of reasons for the database of the DSA",
        takes: Takes::Nothing,
        run: Session::statements,
    },
    Command {
        name: "type",
        group: "Answers",
        arguments: "EXPRESSION",
        help: "check an expression and show its type",
        takes: Takes::Expression,
        run: Session::type_of,
    },
    Command {
        name: "trace",
        group: "Answers",
        arguments: "off | rules | values",
        help: "show details: the state of each rule, or the values of parts of expressions",
        takes: Takes::Trace,
        run: Session::trace,
    },
    Command {
        name: "format",
        group: "Answers",
        arguments: "pretty | json",
        help: "write answers for people or for tools",
        takes: Takes::OutputFormat,
        run: Session::format,
    },
    Command {
        name: "time",
        group: "Answers",
        arguments: "",
        help: "measure how long the decision takes",
        takes: Takes::Nothing,
        run: Session::time,
    },
    Command {
        name: "test",
        group: "Tests",
        arguments: "[TEXT]",
        help: "run the tests of the rules, or those whose title or file name contains TEXT",
        takes: Takes::Text,
        run: Session::test,
    },
    Command {
        name: "save-test",
        group: "Tests",
        arguments: "TITLE [FILE]",
        help: "write the record and its decision into a file as a test that passes",
        takes: Takes::Text,
        run: Session::save_test,
    },
    Command {
        name: "doc",
        group: "Session",
        arguments: "NAME | CODE",
        help: "explain a field, function, action, item or code",
        takes: Takes::Name,
        run: Session::doc,
    },
    Command {
        name: "history",
        group: "Session",
        arguments: "",
        help: "show the lines of this session",
        takes: Takes::Nothing,
        run: Session::history,
    },
    Command {
        name: "reset",
        group: "Session",
        arguments: "",
        help: "forget the entered items, the record, the places and the instant",
        takes: Takes::Nothing,
        run: Session::reset,
    },
    Command {
        name: "help",
        group: "Session",
        arguments: "[COMMAND]",
        help: "show all commands, or explain one",
        takes: Takes::Command,
        run: help,
    },
    Command {
        name: "quit",
        group: "Session",
        arguments: "",
        help: "leave",
        takes: Takes::Nothing,
        run: |_, _| Ok(Reply::Quit),
    },
];

/// The command and the argument of a line without its colon. An unknown command is an error that names the nearest.
pub(super) fn find(line: &str) -> Result<(&'static Command, &str), String> {
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let name = if name == "q" { "quit" } else { name };
    let command = COMMANDS.iter().find(|command| command.name == name);
    let command = command.ok_or_else(|| {
        let small = name.to_lowercase();
        let names = || COMMANDS.iter().map(|command| command.name);
        let begun = names().find(|known| small.len() > 1 && known.starts_with(&small));
        let meant = begun.or_else(|| crate::nearest(&small, names()));
        let hint = meant
            .map_or("`:help` shows them all".into(), |meant| format!("did you mean `:{meant}`?"));
        format!("there is no command `:{name}`; {hint}")
    })?;
    Ok((command, argument.trim()))
}

fn help(_: &mut Session, argument: &str) -> Answered {
    if !argument.is_empty() {
        let (command, _) = find(argument.trim_start_matches(':'))?;
        return text(format!(":{} {}\n  {}", command.name, command.arguments, command.help));
    }
    let mut all = String::from(
        "A line is an expression about the record, an item of a rule file (`rule x {`, which may have\n\
         several lines), or a command:\n",
    );
    for group in COMMANDS.chunk_by(|a, b| a.group == b.group) {
        let name = group.first().map_or("", |command| command.group);
        // Writing to a string cannot fail.
        let _ = writeln!(all, "{name}");
        for command in group {
            let usage = format!(":{} {}", command.name, command.arguments);
            let _ = match usage.len() {
                0..36 => writeln!(all, "  {usage:<36}{}", command.help),
                _ => writeln!(all, "  {usage}\n{:38}{}", "", command.help),
            };
        }
    }
    text(all.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, find};
    use std::collections::BTreeSet;

    #[test]
    fn an_unknown_command_suggests_the_nearest() {
        for (input, meant) in [
            ("dec", "decide"),
            ("HELP", "help"),
            ("why_not", "whynot"),
            ("Recrod", "record"),
            ("savetest", "save-test"),
        ] {
            let error = find(input).unwrap_err();
            assert!(error.ends_with(&format!("did you mean `:{meant}`?")), "{error}");
        }
    }

    #[test]
    fn command_names_are_unique_and_help_fits_a_line() {
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
