//! Judgings made by chance, with and without rulings of persons and for several places: what they leave behind does not depend
//! on their order, and is what a list of them says.

use crate::agree::{histories, without_numbers};
use crate::histories::at;
use fastrand::Rng;
use lexloci::state::{
    Asked, Asks, CounterSpec, History, Key, Kind, Memory, Policy, Reading, Store, Verdict, Window,
};
use lexloci::{Compiler, Given, Keeper, RuleSet, Text};
use lexloci_store::Sqlite;
use std::collections::{BTreeMap, BTreeSet};

const EU: &str = r#"
jurisdiction EU { zone "UTC" }
policy terms "Terms of service" {}
rule pills  { basis terms  when text mentions "pills"  then label for 7 days }
rule income { basis terms  when text mentions "income"  then review }
counter found  { per author.key  over 90 days  since 2026-01-01  counts rules pills, income }
counter upheld { per author.key  over 90 days  since 2026-01-01  counts rules pills, income upheld  adds length(links) }
counter chats  { per author.key  over 90 days  since 2026-01-01  counts rules pills upheld  distinct chat.id }
rule second { basis terms  when upheld reaches 2 or chats reaches 2 or found reaches 3  then review }
mark noted on author "Noted"
rule note { basis terms  when text mentions "pills"  then mark noted for 90 days }
"#;

const FR: &str = r#"
jurisdiction FR { zone "UTC" }
policy house "House rules" {}
rule noted { basis house  when text mentions "pills" and eu.noted is set  then demote }
"#;

const TEXTS: [&str; 4] = ["pills", "income", "pills and income", "hello"];
const RULES: [&str; 2] = ["eu.pills", "eu.income"];
const RECORDS: u32 = 3;
/// The versions of each record, in seconds.
const VERSIONS: [i128; 3] = [0, 20, 40];

fn rules() -> RuleSet {
    Compiler::new().file("eu.loci", EU).file("fr.loci", FR).compile().unwrap()
}

/// A ruling that comes with a judging.
#[derive(Clone, Debug, PartialEq)]
struct Ruling {
    given_at: i128,
    rules: Vec<&'static str>,
    version: Option<i128>,
    verdict: Verdict,
}

/// One version of a record that is judged.
#[derive(Clone, Debug, PartialEq)]
struct Judged {
    record: u32,
    version: i128,
    text: &'static str,
    links: usize,
    chat: u32,
    rulings: Vec<Ruling>,
    at: i128,
}

