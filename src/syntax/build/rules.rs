//! Rules and exceptions.

use super::Builder;
use crate::syntax::grammar::Rule;
use crate::syntax::kids::{BuildResult, span};
use crate::syntax::tree::{Act, Basis, Exception, Keep, Rule as RuleItem, Target, Within};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn rule(&mut self, pair: Pair<'_, Rule>) -> BuildResult<RuleItem> {
        Ok(self.exception_or_rule(pair)?.1)
    }

    pub(super) fn exception(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Exception> {
        let mismatch = self.children(pair.clone()).mismatch("a rule after `to`", None);
        let (to, rule) = self.exception_or_rule(pair)?;
        Ok(Exception { to: to.ok_or(mismatch)?, rule })
    }

    fn exception_or_rule(
        &mut self,
        pair: Pair<'_, Rule>,
    ) -> BuildResult<(Option<super::Path>, RuleItem)> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let title = children.maybe(Rule::string).map(|title| self.string(&title));
        let to = children.maybe(Rule::path).map(|path| self.path(path));
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
        while let Some(clause) = children.next() {
            self.rule_clause(&mut rule, clause)?;
        }
        Ok((to, rule))
    }

    fn rule_clause(&mut self, rule: &mut RuleItem, clause: Pair<'_, Rule>) -> BuildResult<()> {
        let at = span(&clause);
        match clause.as_rule() {
            Rule::basis_clause => {
                let basis = self.basis(clause)?;
                self.once(&mut rule.basis, basis, at, "basis");
            }
            Rule::category_clause => {
                let word = self.children(clause).take(Rule::word)?;
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
                let word = self.children(clause).take(Rule::word)?;
                let word = self.name(&word);
                self.once(&mut rule.mode, word, at, "mode");
            }
            Rule::when_clause => {
                let condition = self.children(clause).any()?;
                let condition = self.expr(condition)?;
                self.once(&mut rule.when, condition, at, "when");
            }
            Rule::unless_clause => {
                let condition = self.children(clause).any()?;
                let condition = self.expr(condition)?;
                self.once(&mut rule.unless, condition, at, "unless");
            }
            Rule::unknown_clause => self.acts(&mut rule.on_unknown, clause, "on unknown")?,
            Rule::then_clause => self.acts(&mut rule.then, clause, "then")?,
            _ => {
                return Err(self
                    .children(clause.clone())
                    .mismatch("a clause of a rule", Some(clause)));
            }
        }
        Ok(())
    }

    fn basis(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Basis> {
        let whole = span(&pair);
        let mut children = self.children(pair);
        let all = children.maybe(Rule::all_of).is_some();
        let paths = children.all(Rule::path)?.into_iter().map(|path| self.path(path)).collect();
        Ok(Basis { all, paths, span: whole })
    }

    fn acts(&mut self, slot: &mut Vec<Act>, clause: Pair<'_, Rule>, what: &str) -> BuildResult<()> {
        let at = span(&clause);
        let acts = self.children(clause).all(Rule::act)?;
        let acts = acts.into_iter().map(|act| self.act(act)).collect::<BuildResult<Vec<_>>>()?;
        let mut once = (!slot.is_empty()).then_some(());
        self.once(&mut once, (), at, what);
        slot.extend(acts);
        Ok(())
    }

    fn act(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Act> {
        let whole = span(&pair);
        let mut children = self.children(pair);
        let action = self.name(&children.take(Rule::name)?);
        let mut act = Act { action, to: None, within: None, keep: None, span: whole };
        while let Some(part) = children.next() {
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
                Rule::for_arg => {
                    let keep = self.keep(part)?;
                    self.once(&mut act.keep, keep, at, "for");
                }
                _ => return Err(children.mismatch("a part of an action", Some(part))),
            }
        }
        Ok(act)
    }

    pub(super) fn target(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Target> {
        let target = self.children(pair).any()?;
        Ok(match target.as_rule() {
            Rule::string => Target::Text(self.string(&target)),
            Rule::path => Target::Named(self.path(target)),
            _ => return Err(self.children(target.clone()).mismatch("a target", Some(target))),
        })
    }

    fn within(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Within> {
        let whole = span(&pair);
        let mut children = self.children(pair);
        let period = children.take(Rule::duration)?;
        let period = self.period(period)?;
        let clock = children.maybe(Rule::clock).map(|clock| self.clock(clock)).transpose()?;
        let policy =
            children.maybe(Rule::by_policy).map(|policy| self.only_path(policy)).transpose()?;
        Ok(Within { period, clock, policy, span: whole })
    }

    fn keep(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Keep> {
        let whole = span(&pair);
        let mut children = self.children(pair);
        let period = children.take(Rule::duration)?;
        let period = self.period(period)?;
        let clock = children.maybe(Rule::clock).map(|clock| self.clock(clock)).transpose()?;
        Ok(Keep { period, clock, span: whole })
    }
}
