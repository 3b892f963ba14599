//! YARA-X: all rules in one set. It matches bytes and knows only words in ASCII. So it scans the words with a `|` around
//! each, followed by the text as written, for the regular expressions.

use crate::engine::{Engine, Kind, Layout, Row};
use crate::facts::{Facts, words};
use crate::rules::{Rule, Test};
use std::fmt::Write;
use yara_x::{Compiler, Scanner};

const GIVEN: &str = "facts read as the floor reads them, as globals; it scans the words of the lower-cased text, `|` around \
    each, and the text; its fast mode, which stops at a pattern's first match";

pub const ROWS: [Row; 2] = [
    Row {
        name: "yara-x",
        package: Some("yara-x"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Yara::new(rules, Layout::Plain)),
    },
    Row {
        name: "yara-x, split by place",
        package: Some("yara-x"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Yara::new(rules, Layout::Split)),
    },
];

struct Yara {
    layout: Layout,
    programs: Vec<Scanner<'static>>,
    scanned: String,
}

impl Yara {
    fn new(rules: &[Rule], layout: Layout) -> Self {
        let programs = layout.programs(rules).iter().map(|rules| scanner(rules, layout)).collect();
        Self { layout, programs, scanned: String::new() }
    }
}

impl Engine for Yara {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let facts = Facts::read(json);
        let mut places = String::from("|");
        for code in &facts.visibility.countries {
            places.push_str(code);
            places.push('|');
        }
        self.scanned.clear();
        self.scanned.push('|');
        for word in words(&facts.lower()) {
            self.scanned.push_str(word);
            self.scanned.push('|');
        }
        self.scanned.push('\n');
        self.scanned.push_str(facts.text());
        for program in self.layout.for_message(&facts) {
            let scanner = &mut self.programs[program];
            let set = |scanner: &mut Scanner<'_>| -> Result<(), yara_x::errors::VariableError> {
                if self.layout == Layout::Plain {
                    scanner.set_global("visible_in", places.as_str())?;
                }
                scanner.set_global("members", facts.members())?;
                scanner.set_global("bot", facts.is_bot())?;
                scanner.set_global("lang", facts.language.declared)?;
                scanner.set_global("strikes", facts.chat.strikes)?;
                Ok(())
            };
            set(scanner).expect("the values have the types of the globals");
            let results = scanner.scan(self.scanned.as_bytes()).expect("the scan ends");
            hits.extend(results.matching_rules().map(|rule| {
                rule.identifier()
                    .strip_prefix('r')
                    .and_then(|number| number.parse::<u32>().ok())
                    .expect("a number")
            }));
        }
    }
}

fn scanner(rules: &[&Rule], layout: Layout) -> Scanner<'static> {
    let mut compiler = Compiler::new();
    let define = |compiler: &mut Compiler<'_>| -> Result<(), yara_x::errors::VariableError> {
        compiler.define_global("visible_in", "")?;
        compiler.define_global("members", 0i64)?;
        compiler.define_global("bot", false)?;
        compiler.define_global("lang", "")?;
        compiler.define_global("strikes", 0i64)?;
        Ok(())
    };
    define(&mut compiler).expect("names differ");
    compiler
        .add_source(source(rules, layout).as_str())
        .unwrap_or_else(|fault| panic!("the rules do not compile: {fault}"));
    // A scanner borrows its rules, so the rules are leaked.
    let mut scanner = Scanner::new(Box::leak(Box::new(compiler.build())));
    scanner.fast_scan(true);
    scanner
}

fn source(rules: &[&Rule], layout: Layout) -> String {
    let mut text = String::new();
    for rule in rules {
        let mut strings = String::new();
        let test = match &rule.test {
            Test::Words(words) => {
                for (number, word) in words.iter().enumerate() {
                    let _ = write!(strings, " $w{number} = \"|{word}|\"");
                }
                "any of them".to_owned()
            }
            Test::Regex { pattern, .. } => {
                let _ = write!(strings, " $r = /{pattern}/");
                "$r".to_owned()
            }
            Test::Fields { language, strikes } => {
                format!("lang == \"{language}\" and strikes > {strikes}")
            }
        };
        let strings = if strings.is_empty() { strings } else { format!(" strings:{strings}") };
        let place = match layout {
            Layout::Plain => format!("visible_in contains \"|{}|\" and ", rule.place()),
            Layout::Split => String::new(),
        };
        let _ = writeln!(
            text,
            "rule r{} {{{strings} condition: {place}{test} and members > {} and not bot }}",
            rule.number, rule.members
        );
    }
    text
}
