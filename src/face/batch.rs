//! Judges many records on all cores. The answers come in the order of the records, and memory is bounded.

use crate::engine::Clock;
use crate::face::evaluator::{Evaluator, RuleCounts};
use crate::face::ruleset::RuleSet;
use std::collections::{BTreeMap, VecDeque};
use std::iter;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Builder, ScopedJoinHandle};

/// The most records in a piece. A thread takes one piece at a time.
const PIECE_RECORDS: usize = 64;
/// A piece ends with the record that reaches this number of bytes.
const PIECE_BYTES: usize = 256 << 10;

/// A run over many records, on several threads, with the answers in the order of the records.
///
/// Threads take records in pieces. A piece has at most 64 records, and ends with the record that reaches 256 KiB. Memory is
/// bounded: each thread works on one piece, has one piece waiting, and may hold the answers of one finished piece until
/// their turn comes. The slowest of source, threads and sink sets the pace. An answer never waits for later records, so
/// with a slow source each answer comes at once.
///
/// Where no thread can be started, as on `wasm32-unknown-unknown`, everything runs on the calling thread.
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
///         let mut message = evaluator.read(record.as_bytes())?;
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
    counting: Counting,
    is_cancelled: Arc<AtomicBool>,
}

/// What is counted for each rule.
#[derive(Clone, Copy, Debug)]
enum Counting {
    Nothing,
    Counts,
    CountsAndTimes(Clock),
}

impl<'s> Batch<'s> {
    /// A run that judges by a rule set, on as many threads as the machine has cores.
    pub fn new(set: &'s RuleSet) -> Self {
        let threads = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        let is_cancelled = Arc::new(AtomicBool::new(false));
        Self { set, threads, counting: Counting::Nothing, is_cancelled }
    }

    /// Sets the number of threads.
    #[must_use]
    pub fn threads(self, threads: NonZero<usize>) -> Self {
        Self { threads, ..self }
    }

    /// Counts how often each rule is tested, and how it comes out.
    #[must_use]
    pub fn counting(self) -> Self {
        Self { counting: Counting::Counts, ..self }
    }

    /// Counts like [`Batch::counting`], and adds up the time that each rule takes by the host's clock.
    #[must_use]
    pub fn timing(self, clock: Clock) -> Self {
        Self { counting: Counting::CountsAndTimes(clock), ..self }
    }

