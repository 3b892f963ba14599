//! Who found the content and who decided: an authority, a notice, the platform; the program, a person.

use super::cases::{Case, Stated};
use super::vocabulary::Automation;
use super::writer::{Known, Writer};
use crate::decision::judged;
use crate::interpret::Interpreter;
use crate::program::Norm;
use crate::program::outcome::{Event, Finding, Incoming};
use crate::state::{Ruled, Verdict};
use crate::world::place::Place;
use crate::world::standard::{StandardField, message, order, reports};
use crate::world::value::Value;
use std::rc::Rc;

/// The source of content that the platform found itself.
const VOLUNTARY: &str = "SOURCE_VOLUNTARY";

/// The actions by which a rule hands the case to a person.
const ASK_A_PERSON: [&str; 2] = ["escalate", "review"];

/// The bloc whose authorities give the orders of article 9 of Regulation (EU) 2022/2065.
const UNION: &str = "EU";

impl<'w> Writer<'w> {
    /// Who found the content: an authority if a rule fired because of an order, the sender of a notice if a rule fired
    /// because of a notice, otherwise the platform.
    pub(super) fn source(&self, case: &Case<'_, 'w>) -> &'static str {
        let findings: Vec<Rc<Finding>> = case.rules.values().map(Stated::finding).collect();
        let is_about = |event: Event| findings.iter().any(|one| one.events.contains_key(&event));
        let mut notices =
            findings.iter().filter_map(|one| one.events.get(&Event::Notice)).flatten();
        if is_about(Event::Order) {
            "SOURCE_TYPE_OTHER_NOTIFICATION"
        } else if !is_about(Event::Notice) {
            VOLUNTARY
        } else if notices.any(|notice| notice.is_trusted) {
            "SOURCE_TRUSTED_FLAGGER"
        } else {
            "SOURCE_ARTICLE_16"
        }
    }

    /// Whether a machine found the content: a rule of the case rests on neither an order nor a notice.
    pub(super) fn is_detected(&self, case: &Case<'_, 'w>) -> bool {
        let is_reported = |stated: &Stated<'_, 'w>| {
            let finding = stated.finding();
            let is_about = |event: Event| finding.events.contains_key(&event);
            is_about(Event::Order) || is_about(Event::Notice)
        };
        self.settings.automated_detection && !case.rules.values().all(is_reported)
    }

    /// How far the decision is automated: not at all if a person has upheld all of it, partially if a person has upheld some of it or
    /// is asked to look at it. The settings say how far any decision is automated at most.
    pub(super) fn automation(&self, case: &Case<'_, 'w>) -> Automation {
        let rules = || case.rules.values();
        let asks_a_person = |stated: &Stated<'_, 'w>| {
            let mut obligations = stated.decision.obligations.iter();
            obligations.any(|one| {
                ASK_A_PERSON.contains(&&*one.action) && one.is_asked_by(&stated.matched.rule)
            })
        };
        let found = if rules().all(|stated| stated.upheld().is_some()) {
            Automation::Not
        } else if rules().any(|stated| asks_a_person(stated) || stated.upheld().is_some()) {
            Automation::Partially
        } else {
            Automation::Fully
        };
        found.max(self.settings.automated_decision)
    }

    /// Whether article 17(5) of Regulation (EU) 2022/2065 asks for no statement: all rules follow orders of member states, which
    /// are orders under its article 9.
    pub(super) fn is_exempt(&self, case: &Case<'_, 'w>) -> bool {
        let follows_orders = |stated: &Stated<'_, 'w>| {
            let finding = stated.finding();
            let orders = finding.events.get(&Event::Order);
            orders.is_some_and(|orders| orders.iter().all(|one| stated.writer.is_of_union(one)))
        };
        case.rules.values().all(follows_orders)
    }

    fn is_of_union(&self, order: &Incoming) -> bool {
        let Some(Value::Text(country)) = self.field_of(&order.path, order::COUNTRY) else {
            return false;
        };
        let blocs = &self.program.blocs;
        let places = blocs.place(country).zip(blocs.place(UNION));
        places.is_some_and(|(country, union)| blocs.within(country, union, self.at))
    }

    /// A field of an order or notice, by its path: `reports.orders[0]`.
    pub(super) fn field_of(&self, path: &str, field: StandardField) -> Option<&Value> {
        let (list, index) = path.strip_suffix(']')?.rsplit_once('[')?;
        let lists = [reports::ORDERS, reports::NOTICES];
        let list = lists.into_iter().find(|one| list.ends_with(one.name))?;
        let elements = self.elements(&[message::REPORTS, list]);
        field.value_in(&self.program.schema, elements.get(index.parse::<usize>().ok()?)?)
    }

    /// What a person last ruled, for a place or for one around it, on what a rule found in this version of the message.
    pub(super) fn ruled(&self, norm: &Norm, place: Place) -> Option<Ruled> {
        let rulings = self.record.rulings(&self.program.schema);
        let version = self.record.version();
        let places = rulings.iter().filter_map(|one| self.program.blocs.place(one.place));
        let around = places.filter(|one| self.program.blocs.within(place, *one, self.at));
        let ruled = around.flat_map(|one| self.interpreter.rulings(one));
        let ruled = ruled.filter(|one| {
            let is_about_version = match one.version {
                Some(looked_at) => Some(looked_at) == version,
                None => one.ruled.covers(version),
            };
            one.is_on(&norm.id) && is_about_version
        });
        ruled.map(|one| one.ruled).max()
    }

    /// What made the condition of a rule true, under the law that counts for it.
    pub(super) fn finding(&self, norm: &Norm) -> Rc<Finding> {
        self.judged(norm).map_or_else(|| Rc::new(Finding::never()), |(finding, _)| finding)
    }

    /// Evaluates something about a norm as if the orders and notices that it does not see were not in the record.
    pub(super) fn traced(&self, norm: &Norm, evaluate: impl FnOnce(&Interpreter<'w>)) {
        let hidden = self.judged(norm).map(|(_, hidden)| hidden).unwrap_or_default();
        self.interpreter.without(&hidden, evaluate);
    }

    fn judged(&self, norm: &Norm) -> Option<Known> {
        let index = self.program.norm_index(&norm.id)?;
        if let Some(known) = self.judged.borrow().get(&index) {
            return Some(known.clone());
        }
        let judged = judged(&self.interpreter, index)?;
        let known = (judged.finding, judged.hidden);
        self.judged.borrow_mut().insert(index, known.clone());
        Some(known)
    }

    /// Whether a rule rests on an order or notice that the author must not know about.
    pub(super) fn rests_on_secret(&self, norm: &Norm) -> bool {
        self.finding(norm).rests_on_secret()
    }
}

impl Stated<'_, '_> {
    /// What made the condition of the rule true.
    pub(super) fn finding(&self) -> Rc<Finding> {
        self.writer.finding(self.norm)
    }

    /// The earliest of the rulings by which persons have upheld the rule in all of its places; `None` if one is missing.
    pub(super) fn upheld(&self) -> Option<Ruled> {
        let ruled = self.places.iter().map(|place| self.writer.ruled(self.norm, *place));
        let upheld = ruled.map(|ruled| ruled.filter(|one| one.verdict == Verdict::Upheld));
        upheld.collect::<Option<Vec<_>>>()?.into_iter().min()
    }
}
