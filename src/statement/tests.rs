//! Compares statements for decisions of all kinds with the documentation of the database. Integration tests check them
//! against its schema.

mod seen;
mod worded;

use super::mask::Mask;
use super::vocabulary::{is_url, language};
use super::{Automation, Settings, Statement, StatementError, statements};
use crate::decision::decide_all;
use crate::interpret::Interpreter;
use crate::interpret::testing::{NOON, compiled, given, instant};
use crate::program::ActionKind;
use crate::state::State;
use crate::world::place::Place;
use serde_json::{Value as Json, json, to_value};

const FILES: &[(&str, &str)] = &[
    (
        "world.loci",
        r#"jurisdiction WORLD { zone "UTC" }
policy promotions "Terms of service: promotions" {}
policy silent "…" {}
## Nobody can promise a certain profit.
rule promises "Promotion of a guaranteed profit" { basis promotions  category scams_and_fraud
  when text mentions "guaranteed" then limit }
rule abuse "Abuse" { basis promotions  category protection_of_minors
  when labels.csam.score ?? 0 >= 0.9 then remove, suspend author }
rule wordless "…" { basis silent  category violence  when text mentions "wordless" then demote }
"#,
    ),
    (
        "eu.loci",
        r#"jurisdiction EU { zone "Europe/Brussels" }
law mica "Regulation (EU) 2023/1114" {
  url "https://eur-lex.europa.eu/eli/reg/2023/1114/oj"
  ## Services are offered by authorised providers only.
  article authorisation "59" { in force from 2024-12-30 binds author, standing verified 2026-11-23 }
  article orders "9" { in force from 2024-02-17 binds platform, on order verified 2026-11-23 url "not an address" }
  article complaints "17" { in force from 2026-02-01 judged by receipt binds platform, on notice verified 2026-11-23 }
  article notices "16" { in force from 2024-02-17 binds platform, on notice verified 2026-11-23 }
}
policy adverts "Promotions shown in the Union" {}
rule invitations "Invitation to an unauthorised provider" { basis all of mica.authorisation, adverts  category scams_and_fraud
  when text mentions "start trading" then restrict }
rule invitations_again "Invitation to trade" { basis mica.authorisation  category consumer_information
  when text mentions "trading" then restrict }
rule ordered "Order" { basis mica.orders  when any x in reports.orders where (x.country == "DE") then restrict }
rule complained "Complaint" { basis mica.complaints  category violence
  when any x in reports.notices where (x.kind == "complaint") then restrict }
rule noticed "Notice" { basis mica.notices  category violence
  when any x in reports.notices where (x.country == "DE") then restrict }
"#,
    ),
    (
        "kz.loci",
        r#"jurisdiction KZ { zone "Asia/Almaty" }
policy desk "Desk" {}
rule invitations "Invitation" { basis desk  category scams_and_fraud  when text mentions "start trading" then restrict }
"#,
    ),
];

fn settings() -> Settings {
    Settings {
        puid_key: "sixteen letters!".into(),
        automated_detection: true,
        automated_decision: Automation::Fully,
        terms_url: Some("https://platform.example/terms".into()),
        account_type: None,
        category: None,
        content_language: None,
        content_type: None,
        language: None,
        appeal: None,
    }
}

/// The statements about a record, in the notation of `given`, in these places, under the rules in these files.
fn made(
    files: &[(&str, &str)],
    places: &[&str],
    record: &str,
    settings: &Settings,
) -> Result<Vec<Statement>, Vec<StatementError>> {
    let (program, _) = compiled(files);
    let record = given(&program, record);
    let places: Vec<Place> = places.iter().map(|code| program.blocs.place(code).unwrap()).collect();
    let decisions = decide_all(&Interpreter::new(&program, &record, instant(NOON)), &places);
    let given = (&record, State::not_asked());
    statements(&program, given, |_| instant(NOON), &decisions, settings, "sha256:00")
}

/// The same under the rules of this file, or the fields with errors.
fn statements_for(
    places: &[&str],
    record: &str,
    settings: &Settings,
) -> Result<Vec<Statement>, Vec<&'static str>> {
    let made = made(FILES, places, record, settings);
    made.map_err(|errors| errors.into_iter().map(|error| error.field).collect())
}

