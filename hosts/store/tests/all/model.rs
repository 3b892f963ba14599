//! A model of a store: a list of all that happened. For each question it is gone through anew, and nothing is kept.

use lexloci::Instant;
use lexloci::Text;
use lexloci::state::{
    Ask, Asked, Count, CounterSpec, Delta, Earlier, Entry, Judging, Key, Known, LATEST, MarkActor,
    MarkHistory, Policy, Reading, Said, Verdict, Whom, Window,
};
use std::collections::{BTreeMap, BTreeSet};

pub enum Event {
    Adopt(Vec<CounterSpec>),
    /// The judgings of a batch that were new.
    Commit(Vec<(Judging, Delta)>),
    Mark(Key, MarkHistory),
    Sweep(Instant),
    Forget(Whom),
}

pub struct Model {
    pub begins: Option<Instant>,
    pub rows: usize,
    pub events: Vec<Event>,
}

struct Counter {
    known: Known,
    keeps: i128,
    in_service: bool,
}

/// What a judging of an author said.
type Word = (Option<Text>, Entry);

/// What was said about the records under one key, as far as it is still known.
#[derive(Default)]
struct Told {
    latest: Option<Instant>,
    counters: BTreeMap<Text, Counter>,
    /// By meaning and record, with the author for each judging.
    words: BTreeMap<(Text, Text), Vec<Word>>,
    dropped: Known,
    marks: Vec<(Option<Text>, MarkHistory)>,
    firsts: Vec<(Option<Text>, Instant)>,
    judgings: Vec<Judging>,
    /// The authors, records and versions that were forgotten.
    forgotten: BTreeSet<(Option<Text>, Text, Option<Instant>)>,
}

impl Model {
    /// Whether a judging was committed before.
    pub fn knows(&self, judging: &Judging) -> bool {
        self.events.iter().any(|event| match event {
            Event::Commit(batch) => batch.iter().any(|(known, _)| known == judging),
            _ => false,
        })
    }

    pub fn answer(&self, ask: &Ask<'_>) -> Reading {
        let told = self.told(ask.key);
        match ask.asked {
            Asked::Mark { at } => {
                let mut mark = told.mark();
                mark.acts.retain(|act| {
                    act.at != *at || act.by.record().is_none_or(|of| of.as_str() != ask.record)
                });
                Reading::Mark(mark.standing(*at))
            }
            Asked::First => Reading::First(told.firsts.iter().map(|(_, at)| *at).min()),
            Asked::Count { meaning, window, since, policy, distinct, value } => {
                let counter = told.counters.get(meaning).filter(|counter| counter.in_service);
                let known = counter.map_or(Known::Nothing, |counter| counter.known);
                let is_known = covers(known.max(told.dropped), *window, *since);
                let mut others = vec![];
                let mut own = None;
                for ((of, record), words) in &told.words {
                    if of != meaning {
                        continue;
                    }
                    if record == ask.record {
                        own = Some(words);
                    } else if let Some((certain, said)) = contribution(words, *policy)
                        && window.after < said.at
                        && said.at <= window.until
                    {
                        others.push((certain, said, record.clone()));
                    }
                }
                let own_value = match own.and_then(|words| contribution(words, *policy)) {
                    Some((true, said)) => said.value,
                    _ => value.clone(),
                };
                let mut count = counted(&others, *distinct, own_value.filter(|_| *distinct));
                count.possible = count.possible.filter(|_| is_known);
                count.own = own.map(|words| {
                    let mut joined = Entry::default();
                    words.iter().for_each(|(_, word)| joined.join(word));
                    joined
                });
                Reading::Count(count)
            }
        }
    }

    fn told(&self, key: &Key) -> Told {
        let mut told = Told::default();
        let begins = self.begins.map_or(Known::All, Known::From);
        for event in &self.events {
            match event {
                Event::Adopt(specs) => told.adopt(key, begins, specs),
                Event::Commit(batch) => told.commit(key, batch, self.rows),
                Event::Mark(of, history) if of == key => told.marks.push((None, history.clone())),
                Event::Mark(..) => {}
                Event::Sweep(at) => told.sweep(*at),
                Event::Forget(whom) => told.forget(key, whom),
            }
        }
        told
    }
}

