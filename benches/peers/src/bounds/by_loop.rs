//! What a programmer would write first: a loop that tests one rule after the other.

use crate::engine::{Engine, place};
use crate::facts::{Facts, words};
use crate::rules::{Rule, Test};
use regex::Regex;
use std::collections::HashSet;

pub struct Loop {
    rules: Vec<(Rule, Option<Regex>)>,
}

impl Loop {
    pub fn new(rules: &[Rule]) -> Self {
        let regex = |rule: &Rule| match &rule.test {
            Test::Regex { pattern, .. } => Some(Regex::new(pattern).expect("a regex")),
            Test::Words(_) | Test::Fields { .. } => None,
        };
        Self { rules: rules.iter().map(|rule| (rule.clone(), regex(rule))).collect() }
    }
}

impl Engine for Loop {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let facts = Facts::read(json);
        let lower = facts.lower();
        let words: HashSet<&str> = words(&lower).collect();
        let visible = facts.visibility.countries.iter().filter_map(|code| place(code));
        let visible = visible.fold(0u64, |all, place| all | 1 << place);
        for (rule, regex) in &self.rules {
            let is_met = || match &rule.test {
                Test::Words(keywords) => keywords.iter().any(|word| words.contains(word.as_str())),
                Test::Regex { .. } => {
                    regex.as_ref().is_some_and(|regex| regex.is_match(facts.text()))
                }
                Test::Fields { language, strikes } => {
                    facts.language.declared == *language && facts.chat.strikes > *strikes
                }
            };
            if visible & 1 << rule.place != 0
                && is_met()
                && facts.members() > rule.members
                && !facts.is_bot()
            {
                hits.push(rule.number);
            }
        }
    }
}
