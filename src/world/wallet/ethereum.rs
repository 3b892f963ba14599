//! Reads addresses of Ethereum and of the chains with the same addresses: `0x` and 20 bytes. If the digits are in mixed
//! case, their case is a checksum (EIP-55).

use super::{Address, Chain, is_hex};
use sha3::{Digest, Keccak256};

pub(super) fn read(word: &str) -> Option<Address> {
    let digits = word.strip_prefix("0x").filter(|digits| is_hex(digits, 40))?;
    let lower = digits.to_ascii_lowercase();
    let nibbles = Keccak256::digest(&lower).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let is_cased = |(digit, nibble): (char, u8)| {
        digit.is_ascii_digit() || digit.is_ascii_uppercase() == (nibble > 7)
    };
    let is_valid = digits == lower
        || digits == digits.to_ascii_uppercase()
        || digits.chars().zip(nibbles).all(is_cased);
    Some(if is_valid {
        Address::new(Chain::Eth, format!("0x{lower}"))
    } else {
        Address::broken(Chain::Eth)
    })
}
