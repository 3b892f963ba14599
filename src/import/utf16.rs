//! Turns offsets in UTF-16 units, as Telegram counts, into bytes. The result always falls between characters.

/// The position of each UTF-16 unit of a text in its UTF-8 bytes.
#[derive(Debug)]
pub(super) struct UnitPositions {
    /// The byte of each unit and of the end. `None` for the second half of a surrogate pair.
    bytes: Vec<Option<usize>>,
}

/// A range of a text in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Its first byte.
    pub(super) start: usize,
    /// The byte after its last.
    pub(super) end: usize,
    /// Whether the offsets did not fit the text.
    pub(super) repaired: bool,
}

impl UnitPositions {
    /// Computes the positions in linear time.
    pub(super) fn of(text: &str) -> Self {
        let mut bytes = Vec::with_capacity(text.len() + 1);
        for (at, c) in text.char_indices() {
            bytes.push(Some(at));
            bytes.extend((c.len_utf16() == 2).then_some(None));
        }
        bytes.push(Some(text.len()));
        Self { bytes }
    }

    /// The range of an offset and a length, clamped to the text and widened to whole characters.
    pub(super) fn stretch(&self, offset: i64, length: i64) -> Stretch {
        let units = self.bytes.len() - 1;
        let clamped = |unit: i64| usize::try_from(unit.max(0)).unwrap_or(units).min(units);
        let (first, last) = (offset, offset.saturating_add(length));
        let (start, end) = (clamped(first), clamped(last).max(clamped(first)));
        let fits = first >= 0 && length >= 0 && clamped(last) as i128 == i128::from(last);
        let begins = |unit: &usize| self.bytes.get(*unit).copied().flatten().is_some();
        let whole_start = (0..=start).rev().find(begins).unwrap_or(0);
        let whole_end = (end..=units).find(begins).unwrap_or(units);
        let byte = |unit: usize| self.bytes.get(unit).copied().flatten().unwrap_or(0);
        Stretch {
            start: byte(whole_start),
            end: byte(whole_end),
            repaired: !fits || whole_start != start || whole_end != end,
        }
    }
}

/// How many UTF-16 units a text has.
pub(super) fn length(text: &str) -> i64 {
    i64::try_from(text.encode_utf16().count()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Stretch, UnitPositions, length};
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    #[test]
    fn ranges_that_do_not_fit_are_widened_or_clamped() {
        // a, a pair, a, a pair: units 0, 1-2, 3, 4-5.
        let text = "a😀b🏟";
        let units = UnitPositions::of(text);
        for (offset, length, start, end, repaired) in [
            (0, 6, 0, 10, false),
            (1, 2, 1, 5, false),
            (1, 1, 1, 5, true),
            (2, 1, 1, 5, true),
            (2, 0, 1, 5, true),
            (3, 0, 5, 5, false),
            (3, 99, 5, 10, true),
            (99, 1, 10, 10, true),
            (-3, 4, 0, 1, true),
            (3, -1, 5, 5, true),
            (i64::MAX, i64::MAX, 10, 10, true),
            (i64::MIN, i64::MIN, 0, 0, true),
        ] {
            let expected = Stretch { start, end, repaired };
            assert_eq!(units.stretch(offset, length), expected, "{offset} {length}");
        }
        assert_eq!(
            UnitPositions::of("").stretch(0, 0),
            Stretch { start: 0, end: 0, repaired: false }
        );
    }

    proptest! {
        #[test]
        fn offsets_of_a_range_give_that_range(text in "[a-zқ-ү😀-😎\u{10ffff}\u{200d}]{0,40}", a in 0..40_usize, b in 0..40_usize) {
            let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let pick = |at: usize| bounds[at % bounds.len()];
            let (start, end) = (pick(a).min(pick(b)), pick(a).max(pick(b)));
            let (before, inside) = (text.get(..start).unwrap(), text.get(start..end).unwrap());
            let offset = length(before);
            let stretch = UnitPositions::of(&text).stretch(offset, length(inside));
            prop_assert_eq!(stretch, Stretch { start, end, repaired: false });
        }

        #[test]
        fn any_offsets_give_a_range_of_whole_characters(text in ".{0,40}", offset in any::<i64>(), length in any::<i64>(), near in -9..60_i64, long in -9..60_i64) {
            let units = UnitPositions::of(&text);
            for (offset, length) in [(offset, length), (near, long), (near, length)] {
                let Stretch { start, end, .. } = units.stretch(offset, length);
                prop_assert!(start <= end && text.get(start..end).is_some());
            }
        }
    }
}
