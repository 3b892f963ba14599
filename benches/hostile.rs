//! Measures rules that cost nearly as much as they may, on the largest records: `cargo bench --bench hostile`. Prints for each
//! rule its bound in steps and the time of a decision on the record that is worst for it, in CPU time where the system tells it. What
//! each step costs (`src/base/steps.rs`) is chosen by it: a step takes at most about a nanosecond. So the limit on the
//! cost of a rule is a time, too, and the benchmark fails if a decision takes longer.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark stops at the first error, and prints what it measured"
)]

use lexloci::{Compiler, Instant, RecordLimits, RuleSet, State};
use std::process::ExitCode;
use std::time::{Duration, Instant as Clock};

/// No decision may take longer.
const MOST: Duration = Duration::from_millis(100);
/// A rule is made of one of these conditions, repeated until it nearly reaches the limit. `{n}` differs in each repetition.
const CONDITIONS: &[&str] = &[
    r#"any l in links where (l.url contains "z{n}")"#,
    r#"any l in links where (l.url contains "{n}")"#,
    r#"any l in links where (l.host == "b.example" and l.url != "x{n}" and l.deceptive)"#,
    r#"any l in links where (l.host in hosts or l.url == "{n}")"#,
    r#"all l in links where (l.host in hosts or l.url matches r"[a-z]+{n}")"#,
    r#"any l in links where (l.url mentions money or l.url contains "z{n}")"#,
    r#"any l in links where (l.url mentions money or l.url contains "a{n}" or l.host ends with "e" or l.url matches r"e")"#,
    r#"count l in links where (lower(l.url) contains "a" and lower(l.host) contains "{n}") > 3"#,
    r#"count distinct l.url for l in links where (l.host != "{n}") > 3"#,
    r#"sum length(l.url) for l in links where (l.host != "{n}") > 3"#,
    r#"any l in links where (registrable_domain(l.host) == "x{n}.example")"#,
    r#"any l in links where (l.url in pages or l.url == "{n}")"#,
    r#"any l in links where (l.url in names or l.url == "{n}")"#,
    r#"any l in links where (l.url in numbers or l.url == "{n}")"#,
    r#"any l in links where (l.url in hashes or l.url == "{n}")"#,
    r#"labels.a{n}.score + labels.b{n}.score + labels.c{n}.score * labels.d{n}.score + labels.e{n}.score > 3"#,
    r#"any_text mentions "b" ..{n}.. "a" ..5.. "a""#,
    r#"any_text mentions "b x{n}""#,
    r#"text mentions money near "b" ({n} words)"#,
    r#"text matches r"[a-z]+ [a-z]+ zz{n}""#,
    r#"text matches r"\w.*\bq{n}|\w""#,
    r#"text matches r"\bзаработ\w+{n}""#,
    r#"text matches r"\b[а-яё]{40}q{n}\b""#,
    r#"text matches r"(?i)\b[a-z0-9а-я][a-z0-9-]+\.(?:com|net|org|io|app|xyz|ltd|pro|online|site|trade|test){n}\b""#,
    r#"any m in spans(text, r"\b\w+\b") where (m.text == "zz{n}")"#,
    r#"text matches r"(?i)\bguarant\w+{n}""#,
    r#"text matches r"[ab ]*a[ab ]{60}c{n}""#,
    r#"text matches r"[ab ]*a[ab ]{40}[x-z]{1,1{n}}""#,
    r#"any_text matches r"[ab ]*a[ab ]{40}[x-z]{1,1{n}}""#,
    r#"any_text matches r"[a-z{n}]""#,
    r#"any_text contains "z{n}""#,
    r#"any_text contains "a" and any_text contains "{n}""#,
    r#"any_text mentions money or any_text == "{n}""#,
    r#"any_text mentions money near "b" ({n} words)"#,
    r#"any_text in hosts or any_text in ["a", "b{n}"]"#,
    r#"length(any_text) > 3{n} or lower(any_text) contains "z{n}""#,
    r#"listed([text, any_text], "z{n}")"#,
    r#"count m in spans(any_text, r"[a-z0-9]") where (m.text == "z{n}") > 3"#,
    r#"count t in tags.hashtags where (any_text contains t) > 3{n}"#,
    r#"any t in tags.hashtags where (t in ["z{n}", "b"] or t == "{n}")"#,
    r#"same(any_text, text) or same("{n}", any_text)"#,
    r#"any m in spans(text, r"[a-z]+") where (m.text != "zz{n}")"#,
    r#"any m in spans(text, r"[a-z]+") where (lower(m.text) == "zz{n}")"#,
    r#"count distinct m.text for m in spans(text, r"[a-z0-9]+") where (m.text != "{n}") > 3"#,
    r#"count m in spans(text, money) where (m.text == "b{n}") > 3"#,
    r#"any m in spans(text, r"[a-z]") where (m.text mentions money or m.text == "{n}")"#,
    r#"words(text) > 3{n} and capitals(text) > 0.1 and emoji(text) > 3 and length(text) > 3"#,
    r#"length(mixed_words(text)) > 3{n} and "Cyrl" in scripts(text)"#,
    r#"any o in reports.orders where (o.country in ["KZ", "FR"] and o.authority == "x{n}" and o.provision is missing)"#,
    r#"any o in reports.orders where (any n in reports.notices where (n.country == o.country and n.kind != "x{n}"))"#,
    r#"any o in reports.orders where (o.deadline > at + {n} days)"#,
    r#"any p in parts where (p.text mentions money or p.text == "{n}")"#,
    r#"any l in links where ("z{n}" in tags.hashtags and l.url == "x")"#,
    r#"score (1 when text mentions "a", 2 when text contains "b{n}", -3 when text mentions money) > 0"#,
    r#"any a in links where (any b in reports.orders where (a.host == b.authority or a.url == "{n}"))"#,
];

