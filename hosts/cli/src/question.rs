//! What a decision is asked for: the places and the instant, from the arguments or from the record itself.

use lexloci::{Code, Day, Instant, Place, PlaceKind, Places, Record, RecordError, RuleSet};

/// The places and the instant that a user named.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Without them, where the record is visible.
    pub places: Option<Vec<Place>>,
    /// Without it, the latest date of the record.
    pub at: Option<Instant>,
}

impl Question {
    /// The instant to judge a record at that carries no date after some latest one.
    ///
    /// # Errors
    /// When neither the user nor the record names one.
    pub fn instant(&self, latest: Option<Instant>) -> Result<Instant, RecordError> {
        self.at.or(latest).ok_or_else(|| {
            fault(
                Code::NoInstant,
                "sent_at",
                "the record carries no date; name the instant with `--at`",
            )
        })
    }

    /// The places to judge a record for, sorted: blocs and the world as their countries.
    ///
    /// # Errors
    /// When the record is visible nowhere and no place was named.
    pub fn places(
        &self,
        set: &RuleSet,
        record: &Record,
        at: Instant,
    ) -> Result<Vec<Place>, RecordError> {
        let visible_in = match record.visible_in() {
            Places::Everywhere => None,
            Places::Only(places) => Some(&**places),
        };
        self.places_among(set, visible_in, record.except(), at)
    }

    /// The same of a record that is visible in some places, or everywhere, except in some.
    ///
    /// # Errors
    /// As [`Question::places`].
    pub fn places_among(
        &self,
        set: &RuleSet,
        visible_in: Option<&[Place]>,
        except: &[Place],
        at: Instant,
    ) -> Result<Vec<Place>, RecordError> {
        if let Some(places) = &self.places {
            return Ok(expand(set, places, at));
        }
        let mut places = expand(set, visible_in.unwrap_or(&[Place::WORLD]), at);
        // Where a country is excepted, so is all that lies in it.
        let excepted = |place: &Place| except.contains(place);
        places.retain(|place| !excepted(place) && !place.country().as_ref().is_some_and(excepted));
        if places.is_empty() {
            let message = "the record is visible nowhere; name the places with `--in`";
            return Err(fault(Code::NoPlaces, "visibility.countries", message));
        }
        Ok(places)
    }
}

fn expand(set: &RuleSet, places: &[Place], at: Instant) -> Vec<Place> {
    let members = |place: &Place| match place.kind() {
        PlaceKind::World | PlaceKind::Bloc => set.countries_of(*place, at),
        PlaceKind::Country | PlaceKind::Subdivision => vec![*place],
    };
    let mut places: Vec<_> = places.iter().flat_map(members).collect();
    places.sort();
    places.dedup();
    places
}

fn fault(code: Code, path: &str, message: &str) -> RecordError {
    RecordError { code, path: path.into(), message: message.into() }
}

/// A place by its code, in capitals or not.
///
/// # Errors
/// With the code that was probably meant, also for the name of a country.
pub fn place(set: &RuleSet, code: &str) -> Result<Place, String> {
    let capitals = code.trim().to_uppercase();
    if capitals.is_empty() {
        return Err("no place is named; write codes such as `KZ` or `KZ,FR`".into());
    }
    set.place(&capitals).ok_or_else(|| {
        let countries: Vec<_> = Place::countries().collect();
        let names: Vec<_> =
            countries.iter().map(|each| each.name().unwrap_or_default().to_uppercase()).collect();
        let by_name = lexloci::nearest(&capitals, names.iter().map(String::as_str));
        let named = names.iter().position(|name| Some(name.as_str()) == by_name);
        let meant = named.and_then(|at| countries.get(at)).map(Place::code);
        // Codes of two letters are all near each other: one that has rules is meant more likely.
        let ruled: Vec<_> = set.rules().map(|rule| rule.place).collect();
        let near = |places: &[Place]| {
            lexloci::nearest(&capitals, places.iter().map(Place::code)).map(String::from)
        };
        let meant = lexloci::suggest_place(&capitals).or(meant).map(String::from);
        let meant = meant.or_else(|| near(&ruled)).or_else(|| near(&countries));
        let hint = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
        format!("there is no place `{code}`{hint}")
    })
}

/// Places by their codes, between commas.
///
/// # Errors
/// As [`place`], also for nothing between two commas.
pub fn places(set: &RuleSet, codes: &str) -> Result<Vec<Place>, String> {
    codes.split(',').map(|code| place(set, code)).collect()
}

/// An instant in RFC 3339, or the beginning of a day in UTC.
///
/// # Errors
/// With what an instant looks like.
pub fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse(text).or_else(|_| Instant::parse(&format!("{text}T00:00:00Z"))).map_err(|_| {
        format!("`{text}` is neither a day, `2026-03-01`, nor an instant, `2026-03-01T12:00:00Z`")
    })
}

/// A day.
///
/// # Errors
/// With what is wrong with it.
pub fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|error| error.to_string())
}

/// How long `7 days` is: seconds, minutes, hours, days of 24 hours, weeks.
pub fn nanos(text: &str) -> Option<i128> {
    let (amount, unit) = text.trim().split_once(char::is_whitespace)?;
    let seconds = match unit.trim().trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 604_800,
        _ => return None,
    };
    let amount: u32 = amount.parse().ok()?;
    Some(i128::from(amount) * seconds * 1_000_000_000)
}
