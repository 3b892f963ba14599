//! Handles Ctrl-C. The first press ends the run after the messages that are being decided, so that every decision is
//! written. The second press ends the program at once.

use super::stop::Exit;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Remembers whether Ctrl-C was pressed.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Handles Ctrl-C from now on.
    pub fn watch() -> Self {
        let interrupt = Self::default();
        let pressed = interrupt.0.clone();
        // If no handler can be set, Ctrl-C ends the program at once.
        let _ = ctrlc::set_handler(move || {
            if pressed.swap(true, Ordering::SeqCst) {
                process::exit(Exit::Interrupted as i32);
            }
        });
        interrupt
    }

    /// Whether Ctrl-C was pressed.
    pub fn is_pressed(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
