//! The law that norms rest on: articles, policies, and when they are in force; the offices of the platform.

use crate::base::source::Location;
use crate::base::time::{Day, Period, Zone};
use crate::program::outcome::{Event, Truth};
use crate::world::place::Place;

/// The grounds that a norm cites. A norm that cites nothing depends only on its own dates.
#[derive(Clone, Debug, Default)]
pub struct Basis {
    /// Whether all grounds must be in force. Otherwise one is enough.
    pub all: bool,
    pub grounds: Vec<Ground>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    Article(usize),
    Policy(usize),
}

/// When something is in force. Days begin in the zone of the file; `until` is the first day on which it is no longer in
/// force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InForce {
    pub start: Start,
    pub until: Option<Day>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    #[default]
    Always,
    From(Day),
    /// A person found it in force on that day. Before that day it is not applied, and decisions report a gap.
    By(Day),
    /// Nobody knows when it begins. It is not applied, and decisions report a gap.
    Unknown,
}

impl Start {
    /// The first day on which it is applied, if there is one.
    pub fn day(self) -> Option<Day> {
        match self {
            Self::From(day) | Self::By(day) => Some(day),
            Self::Always | Self::Unknown => None,
        }
    }
}

impl InForce {
    /// Whether the day lies in it. Unknown means a gap: it may be in force, but nobody has checked, so it is not applied.
    pub fn contains(self, day: Day) -> Truth {
        if self.until.is_some_and(|until| day >= until) {
            return Truth::False;
        }
        match self.start {
            Start::Always => Truth::True,
            Start::From(from) => (day >= from).into(),
            Start::By(by) if day >= by => Truth::True,
            Start::By(_) | Start::Unknown => Truth::Unknown,
        }
    }
}

/// An article of a law.
#[derive(Clone, Debug)]
pub struct Article {
    /// `kz.platforms.measures`
    pub id: String,
    /// The place of the file that declares it; `None` in a library.
    pub place: Option<Place>,
    pub law: String,
    /// The title in the language of the law.
    pub original: Option<String>,
    /// `9(4)(1)`
    pub number: String,
    pub url: Option<String>,
    pub doc: String,
    pub in_force: InForce,
    pub status: Status,
    pub party: Party,
    pub trigger: Trigger,
    pub deadlines: Vec<Deadline>,
    /// The grounds on which the clocks of these deadlines pause.
    pub pauses: Vec<String>,
    /// Which day's law counts.
    pub judged_by: JudgedBy,
    /// The actions that its text demands, as indices. Empty if the file does not list them.
    pub demands: Vec<usize>,
    /// The day on which a person read the text, or why nobody did.
    pub verified: Result<Day, String>,
    /// The zone of its file. `None` in a library, where the zone of the citing norm is used.
    pub zone: Option<Zone>,
    pub at: Location,
}

impl Article {
    /// Whether it is in force on a day. Adopted and draft texts are never in force, whatever their dates.
    pub fn in_force_on(&self, day: Day) -> Truth {
        match self.status {
            Status::InForce | Status::Annulled => self.in_force.contains(day),
            Status::Adopted | Status::Draft => Truth::False,
        }
    }

    /// Whether it can count after its last day.
    pub fn outlives_repeal(&self) -> bool {
        match self.judged_by {
            JudgedBy::Decision | JudgedBy::Sending { also_repealed: false } => false,
            JudgedBy::Receipt | JudgedBy::Sending { also_repealed: true } => true,
        }
    }

    /// Whether it is in force on any day.
    pub fn is_ever_in_force(&self) -> bool {
        let begins = self.in_force.start != Start::Unknown;
        begins && matches!(self.status, Status::InForce | Status::Annulled)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    InForce,
    /// Passed, but not yet in force.
    Adopted,
    /// Struck down. It stays in force until its `until`.
    Annulled,
    Draft,
}

impl Status {
    pub const ALL: [Self; 4] = [Self::InForce, Self::Adopted, Self::Annulled, Self::Draft];

    /// The status as it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::Adopted => "adopted",
            Self::Annulled => "annulled",
            Self::Draft => "draft",
        }
    }
}

/// The day whose law counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JudgedBy {
    /// That of the decision.
    Decision,
    /// For each order or notice, the day on which it was received.
    Receipt,
    /// The day on which the version of the message was sent, and also that of the decision unless `also_repealed`.
    Sending { also_repealed: bool },
}

impl JudgedBy {
    /// The days that rules name after `judged by`. Words may follow that change them.
    pub const NAMED: [Self; 2] = [Self::Receipt, Self::Sending { also_repealed: false }];

    /// As rules write it after `judged by`; `None` for the day of the decision, which is not written.
    pub fn written(self) -> Option<&'static str> {
        match self {
            Self::Decision => None,
            Self::Receipt => Some("receipt"),
            Self::Sending { also_repealed: false } => Some("sending"),
            Self::Sending { also_repealed: true } => Some("sending, also when repealed since"),
        }
    }
}

/// Whom an article binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    Platform,
    Author,
}

/// The event after which an article binds; `Standing` if it always binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    Standing,
    On(Event),
}

impl Trigger {
    /// The triggers that `binds` can name.
    pub const ALL: [Self; 5] = [
        Self::Standing,
        Self::On(Event::Order),
        Self::On(Event::Notice),
        Self::On(Event::Report),
        Self::On(Event::Knowledge),
    ];

    /// The word in `binds`: `standing`, or the word after `on`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Standing => "standing",
            Self::On(Event::Order | Event::OrderGiven | Event::OrderDeadline) => "order",
            Self::On(Event::Notice) => "notice",
            Self::On(Event::Report) => "report",
            Self::On(
                event @ (Event::Knowledge | Event::Decision | Event::Removal | Event::Submission),
            ) => event.name(),
        }
    }
}

/// A time limit of a statute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub limit: Limit,
    pub event: Event,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The word of the statute, such as "promptly". It is never turned into a number.
    Words(String),
    Within(Period),
    /// The instant that the order sets. If the order sets none, the period `otherwise` counts from the event.
    AsOrdered {
        otherwise: Option<Period>,
    },
}

/// A policy of the platform.
#[derive(Clone, Debug)]
pub struct Policy {
    /// `world.terms`
    pub id: String,
    pub title: String,
    pub url: Option<String>,
    pub in_force: InForce,
    pub zone: Option<Zone>,
    pub at: Location,
}

/// A desk of the platform that receives obligations.
#[derive(Clone, Debug)]
pub struct Office {
    /// `kz.astana`
    pub id: String,
    pub title: String,
    pub languages: Vec<String>,
    pub at: Location,
}
