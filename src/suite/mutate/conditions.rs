//! Lists the changes that mutation testing makes to a condition: other operators, other thresholds, removed parts.

use crate::base::source::{Location, Sources};
use crate::base::time::Day;
use crate::program::{
    CompareOp, ElementValues, Expr, ExprKind, PatternRef, ScorePart, Sought, TextTest,
};
use crate::syntax::tree::{Aggregate, ArithmeticOp, Knowledge, Quantifier};
use crate::world::value::{Decimal, Type, Value};

/// The most parts of an expression that are changed one by one: operands of an `and` or `or`, elements of a list, terms of
/// a sum.
const MAX_OPERANDS: usize = 100;

/// One change to a condition: the path of the part, its text now, and the text that replaces it.
pub(super) struct Replacement {
    /// The child indices that lead from the condition down to the part.
    pub(super) path: Vec<usize>,
    pub(super) at: Location,
    pub(super) was: String,
    pub(super) is: String,
    pub(super) new: Expr,
}

/// All changes to a condition.
pub(super) fn changes(condition: &Expr, sources: &Sources) -> Vec<Replacement> {
    let mut changes = Changes { sources, path: vec![], found: vec![] };
    changes.change_standalone(condition);
    changes.found
}

struct Changes<'s> {
    sources: &'s Sources,
    path: Vec<usize>,
    found: Vec<Replacement>,
}

