//! A million authors with live counters, in each store and in Redis: `cargo bench -p lexloci-store --bench million`. Needs
//! the Debian packages `postgresql` and `redis-server`. `-- 100000` tries fewer authors.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark stops at the first error, and prints what it measured"
)]

#[path = "../tests/all/server.rs"]
mod server;

use lexloci::state::{
    Asked, Asks, Cause, CauseKey, Commit, Committed, Committing, CounterSpec, Delta, Entry,
    EntryDelta, Judging, Key, Kind, Known, LATEST, Line, Memory, Policy, Said, Store, Whom, Window,
};
use lexloci::{Instant, Text};
use lexloci_store::{Archive, Sqlite};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How many entries each author has at first.
const EACH: u64 = 2;
/// How long something is done to measure it.
const TIME: Duration = Duration::from_secs(3);
const BATCH: usize = 500;
const DAY: i128 = 86_400_000_000_000;

fn at(nanos: i128) -> Instant {
    Instant::from_unix_nanos(1_796_083_200_000_000_000 + nanos).unwrap()
}

fn author(number: u64) -> String {
    format!("tg:{}", 100_000_000 + number)
}

fn record(number: u64) -> String {
    format!("tg:-1001234567890/{number}")
}

fn key(author: &str, item: &str) -> Key {
    let of = format!("[\"{author}\"]").into();
    Key { kind: Kind::Counter, item: item.into(), shadow: false, of }
}

fn entry(at: Instant, value: Option<Text>) -> Entry {
    let cause = Cause { certain: Some(Said { at, value, weight: 1 }), ..Cause::default() };
    Entry { causes: [(CauseKey::default(), cause)].into(), ..Entry::default() }
}

fn spec(item: &str) -> CounterSpec {
    CounterSpec {
        item: item.into(),
        shadow: false,
        meaning: "9f86d081884c7d659a2feaa0c55ad015".into(),
        keeps: 90 * DAY,
        policy: Policy::UntilReversed,
    }
}

fn counter_line(item: &str) -> Line {
    let CounterSpec { item, shadow, meaning, policy, .. } = spec(item);
    let keeps = i64::try_from(90 * DAY).ok();
    Line::Counter { item, shadow, meaning, policy, keeps, known: Known::All, in_service: true }
}

/// The entries with which all begin: each author has some in the last 80 days.
fn lines(authors: u64) -> impl Iterator<Item = Line> {
    let counters = ["eu.violations", "eu.copies"].map(counter_line);
    let entries = (0..authors * EACH).map(move |number| {
        let author = author(number % authors);
        let instant = at(-80 * DAY + i128::from(number) * 80 * DAY / i128::from(authors * EACH));
        Line::Entry {
            key: key(&author, "eu.violations"),
            meaning: spec("eu.violations").meaning,
            policy: Policy::UntilReversed,
            record: record(number).into(),
            author: Some(author.as_str().into()),
            entry: entry(instant, None),
        }
    });
    counters.into_iter().chain(entries)
}

fn asks(author: &str, record: &str, item: &str) -> Asks {
    let spec = spec(item);
    let asked = Asked::Count {
        meaning: spec.meaning,
        window: Window { after: at(-90 * DAY), until: at(DAY) },
        since: at(-100 * DAY),
        policy: spec.policy,
        distinct: item == "eu.copies",
        value: None,
    };
    Asks { record: record.into(), asked: [(key(author, item), asked)].into() }
}

/// Does something with growing numbers for some time. Returns how often it was done a second, times `each`.
fn rate(each: usize, mut run: impl FnMut(u64)) -> f64 {
    let begin = std::time::Instant::now();
    let mut number = 0;
    while begin.elapsed() < TIME {
        run(number);
        number += 1;
    }
    number as f64 * each as f64 / begin.elapsed().as_secs_f64()
}

/// Numbers that jump about.
fn some_author(number: u64, authors: u64) -> String {
    author(number.wrapping_mul(2_654_435_761) % authors)
}

/// What is measured of a store.
#[derive(Default)]
struct Row {
    name: &'static str,
    disk: Option<f64>,
    memory: Option<f64>,
    read_batch: f64,
    read_single: f64,
    apply_batch: f64,
    apply_single: f64,
}

