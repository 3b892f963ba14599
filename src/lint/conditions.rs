//! Lints of conditions: parts without effect, and simpler ways to write them.

use super::Linted;
use crate::base::source::{FileId, Location, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree::{BinaryOp, Exception, Expr, ExprKind, ItemKind, Name, Param, Rule};
use foldhash::HashSet;

/// A list with more elements than this should be a set, which is faster and easier to maintain.
const LONG: usize = 50;

pub(super) fn lints(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    for (file, _, tree) in linted.trees {
        let mut conditions = Conditions { linted, file: *file, found };
        for item in &tree.items {
            match &item.kind {
                ItemKind::Rule(rule) | ItemKind::Exception(Exception { rule, .. }) => {
                    conditions.rule(rule);
                }
                ItemKind::Define(define) => {
                    conditions.expr(&define.body);
                    conditions.params(&define.params, &define.body);
                }
                ItemKind::Jurisdiction(_)
                | ItemKind::Use(_)
                | ItemKind::Law(_)
                | ItemKind::Policy(_)
                | ItemKind::Office(_)
                | ItemKind::Terms(_)
                | ItemKind::Set(_)
                | ItemKind::Test(_)
                | ItemKind::Record(_)
                | ItemKind::Action(_)
                | ItemKind::Bloc(_) => {}
            }
        }
    }
}

struct Conditions<'a> {
    linted: &'a Linted<'a>,
    file: FileId,
    found: &'a mut Vec<Diagnostic>,
}

