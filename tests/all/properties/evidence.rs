//! Evidence supports the rule: without the words that it quotes, the rule does not fire.

use super::records::record;
use lexloci::{Compiler, Decision, Evidence, Instant, RuleSet, State};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{Strategy, prop_oneof};
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRunner};
use serde_json::Value;
use std::collections::BTreeSet;

/// A condition that rests on words of the record. It has no `or` and no `at least`, so all of its evidence is needed.
fn condition() -> BoxedStrategy<String> {
    let atom = prop_oneof![
        6 => select(ATOMS).prop_map(str::to_owned),
        3 => vec(select(LINK_TESTS), 1..3)
            .prop_map(|tests| format!("any l in links where ({})", tests.join(" and "))),
        1 => select(LINK_TESTS).prop_map(|test| format!("all l in links where ({test})")),
        2 => (select(COUNTED), 1..3)
            .prop_map(|(counted, least)| format!("({counted}) >= {least}")),
    ];
    let wordless = weighted(0.1, select(WORDLESS).prop_map(str::to_owned));
    (vec(atom, 1..3), wordless)
        .prop_map(|(mut atoms, wordless)| {
            atoms.extend(wordless);
            format!("({})", atoms.join(") and ("))
        })
        .boxed()
}

const ATOMS: &[&str] = &[
    "text mentions profit",
    "any_text mentions profit",
    "text mentions \"invest*\" near \"deposit\" (3 words)",
    "any_text contains \"income\"",
    "text matches r\"[0-9]+ ?%\"",
    "any p in parts where (p.text mentions profit and p.kind != \"button\")",
    "any m in spans(any_text, r\"[a-z]+\") where (m.text != \"the\")",
    "any w in mixed_words(any_text) where (w != \"\")",
    "if text contains \"scam\" then true else false",
    "not (no tag in tags.hashtags where (tag == \"ad\"))",
];

/// Conditions that rest on no words.
const WORDLESS: &[&str] = &["length(any_text) > 3", "not chat.scam", "length(links) < 3"];

const LINK_TESTS: &[&str] = &[
    "l.host in hosts",
    "l.host in known",
    "l.host not in known",
    "l.url contains \"scam\"",
    "l.via == \"button\"",
    "l.host is known",
];

const COUNTED: &[&str] = &[
    "length(links)",
    "length(spans(any_text, profit))",
    "count l in links where (l.host in hosts)",
    "count m in spans(any_text, \"income\") where (m.part is known)",
    "(if chat.public then 2 else 1) * (count p in parts where (p.text contains \"o\"))",
    "2 - 2 / (1 + count l in links where (l.via == \"url\"))",
    "if text contains \"scam\" then count l in links where (l.host in hosts) else 0",
    "if chat.public then count l in links where (l.host in hosts) else length(links)",
    "sum (if p.text contains \"o\" then 1 else 0) for p in parts",
    "0 - sum (if p.text contains \"o\" then -1 else 1) for p in parts",
    "sum (if l.via == \"button\" then 2 else 1) for l in links where (l.host is known)",
    "count distinct l.host for l in links where (l.via != \"text_link\")",
    "count distinct m.text for m in spans(any_text, profit)",
];

/// `None` if the checker sees that the condition is never true, or always.
fn compile(condition: &str) -> Option<RuleSet> {
    let source = format!(
        "jurisdiction WORLD {{ zone \"UTC\" }}\npolicy house \"House\" {{}}\n\
         terms profit {{ en: \"passive income\", \"guarante*\"  ru: \"доход*\", \"пассивн* доход*\" }}\n\
         set hosts: domain {{ \"scam.example\" }}\n\
         register known: domain {{ \"scam.example\" }} {{ complete from 2026-01-01 as of 2026-02-01 fresh for 60 days }}\n\
         rule r {{ basis house when {condition} then label }}\n"
    );
    Compiler::new()
        .file("world.loci", source)
        .compile()
        .map_err(|fault| assert!(fault.to_string().contains("LX4001"), "{fault}"))
        .ok()
}

fn decide(set: &RuleSet, record: &Value) -> Decision {
    let record = set.read(record.to_string().as_bytes()).unwrap();
    let (world, at) =
        (set.place("WORLD").unwrap(), Instant::parse("2026-03-01T12:00:00Z").unwrap());
    set.evaluator().decide(&record, world, at, &State::default()).unwrap()
}

/// The record without what the evidence quotes: without the elements of lists, and with line ends instead of words.
fn without(record: &Value, evidence: &[Evidence], set: &RuleSet) -> Value {
    let read = set.read(record.to_string().as_bytes()).unwrap();
    let mut less = record.clone();
    let mut elements = BTreeSet::new();
    for Evidence { part, bytes: [start, end], .. } in evidence {
        if let Some((list, rest)) = part.split_once('[')
            && record.pointer(&pointer(list)).is_some_and(Value::is_array)
        {
            let (number, _) = rest.split_once(']').unwrap();
            elements.insert((pointer(list), number.parse::<usize>().unwrap()));
            continue;
        }
        let at = pointer(part);
        let text = if less.pointer(&at).is_some_and(Value::is_string) {
            less.pointer_mut(&at).unwrap()
        } else {
            let number = number_of(record, part);
            &mut less["parts"][number]["text"]
        };
        let mut words = text.as_str().unwrap().as_bytes().to_vec();
        assert_eq!(words.len(), read.text_of(part).unwrap().len());
        words[*start..*end].fill(b'\n');
        *text = String::from_utf8(words).unwrap().into();
    }
    for (list, number) in elements.into_iter().rev() {
        less.pointer_mut(&list).unwrap().as_array_mut().unwrap().remove(number);
    }
    less
}

/// The record without the places of its links: their words would be evidence for the links.
fn without_places(mut record: Value) -> Value {
    let links = record.get_mut("links").and_then(Value::as_array_mut);
    for link in links.into_iter().flatten().filter_map(Value::as_object_mut) {
        link.remove("part");
    }
    record
}

fn pointer(path: &str) -> String {
    format!("/{}", path.replace('.', "/"))
}

/// The number of the part with a name such as `text` or `button[1]`.
fn number_of(record: &Value, name: &str) -> usize {
    let (kind, nth) = name.split_once('[').map_or((name, 0), |(kind, nth)| {
        (kind, nth.trim_end_matches(']').parse::<usize>().unwrap())
    });
    let parts = record["parts"].as_array().unwrap().iter().enumerate();
    parts.filter(|(_, part)| part["kind"] == kind).nth(nth).unwrap().0
}

#[test]
fn a_rule_does_not_fire_without_the_words_of_its_evidence() {
    let config = Config {
        rng_algorithm: RngAlgorithm::XorShift,
        rng_seed: RngSeed::Fixed(11),
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let mut fired = 0;
    for _ in 0..150 {
        let drawn = (condition(), vec(record(), 40)).new_tree(&mut runner).unwrap().current();
        let (condition, records) = drawn;
        let Some(set) = compile(&condition) else { continue };
        for record in records.into_iter().map(without_places) {
            let decision = decide(&set, &record);
            let Some(matched) = decision.matched.first() else { continue };
            assert!(!matched.evidence.is_empty(), "{condition}\n{record}");
            // At most 16 pieces are kept, and a rule may need all that there are.
            if matched.evidence.len() == 16 {
                continue;
            }
            fired += 1;
            let less = without(&record, &matched.evidence, &set);
            let still = decide(&set, &less).matched;
            assert!(
                still.is_empty(),
                "{condition}\n{record}\n{:?}\nwithout them {less}\n{still:?}",
                matched.evidence
            );
        }
    }
    assert!(fired > 300, "{fired}");
}
