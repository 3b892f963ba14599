//! Rules, exceptions and tests.

use super::Builder;
use crate::syntax::grammar::Rule;
use crate::syntax::kids::{Built, span};
use crate::syntax::tree::{
    Act, Basis, Exception, Expectation, ExpectationKind, Keep, Rule as RuleItem, Target, Test,
    TestEntries, Within,
};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn rule(&mut self, pair: Pair<'_, Rule>) -> Built<RuleItem> {
        Ok(self.exception_or_rule(pair)?.1)
    }

    pub(super) fn exception(&mut self, pair: Pair<'_, Rule>) -> Built<Exception> {
        let drift = self.kids(pair.clone()).drift("a rule after `to`", None);
        let (to, rule) = self.exception_or_rule(pair)?;
        Ok(Exception { to: to.ok_or(drift)?, rule })
    }

    fn exception_or_rule(
        &mut self,
        pair: Pair<'_, Rule>,
    ) -> Built<(Option<super::Path>, RuleItem)> {
        let mut kids = self.kids(pair);
        let name = self.name(&kids.take(Rule::name)?);
        let title = kids.maybe(Rule::string).map(|title| self.string(&title));
        let to = kids.maybe(Rule::path).map(|path| self.path(path));
        let mut rule = RuleItem {
            name,
            title,
            basis: None,
            category: None,
            review_by: None,
            in_force: None,
            mode: None,
            when: None,
            unless: None,
            on_unknown: vec![],
            then: vec![],
        };
        while let Some(clause) = kids.next() {
            self.rule_clause(&mut rule, clause)?;
        }
        Ok((to, rule))
    }

    fn rule_clause(&mut self, rule: &mut RuleItem, clause: Pair<'_, Rule>) -> Built<()> {
        let at = span(&clause);
        match clause.as_rule() {
            Rule::basis_clause => {
                let basis = self.basis(clause)?;
                self.once(&mut rule.basis, basis, at, "basis");
            }
            Rule::category_clause => {
                let word = self.kids(clause).take(Rule::word)?;
                let word = self.name(&word);
                self.once(&mut rule.category, word, at, "category");
            }
            Rule::review_clause => {
                let day = self.only_day(clause)?;
                self.once(&mut rule.review_by, day, at, "review by");
            }
            Rule::in_force => {
                let in_force = self.in_force(clause)?;
                self.once(&mut rule.in_force, in_force, at, "in force");
            }
            Rule::mode_clause => {
                let word = self.kids(clause).take(Rule::word)?;
                let word = self.name(&word);
                self.once(&mut rule.mode, word, at, "mode");
            }
            Rule::when_clause => {
                let condition = self.kids(clause).any()?;
                let condition = self.expr(condition)?;
                self.once(&mut rule.when, condition, at, "when");
            }
            Rule::unless_clause => {
                let condition = self.kids(clause).any()?;
                let condition = self.expr(condition)?;
                self.once(&mut rule.unless, condition, at, "unless");
            }
            Rule::unknown_clause => self.acts(&mut rule.on_unknown, clause, "on unknown")?,
            Rule::then_clause => self.acts(&mut rule.then, clause, "then")?,
            _ => return Err(self.kids(clause.clone()).drift("a clause of a rule", Some(clause))),
        }
        Ok(())
    }

    fn basis(&mut self, pair: Pair<'_, Rule>) -> Built<Basis> {
        let whole = span(&pair);
        let mut kids = self.kids(pair);
        let all = kids.maybe(Rule::all_of).is_some();
        let paths = kids.all(Rule::path)?.into_iter().map(|path| self.path(path)).collect();
        Ok(Basis { all, paths, span: whole })
    }

    fn acts(&mut self, slot: &mut Vec<Act>, clause: Pair<'_, Rule>, what: &str) -> Built<()> {
        let at = span(&clause);
        let acts = self.kids(clause).all(Rule::act)?;
        let acts = acts.into_iter().map(|act| self.act(act)).collect::<Built<Vec<_>>>()?;
        let mut once = (!slot.is_empty()).then_some(());
        self.once(&mut once, (), at, what);
        slot.extend(acts);
        Ok(())
    }

    fn act(&mut self, pair: Pair<'_, Rule>) -> Built<Act> {
        let whole = span(&pair);
        let mut kids = self.kids(pair);
        let action = self.name(&kids.take(Rule::name)?);
        let mut act = Act { action, to: None, within: None, keep: None, span: whole };
        while let Some(part) = kids.next() {
            let at = span(&part);
            match part.as_rule() {
                Rule::to_arg => {
                    let target = self.target(part)?;
                    self.once(&mut act.to, target, at, "to");
                }
                Rule::within_arg => {
                    let within = self.within(part)?;
                    self.once(&mut act.within, within, at, "within");
                }
                _ => {
                    let keep = self.keep(part)?;
                    self.once(&mut act.keep, keep, at, "for");
                }
            }
        }
        Ok(act)
    }

    fn target(&mut self, pair: Pair<'_, Rule>) -> Built<Target> {
        let target = self.kids(pair).any()?;
        Ok(match target.as_rule() {
            Rule::string => Target::Text(self.string(&target)),
            _ => Target::Named(self.path(target)),
        })
    }

    fn within(&mut self, pair: Pair<'_, Rule>) -> Built<Within> {
        let whole = span(&pair);
        let mut kids = self.kids(pair);
        let period = kids.take(Rule::duration)?;
        let period = self.period(period)?;
        let clock = kids.maybe(Rule::clock).map(|clock| self.clock(clock)).transpose()?;
        let policy =
            kids.maybe(Rule::by_policy).map(|policy| self.only_path(policy)).transpose()?;
        Ok(Within { period, clock, policy, span: whole })
    }

    fn keep(&mut self, pair: Pair<'_, Rule>) -> Built<Keep> {
        let whole = span(&pair);
        let mut kids = self.kids(pair);
        let period = kids.take(Rule::duration)?;
        let period = self.period(period)?;
        let clock = kids.maybe(Rule::clock).map(|clock| self.clock(clock)).transpose()?;
        Ok(Keep { period, clock, span: whole })
    }

    pub(super) fn test(&mut self, pair: Pair<'_, Rule>) -> Built<Test> {
        let mut kids = self.kids(pair);
        let title = self.string(&kids.take(Rule::string)?);
        let mut test =
            Test { title, given: None, entries: vec![], place: None, at: None, expect: vec![] };
        while let Some(clause) = kids.next() {
            let at = span(&clause);
            match clause.as_rule() {
                Rule::given_clause => {
                    let object = self.kids(clause).take(Rule::object)?;
                    let given = self.json(object)?;
                    self.once(&mut test.given, given, at, "given");
                }
                Rule::entries_clause => test.entries.push(self.test_entries(clause)?),
                Rule::place_clause => {
                    let code = self.kids(clause).take(Rule::code)?;
                    let code = self.name(&code);
                    self.once(&mut test.place, code, at, "in");
                }
                Rule::at_clause => {
                    let moment = self.kids(clause).any()?;
                    let moment = self.moment(&moment);
                    self.once(&mut test.at, moment, at, "at");
                }
                _ => {
                    for expectation in self.kids(clause).all(Rule::expectation)? {
                        test.expect.push(self.expectation(expectation)?);
                    }
                }
            }
        }
        Ok(test)
    }

    fn test_entries(&mut self, pair: Pair<'_, Rule>) -> Built<TestEntries> {
        let mut kids = self.kids(pair);
        let set = self.path(kids.take(Rule::path)?);
        let entries = self.set_entries(kids.take(Rule::set_body)?)?;
        Ok(TestEntries { set, entries })
    }

    fn expectation(&mut self, pair: Pair<'_, Rule>) -> Built<Expectation> {
        let whole = span(&pair);
        let inner = self.kids(pair).any()?;
        let rule = inner.as_rule();
        let mut kids = self.kids(inner);
        let kind = match rule {
            Rule::expect_not => ExpectationKind::Not(self.path(kids.take(Rule::path)?)),
            Rule::expect_undetermined => {
                ExpectationKind::Undetermined(self.path(kids.take(Rule::path)?))
            }
            Rule::expect_defeated => {
                let rule = self.path(kids.take(Rule::path)?);
                ExpectationKind::Defeated { rule, by: self.only_path(kids.take(Rule::by_path)?)? }
            }
            _ => {
                let action = self.name(&kids.take(Rule::name)?);
                let to = kids.maybe(Rule::to_arg).map(|to| self.target(to)).transpose()?;
                let due = match kids.maybe(Rule::due_arg) {
                    Some(due) => Some(self.kids(due).take(Rule::instant)?),
                    None => None,
                };
                let due = due.map(|due| self.instant(&due));
                let by = kids.maybe(Rule::by_path).map(|by| self.only_path(by)).transpose()?;
                ExpectationKind::Act { action, to, due, by }
            }
        };
        Ok(Expectation { kind, span: whole })
    }
}
