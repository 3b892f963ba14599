use crate::{Compiler, RuleSet, suite};

const RULES: &str = r#"jurisdiction WORLD { zone "UTC" }
policy terms "Terms of service" {}
counter promises "Promises of income" {
  per author.key  over 24 hours  since 2026-01-01  when text mentions "passive income"
}
counter copies "One text in many chats" {
  per fingerprint(text)  over 1 hour  since 2026-01-01  distinct chat.id  when length(text) > 10
}
counter upheld_promises "Upheld" { per author.key  over 90 days  since 2026-01-01  counts rules promise upheld }
counter strikes "Until reversed" { per author.key  over 90 days  since 2026-01-01  counts rules promise }
mark warned on author "Warned"
rule promise { basis terms  when text mentions "passive income"  then label }
rule third { basis terms  when promises reaches 3  then mark warned for 30 days }
rule copied { basis terms  when copies reaches 5  then review }
rule after_warning { basis terms  when warned is set and text mentions "passive income"  then review }
rule lenient { basis terms  when upheld_promises reaches 2  then clear warned }
"#;

fn compile(tests: &str) -> RuleSet {
    let set = Compiler::new().file("world.loci", format!("{RULES}{tests}")).compile();
    set.unwrap_or_else(|fault| panic!("{fault}"))
}

/// The failures of tests of a promise by one author, each with clauses of its own.
fn failures(tests: &[&str]) -> Vec<String> {
    let tests: String = tests
        .iter()
        .enumerate()
        .map(|(number, clauses)| {
            format!(
                "test \"{number}\" {{\n  given {{ text: \"Passive income\", author: {{ account: {{ id: 7 }} }}, chat: {{ id: 1 }} }}\n  {clauses}\n}}\n"
            )
        })
        .collect();
    let results = suite::run(&compile(&tests), None).results;
    let failed = results.into_iter().flat_map(|result| {
        let title = result.title;
        result.failures.into_iter().map(move |one| format!("{title}: {}", one.message))
    });
    failed.collect()
}