/// Conditions of rules whose law is judged by receipt. When nobody knows when an order or notice came in, they are evaluated with
/// it and without it.
const JUDGED_BY_RECEIPT: &[&str] = &[
    r#"any o in reports.orders where (o.country in ["KZ", "FR"] and o.authority == "x{n}" and o.provision is missing)"#,
    r#"any o in reports.orders where (any n in reports.notices where (n.country == o.country and n.kind != "x{n}"))"#,
    r#"text matches r"[ab ]*a[ab ]{40}[x-z]{1,1{n}}" and length(reports.orders) > {n}"#,
];
const FILE: &str = r#"
jurisdiction WORLD { zone "UTC" }
policy p "P" {}
law old "A law that was replaced" {
  article duty "1" {
    in force from 2017-10-01 until 2024-05-14
    judged by receipt
    binds platform, on order
    verified 2026-01-01
  }
}
terms money { en: "passive income", "double your (money|deposit)", "b", "a a*" }
set hosts: domain { "bad.example" }
set pages: url { "bad.example/a" }
set names: text { "bad" }
set numbers: number { "12345" }
set hashes: hash { "0123456789abcdef" }
define same(s: text, t: text) = s == t
define listed(ss: [text], t: text) = any s in ss where (s contains t)
"#;

/// A rule that fires on each record, so that its evidence is looked for, with a condition repeated.
fn compiled(basis: &str, condition: &str, times: usize) -> Result<RuleSet, String> {
    let repeated = (0..times).map(|n| format!("({})", condition.replace("{n}", &n.to_string())));
    let repeated: Vec<_> = repeated.collect();
    let source = format!(
        "{FILE}rule r \"R\" {{\n basis {basis}\n when platform == \"test\" or {}\n then label\n}}\n",
        repeated.join("\n or ")
    );
    let compiled = Compiler::new().file("world.loci", source).compile();
    compiled.map_err(|failure| {
        let errors = failure.diagnostics.iter().filter(|one| one.is_error());
        errors.map(|one| one.message.clone()).collect::<Vec<_>>().join("; ")
    })
}

fn cost(set: &RuleSet) -> u64 {
    set.rules().next().map_or(0, |rule| rule.cost)
}

/// The rule with as many repetitions as are accepted.
fn costliest(basis: &str, condition: &str) -> Result<(RuleSet, usize), String> {
    let mut best = (compiled(basis, condition, 1)?, 1);
    // Far above the number that fits for any of the conditions.
    let mut step = 1 << 12;
    while step > 0 {
        if let Ok(set) = compiled(basis, condition, best.1 + step) {
            best = (set, best.1 + step);
        }
        step /= 2;
    }
    Ok(best)
}

