//! Reads witness programs of Bitcoin and Litecoin (BIP 173, BIP 350), and Litecoin's MWEB addresses: two public keys in
//! bech32, without its limit of 90 characters.

use super::{Address, Chain};
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, segwit};

/// The prefixes of witness programs, each with its chain and whether it belongs to a test network.
const SEGWIT: &[(&str, Chain, bool)] = &[
    ("bc", Chain::Btc, false),
    ("tb", Chain::Btc, true),
    ("bcrt", Chain::Btc, true),
    ("ltc", Chain::Ltc, false),
    ("tltc", Chain::Ltc, true),
    ("rltc", Chain::Ltc, true),
];

/// The prefixes of MWEB addresses, in the same form.
const MWEB: &[(&str, Chain, bool)] = &[("ltcmweb", Chain::Ltc, false), ("tmweb", Chain::Ltc, true)];

/// A shorter word with a wrong checksum is not an address: 20 bytes make 42 characters.
const MIN_LENGTH: usize = 42;
/// The number of letters for a version and two public keys of 33 bytes, at five bits a letter.
const MWEB_DATA: usize = 1 + (66 * 8_usize).div_ceil(5);

pub(super) fn read(word: &str) -> Option<Address> {
    // None of these prefixes has the separator in it, although the standard allows that.
    let (prefix, data) = word.split_once('1')?;
    let row = |rows: &'static [(&str, Chain, bool)]| {
        rows.iter().find(|(known, ..)| known.eq_ignore_ascii_case(prefix))
    };
    let ((_, chain, testnet), is_valid) = match (row(SEGWIT), row(MWEB)) {
        (Some(row), _) => (row, segwit::decode(word).is_ok()),
        (None, Some(row)) => (row, is_mweb(word)),
        (None, None) => return None,
    };
    if is_valid {
        return Some(Address::new(*chain, word.to_ascii_lowercase()).on_testnet(*testnet));
    }
    let is_unmistakable =
        word.len() >= MIN_LENGTH && data.bytes().all(|b| b.is_ascii_alphanumeric());
    is_unmistakable.then(|| Address::broken(*chain).on_testnet(*testnet))
}

fn is_mweb(word: &str) -> bool {
    let data = CheckedHrpstring::new::<Bech32>(word);
    data.is_ok_and(|data| data.data_part_ascii_no_checksum().len() == MWEB_DATA)
}
