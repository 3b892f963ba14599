//! Finds out whether norms and their grounds are in force, by the days whose law counts.

use crate::base::shared::Text;
use crate::base::time::{Instant, Zone};
use crate::decision::Citation;
use crate::program::outcome::Truth;
use crate::program::{Article, Ground, JudgedBy, Norm, Program, Status};
use std::collections::BTreeSet;

/// The instants whose days can decide whether law is in force.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dates {
    /// When the decision is made.
    pub(crate) at: Instant,
    /// When the version of the message was sent, if that is known.
    pub(crate) sent: Option<Instant>,
    pub(crate) received: Receipt,
}

/// When an order or notice was received.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Receipt {
    /// There is no order or notice. The day of the decision counts instead.
    Nothing,
    At(Instant),
    Unknown,
}

impl Dates {
    /// Everything happened at one instant.
    pub(crate) fn on(at: Instant) -> Self {
        Self { at, sent: Some(at), received: Receipt::Nothing }
    }

    /// Only the instant of the decision is known.
    pub(crate) fn only(at: Instant) -> Self {
        Self { at, sent: None, received: Receipt::Unknown }
    }

    /// The same for an order or notice that was received then.
    pub(crate) fn received(self, at: Option<Instant>) -> Self {
        Self { received: at.map_or(Receipt::Unknown, Receipt::At), ..self }
    }
}

/// Whether a norm and its grounds are in force. Unknown means a gap: a date that decides it is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Force {
    itself: Truth,
    /// In the order of the basis.
    grounds: Vec<(Ground, Truth)>,
    all: bool,
}

impl Force {
    pub(crate) fn of(program: &Program, norm: &Norm, dates: Dates) -> Self {
        let grounds = norm.basis.grounds.iter();
        let grounds =
            grounds.map(|ground| (*ground, ground_in_force(program, norm, *ground, dates)));
        Self {
            itself: norm.in_force.contains(dates.at.day(&norm.zone)),
            grounds: grounds.collect(),
            all: norm.basis.all,
        }
    }

    /// The same for several orders and notices: a ground is in force if it is in force for one of them.
    #[must_use]
    pub(crate) fn or(mut self, other: &Self) -> Self {
        for ((_, truth), (_, other)) in self.grounds.iter_mut().zip(&other.grounds) {
            *truth = truth.or(*other);
        }
        self
    }

    /// Whether the norm and its basis are in force.
    pub(crate) fn truth(&self) -> Truth {
        self.itself.and(self.of_basis())
    }

    fn of_basis(&self) -> Truth {
        any_or_all(self.all, self.grounds.iter().map(|(_, truth)| *truth))
    }

    /// Whether the norm itself is in force, whatever its basis.
    pub(crate) fn itself(&self) -> Truth {
        self.itself
    }

    /// The grounds in force, in the order of the basis.
    pub(crate) fn grounds(&self) -> impl Iterator<Item = Ground> {
        self.grounds_that_are(|truth| truth == Truth::True)
    }

    /// The grounds with this truth, in the order of the basis.
    pub(crate) fn grounds_that_are(
        &self,
        wanted: impl Fn(Truth) -> bool,
    ) -> impl Iterator<Item = Ground> {
        self.grounds.iter().filter(move |(_, truth)| wanted(*truth)).map(|(ground, _)| *ground)
    }

    /// The citations in a decision: the grounds that are in force.
    pub(crate) fn citations(&self, program: &Program) -> Vec<Citation> {
        self.grounds().filter_map(|ground| citation(program, ground)).collect()
    }

    /// The articles in force that nobody has verified: their numbers, and the reasons.
    pub(crate) fn unverified(&self, program: &Program) -> Vec<(String, String)> {
        let articles = self.grounds().filter_map(|ground| program.article(ground));
        let unverified = articles.filter_map(|article| {
            Some((article.number.clone(), article.verified.as_ref().err()?.clone()))
        });
        unverified.collect()
    }

    /// The ids of the grounds that may or may not be in force, sorted. The id of the norm is among them if the norm itself may or
    /// may not be in force.
    pub(crate) fn unknown(&self, program: &Program, norm: &Norm) -> Vec<Text> {
        let grounds = self.grounds_that_are(|truth| truth == Truth::Unknown);
        let grounds = grounds.filter_map(|ground| ground_id(program, ground));
        let itself = self.itself == Truth::Unknown;
        let ids: BTreeSet<&str> = grounds.chain(itself.then_some(&*norm.id)).collect();
        ids.into_iter().map(Text::from).collect()
    }
}

