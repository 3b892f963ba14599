//! Speech about an offence is told from the offence: what is quoted, asked, on a button, and whose contact it is. Each question
//! is put to the interpreter and to the engine.

use lexloci::{Compiler, Evidence, Instant, Method, RuleSet, State};
use serde_json::{Value, json};

fn compiled(condition: &str) -> RuleSet {
    let rules = format!(
        "jurisdiction WORLD {{ zone \"UTC\" }}\npolicy house \"House\" {{}}\n\
         terms offers {{ en: \"earn # daily\", \"free spins\", \"guaranteed return*\" }}\n\
         terms calls {{ en: \"write me\", \"join\" }}\n\
         rule r {{ basis house when {condition} on unknown escalate to desk then label }}\n\
         office desk \"Desk\" {{ languages en }}\n"
    );
    Compiler::new().file("world.loci", rules).compile().unwrap()
}

/// Whether a condition is true of a record (`None`: unknown), and the words that it rests on.
fn judged(condition: &str, record: &Value) -> (Option<bool>, Vec<Evidence>) {
    let set = compiled(condition);
    let world = set.place("WORLD").unwrap();
    let at = Instant::parse("2026-03-01T12:00:00Z").unwrap();
    let bytes = record.to_string();
    let whole = set.read(bytes.as_bytes()).unwrap();
    let mut found = vec![];
    for method in [Method::Interpreter, Method::Engine, Method::Unindexed] {
        let mut evaluator = set.evaluator_by(method);
        found.push(evaluator.decide(&whole, world, at, &State::default()).unwrap());
        let ruling = evaluator.decide_json(bytes.as_bytes(), world, at, &State::default());
        found.push(ruling.unwrap().into_decision());
    }
    let [first, others @ ..] = found.as_slice() else { panic!() };
    assert!(others.iter().all(|other| other == first), "{condition} of {record}: {found:#?}");
    let truth = if first.undetermined.is_empty() { Some(!first.matched.is_empty()) } else { None };
    let evidence = first.matched.first().map(|matched| matched.evidence.clone());
    (truth, evidence.unwrap_or_default())
}

fn holds(condition: &str, record: &Value) -> Option<bool> {
    judged(condition, record).0
}

fn quoted_words(condition: &str, record: &Value) -> Vec<String> {
    judged(condition, record).1.into_iter().map(|one| one.text.to_string()).collect()
}

fn message(parts: &[(&str, &str)]) -> Value {
    let part = |(kind, text): &(&str, &str)| json!({ "kind": kind, "text": text });
    let parts: Vec<Value> = parts.iter().map(part).collect();
    json!({ "id": "test:1", "platform": "telegram", "parts": parts })
}

fn text(text: &str) -> Value {
    message(&[("text", text)])
}

#[test]
fn a_warning_that_quotes_an_advert_whole_says_it_in_no_own_words() {
    let warning = text("Careful, they send this: «Earn 5 % daily! Write me @x». Do not answer.");
    assert_eq!(holds("text mentions offers", &warning), Some(true));
    assert_eq!(holds("own_text mentions offers", &warning), Some(false));
    assert_eq!(holds("quoted_text mentions offers", &warning), Some(true));
    assert_eq!(holds("own_text mentions calls", &warning), Some(false));
    let advert = text("Earn 5 % daily! Write me");
    assert_eq!(holds("own_text mentions offers", &advert), Some(true));
    assert_eq!(holds("quoted_text mentions offers", &advert), Some(false));
    // The whole message in quotation marks is no quotation, and a name is none.
    assert_eq!(holds("own_text mentions offers", &text("«Earn 5 % daily! Write me»")), Some(true));
    assert_eq!(holds("own_text mentions offers", &text("Get your \"free spins\" now")), Some(true));
}

