//! The page as Markdown (CommonMark with tables), in the same order as in HTML.
//!
//! A text from outside makes no emphasis, for its stars are escaped. So a reader knows by the emphasis what the page adds to
//! a message.

use super::Page;
use super::content::{self, ByWhen, Cited, Content, Reason, SAME, Shown, Weighed, on_one_line};
use super::words::{Part, Piece, numbers};
use crate::base::sink::{Address, Code, Inline, Markdown, Output};
use crate::{output, put};

pub(super) fn page(page: &Page) -> Output<Markdown> {
    let mut out = output!("# {}\n\n", format!("Decision about {}", page.record));
    put!(out, "{}\n", page.head());
    for section in &page.sections {
        put_section(&mut out, page, &Content::of(page, section));
    }
    out
}

fn put_section(out: &mut Output<Markdown>, page: &Page, content: &Content<'_>) {
    put!(out, "\n## {}: {}\n\n", content.section.title(), Inline(&content.headline));
    out.extend(content.decided.as_ref().map(|decided| output!("{}\n\n", decided)));
    put_deeds(out, content);
    put_why(out, content);
    for part in &content.parts {
        put!(out, "{}:\n\n", part.name);
        put_quotation(out, &part.shown);
    }
    put_law(out, content);
    put_timeline(out, content);
    put_details(out, content);
    put_origin(out, page, content);
}

fn put_deeds(out: &mut Output<Markdown>, content: &Content<'_>) {
    if content.deeds.is_empty() {
        return;
    }
    let zone = &content.section.explanation.zone;
    put!(out, "### Who acts by when\n\n");
    put!(out, "| who | what | by when ({}) |\n|---|---|---|\n", Inline(zone.name()));
    for deed in &content.deeds {
        let by_when = deed.by_when().into_iter().map(|piece| match piece {
            ByWhen::At(at) => Output::of(at.local(zone)),
            ByWhen::Overdue => output!("**overdue**"),
            ByWhen::Said(words) => Output::of(words),
        });
        let by_when = Output::<Markdown>::join(by_when, ", ");
        put!(out, "| {} | **{}**{}", deed.who, Inline(&deed.act), Inline(deed.end()));
        put!(out, " | {} |\n", by_when);
    }
    put!(out, "\n");
}

fn put_why(out: &mut Output<Markdown>, content: &Content<'_>) {
    put!(out, "### Why\n\n");
    for note in &content.notes {
        put!(out, "{}\n\n", note);
    }
    if content.reasons.is_empty() {
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
        for cited @ Cited { text, url, standing, .. } in &content.law {
            let text: Output<Markdown> = match url {
                Some(url) => output!("[{}](<{}>)", text, Address(url)),
                None => Output::of(text),
            };
            put!(out, "| {} | {} | {} |\n", text, standing.text(), cited.rests());
        }
        put!(out, "\n");
    }
    if !content.exceptions.is_empty() {
        put!(out, "### Exceptions weighed\n\n");
        for Weighed { title, said, why } in &content.exceptions {
            put!(out, "- **{}** {} {}\n", Inline(title), Inline(said), Inline(why));
        }
        put!(out, "\n");
    }
}

