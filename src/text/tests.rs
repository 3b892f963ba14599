use super::{FaultKind, Match, Matcher, Offsets, PhraseSource, Words, folded, near};
use crate::syntax::tree::Modifier;
use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

fn phrase(raw: &str) -> PhraseSource<'_> {
    let (modifier, raw) = match raw.split_once(": ") {
        Some(("exact", raw)) => (Modifier::Exact, raw),
        Some(("loose", raw)) => (Modifier::Loose, raw),
        _ => (Modifier::Plain, raw),
    };
    let mut parts = raw.split("..");
    let mut source = PhraseSource {
        language: None,
        modifier,
        pieces: vec![parts.next().unwrap().trim()],
        gaps: vec![],
    };
    while let (Some(gap), Some(piece)) = (parts.next(), parts.next()) {
        source.gaps.push(gap.parse().ok());
        source.pieces.push(piece.trim());
    }
    source
}

fn compile(phrases: &[&str]) -> Matcher {
    let sources: Vec<_> = phrases.iter().map(|raw| phrase(raw)).collect();
    let (matcher, faults) = Matcher::compile(&sources);
    assert_eq!(faults, []);
    matcher
}

fn found<'a>(phrases: &[&str], text: &'a str) -> Vec<&'a str> {
    let matches = compile(phrases).find(&Words::of(text));
    matches.into_iter().map(|found| text.get(found.bytes).unwrap()).collect()
}

fn faults(phrases: &[&str]) -> Vec<(usize, FaultKind)> {
    let sources: Vec<_> = phrases.iter().map(|raw| phrase(raw)).collect();
    Matcher::compile(&sources).1.into_iter().map(|fault| (fault.phrase, fault.kind)).collect()
}

/// All places of a phrase that begin at a certain word, found by trying all gaps between its pieces.
fn plain_search(source: &PhraseSource<'_>, words: &[&str], start: usize) -> Vec<Range<usize>> {
    let mut ends = vec![start];
    for (at, piece) in source.pieces.iter().enumerate() {
        let gap =
            if at == 0 { 0 } else { source.gaps[at - 1].map_or(words.len(), |gap| gap as usize) };
        let starts = ends.iter().flat_map(|&end| end..=end + gap);
        ends = starts
            .filter_map(|start| {
                piece.split_whitespace().try_fold(start, |at, word| {
                    let met = words.get(at).is_some_and(|text| match word.strip_suffix('*') {
                        Some(prefix) => text.starts_with(prefix),
                        None => *text == word,
                    });
                    met.then_some(at + 1)
                })
            })
            .collect();
    }
    ends.into_iter().map(|end| start..end).collect()
}

