//! Sets of known things, from files or written inline, with dated entries: what `in` asks.

use crate::limits;
use crate::text::folded;
use crate::time::Day;
use std::collections::{BTreeSet, HashMap, HashSet};
use url::{Host, Url};

/// What the entries of a set are, which decides how they are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// Any text, compared whole, folded as words are, with single spaces.
    Text,
    /// A host and all below it; `*.` before it changes nothing. Compared in the ASCII form of IDNA.
    Domain,
    /// A URL in the normal form of the WHATWG standard.
    Url,
    /// An address of a ledger. Those whose letters may be of either case (hexadecimal, bech32) are compared in
    /// lower case, others as written.
    Wallet,
    /// A digest or perceptual hash in hexadecimal.
    Hash,
    /// The digits of a telephone, card or account number.
    Number,
}

/// Known things of one kind.
#[derive(Clone, Debug)]
pub struct Set {
    /// `kz.scam_hosts`
    pub id: String,
    /// What its entries are.
    pub kind: SetKind,
    always: HashSet<Box<str>>,
    dated: HashMap<Box<str>, Vec<Interval>>,
    count: usize,
}

/// From a day, until another, which is no longer in it.
type Interval = (Option<Day>, Option<Day>);

/// A line of a list file that is no entry, or stands twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFault {
    /// From 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
    /// A second time the same entry: a warning only.
    pub duplicate: bool,
}

impl SetKind {
    /// Each kind and the word for it.
    pub const ALL: &[(&str, Self)] = &[
        ("text", Self::Text),
        ("domain", Self::Domain),
        ("url", Self::Url),
        ("wallet", Self::Wallet),
        ("hash", Self::Hash),
        ("number", Self::Number),
    ];
}

impl Set {
    /// An empty set.
    pub fn new(id: String, kind: SetKind) -> Self {
        Self { id, kind, always: HashSet::new(), dated: HashMap::new(), count: 0 }
    }

    /// Adds the entries of a file, one a line, optional `from DAY` and `until DAY` after the entry. A `#` that begins
    /// a line or follows a blank begins a comment. Lines that are no entry are left out and reported.
    pub fn read(&mut self, text: &str) -> Vec<ListFault> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut faults = vec![];
        for (number, line) in text.lines().enumerate() {
            let entry = without_comment(line).trim();
            if entry.is_empty() {
                continue;
            }
            let added = dated(entry).and_then(|(entry, from, until)| self.add(entry, from, until));
            let mut report = |message, duplicate| {
                faults.push(ListFault { line: number + 1, message, duplicate });
            };
            match added {
                Ok(true) => {}
                Ok(false) => report(format!("`{entry}` stands here a second time"), true),
                Err(message) => report(message, false),
            }
        }
        faults
    }

    /// Adds one entry. `Ok(false)` when it stood there already, with the same days. One entry may stand with several.
    ///
    /// # Errors
    /// What an entry of this kind looks like, when this is none; that it would never be in the set; that the set is
    /// full.
    pub fn add(
        &mut self,
        entry: &str,
        from: Option<Day>,
        until: Option<Day>,
    ) -> Result<bool, String> {
        if self.count >= limits::ENTRIES {
            return Err(format!("a set has at most {} entries", limits::ENTRIES));
        }
        if from.zip(until).is_some_and(|(from, until)| from >= until) {
            return Err(format!("`{entry}` ends before it begins"));
        }
        let key = self.kind.entry(entry)?;
        let is_new = if from.is_none() && until.is_none() {
            self.always.insert(key)
        } else {
            let intervals = self.dated.entry(key).or_default();
            let is_new = !intervals.contains(&(from, until));
            if is_new {
                intervals.push((from, until));
            }
            is_new
        };
        self.count += usize::from(is_new);
        Ok(is_new)
    }

    /// How many entries; one that stands with several intervals counts with each.
    pub fn len(&self) -> usize {
        self.count
    }

    /// The days on which an entry begins or ends, sorted.
    pub fn days(&self) -> BTreeSet<Day> {
        let ends = self.dated.values().flatten().flat_map(|(from, until)| [*from, *until]);
        ends.flatten().collect()
    }

    /// Whether a value is in the set on a day. For a domain, itself or a domain above it.
    pub fn contains(&self, value: &str, on: Day) -> bool {
        // A URL asked of a set of domains stands for its host.
        let host = value
            .contains("://")
            .then(|| Url::parse(value).ok()?.host_str().map(str::to_owned))
            .flatten();
        let value = host.as_deref().filter(|_| self.kind == SetKind::Domain).unwrap_or(value);
        let Ok(key) = self.kind.normal(value) else { return false };
        match self.kind {
            SetKind::Domain => {
                let below = key.match_indices('.').filter_map(|(dot, _)| key.get(dot + 1..));
                std::iter::once(&*key).chain(below).any(|domain| self.holds(domain, on))
            }
            _ => self.holds(&key, on),
        }
    }

    fn holds(&self, key: &str, on: Day) -> bool {
        let covers = |&(from, until): &Interval| {
            from.is_none_or(|from| from <= on) && until.is_none_or(|until| on < until)
        };
        self.always.contains(key)
            || self.dated.get(key).is_some_and(|intervals| intervals.iter().any(covers))
    }
}

