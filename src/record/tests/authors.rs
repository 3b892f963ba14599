//! The keys of authors, which are computed.

use super::{read, with};
use crate::base::limits;
use crate::record::Record;
use serde_json::json;

/// The keys of the authors in a record, with their paths.
fn keys_in(record: &Record) -> Vec<(&str, &str)> {
    let is_key = |(path, _): &&(String, _)| path.ends_with(".key");
    record.texts.iter().filter(is_key).map(|(path, key)| (path.as_str(), &**key)).collect()
}

/// The chat for which the author speaks, else the account.
#[test]
fn the_key_of_an_author_is_that_of_who_speaks() {
    let account = json!({ "id": 77, "url": "https://example.social/users/ann" });
    for (author, key) in [
        (json!({ "account": account }), Some("test:77")),
        (json!({ "account": account, "chat": { "id": -100 } }), Some("test:-100")),
        (json!({ "account": account, "chat": {} }), Some("test:77")),
        (json!({ "chat": { "id": -100 } }), Some("test:-100")),
        (json!({ "account": { "url": account["url"] } }), account["url"].as_str()),
        (json!({ "account": { "name": "Ann" } }), None),
        (json!({}), None),
    ] {
        let record = read(&with("author", author.clone())).unwrap();
        let found = keys_in(&record);
        assert_eq!(found, key.map(|key| ("author.key", key)).into_iter().collect::<Vec<_>>());
        assert_eq!(record.text_of("author.key"), key, "{author}");
        let answered = read(&with("reply", json!({ "author": author }))).unwrap();
        assert_eq!(answered.text_of("reply.author.key"), key, "{author}");
    }
    let mut record = with("author", json!({ "chat": { "id": 7 } }));
    record["absent"] = json!(["author.account", "reply"]);
    assert_eq!(keys_in(&read(&record).unwrap()), [("author.key", "test:7")]);
    record["platform"] = "x".repeat(limits::NAME_BYTES + 1).into();
    assert_eq!(keys_in(&read(&record).unwrap()), []);
    let message = read(&with("author", json!({ "key": "x" }))).unwrap_err().message;
    assert_eq!(message, "`key` is computed from the other fields, so leave it out");
}
