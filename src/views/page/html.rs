//! The page as HTML. It contains no script, and its content security policy forbids any. Its only links lead to the law
//! that it cites and to its own sections.

use super::content::{Cited, Content, Deed, Reason, Shown, Weighed};
use super::names::Standing;
use super::words::{Part, Piece};
use super::{Page, Section};
use crate::base::sink::{Attribute, Html, Output};
use crate::base::time::{Instant, Moment, Zone};
use crate::views::explain::prose::facts_and_conditions;
use crate::views::explain::{Explained, Explanation};
use crate::{output, put};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fmt::Display;

const STYLE: &str = include_str!("page.css");

pub(super) fn page(page: &Page) -> Output<Html> {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let title = format!("Decision about {}", page.record);
    let mut out = output!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{}</title>\n<style>",
        Attribute(hash),
        Attribute(&title)
    );
    out.literal(STYLE);
    put!(out, "</style>\n</head>\n<body>\n<h1>{}</h1>\n", title);
    put!(out, "<p>{}</p>\n", page.head());
    let contents: Vec<_> = page.sections.iter().map(|section| Content::of(page, section)).collect();
    if contents.len() > 1 {
        put!(out, "<ul>\n");
        for (number, content) in contents.iter().enumerate() {
            let (title, headline) = (content.section.title(), &content.headline);
            let number = Attribute(number);
            put!(out, "<li><a href=\"#place{}\">{}</a>: {}</li>\n", number, title, headline);
        }
        put!(out, "</ul>\n");
    }
    out.extend(contents.iter().enumerate().map(|(number, content)| section(page, number, content)));
    put!(out, "</body>\n</html>\n");
    out
}

fn section(page: &Page, number: usize, content: &Content<'_>) -> Output<Html> {
    let mut out = output!("<section id=\"place{}\">\n", Attribute(number));
    let (title, headline) = (content.section.title(), &content.headline);
    put!(out, "<h2>{}: <strong>{}</strong></h2>\n", title, headline);
    if let Some(when) = content.section.when(page) {
        put!(out, "<p>Decided {}.</p>\n", when);
    }
    if !content.deeds.is_empty() {
        out.push(&deeds(content));
    }
    out.push(&why(content));
    out.extend(content.parts.iter().map(|part| message(part.name, &part.shown)));
    if !content.law.is_empty() {
        put!(out, "<h3>Law</h3>\n<table>\n<tr><th scope=\"col\">Text</th>");
        put!(out, "<th scope=\"col\">Read by a person</th><th scope=\"col\">Rule</th></tr>\n");
        out.extend(content.law.iter().map(cited));
        put!(out, "</table>\n");
    }
    if !content.exceptions.is_empty() {
        put!(out, "<h3>Exceptions weighed</h3>\n<ul>\n");
        out.extend(content.exceptions.iter().map(weighed));
        put!(out, "</ul>\n");
    }
    out.push(&timeline(content));
    out.push(&details(page, content));
    put!(out, "</section>\n");
    out
}

// ---- what a reviewer needs first ----------------------------------------------

fn deeds(content: &Content<'_>) -> Output<Html> {
    let zone = &content.section.explanation.zone;
    let mut out =
        output!("<h3>Who acts by when</h3>\n<table class=\"who\">\n<tr><th scope=\"col\">Who</th>");
    put!(out, "<th scope=\"col\">What</th><th scope=\"col\">By when ({})</th></tr>\n", zone.name());
    for Deed { who, act, about, ask, is_overdue } in &content.deeds {
        let (end, reserve) = (ask.end_text(), ask.reserve_text());
        put!(out, "<tr><td><bdi>{}</bdi></td>", who);
        put!(out, "<td><strong>{}</strong>{}{}", act, end, reserve);
        put!(out, " <small>{}</small></td><td>", about);
        let due = ask.due.map(|due| time(due, zone));
        let overdue = is_overdue.then(|| output!("<strong>overdue</strong>"));
        let words = ask.words.iter().map(|words| output!("“{}”", words));
        let clock = ask.clock_text().map(Output::of);
        let mut said: Vec<_> = due.into_iter().chain(overdue).chain(words).chain(clock).collect();
        if said.is_empty() {
            said.push(output!("no deadline"));
        }
        put!(out, "{}</td></tr>\n", Output::<Html>::join(said, ", "));
    }
    put!(out, "</table>\n");
    out
}

