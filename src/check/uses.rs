//! Records to which declaration each name refers, so that editors can go to definitions, list references and rename.

#[cfg(test)]
mod tests;

use super::Checker;
use crate::base::source::{Location, Span};

/// A name in a file, and the location of its declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NameUse {
    /// Only the last name of a path: `measures`, for the article `kz.platforms.measures`.
    pub at: Location,
    /// The name in the declaration. A declaration counts as a use of itself, so that editors also find declarations
    /// that nothing uses.
    pub declared: Location,
    pub kind: NameKind,
}

/// The kind of thing that a name refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// A law.
    Law,
    /// An article of a law.
    Article,
    /// A policy.
    Policy,
    /// An office.
    Office,
    /// Terms.
    Terms,
    /// A regular expression with a name.
    Pattern,
    /// A set.
    Set,
    /// A register.
    Register,
    /// What the persons concerned read.
    Wording,
    /// A definition.
    Define,
    /// A counter.
    Counter,
    /// A mark.
    Mark,
    /// A parameter of a definition.
    Parameter,
    /// The variable of a quantifier.
    Element,
    /// A rule.
    Rule,
    /// An exception.
    Exception,
    /// The path after `use`. Its declaration is the start of the file.
    File,
    /// A field of a record, declared in `schema.loci` or in the standard library.
    Field,
    /// An action, declared in the standard library.
    Action,
}

impl NameKind {
    /// Whether such names belong to items. The names of items are unique within a file.
    pub(crate) fn is_item(self) -> bool {
        match self {
            Self::Law
            | Self::Policy
            | Self::Office
            | Self::Terms
            | Self::Pattern
            | Self::Set
            | Self::Register
            | Self::Wording
            | Self::Define
            | Self::Counter
            | Self::Mark
            | Self::Rule
            | Self::Exception => true,
            Self::Article
            | Self::Parameter
            | Self::Element
            | Self::File
            | Self::Field
            | Self::Action => false,
        }
    }
}

impl Checker<'_> {
    /// Records that a name in the current file refers to this declaration.
    pub(super) fn record_use(&mut self, span: Span, declared: Location, kind: NameKind) {
        let at = self.at(span);
        self.uses.push(NameUse { at, declared, kind });
    }

    /// All uses in the order of the files. Includes `use` paths and the declarations themselves.
    pub(super) fn take_uses(&mut self) -> Vec<NameUse> {
        for (index, file) in self.files.iter() {
            self.file = index;
            for (used, span) in &file.uses {
                let declared = Location { file: self.files.get(*used).id, span: Span::default() };
                self.record_use(*span, declared, NameKind::File);
            }
            for (_, entity, span) in self.names.of_file(index) {
                self.record_use(span, self.at(span), entity.kind());
            }
        }
        for article in &self.names.articles {
            self.file = article.file;
            self.record_use(
                article.item.name.span,
                self.at(article.item.name.span),
                NameKind::Article,
            );
        }
        let itself =
            |declared: &Location, kind| NameUse { at: *declared, declared: *declared, kind };
        let (fields, actions) = (self.standard.fields.values(), self.standard.actions.iter());
        self.uses.extend(fields.map(|field| itself(field, NameKind::Field)));
        self.uses.extend(actions.map(|action| itself(action, NameKind::Action)));
        let mut uses = std::mem::take(&mut self.uses);
        uses.sort_unstable();
        uses.dedup();
        uses
    }
}