/// Whether the basis of a norm is in force.
pub(crate) fn basis_in_force(program: &Program, norm: &Norm, dates: Dates) -> Truth {
    let grounds = norm.basis.grounds.iter();
    any_or_all(norm.basis.all, grounds.map(|ground| ground_in_force(program, norm, *ground, dates)))
}

/// Whether one of the grounds of a basis is in force, or all of them are. Without any, it is.
fn any_or_all(all: bool, grounds: impl ExactSizeIterator<Item = Truth>) -> Truth {
    match grounds.len() {
        0 => Truth::True,
        _ if all => grounds.fold(Truth::True, Truth::and),
        _ => grounds.fold(Truth::False, Truth::or),
    }
}

/// Whether a ground that a norm cites is in force. Days begin in the zone of the ground or, if it has none, in that of
/// the norm.
pub(crate) fn ground_in_force(
    program: &Program,
    norm: &Norm,
    ground: Ground,
    dates: Dates,
) -> Truth {
    let in_force = match ground {
        Ground::Article(index) => program.articles.get(index).map(|article| {
            article_in_force(article, article.zone.as_ref().unwrap_or(&norm.zone), dates)
        }),
        Ground::Policy(index) => program.policies.get(index).map(|policy| {
            let zone = policy.zone.as_ref().unwrap_or(&norm.zone);
            policy.in_force.contains(dates.at.day(zone))
        }),
    };
    in_force.unwrap_or(Truth::False)
}

fn article_in_force(article: &Article, zone: &Zone, dates: Dates) -> Truth {
    let on = |at: Instant| article.in_force_on(at.day(zone));
    let on_unknown_day = || match article.status {
        Status::InForce | Status::Annulled => Truth::Unknown,
        Status::Adopted | Status::Draft => Truth::False,
    };
    match (article.judged_by, dates.received) {
        (JudgedBy::Decision, _) | (JudgedBy::Receipt, Receipt::Nothing) => on(dates.at),
        (JudgedBy::Receipt, Receipt::At(received)) => on(received),
        (JudgedBy::Receipt, Receipt::Unknown) => on_unknown_day(),
        (JudgedBy::Sending { also_repealed }, _) => {
            let then = dates.sent.map_or_else(on_unknown_day, on);
            if also_repealed { then } else { then.and(on(dates.at)) }
        }
    }
}

/// Of the grounds in force that a norm cites, those that the person concerned reads: the articles, or else the policies.
pub(crate) fn grounds_to_name(grounds: impl Iterator<Item = Ground>) -> Vec<Ground> {
    let (law, policies): (Vec<_>, Vec<_>) =
        grounds.partition(|ground| matches!(ground, Ground::Article(_)));
    let mut named = if law.is_empty() { policies } else { law };
    named.sort_unstable();
    named
}

/// Grounds as people cite them, each once: `Consumer Code (Code de la consommation), L222-16-1`.
pub(crate) fn cited(program: &Program, grounds: &[Ground]) -> String {
    let mut all: Vec<String> = vec![];
    for ground in grounds {
        let cited = match ground {
            Ground::Article(index) => program.articles.get(*index).map(cited_article),
            Ground::Policy(index) => program.policies.get(*index).map(|one| one.title.clone()),
        };
        all.extend(cited.filter(|cited| !all.contains(cited)));
    }
    all.join("; ")
}

/// The title of the law, also in its own language, and the number of the article.
fn cited_article(article: &Article) -> String {
    let original = article.original.as_ref();
    let original = original.map_or(String::new(), |original| format!(" ({original})"));
    format!("{}{original}, {}", article.law, article.number)
}

/// `kz.platforms.measures`
pub(crate) fn ground_id(program: &Program, ground: Ground) -> Option<&str> {
    match ground {
        Ground::Article(index) => program.articles.get(index).map(|article| &*article.id),
        Ground::Policy(index) => program.policies.get(index).map(|policy| &*policy.id),
    }
}

/// A ground as a decision cites it.
pub(crate) fn citation(program: &Program, ground: Ground) -> Option<Citation> {
    match ground {
        Ground::Article(index) => program.articles.get(index).map(|article| Citation::Article {
            law: (&article.law).into(),
            article: (&article.number).into(),
            url: article.url.as_ref().map(Text::from),
        }),
        Ground::Policy(index) => program.policies.get(index).map(|policy| Citation::Policy {
            policy: (&policy.title).into(),
            url: policy.url.as_ref().map(Text::from),
        }),
    }
}
