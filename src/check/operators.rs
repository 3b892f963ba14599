//! Checks binary operators and arithmetic: the types that each operator accepts, and the type of its result.

use super::Checker;
use super::expr::all_of;
use super::files::unknown_place;
use super::instant::reads_at;
use super::names::Entity;
use super::types::is_textual;
use crate::base::source::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::arithmetic;
use crate::program::{CompareOp, Expr, ExprKind, TextTest};
use crate::syntax::tree::{self, ArithmeticOp, BinaryOp};
use crate::world::lists::SetKind;
use crate::world::place::{Place, PlaceKind};
use crate::world::value::{Type, Value};

impl Checker<'_> {
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let compare = match op {
            BinaryOp::In => return self.membership(left, right, span),
            BinaryOp::NotIn => {
                let inside = self.membership(left, right, span)?;
                return Some(self.truth(ExprKind::Not(Box::new(inside)), span));
            }
            BinaryOp::Contains => return self.contains(left, right, span),
            BinaryOp::StartsWith => return self.text_test(TextTest::StartsWith, left, right, span),
            BinaryOp::EndsWith => return self.text_test(TextTest::EndsWith, left, right, span),
            BinaryOp::Coalesce => return self.coalesce(left, right, span),
            BinaryOp::Equal => CompareOp::Equal,
            BinaryOp::NotEqual => CompareOp::NotEqual,
            BinaryOp::Less => CompareOp::Less,
            BinaryOp::LessOrEqual => CompareOp::LessOrEqual,
            BinaryOp::Greater => CompareOp::Greater,
            BinaryOp::GreaterOrEqual => CompareOp::GreaterOrEqual,
        };
        self.refuse_nothing(compare, left, right, span)?;
        if reads_at(left) || reads_at(right) {
            return self.compare_with_at(compare, left, right, span);
        }
        let (left, right) = (self.expr(left), self.expr(right));
        self.compare(compare, left?, right?, span)
    }

    pub(super) fn compare(
        &mut self,
        op: CompareOp,
        left: Expr,
        right: Expr,
        span: Span,
    ) -> Option<Expr> {
        let (left, right) = self.comparable(op, left, right, span)?;
        let is_equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        self.warn_odd_sides(&left, &right);
        if op == CompareOp::Equal {
            self.warn_pattern_sign("==", &left, &right, span);
        }
        let has_order = match &left.ty {
            Type::Bool => false,
            Type::Int
            | Type::Number
            | Type::Instant
            | Type::Duration
            | Type::Text
            | Type::Surface
            | Type::Enum(_)
            | Type::Place => true,
            Type::List(_) => {
                let list = self.written(left.at);
                let help = format!(
                    "test its elements, `any element in {list} where (…)`, or compare `length({list})`"
                );
                return self.incomparable(&left, &help);
            }
            Type::Places => {
                let help =
                    format!("test whether a place is in it: `\"KZ\" in {}`", self.written(left.at));
                return self.incomparable(&left, &help);
            }
            Type::Record(_) | Type::Map(_) | Type::Opaque => {
                return self.incomparable(&left, "compare one of its fields");
            }
        };
        if !is_equality && !has_order {
            let message = "one condition cannot be less or greater than another";
            let help = "write `==`, `!=`, `and`, `or` or `not`";
            return self.refuse(Code::BadOperand, span, message, help);
        }
        let kind = ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) };
        Some(self.truth(kind, span))
    }

    fn incomparable(&mut self, operand: &Expr, help: &str) -> Option<Expr> {
        let message = format!("{}, which cannot be compared", self.what_is(operand));
        self.refuse(Code::BadOperand, operand.at.span, message, help)
    }

    /// Converts two operands to types that can be compared, or reports that this is impossible.
    fn comparable(
        &mut self,
        op: CompareOp,
        left: Expr,
        right: Expr,
        span: Span,
    ) -> Option<(Expr, Expr)> {
        let is_literal = |expr: &Expr| matches!(expr.kind, ExprKind::Const(Value::Text(_)));
        match (&left.ty, &right.ty) {
            (Type::Enum(_) | Type::Place, Type::Text) if is_literal(&right) => {
                let right = self.coerce_for(right, &left.ty, Some(left.at))?;
                Some((left, right))
            }
            (Type::Text, Type::Enum(_) | Type::Place) if is_literal(&left) => {
                let left = self.coerce_for(left, &right.ty, Some(right.at))?;
                Some((left, right))
            }
            (a, b) if is_textual(a) && is_textual(b) => Some((left, right)),
            (Type::Int | Type::Number, Type::Int | Type::Number) => Some((left, right)),
            (a, b) if a == b => Some((left, right)),
            _ => {
                self.report_incomparable(op, &left, &right, span);
                None
            }
        }
    }

    /// Checks `item in list`, where `list` can also be the name of a set.
    fn membership(&mut self, item: &tree::Expr, list: &tree::Expr, span: Span) -> Option<Expr> {
        let lowered = self.expr(item);
        if let tree::ExprKind::Path(path) = &list.kind
            && let Some(set) = self.set_named(path)
        {
            let item = lowered?;
            let has_numbers =
                self.program.sets.get(set).is_some_and(|set| set.kind == SetKind::Number);
            if is_textual(&item.ty) || (has_numbers && item.ty == Type::Int) {
                return Some(self.truth(ExprKind::InSet { item: Box::new(item), set }, span));
            }
            let found = self.what_is(&item);
            let help = if matches!(item.ty, Type::List(_)) {
                let (items, set) = (self.written(item.at), path.dotted());
                format!("test its elements: `any element in {items} where (element in {set})`")
            } else if item.ty == Type::Int {
                "make it a set of `number`, or look up a text".to_owned()
            } else {
                "look up a text, or in a set of `number` a whole number".to_owned()
            };
            let message = format!("{found}, which cannot be in this set");
            return self.refuse(Code::TypeMismatch, item.at.span, message, help);
        }
        if let Some((code, at)) = self.place_named(list) {
            return self.is_in_place(lowered?, &code, at, span);
        }
        let list = self.expr(list);
        self.list_membership(lowered?, list?, span)
    }

    /// The set that a path names. A field or a local with the same name comes first.
    fn set_named(&mut self, path: &tree::Path) -> Option<usize> {
        if self.begins_with_field_or_local(path) || !self.is_set(path) {
            return None;
        }
        self.resolve_as(path, "a set", Entity::set)
    }

    /// Whether a path is the name of a set. Reports nothing.
    fn is_set(&self, path: &tree::Path) -> bool {
        let here = self.files.get(self.file);
        let Some((last, prefix)) = path.names.split_last() else { return false };
        let prefix = tree::dotted(prefix);
        let is_set = |file: usize| {
            let entity = self.names.in_file(file, &last.text);
            entity.is_some_and(|(entity, _)| entity.set().is_some())
        };
        if prefix.is_empty() {
            return is_set(self.file) || here.uses.iter().any(|(file, _)| is_set(*file));
        }
        self.files.iter().any(|(index, file)| file.prefix == prefix && is_set(index))
    }

    /// The code of a place on the right of `in`. A name in capitals is one unless something else has this name.
    fn place_named(&self, list: &tree::Expr) -> Option<(String, Span)> {
        if let tree::ExprKind::Group(inner) = &list.kind {
            return self.place_named(inner);
        }
        if let tree::ExprKind::Subdivision(code) = &list.kind {
            return Some((code.clone(), list.span));
        }
        let tree::ExprKind::Path(path) = &list.kind else { return None };
        let [name] = &*path.names else { return None };
        let is_code = name.text.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_place = is_code && !self.names_value(path);
        is_place.then(|| (name.text.clone(), list.span))
    }

    fn is_in_place(&mut self, item: Expr, code: &str, at: Span, span: Span) -> Option<Expr> {
        let Some(place) = self.program.blocs.place(code) else {
            self.found.push(unknown_place(self.at(at), code, &self.program.blocs));
            return None;
        };
        let is_literal = matches!(item.kind, ExprKind::Const(Value::Text(_)));
        let item = if is_literal { self.coerce(item, &Type::Place)? } else { item };
        if item.ty != Type::Place {
            let found = self.what_is(&item);
            let help = if item.ty == Type::Places {
                format!("test whether a place is in it: `\"KZ\" in {}`", self.written(item.at))
            } else {
                format!("write a place before `in {place}`, such as `order.country`")
            };
            let message = format!("{found}, which cannot lie in a place");
            return self.refuse(Code::TypeMismatch, item.at.span, message, help);
        }
        Some(self.truth(ExprKind::InPlace { item: Box::new(item), place }, span))
    }

    /// Reports a place that is neither in quotes nor on the right of `in`.
    pub(super) fn lone_place(&mut self, place: Place, span: Span) -> Option<Expr> {
        let help = match place.kind() {
            PlaceKind::Country | PlaceKind::Subdivision => {
                format!("write `\"{place}\"` to compare it, or write it after `in`")
            }
            PlaceKind::Bloc | PlaceKind::World => {
                format!("write it after `in`, to ask whether a place belongs to it: `in {place}`")
            }
        };
        self.refuse(Code::BadOperand, span, format!("the place `{place}` is not a value"), help)
    }

    /// Reports `[FR, DE]`, where all elements are places without quotes.
    pub(super) fn refuse_lone_places(&mut self, elements: &[tree::Expr], span: Span) -> Option<()> {
        let codes: Option<Vec<_>> =
            elements.iter().map(|element| self.place_named(element)).collect();
        let codes = codes.filter(|codes| {
            let is_place = |(code, _): &(String, Span)| Place::parse(code).is_some();
            !codes.is_empty() && codes.iter().all(is_place)
        });
        let Some(codes) = codes else { return Some(()) };
        let codes: Vec<_> = codes.iter().map(|(code, _)| format!("\"{code}\"")).collect();
        let meant = format!("[{}]", codes.join(", "));
        let message = "places in a list are written in quotes";
        let fault = Diagnostic::new(Code::BadOperand, self.at(span), message)
            .help(format!("write `{meant}`"))
            .fix(self.at(span), meant, true);
        self.found.push(fault);
        None
    }

    /// Reports a subdivision that is not on the right of `in`.
    pub(super) fn lone_subdivision(&mut self, code: &str, span: Span) -> Option<Expr> {
        let Some(place) = self.program.blocs.place(code) else {
            self.found.push(unknown_place(self.at(span), code, &self.program.blocs));
            return None;
        };
        self.lone_place(place, span)
    }

    /// Checks whether `item in list` or `list contains item` is possible for these types.
    fn list_membership(&mut self, item: Expr, list: Expr, span: Span) -> Option<Expr> {
        let (item, list) = match list.ty.clone() {
            Type::List(of)
                if matches!(
                    (&*of, &item.kind),
                    (Type::Enum(_) | Type::Place, ExprKind::Const(_))
                ) =>
            {
                (self.coerce(item, &of)?, list)
            }
            Type::List(of) if is_textual(&of) && is_textual(&item.ty) => {
                let are_words = matches!(list.kind, ExprKind::List(_))
                    && matches!(item.ty, Type::Enum(_) | Type::Place);
                let list = if are_words { self.coerce_elements(list, &item)? } else { list };
                (item, list)
            }
            Type::List(of) => (self.coerce(item, &of)?, list),
            Type::Places => (self.coerce(item, &Type::Place)?, list),
            other @ (Type::Bool
            | Type::Int
            | Type::Number
            | Type::Text
            | Type::Surface
            | Type::Instant
            | Type::Duration
            | Type::Enum(_)
            | Type::Place
            | Type::Record(_)
            | Type::Map(_)
            | Type::Opaque) => {
                let found = self.program.schema.in_words(&other);
                let help = if is_textual(&other) {
                    "write `text contains \"…\"` or `text mentions \"…\"`"
                } else {
                    "write a list, a set or places after `in`"
                };
                let message = format!("`in` cannot search {found}");
                return self.refuse(Code::BadOperand, list.at.span, message, help);
            }
        };
        self.warn_odd_literal(&item, &list);
        self.warn_odd_literal(&list, &item);
        Some(self.truth(ExprKind::In { item: Box::new(item), list: Box::new(list) }, span))
    }

    /// Converts the elements of a written list to the type of the item that is sought in it.
    fn coerce_elements(&mut self, list: Expr, item: &Expr) -> Option<Expr> {
        let ExprKind::List(of) = list.kind else { return Some(list) };
        let (wanted, subject) = (&item.ty, Some(item.at));
        let of = all_of(of.into_iter().map(|one| self.coerce_for(one, wanted, subject)))?;
        Some(Expr {
            kind: ExprKind::List(of),
            ty: Type::List(Box::new(wanted.clone())),
            at: list.at,
        })
    }

    fn contains(&mut self, left: &tree::Expr, right: &tree::Expr, span: Span) -> Option<Expr> {
        let (left, right) = (self.expr(left), self.expr(right));
        let (left, right) = (left?, right?);
        if is_textual(&left.ty) {
            self.checked_text_test(TextTest::Contains, left, right, span)
        } else {
            self.list_membership(right, left, span)
        }
    }

    fn text_test(
        &mut self,
        op: TextTest,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let (left, right) = (self.expr(left), self.expr(right));
        self.checked_text_test(op, left?, right?, span)
    }

    fn checked_text_test(
        &mut self,
        op: TextTest,
        text: Expr,
        part: Expr,
        span: Span,
    ) -> Option<Expr> {
        if !is_textual(&text.ty) {
            let found = self.what_is(&text);
            let message = format!("`{}` tests a text, but {found}", op.word());
            let help = "test `text`, `any_text` or another text field";
            return self.refuse(Code::BadOperand, text.at.span, message, help);
        }
        let part = self.coerce(part, &Type::Text)?;
        if matches!(&part.kind, ExprKind::Const(Value::Text(text)) if text.is_empty()) {
            let message = "there is no text between the quotes, so the test is always true";
            let help = "write the text to look for";
            self.report(Code::ConstantCondition, part.at.span, message, help);
        }
        self.warn_odd_piece(op, &text, &part);
        self.warn_pattern_sign(op.word(), &text, &part, span);
        Some(
            self.truth(ExprKind::TextTest { op, text: Box::new(text), part: Box::new(part) }, span),
        )
    }

    fn coalesce(&mut self, value: &tree::Expr, default: &tree::Expr, span: Span) -> Option<Expr> {
        let (value, default) = (self.expr(value), self.expr(default));
        let (value, default) = (value?, default?);
        if value.ty == Type::Bool {
            let help = self.instead_of_default(&value, &default);
            let message = format!(
                "`{}` is true or false, so `??` cannot replace it when it is missing",
                self.sources.slice(value.at)
            );
            return self.refuse(Code::DefaultOnCondition, span, message, help);
        }
        let fix = (span, self.sources.slice(value.at).to_owned());
        self.warn_never_missing(&value, Some(fix));
        let ty = if value.ty == Type::Int && default.ty == Type::Number {
            Type::Number
        } else {
            value.ty.clone()
        };
        let default = self.coerce(default, &ty)?;
        Some(self.node(
            ExprKind::Coalesce { value: Box::new(value), default: Box::new(default) },
            ty,
            span,
        ))
    }

    /// What to write instead of a condition with a default.
    fn instead_of_default(&self, value: &Expr, default: &Expr) -> String {
        let written = self.written(default.at);
        let ask = format!(
            "delete `?? {written}`, and say with `on unknown` who decides when the condition is unknown"
        );
        let is_field = matches!(value.kind, ExprKind::Field { .. } | ExprKind::Entry { .. });
        let ExprKind::Const(Value::Bool(truth)) = default.kind else { return ask };
        if !is_field {
            return ask;
        }
        let name = self.written(value.at);
        let instead = if truth {
            format!("`({name} is missing or {name})`")
        } else {
            format!("`({name} is known and {name})`")
        };
        format!("{ask}; or, if a missing `{name}` should count as {truth}, write {instead}")
    }

    pub(super) fn negate(&mut self, inner: &tree::Expr, span: Span) -> Option<Expr> {
        let inner = self.expr(inner)?;
        match (&inner.kind, &inner.ty) {
            (ExprKind::Const(Value::Int(int)), _) => {
                // A literal is never negative, so this cannot overflow.
                let kind = ExprKind::Const(Value::Int(int.saturating_neg()));
                Some(self.node(kind, Type::Int, span))
            }
            (_, Type::Int | Type::Number | Type::Duration) => {
                let ty = inner.ty.clone();
                Some(self.node(ExprKind::Negate(Box::new(inner)), ty, span))
            }
            (_, other) => {
                let found = self.program.schema.in_words(other);
                let message = format!("`-` cannot stand before {found}");
                let help = "write `-` before numbers and durations, and `not` before conditions";
                self.refuse(Code::BadOperand, span, message, help)
            }
        }
    }

    pub(super) fn arithmetic(
        &mut self,
        first: &tree::Expr,
        rest: &[(ArithmeticOp, tree::Expr)],
        span: Span,
    ) -> Option<Expr> {
        let first = self.expr(first);
        let rest: Vec<_> = rest.iter().map(|(op, expr)| (*op, self.expr(expr))).collect();
        let first = first?;
        let mut ty = first.ty.clone();
        let mut lowered = vec![];
        for (op, operand) in rest {
            let operand = operand?;
            let Some(result) = arithmetic::type_of(&ty, op, &operand.ty) else {
                let (a, b) =
                    (self.program.schema.in_words(&ty), self.program.schema.in_words(&operand.ty));
                let message = format!("`{}` cannot calculate with {a} and {b}", op.word());
                let help =
                    "calculate with numbers, with durations, or with an instant and a duration";
                return self.refuse(Code::BadOperand, span, message, help);
            };
            ty = result;
            lowered.push((op, operand));
        }
        Some(self.node(ExprKind::Arithmetic { first: Box::new(first), rest: lowered }, ty, span))
    }
}
