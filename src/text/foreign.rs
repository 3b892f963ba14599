//! Signs of other notations: regular expressions, search engines, SQL. In a phrase they are ignored or sought as words, and
//! in a text that is compared letter by letter they are letters.

use std::ops::Range;

/// A sign in a phrase that has no effect there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ForeignSign {
    /// Where it is in the raw text of the piece.
    pub(crate) bytes: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: String,
    /// What to write instead of some bytes of the raw text.
    pub(crate) meant: Option<(Range<usize>, String)>,
}

/// A sign of patterns in a text, and what it may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PatternSign {
    pub(crate) sign: &'static str,
    /// As a phrase.
    pub(crate) phrase: Option<String>,
    /// As a regular expression.
    pub(crate) regex: String,
    /// Without the sign.
    pub(crate) plain: Option<String>,
}

/// Where a phrase stands: alone after `mentions`, or in a list of terms, where others can stand beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    Alone,
    InTerms,
}

/// The most words of a part between commas that is taken for a phrase of its own.
const MAX_WORDS: usize = 3;

/// The first sign of another notation in the raw text of a phrase.
pub(crate) fn foreign_sign(raw: &str, listed: Listed) -> Option<ForeignSign> {
    gap_in_quotes(raw)
        .or_else(|| joined_by_word(raw))
        .or_else(|| separated(raw, listed))
        .or_else(|| wildcards(raw))
        .or_else(|| class(raw))
        .or_else(|| repeated(raw))
}

/// `invite ..5.. deposit`, `invite ... deposit`
fn gap_in_quotes(raw: &str) -> Option<ForeignSign> {
    let is_gap = |word: &str| {
        let most = word.strip_prefix("..").and_then(|rest| rest.strip_suffix(".."));
        matches!(word, "..." | "…")
            || most.is_some_and(|most| most.bytes().all(|b| b.is_ascii_digit()))
    };
    let words = words_with_bytes(raw);
    let middle = words.get(1..words.len().checked_sub(1)?)?;
    let (bytes, gap) = middle.iter().find(|(_, word)| is_gap(word))?;
    let before = raw.get(..bytes.start)?.trim_end().len();
    let after = raw.len() - raw.get(bytes.end..)?.trim_start().len();
    let written = if *gap == "…" { "..." } else { gap };
    let (left, right) = (raw.get(..before)?, raw.get(after..)?);
    Some(ForeignSign {
        bytes: bytes.clone(),
        message: format!("`{gap}` inside the quotes is no gap"),
        help: format!("write the gap outside the quotes: `\"{left}\" {written} \"{right}\"`"),
        meant: Some((before..after, format!("\" {written} \""))),
    })
}

/// `casino OR bet`
fn joined_by_word(raw: &str) -> Option<ForeignSign> {
    if !raw.contains(char::is_lowercase) {
        return None;
    }
    let words = words_with_bytes(raw);
    let middle = words.get(1..words.len().checked_sub(1)?)?;
    let is_operator = |word: &&str| matches!(*word, "OR" | "AND" | "NOT");
    let (bytes, operator) = middle.iter().find(|(_, word)| is_operator(word))?;
    let parts: Vec<&str> = raw.split(&format!(" {operator} ")).map(str::trim).collect();
    let is_plain = !raw.contains(['(', '|', '*', '#'])
        && !parts.iter().any(|part| part.split(' ').any(|word| is_operator(&word)));
    let alternatives = format!("({})", parts.join("|"));
    let (help, meant) = match *operator {
        "OR" if is_plain => {
            (format!("write `\"{alternatives}\"`"), Some((0..raw.len(), alternatives)))
        }
        "OR" => ("write `(this|that)`".to_owned(), None),
        "AND" => {
            ("write two conditions: `text mentions \"…\" and text mentions \"…\"`".to_owned(), None)
        }
        _ => (
            "write two conditions: `text mentions \"…\" and not (text mentions \"…\")`".to_owned(),
            None,
        ),
    };
    Some(ForeignSign {
        bytes: bytes.clone(),
        message: format!("`{operator}` in a phrase is a word to look for"),
        help,
        meant,
    })
}

