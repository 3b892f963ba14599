//! Addresses of ledgers: to which chain one belongs, whether its checksum holds, and the one form in which two
//! spellings of an account are equal.

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
    /// The checksum says that it is an address, and the version not of which of these.
    Unknown,
}

impl Chain {
    /// As the schema of records has it.
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

/// What a word turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub chain: Chain,
    /// One form for all ways of writing one account; none when the checksum is broken.
    pub normalized: Option<String>,
    /// Whether it is hardly an accident: its checksum holds, or its form is too rare for one (`0x` and 40 digits).
    pub checksum_ok: bool,
    /// Whether it belongs to a test network, where its form says so.
    pub testnet: Option<bool>,
}

impl Address {
    /// Reads a whole word. Where a checksum alone tells an address from any other word (base58), it has to hold; where
    /// the form is clear, a broken one is said.
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

    /// Of a form that has no checksum, and that another thing could have.
    fn unchecked(chain: Chain, normalized: impl Into<String>) -> Self {
        Self { checksum_ok: false, ..Self::new(chain, normalized) }
    }

    /// Of a clear form, and with a broken checksum.
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
