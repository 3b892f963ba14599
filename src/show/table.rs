//! Writes rows of text in aligned columns. The first rows decide the widths. Later rows are written at once, so memory
//! stays bounded.

use crate::sink::{Output, Put, Terminal, plain};
use std::ops::Range;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many rows decide the widths of the columns.
const SAMPLE_ROWS: usize = 256;
/// The blanks between two cells.
const GAP: usize = 2;
/// Columns do not shrink below this width.
const MIN_WIDTH: usize = 10;

/// A table of `N` columns, written row by row.
#[derive(Debug)]
pub struct Table<const N: usize> {
    /// The header and the first rows, until the widths are decided.
    waiting: Vec<[String; N]>,
    widths: Option<[usize; N]>,
    /// This many columns, from the left, shrink only after all others.
    shrink_last: usize,
    /// The width of the screen. Columns shrink until rows fit, and cells that are too long are cut. `None` for files and
    /// other programs, which get whole cells.
    screen_width: Option<usize>,
}

impl<const N: usize> Table<N> {
    /// A table with a header, for a screen of this width. If columns have to shrink, the first `shrink_last` columns
    /// shrink last.
    pub fn new(header: [&str; N], shrink_last: usize, screen_width: Option<usize>) -> Self {
        Self { waiting: vec![header.map(String::from)], widths: None, shrink_last, screen_width }
    }

    /// Adds a row, and escapes its cells. Returns the lines that can be written now.
    pub fn row(&mut self, cells: [String; N]) -> Output<Terminal> {
        let cells = cells.map(|cell| plain(&cell).into_owned());
        if let Some(widths) = &self.widths {
            return Output::of(Line { cells: &cells, widths, is_cut: self.screen_width.is_some() });
        }
        self.waiting.push(cells);
        if self.waiting.len() > SAMPLE_ROWS { self.flush() } else { Output::new() }
    }

    /// The lines that still wait. A table without rows has no header either.
    pub fn flush(&mut self) -> Output<Terminal> {
        let rows = std::mem::take(&mut self.waiting);
        if rows.len() < 2 {
            return Output::new();
        }
        let widths = self.widths_for(&rows);
        self.widths = Some(widths);
        let is_cut = self.screen_width.is_some();
        rows.iter().map(|cells| Output::of(Line { cells, widths: &widths, is_cut })).collect()
    }

    /// The widths of the columns: those of the widest cells, shrunk to fit the screen.
    fn widths_for(&self, rows: &[[String; N]]) -> [usize; N] {
        let mut widths = [0; N];
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let screen_width = self.screen_width.unwrap_or(usize::MAX);
        while widths.iter().sum::<usize>() + GAP * (N - 1) > screen_width {
            let (first, others) = widths.split_at_mut(self.shrink_last.min(N));
            match widest(others).or_else(|| widest(first)) {
                Some(width) => *width -= 1,
                None => break,
            }
        }
        widths
    }
}

/// A line of the table. Its cells were escaped when their row was added.
struct Line<'a, const N: usize> {
    cells: &'a [String; N],
    widths: &'a [usize; N],
    /// Whether cells that are wider than their column are cut.
    is_cut: bool,
}

impl<const N: usize> Put<Terminal> for Line<'_, N> {
    fn put(&self, out: &mut String) {
        let cells = self
            .cells
            .iter()
            .zip(self.widths)
            .map(|(cell, width)| if self.is_cut { cut(cell, *width) } else { cell.clone() });
        out.extend([line(cells, self.widths).as_str(), "\n"]);
    }
}

/// Puts the cells of a row into columns.
fn line(cells: impl Iterator<Item = String>, widths: &[usize]) -> String {
    let padded = cells.zip(widths).map(|(cell, width)| {
        let blanks = width.saturating_sub(cell.width()) + GAP;
        cell + &" ".repeat(blanks)
    });
    padded.collect::<String>().trim_end().to_owned()
}

/// The widest column that can shrink.
fn widest(widths: &mut [usize]) -> Option<&mut usize> {
    widths.iter_mut().max().filter(|widest| **widest > MIN_WIDTH)
}

/// Aligns rows with any number of columns. Cells are escaped, and never cut.
pub fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let escaped = |cell: &String| plain(cell).into_owned();
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(escaped).collect()).collect();
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let width = |column| cells(column).map(|cell| cell.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    rows.into_iter().map(|row| line(row.into_iter(), &widths)).collect::<Vec<_>>().join("\n")
}

/// A row of [`aligned`]: a name, then cells.
pub(super) fn row(name: &str, cells: impl IntoIterator<Item = String>) -> Vec<String> {
    std::iter::once(name.to_owned()).chain(cells).collect()
}