#[test]
fn earlier_messages_count() {
    let at = "at 2026-03-10T12:00:00Z";
    let found = failures(&[
        &format!("{at} expect promises == 1, not third, not marks warned"),
        &format!("repeat 2 of {{}} every 1 hour {at} expect promises == 3, fires third, marks warned until 2026-04-09T12:00:00Z"),
        // The fourth takes no threshold.
        &format!("repeat 3 of {{}} every 1 hour {at} expect promises == 4, not third, not marks warned, fires after_warning"),
        // The first of them is exactly a day old.
        &format!("repeat 2 of {{}} every 12 hours {at} expect promises == 2, not third"),
        &format!("repeat 2 of {{}} every 1 second from 2026-03-09T12:00:01Z {at} expect promises == 3"),
        &format!("before {{ author: {{ account: {{ id: 8 }} }} }} at 2026-03-10 {at} expect promises == 1, promises[\"test:8\"] == 1, promises[\"test:9\"] == 0"),
        &format!("before {{ text: \"Good morning\" }} at 2026-03-10 {at} expect promises == 1"),
        &format!("before {{ sent_at: 2026-03-01 }} at 2026-03-10 {at} expect promises == 1"),
        // The same message is judged twice.
        &format!("before {{ id: \"a\" }} at 2026-03-10 before {{ id: \"a\" }} at 2026-03-10T01:00:00Z {at} expect promises == 2"),
        // An id that is written is given to no other message.
        &format!("before {{}} at 2026-03-10 before {{ id: \"before-1\" }} at 2026-03-10T01:00:00Z {at} expect promises == 3"),
        &format!("before {{ id: \"before-2\" }} at 2026-03-10 repeat 2 of {{}} every 1 hour {at} expect promises == 4"),
        &format!("cases {{ given {{ id: \"before-1\" }} before {{}} at 2026-03-10 {at} expect promises == 2 }}"),
        // The message of the test was judged before.
        &format!("before {{ id: \"given\" }} at 2026-03-10 {at} expect promises == 1"),
        &format!("before {{ chat: {{ id: 2 }} }} at 2026-03-10T11:30:00Z before {{ chat: {{ id: 3 }} }} at 2026-03-10T11:30:00Z
                  before {{ chat: {{ id: 3 }} }} at 2026-03-10T11:40:00Z before {{ chat: {{ id: 4 }}, text: \"PASSIVE   income!\" }} at 2026-03-10T11:50:00Z
                  before {{ chat: {{ id: 5 }} }} at 2026-03-10T11:55:00Z {at} expect copies == 5, review by copied"),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn persons_uphold_and_reverse() {
    let ruled = |id: &str, verdict: &str, day: u32| {
        format!(
            "before {{ id: \"{id}\", reports: {{ rulings: [{{ given_at: 2026-03-0{day}, place: \"WORLD\", rules: [\"world.promise\"], verdict: \"{verdict}\" }}] }} }} at 2026-03-0{day}"
        )
    };
    let first = "before { id: \"a\" } at 2026-03-01 before { id: \"b\" } at 2026-03-01T06:00:00Z";
    let at = "at 2026-03-10T12:00:00Z";
    let found = failures(&[
        &format!("{first} {at} expect strikes == 3, upheld_promises == 0"),
        &format!(
            "{first} {} {at} expect strikes == 3, upheld_promises == 1",
            ruled("a", "upheld", 2)
        ),
        &format!(
            "{first} {} {at} expect strikes == 2, upheld_promises == 0",
            ruled("a", "reversed", 2)
        ),
        &format!(
            "{first} {} {} {at} expect strikes == 2, upheld_promises == 0",
            ruled("a", "upheld", 2),
            ruled("a", "reversed", 3)
        ),
        // In the reverse order of their sending.
        &format!(
            "{first} {} {} {at} expect upheld_promises == 2",
            ruled("b", "upheld", 2),
            ruled("a", "upheld", 3)
        ),
    ]);
    assert_eq!(found, [""; 0]);
}

/// Whether it counts, not how the number changes: a message that was judged before counts as much as it did.
#[test]
fn the_delta_is_what_the_message_itself_adds() {
    let at = "at 2026-03-10T12:00:00Z";
    let good_morning = format!("cases {{ given {{ text: \"Good morning\" }} {at}");
    let reversed = "given { sent_at: 2026-03-09, reports: { rulings: [{ given_at: 2026-03-10, place: \"WORLD\", rules: [\"world.promise\"], verdict: \"reversed\" }] } }";
    let found = failures(&[
        &format!("repeat 2 of {{}} every 1 hour {at} expect promises == 3, delta promises == 1"),
        &format!("{at} expect delta promises[\"test:7\"] == 1, delta promises[\"test:8\"] == 0"),
        &format!(
            "repeat 2 of {{ text: \"Passive income\" }} every 1 hour {good_morning} expect promises == 2, delta promises == 0 }}"
        ),
        &format!("before {{ id: \"given\" }} at 2026-03-10 {at} expect delta promises == 1"),
        // The chat is one that was counted.
        &format!("before {{}} at 2026-03-10T11:30:00Z {at} expect copies == 1, delta copies == 1"),
        &format!("cases {{ {reversed} {at} expect delta promises == 1, delta strikes == 0 }}"),
        &format!(
            "cases {{ given {{ author: {{ account: null }} }} {at} expect delta promises == 0 }}"
        ),
        &format!("cases {{ given {{ chat: null }} {at} expect delta copies == 1 }}"),
        &format!("{at} expect delta promises == 2"),
    ]);
    assert_eq!(
        found,
        [
            "7: 1: expected `delta copies == 1` in WORLD at 2026-03-10 12:00 UTC, found `delta copies is a maybe`",
            "8: expected `delta promises == 2` in WORLD at 2026-03-10 12:00 UTC, found `delta promises == 1`",
        ]
    );
}

#[test]
fn counts_that_are_not_met_are_rewritten_if_they_are_certain() {
    let test = |expected: &str, maybe: &str| {
        format!(
            "test \"t\" {{\n  given {{ text: \"Passive income\", author: {{ account: {{ id: 7 }} }} }}\n  at 2026-03-10\n  expect {expected}, {maybe}\n}}\n"
        )
    };
    let update = |expected: &str| {
        let set = compile(&test(expected, "delta copies == 2"));
        suite::update(&set, None).files.remove("world.loci").unwrap()
    };
    let rewritten = test("promises == 1, delta promises == 1", "delta copies == 2");
    assert!(update("promises == 7, delta promises == 7").ends_with(&rewritten));
}

#[test]
fn what_is_not_met_is_said() {
    let found = failures(&[
        "repeat 2 of {} every 1 hour at 2026-03-10T12:00:00Z expect promises == 2, marks warned until 2026-04-10T12:00:00Z, not marks warned",
        "cases { given { author: { account: null } } at 2026-03-10T12:00:00Z expect promises == 0 }",
    ]);
    assert_eq!(
        found,
        [
            "0: expected `promises == 2` in WORLD at 2026-03-10 12:00 UTC, found `promises == 3`",
            "0: expected `marks world.warned until 2026-04-10T12:00:00Z` in WORLD at 2026-03-10 12:00 UTC, found `marks world.warned until 2026-04-09T12:00:00Z`",
            "0: expected `not marks world.warned` in WORLD at 2026-03-10 12:00 UTC, found `marks world.warned until 2026-04-09T12:00:00Z`",
            "1: 1: expected `promises == 0` in WORLD at 2026-03-10 12:00 UTC, found `promises is not known exactly`",
        ]
    );
}

#[test]
fn faulty_histories_are_refused() {
    for (clauses, message) in [
        (
            "expect not marks warned until 2026-04-01T00:00:00Z",
            "`not marks` means that the mark is not set, so it has no end",
        ),
        ("before {} at 2026-03-11", "this message is later than the one that the test is about"),
        (
            "repeat 3 of {} every 1 hour from 2026-03-10T11:00:00Z",
            "this message is later than the one that the test is about",
        ),
        ("repeat 0 of {} every 1 hour", "there is no message"),
        ("repeat 10001 of {} every 1 second", "the test has more than 10000 earlier messages"),
        ("repeat 2 of {} every 1 month", "`1 month` does not always have the same length"),
        (
            "before { chats: 1 } at 2026-03-01",
            "chats: `message` has no field `chats`; did you mean `chat`?",
        ),
        (
            "expect chat.members == 3",
            "`chat.members` is a whole number, and a test can only expect how much a counter has",
        ),
        (
            "expect delta chat.members == 3",
            "`chat.members` is a whole number, and a test can only expect how much a counter has",
        ),
        ("expect marks promises", "`promises` is a counter, not a mark"),
    ] {
        let test = format!("test \"t\" {{ {clauses}  at 2026-03-10T12:00:00Z  expect none }}\n");
        let fault =
            Compiler::new().file("world.loci", format!("{RULES}{test}")).compile().unwrap_err();
        let messages: Vec<_> = fault.diagnostics.iter().map(|one| one.message.as_str()).collect();
        assert!(messages.contains(&message), "{clauses}: {messages:?}");
    }
}

/// What no test notices: the owner, what was there, and what is there instead.
fn unnoticed(rules: &str, tests: &str) -> Vec<String> {
    let rules = format!(
        "jurisdiction WORLD {{ zone \"UTC\" }}\npolicy terms \"Terms\" {{}}\n{rules}\n{tests}"
    );
    let set = Compiler::new().file("world.loci", rules).compile();
    let set = set.unwrap_or_else(|fault| panic!("{fault}"));
    let mutants = suite::mutants(&set, None).unwrap();
    let survived = mutants.into_iter().filter(|mutant| mutant.killed_by.is_none());
    survived.map(|mutant| format!("{}: {} -> {}", mutant.owner, mutant.was, mutant.is)).collect()
}

#[test]
fn windows_and_thresholds_are_mutated() {
    let rules = r#"
counter alphas { per author.key  over 1 hour  since 2026-01-01  when text mentions "alpha" }
rule third { basis terms  when alphas reaches 3  then label }"#;
    let test = |cases: &str| {
        format!(
            "test \"t\" {{ given {{ text: \"alpha\", author: {{ account: {{ id: 7 }} }} }} at 2026-03-10T12:00:00Z cases {{ {cases} }} }}"
        )
    };
    let all = [
        "repeat 1 of {} every 1 minute expect not third",
        "repeat 2 of {} every 1 minute expect label",
        "repeat 2 of {} every 1 second from 2026-03-10T11:00:01Z expect label",
        "repeat 2 of {} every 1 second from 2026-03-10T11:00:00Z expect not third",
        "repeat 2 of { text: \"beta\" } every 1 minute expect not third",
    ];
    assert_eq!(unnoticed(rules, &test(&all.join(" "))), [""; 0]);
    let without = |number: usize| {
        let kept = all.iter().enumerate().filter(|(at, _)| *at != number);
        unnoticed(rules, &test(&kept.map(|(_, case)| *case).collect::<Vec<_>>().join(" ")))
    };
    assert_eq!(without(2), ["world.alphas: over 1 hour -> over 3599 seconds"]);
    assert_eq!(without(3), ["world.alphas: over 1 hour -> over 3601 seconds"]);
    assert_eq!(without(4), ["world.alphas: text mentions \"alpha\" -> true"]);
}

/// The earlier messages and the counts are those of the changed rules.
#[test]
fn a_change_of_a_rule_that_is_counted_is_noticed_by_the_counts() {
    let rules = r#"
rule found { basis terms  when chat.members > 10  then label }
counter findings { per author.key  over 1 hour  since 2026-01-01  counts rules found }
rule second { basis terms  when findings >= 2  then limit }"#;
    let test = |members: u32, found: u32| {
        format!(
            "test \"{members}\" {{ given {{ text: \"\", author: {{ account: {{ id: 7 }} }}, chat: {{ members: 0 }} }} at 2026-03-10T12:00:00Z
               before {{ chat: {{ members: {members} }} }} at 2026-03-10T11:50:00Z expect findings == {found} }}"
        )
    };
    let survived = unnoticed(rules, &[test(10, 0), test(11, 1)].join("\n"));
    assert!(!survived.iter().any(|mutant| mutant.contains("chat.members")), "{survived:?}");
}

/// Conditions of rules are points already: thresholds that are reached or not, marks that are set or not.
#[test]
fn coverage_has_counters_and_their_conditions() {
    let at = "at 2026-03-10T12:00:00Z";
    let unreached = |tests: &str| {
        let points = suite::coverage(&compile(tests), None).points;
        let unreached = points.into_iter().filter(|point| point.tests == 0);
        let unreached: Vec<_> =
            unreached.map(|point| format!("{}: {}", point.owner, point.what)).collect();
        move |what: &str| unreached.iter().any(|point| point == what)
    };
    let given = |text: &str| {
        format!("given {{ text: \"{text}\", author: {{ account: {{ id: 7 }} }} }} {at}")
    };
    let is_unreached =
        unreached(&format!("test \"t\" {{ {}  expect promises == 0 }}", given("Good morning")));
    for what in [
        "world.promises: it counts a message",
        "world.promises: `text mentions \"passive income\"` is true",
        "world.third: `promises reaches 3` is true",
        "world.after_warning: `warned is set` is true",
        "world.upheld_promises: it counts a message",
    ] {
        assert!(is_unreached(what), "{what}");
    }
    assert!(!is_unreached("world.promises: `text mentions \"passive income\"` is false"));
    let test = |title: &str, text: &str, clauses: &str| {
        format!("test \"{title}\" {{ {} {clauses} }}\n", given(text))
    };
    let promise = "{ text: \"Passive income\" }";
    let is_unreached = unreached(
        &[
            test(
                "a",
                "Good morning",
                &format!("before {promise} at 2026-03-10 expect promises == 1"),
            ),
            test("b", "Passive income", "repeat 2 of {} every 1 hour expect fires third"),
            test("c", "Passive income", "repeat 3 of {} every 1 hour expect review"),
        ]
        .concat(),
    );
    for what in [
        "world.promises: it counts a message",
        "world.promises: `text mentions \"passive income\"` is true",
        "world.promises: `text mentions \"passive income\"` is false",
        "world.third: `promises reaches 3` is true",
        "world.third: `promises reaches 3` is false",
        "world.after_warning: `warned is set` is true",
        "world.after_warning: `warned is set` is false",
    ] {
        assert!(!is_unreached(what), "{what}");
    }
    assert!(is_unreached("world.upheld_promises: it counts a message"));
    // No rule reads this counter, so only the count that a test expects shows what it counted.
    let counted = format!("before {promise} at 2026-03-10 expect strikes");
    let strikes =
        |expected: &str| unreached(&test("d", "Good morning", &format!("{counted} == {expected}")));
    assert!(!strikes("1")("world.strikes: it counts a message"));
}
