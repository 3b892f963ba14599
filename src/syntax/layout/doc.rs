//! Text with places where a line may end, and how it is fitted into lines (after Wadler's "A prettier printer"). Comments
//! are part of it, because they end lines of their own accord.

use std::borrow::Cow;

/// Characters of a line, where it can be helped.
const WIDTH: usize = 120;
/// Blanks of one level.
const LEVEL: usize = 2;

/// A text that is not yet laid out.
#[derive(Clone, Debug)]
pub(super) enum Doc<'t> {
    Text(Cow<'t, str>),
    /// Goes directly behind the last text, also when a comment follows that.
    Comma,
    Blanks(usize),
    /// A line end when the group is broken, blanks otherwise.
    Line(usize),
    /// One line end, or two.
    End(usize),
    /// It ends its line. `behind`: it shares the line with what stands before. `apart`: an empty line follows.
    Comment {
        text: &'t str,
        behind: bool,
        apart: bool,
    },
    All(Vec<Doc<'t>>),
    /// On one line if it fits, else every `Line` in it ends one.
    Group(Box<Doc<'t>>),
    /// As many on each line as fit.
    Fill(Vec<Doc<'t>>),
    /// Only in a group that is broken.
    Broken(Box<Doc<'t>>),
    /// Lines inside are one level deeper.
    Indent(Box<Doc<'t>>),
    /// Lines inside begin where it begins.
    Align(Box<Doc<'t>>),
}

impl<'t> Doc<'t> {
    pub(super) fn group(of: Vec<Self>) -> Self {
        Self::Group(Box::new(Self::All(of)))
    }

    pub(super) fn indent(of: Vec<Self>) -> Self {
        Self::Indent(Box::new(Self::All(of)))
    }

    pub(super) fn align(of: Self) -> Self {
        Self::Align(Box::new(of))
    }

    /// The text on one line, if it has no comment and no other reason to end a line, and is no longer than a line is
    /// at a level.
    pub(super) fn on_one_line(self, level: usize) -> Option<Self> {
        let flat = Self::Group(Box::new(self));
        Printer::default().fits(0, &flat, &[], level * LEVEL).then_some(flat)
    }
}

/// Lays a text out. Linear but for the lookahead, which no line's width exceeds.
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
    /// The rest of a fill, before which a line may end.
    Fill {
        indent: usize,
        of: &'d [Doc<'t>],
    },
}

/// Blanks and line ends wait until a text comes, so that none stands at the end of a line.
#[derive(Default)]
struct Printer {
    out: String,
    column: usize,
    blanks: usize,
    lines: usize,
    /// Where the last text ended that is no comment.
    ink: usize,
}

impl Printer {
    fn step<'d, 't>(&mut self, step: Step<'d, 't>, steps: &mut Vec<Step<'d, 't>>) {
        let (indent, flat, doc) = match step {
            Step::Doc { indent, flat, doc } => (indent, flat, doc),
            Step::Fill { indent, of } => return self.fill(indent, of, steps),
        };
        match doc {
            Doc::Text(text) => {
                self.write(indent, text);
                self.ink = self.out.len();
            }
            Doc::Comma => self.comma(),
            Doc::Blanks(count) => self.blank(*count),
            Doc::Line(count) if flat => self.blank(*count),
            Doc::Line(_) => self.end(1),
            Doc::End(count) => self.end(*count),
            Doc::Comment { text, behind, apart } => {
                if *behind && self.lines == 0 {
                    self.blanks = 2;
                } else {
                    self.end(1);
                }
                self.write(indent, text);
                self.end(1 + usize::from(*apart));
            }
            Doc::All(of) => {
                steps.extend(of.iter().rev().map(|doc| Step::Doc { indent, flat, doc }));
            }
            Doc::Group(doc) => {
                let flat = flat || self.fits(indent, doc, steps, 0);
                steps.push(Step::Doc { indent, flat, doc });
            }
            Doc::Fill(of) if flat => {
                for (index, doc) in of.iter().enumerate().rev() {
                    steps.push(Step::Doc { indent, flat, doc });
                    if index > 0 {
                        steps.push(Step::Doc { indent, flat, doc: &Doc::Blanks(1) });
                    }
                }
            }
            Doc::Fill(of) => {
                if let Some((doc, rest)) = of.split_first() {
                    steps.push(Step::Fill { indent, of: rest });
                    steps.push(Step::Doc { indent, flat, doc });
                }
            }
            Doc::Broken(_) if flat => {}
            Doc::Broken(doc) => steps.push(Step::Doc { indent, flat, doc }),
            Doc::Indent(doc) => steps.push(Step::Doc { indent: indent + LEVEL, flat, doc }),
            Doc::Align(doc) => {
                steps.push(Step::Doc { indent: self.column_of_next(indent), flat, doc });
            }
        }
    }

    fn fill<'d, 't>(&mut self, indent: usize, of: &'d [Doc<'t>], steps: &mut Vec<Step<'d, 't>>) {
        let Some((doc, rest)) = of.split_first() else { return };
        if !rest.is_empty() {
            steps.push(Step::Fill { indent, of: rest });
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
        self.out.insert(self.ink, ',');
        self.ink += 1;
        if self.ink == self.out.len() {
            self.column += 1;
        }
    }

    /// Whether a text can stand on the rest of the line after some blanks, with what must follow it there.
    fn fits(&self, indent: usize, doc: &Doc<'_>, after: &[Step<'_, '_>], blanks: usize) -> bool {
        let Some(mut room) = WIDTH.checked_sub(self.column_of_next(indent) + blanks) else {
            return false;
        };
        let mut inside = vec![doc];
        // A comment may end the line, and nothing may follow it there.
        let mut ended = false;
        while let Some(doc) = inside.pop() {
            let width = match doc {
                Doc::Text(text) if text.contains('\n') => return false,
                Doc::Text(text) => text.chars().count(),
                Doc::Comma => 1,
                Doc::Blanks(count) | Doc::Line(count) => {
                    room = room.saturating_sub(*count);
                    continue;
                }
                Doc::End(_) | Doc::Comment { behind: false, .. } => return false,
                Doc::Comment { .. } => {
                    ended = true;
                    continue;
                }
                Doc::All(of) => {
                    inside.extend(of.iter().rev());
                    continue;
                }
                Doc::Fill(of) => {
                    for doc in of.iter().rev() {
                        inside.extend([doc, &Doc::Blanks(1)]);
                    }
                    inside.pop();
                    continue;
                }
                Doc::Group(doc) | Doc::Indent(doc) | Doc::Align(doc) => {
                    inside.push(doc);
                    continue;
                }
                Doc::Broken(_) => continue,
            };
            if width > room || (ended && !matches!(doc, Doc::Comma)) {
                return false;
            }
            room -= width;
        }
        ended || follows(after, room)
    }
}

/// Whether what must follow on the same line has room.
fn follows(after: &[Step<'_, '_>], mut room: usize) -> bool {
    let mut inside: Vec<(bool, &Doc<'_>)> = vec![];
    let mut after = after.iter().rev();
    loop {
        let (flat, doc) = match inside.pop() {
            Some(next) => next,
            None => match after.next() {
                Some(Step::Doc { flat, doc, .. }) => (*flat, *doc),
                Some(Step::Fill { .. }) | None => return true,
            },
        };
        let width = match doc {
            Doc::Line(_) if !flat => return true,
            Doc::End(_) | Doc::Comment { .. } => return true,
            Doc::Text(text) => text.split('\n').next().unwrap_or("").chars().count(),
            Doc::Comma => 1,
            Doc::Blanks(count) | Doc::Line(count) => *count,
            Doc::All(of) => {
                inside.extend(of.iter().rev().map(|doc| (flat, doc)));
                0
            }
            Doc::Fill(of) => {
                inside.extend(of.first().map(|doc| (flat, doc)));
                0
            }
            // Its first line end may come before the room is used up.
            Doc::Group(doc) | Doc::Indent(doc) | Doc::Align(doc) => {
                inside.push((flat, doc));
                0
            }
            Doc::Broken(doc) => {
                inside.extend((!flat).then_some((flat, &**doc)));
                0
            }
        };
        if width > room {
            return false;
        }
        room -= width;
    }
}
