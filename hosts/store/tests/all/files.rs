//! Files that are no stores, exports, what is shown, and what is forgotten.

use crate::agree::{commit, server};
use crate::histories::{Chance, at};
use lexloci::state::{Line, Store, StoreError, Whom};
use lexloci_store::{Archive, Sqlite, export, import};
use std::fs;
use std::path::Path;

fn refused(path: &Path) -> String {
    let StoreError(why) = Sqlite::open(path, None).unwrap_err();
    why
}

#[test]
fn what_is_no_store_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    fs::write(&text, "milk, bread, and a long list of other things. ".repeat(50)).unwrap();
    let other = folder.path().join("other.db");
    let database = rusqlite::Connection::open(&other).unwrap();
    database.execute_batch("CREATE TABLE dishes (name TEXT)").unwrap();
    drop(database);
    let newer = folder.path().join("newer.db");
    drop(Sqlite::open(&newer, None).unwrap());
    let database = rusqlite::Connection::open(&newer).unwrap();
    database.execute_batch("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(database);
    let told_of = |path: &Path| {
        let (to_write, to_read) = (Sqlite::open(path, None), Sqlite::open_to_read(path));
        let [StoreError(to_write), StoreError(to_read)] =
            [to_write, to_read].map(|opened| opened.unwrap_err());
        assert_eq!(to_write, to_read);
        to_write.strip_prefix(&format!("{}: ", path.display())).unwrap().to_owned()
    };
    let no_store = "the file is no store of lexloci, and is left as it is";
    for (path, why) in [(&text, no_store), (&other, no_store), (&newer, "use a newer program")] {
        let before = fs::read(path).unwrap();
        let told = told_of(path);
        assert!(told.ends_with(why), "{told}");
        assert_eq!(fs::read(path).unwrap(), before);
    }
    assert_eq!(told_of(folder.path()), "this is a directory");
    let nowhere = folder.path().join("no such folder/state.db");
    assert!(refused(&nowhere).contains("unable to open"), "{}", refused(&nowhere));
    let StoreError(why) = Sqlite::open_to_read(&nowhere).unwrap_err();
    assert!(why.contains("No such file"), "{why}");
}

/// Reading a file needs no right to write, and leaves no file beside it that a writer could not open.
#[test]
fn who_reads_a_file_writes_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let files = || fs::read_dir(folder.path()).unwrap().count();
    let at = |store: &mut Sqlite| store.position("messages").unwrap().unwrap();
    let mut chance = Chance::new(5);
    let mut writer = Sqlite::open(&path, None).unwrap();
    commit(&mut writer, &[chance.judged()], "1");
    let mut reader = Sqlite::open_to_read(&path).unwrap();
    assert_eq!(at(&mut reader), "1");
    drop(reader);
    drop(writer);
    assert_eq!(files(), 1);
    let mut reader = Sqlite::open_to_read(&path).unwrap();
    assert_eq!((at(&mut reader).as_str(), files()), ("1", 1));
    // One that writes comes and goes meanwhile.
    let mut writer = Sqlite::open(&path, None).unwrap();
    commit(&mut writer, &[chance.judged()], "2");
    assert_eq!(at(&mut reader), "2");
    drop(writer);
    assert_eq!(at(&mut reader), "2");
    drop(reader);
    drop(Sqlite::open(&path, None).unwrap());
    assert_eq!(files(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let allow = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        allow(&path, 0o444);
        allow(folder.path(), 0o555);
        let found = Sqlite::open_to_read(&path).map(|mut reader| at(&mut reader));
        allow(folder.path(), 0o755);
        assert_eq!(found.unwrap(), "2");
    }
}

#[test]
fn a_broken_file_is_told_and_not_read_as_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let mut store = Sqlite::open(&path, None).unwrap();
    let mut chance = Chance::new(3);
    let specs = chance.specs();
    store.adopt(&specs).unwrap();
    for number in 0..60 {
        let batch: Vec<_> = (0..10).map(|_| chance.judged()).collect();
        commit(&mut store, &batch, &number.to_string());
    }
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    let size = bytes.len();
    // Everything but the first page.
    bytes[4096..].fill(0x5a);
    fs::write(&path, &bytes).unwrap();
    let failed = match Sqlite::open(&path, None) {
        Err(_) => true,
        Ok(mut store) => store.histories(&Chance::keys()).is_err(),
    };
    assert!(failed && fs::read(&path).unwrap().len() == size);
}

fn filled(seed: u64) -> Sqlite {
    let mut store = Sqlite::open(":memory:", Some(at(3))).unwrap().with_rows(4);
    let mut chance = Chance::new(seed);
    let specs = chance.specs();
    store.adopt(&specs).unwrap();
    for number in 0..20 {
        let batch: Vec<_> = (0..3).map(|_| chance.judged()).collect();
        commit(&mut store, &batch, &number.to_string());
    }
    let (key, when, what) = chance.person_mark();
    store.mark(&key, "lead", when, &what).unwrap();
    store.forget(&Whom::Record("tg:1/5".into())).unwrap();
    store.sweep(at(20)).unwrap();
    store
}

