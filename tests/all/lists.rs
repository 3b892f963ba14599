//! Lists that others publish: phishing domains, sanctioned and labelled addresses. They are read unchanged.

use crate::shared;
use lexloci::{Compiler, Diagnostic, Instant, Place, RuleSet, State};
use std::collections::BTreeSet;

const RULES: &str = r#"
jurisdiction WORLD { zone "UTC" }
policy terms "Terms of service" {}
set listed: KIND from "lists/FILE" LAYOUT
rule listed_link "A listed link" {
  basis terms
  when  any link in links where (link.host in listed)
        or any wallet in wallets where (wallet.address in listed)
  then  label
}
"#;

/// A rule set with one list.
fn compiled(kind: &str, file: &str, layout: &str, text: &str) -> RuleSet {
    let rules = RULES.replace("KIND", kind).replace("FILE", file).replace("LAYOUT", layout);
    let compiler = Compiler::new().file("world.loci", rules);
    let list = format!("lists/{file}");
    compiler.list(list, text).compile().unwrap_or_else(|failure| panic!("{file}: {failure}"))
}

/// An expression on a record with these links, each by its host.
fn evaluated(set: &RuleSet, hosts: &[String], expression: &str) -> String {
    let links: Vec<_> = hosts
        .iter()
        .map(|host| serde_json::json!({ "url": format!("https://{host}/"), "via": "url", "host": host }))
        .collect();
    let record = serde_json::json!({ "id": "x", "platform": "test", "links": links });
    let record = set.read(record.to_string().as_bytes()).unwrap();
    let world = set.place("WORLD").unwrap();
    let expression = set.expression(expression, world).unwrap();
    let at = Instant::parse("2026-03-01T00:00:00Z").unwrap();
    let answer = set.evaluator().evaluate(&expression, &record, at, &State::default()).unwrap();
    answer.written().unwrap_or_else(|missing| panic!("{missing:?}"))
}

/// How many of some hosts are listed.
fn count(set: &RuleSet, hosts: &[String]) -> usize {
    let counts = hosts.chunks(1000).map(|hosts| {
        let count = "count link in links where (link.host in listed)";
        evaluated(set, hosts, count).parse::<usize>().unwrap()
    });
    counts.sum()
}

/// At most `max` of the hosts, spread evenly.
fn sample(all: &[String], max: usize) -> Vec<String> {
    let step = all.len().div_ceil(max).max(1);
    all.iter().step_by(step).cloned().collect()
}

/// The plain hosts of a list as another reader would see them.
fn hosts(file: &str, text: &str) -> Vec<String> {
    let entries: Vec<String> = if file.ends_with(".json") {
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        let list = json.get("deny").unwrap_or(&json);
        match list {
            serde_json::Value::Array(all) => {
                all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
            }
            serde_json::Value::Object(all) => all.keys().cloned().collect(),
            _ => vec![],
        }
    } else {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(|line| line.split_whitespace().last().map(str::to_owned)).collect()
    };
    let is_host = |host: &String| {
        host.contains('.')
            && !host.contains(['/', ':', ' ', '?', '@'])
            && !host.ends_with(|c: char| c.is_ascii_digit())
    };
    entries.into_iter().filter(is_host).collect()
}

const PHISHING: &[(&str, &str)] = &[
    ("etheraddresslookup_domains.json", ""),
    ("polkadot_all.json", "{ pointer \"/deny\" }"),
    ("polkadot_address.json", ""),
    ("discord_phishing_domains.txt", ""),
    ("discord_suspicious_domains.txt", ""),
    ("fr_yassirh_phishing_hosts.txt", ""),
    ("global_anti_scam_org.txt", ""),
    ("durablenapkin_scam_hosts.txt", ""),
];

