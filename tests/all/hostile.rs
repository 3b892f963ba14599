//! Files and records that are made to do harm, or that are broken by accident: each is refused with its code, or harmless.
//! If a test ends at all, nothing panicked, overflowed the stack or ran without end.

use lexloci::ide::Workspace;
use lexloci::statement::StatementError;
use lexloci::{
    Compiler, Day, FactsFailure, FilesError, Import, InputFormat, Instant, Place, RuleSet,
    SchemaMismatch, State,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

const HEAD: &str = "jurisdiction KZ { zone \"Asia/Almaty\" }\npolicy p \"P\" {}\n";

/// A folder for one test. It is removed when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("lexloci-{}-{number}", std::process::id()));
        fs::create_dir_all(root.join("rules/lib")).unwrap();
        Self(root)
    }

    /// The rule root. The folder above it has files that no rule may read.
    fn rules(&self) -> PathBuf {
        self.0.join("rules")
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        fs::write(self.0.join(name), bytes).unwrap();
        self
    }

    fn codes(&self) -> Vec<&'static str> {
        codes(Compiler::new().directory(self.rules()))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The codes of all errors, each once, in order. None if the rule set is good.
fn codes(compiler: Compiler) -> Vec<&'static str> {
    let found = compiler.compile().map_or_else(|failure| failure.diagnostics, |_| vec![]);
    let mut codes: Vec<_> = found.iter().map(|found| found.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn rule(when: &str) -> String {
    format!("{HEAD}rule r {{ basis p when {when} then label }}\n")
}

/// The codes of the errors of a rule with this condition.
fn condition(when: &str) -> Vec<&'static str> {
    codes(Compiler::new().file("kz.loci", rule(when)))
}

#[test]
fn only_utf8_with_visible_characters_is_accepted() {
    let good = rule("chat.public");
    let utf16 = |mark: &[u8], swap: fn(u16) -> [u8; 2]| {
        [mark.to_vec(), good.encode_utf16().flat_map(swap).collect()].concat()
    };
    for (what, bytes, expected) in [
        ("a mark at the start", format!("\u{feff}{good}").into_bytes(), &[][..]),
        ("two marks", format!("\u{feff}\u{feff}{good}").into_bytes(), &["LX0010"]),
        ("CR LF", good.replace('\n', "\r\n").into_bytes(), &[]),
        ("CR alone", good.replace('\n', "\r").into_bytes(), &["LX0010"]),
        ("a comment that CR ends", format!("{good}# why\r# else\n").into_bytes(), &["LX0010"]),
        ("invalid UTF-8", [good.as_bytes(), b"# \xff\n"].concat(), &["LX0001"]),
        ("a surrogate in UTF-8", [good.as_bytes(), b"# \xed\xa0\x80\n"].concat(), &["LX0001"]),
        ("UTF-16, low byte first", utf16(b"\xff\xfe", u16::to_le_bytes), &["LX0001"]),
        ("UTF-16, high byte first", utf16(b"\xfe\xff", u16::to_be_bytes), &["LX0001"]),
        ("NUL", good.replace("chat", "\0chat").into_bytes(), &["LX0010"]),
        ("form feed", good.replace("chat", "\u{c}chat").into_bytes(), &["LX0010"]),
        ("U+2028", good.replace("chat", "\u{2028}chat").into_bytes(), &["LX0010"]),
        ("U+2028 in a comment", format!("{good}# a\u{2028}b\n").into_bytes(), &["LX0010"]),
        ("zero width", good.replace("chat", "ch\u{200b}at").into_bytes(), &["LX0010"]),
        (
            "a Cyrillic letter that looks like a Latin one",
            good.replace("chat", "сhat").into_bytes(),
            &["LX0010"],
        ),
        ("reversed text", good.replace("label", "label # \u{202e}").into_bytes(), &["LX0010"]),
        ("reversed text in a string", rule("chat.title == \"\u{202e}\"").into(), &["LX0010"]),
        ("a backslash at the end", format!("{good}\\").into_bytes(), &["LX0002"]),
        ("nothing", vec![], &["LX3003"]),
    ] {
        let scratch = Scratch::new();
        scratch.write("rules/kz.loci", bytes);
        assert_eq!(scratch.codes(), expected, "{what}");
    }
}

