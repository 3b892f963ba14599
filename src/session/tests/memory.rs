//! What the session remembers of records that were committed.

use super::answer;
use crate::session::{Host, Session, Texts};
use std::path::Path;
use std::sync::Arc;

const RULES: &str = r#"jurisdiction EU { zone "Europe/Brussels" }
policy terms "Terms of service" {}
counter promises { per author.key  over 24 hours  since 2026-01-01  when text mentions "passive income" }
mark warned on author "Warned"
rule third { basis terms  when promises reaches 3  then limit, mark warned for 30 days }
rule again { basis terms  when text mentions "passive income" and warned is set  then label }
"#;
const PROMISE: &str = ":record { text: \"Passive income\", author: { account: { id: 7 } } }";

fn session() -> Session {
    let mut session = Session::new(Texts::new([("rules/eu.loci", RULES)]));
    session.exec(":load rules");
    session.exec(":in EU");
    session
}

/// Two promises of one author, and a third that is not committed.
fn session_with_two_promises() -> Session {
    let mut session = session();
    for hour in [12, 13] {
        session.exec(PROMISE);
        let reply = answer(&mut session, &format!(":commit 2026-03-01T{hour}:00:00Z"));
        assert!(reply.contains(&format!("2026-03-01T{hour}:00:00Z  before-")), "{reply}");
    }
    session.exec(PROMISE);
    session.exec(":set sent_at = 2026-03-01T14:00:00Z");
    session
}

#[test]
fn decisions_and_expressions_see_what_was_committed() {
    let mut session = session();
    session.exec(PROMISE);
    session.exec(":set sent_at = 2026-03-01T14:00:00Z");
    assert_eq!(answer(&mut session, "promises"), "1 : int");
    assert_eq!(answer(&mut session, "promises reaches 3"), "false : bool");
    let mut session = session_with_two_promises();
    assert_eq!(answer(&mut session, "promises == 3"), "true : bool");
    assert_eq!(answer(&mut session, "promises[\"test:7\"]"), "3 : int");
    assert_eq!(answer(&mut session, "promises reaches 3"), "true : bool");
    assert_eq!(answer(&mut session, "warned is set"), "false : bool");
    assert!(answer(&mut session, ":decide").contains("eu.third"));
    let why = answer(&mut session, ":why third");
    assert!(why.contains("fired") && why.contains("promises reaches 3"), "{why}");
    assert!(answer(&mut session, ":matrix").contains("eu.third"));
    assert!(answer(&mut session, ":receipt").contains("\"state\":\"sha256:"));
    assert!(answer(&mut session, ":commit").contains("reached 3\nmark eu.warned for test:7"));
    session.exec(PROMISE);
    session.exec(":set sent_at = 2026-03-01T15:00:00Z");
    assert_eq!(answer(&mut session, "warned is set"), "true : bool");
    let why = answer(&mut session, ":why again");
    assert!(why.contains("eu.again \"again\" fired"), "{why}");
    // A record that does not count sees those that do.
    session.exec(":set text = \"Hello\"");
    assert_eq!(answer(&mut session, "promises"), "3 : int");
}

#[test]
fn a_record_is_committed_at_an_instant_once() {
    let mut session = session();
    assert!(answer(&mut session, ":commit").starts_with("! there is no record yet"));
    session.exec(PROMISE);
    let reply = answer(&mut session, ":commit");
    assert!(reply.starts_with("! `:commit` needs an instant"), "{reply}");
    assert!(answer(&mut session, ":commit soon").starts_with("! `soon` is neither"));
    session.exec(":in FR,US");
    let reply = answer(&mut session, ":commit 2026-03-01");
    assert!(reply.starts_with("! 2026-03-01 does not begin at one instant"), "{reply}");
    session.exec(":in EU");
    session.exec(":at 2026-03-01T12:00:00Z");
    let reply = answer(&mut session, ":commit");
    assert!(reply.starts_with("judged before-1 at 2026-03-01T12:00:00Z; it leaves"), "{reply}");
    assert_eq!(answer(&mut session, ":commit"), "this was committed before: nothing changes");
    // A later look is another judging. The record counts once.
    assert!(answer(&mut session, ":commit +1 hour").starts_with("judged before-1"));
    assert_eq!(answer(&mut session, "promises"), "1 : int");
    session.exec(":record { text: \"Hello\", author: { account: { id: 7 } } }");
    assert!(answer(&mut session, ":commit").ends_with("it leaves nothing behind"));
}