/// A name of a host whose labels have as many different characters as are read.
fn labels(bytes: usize) -> String {
    let characters = ('\u{4e00}'..).take(bytes / 3).enumerate();
    characters.map(|(n, c)| if n % 180 == 179 { '.' } else { c }).collect()
}

/// Records that reach a limit each.
fn records() -> Vec<(&'static str, String)> {
    let limits = RecordLimits::default();
    let list = |count: usize, one: &dyn Fn(usize) -> String| {
        (0..count).map(one).collect::<Vec<_>>().join(",")
    };
    let record = |fields: String| {
        format!("{{\"schema\":\"lexloci.message/1\",\"id\":\"1\",\"platform\":\"test\",{fields}}}")
    };
    let room = limits.text - 1_000;
    let filled = |piece: &str| piece.repeat(room / piece.len());
    let text = |piece: &str| {
        record(format!("\"parts\":[{{\"kind\":\"text\",\"text\":\"{}\"}}]", filled(piece)))
    };
    let link = |n: usize, host: &str| {
        format!(
            "{{\"url\":\"a/{n}/aaaaaaaaaaaaaaaaaaaaaaaa\",\"via\":\"url\",\"host\":\"{host}\"}}"
        )
    };
    let links = |host: &dyn Fn(usize) -> String| list(limits.links, &|n| link(n, &host(n)));
    let orders = list(limits.orders, &|n| {
        format!(
            "{{\"authority\":\"a{n}\",\"country\":\"KZ\",\"given_at\":\"2026-02-01T00:00:00Z\"}}"
        )
    });
    let notices = list(limits.notices, &|n| {
        format!("{{\"kind\":\"k{n}\",\"country\":\"KZ\",\"received_at\":\"2026-02-01T00:00:00Z\"}}")
    });
    let undated = format!(
        "\"parts\":[{{\"kind\":\"text\",\"text\":\"{}\"}}],\"reports\":{{\"orders\":[{}],\"notices\":[{}]}}",
        "a b ".repeat((limits.text - 10_000) / 4),
        list(limits.orders, &|n| format!("{{\"authority\":\"a{n}\",\"country\":\"KZ\"}}")),
        list(limits.notices, &|n| format!("{{\"kind\":\"k{n}\",\"country\":\"KZ\"}}"))
    );
    // Whatever has a text that a reader sees. All words differ from those of the parts.
    let many_texts = format!(
        "\"parts\":[{}],\"links\":[{}],\"media\":[{}],\"tags\":{{\"hashtags\":[{}]}}",
        list(limits.list, &|_| "{\"kind\":\"text\",\"text\":\"a\"}".to_owned()),
        list(limits.links, &|n| format!("{{\"url\":\"b{n}\",\"display\":\"c\",\"via\":\"url\"}}")),
        list(limits.list, &|_| {
            "{\"kind\":\"photo\",\"file_name\":\"d\",\"ocr\":\"b\",\"transcript\":\"f\"}".to_owned()
        }),
        list(limits.list, &|n| format!("\"t{n}\""))
    );
    let reports = format!("\"reports\":{{\"orders\":[{orders}],\"notices\":[{notices}]}}");
    vec![
        ("words", text("a b ")),
        ("one word", text("a")),
        ("words beyond ASCII", text("я заработала б ")),
        ("one word beyond ASCII", text("я")),
        ("parts beyond ASCII", {
            let part =
                format!("{{\"kind\":\"text\",\"text\":\"{}\"}}", "я заработала б ".repeat(70));
            record(format!("\"parts\":[{}]", list(room / 2_500, &|_| part.clone())))
        }),
        ("many words", {
            let words = (0..room / 6).map(|n| format!("{n:05} ")).collect::<String>();
            record(format!("\"parts\":[{{\"kind\":\"text\",\"text\":\"{words}\"}}]"))
        }),
        ("cyrillic", text("Пaссивный доход ")),
        ("emoji", text("👍🏽")),
        ("random", {
            let mut random = 12_345_u32;
            let letter = |_| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ["a", "b", " "].get(random as usize >> 16 & 3).copied().unwrap_or("b")
            };
            let letters = (0..room).map(letter).collect::<String>();
            record(format!("\"parts\":[{{\"kind\":\"text\",\"text\":\"{letters}\"}}]"))
        }),
        ("links", record(format!("\"links\":[{}]", links(&|n| format!("{n}.example"))))),
        ("same links", record(format!("\"links\":[{}]", links(&|_| "x.example".into())))),
        (
            "links without hosts",
            record(format!(
                "\"links\":[{}]",
                list(limits.links, &|n| format!("{{\"url\":\"a{n}\",\"via\":\"url\"}}"))
            )),
        ),
        (
            "long link",
            record(format!(
                "\"links\":[{{\"url\":\"{}\",\"via\":\"url\",\"host\":\"a\"}}]",
                filled("a b ")
            )),
        ),
        (
            "foreign host",
            record(format!(
                "\"links\":[{{\"url\":\"a\",\"via\":\"url\",\"host\":\"{}\"}}]",
                labels(room)
            )),
        ),
        (
            "foreign link",
            record(format!(
                "\"links\":[{{\"url\":\"{}\",\"via\":\"url\",\"host\":\"a\"}}]",
                labels(room)
            )),
        ),
        (
            "digits",
            record(format!(
                "\"links\":[{{\"url\":\"{}\",\"via\":\"url\",\"host\":\"a\"}}]",
                "1".repeat(room)
            )),
        ),
        ("reports", record(reports.clone())),
        ("reports without dates", record(undated)),
        ("many texts", record(many_texts)),
        (
            "reports and links",
            record(format!("{reports},\"links\":[{}]", links(&|n| format!("a{n}")))),
        ),
        (
            "parts",
            record(format!(
                "\"parts\":[{}]",
                list(limits.list, &|n| format!(
                    "{{\"kind\":\"button\",\"text\":\"a b a b a b a b a b {n}\"}}"
                ))
            )),
        ),
        (
            "links and tags",
            record(format!(
                "\"links\":[{}],\"tags\":{{\"hashtags\":[{}]}}",
                list(limits.links, &|n| format!("{{\"url\":\"a{n}\",\"via\":\"url\"}}")),
                list(limits.list, &|n| format!("\"t{n}\""))
            )),
        ),
    ]
}

