//! Checks statements of reasons for the example messages and for many more: against the schema of the database, if it is
//! there (`../shared/data/dsa`), and for what a schema cannot say.

use super::shared;
use super::shipped::{at_root, rules};
use lexloci::state::Memory;
use lexloci::statement::{AccountType, Automation, ContentType, Settings, Statement};
use lexloci::{Compiler, Given, Instant, Keeper, Place, Record, RuleSet, State};
use serde_json::{Value, json, to_value};
use std::collections::BTreeSet;
use std::fs;

const AT: &str = "2026-11-01T12:00:00Z";

fn settings() -> Settings {
    Settings {
        puid_key: "a secret that nobody has".into(),
        automated_detection: true,
        automated_decision: Automation::Partially,
        terms_url: Some("https://platform.example/terms".into()),
        account_type: Some(AccountType::Private),
        category: Some("other_violation_tc".into()),
        content_language: None,
        content_type: Some(ContentType::Other),
        language: None,
        appeal: Some("https://platform.example/appeal".into()),
    }
}

/// Validates statements by the schema of what we emit, which refers to the schema of the server.
fn validate(statements: &[Value]) {
    let read = |name: &str| -> Option<Value> {
        let text = shared::text(&format!("dsa/{name}"))?;
        Some(serde_json::from_str(&text).unwrap())
    };
    let Some(base) = read("statement.schema.json") else { return };
    let Some(strict) = read("statement.strict.schema.json") else { return };
    let uri = base["$id"].as_str().unwrap().to_owned();
    let registry = jsonschema::Registry::new().add(uri, base).unwrap().prepare().unwrap();
    let validator = jsonschema::options().with_registry(&registry).build(&strict).unwrap();
    for statement in statements {
        let faults: Vec<_> =
            validator.iter_errors(statement).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?} in {statement:#}");
    }
}

/// Checks what the schema cannot say: no statement is there twice, and none contains one of the secrets.
fn check_contents(statements: &[Statement], secrets: &[&str]) {
    let puids: BTreeSet<_> = statements.iter().map(|one| &one.puid).collect();
    assert_eq!(puids.len(), statements.len(), "each has its own identity");
    for one in statements {
        assert!(!one.category_addition.contains(&one.category));
        let ends = [&one.end_date_visibility_restriction, &one.end_date_account_restriction];
        assert!(ends.into_iter().flatten().all(|end| *end >= one.application_date), "{one:#?}");
        let shown = to_value(one).unwrap();
        for (field, text) in shown.as_object().unwrap().iter().filter(|(field, _)| *field != "puid")
        {
            let text = text.to_string();
            let found: Vec<_> = secrets.iter().filter(|secret| text.contains(*secret)).collect();
            assert!(found.is_empty(), "{found:?} in {field}: {text}");
        }
    }
}

/// Checks that no two statements about one record say that the same is done for the same rule on the same ground.
fn check_repetitions(statements: &[Statement]) {
    let mut known = BTreeSet::new();
    for one in statements {
        let ground = one.illegal_content_legal_ground.as_ref();
        let ground = ground.or(one.incompatible_content_ground.as_ref());
        let measure = one.decision_facts.rsplit("Measure: ").next().unwrap();
        for rule in one.decision_facts.split("Rule ").skip(1) {
            let rule = rule.split([':', ' ']).next().unwrap();
            assert!(known.insert((ground, rule, measure)), "{ground:?} {rule} {statements:#?}");
        }
    }
}

fn places(set: &RuleSet) -> Vec<Place> {
    ["EEA", "KZ", "FR-IDF"]
        .iter()
        .map(|code| set.place(code).unwrap())
        .flat_map(|place| {
            let at = Instant::parse(AT).unwrap();
            if place.code() == "EEA" { set.countries_of(place, at) } else { vec![place] }
        })
        .collect()
}

fn stated(set: &RuleSet, record: &Record) -> Vec<Statement> {
    let at = Instant::parse(AT).unwrap();
    let decisions =
        set.evaluator().decide_all(record, &places(set), at, &State::default()).unwrap();
    set.statements(record, at, &State::default(), &decisions, &settings()).unwrap()
}

