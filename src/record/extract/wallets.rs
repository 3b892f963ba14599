//! Finds wallet addresses in a text.

use super::{char_before, leading_run};
use crate::world::wallet::{Address, Chain};
use std::ops::Range;

/// An address in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wallet {
    /// `btc`, `eth`, `ton`, `tron`, `ltc`, …
    pub(crate) chain: &'static str,
    /// The address as written.
    pub(crate) address: String,
    /// One form for all spellings of the account; `None` if the checksum is wrong.
    pub(crate) normalized: Option<String>,
    /// Whether it is surely an address: its checksum is right, or its form is too rare to occur by accident.
    pub(crate) checksum_ok: bool,
    /// Whether it belongs to a test network, if its form shows that.
    pub(crate) testnet: Option<bool>,
    /// First byte in the part.
    pub(crate) start: usize,
    /// The byte after its last.
    pub(crate) end: usize,
}

/// The length of the longest address in characters.
const MAX_ADDRESS: usize = 130;

/// The length of a friendly address of TON. Only this form may contain `+` and `/`, which end other addresses.
const TON_FRIENDLY: usize = 48;

/// The addresses in a text, in order, in linear time.
pub(crate) fn wallets(text: &str) -> Vec<Wallet> {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "_-:+/=.".contains(c);
    let mut wallets = vec![];
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let token = leading_run(rest, is_of_token);
        add_wallets_of_token(text, at..at + token.len(), &mut wallets);
        at += token.len();
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    wallets
}

/// Adds the addresses of a token such as `bitcoin:1Bv…?` or `ton://transfer/EQ…`. Most addresses are one word, but a raw
/// address of TON contains a colon, a friendly one may contain `+` and `/`, and a name of TON contains dots.
fn add_wallets_of_token(text: &str, token: Range<usize>, wallets: &mut Vec<Wallet>) {
    let mut start = token.start;
    // The start of the word before, if that word ends with a colon and is no address.
    let mut word_before_colon = None;
    while start < token.end {
        let rest = text.get(start..token.end).unwrap_or_default();
        let word = start
            ..start
                + leading_run(rest, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-').len();
        let found = candidates(text, &token, word.clone(), word_before_colon)
            .into_iter()
            .find_map(|bytes| Wallet::read(text, bytes));
        let end = found.as_ref().map_or(word.end, |wallet| wallet.end.max(word.end));
        let is_colon = text.get(end..).is_some_and(|rest| rest.starts_with(':'));
        word_before_colon = (is_colon && found.is_none()).then_some(word.start);
        wallets.extend(found);
        start = end + 1;
    }
}

/// The addresses that a word may be, longest first.
fn candidates(
    text: &str,
    token: &Range<usize>,
    word: Range<usize>,
    word_before_colon: Option<usize>,
) -> Vec<Range<usize>> {
    let friendly = word.start..word.start + TON_FRIENDLY;
    let is_apart = |end: usize| {
        text.get(end..token.end)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    let friendly = (friendly.end > word.end && is_apart(friendly.end)).then_some(friendly);
    let raw = word_before_colon.map(|start| without_marks(text, start..word.end));
    // The minus of `-1:…` belongs to the address.
    let masterchain = raw.clone().and_then(|raw| {
        let start = raw.start.checked_sub(1).filter(|_| char_before(text, raw.start) == Some('-'));
        start.map(|start| start..raw.end)
    });
    let name = ton_name(text, token, word.start);
    let bare = without_marks(text, word.clone());
    friendly.into_iter().chain(masterchain).chain(raw).chain(name).chain([word, bare]).collect()
}

/// A name of TON DNS that begins here and receives a payment. A name that is part of a web or mail address does not
/// count.
fn ton_name(text: &str, token: &Range<usize>, start: usize) -> Option<Range<usize>> {
    const PAYMENT: &str = "/transfer/";
    let path = start.checked_sub(PAYMENT.len()).and_then(|path| text.get(path..start));
    let is_payment = path.is_some_and(|path| path.eq_ignore_ascii_case(PAYMENT));
    let is_apart = match char_before(text, start) {
        Some('/') => is_payment,
        Some('@' | '.') => false,
        _ => true,
    };
    // Only as many characters as an address may have are read, so that a token of dots takes linear time.
    let rest = text.get(start..token.end.min(start + MAX_ADDRESS))?;
    let whole = leading_run(rest, |c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
        .trim_end_matches('.');
    let is_whole = !text.get(start + whole.len()..)?.starts_with(['@', '/', '_']);
    (is_apart && is_whole && whole.contains('.')).then_some(start..start + whole.len())
}

/// The range without `_` and `-` at its ends. They usually come from Markdown or lists, but may belong to an address of
/// TON.
fn without_marks(text: &str, bytes: Range<usize>) -> Range<usize> {
    let marked = text.get(bytes.clone()).unwrap_or_default();
    let start = bytes.start + marked.len() - marked.trim_start_matches(['_', '-']).len();
    start..start + marked.trim_matches(['_', '-']).len()
}

impl Wallet {
    fn read(text: &str, bytes: Range<usize>) -> Option<Self> {
        let word = text.get(bytes.clone()).filter(|word| word.len() <= MAX_ADDRESS)?;
        let Address { chain, normalized, checksum_ok, testnet } = Address::read(word)?;
        Some(Self {
            chain: Chain::name(chain),
            address: word.to_owned(),
            normalized,
            checksum_ok,
            testnet,
            start: bytes.start,
            end: bytes.end,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Wallet, wallets};
    use proptest::prelude::{prop_assert, proptest};

    fn one(text: &str) -> Wallet {
        let wallets = wallets(text);
        assert_eq!(wallets.len(), 1, "{text}: {wallets:?}");
        wallets.into_iter().next().unwrap()
    }

    #[test]
    fn all_forms_of_an_account_have_one_normal_form() {
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
    }

    #[test]
    fn addresses_of_the_masterchain_keep_their_minus() {
        let address = format!("-1:{}", "ab12".repeat(16));
        for text in [
            format!("send to {address} now"),
            format!("({address})"),
            format!("ton://transfer/{address}?amount=1"),
            format!("TON:{address}"),
            format!("_{address}_"),
            format!("- {address}"),
        ] {
            let wallet = one(&text);
            assert_eq!((wallet.chain, wallet.normalized), ("ton", Some(address.clone())), "{text}");
            assert_eq!(text.get(wallet.start..wallet.end), Some(&*address), "{text}");
        }
        // Not the masterchain: a list of numbers, or a longer number.
        for text in [format!("2{address}"), format!("-1{address}")] {
            assert_eq!(wallets(&text), [], "{text}");
        }
    }

    #[test]
    fn wrong_checksums_are_reported_where_the_form_is_clear() {
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
    fn one_token_may_hold_several_addresses() {
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
        fn wallets_of_any_text_have_valid_ranges(text in "([0-9a-fA-FxEQbc1_:-]|bc1|0x|0:|ж| ){0,80}") {
            for wallet in wallets(&text) {
                prop_assert!(text.get(wallet.start..wallet.end) == Some(&wallet.address));
            }
        }
    }
}