/// The time that this thread has run. Without it, the time that has passed: on a busy machine that is more.
fn cpu_time(start: Clock) -> Duration {
    let read = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = read.and_then(|line| line.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// The shipped rules with the greatest bounds.
fn print_shipped() {
    match Compiler::new().directory("rules").compile() {
        Ok(shipped) => {
            let mut rules: Vec<_> = shipped.rules().map(|rule| (rule.cost, rule.id)).collect();
            rules.sort_unstable_by(|one, other| other.cmp(one));
            for (cost, id) in rules.iter().take(12) {
                println!("{cost:>14} steps  {id}");
            }
        }
        Err(failure) => {
            println!("{failure}");
        }
    }
}

fn main() -> ExitCode {
    let start = Clock::now();
    print_shipped();
    let records = records();
    let at = Instant::parse("2026-03-01T00:00:00Z").expect("an instant");
    let mut slowest = Duration::ZERO;
    let of_policy = CONDITIONS.iter().map(|condition| ("p", condition));
    let of_law = JUDGED_BY_RECEIPT.iter().map(|condition| ("old.duty", condition));
    for (basis, condition) in of_policy.chain(of_law) {
        let (set, times) = match costliest(basis, condition) {
            Ok(found) => found,
            Err(why) => {
                println!("       refused  {condition}\n  {why}");
                continue;
            }
        };
        let place = set.place("WORLD").expect("a place");
        let mut evaluator = set.evaluator();
        let mut worst = (Duration::ZERO, "");
        for (name, json) in &records {
            let record = set.read(json.as_bytes()).expect("a record within the limits");
            let mut decide = || {
                let before = cpu_time(start);
                std::hint::black_box(evaluator.decide(&record, place, at, &State::default()))
                    .expect("the schema is the same");
                cpu_time(start).saturating_sub(before)
            };
            let time = decide().min(decide()).min(decide());
            worst = worst.max((time, name));
        }
        let (time, name) = worst;
        slowest = slowest.max(time);
        let (steps, millis) = (cost(&set), time.as_secs_f64() * 1e3);
        let ratio = time.as_nanos() as f64 / steps as f64;
        println!(
            "{steps:>14} {millis:>7.1} ms {ratio:>6.3} ns/step {times:>4} x {condition}  [{name}]"
        );
    }
    println!("the slowest decision takes {:.1} ms", slowest.as_secs_f64() * 1e3);
    if slowest > MOST { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
