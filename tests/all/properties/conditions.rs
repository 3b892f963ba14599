//! Generates conditions as source text, from a typed grammar over fields of the real schema.

use super::words::{PATTERNS, PHRASES, PLACES};
use lexloci::words::{Role, all};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Union, ValueTree};
use proptest::test_runner::TestRunner;

/// Whether a condition may turn unknown values into known ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// It has ways out of the unknown: `??`, `is missing` and `is known`.
    Out,
    /// It has none: unknown values follow Kleene's logic.
    None,
}

/// A condition that is a single operand, so that it can be used wherever a truth can.
pub fn condition(ways: Ways) -> BoxedStrategy<String> {
    atom(ways)
        .prop_recursive(3, 12, 3, move |inner| {
            let several = || proptest::collection::vec(inner.clone(), 2..4);
            prop_oneof![
                4 => several().prop_map(|parts| join("and", parts)),
                4 => several().prop_map(|parts| join("or", parts)),
                2 => inner.clone().prop_map(|one| format!("(not {one})")),
                1 => (several(), any::<bool>()).prop_map(|(parts, all)| {
                    let least = if all { parts.len() } else { 1 };
                    format!("at least {least} of ({})", parts.join(", "))
                }),
                2 => (several(), points(), comparison_sign(), select(&["1", "2.5", "4"][..]))
                    .prop_map(|(parts, points, sign, bound)| score(&parts, &points, sign, bound)),
                1 => (inner.clone(), inner.clone(), inner.clone())
                    .prop_map(|(test, yes, no)| format!("(if {test} then {yes} else {no})")),
                1 => (inner.clone(), int(ways), int(ways))
                    .prop_map(|(test, yes, no)| format!("((if {test} then {yes} else {no}) > 5)")),
                1 => (inner.clone(), inner.clone(), select(&["==", "!="][..]))
                    .prop_map(|(left, right, sign)| same_truth(&left, &right, sign)),
                1 => (link(ways), inner)
                    .prop_map(|(link, other)| any_link(&link, &other)),
            ]
        })
        .boxed()
}

/// `(a == b)`, or `not a` instead of a comparison of a condition with itself.
fn same_truth(left: &str, right: &str, sign: &str) -> String {
    if left == right { format!("(not {left})") } else { format!("({left} {sign} {right})") }
}

/// A test of a link and another condition, which may be a nested quantifier over links if the cost limit of a rule
/// allows it.
fn any_link(link: &str, other: &str) -> String {
    let walks = other.matches(" where ").count();
    let reads = ["mentions", "matches", "contains", "length", "lower"]
        .iter()
        .any(|word| other.contains(word));
    // A search in a text that is the same for each link.
    let is_dear = ["contains", "starts with", "ends with", "lower(", "words(", "spans("]
        .iter()
        .any(|word| other.contains(word));
    if walks > 1 || (walks == 1 && reads) || is_dear {
        return format!("((any l in links where ({})) and {other})", link.replace('@', "l"));
    }
    // The variable of a nested quantifier needs another name.
    let name = if walks == 1 { "outer" } else { "l" };
    format!("(any {name} in links where ({} and {other}))", link.replace('@', name))
}

/// Points for up to three conditions.
fn points() -> impl Strategy<Value = Vec<&'static str>> {
    proptest::collection::vec(select(&["1", "2", "2", "3.5", "-1", "-2.5"][..]), 3)
}

/// A score whose bound can be reached and missed, so that it is not the same on every record.
fn score(parts: &[String], points: &[&str], sign: &str, bound: &str) -> String {
    let number = |text: &str| text.parse::<f64>().unwrap();
    let given: Vec<_> = parts.iter().zip(points).collect();
    let total = |keep: fn(f64) -> bool| -> f64 {
        given.iter().map(|(_, points)| number(points)).filter(|points| keep(*points)).sum()
    };
    let [least, most] = [total(|points| points < 0.0), total(|points| points > 0.0)];
    let bound = if (least..most).contains(&number(bound)) { bound } else { "0" };
    let sign = match sign {
        "<" | ">=" if least >= number(bound) => ">",
        "<=" | ">" if most <= number(bound) => "<",
        sign => sign,
    };
    let parts = given.iter().map(|(part, points)| format!("{points} when {part}"));
    format!("(score ({}) {sign} {bound})", parts.collect::<Vec<_>>().join(", "))
}

