//! Rego on regorus: as an author would write it, split by place, and with an index that a host gives it as data.

use crate::engine::{Kind, Layout, Row};
use crate::facts::{Facts, words};
use crate::peers::{joined, quoted};
use crate::rules::{PLACES, Rule, Test};
use regorus::{Engine, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const GIVEN: &str = "facts read as the floor reads them, as Rego values; the words of the lower-cased text as a set";

pub const ROWS: [Row; 3] = [
    Row {
        name: "regorus",
        package: Some("regorus"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Rego::new(rules, Layout::Plain)),
    },
    Row {
        name: "regorus, split by place",
        package: Some("regorus"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Rego::new(rules, Layout::Split)),
    },
    Row {
        name: "regorus, index by hand",
        package: Some("regorus"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Rego::indexed(rules)),
    },
];

/// How many rules a file has. With more rules it would exceed the limits of regorus.
const FILE: usize = 2_000;
const HITS: &str = "data.bench.hits";

struct Rego {
    layout: Layout,
    programs: Vec<Engine>,
}

impl Rego {
    fn new(rules: &[Rule], layout: Layout) -> Self {
        let programs = layout.programs(rules);
        let programs = programs
            .iter()
            .map(|rules| compile(rules.chunks(FILE).map(|rules| source(rules, layout)), None))
            .collect();
        Self { layout, programs }
    }

    fn indexed(rules: &[Rule]) -> Self {
        let program = compile([INDEXED.to_owned()].into_iter(), Some(&index(rules)));
        Self { layout: Layout::Plain, programs: vec![program] }
    }
}

impl crate::engine::Engine for Rego {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let facts = Facts::read(json);
        let input = input(&facts);
        for program in self.layout.for_message(&facts) {
            let engine = &mut self.programs[program];
            engine.set_input(input.clone());
            let found = engine.eval_rule(HITS.to_owned()).expect("the policy evaluates");
            // Without hits the set is empty or undefined.
            for number in found.as_set().into_iter().flat_map(|set| set.iter()) {
                hits.push(number.as_u32().expect("a number"));
            }
        }
    }
}

fn compile(sources: impl Iterator<Item = String>, data: Option<&str>) -> Engine {
    let mut engine = Engine::new();
    // A place without rules has no file of its own.
    let empty = "package bench\nimport rego.v1\nhits contains 0 if { false }\n".to_owned();
    for (number, source) in sources.chain([empty]).enumerate() {
        engine.add_policy(format!("bench{number}.rego"), source).expect("the policy compiles");
    }
    if let Some(data) = data {
        engine.add_data_json(data).expect("the index is JSON");
    }
    engine
}

fn source(rules: &[&Rule], layout: Layout) -> String {
    let mut text = "package bench\nimport rego.v1\n".to_owned();
    for rule in rules {
        let place = match layout {
            Layout::Plain => format!("{} in input.visible_in; ", quoted(rule.place())),
            Layout::Split => String::new(),
        };
        let test = match &rule.test {
            Test::Words(words) => {
                format!("some word in [{}]; word in input.words", joined(words, ", ", quoted))
            }
            Test::Regex { pattern, .. } => format!("regex.match(`{pattern}`, input.text)"),
            Test::Fields { language, strikes } => {
                format!("input.language == {}; input.strikes > {strikes}", quoted(language))
            }
        };
        let _ = writeln!(
            text,
            "hits contains {} if {{ {place}{test}; input.members > {}; not input.bot }}",
            rule.number, rule.members
        );
    }
    text
}

const INDEXED: &str = r#"
package bench
import rego.v1
hits contains rule.number if {
  some word in input.words
  some rule in data.words[word]
  rule.place in input.visible_in
  input.members > rule.members
  not input.bot
}
hits contains rule.number if {
  some place in input.visible_in
  some rule in data.fields[place][input.language]
  input.strikes > rule.strikes
  input.members > rule.members
  not input.bot
}
hits contains rule.number if {
  some place in input.visible_in
  some rule in data.regexes[place]
  regex.match(rule.pattern, input.text)
  input.members > rule.members
  not input.bot
}
"#;

fn index(rules: &[Rule]) -> String {
    use serde_json::json;
    let mut by_word: BTreeMap<&str, Vec<serde_json::Value>> = BTreeMap::new();
    let mut regexes: BTreeMap<&str, Vec<serde_json::Value>> = BTreeMap::new();
    let mut fields: BTreeMap<&str, BTreeMap<&str, Vec<serde_json::Value>>> =
        PLACES.iter().map(|place| (*place, BTreeMap::new())).collect();
    for rule in rules {
        let (number, place, members) = (rule.number, rule.place(), rule.members);
        match &rule.test {
            Test::Words(words) => {
                for word in words {
                    by_word
                        .entry(word)
                        .or_default()
                        .push(json!({ "number": number, "place": place, "members": members }));
                }
            }
            Test::Regex { pattern, .. } => {
                regexes
                    .entry(place)
                    .or_default()
                    .push(json!({ "number": number, "pattern": pattern, "members": members }));
            }
            Test::Fields { language, strikes } => fields
                .entry(place)
                .or_default()
                .entry(language)
                .or_default()
                .push(json!({ "number": number, "strikes": strikes, "members": members })),
        }
    }
    json!({ "words": by_word, "regexes": regexes, "fields": fields }).to_string()
}

fn input(facts: &Facts<'_>) -> Value {
    let lower = facts.lower();
    let words: BTreeSet<Value> = words(&lower).map(Value::from).collect();
    let places: BTreeSet<Value> =
        facts.visibility.countries.iter().map(|code| Value::from(*code)).collect();
    let fields: BTreeMap<Value, Value> = [
        ("visible_in", Value::from(places)),
        ("words", Value::from(words)),
        ("text", Value::from(facts.text())),
        ("members", Value::from(facts.members())),
        ("bot", Value::from(facts.is_bot())),
        ("language", Value::from(facts.language.declared)),
        ("strikes", Value::from(facts.chat.strikes)),
    ]
    .into_iter()
    .map(|(name, value)| (Value::from(name), value))
    .collect();
    Value::from(fields)
}