#[test]
fn large_and_deep_conditions_are_refused() {
    let repeated = |part: &str, times: usize| part.repeat(times);
    let long = |bytes: usize| "x".repeat(bytes);
    for (what, when, expected) in [
        ("a long name", long(1_000_000), &["LX6002"][..]),
        ("a long string", format!("text contains \"{}\"", long(100_000)), &["LX6002"]),
        ("a long pattern", format!("text mentions \"{}\"", long(100_000)), &["LX6002"]),
        ("a long regex", format!("text matches r\"{}\"", long(10_000)), &["LX2009"]),
        ("a long number", repeated("9", 60_000), &["LX6002"]),
        ("a long list", format!("chat.members in [{}]", repeated("1,\n", 11_000)), &["LX6002"]),
        ("a file over the limit", long(1 << 20), &["LX6002"]),
        ("a million terms", repeated("chat.public and\n", 1_000_000), &["LX6002"]),
        (
            "terms over the limit",
            repeated("chat.public and\n", 11_000) + "chat.public",
            &["LX6002"],
        ),
        ("brackets", repeated("(", 60_000), &["LX6001"]),
        ("brackets on lines", repeated("(\n", 100_000), &["LX6001"]),
        ("lists", repeated("[\n", 100_000), &["LX6001"]),
        (
            "brackets after a comment",
            format!("# \r{}", repeated("(\n", 100_000)),
            &["LX0010", "LX6001"],
        ),
        ("calls", repeated("length(\n", 100_000), &["LX6001"]),
        ("not", repeated("not\n", 3_000) + "chat.public", &["LX0002"]),
        ("signs", repeated("-\n", 3_000) + "1", &["LX0002"]),
        ("comparisons", repeated("1 ==\n", 3_000) + "1", &["LX6001"]),
        ("memberships", repeated("chat.members in\n", 3_000) + "[1]", &["LX6001"]),
        ("defaults", repeated("chat.members ??\n", 3_000) + "1 > 1", &["LX6001"]),
        ("tests", "chat.public".to_owned() + &repeated(" is known\n", 3_000), &["LX6001"]),
        ("mentions", "text".to_owned() + &repeated(" mentions \"a\"\n", 3_000), &["LX6001"]),
        ("sums", repeated("1 +\n", 11_000) + "1 > 1", &["LX6002"]),
        ("sums of products", repeated("1 + 1 *\n", 11_000) + "1 > 1", &["LX6002", "LX6003"]),
        (
            "mixed logic",
            repeated("chat.public and chat.scam or\n", 3_000) + "chat.fake",
            &["LX0006"],
        ),
        ("a path", "chat".to_owned() + &repeated(".chat", 12_000), &["LX2003"]),
        (
            "else if",
            format!(
                "{}else chat.scam",
                "if chat.public then chat.fake ".to_owned()
                    + &repeated("else if chat.public then chat.fake\n", 11_000)
            ),
            &["LX6002"],
        ),
    ] {
        assert_eq!(condition(&when), expected, "{what}");
    }
}

#[test]
fn definitions_may_not_nest_too_deep() {
    let chain = |length: usize| {
        let defines: String =
            (1..=length).map(|n| format!("define d{n} = d{} and chat.public\n", n - 1)).collect();
        format!("{}define d0 = chat.public\n{defines}", rule(&format!("d{length}")))
    };
    assert_eq!(codes(Compiler::new().file("kz.loci", chain(30))), [""; 0]);
    for length in [100, 3_000] {
        let found = codes(Compiler::new().file("kz.loci", chain(length)));
        assert_eq!(found, ["LX6001"], "{length}");
    }
    // Each definition uses the one before twice: the cost doubles at each step, but the check stays fast.
    let doubling: String =
        (1..=60).map(|n| format!("define d{n} = d{m} or not d{m}\n", m = n - 1)).collect();
    let text = format!("{}define d0 = text mentions \"a\"\n{doubling}", rule("d60"));
    assert!(!codes(Compiler::new().file("kz.loci", text)).is_empty());
}

