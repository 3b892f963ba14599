//! Places: the world, blocs of countries with dated members, countries and subdivisions of ISO 3166.

use crate::time::{Day, Instant, Zone};
use std::fmt;

/// A place by its code: `WORLD`, `EU`, `KZ`, `FR-IDF`. Only codes that exist can be made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    kind: PlaceKind,
    code: [u8; 8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    World,
    Bloc,
    Country,
    Subdivision,
}

impl Place {
    pub const WORLD: Self = Self { kind: PlaceKind::World, code: *b"WORLD\0\0\0" };

    /// A country or subdivision of ISO 3166, or `WORLD`, by its code in capitals.
    pub fn parse(_code: &str) -> Option<Self> {
        None
    }

    pub fn kind(self) -> PlaceKind {
        self.kind
    }

    pub fn code(&self) -> &str {
        ""
    }

    /// Its English name; countries and subdivisions only.
    pub fn name(self) -> Option<&'static str> {
        None
    }

    /// The country that it is or lies in.
    pub fn country(self) -> Option<Self> {
        None
    }

    /// All countries in the order of their codes.
    pub fn countries() -> impl Iterator<Item = Self> {
        std::iter::empty()
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl serde::Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The blocs of the standard library.
#[derive(Clone, Debug, Default)]
pub struct Blocs {
    pub(crate) blocs: Vec<Bloc>,
}

#[derive(Clone, Debug)]
pub struct Bloc {
    pub place: Place,
    pub title: String,
    pub zone: Zone,
    pub members: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub country: Place,
    pub from: Day,
    pub until: Option<Day>,
}

impl Blocs {
    /// A place by its code: a bloc, or what [`Place::parse`] knows.
    pub fn place(&self, code: &str) -> Option<Place> {
        Place::parse(code)
    }

    /// The place itself and all it belongs to at an instant, nearest first, `WORLD` last: FR, then EEA, EU, then WORLD.
    pub fn chain(&self, place: Place, _at: Instant) -> Vec<Place> {
        vec![place]
    }

    /// Whether `inner` is `outer` or ever belonged to it.
    pub fn ever_within(&self, inner: Place, outer: Place) -> bool {
        inner == outer
    }

    /// The countries of a place at an instant: of a bloc its members, of the world all, of a country itself.
    pub fn countries_of(&self, place: Place, _at: Instant) -> Vec<Place> {
        vec![place]
    }
}
