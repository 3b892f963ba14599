//! Reads addresses of TON: the raw form, the user-friendly form in either base64 alphabet (<https://docs.ton.org>,
//! “Address formats”), and names of TON DNS. The normal form of an account is the raw form. A name is its own normal form,
//! because it may point to any account.

use super::{Address, Chain, is_hex};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// The flag of a friendly address for test networks only.
const TEST_NET: u8 = 0x80;
/// The first byte of a bounceable address, and of any other.
const TAGS: [u8; 2] = [0x11, 0x51];
/// Lengths of a label of TON DNS.
const LABEL_LENGTHS: std::ops::RangeInclusive<usize> = 1..=126;

/// Workchain and account. There is no checksum, but 64 digits after `0:` are rarely anything else.
pub(super) fn raw(word: &str) -> Option<Address> {
    let (workchain, account) = word.split_once(':')?;
    let is_raw = matches!(workchain, "0" | "-1") && is_hex(account, 64);
    is_raw.then(|| Address::new(Chain::Ton, word.to_ascii_lowercase()))
}

/// Flags, workchain, account and CRC-16, 36 bytes in base64.
pub(super) fn friendly(word: &str) -> Option<Address> {
    if word.len() != 48 {
        return None;
    }
    let bytes = URL_SAFE.decode(word).or_else(|_| STANDARD.decode(word)).ok()?;
    let (content, checksum) = bytes.split_last_chunk::<2>()?;
    let [flags, workchain, account @ ..] = content else { return None };
    let workchain = i8::from_be_bytes([*workchain]);
    if !TAGS.contains(&(flags & !TEST_NET)) || !matches!(workchain, 0 | -1) {
        return None;
    }
    let testnet = flags & TEST_NET != 0;
    if crc16(content) != u16::from_be_bytes(*checksum) {
        return Some(Address::broken(Chain::Ton).on_testnet(testnet));
    }
    let hex: String = account.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(Address::new(Chain::Ton, format!("{workchain}:{hex}")).on_testnet(testnet))
}

/// A name of TON DNS, such as `alice.ton`.
pub(super) fn name(word: &str) -> Option<Address> {
    let lower = word.to_ascii_lowercase();
    let is_label = |label: &str| {
        LABEL_LENGTHS.contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_name = lower.strip_suffix(".ton").is_some_and(|labels| labels.split('.').all(is_label));
    is_name.then(|| Address::unchecked(Chain::Ton, lower))
}

/// CRC-16/XMODEM: polynomial 0x1021, from zero.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| {
            crc << 1 ^ if crc & 0x8000 == 0 { 0 } else { 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_xmodem() {
        assert_eq!(super::crc16(b"123456789"), 0x31c3);
    }
}
