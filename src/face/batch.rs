//! Many records over all cores: answers in the order of the records, in bounded memory.

use crate::face::evaluator::{Evaluator, RuleCounts};
use crate::face::ruleset::RuleSet;
use std::collections::{BTreeMap, VecDeque};
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ScopedJoinHandle};

/// Records that one thread takes at once.
const RECORDS: usize = 64;
/// Bytes of records that one thread takes at once, and one record more.
const BYTES: usize = 256 << 10;

/// A run over many records. For each thread there are in memory at most one piece of work that waits for it, one that it
/// is at, and the answers of one that wait for their turn; a piece has at most 64 records, and no more than 256 KiB and one
/// record. Whoever is slower, the source, the threads or the sink, holds up the others. No record waits for those after
/// it: what a slow source has given is judged and answered at once.
///
/// ```
/// # use lexloci::{Batch, Compiler, State};
/// # let set = Compiler::new().file("fr.loci", r#"jurisdiction FR { zone "Europe/Paris" }
/// # policy terms "Terms of service" {}
/// # rule spam { basis terms  when text mentions "passive income"  then label }"#).compile()?;
/// let fr = set.place("FR").ok_or("no such place")?;
/// let records = std::fs::read_to_string("examples/messages.jsonl")?;
/// let mut outcomes = vec![];
/// Batch::new(&set).run(
///     records.lines(),
///     |evaluator, record| {
///         let message = evaluator.read(record.as_bytes())?;
///         let Some(at) = message.latest() else { return Ok(None) };
///         Ok(Some(message.decide(fr, at, &State::default()).into_decision().outcome))
///     },
///     |answer: Result<_, lexloci::RecordError>| {
///         outcomes.push(answer?);
///         Ok::<(), lexloci::RecordError>(())
///     },
/// )?;
/// assert_eq!(outcomes.len(), records.lines().count());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Batch<'s> {
    set: &'s RuleSet,
    threads: NonZero<usize>,
    is_counting: bool,
}

impl<'s> Batch<'s> {
    /// By a rule set, on as many threads as the machine has cores.
    pub fn new(set: &'s RuleSet) -> Self {
        let threads = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        Self { set, threads, is_counting: false }
    }

    /// On so many threads.
    #[must_use]
    pub fn threads(self, threads: NonZero<usize>) -> Self {
        Self { threads, ..self }
    }

    /// Counts what becomes of each rule.
    #[must_use]
    pub fn counting(self) -> Self {
        Self { is_counting: true, ..self }
    }

    /// Judges each record by the evaluator of some thread, and hands the answers on in the order of the records. Gives
    /// back the counts of all rules, when they are asked for. Records are taken on this thread; the sink is called by one
    /// thread at a time.
    ///
    /// # Errors
    /// The first of the sink; no more records are taken then.
    pub fn run<R, T, E>(
        &self,
        records: impl IntoIterator<Item = R>,
        judge: impl Fn(&mut Evaluator, R) -> T + Sync,
        sink: impl FnMut(T) -> Result<(), E> + Send,
    ) -> Result<Vec<RuleCounts>, E>
    where
        R: AsRef<[u8]> + Send,
        T: Send,
        E: Send,
    {
        let inbox = Inbox::new(self.threads.get());
        let outbox = Outbox::new(self.threads.get(), sink);
        let counts = thread::scope(|threads| {
            let work = || self.worker(&inbox, &outbox, &judge);
            let workers: Vec<_> = (0..self.threads.get()).map(|_| threads.spawn(work)).collect();
            // Also when the source panics: the threads would wait for more.
            let _closing = OnDrop(|| inbox.close());
            for record in records {
                if !inbox.put(record) {
                    break;
                }
            }
            inbox.close();
            let join = |worker: ScopedJoinHandle<'_, Vec<RuleCounts>>| {
                worker.join().unwrap_or_else(|panic| resume_unwind(panic))
            };
            workers.into_iter().map(join).reduce(joined).unwrap_or_default()
        });
        outbox.end().map(|()| counts)
    }

    fn worker<R: AsRef<[u8]>, T, E, S: FnMut(T) -> Result<(), E>>(
        &self,
        inbox: &Inbox<R>,
        outbox: &Outbox<T, E, S>,
        judge: &impl Fn(&mut Evaluator, R) -> T,
    ) -> Vec<RuleCounts> {
        // A panic in the host's own code is passed on when all threads have ended, so nobody may wait for this one.
        let _ending = OnDrop(|| {
            if thread::panicking() {
                outbox.close();
                inbox.close();
            }
        });
        let mut evaluator = self.set.evaluator();
        if self.is_counting {
            evaluator.count();
        }
        while let Some((number, records)) = inbox.take() {
            let judged = records.into_iter().map(|record| judge(&mut evaluator, record)).collect();
            if !outbox.put(number, judged) {
                inbox.close();
                break;
            }
        }
        evaluator.counts()
    }
}

/// Records that wait for a thread.
struct Inbox<R> {
    threads: usize,
    queue: Mutex<Queue<R>>,
    /// There is something in it, or it is closed.
    filled: Condvar,
    /// There is room in it, or it is closed.
    drained: Condvar,
}

struct Queue<R> {
    records: VecDeque<R>,
    bytes: usize,
    /// Pieces that were taken.
    taken: u64,
    is_closed: bool,
    /// Threads that wait.
    idle: usize,
}

