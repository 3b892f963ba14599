//! Lowers values that begin with the name of an item.

use super::Checker;
use super::names::Entity;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::Expr;
use crate::syntax::tree;

impl Checker<'_> {
    /// Lowers a path that begins with the name of an item.
    pub(super) fn named_value(&mut self, path: &tree::Path) -> Option<Expr> {
        let (entity, rest) = self.resolve(path, "a definition")?;
        match entity {
            Entity::Define(index) => {
                let call = self.call_definition(index, vec![], path.span)?;
                self.fields(call, "", rest)
            }
            Entity::Counter(counter) => self.count(counter, rest, path),
            Entity::Mark(mark) => self.mark_read(mark, rest, path),
            Entity::Law(_)
            | Entity::Policy(_)
            | Entity::Office(_)
            | Entity::Terms(_)
            | Entity::Pattern(_)
            | Entity::Set(_)
            | Entity::Register(_)
            | Entity::Wording(_)
            | Entity::Rule(_)
            | Entity::Exception(_) => self.refuse_without_value(entity, path),
        }
    }

    /// Reports a name of something that has no value by itself.
    fn refuse_without_value(&mut self, entity: Entity, path: &tree::Path) -> Option<Expr> {
        let name = path.dotted();
        let help = match entity {
            Entity::Terms(_) => format!("write `text mentions {name}`"),
            Entity::Pattern(_) => format!("write `text matches {name}`"),
            Entity::Set(_) | Entity::Register(_) => {
                format!("write what has to be in it: `link.host in {name}`")
            }
            Entity::Rule(_) => {
                format!(
                    "rules do not read each other: give the condition of `{name}` a name, `define is_{name} = …`, and use it in both"
                )
            }
            Entity::Exception(_) => {
                "delete it: an exception lifts a rule by itself, and is not named in it".to_owned()
            }
            Entity::Law(_)
            | Entity::Policy(_)
            | Entity::Office(_)
            | Entity::Wording(_)
            | Entity::Counter(_)
            | Entity::Mark(_)
            | Entity::Define(_) => "write a field or a definition".to_owned(),
        };
        if !self.is_declared_once(path) {
            return None;
        }
        let message = format!("`{name}` is {}, and has no value by itself", entity.description());
        let fault = Diagnostic::new(Code::WrongKind, self.at(path.span), message).help(help);
        self.found.push(match self.clause("unless", path.span) {
            Some(clause) if matches!(entity, Entity::Exception(_)) => {
                fault.fix(self.at(clause), "", false)
            }
            _ => fault,
        });
        None
    }
}