/// `quick loan, fast cash, easy credit`
fn separated(raw: &str, listed: Listed) -> Option<ForeignSign> {
    let separator =
        [", ", "; ", " | ", " / "].into_iter().find(|sign| raw.matches(*sign).count() > 1)?;
    let parts: Vec<&str> = raw.split(separator).map(str::trim).collect();
    let is_phrase = |part: &&str| (1..=MAX_WORDS).contains(&part.split_whitespace().count());
    let has_signs = raw.contains(['(', ')', '\\', '.', '!', '?', ':']);
    if has_signs || !parts.iter().all(is_phrase) {
        return None;
    }
    let at = raw.find(separator)?;
    let sign = separator.trim();
    let (inside, shown) = match listed {
        Listed::InTerms => {
            let inside = parts.join("\", \"");
            let shown = format!("write each phrase in quotes of its own: `\"{inside}\"`");
            (inside, shown)
        }
        Listed::Alone => {
            let inside = format!("({})", parts.join("|"));
            let shown = format!("write alternatives in brackets: `\"{inside}\"`");
            (inside, shown)
        }
    };
    Some(ForeignSign {
        bytes: at..at + separator.trim_end().len(),
        message: format!(
            "this is one phrase of {} words: `{sign}` in it does not separate phrases",
            raw.split_whitespace().filter(|word| *word != sign).count()
        ),
        help: shown,
        meant: Some((0..raw.len(), inside)),
    })
}

/// `%loan%`
fn wildcards(raw: &str) -> Option<ForeignSign> {
    let inside = raw.strip_prefix('%')?.strip_suffix('%')?;
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    if !is_word(inside.chars().next()) || !is_word(inside.chars().next_back()) {
        return None;
    }
    Some(ForeignSign {
        bytes: 0..1,
        message: "`%` in a phrase is ignored".to_owned(),
        help: format!(
            "write `\"{inside}\"`: a phrase is found anywhere in a text; `{inside}*` finds other endings too"
        ),
        meant: Some((0..raw.len(), inside.to_owned())),
    })
}

/// `loans?`, `(loan|loans)+`
fn repeated(raw: &str) -> Option<ForeignSign> {
    let find = |(at, sign): (usize, char)| {
        let (before, after) = (raw.get(..at)?, raw.get(at + 1..)?);
        let previous = before.chars().next_back()?;
        let next = after.chars().next();
        let is_letter_next = next.is_some_and(char::is_alphabetic);
        let starts_small = raw.starts_with(char::is_lowercase);
        let word = (before.rsplit(' ').next()?, after.split(' ').next()?);
        let is_address = word.0.contains(['/', '=']) || word.1.contains(['/', '=']);
        let is_sign = match sign {
            '?' if is_address => false,
            '?' => {
                (is_letter_next && previous.is_alphabetic())
                    || matches!(previous, ')' | ']')
                    || (previous == 's'
                        && starts_small
                        && !next.is_some_and(|c| c == '?' || c == '!'))
            }
            _ => matches!(previous, ')' | ']'),
        };
        is_sign.then_some((at, sign, previous))
    };
    let candidates = raw.char_indices().filter(|(_, c)| matches!(c, '?' | '+'));
    let (at, sign, previous) = candidates.filter_map(find).next()?;
    let start = raw.get(..at)?.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| {
        at + raw.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    });
    let ends = raw
        .get(at + 1..)?
        .find(|c: char| !c.is_alphanumeric())
        .map_or(raw.len(), |end| at + 1 + end);
    let (head, tail) = (raw.get(start..at)?, raw.get(at + 1..ends)?);
    let short = head.strip_suffix(previous).filter(|short| !short.is_empty());
    // Brackets do not nest, so none can be added inside others.
    let can_be_bracketed = !raw.contains(['(', ')', '[', ']', '\\']);
    let choice =
        short.filter(|_| can_be_bracketed).map(|short| format!("({short}{tail}|{head}{tail})"));
    let help = match &choice {
        Some(choice) => {
            format!("write `{choice}`; a regular expression stands after `matches`: `r\"…\"`")
        }
        None => {
            "write `(this|that)`; a regular expression stands after `matches`: `r\"…\"`".to_owned()
        }
    };
    Some(ForeignSign {
        bytes: at..at + 1,
        message: format!("`{sign}` in a phrase is ignored, like all signs between words"),
        help,
        meant: choice.map(|choice| (start..ends, choice)),
    })
}

