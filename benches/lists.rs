//! Sets as large as real feeds: how long a list takes to load, how much memory an entry needs, how fast values are found,
//! and whether hostile values and texts take linear time. `cargo bench --bench lists`.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use lexloci::lists::{Layout, List, Set, SetKind};
use lexloci::{Compiler, Day, Instant, Place, State};
use std::collections::HashSet;
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant as Clock};

const DOMAINS: usize = 1_000_000;
const WORDS: usize = 200_000;
const LOOKUPS: usize = 1_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let domains = domains(DOMAINS);
    let words = words(WORDS);
    println!(
        "| set | entries | load, s | bytes of file an entry | bytes of memory an entry | lookups a second, hits | misses |"
    );
    println!("|---|---|---|---|---|---|---|");
    of_kind("domain", SetKind::Domain, &domains, |entry| format!("login.{entry}"))?;
    of_kind("text, Cyrillic", SetKind::Text, &words, str::to_uppercase)?;
    baseline(&domains);
    whole_rule_set(&domains)?;
    println!("\n| hostile input, doubled from 64 to 128 KiB | times as long |");
    println!("|---|---|");
    lookups_stay_linear()?;
    extraction_stays_linear()?;
    Ok(())
}

/// Prints one row: reads a list like a file, then looks up entries and values that are not in it. `variant` writes an entry
/// in another way that must be found too.
fn of_kind(
    name: &str,
    kind: SetKind,
    entries: &[String],
    variant: impl Fn(&str) -> String,
) -> Result<(), Box<dyn Error>> {
    let file = entries.join("\n");
    let (load, set) = best(3, || {
        let mut set = Set::new("bench".to_owned(), kind);
        let list = List { name: name.to_owned(), ..List::default() };
        let read = set.read(list, &file, &Layout::Lines);
        assert!(read.is_ok_and(|read| read.broken.count == 0));
        set
    });
    let step = (entries.len() / LOOKUPS).max(1);
    let hits: Vec<String> = entries.iter().step_by(step).map(|entry| variant(entry)).collect();
    let misses: Vec<String> = hits.iter().map(|hit| format!("{hit}x")).collect();
    let day = Day::parse("2026-01-01")?;
    let found =
        |values: &[String]| values.iter().filter(|value| set.find(value, day).is_some()).count();
    let (hit_time, hit_count) = best(3, || found(&hits));
    let (miss_time, miss_count) = best(3, || found(&misses));
    assert_eq!((hit_count, miss_count), (hits.len(), 0));
    println!(
        "| {name} | {} | {:.2} | {:.1} | {:.1} | {:.0} | {:.0} |",
        set.len(),
        load.as_secs_f64(),
        ratio(file.len(), set.len()),
        ratio(set.bytes(), set.len()),
        hits.len() as f64 / hit_time.as_secs_f64(),
        misses.len() as f64 / miss_time.as_secs_f64(),
    );
    Ok(())
}

/// The obvious way, for comparison: a table of strings that finds only equal strings.
fn baseline(entries: &[String]) {
    let file = entries.join("\n");
    let (load, set) = best(3, || file.lines().map(str::to_owned).collect::<HashSet<String>>());
    let (time, found) = best(3, || entries.iter().filter(|entry| set.contains(*entry)).count());
    assert_eq!(found, entries.len());
    // A string has three words in the table, and a block of memory for its letters.
    let bytes: usize =
        set.iter().map(|entry| (entry.len() + 8).next_multiple_of(16)).sum::<usize>()
            + set.capacity() * (size_of::<String>() + 1) * 8 / 7;
    println!(
        "| `HashSet<String>`, exact | {} | {:.2} | {:.1} | {:.1} | {:.0} | |",
        set.len(),
        load.as_secs_f64(),
        ratio(file.len(), set.len()),
        ratio(bytes, set.len()),
        entries.len() as f64 / time.as_secs_f64(),
    );
}

/// Compiles a rule set with a long list, as a host does.
fn whole_rule_set(entries: &[String]) -> Result<(), Box<dyn Error>> {
    let rules = "jurisdiction WORLD { zone \"UTC\" }\npolicy terms \"Terms\" {}\n\
        set listed: domain from \"lists/bench.txt\"\n\
        rule listed_link { basis terms  when any link in links where (link.host in listed)  then label }\n";
    let file = entries.join("\n");
    let compiler = Compiler::new().file("world.loci", rules).list("lists/bench.txt", file);
    let (time, set) = best(3, || compiler.clone().compile());
    let set = set?;
    let record = set.given("{ text: \"https://login.secure-0.com\" }")?;
    let at = Instant::parse("2026-01-01T00:00:00Z")?;
    let _ = black_box(set.evaluator().decide(&record, Place::WORLD, at, &State::default()));
    println!("\nA rule set with the list of domains compiles in {:.2} s.", time.as_secs_f64());
    Ok(())
}

