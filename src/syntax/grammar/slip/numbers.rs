//! Numbers, days, times and periods as other languages and countries write them.

use super::tokens::{Tokens, around, last_word};
use super::{Mend, Rule, Slip};
use crate::base::time::{Day, Instant};
use crate::syntax::is_name_character;
use std::ops::Range;

/// Short forms of the units of time.
const UNITS: &[(&str, &[&str])] = &[
    ("second", &["s", "sec", "secs"]),
    ("minute", &["m", "min", "mins"]),
    ("hour", &["h", "hr", "hrs"]),
    ("day", &["d"]),
    ("week", &["w", "wk", "wks"]),
    ("month", &["mo", "mth", "mths"]),
    ("year", &["y", "yr", "yrs"]),
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Numbers that people write as words.
const WORDS: [&str; 11] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

impl Slip<'_> {
    pub(super) fn number(&self) -> Option<Mend> {
        self.day_in_digits()
            .or_else(|| self.day_in_words())
            .or_else(|| self.day_of_period())
            .or_else(|| self.time_of_day())
            .or_else(|| self.broken_instant())
            .or_else(|| self.number_in_groups())
            .or_else(|| self.decimals())
            .or_else(|| self.percent())
            .or_else(|| self.period())
            .or_else(|| self.number_word())
            .or_else(|| self.underscores())
    }

    /// `01.03.2026`, `01/03/2026`, `2026/3/1`.
    fn day_in_digits(&self) -> Option<Mend> {
        let range =
            around(self.text, self.here(), |c| c.is_ascii_digit() || matches!(c, '.' | '/' | '-'));
        let written = self.text.get(range.clone())?;
        match days_in_digits(written).as_slice() {
            [day] if day != written => {
                Some(Mend::say(format!("write the day as `{day}`")).edit(range, day.clone()))
            }
            [day, other] => Some(Mend::say(format!(
                "write the year first, then the month, then the day: `{day}` or `{other}`"
            ))),
            _ => None,
        }
    }

    /// `17 February 2024`, `February 17, 2024`.
    fn day_in_words(&self) -> Option<Mend> {
        if !self.wants(Rule::date) {
            return None;
        }
        let (length, day) = day_in_words(self.text.get(self.start..)?)?;
        let Some(length) = length else {
            return Some(Mend::say(format!("write the day with its year: `{day}`")));
        };
        let range = self.start..self.start + length;
        Some(Mend::say(format!("write the day as `{day}`")).edit(range, day))
    }

    /// `review by 2027-06`, `in force from 2024`: a month or a year where a day belongs.
    fn day_of_period(&self) -> Option<Mend> {
        let range = around(self.text, self.here(), |c| c.is_ascii_digit() || c == '-');
        let written = self.text.get(range.clone())?;
        let is_day_wanted = self.wants(Rule::date) && self.wanted.len() < 4 && self.is_number();
        let (missing, [first_month, last_month]) = match written.len() {
            4 if is_day_wanted => ("month and the day", ["-01", "-12"]),
            7 if self.wants(Rule::date) => ("day", ["", ""]),
            _ => return None,
        };
        // A limit holds up to the end of the period.
        let day = if self.follows("by") {
            Day::last_of_month(&format!("{written}{last_month}"))?.to_string()
        } else {
            let day = format!("{written}{first_month}-01");
            Day::parse(&day).ok().map(|_| day)?
        };
        Some(Mend::say(format!("write the {missing} too: `{day}`")).edit(range, day))
    }

    /// `2026-03-01 12:00`.
    fn time_of_day(&self) -> Option<Mend> {
        let day_start = self.before.len().checked_sub("2026-03-01".len())?;
        let day = self.before.get(day_start..).filter(|day| Day::parse(day).is_ok())?;
        let is_time = |c: char| c.is_ascii_digit() || c == ':';
        let range = around(self.text, self.here(), is_time);
        let time = self.text.get(range.clone()).filter(|time| time.contains(':'))?;
        let seconds = if time.matches(':').count() == 1 { ":00" } else { "" };
        let hour = if time.find(':') == Some(1) { "0" } else { "" };
        let instant = format!("{day}T{hour}{time}{seconds}Z");
        Instant::parse(&instant).ok()?;
        let after = self.text.get(range.end..).unwrap_or_default();
        let end = range.end + usize::from(after.starts_with('Z'));
        let help =
            format!("write the instant as `{instant}`, or with an offset such as `+01:00` for `Z`");
        Some(Mend::say(help).edit(day_start..end, instant))
    }

    /// `2026-03-T05:00:00Z`: a day or an instant with a mistake in it.
    fn broken_instant(&self) -> Option<Mend> {
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | 'T' | ':' | 'Z' | '+');
        let range = around(self.text, self.here(), is_part);
        let written = self.text.get(range).filter(|_| self.found != ":")?;
        let has_time = written.contains('T') || written.contains(':') && written.ends_with('Z');
        let is_instant = has_time && written.starts_with(|c: char| c.is_ascii_digit());
        let is_day =
            written.starts_with("20") && written.contains('-') && !self.wants(Rule::kw_and);
        let is_broken = Day::parse(written).is_err() && Instant::parse(written).is_err();
        (is_broken && (is_instant || is_day)).then(|| {
            Mend::say("write the day as `2026-03-01`, and the instant as `2026-03-01T12:00:00Z`")
        })
    }

    /// `1,000`, `1 000`, `1.000.000`, `1'000`.
    fn number_in_groups(&self) -> Option<Mend> {
        let (range, number) = match self.found {
            "." | "'" => {
                let sign = self.found.chars().next()?;
                let range = around(self.text, self.here(), |c| c.is_ascii_digit() || c == sign);
                let mut groups = self.text.get(range.clone())?.split(sign);
                let first = groups.next().filter(|first| matches!(first.len(), 1..=3))?;
                let others: Vec<&str> = groups.collect();
                let is_number = !others.is_empty() && others.iter().all(|group| group.len() == 3);
                is_number.then(|| (range, format!("{first}{}", others.concat())))?
            }
            // `1 000` may be two numbers of a list, with a comma missing between them.
            _ if self.wants(Rule::comma) && !self.found.starts_with('0') => return None,
            _ if self.wants(Rule::comma) => {
                let (_, number) = groups_after(self.text, self.start, self.found)?;
                return Some(Mend::say(format!(
                    "write `{number}` for one number, or `,` between two numbers"
                )));
            }
            _ => groups_after(self.text, self.start, self.found)?,
        };
        let help = format!("write the number without separators: `{number}`");
        Some(Mend::say(help).edit(range, number))
    }

    /// `0,9`.
    fn decimals(&self) -> Option<Mend> {
        // In a list, the comma stands between two numbers.
        if self.found != "," || self.wants(Rule::comma) {
            return None;
        }
        let whole = last_word(self.before);
        let fraction = Tokens::of(self.rest).next().filter(|(at, _)| *at == 0)?.1;
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let number = format!("{whole}.{fraction}");
        let range = self.before.len() - whole.len()..self.here().end + fraction.len();
        Some(Mend::say(format!("write decimals with a point: `{number}`")).edit(range, number))
    }

    /// `90%`.
    fn percent(&self) -> Option<Mend> {
        if self.found != "%" {
            return None;
        }
        let end = self.before.len();
        let is_part = |c: char| is_name_character(c) || c == '.';
        let range = around(self.text, end..end, is_part).start..self.here().end;
        let percent = self.before.get(range.start..).unwrap_or_default();
        let Some(share) = share(percent) else {
            return Some(Mend::say("write 90 % as `0.9`"));
        };
        Some(Mend::say(format!("write {percent} % as `{share}`")).edit(range, share.to_string()))
    }

    /// `24h`, `24 hrs`, `3 business days`, and a number without a unit.
    fn period(&self) -> Option<Mend> {
        let digits = self.found.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let short = self.found.get(digits.len()..).unwrap_or_default();
        if self.wants(Rule::duration)
            && let Some((digits, exponent)) = self.found.split_once(['e', 'E'])
            && let (Ok(digits), Ok(exponent)) = (digits.parse::<u64>(), exponent.parse::<u32>())
            && let Some(number) =
                10_u64.checked_pow(exponent).and_then(|power| power.checked_mul(digits))
        {
            return Some(
                Mend::say(format!("write the number out: `{number}`"))
                    .edit(self.here(), number.to_string()),
            );
        }
        if self.wants(Rule::duration) && self.is_number() && matches!(short, "k" | "K") {
            let number = format!("{digits}_000");
            return Some(
                Mend::say(format!("write the number out: `{number}`")).edit(self.here(), number),
            );
        }
        if self.wants(Rule::duration)
            && self.is_number()
            && let Some(period) = period(digits, short)
        {
            let help = format!("write the period as `{period}`");
            return Some(Mend::say(help).edit(self.here(), period));
        }
        let amount = last_word(self.before);
        let is_amount = !amount.is_empty() && amount.bytes().all(|byte| byte.is_ascii_digit());
        if !self.wants(Rule::unit) || !is_amount {
            return None;
        }
        if let Some(period) = period(amount, self.found) {
            let range = self.before.len() - amount.len()..self.here().end;
            let help = format!("write the period as `{period}`");
            return Some(Mend::say(help).edit(range, period));
        }
        let zeros = match self.found.to_ascii_lowercase().as_str() {
            "thousand" => "_000",
            "million" | "mio" | "mln" => "_000_000",
            "billion" | "bn" => "_000_000_000",
            _ => "",
        };
        if !zeros.is_empty() {
            let number = format!("{amount}{zeros}");
            let range = self.before.len() - amount.len()..self.here().end;
            return Some(
                Mend::say(format!("write the number out: `{number}`")).edit(range, number),
            );
        }
        match self.found {
            "business" | "work" | "banking" => Some(
                Mend::say("write `working days`: they leave out Saturdays, Sundays and the holidays of the place")
                    .edit(self.here(), "working"),
            ),
            "calendar" => Some(
                Mend::say("delete `calendar`: `days` are days of the calendar")
                    .edit(self.with_blanks_before(), ""),
            ),
            _ if self.only(Rule::unit) => Some(Mend::say(format!(
                "write the unit after the number, such as `{amount} days` or `{amount} hours`"
            ))),
            _ => None,
        }
    }

    /// `at least two of (…)`, `deadline one hour`.
    fn number_word(&self) -> Option<Mend> {
        let word = last_word(self.before);
        let number = WORDS.iter().position(|other| word.eq_ignore_ascii_case(other));
        if let Some(number) = number.filter(|_| self.second_last_word() == "deadline") {
            let help = format!("write the number in digits: `{number} {}`", self.found);
            return Some(
                Mend::say(help)
                    .edit(self.before.len() - word.len()..self.before.len(), number.to_string()),
            );
        }
        let is_number = self.only(Rule::number) || self.only(Rule::count);
        let number = WORDS.iter().position(|word| is_number && self.is_one_of(&[word]))?;
        let help = format!("write the number in digits: `{number}`");
        Some(Mend::say(help).edit(self.here(), number.to_string()).safe_if(true))
    }

    /// `10_000` where the value of a record belongs.
    fn underscores(&self) -> Option<Mend> {
        let is_value = [Rule::json, Rule::set_entry, Rule::literal_number, Rule::score_part];
        let is_number = self.found.contains('_')
            && self.found.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
        if !is_number || !is_value.iter().any(|rule| self.wants(*rule)) {
            return None;
        }
        let number = self.found.replace('_', "");
        let help = format!("write the number without `_` here: `{number}`");
        Some(Mend::say(help).edit(self.here(), number).safe_if(true))
    }
}

