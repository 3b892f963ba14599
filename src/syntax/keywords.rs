//! The words of the language, each with where it stands and what it says: what references print and editors complete.

/// A word of the language.
#[derive(Clone, Copy, Debug)]
pub struct Keyword {
    /// As it is written; some are two words, such as `in force`.
    pub word: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it says, in one or two sentences.
    pub doc: &'static str,
}

/// All of them: items, clauses, expressions, tests, the standard library; a word stands once for each of its meanings.
pub const KEYWORDS: &[Keyword] = &[
    // ---- items
    word(
        "jurisdiction",
        "jurisdiction KZ { zone \"Asia/Almaty\" }",
        "The place for which a file speaks. Once in each file of rules.",
    ),
    word("use", "use \"lib/crypto.loci\"", "Lets a file use the names of a library file."),
    word(
        "law",
        "law NAME \"title\" { url \"…\"  article … }",
        "A statute with the articles that rules cite.",
    ),
    word(
        "article",
        "article NAME \"9(4)(1)\" { in force from DAY  binds platform  verified DAY }",
        "A provision of a law: its dates, whom it binds, its deadlines.",
    ),
    word(
        "policy",
        "policy NAME \"title\" { in force from DAY }",
        "What the platform itself promises or asks: a basis for rules beside the law.",
    ),
    word(
        "office",
        "office NAME \"title\" { languages kk, ru }",
        "A desk that cases are handed to.",
    ),
    word(
        "terms",
        "terms NAME { en: \"passive income\", ru: \"доход*\" }",
        "Words to be sought in messages, whatever their disguise.",
    ),
    word(
        "set",
        "set NAME: domain { \"a.example\" }",
        "Whole values, such as domains, in the file or `from` a list of its own.",
    ),
    word(
        "column",
        "column \"host\"",
        "In which column of a table the entries, or their days, are.",
    ),
    word("pointer", "pointer \"/deny\"", "Where in a JSON file the entries are."),
    word("sha256", "sha256 \"…\"", "The digest of the list that was read and approved."),
    word("source", "source \"https://…\"", "Where a list comes from."),
    word("as", "as of DAY", "On which day a list was so."),
    word(
        "define",
        "define NAME(link: link) = CONDITION",
        "A name for a condition or value, with or without parameters.",
    ),
    word(
        "rule",
        "rule NAME \"title\" { basis …  when …  then … }",
        "What is done about which messages, and on what it rests.",
    ),
    word(
        "exception",
        "exception NAME \"title\" to RULE { basis …  when … }",
        "Lifts a rule, or another exception, where its condition holds.",
    ),
    word(
        "test",
        "test \"title\" { given { … }  at DAY  expect … }",
        "What the rules have to decide about a record.",
    ),
    word(
        "record",
        "record chat { members?: int }",
        "Fields of records; in `schema.loci`, those that the host adds.",
    ),
    word(
        "action",
        "action restrict { content 5 }",
        "What rules can do. Only in the standard library.",
    ),
    word(
        "bloc",
        "bloc EU \"European Union\" { FR from 1958-01-01 }",
        "Countries that share law, with the days on which they belonged. Only in the standard library.",
    ),
    // ---- clauses of places and laws
    word("zone", "zone \"Asia/Almaty\"", "Where the days of a place begin."),
    word(
        "holidays",
        "holidays 2026-12-16, 2026-12-17",
        "Days that are no working days, beside Saturdays and Sundays.",
    ),
    word("url", "url \"https://…\"", "Where a law, article or policy can be read."),
    word("original", "original \"…\"", "The title of a law in its own language."),
    word(
        "in force",
        "in force from DAY until DAY",
        "When something counts; `until` is the first day after. `by DAY`: read as current then; `from unknown`: nobody knows since when.",
    ),
    word("from", "from DAY", "The first day; behind a deadline, the event that starts its clock."),
    word("until", "until DAY", "The first day on which it no longer counts."),
    word(
        "by",
        "in force by DAY",
        "Behind `in force`, the day on which a text was read as current; in tests and service levels, who asks or promises.",
    ),
    word(
        "unknown",
        "in force from unknown",
        "Nobody knows since when; and in `on unknown`, what cannot be decided.",
    ),
    word(
        "status",
        "status draft",
        "How an article stands: `in force`, `adopted`, `annulled` or `draft`.",
    ),
    word(
        "binds",
        "binds platform, on order",
        "Whom an article binds, `platform` or `author`, and what makes it bind.",
    ),
    word(
        "standing",
        "binds platform, standing",
        "The article binds always, without an order or notice.",
    ),
    word(
        "on",
        "binds platform, on order",
        "The event that makes an article bind; and `on unknown` in a rule.",
    ),
    word(
        "deadline",
        "deadline 24 hours from order.received_at",
        "By when the article has to be obeyed: a number and its clock, or the word of the statute in quotes.",
    ),
    word(
        "pauses",
        "pauses for force_majeure, clarification",
        "The grounds on which the clock of an order stands still.",
    ),
    word(
        "demands",
        "demands review, report",
        "The actions that the text of an article itself asks for. A rule that burdens more is told so.",
    ),
    word("verified", "verified DAY", "A person read the text of the article on that day."),
    word("unverified", "unverified \"why\"", "Nobody has read the text, and why not."),
    word("languages", "languages kk, ru", "What an office works in."),
    // ---- clauses of rules
    word(
        "basis",
        "basis law.article, policy",
        "What a rule rests on: it applies while one of them is in force; with `all of`, while all are.",
    ),
    word(
        "category",
        "category scams_and_fraud",
        "What a rule is about, in the categories of the EU DSA.",
    ),
    word("review", "review by DAY", "By when people look at a rule again."),
    word("mode", "mode shadow", "A rule in shadow is evaluated and reported, and changes nothing."),
    word("when", "when CONDITION", "When a rule or exception applies."),
    word("unless", "unless CONDITION", "When a rule does not apply after all."),
    word(
        "on unknown",
        "on unknown escalate to astana",
        "What is done when a rule cannot be decided. Obligations only: what is unknown burdens nobody.",
    ),
    word(
        "then",
        "then restrict, escalate to astana",
        "What is done when a rule fires; and in `if … then … else …`, the value.",
    ),
    word(
        "to",
        "escalate to astana",
        "To whom; behind the name of an exception, the rule that it lifts.",
    ),
    word(
        "within",
        "escalate to astana within 24 hours by policy desk",
        "By when, as a policy of the platform promises.",
    ),
    word("for", "preserve for 6 months", "How long; in `pauses for`, on which grounds."),
    // ---- words and lists
    word("exact", "exact \"TON\"", "A phrase as it is written: capitals and letters count."),
    word(
        "loose",
        "loose \"casino\"",
        "A phrase through leetspeak, and through letters that are spaced out or repeated.",
    ),
    // ---- expressions
    word("and", "A and B", "Both. Beside `or` it needs brackets."),
    word("or", "A or B", "One of them, or both. Beside `and` it needs brackets."),
    word("not", "not A", "The opposite; what is unknown stays unknown."),
    word("in", "x in xs", "Whether a value is in a list or set; `not in` is the opposite."),
    word(
        "contains",
        "text contains \"abc\"",
        "Whether a text has another in it, exactly as written.",
    ),
    word("starts with", "url starts with \"tg:\"", "Whether a text begins so."),
    word("ends with", "host ends with \".example\"", "Whether a text ends so."),
    word(
        "mentions",
        "text mentions TERMS",
        "Whether words stand in a text, as whole words and whatever their disguise.",
    ),
    word(
        "near",
        "text mentions A near B (12 words)",
        "Both, with at most so many words between them.",
    ),
    word("words", "near B (12 words)", "The unit of `near`."),
    word(
        "matches",
        "text matches r\"[0-9]+ %\"",
        "Whether a regular expression matches. Its time is linear in the text.",
    ),
    word(
        "spans",
        "spans(text, TERMS)",
        "The list of a pattern's matches, so that each can be asked about.",
    ),
    word("is missing", "chat.public is missing", "Whether a field is absent."),
    word("is known", "chat.public is known", "Whether a field is there."),
    word("any", "any x in xs where (CONDITION)", "Whether the condition holds for some element."),
    word(
        "all",
        "all x in xs where (CONDITION)",
        "Whether it holds for each element, and there is one; in `basis all of`, all that is cited.",
    ),
    word("no", "no x in xs where (CONDITION)", "Whether it holds for none."),
    word("count", "count x in xs where (CONDITION)", "For how many it holds."),
    word("where", "any x in xs where (CONDITION)", "Begins the condition on each element."),
    word("at least", "at least 2 of (A, B, C)", "Whether so many of some conditions hold."),
    word(
        "of",
        "at least 2 of (A, B, C)",
        "Begins the conditions of `at least`, and what `basis all of` cites.",
    ),
    word("if", "if A then x else y", "One value or another."),
    word(
        "else",
        "if A then x else y",
        "The other value; in a deadline, what counts when the order names no day.",
    ),
    word("true", "true", "The truth that holds."),
    word("false", "false", "The truth that does not."),
    // ---- tests
    word(
        "given",
        "given { text: \"…\" }",
        "The record of a test, in JSON whose keys need no quotes; what is left out is missing.",
    ),
    word("at", "at 2026-03-01", "The day or instant at which a test is decided."),
    word("expect", "expect restrict by RULE, not OTHER", "What has to come out."),
    word("due", "expect review due 2026-03-01T12:00:00Z", "By when it has to be due."),
    word("undetermined", "expect undetermined RULE", "The rule cannot be decided."),
    word("defeated", "expect defeated RULE by EXCEPTION", "The exception lifts the rule."),
    word("fires", "expect fires RULE", "The rule fires, whatever comes of it; also one on trial."),
    word("gap", "expect gap RULE", "The rule would matter if its law were known to be in force."),
    word(
        "evidence",
        "expect evidence \"words\" in \"text\" by RULE",
        "The rule rests on just these words of the message.",
    ),
    word(
        "cites",
        "expect cites LAW.ARTICLE by RULE",
        "The rule fires, or the exception lifts one, and rests on this article or policy, which is in force.",
    ),
    word("complete", "expect complete", "Everything was known that could have mattered."),
    word("incomplete", "expect incomplete", "Something was missing that could have mattered."),
    word("nothing", "expect nothing", "Neither an outcome nor an obligation."),
    word(
        "cases",
        "cases { \"title\": given { … } expect … }",
        "Many situations of one test; what stands above holds for all of them.",
    ),
    word("null", "given { text: null }", "No value: the field is missing."),
    // ---- the standard library
    word("derived", "text: surface derived", "The field is computed, not read."),
    word("content", "content 5", "An outcome for the content, of that strictness."),
    word("account", "account 1", "An outcome for the chat or author, of that strictness."),
    word("obligation", "obligation", "The action stands beside outcomes."),
    word("takes", "takes to office", "What an action takes after its name."),
    word("global", "global", "The action acts everywhere when `world.loci` says it."),
    word("dsa", "dsa \"…\"", "The code of an action in a statement of reasons of the EU DSA."),
];

const fn word(word: &'static str, usage: &'static str, doc: &'static str) -> Keyword {
    Keyword { word, usage, doc }
}

#[cfg(test)]
mod tests {
    use super::KEYWORDS;
    use std::collections::BTreeSet;

    #[test]
    fn every_word_of_the_grammar_is_explained() {
        let grammar = include_str!("../../grammar/words.pest");
        let declared =
            grammar.lines().filter_map(|line| line.strip_prefix("kw_")?.split('"').nth(1));
        let explained: BTreeSet<_> = KEYWORDS.iter().flat_map(|row| row.word.split(' ')).collect();
        let missing: Vec<_> = declared.filter(|word| !explained.contains(word)).collect();
        assert!(missing.is_empty(), "{missing:?} have no row");
        for row in KEYWORDS {
            assert!(
                row.doc.ends_with('.')
                    && row.usage.contains(row.word.split(' ').next().unwrap_or("")),
                "{row:?}"
            );
        }
        let words: BTreeSet<_> = KEYWORDS.iter().map(|row| row.word).collect();
        assert_eq!(words.len(), KEYWORDS.len());
    }
}
