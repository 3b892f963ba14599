//! Shows rule authors how a pattern matches a text: the folded text below the original, the matches, and near misses.

use crate::sink;
use crate::text::{Matcher, Reason, Words};
use crate::{Expression, Failure, Place, RuleSet, nearest};
use std::fmt::Write;
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// A pattern as an author enters it: the name of a `terms` item, a phrase as in a rule file, or plain words.
#[derive(Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// The expression that searches for it.
    expression: String,
    /// The name of terms in the input.
    name: Option<&'a str>,
    /// The language that the phrase is listed under.
    language: Option<&'a str>,
}

impl<'a> Question<'a> {
    /// Reads the input. What could be a name is a name, a phrase has quotes, and anything else is plain words.
    pub fn new(input: &'a str) -> Self {
        let (language, pattern) = match input.split_once(':') {
            Some((tag, phrase)) if is_language(tag.trim()) => (Some(tag.trim()), phrase.trim()),
            _ => (None, input.trim()),
        };
        let is_name = language.is_none()
            && pattern.split('.').all(|part| {
                part.starts_with(|c: char| c.is_ascii_alphabetic())
                    && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            });
        let expression = if is_name || pattern.contains('"') {
            format!("text mentions {pattern}")
        } else {
            format!("text mentions \"{pattern}\"")
        };
        Self { expression, name: is_name.then_some(pattern), language }
    }

    /// The checked expression that searches for the pattern. Names may be those of any file of the rules, whole or
    /// without their file; of several that could be meant, the one that `place` can use is taken.
    ///
    /// # Errors
    /// The faults of a phrase, or a name that is unknown or belongs to several files.
    pub fn expression(&self, set: &RuleSet, place: Place) -> Result<Expression, Refusal> {
        let Some(name) = self.name else {
            return set.expression(&self.expression, place).map_err(Refusal::Faults);
        };
        if let Ok(expression) = set.expression(&self.expression, place) {
            return Ok(expression);
        }
        let ids = |keyword: &str| {
            let items = set.items().filter(|item| item.keyword == keyword);
            items.map(|item| item.id).collect::<Vec<_>>()
        };
        let terms = ids("terms");
        let own_name = |id: &'_ str| id.rsplit('.').next().unwrap_or_default().to_owned();
        let is_meant = |id: &String| *id == name || own_name(id) == name;
        let meant = terms.iter().filter(|id| is_meant(id));
        match *meant.collect::<Vec<_>>() {
            [] if ids("pattern").iter().any(is_meant) => Err(Refusal::Name(format!(
                "`{name}` is a regular expression; `spans(text, {name})` in a session shows what it finds"
            ))),
            [id] => set.expression_of_terms(id).map_err(Refusal::Faults),
            [] => {
                let own: Vec<_> = terms.iter().map(|id| own_name(id)).collect();
                let known = terms.iter().chain(&own).map(String::as_str);
                let near = nearest(name, known)
                    .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                Err(Refusal::Name(format!(
                    "no terms are called `{name}`; {near}words are written in quotes: `\"{name}\"`"
                )))
            }
            [..] => {
                let ids = terms.iter().filter(|id| own_name(id) == name);
                let ids: Vec<_> = ids.map(|id| format!("`{id}`")).collect();
                let message =
                    format!("terms called `{name}` are in several files: {}", ids.join(", "));
                Err(Refusal::Name(message))
            }
        }
    }

    /// Shows how the pattern matches a text, in lines of at most `columns` columns.
    pub fn answer(&self, pattern: &Matcher, text: &str, columns: usize) -> String {
        match self.language {
            Some(language) => report(&pattern.listed_under(language), text, columns),
            None => report(pattern, text, columns),
        }
    }
}

/// Why there is no pattern.
#[derive(Debug)]
pub enum Refusal {
    /// The faults of a phrase.
    Faults(Failure),
    /// A name that is unknown, or that several files have.
    Name(String),
}

