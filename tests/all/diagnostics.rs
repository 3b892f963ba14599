//! Snapshots of diagnostics: a fixture for each code, and one file with eight different mistakes.

use lexloci::{
    Code, Compiler, Day, Diagnostic, FactsFailure, Failure, Level, Levels, Sources, suite,
};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Codes that no rule file or record can cause, and why.
const NOT_BY_FIXTURE: &[(Code, &str)] = &[
    (Code::NoRules, "no file is at fault: see `faults_of_no_file_have_codes_too`"),
    (Code::Unreadable, "the operating system refuses: see `faults_of_no_file_have_codes_too`"),
    (Code::BadConfig, "`lexloci.toml` is no rule file: see `cli`"),
    (Code::NoInstant, "the library is given the instant; only tools take it from a record"),
    (Code::NoPlaces, "the library is given the place; only tools take it from a record"),
    (
        Code::OtherSchema,
        "two rule sets disagree: see `a_record_is_judged_under_the_schema_that_read_it`",
    ),
    (Code::UnpackedTooLarge, "only the program unpacks files: see its tests of messages"),
    (Code::BadFunction, "the host is at fault: see `bad_functions_are_refused_with_the_reason`"),
    (
        Code::LockMismatch,
        "a lock file is at fault: see `files_that_are_missing_emptied_or_extra_are_named`",
    ),
    (Code::Internal, "only a bug in lexloci can cause it"),
];

#[test]
fn every_code_has_a_fixture_with_one_message() {
    let mut covered: BTreeSet<&str> = BTreeSet::new();
    for fixture in fixtures("diagnostics") {
        let name = fixture.file_stem().unwrap().to_str().unwrap();
        let code = Code::ALL.iter().find(|code| code.as_str() == name);
        let code = *code.unwrap_or_else(|| panic!("{name} is no code"));
        let (codes, messages) = messages(&fixture);
        snapshot("diagnostics", name, &messages);
        // Several messages about one mistake would hide the helpful one.
        assert_eq!(codes, [code], "{messages}");
        covered.insert(code.as_str());
    }
    for code in Code::ALL {
        let excused = NOT_BY_FIXTURE.iter().find(|(excused, _)| excused == code);
        match (covered.contains(code.as_str()), excused) {
            (true, None) | (false, Some(_)) => {}
            (true, Some((_, why))) => panic!("{code:?} has a fixture, and is excused: {why}"),
            (false, None) => panic!("{code:?} has no fixture"),
        }
    }
}

#[test]
fn eight_mistakes_in_one_file_are_eight_messages() {
    let fixture = cases("mistakes").join("kz.loci");
    let (codes, messages) = messages(&fixture);
    snapshot("mistakes", "kz", &messages);
    let wanted = [
        Code::PathOutsideRoot,
        Code::UnknownName,
        Code::UnknownField,
        Code::TypeMismatch,
        Code::MissingBasis,
        Code::CyclicException,
        Code::ConstantCondition,
        Code::Syntax,
    ];
    let mut sorted = wanted.map(Code::as_str);
    sorted.sort_unstable();
    let mut found: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
    found.sort_unstable();
    assert_eq!(found, sorted, "{messages}");
}

#[test]
fn faults_of_no_file_have_codes_too() {
    let codes = |compiler: Compiler| {
        let failure = compiler.compile().unwrap_err();
        failure.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(Compiler::new()), [Code::NoRules]);
    let file = cases("mistakes").join("kz.loci");
    assert_eq!(codes(Compiler::new().directory(file)), [Code::Unreadable]);
    assert_eq!(codes(Compiler::new().directory(cases("nowhere"))), [Code::FileNotFound]);
}

/// An article that always binds may be the one that could not be found.
const UNRESOLVED_BASIS: &str = r#"law acts "Acts" {
  article orders "1" { in force from 2020-01-01  binds platform, on order  verified 2026-01-01 }
}
rule order "Order" { basis acts.nothing, acts.orders  when text mentions "quick loan"  then review }"#;

/// The data of an obligation may be deleted some day; the outcome stays.
const OUTDONE_RULE: &str = r#"rule strict "Strict" {
  basis fraud
  when  text mentions "quick loan"
  then  restrict, preserve for 6 months, escalate to paris
}
rule mild "Mild" { basis fraud  when text mentions "quick loan" and chat.public  then label }"#;

