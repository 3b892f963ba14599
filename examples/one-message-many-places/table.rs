//! Writes the tables: what is decided in each place, for each message, licence and day.

use lexloci::{Compiler, Decision, Instant, Record, RuleSet, State};
use std::error::Error;
use std::fmt::Write;
use std::path::Path;

/// The places to decide for.
pub const PLACES: [&str; 8] = ["KZ", "FR", "DE", "GB", "AE", "SG", "US", "BR"];

/// The instant of decisions, unless a table names another.
pub const AT: &str = "2026-09-01T12:00:00Z";

const KAZAKHSTAN: &str = "lists/kz-aifc-venues.txt";

/// Kinds of licences, and the lists below the rule root that have them. The shipped registers are not complete, so that they
/// restrict nobody; [`Example::complete`] supposes that they are.
pub const REGISTERS: [(&str, &str); 4] = [
    ("licensed in Kazakhstan", KAZAKHSTAN),
    ("authorised in the Union", "lists/eu-authorised-providers.txt"),
    ("registered in the United Kingdom", "lists/gb-authorised-promoters.txt"),
    ("licensed by VARA", "lists/ae-vara-providers.txt"),
];

/// The line of the message in `messages.jsonl`, counted from 0. The other lines are its variants.
pub const MESSAGE: usize = 0;
/// The line of the variant that promises nothing.
pub const WITHOUT_PROMISE: usize = 3;

/// Days around which the law of one of the places changed for the message.
const DAYS: [(&str, &str); 8] = [
    ("2022-01-01", "the day before the decree-law of the Emirates"),
    ("2023-09-09", "the day before Kazakhstan's law on platforms"),
    ("2023-10-07", "the day before the British regime"),
    ("2024-06-25", "the day before Singapore's code"),
    ("2024-12-29", "the day before MiCA"),
    ("2024-12-30", "its first day"),
    ("2026-04-02", "the day before the French code was read"),
    ("2026-04-03", "that day"),
];

pub struct Example {
    root: std::path::PathBuf,
    records: Vec<Record>,
}

impl Example {
    pub fn read(root: &Path) -> Result<Self, Box<dyn Error>> {
        let set = Compiler::new().directory(root.join("rules")).compile()?;
        let path = root.join("examples/one-message-many-places/messages.jsonl");
        let text = std::fs::read_to_string(path)?;
        let records =
            text.lines().map(|line| set.read(line.as_bytes())).collect::<Result<_, _>>()?;
        Ok(Self { root: root.into(), records })
    }

    /// The rules as they are shipped.
    pub fn shipped(&self) -> Result<RuleSet, Box<dyn Error>> {
        Ok(Compiler::new().directory(self.root.join("rules")).compile()?)
    }

    /// The rules as they would be if each register were complete on every day of the tables, with the operator of the
    /// message added to some of them from a day on.
    pub fn complete(&self, registers: &[&str], from: &str) -> Result<RuleSet, Box<dyn Error>> {
        let rules = self.root.join("rules");
        let mut compiler = Compiler::new();
        for folder in ["", "lib"] {
            for entry in std::fs::read_dir(rules.join(folder))? {
                let path = entry?.path();
                if path.extension().is_some_and(|extension| extension == "loci") {
                    let name = path.strip_prefix(&rules)?.to_string_lossy().into_owned();
                    compiler =
                        compiler.file(name, with_completeness(&std::fs::read_to_string(path)?));
                }
            }
        }
        for entry in std::fs::read_dir(rules.join("lists"))? {
            let path = entry?.path();
            let name = path.strip_prefix(&rules)?.to_string_lossy().into_owned();
            let mut list = std::fs::read_to_string(path)?;
            if registers.contains(&name.as_str()) {
                let _ = write!(list, "\nmoonex.example from {from}");
            }
            // Reserved, so that no register is empty.
            list += "\nnobody.example";
            compiler = compiler.list(name, list);
        }
        Ok(compiler.compile()?)
    }

    pub fn decide(
        &self,
        set: &RuleSet,
        message: usize,
        place: &str,
        at: &str,
    ) -> Result<Decision, Box<dyn Error>> {
        let record = self.records.get(message).ok_or("no such message")?;
        let place = set.place(place).ok_or("no such place")?;
        Ok(set.evaluator().decide(record, place, Instant::parse(at)?, &State::default())?)
    }

    fn row(
        &self,
        set: &RuleSet,
        title: &str,
        message: usize,
        at: &str,
    ) -> Result<String, Box<dyn Error>> {
        let mut row = format!("| {title} |");
        for place in PLACES {
            let _ = write!(row, " {} |", shown(&self.decide(set, message, place, at)?));
        }
        Ok(row + "\n")
    }
}

/// A file of rules in which each register says that it is complete.
fn with_completeness(text: &str) -> String {
    let lines = text.lines().map(|line| {
        if line.starts_with("register ") && line.ends_with(".txt\"") {
            format!("{line} {{ complete from 2020-01-01  as of 2026-11-01  fresh for 1 year }}\n")
        } else {
            format!("{line}\n")
        }
    });
    lines.collect()
}

/// The outcome, then the obligations.
pub fn shown(decision: &Decision) -> String {
    let mut actions = vec![decision.outcome.clone()];
    actions.extend(decision.obligations.iter().map(|one| one.action.clone()));
    actions.dedup();
    actions.join(", ")
}

pub fn tables(root: &Path) -> Result<String, Box<dyn Error>> {
    let example = Example::read(root)?;
    let shipped = example.shipped()?;
    let complete = example.complete(&[], AT)?;
    let head = |what: &str| {
        let dashes = "---|".repeat(PLACES.len() + 1);
        format!("| {what} | {} |\n|{dashes}\n", PLACES.join(" | "))
    };
    let mut out = head("message");
    for (number, record) in example.records.iter().enumerate() {
        out += &example.row(&shipped, record.id(), number, AT)?;
    }
    out += "\nThe message without the promise, by whoever licensed its operator:\n\n";
    out += &head("operator");
    out += &example.row(&shipped, "in registers that are not complete", WITHOUT_PROMISE, AT)?;
    out += &example.row(&complete, "licensed nowhere", WITHOUT_PROMISE, AT)?;
    for (title, register) in REGISTERS {
        let set = example.complete(&[register], "2026-01-01")?;
        out += &example.row(&set, title, WITHOUT_PROMISE, AT)?;
    }
    let later = example.complete(&[KAZAKHSTAN], "2026-09-01")?;
    let before = "2026-08-31T12:00:00Z";
    out +=
        &example.row(&later, "the day before Kazakhstan licenses it", WITHOUT_PROMISE, before)?;
    out += &example.row(&later, "that day", WITHOUT_PROMISE, AT)?;
    out += "\nThe message through time:\n\n";
    out += &head("day");
    for (day, what) in DAYS {
        out += &example.row(
            &shipped,
            &format!("{day}, {what}"),
            MESSAGE,
            &format!("{day}T12:00:00Z"),
        )?;
    }
    Ok(out)
}