impl SetKind {
    /// What stands in the set for an entry. More is asked of it than of a value.
    fn entry(self, entry: &str) -> Result<Box<str>, String> {
        let key = match self {
            Self::Domain => self.normal(entry.strip_prefix("*.").unwrap_or(entry))?,
            _ => self.normal(entry)?,
        };
        if self == Self::Domain && is_suffix(&key) {
            return Err(format!("`{entry}` is a public suffix: everybody can register below it"));
        }
        Ok(key)
    }

    /// The form in which values are compared.
    fn normal(self, value: &str) -> Result<Box<str>, String> {
        let value = value.trim();
        let wrong = |what: &str| Err(format!("`{value}` is not {what}"));
        let normal = match self {
            Self::Text => match folded(value) {
                text if text.is_empty() => return wrong("a text with something to see"),
                text => text,
            },
            Self::Domain => match Host::parse(value.strip_suffix('.').unwrap_or(value)) {
                Ok(host) if is_labels(&host) => host.to_string(),
                _ => return wrong("a domain: a host alone, without scheme or path"),
            },
            Self::Url => match Url::parse(value) {
                Ok(url) => url.into(),
                Err(_) => return wrong("a URL: it begins with a scheme, `https://`"),
            },
            Self::Wallet => match wallet(value) {
                Some(address) => address,
                None => return wrong("an address: letters, digits, `:`, `_` and `-`"),
            },
            Self::Hash if value.len() < 8 || !value.len().is_multiple_of(2) || !is_hex(value) => {
                return wrong("a hash: an even number of hexadecimal digits, at least 8");
            }
            Self::Hash => value.to_ascii_lowercase(),
            // A leading minus is a sign, as in the ids of chats; others stand between the digits of phone numbers.
            Self::Number => match value.replace([' ', '+', '-'], "") {
                digits if is_digits(&digits) && value.starts_with('-') => format!("-{digits}"),
                digits if is_digits(&digits) => digits,
                _ => return wrong("a number: digits, with blanks, `+` and `-` between at most"),
            },
        };
        Ok(normal.into())
    }
}

fn wallet(address: &str) -> Option<String> {
    let is_address = |b: u8| b.is_ascii_alphanumeric() || b":_-".contains(&b);
    if address.is_empty() || !address.bytes().all(is_address) {
        return None;
    }
    let lower = address.to_ascii_lowercase();
    // Ethereum's `0x…` and the raw form of TON, `0:…`; then the two human-readable parts of BIP 173 in use.
    let is_raw = |(_, digits): (&str, &str)| is_hex(digits);
    let either_case = lower.strip_prefix("0x").is_some_and(is_hex)
        || lower.split_once(':').is_some_and(is_raw)
        || lower.starts_with("bc1")
        || lower.starts_with("ltc1");
    Some(if either_case { lower } else { address.to_owned() })
}

/// Whether nothing but a suffix of the ICANN section of the public suffix list is there, or a name below no such
/// suffix. Hosts of the private section (`github.io`) are registered by somebody and may be listed.
fn is_suffix(domain: &str) -> bool {
    let is_public = |suffix: &psl::Suffix<'_>| suffix.typ() != Some(psl::Type::Private);
    psl::suffix(domain.as_bytes())
        .is_some_and(|suffix| is_public(&suffix) && suffix == domain.as_bytes())
}

