//! Layout and words: formatting a formatted text changes nothing, and the fast scan finds what the specification finds.

use lexloci::text::{Scanner, Scratch, Words};
use lexloci::{Compiler, Instant, Place, RuleSet, State};
use std::sync::LazyLock;

/// The input is a rule file. Formatting it twice is the same as once, and its diagnostics stay the same.
pub fn fmt(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(once) = lexloci::format("kz.loci", text) else { return };
    let twice =
        lexloci::format("kz.loci", &once).unwrap_or_else(|failure| panic!("{failure}\n{once}"));
    assert_eq!(twice, once);
    assert_eq!(codes(text), codes(&once), "{once}");
}

/// The sorted codes of all diagnostics of a file.
fn codes(text: &str) -> Vec<&'static str> {
    let mut found: Vec<_> = match Compiler::new().file("kz.loci", text).compile() {
        Ok(set) => set.warnings().iter().map(|found| found.code.as_str()).collect(),
        Err(failure) => failure.diagnostics.iter().map(|found| found.code.as_str()).collect(),
    };
    found.sort_unstable();
    found
}

static SET: LazyLock<RuleSet> = LazyLock::new(crate::reading);

/// The input is a pattern, as it stands after `mentions`, then a text.
pub fn pattern(data: &[u8]) {
    let Some((pattern, text)) = crate::two_texts(data) else { return };
    let condition = format!("text mentions {pattern}");
    let Ok(expression) = SET.expression(&condition, Place::WORLD) else { return };
    if let Some(matcher) = expression.pattern() {
        let matches = matcher.find(&Words::of(text));
        for found in &matches {
            assert!(
                text.get(found.bytes.clone()).is_some_and(|words| !words.is_empty()),
                "{found:?}"
            );
        }
        let mut scanned = false;
        Scanner::new([matcher].into_iter())
            .scan(text, &mut Scratch::default(), &mut |_| scanned = true);
        assert_eq!(scanned, !matches.is_empty(), "{pattern:?} in {text:?}");
    }
    evidence(pattern, text);
}

/// Checks that the evidence of a decision quotes the text.
fn evidence(pattern: &str, text: &str) {
    let rules = format!(
        "jurisdiction FR {{ zone \"Europe/Paris\" }}\npolicy p \"P\" {{}}\n\
         rule r {{ basis p  when text mentions {pattern}  then label }}\n"
    );
    let Ok(set) = Compiler::new().file("fr.loci", rules).compile() else { return };
    let record = serde_json::json!({ "id": "1", "platform": "x", "parts": [{ "kind": "text", "text": text }] });
    let Ok(record) = set.read(record.to_string().as_bytes()) else { return };
    let Some(place) = set.place("FR") else { return };
    let at = Instant::parse("2026-06-01T00:00:00Z").expect("an instant");
    let decision = set.evaluator().decide(&record, place, at, &State::default());
    let decision = decision.expect("read by the same rules");
    for piece in decision.matched.iter().flat_map(|matched| &matched.evidence) {
        let [start, end] = piece.bytes;
        let quoted = text.get(start..end).unwrap_or_else(|| panic!("{piece:?}"));
        let before = &text[..start];
        assert!(quoted.starts_with(piece.text.trim_end_matches('…')), "{piece:?} of {quoted:?}");
        assert_eq!(
            piece.chars,
            [before.chars().count(), before.chars().count() + quoted.chars().count()]
        );
        let units = |text: &str| text.encode_utf16().count();
        assert_eq!(piece.utf16, [units(before), units(before) + units(quoted)]);
    }
}
