//! Reports periods that end before they begin.

use super::Checker;
use crate::base::source::Span;
use crate::base::time::Day;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree::Spanned;

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
}
