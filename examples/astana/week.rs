//! Judges the messages of the week, each whenever something about it comes in, and keeps account of what is due.

use super::told::{self, Told};
use lexloci::state::{Memory, Store};
use lexloci::{
    Compiler, Decision, Explanation, Given, Import, InputFormat, Instant, Keeper, Obligation,
    Place, RuleSet,
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

/// The places that the office is asked about.
const PLACES: [&str; 2] = ["KZ", "FR"];

/// From when on the store knows everything: the day on which the counters of the rules begin.
const STORE_BEGAN: &str = "2026-12-01T00:00:00+05:00";

/// What a person did, as a line of `answers.jsonl`.
#[derive(Deserialize)]
pub struct Answer {
    pub at: String,
    pub message: String,
    /// The place for which it was due.
    pub place: String,
    /// The action that was due: `review`, `report`, `escalate`, `notify`.
    pub action: String,
    /// To whom, if the message owes the same to several.
    pub to: Option<String>,
    pub by: String,
    pub language: Option<String>,
    pub says: String,
}

/// A message of the export, with all that came in about it.
pub struct Post {
    pub id: String,
    pub chat: String,
    pub text: String,
    pub sent_at: Instant,
    json: Vec<u8>,
    /// What came in about it, and when.
    pub arrivals: Vec<(Instant, String)>,
}

/// Something that is to be done about a message.
pub struct Owed {
    pub message: String,
    pub place: Place,
    pub action: String,
    pub to: Option<String>,
    pub since: Instant,
    pub due: Option<Instant>,
    pub words: Vec<String>,
    pub done: Option<Instant>,
}

/// What a rule asks for.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    message: String,
    place: Place,
    action: String,
    to: Option<String>,
    rule: String,
    due: Option<Instant>,
}

/// What happens at an instant.
enum Event<'w> {
    Judged(&'w Post),
    Answered(&'w Answer),
}

/// The week so far.
struct Week<'w> {
    set: &'w RuleSet,
    places: Vec<Place>,
    keeper: Keeper<Memory>,
    told: Told<'w>,
    owed: Vec<Owed>,
    /// What rules have asked for so far.
    known: BTreeSet<Asked>,
    /// What was last decided about a message in a place.
    last: BTreeMap<(String, Place), Decision>,
}

/// The week as text.
pub fn week(root: &Path) -> Result<String, Box<dyn Error>> {
    let folder = root.join("examples/astana");
    let set = Compiler::new().directory(root.join("rules")).compile()?;
    let posts = posts(&set, &folder)?;
    let answers: Vec<Answer> = std::fs::read_to_string(folder.join("answers.jsonl"))?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let mut events = vec![];
    for post in &posts {
        let instants = post.arrivals.iter().map(|(at, _)| *at).chain([post.sent_at]);
        let instants: BTreeSet<_> = instants.collect();
        events.extend(instants.into_iter().map(|at| (at, Event::Judged(post))));
    }
    for answer in &answers {
        events.push((Instant::parse(&answer.at)?, Event::Answered(answer)));
    }
    // Stable, so that what comes in at one instant is judged in the order of the export, before anybody answers it.
    events.sort_by_key(|(at, _)| *at);
    let places = PLACES.iter().map(|place| set.place(place).ok_or("no such place"));
    let mut week = Week {
        set: &set,
        places: places.collect::<Result<_, _>>()?,
        keeper: Keeper::new(&set, Memory::new(Some(Instant::parse(STORE_BEGAN)?)))?,
        told: Told::new(&set, &posts)?,
        owed: vec![],
        known: BTreeSet::new(),
        last: BTreeMap::new(),
    };
    for (at, event) in events {
        match event {
            Event::Judged(post) => week.judge(post, at)?,
            Event::Answered(answer) => week.answer(answer, at),
        }
    }
    week.close()
}

/// The messages of the export, with the facts that the host has about them.
fn posts(set: &RuleSet, folder: &Path) -> Result<Vec<Post>, Box<dyn Error>> {
    let facts = std::fs::read(folder.join("facts.jsonl"))?;
    let facts = set.facts("facts.jsonl", facts.as_slice())?;
    let export = std::fs::read(folder.join("result.json"))?;
    let mut import = Import::new(export.as_slice(), InputFormat::AUTO).facts(&facts);
    let mut posts = vec![];
    while let Some(message) = import.next_message()? {
        let json = message.json()?.to_vec();
        let value: Value = serde_json::from_slice(&json)?;
        let text = |path: &str| value.pointer(path).and_then(Value::as_str).unwrap_or_default();
        posts.push(Post {
            id: text("/id").to_owned(),
            chat: text("/chat/title").to_owned(),
            text: text("/parts/0/text").to_owned(),
            sent_at: Instant::parse(text("/sent_at"))?,
            arrivals: arrivals(set, &value)?,
            json,
        });
    }
    Ok(posts)
}