const COSTLY_END: &str = r#"rule costly "Costly" {
  basis fraud
  when  text mentions "quick loan"
  then  label until if (any a in links where (any b in links where (any c in links where (a.host < b.host and b.host < c.host))))
              then sent_at else edited_at,
        escalate to paris
}"#;

/// Rules that are written wrong in a way for which the message knows the right one.
#[test]
fn messages_name_what_is_wrong_and_mend_it() {
    let condition =
        |when: &str| format!("rule one \"One\" {{ basis fraud  when {when}  then review }}");
    let then = |then: &str| {
        format!(
            "rule one \"One\" {{ basis fraud  when text mentions \"quick loan\"  then {then} }}"
        )
    };
    let expect = |expect: &str| {
        let test =
            format!("test \"a\" {{ given {{ text: \"a\" }} at 2026-03-01 expect {expect} }}");
        format!("{}\n{test}", then("suspend author, escalate to paris"))
    };
    let with_definitions = |when: &str| {
        let definitions = [
            "define later(x: instant, y: instant) = if at > x + 1 hours then x else y",
            "define is_late(x: instant, is_known: bool) = is_known and at > x + 24 hours",
            "define is_very_late(y: instant) = is_late(y + 24 hours, chat.public)",
            "define any_late(some: [order]) = any one in some where (at > one.received_at)",
        ];
        format!("{}\n{}", definitions.join("\n"), condition(when))
    };
    let cases = [
        then("suspend author to paris"),
        then("suspend to author"),
        then("suspend"),
        then("suspend author to \"paris\""),
        then("escalate author to paris"),
        then("notify"),
        then("report"),
        then("escalate author"),
        then("escalate"),
        then("review author"),
        then("review to paris"),
        expect("suspend author, escalate"),
        expect("suspend author to paris"),
        expect("escalate author to paris"),
        expect("escalate author"),
        expect("suspend to author"),
        then("label until at + 3 days"),
        then("label until if at > sent_at then sent_at else edited_at"),
        condition("at - sent_at > 24 hours"),
        condition("24 hours >= (sent_at - at)"),
        condition("at - sent_at # since then\n > 24 hours"),
        condition("at - chat.members > 24 hours"),
        condition("at - sent_at > 1 months"),
        condition("at - nothing > 24 hours"),
        condition("any o in reports.orders where (o.country in KX)"),
        condition("any o in reports.orders where (o.country in UK)"),
        condition("any o in reports.orders where (o.country == \"UK\")"),
        condition("any o in reports.orders where (o.country == \"KX\")"),
        condition("any o in reports.orders where (o.country == KZ)"),
        condition("any o in reports.orders where (o.country == EU)"),
        condition("any o in reports.orders where (o.country == FR-IDF)"),
        condition("any o in reports.orders where (o.country == FR-XXX)"),
        condition("any o in reports.orders where (o.country == \"EU\")"),
        condition("any o in reports.orders where (o.country in FR-XXX)"),
        with_definitions("is_late(sent_at, at > edited_at) or is_very_late(sent_at)"),
        with_definitions("is_late(later(sent_at, edited_at), chat.public)"),
        with_definitions("is_very_late(later(sent_at, edited_at))"),
        with_definitions("any_late(if at > sent_at then reports.orders else reports.orders)"),
        with_definitions("any_late(reports.orders)"),
        UNRESOLVED_BASIS.to_owned(),
        OUTDONE_RULE.to_owned(),
        COSTLY_END.to_owned(),
    ];
    let mut all = String::new();
    for items in cases {
        writeln!(all, "{items}\n\n{}\n----", about(&items)).unwrap();
    }
    insta::assert_snapshot!(all);
}

/// Mistakes that authors make who come from other languages or from law books. Each must be named, and its message must
/// say what to write instead.
#[test]
fn typical_mistakes_are_named_and_mended() {
    let files = files_of_mistakes();
    let without_help: Vec<String> =
        files.iter().flat_map(|path| mistakes_without_help(path)).collect();
    assert_eq!(without_help, [""; 0]);
}

