//! The width of the terminal that tables are drawn on.

/// Columns where no terminal says how many there are.
const WIDEST: usize = 200;

/// Columns of the terminal on stdout, or as many as a file or a pipe is given.
pub fn room() -> usize {
    let terminal = terminal_size::terminal_size_of(std::io::stdout());
    terminal.map_or(WIDEST, |(width, _)| usize::from(width.0))
}
