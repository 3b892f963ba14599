//! Rules and exceptions.

use super::Builder;
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::{BuildResult, span};
use crate::syntax::tree::{
    Act, Basis, Category, Exception, Expr, Keep, Path, Rule as RuleItem, Target, Within,
};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn rule(&mut self, pair: Pair<'_, Rule>) -> BuildResult<RuleItem> {
        Ok(self.exception_or_rule(pair)?.1)
    }

    pub(super) fn exception(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Exception> {
        let (to, rule) = self.exception_or_rule(pair)?;
        Ok(Exception { to, rule })
    }

    fn exception_or_rule(
        &mut self,
        pair: Pair<'_, Rule>,
    ) -> BuildResult<(Vec<super::Path>, RuleItem)> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let title = children.maybe(Rule::string).map(|title| self.string(&title));
        let lifted = children.maybe(Rule::lifted).map(|lifted| self.children(lifted));
        let paths = lifted.map(|paths| paths.all(Rule::path)).transpose()?;
        let to = paths.into_iter().flatten().map(|path| self.path(path)).collect();
        let mut rule = RuleItem {
            name,
            title,
            basis: None,
            category: None,
            severity: None,
            says: None,
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
        match clause.as_rule() {
            Rule::basis_clause => self.clause(&mut rule.basis, clause, "basis", Self::basis),
            Rule::category_clause => {
                self.clause(&mut rule.category, clause, "category", Self::category)
            }
            Rule::severity_clause => {
                self.clause(&mut rule.severity, clause, "severity", Self::only_name)
            }
            Rule::says_clause => self.clause(&mut rule.says, clause, "says", Self::boxed_path),
            Rule::review_clause => {
                self.clause(&mut rule.review_by, clause, "review by", Self::only_day)
            }
            Rule::in_force => self.clause(&mut rule.in_force, clause, "in force", Self::in_force),
            Rule::mode_clause => self.clause(&mut rule.mode, clause, "mode", Self::only_name),
            Rule::when_clause => self.clause(&mut rule.when, clause, "when", Self::condition),
            Rule::unless_clause => self.clause(&mut rule.unless, clause, "unless", Self::condition),
            Rule::unknown_clause => self.acts(&mut rule.on_unknown, clause, "on unknown"),
            Rule::then_clause => self.acts(&mut rule.then, clause, "then"),
            _ => Err(self.unexpected("a clause of a rule", &clause)),
        }
    }

    fn category(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Category> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::word)?);
        let keywords = children.maybe(Rule::keywords);
        let end = keywords.as_ref().map_or(name.span, span);
        let keywords = keywords.map_or(Ok(vec![]), |keywords| self.names(keywords, Rule::word))?;
        Ok(Category { span: name.span.to(end), name, keywords })
    }

    fn boxed_path(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Box<Path>> {
        self.only_path(pair).map(Box::new)
    }

    pub(super) fn condition(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Expr> {
        let condition = self.children(pair).any()?;
        self.expr(condition)
    }

    fn basis(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Basis> {
        let span = span(&pair);
        let mut children = self.children(pair);
        let all = children.maybe(Rule::all_of).is_some();
        let paths = children.all(Rule::path)?.into_iter().map(|path| self.path(path)).collect();
        Ok(Basis { all, paths, span })
    }

    pub(super) fn acts(
        &mut self,
        slot: &mut Vec<Act>,
        clause: Pair<'_, Rule>,
        word: &str,
    ) -> BuildResult<()> {
        if !slot.is_empty() {
            self.report_second(span(&clause), word);
        }
        slot.extend(self.each(self.children(clause), Rule::act, Self::act)?);
        Ok(())
    }

    fn act(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Act> {
        let span = span(&pair);
        let mut children = self.children(pair);
        let (action, mark, account) = match children.maybe(Rule::mark_arg) {
            Some(mark) => {
                let mut parts = self.children(mark);
                let action = self.name(&parts.take(Rule::mark_action)?);
                (action, Some(self.path(parts.take(Rule::path)?)), None)
            }
            None => {
                let action = self.name(&children.take(Rule::name)?);
                let account = children.maybe(Rule::account_word).map(|word| self.name(&word));
                (action, None, account)
            }
        };
        let mut act =
            Act { action, to: None, mark, account, within: None, keep: None, until: None, span };
        while let Some(part) = children.next() {
            match part.as_rule() {
                Rule::to_arg => self.clause(&mut act.to, part, "to", Self::target)?,
                Rule::within_arg => self.clause(&mut act.within, part, "within", Self::within)?,
                Rule::for_arg => self.clause(&mut act.keep, part, "for", Self::keep)?,
                Rule::end_arg => self.clause(&mut act.until, part, "until", Self::condition)?,
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
            _ => return Err(self.unexpected("a target", &target)),
        })
    }

    fn within(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Within> {
        let span = span(&pair);
        let mut children = self.children(pair);
        let period = children.take(Rule::duration)?;
        let period = self.period(period)?;
        let clock = self.maybe(&mut children, Rule::clock, Self::only_path)?;
        let policy = self.maybe(&mut children, Rule::by_policy, Self::only_path)?;
        Ok(Within { period, clock, policy, span })
    }

    fn keep(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Keep> {
        let span = span(&pair);
        let mut children = self.children(pair);
        let period = children.take(Rule::duration)?;
        let period = self.period(period)?;
        let clock = self.maybe(&mut children, Rule::clock, Self::only_path)?;
        Ok(Keep { period, clock, span })
    }
}
