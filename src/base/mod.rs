//! What everything rests on: source texts and places in them, limits, room on the stack, time.

pub(crate) mod source;
pub(crate) mod limits;
pub(crate) mod stack;
pub(crate) mod children;
pub(crate) mod time;
pub mod sink;
