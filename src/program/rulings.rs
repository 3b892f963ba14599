//! Rulings that change nothing: a person named a rule that does not exist, or a place whose rulings no counter and no mark
//! follows.

use super::{NormKind, Program};
use crate::base::time::Instant;
use crate::diagnostic::nearest;
use crate::record::{Record, WrittenRuling};
use crate::world::place::Place;
use std::collections::BTreeSet;
use std::fmt::{Display, Formatter, Result};

/// A ruling on a rule that changes no counter and no mark, although it may seem to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdleRuling<'p> {
    /// The place for which it was given.
    pub place: String,
    /// The rule that it names.
    pub rule: String,
    pub why: WhyIdle<'p>,
}

/// Why a ruling changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyIdle<'p> {
    /// There is no such rule. The one that may be meant.
    NoRule(Option<&'p str>),
    /// There is no such place.
    NoPlace,
    /// The rule does not apply there. The places for which rulings on it make sense.
    NotThere(Vec<Place>),
    /// The rule applies there, but counters and marks follow the rulings for these places only.
    FollowedElsewhere(Vec<Place>),
    /// It was given before the message was sent, at this instant, so it is about no version of it.
    TooEarly(Instant),
}

impl Program {
    /// Whether a ruling on one of its rules changes nothing. If no counter and no mark follows rulings on the rule in any place,
    /// nothing is lost, and the ruling is not reported.
    ///
    /// `seen_from` is the place of a file: counters that it cannot name do not matter then.
    pub(crate) fn idle_ruling(
        &self,
        ruling: &WrittenRuling<'_>,
        rule: &str,
        sent_at: Option<Instant>,
        seen_from: Option<Place>,
    ) -> Option<IdleRuling<'_>> {
        let is_early = |sent_at: &Instant| ruling.version.is_none() && ruling.given_at < *sent_at;
        let why = match self.why_idle(ruling.place, rule, seen_from) {
            Ok(()) => WhyIdle::TooEarly(sent_at.filter(is_early)?),
            Err(why) => why?,
        };
        Some(IdleRuling { place: ruling.place.to_owned(), rule: rule.to_owned(), why })
    }

    /// What is wrong with the rulings of a record that change nothing: when they were given, and a sentence.
    pub(crate) fn idle_rulings(&self, record: &Record) -> Vec<(Instant, String)> {
        let (rulings, sent_at) = (record.rulings(&self.schema), record.sent_at(&self.schema));
        let idle = rulings.iter().flat_map(|one| {
            let rules = one.rules.iter();
            let idle = rules.filter_map(|rule| self.idle_ruling(one, rule, sent_at, None));
            idle.map(|idle| (one.given_at, idle.sentence()))
        });
        idle.collect()
    }

    /// Why nothing follows rulings on a rule for a place; `None` if nothing follows rulings on it anywhere.
    fn why_idle(
        &self,
        place: &str,
        rule: &str,
        seen_from: Option<Place>,
    ) -> std::result::Result<(), Option<WhyIdle<'_>>> {
        let index = self.norm_index(rule);
        let norm = index.and_then(|index| Some((index, self.norms.get(index)?)));
        let Some((index, norm)) = norm.filter(|(_, norm)| norm.kind.rule().is_some()) else {
            return Err(Some(WhyIdle::NoRule(self.meant_rule(rule))));
        };
        let Some(place) = self.blocs.place(place) else {
            return Err(Some(WhyIdle::NoPlace));
        };
        let followed_in = self.followed_in(index, seen_from);
        if followed_in.contains(&place) {
            return Ok(());
        }
        let is_there = self.blocs.ever_within(place, norm.place);
        Err(match (is_there, followed_in.is_empty()) {
            (true, true) => None,
            (true, false) => Some(WhyIdle::FollowedElsewhere(followed_in.into_iter().collect())),
            (false, true) => Some(WhyIdle::NotThere(vec![norm.place])),
            (false, false) => Some(WhyIdle::NotThere(followed_in.into_iter().collect())),
        })
    }

    /// The rule that is meant by an id that no rule has: one with nearly this id, or the only one with this name.
    fn meant_rule(&self, id: &str) -> Option<&str> {
        let rules = || {
            let rules = self.norms.iter().filter(|norm| matches!(norm.kind, NormKind::Rule(_)));
            rules.map(|norm| norm.id.as_str())
        };
        let name = |rule: &&str| rule.rsplit('.').next() == id.rsplit('.').next();
        let mut named = rules().filter(name);
        match (named.next(), named.next()) {
            (Some(only), None) => Some(only),
            (_, _) => nearest(id, rules()),
        }
    }

    /// The places for which rulings on a rule are followed: those of the counters that count it, and that of its file if it
    /// sets or clears a mark.
    fn followed_in(&self, rule: usize, seen_from: Option<Place>) -> BTreeSet<Place> {
        let is_seen =
            |place: Place| seen_from.is_none_or(|file| self.blocs.ever_within(file, place));
        let counting = self.counters.iter().filter(|one| one.counted_rules().contains(&rule));
        let counting = counting.filter(|one| is_seen(one.place));
        let norm = self.norms.get(rule);
        let marking =
            norm.filter(|norm| norm.kind.rule().is_some_and(|rule| self.sets_marks(rule)));
        counting.map(|one| one.place).chain(marking.map(|norm| norm.place)).collect()
    }
}

impl IdleRuling<'_> {
    /// What is wrong, and what to write instead.
    pub(crate) fn sentence(&self) -> String {
        format!("{self} ({})", self.why.help())
    }
}

impl WhyIdle<'_> {
    /// What to write instead.
    pub fn help(&self) -> String {
        match self {
            Self::NoRule(Some(meant)) => format!("did you mean `{meant}`?"),
            Self::NoRule(None) => "write the id of a rule, such as `kz.pyramid_advertising`".into(),
            Self::NoPlace => {
                "write an ISO 3166 code such as `KZ`, a bloc such as `EU`, or `WORLD`".into()
            }
            Self::TooEarly(_) => {
                "say when the message was sent, or when the ruling was given after that".into()
            }
            Self::NotThere(places) | Self::FollowedElsewhere(places) => {
                format!(
                    "name the place whose file counts the rule or sets the mark: {}",
                    codes(places)
                )
            }
        }
    }
}

impl Display for IdleRuling<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { place, rule, why } = self;
        match why {
            WhyIdle::NoRule(_) => write!(f, "there is no rule `{rule}`"),
            WhyIdle::NoPlace => write!(f, "there is no place `{place}`"),
            WhyIdle::TooEarly(sent_at) => write!(
                f,
                "the ruling on `{rule}` is older than the message, which was sent at {sent_at}"
            ),
            WhyIdle::NotThere(_) => write!(f, "`{rule}` does not apply in {place}"),
            WhyIdle::FollowedElsewhere(places) => write!(
                f,
                "counters and marks follow rulings on `{rule}` for {}, not for {place}",
                codes(places)
            ),
        }
    }
}

/// `EU`, `EU and KZ`
fn codes(places: &[Place]) -> String {
    places.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}