#[test]
fn the_example_messages_have_valid_statements() {
    let set = rules();
    let mut all = vec![];
    let messages = fs::read_to_string(at_root("examples/messages.jsonl")).unwrap();
    for line in messages.lines() {
        let record = set.read(line.as_bytes()).unwrap();
        let at = record.latest().unwrap();
        let decisions =
            set.evaluator().decide_all(&record, &places(&set), at, &State::default()).unwrap();
        let of_record =
            set.statements(&record, at, &State::default(), &decisions, &settings()).unwrap();
        check_repetitions(&of_record);
        all.extend(of_record);
    }
    assert!(all.len() >= 10, "{} statements", all.len());
    check_contents(&all, &["tg:-", "@", "t.me/"]);
    validate(&all.iter().map(|one| to_value(one).unwrap()).collect::<Vec<_>>());
}

/// What records of [`varied`] contain and no statement may.
const SECRETS: [&str; 9] = [
    "ecret_desk",
    "555 44 33",
    "jane",
    "Zhanna",
    "Secretova",
    "zhanna_s",
    "Secret Channel",
    "ecret_channel",
    "tg:-100",
];

/// A record with a text, and with facts that vary with a number and change what a statement says.
fn varied(text: &str, id: usize) -> Value {
    const HANDLES: [&str; 4] =
        ["", " @secret_desk", " +7 701 555 44 33", " jane.doe@secret.example"];
    const MEDIA: [&str; 6] = ["photo", "video", "voice", "document", "dice", "sticker"];
    const LANGUAGES: [&str; 5] = ["kk", "pt-BR", "zxx", "eng", "DE"];
    const KINDS: [&str; 3] = ["intimate_image", "emblem", "fraud"];
    let pick = |count: usize, step: usize| (id / step) % count;
    let mut record = json!({
        "id": format!("tg:-100{id}/7"),
        "text": format!("{text}{}", HANDLES[pick(4, 1)]),
        "sent_at": format!("20{:02}-0{}-1{}T23:59:59Z", 20 + pick(7, 3), 1 + pick(9, 2), pick(10, 1)),
        "chat": { "type": "channel", "public": true, "title": "Secret Channel", "username": "secret_channel", "scam": id.is_multiple_of(5) },
        "author": { "kind": "user", "account": { "name": "Zhanna Secretova", "username": "zhanna_s" } },
        "labels": {
            "csam": { "score": if id.is_multiple_of(11) { 0.99 } else { 0.0 } },
            "synthetic": { "score": if id.is_multiple_of(3) { 0.95 } else { 0.1 } },
            "pornography": { "score": if id.is_multiple_of(7) { 0.99 } else { 0.0 } },
            "nazi_emblem": { "score": if id.is_multiple_of(2) { 0.99 } else { 0.0 } },
            "historical_evocation": { "score": 0.1 },
        },
        "language": { "declared": LANGUAGES[pick(5, 2)] },
    });
    if id % 2 == 1 {
        record["media"] = json!([{ "kind": MEDIA[pick(6, 2)] }]);
    }
    if id.is_multiple_of(4) {
        record["reports"] = json!({ "notices": [
            { "kind": KINDS[pick(3, 4)], "country": "DE", "by": if id.is_multiple_of(8) { "subject" } else { "trusted_flagger" }, "received_at": "2026-10-01T00:00:00Z" },
            { "kind": "emblem", "country": "FR", "received_at": "2026-10-01T00:00:00Z" }] });
    }
    if id.is_multiple_of(9) {
        record["reports"] = json!({ "orders": [{ "authority": "DE-BKA", "country": "DE", "provision": "TCO 3", "received_at": "2026-10-31T12:00:00Z" }] });
    }
    record
}

#[test]
fn statements_for_all_kinds_of_decisions_are_valid_and_contain_no_personal_data() {
    let set = rules();
    let mut all = vec![];
    let offending = fs::read_to_string(at_root("tests/cases/offending.jsonl")).unwrap();
    for (number, line) in offending.lines().enumerate() {
        let message: Value = serde_json::from_str(line).unwrap();
        for round in 0..3 {
            let record = varied(message["text"].as_str().unwrap(), number * 3 + round);
            all.extend(stated(&set, &set.given(&record.to_string()).unwrap()));
        }
    }
    assert!(all.len() > 300, "{} statements", all.len());
    let grounds: BTreeSet<_> = all.iter().map(|one| one.decision_ground).collect();
    let sources: BTreeSet<_> = all.iter().map(|one| one.source_type).collect();
    assert_eq!((grounds.len(), sources.len()), (2, 4), "{grounds:?} {sources:?}");
    check_contents(&all, &SECRETS);
    validate(&all.iter().map(|one| to_value(one).unwrap()).collect::<Vec<_>>());
}

