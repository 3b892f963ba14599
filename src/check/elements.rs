//! Checks quantifiers, sums and counts, which do something with each element of a list, and scores.

use super::expr::path_of;
use super::types::is_textual;
use super::uses::NameKind;
use super::{Checker, Local};
use crate::base::source::Span;
use crate::diagnostic::Code;
use crate::program::arithmetic::negate;
use crate::program::{ElementValues, Expr, ExprKind, ScorePart};
use crate::syntax::tree::{self, Aggregate, Quantifier};
use crate::world::value::{Type, Value};

/// What is counted or added up: a value of each element, or of those for which a condition is true.
pub(super) struct Counted<'t> {
    pub(super) value: &'t tree::Expr,
    pub(super) condition: Option<&'t tree::Expr>,
}

impl Checker<'_> {
    pub(super) fn quantified(
        &mut self,
        quantifier: Quantifier,
        name: &tree::Name,
        list: &tree::Expr,
        body: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let list = self.enter_list(name, list)?;
        let body = self.condition(body);
        self.locals.pop();
        let ty = if quantifier == Quantifier::Count { Type::Int } else { Type::Bool };
        let (list, body) = (Box::new(list), Box::new(body?));
        Some(self.node(ExprKind::Quantified { quantifier, list, body }, ty, span))
    }

    pub(super) fn aggregate(
        &mut self,
        aggregate: Aggregate,
        name: &tree::Name,
        list: &tree::Expr,
        counted: Counted<'_>,
        span: Span,
    ) -> Option<Expr> {
        let list = self.enter_list(name, list)?;
        let value = self.expr(counted.value);
        let condition = counted.condition.map(|condition| self.condition(condition));
        self.locals.pop();
        let (value, condition) = (value?, condition.map_or(Some(None), |one| one.map(Some))?);
        let ty = match aggregate {
            Aggregate::Sum => self.added(&value)?,
            Aggregate::CountDistinct => self.told_apart(&value)?,
        };
        let (list, value, condition) = (Box::new(list), Box::new(value), condition.map(Box::new));
        let of = ElementValues { list, condition, value };
        Some(self.node(ExprKind::Aggregate { aggregate, of }, ty, span))
    }

    pub(super) fn score(&mut self, parts: &[tree::ScorePart], span: Span) -> Option<Expr> {
        let parts: Vec<_> = parts.iter().map(|part| self.score_part(part)).collect();
        let parts: Vec<ScorePart> = parts.into_iter().collect::<Option<_>>()?;
        let has_decimals = parts.iter().any(|part| matches!(part.points, Value::Number(_)));
        let ty = if has_decimals { Type::Number } else { Type::Int };
        Some(self.node(ExprKind::Score(parts), ty, span))
    }

    fn score_part(&mut self, part: &tree::ScorePart) -> Option<ScorePart> {
        let condition = self.condition(&part.condition);
        let written = &part.points.value;
        let amount = self.number(written.trim_start_matches('-'), part.points.span)?;
        let ExprKind::Const(amount) = amount.kind else { return None };
        let points = if written.starts_with('-') { negate(&amount).ok()? } else { amount };
        Some(ScorePart { points, condition: condition? })
    }

    /// The type of a sum of such values.
    fn added(&mut self, value: &Expr) -> Option<Type> {
        if matches!(value.ty, Type::Int | Type::Number) {
            return Some(value.ty.clone());
        }
        let message = format!("`sum` adds numbers, but {}", self.what_is(value));
        let help = if value.ty == Type::Bool {
            "count the elements for which it is true: `count x in xs where (…)`"
        } else {
            "add a number of each element"
        };
        self.refuse(Code::BadOperand, value.at.span, message, help)
    }

    /// The type of the number of different values.
    fn told_apart(&mut self, value: &Expr) -> Option<Type> {
        let is_single = matches!(
            value.ty,
            Type::Bool | Type::Int | Type::Number | Type::Instant | Type::Duration
        );
        if is_single || is_textual(&value.ty) {
            return Some(Type::Int);
        }
        let message =
            format!("`count distinct` counts different values, but {}", self.what_is(value));
        let help = "count the different values of a field: `count distinct x.id for x in xs`";
        self.refuse(Code::BadOperand, value.at.span, message, help)
    }

    /// Checks a list, and makes its element the innermost local.
    pub(super) fn enter_list(&mut self, name: &tree::Name, list: &tree::Expr) -> Option<Expr> {
        self.refuse_shadowing(name);
        let list = self.expr(list);
        let element = list.as_ref().and_then(|list| {
            if let Type::List(element) = &list.ty { Some((**element).clone()) } else { None }
        });
        if let (Some(list), None) = (&list, &element) {
            let found = self.what_is(list);
            let help = if matches!(list.ty, Type::Surface | Type::Text) {
                "search the whole text: `text mentions …`"
            } else {
                "write a list after `in`: `links`, `reports.orders`, `spans(text, …)`"
            };
            self.report(Code::BadOperand, list.at.span, format!("{found}, not a list"), help);
        }
        let (list, element) = (list?, element?);
        let path = format!(
            "{}[]",
            path_of(&list).unwrap_or_else(|| self.sources.slice(list.at).to_owned())
        );
        let (origin, form) = (self.origin(&list), self.form_of(&list));
        let (name, declared) = (name.text.clone(), self.at(name.span));
        self.record_use(declared.span, declared, NameKind::Element);
        let kind = NameKind::Element;
        self.locals.push(Local { name, ty: element, path, declared, kind, origin, form });
        Some(list)
    }
}