/// The day that a text in quotes means: `01.03.2026`, `1 March 2026`, `2026-03-01`.
pub(in crate::syntax) fn day_in_text(text: &str) -> Option<String> {
    let text = text.trim();
    match days_in_digits(text).as_slice() {
        [day] => Some(day.clone()),
        [] => {
            let (length, day) = day_in_words(text)?;
            (length == Some(text.len())).then_some(day)
        }
        _ => None,
    }
}

/// The days that digits can mean: `01.03.2026`, `2026/3/1`. Both orders of the day and the month for `01/03/2026`.
fn days_in_digits(written: &str) -> Vec<String> {
    let Some(separator) = written.chars().find(|c| !c.is_ascii_digit()) else { return vec![] };
    let parts: Vec<&str> = written.split(separator).collect();
    let [a, b, c] = parts.as_slice() else { return vec![] };
    let orders = match (a.len(), c.len()) {
        (4, 1 | 2) => vec![(a, b, c)],
        (1 | 2, 4) if separator == '/' => vec![(c, b, a), (c, a, b)],
        (1 | 2, 4) => vec![(c, b, a)],
        _ => return vec![],
    };
    let mut days: Vec<String> =
        orders.iter().filter_map(|(year, month, day)| iso_day(year, month, day)).collect();
    days.dedup();
    days
}

