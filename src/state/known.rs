//! [`Known`]: from which instant on a store knows all that happened. [`Gap`]: why it does not know what was before.

use super::ask::Window;
use super::store::{Entries, ROWS};
use crate::base::shared::Text;
use crate::base::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// From which instant on a store knows all that a counter counts. A greater value means that less is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Known {
    /// Nothing is missing.
    #[default]
    All,
    /// Nothing of this instant and later is missing.
    From(Instant),
    /// Something may be missing at any time. A store that has not adopted a counter knows nothing of it.
    Nothing,
}

/// Why a store does not know all that a counter counts under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// From when on nothing is missing.
    pub known: Known,
    /// Whether the store keeps as many messages under the key as it may, so that it has dropped older ones.
    pub is_full: bool,
    /// Whether the counter had another meaning before.
    pub is_renewed: bool,
}

impl Gap {
    /// The gap of a counter with this meaning. `kept` has the entries under a key, by the meaning of their counter.
    pub(crate) fn of(meaning: &Text, kept: &BTreeMap<Text, Entries>) -> Self {
        let rows: usize = kept.values().map(|one| one.entries.len()).sum();
        Self {
            known: kept.get(meaning).map_or(Known::Nothing, |one| one.known),
            is_full: rows >= ROWS,
            is_renewed: kept.keys().any(|other| other != meaning),
        }
    }
}

impl Known {
    /// Nothing later than an instant is missing.
    pub fn after(instant: Instant) -> Self {
        instant.plus_nanos(1).map_or(Self::Nothing, Self::From)
    }

    /// Whether all that a counter counts from `since` on is known for a window.
    pub fn covers(self, window: Window, since: Instant) -> bool {
        match self {
            Self::All => true,
            // The first instant of a window is one nanosecond later than `after`.
            Self::From(first) => first <= since || first.since(window.after) <= 1,
            Self::Nothing => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Instant, Known, Window};

    fn at(nanos: i128) -> Instant {
        Instant::from_unix_nanos(nanos).unwrap()
    }

    #[test]
    fn a_window_is_known_from_its_first_instant_or_from_since_on() {
        let window = Window { after: at(10), until: at(20) };
        let covers = |known: Known, since| known.covers(window, at(since));
        assert!(covers(Known::All, 0) && !covers(Known::Nothing, 0));
        // The first instant of the window is 11.
        assert!(covers(Known::From(at(11)), 0) && !covers(Known::From(at(12)), 0));
        assert!(covers(Known::after(at(10)), 0) && !covers(Known::after(at(11)), 0));
        // The counter counts from 15 on.
        assert!(covers(Known::From(at(15)), 15) && !covers(Known::From(at(16)), 15));
        assert_eq!(Known::From(at(1)).max(Known::All), Known::From(at(1)));
        assert_eq!(Known::From(at(1)).max(Known::Nothing), Known::Nothing);
        let last = Instant::parse("9999-12-31T23:59:59Z").unwrap();
        assert_eq!(Known::after(last), Known::Nothing);
    }
}
