//! The standard fields of records, as the library itself uses them. `std/record.loci` declares them; the two are
//! compared whenever that file is loaded. No other code refers to a standard field by a string.

use super::schema::Schema;
use super::value::{Type, Value};

/// A field of a record type of the standard library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StandardField {
    /// The record type that has it.
    pub(crate) record: &'static str,
    /// Its name there.
    pub(crate) name: &'static str,
    /// Its type in the notation of `record.loci`. Every enum is `words`, whichever words it has.
    ty: &'static str,
}

impl StandardField {
    /// The value of this field in a record of its type; `None` if the record lacks it.
    pub(crate) fn value_in<'v>(self, schema: &Schema, record: &'v Value) -> Option<&'v Value> {
        let Value::Record(values) = record else { return None };
        let (_, record_type) = schema.named(self.record)?;
        values.get(record_type.fields.get_index_of(self.name)?)?.as_ref()
    }
}

/// The path of a field inside another, as rules write it: `author.account.age`.
pub(crate) fn dotted(path: &[StandardField]) -> String {
    path.iter().map(|field| field.name).collect::<Vec<_>>().join(".")
}

/// Declares the fields of each record type: `message::SENT_AT`, …
macro_rules! standard_records {
    ($($record:ident { $($field:ident $name:literal: $ty:literal,)* })*) => {
        $(
            #[doc = concat!("The fields of `", stringify!($record), "`.")]
            pub(crate) mod $record {
                use super::*;
                $(
                    pub(crate) const $field: StandardField =
                        StandardField { record: stringify!($record), name: $name, ty: $ty };
                )*
            }
        )*

        /// All standard fields.
        pub(crate) const ALL: &[StandardField] = &[$($($record::$field,)*)*];
    };
}