#[test]
fn phrases_are_found_through_disguise() {
    for (raw, text, expected) in [
        ("crypto", "buy CRYPTO now", "CRYPTO"),
        ("crypto", "Ｃｒｙｐｔｏ!", "Ｃｒｙｐｔｏ"),
        ("crypto", "a 𝐜𝐫𝐲𝐩𝐭𝐨 b", "𝐜𝐫𝐲𝐩𝐭𝐨"),
        ("crypto", "cr\u{200b}yp\u{ad}to", "cr\u{200b}yp\u{ad}to"),
        ("crypto", "сrурtо", "сrурtо"),
        ("крипто", "kриптo", "kриптo"),
        ("біздің", "бiздiң", "бiздiң"),
        ("және", "бəрі Жəне", "Жəне"),
        ("жəне", "және", "және"),
        ("əmanat", "ƏMANAT", "ƏMANAT"),
        ("казино", "КА3ИHО", "КА3ИHО"),
        ("bitcoin", "#bitcoin's", "bitcoin"),
        ("bitcoin*", "Bitcoinге", "Bitcoinге"),
        ("argent", "l’argent", "argent"),
        ("пассивн* доход*", "Пассивный, доход!", "Пассивный, доход"),
        ("strasse", "STRAßE", "STRAßE"),
        ("café", "CAFE\u{301}", "CAFE\u{301}"),
        ("12 %", "12%", "12"),
        ("#% (в день|в месяц)", "всем 30 % в дeнь!", "30 % в дeнь"),
        ("#% (в день|в месяц)", "30 прoцентов в день", "30 прoцентов в день"),
        ("в день #%", "в день 30 %", "в день 30 %"),
        ("от # руб*", "от 1 000–5 000 рублей", "от 1 000–5 000 рублей"),
        ("loose: доход #%", "д о х о д 1ОО%", "д о х о д 1ОО%"),
        ("#% ..2.. месяц", "4-7% прибыли в месяц", "4-7% прибыли в месяц"),
        ("虚拟货币", "购买虚拟货币吧", "虚拟货币"),
        ("เงินฟรี", "รับเงินฟรีวันนี้", "เงินฟรี"),
        ("🔥🔥", "now 🔥\u{fe0f}🔥!", "🔥\u{fe0f}🔥"),
        ("exact: Kaspi", "KASPI kaspi Kaspi", "Kaspi"),
        ("exact: Alma*", "alma Almaty", "Almaty"),
        ("loose: казино", "лучшее к а з и н о!", "к а з и н о"),
        ("loose: казино", "к.а.з.и.н.о", "к.а.з.и.н.о"),
        ("loose: казино", "ка3ин0", "ка3ин0"),
        ("loose: казино", "казиииинооо", "казиииинооо"),
        ("loose: klugscheißer", "k l u g s c h e i ß e r", "k l u g s c h e i ß e r"),
        ("loose: strasse", "S-T-R-A-ẞ-E", "S-T-R-A-ẞ-E"),
        ("loose: double your", "D-O-U-B-L-E Y-O-U-R", "D-O-U-B-L-E Y-O-U-R"),
        ("loose: casino", "c@$1n0", "c@$1n0"),
        ("loose: money", "more mone¥!!", "mone¥"),
        ("loose: casino*", "the c@$1no!!!", "c@$1no"),
        ("loose: казино*", "казино!!!жми", "казино"),
        ("loose: casi*", "cas!!!", "cas!"),
        ("loose: taxi", "my taxiii!!!", "taxiii"),
        ("loose: sexy*", "hot $exy$!", "$exy"),
        ("loose: casino", "🇨 🇦 🇸 🇮 🇳 🇴!", "🇨 🇦 🇸 🇮 🇳 🇴"),
        ("loose: scam", "buy 🇸🇨🇦🇲 now", "🇸🇨🇦🇲"),
        ("🇰🇿", "the 🇰🇿 flag", "🇰🇿"),
        ("casino", "ƈąʂıŋơ", "ƈąʂıŋơ"),
        ("casino", "ϲaѕіոо", "ϲaѕіոо"),
        ("casino", "ᏟᎪᏚᎥNᎾ", "ᏟᎪᏚᎥNᎾ"),
        ("casino", "⒞⒜⒮⒤⒩⒪", "⒞⒜⒮⒤⒩⒪"),
        ("ставки", "cmaвки", "cmaвки"),
        ("loose: dollar*", "do11ars", "do11ars"),
        ("invite ..2.. deposit", "invite a few: deposit", "invite a few: deposit"),
        ("(a|b) ..1.. c ..2.. d", "b a x c d y d", "a x c d y d"),
        ("🔥 ..1.. invest", "🔥 to invest", "🔥 to invest"),
        (
            "invite ..any.. deposit",
            "deposit, invite a b c. D: deposit, deposit",
            "invite a b c. D: deposit",
        ),
        ("a ..any.. b ..1.. c", "a b x y b c b", "a b x y b c"),
        ("🔥 ..any.. 🔥", "🔥 a b 🔥 c 🔥", "🔥 a b 🔥"),
    ] {
        assert_eq!(found(&[raw], text), [expected], "{raw} in {text}");
    }
}

