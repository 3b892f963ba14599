//! Reads one entry from each line. A `#` at the beginning of a line or after a blank begins a comment.

use super::{Collector, Row, number};
use crate::base::time::Day;
use crate::world::lists::SetKind;
use std::net::IpAddr;

/// Names in a `hosts` file that mean the machine itself.
const OWN_NAMES: &[&str] = &[
    "localhost",
    "localhost.localdomain",
    "local",
    "broadcasthost",
    "ip6-localhost",
    "ip6-loopback",
    "ip6-localnet",
    "ip6-mcastprefix",
    "ip6-allnodes",
    "ip6-allrouters",
    "ip6-allhosts",
    "0.0.0.0",
];

pub(super) fn read(text: &str, collector: &mut Collector<'_>) {
    let domains = collector.set.kind == SetKind::Domain;
    for (at, line) in text.lines().enumerate() {
        let (line_number, line) = (number(at + 1), without_comment(line).trim());
        if line.is_empty() {
            continue;
        }
        if let Some(hosts) = hosts(line).filter(|_| domains) {
            for entry in hosts.filter(|host| !OWN_NAMES.contains(host)) {
                collector.row(&Row { line: line_number, entry, from: None, until: None });
            }
            continue;
        }
        match dated(line) {
            Ok((entry, from, until)) => {
                collector.row(&Row { line: line_number, entry, from, until })
            }
            Err(message) => collector.broken(line_number, message),
        }
    }
}

/// The names on a line of a `hosts` file: an address, blanks, names.
fn hosts(line: &str) -> Option<impl Iterator<Item = &str>> {
    let mut words = line.split_whitespace();
    words.next()?.parse::<IpAddr>().ok()?;
    let mut names = words.peekable();
    names.peek().filter(|word| !matches!(**word, "from" | "until"))?;
    Some(names)
}

fn without_comment(line: &str) -> &str {
    let begins = |at: usize| {
        line.get(..at).is_some_and(|before| !before.ends_with(|c: char| !c.is_whitespace()))
    };
    let comment = line.match_indices('#').map(|(at, _)| at).find(|&at| begins(at));
    comment.and_then(|at| line.get(..at)).unwrap_or(line)
}

/// An entry and its days.
fn dated(line: &str) -> Result<(&str, Option<Day>, Option<Day>), String> {
    let (rest, until) = day_after(line, "until")?;
    let (rest, from) = day_after(rest, "from")?;
    Ok((rest, from, until))
}

/// The day after a word at the end of a line, and the line before the word. Without a number after it, the word belongs
/// to the entry.
fn day_after<'a>(line: &'a str, word: &str) -> Result<(&'a str, Option<Day>), String> {
    let mut words = line.rsplitn(3, char::is_whitespace);
    match (words.next(), words.next(), words.next()) {
        (Some(day), Some(before), Some(entry))
            if before == word && day.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            let day = Day::parse(day).map_err(|error| error.to_string())?;
            Ok((entry.trim_end(), Some(day)))
        }
        _ => Ok((line, None)),
    }
}
