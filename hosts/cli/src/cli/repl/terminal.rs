//! The session on a terminal, with rustyline. Each line runs on its own thread, on a clone of the session: Ctrl-C drops
//! the clone and leaves the session unchanged.

use crate::render::Painter;
use crate::stdio;
use crate::stop::{Exit, Stop};
use lexloci::session::{Lines, Reply, Session, is_unfinished};
use lexloci::sink::{self, Output};
use lexloci::{Class, output};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};
use std::borrow::Cow;
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// The history keeps at most this many lines.
const MAX_HISTORY: usize = 10_000;

/// How often to check for Ctrl-C.
const CHECK_INTERVAL: Duration = Duration::from_millis(50);

/// The stack size of a line's thread: the text of a line may nest as deep as a rule file.
const STACK_BYTES: usize = 16 << 20;

/// Whether Ctrl-C was pressed since the line started to run.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Reads lines and shows replies until the end.
pub fn run(session: Session, keeps_history: bool) -> Result<Exit, Stop> {
    // While the user types a line, rustyline reads Ctrl-C as a key. This handler is for Ctrl-C while a line runs. If it
    // cannot be set, Ctrl-C ends the program.
    let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
    let session = Rc::new(RefCell::new(session));
    let mut editor = line_editor(&session).map_err(failed)?;
    let history = history_file().filter(|_| keeps_history);
    if let Some(file) = &history {
        // This fails in the first session, because there is no history yet.
        let _ = editor.load_history(file);
    }
    loop {
        let prompt = session.borrow().prompt();
        match editor.readline(&prompt) {
            Ok(line) => {
                if let Some(file) = &history {
                    // The history is written after each line, so that closing the window loses nothing. If this fails,
                    // the session goes on.
                    let _ = editor.append_history(file);
                }
                if run_inputs(&session, &line)? {
                    return Ok(Exit::Done);
                }
            }
            // Ctrl-C drops the line, Ctrl-D ends the session as `:quit` does.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => {
                if run_inputs(&session, ":quit")? {
                    return Ok(Exit::Done);
                }
            }
            Err(error) => return Err(failed(error)),
        }
    }
}

/// Runs the inputs of an entered text: a paste may contain several. Returns whether the user quits.
fn run_inputs(session: &Rc<RefCell<Session>>, text: &str) -> Result<bool, Stop> {
    let mut lines = Lines::default();
    let mut inputs: Vec<_> = text.lines().flat_map(|line| lines.push(line)).collect();
    inputs.extend(lines.rest());
    for input in inputs {
        let mut reply = run_until_interrupted(session, &input);
        if let Reply::Edit { before, text } = &reply {
            reply = match edit(text) {
                Ok(edited) => run_until_interrupted(session, &format!("{before}{edited}")),
                Err(why) => Reply::Fault(Output::of(sink::Lines(why))),
            };
        }
        super::show(&reply)?;
        if matches!(reply, Reply::Quit) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Runs an input until there is a reply or Ctrl-C is pressed. An abandoned thread ends by itself, because every evaluation
/// ends.
fn run_until_interrupted(session: &Rc<RefCell<Session>>, input: &str) -> Reply {
    INTERRUPTED.store(false, Ordering::Relaxed);
    let (send, receive) = channel();
    let (mut copy, line) = (session.borrow().clone(), input.to_owned());
    let work = move || {
        let reply = copy.exec(&line);
        // Nothing receives the reply to an abandoned line.
        let _ = send.send((copy, reply));
    };
    if std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).is_err() {
        return session.borrow_mut().exec(input);
    }
    loop {
        match receive.recv_timeout(CHECK_INTERVAL) {
            Ok((after, reply)) => {
                *session.borrow_mut() = after;
                return reply;
            }
            Err(RecvTimeoutError::Timeout) if INTERRUPTED.load(Ordering::Relaxed) => {
                return Reply::Fault(output!("given up; the session is as it was before"));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Reply::Fault(output!("the line could not be run"));
            }
        }
    }
}

/// Lets the user change a text in an editor.
fn edit(text: &str) -> Result<String, String> {
    let editor = ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok());
    let editor = editor.filter(|editor| !editor.is_empty()).unwrap_or_else(|| "vi".into());
    let file = std::env::temp_dir().join(format!("lexloci-{}.loci", std::process::id()));
    let fault = |error: std::io::Error| format!("{}: {error}", file.display());
    std::fs::write(&file, text).map_err(fault)?;
    // An editor may come with arguments: `code --wait`.
    let mut words = editor.split_whitespace();
    let status =
        std::process::Command::new(words.next().unwrap_or("vi")).args(words).arg(&file).status();
    let result = match status {
        Ok(status) if status.success() => std::fs::read_to_string(&file).map_err(fault),
        Ok(status) => Err(format!("`{editor}` ended with {status}")),
        Err(error) => Err(format!("`{editor}`: {error}")),
    };
    // If this fails, the system removes the file later: it is in the folder for temporary files.
    let _ = std::fs::remove_file(&file);
    result
}