#[test]
fn what_is_remembered_is_shown_and_forgotten() {
    let mut session = session();
    assert!(answer(&mut session, ":state").starts_with("nothing is remembered"));
    let mut session_2 = session_with_two_promises();
    let session = &mut session_2;
    let all = answer(session, ":state");
    assert!(all.starts_with("counter eu.promises for test:7\n") && all.contains("2 judgings"));
    assert!(!all.contains("sha256"), "{all}");
    let shown = answer(session, ":state before-2");
    assert!(shown.contains("before-2  adds 1") && !shown.contains("before-1"), "{shown}");
    assert!(shown.contains("author  test:7") && shown.contains("27 countries: none"), "{shown}");
    assert!(answer(session, ":state before-3").contains("did you mean `before-1`?"));
    assert_eq!(session.complete(":state b").1, ["before-1", "before-2"]);
    session.exec(":format json");
    assert!(answer(session, ":state test:7").starts_with("{\"entry\":{\"key\":"));
    session.exec(":format pretty");
    assert!(answer(session, ":forget").starts_with("! `:forget` takes"));
    assert_eq!(answer(session, ":forget before-1"), "erased 1 entry of counters, 1 judging");
    assert_eq!(answer(session, "promises"), "2 : int");
    assert!(answer(session, ":forget before-1").starts_with("nothing is kept about `before-1`"));
    assert_eq!(answer(session, ":forget test:7"), "erased 1 entry of counters, 1 judging");
    assert_eq!(answer(session, "promises"), "1 : int");
    session.exec(":commit");
    assert_eq!(answer(session, ":forget all"), "nothing is remembered any more");
    assert!(answer(session, ":state").starts_with("nothing is remembered"));
    // `all` also forgets that it was judged.
    assert!(answer(session, ":commit").starts_with("judged before-3"));
}

#[test]
fn what_was_forgotten_is_not_counted_again() {
    let mut session = session();
    session.exec(PROMISE);
    session.exec(":commit 2026-03-01T12:00:00Z");
    session.exec(":forget before-1");
    let reply = answer(&mut session, ":commit 2026-03-01T12:00:00Z");
    assert!(reply.ends_with("it is not counted again"), "{reply}");
    assert!(answer(&mut session, ":state").starts_with("nothing is remembered"));
}

#[test]
fn a_counter_that_changes_begins_anew() {
    let mut session = session_with_two_promises();
    let counter = "counter promises { per author.key  over 24 hours  since 2026-01-01  when text mentions \"income\" }";
    let reply = answer(&mut session, counter);
    assert!(reply.contains("counter eu.promises begins anew"), "{reply}");
    let count = answer(&mut session, "promises");
    assert!(count.starts_with("unknown : int") && count.contains("not complete"), "{count}");
    // Another rule changes nothing.
    let reply = answer(&mut session, "rule other { basis terms  when chat.public  then label }");
    assert!(!reply.contains("begins anew"), "{reply}");
    session.exec(":forget all");
    assert_eq!(answer(&mut session, "promises"), "1 : int");
    session.exec(":reset");
    assert!(answer(&mut session, ":state").starts_with("nothing is remembered"));
}

#[test]
fn a_saved_test_has_what_came_before() {
    let files = Arc::new(Texts::new([("rules/eu.loci", RULES)]));
    let mut session = Session::new(Shared(Arc::clone(&files)));
    session.exec(":load rules");
    session.exec(":in EU");
    for hour in [12, 13] {
        session.exec(PROMISE);
        session.exec(&format!(":commit 2026-03-01T{hour}:00:00Z"));
    }
    session.exec(PROMISE);
    session.exec(":set sent_at = 2026-03-01T14:00:00Z");
    let reply = answer(&mut session, ":save-test third promise eu.loci");
    assert!(reply.contains("\n  before {} at 2026-03-01T13:00:00Z\n"), "{reply}");
    assert!(reply.contains("limit by third"), "{reply}");
    assert_eq!(answer(&mut session, ":test third"), "1 passed, 0 failed");
    // Without what came before, it would fail.
    let test = files.text(Path::new("rules/eu.loci")).unwrap();
    let lines = test.lines().filter(|line| !line.contains("before {} at 2026-03-01T12"));
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    files.write(Path::new("rules/eu.loci"), &text).unwrap();
    session.exec(":reload");
    assert!(answer(&mut session, ":test third").contains("1 failed"));
}

