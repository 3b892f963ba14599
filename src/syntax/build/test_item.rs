//! `test` items: what is given, the cases, and the expectations.

use super::Builder;
use crate::base::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::kids::{Built, span};
use crate::syntax::tree::{
    Case, Due, Expectation, ExpectationKind, Given, Scene, Test, TestEntries,
};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn test(&mut self, pair: Pair<'_, Rule>) -> Built<Test> {
        let mut kids = self.kids(pair);
        let title = self.string(&kids.take(Rule::string)?);
        let mut test = Test { title, scene: Scene::default(), expect: vec![], cases: vec![] };
        while let Some(clause) = kids.next() {
            match clause.as_rule() {
                Rule::cases_clause => {
                    for case in self.kids(clause).all(Rule::case)? {
                        test.cases.push(self.case(case)?);
                    }
                }
                Rule::expect_clause => test.expect.append(&mut self.expectations(clause)?),
                _ => self.scene(&mut test.scene, clause)?,
            }
        }
        Ok(test)
    }

    fn case(&mut self, pair: Pair<'_, Rule>) -> Built<Case> {
        let whole = span(&pair);
        let mut kids = self.kids(pair);
        let title = kids.maybe(Rule::case_title).map(|title| self.only_text(title)).transpose()?;
        let mut case = Case { title, scene: Scene::default(), expect: vec![], span: whole };
        while let Some(clause) = kids.next() {
            match clause.as_rule() {
                Rule::expect_clause => case.expect = self.expectations(clause)?,
                _ => self.scene(&mut case.scene, clause)?,
            }
        }
        Ok(case)
    }

    fn scene(&mut self, scene: &mut Scene, clause: Pair<'_, Rule>) -> Built<()> {
        let at = span(&clause);
        match clause.as_rule() {
            Rule::given_clause => {
                let given = self.given(clause, at)?;
                self.once(&mut scene.given, given, at, "given");
            }
            Rule::entries_clause => {
                let mut kids = self.kids(clause);
                let set = self.path(kids.take(Rule::path)?);
                let entries = self.set_entries(kids.take(Rule::set_body)?)?;
                scene.entries.push(TestEntries { set, entries });
            }
            Rule::place_clause => {
                let code = self.kids(clause).take(Rule::code)?;
                let code = self.name(&code);
                self.once(&mut scene.place, code, at, "in");
            }
            Rule::at_clause => {
                let moment = self.kids(clause).any()?;
                let moment = self.moment(&moment);
                self.once(&mut scene.at, moment, at, "at");
            }
            _ => return Err(self.kids(clause.clone()).drift("a clause of a test", Some(clause))),
        }
        Ok(())
    }

    fn given(&mut self, pair: Pair<'_, Rule>, whole: Span) -> Built<Given> {
        let mut kids = self.kids(pair);
        let file = kids.maybe(Rule::fixture).map(|file| self.only_text(file)).transpose()?;
        let fields = kids.maybe(Rule::object).map(|fields| self.json(fields)).transpose()?;
        Ok(Given { file, fields, span: whole })
    }

    fn expectations(&mut self, clause: Pair<'_, Rule>) -> Built<Vec<Expectation>> {
        let all = self.kids(clause).all(Rule::expectation)?;
        all.into_iter().map(|one| self.expectation(one)).collect()
    }

    fn expectation(&mut self, pair: Pair<'_, Rule>) -> Built<Expectation> {
        let whole = span(&pair);
        let inner = self.kids(pair).any()?;
        let rule = inner.as_rule();
        let mut kids = self.kids(inner);
        let kind = match rule {
            Rule::expect_not => ExpectationKind::Not(self.path(kids.take(Rule::path)?)),
            Rule::expect_fires => ExpectationKind::Fires(self.path(kids.take(Rule::path)?)),
            Rule::expect_gap => {
                let whether = kids.maybe(Rule::kw_not).is_none();
                ExpectationKind::Gap { whether, rule: self.path(kids.take(Rule::path)?) }
            }
            Rule::expect_undetermined => {
                ExpectationKind::Undetermined(self.path(kids.take(Rule::path)?))
            }
            Rule::expect_defeated => {
                let rule = self.path(kids.take(Rule::path)?);
                ExpectationKind::Defeated { rule, by: self.only_path(kids.take(Rule::by_path)?)? }
            }
            Rule::expect_evidence => {
                let words = self.string(&kids.take(Rule::string)?);
                let part =
                    kids.maybe(Rule::in_part).map(|part| self.only_text(part)).transpose()?;
                let by = kids.maybe(Rule::by_path).map(|by| self.only_path(by)).transpose()?;
                ExpectationKind::Evidence { words, part, by }
            }
            Rule::expect_cites => {
                let whether = kids.maybe(Rule::kw_not).is_none();
                let ground = self.path(kids.take(Rule::path)?);
                let by = kids.maybe(Rule::by_path).map(|by| self.only_path(by)).transpose()?;
                ExpectationKind::Cites { whether, ground, by }
            }
            Rule::expect_complete => ExpectationKind::Complete(true),
            Rule::expect_incomplete => ExpectationKind::Complete(false),
            Rule::expect_nothing => ExpectationKind::Nothing,
            Rule::expect_act => {
                let action = self.name(&kids.take(Rule::name)?);
                let to = kids.maybe(Rule::to_arg).map(|to| self.target(to)).transpose()?;
                let due = kids.maybe(Rule::due_arg).map(|due| self.due(due)).transpose()?;
                let until = match kids.maybe(Rule::until_arg) {
                    Some(until) => Some(self.kids(until).take(Rule::instant)?),
                    None => None,
                };
                let until = until.map(|until| self.instant(&until));
                let by = kids.maybe(Rule::by_path).map(|by| self.only_path(by)).transpose()?;
                ExpectationKind::Act { action, to, due, until, by }
            }
            _ => return Err(kids.drift("an expectation", None)),
        };
        Ok(Expectation { kind, span: whole })
    }

    fn due(&mut self, pair: Pair<'_, Rule>) -> Built<Due> {
        let mut kids = self.kids(pair);
        if kids.maybe(Rule::kw_unknown).is_some() {
            return Ok(Due::Unknown);
        }
        let due = kids.any()?;
        Ok(match due.as_rule() {
            Rule::string => Due::Words(self.string(&due)),
            Rule::instant => Due::At(self.instant(&due)),
            _ => return Err(kids.drift("an instant or words", Some(due))),
        })
    }
}