standard_records! {
    message {
        SCHEMA "schema": "text",
        ID "id": "text",
        PLATFORM "platform": "text",
        EVENT "event": "words",
        SENT_AT "sent_at": "instant",
        SENT_AT_PRECISION "sent_at_precision": "words",
        EDITED_AT "edited_at": "instant",
        RECEIVED_AT "received_at": "instant",
        TEXT "text": "surface",
        ANY_TEXT "any_text": "surface",
        OWN_TEXT "own_text": "surface",
        QUOTED_TEXT "quoted_text": "surface",
        ASKED_TEXT "asked_text": "surface",
        STATED_TEXT "stated_text": "surface",
        BUTTON_TEXT "button_text": "surface",
        PARTS "parts": "[part]",
        LINKS "links": "[link]",
        WALLETS "wallets": "[wallet]",
        PHONES "phones": "[phone]",
        EMAILS "emails": "[email]",
        CARDS "cards": "[card]",
        TAGS "tags": "tags",
        MEDIA "media": "[media]",
        ALBUM_ID "album_id": "text",
        CHAT "chat": "chat",
        AUTHOR "author": "author",
        VIA_BOT "via_bot": "account",
        FORWARD "forward": "forward",
        REPLY "reply": "reply",
        THREAD_ID "thread_id": "int",
        LANGUAGE "language": "language",
        VISIBILITY "visibility": "visibility",
        LABELS "labels": "{label}",
        REPORTS "reports": "reports",
        METRICS "metrics": "metrics",
        FLAGS "flags": "[words]",
        SERVICE "service": "service",
        ABSENT "absent": "[text]",
        EXT "ext": "opaque",
        SOURCE "source": "source",
    }
    part {
        KIND "kind": "words",
        TEXT "text": "text",
        POINTER "pointer": "text",
        ENTITIES "entities": "[entity]",
    }
    entity {
        TYPE "type": "words",
        START "start": "int",
        END "end": "int",
        UTF16 "utf16": "[int]",
        VALUE "value": "text",
        REPAIRED "repaired": "bool",
    }
    link {
        URL "url": "text",
        VIA "via": "words",
        DISPLAY "display": "text",
        SCHEME "scheme": "text",
        HOST "host": "text",
        TELEGRAM "telegram": "text",
        DECEPTIVE "deceptive": "bool",
        PART "part": "int",
        START "start": "int",
        END "end": "int",
        QUOTED "quoted": "bool",
        OWN "own": "bool",
    }
    wallet {
        CHAIN "chain": "words",
        ADDRESS "address": "text",
        NORMALIZED "normalized": "text",
        CHECKSUM_OK "checksum_ok": "bool",
        TESTNET "testnet": "bool",
        PART "part": "int",
        LINK "link": "int",
        START "start": "int",
        END "end": "int",
        QUOTED "quoted": "bool",
    }
    phone {
        NUMBER "number": "text",
        PART "part": "int",
        START "start": "int",
        END "end": "int",
        QUOTED "quoted": "bool",
    }
    email {
        ADDRESS "address": "text",
        HOST "host": "text",
        PART "part": "int",
        START "start": "int",
        END "end": "int",
        QUOTED "quoted": "bool",
    }
    card {
        NUMBER "number": "text",
        PART "part": "int",
        START "start": "int",
        END "end": "int",
        QUOTED "quoted": "bool",
    }
    tags {
        HASHTAGS "hashtags": "[text]",
        CASHTAGS "cashtags": "[text]",
        MENTIONS "mentions": "[mention]",
        COMMANDS "commands": "[text]",
    }
    mention {
        USERNAME "username": "text",
        USER_ID "user_id": "int",
        URL "url": "text",
        PART "part": "int",
        START "start": "int",
        END "end": "int",
        QUOTED "quoted": "bool",
        OWN "own": "bool",
    }
    media {
        KIND "kind": "words",
        EMOJI "emoji": "text",
        STICKER_SET "sticker_set": "text",
        FILE_ID "file_id": "text",
        UNIQUE_ID "unique_id": "text",
        PATH "path": "text",
        MISSING "missing": "words",
        MIME "mime": "text",
        SIZE "size": "int",
        WIDTH "width": "int",
        HEIGHT "height": "int",
        DURATION_S "duration_s": "number",
        FILE_NAME "file_name": "text",
        SPOILER "spoiler": "bool",
        HASHES "hashes": "{text}",
        OCR "ocr": "text",
        TRANSCRIPT "transcript": "text",
        LABELS "labels": "{number}",
        POINTER "pointer": "text",
    }
    chat {
        ID "id": "int",
        TYPE "type": "words",
        PUBLIC "public": "bool",
        TITLE "title": "text",
        USERNAME "username": "text",
        DESCRIPTION "description": "text",
        MEMBERS "members": "int",
        VERIFIED "verified": "bool",
        SCAM "scam": "bool",
        FAKE "fake": "bool",
        BUSINESS "business": "bool",
        FORUM "forum": "bool",
        DIRECT_MESSAGES "direct_messages": "bool",
        COUNTRY "country": "place",
        CREATED_AT "created_at": "instant",
        STRIKES "strikes": "int",
    }
    account {
        ID "id": "int",
        IS_BOT "is_bot": "bool",
        NAME "name": "text",
        USERNAME "username": "text",
        LANGUAGE "language": "text",
        PREMIUM "premium": "bool",
        VERIFIED "verified": "bool",
        SCAM "scam": "bool",
        BUSINESS "business": "bool",
        AGE "age": "int",
        MINOR "minor": "bool",
        COUNTRY "country": "place",
        CREATED_AT "created_at": "instant",
        URL "url": "text",
    }
    author {
        KIND "kind": "words",
        ACCOUNT "account": "account",
        CHAT "chat": "chat",
        SIGNATURE "signature": "text",
        TAG "tag": "text",
        KEY "key": "text",
    }
    forward {
        ORIGIN "origin": "words",
        ACCOUNT "account": "account",
        NAME "name": "text",
        CHAT "chat": "chat",
        MESSAGE_ID "message_id": "int",
        SIGNATURE "signature": "text",
        DATE "date": "instant",
        AUTOMATIC "automatic": "bool",
    }
    reply {
        MESSAGE_ID "message_id": "int",
        CHAT "chat": "chat",
        AUTHOR "author": "author",
        TEXT "text": "text",
        QUOTE_PART "quote_part": "int",
        EXTERNAL "external": "bool",
        STORY "story": "bool",
        URL "url": "text",
    }
    language {
        DECLARED "declared": "text",
        DETECTED "detected": "[detected_language]",
        SCRIPTS "scripts": "[text]",
    }
    detected_language {
        TAG "tag": "text",
        P "p": "number",
        PART "part": "int",
    }
    visibility {
        AUDIENCE "audience": "words",
        COUNTRIES "countries": "places",
        EXCEPT "except": "[place]",
        HIDDEN "hidden": "places",
        AGE_GATE "age_gate": "int",
        RESTRICTIONS "restrictions": "[restriction]",
        AS_OF "as_of": "instant",
        REMOVED_AT "removed_at": "instant",
    }
    restriction {
        PLATFORM "platform": "text",
        REASON "reason": "text",
        TEXT "text": "text",
    }
    label {
        SCORE "score": "number",
        SOURCE "source": "text",
        VERSION "version": "text",
        AT "at": "instant",
        PART "part": "int",
        MEDIA "media": "int",
    }
    reports {
        COUNT "count": "int",
        BY_REASON "by_reason": "{int}",
        TRUSTED_FLAGGER "trusted_flagger": "int",
        ORDERS "orders": "[order]",
        NOTICES "notices": "[notice]",
        RULINGS "rulings": "[ruling]",
        RECEIVED_AT "received_at": "instant",
        KNOWN_AT "known_at": "instant",
        SUBMITTED_AT "submitted_at": "instant",
    }
    order {
        AUTHORITY "authority": "text",
        COUNTRY "country": "place",
        REF "ref": "text",
        PROVISION "provision": "text",
        COMPLETE "complete": "bool",
        GIVEN_AT "given_at": "instant",
        RECEIVED_AT "received_at": "instant",
        DEADLINE "deadline": "instant",
        EXPIRES_AT "expires_at": "instant",
        WITHDRAWN_AT "withdrawn_at": "instant",
        TARGET "target": "words",
        SECRET "secret": "bool",
        PLACES "places": "[place]",
        PAUSED "paused": "[pause]",
    }
    pause {
        GROUND "ground": "words",
        FROM "from": "instant",
        UNTIL "until": "instant",
    }
    notice {
        KIND "kind": "text",
        COUNTRY "country": "place",
        BY "by": "words",
        REPORTER "reporter": "text",
        COMPLETE "complete": "bool",
        REF "ref": "text",
        RECEIVED_AT "received_at": "instant",
        EXPIRES_AT "expires_at": "instant",
        WITHDRAWN_AT "withdrawn_at": "instant",
        TARGET "target": "words",
        SECRET "secret": "bool",
        PLACES "places": "[place]",
    }
    ruling {
        GIVEN_AT "given_at": "instant",
        PLACE "place": "text",
        RULES "rules": "[text]",
        VERSION "version": "instant",
        VERDICT "verdict": "words",
        MANIFEST "manifest": "bool",
        ON_COMPLAINT "on_complaint": "bool",
        BY "by": "text",
    }
    metrics {
        VIEWS "views": "int",
        FORWARDS "forwards": "int",
        REACTIONS "reactions": "{int}",
    }
    service {
        ACTION "action": "text",
        FIELDS "fields": "opaque",
    }
    source {
        FORMAT "format": "words",
        CONTAINER "container": "text",
        POINTER "pointer": "text",
        DIGEST "digest": "{text}",
        WARNINGS "warnings": "[text]",
        UNMAPPED "unmapped": "[text]",
        FACTS "facts": "{text}",
    }
    span {
        TEXT "text": "text",
        SURFACE "surface": "text",
        PART "part": "int",
        START "start": "int",
        END "end": "int",
    }
}

