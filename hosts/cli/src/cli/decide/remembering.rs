//! `lexloci decide --state FILE`: decides with what earlier messages left behind, and keeps what these leave behind.
//!
//! Most messages ask nothing of the store and leave nothing behind; all cores decide them. The others of a chunk are judged
//! one after another, in the order of their instants.

use super::output::{Printer, RecordOutput};
use super::{Judge, Tally};
use crate::cli::messages::FileMessage;
use crate::stop::Stop;
use lexloci::{Batch, Evaluator, Given, Instant, Keeper, Place, RecordError};
use lexloci_store::Sqlite;
use std::path::Path;

/// How many messages are read before those that leave something behind are judged, in order.
const CHUNK: usize = 4_000;
/// How many of those are kept in one transaction.
const TRANSACTION: usize = 500;

/// A message after all cores have looked at it.
enum Looked {
    /// It asks nothing and leaves nothing behind.
    Finished(Tally, RecordOutput),
    /// It has to be judged in order.
    Waiting(Waiting),
}

struct Waiting {
    json: Vec<u8>,
    places: Vec<Place>,
    at: Instant,
}

/// Decides all messages, chunk by chunk.
pub(super) fn run(
    judge: &Judge<'_>,
    batch: &Batch<'_>,
    path: &Path,
    messages: &mut impl Iterator<Item = FileMessage>,
    (tally, printer): (&mut Tally, &mut Printer),
) -> Result<(), Stop> {
    // A file that is no store is told before anything is read.
    let mut keeper = if path.exists() { Some(open(judge, path, None)?) } else { None };
    let mut latest = None;
    loop {
        let chunk: Vec<FileMessage> = messages.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        let mut looked = vec![];
        let look =
            |evaluator: &mut Evaluator, message: FileMessage| look(judge, evaluator, &message);
        batch.run(chunk, look, |one| {
            looked.push(one);
            Ok::<(), Stop>(())
        })?;
        let order = in_order(&looked);
        tally.late += order.iter().take_while(|(at, _)| Some(*at) < latest).count();
        latest = latest.max(order.last().map(|(at, _)| *at));
        for group in order.chunks(TRANSACTION) {
            let keeper = match &mut keeper {
                Some(keeper) => keeper,
                // A new store begins with the first message that it sees.
                None => keeper.insert(open(judge, path, group.first().map(|(at, _)| *at))?),
            };
            keep(judge, keeper, group, &mut looked)?;
        }
        finish(looked, tally, printer)?;
    }
}

/// Opens the store. If there is none, makes one that begins then.
fn open(judge: &Judge<'_>, path: &Path, begins: Option<Instant>) -> Result<Keeper<Sqlite>, Stop> {
    let store = Sqlite::open(path, begins).map_err(Stop::failed)?;
    Keeper::new(judge.set, store).map_err(Stop::failed)
}

/// The messages that have to be judged in order: their instants, and their numbers in the chunk.
fn in_order(looked: &[Looked]) -> Vec<(Instant, usize)> {
    let waiting = looked.iter().enumerate().filter_map(|(number, one)| match one {
        Looked::Waiting(waiting) => Some((waiting.at, number)),
        Looked::Finished(..) => None,
    });
    let mut order: Vec<_> = waiting.collect();
    order.sort_unstable();
    order
}

/// Writes what was decided, in the order of the records.
fn finish(looked: Vec<Looked>, tally: &mut Tally, printer: &mut Printer) -> Result<(), Stop> {
    for one in looked {
        if let Looked::Finished(of_record, output) = one {
            tally.add(&of_record);
            printer.put(output)?;
        }
    }
    Ok(())
}

/// Decides a message if it needs no store.
fn look(judge: &Judge<'_>, evaluator: &mut Evaluator, message: &FileMessage) -> Looked {
    let FileMessage { file, imported } = message;
    let mut looked = || -> Result<Looked, RecordError> {
        let mut message = evaluator.read_imported(imported)?;
        let moment = judge.question.moment(message.latest())?;
        let (visible_in, except) = (message.visible_in(), message.except());
        let places = judge.question.places_among(judge.set, visible_in, except, moment)?;
        // The order of judgings must not depend on the place, so a day begins where the rules of the world have it begin.
        let at = judge.set.instant_in(Place::WORLD, moment);
        let state = lexloci::State::default();
        if message.asks(&places, at).is_empty() {
            let judged = message.judge(&places, at, &state);
            if judged.is_quiet() {
                let receipt = judge.args.receipt.then(|| judged.receipt(&state));
                let (mut decided, _) = judged.into_decided();
                decided.receipt = receipt;
                let (tally, output) = judge.told(decided);
                return Ok(Looked::Finished(tally, output));
            }
        }
        Ok(Looked::Waiting(Waiting { json: imported.json()?.to_vec(), places, at }))
    };
    looked().unwrap_or_else(|error| {
        let tally = Tally { records: 1, unjudged: 1, ..Tally::default() };
        Looked::Finished(tally, RecordOutput::fault(file, imported, &error, judge.args.format))
    })
}

/// Judges a group of messages in order, and keeps what they leave behind in one transaction.
fn keep(
    judge: &Judge<'_>,
    keeper: &mut Keeper<Sqlite>,
    group: &[(Instant, usize)],
    looked: &mut [Looked],
) -> Result<(), Stop> {
    let waiting = group.iter().filter_map(|(_, number)| match looked.get(*number) {
        Some(Looked::Waiting(waiting)) => Some(waiting),
        Some(Looked::Finished(..)) | None => None,
    });
    let given: Vec<Given<'_>> =
        waiting.map(|one| Given { json: &one.json, places: &one.places, at: one.at }).collect();
    let kept = keeper.judge(&given);
    kept.stored.map_err(Stop::failed)?;
    for ((_, number), decided) in group.iter().zip(kept.decided) {
        let mut decided = decided.map_err(Stop::failed)?;
        if !judge.args.receipt {
            decided.receipt = None;
        }
        let (tally, output) = judge.told(decided);
        if let Some(slot) = looked.get_mut(*number) {
            *slot = Looked::Finished(tally, output);
        }
    }
    Ok(())
}
