//! The notation of phrases: turns the text between the quotes into sequences of words.
//!
//! A phrase is a sequence of words. `*` after the beginning of a word matches the rest of the word. `(a|b)` matches `a` or
//! `b`; brackets do not nest. `#` is a number, `#%` or `%#` a percentage (`numbers`). Escapes are those of strings
//! (`base::escape`), and `\*`, `\(`, `\)`, `\|`, `\#` for the operators of the notation. Signs between words are ignored,
//! here and in texts (`12 %` finds `12`). If an alternative has no words, its signs or emoji are searched for instead,
//! folded.

use super::numbers::{Number, PERCENT_SIGNS};
use super::words::Words;
use super::{FaultKind, PhraseSource};
use crate::base::{escape, limits};
use crate::syntax::tree::Modifier;
use std::ops::Range;

/// A parsed phrase. Each quoted text of the phrase is a piece, and each piece has alternatives.
#[derive(Clone, Debug)]
pub(crate) struct Phrase {
    pub(crate) pieces: Vec<Vec<Alternative>>,
    /// A warning about the first word that mixes scripts. The phrase is still valid.
    pub(crate) warning: Option<Fault>,
}

/// One alternative of a piece.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Alternative {
    /// A sequence of words.
    Words(Vec<PhraseWord>),
    /// Signs or emoji, folded.
    Signs(String),
}

/// A word of a phrase.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum PhraseWord {
    /// A word, or the beginning of a word. It is folded unless the phrase is `exact`.
    Word {
        /// Its letters.
        text: String,
        /// Whether any ending may follow.
        is_prefix: bool,
    },
    /// A number, whatever it is.
    Number(Number),
}

/// A mistake in a phrase, with the index of the piece and the byte range in its raw text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) piece: usize,
    pub(crate) bytes: Range<usize>,
    pub(crate) kind: FaultKind,
    pub(crate) message: String,
}

/// The operators of the notation. After a backslash, each means itself.
const OPERATORS: &str = "*()|#";

/// The minimum number of letters of a `loose` phrase. A shorter one would be found in too many texts.
const MIN_LOOSE_LETTERS: usize = 4;

/// A character or an operator of the notation, with its bytes in the raw piece.
#[derive(Clone, Debug)]
struct Token {
    kind: TokenKind,
    bytes: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenKind {
    Char(char),
    Star,
    Number,
    Open,
    Bar,
    Close,
}

/// A mistake in a piece whose index is not known yet.
type PieceFault = (Range<usize>, FaultKind, String);

impl Phrase {
    /// Parses a phrase.
    pub(crate) fn read(source: &PhraseSource<'_>) -> Result<Self, Fault> {
        let mut pieces = vec![];
        let mut warning = None;
        for (piece, raw) in source.pieces.iter().enumerate() {
            let fault = |(bytes, kind, message)| Fault { piece, bytes, kind, message };
            let words = Words::of(raw);
            let alternatives = alternatives(raw, &words, source.modifier).map_err(fault)?;
            if let Some(bytes) = words.mixed().next() {
                let word = raw.get(bytes.clone()).unwrap_or_default();
                let message = format!("`{word}` mixes look-alike letters of two alphabets");
                warning.get_or_insert(fault((bytes, FaultKind::MixedScript, message)));
            }
            pieces.push(alternatives);
        }
        let phrase = Self { pieces, warning };
        match phrase.exceeded_limit(source) {
            Some((piece, kind, message)) => {
                let bytes = 0..source.pieces.get(piece).map_or(0, |raw| raw.len());
                Err(Fault { piece, bytes, kind, message })
            }
            None => Ok(phrase),
        }
    }

    /// The limit that the phrase exceeds: the index of the piece, and the fault.
    fn exceeded_limit(&self, source: &PhraseSource<'_>) -> Option<(usize, FaultKind, String)> {
        if self.pieces.iter().map(Vec::len).sum::<usize>() > limits::ALTERNATIVES {
            let message = format!("the phrase has more than {} alternatives", limits::ALTERNATIVES);
            return Some((0, FaultKind::TooLarge, message));
        }
        if let Some(at) =
            source.gaps.iter().position(|gap| gap.is_some_and(|most| most > limits::GAP))
        {
            let message = format!("the gap is longer than {} words", limits::GAP);
            return Some((at, FaultKind::LongGap, message));
        }
        let least = |piece: &Vec<Alternative>| piece.iter().map(Alternative::letters).min();
        let letters: usize = self.pieces.iter().filter_map(least).sum();
        (source.modifier == Modifier::Loose && letters < MIN_LOOSE_LETTERS).then(|| {
            let message = format!("a `loose` phrase needs at least {MIN_LOOSE_LETTERS} letters");
            (0, FaultKind::LooseTooShort, message)
        })
    }
}

impl Alternative {
    /// The letters of its words. `None` if it has a number, whose digits are not known, or signs.
    pub(crate) fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::Words(words) => words.iter().map(PhraseWord::text).collect(),
            Self::Signs(_) => None,
        }
    }

    fn letters(&self) -> usize {
        match self {
            Self::Words(words) => words.iter().map(PhraseWord::letters).sum(),
            Self::Signs(_) => 0,
        }
    }
}