#[test]
fn regexes_are_bounded() {
    for (regex, expected) in [
        ("(a|aa)+$", &[][..]),
        (r"\w{1000}", &["LX2009"]),
        ("(((a{10}){10}){10}){100}", &["LX2009"]),
        ("(((((a*)*)*)*)*)*b", &[]),
        (&("(".repeat(400) + "a" + &")".repeat(400)), &["LX2009"]),
        ("", &["LX2009"]),
        ("$^", &["LX2009"]),
        ("a*", &[]),
        ("(?=a)", &["LX2009"]),
        (r"(a)\1", &["LX2009"]),
    ] {
        assert_eq!(condition(&format!("text matches r\"{regex}\"")), expected, "{regex}");
    }
    let set =
        Compiler::new().file("kz.loci", rule("text matches r\"(a|aa)+$\"")).compile().unwrap();
    let text = "a".repeat(16_000);
    let record = set.given(&format!("{{ text: \"{}\" }}", text)).unwrap();
    let kz = set.place("KZ").unwrap();
    let at = Instant::parse("2026-03-01T00:00:00Z").unwrap();
    let decision = set.evaluator().decide(&record, kz, at, &State::default()).unwrap();
    assert_eq!(decision.matched.len(), 1);
}

#[test]
fn paths_stay_under_the_root() {
    let set = |path: &str| {
        rule(&format!(
            "chat.title in s then label }}\nset s: text from \"{path}\"\nrule q {{ basis p when chat.scam"
        ))
    };
    let lib = |path: &str| format!("{}use \"{path}\"\n", rule("chat.public"));
    let scratch = Scratch::new();
    scratch.write("secret.txt", "secret\n").write("rules/list.txt", "entry\n");
    scratch.write("rules/lib/terms.loci", "terms t { en: \"alpha\" }\n");
    fs::create_dir_all(scratch.0.join("rules/lists")).unwrap();
    link(&scratch.0.join("secret.txt"), &scratch.0.join("rules/link.txt"));
    link(Path::new("/dev/zero"), &scratch.0.join("rules/zero.txt"));
    link(&scratch.0.join("rules/list.txt"), &scratch.0.join("rules/inside.txt"));
    fifo(&scratch.0.join("rules/fifo.txt"));
    for (text, expected) in [
        (set("list.txt"), &[][..]),
        (set("inside.txt"), &[]),
        (set("../../etc/passwd"), &["LX1005"]),
        (set("../secret.txt"), &["LX1005"]),
        (set("lists/../list.txt"), &["LX1005"]),
        (set("./list.txt"), &["LX1005"]),
        (set("/etc/passwd"), &["LX1005"]),
        (set(r"C:\\secret.txt"), &["LX1005"]),
        (set(r"..\\secret.txt"), &["LX1005"]),
        (set("file:///etc/passwd"), &["LX1005"]),
        (set(r"list.txt\u{0}"), &["LX1005"]),
        (set(""), &["LX1005"]),
        (set("link.txt"), &["LX1005"]),
        (set("zero.txt"), &["LX1005"]),
        (set("fifo.txt"), &["LX1005"]),
        (set("lists"), &["LX1005"]),
        (set("List.txt"), &["LX1004"]),
        (set("missing.txt"), &["LX1004"]),
        (set("list.txt/more"), &["LX1004"]),
        (lib("lib/terms.loci"), &[]),
        (lib("lib/Terms.loci"), &["LX1004"]),
        (lib("lib/missing.loci"), &["LX1004"]),
        (lib("lib"), &["LX1006"]),
        (lib("kz.loci"), &["LX1006"]),
        (lib("lib/../kz.loci"), &["LX1005"]),
        (lib("/lib/terms.loci"), &["LX1005"]),
    ] {
        scratch.write("rules/kz.loci", &text);
        assert_eq!(scratch.codes(), expected, "{text}");
    }
}

