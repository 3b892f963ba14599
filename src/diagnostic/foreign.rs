//! Words of other languages and rule systems, and what to write instead. Similar spelling is not enough: it would not suggest
//! `length` for `len`, and it would suggest `demote` for `delete`.

/// What to write instead of a foreign word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// Another word, at the same place.
    Word(&'static str),
    /// The help, where no single word means the same.
    Help(&'static str),
}

use Meant::{Help, Word};

/// Foreign words that mean the same, and what to write instead of each.
pub(crate) type Row = (&'static [&'static str], Meant);

/// Names of actions.
pub(crate) const ACTIONS: &[Row] = &[
    (
        &[
            "delete",
            "takedown",
            "erase",
            "destroy",
            "purge",
            "unpublish",
            "removed",
            "removal",
            "deleted",
        ],
        Word("remove"),
    ),
    (
        &["hide", "geoblock", "withhold", "suppress", "restricted", "restriction", "hidden"],
        Word("restrict"),
    ),
    (&["tag", "annotate", "disclaimer", "labelled", "labeled"], Word("label")),
    (&["shadowban", "downrank", "derank", "deprioritize", "demoted", "demotion"], Word("demote")),
    (&["moderate", "queue", "check", "manualreview", "humanreview", "reviewed"], Word("review")),
    (&["agegate", "adultonly", "nsfw", "agerestricted"], Word("age_restrict")),
    (&["limited", "limitation"], Word("limit")),
    (&["suspended", "suspension"], Word("suspend")),
    (&["escalated", "escalation"], Word("escalate")),
    (&["reported"], Word("report")),
    (&["preserved", "preservation"], Word("preserve")),
    (&["notified", "notification"], Word("notify")),
    (
        &["block", "ban", "mute", "kick"],
        Help(
            "write `restrict` to hide the message in this place, or `suspend author` or `suspend chat` to stop who sent it",
        ),
    ),
    (
        &["warn", "flag", "alert"],
        Help(
            "write `label` to mark the message, `notify to author` to tell its author, or `review` to have people look at it",
        ),
    ),
    (
        &["send", "forward", "assign", "route", "refer"],
        Help("write `escalate to` and the name of an office"),
    ),
    (
        &["unmark", "unset", "unflag", "clearmark", "removemark"],
        Help("write `clear` and the name of the mark: `clear warned`"),
    ),
    (&["set", "setmark", "addmark"], Help("write `mark` and its name: `mark warned for 30 days`")),
    (
        &["keep", "store", "retain", "archive"],
        Help("write `preserve for` and a period: `preserve for 6 months`"),
    ),
    (
        &["allow", "permit", "pass", "approve", "accept", "ignore", "skip", "nothing", "whitelist"],
        Help(
            "a rule allows nothing: write an `exception` to the rule that must not apply, or `unless` in that rule",
        ),
    ),
];

/// Calls of functions and methods: their names, and what to write instead of the call. `$1` and `$2` are the operands. The
/// first operand of a method is the value before the dot.
const CALLS: &[(&[&str], &str)] = &[
    (&["len", "size", "strlen", "count", "length"], "length($1)"),
    (
        &["lowercase", "tolower", "tolowercase", "lcase", "casefold", "downcase", "lower"],
        "lower($1)",
    ),
    (
        &["upper", "uppercase", "toupper", "touppercase", "ucase"],
        "lower($1) == \"… in small letters\"",
    ),
    (&["wordcount", "countwords"], "words($1)"),
    (&["contains", "includes", "include", "instr", "strpos", "indexof"], "$1 contains $2"),
    (&["startswith", "hasprefix"], "$1 starts with $2"),
    (&["endswith", "hassuffix"], "$1 ends with $2"),
    (
        &["match", "matches", "regexpmatch", "regexplike", "regexmatch", "rlike", "search"],
        "$1 matches r$2",
    ),
    (&["mentions", "mention", "hasword", "haswords"], "$1 mentions $2"),
    (&["in", "isin", "oneof"], "$1 in $2"),
    (&["equals", "equal", "eq"], "$1 == $2"),
    (&["now", "today", "currentdate", "getdate", "sysdate"], "at"),
    (&["isnull", "isnone", "ismissing"], "$1 is missing"),
    (&["isempty"], "length($1) == 0"),
    (&["isnotnull", "isknown", "exists", "defined"], "$1 is known"),
    (&["coalesce", "ifnull", "nvl", "getordefault"], "$1 ?? $2"),
    (&["datediff", "timediff"], "$1 - $2"),
    (&["int", "float", "str", "string", "bool", "strip", "trim"], "$1"),
];

