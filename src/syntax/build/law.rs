//! Jurisdictions, blocs, laws with their articles, policies and offices.

use super::Builder;
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::{BuildResult, span};
use crate::syntax::tree::{
    Article, Binds, Bloc, Deadline, DeadlineLimit, InForce, Judged, Jurisdiction, Law, Member,
    Name, Office, Policy, Start, Text,
};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn jurisdiction(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Jurisdiction> {
        let mut children = self.children(pair);
        let code = self.name(&children.take(Rule::code)?);
        let (mut zone, mut holidays, mut on_unanswered) = (None, vec![], vec![]);
        while let Some(clause) = children.next() {
            if clause.as_rule() == Rule::zone_clause {
                self.text_clause(&mut zone, clause, "zone")?;
            } else if clause.as_rule() == Rule::unanswered_clause {
                self.acts(&mut on_unanswered, clause, "on unanswered")?;
            } else {
                let days = self.children(clause).all(Rule::date)?;
                holidays.extend(days.iter().map(|day| self.day(day)));
            }
        }
        Ok(Jurisdiction { code, zone, holidays, on_unanswered })
    }

    pub(super) fn bloc(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Bloc> {
        let mut children = self.children(pair);
        let code = self.name(&children.take(Rule::code)?);
        let title = self.string(&children.take(Rule::string)?);
        let (mut zone, mut members) = (None, vec![]);
        while let Some(clause) = children.next() {
            if clause.as_rule() == Rule::zone_clause {
                self.text_clause(&mut zone, clause, "zone")?;
            } else {
                members.push(self.member(clause)?);
            }
        }
        Ok(Bloc { code, title, zone, members })
    }

    fn member(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Member> {
        let mut children = self.children(pair);
        let code = self.name(&children.take(Rule::code)?);
        let from = self.only_day(children.take(Rule::from_date)?)?;
        let until = self.maybe(&mut children, Rule::until_date, Self::only_day)?;
        Ok(Member { code, from, until })
    }

    pub(super) fn law(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Law> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let title = self.string(&children.take(Rule::string)?);
        let mut law = Law { name, title, original: None, url: None, articles: vec![] };
        while let Some(clause) = children.next() {
            match clause.as_rule() {
                Rule::url_clause => self.text_clause(&mut law.url, clause, "url")?,
                Rule::original_clause => self.text_clause(&mut law.original, clause, "original")?,
                Rule::article => law.articles.push(self.article(clause)?),
                _ => return Err(children.mismatch("a clause of a law", Some(clause))),
            }
        }
        Ok(law)
    }

    fn article(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Article> {
        let span = span(&pair);
        let doc = self.doc(span);
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let number = self.string(&children.take(Rule::string)?);
        let mut article = Article {
            doc,
            name,
            number,
            in_force: None,
            status: None,
            binds: None,
            deadlines: vec![],
            pauses: vec![],
            judged: None,
            demands: vec![],
            verified: None,
            unverified: None,
            url: None,
            span,
        };
        while let Some(clause) = children.next() {
            match clause.as_rule() {
                Rule::in_force => {
                    self.clause(&mut article.in_force, clause, "in force", Self::in_force)?
                }
                Rule::status_clause => {
                    self.clause(&mut article.status, clause, "status", Self::status)?
                }
                Rule::binds_clause => {
                    self.clause(&mut article.binds, clause, "binds", Self::binds)?
                }
                Rule::deadline_clause => article.deadlines.push(self.deadline(clause)?),
                Rule::pauses_clause => article.pauses.extend(self.names(clause, Rule::word)?),
                Rule::judged_clause => {
                    self.clause(&mut article.judged, clause, "judged", Self::judged)?
                }
                Rule::demands_clause => article.demands.extend(self.names(clause, Rule::name)?),
                Rule::verified_clause => {
                    self.clause(&mut article.verified, clause, "verified", Self::only_day)?
                }
                Rule::unverified_clause => {
                    self.text_clause(&mut article.unverified, clause, "unverified")?
                }
                Rule::url_clause => self.text_clause(&mut article.url, clause, "url")?,
                _ => return Err(children.mismatch("a clause of an article", Some(clause))),
            }
        }
        Ok(article)
    }

    pub(super) fn text_clause(
        &mut self,
        slot: &mut Option<Text>,
        clause: Pair<'_, Rule>,
        word: &str,
    ) -> BuildResult<()> {
        self.clause(slot, clause, word, Self::only_text)
    }

    fn status(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Name> {
        let word = self.children(pair).any()?;
        // `in force` may be written with several blanks.
        let text = word.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Name { text, span: span(&word) })
    }

    fn judged(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Judged> {
        let mut children = self.children(pair);
        let by = self.name(&children.take(Rule::name)?);
        let also_repealed = children.maybe(Rule::also_repealed).map(|words| span(&words));
        Ok(Judged { by, also_repealed })
    }

    pub(super) fn in_force(&mut self, pair: Pair<'_, Rule>) -> BuildResult<InForce> {
        let whole = span(&pair);
        let (mut start, mut until) = (None, None);
        let mut children = self.children(pair);
        while let Some(part) = children.next() {
            match part.as_rule() {
                Rule::from_date => start = Some(Start::From(self.only_day(part)?)),
                Rule::by_date => start = Some(Start::By(self.only_day(part)?)),
                Rule::from_unknown => start = Some(Start::Unknown(span(&part))),
                Rule::until_date => until = Some(self.only_day(part)?),
                _ => return Err(children.mismatch("a part of `in force`", Some(part))),
            }
        }
        Ok(InForce { start, until, span: whole })
    }

    fn binds(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Binds> {
        let mut children = self.children(pair);
        let who = self.name(&children.take(Rule::name)?);
        let trigger = children.maybe(Rule::trigger).map(|trigger| self.trigger(trigger));
        Ok(Binds { who, trigger })
    }

    /// The event after `on`, or the word `standing`.
    fn trigger(&self, pair: Pair<'_, Rule>) -> Name {
        let event = pair.clone().into_inner().find(|word| word.as_rule() == Rule::name);
        self.name(&event.unwrap_or(pair))
    }

    fn deadline(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Deadline> {
        let span = span(&pair);
        let mut children = self.children(pair);
        let limit = children.any()?;
        let limit = match limit.as_rule() {
            Rule::string => DeadlineLimit::Words(self.string(&limit)),
            Rule::as_ordered => self.as_ordered(limit)?,
            Rule::duration => DeadlineLimit::Within(self.period(limit)?),
            _ => return Err(children.mismatch("a deadline", Some(limit))),
        };
        let clock = self.maybe(&mut children, Rule::clock, Self::only_path)?;
        Ok(Deadline { limit, clock, span })
    }

    fn as_ordered(&mut self, pair: Pair<'_, Rule>) -> BuildResult<DeadlineLimit> {
        let mut children = self.children(pair);
        let path = self.path(children.take(Rule::path)?);
        let otherwise = self.maybe(&mut children, Rule::duration, Self::period)?;
        Ok(DeadlineLimit::AsOrdered { path, otherwise })
    }

    pub(super) fn policy(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Policy> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let title = self.string(&children.take(Rule::string)?);
        let mut policy = Policy { name, title, in_force: None, url: None };
        while let Some(clause) = children.next() {
            if clause.as_rule() == Rule::in_force {
                self.clause(&mut policy.in_force, clause, "in force", Self::in_force)?;
            } else {
                self.text_clause(&mut policy.url, clause, "url")?;
            }
        }
        Ok(policy)
    }

    pub(super) fn office(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Office> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let title = self.string(&children.take(Rule::string)?);
        let mut languages = vec![];
        for clause in children.all(Rule::languages_clause)? {
            languages.extend(self.names(clause, Rule::word)?);
        }
        Ok(Office { name, title, languages })
    }
}
