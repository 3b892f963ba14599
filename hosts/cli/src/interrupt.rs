//! Ctrl-C: the first one asks for an end after the messages in hand, so that everything decided is written; the second
//! one ends at once.

use super::stop::Exit;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether Ctrl-C was pressed.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Takes Ctrl-C over from the system.
    pub fn watch() -> Self {
        let interrupt = Self::default();
        let pressed = interrupt.0.clone();
        // Where there is no such thing, Ctrl-C ends the program as it always did.
        let _ = ctrlc::set_handler(move || {
            if pressed.swap(true, Ordering::SeqCst) {
                process::exit(Exit::Interrupted as i32);
            }
        });
        interrupt
    }

    pub fn came(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