/// The day at the start of a text, and the length of its words: `17 February 2024`, `February 17, 2024`. Without a year, the
/// day is one of 2026, and has no length.
fn day_in_words(text: &str) -> Option<(Option<usize>, String)> {
    let mut tokens = Tokens::of(text).filter(|(_, token)| *token != ",").take(3);
    let [(_, first), (_, second)] = [tokens.next()?, tokens.next()?];
    let (day, month) =
        if month_number(first).is_some() { (second, first) } else { (first, second) };
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let month = month_number(month)?.to_string();
    let Some((at, year)) = tokens.next().filter(|(_, year)| year.len() == 4) else {
        return Some((None, iso_day("2026", &month, day)?));
    };
    Some((Some(at + year.len()), iso_day(year, &month, day)?))
}

/// The day in the notation of the language, if the calendar has it.
fn iso_day(year: &str, month: &str, day: &str) -> Option<String> {
    let day = format!("{year:0>4}-{month:0>2}-{day:0>2}");
    Day::parse(&day).ok().map(|_| day)
}

fn month_number(word: &str) -> Option<usize> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let is_month = |month: &str| word.len() >= 3 && month.starts_with(&word);
    MONTHS.iter().position(|month| is_month(month)).map(|index| index + 1)
}

/// `0.995` for `99.5`. A single division is rounded only once, so the result prints as `0.995` and not as `0.9949999…`.
fn share(percent: &str) -> Option<f64> {
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    let digits: u32 = format!("{whole}{fraction}").parse().ok().filter(|_| !whole.is_empty())?;
    let places = i32::try_from(fraction.len()).ok()? + 2;
    Some(f64::from(digits) / 10_f64.powi(places))
}