/// Messages of strangers, each with facts that make rules on notices, orders and labels fire too.
#[test]
fn the_messages_of_the_corpora_have_valid_statements() {
    let Some(folder) = shared::path("messages") else { return };
    let entries = fs::read_dir(&folder).unwrap();
    let mut corpora: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    corpora.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    corpora.sort();
    let is_all = std::env::var("LEXLOCI_CORPORA").is_ok_and(|which| which == "all");
    let set = rules();
    let (mut all, mut number) = (vec![], 0);
    for path in corpora {
        let text = fs::read_to_string(path).unwrap();
        for line in text.lines().step_by(if is_all { 1 } else { 32 }) {
            let message: Value = serde_json::from_str(line).unwrap();
            // The notation of records knows fewer escapes than JSON.
            let blank = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
            let text: String = message["text"].as_str().unwrap().chars().map(blank).collect();
            let record = varied(&text, number);
            number += 1;
            let of_record = stated(&set, &set.given(&record.to_string()).unwrap());
            check_repetitions(&of_record);
            all.extend(of_record);
        }
    }
    assert!(all.len() > number / 3, "{} statements for {number} messages", all.len());
    check_contents(&all, &SECRETS);
    validate(&all.iter().map(|one| to_value(one).unwrap()).collect::<Vec<_>>());
}

/// Personal data, and the words of it that no statement may contain.
const PLANTED: [&str; 10] = [
    "Zhanna Secretova",
    "Bolat Privatov",
    "@secret_desk",
    "+7 (701) 555-44-33",
    "jane.doe@secret.example",
    "UQBvI0aFLnw2QbZgjMPCLRdtRHxhUyinQudg6sdiohIwg5jL",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "https://t.me/secret_channel",
    "https://pages.example/zhanna-secretova",
    "4111 1111 1111 1111",
];
const FRAGMENTS: [&str; 13] = [
    "zhanna",
    "secretova",
    "bolat",
    "privatov",
    "secret_desk",
    "555-44-33",
    "5554433",
    "jane",
    "secret.example",
    "uqbvi",
    "0x5aae",
    "secret_channel",
    "1111",
];

/// A message with personal data between its words, in its links, buttons, quotes and names.
fn planted(text: &str, seed: u64) -> Value {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = |most: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % most
    };
    let mut words = vec![];
    for word in text.split_whitespace() {
        words.push(word);
        if next(4) == 0 {
            words.push(PLANTED[usize::try_from(next(10)).unwrap()]);
        }
    }
    let text = words.join(" ");
    json!({
        "id": format!("tg:-1004711{seed}/7"), "platform": "telegram", "sent_at": "2026-10-31T12:00:00Z",
        "parts": [
            { "kind": "text", "text": text },
            { "kind": "button", "text": format!("Zhanna Secretova: {text}") },
            { "kind": "quote", "text": format!("{text} (Zhanna Secretova, @secret_desk)") },
            { "kind": "contact", "text": "Zhanna Secretova" },
        ],
        "links": [
            { "url": "https://pages.example/zhanna-secretova", "via": "button", "display": format!("Ask Zhanna Secretova {text}") },
            { "url": "https://t.me/secret_channel", "via": "url" },
            { "url": "https://ton-airdrop.example/zhanna-secretova", "via": "url" },
        ],
        "chat": { "type": "channel", "public": true, "scam": seed.is_multiple_of(3), "title": format!("Zhanna Secretova {text}"), "username": "secret_channel" },
        "author": { "kind": "user", "account": { "name": "Zhanna Secretova", "username": "secret_desk" }, "signature": "Bolat Privatov" },
        "forward": { "name": "Bolat Privatov" },
        "labels": { "pornography": { "score": 0.99, "source": "Zhanna Secretova" }, "csam": { "score": if seed.is_multiple_of(2) { 0.99 } else { 0.0 } } },
        "reports": {
            "notices": [{ "kind": "intimate_image", "country": "DE", "by": "subject", "reporter": "Zhanna Secretova", "ref": "Secretova 1",
                          "received_at": "2026-10-31T13:00:00Z" }],
            "orders": [{ "authority": "DE-BKA", "country": "DE", "provision": "TCO 3", "ref": "Zhanna Secretova", "received_at": "2026-10-31T12:00:00Z" }],
        },
    })
}

