//! Tells the week in plain words: days and times of Almaty, the words of the message, the provision, what is due and who was
//! asked.

use super::week::{Answer, Owed, Post};
use lexloci::state::{Contribution, Line};
use lexloci::{
    Citation, Day, Decision, Evidence, Explanation, FoundBy, Instant, Obligation, Place, RuleSet,
    Zone,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;

const WEEK: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// How a decision can be contested, which each platform says itself.
const APPEAL: &str = "https://platform.example/appeal";
const MINUTE: i128 = 60_000_000_000;

/// The text so far, and the names in it.
pub struct Told<'w> {
    set: &'w RuleSet,
    zone: Zone,
    text: String,
    day: Option<Day>,
    /// By the id of a message: its channel, and its number there.
    names: BTreeMap<&'w str, String>,
}

/// What came in: an order, a notice or a ruling of a record.
pub fn arrival(set: &RuleSet, list: &str, one: &Value) -> String {
    let text = |key: &str| one.get(key).and_then(Value::as_str);
    let is = |key: &str| one.get(key).and_then(Value::as_bool) == Some(true);
    let number = text("ref").map_or(String::new(), |number| format!(" no. {number}"));
    let country = text("country").unwrap_or_default();
    match list {
        "orders" => {
            let authority = authority(text("authority").unwrap_or_default());
            let provision = text("provision").map_or(String::new(), |one| format!(" under {one}"));
            let target = match text("target") {
                Some("chat") => "channel",
                Some("author") => "account",
                _ => "message",
            };
            format!("{authority} sends letter{number}{provision}, about the {target}")
        }
        "notices" => {
            let kind = text("kind").unwrap_or_default();
            let by = text("by").filter(|by| *by != "other");
            let by = by.map_or("a reader".to_owned(), |by| format!("a {}", by.replace('_', " ")));
            format!("{by} sends notice{number} under the law of {country}: {kind}")
        }
        _ => {
            let rules = one.get("rules").and_then(Value::as_array).into_iter().flatten();
            let title =
                |id: &str| set.rules().find(|rule| rule.id == id).map(|rule| quoted(rule.title));
            let rules = rules.filter_map(Value::as_str);
            let rules: Vec<_> =
                rules.map(|id| title(id).unwrap_or_else(|| id.to_owned())).collect();
            let on = if is("on_complaint") { " on the complaint" } else { "" };
            let verdict = match text("verdict") {
                Some("upheld") => "upholds",
                _ => "reverses",
            };
            let by = text("by").unwrap_or("a person");
            let place = text("place").unwrap_or_default();
            format!("{by} {verdict}{on} {}, for {place}", rules.join(" and "))
        }
    }
}

impl<'w> Told<'w> {
    pub fn new(set: &'w RuleSet, posts: &'w [Post]) -> Result<Self, Box<dyn Error>> {
        let names = posts.iter().map(|post| {
            let number = post.id.rsplit('/').next().unwrap_or_default();
            (post.id.as_str(), format!("{} {number}", post.chat))
        });
        Ok(Self {
            set,
            zone: Zone::named("Asia/Almaty")?,
            text: String::new(),
            day: None,
            names: names.collect(),
        })
    }

    pub fn into_text(self) -> String {
        self.text
    }

    /// The keys under which the counters have the channels: that of the platform, and the id of the chat.
    pub fn channels(&self) -> BTreeSet<String> {
        let chats = self.names.keys().filter_map(|id| id.strip_prefix("tg:")?.split_once('/'));
        chats.map(|(chat, _)| format!("telegram:{chat}")).collect()
    }

    fn name(&self, message: &str) -> String {
        self.names.get(message).cloned().unwrap_or_else(|| message.to_owned())
    }

    fn line(&mut self, indent: usize, line: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{:indent$}{line}", "");
    }

    /// `2026-12-07 09:00`, in Almaty.
    fn when(&self, at: Instant) -> String {
        at.local(&self.zone).to_string().replace(" +05:00", "")
    }