    /// Ends a run early, from any thread: from the sink, from `judge`, or from outside. No further record is taken from
    /// the source; records taken before are still judged and answered, and `run` returns as it does at the end of the
    /// source. If the source blocks, `run` waits for it. Cancelling a batch cancels its clones too, for good.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Judges each record on one of the threads, and hands the answers to the sink in the order of the records. Returns
    /// the counts of all rules if they were asked for, else nothing. Records are taken from the source on the calling
    /// thread; only one thread at a time calls the sink.
    ///
    /// # Errors
    /// The first error of the sink; no more records are taken then.
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
        let mut source = records.into_iter();
        let is_cancelled = || self.is_cancelled.load(Ordering::Relaxed);
        let records = iter::from_fn(|| if is_cancelled() { None } else { source.next() });
        let counts = thread::scope(|threads| {
            let work = || self.worker(&inbox, &outbox, &judge);
            let start = |_| Builder::new().spawn_scoped(threads, work).ok();
            let workers: Vec<_> = (0..self.threads.get()).map_while(start).collect();
            if workers.is_empty() {
                return self.run_alone(records, &outbox, &judge);
            }
            // Closes the inbox even if the source panics. Otherwise the threads would wait for more records forever.
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
            workers.into_iter().map(join).reduce(sum).unwrap_or_default()
        });
        outbox.end().map(|()| counts)
    }

    /// The work of one thread: takes pieces and answers them until there are no more.
    fn worker<R: AsRef<[u8]>, T, E, S: FnMut(T) -> Result<(), E>>(
        &self,
        inbox: &Inbox<R>,
        outbox: &Outbox<T, E, S>,
        judge: &impl Fn(&mut Evaluator, R) -> T,
    ) -> Vec<RuleCounts> {
        // If the host's code panics, the panic is passed on when all threads have ended. So no thread may wait for this one.
        let _ending = OnDrop(|| {
            if thread::panicking() {
                outbox.close();
                inbox.close();
            }
        });
        let mut evaluator = self.evaluator();
        while let Some((number, records)) = inbox.take() {
            let judged = records.into_iter().map(|record| judge(&mut evaluator, record)).collect();
            if !outbox.put(number, judged) {
                inbox.close();
                break;
            }
        }
        evaluator.counts()
    }

    /// Judges all records on the calling thread.
    fn run_alone<R, T, E, S: FnMut(T) -> Result<(), E>>(
        &self,
        records: impl Iterator<Item = R>,
        outbox: &Outbox<T, E, S>,
        judge: &impl Fn(&mut Evaluator, R) -> T,
    ) -> Vec<RuleCounts> {
        let mut evaluator = self.evaluator();
        for (number, record) in (0..).zip(records) {
            if !outbox.put(number, vec![judge(&mut evaluator, record)]) {
                break;
            }
        }
        evaluator.counts()
    }

    fn evaluator(&self) -> Evaluator {
        let mut evaluator = self.set.evaluator();
        match self.counting {
            Counting::Nothing => {}
            Counting::Counts => evaluator.count(),
            Counting::CountsAndTimes(clock) => evaluator.time(clock),
        }
        evaluator
    }
}

/// Records that wait for a thread.
struct Inbox<R> {
    threads: usize,
    queue: Mutex<Queue<R>>,
    /// Signals that a record came in, or that the inbox was closed.
    filled: Condvar,
    /// Signals that there is room again, or that the inbox was closed.
    drained: Condvar,
}

struct Queue<R> {
    records: VecDeque<R>,
    bytes: usize,
    /// The number of pieces taken so far, which is also the number of the next piece.
    pieces_taken: u64,
    is_closed: bool,
    /// Number of threads that wait for records.
    idle_threads: usize,
}

impl<R: AsRef<[u8]>> Inbox<R> {
    fn new(threads: usize) -> Self {
        let (records, is_closed) = (VecDeque::new(), false);
        let queue = Queue { records, bytes: 0, pieces_taken: 0, is_closed, idle_threads: 0 };
        Self { threads, queue: Mutex::new(queue), filled: Condvar::new(), drained: Condvar::new() }
    }

    /// Adds a record as soon as there is room. `false` when the inbox is closed.
    fn put(&self, record: R) -> bool {
        let (records, bytes) = (self.threads * PIECE_RECORDS, self.threads * PIECE_BYTES);
        let is_full = |queue: &mut Queue<R>| {
            !queue.is_closed && (queue.records.len() >= records || queue.bytes >= bytes)
        };
        let mut queue = wait_while(&self.drained, lock(&self.queue), is_full);
        if queue.is_closed {
            return false;
        }
        queue.bytes += record.as_ref().len();
        queue.records.push_back(record);
        if queue.idle_threads > 0 {
            self.filled.notify_one();
        }
        true
    }

    /// The next piece and its number. A piece is at most an equal share of the waiting records, so that the other threads
    /// get some too. `None` when there will be no more records.
    fn take(&self) -> Option<(u64, Vec<R>)> {
        let mut queue = lock(&self.queue);
        queue.idle_threads += 1;
        let mut queue =
            wait_while(&self.filled, queue, |queue| queue.records.is_empty() && !queue.is_closed);
        queue.idle_threads -= 1;
        let share = queue.records.len().div_ceil(self.threads).min(PIECE_RECORDS);
        let (mut piece, mut bytes) = (Vec::with_capacity(share), 0);
        while piece.len() < share && bytes < PIECE_BYTES {
            let Some(record) = queue.records.pop_front() else { break };
            bytes += record.as_ref().len();
            piece.push(record);
        }
        queue.bytes = queue.bytes.saturating_sub(bytes);
        let number = queue.pieces_taken;
        queue.pieces_taken += 1;
        self.drained.notify_one();
        (!piece.is_empty()).then_some((number, piece))
    }

