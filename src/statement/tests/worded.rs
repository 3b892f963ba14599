//! What statements say in the words of the rules, and what they leave out.

use super::{compiled, given, instant, made, settings, statements};
use crate::decision::{Decision, decide_all};
use crate::interpret::Interpreter;
use crate::interpret::testing::NOON;
use crate::state::State;
use crate::statement::Settings;
use serde_json::{Value as Json, json, to_value};

/// The rule `fr.offers` with these clauses, and the wordings that it may say.
fn offers(clauses: &str) -> String {
    format!(
        r#"jurisdiction FR {{ zone "Europe/Paris" }}
law code "Code" {{ original "Le code" article a "1" {{ in force from 2026-01-01 binds platform, standing verified 2026-01-01 }} }}
policy terms "Terms" {{}}
wording told {{
  en: "{{rule}}: {{evidence}} ({{article}}).", fr: "Les mots {{evidence}} : {{rule}} ({{article}}).",
}}
wording kept {{ pt-BR: "{{rule}} até {{until}}", de: "{{rule}} bis {{until}}" }}
wording contested {{ en: "Contest it: {{appeal}}" }}
## A note that nobody outside may read.
rule offers "Offers" {{ category scams_and_fraud  when (text mentions "offer" or chat.scam) {clauses} }}
"#
    )
}

/// The explanation in the only statement for a message with an offer, or the field and the message of the error.
fn explained(clauses: &str, record: &str, settings: &Settings) -> Result<String, String> {
    match made(&[("fr.loci", &offers(clauses))], &["FR"], record, settings) {
        Ok(all) => {
            let [one] = &all[..] else { panic!("{all:#?}") };
            let shown = to_value(one).unwrap().to_string();
            assert!(!shown.contains("A note that"), "{shown}");
            let law = one.illegal_content_explanation.clone();
            Ok(law.or(one.incompatible_content_explanation.clone()).unwrap())
        }
        Err(errors) => {
            let [error] = &errors[..] else { panic!("{errors:#?}") };
            Err(error.to_string())
        }
    }
}

const MARKED: &str = "The platform has marked the chat as a scam.";

#[test]
fn a_rule_is_explained_in_its_own_words() {
    let offer =
        r#"{ "text": "An offer of @somebody_x, Offer!", "sent_at": "2026-02-28T22:00:00Z" }"#;
    let scam = r#"{ "text": "", "media": [{ "kind": "photo" }], "chat": { "scam": true }, "sent_at": "2026-02-28T22:00:00Z" }"#;
    let in_language = |tag: &str| Settings { language: Some(tag.into()), ..settings() };
    let with_appeal = Settings { appeal: Some("https://a.example/".into()), ..settings() };
    let facts =
        "Offers. Code (Le code), 1. It rests on the words “offer” in text; “Offer” in text.";
    for (clauses, record, settings, wanted) in [
        ("basis code.a  then restrict", offer, settings(), facts),
        (
            "basis code.a  then restrict",
            scam,
            settings(),
            &format!("Offers. Code (Le code), 1. {MARKED}"),
        ),
        ("basis terms  then restrict", scam, settings(), &format!("Offers. Terms. {MARKED}")),
        (
            "basis code.a  says told  then restrict",
            offer,
            settings(),
            "Les mots “offer”, “Offer” : Offers (Code (Le code), 1).",
        ),
        (
            "basis terms  says told  then restrict",
            offer,
            in_language("en-GB"),
            "Offers: “offer”, “Offer” (Terms).",
        ),
        // No words were found, so the wording would have a gap.
        (
            "basis terms  says told  then restrict",
            scam,
            settings(),
            &format!("Offers. Terms. {MARKED}"),
        ),
        (
            "basis terms  says kept  then restrict for 3 days",
            offer,
            in_language("pt"),
            "Offers até 2026-03-04 13:00 +01:00 (Europe/Paris)",
        ),
        (
            "basis terms  says kept  then restrict for 3 days",
            offer,
            settings(),
            "Offers até 2026-03-04 13:00 +01:00 (Europe/Paris)",
        ),
        // Nobody knows the end.
        (
            "basis terms  says kept  then restrict until edited_at",
            scam,
            settings(),
            &format!("Offers. Terms. {MARKED}"),
        ),
        (
            "basis terms  says contested  then restrict",
            offer,
            with_appeal,
            "Contest it: https://a.example/",
        ),
    ] {
        assert_eq!(explained(clauses, record, &settings).as_deref(), Ok(wanted), "{clauses}");
    }
    let error = explained("basis terms  says contested  then restrict", offer, &settings());
    assert_eq!(
        error.unwrap_err(),
        "`incompatible_content_explanation`: `fr.contested` contains `{appeal}`; set `appeal` in the settings of \
         statements (`[dsa]` in `lexloci.toml`) to a text that says how to contest a decision"
    );
    let error = explained("basis code.a  says contested  then restrict", offer, &settings());
    assert!(error.unwrap_err().starts_with("`illegal_content_explanation`"));
    for (setting, wrong) in [
        ("appeal", Settings { appeal: Some(" … ".into()), ..settings() }),
        ("language", Settings { language: Some("german".into()), ..settings() }),
        ("language", Settings { language: Some("de-".into()), ..settings() }),
    ] {
        let error = explained("basis terms  then restrict", offer, &wrong).unwrap_err();
        assert!(error.starts_with(&format!("`{setting}`: `")), "{error}");
    }
}

