//! Tests that the word table and the grammar have the same words, and allow each word in the same places.

use super::{Block, ItemWord, Role, Word, all};
use crate::base::time::Unit;
use pest_meta::ast::{Expr, RuleType};
use pest_meta::parser;
use std::collections::{BTreeMap, BTreeSet};

pub(in crate::syntax) type Names = BTreeSet<String>;

/// The rules of the grammar files.
pub(in crate::syntax) struct Grammar {
    /// The expression of each rule, by the name of the rule.
    rules: BTreeMap<String, Expr>,
    /// The rules for which the parser makes no pairs.
    silent: Names,
}

/// Brackets and separators, which the table does not explain.
const PUNCTUATION: [&str; 11] = ["{", "}", "(", ")", "[", "]", ",", ":", "=", "|", "?"];

impl Grammar {
    pub(in crate::syntax) fn read() -> Self {
        let files = [
            include_str!("../../../grammar/loci.pest"),
            include_str!("../../../grammar/words.pest"),
        ];
        let (mut rules, mut silent) = (BTreeMap::new(), Names::new());
        for text in files {
            let pairs = parser::parse(parser::Rule::grammar_rules, text).unwrap();
            for rule in parser::consume_rules(pairs).unwrap() {
                if rule.ty == RuleType::Silent {
                    silent.insert(rule.name.clone());
                }
                rules.insert(rule.name, rule.expr);
            }
        }
        Self { rules, silent }
    }

    /// The rules for which the parser makes pairs, without those that match mistakes.
    pub(in crate::syntax) fn visible(&self) -> Names {
        let names = self.rules.keys().filter(|name| !name.starts_with("bad_"));
        names.filter(|name| !self.silent.contains(*name)).cloned().collect()
    }

    /// The visible rules that the named rules can begin with.
    pub(in crate::syntax) fn first_rules(&self, names: &[&str]) -> Names {
        let (mut tokens, mut rules) = (Names::new(), Names::new());
        for name in names {
            self.collect_first(self.rule(name), &mut tokens, &mut rules);
        }
        rules.intersection(&self.visible()).cloned().collect()
    }

    fn rule(&self, name: &str) -> &Expr {
        self.rules.get(name).unwrap_or_else(|| panic!("the grammar has no rule `{name}`"))
    }

    /// The text that a rule matches, if the rule is one word or sign, or several words with blanks between them.
    fn token(&self, name: &str) -> Option<String> {
        let mut words = vec![];
        let is_token =
            !name.starts_with("bad_") && self.words_of(self.rules.get(name)?, &mut words);
        let token = words.join(" ");
        (is_token && !words.is_empty() && !PUNCTUATION.contains(&&*token)).then_some(token)
    }

    /// Whether an expression consists only of words and blanks. Its words are added to `words`.
    fn words_of(&self, expr: &Expr, words: &mut Vec<String>) -> bool {
        match expr {
            Expr::Str(text) => {
                words.push(text.clone());
                true
            }
            Expr::Seq(first, second) => self.words_of(first, words) && self.words_of(second, words),
            Expr::NegPred(_) => true,
            Expr::RepOnce(inner) => **inner == Expr::Ident("blank".into()),
            Expr::Ident(name) if name.starts_with("kw_") => self.words_of(self.rule(name), words),
            _ => false,
        }
    }

    /// Collects the tokens and rules that an expression can begin with. Returns whether the expression can be empty.
    fn collect_first(&self, expr: &Expr, tokens: &mut Names, rules: &mut Names) -> bool {
        match expr {
            Expr::Ident(name) if name.starts_with("bad_") => false,
            Expr::Ident(name) => {
                if let Some(token) = self.token(name) {
                    tokens.insert(token);
                    rules.insert(name.clone());
                    return false;
                }
                match self.rules.get(name) {
                    Some(rule) if rules.insert(name.clone()) => {
                        self.collect_first(rule, tokens, rules)
                    }
                    _ => false,
                }
            }
            Expr::Seq(first, second) => {
                self.collect_first(first, tokens, rules)
                    && self.collect_first(second, tokens, rules)
            }
            Expr::Choice(one, other) => {
                let one = self.collect_first(one, tokens, rules);
                self.collect_first(other, tokens, rules) || one
            }
            Expr::Opt(inner) | Expr::Rep(inner) | Expr::RepMax(inner, _) => {
                self.collect_first(inner, tokens, rules);
                true
            }
            Expr::RepOnce(inner) => self.collect_first(inner, tokens, rules),
            Expr::NegPred(_) | Expr::PosPred(_) => true,
            _ => false,
        }
    }

