//! `docs/law.md` says what the rules know today; no rule rests on what nobody read and only somebody remembers.

use lexloci::{Compiler, RuleSet, law};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const BEGIN: &str = "<!-- `lexloci law --format markdown` begins -->\n";
const END: &str = "<!-- and ends -->\n";

fn at_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn shipped() -> RuleSet {
    let compiler = Compiler::new().directory(at_root("rules"));
    compiler.compile().unwrap_or_else(|failure| panic!("{failure}"))
}

/// Written anew with `LEXLOCI_UPDATE=1`.
#[test]
#[cfg(feature = "cli")]
fn the_page_is_fresh() {
    let program = Command::new(env!("CARGO_BIN_EXE_lexloci"))
        .args(["law", "--format", "markdown"])
        .current_dir(at_root(""))
        .output()
        .unwrap();
    assert!(program.status.success(), "{}", String::from_utf8_lossy(&program.stderr));
    let generated = String::from_utf8(program.stdout).unwrap();
    let path = at_root("docs/law.md");
    let page = fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once(BEGIN).unwrap();
    let (listed, tail) = rest.split_once(END).unwrap();
    if listed == generated {
        return;
    }
    if std::env::var_os("LEXLOCI_UPDATE").is_some() {
        return fs::write(path, [head, BEGIN, &generated, END, tail].concat()).unwrap();
    }
    let differ = listed.lines().zip(generated.lines()).find(|(old, new)| old != new);
    panic!("docs/law.md is stale; LEXLOCI_UPDATE=1 writes it: {differ:?}");
}

#[test]
fn no_rule_rests_on_memory_alone() {
    for article in law::articles(&shipped(), None, None) {
        let remembered =
            article.unverified.as_deref().is_some_and(|why| why.contains("from memory"));
        assert!(
            !remembered || article.rules.is_empty(),
            "{} rests on memory: {:?}",
            article.id,
            article.rules
        );
        let memory = ["from memory, not checked", "table of contents only", "not reached"];
        let is_open = article
            .unverified
            .as_deref()
            .is_some_and(|why| memory.iter().any(|word| why.starts_with(word)));
        assert!(
            !is_open || article.deadlines.iter().all(|limit| limit.starts_with('“')),
            "{} has a number from memory",
            article.id
        );
    }
}

/// A lawyer can find out of every provision what it says, and why nothing rests on it.
#[test]
fn every_article_says_what_it_is_about() {
    for article in law::articles(&shipped(), None, None) {
        assert!(!article.doc.is_empty(), "{} has no words", article.id);
        assert!(
            !article.rules.iter().any(|rule| !rule.exception && rule.tests == 0),
            "{}: a rule without a test",
            article.id
        );
    }
}