/// After a fix, the same fault may be found only further on. Otherwise the fix would only move the mistake.
#[test]
fn fixes_of_typical_mistakes_mend_them() {
    let texts = files_of_mistakes().into_iter().map(|path| fs::read_to_string(path).unwrap());
    let texts: Vec<String> = texts.collect();
    let mut unmended = vec![];
    for mistake in texts.iter().flat_map(|text| text.split("\n\n")).map(str::trim) {
        let mut files = files_of(mistake);
        let (found, sources) = diagnostics_of(&files, Levels::new());
        let Some(error) = found.iter().find(|found| found.is_error() && found.fix.is_some()) else {
            continue;
        };
        let fix = error.fix.as_ref().unwrap();
        let (start, end) = (fix.at.span.start as usize, fix.at.span.end as usize);
        let name = sources.name(fix.at.file);
        let (_, text) = files.iter_mut().find(|(file, _)| file == name).unwrap();
        text.replace_range(start..end, &fix.text);
        let (left, sources) = diagnostics_of(&files, Levels::new());
        let is_same = |other: &Diagnostic| {
            let at = other.at.unwrap();
            other.code == error.code
                && sources.name(at.file) == name
                && at.span.start as usize <= start + fix.text.len()
        };
        unmended.extend(left.iter().any(is_same).then(|| mistake.to_owned()));
    }
    assert_eq!(unmended, [""; 0]);
}

/// The files of typical mistakes.
fn files_of_mistakes() -> Vec<PathBuf> {
    let mut paths = fixtures("mistakes");
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    assert!(!paths.is_empty());
    paths
}

/// The mistakes of a file for which no message says what to write instead. A snapshot has the messages about all. An
/// empty line ends a mistake. A line `# file: NAME` in it begins another file of the rules folder. A line `# grade 2: …` at
/// its end says what its message still lacks; all others name the mistake and say what to write.
fn mistakes_without_help(path: &Path) -> Vec<String> {
    let written = fs::read_to_string(path).unwrap();
    let (mut all, mut without_help) = (String::new(), vec![]);
    for mistake in written.split("\n\n").map(str::trim) {
        // The examples are short, so some items in them are not used. That is no mistake.
        let mut levels = Levels::new();
        levels.set(Code::Unused.as_str(), Level::Allow).unwrap();
        let (found, sources) = diagnostics(mistake, levels);
        let has_help = |each: &Diagnostic| each.help.is_some();
        let is_mended = found.iter().any(has_help)
            && found.iter().all(|each| has_help(each) || !each.is_error());
        without_help.extend((!is_mended).then(|| mistake.to_owned()));
        let found: String = found.iter().map(|each| plain(each, &sources)).collect();
        writeln!(all, "{mistake}\n\n{found}\n----").unwrap();
    }
    snapshot("mistakes", path.file_stem().unwrap().to_str().unwrap(), &all);
    without_help
}

/// Named regexes, and exceptions to several rules.
#[test]
fn names_of_patterns_and_of_lifted_rules_are_checked() {
    let rule = |name: &str, when: &str| {
        format!("rule {name} \"Rule {name}\" {{ basis fraud  when {when}  then review }}\n")
    };
    let with_pattern = |when: &str| {
        let items = "pattern digits = r\"[0-9]+\"\nterms money { en: \"income\" }\n";
        format!(
            "{items}{}{}",
            rule("one", when),
            rule("two", "text matches digits and text mentions money")
        )
    };
    let exceptions =
        |items: &str| format!("{}{}{items}", rule("one", "chat.public"), rule("two", "chat.scam"));
    let exception = |name: &str, to: &str, more: &str| {
        format!(
            "exception {name} \"{name}\" to {to} {{ basis fraud  {more}  when chat.verified }}\n"
        )
    };
    let cases = [
        with_pattern("text mentions digits near money (3 words)"),
        with_pattern("text mentions money near digits (3 words)"),
        with_pattern("text matches money"),
        with_pattern("text matches digit"),
        with_pattern("digits"),
        with_pattern("any m in spans(text, fraud) where (m.start > 3)"),
        "pattern broken = r\"[0-9\"".to_owned(),
        "pattern plain = \"[0-9]+\"".to_owned(),
        "pattern alone = r\"[0-9]+\"".to_owned(),
        exceptions(&exception("staff", "one, three, two", "")),
        exceptions(&exception("staff", "one, two, one", "")),
        exceptions(&exception("staff", "one, two", "in force from 2026-02-01 until 2026-02-01")),
        exceptions(
            &(exception("a", "one, b", "")
                + &exception("b", "two, c", "")
                + &exception("c", "a, b", "")),
        ),
    ];
    let mut all = String::new();
    for items in cases {
        writeln!(all, "{items}\n{}\n----", about(&items)).unwrap();
    }
    insta::assert_snapshot!(all);
}

