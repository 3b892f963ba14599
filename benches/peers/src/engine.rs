//! The trait of the benchmark's engines, and the table of all of them. To add one, add a file under `peers/` and a row here.

use crate::facts::Facts;
use crate::rules::{PLACES, Rule};
use crate::{bounds, peers};

/// Judges messages by the rules that it was built from.
pub trait Engine {
    /// Adds the numbers of the rules that fire, in any order. The time of an engine includes reading the bytes.
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>);
}

/// A row of the tables.
#[derive(Clone, Copy)]
pub struct Row {
    pub name: &'static str,
    /// Its package in the registry, when it has one.
    pub package: Option<&'static str>,
    pub kind: Kind,
    /// What it gets to work on. Making this from the bytes is part of its time.
    pub given: &'static str,
    pub build: fn(&[Rule]) -> Box<dyn Engine>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Lexloci,
    Peer,
    /// Written by hand for these rules, without a language: see [`bounds`].
    Bound,
}

/// All engines of this build.
pub fn all() -> Vec<Row> {
    let mut rows = peers::lexloci::ROWS.to_vec();
    #[cfg(feature = "regorus")]
    rows.extend(peers::regorus::ROWS);
    #[cfg(feature = "cedar")]
    rows.extend(peers::cedar::ROWS);
    #[cfg(feature = "vrl")]
    rows.extend(peers::vrl::ROWS);
    #[cfg(feature = "rhai")]
    rows.extend(peers::rhai::ROWS);
    #[cfg(feature = "cel")]
    rows.extend(peers::cel::ROWS);
    #[cfg(feature = "zen")]
    rows.extend(peers::zen::ROWS);
    #[cfg(feature = "wirefilter")]
    rows.extend(peers::wirefilter::ROWS);
    #[cfg(feature = "yara-x")]
    rows.extend(peers::yara_x::ROWS);
    rows.extend(bounds::ROWS);
    rows
}

/// How rules are laid out in an engine that has no index of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// All rules in one program. Each rule tests whether the message is visible in its place.
    Plain,
    /// One program for each place. The host chooses the programs, so rules do not test the place.
    Split,
}

impl Layout {
    /// The rules of each program.
    pub fn programs(self, rules: &[Rule]) -> Vec<Vec<&Rule>> {
        match self {
            Self::Plain => vec![rules.iter().collect()],
            Self::Split => (0..PLACES.len())
                .map(|place| rules.iter().filter(|rule| rule.place == place).collect())
                .collect(),
        }
    }

    /// The programs to run for a message.
    pub fn for_message(self, facts: &Facts<'_>) -> Vec<usize> {
        match self {
            Self::Plain => vec![0],
            Self::Split => {
                facts.visibility.countries.iter().filter_map(|code| place(code)).collect()
            }
        }
    }
}

/// The index of a place in [`PLACES`].
pub fn place(code: &str) -> Option<usize> {
    static NUMBERS: std::sync::LazyLock<[u8; 26 * 26]> = std::sync::LazyLock::new(|| {
        let mut numbers = [u8::MAX; 26 * 26];
        for (number, code) in PLACES.iter().enumerate() {
            numbers[slot(code).expect("a code")] = number as u8;
        }
        numbers
    });
    let number = NUMBERS[slot(code)?];
    (number != u8::MAX).then_some(number.into())
}

fn slot(code: &str) -> Option<usize> {
    match code.as_bytes() {
        &[a @ b'A'..=b'Z', b @ b'A'..=b'Z'] => {
            Some(usize::from(a - b'A') * 26 + usize::from(b - b'A'))
        }
        _ => None,
    }
}

impl Row {
    /// Its name, with the version of its package in the lock file.
    pub fn titled(&self) -> String {
        let version = self.package.and_then(|package| {
            let (_, entry) = include_str!("../Cargo.lock")
                .split_once(&format!("name = \"{package}\"\nversion = \""))?;
            Some(entry.split_once('"')?.0)
        });
        version.map_or(self.name.to_owned(), |version| format!("{} ({version})", self.name))
    }
}
