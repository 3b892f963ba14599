//! Decisions with memory: the engine is equal to the interpreter, whoever asks, and nothing in the file of a place changes
//! what is kept for another. Rule sets have three levels, so that no rule reads a counter that counts it.

use super::engine::cases;
use super::times::Times;
use lexloci::state::{Asks, Delta, Memory, Store};
use lexloci::{Compiler, Evaluator, Instant, Method, Place, RuleSet, State, Why};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;
use std::fmt::Write;

pub(super) const PLACES: [(&str, &str); 4] =
    [("WORLD", "world.loci"), ("EU", "eu.loci"), ("FR", "fr.loci"), ("KZ", "kz.loci")];
/// How many records one rule set judges.
const RECORDS: usize = 100;

const PLAIN: &[&str] = &[
    "text mentions \"alpha\"",
    "text mentions \"beta\"",
    "chat.public",
    "chat.members > 100",
    "any link in links where (link.host == \"a.example\")",
    "reply is none",
    "not (text mentions \"alpha\")",
    "text mentions \"alpha\" or chat.members > 100",
];
const KEYS: &[&str] = &[
    "per author.key",
    "per chat.id",
    "per author.key, chat.public",
    "per reply.author.key",
    "per fingerprint(text)",
    "per each link in links: link.host",
];
const MORE: &[&str] =
    &["", "distinct chat.id", "adds chat.members", "lateness 5 minutes", "distinct author.key"];
const OVER: &[&str] = &["10 minutes", "1 hour", "2 days"];
/// The outcomes of rules that read state, and for how many minutes.
pub(super) const OUTCOMES: &[(&str, Option<i64>)] =
    &[("limit", None), ("limit", Some(10)), ("age_restrict", Some(25)), ("demote", Some(5))];

/// A file as plain data: numbers that choose from the pools.
#[derive(Clone, Debug)]
pub(super) struct File {
    plain: Vec<(usize, bool)>,
    counters: Vec<(usize, usize, usize, usize)>,
    strikes: Vec<(bool, usize, usize)>,
    pub(super) readers: Vec<(usize, usize, bool, usize)>,
    pub(super) exceptions: Vec<(usize, usize)>,
}

/// A record as plain data.
#[derive(Clone, Debug)]
struct Drawn {
    id: usize,
    minute: i64,
    edited: Option<i64>,
    late: i64,
    author: Option<usize>,
    chat: Option<usize>,
    words: usize,
    link: usize,
    members: Option<i64>,
    public: Option<bool>,
    undated: bool,
    countries: usize,
    rulings: Vec<(i64, usize, usize, bool, bool)>,
}

fn file() -> impl Strategy<Value = File> {
    let number = || 0_usize..1_000;
    (
        vec((number(), any::<bool>()), 1..3),
        vec((number(), number(), number(), number()), 1..3),
        vec((any::<bool>(), number(), number()), 0..2),
        vec((number(), number(), any::<bool>(), number()), 1..4),
        vec((number(), number()), 0..2),
    )
        .prop_map(|(plain, counters, strikes, readers, exceptions)| File {
            plain,
            counters,
            strikes,
            readers,
            exceptions,
        })
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let minute = || 0_i64..90;
    (
        (
            0_usize..8,
            minute(),
            proptest::option::weighted(0.2, minute()),
            select(vec![0, 0, 0, 1, 30]),
        ),
        (proptest::option::weighted(0.9, 0_usize..2), proptest::option::weighted(0.9, 0_usize..3)),
        (0_usize..4, 0_usize..3, proptest::option::weighted(0.7, 0_i64..200)),
        (proptest::option::weighted(0.8, any::<bool>()), proptest::bool::weighted(0.1), 0_usize..4),
        vec((minute(), 0_usize..4, 0_usize..8, any::<bool>(), any::<bool>()), 0..2),
    )
        .prop_map(
            |(
                (id, minute, edited, late),
                (author, chat),
                (words, link, members),
                rest,
                rulings,
            )| {
                let (public, undated, countries) = rest;
                Drawn {
                    id,
                    minute,
                    edited,
                    late,
                    author,
                    chat,
                    words,
                    link,
                    members,
                    public,
                    undated,
                    countries,
                    rulings,
                }
            },
        )
}

fn pick<'p, T: ?Sized>(pool: &[&'p T], number: usize) -> &'p T {
    pool[number % pool.len()]
}