impl<R: AsRef<[u8]>> Inbox<R> {
    fn new(threads: usize) -> Self {
        let queue =
            Queue { records: VecDeque::new(), bytes: 0, taken: 0, is_closed: false, idle: 0 };
        Self { threads, queue: Mutex::new(queue), filled: Condvar::new(), drained: Condvar::new() }
    }

    /// Adds a record as soon as there is room. `false` when nobody takes any more.
    fn put(&self, record: R) -> bool {
        let (records, bytes) = (self.threads * RECORDS, self.threads * BYTES);
        let is_full = |queue: &mut Queue<R>| {
            !queue.is_closed && (queue.records.len() >= records || queue.bytes >= bytes)
        };
        let mut queue = waited(&self.drained, locked(&self.queue), is_full);
        if queue.is_closed {
            return false;
        }
        queue.bytes += record.as_ref().len();
        queue.records.push_back(record);
        if queue.idle > 0 {
            self.filled.notify_one();
        }
        true
    }

    /// The next records, as many as are there, but not those that leave other threads idle. `None` when there will be no
    /// more.
    fn take(&self) -> Option<(u64, Vec<R>)> {
        let mut queue = locked(&self.queue);
        queue.idle += 1;
        let mut queue =
            waited(&self.filled, queue, |queue| queue.records.is_empty() && !queue.is_closed);
        queue.idle -= 1;
        let most = queue.records.len().div_ceil(self.threads).min(RECORDS);
        let (mut piece, mut bytes) = (Vec::with_capacity(most), 0);
        while piece.len() < most && bytes < BYTES {
            let Some(record) = queue.records.pop_front() else { break };
            bytes += record.as_ref().len();
            piece.push(record);
        }
        queue.bytes = queue.bytes.saturating_sub(bytes);
        let number = queue.taken;
        queue.taken += 1;
        self.drained.notify_one();
        (!piece.is_empty()).then_some((number, piece))
    }

    /// Takes no more records; what is there is still given out.
    fn close(&self) {
        locked(&self.queue).is_closed = true;
        self.filled.notify_all();
        self.drained.notify_all();
    }
}

/// Answers that wait for those of the records before them.
struct Outbox<T, E, S> {
    threads: usize,
    answers: Mutex<Answers<T, E, S>>,
    /// Another piece has had its turn.
    moved: Condvar,
}

struct Answers<T, E, S> {
    /// The piece whose turn it is.
    turn: u64,
    waiting: BTreeMap<u64, Vec<T>>,
    /// None while a thread writes.
    sink: Option<S>,
    /// Whether nothing is written any more, and the fault of the sink when that is why.
    has_failed: bool,
    fault: Option<E>,
}

impl<T, E, S: FnMut(T) -> Result<(), E>> Outbox<T, E, S> {
    fn new(threads: usize, sink: S) -> Self {
        let answers = Answers {
            turn: 0,
            waiting: BTreeMap::new(),
            sink: Some(sink),
            has_failed: false,
            fault: None,
        };
        Self { threads, answers: Mutex::new(answers), moved: Condvar::new() }
    }

    /// Leaves the answers of a piece, and writes all whose turn it is unless another thread is at it. `false` when nothing
    /// is written any more.
    fn put(&self, number: u64, judged: Vec<T>) -> bool {
        let ahead = u64::try_from(self.threads).unwrap_or(u64::MAX);
        let is_early = |answers: &mut Answers<T, E, S>| {
            !answers.has_failed && number > answers.turn.saturating_add(ahead)
        };
        let mut answers = waited(&self.moved, locked(&self.answers), is_early);
        answers.waiting.insert(number, judged);
        loop {
            let turn = answers.turn;
            if answers.has_failed {
                return false;
            }
            if answers.sink.is_none() {
                return true;
            }
            let Some(piece) = answers.waiting.remove(&turn) else { return true };
            let Some(mut sink) = answers.sink.take() else { return true };
            drop(answers);
            let written = piece.into_iter().try_for_each(&mut sink);
            answers = locked(&self.answers);
            answers.sink = Some(sink);
            answers.turn += 1;
            if let Err(fault) = written {
                answers.has_failed = true;
                answers.fault = Some(fault);
            }
            self.moved.notify_all();
        }
    }

    /// Nothing is written any more.
    fn close(&self) {
        locked(&self.answers).has_failed = true;
        self.moved.notify_all();
    }

    /// How it ended, when all threads have.
    fn end(self) -> Result<(), E> {
        let answers = self.answers.into_inner().unwrap_or_else(PoisonError::into_inner);
        answers.fault.map_or(Ok(()), Err)
    }
}

/// Does something at the end of a scope, however that comes.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Nothing of the host's runs under a lock, so what is behind it is whole.
fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn waited<'a, T>(
    on: &Condvar,
    guard: MutexGuard<'a, T>,
    condition: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'a, T> {
    on.wait_while(guard, condition).unwrap_or_else(PoisonError::into_inner)
}

/// What two threads counted, rule by rule.
fn joined(mut some: Vec<RuleCounts>, others: Vec<RuleCounts>) -> Vec<RuleCounts> {
    for (one, other) in some.iter_mut().zip(others) {
        one.add(&other);
    }
    some
}
