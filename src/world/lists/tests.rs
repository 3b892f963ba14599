//! Tests that lists of every layout are read, and that values are found in sets.

use super::{Column, Entry, Faults, Layout, List, ListFaults, MAX_KEPT_FAULTS, Set, SetKind};
use crate::base::time::Day;
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn list(name: &str) -> List {
    List { name: name.to_owned(), ..List::default() }
}

fn read(kind: SetKind, text: &str, layout: &Layout) -> (Set, ListFaults) {
    let mut set = Set::new("kz.test".to_owned(), kind);
    let read = set.read(list("lists/test"), text, layout).unwrap();
    (set, read)
}

fn lines(kind: SetKind, text: &str) -> (Set, ListFaults) {
    read(kind, text, &Layout::Lines)
}

/// The lines with a fault.
fn lines_of(faults: &Faults) -> Vec<u32> {
    faults.first.iter().map(|fault| fault.line).collect()
}

fn found(set: &Set, value: &str) -> Option<(String, u32)> {
    set.find(value, day("2026-01-01")).map(|entry| (entry.value.to_owned(), entry.line.unwrap()))
}

#[test]
fn lines_may_have_entries_comments_and_days() {
    let file = "\u{feff}# head\r\nscam.kz\r\n\r\n  two.kz  # why\r\nscam.kz\r\n\
        old.kz from 2024-01-01 until 2025-01-01\r\nold.kz from 2026-01-01\r\n\
        bad.kz until 2024-02-30\r\nlate.kz from 2024-01-02 until 2024-01-02\r\nno entry\r\n\
        old.kz from 2026-01-01\nuntil.kz until\t2024-01-01\nscam.kz until 2024-01-01";
    let (set, read) = lines(SetKind::Domain, file);
    assert_eq!((lines_of(&read.broken), lines_of(&read.duplicates)), (vec![8, 9, 10], vec![5, 11]));
    assert_eq!(set.len(), 6);
    for (host, on, line) in [
        ("scam.kz", "2020-01-01", Some(2)),
        ("two.kz", "2020-01-01", Some(4)),
        ("old.kz", "2023-12-31", None),
        ("old.kz", "2024-01-01", Some(6)),
        ("old.kz", "2024-12-31", Some(6)),
        ("old.kz", "2025-01-01", None),
        ("a.old.kz", "2026-01-01", Some(7)),
        ("until.kz", "2023-12-31", Some(12)),
        ("until.kz", "2024-01-01", None),
    ] {
        assert_eq!(set.find(host, day(on)).and_then(|entry| entry.line), line, "{host} on {on}");
    }
}

#[test]
fn find_gives_the_list_and_line_of_an_entry() {
    let mut set = Set::new("kz.test".to_owned(), SetKind::Domain);
    set.open(list("kz.loci"));
    let (from, until) = (Some(day("2026-01-01")), Some(day("2027-01-01")));
    set.add("moonex.example", None, from, until).unwrap();
    set.close(0);
    let head = "# My list\n# Source: https://lists.example/scam\n#\n# Last updated: 2026-01-02\n\n\
        scam.example\nscam.example\nmoonex.example\n";
    set.read(list("lists/a.txt"), head, &Layout::Lines).unwrap();
    set.read(list("lists/b.txt"), "b.example", &Layout::Lines).unwrap();
    let entry = set.find("www.moonex.example", day("2026-05-01")).unwrap();
    let rule_file = set.lists().next().unwrap();
    assert_eq!(
        entry,
        Entry { value: "moonex.example", list: rule_file, line: None, from, until },
        "the first entry that is in the set on this day"
    );
    let later = set.find("moonex.example", day("2027-01-01")).unwrap();
    assert_eq!((later.list.name.as_str(), later.line), ("lists/a.txt", Some(8)));
    let scam = set.find("scam.example", day("2026-05-01")).unwrap().list;
    assert_eq!(scam.source.as_deref(), Some("https://lists.example/scam"));
    assert_eq!((scam.as_of.as_deref(), scam.entries), (Some("2026-01-02"), 2));
    assert_eq!(set.find("b.example", day("2026-05-01")).unwrap().list.name, "lists/b.txt");
}