/// What a file of a place can read: counters with one key, counters with a key for each link, and marks.
#[derive(Clone, Debug, Default)]
struct Readable {
    single: Vec<String>,
    each: Vec<String>,
    strikes: Vec<String>,
    marks: Vec<String>,
}

impl Readable {
    /// A condition on state that does not read counters of strikes unless it may.
    fn condition(&self, number: usize, also_strikes: bool) -> String {
        let counters: Vec<&str> = self
            .single
            .iter()
            .chain(self.strikes.iter().filter(|_| also_strikes))
            .map(String::as_str)
            .collect();
        let own: Vec<&str> = counters.iter().filter(|name| !name.contains('.')).copied().collect();
        let each: Vec<&String> = self.each.iter().filter(|name| !name.contains('.')).collect();
        let counter = || pick(&counters, number / 7);
        let least = number % 3 + 1;
        match number % 13 {
            0 | 1 if !own.is_empty() => format!("{} reaches {least}", pick(&own, number / 7)),
            2 if !counters.is_empty() => format!("{} >= {least}", counter()),
            3 if !counters.is_empty() => {
                format!("{} * 2 >= {} + 1", counter(), pick(&counters, number / 11))
            }
            4 if !each.is_empty() => {
                let each = each[number / 7 % each.len()];
                // What the counter counts has lists of its own.
                let other = ["", " and not (link.url mentions \"b\")"][number / 3 % 2];
                format!("any link in links where ({each}[link.host] reaches {least}{other})")
            }
            0 | 4 if !self.each.is_empty() => {
                let each = &self.each[number / 7 % self.each.len()];
                format!("count link in links where ({each}[link.host] >= {least}) >= 1")
            }
            5 if !self.marks.is_empty() => {
                format!("{} is set", self.marks[number / 7 % self.marks.len()])
            }
            6 if !self.marks.is_empty() => {
                format!("{}.since < at - 3 minutes", self.marks[number / 7 % self.marks.len()])
            }
            7 if !self.marks.is_empty() => {
                format!("{}.until is known", self.marks[number / 7 % self.marks.len()])
            }
            8 if !counters.is_empty() => format!("({} ?? 0) >= {least}", counter()),
            9 if !counters.is_empty() => {
                let bound = ["chat.members", "length(links)"][number / 3 % 2];
                format!("{} < {bound}", counter())
            }
            10 if !counters.is_empty() => format!("or_zero({}) >= {least}", counter()),
            11 if !counters.is_empty() => format!("({} + 1) is known", counter()),
            12 if !self.each.is_empty() => {
                let each = &self.each[number / 7 % self.each.len()];
                format!(
                    "any link in links where ({each}[link.host] < {least} and link.deceptive in [false])"
                )
            }
            _ => "text mentions \"alpha\"".to_owned(),
        }
    }

    /// The same names as a file of a place below reads them.
    fn below(&self, prefix: &str) -> Self {
        let all = |names: &[String]| {
            let dotted = |name: &String| {
                if name.contains('.') { name.clone() } else { format!("{prefix}.{name}") }
            };
            names.iter().map(dotted).collect()
        };
        Self {
            single: all(&self.single),
            each: all(&self.each),
            strikes: all(&self.strikes),
            marks: all(&self.marks),
        }
    }

    fn extend(&mut self, other: Self) {
        self.single.extend(other.single);
        self.each.extend(other.each);
        self.strikes.extend(other.strikes);
        self.marks.extend(other.marks);
    }
}

/// The places above a place that have files, the nearest first.
pub(super) fn above_of(place: &str) -> &'static [&'static str] {
    match place {
        "WORLD" => &[],
        "FR" | "DE" => &["EU", "WORLD"],
        _ => &["WORLD"],
    }
}

