//! [`Store`]: keeps what judgings leave behind, and answers what later ones ask.

use super::ask::Asks;
use super::delta::{Delta, Judging};
use super::entry::{Entry, Policy};
use super::key::Key;
use super::known::Known;
use super::line::Line;
use super::mark::{MarkHistory, MarkWhat};
use super::snapshot::State;
use crate::base::shared::Text;
use crate::base::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// The most entries that a counter keeps under a key, all its meanings together. If there are more, the oldest are dropped, and
/// the count has no upper bound until they have left the window.
pub const ROWS: usize = 10_000;

/// Keeps what judgings leave behind. All stores give the same answers after the same judgings.
///
/// A store that does not answer gives an error, never 0: the decision is then made with [`State::silent`].
pub trait Store {
    /// Tells the store which counters the rules in service have: all of them. A counter that was not among those of the call
    /// before, or that means something else now, begins after the latest instant that the store has seen: the greatest `at`
    /// of a judging that was committed. What was counted for it earlier stays. A counter that is not among them has no upper
    /// bound.
    ///
    /// # Errors
    /// When the store does not answer.
    fn adopt(&mut self, counters: &[CounterSpec]) -> Result<(), StoreError>;

    /// Answers what several records ask, in their order.
    ///
    /// # Errors
    /// When the store does not answer.
    fn read(&mut self, asks: &[Asks]) -> Result<Vec<State>, StoreError>;

    /// All that is kept under some keys, with the number of the last change of each.
    ///
    /// # Errors
    /// When the store does not answer.
    fn histories(&mut self, keys: &[Key]) -> Result<BTreeMap<Key, (History, u64)>, StoreError>;

    /// Keeps a batch of judgings, or nothing of it: their deltas, their log lines, what is to be sent out, and the position
    /// in the stream from which they came. A judging that is kept already, or was forgotten, changes nothing; only the
    /// position is taken. Of a new judging of a version that was forgotten, the delta is not kept; of one with rulings on such a
    /// version, what the delta says about that version.
    ///
    /// # Errors
    /// When the store does not answer. Then nothing is kept, or all of it; committing the batch again is safe.
    fn commit(&mut self, batch: &Commit<'_>) -> Result<Committed, StoreError>;

    /// What was logged for a judging; `None` if neither it nor its version is known.
    ///
    /// # Errors
    /// When the store does not answer.
    fn logged(&mut self, judging: &Judging) -> Result<Option<Logged>, StoreError>;

    /// The latest instant of a judging that was committed. Messages before it that come now are late.
    ///
    /// # Errors
    /// When the store does not answer.
    fn latest(&mut self) -> Result<Option<Instant>, StoreError>;

    /// The position of a stream as it was last committed.
    ///
    /// # Errors
    /// When the store does not answer.
    fn position(&mut self, stream: &str) -> Result<Option<Text>, StoreError>;

    /// What is to be sent out and was not yet reported as sent, the oldest first, with a number for each.
    ///
    /// # Errors
    /// When the store does not answer.
    fn pending(&mut self, limit: usize) -> Result<Vec<(u64, Outgoing)>, StoreError>;

    /// Takes out of the outbox what was sent.
    ///
    /// # Errors
    /// When the store does not answer.
    fn sent(&mut self, numbers: &[u64]) -> Result<(), StoreError>;

    /// Sets or clears a mark for a person.
    ///
    /// # Errors
    /// When the store does not answer.
    fn mark(
        &mut self,
        key: &Key,
        person: &str,
        at: Instant,
        what: &MarkWhat,
    ) -> Result<(), StoreError>;

    /// Removes entries that no window can reach any more at an instant, and marks that have ended by then. Returns how many
    /// entries and marks these were. A record that is judged anew after its entry was removed counts anew.
    ///
    /// # Errors
    /// When the store does not answer.
    fn sweep(&mut self, at: Instant) -> Result<u64, StoreError>;

    /// Forgets a record, whoever wrote it, or an author, with all that the judgings of their records left.
    ///
    /// - Erased are: what these judgings added to counters and did to marks, with what persons said about that; all that is
    ///   kept under counters and marks whose key has the id as a value, also what others left there and what persons did; and
    ///   in the log, what was judged and decided.
    /// - What another author left stays, also if a record of theirs has the same id. So does what was judged without an author:
    ///   it is forgotten by the id of the record.
    /// - Of each judging three salted digests stay: of what was judged, of author, record and version, and of what was logged.
    ///   The same judging then changes nothing when it comes again. Another judging of the same version is logged and adds
    ///   nothing. A later version counts, without what persons ruled on one that was forgotten.
    /// - What is to be sent out stays until it is sent, with the ids that are in it. So do decisions about records of others
    ///   whose snapshots name the record.
    /// - A store in a file writes the file anew, so that it has no trace of what was erased.
    ///
    /// # Errors
    /// When the store does not answer, or could not remove the traces. Doing it again does.
    fn forget(&mut self, whom: &Whom) -> Result<Erased, StoreError>;

    /// What is kept about a record or an author: what [`Store::forget`] would erase.
    ///
    /// # Errors
    /// When the store does not answer.
    fn show(&mut self, whom: &Whom) -> Result<Vec<Line>, StoreError>;

    /// The ids of the records and authors about whom something is kept.
    ///
    /// # Errors
    /// When the store does not answer.
    fn ids(&mut self) -> Result<BTreeSet<Text>, StoreError>;

    /// Finds out whether an id is that of an author, and what is kept about them. What nobody is known to have written is
    /// taken for a record.
    ///
    /// # Errors
    /// When the store does not answer.
    fn find(&mut self, id: &str) -> Result<(Whom, Vec<Line>), StoreError> {
        let author = Whom::Author(id.into());
        let lines = self.show(&author)?;
        if lines.iter().any(|line| matches!(line, Line::Judging { .. })) {
            return Ok((author, lines));
        }
        let record = Whom::Record(id.into());
        let lines = self.show(&record)?;
        Ok((record, lines))
    }
}

/// A counter as a store must know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterSpec {
    /// Its id.
    pub item: Text,
    /// Whether it is the copy that rules in shadow write.
    pub shadow: bool,
    /// The digest of what it means.
    pub meaning: Text,
    /// How long an entry is needed after its instant: the window and the lateness, in nanoseconds.
    pub keeps: i128,
    /// When what rules found is counted.
    pub policy: Policy,
}

