//! What a page needs to know of the rule set: the titles of offices, what actions do, and who has read the law.

use crate::base::time::Day;
use crate::decision::Citation;
use crate::face::ruleset::RuleSet;
use std::collections::BTreeMap;

/// The action that asks a person to look at the message. It has no target that names the person.
const REVIEW: &str = "review";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lookup {
    /// The titles of offices, by their ids.
    offices: BTreeMap<String, String>,
    /// What each action does.
    actions: BTreeMap<String, String>,
    articles: Vec<Article>,
}

/// An article, as far as a citation tells it from others.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Article {
    law: String,
    number: String,
    verified: Result<Day, String>,
}

/// Whether a person has read the text that is cited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Verified(Day),
    /// Nobody has, and why.
    Unverified(String),
    Policy,
}

impl Lookup {
    pub(super) fn of(set: &RuleSet) -> Self {
        let offices = set.offices().map(|office| (office.id.to_owned(), office.title.to_owned()));
        let actions = set.actions().map(|action| (action.name.to_owned(), action.doc.to_owned()));
        let articles = set.articles().map(|article| Article {
            law: article.law.to_owned(),
            number: article.number.to_owned(),
            verified: article.verified.map_err(str::to_owned),
        });
        Self {
            offices: offices.collect(),
            actions: actions.collect(),
            articles: articles.collect(),
        }
    }

    /// Who carries out an action with this target.
    pub(super) fn who(&self, action: &str, to: Option<&str>) -> &str {
        match to.and_then(|to| self.offices.get(to)) {
            Some(office) => office,
            None if action == REVIEW => "A reviewer",
            None => "The platform",
        }
    }

    /// Whether a target is an office.
    pub(super) fn is_office(&self, to: &str) -> bool {
        self.offices.contains_key(to)
    }

    /// What an action does, in a sentence.
    pub(super) fn about(&self, action: &str) -> &str {
        let doc = self.actions.get(action).map_or("", String::as_str);
        doc.split_inclusive('.').next().unwrap_or_default()
    }

    /// What is asked for, with the title of the office: `escalate to Astana office`.
    pub(super) fn act(&self, act: &str) -> String {
        let titled = act.split_once(" to ").and_then(|(action, to)| {
            let office = self.offices.get(to)?;
            Some(format!("{action} to {office}"))
        });
        titled.unwrap_or_else(|| act.to_owned())
    }

    /// Whether a person has read the text that is cited. Of several articles with the same number in laws with the same
    /// title, one that nobody has read counts.
    pub(super) fn standing(&self, citation: &Citation) -> Standing {
        let (law, number) = match citation {
            Citation::Article { law, article, .. } => (law, article),
            Citation::Policy { .. } => return Standing::Policy,
        };
        let cited = |one: &&Article| *law == one.law && *number == one.number;
        let cited: Vec<&Article> = self.articles.iter().filter(cited).collect();
        let unread = cited.iter().find_map(|one| one.verified.as_ref().err());
        let day = cited.iter().find_map(|one| one.verified.as_ref().ok());
        match (unread, day) {
            (None, Some(day)) => Standing::Verified(*day),
            (why, _) => Standing::Unverified(why.cloned().unwrap_or_default()),
        }
    }
}
