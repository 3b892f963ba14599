//! Text matching on real messages: ordinary words are not taken for disguise, and disguised words are found in place.

use crate::{shared, shipped};
use lexloci::text::{Matcher, Modifier, Offsets, PhraseSource, Scanner, Scratch, Words};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::{fs, io};

/// Prints a line for people who run the test with `--nocapture`.
fn say(line: &str) {
    writeln!(io::stdout(), "{line}").unwrap();
}

struct Message {
    text: String,
    language: String,
}

/// The messages of the corpora that are neither spam nor fraud nor promotion. None if the data is absent.
fn messages() -> Vec<Message> {
    let Some(folder) = shared::path("messages") else { return vec![] };
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut messages = vec![];
    for path in paths {
        for line in fs::read_to_string(path).unwrap().lines() {
            let message: serde_json::Value = serde_json::from_str(line).unwrap();
            let field = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
            if !["spam", "fraud", "promo"].contains(&field("label").as_str()) {
                messages.push(Message { text: field("text"), language: field("lang") });
            }
        }
    }
    messages
}

fn compile(raw: &str, modifier: Modifier, language: Option<&str>) -> Matcher {
    let source = PhraseSource { modifier, language, pieces: vec![raw], gaps: vec![] };
    Matcher::compile(&[source]).0
}

fn is_found(matcher: &Matcher, text: &str, bytes: std::ops::Range<usize>) -> bool {
    matcher.find(&Words::of(text)).iter().any(|found| found.bytes == bytes)
}

#[test]
fn only_words_that_mix_scripts_are_read_as_disguised() {
    let mut mixed: BTreeMap<String, usize> = BTreeMap::new();
    let (mut count, mut examples) = (0, BTreeMap::<String, usize>::new());
    for message in messages() {
        let words = Words::of(&message.text);
        count += words.bytes().count();
        let bytes: Vec<_> = words.mixed().collect();
        assert_eq!(bytes, words.disguised().collect::<Vec<_>>(), "{}", message.text);
        for bytes in bytes {
            let word = message.text.get(bytes).unwrap();
            let scripts: BTreeSet<&str> = word.chars().filter_map(script).collect();
            assert!(scripts.len() > 1, "{word} does not mix scripts");
            *mixed.entry(message.language.clone()).or_default() += 1;
            *examples.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    let mut examples: Vec<_> = examples.into_iter().collect();
    examples.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), word.clone()));
    let commonest: Vec<String> =
        examples.iter().take(12).map(|(word, count)| format!("{word} {count}")).collect();
    say(&format!("{count} words, mixed: {mixed:?}; commonest: {}", commonest.join(", ")));
}

/// The script of a letter; `None` if the character is no letter.
fn script(c: char) -> Option<&'static str> {
    let folded = Words::of(&c.to_string()).folded().chars().next()?;
    match folded {
        'a'..='z' | 'à'..='ɏ' | 'ɐ'..='ʯ' | 'ḁ'..='ỿ' | 'ⱡ'..='Ɀ' | 'ꜣ'..='ꟿ' => {
            Some("Latin")
        }
        'а'..='ԯ' | 'ᲀ'..='\u{1cc8}' => Some("Cyrillic"),
        'ͱ'..='Ͽ' | 'ἀ'..='\u{1fff}' => Some("Greek"),
        c if c.is_alphabetic() => Some("another"),
        _ => None,
    }
}

#[test]
fn each_word_of_a_message_is_found_in_its_place() {
    for message in messages() {
        let words = Words::of(&message.text);
        let spans: Vec<_> = words.bytes().collect();
        let phrase = |bytes: &std::ops::Range<usize>| PhraseSource {
            modifier: Modifier::Plain,
            language: Some(&message.language),
            pieces: vec![message.text.get(bytes.clone()).unwrap()],
            gaps: vec![],
        };
        let (matcher, _) = Matcher::compile(&spans.iter().map(phrase).collect::<Vec<_>>());
        let found: Vec<_> = matcher.find(&words).into_iter().map(|found| found.bytes).collect();
        assert_eq!(found, spans, "{}", message.text);
        for bytes in spans {
            let offsets = Offsets::of(&message.text, bytes.clone());
            let word = message.text.get(bytes).unwrap();
            assert_eq!(offsets.chars[1] - offsets.chars[0], word.chars().count());
            assert_eq!(offsets.utf16[1] - offsets.utf16[0], word.encode_utf16().count());
        }
    }
}

