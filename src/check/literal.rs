//! Warns about texts and numbers in conditions that the value beside them never equals: it has another form, or they have
//! a sign that means something only in another notation.

use super::Checker;
use crate::base::escape::quoted;
use crate::base::source::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Expr, ExprKind, TextTest};
use crate::text::{PatternSign, pattern_sign};
use crate::world::form::Form;
use crate::world::value::{Decimal, Inside, Type, Value};

impl Checker<'_> {
    /// The form of the values of an expression, or of the elements of a list.
    pub(super) fn form_of(&self, expr: &Expr) -> Option<Form> {
        if let ExprKind::Field { of, field, .. } = &expr.kind {
            let Inside::Record(id) = of.ty.inside() else { return None };
            let (record, declared) = self.program.schema.record(id)?;
            return Form::of(record, declared.fields.get_index(*field)?.0);
        }
        if let ExprKind::Entry { of, .. } | ExprKind::Coalesce { value: of, .. } = &expr.kind {
            return self.form_of(of);
        }
        if let ExprKind::Call { function, .. } = &expr.kind {
            let function = self.program.functions.get(*function)?;
            return (function.name == "lower").then_some(Form::LowerCase);
        }
        if let ExprKind::Local(level) = &expr.kind { self.locals.get(*level)?.form } else { None }
    }

    /// Warns if one side of a comparison is a literal in another form than the other side.
    pub(super) fn warn_odd_sides(&mut self, left: &Expr, right: &Expr) {
        for (value, literal) in [(left, right), (right, left)] {
            self.warn_odd_literal(value, literal);
        }
    }

    /// Warns about a literal, or an element of a written list, that has another form than a value.
    pub(super) fn warn_odd_literal(&mut self, value: &Expr, literal: &Expr) {
        let Some(form) = self.form_of(value) else { return };
        if let ExprKind::List(elements) = &literal.kind {
            elements.iter().for_each(|element| self.warn_odd_literal(value, element));
            return;
        }
        let ExprKind::Const(written) = &literal.kind else { return };
        let verb = if matches!(value.ty, Type::List(_)) { "never has" } else { "is never" };
        if let Value::Text(text) = written
            && form != Form::Share
        {
            let normal = form.normal(text);
            if normal.as_deref() != Some(&**text) {
                let normal = normal.map(|normal| quoted(&normal));
                self.report_odd(value, verb, literal, form, normal);
            }
        } else if let Value::Int(number) = written
            && form == Form::Share
            && !(0..=1).contains(number)
        {
            self.report_odd(value, verb, literal, form, share(*number));
        } else if let Value::Number(number) = written
            && form == Form::Share
            && !(Decimal::default()..=Decimal::from_int(1)).contains(number)
        {
            self.report_odd(value, verb, literal, form, None);
        }
    }

    /// Warns about a text that no value of this form contains, begins with or ends with.
    pub(super) fn warn_odd_piece(&mut self, op: TextTest, value: &Expr, piece: &Expr) {
        let (Some(form), ExprKind::Const(Value::Text(text))) = (self.form_of(value), &piece.kind)
        else {
            return;
        };
        let normal = form.normal_piece(text);
        if normal != **text {
            let normal = Some(normal).filter(|normal| !normal.is_empty());
            let verb = format!("never {}", op.word());
            self.report_odd(value, &verb, piece, form, normal.map(|normal| quoted(&normal)));
        }
    }

    fn report_odd(
        &mut self,
        value: &Expr,
        verb: &str,
        literal: &Expr,
        form: Form,
        meant: Option<String>,
    ) {
        let (name, written) = (self.written(value.at), self.written(literal.at));
        let message = format!("`{name}` {verb} `{}`: {}", written.trim_matches('"'), form.rule());
        let warning = Diagnostic::new(Code::OddLiteral, literal.at, message);
        self.found.push(match meant {
            Some(meant) => warning.help(format!("write `{meant}`")).fix(literal.at, meant, false),
            None if form == Form::Host => warning.help(
                "to find all hosts below one, declare `set hosts: domain { \"loans.example\" }`, and write `in hosts`",
            ),
            None => warning.help("write a value in this form, or look for a part of it: `contains \"…\"`"),
        });
    }

    /// Warns about a sign of patterns in a text that is compared letter by letter. `whole` is the comparison.
    pub(super) fn warn_pattern_sign(&mut self, op: &str, value: &Expr, text: &Expr, whole: Span) {
        let ExprKind::Const(Value::Text(literal)) = &text.kind else { return };
        let is_text = matches!(value.ty, Type::Text | Type::Surface);
        let Some(PatternSign { sign, phrase, regex, plain }) =
            pattern_sign(literal).filter(|_| is_text)
        else {
            return;
        };
        let name = self.written(value.at);
        let instead = match (plain, phrase, regex) {
            (Some(plain), _, _) if op == "==" => format!("{name} contains {}", quoted(&plain)),
            (_, Some(phrase), _) => format!("{name} mentions \"{phrase}\""),
            (Some(plain), None, _) => format!("{name} {op} {}", quoted(&plain)),
            (None, None, regex) => format!("{name} matches r\"{regex}\""),
        };
        let message = format!("`{op}` takes `{sign}` as it is written");
        let warning =
            Diagnostic::new(Code::ForeignSign, text.at, message).help(format!("write `{instead}`"));
        self.found.push(match self.short_text(value.at) {
            Some(_) => warning.fix(self.at(whole), instead, false),
            None => warning,
        });
    }
}

/// A percentage as a number from 0 to 1: `0.9` for 90.
fn share(percent: i64) -> Option<String> {
    let hundredths = format!("{percent:02}");
    match percent {
        2..=99 => Some(format!("0.{}", hundredths.trim_end_matches('0'))),
        100 => Some("1".to_owned()),
        _ => None,
    }
}
