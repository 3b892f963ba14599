//! Witness programs of Bitcoin and Litecoin (BIP 173, BIP 350), and Litecoin's MWEB addresses (bech32 of two public
//! keys, without the limit of 90 characters).

use super::{Address, Chain};
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, segwit};

/// Human-readable parts, each with its chain and whether it belongs to a test network.
const SEGWIT: &[(&str, Chain, bool)] = &[
    ("bc", Chain::Btc, false),
    ("tb", Chain::Btc, true),
    ("bcrt", Chain::Btc, true),
    ("ltc", Chain::Ltc, false),
    ("tltc", Chain::Ltc, true),
    ("rltc", Chain::Ltc, true),
];

/// The same for MWEB.
const MWEB: &[(&str, Chain, bool)] = &[("ltcmweb", Chain::Ltc, false), ("tmweb", Chain::Ltc, true)];

/// A shorter word is read only when its checksum is right: 20 bytes make 42 characters.
const SHORTEST: usize = 42;
/// The version, and two public keys of 33 bytes.
const MWEB_DATA: usize = 1 + (66 * 8_usize).div_ceil(5);

pub(super) fn read(word: &str) -> Option<Address> {
    // The human-readable part may have the separator in it; none of ours does.
    let (part, data) = word.split_once('1')?;
    let row = |rows: &'static [(&str, Chain, bool)]| {
        rows.iter().find(|(known, ..)| known.eq_ignore_ascii_case(part))
    };
    let ((_, chain, testnet), holds) = match (row(SEGWIT), row(MWEB)) {
        (Some(row), _) => (row, segwit::decode(word).is_ok()),
        (None, Some(row)) => (row, is_mweb(word)),
        (None, None) => return None,
    };
    if holds {
        return Some(Address::new(*chain, word.to_ascii_lowercase()).on_testnet(*testnet));
    }
    let is_clear = word.len() >= SHORTEST && data.bytes().all(|b| b.is_ascii_alphanumeric());
    is_clear.then(|| Address::broken(*chain).on_testnet(*testnet))
}

fn is_mweb(word: &str) -> bool {
    let data = CheckedHrpstring::new::<Bech32>(word);
    data.is_ok_and(|data| data.data_part_ascii_no_checksum().len() == MWEB_DATA)
}