/// A condition that is true of many records, so that exceptions often apply.
pub fn lenient(ways: Ways) -> BoxedStrategy<String> {
    prop_oneof![
        5 => select(LENIENT).prop_map(|test| format!("({test})")),
        3 => select(OFTEN).prop_map(|test| format!("({test})")),
        1 => select(if ways == Ways::Out { OF_NONE } else { LENIENT })
            .prop_map(|test| format!("({test})")),
        1 => (select(LENIENT), condition(ways)).prop_map(|(test, other)| format!("(({test}) or {other})")),
        1 => condition(ways),
    ]
    .boxed()
}

/// These conditions read fields that are never missing.
const LENIENT: &[&str] = &[
    "length(text) < 40",
    "length(reports.orders) < 3",
    "length(media) < 2",
    "not (text mentions profit)",
    "any_text mentions invest or length(links) > 1",
    "no l in links where (l.via == \"button\")",
    "count p in parts where (p.kind == \"text\") < 2",
];

/// Conditions that come out differently on many records, and are drawn often enough to change many decisions
/// (`generated_rules_depend_on_every_construct`).
const OFTEN: &[&str] = &[
    "at > sent_at + 24 hours",
    "chat.country in EU",
    "chat.country not in FR",
    "no o in reports.orders where (o.country in EU)",
    "any_text mentions percentage",
    "any_text mentions percentage",
    "any_text mentions percentage",
    "any_text mentions percentage",
    "any_text matches percentage",
    "any_text matches lib.shared.percentage",
    "any_text mentions \"#%\"",
    "any_text mentions \"# (friends|друга)\"",
    "any_text mentions \"(passive|invite|invest*|scam|the|TON)\" ... \"(income|friends|deposit|ad|warning)\"",
    "any_text mentions \"(passive|invite|invest*|scam|the|TON)\" ... \"(income|friends|deposit|ad|warning)\"",
    "any_text mentions \"(passive|invite|invest*|scam|the|TON)\" ... \"(income|friends|deposit|ad|warning)\"",
];

/// These conditions are true of many records that say what does not exist.
const OF_NONE: &[&str] = &["reply is none", "forward is none", "forward.chat.public is none"];

/// `(a and b)`. The checker refuses a part next to its negation, so the negation is left out. It also refuses that a value is
/// both known and missing, so only the first of two such tests of a value is kept.
fn join(word: &str, parts: Vec<String>) -> String {
    let negates = |part: &String| parts.iter().any(|other| *part == format!("(not {other})"));
    let tested = |part: &String| part.rsplit_once(" is ").map(|(value, _)| value.to_owned());
    let is_repeated = |at: usize, part: &String| {
        tested(part).is_some_and(|value| {
            parts.iter().take(at).any(|other| tested(other).as_deref() == Some(&value))
        })
    };
    let kept = parts.iter().enumerate();
    let kept: Vec<_> = kept
        .filter(|(at, part)| !negates(part) && !is_repeated(*at, part))
        .map(|(_, part)| part.as_str())
        .collect();
    format!("({})", kept.join(&format!(" {word} ")))
}