/// Like [`aligned`], for a screen of this width. The first column names the rows. Columns that do not fit follow in a table
/// below, and what is too long for a line takes several.
pub(super) fn aligned_in(rows: &[Vec<String>], screen_width: usize) -> String {
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let names = cells(0).map(|name| name.width()).max().unwrap_or(0);
    let room = screen_width.saturating_sub(names + GAP).max(MIN_WIDTH);
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths = |column: usize| {
        let lines = cells(column).flat_map(|cell| wrapped(cell, room));
        lines.map(|line| line.width()).max().unwrap_or(0)
    };
    let mut tables = vec![];
    let mut first = 1;
    while first < columns {
        let mut end = first + 1;
        let mut width = names + GAP + widths(first);
        while end < columns && width + GAP + widths(end) <= screen_width {
            width += GAP + widths(end);
            end += 1;
        }
        let lines = rows.iter().flat_map(|row| in_lines(row, first..end, room));
        tables.push(aligned(&lines.collect::<Vec<_>>()));
        first = end;
    }
    tables.join("\n\n")
}

/// The name and some cells of a row, as rows whose cells are at most `room` columns wide.
fn in_lines(row: &[String], cells: Range<usize>, room: usize) -> Vec<Vec<String>> {
    let end = cells.end.min(row.len());
    let cells = row.get(cells.start.min(end)..end).unwrap_or_default();
    let cells: Vec<_> = cells.iter().map(|cell| wrapped(cell, room)).collect();
    let count = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let line = |number: usize| {
        let name = row.first().filter(|_| number == 0).cloned().unwrap_or_default();
        let texts = cells.iter().map(|lines| lines.get(number).cloned().unwrap_or_default());
        std::iter::once(name).chain(texts).collect()
    };
    (0..count).map(line).collect()
}

/// The words of a text in lines of at most this width. A word that is wider has a line of its own.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A text cut to a width, with `…` where it was cut.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.into();
    }
    let mut left = width.saturating_sub(1);
    let fits = |c: &char| {
        let needs = c.width().unwrap_or(0);
        let fits = needs <= left;
        left = left.saturating_sub(needs);
        fits
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::{Table, aligned_in, cut};

    fn table(screen_width: impl Into<Option<usize>>, rows: &[[&str; 3]]) -> String {
        let mut table = Table::new(["RECORD", "PLACE", "WORDS"], 2, screen_width.into());
        let mut out = String::new();
        for row in rows {
            out += table.row(row.map(String::from)).as_str();
        }
        out + table.flush().as_str()
    }

    #[test]
    fn columns_align_in_every_script() {
        let rows = [
            ["tg:1/2", "KZ", "«Пассивный доход»"],
            ["tg:-100200300/4", "日本", ""],
            ["\u{1b}[2J", "FR", "x"],
        ];
        insta::assert_snapshot!(table(200, &rows), @r"
        RECORD           PLACE  WORDS
        tg:1/2           KZ     «Пассивный доход»
        tg:-100200300/4  日本
        \u{1b}[2J        FR     x
        ");
        insta::assert_snapshot!(table(32, &rows), @r"
        RECORD         PLACE  WORDS
        tg:1/2         KZ     «Пассивны…
        tg:-10020030…  日本
        \u{1b}[2J      FR     x
        ");
        assert_eq!(table(200, &[]), "");
        let long = "x".repeat(300);
        assert!(table(200, &[["a", "b", &long]]).lines().all(|line| line.chars().count() <= 200));
    }

    #[test]
    fn columns_that_do_not_fit_follow_below_and_cells_break_between_words() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        let rows: Vec<Vec<String>> = vec![
            row(&["", "KZ", "FR, DE", "12 other countries"]),
            row(&["outcome", "restrict, escalate, review", "none", "label"]),
            row(&["kz.sale", "fires", "", ""]),
        ];
        insta::assert_snapshot!(aligned_in(&rows, 30), @r"
                 KZ
        outcome  restrict, escalate,
                 review
        kz.sale  fires

                 FR, DE
        outcome  none
        kz.sale

                 12 other countries
        outcome  label
        kz.sale
        ");
    }

    #[test]
    fn later_rows_have_the_widths_of_the_first_rows() {
        let mut rows = vec![["a", "b", "c"]; 300];
        rows.push(["longer than all before", "b", "c"]);
        let text = table(80, &rows);
        assert_eq!(text.lines().count(), 302);
        assert!(text.lines().last().unwrap().starts_with("longe…"), "{text}");
        let text = table(None, &rows);
        assert!(text.lines().last().unwrap().starts_with("longer than all before  b"), "{text}");
    }

    #[test]
    fn cut_measures_screen_columns() {
        assert_eq!(cut("日本語", 6), "日本語");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("abc", 0), "…");
    }
}
