//! Shows a message with the evidence underlined: below each line of the message stands a line with `^`.

use crate::sink::plain;
use crate::{Decision, Evidence, Record};
use unicode_width::UnicodeWidthStr;

/// Lines of the message are broken at this width.
const MAX_WIDTH: usize = 96;

/// The lines of the message that have evidence of a decision, with the evidence underlined. If a rule is named, only the
/// evidence of that rule counts.
pub fn marked(record: &Record, decision: &Decision, rule: Option<&str>) -> String {
    let matched = decision.matched.iter().map(|one| (&one.rule, &one.evidence));
    let shadow = decision.shadow.iter().map(|one| (&one.rule, &one.evidence));
    let wanted = matched.chain(shadow).filter(|(id, _)| rule.is_none_or(|rule| **id == *rule));
    let evidence: Vec<&Evidence> = wanted.flat_map(|(_, evidence)| evidence).collect();
    let mut parts: Vec<&str> = vec![];
    for one in &evidence {
        if !parts.contains(&one.part.as_str()) {
            parts.push(&one.part);
        }
    }
    let width = parts.iter().map(|part| part.width()).max().unwrap_or(0);
    let mut lines = vec![];
    for part in parts {
        let spans: Vec<[usize; 2]> =
            evidence.iter().filter(|one| one.part == part).map(|one| one.bytes).collect();
        let Some(text) = record.text_of(part) else { continue };
        let name = plain(part).into_owned();
        let pad = " ".repeat(width.saturating_sub(name.width()));
        let margin = " ".repeat(width);
        for (shown, marks) in rows(text, &spans) {
            lines.push(format!("{name}{pad} | {shown}"));
            lines.push(format!("{margin} | {marks}"));
        }
    }
    lines.join("\n")
}

/// The lines of a text that have marks, each with the line of its marks.
fn rows(text: &str, spans: &[[usize; 2]]) -> Vec<(String, String)> {
    let mut rows = vec![];
    let (mut shown, mut marks) = (String::new(), String::new());
    let mut close = |shown: &mut String, marks: &mut String| {
        let (shown, marks) = (std::mem::take(shown), std::mem::take(marks));
        if marks.contains('^') {
            rows.push((shown, marks.trim_end().to_owned()));
        }
    };
    for (at, c) in text.char_indices() {
        if c == '\n' {
            close(&mut shown, &mut marks);
            continue;
        }
        let written = plain(c.encode_utf8(&mut [0; 4])).into_owned();
        let is_marked = spans.iter().any(|[start, end]| (*start..*end).contains(&at));
        marks.push_str(&if is_marked { "^" } else { " " }.repeat(written.width()));
        shown.push_str(&written);
        // A word longer than a line is broken too.
        if shown.width() >= MAX_WIDTH && (c.is_whitespace() || shown.width() >= 2 * MAX_WIDTH) {
            close(&mut shown, &mut marks);
        }
    }
    close(&mut shown, &mut marks);
    rows
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn marks_stand_below_the_evidence() {
        let text = "first\nПассивный доход\u{1b} без рис\u{200b}ка\nlast";
        let at = |word: &str| {
            let start = text.find(word).unwrap();
            [start, start + word.len()]
        };
        assert_eq!(
            rows(text, &[at("доход\u{1b}"), at("рис\u{200b}ка")]),
            [(
                r"Пассивный доход\u{1b} без рис\u{200b}ка".to_owned(),
                "          ^^^^^^^^^^^     ^^^^^^^^^^^^^".to_owned()
            )]
        );
        let long = "слово ".repeat(60) + "here";
        let start = long.find("here").unwrap();
        let found = rows(&long, &[[start, start + 4]]);
        assert_eq!(found.len(), 1);
        assert!(found[0].0.ends_with("here") && found[0].1.trim() == "^^^^", "{found:?}");
    }
}