fn line_editor(
    session: &Rc<RefCell<Session>>,
) -> rustyline::Result<Editor<LineHelper, DefaultHistory>> {
    let config = Config::builder()
        .auto_add_history(true)
        .bracketed_paste(true)
        .completion_type(CompletionType::List)
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .max_history_size(MAX_HISTORY)?
        .build();
    let mut editor = Editor::with_config(config)?;
    editor.set_helper(Some(LineHelper {
        session: Rc::clone(session),
        painter: Painter { colour: stdio::has_colours() },
    }));
    Ok(editor)
}

/// The path `$XDG_STATE_HOME/lexloci/history`. Creates its folder. `None` if there is no home folder, or the folder cannot
/// be created.
fn history_file() -> Option<PathBuf> {
    let var = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = var("XDG_STATE_HOME").or_else(|| Some(var("HOME")?.join(".local/state")))?;
    let folder = state.join("lexloci");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

fn failed(error: ReadlineError) -> Stop {
    Stop::failed(format_args!("the terminal: {error}"))
}

/// Answers the questions of rustyline while the user types a line.
struct LineHelper {
    session: Rc<RefCell<Session>>,
    painter: Painter,
}

impl Completer for LineHelper {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.session.borrow().complete(line.get(..cursor).unwrap_or(line)))
    }
}

impl Validator for LineHelper {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if is_unfinished(context.input()) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}

impl Hinter for LineHelper {
    type Hint = String;

    fn hint(&self, line: &str, cursor: usize, _: &Context<'_>) -> Option<String> {
        if cursor < line.len() { None } else { self.session.borrow().hint(line) }
    }
}

impl Highlighter for LineHelper {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        Cow::Owned(coloured(line, self.painter))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(self.painter.paint("\u{1b}[2m", hint))
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.painter.colour
    }
}

impl Helper for LineHelper {}

/// Colours a line. A command is bold.
fn coloured(line: &str, painter: Painter) -> String {
    let (command, rest) = match line.starts_with(':') {
        true => line.split_at(line.find(char::is_whitespace).unwrap_or(line.len())),
        false => ("", line),
    };
    let mut out = painter.paint("\u{1b}[1m", command);
    let mut last = 0;
    for (range, class) in lexloci::highlight(rest) {
        let colour = match class {
            Class::Keyword => "\u{1b}[35m",
            Class::Number => "\u{1b}[36m",
            Class::Text => "\u{1b}[32m",
            Class::Comment => "\u{1b}[2m",
            Class::Name | Class::Sign => "",
        };
        out += rest.get(last..range.start).unwrap_or_default();
        out += &painter.paint(colour, rest.get(range.clone()).unwrap_or_default());
        last = range.end;
    }
    out + rest.get(last..).unwrap_or_default()
}
