//! Tests that the bounds on cost hold, and that they are not so wide that common conditions are refused.

use super::cost_of;
use crate::base::limits::{CONDITION_DEPTH, COST, RecordLimits};
use crate::base::source::Location;
use crate::base::steps::spent;
use crate::diagnostic::Code;
use crate::interpret::Interpreter;
use crate::interpret::testing::{NOON, checked, diagnosed, instant};
use crate::program::{Expr, ExprKind, Program};
use crate::record::Record;
use crate::syntax::tree::Quantifier;
use crate::world::value::Type;
use fastrand::Rng;

/// What is searched once for one list must not cost more than this.
const MOST: u64 = 100_000_000;

/// Small, so that a record that reaches all limits is evaluated quickly.
fn small() -> RecordLimits {
    RecordLimits::default().bytes(24_000).text(6_000).links(150).orders(60).notices(80)
}

const PRELUDE: &str = r#"
jurisdiction WORLD { zone "UTC" }
policy terms_of_service "Terms of service" {}
terms money { en: "passive income", "double your (money|deposit)", "a a", "b*", "b" ..5.. "a", "a" ..3.. "a" }
set hosts: domain { "bad.example" }
register known: text { "b" } { complete from 2025-07-01 as of 2025-08-01 fresh for 3 days }
pattern codes = r"[a-z]+[0-9]*"
define same(s: text, t: text) = s == t
define searched(ls: [text]) = any u in ls where (u contains "b" or u in known or u mentions money)
define told_apart(ls: [text]) = count distinct s for s in ls where (s contains "a")
define f(s: text, x: text) = s contains x
define g(l: link, s: text) = any m in spans(s, r"[a-z]+") where (m.text == l.host)
define long(s: text) = length(s) > 5
define urls(ls: [link]) = any l in ls where (l.url contains "a")
define cheap(s: text) = lower(s)
define both(a: bool, b: bool) = a and (b or not a)
define other(n: notice, o: order) = n.country == o.country and n.kind != o.authority
"#;

fn rule(condition: &str) -> String {
    format!(
        "{PRELUDE}rule r \"R\" {{\n basis terms_of_service\n when {condition}\n then label\n}}\n"
    )
}

/// The bound of a condition on the largest record, and its errors.
fn bound(condition: &str, limits: RecordLimits) -> (Program, u64, Vec<String>) {
    let (program, _, errors) = checked(&[("world.loci", &rule(condition))], limits);
    let cost = program.norms.first().unwrap().cost;
    (program, cost, errors)
}

/// `any x in x where (any x in x where (…))`
fn nested(depth: usize) -> Expr {
    let expr = |kind| Box::new(Expr { kind, ty: Type::Bool, at: Location::default() });
    let innermost = expr(ExprKind::Message);
    *(0..depth).fold(innermost, |body, _| {
        let (quantifier, list) = (Quantifier::Any, expr(ExprKind::Message));
        expr(ExprKind::Quantified { quantifier, list, body })
    })
}

/// Never ends if each level visits its parts twice.
#[test]
fn deep_quantifiers_are_counted_in_linear_time() {
    assert_eq!(cost_of(&Program::default(), &nested(CONDITION_DEPTH)), u64::MAX);
}

#[test]
fn costs_follow_the_arguments_of_definitions() {
    let cost = |condition: &str| bound(condition, RecordLimits::default()).1;
    // The text of the message is searched for each link.
    assert!(cost("any a in links where (f(text, a.url))") > 1_000 * (64 << 10));
    assert!(
        cost("any a in links where (any b in links where (f(text, b.url) or f(text, a.url)))")
            > COST
    );
    // Each link's own address is short: all together are one text.
    assert!(cost("any a in links where (f(a.url, \"b\"))") < MOST);
    let written = cost("any a in links where (a.url contains \"b\")");
    let called = cost("any a in links where (f(a.url, \"b\"))");
    assert!(called < 2 * written, "{called} {written}");
}

