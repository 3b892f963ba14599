//! The condition of a norm under the law that counts. Law that is judged by receipt counts for each order and notice by the
//! day on which it came in. A norm does not see those for which nothing that it cites was in force.

use super::Assembly;
use crate::decision::force::{Dates, Force, basis_in_force, ground_in_force};
use crate::program::outcome::{Finding, Incoming, Received, Truth};
use crate::program::{Ground, JudgedBy, Norm};
use std::collections::BTreeSet;
use std::rc::Rc;

/// A condition, and the law that counts for what made it true.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) finding: Rc<Finding>,
    /// The law that counts. If the truth depends on an order or notice for which it is unknown whether the law was in force,
    /// the law that counts for that.
    pub(crate) force: Force,
    /// The paths of the orders and notices that the condition did not see.
    pub(crate) hidden: BTreeSet<String>,
}

impl<'p> Assembly<'p, '_> {
    pub(super) fn judge_norm(&self, index: usize, norm: &'p Norm) -> Judged {
        let dates = self.dates(norm);
        let condition = |hidden: &BTreeSet<String>| self.judge.condition(index, norm, hidden);
        if !self.program.is_judged_by_receipt(norm) {
            let hidden = BTreeSet::new();
            let force = Force::of(self.program, norm, dates);
            return Judged { finding: Rc::new(condition(&hidden)), force, hidden };
        }
        let (mut hidden, mut doubtful) = (BTreeSet::new(), vec![]);
        for Received { dates: incoming, .. } in self.received() {
            match basis_in_force(self.program, norm, dates.received(incoming.received_at)) {
                Truth::True => {}
                Truth::False => {
                    hidden.insert(incoming.path.clone());
                }
                Truth::Unknown => doubtful.push(incoming),
            }
        }
        let with_doubtful = (!doubtful.is_empty()).then(|| condition(&hidden));
        let paths = doubtful.iter().map(|one| one.path.clone());
        let certain: BTreeSet<String> = hidden.iter().cloned().chain(paths).collect();
        let finding = condition(&certain);
        match with_doubtful.filter(|with| with.truth != finding.truth) {
            None => {
                let force = self.force_of(norm, dates, finding.events.values().flatten());
                Judged { finding: Rc::new(finding), force, hidden: certain }
            }
            Some(with) => {
                let force = self.force_of(norm, dates, doubtful);
                if with.truth == Truth::False {
                    Judged { finding: Rc::new(finding), force, hidden: certain }
                } else {
                    Judged { finding: Rc::new(with), force, hidden }
                }
            }
        }
    }

    /// Whether an article counts for an order or notice.
    pub(super) fn counts_for(&self, norm: &Norm, ground: Ground, incoming: &Incoming) -> bool {
        let dates = self.dates(norm).received(incoming.received_at);
        ground_in_force(self.program, norm, ground, dates) == Truth::True
    }

    /// The law that counts for several orders and notices together; without any, that of the decision's day.
    fn force_of<'i>(
        &self,
        norm: &Norm,
        dates: Dates,
        incoming: impl IntoIterator<Item = &'i Incoming>,
    ) -> Force {
        let dates_of = incoming.into_iter().map(|one| dates.received(one.received_at));
        let forces = dates_of.map(|dates| Force::of(self.program, norm, dates));
        let force = forces.reduce(|all, one| all.or(&one));
        force.unwrap_or_else(|| Force::of(self.program, norm, dates))
    }

    fn dates(&self, norm: &Norm) -> Dates {
        let is_sent = self.program.articles_of(norm).any(|article| match article.judged_by {
            JudgedBy::Sending { .. } => true,
            JudgedBy::Decision | JudgedBy::Receipt => false,
        });
        // The record is read for this only if it matters.
        let sent = is_sent.then(|| self.judge.sent()).flatten();
        Dates { sent, ..Dates::on(self.at) }
    }
}
