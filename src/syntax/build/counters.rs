//! Counters and marks.

use super::Builder;
use crate::base::time::Period;
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::{BuildResult, span};
use crate::syntax::tree::{Counted, Counter, Mark, Per, Spanned};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn counter(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Counter> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let title = children.maybe(Rule::string).map(|title| self.string(&title));
        let mut counter = Counter {
            name,
            title,
            per: None,
            over: None,
            since: None,
            when: None,
            counts: None,
            distinct: None,
            adds: None,
            lateness: None,
        };
        while let Some(clause) = children.next() {
            self.counter_clause(&mut counter, clause)?;
        }
        Ok(counter)
    }

    fn counter_clause(&mut self, counter: &mut Counter, clause: Pair<'_, Rule>) -> BuildResult<()> {
        match clause.as_rule() {
            Rule::per_clause => self.clause(&mut counter.per, clause, "per", Self::per),
            Rule::over_clause => self.clause(&mut counter.over, clause, "over", Self::only_period),
            Rule::since_clause => self.clause(&mut counter.since, clause, "since", Self::only_day),
            Rule::when_clause => self.clause(&mut counter.when, clause, "when", Self::condition),
            Rule::counts_clause => {
                self.clause(&mut counter.counts, clause, "counts rules", Self::counted)
            }
            Rule::distinct_clause => {
                self.clause(&mut counter.distinct, clause, "distinct", Self::condition)
            }
            Rule::adds_clause => self.clause(&mut counter.adds, clause, "adds", Self::condition),
            Rule::lateness_clause => {
                self.clause(&mut counter.lateness, clause, "lateness", Self::only_period)
            }
            _ => Err(self.unexpected("a clause of a counter", &clause)),
        }
    }

    fn only_period(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Spanned<Period>> {
        let duration = self.children(pair).take(Rule::duration)?;
        self.period(duration)
    }

    fn per(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Per> {
        let span = span(&pair);
        let mut children = self.children(pair);
        let each = self.maybe(&mut children, Rule::per_each, |builder, each| {
            let mut children = builder.children(each);
            let name = builder.name(&children.take(Rule::name)?);
            let list = children.any()?;
            Ok((name, Box::new(builder.expr(list)?)))
        })?;
        Ok(Per { each, values: self.remaining_exprs(children)?, span })
    }

    fn counted(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Counted> {
        let whole = span(&pair);
        let upheld = pair.clone().into_inner().find(|word| word.as_rule() == Rule::kw_upheld);
        let rules = self.children(pair).all(Rule::path)?;
        let rules = rules.into_iter().map(|path| self.path(path)).collect();
        Ok(Counted { rules, upheld: upheld.map(|word| span(&word)), span: whole })
    }

    pub(super) fn mark(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Mark> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let on = self.name(&children.take(Rule::word)?);
        let title = children.maybe(Rule::string).map(|title| self.string(&title));
        Ok(Mark { name, on, title })
    }
}