/// The orders, notices and rulings of a record, each with the instant at which it came in.
fn arrivals(set: &RuleSet, record: &Value) -> Result<Vec<(Instant, String)>, Box<dyn Error>> {
    let mut found = vec![];
    for (list, when) in
        [("orders", "received_at"), ("notices", "received_at"), ("rulings", "given_at")]
    {
        let all = record.pointer(&format!("/reports/{list}")).and_then(Value::as_array);
        for one in all.into_iter().flatten() {
            let at = one.get(when).and_then(Value::as_str).ok_or("something without an instant")?;
            found.push((Instant::parse(at)?, told::arrival(set, list, one)));
        }
    }
    Ok(found)
}

impl Week<'_> {
    /// Judges a message with all that has come in about it, and with what earlier messages left behind.
    fn judge(&mut self, post: &Post, at: Instant) -> Result<(), Box<dyn Error>> {
        self.told.event(post, at);
        let given = Given { json: &post.json, places: &self.places, at };
        let kept = self.keeper.judge(&[given]);
        kept.stored?;
        let decided = kept.decided.into_iter().next().ok_or("nothing was decided")??;
        for place in self.places.clone() {
            let explanation = self.explained(post, place, at)?;
            let decision = &explanation.decision;
            let is_theirs = |one: &&Decision| one.places.contains(&place);
            let theirs = decided.decisions.iter().find(is_theirs).ok_or("a place is missing")?;
            if theirs.outcome != decision.outcome {
                return Err("what is explained is not what was decided".into());
            }
            let key = (post.id.clone(), place);
            let before = self.last.get(&key);
            let new: Vec<_> = decision
                .obligations
                .iter()
                .filter(|one| Self::is_new(&mut self.known, post, place, one))
                .cloned()
                .collect();
            self.told.decision(place, &explanation, before, &new);
            self.owed.extend(new.into_iter().map(|one| owed(post, place, at, one)));
            self.last.insert(key, explanation.decision);
        }
        Ok(())
    }

    /// Explains what was decided, with the state that it was decided with.
    fn explained(
        &mut self,
        post: &Post,
        place: Place,
        at: Instant,
    ) -> Result<Explanation, Box<dyn Error>> {
        let mut evaluator = self.set.evaluator();
        let mut message = evaluator.read(&post.json)?;
        let state = message.recall(self.keeper.store(), &self.places, at)?;
        Ok(message.explain(place, at, &state))
    }

    /// Whether a rule asks for something that was not asked for before.
    fn is_new(known: &mut BTreeSet<Asked>, post: &Post, place: Place, one: &Obligation) -> bool {
        // A time that runs from the decision is that of the first one. Another event gives another time.
        let is_of_event = one.clock.as_deref().is_some_and(|clock| clock != "decision");
        let mut is_new = false;
        for rule in &one.rules {
            is_new |= known.insert(Asked {
                message: post.id.clone(),
                place,
                action: one.action.to_string(),
                to: one.to.as_ref().map(ToString::to_string),
                rule: rule.to_string(),
                due: one.due.filter(|_| is_of_event),
            });
        }
        is_new
    }

    /// Notes what a person did.
    fn answer(&mut self, answer: &Answer, at: Instant) {
        let mut done = vec![];
        for one in &mut self.owed {
            let is_meant = one.message == answer.message
                && one.place.to_string() == answer.place
                && one.action == answer.action
                && (answer.to.is_none() || answer.to == one.to)
                && one.done.is_none();
            if is_meant {
                one.done = Some(at);
                done.push(&*one);
            }
        }
        self.told.answer(answer, at, &done);
    }

    /// The text, with the account of the week and what the counters have at its end.
    fn close(mut self) -> Result<String, Box<dyn Error>> {
        self.told.account(&self.owed);
        for channel in self.told.channels() {
            let (_, lines) = self.keeper.store().find(&channel)?;
            self.told.counted(&channel, &lines);
        }
        Ok(self.told.into_text())
    }
}

fn owed(post: &Post, place: Place, since: Instant, one: Obligation) -> Owed {
    Owed {
        message: post.id.clone(),
        place,
        action: one.action.to_string(),
        to: one.to.map(|to| to.to_string()),
        since,
        due: one.due,
        words: one.words.iter().map(ToString::to_string).collect(),
        done: None,
    }
}