fn atom(ways: Ways) -> BoxedStrategy<String> {
    let out = match ways {
        Ways::Out => 3,
        Ways::None => 0,
    };
    let texts = || select(SURFACES);
    Union::new_weighted(
        vec![
            (5, select(TRUTHS).prop_map(str::to_owned).boxed()),
            (4, comparison(ways)),
            (
                4,
                (texts(), select(PATTERNS))
                    .prop_map(|(on, p)| format!("({on} mentions {p})"))
                    .boxed(),
            ),
            (5, select(OFTEN).prop_map(|test| format!("({test})")).boxed()),
            (
                2,
                (texts(), phrase_near())
                    .prop_map(|(on, near)| format!("({on} mentions {near})"))
                    .boxed(),
            ),
            (4, select(TESTS).prop_map(|test| format!("({test})")).boxed()),
            (
                3,
                quantified(
                    "l",
                    "links",
                    link(ways).prop_map(|link| link.replace('@', "l")).boxed(),
                ),
            ),
            (3, quantified("o", "reports.orders", order(ways))),
            (
                1,
                quantified(
                    "n",
                    "reports.notices",
                    order(ways)
                        .prop_map(|s| s.replace("o.", "n.").replace("n.authority", "n.kind"))
                        .boxed(),
                ),
            ),
            (1, quantified("r", "reports.rulings", ruling(ways))),
            (1, quantified("m", "media", medium(ways))),
            (2, sum_of_media(ways)),
            (2, different_reporters(ways)),
            (1, different_words()),
            (1, different_media(ways)),
            (1, quantified("p", "parts", part())),
            (
                1,
                quantified(
                    "s",
                    "spans(any_text, profit)",
                    Just("(s.surface == \"text\")".to_owned()).boxed(),
                ),
            ),
            (
                1,
                quantified(
                    "s",
                    "spans(text, percentage)",
                    Just("(s.start < 20)".to_owned()).boxed(),
                ),
            ),
            (
                1,
                quantified(
                    "s",
                    "spans(own_text, percentage)",
                    Just("(s.start > 3)".to_owned()).boxed(),
                ),
            ),
            (
                1,
                quantified(
                    "s",
                    "spans(quoted_text, profit)",
                    Just("(s.text contains \"income\" or s.part == 0)".to_owned()).boxed(),
                ),
            ),
            (
                1,
                quantified(
                    "w",
                    "wallets",
                    select(&["w.quoted", "(not w.quoted)"][..]).prop_map(str::to_owned).boxed(),
                ),
            ),
            (1, quantified("m", "tags.mentions", mention(ways))),
            (2, select(SHARED).prop_map(str::to_owned).boxed()),
            (out, select(WAYS_OUT).prop_map(|test| format!("({test})")).boxed()),
        ]
        .into_iter()
        .filter(|(weight, _)| *weight > 0)
        .collect::<Vec<_>>(),
    )
    .boxed()
}

/// The texts of the message, and passages of them.
const SURFACES: &[&str] = &[
    "text",
    "text",
    "text",
    "text",
    "text",
    "any_text",
    "any_text",
    "any_text",
    "any_text",
    "any_text",
    "own_text",
    "quoted_text",
    "asked_text",
    "stated_text",
    "button_text",
];

const TRUTHS: &[&str] = &[
    "chat.public",
    "chat.verified",
    "chat.scam",
    "author.account.minor",
    "author.account.is_bot",
    "reply.external",
    "reply.author.account.is_bot",
    "forward.automatic",
    "forward.chat.public",
];

/// Conditions that call definitions of the shared library.
const SHARED: &[&str] = &["busy", "busy", "large(chat.members)", "(ratio > 2)", "invites"];

const WAYS_OUT: &[&str] = &[
    "chat.members ?? 0 > 1_000",
    "labels.news.score ?? 0 >= 0.8",
    "chat.title is missing",
    "chat.members is known",
    "author.account is known",
    "chat.country is missing",
    "(chat.members / chat.strikes) is missing",
    "edited_at ?? sent_at > 2026-01-01",
    "reply is none",
    "reply is missing",
    "reply.author.account.id is none",
    "reply.external is known",
    "reply.text is missing",
    "forward is none",
    "forward.chat.public is none",
    "author.account is none",
    "(reply.message_id + 1) is none",
    "(not reply.external) is none",
    "(not reply.external) is known",
    "(if chat.public then reply.external else forward.automatic) is none",
    "reply.message_id ?? 5 > 4",
    "reply.text ?? chat.title contains \"TON\"",
];

