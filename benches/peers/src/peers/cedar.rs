//! Cedar: a permit for each rule; the determining policies are the rules that fire.

use crate::engine::{Engine, Kind, Layout, Row};
use crate::facts::{Facts, words};
use crate::peers::{joined, quoted};
use crate::rules::{Rule, Test};
use cedar_policy::{
    Authorizer, Context, Entities, EntityUid, Policy, PolicyId, PolicySet, Request,
    RestrictedExpression,
};
use regex::Regex;

const GIVEN: &str = "facts read as the floor reads them, as a context; the words of the lower-cased text as a set; it has no \
    regular expressions, so the host matches those that can apply and passes the numbers of those that did";

pub const ROWS: [Row; 2] = [
    Row {
        name: "cedar-policy",
        package: Some("cedar-policy"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Cedar::new(rules, Layout::Plain)),
    },
    Row {
        name: "cedar-policy, split by place",
        package: Some("cedar-policy"),
        kind: Kind::Peer,
        given: GIVEN,
        build: |rules| Box::new(Cedar::new(rules, Layout::Split)),
    },
];

struct Cedar {
    layout: Layout,
    authorizer: Authorizer,
    entities: Entities,
    nobody: EntityUid,
    programs: Vec<PolicySet>,
    /// For each place, the regular expressions of its rules, with the numbers of the rules.
    regexes: Vec<Vec<(i64, Regex)>>,
}

impl Cedar {
    fn new(rules: &[Rule], layout: Layout) -> Self {
        let programs = layout.programs(rules);
        let programs = programs
            .iter()
            .map(|rules| {
                PolicySet::from_policies(rules.iter().map(|rule| policy(rule, layout)))
                    .expect("numbers differ")
            })
            .collect();
        let regexes = Layout::Split.programs(rules);
        let regexes = regexes
            .iter()
            .map(|rules| rules.iter().filter_map(|rule| regex(rule)).collect())
            .collect();
        let nobody = r#"Nobody::"0""#.parse().expect("an entity");
        Self {
            layout,
            authorizer: Authorizer::new(),
            entities: Entities::empty(),
            nobody,
            programs,
            regexes,
        }
    }

    fn context(&self, facts: &Facts<'_>) -> Context {
        let text = |text: &str| RestrictedExpression::new_string(text.into());
        let lower = facts.lower();
        let matched = Layout::Split
            .for_message(facts)
            .into_iter()
            .flat_map(|place| &self.regexes[place])
            .filter(|(_, regex)| regex.is_match(facts.text()))
            .map(|(number, _)| RestrictedExpression::new_long(*number));
        let pairs = [
            (
                "visible_in",
                RestrictedExpression::new_set(
                    facts.visibility.countries.iter().map(|code| text(code)),
                ),
            ),
            ("words", RestrictedExpression::new_set(words(&lower).map(text))),
            ("matched", RestrictedExpression::new_set(matched)),
            ("members", RestrictedExpression::new_long(facts.members())),
            ("bot", RestrictedExpression::new_bool(facts.is_bot())),
            ("language", text(facts.language.declared)),
            ("strikes", RestrictedExpression::new_long(facts.chat.strikes)),
        ];
        Context::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value)))
            .expect("names differ")
    }
}

impl Engine for Cedar {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let facts = Facts::read(json);
        let nobody = || self.nobody.clone();
        let request = Request::new(nobody(), nobody(), nobody(), self.context(&facts), None)
            .expect("no schema");
        for program in self.layout.for_message(&facts) {
            let response =
                self.authorizer.is_authorized(&request, &self.programs[program], &self.entities);
            let ids = response.diagnostics().reason();
            hits.extend(ids.map(|id| AsRef::<str>::as_ref(id).parse::<u32>().expect("a number")));
        }
    }
}

fn regex(rule: &Rule) -> Option<(i64, Regex)> {
    match &rule.test {
        Test::Regex { pattern, .. } => {
            Some((rule.number.into(), Regex::new(pattern).expect("a regex")))
        }
        Test::Words(_) | Test::Fields { .. } => None,
    }
}

fn policy(rule: &Rule, layout: Layout) -> Policy {
    let place = match layout {
        Layout::Plain => format!("context.visible_in.contains({}) && ", quoted(rule.place())),
        Layout::Split => String::new(),
    };
    let test = match &rule.test {
        Test::Words(words) => {
            format!("context.words.containsAny([{}])", joined(words, ", ", quoted))
        }
        Test::Regex { .. } => format!("context.matched.contains({})", rule.number),
        Test::Fields { language, strikes } => {
            format!("context.language == {} && context.strikes > {strikes}", quoted(language))
        }
    };
    let source = format!(
        "permit(principal, action, resource) when {{ {place}{test} && context.members > {} && !context.bot }};",
        rule.members
    );
    Policy::parse(Some(PolicyId::new(rule.number.to_string())), source).expect("the policy parses")
}
