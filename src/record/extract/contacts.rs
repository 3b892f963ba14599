//! Telephone numbers, mail addresses and numbers of bank cards.

use super::disguise::{AddressKind, undo_disguise};
use super::links::{Entity, links};
use super::urls::{is_email, is_separate_word};
use super::{Covered, char_at, char_before, is_letter, is_word_char, leading_run, trailing_run};
use crate::world::domain;
use std::ops::{Range, RangeInclusive};

/// A number or address in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contact {
    /// The normal form. A number has only its digits, after a `+` if it is international; a mail address has its host
    /// in lower case and ASCII.
    pub(crate) value: String,
    /// First byte in the part.
    pub(crate) start: usize,
    /// The byte after its last.
    pub(crate) end: usize,
}

impl Contact {
    fn new(value: String, bytes: Range<usize>) -> Self {
        Self { value, start: bytes.start, end: bytes.end }
    }
}

/// All contacts of a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contacts {
    pub(crate) phones: Vec<Contact>,
    pub(crate) emails: Vec<Contact>,
    pub(crate) cards: Vec<Contact>,
}

/// The contacts in a text with entities. Every range that the host marked as a contact is one. Digits inside a link are
/// not searched.
pub(crate) fn contacts_of_part(text: &str, entities: &[Entity<'_>]) -> Contacts {
    let (phones, cards) = (phones(text), cards(text));
    let links = if phones.is_empty() && cards.is_empty() { vec![] } else { links(text) };
    let links = Covered::new(links.iter().map(|link| (link.start, link.end)).collect());
    let outside_links = |found: Vec<Contact>| -> Vec<Contact> {
        found.into_iter().filter(|found| links.is_free(found.start, found.end)).collect()
    };
    let with_marked = |found: Vec<Contact>, kind: &str, value: fn(&str) -> Option<String>| {
        let marked = entities.iter().filter(|entity| entity.kind == kind).filter_map(|entity| {
            let written = text.get(entity.start..entity.end)?;
            Some(Contact::new(value(written)?, entity.start..entity.end))
        });
        let mut all: Vec<Contact> = marked.collect();
        let marked = Covered::new(all.iter().map(|marked| (marked.start, marked.end)).collect());
        all.extend(found.into_iter().filter(|found| marked.is_free(found.start, found.end)));
        all.sort_by_key(|contact| contact.start);
        all
    };
    Contacts {
        phones: with_marked(outside_links(phones), "phone_number", |written| {
            international_form(written).or_else(|| digits(written))
        }),
        emails: with_marked(emails(text), "email", address),
        cards: with_marked(outside_links(cards), "bank_card_number", digits),
    }
}

fn digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// A mail address with its host in normal form.
fn address(written: &str) -> Option<String> {
    let (user, host) = written.strip_prefix("mailto:").unwrap_or(written).rsplit_once('@')?;
    Some(format!("{user}@{}", domain::canonical(host)?))
}

/// How many digits an international number has after its `+` or `00`. E.164 allows at most 15.
const INTERNATIONAL_DIGITS: RangeInclusive<usize> = 8..=15;

/// How many digits each number of Russia, Kazakhstan and North America has, with its country code.
const FIXED_LENGTH: usize = 11;

/// The telephone numbers in a text, in order. They are international, such as `+7 701 123-45-67` and `00 49 …`, or have
/// the trunk prefix of Russia and Kazakhstan, such as `8 (701) 123-45-67`, which becomes `+7…`. Other national numbers
/// look like ordinary numbers.
pub(crate) fn phones(text: &str) -> Vec<Contact> {
    let mut found = vec![];
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(start) = rest.find(|c: char| c == '+' || c == '(' || c.is_ascii_digit()) else {
            break;
        };
        let start = at + start;
        let number = text.get(start..).map_or("", number_at_start);
        let bytes = start..start + number.len();
        let is_free = !char_before(text, start)
            .is_some_and(|c| is_word_char(c) || "+-./#".contains(c))
            && !char_at(text, bytes.end).is_some_and(|c| is_word_char(c) || c == '@');
        let value = Some(number).filter(|_| is_free).and_then(international_form);
        at = bytes.end.max(start + 1);
        found.extend(value.map(|value| Contact::new(value, bytes)));
    }
    found
}

/// The beginning of a text that may be one telephone number: digits, with blanks, hyphens, dots and brackets between.
fn number_at_start(text: &str) -> &str {
    let is_of_number =
        |c: char| c.is_ascii_digit() || "+ \u{a0}-.()\u{2010}\u{2011}\u{2012}\u{2013}".contains(c);
    let mut end = 0;
    let mut signs = 0;
    for (at, c) in text.char_indices() {
        // At most two signs may follow each other, such as `) ` or `- `. A plus may only come first.
        if !is_of_number(c) || (c == '+' && at > 0) || signs > 2 {
            break;
        }
        signs = if c.is_ascii_digit() { 0 } else { signs + 1 };
        if c.is_ascii_digit() {
            end = at + 1;
        }
    }
    text.get(..end).unwrap_or_default()
}

