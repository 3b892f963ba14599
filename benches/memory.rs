//! Measures what memory costs a message beside the store: `cargo bench --bench memory`. Each case is decided by rules without
//! counters, and by the same rules with them: asked, then judged with an answer that a store gave before. Prints the time of
//! both for a message, in nanoseconds, and their difference.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark stops at the first error, and prints what it measured"
)]

use lexloci::state::{Memory, Store};
use lexloci::{Compiler, Evaluator, Given, Instant, Keeper, Place, RuleSet, State};
use std::hint::black_box;
use std::time::Instant as Clock;

/// How often a case is measured; the fastest counts, because noise only adds.
const ROUNDS: usize = 30;
/// How often a message is judged in a round.
const REPEATS: u32 = 2_000;

const WITHOUT: &str = r#"
rule promise { basis terms  when text mentions "passive income" and chat.members > 100  then label }
rule spam    { basis terms  when text mentions "casino bonus*" and chat.public  then limit }
"#;

/// What memory adds to the rules.
const COUNTERS: &str = r#"
counter posts   { per author.key  over 90 days  since 2026-01-01  when text mentions "subscribe" }
counter hosts   { per each link in links: link.host  over 1 hour  since 2026-01-01  when text mentions "airdrop"  distinct author.key }
counter copies  { per fingerprint(text)  over 1 hour  since 2026-01-01  when text mentions "giveaway"  distinct chat.id }
counter alphas  { per author.key  over 24 hours  since 2026-01-01  when text mentions "alpha" }
counter offers  { per author.key  over 90 days  since 2026-01-01  counts rules promise }
mark warned on author
rule many       { basis terms  when text mentions "lottery" and posts >= 3  then label }
rule copied     { basis terms  when copies reaches 5  then demote }
rule shared     { basis terms  when any link in links where (hosts[link.host] >= 5) and text mentions "raffle"  then demote }
rule third      { basis terms  when alphas reaches 3  then label, mark warned for 30 days }
rule again      { basis terms  when text mentions "beta" and warned is set  then limit }
rule promoter   { basis terms  when offers reaches 3  then review }
"#;

/// What each message is about, and its words.
const CASES: &[(&str, &str)] = &[
    ("nothing", "Good morning, here are the news of the day"),
    ("counted", "Please subscribe to this channel"),
    ("reads a counter", "The national lottery was founded in 1993"),
    ("reads a counter for each link", "The raffle was held in 1993"),
    ("reads a mark", "The beta is out"),
    ("counted, may take a threshold", "The alpha version is out"),
    ("counted by its text", "A giveaway for all readers"),
    ("counted for each link", "The airdrop begins"),
    ("a rule fires", "Get a casino bonus today"),
    ("a rule fires and is counted", "Earn a passive income with us"),
];

fn rules(text: &str) -> RuleSet {
    let file = format!(
        "jurisdiction EU {{ zone \"Europe/Brussels\" }}\npolicy terms \"Terms of service\" {{}}\n{text}"
    );
    Compiler::new().file("eu.loci", file).compile().expect("the rules compile")
}

fn message(id: u32, words: &str) -> String {
    format!(
        r#"{{ "id": "m{id}", "platform": "telegram", "event": "new", "sent_at": "2026-03-01T12:00:{id:02}Z",
            "author": {{ "account": {{ "id": 7, "name": "Alua", "verified": false }} }},
            "chat": {{ "id": -1001, "type": "channel", "title": "News of Almaty", "public": true, "members": 5000 }},
            "visibility": {{ "audience": "public", "countries": "*" }},
            "links": [{{ "url": "https://a.example/x?y=1", "host": "a.example", "via": "url" }}, {{ "url": "https://b.example/", "host": "b.example", "via": "url" }}],
            "parts": [{{ "kind": "text", "text": "{words}. The weather stays dry until Thursday, with winds from the north-east. https://a.example/x?y=1 https://b.example/" }}] }}"#
    )
}

/// The nanoseconds of a call, the fastest of all rounds.
fn nanos(mut call: impl FnMut()) -> f64 {
    let round = |call: &mut dyn FnMut()| {
        let begun = Clock::now();
        (0..REPEATS).for_each(|_| call());
        begun.elapsed().as_secs_f64() * 1e9 / f64::from(REPEATS)
    };
    (0..ROUNDS).map(|_| round(&mut call)).fold(f64::INFINITY, f64::min)
}

fn decide(evaluator: &mut Evaluator, json: &str, place: Place, at: Instant) {
    let mut message = evaluator.read(json.as_bytes()).expect("the message is valid");
    black_box(message.decide_all(&[place], at, &State::default()).is_quiet());
}

fn judge(evaluator: &mut Evaluator, json: &str, place: Place, (at, state): (Instant, &State)) {
    let mut message = evaluator.read(json.as_bytes()).expect("the message is valid");
    black_box(message.asks(&[place], at).is_empty());
    black_box(message.judge(&[place], at, state).is_quiet());
}

fn main() {
    let (without, with) = (rules(WITHOUT), rules(&format!("{WITHOUT}{COUNTERS}")));
    let place = with.place("EU").expect("the place is known");
    let at = Instant::parse("2026-03-01T12:01:00Z").expect("the instant is valid");
    println!("{:<32} {:>9} {:>9} {:>9}", "a message", "without", "with", "more");
    for (name, words) in CASES {
        let mut keeper = Keeper::new(&with, Memory::new(None)).expect("a memory answers");
        let earlier = message(1, words);
        let given = Given { json: earlier.as_bytes(), places: &[place], at };
        keeper.judge(&[given]).stored.expect("a memory answers");
        let json = message(2, words);
        let mut evaluator = with.evaluator();
        let mut read = evaluator.read(json.as_bytes()).expect("the message is valid");
        let asks = read.asks(&[place], at);
        let state = keeper.store().read(&[asks]).expect("a memory answers").remove(0);
        let mut bare = without.evaluator();
        let before = nanos(|| decide(&mut bare, black_box(&json), place, at));
        let after = nanos(|| judge(&mut evaluator, black_box(&json), place, (at, &state)));
        println!("{name:<32} {before:>9.0} {after:>9.0} {:>9.0}", after - before);
    }
}
