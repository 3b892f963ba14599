//! Tests that cover the whole grammar: each of its rules occurs in `every_rule.loci`, and each operator is parsed, and
//! its nesting is limited.

use super::{EVERY_RULE, read_input};
use crate::base::source::FileId;
use crate::diagnostic::Code;
use crate::syntax::grammar::{LociGrammar, Rule};
use crate::syntax::input::SessionInput;
use crate::syntax::words::tests::{Grammar, Names};
use crate::syntax::words::{Role, Word, all};
use pest::Parser as _;
use pest::iterators::Pairs;

fn collect(pairs: Pairs<'_, Rule>, found: &mut Names) {
    for pair in pairs {
        found.insert(format!("{:?}", pair.as_rule()));
        collect(pair.into_inner(), found);
    }
}

/// Other tests parse and format `every_rule.loci`. This test fails when a rule of the grammar does not occur in it.
#[test]
fn the_sample_has_each_grammar_rule() {
    let mut found = Names::new();
    collect(LociGrammar::parse(Rule::file, EVERY_RULE).unwrap(), &mut found);
    let missing: Vec<_> = Grammar::read().visible().difference(&found).cloned().collect();
    // These rules read the input of a session, not a file.
    assert_eq!(missing, ["lone_expr", "lone_item", "lone_record"]);
}

/// Each operator, and the first operand of its example.
fn examples() -> impl Iterator<Item = (&'static Word, &'static str)> {
    let rows = all().filter(|row| row.has(Role::Operand) || row.has(Role::Operator));
    rows.map(|row| (row, row.usage.split(' ').next().unwrap()))
}

#[test]
fn the_example_of_each_operator_is_parsed() {
    for (row, _) in examples() {
        let read = read_input(FileId::default(), row.usage);
        assert!(matches!(read, SessionInput::Expression(_)), "{row:?}: {read:?}");
    }
}

/// Most operators nest: a long chain of one gives a deep tree and is refused. A chain of `and`, of `or` or of arithmetic
/// is one node with many operands.
#[test]
fn long_chains_of_nesting_operators_are_refused() {
    for (row, first) in examples().filter(|(row, _)| row.has(Role::Operator)) {
        let again = row.usage.strip_prefix(first).unwrap();
        let read = read_input(FileId::default(), &format!("{first}{}", again.repeat(100)));
        let refused = matches!(read, SessionInput::Wrong(found) if found[0].code == Code::TooDeep);
        let is_flat = matches!(row.word, "and" | "or" | "+" | "-" | "*" | "/");
        assert_eq!(refused, !is_flat, "{row:?}");
    }
}