/// `24 hours` for `24` and `h`.
fn period(amount: &str, short: &str) -> Option<String> {
    let short = short.to_ascii_lowercase();
    let (unit, _) = UNITS.iter().find(|(_, forms)| forms.contains(&short.as_str()))?;
    Some(format!("{amount} {unit}{}", if amount == "1" { "" } else { "s" }))
}

/// The range and the digits of a number that is written in groups. `start` and `found` are the comma in `1,000`, or the second
/// group in `1 000`.
fn groups_after(text: &str, start: usize, found: &str) -> Option<(Range<usize>, String)> {
    let before = text.get(..start)?.trim_end_matches(' ');
    let first = before.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    // No number of several groups begins with 0.
    let is_first = |first: &&str| matches!(first.len(), 1..=3) && !first.starts_with('0');
    let mut number = Some(first).filter(is_first)?.to_owned();
    let (mut end, separator) = (before.len(), if found == "," { "," } else { " " });
    while let Some(group) = text.get(end..).and_then(|rest| rest.strip_prefix(separator)) {
        let digits =
            Tokens::of(group).next().filter(|(at, _)| *at == 0).map_or("", |(_, token)| token);
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        number.push_str(digits);
        end += separator.len() + digits.len();
    }
    (end > before.len()).then(|| (before.len() - first.len()..end, number))
}
