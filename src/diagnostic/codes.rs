//! The table of codes. Never reuse a code: hosts and authors filter by it.
//! LX0 text and syntax, LX1 names and files, LX2 types, LX3 law and places, LX4 lints,
//! LX5 tests, LX6 limits, LX7 records, LX9 faults of lexloci itself.

use super::Severity;

/// One row per kind of message. `lexloci doc`, the manual and the tests read this table; nothing else lists codes.
macro_rules! codes {
    ($( $(#[doc = $doc:literal])+ $name:ident = ($code:literal, $slug:literal, $severity:ident); )+) => {
        /// The kinds of message. The documentation of each says what it means and how to mend it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $( $(#[doc = $doc])+ $name, )+ }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Code] = &[ $( Code::$name, )+ ];
            /// `LX2003`
            pub fn as_str(self) -> &'static str { match self { $( Code::$name => $code, )+ } }
            /// `unknown-field`
            pub fn slug(self) -> &'static str { match self { $( Code::$name => $slug, )+ } }
            /// Whether it refuses the rule set.
            pub fn severity(self) -> Severity { match self { $( Code::$name => Severity::$severity, )+ } }
            /// What it means and how to mend it.
            pub fn explanation(self) -> &'static str { match self { $( Code::$name => concat!($($doc, "\n"),+), )+ } }
        }
    };
}

codes! {
    /// The file is not valid UTF-8. Save it as UTF-8; the message names the first bad byte.
    NotUtf8 = ("LX0001", "not-utf8", Error);
    /// The text does not follow the grammar at the marked place.
    Syntax = ("LX0002", "syntax", Error);
    /// A string closes on the line that opens it.
    OpenString = ("LX0003", "open-string", Error);
    /// `a == b == c` has no single reading. Put brackets around one of the comparisons, or join two with `and`.
    ChainedComparison = ("LX0004", "chained-comparison", Error);
    /// `=` is not an operator. Equality is `==`.
    SingleEqual = ("LX0005", "single-equal", Error);
    /// `a and b or c` is read differently by different people. Put brackets around one of the two.
    MixedLogic = ("LX0006", "mixed-logic", Error);
    /// Strings know `\"`, `\\`, `\n` and `\u{…}`; patterns also `\*`, `\(`, `\)`, `\|`. Nothing else is an escape.
    BadEscape = ("LX0007", "bad-escape", Error);
    /// The number does not fit: integers have 64 bits, decimals nine places.
    BadNumber = ("LX0008", "bad-number", Error);
    /// The day or instant does not exist in the calendar.
    BadDate = ("LX0009", "bad-date", Error);
    /// A control character, a bidirectional control or a letter of another script stands outside a string.
    /// Such characters can make a file read differently from what it does.
    HostileCharacter = ("LX0010", "hostile-character", Error);
    /// An item starts on a line of its own.
    ItemNotAtLineStart = ("LX0011", "item-not-at-line-start", Error);
    /// The clause stands twice in one item, or does not belong into it.
    BadClause = ("LX0012", "bad-clause", Error);
    /// The item lacks a clause that it needs.
    MissingClause = ("LX0013", "missing-clause", Error);
    /// `&&`, `||`, `not mentions` and the like: the words are `and`, `or`, and `not (… mentions …)`.
    ForeignOperator = ("LX0014", "foreign-operator", Error);
    /// A gap says how many words may lie between: `"a" ..5.. "b"`.
    BadGap = ("LX0015", "bad-gap", Error);

    /// Nothing of that name is declared in this file, in the files that it uses, or in the places above.
    UnknownName = ("LX1001", "unknown-name", Error);
    /// The name is declared twice in one file.
    DuplicateName = ("LX1002", "duplicate-name", Error);
    /// The name is declared, but as another kind of thing.
    WrongKind = ("LX1003", "wrong-kind", Error);
    /// The file to use or to read does not exist under the rule root.
    FileNotFound = ("LX1004", "file-not-found", Error);
    /// Files are read under the rule root only: no `..`, no absolute path, no link that leads out, no special file.
    PathOutsideRoot = ("LX1005", "path-outside-root", Error);
    /// Only files under `lib/` can be used, and they use each other without a circle.
    BadUse = ("LX1006", "bad-use", Error);
    /// The item does not belong into this file: a library holds no rule, exception, test, office or jurisdiction;
    /// `record` belongs into `schema.loci`; `action` and `bloc` into the standard library.
    MisplacedItem = ("LX1007", "misplaced-item", Error);
    /// A line of a list file is not an entry of its kind.
    BadListEntry = ("LX1008", "bad-list-entry", Error);
    /// A definition calls itself, directly or through others. Definitions end: there is no recursion.
    RecursiveDefine = ("LX1009", "recursive-define", Error);
    /// There is no rule file at the rule root.
    NoRules = ("LX1010", "no-rules", Error);
    /// The file could not be read.
    Unreadable = ("LX1011", "unreadable", Error);

    /// The expression has another type than its place needs.
    TypeMismatch = ("LX2001", "type-mismatch", Error);
    /// The operator or test does not exist for values of this type.
    BadOperand = ("LX2002", "bad-operand", Error);
    /// Records have no such field.
    UnknownField = ("LX2003", "unknown-field", Error);
    /// No function or definition has this name.
    UnknownFunction = ("LX2004", "unknown-function", Error);
    /// The function takes other arguments.
    BadArguments = ("LX2005", "bad-arguments", Error);
    /// The value is not one of the field's.
    UnknownValue = ("LX2006", "unknown-value", Error);
    /// Months and years have no fixed length: compare in days, or use them in deadlines and retention only.
    CalendarDuration = ("LX2007", "calendar-duration", Error);
    /// The unit of the duration is unknown.
    UnknownType = ("LX2008", "unknown-type", Error);
    /// The regular expression is wrong or too large.
    BadRegex = ("LX2009", "bad-regex", Error);
    /// The pattern is wrong: an unclosed bracket, a star inside a word, nothing to match.
    BadPattern = ("LX2010", "bad-pattern", Error);
    /// The pattern can never match, because of a character that never stands in a message's words.
    DeadPattern = ("LX2011", "dead-pattern", Error);
    /// `??` gives a default for a value; for a condition it would hide that something is not known.
    DefaultOnCondition = ("LX2012", "default-on-condition", Error);

    /// A rule that burdens anybody cites an article of a law or a policy.
    MissingBasis = ("LX3001", "missing-basis", Error);
    /// No country, subdivision, bloc or zone has this code.
    UnknownPlace = ("LX3002", "unknown-place", Error);
    /// A file of rules says for which place it speaks, once, and bears its name: `kz.loci` for `KZ`.
    BadJurisdiction = ("LX3003", "bad-jurisdiction", Error);
    /// Removal and global suspension belong to the platform as a whole: `world.loci`. A place restricts.
    GlobalAct = ("LX3004", "global-act", Error);
    /// An exception names a rule of its own place or of a place above it.
    OutOfPlace = ("LX3005", "out-of-place", Error);
    /// A rule that removes or suspends globally is defeated by exceptions of `world.loci` alone.
    GlobalDefeat = ("LX3006", "global-defeat", Error);
    /// Exceptions defeat each other in a circle, so none of them can be decided.
    CyclicException = ("LX3007", "cyclic-exception", Error);
    /// The exception can never apply.
    DeadException = ("LX3008", "dead-exception", Error);
    /// All articles that the rule cites bind on an event (an order, a notice, a report), and its condition never reads that event.
    TriggerNotRead = ("LX3009", "trigger-not-read", Error);
    /// The event cannot start this clock.
    UnknownEvent = ("LX3010", "unknown-event", Error);
    /// A service level of the platform cites the policy that promises it; a statutory deadline stands in its article.
    DeadlineWithoutSource = ("LX3011", "deadline-without-source", Error);
    /// No action has this name, or it does not take this argument.
    BadAction = ("LX3012", "bad-action", Error);
    /// What is not known burdens nobody: `on unknown` takes obligations, no outcome.
    UnknownBurden = ("LX3013", "unknown-burden", Error);
    /// The article says neither who read its text and when, nor why it is unverified.
    UnverifiedArticle = ("LX3014", "unverified-article", Error);
    /// The interval is empty: it ends before it begins.
    EmptyInterval = ("LX3015", "empty-interval", Error);
    /// A deadline binds whom the article binds: an article that binds the author gives the platform none.
    DeadlineOfAuthor = ("LX3016", "deadline-of-author", Error);
    /// The mode, status, trigger or other word is not one that stands here.
    UnknownWord = ("LX3017", "unknown-word", Error);

    /// The condition is always true, always false, or never known.
    ConstantCondition = ("LX4001", "constant-condition", Error);
    /// Nothing uses it.
    Unused = ("LX4002", "unused", Warning);
    /// The entry stands twice.
    DuplicateEntry = ("LX4003", "duplicate-entry", Warning);
    /// The word mixes scripts, so it may not be what it looks like.
    MixedScriptPattern = ("LX4004", "mixed-script-pattern", Warning);
    /// The field is never missing.
    NeverMissing = ("LX4005", "never-missing", Warning);
    /// No test shows the rule.
    Untested = ("LX4006", "untested", Warning);

    /// The outcome is not the expected one.
    TestFailed = ("LX5001", "test-failed", Error);

    /// Brackets nest deeper than 32.
    TooDeep = ("LX6001", "too-deep", Error);
    /// The file, line, string, name, list or number of things is over its limit.
    TooLarge = ("LX6002", "too-large", Error);
    /// The condition could cost more than a rule may: the bound is computed from record limits before anything runs.
    TooCostly = ("LX6003", "too-costly", Error);

    /// The record is not JSON.
    BadJson = ("LX7001", "bad-json", Error);
    /// A key stands twice in one object, so readers would disagree on its value.
    DuplicateKey = ("LX7002", "duplicate-key", Error);
    /// The schema has no such field.
    UnknownRecordField = ("LX7003", "unknown-record-field", Error);
    /// The value has another type than the schema says.
    WrongType = ("LX7004", "wrong-type", Error);
    /// The number cannot be read without loss.
    LossyNumber = ("LX7005", "lossy-number", Error);
    /// A field that every record has is absent.
    MissingField = ("LX7006", "missing-field", Error);
    /// The record is larger, deeper or longer than a record may be.
    RecordTooLarge = ("LX7007", "record-too-large", Error);
    /// A string has half of a surrogate pair, so it is not text.
    LoneSurrogate = ("LX7008", "lone-surrogate", Error);
    /// The record carries no date, so it says no instant to judge it at.
    NoInstant = ("LX7009", "no-instant", Error);
    /// The record is visible nowhere, so there is no place to judge it for.
    NoPlaces = ("LX7010", "no-places", Error);

    /// Grammar and tree builder disagree, or another promise inside lexloci does not hold. Please report the input.
    Internal = ("LX9001", "internal", Error);
}

#[cfg(test)]
mod tests {
    use super::Code;
    use std::collections::BTreeSet;

    #[test]
    fn codes_and_slugs_are_unique_and_codes_ascend() {
        let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let sorted: BTreeSet<_> = codes.iter().copied().collect();
        assert_eq!(codes, sorted.into_iter().collect::<Vec<_>>());
        let slugs: BTreeSet<_> = Code::ALL.iter().map(|code| code.slug()).collect();
        assert_eq!(slugs.len(), codes.len());
    }
}