fn json_for(places: &[&str], record: &str) -> Vec<Json> {
    statements_for(places, record, &settings())
        .unwrap()
        .iter()
        .map(|one| to_value(one).unwrap())
        .collect()
}

const ADVERT: &str = r#"{ "text": "Start trading with @moon_desk, guaranteed! Call +7 701 123 45 67", "sent_at": "2026-02-28T22:00:00Z",
    "language": { "detected": [{ "tag": "ru", "p": 0.1 }, { "tag": "en-GB", "p": 0.9 }] } }"#;

/// The database's codes for measures on content and on accounts, as of 1 July 2025.
const CONTENT: [&str; 7] = [
    "DECISION_VISIBILITY_CONTENT_REMOVED",
    "DECISION_VISIBILITY_CONTENT_DISABLED",
    "DECISION_VISIBILITY_CONTENT_DEMOTED",
    "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
    "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
    "DECISION_VISIBILITY_CONTENT_LABELLED",
    "DECISION_VISIBILITY_OTHER",
];
const ACCOUNT: [&str; 2] = ["DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"];

#[test]
fn each_outcome_has_a_code_of_the_database() {
    let (program, _) = compiled(FILES);
    for action in program.actions.values() {
        let codes = match action.kind {
            ActionKind::Content(_) => &CONTENT[..],
            ActionKind::Account(_) => &ACCOUNT,
            ActionKind::Obligation | ActionKind::Mark(_) => &[],
        };
        let known = action.dsa.as_deref().map(|code| codes.contains(&code));
        let wanted = (!codes.is_empty()).then_some(true);
        assert_eq!(known, wanted, "{}: {:?}", action.name, action.dsa);
    }
}

#[test]
fn each_legal_ground_gets_one_statement() {
    let all = json_for(&["DE", "FR", "KZ"], ADVERT);
    let [one] = &all[..] else { panic!("{all:#?}") };
    assert_eq!(one["decision_visibility"], json!(["DECISION_VISIBILITY_CONTENT_DISABLED"]));
    assert_eq!(one["decision_ground"], "DECISION_GROUND_ILLEGAL_CONTENT");
    assert_eq!(one["illegal_content_legal_ground"], "Regulation (EU) 2023/1114, 59");
    assert_eq!(
        one["decision_ground_reference_url"],
        "https://eur-lex.europa.eu/eli/reg/2023/1114/oj"
    );
    assert_eq!(one["category"], "STATEMENT_CATEGORY_CONSUMER_INFORMATION");
    assert_eq!(one["category_addition"], json!(["STATEMENT_CATEGORY_SCAMS_AND_FRAUD"]));
    assert_eq!(one["territorial_scope"], json!(["DE", "FR"]), "and not Kazakhstan");
    assert_eq!(one["content_language"], "EN");
    assert_eq!(
        (&one["content_date"], &one["application_date"]),
        (&json!("2026-02-28"), &json!("2026-03-01"))
    );
    assert_eq!(one["content_type"], json!(["CONTENT_TYPE_TEXT"]));
    assert_eq!(
        (&one["source_type"], &one["automated_detection"]),
        (&json!("SOURCE_VOLUNTARY"), &json!("Yes"))
    );
    assert_eq!(
        one["illegal_content_explanation"],
        "Invitation to an unauthorised provider. Regulation (EU) 2023/1114, 59. It rests on the words \
         “Start trading” in text. Invitation to trade. Regulation (EU) 2023/1114, 59. It rests on the words \
         “trading” in text."
    );
    let facts = one["decision_facts"].as_str().unwrap();
    assert!(
        facts.contains("“Start trading” in text") && facts.contains("Measure: restrict."),
        "{facts}"
    );
    assert!(one.get("incompatible_content_ground").is_none());
}