/// What registers say of their completeness.
#[test]
fn the_clauses_of_registers_are_checked() {
    let register = |clauses: &str| {
        format!(
            "register known: domain {clauses}\nrule one \"One\" {{ basis fraud  when any l in links where (l.host not in known)  then review, escalate to paris }}\n"
        )
    };
    let clauses = [
        r#"{ "a.example" } { as of 2026-02-01 }"#,
        r#"{ "a.example" } { fresh for 90 days  empty }"#,
        r#"{ empty }"#,
        r#"{ "a.example" } { complete from 2026-01-01 }"#,
        r#"{ "a.example" } { complete from 2026-01-01  as of 2026-02-01 }"#,
        r#"{ "a.example" } { complete from 2026-01-01  fresh for 90 days }"#,
        r#"{ "a.example" } { complete from 2026-01-01  as of 2025-12-31  fresh for 90 days }"#,
        r#"{ "a.example" } { complete from 2026-01-01  as of 2026-02-01  fresh for 36 hours }"#,
        r#"{ "a.example" } { complete from 2026-01-01  as of 2026-02-01  fresh for 20 working days }"#,
        r#"{ "a.example" } { complete from 2026-01-01  as of 2026-02-01  fresh for 0 days }"#,
        r#"{ "a.example" } { complete from 2026-01-01  as of 9999-12-31  fresh for 2 days }"#,
        r#"{ "a.example" } { complete from 2026-01-01  complete from 2026-01-02  as of 2026-02-01  as of 2026-02-02  fresh for 90 days  fresh for 1 day  empty  empty }"#,
        r#"{ complete from 2026-01-01  as of 2026-02-01  fresh for 90 days }"#,
        r#"{ complete from 2026-01-01  as of 2026-02-01  fresh for 900 days  empty }"#,
        r#"{ "a.example" } { complete from 2026-01-01  as of 2026-11-01  fresh for 900 days  empty }"#,
        r#"{ "a.example" until 2026-02-01, "a.example" until 2026-02-01 } { complete from 2026-01-01  as of 2026-11-01  fresh for 900 days }"#,
        r#"{ "com" } { complete from 2026-01-01  as of 2026-11-01  fresh for 900 days }"#,
        r#"from "lists/missing.txt" { complete from 2026-01-01  as of 2026-11-01  fresh for 900 days }"#,
        r#"from "lists/a.csv" { column "host"  complete from 2026-01-01  as of 2026-11-01  fresh for 900 days }"#,
        r#"{ complete from 2026-01-01  as of 2026-02-01  fresh 90 days }"#,
        "",
    ];
    let mut cases: Vec<String> = clauses.map(register).into();
    let known = r#"register known: domain { "a.example" }"#;
    cases.push(format!(
        "{known}\nrule one \"One\" {{ basis fraud  when known  then review, escalate to paris }}\n"
    ));
    cases.push(format!(
        "{known}\nrule one \"One\" {{ basis fraud  when text mentions known  then review, escalate to paris }}\n"
    ));
    cases.push(format!(
        "{known}\nrule one \"One\" {{ basis known  when chat.members in known  then review, escalate to paris }}\n"
    ));
    cases.push(format!("{known}\nrule one \"One\" {{ basis fraud  when any l in links where (l.host in known and l.host not in known)  then review, escalate to paris }}\n"));
    cases.push(format!("{known}\n"));
    let mut all = String::new();
    for items in cases {
        writeln!(all, "{items}\n{}\n----", about(&items)).unwrap();
    }
    insta::assert_snapshot!(all);
}

