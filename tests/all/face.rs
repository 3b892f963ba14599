//! The public API of hosts: identity of decisions, functions, locks, versions in service, limits, memory, metrics.

use crate::shipped;
use allocation_counter::measure;
use lexloci::{
    Batch, Code, Compiler, Day, Decided, Decision, Evaluator, Expected, Failure, FunctionSpec,
    Instant, Live, Lock, MemoryFiles, Method, Moment, NotPublished, Observed, Observer, Place,
    RecordError, RecordLimits, RuleSet, State, Type, Value,
};
use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

fn messages() -> String {
    fs::read_to_string(shipped::at_root("examples/messages.jsonl")).unwrap()
}

fn noon() -> Instant {
    Instant::parse("2026-03-01T12:00:00Z").unwrap()
}

/// A file of KZ with a rule that fires on a condition.
fn rule(condition: &str) -> String {
    format!(
        "jurisdiction KZ {{ zone \"Asia/Almaty\" }}\npolicy house \"House\" {{}}\n\
         rule r {{ basis house  when {condition}  then label }}\n"
    )
}

fn set(condition: &str) -> RuleSet {
    Compiler::new().file("kz.loci", rule(condition)).compile().unwrap()
}

fn kz() -> Place {
    Place::parse("KZ").unwrap()
}

// -- Identity

#[test]
fn decisions_can_be_written_and_read_back() {
    let set = shipped::rules();
    let everywhere: Vec<Place> = Place::countries().chain(set.blocs()).collect();
    let mut evaluator = set.evaluator();
    let mut kinds = [0; 4];
    for line in messages().lines() {
        let mut message = evaluator.read(line.as_bytes()).unwrap();
        let at = message.latest().unwrap();
        let rulings = message.decide_all(&everywhere, at, &State::default());
        let receipt = rulings.receipt();
        let mut decided = rulings.into_decided();
        let bare = serde_json::to_string(&decided).unwrap();
        assert!(!bare.contains("receipt"));
        assert_eq!(serde_json::from_str::<Decided>(&bare).unwrap(), decided);
        decided.receipt = Some(receipt);
        let written = serde_json::to_string(&decided).unwrap();
        let read: Decided = serde_json::from_str(&written).unwrap();
        assert_eq!(read, decided);
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
        for decision in &decided.decisions {
            kinds[0] += decision.matched.len();
            kinds[1] += decision.obligations.len();
            kinds[2] += decision.undetermined.len() + decision.defeated.len();
            kinds[3] += decision.shadow.len() + decision.gaps.len();
        }
    }
    assert!(kinds[0] > 0 && kinds[1] > 0 && kinds[2] > 0, "{kinds:?}");
}

#[test]
fn lines_with_a_receipt_follow_the_schema() {
    let schema = serde_json::from_str(lexloci::DECISION_SCHEMA).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let tier = FunctionSpec::new("tier", "7", Type::Int).param("n", Type::Int);
    let set = Compiler::new()
        .file("kz.loci", rule("tier(chat.members) > 3"))
        .function(tier, |args| args.first().cloned())
        .compile()
        .unwrap();
    let record = set.given("{ chat: { members: 4 } }").unwrap();
    let mut evaluator = set.evaluator();
    let mut message = evaluator.message(&record).unwrap();
    let ruling = message.decide(kz(), noon(), &State::default());
    let receipt = ruling.receipt();
    let mut decided = ruling.into_decided();
    decided.receipt = Some(receipt);
    let line = serde_json::to_value(&decided).unwrap();
    let faults: Vec<_> = schema.iter_errors(&line).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}\n{line:#}");
    let setup = &line["receipt"]["setup"];
    assert_eq!(setup["engine"], env!("CARGO_PKG_VERSION"));
    assert_eq!(setup["functions"][0]["signature"], "tier(n: int) -> int");
    assert_eq!(setup["functions"][0]["version"], "7");
    assert_eq!(setup["limits"]["bytes"], 1 << 20);
}

