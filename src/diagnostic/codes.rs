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
    /// The file is not valid UTF-8, so its letters cannot be told apart. Save it as UTF-8 in your editor; the message
    /// names the first bad byte.
    NotUtf8 = ("LX0001", "not-utf8", Error);
    /// The text breaks off or goes on differently from what the language allows. The message says what could stand at
    /// the marked place; the fault is there or just before it. The other items of the file are checked all the same.
    Syntax = ("LX0002", "syntax", Error);
    /// A string ends on the line on which it starts. Close it with `"`; a line end inside a string is written `\n`.
    OpenString = ("LX0003", "open-string", Error);
    /// `a < b < c` has no single reading. Compare twice, `a < b and b < c`, or put brackets around one comparison.
    ChainedComparison = ("LX0004", "chained-comparison", Error);
    /// One `=` gives a name to something, as in `define`. Whether two values are equal is asked with `==`.
    SingleEqual = ("LX0005", "single-equal", Error);
    /// `a and b or c` is read differently by different people. Put brackets around the part that belongs together.
    MixedLogic = ("LX0006", "mixed-logic", Error);
    /// Strings know `\"`, `\\`, `\n` and `\u{…}`; patterns also `\*`, `\(`, `\)`, `\|`. No other letter follows a backslash;
    /// a backslash itself is written `\\`.
    BadEscape = ("LX0007", "bad-escape", Error);
    /// The number does not fit. Whole numbers go to 9223372036854775807; decimals have nine places after the point.
    BadNumber = ("LX0008", "bad-number", Error);
    /// The calendar has no such day, or the day no such hour. Days are written `2026-03-01`, instants
    /// `2026-03-01T12:00:00Z` or with an offset, `+05:00`.
    BadDate = ("LX0009", "bad-date", Error);
    /// A control character, a curly quote or a letter outside a to z stands outside a string. Such characters can make
    /// a file read differently from what it does: type the word anew, or put the text into a string.
    HostileCharacter = ("LX0010", "hostile-character", Error);
    /// Items are found by the word at the start of a line. Start the item on a line of its own.
    ItemNotAtLineStart = ("LX0011", "item-not-at-line-start", Error);
    /// The clause stands twice in one item, or belongs in another kind of item. Keep one, or move it.
    BadClause = ("LX0012", "bad-clause", Error);
    /// The item says too little to be applied: a rule has a `when` and a `then`, an article has its dates and says whom
    /// it binds, a test expects something. Add the clause that the message names.
    MissingClause = ("LX0013", "missing-clause", Error);
    /// Other languages write `&&`, `||` or `not mentions`. Here the words are `and`, `or`, and `not (… mentions …)`.
    ForeignOperator = ("LX0014", "foreign-operator", Error);
    /// A gap between two strings says how many words may lie in it at most. Write the number: `"a" ..5.. "b"`.
    BadGap = ("LX0015", "bad-gap", Error);

    /// Nothing of that name is declared in this file, in the library files that it uses, or in the places above. Mend
    /// the spelling, declare it, or add the `use` of its library. Names of other files are written `world.name`.
    UnknownName = ("LX1001", "unknown-name", Error);
    /// The name is declared twice in one file, or is already the name of a field. Rename one of the two.
    DuplicateName = ("LX1002", "duplicate-name", Error);
    /// The name is declared, but as another kind of thing: a set where terms belong, a rule where an office does.
    /// Name what belongs here.
    WrongKind = ("LX1003", "wrong-kind", Error);
    /// The file does not exist below the rule root. Paths are written from there: `lib/crypto.loci`,
    /// `lists/domains.txt`; capitals count.
    FileNotFound = ("LX1004", "file-not-found", Error);
    /// Files are read below the rule root only: no `..`, no absolute path, no link that leads out, no special file.
    /// Copy the file below the root and name it from there.
    PathOutsideRoot = ("LX1005", "path-outside-root", Error);
    /// Only files under `lib/` can be used, and they use each other without a circle. Move what two files share into a
    /// library file.
    BadUse = ("LX1006", "bad-use", Error);
    /// The item does not belong in this file. A library holds no rule, exception, test, office or jurisdiction;
    /// `record` belongs in `schema.loci`; `action` and `bloc` into the standard library.
    MisplacedItem = ("LX1007", "misplaced-item", Error);
    /// An entry of a set, or a line of its list file, is not of the set's kind. Mend or delete it: `domain` takes a host
    /// alone, `url` a whole address, `hash` hexadecimal digits.
    BadListEntry = ("LX1008", "bad-list-entry", Error);
    /// A definition calls itself, directly or through others, or a record holds itself. There is no recursion, so that
    /// every evaluation ends: write the condition out.
    RecursiveDefine = ("LX1009", "recursive-define", Error);
    /// There is no rule file at the rule root, and nothing is never a rule set. Write a file named after its place,
    /// such as `kz.loci`.
    NoRules = ("LX1010", "no-rules", Error);
    /// The file is there and could not be read. Check its permissions, and that it is a file and not a folder.
    Unreadable = ("LX1011", "unreadable", Error);

    /// The expression has another type than its place needs: a text where a number belongs, a number where a condition
    /// does. Numbers stand without quotes; a condition compares something or asks for it.
    TypeMismatch = ("LX2001", "type-mismatch", Error);
    /// The operator or test does not exist for values of this type: only texts mention words, only numbers, instants
    /// and durations are added. Ask about a list with `any x in … where (…)`.
    BadOperand = ("LX2002", "bad-operand", Error);
    /// Records have no such field. Mend the spelling; the fields are listed by `lexloci schema record`, and a host adds
    /// its own in `schema.loci`.
    UnknownField = ("LX2003", "unknown-field", Error);
    /// No built-in function has this name, no definition, and none that the host registers. Mend the spelling or
    /// `define` it.
    UnknownFunction = ("LX2004", "unknown-function", Error);
    /// The function or definition takes other arguments, in number or in type. The message lists what it takes.
    BadArguments = ("LX2005", "bad-arguments", Error);
    /// The field has a fixed list of values, and this is none of them, so the comparison could never hold. The message
    /// names the values.
    UnknownValue = ("LX2006", "unknown-value", Error);
    /// Months and years have no fixed length, so instants cannot be compared by them. Write days, such as `30 days`;
    /// months and years stand in deadlines and retention only.
    CalendarDuration = ("LX2007", "calendar-duration", Error);
    /// There is no type of this name. Types are `bool`, `int`, `number`, `text`, `instant`, `duration`, `place`, lists
    /// such as `[text]`, and the records of the schema, such as `link`.
    UnknownType = ("LX2008", "unknown-type", Error);
    /// The regular expression is wrong, too large, or can match nothing. It is written `r"…"` in the syntax of RE2,
    /// without look-around and back-references.
    BadRegex = ("LX2009", "bad-regex", Error);
    /// The pattern is wrong: an unclosed bracket, a star inside a word. A pattern is words, `*` at the end of a word,
    /// and `(this|that)`; write `\*`, `\(`, `\)`, `\|` for the signs themselves.
    BadPattern = ("LX2010", "bad-pattern", Error);
    /// The pattern can never match: it is empty, or has a character that never stands in a message. Write the words as
    /// a reader sees them.
    DeadPattern = ("LX2011", "dead-pattern", Error);
    /// `??` gives a default to a value. For a condition it would hide that something is not known, and missing is not
    /// false: write `x is known and x`, or say with `on unknown` who looks at it.
    DefaultOnCondition = ("LX2012", "default-on-condition", Error);

    /// A rule that burdens anybody cites what it rests on. Add `basis law.article`, or the `policy` of the platform.
    MissingBasis = ("LX3001", "missing-basis", Error);
    /// No country, subdivision, bloc or time zone has this name. Places are codes of ISO 3166 (`GB`, not `UK`), blocs
    /// such as `EU`, or `WORLD`; zones are those of the IANA database, such as `Asia/Almaty`.
    UnknownPlace = ("LX3002", "unknown-place", Error);
    /// A file of rules says once for which place it speaks, and bears the name of that place: `kz.loci` has
    /// `jurisdiction KZ`. Add the line, or rename the file.
    BadJurisdiction = ("LX3003", "bad-jurisdiction", Error);
    /// What takes a message down everywhere belongs to the platform as a whole. A place writes `restrict`, which hides
    /// the message there; rules that remove stand in `world.loci`.
    GlobalAct = ("LX3004", "global-act", Error);
    /// A file cites and lifts rules of its own place and of the places above it. France cannot except from a rule of
    /// Kazakhstan: write the exception where the rule applies.
    OutOfPlace = ("LX3005", "out-of-place", Error);
    /// A rule that removes messages or suspends accounts everywhere is lifted by `world.loci` alone, since no place
    /// decides for the others. Move the exception there, or narrow the rule itself.
    GlobalDefeat = ("LX3006", "global-defeat", Error);
    /// Exceptions lift each other in a circle, so none of them can be decided. Let one of them lift the rule itself.
    CyclicException = ("LX3007", "cyclic-exception", Error);
    /// The exception and what it lifts are never in force together, so it can never apply. Mend its dates or its basis,
    /// or delete it.
    DeadException = ("LX3008", "dead-exception", Error);
    /// All articles that the rule cites bind on an order, a notice or a report, and its condition never reads one. Such
    /// an article is no basis for acting without the event: ask for it in `when`, or cite another basis.
    TriggerNotRead = ("LX3009", "trigger-not-read", Error);
    /// No such event starts a clock, or the deadline names none. Clocks start from `order.received_at`, `order.given_at`,
    /// `notice.received_at`, `report.received_at`, `knowledge`, `removal`, `submission` or `decision`; the instant that an
    /// order sets itself is `order.deadline`.
    UnknownEvent = ("LX3010", "unknown-event", Error);
    /// `within` is a promise of the platform, so it cites the policy that makes it: `within 24 hours by policy desk`.
    /// A statute's own time limit stands in its article, under `deadline`.
    DeadlineWithoutSource = ("LX3011", "deadline-without-source", Error);
    /// No action has this name, or it does not take this target, time limit or period. The message lists what there is.
    BadAction = ("LX3012", "bad-action", Error);
    /// What is not known burdens nobody. `on unknown` takes obligations, such as `escalate` and `review`, and no
    /// outcome: people decide what could not be decided.
    UnknownBurden = ("LX3013", "unknown-burden", Error);
    /// The article says neither that a person read its text and when, nor why nobody did. Write `verified 2026-03-01`
    /// or `unverified "why"`.
    UnverifiedArticle = ("LX3014", "unverified-article", Error);
    /// The interval ends before it begins, so nothing is ever in it. `until` names the first day after.
    EmptyInterval = ("LX3015", "empty-interval", Error);
    /// A deadline binds whom its article binds: an article that binds the author gives the platform none. Delete the
    /// deadline, or write `binds platform` if the text does.
    DeadlineOfAuthor = ("LX3016", "deadline-of-author", Error);
    /// The category, mode, status, trigger, target or kind of set is none of those that the language knows. The message
    /// lists them.
    UnknownWord = ("LX3017", "unknown-word", Error);
    /// `pauses` says on which grounds the clock of an order stands still, and no deadline of the article runs from an
    /// order. Add the deadline, or delete `pauses`.
    IdlePause = ("LX3018", "idle-pause", Error);

    /// The condition, or a part of it, comes out the same on every record, so it is not what was meant. Mend the
    /// comparison, or delete the part.
    ConstantCondition = ("LX4001", "constant-condition", Error);
    /// Nothing uses the name or the library. Use it or delete it, so that readers do not take it for law in force.
    Unused = ("LX4002", "unused", Warning);
    /// The phrase or entry stands twice, perhaps in other capitals. Delete one of them; it changes nothing.
    DuplicateEntry = ("LX4003", "duplicate-entry", Warning);
    /// The word mixes letters of two scripts that look alike, so it may not be what it looks like. Type it anew in one
    /// script: messages that disguise a word so are found anyway.
    MixedScriptPattern = ("LX4004", "mixed-script-pattern", Warning);
    /// The field has a value in every record, so the question whether it is missing, or a default for it, is idle.
    /// Delete that part.
    NeverMissing = ("LX4005", "never-missing", Warning);

    /// What the test expects is not what the rules decide. Either may be wrong: read the rule with `lexloci explain`.
    TestFailed = ("LX5001", "test-failed", Error);

    /// Brackets, or definitions inside each other, nest too deep to be read or run safely. Name a part with `define`,
    /// or unfold it.
    TooDeep = ("LX6001", "too-deep", Error);
    /// A file, line, string, name, list or number of things is over its limit. The message names the limit; long lists
    /// belong in a `set` with a file of its own.
    TooLarge = ("LX6002", "too-large", Error);
    /// The condition could take more steps than a rule may on the largest record; the bound is computed before anything
    /// runs. Quantifiers inside quantifiers multiply: use one, or look into a `set`.
    TooCostly = ("LX6003", "too-costly", Error);

    /// The record is not JSON. The message names line and column of the first fault.
    BadJson = ("LX7001", "bad-json", Error);
    /// A key stands twice in one object, so readers would disagree on its value. The host has to write it once.
    DuplicateKey = ("LX7002", "duplicate-key", Error);
    /// The schema has no such field. Mend the spelling, or declare the field in `schema.loci`; what rules need not read
    /// goes under `ext`.
    UnknownRecordField = ("LX7003", "unknown-record-field", Error);
    /// The value has another type than the schema says: a text where a number belongs, a day that the calendar does not
    /// have, a word that is none of the field's.
    WrongType = ("LX7004", "wrong-type", Error);
    /// The number cannot be read without loss: whole numbers have 64 bits. Identities that are longer are texts.
    LossyNumber = ("LX7005", "lossy-number", Error);
    /// A field that every record has is absent. The message names it; `id` and `platform` are needed in each record.
    MissingField = ("LX7006", "missing-field", Error);
    /// The record is larger, deeper or longer than a record may be. Cut what no rule reads, and say so in
    /// `source.warnings`.
    RecordTooLarge = ("LX7007", "record-too-large", Error);
    /// A string has half of a surrogate pair, so it is not text. The source cut a character in two: replace the half
    /// with `\ufffd`.
    LoneSurrogate = ("LX7008", "lone-surrogate", Error);
    /// The record carries no date, so it says no instant to judge it at. Give it `sent_at`, or the tool an instant
    /// with `--at`.
    NoInstant = ("LX7009", "no-instant", Error);
    /// The record is visible nowhere, so there is no place to judge it for. Mend `visibility.countries`, or name a
    /// place with `--in`.
    NoPlaces = ("LX7010", "no-places", Error);

    /// Two parts of lexloci disagree about what the language is. Nothing is wrong with the file: please report it.
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
