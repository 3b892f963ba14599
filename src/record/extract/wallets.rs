//! Addresses of ledgers and whether their checksums hold. An address that a checksum alone tells from any other
//! word (base58) is read only when it holds.

use super::run;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use bech32::segwit;
use sha3::{Digest, Keccak256};
use std::ops::Range;

/// An address in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wallet {
    /// `btc`, `eth`, `ton`, `tron`, `ltc`.
    pub(crate) chain: &'static str,
    /// As written.
    pub(crate) address: String,
    /// One form for all ways of writing one account; none when the checksum does not hold.
    pub(crate) normalized: Option<String>,
    /// Whether its checksum holds; an address that may be written without one, and is, holds.
    pub(crate) checksum_ok: bool,
    /// First byte in the part.
    pub(crate) start: usize,
    /// The byte after its last.
    pub(crate) end: usize,
}

/// What an address turned out to be: the chain, and its normal form if the checksum holds.
type Reading = (&'static str, Option<String>);

/// The version bytes of base58check addresses. Litecoin's old `3…` are Bitcoin's, too, and read as those.
const BASE58: &[(u8, &str)] =
    &[(0x00, "btc"), (0x05, "btc"), (0x30, "ltc"), (0x32, "ltc"), (0x41, "tron")];

/// The human-readable parts of BIP 173 addresses.
const SEGWIT: &[(&str, &str)] = &[("bc", "btc"), ("ltc", "ltc")];

/// Shorter ones are read only when their checksum holds: 20 bytes make 42 characters.
const SHORTEST_SEGWIT: usize = 42;

/// No address has more characters.
const LONGEST: usize = 90;

/// The addresses in a text, in order.
pub(crate) fn wallets(text: &str) -> Vec<Wallet> {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "_-:".contains(c);
    let mut wallets = vec![];
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let token = run(rest, is_of_token);
        wallets.extend(in_token(text, at..at + token.len()));
        at += token.len();
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    wallets
}

/// The addresses between the colons of a token: `bitcoin:1Bv…`. A raw address of TON has a colon itself.
fn in_token(text: &str, token: Range<usize>) -> Vec<Wallet> {
    let mut wallets = vec![];
    let mut before = token.start;
    let mut start = token.start;
    for part in text.get(token).unwrap_or_default().split(':') {
        let whole = start..start + part.len();
        let mut candidates = [before..whole.end, whole]
            .into_iter()
            .flat_map(|bytes| [bytes.clone(), without_marks(text, bytes)]);
        let found = candidates.find_map(|bytes| Wallet::read(text, bytes));
        wallets.extend(found);
        before = start;
        start += part.len() + 1;
    }
    wallets
}

/// Without the `_` and `-` of Markdown and lists, which an address of TON may have itself.
fn without_marks(text: &str, bytes: Range<usize>) -> Range<usize> {
    let marked = text.get(bytes.clone()).unwrap_or_default();
    let start = bytes.start + marked.len() - marked.trim_start_matches(['_', '-']).len();
    start..start + marked.trim_matches(['_', '-']).len()
}

impl Wallet {
    fn read(text: &str, bytes: Range<usize>) -> Option<Self> {
        let address = text.get(bytes.clone()).filter(|address| address.len() <= LONGEST)?;
        let (chain, normalized) = ethereum(address)
            .or_else(|| ton_raw(address))
            .or_else(|| ton_friendly(address))
            .or_else(|| bech32_address(address))
            .or_else(|| base58_address(address))?;
        Some(Self {
            chain,
            address: address.to_owned(),
            checksum_ok: normalized.is_some(),
            normalized,
            start: bytes.start,
            end: bytes.end,
        })
    }
}

/// `0x` and 20 bytes. Mixed case is a checksum (EIP-55), one case is none.
fn ethereum(address: &str) -> Option<Reading> {
    let digits = address.strip_prefix("0x").filter(|digits| is_hex(digits, 40))?;
    let lower = digits.to_ascii_lowercase();
    let nibbles = Keccak256::digest(&lower).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let is_cased = |(digit, nibble): (char, u8)| {
        digit.is_ascii_digit() || digit.is_ascii_uppercase() == (nibble > 7)
    };
    let holds = digits == lower
        || digits == digits.to_ascii_uppercase()
        || digits.chars().zip(nibbles).all(is_cased);
    Some(("eth", holds.then(|| format!("0x{lower}"))))
}

/// Workchain and account of TON (<https://docs.ton.org/learn/overviews/addresses>): it has no checksum.
fn ton_raw(address: &str) -> Option<Reading> {
    let (workchain, account) = address.split_once(':')?;
    let is_raw = matches!(workchain, "0" | "-1") && is_hex(account, 64);
    is_raw.then(|| ("ton", Some(address.to_ascii_lowercase())))
}

/// The user-friendly form of TON in URL-safe base64: flags, workchain, account, CRC-16.
fn ton_friendly(address: &str) -> Option<Reading> {
    const TEST_NET: u8 = 0x80;
    if address.len() != 48 {
        return None;
    }
    let bytes = URL_SAFE.decode(address).ok()?;
    let (content, checksum) = bytes.split_last_chunk::<2>()?;
    let [flags, workchain, account @ ..] = content else { return None };
    let is_flags = matches!(flags & !TEST_NET, 0x11 | 0x51);
    let workchain = i8::from_be_bytes([*workchain]);
    if !is_flags || !matches!(workchain, 0 | -1) {
        return None;
    }
    let holds = crc16(content) == u16::from_be_bytes(*checksum);
    let hex = || account.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    Some(("ton", holds.then(|| format!("{workchain}:{}", hex()))))
}

/// CRC-16/XMODEM: polynomial 0x1021, from zero.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| {
            crc << 1 ^ if crc & 0x8000 == 0 { 0 } else { 0x1021 }
        })
    })
}

