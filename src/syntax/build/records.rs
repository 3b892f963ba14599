//! Records as `given` writes them, and the `record` and `action` items of the standard library.

use super::Builder;
use crate::syntax::grammar::Rule;
use crate::syntax::kids::{BuildResult, span};
use crate::syntax::tree::{Action, ActionClause, Field, Json, JsonKind, Name, Record, Text};
use pest::iterators::Pair;

impl Builder<'_> {
    /// An `object`, or the `json` around any value.
    pub(super) fn json(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Json> {
        let whole = span(&pair);
        let inner = if pair.as_rule() == Rule::json {
            let mut children = self.children(pair);
            children.raw().ok_or_else(|| children.mismatch("a value", None))?
        } else {
            pair
        };
        let kind = match inner.as_rule() {
            Rule::object => {
                let pairs = self.children(inner).all(Rule::pair)?;
                JsonKind::Object(
                    pairs.into_iter().map(|pair| self.pair(pair)).collect::<BuildResult<_>>()?,
                )
            }
            Rule::array => {
                let values = self.children(inner).all(Rule::json)?;
                JsonKind::Array(
                    values.into_iter().map(|value| self.json(value)).collect::<BuildResult<_>>()?,
                )
            }
            Rule::string => JsonKind::Text(self.string(&inner)),
            Rule::date | Rule::instant => {
                self.moment(&inner);
                let text = inner.as_str().to_owned();
                JsonKind::Text(Text { raw: text.clone(), value: text, span: whole })
            }
            Rule::literal_number => JsonKind::Number(inner.as_str().to_owned()),
            Rule::kw_true => JsonKind::Bool(true),
            Rule::kw_false => JsonKind::Bool(false),
            Rule::kw_null => JsonKind::Null,
            _ => return Err(self.children(inner.clone()).mismatch("a value", Some(inner))),
        };
        Ok(Json { kind, span: whole })
    }

    fn pair(&mut self, pair: Pair<'_, Rule>) -> BuildResult<(Name, Json)> {
        let mut children = self.children(pair);
        let key = children.take(Rule::key)?;
        let key = self.children(key).any()?;
        let key = match key.as_rule() {
            Rule::string => Name { text: self.string(&key).value, span: span(&key) },
            _ => self.name(&key),
        };
        let value = children.take(Rule::json)?;
        Ok((key, self.json(value)?))
    }

    pub(super) fn record(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Record> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let fields = children
            .all(Rule::field)?
            .into_iter()
            .map(|field| self.field(field))
            .collect::<BuildResult<_>>()?;
        Ok(Record { name, fields })
    }

    fn field(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Field> {
        let whole = span(&pair);
        let doc = self.doc(whole);
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::word)?);
        let optional = children.maybe(Rule::optional).is_some();
        let ty = children.take(Rule::type_name)?;
        let ty = self.type_name(ty)?;
        let derived = children.maybe(Rule::kw_derived).is_some();
        let default = match children.maybe(Rule::default) {
            Some(default) => {
                let value = self.children(default).take(Rule::json)?;
                Some(self.json(value)?)
            }
            None => None,
        };
        Ok(Field { doc, name, optional, ty, derived, default, span: whole })
    }

    pub(super) fn action(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Action> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let mut clauses = vec![];
        while let Some(clause) = children.next() {
            clauses.push(self.action_clause(clause)?);
        }
        Ok(Action { name, clauses })
    }

    fn action_clause(&mut self, pair: Pair<'_, Rule>) -> BuildResult<ActionClause> {
        Ok(match pair.as_rule() {
            Rule::level_clause => {
                let mut children = self.children(pair);
                let account = children.maybe(Rule::kw_account).is_some();
                let number = children.take(Rule::number)?;
                let level = self.whole_number(&number);
                if account { ActionClause::Account(level) } else { ActionClause::Content(level) }
            }
            Rule::takes_clause => {
                let words = self.children(pair).all(Rule::word)?;
                let mut words = words.iter().map(|word| self.name(word));
                let argument = words.next().ok_or_else(|| self.nothing())?;
                ActionClause::Takes { argument, values: words.collect() }
            }
            Rule::obligation_clause => ActionClause::Obligation,
            Rule::scope_clause => ActionClause::Global,
            Rule::dsa_clause => ActionClause::Dsa(self.only_text(pair)?),
            _ => {
                return Err(self
                    .children(pair.clone())
                    .mismatch("a clause of an action", Some(pair)));
            }
        })
    }
}
