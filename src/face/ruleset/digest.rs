//! The digest that every decision names.

use crate::base::source::Sources;
use crate::program::Program;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// SHA-256 of some bytes, in lower case.
pub(in crate::face) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 over everything that a decision can depend on: the names and texts of all files, the standard library
/// among them, the lists, and the names and types of host functions.
pub(super) fn digest(
    sources: &Sources,
    program: &Program,
    lists: BTreeMap<String, String>,
) -> String {
    let mut hash = Sha256::new();
    let mut part = |tag: &str, bytes: &[u8]| {
        hash.update(tag.as_bytes());
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part("lexloci", b"1");
    for (_, source) in sources.iter() {
        part("file", source.name.as_bytes());
        part("text", source.text.as_bytes());
    }
    for (name, digest) in lists {
        part("list", name.as_bytes());
        part("sha256", digest.as_bytes());
    }
    for function in &program.functions {
        part(
            "function",
            format!("{}{:?}{:?}", function.name, function.params, function.result).as_bytes(),
        );
    }
    format!("sha256:{}", hex(&hash.finalize()))
}
