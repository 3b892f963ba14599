//! The page as HTML. It contains no script, and its content security policy forbids any. Its only links lead to the law
//! that it cites and to its own sections.

use super::Page;
use super::content::{self, ByWhen, Cited, Content, Reason, SAME, Shown, Weighed};
use super::lookup::Standing;
use super::words::{Part, Piece, numbers};
use crate::base::sink::{Attribute, Html, Output};
use crate::base::time::{Instant, Zone};
use crate::views::explain::Explained;
use crate::{output, put};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

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
    out.extend(content.decided.as_ref().map(|decided| output!("<p>{}</p>\n", decided)));
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
    out.push(&details(content));
    out.push(&origin(page, content));
    put!(out, "</section>\n");
    out
}

// ---- what a reviewer needs first ----------------------------------------------

fn deeds(content: &Content<'_>) -> Output<Html> {
    let zone = &content.section.explanation.zone;
    let mut out =
        output!("<h3>Who acts by when</h3>\n<table class=\"who\">\n<tr><th scope=\"col\">Who</th>");
    put!(out, "<th scope=\"col\">What</th><th scope=\"col\">By when ({})</th></tr>\n", zone.name());
    for deed in &content.deeds {
        put!(out, "<tr><td><bdi>{}</bdi></td>", deed.who);
        put!(out, "<td><strong>{}</strong>{}", deed.act, deed.end());
        put!(out, " <small>{}</small></td><td>", deed.about);
        let by_when = deed.by_when().into_iter().map(|piece| match piece {
            ByWhen::At(at) => time(at, zone),
            ByWhen::Overdue => output!("<strong>overdue</strong>"),
            ByWhen::Said(words) => Output::of(words),
        });
        put!(out, "{}</td></tr>\n", Output::<Html>::join(by_when, ", "));
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
        Piece::Cut(cut) => output!("<i> {} </i>", cut.text()),
    }
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
    output!(
        "<tr><td><bdi>{}</bdi></td><td{}>{}</td><td>{}</td></tr>\n",
        text,
        class,
        standing,
        cited.rests()
    )
}

fn weighed(Weighed { title, said, why }: &Weighed<'_>) -> Output<Html> {
    output!("<li><strong><bdi>{}</bdi></strong> {} <small>{}</small></li>\n", title, said, why)
}

/// The periods of the decision as boxes on a line; the one of this decision says so.
fn timeline(content: &Content<'_>) -> Output<Html> {
    let mut out = output!("<h3>When the decision changes");
    if let [_] = content.stretches.as_slice() {
        put!(out, "</h3>\n<p>{}</p>\n", SAME);
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

fn details(content: &Content<'_>) -> Output<Html> {
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
    for line in content::lines(rule) {
        put!(out, "<p class=\"line\">{}</p>\n", line);
    }
    out
}

fn found(content: &Content<'_>) -> Output<Html> {
    let mut out = output!("<table>\n<tr><th scope=\"col\">Words</th><th scope=\"col\">In</th>");
    put!(out, "<th scope=\"col\">Found by</th><th scope=\"col\">Rule</th></tr>\n");
    for words in &content.found {
        put!(out, "<tr><td><bdi>{}</bdi></td><td>{}</td>", words.text, words.part);
        put!(out, "<td>{}</td><td>{}</td></tr>\n", words.by, words.rules);
    }
    put!(out, "</table>\n");
    out
}

/// The names of all places, the digest of the rules, and the times of the page in UTC. Paper has them too.
fn origin(page: &Page, content: &Content<'_>) -> Output<Html> {
    let mut out = output!("<div class=\"origin\">\n<h3>Places, rule set and times in UTC</h3>\n");
    for (what, value) in &content.origin {
        put!(out, "<p class=\"line\">{}: {}</p>\n", what, value);
    }
    put!(out, "<p class=\"line\">Rules: <code>{}</code></p>\n</div>\n", page.ruleset);
    out
}
