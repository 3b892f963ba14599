//! Checks the rulings in the records of tests: whether they name rules and places that exist, and whether a counter or a
//! mark follows them.

use super::Checker;
use super::files::unknown_place;
use super::test_items::json_at;
use crate::base::escape::quoted;
use crate::base::source::Span;
use crate::base::time::Instant;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{IdleRuling, WhyIdle};
use crate::record::Record;
use crate::syntax::tree::{Given, Json};
use crate::world::place::Place;
use crate::world::standard::{self, dotted, message, reports};

impl Checker<'_> {
    /// Reports the rulings of a record that change nothing. `layers` are what the record was made of, and `span` is where a ruling
    /// is marked that stands in none of them.
    pub(super) fn check_rulings(
        &mut self,
        (record, sent_at): (&Record, Option<Instant>),
        layers: &[&Given],
        span: Span,
    ) {
        let written: Vec<&Json> = layers.iter().filter_map(|given| given.fields.as_ref()).collect();
        let list = dotted(&[message::REPORTS, reports::RULINGS]);
        let find = |path: &str| written.iter().rev().find_map(|json| json_at(json, path));
        let here = self.files.get(self.file).place.unwrap_or(Place::WORLD);
        let mut found = vec![];
        for (number, ruling) in record.rulings(&self.program.schema).iter().enumerate() {
            let at_field = |field: &str| find(&format!("{list}[{number}].{field}"));
            for (nth, rule) in ruling.rules.iter().enumerate() {
                let idle = self.program.idle_ruling(ruling, rule, sent_at, Some(here));
                let Some(idle) = idle else { continue };
                let json = match idle.why {
                    WhyIdle::NoRule(_) => {
                        at_field(&format!("{}[{nth}]", standard::ruling::RULES.name))
                    }
                    WhyIdle::TooEarly(_) => at_field(standard::ruling::GIVEN_AT.name),
                    WhyIdle::NoPlace | WhyIdle::NotThere(_) | WhyIdle::FollowedElsewhere(_) => {
                        at_field(standard::ruling::PLACE.name)
                    }
                };
                found.extend(self.idle_ruling(&idle, json.map(|json| json.span), span));
            }
        }
        self.found.append(&mut found);
    }

    /// `written` is where the name of the rule or of the place stands, and `around` is around it.
    fn idle_ruling(
        &self,
        idle: &IdleRuling<'_>,
        written: Option<Span>,
        around: Span,
    ) -> Option<Diagnostic> {
        let at = self.at(written.unwrap_or(around));
        let fault = |code| Diagnostic::new(code, at, idle.to_string());
        let instead = |fault: Diagnostic, meant: Option<&str>| match meant.zip(written) {
            Some((meant, _)) => fault.fix(at, quoted(meant), false),
            None => fault,
        };
        Some(match &idle.why {
            WhyIdle::NoRule(meant) => {
                let name = idle.rule.rsplit('.').next().unwrap_or_default();
                // An item that could not be read is reported as such.
                if self.files.iter().any(|(_, file)| file.is_broken(name)) {
                    return None;
                }
                instead(fault(Code::UnknownName).help(idle.why.help()), *meant)
            }
            WhyIdle::NoPlace => {
                let mut fault = unknown_place(at, &idle.place, &self.program.blocs);
                fault.fix = fault.fix.filter(|_| written.is_some());
                if let Some(fix) = &mut fault.fix {
                    fix.text = quoted(&fix.text);
                }
                fault
            }
            WhyIdle::TooEarly(_) => fault(Code::IdleRuling).help(idle.why.help()),
            WhyIdle::NotThere(places) | WhyIdle::FollowedElsewhere(places) => {
                let only = if let [only] = &**places { Some(only.code()) } else { None };
                instead(fault(Code::IdleRuling).help(idle.why.help()), only)
            }
        })
    }
}