/// An earlier message has what differs from that of the test; the test of a message that was committed names it.
#[test]
fn earlier_messages_are_written_as_changes() {
    let mut session = session();
    session.exec(":record { text: \"Passive income\", chat: { id: 1, public: true }, author: { account: { id: 8 } }, edited_at: 2026-03-01T11:00:00Z }");
    session.exec(":commit 2026-03-01T12:00:00Z");
    session.exec(PROMISE);
    session.exec(":commit 2026-03-01T13:00:00Z");
    let reply = answer(&mut session, ":save-test of one that was committed");
    for before in [
        "before { chat: { id: 1, public: true }, author: { account: { id: 8 } }, edited_at: 2026-03-01T11:00:00Z } at 2026-03-01T12:00:00Z",
        "before { id: \"before-2\", sent_at: 2026-03-01T13:00:00Z } at 2026-03-01T13:00:00Z",
    ] {
        let written: Vec<_> = reply.split_whitespace().collect();
        assert!(written.join(" ").contains(before), "{reply}");
    }
    assert_eq!(answer(&mut session, ":test of one"), "1 passed, 0 failed");
    // What was judged later is not before it.
    session.exec(":set sent_at = 2026-03-01T12:30:00Z");
    session.exec(":set id = \"c\"");
    session.exec(":at 2026-03-01T12:30:00Z");
    let reply = answer(&mut session, ":save-test between");
    assert!(reply.starts_with("wrote") && !reply.contains("2026-03-01T13:00:00Z at"), "{reply}");
}

/// The file of the EU cannot name a rule of Kazakhstan.
#[test]
fn a_saved_test_leaves_out_what_its_file_cannot_say() {
    let kz = "jurisdiction KZ { zone \"Asia/Almaty\" }\npolicy terms \"Terms\" {}\nrule promise { basis terms  when text mentions \"passive income\"  then restrict }\n";
    let mut session = Session::new(Texts::new([("rules/eu.loci", RULES), ("rules/kz.loci", kz)]));
    session.exec(":load rules");
    session.exec(":in EU,KZ");
    session.exec(PROMISE);
    session.exec(":at 2026-03-01T12:00:00Z");
    let reply = answer(&mut session, ":save-test first eu.loci");
    assert!(
        reply.ends_with("\nleft out: KZ; a test in eu.loci cannot say what is decided there"),
        "{reply}"
    );
    assert_eq!(answer(&mut session, ":test first"), "1 passed, 0 failed");
    let reply = answer(&mut session, ":save-test second kz.loci");
    assert!(reply.starts_with("wrote") && reply.contains("restrict by promise"), "{reply}");
    session.exec(":in KZ");
    assert!(answer(&mut session, ":save-test third eu.loci").contains("LX3005"));
}

#[test]
fn given_ids_are_given_to_one_record() {
    let mut session = session();
    session.exec(
        ":record { id: \"before-1\", text: \"Passive income\", author: { account: { id: 7 } } }",
    );
    session.exec(":commit 2026-03-01T12:00:00Z");
    for hour in [13, 14] {
        session.exec(PROMISE);
        let reply = answer(&mut session, &format!(":commit 2026-03-01T{hour}:00:00Z"));
        assert!(reply.starts_with(&format!("judged before-{}", hour - 11)), "{reply}");
    }
    session.exec(PROMISE);
    session.exec(":set sent_at = 2026-03-01T15:00:00Z");
    assert_eq!(answer(&mut session, "promises[\"test:7\"]"), "4 : int");
}

#[test]
fn all_that_is_remembered_is_shown() {
    let mut session = session_with_two_promises();
    let all = answer(&mut session, ":state all");
    let begins = |line: &str| all.lines().filter(|one| one.starts_with(line)).count();
    assert_eq!(
        (begins("counter eu.promises for test:7"), begins("judging of before-")),
        (1, 2),
        "{all}"
    );
    assert!(answer(&mut session, ":state").contains("\n2 judgings; "));
}

