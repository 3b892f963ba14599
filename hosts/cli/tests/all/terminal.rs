//! The session on a terminal, key by key.

use super::tutorial::{self, Runner};
use expectrl::process::unix::{PtyStream, UnixProcess};
use expectrl::{ControlCode, Eof, Expect, Regex, Session};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The end of every prompt: before it are the places and the time, if they are set.
const PROMPT: &str = "> ";
const UP: &str = "\u{1b}[A";

type Terminal = Session<UnixProcess, PtyStream>;

fn root() -> PathBuf {
    crate::repository_root()
}

/// A fresh folder in which the session keeps its history.
fn state_folder(name: &str) -> PathBuf {
    let state = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&state);
    std::fs::create_dir_all(&state).unwrap();
    state
}

/// A session that waits for its first line, over the rules of the tests.
fn open_session(state: &Path) -> Terminal {
    open_session_in(&root(), "tests/rules", state)
}

/// A session in a folder. It waits long for output, because the machine may be busy.
fn open_session_in(folder: &Path, rules: &str, state: &Path) -> Terminal {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lexloci"));
    command
        .args(["repl", rules])
        .current_dir(folder)
        .env("XDG_STATE_HOME", state)
        .env("TERM", "xterm")
        .env("NO_COLOR", "1")
        .env_remove("LEXLOCI_RULES");
    let mut terminal = Session::spawn(command).unwrap();
    terminal.set_expect_timeout(Some(Duration::from_secs(60)));
    terminal.get_process_mut().set_window_size(100, 30).unwrap();
    terminal.expect(PROMPT).unwrap();
    terminal
}

fn type_in(terminal: &mut Terminal, keys: &str) {
    terminal.write_all(keys.as_bytes()).unwrap();
    terminal.flush().unwrap();
}

/// Types a line and waits for its reply.
fn ask(terminal: &mut Terminal, keys: &str, answer: &str) {
    type_in(terminal, &format!("{keys}\r"));
    terminal
        .expect(answer)
        .unwrap_or_else(|error| panic!("{keys:?} does not give {answer:?}: {error}"));
    terminal.expect(PROMPT).unwrap();
}

#[test]
fn lines_can_be_completed_recalled_and_cancelled() {
    let state = state_folder("terminal");
    let terminal = &mut open_session(&state);
    // Tab completes the command.
    ask(terminal, ":reco\t", "there is no record yet");
    // A paste of several lines is one input.
    ask(
        terminal,
        "\u{1b}[200~:record {\n  text: \"Пассивный доход\",\n  chat: { members: 3000 }\n}\u{1b}[201~",
        "record given, without a date",
    );
    ask(terminal, "chat.mem\t >= 1000", "true : bool");
    ask(terminal, ":in KZ", "in KZ, Kazakhstan");
    // An unfinished input continues on the next line.
    ask(terminal, "chat.members >=\r3001", "false : bool");
    ask(terminal, ":at 2026-03-01", "at 2026-03-01, which begins at midnight in each place");
    ask(terminal, ":why prom\t", "Пассивный доход");
    // Two presses of the arrow recall the line before the last.
    ask(terminal, &format!("{UP}{UP}"), "at 2026-03-01, which begins at midnight in each place");
    // Ctrl-C drops the typed line, and nothing else.
    type_in(terminal, "chat.members >= 99");
    terminal.expect(">= 99").unwrap();
    terminal.send(ControlCode::EndOfText).unwrap();
    terminal.expect(Regex("\n[^\n]*KZ 2026-03-01> ")).unwrap();
    ask(terminal, "chat.members", "3000 : int");
    // The window becomes narrower in the middle of a line.
    type_in(terminal, "chat.members >= 1 and ");
    terminal.get_process_mut().set_window_size(40, 20).unwrap();
    ask(terminal, "chat.members < 5000 and text mentions \"доход\"", "true : bool");
    // Ctrl-D ends the session.
    terminal.send(ControlCode::EndOfTransmission).unwrap();
    terminal.expect(Eof).unwrap();
    // The next session has the history.
    let mut next = open_session(&state);
    ask(&mut next, UP, "there is no record yet");
    // Ctrl-D asks once before items that are in no file are dropped.
    ask(&mut next, "define crowd = chat.members > 3", "added define crowd");
    next.send(ControlCode::EndOfTransmission).unwrap();
    next.expect("crowd").unwrap();
    next.expect(PROMPT).unwrap();
    next.send(ControlCode::EndOfTransmission).unwrap();
    next.expect(Eof).unwrap();
}

/// Types the inputs of the tutorial key by key, and expects every line of each reply, in order.
struct Typist(Terminal);

impl Runner for Typist {
    fn run_shell(&mut self, block: &[&str]) -> String {
        block.join("\n")
    }

    fn run_session(&mut self, block: &[&str]) -> String {
        for (input, reply) in tutorial::inputs(block) {
            type_in(&mut self.0, &(input.replace('\n', "\r") + "\r"));
            for line in reply.into_iter().filter(|line| !line.is_empty()) {
                let seen = self.0.expect(line);
                seen.unwrap_or_else(|error| panic!("{input:?} does not give {line:?}: {error}"));
            }
            match input.as_str() {
                ":quit" => drop(self.0.expect(Eof).unwrap()),
                _ => drop(self.0.expect(PROMPT).unwrap()),
            }
        }
        block.join("\n")
    }
}

#[test]
fn the_tutorial_can_be_typed() {
    let folder = tutorial::fresh_folder("tutorial-typed");
    std::fs::create_dir(folder.join("rules")).unwrap();
    let page = std::fs::read_to_string(root().join("docs/guide/tutorial.md")).unwrap();
    let terminal = open_session_in(&folder, "rules", &state_folder("terminal-tutorial"));
    tutorial::run_page(&page, &folder, &mut Typist(terminal));
    tutorial::check_rules(&folder);
}

#[test]
fn ctrl_c_ends_a_long_evaluation_but_not_the_session() {
    let terminal = &mut open_session(&state_folder("terminal-long"));
    let link = r#"{ "url": "https://a.example/", "via": "url", "host": "a.example" }"#;
    let links = vec![link; 1000].join(",");
    let file = state_folder("terminal-record").join("long.json");
    let record = format!(
        r#"{{ "id": "1", "platform": "x", "sent_at": "2026-03-01T00:00:00Z", "parts": [], "links": [{links}] }}"#
    );
    std::fs::write(&file, record).unwrap();
    ask(terminal, &format!(":record @{}", file.display()), "record 1");
    type_in(terminal, "any a in links where (any b in links where (a.host != b.host))\r");
    // The line is entered now. Later keys are not part of it.
    terminal.expect(Regex(r"b\.host\)\)[^\n]*\n")).unwrap();
    // The evaluation still runs, so there is no reply yet.
    terminal.set_expect_timeout(Some(Duration::from_millis(300)));
    assert!(terminal.expect(Regex("false : bool")).is_err());
    terminal.set_expect_timeout(Some(Duration::from_secs(60)));
    terminal.send(ControlCode::EndOfText).unwrap();
    terminal.expect("given up; the session is as it was before").unwrap();
    terminal.expect(PROMPT).unwrap();
    ask(terminal, "length(links)", "1000 : int");
    type_in(terminal, ":quit\r");
    terminal.expect(Eof).unwrap();
}
