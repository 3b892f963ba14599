//! Expressions, and the precedence of operators.

use super::Builder;
use crate::base::limits;
use crate::base::source::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::{BuildResult, Children, span};
use crate::syntax::tree::{
    Aggregate, ArithmeticOp, BinaryOp, Expr, ExprKind, Knowledge, MatchedRegex, Quantifier,
    ScorePart, Sought, Spanned,
};
use pest::iterators::Pair;
use pest::pratt_parser::{Assoc, ConstPrattParser, Op, pratt_precedence};

/// Operators in order of precedence, the loosest first. Comparisons are `Left` so that a chain of them can be reported;
/// mixes of `and` and `or` without brackets are reported too.
static PRATT: ConstPrattParser<Rule, 31> = ConstPrattParser::new_const(pratt_precedence![
    Op::infix(Rule::kw_or, Assoc::Left) | Op::infix(Rule::bad_or, Assoc::Left),
    Op::infix(Rule::kw_and, Assoc::Left) | Op::infix(Rule::bad_and, Assoc::Left),
    Op::prefix(Rule::kw_not),
    Op::infix(Rule::eq, Assoc::Left)
        | Op::infix(Rule::ne, Assoc::Left)
        | Op::infix(Rule::le, Assoc::Left)
        | Op::infix(Rule::ge, Assoc::Left)
        | Op::infix(Rule::lt, Assoc::Left)
        | Op::infix(Rule::gt, Assoc::Left)
        | Op::infix(Rule::bad_eq, Assoc::Left)
        | Op::infix(Rule::kw_in, Assoc::Left)
        | Op::infix(Rule::not_in, Assoc::Left)
        | Op::infix(Rule::kw_contains, Assoc::Left)
        | Op::infix(Rule::starts_with, Assoc::Left)
        | Op::infix(Rule::ends_with, Assoc::Left),
    Op::postfix(Rule::mentions_test)
        | Op::postfix(Rule::matches_test)
        | Op::postfix(Rule::reaches_test)
        | Op::postfix(Rule::is_missing)
        | Op::postfix(Rule::is_known)
        | Op::postfix(Rule::is_none)
        | Op::postfix(Rule::is_set)
        | Op::postfix(Rule::bad_not_mentions),
    Op::infix(Rule::plus, Assoc::Left) | Op::infix(Rule::minus, Assoc::Left),
    Op::infix(Rule::times, Assoc::Left) | Op::infix(Rule::divide, Assoc::Left),
    Op::infix(Rule::coalesce, Assoc::Right),
    Op::prefix(Rule::negative),
]);

