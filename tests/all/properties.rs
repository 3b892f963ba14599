//! Properties that hold for every rule set, record, place and instant, checked on thousands of generated cases.

mod words;
mod conditions;
mod rules;
mod records;
mod trial;
mod engine;
mod evidence;
mod shares;
mod state;
mod timeline;
mod times;
mod edits;

use conditions::{Ways, condition};
use lexloci::{
    Decision, Evidence, Instant, Method, Outcome, Place, Record, RuleSet, ShadowState, State, Zone,
};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::any;
use proptest::sample::{select, subsequence};
use proptest::test_runner::TestCaseError;
use records::{KNOWABLE, without};
use rules::{Act, Files, Item, Kind, Norm, SAYS, head_of_exception, norms, norms_of, prefix};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use trial::{Question, check, ensure, equal, json, nothing, samples};
use words::{JUDGED, PLACES, within};

type Checked = Result<(), TestCaseError>;

#[test]
fn a_file_changes_decisions_only_in_its_place() {
    let change = (select(&PLACES[1..]), weighted(0.8, norms(Ways::Out)));
    check(1, samples(Ways::Out), change, |trial, (place, norms)| {
        let mut rules = trial.rules.clone();
        match norms {
            Some(norms) => rules.places.insert(place, norms.clone()),
            None => rules.places.remove(place),
        };
        let other = trial.compile(&rules.files())?;
        trial.same(&other, |question| !within(question.place, place), |decision| decision)
    });
}

#[test]
fn the_order_of_items_does_not_matter() {
    check(2, samples(Ways::Out), vec(any::<u32>(), 97), |trial, keys| {
        let mut files = trial.files.clone();
        let mut keys = keys.iter().cycle();
        for items in files.values_mut() {
            items.sort_by_cached_key(|_| keys.next());
        }
        trial.same(&trial.compile(&files)?, |_| true, |decision| decision)
    });
}

#[test]
fn the_same_question_has_the_same_answer() {
    check(3, samples(Ways::Out), nothing(), |trial, ()| {
        let mut evaluator = trial.set.evaluator();
        let ask = |set: &RuleSet| -> Vec<String> {
            let mut evaluator = set.evaluator();
            trial
                .questions
                .iter()
                .rev()
                .map(|question| json(&question.put(&mut evaluator)))
                .collect()
        };
        let (questions, clone) = (trial.questions.to_vec(), trial.set.clone());
        let elsewhere = std::thread::spawn(move || {
            let mut evaluator = clone.evaluator();
            questions.iter().map(|question| json(&question.put(&mut evaluator))).collect::<Vec<_>>()
        });
        let again = ask(&trial.set);
        let elsewhere = elsewhere.join().unwrap();
        for (number, question) in trial.questions.iter().enumerate() {
            let first = json(&trial.decide(&mut evaluator, question));
            equal(&first, &again[trial.questions.len() - 1 - number], question)?;
            equal(&first, &elsewhere[number], question)?;
        }
        Ok(())
    });
}

#[test]
fn rules_that_never_apply_change_nothing() {
    check(4, samples(Ways::Out), condition(Ways::Out), |trial, condition| {
        let mut files = trial.files.clone();
        for (name, items) in files.iter_mut().filter(|(name, _)| !name.starts_with("lib/")) {
            let norms: Vec<Norm> = items.iter().filter_map(|item| item.norm.clone()).collect();
            let never = "basis house when length(links) < 0";
            items.push(Item::plain("terms unused { en: \"income\" }\n".into()));
            items.push(Item::plain(format!(
                "rule idle {{ {never} then restrict, review }} # {name}\n"
            )));
            items.extend(norms.iter().enumerate().map(|(number, norm)| {
                let name = norm.id.rsplit('.').next().unwrap();
                Item::plain(format!("exception idle{number} to {name} {{ {never} }}\n"))
            }));
        }
        let us = format!(
            "jurisdiction US {{ zone \"America/New_York\" }}\nuse \"lib/shared.loci\"\npolicy house \"House\" {{}}\n\
             rule elsewhere {{ basis house when {condition} then restrict }}\n"
        );
        files.insert("us.loci".into(), vec![Item::plain(us)]);
        trial.same(&trial.compile(&files)?, |question| question.place != "US", |decision| decision)
    });
}

