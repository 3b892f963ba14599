//! What holds for every input, as functions of bytes. Each panics where it does not hold; `fuzz_targets` hands each of
//! them to libFuzzer.

mod decisions;
mod inputs;
mod sessions;
mod texts;

pub use decisions::decide;
pub use inputs::{facts, import, lists, record};
pub use sessions::session;
pub use texts::{fmt, pattern};

use lexloci::{Compiler, Failure, RuleSet};

/// What separates the two texts of an input.
pub const BREAK: &str = "\n---\n";

/// The two texts of an input, where it is UTF-8.
fn two(data: &[u8]) -> Option<(&str, &str)> {
    std::str::from_utf8(data).ok()?.split_once(BREAK)
}

/// Compiles rule files that follow each other, each after a line `# file: NAME`; the first may go without.
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

/// The place that a file speaks for.
fn place(text: &str) -> &str {
    let after = text.split("jurisdiction ").nth(1).unwrap_or("WORLD");
    after.split(|c: char| !c.is_ascii_uppercase() && c != '-').next().unwrap_or("WORLD")
}

/// A rule set that reads many fields.
fn reading() -> RuleSet {
    const RULES: &str = include_str!("reading.loci");
    compile(RULES).unwrap_or_else(|failure| panic!("{failure}"))
}
