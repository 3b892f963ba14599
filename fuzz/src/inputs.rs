//! What comes in from outside: records, messages of messengers, facts, list files. Nothing panics, and the two readers of
//! records agree.

use lexloci::{Compiler, Import, InputFormat, Instant, Place, RuleSet, State};
use std::sync::LazyLock;

static SET: LazyLock<RuleSet> = LazyLock::new(crate::reading);

/// The input is a record in JSON. The fast reader and the full reader must agree.
pub fn record(data: &[u8]) {
    let full = SET.read(data);
    let mut evaluator = SET.evaluator();
    let at = Instant::parse("2026-06-01T00:00:00Z").expect("an instant");
    let fast = evaluator.decide_json(data, Place::WORLD, at, &State::default());
    match (full, fast) {
        (Ok(full), Ok(fast)) => {
            let fast = serde_json::to_string(&fast.into_decision()).expect("a decision is JSON");
            let full = SET.evaluator().decide(&full, Place::WORLD, at, &State::default());
            let full = full.expect("read by the same rules");
            assert_eq!(fast, serde_json::to_string(&full).expect("a decision is JSON"));
        }
        (Err(full), Err(fast)) => assert_eq!(full.to_string(), fast.to_string()),
        (full, fast) => {
            panic!("only one reader accepts it: {:?}, {:?}", full.err(), fast.err())
        }
    }
}

/// The input is messages, which are read in every format. An importer must give a record, or a fault with a reason.
pub fn import(data: &[u8]) {
    for format in InputFormat::all() {
        let mut import = Import::new(data, format);
        for _ in 0..200 {
            let Ok(Some(imported)) = import.next_message() else { break };
            let _ = (imported.id(), imported.position.to_string());
            if let Err(fault) = imported.read(SET.schema()) {
                assert!(!fault.to_string().is_empty());
            }
        }
    }
}

/// The input is lines of facts.
pub fn facts(data: &[u8]) {
    match SET.facts("facts.jsonl", data) {
        Ok(facts) => assert_eq!(facts.is_empty(), facts.len() == 0),
        Err(failure) => assert!(!failure.to_string().is_empty()),
    }
}

/// The input is a list file. Its first two bytes choose the kind of the set and the ending of the file's name.
pub fn lists(data: &[u8]) {
    const KINDS: [&str; 6] = ["text", "domain", "url", "wallet", "hash", "number"];
    const ENDINGS: [&str; 4] = ["txt", "csv", "json", "hosts"];
    let [kind, ending, text @ ..] = data else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let kind = KINDS[usize::from(*kind) % KINDS.len()];
    let name = format!("lists/l.{}", ENDINGS[usize::from(*ending) % ENDINGS.len()]);
    let rules = format!(
        "jurisdiction FR {{ zone \"Europe/Paris\" }}\npolicy p \"P\" {{}}\nset l: {kind} from \"{name}\"\n\
         rule r {{ basis p  when text in l or any link in links where (link.url in l)  then label }}\n"
    );
    let compiler = Compiler::new().file("fr.loci", rules).list(name, text);
    let text =
        compiler.compile().map_or_else(|failure| failure.to_string(), |set| set.plan_listing());
    assert!(!text.is_empty());
}
