//! VRL: one program with all rules.

use crate::engine::{Engine, Kind, Layout, Row};
use crate::facts::{Facts, words};
use crate::peers::{joined, quoted};
use crate::rules::{Rule, Test};
use std::collections::BTreeMap;
use std::fmt::Write;
use vrl::compiler::state::RuntimeState;
use vrl::compiler::{Context, Program, TargetValue, TimeZone};
use vrl::value::{KeyString, Secrets, Value};

const GIVEN: &str = "facts read as the floor reads them, as an event; the words of the lower-cased text as an object";

pub const ROWS: [Row; 2] = [
    Row {
        name: "vrl",
        package: Some("vrl"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Vrl::new(rules, Layout::Plain)),
    },
    Row {
        name: "vrl, split by place",
        package: Some("vrl"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Vrl::new(rules, Layout::Split)),
    },
];

struct Vrl {
    layout: Layout,
    programs: Vec<Program>,
    state: RuntimeState,
}

impl Vrl {
    fn new(rules: &[Rule], layout: Layout) -> Self {
        let functions = vrl::stdlib::all();
        let compile =
            |rules: &Vec<&Rule>| match vrl::compiler::compile(&source(rules, layout), &functions) {
                Ok(compiled) => compiled.program,
                Err(faults) => panic!("the program does not compile: {faults:?}"),
            };
        let programs = layout.programs(rules).iter().map(compile).collect();
        Self { layout, programs, state: RuntimeState::default() }
    }
}

impl Engine for Vrl {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let facts = Facts::read(json);
        let mut target = TargetValue {
            value: event(&facts),
            metadata: Value::Object(BTreeMap::new()),
            secrets: Secrets::default(),
        };
        let zone = TimeZone::default();
        for program in self.layout.for_message(&facts) {
            self.state.clear();
            let mut context = Context::new(&mut target, &mut self.state, &zone);
            let found = self.programs[program].resolve(&mut context).expect("the program runs");
            let found = found.as_array().expect("an array");
            hits.extend(found.iter().map(|number| number.as_integer().expect("a number") as u32));
        }
    }
}

fn event(facts: &Facts<'_>) -> Value {
    let lower = facts.lower();
    let keys = |words: &mut dyn Iterator<Item = &str>| -> Value {
        Value::Object(words.map(|word| (KeyString::from(word), Value::Boolean(true))).collect())
    };
    let fields = [
        ("visible_in", keys(&mut facts.visibility.countries.iter().copied())),
        ("words", keys(&mut words(&lower))),
        ("text", Value::from(facts.text())),
        ("members", Value::Integer(facts.members())),
        ("bot", Value::Boolean(facts.is_bot())),
        ("language", Value::from(facts.language.declared)),
        ("strikes", Value::Integer(facts.chat.strikes)),
        // Passed in, because for an array that the program made itself the compiler would keep one more type for each `push`.
        ("hits", Value::Array(vec![])),
    ];
    Value::Object(fields.into_iter().map(|(name, value)| (KeyString::from(name), value)).collect())
}

fn source(rules: &[&Rule], layout: Layout) -> String {
    let mut text =
        "hits = array!(.hits)\ntext = string!(.text)\nmembers = int!(.members)\nbot = bool!(.bot)\n\
        language = string!(.language)\nstrikes = int!(.strikes)\n"
            .to_owned();
    for rule in rules {
        let place = match layout {
            Layout::Plain => format!("exists(.visible_in.{}) && ", rule.place()),
            Layout::Split => String::new(),
        };
        let test = match &rule.test {
            Test::Words(words) => format!(
                "({})",
                joined(words, " || ", |word| format!("exists(.words.{})", quoted(word)))
            ),
            Test::Regex { pattern, .. } => format!("match(text, r'{pattern}')"),
            Test::Fields { language, strikes } => {
                format!("language == {} && strikes > {strikes}", quoted(language))
            }
        };
        let _ = writeln!(
            text,
            "if {place}{test} && members > {} && !bot {{ hits = push(hits, {}) }}",
            rule.members, rule.number
        );
    }
    text.push_str("hits\n");
    text
}
