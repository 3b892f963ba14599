//! Divides a text by who speaks: what it quotes, and the author's own words. Of these, questions are asked, and all else is
//! stated. Together the passages are the text, without the white space where it is cut.

mod questions;
mod quotations;

use questions::questions;
use quotations::quotations;
use std::ops::Range;
use std::slice;

/// The passages of a text, each list in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passages {
    /// The author's own words.
    pub(crate) own: Vec<Range<usize>>,
    /// What stands in quotation marks, with the marks, or in a quotation that the source marks.
    pub(crate) quoted: Vec<Range<usize>>,
    /// The author's questions.
    pub(crate) asked: Vec<Range<usize>>,
    /// The author's own words without the questions.
    pub(crate) stated: Vec<Range<usize>>,
}

impl Passages {
    /// The passages of a text. `marked` are the quotations that its source marks. Takes no more than `cuts_left` quotations and
    /// questions, and takes them off. `None` if the author states all of the text.
    pub(crate) fn of(
        text: &str,
        marked: &[Range<usize>],
        cuts_left: &mut usize,
    ) -> Option<Box<Self>> {
        let mut quoted = quotations(text, marked);
        quoted.truncate(*cuts_left);
        let own = without(slice::from_ref(&(0..text.len())), &quoted);
        let mut asked = questions(text, &own);
        asked.truncate(*cuts_left - quoted.len());
        *cuts_left -= quoted.len() + asked.len();
        let stated = without(&own, &asked);
        let is_cut = !quoted.is_empty() || !asked.is_empty();
        is_cut.then(|| {
            let [own, quoted, asked, stated] =
                [own, quoted, asked, stated].map(|ranges| trimmed(text, ranges));
            Box::new(Self { own, quoted, asked, stated })
        })
    }

    /// Whether a range of the text is part of what it quotes.
    pub(crate) fn quotes(&self, bytes: &Range<usize>) -> bool {
        let at = self.quoted.partition_point(|quoted| quoted.end < bytes.end);
        self.quoted.get(at).is_some_and(|quoted| quoted.start <= bytes.start)
    }
}

/// The ranges without others. Both are in order and do not overlap.
fn without(ranges: &[Range<usize>], others: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut left = vec![];
    let mut others = others.iter().peekable();
    for range in ranges {
        let mut start = range.start;
        while let Some(other) = others.peek().filter(|other| other.start < range.end) {
            left.push(start..other.start.max(start));
            start = other.end.max(start);
            // It may reach into the next range.
            if other.end > range.end {
                break;
            }
            others.next();
        }
        left.push(start..range.end.max(start));
    }
    left.retain(|range| !range.is_empty());
    left
}

/// The ranges without white space around them, and without those that are nothing else.
fn trimmed(text: &str, ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let trimmed = ranges.into_iter().filter_map(|range| {
        let words = text.get(range.clone())?;
        let start = range.start + (words.len() - words.trim_start().len());
        let trimmed = start..start + words.trim().len();
        (!trimmed.is_empty()).then_some(trimmed)
    });
    trimmed.collect()
}

#[cfg(test)]
mod tests;
