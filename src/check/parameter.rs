//! Parameters without a type: their uses in the definition tell which one is meant.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree::{BinaryOp, Expr, ExprKind, Name};
use crate::world::value::Type;

/// How the body of a definition uses a parameter.
#[derive(Default)]
struct Uses<'t> {
    /// The fields that are read of it.
    fields: Vec<&'t str>,
    /// The type that an operator asks of it.
    ty: Option<&'static str>,
}

impl Checker<'_> {
    /// Reports a parameter without a type, and says which one its uses need.
    pub(super) fn refuse_untyped(&mut self, param: &Name, body: &Expr) -> Option<Type> {
        let mut uses = Uses::default();
        collect(&param.text, body, &mut uses);
        if is_named(&param.text, body) {
            uses.ty = Some("bool");
        }
        let types = match uses.ty {
            Some(ty) if uses.fields.is_empty() => vec![ty.to_owned()],
            _ => self.records_with(&uses.fields, &param.text),
        };
        let written = |ty: &String| format!("{}: {ty}", param.text);
        let at = self.at(param.span);
        let message = format!("the parameter `{}` has no type", param.text);
        let fault = Diagnostic::new(Code::UnknownType, at, message);
        self.found.push(match &*types {
            [ty] => {
                let meant = written(ty);
                fault.help(format!("write its type: `{meant}`")).fix(at, meant, false)
            }
            [] => fault.help(format!(
                "write its type, such as `{0}: text`, `{0}: int`, `{0}: [text]`, or a record: `{0}: chat`",
                param.text
            )),
            types => {
                let types: Vec<_> = types.iter().map(|ty| format!("`{}`", written(ty))).collect();
                fault.help(format!("write its type: {}", types.join(" or ")))
            }
        });
        None
    }

    /// The records of the schema that have all these fields. Only one if its name begins like the parameter.
    fn records_with(&self, fields: &[&str], param: &str) -> Vec<String> {
        if fields.is_empty() {
            return vec![];
        }
        let records = self.program.schema.records();
        let mut names: Vec<String> = records
            .filter(|(_, record)| fields.iter().all(|field| record.fields.contains_key(field)))
            .map(|(name, _)| name.to_owned())
            .collect();
        let is_alike = |name: &String| name.starts_with(param);
        if names.iter().filter(|name| is_alike(name)).count() == 1 {
            names.retain(is_alike);
        }
        names
    }
}

/// Whether an expression is nothing but a name.
fn is_named(name: &str, expr: &Expr) -> bool {
    if let ExprKind::Group(inner) = &expr.kind {
        return is_named(name, inner);
    }
    matches!(&expr.kind, ExprKind::Path(path) if matches!(&*path.names, [only] if only.text == name))
}

/// Collects the uses of a name.
fn collect<'t>(name: &str, expr: &'t Expr, uses: &mut Uses<'t>) {
    if let ExprKind::Path(path) = &expr.kind
        && let [first, field, ..] = &*path.names
        && first.text == name
    {
        uses.fields.push(&field.text);
    }
    uses.ty = uses.ty.or_else(|| type_asked(name, expr));
    expr.children().for_each(|child| collect(name, child, uses));
}

/// The type that an operator asks of a name that is its operand.
fn type_asked(name: &str, expr: &Expr) -> Option<&'static str> {
    let is_it = |expr: &Expr| is_named(name, expr);
    if let ExprKind::Mentions { text, .. }
    | ExprKind::Matches { text, .. }
    | ExprKind::Spans { text, .. } = &expr.kind
    {
        return is_it(text).then_some("text");
    }
    if let ExprKind::Not(inner) = &expr.kind {
        return is_it(inner).then_some("bool");
    }
    if let ExprKind::And(of) | ExprKind::Or(of) | ExprKind::AtLeast { of, .. } = &expr.kind {
        return of.iter().any(is_it).then_some("bool");
    }
    let ExprKind::Binary { op, left, right } = &expr.kind else { return None };
    match op {
        BinaryOp::Contains | BinaryOp::StartsWith | BinaryOp::EndsWith => {
            (is_it(left) || is_it(right)).then_some("text")
        }
        BinaryOp::In | BinaryOp::NotIn if !is_it(left) => None,
        BinaryOp::In | BinaryOp::NotIn => {
            if let ExprKind::List(of) = &right.kind {
                return of.first().and_then(type_of);
            }
            matches!(&right.kind, ExprKind::Subdivision(_)).then_some("place")
        }
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessOrEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterOrEqual
        | BinaryOp::Coalesce => {
            let is_side = |side: &Expr| is_it(side) || is_shifted(name, side);
            match (is_side(left), is_side(right)) {
                (true, false) => type_of(right),
                (false, true) => type_of(left),
                (true, true) | (false, false) => None,
            }
        }
    }
}

/// Whether an expression is a name plus or minus something.
fn is_shifted(name: &str, expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Arithmetic { first, .. } if is_named(name, first))
}

/// The type of an expression that shows it without its names.
fn type_of(expr: &Expr) -> Option<&'static str> {
    use ExprKind as Kind;
    let inner = match &expr.kind {
        Kind::Text(_) => return Some("text"),
        Kind::Number(number) => return Some(if number.contains('.') { "number" } else { "int" }),
        Kind::Bool(_) => return Some("bool"),
        Kind::Moment(_) | Kind::At => return Some("instant"),
        Kind::Duration(_) => return Some("duration"),
        Kind::Group(inner) | Kind::Negate(inner) => inner,
        Kind::Arithmetic { first, .. } => first,
        Kind::Subdivision(_)
        | Kind::Path(_)
        | Kind::List(_)
        | Kind::Call { .. }
        | Kind::Spans { .. }
        | Kind::Not(_)
        | Kind::And(_)
        | Kind::Or(_)
        | Kind::Binary { .. }
        | Kind::Mentions { .. }
        | Kind::Matches { .. }
        | Kind::Is(..)
        | Kind::IsSet(_)
        | Kind::Keyed { .. }
        | Kind::Reaches { .. }
        | Kind::Quantified { .. }
        | Kind::Aggregate { .. }
        | Kind::Score(_)
        | Kind::AtLeast { .. }
        | Kind::If { .. } => return None,
    };
    type_of(inner)
}