/// `:decide` would say that the third promise is limited, before and after the rules change.
#[test]
fn differences_rest_on_what_was_committed() {
    let mut session = session_with_two_promises();
    assert!(answer(&mut session, ":decide").contains("limit"));
    session.exec("rule other { basis terms  when text mentions \"income\"  then label }");
    let diff = answer(&mut session, ":diff");
    assert!(
        diff.contains(
            "): limit
+ "
        ) && diff.contains(": limit, label"),
        "{diff}"
    );
    // The rules before, too, know what was committed since.
    session.exec("rule third { basis terms  when promises reaches 4  then limit }");
    session.exec(PROMISE);
    session.exec(":commit 2026-03-01T13:30:00Z");
    session.exec(PROMISE);
    session.exec(":set sent_at = 2026-03-01T14:00:00Z");
    let diff = answer(&mut session, ":diff");
    assert!(diff.contains("the decision about the record changes"), "{diff}");
    assert!(!diff.contains('?'), "{diff}");
}

#[test]
fn a_timeline_says_that_it_does_not_remember() {
    let mut session = session_with_two_promises();
    let note = "A timeline does not ask what earlier messages left behind";
    assert!(answer(&mut session, ":timeline").contains(note));
    session.exec(":record { text: \"Good morning\", sent_at: 2026-03-01 }");
    assert!(!answer(&mut session, ":timeline").contains(note));
}

#[test]
fn a_ruling_that_changes_nothing_is_told() {
    let mut session = session();
    let reply = answer(
        &mut session,
        ":record { text: \"x\", sent_at: 2026-03-01, reports: { rulings: [{ given_at: 2026-03-02, place: \"EU\", rules: [\"eu.thrid\"], verdict: \"reversed\" }] } }",
    );
    assert!(
        reply.ends_with(
            "\na ruling changes nothing: there is no rule `eu.thrid` (did you mean `eu.third`?)"
        ),
        "{reply}"
    );
}

#[test]
fn hostile_texts_do_not_reach_the_screen() {
    let mut session = session();
    let record =
        r#":record { id: "a\u{1b}[2J\n", text: "Passive income", author: { account: { id: 7 } } }"#;
    let reply = answer(&mut session, record);
    assert!(reply.starts_with("record"), "{reply}");
    for line in [":commit 2026-03-01T12:00:00Z", ":state", ":state test:7", ":state x\u{1b}[2J"] {
        let reply = answer(&mut session, line);
        assert!(!reply.contains('\u{1b}'), "{reply}");
    }
    assert_eq!(session.complete(":state a").1, ["all"]);
}

/// A machine whose files the test sees, too.
#[derive(Debug)]
struct Shared(Arc<Texts>);

impl Host for Shared {
    fn compiler(&self, root: &Path) -> crate::Compiler {
        self.0.compiler(root)
    }

    fn text(&self, path: &Path) -> Result<String, String> {
        self.0.text(path)
    }

    fn write(&self, path: &Path, text: &str) -> Result<(), String> {
        self.0.write(path, text)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.0.is_file(path)
    }
}

/// Who looks again does not make a label last longer.
#[test]
fn the_session_remembers_since_when_an_outcome_is_asked_for() {
    let rules = "jurisdiction EU { zone \"UTC\" }\npolicy terms \"Terms of service\" {}\n\
                 rule promise { basis terms  when text mentions \"passive income\"  then label for 7 days }";
    let mut session = Session::new(Texts::new([("rules/eu.loci", rules)]));
    session.exec(":load rules");
    session.exec(":in EU");
    session.exec(PROMISE);
    let reply = answer(&mut session, ":commit 2026-03-01T12:00:00Z");
    let first =
        "outcome label by eu.promise in EU for before-1\n  2026-03-01T12:00:00Z  first asked for";
    assert!(reply.ends_with(first), "{reply}");
    session.exec(":at 2026-03-03T12:00:00Z");
    let decided = answer(&mut session, ":decide");
    assert!(
        decided.contains("label since 2026-03-01 12:00 UTC until 2026-03-08 12:00 UTC"),
        "{decided}"
    );
    session.exec(":at 2026-03-08T12:00:00Z");
    assert!(answer(&mut session, ":why promise").contains("which is over"));
    answer(&mut session, ":forget before-1");
    let decided = answer(&mut session, ":decide");
    assert!(decided.contains("label until 2026-03-15 12:00 UTC"), "{decided}");
}
