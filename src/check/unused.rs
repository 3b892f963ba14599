//! Warnings about what nothing uses.

use super::Checker;
use super::files::Role;
use super::names::Entity;
use crate::base::source::Span;
use crate::diagnostic::{Code, Diagnostic};

impl Checker<'_> {
    /// The whole line of a place, with its end.
    fn line_of(&self, span: Span) -> Span {
        let text = self.sources.get(self.at(span).file).map_or("", |source| source.text.as_str());
        let (before, after) = text.split_at_checked(span.end as usize).unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = span.end as usize + after.find('\n').map_or(after.len(), |end| end + 1);
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { start: byte(start), end: byte(end) }
    }

    /// Where something could not be read, nobody knows what it would have used.
    pub(super) fn unused(&mut self) {
        if self.files.iter().any(|(_, file)| file.tree.is_some_and(|tree| !tree.broken.is_empty()))
        {
            return;
        }
        for (index, file) in self.files.iter() {
            self.file = index;
            for (used, span) in &file.uses {
                let prefix = &self.files.get(*used).name;
                // Indirect: a name of the library is marked as used under the library's own number.
                let any = self
                    .names
                    .of_file(*used)
                    .any(|(name, _, _)| self.used.contains(&(*used, name.to_owned())));
                if !any {
                    let message = format!("nothing of `{prefix}` is used");
                    let whole = self.at(self.line_of(*span));
                    self.found.push(
                        Diagnostic::new(Code::Unused, self.at(*span), message)
                            .help("delete the `use`")
                            .fix(whole, "", true),
                    );
                }
            }
            let names: Vec<_> = self
                .names
                .of_file(index)
                .map(|(name, entity, span)| (name.to_owned(), entity, span))
                .collect();
            for (name, entity, span) in names {
                let private = matches!(
                    entity,
                    Entity::Terms(_)
                        | Entity::Set(_)
                        | Entity::Define(_)
                        | Entity::Policy(_)
                        | Entity::Office(_)
                );
                if private
                    && !self.used.contains(&(index, name.clone()))
                    && file.role != Role::Library
                {
                    self.report(
                        Code::Unused,
                        span,
                        format!("nothing uses `{name}`"),
                        "use it or delete it",
                    );
                }
            }
        }
    }
}
