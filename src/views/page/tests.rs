//! Pages say first what a reviewer needs first, mark words once, and contain no markup from outside.

use crate::base::time::Instant;
use crate::{Compiler, Page, State};

const KZ: &str = r#"jurisdiction KZ { zone "Asia/Almaty" }
law platforms "On Platforms" {
  url "https://law.example/1"
  article measures "9(4)" { in force from 2023-09-10 binds platform, standing verified 2026-11-23 }
  article content "3" { in force from 2023-09-10 binds platform, standing unverified "press only" }
}
policy desk "Service levels" { in force from 2026-01-01 }
office astana "Astana office" { languages kk, ru }
terms promises { en: "passive income", "income" }
rule pyramids "Pyramids" {
  basis platforms.measures, platforms.content
  severity high
  when  text mentions promises
  then  restrict, escalate to astana within 24 hours by policy desk
}
rule profits "Certain profit" {
  basis platforms.measures
  when  text mentions "passive income" or text matches r"sec[r]et"
  then  label
}
rule adverts "Adverts" { basis platforms.measures  when text mentions "advert"  then limit }
rule crowds "Large chats" { basis platforms.measures  when chat.members > 5  on unknown review  then review }
exception news "News" to adverts { basis desk  when text mentions "news" }
exception quotes "Quotes" to pyramids { basis desk  when text mentions "quoted" }
"#;

fn page_by(rules: &str, record: &str) -> Page {
    let set = Compiler::new().file("kz.loci", rules).compile().unwrap();
    let (record, kz) = (set.given(record).unwrap(), set.place("KZ").unwrap());
    let at = Instant::parse("2026-03-01T12:00:00Z").unwrap();
    set.evaluator().page(&record, &[kz], at, &State::default()).unwrap()
}

fn html(record: &str) -> String {
    page_by(KZ, record).html().into_string()
}

/// Fails unless a page contains the texts, one after another.
fn assert_order(page: &str, texts: &[&str]) {
    let mut rest = page;
    for text in texts {
        let found = rest.split_once(text);
        rest = found.unwrap_or_else(|| panic!("no {text} where it belongs in\n{page}")).1;
    }
}

const ORDINARY: &str =
    r#"{ text: "A passive income, says the advert in the news!", chat: { members: 3 } }"#;

#[test]
fn what_a_reviewer_needs_first_comes_first() {
    let order = [
        "Decision about ",
        "2026-03-01 17:00",
        "Kazakhstan: ",
        "restrict, label",
        "Who acts by when",
        "Astana office",
        "2026-03-02 17:00",
        "Why",
        "Pyramids",
        "(severity high) fired because of the words marked 1",
        "Adverts",
        "was lifted by an exception: News",
        "passive income",
        "Law",
        "https://law.example/1",
        "verified ",
        "2026-11-23",
        "not verified: press only",
        "Exceptions weighed",
        "Quotes",
        "does not apply",
        "When the decision changes",
        "from 20",
        "Details",
        "kz.pyramids",
    ];
    let page = page_by(KZ, ORDINARY);
    let html = page.html().into_string();
    assert_order(&html, &order);
    assert_order(&html, &["</h3>\n<details>", "sha256:", "2026-03-01T12:00:00Z", "</details>"]);
    let (first, details) = html.split_once("<details>").unwrap();
    assert!(!first.contains("kz.astana") && !first.contains("sha256:2"), "{first}");
    assert!(details.contains("kz.crowds") && !details.contains("<details open"), "{details}");
    let markdown = page.markdown().into_string().replace(['\\', '*'], "");
    assert_order(&markdown, &order.map(|text| if text == "from 20" { "| 20" } else { text }));
}

#[test]
fn headings_have_no_gaps() {
    let html = html(ORDINARY);
    let levels: Vec<u32> =
        html.split("<h").skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10)).collect();
    assert_eq!(levels.first(), Some(&1));
    assert!(levels.iter().zip(levels.iter().skip(1)).all(|(one, next)| *next <= one + 1));
}

