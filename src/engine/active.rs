//! Which rules can apply in some places at an instant, put together once as long as nothing changes.

use super::Compiled;
use crate::place::Place;
use crate::plan::{Rules, Stretch};
use crate::time::Instant;

/// So many sets of rules are kept. Hosts ask for few places, and laws change on few days.
const KEPT: usize = 64;

static NONE: Rules = Rules::NONE;

/// The sets that were asked for last.
#[derive(Clone, Debug, Default)]
pub(super) struct Active {
    kept: Vec<Kept>,
    /// Where the next one goes, when there are enough.
    next: usize,
    /// Which one was asked for last.
    last: usize,
}

#[derive(Clone, Debug)]
struct Kept {
    places: Box<[Place]>,
    stretch: Stretch,
    rules: Rules,
}

impl Active {
    pub(super) fn rules(&mut self, of: Compiled<'_>, places: &[Place], at: Instant) -> &Rules {
        let stretch = of.plan.calendar.stretch(at);
        let is_asked = |kept: &Kept| kept.stretch == stretch && *kept.places == *places;
        if !self.kept.get(self.last).is_some_and(is_asked) {
            self.last = self.kept.iter().position(is_asked).unwrap_or_else(|| {
                let rules = of.plan.calendar.rules(&of.program.blocs, places, at);
                self.keep(Kept { places: places.into(), stretch, rules })
            });
        }
        self.kept.get(self.last).map_or(&NONE, |kept| &kept.rules)
    }

    fn keep(&mut self, new: Kept) -> usize {
        let at = self.next;
        self.next = (self.next + 1) % KEPT;
        match self.kept.get_mut(at) {
            Some(old) => *old = new,
            None => self.kept.push(new),
        }
        at
    }
}
