//! Reports two values that cannot be compared, and finds out what was meant.

use super::Checker;
use crate::base::source::{Location, Span};
use crate::base::time::{Day, Instant};
use crate::diagnostic::{Code, Diagnostic, one_of};
use crate::program::{CompareOp, Expr, ExprKind};
use crate::world::value::{Type, Value};

/// What to write instead: the help, and the fix if there is one.
type Mend = (String, Option<(Location, String)>);

impl Checker<'_> {
    pub(super) fn report_incomparable(
        &mut self,
        op: CompareOp,
        left: &Expr,
        right: &Expr,
        span: Span,
    ) {
        let schema = &self.program.schema;
        let (a, b) = (schema.in_words(&left.ty), schema.in_words(&right.ty));
        let message = match (self.quoted(left.at), self.quoted(right.at)) {
            (Some(left), Some(right)) => format!("cannot compare {left}, {a}, with {right}, {b}"),
            _ => format!("cannot compare {a} with {b}"),
        };
        let mend = self
            .compared_with_truth(op, left, right, span)
            .or_else(|| self.without_quotes(left, right))
            .or_else(|| self.without_quotes(right, left))
            .or_else(|| self.without_unit(left, right))
            .or_else(|| self.without_unit(right, left))
            .or_else(|| self.whole_record(left, right))
            .or_else(|| self.whole_record(right, left));
        let fault = Diagnostic::new(Code::TypeMismatch, self.at(span), message);
        self.found.push(match mend {
            Some((help, Some((at, text)))) => fault.help(help).fix(at, text, false),
            Some((help, None)) => fault.help(help),
            None => fault.help("compare two values of the same type"),
        });
    }

    /// `chat.public == "true"`, `chat.public == 1`
    fn compared_with_truth(
        &self,
        op: CompareOp,
        left: &Expr,
        right: &Expr,
        span: Span,
    ) -> Option<Mend> {
        let (value, literal) = if left.ty == Type::Bool { (left, right) } else { (right, left) };
        let ExprKind::Const(written) = &literal.kind else { return None };
        let truth = if let Value::Text(text) = written {
            match &*text.to_lowercase() {
                "true" | "yes" | "1" => true,
                "false" | "no" | "0" => false,
                _ => return None,
            }
        } else if let Value::Int(number @ (0 | 1)) = written {
            *number == 1
        } else {
            return None;
        };
        let is_equal = match op {
            CompareOp::Equal => true,
            CompareOp::NotEqual => false,
            CompareOp::Less
            | CompareOp::LessOrEqual
            | CompareOp::Greater
            | CompareOp::GreaterOrEqual => return None,
        };
        let name = self.quoted(value.at).filter(|_| value.ty == Type::Bool)?;
        let name = name.trim_matches('`');
        let is_simple = matches!(value.kind, ExprKind::Field { .. } | ExprKind::Defined { .. });
        let meant = match (truth == is_equal, is_simple) {
            (true, _) => name.to_owned(),
            (false, true) => format!("not {name}"),
            (false, false) => format!("not ({name})"),
        };
        Some((format!("write the condition alone: `{meant}`"), Some((self.at(span), meant))))
    }

    /// A number, a day or an instant in quotes.
    fn without_quotes(&self, value: &Expr, literal: &Expr) -> Option<Mend> {
        let ExprKind::Const(Value::Text(text)) = &literal.kind else { return None };
        let is_number = matches!(value.ty, Type::Int | Type::Number | Type::Duration);
        let help = if is_number && text.parse::<f64>().is_ok() {
            "write the number without quotes".to_owned()
        } else if value.ty != Type::Instant {
            return None;
        } else if Day::parse(text).is_ok() {
            format!("write the day without quotes: `{text}`")
        } else if Instant::parse(text).is_ok() {
            format!("write the instant without quotes: `{text}`")
        } else {
            return Some(("write a day such as `2026-03-01`, without quotes".to_owned(), None));
        };
        Some((help, Some((literal.at, text.to_string()))))
    }

    /// `sent_at - created_at < 7`
    fn without_unit(&self, value: &Expr, literal: &Expr) -> Option<Mend> {
        let ExprKind::Const(Value::Int(number)) = &literal.kind else { return None };
        (value.ty == Type::Duration)
            .then(|| (format!("write the unit: `{number} days`, `{number} hours`"), None))
    }

    /// `labels.fraud > 0.9`
    fn whole_record(&self, record: &Expr, other: &Expr) -> Option<Mend> {
        match &*self.fields_like(record, &other.ty) {
            [] => None,
            [field] => {
                Some((format!("compare its field: `{field}`"), Some((record.at, field.clone()))))
            }
            fields => Some((format!("compare one of its fields; {}", one_of(fields)), None)),
        }
    }
}
