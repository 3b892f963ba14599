//! Places: the world, blocs of countries with dated members, countries and subdivisions of ISO 3166.
//! Countries and subdivisions come from a table in the binary, blocs from the standard library.

use crate::base::time::{Day, Instant, Moment, Zone};
use std::fmt;
use std::sync::LazyLock;

/// A place by its code: `WORLD`, `EU`, `KZ`, `FR-IDF`. It can only be made from a code that exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    kind: PlaceKind,
    /// INVARIANT: ASCII, then zeros.
    code: [u8; CODE_BYTES],
}

/// The kind of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// `WORLD`
    World,
    /// Countries that share law: `EU`.
    Bloc,
    /// A country of ISO 3166-1.
    Country,
    /// A part of a country, of ISO 3166-2.
    Subdivision,
}

/// The blocs of the standard library.
#[derive(Clone, Debug, Default)]
pub struct Blocs {
    pub(crate) blocs: Vec<Bloc>,
}

/// Countries that share law.
#[derive(Clone, Debug)]
pub struct Bloc {
    /// Its place.
    pub place: Place,
    /// `European Union`
    pub title: String,
    /// The zone in which its days begin.
    pub zone: Zone,
    /// Present and past memberships.
    pub members: Vec<Member>,
}

/// The membership of a country in a bloc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The country.
    pub country: Place,
    /// Its first day.
    pub from: Day,
    /// The first day on which it is no longer a member.
    pub until: Option<Day>,
}

const CODE_BYTES: usize = 8;

/// One line of the table of ISO 3166.
struct Entry {
    code: &'static str,
    name: &'static str,
    /// `KAZ`; countries only.
    alpha3: &'static str,
}

/// INVARIANT: sorted by code.
static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    include_str!("place/iso3166.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some(Entry {
                code: columns.next()?,
                name: columns.next()?,
                alpha3: columns.next().unwrap_or(""),
            })
        })
        .collect()
});

/// Codes that people use although ISO 3166 does not assign them, each with the assigned code: reserved codes, and the
/// European Commission's code for Greece.
const UNASSIGNED: [(&str, &str); 5] =
    [("EL", "GR"), ("SU", "RU"), ("TP", "TL"), ("UK", "GB"), ("YU", "RS")];

impl Place {
    /// Everywhere.
    pub const WORLD: Self = Self { kind: PlaceKind::World, code: *b"WORLD\0\0\0" };

    /// A country or subdivision of ISO 3166, or `WORLD`, by its code in capitals.
    pub fn parse(code: &str) -> Option<Self> {
        if code == "WORLD" {
            return Some(Self::WORLD);
        }
        if let Ok(letters) = <[u8; 2]>::try_from(code.as_bytes()) {
            let code = padded(code).filter(|_| is_country(letters))?;
            return Some(Self { kind: PlaceKind::Country, code });
        }
        entry(code)?;
        let kind = if code.contains('-') { PlaceKind::Subdivision } else { PlaceKind::Country };
        Some(Self { kind, code: padded(code)? })
    }

    /// The place of a bloc. `None` when the code is too long or is that of another place.
    pub(crate) fn bloc(code: &str) -> Option<Self> {
        let is_free = code.is_ascii() && Self::parse(code).is_none();
        is_free.then(|| padded(code)).flatten().map(|code| Self { kind: PlaceKind::Bloc, code })
    }

    /// Whether a code has the form of that of a place. Only rules say which blocs there are.
    pub(crate) fn can_be(code: &str) -> bool {
        let is_capital = |c: char| c.is_ascii_uppercase();
        Self::parse(code).is_some()
            || code.len() >= 2 && code.chars().all(is_capital) && Self::bloc(code).is_some()
    }

    /// Its kind.
    pub fn kind(self) -> PlaceKind {
        self.kind
    }

