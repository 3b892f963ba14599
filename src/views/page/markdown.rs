//! The page as Markdown (CommonMark with tables).

use super::{Page, Piece, Section, outcome_text, text_and_url};
use crate::base::sink::{Address, Code, Inline, Markdown, Output};
use crate::views::explain::prose::unanswered_lines;
use crate::views::explain::{Explained, Explanation};
use crate::{output, put};

pub(super) fn page(page: &Page) -> Output<Markdown> {
    let mut out = output!("# {}\n\n", format!("Decision about {}", page.record));
    put!(out, "{}, by the rules `{}`.\n", Inline(page.when()), Code(&page.ruleset));
    page.sections.iter().for_each(|section| put_section(&mut out, page, section));
    out
}

fn put_section(out: &mut Output<Markdown>, page: &Page, section: &Section) {
    let (Explanation { decision, zone, .. }, timeline) = (&section.explanation, &section.timeline);
    put!(out, "\n## {}: {}\n\n", section.names.join(", "), outcome_text(decision, zone));
    if let Some(when) = section.when(page) {
        put!(out, "{}.\n\n", Inline(when));
    }
    for (name, message) in &page.parts {
        put!(out, "{}:\n\n", name);
        put_quotation(out, section, name, message);
    }
    for line in unanswered_lines(&section.explanation) {
        put!(out, "- {}\n\n", line);
    }
    let (relevant, others) = section.rules();
    for rule in relevant {
        put!(out, "### {}\n\n", rule.title);
        put_rule(out, rule);
    }
    if !others.is_empty() {
        put!(out, "### Rules that do not apply\n\n");
        for rule in others {
            let why = rule.why.to_string();
            let why: Vec<&str> = why.lines().map(str::trim).collect();
            put!(out, "- **{}**: {}\n", rule.rule, why.join(" "));
        }
        put!(out, "\n");
    }
    put!(out, "### When the decision changes\n\n");
    let zone = &timeline.zone;
    put!(out, "| from ({}) | decision | because of |\n|---|---|---|\n", zone.name());
    let now = section.current_stretch();
    for (number, stretch) in timeline.stretches.iter().enumerate() {
        let from =
            stretch.from.map_or("the beginning".to_owned(), |from| from.local(zone).to_string());
        let from: Output<Markdown> =
            if number == now { output!("**{}**", Inline(from)) } else { Output::of(Inline(from)) };
        let because = Output::join(stretch.because.iter().map(Output::of), ", ");
        put!(out, "| {} | {} | {} |\n", from, outcome_text(&stretch.decision, zone), because);
    }
}

/// A part of the message as a quotation, with the evidence in bold.
fn put_quotation(out: &mut Output<Markdown>, section: &Section, name: &str, message: &str) {
    let mut quoted = Output::<Markdown>::new();
    for piece in section.pieces(name, message) {
        match piece {
            Piece::Plain(words) => {
                quoted.push(&Output::join(
                    words.split('\n').map(|line| Output::of(Inline(line))),
                    "\n",
                ));
            }
            // In Markdown, emphasis cannot begin or end with a blank, and cannot go over several lines.
            Piece::Marked(words, _) => {
                let lines = words.split('\n').map(emphasised);
                quoted.push(&Output::join(lines, "\n"));
            }
        }
    }
    for line in quoted.lines() {
        put!(out, "> {}  \n", line.with_escaped_start());
    }
    put!(out, "\n");
}

fn emphasised(line: &str) -> Output<Markdown> {
    let bare = line.trim();
    let (before, after) = line.split_once(bare).unwrap_or_default();
    match bare {
        "" => Output::of(Inline(line)),
        bare => output!("{}**{}**{}", Inline(before), Inline(bare), Inline(after)),
    }
}

fn put_rule(out: &mut Output<Markdown>, rule: &Explained) {
    put!(out, "`{}`, {}\n\n", Code(&rule.rule), rule.at);
    if let Some(severity) = &rule.severity {
        put!(out, "- Severity: {}\n", severity);
    }
    for citation in &rule.basis {
        match text_and_url(citation) {
            (words, Some(url)) => put!(out, "- Basis: [{}](<{}>)\n", words, Address(url)),
            (words, None) => put!(out, "- Basis: {}\n", words),
        }
    }
    for (article, why) in &rule.unverified {
        put!(out, "- Not verified: {}: {}\n", article, why);
    }
    if let Some(unseen) = rule.unseen_text() {
        put!(out, "- {}\n", unseen);
    }
    if let Some(said) = &rule.says {
        put!(out, "- {}\n", said.to_string());
    }
    let exceptions: String = rule.exceptions.iter().map(ToString::to_string).collect();
    for line in rule.why.to_string().lines().chain(exceptions.lines()) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        for _ in 1..depth {
            out.literal("  ");
        }
        put!(out, "- {}\n", line.trim());
    }
    put!(out, "\n");
}
