//! Measures costly rules on the largest records: `cargo bench --bench hostile`. Prints for each rule its bound in steps, and
//! the time of a decision on the record that is worst for it. What each step costs (`src/base/steps.rs`) is chosen by it:
//! a step takes about a nanosecond.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark stops at the first error, and prints what it measured"
)]

use lexloci::{Compiler, Instant, RuleSet, State};
use std::time::{Duration, Instant as Clock};

/// Conditions that cost as much as authors can make them, or nearly, and some that are refused.
const CONDITIONS: &[&str] = &[
    r#"any l in links where (l.url contains "zz")"#,
    r#"any l in links where (l.host == "b.example" and l.url != "x" and l.deceptive)"#,
    r#"any l in links where (l.host in hosts)"#,
    r#"all l in links where (l.host in hosts or l.url matches r"[a-z]")"#,
    r#"any l in links where (l.url matches r"a")"#,
    r#"any l in links where (l.url mentions money)"#,
    r#"any l in links where (l.url mentions money or l.url contains "a" or l.host ends with "e" or l.url matches r"e")"#,
    r#"count l in links where (lower(l.url) contains "a" and lower(l.host) contains "a") > 3"#,
    r#"any l in links where (registrable_domain(l.host) == "x.example")"#,
    r#"any_text mentions money and any_text mentions "b" and any_text mentions "a" ..5.. "a""#,
    r#"text mentions money near "b" (12 words)"#,
    r#"text matches r"[a-z]+ [a-z]+ zz""#,
    r#"text matches r"(?i)\bguarant\w+""#,
    r#"text matches r"[ab ]*a[ab ]{60}c""#,
    r#"any m in spans(text, r"[a-z]+") where (m.text != "zz")"#,
    r#"any m in spans(text, r"[a-z]+") where (lower(m.text) == "zz")"#,
    r#"count m in spans(text, money) where (m.text == "b") > 3"#,
    r#"any m in spans(text, r"[a-z]") where (m.text mentions money)"#,
    r#"words(text) > 3 and capitals(text) > 0.1 and emoji(text) > 3 and length(text) > 3"#,
    r#"length(mixed_words(text)) > 3 and "Cyrl" in scripts(text)"#,
    r#"any o in reports.orders where (o.country in ["KZ", "FR"] and o.authority == "x" and o.provision is missing)"#,
    r#"any p in parts where (p.text mentions money)"#,
    r#"any l in links where ("zz" in tags.hashtags and l.url == "x")"#,
    r#"any a in links where (any b in links where (a.host == b.host and a.url != b.url))"#,
    r#"any a in links where (any b in links where (a.url == b.url))"#,
];

fn compiled(condition: &str) -> Result<RuleSet, String> {
    let source = format!(
        "jurisdiction WORLD {{ zone \"UTC\" }}\npolicy p \"P\" {{}}\nterms money {{ en: \"passive income\", \"double your (money|deposit)\", \"b\", \"a a*\" }}\nset hosts: domain {{ \"bad.example\" }}\nrule r \"R\" {{\n basis p\n when {condition}\n then label\n}}\n"
    );
    let compiled = Compiler::new().file("world.loci", source).compile();
    compiled.map_err(|failure| {
        failure
            .diagnostics
            .iter()
            .filter(|one| one.is_error())
            .map(|one| one.message.clone())
            .collect::<Vec<_>>()
            .join("; ")
    })
}

/// Records that reach a limit each: text, links, orders, tags, parts.
fn records() -> Vec<(&'static str, String)> {
    let list = |count: usize, one: &dyn Fn(usize) -> String| {
        (0..count).map(one).collect::<Vec<_>>().join(",")
    };
    let record = |fields: String| {
        format!("{{\"schema\":\"lexloci.message/1\",\"id\":\"1\",\"platform\":\"test\",{fields}}}")
    };
    let text =
        |text: String| record(format!("\"parts\":[{{\"kind\":\"text\",\"text\":\"{text}\"}}]"));
    let links = |host: &dyn Fn(usize) -> String| {
        record(format!(
            "\"links\":[{}]",
            list(9_500, &|n| format!(
                "{{\"url\":\"a/{}\",\"via\":\"url\",\"host\":\"{}\"}}",
                n,
                host(n)
            ))
        ))
    };
    vec![
        ("words", text("a b ".repeat(64_000))),
        ("one word", text("a".repeat(256_000))),
        ("cyrillic", text("Пaссивный доход ".repeat(8_500))),
        ("emoji", text("👍🏽".repeat(32_000))),
        ("links", links(&|n| format!("{n}.example"))),
        ("same links", links(&|_| "x.example".into())),
        (
            "long link",
            record(format!(
                "\"links\":[{{\"url\":\"{}\",\"via\":\"url\",\"host\":\"a\"}}]",
                "a b ".repeat(64_000)
            )),
        ),
        (
            "orders",
            record(format!(
                "\"reports\":{{\"orders\":[{}]}}",
                list(9_500, &|n| format!("{{\"authority\":\"a{n}\",\"country\":\"KZ\"}}"))
            )),
        ),
        (
            "parts",
            record(format!(
                "\"parts\":[{}]",
                list(9_500, &|n| format!("{{\"kind\":\"button\",\"text\":\"a b {n}\"}}"))
            )),
        ),
        (
            "links and tags",
            record(format!(
                "\"links\":[{}],\"tags\":{{\"hashtags\":[{}]}}",
                list(5_000, &|n| format!("{{\"url\":\"a{n}\",\"via\":\"url\"}}")),
                list(9_900, &|n| format!("\"t{n}\""))
            )),
        ),
    ]
}

/// The shipped rules with the greatest bounds.
fn print_shipped() {
    let shipped = Compiler::new().directory("rules").compile().expect("the shipped rules");
    let mut rules: Vec<_> = shipped.rules().map(|rule| (rule.cost, rule.id)).collect();
    rules.sort_unstable_by(|one, other| other.cmp(one));
    for (cost, id) in rules.iter().take(12) {
        println!("{cost:>14} {id}");
    }
}

fn main() {
    print_shipped();
    let records = records();
    let at = Instant::parse("2026-03-01T00:00:00Z").expect("an instant");
    for condition in CONDITIONS {
        let set = match compiled(condition) {
            Ok(set) => set,
            Err(why) => {
                println!("{:>14} {:>9}  {condition}\n  {why}", "refused", "");
                continue;
            }
        };
        let steps = set.rules().next().map_or(0, |rule| rule.cost);
        let place = set.place("WORLD").expect("a place");
        let mut evaluator = set.evaluator();
        let mut worst = (Duration::ZERO, "");
        for (name, json) in &records {
            let record = set.read(json.as_bytes()).expect("a record within the limits");
            let start = Clock::now();
            std::hint::black_box(evaluator.decide(&record, place, at, &State::default()))
                .expect("the schema is the same");
            worst = worst.max((start.elapsed(), name));
        }
        let (time, name) = worst;
        let ratio = time.as_nanos() as f64 / steps as f64;
        println!(
            "{steps:>14} {:>6.1} ms {ratio:>8.3} ns/step  {condition}  [{name}]",
            time.as_secs_f64() * 1e3
        );
    }
}