impl Changes<'_> {
    /// The changes to a condition that is not an operand of `and`, `or` or `not`, and to its parts. Such a condition is also
    /// replaced by `true`, unless it has operands itself.
    fn change_standalone(&mut self, expr: &Expr) {
        let is_atom = !matches!(
            expr.kind,
            ExprKind::And(_)
                | ExprKind::Or(_)
                | ExprKind::Not(_)
                | ExprKind::Const(_)
                | ExprKind::If { .. }
        );
        if expr.ty == Type::Bool && is_atom {
            self.replace_kind(expr, "true".into(), ExprKind::Const(Value::Bool(true)));
        }
        self.change_with_parts(expr);
    }

    /// The changes to an expression and to its parts.
    fn change_with_parts(&mut self, expr: &Expr) {
        self.change_expression(expr);
        let has_standalone_parts = matches!(
            expr.kind,
            ExprKind::Quantified { .. }
                | ExprKind::Aggregate { .. }
                | ExprKind::Score(_)
                | ExprKind::AtLeast { .. }
                | ExprKind::If { .. }
        );
        for (number, child) in expr.children().enumerate() {
            self.path.push(number);
            if has_standalone_parts {
                self.change_standalone(child)
            } else {
                self.change_with_parts(child)
            }
            self.path.pop();
        }
    }

    /// `is known` in place of another test of what is known.
    fn known_instead(&mut self, expr: &Expr, of: &Expr) {
        let known = Knowledge::Known;
        let is = format!("{} is {}", self.text(of), known.word());
        self.replace_kind(expr, is, ExprKind::Is(known, Box::new(of.clone())));
    }

    /// A number of at least 1 that is one lower and one higher.
    fn threshold(&mut self, expr: &Expr, least: u64, kind: impl Fn(u64) -> ExprKind) {
        let [lower, higher] = [least.saturating_sub(1), least.saturating_add(1)];
        for other in [lower, higher].into_iter().filter(|other| *other > 0) {
            let is = replace_last(&self.text(expr), &least.to_string(), &other.to_string());
            self.replace_kind(expr, is, kind(other));
        }
    }

    /// The changes to one expression itself, without those to its parts.
    fn change_expression(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::And(operands) => self.chain(expr, operands, true),
            ExprKind::Or(operands) => self.chain(expr, operands, false),
            ExprKind::Not(inner) => {
                let (whole, part) = (self.text(expr), self.text(inner));
                let is = if whole == part { format!("not ({whole})") } else { part };
                self.replace(expr, is, (**inner).clone());
            }
            ExprKind::Compare { op, left, right } => self.compare(expr, *op, left, right),
            ExprKind::In { item, list } => self.membership(expr, item, list),
            ExprKind::TextTest { op, text, part } => self.text_test(expr, *op, text, part),
            ExprKind::Mentions { text, pattern } => self
                .near(expr, pattern, |pattern| ExprKind::Mentions { text: text.clone(), pattern }),
            ExprKind::Spans { text, of: Sought::Pattern(pattern) } => {
                self.near(expr, pattern, |pattern| ExprKind::Spans {
                    text: text.clone(),
                    of: Sought::Pattern(pattern),
                });
            }
            ExprKind::Coalesce { value, .. } => {
                self.replace(expr, self.text(value), (**value).clone())
            }
            ExprKind::Arithmetic { first, rest } => self.arithmetic(expr, first, rest),
            ExprKind::Is(Knowledge::Missing | Knowledge::None, of) => self.known_instead(expr, of),
            ExprKind::Quantified { quantifier, list, body } => {
                let opposite = match quantifier {
                    Quantifier::Any => Quantifier::All,
                    Quantifier::All | Quantifier::No => Quantifier::Any,
                    Quantifier::Count => return,
                };
                let is = self.text(expr).replacen(quantifier.word(), opposite.word(), 1);
                let (list, body) = (list.clone(), body.clone());
                let kind = ExprKind::Quantified { quantifier: opposite, list, body };
                self.replace_kind(expr, is, kind);
            }
            ExprKind::Aggregate { aggregate, of } => self.count_instead(expr, *aggregate, of),
            ExprKind::Score(parts) => self.score(expr, parts),
            ExprKind::AtLeast { least, of } => {
                let most = u32::try_from(of.len()).unwrap_or(u32::MAX);
                let others = [least.checked_sub(1), least.checked_add(1)].into_iter().flatten();
                for other in others.filter(|other| (1..=most).contains(other)) {
                    let is = self.text(expr).replacen(&least.to_string(), &other.to_string(), 1);
                    let kind = ExprKind::AtLeast { least: other, of: of.clone() };
                    self.replace_kind(expr, is, kind);
                }
            }
            ExprKind::If { arms, .. } => {
                for (number, (condition, _)) in arms.iter().enumerate() {
                    // The children are the condition and the value of each arm.
                    self.replace_child(2 * number, condition, "false".into(), Value::Bool(false));
                }
            }
            ExprKind::Reaches { counter, key, least } => {
                self.threshold(expr, *least, |least| ExprKind::Reaches {
                    counter: *counter,
                    key: key.clone(),
                    least,
                });
            }
            ExprKind::Const(_)
            | ExprKind::Counter { .. }
            | ExprKind::Mark { .. }
            | ExprKind::At
            | ExprKind::Message
            | ExprKind::Local(_)
            | ExprKind::Field { .. }
            | ExprKind::Entry { .. }
            | ExprKind::List(_)
            | ExprKind::InPlace { .. }
            | ExprKind::InSet { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Is(Knowledge::Known, _)
            | ExprKind::Spans { of: Sought::Regex(_), .. }
            | ExprKind::Negate(_)
            | ExprKind::Call { .. }
            | ExprKind::Defined { .. } => {}
        }
    }

    /// Replaces `and` by `or` or the reverse, and removes each operand.
    fn chain(&mut self, expr: &Expr, operands: &[Expr], is_and: bool) {
        let texts: Vec<String> = operands.iter().map(|operand| self.text(operand)).collect();
        let (other, kind) = if is_and {
            (" or ", ExprKind::Or(operands.to_vec()))
        } else {
            (" and ", ExprKind::And(operands.to_vec()))
        };
        self.replace_kind(expr, texts.join(other), kind);
        for (number, operand) in operands.iter().take(MAX_OPERANDS).enumerate() {
            self.replace_child(number, operand, is_and.to_string(), Value::Bool(is_and));
        }
    }

    /// Removes each part of a score.
    fn score(&mut self, expr: &Expr, parts: &[ScorePart]) {
        for removed in 0..parts.len().min(MAX_OPERANDS) {
            let mut kept = parts.to_vec();
            kept.remove(removed);
            let text = |part: &ScorePart| {
                format!("{} when {}", part.points_text(), self.text(&part.condition))
            };
            let is = format!("score ({})", kept.iter().map(text).collect::<Vec<_>>().join(", "));
            self.replace_kind(expr, is, ExprKind::Score(kept));
        }
    }

    /// Counts the elements instead of adding or telling apart their values.
    fn count_instead(&mut self, expr: &Expr, aggregate: Aggregate, of: &ElementValues) {
        let is = self.text(expr).replacen(aggregate.word(), Quantifier::Count.word(), 1);
        let always = || {
            Box::new(Expr { ty: Type::Bool, ..with_kind(expr, ExprKind::Const(Value::Bool(true))) })
        };
        let kind = ExprKind::Quantified {
            quantifier: Quantifier::Count,
            list: of.list.clone(),
            body: of.condition.clone().unwrap_or_else(always),
        };
        self.replace_kind(expr, is, kind);
    }

    /// Replaces the operator by a similar one (`>` by `>=`, `==` by `!=`), and moves the threshold by one step in the
    /// other direction.
    fn compare(&mut self, expr: &Expr, op: CompareOp, left: &Expr, right: &Expr) {
        let (other, up) = match op {
            CompareOp::Equal => (CompareOp::NotEqual, None),
            CompareOp::NotEqual => (CompareOp::Equal, None),
            CompareOp::Less => (CompareOp::LessOrEqual, Some(false)),
            CompareOp::LessOrEqual => (CompareOp::Less, Some(true)),
            CompareOp::Greater => (CompareOp::GreaterOrEqual, Some(true)),
            CompareOp::GreaterOrEqual => (CompareOp::Greater, Some(false)),
        };
        let is = format!("{} {} {}", self.text(left), other.word(), self.text(right));
        let sides = (Box::new(left.clone()), Box::new(right.clone()));
        self.replace_kind(expr, is, ExprKind::Compare { op: other, left: sides.0, right: sides.1 });
        let Some(up) = up else { return };
        for (number, side, up) in [(0, left, !up), (1, right, up)] {
            if let Some((value, text)) = self.moved(side, up) {
                self.replace_child(number, side, text, value);
            }
        }
    }

    /// A threshold one step higher or lower, and its text. A step is one in the last decimal place, one day, or one unit of
    /// a duration.
    fn moved(&self, side: &Expr, up: bool) -> Option<(Value, String)> {
        let ExprKind::Const(value) = &side.kind else { return None };
        let text = self.text(side);
        let step = if up { 1 } else { -1 };
        match value {
            Value::Int(int) => {
                let moved = int.checked_add(step)?;
                Some((Value::Int(moved), moved.to_string()))
            }
            Value::Number(number) => {
                let places = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
                let unit = Decimal::parse(&format!("0.{:0>places$}", 1)).filter(|_| places > 0);
                let unit = unit.unwrap_or_else(|| Decimal::from_int(1));
                let moved = if up { number.plus(unit) } else { number.minus(unit) }?;
                Some((Value::Number(moved), moved.to_string()))
            }
            Value::Instant(instant) => {
                let moved = instant.plus_nanos(i128::from(step) * 86_400_000_000_000)?;
                let day = Day::parse(&text).ok();
                let day = day.and_then(|day| if up { day.next() } else { day.previous() });
                Some((Value::Instant(moved), day.map_or(moved.to_string(), |day| day.to_string())))
            }
            Value::Duration(nanos) => {
                let (amount, unit) = text.split_once(char::is_whitespace)?;
                let amount: i128 = amount.replace('_', "").parse().ok()?;
                let moved = amount + i128::from(step);
                let unit_nanos = nanos.checked_div(amount)?;
                Some((Value::Duration(unit_nanos * moved), format!("{moved} {}", unit.trim())))
            }
            Value::Bool(_)
            | Value::Text(_)
            | Value::Surface(_)
            | Value::Places(_)
            | Value::Record(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Absent => None,
        }
    }

    /// Removes each element of a list that is written in the condition.
    fn membership(&mut self, expr: &Expr, item: &Expr, list: &Expr) {
        let ExprKind::List(elements) = &list.kind else { return };
        if elements.len() < 2 {
            return;
        }
        for removed in 0..elements.len().min(MAX_OPERANDS) {
            let mut kept = elements.clone();
            kept.remove(removed);
            let texts: Vec<String> = kept.iter().map(|element| self.text(element)).collect();
            let is = format!("{} in [{}]", self.text(item), texts.join(", "));
            let list = Box::new(with_kind(list, ExprKind::List(kept)));
            self.replace_kind(expr, is, ExprKind::In { item: Box::new(item.clone()), list });
        }
    }

    fn text_test(&mut self, expr: &Expr, op: TextTest, text: &Expr, part: &Expr) {
        match op {
            TextTest::Contains => {}
            TextTest::StartsWith | TextTest::EndsWith => {
                let op = TextTest::Contains;
                let is = format!("{} {} {}", self.text(text), op.word(), self.text(part));
                let (text, part) = (Box::new(text.clone()), Box::new(part.clone()));
                self.replace_kind(expr, is, ExprKind::TextTest { op, text, part });
            }
        }
    }

    /// Makes the distance one word shorter and one word longer, and removes `near`.
    fn near(&mut self, expr: &Expr, pattern: &PatternRef, kind: impl Fn(PatternRef) -> ExprKind) {
        let Some((other, words)) = pattern.near else { return };
        let whole = self.text(expr);
        for moved in [words.checked_sub(1), words.checked_add(1)].into_iter().flatten() {
            let is = replace_last(&whole, &words.to_string(), &moved.to_string());
            let near = PatternRef { near: Some((other, moved)), ..*pattern };
            self.replace_kind(expr, is, kind(near));
        }
        let is = whole.rsplit_once(" near ").map_or(&*whole, |(first, _)| first).to_owned();
        self.replace_kind(expr, is, kind(PatternRef { near: None, ..*pattern }));
    }

    fn arithmetic(&mut self, expr: &Expr, first: &Expr, rest: &[(ArithmeticOp, Expr)]) {
        for changed in 0..rest.len().min(MAX_OPERANDS) {
            let mut rest = rest.to_vec();
            let Some((op, _)) = rest.get_mut(changed) else { continue };
            *op = match op {
                ArithmeticOp::Add => ArithmeticOp::Subtract,
                ArithmeticOp::Subtract => ArithmeticOp::Add,
                ArithmeticOp::Multiply => ArithmeticOp::Divide,
                ArithmeticOp::Divide => ArithmeticOp::Multiply,
            };
            // Other operators may have no meaning for times: instants are not added to each other.
            let is_time = |one: &Expr| matches!(one.ty, Type::Instant | Type::Duration);
            if is_time(first) || rest.iter().any(|(_, operand)| is_time(operand)) {
                return;
            }
            let tail =
                rest.iter().map(|(op, operand)| format!(" {} {}", op.word(), self.text(operand)));
            let is = self.text(first) + &tail.collect::<String>();
            let first = Box::new(first.clone());
            self.replace_kind(expr, is, ExprKind::Arithmetic { first, rest });
        }
    }

    /// Replaces a child of the expression at the path by a constant.
    fn replace_child(&mut self, number: usize, child: &Expr, is: String, value: Value) {
        self.path.push(number);
        self.replace_kind(child, is, ExprKind::Const(value));
        self.path.pop();
    }

    fn replace_kind(&mut self, expr: &Expr, is: String, kind: ExprKind) {
        self.replace(expr, is, with_kind(expr, kind));
    }

    fn replace(&mut self, expr: &Expr, is: String, new: Expr) {
        let was = self.text(expr);
        self.found.push(Replacement { path: self.path.clone(), at: expr.at, was, is, new });
    }

    fn text(&self, expr: &Expr) -> String {
        self.sources.on_one_line(expr.at)
    }
}

fn with_kind(expr: &Expr, kind: ExprKind) -> Expr {
    Expr { kind, ty: expr.ty.clone(), at: expr.at }
}

fn replace_last(text: &str, old: &str, new: &str) -> String {
    text.rsplit_once(old)
        .map_or_else(|| text.to_owned(), |(before, after)| format!("{before}{new}{after}"))
}