const TESTS: &[&str] = &[
    r#"text contains "доход""#,
    r#"any_text contains "😀""#,
    r#"text matches r"[0-9]+ ?%""#,
    "any_text matches percentage",
    r#"any_text matches r"(?i)\bguarant\w+""#,
    r#"text matches r"\p{Cyrillic}+""#,
    r#"chat.title contains "TON""#,
    r#"chat.title starts with "TON""#,
    r#"chat.title ends with "😀""#,
    r#"lower(chat.title) contains "ton""#,
    r#"chat.title in names"#,
    r#"chat.title in titles"#,
    r#"chat.title not in titles"#,
    r#"chat.title mentions profit"#,
    r#"chat.type in ["group", "channel"]"#,
    r#"chat.type == "channel""#,
    r#"chat.type not in ["group", "private"]"#,
    r#"chat.public == false"#,
    r#"if chat.verified then true else chat.scam"#,
    r#"chat.country in ["KZ", "FR"]"#,
    r#"chat.country == "DE""#,
    r#""ad" in tags.hashtags"#,
    r#"tags.cashtags contains "TON""#,
    r#""KZ" in visibility.countries"#,
    r#"visibility.audience != "private""#,
    r#"sent_at < 2026-01-01"#,
    r#"sent_at - author.account.created_at < 7 days"#,
    r#"edited_at >= 2025-06-01T00:00:00Z"#,
    r#"days(sent_at - chat.created_at) > 30"#,
    r#"sent_at + 24 hours > edited_at"#,
    r#"at > sent_at + 24 hours"#,
    r#"at - 30 days <= edited_at"#,
    r#"at < 2025-07-01"#,
    r#"author.account.country in FR-IDF"#,
    r#"labels.news.score >= 0.8"#,
    r#"labels.synthetic.score * 2 > 1.5"#,
    r#"reports.count > 0"#,
    r#"reply.author.account.id == 3"#,
    r#"reply.author.account.id != 3"#,
    r#"reply.author.account.id in [3, 5]"#,
    r#"reply.author.account.id not in [3, 5]"#,
    r#"3 == reply.author.account.id"#,
    r#"reply.text mentions profit"#,
    r#"reply.text contains "доход""#,
    r#"not (reply.text starts with "passive")"#,
    r#"reply.chat.title in names"#,
    r#"reply.chat.title not in titles"#,
    r#"lower(reply.text) contains "ton""#,
    r#"words(reply.text) < 5"#,
    r#"reply.external == false"#,
    r#"reply.external == forward.automatic"#,
    r#"reply.external != forward.chat.public"#,
    r#"not (not reply.external) == false"#,
    r#"chat.title == forward.chat.title"#,
    r#"forward.date < sent_at"#,
    r#"not (forward.date >= 2026-01-01)"#,
    r#"sent_at - forward.date < 30 days"#,
    r#"forward.name == reply.text"#,
    r#"if reply.external then reply.message_id > 5 else forward.chat.public"#,
    r#"(if chat.verified then reply.message_id else 7) > 5"#,
    r#"reports.trusted_flagger > 0"#,
    r#"reports.known_at < 2026-03-01"#,
    r#"author.key == "telegram:77""#,
    r#"author.key in ["telegram:-1001234567890", "https://example.social/users/ann"]"#,
    r#"reply.author.key != "telegram:3""#,
    r#""KZ" in visibility.hidden"#,
    r#"fingerprint(chat.title) == fingerprint(reply.text)"#,
    r#"own_text contains "income""#,
    r#"quoted_text contains "доход""#,
    r#"stated_text starts with "passive""#,
    r#"asked_text ends with "?""#,
    r#"own_text matches r"^\p{Cyrillic}+""#,
    r#"quoted_text matches r"[0-9]+ ?%""#,
    r#"asked_text matches percentage"#,
    r#"button_text mentions profit"#,
    r#"words(own_text) > words(quoted_text)"#,
    r#"length(stated_text) < length(text)"#,
    r#"asked_text == quoted_text"#,
    r#"(if chat.public then own_text else quoted_text) mentions profit"#,
];

fn phrase_near() -> impl Strategy<Value = String> {
    let operand = || select(PATTERNS);
    prop_oneof![
        (operand(), operand(), 0..6u32).prop_map(|(a, b, n)| format!("{a} near {b} ({n} words)")),
        select(PHRASES).prop_map(str::to_owned),
    ]
}

/// `any l in links where (…)`, or a comparison of their number.
fn quantified(
    name: &'static str,
    list: &'static str,
    body: BoxedStrategy<String>,
) -> BoxedStrategy<String> {
    (select(&["any", "any", "all", "no", "count"][..]), body, 1..3i64)
        .prop_map(move |(word, body, least)| {
            let test = format!("{word} {name} in {list} where ({body})");
            if word == "count" { format!("({test} >= {least})") } else { format!("({test})") }
        })
        .boxed()
}

