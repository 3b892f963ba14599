//! Reads one entry from each line. A `#` at the beginning of a line or after a blank begins a comment.

use super::{Collector, Days};
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
    let may_be_hosts_file = collector.set.kind == SetKind::Domain;
    for (number, line) in (1..).zip(text.lines()) {
        let line = without_comment(line).trim();
        if line.is_empty() {
            continue;
        }
        if let Some(hosts) = hosts(line).filter(|_| may_be_hosts_file) {
            for host in hosts.filter(|host| !OWN_NAMES.contains(host)) {
                collector.add(number, host, (None, None));
            }
            continue;
        }
        match entry_and_days(line) {
            Ok((entry, days)) => collector.add(number, entry, days),
            Err(message) => collector.report(number, message),
        }
    }
}

/// The names on a line of a `hosts` file: such a line has an IP address, blanks and names.
fn hosts(line: &str) -> Option<impl Iterator<Item = &str>> {
    let mut words = line.split_whitespace();
    words.next()?.parse::<IpAddr>().ok()?;
    let mut names = words.peekable();
    names.peek().filter(|word| !matches!(**word, "from" | "until"))?;
    Some(names)
}

fn without_comment(line: &str) -> &str {
    let mut before_signs = line.match_indices('#').filter_map(|(at, _)| line.get(..at));
    before_signs.find(|before| !before.ends_with(|c: char| !c.is_whitespace())).unwrap_or(line)
}

fn entry_and_days(line: &str) -> Result<(&str, Days), String> {
    let (rest, until) = day_after(line, "until")?;
    let (entry, from) = day_after(rest, "from")?;
    Ok((entry, (from, until)))
}

/// Splits off a word and a day at the end of a line. If no digit follows the word, it belongs to the entry.
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