#[test]
fn a_statement_says_when_a_measure_ends() {
    let statement = |acts: &str| {
        let file = format!(
            r#"jurisdiction FR {{ zone "Europe/Paris" }}
policy terms "Terms" {{}}
rule offers "Offers" {{ basis terms  category scams_and_fraud  when text mentions "offer" then {acts} }}
rule trades "Trades" {{ basis terms  category scams_and_fraud  when text mentions "offer" then restrict for 9 days }}
"#
        );
        let record = r#"{ "text": "offer", "sent_at": "2026-02-28T22:00:00Z" }"#;
        let made = made(&[("fr.loci", &file)], &["FR"], record, &settings());
        made.map(|all| to_value(&all[0]).unwrap())
    };
    let one =
        statement("restrict for 9 days, label, suspend author until sent_at + 3 days").unwrap();
    assert_eq!(one["decision_visibility"], json!(["DECISION_VISIBILITY_CONTENT_DISABLED"]));
    assert_eq!(one["end_date_visibility_restriction"], "2026-03-10");
    assert_eq!(one["end_date_account_restriction"], "2026-03-03");
    let facts = one["decision_facts"].as_str().unwrap();
    assert!(facts.contains("Measure: restrict until 2026-03-10 13:00 +01:00, suspend author until 2026-03-03 23:00 +01:00."), "{facts}");
    // The end that one rule does not know may be the later one.
    let one = statement("restrict until edited_at").unwrap();
    assert!(one.get("end_date_visibility_restriction").is_none(), "{one}");
    let facts = one["decision_facts"].as_str().unwrap();
    assert!(facts.contains("Measure: restrict, its end not known without edited_at."), "{facts}");
    let errors = statement("suspend author for 12 years, restrict for 12 years").unwrap_err();
    let fields: Vec<_> = errors.iter().map(|error| error.field).collect();
    assert_eq!(fields, ["end_date_account_restriction", "end_date_visibility_restriction"]);
}

#[test]
fn a_rule_without_law_rests_on_the_terms_of_service() {
    let all = json_for(&["NO"], ADVERT);
    let [one] = &all[..] else { panic!("{all:#?}") };
    assert_eq!(one["decision_ground"], "DECISION_GROUND_INCOMPATIBLE_CONTENT");
    assert_eq!(one["incompatible_content_ground"], "Terms of service: promotions");
    assert_eq!(one["decision_ground_reference_url"], "https://platform.example/terms");
    assert_eq!(
        one["decision_visibility"],
        json!(["DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED"])
    );
}

#[test]
fn harmless_and_invisible_messages_and_other_places_get_no_statement() {
    for (places, record) in [
        (&["KZ", "US", "WORLD"][..2], ADVERT),
        (&["DE"], r#"{ "text": "Good morning", "sent_at": "2026-02-28T22:00:00Z" }"#),
        (
            &["DE"],
            r#"{ "text": "Start trading", "sent_at": "2026-02-28T22:00:00Z", "visibility": { "countries": ["KZ"] } }"#,
        ),
    ] {
        assert_eq!(json_for(places, record), Vec::<Json>::new(), "{places:?} {record}");
    }
}

#[test]
fn the_scope_has_the_states_of_a_bloc_and_the_state_of_a_region() {
    for (place, states) in [("EU", 27), ("EEA", 30), ("FR-IDF", 1)] {
        let all = json_for(&[place], ADVERT);
        assert_eq!(all[0]["territorial_scope"].as_array().unwrap().len(), states, "{place}");
    }
}

#[test]
fn a_statement_names_the_account_measure_and_the_types_of_media() {
    let record = r#"{ "media": [{ "kind": "photo" }, { "kind": "document" }], "sent_at": "2026-02-28T22:00:00Z",
        "labels": { "csam": { "score": 0.95 }, "synthetic": { "score": 0.9 } } }"#;
    let one = &json_for(&["DE"], record)[0];
    assert_eq!(one["decision_account"], "DECISION_ACCOUNT_SUSPENDED");
    assert_eq!(one["decision_visibility"], json!(["DECISION_VISIBILITY_CONTENT_REMOVED"]));
    let types = json!(["CONTENT_TYPE_IMAGE", "CONTENT_TYPE_SYNTHETIC_MEDIA", "CONTENT_TYPE_OTHER"]);
    assert_eq!((&one["content_type"], &one["content_type_other"]), (&types, &json!("document")));
    assert!(one.get("content_language").is_none(), "nobody knows it");
}