#[test]
fn phrases_are_not_found_in_ordinary_text() {
    for (raw, text) in [
        ("crypto", "cryptography"),
        ("crypto", "крипто"),
        ("хром", "xpom"),
        ("нос", "hoc HOC"),
        ("кот", "KOT"),
        ("сор", "cop"),
        ("казино", "ка3ин0"),
        ("казино", "к а з и н о"),
        ("ет", "été et"),
        ("ұлттық", "улттык"),
        ("деньги", "денbг"),
        ("exact: Kaspi", "kaspi KASPI Kаspi"),
        ("loose: поле", "пол е"),
        ("loose: посох", "я i n o c o x"),
        ("invite ..2.. deposit", "invite a b c deposit"),
        ("invite ..2.. deposit", "deposit invite"),
        ("cafe*", "café"),
        ("#% в день", "30 в день"),
        ("# раз", "web3 раз"),
    ] {
        assert_eq!(found(&[raw], text), Vec::<&str>::new(), "{raw} in {text}");
    }
    for word in ["деньги", "Выигрыш", "ұлттық", "Яндекс", "ақша", "été", "Straße"]
    {
        assert_eq!(folded(word), caseless::default_case_fold_str(word));
        assert_eq!(found(&[word], &word.to_uppercase()).len(), 1, "{word}");
    }
}

#[test]
fn matches_are_leftmost_and_longest_without_overlaps() {
    let text = "passive income now and income";
    let phrases = ["income", "passive income", "passive income now", "now and"];
    let matches = compile(&phrases).find(&Words::of(text));
    let seen: Vec<_> = matches.iter().map(|found| (found.phrase, found.words.clone())).collect();
    assert_eq!(seen, [(2, 0..3), (0, 4..5)]);
    assert_eq!(found(&["a ..3.. b"], "a x b b a b"), ["a x b b", "a b"]);
}

#[test]
fn faulty_phrases_are_left_out() {
    let phrases = [
        "good",
        "bad*ly",
        "GOOD",
        "loose: goodness",
        "goodness",
        "loose: abc",
        "сrурtо",
        "exact: good",
    ];
    assert_eq!(
        faults(&phrases),
        [
            (1, FaultKind::Wrong),
            (2, FaultKind::Duplicate),
            (5, FaultKind::LooseTooShort),
            (6, FaultKind::MixedScript)
        ]
    );
    assert_eq!(
        faults(&["(a|b) c", "(B|A) C", "a ..1.. b", "a ..2.. b"]),
        [(1, FaultKind::Duplicate)]
    );
    assert_eq!(faults(&["a ..101.. b"]), [(0, FaultKind::LongGap)]);
    let sources: Vec<_> = phrases.iter().map(|raw| phrase(raw)).collect();
    let matches = Matcher::compile(&sources).0.find(&Words::of("g o o d сrурtо good"));
    assert_eq!(matches.iter().map(|found| found.phrase).collect::<Vec<_>>(), [6, 0]);
}

#[test]
fn phrases_of_one_or_two_letters_are_reported_as_short() {
    let phrases = [
        r"f\#\#\#", "$h!t", "虚拟", "虚", "x*", "ab", "a b c", "a bc", "42", "№ 7", "!", "🔥", "#",
        "#%",
    ];
    let lints = compile(&phrases).lints().into_iter();
    let broad = lints.filter(|fault| fault.kind == FaultKind::Short).map(|fault| fault.phrase);
    assert_eq!(broad.collect::<Vec<_>>(), [0, 1, 3, 4, 10, 12]);
}

#[test]
fn many_phrases_and_hostile_texts_stay_fast() {
    let phrases: Vec<String> = (0..10_000)
        .map(|n| match n % 4 {
            0 => format!("word word{n}"),
            1 => format!("start{n}* of a phrase"),
            2 => format!("loose: spelled{n}"),
            _ => format!("a{n} ..9.. b"),
        })
        .collect();
    let phrases: Vec<&str> = phrases.iter().map(String::as_str).collect();
    let matcher = compile(&phrases);
    for text in ["word ", "a b c d ", "start1", "a@", "\u{301}", "аa", "3.", "a3 b "] {
        let text = text.repeat((16 << 10) / text.len());
        let matches = matcher.find(&Words::of(&text));
        assert_eq!(matches.is_empty(), !text.starts_with("a3 b"));
    }
}

