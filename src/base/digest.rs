//! SHA-256, as hex digits.

use sha2::{Digest, Sha256};

/// SHA-256 of some bytes, as hex digits in lower case.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as hex digits in lower case.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
    let mut hex = String::with_capacity(2 * bytes.len());
    hex.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]));
    hex
}

/// A hash of tagged parts. The length of each part is hashed with it, so that no other sequence of parts has the same bytes.
pub struct Parts(Sha256);

impl Parts {
    /// Begins with what is hashed, and the version of how.
    pub fn new(what: &str, version: &[u8]) -> Self {
        let mut parts = Self(Sha256::new());
        parts.add(what, version);
        parts
    }

    /// Adds a part.
    pub fn add(&mut self, tag: &str, bytes: &[u8]) {
        self.0.update(tag.as_bytes());
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// The digest of all parts: `sha256:` and hex digits.
    pub fn finish(self) -> String {
        format!("sha256:{}", hex(&self.0.finalize()))
    }
}