impl PhraseWord {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Word { text, .. } => Some(text),
            Self::Number(_) => None,
        }
    }

    fn letters(&self) -> usize {
        self.text().map_or(0, |text| text.chars().count())
    }
}

/// Parses a piece. `words` are the words of its raw text.
fn alternatives(
    raw: &str,
    words: &Words,
    modifier: Modifier,
) -> Result<Vec<Alternative>, PieceFault> {
    let tokens = tokens(raw)?;
    let control = |token: &&Token| matches!(token.kind, TokenKind::Char(c) if c.is_control() && !c.is_whitespace());
    if let Some(token) = tokens.iter().find(control) {
        let message = "a control character is never found in a message".to_owned();
        return Err((token.bytes.clone(), FaultKind::Dead, message));
    }
    let mut all = vec![];
    for tokens in expand(&tokens)? {
        let alternative = alternative(&tokens, words, modifier)?.ok_or_else(|| {
            let message = "there are no words to look for".to_owned();
            (0..raw.len(), FaultKind::Dead, message)
        })?;
        if !all.contains(&alternative) {
            all.push(alternative);
        }
    }
    Ok(all)
}

/// Resolves escapes, and separates operators from characters.
fn tokens(raw: &str) -> Result<Vec<Token>, PieceFault> {
    let mut tokens = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(c) = raw.get(at..).and_then(|rest| rest.chars().next()) {
        let (kind, length) = match c {
            '\\' => {
                let rest = raw.get(at..).unwrap_or_default();
                let (c, length) = escape::read(rest, OPERATORS).map_err(|length| {
                    let bytes = at..at + length;
                    let wrong = raw.get(bytes.clone()).unwrap_or_default();
                    (bytes, FaultKind::BadEscape, format!("`{wrong}` has no meaning in a phrase"))
                })?;
                (TokenKind::Char(c), length)
            }
            '*' => (TokenKind::Star, 1),
            '#' => (TokenKind::Number, 1),
            '(' => (TokenKind::Open, 1),
            '|' => (TokenKind::Bar, 1),
            ')' => (TokenKind::Close, 1),
            c => (TokenKind::Char(c), c.len_utf8()),
        };
        tokens.push(Token { kind, bytes: at..at + length });
        at += length;
    }
    Ok(tokens)
}

/// Expands brackets into all combinations.
fn expand(tokens: &[Token]) -> Result<Vec<Vec<&Token>>, PieceFault> {
    let mut all: Vec<Vec<&Token>> = vec![Vec::with_capacity(tokens.len())];
    let mut rest = tokens.iter();
    while let Some(token) = rest.next() {
        match token.kind {
            TokenKind::Char(_) | TokenKind::Star | TokenKind::Number => {
                all.iter_mut().for_each(|one| one.push(token));
            }
            TokenKind::Open => {
                let choices = choices(token, &mut rest)?;
                if all.len() * choices.len() > limits::ALTERNATIVES {
                    let message =
                        format!("the phrase has more than {} alternatives", limits::ALTERNATIVES);
                    return Err((token.bytes.clone(), FaultKind::TooLarge, message));
                }
                let all_with = |one: Vec<_>| {
                    choices.iter().map(move |choice| [one.as_slice(), choice.as_slice()].concat())
                };
                all = all.into_iter().flat_map(all_with).collect();
            }
            TokenKind::Bar => return Err(wrong(token, "`|` is allowed only between `(` and `)`")),
            TokenKind::Close => return Err(wrong(token, "`)` has no matching `(`")),
        }
    }
    Ok(all)
}

/// The choices of a bracket that was just opened, up to its end.
fn choices<'a>(
    open: &Token,
    rest: &mut std::slice::Iter<'a, Token>,
) -> Result<Vec<Vec<&'a Token>>, PieceFault> {
    let mut done = vec![];
    let mut choice = vec![];
    for token in rest {
        match token.kind {
            TokenKind::Char(_) | TokenKind::Star | TokenKind::Number => choice.push(token),
            TokenKind::Open => {
                return Err(wrong(token, "there cannot be brackets inside brackets"));
            }
            TokenKind::Bar | TokenKind::Close if choice.is_empty() => {
                return Err(wrong(token, "an alternative in the brackets is empty"));
            }
            TokenKind::Bar => done.push(std::mem::take(&mut choice)),
            TokenKind::Close => {
                done.push(choice);
                return Ok(done);
            }
        }
    }
    Err(wrong(open, "`(` is not closed: add `)` after it"))
}

