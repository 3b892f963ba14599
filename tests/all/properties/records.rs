//! Generates records as canonical JSON: small, and most optional fields are usually missing.

use super::words::{DATES, PLACES, WORDS};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::strategy::{BoxedStrategy, Union};
use serde_json::{Map, Value, json};

/// A strategy of JSON.
type Json = BoxedStrategy<Value>;

/// A record that every schema of the tests reads.
pub fn record() -> BoxedStrategy<Value> {
    object(vec![
        always("id", Just(json!("test:1")).boxed()),
        // With an escape in it, the engine copies it.
        always("platform", word(&["telegram", "telegram", "a\"b"])),
        ("sent_at", 0.8, date()),
        ("edited_at", 0.3, date()),
        always("parts", vec(part(), 0..4).prop_map(Value::from).boxed()),
        ("links", 0.7, vec(link(), 0..4).prop_map(Value::from).boxed()),
        ("wallets", 0.3, vec(wallet(), 0..3).prop_map(Value::from).boxed()),
        ("media", 0.4, vec(medium(), 0..3).prop_map(Value::from).boxed()),
        ("tags", 0.4, tags()),
        ("chat", 0.95, chat()),
        ("author", 0.7, author()),
        ("visibility", 0.6, visibility()),
        ("labels", 0.5, labels()),
        ("reports", 0.7, reports()),
        ("metrics", 0.4, object(vec![("views", 0.8, number())])),
        // With a source, an absent `deceptive` of a link means false.
        ("source", 0.5, object(vec![("format", 0.8, word(FORMATS))])),
        ("ext", 0.1, Just(json!({ "b": 9.5, "a": [null, { "c": "KZ" }] })).boxed()),
        ("reply", 0.5, reply()),
        ("forward", 0.4, forward()),
        ("none", 0.7, subsets()),
    ])
    .prop_map(say_what_is_none)
    .prop_map(fit_places)
    .boxed()
}

/// The records that may be none.
const NONE: &[&str] = &[
    "author.account",
    "forward",
    "forward.chat",
    "metrics",
    "reply",
    "reply.author",
    "reply.author.account",
    "reply.chat",
    "via_bot",
];

fn subsets() -> Json {
    proptest::sample::subsequence(NONE, 0..=NONE.len()).prop_map(Value::from).boxed()
}

/// Moves the paths in `none` to `absent`, where the record has no value there and has the record around it.
fn say_what_is_none(mut record: Value) -> Value {
    let wanted = record.as_object_mut().and_then(|record| record.remove("none"));
    let can_be_none = |path: &&str| {
        let pointer = format!("/{}", path.replace('.', "/"));
        let (around, _) = pointer.rsplit_once('/').unwrap();
        record.pointer(&pointer).is_none()
            && (around.is_empty() || around == "/author" || record.pointer(around).is_some())
    };
    let paths = wanted.iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str);
    let absent: Vec<Value> = paths.filter(can_be_none).map(Value::from).collect();
    if !absent.is_empty() {
        record["absent"] = absent.into();
    }
    record
}

/// Moves the places of links and other contacts to characters of their parts.
fn fit_places(mut record: Value) -> Value {
    let texts: Vec<String> = record["parts"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|part| part["text"].as_str().unwrap().to_owned())
        .collect();
    for list in ["/links", "/wallets", "/tags/mentions"] {
        let list = record.pointer_mut(list).and_then(Value::as_array_mut);
        for contact in list.into_iter().flatten().filter_map(Value::as_object_mut) {
            let Some(part) = contact.get("part").and_then(Value::as_u64) else { continue };
            let Some(text) = texts.get(usize::try_from(part).unwrap()) else {
                contact.remove("part");
                continue;
            };
            for bound in ["start", "end"] {
                if let Some(at) = contact.get_mut(bound) {
                    let most = usize::try_from(at.as_u64().unwrap()).unwrap().min(text.len());
                    let before = (0..=most).rev().find(|at| text.is_char_boundary(*at));
                    *at = before.unwrap().into();
                }
            }
        }
    }
    record
}

fn reply() -> Json {
    let account = || {
        object(vec![
            ("id", 0.7, select(&[3, 4][..]).prop_map(Value::from).boxed()),
            ("is_bot", 0.5, truth()),
        ])
    };
    object(vec![
        ("message_id", 0.6, number()),
        ("text", 0.5, text()),
        ("external", 0.6, truth()),
        ("chat", 0.4, object(vec![("members", 0.6, number()), ("title", 0.5, text())])),
        ("author", 0.6, object(vec![("account", 0.6, account())])),
    ])
}

