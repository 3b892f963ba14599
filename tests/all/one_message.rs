//! The worked example: one message, its variants, and what each place does about them, also on the days on which the law
//! begins.

#[path = "../../examples/one-message-many-places/table.rs"]
mod table;

use lexloci::{Citation, Decision, Instant, Record, RuleSet, State, Text};
use std::path::Path;
use table::{AT, Example, MESSAGE, PLACES, REGISTERS, WITHOUT_PROMISE, shown, tables};

const WITH_ORDER: usize = 1;
const WITH_NOTICE: usize = 2;
const NEWS: usize = 4;
const PRIVATE: usize = 5;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn example() -> Example {
    Example::read(root()).unwrap()
}

/// The outcome in each place, in the order of `PLACES`, if the registers were complete.
fn outcomes(example: &Example, message: usize, registers: &[&str]) -> Vec<Text> {
    outcomes_by(&example.complete(registers, "2026-01-01").unwrap(), example, message)
}

fn outcomes_by(set: &RuleSet, example: &Example, message: usize) -> Vec<Text> {
    PLACES.iter().map(|place| example.decide(set, message, place, AT).unwrap().outcome).collect()
}

fn rules(decision: &Decision) -> Vec<&str> {
    decision.matched.iter().map(|rule| rule.rule.as_str()).collect()
}

#[test]
fn each_place_decides_about_the_message_itself() {
    let example = example();
    let set = example.complete(&[], AT).unwrap();
    let expected =
        ["restrict", "restrict", "restrict", "restrict", "restrict", "limit", "limit", "limit"];
    assert_eq!(outcomes(&example, MESSAGE, &[]), expected);
    for place in PLACES {
        let decision = example.decide(&set, MESSAGE, place, AT).unwrap();
        assert!(
            rules(&decision).contains(&"world.guaranteed_returns"),
            "the platform's policy is part of {place}"
        );
        assert!(decision.complete, "{place}");
        let own = format!("{}.", place.to_lowercase());
        let fired = rules(&decision).iter().any(|rule| rule.starts_with(&own));
        assert_eq!(fired, !["DE", "US", "BR"].contains(&place), "{place}: {:?}", rules(&decision));
    }
    let by_the_union = example.decide(&set, MESSAGE, "DE", AT).unwrap();
    assert!(rules(&by_the_union).contains(&"eu.unauthorised_services"));
    assert_eq!(
        shown(&example.decide(&set, MESSAGE, "SG", AT).unwrap()),
        "limit, escalate, preserve"
    );
}

/// As shipped, the registers are not complete: what only the absence of a licence would restrict goes to people.
#[test]
fn registers_that_are_not_complete_restrict_nobody() {
    let example = example();
    let set = example.shipped().unwrap();
    let nobody = outcomes_by(&set, &example, WITHOUT_PROMISE);
    assert!(nobody.iter().all(|outcome| outcome == "none" || outcome == "label"), "{nobody:?}");
    for place in ["KZ", "FR", "DE", "GB", "AE"] {
        let decision = example.decide(&set, WITHOUT_PROMISE, place, AT).unwrap();
        assert!(!decision.complete && shown(&decision).contains("escalate"), "{place}");
    }
    // The promise and the bonus are something else.
    let with_promise = outcomes_by(&set, &example, MESSAGE);
    let expected = ["restrict", "limit", "limit", "restrict", "limit", "limit", "limit", "limit"];
    assert_eq!(with_promise, expected);
}

#[test]
fn kazakhstan_considers_an_order_within_twenty_four_hours() {
    let example = example();
    let set = example.complete(&[], AT).unwrap();
    let without = example.decide(&set, MESSAGE, "KZ", AT).unwrap();
    assert_eq!(shown(&without), "restrict, escalate");
    assert_eq!(without.outcome_due, None, "no statute gives a time before an order");
    let escalate = &without.obligations[0];
    assert_eq!((escalate.to.as_deref(), &escalate.words[..]), (Some("kz.astana"), &[][..]));
    let with = example.decide(&set, WITH_ORDER, "KZ", AT).unwrap();
    assert!(with.complete);
    assert_eq!(shown(&with), "restrict, escalate, report, review");
    let review = with.obligations.iter().find(|one| one.action == "review").unwrap();
    assert_eq!(review.due, Some(Instant::parse("2026-09-02T09:30:00Z").unwrap()));
    assert_eq!(review.clock.as_deref(), Some("order.received_at"));
}

#[test]
fn brazil_acts_on_a_notice() {
    let example = example();
    let set = example.complete(&[], AT).unwrap();
    let with = example.decide(&set, WITH_NOTICE, "BR", AT).unwrap();
    assert_eq!(shown(&with), "limit, escalate, review");
    assert_eq!(shown(&example.decide(&set, MESSAGE, "BR", AT).unwrap()), "limit");
}