    /// `FR-IDF`
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("").trim_end_matches('\0')
    }

    /// Its English name; countries and subdivisions only.
    pub fn name(self) -> Option<&'static str> {
        entry(self.code()).map(|entry| entry.name)
    }

    /// The country itself, or the country of a subdivision.
    pub fn country(self) -> Option<Self> {
        match self.kind {
            PlaceKind::Country => Some(self),
            PlaceKind::Subdivision => self.code().split('-').next().and_then(Self::parse),
            PlaceKind::World | PlaceKind::Bloc => None,
        }
    }

    /// The names of the time zones of its country, from the table of IANA: first that of the seat of government. Empty for
    /// the world and for blocs.
    pub fn zones(self) -> Vec<&'static str> {
        let country = self.country();
        let rows = include_str!("place/zones.tsv").lines().filter_map(|row| row.split_once(' '));
        let zones = rows.filter(|(code, _)| country.is_some_and(|place| place.code() == *code));
        zones.flat_map(|(_, zones)| zones.split(' ')).collect()
    }

    /// The languages in which people in its country are written to, the one that most of them read first: `kk`, `ru`. Some
    /// are not official. Empty for the world and for blocs.
    pub fn languages(self) -> Vec<&'static str> {
        let country = self.country();
        let rows =
            include_str!("place/languages.tsv").lines().filter_map(|row| row.split_once(' '));
        let own = rows.filter(|(code, _)| country.is_some_and(|place| place.code() == *code));
        own.flat_map(|(_, languages)| languages.split(' ')).collect()
    }

    /// The languages that all these places have, in the order of the first place.
    pub(crate) fn common_languages(places: &[Self]) -> Vec<&'static str> {
        let Some((first, others)) = places.split_first() else { return vec![] };
        let others: Vec<_> = others.iter().map(|place| place.languages()).collect();
        let is_common = |language: &&str| others.iter().all(|other| other.contains(language));
        first.languages().into_iter().filter(is_common).collect()
    }

    /// All countries in the order of their codes.
    pub fn countries() -> impl Iterator<Item = Self> {
        countries().filter_map(|entry| Self::parse(entry.code))
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

/// A code that ISO 3166 does not know is read as a bloc, because stored decisions may name blocs.
impl<'de> serde::Deserialize<'de> for Place {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        let is_bloc = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_uppercase());
        Self::parse(&code)
            .or_else(|| Self::bloc(&code).filter(|_| is_bloc))
            .ok_or_else(|| serde::de::Error::custom(format!("there is no place `{code}`")))
    }
}

impl serde::Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Blocs {
    fn get(&self, place: Place) -> Option<&Bloc> {
        self.blocs.iter().find(|bloc| bloc.place == place)
    }

    /// A bloc, or else a place that [`Place::parse`] knows, by its code.
    pub fn place(&self, code: &str) -> Option<Place> {
        let bloc = self.blocs.iter().map(|bloc| bloc.place).find(|place| place.code() == code);
        bloc.or_else(|| Place::parse(code))
    }

    /// The place itself and every place that it belongs to at an instant or on a day. The nearest come first: FR-IDF, FR,
    /// EEA, EU, WORLD.
    pub fn chain(&self, place: Place, at: impl Into<Moment>) -> Vec<Place> {
        let (country, at) = (place.country(), at.into());
        let blocs = self.blocs.iter().filter(|bloc| bloc.has(country, at));
        let mut blocs: Vec<Place> = blocs.map(|bloc| bloc.place).collect();
        blocs.sort_unstable();
        let mut chain = vec![place];
        chain.extend(country.filter(|country| *country != place));
        chain.extend(blocs);
        chain.extend((place != Place::WORLD).then_some(Place::WORLD));
        chain
    }

    /// Whether a place, by its code, is `outer` or belongs to it at an instant.
    pub(crate) fn contain(&self, outer: Place, code: &str, at: Instant) -> bool {
        Place::parse(code).is_some_and(|inner| self.within(inner, outer, at))
    }

    /// Whether `inner` is `outer` or belongs to it at an instant or on a day: whether its chain has `outer`.
    pub(crate) fn within(&self, inner: Place, outer: Place, at: impl Into<Moment>) -> bool {
        let country = inner.country();
        inner == outer
            || outer == Place::WORLD
            || country == Some(outer)
            || self.get(outer).is_some_and(|bloc| bloc.has(country, at.into()))
    }

    /// Whether something is true of one of the countries of a place at an instant.
    pub(crate) fn any_country(
        &self,
        place: Place,
        at: Instant,
        mut is_true_of: impl FnMut(Place) -> bool,
    ) -> bool {
        match place.kind {
            PlaceKind::World => Place::countries().any(is_true_of),
            PlaceKind::Bloc => {
                self.get(place).is_some_and(|bloc| bloc.members_at(at.into()).any(is_true_of))
            }
            PlaceKind::Country | PlaceKind::Subdivision => is_true_of(place),
        }
    }

