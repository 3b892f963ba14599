//! What a rule set contains, for tools that list it or complete its names: rules, articles, lists, offices, actions,
//! functions.

use super::RuleSet;
use crate::base::source::Location;
use crate::base::time::Day;
use crate::check::{self, cost_of};
use crate::face::vocabulary::{ActionInfo, FunctionInfo, ItemInfo};
use crate::program::{Expr, Party, PatternName, Program, Start, Trigger};
use crate::syntax::tree::ItemKind;
use crate::world::lists::List;
use crate::world::place::{Place, PlaceKind};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A rule or exception.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RuleInfo<'a> {
    /// `kz.pyramid_advertising`
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its `##` lines.
    pub doc: &'a str,
    /// The jurisdiction of its file.
    pub place: Place,
    /// The location of its name.
    pub location: Location,
    /// Whether it is an exception.
    pub is_exception: bool,
    /// The rules and exceptions that it lifts, sorted by id; none if it is a rule.
    pub lifts: Vec<&'a str>,
    /// The day by which people have to review it.
    pub review_by: Option<Day>,
    /// The most steps that it can take on one record.
    pub cost: u64,
}

/// The most that a rule or exception can cost on one record.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CostInfo<'a> {
    /// The rule or exception.
    pub rule: RuleInfo<'a>,
    /// The conditions that it joins by `and`, `or`, `not` and `at least`, with the steps of each, the most expensive first.
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
    /// The first day on which it applies; `None` if that day is unknown, or if it always applied.
    pub from: Option<Day>,
    /// Whether the day on which it came into force is unknown, so that `from` is only a day on which it was in force.
    pub is_gap_before: bool,
    /// The first day on which it is no longer in force.
    pub until: Option<Day>,
    /// `in force`, `adopted`, `annulled`, `draft`
    pub status: &'static str,
    /// Whether it binds the platform; otherwise it binds the author.
    pub binds_platform: bool,
    /// The event on which it binds; `None` if it always does.
    pub on: Option<&'static str>,
    /// The day on which a person read the text of the law, or the reason why nobody did.
    pub verified: Result<Day, &'a str>,
    /// The location of its name.
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
    /// The languages of its staff.
    pub languages: &'a [String],
    /// The location of its name.
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
    /// The number of phrases or entries.
    pub entries: usize,
}

/// A set.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SetInfo<'a> {
    /// `kz.scam_hosts`
    pub id: &'a str,
    /// `domain`
    pub kind: &'static str,
    /// Number of entries; an entry with several intervals counts once for each.
    pub entries: usize,
    /// Approximate bytes of memory.
    pub bytes: usize,
    /// The files that its entries come from.
    pub lists: Vec<&'a List>,
}

impl RuleSet {
    /// All sets in the order of files, with the files that their entries come from.
    pub fn sets(&self) -> impl Iterator<Item = SetInfo<'_>> {
        self.program().sets.iter().map(|set| SetInfo {
            id: &set.id,
            kind: set.kind.word(),
            entries: set.len(),
            bytes: set.bytes(),
            lists: set.lists().collect(),
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
            is_exception: norm.kind.rule().is_none(),
            lifts: norm
                .kind
                .defeats()
                .iter()
                .filter_map(|lifted| Some(&*self.program().norms.get(*lifted)?.id))
                .collect(),
            review_by: norm.kind.rule().and_then(|rule| rule.review_by),
            cost: norm.cost,
        })
    }

    /// The most that rules and exceptions can cost, the most expensive first.
    pub fn costs(&self) -> Vec<CostInfo<'_>> {
        let program = self.program();
        let mut costs: Vec<CostInfo<'_>> = self
            .rules()
            .zip(&program.norms)
            .map(|(rule, norm)| {
                let mut parts = vec![];
                for expr in norm.expressions() {
                    cost_parts(program, expr, &mut parts);
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
            from: article.in_force.start.day(),
            is_gap_before: matches!(article.in_force.start, Start::By(_) | Start::Unknown),
            until: article.in_force.until,
            status: article.status.word(),
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
            tree.items.iter().filter_map(move |item| {
                let ItemKind::Terms(terms) = &item.kind else { return None };
                let phrases = terms.groups.iter().map(|group| group.phrases.len()).sum();
                Some((format!("{}.{}", check::prefix(name), terms.name.text), phrases))
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
        self.vocabulary().items()
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

    /// The English name of a place; the title of a bloc; the code of a place without a name.
    pub fn name_of(&self, place: Place) -> String {
        let bloc = self.program().blocs.blocs.iter().find(|bloc| bloc.place == place);
        bloc.map(|bloc| bloc.title.as_str()).or(place.name()).unwrap_or(place.code()).to_owned()
    }

    /// Whether a rule or `on unanswered` is about a place, or about one that it lies in. For the world and for blocs, also
    /// those about places in them count.
    pub fn has_rules_for(&self, place: Place) -> bool {
        let Program { blocs, norms, on_unanswered, .. } = self.program();
        let places = norms.iter().map(|norm| norm.place);
        let mut places = places.chain(on_unanswered.iter().map(|clause| clause.place));
        places.any(|of| match place.kind() {
            PlaceKind::Country | PlaceKind::Subdivision => blocs.ever_within(place, of),
            PlaceKind::World | PlaceKind::Bloc => {
                blocs.ever_within(place, of) || blocs.ever_within(of, place)
            }
        })
    }

    /// All actions, in the order of the standard library.
    pub fn actions(&self) -> impl Iterator<Item = ActionInfo<'_>> {
        self.vocabulary().actions()
    }

    /// All functions: the built-in ones, then those of the host.
    pub fn functions(&self) -> impl Iterator<Item = FunctionInfo<'_>> {
        self.vocabulary().functions()
    }

    /// Content outcomes, then account outcomes, each from least to most strict.
    pub fn outcomes(&self) -> [Vec<&str>; 2] {
        self.vocabulary().outcomes()
    }
}

/// Adds the parts of a condition that `and`, `or`, `not` and `at least` join, with the cost of each.
fn cost_parts(program: &Program, expr: &Expr, parts: &mut Vec<(Location, u64)>) {
    if expr.kind.is_connective() {
        expr.children().for_each(|part| cost_parts(program, part, parts));
    } else {
        parts.push((expr.at, cost_of(program, expr)));
    }
}