impl Builder<'_> {
    pub(in crate::syntax) fn expr(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Expr> {
        if pair.as_rule() == Rule::conditional {
            return self.conditional(pair);
        }
        if pair.as_rule() != Rule::chain {
            return self.operand(pair);
        }
        if let Some(excess) = first_excess_operator(&pair) {
            let message = "there are too many operators in a row";
            return Err(Diagnostic::new(Code::TooDeep, self.at(excess), message).help(format!(
                "at most {} operators may follow each other: put brackets around some of them, or use `and`",
                limits::NESTING
            )));
        }
        // Three closures need the builder. pest calls one at a time, so no borrow fails.
        let builder = std::cell::RefCell::new(self);
        PRATT
            .map_primary(|pair| builder.borrow_mut().operand(pair))
            .map_prefix(|op, right| negation(&op, right?))
            .map_postfix(|left, op| builder.borrow_mut().postfix(left?, op))
            .map_infix(|left, op, right| builder.borrow_mut().infix(left?, &op, right?))
            .parse(pair.into_inner())
    }

    fn conditional(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Expr> {
        let span = span(&pair);
        let mismatch = self.children(pair.clone()).mismatch("a value after `else`", None);
        let mut chains = self.each(self.children(pair), Rule::chain, Self::expr)?;
        self.check_length(chains.len(), span);
        let otherwise = Box::new(chains.pop().ok_or(mismatch)?);
        let mut arms = vec![];
        let mut rest = chains.into_iter();
        while let (Some(condition), Some(value)) = (rest.next(), rest.next()) {
            arms.push((condition, value));
        }
        Ok(Expr { kind: ExprKind::If { arms, otherwise }, span })
    }

    fn operand(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Expr> {
        let span = span(&pair);
        let kind = match pair.as_rule() {
            Rule::group => {
                let inner = self.children(pair).any()?;
                ExprKind::Group(Box::new(self.expr(inner)?))
            }
            Rule::bad_operand => {
                let regex = self.children(pair).any()?;
                let help =
                    "write it where it is used: `text matches r\"…\"` or `spans(text, r\"…\")`";
                self.report(Code::BadRegex, span, "a regex is not a value", help);
                ExprKind::Text(self.raw_text(&regex))
            }
            Rule::path => ExprKind::Path(self.path(pair)),
            Rule::string => ExprKind::Text(self.string(&pair)),
            Rule::number => ExprKind::Number(self.number(&pair)),
            Rule::kw_true => ExprKind::Bool(true),
            Rule::kw_false => ExprKind::Bool(false),
            Rule::kw_at => ExprKind::At,
            Rule::subdivision => ExprKind::Subdivision(pair.as_str().to_owned()),
            Rule::date | Rule::instant => ExprKind::Moment(self.moment(&pair).value),
            Rule::duration => ExprKind::Duration(self.period(pair)?.value),
            Rule::list => ExprKind::List(self.exprs(pair)?),
            Rule::call => self.call(pair)?,
            Rule::keyed => {
                let mut children = self.children(pair);
                let head = children.take(Rule::keyed_head)?;
                let name = self.only_path(head)?;
                ExprKind::Keyed { name, key: self.remaining_exprs(children)? }
            }
            Rule::spans => {
                let mut children = self.children(pair);
                let text = children.any()?;
                let text = Box::new(self.expr(text)?);
                let sought = match children.maybe(Rule::regex) {
                    Some(regex) => Sought::Regex(self.raw_text(&regex)),
                    None => {
                        let pattern = children.take(Rule::pattern)?;
                        Sought::Pattern(self.pattern(pattern)?)
                    }
                };
                ExprKind::Spans { text, of: sought }
            }
            Rule::quantifier => self.quantifier(pair)?,
            Rule::aggregate => self.aggregate(pair)?,
            Rule::score => self.score(pair)?,
            Rule::at_least => self.at_least(pair)?,
            _ => return Err(self.unexpected("an operand", &pair)),
        };
        Ok(Expr { kind, span })
    }

    fn exprs(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Vec<Expr>> {
        let span = span(&pair);
        let parts = self.remaining_exprs(self.children(pair))?;
        self.check_length(parts.len(), span);
        Ok(parts)
    }

    pub(super) fn remaining_exprs(&mut self, mut children: Children<'_>) -> BuildResult<Vec<Expr>> {
        std::iter::from_fn(|| children.next()).map(|pair| self.expr(pair)).collect()
    }

    fn check_length(&mut self, operands: usize, span: Span) {
        if operands > limits::CHAIN {
            let help =
                "put long lists of values into a `set`, and long conditions into several `define`s";
            let message = format!("there are more than {} parts in a row", limits::CHAIN);
            self.report(Code::TooLarge, span, message, help);
        }
    }

    fn call(&mut self, pair: Pair<'_, Rule>) -> BuildResult<ExprKind> {
        let mut children = self.children(pair);
        let head = children.take(Rule::call_head)?;
        let name = self.only_path(head)?;
        Ok(ExprKind::Call { name, args: self.remaining_exprs(children)? })
    }

    fn quantifier(&mut self, pair: Pair<'_, Rule>) -> BuildResult<ExprKind> {
        let mut children = self.children(pair);
        let quantifier = match children.raw().map(|word| word.as_rule()) {
            Some(Rule::kw_any) => Quantifier::Any,
            Some(Rule::kw_all) => Quantifier::All,
            Some(Rule::kw_no) => Quantifier::No,
            Some(Rule::kw_count) => Quantifier::Count,
            _ => return Err(children.mismatch("a quantifier", None)),
        };
        let name = self.name(&children.take(Rule::name)?);
        let list = children.any()?;
        let list = Box::new(self.operand(list)?);
        let body = children.any()?;
        Ok(ExprKind::Quantified { quantifier, name, list, body: Box::new(self.expr(body)?) })
    }

    fn aggregate(&mut self, pair: Pair<'_, Rule>) -> BuildResult<ExprKind> {
        let mut children = self.children(pair);
        let aggregate = match children.raw().map(|word| word.as_rule()) {
            Some(Rule::sum_head) => Aggregate::Sum,
            Some(Rule::count_distinct) => Aggregate::CountDistinct,
            _ => return Err(children.mismatch("a sum or count", None)),
        };
        let value = children.any()?;
        let value = Box::new(self.operand(value)?);
        let name = self.name(&children.take(Rule::name)?);
        let list = children.any()?;
        let list = Box::new(self.operand(list)?);
        let condition = children.next().map(|condition| self.expr(condition)).transpose()?;
        Ok(ExprKind::Aggregate { aggregate, value, name, list, condition: condition.map(Box::new) })
    }

    fn score(&mut self, pair: Pair<'_, Rule>) -> BuildResult<ExprKind> {
        let whole = span(&pair);
        let mut parts = vec![];
        for part in self.children(pair).all(Rule::score_part)? {
            let mut children = self.children(part);
            let number = children.take(Rule::literal_number)?;
            let points = Spanned { value: number.as_str().to_owned(), span: span(&number) };
            let condition = children.any()?;
            parts.push(ScorePart { points, condition: self.expr(condition)? });
        }
        self.check_length(parts.len(), whole);
        Ok(ExprKind::Score(parts))
    }

    fn at_least(&mut self, pair: Pair<'_, Rule>) -> BuildResult<ExprKind> {
        let span = span(&pair);
        let mut children = self.children(pair);
        let least = self.whole_number(&children.take(Rule::number)?);
        let of = self.remaining_exprs(children)?;
        self.check_length(of.len(), span);
        Ok(ExprKind::AtLeast { least, of })
    }

    /// A number. Reports `10.000`, which is ten, where ten thousand is meant.
    fn number(&mut self, pair: &Pair<'_, Rule>) -> String {
        let written = pair.as_str().replace('_', "");
        if let Some((whole, fraction)) = written.split_once('.')
            && matches!(whole.len(), 1..=3)
            && !whole.starts_with('0')
            && fraction.len() == 3
            && let Some(significant) = fraction.strip_suffix('0')
        {
            let digits = significant.trim_end_matches('0');
            let value = format!("{whole}{}{digits}", if digits.is_empty() { "" } else { "." });
            let thousands = format!("{whole}_{fraction}");
            let (at, written) = (self.at(span(pair)), pair.as_str());
            let message = format!("`{written}` is {value}: a point parts decimals, not thousands");
            let help = format!("write `{thousands}`, or `{value}` if you mean that");
            let found = Diagnostic::new(Code::BadNumber, at, message).help(help);
            self.found.push(found.fix(at, thousands, false));
        }
        written
    }

    fn postfix(&mut self, left: Expr, op: Pair<'_, Rule>) -> BuildResult<Expr> {
        let whole = left.span.to(span(&op));
        let left = Box::new(left);
        let kind = match op.as_rule() {
            Rule::is_missing => ExprKind::Is(Knowledge::Missing, left),
            Rule::is_known => ExprKind::Is(Knowledge::Known, left),
            Rule::is_none => ExprKind::Is(Knowledge::None, left),
            Rule::is_set => ExprKind::IsSet(left),
            Rule::reaches_test => {
                let sign =
                    op.clone().into_inner().find(|sign| sign.as_rule() == Rule::bad_negative);
                let least = self.children(op).any()?;
                let mut least = self.operand(least)?;
                if let Some(sign) = sign {
                    let span = span(&sign).to(least.span);
                    least = Expr { kind: ExprKind::Negate(Box::new(least)), span };
                }
                ExprKind::Reaches { counter: left, least: Box::new(least) }
            }
            Rule::matches_test => {
                let regex = self.children(op).any()?;
                let regex = match regex.as_rule() {
                    Rule::path => MatchedRegex::Named(self.path(regex)),
                    _ => MatchedRegex::Written(self.regex(&regex)),
                };
                ExprKind::Matches { text: left, regex }
            }
            test @ (Rule::mentions_test | Rule::bad_not_mentions) => {
                if test == Rule::bad_not_mentions {
                    let message = "`not mentions` is not an operator";
                    let help = "write `not (text mentions …)`";
                    self.report(Code::ForeignOperator, span(&op), message, help);
                }
                let pattern = self.children(op).take(Rule::pattern)?;
                ExprKind::Mentions { text: left, pattern: self.pattern(pattern)? }
            }
            _ => return Err(self.unexpected("a test", &op)),
        };
        Ok(Expr { kind, span: whole })
    }

    fn infix(&mut self, left: Expr, op: &Pair<'_, Rule>, right: Expr) -> BuildResult<Expr> {
        let span = left.span.to(right.span);
        let kind = match op.as_rule() {
            Rule::kw_and | Rule::bad_and => self.and(left, op, right),
            Rule::kw_or | Rule::bad_or => self.or(left, op, right),
            Rule::plus => self.arithmetic(left, ArithmeticOp::Add, right),
            Rule::minus => self.arithmetic(left, ArithmeticOp::Subtract, right),
            Rule::times => self.arithmetic(left, ArithmeticOp::Multiply, right),
            Rule::divide => self.arithmetic(left, ArithmeticOp::Divide, right),
            _ => self.binary(left, op, right)?,
        };
        Ok(Expr { kind, span })
    }

    fn and(&mut self, left: Expr, op: &Pair<'_, Rule>, right: Expr) -> ExprKind {
        self.refuse_foreign(op, Rule::bad_and, "and");
        self.refuse_mix(&left, op, &right, |side| matches!(side, ExprKind::Or(_)));
        let span = left.span.to(right.span);
        let parts = match left.kind {
            ExprKind::And(parts) => parts,
            kind => vec![Expr { kind, ..left }],
        };
        ExprKind::And(self.with_operand(parts, right, span))
    }

    fn or(&mut self, left: Expr, op: &Pair<'_, Rule>, right: Expr) -> ExprKind {
        self.refuse_foreign(op, Rule::bad_or, "or");
        self.refuse_mix(&left, op, &right, |side| matches!(side, ExprKind::And(_)));
        let span = left.span.to(right.span);
        let parts = match left.kind {
            ExprKind::Or(parts) => parts,
            kind => vec![Expr { kind, ..left }],
        };
        ExprKind::Or(self.with_operand(parts, right, span))
    }

    /// Adds an operand. Reports only the first operand beyond the limit.
    fn with_operand<T>(&mut self, mut parts: Vec<T>, part: T, span: Span) -> Vec<T> {
        if parts.len() == limits::CHAIN {
            self.check_length(parts.len() + 1, span);
        }
        parts.push(part);
        parts
    }

    fn refuse_foreign(&mut self, op: &Pair<'_, Rule>, bad: Rule, good: &str) {
        if op.as_rule() == bad {
            let (at, found) = (self.at(span(op)), format!("`{}` is not an operator", op.as_str()));
            self.found.push(
                Diagnostic::new(Code::ForeignOperator, at, found)
                    .help(format!("write `{good}`"))
                    .fix(at, good, true),
            );
        }
    }

    /// Reports the first mix of `and` and `or` in a chain, and no other.
    fn refuse_mix(
        &mut self,
        left: &Expr,
        op: &Pair<'_, Rule>,
        right: &Expr,
        mixes: fn(&ExprKind) -> bool,
    ) {
        let last = self.found.iter().rfind(|found| found.code == Code::MixedLogic);
        if last.and_then(|found| found.at).is_some_and(|at| left.span.covers(at.span)) {
            return;
        }
        let Some(side) = [left, right].into_iter().find(|side| mixes(&side.kind)) else { return };
        let (at, inside) = (self.at(span(op)), self.at(side.span));
        let text = self.source(side.span);
        self.found.push(
            Diagnostic::new(Code::MixedLogic, at, "`and` and `or` are mixed without brackets")
                .related(inside, "brackets can go around this part")
                .help(
                    "put brackets around what belongs together: `(a and b) or c` is not the same as `a and (b or c)`",
                )
                .fix(inside, format!("({text})"), false),
        );
    }

    fn arithmetic(&mut self, left: Expr, op: ArithmeticOp, right: Expr) -> ExprKind {
        let is_sum = |op: ArithmeticOp| matches!(op, ArithmeticOp::Add | ArithmeticOp::Subtract);
        let span = left.span.to(right.span);
        let (first, rest) = match left.kind {
            ExprKind::Arithmetic { first, rest }
                if rest.first().is_some_and(|(before, _)| is_sum(*before) == is_sum(op)) =>
            {
                (first, rest)
            }
            kind => (Box::new(Expr { kind, ..left }), vec![]),
        };
        ExprKind::Arithmetic { first, rest: self.with_operand(rest, (op, right), span) }
    }

    fn binary(&mut self, left: Expr, op: &Pair<'_, Rule>, right: Expr) -> BuildResult<ExprKind> {
        let op_span = span(op);
        let op = match op.as_rule() {
            Rule::eq => BinaryOp::Equal,
            Rule::bad_eq => {
                let at = self.at(op_span);
                self.found.push(
                    Diagnostic::new(Code::SingleEqual, at, "`=` does not compare two values")
                        .help("write `==`")
                        .fix(at, "==", true),
                );
                BinaryOp::Equal
            }
            Rule::ne => BinaryOp::NotEqual,
            Rule::lt => BinaryOp::Less,
            Rule::le => BinaryOp::LessOrEqual,
            Rule::gt => BinaryOp::Greater,
            Rule::ge => BinaryOp::GreaterOrEqual,
            Rule::kw_in => BinaryOp::In,
            Rule::not_in => BinaryOp::NotIn,
            Rule::kw_contains => BinaryOp::Contains,
            Rule::starts_with => BinaryOp::StartsWith,
            Rule::ends_with => BinaryOp::EndsWith,
            Rule::coalesce => BinaryOp::Coalesce,
            _ => return Err(self.unexpected("an operator", op)),
        };
        if let ExprKind::Binary { op: op_before, right: middle, .. } = &left.kind
            && ![*op_before, op].contains(&BinaryOp::Coalesce)
        {
            self.refuse_chain(middle, op_span);
            // The author most likely meant two comparisons. As such, the operands are checked too.
            let span = middle.span.to(right.span);
            let kind = ExprKind::Binary { op, left: middle.clone(), right: Box::new(right) };
            return Ok(ExprKind::And(vec![left, Expr { kind, span }]));
        }
        Ok(ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) })
    }

    fn refuse_chain(&mut self, middle: &Expr, op: Span) {
        let (at, insert) = (self.at(op), self.at(Span { end: op.start, ..op }));
        let (middle, sign) = (self.source(middle.span), self.source(op));
        self.found.push(
            Diagnostic::new(
                Code::ChainedComparison,
                at,
                format!("`{middle}` cannot be part of two comparisons at once"),
            )
            .help(format!("write two comparisons: put `and {middle}` before this `{sign}`"))
            .fix(insert, format!("and {middle} "), false),
        );
    }
}

/// The first operator beyond the nesting limit. `and`, `or` and arithmetic do not nest, because each chain of them is
/// one node.
fn first_excess_operator(chain: &Pair<'_, Rule>) -> Option<Span> {
    let mut in_a_row = 0;
    chain.clone().into_inner().find_map(|pair| {
        match pair.as_rule() {
            Rule::kw_and | Rule::kw_or | Rule::bad_and | Rule::bad_or => in_a_row = 0,
            Rule::eq
            | Rule::bad_eq
            | Rule::ne
            | Rule::lt
            | Rule::le
            | Rule::gt
            | Rule::ge
            | Rule::kw_in
            | Rule::not_in
            | Rule::kw_contains
            | Rule::starts_with
            | Rule::ends_with
            | Rule::coalesce
            | Rule::mentions_test
            | Rule::bad_not_mentions
            | Rule::matches_test
            | Rule::is_missing
            | Rule::is_known
            | Rule::is_none
            | Rule::is_set
            | Rule::reaches_test => in_a_row += 1,
            _ => {}
        }
        (in_a_row > limits::NESTING).then(|| span(&pair))
    })
}

fn negation(op: &Pair<'_, Rule>, right: Expr) -> BuildResult<Expr> {
    let whole = span(op).to(right.span);
    let right = Box::new(right);
    let kind =
        if op.as_rule() == Rule::kw_not { ExprKind::Not(right) } else { ExprKind::Negate(right) };
    Ok(Expr { kind, span: whole })
}