/// The URL standard lets hosts pass that no name server knows.
fn is_labels(host: &Host) -> bool {
    match host {
        Host::Domain(domain) => {
            domain.split('.').all(|label| !label.is_empty() && !label.contains('*'))
        }
        _ => true,
    }
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
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

/// The day after a word that ends a line, and the line before it. Words that no number follows are the entry's own.
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

#[cfg(test)]
mod tests {
    use super::{Set, SetKind};
    use crate::time::Day;
    use proptest::prelude::{prop_assert, proptest};

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn set(kind: SetKind, text: &str) -> (Set, Vec<(usize, bool)>) {
        let mut set = Set::new("kz.test".to_owned(), kind);
        let faults =
            set.read(text).into_iter().map(|fault| (fault.line, fault.duplicate)).collect();
        (set, faults)
    }

    #[test]
    fn files_hold_entries_comments_and_days() {
        let file = "\u{feff}# head\r\nscam.kz\r\n\r\n  two.kz  # why\r\nscam.kz\r\n\
            old.kz from 2024-01-01 until 2025-01-01\r\nold.kz from 2026-01-01\r\n\
            bad.kz until 2024-02-30\r\nlate.kz from 2024-01-02 until 2024-01-02\r\nno entry\r\n\
            old.kz from 2026-01-01\nuntil.kz until\t2024-01-01";
        let (set, faults) = set(SetKind::Domain, file);
        assert_eq!(faults, [(5, true), (8, false), (9, false), (10, false), (11, true)]);
        assert_eq!(set.len(), 5);
        for (host, on, held) in [
            ("scam.kz", "2020-01-01", true),
            ("two.kz", "2020-01-01", true),
            ("old.kz", "2023-12-31", false),
            ("old.kz", "2024-01-01", true),
            ("old.kz", "2024-12-31", true),
            ("old.kz", "2025-01-01", false),
            ("a.old.kz", "2026-01-01", true),
            ("until.kz", "2023-12-31", true),
            ("until.kz", "2024-01-01", false),
        ] {
            assert_eq!(set.contains(host, day(on)), held, "{host} on {on}");
        }
    }

    #[test]
    fn values_are_compared_as_their_kind_is() {
        for (kind, entries, inside, outside) in [
            (
                SetKind::Text,
                "Free  Money #1\nwait until dawn\nC#",
                &["FREE money", "ｆｒｅｅ mo\u{ad}ney", "Wait until dawn", "c#"][..],
                &["free", "free money now", "сfree money"][..],
            ),
            (
                SetKind::Domain,
                "*.Example.COM.\nпример.рф\nuser.github.io\n192.0.2.7\ngithub.io",
                &[
                    "example.com",
                    "A.b.EXAMPLE.com.",
                    "xn--e1afmkfd.xn--p1ai",
                    "www.пример.рф",
                    "x.github.io",
                    "192.0.2.7",
                    "https://example.com/a?b=c",
                ],
                &[
                    "badexample.com",
                    "com",
                    "example.com.evil.net",
                    "192.0.2.8",
                    "",
                    "https://example.net/example.com",
                ],
            ),
            (
                SetKind::Url,
                "HTTPS://Example.com:443/a/../b?x=1",
                &["https://example.com/b?x=1"],
                &["https://example.com/b", "example.com/b?x=1"],
            ),
            (
                SetKind::Wallet,
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2\n0:CA6E",
                &[
                    "0x5AAEB6053F3E94C9b9A09f33669435E7Ef1BeAed",
                    "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
                    "0:ca6e",
                ],
                &["1bvbmseystwetqtfn5au4m4gfg7xjanvn2"],
            ),
            (
                SetKind::Hash,
                "D41D8CD98F00B204E9800998ECF8427E",
                &["d41d8cd98f00b204e9800998ecf8427e"],
                &["d41d"],
            ),
            (
                SetKind::Number,
                "+7 701 123-45-67",
                &["77011234567", "+7-701-1234567"],
                &["7701123456", "7701x"],
            ),
        ] {
            let (set, faults) = set(kind, entries);
            assert_eq!(faults, [], "{kind:?}");
            let today = day("2026-01-01");
            for value in inside {
                assert!(set.contains(value, today), "{value}");
            }
            for value in outside {
                assert!(!set.contains(value, today), "{value}");
            }
        }
    }

    #[test]
    fn what_is_no_entry_is_refused() {
        for (kind, entry) in [
            (SetKind::Text, "\u{200b}"),
            (SetKind::Domain, "https://example.com"),
            (SetKind::Domain, "example.com/path"),
            (SetKind::Domain, "two words.com"),
            (SetKind::Domain, "com"),
            (SetKind::Domain, "*.co.uk"),
            (SetKind::Domain, "рф."),
            (SetKind::Domain, "localhost"),
            (SetKind::Domain, "example..com"),
            (SetKind::Domain, "a.*.com"),
            (SetKind::Domain, "user@example.com"),
            (SetKind::Url, "example.com"),
            (SetKind::Wallet, "1BvB MSE"),
            (SetKind::Hash, "xyz"),
            (SetKind::Hash, "abc"),
            (SetKind::Number, "+"),
            (SetKind::Number, "12a"),
        ] {
            let mut set = Set::new("kz.test".to_owned(), kind);
            assert!(set.add(entry, None, None).is_err(), "{entry}");
            assert!(set.len() == 0);
        }
    }

    proptest! {
        #[test]
        fn any_file_reads_and_what_it_holds_is_found(text in "([a-z0-9.*#: \\n\u{feff}-]|from|until|2024-01-01){0,60}") {
            for &(_, kind) in SetKind::ALL {
                let (set, faults) = set(kind, &text);
                prop_assert!(faults.len() + set.len() <= text.lines().count());
            }
        }

        #[test]
        fn an_entry_holds_itself(entry in "[a-z]{1,9}\\.kz") {
            let mut set = Set::new("kz.test".to_owned(), SetKind::Domain);
            if set.add(&entry, None, None) == Ok(true) {
                let today = day("2026-01-01");
                prop_assert!(set.contains(&entry, today));
                let above = format!("x.{}", entry);
                let beside = format!("x{}", entry);
                prop_assert!(set.contains(&above, today));
                prop_assert!(!set.contains(&beside, today));
            }
        }
    }
}
