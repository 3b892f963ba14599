//! Twice the rules take about twice the work, counted in allocations. `benches/growth.rs` times more shapes of rules.

use allocation_counter::measure;
use lexloci::ide::fixes;
use lexloci::{Compiler, Failure, Instant, Place, RuleSet, State, suite};

const HEAD: &str =
    "jurisdiction WORLD { zone \"UTC\" }\npolicy p \"P\" { in force from 2020-01-01 }\n";
/// How many items rules have at first.
const ITEMS: usize = 150;

fn each(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect()
}

/// Writes rules of one shape, with a number of items.
type Shape = fn(usize) -> String;

const SHAPES: &[(&str, Shape)] = &[
    ("rules", |count| {
        each(count, |n| {
            format!(
                "# allow LX4201: a\nrule r{n} \"R\" {{ basis p  when text mentions \"word {n}\" or chat.members > {n}  then label }}\n"
            )
        })
    }),
    ("definitions", |count| {
        "define d0 = chat.members > 3\n".to_owned()
            + &each(count, |n| format!("define d{} = chat.members > {n}\n", n + 1))
            + "rule r \"R\" { basis p  when d0  then label }\n"
    }),
    ("alternatives and phrases", |count| {
        let all =
            |by: &str, one: fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(by);
        let phrases = all(", ", |n| format!("\"word{n} of phrase\""));
        let alternatives = all(" or ", |n| format!("chat.members == {n}"));
        format!(
            "terms t {{ en: {phrases} }}\nrule r \"R\" {{ basis p  when text mentions t or {alternatives}  then label }}\n"
        )
    }),
    ("exceptions", |count| {
        let names: Vec<_> = (0..count).map(|n| format!("r{n}")).collect();
        each(count, |n| {
            format!("rule r{n} \"R\" {{ basis p  when chat.members > {n}  then label }}\n")
        }) + &format!("exception e \"E\" to {} {{ basis p  when chat.public }}\n", names.join(", "))
    }),
    ("articles and entries", |count| {
        let articles = each(count, |n| format!("article a{n} \"{n}\" {{ verified 2026-01-01 }}\n"));
        let entries = each(count, |n| format!("\"host{n}.example\" from 2020-01-01\n"));
        format!(
            "law l \"L\" {{ in force from 2020-01-01\n{articles}}}\nset s: domain {{\n{entries}}}\n"
        ) + &each(1, |_| {
            "rule r \"R\" { basis l.a0  when any l in links where (l.host in s)  then label }\n"
                .to_owned()
        })
    }),
    ("tests", |count| {
        "rule r \"R\" { basis p  when text mentions \"word\"  then label }\n".to_owned()
            + &each(count, |n| {
                format!(
                    "test \"{n}\" {{ given {{ text: \"word {n}\" }} at 2026-03-01 expect label }}\n"
                )
            })
    }),
    ("rules of one day each", |count| {
        // Months of 28 days.
        let day = |n: usize| format!("{}-{:02}-{:02}", 2020 + n / 336, n / 28 % 12 + 1, n % 28 + 1);
        each(count, |n| {
            format!(
                "rule r{n} \"R\" {{ basis p  in force from {} until {}  when chat.members > {n}  then label }}\n",
                day(n),
                day(n + 1)
            )
        })
    }),
    ("mistakes", |count| each(count, |n| format!("define d{n} = chat.members = {n}\n"))),
    ("unknown names", |count| each(count, |n| format!("define d{n} = chat.mumbers{n} > 3\n"))),
    ("text of no language", |count| "and so on; { ( [ ->\n".repeat(count)),
];

fn compiled(source: &str) -> Result<RuleSet, Failure> {
    Compiler::new().file("world.loci", source).compile()
}

/// The work of each stage. Rules with errors do not reach the later stages.
fn work(source: &str) -> Vec<(&'static str, u64)> {
    let count = |run: &mut dyn FnMut()| measure(run).bytes_total;
    let mut found = vec![
        ("highlight", count(&mut || drop(lexloci::highlight(source)))),
        ("items", count(&mut || drop(lexloci::items(source)))),
        ("format", count(&mut || drop(lexloci::format("world.loci", source)))),
        ("compile", count(&mut || drop(compiled(source)))),
        (
            "fix",
            count(&mut || {
                let compile = |texts: &fixes::Texts| {
                    compiled(texts.get("world.loci").map_or(source, String::as_str))
                };
                drop(fixes::mend(compile, |_, _, _| true));
            }),
        ),
    ];
    let Ok(set) = compiled(source) else { return found };
    let record =
        set.given("{ text: \"word 1\", chat: { members: 1000 }, sent_at: 2026-03-01 }").unwrap();
    let (at, state) = (Instant::parse("2026-03-01T00:00:00Z").unwrap(), State::default());
    let (places, mut evaluator) = ([Place::WORLD], set.evaluator());
    // The first run fills the buffers.
    evaluator.decide_all(&record, &places, at, &state).unwrap();
    found.extend([
        ("decide", count(&mut || drop(evaluator.decide_all(&record, &places, at, &state)))),
        ("explain", count(&mut || drop(evaluator.explain(&record, Place::WORLD, at, &state)))),
        ("timeline", count(&mut || drop(set.timelines(&record, &places)))),
        ("page", count(&mut || drop(evaluator.page(&record, &places, at, &state).unwrap().html()))),
        ("tests", count(&mut || drop(suite::run(&set, None)))),
    ]);
    found
}

#[test]
fn work_grows_with_rules_and_no_faster() {
    let mut faster = vec![];
    for (name, shape) in SHAPES {
        let [some, twice] = [1, 2].map(|times| work(&format!("{HEAD}{}", shape(times * ITEMS))));
        assert_eq!(some.len(), twice.len(), "{name}");
        for ((stage, some), (_, twice)) in some.into_iter().zip(twice) {
            if twice > some * 5 / 2 + 1_000 {
                faster.push(format!("{name}, {stage}: {some} bytes, then {twice}"));
            }
        }
    }
    assert!(faster.is_empty(), "{faster:#?}");
}
