//! Runs deep recursion on a large stack. Reading and checking recurse as deep as their input, within limits, and hosts
//! may call from threads with small stacks.

use std::panic::resume_unwind;
use std::thread::{Builder, scope};

/// Several times what the deepest allowed input needs in a debug build.
const STACK_BYTES: usize = 16 << 20;

/// Runs `work` in a new thread with a large stack. If no thread can be started, runs it in the current one.
pub(crate) fn with_large_stack<T: Send>(work: impl Fn() -> T + Send + Sync) -> T {
    scope(|threads| match Builder::new().stack_size(STACK_BYTES).spawn_scoped(threads, &work) {
        Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
        Err(_) => work(),
    })
}