/// The word of `notice.by` for a trusted flagger.
pub(crate) const BY_TRUSTED_FLAGGER: &str = "trusted_flagger";

/// A list in `reports` that grows after a message was sent. An element is not seen before it begins, nor after it ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DatedList {
    pub(crate) list: StandardField,
    /// The instant from which an element is seen.
    pub(crate) begins: StandardField,
    /// The instants from which it is no longer seen.
    pub(crate) ends: &'static [StandardField],
    /// Whether somebody sent it and waits for an answer.
    pub(crate) is_received: bool,
}

/// Orders, notices and rulings.
pub(crate) const DATED_LISTS: [DatedList; 3] = [
    DatedList {
        list: reports::ORDERS,
        begins: order::RECEIVED_AT,
        ends: &[order::EXPIRES_AT, order::WITHDRAWN_AT],
        is_received: true,
    },
    DatedList {
        list: reports::NOTICES,
        begins: notice::RECEIVED_AT,
        ends: &[notice::EXPIRES_AT, notice::WITHDRAWN_AT],
        is_received: true,
    },
    DatedList { list: reports::RULINGS, begins: ruling::GIVEN_AT, ends: &[], is_received: false },
];

/// The differences between this table and the standard library: missing fields, and fields of another type. Empty when
/// the two agree.
pub(crate) fn differences(schema: &Schema) -> Vec<String> {
    let differs = |field: &StandardField| {
        let StandardField { record, name, ty } = field;
        let found = schema.named(record).and_then(|(_, declared)| declared.fields.get(name));
        match found.map(|found| notation_of(schema, &found.ty)) {
            Some(found) if found == *ty => None,
            Some(found) => Some(format!(
                "`{record}.{name}` is of type `{found}`, and the library expects `{ty}`"
            )),
            None => Some(format!("there is no `{record}.{name}`, which the library uses")),
        }
    };
    ALL.iter().filter_map(differs).collect()
}

/// A type in the notation of the table.
fn notation_of(schema: &Schema, ty: &Type) -> String {
    if let Type::Enum(_) = ty {
        "words".to_owned()
    } else if let Type::List(of) = ty {
        format!("[{}]", notation_of(schema, of))
    } else if let Type::Map(of) = ty {
        format!("{{{}}}", notation_of(schema, of))
    } else {
        schema.name_of(ty)
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, author, dotted, message};
    use std::collections::BTreeSet;

    #[test]
    fn no_field_is_declared_twice() {
        let names: BTreeSet<_> = ALL.iter().map(|field| (field.record, field.name)).collect();
        assert_eq!(names.len(), ALL.len());
        assert_eq!(dotted(&[message::AUTHOR, author::ACCOUNT]), "author.account");
    }
}
