//! [`Decided`]: decisions with the names of their record and rules. [`Receipt`]: all that a decision depends on.

use crate::base::limits::RecordLimits;
use crate::base::shared::Text;
use crate::base::time::{self, Instant, Moment};
use crate::decision::Decision;
use crate::face::digest;
use crate::face::ruleset::RuleSet;
use crate::record::Record;
use crate::state::State;
use crate::world::domain;
use crate::world::place::Place;
use serde::{Deserialize, Serialize};

/// The decisions about one record in their envelope: a line that `lexloci decide --format jsonl` writes, as
/// [`DECISION_SCHEMA`](crate::DECISION_SCHEMA) describes it. It can be written, read back and compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Decided {
    /// The id of the record.
    pub record: Text,
    /// The instant of the decisions. The day that was asked for if it begins at several instants; then each decision has
    /// its own.
    pub at: Moment,
    /// The digest of the rules.
    pub ruleset: Text,
    /// One for each group of places that are decided alike.
    pub decisions: Vec<Decision>,
    /// All that the decisions depend on. `None` unless the host adds it, because the digest of the record takes time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}

/// All that a decision depends on. If the receipts of two decisions are equal, the decisions are equal, to the byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Receipt {
    /// The id of the record.
    pub record: Text,
    /// When this version of the record was edited, or sent if it never was; `None` if the record does not say.
    pub version: Option<Instant>,
    /// `sha256:…` of the fields of the record, facts of the host included. The layout of the JSON does not change it.
    pub digest: Text,
    /// The instant of the decisions. The day that was asked for if it does not begin at one instant in all of the places:
    /// the rules and the time zone database say at which.
    pub at: Moment,
    /// The places that were asked for.
    pub places: Vec<Place>,
    /// The digest of the rules, [`RuleSet::digest`].
    pub ruleset: Text,
    /// `sha256:…` of what a store answered about earlier messages; `None` if nothing was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Text>,
    /// What else the decision depends on. It is the same for all decisions of a rule set in one program.
    pub setup: Setup,
}

/// What a decision depends on besides the record, the rules and the instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Setup {
    /// The version of this library: `0.1.0`.
    pub engine: Text,
    /// The public suffix list, as a version of the package `psl`.
    pub suffix_list: Text,
    /// The time zone database of IANA: `2026f`.
    pub time_zones: Text,
    /// The functions of the host, in the order of their names.
    pub functions: Vec<FunctionVersion>,
    /// The limits on records.
    pub limits: RecordLimits,
}

/// A function of the host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FunctionVersion {
    /// `host_age_days(host: text) -> int`
    pub signature: Text,
    /// The version that the host declared.
    pub version: Text,
}

impl Decided {
    pub(super) fn new(record: &str, at: Moment, set: &RuleSet, decisions: Vec<Decision>) -> Self {
        let (record, ruleset) = (record.into(), set.digest().into());
        Self { record, at, ruleset, decisions, receipt: None }
    }
}

impl Receipt {
    /// The receipt of decisions that were made with some state.
    pub(crate) fn with_state(self, state: &State) -> Self {
        let asked = !state.readings.is_empty() || state.silence.is_some();
        Self { state: asked.then(|| digest::of_state(state).into()), ..self }
    }

    pub(super) fn new(set: &RuleSet, record: &Record, places: &[Place], at: Moment) -> Self {
        Self {
            record: record.id().into(),
            version: record.version(),
            digest: digest::of_record(set.schema(), record).into(),
            at,
            places: places.to_vec(),
            ruleset: set.digest().into(),
            state: None,
            setup: set.setup(),
        }
    }
}

impl RuleSet {
    /// What decisions of this rule set depend on besides the record, the rules and the instant.
    pub fn setup(&self) -> Setup {
        let of_host = self.program().functions.iter().filter_map(|function| {
            let version = function.version.as_ref()?;
            let signature = self.vocabulary().signature(function).into();
            Some(FunctionVersion { signature, version: version.into() })
        });
        let mut functions: Vec<_> = of_host.collect();
        functions.sort();
        Setup {
            engine: env!("CARGO_PKG_VERSION").into(),
            suffix_list: domain::SUFFIX_LIST.into(),
            time_zones: time::DATABASE.into(),
            functions,
            limits: self.schema().limits,
        }
    }
}