#[test]
fn rule_files_are_plain_files_under_the_root() {
    let good = rule("chat.public");
    for (what, prepare, expected) in [
        (
            "a link out",
            (|s: &Scratch| link(&s.0.join("fr.loci"), &s.rules().join("fr.loci"))) as fn(&Scratch),
            &["LX1005"][..],
        ),
        (
            "a dangling link",
            |s| link(Path::new("nowhere"), &s.rules().join("fr.loci")),
            &["LX1004"],
        ),
        (
            "a link to itself",
            |s| link(&s.rules().join("fr.loci"), &s.rules().join("fr.loci")),
            &["LX1011"],
        ),
        ("a device", |s| link(Path::new("/dev/zero"), &s.rules().join("fr.loci")), &["LX1005"]),
        ("a pipe", |s| fifo(&s.rules().join("fr.loci")), &["LX1005"]),
        ("a folder", |s| fs::create_dir(s.rules().join("fr.loci")).unwrap(), &[]),
        ("a folder that holds itself", |s| link(&s.rules(), &s.rules().join("again")), &[]),
        (
            "a file that hides",
            |s| {
                s.write("rules/.fr.loci", "not rules");
            },
            &[],
        ),
        (
            "too long a file",
            |s| {
                s.write("rules/fr.loci", vec![b'#'; 2 << 20]);
            },
            &["LX6002"],
        ),
        (
            "one place twice",
            |s| {
                s.write("rules/KZ.loci", rule("chat.scam"));
            },
            &["LX3003"],
        ),
        (
            "too deep a folder",
            |s| {
                fs::create_dir_all(s.rules().join("d/".repeat(17))).unwrap();
                s.write(&format!("rules/{}fr.loci", "d/".repeat(17)), "");
            },
            &["LX6002"],
        ),
        (
            "a circle",
            |s| {
                s.write("rules/lib/a.loci", "use \"lib/b.loci\"\n")
                    .write("rules/lib/b.loci", "use \"lib/a.loci\"\n");
            },
            &["LX1006"],
        ),
        (
            "a circle of one",
            |s| {
                s.write("rules/lib/a.loci", "use \"lib/a.loci\"\n");
            },
            &["LX1006"],
        ),
        (
            "one name for two",
            |s| {
                s.write("rules/lib/a-b.loci", "terms t { en: \"alpha\" }\n")
                    .write("rules/lib/a_b.loci", "terms t { en: \"bravo\" }\n");
            },
            &["LX1002"],
        ),
    ] {
        let scratch = Scratch::new();
        scratch
            .write("rules/kz.loci", &good)
            .write("fr.loci", "jurisdiction FR { zone \"UTC\" }\n");
        prepare(&scratch);
        assert_eq!(scratch.codes(), expected, "{what}");
    }
}

#[cfg(unix)]
fn link(to: &Path, from: &Path) {
    std::os::unix::fs::symlink(to, from).unwrap();
}

fn fifo(at: &Path) {
    assert!(Command::new("mkfifo").arg(at).status().unwrap().success());
}

fn simple_set() -> RuleSet {
    Compiler::new().file("kz.loci", rule("chat.public")).compile().unwrap()
}

/// A record with one more field.
fn with(field: &str) -> String {
    format!("{{ \"id\": \"x\", \"platform\": \"telegram\", {field} }}")
}

