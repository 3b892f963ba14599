//! The page as Markdown (CommonMark with tables), in the same order as in HTML.

use super::content::{Cited, Content, Deed, Reason, Shown, Weighed};
use super::words::Piece;
use super::{Page, Section};
use crate::base::sink::{Address, Code, Inline, Markdown, Output};
use crate::views::explain::prose::facts_and_conditions;
use crate::{output, put};

pub(super) fn page(page: &Page) -> Output<Markdown> {
    let mut out = output!("# {}\n\n", format!("Decision about {}", page.record));
    put!(out, "{}\n", page.head());
    for section in &page.sections {
        put_section(&mut out, page, section);
    }
    put!(out, "\nRules: `{}`\n", Code(&page.ruleset));
    out
}

fn put_section(out: &mut Output<Markdown>, page: &Page, section: &Section) {
    let content = Content::of(page, section);
    put!(out, "\n## {}: {}\n\n", section.title(), Inline(&content.headline));
    if let Some(when) = section.when(page) {
        put!(out, "Decided {}.\n\n", Inline(when));
    }
    put_deeds(out, &content);
    put_why(out, &content);
    for part in &content.parts {
        put!(out, "{}:\n\n", part.name);
        put_quotation(out, &part.shown);
    }
    put_law(out, &content);
    put_timeline(out, &content);
    put_details(out, &content);
}

fn put_deeds(out: &mut Output<Markdown>, content: &Content<'_>) {
    if content.deeds.is_empty() {
        return;
    }
    let zone = &content.section.explanation.zone;
    put!(out, "### Who acts by when\n\n");
    put!(out, "| who | what | by when ({}) |\n|---|---|---|\n", Inline(zone.name()));
    for Deed { who, act, ask, is_overdue, .. } in &content.deeds {
        let act: Output<Markdown> =
            output!("**{}**{}{}", Inline(act), Inline(ask.end_text()), Inline(ask.reserve_text()));
        let due = ask.due.map(|due| due.local(zone).to_string());
        let overdue = is_overdue.then(|| "overdue".to_owned());
        let words = ask.words.iter().map(|words| format!("“{words}”"));
        let said = due.into_iter().chain(overdue).chain(words).chain(ask.clock_text());
        let said: Vec<String> = said.collect();
        let said = if said.is_empty() { "no deadline".to_owned() } else { said.join(", ") };
        put!(out, "| {} | {} | {} |\n", who, act, said);
    }
    put!(out, "\n");
}

fn put_why(out: &mut Output<Markdown>, content: &Content<'_>) {
    put!(out, "### Why\n\n");
    for note in &content.notes {
        put!(out, "{}\n\n", note);
    }
    if content.reasons.is_empty() {
        put!(out, "No rule that applies here asks for anything.\n\n");
        return;
    }
    for Reason { number, rule, said } in &content.reasons {
        put!(out, "{}. **{}** {}\n", Inline(number), Inline(&rule.title), Inline(said));
    }
    put!(out, "\n");
}

fn put_law(out: &mut Output<Markdown>, content: &Content<'_>) {
    if !content.law.is_empty() {
        put!(out, "### Law\n\n| text | read by a person | rule |\n|---|---|---|\n");
        for Cited { text, url, standing, rests } in &content.law {
            let text: Output<Markdown> = match url {
                Some(url) => output!("[{}](<{}>)", text, Address(url)),
                None => Output::of(text),
            };
            let rests: Vec<&str> = rests.iter().map(String::as_str).collect();
            put!(out, "| {} | {} | {} |\n", text, standing.text(), rests.join(", "));
        }
        put!(out, "\n");
    }
    if !content.exceptions.is_empty() {
        put!(out, "### Exceptions weighed\n\n");
        for Weighed { exception, to, why } in &content.exceptions {
            let (title, to, state) = (Inline(&exception.title), Inline(to), exception.state());
            let why: Vec<&str> = why.iter().map(|line| line.trim()).collect();
            put!(out, "- **{}** (to {}) {}. {}\n", title, to, state, Inline(why.join(" ")));
        }
        put!(out, "\n");
    }
}

fn put_timeline(out: &mut Output<Markdown>, content: &Content<'_>) {
    put!(out, "### When the decision changes\n\n");
    if let [_] = content.stretches.as_slice() {
        put!(out, "It is the same at all times.\n\n");
        return;
    }
    let zone = &content.section.timeline.zone;
    put!(out, "| from ({}) | decision | because of |\n|---|---|---|\n", zone.name());
    for Shown { from, said, because, is_now } in &content.stretches {
        let from: Output<Markdown> = match is_now {
            true => output!("**{}: this decision**", Inline(from)),
            false => Output::of(from),
        };
        put!(out, "| {} | {} | {} |\n", from, said, because);
    }
    put!(out, "\n");
}

/// A part of the message as a quotation, with the marked words in bold.
fn put_quotation(out: &mut Output<Markdown>, pieces: &[Piece<'_>]) {
    let mut quoted = Output::<Markdown>::new();
    for piece in pieces {
        match piece {
            Piece::Plain(words) => {
                quoted.push(&Output::join(
                    words.split('\n').map(|line| Output::of(Inline(line))),
                    "\n",
                ));
            }
            // In Markdown, emphasis cannot begin or end with a blank, and cannot go over several lines.
            Piece::Marked(words, rules) => {
                let lines = words.split('\n').map(emphasised);
                quoted.push(&Output::join(lines, "\n"));
                let numbers: Vec<String> = rules.iter().map(ToString::to_string).collect();
                put!(quoted, "\\[{}\\]", Inline(numbers.join(", ")));
            }
            Piece::Cut(count) => put!(quoted, " … {} characters left out … ", Inline(count)),
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

fn put_details(out: &mut Output<Markdown>, content: &Content<'_>) {
    if !content.reasons.is_empty() {
        put!(out, "### Details\n\n");
    }
    for Reason { number, rule, .. } in &content.reasons {
        put!(out, "{}. `{}`, {}\n", Inline(number), Code(&rule.rule), Inline(&rule.at));
        let severity = rule.severity.as_ref().map(|severity| format!("Severity: {severity}."));
        let said = rule.says.as_ref().map(ToString::to_string);
        let lines = severity.into_iter().chain(rule.unseen_text());
        for line in lines.chain(facts_and_conditions(&rule.why, "rule")).chain(said) {
            put!(out, "   - {}\n", line.trim());
        }
    }
    if !content.reasons.is_empty() {
        put!(out, "\n");
    }
    if !content.found.is_empty() {
        put!(out, "| words | in | found by | rule |\n|---|---|---|---|\n");
        for words in &content.found {
            let by: Vec<&str> = words.by.iter().map(String::as_str).collect();
            let rules: Vec<String> = words.rules.iter().map(ToString::to_string).collect();
            let (by, rules) = (by.join("; "), rules.join(", "));
            put!(out, "| {} | {} | {} | {} |\n", words.text, words.part, by, rules);
        }
        put!(out, "\n");
    }
    if !content.others.is_empty() {
        put!(out, "### Rules that do not apply\n\n");
        for rule in &content.others {
            let why = rule.why.to_string();
            let why: Vec<&str> = why.lines().map(str::trim).collect();
            let why = Inline(why.join(" "));
            put!(out, "- **{}** {}: {}\n", Inline(&rule.rule), rule.why.state(), why);
        }
    }
}