    fn weekday(&self, day: Day) -> &'static str {
        let noon = day.start(&self.zone).map_or(0, |start| start.unix_nanos() + 720 * MINUTE);
        // 1 January 1970 was a Thursday.
        let number = (noon / (1440 * MINUTE) + 3).rem_euclid(7);
        usize::try_from(number)
            .ok()
            .and_then(|number| WEEK.get(number))
            .copied()
            .unwrap_or_default()
    }

    /// Begins a line with the time, and a day before it if it is a new one.
    fn begin(&mut self, at: Instant, what: &str) {
        let day = at.day(&self.zone);
        if self.day != Some(day) {
            self.day = Some(day);
            let heading = format!("\n== {}, {day}", self.weekday(day));
            self.line(0, &heading);
        }
        let time = self.when(at);
        let time = time.split_once(' ').map_or("", |(_, time)| time).to_owned();
        self.line(0, &format!("\n{time}  {what}"));
    }

    /// What happened to a message.
    pub fn event(&mut self, post: &Post, at: Instant) {
        let name = self.name(&post.id);
        let came: Vec<_> = post.arrivals.iter().filter(|(came, _)| *came == at).collect();
        let is_new = post.sent_at == at;
        self.begin(at, &format!("{name}{}", if is_new { " is posted:" } else { ":" }));
        if is_new {
            self.line(7, &format!("“{}”", post.text));
        }
        for (_, what) in came {
            self.line(7, what);
        }
    }

    /// What is decided in a place: what is done, the rules that are new, what is not known, and what is newly due.
    pub fn decision(
        &mut self,
        place: Place,
        explanation: &Explanation,
        before: Option<&Decision>,
        new: &[Obligation],
    ) {
        let decision = &explanation.decision;
        let has = |list: &[lexloci::Matched], rule: &str| list.iter().any(|one| one.rule == *rule);
        let country = self.set.name_of(place);
        let measures = measures(decision);
        let is_as_before = before.is_some_and(|before| self::measures(before) == measures);
        let still = if is_as_before { "as before, " } else { "" };
        self.line(7, &format!("{country}: {still}{measures}"));
        for one in &decision.matched {
            if !before.is_some_and(|before| has(&before.matched, &one.rule)) {
                self.rule(explanation, &one.rule, &one.title, &one.evidence);
            }
        }
        for one in &decision.defeated {
            if before.is_some_and(|before| before.defeated.iter().any(|was| was.rule == one.rule)) {
                continue;
            }
            let by: Vec<_> = one.by.iter().map(|by| quoted(&by.title)).collect();
            self.line(9, &format!("{} is lifted by {}", quoted(&one.title), by.join(" and ")));
            let grounds = one.by.iter().flat_map(|by| &by.basis).map(cited);
            for ground in grounds.collect::<BTreeSet<_>>() {
                self.line(11, &ground);
            }
        }
        for one in &decision.undetermined {
            if before
                .is_some_and(|before| before.undetermined.iter().any(|was| was.rule == one.rule))
            {
                continue;
            }
            let missing: Vec<_> = one.missing.iter().map(|path| unknown(path)).collect();
            let missing = missing.join(", ");
            self.line(9, &format!("{} cannot be decided: {missing}", quoted(&one.title)));
        }
        for one in new {
            let due = self.due(one.due, &one.words);
            let to = self.to(one.to.as_deref());
            self.line(9, &format!("due: {}{to}, {due}", one.action));
        }
    }

    /// A rule that fired: why, on which law, and what the author reads.
    fn rule(&mut self, explanation: &Explanation, rule: &str, title: &str, evidence: &[Evidence]) {
        let mut words: Vec<_> = evidence
            .iter()
            .filter(|one| !matches!(one.found_by, FoundBy::Set(..)))
            .map(|one| quoted(&one.text))
            .collect();
        // Several signs may have found the same words.
        words.dedup();
        let because = if words.is_empty() {
            String::new()
        } else {
            format!(", because of {}", words.join(", "))
        };
        self.line(9, &format!("{}{because}", quoted(title)));
        let Some(explained) = explanation.rules.iter().find(|one| one.rule == rule) else { return };
        for ground in &explained.basis {
            let note = match ground {
                Citation::Article { article, .. }
                    if explained.unverified.iter().any(|(number, _)| number == &**article) =>
                {
                    " (not read in full)"
                }
                Citation::Article { .. } | Citation::Policy { .. } => "",
            };
            self.line(11, &format!("{}{note}", cited(ground)));
        }
        if let Some((language, said)) =
            explained.says.as_ref().and_then(|said| Some((&said.language, said.text.as_ref()?)))
        {
            self.line(
                11,
                &format!("the author reads ({language}): {}", said.replace("{appeal}", APPEAL)),
            );
        }
    }

    /// `Astana office (kk, ru)`, or who else is told.
    fn office(&self, to: &str) -> String {
        let office = self.set.offices().find(|office| office.id == to);
        office.map_or(to.to_owned(), |one| format!("{} ({})", one.title, one.languages.join(", ")))
    }

    /// ` to Astana office (kk, ru)`; nothing if it is for nobody in particular.
    fn to(&self, whom: Option<&str>) -> String {
        whom.map_or(String::new(), |whom| format!(" to {}", self.office(whom)))
    }

    fn due(&self, due: Option<Instant>, words: &[impl AsRef<str>]) -> String {
        let words = words.iter().map(|words| format!("“{}”", words.as_ref()));
        let due = due.map(|due| {
            let day = self.weekday(due.day(&self.zone));
            format!("by {day} {}", self.when(due))
        });
        let all: Vec<_> = due.into_iter().chain(words).collect();
        if all.is_empty() { "no time is set".to_owned() } else { all.join(", ") }
    }

    /// What a person did.
    pub fn answer(&mut self, answer: &Answer, at: Instant, done: &[&Owed]) {
        let Answer { by, says, language, message, .. } = answer;
        let language = language.as_deref().map_or(String::new(), |one| format!(" ({one})"));
        self.begin(at, &format!("{}: {by} answers{language}: “{says}”", self.name(message)));
        for one in done {
            let to = self.to(one.to.as_deref());
            self.line(7, &format!("done: {}{to}{}", one.action, margin(one)));
        }
        if done.is_empty() {
            self.line(7, "nothing of the kind was due");
        }
    }

    /// What was due in the week, and what became of it.
    pub fn account(&mut self, owed: &[Owed]) {
        self.line(0, "\n== What was due, and what became of it\n");
        for one in owed {
            let to = self.to(one.to.as_deref());
            let since = self.when(one.since);
            let due = self.due(one.due, &one.words);
            let name = self.name(&one.message);
            let became = match one.done {
                Some(done) => format!("done {}{}", self.when(done), margin(one)),
                None => "open".to_owned(),
            };
            let what = format!("{name}, {}: {}{to}", one.place, one.action);
            self.line(0, &format!("{what}; since {since}; {due}; {became}"));
        }
        let late = owed.iter().filter(|one| is_late(one)).count();
        let open = owed.iter().filter(|one| one.done.is_none()).count();
        let done = owed.len() - open;
        self.line(0, &format!("\n{done} done, {late} of them late; {open} open"));
    }

    /// What the counter of adverts has about a channel.
    pub fn counted(&mut self, channel: &str, lines: &[Line]) {
        self.line(0, &format!("\n== Adverts for pyramids that are counted for {channel}\n"));
        for line in lines {
            let Line::Entry { key, record, entry, policy, .. } = line else { continue };
            if key.item != "kz.pyramid_adverts" {
                continue;
            }
            let counts = match entry.contribution(*policy) {
                Contribution::Certain(said) => format!("counts since {}", self.when(said.at)),
                Contribution::Maybe(_) => "may count".to_owned(),
                Contribution::Nothing => "counts no more: a person reversed the finding".to_owned(),
            };
            let third = if entry.took.contains(&3) { ", the third" } else { "" };
            let name = self.name(record);
            self.line(0, &format!("{name}: {counts}{third}"));
        }
    }
}