#[test]
fn records_are_refused_with_their_code() {
    let set = simple_set();
    let entity = |start: &str, end: &str| {
        with(&format!(
            r#""parts": [{{ "kind": "text", "text": "қ😀", "entities": [{{ "type": "bold", "start": {start}, "end": {end} }}] }}]"#
        ))
    };
    let ext = |value: &str| with(&format!("\"ext\": {value}"));
    let chat = |id: &str| with(&format!("\"chat\": {{ \"id\": {id} }}"));
    let sent = |at: &str| with(&format!("\"sent_at\": \"{at}\""));
    let nested = |depth: usize| ext(&("[".repeat(depth) + &"]".repeat(depth)));
    let objects = |depth: usize| ext(&("{\"a\":".repeat(depth) + "1" + &"}".repeat(depth)));
    let elements = |length: usize| ext(&format!("[{}0]", "0,".repeat(length)));
    let text =
        |bytes: usize| with(&format!("\"chat\": {{ \"title\": \"{}\" }}", "x".repeat(bytes)));
    for (json, expected) in [
        // keys
        (with("\"chat\": { \"id\": 1, \"id\": 1 }"), "LX7002"),
        (with("\"chat\": {}, \"chat\": {}"), "LX7002"),
        (with("\"chat\": { \"id\": 1, \"\\u0069d\": 2 }"), "LX7002"),
        (with("\"labels\": { \"a\": { \"score\": 1 }, \"a\": { \"score\": 0 } }"), "LX7002"),
        (ext("{ \"a\": { \"b\": 1, \"b\": 2 } }"), "LX7002"),
        (with("\"Chat\": {}"), "LX7003"),
        // numbers
        (chat("9007199254740993"), ""),
        (chat("9223372036854775807"), ""),
        (chat("-9223372036854775808"), ""),
        (chat("9223372036854775808"), "LX7005"),
        (chat("18446744073709551616"), "LX7005"),
        (chat("1e400"), "LX7005"),
        (chat("1e3"), ""),
        (chat("1.5"), "LX7005"),
        (chat("-0"), ""),
        (chat("NaN"), "LX7001"),
        (chat("Infinity"), "LX7001"),
        (chat("01"), "LX7001"),
        (chat("\"1\""), "LX7004"),
        (chat("true"), "LX7004"),
        // depths and sizes
        (nested(60), ""),
        (nested(127), "LX7007"),
        (nested(128), "LX7007"),
        (nested(1_000), "LX7007"),
        (nested(100_000), "LX7007"),
        (objects(100_000), "LX7007"),
        (elements(5_000), ""),
        (elements(10_001), "LX7007"),
        (elements(1_000_000), "LX7007"),
        (text(60_000), ""),
        (text(70_000), "LX7007"),
        (text(300_000), "LX7007"),
        (text(10 << 20), "LX7007"),
        // entities
        (entity("0", "6"), ""),
        (entity("2", "2"), ""),
        (entity("-1", "2"), "LX7004"),
        (entity("0", "7"), "LX7004"),
        (entity("0", "1"), "LX7004"),
        (entity("3", "6"), "LX7004"),
        (entity("6", "2"), "LX7004"),
        (entity("0", "9223372036854775807"), "LX7004"),
        // instants
        (sent("2026-03-01T12:00:00Z"), ""),
        (sent("2026-03-01T12:00:00+05:00"), ""),
        (sent("0000-01-01T00:00:00Z"), ""),
        (sent("9999-12-30T21:59:59Z"), ""),
        // The last instant of the calendar stands for what is after it in its last year.
        (sent("9999-12-31T23:59:59Z"), ""),
        (sent("2016-12-31T23:59:60Z"), ""),
        (sent("2026-02-29T00:00:00Z"), "LX7004"),
        (sent("2026-03-01T24:00:00Z"), "LX7004"),
        (sent("10000-01-01T00:00:00Z"), "LX7004"),
        (sent("-0001-01-01T00:00:00Z"), "LX7004"),
        (sent("9999-12-31T23:59:59-01:00"), ""),
        (sent("2026-03-01T12:00:00"), "LX7004"),
        (sent("2026-03-01"), "LX7004"),
        (sent("2026-03-01T12:00:00Z[Asia/Almaty]"), "LX7004"),
        (sent(""), "LX7004"),
        // text
        (text_of(r"\ud83d"), "LX7008"),
        (text_of(r"\ude00\ud83d"), "LX7008"),
        (text_of(r"\ud83d\ud83d"), "LX7008"),
        (text_of(r"\ud83d\ude00"), ""),
        (text_of("\n"), "LX7001"),
        (text_of(r"\x41"), "LX7001"),
        // notation
        (String::new(), "LX7001"),
        ("null".into(), "LX7004"),
        ("[]".into(), "LX7004"),
        ("{}".into(), "LX7006"),
        ("{".into(), "LX7001"),
        (with("\"chat\": {},"), "LX7001"),
        (with("\"chat\": {}") + "{}", "LX7001"),
        (format!("\u{feff}{}", with("\"chat\": {}")), ""),
        (format!("\u{feff}\u{feff}{}", with("\"chat\": {}")), "LX7001"),
    ] {
        let found = set.read(json.as_bytes()).map_or_else(|error| error.code.as_str(), |_| "");
        let start: String = json.chars().take(120).collect();
        assert_eq!(found, expected, "{start}");
    }
    assert_eq!(set.read(b"{ \"id\": \"\xff\" }").unwrap_err().code.as_str(), "LX7001");
}