impl Told {
    fn adopt(&mut self, key: &Key, begins: Known, specs: &[CounterSpec]) {
        let begins = begins.max(self.latest.map_or(Known::All, Known::after));
        let before: BTreeSet<_> = self
            .counters
            .iter()
            .filter(|(_, counter)| counter.in_service)
            .map(|(meaning, _)| meaning.clone())
            .collect();
        self.counters.values_mut().for_each(|counter| counter.in_service = false);
        for spec in specs.iter().filter(|spec| spec.item == key.item && spec.shadow == key.shadow) {
            let counter = self.counters.entry(spec.meaning.clone()).or_insert(Counter {
                known: Known::All,
                keeps: 0,
                in_service: false,
            });
            counter.keeps = spec.keeps;
            counter.in_service = true;
            if !before.contains(&spec.meaning) {
                counter.known = counter.known.max(begins);
            }
        }
    }

    fn commit(&mut self, key: &Key, batch: &[(Judging, Delta)], rows: usize) {
        for (judging, delta) in batch {
            self.latest = self.latest.max(Some(judging.at));
            self.judgings.push(judging.clone());
            if self.forgotten.contains(&version(judging)) {
                continue;
            }
            let author = &judging.author;
            let stays = |of: Option<Instant>| {
                of.is_none()
                    || of == judging.version
                    || !self.forgotten.contains(&(author.clone(), judging.record.clone(), of))
            };
            for one in delta.entries.iter().filter(|one| one.key == *key) {
                let mut entry = one.entry.clone();
                entry.causes.retain(|cause, _| stays(cause.version));
                if entry.causes.is_empty() {
                    continue;
                }
                let word = [(author.clone(), entry.clone())];
                let counts = matches!(contribution(&word, one.policy), Some((true, _)));
                if entry.causes.len() < one.entry.causes.len() && !counts {
                    entry.took.clear();
                }
                let of = (one.meaning.clone(), judging.record.clone());
                self.words.entry(of).or_default().push((author.clone(), entry));
            }
            for one in delta.marks.iter().filter(|one| one.key == *key) {
                let mut history = one.history.clone();
                history.retain(|actor| match actor {
                    MarkActor::Rule { version, .. } => stays(*version),
                    MarkActor::Person { .. } => true,
                });
                self.marks.push((author.clone(), history));
            }
            for (_, at) in delta.firsts.iter().filter(|(of, _)| of == key) {
                self.firsts.push((author.clone(), *at));
            }
        }
        while self.words.len() > rows {
            let oldest = self
                .words
                .iter()
                .map(|((meaning, record), words)| (last(words), record.clone(), meaning.clone()))
                .min()
                .unwrap();
            self.words.remove(&(oldest.2, oldest.1));
            self.dropped = self.dropped.max(oldest.0.map_or(Known::All, Known::after));
        }
    }

    fn sweep(&mut self, at: Instant) {
        for (meaning, counter) in &mut self.counters {
            let until = at.plus_nanos(-counter.keeps).unwrap();
            counter.known = counter.known.max(Known::after(until));
            self.words.retain(|(of, _), words| of != meaning || last(words) > Some(until));
        }
        if self.mark().is_over(at) {
            self.marks.clear();
        }
        self.forget_drops();
    }

    /// What was dropped makes no difference any more once sweeps have come that far and nothing is left.
    fn forget_drops(&mut self) {
        let least = self.counters.values().map(|counter| counter.known).min();
        if self.words.is_empty() && least.is_some_and(|least| self.dropped <= least) {
            self.dropped = Known::All;
        }
    }

    fn mark(&self) -> MarkHistory {
        let mut mark = MarkHistory::default();
        self.marks.iter().for_each(|(_, history)| mark.join(history));
        mark
    }

    fn forget(&mut self, key: &Key, whom: &Whom) {
        let mut others = self.judgings.iter().filter(|one| one.record != *whom.id());
        let is_author = matches!(whom, Whom::Record(_))
            && others.any(|one| one.author.as_ref() == Some(whom.id()));
        if key.concerns(whom, is_author) {
            self.words.clear();
            self.marks.clear();
            self.firsts.clear();
            self.dropped = Known::All;
        }
        match whom {
            Whom::Record(record) => {
                self.words.retain(|(_, of), _| of != record);
                for (_, history) in &mut self.marks {
                    history.retain(|actor| actor.record() != Some(record));
                }
            }
            Whom::Author(by) => {
                let is_other = |author: &Option<Text>| author.as_ref() != Some(by);
                self.words.values_mut().for_each(|words| words.retain(|one| is_other(&one.0)));
                self.words.retain(|_, words| !words.is_empty());
                self.marks.retain(|one| is_other(&one.0));
                self.firsts.retain(|one| is_other(&one.0));
            }
        }
        let forgotten = self.judgings.extract_if(.., |judging| whom.is_of(judging));
        self.forgotten.extend(forgotten.map(|judging| version(&judging)));
        self.forget_drops();
    }
}