/// The international form of a telephone number; `None` if the text is not a telephone number.
fn international_form(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let is_written_apart = number.len() > digits.len();
    let international = if number.starts_with('+') {
        digits.as_str()
    } else if let Some(rest) = digits.strip_prefix("00").filter(|_| is_written_apart) {
        rest
    } else {
        // A number of Russia or Kazakhstan: the trunk prefix `8` or the country code `7`, then ten digits that begin
        // like an area or operator code.
        let rest = digits.strip_prefix('8').or_else(|| {
            digits.strip_prefix('7').filter(|rest| is_written_apart || rest.starts_with(['7', '9']))
        })?;
        let is_national =
            rest.len() == FIXED_LENGTH - 1 && rest.starts_with(['3', '4', '7', '8', '9']);
        return is_national.then(|| format!("+7{rest}"));
    };
    let fits = match international.chars().next()? {
        '0' => false,
        '1' | '7' => international.len() == FIXED_LENGTH,
        _ => INTERNATIONAL_DIGITS.contains(&international.len()),
    };
    fits.then(|| format!("+{international}"))
}

/// The mail addresses in a text, in order, with disguise undone.
pub(crate) fn emails(text: &str) -> Vec<Contact> {
    let Some(plain) = undo_disguise(text, AddressKind::Mail) else {
        return emails_of_plain(text);
    };
    let in_original = |contact: Contact| Contact {
        start: plain.original_position(contact.start),
        end: plain.original_position(contact.end),
        ..contact
    };
    emails_of_plain(&plain.text).into_iter().map(in_original).collect()
}

fn emails_of_plain(text: &str) -> Vec<Contact> {
    let is_of_user = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    let mut found = vec![];
    let mut end = 0;
    for (at, _) in text.match_indices('@') {
        let head = text.get(end..at).unwrap_or_default();
        let user = trailing_run(head, is_of_user).trim_start_matches(['.', '-', '+']);
        let host = text
            .get(at + 1..)
            .map_or("", |rest| leading_run(rest, is_of_host))
            .trim_end_matches(['.', '-', '_']);
        let bytes = at - user.len()..at + 1 + host.len();
        let address = text.get(bytes.clone()).unwrap_or_default();
        let canonical = domain::canonical(host).filter(|host| domain::has_known_suffix(host));
        if let Some(host) =
            canonical.filter(|_| is_email(address) && is_separate_word(text, &bytes))
        {
            end = bytes.end;
            found.push(Contact::new(format!("{user}@{host}"), bytes));
        }
    }
    found
}

/// How many digits the number of a bank card has.
const CARD_DIGITS: RangeInclusive<usize> = 13..=19;

/// The numbers of bank cards in a text, in order, by the rules of Telegram's clients (tdlib, `MessageEntity.cpp`): 13
/// to 19 digits with blanks and hyphens, a correct check digit, and a length that the issuer uses.
pub(crate) fn cards(text: &str) -> Vec<Contact> {
    let is_of_card = |c: char| c.is_ascii_digit() || c == ' ' || c == '-';
    let mut found = vec![];
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(|c: char| c.is_ascii_digit()))
    {
        let start = at + start;
        let rest = text.get(start..).unwrap_or_default();
        let is_inside = |c: char| ".,+-_".contains(c) || is_letter(c);
        if char_before(text, start).is_some_and(is_inside) {
            at = start + leading_run(rest, is_of_card).len();
            continue;
        }
        let written = card_at_start(rest);
        at = start + written.len();
        let number = written.trim_end_matches([' ', '-']);
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let goes_on = |c: char| c == '-' || c == '_' || is_letter(c);
        let is_card = CARD_DIGITS.contains(&digits.len())
            && number.len() < 2 * digits.len()
            && !char_at(text, start + number.len()).is_some_and(goes_on)
            && is_card(&digits);
        if is_card {
            found.push(Contact::new(digits, start..start + number.len()));
        }
    }
    found
}

/// The beginning of a text that may be one card number: digits, blanks and hyphens. A blank after 16 to 19 unbroken
/// digits ends the number.
fn card_at_start(text: &str) -> &str {
    let mut digits = 0;
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        let is_complete = c == ' ' && digits == at && (16..=19).contains(&digits);
        if is_complete || !(c.is_ascii_digit() || c == ' ' || c == '-') {
            end = at;
            break;
        }
        digits += usize::from(c.is_ascii_digit());
    }
    text.get(..end).unwrap_or_default()
}

/// Whether digits have a correct check digit (ISO/IEC 7812, Luhn), and a length that their issuer uses.
fn is_card(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(digit - b'0')) {
            (0, digit) => digit,
            (_, digit @ 0..=4) => 2 * digit,
            (_, digit) => 2 * digit - 9,
        })
        .sum();
    let first = |count: usize| digits.get(..count).and_then(|head| head.parse().ok()).unwrap_or(0);
    let first_digits: (u32, u32, u32) = (first(1), first(2), first(4));
    let has_length_of_issuer = match first_digits {
        // Visa
        (4, ..) => matches!(digits.len(), 13 | 16 | 18 | 19),
        // Mastercard, Mir
        (_, 51..=55, _) | (_, _, 2221..=2720 | 2200..=2204) => digits.len() == 16,
        // American Express
        (_, 34 | 37, _) => digits.len() == 15,
        // UnionPay
        (_, 62 | 81, _) => digits.len() >= 16,
        _ => true,
    };
    sum.is_multiple_of(10) && has_length_of_issuer
}