fn put_timeline(out: &mut Output<Markdown>, content: &Content<'_>) {
    put!(out, "### When the decision changes\n\n");
    if let [_] = content.stretches.as_slice() {
        put!(out, "{}\n\n", SAME);
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
    let are_marked = |one: &Piece<'_>, next: &Piece<'_>| is_marked(one) && is_marked(next);
    for group in pieces.chunk_by(are_marked) {
        match joined(group) {
            Some(words) => quoted.push(&words),
            None => group.iter().for_each(|piece| put_piece(&mut quoted, piece)),
        }
    }
    for line in quoted.lines() {
        put!(out, "> {}  \n", line.with_escaped_start());
    }
    put!(out, "\n");
}

fn put_piece(quoted: &mut Output<Markdown>, piece: &Piece<'_>) {
    match piece {
        Piece::Plain(words) => {
            quoted
                .push(&Output::join(words.split('\n').map(|line| Output::of(Inline(line))), "\n"));
        }
        Piece::Marked(words, rules) => quoted.push(&marked(words, &numbers(rules))),
        Piece::Cut(cut) => put!(quoted, " *{}* ", Inline(cut.text())),
    }
}

fn is_marked(piece: &Piece<'_>) -> bool {
    match piece {
        Piece::Marked(..) => true,
        Piece::Plain(_) | Piece::Cut(_) => false,
    }
}

/// Several marked pieces that touch, in one emphasis: what begins in the middle of a word would be none. `None` if there are not
/// several, or if a line ends in them.
fn joined(pieces: &[Piece<'_>]) -> Option<Output<Markdown>> {
    let words = pieces.iter().map(|piece| match piece {
        Piece::Marked(words, rules) if !words.contains('\n') => {
            Some(output!("{} *{}*", Inline(*words), Inline(&numbers(rules))))
        }
        Piece::Marked(..) | Piece::Plain(_) | Piece::Cut(_) => None,
    });
    let words: Vec<Output<Markdown>> = words.collect::<Option<_>>()?;
    (words.len() > 1).then(|| output!("**{}**", Output::join(words, "")))
}

/// Marked words in bold, and the numbers of their rules in bold italics. Emphasis cannot begin or end with a blank, and cannot
/// go over several lines.
fn marked(words: &str, numbers: &str) -> Output<Markdown> {
    let (first, last) = words.rsplit_once('\n').map_or((None, words), |(a, b)| (Some(a), b));
    let first = first.into_iter().flat_map(|lines| lines.split('\n')).map(|line| {
        let bare = line.trim();
        let (before, after) = line.split_once(bare).unwrap_or_default();
        match bare {
            "" => Output::of(Inline(line)),
            bare => output!("{}**{}**{}", Inline(before), Inline(bare), Inline(after)),
        }
    });
    let bare = last.trim_start();
    let before = last.strip_suffix(bare).unwrap_or_default();
    let last = output!("{}**{} *{}***", Inline(before), Inline(bare), Inline(numbers));
    Output::join(first.chain([last]), "\n")
}

fn put_details(out: &mut Output<Markdown>, content: &Content<'_>) {
    put!(out, "### Details\n\n");
    for part in &content.parts {
        if let Part { name, whole: Some(whole), .. } = part {
            put!(out, "The whole part: {}\n\n", Inline(name));
            put_quotation(out, whole);
        }
    }
    for Reason { number, rule, .. } in &content.reasons {
        put!(out, "{}. `{}`, {}\n", Inline(number), Code(&rule.rule), Inline(&rule.at));
        content::lines(rule).for_each(|line| put!(out, "   - {}\n", line));
    }
    if !content.reasons.is_empty() {
        put!(out, "\n");
    }
    if !content.found.is_empty() {
        put!(out, "| words | in | found by | rule |\n|---|---|---|---|\n");
        for words in &content.found {
            put!(out, "| {} | {} | {} | {} |\n", words.text, words.part, words.by, words.rules);
        }
        put!(out, "\n");
    }
    if !content.others.is_empty() {
        put!(out, "### Rules that do not apply\n\n");
        for rule in &content.others {
            let why = on_one_line(content::lines(rule));
            put!(out, "- **{}** {}: {}\n", Inline(&rule.rule), rule.why.state(), Inline(why));
        }
        put!(out, "\n");
    }
}

/// The names of all places, the digest of the rules, and the times of the page in UTC.
fn put_origin(out: &mut Output<Markdown>, page: &Page, content: &Content<'_>) {
    put!(out, "### Places, rule set and times in UTC\n\n");
    for (what, value) in &content.origin {
        put!(out, "- {}: {}\n", what, Inline(value));
    }
    put!(out, "- Rules: `{}`\n", Code(&page.ruleset));
}
