//! Runs Telegram's own test vectors for extraction (tdlib, `test/message_entities.cpp`, Boost Software License). They
//! are in a file outside the project.

use super::contacts::{cards, emails};
use super::links::links;
use super::tags::{self, TagKind};
use super::urls::{own_urls, urls};
use std::fs;

/// The stretches of one kind that the library finds in a text; `None` for an unknown kind.
fn found<'t>(kind: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let slice = |start: usize, end: usize| text.get(start..end).unwrap();
    let tags = |kind: TagKind| {
        let all = tags::all_tags(text).into_iter().filter(|tag| tag.kind == kind);
        all.map(|tag| slice(tag.bytes.start, tag.bytes.end)).collect()
    };
    Some(match kind {
        "mention" => tags(TagKind::Mention),
        "bot_command" => tags(TagKind::Command),
        "hashtag" => tags(TagKind::Hashtag),
        "cashtag" => tags(TagKind::Cashtag),
        "bank_card_number" => cards(text).iter().map(|one| slice(one.start, one.end)).collect(),
        "tg_url" => own_urls(text).iter().map(|bytes| slice(bytes.start, bytes.end)).collect(),
        "url" => {
            let urls = urls(text).into_iter().filter(|one| !one.is_email);
            urls.map(|one| slice(one.bytes.start, one.bytes.end)).collect()
        }
        "email" => emails(text).iter().map(|one| slice(one.start, one.end)).collect(),
        _ => return None,
    })
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that finds no data says so")]
fn extraction_agrees_with_telegrams_vectors() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/data/telegram/tdlib_entity_vectors.public.json"
    );
    let Ok(json) = fs::read(path) else {
        eprintln!("{path} is absent: Telegram's vectors were not run");
        return;
    };
    let vectors: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let (mut agree, mut all, mut different) = (0, 0, vec![]);
    for (kind, cases) in vectors["find"].as_object().unwrap() {
        for case in cases.as_array().unwrap() {
            let text = case["text"].as_str().unwrap();
            let expected: Vec<&str> = case["expect"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one.as_str().unwrap())
                .collect();
            let Some(found) = found(kind, text) else {
                panic!("{kind} is a kind that is not read");
            };
            all += 1;
            if found == expected {
                agree += 1;
            } else {
                different.push(format!("{kind} {text:?}: {found:?}, expected {expected:?}"));
            }
        }
    }
    eprintln!("{agree} of {all} vectors agree");
    assert!(all > 0, "the file has no vector in a form that is read here");
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn disguised_links_are_found_where_they_stand() {
    for (text, written, url) in [
        (
            "hxxps://evil[.]example[.]com/x",
            "hxxps://evil[.]example[.]com/x",
            "https://evil.example.com/x",
        ),
        ("see evil [.] com/login now", "evil [.] com/login", "evil.com/login"),
        ("HXXP[:]//evil(dot)com", "HXXP[:]//evil(dot)com", "http://evil.com"),
        ("жми evil。com", "evil。com", "evil.com"),
    ] {
        let links = links(text);
        assert_eq!(links.len(), 1, "{text}");
        let link = &links[0];
        assert_eq!((text.get(link.start..link.end), link.url.as_str()), (Some(written), url));
    }
}
