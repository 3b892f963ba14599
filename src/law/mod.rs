//! Lists the articles of law in a rule set: when each is in force, whom it binds, who has read it, and which rules rest on
//! it, with the number of their tests. Lists registers too.

mod registers;

pub use registers::{Register, RegisterState, registers};

use crate::base::time::Day;
use crate::face::ruleset::RuleSet;
use crate::program;
use crate::program::outcome::Truth;
use crate::program::{Deadline, Ground, InForce, Limit, Norm, Party, Program, Start, Trigger};
use crate::world::place::Place;
use serde::Serialize;

/// An article of a law, and the rules that rest on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Article {
    /// `kz.platforms.measures`
    pub id: String,
    /// The place whose file declares it; `None` if a library file does.
    pub place: Option<Place>,
    /// The title of the law.
    pub law: String,
    /// The title in its own language.
    pub original: Option<String>,
    /// `9(4)(1)`
    pub number: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// Its content in short: the `##` lines in the file.
    pub doc: String,
    /// `from 2023-09-10`, `by 2026-04-03`, `from an unknown day until 2024-10-10`
    pub in_force: String,
    /// `in force`, `adopted`, `annulled`, `draft`
    pub status: &'static str,
    /// Whether it is in force on the day that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<OnDay>,
    /// `platform` or `author`
    pub binds: &'static str,
    /// The event from which it binds, such as `order`; `None` if it always binds.
    pub trigger: Option<&'static str>,
    /// `24 hours from order.received_at`, `“promptly”`
    pub deadlines: Vec<String>,
    /// The day whose law counts, as rules write it: `receipt`, `sending` or
    /// `sending, also when repealed since`. `None`: the day of the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judged_by: Option<&'static str>,
    /// The day on which a person read it.
    pub verified: Option<Day>,
    /// Why nobody has read it, or only a part.
    pub unverified: Option<String>,
    /// The rules and exceptions that rest on it, sorted by id.
    pub rules: Vec<Rule>,
}

/// The state of an article on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDay {
    /// It is in force, so it is applied.
    InForce,
    /// It is not in force, so it is not applied.
    NotInForce,
    /// Nobody knows whether it is in force, so it is not applied.
    Unknown,
}

/// A rule or exception that rests on an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// `kz.state_order`
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it is an exception.
    pub exception: bool,
    /// How many tests name it.
    pub tests: usize,
    /// The day by which somebody has to review it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Day>,
}

/// The articles of a rule set, in the order of the files. If `place` is given, only the articles that its file declares. If
/// `on` is given, each article says whether it is in force on that day.
pub fn articles(set: &RuleSet, place: Option<Place>, on: Option<Day>) -> Vec<Article> {
    let program = set.program();
    let tests = tests_by_norm(program);
    let wanted = |article: &program::Article| place.is_none() || article.place == place;
    let numbered = program.articles.iter().enumerate().filter(|(_, article)| wanted(article));
    numbered.map(|(index, article)| describe(program, index, article, on, &tests)).collect()
}

/// How many tests name each norm, by the index of the norm.
fn tests_by_norm(program: &Program) -> Vec<usize> {
    let mut counts = vec![0; program.norms.len()];
    for test in &program.tests {
        let mut named: Vec<usize> =
            test.expect.iter().flat_map(|expectation| expectation.kind.norms()).collect();
        named.sort_unstable();
        named.dedup();
        for norm in named {
            if let Some(count) = counts.get_mut(norm) {
                *count += 1;
            }
        }
    }
    counts
}

/// An article with the rules that cite it. `tests` has the number of tests for each norm.
fn describe(
    program: &Program,
    index: usize,
    article: &program::Article,
    on: Option<Day>,
    tests: &[usize],
) -> Article {
    let cites = |norm: &Norm| norm.basis.grounds.contains(&Ground::Article(index));
    let rules = program.norms.iter().enumerate().filter(|(_, norm)| cites(norm));
    let rule = |(index, norm): (usize, &Norm)| Rule {
        id: norm.id.clone(),
        title: norm.title.clone(),
        exception: norm.kind.rule().is_none(),
        tests: tests.get(index).copied().unwrap_or_default(),
        review_by: norm.kind.rule().and_then(|rule| rule.review_by),
    };
    Article {
        id: article.id.clone(),
        place: article.place,
        law: article.law.clone(),
        original: article.original.clone(),
        number: article.number.clone(),
        url: article.url.clone(),
        doc: article.doc.split_whitespace().collect::<Vec<_>>().join(" "),
        in_force: dates_text(article.in_force),
        status: article.status.word(),
        on: on.map(|day| match article.in_force_on(day) {
            Truth::True => OnDay::InForce,
            Truth::False => OnDay::NotInForce,
            Truth::Unknown => OnDay::Unknown,
        }),
        binds: match article.party {
            Party::Platform => "platform",
            Party::Author => "author",
        },
        trigger: match article.trigger {
            Trigger::Standing => None,
            trigger @ Trigger::On(_) => Some(trigger.word()),
        },
        deadlines: article.deadlines.iter().map(deadline_text).collect(),
        judged_by: article.judged_by.written(),
        verified: article.verified.as_ref().ok().copied(),
        unverified: article.verified.as_ref().err().cloned(),
        rules: rules.map(rule).collect(),
    }
}

