//! Runs every command with closed, full and piped streams, with folders that cannot be written, and with harmful names and
//! messages.

use super::authoring::{LINTED, read};
use super::{KZ, code, command, directory, message, run, text};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::sync::LazyLock;

/// Arguments for each command, with which it prints something. A test checks that no command is missing.
const PRINTING_COMMANDS: &[&[&str]] = &[
    &["check"],
    &["check", "--format", "sarif"],
    &["check", "--format", "junit"],
    &["check", "--format", "short"],
    &["check", "--format", "json"],
    &["check", "--format", "github"],
    &["check", "--diff"],
    &["fmt", "--check"],
    &["fmt", "--diff"],
    &["decide", "m.json"],
    &["decide", "m.json", "--format", "jsonl"],
    &["convert", "m.json"],
    &["explain", "m.json"],
    &["explain", "m.json", "--format", "html"],
    &["explain", "m.json", "--format", "md"],
    &["explain", "m.json", "--format", "json"],
    &["matrix", "m.json"],
    &["matrix", "m.json", "--format", "json"],
    &["timeline", "m.json"],
    &["timeline", "m.json", "--format", "json"],
    &["match", "quick loan*", "quick \u{1b}[2J\u{202e} loans"],
    &["test"],
    &["test", "--format", "json"],
    &["test", "--format", "junit"],
    &["test", "--coverage"],
    &["test", "--coverage", "--coverage-format", "lcov"],
    &["test", "--coverage", "--coverage-format", "json"],
    &["test", "--mutate"],
    &["law"],
    &["law", "--format", "markdown"],
    &["law", "--format", "jsonl"],
    &["plan"],
    &["bundle", "lock", "--check"],
    &["graph"],
    &["graph", "--format", "mermaid"],
    &["cost"],
    &["doc", "fields"],
    &["schema", "record"],
    &["completions", "bash"],
    &["repl", "rules", "-r", "m.json", "--script", "session.txt"],
    // These write files.
    &["new", "--country", "FR"],
    &["man", "pages"],
];

/// Lines of a session: commands that reply, and commands whose error repeats the input.
const SESSION: &str = ":record @m.json
:in KZ
:decide
:why
:matrix
:timeline
:json
:commit
:state
:state \u{1b}c\u{9b}\u{202e}
:forget \u{1b}c\u{9b}\u{202e}
text
:rules
:history
:x\u{1b}]0;y\u{7}
:at \u{1b}c\u{9b}\u{202e}
:in \u{1b}c\u{9b}\u{202e}
:why \u{1b}c\u{9b}\u{202e}
:whynot \u{1b}c\u{9b}\u{202e}
:help \u{1b}c\u{9b}\u{202e}
:doc \u{1b}c\u{9b}\u{202e}
:set \u{1b}c\u{9b}\u{202e} = 1
:load \u{1b}c\u{9b}\u{202e}
:record @\u{1b}c\u{9b}\u{202e}
:match \u{1b}c\u{9b}\u{202e} \u{7}
chat.\u{1b}c\u{9b}\u{202e}
chat.title == \"\u{1b}c\u{9b}\u{202e}\"
";

/// A folder with the files that `PRINTING_COMMANDS` names, and the output of each command there. The rules are badly laid
/// out, break a lint that has a fix, and have control characters in every title. The message is full of control characters.
static PRINTED_OUTPUTS: LazyLock<(PathBuf, Vec<Output>)> = LazyLock::new(|| {
    let with_controls = |text: &str| {
        text.replace('~', r"\u{1b}[8m\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{2066}\n::error::x")
    };
    let law = "law acts \"Acts ~\" { url \"https://acts.example\" article one \"1\" {
        in force from 2024-01-01 binds platform, standing verified 2026-01-01 } }
        test \"a loan ~ is lent\" { given { text: \"quick loans\", chat: { public: true } } at 2026-03-01
        expect restrict by loan_sharks }
        test \"a loan ~ fails\" { given { text: \"quick ~ loans\" } at 2026-03-01 expect restrict }\n";
    let wild = LINTED.replace("  basis fraud\n", "\tbasis  fraud, acts.one\n") + law;
    let wild = with_controls(&wild.replace("without", "~ without").replace("Terms", "~ Terms"));
    let harmful = "\u{1b}[8m\u{1b}]0;x\u{7}\u{1b}[2J \u{202e} \u{0} \u{9b}31m \u{2028} \r \u{200b} \u{7f}\n::error::x";
    let mut message = message(
        "tg:\u{1b}[2J\u{202e}\n::error::x/1",
        &format!("Quick loan {harmful}"),
        json!(["KZ", "FR"]),
    );
    message["chat"]["public"] = true.into();
    let files =
        [("rules/kz.loci", &*wild), ("m.json", &*message.to_string()), ("session.txt", SESSION)];
    let root = directory("printing", &files);
    let outputs = PRINTING_COMMANDS.iter().map(|arguments| {
        let mut command = command(&root, arguments);
        command.env("CLICOLOR_FORCE", "1").stdin(Stdio::null());
        command.output().unwrap()
    });
    let outputs = outputs.collect();
    (root, outputs)
});