#[test]
fn no_statement_contains_planted_personal_data() {
    let set = rules();
    let offending = fs::read_to_string(at_root("tests/cases/offending.jsonl")).unwrap();
    let texts: Vec<Value> =
        offending.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (mut all, mut rules_seen) = (vec![], BTreeSet::new());
    for seed in 0..400_u64 {
        let text = texts[usize::try_from(seed).unwrap() % texts.len()]["text"].as_str().unwrap();
        let record = planted(text, seed);
        let of_record = stated(&set, &set.read(record.to_string().as_bytes()).unwrap());
        check_repetitions(&of_record);
        for one in &of_record {
            let rules = one.decision_facts.split("Rule ").skip(1);
            rules_seen.extend(rules.map(|rule| rule.split([':', ' ']).next().unwrap().to_owned()));
            let mut shown = to_value(one).unwrap();
            shown.as_object_mut().unwrap().remove("puid");
            let shown = shown.to_string().to_lowercase();
            let found: Vec<_> = FRAGMENTS.iter().filter(|one| shown.contains(**one)).collect();
            assert!(found.is_empty(), "{found:?} in {shown}, for {record:#}");
        }
        all.extend(of_record);
    }
    assert!(all.len() >= 500, "{} statements", all.len());
    assert!(rules_seen.len() >= 12, "{rules_seen:?}");
    assert!(
        all.iter().any(|one| one.decision_facts.contains(" … ")),
        "phrases with gaps are quoted"
    );
    check_contents(&all, &[]);
    validate(&all.iter().map(|one| to_value(one).unwrap()).collect::<Vec<_>>());
}

/// Whatever strangers write, the statement is valid and contains no address.
#[test]
fn hostile_words_do_not_make_a_statement_invalid() {
    let set = rules();
    let mut all = vec![];
    for words in [
        "guaranteed profits null",
        "guaranteed\u{0}\u{202e} profits \u{200b}@hidden_\u{200b}handle",
        "𝐠𝐮𝐚𝐫𝐚𝐧𝐭𝐞𝐞𝐝 profits https://t.me/hidden_channel",
        "guaranteed profits UQBvI0aFLnw2QbZgjMPCLRdtRHxhUyinQudg6sdiohIwg5jL",
        "ГАРАНТИРОВАННЫЙ ДОХОД + ７７０１５５５４４３３",
        "guaranteed profits \u{1F600}\u{1F600}",
    ] {
        let record = json!({
            "id": words, "platform": "telegram", "sent_at": "2026-10-31T12:00:00Z",
            "parts": [{ "kind": "text", "text": words }],
            "chat": { "type": "channel", "public": true },
        });
        all.extend(stated(&set, &set.read(record.to_string().as_bytes()).unwrap()));
    }
    assert_eq!(all.len(), 6);
    check_contents(&all, &["hidden_", "UQBvI", "７７０１"]);
    validate(&all.iter().map(|one| to_value(one).unwrap()).collect::<Vec<_>>());
}