    /// The tokens that the named rules can begin with.
    pub(in crate::syntax) fn first_tokens(&self, names: &[&str]) -> Names {
        let (mut tokens, mut rules) = (Names::new(), Names::new());
        for name in names {
            self.collect_first(&Expr::Ident((*name).into()), &mut tokens, &mut rules);
        }
        tokens
    }

    /// Collects the tokens in an expression, in order. The flag says whether the expression can begin with the token.
    fn collect_tokens(&self, expr: &Expr, begins: bool, found: &mut Vec<(String, bool)>) {
        match expr {
            Expr::Ident(name) => found.extend(self.token(name).map(|token| (token, begins))),
            Expr::Seq(first, second) => {
                self.collect_tokens(first, begins, found);
                let empty = self.collect_first(first, &mut Names::new(), &mut Names::new());
                self.collect_tokens(second, begins && empty, found);
            }
            Expr::Choice(one, other) => {
                self.collect_tokens(one, begins, found);
                self.collect_tokens(other, begins, found);
            }
            Expr::Opt(inner)
            | Expr::Rep(inner)
            | Expr::RepOnce(inner)
            | Expr::RepMax(inner, _)
            | Expr::RepMin(inner, _) => self.collect_tokens(inner, begins, found),
            _ => {}
        }
    }

    /// All rules that a rule leads to, itself included.
    fn rules_inside(&self, name: &str) -> Names {
        let mut found = Names::new();
        let mut waiting = vec![name.to_owned()];
        while let Some(name) = waiting.pop() {
            let Some(expr) = self.rules.get(&name).filter(|_| found.insert(name.clone())) else {
                continue;
            };
            waiting.extend(expr.iter_top_down().filter_map(|part| match part {
                Expr::Ident(name) => Some(name),
                _ => None,
            }));
        }
        found
    }
}

/// The grammar rules of the clauses in a block.
fn clauses(block: Block) -> &'static [&'static str] {
    match block {
        Block::Jurisdiction => &["zone_clause", "holidays_clause", "unanswered_clause"],
        Block::Law => &["url_clause", "original_clause", "article"],
        Block::Article => &["article_clause"],
        Block::Policy => &["in_force", "url_clause"],
        Block::Office => &["languages_clause"],
        Block::ListFile => &["list_clause"],
        Block::Register => &["completeness_clause"],
        Block::Counter => &["counter_clause"],
        Block::Rule | Block::Exception => &["rule_clause"],
        Block::Test => &["scene_clause", "expect_clause", "cases_clause"],
        Block::Case => &["case"],
        Block::Action => &["action_clause"],
        Block::Bloc => &["zone_clause", "member"],
    }
}

const BLOCKS: [(Block, &str); 14] = [
    (Block::Jurisdiction, "jurisdiction_item"),
    (Block::Law, "law_item"),
    (Block::Article, "article"),
    (Block::Policy, "policy_item"),
    (Block::Office, "office_item"),
    (Block::ListFile, "list_file"),
    (Block::Register, "completeness"),
    (Block::Counter, "counter_item"),
    (Block::Rule, "rule_item"),
    (Block::Exception, "exception_item"),
    (Block::Test, "test_item"),
    (Block::Case, "cases_clause"),
    (Block::Action, "action_item"),
    (Block::Bloc, "bloc_item"),
];

fn rows(wanted: impl Fn(&Word) -> bool) -> Names {
    all().filter(|row| wanted(row)).map(|row| row.word.to_owned()).collect()
}

/// The first token of each row. `in force` is one token of the grammar, but `on unknown` begins with the token `on`.
fn first_token_of_each(rows: Names, grammar: &Grammar) -> Names {
    let tokens: Names = grammar.rules.keys().filter_map(|name| grammar.token(name)).collect();
    let first = |row: String| match tokens.contains(&row) {
        true => row,
        false => row.split(' ').next().unwrap().to_owned(),
    };
    rows.into_iter().map(first).collect()
}

#[test]
fn each_word_of_the_grammar_has_a_row_and_each_row_is_in_the_grammar() {
    let grammar = Grammar::read();
    let words = |token: String| token.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let units = grammar.rules_inside("unit").into_iter().flat_map(|rule| {
        let all = grammar.rule(&rule).clone().iter_top_down();
        let texts = all.filter_map(|part| match part {
            Expr::Str(text) => Some(text),
            _ => None,
        });
        texts.collect::<Vec<_>>()
    });
    let units = units.filter(|text| text.len() > 1 && text.bytes().all(|b| b.is_ascii_lowercase()));
    let signs = ["..".to_owned(), "...".to_owned()];
    let in_grammar: Names = grammar
        .rules
        .keys()
        .filter_map(|name| grammar.token(name))
        .flat_map(words)
        .chain(units)
        .chain(signs)
        .collect();
    let in_table: Names = all().flat_map(|row| words(row.word.to_owned())).collect();
    assert_eq!(in_grammar.symmetric_difference(&in_table).collect::<Vec<_>>(), [""; 0]);
    // Messages derive the keyword from the name of the rule `kw_…`.
    for (name, expr) in &grammar.rules {
        let Some(word) = name.strip_prefix("kw_") else { continue };
        let mut words = vec![];
        assert!(grammar.words_of(expr, &mut words), "{name}");
        assert_eq!(words, [word], "{name}");
    }
}

