//! Conditions on what a record says does not exist.

use super::{Row, check, finding_of};
use crate::program::outcome::Truth::{False, True, Unknown};

const NO_REPLY: &str = r#"{ "absent": ["reply"] }"#;
const NO_ACCOUNT: &str = r#"{ "reply": { "author": {} }, "absent": ["reply.author.account"] }"#;

fn rows<'r>(record: &'r str, conditions: &[(&'r str, bool)]) -> Vec<Row<'r>> {
    let row = |(when, truth): &(&'r str, bool)| {
        ("none", *when, record, if *truth { True } else { False }, "")
    };
    conditions.iter().map(row).collect()
}

#[test]
fn conditions_on_what_is_none_are_false_and_known() {
    check(&rows(
        NO_REPLY,
        &[
            ("reply.author.account.id == 3", false),
            ("reply.author.account.id != 3", true),
            ("not (reply.author.account.id == 3)", true),
            ("reply.message_id < 3", false),
            ("not (reply.message_id < 3)", true),
            ("reply.message_id >= 3", false),
            ("reply.message_id == reply.chat.id", false),
            ("reply.message_id == chat.members", false),
            ("reply.message_id != chat.members", true),
            ("reply.message_id in [3, chat.members]", false),
            ("reply.message_id not in [3]", true),
            ("3 in [reply.message_id, 3]", true),
            ("3 in [reply.message_id, 4]", false),
            ("reply.chat.country in visibility.countries", false),
            ("reply.chat.title in bad_hosts", false),
            ("reply.chat.country in EU", false),
            ("reply.text contains \"a\"", false),
            ("reply.text contains chat.title", false),
            ("chat.title contains reply.text", false),
            ("reply.text mentions money", false),
            ("reply.text mentions money near caution (3 words)", false),
            ("reply.text matches r\"a*\"", false),
            ("any m in spans(reply.text, money) where (yes())", false),
            ("all m in spans(reply.text, money) where (yes())", false),
            ("no m in spans(reply.text, money) where (yes())", true),
            ("length(spans(reply.text, money)) == 0", true),
            ("any w in mixed_words(reply.text) where (yes())", false),
            ("length(reply.text) > 0", false),
            ("reply.message_id + 1 > 0", false),
            ("chat.members + reply.message_id > 0", false),
            ("-reply.message_id < 0", false),
            ("reply.message_id ?? 5 == 5", true),
            ("lower(reply.text) ?? \"x\" == \"x\"", true),
            ("(if yes() then reply.message_id else 5) ?? 7 == 7", true),
            ("(if reply.external then 1 else 2) == 2", true),
            ("at least 1 of (reply.external, yes())", true),
            ("positive(reply.message_id)", false),
        ],
    ));
}

/// A truth that is none is false, in comparisons too, so that `x == false` is `not x` everywhere.
#[test]
fn a_truth_that_is_none_is_false() {
    check(&rows(
        NO_REPLY,
        &[
            ("reply.external", false),
            ("not reply.external", true),
            ("reply.external == false", true),
            ("reply.external == true", false),
            ("reply.external != true", true),
            ("reply.external == reply.story", true),
            ("both(not reply.external, yes())", true),
            ("reply.external in [never()]", true),
        ],
    ));
}

#[test]
fn a_value_is_known_missing_or_none() {
    let tests = |path: &str| ["known", "missing", "none"].map(|what| format!("{path} is {what}"));
    let cases = [
        ("reply", "{}", [false, true, false]),
        ("reply", NO_REPLY, [false, false, true]),
        ("reply", NO_ACCOUNT, [true, false, false]),
        ("reply.message_id", "{}", [false, true, false]),
        ("reply.message_id", NO_REPLY, [false, false, true]),
        ("reply.message_id", NO_ACCOUNT, [false, true, false]),
        ("reply.author.account.name", NO_ACCOUNT, [false, false, true]),
        ("reply.external", NO_REPLY, [false, false, true]),
        ("(not reply.external)", NO_REPLY, [true, false, false]),
        ("(reply.message_id + chat.members)", NO_REPLY, [false, false, true]),
        ("lower(reply.text)", NO_REPLY, [false, false, true]),
        ("author.account.id", r#"{ "absent": ["author.account"] }"#, [false, false, true]),
    ];
    for (path, record, expected) in cases {
        for (when, is_true) in tests(path).iter().zip(expected) {
            let truth = if is_true { True } else { False };
            check(&[("presence", when, record, truth, "")]);
        }
    }
}

#[test]
fn what_is_none_does_not_decide_beside_what_is_missing() {
    check(&[
        (
            "an unknown arm",
            "(if chat.public then reply.message_id else 5) > 3",
            NO_REPLY,
            Unknown,
            "chat.public",
        ),
        ("or", "reply.message_id > 3 or chat.public", NO_REPLY, Unknown, "chat.public"),
        ("a default", "reply.message_id ?? chat.members > 3", NO_REPLY, Unknown, "chat.members"),
    ]);
}

#[test]
fn what_is_none_is_no_evidence() {
    let record = r#"{ "text": "passive income", "absent": ["reply"] }"#;
    let finding = finding_of(
        "count m in spans(text, money) where (yes()) != reply.message_id and reply is none",
        record,
    );
    assert_eq!((finding.truth, finding.evidence.len()), (True, 0));
}

/// No default stands for it.
#[test]
fn what_nobody_said_is_missing() {
    let said = r#"{ "event": "new", "chat": { "type": "channel" }, "author": { "kind": "user" }, "reports": { "count": 0 },
        "visibility": { "audience": "public", "countries": "*" } }"#;
    let unknown = r#"{ "event": "unknown", "chat": { "type": "unknown" }, "author": { "kind": "unknown" },
        "visibility": { "audience": "unknown" } }"#;
    for (condition, path) in [
        (r#"event != "deleted""#, "event"),
        (r#"chat.type != "private""#, "chat.type"),
        (r#"author.kind != "bot""#, "author.kind"),
        (r#"visibility.audience == "public""#, "visibility.audience"),
        (r#""KZ" in visibility.countries"#, "visibility.countries"),
        ("reports.count < 5", "reports.count"),
    ] {
        check(&[
            ("said", condition, said, True, ""),
            ("not said", condition, "{}", Unknown, path),
            ("said to be unknown", condition, unknown, Unknown, path),
        ]);
    }
}