/// Variant (a): the operator is licensed, and promises nothing.
#[test]
fn a_licence_counts_where_it_was_given() {
    let example = example();
    let restrict = |count: usize| vec!["restrict"; count];
    let nowhere = outcomes(&example, WITHOUT_PROMISE, &[]);
    assert_eq!(nowhere, [restrict(5), vec!["none"; 3]].concat());
    let [kz, eu, gb, ae] =
        REGISTERS.map(|(_, register)| outcomes(&example, WITHOUT_PROMISE, &[register]));
    assert_eq!(kz, [vec!["none"], restrict(4), vec!["none"; 3]].concat());
    assert_eq!(eu, [vec!["restrict", "none", "none"], restrict(2), vec!["none"; 3]].concat());
    assert_eq!(gb, [restrict(3), vec!["none", "restrict"], vec!["none"; 3]].concat());
    assert_eq!(ae, [restrict(4), vec!["none"; 4]].concat());
}

/// Invitations that name exchanges and banks which hold a licence somewhere.
const INVITATIONS: [&str; 4] = [
    "Buy bitcoin, {host}",
    "Start trading Toncoin on {host}",
    "Register at {host} and trade crypto today",
    "Откройте счёт: биткоин и тонкоин, {host}",
];

const PROVIDERS: [&str; 12] = [
    "kraken.com",
    "coinbase.com",
    "bitpanda.com",
    "bitstamp.net",
    "okx.com",
    "crypto.com",
    "binance.com",
    "bybit.kz",
    "ataix.kz",
    "traderepublic.com",
    "halykbank.kz",
    "revolut.com",
];

fn invitation(set: &RuleSet, text: &str, host: &str) -> Record {
    let text = text.replace("{host}", host);
    let json = format!(
        r#"{{ "id": "m", "platform": "telegram", "sent_at": "2026-12-01T09:00:00Z", "text": "{text}",
            "chat": {{ "type": "channel", "public": true, "scam": false }},
            "visibility": {{ "audience": "public", "countries": "*" }} }}"#
    );
    set.given(&json).unwrap()
}

