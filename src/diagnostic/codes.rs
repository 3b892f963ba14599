//! The table of codes. Never reuse a code: hosts and authors filter diagnostics by code.
//! LX0 text and syntax, LX1 names and files, LX2 types, LX3 law and places, LX4 lints,
//! LX5 tests, LX6 limits, LX7 records, LX9 bugs of lexloci.
//!
//! The page of a code, `docs/codes/LX….md`, explains it and is also its documentation here. A code without a page does
//! not compile.

use super::{Group, Level, Severity};

/// One row per code. `lexloci doc`, the manual and the tests read this table, and codes are listed nowhere else. The
/// last column is the default level: `Error`, `Warning`, or `Silent` for lints that are off by default.
macro_rules! codes {
    ($( $name:ident = ($code:literal, $slug:literal, $level:ident); )+) => {
        /// The kinds of diagnostic. The page of each kind explains it and how to fix it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $( #[doc = include_str!(concat!("../../docs/codes/", $code, ".md"))] $name, )+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Code] = &[ $( Code::$name, )+ ];
            /// `LX2003`
            pub fn as_str(self) -> &'static str { match self { $( Code::$name => $code, )+ } }
            /// `unknown-field`
            pub fn slug(self) -> &'static str { match self { $( Code::$name => $slug, )+ } }
            /// Its default level. Only the levels of lints can be changed.
            pub fn level(self) -> Level { match self { $( Code::$name => level!($level), )+ } }
            /// The text of the page file: what happened, why it matters, bad, good, how to fix.
            fn source(self) -> &'static str {
                match self { $( Code::$name => include_str!(concat!("../../docs/codes/", $code, ".md")), )+ }
            }
        }
    };
}

macro_rules! level {
    (Error) => {
        Level::Deny
    };
    (Warning) => {
        Level::Warn
    };
    (Silent) => {
        Level::Allow
    };
}

impl Code {
    /// The code with this number or slug. Case does not matter.
    pub fn named(name: &str) -> Option<Code> {
        let is_named = |known: &str| known.eq_ignore_ascii_case(name);
        Code::ALL.iter().copied().find(|code| is_named(code.as_str()) || is_named(code.slug()))
    }

    /// The group of a lint, which follows from its number. `None` for errors, whose level cannot be changed.
    pub fn group(self) -> Option<Group> {
        Group::ALL.into_iter().find(|group| self.as_str().starts_with(group.prefix()))
    }

    /// Its default severity.
    pub fn severity(self) -> Severity {
        match self.level() {
            Level::Deny => Severity::Error,
            Level::Warn | Level::Allow => Severity::Warning,
        }
    }

    /// What happened, in a few sentences.
    pub fn explanation(self) -> &'static str {
        let section = self.source().split("## What happened").nth(1).unwrap_or("");
        section.split("\n## ").next().unwrap_or("").trim()
    }

    /// The complete page, in Markdown: what happened, why it matters, bad, good, how to fix, settings.
    pub fn page(self) -> String {
        let source = self.source().trim_end();
        format!("{source}\n\n## Settings\n\n{}\n", self.settings())
    }

    fn settings(self) -> String {
        let code = self.as_str();
        let Some(group) = self.group() else {
            return "None. This is always an error.".into();
        };
        let level = match self.level() {
            Level::Deny => "an error",
            Level::Warn => "a warning",
            Level::Allow => "silent",
        };
        format!(
            "Lint of the group `{group}`, {level} by default. Change its level with `--deny`, `--warn` or `--allow {code}`, \
             or with a line `{code} = \"deny\"` under `[lints]` in `lexloci.toml`. To allow it in one place of a rule file, \
             write `# allow {code}: why` above the item or at the end of the line."
        )
    }
}

