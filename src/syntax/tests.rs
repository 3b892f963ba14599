mod layout;
mod every_rule;

use super::{SessionInput, format, read, read_input, tree};
use crate::base::source::{FileId, Span};
use crate::base::stack::with_large_stack;
use crate::base::steps::spent;
use crate::diagnostic::{Code, Diagnostic};
use std::time::{Duration, Instant};

fn parse(text: &str) -> (tree::File, Vec<Diagnostic>) {
    with_large_stack(|| read(FileId::default(), text))
}

fn faults(text: &str) -> Vec<String> {
    let (_, found) = parse(text);
    found
        .iter()
        .map(|fault| {
            let marked = text.get(fault.at.unwrap_or_default().span.range()).unwrap_or("?");
            let help = fault.help.as_deref().unwrap_or("-");
            format!("{} `{marked}` {} | {help}", fault.code.as_str(), fault.message)
        })
        .collect()
}

const EVERY_RULE: &str = include_str!("tests/every_rule.loci");

#[test]
fn every_item_and_expression_is_parsed_and_formatted() {
    let (_, found) = parse(EVERY_RULE);
    assert_eq!(found, vec![]);
    insta::assert_snapshot!(formatted(EVERY_RULE));
}

/// Formats a text, and checks that formatting the result again changes nothing.
fn formatted(text: &str) -> String {
    let lay_out = |text: &str| with_large_stack(|| format(FileId::default(), text)).unwrap();
    let formatted = lay_out(text);
    assert_eq!(lay_out(&formatted), formatted);
    formatted
}

/// A fix that closes a string must not cut it in two.
#[test]
fn an_open_string_is_closed_only_where_one_quote_can_close_it() {
    for (text, fix) in [
        ("rule a \"Title” {", Some("”")),
        ("rule a \"Title“ {", Some("“")),
        ("rule a \"Закон» {", Some("»")),
        ("rule a \"Закон «О связи» {", None),
        ("rule a \"Закон «О связи {", None),
        ("rule a \"Gesetz „Netz“ {", None),
        ("rule a \"He said “yes {", None),
        ("rule a \"one” two” {", None),
        ("rule a \"“Title {", None),
        ("rule a \"Title (“short {", None),
    ] {
        let (_, found) = parse(text);
        let open = found.iter().find(|fault| fault.code == Code::OpenString).unwrap();
        let fixed = open.fix.as_ref().and_then(|fix| text.get(fix.at.span.range()));
        assert_eq!(fixed, fix, "{text}");
    }
}