#[test]
fn phishing_lists_contain_their_domains_and_no_others() {
    let Some(allowed) = shared::text("lists/phishing/polkadot_all.json") else { return };
    let allowed: serde_json::Value = serde_json::from_str(&allowed).unwrap();
    let allowed = allowed["allow"].as_array().unwrap().iter();
    let allowed: Vec<String> = allowed
        .map(|host| host.as_str().unwrap().trim_start_matches("*.").to_owned())
        .chain(["example.com".to_owned(), "www.example.com".to_owned()])
        .collect();
    for (file, layout) in PHISHING {
        let Some(text) = shared::text(&format!("lists/phishing/{file}")) else { return };
        let set = compiled("domain", file, layout, &text);
        let hosts = hosts(file, &text);
        let info = set.sets().next().unwrap();
        let list = &info.lists[0];
        assert_eq!(list.entries, info.entries, "{file}");
        // Lines that are no entries get a warning. They are so few that the list is not refused.
        let warnings: Vec<&Diagnostic> =
            set.warnings().iter().filter(|one| one.code.as_str() == "LX4030").collect();
        assert_eq!(warnings.is_empty(), list.broken == 0, "{file}: {warnings:?}");
        let sampled: Vec<String> =
            sample(&hosts, 1000).iter().map(|host| format!("login.{host}")).collect();
        let found = count(&set, &sampled);
        let lost = sampled.len() - found;
        assert!(
            lost <= list.broken.min(sampled.len() / 100),
            "{file}: {lost} of {} are not found, {} lines are no entries",
            sampled.len(),
            list.broken
        );
        // Some lists contain hosts that another list allows. Those are left out.
        let listed: BTreeSet<&String> = hosts.iter().collect();
        let others: Vec<String> =
            allowed.iter().filter(|host| !listed.contains(host)).cloned().collect();
        assert_eq!(count(&set, &others), 0, "{file}");
    }
}

/// The lists of OFAC, each with the chain of most of its addresses.
const SANCTIONED: &[(&str, &str)] =
    &[("XBT", "btc"), ("ETH", "eth"), ("TRX", "tron"), ("LTC", "ltc")];

#[test]
fn sanctioned_addresses_are_recognised_and_found() {
    for (ticker, chain) in SANCTIONED {
        let file = format!("sanctioned_addresses_{ticker}.txt");
        let Some(text) = shared::text(&format!("lists/crypto/ofac/{file}")) else { return };
        let set = compiled("wallet", &file, "", &text);
        assert_eq!(set.sets().next().unwrap().lists[0].broken, 0, "{ticker}");
        let world = set.place("WORLD").unwrap();
        let at = Instant::parse("2026-03-01T00:00:00Z").unwrap();
        let count = |condition: &str| {
            let count = format!("count wallet in wallets where ({condition})");
            set.expression(&count, world).unwrap()
        };
        let recognised = count("wallet.checksum_ok and wallet.address in listed");
        let of_another = count(&format!("wallet.chain != \"{chain}\""));
        let mut others = 0;
        for addresses in text.lines().collect::<Vec<_>>().chunks(50) {
            let message = addresses.join(", кошелёк: ");
            let record = set.given(&format!("{{ text: \"{message}\" }}")).unwrap();
            let answer =
                set.evaluator().evaluate(&recognised, &record, at, &State::default()).unwrap();
            assert_eq!(answer.written(), Ok(addresses.len().to_string()), "{ticker}: {message}");
            let others_here =
                set.evaluator().evaluate(&of_another, &record, at, &State::default()).unwrap();
            others += others_here.written().unwrap().parse::<usize>().unwrap();
        }
        // The list of Bitcoin has an address of TRON in it.
        assert!(others <= usize::from(*ticker == "XBT"), "{ticker}: {others} of other chains");
    }
}

#[test]
fn labelled_addresses_of_ton_are_found_in_every_form() {
    let Some(text) = shared::text("lists/crypto/ton-labels.jsonl") else { return };
    let layout = "{ pointer \"/data/addresses/*/address\" }";
    let set = compiled("wallet", "ton-labels.jsonl", layout, &text);
    let info = set.sets().next().unwrap();
    assert!(info.entries > 3000 && info.lists[0].broken == 0, "{info:?}");
}

