//! Evidence in a compact form that can be sorted. Quotations and character offsets are computed only for the pieces
//! that are kept, because counting characters starts at the beginning of the text.

use crate::base::limits::QUOTATION;
use crate::program::outcome::{Evidence, FoundBy};
use crate::text::Offsets;
use std::cmp::Ordering;
use std::sync::Arc;

/// A piece of evidence in compact form. INVARIANT: sorts by field, then by position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Clue {
    /// The first sort key: the texts that a reader sees, in the order of the record, come before all other fields.
    pub(super) rank: u32,
    pub(super) part: Part,
    /// Start and end, in bytes of the whole text.
    pub(super) bytes: [usize; 2],
    pub(super) found_by: FoundBy,
}

/// The name of a part or the path of a field. Names sort alphabetically, indices numerically.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part(pub(super) Arc<str>);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Segment<'a> {
    Index(usize),
    Name(&'a str),
}

impl Clue {
    pub(super) fn into_evidence(self, whole: &str) -> Evidence {
        let [start, end] = self.bytes;
        let offsets = Offsets::of(whole, start..end);
        let words = whole.get(start..end).unwrap_or_default();
        Evidence {
            part: self.part.0.into(),
            bytes: offsets.bytes,
            chars: offsets.chars,
            utf16: offsets.utf16,
            text: words.chars().take(QUOTATION).collect::<String>().into(),
            found_by: self.found_by,
        }
    }
}

impl Part {
    fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let segments = self.0.split(['.', '[', ']']).filter(|segment| !segment.is_empty());
        segments.map(|one| one.parse().map_or(Segment::Name(one), Segment::Index))
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        self.segments().cmp(other.segments()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::Part;

    #[test]
    fn indices_in_paths_sort_as_numbers() {
        let sorted = [
            "chat.title",
            "links[0].display",
            "links[0].host",
            "links[1].host",
            "links[2].host",
            "links[10].host",
            "quote",
        ];
        let mut parts: Vec<Part> = sorted.iter().rev().map(|one| Part((*one).into())).collect();
        parts.sort();
        assert_eq!(parts.iter().map(|part| &*part.0).collect::<Vec<_>>(), sorted);
    }
}
