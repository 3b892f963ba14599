//! How work grows with rules: `cargo bench --bench growth`. Each stage runs on rules of several shapes, of one size and of
//! twice that size. Printed is the exponent: 1.0 when twice the rules take twice the time, 2.0 when they take four times as
//! long. Times are the least of several runs; those below a few milliseconds say little.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark stops at the first error, and prints what it measured"
)]

use lexloci::ide::fixes;
use lexloci::{Compiler, Instant, Place, RuleSet, State, suite};
use std::hint::black_box;
use std::time::{Duration, Instant as Clock};

/// The least time of a stage at which its exponent is worth a look.
const NOTABLE: Duration = Duration::from_millis(10);

const HEAD: &str =
    "jurisdiction WORLD { zone \"UTC\" }\npolicy p \"P\" { in force from 2020-01-01 }\n";

/// Items `0..count`, as one text.
fn each(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect()
}

fn joined(count: usize, by: &str, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(by)
}

fn rule(n: usize, rest: &str) -> String {
    format!("rule r{n} \"R\" {{ basis p  {rest}  then label }}\n")
}

/// One of consecutive days, as far as months of 28 days have them.
fn day(n: usize) -> String {
    format!("{}-{:02}-{:02}", 1970 + n / 336, n / 28 % 12 + 1, n % 28 + 1)
}