/// Whatever an author writes in a message cannot put words into a wording.
#[test]
fn quoted_words_are_no_placeholders_and_cannot_be_tapped() {
    let rules = r#"jurisdiction FR { zone "Europe/Paris" }
policy terms "Terms" {}
wording told { en: "Found: {evidence}." }
rule links "Links" { basis terms  category scams_and_fraud  says told
  when text contains "{appeal} {{rule}} https://t.me/channel https://bad.example/path" then restrict }
"#;
    let text = "offer {appeal} {{rule}} https://t.me/channel https://bad.example/path \u{202e}";
    let record = json!({ "text": text, "sent_at": "2026-02-28T22:00:00Z" }).to_string();
    let all = made(&[("fr.loci", rules)], &["FR"], &record, &settings()).unwrap();
    assert_eq!(
        all[0].incompatible_content_explanation.as_deref(),
        Some("Found: “{appeal} {{rule}} [chat] https://bad.example/…”.")
    );
}

#[test]
fn a_secret_order_is_in_no_statement() {
    let rules = r#"jurisdiction FR { zone "Europe/Paris" }
policy terms "Terms" {}
rule ordered "Ordered by an authority" { basis terms  category violence
  when any x in reports.orders where (x.country == "FR") then ORDERED }
rule offers "Offers" { basis terms  category scams_and_fraud  when text mentions "offer" then restrict }
"#;
    let all = |acts: &str, text: &str, secret: &str| -> Vec<Json> {
        let (program, _) = compiled(&[("fr.loci", &rules.replace("ORDERED", acts))]);
        let record = given(
            &program,
            &format!(
                r#"{{ "text": "{text}", "sent_at": "2026-02-28T22:00:00Z", "reports": {{ "orders": [
                    {{ "authority": "FR-X", "country": "FR"{secret} }}] }} }}"#
            ),
        );
        let interpreter = Interpreter::new(&program, &record, instant(NOON));
        let decisions = decide_all(&interpreter, &[program.blocs.place("FR").unwrap()]);
        assert!(!decisions[0].outcomes.is_empty());
        let at = |_: &Decision| instant(NOON);
        let all = statements(
            &program,
            (&record, State::not_asked()),
            at,
            &decisions,
            &settings(),
            "sha256:00",
        );
        all.unwrap().iter().map(|one| to_value(one).unwrap()).collect()
    };
    let secret = r#", "secret": true"#;
    assert_eq!(all("restrict", "x", "").len(), 1);
    assert_eq!(all("restrict", "x", secret), Vec::<Json>::new());
    // The strictest outcome is that of the order alone.
    assert_eq!(all("restrict, suspend author", "x", secret), Vec::<Json>::new());
    for acts in ["restrict", "restrict until edited_at", "restrict, suspend author"] {
        let [one] = &all(acts, "offer", secret)[..] else { panic!("{acts}") };
        let text = one.to_string();
        for word in ["ordered", "Ordered", "order", "VIOLENCE", "edited_at", "suspend"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
        assert_eq!(one["source_type"], "SOURCE_VOLUNTARY");
        assert!(one["decision_facts"].as_str().unwrap().contains("Measure: restrict. Rules"));
    }
}
