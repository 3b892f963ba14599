use super::{Scanner, Scratch};
use crate::syntax::tree::Modifier;
use crate::text::{Matcher, PhraseSource, Words};
use proptest::prelude::{any, prop, prop_assert_eq, proptest};
use proptest::prop_oneof;
use proptest::strategy::{Just, Strategy};

fn matcher(raw: &str, modifier: Modifier, language: Option<&str>) -> Matcher {
    let mut parts = raw.split("..");
    let mut source = PhraseSource {
        modifier,
        language,
        pieces: vec![parts.next().unwrap().trim()],
        gaps: vec![],
    };
    while let (Some(gap), Some(piece)) = (parts.next(), parts.next()) {
        source.gaps.push(gap.parse().ok());
        source.pieces.push(piece.trim());
    }
    Matcher::compile(&[source]).0
}

fn scanned(patterns: &[Matcher], text: &str) -> Vec<usize> {
    let mut found = vec![];
    Scanner::new(patterns.iter()).scan(text, &mut Scratch::default(), &mut |n| found.push(n));
    found.sort_unstable();
    found
}

fn specified(patterns: &[Matcher], text: &str) -> Vec<usize> {
    let words = Words::of(text);
    let matching =
        |(n, pattern): (usize, &Matcher)| (!pattern.find(&words).is_empty()).then_some(n);
    patterns.iter().enumerate().filter_map(matching).collect()
}

#[test]
fn each_pattern_that_matches_is_reported_once() {
    let patterns = ["crypto", "buy now", "absent"].map(|raw| matcher(raw, Modifier::Plain, None));
    assert_eq!(scanned(&patterns, "buy now: crypto, crypto"), [0, 1]);
}

/// Characters that a table of single characters easily gets wrong: those that fold to joiners, leetspeak or signs, or
/// to letters beyond the table, and marks without a letter before them.
#[test]
fn phrases_match_what_characters_fold_to() {
    use Modifier::{Loose, Plain};
    for (raw, modifier, text) in [
        ("10'000", Plain, "10’000"),
        ("3.14", Plain, "3\u{2024}14"),
        ("3.14", Plain, "3.\u{336}14"),
        ("casino", Loose, "c⁴sino"),
        ("casi*", Loose, "cas₁"),
        ("taxi", Loose, "tax①"),
        ("taxi", Loose, "tax!"),
        ("bitcoin", Loose, "bi⁺coin"),
        ("casino", Plain, "cȺsinо"),
        (".", Plain, "3.14"),
        (";", Plain, "0;10"),
        ("'", Plain, "②’3"),
        ("!", Plain, "⁈ what"),
        ("…", Plain, "wait…"),
    ] {
        let patterns = [matcher(raw, modifier, None)];
        assert_eq!(scanned(&patterns, text), [0], "{raw} in {text:?}");
        assert_eq!(specified(&patterns, text), [0], "{raw} in {text:?}");
    }
    let marked = [matcher("\u{6d6}x", Modifier::Exact, None)];
    assert_eq!(scanned(&marked, "v \u{6d6}x"), specified(&marked, "v \u{6d6}x"));
}

/// One character may be several words, and part of a character may be no word.
#[test]
fn words_of_one_character_are_found() {
    for (raw, modifier, text) in [
        ("صلى ..5.. وسلم", Modifier::Plain, "ﷺ"),
        ("株 ..1.. 会", Modifier::Plain, "㍿"),
        ("30 ℃", Modifier::Exact, "30 ℃"),
        ("coŀlegi", Modifier::Exact, "coŀlegi"),
        ("ﾅｶﾀ*", Modifier::Exact, "ﾅｶﾀﾅｶﾀ"),
    ] {
        let patterns = [matcher(raw, modifier, None)];
        assert_eq!(patterns[0].lints(), [], "{raw}");
        assert_eq!(scanned(&patterns, text), [0], "{raw} in {text:?}");
        assert_eq!(specified(&patterns, text), [0], "{raw} in {text:?}");
    }
}

/// A word that can be read in two ways is one step. If it were two, each such word would double the number of paths.
#[test]
fn a_word_with_two_readings_is_one_step() {
    let phrase = |word: &str, times| vec![word; times].join(" ");
    for (word, modifier, read) in
        [("cash*", Modifier::Loose, "cash$ "), ("casi*", Modifier::Plain, "casinо。")]
    {
        let patterns = [matcher(&phrase(word, 60), modifier, None)];
        assert_eq!(scanned(&patterns, &read.repeat(59)), [0; 0]);
        assert_eq!(scanned(&patterns, &read.repeat(60)), [0]);
    }
}

