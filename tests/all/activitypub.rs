//! Posts of ActivityPub are imported as records.

use super::import::{Read, SET, import};
use lexloci::{Import, InputFormat};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const POSTS: &str = include_str!("../cases/activitypub/posts.jsonl");

fn activitypub() -> InputFormat {
    InputFormat::named("activitypub").unwrap()
}

/// The record of a public post with some HTML.
fn post(html: &str) -> Read {
    let post = json!({ "id": "https://a.example/1", "type": "Note", "attributedTo": "https://a.example/users/b",
        "to": "as:Public", "content": html });
    import(post.to_string().as_bytes(), activitypub())
}

#[test]
fn posts_become_records() {
    let read = import(POSTS.as_bytes(), InputFormat::AUTO);
    let records: Vec<_> = read.records.iter().map(|record| format!("{record:#}")).collect();
    let mut settings = insta::Settings::clone_current();
    settings
        .set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/activitypub"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("posts", records.join("\n")));
    assert_eq!(read.faults, [""; 0]);
    let skipped = [("Announce", 1), ("Delete", 1), ("Like", 1), ("Update of Person", 1)];
    assert_eq!(read.skipped, skipped.map(|(name, count)| (name.to_owned(), count)).into());
}

#[test]
fn addressees_say_who_can_see_a_post() {
    let followers = "https://a.example/users/b/followers";
    let public = "https://www.w3.org/ns/activitystreams#Public";
    for (to, cc, audience, kind, is_public) in [
        (json!([public]), json!([followers]), "public", Value::Null, json!(true)),
        (json!([followers]), json!(public), "unlisted", Value::Null, json!(true)),
        (json!(followers), json!([]), "private", Value::Null, json!(false)),
        (
            json!(["https://c.example/users/d"]),
            Value::Null,
            "private",
            json!("private"),
            json!(false),
        ),
    ] {
        let post = json!({ "id": "x", "type": "Note", "attributedTo": "y", "to": to, "cc": cc });
        let read = import(post.to_string().as_bytes(), activitypub());
        let record = &read.records[0];
        assert_eq!(record["visibility"]["audience"], audience, "{post}");
        assert_eq!((&record["chat"]["type"], &record["chat"]["public"]), (&kind, &is_public));
    }
    let nobody = json!({ "id": "x", "type": "Note", "attributedTo": "y" });
    let read = import(nobody.to_string().as_bytes(), activitypub());
    assert_eq!(
        (&read.records[0]["visibility"], &read.records[0]["chat"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn other_objects_are_refused_with_a_reason() {
    let read = import(
        br#"{"@context": "x", "type": "Note"}
{"@context": "x", "type": "Create", "object": "https://a.example/1"}
{"@context": "x", "id": "https://a.example/1"}
{"@context": "x", "type": "Collection", "items": [7, {"type": "Note"}]}
{"@context": "x", "type": "Note", "id": 7}
"#,
        InputFormat::AUTO,
    );
    assert_eq!(read.records, [json!(null); 0]);
    insta::assert_snapshot!(read.faults.join("\n"), @r"
    line 1: LX7006 id: a post of ActivityPub must have an `id`
    line 2: LX7004 object: expected the post of the `Create` (an object)
    line 3: LX7004 expected a post or an activity of ActivityPub (an object with a `type`)
    line 4: LX7004 items.0: expected a post or an activity of ActivityPub (an object with a `type`)
    line 4: LX7006 items.1.id: a post of ActivityPub must have an `id`
    line 5: LX7006 id: a post of ActivityPub must have an `id`
    ");
}

/// Evidence quotes the words of a mention.
#[test]
fn mentions_say_where_their_words_are() {
    let mention = |host: &str, words: &str| {
        format!(r#"<a class="u-url mention" href="https://{host}/@bolat">{words}</a>"#)
    };
    let content =
        format!("<p>{} и {}</p>", mention("a.example", "@Bolat"), mention("b.example", "@bolat"));
    let tag = |name: &str, host: &str| json!({ "type": "Mention", "name": name, "href": format!("https://{host}/users/bolat") });
    let post = json!({ "id": "https://a.example/1", "type": "Note", "content": content, "tag": [
        tag("@bolat@b.example", "b.example"), tag("@bolat", "a.example"), tag("@bolat@c.example", "c.example"),
        tag("@aigul", "a.example"),
    ] });
    let read = import(post.to_string().as_bytes(), activitypub());
    let text = read.records[0]["parts"][0]["text"].as_str().unwrap();
    let words = |mention: &Value| {
        let byte = |key: &str| mention[key].as_u64().map(|byte| byte as usize);
        assert_eq!(mention.get("part"), mention.get("start").and(Some(&json!(0))), "{mention}");
        Some((byte("start")?, text.get(byte("start")?..byte("end")?)?.to_owned()))
    };
    let mentions = read.records[0]["tags"]["mentions"].as_array().unwrap();
    assert_eq!(
        mentions.iter().map(words).collect::<Vec<_>>(),
        [Some((10, "@bolat".to_owned())), Some((0, "@Bolat".to_owned())), None, None],
    );
}

/// Keys of the sample posts whose texts are not kept in records, and why that is right.
const NOT_KEPT: &[(&str, &str)] = &[
    ("@context", "says what the keys mean"),
    ("/id", "the activity's own; the record is of the post"),
    ("/actor", "the author is that of the post; a difference is warned of"),
    ("/to", "read as an audience"),
    ("/cc", "read as an audience"),
    ("type", "a word of the vocabulary"),
    ("/published", "the post's own counts"),
    ("blurhash", "a blurred copy of a picture that is itself listed"),
    ("/name", "the words of a link to a quoted post repeat its address"),
    ("mediaType", "of a link that is quoted"),
    ("/tag/1/href", "the page about a hashtag; where the hashtag in the text leads is a link"),
    ("/orderedItems/2/object", "of a boost, which is counted as skipped"),
    ("/likes/id", "the address of a collection; its count is read"),
    ("/shares/id", "the address of a collection; its count is read"),
];

/// Replaces each text of each sample post by a marker, and looks for the marker in the record.
#[test]
fn no_text_of_a_post_is_lost_silently() {
    let mut lost = BTreeMap::new();
    for line in POSTS.lines() {
        let sample: Value = serde_json::from_str(line).unwrap();
        if import(line.as_bytes(), InputFormat::AUTO).records.is_empty() {
            continue;
        }
        let mut texts = vec![];
        pointers(&sample, String::new(), &mut texts);
        for pointer in texts {
            let mut post = sample.clone();
            let marked = match post.pointer(&pointer).unwrap().as_str().unwrap() {
                text if text.starts_with("http") => format!("https://m4rk3r.example/{pointer}"),
                _ => "m4rk3r".to_owned(),
            };
            *post.pointer_mut(&pointer).unwrap() = marked.as_str().into();
            let read = import(post.to_string().as_bytes(), InputFormat::AUTO);
            let result = format!("{:?}{:?}{:?}", read.records, read.faults, read.skipped);
            let is_named = read.records.iter().any(|record| {
                ["warnings", "unmapped"].iter().any(|list| {
                    let list = record["source"][list].as_array().unwrap();
                    list.iter().any(|one| {
                        let one = one.as_str().unwrap();
                        one.split(' ').any(|word| word.len() > 1 && pointer.starts_with(word))
                    })
                })
            });
            if !result.contains("m4rk3r") && !is_named {
                lost.insert(pointer, marked);
            }
        }
    }
    let excused = |pointer: &str| {
        NOT_KEPT.iter().any(|(end, _)| {
            let whole = format!("/{}", pointer.trim_start_matches('/'));
            whole.ends_with(end) || whole.contains(&format!("{end}/"))
        })
    };
    lost.retain(|pointer, _| !excused(pointer));
    assert!(lost.is_empty(), "{lost:#?}");
}

/// The JSON pointers of all texts in a value.
fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at),
        Value::Array(list) => {
            for (number, each) in list.iter().enumerate() {
                pointers(each, format!("{at}/{number}"), found);
            }
        }
        Value::Object(fields) => {
            for (key, each) in fields {
                pointers(
                    each,
                    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Reads HTML as long as a record may hold. If the time were not linear, it would take minutes.
#[test]
fn hostile_html_is_read_in_linear_time() {
    const SIZE: usize = 30_000;
    let fill = |piece: &str| piece.repeat(SIZE / piece.len());
    for (html, text) in [
        (fill("<b>") + "deep", Some("deep")),
        (fill("<b><i><u>") + "deep" + &fill("</u></i></b>"), Some("deep")),
        (fill("</a></p></b></svg>") + "closed", Some("closed")),
        (fill("<p>") + "x", Some("x")),
        (fill("<br>") + "x", Some("x")),
        (format!("<a href=\"{}\">x</a>", fill("a")), None),
        (
            format!("<a {}>x</a>", (0..3_500).map(|n| format!("a{n} ")).collect::<String>()),
            Some("x"),
        ),
        (fill("&amp;&#x;&#99999999;&am"), None),
        (fill("&"), None),
        (fill("<"), None),
        (fill("<!--"), None),
        (fill("<script>"), None),
        (fill("<svg>"), None),
        (fill("<span class=invisible>"), None),
        (fill("\u{0}\u{202e}\u{1f600}"), None),
        ("<a href=\"".to_owned() + &fill("x"), None),
    ] {
        let read = post(&html);
        let start = html.chars().take(20).collect::<String>();
        match text {
            Some(text) => {
                let record = read.records.first().unwrap_or_else(|| panic!("{:?}", read.faults));
                assert_eq!(record["parts"][0]["text"], text, "{start}");
            }
            // What is too large for a record is refused with that reason.
            None => {
                let refused = read.faults.iter().all(|fault| fault.contains("LX7007"));
                assert!(
                    refused && read.records.len() + read.faults.len() == 1,
                    "{start}: {read:?}"
                );
            }
        }
    }
    // A larger message is refused before anything reads its HTML.
    let read = post(&format!("<a href=\"{}\">x</a>", "a".repeat(1_000_000)));
    assert!(read.faults[0].contains("LX7007"), "{:?}", read.faults);
    // A message with more links than a record may have is refused. Its links are not cut off.
    let read = post(&fill("<a href=x>a</a>"));
    assert_eq!(read.records.len(), 0);
    assert!(read.faults[0].contains("LX7007"), "{:?}", read.faults);
}

#[test]
fn an_import_can_be_sent_to_another_thread() {
    fn sent<T: Send>(_: &T) {}
    let import = Import::new(POSTS.as_bytes(), activitypub());
    sent(&import);
    assert!(SET.schema().named("message").is_some());
}