    /// Accepts no more records. Threads still take the records that are already there.
    fn close(&self) {
        lock(&self.queue).is_closed = true;
        self.filled.notify_all();
        self.drained.notify_all();
    }
}

/// Holds answers back until all earlier ones are written.
struct Outbox<T, E, S> {
    threads: usize,
    answers: Mutex<Answers<T, E, S>>,
    /// Signals that a piece was written, or that writing has stopped.
    advanced: Condvar,
}

struct Answers<T, E, S> {
    /// The number of the piece to be written next.
    turn: u64,
    /// The answers of later pieces, by their number.
    waiting: BTreeMap<u64, Vec<T>>,
    /// `None` while a thread writes.
    sink: Option<S>,
    /// Whether writing has stopped, because the sink failed or a thread panicked.
    has_stopped: bool,
    /// The error of the sink.
    fault: Option<E>,
}

impl<T, E, S: FnMut(T) -> Result<(), E>> Outbox<T, E, S> {
    fn new(threads: usize, sink: S) -> Self {
        let answers = Answers {
            turn: 0,
            waiting: BTreeMap::new(),
            sink: Some(sink),
            has_stopped: false,
            fault: None,
        };
        Self { threads, answers: Mutex::new(answers), advanced: Condvar::new() }
    }

    /// Stores the answers of a piece. Then writes all pieces whose turn has come, if no other thread is writing.
    /// `false` when writing has stopped.
    fn put(&self, number: u64, judged: Vec<T>) -> bool {
        let ahead = u64::try_from(self.threads).unwrap_or(u64::MAX);
        let is_too_early = |answers: &mut Answers<T, E, S>| {
            !answers.has_stopped && number > answers.turn.saturating_add(ahead)
        };
        let mut answers = wait_while(&self.advanced, lock(&self.answers), is_too_early);
        answers.waiting.insert(number, judged);
        while !answers.has_stopped {
            let turn = answers.turn;
            let Some(mut sink) = answers.sink.take() else { return true };
            let Some(piece) = answers.waiting.remove(&turn) else {
                answers.sink = Some(sink);
                return true;
            };
            drop(answers);
            let written = piece.into_iter().try_for_each(&mut sink);
            answers = lock(&self.answers);
            answers.sink = Some(sink);
            answers.turn += 1;
            if let Err(fault) = written {
                answers.has_stopped = true;
                answers.fault = Some(fault);
            }
            self.advanced.notify_all();
        }
        false
    }

    /// Stops writing.
    fn close(&self) {
        lock(&self.answers).has_stopped = true;
        self.advanced.notify_all();
    }

    /// The error of the sink, if any. To be called when all threads have ended.
    fn end(self) -> Result<(), E> {
        let answers = self.answers.into_inner().unwrap_or_else(PoisonError::into_inner);
        answers.fault.map_or(Ok(()), Err)
    }
}

/// Runs something at the end of a scope, even on a panic.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Locks a mutex, poisoned or not: no code of the host runs while one is locked, so the data is consistent.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits as long as the condition holds.
fn wait_while<'a, T>(
    on: &Condvar,
    guard: MutexGuard<'a, T>,
    condition: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'a, T> {
    on.wait_while(guard, condition).unwrap_or_else(PoisonError::into_inner)
}

/// Adds up what two threads counted, rule by rule.
fn sum(mut sums: Vec<RuleCounts>, others: Vec<RuleCounts>) -> Vec<RuleCounts> {
    for (sum, other) in sums.iter_mut().zip(others) {
        sum.add(&other);
    }
    sums
}