/// `kk`, `kk-Latn`.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
    parts.next().is_some_and(|code| {
        (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphabetic())
    }) && parts.all(is_part)
}

/// A word, or the text between two words.
struct Piece {
    written: String,
    folded: String,
    is_found: bool,
}

/// The text above its folded form, then the matches and the near misses.
fn report(pattern: &Matcher, text: &str, columns: usize) -> String {
    let words = Words::of(text);
    let found = pattern.find(&words);
    let spans: Vec<Range<usize>> = found.iter().map(|found| found.bytes.clone()).collect();
    let mut out = String::new();
    draw(&pieces(text, &words, &spans), columns, &mut out);
    let phrase = |number: usize| {
        let written = pattern.written().get(number).map(|written| written.shown());
        sink::plain(&written.unwrap_or_default()).into_owned()
    };
    let quoted = |bytes: &Range<usize>| {
        let quoted = text.get(bytes.clone()).unwrap_or_default();
        format!("`{}`, bytes {} to {}", sink::plain(quoted), bytes.start, bytes.end)
    };
    if found.is_empty() {
        out.push_str("nothing matches\n");
    }
    // Writing to a string cannot fail.
    for found in &found {
        let _ = writeln!(out, "match   {} by {}", quoted(&found.bytes), phrase(found.phrase));
    }
    for miss in pattern.misses(&words) {
        let why = because(&miss.reason);
        let _ = writeln!(out, "nearly  {}: {} {why}", quoted(&miss.bytes), phrase(miss.phrase));
    }
    out.truncate(out.trim_end().len());
    out
}

/// Why a phrase does not match. The phrase is the subject of the sentence.
fn because(reason: &Reason) -> String {
    match reason {
        Reason::NotExact => "is `exact`, so case and letters must be as written".into(),
        Reason::OnlyLoosely => "finds leetspeak and spaced letters only when it is `loose`".into(),
        Reason::OnlyPart => "matches whole words; end it with `*` to match their beginnings".into(),
        Reason::SpelledAsIn(language) => {
            format!(
                "would match if it were listed under `{language}`, whose letters are typed like this"
            )
        }
        Reason::TooFarApart => "allows fewer words between its parts".into(),
        Reason::OtherLetters(1) => "differs by one letter".into(),
        Reason::OtherLetters(count) => format!("differs by {count} letters"),
    }
}

/// The words of a text and the text between words. Text between words is cut where a match begins or ends, because a sign
/// such as `@` may be a letter of a match.
fn pieces(text: &str, words: &Words, found: &[Range<usize>]) -> Vec<Piece> {
    let shown = |bytes: &Range<usize>| {
        sink::plain(text.get(bytes.clone()).unwrap_or_default()).into_owned()
    };
    let is_found = |bytes: &Range<usize>| {
        found.iter().any(|found| found.start <= bytes.start && bytes.end <= found.end)
    };
    let mut pieces = vec![];
    let between = |bytes: Range<usize>, pieces: &mut Vec<Piece>| {
        let ends = found.iter().flat_map(|found| [found.start, found.end]);
        let mut cuts: Vec<usize> = ends.filter(|&at| bytes.start < at && at < bytes.end).collect();
        cuts.push(bytes.end);
        let mut start = bytes.start;
        for end in cuts {
            let part = start..end;
            let (written, is_found) = (shown(&part), is_found(&part));
            pieces.push(Piece { folded: written.clone(), written, is_found });
            start = end;
        }
    };
    let mut at = 0;
    for (bytes, folded) in words.iter() {
        between(at..bytes.start, &mut pieces);
        at = bytes.end;
        pieces.push(Piece {
            written: shown(&bytes),
            folded: sink::plain(folded).into_owned(),
            is_found: is_found(&bytes),
        });
    }
    between(at..text.len(), &mut pieces);
    pieces.retain(|piece| !piece.written.is_empty());
    pieces
}

