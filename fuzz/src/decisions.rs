//! Rules and records: the engine, the engine without its index, the interpreter and the explanation give the same decision.

use lexloci::{Decision, Instant, Method, Place, Record, RuleSet, State};

/// The most steps that a rule set may cost to be run. More expensive ones are only compiled, so that a run of the fuzzer
/// tries many inputs.
const STEPS: u64 = 20_000_000;

/// The input is rules, then a record in JSON or in the notation of `given`.
pub fn decide(data: &[u8]) {
    let Some((rules, record)) = crate::two_texts(data) else { return };
    let Ok(set) = crate::compile(rules) else { return };
    // The listing must not panic.
    let _ = set.plan_listing();
    let costs = set.costs();
    let steps = costs.iter().flat_map(|cost| &cost.parts).map(|(_, steps)| *steps);
    if steps.fold(0u64, u64::saturating_add) > STEPS {
        return;
    }
    let Ok(read) = set.read(record.as_bytes()).or_else(|_| set.given(record).map_err(drop)) else {
        return;
    };
    let at = read
        .latest()
        .unwrap_or_else(|| Instant::parse("2026-06-01T00:00:00Z").expect("an instant"));
    let own = set.place(crate::place(rules));
    for place in own.into_iter().chain(set.place("FR")).chain([Place::WORLD]) {
        compare(&set, &read, record, place, at);
    }
}

fn compare(set: &RuleSet, read: &Record, record: &str, place: Place, at: Instant) {
    let state = State::default();
    let mut interpreter = set.evaluator_by(Method::Interpreter);
    let decision = interpreter.decide(read, place, at, &state);
    let expected = json(&decision.expect("read by the same rules"));
    for method in [Method::Engine, Method::Unindexed] {
        let mut evaluator = set.evaluator_by(method);
        let decision = evaluator.decide(read, place, at, &state);
        let found = json(&decision.expect("read by the same rules"));
        assert_eq!(found, expected, "{method:?} in {place:?}");
        if set.read(record.as_bytes()).is_ok() {
            let ruling = evaluator.decide_json(record.as_bytes(), place, at, &state);
            let ruling =
                ruling.unwrap_or_else(|error| panic!("only one reader refuses it: {error}"));
            assert_eq!(
                json(&ruling.into_decision()),
                expected,
                "{method:?} from JSON in {place:?}"
            );
        }
    }
    let explanation = interpreter.explain(read, place, at, &state);
    let explanation = explanation.expect("read by the same rules");
    assert_eq!(json(&explanation.decision), expected, "explained in {place:?}");
    let _ = explanation.to_string();
}

fn json(decision: &Decision) -> String {
    serde_json::to_string(decision).expect("a decision is JSON")
}
