//! Signature help: the function in whose brackets a position is, and the parameter there.

use super::Workspace;
use super::completion::{NameTypes, Words, item_start};
use crate::RuleSet;
use crate::face::vocabulary::Vocabulary;

/// A call that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signature {
    /// `length(text: text) -> int`
    pub label: String,
    /// What the function does.
    pub doc: String,
    /// Where each parameter is written in the label, in bytes.
    pub parameters: Vec<std::ops::Range<usize>>,
    /// The parameter that the position is at, from 0.
    pub active: usize,
}

/// The innermost call that is open at a byte of a text. `None` outside of calls, and for an unknown function. If several
/// functions have the name, takes the first with enough parameters. Linear in the item that the byte lies in.
pub fn signature(set: &RuleSet, text: &str, at: usize) -> Option<Signature> {
    signature_with(set.vocabulary(), text, at)
}

impl Workspace {
    /// The innermost call that is open at a byte of a file, as [`signature`] finds it. The files may be faulty.
    pub fn signature(&self, path: &str, offset: usize) -> Option<Signature> {
        signature_with(self.analysis.vocabulary(&[]), self.text(path)?, offset)
    }
}

fn signature_with(vocabulary: Vocabulary<'_>, text: &str, at: usize) -> Option<Signature> {
    let before = text.get(..at).unwrap_or(text);
    let words = Words::of(before.get(item_start(before)..).unwrap_or_default());
    let (function, active) = words.open_call()?;
    let named = |signature: &str| signature.split('(').next() == Some(function);
    let all: Vec<_> = vocabulary.functions().filter(|each| named(&each.signature)).collect();
    let fits = all.iter().find(|each| parameters(&each.signature).len() > active);
    let found = fits.or(all.first())?;
    Some(Signature {
        label: found.signature.clone(),
        doc: found.doc.to_owned(),
        parameters: parameters(&found.signature),
        active,
    })
}

/// The bytes of each parameter in a signature such as `length(text: text) -> int`.
fn parameters(signature: &str) -> Vec<std::ops::Range<usize>> {
    let (Some(open), Some(close)) = (signature.find('('), signature.rfind(')')) else {
        return vec![];
    };
    let inside = signature.get(open + 1..close).unwrap_or_default();
    let mut found = vec![];
    let mut at = open + 1;
    for part in inside.split(", ").filter(|part| !part.is_empty()) {
        found.push(at..at + part.len());
        at += part.len() + 2;
    }
    found
}

/// The type of the path that ends at a byte of a text, such as `int` for `chat.members`.
pub fn type_at(set: &RuleSet, text: &str, at: usize) -> Option<String> {
    let before = text.get(..at).unwrap_or(text);
    let words = Words::of(before.get(item_start(before)..).unwrap_or_default());
    if words.in_text || words.word.is_empty() {
        return None;
    }
    let ty = NameTypes::of(set.schema(), &words).type_of(words.word)?;
    Some(set.schema().name_of(&ty))
}