#[test]
fn the_same_words_are_marked_once_with_all_rules_that_rest_on_them() {
    let html = html(r#"{ text: "A passive income, secret", chat: { members: 3 } }"#);
    let message = html.split("<bdi>A ").nth(1).unwrap().split("</bdi>").next().unwrap();
    assert_eq!(
        message,
        "<mark>passive income</mark><sup>1, 2</sup>, <mark>secret</mark><sup>2</sup>"
    );
    let found = html.split("Found by").nth(1).unwrap();
    assert_eq!(found.matches("<td><bdi>passive income</bdi></td>").count(), 1, "{found}");
    assert!(found.contains("a regular expression of the rule") && !html.contains("sec[r]et"));
}

#[test]
fn words_that_overlap_are_marked_without_blanks_at_their_ends() {
    let rules = KZ.replace("\"passive income\" or", "\"income today\" or");
    let html = page_by(&rules, r#"{ text: "A passive income today", chat: { members: 3 } }"#);
    let marked = "A <mark>passive</mark><sup>1</sup> <mark>income</mark><sup>1, 2</sup> <mark>today</mark><sup>2</sup>";
    assert!(html.html().as_str().contains(marked), "{}", html.html().as_str());
}

#[test]
fn long_parts_are_cut_to_what_is_around_the_words() {
    let filler = "Жай сөз. ".repeat(400);
    let html =
        html(&format!(r#"{{ text: "{filler}passive income {filler}", chat: {{ members: 3 }} }}"#));
    let (first, details) = html.split_once("<details>").unwrap();
    assert!(first.contains("3480 characters left out"), "{first}");
    assert!(first.contains("<mark>passive income</mark>") && first.len() < 6000, "{first}");
    assert!(details.contains("The whole part: text"), "{details}");
    assert_eq!(html.matches("<mark>passive income</mark>").count(), 2);
    let unmarked = page_by(KZ, &format!(r#"{{ text: "{filler}", chat: {{ members: 3 }} }}"#));
    let unmarked = unmarked.html().into_string();
    assert!(unmarked.contains("<i> … 2400 characters left out … </i></bdi>"), "{unmarked}");
    assert!(unmarked.contains("No rule that applies here asks for anything."));
}

#[test]
fn titles_and_reasons_become_no_markup() {
    let evil = r#"<evil onload=x>&\"'\u{202e}"#;
    let rules = KZ
        .replace("On Platforms", &format!("On {evil}"))
        .replace("\"3\"", &format!("\"3{evil}\""))
        .replace("press only", evil)
        .replace("Astana office", evil)
        .replace("Service levels", evil)
        .replace("\"Pyramids\"", &format!("\"{evil}\""))
        .replace("\"Quotes\"", &format!("\"{evil}\""))
        .replace("\"News\"", &format!("\"{evil}\""));
    let page = page_by(&rules, &ORDINARY.replace("A passive", "<evil> quoted passive"));
    let html = page.html().into_string();
    assert!(html.matches("&lt;evil").count() > 10, "{html}");
    assert!(!html.contains("<evil") && !html.contains('\u{202e}'), "{html}");
    let markdown = page.markdown().into_string();
    assert!(!markdown.replace("\\<evil", "").contains("<evil"), "{markdown}");
}

#[test]
fn what_is_not_known_and_what_is_late_is_said() {
    let undecided = html(r#"{ text: "hello" }"#);
    assert_order(
        &undecided,
        &[
            "no action on the message, though not everything is known",
            "A reviewer",
            "no deadline",
            "Large chats",
            "could not be decided without chat.members; until then: review.",
        ],
    );
    let late = "jurisdiction KZ { zone \"Asia/Almaty\" }
        policy desk \"Desk\" { in force from 2026-01-01 }
        rule r \"R\" { basis desk  when any o in reports.orders where (o.country == \"KZ\")
          then label until sent_at + 3 days, review within 1 hour from order.received_at by policy desk }";
    let record = r#"{ sent_at: 2026-02-28T20:00:00Z, reports: { orders: [
        { authority: "A", country: "KZ", ref: "7", received_at: 2026-02-28T20:00:00Z }] } }"#;
    assert_order(
        &page_by(late, record).html().into_string(),
        &[
            "label</strong> until 2026-03-04 01:00 +05:00",
            "2026-03-01 02:00 +05:00</time>, <strong>overdue</strong>, the clock runs from order.received",
            "fired because reports.orders",
            "and asks for label, review.",
        ],
    );
}
