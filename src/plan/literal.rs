//! Finds literals for a regular expression, so that every match contains at least one of the literals.

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind};
use regex_syntax::parse;
use std::cmp::Reverse;

/// The shortest literal worth searching for, in bytes. Shorter literals are in too many texts.
pub(super) const MIN_LENGTH: usize = 3;
/// Literals longer than this, in bytes, count as equally good.
const LONG_ENOUGH: usize = 4;
/// The most literals for one expression.
const MAX_LITERALS: usize = 64;

/// The literals of an expression. `None` if there are none; then the expression must be tried on every text.
pub(super) fn required_literals(regex: &str) -> Option<Vec<Vec<u8>>> {
    let hir = parse(regex).ok()?;
    best(&hir).filter(|literals| shortest(literals) >= MIN_LENGTH)
}

/// The literals of the part with the longest literals, out of the parts that every match contains. Of equal parts, the one
/// with the fewest literals.
fn best(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let inner = match hir.kind() {
        HirKind::Literal(literal) => return Some(vec![literal.0.to_vec()]),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => None,
        HirKind::Capture(capture) => best(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => best(&repetition.sub),
        HirKind::Repetition(_) => None,
        HirKind::Concat(parts) => {
            let tails = (0..parts.len()).filter_map(|from| parts.get(from..));
            let prefixes = tails.filter_map(|tail| prefixes(&Hir::concat(tail.to_vec())));
            parts.iter().filter_map(best).chain(prefixes).max_by_key(|literals| worth(literals))
        }
        HirKind::Alternation(parts) => {
            let literals: Option<Vec<_>> = parts.iter().map(best).collect();
            literals.map(|all| all.concat()).filter(|all| all.len() <= MAX_LITERALS)
        }
    };
    inner.into_iter().chain(prefixes(hir)).max_by_key(|literals| worth(literals))
}

/// All beginnings of a match, if there are few. Includes both cases of letters where case is ignored.
fn prefixes(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix).limit_total(MAX_LITERALS);
    let sequence = extractor.extract(hir);
    let literals = sequence.literals().filter(|literals| !literals.is_empty())?;
    Some(literals.iter().map(|literal| literal.as_bytes().to_vec()).collect())
}

/// A sort key: longer literals are better up to `LONG_ENOUGH` bytes, because they are rarer in texts; beyond that, fewer
/// literals are better.
fn worth(literals: &[Vec<u8>]) -> (usize, Reverse<usize>, usize) {
    let shortest = shortest(literals);
    (shortest.min(LONG_ENOUGH), Reverse(literals.len()), shortest)
}

fn shortest(literals: &[Vec<u8>]) -> usize {
    literals.iter().map(Vec::len).min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::required_literals;
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn literals_that_every_match_contains_are_found() {
        for (regex, literals) in [
            ("bitcoin[ ,.]{1,3}[0-9]{2,6}", Some(vec!["bitcoin"])),
            ("[0-9]+ ?usdt", Some(vec!["usdt"])),
            ("(?:abc|defg)+x", Some(vec!["abc", "defg"])),
            ("(?:abc|[0-9]+)", None),
            ("a*b", None),
            (r"\bwin (?:now|today)", Some(vec!["win "])),
            (r"\p{Cyrillic}+", None),
            ("(a|b)?cdef", Some(vec!["cdef"])),
        ] {
            let found = required_literals(regex).map(|literals| {
                literals.into_iter().map(|one| String::from_utf8(one).unwrap()).collect::<Vec<_>>()
            });
            let literals =
                literals.map(|all| all.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(found, literals, "{regex}");
        }
        let either = required_literals("(?i)win").unwrap();
        assert!(either.contains(&b"WiN".to_vec()) && either.len() == 8, "{either:?}");
    }

    proptest! {
        #[test]
        fn each_match_contains_one_of_the_literals(
            parts in proptest::collection::vec(
                proptest::sample::select(vec!["abc", "(?i:xy)", "[0-9]{2,3}", "(?:def|gh+i)", "q*", "(?:rst)?", "жук", "(?i:дом)", r"\b", "."]),
                1..5,
            ),
            text in "[abcxyXYdefghiqrstжукдомДОМ0-9 ]{0,24}",
        ) {
            let source = parts.concat();
            if let (Some(literals), Ok(regex)) = (required_literals(&source), regex::Regex::new(&source))
                && regex.is_match(&text)
            {
                let contained = |one: &Vec<u8>| text.as_bytes().windows(one.len()).any(|window| window == one);
                prop_assert!(literals.iter().any(contained), "{source} in {text}");
            }
        }
    }
}
