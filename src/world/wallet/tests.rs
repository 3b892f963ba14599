//! Published vectors of the standards, valid and invalid.

use super::{Address, Chain};
use proptest::prelude::{prop_assert, proptest};

fn read(word: &str) -> Address {
    Address::read(word).unwrap_or_else(|| panic!("{word} is no address"))
}

/// EIP-55, “Test Cases” (<https://eips.ethereum.org/EIPS/eip-55>).
#[test]
fn eip_55() {
    for address in [
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ] {
        assert_eq!(read(address), Address::new(Chain::Eth, address.to_lowercase()), "{address}");
    }
    let broken = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed";
    assert_eq!(read(broken), Address::broken(Chain::Eth));
    assert_eq!(Address::read("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd"), None);
}

/// BIP 350, “Test vectors for v0-v16 native segregated witness addresses”, which replace those of BIP 173.
#[test]
fn bip_350() {
    for (address, testnet) in [
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", false),
        ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", true),
        ("bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y", false),
        ("BC1SW50QGDZ25J", false),
        ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", false),
        ("tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy", true),
        ("tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c", true),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", false),
    ] {
        let expected = Address::new(Chain::Btc, address.to_lowercase()).on_testnet(testnet);
        assert_eq!(read(address), expected, "{address}");
    }
    for address in [
        "tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        "tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf",
        "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
        "tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47",
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
        "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
        "bc1pw5dgrnzv",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
        "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
        "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j",
        "bc1gmk9yu",
    ] {
        let read = Address::read(address);
        assert!(
            read.is_none_or(|read| !read.checksum_ok && read.normalized.is_none()),
            "{address}"
        );
    }
}

/// Bitcoin Core, `src/test/data/key_io_valid.json`: addresses, and private keys, which are not addresses.
#[test]
fn base58check_of_bitcoin() {
    for (address, testnet) in [
        ("1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo", false),
        ("36j4NfKv6Akva9amjWrLG6MuSQym1GuEmm", false),
        ("mzK2FFDEhxqHcmrJw1ysqFkVyhUULo45hZ", true),
        ("2NC2hEhe28ULKAJkW5MjZ3jtTMJdvXmByvK", true),
        ("n4fajahJrAuKbN7uNsKjLjQkz9Qn5ewJXQ", true),
        ("1FjL87pn8ky6Vbavd1ZHeChRXtoxwRGCRd", false),
        ("3BZECeAH8gSKkjrTx8PwMrNQBLG18yHpvf", false),
    ] {
        let expected = Address::new(Chain::Btc, address).on_testnet(testnet);
        assert_eq!(read(address), expected, "{address}");
    }
    for other in [
        "5JuW2AMDYu4xVwRG9DZW18VbzQrGcd5RCgb99sS6ehJsNQXu5b9",
        "L5nJeqKmpHp4P7F8ZYyjwc5a7P4d8EabuGAzfGJk7yC1BJyzNaEd",
        "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mn",
        "0FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo",
    ] {
        assert_eq!(Address::read(other), None, "{other}");
    }
}

/// TRON: the contract of its USDT, and the encoding example of `wallet-cli encoding convert` in its documentation
/// (<https://tronprotocol.github.io/documentation-en/>).
#[test]
fn tron() {
    let address = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
    assert_eq!(read(address), Address::new(Chain::Tron, address));
    assert_eq!(Address::read("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u"), None);
}

/// The documentation of TON, “Address formats” (<https://docs.ton.org>): one account in every form. The forms for test
/// networks are from TEP 2.
#[test]
fn ton() {
    let raw = "0:ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3e";
    for (address, testnet) in [
        ("EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF", false),
        ("UQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPuwA", false),
        ("EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff+W72r5gqPrHF", false),
        ("kQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPgpP", true),
        ("0QDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPleK", true),
    ] {
        let expected = Address::new(Chain::Ton, raw).on_testnet(testnet);
        assert_eq!(read(address), expected, "{address}");
    }
    // The raw form has no flags.
    assert_eq!(read(&raw.to_uppercase()), Address::new(Chain::Ton, raw));
    let master = "-1:fcb91a3a3816d0f7b8c2c76108b8a9bc5a6b7a55bd79f8ab101c52db29232260";
    assert_eq!(read(master), Address::new(Chain::Ton, master));
    let broken = "EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHG";
    assert_eq!(read(broken), Address::broken(Chain::Ton).on_testnet(false));
    assert_eq!(read("Pay.Alice.TON"), Address::unchecked(Chain::Ton, "pay.alice.ton"));
    for other in
        ["ton", ".ton", "a..ton", "-a.ton", "алиса.ton", "1:ca6e321c7cce9ecedf0a8ca2492ec859"]
    {
        assert_eq!(Address::read(other), None, "{other}");
    }
}