/// Names of types.
pub(crate) const TYPES: &[Row] = &[
    (&["string", "str", "varchar", "char"], Word("text")),
    (&["integer", "long", "bigint", "int32", "int64", "uint"], Word("int")),
    (&["float", "double", "decimal", "real", "numeric", "float64"], Word("number")),
    (&["boolean", "flag", "yesno"], Word("bool")),
    (&["date", "datetime", "timestamp", "time", "day"], Word("instant")),
    (&["timedelta", "interval", "period", "timespan"], Word("duration")),
    (&["country", "region", "jurisdiction"], Word("place")),
    (&["array", "list", "set"], Help("write the type of the elements in brackets: `[text]`")),
    (&["map", "dict", "object", "json"], Help("write the type of the values in braces: `{text}`")),
    (&["enum"], Help("write the words with bars between them: `free | paid`")),
];

/// The events from which a deadline runs. `$` is the event that the article binds on: `order` or `notice`.
pub(crate) const EVENTS: &[Row] = &[
    (
        &["receipt", "received", "receivedat", "arrival", "service", "notification", "delivery"],
        Word("$.received_at"),
    ),
    (&["issue", "issued", "issuance", "given", "givenat"], Word("order.given_at")),
    (&["awareness", "discovery"], Word("knowledge")),
    (&["decided", "ruling"], Word("decision")),
    (&["removed", "deletion", "takedown"], Word("removal")),
    (&["submitted", "filing"], Word("submission")),
];

/// The state of an article.
pub(crate) const STATUSES: &[Row] = &[(
    &["repealed", "expired", "ended", "revoked", "superseded", "abolished"],
    Help(
        "delete the status, and say when the article ended: `in force from … until` and the first day on which it was no longer in force",
    ),
)];

