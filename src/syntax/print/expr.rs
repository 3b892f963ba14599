//! Expressions as text. Brackets are in the tree where the author wrote them, so none are added.

use super::rules::moment;
use super::{path, text};
use crate::syntax::tree::{
    ArithmeticOp, BinaryOp, Expr, ExprKind, Pattern, PatternOperand, Quantifier, Sought,
};

pub(super) fn expr(of: &Expr) -> String {
    match &of.kind {
        ExprKind::Bool(truth) => truth.to_string(),
        ExprKind::Number(number) => number.clone(),
        ExprKind::Text(value) => text(value),
        ExprKind::Moment(value) => moment(*value),
        ExprKind::Duration(period) => period.to_string(),
        ExprKind::Path(name) => path(name),
        ExprKind::List(of) => format!("[{}]", joined(of, ", ")),
        ExprKind::Call { name, args } => format!("{}({})", path(name), joined(args, ", ")),
        ExprKind::Spans { text, of: Sought::Pattern(pattern) } => {
            format!("spans({}, {})", expr(text), self::pattern(pattern))
        }
        ExprKind::Spans { text, of: Sought::Regex(regex) } => {
            format!("spans({}, r\"{}\")", expr(text), regex.raw)
        }
        ExprKind::Group(inner) => format!("({})", expr(inner)),
        ExprKind::Not(inner) => format!("not {}", expr(inner)),
        ExprKind::Negate(inner) => format!("-{}", expr(inner)),
        ExprKind::And(parts) => joined(parts, " and "),
        ExprKind::Or(parts) => joined(parts, " or "),
        ExprKind::Binary { op, left, right } => {
            format!("{} {} {}", expr(left), binary(*op), expr(right))
        }
        ExprKind::Arithmetic { first, rest } => {
            let rest =
                rest.iter().map(|(op, operand)| format!(" {} {}", arithmetic(*op), expr(operand)));
            expr(first) + &rest.collect::<String>()
        }
        ExprKind::Mentions { text, pattern } => {
            format!("{} mentions {}", expr(text), self::pattern(pattern))
        }
        ExprKind::Matches { text, regex } => format!("{} matches r\"{}\"", expr(text), regex.raw),
        ExprKind::IsMissing(inner) => format!("{} is missing", expr(inner)),
        ExprKind::IsKnown(inner) => format!("{} is known", expr(inner)),
        ExprKind::Quantified { quantifier, name, list, body } => {
            let quantifier = match quantifier {
                Quantifier::Any => "any",
                Quantifier::All => "all",
                Quantifier::No => "no",
                Quantifier::Count => "count",
            };
            format!("{quantifier} {} in {} where ({})", name.text, expr(list), expr(body))
        }
        ExprKind::AtLeast { least, of } => {
            format!("at least {} of ({})", least.value, joined(of, ", "))
        }
        ExprKind::If { arms, otherwise } => {
            let arms: Vec<_> = arms
                .iter()
                .map(|(when, value)| format!("if {} then {}", expr(when), expr(value)))
                .collect();
            format!("{} else {}", arms.join(" else "), expr(otherwise))
        }
    }
}

fn joined(of: &[Expr], between: &str) -> String {
    of.iter().map(expr).collect::<Vec<_>>().join(between)
}

fn pattern(pattern: &Pattern) -> String {
    let near = pattern.near.as_ref().map_or(String::new(), |near| {
        format!(" near {} ({} words)", operand(&near.other), near.words.value)
    });
    operand(&pattern.first) + &near
}

fn operand(operand: &PatternOperand) -> String {
    match operand {
        PatternOperand::Terms(name) => path(name),
        PatternOperand::Phrase(words) => words.to_string(),
    }
}

fn binary(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
        BinaryOp::In => "in",
        BinaryOp::NotIn => "not in",
        BinaryOp::Contains => "contains",
        BinaryOp::StartsWith => "starts with",
        BinaryOp::EndsWith => "ends with",
        BinaryOp::Coalesce => "??",
    }
}

fn arithmetic(op: ArithmeticOp) -> &'static str {
    match op {
        ArithmeticOp::Add => "+",
        ArithmeticOp::Subtract => "-",
        ArithmeticOp::Multiply => "*",
        ArithmeticOp::Divide => "/",
    }
}