/// As shipped, no rule restricts an invitation by a real provider in any place with a file, because nobody can tell from
/// registers that are not complete that it has no licence.
#[test]
fn invitations_of_real_providers_are_restricted_nowhere() {
    let set = example().shipped().unwrap();
    let at = Instant::parse("2026-12-01T12:00:00Z").unwrap();
    let mut asked = 0;
    for place in
        ["AE", "AU", "BR", "DE", "FR", "GB", "ID", "IN", "KZ", "SG", "TR", "US", "AT", "NZ"]
    {
        let place = set.place(place).unwrap();
        for host in PROVIDERS {
            for text in INVITATIONS {
                let record = invitation(&set, text, host);
                let decision = set.evaluator().decide(&record, place, at, &State::default());
                let outcome = decision.unwrap().outcome;
                assert!(
                    outcome == "none" || outcome == "label",
                    "{place}: {text} {host}: {outcome}"
                );
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 14 * PROVIDERS.len() * INVITATIONS.len());
}

/// If the registers were complete, a licence would count where it was given.
#[test]
fn complete_registers_tell_the_licensed_from_the_others() {
    let set = example().complete(&[], AT).unwrap();
    let at = Instant::parse("2026-12-01T12:00:00Z").unwrap();
    for (host, restricted) in [
        ("kraken.com", vec!["AE", "GB", "KZ"]),
        ("bybit.kz", vec!["AE", "DE", "FR", "GB"]),
        ("moonex.example", vec!["AE", "DE", "FR", "GB", "KZ"]),
    ] {
        let record = invitation(&set, INVITATIONS[1], host);
        let places = ["AE", "DE", "FR", "GB", "KZ", "US"].into_iter();
        let found: Vec<_> = places
            .filter(|place| {
                let place = set.place(place).unwrap();
                let decision = set.evaluator().decide(&record, place, at, &State::default());
                decision.unwrap().outcome == "restrict"
            })
            .collect();
        assert_eq!(found, restricted, "{host}");
    }
}

/// Variant (b): news that quote it.
#[test]
fn news_may_quote_it() {
    let example = example();
    assert_eq!(outcomes(&example, NEWS, &[]), ["none"; 8]);
    let set = example.complete(&[], AT).unwrap();
    for place in ["KZ", "AE"] {
        assert_eq!(shown(&example.decide(&set, NEWS, place, AT).unwrap()), "none", "{place}");
    }
    for place in PLACES {
        let decision = example.decide(&set, NEWS, place, AT).unwrap();
        assert!(!rules(&decision).iter().any(|rule| rule.starts_with("world.")), "{place}");
    }
}

/// Variant (c): in a private chat.
#[test]
fn a_private_chat_is_out_of_scope() {
    let example = example();
    let set = example.complete(&[], AT).unwrap();
    for place in PLACES {
        let decision = example.decide(&set, PRIVATE, place, AT).unwrap();
        assert_eq!(
            (shown(&decision), rules(&decision).len(), decision.complete),
            ("none".into(), 0, true),
            "{place}"
        );
    }
}

/// Variant (d): on the day before an article begins, nothing rests on it.
#[test]
fn no_article_is_cited_before_its_first_day() {
    let example = example();
    let set = example.complete(&[], AT).unwrap();
    let mut checked = 0;
    for message in [MESSAGE, WITH_ORDER, WITH_NOTICE, WITHOUT_PROMISE] {
        for place in PLACES {
            let cited = |at: &str| -> Vec<(Text, Text)> {
                let decision = example.decide(&set, message, place, at).unwrap();
                let basis = decision.matched.into_iter().flat_map(|rule| rule.basis);
                basis
                    .filter_map(|one| match one {
                        Citation::Article { law, article, .. } => Some((law, article)),
                        Citation::Policy { .. } => None,
                    })
                    .collect()
            };
            for one in cited(AT) {
                let is_cited = |article: &lexloci::ArticleInfo<'_>| {
                    (article.law, article.number) == (&*one.0, &*one.1)
                };
                let day = set.articles().find(is_cited).unwrap().from.unwrap();
                let before = format!("{}T12:00:00Z", day.previous().unwrap());
                assert!(!cited(&before).contains(&one), "{place} {one:?} at {before}");
                checked += 1;
            }
        }
    }
    assert!(checked >= 15, "{checked} articles");
}

/// Variant (e): the operator is licensed in Kazakhstan from a day.
#[test]
fn a_licence_counts_from_its_day() {
    let example = example();
    let (_, register) = REGISTERS[0];
    let set = example.complete(&[register], "2026-09-01").unwrap();
    // Midnight in Almaty.
    for (at, outcome) in [("2026-08-31T18:59:59Z", "restrict"), ("2026-08-31T19:00:00Z", "none")] {
        assert_eq!(
            example.decide(&set, WITHOUT_PROMISE, "KZ", at).unwrap().outcome,
            outcome,
            "{at}"
        );
    }
    let lifted = |at: &str| {
        let decision = example.decide(&set, MESSAGE, "KZ", at).unwrap();
        (
            decision.outcome.clone(),
            decision.defeated.iter().map(|one| one.rule.clone()).collect::<Vec<_>>(),
        )
    };
    assert_eq!(lifted("2026-08-31T18:59:59Z"), ("restrict".into(), vec![]));
    let promise_stays = ("restrict".into(), vec![Text::from("kz.unlicensed_trading")]);
    assert_eq!(lifted("2026-08-31T19:00:00Z"), promise_stays, "the promise is what is left");
}

#[test]
fn the_tables_are_as_they_were() {
    insta::assert_snapshot!(tables(root()).unwrap());
}

/// On some days law changed on which no rule rests. The list of the law shows the change.
#[test]
fn law_without_rules_changes_on_its_day() {
    let set = example().shipped().unwrap();
    let on = |id: &str, day: &str| {
        let day = lexloci::Day::parse(day).unwrap();
        lexloci::law::articles(&set, None, Some(day))
            .into_iter()
            .find(|article| article.id == id)
            .unwrap()
            .on
            .unwrap()
    };
    use lexloci::law::OnDay::{InForce, NotInForce, Unknown};
    for (id, before, from, then) in [
        (
            "tr.internet_publications.personality_rights",
            ("2024-10-09", InForce),
            "2024-10-10",
            NotInForce,
        ),
        (
            "tr.internet_publications.catalogue_crimes",
            ("2024-10-09", InForce),
            "2024-10-10",
            NotInForce,
        ),
        ("de.network_enforcement.removal", ("2024-02-16", InForce), "2024-02-17", NotInForce),
        (
            "eu.child_abuse_interim.voluntary_detection",
            ("2026-04-03", InForce),
            "2026-04-04",
            NotInForce,
        ),
        ("gb.financial_services.new_regime", ("2027-10-24", NotInForce), "2027-10-25", InForce),
        ("fr.consumer_code.crypto_sponsorship", ("2026-04-02", Unknown), "2026-04-03", InForce),
    ] {
        assert_eq!((on(id, before.0), on(id, from)), (before.1, then), "{id}");
    }
}
