//! Histories made by chance, the same for the same number.

use fastrand::Rng;
use lexloci::state::{
    Asked, Asks, Cause, CauseKey, CounterSpec, Delta, Entry, EntryDelta, Judging, Key, Kind,
    MarkAct, MarkActor, MarkDelta, MarkHistory, MarkWhat, Policy, Ruled, Said, Verdict, Whom,
    Window,
};
use lexloci::{Instant, Text};
use std::collections::{BTreeMap, BTreeSet};

pub struct Chance {
    pub random: Rng,
}

/// How many records there are.
const RECORDS: usize = 8;
/// How many seconds they lie apart at most.
const SECONDS: u32 = 60;
/// How many versions there are of all records.
const VERSIONS: u32 = 6;

const ITEMS: [&str; 4] = ["eu.plain", "eu.adds", "eu.distinct", "eu.upheld"];

pub fn at(seconds: i128) -> Instant {
    Instant::from_unix_nanos((1_800_000_000 + seconds) * 1_000_000_000).unwrap()
}

fn policy(item: &str) -> Policy {
    if item == "eu.upheld" { Policy::OnceUpheld } else { Policy::UntilReversed }
}

pub fn counter(item: &str, of: &str) -> Key {
    Key { kind: Kind::Counter, item: item.into(), shadow: false, of: format!("[\"{of}\"]").into() }
}

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self { random: Rng::with_seed(seed) }
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.random.usize(..of.len())]
    }

    pub fn at(&mut self) -> Instant {
        at(i128::from(self.random.u32(..SECONDS)))
    }

    /// A version. There are few, so that several judgings are about the same one.
    fn version(&mut self) -> Instant {
        at(i128::from(self.random.u32(..VERSIONS)) * 10)
    }

    /// The id of a record. One of them is also the key of an author.
    fn record(&mut self) -> Text {
        match self.random.usize(..RECORDS) {
            0 => "tg:7".into(),
            number => format!("tg:1/{number}").into(),
        }
    }

    fn author(&mut self) -> &'static str {
        self.one(&["tg:70", "tg:7", "tg:\u{436}"])
    }

    /// A meaning: the digest of what the rules say. Most histories have one.
    fn meaning(&mut self) -> Text {
        if self.random.u32(..10) == 0 { "other".into() } else { "meaning".into() }
    }

    fn key(&mut self) -> Key {
        let item = self.one(&ITEMS);
        let of = self.author();
        let shadow = self.random.u32(..12) == 0;
        Key { shadow, ..counter(item, of) }
    }

    fn mark(&mut self) -> Key {
        let of = if self.random.bool() { self.author().into() } else { self.record() };
        Key {
            kind: Kind::Mark,
            item: "eu.warned".into(),
            shadow: false,
            of: format!("[\"{of}\"]").into(),
        }
    }

    fn first(&mut self) -> Key {
        let of = format!("[\"{}\"]", self.record()).into();
        Key { kind: Kind::First, item: "eu.r label".into(), shadow: false, of }
    }

    /// The counters of a rule set. Windows become shorter and longer, meanings change, counters come and go.
    pub fn specs(&mut self) -> Vec<CounterSpec> {
        let mut specs = vec![];
        for item in ITEMS {
            for shadow in [false, true] {
                if self.random.u32(..10) == 0 {
                    continue;
                }
                let seconds = [10, 20, 40][self.random.usize(..3)];
                specs.push(CounterSpec {
                    item: item.into(),
                    shadow,
                    meaning: self.meaning(),
                    keeps: seconds * 1_000_000_000,
                    policy: policy(item),
                });
            }
        }
        specs
    }

    fn said(&mut self, item: &str) -> Said {
        let value = match item {
            "eu.distinct" if self.random.u32(..8) > 0 => Some(self.one(&["1", "2", "3", "\"x\""])),
            _ => None,
        };
        let weight = if item == "eu.adds" { self.random.u64(1..5) } else { 1 };
        Said { at: self.at(), value: value.map(Text::from), weight }
    }

    fn entry(&mut self, item: &str, judged: Instant) -> Entry {
        let mut causes = BTreeMap::new();
        for _ in 0..self.random.usize(1..3) {
            let has_rule = item == "eu.upheld" || self.random.u32(..4) == 0;
            let rule = has_rule.then(|| Text::from(self.one(&["eu.r", "eu.s"])));
            let version = rule.is_some().then(|| self.version());
            let mut cause = Cause::default();
            match self.random.u32(..5) {
                0 => cause.maybe = Some((judged, self.said(item))),
                1 if has_rule => {}
                _ => cause.certain = Some(self.said(item)),
            }
            if has_rule && self.random.bool() {
                cause.ruling = Some(self.ruled());
            }
            causes.insert(CauseKey { rule, version }, cause);
        }
        let took: BTreeSet<u64> =
            if self.random.u32(..6) == 0 { [self.random.u64(1..4)].into() } else { [].into() };
        Entry { causes, took }
    }

    fn ruled(&mut self) -> Ruled {
        let verdict = if self.random.bool() { Verdict::Upheld } else { Verdict::Reversed };
        Ruled { given_at: self.at(), verdict }
    }

    fn what(&mut self) -> MarkWhat {
        match self.random.u32(..4) {
            0 => MarkWhat::Clear,
            1 => MarkWhat::Set { until: None },
            _ => MarkWhat::Set { until: Some(self.at()) },
        }
    }

    fn history(&mut self, record: &Text, judged: Instant) -> MarkHistory {
        let version = (self.random.u32(..5) > 0).then(|| self.version());
        let by = MarkActor::Rule { rule: "eu.r".into(), record: record.clone(), version };
        let acts = [MarkAct { at: judged, what: self.what(), by: by.clone() }].into();
        let mut rulings = BTreeMap::new();
        if self.random.u32(..4) == 0 {
            rulings.insert(by, self.ruled());
        }
        MarkHistory { acts, rulings }
    }

    pub fn judged(&mut self) -> (Judging, Delta) {
        let (record, judged) = (self.record(), self.at());
        let judging = Judging {
            record: record.clone(),
            version: Some(self.version()),
            digest: self.one(&["d1", "d2"]).into(),
            ruleset: "r".into(),
            at: judged,
            author: (self.random.u32(..6) > 0).then(|| self.author().into()),
        };
        let mut delta = Delta::default();
        for _ in 0..self.random.usize(..4) {
            let (key, meaning) = (self.key(), self.meaning());
            let (policy, entry) = (policy(&key.item), self.entry(&key.item, judged));
            delta.entries.push(EntryDelta { key, meaning, policy, entry });
        }
        if self.random.u32(..4) == 0 {
            let (key, history) = (self.mark(), self.history(&record, judged));
            delta.marks.push(MarkDelta { key, history });
        }
        if self.random.u32(..6) == 0 {
            delta.firsts.push((self.first(), judged));
        }
        (judging, delta)
    }

    fn asked(&mut self) -> (Key, Asked) {
        match self.random.u32(..8) {
            0 => (self.mark(), Asked::Mark { at: self.at() }),
            1 => (self.first(), Asked::First),
            _ => {
                let key = self.key();
                let until = self.at();
                let length = i128::from(self.random.u32(1..50));
                let after = until.plus_nanos(-length * 1_000_000_000).unwrap();
                let value = ["1", "2", "\"x\""][self.random.usize(..3)].into();
                let asked = Asked::Count {
                    meaning: self.meaning(),
                    window: Window { after, until },
                    since: if self.random.bool() { at(0) } else { self.at() },
                    policy: policy(&key.item),
                    distinct: &*key.item == "eu.distinct",
                    value: Some(value)
                        .filter(|_| &*key.item == "eu.distinct" && self.random.bool()),
                };
                (key, asked)
            }
        }
    }

    pub fn asks(&mut self) -> Vec<Asks> {
        (0..self.random.usize(1..4))
            .map(|_| {
                let asked = (0..self.random.usize(1..4)).map(|_| self.asked()).collect();
                Asks { record: self.record(), asked }
            })
            .collect()
    }

    pub fn whom(&mut self) -> Whom {
        if self.random.bool() {
            Whom::Record(self.record())
        } else {
            Whom::Author(self.author().into())
        }
    }

    pub fn person_mark(&mut self) -> (Key, Instant, MarkWhat) {
        (self.mark(), self.at(), self.what())
    }

    /// All keys that a history may have changed.
    pub fn keys() -> Vec<Key> {
        let mut keys = vec![];
        let authors = ["tg:70", "tg:7", "tg:\u{436}"].map(String::from);
        for of in &authors {
            for item in ITEMS {
                let key = counter(item, of);
                keys.push(Key { shadow: true, ..key.clone() });
                keys.push(key);
            }
        }
        let records = (0..RECORDS).map(|number| format!("tg:1/{number}"));
        for of in records.chain(authors) {
            let of: Text = format!("[\"{of}\"]").into();
            let key =
                |kind, item: &str| Key { kind, item: item.into(), shadow: false, of: of.clone() };
            keys.push(key(Kind::Mark, "eu.warned"));
            keys.push(key(Kind::First, "eu.r label"));
        }
        keys
    }
}