#[test]
fn find_gives_the_nearest_entry() {
    let (set, _) =
        lines(SetKind::Domain, "example.com\na.example.com\nc.b.a.example.com until 2020-01-01");
    assert_eq!(found(&set, "c.b.a.example.com"), Some(("a.example.com".to_owned(), 2)));
    assert_eq!(found(&set, "b.example.com"), Some(("example.com".to_owned(), 1)));
    let (set, _) = lines(SetKind::Url, "t.me/scam\nhttps://t.me/scam/12");
    assert_eq!(found(&set, "https://t.me/scam/12?single"), Some(("t.me/scam/12".to_owned(), 2)));
    assert_eq!(found(&set, "t.me/scam/13"), Some(("t.me/scam".to_owned(), 1)));
}

#[test]
fn the_names_in_hosts_files_are_entries() {
    let file = "127.0.0.1 localhost\n::1 localhost ip6-loopback\n0.0.0.0 0.0.0.0\n\
        0.0.0.0 a.example www.b.example # both\n0.0.0.0\tc.example\n192.0.2.7\n0.0.0.0 no_entry?\n\
        192.0.2.8 from 2020-01-01";
    let (set, read) = lines(SetKind::Domain, file);
    assert_eq!((set.len(), lines_of(&read.broken)), (5, vec![7]));
    for host in ["a.example", "x.www.b.example", "c.example", "192.0.2.7", "192.0.2.8"] {
        assert!(found(&set, host).is_some(), "{host}");
    }
    assert_eq!(found(&set, "localhost"), None);
}

#[test]
fn columns_of_tables_are_read() {
    let column = |name: &str| Column::Named(name.to_owned());
    let layout = Layout::Table {
        entry: column("Host"),
        from: Some(column("listed")),
        until: Some(column("removed")),
    };
    let table = "# exported\nid;host;listed;removed\n1;a.example;;\n\
        2;\"b.example\";2024-01-01T10:00:00Z;2025-01-01\n3;;;\n4;\"c.example;x\";;\n5;d.example;soon;\n6;e.example";
    let (set, faults) = read(SetKind::Domain, table, &layout);
    assert_eq!((set.len(), lines_of(&faults.broken)), (3, vec![5, 6, 7]));
    assert_eq!(found(&set, "a.example"), Some(("a.example".to_owned(), 3)));
    assert_eq!(set.find("b.example", day("2024-06-01")).and_then(|entry| entry.line), Some(4));
    assert_eq!(found(&set, "b.example"), None);
    assert_eq!(found(&set, "e.example"), Some(("e.example".to_owned(), 8)));

    let second = Layout::Table { entry: Column::Numbered(2), from: None, until: None };
    for table in
        ["1,a.example,x\n2,b.example,y", "1\ta.example\n2\tb.example", "1|a.example\n2|b.example"]
    {
        let (set, faults) = read(SetKind::Domain, table, &second);
        assert_eq!((set.len(), faults.broken.count), (2, 0), "{table}");
    }
    let mut set = Set::new("kz.test".to_owned(), SetKind::Domain);
    let fault = set.read(list("x.csv"), "id,name\n1,a.example", &layout).unwrap_err();
    assert_eq!(fault.message, "there is no column `Host`; the columns are `id`, `name`");
}

#[test]
fn strings_and_keys_of_json_are_read() {
    let json = "{\n \"allow\": [\"good.example\"],\n \"deny\": [\n  \"a.example\",\n  \"b\\u002eexample\",\n  7, {}\n ],\n\
        \"by\": {\"c.example\": [\"d.example\"], \"e.example\": [\"f.example\"]}}";
    for (pointer, entries, broken) in [
        ("/deny", &[("a.example", 4), ("b.example", 5)][..], &[6, 6][..]),
        ("/deny/0", &[("a.example", 4)], &[]),
        ("/by", &[("c.example", 8), ("e.example", 8)], &[]),
        ("/by/*", &[("d.example", 8), ("f.example", 8)], &[]),
        ("/*/0", &[("good.example", 2), ("a.example", 4)], &[]),
    ] {
        let layout = Layout::Json { pointer: pointer.to_owned(), lines: false };
        let (set, faults) = read(SetKind::Domain, json, &layout);
        assert_eq!(lines_of(&faults.broken), broken, "{pointer}");
        assert_eq!(set.len(), entries.len(), "{pointer}");
        for (entry, line) in entries {
            assert_eq!(found(&set, entry), Some(((*entry).to_owned(), *line)), "{pointer}");
        }
    }
    let lines =
        "{\"x\": {\"address\": \"a.example\"}}\n\n{\"x\": 1}\nno\n[{\"address\": \"b.example\"}]";
    let layout = Layout::of("x.jsonl").with_pointer("/*/address");
    let (set, faults) = read(SetKind::Domain, lines, &layout);
    assert_eq!((set.len(), lines_of(&faults.broken)), (2, vec![4]));
    assert_eq!(found(&set, "b.example"), Some(("b.example".to_owned(), 5)));
}

