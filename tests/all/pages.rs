//! Every code has a page, and its examples are correct: the bad one causes this code and no other, the good one none.
//!
//! An example in `loci` is one or more files, each after a line `# file: NAME`. Without such a line it is the end of
//! `kz.loci`, after the lines of `FRAME`. A `json` example is a record, a `jsonl` example is facts. Examples in other
//! languages are not run.

use lexloci::{Code, Compiler, Day, FactsFailure, Level, Levels, suite};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const FRAME: &str = "# file: kz.loci
jurisdiction KZ { zone \"Asia/Almaty\" }
policy fraud \"Terms of service: fraud\" { in force from 2024-01-01 }
";

/// The sections of a page. `Settings` comes from the table of codes.
const SECTIONS: [&str; 6] =
    ["What happened", "Why it matters", "Bad", "Good", "How to fix", "Settings"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/codes")
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let known: BTreeSet<_> = Code::ALL.iter().map(|code| format!("{}.md", code.as_str())).collect();
    let files = fs::read_dir(folder()).unwrap();
    let pages: BTreeSet<_> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(pages, known);
    for code in Code::ALL {
        let page = code.page();
        let heading = format!("# {} {}\n", code.as_str(), code.slug());
        assert!(page.starts_with(&heading), "{code:?} does not begin with {heading}");
        let sections: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(sections, SECTIONS, "{code:?}");
        let explanation = code.explanation();
        let is_sentence = explanation.len() > 20 && explanation.ends_with('.');
        assert!(is_sentence, "{code:?}: {explanation}");
        let prose = page.split("```").step_by(2).flat_map(str::lines);
        let long: Vec<_> = prose.filter(|line| line.chars().count() > 120).collect();
        // The settings are one long line, which is wrapped when it is shown.
        assert!(long.iter().all(|line| line.starts_with("Lint of ")), "{code:?}: {long:?}");
    }
}

#[test]
fn bad_examples_are_bad_and_good_ones_good() {
    let mut faults = vec![];
    for code in Code::ALL {
        let page = code.page();
        let (bad, good) = (example(&page, "Bad"), example(&page, "Good"));
        let (Some(bad), Some(good)) = (codes(*code, bad), codes(*code, good)) else { continue };
        let stray: Vec<_> = bad.iter().filter(|found| *found != code).collect();
        if !bad.contains(code) || !stray.is_empty() {
            faults.push(format!("{}: the bad example gives {bad:?}", code.as_str()));
        }
        if !good.is_empty() {
            faults.push(format!("{}: the good example gives {good:?}", code.as_str()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The language and the text of the example in a section.
fn example<'a>(page: &'a str, section: &str) -> (&'a str, &'a str) {
    let text = page.split(&format!("## {section}\n\n```")).nth(1).unwrap();
    let text = text.split("\n```").next().unwrap();
    text.split_once('\n').unwrap()
}

/// The codes of all diagnostics of an example. `None` when the example is not a rule file, record or facts.
fn codes(code: Code, (language, text): (&str, &str)) -> Option<Vec<Code>> {
    match language {
        "loci" => Some(of_rules(code, text)),
        "json" => {
            let empty = "jurisdiction WORLD { zone \"UTC\" }";
            let set = Compiler::new().file("world.loci", empty).compile().unwrap();
            Some(set.read(text.as_bytes()).err().map(|error| error.code).into_iter().collect())
        }
        "jsonl" => {
            let empty = "jurisdiction WORLD { zone \"UTC\" }";
            let set = Compiler::new().file("world.loci", empty).compile().unwrap();
            match set.facts("facts.jsonl", text.as_bytes()) {
                Ok(_) => Some(vec![]),
                Err(FactsFailure::Lines(faults)) => {
                    Some(faults.iter().map(|fault| fault.error.code).collect())
                }
                Err(failure) => panic!("{failure}"),
            }
        }
        "text" | "sh" | "toml" => None,
        other => panic!("{code:?} has an example in `{other}`"),
    }
}

fn of_rules(code: Code, text: &str) -> Vec<Code> {
    let framed = if text.contains("# file: ") { text.to_owned() } else { FRAME.to_owned() + text };
    let mut levels = Levels::new();
    if code.level() == Level::Allow {
        levels.set(code.as_str(), Level::Warn).unwrap();
    }
    let mut compiler = Compiler::new().levels(levels).as_of(Day::parse("2026-11-24").unwrap());
    for file in framed.split("# file: ").skip(1) {
        let (name, text) = file.split_once('\n').unwrap();
        compiler = if name.ends_with(".loci") {
            compiler.file(name, text)
        } else {
            compiler.list(name, text)
        };
    }
    match compiler.compile() {
        Err(failure) => failure.diagnostics.iter().map(|found| found.code).collect(),
        Ok(set) => {
            let report = suite::run(&set, None);
            let failures = report.results.iter().flat_map(|result| &result.failures);
            set.warnings().iter().chain(failures).map(|found| found.code).collect()
        }
    }
}
