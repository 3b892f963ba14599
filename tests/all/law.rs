//! The law of the shipped rules: no rule rests on law that nobody has read, and time limits are those of the statutes.

use super::shipped::rules;
use lexloci::show::law as show;
use lexloci::{Compiler, Day, law};

#[test]
fn no_rule_rests_on_law_that_is_known_only_from_memory() {
    for article in law::articles(&rules(), None, None) {
        let remembered =
            article.unverified.as_deref().is_some_and(|why| why.contains("from memory"));
        assert!(
            !remembered || article.rules.is_empty(),
            "{} rests on memory: {:?}",
            article.id,
            article.rules
        );
        let memory = ["from memory, not checked", "table of contents only", "not reached"];
        let is_open = article
            .unverified
            .as_deref()
            .is_some_and(|why| memory.iter().any(|word| why.starts_with(word)));
        assert!(
            !is_open || article.deadlines.iter().all(|limit| limit.starts_with('“')),
            "{} has a number from memory",
            article.id
        );
    }
}

/// Every provision says what it is about, and every rule that rests on one has a test.
#[test]
fn every_article_has_a_note_and_every_rule_a_test() {
    for article in law::articles(&rules(), None, None) {
        assert!(!article.doc.is_empty(), "{} has no words", article.id);
        assert!(
            !article.rules.iter().any(|rule| !rule.exception && rule.tests == 0),
            "{}: a rule without a test",
            article.id
        );
    }
}

/// A time limit has a number only if the statute has one. The numbers expected here come from the table of sources, not
/// from the rule files.
#[test]
fn the_numbers_in_time_limits_are_those_of_statutes() {
    let set = rules();
    let numbers: Vec<_> = law::articles(&set, None, None)
        .into_iter()
        .flat_map(|article| {
            let limits = article.deadlines.into_iter().filter(|limit| !limit.starts_with('“'));
            limits.map(move |limit| format!("{}: {limit}", article.id))
        })
        .collect();
    let order = |hours: u8| match hours {
        1 => "1 hour from order.received_at".to_owned(),
        hours => format!("{hours} hours from order.received_at"),
    };
    let given = "as the order sets, else 24 hours from order.given_at";
    let notice = |hours: u8| format!("{hours} hours from notice.received_at");
    let expected = [
        ("au.online_safety.class_1", given.to_owned()),
        ("au.online_safety.child_cyberbullying", given.to_owned()),
        ("au.online_safety.intimate_images", given.to_owned()),
        ("au.online_safety.adult_abuse", given.to_owned()),
        ("de.terrorist_content.orders", order(1)),
        ("eu.terrorism.removal_orders", order(1)),
        ("fr.digital_economy.removal_requests", order(24)),
        ("gb.online_safety.intimate_images", notice(48)),
        ("id.private_systems.orders", order(24)),
        ("id.private_systems.urgent_orders", order(4)),
        ("id.user_content.notices", order(4)),
        ("in.intermediaries.orders_2021", order(36)),
        ("in.intermediaries.orders_2025", order(36)),
        ("in.intermediaries.orders_2026", order(3)),
        ("in.intermediaries.intimate_images_2021", notice(24)),
        ("in.intermediaries.intimate_images_2026", notice(2)),
        ("kz.platforms.orders", order(24)),
        ("kz.platforms.child_cyberbullying", order(24)),
        ("sg.falsehoods.targeted_correction", "as the order sets".to_owned()),
        ("sg.falsehoods.disabling", "as the order sets".to_owned()),
        ("sg.falsehoods.general_correction", "as the order sets".to_owned()),
        ("sg.criminal_harms.directions", "as the order sets".to_owned()),
        ("us.take_it_down.removal", notice(48)),
    ];
    let expected: Vec<_> = expected.iter().map(|(id, limit)| format!("{id}: {limit}")).collect();
    assert_eq!(numbers, expected);
}

/// Law that is known only from memory, or whose beginning is not known, is listed too.
#[test]
fn unverified_law_is_listed() {
    let listed = law::articles(&rules(), None, None);
    for id in [
        "kz.criminal_code.pyramid_advertising",
        "kz.criminal_code.drug_propaganda",
        "kz.criminal_code.extremism",
        "kz.archives.propaganda",
        "kz.administrative_offences.illegal_content",
        "kz.platforms_bill.draft",
        "eu.dsa.statement_of_reasons",
        "eu.dsa.complaints",
        "eu.dsa.database",
        "eu.mica.money_token_marketing",
        "eu.mica.own_initiative",
        "fr.digital_economy.hosting",
        "fr.influencers.marking",
        "gb.online_safety.journalism",
        "gb.public_order.hatred",
        "gb.terrorism.notices",
        "br.marco_civil.duty_of_care",
        "br.racism.nazi_symbols",
        "tr.internet_publications.urgent_orders",
        "us.constitution.free_speech",
        "us.securities.paid_promotion",
    ] {
        let article = listed.iter().find(|article| article.id == id);
        let article = article.unwrap_or_else(|| panic!("{id} is not listed"));
        assert!(article.unverified.is_some() && article.rules.is_empty(), "{id}");
    }
}

/// People and programs see when each register is complete, and which rules ask for it.
#[test]
fn registers_are_listed_with_their_state_on_a_day() {
    let rules = r#"
jurisdiction SG { zone "Asia/Singapore" }
policy house "House rules" {}
register licensed: domain { "a.example" } { complete from 2026-01-01  as of 2026-02-01  fresh for 1 month }
register bare: text { "a", "b" }
rule unlicensed { basis house  when any x in links where (x.host not in licensed)  then label }
"#;
    let set = Compiler::new().file("sg.loci", rules).compile().unwrap();
    let day = Some(Day::parse("2026-03-01").unwrap());
    let on_day = law::registers(&set, None, day);
    assert_eq!(
        show::register_lines(&on_day, day),
        "Registers: 2 registers, 1 never complete; on 2026-03-01 0 complete, 1 stale\n\n  \
         sg.licensed: 1 entry; complete from 2026-01-01, as of 2026-02-01, fresh for 1 month, stale then\n    sg.unlicensed\n  \
         sg.bare: 2 entries; never complete: it does not say since when\n"
    );
    let page = show::register_page(&law::registers(&set, None, None), None);
    let row = "| `sg.licensed` | 1 | complete from 2026-01-01, as of 2026-02-01, fresh for 1 month | `sg.unlicensed` |";
    assert!(page.as_str().contains(row), "{}", page.as_str());
    assert_eq!(show::register_page(&[], day).as_str(), "");
    assert_eq!(
        serde_json::to_value(&on_day[0]).unwrap(),
        serde_json::json!({
            "register": "sg.licensed", "place": "SG", "kind": "domain", "entries": 1, "complete_from": "2026-01-01",
            "as_of": "2026-02-01", "fresh_for": "1 month", "complete_until": "2026-03-01", "on": "stale",
            "rules": ["sg.unlicensed"]
        })
    );
}
