//! Reads addresses in base58: base58check (Bitcoin, Litecoin, TRON), Monero's blocks, and Solana's plain keys.

use super::{Address, Chain};
use bs58::Alphabet;
use sha3::{Digest, Keccak256};
use std::ops::RangeInclusive;

/// The version bytes of base58check addresses, and whether they belong to a test network. TRON has one version byte for
/// all networks. Litecoin's old `3…` addresses look like Bitcoin's and are read as those.
const VERSIONS: &[(u8, Chain, Option<bool>)] = &[
    (0x00, Chain::Btc, Some(false)),
    (0x05, Chain::Btc, Some(false)),
    (0x6f, Chain::Btc, Some(true)),
    (0xc4, Chain::Btc, Some(true)),
    (0x30, Chain::Ltc, Some(false)),
    (0x32, Chain::Ltc, Some(false)),
    (0x3a, Chain::Ltc, Some(true)),
    (0x41, Chain::Tron, None),
];

/// Lengths of base58check addresses: 20 bytes of account after a version of one or two bytes.
const CHECKED_LENGTHS: RangeInclusive<usize> = 25..=36;
/// Lengths of the base58 form of 32 bytes that do not begin with zeros.
const KEY_LENGTHS: RangeInclusive<usize> = 43..=44;

/// Bytes of a Monero address: two keys, with a payment id in the integrated form.
const MONERO_BYTES: &[usize] = &[69, 77];
/// Monero's network bytes: standard, integrated and subaddress, of the main network and of both test networks.
const MONERO_MAIN: [u8; 3] = [18, 19, 42];
const MONERO_TEST: [u8; 6] = [53, 54, 63, 24, 25, 36];

pub(super) fn read(word: &str) -> Option<Address> {
    if CHECKED_LENGTHS.contains(&word.len()) {
        return base58check(word);
    }
    if KEY_LENGTHS.contains(&word.len()) {
        return solana(word);
    }
    monero(word)
}

fn base58check(word: &str) -> Option<Address> {
    let decoded = |alphabet: &Alphabet| {
        bs58::decode(word).with_alphabet(alphabet).with_check(None).into_vec().ok()
    };
    if let Some(bytes) = decoded(Alphabet::BITCOIN) {
        let version = bytes.first().filter(|_| bytes.len() == 21);
        let row = VERSIONS.iter().find(|(known, ..)| Some(known) == version);
        // Zcash has a version of two bytes. Longer data would be a private key.
        return match row {
            Some((_, chain, testnet)) => {
                Some(Address { testnet: *testnet, ..Address::new(*chain, word) })
            }
            None => matches!(bytes.len(), 21 | 22).then(|| Address::new(Chain::Unknown, word)),
        };
    }
    // Accounts of the XRP Ledger begin with version 0, which its alphabet writes as `r`.
    let ripple = if word.starts_with('r') { decoded(Alphabet::RIPPLE) } else { None };
    ripple.filter(|bytes| bytes.len() == 21).map(|_| Address::new(Chain::Unknown, word))
}

/// A public key of 32 bytes, without a checksum.
fn solana(word: &str) -> Option<Address> {
    let bytes = bs58::decode(word).into_vec().ok()?;
    (bytes.len() == 32).then(|| Address::unchecked(Chain::Sol, word))
}

/// Monero (CryptoNote standard 007): a network byte, keys, and four bytes of Keccak.
fn monero(word: &str) -> Option<Address> {
    let bytes = decoded_blocks(word).filter(|bytes| MONERO_BYTES.contains(&bytes.len()))?;
    let (content, checksum) = bytes.split_last_chunk::<4>()?;
    let network = content.first()?;
    let (main, test) = (MONERO_MAIN.contains(network), MONERO_TEST.contains(network));
    let is_valid = Keccak256::digest(content).starts_with(checksum);
    (is_valid && (main || test)).then(|| Address::new(Chain::Xmr, word).on_testnet(test))
}

/// Decodes Monero's base58: each block of eight bytes is written as eleven letters, and the last block may be shorter.
fn decoded_blocks(word: &str) -> Option<Vec<u8>> {
    /// The number of letters for each number of bytes.
    const LETTERS: [usize; 9] = [0, 2, 3, 5, 6, 7, 9, 10, 11];
    let longest = MONERO_BYTES.iter().max().copied().unwrap_or_default();
    let mut bytes = vec![];
    for block in word.as_bytes().chunks(11) {
        let length = LETTERS.iter().position(|letters| *letters == block.len())?;
        let number = block.iter().try_fold(0_u64, |number, letter| {
            let digit = ALPHABET.iter().position(|known| known == letter)?;
            number.checked_mul(58)?.checked_add(u64::try_from(digit).ok()?)
        })?;
        let number = number.to_be_bytes();
        let (zeros, rest) = number.split_at_checked(8 - length)?;
        if bytes.len() > longest || zeros.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend_from_slice(rest);
    }
    Some(bytes)
}

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
