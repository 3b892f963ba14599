//! The commands of the session, in one table that dispatch, help and completion read.

use super::{Answered, Session, text};
use crate::show;
use std::fmt::Write;

/// A command.
#[derive(Debug)]
pub(super) struct Command {
    /// Its name without the colon, then its arguments as help shows them.
    usage: &'static str,
    /// What it does, on one line.
    pub(super) help: &'static str,
    /// The kind of its argument.
    pub(super) takes: Takes,
    /// Runs it with its argument.
    pub(super) run: Run,
}

type Run = fn(&mut Session, &str) -> Answered;

const fn command(usage: &'static str, help: &'static str, takes: Takes, run: Run) -> Command {
    Command { usage, help, takes, run }
}

impl Command {
    /// Its name, without the colon.
    pub(super) fn name(&self) -> &'static str {
        self.usage.split(' ').next().unwrap_or_default()
    }

    /// Its arguments as help shows them.
    pub(super) fn arguments(&self) -> &'static str {
        self.usage.split_once(' ').map_or("", |(_, arguments)| arguments)
    }
}

/// All commands, in the order of help.
pub(super) fn all() -> impl Iterator<Item = &'static Command> {
    GROUPS.iter().flat_map(|(_, commands)| *commands)
}

/// Kinds of arguments. They decide how an argument is completed, and whether it may continue on the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    Directory,
    File,
    Record,
    Field,
    Place,
    Instant,
    Rule,
    /// A rule, and after it `all` or nothing.
    RuleAndAll,
    /// The name of terms, of a set or of a register.
    List,
    /// The name of any item.
    Item,
    /// What the reference explains, or an item.
    Topic,
    /// The name of terms or a phrase, then `|` and a text.
    Pattern,
    Expression,
    /// The id of a record or an author that is remembered, or `all`.
    Remembered,
    Trace,
    OutputFormat,
    Text,
    Command,
}

/// All commands under their headings, in the order of help.
const GROUPS: &[(&str, &[Command])] = &[
    ("Rules", RULES),
    ("Record", RECORD),
    ("Question", QUESTION),
    ("Answers", ANSWERS),
    ("Memory", MEMORY),
    ("Tests", TESTS),
    ("Session", SESSION),
];

const RULES: &[Command] = &[
    command("load DIR", "read the rules of a directory", Takes::Directory, Session::load),
    command(
        "reload",
        "read the rules again; a version with errors does not replace the good one",
        Takes::Nothing,
        Session::reload,
    ),
    command(
        "diff",
        "show what the last reload or item changed, in the rules and in decisions",
        Takes::Nothing,
        Session::diff,
    ),
    command(
        "rules [PATTERN]",
        "list rules and exceptions; `*` stands for anything",
        Takes::Rule,
        Session::rules,
    ),
    command("lists [PATTERN]", "list terms, sets and registers", Takes::List, Session::lists),
    command("show NAME", "show an item as it is written", Takes::Item, Session::show),
    command(
        "keep [FILE]",
        "write the items entered in this session to their files, or to one file",
        Takes::File,
        Session::keep,
    ),
    command(
        "edit [NAME]",
        "change the record, or an item, in your editor",
        Takes::Item,
        Session::edit,
    ),
    command(
        "cost [RULE]",
        "show the most that rules can cost, the most expensive first",
        Takes::Rule,
        Session::cost,
    ),
];

const RECORD: &[Command] = &[
    command(
        "record {…} | @FILE[:LINE] | LINE",
        "set the record: in the notation of `given`, or from a file of records",
        Takes::Record,
        Session::record,
    ),
    command("next", "take the next record of the file", Takes::Nothing, Session::next),
    command("prev", "take the previous record of the file", Takes::Nothing, Session::prev),
    command("set FIELD = VALUE", "change a field of the record", Takes::Field, Session::set_field),
    command("unset FIELD", "remove a field of the record", Takes::Field, Session::unset_field),
    command("json", "show the record as JSON", Takes::Nothing, Session::json),
    command(
        "fields [PATTERN]",
        "list the fields of records with their types",
        Takes::Field,
        Session::fields,
    ),
];

const QUESTION: &[Command] = &[
    command(
        "in [PLACE,… | all | record]",
        "set the places, or show them: countries, subdivisions, blocs, WORLD",
        Takes::Place,
        Session::place,
    ),
    command(
        "at [INSTANT | DAY | +7 days | next | prev | record | now]",
        "set the instant, or show it; `next` goes to the next change of the decision",
        Takes::Instant,
        Session::at,
    ),
];

const ANSWERS: &[Command] = &[
    command(
        "decide",
        "decide the record for the places and the instant",
        Takes::Nothing,
        Session::decide,
    ),
    command(
        "receipt",
        "write what the decision depends on, with the digest of the record, as JSON",
        Takes::Nothing,
        Session::receipt,
    ),
    command(
        "why [RULE]",
        "say how the decision came about, for all rules or one",
        Takes::Rule,
        Session::why,
    ),
    command(
        "whynot RULE [all]",
        "say which conditions of a rule failed; with `all`, show the others too",
        Takes::RuleAndAll,
        Session::why_not,
    ),
    command(
        "match PATTERN | TEXT",
        "show how a text is folded, and what a pattern finds or nearly finds in it",
        Takes::Pattern,
        Session::matching,
    ),
    command(
        "matrix",
        "show which rules matter for the record, place by place",
        Takes::Nothing,
        Session::matrix,
    ),
    command(
        "timeline",
        "show when the decision changes, and which date of which law changes it",
        Takes::Nothing,
        Session::timeline,
    ),
    command(
        "statements",
        "write the statements of reasons for the database of the DSA",
        Takes::Nothing,
        Session::statements,
    ),
    command(
        "type EXPRESSION",
        "check an expression and show its type",
        Takes::Expression,
        Session::type_of,
    ),
    command(
        "trace off | rules | values",
        "show details: the state of each rule, or the values of parts of expressions",
        Takes::Trace,
        Session::trace,
    ),
    command(
        "format pretty | json",
        "write answers for people or for tools",
        Takes::OutputFormat,
        Session::format,
    ),
    command("time", "measure how long the decision takes", Takes::Nothing, Session::time),
];

