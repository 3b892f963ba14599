//! The program from outside: arguments, streams and exit codes. This file has the functions that these tests share: each
//! test runs the program in its own folder and reads the output.

mod authoring;
mod bundle;
mod check;
mod decide;
mod messages;
mod schema;
mod session;
mod state;
mod statements;
mod streams;

use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The rules that these tests and those of the session use.
pub(super) const KZ: &str = include_str!("../../../../tests/rules/kz.loci");

/// A fresh directory with some files, in the folder that cargo gives to tests.
pub(super) fn directory(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&root);
    for (name, text) in files {
        let file = root.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    root
}

pub(super) fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lexloci"));
    command
        .args(arguments)
        .current_dir(root)
        .env_remove("LEXLOCI_RULES")
        .env_remove("LEXLOCI_COLOR");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(super) fn run(root: &Path, arguments: &[&str], stdin: &str) -> Output {
    let mut child = command(root, arguments).spawn().unwrap();
    // This fails if the program ends before it has read everything, which is no fault.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

/// All commands, as `--help` lists them.
pub(super) fn commands() -> Vec<String> {
    let help = run(Path::new("."), &["--help"], "");
    let listed = text(&help.stdout).split("Commands:\n").nth(1).unwrap();
    // The second and later lines of a description are indented more.
    let listed = listed.lines().map_while(|line| line.strip_prefix("  "));
    let names = listed.filter_map(|line| line.split(' ').next());
    names.filter(|name| !matches!(*name, "" | "help")).map(str::to_owned).collect()
}

pub(super) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub(super) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

pub(super) fn message(id: &str, words: &str, countries: Value) -> Value {
    json!({
        "id": id, "platform": "telegram", "sent_at": "2026-03-01T12:00:00Z",
        "parts": [{ "kind": "text", "text": words }],
        "chat": { "type": "channel", "members": 3000 },
        "visibility": { "audience": "public", "countries": countries },
    })
}

pub(super) fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