#[test]
fn a_question_is_told_from_what_is_stated() {
    let question = text("Somebody told me to earn 5 % daily. Is it true that I earn 5 % daily?");
    assert_eq!(quoted_words("asked_text mentions offers", &question), ["earn 5 % daily"]);
    assert_eq!(holds("stated_text mentions offers", &question), Some(true));
    let only = text("Is it true that I earn 5 % daily?");
    assert_eq!(holds("stated_text mentions offers", &only), Some(false));
    assert_eq!(holds("own_text mentions offers", &only), Some(true));
    // The question of an advert calls to take it up in what it states.
    let advert = text("Want to earn 5 % daily? Write me");
    assert_eq!(
        holds("asked_text mentions offers and stated_text mentions calls", &advert),
        Some(true)
    );
}

#[test]
fn the_words_of_buttons_and_of_quoted_messages_are_apart() {
    let message = message(&[("text", "Look"), ("button", "Join"), ("quote", "earn 5 % daily")]);
    for (condition, expected) in [
        ("button_text mentions calls", true),
        ("text mentions calls", false),
        ("any_text mentions calls", true),
        ("quoted_text mentions offers", true),
        ("own_text mentions offers", false),
        ("button_text mentions offers", false),
        ("button_text contains \"Join\"", true),
        ("button_text matches r\"^Join$\"", true),
    ] {
        assert_eq!(holds(condition, &message), Some(expected), "{condition}");
    }
}

#[test]
fn what_crosses_the_border_of_a_quotation_is_on_neither_side() {
    let crossing = text("we guaranteed «return of 5 % to you» and join");
    assert_eq!(holds("text mentions offers", &crossing), Some(true));
    for surface in ["own_text", "quoted_text"] {
        assert_eq!(holds(&format!("{surface} mentions offers"), &crossing), Some(false));
    }
    let apart = text("free spins «not here, it says today» join");
    assert_eq!(holds("text mentions offers near calls (9 words)", &apart), Some(true));
    assert_eq!(holds("own_text mentions offers near calls (9 words)", &apart), Some(false));
    // A gap may reach over the border, but a shorter match within it counts.
    let gap = text("write me «one two three four me» end");
    assert_eq!(quoted_words("own_text mentions \"write\" ..9.. \"me\"", &gap), ["write me"]);
    // A word that an entity cuts is no word of either side.
    let mut cut = text("free spinsy end");
    cut["parts"][0]["entities"] = json!([{ "type": "blockquote", "start": 0, "end": 10 }]);
    assert_eq!(holds("quoted_text mentions offers", &cut), Some(false));
    assert_eq!(holds("quoted_text contains \"free spins\"", &cut), Some(true));
}

#[test]
fn evidence_points_into_the_original() {
    let message = message(&[
        ("button", "x"),
        ("text", "Ждём: «one two three four» free spins 😀, free spins"),
    ]);
    for condition in [
        "own_text mentions offers",
        "own_text matches r\"free spins\"",
        "own_text contains \"free spins\"",
        "any s in spans(own_text, offers) where (s.part == 1 and s.surface == \"text\" and s.start > 30)",
        "length(spans(own_text, r\"free spins\")) == 2",
        "(if length(text) > 3 then own_text else quoted_text) mentions offers",
    ] {
        let (truth, evidence) = judged(condition, &message);
        assert_eq!(truth, Some(true), "{condition}");
        assert_eq!(evidence.len(), 2, "{condition}: {evidence:?}");
        let whole = message["parts"][1]["text"].as_str().unwrap();
        for Evidence { part, bytes: [start, end], text, chars, .. } in &evidence {
            assert_eq!((part.as_str(), whole.get(*start..*end).unwrap()), ("text", &**text));
            assert_eq!(whole.get(..*start).unwrap().chars().count(), chars[0]);
            assert_eq!(&**text, "free spins");
        }
    }
}

#[test]
fn texts_that_are_joined_or_compared_have_their_passages() {
    let message = text("Is it? «one two three four» End.");
    for condition in [
        "asked_text == \"Is it?\"",
        "own_text == \"Is it?\\nEnd.\"",
        "own_text starts with \"Is\"",
        "stated_text starts with \"End\"",
        "quoted_text ends with \"»\"",
        "words(quoted_text) == 4",
        "own_text matches r\"^End\"",
        "length(quoted_text) < length(own_text) + 20",
    ] {
        assert_eq!(holds(condition, &message), Some(true), "{condition}");
    }
    assert_eq!(holds("asked_text == \"\"", &text("x")), Some(true));
}

