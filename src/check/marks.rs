//! Lowers marks, and the acts that set and clear them.

use super::Checker;
use super::names::{DeclaredState, Entity};
use crate::diagnostic::Code;
use crate::program::{Mark, MarkOn};
use crate::syntax::tree;

/// The title of a counter or a mark, or else its name.
pub(super) fn title_or_name(title: Option<&tree::Text>, name: &tree::Name) -> String {
    title.map_or_else(|| name.text.clone(), |title| title.value.clone())
}

impl Checker<'_> {
    pub(super) fn lower_marks(&mut self) {
        let names = self.names;
        self.program.marks = self.lower_all(&names.marks, Self::mark);
    }

    fn mark(&mut self, declared: &DeclaredState<'_, tree::Mark>) -> Mark {
        let DeclaredState { id, file, item, .. } = declared;
        self.file = *file;
        self.refuse_shadowing(&item.name);
        let words = MarkOn::ALL.map(|on| (on.word(), on));
        let on = self.look_up_word(&item.on.text, item.on.span, "target", &words);
        Mark {
            id: id.into(),
            title: title_or_name(item.title.as_ref(), &item.name),
            on: on.unwrap_or(MarkOn::Author),
            has_shadow: false,
            at: self.at(item.name.span),
        }
    }

    /// The id of the mark that an act sets or clears. Only the file of a mark does that.
    pub(super) fn marked(&mut self, path: &tree::Path, act: &tree::Act) -> Option<String> {
        let mark = self.resolve_as(path, "a mark", Entity::mark)?;
        let declared = self.names.marks.get(mark)?;
        if declared.file == self.file {
            return Some(declared.id.clone());
        }
        let (file, action) = (self.files.get(declared.file).name, &act.action.text);
        let message = format!("only `{file}` can {action} `{}`", path.dotted());
        let help = format!("declare a mark in this file, or move the rule to `{file}`");
        self.refuse(Code::ForeignMark, path.span, message, help)
    }
}