/// What people are told about a rule decides nothing, and can always be shown.
#[test]
fn what_rules_say_decides_nothing() {
    check(15, samples(Ways::Out), nothing(), |trial, ()| {
        let mut files = trial.files.clone();
        for item in files.values_mut().flatten() {
            let lines = item.text.split_inclusive('\n').filter(|line| !line.starts_with(SAYS));
            item.text = lines.collect();
        }
        for question in trial.questions.iter().take(1) {
            let place = trial.set.place(question.place).unwrap();
            let mut evaluator = trial.set.evaluator();
            let record = question.record(&trial.set);
            let explanation = evaluator.explain(&record, place, question.at(), &State::default());
            for said in explanation.unwrap().rules.iter().filter_map(|rule| rule.says.as_ref()) {
                let text = said.text.as_deref().unwrap_or_default();
                let is_filled =
                    !["{rule}", "{article}", "{until}"].iter().any(|one| text.contains(one));
                ensure(is_filled, question, || said.to_string())?;
                ensure(said.text.is_some() != said.withheld.is_some(), question, || {
                    said.to_string()
                })?;
            }
        }
        trial.same(&trial.compile(&files)?, |_| true, |decision| decision)
    });
}

#[test]
fn a_decision_is_what_its_rules_ask_for() {
    check(5, samples(Ways::Out), nothing(), |trial, ()| {
        let mut evaluator = trial.set.evaluator();
        let norms = norms_of(&trial.files);
        for question in trial.questions.iter().step_by(4) {
            for place in JUDGED.iter().collect::<BTreeSet<_>>() {
                let question = Question { place, ..question.clone() };
                check_sum(&trial.decide(&mut evaluator, &question), &norms, &question)?;
            }
        }
        Ok(())
    });
}