fn version(judging: &Judging) -> (Option<Text>, Text, Option<Instant>) {
    (judging.author.clone(), judging.record.clone(), judging.version)
}

fn covers(known: Known, window: Window, since: Instant) -> bool {
    // The first instant that has to be known.
    let first = window.after.plus_nanos(1).unwrap().max(since);
    match known {
        Known::All => true,
        Known::From(known) => known <= first,
        Known::Nothing => false,
    }
}

/// After this instant no window needs what was said: of each cause the earliest certain instant and the latest maybe.
fn last(words: &[Word]) -> Option<Instant> {
    let keys: BTreeSet<_> = words.iter().flat_map(|(_, entry)| entry.causes.keys()).collect();
    let (mut said, mut ruled) = (None, None);
    for key in keys {
        let causes = || words.iter().filter_map(|(_, entry)| entry.causes.get(key));
        let certain = causes().filter_map(|cause| cause.certain.as_ref()).map(|said| said.at).min();
        let maybe =
            causes().filter_map(|cause| cause.maybe.as_ref()).max().map(|(_, said)| said.at);
        said = said.max(certain).max(maybe);
        ruled = ruled.max(causes().filter_map(|cause| cause.ruling).map(|one| one.given_at).max());
    }
    // A ruling is known by its latest word.
    said.or(ruled)
}

/// How a record counts by all that was said about it, and whether that is certain.
fn contribution(words: &[Word], policy: Policy) -> Option<(bool, Said)> {
    let keys: BTreeSet<_> = words.iter().flat_map(|(_, entry)| entry.causes.keys()).collect();
    let (mut certain, mut maybe): (Vec<&Said>, Vec<&(Instant, Said)>) = (vec![], vec![]);
    for key in keys {
        let said = || words.iter().filter_map(|(_, entry)| entry.causes.get(key));
        let ruling = said()
            .filter_map(|cause| cause.ruling)
            .max_by_key(|ruled| (ruled.given_at, ruled.verdict == Verdict::Reversed));
        let counts = match ruling.map(|ruled| ruled.verdict) {
            Some(Verdict::Upheld) => true,
            Some(Verdict::Reversed) => false,
            None => policy == Policy::UntilReversed,
        };
        if counts {
            certain.extend(said().filter_map(|cause| cause.certain.as_ref()));
            maybe.extend(said().filter_map(|cause| cause.maybe.as_ref()));
        }
    }
    if let Some(first) = certain.iter().min_by_key(|said| (said.at, said.value.clone())) {
        let weight = certain.iter().map(|said| said.weight).max().unwrap();
        return Some((true, Said { weight, ..(*first).clone() }));
    }
    maybe.into_iter().max().map(|(_, said)| (false, said.clone()))
}

fn counted(others: &[(bool, Said, Text)], distinct: bool, own: Option<Text>) -> Count {
    let certain = || others.iter().filter(|(certain, _, _)| *certain);
    let mut latest: Vec<_> = certain()
        .map(|(_, said, record)| Earlier { at: said.at, record: record.clone() })
        .collect();
    latest.sort_by(|left, right| right.cmp(left));
    latest.truncate(LATEST);
    let sure: BTreeSet<_> = certain().filter_map(|(_, said, _)| said.value.clone()).collect();
    let all: BTreeSet<_> = others.iter().filter_map(|(_, said, _)| said.value.clone()).collect();
    let without = others.iter().filter(|(_, said, _)| said.value.is_none()).count();
    let has = |values: &BTreeSet<Text>| own.as_ref().is_some_and(|own| values.contains(own));
    let (value_is_certain, value_is_possible) = (has(&sure), has(&all));
    let (certain, possible) = if distinct {
        (sure.len() as u64, (all.len() + without) as u64)
    } else {
        (
            certain().map(|(_, said, _)| said.weight).sum(),
            others.iter().map(|one| one.1.weight).sum(),
        )
    };
    let possible = Some(possible);
    Count { certain, possible, own: None, value_is_certain, value_is_possible, latest }
}