fn lookups_stay_linear() -> Result<(), Box<dyn Error>> {
    let day = Day::parse("2026-01-01")?;
    for (kind, entry, piece) in [
        (SetKind::Domain, "a.example", "a."),
        (SetKind::Url, "a.example/x", "/a"),
        (SetKind::Text, "a", "a "),
    ] {
        let mut set = Set::new("bench".to_owned(), kind);
        let added = set.add(entry, None, None, None);
        assert_eq!(added, Ok(true));
        let set = &set;
        let prefix = if kind == SetKind::Url { "a.example" } else { "" };
        doubled(&format!("lookup of `{prefix}{piece}…`"), |bytes| {
            let value = format!("{prefix}{}", piece.repeat(bytes / piece.len()));
            move || {
                black_box(set.find(&value, day).is_some());
            }
        });
    }
    Ok(())
}

/// Extracting links, tags, wallets and numbers from a text, which happens when a record is read.
fn extraction_stays_linear() -> Result<(), Box<dyn Error>> {
    let set =
        Compiler::new().file("world.loci", "jurisdiction WORLD { zone \"UTC\" }").compile()?;
    for piece in [
        "a.b ",
        "a.",
        "a@",
        "a.@",
        "@a.kz",
        "http://",
        "hxxp://a[.]b ",
        "[.]",
        "tg://",
        ":a.kz:",
        "+7 ",
        "1 ",
        "1-",
        "#a",
        "#a#",
        "$A@abc",
        "/a@b",
        "0:",
        "0x",
        "a:b/",
        "EQ/",
        ".ton",
        "a.ton/",
        "ж.рф/(",
        "(at) ",
    ] {
        doubled(&format!("texts of `{piece}`"), |bytes| {
            let record = format!("{{ text: \"{}\" }}", piece.repeat(bytes / piece.len()));
            let set = set.clone();
            move || {
                black_box(set.given(&record).is_ok());
            }
        });
    }
    Ok(())
}

/// Prints how many times as long an input of twice the size takes. `prepare` makes the run for a size.
fn doubled<F: FnMut()>(name: &str, prepare: impl Fn(usize) -> F) {
    let time = |bytes: usize| {
        let mut run = prepare(bytes);
        best(5, &mut run).0.as_secs_f64().max(1e-7)
    };
    let (once, twice) = (time(64 << 10), time(128 << 10));
    println!("| {name} | {:.2} |", twice / once);
}

/// The time of the shortest of several runs, and the result of the last.
fn best<T>(runs: usize, mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut timed = || {
        let start = Clock::now();
        let result = run();
        (start.elapsed(), result)
    };
    let (mut shortest, mut result) = timed();
    for _ in 1..runs {
        let (time, next) = timed();
        shortest = shortest.min(time);
        result = next;
    }
    (shortest, result)
}

fn ratio(bytes: usize, entries: usize) -> f64 {
    bytes as f64 / entries as f64
}

/// Names like those of phishing lists: 19 bytes on average, two to four labels.
fn domains(count: usize) -> Vec<String> {
    const PARTS: [&str; 12] = [
        "secure", "login", "wallet", "bonus", "kaspi", "ton", "airdrop", "gift", "pay", "bank",
        "claim", "support",
    ];
    const SUFFIXES: [&str; 8] =
        ["com", "net", "xyz", "top", "shop", "co.uk", "com.ru", "pages.dev"];
    let mut state = 1_u64;
    let mut draw = |below: usize| {
        // A linear congruential generator (Knuth's MMIX): the same names each time.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    (0..count)
        .map(|number| {
            let one = PARTS.get(draw(PARTS.len())).copied().unwrap_or_default();
            let suffix = SUFFIXES.get(draw(SUFFIXES.len())).copied().unwrap_or_default();
            format!("{one}-{number:x}.{suffix}")
        })
        .collect()
}

fn words(count: usize) -> Vec<String> {
    const SYLLABLES: [&str; 20] = [
        "па", "сив", "ный", "до", "ход", "ин", "ве", "сти", "ци", "я", "қа", "ғым", "ты", "лар",
        "ға", "нің", "бас", "қы", "рил", "мен",
    ];
    (0..count)
        .map(|number| {
            let digits = [
                number % 20,
                number / 20 % 20,
                number / 400 % 20,
                number / 8000 % 20,
                number / 160_000,
            ];
            digits.iter().filter_map(|digit| SYLLABLES.get(*digit)).copied().collect()
        })
        .collect()
}
