//! Warns of names and libraries that nothing uses.

use super::Checker;
use super::files::Role;
use super::names::Entity;
use crate::base::source::{Location, Span};
use crate::diagnostic::{Code, Diagnostic};
use foldhash::HashSet;

impl Checker<'_> {
    /// The whole line around a span, with its line end.
    fn line_of(&self, span: Span) -> Span {
        let text = self.sources.get(self.at(span).file).map_or("", |source| source.text.as_str());
        let (before, after) = text.split_at_checked(span.end as usize).unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = span.end as usize + after.find('\n').map_or(after.len(), |end| end + 1);
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { start: byte(start), end: byte(end) }
    }

    /// Silent when an item could not be parsed, because it may use anything.
    pub(super) fn unused(&mut self) {
        if self.files.iter().any(|(_, file)| file.tree.is_some_and(|tree| !tree.broken.is_empty()))
        {
            return;
        }
        let used: HashSet<Location> = self.uses.iter().map(|name| name.declared).collect();
        for (index, file) in self.files.iter() {
            self.file = index;
            for (number, span) in &file.uses {
                let library = self.files.get(*number);
                let file = library.id;
                let mut names = self.names.of_file(*number);
                if !names.any(|(_, _, span)| used.contains(&Location { file, span })) {
                    let message = format!("nothing of `{}` is used", library.name);
                    let whole = self.at(self.line_of(*span));
                    self.found.push(
                        Diagnostic::new(Code::Unused, self.at(*span), message)
                            .help("delete the `use`")
                            .fix(whole, "", true),
                    );
                }
            }
            for (name, entity, span) in self.names.of_file(index) {
                let needs_use = match entity {
                    Entity::Terms(_)
                    | Entity::Set(_)
                    | Entity::Define(_)
                    | Entity::Policy(_)
                    | Entity::Office(_) => file.role != Role::Library,
                    Entity::Law(_) | Entity::Rule(_) | Entity::Exception(_) => false,
                };
                if needs_use && !used.contains(&self.at(span)) {
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