/// Wordings, and the rules that say them.
#[test]
fn wordings_and_what_rules_say_are_checked() {
    let rule = |clauses: &str| {
        format!("rule one \"One\" {{ basis fraud  {clauses}  when text mentions \"income\" }}\n")
    };
    let wording = |texts: &str| format!("wording hidden {{ {texts} }}\n");
    let said = |text: &str, clauses: &str| {
        wording(&format!("en: \"{text}\"")) + &rule(&format!("says hidden {clauses}"))
    };
    let exception =
        "exception two \"Two\" to one { basis fraud  says hidden  when chat.verified }\n";
    let no_words = "rule one \"One\" { basis fraud  says hidden  when chat.public and chat.members > 3  then label }\n";
    let no_basis = "rule one \"One\" { says hidden  when text mentions \"income\"  then review }\n";
    let cases = [
        said("Words: {evidence}. {appeal}", "then label"),
        said("{evidnece}", "then label"),
        said("\\u{41} {evidnece}", "then label"),
        said("{law}", "then label"),
        said("{until", "then label"),
        said("a } b", "then label"),
        said("{{law}}", "then label"),
        said(" ", "then label"),
        said("Until {until}.", "then label, preserve for 6 months"),
        said("Until {until}.", "then label for 3 days, restrict"),
        wording("en: \"{evidence}\"") + no_words,
        wording("en: \"{article}\"") + no_basis,
        wording("english: \"A\", kk: \"B\"") + &rule("says hidden then label"),
        wording("en: \"A\", kk: \"B\", EN: \"C\"") + &rule("says hidden then label"),
        wording("") + &rule("says hidden then label"),
        wording("en: \"A\"") + &rule("says hiden then label"),
        wording("en: \"A\"") + &rule("says fraud then label"),
        wording("en: \"A\"") + &rule("says hidden says hidden then label"),
        wording("en: \"A\"") + &rule("then label"),
        said("A", "then label") + exception,
        wording("en: \"A\", kk: \"B\"") + &rule("says hidden when hidden then label"),
        format!("policy p \"P\" {{ says hidden }}\n{}", said("A", "then label")),
    ];
    let mut all = String::new();
    for items in cases {
        writeln!(all, "{items}\n{}\n----", about(&items)).unwrap();
    }
    let long = said(&"x".repeat(1001), "then label");
    writeln!(all, "{}", about(&long).replace(&"x".repeat(1001), "…")).unwrap();
    insta::assert_snapshot!(all);
}

/// The messages about items in the file of a place, as text.
fn about(items: &str) -> String {
    let (found, sources) = diagnostics(items, Levels::new());
    found.iter().map(|diagnostic| plain(diagnostic, &sources)).collect()
}

/// The diagnostics about items in the file of a place.
fn diagnostics(items: &str, levels: Levels) -> (Vec<Diagnostic>, Sources) {
    diagnostics_of(&files_of(items), levels)
}

/// The files of items in the file of a place. A line `# file: NAME` begins another file; if the first line is one, the
/// items are in that file alone.
fn files_of(items: &str) -> Vec<(String, String)> {
    let head = "jurisdiction FR { zone \"Europe/Paris\" }\npolicy fraud \"Fraud\" {}\noffice paris \"Paris\" { languages fr }\n";
    let written = if items.starts_with("# file: ") {
        items.to_owned()
    } else {
        format!("# file: fr.loci\n{head}{items}")
    };
    let file = |file: &str| {
        let (name, text) = file.split_once('\n').unwrap();
        (name.to_owned(), format!("{}\n", text.trim_end()))
    };
    format!("\n{written}\n").split("\n# file: ").skip(1).map(file).collect()
}

fn diagnostics_of(files: &[(String, String)], levels: Levels) -> (Vec<Diagnostic>, Sources) {
    let mut compiler = Compiler::new().levels(levels).as_of(Day::parse("2026-11-24").unwrap());
    for (name, text) in files {
        let is_rules = name.ends_with(".loci");
        compiler =
            if is_rules { compiler.file(name, text) } else { compiler.list(name, text.clone()) };
    }
    match compiler.compile() {
        Err(failure) => (failure.diagnostics, failure.sources),
        Ok(set) => (set.warnings().to_vec(), set.sources().clone()),
    }
}

