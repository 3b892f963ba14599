//! Reads wallet addresses: the chain, whether the checksum is right, and a normal form that is the same for all spellings
//! of an account.

mod base58;
mod bech32;
mod ethereum;
mod near;
mod ton;

pub(crate) use near::why_no_address;

/// A ledger, or a family of ledgers with one form of address: `Eth` stands for all ledgers with its virtual machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    Ton,
    Btc,
    Eth,
    Tron,
    Sol,
    Ltc,
    Xmr,
    /// The checksum shows that it is an address, but its version byte belongs to none of these chains.
    Unknown,
}

impl Chain {
    /// Its word in the schema of records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ton => "ton",
            Self::Btc => "btc",
            Self::Eth => "eth",
            Self::Tron => "tron",
            Self::Sol => "sol",
            Self::Ltc => "ltc",
            Self::Xmr => "xmr",
            Self::Unknown => "unknown",
        }
    }
}

/// An address that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub chain: Chain,
    /// The normal form of the account; `None` when the checksum is wrong.
    pub normalized: Option<String>,
    /// Whether it is surely an address: its checksum is right, or no other word has such a form (`0x` and 40 digits).
    pub checksum_ok: bool,
    /// Whether it belongs to a test network. `None` if addresses of this form do not show their network.
    pub testnet: Option<bool>,
}

impl Address {
    /// Reads a word that may be an address. In base58 only a right checksum tells an address from another word. Other
    /// forms are unmistakable, so an address with a wrong checksum is returned too.
    pub fn read(word: &str) -> Option<Self> {
        ethereum::read(word)
            .or_else(|| ton::raw(word))
            .or_else(|| ton::friendly(word))
            .or_else(|| ton::name(word))
            .or_else(|| bech32::read(word))
            .or_else(|| base58::read(word))
    }

    fn new(chain: Chain, normalized: impl Into<String>) -> Self {
        Self { chain, normalized: Some(normalized.into()), checksum_ok: true, testnet: None }
    }

    /// An address without a checksum. Its form is not unmistakable: other words may have it too.
    fn unchecked(chain: Chain, normalized: impl Into<String>) -> Self {
        Self { checksum_ok: false, ..Self::new(chain, normalized) }
    }

    /// An address in an unmistakable form with a wrong checksum.
    fn broken(chain: Chain) -> Self {
        Self { chain, normalized: None, checksum_ok: false, testnet: None }
    }

    fn on_testnet(self, testnet: bool) -> Self {
        Self { testnet: Some(testnet), ..self }
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests;
