//! `lexloci decide --state FILE`: decides with what earlier messages left behind, and keeps what these leave behind.
//!
//! All cores look at the messages. Most ask nothing of the store and leave nothing behind; they are decided at once. The others
//! are judged one after another, in the order of their instants, wherever they stand in the input. Until then they lie in a
//! temporary file beside the store, and so do the decisions that have to be written after theirs. Memory holds some sixty bytes
//! for each message that waits.

mod spill;

use super::output::{Printer, RecordOutput};
use super::{Judge, Tally};
use crate::cli::messages::{FileMessage, Messages};
use crate::cli::store::unopened;
use crate::stop::Stop;
use lexloci::sink::{Json, Output};
use lexloci::state::Store;
use lexloci::statement::Settings;
use lexloci::{Batch, Decision, Evaluator, Given, Instant, Keeper, Place, RecordError, State};
use lexloci_store::Sqlite;
use spill::{Span, Spill};
use std::path::Path;

/// How many messages are kept in one transaction.
const TRANSACTION: usize = 500;

/// A message after all cores have looked at it.
enum Looked {
    /// It asks nothing and leaves nothing behind, or cannot be judged. Then it has no instant.
    Finished(Option<Instant>, Tally, RecordOutput),
    /// It has to be judged in order.
    Waiting { json: Vec<u8>, places: Vec<Place>, at: Instant, idle_rulings: Vec<String> },
}

/// A message that has to be judged in order.
#[derive(Clone, Copy)]
struct Waiting {
    at: Instant,
    /// How many that wait stand before it in the input.
    number: usize,
    given: Span,
}

/// What happens after all messages were looked at.
struct Later<'a> {
    judge: &'a Judge<'a>,
    /// For statements of reasons.
    evaluator: Evaluator,
    path: &'a Path,
    /// The instant of the earliest message. A new store begins with it.
    earliest: Option<Instant>,
    waiting: Vec<Waiting>,
    /// The messages that wait, and then the decisions about them.
    spill: Spill,
    /// The decisions that have to be written after those about messages that wait, with an empty one for each of these.
    outputs: Spill,
}

/// Decides all messages.
pub(super) fn run(
    judge: &Judge<'_>,
    batch: &Batch<'_>,
    path: &Path,
    messages: &mut Messages<'_>,
    (tally, printer): (&mut Tally, &mut Printer),
) -> Result<(), Stop> {
    // A file that is no store is told before anything is read.
    let keeper = if path.exists() { Some(open(judge, path, None)?) } else { None };
    let (spill, outputs) = (Spill::beside(path), Spill::beside(path));
    let evaluator = judge.set.evaluator();
    let mut later =
        Later { judge, evaluator, path, earliest: None, waiting: vec![], spill, outputs };
    let look = |evaluator: &mut Evaluator, message: FileMessage| look(judge, evaluator, &message);
    batch
        .run(messages.by_ref(), look, |looked| later.take(looked, (&mut *tally, &mut *printer)))?;
    let mut decided = vec![None; later.waiting.len()];
    let judged = later.judge_all(keeper, messages, tally, &mut decided);
    // If something failed, the decisions that were made before are written too.
    later.write(&decided, printer)?;
    judged
}

/// Opens the store. If there is none, makes one that begins then.
fn open(judge: &Judge<'_>, path: &Path, begins: Option<Instant>) -> Result<Keeper<Sqlite>, Stop> {
    let store = Sqlite::open(path, begins).map_err(unopened)?;
    Keeper::new(judge.set, store).map_err(Stop::failed)
}

/// Decides a message if it needs no store.
fn look(judge: &Judge<'_>, evaluator: &mut Evaluator, message: &FileMessage) -> Looked {
    let FileMessage { file, imported } = message;
    let mut looked = || -> Result<Looked, RecordError> {
        let mut message = evaluator.read_imported(imported)?;
        let idle_rulings = message.idle_rulings();
        let moment = judge.question.moment(message.latest())?;
        let (visible_in, except) = (message.visible_in(), message.except());
        let places = judge.question.places_among(judge.set, visible_in, except, moment)?;
        // The order of judgings must not depend on the place, so a day begins at midnight in the time zone of the world.
        let at = judge.set.instant_in(Place::WORLD, moment);
        let state = lexloci::State::default();
        if message.asks(&places, at).is_empty() {
            let judged = message.judge(&places, at, &state);
            if judged.is_quiet() {
                let receipt = judge.args.receipt.then(|| judged.receipt(&state));
                let (mut decided, _) = judged.into_decided();
                decided.receipt = receipt;
                let (mut tally, output) = judge.tally_and_output(decided);
                tally.add_idle_rulings(idle_rulings);
                return Ok(Looked::Finished(Some(at), tally, output));
            }
        }
        Ok(Looked::Waiting { json: imported.json()?.to_vec(), places, at, idle_rulings })
    };
    looked().unwrap_or_else(|error| {
        let tally = Tally { records: 1, unjudged: 1, ..Tally::default() };
        Looked::Finished(
            None,
            tally,
            RecordOutput::fault(file, imported, &error, judge.args.format),
        )
    })
}

