//! ZEN: one decision table that collects all rows that match. Its index works on columns of plain values. So the variant
//! with an index has the place as a column, and asks once for each place.

use crate::engine::{Engine, Kind, Row};
use crate::facts::{Facts, words};
use crate::peers::joined;
use crate::rules::{Rule, Test};
use serde_json::json;
use zen_engine::model::DecisionContent;
use zen_engine::{Decision, DecisionEngine};

const GIVEN: &str = "facts read as the floor reads them, as its variables; the words of the lower-cased text as an array";

pub const ROWS: [Row; 2] = [
    Row {
        name: "zen-engine, decision table",
        package: Some("zen-engine"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Zen::new(rules, false)),
    },
    Row {
        name: "zen-engine, a column for the place",
        package: Some("zen-engine"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Zen::new(rules, true)),
    },
];

struct Zen {
    runtime: tokio::runtime::Runtime,
    decision: Decision,
    /// Whether the place is a column that the table's own index works on.
    indexed: bool,
}

impl Zen {
    fn new(rules: &[Rule], indexed: bool) -> Self {
        let content: DecisionContent =
            serde_json::from_value(table(rules, indexed)).expect("a decision");
        let mut decision =
            DecisionEngine::default().create_decision(content.into()).expect("a graph");
        decision.compile();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        Self { runtime, decision, indexed }
    }

    fn ask(&self, input: serde_json::Value, hits: &mut Vec<u32>) {
        let answer = self
            .runtime
            .block_on(self.decision.evaluate(input.into()))
            .expect("the table evaluates");
        let rows = answer.result.to_value();
        let rows = rows.as_array().into_iter().flatten();
        hits.extend(rows.filter_map(|row| Some(row.get("number")?.as_u64()? as u32)));
    }
}

impl Engine for Zen {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let facts = Facts::read(json);
        let lower = facts.lower();
        let mut input = json!({
            "visible_in": facts.visibility.countries,
            "words": words(&lower).collect::<Vec<_>>(),
            "text": facts.text(),
            "members": facts.members(),
            "bot": facts.is_bot(),
            "language": facts.language.declared,
            "strikes": facts.chat.strikes,
        });
        if !self.indexed {
            return self.ask(input, hits);
        }
        for place in &facts.visibility.countries {
            input["place"] = json!(place);
            self.ask(input.clone(), hits);
        }
    }
}

fn table(rules: &[Rule], indexed: bool) -> serde_json::Value {
    let place = |rule: &Rule| match indexed {
        true => format!("\"{}\"", rule.place()),
        false => format!("'{}' in visible_in", rule.place()),
    };
    let test = |rule: &Rule| match &rule.test {
        Test::Words(words) => joined(words, " or ", |word| format!("'{word}' in words")),
        Test::Regex { pattern, .. } => format!("matches(text, '{pattern}')"),
        Test::Fields { language, strikes } => {
            format!("language == '{language}' and strikes > {strikes}")
        }
    };
    let rows: Vec<_> = rules
        .iter()
        .map(|rule| {
            json!({
                "_id": rule.number.to_string(),
                "place": place(rule),
                "test": test(rule),
                "members": format!("> {}", rule.members),
                "bot": "false",
                "number": rule.number.to_string(),
            })
        })
        .collect();
    let place = if indexed {
        json!({ "id": "place", "name": "place", "field": "place" })
    } else {
        json!({ "id": "place", "name": "place" })
    };
    json!({
        "nodes": [
            { "id": "in", "name": "in", "type": "inputNode", "position": { "x": 0, "y": 0 } },
            { "id": "table", "name": "table", "type": "decisionTableNode", "position": { "x": 1, "y": 0 }, "content": {
                "hitPolicy": "collect",
                "inputs": [
                    place,
                    { "id": "test", "name": "test" },
                    { "id": "members", "name": "members", "field": "members" },
                    { "id": "bot", "name": "bot", "field": "bot" },
                ],
                "outputs": [{ "id": "number", "name": "number", "field": "number" }],
                "rules": rows,
            } },
            { "id": "out", "name": "out", "type": "outputNode", "position": { "x": 2, "y": 0 } },
        ],
        "edges": [
            { "id": "a", "sourceId": "in", "targetId": "table", "type": "edge" },
            { "id": "b", "sourceId": "table", "targetId": "out", "type": "edge" },
        ],
    })
}
