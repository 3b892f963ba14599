//! Tests of sums and of counts of different values.

use super::{Row, check, compiled, evidence_texts, found, rules};
use crate::program::outcome::Event;
use crate::program::outcome::Truth::{False, True, Unknown};

/// Media, one for each word: its size, and `+` if it is hidden, `-` if it is not. `?` is an unknown size.
fn media(words: &str) -> String {
    let medium = |word: &str| {
        let size = word.trim_end_matches(['+', '-']);
        let size = if size == "?" { String::new() } else { format!(r#", "size": {size}"#) };
        let hidden = match word.chars().last() {
            Some('+') => r#", "spoiler": true"#,
            Some('-') => r#", "spoiler": false"#,
            _ => "",
        };
        format!(r#"{{ "kind": "photo"{size}{hidden} }}"#)
    };
    let media: Vec<String> = words.split_whitespace().map(medium).collect();
    format!(r#"{{ "media": [{}] }}"#, media.join(", "))
}

/// Notices, one for each word: its reporter, or `?`.
fn notices(reporters: &str) -> String {
    let notice = |reporter: &str| match reporter {
        "?" => r#"{ "kind": "spam", "country": "FR" }"#.to_owned(),
        name => format!(
            r#"{{ "kind": "spam", "country": "FR", "reporter": "{name}", "complete": true }}"#
        ),
    };
    let notices: Vec<String> = reporters.split_whitespace().map(notice).collect();
    format!(r#"{{ "reports": {{ "notices": [{}] }} }}"#, notices.join(", "))
}

#[test]
fn a_sum_is_decided_if_unknown_parts_cannot_change_it() {
    let hidden = "sum m.size for m in media where (m.spoiler)";
    let table = [
        (hidden, "== 0", "", True, ""),
        (hidden, ">= 5", "2+ 3+ 9-", True, ""),
        (hidden, ">= 5", "4+ 2 9-", Unknown, "media[].spoiler"),
        (hidden, ">= 4", "4+ 2 9-", True, ""),
        (hidden, "<= 6", "4+ 2 9-", True, ""),
        (hidden, "<= 6", "4+ -2 9-", True, ""),
        (hidden, ">= 3", "4+ -2", Unknown, "media[].spoiler"),
        (hidden, ">= 2", "4+ -2", True, ""),
        (hidden, ">= 1", "4+ ?+", Unknown, "media[].size"),
        (hidden, ">= 4", "4+ ?-", True, ""),
        (hidden, ">= 1", "?", Unknown, "media[].size media[].spoiler"),
        (hidden, "+ 1 > 4", "4+ 2", True, ""),
        (hidden, "is known", "4+ 2", False, ""),
        (hidden, "> 0", "9223372036854775807+ 1+", Unknown, "overflow"),
        ("sum m.size for m in media", ">= 5", "2 3", True, ""),
        ("sum (m.size * 2) for m in media", "== 10", "2 3", True, ""),
        ("sum (m.size * 0.5) for m in media", ">= 2.5", "2 3", True, ""),
        ("sum (m.duration_s ?? 0.25) for m in media", "== 0.5", "2 3", True, ""),
        ("1 + sum m.size for m in media", "== 6", "2 3", True, ""),
        (
            "sum (count n in media where (n.size < m.size)) for m in media",
            "== 3",
            "1 2 3",
            True,
            "",
        ),
    ]
    .map(|(sum, rest, of, truth, missing)| (format!("{sum} {rest}"), media(of), truth, missing));
    let rows = table.iter().map(|(when, record, truth, missing)| -> Row<'_> {
        ("a sum", when, record, *truth, missing)
    });
    check(&rows.collect::<Vec<_>>());
    check(&[("a missing list", "sum length(flag) for flag in flags > 0", "{}", Unknown, "flags")]);
}

#[test]
fn an_unknown_element_counts_as_at_most_one_value() {
    let all = "count distinct r.reporter for r in reports.notices";
    let complete = "count distinct r.reporter for r in reports.notices where (r.complete)";
    let table = [
        (all, "== 0", "", True, ""),
        (all, "== 2", "a b a", True, ""),
        (all, ">= 3", "a b a", False, ""),
        (all, ">= 3", "a b ?", Unknown, "reports.notices[].reporter"),
        (all, ">= 2", "a b ?", True, ""),
        (all, "< 4", "a b ?", True, ""),
        (complete, ">= 2", "a b a", True, ""),
        (
            complete,
            "<= 2",
            "a b ?",
            Unknown,
            "reports.notices[].complete reports.notices[].reporter",
        ),
    ]
    .map(|(count, rest, of, truth, missing)| {
        (format!("{count} {rest}"), notices(of), truth, missing)
    });
    let rows = table.iter().map(|(when, record, truth, missing)| -> Row<'_> {
        ("a count", when, record, *truth, missing)
    });
    check(&rows.collect::<Vec<_>>());
    let media = media("2+ 2 3-");
    check(&[
        (
            "a value that is counted anyway",
            "count distinct m.size for m in media where (m.spoiler) == 1",
            &media,
            True,
            "",
        ),
        ("numbers", "count distinct m.size for m in media == 2", &media, True, ""),
        (
            "a whole number in either notation",
            "count distinct (m.duration_s ?? 2) for m in media == 1",
            r#"{ "media": [{ "kind": "audio", "duration_s": 2.0 }, { "kind": "photo" }] }"#,
            True,
            "",
        ),
        ("conditions", "count distinct (m.size > 2) for m in media == 2", &media, True, ""),
        ("words of a schema", "count distinct m.kind for m in media == 1", &media, True, ""),
    ]);
}

/// One name in two spellings is one name, but a text of the record is compared as it is written.
#[test]
fn words_of_the_message_are_told_apart_by_their_letters() {
    let found = "count distinct m.text for m in spans(text, \"(free spins|casino)\")";
    check(&[
        (
            "twice",
            &format!("{found} == 1"),
            r#"{ "text": "Free  spins! FREE-SPINS, fr\u0435\u0435 spins" }"#,
            True,
            "",
        ),
        ("two", &format!("{found} == 2"), r#"{ "text": "Free spins, casino, Casino" }"#, True, ""),
        (
            "a text of the record",
            "count distinct r.reporter for r in reports.notices == 2",
            &notices("bob Bob"),
            True,
            "",
        ),
    ]);
}

fn check_evidence(table: &[(String, &str)], record: &str) {
    let program = rules(table.iter().map(|(when, _)| when.as_str()));
    for (number, (when, expected)) in table.iter().enumerate() {
        let finding = found(&program, &format!("world.r{number}"), record);
        let texts = evidence_texts(&finding).join(" ");
        assert_eq!((finding.truth, texts), (True, (*expected).to_owned()), "{when}");
    }
}

#[test]
fn sums_rest_on_what_makes_them_great() {
    let numbers = "for m in spans(text, r\"[0-9]+\")";
    let sum = format!("sum (m.start - 3) {numbers} where (m.text != \"20\")");
    let [first, twenty, last] = ["text[0, 2] 10", "text[3, 5] 20", "text[6, 8] 10"];
    let (all, both) = ([first, twenty, last].join(" "), [first, last].join(" "));
    check_evidence(
        &[
            (format!("count distinct m.text {numbers} >= 2"), &*all),
            (format!("count distinct m.text {numbers} < 3"), ""),
            (format!("{sum} >= 0"), last),
            (format!("{sum} <= 0"), first),
            (format!("{sum} == 0"), &both),
        ],
        r#"{ "text": "10 20 10" }"#,
    );
}

/// There is one cashtag, and two hashtags are counted for it.
#[test]
fn sums_rest_on_what_their_values_rest_on() {
    let two = "(count n in tags.hashtags where (n == \"ten\"))";
    let each = "for m in tags.cashtags";
    let [one, first, last] =
        ["tags.cashtags[0][0, 3] one", "tags.hashtags[0][0, 3] ten", "tags.hashtags[2][0, 3] ten"];
    let (all, both) = ([one, first, last].join(" "), [first, last].join(" "));
    check_evidence(
        &[
            (format!("sum {two} {each} >= 2"), &*all),
            (format!("sum {two} {each} <= 2"), ""),
            // The value is zero because of the hashtags, and would be zero without the cashtag too.
            (format!("sum (2 - {two}) {each} <= 0"), &both),
            (format!("sum (2 - {two}) {each} >= 0"), ""),
            (format!("sum ({two} - 2) {each} >= 0"), &both),
            (format!("sum (2 - {two}) {each} where (chat.public) <= 0"), &both),
            (format!("sum (3 - {two}) {each} where (chat.public) <= 1"), &both),
            (format!("sum {two} {each} where (chat.public) >= 0"), ""),
            // The value is between -2 and 2.
            (format!("sum (if chat.public then -2 else {two}) {each} >= -2"), &both),
            (format!("sum (if chat.public then -2 else {two}) {each} <= 2"), ""),
            (format!("count distinct {two} {each} >= 1"), &all),
            (format!("count distinct (5 - {two}) {each} >= 1"), &all),
            (format!("count distinct (m != \"\" and {two} > 1) {each} == 1"), &all),
        ],
        r#"{ "tags": { "hashtags": ["ten", "two", "ten"], "cashtags": ["one"] } }"#,
    );
}

#[test]
fn counted_notices_are_events() {
    let program =
        rules(["count distinct r.reporter for r in reports.notices where (r.complete) >= 2"]);
    let finding = found(&program, "world.r0", &notices("a ? b"));
    assert_eq!(finding.truth, True);
    assert_eq!(finding.events.get(&Event::Notice).map(|notices| notices.len()), Some(2));
}

#[test]
fn a_score_is_decided_if_unknown_parts_cannot_change_it() {
    let score = "score (5 when yes(), 3 when chat.public, -2 when chat.scam)";
    let public = r#"{ "chat": { "public": true } }"#;
    check(&[
        ("enough anyway", &format!("{score} >= 3"), "{}", True, ""),
        ("perhaps enough", &format!("{score} >= 5"), "{}", Unknown, "chat.public chat.scam"),
        (
            "never enough",
            "score (5 when yes(), 3 when never(), -2 when chat.scam) > 6",
            "{}",
            False,
            "",
        ),
        ("known parts", &format!("{score} >= 6"), public, True, ""),
        ("one unknown part", &format!("{score} >= 7"), public, Unknown, "chat.scam"),
        ("decimals", "score (0.5 when yes(), 0.25 when yes()) == 0.75", "{}", True, ""),
        (
            "of a definition",
            "score (1 when both(yes(), chat.public), 1 when never()) < 2",
            "{}",
            True,
            "",
        ),
    ]);
}

#[test]
fn a_score_rests_on_the_parts_that_raise_it() {
    let score = r#"score (2 when text contains "a", 1 when text contains "b", -1 when text contains "c", 4 when text contains "x")"#;
    check_evidence(
        &[
            (format!("{score} >= 2"), "text[0, 1] a text[1, 2] b"),
            (format!("{score} <= 2"), "text[2, 3] c"),
            (format!("{score} == 2"), "text[0, 1] a text[1, 2] b text[2, 3] c"),
            (format!("0 - {score} <= -2"), "text[0, 1] a text[1, 2] b"),
        ],
        r#"{ "text": "abc" }"#,
    );
}

/// The words of a rule author, as they are written.
#[test]
fn a_score_weighs_what_is_known_of_an_author() {
    let rules = r#"
jurisdiction WORLD { zone "UTC" }
policy desk "Desk" {}
define full = text mentions "passive income"
define demands = text mentions "deposit"
define planted = text mentions "my friend"
rule r "R" {
  basis desk
  when  score (5 when full, 3 when demands, 3.5 when planted and (author.account.verified is missing or not author.account.verified)) >= 5
  then  label
}"#;
    let program = compiled(&[("world.loci", rules)]).0;
    let author = |text: &str, verified: &str| {
        format!(r#"{{ "text": "{text}", "author": {{ "account": {{ {verified} }} }} }}"#)
    };
    for (text, verified, truth) in [
        ("passive income", "", True),
        ("a deposit", "", False),
        ("my friend asks for a deposit", "", True),
        ("my friend asks for a deposit", r#""verified": false"#, True),
        ("my friend asks for a deposit", r#""verified": true"#, False),
        ("my friend", "", False),
    ] {
        let finding = found(&program, "world.r", &author(text, verified));
        assert_eq!(finding.truth, truth, "{text} {verified}");
    }
}
