//! Shows when the decision about a message changes, with a line for each period in which it stays the same.

use super::decisions;
use super::table::Table;
use crate::sink::Output;
use crate::{Instant, Moment, Timeline};

/// Counters and marks change with each message, and a timeline is about one.
const WITHOUT_MEMORY: &str = "\n\nA timeline does not ask what earlier messages left behind: rules that read counters and marks \
                              are undetermined in it (`?`).";

/// One line for each period in which a decision stays the same. `>` marks the period with the instant `at`, or with the
/// beginning of that day in the zone of the timeline. Lines are at most `columns` columns wide, if that is given.
pub fn timelines(timelines: &[Timeline], at: Option<Moment>, columns: Option<usize>) -> String {
    let names = decisions::places(timelines.iter().map(|each| &each.places), &[]);
    let texts = timelines.iter().zip(&names).map(|(each, places)| {
        let at = at.map(|at| at.instant(&each.zone));
        format!("{places}\n{}", timeline(each, at, columns))
    });
    let mut text = texts.collect::<Vec<_>>().join("\n\n");
    let stretches = timelines.iter().flat_map(|timeline| &timeline.stretches);
    if stretches.map(|stretch| &stretch.decision).any(|decision| !decision.state.is_empty()) {
        text += WITHOUT_MEMORY;
    }
    text
}

fn timeline(timeline: &Timeline, at: Option<Instant>, columns: Option<usize>) -> String {
    let mut text = Output::new();
    let heads = [&format!("  FROM ({})", timeline.zone.name()), "DECISION", "RULES", "BECAUSE"];
    let mut table = Table::new(heads, 2, columns);
    let has_begun = |from: Option<Instant>| at.is_some_and(|at| from.is_none_or(|from| from <= at));
    let now = timeline.stretches.iter().rposition(|stretch| has_begun(stretch.from));
    for (number, stretch) in timeline.stretches.iter().enumerate() {
        let local = |from: Instant| from.local(&timeline.zone).to_string();
        let from = stretch.from.map_or("the beginning".into(), local);
        let mark = if Some(number) == now { '>' } else { ' ' };
        let because: Vec<_> = stretch.because.iter().map(ToString::to_string).collect();
        let cells = [
            format!("{mark} {from}"),
            decisions::outcome(&stretch.decision),
            decisions::rules(&stretch.decision),
            because.join(", "),
        ];
        text.push(&table.row(cells));
    }
    text.push(&table.flush());
    text.as_str().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::timelines;
    use crate::{Compiler, Moment, Place};

    /// Places with the same rules share a timeline, whatever their zones.
    #[test]
    fn places_of_several_zones_share_utc() {
        let file = |code: &str, zone: &str| format!("jurisdiction {code} {{ zone \"{zone}\" }}");
        let world = file("WORLD", "UTC")
            + "\npolicy p \"P\" {}\nrule r \"R\" { basis p in force from 2026-03-01 when platform == \"test\" then label }";
        let set = Compiler::new()
            .file("world.loci", world)
            .file("kz.loci", file("KZ", "Asia/Almaty"))
            .file("br.loci", file("BR", "America/Sao_Paulo"))
            .compile();
        let set = set.unwrap();
        let record = set.given("{}").unwrap();
        for (codes, head, now) in [
            (vec!["KZ", "BR"], "FROM (UTC)", "> 2026-03-01 00:00 UTC"),
            (vec!["BR"], "FROM (America/Sao_Paulo)", "> 2026-02-28 21:00 -03:00"),
            (vec!["KZ"], "FROM (Asia/Almaty)", "> the beginning"),
        ] {
            let places: Vec<Place> = codes.iter().map(|code| Place::parse(code).unwrap()).collect();
            let found = set.timelines(&record, &places).unwrap();
            let day = Moment::parse("2026-03-01").unwrap();
            let shown = timelines(&found, Some(day), None);
            assert!(shown.contains(head) && shown.contains(now), "{codes:?}\n{shown}");
        }
    }
}
