//! Records in the notation of `given`, and the `record` and `action` items of the standard library.

use super::Builder;
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::{BuildResult, span};
use crate::syntax::tree::{Action, ActionClause, Field, Json, JsonKind, Name, Record};
use pest::iterators::Pair;

impl Builder<'_> {
    /// Reads a pair of the rule `object`, or of the rule `json`, which is any value.
    pub(in crate::syntax) fn json(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Json> {
        let span = span(&pair);
        let inner = if pair.as_rule() == Rule::json {
            let mut children = self.children(pair);
            children.raw().ok_or_else(|| children.mismatch("a value", None))?
        } else {
            pair
        };
        let kind = match inner.as_rule() {
            Rule::object => {
                JsonKind::Object(self.each(self.children(inner), Rule::pair, Self::pair)?)
            }
            Rule::array => {
                JsonKind::Array(self.each(self.children(inner), Rule::json, Self::json)?)
            }
            Rule::string => JsonKind::Text(self.string(&inner)),
            Rule::date | Rule::instant => {
                // Reports a day or a time that does not exist.
                self.moment(&inner);
                JsonKind::Text(self.raw_text(&inner))
            }
            Rule::literal_number => JsonKind::Number(inner.as_str().to_owned()),
            Rule::kw_true => JsonKind::Bool(true),
            Rule::kw_false => JsonKind::Bool(false),
            Rule::kw_null => JsonKind::Null,
            Rule::kw_none => JsonKind::None,
            _ => return Err(self.unexpected("a value", &inner)),
        };
        Ok(Json { kind, span })
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
        Ok(Record { name, fields: self.each(children, Rule::field, Self::field)? })
    }

    fn field(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Field> {
        let span = span(&pair);
        let doc = self.doc(span);
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::word)?);
        let optional = children.maybe(Rule::optional).is_some();
        let ty = children.take(Rule::type_name)?;
        let ty = self.type_name(ty)?;
        let derived = children.maybe(Rule::kw_derived).is_some();
        let default = self.maybe(&mut children, Rule::default, |builder, default| {
            let value = builder.children(default).take(Rule::json)?;
            builder.json(value)
        })?;
        Ok(Field { doc, name, optional, ty, derived, default, span })
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
                let mut words = self.names(pair, Rule::word)?.into_iter();
                let argument = words.next().ok_or_else(|| self.nothing())?;
                ActionClause::Takes { argument, values: words.collect() }
            }
            Rule::mark_clause => {
                let mut words = pair.clone().into_inner().skip(1);
                let word = words.next().ok_or_else(|| self.nothing())?;
                ActionClause::Mark(self.name(&word))
            }
            Rule::obligation_clause => ActionClause::Obligation,
            Rule::scope_clause => ActionClause::Global,
            Rule::dsa_clause => ActionClause::Dsa(self.only_text(pair)?),
            _ => return Err(self.unexpected("a clause of an action", &pair)),
        })
    }
}
