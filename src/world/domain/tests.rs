//! Tests of host names, with the test vectors of the standards, which are files outside the project.

use super::{canonical, is_plain, is_public_suffix, registrable};
use proptest::prelude::{prop_assert_eq, proptest};
use std::fs;
use url::Host;

#[test]
fn each_host_has_one_normal_form() {
    for (written, form) in [
        ("example.com", Some("example.com")),
        ("WWW.Example.COM.", Some("www.example.com")),
        ("пример.рф", Some("xn--e1afmkfd.xn--p1ai")),
        ("XN--E1AFMKFD.xn--p1ai", Some("xn--e1afmkfd.xn--p1ai")),
        ("ｔ。ｍｅ", Some("t.me")),
        ("a_b.example", Some("a_b.example")),
        ("192.0.2.7", Some("192.0.2.7")),
        ("0xC0.0.2.7", Some("192.0.2.7")),
        ("[2001:DB8::1]", Some("[2001:db8::1]")),
        ("localhost", Some("localhost")),
        ("", None),
        (".", None),
        (".com", None),
        ("a..b", None),
        ("a.*.com", None),
        ("a b.com", None),
        ("user@example.com", None),
        ("example.com/path", None),
        ("7", None),
        ("a;b.com", None),
        ("xn--.com", None),
        ("1.2.3.4.5", None),
    ] {
        assert_eq!(canonical(written).as_deref(), form, "{written}");
    }
    assert_eq!(canonical(&format!("{}.com", "a".repeat(64))), None);
    assert_eq!(canonical(&"a.".repeat(200)), None);
}

#[test]
fn the_registered_domain_follows_the_suffix_list() {
    for (host, domain) in [
        ("a.b.co.uk", Some("b.co.uk")),
        ("co.uk", None),
        ("user.github.io", Some("user.github.io")),
        ("192.0.2.7", None),
        ("localhost", None),
    ] {
        assert_eq!(registrable(host), domain, "{host}");
    }
    assert!(is_public_suffix("co.uk") && is_public_suffix("localhost"));
    assert!(!is_public_suffix("github.io") && !is_public_suffix("example.com"));
}

proptest! {
    #[test]
    fn plain_hosts_are_parsed_unchanged(host in "([a-z0-9]{1,3}[-_.]){0,4}([a-z0-9]{1,4}|xn--[a-z0-9]{1,4})") {
        if is_plain(&host) {
            prop_assert_eq!(Host::parse(&host), Ok(Host::Domain(host.clone())));
        }
    }
}

/// The text of a data file that is not part of the project.
#[expect(clippy::print_stderr, reason = "a test that finds no data says so")]
fn shared_data(name: &str) -> Option<String> {
    let path = format!("{}/../shared/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("{path} is absent: its vectors were not run");
    }
    text
}

/// `checkPublicSuffix('www.example.com', 'example.com');` of the public suffix list.
#[test]
fn the_tests_of_the_public_suffix_list_agree() {
    let Some(text) = shared_data("lists/conformance/url/test_psl.txt") else { return };
    let quoted = |text: &str| Some(text.trim().strip_prefix('\'')?.strip_suffix('\'')?.to_owned());
    let mut all = 0;
    for line in text.lines() {
        let case = line.strip_prefix("checkPublicSuffix(").and_then(|line| line.strip_suffix(");"));
        let Some((host, domain)) = case.and_then(|case| case.split_once(',')) else { continue };
        let Some(host) = quoted(host) else { continue };
        let domain = quoted(domain).map(|domain| canonical(&domain).unwrap().into_owned());
        let host = canonical(&host);
        assert_eq!(host.as_deref().and_then(registrable), domain.as_deref(), "{line}");
        all += 1;
    }
    assert!(all > 70, "{all}");
}

/// The columns of `IdnaTestV2.txt` (UTS 46): source, Unicode form, its status, ASCII form without transitional
/// processing, its status, … An empty cell repeats the previous form or status.
#[test]
fn the_tests_of_uts_46_agree() {
    let Some(text) = shared_data("lists/unicode/IdnaTestV2.txt") else { return };
    // The faults that registries refuse and browsers allow (the URL standard, “domain to ASCII”, not strict): hyphens
    // in places where IDNA reserves them (V2, V3, and V4 of labels that begin with `xn--` when decoded), signs that STD
    // 3 excludes (U1), the root dot (A4_1, A4_2).
    let lenient = ["V2", "V3", "V4", "U1", "A4_1", "A4_2", "X4_2"];
    let (mut good, mut bad, mut skipped) = (0, 0, 0);
    let mut wrong = vec![];
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let line = line.split('#').next().unwrap_or(line);
        let cells: Vec<String> = line.split(';').map(|cell| unescaped(cell.trim())).collect();
        let [source, unicode, unicode_status, ascii, ascii_status, ..] = cells.as_slice() else {
            continue;
        };
        let or_else =
            |one: &String, other: &String| if one.is_empty() { other.clone() } else { one.clone() };
        let unicode = or_else(unicode, source);
        let (ascii, status) = (or_else(ascii, &unicode), or_else(ascii_status, unicode_status));
        let ours = canonical(source);
        let is_clean = status.is_empty() || status == "[]";
        let is_lenient = status
            .trim_matches(['[', ']'])
            .split(',')
            .map(str::trim)
            .all(|one| lenient.contains(&one));
        match ours {
            Some(ours) if is_clean => {
                // `canonical` drops the root dot and normalises addresses, so it is applied to the expected form too.
                let wanted = canonical(&ascii);
                if Some(&ours) != wanted.as_ref() {
                    wrong.push(format!("{line}: {ours}"));
                }
                good += 1;
            }
            Some(ours) => {
                if !is_lenient {
                    wrong.push(format!("{line}: {ours}"));
                }
                skipped += 1;
            }
            None if is_clean => {
                // IDNA accepts some signs that no host name may have.
                let plain = ascii.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
                if plain && canonical(&ascii).is_some() {
                    wrong.push(format!("{line}: refused"));
                }
                skipped += 1;
            }
            None => bad += 1,
        }
    }
    assert!(
        good > 500 && bad > 5000 && skipped < 200,
        "{good} agree, {bad} are refused, {skipped} let pass"
    );
}

/// Resolves escapes such as `\\u0061` and `\\x{10FFFF}`. The cell `""` is an empty text.
fn unescaped(cell: &str) -> String {
    let escape = regex::Regex::new(r"\\u([0-9A-Fa-f]{4})|\\x\{([0-9A-Fa-f]+)\}").unwrap();
    let cell = cell.trim_matches('"');
    let character = |found: &regex::Captures<'_>| {
        let code = found.get(1).or(found.get(2)).unwrap().as_str();
        char::from_u32(u32::from_str_radix(code, 16).unwrap()).map(String::from).unwrap_or_default()
    };
    escape.replace_all(cell, character).into_owned()
}
