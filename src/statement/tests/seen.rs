//! What statements say of what was seen, of who decided, and in how many statements.

use super::{made, settings};
use crate::statement::{AccountType, Automation, Settings, Statement};

/// The statements about a record, which have no error.
fn stated(
    files: &[(&str, &str)],
    places: &[&str],
    record: &str,
    settings: &Settings,
) -> Vec<Statement> {
    made(files, places, record, settings).unwrap()
}

/// The only statement for a message in France, under a file with a policy `terms`, a law `code`, and these items.
fn one(items: &str, facts: &str) -> Statement {
    one_with(items, facts, &settings())
}

fn one_with(items: &str, facts: &str, settings: &Settings) -> Statement {
    let file = format!(
        r#"jurisdiction FR {{ zone "Europe/Paris" }}
policy terms "Terms" {{}}
law code "Code" {{
  article orders "1" {{ in force from 2026-01-01 binds platform, on order verified 2026-01-01 }}
  article notices "2" {{ in force from 2026-01-01 binds platform, on notice verified 2026-01-01 }}
}}
{items}
"#
    );
    let record = format!(r#"{{ "sent_at": "2026-02-28T22:00:00Z", {facts} }}"#);
    let mut all = stated(&[("fr.loci", &file)], &["FR"], &record, settings);
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}

/// The words of the text that a rule of this condition quotes.
fn quoted(condition: &str, text: &str) -> String {
    let rule = format!(
        r#"wording told {{ en: "{{evidence}}" }}
rule r "R" {{ basis terms  category violence  says told  when {condition} then restrict }}"#
    );
    let facts = format!(r#""text": "{text}""#);
    one(&rule, &facts).incompatible_content_explanation.unwrap()
}

#[test]
fn what_stands_in_the_gap_of_a_phrase_is_not_quoted() {
    let text = "Invest today with Anna Petrova, she gives a guaranteed profit. Ask Bolat!";
    for (condition, wanted) in [
        (r#"text mentions "invest" ... "profit""#, "“Invest … profit”"),
        (
            r#"text mentions "invest today" ..9.. "guaranteed profit""#,
            "“Invest today … guaranteed profit”",
        ),
        (r#"text mentions "invest" ..1.. "with""#, "“Invest … with”"),
        (r#"text mentions "gives" ..2.. "guarantee*" ... "ask""#, "“gives … guaranteed … Ask”"),
        (r#"text mentions "profit" ..3.. "ask""#, "“profit. Ask”"),
        (r#"text mentions "(today|tomorrow)" ... "(pay|profit)""#, "“today … profit”"),
        (r#"text mentions "invest" near "profit" (20 words)"#, "“Invest”, “profit”"),
        (r#"text contains "guaranteed profit""#, "“guaranteed profit”"),
    ] {
        assert_eq!(quoted(condition, text), wanted, "{condition}");
    }
    // Longer than a quotation can be.
    let long = format!("Invest {} profit", "with Anna Petrova ".repeat(30));
    assert_eq!(quoted(r#"text mentions "invest" ... "profit""#, &long), "“Invest … profit”");
}

#[test]
fn words_that_a_rule_does_not_spell_out_are_not_quoted() {
    let facts = r#""text": "offer of Anna Petrova", "links": [{ "url": "https://a.example/", "display": "Ask Bolat", "host": "a.example" }]"#;
    for (condition, part) in [
        (r#"text matches r"offer.*""#, "text"),
        (r#"any link in links where (link.display is known)"#, "links[0]."),
    ] {
        let rule = format!(
            r#"rule r "R" {{ basis terms  category violence  when {condition} then restrict }}"#
        );
        let statement = one(&rule, facts);
        let explanation = statement.incompatible_content_explanation.unwrap();
        for text in [&explanation, &statement.decision_facts] {
            assert!(!text.contains("Anna") && !text.contains("Bolat"), "{condition}: {text}");
        }
        let said = format!("It rests on words that are not quoted here, in {part}");
        assert!(explanation.contains(&said), "{condition}: {explanation}");
    }
}

#[test]
fn the_facts_say_what_was_seen_and_what_was_asked_as_of_when() {
    let lists = r#"set bad_hosts: domain { "bad.example" }
register known: domain { "bad.example" } { complete from 2026-01-01  as of 2026-02-20  fresh for 90 days }
register licensed: domain { "good.example" } { complete from 2026-01-01  as of 2026-02-25  fresh for 90 days }
exception licensed_host "Licensed" to r { basis terms  when any link in links where (link.host in licensed) }
"#;
    let link = r#""text": "x", "links": [{ "url": "https://pay.bad.example/anna", "host": "pay.bad.example" }]"#;
    for (condition, facts, wanted) in [
        (
            "any link in links where (link.host in bad_hosts)",
            link,
            &[
                "“bad.example” in links[0].host",
                "It was found in the list fr.bad_hosts (its date is not known).",
            ][..],
        ),
        (
            "any link in links where (link.host in known)",
            link,
            &["It was found in the register fr.known (as of 2026-02-20)."],
        ),
        (
            "any link in links where (link.host in bad_hosts)",
            link,
            &[
                "What the message names was not found in the register fr.licensed (as of 2026-02-25).",
            ],
        ),
        (
            "labels.nude.score >= 0.9",
            r#""text": "x", "labels": { "nude": { "score": 0.95, "source": "eye", "version": "3.1" } }"#,
            &["A classifier (eye 3.1) gave the label nude the score 0.95."],
        ),
        (
            "(labels.nude.score ?? 0 >= 0.9 or labels.gore.score >= 0.5) and chat.fake and reports.count > 2",
            r#""text": "x", "chat": { "fake": true }, "labels": { "gore": { "score": 0.6 } }, "reports": { "count": 3 }"#,
            &[
                "A classifier gave the label gore the score 0.6.",
                "The platform has marked the chat as pretending to be somebody else.",
                "Users reported it: 3.",
            ],
        ),
        (
            r#"any one in reports.notices where (one.kind == "fraud")"#,
            r#""text": "x", "reports": { "notices": [{ "kind": "fraud", "country": "FR", "by": "subject", "received_at": "2026-02-28T23:30:00Z" }] }"#,
            &[
                "It follows a notice of the kind fraud from the person concerned, received on 2026-03-01.",
            ],
        ),
        (
            r#"any one in reports.orders where (one.country == "KZ")"#,
            r#""text": "x", "reports": { "orders": [{ "authority": "KZ-MAI", "country": "KZ", "provision": "41-1", "received_at": "2026-02-28T12:00:00Z" }] }"#,
            &["It follows an order of KZ-MAI under 41-1, received on 2026-02-28."],
        ),
    ] {
        let rule = format!(
            r#"{lists}rule r "R" {{ basis terms  category violence  when {condition} then label }}"#
        );
        let statement = one(&rule, facts);
        let explanation = statement.incompatible_content_explanation.unwrap();
        for said in wanted {
            assert!(
                statement.decision_facts.contains(said),
                "{said}: {}",
                statement.decision_facts
            );
            assert!(explanation.contains(said), "{said}: {explanation}");
        }
        assert!(!statement.decision_facts.contains("pay.bad"), "{}", statement.decision_facts);
    }
}

#[test]
fn a_statement_says_how_far_it_was_automated() {
    let ruled = |verdict: &str, place: &str, more: &str| {
        format!(
            r#""text": "offer", "reports": {{ "rulings": [{{ "given_at": "2026-03-01T09:00:00Z", "place": "{place}", "rules": ["fr.r"],
               "verdict": "{verdict}" {more} }}] }}"#
        )
    };
    let plain = r#""text": "offer""#.to_owned();
    let old_version = r#", "version": "2026-02-27T00:00:00Z""#;
    for (acts, facts, most, wanted) in [
        ("restrict", plain.clone(), Automation::Fully, "FULLY"),
        ("restrict, review", plain.clone(), Automation::Fully, "PARTIALLY"),
        ("restrict, escalate to desk", plain.clone(), Automation::Fully, "PARTIALLY"),
        ("restrict, notify to author", plain.clone(), Automation::Fully, "FULLY"),
        ("restrict", plain.clone(), Automation::Partially, "PARTIALLY"),
        ("restrict, review", plain.clone(), Automation::Not, "NOT_AUTOMATED"),
        ("restrict, review", ruled("upheld", "FR", ""), Automation::Fully, "NOT_AUTOMATED"),
        ("restrict", ruled("upheld", "EU", ""), Automation::Fully, "NOT_AUTOMATED"),
        ("restrict", ruled("upheld", "DE", ""), Automation::Fully, "FULLY"),
        ("restrict", ruled("upheld", "FR", old_version), Automation::Fully, "FULLY"),
    ] {
        let rule = format!(
            r#"office desk "Desk" {{ languages fr }}
rule r "R" {{ basis terms  category violence  when text mentions "offer" then {acts} }}"#
        );
        let settings = Settings { automated_decision: most, ..settings() };
        let statement = one_with(&rule, &facts, &settings);
        let code = format!("AUTOMATED_DECISION_{wanted}");
        assert_eq!(statement.automated_decision, code, "{acts} {facts}");
        let said = match wanted {
            "FULLY" => "The program decided, and no person looked at it first.",
            "PARTIALLY" => "The program decided, and persons look at what it decides.",
            _ => "A person decided.",
        };
        assert!(statement.decision_facts.contains(said), "{}", statement.decision_facts);
        let looked_at = "A person looked at it on 2026-03-01, and it stands.";
        let is_ruled = facts.contains("rulings") && wanted == "NOT_AUTOMATED";
        assert_eq!(statement.decision_facts.contains(looked_at), is_ruled, "{facts}");
    }
    // What a person has reversed does not stand, so nobody is told why it does.
    let file = r#"jurisdiction FR { zone "Europe/Paris" }
policy terms "Terms" {}
rule r "R" { basis terms  category violence  when text mentions "offer" then restrict }"#;
    let record =
        format!(r#"{{ "sent_at": "2026-02-28T22:00:00Z", {} }}"#, ruled("reversed", "FR", ""));
    assert_eq!(stated(&[("fr.loci", file)], &["FR"], &record, &settings()), []);
}

#[test]
fn what_a_machine_found_is_detected_although_a_notice_came_too() {
    let rules = r#"rule found "Found" { basis terms  category violence  when text mentions "offer" then restrict }
rule told "Told" { basis terms  category violence  when any one in reports.notices where (one.kind == "fraud") then restrict }"#;
    let notice = r#""reports": { "notices": [{ "kind": "fraud", "country": "FR" }] }"#;
    let both = one(rules, &format!(r#""text": "offer", {notice}"#));
    assert_eq!((both.source_type, both.automated_detection), ("SOURCE_ARTICLE_16", "Yes"));
    let told = one(rules, &format!(r#""text": "x", {notice}"#));
    assert_eq!((told.source_type, told.automated_detection), ("SOURCE_ARTICLE_16", "No"));
}

#[test]
fn the_record_says_who_holds_the_account() {
    let all_private = Settings { account_type: Some(AccountType::Private), ..settings() };
    let account = r#""author": { "account": { "business": true } }"#;
    let chat = r#""author": { "account": { "business": false } }, "chat": { "business": true }"#;
    for (acts, facts, settings, wanted) in [
        ("restrict", account, all_private.clone(), Some("ACCOUNT_TYPE_BUSINESS")),
        ("restrict", chat, settings(), Some("ACCOUNT_TYPE_PRIVATE")),
        ("suspend chat", chat, settings(), Some("ACCOUNT_TYPE_BUSINESS")),
        ("suspend author", chat, settings(), Some("ACCOUNT_TYPE_PRIVATE")),
        (
            "restrict",
            r#""author": { "chat": { "business": true } }"#,
            settings(),
            Some("ACCOUNT_TYPE_BUSINESS"),
        ),
        ("restrict", r#""event": "new""#, all_private, Some("ACCOUNT_TYPE_PRIVATE")),
        ("restrict", r#""event": "new""#, settings(), None),
    ] {
        let rule = format!(
            r#"rule r "R" {{ basis terms  category violence  when text mentions "offer" then {acts} }}"#
        );
        let statement = one_with(&rule, &format!(r#""text": "offer", {facts}"#), &settings);
        assert_eq!(statement.account_type, wanted, "{acts} {facts}");
    }
}

#[test]
fn a_ground_has_one_statement_for_all_places() {
    let world = r#"jurisdiction WORLD { zone "UTC" }
policy terms "Terms" {}
rule offers "Offers" { basis terms  category scams_and_fraud  when text mentions "offer" then limit }
"#;
    let fr = r#"jurisdiction FR { zone "Europe/Paris" }
rule more "More" { basis world.terms  category violence  severity high  when text mentions "offer" then limit }
"#;
    let de = r#"jurisdiction DE { zone "Europe/Berlin" }
policy own "Own" {}
rule accounts "Accounts" { basis own  category violence  when text mentions "offer" then suspend author }
"#;
    let se = r#"jurisdiction SE { zone "Europe/Stockholm" }
policy own "Own" {}
rule hidden "Hidden" { basis own  category violence  when text mentions "offer" then restrict }
"#;
    let files = [("world.loci", world), ("fr.loci", fr), ("de.loci", de), ("se.loci", se)];
    let record = r#"{ "text": "offer", "sent_at": "2026-02-28T22:00:00Z" }"#;
    let all = stated(&files, &["AT", "DE", "FR", "FR-IDF", "SE"], record, &settings());
    let grounds: Vec<_> = all
        .iter()
        .map(|one| {
            (one.incompatible_content_ground.as_deref().unwrap(), one.territorial_scope.join(" "))
        })
        .collect();
    // In Sweden something stricter is done on another ground.
    let wanted = [("Terms", "AT DE FR"), ("Own", "DE"), ("Own", "SE")];
    assert_eq!(grounds.len(), 3, "{all:#?}");
    for one in wanted {
        assert!(grounds.contains(&(one.0, one.1.to_owned())), "{grounds:?}");
    }
    let terms = all.iter().find(|one| one.territorial_scope.len() == 3).unwrap();
    let facts = &terms.decision_facts;
    assert!(facts.contains("Rule fr.more (FR, FR-IDF): More."), "{facts}");
    assert!(facts.contains("Rule world.offers: Offers."), "{facts}");
    assert!(facts.contains("for AT, DE, FR, FR-IDF."), "{facts}");
    assert_eq!(terms.category, "STATEMENT_CATEGORY_VIOLENCE", "that of the gravest rule");
    assert_eq!(terms.category_addition, ["STATEMENT_CATEGORY_SCAMS_AND_FRAUD"]);
}

#[test]
fn keywords_of_all_rules_of_a_ground_are_in_the_statement() {
    let rules = r#"rule a "A" { basis terms  category scams_and_fraud (pyramid_schemes, phishing)  when text mentions "offer" then restrict }
rule b "B" { basis terms  category violence (human_trafficking)  when text mentions "offer" then restrict }
rule c "C" { basis terms  category scams_and_fraud (phishing)  when text mentions "offer" then restrict }"#;
    let statement = one(rules, r#""text": "offer""#);
    let words = ["KEYWORD_HUMAN_TRAFFICKING", "KEYWORD_PHISHING", "KEYWORD_PYRAMID_SCHEMES"];
    assert_eq!(statement.category_specification, words);
    assert_eq!(statement.category, "STATEMENT_CATEGORY_SCAMS_AND_FRAUD", "that of most rules");
}

#[test]
fn a_statement_for_an_order_of_a_member_state_says_that_none_is_asked_for() {
    let rules = r#"rule ordered "Ordered" { basis code.orders  category violence  when any one in reports.orders where (one.ref == "7") then restrict }"#;
    let more = r#"rule found "Found" { basis code.orders, terms  category violence
  when text mentions "offer" or any one in reports.orders where (one.ref == "8") then restrict }"#;
    let facts = |country: &str, text: &str| {
        format!(
            r#""text": "{text}", "reports": {{ "orders": [{{ "authority": "A", "country": "{country}", "ref": "7" }}] }}"#
        )
    };
    for (rules, facts, is_exempt) in [
        (rules.to_owned(), facts("FR", "x"), true),
        (rules.to_owned(), facts("ES", "x"), true),
        (rules.to_owned(), facts("KZ", "x"), false),
        // One of the rules rests on the message itself.
        (format!("{rules}\n{more}"), facts("FR", "offer"), false),
    ] {
        let statement = one(&rules, &facts);
        assert_eq!(statement.is_exempt, is_exempt, "{facts}");
        let said = statement.decision_facts.contains("article 17(5) asks for no statement");
        assert_eq!(said, is_exempt, "{}", statement.decision_facts);
        assert_eq!(statement.source_type, "SOURCE_TYPE_OTHER_NOTIFICATION");
    }
}

#[test]
fn obligations_alone_give_no_statement_and_what_is_kept_is_said() {
    let rule = |acts: &str| {
        format!(
            r#"jurisdiction FR {{ zone "Europe/Paris" }}
policy terms "Terms" {{}}
office desk "Desk" {{ languages fr }}
mark warned on author "Warned"
rule r "R" {{ basis terms  category violence  when text mentions "offer" then {acts} }}"#
        )
    };
    let record = r#"{ "text": "offer", "sent_at": "2026-02-28T22:00:00Z" }"#;
    let all = |acts: &str| stated(&[("fr.loci", &rule(acts))], &["FR"], record, &settings());
    let alone = "escalate to desk, report to \"BKA\", preserve for 6 months, notify to author, notify to members, review, mark warned";
    assert_eq!(all(alone), []);
    let kept = all("restrict, preserve for 6 months, report to \"BKA\"");
    let facts = &kept[0].decision_facts;
    assert!(facts.contains("The message is kept until 2026-09-01 13:00 +02:00."), "{facts}");
    assert!(!facts.contains("BKA"), "nobody is warned of a report: {facts}");
}
