//! Lints of conditions: parts without effect, and simpler ways to write them.

use super::LintInput;
use crate::base::source::{FileId, Location, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree::{
    BinaryOp, Counter, Define, Exception, Expr, ExprKind, ItemKind, MatchedRegex, Name, Per, Rule,
};
use foldhash::HashSet;

/// A list with more elements than this should be a set, which is faster and easier to maintain.
const MAX_ELEMENTS: usize = 50;

pub(super) fn lints(input: &LintInput<'_>, found: &mut Vec<Diagnostic>) {
    for (file, _, tree) in input.trees {
        let mut conditions = Conditions { input, file: *file, found };
        for item in &tree.items {
            match &item.kind {
                ItemKind::Rule(rule) | ItemKind::Exception(Exception { rule, .. }) => {
                    conditions.rule(rule);
                }
                ItemKind::Define(define) => conditions.define(define),
                ItemKind::Counter(counter) => conditions.counter(counter),
                ItemKind::Mark(_)
                | ItemKind::Jurisdiction(_)
                | ItemKind::Use(_)
                | ItemKind::Law(_)
                | ItemKind::Policy(_)
                | ItemKind::Office(_)
                | ItemKind::Terms(_)
                | ItemKind::Pattern(_)
                | ItemKind::Set(_)
                | ItemKind::Register(_)
                | ItemKind::Wording(_)
                | ItemKind::Test(_)
                | ItemKind::Record(_)
                | ItemKind::Action(_)
                | ItemKind::Bloc(_) => {}
            }
        }
    }
}

struct Conditions<'a> {
    input: &'a LintInput<'a>,
    file: FileId,
    found: &'a mut Vec<Diagnostic>,
}

