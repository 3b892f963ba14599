//! Many records over all cores: answers in the order of the records, in bounded memory.

use crate::evaluator::{Evaluator, RuleCounts};
use crate::ruleset::RuleSet;
use std::collections::VecDeque;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ScopedJoinHandle};

/// Records that one thread takes at once.
const RECORDS: usize = 64;
/// Bytes of records that one thread takes at once, and one record more.
const BYTES: usize = 256 << 10;
/// Pieces of work for each thread that are under way: it is at one while the other waits for it, or to be written.
const WAITING: usize = 2;

/// A run over many records. At most two pieces of work for each thread are in memory, each of 64 records or 256 KiB and
/// one record more; whoever is slower, the source, the threads or the sink, holds up the others.
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

/// Records that are judged together, and where their answers go.
struct Work<R, T> {
    records: Vec<R>,
    answers: SyncSender<Vec<T>>,
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
    /// back the counts of all rules, when they are asked for.
    ///
    /// # Errors
    /// The first of the sink; no more records are taken then.
    pub fn run<R, T, E>(
        &self,
        records: impl IntoIterator<Item = R>,
        judge: impl Fn(&mut Evaluator, R) -> T + Sync,
        mut sink: impl FnMut(T) -> Result<(), E>,
    ) -> Result<Vec<RuleCounts>, E>
    where
        R: AsRef<[u8]> + Send,
        T: Send,
    {
        let mut records = records.into_iter();
        let (work, inbox) = sync_channel::<Work<R, T>>(self.threads.get() * WAITING);
        let inbox = Mutex::new(inbox);
        thread::scope(|threads| {
            let workers: Vec<_> = (0..self.threads.get())
                .map(|_| threads.spawn(|| self.worker(&inbox, &judge)))
                .collect();
            let result = self.hand_out(&mut records, work, &mut sink);
            // The channel is closed, so they end.
            let join = |worker: ScopedJoinHandle<'_, Vec<RuleCounts>>| {
                worker.join().unwrap_or_else(|panic| resume_unwind(panic))
            };
            let counts = workers.into_iter().map(join).reduce(joined).unwrap_or_default();
            result.map(|()| counts)
        })
    }

    fn worker<R, T>(
        &self,
        inbox: &Mutex<Receiver<Work<R, T>>>,
        judge: &impl Fn(&mut Evaluator, R) -> T,
    ) -> Vec<RuleCounts> {
        let mut evaluator = self.set.evaluator();
        if self.is_counting {
            evaluator.count();
        }
        loop {
            let work = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(Work { records, answers }) = work else { return evaluator.counts() };
            let judged = records.into_iter().map(|record| judge(&mut evaluator, record)).collect();
            // Nobody waits for it any more when the sink has failed.
            let _ = answers.send(judged);
        }
    }

    fn hand_out<R: AsRef<[u8]>, T, E>(
        &self,
        records: &mut impl Iterator<Item = R>,
        work: SyncSender<Work<R, T>>,
        sink: &mut impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let most = self.threads.get() * WAITING;
        let mut under_way: VecDeque<Receiver<Vec<T>>> = VecDeque::with_capacity(most);
        let mut take = |answers: Receiver<Vec<T>>| {
            // A thread that died in the host's own code leaves no answers; its panic is passed on at the end.
            answers.recv().unwrap_or_default().into_iter().try_for_each(&mut *sink)
        };
        loop {
            let next = piece(records);
            if next.is_empty() {
                break;
            }
            if under_way.len() >= most
                && let Some(oldest) = under_way.pop_front()
            {
                take(oldest)?;
            }
            let (answers, waiting) = sync_channel(1);
            if work.send(Work { records: next, answers }).is_err() {
                break;
            }
            under_way.push_back(waiting);
        }
        drop(work);
        under_way.into_iter().try_for_each(take)
    }
}

/// The next records, few enough to be in memory.
fn piece<R: AsRef<[u8]>>(records: &mut impl Iterator<Item = R>) -> Vec<R> {
    let mut piece = vec![];
    let mut bytes = 0;
    while piece.len() < RECORDS && bytes < BYTES {
        let Some(record) = records.next() else { break };
        bytes += record.as_ref().len();
        piece.push(record);
    }
    piece
}

/// What two threads counted, rule by rule.
fn joined(mut some: Vec<RuleCounts>, others: Vec<RuleCounts>) -> Vec<RuleCounts> {
    for (one, other) in some.iter_mut().zip(others) {
        one.add(&other);
    }
    some
}