/// Between two words there may be any number of signs.
#[test]
fn many_signs_within_a_gap_stay_fast() {
    assert_eq!(found(&["! ..1.. !"], &"!".repeat(200_000)).len(), 1);
    assert_eq!(
        found(&["! ..1.. ! ..1.. ?"], &("!".repeat(100_000) + &"?".repeat(100_000))).len(),
        1
    );
}

#[test]
fn partners_are_found_in_either_order() {
    let at =
        |words: Range<usize>| Match { bytes: words.start * 10..words.end * 10, words, phrase: 0 };
    let (a, b) = ([at(0..2), at(20..21)], [at(5..6), at(10..12), at(30..31)]);
    assert_eq!(near(&a, &b, 2), (vec![], vec![]));
    assert_eq!(near(&a, &b, 3), (vec![at(0..2)], vec![at(5..6)]));
    assert_eq!(near(&b, &a, 8), (vec![at(5..6), at(10..12)], vec![at(0..2), at(20..21)]));
    assert_eq!(near(&a, &a, 0), (a.to_vec(), a.to_vec()));
    // Words of one character.
    let of_one = |words: Range<usize>| Match { bytes: 0..3, words, phrase: 0 };
    let (a, b) = ([of_one(0..1)], [of_one(3..4)]);
    assert_eq!(near(&a, &b, 1), (vec![], vec![]));
    assert_eq!(near(&a, &b, 2), (a.to_vec(), b.to_vec()));
    assert_eq!(near(&b, &a, 2), (b.to_vec(), a.to_vec()));
}

#[test]
fn offsets_are_given_in_three_units() {
    let text = "🔥 Пассивный доход";
    let offsets = Offsets::of(text, 5..34);
    assert_eq!(offsets, Offsets { bytes: [5, 34], chars: [2, 17], utf16: [3, 18] });
    assert_eq!(Offsets::of(text, 1..999).bytes, [0, text.len()]);
}

#[test]
fn a_word_with_two_readings_gives_one_match() {
    let raw = format!("loose: {}", "b1g ".repeat(60));
    assert_eq!(found(&[raw.trim()], &"b1g ".repeat(60)).len(), 1);
}

/// Ways to write a word that every reader recognises.
fn written(word: &str, way: usize) -> String {
    let wide = |c: char| match c {
        'a'..='z' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
        c => c,
    };
    match way {
        0 => word.to_owned(),
        1 => word.to_uppercase(),
        2 => word.chars().map(wide).collect(),
        3 => word.chars().flat_map(|c| [c, '\u{200b}']).collect(),
        4 => word.nfd().collect(),
        _ => word.chars().flat_map(|c| [c, '\u{336}']).collect(),
    }
}