codes! {
    NotUtf8 = ("LX0001", "not-utf8", Error);
    Syntax = ("LX0002", "syntax", Error);
    OpenString = ("LX0003", "open-string", Error);
    ChainedComparison = ("LX0004", "chained-comparison", Error);
    SingleEqual = ("LX0005", "single-equal", Error);
    MixedLogic = ("LX0006", "mixed-logic", Error);
    BadEscape = ("LX0007", "bad-escape", Error);
    BadNumber = ("LX0008", "bad-number", Error);
    BadDate = ("LX0009", "bad-date", Error);
    HostileCharacter = ("LX0010", "hostile-character", Error);
    ItemNotAtLineStart = ("LX0011", "item-not-at-line-start", Error);
    BadClause = ("LX0012", "bad-clause", Error);
    MissingClause = ("LX0013", "missing-clause", Error);
    ForeignOperator = ("LX0014", "foreign-operator", Error);
    BadGap = ("LX0015", "bad-gap", Error);
    BadAllow = ("LX0016", "bad-allow", Error);

    UnknownName = ("LX1001", "unknown-name", Error);
    DuplicateName = ("LX1002", "duplicate-name", Error);
    WrongKind = ("LX1003", "wrong-kind", Error);
    FileNotFound = ("LX1004", "file-not-found", Error);
    PathOutsideRoot = ("LX1005", "path-outside-root", Error);
    BadUse = ("LX1006", "bad-use", Error);
    MisplacedItem = ("LX1007", "misplaced-item", Error);
    BadListEntry = ("LX1008", "bad-list-entry", Error);
    RecursiveDefine = ("LX1009", "recursive-define", Error);
    NoRules = ("LX1010", "no-rules", Error);
    Unreadable = ("LX1011", "unreadable", Error);
    BadConfig = ("LX1012", "bad-config", Error);
    ListChanged = ("LX1013", "list-changed", Error);
    UnusableList = ("LX1014", "unusable-list", Error);
    LockMismatch = ("LX1015", "lock-mismatch", Error);
    IncompleteRegister = ("LX1016", "incomplete-register", Error);

    TypeMismatch = ("LX2001", "type-mismatch", Error);
    BadOperand = ("LX2002", "bad-operand", Error);
    UnknownField = ("LX2003", "unknown-field", Error);
    UnknownFunction = ("LX2004", "unknown-function", Error);
    BadArguments = ("LX2005", "bad-arguments", Error);
    UnknownValue = ("LX2006", "unknown-value", Error);
    CalendarDuration = ("LX2007", "calendar-duration", Error);
    UnknownType = ("LX2008", "unknown-type", Error);
    BadRegex = ("LX2009", "bad-regex", Error);
    BadPattern = ("LX2010", "bad-pattern", Error);
    DeadPattern = ("LX2011", "dead-pattern", Error);
    DefaultOnCondition = ("LX2012", "default-on-condition", Error);
    BadFunction = ("LX2013", "bad-function", Error);
    LooseInstant = ("LX2014", "loose-instant", Error);
    BadWording = ("LX2015", "bad-wording", Error);
    BadKey = ("LX2016", "bad-key", Error);
    BadThreshold = ("LX2017", "bad-threshold", Error);

    MissingBasis = ("LX3001", "missing-basis", Error);
    UnknownPlace = ("LX3002", "unknown-place", Error);
    BadJurisdiction = ("LX3003", "bad-jurisdiction", Error);
    GlobalAct = ("LX3004", "global-act", Error);
    OutOfPlace = ("LX3005", "out-of-place", Error);
    GlobalDefeat = ("LX3006", "global-defeat", Error);
    CyclicException = ("LX3007", "cyclic-exception", Error);
    DeadException = ("LX3008", "dead-exception", Error);
    TriggerNotRead = ("LX3009", "trigger-not-read", Error);
    UnknownEvent = ("LX3010", "unknown-event", Error);
    DeadlineWithoutSource = ("LX3011", "deadline-without-source", Error);
    BadAction = ("LX3012", "bad-action", Error);
    UnknownBurden = ("LX3013", "unknown-burden", Error);
    UnverifiedArticle = ("LX3014", "unverified-article", Error);
    EmptyInterval = ("LX3015", "empty-interval", Error);
    DeadlineOfAuthor = ("LX3016", "deadline-of-author", Error);
    UnknownWord = ("LX3017", "unknown-word", Error);
    IdlePause = ("LX3018", "idle-pause", Error);
    IdleJudgedBy = ("LX3019", "idle-judged-by", Error);
    IdlePlaceholder = ("LX3020", "idle-placeholder", Error);
    CounterReadsState = ("LX3021", "counter-reads-state", Error);
    ForeignMark = ("LX3022", "foreign-mark", Error);
    CyclicCounter = ("LX3023", "cyclic-counter", Error);

    ConstantCondition = ("LX4001", "constant-condition", Error);
    Unused = ("LX4002", "unused", Warning);
    DuplicateEntry = ("LX4003", "duplicate-entry", Warning);
    MixedScriptPattern = ("LX4004", "mixed-script-pattern", Warning);
    NeverMissing = ("LX4005", "never-missing", Warning);
    OddLiteral = ("LX4006", "odd-literal", Warning);

    SubsumedPhrase = ("LX4020", "subsumed-phrase", Warning);
    ShortPattern = ("LX4021", "short-pattern", Warning);
    ExemptPhrase = ("LX4022", "exempt-phrase", Warning);
    ForeignSign = ("LX4023", "foreign-sign", Warning);
    BrokenLine = ("LX4030", "broken-line", Warning);

    DuplicateRule = ("LX4101", "duplicate-rule", Warning);
    OutdoneRule = ("LX4102", "outdone-rule", Warning);
    IdleName = ("LX4103", "idle-name", Warning);
    RepeatedCondition = ("LX4104", "repeated-condition", Warning);
    IdleMark = ("LX4105", "idle-mark", Warning);
    IdleCounter = ("LX4106", "idle-counter", Warning);
    IdleRuling = ("LX4107", "idle-ruling", Warning);

    PlainRegex = ("LX4201", "plain-regex", Warning);
    LongList = ("LX4202", "long-list", Warning);
    BusyCounter = ("LX4203", "busy-counter", Warning);
    AlwaysAsks = ("LX4204", "always-asks", Warning);

    Roundabout = ("LX4301", "roundabout", Warning);
    UnusedAllow = ("LX4390", "unused-allow", Warning);

    UnverifiedLaw = ("LX4401", "unverified-law", Silent);
    ExpiredLaw = ("LX4402", "expired-law", Warning);
    ReviewPassed = ("LX4403", "review-passed", Warning);
    GlobalByOrder = ("LX4404", "global-by-order", Warning);
    HeavyBurden = ("LX4405", "heavy-burden", Warning);
    NumberForWord = ("LX4406", "number-for-word", Warning);
    UntestedRule = ("LX4407", "untested-rule", Silent);
    UntestedException = ("LX4408", "untested-exception", Silent);
    VerifiedLater = ("LX4409", "verified-later", Warning);
    StaleRegister = ("LX4410", "stale-register", Warning);
    QuotedPeriod = ("LX4411", "quoted-period", Warning);

    TestFailed = ("LX5001", "test-failed", Error);

    TooDeep = ("LX6001", "too-deep", Error);
    TooLarge = ("LX6002", "too-large", Error);
    TooCostly = ("LX6003", "too-costly", Error);

    BadJson = ("LX7001", "bad-json", Error);
    DuplicateKey = ("LX7002", "duplicate-key", Error);
    UnknownRecordField = ("LX7003", "unknown-record-field", Error);
    WrongType = ("LX7004", "wrong-type", Error);
    LossyNumber = ("LX7005", "lossy-number", Error);
    MissingField = ("LX7006", "missing-field", Error);
    RecordTooLarge = ("LX7007", "record-too-large", Error);
    LoneSurrogate = ("LX7008", "lone-surrogate", Error);
    NoInstant = ("LX7009", "no-instant", Error);
    NoPlaces = ("LX7010", "no-places", Error);
    BadFacts = ("LX7011", "bad-facts", Error);
    ContradictoryFacts = ("LX7012", "contradictory-facts", Error);
    OtherSchema = ("LX7013", "other-schema", Error);
    UnpackedTooLarge = ("LX7014", "unpacked-too-large", Error);
    BadAbsence = ("LX7015", "bad-absence", Error);

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