fn print(rows: &[Row]) {
    println!(
        "| store | bytes an entry on disk | in memory | reads/s in batches of {BATCH} | singly | applies/s in batches of {BATCH} | singly |"
    );
    println!("|---|---|---|---|---|---|---|");
    for row in rows {
        let bytes =
            |bytes: Option<f64>| bytes.map_or("–".to_owned(), |bytes| format!("{bytes:.0}"));
        println!(
            "| {} | {} | {} | {:.0} | {:.0} | {:.0} | {:.0} |",
            row.name,
            bytes(row.disk),
            bytes(row.memory),
            row.read_batch,
            row.read_single,
            row.apply_batch,
            row.apply_single
        );
    }
}

fn judging(number: u64, author: &str) -> Judging {
    let instant = at(i128::from(number) * 1_000);
    Judging {
        record: record(1_000_000_000 + number).into(),
        version: Some(instant),
        digest: "a".repeat(64).into(),
        ruleset: "b".repeat(64).into(),
        at: instant,
        author: Some(author.into()),
    }
}

/// A decision of usual size.
fn decided() -> String {
    format!("{{\"decision\":\"{}\"}}", "x".repeat(500))
}

/// Judgings that each add an entry, with a log line of usual size, or leave nothing behind.
fn commit(store: &mut dyn Store, first: u64, count: usize, authors: Option<u64>) {
    let judged: Vec<(Judging, Delta)> = (first..first + count as u64)
        .map(|number| {
            let author = some_author(number, authors.unwrap_or(1));
            let judging = judging(number, &author);
            let spec = spec("eu.violations");
            let entries = authors.iter().map(|_| EntryDelta {
                key: key(&author, "eu.violations"),
                meaning: spec.meaning.clone(),
                policy: spec.policy,
                entry: entry(judging.at, None),
            });
            let delta = Delta { entries: entries.collect(), ..Delta::default() };
            (judging, delta)
        })
        .collect();
    let read = BTreeMap::new();
    let decided: Text = decided().into();
    let judgings = judged.iter().map(|(judging, delta)| {
        let (decided, state) = (decided.clone(), "[]".into());
        Committing { judging, delta, read: &read, decided, state, outbox: vec![] }
    });
    let batch = Commit { judgings: judgings.collect(), position: None };
    let Committed::Kept(kept) = store.commit(&batch).unwrap() else { panic!("refused") };
    assert!(kept.iter().all(|is_new| *is_new));
}

fn measure(name: &'static str, store: &mut dyn Store, authors: u64) -> Row {
    let asked = |number| asks(&some_author(number, authors), "tg:asker", "eu.violations");
    let read_batch = rate(BATCH, |number| {
        let first = number * BATCH as u64;
        let asks: Vec<_> = (first..first + BATCH as u64).map(asked).collect();
        assert_eq!(store.read(&asks).unwrap().len(), BATCH);
    });
    let read_single = rate(1, |number| assert_eq!(store.read(&[asked(number)]).unwrap().len(), 1));
    let mut next = 0;
    let apply_batch = rate(BATCH, |_| {
        commit(store, next, BATCH, Some(authors));
        next += BATCH as u64;
    });
    let apply_single = rate(1, |_| {
        commit(store, next, 1, Some(authors));
        next += 1;
    });
    // Where time goes: the same without entries.
    let log_batch = rate(BATCH, |_| {
        commit(store, next, BATCH, None);
        next += BATCH as u64;
    });
    let log_single = rate(1, |_| {
        commit(store, next, 1, None);
        next += 1;
    });
    println!(
        "{name}: judgings/s that leave nothing behind: {log_batch:.0} in batches, {log_single:.0} singly"
    );
    Row { name, read_batch, read_single, apply_batch, apply_single, ..Row::default() }
}

/// The memory of this process, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    status.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

/// How long a read of a key takes, by the number of its entries.
fn growth(name: &str, fill: &mut dyn FnMut(&mut dyn Iterator<Item = Line>) -> Box<dyn Store>) {
    for item in ["eu.violations", "eu.copies"] {
        let counts = [10_u64, 100, 1_000, 10_000];
        let mut lines =
            [counter_line(item)].into_iter().chain(counts.into_iter().flat_map(|count| {
                (0..count).map(move |number| Line::Entry {
                    key: key(&format!("tg:{count}"), item),
                    meaning: spec(item).meaning,
                    policy: Policy::UntilReversed,
                    record: record(number).into(),
                    author: None,
                    entry: entry(
                        at(-DAY + i128::from(number)),
                        Some(number.to_string().as_str().into()),
                    ),
                })
            }));
        let mut store = fill(&mut lines);
        for count in counts {
            let asks = [asks(&format!("tg:{count}"), "tg:asker", item)];
            let reads = rate(1, |_| assert_eq!(store.read(&asks).unwrap().len(), 1));
            println!("{name} {item}: {count} entries: {:.1} µs a read", 1e6 / reads);
        }
    }
}

