//! Reports periods that end before they begin, and actions that end before their rule begins.

use super::Checker;
use crate::base::source::Span;
use crate::base::time::Day;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{ExprKind, Ground, InForce, Norm, Start};
use crate::syntax::tree::Spanned;
use crate::world::value::Value;

impl Checker<'_> {
    /// Reports a period whose last day is before its first. `word` stands before the first day, and `so` says what
    /// follows. Returns whether there is a fault, also if a day could not be read, which is reported elsewhere.
    pub(super) fn refuse_empty(
        &mut self,
        whole: Span,
        word: &str,
        from: &Spanned<Day>,
        until: &Spanned<Day>,
        so: &str,
    ) -> bool {
        let (first, end) = (from.value, until.value);
        if [from, until]
            .iter()
            .any(|day| Day::parse(self.sources.slice(self.at(day.span))).is_err())
        {
            return true;
        }
        if first < end {
            return false;
        }
        let message = format!("`until {end}` is not after `{word} {first}`, so {so}");
        let (help, days) = if end < first {
            let between =
                self.sources.slice(self.at(Span { start: from.span.end, end: until.span.start }));
            let help = format!("exchange the two days: `{word} {end} until {first}`");
            (help, Some((from.span.to(until.span), format!("{end}{between}{first}"))))
        } else {
            let next = first.next();
            let help = next.map_or_else(
                || "write a later day after `until`".to_owned(),
                |next| format!("`until` names the first day after the period: for one day, write `{word} {first} until {next}`"),
            );
            (help, next.map(|next| (until.span, next.to_string())))
        };
        let fault = Diagnostic::new(Code::EmptyInterval, self.at(whole), message).help(help);
        self.found.push(match days {
            Some((span, days)) => fault.fix(self.at(span), days, false),
            None => fault,
        });
        true
    }

    /// Reports actions whose end has passed when their rule comes into force.
    pub(super) fn refuse_passed_ends(&mut self, norm: &Norm) {
        let Some(begins) = self.first_day(norm) else { return };
        let Some(begin) = begins.start(&norm.zone) else { return };
        let acts = norm.kind.rule().map_or(&[][..], |rule| &rule.then);
        for end in acts.iter().filter_map(|act| act.until.as_deref()) {
            if let ExprKind::Const(Value::Instant(instant)) = end.kind
                && instant <= begin
            {
                let message = format!(
                    "`until {}` has passed when the rule comes into force, on {begins}",
                    self.written(end.at)
                );
                let help = "write a later day, or how long it lasts: `for 90 days`";
                self.report(Code::EmptyInterval, end.at.span, message, help);
            }
        }
    }

    /// The first day on which a norm can be in force, as far as it and what it cites have days.
    fn first_day(&self, norm: &Norm) -> Option<Day> {
        let day = |in_force: &InForce| match in_force.start {
            Start::From(day) | Start::By(day) => Some(day),
            Start::Always | Start::Unknown => None,
        };
        let cited = norm.basis.grounds.iter().map(|ground| match ground {
            Ground::Article(_) => day(&self.program.article(*ground)?.in_force),
            Ground::Policy(policy) => day(&self.program.policies.get(*policy)?.in_force),
        });
        let cited: Vec<Option<Day>> = cited.collect();
        // One ground is enough, unless all are needed.
        let of_grounds = if norm.basis.all { cited.iter().max() } else { cited.iter().min() };
        day(&norm.in_force).max(of_grounds.copied().flatten())
    }
}
