//! CEL: one program for each rule.

use crate::engine::{Engine, Kind, Layout, Row};
use crate::facts::{Facts, words};
use crate::peers::{joined, quoted};
use crate::rules::{Rule, Test};
use cel::{Context, Env, Program, Value};
use std::collections::HashMap;
use std::sync::Arc;

const GIVEN: &str =
    "facts read as the floor reads them, as variables; the words of the lower-cased text as a map";

pub const ROWS: [Row; 2] = [
    Row {
        name: "cel",
        package: Some("cel"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Cel::new(rules, Layout::Plain)),
    },
    Row {
        name: "cel, split by place",
        package: Some("cel"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Cel::new(rules, Layout::Split)),
    },
];

struct Cel {
    layout: Layout,
    env: Arc<Env>,
    programs: Vec<Vec<(u32, Program)>>,
}

impl Cel {
    fn new(rules: &[Rule], layout: Layout) -> Self {
        let env = Arc::new(Env::stdlib());
        let program = |rule: &&Rule| {
            (rule.number, env.compile(&source(rule, layout)).expect("the program compiles"))
        };
        let programs = layout
            .programs(rules)
            .iter()
            .map(|rules| rules.iter().map(program).collect())
            .collect();
        Self { layout, programs, env }
    }
}

impl Engine for Cel {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let facts = Facts::read(json);
        let lower = facts.lower();
        let mut context = Context::with_env(self.env.clone());
        let words: HashMap<String, Value> =
            words(&lower).map(|word| (word.to_owned(), Value::Bool(true))).collect();
        context.add_variable_from_value("visible_in", facts.visibility.countries.clone());
        context.add_variable_from_value("words", words);
        context.add_variable_from_value("text", facts.text());
        context.add_variable_from_value("members", Value::Int(facts.members()));
        context.add_variable_from_value("bot", Value::Bool(facts.is_bot()));
        context.add_variable_from_value("language", facts.language.declared);
        context.add_variable_from_value("strikes", Value::Int(facts.chat.strikes));
        for program in self.layout.for_message(&facts) {
            for (number, program) in &self.programs[program] {
                if program.execute(&context).expect("the program evaluates") == Value::Bool(true) {
                    hits.push(*number);
                }
            }
        }
    }
}

fn source(rule: &Rule, layout: Layout) -> String {
    let place = match layout {
        Layout::Plain => format!("{} in visible_in && ", quoted(rule.place())),
        Layout::Split => String::new(),
    };
    let test = match &rule.test {
        Test::Words(words) => {
            format!("({})", joined(words, " || ", |word| format!("{} in words", quoted(word))))
        }
        Test::Regex { pattern, .. } => format!("text.matches({})", quoted(pattern)),
        Test::Fields { language, strikes } => {
            format!("language == {} && strikes > {strikes}", quoted(language))
        }
    };
    format!("{place}{test} && members > {} && !bot", rule.members)
}
