//! The names that rule files can use: fields, actions, functions, items, articles. Completion and reference need these names
//! even while files have faults.

use crate::base::source::Location;
/// The words that may follow `category`.
pub(crate) use crate::check::CATEGORIES;
use crate::check::PARTIES;
use crate::check::Tree;
/// The part of an id that stands for a file: `kz` for `kz.loci`.
pub(crate) use crate::check::prefix;
use crate::program::functions::Function;
use crate::program::{Action, ActionKind, JudgedBy, MarkOn, Trigger};
use crate::syntax;
use crate::syntax::tree::ItemKind;
use crate::world::schema::Schema;
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// What may follow `binds`: whom it binds, and when.
pub(crate) fn after_binds() -> [Vec<String>; 2] {
    let when = |trigger: Trigger| match trigger {
        Trigger::Standing => trigger.word().to_owned(),
        Trigger::On(_) => format!("on {}", trigger.word()),
    };
    let whom = PARTIES.into_iter().map(|(word, _)| word.to_owned());
    [whom.collect(), Trigger::ALL.into_iter().map(when).collect()]
}

/// What may follow `on` in a mark.
pub(crate) fn after_on() -> [&'static str; 3] {
    MarkOn::ALL.map(MarkOn::word)
}

/// The instants of a mark, which stand after its name and a dot.
pub(crate) const INSTANTS_OF_MARKS: [&str; 2] = ["since", "until"];

/// What may follow `judged by`.
pub(crate) fn after_judged_by() -> Vec<&'static str> {
    JudgedBy::NAMED.into_iter().filter_map(JudgedBy::written).collect()
}

/// An item of a rule file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ItemInfo<'a> {
    /// `rule`, `terms`
    pub keyword: &'static str,
    /// Its id, which begins with the file: `kz.pyramid_advertising`.
    pub id: String,
    /// Its `##` lines.
    pub doc: &'a str,
    /// The location of the whole item.
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
    /// The words that may follow its name, such as `author` and `chat`. Empty if it is not about an account.
    pub accounts: &'a [String],
}

/// A function that rules may call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FunctionInfo<'a> {
    /// `length(text: text) -> int`
    pub signature: String,
    /// What it computes.
    pub doc: &'a str,
}

/// An article as it is written in its law.
#[derive(Clone, Debug)]
pub(crate) struct ArticleName<'a> {
    /// `kz.platforms.measures`
    pub id: String,
    /// The title of the law.
    pub law: &'a str,
    /// `9(4)(1)`
    pub number: &'a str,
    /// Its `##` lines.
    pub doc: &'a str,
    /// The whole article.
    pub location: Location,
}

/// The names of some rule files, the standard library and the host's functions.
#[derive(Clone, Copy)]
pub(crate) struct Vocabulary<'a> {
    pub schema: &'a Schema,
    pub actions: &'a IndexMap<String, Action>,
    pub functions: &'a [Function],
    /// The standard library first, then the rule files.
    pub trees: &'a [Tree],
}

impl<'a> Vocabulary<'a> {
    /// The paths of all files, those of the standard library first.
    pub(crate) fn paths(self) -> impl Iterator<Item = &'a str> {
        self.trees.iter().map(|(_, path, _)| path.as_str())
    }

    /// All items with names, in the order of files, those of the standard library first.
    pub(crate) fn items(self) -> impl Iterator<Item = ItemInfo<'a>> {
        self.trees.iter().flat_map(|(file, path, tree)| {
            let prefix = prefix(path);
            tree.items.iter().map(move |item| ItemInfo {
                keyword: item.kind.keyword(),
                id: format!("{prefix}.{}", syntax::name_of(item)),
                doc: &item.doc,
                location: Location { file: *file, span: item.span },
            })
        })
    }

    /// All articles, in the order of files.
    pub(crate) fn articles(self) -> impl Iterator<Item = ArticleName<'a>> {
        let laws = self.trees.iter().flat_map(|(file, path, tree)| {
            tree.items.iter().filter_map(move |item| {
                let ItemKind::Law(law) = &item.kind else { return None };
                Some((*file, path, law))
            })
        });
        laws.flat_map(|(file, path, law)| {
            let prefix = prefix(path);
            law.articles.iter().map(move |article| ArticleName {
                id: format!("{prefix}.{}.{}", law.name.text, article.name.text),
                law: &law.title.value,
                number: &article.number.value,
                doc: &article.doc,
                location: Location { file, span: article.span },
            })
        })
    }

    /// All actions, in the order of the standard library.
    pub(crate) fn actions(self) -> impl Iterator<Item = ActionInfo<'a>> {
        self.actions.values().map(|action| ActionInfo {
            name: &action.name,
            doc: &action.doc,
            dsa: action.dsa.as_deref(),
            accounts: action.to.accounts(),
        })
    }

    /// The names of the actions that set and clear marks.
    pub(crate) fn acts_on_marks(self) -> Vec<&'a str> {
        let actions = self.actions.values();
        let marking = actions.filter(|action| matches!(action.kind, ActionKind::Mark(_)));
        marking.map(|action| action.name.as_str()).collect()
    }

    /// All functions: the built-in ones, then those of the host.
    pub(crate) fn functions(self) -> impl Iterator<Item = FunctionInfo<'a>> {
        self.functions.iter().map(move |function| FunctionInfo {
            signature: self.signature(function),
            doc: &function.doc,
        })
    }

    /// A function as it is declared: `length(text: text) -> int`.
    pub(crate) fn signature(self, function: &Function) -> String {
        let params = self.schema.params(&function.params);
        format!("{}({params}) -> {}", function.name, self.schema.name_of(&function.result))
    }

    /// Content outcomes, then account outcomes, each from least to most strict.
    pub(crate) fn outcomes(self) -> [Vec<&'a str>; 2] {
        let by_level = |level: fn(ActionKind) -> Option<u32>| {
            let actions = self.actions.values();
            let outcomes = actions.filter_map(|action| Some((level(action.kind)?, &*action.name)));
            outcomes.collect::<BTreeSet<_>>().into_iter().map(|(_, name)| name).collect()
        };
        [
            by_level(|kind| if let ActionKind::Content(level) = kind { Some(level) } else { None }),
            by_level(|kind| if let ActionKind::Account(level) = kind { Some(level) } else { None }),
        ]
    }
}