#[test]
fn spans_are_bounded_by_the_text_together() {
    for condition in [
        r#"any m in spans(text, r"bitcoin") where (lower(m.text) != "bitcoin")"#,
        r#"any m in spans(text, r"[a-z]+") where (m.text != "bitcoin")"#,
        r#"count m in spans(text, money) where (m.text == "b") > 3"#,
    ] {
        let (_, cost, _) = bound(condition, RecordLimits::default());
        assert!(cost < MOST, "{condition}: {cost}");
    }
}

#[test]
fn the_dearest_part_is_named() {
    let condition = "chat.public and any a in links where (any b in links where (any c in links where (a.host != b.host and b.host != c.host)))";
    let (_, sources, found) =
        diagnosed(&[("world.loci", &rule(condition))], RecordLimits::default());
    let found: Vec<_> = found.iter().filter(|one| one.code == Code::TooCostly).collect();
    let [error] = &*found else { panic!("{found:?}") };
    assert!(error.message.contains("this part takes"), "{}", error.message);
    assert_eq!(sources.slice(error.at.unwrap()), "a.host != b.host and b.host != c.host");
    let help = error.help.as_deref().unwrap();
    assert!(help.contains("inside each other multiply"), "{help}");
}

/// Records that reach a limit each.
fn largest(program: &Program) -> Vec<Record> {
    let limits = program.schema.limits;
    let list = |count: usize, one: &dyn Fn(usize) -> String| {
        (0..count).map(one).collect::<Vec<_>>().join(",")
    };
    let record = |fields: String| {
        let json =
            format!(r#"{{"schema":"lexloci.message/1","id":"1","platform":"test",{fields}}}"#);
        Record::read(&program.schema, json.as_bytes()).unwrap()
    };
    let part = |text: String| record(format!(r#""parts":[{{"kind":"text","text":"{text}"}}]"#));
    let link = |n: usize| format!(r#"{{"url":"a{n}","via":"url","host":"b"}}"#);
    let room = limits.text - 100;
    vec![
        part("a b ".repeat(room / 4)),
        part("a".repeat(room)),
        part("«a b» b a? A b. ".repeat(room / 18)),
        record(format!(
            r#""parts":[{{"kind":"text","text":"{}"}},{{"kind":"button","text":"{}"}}]"#,
            "«a b» b a? ".repeat(room / 26),
            "a b ".repeat(room / 8)
        )),
        record(format!(r#""links":[{}]"#, list(limits.links, &link))),
        record(format!(
            r#""links":[{{"url":"{}","via":"url","host":"b"}}]"#,
            "a ".repeat(room / 2)
        )),
        record(format!(
            r#""links":[{}],"parts":[{{"kind":"text","text":"{}"}}]"#,
            list(100, &link),
            "ab ".repeat(1_200)
        )),
        record(format!(
            r#""reports":{{"orders":[{}]}}"#,
            list(limits.orders, &|n| format!(r#"{{"authority":"a{n}","country":"KZ"}}"#))
        )),
        record(format!(
            r#""reports":{{"orders":[{}],"notices":[{}]}}"#,
            list(limits.orders, &|n| format!(r#"{{"authority":"a{n}","country":"KZ"}}"#)),
            list(limits.notices, &|n| format!(r#"{{"kind":"k{n}","country":"KZ"}}"#))
        )),
        record(format!(r#""tags":{{"hashtags":[{}]}}"#, list(600, &|n| format!("\"t{n}\"")))),
        record(format!(
            r#""parts":[{}],"links":[{}],"media":[{}],"tags":{{"hashtags":[{}]}}"#,
            list(200, &|_| r#"{"kind":"text","text":"a"}"#.to_owned()),
            list(100, &|n| format!(r#"{{"url":"b{n}","via":"url","display":"ab"}}"#)),
            list(80, &|_| {
                r#"{"kind":"photo","file_name":"b","ocr":"c b","transcript":"d"}"#.to_owned()
            }),
            list(200, &|n| format!("\"{n}\""))
        )),
    ]
}

const TEXTS: [&str; 10] = [
    "text",
    "text",
    "any_text",
    "any_text",
    "chat.title",
    "own_text",
    "quoted_text",
    "asked_text",
    "stated_text",
    "button_text",
];

/// Generates conditions. The names of the elements around are given.
struct Generator {
    random: Rng,
}

impl Generator {
    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.random.usize(..of.len())]
    }

    fn text(&mut self, links: &[String], spans: &[String]) -> String {
        let local = match self.random.u8(..4) {
            0 | 1 if !links.is_empty() => {
                let link = &links[self.random.usize(..links.len())];
                format!("{link}.{}", self.one(&["url", "host"]))
            }
            2 if !spans.is_empty() => format!("{}.text", spans[self.random.usize(..spans.len())]),
            _ => self.one(&TEXTS).to_owned(),
        };
        match self.random.u8(..6) {
            0 => format!("lower({local})"),
            1 => format!("cheap({local})"),
            _ => local,
        }
    }

    fn condition(
        &mut self,
        depth: usize,
        links: &mut Vec<String>,
        spans: &mut Vec<String>,
    ) -> String {
        let choice = if depth == 0 { self.random.u8(..30) } else { self.random.u8(..45) };
        let text = self.text(links, spans);
        match choice {
            0 => format!("({text} contains \"b\")"),
            1 => format!("({text} matches r\"[a-z] zz\")"),
            2 => format!("({text} mentions money)"),
            3 => format!("f({text}, {})", self.text(links, spans)),
            4 => format!("({text} in hosts)"),
            5 => format!("long({text})"),
            6 => format!("({text} == {})", self.text(links, spans)),
            7 => "(\"zz\" in tags.hashtags)".to_owned(),
            8 => "urls(links)".to_owned(),
            9 => {
                let of = self.one(&["reply", "forward", "author.account"]);
                format!("({of} is {})", self.one(&["known", "missing", "none"]))
            }
            10 => "(chat.country in EU or at > sent_at + 2 days)".to_owned(),
            11 => format!("({text} mentions money near \"b\" (3 words))"),
            12 => self
                .one(&[
                    "length(reports.orders) > 3",
                    "(labels.a.score > 0.5 or labels.b.score > 0.5 or labels.c.score > 0.5 or labels.d.score > 0.5 or labels.e.score > 0.5)",
                    "(any o in reports.orders where (any n in reports.notices where (other(n, o))))",
                    "(all o in reports.orders where (no n in reports.notices where (n.received_at > o.given_at)))",
                ])
                .to_owned(),
            13 => format!("({text} starts with \"a\" or {text} ends with {})", self.text(links, spans)),
            14 => format!("({text} in [\"a\", {}])", self.text(links, spans)),
            15 => format!("({text} in tags.hashtags or {text} in known)"),
            16 => format!("((if {text} contains \"b\" then {text} else {}) contains \"b\")", self.text(links, spans)),
            17 => format!("((chat.title ?? {text}) contains \"b\")"),
            18 => "(labels.a.score + labels.b.score - labels.c.score * labels.d.score + length(reports.orders) + labels.e.score > 3)".to_owned(),
            19 => format!("(count t in tags.hashtags where ({text} contains t) > 3)"),
            20 => format!("(told_apart([text, any_text, {text}]) > 1)"),
            21 => format!("(-length(reports.notices) < 3 and length({text}) + length(links) > 5)"),
            22 => format!("same({text}, {})", self.text(links, spans)),
            23 => format!("searched([{text}, \"a b\", {}])", self.text(links, spans)),
            24 => format!("(length(mixed_words({text})) > 1 or \"Cyrl\" in scripts({text}))"),
            25 => format!("(searched(scripts({text})) or told_apart(mixed_words({text})) > 1)"),
            26 => format!("({text} matches codes or words({text}) > 3 or capitals({text}) > 0.5)"),
            27 => format!("(if reports.count > 3 then length(reports.orders) else count n in reports.notices where (n.kind == {text}) > 1)"),
            28 => "(any p in parts where (p.text in tags.hashtags or p.kind == \"text\"))".to_owned(),
            29 => format!("(registrable_domain({text}) == \"b.example\" or {text} mentions \"a #\")"),
            44 => {
                let parts = [(); 3].map(|()| self.condition(depth - 1, links, spans));
                format!("(at least 2 of ({}))", parts.join(", "))
            }
            30 | 31 => {
                let word = self.one(&["and", "or"]);
                let parts = [(); 2].map(|()| self.condition(depth - 1, links, spans));
                format!("({})", parts.join(&format!(" {word} ")))
            }
            32 => format!("(not {})", self.condition(depth - 1, links, spans)),
            33 | 34 => {
                let name = format!("m{}", links.len() + spans.len());
                let of = self.one(&["r\"[a-z]\"", "r\"[a-z]+\"", "money"]);
                spans.push(name.clone());
                let body = self.condition(depth - 1, links, spans);
                spans.pop();
                format!("(any {name} in spans({text}, {of}) where ({body}))")
            }
            35 => {
                let body = self.condition(depth - 1, &mut vec![], &mut vec![]);
                format!("(any o in reports.orders where (o.authority != \"x\" and {body}))")
            }
            36 => {
                let parts = [(); 2].map(|()| self.condition(depth - 1, links, spans));
                let parts = parts.map(|part| format!("3 when {part}"));
                format!("(score ({}) >= 4)", parts.join(", "))
            }
            37 | 38 => {
                let name = format!("l{}", links.len() + spans.len());
                let (list, is_link) = if self.random.bool() {
                    ("links".to_owned(), true)
                } else {
                    (format!("spans({text}, r\"[a-z]\")"), false)
                };
                let of = if is_link { &mut *links } else { &mut *spans };
                of.push(name.clone());
                let value = self.text(links, spans);
                let body = self.condition(depth - 1, links, spans);
                let of = if is_link { &mut *links } else { &mut *spans };
                of.pop();
                if self.random.bool() {
                    format!("(count distinct {value} for {name} in {list} where ({body}) > 3)")
                } else {
                    format!("(sum length({value}) for {name} in {list} where ({body}) > 3)")
                }
            }
            39 | 40 => {
                let [a, b] = [(); 2].map(|()| self.condition(depth - 1, links, spans));
                format!("both({a}, {b})")
            }
            _ => {
                let name = format!("l{}", links.len() + spans.len());
                links.push(name.clone());
                let body = self.condition(depth - 1, links, spans);
                links.pop();
                let word = self.one(&["any", "all", "no"]);
                format!("({word} {name} in links where ({body}))")
            }
        }
    }
}

/// Whatever a condition is, and however large the record, no more steps are taken than its bound says.
#[test]
fn no_evaluation_takes_more_steps_than_its_bound() {
    let cases = std::env::var("LEXLOCI_CASES").ok().and_then(|cases| cases.parse().ok());
    let mut generator = Generator { random: Rng::with_seed(7) };
    let (mut most, mut accepted) = (0.0_f64, 0);
    for _ in 0..cases.unwrap_or(150) {
        let condition = generator.condition(3, &mut vec![], &mut vec![]);
        let (program, bound, errors) = bound(&condition, small());
        // Above this the evaluation would take too long for a test.
        if bound > MOST || bound == 0 {
            continue;
        }
        if !errors.is_empty() {
            continue;
        }
        accepted += 1;
        for record in largest(&program) {
            let interpreter = Interpreter::new(&program, &record, instant(NOON));
            spent();
            interpreter.condition(program.norms.first().unwrap());
            let steps = spent();
            assert!(steps <= bound, "{condition}: {steps} steps, but the bound is {bound}");
            most = most.max(steps as f64 / bound as f64);
        }
    }
    assert!(accepted > 60, "only {accepted} conditions were accepted");
    assert!(most > 0.2, "the bounds are too wide: at most {most} of them is used");
}
