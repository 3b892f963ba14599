//! [`Known`]: from which instant on a store knows all that happened.

use super::ask::Window;
use crate::base::time::Instant;
use serde::{Deserialize, Serialize};

/// From which instant on a store knows all that a counter counts. The greater, the less is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Known {
    /// Nothing is missing.
    #[default]
    All,
    /// Nothing of this instant and later is missing.
    From(Instant),
    /// Something may be missing at any time. So it is for a counter that was not adopted.
    Nothing,
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
