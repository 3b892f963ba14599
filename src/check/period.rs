//! Finds time limits in numbers among the words that an article gives as its deadline.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::Trigger;
use crate::syntax::tree::{Deadline, Text};

/// The beginnings of units of time in some languages, and the unit.
const UNITS: &[(&[&str], &str)] = &[
    (&["minute", "min", "минут"], "minutes"),
    (&["hour", "hr", "h", "час", "сағат", "stunde", "heure", "hora", "saat", "годин"], "hours"),
    (
        &["day", "d", "день", "дня", "дней", "күн", "tag", "jour", "día", "gün", "днів", "дні"],
        "days",
    ),
    (&["week", "недел", "апта", "woche", "semaine", "semana", "hafta"], "weeks"),
    (&["month", "месяц", "ай", "monat", "mois", "mes"], "months"),
];

/// Numbers in words, as laws write them.
const NUMBERS: &[(&str, u32)] = &[
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("five", 5),
    ("seven", 7),
    ("ten", 10),
    ("twelve", 12),
    ("fourteen", 14),
    ("twenty-four", 24),
    ("thirty", 30),
    ("forty-eight", 48),
    ("seventy-two", 72),
];

/// Words before a unit that leave out Saturdays, Sundays and holidays.
const WORKING: &[&str] = &["working", "business", "рабочих", "рабочие"];

impl Checker<'_> {
    /// Warns about a time limit in numbers that is written as the words of the law: no clock runs then.
    pub(super) fn warn_quoted_period(&mut self, deadline: &Deadline, words: &Text, on: Trigger) {
        let Some(period) = period_in(&words.value) else { return };
        let meant = match (&deadline.clock, on) {
            (None, Trigger::On(event)) => format!("{period} from {}", event.name()),
            (Some(_), _) | (None, Trigger::Standing) => period.clone(),
        };
        let message = format!(
            "`\"{}\"` is a time limit in numbers, and in quotes it starts no clock",
            words.value
        );
        let help = if meant == period && deadline.clock.is_none() {
            format!(
                "write it without quotes, and from which event it runs: `{period} from order.received_at`"
            )
        } else {
            format!("write it without quotes, and from which event it runs: `{meant}`")
        };
        let warning = Diagnostic::new(Code::QuotedPeriod, self.at(words.span), message).help(help);
        let is_whole = deadline.clock.is_some() || meant != period;
        self.found.push(if is_whole {
            warning.fix(self.at(words.span), meant, false)
        } else {
            warning
        });
    }
}

/// The period that a text consists of, as rule files write it.
fn period_in(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let text = ["within ", "in ", "в течение "]
        .iter()
        .fold(&*text, |text, word| text.strip_prefix(word).unwrap_or(text));
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (count, rest) = if digits > 0 {
        (text.get(..digits)?.parse().ok()?, text.get(digits..)?)
    } else {
        let (word, rest) = text.split_once(' ')?;
        (NUMBERS.iter().find(|(known, _)| *known == word)?.1, rest)
    };
    let words: Vec<&str> = rest.split_whitespace().collect();
    let (is_working, unit) = match *words {
        [unit] => (false, unit),
        [kind, unit] if WORKING.contains(&kind) => (true, unit),
        [kind, unit] if kind.starts_with("calendar") || kind.starts_with("календарн") => {
            (false, unit)
        }
        _ => return None,
    };
    let is_unit = |beginning: &&str| {
        let ending = unit.strip_prefix(*beginning);
        ending
            .is_some_and(|ending| ending.chars().count() <= if beginning.len() < 3 { 1 } else { 3 })
    };
    let (_, unit) = UNITS.iter().find(|(beginnings, _)| beginnings.iter().any(is_unit))?;
    match (is_working, *unit) {
        (true, "days") => Some(format!("{count} working days")),
        (true, _) => None,
        (false, unit) => Some(format!("{count} {unit}")),
    }
}

#[cfg(test)]
mod tests {
    use super::period_in;

    #[test]
    fn periods_are_found_in_words() {
        for (text, period) in [
            ("24 hours", Some("24 hours")),
            ("within 24h", Some("24 hours")),
            ("24 часа", Some("24 hours")),
            ("three business days", Some("3 working days")),
            ("7 calendar days", Some("7 days")),
            ("48 Stunden", Some("48 hours")),
            ("promptly", None),
            ("without undue delay", None),
            ("within a reasonable time", None),
            ("1 hour after receipt of the order", None),
            ("immediately", None),
        ] {
            assert_eq!(period_in(text).as_deref(), period, "{text}");
        }
    }
}
