//! Shows the law and the registers that a rule set declares, as lines of text and as a page in Markdown.

use super::{counted, entries};
use crate::law::{Article, OnDay, Register, RegisterState, Rule};
use crate::sink::{Address, Code, Inline, Markdown, Output, plain};
use crate::{Day, Place, RuleSet, output, put};
use std::fmt::Write;

/// The places, their laws and articles, and the rules that rest on each article, as lines of text. With a day, each summary
/// says how many articles are in force on that day.
pub fn lines(set: &RuleSet, articles: &[Article], on: Option<Day>) -> String {
    let mut out = String::new();
    for (place, articles) in by_place(articles) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}: {}", name(set, place), summary(&articles, on));
        let mut law = "";
        for article in articles {
            if article.law != law {
                law = &article.law;
                let original = article.original.iter().map(|title| format!(" ({title})"));
                let _ = writeln!(out, "\n  {}{}", plain(law), plain(&original.collect::<String>()));
            }
            let _ = writeln!(out, "    {} {}", plain(&article.number), plain(&about(article)));
            if article.rules.is_empty() {
                let _ = writeln!(out, "      no rule: {}", plain(&why_no_rule(article)));
            }
            for rule in &article.rules {
                let _ = writeln!(out, "      {}", plain(&rule_line(rule)));
            }
        }
        out.push('\n');
    }
    if let Some(all) = in_all(articles, on) {
        let _ = writeln!(out, "{all}\n");
    }
    out
}

/// The number of places, and what the summary of a place says of all of them; `None` if there is only one.
fn in_all(articles: &[Article], on: Option<Day>) -> Option<String> {
    let places = by_place(articles).len();
    let all = summary(&articles.iter().collect::<Vec<_>>(), on);
    (places > 1).then(|| format!("In all {}: {all}", counted(places, "place")))
}

/// Says how much of the law that rules rest on nobody has verified; `None` if all of it is, or there is none.
pub fn verification(set: &RuleSet) -> Option<String> {
    let cited: Vec<_> = crate::law::articles(set, None, None)
        .into_iter()
        .filter(|one| !one.rules.is_empty())
        .collect();
    let unverified = cited.iter().filter(|article| article.verified.is_none()).count();
    match (unverified, cited.len()) {
        (0, _) => None,
        (1, 1) => Some("nobody has verified the one cited article".to_owned()),
        (all, count) if all == count => {
            Some(format!("nobody has verified any of {}", counted(count, "cited article")))
        }
        (some, count) => {
            Some(format!("nobody has verified {some} of {}", counted(count, "cited article")))
        }
    }
}

/// A page in Markdown. For each place it has a table, the articles without a rule, and the articles that nobody has read.
pub fn page(set: &RuleSet, articles: &[Article], on: Option<Day>) -> Output<Markdown> {
    let mut out = Output::new();
    if let Some(all) = in_all(articles, on) {
        put!(out, "{}.\n\n", Inline(all));
    }
    for (place, articles) in by_place(articles) {
        put!(out, "## {}\n\n", Inline(name(set, place)));
        put!(out, "{}.\n\n", Inline(summary(&articles, on)));
        put!(out, "| provision | in force | binds | time limit | read | rules (tests) |\n");
        put!(out, "|---|---|---|---|---|---|\n");
        for article in &articles {
            let cells = Output::join(row_of(article), " | ");
            put!(out, "| {} |\n", cells);
        }
        let without = articles.iter().filter(|article| article.rules.is_empty());
        let without = without.map(|article| (*article, why_no_rule(article)));
        list(&mut out, "\nWithout a rule:\n\n", without);
        let unread = articles.iter().filter(|one| !one.rules.is_empty() && one.verified.is_none());
        let unread = unread.map(|one| (*one, one.unverified.clone().unwrap_or_default()));
        list(&mut out, "\nWith a rule, and not read in full by anybody:\n\n", unread);
        put!(out, "\n");
    }
    out
}

/// The registers and the rules that ask for them, as lines of text; empty if there are none.
pub fn register_lines(registers: &[Register], on: Option<Day>) -> String {
    let mut out = String::new();
    if !registers.is_empty() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "Registers: {}\n", summary_of_registers(registers, on));
    }
    for register in registers {
        let _ = writeln!(out, "  {}: {}", register.id, about_register(register));
        for rule in &register.rules {
            let _ = writeln!(out, "    {rule}");
        }
    }
    out
}