#[test]
fn evidence_names_the_entry_and_its_line() {
    let text = "# Source: https://lists.example/scam\n# Last updated: 2026-02-01\n\n\
        other.example\nscam.example from 2026-01-01 until 2027-01-01\n";
    let set = compiled("domain", "scam.txt", "", text);
    let record = set.given("{ text: \"see https://login.Scam.example\" }").unwrap();
    let at = Instant::parse("2026-03-01T00:00:00Z").unwrap();
    let mut evaluator = set.evaluator();
    let decision = evaluator.decide(&record, Place::WORLD, at, &State::default()).unwrap();
    let evidence = serde_json::to_value(&decision.matched[0].evidence).unwrap();
    assert_eq!(
        evidence,
        serde_json::json!([{
            "part": "text", "bytes": [4, 30], "chars": [4, 30], "utf16": [4, 30],
            "text": "https://login.Scam.example", "list": "links"
        }, {
            "part": "links[0].host", "bytes": [0, 18], "chars": [0, 18], "utf16": [0, 18],
            "text": "login.scam.example", "set": "world.listed",
            "entry": {
                "value": "scam.example", "list": "lists/scam.txt", "line": 5,
                "from": "2026-01-01", "until": "2027-01-01",
                "source": "https://lists.example/scam", "as_of": "2026-02-01"
            }
        }])
    );
    let why = evaluator.explain(&record, Place::WORLD, at, &State::default()).unwrap().to_string();
    let expected = "in world.listed: \"scam.example\" from 2026-01-01 until 2027-01-01, line 5 of lists/scam.txt, \
        of \"2026-02-01\" from \"https://lists.example/scam\"";
    assert!(why.contains(expected), "{why}");
    let info = set.sets().next().unwrap();
    assert_eq!((info.id, info.kind, info.entries), ("world.listed", "domain", 2));
    assert_eq!(info.lists[0].sha256.as_deref().map(str::len), Some(64));
}

/// The messages about a rule file with a list, with their codes.
fn messages(kind: &str, file: &str, layout: &str, text: &str) -> Vec<String> {
    let rules = RULES.replace("KIND", kind).replace("FILE", file).replace("LAYOUT", layout);
    let compiler = Compiler::new().file("world.loci", rules).list(format!("lists/{file}"), text);
    let found = match compiler.compile() {
        Ok(set) => set.warnings().to_vec(),
        Err(failure) => failure.diagnostics,
    };
    let label = |one: &Diagnostic| {
        if one.label.is_empty() { String::new() } else { format!(" ({})", one.label) }
    };
    found.iter().map(|one| format!("{} {}{}", one.code.as_str(), one.message, label(one))).collect()
}

