//! Promises of the engine apart from its answers: no allocation for messages that match nothing, answers in order from
//! all cores, and a readable plan.

use crate::shipped;
use allocation_counter::measure;
use lexloci::{Batch, Compiler, Decision, Instant, Place, RecordError, RuleSet, State};
use std::num::NonZero;

fn messages() -> String {
    std::fs::read_to_string(shipped::at_root("examples/messages.jsonl")).unwrap()
}

fn noon() -> Instant {
    Instant::parse("2026-03-01T12:00:00Z").unwrap()
}

#[test]
fn the_plan_says_what_wakes_each_rule() {
    let rules = shipped::at_root("tests/cases/plan");
    let set = Compiler::new().directory(rules).compile().unwrap_or_else(|why| panic!("{why}"));
    insta::assert_snapshot!(set.plan_listing());
}

/// Each level evaluates both of its sides once, also if they are unknown.
#[test]
fn nested_comparisons_of_conditions_cost_little() {
    let compared = (1..30).fold("(chat.members > 0)".to_owned(), |inner, number| {
        format!("((chat.members > {number}) == {inner})")
    });
    let text = format!(
        "jurisdiction KZ {{ zone \"Asia/Almaty\" }}\npolicy house \"House\" {{}}\nrule r {{ basis house  when {compared}  then label }}"
    );
    let set = Compiler::new().file("kz.loci", text).compile().unwrap_or_else(|why| panic!("{why}"));
    let decide = |members: &str| {
        let json = format!(
            r#"{{"id":"1","platform":"telegram","sent_at":"2026-03-01T12:00:00Z","chat":{{"type":"channel"{members}}}}}"#
        );
        let (place, mut evaluator) = (set.place("KZ").unwrap(), set.evaluator());
        let ruling = evaluator.decide_json(json.as_bytes(), place, noon(), &State::default());
        ruling.unwrap().into_decision()
    };
    let counts = |members: &str| {
        let decision = decide(members);
        (decision.matched.len(), decision.undetermined.len())
    };
    // The whole is true if the number of false comparisons is even.
    assert_eq!(counts(r#","members":15"#), (0, 0));
    assert_eq!(counts(r#","members":16"#), (1, 0));
    assert_eq!(counts(""), (0, 1));
}

/// Many rules of the usual forms. Few messages match any of them.
fn many() -> RuleSet {
    let rules = (0..600).map(|number| {
        let test = match number % 4 {
            0 | 1 => format!("text mentions \"zorgle{number}\" and chat.members > {number}"),
            2 => format!("text matches r\"quux{number} ?[0-9]+\" and not author.account.is_bot"),
            _ => format!(
                "chat.country == \"FR\" and any l in links where (l.host == \"h{number}.example\")"
            ),
        };
        format!("rule r{number} {{ basis house  when {test}  then label }}\n")
    });
    let head = "jurisdiction KZ { zone \"Asia/Almaty\" }\npolicy house \"House\" { in force from 2024-01-01 }\n";
    let text = head.to_owned() + &rules.collect::<String>();
    Compiler::new().file("kz.loci", text).compile().unwrap_or_else(|why| panic!("{why}"))
}

const ORDINARY: &[&str] = &[
    r#"{"id":"tg:1/1","platform":"telegram","sent_at":"2026-03-01T12:00:00Z","parts":[{"kind":"text","text":"Hello, the meeting moves to noon on Friday."}],"chat":{"type":"supergroup","members":120,"country":"KZ"},"author":{"account":{"is_bot":false}},"visibility":{"countries":["KZ","FR"]}}"#,
    r#"{"id":"tg:1/2","platform":"telegram","sent_at":"2026-03-01T12:00:05Z","parts":[{"kind":"text","text":"Сәлем! Ертең сағат онда кездесеміз."},{"kind":"quote","text":"Во сколько встречаемся завтра?"}],"links":[{"url":"https://news.example/a","via":"url","host":"news.example"}],"chat":{"type":"channel","members":5,"country":"US"},"author":{"account":{"is_bot":true}}}"#,
    r#"{"id":"tg:1/3","platform":"telegram","sent_at":"2026-03-01T12:00:09Z","parts":[{"kind":"text","text":"line one\nline \u0434\u0432\u0430 \"quoted\""}],"chat":{"type":"private","members":2,"country":"DE"},"author":{"account":{"is_bot":false}},"labels":{"news":{"score":0.25}},"visibility":{"audience":"private"}}"#,
];

#[test]
fn a_message_that_matches_no_rule_allocates_no_memory() {
    let set = many();
    let mut evaluator = set.evaluator();
    let kz = set.place("KZ").unwrap();
    let everywhere: Vec<Place> = Place::countries().collect();
    let mut run = |is_measured: bool| {
        for json in ORDINARY {
            let json = json.as_bytes();
            let read = measure(|| assert!(evaluator.read(json).is_ok()));
            let one = measure(|| {
                let ruling = evaluator.decide_json(json, kz, noon(), &State::default()).unwrap();
                assert!(ruling.is_quiet());
            });
            let all = measure(|| {
                let mut message = evaluator.read(json).unwrap();
                assert!(message.latest().is_some());
                assert!(message.decide_all(&everywhere, noon(), &State::default()).is_quiet());
            });
            if is_measured {
                let counts = [read, one, all].map(|memory| memory.count_total);
                assert_eq!(counts, [0, 0, 0], "{}", String::from_utf8_lossy(json));
            }
        }
    };
    // The buffers grow to the size that messages need.
    run(false);
    run(false);
    run(true);
}

#[test]
fn a_message_that_concerns_no_counter_allocates_no_memory() {
    let rules = "jurisdiction EU { zone \"Europe/Brussels\" }\npolicy house \"House\" {}\n\
        counter offers { per author.key  over 1 day  since 2026-01-01  when text mentions \"offer\" }\n\
        mark warned on author\n\
        rule third { basis house  when offers reaches 3  then mark warned for 3 days }\n\
        rule again { basis house  when text mentions \"offer\" and warned is set  then label }\n";
    let set = Compiler::new().file("eu.loci", rules).compile().unwrap();
    let mut evaluator = set.evaluator();
    // One is a place with counters, the other is asked for beside it.
    let asked = ["EU", "KZ"].map(|code| [set.place(code).unwrap()]);
    let mut run = |is_measured: bool| {
        for (json, places) in
            ORDINARY.iter().flat_map(|json| asked.iter().map(move |at| (json, at)))
        {
            let asks = measure(|| {
                assert!(evaluator.read(json.as_bytes()).unwrap().asks(places, noon()).is_empty());
            });
            let judged = measure(|| {
                let mut message = evaluator.read(json.as_bytes()).unwrap();
                assert!(message.judge(places, noon(), &State::default()).is_quiet());
            });
            if is_measured {
                assert_eq!([asks, judged].map(|memory| memory.count_total), [0, 0], "{json}");
            }
        }
    };
    run(false);
    run(false);
    run(true);
}

/// The size of a value in memory: the bytes that are freed when it is dropped.
fn size<T>(value: T) -> u64 {
    let memory = measure(|| drop(value));
    u64::try_from(-memory.bytes_current).unwrap()
}

#[test]
fn memory_is_bounded_by_rules_and_entries() {
    let set = many();
    let evaluator = size(set.evaluator());
    let per_rule = size(set) / 600;
    let entries: String = (0..50_000).map(|number| format!("scam-{number}.example\n")).collect();
    let listed = |entries: &str| {
        let rule = "jurisdiction KZ { zone \"Asia/Almaty\" }\npolicy house \"House\" {}\n\
            set hosts: domain from \"hosts.txt\"\n\
            rule r { basis house  when any l in links where (l.host in hosts)  then label }\n";
        let compiler = Compiler::new().file("kz.loci", rule).list("hosts.txt", entries);
        compiler.compile().unwrap_or_else(|why| panic!("{why}"))
    };
    let per_entry = (size(listed(&entries)) - size(listed("scam.example\n"))) / 50_000;
    assert!(per_rule < 12_500, "{per_rule} bytes a rule");
    assert!(per_entry < 48, "{per_entry} bytes an entry");
    assert!(evaluator < 40_000, "{evaluator} bytes an evaluator");
}

#[test]
fn a_batch_answers_in_order_and_as_one_thread_does() {
    let set = shipped::rules();
    let messages = messages();
    // Some records cannot be read, and there are more than are processed at the same time.
    let records: Vec<&str> = messages.lines().chain(["{", "null"]).cycle().take(2_000).collect();
    let kz = set.place("KZ").unwrap();
    let mut evaluator = set.evaluator();
    let judge =
        |evaluator: &mut lexloci::Evaluator, record: &str| -> Result<Decision, RecordError> {
            let ruling = evaluator.decide_json(record.as_bytes(), kz, noon(), &State::default())?;
            Ok(ruling.into_decision())
        };
    let expected: Vec<_> = records.iter().map(|record| judge(&mut evaluator, record)).collect();
    for threads in [1, 2, 5] {
        let mut found = vec![];
        let batch = Batch::new(&set).threads(NonZero::new(threads).unwrap()).counting();
        let counts = batch
            .run(
                records.iter().copied(),
                |evaluator, record| {
                    evaluator
                        .decide_json(record.as_bytes(), kz, noon(), &State::default())
                        .map(lexloci::Ruling::into_decision)
                },
                |answer| {
                    found.push(answer);
                    Ok::<(), ()>(())
                },
            )
            .unwrap();
        assert!(found == expected, "on {threads} threads");
        let fired: u64 = counts.iter().map(|rule| rule.fired).sum();
        assert!(fired > 0 && counts.iter().all(|rule| rule.evaluated >= rule.fired));
    }
}

#[test]
fn a_batch_ends_when_its_answers_are_refused() {
    let set = shipped::rules();
    let mut taken = 0;
    let endless = std::iter::repeat("{}");
    let result = Batch::new(&set).run(
        endless,
        |evaluator, record| evaluator.read(record.as_bytes()).is_ok(),
        |_| {
            taken += 1;
            if taken < 1_000 { Ok(()) } else { Err("enough") }
        },
    );
    assert_eq!((result.unwrap_err(), taken), ("enough", 1_000));
}

#[test]
fn a_batch_answers_a_record_before_it_has_the_next() {
    let set = shipped::rules();
    let (answered, answers) = std::sync::mpsc::channel();
    // A source that gives no further record until the last one is answered.
    let records = (0..50).map(|number| {
        if number > 0 {
            answers.recv().unwrap();
        }
        "{}"
    });
    let batch = Batch::new(&set).threads(NonZero::new(3).unwrap());
    let judge = |evaluator: &mut lexloci::Evaluator, record: &str| {
        evaluator.read(record.as_bytes()).is_err()
    };
    let mut taken = 0;
    let ended = batch.run(records, judge, |is_refused| {
        assert!(is_refused);
        taken += 1;
        answered.send(())
    });
    assert_eq!((ended.unwrap(), taken), (vec![], 50));
}

#[test]
fn a_panic_of_the_host_ends_a_batch() {
    let set = shipped::rules();
    let panics = |run: &dyn Fn()| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
        std::panic::set_hook(hook);
        ended.is_err()
    };
    let batch = Batch::new(&set).threads(NonZero::new(3).unwrap());
    let records = || (0..10_000).map(|number| number.to_string());
    assert!(panics(&|| {
        let judge = |_: &mut lexloci::Evaluator, record: String| assert_ne!(record, "777");
        let _ = batch.run(records(), judge, |()| Ok::<(), ()>(()));
    }));
    assert!(panics(&|| {
        let sink = |record: String| {
            assert_ne!(record, "777");
            Ok::<(), ()>(())
        };
        let _ = batch.run(records(), |_, record| record, sink);
    }));
    assert!(panics(&|| {
        let records = records().inspect(|record| assert_ne!(record, "777"));
        let _ = batch.run(records, |_, record| record, |_| Ok::<(), ()>(()));
    }));
}