const MEMORY: &[Command] = &[
    command(
        "commit [INSTANT | DAY | +7 days | now]",
        "judge the record, and remember what it leaves behind for later records",
        Takes::Instant,
        Session::commit,
    ),
    command(
        "state [RECORD | AUTHOR]",
        "show what is remembered: counters, marks and judgings",
        Takes::Remembered,
        Session::state,
    ),
    command(
        "forget RECORD | AUTHOR | all",
        "forget what a record or an author left behind",
        Takes::Remembered,
        Session::forget,
    ),
];

const TESTS: &[Command] = &[
    command(
        "test [TEXT]",
        "run the tests of the rules, or those whose title or file name contains TEXT",
        Takes::Text,
        Session::test,
    ),
    command(
        "save-test TITLE [FILE]",
        "write the record and its decision into a file as a test that passes",
        Takes::Text,
        Session::save_test,
    ),
];

const SESSION: &[Command] = &[
    command(
        "doc NAME | CODE",
        "explain a field, function, action, item or code",
        Takes::Topic,
        Session::doc,
    ),
    command("history", "show the lines of this session", Takes::Nothing, Session::history),
    command(
        "reset",
        "drop the entered items, the record, the places, the instant, the memory",
        Takes::Nothing,
        Session::reset,
    ),
    command("help [COMMAND]", "show all commands, or explain one", Takes::Command, help),
    command("quit", "leave", Takes::Nothing, Session::quit),
];

/// The command that people mean by a word in every shell. No field has such a name, so it needs no colon.
pub(super) fn without_colon(word: &str) -> Option<&'static str> {
    match word {
        "help" => Some("help"),
        "quit" | "exit" => Some("quit"),
        _ => None,
    }
}

/// The command and the argument of a line without its colon. An unknown command is an error that names the nearest.
pub(super) fn find(line: &str) -> Result<(&'static Command, &str), String> {
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let name = if name == "q" { "quit" } else { without_colon(name).unwrap_or(name) };
    let command = all().find(|command| command.name() == name);
    let command = command.ok_or_else(|| {
        let lower = name.to_lowercase();
        let names = || all().map(Command::name);
        let begun = names().find(|known| lower.len() > 1 && known.starts_with(&lower));
        let meant = begun.or_else(|| crate::nearest(&lower, names()));
        let hint = meant
            .map_or("`:help` shows them all".into(), |meant| format!("did you mean `:{meant}`?"));
        format!("there is no command `:{name}`; {hint}")
    })?;
    let argument = argument.trim();
    if command.takes == Takes::Nothing && !argument.is_empty() {
        let set = "`:in`, `:at` and `:record` set what answers are about";
        return Err(format!("nothing is written after `:{}`; {set}", command.name()));
    }
    Ok((command, argument))
}

/// The columns of usages in the list of all commands.
const USAGE_WIDTH: usize = 38;
/// On screens that are not wider, what a command does stands below its usage.
const NARROW: usize = 72;

fn help(session: &mut Session, argument: &str) -> Answered {
    if !argument.is_empty() {
        let (command, _) = find(argument.trim_start_matches(':'))?;
        return text(format!(":{}\n  {}", command.usage, command.help));
    }
    let columns = session.host.columns();
    let intro = "A line is an expression about the record, an item of a rule file (`rule x {`, which may have \
                 several lines), or a command:";
    let mut out = show::wrapped(intro, columns.min(96)).join("\n") + "\n";
    let indent = if columns <= NARROW { 6 } else { USAGE_WIDTH };
    let line_end = format!("\n{:indent$}", "");
    for (heading, commands) in GROUPS {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{heading}");
        for Command { usage, help, .. } in *commands {
            let help = show::wrapped(help, columns.saturating_sub(indent)).join(&line_end);
            let usage = format!("  :{usage}");
            let _ = match usage.chars().count() < indent {
                true => writeln!(out, "{usage:<indent$}{help}"),
                false => writeln!(out, "{usage}{line_end}{help}"),
            };
        }
    }
    text(out.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{Command, Takes, all, find};
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
    fn what_a_command_would_ignore_is_refused() {
        assert!(find("matrix").is_ok() && find("matrix  ").is_ok());
        let error = find("matrix KZ,FR").unwrap_err();
        assert!(error.starts_with("nothing is written after `:matrix`; `:in`"), "{error}");
    }

    #[test]
    fn command_names_are_unique_and_help_fits_a_line() {
        let names: BTreeSet<_> = all().map(Command::name).collect();
        assert_eq!(names.len(), all().count());
        for command in all() {
            let (help, name) = (command.help, command.name());
            assert!(help.len() < 80 && !help.contains('\n'), "{name}");
            let takes_nothing = command.takes == Takes::Nothing;
            assert_eq!(command.arguments().is_empty(), takes_nothing, "{name}");
        }
    }
}