impl Conditions<'_> {
    fn rule(&mut self, rule: &Rule) {
        let ends = rule.then.iter().filter_map(|act| act.until.as_ref());
        for expr in [&rule.when, &rule.unless].into_iter().flatten().chain(ends) {
            self.expr(expr);
        }
    }

    fn counter(&mut self, counter: &Counter) {
        counter.expressions().for_each(|expr| self.expr(expr));
        if let Some(Per { each: Some((name, _)), values, .. }) = &counter.per {
            self.unused_name(name, values, "key");
        }
    }

    fn define(&mut self, define: &Define) {
        self.expr(&define.body);
        for param in &define.params {
            self.unused_name(&param.name, [&define.body], "definition");
        }
    }

    fn expr(&mut self, expr: &Expr) {
        let simpler = match &expr.kind {
            ExprKind::Quantified { name, body, .. } => {
                self.unused_name(name, [&**body], "condition");
                None
            }
            ExprKind::Aggregate { name, value, condition, .. } => {
                let readers = [Some(&**value), condition.as_deref()].into_iter().flatten();
                self.unused_name(name, readers, "value");
                None
            }
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                self.repeated_conditions(parts);
                None
            }
            ExprKind::Matches { text, regex } => {
                if let MatchedRegex::Written(regex) = regex {
                    self.plain_regex(expr, text, &regex.raw);
                }
                None
            }
            ExprKind::List(elements) => {
                self.long_list(expr, elements.len());
                None
            }
            ExprKind::Binary { op, left, right } => self.compared_with_truth(*op, left, right),
            ExprKind::Not(inner) => self.without_not(ungrouped(inner)),
            ExprKind::If { arms, otherwise } => self.conditional(arms, otherwise),
            ExprKind::AtLeast { least, of } => self.one_or_all(least.value, of),
            ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Moment(_)
            | ExprKind::Duration(_)
            | ExprKind::At
            | ExprKind::Subdivision(_)
            | ExprKind::Path(_)
            | ExprKind::Call { .. }
            | ExprKind::Spans { .. }
            | ExprKind::Score(_)
            | ExprKind::Group(_)
            | ExprKind::Negate(_)
            | ExprKind::Arithmetic { .. }
            | ExprKind::Mentions { .. }
            | ExprKind::Keyed { .. }
            | ExprKind::Reaches { .. }
            | ExprKind::IsSet(_)
            | ExprKind::Is(..) => None,
        };
        if let Some(simple) = simpler {
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
        self.input.sources.slice(self.at(expr.span))
    }

    fn long_list(&mut self, list: &Expr, length: usize) {
        if length > MAX_ELEMENTS {
            let message = format!("the list is too long for a condition: it has {length} elements");
            let help = "declare a `set`: a set is searched faster, and can be in a file of its own";
            self.found
                .push(Diagnostic::new(Code::LongList, self.at(list.span), message).help(help));
        }
    }

    /// Warns if no reader reads a name. A name that begins with `_` is unused on purpose.
    fn unused_name<'e>(
        &mut self,
        name: &Name,
        readers: impl IntoIterator<Item = &'e Expr>,
        what: &str,
    ) {
        if readers.into_iter().any(|reader| reads(reader, name)) || name.text.starts_with('_') {
            return;
        }
        let message = format!("the {what} does not use `{}`", name.text);
        let help = format!("use it, or call it `_{}` to show that you do not need it", name.text);
        self.found.push(Diagnostic::new(Code::IdleName, self.at(name.span), message).help(help));
    }

    fn repeated_conditions(&mut self, parts: &[Expr]) {
        let mut known = HashSet::default();
        let mut end_before = 0;
        for part in parts {
            let (at, end) = (self.at(part.span), part.span.end);
            if !known.insert(self.input.words(self.file, part.span)) {
                let message = "this condition is written twice";
                let mut repeated = Diagnostic::new(Code::RepeatedCondition, at, message)
                    .help("delete it, or write the condition that you meant");
                // The fix also deletes the operator before the condition, but never a comment.
                let deleted = self.at(Span { start: end_before, end });
                if !self.input.sources.slice(deleted).contains('#') {
                    repeated = repeated.fix(deleted, "", true);
                }
                self.found.push(repeated);
            }
            end_before = end;
        }
    }

    fn plain_regex(&mut self, whole: &Expr, text: &Expr, regex: &str) {
        if regex.is_empty() || regex.contains(|c: char| "\\.+*?()|[]{}^$#&-~".contains(c)) {
            return;
        }
        let contains = BinaryOp::Contains.word();
        let simple = format!("{} {contains} \"{regex}\"", self.slice(text));
        let message = "the regular expression has no special characters";
        let help = format!(
            "write `{simple}`, or use `mentions` to find whole words, even if they are disguised"
        );
        let at = self.at(whole.span);
        self.found
            .push(Diagnostic::new(Code::PlainRegex, at, message).help(help).fix(at, simple, false));
    }

    /// A shorter way to write `x == true` and the like, with the same result when something is missing.
    fn compared_with_truth(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Option<String> {
        let (value, truth) = match (&left.kind, &right.kind) {
            (_, ExprKind::Bool(truth)) => (left, *truth),
            (ExprKind::Bool(truth), _) => (right, *truth),
            (_, _) => return None,
        };
        if !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            return None;
        }
        let is_same = truth == (op == BinaryOp::Equal);
        let negation = || format!("not {}", self.bracketed(value));
        Some(if is_same { self.slice(value).to_owned() } else { negation() })
    }

    /// A shorter way to write `if x then true else false`.
    fn conditional(&self, arms: &[(Expr, Expr)], otherwise: &Expr) -> Option<String> {
        let [(condition, value)] = arms else { return None };
        let is_same = matches!(value.kind, ExprKind::Bool(true))
            && matches!(otherwise.kind, ExprKind::Bool(false));
        is_same.then(|| self.slice(condition).to_owned())
    }

    /// A shorter way to write `at least N of …` if N is one or the number of conditions.
    fn one_or_all(&self, least: u32, of: &[Expr]) -> Option<String> {
        let word = match usize::try_from(least) {
            _ if of.len() < 2 => return None,
            Ok(1) => " or ",
            Ok(least) if least == of.len() => " and ",
            _ => return None,
        };
        let parts: Vec<_> = of.iter().map(|part| self.bracketed(part)).collect();
        Some(format!("({})", parts.join(word)))
    }

    /// The negation of an expression, written without `not`. `None` if that cannot be written.
    fn without_not(&self, inner: &Expr) -> Option<String> {
        if let ExprKind::Not(twice) = &inner.kind {
            Some(self.slice(twice).to_owned())
        } else if let ExprKind::Binary { op, left, right } = &inner.kind {
            let is_bool = |side: &Expr| matches!(side.kind, ExprKind::Bool(_));
            let opposite = opposite(*op).filter(|_| !is_bool(left) && !is_bool(right))?;
            Some(format!("{} {} {}", self.slice(left), opposite.word(), self.slice(right)))
        } else {
            None
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
            | ExprKind::At
            | ExprKind::Subdivision(_)
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
            | ExprKind::Is(..)
            | ExprKind::Keyed { .. }
            | ExprKind::Reaches { .. }
            | ExprKind::IsSet(_)
            | ExprKind::Quantified { .. }
            | ExprKind::Aggregate { .. }
            | ExprKind::Score(_)
            | ExprKind::AtLeast { .. } => text.to_owned(),
        }
    }
}

/// The operator that is true exactly when another is false.
fn opposite(op: BinaryOp) -> Option<BinaryOp> {
    let pairs = [(BinaryOp::Equal, BinaryOp::NotEqual), (BinaryOp::In, BinaryOp::NotIn)];
    let both_ways = pairs.into_iter().flat_map(|(one, other)| [(one, other), (other, one)]);
    both_ways.into_iter().find(|(one, _)| *one == op).map(|(_, other)| other)
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
