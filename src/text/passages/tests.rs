//! What is quoted, asked and stated in texts of many scripts.

use super::Passages;
use crate::text::{Matcher, Modifier, PhraseSource, Words};
use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};
use std::ops::Range;
use std::slice;

/// The own words, what is quoted, what is asked, and what is stated.
fn of<'t>(text: &'t str, marked: &[Range<usize>]) -> [Vec<&'t str>; 4] {
    let whole = || if text.is_empty() { vec![] } else { vec![text] };
    let Some(passages) = Passages::of(text, marked, &mut 100) else {
        return [whole(), vec![], vec![], whole()];
    };
    let Passages { own, quoted, asked, stated } = *passages;
    [own, quoted, asked, stated]
        .map(|ranges| ranges.into_iter().map(|range| text.get(range).unwrap()).collect())
}

fn own(text: &str) -> String {
    of(text, &[])[0].join("|")
}

fn asked(text: &str) -> String {
    of(text, &[])[2].join("|")
}

#[test]
fn what_stands_between_a_pair_of_marks_is_quoted() {
    for (text, expected) in [
        ("Пишут: «Доход 5 % каждый день». Обман.", "Пишут:|. Обман."),
        ("Il dit : « Gagnez 5 % par jour » ce matin", "Il dit :|ce matin"),
        ("Er schreibt: „Verdiene jeden Tag 100 Euro“. Vorsicht!", "Er schreibt:|. Vorsicht!"),
        ("Er schreibt »Verdiene jeden Tag 100 Euro« heute", "Er schreibt|heute"),
        ("He wrote “earn 5% every day” again", "He wrote|again"),
        ("Han skrev ”tjäna pengar varje dag” igen", "Han skrev|igen"),
        ("He wrote ‘don’t wait, earn money’ again", "He wrote|again"),
        ("He wrote \"earn 5% every day!\", and so on", "He wrote|, and so on"),
        ("(\"earn 5% every day\")(x)", "(|)(x)"),
        ("彼は「毎日お金を稼げます」と言った", "彼は|と言った"),
        ("他写道《每天赚很多的钱》了", "他写道|了"),
        ("a ‹one two three four› b", "a|b"),
        ("A «one two „three four“ five six» b", "A|b"),
        ("Пишут „Доход 5 % каждый день\" снова", "Пишут|снова"),
    ] {
        assert_eq!(own(text), expected, "{text}");
    }
}

#[test]
fn names_apostrophes_and_single_marks_quote_nothing() {
    for text in [
        "Наше казино «Золотой Дракон» ждёт",
        "Get your \"free\" bonus and ‘easy money’ now",
        "the dogs’ owner doesn't say it's the rock ‘n’ roll we've heard",
        "O‘zbekiston bo‘yicha pul ishlang va boy bo‘ling",
        "a 15\" screen and a 17\" screen and more of them",
        "« not closed, and so it is no quotation at all",
        "5 > 3 and so on",
        ">:( no",
        "צה\"ל אמר את זה אתמול בערב צה\"ל",
        "「加密」と言った",
    ] {
        assert_eq!(of(text, &[]), [vec![text], vec![], vec![], vec![text]], "{text}");
    }
    // The inner one is closed.
    assert_eq!(own("« open “one two three four” b"), "« open|b");
}

#[test]
fn lines_and_marked_ranges_are_quoted() {
    let text = "Warning:\n> earn 5%\n> every day\nDo not";
    assert_eq!(of(text, &[])[..2], [vec!["Warning:", "Do not"], vec!["> earn 5%\n> every day"]]);
    let text = "Warning: earn daily. Do not";
    assert_eq!(
        of(text, slice::from_ref(&(9..19)))[..2],
        [vec!["Warning:", ". Do not"], vec!["earn daily"]]
    );
    // Ranges that overlap are one, and those that are no ranges of the text are none.
    assert_eq!(of(text, &[9..14, 12..19, 40..50])[1], ["earn daily"]);
    assert_eq!(of("жук", slice::from_ref(&(1..2)))[0], ["жук"]);
}

#[test]
fn a_text_that_is_nothing_but_a_quotation_is_the_authors_own() {
    for text in
        ["«Доход 5 % каждый день! Пиши»", "> earn 5%\n> every day", "🔥 «Доход 5 % каждый день» 🔥"]
    {
        assert_eq!(own(text), text);
    }
    assert_eq!(of("earn daily", slice::from_ref(&(0..10)))[1], [""; 0]);
}

#[test]
fn questions_of_all_scripts_are_asked() {
    for (text, expected) in [
        ("Is this a pyramid? I think so.", "Is this a pyramid?"),
        ("I saw an offer. Is it real?! Tell me", "Is it real?!"),
        ("Это пирамида?Кто знает", "Это пирамида?"),
        ("هل هذا هرم؟ نعم", "هل هذا هرم؟"),
        ("Είναι απάτη; Ναι. ok;", "Είναι απάτη;"),
        ("Սա բո՞ւրգ է։ Այո։", "Սա բո՞ւրգ է։"),
        ("这是骗局吗？是的。", "这是骗局吗？"),
        ("ይህ ማጭበርበር ነው፧ አዎ።", "ይህ ማጭበርበር ነው፧"),
        ("Доход 3.5 % на a.kz, т. е. обман?", "Доход 3.5 % на a.kz, т. е. обман?"),
        ("see https://a.kz/x?ref=1 now", ""),
        ("Доход 5 %\nИнтересно?\nПиши", "Интересно?"),
        ("One? Two? Three.", "One? Two?"),
        ("no question;", ""),
    ] {
        assert_eq!(asked(text), expected, "{text}");
    }
}

