//! Conditions that say less than they show, or could be said more simply.

use super::Linted;
use crate::base::source::{FileId, Location, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree::{BinaryOp, Expr, ExprKind, ItemKind, Name, Param, Rule};
use foldhash::HashSet;

/// Elements of a list in a condition from which on a set is faster and easier to keep.
const LONG: usize = 50;

pub(super) fn lints(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    for (file, _, tree) in linted.trees {
        let mut conditions = Conditions { linted, file: *file, found };
        for item in &tree.items {
            match &item.kind {
                ItemKind::Rule(rule) => conditions.rule(rule),
                ItemKind::Exception(exception) => conditions.rule(&exception.rule),
                ItemKind::Define(define) => {
                    conditions.expr(&define.body);
                    conditions.params(&define.params, &define.body);
                }
                _ => {}
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
            ExprKind::Quantified { name, body, .. } if !reads(body, name) => {
                self.idle(name, "the condition never asks about");
            }
            ExprKind::And(parts) | ExprKind::Or(parts) => self.repeated(parts),
            ExprKind::Matches { text, regex } => self.plain_regex(expr, text, &regex.raw),
            ExprKind::List(of) if of.len() > LONG => {
                let message = format!("the list has {} elements", of.len());
                self.found.push(Diagnostic::new(Code::LongList, self.at(expr.span), message).help(
                    "declare a `set`: it is looked up at once, and can have a file of its own",
                ));
            }
            _ => {}
        }
        if let Some(simple) = self.simpler(expr) {
            let message = "this can be said more simply";
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

    fn params(&mut self, params: &[Param], body: &Expr) {
        for param in params {
            if !reads(body, &param.name) {
                self.idle(&param.name, "the definition never asks about");
            }
        }
    }

    /// A name that begins with `_` says itself that it is idle.
    fn idle(&mut self, name: &Name, what: &str) {
        if name.text.starts_with('_') {
            return;
        }
        self.found.push(
            Diagnostic::new(Code::IdleName, self.at(name.span), format!("{what} `{}`", name.text))
                .help("ask about it, or delete it"),
        );
    }

    fn repeated(&mut self, parts: &[Expr]) {
        let mut known = HashSet::default();
        let mut end = None;
        for part in parts {
            let at = self.at(part.span);
            if !known.insert(self.linted.words(self.file, part.span)) {
                // With the operator before it.
                let whole = end.map_or(at, |end| self.at(Span { start: end, end: part.span.end }));
                let repeated = Diagnostic::new(
                    Code::RepeatedCondition,
                    at,
                    "the same condition stands before",
                );
                let repeated = repeated.help("delete it, or ask what was meant");
                // Nobody's comment is deleted.
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
        let simple = format!("{} contains \"{regex}\"", self.slice(text));
        self.found.push(
            Diagnostic::new(
                Code::PlainRegex,
                self.at(whole.span),
                "the expression is a plain text",
            )
            .help(format!("write `{simple}`, or `mentions` for whole words in any disguise"))
            .fix(self.at(whole.span), simple, false),
        );
    }

    /// What says the same in fewer words. Missing things come out the same.
    fn simpler(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Binary { op, left, right } => {
                let (value, truth) = match (&left.kind, &right.kind) {
                    (_, ExprKind::Bool(truth)) => (left, *truth),
                    (ExprKind::Bool(truth), _) => (right, *truth),
                    _ => return None,
                };
                match op {
                    BinaryOp::Equal if truth => Some(self.slice(value).to_owned()),
                    BinaryOp::NotEqual if !truth => Some(self.slice(value).to_owned()),
                    BinaryOp::Equal | BinaryOp::NotEqual => {
                        Some(format!("not {}", self.closed(value)))
                    }
                    _ => None,
                }
            }
            ExprKind::Not(inner) => self.denied(ungrouped(inner)),
            ExprKind::If { arms, otherwise } => match (arms.as_slice(), &otherwise.kind) {
                ([(condition, value)], ExprKind::Bool(false))
                    if matches!(value.kind, ExprKind::Bool(true)) =>
                {
                    Some(self.slice(condition).to_owned())
                }
                _ => None,
            },
            ExprKind::AtLeast { least, of } if of.len() > 1 => {
                let word = match usize::try_from(least.value) {
                    Ok(1) => " or ",
                    Ok(least) if least == of.len() => " and ",
                    _ => return None,
                };
                let parts: Vec<_> = of.iter().map(|part| self.closed(part)).collect();
                Some(format!("({})", parts.join(word)))
            }
            _ => None,
        }
    }

    /// `not` of something that has an opposite.
    fn denied(&self, inner: &Expr) -> Option<String> {
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
            _ => None,
        }
    }

    /// The text of a part, in brackets when it could run into what stands beside it.
    fn closed(&self, expr: &Expr) -> String {
        let text = self.slice(expr);
        match expr.kind {
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::If { .. } => format!("({text})"),
            _ => text.to_owned(),
        }
    }
}

fn ungrouped(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Group(inner) => ungrouped(inner),
        _ => expr,
    }
}

/// Whether an expression reads a local name. Nothing can hide it: names are never declared twice.
fn reads(expr: &Expr, name: &Name) -> bool {
    let own = match &expr.kind {
        ExprKind::Path(path) => path.names.first().is_some_and(|first| first.text == name.text),
        _ => false,
    };
    own || expr.children().any(|child| reads(child, name))
}