/// Checks that a decision is exactly what the rules that it names ask for.
fn check_sum(decision: &Decision, norms: &BTreeMap<&str, &Norm>, question: &Question) -> Checked {
    let matched: Vec<&str> = decision.matched.iter().map(|one| one.rule.as_str()).collect();
    let undetermined: Vec<&str> =
        decision.undetermined.iter().map(|one| one.rule.as_str()).collect();
    let defeated: Vec<&str> = decision.defeated.iter().map(|one| one.rule.as_str()).collect();
    let named: Vec<&str> =
        [&matched, &undetermined, &defeated].into_iter().flatten().copied().collect();
    let rules: Vec<&Norm> = named.iter().map(|id| norms[id]).collect();
    let asked = |ids: &[&str], acts: fn(&Norm) -> &[Act]| -> Vec<(Act, String)> {
        let acts_of = |id: &&str| {
            acts(norms[*id]).iter().map(|act| (*act, prefix(norms[*id].place))).collect::<Vec<_>>()
        };
        ids.iter().flat_map(acts_of).collect()
    };
    let then = asked(&matched, |norm| &norm.then);
    let outcomes = then.iter().map(|(act, _)| act).filter(|act| act.is_outcome());
    let strictest = |content: bool| {
        let kept = outcomes.clone().filter(|act| matches!(act.kind, Kind::Content(_)) == content);
        let kept =
            kept.filter(|act| decision.outcomes.iter().any(|one| act.name() == one.to_string()));
        let strictest = kept.max_by_key(|act| act.kind);
        strictest.map_or("none", |act| act.name().split(' ').next().unwrap())
    };
    let asks = |rule: &str, outcome: &str| {
        matched.contains(&rule) && norms[rule].then.iter().any(|act| act.name() == outcome)
    };
    let mut acts = then.clone();
    acts.extend(asked(&undetermined, |norm| &norm.on_unknown));
    let obligations: BTreeSet<_> =
        acts.iter().filter_map(|(act, prefix)| key(*act, prefix)).collect();
    let (by_rules, by_orders): (Vec<_>, Vec<_>) =
        decision.obligations.iter().partition(|one| !one.rules.is_empty());
    let found: Vec<_> = by_rules.iter().map(|one| (one.action.clone(), one.to.clone())).collect();

    let checks = [
        (
            "each list is sorted",
            [&matched, &undetermined, &defeated].iter().all(|ids| ids.is_sorted()),
        ),
        ("no rule stands twice", named.iter().collect::<BTreeSet<_>>().len() == named.len()),
        ("only rules of the place", rules.iter().all(|norm| within(question.place, norm.place))),
        (
            "no exception but a lifted one, no rule in shadow",
            rules.iter().all(|norm| {
                !norm.shadow && (norm.lifts.is_empty() || defeated.contains(&norm.id.as_str()))
            }),
        ),
        (
            "complete without unknowns",
            decision.complete
                == (undetermined.is_empty()
                    && decision.outcomes.iter().all(|one| one.until_missing.is_empty())),
        ),
        (
            "an outcome that is not over is kept",
            outcomes.clone().filter(|act| !may_be_over(act, question)).all(|act| {
                let kept = decision.outcomes.iter().find(|one| one.to_string() == act.name());
                let is_endless =
                    |one: &Outcome| one.until.is_none() && one.until_missing.is_empty();
                kept.is_some_and(|one| act.has_end() || is_endless(one))
            }),
        ),
        (
            "every outcome is asked for, and is not over",
            decision.outcomes.iter().all(|one| {
                let name = one.to_string();
                one.rules.iter().all(|rule| asks(rule, &name))
                    && one.until.is_none_or(|until| until > question.at())
            }),
        ),
        (
            "what is missing is named",
            decision.undetermined.iter().all(|one| !one.missing.is_empty()),
        ),
        ("a basis for every rule", decision.matched.iter().all(|one| !one.basis.is_empty())),
        ("the strictest outcome", decision.outcome == strictest(true)),
        ("the strictest for the account", decision.account == strictest(false)),
        (
            "the obligations asked for",
            found
                .iter()
                .map(|(act, to)| (act.to_string(), to.as_ref().map(ToString::to_string)))
                .eq(obligations),
        ),
        (
            "only an unanswered order asks without a rule",
            by_orders.is_empty() || !decision.unanswered.is_empty(),
        ),
        (
            "an unanswered order is one of the record",
            decision.unanswered.iter().all(|one| {
                let pointer = format!("/{}", one.path.replace(['.', '['], "/").replace(']', ""));
                let order = question.record.pointer(&pointer);
                order.is_some_and(|order| {
                    [order.get("authority"), order.get("kind")]
                        .contains(&Some(&Value::from(one.from.as_str())))
                })
            }),
        ),
        ("a defeat has a reason", decision.defeated.iter().all(|one| !one.by.is_empty())),
    ];
    checks.iter().try_for_each(|(what, holds)| {
        ensure(*holds, question, || format!("not so: {what}, in\n{}", json(decision)))
    })
}

/// Whether an outcome may be over, because its time counts from a date that lies far enough in the past.
fn may_be_over(act: &Act, question: &Question) -> bool {
    const HOUR: i128 = 3_600_000_000_000;
    let received = |list: &str| {
        let list = question.record.pointer(list).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(|one| one.get("received_at")).collect::<Vec<_>>()
    };
    let of_record = |field: &str| question.record.get(field).into_iter().collect();
    let dates = [
        ("order.received_at", received("/reports/orders")),
        ("notice.received_at", received("/reports/notices")),
        ("sent_at", of_record("sent_at")),
        ("edited_at", of_record("edited_at")),
    ];
    let dates = dates.iter().filter(|(name, _)| act.text.contains(name)).flat_map(|(_, all)| all);
    let days: i128 = act.text.split(' ').find_map(|word| word.parse().ok()).unwrap_or_default();
    let mut ends = dates.map(|date| {
        Instant::parse(date.as_str().unwrap()).unwrap().unix_nanos() + days * 24 * HOUR
    });
    // A day may have 23 or 25 hours.
    ends.any(|end| end <= question.at().unix_nanos() + HOUR)
}

/// The key of an obligation in a decision.
fn key(act: Act, prefix: &str) -> Option<(String, Option<String>)> {
    let Kind::Obligation(name) = act.kind else { return None };
    let to = match name {
        "escalate" => Some(format!("{prefix}.bureau")),
        "report" => Some("the authority".to_owned()),
        "notify" => Some("author".to_owned()),
        _ => None,
    };
    Some((name.to_owned(), to))
}