/// A table of the registers in Markdown; empty if there are none.
pub fn register_page(registers: &[Register], on: Option<Day>) -> Output<Markdown> {
    let mut out = Output::new();
    if registers.is_empty() {
        return out;
    }
    put!(out, "## Registers\n\n{}.\n\n", Inline(summary_of_registers(registers, on)));
    put!(out, "| register | entries | completeness | rules |\n|---|---|---|---|\n");
    for register in registers {
        let rules = register.rules.iter().map(|rule| output!("`{}`", Code(rule)));
        let rules: Output<Markdown> =
            if register.rules.is_empty() { output!("none") } else { Output::join(rules, ", ") };
        put!(
            out,
            "| `{}` | {} | {} | {} |\n",
            Code(&register.id),
            register.entries,
            Inline(completeness(register)),
            rules
        );
    }
    put!(out, "\n");
    out
}

fn summary_of_registers(registers: &[Register], on: Option<Day>) -> String {
    let count = |wanted: fn(&Register) -> bool| registers.iter().filter(|one| wanted(one)).count();
    let never = count(|register| register.complete_until.is_none());
    let on_day = on.map_or(String::new(), |day| {
        let complete = count(|register| register.on == Some(RegisterState::Complete));
        let stale = count(|register| register.on == Some(RegisterState::Stale));
        format!("; on {day} {complete} complete, {stale} stale")
    });
    format!("{}, {never} never complete{on_day}", counted(registers.len(), "register"))
}

/// How many entries a register has, when it is complete, and whether it is on the given day.
fn about_register(register: &Register) -> String {
    format!("{}; {}", entries(register.entries), completeness(register))
}

fn completeness(register: &Register) -> String {
    let Register {
        complete_from: Some(from), as_of: Some(as_of), fresh_for: Some(fresh_for), ..
    } = register
    else {
        return "never complete: it does not say since when".to_owned();
    };
    let on = match register.on {
        None => "",
        Some(RegisterState::Complete) => ", complete then",
        Some(RegisterState::NotYet) => ", not complete then",
        Some(RegisterState::Stale) => ", stale then",
        Some(RegisterState::Never) => ", never complete",
    };
    format!("complete from {from}, as of {as_of}, fresh for {fresh_for}{on}")
}

/// The row of an article.
fn row_of(article: &Article) -> [Output<Markdown>; 6] {
    let rules = article.rules.iter().map(|rule| -> Output<Markdown> {
        let review = rule.review_by.map_or(String::new(), |day| format!(", review by {day}"));
        output!("`{}` ({}{})", Code(&rule.id), rule.tests, review)
    });
    let cell = |text: &str| -> Output<Markdown> { Output::of(Inline(text)) };
    [
        link(article),
        cell(&dates_and_status(article)),
        cell(&bound_party(article)),
        cell(&article.deadlines.join("; ")),
        cell(&article.verified.map_or("no".to_owned(), |day| day.to_string())),
        if article.rules.is_empty() { output!("none") } else { Output::join(rules, ", ") },
    ]
}

/// Writes a list of articles under a heading, each with a reason. Writes nothing if there are none.
fn list<'a>(
    out: &mut Output<Markdown>,
    heading: &'static str,
    articles: impl Iterator<Item = (&'a Article, String)>,
) {
    let mut articles = articles.peekable();
    if articles.peek().is_some() {
        out.literal(heading);
    }
    for (article, why) in articles {
        put!(out, "- {}: {}\n", Inline(citation(article)), Inline(why));
    }
}

/// The articles of each place, in the order of files; those of libraries have no place.
fn by_place(articles: &[Article]) -> Vec<(Option<Place>, Vec<&Article>)> {
    let mut all: Vec<(Option<Place>, Vec<&Article>)> = vec![];
    for article in articles {
        match all.iter_mut().find(|(place, _)| *place == article.place) {
            Some((_, together)) => together.push(article),
            None => all.push((article.place, vec![article])),
        }
    }
    all
}

fn name(set: &RuleSet, place: Option<Place>) -> String {
    place.map_or("Libraries".to_owned(), |place| format!("{place} {}", set.name_of(place)))
}

