//! `terms`, `pattern`, `wording` and `define` items, and the patterns of expressions.

use super::Builder;
use crate::base::limits;
use crate::diagnostic::Code;
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::{BuildResult, span};
use crate::syntax::tree::{
    Define, Modifier, NamedRegex, Near, Param, Pattern, PatternOperand, Phrase, TermGroup, Terms,
    Text, TypeName, TypeNameKind, Wording, WordingText,
};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn terms(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Terms> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let groups = self.each(children, Rule::term_group, Self::term_group)?;
        let phrases: usize = groups.iter().map(|group| group.phrases.len()).sum();
        if phrases > limits::PHRASES {
            let message = format!("`{}` has {phrases} phrases", name.text);
            let help = format!(
                "split it: one `terms` may have at most {} phrases; or use a `set` of texts",
                limits::PHRASES
            );
            self.report(Code::TooLarge, name.span, message, help);
        }
        Ok(Terms { name, groups })
    }

    fn term_group(&mut self, pair: Pair<'_, Rule>) -> BuildResult<TermGroup> {
        let mut children = self.children(pair);
        let language = self.name(&children.take(Rule::language)?);
        Ok(TermGroup { language, phrases: self.each(children, Rule::phrase, Self::phrase)? })
    }

    pub(super) fn wording(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Wording> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        Ok(Wording { name, texts: self.each(children, Rule::wording_text, Self::wording_text)? })
    }

    fn wording_text(&mut self, pair: Pair<'_, Rule>) -> BuildResult<WordingText> {
        let mut children = self.children(pair);
        let language = self.name(&children.take(Rule::language)?);
        Ok(WordingText { language, text: self.string(&children.take(Rule::string)?) })
    }

    pub(super) fn phrase(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Phrase> {
        let whole = span(&pair);
        let mut phrase =
            Phrase { modifier: Modifier::Plain, pieces: vec![], gaps: vec![], span: whole };
        let mut children = self.children(pair);
        while let Some(part) = children.raw() {
            match part.as_rule() {
                Rule::kw_exact => phrase.modifier = Modifier::Exact,
                Rule::kw_loose => phrase.modifier = Modifier::Loose,
                Rule::string => phrase.pieces.push(self.raw_text(&part)),
                Rule::some_gap => {
                    let number = self.children(part).take(Rule::number)?;
                    phrase.gaps.push(Some(self.whole_number(&number).value));
                }
                Rule::open_gap => phrase.gaps.push(None),
                Rule::bad_gap => {
                    let help =
                        "write how many at most: `..5..` means up to 5 words, and `...` any number";
                    let message = format!(
                        "`{}` does not say how many words may be between the two phrases",
                        part.as_str()
                    );
                    self.report(Code::BadGap, span(&part), message, help);
                    phrase.gaps.push(Some(0));
                }
                _ => return Err(children.mismatch("a part of a phrase", Some(part))),
            }
        }
        Ok(phrase)
    }

    pub(super) fn pattern(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Pattern> {
        let span = span(&pair);
        let mut children = self.children(pair);
        let first = children.any()?;
        let first = self.pattern_operand(first)?;
        let near = self.maybe(&mut children, Rule::near, Self::near)?;
        Ok(Pattern { first, near, span })
    }

    fn pattern_operand(&mut self, pair: Pair<'_, Rule>) -> BuildResult<PatternOperand> {
        Ok(match pair.as_rule() {
            Rule::path => PatternOperand::Named(self.path(pair)),
            Rule::phrase => PatternOperand::Phrase(self.phrase(pair)?),
            _ => return Err(self.unexpected("a pattern", &pair)),
        })
    }

    fn near(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Near> {
        let mut children = self.children(pair);
        let other = children.any()?;
        let other = self.pattern_operand(other)?;
        let words = self.whole_number(&children.take(Rule::number)?);
        Ok(Near { other, words })
    }

    pub(super) fn named_regex(&mut self, pair: Pair<'_, Rule>) -> BuildResult<NamedRegex> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let regex = children.any()?;
        Ok(NamedRegex { name, regex: self.regex(&regex) })
    }

    /// A regular expression. Reports one without the `r` before it.
    pub(super) fn regex(&mut self, pair: &Pair<'_, Rule>) -> Text {
        if pair.as_rule() == Rule::bad_regex {
            let message = "a regular expression needs an `r` before its quotes";
            let help = format!("write `r{}`", pair.as_str());
            self.report(Code::BadRegex, span(pair), message, help);
        }
        self.raw_text(pair)
    }

    pub(super) fn define(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Define> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let params = match children.maybe(Rule::params) {
            Some(params) => self.each(self.children(params), Rule::param, Self::param)?,
            None => vec![],
        };
        let body = children.any()?;
        Ok(Define { name, params, body: self.expr(body)? })
    }

    fn param(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Param> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let ty = self.maybe(&mut children, Rule::type_name, Self::type_name)?;
        Ok(Param { name, ty })
    }

    pub(super) fn type_name(&mut self, pair: Pair<'_, Rule>) -> BuildResult<TypeName> {
        let span = span(&pair);
        let inner = self.children(pair).any()?;
        let kind = match inner.as_rule() {
            Rule::list_type => TypeNameKind::List(Box::new(self.inner_type(inner)?)),
            Rule::map_type => TypeNameKind::Map(Box::new(self.inner_type(inner)?)),
            Rule::enum_type => TypeNameKind::Enum(self.names(inner, Rule::word)?),
            Rule::name => TypeNameKind::Named(self.name(&inner)),
            _ => return Err(self.unexpected("a type", &inner)),
        };
        Ok(TypeName { kind, span })
    }

    fn inner_type(&mut self, pair: Pair<'_, Rule>) -> BuildResult<TypeName> {
        let inner = self.children(pair).take(Rule::type_name)?;
        self.type_name(inner)
    }
}