/// Draws pieces in blocks of three rows: the text as written, the folded text, and lines under the matches. Each block has
/// as many pieces as fit.
fn draw(pieces: &[Piece], columns: usize, out: &mut String) {
    const NAMES: [&str; 3] = ["text    ", "folded  ", "        "];
    let columns = columns.saturating_sub(8).max(20);
    let mut rows = [String::new(), String::new(), String::new()];
    let mut used = 0;
    let mut flush = |rows: &mut [String; 3]| {
        for (name, row) in NAMES.iter().zip(rows.iter_mut()) {
            if !row.trim().is_empty() {
                let _ = writeln!(out, "{}", format!("{name}{row}").trim_end());
            }
            row.clear();
        }
    };
    for piece in pieces {
        let width = piece.written.width().max(piece.folded.width());
        if used + width > columns && used > 0 {
            flush(&mut rows);
            used = 0;
        }
        used += width;
        let mark = if piece.is_found { "^".repeat(width) } else { String::new() };
        for (row, cell) in rows.iter_mut().zip([&piece.written, &piece.folded, &mark]) {
            row.push_str(cell);
            row.push_str(&" ".repeat(width.saturating_sub(cell.width())));
        }
    }
    flush(&mut rows);
}

#[cfg(test)]
mod tests {
    use super::{Question, report};
    use crate::text::{Matcher, Modifier, PhraseSource};

    fn shown(raw: &str, modifier: Modifier, text: &str) -> String {
        let source = PhraseSource { modifier, language: None, pieces: vec![raw], gaps: vec![] };
        report(&Matcher::compile(&[source]).0, text, 80)
    }

    #[test]
    fn columns_align_in_every_script() {
        assert_eq!(
            shown("доход", Modifier::Plain, "虚 Дoxoд, STRAßE"),
            "text    虚 Дoxoд, STRAßE\nfolded  虚 дoxoд, strasse\n           ^^^^^\nmatch   `Дoxoд`, bytes 4 to 11 by \"доход\""
        );
    }

    #[test]
    fn signs_that_stand_for_letters_are_underlined() {
        let shown = shown("ақша", Modifier::Loose, "(@қш@!)");
        assert!(shown.contains("\n         ^^^^\nmatch   `@қш@`"), "{shown}");
    }

    #[test]
    fn a_near_miss_has_its_reason() {
        for (raw, modifier, text, reason) in [
            ("Kaspi", Modifier::Exact, "kaspi", "as written"),
            ("казино", Modifier::Plain, "к а з и н о", "`loose`"),
            ("доход", Modifier::Plain, "доходы", "`*`"),
            ("қарыз", Modifier::Plain, "карыз", "`kk`"),
            ("телеграм", Modifier::Plain, "телегром", "one letter"),
        ] {
            let shown = shown(raw, modifier, text);
            assert!(shown.contains("nothing matches\nnearly") && shown.contains(reason), "{shown}");
        }
    }

    #[test]
    fn hostile_text_is_escaped() {
        let shown = shown("a", Modifier::Plain, "\u{1b}[2J\u{202e}a");
        assert!(!shown.contains(['\u{1b}', '\u{202e}']));
    }

    #[test]
    fn patterns_are_names_phrases_or_words() {
        for (input, expression, language) in [
            ("kz.loans", "text mentions kz.loans", None),
            ("loans", "text mentions loans", None),
            ("en: loans", "text mentions \"loans\"", Some("en")),
            ("loose \"loans\"", "text mentions loose \"loans\"", None),
            ("quick loan*", "text mentions \"quick loan*\"", None),
            ("kk: exact \"қарыз\"", "text mentions exact \"қарыз\"", Some("kk")),
            ("note: this", "text mentions \"note: this\"", None),
        ] {
            let question = Question::new(input);
            let name = expression.strip_suffix("loans").and(language.is_none().then_some(input));
            assert_eq!(question.expression, expression);
            assert_eq!((question.name, question.language), (name, language), "{input}");
        }
    }
}