fn forward() -> Json {
    object(vec![
        always("origin", word(&["user", "channel"])),
        ("name", 0.4, text()),
        ("automatic", 0.5, truth()),
        ("date", 0.5, date()),
        ("chat", 0.4, object(vec![("title", 0.6, text()), ("public", 0.6, truth())])),
    ])
}

/// Optional fields from which nothing is derived: adding one only adds knowledge. The dates of the message
/// are not among them, because they say which law counts.
pub const KNOWABLE: &[&str] = &[
    "/metrics",
    "/author/account",
    "/chat/public",
    "/chat/members",
    "/chat/verified",
    "/chat/scam",
    "/chat/title",
    "/chat/country",
    "/chat/created_at",
    "/chat/strikes",
    "/author/account/minor",
    "/author/account/is_bot",
    "/author/account/age",
    "/author/account/created_at",
    "/labels/news",
    "/labels/synthetic",
    "/reports/trusted_flagger",
    "/reports/known_at",
    "/reports/orders/0/ref",
    "/links/0/host",
    "/links/0/scheme",
    "/links/0/deceptive",
    "/links/1/host",
    "/media/0/size",
    "/reports/notices/0/reporter",
    "/media/0/spoiler",
];

/// A record without the field at a JSON pointer.
pub fn without(mut record: Value, pointer: &str) -> Value {
    if let Some((parent, field)) = pointer.rsplit_once('/')
        && let Some(fields) = record.pointer_mut(parent).and_then(Value::as_object_mut)
    {
        fields.remove(field);
    }
    record
}

const FORMATS: &[&str] = &["lexloci", "telegram_bot_api", "telegram_desktop_export"];

fn always(name: &'static str, value: Json) -> (&'static str, f64, Json) {
    (name, 1.0, value)
}

/// An object whose fields are present with these probabilities.
fn object(fields: Vec<(&'static str, f64, Json)>) -> Json {
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(name, share, value)| {
            let value = if share < 1.0 {
                weighted(share, value).boxed()
            } else {
                value.prop_map(Some).boxed()
            };
            value.prop_map(move |value| Some((name.to_owned(), value?)))
        })
        .collect();
    fields
        .prop_map(|fields| Value::Object(fields.into_iter().flatten().collect::<Map<_, _>>()))
        .boxed()
}

fn truth() -> Json {
    any::<bool>().prop_map(Value::from).boxed()
}

fn word(words: &'static [&'static str]) -> Json {
    select(words).prop_map(Value::from).boxed()
}

fn date() -> Json {
    word(DATES)
}

fn number() -> Json {
    select(&[0, 1, 2, 6, 21, 1500, -3, i64::MAX, i64::MIN][..]).prop_map(Value::from).boxed()
}

fn score() -> Json {
    object(vec![always(
        "score",
        select(&[0.0, 0.12, 0.8, 0.97, 1.0][..]).prop_map(Value::from).boxed(),
    )])
}

/// A sequence of words, sometimes with quotations and questions in it.
fn text() -> Json {
    let piece = (select(FRAMES), vec(select(WORDS), 1..6))
        .prop_map(|((open, close), words)| format!("{open}{}{close}", words.join(" ")));
    let framed = vec(piece, 1..4).prop_map(|pieces| pieces.concat().into());
    Union::new_weighted(vec![(5, words()), (2, framed.boxed())]).boxed()
}

/// What is around words that are quoted or asked, and around others.
const FRAMES: &[(&str, &str)] = &[
    (" «", "» "),
    (" «", "» "),
    ("“", "”? "),
    (" \"", "\". "),
    ("\n> ", "\n"),
    ("", "? "),
    ("", "? "),
    ("", ". "),
    ("", " "),
    ("„", " "),
];

/// A sequence of words, with and without blanks between them.
fn words() -> Json {
    let gap = Union::new_weighted(vec![
        (8, Just(" ")),
        (1, Just(", ")),
        (1, Just("\n")),
        (1, Just("\u{a0}")),
        (1, Just("")),
        (1, Just("\u{200d}")),
    ]);
    vec((select(WORDS), gap), 0..8)
        .prop_map(|words| {
            words.into_iter().flat_map(|(word, gap)| [word, gap]).collect::<String>().into()
        })
        .boxed()
}

