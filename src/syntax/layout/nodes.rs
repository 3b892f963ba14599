//! The input of the formatter: a tree of the parser's pairs down to tokens, with the comments before and after each
//! token.

use crate::base::source::Span;
use crate::syntax::grammar::Rule;
use pest::iterators::{Pair, Pairs};
use std::borrow::Cow;

/// A pair of the parser.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) rule: Rule,
    /// Empty for a token.
    pub(super) children: Vec<Node>,
    /// The index of its first token.
    pub(super) first_token: usize,
}

/// A piece of text that is never split.
#[derive(Debug)]
pub(super) struct Token<'t> {
    pub(super) rule: Rule,
    pub(super) text: Cow<'t, str>,
    pub(super) span: Span,
    /// The comments above it, on lines of their own.
    pub(super) comments_above: Vec<Comment<'t>>,
    /// The comment at the end of its line.
    pub(super) trailing_comment: Option<&'t str>,
    /// Whether an empty line separates it from the comment above it or, without a comment, from the line above it.
    pub(super) empty_line_before: bool,
}

#[derive(Debug)]
pub(super) struct Comment<'t> {
    pub(super) text: &'t str,
    /// Whether there is an empty line above it.
    pub(super) empty_line_before: bool,
}

/// The items of a file, and its tokens. The last token is empty and marks the end of the file.
pub(super) struct Nodes<'t> {
    pub(super) items: Vec<Node>,
    pub(super) tokens: Vec<Token<'t>>,
}

impl<'t> Nodes<'t> {
    pub(super) fn of(text: &'t str, file: Pairs<'_, Rule>, comments: &[Span]) -> Self {
        let mut reader = Reader { text, code_before: code_before(text, comments), tokens: vec![] };
        let items: Vec<_> = file
            .flat_map(Pair::into_inner)
            .filter(|pair| pair.as_rule() != Rule::EOI)
            .map(|pair| reader.node(&pair).0)
            .collect();
        reader.token(Rule::EOI, Span::of(text.len()..text.len()));
        let mut tokens = reader.tokens;
        attach(text, &mut tokens, comments);
        Self { items, tokens }
    }
}

struct Reader<'t> {
    text: &'t str,
    /// For each byte, the number of bytes before it that are neither blank nor comment.
    code_before: Vec<u32>,
    tokens: Vec<Token<'t>>,
}

impl<'t> Reader<'t> {
    /// The node of a pair, and how many of its bytes are neither blank nor comment. A pair whose children do not cover
    /// all of these, such as a path with its dots, becomes a token.
    fn node(&mut self, pair: &Pair<'_, Rule>) -> (Node, u32) {
        let (rule, span) = (pair.as_rule(), self.span(pair));
        let first_token = self.tokens.len();
        let (children, counts): (Vec<_>, Vec<u32>) =
            pair.clone().into_inner().map(|child| self.node(&child)).unzip();
        let code_bytes = self.code_bytes_in(span);
        if !children.is_empty() && counts.iter().sum::<u32>() == code_bytes {
            return (Node { rule, children, first_token }, code_bytes);
        }
        self.tokens.truncate(first_token);
        self.token(rule, span);
        (Node { rule, children: vec![], first_token }, code_bytes)
    }

    /// The span without trailing blanks and comments, which rules that end in `*` or `?` may have consumed.
    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let start = pair.as_span().start();
        let code_before = self.code_before.get(start..=pair.as_span().end()).unwrap_or(&[]);
        let last_code = code_before.iter().rposition(|before| Some(before) != code_before.last());
        Span::of(start..start + last_code.map_or(0, |last| last + 1))
    }

    fn code_bytes_in(&self, span: Span) -> u32 {
        let at = |byte: u32| self.code_before.get(byte as usize).copied().unwrap_or(0);
        at(span.end) - at(span.start)
    }

    fn token(&mut self, rule: Rule, span: Span) {
        let text = self.text.get(span.range()).unwrap_or("");
        // Words such as `in force` may have several blanks between them; one is kept.
        let is_several_words = !text.contains(['"', '#']) && text.contains(char::is_whitespace);
        let text = if is_several_words {
            Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
        } else {
            Cow::Borrowed(text)
        };
        self.tokens.push(Token {
            rule,
            text,
            span,
            comments_above: vec![],
            trailing_comment: None,
            empty_line_before: false,
        });
    }
}

fn code_before(text: &str, comments: &[Span]) -> Vec<u32> {
    let mut code_before = Vec::with_capacity(text.len() + 1);
    let mut comments = comments.iter().peekable();
    let mut count = 0;
    for (at, byte) in text.bytes().enumerate() {
        code_before.push(count);
        while comments.next_if(|comment| comment.end as usize <= at).is_some() {}
        let comment = comments.peek().is_some_and(|comment| comment.start as usize <= at);
        count += u32::from(!comment && !byte.is_ascii_whitespace());
    }
    code_before.push(count);
    code_before
}

/// Attaches each comment to the token before it on the same line. If there is none, attaches it to the token below.
fn attach<'t>(text: &'t str, tokens: &mut [Token<'t>], comments: &[Span]) {
    let slice = |from: u32, to: u32| text.get(from as usize..to as usize).unwrap_or("");
    let lines = |from: u32, to: u32| slice(from, to).matches('\n').count();
    let mut comments = comments.iter().peekable();
    let mut end = 0;
    // A comma is never moved to a new line, so comments above it are attached to the token after it.
    let mut carried = vec![];
    for index in 0..tokens.len() {
        let Some((earlier, [token, ..])) = tokens.split_at_mut_checked(index) else { return };
        token.comments_above.append(&mut carried);
        while let Some(comment) = comments.next_if(|comment| comment.start < token.span.start) {
            // The comment is inside a token, which is not changed.
            if comment.start < end {
                continue;
            }
            let line_ends = lines(end, comment.start);
            let words = slice(comment.start, comment.end).trim_end();
            let trailing = if line_ends == 0 && token.comments_above.is_empty() {
                token_for_trailing_comment(earlier)
            } else {
                None
            };
            match trailing {
                Some(last) => last.trailing_comment = Some(words),
                None => token
                    .comments_above
                    .push(Comment { text: words, empty_line_before: line_ends > 1 }),
            }
            end = comment.end;
        }
        if token.rule == Rule::comma {
            carried.append(&mut token.comments_above);
        }
        let first = index == 0 && token.comments_above.is_empty();
        token.empty_line_before = !first && lines(end, token.span.start) > 1;
        end = token.span.end;
    }
}

/// The last token, unless it has a comment at the end of its line already, or is a comma after a token that has one.
fn token_for_trailing_comment<'n, 't>(tokens: &'n mut [Token<'t>]) -> Option<&'n mut Token<'t>> {
    match tokens {
        [.., before, last] if last.rule == Rule::comma && before.trailing_comment.is_some() => None,
        [.., last] if last.trailing_comment.is_none() => Some(last),
        _ => None,
    }
}