    /// The instants at which the country of a place joins or leaves a bloc, and whether it joins.
    pub(crate) fn changes(&self, bloc: Place, code: &str) -> Vec<(Instant, bool)> {
        let country = Place::parse(code).and_then(Place::country);
        let Some(bloc) = self.get(bloc) else { return vec![] };
        let days = bloc
            .memberships(country)
            .flat_map(|member| [Some((member.from, true)), member.until.map(|day| (day, false))]);
        days.flatten().filter_map(|(day, joins)| Some((day.start(&bloc.zone)?, joins))).collect()
    }

    /// Whether `inner` is `outer` or ever belonged to it.
    pub fn ever_within(&self, inner: Place, outer: Place) -> bool {
        let country = inner.country();
        inner == outer
            || outer == Place::WORLD
            || country == Some(outer)
            || self.get(outer).is_some_and(|bloc| bloc.memberships(country).next().is_some())
    }

    /// The places for which to decide when somebody asks about a place: for a bloc its members at the instant or on the day,
    /// for the world all countries, otherwise the place itself.
    pub fn countries_of(&self, place: Place, at: impl Into<Moment>) -> Vec<Place> {
        let at = at.into();
        match place.kind {
            PlaceKind::World => Place::countries().collect(),
            PlaceKind::Bloc => {
                let bloc = self.get(place).into_iter();
                let mut members: Vec<Place> = bloc.flat_map(|bloc| bloc.members_at(at)).collect();
                members.sort_unstable();
                members
            }
            PlaceKind::Country | PlaceKind::Subdivision => vec![place],
        }
    }

    /// The periods in which a place belongs to another, as pairs of `from` and `until`; `None` means no limit. There are
    /// several if the place left and came back.
    pub fn membership(&self, inner: Place, outer: Place) -> Vec<(Option<Day>, Option<Day>)> {
        let country = inner.country();
        match self.get(outer) {
            Some(bloc) if inner != outer => {
                let memberships = bloc.memberships(country);
                memberships.map(|member| (Some(member.from), member.until)).collect()
            }
            _ => vec![(None, None)],
        }
    }
}

impl Bloc {
    /// Whether a country is a member at an instant or on a day.
    fn has(&self, country: Option<Place>, at: Moment) -> bool {
        self.memberships(country).any(|member| member.lasts_on(at.day(&self.zone)))
    }

    /// The periods in which a country is a member.
    fn memberships(&self, country: Option<Place>) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| Some(member.country) == country)
    }

    fn members_at(&self, at: Moment) -> impl Iterator<Item = Place> {
        let day = at.day(&self.zone);
        let lasting = self.members.iter().filter(move |member| member.lasts_on(day));
        lasting.map(|member| member.country)
    }
}

impl Member {
    fn lasts_on(&self, day: Day) -> bool {
        day >= self.from && self.until.is_none_or(|until| day < until)
    }
}

/// The assigned code for a text that people write instead: `GB` for `UK`, `KZ` for `KAZ` and `Kazakhstan`. Takes time
/// linear in the number of codes.
pub fn suggest(code: &str) -> Option<&'static str> {
    let capitals = code.to_uppercase();
    UNASSIGNED
        .iter()
        .find(|(mistaken, _)| *mistaken == capitals)
        .map(|(_, meant)| *meant)
        .or_else(|| entry(&capitals).map(|entry| entry.code))
        .or_else(|| {
            countries()
                .find(|entry| entry.alpha3 == capitals || entry.name.to_uppercase() == capitals)
                .map(|entry| entry.code)
        })
}

fn countries() -> impl Iterator<Item = &'static Entry> {
    TABLE.iter().filter(|entry| !entry.alpha3.is_empty())
}

/// Whether two letters are the code of a country. Takes constant time, because every record names countries.
fn is_country(letters: [u8; 2]) -> bool {
    static KNOWN: LazyLock<Vec<bool>> = LazyLock::new(|| {
        let mut known = vec![false; 26 * 26];
        for entry in countries() {
            let at = <[u8; 2]>::try_from(entry.code.as_bytes()).ok().and_then(pair_index);
            if let Some(slot) = at.and_then(|at| known.get_mut(at)) {
                *slot = true;
            }
        }
        known
    });
    pair_index(letters).and_then(|at| KNOWN.get(at).copied()).unwrap_or_default()
}