#[test]
fn every_command_prints_no_control_characters() {
    let (_, outputs) = &*PRINTED_OUTPUTS;
    let named: BTreeSet<_> = PRINTING_COMMANDS.iter().map(|arguments| arguments[0]).collect();
    // `state` needs a file of SQLite: its own module tests it.
    for name in super::commands().into_iter().filter(|name| name != "state") {
        assert!(named.contains(name.as_str()), "`PRINTING_COMMANDS` has no `{name}`");
    }
    for (arguments, output) in PRINTING_COMMANDS.iter().zip(outputs) {
        let printed = text(&output.stdout).to_owned() + text(&output.stderr);
        // With a test that fails, `--mutate` cannot run.
        assert!(code(output) <= 1 || arguments.contains(&"--mutate"), "{arguments:?}: {printed}");
        assert!(!printed.is_empty() || arguments[0] == "man", "{arguments:?} says nothing");
        assert_harmless(arguments, &uncoloured(&printed));
        // A CI service reads a line that begins with `::` as a command.
        let commands: Vec<_> = printed.lines().filter(|line| line.starts_with("::")).collect();
        let expects_github_commands = arguments.contains(&"github");
        assert!(
            commands.is_empty() || expects_github_commands,
            "{arguments:?}: {commands:?} in {printed}"
        );
        assert!(commands.iter().all(|line| line.contains(" file=")), "{commands:?}");
    }
}

/// The output without the colours that the program sets. None of these colours hides text.
fn uncoloured(printed: &str) -> String {
    let mut pieces = printed.split("\u{1b}[");
    let mut out = pieces.next().unwrap().to_owned();
    for piece in pieces {
        match piece.split_once('m') {
            Some((colour, rest))
                if colour != "8" && colour.chars().all(|c| c.is_ascii_digit() || c == ';') =>
            {
                out.push_str(rest);
            }
            _ => out.extend(["\u{1b}[", piece]),
        }
    }
    out
}

fn assert_harmless(arguments: &[&str], printed: &str) {
    let is_harmful = |c: &char| !matches!(c, '\n' | '\t') && !lexloci::sink::is_visible(*c);
    let harmful: Vec<_> = printed.chars().filter(is_harmful).collect();
    assert!(harmful.is_empty(), "{arguments:?}: {harmful:?} in {printed}");
}