fn text_of(escaped: &str) -> String {
    with(&format!("\"parts\": [{{ \"kind\": \"text\", \"text\": \"{escaped}\" }}]"))
}

#[test]
fn messages_about_records_are_short_and_harmless() {
    let set = simple_set();
    let key = format!("\u{1b}[2J\u{202e}{}", "k".repeat(100_000));
    let json = with(&format!("{}: 1", serde_json::Value::from(key)));
    let message = set.read(json.as_bytes()).unwrap_err().to_string();
    assert!(message.len() < 1_000, "{} bytes", message.len());
    assert!(!message.contains(['\u{1b}', '\u{202e}']), "{message}");
}

#[test]
fn messages_about_facts_and_exports_are_harmless() {
    let set = simple_set();
    let hostile = r"\u001b[2J\u009b\u202e\u2066\n";
    let facts = |key: &str, value: &str, facts: &str| {
        format!("{{\"schema\": \"lexloci.facts/1\", \"{key}\": \"{value}\", \"facts\": {facts}}}\n")
    };
    let lines = [
        facts(hostile, "1", "{}"),
        facts("chat", hostile, "{}"),
        facts("chat", "1", &format!("{{\"{hostile}\": 1}}")),
        facts("chat", "1", &format!("{{\"chat\": {{\"{hostile}\": 1}}}}")),
        facts("chat", "1", &format!("{{\"chat\": {{\"type\": \"{hostile}\"}}}}")),
        facts("chat", "1", "{\"chat\": {\"title\": \"a\"}}"),
        facts("chat", "1", &format!("{{\"chat\": {{\"title\": \"{hostile}\"}}}}")),
        facts("chat", "1", &format!("{{\"labels\": {{\"{hostile}\": 1}}}}")),
        facts("chat", "1", &format!("{{\"chat\": {{\"created_at\": \"{hostile}\"}}}}")),
    ];
    let read = set.facts("facts.jsonl", lines.concat().as_bytes());
    let Err(FactsFailure::Lines(faults)) = read else { panic!("{read:?}") };
    assert!(faults.len() >= 5, "{faults:?}");
    let mut messages: Vec<_> = faults.iter().map(ToString::to_string).collect();
    let message = |field: &str| {
        format!(
            "{{\"name\": \"c\", \"type\": \"public_channel\", \"id\": 1, \"messages\": [
                {{\"id\": 1, \"type\": \"message\", \"date_unixtime\": \"1700000000\", {field}}}]}}"
        )
    };
    for field in [
        format!("\"text\": {{\"{hostile}\": 1}}"),
        format!("\"text_entities\": [{{\"type\": \"{hostile}\", \"text\": 1}}]"),
        format!("\"edited_unixtime\": \"{hostile}\""),
        format!("\"from_id\": \"{hostile}\""),
        format!("\"{hostile}\": 1, \"{hostile}\": 2"),
    ] {
        let json = message(&field);
        let mut import =
            Import::new(json.as_bytes(), InputFormat::named("telegram-export").unwrap());
        while let Some(imported) = import.next_message().unwrap() {
            messages.extend(imported.read(set.schema()).err().map(|error| error.to_string()));
        }
    }
    assert!(messages.len() > faults.len(), "{messages:?}");
    for message in messages {
        let hidden: Vec<_> = message.chars().filter(|c| !lexloci::sink::is_visible(*c)).collect();
        assert!(hidden.is_empty(), "{hidden:?} in {message}");
    }
}

/// Errors repeat names of files and words of the input, and hosts write them to logs.
#[test]
fn errors_contain_no_control_characters() {
    let bad = "\u{1b}]0;x\u{7}\u{1b}[8m\u{9b}2J\u{202e}\u{2066}";
    let set = simple_set();
    let named = Compiler::new().file(format!("{bad}.loci"), "rule").compile();
    let unread = Compiler::new().directory(format!("/nowhere/{bad}")).compile();
    let faulty = Compiler::new().file("kz.loci", format!("{HEAD}rule {bad} {{}}")).compile();
    let listed = Compiler::new()
        .file("kz.loci", rule("chat.title in s") + "set s: domain from \"lists/a.txt\"\n")
        .list("lists/a.txt", format!("{bad}\n"))
        .compile();
    let mut workspace = Workspace::new(Compiler::new());
    workspace.set_text("kz.loci", 1, &rule("chat.public"));
    let at = workspace.text("kz.loci").unwrap().find("rule r").unwrap() + 5;
    let messages = [
        named.unwrap_err().to_string(),
        unread.unwrap_err().to_string(),
        faulty.unwrap_err().to_string(),
        listed.unwrap_err().to_string(),
        set.given(&format!("{{ chat: {{ title: {bad} }} }}")).unwrap_err().to_string(),
        set.expression(&format!("chat.{bad}"), Place::WORLD).unwrap_err().to_string(),
        workspace.rename("kz.loci", at, bad).unwrap_err().to_string(),
        Instant::parse(bad).unwrap_err().to_string(),
        Day::parse(bad).unwrap_err().to_string(),
        FilesError::Unreadable(bad.into()).to_string(),
        SchemaMismatch { record: bad.into() }.to_string(),
        StatementError { field: "puid", message: bad.into() }.to_string(),
    ];
    for message in messages {
        let is_hidden = |c: &char| *c != '\n' && !lexloci::sink::is_visible(*c);
        let hidden: Vec<_> = message.chars().filter(is_hidden).collect();
        assert!(hidden.is_empty(), "{hidden:?} in {message}");
    }
}

#[test]
fn the_largest_numbers_are_read_exactly() {
    let set = simple_set();
    for (id, written) in
        [(i64::MAX, "9223372036854775807"), ((1 << 53) + 1, "9007199254740993"), (0, "-0")]
    {
        let record =
            set.read(with(&format!("\"chat\": {{ \"id\": {written} }}")).as_bytes()).unwrap();
        let at = Instant::parse("2026-03-01T00:00:00Z").unwrap();
        let expression = set.expression("chat.id", Place::WORLD).unwrap();
        let answer = set.evaluator().evaluate(&expression, &record, at, &State::default()).unwrap();
        assert_eq!(answer.written(), Ok(id.to_string()));
    }
}

#[test]
fn records_in_the_notation_of_given_are_refused_too() {
    let set = simple_set();
    for (text, expected) in [
        ("{ text: \"a\" }".to_owned(), ""),
        ("{ text: \"a\", text: \"b\" }".into(), "LX7002"),
        ("{ chat: { id: 1, id: 2 } }".into(), "LX7002"),
        ("{ sent_at: 2026-02-29 }".into(), "LX0009"),
        ("{ chat: ".into(), "LX0002"),
        ("{ a: ".repeat(100_000), "LX6001"),
        ("{ chat: { id: 99999999999999999999 } }".into(), "LX7005"),
    ] {
        let found =
            set.given(&text).map_or_else(|failure| failure.diagnostics[0].code.as_str(), |_| "");
        let start: String = text.chars().take(60).collect();
        assert_eq!(found, expected, "{start}");
    }
}