/// Litecoin: the addresses in base58 and bech32 are from `src/test/data/key_io_valid.json`, and that of MWEB from the
/// tests of libmw (`Test_KeyChain`).
#[test]
fn litecoin() {
    for address in [
        "LV7LV7Z4bWDEjYkfx9dQo6k6RjGbXsg6hS",
        "ltc1qhdhvrwe6rgqns8fz28tee0hphr5x7ulw5exv4w",
        "ltcmweb1qq20e2arnhvxw97katjkmsd35agw3capxjkrkh7dk8d30rczm8ypxuq329nwh2twmchhqn3jqh7ua4ps539f6aazh79jy76urqht4qa59ts3at6gf",
    ] {
        let expected = Address::new(Chain::Ltc, address).on_testnet(false);
        assert_eq!(read(address), expected, "{address}");
    }
    let broken = "ltcmweb1qq20e2arnhvxw97katjkmsd35agw3capxjkrkh7dk8d30rczm8ypxuq329nwh2twmchhqn3jqh7ua4ps539f6aazh79jy76urqht4qa59ts3at6gg";
    assert_eq!(read(broken), Address::broken(Chain::Ltc).on_testnet(false));
}

/// The examples of the `monero` crate (standard and integrated), and of the `monero` Python package (testnet).
#[test]
fn monero() {
    for (address, testnet) in [
        (
            "4ADT1BtbxqEWeMKp9GgPr2NeyJXXtNxvoDawpyA4WpzFcGcoHUvXeijE66DNfohE9r1bQYaBiQjEtKE7CtkTdLwiDznFzra",
            false,
        ),
        (
            "4Byr22j9M2878Mtyb3fEPcBNwBZf5EXqn1Yi6VzR46618SFBrYysab2Cs1474CVDbsh94AJq7vuV3Z2DRq4zLcY3LHzo1Nbv3d8J6VhvCV",
            false,
        ),
        (
            "A2GmyHHJ9jtUhPiwoAbR2tXU9LJu2U6fJjcsv3rxgkVRWU6tEYcn6C1NBc7wqCv5V7NW3zeYuzKf6RGGgZTFTpVC4QxAiAX",
            true,
        ),
        (
            "BenuGf8eyVhjZwdcxEJY1MHrUfqHjPvE3d7Pi4XY5vQz53VnVpB38bCBsf8AS5rJuZhuYrqdG9URc2eFoCNPwLXtLENT4R7",
            true,
        ),
    ] {
        let expected = Address::new(Chain::Xmr, address).on_testnet(testnet);
        assert_eq!(read(address), expected, "{address}");
    }
    let broken = "4ADT1BtbxqEWeMKp9GgPr2NeyJXXtNxvoDawpyA4WpzFcGcoHUvXeijE66DNfohE9r1bQYaBiQjEtKE7CtkTdLwiDznFzrb";
    assert_eq!(Address::read(broken), None);
}

#[test]
fn valid_base58_of_other_chains_gives_chain_unknown() {
    // Solana's addresses have no checksum. This is the address of its wrapped native token.
    let solana = "So11111111111111111111111111111111111111112";
    assert_eq!(read(solana), Address::unchecked(Chain::Sol, solana));
    // The XRP Ledger's black-hole account, which has no key, and the founders' address in the documents of the Zcash
    // protocol.
    for address in ["rrrrrrrrrrrrrrrrrrrrBZbvji", "t3Vz22vK5z2LcKEdg16Yv4FFneEL1zg9ojd"] {
        assert_eq!(read(address), Address::new(Chain::Unknown, address), "{address}");
    }
}

proptest! {
    #[test]
    fn a_valid_checksum_implies_normalized(word in "(0x|0:|bc1|ltcmweb1|EQ|1|4|T)?[0-9a-zA-Z:_-]{0,110}(\\.ton)?") {
        if let Some(address) = Address::read(&word) {
            prop_assert!(!address.checksum_ok || address.normalized.is_some());
        }
    }

    #[test]
    fn normalizing_twice_changes_nothing(hex in "[0-9a-f]{40}", account in "[0-9a-fA-F]{64}") {
        for word in [format!("0x{hex}"), format!("0:{account}")] {
            let first = Address::read(&word).and_then(|read| read.normalized);
            let again = first.as_deref().and_then(Address::read).and_then(|read| read.normalized);
            prop_assert!(first.is_some() && first == again);
        }
    }
}