/// Witness programs (BIP 173, BIP 350).
fn bech32_address(address: &str) -> Option<Reading> {
    let lower = address.to_ascii_lowercase();
    let (_, chain) = SEGWIT
        .iter()
        .find(|(part, _)| lower.strip_prefix(part).is_some_and(|rest| rest.starts_with('1')))?;
    let is_data = |c: char| c.is_ascii_alphanumeric();
    let is_address = lower.len() >= SHORTEST_SEGWIT && lower.chars().all(is_data);
    let holds = segwit::decode(address).is_ok();
    (is_address || holds).then(|| (*chain, holds.then_some(lower)))
}

fn base58_address(address: &str) -> Option<Reading> {
    let bytes = bs58::decode(address).with_check(None).into_vec().ok()?;
    let version = bytes.first().filter(|_| bytes.len() == 21)?;
    let (_, chain) = BASE58.iter().find(|(byte, _)| byte == version)?;
    Some((chain, Some(address.to_owned())))
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::{Wallet, crc16, wallets};
    use proptest::prelude::{prop_assert, proptest};

    fn one(text: &str) -> Wallet {
        let wallets = wallets(text);
        assert_eq!(wallets.len(), 1, "{text}: {wallets:?}");
        wallets.into_iter().next().unwrap()
    }

    #[test]
    fn addresses_of_the_standards_hold() {
        for (address, chain) in [
            // EIP-55, test cases.
            ("0x52908400098527886E0F7030069857D2E4169EE7", "eth"),
            ("0x8617E340B3D01FA5F11F306F4090FD50E238070D", "eth"),
            ("0xde709f2102306220921060314715629080e2fb77", "eth"),
            ("0x27b1fdb04752bbc536007a920d24acb045561c26", "eth"),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "eth"),
            ("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "eth"),
            ("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "eth"),
            ("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb", "eth"),
            // BIP 173 and BIP 350, test vectors.
            ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "btc"),
            ("bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y", "btc"),
            ("BC1SW50QGDZ25J", "btc"),
            ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "btc"),
            ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "btc"),
            // The first block of Bitcoin; BIP 16's form.
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "btc"),
            ("3P14159f73E4gFr7JterCCQh9QjiTjiZrG", "btc"),
            // The contract of USDT on Tron.
            ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "tron"),
        ] {
            let wallet = one(&format!("кошелёк: {address}."));
            assert_eq!(
                (wallet.chain, wallet.checksum_ok, wallet.address.as_str()),
                (chain, true, address)
            );
        }
    }

    #[test]
    fn forms_of_one_account_are_one() {
        // docs.ton.org, Smart contract addresses.
        let raw = "0:ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3e";
        for address in [
            "EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF",
            "UQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPuwA",
            "0:CA6E321C7CCE9ECEDF0A8CA2492EC8592494AA5FB5CE0387DFF96EF6AF982A3E",
        ] {
            for text in [
                format!("ton://transfer/{address}?a=1"),
                format!("TON:{address}"),
                format!("_{address}_"),
            ] {
                let wallet = one(&text);
                assert_eq!(
                    (wallet.chain, wallet.normalized.as_deref()),
                    ("ton", Some(raw)),
                    "{text}"
                );
                assert_eq!(text.get(wallet.start..wallet.end), Some(address));
            }
        }
        assert_eq!(crc16(b"123456789"), 0x31c3);
    }

    #[test]
    fn broken_checksums_are_said_where_the_form_is_clear() {
        for (text, chain) in [
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", "eth"),
            ("EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHG", "ton"),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "btc"),
        ] {
            let wallet = one(text);
            assert_eq!(
                (wallet.chain, wallet.checksum_ok, wallet.normalized),
                (chain, false, None),
                "{text}"
            );
        }
        for text in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd",
            "d41d8cd98f00b204e9800998ecf8427e",
            "bc1-компания 0:30 12:0:5 : :: _-_",
        ] {
            assert_eq!(wallets(text), [], "{text}");
        }
    }

    #[test]
    fn several_stand_in_one_token() {
        let text =
            "0:30:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa:x:0x52908400098527886E0F7030069857D2E4169EE7";
        let found = wallets(text);
        assert_eq!(found.iter().map(|wallet| wallet.chain).collect::<Vec<_>>(), ["btc", "eth"]);
        assert!(
            found.iter().all(|wallet| text.get(wallet.start..wallet.end) == Some(&wallet.address))
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([0-9a-fA-FxEQbc1_:-]|bc1|0x|0:|ж| ){0,80}") {
            for wallet in wallets(&text) {
                prop_assert!(text.get(wallet.start..wallet.end) == Some(&wallet.address));
            }
        }
    }
}
