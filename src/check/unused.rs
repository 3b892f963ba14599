//! Warns about unused names and libraries.

use super::files::{File, Files, Role};
use crate::base::source::{FileId, Location, Sources, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree::{Item, ItemKind, Name};

/// The warnings for a rule set without faults. `is_used` tells whether a name that a file declares is used.
pub(super) fn unused(
    files: &Files<'_>,
    is_used: &dyn Fn(FileId, &str) -> bool,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let mut found = vec![];
    for (_, file) in files.iter() {
        let at = |span| Location { file: file.id, span };
        for (used, span) in &file.uses {
            let library = files.get(*used);
            // A name that only the library itself uses counts as used here.
            if !declared(library).any(|(_, name)| is_used(library.id, &name.text)) {
                let message = format!("nothing from `{}` is used", library.name);
                let line = Location { file: file.id, span: line_of(sources, file.id, *span) };
                found.push(
                    Diagnostic::new(Code::Unused, at(*span), message)
                        .help("delete the `use`")
                        .fix(line, "", true),
                );
            }
        }
        let own = declared(file).filter(|(item, name)| {
            needs_use(item) && file.role != Role::Library && !is_used(file.id, &name.text)
        });
        found.extend(own.map(|(item, name)| {
            let (message, help) = if matches!(item.kind, ItemKind::Counter(_)) {
                let help = "read it in a rule, or delete it: each message that it counts is a row in the store";
                (format!("nothing reads the counter `{}`", name.text), help)
            } else {
                (format!("nothing uses `{}`", name.text), "use it or delete it")
            };
            Diagnostic::new(Code::Unused, at(name.span), message).help(help)
        }));
    }
    found
}

/// The items of a file that have names.
fn declared<'a>(file: &File<'a>) -> impl Iterator<Item = (&'a Item, &'a Name)> + use<'a> {
    file.items().filter_map(|item| Some((item, item.kind.name()?)))
}

/// Whether an item has an effect only if another item uses it.
fn needs_use(item: &Item) -> bool {
    match item.kind {
        ItemKind::Policy(_)
        | ItemKind::Office(_)
        | ItemKind::Terms(_)
        | ItemKind::Pattern(_)
        | ItemKind::Set(_)
        | ItemKind::Register(_)
        | ItemKind::Wording(_)
        | ItemKind::Counter(_)
        | ItemKind::Mark(_)
        | ItemKind::Define(_) => true,
        ItemKind::Jurisdiction(_)
        | ItemKind::Use(_)
        | ItemKind::Law(_)
        | ItemKind::Rule(_)
        | ItemKind::Exception(_)
        | ItemKind::Test(_)
        | ItemKind::Record(_)
        | ItemKind::Action(_)
        | ItemKind::Bloc(_) => false,
    }
}

/// The whole line that contains a span, with its line end.
fn line_of(sources: &Sources, file: FileId, span: Span) -> Span {
    let text = sources.get(file).map_or("", |source| source.text.as_str());
    let (before, after) = text.split_at_checked(span.end as usize).unwrap_or((text, ""));
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let end = span.end as usize + after.find('\n').map_or(after.len(), |end| end + 1);
    Span::of(start..end)
}
