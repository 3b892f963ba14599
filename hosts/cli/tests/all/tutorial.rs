//! The tutorial and the page about memory are true: the test runs all commands and inputs of a page in order, in a folder of
//! its own. One session stays open for all its `session` blocks. The page must show the real output; `LEXLOCI_UPDATE=1`
//! writes it into the page.
//!
//! - A block `write=FILE` is written to a file, a block `append=FILE` to the end of one.
//! - A `sh` block has commands after `$ `, each with its output. Without a `$ ` it only shows commands.
//! - A `session` block has inputs after `lexloci> `, each with its reply. Later lines of an input come after `    ...> `.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

const PROMPT: &str = "lexloci> ";
const CONTINUATION: &str = "    ...> ";

/// The inputs of a session block, each with the lines of its reply. An input may have several lines.
pub(super) fn inputs<'b>(block: &[&'b str]) -> Vec<(String, Vec<&'b str>)> {
    let mut inputs: Vec<(String, Vec<&str>)> = vec![];
    for line in block {
        match (line.strip_prefix(PROMPT), line.strip_prefix(CONTINUATION), inputs.last_mut()) {
            (Some(first), ..) => inputs.push((first.to_owned(), vec![])),
            (None, Some(more), Some((input, _))) => *input += &format!("\n{more}"),
            (None, None, Some((_, reply))) => reply.push(line),
            (None, _, None) => {}
        }
    }
    inputs
}

#[test]
fn the_tutorial_is_true() {
    let folder = fresh_folder("tutorial");
    assert_true("docs/guide/tutorial.md", &folder);
    check_rules(&folder);
    // The output of the session when it runs as a script.
    let script = crate::repository_root().join("tests/cases/sessions/tutorial.txt");
    let output = Command::new(env!("CARGO_BIN_EXE_lexloci"))
        .args(["repl", "rules", "--script"])
        .arg(script)
        .current_dir(&folder)
        .env_remove("LEXLOCI_RULES")
        .output()
        .unwrap();
    let output = [output.stdout, output.stderr].concat();
    insta::assert_snapshot!("session_of_the_tutorial", String::from_utf8(output).unwrap());
}

#[cfg(feature = "sqlite")]
#[test]
fn the_page_about_memory_is_true() {
    assert_true("docs/guide/memory.md", &fresh_folder("memory"));
}

/// Runs a page in a folder, and compares what it shows with what came out.
fn assert_true(name: &str, folder: &Path) {
    let file = crate::repository_root().join(name);
    let page = fs::read_to_string(&file).unwrap();
    let real_page = run_page(&page, folder, &mut PipeRunner { folder, session: None });
    if std::env::var_os("LEXLOCI_UPDATE").is_some() {
        fs::write(file, &real_page).unwrap();
    }
    assert_same(name, &page, &real_page);
}

/// Checks the rules that the tutorial leaves behind. They do not depend on how the session is typed.
pub(super) fn check_rules(folder: &Path) {
    let rules = fs::read_to_string(folder.join("rules/kz.loci")).unwrap();
    insta::assert_snapshot!("rules_of_the_tutorial", rules);
}

/// Runs the blocks of the page. Each method returns the block with the real output.
pub(super) trait Runner {
    fn run_shell(&mut self, block: &[&str]) -> String;
    fn run_session(&mut self, block: &[&str]) -> String;
}

/// Runs the commands in a shell, and writes the inputs to the stdin of a session.
struct PipeRunner<'f> {
    folder: &'f Path,
    session: Option<Session>,
}

impl Runner for PipeRunner<'_> {
    fn run_shell(&mut self, block: &[&str]) -> String {
        commands(self.folder, block)
    }

    fn run_session(&mut self, block: &[&str]) -> String {
        self.session.get_or_insert_with(|| Session::new(self.folder)).run(block)
    }
}

pub(super) fn fresh_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Fails at the first line that differs.
fn assert_same(name: &str, page: &str, real_page: &str) {
    let pairs = page.lines().zip(real_page.lines()).enumerate();
    for (number, (written, real)) in pairs {
        assert_eq!(written, real, "{name}:{}", number + 1);
    }
    assert_eq!(
        page.lines().count(),
        real_page.lines().count(),
        "{name} has a different number of lines"
    );
}

/// Runs the blocks of the page. Returns the page with the real output.
pub(super) fn run_page(page: &str, folder: &Path, runner: &mut dyn Runner) -> String {
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        out += &format!("{line}\n");
        let Some(kind) = line.strip_prefix("```").filter(|kind| !kind.is_empty()) else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        out += &match kind.split_once(' ').unwrap_or((kind, "")) {
            ("sh", _) if block.iter().any(|line| line.starts_with("$ ")) => {
                runner.run_shell(&block)
            }
            ("session", _) => runner.run_session(&block),
            (_, place) => {
                write(folder, place, &block);
                block.iter().map(|line| format!("{line}\n")).collect::<String>()
            }
        };
        out += "```\n";
    }
    out
}

fn write(folder: &Path, place: &str, block: &[&str]) {
    let text = block.join("\n") + "\n";
    let (how, file) = place.split_once('=').unwrap_or(("", ""));
    let path = folder.join(file);
    match how {
        "write" => {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        "append" => {
            let before = fs::read_to_string(&path).unwrap();
            fs::write(path, format!("{before}\n{text}")).unwrap();
        }
        // Other blocks only show rules to the reader.
        _ => {}
    }
}

fn commands(folder: &Path, block: &[&str]) -> String {
    let mut out = String::new();
    for line in block {
        let Some(command) = line.strip_prefix("$ ") else { continue };
        let program = Path::new(env!("CARGO_BIN_EXE_lexloci")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .args(["-c", &format!("{command} 2>&1")])
            .current_dir(folder)
            .env("PATH", path)
            .env_remove("LEXLOCI_RULES")
            .output()
            .unwrap();
        out += &format!("{line}\n{}", String::from_utf8(output.stdout).unwrap());
    }
    out
}

/// A session that waits for its next line.
struct Session {
    child: Child,
    input: ChildStdin,
    output: BufReader<std::process::ChildStdout>,
    inputs: usize,
}

impl Session {
    fn new(folder: &Path) -> Self {
        let program = env!("CARGO_BIN_EXE_lexloci");
        let mut child = Command::new("sh")
            .args(["-c", &format!("exec '{program}' repl rules 2>&1")])
            .current_dir(folder)
            .env_remove("LEXLOCI_RULES")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut session = Self { child, input, output, inputs: 0 };
        // The session may write a message before the first input.
        session.reply("");
        session
    }

    fn run(&mut self, block: &[&str]) -> String {
        let mut out = String::new();
        for (input, _) in inputs(block) {
            out += &format!("{PROMPT}{}\n", input.replace('\n', &format!("\n{CONTINUATION}")));
            out += &self.reply(&input);
        }
        out
    }

    /// Sends an input and returns the reply. After the input, a command is sent that does not exist: the error about this
    /// command shows that the reply has ended.
    fn reply(&mut self, input: &str) -> String {
        self.inputs += 1;
        let end = format!("no-such-command-{}", self.inputs);
        // This fails after `:quit`, because nothing reads any more.
        let _ = writeln!(self.input, "{input}\n:{end}");
        let mut reply = String::new();
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).unwrap();
            assert!(read > 0 || input == ":quit", "the session ended after {input}");
            if read == 0 || line.contains(&end) {
                return reply;
            }
            reply += &line;
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
