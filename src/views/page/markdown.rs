//! The page as Markdown (CommonMark with tables).

use super::{Page, Piece, Section, cited, outcome};
use crate::views::explain::Explained;
use crate::views::explain::shown::is_visible;
use std::fmt::Write;

pub(super) fn written(page: &Page) -> String {
    let mut out = format!("# {}\n\n", text(&format!("Decision about {}", page.record)));
    let _ = writeln!(out, "At {}, by the rules `{}`.", page.at, page.ruleset);
    for one in &page.sections {
        section(&mut out, page, one);
    }
    out
}

fn section(out: &mut String, page: &Page, section: &Section) {
    let decision = &section.explanation.decision;
    // Writing to a string cannot fail.
    let _ =
        writeln!(out, "\n## {}: {}\n", text(&section.names.join(", ")), text(&outcome(decision)));
    for (name, message) in &page.parts {
        let _ = writeln!(out, "{}:\n", text(name));
        quote(out, section, name, message);
    }
    let (bearing, others) = section.rules();
    for rule in bearing {
        let _ = writeln!(out, "### {}\n", text(&rule.title));
        explained(out, rule);
    }
    if !others.is_empty() {
        out.push_str("### Rules that do not apply\n\n");
        for rule in others {
            let why = rule.why.to_string();
            let why: Vec<&str> = why.lines().map(str::trim).collect();
            let _ = writeln!(out, "- **{}**: {}", text(&rule.rule), text(&why.join(" ")));
        }
        out.push('\n');
    }
    out.push_str(
        "### When the decision changes\n\n| from | decision | because of |\n|---|---|---|\n",
    );
    let now = section.now(page.at);
    for (number, stretch) in section.timeline.stretches.iter().enumerate() {
        let from = stretch.from.map_or("the beginning".to_owned(), |from| from.to_string());
        let from = if number == now { format!("**{from}**") } else { from };
        let because: Vec<String> =
            stretch.because.iter().map(|one| text(&one.to_string())).collect();
        let _ = writeln!(
            out,
            "| {from} | {} | {} |",
            text(&outcome(&stretch.decision)),
            because.join(", ")
        );
    }
}

fn quote(out: &mut String, section: &Section, name: &str, message: &str) {
    let mut quoted = String::new();
    for piece in section.pieces(name, message) {
        match piece {
            Piece::Plain(words) => quoted += &inline(words),
            // Emphasis does not go over blanks at its ends, nor over line ends.
            Piece::Marked(words, _) => {
                for (number, line) in words.split('\n').enumerate() {
                    quoted += if number == 0 { "" } else { "\n" };
                    let bare = line.trim();
                    quoted += &if bare.is_empty() {
                        inline(line)
                    } else {
                        let (before, after) = line.split_once(bare).unwrap_or_default();
                        format!("{}**{}**{}", inline(before), inline(bare), inline(after))
                    };
                }
            }
        }
    }
    for line in quoted.split('\n') {
        let _ = writeln!(out, "> {}  ", guarded(line));
    }
    out.push('\n');
}

fn explained(out: &mut String, rule: &Explained) {
    let _ = writeln!(out, "`{}`, {}\n", rule.rule, text(&rule.at));
    for citation in &rule.basis {
        let _ = match cited(citation) {
            // Brackets and blanks would end the address.
            (words, Some(url)) if !url.contains(['<', '>', ' ', '\n']) => {
                writeln!(out, "- Basis: [{}](<{url}>)", text(&words))
            }
            (words, _) => writeln!(out, "- Basis: {}", text(&words)),
        };
    }
    for (article, why) in &rule.unverified {
        let _ = writeln!(out, "- Not verified: {}: {}", text(article), text(why));
    }
    let exceptions: String = rule.exceptions.iter().map(ToString::to_string).collect();
    for line in rule.why.to_string().lines().chain(exceptions.lines()) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let _ = writeln!(out, "{}- {}", "  ".repeat(depth.saturating_sub(1)), text(line.trim()));
    }
    out.push('\n');
}

/// Nothing in it is markup, nor hides, wherever it begins.
fn text(text: &str) -> String {
    inline(text).split('\n').map(guarded).collect::<Vec<_>>().join("\n")
}

/// The same in the middle of a line.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            c if c.is_ascii_punctuation()
                && !matches!(c, '.' | ',' | '\'' | '-' | ':' | '?' | '/' | '%') =>
            {
                out.push('\\');
                out.push(c);
            }
            c if is_visible(c) => out.push(c),
            c => out.extend(c.escape_unicode()),
        }
    }
    out
}

/// What begins a line must not begin a list or a block of code.
fn guarded(line: &str) -> String {
    let starts = line.trim_start();
    let digits = starts.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_item =
        starts.starts_with('-') || (digits.len() < starts.len() && digits.starts_with('.'));
    match is_item {
        true => starts.replacen('-', "\\-", usize::from(starts.starts_with('-'))).replacen(
            '.',
            "\\.",
            usize::from(!starts.starts_with('-')),
        ),
        // Four blanks would begin a block of code.
        false => starts.to_owned(),
    }
}