proptest! {
    /// Each phrase is found exactly where a search for its folded words in the folded text finds it.
    #[test]
    fn phrases_are_found_as_in_the_folded_text(
        phrases in prop::collection::vec("([abxé]{1,2}|[к-мқ]{1,2})( ([abxé]{1,2}|[к-мқ]{1,2}))?", 1..5),
        text in prop::collection::vec(("[abxé]{1,2}|[к-мқ]{1,2}", 0..6_usize, "[ ,!-]{1,2}"), 0..16),
    ) {
        let words: Vec<&str> = text.iter().map(|(word, ..)| word.as_str()).collect();
        let written: String = text
            .iter()
            .map(|(word, way, between)| written(word, *way) + between)
            .collect();
        let split = Words::of(&written);
        prop_assert_eq!(split.iter().map(|(_, word)| word).collect::<Vec<_>>(), words.clone());
        for raw in &phrases {
            let wanted: Vec<&str> = raw.split(' ').collect();
            let mut at = 0;
            let mut expected = vec![];
            while at + wanted.len() <= words.len() {
                let is_here = words[at..at + wanted.len()] == wanted;
                if is_here {
                    expected.push(at..at + wanted.len());
                }
                at += if is_here { wanted.len() } else { 1 };
            }
            let found = Matcher::compile(&[phrase(raw)]).0.find(&split);
            prop_assert_eq!(
                found.into_iter().map(|found| found.words).collect::<Vec<_>>(), expected, "{}", raw
            );
        }
    }

    #[test]
    fn an_invisible_character_in_a_word_changes_no_match(
        text in "([a-cа-в1@$ ]{0,6}(é|к|k|ß|🔥|虚|ก|क्ष|ш| )){0,6}",
        raws in prop::collection::vec("[abаéкß]{1,3}\\*?|[abcа]{4}|虚|🔥", 1..6),
        at in 0..40_usize,
        invisible in "[\u{200b}\u{200c}\u{200d}\u{ad}\u{2060}\u{feff}\u{202e}]",
    ) {
        let sources: Vec<_> = raws
            .iter()
            .map(|raw| PhraseSource {
                language: None,
                modifier: if raw.len() > 3 && !raw.contains(['虚', '🔥', '*', 'é', 'ß'])
                    { Modifier::Loose } else { Modifier::Plain },
                pieces: vec![raw],
                gaps: vec![],
            })
            .collect();
        let matcher = Matcher::compile(&sources).0;
        let end = text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
        let (before, after) = text.split_at(end);
        let with = format!("{before}{invisible}{after}");
        let seen = |text: &str| {
            let found = matcher.find(&Words::of(text)).into_iter();
            found.map(|found| (found.phrase, found.words)).collect::<Vec<_>>()
        };
        prop_assert_eq!(seen(&text), seen(&with));
    }

    #[test]
    fn matches_are_ranges_of_the_text(
        raws in prop::collection::vec("[abа🔥*(|) .\\\\n]{1,8}", 1..6),
        text in "[abаб1@ .🔥\u{200b}\u{301}ﬁ½]{0,30}",
    ) {
        let sources: Vec<_> = raws.iter().enumerate().map(|(n, raw)| PhraseSource {
            language: None,
            modifier: [Modifier::Plain, Modifier::Exact, Modifier::Loose][n % 3],
            pieces: vec![raw, raw],
            gaps: vec![Some(3)],
        }).collect();
        let words = Words::of(&text);
        let mut end = 0;
        for found in Matcher::compile(&sources).0.find(&words) {
            prop_assert!(text.get(found.bytes.clone()).is_some());
            prop_assert!(found.bytes.start >= end && found.words.end <= words.len());
            end = found.bytes.end;
        }
    }

    #[test]
    fn find_gives_the_matches_of_a_plain_search(
        raws in prop::collection::vec("(a|b|a\\*) ?(a|b|ab)?( \\.\\.[0-2]\\.\\. (a|b|ab))?", 1..5),
        text in "(a |b |ab ){0,12}",
    ) {
        let sources: Vec<_> = raws.iter().map(|raw| phrase(raw)).collect();
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut all: Vec<_> = sources
            .iter()
            .flat_map(|source| (0..words.len()).flat_map(|start| plain_search(source, &words, start)))
            .collect();
        all.sort_by_key(|found| (found.start, std::cmp::Reverse(found.end)));
        let mut end = 0;
        all.retain(|found| found.start >= end && { end = found.end; true });
        let matches = Matcher::compile(&sources).0.find(&Words::of(&text));
        prop_assert_eq!(matches.into_iter().map(|found| found.words).collect::<Vec<_>>(), all);
    }

    #[test]
    fn a_word_finds_itself_and_no_other(
        word in "[a-zа-яәғқңөұүһіàéçß]{1,12}",
        other in "[а-яәғқңөұүһі]{1,12}",
    ) {
        let folded_word = folded(&word);
        let sources = [phrase(&word)];
        let (matcher, _) = Matcher::compile(&sources);
        prop_assert_eq!(matcher.find(&Words::of(&format!("2, {word}."))).len(), 1);
        let is_other = folded_word == folded(&other);
        prop_assert_eq!(matcher.find(&Words::of(&other)).len(), usize::from(is_other));
    }
}