impl Later<'_> {
    /// Takes what became of a message, in the order of the input.
    fn take(
        &mut self,
        looked: Looked,
        (tally, printer): (&mut Tally, &mut Printer),
    ) -> Result<(), Stop> {
        let at = match &looked {
            Looked::Finished(at, ..) => *at,
            Looked::Waiting { at, .. } => Some(*at),
        };
        self.earliest = self.earliest.into_iter().chain(at).min();
        match looked {
            Looked::Finished(_, of_record, output) => {
                tally.add(&of_record);
                if self.waiting.is_empty() {
                    return printer.put(output);
                }
                self.outputs.push(&output.to_bytes())
            }
            Looked::Waiting { json, places, at, idle_rulings } => {
                tally.add_idle_rulings(idle_rulings);
                let mut bytes = Output::<Json>::value(&places).into_string().into_bytes();
                bytes.push(b'\n');
                bytes.extend(json);
                let given = self.spill.put(&bytes)?;
                self.waiting.push(Waiting { at, number: self.waiting.len(), given });
                self.outputs.push(&[])
            }
        }
    }

    /// Judges the messages that wait, in the order of their instants, until Ctrl-C. Notes where the decision about each is.
    fn judge_all(
        &mut self,
        keeper: Option<Keeper<Sqlite>>,
        messages: &mut Messages<'_>,
        tally: &mut Tally,
        decided: &mut [Option<Span>],
    ) -> Result<(), Stop> {
        let mut keeper = match (keeper, self.earliest) {
            (Some(keeper), _) => keeper,
            (None, begins @ Some(_)) => open(self.judge, self.path, begins)?,
            // No message could be judged.
            (None, None) => return Ok(()),
        };
        let latest = keeper.store().latest().map_err(Stop::failed)?;
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_unstable_by_key(|one| (one.at, one.number));
        // If it was pressed while messages were read, those are judged that were read.
        let ended_reading = messages.is_interrupted();
        for group in waiting.chunks(TRANSACTION) {
            if !ended_reading && messages.is_interrupted() {
                return Ok(());
            }
            self.judge(&mut keeper, group, (latest, tally), decided)?;
        }
        Ok(())
    }

    /// Judges a group of messages in order, and keeps what they leave behind in one transaction.
    fn judge(
        &mut self,
        keeper: &mut Keeper<Sqlite>,
        group: &[Waiting],
        (latest, tally): (Option<Instant>, &mut Tally),
        decided: &mut [Option<Span>],
    ) -> Result<(), Stop> {
        let mut read: Vec<(Vec<Place>, Vec<u8>)> = vec![];
        for one in group {
            let bytes = self.spill.get(one.given)?;
            let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
            let (places, json) =
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            read.push((serde_json::from_slice(places).map_err(Stop::failed)?, json.to_vec()));
        }
        let given = group.iter().zip(&read);
        let given = given.map(|(one, (places, json))| Given { json, places, at: one.at });
        let kept = keeper.judge(&given.collect::<Vec<_>>());
        kept.stored
            .map_err(|error| Stop::failed(format_args!("{}: {error}", self.path.display())))?;
        let given = group.iter().zip(&read);
        for (((one, (places, json)), found), is_new) in given.zip(kept.decided).zip(kept.is_new) {
            let mut found = found.map_err(Stop::failed)?;
            if !self.judge.args.receipt {
                found.receipt = None;
            }
            let (of_record, output) = match &self.judge.settings {
                None => self.judge.tally_and_output(found),
                Some(settings) => {
                    let given = Given { json, places, at: one.at };
                    self.stated(keeper.store(), given, &found.decisions, settings)?
                }
            };
            tally.add(&of_record);
            tally.late += usize::from(is_new && Some(one.at) < latest);
            if let Some(slot) = decided.get_mut(one.number) {
                *slot = Some(self.spill.put(&output.to_bytes())?);
            }
        }
        Ok(())
    }

    /// The statements for the decisions about a message, with what was known when they were made.
    fn stated(
        &mut self,
        store: &mut Sqlite,
        given: Given<'_>,
        decisions: &[Decision],
        settings: &Settings,
    ) -> Result<(Tally, RecordOutput), Stop> {
        let Given { json, places, at } = given;
        let record = self.judge.set.read(json).map_err(Stop::failed)?;
        let mut message = self.evaluator.message(&record).map_err(Stop::failed)?;
        let state = if decisions.iter().all(|one| one.outcomes.is_empty()) {
            State::default()
        } else {
            message.recall(store, places, at).map_err(Stop::failed)?
        };
        Ok(self.judge.tally_and_statements((&record, at.into()), &state, decisions, settings))
    }

    /// Writes what was decided and not yet written, in the order of the records.
    fn write(mut self, decided: &[Option<Span>], printer: &mut Printer) -> Result<(), Stop> {
        let mut waited = decided.iter();
        let spill = &mut self.spill;
        self.outputs.each(|bytes| {
            let bytes = match (bytes.as_slice(), waited.as_slice()) {
                // The place of a message that waited.
                ([], [decided, ..]) => {
                    waited.next();
                    let Some(span) = decided else { return Ok(()) };
                    spill.get(*span)?
                }
                _ => bytes,
            };
            printer.put(RecordOutput::from_bytes(&bytes).map_err(Stop::failed)?)
        })
    }
}
