//! wirefilter in the version of the registry: one filter for each rule. This version has numbers, booleans and byte strings,
//! but no lists, so words and places are strings with a `|` around each.

use crate::engine::{Engine, Kind, Layout, Row};
use crate::facts::{Facts, words};
use crate::peers::{joined, quoted};
use crate::rules::{Rule, Test};
use wirefilter::{ExecutionContext, Filter, Scheme, Type};

const GIVEN: &str = "facts read as the floor reads them, as fields; the lower-cased text split into words, `|` around each";

pub const ROWS: [Row; 2] = [
    Row {
        name: "wirefilter-engine",
        package: Some("wirefilter-engine"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Wirefilter::new(rules, Layout::Plain)),
    },
    Row {
        name: "wirefilter-engine, split by place",
        package: Some("wirefilter-engine"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Wirefilter::new(rules, Layout::Split)),
    },
];

struct Wirefilter {
    layout: Layout,
    scheme: &'static Scheme,
    programs: Vec<Vec<(u32, Filter<'static>)>>,
}

impl Wirefilter {
    fn new(rules: &[Rule], layout: Layout) -> Self {
        let fields = [
            ("visible_in", Type::Bytes),
            ("words", Type::Bytes),
            ("text", Type::Bytes),
            ("members", Type::Int),
            ("bot", Type::Bool),
            ("language", Type::Bytes),
            ("strikes", Type::Int),
        ];
        let fields = fields.into_iter().map(|(name, ty)| (name.to_owned(), ty));
        // Filters borrow their scheme: it lives as long as the run.
        let scheme: &'static Scheme =
            Box::leak(Box::new(Scheme::try_from_iter(fields).expect("names differ")));
        let filter = |rule: &&Rule| {
            let source = source(rule, layout);
            let parsed = scheme
                .parse(&source)
                .unwrap_or_else(|fault| panic!("the filter does not parse: {fault}"));
            (rule.number, parsed.compile())
        };
        let programs =
            layout.programs(rules).iter().map(|rules| rules.iter().map(filter).collect()).collect();
        Self { layout, scheme, programs }
    }
}

impl Engine for Wirefilter {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let facts = Facts::read(json);
        let places = marked(facts.visibility.countries.iter().copied());
        let words = marked(words(&facts.lower()));
        let mut context = ExecutionContext::new(self.scheme);
        fill(&mut context, &facts, places, words);
        for program in self.layout.for_message(&facts) {
            for (number, filter) in &self.programs[program] {
                if filter.execute(&context).expect("one scheme") {
                    hits.push(*number);
                }
            }
        }
    }
}

/// Sets the fields of a message. In this version the values must live as long as the scheme, so they are leaked: safe code
/// has no other way. Leaking costs a copy of the text, and saves the time of freeing it.
fn fill(context: &mut ExecutionContext<'static>, facts: &Facts<'_>, places: String, words: String) {
    let small = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
    let leaked = |text: String| -> &'static str { text.leak() };
    let result = context
        .set_field_value("visible_in", leaked(places))
        .and_then(|()| context.set_field_value("words", leaked(words)))
        .and_then(|()| context.set_field_value("text", leaked(facts.text().to_owned())))
        .and_then(|()| context.set_field_value("members", small(facts.members())))
        .and_then(|()| context.set_field_value("bot", facts.is_bot()))
        .and_then(|()| {
            context.set_field_value("language", leaked(facts.language.declared.to_owned()))
        })
        .and_then(|()| context.set_field_value("strikes", small(facts.chat.strikes)));
    result.expect("the values have the types of the fields");
}

/// Words with a `|` around each, so that a search for a substring can find whole words.
fn marked<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::from("|");
    for word in words {
        text.push_str(word);
        text.push('|');
    }
    text
}

fn source(rule: &Rule, layout: Layout) -> String {
    let place = match layout {
        Layout::Plain => format!("visible_in contains \"|{}|\" && ", rule.place()),
        Layout::Split => String::new(),
    };
    let test = match &rule.test {
        Test::Words(words) => {
            format!(
                "({})",
                joined(words, " || ", |word| format!(
                    "words contains {}",
                    quoted(&format!("|{word}|"))
                ))
            )
        }
        Test::Regex { pattern, .. } => format!("text matches \"{pattern}\""),
        Test::Fields { language, strikes } => {
            format!("language == {} && strikes > {strikes}", quoted(language))
        }
    };
    format!("{place}{test} && members > {} && not bot", rule.members)
}
