//! State: what earlier messages left behind. It is plain data. A decision takes a snapshot of the keys that its record
//! needs, and gives a delta; a [`Store`] turns asks into snapshots and keeps deltas.
//!
//! All that a store keeps is a join: deltas can be applied in any order and more than once, with the same result.

mod ask;
mod delta;
mod entry;
mod key;
mod known;
mod line;
mod mark;
mod memory;
mod pairs;
mod shares;
mod snapshot;
mod store;
mod timeline;
#[cfg(test)]
mod tests;

pub(crate) use ask::add_ask;
pub use ask::{Ask, Asked, Asks, Window};
pub use delta::{Delta, EntryDelta, Judging, MarkDelta};
pub(crate) use entry::brings_back;
pub use entry::{Cause, CauseKey, Contribution, Entry, MOST, Policy, Ruled, Said, Verdict};
pub use key::{Key, Kind};
pub use known::{Gap, Known};
pub use line::Line;
pub use mark::{MarkAct, MarkActor, MarkHistory, MarkWhat, Standing};
pub use memory::Memory;
pub use shares::{Join, Shares};
pub use snapshot::{Count, Earlier, LATEST, Reading, State};
pub use store::{
    Commit, Committed, Committing, CounterSpec, Entries, Erased, History, Logged, Outgoing, ROWS,
    Store, StoreError, StreamPosition, Whom,
};
