//! The manual and the README are true: every example in them is compiled, tested and evaluated.
//!
//! - A `loci` block is a whole file, named by `# file: …` in its first line. It compiles without warnings, and its tests
//!   pass. With `error=CODE` it gives that code and no other.
//! - A `list NAME` block is a list file that the `loci` blocks below it can name.
//! - A `record` block is the record that the `expr` blocks below it read, one expression a line: `EXPR  # => VALUE`.

use crate::source::repository_root;
use lexloci::{Compiler, Instant, Place, RuleSet, State, suite, words};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The instant at which the examples are judged.
const AT: &str = "2026-06-01T00:00:00Z";
const EMPTY: &str = "jurisdiction WORLD { zone \"UTC\" }";

#[test]
fn the_manual_is_true() {
    check("docs/guide/language.md");
}

#[test]
fn the_readme_is_true() {
    check("README.md");
}

/// The manual names every word, function and action in code: between backticks or in an example.
#[test]
fn the_manual_has_every_word() {
    let page = fs::read_to_string(repository_root().join("docs/guide/language.md")).unwrap();
    let parts: Vec<_> = page.split("```").collect();
    let spans = parts.iter().step_by(2).flat_map(|prose| prose.split('`').skip(1).step_by(2));
    let code: Vec<_> = parts.iter().skip(1).step_by(2).copied().chain(spans).collect();
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let is_alone = |text: &str, at: usize, word: &str| {
        let (before, rest) = text.split_at(at);
        let (_, after) = rest.split_at(word.len());
        // Units have a plural.
        let after = after.strip_prefix('s').unwrap_or(after);
        !before.ends_with(is_letter) && !after.starts_with(is_letter)
    };
    let has = |word: &String| {
        let found = |text: &&str| text.match_indices(word).any(|(at, _)| is_alone(text, at, word));
        let is_sign = !word.starts_with(is_letter);
        code.iter().any(|text| if is_sign { text.contains(word) } else { found(text) })
    };
    let set = Compiler::new().file("world.loci", EMPTY).compile().unwrap();
    let functions = set.functions().map(|function| function.signature);
    let functions = functions.map(|signature| signature.split('(').next().unwrap().to_owned());
    let actions = set.actions().map(|action| action.name.to_owned());
    let all = words::all().map(|row| row.word.to_owned()).chain(functions).chain(actions);
    let missing: BTreeSet<_> = all.filter(|word| !has(word)).collect();
    // Only the standard library is written with these.
    let standard = ["action", "bloc", "derived", "global", "takes"].map(str::to_owned);
    assert_eq!(missing, BTreeSet::from(standard));
}

struct Block {
    line: usize,
    /// The text after the fence: `loci error=LX0006`.
    kind: String,
    text: String,
}

fn check(page: &str) {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
    let set = Compiler::new().file("world.loci", EMPTY).compile().unwrap();
    let (mut record, mut faults, mut examples) = ("{}".to_owned(), vec![], 0);
    let mut lists = Compiler::new();
    for block in blocks(&text) {
        if let Some(name) = block.kind.strip_prefix("list ") {
            lists = lists.list(name, block.text);
            continue;
        }
        let found = match block.kind.split_once(" error=").unwrap_or((&block.kind, "")) {
            ("loci", "") => compiles(&lists, &block.text),
            ("loci", code) => refused(&lists, &block.text, code),
            ("record", _) => {
                record.clone_from(&block.text);
                vec![]
            }
            ("expr", _) => evaluates(&set, &record, &block.text),
            _ => continue,
        };
        examples += 1;
        let place = format!("{page}:{}", block.line);
        faults.extend(found.into_iter().map(|fault| format!("{place}: {fault}")));
    }
    assert!(examples > 0, "{page} has no examples");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = vec![];
    let mut inside = false;
    for (number, line) in page.lines().enumerate() {
        match (line.strip_prefix("```"), blocks.last_mut()) {
            (Some(kind), _) => {
                inside = !inside;
                if inside {
                    let (kind, text) = (kind.to_owned(), String::new());
                    blocks.push(Block { line: number + 1, kind, text });
                }
            }
            (None, Some(block)) if inside => block.text.extend([line, "\n"]),
            _ => {}
        }
    }
    blocks
}

fn compiler(lists: &Compiler, text: &str) -> Compiler {
    let name = text.lines().next().and_then(|line| line.strip_prefix("# file: "));
    lists.clone().file(name.unwrap_or("unnamed.loci"), text)
}

fn compiles(lists: &Compiler, text: &str) -> Vec<String> {
    let set = match compiler(lists, text).compile() {
        Ok(set) => set,
        Err(failure) => return vec![failure.to_string()],
    };
    let report = suite::run(&set, None);
    let failures = report.results.iter().flat_map(|result| &result.failures);
    let found = set.warnings().iter().chain(failures);
    found.map(|diagnostic| format!("{} {}", diagnostic.message, diagnostic.label)).collect()
}

fn refused(lists: &Compiler, text: &str, code: &str) -> Vec<String> {
    match compiler(lists, text).compile() {
        Ok(_) => vec![format!("expected {code}, found nothing")],
        Err(failure) if failure.diagnostics.iter().all(|found| found.code.as_str() == code) => {
            vec![]
        }
        Err(failure) => vec![format!("expected {code} alone, found {failure}")],
    }
}

fn evaluates(set: &RuleSet, record: &str, lines: &str) -> Vec<String> {
    let record = match set.given(record) {
        Ok(record) => record,
        Err(failure) => return vec![failure.to_string()],
    };
    let at = Instant::parse(AT).unwrap();
    let answer = |line: &str| {
        let Some((expression, wanted)) = line.split_once("  # => ") else {
            return Some(format!("`{line}` says no value"));
        };
        let found = match set.expression(expression, Place::WORLD) {
            Err(failure) => failure.to_string(),
            Ok(expression) => {
                let answer =
                    set.evaluator().evaluate(&expression, &record, at, &State::default()).unwrap();
                match answer.written() {
                    Ok(value) => value,
                    Err(missing) => format!("unknown: {}", missing.join(", ")),
                }
            }
        };
        (found != wanted).then(|| format!("`{expression}` is {found}, not {wanted}"))
    };
    lines.lines().filter(|line| !line.is_empty()).filter_map(answer).collect()
}