/// Words of a list, such as the kinds of media or the categories of rules: what people write, and the word that is meant
/// where the list has it.
const WORDS: &[(&[&str], &str)] = &[
    // kinds of media
    (&["image", "picture", "pic", "img", "jpeg", "jpg", "png"], "photo"),
    (&["movie", "clip", "film"], "video"),
    (&["gif", "animated"], "animation"),
    (&["sound", "music", "song", "mp3"], "audio"),
    (&["voicemessage", "voicenote"], "voice"),
    (&["roundvideo", "videomessage"], "video_note"),
    (&["file", "attachment", "pdf"], "document"),
    (&["map", "geo", "position"], "location"),
    // kinds of chats and audiences
    (&["dm", "pm", "direct", "personal"], "private"),
    (&["megagroup"], "supergroup"),
    (&["broadcast"], "channel"),
    (&["everyone", "everybody", "open"], "public"),
    // categories
    (&["phishing", "ponzi", "pyramid", "deception"], "scams_and_fraud"),
    (&["hate", "racism", "defamation"], "illegal_or_harmful_speech"),
    (&["copyright", "piracy", "trademark"], "intellectual_property_infringements"),
    (&["drugs", "weapons", "counterfeit"], "unsafe_and_prohibited_products"),
    (&["terrorism", "extremism"], "risk_for_public_security"),
    (&["suicide", "selfharm"], "self_harm"),
    (&["doxxing", "doxing", "gdpr"], "data_protection_and_privacy_violations"),
    (&["child", "children", "childsafety", "csam"], "protection_of_minors"),
    (&["bullying", "harassment", "stalking"], "cyber_violence"),
    (&["disinformation", "misinformation"], "negative_effects_on_civic_discourse_or_elections"),
    // severities and modes
    (&["minor", "info", "informational", "notice"], "low"),
    (&["moderate", "normal", "warning"], "medium"),
    (&["major", "severe", "serious", "error"], "high"),
    (&["blocker", "fatal", "urgent", "highest"], "critical"),
    (&["trial", "test", "dryrun", "monitor", "audit", "silent"], "shadow"),
    (&["enforce", "production", "active", "enabled"], "live"),
    // laws
    (&["provider", "service", "operator", "intermediary", "company"], "platform"),
    (&["user", "poster", "sender", "account", "advertiser", "creator"], "author"),
    (&["court", "demand", "injunction"], "order"),
    (&["complaint"], "report"),
    (&["awareness"], "knowledge"),
    (&["always", "permanent"], "standing"),
    (&["pending", "proposed", "bill"], "draft"),
    (&["passed", "enacted"], "adopted"),
    (&["void", "invalid", "quashed"], "annulled"),
    (&["received"], "receipt"),
    (&["sent"], "sending"),
    // kinds of sets
    (&["host", "hostname", "site", "website"], "domain"),
    (&["link", "page", "uri"], "url"),
    (&["string", "str", "phrase"], "text"),
    (&["sha256", "md5", "digest", "checksum"], "hash"),
    (&["phone", "card", "integer", "digits"], "number"),
    (&["crypto", "purse"], "wallet"),
];

/// The shortest part of a word that tells which word is meant.
const MIN_PART: usize = 4;

/// The word of a list that means the same as a foreign word.
pub(crate) fn same<'w>(written: &str, words: &[&'w str]) -> Option<&'w str> {
    let plain = plain(written);
    let (_, same) = WORDS.iter().find(|(foreign, _)| foreign.contains(&plain.as_str()))?;
    words.iter().find(|word| *word == same).copied()
}

/// The words of a list that share a part with a word: `scam` leads to `scams_and_fraud`.
pub(crate) fn with_part<'w>(written: &str, words: &[&'w str]) -> Vec<&'w str> {
    let written = written.to_ascii_lowercase();
    let parts = |word: &str| {
        let parts = word.split('_').filter(|part| part.len() >= MIN_PART);
        parts.map(str::to_owned).collect::<Vec<_>>()
    };
    let written = parts(&written);
    let is_shared = |part: &String| {
        written.iter().any(|other| part.starts_with(other) || other.starts_with(part))
    };
    words.iter().filter(|word| parts(word).iter().any(is_shared)).copied().collect()
}

/// What people take for parts of an instant: their names, what they ask for, and how an instant is compared instead. `$`
/// stands for the instant.
const PARTS_OF_INSTANTS: &[(&[&str], &str, &str)] = &[
    (
        &["hour", "hours", "minute", "minutes", "second", "seconds", "time", "timeofday"],
        "the hour",
        "$ >= 2026-03-01T22:00:00Z",
    ),
    (&["year", "years"], "the year", "$ >= 2026-01-01 and $ < 2027-01-01"),
    (&["month", "months"], "the month", "$ >= 2026-03-01 and $ < 2026-04-01"),
    (
        &["day", "date", "weekday", "dayofweek", "isweekend", "week"],
        "the day",
        "$ >= 2026-03-01 and $ < 2026-03-02",
    ),
];

/// What to write instead of a part of an instant. `None` if a name is not that of one.
pub(crate) fn part_of_instant(name: &str, instant: &str) -> Option<String> {
    let plain = plain(name);
    let (_, what, example) =
        PARTS_OF_INSTANTS.iter().find(|(names, ..)| names.contains(&plain.as_str()))?;
    let example = example.replace('$', instant);
    Some(format!(
        "an instant has no parts such as {what}: compare it with other instants: `{example}`"
    ))
}

