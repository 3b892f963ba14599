//! Wallet addresses: the chain that an address belongs to, whether its checksum is right, and a normal form in which
//! all spellings of an account are equal.

mod base58;
mod bech32;
mod ethereum;
mod ton;

/// A ledger, or a family of ledgers that share a form of address (`Eth`: all that run its virtual machine).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    Ton,
    Btc,
    Eth,
    Tron,
    Sol,
    Ltc,
    Xmr,
    /// The checksum shows that it is an address, but its version does not tell the chain.
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
    /// Whether it is surely an address: its checksum is right, or its form is too rare to occur by accident (`0x` and
    /// 40 digits).
    pub checksum_ok: bool,
    /// Whether it belongs to a test network. `None` when its form does not show that.
    pub testnet: Option<bool>,
}

impl Address {
    /// Reads a whole word. If only the checksum distinguishes an address from other words (base58), it must be right.
    /// If the form is unmistakable, a wrong checksum is reported in the result.
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

    /// An address in a form without a checksum, which other words may have too.
    fn unchecked(chain: Chain, normalized: impl Into<String>) -> Self {
        Self { checksum_ok: false, ..Self::new(chain, normalized) }
    }

    /// An address in a clear form, with a wrong checksum.
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