/// The index of a code among all pairs of capital letters.
fn pair_index([first, second]: [u8; 2]) -> Option<usize> {
    let letter = |letter: u8| letter.is_ascii_uppercase().then(|| usize::from(letter - b'A'));
    Some(letter(first)? * 26 + letter(second)?)
}

fn entry(code: &str) -> Option<&'static Entry> {
    let at = TABLE.binary_search_by(|entry| entry.code.cmp(code)).ok()?;
    TABLE.get(at)
}

fn padded(code: &str) -> Option<[u8; CODE_BYTES]> {
    let mut padded = [0; CODE_BYTES];
    padded.get_mut(..code.len())?.copy_from_slice(code.as_bytes());
    Some(padded)
}

#[cfg(test)]
mod tests {
    use super::{Bloc, Blocs, Member, Place, PlaceKind, TABLE, suggest};
    use crate::base::time::{Day, Instant, Zone};
    use crate::world::language;

    fn place(code: &str) -> Place {
        Place::parse(code).unwrap()
    }

    fn instant(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn blocs() -> Blocs {
        let day = |text: &str| Day::parse(text).unwrap();
        let member = |code, from, until: Option<&str>| Member {
            country: place(code),
            from: day(from),
            until: until.map(day),
        };
        let bloc = |code, members| Bloc {
            place: Place::bloc(code).unwrap(),
            title: code.into(),
            zone: Zone::named("Europe/Brussels").unwrap(),
            members,
        };
        Blocs {
            blocs: vec![
                bloc(
                    "EU",
                    vec![
                        member("FR", "1958-01-01", None),
                        member("GB", "1973-01-01", Some("2020-02-01")),
                    ],
                ),
                bloc(
                    "EEA",
                    vec![member("NO", "1994-01-01", None), member("FR", "1994-01-01", None)],
                ),
            ],
        }
    }

    #[test]
    fn every_country_has_languages() {
        for country in Place::countries() {
            let languages = country.languages();
            assert!(!languages.is_empty(), "{country}");
            for code in languages {
                assert!(language::is_code(code), "{country}: {code}");
            }
        }
        assert_eq!(place("KZ").languages(), ["kk", "ru"]);
        assert_eq!(place("FR-IDF").languages(), ["fr"]);
        assert_eq!(Place::WORLD.languages(), [""; 0]);
        let common = |codes: &[&str]| {
            Place::common_languages(&codes.iter().map(|code| place(code)).collect::<Vec<_>>())
        };
        assert_eq!(common(&["CH", "BE"]), ["de", "fr"]);
        assert_eq!(common(&["BE", "LU"]), ["fr", "de"]);
        assert_eq!(common(&["DE", "FR"]), [""; 0]);
        assert_eq!(common(&["DE", "AT", "LI"]), ["de"]);
        assert_eq!(common(&[]), [""; 0]);
    }

    #[test]
    fn every_country_has_zones_that_exist() {
        for country in Place::countries() {
            // Two islands without inhabitants have no zone in the table.
            let has_none = matches!(country.code(), "BV" | "HM");
            assert_eq!(country.zones().is_empty(), has_none, "{country}");
            for zone in country.zones() {
                assert!(Zone::named(zone).is_ok(), "{zone}");
            }
        }
        let zones = |code| place(code).zones();
        assert_eq!(zones("KZ").first(), Some(&"Asia/Almaty"));
        assert_eq!(zones("FR-IDF"), ["Europe/Paris"]);
        assert!(zones("CA").contains(&"America/Toronto"));
        assert_eq!(Place::WORLD.zones(), [""; 0]);
    }

    #[test]
    fn the_table_is_sorted_and_every_code_is_a_place() {
        assert!(TABLE.is_sorted_by(|a, b| a.code < b.code));
        for entry in TABLE.iter() {
            let place = place(entry.code);
            assert_eq!((place.code(), place.name()), (entry.code, Some(entry.name)));
            assert!(place.country().is_some(), "{place}");
        }
        assert_eq!(Place::countries().count(), 249);
        let letters = || (b'A'..=b'Z').map(char::from);
        let pairs = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
        assert_eq!(pairs.filter_map(|code| Place::parse(&code)).count(), 249);
    }

    #[test]
    fn only_codes_of_the_standard_are_places() {
        assert_eq!(place("KZ").name(), Some("Kazakhstan"));
        assert_eq!(place("FR-IDF").country(), Some(place("FR")));
        assert_eq!(place("WORLD"), Place::WORLD);
        assert_eq!(Place::WORLD.country(), None);
        let regions: Vec<_> =
            TABLE.iter().map(|entry| entry.code).filter(|code| code.starts_with("KZ-")).collect();
        assert_eq!(regions.len(), 20);
        assert!(["KZ-10", "KZ-33", "KZ-62"].iter().all(|code| regions.contains(code)));
        for wrong in
            ["", "UK", "kz", "EU", "KZ-", "KZ-1", "KZ-ALA", "XX", "KAZAKHSTAN", "КZ", "KZ\0"]
        {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
        for (wrong, bloc) in
            [("KZ", None), ("WORLD", None), ("ABCDEFGHI", None), ("EU", Some("EU"))]
        {
            let made = Place::bloc(wrong);
            assert_eq!(made.as_ref().map(Place::code), bloc);
            assert!(made.is_none_or(|made| made.kind() == PlaceKind::Bloc));
        }
        for (code, can_be) in [
            ("KZ", true),
            ("FR-IDF", true),
            ("WORLD", true),
            ("EU", true),
            ("kz", false),
            ("KZ-", false),
            ("E", false),
            ("", false),
            ("Kazakhstan", false),
            ("KAZAKHSTAN", false),
        ] {
            assert_eq!(Place::can_be(code), can_be, "{code}");
        }
    }

    #[test]
    fn suggest_finds_the_code_that_was_meant() {
        for (wrong, meant) in [
            ("UK", Some("GB")),
            ("EL", Some("GR")),
            ("kz", Some("KZ")),
            ("KAZ", Some("KZ")),
            ("Kazakhstan", Some("KZ")),
            ("fr-idf", Some("FR-IDF")),
            ("Atlantis", None),
            ("", None),
        ] {
            assert_eq!(suggest(wrong), meant, "{wrong}");
        }
    }

    #[test]
    fn membership_changes_at_midnight_in_the_zone_of_the_bloc() {
        let blocs = blocs();
        let codes = |code, at| -> Vec<String> {
            let chain = blocs.chain(blocs.place(code).unwrap(), instant(at));
            chain.iter().map(ToString::to_string).collect()
        };
        assert_eq!(codes("FR-IDF", "2026-01-01T00:00:00Z"), ["FR-IDF", "FR", "EEA", "EU", "WORLD"]);
        assert_eq!(codes("KZ", "2026-01-01T00:00:00Z"), ["KZ", "WORLD"]);
        assert_eq!(codes("EU", "2026-01-01T00:00:00Z"), ["EU", "WORLD"]);
        assert_eq!(codes("WORLD", "2026-01-01T00:00:00Z"), ["WORLD"]);
        // Midnight in Brussels is 23:00 in UTC.
        assert_eq!(codes("GB", "2020-01-31T22:59:59Z"), ["GB", "EU", "WORLD"]);
        assert_eq!(codes("GB", "2020-01-31T23:00:00Z"), ["GB", "WORLD"]);
        assert_eq!(codes("FR", "1957-12-31T00:00:00Z"), ["FR", "WORLD"]);
    }

    #[test]
    fn blocs_contain_their_members() {
        let (blocs, now) = (blocs(), instant("2026-01-01T00:00:00Z"));
        let eu = blocs.place("EU").unwrap();
        for (inner, outer, within) in [
            (place("GB"), eu, true),
            (place("FR-IDF"), eu, true),
            (place("FR-IDF"), place("FR"), true),
            (place("FR"), place("FR-IDF"), false),
            (place("KZ"), eu, false),
            (eu, Place::WORLD, true),
            (eu, eu, true),
        ] {
            assert_eq!(blocs.ever_within(inner, outer), within, "{inner} in {outer}");
        }
        assert_eq!(blocs.countries_of(eu, now), [place("FR")]);
        assert_eq!(blocs.countries_of(place("KZ"), now), [place("KZ")]);
        assert_eq!(blocs.countries_of(Place::WORLD, now).len(), 249);
        assert_eq!(blocs.place("EEA").map(Place::kind), Some(PlaceKind::Bloc));
    }
}
