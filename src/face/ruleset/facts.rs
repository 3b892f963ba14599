//! What a rule set says about itself: its rules, the law they rest on, actions, functions. What tools list and complete.

use super::RuleSet;
use crate::base::source::Location;
use crate::base::time::Day;
use crate::check::{self, cost_of};
use crate::program::{
    ActionKind, Expr, ExprKind, NormKind, Party, PatternName, Program, Start, Status, Trigger,
};
use crate::syntax;
use crate::syntax::tree::ItemKind;
use crate::world::place::Place;
use std::cmp::Reverse;
use std::collections::BTreeMap;

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
    /// The rule or exception that it lifts.
    pub lifts: Option<&'a str>,
    /// By when people look at it again.
    pub review_by: Option<Day>,
    /// The most steps that its condition takes on one record.
    pub cost: u64,
}

/// What a rule or exception costs at most on one record.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CostInfo<'a> {
    /// Whose cost.
    pub rule: RuleInfo<'a>,
    /// Where it comes from: the conditions that are made of no others, with their steps, dearest first.
    pub parts: Vec<(Location, u64)>,
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

/// Terms or a set.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ListInfo<'a> {
    /// `lib.crypto.crypto_assets`
    pub id: &'a str,
    /// `terms`, or the kind of the set: `domain`.
    pub kind: &'static str,
    /// How many phrases or entries.
    pub entries: usize,
}

/// An item of a rule file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ItemInfo<'a> {
    /// `rule`, `terms`
    pub keyword: &'static str,
    /// With its file: `kz.pyramid_advertising`.
    pub id: String,
    /// Its `##` lines.
    pub doc: &'a str,
    /// Where the whole of it stands.
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
    pub lists: Vec<ListFileInfo<'a>>,
}

/// A list file, or a rule file with entries of its own.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ListFileInfo<'a> {
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
                .map(|list| ListFileInfo {
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
            lifts: match norm.kind {
                NormKind::Exception { defeats } => {
                    self.program().norms.get(defeats).map(|norm| &*norm.id)
                }
                NormKind::Rule(_) => None,
            },
            review_by: match &norm.kind {
                NormKind::Rule(rule) => rule.review_by,
                NormKind::Exception { .. } => None,
            },
            cost: norm.cost,
        })
    }

    /// What rules and exceptions cost at most, dearest first.
    pub fn costs(&self) -> Vec<CostInfo<'_>> {
        let program = self.program();
        let mut costs: Vec<CostInfo<'_>> = self
            .rules()
            .zip(&program.norms)
            .map(|(rule, norm)| {
                let conditions = [Some(&norm.when), norm.unless.as_ref()];
                let mut parts = vec![];
                for condition in conditions.into_iter().flatten() {
                    cost_parts(program, condition, &mut parts);
                }
                parts.sort_by_key(|(_, steps)| Reverse(*steps));
                CostInfo { rule, parts }
            })
            .collect();
        costs.sort_by_key(|cost| Reverse(cost.rule.cost));
        costs
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

    /// All terms and sets, in the order of files.
    pub fn lists(&self) -> impl Iterator<Item = ListInfo<'_>> {
        let phrases = self.inner.trees.iter().flat_map(|(_, name, tree)| {
            tree.items.iter().filter_map(move |item| match &item.kind {
                ItemKind::Terms(terms) => {
                    let phrases = terms.groups.iter().map(|group| group.phrases.len()).sum();
                    Some((format!("{}.{}", check::prefix(name), terms.name.text), phrases))
                }
                _ => None,
            })
        });
        let phrases: BTreeMap<String, usize> = phrases.collect();
        let terms = self.program().patterns.iter().filter_map(move |pattern| match &pattern.name {
            PatternName::Terms(id) => {
                let entries = phrases.get(id).copied().unwrap_or(0);
                Some(ListInfo { id, kind: "terms", entries })
            }
            PatternName::Inline(_) => None,
        });
        let sets = self.program().sets.iter().map(|set| ListInfo {
            id: &set.id,
            kind: set.kind.word(),
            entries: set.len(),
        });
        terms.chain(sets)
    }

    /// All items with names, in the order of files, those of the standard library first.
    pub fn items(&self) -> impl Iterator<Item = ItemInfo<'_>> {
        self.inner.trees.iter().flat_map(|(file, name, tree)| {
            let prefix = check::prefix(name);
            tree.items.iter().map(move |item| ItemInfo {
                keyword: item.kind.keyword(),
                id: format!("{prefix}.{}", syntax::name_of(item)),
                doc: &item.doc,
                location: Location { file: *file, span: item.span },
            })
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

fn cost_parts(program: &Program, expr: &Expr, parts: &mut Vec<(Location, u64)>) {
    match &expr.kind {
        ExprKind::And(of) | ExprKind::Or(of) | ExprKind::AtLeast { of, .. } => {
            of.iter().for_each(|part| cost_parts(program, part, parts));
        }
        ExprKind::Not(inner) => cost_parts(program, inner, parts),
        _ => parts.push((expr.at, cost_of(program, expr))),
    }
}