/// Judgings that are kept together.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names say all")]
pub struct Commit<'a> {
    pub judgings: Vec<Committing<'a>>,
    pub position: Option<StreamPosition>,
}

/// A judging that is to be kept.
#[derive(Clone, Debug)]
pub struct Committing<'a> {
    /// What was judged.
    pub judging: &'a Judging,
    /// What it leaves behind.
    pub delta: &'a Delta,
    /// The keys that it read, with the number of the last change that each had. The batch is refused if one has changed
    /// since.
    pub read: &'a BTreeMap<Key, u64>,
    /// What is to be sent out because of it.
    pub outbox: Vec<Outgoing>,
    /// For the log: the decisions in their envelope, with their receipt, as JSON.
    pub decided: Text,
    /// For the log: the snapshot that they rest on, as JSON.
    pub state: Text,
}

/// What the log has of a judging.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logged {
    /// The decision.
    Decision {
        /// The decisions in their envelope, with their receipt, as JSON.
        decided: Text,
        /// The snapshot that they rest on, as JSON.
        state: Text,
    },
    /// What was logged was erased.
    Forgotten {
        /// A salted digest of what was logged.
        digest: Text,
    },
    /// Nothing: another judging of the same version by the same author was forgotten. This one can be kept, and adds nothing
    /// to counters and marks.
    ForgottenVersion,
}

/// Something that is to be sent out because of a judging.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub struct Outgoing {
    pub record: Text,
    pub kind: Text,
    /// JSON.
    pub payload: Text,
}

/// How far a stream was worked off.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub struct StreamPosition {
    pub stream: Text,
    pub at: Text,
}

/// Whether a batch was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It is kept. For each judging: whether it is new.
    Kept(Vec<bool>),
    /// Nothing was kept, because these keys have changed since they were read.
    Changed(Vec<Key>),
}

/// All that is kept under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum History {
    /// Of a counter, by what it means: each meaning that was adopted or has entries.
    Counter(BTreeMap<Text, Entries>),
    /// Of a mark.
    Mark(MarkHistory),
    /// When a rule first asked for an outcome.
    First(Option<Instant>),
}

/// What is kept under a key of a counter, for one meaning of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    /// When what rules found is counted.
    pub policy: Policy,
    /// The entries, by record.
    pub entries: BTreeMap<Text, Entry>,
    /// From when on nothing is missing.
    pub known: Known,
}

/// Whom a store shows or forgets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub enum Whom {
    Record(Text),
    Author(Text),
}

/// How much a store has erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub struct Erased {
    /// Entries of counters.
    pub entries: u64,
    /// Acts on marks.
    pub acts: u64,
    /// Starts of outcomes.
    pub firsts: u64,
    pub judgings: u64,
}

impl Whom {
    /// The id of the record or author.
    pub fn id(&self) -> &Text {
        match self {
            Self::Record(id) | Self::Author(id) => id,
        }
    }

    /// Whether a judging is about this record, or one that this author wrote.
    pub fn is_of(&self, judging: &Judging) -> bool {
        match self {
            Self::Record(record) => judging.record == *record,
            Self::Author(author) => judging.author.as_ref() == Some(author),
        }
    }
}

/// Says why a store did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store did not answer: {0}")]
pub struct StoreError(pub String);
