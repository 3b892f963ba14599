//! Rhai: one script with all rules.

use crate::engine::{Engine, Kind, Layout, Row};
use crate::facts::{Facts, words};
use crate::peers::{joined, quoted};
use crate::rules::{Rule, Test};
use regex::Regex;
use rhai::{AST, Array, Dynamic, ImmutableString, Map, Scope};
use std::collections::HashMap;
use std::fmt::Write;

const GIVEN: &str = "facts read as the floor reads them, as variables of the scope; the words of the lower-cased text as a \
    map; a function of the host for regular expressions, which it has none of";

pub const ROWS: [Row; 2] = [
    Row {
        name: "rhai",
        package: Some("rhai"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Rhai::new(rules, Layout::Plain)),
    },
    Row {
        name: "rhai, split by place",
        package: Some("rhai"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Rhai::new(rules, Layout::Split)),
    },
];

struct Rhai {
    layout: Layout,
    engine: rhai::Engine,
    programs: Vec<AST>,
}

impl Rhai {
    fn new(rules: &[Rule], layout: Layout) -> Self {
        let mut engine = rhai::Engine::new();
        engine.set_max_expr_depths(0, 0);
        let regexes: HashMap<i64, Regex> = rules
            .iter()
            .filter_map(|rule| match &rule.test {
                Test::Regex { pattern, .. } => {
                    Some((rule.number.into(), Regex::new(pattern).expect("a regex")))
                }
                Test::Words(_) | Test::Fields { .. } => None,
            })
            .collect();
        engine.register_fn("matches", move |text: ImmutableString, number: i64| {
            regexes[&number].is_match(&text)
        });
        let compile = |rules: &Vec<&Rule>| {
            engine.compile(source(rules, layout)).expect("the script compiles")
        };
        let programs = layout.programs(rules).iter().map(compile).collect();
        Self { layout, engine, programs }
    }
}

impl Engine for Rhai {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let facts = Facts::read(json);
        let lower = facts.lower();
        let words: Map = words(&lower).map(|word| (word.into(), Dynamic::TRUE)).collect();
        let places: Map =
            facts.visibility.countries.iter().map(|code| ((*code).into(), Dynamic::TRUE)).collect();
        let mut scope = Scope::new();
        scope.push_constant("visible_in", places);
        scope.push_constant("words", words);
        scope.push_constant("text", ImmutableString::from(facts.text()));
        scope.push_constant("members", facts.members());
        scope.push_constant("bot", facts.is_bot());
        scope.push_constant("language", ImmutableString::from(facts.language.declared));
        scope.push_constant("strikes", facts.chat.strikes);
        for program in self.layout.for_message(&facts) {
            let variables = scope.len();
            let found: Array = self
                .engine
                .eval_ast_with_scope(&mut scope, &self.programs[program])
                .expect("the script runs");
            scope.rewind(variables);
            hits.extend(found.iter().map(|number| number.as_int().expect("a number") as u32));
        }
    }
}

fn source(rules: &[&Rule], layout: Layout) -> String {
    let mut text = "let hits = [];\n".to_owned();
    for rule in rules {
        let place = match layout {
            Layout::Plain => format!("{} in visible_in && ", quoted(rule.place())),
            Layout::Split => String::new(),
        };
        let test = match &rule.test {
            Test::Words(words) => {
                format!("({})", joined(words, " || ", |word| format!("{} in words", quoted(word))))
            }
            Test::Regex { .. } => format!("matches(text, {})", rule.number),
            Test::Fields { language, strikes } => {
                format!("language == {} && strikes > {strikes}", quoted(language))
            }
        };
        let _ = writeln!(
            text,
            "if {place}{test} && members > {} && !bot {{ hits.push({}); }}",
            rule.members, rule.number
        );
    }
    text.push_str("hits\n");
    text
}
