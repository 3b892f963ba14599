//! [`Key`]: the name of something that a store remembers.

use super::store::Whom;
use crate::base::shared::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// What a store remembers: how often something happened, a mark, or when a rule first asked for an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say all")]
pub enum Kind {
    Counter,
    Mark,
    /// The instant at which a rule first asked for an outcome that lasts for some time.
    First,
}

/// The name of something that a store remembers, and whom it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// What it is.
    pub kind: Kind,
    /// The id of the counter or mark: `eu.violations`. For the start of an outcome: the outcome, the rule and the place:
    /// `label by eu.promise in EU`.
    pub item: Text,
    /// Whether it is the copy that rules in shadow write and read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shadow: bool,
    /// The values after `per`, as a JSON array: `["tg:77"]`. For a mark: the account, chat or message. For the start of an
    /// outcome: the record.
    pub of: Text,
}

impl Key {
    /// Whether it is about a record or an author, so that all under it goes when they are forgotten: their id is among the
    /// values after `per`. A record may have the key of another author as its id (`is_author`). What is kept under it is then
    /// taken to be about the author.
    pub fn concerns(&self, whom: &Whom, is_author: bool) -> bool {
        let may_be_meant = match (self.kind, whom) {
            (Kind::First, Whom::Record(_)) => true,
            (Kind::First, Whom::Author(_)) => false,
            (Kind::Counter | Kind::Mark, _) => !is_author,
        };
        let id = whom.id().as_str();
        may_be_meant
            && match self.values() {
                Some(values) => values.iter().any(|value| value == id),
                None => self.of.as_str() == id,
            }
    }

    /// The values after `per`.
    fn values(&self) -> Option<Vec<Value>> {
        serde_json::from_str(&self.of).ok()
    }
}

/// `counter eu.violations for tg:77`
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Counter => "counter",
            Kind::Mark => "mark",
            Kind::First => "outcome",
        };
        let shadow = if self.shadow { ", read in shadow," } else { "" };
        let values = self.values().map(|values| {
            let value =
                |value: &Value| value.as_str().map_or_else(|| value.to_string(), String::from);
            values.iter().map(value).collect::<Vec<_>>().join(", ")
        });
        let of = values.unwrap_or_else(|| self.of.as_str().to_owned());
        write!(f, "{kind} {}{shadow} for {of}", self.item)
    }
}
