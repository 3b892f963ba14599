//! Finds the sentences that are questions.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

/// What a character says about the sentence in which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    None,
    /// The sentence ends here, if no word or address goes on.
    Stop {
        asks: bool,
    },
    /// The sentence ends here, whatever follows.
    End {
        asks: bool,
    },
    /// The sentence is a question, wherever it ends.
    Asks,
}

/// The questions in some ranges of a text. What is between the ranges does not end a sentence.
pub(super) fn questions(text: &str, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut sentences = Sentences { asks: false, pieces: vec![], questions: vec![] };
    for range in ranges {
        let Some(words) = text.get(range.clone()) else { continue };
        let rest = sentences.read(words, range.start);
        sentences.pieces.push(rest..range.end);
    }
    sentences.end();
    sentences.questions
}

/// The sentences read so far.
struct Sentences {
    /// Whether the current sentence is a question.
    asks: bool,
    /// The pieces of the current sentence, which has something between them that it quotes.
    pieces: Vec<Range<usize>>,
    questions: Vec<Range<usize>>,
}

impl Sentences {
    /// Reads some words, which begin at this byte of the text. Returns where the last sentence begins.
    fn read(&mut self, words: &str, offset: usize) -> usize {
        let mut start = offset;
        let mut word = Word::default();
        let mut chars = words.char_indices().peekable();
        while let Some((_, c)) = chars.next() {
            let ends = match sign(c, word.last) {
                Sign::None => false,
                Sign::Asks => {
                    self.asks = true;
                    false
                }
                Sign::End { asks } => {
                    self.asks |= asks;
                    true
                }
                Sign::Stop { asks } => {
                    let (signs, any_asks) = following_signs(&mut chars, asks);
                    let ends = word.ends_sentence(c == '.' && signs == 0, any_asks, chars.peek());
                    self.asks |= ends && any_asks;
                    ends
                }
            };
            word.add(c);
            if ends {
                let end = chars.peek().map_or(words.len(), |(next, _)| *next);
                self.pieces.push(start..offset + end);
                self.end();
                start = offset + end;
            }
        }
        start
    }

    /// Ends the current sentence.
    fn end(&mut self) {
        let asks = std::mem::take(&mut self.asks);
        for piece in self.pieces.drain(..).filter(|piece| asks && !piece.is_empty()) {
            match self.questions.last_mut() {
                Some(last) if last.end == piece.start => last.end = piece.end,
                _ => self.questions.push(piece),
            }
        }
    }
}

/// The word that is being read, as far as it says whether a sign ends a sentence.
#[derive(Default)]
struct Word {
    last: Option<char>,
    letters: usize,
    /// Whether it has a sign that words have only in addresses: `a.kz/?x=1`.
    is_address: bool,
}

impl Word {
    fn add(&mut self, c: char) {
        if c.is_whitespace() {
            *self = Self::default();
        } else if c.is_alphanumeric() {
            self.is_address |= self.last == Some('.');
            self.letters += 1;
        } else {
            self.is_address |= matches!(c, '/' | '@' | ':');
        }
        self.last = Some(c);
    }

    /// Whether signs after the word end the sentence. `is_dot`: it is a single full stop.
    fn ends_sentence(&self, is_dot: bool, asks: bool, next: Option<&(usize, char)>) -> bool {
        let Some((_, next)) = next else { return true };
        // `т. е.`
        if is_dot && self.letters == 1 && next.is_whitespace() {
            return false;
        }
        // `3.14`, `a.kz`, `a.kz?x`, but `Really?Yes`.
        let goes_on = next.is_alphanumeric() || matches!(next, '=' | '&' | '/' | '%' | '_' | '-');
        !goes_on || asks && !self.is_address
    }
}

/// Takes the signs that follow a sign which may end a sentence: `?!`, `...`. Returns how many there are, and whether any of
/// them asks.
fn following_signs(chars: &mut Peekable<CharIndices<'_>>, asks: bool) -> (usize, bool) {
    let (mut count, mut asks) = (0, asks);
    while let Some((_, next)) = chars.peek() {
        match sign(*next, None) {
            _ if *next == '\u{fe0f}' => {}
            Sign::Stop { asks: one } | Sign::End { asks: one } if *next != '\n' => asks |= one,
            Sign::None | Sign::Asks | Sign::Stop { .. } | Sign::End { .. } => break,
        }
        count += 1;
        chars.next();
    }
    (count, asks)
}

fn sign(c: char, before: Option<char>) -> Sign {
    let is_greek = |c: char| matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}');
    match c {
        '?' => Sign::Stop { asks: true },
        '.' | '!' | '…' => Sign::Stop { asks: false },
        // Those of Arabic, Greek, Ethiopic, Chinese and Japanese, and combined ones.
        '؟' | '\u{37e}' | '፧' | '？' | '﹖' | '⸮' | '⁇' | '⁈' | '⁉' | '‽' => {
            Sign::End { asks: true }
        }
        // In Greek it is the question mark.
        ';' if before.is_some_and(is_greek) => Sign::End { asks: true },
        // The Armenian question mark is inside the word that is asked for.
        '՞' => Sign::Asks,
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Sign::End { asks: false },
        '。' | '！' | '｡' | '।' | '॥' | '։' | '።' | '۔' | '‼' => {
            Sign::End { asks: false }
        }
        _ => Sign::None,
    }
}