#[test]
fn a_question_goes_on_after_what_it_quotes() {
    let text = "Is «Earn 5 % every day? Yes!» a fraud? I ask.";
    let [own, quoted, asked, stated] = of(text, &[]);
    assert_eq!(own, ["Is", "a fraud? I ask."]);
    assert_eq!(quoted, ["«Earn 5 % every day? Yes!»"]);
    assert_eq!(asked, ["Is", "a fraud?"]);
    assert_eq!(stated, ["I ask."]);
    // Its question mark is the quoted one's own.
    assert_eq!(self::asked("Он спросил: «Это всё-таки не пирамида, да?» Я ответил."), "");
}

#[test]
fn what_comes_after_the_limit_is_stated() {
    let text = "a «b c d e» f? g. «h i j k» l?";
    let mut left = 2;
    let passages = Passages::of(text, &[], &mut left).unwrap();
    assert_eq!((passages.quoted.len(), passages.asked.len(), left), (2, 0, 0));
    assert_eq!(Passages::of(text, &[], &mut left), None);
    let mut left = 1;
    let passages = Passages::of(text, &[], &mut left).unwrap();
    assert_eq!(passages.own, [0..1, 14..text.len()]);
}

#[test]
fn hostile_texts_are_divided_in_linear_time() {
    for text in
        ["«", "\"a", "«a b c d", "> ", "?", "a? ", "„“", "‘a ’", "a b c d» «", "՞", "...", "a."]
    {
        let text = text.repeat((64 << 10) / text.len());
        drop(Passages::of(&text, &[], &mut 256));
    }
}

/// Texts of marks and words.
fn texts() -> impl Strategy<Value = String> {
    "(«|»|„|“|”|‘|’|\"|「|」|> |\n|\\?|\\. |！|[aж日] |one two|three four five |a\\.kz/\\?x|՞|;| ){0,40}"
}

proptest! {
    /// What is found in a passage is found in the text too, so the text can be searched first.
    #[test]
    fn what_is_found_in_passages_is_in_the_text(text in texts(), open in proptest::bool::ANY) {
        let Some(passages) = Passages::of(&text, &[], &mut 100) else { return Ok(()) };
        let phrase = |pieces: &[&'static str], gaps: &[Option<u32>]| PhraseSource {
            modifier: Modifier::Plain,
            language: None,
            pieces: pieces.to_vec(),
            gaps: gaps.to_vec(),
        };
        let gap = if open { None } else { Some(3) };
        let phrases =
            [phrase(&["one two"], &[]), phrase(&["three", "two"], &[gap]), phrase(&["five"], &[])];
        let (matcher, _) = Matcher::compile(&phrases);
        let words = Words::of(&text);
        let (whole, places) = (matcher.find(&words), matcher.places(&words));
        let found = |ranges: &[Range<usize>]| -> Vec<Range<usize>> {
            let found = matcher.find_in(&places, ranges);
            let inside = found.iter().zip(ranges).flat_map(|(matches, range)| {
                matches.iter().inspect(|one| {
                    assert!(range.start <= one.bytes.start && one.bytes.end <= range.end);
                })
            });
            inside.map(|one| one.bytes.clone()).collect()
        };
        let (own, quoted) = (found(&passages.own), found(&passages.quoted));
        prop_assert!(own.is_empty() && quoted.is_empty() || !whole.is_empty());
        for one in &own {
            prop_assert!(quoted.iter().all(|other| one.end <= other.start || other.end <= one.start));
        }
        // Where nothing is cut, the passage is the text.
        let of_whole = matcher.find_in(&places, slice::from_ref(&(0..text.len()))).concat();
        prop_assert_eq!(of_whole, whole);
    }

    #[test]
    fn passages_are_in_order_and_together_the_text(
        text in texts(),
        marks in proptest::collection::vec((0..60usize, 0..60usize), 0..3),
    ) {
        let marked: Vec<_> = marks.into_iter().map(|(start, length)| start..start + length).collect();
        let Some(passages) = Passages::of(&text, &marked, &mut 100) else { return Ok(()) };
        let Passages { own, quoted, asked, stated } = *passages;
        for ranges in [&own, &quoted, &asked, &stated] {
            let mut end = 0;
            for range in ranges {
                prop_assert!(range.start >= end && !range.is_empty(), "{ranges:?}");
                prop_assert!(!text.get(range.clone()).unwrap().trim().is_empty());
                end = range.end;
            }
        }
        let letters = |ranges: &[&Vec<Range<usize>>]| {
            let mut bytes: Vec<usize> = ranges.iter().flat_map(|one| one.iter()).cloned().flatten().collect();
            bytes.sort_unstable();
            bytes.retain(|at| !text.as_bytes()[*at].is_ascii_whitespace());
            bytes
        };
        let all: Vec<usize> = (0..text.len()).filter(|at| !text.as_bytes()[*at].is_ascii_whitespace()).collect();
        prop_assert_eq!(letters(&[&own, &quoted]), all);
        prop_assert_eq!(letters(&[&asked, &stated]), letters(&[&own]));
    }
}
