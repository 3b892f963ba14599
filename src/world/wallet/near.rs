//! Words that begin like an address of a known ledger, and are no address of it.

use super::{Address, is_hex};
use std::cmp::Ordering;

/// How addresses of a ledger begin, the ledger, and how many characters they have: the least and the most.
const BEGINNINGS: &[(&[&str], &str, usize, usize)] = &[
    (&["EQ", "UQ", "kQ", "0Q", "Ef", "Uf", "kf", "0f"], "TON", 48, 48),
    (&["0:"], "TON", 66, 66),
    (&["-1:"], "TON", 67, 67),
    (&["0x"], "Ethereum", 42, 42),
    (&["bc1", "tb1", "BC1", "TB1"], "Bitcoin", 42, 62),
    (&["bcrt1", "BCRT1"], "Bitcoin", 44, 64),
    (&["ltc1", "LTC1"], "Litecoin", 43, 63),
    (&["tltc1", "rltc1"], "Litecoin", 44, 64),
];

/// Base58 of other ledgers begins with all letters, and is not shorter than this if it has no checksum of Bitcoin.
const OTHER_BASE58: usize = 43;
/// Ledgers other than Ethereum have addresses of 32 bytes after `0x`, some without the zeros at their beginning.
const OTHER_HEX: std::ops::RangeInclusive<usize> = 60..=64;

/// Why a word is no address, although it begins like one.
pub(crate) fn why_no_address(word: &str) -> Option<String> {
    let begins = |beginnings: &[&str]| beginnings.iter().any(|one| word.starts_with(one));
    let (_, ledger, least, most) = BEGINNINGS.iter().find(|(beginnings, ..)| begins(beginnings))?;
    if Address::read(word).is_some() || may_be_of_another(word) {
        return None;
    }
    let length = word.len();
    let (at_least, at_most) = if least == most { ("", "") } else { ("at least ", "at most ") };
    Some(match (length.cmp(least), length.cmp(most)) {
        (Ordering::Less, _) => format!(
            "is too short for an address of {ledger} ({length} characters instead of {at_least}{least})"
        ),
        (_, Ordering::Greater) => format!(
            "is too long for an address of {ledger} ({length} characters instead of {at_most}{most})"
        ),
        _ => format!(
            "begins like an address of {ledger}, and has signs or a checksum that no such address has"
        ),
    })
}

/// Whether a word may be an address of a ledger that is not known here.
fn may_be_of_another(word: &str) -> bool {
    if let Some(digits) = word.strip_prefix("0x") {
        return OTHER_HEX.contains(&digits.len()) && is_hex(digits, digits.len());
    }
    let is_base58 = |b: u8| b.is_ascii_alphanumeric() && !b"0OIl".contains(&b);
    word.len() >= OTHER_BASE58 && word.starts_with(['E', 'U', 'k']) && word.bytes().all(is_base58)
}

#[cfg(test)]
mod tests {
    use super::why_no_address;

    #[test]
    fn the_beginning_of_an_address_is_not_enough() {
        for (word, why) in [
            ("EQthisisnotawallet", Some("is too short for an address of TON")),
            (
                "EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrH",
                Some("is too short for an address of TON"),
            ),
            (
                "EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHFF",
                Some("is too long for an address of TON"),
            ),
            ("EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF", None),
            ("0:ca6e321c7cce9ecedf0a8ca2492ec859", Some("is too short for an address of TON")),
            (
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd",
                Some("is too long for an address of Ethereum"),
            ),
            (
                "0x52908400098527886E0F7030069857D2E4169EEG",
                Some("begins like an address of Ethereum"),
            ),
            ("0x52908400098527886E0F7030069857D2E4169EE7", None),
            ("bc1gmk9yu", Some("is too short for an address of Bitcoin")),
            ("BC1SW50QGDZ25J", None),
            // Forms of ledgers that are not known: a Kusama account, and one of Aptos.
            ("EGVQCe73TpFyAZx5uKfE1222XfkT3BSKozjgcqzLBnc5eYo", None),
            ("0x1d8727df513fa2a8785d0834e40b34223daff1affc079574082baadb74b66ee4", None),
            ("some-ledger:Address_1", None),
            ("addr_test1vz", None),
        ] {
            let found = why_no_address(word);
            assert_eq!(found.is_some(), why.is_some(), "{word}: {found:?}");
            assert!(found.unwrap_or_default().starts_with(why.unwrap_or_default()), "{word}");
        }
    }
}