/// Splits an alternative into words, in the same way as texts. If the piece has no operators, its words are those of
/// `raw` and are not split again. `None` when the alternative has neither words nor signs.
fn alternative(
    tokens: &[&Token],
    raw: &Words,
    modifier: Modifier,
) -> Result<Option<Alternative>, PieceFault> {
    let Laid { text, stars, numbers } = Laid::of(tokens)?;
    let own;
    let words = if text == raw.text() {
        raw
    } else {
        own = Words::of(&text);
        &own
    };
    let places: Vec<Range<usize>> = words.bytes().collect();
    let ends: Vec<usize> = places.iter().map(|bytes| bytes.end).collect();
    for (at, star) in &stars {
        let after = text.get(at + 1..).and_then(|rest| rest.chars().next());
        if after.is_some_and(char::is_alphanumeric) || ends.binary_search(at).is_err() {
            return Err(wrong(star, "`*` is allowed only at the end of a word"));
        }
    }
    let word = |(index, bytes): (usize, &Range<usize>)| {
        if let Some((_, number)) = numbers.iter().find(|(at, _)| *at == bytes.start) {
            return PhraseWord::Number(*number);
        }
        let word = words.word(index);
        let text = match modifier {
            Modifier::Exact => word.map(|word| word.written),
            Modifier::Plain | Modifier::Loose => word.map(|word| word.folded),
        };
        let is_prefix = stars.iter().any(|(at, _)| *at == bytes.end);
        PhraseWord::Word { text: text.unwrap_or_default().to_owned(), is_prefix }
    };
    if !places.is_empty() {
        return Ok(Some(Alternative::Words(places.iter().enumerate().map(word).collect())));
    }
    let signs = words.folded().trim();
    Ok((!signs.is_empty()).then(|| Alternative::Signs(signs.to_owned())))
}

/// The text of an alternative, in which a blank replaces each star and ` 0 ` each number, and the bytes at which these are.
#[derive(Debug, Default)]
struct Laid<'a> {
    text: String,
    stars: Vec<(usize, &'a Token)>,
    numbers: Vec<(usize, Number)>,
}

impl<'a> Laid<'a> {
    /// Replaces the operators in the tokens of an alternative.
    fn of(tokens: &[&'a Token]) -> Result<Self, PieceFault> {
        let mut laid = Self::default();
        let mut rest = tokens;
        let mut before = None;
        while let Some((token, after)) = rest.split_first() {
            rest = after;
            match token.kind {
                TokenKind::Char(c) => laid.text.push(c),
                TokenKind::Number => {
                    let next = after.first().map(|next| next.kind);
                    if [before, next].into_iter().flatten().any(is_of_word) {
                        return Err(wrong(
                            token,
                            "`#` stands for a number: put a blank between it and a letter, digit, `*` or another `#`",
                        ));
                    }
                    let percent = percent_after(after);
                    rest = percent.unwrap_or(after);
                    let is_percentage = percent.is_some() || ends_in_percent(&laid.text);
                    let number = if is_percentage { Number::Percentage } else { Number::Any };
                    laid.text.push(' ');
                    laid.numbers.push((laid.text.len(), number));
                    laid.text.push_str("0 ");
                }
                TokenKind::Star | TokenKind::Open | TokenKind::Bar | TokenKind::Close => {
                    laid.stars.push((laid.text.len(), token));
                    laid.text.push(' ');
                }
            }
            before = Some(token.kind);
        }
        Ok(laid)
    }
}

/// Whether a token cannot stand beside a `#`.
fn is_of_word(kind: TokenKind) -> bool {
    match kind {
        TokenKind::Char(c) => c.is_alphanumeric(),
        TokenKind::Number | TokenKind::Star => true,
        TokenKind::Open | TokenKind::Bar | TokenKind::Close => false,
    }
}

/// Whether a text ends with a percent sign that does not belong to a number before it.
fn ends_in_percent(text: &str) -> bool {
    let mut last = text.chars().rev();
    last.next().is_some_and(|c| PERCENT_SIGNS.contains(&c))
        && !last.next().is_some_and(char::is_numeric)
}

/// What follows a percent sign, if one comes next, perhaps after blanks.
fn percent_after<'t, 'a>(tokens: &'t [&'a Token]) -> Option<&'t [&'a Token]> {
    let blanks = tokens.iter().take_while(|token| token.kind == TokenKind::Char(' ')).count();
    let (sign, rest) = tokens.get(blanks..)?.split_first()?;
    let is_percent = |kind| matches!(kind, TokenKind::Char(c) if PERCENT_SIGNS.contains(&c));
    let is_of_next = blanks > 0 && rest.first().is_some_and(|next| next.kind == TokenKind::Number);
    (is_percent(sign.kind) && !is_of_next).then_some(rest)
}

