//! Rules of many shapes, and the stages of work on them: for the benchmark of growth, which times them, and for the test,
//! which counts what they allocate.

use lexloci::ide::fixes;
use lexloci::{Compiler, Failure, Instant, Place, RuleSet, State, suite};
use std::hint::black_box;

/// What all rules begin with.
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

/// A shape of rules, how many of its items take about as long as those of the others, and the rules with some items.
pub type Shape = (&'static str, usize, fn(usize) -> String);

pub const SHAPES: &[Shape] = &[
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
    ("rules of one day each, with an exception", 200, |n| {
        let names = joined(n, ", ", |i| format!("r{i}"));
        each(n, |i| {
            let (from, until) = (day(i), day(i + 1));
            rule(i, &format!("in force from {from} until {until}  when chat.members > 3"))
        }) + &format!("exception e \"E\" to {names} {{ basis p  when chat.public }}\n")
    }),
    ("rules that ask for four outcomes", 500, |n| {
        each(n, |i| {
            format!(
                "rule r{i} \"R\" {{ basis p  when chat.members > 3  then label, demote, limit, suspend author }}\n"
            )
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
    ("exceptions to unknown rules", 500, |n| {
        each(n, |i| rule(i, "when chat.public"))
            + &each(n, |i| {
                format!("exception e{i} \"E\" to rr{i} {{ basis p  when chat.public }}\n")
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

/// Rules of a shape.
pub fn rules(shape: &Shape, items: usize) -> String {
    format!("{HEAD}{}", shape.2(items))
}

/// Runs each stage of work on rules, through `run`, which may repeat it. Rules with errors do not reach the later stages.
pub fn stages(source: &str, run: &mut dyn FnMut(&'static str, &mut dyn FnMut())) {
    run("highlight", &mut || drop(black_box(lexloci::highlight(source))));
    run("items", &mut || drop(black_box(lexloci::items(source))));
    run("format", &mut || drop(black_box(lexloci::format("world.loci", source))));
    run("compile", &mut || drop(black_box(compiled(source))));
    run("fix", &mut || {
        let compile =
            |texts: &fixes::Texts| compiled(texts.get("world.loci").map_or(source, String::as_str));
        drop(black_box(fixes::mend(compile, |_, _, _| true)));
    });
    let Ok(set) = compiled(source) else { return };
    let record = "{ text: \"word 1 offer\", chat: { members: 1000 }, sent_at: 2026-03-01 }";
    let record = set.given(record).expect("this is a record");
    let at = Instant::parse("2026-03-01T00:00:00Z").expect("this is an instant");
    let (places, state, mut evaluator) = ([Place::WORLD], State::default(), set.evaluator());
    // The first decision fills the buffers.
    drop(evaluator.decide_all(&record, &places, at, &state));
    run("decide", &mut || drop(black_box(evaluator.decide_all(&record, &places, at, &state))));
    run("explain", &mut || drop(black_box(evaluator.explain(&record, Place::WORLD, at, &state))));
    run("timeline", &mut || drop(black_box(set.timelines(&record, &places))));
    run("page", &mut || {
        let page = evaluator.page(&record, &places, at, &state);
        drop(black_box(page.map(|page| page.html())));
    });
    run("tests", &mut || drop(black_box(suite::run(&set, None))));
}

fn compiled(source: &str) -> Result<RuleSet, Failure> {
    Compiler::new().file("world.loci", source).compile()
}
