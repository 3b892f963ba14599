//! What a statement says of earlier messages: how many counted in which time, and since when somebody is marked. It names neither
//! these messages nor who wrote them.

use super::mask::Mask;
use super::texts::without_final_period;
use crate::base::time::{Instant, Zone};
use crate::interpret::Interpreter;
use crate::program::outcome::Found;
use crate::program::{Norm, Program};
use crate::views::explain::{Remembered, memory_of};

/// What a rule rests on of counters and marks, a sentence for each.
pub(super) fn sentences<'a>(
    interpreter: &Interpreter<'a>,
    norm: &'a Norm,
    (mask, zone): (&Mask, &Zone),
) -> Vec<String> {
    let memory = memory_of(interpreter, norm, zone);
    let said = memory.iter().filter_map(|one| sentence(interpreter.program, one, zone));
    said.map(|(said, title)| format!("{said}: {}.", without_final_period(&mask.text(title))))
        .collect()
}

/// `It rests on a count of 5 after … and until …`, and the title of the counter or mark. `None` if nothing is known, or nothing is
/// set.
fn sentence<'p>(
    program: &'p Program,
    remembered: &Remembered,
    zone: &Zone,
) -> Option<(String, &'p str)> {
    let time = |instant: Instant| instant.local(zone);
    let name = &*remembered.seen.name;
    match &remembered.seen.found {
        Found::Count { certain, possible, .. } => {
            let tally = remembered.tally.as_ref()?;
            let counter = program.counters.binary_search_by(|one| (*one.id).cmp(name)).ok()?;
            let count = match possible {
                Some(possible) if possible == certain => certain.to_string(),
                Some(possible) => format!("between {certain} and {possible}"),
                None => format!("at least {certain}"),
            };
            let begin = if tally.since > tally.after {
                format!("from {}", time(tally.since))
            } else {
                format!("after {}", time(tally.after))
            };
            let until = time(tally.until);
            let said = format!("It rests on a count of {count} {begin} and until {until}");
            Some((said, &program.counters.get(counter)?.title))
        }
        Found::Mark(Some(standing)) => {
            let mark = program.marks.binary_search_by(|one| (*one.id).cmp(name)).ok()?;
            let until = standing.until.map(|until| format!(" until {}", time(until)));
            let until = until.unwrap_or_default();
            let said = format!("It rests on a mark since {}{until}", time(standing.since));
            Some((said, &program.marks.get(mark)?.title))
        }
        Found::Mark(None) | Found::Unknown(_) => None,
    }
}
