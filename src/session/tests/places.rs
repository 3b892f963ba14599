//! Sessions about several places, whose days begin at different midnights.

use super::answer;
use crate::session::{Session, Texts};

/// KZ and FR have different midnights, and a day begins at midnight in each place.
fn session_of_two_zones() -> Session {
    let kz = "jurisdiction KZ { zone \"Asia/Almaty\" }
policy desk \"Desk\" { in force from 2020-01-01 }
rule dated \"Dated\" { basis desk  when at > 2021-10-01  then review }
exception late \"Late\" to dated { basis desk  when at > 2021-10-01 }
terms sale { en: \"sale\" }
pattern digits = r\"[0-9]+\"";
    let fr = "jurisdiction FR { zone \"Europe/Paris\" }
terms sale { fr: \"solde\" }";
    let mut session = Session::new(Texts::new([("rules/kz.loci", kz), ("rules/fr.loci", fr)]));
    assert!(answer(&mut session, ":load rules").starts_with("rules: 1 rule"));
    session
}

#[test]
fn clauses_are_shown_as_of_the_midnight_of_the_place_of_the_rule() {
    let mut session = session_of_two_zones();
    session.exec(":record { text: \"a\" }");
    session.exec(":at 2021-10-01");
    for places in ["KZ", "FR,KZ", "FR,all"] {
        session.exec(&format!(":in {places}"));
        for rule in ["dated", "late"] {
            let why = answer(&mut session, &format!(":why kz.{rule}"));
            let clause = "when\n  - at > 2021-10-01\n      at = 2021-09-30T18:00:00Z";
            assert!(why.ends_with(clause), "{places} {rule}: {why}");
        }
    }
}

#[test]
fn expressions_are_evaluated_at_the_midnight_of_the_place_of_the_record() {
    let mut session = session_of_two_zones();
    session.exec(":record { text: \"a\", visibility: { countries: [\"KZ\"] } }");
    session.exec("define is_later = at > 2021-10-01");
    session.exec(":at 2021-10-01");
    for (expression, value) in [
        ("at < 2021-09-30T20:00:00Z", "true"),
        ("at > 2021-10-01", "false"),
        ("at >= 2021-10-01", "true"),
        // An item of the world.
        ("is_later", "false"),
    ] {
        let found = answer(&mut session, expression);
        assert!(found.starts_with(value), "{expression}: {found}");
    }
}

#[test]
fn hints_completions_and_matches_are_about_the_place_of_the_record() {
    let mut session = session_of_two_zones();
    session.exec("define is_late = at > 2021-10-01");
    assert_eq!(session.hint("text matches digits"), None);
    session.exec(":record { text: \"a sale\", visibility: { countries: [\"KZ\"] } }");
    session.exec(":at 2021-10-01");
    assert!(answer(&mut session, "text mentions sale").starts_with("true"));
    assert_eq!(session.hint("text matches digits").as_deref(), Some("  : bool"));
    assert_eq!(session.complete("text matches dig"), (13, vec!["digits".to_owned()]));
    // An item of the world.
    assert_eq!(session.complete("is_la"), (0, vec!["is_late".to_owned()]));
    let matched = answer(&mut session, ":match sale | a sale");
    assert!(!matched.starts_with('!'), "{matched}");
    // Items belong to the file of the place that is set, or else of the world.
    assert_eq!(session.complete("define x = text matches dig").1, [""; 0]);
}

#[test]
fn a_day_in_a_record_is_a_midnight() {
    let mut session = session_of_two_zones();
    let mut read = |lines: &[&str]| {
        for line in lines {
            answer(&mut session, line);
        }
        answer(&mut session, "sent_at")
    };
    let record = ":record { sent_at: 2021-10-01 }";
    assert_eq!(read(&[record]), "2021-10-01T00:00:00Z : instant");
    assert_eq!(read(&[":in KZ", ":at 2021-10-01", record]), "2021-09-30T18:00:00Z : instant");
    assert_eq!(read(&[":in FR", ":set sent_at = 2021-10-02"]), "2021-10-01T22:00:00Z : instant");
    let nested = ":set author.account.created_at = 2021-10-03";
    answer(&mut session, nested);
    assert_eq!(answer(&mut session, "author.account.created_at"), "2021-10-02T22:00:00Z : instant");
    // A text stays as it is.
    answer(&mut session, ":set chat.title = 2021-10-03");
    assert_eq!(answer(&mut session, "chat.title"), "\"2021-10-03\" : text");
}

#[test]
fn a_named_regex_is_no_pattern_to_match() {
    let mut session = session_of_two_zones();
    for name in ["digits", "kz.digits"] {
        assert_eq!(
            answer(&mut session, &format!(":match {name} | a 12")),
            format!(
                "! `{name}` is a regular expression; `spans(text, {name})` in a session shows what it finds"
            )
        );
    }
}

#[test]
fn a_place_is_without_rules_if_its_file_has_none() {
    let mut session = session_of_two_zones();
    session.exec(":record { text: \"a\" }");
    session.exec(":at 2021-10-01");
    for (places, codes) in [("FR", "FR"), ("EU", "EU"), ("KZ,FR", "FR")] {
        session.exec(&format!(":in {places}"));
        let decided = answer(&mut session, ":decide");
        let note = format!("no rule is about {codes} or a place around it");
        assert!(decided.contains(&note), "{places}: {decided}");
    }
    for places in ["KZ", "KZ-10", "all"] {
        session.exec(&format!(":in {places}"));
        let decided = answer(&mut session, ":decide");
        assert!(!decided.contains("no rule is about"), "{places}: {decided}");
    }
}