#[test]
fn evidence_quotes_the_record() {
    check(6, samples(Ways::Out), nothing(), |trial, ()| {
        let mut evaluator = trial.set.evaluator();
        for question in trial.questions {
            let record = question.record(&trial.set);
            let decision = trial.decide(&mut evaluator, question);
            for matched in &decision.matched {
                let evidence = &matched.evidence;
                ensure(evidence.len() <= 16, question, || format!("{evidence:?}"))?;
                ensure(in_order(evidence), question, || format!("{evidence:?}"))?;
                for one in evidence {
                    ensure(quotes(one, &record), question, || format!("{one:?}"))?;
                }
            }
        }
        Ok(())
    });
}

/// The pieces of evidence of one part are adjacent and sorted by position; parts of the message come before its fields.
fn in_order(evidence: &[Evidence]) -> bool {
    let is_field = |part: &str| part.contains('.');
    let mut parts: Vec<&str> = evidence.iter().map(|one| one.part.as_str()).collect();
    parts.dedup();
    let alone = parts.iter().collect::<BTreeSet<_>>().len() == parts.len();
    let places =
        evidence.windows(2).all(|two| two[0].part != two[1].part || two[0].bytes <= two[1].bytes);
    alone && places && parts.is_sorted_by_key(|part| is_field(part))
}

fn quotes(evidence: &Evidence, record: &Record) -> bool {
    let Evidence { part, bytes: [start, end], chars, utf16, text, .. } = evidence;
    let Some(whole) = record.text_of(part) else { return false };
    let (Some(before), Some(words)) = (whole.get(..*start), whole.get(*start..*end)) else {
        return false;
    };
    let characters = [before, words].map(|text| text.chars().count());
    let units = [before, words].map(|text| text.encode_utf16().count());
    let quoted =
        if characters[1] <= 256 { words == text } else { words.starts_with(text.as_str()) };
    quoted
        && !words.is_empty()
        && *chars == [characters[0], characters[0] + characters[1]]
        && *utf16 == [units[0], units[0] + units[1]]
}

/// A day in one place is its midnight there, and in many places each group has the instant of its places.
#[test]
fn a_day_is_its_midnight_in_each_place() {
    check(23, samples(Ways::Out), nothing(), |trial, ()| {
        let [mut evaluator, mut specified] =
            [Method::Engine, Method::Interpreter].map(|method| trial.set.evaluator_by(method));
        let places: Vec<Place> = JUDGED.iter().map(|code| trial.set.place(code).unwrap()).collect();
        let state = State::default();
        for question in trial.questions.iter().step_by(4) {
            trial.decide(&mut specified, question);
            let record = question.record(&trial.set);
            let day = question.at().day(&Zone::utc());
            let groups = evaluator.decide_all(&record, &places, day, &state).unwrap();
            let instants: BTreeSet<Instant> =
                places.iter().map(|place| trial.set.instant_in(*place, day)).collect();
            for group in &groups {
                for place in &group.places {
                    let at = trial.set.instant_in(*place, day);
                    let decision = specified.decide(&record, *place, at, &state).unwrap();
                    let by_day = evaluator.decide(&record, *place, day, &state).unwrap();
                    equal(&json(&decision), &json(&by_day), question)?;
                    let at = Some(at).filter(|_| instants.len() > 1);
                    let mut expected = decision;
                    (expected.at, expected.places) = (at, group.places.clone());
                    equal(&json(&expected), &json(group), question)?;
                }
            }
            let judged: BTreeSet<Place> =
                groups.iter().flat_map(|group| group.places.clone()).collect();
            ensure(judged == places.iter().copied().collect(), question, || format!("{judged:?}"))?;
        }
        Ok(())
    });
}