/// A way to disguise a term: its name, the modifier that a pattern needs to find it, and the function that disguises.
type Disguise = (&'static str, Modifier, fn(&str, &str) -> Option<String>);

/// All disguises that `docs/internals/text.md` lists.
const DISGUISES: &[Disguise] = &[
    ("capitals", Modifier::Plain, |term, _| Some(term.to_uppercase())),
    ("letters of another script", Modifier::Plain, |term, _| mixed(term)),
    ("full width", Modifier::Plain, |term, _| styled(term, 0xff41)),
    ("mathematical", Modifier::Plain, |term, _| styled(term, 0x1d41a)),
    ("zero width", Modifier::Plain, |term, _| Some(between_letters(term, "\u{200b}"))),
    ("foreign accents", Modifier::Plain, |term, _| accented(term)),
    ("struck through", Modifier::Plain, |term, _| Some(after_letters(term, "\u{336}"))),
    ("zalgo", Modifier::Plain, |term, _| Some(after_letters(term, "\u{30d}\u{334}\u{323}"))),
    ("typed without its letters", Modifier::Plain, spelled),
    ("spaced out", Modifier::Loose, |term, _| spaced(term, " ")),
    ("with stops between", Modifier::Loose, |term, _| spaced(term, ".")),
    ("leetspeak", Modifier::Loose, |term, _| leet(term)),
    ("letters repeated", Modifier::Loose, |term, _| repeated(term)),
];

fn mapped(term: &str, table: &[(char, &str)], every: usize) -> Option<String> {
    let mut seen = 0;
    let mut changed = false;
    let out = term
        .chars()
        .map(|c| match table.iter().find(|(from, _)| *from == c) {
            Some((_, to)) => {
                seen += 1;
                changed |= seen % every == 0;
                if seen % every == 0 { (*to).to_owned() } else { c.to_string() }
            }
            None => c.to_string(),
        })
        .collect();
    changed.then_some(out)
}

/// Replaces every second letter that has a lookalike in the other script. Each word must still mix scripts.
fn mixed(term: &str) -> Option<String> {
    const TWINS: &[(char, &str)] = &[
        ('a', "а"),
        ('c', "с"),
        ('e', "е"),
        ('i', "і"),
        ('o', "о"),
        ('p', "р"),
        ('x', "х"),
        ('y', "у"),
        ('а', "a"),
        ('в', "b"),
        ('е', "e"),
        ('и', "u"),
        ('к', "k"),
        ('м', "m"),
        ('н', "h"),
        ('о', "o"),
        ('п', "n"),
        ('р', "p"),
        ('с', "c"),
        ('т', "t"),
        ('у', "y"),
        ('х', "x"),
        ('і', "i"),
        ('ә', "ə"),
    ];
    let words: Vec<String> = term
        .split(' ')
        .map(|word| {
            mapped(word, TWINS, if word.chars().count() > 3 { 2 } else { 1 })
                .unwrap_or_else(|| word.to_owned())
        })
        .collect();
    let words = words.join(" ");
    let all_mixed = Words::of(&words).mixed().count();
    (words != term && all_mixed == term.split(' ').count()).then_some(words)
}

fn styled(term: &str, first: u32) -> Option<String> {
    let style = |c: char| match c {
        'a'..='z' => char::from_u32(first + (c as u32 - 'a' as u32)).unwrap(),
        c => c,
    };
    term.contains(|c: char| c.is_ascii_lowercase()).then(|| term.chars().map(style).collect())
}

fn after_letters(term: &str, mark: &str) -> String {
    term.chars().map(|c| if c == ' ' { c.to_string() } else { format!("{c}{mark}") }).collect()
}

/// Removes the invisible characters at the end of a word, which are not part of it.
fn between_letters(term: &str, mark: &str) -> String {
    after_letters(term, mark).replace(&format!("{mark} "), " ").trim_end_matches(mark).to_owned()
}

/// Adds accents that none of the languages has.
fn accented(term: &str) -> Option<String> {
    const ACCENTS: &[(char, &str)] = &[
        ('a', "ǎ"),
        ('e', "ě"),
        ('i', "ǐ"),
        ('o', "ǒ"),
        ('u', "ǔ"),
        ('а', "ӑ"),
        ('е', "ӗ"),
        ('и', "ӣ"),
        ('о', "ӧ"),
        ('у', "ӯ"),
        ('ы', "ӹ"),
        ('э', "ӭ"),
    ];
    mapped(term, ACCENTS, 1)
}

fn spelled(term: &str, language: &str) -> Option<String> {
    const TYPED: &[(&str, &[(char, &str)])] = &[
        (
            "kk",
            &[
                ('қ', "к"),
                ('ғ', "г"),
                ('ң', "н"),
                ('ә', "а"),
                ('ө', "о"),
                ('ұ', "у"),
                ('ү', "у"),
                ('і', "и"),
                ('һ', "х"),
            ],
        ),
        (
            "fr",
            &[
                ('é', "e"),
                ('è', "e"),
                ('ê', "e"),
                ('à', "a"),
                ('â', "a"),
                ('ç', "c"),
                ('î', "i"),
                ('ô', "o"),
                ('û', "u"),
            ],
        ),
        ("de", &[('ä', "ae"), ('ö', "oe"), ('ü', "ue"), ('ß', "ss")]),
        ("ru", &[('ё', "е")]),
    ];
    let (_, table) = TYPED.iter().find(|(own, _)| *own == language)?;
    mapped(term, table, 1)
}

fn spaced(term: &str, between: &str) -> Option<String> {
    let words: Vec<String> = term
        .split(' ')
        .map(|word| word.chars().map(String::from).collect::<Vec<_>>().join(between))
        .collect();
    let letters_only = term.chars().all(|c| c.is_alphabetic() || c == ' ');
    let long = term.split(' ').all(|word| word.chars().count() >= 3);
    (letters_only && long).then(|| words.join("  "))
}

fn leet(term: &str) -> Option<String> {
    const SIGNS: &[(char, &str)] = &[
        ('a', "4"),
        ('e', "3"),
        ('i', "1"),
        ('o', "0"),
        ('s', "$"),
        ('t', "7"),
        ('а', "@"),
        ('о', "0"),
        ('з', "3"),
        ('ч', "4"),
        ('б', "6"),
        ('в', "8"),
    ];
    // A word of signs and digits alone is a number.
    let leet = mapped(term, SIGNS, 1)?;
    leet.split(' ').all(|word| word.contains(char::is_alphabetic)).then_some(leet)
}

fn repeated(term: &str) -> Option<String> {
    let letter = term.chars().nth(1).filter(|c| c.is_alphabetic())?;
    Some(term.replacen(letter, &String::from(letter).repeat(4), 1))
}

/// Ten terms of each language, drawn with a fixed seed from the lists and from the phrases of the shipped rules.
fn terms() -> Vec<(String, String)> {
    let mut by_language: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (language, path) in [
        ("ru", "ldnoobw_v2/ru.txt"),
        ("ru", "ru_flacsy.txt"),
        ("ru", "ru_mat_evgenyyushko.txt"),
        ("fr", "ldnoobw_v2/fr.txt"),
        ("fr", "fr_darwiin.txt"),
        ("fr", "fr_flacsy.txt"),
        ("de", "ldnoobw_v2/de.txt"),
        ("en", "ldnoobw_v2/en.txt"),
    ] {
        let Some(list) = shared::text(&format!("lists/words/{path}")) else { continue };
        let lines =
            list.lines().map(|line| line.trim().trim_start_matches('\u{feff}').to_lowercase());
        by_language.entry(language).or_default().extend(lines);
    }
    let rules = shipped::at_root("rules");
    let phrase = regex::Regex::new(r#""([^"]+)""#).unwrap();
    for path in [rules.clone(), rules.join("lib")] {
        for file in fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()) {
            let Ok(text) = fs::read_to_string(&file) else { continue };
            for line in text.lines() {
                let Some((language, rest)) = line.trim().split_once(':') else { continue };
                let Some(language) =
                    ["ru", "kk", "fr", "de", "en"].into_iter().find(|own| *own == language)
                else {
                    continue;
                };
                let phrases = phrase
                    .captures_iter(rest)
                    .map(|found| found[1].replace('*', "").to_lowercase());
                by_language.entry(language).or_default().extend(phrases);
            }
        }
    }
    let mut terms = vec![];
    for (language, all) in by_language {
        let plain = |term: &&String| {
            term.chars().count() >= 5 && term.chars().all(|c| c.is_alphabetic() || c == ' ')
        };
        let mut all: Vec<String> = all.iter().filter(plain).cloned().collect();
        // A generator of our own, so that the terms never change.
        let mut state = 20_261_124_u64;
        for _ in 0..10.min(all.len()) {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let drawn = all.swap_remove((state >> 33) as usize % all.len());
            terms.push((language.to_owned(), drawn));
        }
    }
    terms
}

#[test]
fn disguised_terms_are_found_at_their_place() {
    let terms = terms();
    let (mut all, mut found) = (0, 0);
    let mut misses = vec![];
    for (name, modifier, disguise) in DISGUISES {
        let (mut tried, mut met) = (0, 0);
        for (language, term) in &terms {
            let Some(variant) = disguise(term, language) else { continue };
            let text = format!("Смотри, voilà: {variant}, иначе 2 x no!");
            let start = text.find(&variant).unwrap();
            let matcher = compile(term, *modifier, Some(language));
            tried += 1;
            if is_found(&matcher, &text, start..start + variant.len()) {
                met += 1;
            } else {
                let found = matcher.find(&Words::of(&text));
                misses.push(format!("{name}: {language} `{term}` as `{variant}` {found:?}"));
            }
        }
        say(&format!(
            "| {name} | {} | {tried} | {met} |",
            if *modifier == Modifier::Loose { "`loose`" } else { "" }
        ));
        (all, found) = (all + tried, found + met);
    }
    say(&format!("{} terms, {all} variants, {found} found", terms.len()));
    misses.iter().for_each(|miss| say(miss));
    assert!(found * 100 >= all * 99, "{} of {all} found", found);
}

#[test]
fn terms_found_in_ordinary_messages_are_listed() {
    let (terms, messages) = (terms(), messages());
    for (modifier, name) in [(Modifier::Plain, ""), (Modifier::Loose, "`loose`")] {
        let compiled =
            |(language, term): &(String, String)| compile(term, modifier, Some(language));
        let matchers: Vec<Matcher> = terms.iter().map(compiled).collect();
        let scanner = Scanner::new(matchers.iter());
        let (mut plain, mut otherwise) = (0, BTreeMap::<String, usize>::new());
        let mut scratch = Scratch::default();
        for Message { text, .. } in &messages {
            let mut hits = vec![];
            scanner.scan(text, &mut scratch, &mut |hit| hits.push(hit));
            let words = Words::of(text);
            for (hit, found) in hits.iter().flat_map(|&hit| {
                matchers[hit].find(&words).into_iter().map(move |found| (hit, found))
            }) {
                let written = text.get(found.bytes).unwrap();
                let seen = written.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
                if seen == terms[hit].1 {
                    plain += 1;
                } else {
                    *otherwise.entry(format!("{} as {written}", terms[hit].1)).or_default() += 1;
                }
            }
        }
        let count: usize = otherwise.values().sum();
        say(&format!("| {name} | {} | {plain} | {count} |", messages.len()));
        say(&format!("{otherwise:?}"));
    }
}
