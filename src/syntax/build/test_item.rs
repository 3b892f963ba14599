//! `test` items: what is given, the cases, and the expectations.

use super::Builder;
use crate::base::time::Instant;
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::{BuildResult, Children, span};
use crate::syntax::tree::{
    Before, BeforeWhen, Case, Due, Expectation, ExpectationKind, Given, Scene, Spanned, Test,
    TestEntries,
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
                    test.cases.extend(self.each(self.children(clause), Rule::case, Self::case)?);
                }
                Rule::expect_clause => test.expect.append(&mut self.expectations(clause)?),
                _ => self.scene(&mut test.scene, clause)?,
            }
        }
        Ok(test)
    }

    fn case(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Case> {
        let span = span(&pair);
        let mut children = self.children(pair);
        let title = self.maybe(&mut children, Rule::case_title, Self::only_text)?;
        let mut case = Case { title, scene: Scene::default(), expect: vec![], span };
        while let Some(clause) = children.next() {
            match clause.as_rule() {
                Rule::expect_clause => case.expect = self.expectations(clause)?,
                _ => self.scene(&mut case.scene, clause)?,
            }
        }
        Ok(case)
    }

    fn scene(&mut self, scene: &mut Scene, clause: Pair<'_, Rule>) -> BuildResult<()> {
        match clause.as_rule() {
            Rule::given_clause => self.clause(&mut scene.given, clause, "given", Self::given)?,
            Rule::entries_clause => {
                let mut children = self.children(clause);
                let set = self.path(children.take(Rule::path)?);
                let entries = self.set_entries(children.take(Rule::set_body)?)?;
                scene.entries.push(TestEntries { set, entries });
            }
            Rule::before_clause | Rule::repeat_clause => scene.before.push(self.before(clause)?),
            Rule::place_clause => self.clause(&mut scene.place, clause, "in", Self::only_name)?,
            Rule::at_clause => self.clause(&mut scene.at, clause, "at", |builder, clause| {
                let moment = builder.children(clause).any()?;
                Ok(builder.moment(&moment))
            })?,
            _ => return Err(self.unexpected("a clause of a test", &clause)),
        }
        Ok(())
    }

    fn given(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Given> {
        let span = span(&pair);
        let mut children = self.children(pair);
        let file = self.maybe(&mut children, Rule::fixture, Self::only_text)?;
        let fields = self.maybe(&mut children, Rule::object, Self::json)?;
        Ok(Given { file, fields, span })
    }

    fn before(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Before> {
        let span = span(&pair);
        let is_repeated = pair.as_rule() == Rule::repeat_clause;
        let mut children = self.children(pair);
        let times = children.maybe(Rule::number).map(|times| self.whole_number(&times));
        children.maybe(Rule::kw_of);
        let file = self.maybe(&mut children, Rule::fixture, Self::only_text)?;
        let fields = self.maybe(&mut children, Rule::object, Self::json)?;
        let given = Given { file, fields, span };
        let when = if let (true, Some(times)) = (is_repeated, times) {
            let every = self.period(children.take(Rule::duration)?)?;
            let from = children.next().map(|from| self.moment(&from));
            BeforeWhen::Repeated { times, every, from }
        } else {
            let at = self.children(children.take(Rule::at_clause)?).any()?;
            BeforeWhen::At(self.moment(&at))
        };
        Ok(Before { given, when })
    }

    fn expectations(&mut self, clause: Pair<'_, Rule>) -> BuildResult<Vec<Expectation>> {
        self.each(self.children(clause), Rule::expectation, Self::expectation)
    }

    fn expectation(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Expectation> {
        let span = span(&pair);
        let inner = self.children(pair).any()?;
        let rule = inner.as_rule();
        let mut children = self.children(inner);
        let kind = match rule {
            Rule::expect_not => ExpectationKind::Not(self.path(children.take(Rule::path)?)),
            Rule::expect_fires => ExpectationKind::Fires(self.path(children.take(Rule::path)?)),
            Rule::expect_gap => {
                let is_expected = children.maybe(Rule::kw_not).is_none();
                ExpectationKind::Gap { is_expected, rule: self.path(children.take(Rule::path)?) }
            }
            Rule::expect_unanswered => {
                let is_expected = children.maybe(Rule::kw_not).is_none();
                let from = children.maybe(Rule::string).map(|from| self.string(&from));
                ExpectationKind::Unanswered { is_expected, from }
            }
            Rule::expect_undetermined => {
                ExpectationKind::Undetermined(self.path(children.take(Rule::path)?))
            }
            Rule::expect_defeated => {
                let rule = self.path(children.take(Rule::path)?);
                let by = self.only_path(children.take(Rule::by_path)?)?;
                ExpectationKind::Defeated { rule, by }
            }
            Rule::expect_evidence => {
                let words = self.string(&children.take(Rule::string)?);
                let part = self.maybe(&mut children, Rule::in_part, Self::only_text)?;
                let by = self.maybe(&mut children, Rule::by_path, Self::only_path)?;
                ExpectationKind::Evidence { words, part, by }
            }
            Rule::expect_cites => {
                let is_expected = children.maybe(Rule::kw_not).is_none();
                let ground = self.path(children.take(Rule::path)?);
                let by = self.maybe(&mut children, Rule::by_path, Self::only_path)?;
                ExpectationKind::Cites { is_expected, ground, by }
            }
            Rule::expect_count => self.count(children, false)?,
            Rule::expect_delta => {
                let count = children.take(Rule::expect_count)?;
                self.count(self.children(count), true)?
            }
            Rule::expect_marks => {
                let is_expected = children.maybe(Rule::kw_not).is_none();
                let mark = self.path(children.take(Rule::path)?);
                let until = self.maybe(&mut children, Rule::until_arg, Self::until)?;
                ExpectationKind::Marks { is_expected, mark, until }
            }
            Rule::expect_complete => ExpectationKind::Complete(true),
            Rule::expect_incomplete => ExpectationKind::Complete(false),
            Rule::expect_nothing => ExpectationKind::Nothing,
            Rule::expect_act => {
                let action = self.name(&children.take(Rule::name)?);
                let account = children.maybe(Rule::account_word).map(|word| self.name(&word));
                let to = self.maybe(&mut children, Rule::to_arg, Self::target)?;
                let due = self.maybe(&mut children, Rule::due_arg, Self::due)?;
                let until = self.maybe(&mut children, Rule::until_arg, Self::until)?;
                let by = self.maybe(&mut children, Rule::by_path, Self::only_path)?;
                ExpectationKind::Act { action, account, to, due, until, by }
            }
            _ => return Err(children.mismatch("an expectation", None)),
        };
        Ok(Expectation { kind, span })
    }

    fn count(
        &mut self,
        mut children: Children<'_>,
        is_delta: bool,
    ) -> BuildResult<ExpectationKind> {
        let counter = self.expr(children.any()?)?;
        children.maybe(Rule::eq);
        let equals = self.whole_number(&children.take(Rule::number)?);
        Ok(ExpectationKind::Count { is_delta, counter, equals })
    }

    fn until(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Spanned<Instant>> {
        let until = self.children(pair).take(Rule::instant)?;
        Ok(self.instant(&until))
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