#[test]
fn errors_repeat_arguments_without_control_characters() {
    let root = directory("arguments", &[("rules/kz.loci", LINTED)]);
    let bad = "\u{1b}]0;x\u{7}\u{1b}[31m\u{9b}2J\u{202e}\u{2066}";
    for arguments in [
        &[bad][..],
        &["decide", &format!("--{bad}")],
        &["decide", "--threads", bad],
        &["decide", "--format", bad],
        &["decide", "--from", bad],
        &["decide", "--at", bad],
        &["decide", "--in", bad],
        &["decide", "--fail-on", bad],
        &["decide", "--facts", bad],
        &["decide", "--config", bad, "--format", "dsa"],
        &["decide", bad],
        &["decide", "--rules", bad],
        &["convert", bad],
        &["explain", bad],
        &["explain", "m.json", "--rule", bad],
        &["graph", "--in", bad],
        &["graph", "--at", bad],
        &["law", bad],
        &["match", bad, "text"],
        &["new", "--country", bad],
        &["new", "--country", "FR", "--zone", bad],
        &["check", "--deny", bad],
        &["check", "--as-of", bad],
        &["check", bad],
        &["test", "-k", bad],
        &["test", bad],
        &["fmt", bad],
        &["cost", "--rule", bad],
        &["doc", bad],
        &["repl", "--script", bad],
        &["completions", bad],
        &["man", "rules/kz.loci", bad],
    ] {
        let mut command = command(&root, arguments);
        command.envs([("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]).stdin(Stdio::null());
        let output = command.output().unwrap();
        let printed = text(&output.stdout).to_owned() + text(&output.stderr);
        assert_eq!(code(&output), 2, "{arguments:?}: {printed}");
        assert_harmless(arguments, &printed);
        assert!(printed.contains(r"\u{"), "{arguments:?} are not repeated: {printed}");
    }
}

#[test]
fn errors_repeat_environment_variables_on_one_line() {
    let root = directory("variables", &[("rules/kz.loci", KZ)]);
    let bad = "\u{1b}[8m\u{202e}\n::error::x";
    for (variable, arguments) in [
        ("LEXLOCI_COLOR", &["check"][..]),
        ("LEXLOCI_RULES", &["check"]),
        ("LEXLOCI_RULES", &["decide", "--help"]),
        ("LEXLOCI_CONFIG", &["check"]),
        ("LEXLOCI_CONFIG", &["check", "--help"]),
    ] {
        let mut command = command(&root, arguments);
        command.envs([(variable, bad), ("CLICOLOR_FORCE", "1")]).stdin(Stdio::null());
        let output = command.output().unwrap();
        let printed = text(&output.stdout).to_owned() + text(&output.stderr);
        assert_harmless(arguments, &uncoloured(&printed));
        assert!(!printed.lines().any(|line| line.starts_with("::")), "{variable}: {printed}");
        if !arguments.contains(&"--help") {
            assert_eq!(code(&output), 2, "{variable}: {printed}");
            assert!(printed.contains("\\u{"), "{variable}: {printed}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_newline_in_a_file_name_is_escaped_in_output() {
    let name = "rules/k\n::error::z.loci";
    let wild = LINTED.replace("  basis", "\tbasis");
    let folder = "r\n::error::z";
    let locked = format!("{folder}/kz.loci");
    let root = directory("line-ends", &[(name, &wild), (&locked, KZ), ("m.json", "{}")]);
    for arguments in [
        &["check"][..],
        &["check", "--format", "short"],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["check", "--format", "junit"],
        &["check", name],
        &["fmt", "--check"],
        &["fmt", "--diff"],
        &["bundle", "lock", folder, "--check"],
        &["test"],
        &["test", "\n::error::nowhere"],
        &["decide", "\n::error::nowhere"],
        &["decide", "--facts", "\n::error::nowhere"],
        &["explain", "\n::error::nowhere"],
    ] {
        let output = run(&root, arguments, "");
        let printed = text(&output.stdout).to_owned() + text(&output.stderr);
        assert!(printed.contains("::error::"), "{arguments:?}: {printed}");
        assert!(!printed.lines().any(|line| line.starts_with("::")), "{arguments:?}: {printed}");
    }
}

#[test]
fn commands_do_not_complain_about_closed_streams() {
    let (root, outputs) = &*PRINTED_OUTPUTS;
    for (arguments, usual) in PRINTING_COMMANDS.iter().zip(outputs) {
        for closes_stderr in [false, true] {
            let mut child = command(root, arguments).stdin(Stdio::null()).spawn().unwrap();
            drop(child.stdout.take());
            drop(child.stderr.take().filter(|_| closes_stderr));
            let output = child.wait_with_output().unwrap();
            // The exit code does not depend on whether somebody reads the output. `new` fails because the file exists now.
            let expected = if arguments[0] == "new" { 2 } else { code(usual) };
            assert_eq!(code(&output), expected, "{arguments:?}: {output:?}");
            assert!(!text(&output.stderr).contains("panicked"), "{arguments:?}: {output:?}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported() {
    let (root, outputs) = &*PRINTED_OUTPUTS;
    for (arguments, whole) in PRINTING_COMMANDS.iter().zip(outputs) {
        if whole.stdout.is_empty() {
            continue;
        }
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = command(root, arguments).stdin(Stdio::null()).stdout(full).output().unwrap();
        let stderr = text(&output.stderr);
        assert!(
            code(&output) == 2 && stderr.contains("error: stdout: "),
            "{arguments:?}: {stderr}"
        );
    }
}

#[test]
fn colours_follow_the_environment_and_names_are_escaped() {
    let hostile = "\u{1b}[2Jkz";
    let wild = "rule a{}\n";
    let root =
        directory("colours", &[("rules/kz.loci", LINTED), (&format!("{hostile}/kz.loci"), wild)]);
    let escapes = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = command(&root, arguments);
        command.envs(environment.iter().copied()).stdin(Stdio::null());
        let output = command.output().unwrap();
        (text(&output.stdout).to_owned() + text(&output.stderr)).contains('\u{1b}')
    };
    assert!(!escapes(&["check"], &[]));
    assert!(escapes(&["check"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!escapes(&["check"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    for arguments in
        [&["fmt", "--check", hostile][..], &["fmt", "--diff", hostile], &["check", hostile]]
    {
        assert!(!escapes(arguments, &[]), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_reported() {
    use std::os::unix::fs::PermissionsExt;
    let wild = "rule a{}\n";
    let root = directory("read-only", &[("rules/kz.loci", wild)]);
    let rules = root.join("rules");
    let set = |mode| std::fs::set_permissions(&rules, PermissionsExt::from_mode(mode)).unwrap();
    set(0o555);
    if std::fs::write(rules.join("probe"), "").is_ok() {
        // This user may write everywhere.
        return set(0o755);
    }
    let results = [&["fmt"][..], &["new", "--country", "FR"]].map(|arguments| {
        let output = run(&root, arguments, "");
        (code(&output), text(&output.stderr).contains("ermission denied"))
    });
    set(0o755);
    assert_eq!(results, [(2, true), (2, true)]);
    assert_eq!(read(&root, "rules/kz.loci"), wild);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let root = directory("pipe", &[("rules/kz.loci", KZ)]);
    let mut child = command(&root, &["decide", "--format", "jsonl", "--in", "KZ"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let record = message("tg:1/1", "привет", json!(["KZ"])).to_string() + "\n";
    drop(child.stdout.take());
    for _ in 0..2000 {
        if stdin.write_all(record.as_bytes()).is_err() {
            break;
        }
    }
    drop(stdin);
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}