/// Flags are letters but not words, so no word follows them.
#[test]
fn a_flag_matches_only_phrases_of_one_word() {
    let [casino, free] = ["🇨🇦🇸🇮🇳🇴", "🇫🇷🇪🇪"];
    for (raw, text, found) in [
        ("casino", format!("{free} ------- {casino}"), true),
        ("casino casino", casino.to_owned(), false),
        ("casino casino", format!("{casino} ------- casino"), false),
        ("free casino", format!("{casino} ------- {free}"), false),
    ] {
        let patterns = [matcher(raw, Modifier::Loose, None)];
        let expected = if found { vec![0] } else { vec![] };
        assert_eq!(scanned(&patterns, &text), expected, "{raw} in {text}");
        assert_eq!(specified(&patterns, &text), expected, "{raw} in {text}");
    }
}

/// Pieces of difficult texts: letters of several scripts, disguises, marks, joiners, signs, words.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[abcdeinoxабвгеиноөқəәé]{1,4}",
        4 => "[ .,'_:;!@$0-3\n-]{1,2}",
        2 => "(к|k|а|a|і|i|н|h|о|0|ӏ|е|é|ü|ß|œ|ё|ı|İ|ﬁ|ａ|𝐚|ﾊﾟ|虚|ก|한|ش|ـ|\u{64b}|א|½|①)",
        2 => "[\u{200b}\u{200d}\u{301}\u{336}\u{306}\u{308}\u{ad}\u{fe0f}\u{20e3}\u{6d6}]",
        1 => "(🔥|❤|🏻|1️⃣|…|’|ʼ|“|№|\u{2024}|⁈|‼|⁺|⁴|¹|₁|②|Ⱥ|Ⱦ|🇨🇦|🇸🇮🇳🇴|!|！)",
        1 => "[0-3][.,;'’_\u{2024}:][\u{336}\u{200b}]?[0-3]",
        2 => "(%| %|％|٪| процентов|прoцент|per cent|yüzde |%3|٣| 000|1 000|-| – )",
        1 => any::<char>().prop_map(|c| c.to_string()),
        3 => Just(" ".to_owned()),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..24).prop_map(|pieces| pieces.concat())
}

fn pattern() -> impl Strategy<Value = Matcher> {
    let raw = prop_oneof![
        6 => "[abcdeinoxабвгеиноөқəәéü]{1,3}\\*?",
        2 => "[abеио]{1,2} [abеио]{1,2}\\*?",
        2 => "[abеио]{1,2} ?\\.\\.([0-2]|any)\\.\\. ?[abеио🔥]{1,2}( ?\\.\\.([0-2]|any)\\.\\. ?[abеио🔥])?",
        1 => "(🔥|!|虚|ก|0|\\.|;|'|\\?|\\+|…)",
        1 => "[0-3][.,;'_][0-3]",
        3 => "(#|#%|#% [abеио]|[abеио] ?#|%# [abеио]{1,2} [abеио]|(#|#% [аи]) [abеио]|[abеио]{1,2} \\.\\.[0-2]\\.\\. #%)",
        1 => "(taxi|cаsino|casi\\*|casino casi\\*|\u{6d6}x|0a\\*)",
        2 => "[abcаинß]{4,5}",
    ];
    let modifier = prop_oneof![3 => Just(Modifier::Plain), 1 => Just(Modifier::Exact), 1 => Just(Modifier::Loose)];
    let language = prop::sample::select(vec![
        None,
        Some("ru"),
        Some("kk"),
        Some("az"),
        Some("fr"),
        Some("de"),
        Some("en"),
    ]);
    (raw, modifier, language)
        .prop_map(|(raw, modifier, language)| matcher(&raw, modifier, language))
}

/// Reading the words of a text is slow, and most texts have digits.
#[test]
fn numbers_are_read_only_beside_a_word_of_their_phrase() {
    let patterns =
        ["# участников", "#% в день", "доход #"].map(|raw| matcher(raw, Modifier::Plain, None));
    let scanner = Scanner::new(patterns.iter());
    for (text, is_read) in [
        ("Встреча 12 мая в 10:30, день 3", false),
        ("1 per message, por favor 2, 5% скидка", false),
        ("12 участников", true),
        ("в день 30%", true),
        ("30 per cent в день", true),
        ("доход без вложений, 18+", true),
    ] {
        let mut found = super::pass::Found::default();
        scanner.reader.read(text, &mut found);
        assert_eq!(scanner.may_have_numbers(text, &found.steps), is_read, "{text}");
    }
}

proptest! {
    #[test]
    fn a_scan_finds_what_the_matchers_find(
        patterns in prop::collection::vec(pattern(), 1..12),
        text in text(),
    ) {
        prop_assert_eq!(scanned(&patterns, &text), specified(&patterns, &text), "{:?}", text);
    }
}
