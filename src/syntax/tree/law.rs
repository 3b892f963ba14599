//! The items `law`, `policy` and `office`, with the articles of laws.

use super::{Name, Path, Spanned, Text};
use crate::base::source::Span;
use crate::base::time::{Day, Period};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Law {
    pub name: Name,
    pub title: Text,
    pub original: Option<Text>,
    pub url: Option<Text>,
    pub articles: Vec<Article>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    pub doc: String,
    pub name: Name,
    pub number: Text,
    pub in_force: Option<InForce>,
    /// `in force`, `adopted`, `annulled`, `draft`
    pub status: Option<Name>,
    pub binds: Option<Binds>,
    pub deadlines: Vec<Deadline>,
    /// The grounds on which the clocks of its deadlines are paused.
    pub pauses: Vec<Name>,
    /// Which day's law counts.
    pub judged: Option<Judged>,
    /// The actions that its text requires.
    pub demands: Vec<Name>,
    pub verified: Option<Spanned<Day>>,
    pub unverified: Option<Text>,
    pub url: Option<Text>,
    pub span: Span,
}

/// `in force from … until …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    pub start: Option<Start>,
    pub until: Option<Spanned<Day>>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// It is in force from that day.
    From(Spanned<Day>),
    /// It was already in force on that day. Its first day is not known.
    By(Spanned<Day>),
    /// It is not known whether it is in force, nor since when.
    Unknown(Span),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binds {
    /// `platform` or `author`
    pub who: Name,
    /// `standing`, or the event after `on`
    pub trigger: Option<Name>,
}

/// `judged by receipt`, `judged by sending, also when repealed since`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// `receipt` or `sending`
    pub by: Name,
    /// Where `also when repealed since` is.
    pub also_repealed: Option<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub limit: DeadlineLimit,
    pub clock: Option<Path>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeadlineLimit {
    /// The statute's own words, without a number.
    Words(Text),
    Within(Spanned<Period>),
    /// The instant that the order itself sets. If it sets none, the period applies.
    AsOrdered {
        path: Path,
        otherwise: Option<Spanned<Period>>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub name: Name,
    pub title: Text,
    pub in_force: Option<InForce>,
    pub url: Option<Text>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    pub name: Name,
    pub title: Text,
    pub languages: Vec<Name>,
}
