//! The law of the shipped rules: no rule rests on law that nobody has read, and time limits are those of the statutes.

use super::shipped::{at_root, rules};
use lexloci::show::law as show;
use lexloci::{Compiler, Day, law, suite};
use std::collections::BTreeSet;

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

/// A rule that rests on an article that nobody has read in full says beside it what was read, and that the rest was not.
#[test]
fn no_rule_rests_on_unread_law_without_saying_so() {
    let mut checked = 0;
    for article in law::articles(&rules(), None, None) {
        for rule in article.rules.iter().filter(|_| article.verified.is_none()) {
            let (_, comments) = source_of(&rule.id);
            assert!(
                comments.iter().any(|line| line.starts_with("# allow LX4401: ")),
                "{} rests on {}, which nobody has read in full: write `# allow LX4401: …` above it",
                rule.id,
                article.id
            );
            let documented = comments.iter().any(|line| line.starts_with("##"));
            let is_kept = comments.first().is_some_and(|line| line.starts_with("##"));
            assert!(is_kept || !documented, "the note of {} is not directly above it", rule.id);
            checked += 1;
        }
    }
    assert!(checked >= 20, "{checked} rules");
}

/// What an author may do is judged by the law of the day on which it was sent: an article that binds authors from a known day
/// is judged by sending where a rule rests on it that burdens anybody, and no other ground carries the rule without it.
#[test]
fn what_binds_authors_is_judged_by_the_day_of_sending() {
    let set = rules();
    let results = suite::run(&set, None).results.into_iter();
    let burdening: BTreeSet<_> = results
        .filter_map(|result| result.decision)
        .flat_map(|decision| decision.outcomes)
        .flat_map(|outcome| outcome.rules)
        .collect();
    let mut checked = BTreeSet::new();
    for article in law::articles(&set, None, None) {
        if article.binds != "author" || !article.in_force.starts_with("from 2") {
            continue;
        }
        for rule in article.rules.iter().filter(|rule| burdening.contains(rule.id.as_str())) {
            assert!(
                article.judged_by.is_some_and(|judged| judged.starts_with("sending")),
                "{} is not judged by sending, and {} rests on it",
                article.id,
                rule.id
            );
            checked.insert((rule.id.clone(), article.id.clone()));
        }
    }
    assert!(checked.len() >= 12, "{checked:#?}");
    for (rule, _) in &checked {
        let (text, _) = source_of(rule);
        let basis = text.lines().find(|line| line.trim_start().starts_with("basis ")).unwrap();
        let grounds = basis.trim_start().trim_start_matches("basis").trim_start();
        let alone = grounds.split(',').all(|ground| {
            let ground = ground.trim();
            checked.iter().any(|(_, article)| article.ends_with(&format!(".{ground}")))
                || READ_AS_CURRENT.contains(&ground)
        });
        assert!(grounds.starts_with("all of ") || alone, "{rule} has a basis beside it: {grounds}");
    }
}

/// Articles that were read as current law, and began before anybody's messages: nobody knows when.
const READ_AS_CURRENT: [&str; 1] = ["extremism.definition"];

/// The text of a rule or exception in the shipped files, and the comments above it.
fn source_of(id: &str) -> (String, Vec<String>) {
    let (file, name) = id.split_once('.').unwrap();
    let text = std::fs::read_to_string(at_root(&format!("rules/{file}.loci"))).unwrap();
    let heads = [format!("rule {name} "), format!("exception {name} ")];
    let lines: Vec<_> = text.lines().collect();
    let at = lines.iter().position(|line| heads.iter().any(|head| line.starts_with(head))).unwrap();
    let comments = lines[..at].iter().rev().take_while(|line| line.starts_with('#'));
    let body = lines[at..].iter().take_while(|line| **line != "}");
    (
        body.map(|line| format!("{line}\n")).collect(),
        comments.map(|line| (*line).to_owned()).collect(),
    )
}

/// What nobody can look up, nobody can check.
#[test]
fn nine_articles_of_ten_have_an_address() {
    let articles = law::articles(&rules(), None, None);
    let with_address = articles.iter().filter(|article| article.url.is_some()).count();
    assert!(with_address * 10 >= articles.len() * 9, "{with_address} of {}", articles.len());
    let lines = show::lines(&rules(), &articles, None);
    let last = lines.trim_end().lines().last().unwrap();
    let counts = format!("{with_address} with an address");
    let all = format!(": {} provisions, ", articles.len());
    assert!(
        last.starts_with("In all ") && last.contains(&all) && last.ends_with(&counts),
        "{last}"
    );
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
        ("eu.terrorism.complaints", "2 weeks from notice.received_at".to_owned()),
        ("fr.digital_economy.removal_requests", order(24)),
        ("fr.digital_space.torture_images", order(24)),
        ("gb.online_safety.intimate_images", notice(48)),
        ("id.private_systems.orders", order(24)),
        ("id.private_systems.urgent_orders", order(4)),
        ("id.user_content.notices", order(4)),
        ("in.intermediaries.orders_2021", order(36)),
        ("in.intermediaries.orders_2025", order(36)),
        ("in.intermediaries.orders_2026", order(3)),
        ("in.intermediaries.intimate_images_2021", notice(24)),
        ("in.intermediaries.intimate_images_2026", notice(2)),
        ("it.live_events.orders", "30 minutes from order.received_at".to_owned()),
        ("kz.platforms.orders", order(24)),
        ("kz.platforms.child_cyberbullying", order(24)),
        ("my.periods.acknowledgement", "1 hour from notice.received_at".to_owned()),
        ("my.periods.assessment", notice(12)),
        ("ng.code_of_practice.intimate_content", notice(24)),
        ("sg.falsehoods.targeted_correction", "as the order sets".to_owned()),
        ("sg.falsehoods.disabling", "as the order sets".to_owned()),
        ("sg.falsehoods.general_correction", "as the order sets".to_owned()),
        ("sg.criminal_harms.directions", "as the order sets".to_owned()),
        ("us.take_it_down.removal", notice(48)),
        ("vn.internet_services.removal", order(24)),
        ("vn.internet_services.accounts", order(24)),
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
