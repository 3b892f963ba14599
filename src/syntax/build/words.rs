//! `terms` and `define` items, and the patterns of expressions.

use super::Builder;
use crate::base::limits;
use crate::diagnostic::Code;
use crate::syntax::grammar::Rule;
use crate::syntax::kids::{Built, span};
use crate::syntax::tree::{
    Define, Modifier, Near, Param, Pattern, PatternOperand, Phrase, TermGroup, Terms, TypeName,
    TypeNameKind,
};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn terms(&mut self, pair: Pair<'_, Rule>) -> Built<Terms> {
        let mut kids = self.kids(pair);
        let name = self.name(&kids.take(Rule::name)?);
        let groups = kids.all(Rule::term_group)?;
        let groups =
            groups.into_iter().map(|group| self.term_group(group)).collect::<Built<Vec<_>>>()?;
        let phrases: usize = groups.iter().map(|group| group.phrases.len()).sum();
        if phrases > limits::PHRASES {
            let help = "one `terms` has at most 10000 phrases: split it, or use a `set` of texts";
            self.report(
                Code::TooLarge,
                name.span,
                format!("`{}` has {phrases} phrases", name.text),
                help,
            );
        }
        Ok(Terms { name, groups })
    }

    fn term_group(&mut self, pair: Pair<'_, Rule>) -> Built<TermGroup> {
        let mut kids = self.kids(pair);
        let language = self.name(&kids.take(Rule::language)?);
        let phrases = kids
            .all(Rule::phrase)?
            .into_iter()
            .map(|phrase| self.phrase(phrase))
            .collect::<Built<_>>()?;
        Ok(TermGroup { language, phrases })
    }

    pub(super) fn phrase(&mut self, pair: Pair<'_, Rule>) -> Built<Phrase> {
        let whole = span(&pair);
        let mut phrase =
            Phrase { modifier: Modifier::Plain, pieces: vec![], gaps: vec![], span: whole };
        let mut kids = self.kids(pair);
        while let Some(part) = kids.raw() {
            match part.as_rule() {
                Rule::kw_exact => phrase.modifier = Modifier::Exact,
                Rule::kw_loose => phrase.modifier = Modifier::Loose,
                Rule::string => phrase.pieces.push(self.phrase_text(&part)),
                Rule::some_gap => {
                    let number = self.kids(part).take(Rule::number)?;
                    phrase.gaps.push(self.small(&number).value);
                }
                Rule::bad_gap => {
                    let help = "write how many words may be between: `\"a\" ..5.. \"b\"`";
                    self.report(
                        Code::BadGap,
                        span(&part),
                        format!("`{}` has no number", part.as_str()),
                        help,
                    );
                    phrase.gaps.push(0);
                }
                _ => return Err(kids.drift("a part of a phrase", Some(part))),
            }
        }
        Ok(phrase)
    }

    pub(super) fn pattern(&mut self, pair: Pair<'_, Rule>) -> Built<Pattern> {
        let whole = span(&pair);
        let mut kids = self.kids(pair);
        let first = kids.any()?;
        let first = self.pattern_operand(first)?;
        let near = kids.maybe(Rule::near).map(|near| self.near(near)).transpose()?;
        Ok(Pattern { first, near, span: whole })
    }

    fn pattern_operand(&mut self, pair: Pair<'_, Rule>) -> Built<PatternOperand> {
        Ok(match pair.as_rule() {
            Rule::path => PatternOperand::Terms(self.path(pair)),
            Rule::phrase => PatternOperand::Phrase(self.phrase(pair)?),
            _ => return Err(self.kids(pair.clone()).drift("a pattern", Some(pair))),
        })
    }

    fn near(&mut self, pair: Pair<'_, Rule>) -> Built<Near> {
        let mut kids = self.kids(pair);
        let other = kids.any()?;
        let other = self.pattern_operand(other)?;
        let words = self.small(&kids.take(Rule::number)?);
        Ok(Near { other, words })
    }

    pub(super) fn define(&mut self, pair: Pair<'_, Rule>) -> Built<Define> {
        let mut kids = self.kids(pair);
        let name = self.name(&kids.take(Rule::name)?);
        let params = match kids.maybe(Rule::params) {
            Some(params) => self.kids(params).all(Rule::param)?,
            None => vec![],
        };
        let params = params.into_iter().map(|param| self.param(param)).collect::<Built<_>>()?;
        let body = kids.any()?;
        Ok(Define { name, params, body: self.expr(body)? })
    }

    fn param(&mut self, pair: Pair<'_, Rule>) -> Built<Param> {
        let mut kids = self.kids(pair);
        let name = self.name(&kids.take(Rule::name)?);
        Ok(Param { name, ty: self.type_name(kids.take(Rule::type_name)?)? })
    }

    pub(super) fn type_name(&mut self, pair: Pair<'_, Rule>) -> Built<TypeName> {
        let whole = span(&pair);
        let inner = self.kids(pair).any()?;
        let kind = match inner.as_rule() {
            Rule::list_type => TypeNameKind::List(Box::new(self.inner_type(inner)?)),
            Rule::map_type => TypeNameKind::Map(Box::new(self.inner_type(inner)?)),
            Rule::enum_type => TypeNameKind::Enum(
                self.kids(inner).all(Rule::word)?.iter().map(|word| self.name(word)).collect(),
            ),
            Rule::name => TypeNameKind::Named(self.name(&inner)),
            _ => return Err(self.kids(inner.clone()).drift("a type", Some(inner))),
        };
        Ok(TypeName { kind, span: whole })
    }

    fn inner_type(&mut self, pair: Pair<'_, Rule>) -> Built<TypeName> {
        let inner = self.kids(pair).take(Rule::type_name)?;
        self.type_name(inner)
    }
}