fn wrong(token: &Token, message: &str) -> PieceFault {
    (token.bytes.clone(), FaultKind::Wrong, message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Alternative, Phrase, PhraseWord};
    use crate::syntax::tree::Modifier;
    use crate::text::{FaultKind, PhraseSource};
    use std::ops::Range;

    fn read(raw: &str, modifier: Modifier) -> Result<Vec<String>, (FaultKind, Range<usize>)> {
        let source = PhraseSource { language: None, modifier, pieces: vec![raw], gaps: vec![] };
        let show = |alternative: &Alternative| match alternative {
            Alternative::Words(words) => words
                .iter()
                .map(|word| match word {
                    PhraseWord::Word { text, is_prefix } => {
                        format!("{text}{}", if *is_prefix { "*" } else { "" })
                    }
                    PhraseWord::Number(number) => format!("<{}>", number.written()),
                })
                .collect::<Vec<_>>()
                .join(" "),
            Alternative::Signs(signs) => format!("<{signs}>"),
        };
        Phrase::read(&source)
            .map(|phrase| phrase.pieces[0].iter().map(show).collect())
            .map_err(|fault| (fault.kind, fault.bytes))
    }

    #[test]
    fn phrases_expand_into_these_words() {
        for (raw, expected) in [
            ("Guaranteed Return*", vec!["guaranteed return*"]),
            (
                "double your (money|deposit today)",
                vec!["double your money", "double your deposit today"],
            ),
            ("invest(or|ment*)", vec!["investor", "investment*"]),
            ("(a|b) (c|d)", vec!["a c", "a d", "b c", "b d"]),
            ("12 %", vec!["12"]),
            (r#"\"so-called\" c\u{61}sh\n"#, vec!["so called cash"]),
            ("🔥!", vec!["<🔥!>"]),
            (r"\*\(\)\|\#", vec!["<*()|#>"]),
            ("#% (в день|в месяц)", vec!["<#%> в день", "<#%> в месяц"]),
            ("до # %, (#|сто) руб", vec!["до <#%> <#> руб", "до <#%> сто руб"]),
            ("#-# $#", vec!["<#> <#> <#>"]),
            ("#٪ #％ # ﹪ %# ٪#", vec!["<#%> <#%> <#%> <#%> <#%>"]),
            ("50%# ~%#, % #", vec!["50 <#> <#%> <#>"]),
            (r"\#crypto", vec!["crypto"]),
            ("(🔥|fire)", vec!["<🔥>", "fire"]),
            ("cr\u{ad}ypto", vec!["crypto"]),
        ] {
            assert_eq!(
                read(raw, Modifier::Plain),
                Ok(expected.iter().map(|e| e.to_string()).collect()),
                "{raw}"
            );
        }
        assert_eq!(read("Alma-Ata*", Modifier::Exact), Ok(vec!["Alma Ata*".to_owned()]));
    }

    #[test]
    fn faults_name_their_place() {
        use FaultKind::{BadEscape, Dead, LooseTooShort, TooLarge, Wrong};
        for (raw, kind, bytes) in [
            (r"a\b", BadEscape, 1..3),
            (r"a\", BadEscape, 1..2),
            (r"\u{d800}", BadEscape, 0..8),
            (r"\u{+41}", BadEscape, 0..7),
            (r"\u{}", BadEscape, 0..4),
            (r"\u{41", BadEscape, 0..5),
            (r"\u41", BadEscape, 0..2),
            (r"\ж", BadEscape, 0..3),
            ("a*b", Wrong, 1..2),
            ("*a", Wrong, 0..1),
            ("a **", Wrong, 2..3),
            ("#crypto", Wrong, 0..1),
            ("a #0", Wrong, 2..3),
            ("##", Wrong, 0..1),
            ("от #*", Wrong, 5..6),
            ("(a", Wrong, 0..1),
            ("a)", Wrong, 1..2),
            ("a|b", Wrong, 1..2),
            ("(a|)", Wrong, 3..4),
            ("((a))", Wrong, 1..2),
            ("", Dead, 0..0),
            ("\u{200b} ", Dead, 0..4),
            (r"\u{8}spot", Dead, 0..5),
            ("(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)", TooLarge, 40..41),
        ] {
            assert_eq!(read(raw, Modifier::Plain), Err((kind, bytes)), "{raw}");
        }
        assert_eq!(read("abc", Modifier::Loose), Err((LooseTooShort, 0..3)));
    }
}
