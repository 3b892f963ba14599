//! Reads the places, instants and rules that people write in commands. Without a place or an instant, those of the
//! record are taken.

use crate::{Code, Day, Instant, Moment, Place, PlaceKind, Places, Record, RecordError, RuleSet};

/// The places and the instant that a user asks about.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The places; `None` means where the record is visible.
    pub places: Option<Vec<Place>>,
    /// The instant, or a day, which begins at midnight in each place; `None` means the latest date of the record.
    pub at: Option<Moment>,
}

impl Question {
    /// When to judge a record: at the instant or day that the user named, or else at `latest`, the record's latest date.
    ///
    /// # Errors
    /// When there is neither.
    pub fn moment(&self, latest: Option<Instant>) -> Result<Moment, RecordError> {
        self.at.or(latest.map(Moment::Instant)).ok_or_else(|| {
            fault(
                Code::NoInstant,
                "sent_at",
                "the record carries no date; name the instant with `--at`",
            )
        })
    }

    /// The places to judge a record for, sorted. Blocs and the world are replaced by their countries.
    ///
    /// # Errors
    /// When the record is visible nowhere and no place was named.
    pub fn places(
        &self,
        set: &RuleSet,
        record: &Record,
        at: Moment,
    ) -> Result<Vec<Place>, RecordError> {
        let visible_in = match record.visible_in() {
            Places::Everywhere => None,
            Places::Only(places) => Some(&**places),
        };
        self.places_among(set, visible_in, record.except(), at)
    }

    /// Like [`Question::places`], for a record that is visible in the places `visible_in`, except in those of `except`.
    /// `visible_in` is `None` if the record is visible everywhere.
    ///
    /// # Errors
    /// Like [`Question::places`].
    pub fn places_among(
        &self,
        set: &RuleSet,
        visible_in: Option<&[Place]>,
        except: &[Place],
        at: Moment,
    ) -> Result<Vec<Place>, RecordError> {
        if let Some(places) = &self.places {
            return Ok(expand(set, places, at));
        }
        let mut places = expand(set, visible_in.unwrap_or(&[Place::WORLD]), at);
        // Where a country is excepted, its subdivisions are excepted too.
        let is_excepted = |place: &Place| except.contains(place);
        places.retain(|place| {
            !is_excepted(place) && !place.country().as_ref().is_some_and(is_excepted)
        });
        if places.is_empty() {
            let message = "the record is visible nowhere; name the places with `--in`";
            return Err(fault(Code::NoPlaces, "visibility.countries", message));
        }
        Ok(places)
    }
}

/// Replaces blocs and the world by their countries. Sorted, without duplicates.
fn expand(set: &RuleSet, places: &[Place], at: Moment) -> Vec<Place> {
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

/// A place by its code, in upper or lower case.
///
/// # Errors
/// When there is no such place, with a suggestion. If the code is the name of a country, the suggestion is its code.
pub fn place(set: &RuleSet, code: &str) -> Result<Place, String> {
    let capitals = code.trim().to_uppercase();
    if capitals.is_empty() {
        return Err("a code is missing; write codes such as `KZ` or `KZ,FR`".into());
    }
    set.place(&capitals).ok_or_else(|| {
        let countries: Vec<_> = Place::countries().collect();
        let nearest = |places: &[Place], text: fn(&Place) -> String| {
            let texts: Vec<_> = places.iter().map(text).collect();
            let nearest = crate::nearest(&capitals, texts.iter().map(String::as_str))?;
            let place = places.get(texts.iter().position(|text| text == nearest)?)?;
            Some(place.code().to_owned())
        };
        let name = |place: &Place| place.name().unwrap_or_default().to_uppercase();
        let code_of = |place: &Place| place.code().to_owned();
        // All codes of two letters are similar, so prefer places that have rules.
        let with_rules: Vec<_> = set.rules().map(|rule| rule.place).collect();
        let meant = crate::suggest_place(&capitals)
            .map(String::from)
            .or_else(|| nearest(&countries, name))
            .or_else(|| nearest(&with_rules, code_of))
            .or_else(|| nearest(&countries, code_of));
        format!("there is no place `{code}`{}", did_you_mean(meant.as_deref()))
    })
}

/// The end of a message about an unknown name: `; did you mean …?`, if a similar name exists.
pub(super) fn did_you_mean(meant: Option<&str>) -> String {
    meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default()
}

/// Places by their codes, separated by commas.
///
/// # Errors
/// Like [`place`]; also when a code is empty.
pub fn places(set: &RuleSet, codes: &str) -> Result<Vec<Place>, String> {
    codes.split(',').map(|code| place(set, code)).collect()
}

/// A day; an instant in RFC 3339, or as answers show it: `2026-03-01 17:00 +05:00`.
///
/// # Errors
/// When it is neither, with an example of each.
pub fn moment(text: &str) -> Result<Moment, String> {
    Moment::parse(text).or_else(|_| Instant::parse_local(text).map(Moment::Instant)).map_err(|_| {
        format!(
            "`{text}` is neither a day, `2026-03-01`, nor an instant, `2026-03-01T12:00:00Z` or \
             `2026-03-01 17:00 +05:00`"
        )
    })
}

/// A day, such as `2026-03-01`.
///
/// # Errors
/// When it is not a day, with the reason.
pub fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|error| error.to_string())
}

/// The nanoseconds of a duration such as `7 days`: seconds, minutes, hours, days of 24 hours, weeks.
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

/// The full id of a rule, `kz.pyramid`. The file may be left out if only one file has the name.
///
/// # Errors
/// When there is no such rule, with a suggestion.
pub fn rule(set: &RuleSet, name: &str) -> Result<String, String> {
    let rules = set.rules().filter(|rule| !rule.is_exception);
    full_id(&rules.map(|rule| rule.id).collect::<Vec<_>>(), name, "rule")
}

/// The full id of a rule or an exception.
///
/// # Errors
/// Like [`rule`].
pub fn rule_or_exception(set: &RuleSet, name: &str) -> Result<String, String> {
    full_id(&set.rules().map(|rule| rule.id).collect::<Vec<_>>(), name, "rule or exception")
}

fn full_id(ids: &[&str], name: &str, kind: &str) -> Result<String, String> {
    if ids.contains(&name) {
        return Ok(name.into());
    }
    let has_name = |id: &&str| id.rsplit('.').next() == Some(name);
    let mut ids_with_name = ids.iter().copied().filter(has_name);
    if let (Some(only), None) = (ids_with_name.next(), ids_with_name.next()) {
        return Ok(only.into());
    }
    let names = ids.iter().filter_map(|id| id.rsplit('.').next());
    let hint = did_you_mean(crate::nearest(name, ids.iter().copied().chain(names)));
    Err(format!("there is no {kind} `{name}`{hint}"))
}
