//! Messages of Telegram, exports and facts of the host are imported as records.

use crate::shared;
use lexloci::{Compiler, Import, InputFormat, Record, RecordError, RuleSet};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

pub(super) static SET: LazyLock<RuleSet> = LazyLock::new(|| {
    let world = "jurisdiction WORLD { zone \"UTC\" }";
    Compiler::new().file("world.loci", world).compile().unwrap()
});

const UPDATES: &str = include_str!("../cases/telegram/updates.jsonl");
const POSTS: &str = include_str!("../cases/activitypub/posts.jsonl");
const EXPORT: &str = include_str!("../../examples/export/result.json");
const RECORDS: &str = include_str!("../../examples/messages.jsonl");

/// Messages of each format, by its name.
const SAMPLES: [(&str, &str); 4] = [
    ("record", RECORDS),
    ("telegram", UPDATES),
    ("telegram-export", EXPORT),
    ("activitypub", POSTS),
];

const FACTS: &str = include_str!("../../examples/export/facts.jsonl");

/// What an importer made of an input.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) records: Vec<Value>,
    pub(super) faults: Vec<String>,
    /// How many parts without a message were skipped, by kind.
    pub(super) skipped: BTreeMap<String, usize>,
}

pub(super) fn import(bytes: &[u8], format: InputFormat) -> Read {
    let mut read = Read::default();
    let mut import = Import::new(bytes, format);
    while let Some(imported) = import.next_message().unwrap() {
        match imported.read(SET.schema()) {
            Ok(_) => {
                read.records.push(serde_json::from_slice(imported.json().unwrap()).unwrap());
            }
            Err(error) => read.faults.push(fault(&imported.position.to_string(), &error)),
        }
    }
    read.skipped = import.skipped().map(|(what, count)| (what.to_owned(), count)).collect();
    read
}

fn bot_format() -> InputFormat {
    InputFormat::named("telegram").unwrap()
}

fn export_format() -> InputFormat {
    InputFormat::named("telegram-export").unwrap()
}

fn fault(position: &str, error: &RecordError) -> String {
    format!("{position}: {} {error}", error.code.as_str())
}

// -- The reference mapping

const PLACE_OF_MENTION: &str = "evidence quotes the words of a mention, so a mention says where they are; the reference does not";

/// Where records differ from those of the reference mapping, and why.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "*",
        "/tags/commands/*",
        "FORMATS 4 and the schema have tags in lower case and without their sign, as `given` extracts them; the \
         reference leaves the `/` of commands",
    ),
    ("*", "/tags/mentions/*/part", PLACE_OF_MENTION),
    ("*", "/tags/mentions/*/start", PLACE_OF_MENTION),
    ("*", "/tags/mentions/*/end", PLACE_OF_MENTION),
    (
        "*",
        "/source/unmapped",
        "records name each value that was not read; the reference names unknown keys of the message only",
    ),
    (
        "tg-rs-message-text-e56f29eb",
        "/ext",
        "who called a guest bot is kept; the reference loses it",
    ),
    (
        "tg-rs-message-text-2a906fa4",
        "/reply/chat",
        "readers see whose story it is; the reference loses it",
    ),
    (
        "*",
        "/media/0/sticker_set",
        "readers see the set of a sticker; the reference has no such field",
    ),
    (
        "mymmrac-message-rich_message-47411e10",
        "/parts",
        "readers see the performer and title of audio in a rich message; the reference loses them",
    ),
    (
        "mymmrac-message-rich_message-47411e10",
        "/links/0/part",
        "likewise, so other parts come first",
    ),
    (
        "nutgram-update-message-story-7adee5fd",
        "/parts",
        "readers see the title of the chat that a story is from; the reference loses it",
    ),
    ("loganavter_result-098990a7", "/ext", "an unknown place, `null`, is nothing to keep"),
    (
        "innerdvations_error_unexpected-24245914",
        "/ext",
        "the emoji of a sticker is in `media`, where rules read it",
    ),
    (
        "*",
        "/media/0/emoji",
        "readers see the emoji of a sticker or die; the reference has no such field",
    ),
    (
        "*",
        "/phones",
        "rules that ask for telephone numbers, mail addresses and cards find those that readers see; the reference has no \
         such fields",
    ),
    (
        "*",
        "/absent",
        "what a message does not have is known where its format has a key for it; the reference knows no absence",
    ),
    (
        "innerdvations_error_unexpected-24245914",
        "/source/warnings",
        "an account `ERROR:from is string` and a text that is an object cannot be read: the record says so, the \
         reference loses them silently",
    ),
    (
        "innerdvations_error_unexpected-24245914",
        "/parts",
        "a text that is an object `{\"error\": …}` has no words: the reference takes its keys for them",
    ),
    (
        "innerdvations_error_unexpected-24245914",
        "/links/0/telegram",
        "`t.me/addstickers/…` opens a set of stickers, no user `addstickers`",
    ),
    (
        "loganavter_result-098990a7",
        "/parts/0/pointer",
        "the prize stands under `giveaway_results`; the reference points to `giveaway_information`, which is not there",
    ),
    (
        "nutgram-update-message-3ff894c2",
        "/parts",
        "readers see the tasks that are added to a list, as those of the list itself; the reference leaves them in \
         `service.fields`, where no rule looks",
    ),
    (
        "loganavter_result-098990a7",
        "/parts",
        "the same of words beside a gift, the new name of a topic, and the reason for a refusal",
    ),
];