/// Whether other languages use this name for the absence of a value, such as `null`.
pub(crate) fn is_nothing(name: &str) -> bool {
    ["null", "nil", "none", "undefined", "nan"].iter().any(|other| name.eq_ignore_ascii_case(other))
}

/// What to write instead of the call of a function with these operands.
pub(crate) fn call(name: &str, operands: &[String]) -> Option<String> {
    let (_, pattern) = CALLS.iter().find(|(names, _)| names.contains(&plain(name).as_str()))?;
    if pattern.matches('$').count() != operands.len() {
        return None;
    }
    let mut parts = pattern.split('$');
    let mut meant = parts.next()?.to_owned();
    for part in parts {
        let (number, after) = part.split_at_checked(1)?;
        let operand = operands.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
        // Only a text in quotes can become a regular expression.
        if meant.ends_with(" r") && !operand.starts_with('"') {
            return None;
        }
        meant.extend([operand, after]);
    }
    Some(meant)
}

/// A word in lower case and without `_`.
fn plain(word: &str) -> String {
    word.replace('_', "").to_ascii_lowercase()
}

/// What to write instead of a word. Case and `_` do not matter.
pub(crate) fn meant(table: &[Row], word: &str) -> Option<Meant> {
    let plain = plain(word);
    table.iter().find(|(words, _)| words.contains(&plain.as_str())).map(|(_, meant)| *meant)
}

#[cfg(test)]
mod tests {
    use super::{ACTIONS, EVENTS, Meant, STATUSES, TYPES, WORDS, call, meant, same, with_part};
    use std::collections::BTreeSet;

    #[test]
    fn each_word_has_one_meaning_and_can_be_looked_up() {
        for table in [ACTIONS, TYPES, STATUSES, EVENTS] {
            let words: Vec<&str> = table.iter().flat_map(|(words, _)| *words).copied().collect();
            assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
            for (words, meaning) in table {
                assert!(words.iter().all(|word| meant(table, word) == Some(*meaning)), "{words:?}");
            }
        }
        assert_eq!(meant(ACTIONS, "Take_Down"), Some(Meant::Word("remove")));
        assert_eq!(meant(ACTIONS, "restrict"), None);
    }

    #[test]
    fn words_of_lists_are_found_by_meaning_and_by_part() {
        let words: Vec<&str> = WORDS.iter().flat_map(|(words, _)| *words).copied().collect();
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
        assert_eq!(same("Image", &["audio", "photo"]), Some("photo"));
        assert_eq!(same("image", &["audio"]), None);
        let categories = ["scams_and_fraud", "cyber_violence", "cyber_bullying", "violence"];
        for (written, meant) in [
            ("scam", &categories[..1]),
            ("financial_fraud", &categories[..1]),
            ("cyber", &categories[1..3]),
            ("and", &[]),
            ("spam", &[]),
        ] {
            assert_eq!(with_part(written, &categories), meant, "{written}");
        }
    }

    #[test]
    fn calls_become_operators() {
        let call = |name, operands: &[&str]| {
            call(name, &operands.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
        };
        for (name, operands, meant) in [
            ("len", vec!["links"], Some("length(links)")),
            ("startsWith", vec!["text", "\"a\""], Some("text starts with \"a\"")),
            ("regexp_like", vec!["text", "\"a+\""], Some("text matches r\"a+\"")),
            ("matches", vec!["text", "words"], None),
            ("now", vec![], Some("at")),
            ("len", vec![], None),
            ("host_age", vec!["link"], None),
            ("isEmpty", vec!["links"], Some("length(links) == 0")),
            ("upper", vec!["chat.title"], Some("lower(chat.title) == \"… in small letters\"")),
            ("startsWith", vec!["\"a$2\"", "chat.title"], Some("\"a$2\" starts with chat.title")),
        ] {
            assert_eq!(call(name, &operands).as_deref(), meant, "{name}");
        }
    }
}
