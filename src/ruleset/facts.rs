//! What a rule set says about itself: its rules, the law they rest on, actions, functions. What tools list and complete.

use super::RuleSet;
use crate::place::Place;
use crate::program::{ActionKind, NormKind, Party, Start, Status, Trigger};
use crate::source::Location;
use crate::time::Day;

/// A rule or exception.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RuleInfo<'a> {
    /// `kz.pyramid_advertising`
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its `##` lines.
    pub doc: &'a str,
    /// The place for which its file speaks.
    pub place: Place,
    /// Where its name stands.
    pub location: Location,
    /// Whether it is an exception.
    pub is_exception: bool,
    /// By when people look at it again.
    pub review_by: Option<Day>,
    /// The most steps that its condition takes on one record.
    pub cost: u64,
}

/// An article of a law.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ArticleInfo<'a> {
    /// `kz.platforms.measures`
    pub id: &'a str,
    /// The title of the law.
    pub law: &'a str,
    /// The title in its own language.
    pub original: Option<&'a str>,
    /// `9(4)(1)`
    pub number: &'a str,
    /// Where to read it.
    pub url: Option<&'a str>,
    /// Its `##` lines.
    pub doc: &'a str,
    /// The first day on which it is applied; `None` when that is not known, or it always was.
    pub from: Option<Day>,
    /// Whether its beginning is not known, or only that it had begun on `from`.
    pub is_gap_before: bool,
    /// The first day on which it is no longer in force.
    pub until: Option<Day>,
    /// `in force`, `adopted`, `annulled`, `draft`
    pub status: &'static str,
    /// Whether it binds the platform, and not the author.
    pub binds_platform: bool,
    /// The event that makes it bind, unless it always does.
    pub on: Option<&'static str>,
    /// The day on which a person read the text, or why nobody did.
    pub verified: Result<Day, &'a str>,
    /// Where its name stands.
    pub location: Location,
}

/// A desk that obligations are addressed to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OfficeInfo<'a> {
    /// `kz.astana`
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The languages that it works in.
    pub languages: &'a [String],
    /// Where its name stands.
    pub location: Location,
}

/// An action of the standard library.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ActionInfo<'a> {
    /// `restrict`
    pub name: &'a str,
    /// What it does.
    pub doc: &'a str,
    /// Its code in the EU DSA statement of reasons.
    pub dsa: Option<&'a str>,
}

/// A function that rules may call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FunctionInfo<'a> {
    /// `length(text: text) -> int`
    pub signature: String,
    /// What it answers.
    pub doc: &'a str,
}

/// A set.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SetInfo<'a> {
    /// `kz.scam_hosts`
    pub id: &'a str,
    /// `domain`
    pub kind: &'static str,
    /// How many entries it has; one that stands with several intervals counts with each.
    pub entries: usize,
    /// Bytes of memory, about.
    pub bytes: usize,
    /// Where its entries stand.
    pub lists: Vec<ListInfo<'a>>,
}

/// A list file, or a rule file with entries of its own.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ListInfo<'a> {
    /// Its path below the rule root.
    pub name: &'a str,
    /// Where it comes from, as it or the rule file says.
    pub source: Option<&'a str>,
    /// The day or instant of which it is, likewise.
    pub as_of: Option<&'a str>,
    /// The SHA-256 of a list file.
    pub sha256: Option<&'a str>,
    /// How many entries the set has from it.
    pub entries: usize,
    /// How many of its lines are no entry.
    pub broken: usize,
}