/// What records leave out where the reference writes a word for nothing, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("/service", "`absent` says that a message is no service message"),
    ("/reports", "that nobody reported a message is for the host to say"),
    ("/visibility/countries", "where a message can be seen is for the host to say"),
    ("/visibility", "the same, and who can see it where the source does not tell"),
    ("/chat/type", "what is not known is left out"),
    ("/author", "the same"),
    ("/author/kind", "the same"),
    ("/reply/author/kind", "the same"),
    ("/forward/origin", "the same"),
];

/// Whether the reference writes a value without having read one.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) => false,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(word) => ["unknown", "*"].contains(&word.as_str()),
        Value::Array(values) => values.iter().all(says_nothing),
        Value::Object(fields) => fields.values().all(says_nothing),
    }
}

/// The files in a folder of data by others, sorted. `None` if the data is absent.
fn shared_files(folder: &str) -> Option<Vec<PathBuf>> {
    let entries = fs::read_dir(shared::path(folder)?).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    Some(files)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn records_equal_those_of_the_reference_mapping() {
    let folders = ["telegram/bot_api/public", "telegram/desktop_export/public"];
    let (mut used, mut compared, mut wrong) = (BTreeSet::new(), 0, vec![]);
    for folder in folders {
        let Some(files) = shared_files(folder) else { return };
        for file in files {
            let name = stem(&file);
            let golden = file
                .parent()
                .unwrap()
                .join("../../../canonical/golden")
                .join(format!("{name}.json"));
            let Ok(golden) = fs::read(golden) else { continue };
            let golden: Vec<Value> = serde_json::from_slice(&golden).unwrap();
            let read = import(&fs::read(&file).unwrap(), InputFormat::AUTO);
            assert_eq!(read.faults, [""; 0], "{name}");
            assert_eq!(read.records.len(), golden.len(), "{name}");
            for (ours, theirs) in read.records.iter().zip(&golden) {
                compared += 1;
                let mut differ = vec![];
                differences(ours, theirs, String::new(), &mut differ);
                for at in differ {
                    let known = DIFFERENCES.iter().position(|(file, path, _)| {
                        [*file, "*"].contains(&name.as_str()) || *file == "*"
                    } && matches(path, &at));
                    let is_left_out = ours.pointer(&at).is_none()
                        && theirs.pointer(&at).is_some_and(says_nothing);
                    let left_out = LEFT_OUT.iter().position(|(path, _)| *path == at);
                    let left_out = left_out.filter(|_| is_left_out);
                    match known.or(left_out.map(|number| DIFFERENCES.len() + number)) {
                        Some(number) => drop(used.insert(number)),
                        None => wrong.push(format!("{name}: {at} in {ours}")),
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared >= 200, "{compared}");
    assert_eq!(
        used.len(),
        DIFFERENCES.len() + LEFT_OUT.len(),
        "a reason is given for a difference that is none: {used:?}"
    );
}

/// Whether a pattern is for a path. Its `*` stands for any one key or number.
fn matches(pattern: &str, path: &str) -> bool {
    let mut keys = path.split('/');
    let is_next = |own: &str| keys.next().is_some_and(|key| own == "*" || own == key);
    pattern.split('/').all(is_next) && keys.next().is_none()
}

/// The JSON pointers at which two values differ.
fn differences(a: &Value, b: &Value, at: String, found: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(x), Value::Object(y)) => {
            for key in x.keys().chain(y.keys()).collect::<BTreeSet<_>>() {
                match (x.get(key), y.get(key)) {
                    (Some(x), Some(y)) => differences(x, y, format!("{at}/{key}"), found),
                    _ => found.push(format!("{at}/{key}")),
                }
            }
        }
        (Value::Array(x), Value::Array(y)) if x.len() == y.len() => {
            for (number, (x, y)) in x.iter().zip(y).enumerate() {
                differences(x, y, format!("{at}/{number}"), found);
            }
        }
        (a, b) if a == b => {}
        _ => found.push(at),
    }
}

#[test]
fn payloads_of_others_yield_records_or_named_reasons() {
    let Some(files) = shared_files("telegram/bot_api/public") else { return };
    let all = files.len();
    let read: Vec<_> =
        files.iter().map(|file| import(&fs::read(file).unwrap(), InputFormat::AUTO)).collect();
    let with_records = read.iter().filter(|read| !read.records.is_empty()).count();
    assert!(with_records >= 55, "{with_records} of {all}");
    for read in &read {
        assert!(read.faults.is_empty(), "{read:?}");
        assert!(
            !read.records.is_empty() || !read.skipped.is_empty(),
            "lost without a word: {read:?}"
        );
    }
    for file in shared_files("telegram/desktop_export/public").unwrap() {
        let read = import(&fs::read(&file).unwrap(), InputFormat::AUTO);
        if stem(&file).starts_with("innerdvations_error-") {
            // A comma is missing before the messages, which are all there.
            assert_eq!((read.records.len(), read.faults.len()), (2, 1), "{read:?}");
            let fault = "this is not JSON: `,` is missing before `messages`, at line 5";
            assert!(read.faults[0].ends_with(fault), "{read:?}");
        } else {
            assert!(read.faults.is_empty(), "{}: {:?}", file.display(), read.faults);
        }
    }
}

/// Telegram's own texts with entities, as bots would receive them.
#[test]
fn entities_of_telegrams_own_tests_cut_what_they_mark() {
    let Some(files) = shared_files("telegram") else { return };
    let file = files.iter().find(|file| stem(file) == "tdlib_entity_vectors.public").unwrap();
    let vectors: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let vectors = vectors["formatted"].as_array().unwrap();
    assert!(vectors.len() > 80);
    for vector in vectors {
        let text = vector["text"].as_str().unwrap();
        if text.is_empty() {
            continue;
        }
        let read = import_text(text, &vector["entities"]);
        let part = &read["parts"][0];
        assert_eq!(part["text"], text);
        let given = vector["entities"].as_array().unwrap();
        let entities = part["entities"].as_array().unwrap();
        assert_eq!(entities.len(), given.len());
        for (entity, given) in entities.iter().zip(given) {
            assert_eq!(units_of(text, entity), (given["offset"].clone(), given["length"].clone()));
            assert_eq!(
                (&entity["type"], entity.get("repaired")),
                (&given["type"], None),
                "{vector}"
            );
            let value = ["url", "language", "custom_emoji_id", "user"]
                .iter()
                .find_map(|key| given.get(*key));
            assert_eq!(entity.get("value"), value, "{vector}");
        }
        assert_eq!(read["source"]["warnings"], json!([]));
    }
}

/// Offset and length in UTF-16 units of an entity that has them in bytes.
fn units_of(text: &str, entity: &Value) -> (Value, Value) {
    let offset = |key: &str| usize::try_from(entity[key].as_u64().unwrap()).unwrap();
    in_units(text, offset("start"), offset("end"))
}

fn in_units(text: &str, start: usize, end: usize) -> (Value, Value) {
    let units = |words: Option<&str>| words.unwrap().encode_utf16().count().into();
    (units(text.get(..start)), units(text.get(start..end)))
}

fn import_text(text: &str, entities: &Value) -> Value {
    let message = json!({
        "message_id": 1, "date": 1, "chat": { "id": 1, "type": "private" }, "text": text, "entities": entities,
    });
    let read = import(message.to_string().as_bytes(), bot_format());
    assert!(read.faults.is_empty(), "{read:?}");
    read.records[0].clone()
}

// -- Our own messages

#[test]
fn every_text_of_a_bot_message_is_kept() {
    let read = import(UPDATES.as_bytes(), InputFormat::AUTO);
    let records: Vec<_> = read.records.iter().map(|record| format!("{record:#}")).collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/telegram"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("updates", records.join("\n")));
    assert_eq!(read.faults, [""; 0]);
    assert_eq!(read.skipped, BTreeMap::from([("my_chat_member".into(), 1), ("poll".into(), 1)]));
}

#[test]
fn an_update_without_a_message_is_counted_and_a_broken_one_refused() {
    let read = import(
        br#"{"update_id": 1}
{"update_id": 2, "galaxy_post": {"message_id": 1}, "inline_query": {}}
{"update_id": 3, "message": "x", "channel_post": null}
{"ok": true, "result": [{"update_id": 4, "edited_message": []}]}
{"update_id": 5, "callback_query": {"message": {"message_id": 1, "chat": {"id": 1}, "date": 0}}}
"#,
        bot_format(),
    );
    assert_eq!(read.records, [json!(null); 0]);
    let refused = ["line 3: LX7004 message", "line 4: LX7004 result.0.edited_message"];
    assert_eq!(read.faults, refused.map(|at| format!("{at}: expected a message (an object)")));
    let skipped = ["update_id", "galaxy_post", "inline_query", "callback_query"];
    assert_eq!(read.skipped, skipped.map(|kind| (kind.to_owned(), 1)).into());
}

/// A message without the numbers that make the id of a record is refused with the reason.
#[test]
fn a_message_without_identity_is_refused() {
    let read = import(
        br#"{"update_id": 3, "message": {"some fields are missing": true}}
{"update_id": 3, "message": {"chat": {"id": 1}}}
{"ok": true, "result": [{"message_id": [1], "chat": {"id": 1}}]}
"#,
        InputFormat::AUTO,
    );
    assert_eq!(
        read.faults,
        [
            "line 1: LX7006 message.chat.id: a message of the Bot API must have `id`",
            "line 2: LX7006 message.message_id: a message of the Bot API must have `message_id`",
            "line 3: LX7004 result.0.message_id: expected a whole number",
        ]
    );
    let export = r#"{"name": "n", "type": "private_group", "id": 5, "messages": [
        {"id": [1], "type": "message"}, {"id": {}, "type": "message"}, {"type": "message"}]}"#;
    let read = import(export.as_bytes(), InputFormat::AUTO);
    let refused = ["/messages/0", "/messages/1"]
        .map(|at| format!("{at}: LX7004 id: expected a whole number"));
    assert_eq!(read.faults, refused);
    assert_eq!(read.records[0]["id"], "tg:-5/?");
}

#[test]
fn the_manual_lists_the_formats() {
    let manual = include_str!("../../docs/records.md");
    for format in InputFormat::all() {
        let default = if format == InputFormat::AUTO { " (default)" } else { "" };
        let row = format!("| `{}`{default} | {} |\n", format.name(), format.reads());
        assert!(manual.contains(&row), "{row}");
    }
    assert_eq!(InputFormat::named("discord"), None);
}

/// Messages of every format are recognised, and the format that the importer writes into a record is a word of the schema.
#[test]
fn every_format_has_messages_that_are_recognised() {
    let (_, source) = SET.schema().named("source").unwrap();
    let lexloci::Type::Enum(words) = &source.fields.get("format").unwrap().ty else { panic!() };
    let formats = InputFormat::all().filter(|format| *format != InputFormat::AUTO);
    for format in formats {
        let name = format.name();
        let sample = SAMPLES.iter().find(|(known, _)| *known == name);
        let (_, sample) = sample.unwrap_or_else(|| panic!("`{name}` has no messages"));
        let records = import(sample.as_bytes(), InputFormat::AUTO).records;
        assert!(!records.is_empty(), "{name}");
        assert_eq!(records, import(sample.as_bytes(), format).records, "{name}");
        for record in &records {
            let written = record["source"]["format"].as_str();
            assert!(
                // Canonical records are kept as they are.
                written
                    .map_or(name == "record", |written| words.iter().any(|word| word == written)),
                "{name}: {written:?}"
            );
        }
    }
}

/// Even for a hostile input, the counts of skipped parts need little memory.
#[test]
fn skipped_parts_are_counted_in_bounded_memory() {
    let mut input = String::new();
    for number in 0..2_000 {
        input += &format!("{{\"update_id\": 1, \"kind{number}{}\": {{}}}}\n", "x".repeat(1_000));
    }
    let read = import(input.as_bytes(), InputFormat::AUTO);
    assert_eq!(read.skipped.values().sum::<usize>(), 2_000);
    assert!(read.skipped.len() <= 65, "{}", read.skipped.len());
    assert!(read.skipped.keys().all(|name| name.len() <= 40));
}

#[test]
fn an_invoice_names_what_is_not_read() {
    let mut invoice: serde_json::Map<String, Value> =
        (0..300).map(|number| (format!("key{number}"), json!(1))).collect();
    invoice.insert("description".into(), json!(5));
    let invoice = Value::Object(invoice);
    for written in [invoice.clone(), json!(invoice.to_string())] {
        let message = json!({ "id": 1, "type": "message", "invoice_information": written });
        let chat = json!({ "name": "a", "type": "personal_chat", "id": 2, "messages": [message] });
        let read = import(chat.to_string().as_bytes(), export_format());
        let source = &read.records[0]["source"];
        let warnings = source["warnings"].as_array().unwrap();
        assert_eq!(source["unmapped"].as_array().unwrap().len(), 200);
        for warning in
            ["W-MORE-UNMAPPED", "W-WRONG-TYPE /messages/0/invoice_information/description"]
        {
            assert!(warnings.contains(&json!(warning)), "{warning}: {warnings:?}");
        }
    }
}

#[test]
fn the_example_export_is_read_whole() {
    let read = import(EXPORT.as_bytes(), InputFormat::AUTO);
    assert_eq!((read.records.len(), read.faults), (64, vec![]));
    // How others voted is all that is not read.
    let is_of_poll = |pointer: &Value| pointer.as_str().unwrap().contains("/poll/");
    let is_faulty = |record: &&Value| {
        let unmapped = record["source"]["unmapped"].as_array().unwrap();
        record["source"]["warnings"] != json!([]) || !unmapped.iter().all(is_of_poll)
    };
    assert_eq!(read.records.iter().find(is_faulty), None);
    let record = |id: &str| read.records.iter().find(|record| record["id"] == id).unwrap();
    let hidden = record("tg:-1001101200501/14");
    assert_eq!(
        (&hidden["links"][0]["host"], &hidden["links"][0]["deceptive"]),
        (&json!("login.wallet-verify.example"), &json!(true))
    );
    let written = record("tg:-1001101200501/22");
    assert_eq!(
        (&written["links"][0]["url"], &written["links"][0]["via"]),
        (&json!("https://svobodnye-dengi.example/vip"), &json!("url"))
    );
    let wallet = record("tg:-1001101200503/2020");
    assert_eq!(
        wallet["wallets"][0]["normalized"],
        record("tg:-1001101200501/18")["wallets"][0]["normalized"]
    );
}

// -- Exports that are not what they should be

/// A small export of one chat, in the layout of Telegram Desktop.
fn small() -> String {
    let message = |id: usize, text: &str| {
        json!({ "id": id, "type": "message", "date_unixtime": "1778000000", "from": "A", "from_id": "user7",
            "text": text, "text_entities": [{ "type": "plain", "text": text }] })
    };
    let chat = json!({ "name": "Ч", "type": "public_channel", "id": 7, "messages":
        [message(1, "раз }{"), message(2, "\"два\" \\"), message(3, "три 😀"), message(4, "[[[")] });
    format!("{chat:#}")
}

/// Where the messages of [`small`] end.
fn ends(export: &str) -> Vec<usize> {
    export.match_indices("\n    }").map(|(at, end)| at + end.len()).collect()
}

#[test]
fn a_cut_export_gives_every_whole_message_and_one_error() {
    let export = small();
    assert_eq!(import(export.as_bytes(), InputFormat::AUTO).records.len(), 4);
    let ends = ends(&export);
    assert_eq!(ends.len(), 4);
    for cut in 0..export.len() {
        let read = import(&export.as_bytes()[..cut], export_format());
        let whole = ends.iter().filter(|end| **end <= cut).count();
        let fault = usize::from(cut > 0);
        assert_eq!((read.records.len(), read.faults.len()), (whole, fault), "{cut}: {read:?}");
        assert!(read.faults.iter().all(|fault| fault.contains("LX7001")), "{read:?}");
        assert!(read.records.iter().all(|record| record["chat"]["id"] == -1_000_000_000_007_i64));
    }
}

#[test]
fn a_broken_message_costs_at_most_its_neighbour() {
    let export = small();
    for (whole, broken) in [
        ("\"text\": \"раз }{\"", "\"text\": \"раз }{"),
        ("\"text\": \"раз }{\"", "\"text\" \"раз }{\""),
        ("\"text\": \"раз }{\"", "\"text\": {{{{"),
        ("\"text\": \"раз }{\"", "\"text\": ]]]]"),
        ("\"from\": \"A\",", "\"from\": \"A\""),
        ("\"from\": \"A\",", "\"from\": \"A\\q\","),
    ] {
        let export = export.replacen(whole, broken, 1);
        let read = import(export.as_bytes(), InputFormat::AUTO);
        let ids: Vec<_> =
            read.records.iter().map(|record| record["id"].as_str().unwrap()).collect();
        let rest = ["tg:-1000000000007/2", "tg:-1000000000007/3", "tg:-1000000000007/4"];
        assert!(
            ids.ends_with(&rest) || ids.contains(&rest[1]) && ids.contains(&rest[2]),
            "{broken}: {read:?}"
        );
        assert!((1..=3).contains(&read.faults.len()), "{broken}: {read:?}");
    }
}

#[test]
fn faults_around_messages_are_reported_and_the_messages_are_read() {
    let message =
        r#"{"id": 1, "type": "message", "date": "2024-01-15T10:30:00", "from": "A", "text": "x"}"#;
    for (export, records, faults) in [
        (
            format!(
                r#"{{"messages": [{message}], "name": "n", "type": "private_group", "id": 5}}"#
            ),
            1,
            0,
        ),
        (
            format!(r#"{{"name": "n", "type": "private_group", "id": 5 "messages": [{message}]}}"#),
            1,
            1,
        ),
        (
            format!(
                r#"{{"name": "n", "type": "private_group", "id": 5, "messages": [{message} {message}]}}"#
            ),
            2,
            1,
        ),
        (
            format!(
                r#"{{"name": "n", "type": "private_group", "id": 5, "messages": [{message},]}}"#
            ),
            1,
            1,
        ),
        (
            format!(
                r#"{{"name": "n", "type": "private_group", "id": 5, "messages": [{message}, 7, null, "x"]}}"#
            ),
            1,
            3,
        ),
        (
            format!(r#"{{"name" "n", "type": "private_group", "id": 5, "messages": [{message}]}}"#),
            1,
            1,
        ),
        (
            format!(r#"{{"name": "n", "type": "private_group", "id": 5, "messages": [{message}}}"#),
            1,
            1,
        ),
        (
            format!(
                r#"{{"id": 5, "type": "private_group", "messages": [{message}]}} {{"id": 6, "messages": [{message}]}}"#
            ),
            2,
            0,
        ),
        (
            format!(
                r#"{{"chats": {{"list": [{{"id": 5, "messages": [{message}]}}, 7]}}, "left_chats": {{"list": [{{"messages": [{message}]}}]}}}}"#
            ),
            2,
            1,
        ),
        (r#"{"messages": []}"#.to_string(), 0, 0),
        ("[]".to_string(), 0, 1),
        ("7".to_string(), 0, 1),
        (String::new(), 0, 0),
        ("\u{feff} \n".to_string(), 0, 0),
        (r#"{"name": "n", "type": "private_group", "id": 5, "messages": {}}"#.to_string(), 0, 1),
    ] {
        let read = import(export.as_bytes(), export_format());
        assert_eq!(
            (read.records.len(), read.faults.len()),
            (records, faults),
            "{export}: {read:?}"
        );
    }
    let late =
        format!(r#"{{"messages": [{message}], "name": "n", "type": "private_group", "id": 5}}"#);
    assert_eq!(import(late.as_bytes(), InputFormat::AUTO).records[0]["id"], "tg:-5/1");
    let junk = "x ".repeat(10_000);
    assert!(import(junk.as_bytes(), export_format()).faults.len() < 200);
}

#[test]
fn invalid_json_of_telegram_desktop_is_read() {
    let export = r#"{"name": "n", "type": "saved_messages", "id": 5, "messages": [
        {"id": 1, "type": "message", "date_unixtime": "1778000000", "text": "a\x07b \ud83d!"},
        {"id": 2, "type": "message", "date_unixtime": "1778000000", "text": ["a", {"type": "bold", "text": "b"}, ""],
         "text_entities": [{"type": "plain", "text": "other"}], "invoice_information": "{\"title\": \"T\"}", "future": 1}]}"#;
    let read = import(export.as_bytes(), InputFormat::AUTO);
    assert_eq!(read.faults, [""; 0]);
    assert_eq!(read.records[0]["parts"][0]["text"], "a\u{7}b \u{fffd}!");
    assert_eq!(read.records[0]["source"]["warnings"], json!(["W-JSON-XHH", "W-LONE-SURROGATE"]));
    let second = &read.records[1];
    assert_eq!(
        (&second["parts"][0]["text"], &second["parts"][1]["text"]),
        (&json!("ab"), &json!("T"))
    );
    assert_eq!(second["source"]["warnings"], json!(["W-TEXT-MISMATCH"]));
    assert_eq!(second["source"]["unmapped"], json!(["/messages/1/future"]));
}

// -- Facts

fn facts(lines: &str) -> Result<lexloci::Facts, Vec<String>> {
    SET.facts("facts.jsonl", lines.as_bytes()).map_err(|failure| match failure {
        lexloci::FactsFailure::Lines(faults) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("{other}"),
    })
}

fn with_facts(input: &[u8], lines: &str) -> Vec<Result<Record, String>> {
    let facts = facts(lines).unwrap();
    let mut import = Import::new(input, InputFormat::AUTO).facts(&facts);
    let mut found = vec![];
    while let Some(imported) = import.next_message().unwrap() {
        found.push(imported.read(SET.schema()).map_err(|error| fault("", &error)));
    }
    found
}

#[test]
fn facts_are_merged_and_say_where_they_come_from() {
    let records = with_facts(EXPORT.as_bytes(), FACTS);
    let record = |id: &str| records.iter().flatten().find(|record| record.id() == id).unwrap();
    assert!(records.iter().all(Result::is_ok));
    let origin = "channel register, 2026-05-12T00:00:00Z (facts.jsonl, line 1)";
    let first = record("tg:-1001101200501/2");
    assert_eq!(
        (first.provenance("chat.members"), first.provenance("chat.title")),
        (Some(origin), None)
    );
    assert_eq!(first.text_of("chat.username"), Some("qazyna_club"));
    // Facts about a chat are merged also into messages that were forwarded from it.
    let forwarded = record("tg:-1001101200502/115");
    assert_eq!(
        forwarded.provenance("forward.chat.scam"),
        Some("trust and safety (facts.jsonl, line 4)")
    );
    let ordered = record("tg:-1001101200501/19");
    assert_eq!(
        ordered.provenance("reports.orders[0].authority"),
        Some("legal desk (facts.jsonl, line 10)")
    );
    assert_eq!(record("tg:-1001101200501/16").text_of("media[0].ocr"), Some("Таңғы ас −20 %"));
    assert_eq!(
        record("tg:-1001101200503/2003").visible_in(),
        &lexloci::Places::Only(
            ["KZ", "FR", "GB"].iter().map(|code| SET.place(code).unwrap()).collect()
        )
    );
}

#[test]
fn facts_say_what_persons_decided() {
    let record = json!({ "id": "x", "platform": "p", "reports": { "rulings": [
        { "given_at": "2026-01-01T00:00:00Z", "place": "KZ", "rules": ["kz.a"], "verdict": "upheld" }] } });
    let lines = [
        json!({ "message": "x", "by": "desk", "facts": { "visibility": { "hidden": ["KZ", "FR"] } } }),
        json!({ "message": "x", "facts": { "reports": { "rulings": [
            { "given_at": "2026-03-01T00:00:00Z", "place": "WORLD", "rules": ["world.b", "world.c"],
              "verdict": "reversed", "version": "2026-02-01T00:00:00Z", "manifest": true, "by": "ann" }] } } }),
    ];
    let schema: Value = serde_json::from_str(&SET.facts_schema()).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    assert!(lines.iter().all(|line| schema.is_valid(line)));
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    let record =
        with_facts(record.to_string().as_bytes(), &lines.join("\n")).pop().unwrap().unwrap();
    assert_eq!(record.text_of("reports.rulings[0].rules[0]"), Some("kz.a"));
    assert_eq!(record.text_of("reports.rulings[1].rules[1]"), Some("world.c"));
    assert_eq!(record.provenance("reports.rulings[0].by"), None);
    assert_eq!(record.provenance("reports.rulings[1].by"), Some("facts.jsonl, line 2"));
    assert_eq!(record.provenance("visibility.hidden"), Some("desk (facts.jsonl, line 1)"));
    assert_eq!(record.latest().unwrap().to_string(), "2026-03-01T00:00:00Z");
    let wrong = r#"{"message": "x", "facts": {"reports": {"rulings": [{"given_at": "2026-03-01T00:00:00Z", "place": "kz", "rules": [], "verdict": "upheld"}]}}}"#;
    let fault = facts(wrong).unwrap_err();
    assert_eq!(
        fault,
        [
            "line 1: facts.reports.rulings[0].place: expected a place such as `KZ`, `EU` or `WORLD`, found `kz`"
        ]
    );
}

#[test]
fn facts_that_contradict_are_refused() {
    let record = json!({ "id": "x", "platform": "p", "chat": { "id": 1, "members": 5 },
        "author": { "account": { "id": 2 } }, "visibility": { "audience": "public" }, "absent": ["via_bot"] });
    let merged = |lines: &[Value]| {
        let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
        with_facts(record.to_string().as_bytes(), &lines.join("\n")).pop().unwrap().map(|_| ())
    };
    let members = |count: u32| json!({ "chat": 1, "facts": { "chat": { "members": count } } });
    let minor = |key: &str, id: Value, minor: bool| json!({ key: id, "facts": { "author": { "account": { "minor": minor } } } });
    assert_eq!(merged(&[members(5)]), Ok(()));
    let message = "chat.members: line 1 of facts.jsonl says `6`, but the message says `5`: correct or delete the line";
    assert_eq!(merged(&[members(6)]), Err(format!(": LX7012 {message}")));
    let of_bot = json!({ "chat": 1, "facts": { "via_bot": { "is_bot": true } } });
    // `unknown` says nothing, but only where it is a word of the schema; an empty fact says nothing either.
    let of_chat = |facts: Value| json!({ "chat": 1, "facts": { "chat": facts } });
    assert_eq!(merged(&[of_chat(json!({ "type": "unknown" }))]), Ok(()));
    let unknown = of_chat(json!({ "title": "unknown" }));
    let ann = json!({ "message": "x", "facts": { "chat": { "title": "Ann" } } });
    assert_eq!(merged(&[unknown, ann]), Ok(()));
    let of_nobody = json!({ "message": "x", "facts": { "via_bot": { "name": null } } });
    assert_eq!(merged(&[of_nobody]), Ok(()));
    let titled = json!({ "id": "x", "platform": "p", "chat": { "id": 1, "title": "unknown" } });
    let lines = of_chat(json!({ "title": "Ann" })).to_string();
    let refused = with_facts(titled.to_string().as_bytes(), &lines).pop().unwrap().unwrap_err();
    assert!(refused.contains("LX7012 chat.title"), "{refused}");
    let message = "via_bot.is_bot: line 1 of facts.jsonl gives this field, but the message says that there is no `via_bot`: \
                   correct or delete the line";
    assert_eq!(merged(&[of_bot]), Err(format!(": LX7012 {message}")));
    // Facts about the chat and about the author have the same rank; facts about the message overrule both.
    let (chat, author) = (minor("chat", json!(1), true), minor("author", json!(2), false));
    assert!(
        merged(&[chat.clone(), author.clone()])
            .unwrap_err()
            .contains("line 2 of facts.jsonl says `false`, but line 1 says `true`")
    );
    assert_eq!(merged(&[author, minor("message", json!("x"), true)]), Ok(()));
    // The importer only assumed who can see the message, so facts overrule it.
    assert_eq!(
        merged(&[json!({ "chat": 1, "facts": { "visibility": { "audience": "private" } } })]),
        Ok(())
    );
    let twice = format!("{}\n{}", members(6), members(7));
    assert_eq!(
        facts(&twice).unwrap_err(),
        [
            "line 2: chat.members: this line says `7`, but line 1 says `6`: correct or delete one of the two lines"
        ]
    );
    assert_eq!(facts(&format!("{}\n\n{}", members(6), members(6))).unwrap().len(), 2);
}

#[test]
fn lines_of_facts_are_refused_with_their_number() {
    let lines = [
        r#"{"chat": 1, "facts": {}}"#,
        r#"{"facts": {}}"#,
        r#"{"chat": 1, "author": 2, "facts": {}}"#,
        r#"{"chat": "1", "facts": {}}"#,
        r#"{"chat": 1}"#,
        r#"{"chat": 1, "fact": {}, "facts": {}}"#,
        r#"{"chat": 1, "facts": {"chat": {"membres": 1}}}"#,
        r#"{"chat": 1, "facts": {"chat": {"members": "x"}}}"#,
        r#"{"chat": 1, "facts": {"parts": []}}"#,
        r#"{"chat": 1, "as_of": "yesterday", "facts": {}}"#,
        r#"{"message": "x", "facts": {"reports": {"orders": [{}]}}}"#,
        r#"{"chat": 1, "chat": 2, "facts": {}}"#,
        "nonsense",
        "[]",
        r#"{"schema": "lexloci.facts/2", "chat": 1, "facts": {}}"#,
    ];
    let faults = facts(&lines.join("\n")).unwrap_err();
    insta::assert_snapshot!(faults.join("\n"));
    let schema: Value = serde_json::from_str(&SET.facts_schema()).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for line in FACTS.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(schema.is_valid(&line), "{line}: {:?}", schema.validate(&line));
    }
    for (number, line) in lines.iter().enumerate() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let refused =
            faults.iter().any(|fault| fault.starts_with(&format!("line {}:", number + 1)));
        // A schema cannot say that a key must not be repeated.
        if number != 11 {
            assert_eq!(schema.is_valid(&line), !refused, "{line}");
        }
    }
}

/// Of a line that is too long no more is read than allowed, and too many faults end the reading.
#[test]
fn facts_are_bounded() {
    let long = format!("{{\"chat\": 1, \"facts\": {{}}, \"by\": \"{}\"}}", "x".repeat(2 << 20));
    let faults = facts(&format!("{long}\n{{}}\n")).unwrap_err();
    assert_eq!(faults[0], "line 1: the line has more than 1048576 bytes");
    assert!(faults[1].starts_with("line 2: write one of `chat`"), "{faults:?}");
    let wrong = "{}\n".repeat(5_000);
    assert_eq!(facts(&wrong).unwrap_err().len(), 1_000);
}

// -- Properties

/// Payloads to mutate: what is one message a line, and messages of exports each in a chat of its own.
fn samples() -> Vec<Value> {
    let by_line = SAMPLES.iter().filter(|(name, _)| !matches!(*name, "record" | "telegram-export"));
    let lines = by_line.flat_map(|(_, text)| text.lines());
    let mut samples: Vec<Value> =
        lines.map(|line| serde_json::from_str(&line.replace("\\ud83d", "d")).unwrap()).collect();
    let mut exports = vec![serde_json::from_str(EXPORT).unwrap()];
    for file in shared_files("telegram/bot_api/public").unwrap_or_default() {
        samples.push(serde_json::from_slice(&fs::read(file).unwrap()).unwrap());
    }
    for file in shared_files("telegram/desktop_export/public").unwrap_or_default() {
        exports.extend(serde_json::from_slice::<Value>(&fs::read(file).unwrap()));
    }
    for export in exports {
        let list = export["chats"]["list"].as_array().cloned().unwrap_or_else(|| vec![export]);
        for chat in list {
            for message in chat["messages"].as_array().unwrap() {
                let mut one = chat.clone();
                one["messages"] = json!([message]);
                samples.push(one);
            }
        }
    }
    samples
}

/// Marsaglia's xorshift generator, so that every run makes the same mutations.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap()
    }
}

/// A value to put in the place of another: of any type, and often an extreme one.
fn odd(random: &mut Random) -> Value {
    let odd = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(0.5),
        json!(""),
        json!("x"),
        json!("user1"),
        json!("channel99999999999"),
        json!("\u{0}\u{202e}😀"),
        json!("https://t.me/+x"),
        json!("2024-01-01"),
        json!("1778000000"),
        json!([]),
        json!({}),
        json!([[]]),
        json!([{}]),
        json!({ "text": ["a", { "type": "bold", "text": "😀" }] }),
        json!({ "type": "url", "offset": -5, "length": i64::MAX }),
    ];
    odd[random.below(odd.len())].clone()
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(elements) => elements.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// Changes one of the nested values: the one with this number, counted from the top.
fn change(value: &mut Value, at: &mut usize, random: &mut Random) {
    if *at == 0 {
        match (random.below(3), &mut *value) {
            (0, Value::Array(elements)) if !elements.is_empty() => {
                let copy = elements[random.below(elements.len())].clone();
                elements.push(copy);
            }
            (1, Value::Object(fields)) if !fields.is_empty() => {
                let key = fields.keys().nth(random.below(fields.len())).unwrap().clone();
                let value = fields.shift_remove(&key).unwrap();
                fields.insert(format!("{key}s/~"), value);
            }
            _ => *value = odd(random),
        }
    }
    *at = at.wrapping_sub(1);
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|each| change(each, at, random)),
        Value::Object(fields) => fields.values_mut().for_each(|each| change(each, at, random)),
        _ => {}
    }
}