#[test]
fn json_without_the_pointer_is_reported() {
    for (json, pointer, message) in [
        ("[\"a.example\"\n,]", "", "this is not JSON: expected value at line 2 column 2"),
        (
            "{\"deny\": []}",
            "/block",
            "there is nothing at `/block`: the keys of the file are `deny`",
        ),
        ("[]", "deny", "`deny` is not a JSON pointer, which begins with `/`"),
    ] {
        let mut set = Set::new("kz.test".to_owned(), SetKind::Domain);
        let layout = Layout::Json { pointer: pointer.to_owned(), lines: false };
        assert_eq!(set.read(list("x.json"), json, &layout).unwrap_err().message, message);
    }
    let (set, _) =
        read(SetKind::Domain, "{\"deny\": []}", &Layout::of("x.json").with_pointer("/deny"));
    assert_eq!(set.len(), 0);
}

#[test]
fn values_are_compared_in_the_normal_form_of_their_kind() {
    for (kind, entries, inside, outside) in [
        (
            SetKind::Text,
            "Free  Money #1\nwait until dawn\nC#",
            &["FREE money", "ｆｒｅｅ mo\u{ad}ney", "Wait until dawn", "c#"][..],
            &["free", "free money now", "сfree money"][..],
        ),
        (
            SetKind::Domain,
            "*.Example.COM.\nпример.рф\nuser.github.io\n192.0.2.7\ngithub.io",
            &[
                "example.com",
                "A.b.EXAMPLE.com.",
                "xn--e1afmkfd.xn--p1ai",
                "www.пример.рф",
                "x.github.io",
                "192.0.2.7",
                "https://example.com/a?b=c",
                "example.com:443/a",
                "somebody@example.com",
            ],
            &[
                "badexample.com",
                "com",
                "example.com.evil.net",
                "192.0.2.8",
                "",
                "https://example.net/example.com",
            ],
        ),
        (
            SetKind::Url,
            "HTTPS://Example.com:443/a/../b\nпример.example/x/?q=1\ntg://resolve?domain=scam",
            &[
                "https://example.com/b?x=1",
                "example.com/b/c",
                "http://xn--e1afmkfd.example/x?q=1",
                "tg://resolve?domain=scam",
            ],
            &[
                "https://example.com/bc",
                "https://www.example.com/b",
                "example.com",
                "http://пример.example/x?q=12",
                "http://пример.example/x",
            ],
        ),
        (
            SetKind::Wallet,
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2\n\
             EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF\nsome-ledger:Address_1",
            &[
                "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED",
                "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
                "UQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPuwA",
                "0:ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3e",
                "some-ledger:Address_1",
            ],
            &["1bvbmseystwetqtfn5au4m4gfg7xjanvn2", "some-ledger:address_1"],
        ),
        (
            SetKind::Hash,
            "D41D8CD98F00B204E9800998ECF8427E",
            &["d41d8cd98f00b204e9800998ecf8427e"],
            &["d41d"],
        ),
        (
            SetKind::Number,
            "+7 (701) 123-45-67\n-1001234",
            &["77011234567", "+7-701-1234567", "-1001234"],
            &["7701123456", "7701x", "1001234"],
        ),
    ] {
        let (set, read) = lines(kind, entries);
        assert_eq!(read, ListFaults::default(), "{kind:?}");
        for value in inside {
            assert!(found(&set, value).is_some(), "{value}");
        }
        for value in outside {
            assert_eq!(found(&set, value), None, "{value}");
        }
    }
}

