//! The rows for the words that give a file its structure: items, their clauses, tests, the standard library.

use super::Role::{Clause, Expectation, Inner, Item, Part, Value};
use super::{Block, ItemWord, Word};

pub(super) const STRUCTURE: &[Word] = rows! {
    // ---- items
    ItemWord::Jurisdiction.word() => [Item],
        "jurisdiction KZ { zone \"Asia/Almaty\" }",
        "The place that a file is about. Every file that has rules begins with a `jurisdiction`.";
    ItemWord::Use.word() => [Item],
        "use \"lib/crypto.loci\"",
        "Makes the names of a library file usable in this file.";
    ItemWord::Law.word() => [Item],
        "law NAME \"title\" { url \"…\"  article … }",
        "A statute, with the articles that rules cite.";
    "article" => [Clause(&[Block::Law])],
        "article NAME \"9(4)(1)\" { in force from DAY  binds platform  verified DAY }",
        "A provision of a law: when it is in force, whom it binds, its deadlines.";
    ItemWord::Policy.word() => [Item, Part],
        "policy NAME \"title\" { in force from DAY }",
        "A rule or promise of the platform itself. A rule may cite it instead of a law; `by policy NAME` names the policy that sets a time limit.";
    ItemWord::Office.word() => [Item],
        "office NAME \"title\" { languages kk, ru }",
        "A team that actions can send a case to.";
    ItemWord::Terms.word() => [Item],
        "terms NAME { en: \"passive income\", ru: \"доход*\" }",
        "Words and phrases to look for in messages. They are also found in disguise, for example with letters of another script.";
    ItemWord::Pattern.word() => [Item],
        "pattern NAME = r\"…\"",
        "A name for a regular expression, which `matches`, `mentions` and `spans` look for.";
    ItemWord::Set.word() => [Item, Part],
        "set NAME: domain { \"a.example\" }",
        "A list of exact values, such as domains, written here or read `from` a file.";
    "column" => [Clause(&[Block::ListFile])],
        "column \"host\"",
        "The column of a table that holds the entries, by its title or its number.";
    "from column" => [Clause(&[Block::ListFile])],
        "from column \"added\"",
        "The column of a table that holds the first day of each entry.";
    "until column" => [Clause(&[Block::ListFile])],
        "until column \"removed\"",
        "The column of a table that holds the day on which each entry ends.";
    "pointer" => [Clause(&[Block::ListFile])],
        "pointer \"/deny\"",
        "The place of the entries in a JSON file, as a JSON pointer.";
    "sha256" => [Clause(&[Block::ListFile])],
        "sha256 \"…\"",
        "The SHA-256 digest that the list file must have.";
    "source" => [Clause(&[Block::ListFile])],
        "source \"https://…\"",
        "Where the list file was downloaded from.";
    "as of" => [Clause(&[Block::ListFile, Block::Register])],
        "as of DAY",
        "The day on which the list was current.";
    ItemWord::Register.word() => [Item],
        "register NAME: domain from \"lists/x.txt\" { complete from DAY  as of DAY  fresh for 90 days }",
        "A set whose absences mean something. It is known that a value is not in it while the register is complete; otherwise that is unknown.";
    "complete from" => [Clause(&[Block::Register])],
        "complete from DAY",
        "The first day on which a register is complete. A register without this clause is never complete.";
    "fresh for" => [Clause(&[Block::Register])],
        "fresh for 90 days",
        "How long after its `as of` day a register stays complete.";
    "empty" => [Clause(&[Block::Register])],
        "empty",
        "The register is complete even if it has no entries.";
    ItemWord::Wording.word() => [Item],
        "wording NAME { en: \"…\", kk: \"…\" }",
        "What the persons concerned read about a decision, in several languages. `{evidence}`, `{rule}`, `{article}`, `{until}` and `{appeal}` stand for the words found, the rule's title, its law, the end of the outcome, and how to contest it.";
    ItemWord::Define.word() => [Item],
        "define NAME(link: link) = CONDITION",
        "A name for a condition or a value, with or without parameters.";
    ItemWord::Counter.word() => [Item],
        "counter NAME \"title\" { per author.key  over 90 days  since DAY  when CONDITION }",
        "Counts messages, for example those of each author. Rules read it as a number.";
    ItemWord::Mark.word() => [Item, Clause(&[Block::Action])],
        "mark NAME on author \"title\"",
        "Something that rules set on an account, a chat or a message, for later messages: `then mark NAME for 90 days`, `then clear NAME`.";
    ItemWord::Rule.word() => [Item],
        "rule NAME \"title\" { basis …  when …  then … }",
        "Says what to do with certain messages, and which law or policy requires it.";
    ItemWord::Exception.word() => [Item],
        "exception NAME \"title\" to RULE, RULE { basis …  when … }",
        "Lifts rules, or other exceptions, when the condition of the exception is true. It may have no `basis`, because it burdens nobody.";
    ItemWord::Test.word() => [Item],
        "test \"title\" { given { … }  at DAY  expect … }",
        "A record, and what the rules must decide about it.";
    ItemWord::Record.word() => [Item],
        "record chat { members?: int }",
        "A type of record and its fields. In `schema.loci`, it adds the host's own fields.";
    ItemWord::Action.word() => [Item],
        "action restrict { content 5 }",
        "Something that rules can ask for. Only in the standard library.";
    ItemWord::Bloc.word() => [Item],
        "bloc EU \"European Union\" { FR from 1958-01-01 }",
        "Countries that share law, each with the days of its membership. Only in the standard library.";
    // ---- clauses of places and laws
    "zone" => [Clause(&[Block::Jurisdiction, Block::Bloc])],
        "zone \"Asia/Almaty\"",
        "The time zone of a place: its days begin at midnight there.";
    "holidays" => [Clause(&[Block::Jurisdiction])],
        "holidays 2026-12-16, 2026-12-17",
        "Days other than Saturdays and Sundays that are not working days.";
    "url" => [Clause(&[Block::Law, Block::Article, Block::Policy])],
        "url \"https://…\"",
        "The web address of a law, article or policy.";
    "original" => [Clause(&[Block::Law])],
        "original \"…\"",
        "The title of a law in its own language.";
    "in force" => [Clause(&[Block::Article, Block::Policy, Block::Rule, Block::Exception]), Part],
        "in force from DAY until DAY",
        "When something applies. `until` names the first day on which it no longer applies. `by DAY`: it was already in force on that day, and its first day is not known. `from unknown`: it is not known whether it is in force.";
    "from" => [Part],
        "from DAY",
        "The first day. After a deadline: the event that starts its clock. After the kind of a set or register, or after `given`: a file.";
    "until" => [Part],
        "until DAY",
        "The first day on which something no longer applies. After an outcome: the instant at which it ends.";
    "by" => [Part],
        "in force by DAY",
        "After `in force`: a day on which the text was already in force. After `review`: the latest day. In a test: the rule that asks for something. After `within`: `by policy`.";
    "from unknown" => [Part],
        "in force from unknown",
        "It is not known whether the text is in force, nor since when.";
    "unknown" => [Part],
        "expect review due unknown",
        "There is no due instant, because the event that starts the clock is missing. See also `from unknown` and `on unknown`.";
    "status" => [Clause(&[Block::Article])],
        "status draft",
        "The status of an article: `in force`, `adopted`, `annulled` or `draft`.";
    "binds" => [Clause(&[Block::Article])],
        "binds platform, on order",
        "Whom an article binds, `platform` or `author`, and what triggers the duty.";
    "standing" => [Part],
        "binds platform, standing",
        "The article binds at all times, without an order or notice.";
    "on" => [Part],
        "binds platform, on order",
        "The event that triggers an article's duty. `on unknown` is a clause of its own.";
    "deadline" => [Clause(&[Block::Article])],
        "deadline 24 hours from order.received_at",
        "The time that an article allows: a duration and the event that starts its clock, or the statute's own words in quotes.";
    "pauses" => [Clause(&[Block::Article])],
        "pauses for force_majeure, clarification",
        "The grounds on which the clock of an order is paused.";
    "judged" => [Clause(&[Block::Article])],
        "judged by receipt",
        "Which day's law counts: `judged by receipt`, that of the day on which the order or notice came in; `judged by sending`, that of the day on which the message was sent, if the article is still in force. Else the day of the decision.";
    "also when repealed since" => [Part],
        "judged by sending, also when repealed since",
        "What was unlawful when it was sent stays so after the article is repealed.";
    "demands" => [Clause(&[Block::Article])],
        "demands review, report",
        "The actions that the text of an article requires. A rule that asks for more gets a warning.";
    "verified" => [Clause(&[Block::Article])],
        "verified DAY",
        "A person compared the article with the text of the law on that day.";
    "unverified" => [Clause(&[Block::Article])],
        "unverified \"why\"",
        "Nobody has compared the article with the text of the law. The string says why.";
    "languages" => [Clause(&[Block::Office])],
        "languages kk, ru",
        "The languages in which an office works.";
    // ---- clauses of counters
    "per" => [Clause(&[Block::Counter])],
        "per author.key, chat.id",
        "Whom or what a counter counts separately. `per each link in links: link.host`: one count for each element.";
    "each" => [Part],
        "per each link in links: link.host",
        "After `per`: one count for each element of a list.";
    "over" => [Clause(&[Block::Counter])],
        "over 90 days",
        "How long a message counts. A day has 24 hours here, and a week 7 days.";
    "since" => [Clause(&[Block::Counter])],
        "since DAY",
        "The first day that a counter counts. What was before is not known to it.";
    "counts rules" => [Clause(&[Block::Counter])],
        "counts rules RULE, OTHER upheld",
        "The messages count for which one of these rules fired and was not lifted; with `upheld`, once a person has upheld it.";
    "upheld" => [Part],
        "counts rules RULE upheld",
        "Only what a person has upheld counts. Without it, what rules found counts until a person reverses it.";
    "distinct" => [Clause(&[Block::Counter])],
        "distinct chat.id",
        "Counts how many different values there are, and not how many messages.";
    "adds" => [Clause(&[Block::Counter])],
        "adds length(links)",
        "How much a message counts, a whole number of at least 1. Without it, a message counts 1.";
    "lateness" => [Clause(&[Block::Counter])],
        "lateness 6 hours",
        "How much later than a message others may have been sent that it still counts, because it came in after them; 1 hour without it.";
    "clear" => [Part],
        "then clear NAME",
        "Takes a mark away.";
    // ---- clauses of rules
    "basis" => [Clause(&[Block::Rule, Block::Exception])],
        "basis law.article, policy",
        "The articles and policies that a rule is based on. The rule applies while one of them is in force; after `all of`, only while all of them are.";
    "all of" => [Part],
        "basis all of law.one, law.two",
        "The rule applies only while everything that it cites is in force.";
    "category" => [Clause(&[Block::Rule, Block::Exception])],
        "category scams_and_fraud (phishing)",
        "The subject of a rule, as a category of the EU DSA; in brackets the keywords that specify it.";
    "severity" => [Clause(&[Block::Rule, Block::Exception])],
        "severity high",
        "How grave what the rule finds is: `low`, `medium`, `high` or `critical`. It is shown to people and decides nothing.";
    "says" => [Clause(&[Block::Rule, Block::Exception])],
        "says WORDING",
        "The wording in which a rule is explained to the person concerned, as in statements of reasons.";
    "review" => [Clause(&[Block::Rule, Block::Exception])],
        "review by DAY",
        "The day by which people must look at a rule again.";
    "mode" => [Clause(&[Block::Rule, Block::Exception])],
        "mode shadow",
        "A rule in shadow is evaluated and reported, but it changes no decision.";
    "when" => [Clause(&[Block::Counter, Block::Rule, Block::Exception]), Inner],
        "when CONDITION",
        "The condition under which a rule or exception applies, or a counter counts a message. In `score (5 when A)`: the condition that gives the points.";
    "unless" => [Clause(&[Block::Rule, Block::Exception])],
        "unless CONDITION",
        "The condition under which a rule does not apply after all.";
    "on unknown" => [Clause(&[Block::Rule, Block::Exception])],
        "on unknown escalate to astana",
        "What to do when a rule cannot be decided because something is missing. Only obligations are allowed, because an unknown condition restricts nobody.";
    "on unanswered" => [Clause(&[Block::Jurisdiction])],
        "on unanswered review, escalate to astana",
        "What people are asked to do about an order or notice that no rule of the place answers.";
    "then" => [Clause(&[Block::Rule, Block::Exception]), Inner],
        "then restrict, escalate to astana",
        "What to do when a rule fires. In `if A then x else y`: the value when the condition is true.";
    "to" => [Part],
        "escalate to astana",
        "Who gets the case. After the name of an exception: the rules that it lifts.";
    "within" => [Part],
        "escalate to astana within 24 hours by policy desk",
        "The time limit that a policy of the platform sets for an action.";
    "for" => [Part, Inner],
        "preserve for 6 months",
        "How long an obligation or an outcome lasts. In `pauses for`: the grounds of the pause. In `sum x.size for x in xs`: names the element.";
    // ---- tests
    "given" => [Clause(&[Block::Test, Block::Case])],
        "given { text: \"…\" }",
        "The record of a test, as JSON whose keys need no quotes. Fields that it leaves out are missing. `given SET { … }` adds entries to a set for this test, and makes a register complete.";
    "before" => [Clause(&[Block::Test, Block::Case])],
        "before { … } at 2026-02-01",
        "An earlier message: the message of the test with these changes. With the `id` of another earlier message it is that message, judged once more.";
    "repeat" => [Clause(&[Block::Test, Block::Case])],
        "repeat 299 of { … } every 1 minute",
        "Earlier messages, one after the other. The last of them was sent one period before the test, or the first at the instant after `from`.";
    "every" => [Part],
        "repeat 299 of { … } every 1 minute",
        "How much time lies between two of the messages.";
    "expect" => [Clause(&[Block::Test, Block::Case])],
        "expect restrict by RULE, not OTHER",
        "What the decision must contain.";
    "due" => [Part],
        "expect review due 2026-03-01T12:00:00Z",
        "When the outcome or obligation must be due: an instant, the statute's words, or `unknown`.";
    "undetermined" => [Expectation],
        "expect undetermined RULE",
        "The rule cannot be decided because something is missing.";
    "defeated" => [Expectation],
        "expect defeated RULE by EXCEPTION",
        "The exception lifts the rule.";
    "fires" => [Expectation],
        "expect fires RULE",
        "The rule fires, even if another outcome wins or the rule is in shadow.";
    "gap" => [Expectation],
        "expect gap RULE",
        "The rule would fire if its law were in force, but it is not known whether the law is in force.";
    "evidence" => [Expectation],
        "expect evidence \"words\" in \"text\" by RULE",
        "The rule quotes exactly these words of the message.";
    "cites" => [Expectation],
        "expect cites LAW.ARTICLE by RULE",
        "A rule that fires, or an exception that lifts one, cites this article or policy, which is in force.";
    "complete" => [Expectation],
        "expect complete",
        "Nothing was missing that could have changed the decision.";
    "incomplete" => [Expectation],
        "expect incomplete",
        "Something was missing that could have changed the decision.";
    "unanswered" => [Expectation],
        "expect unanswered from \"KZ-MAI\"",
        "An order or notice is meant for the place, and no rule answers it. After `from`: the authority of the order, or the kind of the notice.";
    "delta" => [Expectation],
        "expect delta violations == 1",
        "What the message itself adds to the counter under its key, or the one in brackets; 0 if it does not count.";
    "marks" => [Expectation],
        "expect marks warned until 2026-09-01T00:00:00Z",
        "A rule sets the mark, until this instant. `not marks` means that no rule does.";
    "nothing" => [Expectation],
        "expect nothing",
        "Neither an outcome nor an obligation, and every rule can be decided, unless the test says `undetermined RULE` or `incomplete`.";
    "none" => [Expectation, Value],
        "expect none",
        "After `expect`: no outcome for the content; obligations are possible. In a record, as in `given { reply: none }`: there is no such thing.";
    "cases" => [Clause(&[Block::Test])],
        "cases { \"title\": given { … } expect … }",
        "Several variants of one test. The clauses above apply to all of them.";
    "null" => [Value],
        "given { text: null }",
        "No value: the field is missing.";
    // ---- the standard library
    "derived" => [Part],
        "text: surface derived",
        "The field is computed, not read from the record.";
    "content" => [Clause(&[Block::Action])],
        "content 5",
        "The action is an outcome for the content. A higher number is stricter.";
    "account" => [Clause(&[Block::Action])],
        "account 1",
        "The action is an outcome for the chat or the author. A higher number is stricter.";
    "obligation" => [Clause(&[Block::Action])],
        "obligation",
        "The action is an obligation: it is listed in addition to the outcome.";
    "takes" => [Clause(&[Block::Action])],
        "takes to office",
        "An argument that the action takes after its name.";
    "global" => [Clause(&[Block::Action])],
        "global",
        "In `world.loci` the action has effect everywhere.";
    "dsa" => [Clause(&[Block::Action])],
        "dsa \"…\"",
        "The code of the action in a statement of reasons under the EU DSA.";
};