/// `c[ao]sh`, `[0-9]`
fn class(raw: &str) -> Option<ForeignSign> {
    let open = raw.find('[')?;
    let (inside, after) = raw.get(open + 1..)?.split_once(']')?;
    let before = raw.get(..open)?;
    let close = open + inside.len() + 2;
    let is_letter = |c: char| c.is_alphanumeric();
    let head = before.len() - before.trim_end_matches(is_letter).len();
    let tail = after.len() - after.trim_start_matches(is_letter).len();
    let letters = inside.chars().count();
    let is_range = letters == 3 && inside.chars().nth(1) == Some('-');
    let is_class = head + tail > 0 && (1..=4).contains(&letters) && inside.chars().all(is_letter);
    let (start, end) = (open - head, close + tail);
    let word = |c: char| {
        format!(
            "{}{c}{}",
            before.get(start..).unwrap_or_default(),
            after.get(..tail).unwrap_or_default()
        )
    };
    let meant = if is_class {
        let words: Vec<_> = inside.chars().map(word).collect();
        Some((start..end, format!("({})", words.join("|"))))
    } else if is_range && inside == "0-9" && head + tail == 0 {
        let repeated = after.starts_with(['+', '*']);
        Some((open..close + usize::from(repeated), "#".to_owned()))
    } else {
        None
    };
    let can_be_written = !raw.contains(['(', '|', '\\']);
    let is_repeated = after.starts_with(['{', '?']) || is_class && after.starts_with(['+', '*']);
    let meant = meant.filter(|_| can_be_written && !is_repeated);
    let instead = meant.as_ref().map_or("(this|that)", |(_, instead)| instead).to_owned();
    (is_range || is_class).then(|| ForeignSign {
        bytes: open..close,
        message: "`[` and `]` in a phrase are ignored, like all signs between words".to_owned(),
        help: format!("write `{instead}`; a regular expression stands after `matches`: `r\"…\"`"),
        meant,
    })
}

/// The words between blanks, with their bytes.
fn words_with_bytes(raw: &str) -> Vec<(Range<usize>, &str)> {
    let mut at = 0;
    let mut words = vec![];
    for word in raw.split(' ') {
        if !word.is_empty() {
            words.push((at..at + word.len(), word));
        }
        at += word.len() + 1;
    }
    words
}

/// The first sign of patterns in a text that is compared letter by letter. Texts that have such signs for another reason,
/// such as `f***` or `a | b`, have none.
pub(crate) fn pattern_sign(text: &str) -> Option<PatternSign> {
    let is_word = |text: &str| {
        let mut ends = text.chars();
        let first = ends.next();
        let last = ends.next_back().or(first);
        first.is_some_and(char::is_alphabetic) && last.is_some_and(char::is_alphabetic)
    };
    let escaped = || regex_syntax::escape(text);
    if let Some(inside) = text.strip_prefix('%').and_then(|rest| rest.strip_suffix('%'))
        && is_word(inside)
    {
        return Some(PatternSign {
            sign: "%",
            phrase: None,
            regex: escaped(),
            plain: Some(inside.to_owned()),
        });
    }
    let mut signs = [".*", ".+", "[0-9]", "[a-z]", "[A-Z]"].into_iter();
    if let Some(sign) = signs.find(|sign| text.contains(sign)) {
        let regex = text.replace('"', "\\x22");
        return Some(PatternSign { sign, phrase: None, regex, plain: None });
    }
    let without_stars = text.trim_matches('*');
    let stars = text.len() - without_stars.len();
    if (1..=2).contains(&stars)
        && !text.ends_with("**")
        && !text.starts_with("**")
        && is_word(without_stars)
        && !without_stars.contains(['*', '(', '"', '|', '#'])
    {
        let phrase = text.ends_with('*').then(|| format!("{without_stars}*"));
        let plain = Some(without_stars.to_owned());
        return Some(PatternSign { sign: "*", phrase, regex: escaped(), plain });
    }
    let parts: Vec<&str> = text.split('|').collect();
    if parts.len() > 1
        && parts.iter().all(|part| is_word(part))
        && !text.contains(['"', '\\', '(', '*', '#', '/'])
    {
        return Some(PatternSign {
            sign: "|",
            phrase: Some(format!("({text})")),
            regex: text.to_owned(),
            plain: None,
        });
    }
    let caret = text.strip_prefix('^').filter(|rest| is_word(rest))?;
    Some(PatternSign {
        sign: "^",
        phrase: None,
        regex: format!("^{}", regex_syntax::escape(caret)),
        plain: None,
    })
}