#[test]
fn wrong_entries_are_refused() {
    for (kind, entry) in [
        (SetKind::Text, "\u{200b}"),
        (SetKind::Domain, "https://example.com"),
        (SetKind::Domain, "example.com/path"),
        (SetKind::Domain, "two words.com"),
        (SetKind::Domain, "com"),
        (SetKind::Domain, "*.co.uk"),
        (SetKind::Domain, "рф."),
        (SetKind::Domain, "localhost"),
        (SetKind::Domain, "example..com"),
        (SetKind::Domain, "a.*.com"),
        (SetKind::Domain, "user@example.com"),
        (SetKind::Url, "two words"),
        (SetKind::Url, "mailto:a@b.com"),
        (SetKind::Wallet, "1BvB MSE"),
        (SetKind::Wallet, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed"),
        (SetKind::Hash, "xyz"),
        (SetKind::Hash, "abc"),
        (SetKind::Number, "+"),
        (SetKind::Number, "12a"),
    ] {
        let mut set = Set::new("kz.test".to_owned(), kind);
        assert!(set.add(entry, None, None, None).is_err(), "{entry}");
        assert!(set.is_empty());
    }
}

#[test]
fn all_faults_are_counted_and_the_first_are_kept() {
    let (set, read) = lines(SetKind::Domain, &"no entry\na.example\n".repeat(100));
    assert_eq!((set.len(), read.broken.count, read.duplicates.count), (1, 100, 99));
    assert_eq!((read.broken.first.len(), lines_of(&read.broken)[1]), (MAX_KEPT_FAULTS, 3));
    assert_eq!(set.lists().next().unwrap().broken, 100);
}

#[test]
fn hostile_values_are_looked_up_in_linear_time() {
    let (set, _) = lines(SetKind::Url, "a.example/x");
    assert_eq!(found(&set, &format!("b.example{}", "/a".repeat(100_000))), None);
    let (set, _) = lines(SetKind::Domain, "a.example");
    assert_eq!(found(&set, &"a.".repeat(100_000)), None);
    assert_eq!(
        found(&set, &format!("http://a.example/{}", "a.".repeat(100_000))).map(|one| one.1),
        Some(1)
    );
}

proptest! {
    #[test]
    fn reading_any_file_never_panics(text in "([a-z0-9.*#: ,\"{}\\[\\]\\n\u{feff}-]|from|until|2024-01-01|0\\.0\\.0\\.0 ){0,60}") {
        for &(_, kind) in SetKind::ALL {
            let (set, read) = lines(kind, &text);
            prop_assert!(read.broken.count + read.duplicates.count + set.len() <= text.len() + 1);
            for layout in [
                Layout::Table { entry: Column::Numbered(1), from: None, until: None },
                Layout::Json { pointer: String::new(), lines: false },
                Layout::Json { pointer: "/*".to_owned(), lines: true },
            ] {
                // Reading does not panic, and every entry is counted.
                let mut set = Set::new("kz.test".to_owned(), kind);
                let _ = set.read(list("x"), &text, &layout);
                prop_assert_eq!(set.lists().map(|list| list.entries).sum::<usize>(), set.len());
            }
        }
    }

    #[test]
    fn a_domain_covers_itself_and_its_subdomains(entries in proptest::collection::vec("[a-c]{1,3}(\\.[a-c]{1,2})?\\.kz", 1..20)) {
        let (set, _) = lines(SetKind::Domain, &entries.join("\n"));
        for entry in &entries {
            prop_assert_eq!(found(&set, entry).map(|one| one.0), Some(entry.clone()));
            let subdomain = format!("x.{entry}");
            prop_assert_eq!(found(&set, &subdomain).map(|one| one.0), Some(entry.clone()));
            let longer = format!("x{entry}");
            let is_listed = |host: &str| entries.iter().any(|one| host == one || host.ends_with(&format!(".{one}")));
            prop_assert_eq!(found(&set, &longer).is_some(), is_listed(&longer));
        }
    }
}