impl RuleSet {
    /// All sets, in the order of files, with where their entries come from.
    pub fn sets(&self) -> impl Iterator<Item = SetInfo<'_>> {
        self.program().sets.iter().map(|set| SetInfo {
            id: &set.id,
            kind: set.kind.word(),
            entries: set.len(),
            bytes: set.bytes(),
            lists: set
                .lists()
                .map(|list| ListInfo {
                    name: &list.name,
                    source: list.source.as_deref(),
                    as_of: list.as_of.as_deref(),
                    sha256: list.sha256.as_deref(),
                    entries: list.entries,
                    broken: list.broken,
                })
                .collect(),
        })
    }

    /// All rules and exceptions, sorted by id.
    pub fn rules(&self) -> impl Iterator<Item = RuleInfo<'_>> {
        self.program().norms.iter().map(|norm| RuleInfo {
            id: &norm.id,
            title: &norm.title,
            doc: &norm.doc,
            place: norm.place,
            location: norm.at,
            is_exception: matches!(norm.kind, NormKind::Exception { .. }),
            review_by: match &norm.kind {
                NormKind::Rule(rule) => rule.review_by,
                NormKind::Exception { .. } => None,
            },
            cost: norm.cost,
        })
    }

    /// All articles, in the order of files.
    pub fn articles(&self) -> impl Iterator<Item = ArticleInfo<'_>> {
        self.program().articles.iter().map(|article| ArticleInfo {
            id: &article.id,
            law: &article.law,
            original: article.original.as_deref(),
            number: &article.number,
            url: article.url.as_deref(),
            doc: &article.doc,
            from: match article.in_force.start {
                Start::From(day) | Start::By(day) => Some(day),
                Start::Always | Start::Unknown => None,
            },
            is_gap_before: matches!(article.in_force.start, Start::By(_) | Start::Unknown),
            until: article.in_force.until,
            status: match article.status {
                Status::InForce => "in force",
                Status::Adopted => "adopted",
                Status::Annulled => "annulled",
                Status::Draft => "draft",
            },
            binds_platform: article.party == Party::Platform,
            on: match article.trigger {
                Trigger::Standing => None,
                Trigger::On(event) => Some(event.name()),
            },
            verified: article.verified.as_ref().copied().map_err(String::as_str),
            location: article.at,
        })
    }

    /// All offices, in the order of files.
    pub fn offices(&self) -> impl Iterator<Item = OfficeInfo<'_>> {
        self.program().offices.iter().map(|office| OfficeInfo {
            id: &office.id,
            title: &office.title,
            languages: &office.languages,
            location: office.at,
        })
    }

    /// What a place is called in English; a bloc by its title, a place without a name by its code.
    pub fn name_of(&self, place: Place) -> String {
        let bloc = self.program().blocs.blocs.iter().find(|bloc| bloc.place == place);
        bloc.map(|bloc| bloc.title.as_str()).or(place.name()).unwrap_or(place.code()).to_owned()
    }

    /// All actions, in the order of the standard library.
    pub fn actions(&self) -> impl Iterator<Item = ActionInfo<'_>> {
        self.program().actions.values().map(|action| ActionInfo {
            name: &action.name,
            doc: &action.doc,
            dsa: action.dsa.as_deref(),
        })
    }

    /// All functions: the built-in ones, then those of the host.
    pub fn functions(&self) -> impl Iterator<Item = FunctionInfo<'_>> {
        let schema = self.schema();
        self.program().functions.iter().map(move |function| {
            let params =
                function.params.iter().map(|(name, ty)| format!("{name}: {}", schema.name_of(ty)));
            let params = params.collect::<Vec<_>>().join(", ");
            let signature =
                format!("{}({params}) -> {}", function.name, schema.name_of(&function.result));
            FunctionInfo { signature, doc: &function.doc }
        })
    }

    /// Content outcomes, then account outcomes, each from least to most strict.
    pub fn outcomes(&self) -> [Vec<&str>; 2] {
        let of = |level: fn(ActionKind) -> Option<u32>| {
            let actions = self.program().actions.values();
            let mut outcomes: Vec<_> = actions
                .filter_map(|action| Some((level(action.kind)?, action.name.as_str())))
                .collect();
            outcomes.sort_unstable();
            outcomes.into_iter().map(|(_, name)| name).collect()
        };
        [
            of(|kind| if let ActionKind::Content(level) = kind { Some(level) } else { None }),
            of(|kind| if let ActionKind::Account(level) = kind { Some(level) } else { None }),
        ]
    }
}