#[test]
fn the_source_says_who_found_the_content() {
    let notice = |by: &str| {
        format!(
            r#"{{ "text": "x", "sent_at": "2026-02-28T22:00:00Z", "reports": {{ "notices": [{{ "kind": "k", "country": "DE" {by} }}] }} }}"#
        )
    };
    // Neither a notice that is seen no more, nor one on which no rule rests.
    let trusted = r#", "by": "trusted_flagger" }, { "kind": "k", "country": "DE""#;
    let expired = format!(r#", "expires_at": "2026-03-01T00:00:00Z"{trusted}"#);
    let of_kz =
        format!(r#" }}, {{ "kind": "k", "country": "KZ"{}"#, r#", "by": "trusted_flagger""#);
    let order = r#"{ "text": "x", "sent_at": "2026-02-28T22:00:00Z", "reports": { "orders": [{ "authority": "A", "country": "DE" }] } }"#;
    // The law was not in force when the first complaint came in, so the rule does not rest on it.
    let complaints = r#"{ "text": "x", "sent_at": "2026-02-28T22:00:00Z", "reports": { "notices": [
        { "kind": "complaint", "country": "FR", "received_at": "2026-01-01T00:00:00Z", "by": "trusted_flagger" },
        { "kind": "complaint", "country": "FR", "received_at": "2026-02-10T00:00:00Z" }] } }"#;
    let category = Settings { category: Some("other_violation_tc".into()), ..settings() };
    for (record, source) in [
        (notice(""), "SOURCE_ARTICLE_16"),
        (notice(r#", "by": "trusted_flagger""#), "SOURCE_TRUSTED_FLAGGER"),
        (notice(trusted), "SOURCE_TRUSTED_FLAGGER"),
        (notice(&expired), "SOURCE_ARTICLE_16"),
        (notice(&of_kz), "SOURCE_ARTICLE_16"),
        (complaints.to_owned(), "SOURCE_ARTICLE_16"),
        (order.to_owned(), "SOURCE_TYPE_OTHER_NOTIFICATION"),
    ] {
        let one = &statements_for(&["DE"], &record, &category).unwrap()[0];
        assert_eq!((one.source_type, one.automated_detection), (source, "No"));
    }
    let one = &statements_for(&["DE"], order, &category).unwrap()[0];
    assert_eq!(one.category, "STATEMENT_CATEGORY_OTHER_VIOLATION_TC");
    assert_eq!(one.decision_ground_reference_url, None, "the article's URL is not valid");
}

#[test]
fn statements_of_different_decisions_have_different_identities() {
    let puid = |places: &[&str], record: &str, key: &str| {
        let settings = Settings { puid_key: key.into(), ..settings() };
        statements_for(places, record, &settings).unwrap()[0].puid.clone()
    };
    let (one, key) = (puid(&["DE"], ADVERT, "sixteen letters!"), "sixteen letters!");
    assert_eq!(one, puid(&["DE"], ADVERT, key));
    let other = ADVERT.replacen('{', r#"{ "id": "other","#, 1);
    let others = [
        puid(&["FR"], ADVERT, key),
        puid(&["DE"], &other, key),
        puid(&["DE"], ADVERT, "another secret..."),
    ];
    assert!(others.iter().all(|other| *other != one));
    assert!(one.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{one}");
}

#[test]
fn missing_and_wrong_fields_are_named() {
    let with = |change: fn(&mut Settings)| {
        let mut settings = settings();
        change(&mut settings);
        settings
    };
    let order = r#"{ "text": "x", "sent_at": "2026-02-28T22:00:00Z", "reports": { "orders": [{ "authority": "A", "country": "DE" }] } }"#;
    let bare = r#"{ "sent_at": "2026-02-28T22:00:00Z", "labels": { "csam": { "score": 0.95 } } }"#;
    for (settings, record, fields) in [
        (settings(), r#"{ "text": "start trading" }"#, vec!["content_date"]),
        (
            settings(),
            r#"{ "text": "start trading", "sent_at": "1999-12-31T22:00:00Z" }"#,
            vec!["content_date"],
        ),
        (settings(), order, vec!["category"]),
        (settings(), bare, vec!["content_type"]),
        (
            settings(),
            r#"{ "labels": { "csam": { "score": 0.95 } } }"#,
            vec!["content_date", "content_type"],
        ),
        (
            settings(),
            r#"{ "text": "wordless", "sent_at": "2026-02-28T22:00:00Z" }"#,
            vec!["incompatible_content_ground"],
        ),
        (with(|one| one.puid_key = "short".into()), bare, vec!["puid"]),
        (
            with(|one| one.terms_url = Some("platform.example".into())),
            bare,
            vec!["decision_ground_reference_url"],
        ),
        (with(|one| one.category = Some("fraud".into())), bare, vec!["category"]),
        (with(|one| one.content_language = Some("english".into())), bare, vec!["content_language"]),
    ] {
        assert_eq!(statements_for(&["DE"], record, &settings).unwrap_err(), fields, "{record}");
    }
}

#[test]
fn personal_data_is_masked() {
    let (program, _) = compiled(FILES);
    let record = given(
        &program,
        r#"{ "author": { "kind": "user", "account": { "name": "Aigerim Sadykova", "username": "aika_s" } },
             "chat": { "title": "TON Profit" }, "forward": { "name": "Jean-Luc Petit" },
             "parts": [{ "text": "Ask Bolat now", "entities": [{ "type": "text_mention", "start": 4, "end": 9 }] }] }"#,
    );
    let mask = Mask::of(&program.schema, record.root());
    for (text, masked) in [
        ("write to AIGERIM or Sadykova", "write to [name] or [name]"),
        ("aika_s and jean-luc petit of ton  profit", "[name] and [name] of [name]"),
        ("Bolat sells", "[name] sells"),
        ("@somebody, ＠other_one", "[account], [account]"),
        ("jo.hn+x@mail.example.org and jo (at) mail (dot) org", "[e-mail] and [e-mail]"),
        ("call +7 (701) 123-45-67 or 8 701 123 45 67", "call [number] or [number]"),
        ("card 4111 1111 1111 1111", "card [number]"),
        (
            "t.me/moon_desk, https://telegram.me/joinchat/AAAA tg://resolve?domain=x",
            "[chat] [chat] [address]",
        ),
        ("https://shop.example/user/4711?x=1", "https://shop.example/…"),
        (
            "pay to 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 or 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "pay to [address] or [address]",
        ),
        ("UQBvI0aFLnw2QbZgjMPCLRdtRHxhUyinQudg6sdiohIwg5jL", "[address]"),
        ("@so\u{200b}me\u{200d}body \u{1d173}@some\u{1bca0}body", "[account] [account]"),
        ("12 % a week, 2026-03-01, 100 000 KZT", "12 % a week, 2026-03-01, 100 000 KZT"),
    ] {
        let found = mask.text(text);
        assert_eq!(found, masked, "{text}");
        assert_eq!(mask.text(&found), found, "masking it again changes nothing");
    }
}

#[test]
fn only_addresses_and_languages_that_the_database_knows_are_accepted() {
    for (url, accepted) in [
        ("https://adilet.zan.kz/eng/docs/Z2300000018", true),
        ("http://a-b.example:8080/x%20y/?q=1&r=[no]", false),
        ("http://a-b.example:8080/x%20y/?q=1&r=(yes)#top", true),
        ("https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title47-section223a", true),
        ("https://localhost/", false),
        ("https://пример.рф/", false),
        ("ftp://example.org/", false),
        ("https://example.org/a b", false),
        ("https://example.org/%zz", false),
        ("https://user@example.org/", false),
        ("https://example.org:/", false),
        ("", false),
    ] {
        assert_eq!(is_url(url), accepted, "{url}");
    }
    assert!(!is_url(&format!("https://example.org/{}", "x".repeat(500))));
    for (tag, code) in
        [("kk", Some("KK")), ("pt-BR", Some("PT")), ("eng", None), ("xx", None), ("", None)]
    {
        assert_eq!(language(tag).as_deref(), code, "{tag}");
    }
}
