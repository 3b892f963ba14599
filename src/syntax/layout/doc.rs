//! Documents with possible line breaks, and the printer that fits them into lines (after Wadler's "A prettier
//! printer"). Comments are part of a document because each of them ends its line.

use std::borrow::Cow;

/// The maximum number of characters of a line, if possible.
pub(super) const WIDTH: usize = 120;
/// The blanks of one level of indentation.
const INDENT: usize = 2;

/// A document.
#[derive(Clone, Debug)]
pub(super) enum Doc<'t> {
    Text(Cow<'t, str>),
    /// Goes directly after the last text, even if a comment follows that text.
    Comma,
    Blanks(usize),
    /// A line end if the group is broken, otherwise this number of blanks.
    Line(usize),
    /// One or two line ends.
    End(usize),
    /// A comment on a line of its own.
    Comment(&'t str),
    /// A comment after other text. It ends the line.
    TrailingComment(&'t str),
    All(Vec<Doc<'t>>),
    /// On one line if it fits. Otherwise the group is broken: every `Line` in it is a line end.
    Group(Box<Doc<'t>>),
    /// Puts as many parts on each line as fit.
    Fill(Vec<Doc<'t>>),
    /// Printed only if the group is broken.
    Broken(Box<Doc<'t>>),
    /// Indents the lines inside by one more level.
    Indent(Box<Doc<'t>>),
    /// Aligns the lines inside with its start.
    Align(Box<Doc<'t>>),
}

impl<'t> Doc<'t> {
    /// A line end, and an empty line if wanted.
    pub(super) fn line_end(with_empty_line: bool) -> Self {
        Self::End(1 + usize::from(with_empty_line))
    }

    pub(super) fn group(parts: Vec<Self>) -> Self {
        Self::Group(Box::new(Self::All(parts)))
    }

    pub(super) fn indent(parts: Vec<Self>) -> Self {
        Self::Indent(Box::new(Self::All(parts)))
    }

    pub(super) fn align(parts: Self) -> Self {
        Self::Align(Box::new(parts))
    }

    /// Its width on one line. `None` if something in it ends the line, except a comment at the end if that may be.
    pub(super) fn flat_width(&self, may_end_with_comment: bool) -> Option<usize> {
        let sum = |parts: &[Self], blanks: usize| {
            let mut widths = parts.iter().map(|part| part.flat_width(may_end_with_comment));
            let between = parts.len().saturating_sub(1) * blanks;
            widths.try_fold(between, |sum, width| Some(sum + width?))
        };
        match self {
            Self::Text(text) => (!text.contains('\n')).then(|| text.chars().count()),
            Self::Comma => Some(1),
            Self::Blanks(count) | Self::Line(count) => Some(*count),
            Self::End(_) | Self::Comment(_) => None,
            Self::TrailingComment(_) => may_end_with_comment.then_some(0),
            Self::All(parts) => sum(parts, 0),
            Self::Fill(parts) => sum(parts, 1),
            Self::Group(doc) | Self::Indent(doc) | Self::Align(doc) => {
                doc.flat_width(may_end_with_comment)
            }
            Self::Broken(_) => Some(0),
        }
    }

    /// The document on one line, if nothing in it ends a line and it fits at a level of indentation.
    pub(super) fn on_one_line(self, level: usize) -> Option<Self> {
        let flat = Self::Group(Box::new(self));
        Printer::default().fits(0, &flat, &[], level * INDENT).then_some(flat)
    }
}

/// Prints a document. Linear, apart from a lookahead of at most one line.
pub(super) fn print(doc: &Doc<'_>) -> String {
    let mut printer = Printer::default();
    let mut steps = vec![Step::Doc { indent: 0, flat: false, doc }];
    while let Some(step) = steps.pop() {
        printer.step(step, &mut steps);
    }
    if !printer.out.is_empty() {
        printer.out.push('\n');
    }
    printer.out
}

#[derive(Clone, Copy)]
enum Step<'d, 't> {
    Doc {
        indent: usize,
        flat: bool,
        doc: &'d Doc<'t>,
    },
    /// The rest of a fill. A line may end before it.
    Fill {
        indent: usize,
        parts: &'d [Doc<'t>],
    },
}

/// Blanks and line ends are delayed until the next text, so that no line ends with blanks.
#[derive(Default)]
struct Printer {
    out: String,
    column: usize,
    blanks: usize,
    lines: usize,
    /// The end of the last text that is not a comment.
    text_end: usize,
}

impl Printer {
    fn step<'d, 't>(&mut self, step: Step<'d, 't>, steps: &mut Vec<Step<'d, 't>>) {
        let (indent, flat, doc) = match step {
            Step::Doc { indent, flat, doc } => (indent, flat, doc),
            Step::Fill { indent, parts } => return self.fill(indent, parts, steps),
        };
        match doc {
            Doc::Text(text) => {
                self.write(indent, text);
                self.text_end = self.out.len();
            }
            Doc::Comma => self.comma(),
            Doc::Blanks(count) => self.blank(*count),
            Doc::Line(count) if flat => self.blank(*count),
            Doc::Line(_) => self.end(1),
            Doc::End(count) => self.end(*count),
            Doc::Comment(text) => {
                self.end(1);
                self.write(indent, text);
                self.end(1);
            }
            Doc::TrailingComment(text) => {
                self.blank(2);
                self.write(indent, text);
                self.end(1);
            }
            Doc::All(parts) => {
                steps.extend(parts.iter().rev().map(|doc| Step::Doc { indent, flat, doc }));
            }
            Doc::Group(doc) => {
                let flat = flat || self.fits(indent, doc, steps, 0);
                steps.push(Step::Doc { indent, flat, doc });
            }
            Doc::Fill(parts) if flat => {
                for (index, doc) in parts.iter().enumerate().rev() {
                    steps.push(Step::Doc { indent, flat, doc });
                    if index > 0 {
                        steps.push(Step::Doc { indent, flat, doc: &Doc::Blanks(1) });
                    }
                }
            }
            Doc::Fill(parts) => {
                if let Some((doc, rest)) = parts.split_first() {
                    steps.push(Step::Fill { indent, parts: rest });
                    steps.push(Step::Doc { indent, flat, doc });
                }
            }
            Doc::Broken(_) if flat => {}
            Doc::Broken(doc) => steps.push(Step::Doc { indent, flat, doc }),
            Doc::Indent(doc) => steps.push(Step::Doc { indent: indent + INDENT, flat, doc }),
            Doc::Align(doc) => {
                steps.push(Step::Doc { indent: self.column_of_next(indent), flat, doc });
            }
        }
    }

    fn fill<'d, 't>(&mut self, indent: usize, parts: &'d [Doc<'t>], steps: &mut Vec<Step<'d, 't>>) {
        let Some((doc, rest)) = parts.split_first() else { return };
        if !rest.is_empty() {
            steps.push(Step::Fill { indent, parts: rest });
        }
        if self.fits(indent, doc, steps, 1) {
            self.blank(1);
        } else {
            self.end(1);
        }
        steps.push(Step::Doc { indent, flat: false, doc });
    }

    fn column_of_next(&self, indent: usize) -> usize {
        if self.lines > 0 { indent } else { self.column + self.blanks }
    }

    fn blank(&mut self, count: usize) {
        if self.lines == 0 {
            self.blanks = self.blanks.max(count);
        }
    }

    fn end(&mut self, count: usize) {
        self.lines = self.lines.max(count);
        self.blanks = 0;
    }

    fn write(&mut self, indent: usize, text: &str) {
        if self.lines > 0 && !self.out.is_empty() {
            self.out.extend(std::iter::repeat_n('\n', self.lines));
            self.column = 0;
            self.blanks = indent;
        }
        self.out.extend(std::iter::repeat_n(' ', self.blanks));
        self.column += self.blanks;
        (self.blanks, self.lines) = (0, 0);
        self.out.push_str(text);
        self.column = match text.rsplit_once('\n') {
            Some((_, last)) => last.chars().count(),
            None => self.column + text.chars().count(),
        };
    }

    fn comma(&mut self) {
        self.out.insert(self.text_end, ',');
        self.text_end += 1;
        if self.text_end == self.out.len() {
            self.column += 1;
        }
    }

    /// Whether a document fits on the rest of the line after some blanks, together with the text that follows it on that
    /// line.
    fn fits(&self, indent: usize, doc: &Doc<'_>, after: &[Step<'_, '_>], blanks: usize) -> bool {
        let Some(mut columns_left) = WIDTH.checked_sub(self.column_of_next(indent) + blanks) else {
            return false;
        };
        let mut waiting = vec![doc];
        // Only a comma may follow a comment on its line, because the comma is written before the comment.
        let mut has_ended = false;
        while let Some(doc) = waiting.pop() {
            let width = match doc {
                Doc::Text(text) if text.contains('\n') => return false,
                Doc::Text(text) => text.chars().count(),
                Doc::Comma => 1,
                Doc::Blanks(count) | Doc::Line(count) => {
                    columns_left = columns_left.saturating_sub(*count);
                    continue;
                }
                Doc::End(_) | Doc::Comment(_) => return false,
                Doc::TrailingComment(_) => {
                    has_ended = true;
                    continue;
                }
                Doc::All(parts) => {
                    waiting.extend(parts.iter().rev());
                    continue;
                }
                Doc::Fill(parts) => {
                    for doc in parts.iter().rev() {
                        waiting.extend([doc, &Doc::Blanks(1)]);
                    }
                    waiting.pop();
                    continue;
                }
                Doc::Group(doc) | Doc::Indent(doc) | Doc::Align(doc) => {
                    waiting.push(doc);
                    continue;
                }
                Doc::Broken(_) => continue,
            };
            if width > columns_left || (has_ended && !matches!(doc, Doc::Comma)) {
                return false;
            }
            columns_left -= width;
        }
        has_ended || rest_fits(after, columns_left)
    }
}

/// Whether the rest of the line fits into the columns that are left.
fn rest_fits(after: &[Step<'_, '_>], mut columns_left: usize) -> bool {
    let mut waiting: Vec<(bool, &Doc<'_>)> = vec![];
    let mut after = after.iter().rev();
    loop {
        let (flat, doc) = match waiting.pop() {
            Some(next) => next,
            None => match after.next() {
                Some(Step::Doc { flat, doc, .. }) => (*flat, *doc),
                Some(Step::Fill { .. }) | None => return true,
            },
        };
        let width = match doc {
            Doc::Line(_) if !flat => return true,
            Doc::End(_) | Doc::Comment(_) | Doc::TrailingComment(_) => return true,
            Doc::Text(text) => text.split('\n').next().unwrap_or("").chars().count(),
            Doc::Comma => 1,
            Doc::Blanks(count) | Doc::Line(count) => *count,
            Doc::All(parts) => {
                waiting.extend(parts.iter().rev().map(|doc| (flat, doc)));
                0
            }
            Doc::Fill(parts) => {
                waiting.extend(parts.first().map(|doc| (flat, doc)));
                0
            }
            // Its first line end may come before the line is full.
            Doc::Group(doc) | Doc::Indent(doc) | Doc::Align(doc) => {
                waiting.push((flat, doc));
                0
            }
            Doc::Broken(doc) => {
                waiting.extend((!flat).then_some((flat, &**doc)));
                0
            }
        };
        if width > columns_left {
            return false;
        }
        columns_left -= width;
    }
}