fn dates_text(in_force: InForce) -> String {
    let start = match in_force.start {
        Start::Always => String::new(),
        Start::From(day) => format!("from {day}"),
        Start::By(day) => format!("by {day}"),
        Start::Unknown => "from an unknown day".to_owned(),
    };
    match in_force.until {
        None => start,
        Some(until) if start.is_empty() => format!("until {until}"),
        Some(until) => format!("{start} until {until}"),
    }
}

fn deadline_text(deadline: &Deadline) -> String {
    let event = deadline.event.name();
    match &deadline.limit {
        Limit::Words(words) => format!("“{words}”"),
        Limit::Within(period) => format!("{period} from {event}"),
        Limit::AsOrdered { otherwise: None } => "as the order sets".to_owned(),
        Limit::AsOrdered { otherwise: Some(period) } => {
            format!("as the order sets, else {period} from {event}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{OnDay, RegisterState, articles, registers};
    use crate::base::time::Day;
    use crate::face::compiler::Compiler;

    const RULES: &str = r#"
jurisdiction SG { zone "Asia/Singapore" }
law acts "The Acts" {
  ## What it says,
  ## in two lines.
  article sets "22" { in force from 2019-10-02 until 2026-01-01  binds platform, on order  deadline order.deadline else 2 working days from order.given_at  verified 2026-11-23 }
  article bare "23" { in force by 2026-04-03  binds author  unverified "from memory" }
}
rule direction "Direction" { basis acts.sets  review by 2027-01-01
  when any x in reports.orders where (x.authority == "A") then restrict }
exception lifted to direction { basis acts.sets  when chat.public }
test "one" { given { reports: { orders: [{ authority: "A", country: "SG" }] }, chat: { public: true } }  at 2025-01-01  expect not direction, defeated direction by lifted }
"#;

    #[test]
    fn every_article_is_listed_with_the_rules_that_rest_on_it() {
        let set = Compiler::new().file("sg.loci", RULES).compile().unwrap();
        let on = |day: &str| {
            let all = articles(&set, set.place("SG"), Some(Day::parse(day).unwrap()));
            all.iter().map(|one| one.on.unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(on("2025-12-31"), [OnDay::InForce, OnDay::Unknown]);
        assert_eq!(on("2026-01-01"), [OnDay::NotInForce, OnDay::Unknown]);
        assert_eq!(on("2026-04-03"), [OnDay::NotInForce, OnDay::InForce]);
        assert!(articles(&set, set.place("DE"), None).is_empty());
        let all = articles(&set, None, None);
        assert_eq!(all[0].in_force, "from 2019-10-02 until 2026-01-01");
        assert_eq!(
            all[0].deadlines,
            ["as the order sets, else 2 working days from order.given_at"]
        );
        assert_eq!((all[0].trigger, &*all[0].doc), (Some("order"), "What it says, in two lines."));
        let rules: Vec<_> =
            all[0].rules.iter().map(|rule| (&*rule.id, rule.exception, rule.tests)).collect();
        assert_eq!(rules, [("sg.direction", false, 1), ("sg.lifted", true, 1)]);
        assert_eq!((all[1].rules.len(), all[1].unverified.as_deref()), (0, Some("from memory")));
    }

    const REGISTERS: &str = r#"
jurisdiction SG { zone "Asia/Singapore" }
policy house "House rules" {}
register licensed: domain { "a.example", "b.example" until 2026-01-01 } { complete from 2026-01-01  as of 2026-02-01  fresh for 1 month }
register bare: number { 7 }
define is_licensed(x: link) = x.host in licensed
rule unlicensed { basis house  when any x in links where (not is_licensed(x))  then label }
exception known to unlicensed { basis house  when chat.members in bare }
"#;

    #[test]
    fn every_register_says_whether_it_is_complete() {
        let set = Compiler::new().file("sg.loci", REGISTERS).compile().unwrap();
        let on = |day: &str| -> Vec<_> {
            let all = registers(&set, set.place("SG"), Some(Day::parse(day).unwrap()));
            all.iter().map(|one| one.on.unwrap()).collect()
        };
        assert_eq!(on("2025-12-31"), [RegisterState::NotYet, RegisterState::Never]);
        assert_eq!(on("2026-02-28"), [RegisterState::Complete, RegisterState::Never]);
        assert_eq!(on("2026-03-01"), [RegisterState::Stale, RegisterState::Never]);
        assert!(registers(&set, set.place("DE"), None).is_empty());
        let all = registers(&set, None, None);
        let shown: Vec<_> = all.iter().map(|one| (&*one.id, one.kind, one.entries)).collect();
        assert_eq!(shown, [("sg.licensed", "domain", 2), ("sg.bare", "number", 1)]);
        assert_eq!(all[0].fresh_for.as_deref(), Some("1 month"));
        assert_eq!(all[0].complete_until, Some(Day::parse("2026-03-01").unwrap()));
        assert_eq!(
            (&*all[0].rules, &*all[1].rules),
            (&["sg.unlicensed".to_owned()][..], &["sg.known".to_owned()][..])
        );
        assert_eq!((all[1].complete_from, all[1].on), (None, None));
    }
}
