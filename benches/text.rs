//! Finding words: a scan compared with plain automata, hostile texts, and the cost of large vocabularies.
//!
//! `cargo bench --bench text`. Messages and words come from `../shared/data` if it is there, else they are invented. Each
//! figure is the processor time of the fastest of several rounds, because other work on the machine can only make a round
//! slower. Only compare figures of one run.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::explicit_write,
    reason = "a benchmark may stop"
)]

use aho_corasick::AhoCorasick;
use daachorse::CharwiseDoubleArrayAhoCorasick;
use lexloci::text::{Matcher, Modifier, PhraseSource, Regex, Scanner, Scratch, Words};
use std::collections::{BTreeSet, HashMap};
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, io};

const ROUNDS: usize = 5;
/// The least seconds of a round.
const LEAST: f64 = 0.05;
/// The number of keywords: as many as the largest rule set in the benchmark of the engine has.
const KEYWORDS: usize = 23_388;

fn say(line: &str) {
    writeln!(io::stdout(), "{line}").unwrap();
}

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(path)
}

/// The seconds of processor time that this thread has used, so that other work on the machine does not count. Linux states
/// them in nanoseconds. On other systems these are the seconds since an instant.
fn used(since: Instant) -> f64 {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = statistics.and_then(|numbers| numbers.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or(since.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

fn timed<R>(run: impl FnOnce() -> R) -> f64 {
    let since = Instant::now();
    let before = used(since);
    black_box(run());
    used(since) - before
}

/// How many runs make a round long enough to be measured.
fn runs_for_a_round<R>(mut run: impl FnMut() -> R) -> u32 {
    let mut runs = 1;
    while timed(|| (0..runs).for_each(|_| drop(black_box(run())))) < LEAST && runs < 1 << 20 {
        runs *= 2;
    }
    runs
}

/// Seconds of one run, in the fastest of several rounds.
fn best<R>(mut run: impl FnMut() -> R) -> f64 {
    let runs = runs_for_a_round(&mut run);
    let round = |_| timed(|| (0..runs).for_each(|_| drop(black_box(run())))) / f64::from(runs);
    (0..ROUNDS).map(round).fold(f64::MAX, f64::min)
}

/// Seconds of a run on the whole text, and how many times as long as on half of it: the median of rounds of both in turn.
fn doubled<R>(half: &str, whole: &str, mut run: impl FnMut(&str) -> R) -> (f64, f64) {
    let runs = runs_for_a_round(|| run(half));
    let mut round =
        |text: &str| timed(|| (0..runs).for_each(|_| drop(black_box(run(text))))) / f64::from(runs);
    let mut ratios: Vec<(f64, f64)> = (0..ROUNDS)
        .map(|_| {
            let (half, whole) = (round(half), round(whole));
            (whole / half, whole)
        })
        .collect();
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, whole) = ratios[ROUNDS / 2];
    (whole, ratio)
}

fn messages() -> Vec<String> {
    let Ok(folder) = fs::read_dir(data("messages")) else {
        say("no data: messages are made up");
        let text = |n: usize| format!("Сообщение номер {n} about something: жақсы күн, déjà vu!");
        return (0..10_000).map(text).collect();
    };
    let mut all = vec![];
    for path in folder.map(|entry| entry.unwrap().path()) {
        for line in fs::read_to_string(path).unwrap().lines() {
            let message: serde_json::Value = serde_json::from_str(line).unwrap();
            all.push(message["text"].as_str().unwrap().to_owned());
        }
    }
    all
}

/// Words of public lists that are in at most three messages, so that hits are as rare as in service.
fn keywords(messages: &[String]) -> Vec<String> {
    let mut words = BTreeSet::new();
    for language in ["ru", "fr", "de", "tr", "uk", "es", "pl", "en"] {
        let path = data("lists/words/ldnoobw_v2").join(format!("{language}.txt"));
        let list = fs::read_to_string(path).unwrap_or_default();
        let plain = |word: &&str| !word.is_empty() && word.chars().all(char::is_alphabetic);
        words.extend(list.lines().map(str::trim).filter(plain).map(str::to_lowercase));
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    for message in messages {
        let distinct: BTreeSet<String> =
            Words::of(message).iter().map(|(_, word)| word.to_owned()).collect();
        distinct.into_iter().for_each(|word| *seen.entry(word).or_default() += 1);
    }
    words.retain(|word| seen.get(word).is_none_or(|count| *count <= 3));
    let made_up = (0..KEYWORDS).map(|n| format!("слово{n}"));
    words.into_iter().chain(made_up).take(KEYWORDS).collect()
}

fn matcher(raw: &str, modifier: Modifier) -> Matcher {
    let source = PhraseSource { modifier, language: None, pieces: vec![raw], gaps: vec![] };
    Matcher::compile(&[source]).0
}

fn throughput(messages: &[String], keywords: &[String]) {
    let bytes: usize = messages.iter().map(String::len).sum();
    say(&format!("{} messages of {} bytes on average", messages.len(), bytes / messages.len()));
    let report = |name: &str, seconds: f64, base: f64| {
        let per_message = seconds * 1e9 / messages.len() as f64;
        let rate = bytes as f64 / seconds / 1e6;
        say(&format!("| {name} | {per_message:.0} | {rate:.0} | {:.2} |", seconds / base));
    };
    let folded: Vec<String> =
        messages.iter().map(|text| Words::of(text).folded().to_owned()).collect();
    let double = CharwiseDoubleArrayAhoCorasick::<u32>::new(keywords).unwrap();
    let automaton = AhoCorasick::new(keywords).unwrap();
    let base = best(|| {
        folded.iter().map(|text| double.find_overlapping_iter(text).count()).sum::<usize>()
    });
    let plain = best(|| {
        folded.iter().map(|text| automaton.find_overlapping_iter(text).count()).sum::<usize>()
    });
    say("| what | ns a message | MB/s | to daachorse |\n|---|---|---|---|");
    report("daachorse, charwise, on folded text", base, base);
    report("aho-corasick on folded text", plain, base);
    for (name, star, modifier) in [
        ("scan, whole words", "", Modifier::Plain),
        ("scan, beginnings of words", "*", Modifier::Plain),
        ("scan, `loose`", "", Modifier::Loose),
    ] {
        let matchers: Vec<Matcher> =
            keywords.iter().map(|word| matcher(&format!("{word}{star}"), modifier)).collect();
        let scanner = Scanner::new(matchers.iter());
        let mut scratch = Scratch::default();
        let mut hits = 0;
        let seconds = best(|| {
            hits = 0;
            messages.iter().for_each(|text| scanner.scan(text, &mut scratch, &mut |_| hits += 1));
        });
        let hits = f64::from(hits) / messages.len() as f64;
        report(&format!("{name} ({hits:.2} found in each)"), seconds, base);
    }
    let whole: Vec<Matcher> = keywords.iter().map(|word| matcher(word, Modifier::Plain)).collect();
    for raw in ["# участников", "#% в день", "#"] {
        let number = matcher(raw, Modifier::Plain);
        let scanner = Scanner::new(whole.iter().chain([&number]));
        let mut scratch = Scratch::default();
        let seconds = best(|| {
            messages.iter().for_each(|text| scanner.scan(text, &mut scratch, &mut |_| ()));
        });
        report(&format!("scan, whole words and `{raw}`"), seconds, base);
    }
    report(
        "`Words`, the specification's own folding",
        best(|| messages.iter().map(|text| Words::of(text).iter().count()).sum::<usize>()),
        base,
    );
}

/// Prints how times grow with hostile texts. Twice the text should take at most 2.3 times as long.
fn growth() {
    let phrases = ["start* of", "a ..9.. b", "c", "казино", "🔥🔥", "word word word x"];
    let mut matchers: Vec<Matcher> =
        phrases.iter().map(|raw| matcher(raw, Modifier::Plain)).collect();
    matchers
        .extend(["casino", "казино*", "b1g b1g"].iter().map(|raw| matcher(raw, Modifier::Loose)));
    let scanner = Scanner::new(matchers.iter());
    let mut scratch = Scratch::default();
    say(
        "\n| text, 128 and 256 KiB | scan | find | scan doubled | find doubled |\n|---|---|---|---|---|",
    );
    for (name, unit) in [
        ("zalgo", "z\u{30d}\u{334}\u{323}\u{351}"),
        ("one letter", "a"),
        ("marks", "\u{301}"),
        ("mixed scripts", "аa"),
        ("letters apart", "c a s "),
        ("leetspeak", "b1g "),
        ("signs", "🔥!"),
        ("phrase begun", "word "),
        ("gaps", "a x "),
        ("zero width", "\u{200b}"),
        ("ideographs", "虚拟货币"),
        ("beginnings", "start "),
        ("no space", "казино,"),
        ("hard, no space", "к한"),
    ] {
        let text = |bytes: usize| unit.repeat(bytes / unit.len());
        let (half, whole) = (text(128 << 10), text(256 << 10));
        let (scan, scan_ratio) =
            doubled(&half, &whole, |text| scanner.scan(text, &mut scratch, &mut |_| {}));
        let (find, find_ratio) = doubled(&half, &whole, |text| {
            let words = Words::of(text);
            matchers.iter().map(|matcher| matcher.find(&words).len()).sum::<usize>()
        });
        say(&format!(
            "| {name} | {:.1} ms | {:.1} ms | {scan_ratio:.2} | {find_ratio:.2} |",
            scan * 1e3,
            find * 1e3,
        ));
    }
}

/// Prints how long all matches of regular expressions take in an ordinary message, and how the time grows where each search
/// of an automaton would read the whole text.
fn regular() {
    let message = "Уважаемые коллеги, 12 мая в 10:30 будет встреча о crypto wallet USDT-TRC20, пишите +7 701 000! ";
    let message: String = message.chars().cycle().take(1_900).collect();
    say("\n| regular expression, a message of 1,900 characters | matches | µs |\n|---|---|---|");
    for source in [
        r"\w+",
        r"\p{L}{3,20}",
        r"[а-я]+",
        r"\S+@\S+|\S+",
        r"\b[A-Z]{2,5}\b",
        r"\d+",
        r"(?i)usdt|wallet",
        ".",
    ] {
        let regex = Regex::compile(source).unwrap();
        let count = regex.find(&message, usize::MAX).len();
        let seconds = best(|| regex.find(&message, usize::MAX));
        say(&format!("| `{source}` | {count} | {:.0} |", seconds * 1e6));
    }
    say("\n| regular expression, 64 and 128 KiB | time | doubled |\n|---|---|---|");
    for (source, unit) in [
        (r"\w+", "слово "),
        (r"\p{L}{3,20}", "слово "),
        (".*[^A-Z]|[A-Z]", "A"),
        (r"(\w+\s)*!|\w", "слово "),
        (r"a.*?b|a", "a "),
    ] {
        let regex = Regex::compile(source).unwrap();
        let text = |bytes: usize| unit.repeat(bytes / unit.len());
        let (time, ratio) =
            doubled(&text(64 << 10), &text(128 << 10), |text| regex.find(text, usize::MAX).len());
        say(&format!("| `{source}` of `{unit}` | {:.1} ms | {ratio:.2} |", time * 1e3));
    }
}

/// Prints how long a large vocabulary takes to compile.
fn compiling() {
    const COUNT: usize = 200_000;
    let syllables = ["ка", "зи", "но", "вы", "иг", "ры", "ше", "до", "хо", "ды"];
    let word = |mut n: usize| {
        let mut word = String::from("при");
        while n > 0 {
            word.push_str(syllables.get(n % 10).unwrap());
            n /= 10;
        }
        word
    };
    let words: Vec<String> = (1..=COUNT).map(word).collect();
    let source = |word| PhraseSource {
        modifier: Modifier::Plain,
        language: Some("ru"),
        pieces: vec![word],
        gaps: vec![],
    };
    let sources: Vec<_> = words.iter().map(|word| source(word)).collect();
    let compiled = timed(|| Matcher::compile(&sources));
    let matcher = Matcher::compile(&sources).0;
    let scanner = timed(|| Scanner::new(std::iter::once(&matcher)));
    let double = timed(|| CharwiseDoubleArrayAhoCorasick::<u32>::new(&words).unwrap());
    say(&format!(
        "\n200,000 Cyrillic words: matcher {compiled:.2} s, scanner {scanner:.2} s, daachorse {double:.2} s"
    ));
}

fn main() {
    let messages = messages();
    let keywords = keywords(&messages);
    throughput(&messages, &keywords);
    growth();
    regular();
    compiling();
}