/// Writes a file. Returns its text and what it declares.
fn written(place: &str, file: &File, above: &Readable) -> (String, Readable) {
    let mut text =
        format!("jurisdiction {place} {{ zone \"UTC\" }}\npolicy terms \"Terms\" {{}}\n");
    text += "define or_zero(n: int) = n ?? 0\n";
    let mut own = Readable { marks: vec!["seen".into(), "warned".into()], ..Readable::default() };
    let mode = |shadow: bool| if shadow { "mode shadow" } else { "" };
    for (index, (condition, shadow)) in file.plain.iter().enumerate() {
        let (when, mode) = (pick(PLAIN, *condition), mode(*shadow && condition % 3 == 0));
        writeln!(text, "rule plain{index} {{ basis terms {mode} when {when} then label }}")
            .unwrap();
    }
    for (index, (key, more, over, when)) in file.counters.iter().enumerate() {
        let (key, when) = (pick(KEYS, *key), pick(PLAIN, *when));
        let (more, over) = (pick(MORE, *more), pick(OVER, *over));
        let name = format!("c{index}");
        writeln!(
            text,
            "counter {name} {{ {key} over {over} since 2026-03-01 when {when} {more} }}"
        )
        .unwrap();
        if key.starts_with("per each") {
            own.each.push(name);
        } else if !key.contains(',') {
            own.single.push(name);
        }
    }
    for (index, (upheld, key, over)) in file.strikes.iter().enumerate() {
        let rules: Vec<String> = (0..file.plain.len()).map(|rule| format!("plain{rule}")).collect();
        let (rules, upheld) = (rules.join(", "), if *upheld { "upheld" } else { "" });
        let when = ["", "when chat.public"][key / 2 % 2];
        let (key, over) = (pick(&KEYS[..2], *key), pick(OVER, *over));
        let name = format!("s{index}");
        writeln!(
            text,
            "counter {name} {{ {key} over {over} since 2026-03-01 {when} counts rules {rules} {upheld} }}"
        )
        .unwrap();
        own.strikes.push(name);
    }
    let mut readable = above.clone();
    readable.extend(own.clone());
    text += "mark seen on chat \"Seen\"\nmark warned on author \"Warned\"\n";
    let acts =
        ["mark seen", "mark seen for 20 minutes", "clear warned", "mark warned", "clear seen"];
    for (index, (state, plain, shadow, act)) in file.readers.iter().enumerate() {
        let condition = readable.condition(*state, true);
        let joined = match plain % 3 {
            0 => condition,
            1 => format!("({condition}) and ({})", pick(PLAIN, plain / 3)),
            _ => format!("({condition}) or ({})", pick(PLAIN, plain / 3)),
        };
        let (mode, act) = (mode(*shadow && state % 4 == 0), pick(&acts, *act));
        let (outcome, minutes) = OUTCOMES[state / 5 % OUTCOMES.len()];
        let lasts = minutes.map_or(String::new(), |minutes| format!(" for {minutes} minutes"));
        writeln!(
            text,
            "rule reads{index} {{ basis terms {mode} when {joined} on unknown review then {outcome}{lasts}, {act} }}"
        )
        .unwrap();
    }
    let rules: Vec<String> = (0..file.readers.len()).map(|rule| format!("reads{rule}")).collect();
    writeln!(
        text,
        "counter third {{ per author.key over 1 hour since 2026-03-01 counts rules {} }}",
        rules.join(", ")
    )
    .unwrap();
    text += "rule last { basis terms when third reaches 2 then demote }\n";
    for (index, (state, lifted)) in file.exceptions.iter().enumerate() {
        let condition = readable.condition(*state, false);
        let above = above_of(place).iter().map(|above| format!("{}.reads0", above.to_lowercase()));
        let lifts: Vec<String> =
            ["plain0", "reads0"].map(String::from).into_iter().chain(above).collect();
        let lifted = &lifts[lifted % lifts.len()];
        writeln!(text, "exception e{index} to {lifted} {{ basis terms when {condition} }}")
            .unwrap();
    }
    (text, own)
}

/// The files of all places; `without` is left out.
fn rules(files: &[File], without: Option<&str>) -> Option<RuleSet> {
    let mut compiler = Compiler::new();
    let mut readable: BTreeMap<&str, Readable> = BTreeMap::new();
    for ((code, name), file) in PLACES.iter().zip(files) {
        if without == Some(*code) {
            continue;
        }
        let mut names = Readable::default();
        for above in above_of(code).iter().rev() {
            if let Some(found) = readable.get(above) {
                names.extend(found.below(&above.to_lowercase()));
            }
        }
        let (text, own) = written(code, file, &names);
        readable.insert(code, own);
        compiler = compiler.file(*name, text);
    }
    // A condition that is always true or never true is refused.
    let refused =
        |failure: &lexloci::Failure| assert!(failure.to_string().contains("LX4001"), "{failure}");
    compiler.compile().inspect_err(refused).ok()
}