/// A regular expression with single backslashes. `None` if it has some already, or no doubled one before a letter or sign
/// that it would change.
pub(crate) fn without_doubled_backslashes(source: &str) -> Option<String> {
    let mut rest = source;
    let mut has_doubled = false;
    while let Some((_, after)) = rest.split_once('\\') {
        let doubled = after.strip_prefix('\\')?;
        has_doubled |= doubled.starts_with(|c: char| "dwsbDWSB.()[]{}+*?$^|".contains(c));
        rest = doubled;
    }
    has_doubled.then(|| source.replace("\\\\", "\\"))
}

#[cfg(test)]
mod tests {
    use super::{Listed, foreign_sign, pattern_sign, without_doubled_backslashes};

    /// What a phrase becomes when its sign is mended. `None` without a sign; the message without a mend.
    fn mended(raw: &str, listed: Listed) -> Option<String> {
        let sign = foreign_sign(raw, listed)?;
        let Some((bytes, text)) = sign.meant else { return Some(sign.message) };
        let mut mended = raw.to_owned();
        mended.replace_range(bytes, &text);
        Some(mended)
    }

    #[test]
    fn signs_of_other_notations_in_phrases_are_found_and_mended() {
        for (raw, meant) in [
            ("quick loans?", "quick (loan|loans)"),
            ("colou?r of money", "(color|colour) of money"),
            ("invite ..5.. deposit", r#"invite" ..5.. "deposit"#),
            ("invite … deposit", r#"invite" ... "deposit"#),
            ("casino OR bet OR slots", "(casino|bet|slots)"),
            ("quick loan, fast cash, easy credit", "(quick loan|fast cash|easy credit)"),
            ("%loan%", "loan"),
            ("c[ao]sh now", "(cash|cosh) now"),
            ("[0-9]+ days", "# days"),
        ] {
            assert_eq!(mended(raw, Listed::Alone).as_deref(), Some(meant));
        }
        let terms = mended("casino; bet; slots", Listed::InTerms);
        assert_eq!(terms.as_deref(), Some(r#"casino", "bet", "slots"#));
        for raw in ["card [0-9]{16}", "c[ao]+sh", "[0-9]? days"] {
            let sign = foreign_sign(raw, Listed::Alone).unwrap();
            assert_eq!(sign.meant, None, "{raw}");
        }
        for raw in
            ["c[ao]sh", "[0-9] loans", "(loan|loans)+ now", "casino AND bet", "casino NOT bet"]
        {
            assert!(foreign_sign(raw, Listed::Alone).is_some(), "{raw}");
        }
    }

    #[test]
    fn ordinary_phrases_have_no_foreign_signs() {
        for raw in [
            "need cash?",
            "Where are my loans?",
            "100% profit",
            "50%",
            "C++ course",
            "18+ only",
            "RUN OR HIDE",
            "hello, my dear friend, do you want to earn money, write me",
            "yes, no",
            "wait...",
            "[ad]",
            "and/or",
            "🔥🔥🔥",
            "кредит, займ",
            "youtube.com/watch?v=abc",
        ] {
            assert_eq!(foreign_sign(raw, Listed::InTerms), None, "{raw}");
        }
    }

    #[test]
    fn signs_of_patterns_in_plain_texts_are_found() {
        for (text, sign) in [
            ("loan*", Some("*")),
            ("*loan*", Some("*")),
            ("%loan%", Some("%")),
            ("loan|credit", Some("|")),
            ("quick.*loan", Some(".*")),
            ("^loan", Some("^")),
            ("f***", None),
            ("**bold**", None),
            ("100%", None),
            ("a | b", None),
            ("wait...", None),
            ("rated 5*", None),
        ] {
            assert_eq!(pattern_sign(text).map(|found| found.sign), sign, "{text}");
        }
    }

    #[test]
    fn only_wholly_doubled_backslashes_are_undone() {
        assert_eq!(without_doubled_backslashes(r"\\d{16}").as_deref(), Some(r"\d{16}"));
        for fine in [r"\d{16}", r"\\d\s", r"C:\\Users", "plain"] {
            assert_eq!(without_doubled_backslashes(fine), None, "{fine}");
        }
    }
}