#[test]
fn each_broken_item_gives_one_message() {
    let text = "\
jurisdiction KZ { zone \"Asia/Almaty\" }
rule a { when x ==  then review }
rul b { when y then review }
rule c { when y then review
rule d { when z = 1 then review }
  rule e { when z then review } rule f { when z then review }
define g = \"open
define h = 1
%%%
define i = a and b or c
define j = a == b == c
define k = a && (b || not c)
define l = text not mentions x
define m = text mentions \"a\" .. \"b\"
define n = \"\\d\" and text matches \"a\"
define o = 2026-02-30
test \"t\" { given { a: 1 } given { b: 2 } }
";
    insta::assert_snapshot!(faults(text).join("\n"));
    let (tree, _) = parse(text);
    let broken: Vec<_> = tree.broken.iter().map(|item| &*item.name).collect();
    assert!(broken.contains(&"a") && broken.contains(&"g"));
}

#[test]
fn common_mistakes_get_help() {
    let slips = [
        "rule a { wen x then review }",
        "rule a { WHEN x then review }",
        "rule a { when: x then review }",
        "rule a { when x; then review }",
        "rule a { when x y then review }",
        "rule a { when x and then review }",
        "rule a { when x AND y then review }",
        "rule a { when !x then review }",
        "rule a { when x <> 1 then review }",
        "rule a { when x => 1 then review }",
        "rule a { when x === 1 then review }",
        "rule a { when x > 90% then review }",
        "rule a { when text mentions 'a' then review }",
        "rule a { when text mentions “a” then review }",
        "rule a { when (x and y then review }",
        "rule a { when any link in links (link.x) then review }",
        "rule a { when x then review escalate to b }",
        "rule a { when x then escalate to b within 24h }",
        "rule a { when x then review",
        "Rule a { when x then review }",
        "rule a-b { when x then review }",
        "rule if { when x then review }",
        "terms a { en: \"b\" \"c\" }",
        "terms a { \"b\" }",
        "law a { }",
        "law a \"A\" { article b { } }",
        "policy a \"A\" { in force from 1.1.2026 }",
        "policy a \"A\" { in force 2026-01-01 }",
        "office a { languages en }",
        "set a { \"b\" }",
        "jurisdiction kz { zone \"UTC\" }",
        "use lib/crypto.loci",
        "define a: x",
        "test \"t\" { given { a: 1 b: 2 } expect none }",
        "test \"t\" { given { a: 1 } expects none }",
        "// a",
        "if x then review",
    ];
    let messages = slips.map(|slip| format!("{slip}\n  {}", faults(slip).join("\n  ")));
    insta::assert_snapshot!(messages.join("\n"));
}

/// The help for each mistake, and the text after all fixes. Without a fix, the text stays.
fn mended(text: &str) -> (String, String) {
    let (_, found) = parse(text);
    let help =
        found.iter().filter_map(|fault| fault.help.as_deref()).collect::<Vec<_>>().join("; ");
    let mut out = text.to_owned();
    for fix in found.iter().rev().filter_map(|fault| fault.fix.as_ref()) {
        out.replace_range(fix.at.span.range(), &fix.text);
    }
    (help, out)
}

/// A fix must not change what the rest of a condition means.
#[test]
fn fixes_of_conditions_keep_their_meaning() {
    for (when, help, fixed) in [
        ("x > 99.5%", "write 99.5 % as `0.995`", "x > 0.995"),
        ("x > 0.7 %", "write 0.7 % as `0.007`", "x > 0.007"),
        ("x2 % 3", "write 90 % as `0.9`", "x2 % 3"),
        (
            "not a.b between 1 and 3",
            "write both limits: `(a.b >= 1 and a.b <= 3)`",
            "not (a.b >= 1 and a.b <= 3)",
        ),
        (
            "2 * a.b between 1 and 3",
            "write both limits: `(a.b >= 1 and a.b <= 3)`",
            "2 * a.b between 1 and 3",
        ),
        ("x > 1 000", "write the number without separators: `1000`", "x > 1000"),
        ("x in [100, 200 300]", "a `,` may be missing before this", "x in [100, 200, 300]"),
        (
            "sent_at within 24 hours",
            "compare with the instant of the decision: `sent_at > at - 24 hours`",
            "sent_at > at - 24 hours",
        ),
        (
            "text says \"x\"",
            "`says` names a wording; to search a text, write `mentions`",
            "text mentions \"x\"",
        ),
        (
            "sent_at > 7 days ago",
            "write `at - 7 days` for 7 days before the decision",
            "sent_at > at - 7 days",
        ),
        (
            "sent_at > at - 7 days ago",
            "delete `ago`: `at - 7 days` is 7 days before the decision",
            "sent_at > at - 7 days",
        ),
    ] {
        let rule = |when: &str| format!("rule a {{ when {when} then review }}");
        assert_eq!(mended(&rule(when)), (help.to_owned(), rule(fixed)), "{when}");
    }
}

/// What follows a definition or list on its line is a mistake in it.
#[test]
fn an_item_that_goes_on_is_mended_inside() {
    for (item, help, fixed) in [
        ("define a = b > 99.5%", "write 99.5 % as `0.995`", "define a = b > 0.995"),
        (
            "define a = b > 1.234.567",
            "write the number without separators: `1234567`",
            "define a = b > 1234567",
        ),
        ("define a = b c", "join two conditions with `and` or `or`", "define a = b c"),
        (
            "register r: domain { \"a\" } { complete since 2026-01-01 }",
            "write `from` and a day after `complete`: `complete from 2026-01-01`",
            "register r: domain { \"a\" } { complete from 2026-01-01 }",
        ),
    ] {
        assert_eq!(mended(item), (help.to_owned(), fixed.to_owned()), "{item}");
        assert_eq!(parse(item).0.broken.len(), 1, "{item}");
    }
    for item in [
        "define b = a(chat c, links)",
        "register r: domain { \"a\" } { complete from 2026-01-01  fresh 90 days }",
        "set s: domain from \"a.txt\" { complete from 2026-01-01 }",
    ] {
        let (tree, found) = parse(&format!("{item}\n%\ndefine c = 1\n"));
        assert_eq!((tree.items.len(), tree.broken.len(), found.len()), (1, 1, 1), "{found:?}");
        assert!(!found[0].message.starts_with("expected an item"), "{found:?}");
    }
    for clauses in [
        "column \"host\"  fresh for 90 days",
        "fresh for 90 days  column \"host\"",
        "as of 2026-01-01  column \"host\"  fresh for 90 days",
    ] {
        let text = format!("register r: domain from \"a.csv\" {{ {clauses} }}");
        let (tree, found) = parse(&text);
        assert_eq!((tree.items.len(), found.len()), (1, 1), "{found:?}");
        assert!(found[0].message.contains("of the file and of the register"), "{found:?}");
    }
}

#[test]
fn the_help_lists_all_clauses() {
    for (item, clauses) in [
        (
            "rule a { @ }",
            "rule: `in force`, `basis`, `category`, `severity`, `says`, `review`, `mode`, `when`, `unless`, `on unknown` or `then`",
        ),
        ("test \"a\" { @ }", "test: `given`, `before`, `repeat`, `expect`, `cases`, `in` or `at`"),
    ] {
        assert_eq!(mended(item).0, format!("write a clause of the {clauses}"), "{item}");
    }
}

/// Registers have the help of sets, and wordings that of terms.
#[test]
fn similar_items_have_the_same_help() {
    for (item, help, fixed) in [
        (
            "set s: number { 100 200 }",
            "a `,` may be missing before this",
            "set s: number { 100, 200 }",
        ),
        (
            "register r: domain \"lists/x.txt\"",
            "write `from` before the file: `from \"lists/x.txt\"`",
            "register r: domain from \"lists/x.txt\"",
        ),
        (
            "register r domain { \"a\" }",
            "write `:` before what the entries are: `: domain`",
            "register r: domain { \"a\" }",
        ),
        (
            "register r { \"a\" }",
            "write what the entries are, and put them in braces: `register r: domain { \"a\" }`; other kinds are `url`, `text` and `number`",
            "register r { \"a\" }",
        ),
        (
            "wording w { en = \"x\" }",
            "write `:` after the language: `en: \"…\"`",
            "wording w { en: \"x\" }",
        ),
        (
            "wording w { en \"x\" }",
            "write `:` after the language: `en: \"x\"`",
            "wording w { en: \"x\" }",
        ),
        (
            "wording w { \"en\": \"x\" }",
            "write the language without quotes: `en: …`",
            "wording w { en: \"x\" }",
        ),
        (
            "wording w \"x\"",
            "put the texts in braces, after the code of their language: `{ en: \"x\" }`",
            "wording w { en: \"x\" }",
        ),
        ("wording w { \"x\" }", "write the language first: `en: \"…\"`", "wording w { \"x\" }"),
    ] {
        assert_eq!(mended(item), (help.to_owned(), fixed.to_owned()), "{item}");
    }
}

#[test]
fn spans_have_no_trailing_blanks() {
    let text = "define a = chat . x";
    assert_eq!(faults(text).len(), 1, "no blanks are allowed around a dot");
    let text = "define a = x   and y.z   # why\n\nrule b { when c   then d   to e   }";
    let (tree, _) = parse(text);
    let [define, rule] = &*tree.items else { panic!("{tree:?}") };
    let tree::ItemKind::Define(define) = &define.kind else { panic!() };
    let tree::ItemKind::Rule(rule) = &rule.kind else { panic!() };
    let slice = |span: Span| text.get(span.range()).unwrap();
    assert_eq!(slice(define.body.span), "x   and y.z");
    assert_eq!(slice(rule.when.as_ref().unwrap().span), "c");
    assert_eq!(slice(rule.then.first().unwrap().span), "d   to e");
}

#[test]
fn docs_and_comments_are_kept() {
    let text = "# file\n\n## first\n##\n## third\nlaw a \"A\" {\n  ## inside\n  article b \"1\" { } # side\n}\n## dangling\n";
    let (tree, found) = parse(text);
    assert_eq!(found, vec![]);
    let [item] = &*tree.items else { panic!() };
    assert_eq!(item.doc, "first\n\nthird");
    let tree::ItemKind::Law(law) = &item.kind else { panic!() };
    assert_eq!(law.articles.first().unwrap().doc, "inside");
    let comments: Vec<_> =
        tree.comments.iter().map(|comment| text.get(comment.range()).unwrap()).collect();
    assert_eq!(comments, ["# file", "# side", "## dangling"]);
}

/// Only the item at fault is refused, even if a later item becomes too deep because of it.
#[test]
fn only_the_item_with_too_many_brackets_is_refused() {
    let deep = format!("define deep = {}x{}\n", "(".repeat(33), ")".repeat(33));
    let open = "policy p \"P\" {\n".repeat(40);
    let long = format!("define {} = 1\n", "x".repeat(200));
    for (text, read, codes) in [
        (format!("define a = 1\n{deep}define b = 2\n"), 2, vec!["LX6001"]),
        (format!("{deep}define b = 2\n{deep}"), 1, vec!["LX6001", "LX6001"]),
        (format!("define a = 1\n{long}define b = 2\n"), 2, vec!["LX6002"]),
        // Items that leave brackets open are refused, not the later item that becomes too deep because of them.
        (format!("{open}define b = ((2))\n"), 1, vec!["LX0002"; 40]),
        (format!("{open}{deep}define b = 2\n"), 1, [vec!["LX0002"; 40], vec!["LX6001"]].concat()),
    ] {
        let (tree, found) = parse(&text);
        let found: Vec<_> = found.iter().map(|fault| fault.code.as_str()).collect();
        assert_eq!((tree.items.len(), found), (read, codes), "{text}");
    }
    let (tree, _) = parse(&format!("{deep}define b = deep"));
    assert_eq!(tree.broken.iter().map(|item| &*item.name).collect::<Vec<_>>(), ["deep"]);
}

#[test]
#[cfg_attr(target_family = "wasm", ignore = "there are no threads")]
fn nesting_of_32_is_read_on_a_small_stack_and_33_is_refused() {
    let nested = |depth: usize| {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        let (object, end) = ("{a: ".repeat(depth - 1), "}".repeat(depth - 1));
        format!("define a = {open}x{close}\ntest \"t\" {{ given {object}1{end} }}\n")
    };
    let read_small = |text: String| {
        let small = std::thread::Builder::new().stack_size(256 << 10);
        small.spawn(move || (parse(&text).0.items.len(), faults(&text))).unwrap().join().unwrap()
    };
    assert_eq!(read_small(nested(32)), (2, vec![]));
    let (items, found) = read_small(nested(33));
    assert_eq!(items, 0);
    assert!(found.first().unwrap().starts_with("LX6001"), "{found:?}");
}

/// Reading takes time linear in the text. The time limit is generous, because the test only has to notice a hang.
#[test]
fn hostile_text_is_refused_quickly() {
    let many = |part: &str, times: usize| part.repeat(times);
    let hostile = [
        format!("rule a {{ when {}x", many("(", 100_000)),
        format!("rule a {{ when {}x then y }}", many("not ", 20_000)),
        format!("rule a {{ when {}x then y }}", many("f(", 20)),
        format!("rule a {{ when {}x then y }}", many("a[", 100_000)),
        format!("rule a {{ when {}x then y }}", many("if a then ", 2_000)),
        format!("define a = \"{}", many("x", 200_000)),
        format!("define {} = 1", many("x", 200_000)),
        many("rule ", 50_000),
        many("rule a {\n", 20),
        many("\"", 10_001),
        many("\\", 10_000),
        many("- ", 10_000),
        "rule a { when \u{202e}x then y }".into(),
        "d\u{435}fine a = 1".into(),
        "define a = 1\r\ndefine b = 2\r\n\u{c}".into(),
        "define a = x\0".into(),
        "define a\u{2028} = x".into(),
    ];
    for text in hostile {
        let began = Instant::now();
        let found = faults(&text);
        assert!(!found.is_empty(), "{:.60}", text);
        assert!(began.elapsed() < Duration::from_secs(20), "{:.60}", text);
    }
}

#[test]
fn long_chains_are_read_and_longer_ones_are_refused() {
    let chain = |length: usize| format!("define a = x{}", " and\nx".repeat(length - 1));
    assert_eq!(faults(&chain(10_000)), Vec::<String>::new());
    let found = faults(&chain(10_001));
    assert!(found.iter().all(|fault| fault.starts_with("LX6002")) && found.len() == 1, "{found:?}");
}

#[test]
fn incomplete_input_needs_more() {
    let input = |text| read_input(FileId::default(), text);
    for whole in ["a and b", "any x in xs where (x.y)", "1 +\n2"] {
        assert!(matches!(input(whole), SessionInput::Expression(_)), "{whole}");
    }
    for part in ["a and (b", "a and", "any x in", "not", "", "a ==\n", "f(a,"] {
        assert_eq!(input(part), SessionInput::NeedsMore, "{part}");
    }
    for wrong in ["a == == b", "a == \"b", "a b", ")", "a = b"] {
        assert!(matches!(input(wrong), SessionInput::Wrong(_)), "{wrong}");
    }
}

#[test]
fn operators_follow_their_precedence() {
    let printed = |text: &str| {
        let SessionInput::Expression(expr) = read_input(FileId::default(), text) else {
            panic!("{text}")
        };
        format!("{:?}", expr.kind).split([' ', '{', '(']).next().unwrap().to_owned()
    };
    for (text, kind) in [
        ("not a == b", "Not"),
        ("not a and b", "And"),
        ("a ?? 1 >= 2", "Binary"),
        ("a + b * c", "Arithmetic"),
        ("-a + b", "Arithmetic"),
        ("not text mentions \"x\"", "Not"),
        ("a in b and c not in d", "And"),
        ("text starts with \"x\" or text ends with \"y\" or xs contains \"z\"", "Or"),
        ("a - b - c < d / e", "Binary"),
    ] {
        assert_eq!(printed(text), kind, "{text}");
    }
}

#[test]
fn trees_and_diagnostics_cross_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<tree::File>();
    shared::<Diagnostic>();
    assert_eq!(Code::Syntax.as_str(), "LX0002");
}

/// Each bad item is looked up among the faults that the scan has found, not compared with all faults.
#[test]
fn many_bad_items_take_linear_work() {
    let work = |count: usize| {
        let text = "set\nset s: text { \"a\u{7}\" }\n".repeat(count);
        spent();
        let (_, found) = read(FileId::default(), &text);
        assert!(found.len() >= count, "{}", found.len());
        spent()
    };
    let [some, twice] = [300, 600].map(work);
    assert!(some > 0);
    assert!(twice <= some * 5 / 2 + 10, "{some} steps, then {twice}");
}