/// A payload with one to three values changed, and sometimes up to four bytes.
fn mutated(sample: &Value, random: &mut Random) -> Vec<u8> {
    let mut sample = sample.clone();
    for _ in 0..=random.below(3) {
        let mut at = random.below(count(&sample));
        change(&mut sample, &mut at, random);
    }
    let mut bytes = sample.to_string().into_bytes();
    for _ in 0..random.below(3) * random.below(3) {
        let at = random.below(bytes.len());
        let odd = b"\\\"{}[],:\x01\xff"[random.below(9)];
        match random.below(3) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, odd),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << random.below(8)),
        }
    }
    bytes
}

/// Whatever is done to a payload, importing it gives records or faults, and a record can be written and read again.
#[test]
fn no_mutation_of_a_payload_panics() {
    const MUTATIONS: usize = 100_000;
    let (samples, facts) = (samples(), facts(FACTS).unwrap());
    let run = |seed: u64| {
        let mut random = Random(seed);
        let mut records = 0;
        for number in 0..MUTATIONS / 2 {
            let bytes = mutated(&samples[random.below(samples.len())], &mut random);
            let import = Import::new(&*bytes, InputFormat::AUTO);
            let mut import = if number % 8 == 0 { import.facts(&facts) } else { import };
            while let Some(imported) = import.next_message().unwrap() {
                let Ok(record) = imported.read(SET.schema()) else { continue };
                records += 1;
                if records % 16 == 0 {
                    assert_eq!(record.root(), again(imported.json().unwrap()).root());
                }
            }
        }
        records
    };
    let records = std::thread::scope(|scope| {
        let other = scope.spawn(|| run(0x9e37_79b9_7f4a_7c15));
        run(0x2545_f491_4f6c_dd1d) + other.join().unwrap()
    });
    assert!(records > MUTATIONS / 2, "{records}");
}