/// A test of a link, written as `@`.
fn link(ways: Ways) -> BoxedStrategy<String> {
    let known =
        if ways == Ways::Out { "(@.telegram is known)" } else { "(@.telegram == \"scam_bot\")" };
    select(vec![
        "(@.host in hosts)",
        "(@.host in listed)",
        "(@.host in licensed)",
        "(@.host not in licensed)",
        "unlicensed(@)",
        "(@.host not in unsure)",
        "(@.host == \"venue.example\")",
        "leads(@)",
        "(@.scheme == \"https\")",
        "(@.via != \"button\")",
        "@.deceptive",
        "(@.url contains \"scam\")",
        "@.quoted",
        "(not @.quoted)",
        if ways == Ways::Out { "@.own" } else { "@.quoted" },
        if ways == Ways::Out { "(not @.own)" } else { "(not @.quoted)" },
        known,
    ])
    .prop_map(str::to_owned)
    .boxed()
}

fn mention(ways: Ways) -> BoxedStrategy<String> {
    let own = if ways == Ways::Out { "m.own" } else { "m.quoted" };
    select(vec!["m.quoted", "(not m.quoted)", "(m.username == \"scam_bot\" and not m.quoted)", own])
        .prop_map(str::to_owned)
        .boxed()
}

fn order(ways: Ways) -> BoxedStrategy<String> {
    let countries =
        select(PLACES).prop_filter("a country", |code| code.len() == 2 && *code != "EU");
    let reference = if ways == Ways::Out { "(o.ref is missing)" } else { "(o.ref == \"7\")" };
    prop_oneof![
        countries.prop_map(|code| format!("(o.country == \"{code}\")")),
        Just("(o.authority == \"KZ-MAI\")".to_owned()),
        Just("(o.received_at > 2026-01-01)".to_owned()),
        Just("(at > o.received_at + 24 hours)".to_owned()),
        Just("(o.country in EU)".to_owned()),
        Just("((o.country in [\"KZ\", \"FR\"]) and chat.public)".to_owned()),
        Just("(o.authority == \"FR-ARCOM\" or any l in links where (l.host in hosts))".to_owned()),
        Just(reference.to_owned()),
    ]
    .boxed()
}

fn ruling(ways: Ways) -> BoxedStrategy<String> {
    let manifest = if ways == Ways::Out { "(r.manifest is known)" } else { "r.manifest" };
    select(vec![
        "(r.verdict == \"upheld\")",
        "(\"kz.r0\" in r.rules)",
        "(r.given_at > 2026-01-01)",
        "(at > r.given_at + 24 hours)",
        "(r.version == edited_at)",
        "(r.place == \"WORLD\" or r.by == \"ann\")",
        manifest,
    ])
    .prop_map(str::to_owned)
    .boxed()
}

fn medium(ways: Ways) -> BoxedStrategy<String> {
    let size = if ways == Ways::Out { "(m.size ?? 0 > 1_000)" } else { "(m.size > 1_000)" };
    select(vec![
        "(m.kind == \"photo\")",
        "(m.ocr mentions profit)",
        "m.spoiler",
        "(m.file_name ends with \".apk\")",
        size,
    ])
    .prop_map(str::to_owned)
    .boxed()
}

/// A sum of the media's sizes, of all or of some.
fn sum_of_media(ways: Ways) -> BoxedStrategy<String> {
    let mut values =
        vec!["m.size", "(m.size - 1_000)", "(if m.spoiler then 2 else 1)", "length(m.file_name)"];
    if ways == Ways::Out {
        values.extend(["(m.size ?? 2)", "(m.duration_s ?? 0.5)"]);
    }
    let bound = select(&[0, 1, 2, 5, 1_000, 2_000][..]);
    (select(values), only_where(medium(ways)), comparison_sign(), bound)
        .prop_map(|(value, only, sign, bound)| {
            format!("(sum {value} for m in media{only} {sign} {bound})")
        })
        .boxed()
}