/// What the guide says about the words of a statement.
#[test]
fn the_guide_shows_what_statements_say() {
    let page = fs::read_to_string(at_root("docs/guide/statements.md")).unwrap();
    let block = |kind: &str| -> String {
        let (_, after) = page.split_once(&format!("```{kind}\n")).unwrap();
        after.split_once("\n```").unwrap().0.to_owned()
    };
    let rules = block("loci statement");
    let without = rules.replace("  says     hidden\n", "");
    let at = Instant::parse("2026-03-01T12:00:00Z").unwrap();
    for (rules, wanted) in [(rules, block("text statement")), (without, block("text facts"))] {
        let set = Compiler::new().file("de.loci", &rules).compile().unwrap();
        let record = set
            .given(r#"{ "text": "A Special Offer", "sent_at": "2026-03-01T00:00:00Z" }"#)
            .unwrap();
        let places = [set.place("DE").unwrap()];
        let decisions =
            set.evaluator().decide_all(&record, &places, at, &State::default()).unwrap();
        let all = set.statements(&record, at, &State::default(), &decisions, &settings()).unwrap();
        assert_eq!(all[0].incompatible_content_explanation.as_deref(), Some(&*wanted));
    }
}

/// A rule of a member state that rests on article 23 of the DSA, and on what `eu.loci` counts for it.
const SUSPENSION: &str = r#"
jurisdiction IE { zone "Europe/Dublin" }
rule suspension "Frequently provides manifestly illegal content, after a warning" {
  basis eu.dsa.misuse
  when  eu.violations >= 5 and eu.warned_of_misuse is set and eu.violations * 20 >= eu.posts
  then  suspend author for 30 days
}"#;

/// A message of one author with a person's ruling on it, judged on a day of December 2026.
fn upheld(number: u32) -> String {
    format!(
        r#"{{ "id": "item-{number}", "platform": "telegram", "sent_at": "2026-12-10T09:0{number}:00Z",
            "author": {{ "account": {{ "id": 4711, "username": "seller" }} }},
            "chat": {{ "id": -1001, "type": "channel", "public": true }},
            "visibility": {{ "audience": "public", "countries": "*" }},
            "parts": [{{ "kind": "text", "text": "hidden words {number}" }}],
            "reports": {{
              "notices": [{{ "kind": "defamation", "country": "IT", "received_at": "2026-12-10T10:00:00Z" }}],
              "rulings": [{{ "given_at": "2026-12-11T09:00:00Z", "place": "EU", "verdict": "upheld", "manifest": true,
                             "rules": ["eu.notice_of_illegal_content"] }}] }} }}"#
    )
}

#[test]
fn a_statement_about_misuse_gives_numbers_and_names_no_other_message() {
    let compiler = Compiler::new().directory(at_root("rules")).file("ie.loci", SUSPENSION);
    let set = compiler.compile().unwrap_or_else(|failure| panic!("{failure}"));
    let places = [set.place("IE").unwrap()];
    let mut keeper = Keeper::new(&set, Memory::new(None)).unwrap();
    let mut stated = |number: u32, day: u32| -> Vec<Statement> {
        let json = upheld(number);
        let at = Instant::parse(&format!("2026-12-{day}T12:00:00Z")).unwrap();
        let kept = keeper.judge(&[Given { json: json.as_bytes(), places: &places, at }]);
        kept.stored.unwrap();
        let decided = kept.decided.into_iter().next().unwrap().unwrap();
        let record = set.read(json.as_bytes()).unwrap();
        let mut evaluator = set.evaluator();
        let mut message = evaluator.message(&record).unwrap();
        let state = message.recall(keeper.store(), &places, at).unwrap();
        set.statements(&record, at, &state, &decided.decisions, &settings()).unwrap()
    };
    let of_account =
        |all: Vec<Statement>| all.into_iter().find(|one| one.decision_account.is_some());
    for number in 1..=4 {
        assert_eq!(of_account(stated(number, 14 + number)), None, "{number}");
    }
    let statement = of_account(stated(5, 20)).unwrap();
    assert_eq!(statement.application_date, "2026-12-20");
    assert_eq!(statement.end_date_account_restriction.as_deref(), Some("2027-01-19"));
    assert_eq!(statement.territorial_scope, ["IE"]);
    let rests_on = "It rests on a count of 5 from 2026-11-30 23:00 +00:00 and until 2026-12-20 13:00 +00:00: \
                    Manifestly illegal items of one author, upheld by a person. \
                    It rests on a mark since 2026-12-17 12:00 +00:00 until 2027-06-15 12:00 +01:00: \
                    Warned that the service will be suspended for repeated illegal content. \
                    It rests on a count of 5 from 2026-11-30 23:00 +00:00 and until 2026-12-20 13:00 +00:00: \
                    Posts of one author.";
    let explanation = statement.illegal_content_explanation.as_deref().unwrap();
    assert!(explanation.ends_with(rests_on), "{explanation}");
    assert!(statement.decision_facts.contains(rests_on), "{}", statement.decision_facts);
    let secrets = ["item-", "4711", "seller", "hidden words", "-1001", "telegram:"];
    check_contents(std::slice::from_ref(&statement), &secrets);
    validate(&[to_value(&statement).unwrap()]);
    // Judged again, the suspension goes on, and so does its statement.
    let again = of_account(stated(5, 24)).unwrap();
    assert_eq!(again.puid, statement.puid);
    assert_eq!(again.application_date, "2026-12-20");
    assert_eq!(again.end_date_account_restriction.as_deref(), Some("2027-01-19"));
    let since = "suspend author since 2026-12-20 12:00 +00:00 until 2027-01-19 12:00 +00:00";
    assert!(again.decision_facts.contains(since), "{}", again.decision_facts);
}

