//! The page as HTML. It contains no script, and its content security policy forbids any. Its only links lead to the law
//! that it cites.

use super::{Page, Piece, Section, outcome_text, text_and_url};
use crate::base::sink::{Attribute, Html, Output};
use crate::views::explain::prose::unanswered_lines;
use crate::views::explain::{Explained, Explanation, Why};
use crate::{output, put};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}\
h1{font-size:1.4rem}h2{font-size:1.2rem;border-top:2px solid #ccc;padding-top:1rem;margin-top:2rem}\
h3{font-size:1rem;margin-bottom:.3rem}code,.where{font-family:ui-monospace,monospace;font-size:.85em;color:#555}\
blockquote{white-space:pre-wrap;overflow-wrap:anywhere;background:#f6f6f3;border-left:4px solid #bbb;margin:.5rem 0;padding:.6rem .8rem}\
mark{background:#ffe08a;padding:0 .1em}.hidden{color:#b00020;font-family:ui-monospace,monospace;font-size:.8em}\
.fired{border-left:4px solid #b00020}.undetermined{border-left:4px solid #c77700}.lifted{border-left:4px solid #2e7d32}\
section.rule{padding:.2rem 0 .2rem .8rem;margin:1rem 0}table{border-collapse:collapse;width:100%}\
td,th{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}tr.now{background:#fff6d6}\
.deep{margin-left:1.5rem}p.line{margin:.15rem 0}";

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
    put!(out, "<p>{}, by the rules <code>{}</code>.</p>\n", page.when(), page.ruleset);
    out.extend(page.sections.iter().map(|section| self::section(page, section)));
    put!(out, "</body>\n</html>\n");
    out
}

fn section(page: &Page, section: &Section) -> Output<Html> {
    let (Explanation { decision, zone, .. }, timeline) = (&section.explanation, &section.timeline);
    let outcome = outcome_text(decision, zone);
    let mut out = output!("<h2>{}: {}</h2>\n", section.names.join(", "), outcome);
    if let Some(when) = section.when(page) {
        put!(out, "<p>{}.</p>\n", when);
    }
    for (name, message) in &page.parts {
        let pieces: Output<Html> = section.pieces(name, message).iter().map(piece).collect();
        put!(
            out,
            "<p class=\"where\">{}</p>\n<blockquote><bdi>{}</bdi></blockquote>\n",
            name,
            pieces
        );
    }
    for line in unanswered_lines(&section.explanation) {
        put!(out, "<p class=\"line\">{}</p>\n", line);
    }
    let (relevant, others) = section.rules();
    out.extend(relevant.into_iter().map(rule));
    if !others.is_empty() {
        put!(out, "<details>\n<summary>{} more that do not apply</summary>\n", others.len());
        out.extend(others.into_iter().map(rule));
        put!(out, "</details>\n");
    }
    put!(out, "<h3>When the decision changes</h3>\n<table>\n");
    let zone = &timeline.zone;
    put!(out, "<tr><th>from ({})</th><th>decision</th><th>because of</th></tr>\n", zone.name());
    let now = section.current_stretch();
    for (number, stretch) in timeline.stretches.iter().enumerate() {
        let class = if number == now { output!(" class=\"now\"") } else { Output::new() };
        let from =
            stretch.from.map_or("the beginning".to_owned(), |from| from.local(zone).to_string());
        let because: Vec<String> = stretch.because.iter().map(ToString::to_string).collect();
        put!(
            out,
            "<tr{}><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            class,
            from,
            outcome_text(&stretch.decision, zone),
            because.join(", ")
        );
    }
    put!(out, "</table>\n");
    out
}

fn piece(piece: &Piece<'_>) -> Output<Html> {
    match piece {
        Piece::Plain(words) => Output::of(words),
        Piece::Marked(words, rules) => {
            output!("<mark title=\"{}\">{}</mark>", Attribute(rules), words)
        }
    }
}

fn rule(rule: &Explained) -> Output<Html> {
    let class = match rule.why {
        Why::Fired { .. } => "fired",
        Why::Undetermined { .. } => "undetermined",
        Why::Defeated { .. } => "lifted",
        Why::NotMet(_) | Why::Exempt(_) | Why::NotInForce { .. } | Why::OtherPlace { .. } => {
            "inactive"
        }
    };
    let mut out = output!("<section class=\"rule {}\">\n", Attribute(class));
    put!(out, "<h3>{} {}</h3>\n", rule.title, rule.why.state());
    put!(out, "<p class=\"where\">{} {}</p>\n", rule.rule, rule.at);
    if let Some(severity) = &rule.severity {
        put!(out, "<p class=\"line\">Severity: {}</p>\n", severity);
    }
    for citation in &rule.basis {
        let basis: Output<Html> = match text_and_url(citation) {
            (words, Some(url)) => {
                output!("<a href=\"{}\" rel=\"noopener noreferrer\">{}</a>", Attribute(url), words)
            }
            (words, None) => Output::of(words),
        };
        put!(out, "<p class=\"line\">Basis: {}</p>\n", basis);
    }
    for (article, why) in &rule.unverified {
        put!(out, "<p class=\"line\">Not verified: {}: {}</p>\n", article, why);
    }
    if let Some(unseen) = rule.unseen_text() {
        put!(out, "<p class=\"line\">{}</p>\n", unseen);
    }
    let exceptions: String = rule.exceptions.iter().map(ToString::to_string).collect();
    for line in rule.why.to_string().lines() {
        put!(out, "<p class=\"line\">{}</p>\n", line.trim());
    }
    if let Some(said) = &rule.says {
        put!(out, "<p class=\"line\">{}</p>\n", said.to_string());
    }
    for line in exceptions.lines() {
        let class = if line.starts_with(' ') { "line deep" } else { "line" };
        put!(out, "<p class=\"{}\">{}</p>\n", Attribute(class), line.trim());
    }
    put!(out, "</section>\n");
    out
}
