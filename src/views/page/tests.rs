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
    page_in(&["KZ"], rules, record)
}

fn page_in(places: &[&str], rules: &str, record: &str) -> Page {
    let name = if rules.contains("jurisdiction WORLD") { "world.loci" } else { "kz.loci" };
    let set = Compiler::new().file(name, rules).compile().unwrap();
    let places: Vec<_> = places.iter().map(|code| set.place(code).unwrap()).collect();
    let at = Instant::parse("2026-03-01T12:00:00Z").unwrap();
    set.evaluator().page(&set.given(record).unwrap(), &places, at, &State::default()).unwrap()
}

/// Markdown as people see it: without emphasis and escapes.
fn read(page: &Page) -> String {
    page.markdown().into_string().replace(['\\', '*'], "")
}

/// A law and the rules of a country, each with its own law or policy.
fn by_law(law: &str, items: &str) -> String {
    let law = if law.is_empty() { String::new() } else { format!("law l \"L\" {{ {law} }}") };
    format!(
        "jurisdiction KZ {{ zone \"UTC\" }}
        policy p \"P\" {{}}
        {law}
        {items}"
    )
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
    assert_order(
        &html,
        &["</details>\n</div>", "Places: Kazakhstan", "2026-03-01T12:00:00Z", "<code>sha256:"],
    );
    let (first, details) = html.split_once("<details>").unwrap();
    assert!(!first.contains("kz.astana") && !first.contains("sha256:2"), "{first}");
    assert!(details.contains("kz.crowds") && !details.contains("<details open"), "{details}");
    assert_order(&read(&page), &order.map(|text| if text == "from 20" { "| 20" } else { text }));
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

/// In Markdown, what begins in the middle of a word would be no emphasis of its own.
#[test]
fn marks_that_touch_are_one_emphasis() {
    let rules = KZ.replace(
        "text mentions \"passive income\" or text matches r\"sec[r]et\"",
        "text matches r\"inc\"",
    );
    let page = page_by(&rules, r#"{ text: "A passive income", chat: { members: 3 } }"#);
    let markdown = page.markdown().into_string();
    assert!(markdown.contains("A **passive *1*** **inc *1, 2*ome *1***"), "{markdown}");
}

#[test]
fn long_parts_are_cut_to_what_is_around_the_words() {
    let filler = "Жай сөз. ".repeat(400);
    let html =
        html(&format!(r#"{{ text: "{filler}passive income {filler}", chat: {{ members: 3 }} }}"#));
    let (first, details) = html.split_once("<details>").unwrap();
    assert!(first.contains("3,481 characters left out"), "{first}");
    assert!(first.contains("<mark>passive income</mark>") && first.len() < 6000, "{first}");
    assert!(details.contains("The whole part: text"), "{details}");
    assert_eq!(html.matches("<mark>passive income</mark>").count(), 2);
    let unmarked = page_by(KZ, &format!(r#"{{ text: "{filler}", chat: {{ members: 3 }} }}"#));
    let unmarked = unmarked.html().into_string();
    assert!(unmarked.contains("<i> … 2,400 characters left out … </i></bdi>"), "{unmarked}");
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
            "; it asks for label, review.",
        ],
    );
}

/// Words of a rule are shown however many words of other rules stand before them: what is cut says how many it leaves out.
#[test]
fn the_first_words_of_each_rule_are_shown_before_all_else() {
    let rules = by_law(
        "",
        "rule long \"Long\" { basis p  when text matches r\"q+\" then restrict }
         rule late \"Late\" { basis p  when text mentions \"secret\" then label }",
    );
    let early = format!("{} {} ", "q".repeat(100), "filler ".repeat(40)).repeat(16);
    let page = page_by(&rules, &format!(r#"{{ text: "{early} secret end" }}"#));
    let html = page.html().into_string();
    let (shown, _) = html.split_once("When the decision changes").unwrap();
    assert!(shown.contains("because of the words marked 2"), "{shown}");
    assert!(shown.contains("<mark>secret</mark><sup>2</sup> end"), "{shown}");
    assert_eq!(shown.matches("</mark><sup>1</sup>").count(), 8, "{shown}");
    assert!(shown.contains("characters and 8 marked words left out …"), "{shown}");
    let message = shown.split("<blockquote").nth(1).unwrap();
    assert!(message.len() < 3500, "{message}");
}

#[test]
fn words_of_many_rules_are_all_shown() {
    let rules: String = (0..20)
        .map(|n| {
            let word = "abcdefghijklmnopqrst".get(n..=n).unwrap().repeat(300);
            format!("rule r{n} \"R\" {{ basis p when text matches r\"{word}+\" then label }}\n")
        })
        .collect();
    let text: String =
        "abcdefghijklmnopqrst".chars().map(|c| c.to_string().repeat(300) + " ").collect();
    let page = page_by(&by_law("", &rules), &format!(r#"{{ text: "{text}" }}"#));
    let html = page.html().into_string();
    let (shown, details) = html.split_once("When the decision changes").unwrap();
    assert_eq!(shown.matches("</mark>").count(), 20, "{shown}");
    assert!(shown.contains(&format!("<mark>{}</mark>", "t".repeat(80))), "{shown}");
    assert!(details.contains(&"t".repeat(300)), "{details}");
}

#[test]
fn markdown_has_all_that_the_page_has() {
    let codes = ["KZ", "DE", "FR", "IT", "ES", "PL", "SE", "FI"];
    let rules = KZ.replace("jurisdiction KZ", "jurisdiction WORLD").replace("Asia/Almaty", "UTC");
    let text = format!("{} passive income, advert", "Жай сөз. ".repeat(200));
    let page = page_in(&codes, &rules, &format!(r#"{{ text: "{text}", chat: {{ members: 3 }} }}"#));
    let all = "Germany, Spain, Finland, France, Italy, Kazakhstan, Poland, Sweden";
    let markdown = read(&page);
    assert!(markdown.contains("Kazakhstan and 2 more: restrict, limit, label"), "{markdown}");
    let wanted = ["### Details", "The whole part: text", &"Жай сөз. ".repeat(200), "Places: ", all];
    assert_order(&markdown, &wanted);
    let wanted = [all, "Decided at: 2026-03-01T12:00:00Z", "due: 2026-03-02T12:00:00Z", "sha256:"];
    assert_order(&markdown, &wanted);
    assert_order(&page.html().into_string(), &wanted);
}

/// What the page adds to a message is in emphasis, which a message cannot make.
#[test]
fn messages_cannot_imitate_what_markdown_adds() {
    let forged = "… 500 characters left out … secret [2] **secret *2***";
    let text = format!("{forged} passive income {}", "Жай сөз. ".repeat(200));
    let markdown = page_by(KZ, &format!(r#"{{ text: "{text}", chat: {{ members: 3 }} }}"#));
    let markdown = markdown.markdown().into_string();
    assert!(markdown.contains("**passive income *1, 2***"), "{markdown}");
    assert_eq!(markdown.matches(" left out …*").count(), 1, "{markdown}");
    assert!(markdown.contains(r"**secret *2*** \[2\] \*\***secret *2*** \*2\*\*\*"), "{markdown}");
}

#[test]
fn gaps_are_told_by_their_cause_and_leave_a_doubt() {
    let sending = "article a \"1\" { in force from 2020-01-01  judged by sending  binds author  verified 2026-01-01 }";
    let unknown = "article a \"1\" { in force from unknown  binds author  verified 2026-01-01 }";
    let by = |clauses: &str| {
        format!("rule r \"R\" {{ basis {clauses}  when text mentions \"cash\"  then label }}")
    };
    for (law, items, told) in [
        (sending, by("l.a"), "may be in force: it is not known whether kz.l.a was in force."),
        (unknown, by("l.a"), "may be in force: it is not known whether kz.l.a was in force."),
        (
            "",
            by("p  in force from unknown"),
            "may be in force: it is not known whether kz.r was in force.",
        ),
        (
            unknown,
            by("p") + "\nexception e \"E\" to r { basis l.a  when text mentions \"cash\" }",
            "E (kz.e): it is not known whether kz.l.a was in force.",
        ),
    ] {
        let page = page_by(&by_law(law, &items), r#"{ text: "cash" }"#);
        let (html, markdown) = (page.html().into_string(), read(&page));
        for page in [&html, &markdown] {
            assert!(page.contains(", though not everything is known"), "{page}");
            assert!(page.contains(told), "{page}");
            assert!(!page.contains("unknown day") && !page.contains("not in force"), "{page}");
        }
        assert!(html.contains("<mark>cash</mark><sup>1</sup>"), "{html}");
    }
}

#[test]
fn words_are_marked_whatever_became_of_the_rule() {
    let rule = |more: &str| {
        format!("rule r \"R\" {{ basis p  when text mentions \"cash\"  then label }}\n{more}")
    };
    for (items, state) in [
        (rule("exception e \"E\" to r { basis p  when yes() }"), "was lifted"),
        (rule("exception e \"E\" to r { basis p  when chat.scam }"), "could not be decided"),
        (rule("").replace("then label", "mode shadow then label"), "fired in shadow mode"),
    ] {
        let items = items + "\ndefine yes() = text mentions \"cash\"";
        let html = page_by(&by_law("", &items), r#"{ text: "cash" }"#).html().into_string();
        assert!(html.contains(state) && html.contains("<mark>cash</mark><sup>1</sup>"), "{html}");
        assert!(html.contains("<td><bdi>cash</bdi></td><td>text</td>"), "{html}");
    }
}

#[test]
fn a_rule_that_fired_names_its_words_and_its_facts() {
    let rules = by_law(
        "",
        "rule r \"R\" { basis p  when text mentions \"cash\" and chat.members > 5 and chat.scam then label }",
    );
    let record = r#"{ text: "cash", chat: { members: 6, scam: true } }"#;
    let told = "fired because of the words marked 1 and because chat.members is 6 and chat.scam is true; it asks for label.";
    assert!(page_by(&rules, record).html().as_str().contains(told));
}

#[test]
fn rules_stand_in_the_order_of_their_numbers() {
    let rules: String = (1..=12)
        .map(|n| {
            format!("rule r{n:02} \"R\" {{ basis p when text mentions \"cash\" then label }}\n")
        })
        .collect();
    let page = page_by(&by_law("", &rules), r#"{ text: "cash" }"#);
    let all = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12";
    let html = page.html().into_string();
    assert_eq!(html.matches(&format!("<td>{all}</td>")).count(), 2, "{html}");
    assert!(html.contains(&format!("<sup>{all}</sup>")), "{html}");
    assert!(page.markdown().as_str().contains(&format!("**cash *{all}***")));
}

#[test]
fn periods_name_whom_a_decision_turns_to() {
    let rules = by_law(
        "article a \"1\" { in force from 2026-01-01  binds author  verified 2026-01-01 }",
        "office one \"First office\" {}
         office two \"Second office\" {}
         rule r \"R\" { basis l.a  when text mentions \"cash\" then escalate to one, escalate to two }",
    );
    let page = page_by(&rules, r#"{ text: "cash" }"#);
    let told = "escalate to First office, escalate to Second office";
    assert!(read(&page).contains(told), "{}", read(&page));
    assert!(page.html().as_str().contains(&format!("This decision: {told}")));
}

#[test]
fn words_are_found_in_the_order_of_the_message() {
    let rules = by_law("", "rule r \"R\" { basis p  when any_text mentions \"cash\" then label }");
    let record = r#"{ "parts": [{ "kind": "text", "text": "cash" }, { "kind": "button", "text": "cash" }] }"#;
    let html = page_by(&rules, record).html().into_string();
    assert_order(&html, &["Found by", "<td>text</td>", "<td>button"]);
}