fn part() -> Json {
    let kinds = word(&["text", "text", "caption", "quote", "button", "poll_option", "rich"]);
    let part = object(vec![always("kind", kinds), always("text", text())]);
    (part, weighted(0.2, (any::<Index>(), any::<Index>())))
        .prop_map(|(mut part, quotation)| {
            if let Some((start, end)) = quotation {
                part["entities"] = entities(part["text"].as_str().unwrap(), [start, end]);
            }
            part
        })
        .boxed()
}

/// A quotation from one character of a text to another.
fn entities(text: &str, ends: [Index; 2]) -> Value {
    let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut ends = ends.map(|end| *end.get(&bounds));
    ends.sort_unstable();
    json!([{ "type": "blockquote", "start": ends[0], "end": ends[1] }])
}

fn link() -> Json {
    object(vec![
        always(
            "url",
            word(&[
                "https://scam.example/a",
                "https://venue.example/",
                "tc:desk",
                "https://t.me/scam_bot",
                "https://example.social/users/ann",
            ]),
        ),
        always("via", word(&["url", "button", "text_link", "link_preview"])),
        ("part", 0.6, select(&[0, 1, 2, 7][..]).prop_map(Value::from).boxed()),
        ("start", 0.9, select(&[0, 3, 10, 20][..]).prop_map(Value::from).boxed()),
        ("end", 0.9, select(&[4, 12, 25, 30][..]).prop_map(Value::from).boxed()),
        ("display", 0.2, text()),
        (
            "host",
            0.7,
            word(&["scam.example", "a.scam.example", "venue.example", "t.me", "xn--e1afmkfd.kz"]),
        ),
        ("scheme", 0.7, word(&["https", "http"])),
        ("telegram", 0.3, word(&["scam_bot", "news"])),
        ("deceptive", 0.3, truth()),
    ])
}

fn medium() -> Json {
    object(vec![
        always("kind", word(&["photo", "document", "video"])),
        ("size", 0.5, number()),
        ("file_name", 0.4, word(&["passive income.apk", "фото.jpg", "😀.apk"])),
        ("ocr", 0.4, text()),
        ("spoiler", 0.4, truth()),
        ("duration_s", 0.4, select(&[0.5, 2.0][..]).prop_map(Value::from).boxed()),
    ])
}