#[test]
fn faults_of_a_list_are_reported() {
    let few = "a.example\nno entry\n".repeat(3) + "b.example\nb.example\nc.example\n";
    let many = (0..20).map(|n| format!("c{n}.example\nno{n} entry\n")).collect::<String>();
    let is_not = "is not a domain: write only the domain, such as `loans.example`, without `https://` and path";
    for (text, wanted) in [
        (few.as_str(), vec![
            "LX4003 lists/a.txt:3: `a.example` is listed twice (the same in 2 more lines: 5, 8)".to_owned(),
            format!("LX4030 lists/a.txt:2: `no entry` {is_not} (the same in 2 more lines: 4, 6)"),
        ]),
        (&many, vec![format!("LX4030 lists/a.txt:2: `no0 entry` {is_not} (the same in 19 more lines: 4, 6, 8, 10, …)")]),
        // An entry that is listed twice is of the kind, so half of these lines are.
        ("a.example\na.example\nno entry\nno 2", vec![
            "LX4003 lists/a.txt:2: `a.example` is listed twice".to_owned(),
            format!("LX4030 lists/a.txt:3: `no entry` {is_not} (the same in 1 more line: 4)"),
        ]),
    ] {
        assert_eq!(messages("domain", "a.txt", "", text), wanted);
    }
    for (file, layout, text, wanted) in [
        (
            "a.txt",
            "",
            "one two\nthree four\na.example",
            "LX1014 2 of 3 lines of `lists/a.txt` do not fit the set, whose kind is `domain` (line 1: `one two` is not a domain)",
        ),
        (
            "a.csv",
            "{ column \"domain\" }",
            "id,host\n1,a.example",
            "LX1014 lists/a.csv:1: there is no column `domain`; the columns are `id`, `host`",
        ),
        (
            "a.json",
            "{ pointer \"/block\" }",
            "{\"deny\":[]}",
            "LX1014 lists/a.json:1: there is nothing at `/block`: the keys of the file are `deny`",
        ),
        (
            "a.txt",
            "{ sha256 \"12\" }",
            "a.example",
            "LX1013 a SHA-256 digest has 64 hexadecimal digits",
        ),
        (
            "a.txt",
            "{ column 1  pointer \"\" }",
            "a.example",
            "LX0012 a list cannot have both a `column` and a `pointer`",
        ),
        (
            "a.txt",
            "{ from column 2 }",
            "a.example",
            "LX0013 the list has a column for days but none for entries",
        ),
        ("a.txt", "{ column 0 }", "a.example", "LX0008 there is no column 0"),
        ("a.txt", "{ column 1  column 2 }", "a.example", "LX0012 there are two `column` clauses"),
        (
            "a.txt",
            "",
            "a.example\nA.example.\n",
            "LX4003 lists/a.txt:2: `A.example.` is listed twice",
        ),
    ] {
        assert_eq!(messages("domain", file, layout, text), [wanted], "{file} {layout}");
    }
    let digest = "sha256:6f6c3e0e0b0f9c5c4f8e3f1f2f0e8a2d";
    assert_eq!(
        messages("domain", "a.txt", &format!("{{ sha256 \"{digest}\" }}"), "a.example").len(),
        1
    );
    for (kind, text) in [
        ("wallet", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
        ("url", "t.me/x"),
        ("hash", "d41d8cd98f00b204"),
        ("number", "+7 701 1234567"),
        ("text", "free money"),
    ] {
        assert_eq!(messages(kind, "a.txt", "", text), Vec::<String>::new(), "{kind}");
    }
}

#[test]
fn a_list_that_differs_from_its_digest_is_refused() {
    let text = "a.example\n";
    let digest = compiled("domain", "a.txt", "", text).sets().next().unwrap().lists[0]
        .sha256
        .clone()
        .unwrap();
    for pin in [digest.clone(), digest.to_uppercase(), format!("sha256:{digest}")] {
        assert_eq!(
            messages("domain", "a.txt", &format!("{{ sha256 \"{pin}\" }}"), text),
            Vec::<String>::new()
        );
    }
    let changed = messages("domain", "a.txt", &format!("{{ sha256 \"{digest}\" }}"), "b.example\n");
    assert_eq!(
        changed,
        ["LX1013 `lists/a.txt` has changed: its digest is not the one written here"]
    );
}

/// A register describes the earliest day that its lists name, unless it names one itself. Lines that are not entries make it
/// incomplete.
#[test]
fn a_register_is_as_old_as_its_oldest_list() {
    let register = |clauses: &str| {
        format!(
            "jurisdiction WORLD {{ zone \"UTC\" }}\npolicy house \"House\" {{}}\n\
             register listed: domain from \"lists/a.txt\", \"lists/b.txt\" {{ as of 2026-02-03 }} {{ complete from 2026-01-01  {clauses} }}\n\
             rule r {{ basis house  when any link in links where (link.host in listed)  then label }}\n"
        )
    };
    let compile = |clauses: &str, header: &str| {
        let compiler = Compiler::new().file("world.loci", register(clauses));
        let compiler = compiler.list("lists/a.txt", format!("{header}a.example\n"));
        compiler.list("lists/b.txt", "b.example\n").compile()
    };
    let until = |clauses: &str, header: &str| {
        let registers = lexloci::law::registers(&compile(clauses, header).unwrap(), None, None);
        registers[0].complete_until.unwrap().to_string()
    };
    let fresh = "fresh for 10 days";
    assert_eq!(until(fresh, "# Last updated: 2026-02-01\n"), "2026-02-11");
    assert_eq!(until(fresh, "# Date: 2026-02-04T12:00:00Z\n"), "2026-02-13");
    assert_eq!(until("as of 2026-02-05  fresh for 10 days", "# Date: 2026-02-04\n"), "2026-02-15");
    let codes = |clauses: &str, header: &str| -> Vec<&str> {
        let failure = compile(clauses, header).unwrap_err();
        let errors = failure.diagnostics.iter().filter(|one| one.is_error());
        errors.map(|one| one.code.as_str()).collect()
    };
    assert_eq!(codes(fresh, ""), ["LX0013"]);
    assert_eq!(codes(fresh, "# Last updated: in February\n"), ["LX0013"]);
    assert_eq!(codes(fresh, "# Last updated: 2025-12-31\n"), ["LX3015"]);
    assert_eq!(codes(fresh, "# Last updated: 2026-02-01\nno host at all\n"), ["LX1016"]);
}
