//! Finds time limits in numbers among the words that an article gives as its deadline.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::Trigger;
use crate::program::outcome::Event;
use crate::syntax::tree::{Deadline, Text};

/// Words for units of time in some languages, and the unit. Whole words, because many words of other languages begin like
/// a unit: `minggu` is Indonesian for a week.
const UNITS: [(&str, &str); 5] = [
    (
        "min mins minute minutes minuten minuto minutos dakika минута минуту минуты минут хвилина хвилину хвилини хвилин",
        "minutes",
    ),
    (
        "h hr hrs hour hours stunde stunden heure heures hora horas saat час часа часов сағат година годину години годин",
        "hours",
    ),
    ("d day days tag tage tagen jour jours día días gün день дня дней дні днів күн", "days"),
    (
        "week weeks woche wochen semaine semaines semana semanas hafta неделя неделю недели недель апта",
        "weeks",
    ),
    ("month months monat monate monaten mois mes meses месяц месяца месяцев ай", "months"),
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
        let from = |event: Event| format!("{period} from {}", event.name());
        let and_event = |meant: &str| {
            format!("write it without quotes, and from which event it runs: `{meant}`")
        };
        let (help, fix) = match (&deadline.clock, on) {
            (Some(_), _) => (format!("write it without quotes: `{period}`"), Some(period.clone())),
            (None, Trigger::On(event)) => (and_event(&from(event)), Some(from(event))),
            (None, Trigger::Standing) => (and_event(&from(Event::Order)), None),
        };
        let message = format!(
            "`\"{}\"` is a time limit in numbers, and in quotes it starts no clock",
            words.value
        );
        let warning = Diagnostic::new(Code::QuotedPeriod, self.at(words.span), message).help(help);
        self.found.push(match fix {
            Some(fix) => warning.fix(self.at(words.span), fix, false),
            None => warning,
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
    let (_, unit) =
        UNITS.into_iter().find(|(words, _)| words.split(' ').any(|word| word == unit))?;
    match (is_working, unit) {
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
            ("3 Tage", Some("3 days")),
            ("2 недели", Some("2 weeks")),
            ("6 months", Some("6 months")),
            ("2 minggu", None),
            ("10 dagen", None),
            ("2 horarios", None),
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