#[test]
fn many_places_are_decided_as_one_by_one() {
    let at = |group: &Decision, places: Vec<Place>| {
        let mut decision = group.clone();
        decision.places = places;
        decision
    };
    check(7, samples(Ways::Out), nothing(), |trial, ()| {
        let mut evaluator = trial.set.evaluator();
        let places: Vec<Place> = JUDGED.iter().map(|code| trial.set.place(code).unwrap()).collect();
        for question in trial.questions {
            let record = question.record(&trial.set);
            let groups =
                evaluator.decide_all(&record, &places, question.at(), &State::default()).unwrap();
            let mut bare = BTreeSet::new();
            let mut seen = vec![];
            for group in &groups {
                seen.extend(group.places.clone());
                ensure(bare.insert(json(&at(group, vec![]))), question, || {
                    "two groups are equal".into()
                })?;
                for place in &group.places {
                    let one = evaluator
                        .decide(&record, *place, question.at(), &State::default())
                        .unwrap();
                    equal(&json(&one), &json(&at(group, vec![*place])), question)?;
                }
            }
            let distinct: BTreeSet<Place> = places.iter().copied().collect();
            seen.sort();
            ensure(seen == distinct.into_iter().collect::<Vec<_>>(), question, || {
                format!("{seen:?}")
            })?;
            ensure(groups.iter().all(|group| group.places.is_sorted()), question, || {
                "unsorted".into()
            })?;
            trial.decide(&mut evaluator, question);
        }
        Ok(())
    });
}

#[test]
fn more_knowledge_never_reverses_a_rule() {
    let unknown = subsequence(KNOWABLE, 1..KNOWABLE.len());
    check(8, samples(Ways::None), unknown, |trial, unknown| {
        let mut evaluator = trial.set.evaluator();
        for question in trial.questions {
            // In imported records, an absent `deceptive` means false. It is not missing, so it is not removed.
            let is_imported = question.record.pointer("/source").is_some();
            let less = unknown
                .iter()
                .filter(|pointer| !(is_imported && pointer.ends_with("/deceptive")))
                .fold(question.record.clone(), |record, pointer| without(record, pointer));
            let less = Question { record: less, ..question.clone() };
            let (before, after) =
                (trial.decide(&mut evaluator, &less), trial.decide(&mut evaluator, question));
            for id in norms_of(&trial.files).keys() {
                let (before, after) = (truth(&before, id), truth(&after, id));
                ensure(before.is_none() || before == after, question, || {
                    format!("{id}: {before:?} became {after:?} from {less:?}")
                })?;
            }
        }
        Ok(())
    });
}

/// Whether a rule fires, if that is known.
fn truth(decision: &Decision, id: &str) -> Option<bool> {
    let shadow = decision.shadow.iter().find(|one| one.rule == id).map(|one| one.state);
    let fires =
        decision.matched.iter().any(|one| one.rule == id) || shadow == Some(ShadowState::Fires);
    let unknown = decision.undetermined.iter().any(|one| one.rule == id)
        || shadow == Some(ShadowState::Undetermined);
    (!unknown).then_some(fires)
}

#[test]
fn rules_in_shadow_change_nothing() {
    check(9, samples(Ways::Out), nothing(), |trial, ()| {
        let lit = trial.compile(&without_shadow(&trial.files))?;
        trial.same(
            &lit,
            |_| true,
            |mut decision| {
                decision.shadow.clear();
                decision
            },
        )
    });
}

/// The files without rules in shadow. Exceptions do not name them, and are left out if they lift nothing else.
fn without_shadow(files: &Files) -> Files {
    let norms = norms_of(files);
    let lit = |item: &Item| match &item.norm {
        Some(norm) if is_in_shadow(norm, &norms) => None,
        Some(norm) if !norm.lifts.is_empty() => {
            let mut lit = norm.clone();
            lit.lifts.retain(|id| !is_in_shadow(norms[id.as_str()], &norms));
            let text = item.text.replacen(&head_of_exception(norm), &head_of_exception(&lit), 1);
            Some(Item { text, norm: Some(lit) })
        }
        Some(_) | None => Some(item.clone()),
    };
    let files = files.iter();
    files.map(|(name, items)| (name.clone(), items.iter().filter_map(lit).collect())).collect()
}

fn is_in_shadow(norm: &Norm, norms: &BTreeMap<&str, &Norm>) -> bool {
    let mut lifted = norm.lifts.iter().map(|id| norms[id.as_str()]);
    norm.shadow || (!norm.lifts.is_empty() && lifted.all(|norm| is_in_shadow(norm, norms)))
}
