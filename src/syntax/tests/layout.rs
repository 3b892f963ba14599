//! Properties of the formatter on random source text: the formatted text has the same meaning, and formatting it again
//! changes nothing.

use crate::base::source::FileId;
use crate::base::stack::with_large_stack;
use crate::syntax::format;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::{select, subsequence};
use proptest::strategy::{BoxedStrategy, Union};
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestCaseError, TestRunner};

/// Source text with a `~` wherever blanks are allowed.
type Source = BoxedStrategy<String>;

/// Replacements for `~`. `NUMBER` becomes the number of the comment.
const BLANKS: &[&str] = &[
    " ",
    " ",
    " ",
    "  ",
    "\n  ",
    "\n\n\n",
    " # behind NUMBER\n ",
    "\n  # above NUMBER\n",
    "\n\n## documents NUMBER \n\n",
    "\t",
    "\r\n ",
    "  # with a return NUMBER\r\n",
];

#[test]
fn formatting_keeps_the_meaning_and_formatting_again_changes_nothing() {
    let config = Config {
        cases: 700,
        max_shrink_iters: 300,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::XorShift,
        rng_seed: RngSeed::Fixed(8),
        ..Config::default()
    };
    let source = (vec(item(), 1..3), vec(select(BLANKS), 31)).prop_map(|(items, blanks)| {
        let mut blanks = blanks.into_iter().cycle().zip(1..);
        let lay_out = |item: String| {
            item.split('~').map(str::to_owned).reduce(|text, piece| {
                let (blank, number) = blanks.next().unwrap_or((" ", 0));
                text + &blank.replace("NUMBER", &number.to_string()) + &piece
            })
        };
        items.into_iter().filter_map(lay_out).collect::<Vec<_>>().join("\n")
    });
    let result = TestRunner::new(config).run(&source, |source| {
        let refuse = |why: String| Err(TestCaseError::fail(why));
        // The formatter itself refuses a result that does not have the same tree and the same comments.
        let lay_out = |text: &str| with_large_stack(|| format(FileId::default(), text));
        let formatted = match lay_out(&source) {
            Ok(formatted) => formatted,
            Err(found) => return refuse(format!("{found:?}\n{source}")),
        };
        if formatted.lines().any(|line| line.ends_with(' ')) || formatted.contains("\n\n\n") {
            return refuse(format!("blanks are left in\n{formatted}"));
        }
        match lay_out(&formatted) {
            Ok(again) if again == formatted => Ok(()),
            Ok(again) => refuse(format!("{formatted}\nis laid out\n{again}")),
            Err(found) => refuse(format!("{found:?}\n{formatted}")),
        }
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

fn one_of(words: &'static [&'static str]) -> Source {
    select(words).prop_map(str::to_owned).boxed()
}

/// A text whose `~` mark blanks. Each `@` becomes the next random part.
fn template<const N: usize>(text: &'static str, parts: [&Source; N]) -> Source {
    let parts: Vec<Source> = parts.into_iter().cloned().collect();
    parts
        .prop_map(move |parts| {
            parts.iter().fold(text.to_owned(), |text, part| text.replacen('@', part, 1))
        })
        .boxed()
}

/// One to three parts, separated by commas.
fn several(one: &Source) -> Source {
    vec(one.clone(), 1..4).prop_map(|all| all.join("~,~")).boxed()
}

/// One operand, or several with operators of the same precedence between them.
fn chain(one: &Source, operators: &'static [&'static str], most: usize) -> Source {
    let more =
        (one.clone(), vec((select(operators), one.clone()), 1..=most)).prop_map(|(first, rest)| {
            rest.into_iter().fold(first, |all, (op, one)| format!("{all}~{op}~{one}"))
        });
    Union::new_weighted(vec![(6, one.clone()), (1, more.boxed())]).boxed()
}

/// Clauses in any order, each at most once.
fn clauses(all: Vec<Source>) -> Source {
    let count = all.len();
    (all, subsequence((0..count).collect::<Vec<_>>(), 0..=count).prop_shuffle())
        .prop_map(|(all, order)| {
            order.into_iter().filter_map(|at| all.get(at).cloned()).collect::<Vec<_>>().join("~")
        })
        .boxed()
}

const NAMES: &[&str] =
    &["a", "b", "text", "chat.public", "reports.orders", "kz.rule.in", "deadline", "x1_", "office"];
const WORDS: &[&str] = &["a", "b2", "desk", "astana", "orders", "law", "notify"];
const STRINGS: &[&str] = &[
    r#""""#,
    r#""word*""#,
    r#""a \"b\" \\ \n""#,
    r#""\u{1F600} 😀 (a|b)""#,
    r##""# no comment""##,
    r#""e\u{301}  r""#,
];
const DATES: &[&str] = &["2026-01-01", "2024-02-29"];
const PERIODS: &[&str] = &["24 hours", "1 day", "1_000 seconds", "6 months", "2 working  days"];

fn pattern() -> Source {
    let strings = one_of(STRINGS);
    let phrase = Union::new([
        strings.clone(),
        template("exact~@", [&strings]),
        template("loose~@~..5..~@~..0..~@", [&strings, &strings, &strings]),
    ]);
    let operand =
        Union::new([phrase.boxed(), one_of(&["promises", "lib.crypto.words", "exactly"])]).boxed();
    Union::new([operand.clone(), template("@~near~@~(~12~words~)", [&operand, &operand])]).boxed()
}

fn literal() -> Source {
    prop_oneof![
        3 => one_of(NAMES),
        1 => one_of(&["0", "18_000", "0.98", "9223372036854775807", "true", "false", "2026-03-01T12:00:00Z"]),
        1 => one_of(STRINGS),
        1 => one_of(DATES),
        1 => one_of(PERIODS),
    ]
    .boxed()
}

fn expr() -> Source {
    literal()
        .prop_recursive(1, 4, 2, |inner| {
            let (inner, pattern) = (inner.boxed(), pattern());
            let whole = Union::new([logic(&inner), conditional(&inner)]).boxed();
            let list = one_of(&["links", "reports.orders", "f(~a~)"]);
            let quantifier = one_of(&["any", "all", "no", "count"]);
            prop_oneof![
                3 => template("(~@~)", [&whole]),
                1 => template("[~@~]", [&several(&logic(&inner))]),
                1 => template("f(~@~)", [&several(&whole)]),
                1 => template("kz.copies[~@~]", [&several(&whole)]),
                1 => template("@~x~in~@~where~(~@~)", [&quantifier, &list, &whole]),
                1 => template("score~(~5~when~@~,~-0.5~when~@~)", [&whole, &whole]),
                1 => template("sum~x~for~x~in~@~where~(~@~)", [&list, &whole]),
                1 => template("count distinct~(~@~)~for~x~in~@", [&whole, &list]),
                1 => template("any~x~in~spans(~text~,~@~)~where~(~@~)", [&pattern, &whole]),
                1 => template("at least~2~of~(~@~)", [&several(&whole)]),
            ]
        })
        .boxed()
}

fn conditional(one: &Source) -> Source {
    let logic = logic(one);
    Union::new([
        template("if~@~then~@~else~@", [&logic, &logic, &logic]),
        template("if~@~then~@~else if~@~then~@~else~@", [&logic, &logic, &logic, &logic, &logic]),
    ])
    .boxed()
}

/// Every operator, where it needs no brackets.
fn logic(operand: &Source) -> Source {
    let signed =
        Union::new_weighted(vec![(5, operand.clone()), (1, template("-~@", [&one_of(NAMES)]))])
            .boxed();
    let defaulted = chain(&signed, &["??"], 2);
    let sum = chain(&chain(&defaulted, &["*", "/"], 2), &["+", "-"], 2);
    let tested = prop_oneof![
        5 => sum.clone(),
        1 => template("@~mentions~@", [&one_of(NAMES), &pattern()]),
        1 => template(r#"@~matches~r"\d+[^#]""#, [&one_of(NAMES)]),
        1 => template("@~is missing", [&one_of(NAMES)]),
        1 => template("@~is known", [&one_of(NAMES)]),
        1 => template("@~is set", [&one_of(NAMES)]),
        1 => template("@~reaches~3", [&one_of(&["a", "kz.posts", "copies[~b~,~c~,~]"])]),
    ]
    .boxed();
    let operators =
        &["==", "!=", "<", "<=", ">", ">=", "in", "not in", "contains", "starts with", "ends with"];
    let compared = chain(&tested, operators, 1);
    let negated =
        Union::new_weighted(vec![(3, compared.clone()), (1, template("not~@", [&compared]))])
            .boxed();
    Union::new([chain(&negated, &["and"], 3), chain(&negated, &["or"], 3)]).boxed()
}

fn acts() -> Source {
    let (word, text, period, clock) =
        (one_of(WORDS), one_of(STRINGS), one_of(PERIODS), one_of(&["", "~from~order.received_at"]));
    several(
        &Union::new([
            word.clone(),
            template("@~to~@", [&word, &word]),
            template("@~to~@~within~@@~by~policy~desk", [&word, &text, &period, &clock]),
            template("@~for~@@", [&word, &period, &clock]),
            template("mark~@~for~@", [&word, &period]),
            template("mark~@~until~sent_at~+~@", [&word, &period]),
            template("clear~@", [&word]),
        ])
        .boxed(),
    )
}

fn in_force() -> Source {
    let date = one_of(DATES);
    let until =
        weighted(0.3, template("~until~@", [&date])).prop_map(Option::unwrap_or_default).boxed();
    let start = Union::new([
        Just("~from~unknown".to_owned()).boxed(),
        template("~from~@", [&date]),
        template("~by~@", [&date]),
    ])
    .boxed();
    template("in force@@", [&start, &until])
}

fn rule_or_exception(head: &'static str) -> Source {
    let (names, word, text) =
        (several(&one_of(&["law.a", "desk"])), one_of(WORDS), one_of(STRINGS));
    let condition = Union::new([logic(&expr()), conditional(&expr())]).boxed();
    let body = clauses(vec![
        Union::new([template("basis~@", [&names]), template("basis~all of~@", [&names])]).boxed(),
        Union::new([
            template("category~@", [&word]),
            template("category~@~(~@~)", [&word, &several(&word)]),
        ])
        .boxed(),
        template("severity~@", [&word]),
        template("review~by~@", [&one_of(DATES)]),
        in_force(),
        template("mode~@", [&word]),
        template("when~@", [&condition]),
        template("unless~@", [&condition]),
        template("on~unknown~@", [&acts()]),
        template("then~@", [&acts()]),
    ]);
    template(head, [&text, &body])
}

fn counter() -> Source {
    let (value, period) = (logic(&expr()), one_of(PERIODS));
    let names = several(&one_of(&["a", "kz.rule.in"]));
    let body = clauses(vec![
        Union::new([
            template("per~@", [&several(&value)]),
            template("per~each~x~in~links~:~@", [&several(&value)]),
        ])
        .boxed(),
        template("over~@", [&period]),
        template("since~@", [&one_of(DATES)]),
        template("when~@", [&Union::new([value.clone(), conditional(&expr())]).boxed()]),
        template("counts~rules~@@", [&names, &one_of(&["", "~upheld"])]),
        template("distinct~@", [&value]),
        template("adds~@", [&value]),
        template("lateness~@", [&period]),
    ]);
    let title = Union::new([Just(String::new()).boxed(), one_of(STRINGS)]).boxed();
    template("counter~a~@~{~@~}", [&title, &body])
}

fn law() -> Source {
    let (word, text) = (one_of(WORDS), one_of(STRINGS));
    let deadline = Union::new([
        template("deadline~@", [&text]),
        template("deadline~@~from~knowledge", [&one_of(PERIODS)]),
        template("deadline~order.deadline~else~@~from~order.given_at", [&one_of(PERIODS)]),
        one_of(&["deadline~order.deadline"]),
    ])
    .boxed();
    let body = clauses(vec![
        in_force(),
        one_of(&["status~in force", "status~draft"]),
        Union::new([
            template("binds~@", [&word]),
            template("binds~@~,~on~@", [&word, &word]),
            template("binds~@~,~standing", [&word]),
        ])
        .boxed(),
        deadline,
        template("pauses~for~@", [&several(&word)]),
        one_of(&[
            "judged~by~receipt",
            "judged~by~sending",
            "judged~by~sending~,~also when repealed since",
        ]),
        template("demands~@", [&several(&word)]),
        template("verified~@", [&one_of(DATES)]),
        template("unverified~@", [&text]),
        template("url~@", [&text]),
    ]);
    template("law~a~@~{~url~@~article~b~@~{~@~}~}", [&text, &text, &text, &body])
}

fn words() -> Source {
    let (text, date) = (one_of(STRINGS), one_of(DATES));
    let phrase = Union::new([
        text.clone(),
        template("exact~@", [&text]),
        template("@~..5..~@", [&text, &text]),
    ])
    .boxed();
    let entry = Union::new([
        text.clone(),
        one_of(&["1", "2.5"]),
        template("@~from~@~until~@", [&text, &date, &date]),
    ])
    .boxed();
    Union::new([
        template("terms~a~{~en~:~@~kk~:~@~,~}", [&several(&phrase), &several(&phrase)]),
        template("set~a~:~text~{~@~}", [&several(&entry)]),
        template("set~a~:~domain~from~@", [&text]),
        template("set~a~:~domain~from~@~{~@~}~,~@", [&text, &list_clauses(), &text]),
        template("register~a~:~domain~from~@~{~@~}", [&text, &completeness_clauses()]),
        template("register~a~:~text~{~@~}~{~@~}", [&several(&entry), &completeness_clauses()]),
    ])
    .boxed()
}

fn completeness_clauses() -> Source {
    clauses(vec![
        template("complete~from~@", [&one_of(DATES)]),
        template("as of~@", [&one_of(DATES)]),
        template("fresh~for~@", [&one_of(&["90 days", "1 year"])]),
        one_of(&["empty"]),
    ])
}

fn list_clauses() -> Source {
    let (text, column) =
        (one_of(STRINGS), Union::new([one_of(STRINGS), one_of(&["1", "22"])]).boxed());
    clauses(vec![
        template("column~@", [&column]),
        template("from~column~@", [&column]),
        template("until~column~@", [&column]),
        template("pointer~@", [&text]),
        template("sha256~@", [&text]),
        template("source~@", [&text]),
        template("as of~@", [&one_of(DATES)]),
    ])
}

fn test() -> Source {
    let text = one_of(STRINGS);
    let json = Union::new([
        text.clone(),
        one_of(&["1", "-2.5", "true", "null", "2026-01-01", "[]", "{}", "[~1~,~{~b~:~false~}~]"]),
    ])
    .boxed();
    let expected = prop_oneof![
        one_of(&[
            "none",
            "restrict",
            "not~a",
            "undetermined~kz.a",
            "defeated~a~by~b",
            "restrict~by~a",
            "fires~a",
            "review~due~unknown~by~a",
            "gap~kz.a",
            "not~gap~kz.a",
            "cites~platforms.measures",
            "cites~kz.desk~by~a",
            "not~cites~kz.desk~by~a",
            "nothing",
            "complete",
            "incomplete",
            "preserve~until~2026-09-01T12:00:00Z",
            "kz.copies[~\"a\"~]~==~3",
            "marks~warned~until~2026-09-01T12:00:00Z",
            "not~marks~kz.warned"
        ]),
        template("report~to~@~due~2026-03-01T12:00:00Z~by~a", [&text]),
        template("report~due~@", [&text]),
        template("evidence~@~in~@~by~a", [&text, &text]),
    ]
    .boxed();
    let entries = Union::new([
        one_of(&["", "given~hosts~{~}"]),
        template("given~kz.hosts~{~@~from~@~,~}", [&text, &one_of(DATES)]),
    ])
    .boxed();
    let place =
        one_of(&["", "in~FR-IDF~", "at~2026-03-01~", "in~KZ~at~2026-03-01T12:00:00+05:00~"]);
    let title = Union::new([Just(String::new()).boxed(), template("@~:~", [&text])]).boxed();
    let given = Union::new([
        Just(String::new()).boxed(),
        template("given~{~a~:~@~}~", [&json]),
        template("given~from~@~", [&text]),
        template("given~from~@~{~a~:~@~}~", [&text, &json]),
    ])
    .boxed();
    let before = Union::new([
        Just(String::new()).boxed(),
        template("before~{~a~:~@~}~at~2026-03-01~", [&json]),
        template("repeat~2~of~from~@~{~}~every~1 hour~", [&text]),
        template(
            "before~{~}~at~@~repeat~3~of~{~a~:~@~}~every~1 day~from~2026-03-01~",
            [&one_of(DATES), &json],
        ),
    ])
    .boxed();
    let case = template("@@@@expect~@", [&title, &given, &before, &place, &several(&expected)]);
    let cases = vec(case, 0..3).prop_map(|all| all.join("~")).boxed();
    Union::new([
        template(
            "test~@~{~given~{~a~:~@~,~\"b c\"~:~@~}~@~@expect~@~}",
            [&text, &json, &json, &entries, &place, &several(&expected)],
        ),
        template("test~@~{~@cases~{~@~}~}", [&text, &given, &cases]),
    ])
    .boxed()
}

fn item() -> Source {
    let text = one_of(STRINGS);
    prop_oneof![
        4 => rule_or_exception("rule~a~@~{~@~}"),
        2 => rule_or_exception("exception~a~@~to~kz.b~{~@~}"),
        1 => rule_or_exception("exception~a~@~to~b,~kz.b~,c~{~@~}"),
        2 => law(),
        2 => words(),
        2 => counter(),
        1 => template("mark~a~on~@~@", [&one_of(&["author", "chat"]), &text]),
        1 => test(),
        1 => template("jurisdiction~KZ~{~zone~@~holidays~@~}", [&text, &several(&one_of(DATES))]),
        1 => template("policy~a~@~{~@~}", [&text, &in_force()]),
        1 => template("office~a~@~{~languages~@~}", [&text, &several(&one_of(WORDS))]),
        2 => template("define~a~(~x~:~link~,~y~:~[~text~]~)~=~@", [&logic(&expr())]),
        1 => template("define~a~=~@", [&conditional(&expr())]),
    ]
    .boxed()
}

#[test]
fn aligned_cases_and_long_sums_keep_their_layout() {
    let aligned = r#"test "t" {
  cases {
    "a little smaller": given { chat: { members: 9999 } } expect nothing, complete
    # A comment.
    "elsewhere":        in DE at 2026-01-01               expect none  # why

    "the day before":   at 2025-12-31                     expect nothing
  }
}

test "codes" {
  cases {
    in DE          expect none
    at 2026-01-01  expect none
  }
}

test "too wide or not aligned" {
  cases {
    "a": in DE expect none
    "longer": in DE  expect none
  }
}
"#;
    let formatted = |text: &str| crate::syntax::format(FileId::default(), text).unwrap();
    let expected = aligned
        .replace("DE          expect none", "DE         expect none")
        .replace("2026-01-01  expect none\n  }", "2026-01-01 expect none\n  }")
        .replace("DE  expect", "DE expect");
    assert_eq!(formatted(aligned), expected);
    assert_eq!(formatted(&expected), expected);
    let sum = "define many = (chat.members ?? 0) + (author.account.followers ?? 0) + length(text) + length(links)
    + length(tags.mentions) - length(wallets)
";
    assert_eq!(formatted(&sum.replace("\n    +", " +")), sum);
    assert_eq!(formatted(sum), sum);
}