#[test]
fn contacts_say_whether_they_are_quoted() {
    let body = "See a.kz. They wrote: «go to b.kz now, it is good». End";
    let mut message = text(body);
    let link = |host: &str| {
        let start = body.find(host).unwrap();
        json!({ "url": host, "via": "url", "host": host, "part": 0, "start": start, "end": start + host.len() })
    };
    let button = json!({ "url": "https://c.kz", "via": "button", "host": "c.kz" });
    let nowhere = json!({ "url": "https://d.kz", "via": "url", "host": "d.kz" });
    message["links"] = json!([link("a.kz"), link("b.kz"), button, nowhere]);
    let wallet =
        |link: usize| json!({ "chain": "ton", "address": "x", "checksum_ok": true, "link": link });
    message["wallets"] = json!([wallet(1)]);
    let quoted = |host: &str| {
        holds(&format!("any l in links where (l.host == \"{host}\" and l.quoted)"), &message)
    };
    assert_eq!(
        ["a.kz", "b.kz", "c.kz", "d.kz"].map(quoted),
        [Some(false), Some(true), Some(false), None]
    );
    assert_eq!(holds("any w in wallets where (w.quoted)", &message), Some(true));
    message["wallets"] = json!([wallet(2)]);
    assert_eq!(holds("any w in wallets where (w.quoted)", &message), Some(false));
    // The index wakes rules by the field.
    assert_eq!(holds("no l in links where (l.quoted)", &message), Some(false));
}

#[test]
fn contacts_say_whether_they_lead_to_who_speaks() {
    let own = |author: Value, link: Value| {
        let mut message = text("x");
        message["author"] = author;
        message["chat"] = json!({ "id": -1_001_234_567_890_i64, "username": "news" });
        message["via_bot"] = json!({ "username": "helper_bot" });
        message["links"] = json!([link]);
        holds("any l in links where (l.own)", &message)
    };
    let link = |target: &str| json!({ "url": "https://t.me/x", "via": "url", "telegram": target });
    let ann =
        json!({ "account": { "username": "ann", "url": "https://example.social/users/ann" } });
    for (target, expected) in [
        ("ann", true),
        ("news", true),
        ("helper_bot", true),
        ("c/1234567890", true),
        ("bob", false),
        ("c/77", false),
    ] {
        assert_eq!(own(ann.clone(), link(target)), Some(expected), "{target}");
    }
    assert_eq!(own(json!({}), link("bob")), None);
    assert_eq!(own(json!({}), link("news")), Some(true));
    assert_eq!(own(json!({}), json!({ "url": "https://a.kz", "via": "web_app" })), Some(true));
    let profile = json!({ "url": "https://example.social/users/ann", "via": "url" });
    assert_eq!(own(ann.clone(), profile), Some(true));
    // A person without a user name: Telegram's Bot API would say it.
    let mut message = text("x");
    message["author"] = json!({ "account": { "id": 7 } });
    message["links"] = json!([link("bob")]);
    assert_eq!(holds("any l in links where (l.own)", &message), None);
    message["source"] = json!({ "format": "telegram_bot_api" });
    assert_eq!(holds("any l in links where (l.own)", &message), Some(false));
    let mentioned = |mention: Value| {
        let mut message = text("x");
        message["author"] = json!({ "account": { "id": 7, "username": "ann" } });
        message["tags"] = json!({ "mentions": [mention] });
        holds("any m in tags.mentions where (m.own)", &message)
    };
    assert_eq!(mentioned(json!({ "username": "ann" })), Some(true));
    assert_eq!(mentioned(json!({ "username": "bob" })), Some(false));
    assert_eq!(mentioned(json!({ "user_id": 7 })), Some(true));
    assert_eq!(mentioned(json!({ "user_id": 8, "username": "ann" })), Some(false));
}
