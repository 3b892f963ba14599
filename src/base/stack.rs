//! Room to recurse: reading and checking nest as deep as their input, within limits, and hosts may call from threads
//! with small stacks.

use std::panic::resume_unwind;
use std::thread::{Builder, scope};

/// Enough for the deepest input that the limits let through, in a debug build, several times over.
const BYTES: usize = 16 << 20;

/// Runs work on a stack of its own. Where no thread can be had, runs it on this one.
pub(crate) fn roomy<T: Send>(work: impl Fn() -> T + Send + Sync) -> T {
    scope(|threads| match Builder::new().stack_size(BYTES).spawn_scoped(threads, &work) {
        Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
        Err(_) => work(),
    })
}