/// A canonical record, converted and read again.
fn again(json: &[u8]) -> Record {
    let mut import = Import::new(json, InputFormat::AUTO);
    let converted = import.next_message().unwrap().unwrap();
    assert_eq!(converted.json().unwrap(), json);
    converted.read(SET.schema()).unwrap()
}

#[test]
fn canonical_records_are_converted_to_themselves() {
    for line in RECORDS.lines() {
        let record = Record::read(SET.schema(), line.as_bytes()).unwrap();
        assert_eq!(again(line.as_bytes()).root(), record.root());
    }
}

proptest! {
    /// Offsets that are converted to bytes and back stay the same, for any text and any entities.
    #[test]
    fn offsets_survive_conversion(text in "\\PC{1,30}|[😀-😎a-cқ]{1,30}", cuts in proptest::collection::vec(any::<(u8, u8)>(), 0..6)) {
        let bounds: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let entities: Vec<_> = cuts.iter().map(|(a, b)| {
            let (a, b) = (bounds[usize::from(*a) % bounds.len()], bounds[usize::from(*b) % bounds.len()]);
            let (offset, length) = in_units(&text, a.min(b), a.max(b));
            json!({ "type": "bold", "offset": offset, "length": length })
        }).collect();
        let record = import_text(&text, &entities.clone().into());
        for (entity, given) in record["parts"][0]["entities"].as_array().unwrap().iter().zip(&entities) {
            let given = (given["offset"].clone(), given["length"].clone());
            prop_assert_eq!(units_of(&text, entity), given);
            prop_assert_eq!(entity.get("repaired"), None);
        }
    }

    /// Any offsets give cuts between characters, and a warning if they were mended.
    #[test]
    fn bad_offsets_are_mended(text in "\\PC{1,20}", offset in -9..40_i64, length in -9..40_i64) {
        let record = import_text(&text, &json!([{ "type": "bold", "offset": offset, "length": length }]));
        let entity = &record["parts"][0]["entities"][0];
        prop_assert_eq!(&entity["utf16"], &json!([offset, length]));
        let warnings = record["source"]["warnings"].as_array().unwrap();
        let warned = warnings.contains(&json!("W-ENTITY-OFFSET /text"));
        prop_assert_eq!(warned, entity.get("repaired") == Some(&json!(true)));
        // Some random texts look as if they had been read in a wrong encoding.
        let possible = ["W-ENTITY-OFFSET /text", "W-MOJIBAKE /text"];
        prop_assert!(warnings.iter().all(|warning| possible.iter().any(|one| warning == one)));
    }
}
