//! Records as `given` writes them, and the `record` and `action` items of the standard library.

use super::Builder;
use crate::syntax::grammar::Rule;
use crate::syntax::kids::{Built, span};
use crate::syntax::tree::{Action, ActionClause, Field, Json, JsonKind, Name, Record, Text};
use pest::iterators::Pair;

impl Builder<'_> {
    /// An `object`, or the `json` around any value.
    pub(super) fn json(&mut self, pair: Pair<'_, Rule>) -> Built<Json> {
        let whole = span(&pair);
        let inner = if pair.as_rule() == Rule::json {
            let mut kids = self.kids(pair);
            kids.raw().ok_or_else(|| kids.drift("a value", None))?
        } else {
            pair
        };
        let kind = match inner.as_rule() {
            Rule::object => {
                let pairs = self.kids(inner).all(Rule::pair)?;
                JsonKind::Object(
                    pairs.into_iter().map(|pair| self.pair(pair)).collect::<Built<_>>()?,
                )
            }
            Rule::array => {
                let values = self.kids(inner).all(Rule::json)?;
                JsonKind::Array(
                    values.into_iter().map(|value| self.json(value)).collect::<Built<_>>()?,
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
            _ => return Err(self.kids(inner.clone()).drift("a value", Some(inner))),
        };
        Ok(Json { kind, span: whole })
    }

    fn pair(&mut self, pair: Pair<'_, Rule>) -> Built<(Name, Json)> {
        let mut kids = self.kids(pair);
        let key = kids.take(Rule::key)?;
        let key = self.kids(key).any()?;
        let key = match key.as_rule() {
            Rule::string => Name { text: self.string(&key).value, span: span(&key) },
            _ => self.name(&key),
        };
        let value = kids.take(Rule::json)?;
        Ok((key, self.json(value)?))
    }

    pub(super) fn record(&mut self, pair: Pair<'_, Rule>) -> Built<Record> {
        let mut kids = self.kids(pair);
        let name = self.name(&kids.take(Rule::name)?);
        let fields = kids
            .all(Rule::field)?
            .into_iter()
            .map(|field| self.field(field))
            .collect::<Built<_>>()?;
        Ok(Record { name, fields })
    }

    fn field(&mut self, pair: Pair<'_, Rule>) -> Built<Field> {
        let whole = span(&pair);
        let doc = self.doc(whole);
        let mut kids = self.kids(pair);
        let name = self.name(&kids.take(Rule::word)?);
        let optional = kids.maybe(Rule::optional).is_some();
        let ty = kids.take(Rule::type_name)?;
        let ty = self.type_name(ty)?;
        let derived = kids.maybe(Rule::kw_derived).is_some();
        let default = match kids.maybe(Rule::default) {
            Some(default) => {
                let value = self.kids(default).take(Rule::json)?;
                Some(self.json(value)?)
            }
            None => None,
        };
        Ok(Field { doc, name, optional, ty, derived, default, span: whole })
    }

    pub(super) fn action(&mut self, pair: Pair<'_, Rule>) -> Built<Action> {
        let mut kids = self.kids(pair);
        let name = self.name(&kids.take(Rule::name)?);
        let mut clauses = vec![];
        while let Some(clause) = kids.next() {
            clauses.push(self.action_clause(clause)?);
        }
        Ok(Action { name, clauses })
    }

    fn action_clause(&mut self, pair: Pair<'_, Rule>) -> Built<ActionClause> {
        Ok(match pair.as_rule() {
            Rule::level_clause => {
                let mut kids = self.kids(pair);
                let account = kids.maybe(Rule::kw_account).is_some();
                let number = kids.take(Rule::number)?;
                let level = self.small(&number);
                if account { ActionClause::Account(level) } else { ActionClause::Content(level) }
            }
            Rule::takes_clause => {
                let words = self.kids(pair).all(Rule::word)?;
                let mut words = words.iter().map(|word| self.name(word));
                let argument = words.next().ok_or_else(|| self.nothing())?;
                ActionClause::Takes { argument, values: words.collect() }
            }
            Rule::obligation_clause => ActionClause::Obligation,
            Rule::scope_clause => ActionClause::Global,
            Rule::dsa_clause => ActionClause::Dsa(self.only_text(pair)?),
            _ => return Err(self.kids(pair.clone()).drift("a clause of an action", Some(pair))),
        })
    }
}