#[cfg(test)]
mod tests {
    use super::{Contact, Entity, cards, contacts_of_part, emails, phones};
    use proptest::prelude::{prop_assert_eq, proptest};

    fn seen(text: &str, found: Vec<Contact>) -> Vec<(String, String)> {
        let written = |one: &Contact| text.get(one.start..one.end).unwrap().to_owned();
        found.into_iter().map(|one| (written(&one), one.value)).collect()
    }

    #[test]
    fn telephone_numbers_are_found_in_international_form() {
        for (text, written, value) in [
            ("тел. +7 701 123-45-67.", "+7 701 123-45-67", "+77011234567"),
            ("звоните 8(701)123 45 67!", "8(701)123 45 67", "+77011234567"),
            ("87011234567", "87011234567", "+77011234567"),
            ("77011234567", "77011234567", "+77011234567"),
            ("tel:+49-30-123456", "+49-30-123456", "+4930123456"),
            ("Appelez le +33 (0)1 23 45 67 89", "+33 (0)1 23 45 67 89", "+330123456789"),
            ("0049 30 123456", "0049 30 123456", "+4930123456"),
            ("call +1 (415) 555-0100,", "+1 (415) 555-0100", "+14155550100"),
            ("WhatsApp: +996.555.123.456", "+996.555.123.456", "+996555123456"),
        ] {
            assert_eq!(
                seen(text, phones(text)),
                [(written.to_owned(), value.to_owned())],
                "{text}"
            );
        }
        for text in [
            "+100 000 000 тенге",
            "12345678901",
            "5 000 000 000",
            "id12345678901",
            "#87011234567",
            "2026-03-01 12:00",
            "4111 1111 1111 1111",
            "+1234",
            "10.30-11.30",
            "a+77011234567",
            "87011234567890",
            "( + ) - .",
        ] {
            assert_eq!(seen(text, phones(text)), [], "{text}");
        }
        assert_eq!(phones("+77011234567, +7 702 123 45 67; 8-703-123-45-67").len(), 3);
    }

    #[test]
    fn marked_ranges_count_as_numbers_and_digits_in_links_do_not() {
        let text = "https://a.kz/?id=87011234567&c=4111111111111111 444, 87017654321";
        let at = text.find("444").unwrap();
        let marked = Entity { kind: "phone_number", start: at, end: at + 3, value: None };
        let found = contacts_of_part(text, &[marked]);
        let numbers: Vec<_> = found.phones.iter().map(|one| one.value.as_str()).collect();
        assert_eq!((numbers, found.cards), (vec!["444", "+77017654321"], vec![]));
    }

    #[test]
    fn mail_addresses_are_found_in_normal_form() {
        for (text, written, value) in [
            (
                "пишите: John.Doe+x@Mail.Example.COM.",
                "John.Doe+x@Mail.Example.COM",
                "John.Doe+x@mail.example.com",
            ),
            ("mailto:a@b.kz?subject=x", "a@b.kz", "a@b.kz"),
            ("help (at) scam [dot] com now", "help (at) scam [dot] com", "help@scam.com"),
            ("<info@xn--80ak6aa92e.com>", "info@xn--80ak6aa92e.com", "info@xn--80ak6aa92e.com"),
        ] {
            assert_eq!(
                seen(text, emails(text)),
                [(written.to_owned(), value.to_owned())],
                "{text}"
            );
        }
        for text in
            ["@user", "a@b", "a@b.notasuffix", "иa@b.kz", "a@b.kzж", "a@@b.kz", "meet @ 10.30"]
        {
            assert_eq!(seen(text, emails(text)), [], "{text}");
        }
        assert_eq!(emails("a@b.kz,c@d.kz").len(), 2);
    }

    #[test]
    fn bank_cards_are_found_by_their_digits() {
        for (text, written) in [
            ("карта 4111 1111 1111 1111.", "4111 1111 1111 1111"),
            ("4111-1111-1111-1111", "4111-1111-1111-1111"),
            ("2200 0000 0000 0004 Сбер", "2200 0000 0000 0004"),
        ] {
            let digits = written.replace([' ', '-'], "");
            assert_eq!(seen(text, cards(text)), [(written.to_owned(), digits)], "{text}");
        }
        for text in ["4111 1111 1111 1112", "+4111111111111111", "x4111111111111111", "4111", ""] {
            assert_eq!(seen(text, cards(text)), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn contacts_do_not_overlap(text in "([0-9]{1,4}|[-+ ().]|[a-zж@]|\\.kz|\\(at\\)|7701){0,40}") {
            for found in [phones(&text), emails(&text), cards(&text)] {
                let mut end = 0;
                for one in found {
                    prop_assert_eq!(one.start >= end && text.get(one.start..one.end).is_some(), true);
                    end = one.end;
                }
            }
        }
    }
}