/// A label in each of the files, from a day on. The files are in three zones.
fn dated_rules() -> RuleSet {
    let file = |place: &str, zone: &str| {
        format!(
            "jurisdiction {place} {{ zone \"{zone}\" }}\npolicy house \"House\" {{}}\n\
             rule dated {{ basis house  in force from 2021-10-01  when chat.public  then label }}\n"
        )
    };
    let files = [
        ("eu.loci", file("EU", "Europe/Brussels")),
        ("kz.loci", file("KZ", "Asia/Almaty")),
        ("us-ny.loci", file("US-NY", "America/New_York")),
    ];
    files
        .into_iter()
        .fold(Compiler::new(), |all, (name, text)| all.file(name, text))
        .compile()
        .unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[test]
fn a_day_begins_at_midnight_in_the_zone_of_the_nearest_file() {
    let set = dated_rules();
    for (place, on, instant) in [
        ("KZ", "2021-10-01", "2021-09-30T18:00:00Z"),
        ("FR", "2021-10-01", "2021-09-30T22:00:00Z"),
        ("FR-IDF", "2021-10-01", "2021-09-30T22:00:00Z"),
        ("EU", "2021-10-01", "2021-09-30T22:00:00Z"),
        ("US-NY", "2021-10-01", "2021-10-01T04:00:00Z"),
        // Only a state of the country has a file.
        ("US", "2021-10-01", "2021-10-01T00:00:00Z"),
        ("WORLD", "2021-10-01", "2021-10-01T00:00:00Z"),
        // Great Britain was a member of the Union until that day, which ended in Brussels.
        ("GB", "2020-01-31", "2020-01-30T23:00:00Z"),
        ("GB", "2020-02-01", "2020-02-01T00:00:00Z"),
    ] {
        let place = set.place(place).unwrap();
        let found = set.instant_in(place, day(on));
        assert_eq!(found, Instant::parse(instant).unwrap(), "{place} on {on}");
        assert_eq!(set.instant_in(place, found), found);
        let record = set.given("{ chat: { public: true } }").unwrap();
        let mut evaluator = set.evaluator();
        let by_day = evaluator.decide(&record, place, day(on), &State::default()).unwrap();
        assert_eq!(by_day, evaluator.decide(&record, place, found, &State::default()).unwrap());
        let why = |explanation: lexloci::Explanation| explanation.to_string();
        let by_day = why(evaluator.explain(&record, place, day(on), &State::default()).unwrap());
        assert_eq!(
            by_day,
            why(evaluator.explain(&record, place, found, &State::default()).unwrap())
        );
    }
    let zone = |codes: &[&str]| {
        let places: Vec<Place> = codes.iter().map(|code| set.place(code).unwrap()).collect();
        set.zone_of_all(&places, noon()).name().to_owned()
    };
    assert_eq!(zone(&["FR", "DE"]), "Europe/Brussels");
    assert_eq!(zone(&["FR", "KZ"]), "UTC");
}

#[test]
fn a_day_in_several_zones_gives_each_decision_its_own_instant() {
    let set = dated_rules();
    let places: Vec<Place> =
        ["FR", "KZ", "DE", "US-NY"].iter().map(|code| set.place(code).unwrap()).collect();
    let schema = serde_json::from_str(lexloci::DECISION_SCHEMA).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for (record, outcome) in [
        (r#"{"id":"1","platform":"x","chat":{"public":true}}"#, "label"),
        (r#"{"id":"1","platform":"x","chat":{"public":false}}"#, "none"),
    ] {
        let mut evaluator = set.evaluator();
        let mut message = evaluator.read(record.as_bytes()).unwrap();
        let rulings = message.decide_all(&places, day("2021-10-01"), &State::default());
        assert_eq!(rulings.is_quiet(), outcome == "none");
        let receipt = rulings.receipt();
        assert_eq!(receipt.at, Moment::Day(day("2021-10-01")));
        let mut decided = rulings.into_decided();
        decided.receipt = Some(receipt);
        let line = serde_json::to_value(&decided).unwrap();
        let faults: Vec<_> = schema.iter_errors(&line).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}\n{line:#}");
        assert_eq!(serde_json::from_value::<Decided>(line.clone()).unwrap(), decided);
        assert_eq!(line["at"], "2021-10-01");
        let shown = |each: &Decision| {
            let at = each.at.map_or_else(String::new, |at| at.to_string());
            format!("{:?} {at} {}", each.places, each.outcome)
        };
        let shown: Vec<String> = decided.decisions.iter().map(shown).collect();
        let expected = [
            format!("[DE, FR] 2021-09-30T22:00:00Z {outcome}"),
            format!("[KZ] 2021-09-30T18:00:00Z {outcome}"),
            format!("[US-NY] 2021-10-01T04:00:00Z {outcome}"),
        ];
        assert_eq!(shown, expected);
        // In one zone, a day is an instant, and the line has the shape that it has for an instant.
        let by_day = message.decide_all(&places[..1], day("2021-10-01"), &State::default());
        let by_day = serde_json::to_string(&by_day.into_decided()).unwrap();
        let at = Instant::parse("2021-09-30T22:00:00Z").unwrap();
        let by_instant = message.decide_all(&places[..1], at, &State::default());
        assert_eq!(by_day, serde_json::to_string(&by_instant.into_decided()).unwrap());
        // A receipt leads to the same decisions.
        let receipt = decided.receipt.unwrap();
        let again = message.decide_all(&receipt.places, receipt.at, &State::default());
        assert_eq!(again.into_decisions(), decided.decisions);
    }
}

/// The package whose version names the suffix list is pinned, so that a host has the list that receipts name.
#[test]
fn receipts_name_the_data_that_is_in_the_binary() {
    let setup = set("chat.public").setup();
    let manifest = fs::read_to_string(shipped::at_root("Cargo.toml")).unwrap();
    let version = setup.suffix_list.strip_prefix("psl ").unwrap();
    assert!(manifest.contains(&format!("\npsl = \"={version}\"\n")), "{version}");
    assert!(setup.time_zones.starts_with("20"), "{}", setup.time_zones);
}

#[test]
fn the_digest_of_a_record_depends_only_on_its_content() {
    let set = set("chat.public");
    let digest = |json: &str| {
        let mut evaluator = set.evaluator();
        let mut message = evaluator.read(json.as_bytes()).unwrap();
        let receipt = message.decide(kz(), noon(), &State::default()).receipt();
        let record = set.read(json.as_bytes()).unwrap();
        let mut evaluator = set.evaluator();
        let mut message = evaluator.message(&record).unwrap();
        assert_eq!(message.decide(kz(), noon(), &State::default()).receipt(), receipt);
        (receipt.digest, receipt.version)
    };
    let one = digest(
        r#"{"id":"1","platform":"x","sent_at":"2026-03-01T12:00:00Z","chat":{"public":true}}"#,
    );
    let same = r#"{ "chat": {"public": true}, "sent_at": "2026-03-01T13:00:00+01:00", "platform": "\u0078", "id": "1" }"#;
    assert_eq!(one, digest(same));
    assert_eq!(one.1, Some(noon()));
    for other in [
        r#"{"id":"1","platform":"x","sent_at":"2026-03-01T12:00:00Z","chat":{"public":false}}"#,
        r#"{"id":"1","platform":"x","sent_at":"2026-03-01T12:00:00Z"}"#,
        r#"{"id":"2","platform":"x","sent_at":"2026-03-01T12:00:00Z","chat":{"public":true}}"#,
    ] {
        assert_ne!(one.0, digest(other).0, "{other}");
    }
    let edited = r#"{"id":"1","platform":"x","sent_at":"2026-03-01T12:00:00Z","edited_at":"2026-03-02T00:00:00Z"}"#;
    assert_eq!(digest(edited).1, Some(Instant::parse("2026-03-02T00:00:00Z").unwrap()));
}

#[test]
fn the_digest_of_rules_names_the_versions_of_functions() {
    let digest = |version: &str| {
        let spec = FunctionSpec::new("tier", version, Type::Int).param("n", Type::Int);
        let compiler = Compiler::new().file("kz.loci", rule("tier(chat.members) > 3"));
        compiler.function(spec, |_| None).compile().unwrap().digest().to_owned()
    };
    assert_eq!(digest("1"), digest("1"));
    assert_ne!(digest("1"), digest("2"));
}

#[test]
fn a_message_can_be_decided_many_times() {
    let set = shipped::rules();
    let places: Vec<Place> = ["KZ", "FR", "DE"].map(|code| set.place(code).unwrap()).into();
    let later = Instant::parse("2030-01-01T00:00:00Z").unwrap();
    let state = State::default();
    for line in messages().lines() {
        let mut evaluator = set.evaluator();
        let mut message = evaluator.read(line.as_bytes()).unwrap();
        for at in [noon(), later, noon()] {
            let many = message.decide_all(&places, at, &state).into_decisions();
            let fresh = set.read(line.as_bytes()).unwrap();
            assert_eq!(many, set.evaluator().decide_all(&fresh, &places, at, &state).unwrap());
            let explained = message.explain(places[0], at, &state);
            let one = message.decide(places[0], at, &state).into_decision();
            assert_eq!(explained.decision, one);
        }
    }
}

#[test]
fn no_places_give_no_decisions() {
    let set = set("chat.public");
    let record = set.given("{ chat: { public: true } }").unwrap();
    for method in [Method::Engine, Method::Unindexed, Method::Interpreter] {
        let mut evaluator = set.evaluator_by(method);
        let decisions = evaluator.decide_all(&record, &[], noon(), &State::default()).unwrap();
        assert_eq!(decisions, []);
    }
}

#[test]
fn instants_come_from_numbers_and_clocks() {
    let nanos = 1_772_366_400_123_456_789;
    let at = Instant::from_unix_nanos(nanos).unwrap();
    assert_eq!(
        (at.to_string().as_str(), at.unix_nanos()),
        ("2026-03-01T12:00:00.123456789Z", nanos)
    );
    assert_eq!(Instant::from_unix_nanos(i128::MAX), None);
    let time = SystemTime::try_from(at).unwrap();
    assert_eq!(Instant::try_from(time), Ok(at));
}

#[test]
fn records_come_from_values_that_serialise() {
    #[derive(serde::Serialize)]
    struct Own {
        id: &'static str,
        platform: &'static str,
        chat: std::collections::BTreeMap<&'static str, bool>,
    }
    let set = set("chat.public");
    let own = Own { id: "a", platform: "mine", chat: [("public", true)].into() };
    let record = set.record(&own).unwrap();
    let decision = set.evaluator().decide(&record, kz(), noon(), &State::default()).unwrap();
    assert_eq!(decision.outcome, "label");
    let wrong = Own { id: "a", platform: "mine", chat: [("pubic", true)].into() };
    assert_eq!(set.record(&wrong).unwrap_err().code, Code::UnknownRecordField);
}

#[test]
fn types_can_be_sent_to_other_threads() {
    fn send<T: Send>() {}
    fn shared<T: Send + Sync>() {}
    send::<lexloci::Evaluator>();
    send::<lexloci::Import<'_>>();
    shared::<Batch<'_>>();
    shared::<Live>();
    shared::<lexloci::Record>();
    shared::<Decided>();
}

// -- Functions

#[test]
fn bad_functions_are_refused_with_the_reason() {
    let good = || FunctionSpec::new("tier", "1", Type::Int).param("n", Type::Int);
    let mut hidden = good();
    hidden.result = Type::Opaque;
    for (specs, why) in [
        (vec![good(), good()], "same name and the same types"),
        (vec![FunctionSpec::new("length", "1", Type::Int)], "a built-in function"),
        (vec![FunctionSpec::new("tier x!", "1", Type::Int)], "letters, digits and `_`"),
        (vec![FunctionSpec::new("where", "1", Type::Int)], "must not be a keyword"),
        (vec![FunctionSpec::new("", "1", Type::Int)], "letters, digits"),
        (vec![FunctionSpec::new("tier", " ", Type::Int)], "version is empty"),
        (vec![good().cost(0)], "its cost is 0"),
        (vec![good().cost(u64::MAX)], "must be from 1 to"),
        (vec![good().param("n", Type::Text)], "another parameter has it"),
        (vec![good().param("more", Type::Opaque)], "the type of its parameter `more`"),
        (vec![hidden], "type of its result"),
    ] {
        let compiler = Compiler::new().file("kz.loci", rule("chat.public"));
        let compiler = specs.into_iter().fold(compiler, |all, spec| all.function(spec, |_| None));
        let failure = compiler.compile().unwrap_err();
        let [fault] = failure.diagnostics.as_slice() else { panic!("{failure}") };
        assert_eq!(fault.code, Code::BadFunction, "{failure}");
        assert!(fault.message.contains(why), "{failure} does not say {why}");
    }
    let overloaded = Compiler::new()
        .file("kz.loci", rule("tier(chat.members) > 0 or tier(chat.title) > 0"))
        .function(good(), |_| None)
        .function(FunctionSpec::new("tier", "1", Type::Int).param("t", Type::Text), |_| None);
    assert!(overloaded.compile().is_ok());
}

/// If a function violates its signature, its result is unknown, with the reason, by every method.
#[test]
fn a_function_that_violates_its_signature_gives_unknown_with_the_reason() {
    let run = |args: &[Value]| match args {
        [Value::Int(0)] => None,
        [Value::Int(1)] => Some(Value::text("one")),
        [Value::Int(2)] => panic!("a fault of the host"),
        [Value::Int(n)] => Some(Value::Int(*n)),
        _ => None,
    };
    let spec = FunctionSpec::new("tier", "1", Type::Int).param("n", Type::Int);
    let compiler = Compiler::new().file("kz.loci", rule("tier(chat.members) > 3"));
    let set = compiler.function(spec, run).compile().unwrap();
    for (members, missing) in [
        (0, Some("tier(…) has no answer")),
        (1, Some("tier(…) gave a value of another type than declared")),
        (2, Some("tier(…) panicked")),
        (4, None),
    ] {
        let record = set.given(&format!("{{ chat: {{ members: {members} }} }}")).unwrap();
        for method in [Method::Engine, Method::Unindexed, Method::Interpreter] {
            let mut evaluator = set.evaluator_by(method);
            let decision = evaluator.decide(&record, kz(), noon(), &State::default()).unwrap();
            let found = decision.undetermined.first().map(|rule| rule.missing[0].as_str());
            assert_eq!(found, missing, "{members} by {method:?}");
        }
    }
}

#[test]
fn the_cost_of_a_function_counts() {
    let compiled = |cost| {
        let spec = FunctionSpec::new("tier", "1", Type::Int).param("n", Type::Int).cost(cost);
        let condition = "any l in links where (tier(chat.members) > 3)";
        Compiler::new().file("kz.loci", rule(condition)).function(spec, |_| None).compile()
    };
    let costs = [1, 10].map(|cost| compiled(cost).unwrap().rules().next().unwrap().cost);
    assert_eq!(costs[1], costs[0] + 9 * 1_000, "{costs:?}");
    let failure = compiled(100_000_000).unwrap_err();
    assert_eq!(failure.diagnostics[0].code, Code::TooCostly);
}

// -- Locks

/// The rule files and lists below a folder.
fn files(folder: &Path, below: &str, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            files(&entry.path(), &format!("{name}/"), all);
        } else {
            all.push((name, fs::read(entry.path()).unwrap()));
        }
    }
}

fn compiled(files: &[(String, Vec<u8>)]) -> Result<RuleSet, Failure> {
    let all = files
        .iter()
        .fold(MemoryFiles::new(), |all, (path, bytes)| all.with(path.clone(), bytes.clone()));
    Compiler::new().files(all).compile()
}

fn shipped_and_locked() -> Vec<(String, Vec<u8>)> {
    let mut all = vec![];
    files(&shipped::at_root("rules"), "", &mut all);
    let lock = compiled(&all).unwrap().lock().text();
    all.push((Lock::FILE.to_owned(), lock.into_bytes()));
    all.sort();
    all
}

/// The message of the fault that says that the lock and the files differ.
fn mismatch(result: Result<RuleSet, Failure>) -> String {
    let failure = result.expect_err("it is refused");
    let found = failure.diagnostics.iter().find(|found| found.code == Code::LockMismatch);
    found.unwrap_or_else(|| panic!("{failure}")).message.clone()
}

#[test]
fn a_folder_that_agrees_with_its_lock_compiles() {
    let all = shipped_and_locked();
    let set = compiled(&all).unwrap();
    let size = set.lock().size;
    assert_eq!(size.rules, set.rules().count());
    assert!(size.places > 3 && size.entries > 0, "{size:?}");
    let again = compiled(&all).unwrap();
    assert_eq!(again.lock().text(), set.lock().text());
}

/// A file that was copied only in part is refused, wherever it was cut.
#[test]
fn a_file_cut_at_any_line_is_refused() {
    let all = shipped_and_locked();
    let at = all.iter().position(|(path, _)| path == "kz.loci").unwrap();
    let text = String::from_utf8(all[at].1.clone()).unwrap();
    let boundaries: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    let (mut cut, mut accepted_without) = (all.clone(), 0);
    // The file alone is cut at every line. The whole folder takes long to compile, so it is compiled for few of the cuts.
    for (number, end) in boundaries.iter().filter(|end| **end < text.len()).enumerate() {
        let alone = |text: &str, lock: Option<&[u8]>| {
            let files = MemoryFiles::new().with("kz.loci", text).with("lib/x.loci", "");
            let files = lock.iter().fold(files, |files, lock| files.with(Lock::FILE, *lock));
            Compiler::new().files(files).compile()
        };
        let lock = lock_of(&text);
        assert_eq!(
            mismatch(alone(text.get(..*end).unwrap(), Some(&lock))),
            "`lexloci.lock` does not match the files; changed: `kz.loci`"
        );
        if number % 40 == 0 {
            cut[at].1 = text.as_bytes()[..*end].to_vec();
            let without: Vec<_> =
                cut.iter().filter(|(path, _)| path != Lock::FILE).cloned().collect();
            accepted_without += usize::from(compiled(&without).is_ok());
            assert!(mismatch(compiled(&cut)).contains("changed: `kz.loci`"), "cut at {end}");
        }
    }
    assert!(accepted_without > 0, "the lock is what refuses some of them");
}

/// The lock of a folder with one file `kz.loci` and an empty library.
fn lock_of(text: &str) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let hex = |bytes: &[u8]| {
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let files = serde_json::json!({ "kz.loci": hex(text.as_bytes()), "lib/x.loci": hex(b"") });
    let lock =
        serde_json::json!({ "format": 1, "rules": 1, "places": 1, "entries": 0, "files": files });
    serde_json::to_vec(&lock).unwrap()
}

#[test]
fn files_that_are_missing_emptied_or_extra_are_named() {
    let files = |list: Option<&str>, extra: bool, lock: Option<&str>| {
        let rules = rule("any l in links where (l.host in hosts)")
            + "set hosts: domain from \"lists/hosts.txt\"\n";
        let files = MemoryFiles::new().with("kz.loci", rules).with("lib/a.loci", "");
        let files = list.iter().fold(files, |files, list| files.with("lists/hosts.txt", *list));
        let files = if extra { files.with("lib/b.loci", "") } else { files };
        lock.iter().fold(files, |files, lock| files.with(Lock::FILE, *lock))
    };
    let compile = |files| Compiler::new().files(files).compile();
    let list = "scam.example\nother.example\n";
    let set = compile(files(Some(list), false, None)).unwrap();
    assert_eq!((set.lock().size.rules, set.lock().size.entries), (1, 2));
    let lock = set.lock().text();
    assert!(compile(files(Some(list), false, Some(&lock))).is_ok());
    let head = "`lexloci.lock` does not match the files; ";
    let absent = mismatch(compile(files(None, false, Some(&lock))));
    assert_eq!(absent, format!("{head}missing: `lists/hosts.txt`"));
    let emptied = mismatch(compile(files(Some(""), false, Some(&lock))));
    assert_eq!(emptied, format!("{head}changed: `lists/hosts.txt`"));
    let extra = mismatch(compile(files(Some(list), true, Some(&lock))));
    assert_eq!(extra, format!("{head}extra: `lib/b.loci`"));
    let counts = lock.replace("\"entries\": 2", "\"entries\": 3");
    let smaller = mismatch(compile(files(Some(list), false, Some(&counts))));
    assert_eq!(smaller, format!("{head}entries: 3 locked, 2 found"));
    let newer = lock.replace("\"format\": 1", "\"format\": 2");
    assert!(mismatch(compile(files(Some(list), false, Some(&newer)))).contains("has format 2"));
    assert!(mismatch(compile(files(Some(list), false, Some("{")))).contains("cannot be read"));
    // Texts that the host gives itself are not compared with the lock, and whoever writes the lock ignores the old one.
    let given = Compiler::new().files(files(Some(list), false, Some(&lock)));
    assert!(given.list("lists/hosts.txt", "mine.example\n").compile().is_ok());
    let rewritten = Compiler::new().files(files(Some(""), false, Some(&lock)));
    assert!(rewritten.ignore_lock().compile().is_ok());
}

// -- Versions in service

#[test]
fn the_version_that_was_begun_last_stays_in_service() {
    let live = Live::new(set("chat.public"));
    let (older, newer) = (live.begin(), live.begin());
    let (slow, quick) = (set("chat.members > 1"), set("chat.members > 2"));
    live.publish(newer, quick.clone(), Expected::Similar).unwrap();
    let late = live.publish(older, slow.clone(), Expected::Loss);
    assert!(matches!(late, Err(NotPublished::Overtaken)), "{late:?}");
    assert_eq!(live.current().digest(), quick.digest());
    let next = live.begin();
    live.publish(next, slow.clone(), Expected::Similar).unwrap();
    assert!(live.publish(next, quick, Expected::Similar).is_err(), "each turn is taken once");
    assert_eq!(live.current().digest(), slow.digest());
}

#[test]
fn a_version_with_far_fewer_rules_has_to_be_expected() {
    let rules = |count: usize| {
        let rules = (0..count).map(|number| {
            format!("rule r{number} {{ basis house  when chat.members > {number}  then label }}\n")
        });
        let head = "jurisdiction KZ { zone \"Asia/Almaty\" }\npolicy house \"House\" {}\n";
        Compiler::new().file("kz.loci", head.to_owned() + &rules.collect::<String>())
    };
    let live = Live::new(rules(100).compile().unwrap());
    let refused = live.replace(rules(74), Expected::Similar).unwrap_err();
    assert!(
        matches!(refused, NotPublished::Shrunk { what: "rules", was: 100, is: 74, .. }),
        "{refused}"
    );
    assert_eq!(live.current().rules().count(), 100);
    live.replace(rules(75), Expected::Similar).unwrap();
    live.replace(rules(1), Expected::Loss).unwrap();
    assert_eq!(live.current().rules().count(), 1);
}

#[test]
fn faults_and_rule_sets_have_a_short_debug_form() {
    let failure = Compiler::new().file("kz.loci", rule("chat.membrs > 1")).compile().unwrap_err();
    let debug = format!("{failure:?}");
    assert!(debug.contains("LX2003") && debug.len() < 500, "{debug}");
    let set = shipped::rules();
    for debug in [format!("{set:?}"), format!("{:?}", set.evaluator())] {
        assert!(debug.len() < 300 && debug.contains("sha256"), "{debug}");
    }
}

// -- Limits, memory, metrics

/// Every pair of a match and a link costs too much on the largest record, but not where records are smaller.
#[test]
fn smaller_records_allow_a_match_to_be_tied_to_a_link() {
    let rules = r#"jurisdiction KZ { zone "UTC" }
policy desk "Desk" {}
rule tied "A rate beside a link" {
  basis desk
  when any m in spans(text, r"[0-9]+ ?%") where (any link in links where (link.part == m.part))
  then review
}"#;
    let compiler = || Compiler::new().file("kz.loci", rules);
    assert!(
        compiler().compile().unwrap_err().diagnostics.iter().any(|one| one.code == Code::TooCostly)
    );
    let limits = RecordLimits::default().text(2_000).list(20).links(20);
    let set = compiler().record_limits(limits).compile().unwrap();
    let decide = |part: usize| {
        let record = format!(
            r#"{{ parts: [{{ text: "30 % a day" }}, {{ text: "news" }}], links: [{{ url: "https://a.example/", host: "a.example", part: {part} }}] }}"#
        );
        let record = set.given(&record).unwrap();
        set.evaluator().decide(&record, kz(), noon(), &State::default()).unwrap().matched.len()
    };
    assert_eq!([decide(0), decide(1)], [1, 0]);
}

#[test]
fn hosts_set_the_limits_of_records() {
    let limits = RecordLimits::default().bytes(400).text(80).list(3).links(2).orders(1).notices(2);
    let compiler = Compiler::new().file("kz.loci", rule("chat.public"));
    let small = compiler.clone().record_limits(limits).compile().unwrap();
    let raised = RecordLimits::default().bytes(usize::MAX).text(usize::MAX).links(usize::MAX);
    let raised = raised.list(usize::MAX).orders(usize::MAX).notices(usize::MAX);
    let large = compiler.clone().record_limits(raised).compile().unwrap();
    assert_eq!(large.setup().limits, RecordLimits::largest());
    let usual = compiler.compile().unwrap();
    assert_eq!(usual.setup().limits, RecordLimits::default());
    assert_eq!(small.setup().limits, limits);
    let record = |text: &str, links: usize, filler: usize| {
        let link = r#"{"url":"https://a.example","via":"url"}"#;
        let links = vec![link; links].join(",");
        format!(
            r#"{{"id":"1","platform":"x","parts":[{{"kind":"text","text":"{text}"}}],"links":[{links}]{}}}"#,
            " ".repeat(filler)
        )
    };
    let reports = |field: &str, one: &str, count: usize| {
        let all = vec![one; count].join(",");
        format!(r#"{{"id":"1","platform":"x","reports":{{"{field}":[{all}]}}}}"#)
    };
    let order = r#"{"authority":"A","country":"KZ"}"#;
    let notice = r#"{"kind":"copyright","country":"KZ"}"#;
    let tags = r#"{"id":"1","platform":"x","tags":{"hashtags":["a","b","c","d"]}}"#;
    for (json, why) in [
        (record("short", 1, 0), None),
        (reports("orders", order, 1), None),
        (reports("orders", order, 2), Some("the list has more than 1 elements")),
        (reports("notices", notice, 2), None),
        (reports("notices", notice, 3), Some("the list has more than 2 elements")),
        (tags.to_owned(), Some("the list has more than 3 elements")),
        (record(&"x".repeat(81), 0, 0), Some("texts of the record have more than 80 bytes")),
        (record("", 3, 0), Some("the list has more than 2 elements")),
        (record("", 0, 400), Some("more than 400")),
    ] {
        for method in [Method::Engine, Method::Interpreter] {
            assert!(usual.evaluator_by(method).read(json.as_bytes()).is_ok(), "{json}");
            let mut evaluator = small.evaluator_by(method);
            let found = evaluator.read(json.as_bytes()).err().map(|error| error.message);
            assert_eq!(found.is_some(), why.is_some(), "{json}: {found:?}");
            assert!(found.unwrap_or_default().contains(why.unwrap_or_default()), "{json}");
        }
    }
}

/// One long message does not make an evaluator large for ever.
#[test]
fn memory_of_a_long_message_can_be_freed() {
    let compiler = Compiler::new().file("kz.loci", rule(r#"text mentions "a casino""#));
    let set = compiler.record_limits(RecordLimits::largest()).compile().unwrap();
    let text = "a ".repeat(125_000);
    let json =
        format!(r#"{{"id":"1","platform":"x","parts":[{{"kind":"text","text":"{text}"}}]}}"#);
    let mut evaluator = set.evaluator();
    let size = |evaluator: &Evaluator| {
        let copy = evaluator.clone();
        let memory = measure(|| drop(copy));
        usize::try_from(-memory.bytes_current).unwrap()
    };
    let decide = |evaluator: &mut Evaluator| {
        evaluator
            .decide_json(json.as_bytes(), kz(), noon(), &State::default())
            .unwrap()
            .into_decision()
    };
    let memory = measure(|| {
        let decision = decide(&mut evaluator);
        assert!(evaluator.memory() > 1 << 20, "{}", evaluator.memory());
        evaluator.shrink_to(1 << 20);
        assert!(evaluator.memory() < 1 << 20);
        assert_eq!(decide(&mut evaluator), decision);
        evaluator.shrink_to(1 << 20);
    });
    assert!(memory.bytes_current < 1 << 20, "{} bytes are kept", memory.bytes_current);
    assert!(size(&evaluator) < 1 << 20);
    evaluator.shrink_to_fit();
    let small = evaluator.memory();
    decide(&mut evaluator);
    evaluator.shrink_to(usize::MAX);
    assert!(evaluator.memory() > small, "what is under the bound is kept");
}

#[derive(Default)]
struct Metrics {
    decided: AtomicUsize,
    undetermined: AtomicUsize,
    refused: AtomicUsize,
    now: AtomicUsize,
    nanos: AtomicUsize,
}

impl Observer for Metrics {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.now.fetch_add(1, Ordering::Relaxed) as u64)
    }

    fn decided(&self, observed: &Observed<'_>) {
        self.decided.fetch_add(1, Ordering::Relaxed);
        let undetermined = observed.decided.iter().map(|one| one.undetermined.len()).sum();
        self.undetermined.fetch_add(undetermined, Ordering::Relaxed);
        let nanos = observed.reading + observed.deciding;
        self.nanos.fetch_add(nanos.as_nanos() as usize, Ordering::Relaxed);
        assert_eq!((observed.places, observed.at), (&[kz()][..], noon().into()));
    }

    fn refused(&self, error: &RecordError) {
        assert_eq!(error.code, Code::BadJson);
        self.refused.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn an_observer_sees_what_is_decided_and_refused() {
    let set = set("chat.public");
    let metrics = Arc::new(Metrics::default());
    let mut evaluator = set.evaluator();
    evaluator.observe(metrics.clone());
    for json in [
        r#"{"id":"1","platform":"x","chat":{"public":false}}"#,
        r#"{"id":"2","platform":"x"}"#,
        "{",
    ] {
        let _ = evaluator.decide_json(json.as_bytes(), kz(), noon(), &State::default());
    }
    let seen = [&metrics.decided, &metrics.undetermined, &metrics.refused, &metrics.nanos];
    assert_eq!(seen.map(|count| count.load(Ordering::Relaxed)), [2, 1, 1, 4]);
}

#[test]
fn a_batch_can_be_cancelled() {
    let set = shipped::rules();
    for threads in [1, 3] {
        let batch = Batch::new(&set).threads(NonZero::new(threads).unwrap());
        let (mut taken, mut answered) = (0, 0);
        let endless = std::iter::repeat_with(|| {
            taken += 1;
            "{}"
        });
        let judge = |evaluator: &mut Evaluator, json: &str| evaluator.read(json.as_bytes()).is_ok();
        let ended = batch.run(endless, judge, |_| {
            answered += 1;
            if answered == 10 {
                batch.cancel();
            }
            Ok::<(), ()>(())
        });
        assert_eq!(ended, Ok(vec![]));
        assert_eq!(taken, answered, "all that was taken is answered");
        let again = batch.run(["{}"], judge, |_| Err(()));
        assert_eq!(again, Ok(vec![]), "it stays cancelled");
    }
}

// -- Cost

#[test]
fn the_ends_of_outcomes_belong_to_the_cost_of_a_rule() {
    let end = "if any link in links where (link.host == \"a.example\") then sent_at else edited_at";
    let text = rule("chat.public").replace("then label", &format!("then label until {end}"));
    let set = Compiler::new().file("kz.loci", text).compile().unwrap();
    let costs = set.costs();
    let steps: Vec<u64> = costs[0].parts.iter().map(|(_, steps)| *steps).collect();
    assert_eq!((steps.len(), costs[0].rule.cost), (2, steps.iter().sum()));
}
