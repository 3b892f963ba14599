//! The standard fields of records, as the library itself uses them. `std/record.loci` declares them; the two are
//! compared whenever that file is loaded. No other code refers to a standard field by a string.

use super::schema::Schema;
use super::value::Type;

/// A field of a record type of the standard library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StandardField {
    /// The record type that has it.
    pub(crate) record: &'static str,
    /// Its name there.
    pub(crate) name: &'static str,
    shape: Shape,
}

/// The path of a field inside another, as rules write it: `author.account.age`.
pub(crate) fn dotted(path: &[StandardField]) -> String {
    path.iter().map(|field| field.name).collect::<Vec<_>>().join(".")
}

/// The type of a standard field, as far as the library relies on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Shape {
    Bool,
    Int,
    Number,
    Text,
    Surface,
    Instant,
    /// One of some words.
    Words,
    Place,
    Places,
    Opaque,
    Record(&'static str),
    List(&'static Shape),
    Map(&'static Shape),
}

use Shape::{
    Bool, Instant, Int, List, Map, Number, Opaque, Place, Places, Record, Surface, Text, Words,
};

impl Shape {
    fn matches(self, schema: &Schema, ty: &Type) -> bool {
        match (self, ty) {
            (Bool, Type::Bool)
            | (Int, Type::Int)
            | (Number, Type::Number)
            | (Text, Type::Text)
            | (Surface, Type::Surface)
            | (Instant, Type::Instant)
            | (Words, Type::Enum(_))
            | (Place, Type::Place)
            | (Places, Type::Places)
            | (Opaque, Type::Opaque) => true,
            (Record(name), Type::Record(id)) => {
                schema.record(*id).is_some_and(|(found, _)| found == name)
            }
            (List(of), Type::List(found)) | (Map(of), Type::Map(found)) => {
                of.matches(schema, found)
            }
            (
                Bool | Int | Number | Text | Surface | Instant | Words | Place | Places | Opaque
                | Record(_) | List(_) | Map(_),
                Type::Bool
                | Type::Int
                | Type::Number
                | Type::Text
                | Type::Surface
                | Type::Instant
                | Type::Duration
                | Type::Enum(_)
                | Type::Place
                | Type::Places
                | Type::Record(_)
                | Type::List(_)
                | Type::Map(_)
                | Type::Opaque,
            ) => false,
        }
    }

    /// As `record.loci` writes it.
    fn written(self) -> String {
        match self {
            Bool => "bool".into(),
            Int => "int".into(),
            Number => "number".into(),
            Text => "text".into(),
            Surface => "surface".into(),
            Instant => "instant".into(),
            Words => "words".into(),
            Place => "place".into(),
            Places => "places".into(),
            Opaque => "opaque".into(),
            Record(name) => name.into(),
            List(of) => format!("[{}]", of.written()),
            Map(of) => format!("{{{}}}", of.written()),
        }
    }
}

/// Declares the fields of each record type: `message::SENT_AT`, …
macro_rules! standard_records {
    ($($record:ident { $($field:ident $name:literal: $shape:expr,)* })*) => {
        $(
            #[doc = concat!("The fields of `", stringify!($record), "`.")]
            pub(crate) mod $record {
                use super::*;
                $(
                    pub(crate) const $field: StandardField =
                        StandardField { record: stringify!($record), name: $name, shape: $shape };
                )*
            }
        )*

        /// All standard fields.
        pub(crate) const ALL: &[StandardField] = &[$($($record::$field,)*)*];
    };
}

standard_records! {
    message {
        SCHEMA "schema": Text,
        ID "id": Text,
        PLATFORM "platform": Text,
        EVENT "event": Words,
        SENT_AT "sent_at": Instant,
        SENT_AT_PRECISION "sent_at_precision": Words,
        EDITED_AT "edited_at": Instant,
        RECEIVED_AT "received_at": Instant,
        TEXT "text": Surface,
        ANY_TEXT "any_text": Surface,
        PARTS "parts": List(&Record("part")),
        LINKS "links": List(&Record("link")),
        WALLETS "wallets": List(&Record("wallet")),
        PHONES "phones": List(&Record("phone")),
        EMAILS "emails": List(&Record("email")),
        CARDS "cards": List(&Record("card")),
        TAGS "tags": Record("tags"),
        MEDIA "media": List(&Record("media")),
        ALBUM_ID "album_id": Text,
        CHAT "chat": Record("chat"),
        AUTHOR "author": Record("author"),
        VIA_BOT "via_bot": Record("account"),
        FORWARD "forward": Record("forward"),
        REPLY "reply": Record("reply"),
        THREAD_ID "thread_id": Int,
        LANGUAGE "language": Record("language"),
        VISIBILITY "visibility": Record("visibility"),
        LABELS "labels": Map(&Record("label")),
        REPORTS "reports": Record("reports"),
        METRICS "metrics": Record("metrics"),
        FLAGS "flags": List(&Words),
        SERVICE "service": Record("service"),
        EXT "ext": Opaque,
        SOURCE "source": Record("source"),
    }
    part {
        KIND "kind": Words,
        TEXT "text": Text,
        POINTER "pointer": Text,
        ENTITIES "entities": List(&Record("entity")),
    }
    entity {
        TYPE "type": Words,
        START "start": Int,
        END "end": Int,
        UTF16 "utf16": List(&Int),
        VALUE "value": Text,
        REPAIRED "repaired": Bool,
    }
    link {
        URL "url": Text,
        VIA "via": Words,
        DISPLAY "display": Text,
        SCHEME "scheme": Text,
        HOST "host": Text,
        TELEGRAM "telegram": Text,
        DECEPTIVE "deceptive": Bool,
        PART "part": Int,
        START "start": Int,
        END "end": Int,
    }
    wallet {
        CHAIN "chain": Words,
        ADDRESS "address": Text,
        NORMALIZED "normalized": Text,
        CHECKSUM_OK "checksum_ok": Bool,
        TESTNET "testnet": Bool,
        PART "part": Int,
        LINK "link": Int,
        START "start": Int,
        END "end": Int,
    }
    phone {
        NUMBER "number": Text,
        PART "part": Int,
        START "start": Int,
        END "end": Int,
    }
    email {
        ADDRESS "address": Text,
        HOST "host": Text,
        PART "part": Int,
        START "start": Int,
        END "end": Int,
    }
    card {
        NUMBER "number": Text,
        PART "part": Int,
        START "start": Int,
        END "end": Int,
    }
    tags {
        HASHTAGS "hashtags": List(&Text),
        CASHTAGS "cashtags": List(&Text),
        MENTIONS "mentions": List(&Record("mention")),
        COMMANDS "commands": List(&Text),
    }
    mention {
        USERNAME "username": Text,
        USER_ID "user_id": Int,
        URL "url": Text,
    }
    media {
        KIND "kind": Words,
        FILE_ID "file_id": Text,
        UNIQUE_ID "unique_id": Text,
        PATH "path": Text,
        MISSING "missing": Words,
        MIME "mime": Text,
        SIZE "size": Int,
        WIDTH "width": Int,
        HEIGHT "height": Int,
        DURATION_S "duration_s": Number,
        FILE_NAME "file_name": Text,
        SPOILER "spoiler": Bool,
        HASHES "hashes": Map(&Text),
        OCR "ocr": Text,
        TRANSCRIPT "transcript": Text,
        LABELS "labels": Map(&Number),
        POINTER "pointer": Text,
    }
    chat {
        ID "id": Int,
        TYPE "type": Words,
        PUBLIC "public": Bool,
        TITLE "title": Text,
        USERNAME "username": Text,
        DESCRIPTION "description": Text,
        MEMBERS "members": Int,
        VERIFIED "verified": Bool,
        SCAM "scam": Bool,
        FAKE "fake": Bool,
        FORUM "forum": Bool,
        DIRECT_MESSAGES "direct_messages": Bool,
        COUNTRY "country": Place,
        CREATED_AT "created_at": Instant,
        STRIKES "strikes": Int,
    }
    account {
        ID "id": Int,
        IS_BOT "is_bot": Bool,
        NAME "name": Text,
        USERNAME "username": Text,
        LANGUAGE "language": Text,
        PREMIUM "premium": Bool,
        VERIFIED "verified": Bool,
        SCAM "scam": Bool,
        AGE "age": Int,
        MINOR "minor": Bool,
        COUNTRY "country": Place,
        CREATED_AT "created_at": Instant,
        URL "url": Text,
    }
    author {
        KIND "kind": Words,
        ACCOUNT "account": Record("account"),
        CHAT "chat": Record("chat"),
        SIGNATURE "signature": Text,
        TAG "tag": Text,
    }
    forward {
        ORIGIN "origin": Words,
        ACCOUNT "account": Record("account"),
        NAME "name": Text,
        CHAT "chat": Record("chat"),
        MESSAGE_ID "message_id": Int,
        SIGNATURE "signature": Text,
        DATE "date": Instant,
        AUTOMATIC "automatic": Bool,
    }
    reply {
        MESSAGE_ID "message_id": Int,
        CHAT "chat": Record("chat"),
        AUTHOR "author": Record("author"),
        TEXT "text": Text,
        QUOTE_PART "quote_part": Int,
        EXTERNAL "external": Bool,
        STORY "story": Bool,
        URL "url": Text,
    }
    language {
        DECLARED "declared": Text,
        DETECTED "detected": List(&Record("detected_language")),
        SCRIPTS "scripts": List(&Text),
    }
    detected_language {
        TAG "tag": Text,
        P "p": Number,
        PART "part": Int,
    }
    visibility {
        AUDIENCE "audience": Words,
        COUNTRIES "countries": Places,
        EXCEPT "except": List(&Place),
        AGE_GATE "age_gate": Int,
        RESTRICTIONS "restrictions": List(&Record("restriction")),
        AS_OF "as_of": Instant,
        REMOVED_AT "removed_at": Instant,
    }
    restriction {
        PLATFORM "platform": Text,
        REASON "reason": Text,
        TEXT "text": Text,
    }
    label {
        SCORE "score": Number,
        SOURCE "source": Text,
        VERSION "version": Text,
        AT "at": Instant,
        PART "part": Int,
        MEDIA "media": Int,
    }
    reports {
        COUNT "count": Int,
        BY_REASON "by_reason": Map(&Int),
        TRUSTED_FLAGGER "trusted_flagger": Int,
        ORDERS "orders": List(&Record("order")),
        NOTICES "notices": List(&Record("notice")),
        RECEIVED_AT "received_at": Instant,
        KNOWN_AT "known_at": Instant,
        SUBMITTED_AT "submitted_at": Instant,
    }
    order {
        AUTHORITY "authority": Text,
        COUNTRY "country": Place,
        REF "ref": Text,
        PROVISION "provision": Text,
        COMPLETE "complete": Bool,
        GIVEN_AT "given_at": Instant,
        RECEIVED_AT "received_at": Instant,
        DEADLINE "deadline": Instant,
        PAUSED "paused": List(&Record("pause")),
    }
    pause {
        GROUND "ground": Words,
        FROM "from": Instant,
        UNTIL "until": Instant,
    }
    notice {
        KIND "kind": Text,
        COUNTRY "country": Place,
        BY "by": Words,
        COMPLETE "complete": Bool,
        REF "ref": Text,
        RECEIVED_AT "received_at": Instant,
    }
    metrics {
        VIEWS "views": Int,
        FORWARDS "forwards": Int,
        REACTIONS "reactions": Map(&Int),
    }
    service {
        ACTION "action": Text,
        FIELDS "fields": Opaque,
    }
    source {
        FORMAT "format": Words,
        CONTAINER "container": Text,
        POINTER "pointer": Text,
        DIGEST "digest": Map(&Text),
        WARNINGS "warnings": List(&Text),
        UNMAPPED "unmapped": List(&Text),
        FACTS "facts": Map(&Text),
    }
    span {
        TEXT "text": Text,
        PART "part": Text,
        START "start": Int,
        END "end": Int,
    }
}

/// The differences between this table and the standard library: missing fields, and fields of another type. Empty
/// unless only one of the two was changed.
pub(crate) fn differences(schema: &Schema) -> Vec<String> {
    let differs = |field: &StandardField| {
        let StandardField { record, name, shape } = field;
        let found = schema.named(record).and_then(|(_, declared)| declared.fields.get(name));
        match found {
            Some(found) if shape.matches(schema, &found.ty) => None,
            Some(found) => {
                let (wanted, found) = (shape.written(), schema.name_of(&found.ty));
                Some(format!(
                    "`{record}.{name}` is of type `{found}`, and the library expects `{wanted}`"
                ))
            }
            None => Some(format!("there is no `{record}.{name}`, which the library uses")),
        }
    };
    ALL.iter().filter_map(differs).collect()
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
