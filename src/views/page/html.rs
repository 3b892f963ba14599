//! The page as HTML. It holds no script, and its policy lets none run; its only links are those of the law.

use super::{Page, Piece, Section, cited, outcome};
use crate::views::explain::shown::is_visible;
use crate::views::explain::{Explained, Why};
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

pub(super) fn written(page: &Page) -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
    );
    let title = format!("Decision about {}", page.record);
    let sections: String =
        page.sections.iter().map(|section| self::section(page, section)).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
         <p>At {at}, by the rules <code>{ruleset}</code>.</p>\n{sections}</body>\n</html>\n",
        title = text(&title),
        at = text(&page.at.to_string()),
        ruleset = text(&page.ruleset),
    )
}

fn section(page: &Page, section: &Section) -> String {
    let decision = &section.explanation.decision;
    let mut out =
        format!("<h2>{}: {}</h2>\n", text(&section.names.join(", ")), text(&outcome(decision)));
    for (name, message) in &page.parts {
        let pieces: String = section.pieces(name, message).iter().map(piece).collect();
        out += &format!(
            "<p class=\"where\">{}</p>\n<blockquote><bdi>{pieces}</bdi></blockquote>\n",
            text(name)
        );
    }
    let (bearing, others) = section.rules();
    out.extend(bearing.into_iter().map(rule));
    if !others.is_empty() {
        out += &format!("<details>\n<summary>{} more that do not apply</summary>\n", others.len());
        out.extend(others.into_iter().map(rule));
        out += "</details>\n";
    }
    out += "<h3>When the decision changes</h3>\n<table>\n<tr><th>from</th><th>decision</th><th>because of</th></tr>\n";
    let now = section.now(page.at);
    for (number, stretch) in section.timeline.stretches.iter().enumerate() {
        let class = if number == now { " class=\"now\"" } else { "" };
        let from = stretch.from.map_or("the beginning".to_owned(), |from| from.to_string());
        let because: Vec<String> = stretch.because.iter().map(ToString::to_string).collect();
        out += &format!(
            "<tr{class}><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            text(&from),
            text(&outcome(&stretch.decision)),
            text(&because.join(", "))
        );
    }
    out + "</table>\n"
}

fn piece(piece: &Piece<'_>) -> String {
    match piece {
        Piece::Plain(words) => text(words),
        Piece::Marked(words, rules) => {
            format!("<mark title=\"{}\">{}</mark>", attribute(rules), text(words))
        }
    }
}

fn rule(rule: &Explained) -> String {
    let class = match rule.why {
        Why::Fired { .. } => "fired",
        Why::Undetermined { .. } => "undetermined",
        Why::Defeated { .. } => "lifted",
        Why::NotMet(_) | Why::Exempt(_) | Why::NotInForce { .. } | Why::OtherPlace { .. } => {
            "rests"
        }
    };
    let mut out = format!(
        "<section class=\"rule {class}\">\n<h3>{}</h3>\n<p class=\"where\">{} {}</p>\n",
        text(&format!("{} {}", rule.title, rule.why.said())),
        text(&rule.rule),
        text(&rule.at)
    );
    for citation in &rule.basis {
        let cited = match cited(citation) {
            (words, Some(url)) => format!(
                "<a href=\"{}\" rel=\"noopener noreferrer\">{}</a>",
                attribute(url),
                text(&words)
            ),
            (words, None) => text(&words),
        };
        out += &format!("<p class=\"line\">Basis: {cited}</p>\n");
    }
    for (article, why) in &rule.unverified {
        out += &format!("<p class=\"line\">Not verified: {}: {}</p>\n", text(article), text(why));
    }
    let exceptions: String = rule.exceptions.iter().map(ToString::to_string).collect();
    for line in rule.why.to_string().lines() {
        out += &format!("<p class=\"line\">{}</p>\n", text(line.trim()));
    }
    for line in exceptions.lines() {
        let class = if line.starts_with(' ') { "line deep" } else { "line" };
        out += &format!("<p class=\"{class}\">{}</p>\n", text(line.trim()));
    }
    out + "</section>\n"
}

/// Nothing in it is markup; what would hide or turn letters around is written out.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push('\n'),
            c if is_visible(c) => out.push(c),
            c => out += &format!("<span class=\"hidden\">{}</span>", c.escape_unicode()),
        }
    }
    out
}

/// The same where no element may stand.
fn attribute(value: &str) -> String {
    let visible: String = value
        .chars()
        .flat_map(|c| if is_visible(c) { vec![c] } else { c.escape_unicode().collect() })
        .collect();
    text(&visible)
}
