//! What must hold for every input, as functions of bytes that panic if it does not hold. `fuzz_targets` hands each of them
//! to libFuzzer.

mod decisions;
mod inputs;
mod sessions;
mod texts;

pub use decisions::decide;
pub use inputs::{facts, import, lists, record};
pub use sessions::session;
pub use texts::{fmt, pattern};

use lexloci::{Compiler, Failure, RuleSet};

/// Separates the two texts of an input.
pub const BREAK: &str = "\n---\n";

/// The two texts of an input. `None` if it is not UTF-8, or has no [`BREAK`].
fn two_texts(data: &[u8]) -> Option<(&str, &str)> {
    std::str::from_utf8(data).ok()?.split_once(BREAK)
}

/// Compiles rule files and lists that follow each other in one text. Each comes after a line `# file: NAME`, which the first
/// may lack; then its jurisdiction is its name.
pub fn compile(text: &str) -> Result<RuleSet, Box<Failure>> {
    let (first, rest) = match text.strip_prefix("# file: ") {
        Some(rest) => (None, rest),
        None => {
            let (first, rest) = text.split_once("\n# file: ").unwrap_or((text, ""));
            (Some(first), rest)
        }
    };
    let mut compiler = Compiler::new();
    if let Some(first) = first {
        compiler = compiler.file(format!("{}.loci", place(first).to_lowercase()), first);
    }
    for file in rest.split("\n# file: ").filter(|file| !file.is_empty()) {
        let (name, text) = file.split_once('\n').unwrap_or((file, ""));
        compiler = match name.ends_with(".loci") {
            true => compiler.file(name, text),
            false => compiler.list(name, text),
        };
    }
    compiler.compile().map_err(Box::new)
}

/// The code after the word `jurisdiction` of a file.
fn place(text: &str) -> &str {
    let after = text.split("jurisdiction ").nth(1).unwrap_or("WORLD");
    after.split(|c: char| !c.is_ascii_uppercase() && c != '-').next().unwrap_or("WORLD")
}

/// A rule set that reads many fields.
fn reading() -> RuleSet {
    const RULES: &str = include_str!("reading.loci");
    compile(RULES).unwrap_or_else(|failure| panic!("{failure}"))
}
