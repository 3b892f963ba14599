//! `test` items: what is given, the cases, and the expectations.

use super::Builder;
use crate::base::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::kids::{BuildResult, span};
use crate::syntax::tree::{
    Case, Due, Expectation, ExpectationKind, Given, Scene, Test, TestEntries,
};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn test(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Test> {
        let mut children = self.children(pair);
        let title = self.string(&children.take(Rule::string)?);
        let mut test = Test { title, scene: Scene::default(), expect: vec![], cases: vec![] };
        while let Some(clause) = children.next() {
            match clause.as_rule() {
                Rule::cases_clause => {
                    for case in self.children(clause).all(Rule::case)? {
                        test.cases.push(self.case(case)?);
                    }
                }
                Rule::expect_clause => test.expect.append(&mut self.expectations(clause)?),
                _ => self.scene(&mut test.scene, clause)?,
            }
        }
        Ok(test)
    }

    fn case(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Case> {
        let whole = span(&pair);
        let mut children = self.children(pair);
        let title =
            children.maybe(Rule::case_title).map(|title| self.only_text(title)).transpose()?;
        let mut case = Case { title, scene: Scene::default(), expect: vec![], span: whole };
        while let Some(clause) = children.next() {
            match clause.as_rule() {
                Rule::expect_clause => case.expect = self.expectations(clause)?,
                _ => self.scene(&mut case.scene, clause)?,
            }
        }
        Ok(case)
    }

    fn scene(&mut self, scene: &mut Scene, clause: Pair<'_, Rule>) -> BuildResult<()> {
        let at = span(&clause);
        match clause.as_rule() {
            Rule::given_clause => {
                let given = self.given(clause, at)?;
                self.once(&mut scene.given, given, at, "given");
            }
            Rule::entries_clause => {
                let mut children = self.children(clause);
                let set = self.path(children.take(Rule::path)?);
                let entries = self.set_entries(children.take(Rule::set_body)?)?;
                scene.entries.push(TestEntries { set, entries });
            }
            Rule::place_clause => {
                let code = self.children(clause).take(Rule::code)?;
                let code = self.name(&code);
                self.once(&mut scene.place, code, at, "in");
            }
            Rule::at_clause => {
                let moment = self.children(clause).any()?;
                let moment = self.moment(&moment);
                self.once(&mut scene.at, moment, at, "at");
            }
            _ => {
                return Err(self
                    .children(clause.clone())
                    .mismatch("a clause of a test", Some(clause)));
            }
        }
        Ok(())
    }

    fn given(&mut self, pair: Pair<'_, Rule>, whole: Span) -> BuildResult<Given> {
        let mut children = self.children(pair);
        let file = children.maybe(Rule::fixture).map(|file| self.only_text(file)).transpose()?;
        let fields = children.maybe(Rule::object).map(|fields| self.json(fields)).transpose()?;
        Ok(Given { file, fields, span: whole })
    }

    fn expectations(&mut self, clause: Pair<'_, Rule>) -> BuildResult<Vec<Expectation>> {
        let all = self.children(clause).all(Rule::expectation)?;
        all.into_iter().map(|one| self.expectation(one)).collect()
    }

    fn expectation(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Expectation> {
        let whole = span(&pair);
        let inner = self.children(pair).any()?;
        let rule = inner.as_rule();
        let mut children = self.children(inner);
        let kind = match rule {
            Rule::expect_not => ExpectationKind::Not(self.path(children.take(Rule::path)?)),
            Rule::expect_fires => ExpectationKind::Fires(self.path(children.take(Rule::path)?)),
            Rule::expect_gap => {
                let whether = children.maybe(Rule::kw_not).is_none();
                ExpectationKind::Gap { whether, rule: self.path(children.take(Rule::path)?) }
            }
            Rule::expect_undetermined => {
                ExpectationKind::Undetermined(self.path(children.take(Rule::path)?))
            }
            Rule::expect_defeated => {
                let rule = self.path(children.take(Rule::path)?);
                ExpectationKind::Defeated {
                    rule,
                    by: self.only_path(children.take(Rule::by_path)?)?,
                }
            }
            Rule::expect_evidence => {
                let words = self.string(&children.take(Rule::string)?);
                let part =
                    children.maybe(Rule::in_part).map(|part| self.only_text(part)).transpose()?;
                let by = children.maybe(Rule::by_path).map(|by| self.only_path(by)).transpose()?;
                ExpectationKind::Evidence { words, part, by }
            }
            Rule::expect_cites => {
                let whether = children.maybe(Rule::kw_not).is_none();
                let ground = self.path(children.take(Rule::path)?);
                let by = children.maybe(Rule::by_path).map(|by| self.only_path(by)).transpose()?;
                ExpectationKind::Cites { whether, ground, by }
            }
            Rule::expect_complete => ExpectationKind::Complete(true),
            Rule::expect_incomplete => ExpectationKind::Complete(false),
            Rule::expect_nothing => ExpectationKind::Nothing,
            Rule::expect_act => {
                let action = self.name(&children.take(Rule::name)?);
                let to = children.maybe(Rule::to_arg).map(|to| self.target(to)).transpose()?;
                let due = children.maybe(Rule::due_arg).map(|due| self.due(due)).transpose()?;
                let until = match children.maybe(Rule::until_arg) {
                    Some(until) => Some(self.children(until).take(Rule::instant)?),
                    None => None,
                };
                let until = until.map(|until| self.instant(&until));
                let by = children.maybe(Rule::by_path).map(|by| self.only_path(by)).transpose()?;
                ExpectationKind::Act { action, to, due, until, by }
            }
            _ => return Err(children.mismatch("an expectation", None)),
        };
        Ok(Expectation { kind, span: whole })
    }

    fn due(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Due> {
        let mut children = self.children(pair);
        if children.maybe(Rule::kw_unknown).is_some() {
            return Ok(Due::Unknown);
        }
        let due = children.any()?;
        Ok(match due.as_rule() {
            Rule::string => Due::Words(self.string(&due)),
            Rule::instant => Due::At(self.instant(&due)),
            _ => return Err(children.mismatch("an instant or words", Some(due))),
        })
    }
}
