//! All limits. Input beyond a limit is refused with a message before it can use too much memory or time.

/// Nesting of brackets in a rule file. It bounds the recursion of every pass.
pub const NESTING: usize = 32;
/// Bytes of one rule file.
pub const FILE_BYTES: usize = 1 << 20;
/// Bytes of all rule files together.
pub const ALL_BYTES: usize = 64 << 20;
/// Bytes of one line of a rule file.
pub const LINE_BYTES: usize = 64 << 10;
/// Bytes of one name.
pub const NAME_BYTES: usize = 128;
/// Bytes of one string.
pub const STRING_BYTES: usize = 16 << 10;
/// Operands of one `and`, `or`, `+` or `at least`, and entries of one list in the source.
pub const CHAIN: usize = 10_000;
/// The depth of a condition with all definitions expanded: nested calls of definitions and nested brackets.
pub const CONDITION_DEPTH: usize = 64;
/// Counters of a chain in which each counts a rule that reads the next. The evaluation recurses along it.
pub const COUNTER_CHAIN: usize = 32;
/// Days for which a counter may count a message, or wait for one that comes in late: 100 years. Instants of that length fit
/// into the calendar on both sides of any message of today.
pub const COUNTED_DAYS: u32 = 36_525;
/// Files of one rule set.
pub const FILES: usize = 10_000;
/// Rules and exceptions of one rule set.
pub const RULES: usize = 100_000;
/// Phrases of one `terms`.
pub const PHRASES: usize = 10_000;
/// Characters of a text of a `wording`. When its placeholders are filled with the words found and the law, it has to fit into
/// an explanation, which may have 2000 characters in the Transparency Database.
pub const WORDING: usize = 1000;
/// Alternatives to which the groups `(a|b)` of one phrase may expand.
pub const ALTERNATIVES: usize = 256;
/// The largest `n` in a gap `..n..` of a phrase. The search reads that many words after each match of the first part.
pub const GAP: u32 = 100;
/// Entries of one `set`.
pub const ENTRIES: usize = 10_000_000;
/// Bytes of one list file.
pub const LIST_BYTES: usize = 512 << 20;
/// Bytes of a regular expression as written.
pub const REGEX_BYTES: usize = 1 << 10;
/// Bytes of the compiled program of one regular expression.
pub const REGEX_PROGRAM: usize = 1 << 20;
/// Steps that the conditions of one rule may take on the largest record (see `check::cost`): a tenth of a second. All notices
/// inside all orders fit, for a rule that looks for the complaint before an order; all links inside all links do not.
pub const COST: u64 = 100_000_000;

/// Earlier messages of one test.
pub const EARLIER_MESSAGES: u32 = 10_000;

/// Bytes of one record.
pub const RECORD_BYTES: usize = 1 << 20;
/// Nesting of objects and arrays in a record.
pub const RECORD_DEPTH: usize = 64;
/// Values in one record.
pub const RECORD_NODES: usize = 50_000;
/// Characters of the id of a record.
pub const ID_CHARACTERS: usize = 256;
/// Bytes of all texts of a record, whatever a host sets.
pub const RECORD_TEXT: usize = 256 << 10;
/// Elements of one list of a record, whatever a host sets.
pub const RECORD_LIST: usize = 10_000;
/// Quotations and questions that are told apart in the words of one author. What comes after them is stated.
pub const PASSAGES: usize = 256;
/// Matches of one `spans`, and words that one function returns.
pub const FOUND: usize = 10_000;

/// Bytes of one line of facts.
pub const FACTS_LINE_BYTES: usize = 1 << 20;
/// Bytes of all lines of facts together, because the lines are held in memory.
pub const FACTS_BYTES: usize = 512 << 20;
/// Wrong lines of facts after which reading stops.
pub const FACTS_FAULTS: usize = 1_000;

/// The limits of records. What a rule may cost is bounded from them: 250 notices beside 1,000 links are 250,000 pairs. Hosts
/// can lower them ([`crate::Compiler::record_limits`]), so that more rules are accepted, or raise them up to
/// [`RecordLimits::largest`], so that fewer are. Receipts contain them.
///
/// ```
/// let small = lexloci::RecordLimits::default().bytes(64 << 10).text(16 << 10).links(100);
/// # let _ = small;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(default)]
pub struct RecordLimits {
    /// Bytes of the JSON of a record: 1 MiB.
    pub bytes: usize,
    /// Bytes of all strings in a record: 64 KiB, at most 256 KiB.
    pub text: usize,
    /// Elements of each list that has no limit of its own here: 1,000, at most 10,000. Lists of places may always have 10,000.
    pub list: usize,
    /// Links of a record: 1,000, at most 10,000.
    pub links: usize,
    /// Orders about a record: 50, at most 10,000.
    pub orders: usize,
    /// Notices about a record: 250, at most 10,000.
    pub notices: usize,
}

impl Default for RecordLimits {
    fn default() -> Self {
        Self {
            bytes: RECORD_BYTES,
            text: 64 << 10,
            list: 1_000,
            links: 1_000,
            orders: 50,
            notices: 250,
        }
    }
}

impl RecordLimits {
    /// The limits of the library itself.
    pub fn largest() -> Self {
        Self {
            bytes: RECORD_BYTES,
            text: RECORD_TEXT,
            list: RECORD_LIST,
            links: RECORD_LIST,
            orders: RECORD_LIST,
            notices: RECORD_LIST,
        }
    }

    /// Sets the bytes of JSON.
    #[must_use]
    pub fn bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    /// Sets the bytes of texts.
    #[must_use]
    pub fn text(self, text: usize) -> Self {
        Self { text, ..self }
    }

    /// Sets the number of elements of lists that have no limit of their own.
    #[must_use]
    pub fn list(self, list: usize) -> Self {
        Self { list, ..self }
    }

    /// Sets the number of links.
    #[must_use]
    pub fn links(self, links: usize) -> Self {
        Self { links, ..self }
    }

    /// Sets the number of orders.
    #[must_use]
    pub fn orders(self, orders: usize) -> Self {
        Self { orders, ..self }
    }

    /// Sets the number of notices.
    #[must_use]
    pub fn notices(self, notices: usize) -> Self {
        Self { notices, ..self }
    }

    /// For each limit, the lower of the two values.
    pub(crate) fn lower_of(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.min(other.bytes),
            text: self.text.min(other.text),
            list: self.list.min(other.list),
            links: self.links.min(other.links),
            orders: self.orders.min(other.orders),
            notices: self.notices.min(other.notices),
        }
    }

    /// The number of elements that every list may have.
    pub(crate) fn shortest_list(self) -> usize {
        self.list.min(self.links).min(self.orders).min(self.notices)
    }
}

/// Pieces of evidence of one rule.
pub const EVIDENCE: usize = 16;
/// Characters of a quotation in evidence. A longer quotation is cut; the offsets still cover the whole match.
pub const QUOTATION: usize = 256;
