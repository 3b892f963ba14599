//! Lowers what registers say of their completeness: since when they are complete, and until when.

use super::Checker;
use crate::base::source::{Location, Span};
use crate::base::time::{Day, Period};
use crate::diagnostic::Code;
use crate::program::Register;
use crate::syntax::tree::{self, Spanned};
use crate::world::lists::{Completeness, Set};

impl Checker<'_> {
    /// The registers among the sets, which have been lowered.
    pub(super) fn registers(&self) -> Vec<Register> {
        let sets = self.names.sets.iter().zip(&self.program.sets).enumerate();
        let registers = sets.filter_map(|(index, (declared, set))| {
            let clauses = declared.item.completeness.as_ref()?;
            let file = self.files.get(declared.file);
            Some(Register {
                set: index,
                place: file.place,
                complete_from: clauses.from.as_ref().map(|from| from.value),
                as_of: as_of(clauses, set),
                fresh_for: clauses.fresh_for.as_ref().map(|period| period.value),
                at: Location { file: file.id, span: declared.item.name.span },
            })
        });
        registers.collect()
    }

    /// On which days a register is complete. `is_read` says whether its entries could be read.
    pub(super) fn completeness(
        &mut self,
        name: &tree::Name,
        clauses: &tree::Completeness,
        set: &Set,
        is_read: bool,
    ) -> Completeness {
        let Some(from) = &clauses.from else {
            let idle = clauses.fresh_for.as_ref().map(|period| ("fresh for", period.span));
            if let Some((word, span)) = idle.or(clauses.empty.map(|span| ("empty", span))) {
                let message = format!("`{}` does not say since when it is complete", name.text);
                let help = format!(
                    "add `complete from DAY`, or delete `{word}`: without such a day a register is never complete"
                );
                self.report(Code::MissingClause, span, message, help);
            }
            return Completeness::Never;
        };
        if is_read {
            self.report_gaps(name, clauses, set);
        }
        let end = self.end_of_completeness(name, clauses, from, set, is_read);
        end.map_or(Completeness::Never, |until| Completeness::Between(from.value, until))
    }

    /// The first day on which a register is no longer known to be complete.
    fn end_of_completeness(
        &mut self,
        name: &tree::Name,
        clauses: &tree::Completeness,
        from: &Spanned<Day>,
        set: &Set,
        is_read: bool,
    ) -> Option<Day> {
        let fresh_for = self.fresh_for(name, clauses.fresh_for.as_ref(), from.span);
        let Some(as_of) = as_of(clauses, set) else {
            if is_read {
                let message = format!("it is not known which day `{}` describes", name.text);
                let help =
                    "add `as of DAY`: the day on which the entries were read from their source";
                self.report(Code::MissingClause, from.span, message, help);
            }
            return None;
        };
        if as_of < from.value {
            let message = format!(
                "`{}` describes {as_of}, and cannot be complete from a later day on",
                name.text
            );
            let help = "correct one of the days: `complete from` is the first day on which each change was recorded";
            self.report(Code::EmptyInterval, from.span, message, help);
            return None;
        }
        let fresh_for = fresh_for?;
        let until = as_of.plus(fresh_for.value);
        if until.is_none() {
            let message = format!("`{}` ends after the year 9999", fresh_for.value);
            self.report(Code::BadNumber, fresh_for.span, message, "write a shorter period");
        }
        until
    }

    /// How long a register stays complete. Reports a period that is missing or not one of days.
    fn fresh_for(
        &mut self,
        name: &tree::Name,
        period: Option<&Spanned<Period>>,
        from: Span,
    ) -> Option<Spanned<Period>> {
        let Some(period) = period else {
            let message = format!("nothing says how long `{}` stays complete", name.text);
            let help = "add `fresh for 90 days`: after that, the register no longer tells what is not in it";
            return self.refuse(Code::MissingClause, from, message, help);
        };
        if !period.value.unit.is_of_calendar() {
            let message = format!("a register does not stay complete for `{}`", period.value);
            let help = "write days, weeks, months or years";
            return self.refuse(Code::BadClause, period.span, message, help);
        }
        if period.value.amount == 0 {
            let message = "a register that stays complete for no time is never complete";
            return self.refuse(Code::BadNumber, period.span, message, "write at least 1 day");
        }
        Some(period.clone())
    }

    /// Reports a register that says that it is complete, and cannot be: a list with no entries, or with lines that are no
    /// entries, was probably cut off or changed its form.
    fn report_gaps(&mut self, name: &tree::Name, clauses: &tree::Completeness, set: &Set) {
        let broken: Vec<_> = set.lists().filter(|list| list.broken > 0).collect();
        if let Some(list) = broken.first() {
            let message = format!(
                "`{}` says that it is complete, and not all lines of `{}` are entries",
                name.text, list.name
            );
            let help = "correct or delete these lines, or delete `complete from`";
            self.report(Code::IncompleteRegister, name.span, message, help);
        } else if set.is_empty() && clauses.empty.is_none() {
            let message = format!("`{}` says that it is complete, and has no entries", name.text);
            let help =
                "add the entries; if there really are none, write `empty` beside `complete from`";
            self.report(Code::IncompleteRegister, name.span, message, help);
        }
    }
}

/// The day that a register describes: its own `as of`, or the earliest of its lists if each of them has one.
fn as_of(clauses: &tree::Completeness, set: &Set) -> Option<Day> {
    if let Some(own) = &clauses.as_of {
        return Some(own.value);
    }
    let days: Option<Vec<Day>> = set.lists().map(day_of).collect();
    days?.into_iter().min()
}

/// The day of a list, whose header may name an instant.
fn day_of(list: &crate::world::lists::List) -> Option<Day> {
    let text = list.as_of.as_deref()?;
    Day::parse(text.get(..10).unwrap_or(text)).ok()
}