/// An instant in local time; the title has it in UTC.
fn time(at: Instant, zone: &Zone) -> Output<Html> {
    let (utc, local) = (Attribute(at), at.local(zone));
    output!("<time datetime=\"{}\" title=\"{}\">{}</time>", utc, utc, local)
}

fn why(content: &Content<'_>) -> Output<Html> {
    let mut out = output!("<h3>Why</h3>\n");
    for note in &content.notes {
        put!(out, "<p>{}</p>\n", note);
    }
    if content.reasons.is_empty() {
        put!(out, "<p>No rule that applies here asks for anything.</p>\n");
        return out;
    }
    put!(out, "<ol>\n");
    for Reason { rule, said, .. } in &content.reasons {
        put!(out, "<li><strong><bdi>{}</bdi></strong> {}</li>\n", rule.title, said);
    }
    put!(out, "</ol>\n");
    out
}

fn message(name: &str, pieces: &[Piece<'_>]) -> Output<Html> {
    let pieces: Output<Html> = pieces.iter().map(piece).collect();
    output!(
        "<p class=\"where\">{}</p>\n<blockquote lang=\"\"><bdi>{}</bdi></blockquote>\n",
        name,
        pieces
    )
}

fn piece(piece: &Piece<'_>) -> Output<Html> {
    match piece {
        Piece::Plain(words) => Output::of(words),
        Piece::Marked(words, rules) => {
            output!("<mark>{}</mark><sup>{}</sup>", words, numbers(rules))
        }
        Piece::Cut(count) => output!("<i> … {} characters left out … </i>", count),
    }
}

fn numbers<'n>(numbers: impl IntoIterator<Item = &'n usize>) -> String {
    numbers.into_iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn cited(cited: &Cited<'_>) -> Output<Html> {
    let text = match cited.url {
        Some(url) => {
            output!("<a href=\"{}\" rel=\"noopener noreferrer\">{}</a>", Attribute(url), cited.text)
        }
        None => Output::of(&cited.text),
    };
    let (class, standing): (Output<Html>, Output<Html>) = match &cited.standing {
        Standing::Verified(day) => (Output::new(), output!("verified <time>{}</time>", day)),
        standing @ Standing::Unverified(_) => {
            (output!(" class=\"doubt\""), Output::of(standing.text()))
        }
        standing @ Standing::Policy => (Output::new(), Output::of(standing.text())),
    };
    let rests: Vec<&str> = cited.rests.iter().map(String::as_str).collect();
    let rests = rests.join(", ");
    output!(
        "<tr><td><bdi>{}</bdi></td><td{}>{}</td><td>{}</td></tr>\n",
        text,
        class,
        standing,
        rests
    )
}

fn weighed(Weighed { exception, to, why }: &Weighed<'_>) -> Output<Html> {
    let state = exception.state();
    let mut out =
        output!("<li><strong><bdi>{}</bdi></strong> (to {}) {}.", exception.title, to, state);
    let why: Vec<&str> = why.iter().map(|line| line.trim()).collect();
    put!(out, " <small>{}</small></li>\n", why.join(" "));
    out
}

/// The periods of the decision as boxes on a line; the one of this decision says so.
fn timeline(content: &Content<'_>) -> Output<Html> {
    let mut out = output!("<h3>When the decision changes");
    if let [_] = content.stretches.as_slice() {
        put!(out, "</h3>\n<p>It is the same at all times.</p>\n");
        return out;
    }
    put!(out, " ({})</h3>\n<ol class=\"line\">\n", content.section.timeline.zone.name());
    for Shown { from, said, because, is_now } in &content.stretches {
        let (class, now) = match is_now {
            true => (output!(" class=\"now\" aria-current=\"time\""), "This decision: "),
            false => (Output::<Html>::new(), ""),
        };
        put!(out, "<li{}><b>from {}</b><br>{}{}", class, from, now, said);
        put!(out, "<br><small>{}</small></li>\n", because);
    }
    put!(out, "</ol>\n");
    out
}

// ---- details ------------------------------------------------------------------

fn details(page: &Page, content: &Content<'_>) -> Output<Html> {
    let mut out = output!("<div class=\"details\">\n<h3>Details</h3>\n");
    for part in &content.parts {
        if let Part { name, whole: Some(whole), .. } = part {
            let text = output!("The whole part: {}", name);
            out.push(&folded(text, message(name, whole)));
        }
    }
    if !content.reasons.is_empty() {
        let rules = content.reasons.iter().map(reason).collect();
        out.push(&folded(output!("The rules, their facts and what the person reads"), rules));
    }
    if !content.found.is_empty() {
        out.push(&folded(output!("Where the words were found, and by what"), found(content)));
    }
    if !content.others.is_empty() {
        let rules = content.others.iter().map(|rule| self::rule(rule, "")).collect();
        let summary = match content.others.len() {
            1 => output!("1 rule that does not apply"),
            count => output!("{} rules that do not apply", count),
        };
        out.push(&folded(summary, rules));
    }
    out.push(&folded(output!("Places, rule set and times in UTC"), origin(page, content)));
    put!(out, "</div>\n");
    out
}

fn folded(summary: Output<Html>, inside: Output<Html>) -> Output<Html> {
    output!("<details>\n<summary>{}</summary>\n{}</details>\n", summary, inside)
}

fn reason(reason: &Reason<'_>) -> Output<Html> {
    rule(reason.rule, &format!("{}. ", reason.number))
}

/// A rule with what is known about it, but for what the page says before.
fn rule(rule: &Explained, number: &str) -> Output<Html> {
    let shadow = if rule.shadow { " in shadow mode" } else { "" };
    let state = rule.why.state();
    let mut out = output!("<h4>{}<bdi>{}</bdi> {}{}</h4>\n", number, rule.title, state, shadow);
    put!(out, "<p class=\"where\">{} {}</p>\n", rule.rule, rule.at);
    let severity = rule.severity.as_ref().map(|severity| format!("Severity: {severity}."));
    let said = rule.says.as_ref().map(ToString::to_string);
    let lines = severity.into_iter().chain(rule.unseen_text());
    for line in lines.chain(facts_and_conditions(&rule.why, "rule")).chain(said) {
        put!(out, "<p class=\"line\">{}</p>\n", line.trim());
    }
    out
}

fn found(content: &Content<'_>) -> Output<Html> {
    let mut out = output!("<table>\n<tr><th scope=\"col\">Words</th><th scope=\"col\">In</th>");
    put!(out, "<th scope=\"col\">Found by</th><th scope=\"col\">Rule</th></tr>\n");
    for words in &content.found {
        let by: Vec<&str> = words.by.iter().map(String::as_str).collect();
        put!(out, "<tr><td><bdi>{}</bdi></td><td>{}</td>", words.text, words.part);
        put!(out, "<td>{}</td><td>{}</td></tr>\n", by.join("; "), numbers(&words.rules));
    }
    put!(out, "</table>\n");
    out
}

/// The names of all places, the digest of the rules, and the times of the page in UTC.
fn origin(page: &Page, content: &Content<'_>) -> Output<Html> {
    let Section { names, explanation: Explanation { at, .. }, .. } = content.section;
    let mut out = line("Places", names.join(", "));
    out.push(&output!("<p class=\"line\">Rules: <code>{}</code></p>\n", page.ruleset));
    out.push(&line("Decided at", at));
    if let Moment::Day(day) = page.at {
        out.push(&line("Asked for the day", day));
    }
    for Deed { act, ask, .. } in &content.deeds {
        out.extend(ask.due.map(|due| line(&format!("{act}, due"), due)));
        out.extend(ask.until.map(|until| line(&format!("{act}, until"), until)));
    }
    out
}

fn line(what: &str, value: impl Display) -> Output<Html> {
    output!("<p class=\"line\">{}: {}</p>\n", what, value)
}
