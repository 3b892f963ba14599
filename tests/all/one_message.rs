//! The worked example: one message, its variants, and what each place does about them, also on the days on which the law
//! begins.

#[path = "../../examples/one-message-many-places/table.rs"]
mod table;

use lexloci::{Citation, Decision, Instant, Text};
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

/// The outcome in each place, in the order of `PLACES`.
fn outcomes(example: &Example, message: usize, registers: &[&str], at: &str) -> Vec<Text> {
    let set = example.rules(registers, "2026-01-01").unwrap();
    PLACES.iter().map(|place| example.decide(&set, message, place, at).unwrap().outcome).collect()
}

fn rules(decision: &Decision) -> Vec<&str> {
    decision.matched.iter().map(|rule| rule.rule.as_str()).collect()
}

#[test]
fn each_place_decides_about_the_message_itself() {
    let example = example();
    let set = example.rules(&[], AT).unwrap();
    let expected =
        ["restrict", "restrict", "restrict", "restrict", "restrict", "limit", "limit", "limit"];
    assert_eq!(outcomes(&example, MESSAGE, &[], AT), expected);
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

#[test]
fn kazakhstan_considers_an_order_within_twenty_four_hours() {
    let example = example();
    let set = example.rules(&[], AT).unwrap();
    let without = example.decide(&set, MESSAGE, "KZ", AT).unwrap();
    assert_eq!(shown(&without), "restrict, escalate");
    assert_eq!(without.outcome_due, None, "no statute gives a time before an order");
    let escalate = &without.obligations[0];
    assert_eq!((escalate.to.as_deref(), &escalate.words[..]), (Some("kz.astana"), &[][..]));
    let with = example.decide(&set, WITH_ORDER, "KZ", AT).unwrap();
    assert!(with.complete);
    assert_eq!(shown(&with), "restrict, escalate, review");
    let review = with.obligations.iter().find(|one| one.action == "review").unwrap();
    assert_eq!(review.due, Some(Instant::parse("2026-09-02T09:30:00Z").unwrap()));
    assert_eq!(review.clock.as_deref(), Some("order.received_at"));
}

#[test]
fn brazil_acts_on_a_notice() {
    let example = example();
    let set = example.rules(&[], AT).unwrap();
    let with = example.decide(&set, WITH_NOTICE, "BR", AT).unwrap();
    assert_eq!(shown(&with), "limit, escalate, review");
    assert_eq!(shown(&example.decide(&set, MESSAGE, "BR", AT).unwrap()), "limit");
}

/// Variant (a): the operator is licensed, and promises nothing.
#[test]
fn a_licence_counts_where_it_was_given() {
    let example = example();
    let restrict = |count: usize| vec!["restrict"; count];
    let nowhere = outcomes(&example, WITHOUT_PROMISE, &[], AT);
    assert_eq!(nowhere, [restrict(5), vec!["none"; 3]].concat());
    let [kz, eu, gb, ae] =
        REGISTERS.map(|(_, register)| outcomes(&example, WITHOUT_PROMISE, &[register], AT));
    assert_eq!(kz, [vec!["none"], restrict(4), vec!["none"; 3]].concat());
    assert_eq!(
        eu,
        [vec!["restrict", "label", "label"], restrict(2), vec!["none"; 3]].concat(),
        "with the statement that it lacks"
    );
    assert_eq!(gb, [restrict(3), vec!["none", "restrict"], vec!["none"; 3]].concat());
    assert_eq!(ae, [restrict(4), vec!["none"; 4]].concat());
}

/// Variant (b): news that quote it.
#[test]
fn news_may_quote_it() {
    let example = example();
    assert_eq!(outcomes(&example, NEWS, &[], AT), ["none"; 8]);
    let set = example.rules(&[], AT).unwrap();
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
    let set = example.rules(&[], AT).unwrap();
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
    let set = example.rules(&[], AT).unwrap();
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
    let set = example.rules(&[register], "2026-09-01").unwrap();
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
    let set = example().rules(&[], AT).unwrap();
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
