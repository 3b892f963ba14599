//! The session on a terminal, by way of rustyline.

use super::lines::{self, Lines};
use super::session::{Reply, Session};
use crate::host::stop::{Exit, Stop};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

/// Lines that history keeps.
const HISTORY: usize = 10_000;

/// Reads lines and shows replies until the end.
pub fn run(session: Session) -> Result<Exit, Stop> {
    let session = Rc::new(RefCell::new(session));
    let mut editor = editor(&session).map_err(failed)?;
    let history = history();
    if let Some(file) = &history {
        // A first session has none to read.
        let _ = editor.load_history(file);
    }
    loop {
        match editor.readline("lexloci> ") {
            Ok(line) => {
                if taken(&mut session.borrow_mut(), &line)? == Reply::Quit {
                    break;
                }
            }
            // Ctrl-C gives up the line, Ctrl-D the session.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(failed(error)),
        }
    }
    if let Some(file) = history {
        editor.append_history(&file).map_err(failed)?;
    }
    Ok(Exit::Done)
}

/// Takes what was entered: a paste may hold several commands.
fn taken(session: &mut Session, text: &str) -> Result<Reply, Stop> {
    let mut lines = Lines::default();
    let mut inputs: Vec<_> = text.lines().flat_map(|line| lines.push(line)).collect();
    inputs.extend(lines.rest());
    for input in inputs {
        if super::reply(session, &input)? == Reply::Quit {
            return Ok(Reply::Quit);
        }
    }
    Ok(Reply::Text(String::new()))
}

fn editor(session: &Rc<RefCell<Session>>) -> rustyline::Result<Editor<Typing, DefaultHistory>> {
    let config = Config::builder()
        .auto_add_history(true)
        .bracketed_paste(true)
        .completion_type(CompletionType::List)
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .max_history_size(HISTORY)?
        .build();
    let mut editor = Editor::with_config(config)?;
    editor.set_helper(Some(Typing { session: Rc::clone(session) }));
    Ok(editor)
}

/// `$XDG_STATE_HOME/lexloci/history`, its folder made. `None` where there is no home or it cannot be written.
fn history() -> Option<PathBuf> {
    let var = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = var("XDG_STATE_HOME").or_else(|| Some(var("HOME")?.join(".local/state")))?;
    let folder = state.join("lexloci");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

fn failed(error: ReadlineError) -> Stop {
    Stop::Failed(format!("the terminal: {error}"))
}

/// What rustyline asks while a line is typed.
struct Typing {
    session: Rc<RefCell<Session>>,
}

impl Completer for Typing {
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

impl Validator for Typing {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if lines::unfinished(context.input()) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}

impl Hinter for Typing {
    type Hint = String;
}

impl Highlighter for Typing {}

impl Helper for Typing {}
