//! The table of the words and operators of the language. Completion, highlighting, `lexloci doc` and editor grammars are
//! derived from it. A test compares it with the grammar in both directions.

/// The rows of the table: a word with its roles, an example, and what the word means.
macro_rules! rows {
    ($($word:expr => [$($role:expr),+], $usage:literal, $doc:literal;)+) => {
        &[$(Word { word: $word, roles: &[$($role),+], usage: $usage, doc: $doc }),+]
    };
}

mod expressions;
mod structure;
#[cfg(test)]
pub(super) mod tests;

/// A word or an operator of the language.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Word {
    /// The word as it is written. Some entries are several words, such as `in force`.
    pub word: &'static str,
    /// Where it may be used.
    pub roles: &'static [Role],
    /// An example, in which capitals stand for what the author writes.
    pub usage: &'static str,
    /// Its meaning, in one or two sentences.
    pub doc: &'static str,
}

/// Where a word may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// Starts an item, at the start of a line.
    Item,
    /// Starts a clause in these blocks.
    Clause(&'static [Block]),
    /// Follows the first word of a clause or the name of an action: `from`, `to`, `within`.
    Part,
    /// Starts an operand of an expression, or is an operand: `any`, `not`, `true`.
    Operand,
    /// Follows an operand: `and`, `contains`, `is missing`, `==`.
    Operator,
    /// A later word of an expression: `near`, `where`, `then`.
    Inner,
    /// Starts a phrase, or joins its parts: `exact`, `loose`, `..`.
    Phrase,
    /// A value of a record in a test: `true`, `false`, `null`.
    Value,
    /// Starts an expectation of a test.
    Expectation,
    /// A unit of time. After a number other than 1 it ends in `s`.
    Unit,
}

/// The first words of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the item of that name")]
pub enum ItemWord {
    Jurisdiction,
    Use,
    Law,
    Policy,
    Office,
    Terms,
    Pattern,
    Set,
    Register,
    Wording,
    Define,
    Counter,
    Mark,
    Rule,
    Exception,
    Test,
    Record,
    Action,
    Bloc,
}

/// Braces that hold clauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Block {
    /// `jurisdiction KZ { … }`
    Jurisdiction,
    /// `law NAME "title" { … }`
    Law,
    /// `article NAME "number" { … }` in a law
    Article,
    /// `policy NAME "title" { … }`
    Policy,
    /// `office NAME "title" { … }`
    Office,
    /// `"lists/x.csv" { … }` after the `from` of a set or register
    ListFile,
    /// `{ complete from … }` after the entries of a register
    Register,
    /// `counter NAME "title" { … }`
    Counter,
    /// `rule NAME "title" { … }`
    Rule,
    /// `exception NAME "title" to RULE, RULE { … }`
    Exception,
    /// `test "title" { … }`
    Test,
    /// `"title": …` among the `cases` of a test
    Case,
    /// `action NAME { … }` in the standard library
    Action,
    /// `bloc CODE "title" { … }` in the standard library
    Bloc,
}

/// What stands in braces in the texts of a `wording`: a decision writes something in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Placeholder {
    /// The words that were found in the message.
    Evidence,
    /// The title of the rule.
    Rule,
    /// The articles on which the rule rests, or else the policies.
    Article,
    /// When the outcome ends.
    Until,
    /// How the decision can be contested.
    Appeal,
}

impl Placeholder {
    /// All placeholders, in the order in which the manual explains them.
    pub const ALL: [Self; 5] =
        [Self::Evidence, Self::Rule, Self::Article, Self::Until, Self::Appeal];

    /// Its name between the braces.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Rule => "rule",
            Self::Article => "article",
            Self::Until => "until",
            Self::Appeal => "appeal",
        }
    }
}

impl ItemWord {
    /// All item words, in the order in which the manual explains them.
    pub const ALL: [Self; 19] = [
        Self::Jurisdiction,
        Self::Use,
        Self::Law,
        Self::Policy,
        Self::Office,
        Self::Terms,
        Self::Pattern,
        Self::Set,
        Self::Register,
        Self::Wording,
        Self::Define,
        Self::Counter,
        Self::Mark,
        Self::Rule,
        Self::Exception,
        Self::Test,
        Self::Record,
        Self::Action,
        Self::Bloc,
    ];

    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Jurisdiction => "jurisdiction",
            Self::Use => "use",
            Self::Law => "law",
            Self::Policy => "policy",
            Self::Office => "office",
            Self::Terms => "terms",
            Self::Pattern => "pattern",
            Self::Set => "set",
            Self::Register => "register",
            Self::Wording => "wording",
            Self::Define => "define",
            Self::Counter => "counter",
            Self::Mark => "mark",
            Self::Rule => "rule",
            Self::Exception => "exception",
            Self::Test => "test",
            Self::Record => "record",
            Self::Action => "action",
            Self::Bloc => "bloc",
        }
    }

    /// The item that a word starts.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.word() == word)
    }
}

impl Word {
    /// Whether it has this role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether it starts a clause of a block.
    pub fn starts_clause_of(&self, block: Block) -> bool {
        let holds = |role: &Role| matches!(role, Role::Clause(blocks) if blocks.contains(&block));
        self.roles.iter().any(holds)
    }

    /// Whether it is an operator made of signs, such as `==`.
    pub fn is_sign(&self) -> bool {
        !self.word.starts_with(|c: char| c.is_ascii_alphabetic())
    }

    /// Whether it can occur in an expression or in a record.
    pub fn is_of_expressions(&self) -> bool {
        self.roles.iter().any(|role| match role {
            Role::Operand | Role::Operator | Role::Inner | Role::Phrase | Role::Value => true,
            Role::Item | Role::Clause(_) | Role::Part | Role::Expectation | Role::Unit => false,
        })
    }
}

/// All words and operators. A word with several meanings has one row.
pub fn all() -> impl Iterator<Item = &'static Word> {
    structure::STRUCTURE.iter().chain(expressions::EXPRESSIONS)
}

/// The single words of the wanted rows: `in` and `force` for `in force`.
pub(super) fn single_words(wanted: impl Fn(&Word) -> bool) -> impl Iterator<Item = &'static str> {
    all().filter(move |row| !row.is_sign() && wanted(row)).flat_map(|row| row.word.split(' '))
}

/// The first words of the wanted rows: `is` for `is missing`.
pub(super) fn first_words(wanted: impl Fn(&Word) -> bool) -> impl Iterator<Item = &'static str> {
    all().filter(move |row| wanted(row)).filter_map(|row| row.word.split(' ').next())
}