/// What is done to the message and the channel, in plain words.
fn measures(decision: &Decision) -> String {
    let all: Vec<_> = decision
        .outcomes
        .iter()
        .map(|one| match (&*one.action, one.target.as_deref()) {
            ("restrict", _) => "hidden here (restrict)".to_owned(),
            ("limit", _) => "cannot be passed on (limit)".to_owned(),
            ("label", _) => "shown with a notice (label)".to_owned(),
            ("suspend", Some(target)) => format!("the {target} is hidden here (suspend)"),
            (other, _) => other.to_owned(),
        })
        .collect();
    if all.is_empty() { "left as it is".to_owned() } else { all.join(", ") }
}

fn is_late(one: &Owed) -> bool {
    matches!((one.done, one.due), (Some(done), Some(due)) if done > due)
}

/// How long before or after its time something was done.
fn margin(one: &Owed) -> String {
    let (Some(done), Some(due)) = (one.done, one.due) else { return String::new() };
    let minutes = done.since(due).abs() / MINUTE;
    let side = if is_late(one) { "late" } else { "in time" };
    format!(", {side} by {} h {} min", minutes / 60, minutes % 60)
}

fn cited(ground: &Citation) -> String {
    match ground {
        Citation::Article { law, article, .. } => format!("{law}, {article}"),
        Citation::Policy { policy, .. } => format!("the platform's own: {policy}"),
    }
}

/// What is not known.
fn unknown(path: &str) -> String {
    match path.strip_prefix("register ") {
        Some(register) => format!("the register {register} is not complete"),
        None => format!("nobody said {path}"),
    }
}

/// The authorities that write in this week, by the names that the rules have for them.
fn authority(name: &str) -> String {
    match name {
        "KZ-MAI" => "the authorised body (KZ-MAI)".to_owned(),
        "KZ-GP" => "the Prosecutor General (KZ-GP)".to_owned(),
        other => other.to_owned(),
    }
}

fn quoted(text: &str) -> String {
    format!("“{text}”")
}