impl Judged {
    fn json(&self) -> String {
        let rulings: Vec<_> = self.rulings.iter().map(Ruling::json).collect();
        let (sent, edited) = (at(VERSIONS[0]), at(self.version));
        let edited =
            if edited == sent { String::new() } else { format!(r#""edited_at": "{edited}","#) };
        let links = vec![r#"{ "url": "https://a.example/", "via": "url" }"#; self.links].join(",");
        format!(
            r#"{{ "id": "m{}", "platform": "telegram", "sent_at": "{sent}", {edited}
                "author": {{ "account": {{ "id": 7 }} }}, "chat": {{ "id": {} }}, "links": [{links}],
                "visibility": {{ "audience": "public", "countries": "*" }},
                "parts": [{{ "kind": "text", "text": "{}" }}], "reports": {{ "rulings": [{}] }} }}"#,
            self.record,
            self.chat,
            self.text,
            rulings.join(",")
        )
    }

    fn fires(&self, rule: &str) -> bool {
        self.text.contains(rule.strip_prefix("eu.").unwrap())
    }
}

impl Ruling {
    fn json(&self) -> String {
        let rules: Vec<_> = self.rules.iter().map(|rule| format!("\"{rule}\"")).collect();
        let version = self.version.map(|version| format!(r#", "version": "{}""#, at(version)));
        format!(
            r#"{{ "given_at": "{}", "place": "EU", "rules": [{}], "verdict": "{}"{} }}"#,
            at(self.given_at),
            rules.join(","),
            self.verdict.word(),
            version.unwrap_or_default()
        )
    }
}

/// Judgings of a few records. A record may be edited, and the same version comes with and without rulings.
fn judgings(random: &mut Rng) -> Vec<Judged> {
    let mut versions = BTreeMap::new();
    let mut rulings = vec![];
    let mut judged: Vec<Judged> = vec![];
    for _ in 0..random.usize(3..10) {
        let (record, version) = (random.u32(..RECORDS), VERSIONS[random.usize(..3)]);
        let (text, links, chat) = *versions
            .entry((record, version))
            .or_insert_with(|| (TEXTS[random.usize(..4)], random.usize(..3), random.u32(1..3)));
        if random.bool() {
            rulings.push((
                record,
                Ruling {
                    given_at: i128::from(random.u32(..100)),
                    rules: if random.bool() {
                        RULES.to_vec()
                    } else {
                        vec![RULES[random.usize(..2)]]
                    },
                    version: random.bool().then(|| VERSIONS[random.usize(..3)]),
                    verdict: Verdict::ALL[random.usize(..2)],
                },
            ));
        }
        let at = version.max(i128::from(random.u32(..100)));
        let mut come = vec![];
        for (of, ruling) in &rulings {
            // What is given later than the judging is not seen.
            if *of == record && ruling.given_at <= at && random.u32(..3) > 0 {
                come.push(ruling.clone());
            }
        }
        let one = Judged { record, version, text, links, chat, rulings: come, at };
        if !judged.contains(&one) {
            judged.push(one);
        }
    }
    judged
}

/// Judges a record for a place, and says whether the demotion that only FR knows is asked for.
fn judge<S: Store>(keeper: &mut Keeper<S>, one: &Judged, place: &str) -> bool {
    let places = [keeper.rule_set().place(place).unwrap()];
    let json = one.json();
    let kept = keeper.judge(&[Given { json: json.as_bytes(), places: &places, at: at(one.at) }]);
    kept.stored.unwrap();
    let decided = kept.decided.into_iter().next().unwrap().unwrap();
    decided.decisions[0].outcomes.iter().any(|outcome| outcome.action == "demote")
}

/// Whether the mark was set before a judging, by those that were kept.
fn is_noted(kept: &[&Judged], judging: &Judged) -> bool {
    judging.fires("eu.pills")
        && kept.iter().any(|one| {
            one.fires("eu.pills")
                && one.at <= judging.at
                && (one.record, one.at) != (judging.record, judging.at)
        })
}

/// Whether a rule counts on a version of a record, by all that judgings found and all rulings.
fn counts(judged: &[Judged], record: u32, rule: &str, version: i128, policy: Policy) -> bool {
    let of_record = || judged.iter().filter(|one| one.record == record);
    let rulings =
        || of_record().flat_map(|one| &one.rulings).filter(|one| one.rules.contains(&rule));
    let about = rulings().filter(|one| match one.version {
        Some(of) => of == version,
        None => version <= one.given_at,
    });
    let latest = about.max_by_key(|one| (one.given_at, one.verdict == Verdict::Reversed));
    // A person who upheld it for a version that was not judged with the ruling has found it.
    let is_found = of_record().any(|one| {
        let names = |ruling: &Ruling| {
            ruling.version == Some(version)
                && ruling.rules.contains(&rule)
                && one.latest_on(rule, version).is_some_and(|one| one.verdict == Verdict::Upheld)
        };
        one.version == version && one.fires(rule)
            || one.version != version
                && policy == Policy::OnceUpheld
                && one.rulings.iter().any(names)
    });
    let counts = match latest.map(|one| one.verdict) {
        Some(Verdict::Upheld) => true,
        Some(Verdict::Reversed) => false,
        None => policy == Policy::UntilReversed,
    };
    is_found && counts
}

impl Judged {
    /// The last ruling that came with it and names a version.
    fn latest_on(&self, rule: &str, version: i128) -> Option<&Ruling> {
        let about = |one: &&Ruling| one.rules.contains(&rule) && one.version == Some(version);
        let rulings = self.rulings.iter().filter(about);
        rulings.max_by_key(|one| (one.given_at, one.verdict == Verdict::Reversed))
    }
}

fn key(item: &str) -> Key {
    let (kind, of) = (Kind::Counter, Text::from("[\"telegram:7\"]"));
    Key { kind, item: item.into(), shadow: false, of }
}

/// How much a counter has in the end.
fn count(store: &mut dyn Store, spec: &CounterSpec, distinct: bool) -> u64 {
    let window = Window { after: at(-1_000), until: at(1_000) };
    let asked = Asked::Count {
        meaning: spec.meaning.clone(),
        window,
        since: window.after,
        policy: spec.policy,
        distinct,
        value: None,
    };
    let key = key(&spec.item);
    let asks = Asks { record: "nobody".into(), asked: [(key.clone(), asked)].into() };
    let state = store.read(&[asks]).unwrap().remove(0);
    let Some(Reading::Count(count)) = state.readings.get(&key) else { panic!("no count") };
    assert_eq!(Some(count.certain), count.possible);
    count.certain
}

/// What is kept, without who took which number: that depends on the order.
fn left(store: &mut dyn Store) -> BTreeMap<Key, History> {
    let kind =
        |kind, item: &str, of: &str| Key { kind, item: item.into(), shadow: false, of: of.into() };
    let mut keys = vec![kind(Kind::Mark, "eu.noted", "[\"telegram:7\"]")];
    keys.extend(["eu.found", "eu.upheld", "eu.chats"].map(key));
    let firsts = (0..RECORDS).map(|record| format!("[\"m{record}\"]"));
    keys.extend(firsts.map(|of| kind(Kind::First, "label by eu.pills in EU", &of)));
    let mut left = without_numbers(store.histories(&keys).unwrap());
    for history in left.values_mut() {
        if let History::Counter(meanings) = history {
            for entry in meanings.values_mut().flat_map(|one| one.entries.values_mut()) {
                entry.took.clear();
            }
        }
    }
    left
}

#[test]
fn judgings_with_and_without_their_rulings_leave_the_same_in_any_order() {
    let set = rules();
    let specs = set.counters();
    let (mut counted, mut noted) = (0, [0; 2]);
    for seed in 0..histories(2_000) / 4 {
        let mut random = Rng::with_seed(seed);
        let mut judged = judgings(&mut random);
        let mut keeper = Keeper::new(&set, Memory::new(None)).unwrap();
        let mut kept: Vec<&Judged> = vec![];
        for one in &judged {
            let place = ["FR", "DE"][random.usize(..2)];
            let wanted = is_noted(&kept, one);
            let is_noted_now = judge(&mut keeper, one, place);
            assert_eq!(is_noted_now, wanted && place == "FR", "history {seed}: {one:?}");
            // The same judging for another place is answered, and leaves nothing behind.
            let before = left(keeper.store());
            assert_eq!(judge(&mut keeper, one, "FR"), wanted, "history {seed}: {one:?}");
            assert!(!judge(&mut keeper, one, "DE"));
            assert_eq!(left(keeper.store()), before, "history {seed}: {one:?}");
            noted[usize::from(wanted)] += 1;
            kept.push(one);
        }
        let wanted = left(keeper.store());
        for spec in &specs {
            let counted_rules = if &*spec.item == "eu.chats" { &RULES[..1] } else { &RULES };
            let records: BTreeSet<u32> = (0..RECORDS)
                .filter(|record| {
                    counted_rules.iter().any(|rule| {
                        let counts = |at| counts(&judged, *record, rule, at, spec.policy);
                        VERSIONS.into_iter().any(counts)
                    })
                })
                .collect();
            let found = count(keeper.store(), spec, false);
            if &*spec.item != "eu.upheld" {
                assert_eq!(found, records.len() as u64, "{} in history {seed}", spec.item);
            }
            assert_eq!(found > 0, !records.is_empty(), "{} in history {seed}", spec.item);
            counted += found;
        }
        random.shuffle(&mut judged);
        let mut memory = Keeper::new(&set, Memory::new(None)).unwrap();
        let mut sqlite = Keeper::new(&set, Sqlite::open(":memory:", None).unwrap()).unwrap();
        for one in &judged {
            judge(&mut memory, one, "DE");
            judge(&mut sqlite, one, "FR");
        }
        assert_eq!(left(memory.store()), wanted, "history {seed}: {judged:#?}");
        assert_eq!(left(sqlite.store()), wanted, "history {seed}: {judged:#?}");
    }
    assert!(counted > 100 && noted.iter().all(|number| *number > 100), "{counted} {noted:?}");
}