fn minute(minute: i64) -> Instant {
    later(Instant::parse("2026-03-01T12:00:00Z").unwrap(), minute)
}

pub(super) fn later(start: Instant, minutes: i64) -> Instant {
    Instant::from_unix_nanos(start.unix_nanos() + i128::from(minutes) * 60_000_000_000).unwrap()
}

impl Drawn {
    fn json(&self) -> String {
        let words = ["alpha", "beta", "alpha and beta", "gamma"][self.words];
        let host = ["", "http://a.example/x", "http://b.example/y http://a.example/z"][self.link];
        let (audience, countries) = [
            ("public", serde_json::json!("*")),
            ("public", serde_json::json!(["KZ"])),
            ("public", serde_json::json!(["FR", "KZ"])),
            ("private", serde_json::json!("*")),
        ][self.countries]
            .clone();
        let mut record = serde_json::json!({
            "id": format!("m{}", self.id), "platform": "telegram",
            "parts": [{ "kind": "text", "text": format!("{words} {host}") }],
            "chat": { "type": "group" }, "author": {},
            "visibility": { "audience": audience, "countries": countries },
        });
        if !self.undated {
            record["sent_at"] = minute(self.minute).to_string().into();
            if let Some(edited) = self.edited {
                record["edited_at"] = minute(self.minute + edited).to_string().into();
            }
        }
        if let Some(author) = self.author {
            record["author"] = serde_json::json!({ "account": { "id": author } });
        }
        if let Some(chat) = self.chat {
            record["chat"]["id"] = (-100 - i64::try_from(chat).unwrap()).into();
        }
        if let Some(members) = self.members {
            record["chat"]["members"] = members.into();
        }
        if let Some(public) = self.public {
            record["chat"]["public"] = public.into();
        }
        let rulings = self.rulings.iter().map(|(at, place, rule, upheld, versioned)| {
            let (code, name) = PLACES[*place];
            let prefix = name.trim_end_matches(".loci");
            let rule = ["plain0", "plain1", "reads0", "reads1"][rule % 4];
            let mut ruling = serde_json::json!({
                "given_at": minute(*at).to_string(), "place": code, "rules": [format!("{prefix}.{rule}")],
                "verdict": if *upheld { "upheld" } else { "reversed" },
            });
            if *versioned {
                ruling["version"] = minute(self.minute).to_string().into();
            }
            ruling
        });
        let rulings: Vec<_> = rulings.collect();
        if !rulings.is_empty() {
            record["reports"] = serde_json::json!({ "rulings": rulings });
        }
        record.to_string()
    }

    /// When it is judged.
    fn at(&self) -> Instant {
        minute(self.minute + self.edited.unwrap_or(0) + self.late)
    }
}

/// What is asked, decided and left behind.
fn judged(
    evaluator: &mut Evaluator,
    json: &str,
    places: &[Place],
    (at, state): (Instant, Option<&State>),
    store: &mut Memory,
) -> (Asks, Vec<lexloci::Decision>, Delta, State) {
    let mut message = evaluator.read(json.as_bytes()).unwrap();
    let asks = message.asks(places, at);
    let state = match state {
        Some(state) => state.clone(),
        None => store.read(std::slice::from_ref(&asks)).unwrap().remove(0),
    };
    let (decisions, delta) = message.judge(places, at, &state).into_parts();
    (asks, decisions, delta, state)
}

/// An explanation is of the decision that was made, and what it says of counters and marks stands in that decision.
fn explained(
    evaluator: &mut Evaluator,
    json: &str,
    (place, at, state): (Place, Instant, &State),
    decisions: &[lexloci::Decision],
) {
    let explanation = evaluator.read(json.as_bytes()).unwrap().explain(place, at, state);
    let decided = decisions.iter().find(|one| one.places.contains(&place)).unwrap();
    let mut decided = decided.clone();
    decided.places = vec![place];
    assert_eq!(text(&explanation.decision), text(&decided), "{json}");
    for rule in &explanation.rules {
        let Why::Fired { memory, .. } = &rule.why else { continue };
        for one in memory {
            assert!(decided.state.contains(&one.seen), "{json}: {one:?}");
        }
    }
}