/// A Redis server of our own.
struct Redis {
    folder: tempfile::TempDir,
    process: Child,
}

impl Redis {
    fn start(is_durable: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let mut command = Command::new("redis-server");
        command.args(["--port", "0", "--save", "", "--unixsocket"]).arg(&socket);
        command.arg("--dir").arg(folder.path());
        if is_durable {
            command.args(["--appendonly", "yes", "--appendfsync", "always"]);
        }
        let process = command.stdout(Stdio::null()).spawn().unwrap();
        Self { folder, process }
    }

    fn connect(&self) -> redis::Connection {
        let address = format!("redis+unix://{}", self.folder.path().join("socket").display());
        let client = redis::Client::open(address).unwrap();
        loop {
            if let Ok(connection) = client.get_connection() {
                return connection;
            }
            std::thread::yield_now();
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The number of entries, that of the asker, and the latest others.
type Answer = (u64, Option<String>, Vec<(String, f64)>);

/// Three values a question.
fn answers(values: Vec<redis::Value>) -> Vec<Answer> {
    let answers = values
        .chunks(3)
        .map(|three| redis::from_redis_value(redis::Value::Array(three.to_vec())).unwrap());
    answers.collect()
}

fn redis(name: &'static str, authors: u64, is_durable: bool) -> Row {
    let server = Redis::start(is_durable);
    let mut connection = server.connect();
    let score = |instant: Instant| (instant.unix_nanos() / 1_000_000).to_string();
    let name_of = |author: &str| format!("eu.violations:{author}");
    let used = |connection: &mut redis::Connection| {
        let info: String = redis::cmd("INFO").arg("memory").query(connection).unwrap();
        let line = info.lines().find_map(|line| line.strip_prefix("used_memory:")).unwrap();
        line.trim().parse::<f64>().unwrap()
    };
    let empty = used(&mut connection);
    let mut pipe = redis::pipe();
    for (number, line) in lines(authors).skip(2).enumerate() {
        let Line::Entry { key, record, entry, .. } = line else { panic!("no entry") };
        let at = entry.last().unwrap();
        let author = key.of.trim_matches(['[', ']', '"']).to_owned();
        pipe.cmd("ZADD").arg(name_of(&author)).arg(score(at)).arg(&*record).ignore();
        if number % 10_000 == 9_999 {
            pipe.query::<()>(&mut connection).unwrap();
            pipe.clear();
        }
    }
    if !pipe.is_empty() {
        pipe.query::<()>(&mut connection).unwrap();
    }
    let entries = (authors * EACH) as f64;
    let memory = Some((used(&mut connection) - empty) / entries);
    redis::cmd("SAVE").query::<()>(&mut connection).unwrap();
    let dump = std::fs::metadata(server.folder.path().join("dump.rdb")).unwrap().len();
    let (after, until) = (score(at(-90 * DAY)), score(at(DAY)));
    // What the stores answer: the number, the entry of the asker, and the latest sixteen others.
    let mut read = |first: u64, count: usize| {
        let mut pipe = redis::pipe();
        let after = format!("({after}");
        for number in first..first + count as u64 {
            let name = name_of(&some_author(number, authors));
            pipe.cmd("ZCOUNT").arg(&name).arg(&after).arg(&until);
            pipe.cmd("ZSCORE").arg(&name).arg("tg:asker");
            pipe.cmd("ZREVRANGEBYSCORE").arg(&name).arg(&until).arg(&after);
            pipe.arg("WITHSCORES").arg("LIMIT").arg(0).arg(LATEST + 1);
        }
        let found: Vec<Answer> =
            pipe.query::<Vec<redis::Value>>(&mut connection).map(answers).unwrap();
        assert_eq!(found.len(), count);
    };
    let read_batch = rate(BATCH, |number| read(number * BATCH as u64, BATCH));
    let read_single = rate(1, |number| read(number, 1));
    let mut next = 0;
    // What the stores keep: a line of the log, once for each judging, and the entry, all of a batch or nothing.
    let mut apply = |count: usize| {
        let mut pipe = redis::pipe();
        pipe.atomic();
        for number in next..next + count as u64 {
            let judging = judging(number, &some_author(number, authors));
            let author = judging.author.as_deref().unwrap();
            let line =
                serde_json::json!({ "judging": judging, "decided": decided(), "state": "[]" });
            let name = format!("judging:{}:{}", judging.record, judging.at);
            pipe.cmd("SET").arg(name).arg(line.to_string()).arg("NX").ignore();
            pipe.cmd("ZADD").arg(name_of(author)).arg(score(judging.at)).arg(&*judging.record);
        }
        let added: Vec<u64> = pipe.query(&mut connection).unwrap();
        assert_eq!(added.iter().sum::<u64>(), count as u64);
        next += count as u64;
    };
    let apply_batch = rate(BATCH, |_| apply(BATCH));
    let apply_single = rate(1, |_| apply(1));
    let disk = Some(dump as f64 / entries);
    Row { name, disk, memory, read_batch, read_single, apply_batch, apply_single }
}

fn size(path: &Path) -> f64 {
    std::fs::metadata(path).unwrap().len() as f64
}

fn main() {
    let authors = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let entries = (authors * EACH) as f64;
    println!("{authors} authors, {EACH} entries each");
    let mut rows = vec![];
    {
        // Entries in memory are large.
        let authors = authors / 10;
        let before = resident();
        let mut store = Memory::new(None);
        store.adopt(&[spec("eu.violations")]).unwrap();
        for line in lines(authors) {
            if let Line::Entry { key, meaning, policy, record, entry, .. } = line {
                let entries = vec![EntryDelta { key, meaning, policy, entry }];
                store.join(&record, &Delta { entries, ..Delta::default() });
            }
        }
        let memory = Some((resident() - before) as f64 / (authors * EACH) as f64);
        rows.push(Row { memory, ..measure("memory, a tenth of the authors", &mut store, authors) });
    }
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        let before = resident();
        let mut store = Sqlite::open(&path, None).unwrap();
        let begin = std::time::Instant::now();
        store.fill(&mut lines(authors).map(Ok)).unwrap();
        println!("sqlite: filled in {:.1?}", begin.elapsed());
        drop(store);
        let disk = Some(size(&path) / entries);
        let mut store = Sqlite::open(&path, None).unwrap();
        let row = measure("SQLite", &mut store, authors);
        println!("sqlite: {:.0} MB of memory", resident().saturating_sub(before) as f64 / 1e6);
        let begin = std::time::Instant::now();
        let erased = store.forget(&Whom::Author(author(1).into())).unwrap();
        assert!(erased.entries > 0);
        let megabytes = size(&path) / 1e6;
        println!("sqlite: an author forgotten in {:.1?}, {megabytes:.0} MB", begin.elapsed());
        rows.push(Row { disk, ..row });
        growth("sqlite", &mut |lines| {
            let mut store = Sqlite::open(":memory:", None).unwrap();
            store.fill(&mut lines.map(Ok)).unwrap();
            Box::new(store)
        });
    }
    let settings = ["shared_buffers=512MB", "max_wal_size=4GB", "work_mem=64MB"];
    if let Some(server) = server::Server::start(&settings) {
        let mut store = server.store("million", None);
        let begin = std::time::Instant::now();
        store.fill(&mut lines(authors).map(Ok)).unwrap();
        println!("postgres: filled in {:.1?}", begin.elapsed());
        let mut client = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
        client.batch_execute("VACUUM ANALYZE").unwrap();
        let sql = "SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c JOIN \
                   pg_namespace n ON n.oid = c.relnamespace WHERE nspname = 'million' AND relkind = 'r'";
        let bytes: i64 = client.query_one(sql, &[]).unwrap().get(0);
        let disk = Some(bytes as f64 / entries);
        rows.push(Row { disk, ..measure("PostgreSQL", &mut store, authors) });
        let mut number = 0;
        growth("postgres", &mut |lines| {
            number += 1;
            let mut store = server.store(&format!("growth{number}"), None);
            store.fill(&mut lines.map(Ok)).unwrap();
            client.batch_execute("ANALYZE").unwrap();
            Box::new(store)
        });
    }
    rows.push(redis("Redis, not on disk", authors, false));
    rows.push(redis("Redis, each write on disk", authors, true));
    print(&rows);
}