impl Conditions<'_> {
    fn rule(&mut self, rule: &Rule) {
        for condition in [&rule.when, &rule.unless].into_iter().flatten() {
            self.expr(condition);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Quantified { name, body, .. } => {
                if !reads(body, name) {
                    self.unused_name(name, "the condition does not use");
                }
            }
            ExprKind::And(parts) | ExprKind::Or(parts) => self.repeated(parts),
            ExprKind::Matches { text, regex } => self.plain_regex(expr, text, &regex.raw),
            ExprKind::List(of) => self.long_list(expr, of.len()),
            ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Moment(_)
            | ExprKind::Duration(_)
            | ExprKind::Path(_)
            | ExprKind::Call { .. }
            | ExprKind::Spans { .. }
            | ExprKind::Group(_)
            | ExprKind::Not(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary { .. }
            | ExprKind::Arithmetic { .. }
            | ExprKind::Mentions { .. }
            | ExprKind::IsMissing(_)
            | ExprKind::IsKnown(_)
            | ExprKind::AtLeast { .. }
            | ExprKind::If { .. } => {}
        }
        if let Some(simple) = self.simpler(expr) {
            let message = "this can be written more simply";
            self.found.push(
                Diagnostic::new(Code::Roundabout, self.at(expr.span), message)
                    .help(format!("write `{simple}`"))
                    .fix(self.at(expr.span), simple, true),
            );
        }
        for child in expr.children() {
            self.expr(child);
        }
    }

    fn at(&self, span: Span) -> Location {
        Location { file: self.file, span }
    }

    fn slice(&self, expr: &Expr) -> &str {
        self.linted.sources.slice(self.at(expr.span))
    }

    fn long_list(&mut self, list: &Expr, length: usize) {
        if length > LONG {
            let message = format!("the list has {length} elements");
            let help = "declare a `set`: lookups are faster, and it can have a file of its own";
            self.found
                .push(Diagnostic::new(Code::LongList, self.at(list.span), message).help(help));
        }
    }

    fn params(&mut self, params: &[Param], body: &Expr) {
        for param in params {
            if !reads(body, &param.name) {
                self.unused_name(&param.name, "the definition does not use");
            }
        }
    }

    /// Warns about an unused name, unless it begins with `_`.
    fn unused_name(&mut self, name: &Name, what: &str) {
        if name.text.starts_with('_') {
            return;
        }
        self.found.push(
            Diagnostic::new(Code::IdleName, self.at(name.span), format!("{what} `{}`", name.text))
                .help("use it, or delete it"),
        );
    }

    fn repeated(&mut self, parts: &[Expr]) {
        let mut known = HashSet::default();
        let mut end = None;
        for part in parts {
            let at = self.at(part.span);
            if !known.insert(self.linted.words(self.file, part.span)) {
                // The fix deletes the operator before it too.
                let whole = end.map_or(at, |end| self.at(Span { start: end, end: part.span.end }));
                let repeated = Diagnostic::new(
                    Code::RepeatedCondition,
                    at,
                    "the same condition is already listed before",
                );
                let repeated = repeated.help("delete it, or write the condition that was meant");
                // A fix never deletes a comment.
                let is_alone = !self.linted.sources.slice(whole).contains('#');
                self.found.push(if is_alone { repeated.fix(whole, "", true) } else { repeated });
            }
            end = Some(part.span.end);
        }
    }

    fn plain_regex(&mut self, whole: &Expr, text: &Expr, regex: &str) {
        if regex.is_empty() || regex.contains(|c: char| "\\.+*?()|[]{}^$#&-~".contains(c)) {
            return;
        }
        let contains = BinaryOp::Contains.word();
        let simple = format!("{} {contains} \"{regex}\"", self.slice(text));
        self.found.push(
            Diagnostic::new(
                Code::PlainRegex,
                self.at(whole.span),
                "the regular expression is plain text",
            )
            .help(format!("write `{simple}`, or `mentions` for whole words in any disguise"))
            .fix(self.at(whole.span), simple, false),
        );
    }

    /// A shorter way to write the same condition, with the same result when something is missing.
    fn simpler(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Binary { op, left, right } => {
                let (value, truth) = match (&left.kind, &right.kind) {
                    (_, ExprKind::Bool(truth)) => (left, *truth),
                    (ExprKind::Bool(truth), _) => (right, *truth),
                    (_, _) => return None,
                };
                match op {
                    BinaryOp::Equal if truth => Some(self.slice(value).to_owned()),
                    BinaryOp::NotEqual if !truth => Some(self.slice(value).to_owned()),
                    BinaryOp::Equal | BinaryOp::NotEqual => {
                        Some(format!("not {}", self.bracketed(value)))
                    }
                    BinaryOp::Less
                    | BinaryOp::LessOrEqual
                    | BinaryOp::Greater
                    | BinaryOp::GreaterOrEqual
                    | BinaryOp::In
                    | BinaryOp::NotIn
                    | BinaryOp::Contains
                    | BinaryOp::StartsWith
                    | BinaryOp::EndsWith
                    | BinaryOp::Coalesce => None,
                }
            }
            ExprKind::Not(inner) => self.negated(ungrouped(inner)),
            ExprKind::If { arms, otherwise } => match (arms.as_slice(), &otherwise.kind) {
                ([(condition, value)], ExprKind::Bool(false))
                    if matches!(value.kind, ExprKind::Bool(true)) =>
                {
                    Some(self.slice(condition).to_owned())
                }
                _ => None,
            },
            ExprKind::AtLeast { of, .. } if of.len() < 2 => None,
            ExprKind::AtLeast { least, of } => {
                let word = match usize::try_from(least.value) {
                    Ok(1) => " or ",
                    Ok(least) if least == of.len() => " and ",
                    _ => return None,
                };
                let parts: Vec<_> = of.iter().map(|part| self.bracketed(part)).collect();
                Some(format!("({})", parts.join(word)))
            }
            ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Moment(_)
            | ExprKind::Duration(_)
            | ExprKind::Path(_)
            | ExprKind::List(_)
            | ExprKind::Call { .. }
            | ExprKind::Spans { .. }
            | ExprKind::Group(_)
            | ExprKind::Negate(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Arithmetic { .. }
            | ExprKind::Mentions { .. }
            | ExprKind::Matches { .. }
            | ExprKind::IsMissing(_)
            | ExprKind::IsKnown(_)
            | ExprKind::Quantified { .. } => None,
        }
    }

    /// The negation of an expression, written without `not`. `None` if there is no such form.
    fn negated(&self, inner: &Expr) -> Option<String> {
        match &inner.kind {
            ExprKind::Not(twice) => Some(self.slice(twice).to_owned()),
            ExprKind::Binary { op, left, right } => {
                let opposite = match op {
                    BinaryOp::Equal => BinaryOp::NotEqual,
                    BinaryOp::NotEqual => BinaryOp::Equal,
                    BinaryOp::In => BinaryOp::NotIn,
                    BinaryOp::NotIn => BinaryOp::In,
                    BinaryOp::Less
                    | BinaryOp::LessOrEqual
                    | BinaryOp::Greater
                    | BinaryOp::GreaterOrEqual
                    | BinaryOp::Contains
                    | BinaryOp::StartsWith
                    | BinaryOp::EndsWith
                    | BinaryOp::Coalesce => return None,
                };
                let truth = |side: &Expr| matches!(side.kind, ExprKind::Bool(_));
                let both = (!truth(left) && !truth(right)).then_some((left, right));
                both.map(|(left, right)| {
                    format!("{} {} {}", self.slice(left), opposite.word(), self.slice(right))
                })
            }
            ExprKind::IsMissing(of) => Some(format!("{} is known", self.slice(of))),
            ExprKind::IsKnown(of) => Some(format!("{} is missing", self.slice(of))),
            ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Moment(_)
            | ExprKind::Duration(_)
            | ExprKind::Path(_)
            | ExprKind::List(_)
            | ExprKind::Call { .. }
            | ExprKind::Spans { .. }
            | ExprKind::Group(_)
            | ExprKind::Negate(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Arithmetic { .. }
            | ExprKind::Mentions { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Quantified { .. }
            | ExprKind::AtLeast { .. }
            | ExprKind::If { .. } => None,
        }
    }

    /// The text of an operand, in brackets if it could be read differently next to another operator.
    fn bracketed(&self, expr: &Expr) -> String {
        let text = self.slice(expr);
        match expr.kind {
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::If { .. } => format!("({text})"),
            ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Moment(_)
            | ExprKind::Duration(_)
            | ExprKind::Path(_)
            | ExprKind::List(_)
            | ExprKind::Call { .. }
            | ExprKind::Spans { .. }
            | ExprKind::Group(_)
            | ExprKind::Not(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary { .. }
            | ExprKind::Arithmetic { .. }
            | ExprKind::Mentions { .. }
            | ExprKind::Matches { .. }
            | ExprKind::IsMissing(_)
            | ExprKind::IsKnown(_)
            | ExprKind::Quantified { .. }
            | ExprKind::AtLeast { .. } => text.to_owned(),
        }
    }
}

fn ungrouped(expr: &Expr) -> &Expr {
    if let ExprKind::Group(inner) = &expr.kind { ungrouped(inner) } else { expr }
}

/// Whether an expression reads a local name. No inner name can shadow it, because names are never declared twice.
fn reads(expr: &Expr, name: &Name) -> bool {
    let is_name = matches!(&expr.kind, ExprKind::Path(path)
        if path.names.first().is_some_and(|first| first.text == name.text));
    is_name || expr.children().any(|child| reads(child, name))
}