fn different_reporters(ways: Ways) -> BoxedStrategy<String> {
    let notice = order(ways).prop_map(|s| s.replace("o.", "n.").replace("n.authority", "n.kind"));
    let values = select(&["n.reporter", "n.reporter", "n.country", "(n.country == \"KZ\")"][..]);
    (values, only_where(notice.boxed()), comparison_sign(), 0..4i64)
        .prop_map(|(value, only, sign, bound)| {
            format!("(count distinct {value} for n in reports.notices{only} {sign} {bound})")
        })
        .boxed()
}

fn different_media(ways: Ways) -> BoxedStrategy<String> {
    // A default in whole numbers is one of the values in decimals.
    let lasts = if ways == Ways::Out { "(m.duration_s ?? 2)" } else { "m.duration_s" };
    (select(vec!["m.kind", "m.size", lasts, lasts]), comparison_sign(), 0..3i64)
        .prop_map(|(value, sign, bound)| {
            format!("(count distinct {value} for m in media {sign} {bound})")
        })
        .boxed()
}

fn different_words() -> BoxedStrategy<String> {
    (select(PATTERNS), comparison_sign(), 0..3i64)
        .prop_map(|(pattern, sign, bound)| {
            format!("(count distinct s.text for s in spans(any_text, {pattern}) {sign} {bound})")
        })
        .boxed()
}

/// ` where (…)`, or nothing.
fn only_where(body: BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop_oneof![
        1 => Just(String::new()),
        2 => body.prop_map(|body| format!(" where ({body})")),
    ]
    .boxed()
}

fn comparison_sign() -> impl Strategy<Value = &'static str> {
    select(&["<", "<=", ">", ">=", ">=", "==", "!="][..])
}

fn part() -> BoxedStrategy<String> {
    select(vec![
        "(p.kind == \"button\")",
        "(p.text mentions profit)",
        "(p.text contains \"income\")",
        "(length(p.text) > 12)",
    ])
    .prop_map(str::to_owned)
    .boxed()
}

/// Calculations with integers that may overflow or divide by zero.
fn int(ways: Ways) -> BoxedStrategy<String> {
    let mut fields = vec![
        "chat.members",
        "chat.strikes",
        "author.account.age",
        "metrics.views",
        "length(text)",
        "length(links)",
        "words(chat.title)",
        "count l in links where (leads(l))",
        "count l in links where (unlicensed(l))",
        "reports.count",
        "reply.message_id",
        "reply.author.account.id",
        "reply.chat.members",
        "words(reply.text)",
        "length(spans(reply.text, profit))",
    ];
    if ways == Ways::Out {
        fields.push("chat.members ?? 5");
    }
    let field = || select(fields.clone()).prop_map(str::to_owned);
    prop_oneof![
        4 => field(),
        1 => (field(), select(&["*", "+", "-"][..]))
            .prop_map(|(field, op)| format!("(({field}) {op} 9_000_000_000_000_000_000)")),
        1 => (field(), field()).prop_map(|(a, b)| format!("(({a}) / ({b}))")),
        1 => (field(), field()).prop_map(|(a, b)| format!("max(({a}) - 2, abs({b}))")),
        1 => field().prop_map(|a| format!("(-({a}))")),
    ]
    .boxed()
}

fn comparison(ways: Ways) -> BoxedStrategy<String> {
    (int(ways), comparison_sign(), select(&[0, 1, 2, 5, 20, 1000][..]))
        .prop_map(|(int, op, bound)| format!("({int} {op} {bound})"))
        .boxed()
}

/// A new operator is generated too, so that the engine is compared with the interpreter on it.
#[test]
fn conditions_have_every_operator() {
    let mut runner = TestRunner::deterministic();
    let strategy = condition(Ways::Out);
    let drawn = (0..2000).map(|_| strategy.new_tree(&mut runner).unwrap().current());
    let conditions = drawn.collect::<Vec<_>>().join(" ");
    let words: Vec<_> = conditions.split([' ', '(', ')', ',']).collect();
    let has =
        |word: &str| words.windows(word.split(' ').count()).any(|some| some.join(" ") == word);
    let rows = all().filter(|row| row.has(Role::Operand) || row.has(Role::Operator));
    // Counters and marks are drawn with their histories.
    let rows = rows.filter(|row| !matches!(row.word, "reaches" | "is set"));
    let missing: Vec<_> = rows.map(|row| row.word).filter(|word| !has(word)).collect();
    assert_eq!(missing, [""; 0]);
}