fn store_for(set: &RuleSet) -> Memory {
    let mut store = Memory::new(None);
    store.adopt(&set.counters()).unwrap();
    store
}

fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

fn codes(set: &RuleSet, codes: &[&str]) -> Vec<Place> {
    codes.iter().map(|code| set.place(code).unwrap()).collect()
}

/// How many records left something behind; `None` if the rules are refused.
fn check(files: &[File], records: &[Drawn]) -> Option<u64> {
    let set = rules(files, None)?;
    let [mut specified, mut planned, mut unindexed] =
        [Method::Interpreter, Method::Engine, Method::Unindexed].map(|one| set.evaluator_by(one));
    let all = codes(&set, &["FR", "KZ", "DE", "WORLD"]);
    let fr = codes(&set, &["FR"]);
    let mut store = store_for(&set);
    let without = rules(files, Some("KZ"))?;
    let mut alone = without.evaluator();
    let mut store_alone = store_for(&without);
    let (mut kept, mut times) = (0, Times::of(files));
    for record in records {
        let (json, at) = (record.json(), record.at());
        let (asks, decisions, delta, state) =
            judged(&mut specified, &json, &all, (at, None), &mut store);
        times.check(&format!("m{}", record.id), at, &decisions);
        for evaluator in [&mut planned, &mut unindexed] {
            let found = judged(evaluator, &json, &all, (at, Some(&state)), &mut store);
            assert_eq!(found.0, asks, "{json}");
            assert_eq!(text(&found.1), text(&decisions), "{json}");
            assert_eq!(text(&found.2), text(&delta), "{json}");
            // It is judged as it is if nobody asked before.
            let mut unasked = evaluator.read(json.as_bytes()).unwrap();
            let (decided, left) = unasked.judge(&all, at, &state).into_parts();
            assert_eq!((text(&decided), text(&left)), (text(&decisions), text(&delta)), "{json}");
        }
        if record.id % 4 == 0 {
            explained(&mut planned, &json, (fr[0], at, &state), &decisions);
        }
        // Whoever asks, the same is left behind, and what was asked is enough.
        let found = judged(&mut planned, &json, &fr, (at, None), &mut store);
        assert_eq!(text(&found.2), text(&delta), "{json}");
        let none = judged(&mut planned, &json, &[], (at, None), &mut store);
        assert_eq!(text(&none.2), text(&delta), "{json}");
        // Nothing in the file of KZ changes a decision of FR, nor what is kept for other places.
        let fr_alone = judged(&mut alone, &json, &fr, (at, None), &mut store_alone);
        let asked = |decisions: &[lexloci::Decision]| {
            text(&decisions.iter().filter(|one| one.asked).collect::<Vec<_>>())
        };
        assert_eq!(asked(&found.1), asked(&fr_alone.1), "{json}");
        let of_others = Delta {
            entries: delta
                .entries
                .iter()
                .filter(|one| !one.key.item.starts_with("kz."))
                .cloned()
                .collect(),
            marks: delta
                .marks
                .iter()
                .filter(|one| !one.key.item.starts_with("kz."))
                .cloned()
                .collect(),
            firsts: delta
                .firsts
                .iter()
                .filter(|(key, _)| !key.item.ends_with(" in KZ"))
                .cloned()
                .collect(),
        };
        assert_eq!(text(&of_others), text(&fr_alone.2), "{json}");
        kept += u64::from(!delta.is_empty());
        let id = format!("m{}", record.id).as_str().into();
        store.join(&id, &delta);
        store_alone.join(&id, &fr_alone.2);
    }
    Some(kept)
}

#[test]
fn the_engine_remembers_as_the_interpreter_does() {
    let cases = cases();
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&cases.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let (mut judged, mut kept) = (0, 0);
    while judged < cases {
        let files = draw(&mut runner, &vec(file(), PLACES.len()));
        let records = draw(&mut runner, &vec(drawn(), RECORDS));
        let Some(of_set) = check(&files, &records) else { continue };
        kept += of_set;
        judged += records.len() as u64;
    }
    // Otherwise the test says nothing.
    assert!(kept * 2 > judged, "only {kept} of {judged} records left something behind");
}

fn draw<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> S::Value {
    use proptest::strategy::ValueTree;
    strategy.new_tree(runner).unwrap().current()
}