/// A contact with its place in a part.
fn contact(mut fields: Vec<(&'static str, f64, Json)>) -> Json {
    let number = |numbers: &'static [i64]| select(numbers).prop_map(Value::from).boxed();
    fields.push(("part", 0.8, number(&[0, 1, 2])));
    fields.push(("start", 0.9, number(&[0, 3, 10])));
    fields.push(("end", 0.9, number(&[8, 12, 30])));
    object(fields)
}

fn mention() -> Json {
    contact(vec![
        ("username", 0.6, word(&["scam_bot", "news"])),
        ("user_id", 0.3, id()),
        ("url", 0.2, word(&["https://example.social/users/ann"])),
    ])
}

fn wallet() -> Json {
    contact(vec![
        always("chain", word(&["ton", "btc"])),
        always("address", word(&["x"])),
        always("checksum_ok", truth()),
        ("link", 0.3, select(&[0, 1, 5][..]).prop_map(Value::from).boxed()),
    ])
}

fn tags() -> Json {
    let some = |words| vec(word(words), 0..3).prop_map(Value::from).boxed();
    object(vec![
        ("mentions", 0.7, vec(mention(), 0..3).prop_map(Value::from).boxed()),
        ("hashtags", 0.7, some(&["ad", "ton", "реклама"])),
        ("cashtags", 0.5, some(&["TON", "BTC"])),
    ])
}

fn chat() -> Json {
    object(vec![
        ("id", 0.3, id()),
        ("username", 0.3, word(&["news", "a\"b"])),
        ("type", 0.8, word(&["channel", "group", "supergroup", "private"])),
        ("public", 0.7, truth()),
        ("verified", 0.5, truth()),
        ("scam", 0.5, truth()),
        ("members", 0.6, number()),
        ("strikes", 0.5, number()),
        (
            "title",
            0.5,
            prop_oneof![word(&["TON Profit", "Пассивный доход", "TON 😀", "news"]), text()].boxed(),
        ),
        ("country", 0.5, word(&["KZ", "FR", "DE", "US"])),
        ("created_at", 0.4, date()),
    ])
}

fn author() -> Json {
    let account = object(vec![
        ("id", 0.5, id()),
        ("username", 0.5, word(&["scam_bot", "ann"])),
        ("url", 0.3, word(&["https://example.social/users/ann", "a\"b"])),
        ("minor", 0.5, truth()),
        ("is_bot", 0.6, truth()),
        ("age", 0.4, number()),
        ("created_at", 0.5, date()),
    ]);
    let chat = object(vec![("id", 0.8, id())]);
    object(vec![
        ("kind", 0.5, word(&["user", "bot"])),
        ("account", 0.7, account),
        ("chat", 0.2, chat),
    ])
}

fn id() -> Json {
    select(&[77, -1_001_234_567_890_i64][..]).prop_map(Value::from).boxed()
}

fn visibility() -> Json {
    let places =
        |size| vec(word(&["KZ", "FR", "DE", "GB", "US", "FR-IDF"]), size).prop_map(Value::from);
    object(vec![
        ("audience", 0.7, word(&["public", "unlisted", "private", "unknown"])),
        ("countries", 0.7, prop_oneof![Just(json!("*")), places(1..4)].boxed()),
        ("except", 0.3, places(0..3).boxed()),
        ("hidden", 0.3, prop_oneof![Just(json!("*")), places(0..3)].boxed()),
    ])
}

fn labels() -> Json {
    object(vec![("news", 0.6, score()), ("synthetic", 0.6, score())])
}

fn reports() -> Json {
    let countries =
        || select(PLACES).prop_filter("a country", |code| code.len() == 2 && *code != "EU");
    let country = || countries().prop_map(Value::from).boxed();
    let pause = object(vec![
        always("ground", word(&["force_majeure", "manifest_error", "clarification"])),
        always("from", date()),
        ("until", 0.6, date()),
    ]);
    let order = object(vec![
        always("authority", word(&["KZ-MAI", "KZ-GP", "FR-ARCOM"])),
        always("country", country()),
        ("ref", 0.5, word(&["7", "1442"])),
        ("received_at", 0.7, date()),
        ("expires_at", 0.2, date()),
        ("withdrawn_at", 0.2, date()),
        ("target", 0.3, word(&["message", "chat", "author"])),
        ("secret", 0.3, any::<bool>().prop_map(Value::from).boxed()),
        ("places", 0.2, vec(countries(), 0..3).prop_map(Value::from).boxed()),
        ("paused", 0.3, vec(pause, 0..3).prop_map(Value::from).boxed()),
    ]);
    let notice = object(vec![
        always("kind", word(&["copyright", "KZ-MAI"])),
        always("country", country()),
        ("reporter", 0.7, word(&["ann", "bob", "Bob"])),
        ("received_at", 0.7, date()),
        ("expires_at", 0.2, date()),
        ("withdrawn_at", 0.2, date()),
        ("by", 0.3, word(&["subject", "trusted_flagger", "authority"])),
        ("complete", 0.3, truth()),
        ("target", 0.3, word(&["message", "chat", "author"])),
        ("secret", 0.3, truth()),
        ("places", 0.2, vec(countries(), 0..3).prop_map(Value::from).boxed()),
    ]);
    let rules = vec(word(&["kz.r0", "world.r1", "eu.r2"]), 0..3).prop_map(Value::from).boxed();
    let ruling = object(vec![
        always("given_at", date()),
        always("place", word(&["KZ", "EU", "WORLD", "FR"])),
        always("rules", rules),
        ("version", 0.4, date()),
        always("verdict", word(&["upheld", "reversed"])),
        ("manifest", 0.3, truth()),
        ("by", 0.3, word(&["ann", "bob"])),
    ]);
    object(vec![
        ("rulings", 0.4, vec(ruling, 0..4).prop_map(Value::from).boxed()),
        ("count", 0.5, select(&[0, 1, 30][..]).prop_map(Value::from).boxed()),
        ("trusted_flagger", 0.4, select(&[0, 2][..]).prop_map(Value::from).boxed()),
        ("orders", 0.7, vec(order, 0..4).prop_map(Value::from).boxed()),
        ("notices", 0.4, vec(notice, 0..3).prop_map(Value::from).boxed()),
        ("received_at", 0.4, date()),
        ("known_at", 0.4, date()),
    ])
}