fn summary(articles: &[&Article], on: Option<Day>) -> String {
    let count = |wanted: fn(&Article) -> bool| articles.iter().filter(|one| wanted(one)).count();
    let with_rules = count(|article| article.rules.iter().any(|rule| !rule.exception));
    let read = count(|article| article.verified.is_some());
    let addresses = count(|article| article.url.is_some());
    let all = counted(articles.len(), "provision");
    let on_day = on.map_or(String::new(), |day| {
        let applied = count(|article| article.on == Some(OnDay::InForce));
        let unknown = count(|article| article.on == Some(OnDay::Unknown));
        format!("; on {day} {applied} in force, {unknown} of unknown status")
    });
    format!(
        "{all}, {with_rules} with rules, {read} read in full, {addresses} with an address{on_day}"
    )
}

/// When the article is in force, whom it binds, its deadlines, and who read it.
fn about(article: &Article) -> String {
    let mut parts = vec![dates_and_status(article), bound_party(article)];
    parts.extend(article.deadlines.iter().cloned());
    parts.push(match article.verified {
        Some(day) => format!("read on {day}"),
        None => "not read in full".to_owned(),
    });
    parts.join("; ")
}

/// The dates of an article, its status unless it is `in force`, whether it is in force on the given day, and which day's law
/// counts if that is not the day of the decision.
fn dates_and_status(article: &Article) -> String {
    let status = if article.status == "in force" { "" } else { article.status };
    let on = match article.on {
        None => "",
        Some(OnDay::InForce) => "in force then",
        Some(OnDay::NotInForce) => "not in force then",
        Some(OnDay::Unknown) => "not known to be in force then",
    };
    let judged_by = article.judged_by.map_or(String::new(), |by| format!("judged by {by}"));
    [&*article.in_force, status, on, &judged_by]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Whom an article binds, and on which event.
fn bound_party(article: &Article) -> String {
    let trigger = article.trigger.map_or(String::new(), |event| format!(", on {event}"));
    format!("{}{trigger}", article.binds)
}

fn citation(article: &Article) -> String {
    format!("{}, {}", article.law, article.number)
}

fn link(article: &Article) -> Output<Markdown> {
    let citation = Inline(citation(article));
    match &article.url {
        Some(url) => output!("[{}](<{}>)", citation, Address(url)),
        None => Output::of(citation),
    }
}

fn rule_line(rule: &Rule) -> String {
    let kind = if rule.exception { "exception " } else { "" };
    let review = rule.review_by.map_or(String::new(), |day| format!(", review by {day}"));
    format!("{kind}{} “{}”: {}{review}", rule.id, rule.title, counted(rule.tests, "test"))
}

/// The reason to show for an article without a rule: why nobody has read it, or else its documentation.
fn why_no_rule(article: &Article) -> String {
    let why = article.unverified.clone().unwrap_or_else(|| article.doc.clone());
    why.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::verification;
    use crate::Compiler;

    #[test]
    fn articles_that_nobody_has_verified_are_counted() {
        let article = |number: u8, state: &str| {
            format!(
                "article a{number} \"{number}\" {{ in force from 2026-01-01  binds platform  {state} }}\n"
            )
        };
        let (read, unread) = ("verified 2026-01-01", "unverified \"not read\"");
        for (states, expected) in [
            (vec![read], None),
            (vec![unread], Some("nobody has verified the one cited article")),
            (vec![unread, unread], Some("nobody has verified any of 2 cited articles")),
            (vec![unread, read], Some("nobody has verified 1 of 2 cited articles")),
        ] {
            let articles: String =
                (1..).zip(&states).map(|(number, state)| article(number, state)).collect();
            let basis: Vec<String> =
                (1..=states.len()).map(|number| format!("act.a{number}")).collect();
            let rules = format!(
                "jurisdiction FR {{ zone \"UTC\" }}\nlaw act \"Act\" {{ {articles} }}\n\
                 rule r {{ basis {}  when text mentions \"offer\"  then label }}",
                basis.join(", ")
            );
            let set = Compiler::new().file("fr.loci", rules).compile().unwrap();
            assert_eq!(verification(&set).as_deref(), expected);
        }
    }
}