/// The codes of all messages about a fixture, and the messages as text.
fn messages(fixture: &Path) -> (Vec<Code>, String) {
    if fixture.extension().is_some_and(|ending| ending == "json") {
        let set = compiled(&cases("diagnostics").join("LX4002.loci")).unwrap();
        let error = set.read(&fs::read(fixture).unwrap()).unwrap_err();
        return (vec![error.code], format!("{} {error}\n", error.code.as_str()));
    }
    if fixture.extension().is_some_and(|ending| ending == "jsonl") {
        let set = compiled(&cases("diagnostics").join("LX4002.loci")).unwrap();
        let lines = fs::read(fixture).unwrap();
        let failure = set.facts("facts.jsonl", lines.as_slice()).unwrap_err();
        let FactsFailure::Lines(faults) = failure else { panic!("{failure}") };
        let messages =
            faults.iter().map(|fault| format!("{} {fault}\n", fault.error.code.as_str()));
        return (faults.iter().map(|fault| fault.error.code).collect(), messages.collect());
    }
    let (found, sources) = match compiled(fixture) {
        Err(failure) => (failure.diagnostics, failure.sources),
        Ok(set) => {
            let report = suite::run(&set, None);
            let failures = report.results.into_iter().flat_map(|result| result.failures);
            (set.warnings().iter().cloned().chain(failures).collect(), set.sources().clone())
        }
    };
    let messages: Vec<_> = found.iter().map(|diagnostic| plain(diagnostic, &sources)).collect();
    (found.iter().map(|diagnostic| diagnostic.code).collect(), messages.join("\n"))
}

/// Compiles a fixture. A folder is a rule root; a file says its name in its first line. A lint that is off by default is
/// turned on. The day is the one for which the fixtures are written.
fn compiled(fixture: &Path) -> Result<lexloci::RuleSet, Failure> {
    let name = fixture.file_stem().and_then(|name| name.to_str()).unwrap_or("");
    let mut levels = Levels::new();
    if Code::named(name).is_some_and(|code| code.level() == Level::Allow) {
        levels.set(name, Level::Warn).unwrap();
    }
    let compiler = Compiler::new().levels(levels).as_of(Day::parse("2026-11-24").unwrap());
    if fixture.is_dir() {
        return compiler.directory(fixture).compile();
    }
    let text = fs::read_to_string(fixture).unwrap();
    let name = text.lines().next().and_then(|line| line.strip_prefix("# file: "));
    compiler.file(name.unwrap_or_else(|| panic!("{fixture:?} has no name")), &text).compile()
}

/// A diagnostic as text.
fn plain(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut out = format!("{} {}\n", diagnostic.code.as_str(), diagnostic.message);
    let mut line = |what: &str, text: &str| writeln!(out, "  {what:<8} {text}").unwrap();
    if let Some(at) = diagnostic.at {
        line("at", &format!("{} `{}`", sources.display(at), sources.slice(at)));
    }
    if !diagnostic.label.is_empty() {
        line("label", &diagnostic.label);
    }
    for (at, what) in &diagnostic.related {
        line("related", &format!("{} `{}` {what}", sources.display(*at), sources.slice(*at)));
    }
    if let Some(help) = &diagnostic.help {
        line("help", help);
    }
    if let Some(fix) = &diagnostic.fix {
        let (safe, old) = (if fix.safe { "safe" } else { "unsafe" }, sources.slice(fix.at));
        let edit = match (old, &*fix.text) {
            ("", new) => format!("insert `{new}`"),
            (old, "") => format!("delete `{old}`"),
            (old, new) => format!("`{old}` → `{new}`"),
        };
        line("fix", &format!("{} {edit} ({safe})", sources.display(fix.at)));
    }
    out
}

fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(cases(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn cases(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder)
}

/// The entries of a folder except the snapshots, by name.
fn fixtures(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(cases(folder)).unwrap().map(|entry| entry.unwrap().path());
    let is_snapshot = |path: &PathBuf| path.to_str().is_some_and(|path| path.contains(".snap"));
    let mut paths: Vec<_> = entries.filter(|path| !is_snapshot(path)).collect();
    paths.sort();
    paths
}