#[test]
fn each_word_is_used_where_its_row_says() {
    let grammar = Grammar::read();
    let none = || Names::from(["none".to_owned()]);
    let items: Names = ItemWord::ALL.iter().map(|item| item.word().to_owned()).collect();
    assert_eq!(grammar.first_tokens(&["item"]), items);
    assert_eq!(grammar.first_tokens(&["item_start"]), items);
    for (role, rules, others) in [
        (Role::Item, &["item"][..], Names::new()),
        (Role::Operand, &["prefix", "operand", "conditional"], Names::new()),
        (Role::Operator, &["infix", "postfix"], Names::new()),
        (Role::Phrase, &["phrase"], Names::from(["..".to_owned(), "...".to_owned()])),
        (Role::Value, &["json"], Names::new()),
        (Role::Expectation, &["expectation"], none()),
    ] {
        let mut found = grammar.first_tokens(rules);
        found.extend(others);
        assert_eq!(first_token_of_each(rows(|row| row.has(role)), &grammar), found, "{role:?}");
    }
    for (block, rule) in BLOCKS {
        let found = grammar.first_tokens(clauses(block));
        let in_table = first_token_of_each(rows(|row| row.starts_clause_of(block)), &grammar);
        assert_eq!(in_table, found, "{block:?}");
        let inside = grammar.rules_inside(rule);
        assert!(clauses(block).iter().all(|clause| inside.contains(*clause)), "{block:?}");
    }
    let units: Names = Unit::ALL.iter().map(|unit| unit.word().to_owned()).collect();
    assert_eq!(rows(|row| row.has(Role::Unit)), units);
}

/// Words after the first of a clause or operand are parts of it.
#[test]
fn later_words_have_the_role_part_or_inner() {
    let grammar = Grammar::read();
    let (mut tokens, mut starting) = (Names::new(), Names::new());
    let starts = ["item", "prefix", "operand", "conditional", "infix", "postfix", "expectation"];
    let blocks = BLOCKS.iter().flat_map(|(block, _)| clauses(*block));
    for name in starts.iter().chain(["phrase", "json"].iter()).chain(blocks) {
        grammar.collect_first(&Expr::Ident((*name).into()), &mut tokens, &mut starting);
    }
    let of_expressions = grammar.rules_inside("expr");
    let (mut parts, mut inner) = (Names::new(), Names::new());
    for (name, expr) in &grammar.rules {
        let skipped =
            matches!(&**name, "reserved" | "item_start" | "bad_item" | "unit" | "after_act");
        if skipped || name.starts_with("bad_") || grammar.token(name).is_some() {
            continue;
        }
        let mut uses = vec![];
        grammar.collect_tokens(expr, true, &mut uses);
        // The second word of `on unknown` and the like is not a part of its own.
        let written: Vec<_> = uses.iter().map(|(token, _)| &**token).collect();
        let row = all().find(|row| {
            let apart = row.word.contains(' ') && !written.contains(&row.word);
            apart && written.join(" ").starts_with(row.word)
        });
        let passed = row.map_or(0, |row| row.word.split(' ').count());
        for (token, begins) in uses.into_iter().skip(passed) {
            let is_first = begins && starting.contains(name);
            let is_infix = matches!(&**name, "infix" | "prefix" | "expect_count");
            if !is_first && !is_infix {
                if of_expressions.contains(name) { &mut inner } else { &mut parts }.insert(token);
            }
        }
    }
    assert_eq!(rows(|row| row.has(Role::Part)), parts);
    let words = rows(|row| row.has(Role::Inner));
    // `else if` is `else` and then another `if`.
    assert_eq!(words, inner.into_iter().filter(|token| token != "else if").collect());
}

#[test]
fn each_row_is_complete_and_unique() {
    let words: Names = rows(|_| true);
    assert_eq!(words.len(), all().count(), "a word has one row");
    for row in all() {
        assert!(!row.roles.is_empty() && row.doc.ends_with('.'), "{row:?}");
        let first = row.word.split(' ').next().unwrap();
        assert!(row.usage.contains(first), "{row:?}");
        assert_eq!(row.has(Role::Item), ItemWord::of(row.word).is_some(), "{row:?}");
    }
}