/// Rules of a place that label a promise for some time, a promise, and when it is decided.
fn promised(place: &str) -> (RuleSet, Record, Instant) {
    let rules = format!(
        "jurisdiction {place} {{ zone \"UTC\" }}\npolicy terms \"Terms\" {{}}\n\
         rule promise {{ basis terms  category scams_and_fraud  when text mentions \"income\"  then label for 7 days }}"
    );
    let set =
        Compiler::new().file(format!("{}.loci", place.to_lowercase()), rules).compile().unwrap();
    let record = set.given(r#"{ "text": "Income", "sent_at": "2026-03-01T00:00:00Z" }"#).unwrap();
    (set, record, Instant::parse("2026-03-01T12:00:00Z").unwrap())
}

/// Nobody asked for a decision in the Union: a state may have an exception.
#[test]
fn decisions_that_nobody_asked_for_get_no_statement() {
    let (set, record, at) = promised("EU");
    let scopes = |codes: &[&str]| -> Vec<Vec<String>> {
        let places: Vec<Place> = codes.iter().map(|code| set.place(code).unwrap()).collect();
        let mut evaluator = set.evaluator();
        let mut message = evaluator.message(&record).unwrap();
        let (decisions, _) = message.judge(&places, at, &State::default()).into_parts();
        assert!(decisions.iter().any(|one| one.places[0].code() == "EU"));
        let all = set.statements(&record, at, &State::default(), &decisions, &settings()).unwrap();
        all.into_iter().map(|one| one.territorial_scope).collect()
    };
    assert_eq!(scopes(&["FR"]), [["FR"]]);
    assert_eq!(scopes(&["KZ"]), Vec::<Vec<String>>::new());
    assert_eq!(scopes(&["EU"])[0].len(), 27);
}

/// Why a store did not answer is for nobody else.
#[test]
fn a_store_that_does_not_answer_is_in_no_statement() {
    let (set, record, at) = promised("FR");
    let silent = State::silent("no connection to db.internal");
    let places = [set.place("FR").unwrap()];
    let decisions = set.evaluator().decide_all(&record, &places, at, &silent).unwrap();
    let all = set.statements(&record, at, &silent, &decisions, &settings()).unwrap();
    assert!(all[0].decision_facts.contains("Measure: label. Rules"), "{}", all[0].decision_facts);
    check_contents(&all, &["db.internal", "start of"]);
}

/// The words of the language are those of the database, and each keyword has the category of which the rule says it is.
#[test]
fn every_category_and_keyword_is_accepted() {
    let page = lexloci::ide::reference::topic(&rules(), "category").unwrap();
    let words = page.lines().filter_map(|line| line.strip_prefix("    "));
    let (mut written, mut category) = (String::new(), "");
    for word in words {
        if let Some(keyword) = word.strip_prefix("  ") {
            let number = written.lines().count();
            written += &format!(
                "rule r{number} {{ basis terms  category {category} ({keyword})  when chat.public then label }}\n"
            );
        } else {
            category = word;
        }
    }
    assert_eq!(written.lines().count(), 67);
    let mut all = vec![];
    for rule in written.lines() {
        let file =
            format!("jurisdiction FR {{ zone \"UTC\" }}\npolicy terms \"Terms\" {{}}\n{rule}\n");
        let set = Compiler::new().file("fr.loci", &file).compile().unwrap();
        let record =
            r#"{ "text": "x", "sent_at": "2026-03-01T00:00:00Z", "chat": { "public": true } }"#;
        let record = set.given(record).unwrap();
        let at = Instant::parse(AT).unwrap();
        let places = [set.place("FR").unwrap()];
        let decisions =
            set.evaluator().decide_all(&record, &places, at, &State::default()).unwrap();
        all.extend(
            set.statements(&record, at, &State::default(), &decisions, &settings()).unwrap(),
        );
    }
    assert_eq!(all.len(), 67);
    validate(&all.iter().map(|one| to_value(one).unwrap()).collect::<Vec<_>>());
}