fn exported(store: &mut dyn Archive) -> String {
    let mut out = vec![];
    export(store, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The lines in an order that does not depend on the numbers of keys.
fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn what_was_exported_is_imported_whole() {
    let server = server();
    for seed in 0..5 {
        let mut store = filled(seed);
        let text = exported(&mut store);
        let mut copy = Sqlite::open(":memory:", None).unwrap();
        import(&mut copy, &mut text.as_bytes()).unwrap();
        assert_eq!(sorted(&exported(&mut copy)), sorted(&text));
        let keys = Chance::keys();
        let histories = |store: &mut dyn Store| {
            let found = store.histories(&keys).unwrap();
            found.into_iter().map(|(key, (history, _))| (key, history)).collect::<Vec<_>>()
        };
        assert_eq!(histories(&mut copy), histories(&mut store));
        let why = import(&mut copy, &mut text.as_bytes()).unwrap_err();
        assert!(why.to_string().contains("empty store"), "{why}");
        let mut half = Sqlite::open(":memory:", None).unwrap();
        let broken = text.clone() + "{\"entry\":";
        let why = import(&mut half, &mut broken.as_bytes()).unwrap_err();
        assert!(why.to_string().contains(&format!("line {}", text.lines().count() + 1)), "{why}");
        import(&mut half, &mut text.as_bytes()).unwrap();
        if let Some(server) = &server {
            let mut there = server.store(&format!("import{seed}"), None);
            import(&mut there, &mut text.as_bytes()).unwrap();
            assert_eq!(sorted(&exported(&mut there)), sorted(&text));
            assert_eq!(histories(&mut there), histories(&mut store));
        }
    }
}

/// Changes a text, which must make a difference.
fn changed(text: &str, from: &str, to: &str) -> String {
    let changed = text.replacen(from, to, 1);
    assert_ne!(changed, text, "{from}");
    changed
}

/// Exports that no store can have written, with the line that is told and what is told of it.
fn impossible(text: &str) -> Vec<(String, usize, &'static str)> {
    let lines: Vec<&str> = text.lines().collect();
    let (end, body) = lines.split_last().unwrap();
    let (count, body) = (body.len(), format!("{}\n", body.join("\n")));
    let first_of = |kind: &str| lines.iter().position(|line| line.starts_with(kind)).unwrap();
    let line = |kind: &str| (first_of(kind) + 1, lines[first_of(kind)]);
    let (counter, forgotten) = (line(r#"{"counter":"#), line(r#"{"forgotten":"#));
    let (entry, mark, judging) =
        (line(r#"{"entry":"#), line(r#"{"mark":"#), line(r#"{"judging":"#));
    let (first, outgoing, position) =
        (line(r#"{"first":"#), line(r#"{"outgoing":"#), line(r#"{"position":"#));
    let ended = |lines: &str, count: usize| format!("{lines}{{\"end\":{{\"lines\":{count}}}}}\n");
    let again = |line: &str| ended(&format!("{body}{line}\n"), count + 1);
    // Further than what is kept at once.
    let far = format!("{body}{}", format!("{}\n", outgoing.1).repeat(2_345));
    let of_line = |line: &str, from: &str, to: &str| text.replace(line, &changed(line, from, to));
    let digest = |name: &str| {
        let (_, rest) = forgotten.1.split_once(&format!(r#""{name}":""#)).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let latest = r#""latest":"2027-01-15T08:00:"#;
    let policies = [r#""policy":"onceupheld""#, r#""policy":"untilreversed""#];
    let policy = policies.iter().position(|policy| entry.1.contains(policy)).unwrap();
    vec![
        (changed(text, r#""version":1"#, r#""version":2"#), 1, "the export has version 2"),
        (changed(text, r#""version":1"#, r#""version":0"#), 1, "the export has version 0"),
        (changed(text, r#""salt":""#, r#""salt":"0"#), 1, "the salt is not 64 hexadecimal digits"),
        (changed(text, r#""salt":""#, r#""salt":"00"#), 1, "the salt is not 64 hexadecimal digits"),
        (of_line(forgotten.1, &digest("judging"), "00"), forgotten.0, "the digest of a judging is"),
        (of_line(forgotten.1, &digest("version"), ""), forgotten.0, "the digest of a version is"),
        (
            of_line(forgotten.1, &digest("digest"), &"x".repeat(64)),
            forgotten.0,
            "is not 64 hexadecimal digits",
        ),
        (
            changed(text, latest, r#""latest":"2026-01-15T08:00:"#),
            judging.0,
            "later than the latest",
        ),
        (again(counter.1), count + 1, "an earlier line is about the same counter"),
        (
            of_line(entry.1, policies[policy], policies[1 - policy]),
            entry.0,
            "an earlier line says that the counter counts otherwise",
        ),
        (
            of_line(counter.1, r#""keeps":"#, r#""keeps":-"#),
            counter.0,
            "how long the counter keeps",
        ),
        (again(position.1), count + 1, "an earlier line has the position of this stream"),
        (of_line(mark.1, r#""kind":"mark""#, r#""kind":"first""#), mark.0, "not one of this kind"),
        (of_line(first.1, r#""of":"["#, r#""of":""#), first.0, "not a JSON array"),
        (again(judging.1), count + 1, "an earlier line has the same judging"),
        (again(forgotten.1), count + 1, "an earlier line has the same judging"),
        (
            ended(&format!("{far}{}\n", judging.1), count + 2_346),
            count + 2_346,
            "an earlier line has the same judging",
        ),
        (body.clone(), count + 1, "the end of the export is missing"),
        (body.replacen(&format!("{}\n", entry.1), "", 1) + end, count, "lines before its end"),
        (format!("{text}{}\n", entry.1), count + 2, "nothing behind its end"),
        (
            of_line(entry.1, r#""record":"#, r#""more":1,"record":"#),
            entry.0,
            "unknown field `more`",
        ),
    ]
}

#[test]
fn an_export_that_no_store_can_have_written_is_refused_with_the_line() {
    let server = server();
    let text = exported(&mut filled(2));
    let mut stores: Vec<(&str, Box<dyn Archive>)> =
        vec![("sqlite", Box::new(Sqlite::open(":memory:", None).unwrap()))];
    if let Some(server) = &server {
        stores.push(("postgres", Box::new(server.store("impossible", None))));
    }
    for (name, store) in &mut stores {
        for (lines, number, told) in impossible(&text) {
            let why = import(&mut **store, &mut lines.as_bytes()).unwrap_err();
            assert_eq!(why.line, Some(number as u64), "{name}: {told}: {why}");
            assert!(why.why.contains(told), "{name}: {told}: {why}");
        }
        // Nothing of all that was kept.
        import(&mut **store, &mut text.as_bytes()).unwrap();
        assert_eq!(sorted(&exported(&mut **store)), sorted(&text), "{name}");
    }
}

#[test]
fn what_is_kept_about_somebody_is_shown() {
    let mut store = filled(1);
    let shown = store.show(&Whom::Author("tg:7".into())).unwrap();
    assert!(shown.iter().any(|line| matches!(line, Line::Entry { .. })));
    let judgings = shown.iter().filter(|line| matches!(line, Line::Judging { .. })).count();
    assert!(judgings > 0);
    assert!(store.show(&Whom::Record("tg:1/5".into())).unwrap().is_empty());
    let shown = store.show(&Whom::Record("tg:1/3".into())).unwrap();
    for line in &shown {
        let json = serde_json::to_string(line).unwrap();
        assert!(json.contains("tg:1/3"), "{json}");
    }
    assert!(shown.len() > 2);
}

/// The file has no trace of the record or the author: neither their ids nor what was decided.
#[test]
fn what_was_forgotten_is_gone_from_the_file() {
    const RECORD: &str = "tg:secret/record";
    const AUTHOR: &str = "tg:veiled";
    const OF_AUTHOR: &str = "tg:hidden/";
    for seed in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Sqlite::open(folder.path().join("state.db"), None).unwrap();
        let mut chance = Chance::new(seed);
        store.adopt(&chance.specs()).unwrap();
        for number in 0..40 {
            let mut batch: Vec<_> = (0..5).map(|_| chance.judged()).collect();
            batch[0].0.record = RECORD.into();
            for (judging, delta) in &mut batch[1..3] {
                judging.record = format!("{OF_AUTHOR}{number}").into();
                judging.author = Some(AUTHOR.into());
                // These name the record that the history had.
                delta.marks.clear();
                delta.firsts.clear();
            }
            commit(&mut store, &batch, &number.to_string());
        }
        while let Some((number, _)) = store.pending(1).unwrap().first() {
            store.sent(&[*number]).unwrap();
        }
        let holds = |text: &str| {
            let files = fs::read_dir(folder.path()).unwrap();
            files
                .map(|file| fs::read(file.unwrap().path()).unwrap())
                .any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
        };
        assert!([RECORD, AUTHOR, OF_AUTHOR].into_iter().all(holds), "{seed}");
        for whom in [Whom::Record(RECORD.into()), Whom::Author(AUTHOR.into())] {
            let erased = store.forget(&whom).unwrap();
            // Some came twice.
            assert!(erased.judgings > 30 && erased.entries > 0, "{seed}: {erased:?}");
            assert!(!holds(whom.id()), "{seed}: {whom:?}");
        }
        assert!(!holds(OF_AUTHOR), "{seed}");
    }
}
