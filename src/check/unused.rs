//! Warnings about what nothing uses.

use super::Checker;
use super::files::Role;
use super::names::Entity;
use crate::diagnostic::Code;

impl Checker<'_> {
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
                    self.report(
                        Code::Unused,
                        *span,
                        format!("nothing of `{prefix}` is used"),
                        "delete the `use`",
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