/// A shape of rules, and how many of its items take about as long as those of the others.
type Shape = (&'static str, usize, fn(usize) -> String);

const SHAPES: &[Shape] = &[
    ("definitions, each of the one before", 60, |n| {
        "define d0 = chat.members > 3\n".to_owned()
            + &each(n, |i| format!("define d{} = d{i} or chat.public\n", i + 1))
    }),
    ("definitions", 4_000, |n| each(n, |i| format!("define d{i} = chat.members > {i}\n"))),
    ("rules", 1_000, |n| each(n, |i| rule(i, &format!("when text mentions \"word{i} offer\"")))),
    ("rules that share a condition", 1_000, |n| {
        each(n, |i| rule(i, &format!("when chat.public and chat.members > {i}")))
    }),
    ("rules without a condition", 1_000, |n| each(n, |i| rule(i, ""))),
    ("rules that begin one after the other", 100, |n| {
        each(n, |i| rule(i, &format!("in force from {}  when chat.members > 3", day(i))))
    }),
    ("rules of one day each", 200, |n| {
        each(n, |i| {
            let (from, until) = (day(i), day(i + 1));
            rule(i, &format!("in force from {from} until {until}  when chat.members > 3"))
        })
    }),
    ("rules with comments that allow", 500, |n| {
        each(n, |i| {
            format!("# allow LX4201: a\n# note\n{}", rule(i, &format!("when chat.members > {i}")))
        })
    }),
    ("alternatives in one condition", 500, |n| {
        rule(0, &format!("when {}", joined(n, " or ", |i| format!("chat.members == {i}"))))
    }),
    ("phrases", 1_000, |n| {
        format!("terms t {{ en: {} }}\n", joined(n, ", ", |i| format!("\"word{i} of phrase\"")))
            + &rule(0, "when text mentions t")
    }),
    ("phrases with gaps", 300, |n| {
        format!("terms t {{ en: {} }}\n", joined(n, ", ", |i| format!("\"a{i}\" ..5.. \"b{i}\"")))
            + &rule(0, "when text mentions t")
    }),
    ("entries of a set", 4_000, |n| {
        format!(
            "set s: domain {{ {} }}\n",
            joined(n, ", ", |i| format!("\"host{i}.example\" from 2020-01-01"))
        ) + &rule(0, "when any l in links where (l.host in s)")
    }),
    ("articles", 1_000, |n| {
        let articles = each(n, |i| format!("  article a{i} \"{i}\" {{ verified 2026-01-01 }}\n"));
        format!("law l \"L\" {{ in force from 2020-01-01\n{articles}}}\n")
            + &rule(0, "when chat.members > 3")
    }),
    ("exceptions to one rule", 500, |n| {
        rule(0, "when chat.members > 3")
            + &each(n, |i| {
                format!("exception e{i} \"E\" to r0 {{ basis p  when chat.members > {i} }}\n")
            })
    }),
    ("one exception to all rules", 500, |n| {
        let names = joined(n, ", ", |i| format!("r{i}"));
        each(n, |i| rule(i, &format!("when chat.members > {i}")))
            + &format!("exception e \"E\" to {names} {{ basis p  when chat.public }}\n")
    }),
    ("tests", 500, |n| {
        rule(0, "when text mentions \"word\"")
            + &each(n, |i| {
                format!(
                    "test \"{i}\" {{ given {{ text: \"word {i}\" }} at 2026-03-01 expect label }}\n"
                )
            })
    }),
    ("cases", 500, |n| {
        let cases =
            each(n, |i| format!("  \"{i}\": given {{ text: \"word {i}\" }} expect label\n"));
        rule(0, "when text mentions \"word\"")
            + &format!("test \"t\" {{ at 2026-03-01\n cases {{\n{cases} }}\n}}\n")
    }),
    ("unknown names", 500, |n| each(n, |i| format!("define d{i} = chat.mumbers{i} > 3\n"))),
    ("mistakes with a fix", 500, |n| each(n, |i| format!("define d{i} = chat.members = {i}\n"))),
    ("items without an end", 1_000, |n| "rule x \"X\" {\n".repeat(n)),
    ("items that are only a word", 2_000, |n| "set\n".repeat(n)),
    ("strings without an end", 500, |n| "define d = text mentions \"a\n".repeat(n)),
    ("one string without an end", 500, |n| {
        "define d = text mentions \"a\n".to_owned() + &each(n, |i| rule(i, ""))
    }),
    ("lines of no language", 2_000, |n| "and so on; { ( [ ->\n".repeat(n)),
    ("open brackets", 40, |n| format!("define d = {}chat.public\n", "(".repeat(n))),
];

const STAGES: &[&str] = &[
    "highlight",
    "items",
    "format",
    "compile",
    "fix",
    "decide",
    "explain",
    "timeline",
    "page",
    "tests",
];

/// The least time of several runs of a stage; `None` when rules with errors cannot run it.
fn time(stage: &str, source: &str) -> Option<Duration> {
    let set = || compiled(source);
    let record = |set: &RuleSet| {
        let record = "{ text: \"word 1 offer\", chat: { members: 1000 }, sent_at: 2026-03-01 }";
        set.given(record).expect("this is a record")
    };
    let at = Instant::parse("2026-03-01T00:00:00Z").expect("an instant");
    let places = [Place::WORLD];
    Some(match stage {
        "highlight" => least(|| drop(black_box(lexloci::highlight(source)))),
        "items" => least(|| drop(black_box(lexloci::items(source)))),
        "format" => least(|| drop(black_box(lexloci::format("world.loci", source)))),
        "compile" => least(|| drop(black_box(set()))),
        "fix" => least(|| {
            let compile = |texts: &fixes::Texts| {
                compiled(texts.get("world.loci").map_or(source, String::as_str))
            };
            drop(black_box(fixes::mend(compile, |_, _, _| true)));
        }),
        "decide" => {
            let set = set().ok()?;
            let record = record(&set);
            let mut evaluator = set.evaluator();
            least(|| {
                let decided = evaluator.decide_all(&record, &places, at, &State::default());
                black_box(decided).expect("the record has the schema of the rules");
            })
        }
        "explain" => {
            let set = set().ok()?;
            let record = record(&set);
            let mut evaluator = set.evaluator();
            least(|| {
                let explained = evaluator.explain(&record, Place::WORLD, at, &State::default());
                black_box(explained).expect("the record has the schema of the rules");
            })
        }
        "timeline" => {
            let set = set().ok()?;
            let record = record(&set);
            least(|| drop(black_box(set.timelines(&record, &places))))
        }
        "page" => {
            let set = set().ok()?;
            let record = record(&set);
            let mut evaluator = set.evaluator();
            least(|| {
                let page = evaluator.page(&record, &places, at, &State::default());
                black_box(page.expect("the record has the schema of the rules").html());
            })
        }
        "tests" => {
            let set = set().ok()?;
            least(|| drop(black_box(suite::run(&set, None))))
        }
        _ => return None,
    })
}

fn compiled(source: &str) -> Result<RuleSet, lexloci::Failure> {
    Compiler::new().file("world.loci", source).compile()
}

fn least(mut run: impl FnMut()) -> Duration {
    let begun = Clock::now();
    let mut least = Duration::MAX;
    for _ in 0..7 {
        let start = Clock::now();
        run();
        least = least.min(start.elapsed());
        if begun.elapsed() > Duration::from_secs(2) {
            break;
        }
    }
    least
}

fn main() {
    let wanted = std::env::args().nth(1).filter(|word| !word.starts_with('-')).unwrap_or_default();
    for (name, count, shape) in SHAPES.iter().filter(|(name, ..)| name.contains(&wanted)) {
        let [some, twice] = [1, 2].map(|times| format!("{HEAD}{}", shape(count * times)));
        println!("{name}, {count} and {}:", 2 * count);
        for stage in STAGES {
            let Some((some, twice)) = time(stage, &some).zip(time(stage, &twice)) else { continue };
            let exponent = (twice.as_secs_f64() / some.as_secs_f64()).log2();
            let mark = if twice > NOTABLE && exponent > 1.4 { "  !" } else { "" };
            println!("  {stage:10} {some:>10.2?} {twice:>10.2?}   {exponent:4.1}{mark}");
        }
    }
}
