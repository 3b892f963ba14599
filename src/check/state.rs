//! Reads of counters and marks in conditions.

use super::Checker;
use super::constant::KEEPS_NO_MORE;
use super::names::Entity;
use crate::base::source::{Location, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Expr, ExprKind, MarkRead};
use crate::syntax::tree;
use crate::world::value::Type;

impl Checker<'_> {
    /// Lowers a counter without a key, and refuses what stands after it: `violations.count`.
    pub(super) fn count(
        &mut self,
        counter: usize,
        rest: &[tree::Name],
        path: &tree::Path,
    ) -> Option<Expr> {
        if let Some(name) = rest.first() {
            let counter = self.before(path, rest);
            let message = format!("`{counter}` is a whole number, which has no `{}`", name.text);
            if matches!(&*name.text, "since" | "until") {
                let help = format!(
                    "compare the number: `{counter} >= 3`; only a mark has `{}`, as in `warned.{0}`",
                    name.text
                );
                return self.refuse(Code::BadOperand, name.span, message, help);
            }
            let fault = Diagnostic::new(Code::BadOperand, self.at(name.span), message)
                .help(format!("write `{counter}`: it is the number itself"));
            self.found.push(fault.fix(self.at(path.span), counter, false));
            return None;
        }
        self.check_needs_no_key(counter, path.span)?;
        Some(self.node(ExprKind::Counter { counter, key: None }, Type::Int, path.span))
    }

    /// Lowers what is read of a mark after a dot.
    pub(super) fn mark_read(
        &mut self,
        mark: usize,
        rest: &[tree::Name],
        path: &tree::Path,
    ) -> Option<Expr> {
        let read = match rest {
            [name] if name.text == "since" => MarkRead::Since,
            [name] if name.text == "until" => MarkRead::Until,
            [name, ..] => {
                let mark = self.before(path, rest);
                let message = format!("a mark has no `{}`", name.text);
                let help = format!("write `{mark} is set`, `{mark}.since` or `{mark}.until`");
                return self.refuse(Code::UnknownField, name.span, message, help);
            }
            [] => {
                let name = path.dotted();
                let message = format!("`{name}` is a mark, and has no value by itself");
                let help = format!("ask whether it is set: `{name} is set`");
                let fault = Diagnostic::new(Code::WrongKind, self.at(path.span), message);
                let meant = format!("{name} is set");
                self.found.push(fault.help(help).fix(self.at(path.span), meant, false));
                return None;
            }
        };
        Some(self.node(ExprKind::Mark { mark, read }, Type::Instant, path.span))
    }

    /// Lowers `warned is set`.
    pub(super) fn mark_is_set(&mut self, mark: &tree::Expr, span: Span) -> Option<Expr> {
        if let tree::ExprKind::Path(path) = &mark.kind
            && !self.begins_with_field_or_local(path)
            && self.names_something(path)
        {
            let (entity, rest) = self.resolve(path, "a mark")?;
            let Entity::Mark(mark) = entity else {
                let name = path.dotted();
                let message = format!("`{name}` is {}, not a mark", entity.description());
                let help = if matches!(entity, Entity::Counter(_)) {
                    format!("compare the number: `{name} >= 1`")
                } else {
                    "write the name of a mark here".to_owned()
                };
                return self.refuse_kind(path, message, help);
            };
            if let Some(name) = rest.first() {
                let mark = self.before(path, rest);
                let message = format!("`{}` is an instant of a mark, not the mark", path.dotted());
                let help = format!(
                    "ask whether the mark is set: `{mark} is set`; or whether it has that instant: `{mark}.{} is known`",
                    name.text
                );
                return self.refuse(Code::WrongKind, path.span, message, help);
            }
            return Some(self.truth(ExprKind::Mark { mark, read: MarkRead::IsSet }, span));
        }
        let value = self.expr(mark)?;
        let (message, written) = (self.what_is(&value), self.written(value.at).to_owned());
        let message = format!("{message}, and only a mark `is set`");
        let (help, meant) = if value.ty == Type::Bool {
            (format!("write it alone: `{written}`"), written)
        } else {
            let meant = format!("{written} is known");
            (format!("ask whether the record has it: `{meant}`"), meant)
        };
        let fault = Diagnostic::new(Code::WrongKind, self.at(mark.span), message).help(help);
        self.found.push(fault.fix(self.at(span), meant, false));
        None
    }

    /// Reports `warned is known`: a mark is set, or it is not. `None` if that is what stands here.
    pub(super) fn refuse_knowledge_of_mark(
        &mut self,
        what: tree::Knowledge,
        inner: &tree::Expr,
        span: Span,
    ) -> Option<()> {
        let tree::ExprKind::Path(path) = &inner.kind else { return Some(()) };
        let [name] = &*path.names else { return Some(()) };
        let entity = self.names.in_file(self.file, &name.text);
        let is_mark = entity.is_some_and(|(entity, _)| entity.mark().is_some());
        if self.begins_with_field_or_local(path) || !is_mark {
            return Some(());
        }
        let name = &name.text;
        let meant = match what {
            tree::Knowledge::Known => format!("{name} is set"),
            tree::Knowledge::Missing | tree::Knowledge::None => format!("not ({name} is set)"),
        };
        let message = format!("`{name}` is a mark, which is set or not");
        let fault = Diagnostic::new(Code::WrongKind, self.at(span), message);
        self.found.push(fault.help(format!("write `{meant}`")).fix(self.at(span), meant, false));
        None
    }

    /// Reports `author.warned`: a mark is named alone. Returns whether that is what stands here.
    pub(super) fn refuse_mark_as_field(&mut self, name: &tree::Name, span: Span) -> bool {
        let entity = self.names.in_file(self.file, &name.text);
        let is_mark = entity.is_some_and(|(entity, _)| entity.mark().is_some());
        if is_mark {
            let message = format!("`{}` is a mark, and no field", name.text);
            let help = format!(
                "write its name alone, because the mark itself says what it is on: `{} is set`",
                name.text
            );
            let is_asked = self.text_after(span).trim_start().starts_with("is set");
            let meant = if is_asked { name.text.clone() } else { format!("{} is set", name.text) };
            let fault = Diagnostic::new(Code::WrongKind, self.at(span), message).help(help);
            self.found.push(fault.fix(self.at(span), meant, false));
        }
        is_mark
    }

    /// Lowers `copies[link.host]`.
    pub(super) fn keyed(
        &mut self,
        path: &tree::Path,
        key: &[tree::Expr],
        span: Span,
    ) -> Option<Expr> {
        let (counter, key) = self.counter_with_key(path, key, span)?;
        Some(self.node(ExprKind::Counter { counter, key: Some(key) }, Type::Int, span))
    }

    /// Lowers `violations reaches 3`.
    pub(super) fn reaches(
        &mut self,
        counter: &tree::Expr,
        least: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let read = if let tree::ExprKind::Path(path) = &counter.kind {
            self.counter_named(path)
        } else if let tree::ExprKind::Keyed { name, key } = &counter.kind {
            let read = self.counter_with_key(name, key, counter.span);
            read.map(|(counter, key)| (counter, Some(key)))
        } else {
            let help = "write the name of a counter before `reaches`, or compare: `… >= 3`";
            let message = "`reaches` asks about a counter";
            self.refuse(Code::BadOperand, counter.span, message, help)
        };
        let least = self.threshold(least);
        let ((counter, key), least) = (read?, least?);
        self.check_is_own(counter, least, span)?;
        self.check_is_kept(counter, least, span)?;
        self.program.add_threshold(counter, least);
        Some(self.truth(ExprKind::Reaches { counter, key, least }, span))
    }

    fn counter_named(&mut self, path: &tree::Path) -> Option<(usize, Option<Vec<Expr>>)> {
        let counter = self.resolve_counter(path)?;
        self.check_needs_no_key(counter, path.span)?;
        Some((counter, None))
    }

    /// Resolves the name of a counter. Whatever else stands there is reported.
    fn resolve_counter(&mut self, path: &tree::Path) -> Option<usize> {
        if self.begins_with_field_or_local(path) {
            let name = path.dotted();
            let message = format!("`{name}` is a value of the message, and not a counter");
            let help =
                "only a counter `reaches` a number: compare the value, such as `chat.members >= 3`";
            return self.refuse(Code::WrongKind, path.span, message, help);
        }
        let help = |entity| {
            if matches!(entity, Entity::Mark(_)) {
                format!("ask whether the mark is set: `{} is set`", path.dotted())
            } else {
                "write the name of a counter here".to_owned()
            }
        };
        self.resolve_with_help(path, "a counter", Entity::counter, help)
    }

    /// Reports `links[0]`: only counters have keys. Returns whether there is a fault.
    fn refuse_position(&mut self, path: &tree::Path, key: &[tree::Expr], span: Span) -> bool {
        if !self.begins_with_field_or_local(path) {
            return false;
        }
        let name = path.dotted();
        let message = format!("`{name}` is not a counter, and only counters have keys");
        let fault = Diagnostic::new(Code::WrongKind, self.at(span), message);
        if let [tree::Expr { kind: tree::ExprKind::Text(key), .. }] = key
            && crate::syntax::is_name(&key.value)
        {
            let meant = format!("{name}.{}", key.value);
            let help = format!("write the name of a value after a dot: `{meant}`");
            self.found.push(fault.help(help).fix(self.at(span), meant, false));
            return true;
        }
        let last = path.names.last().map_or("", |name| name.text.as_str());
        let element = last.strip_suffix('s').filter(|one| !one.is_empty()).unwrap_or("element");
        self.found.push(fault.help(format!(
            "a list has no positions: ask about its elements: `any {element} in {name} where (…)`"
        )));
        true
    }

    /// Checks a counter that is read without a key. `None` after a report.
    fn check_needs_no_key(&mut self, counter: usize, span: Span) -> Option<()> {
        if !self.check_counter(counter, Some(span)) {
            return None;
        }
        let per = &self.program.counters.get(counter)?.per;
        if per.each.is_some() {
            let name = self.written(self.at(span)).to_owned();
            let message =
                format!("`{name}` has one count for each element, and this does not say which");
            let help = match self.loop_over_key(counter) {
                Some((head, key)) => {
                    format!("ask for each element: `{head} where ({name}[{key}] >= 3)`")
                }
                None => format!("write a key: `{name}[…]`"),
            };
            return self.refuse(Code::BadKey, span, message, help);
        }
        Some(())
    }

    /// For a counter `per each link in links: link.host`: `any link in links` and `link.host`.
    fn loop_over_key(&self, counter: usize) -> Option<(String, String)> {
        let declared = self.names.counters.get(counter)?;
        let per = declared.item.per.as_ref()?;
        let (name, list) = per.each.as_ref()?;
        let file = self.files.get(declared.file).id;
        let slice = |span| self.sources.slice(Location { file, span });
        let values: Vec<_> = per.values.iter().map(|value| slice(value.span)).collect();
        Some((format!("any {} in {}", name.text, slice(list.span)), values.join(", ")))
    }

    fn counter_with_key(
        &mut self,
        path: &tree::Path,
        key: &[tree::Expr],
        span: Span,
    ) -> Option<(usize, Vec<Expr>)> {
        if self.refuse_position(path, key, span) {
            return None;
        }
        let key = super::expr::all_of(key.iter().map(|value| self.expr(value)));
        let counter = self.resolve_counter(path)?;
        if !self.check_counter(counter, Some(path.span)) {
            return None;
        }
        let key = key?;
        let per = &self.program.counters.get(counter)?.per;
        let types: Vec<Type> = per.values.iter().map(|value| value.ty.clone()).collect();
        if types.len() != key.len() {
            let message = format!(
                "the key of `{}` has {}, found {}",
                path.dotted(),
                counted(types.len()),
                key.len()
            );
            let help = "write a value for each value after its `per`, in the same order";
            return self.refuse(Code::BadKey, span, message, help);
        }
        let key = key.into_iter().zip(&types).map(|(value, ty)| {
            if value.ty == Type::Int && *ty == Type::Text {
                let message = format!("{}, and a key is a text", self.what_is(&value));
                let help = "write the platform and the id, such as `\"telegram:7\"`; in tests, the platform is `test`";
                return self.refuse(Code::BadKey, value.at.span, message, help);
            }
            let value = self.coerce(value, ty)?;
            self.check_key(&value)?;
            Some(value)
        });
        Some((counter, super::expr::all_of(key)?))
    }

    /// Reports a key that depends on a counter or mark, here or by a definition. What a parameter depends on is checked where
    /// the definition is called.
    pub(super) fn check_key(&mut self, value: &Expr) -> Option<()> {
        let origin = self.origin(value);
        if origin.reads_state {
            let message = "a key cannot depend on a counter or mark";
            let help = "a store is asked for all keys at once, so write a value of the message, such as `link.host`";
            return self.refuse(Code::BadKey, value.at.span, message, help);
        }
        self.key_params.extend(origin.params);
        Some(())
    }

    /// The number after `reaches`.
    fn threshold(&mut self, least: &tree::Expr) -> Option<u64> {
        if let tree::ExprKind::Number(number) = &least.kind
            && let Ok(number @ 1..) = number.parse()
        {
            return Some(number);
        }
        let written = self.sources.slice(self.at(least.span));
        let number = if let tree::ExprKind::Negate(inner) = &least.kind { inner } else { least };
        let is_number = matches!(number.kind, tree::ExprKind::Number(_));
        let (message, help) = if is_number {
            (
                format!("nothing takes a counter to `{written}`"),
                "write a whole number of at least 1, such as `reaches 3`: a counter begins at 0",
            )
        } else {
            (
                "`reaches` needs a whole number that is written out".to_owned(),
                "write a number, such as `reaches 3`; with another value, compare: `violations >= limit`",
            )
        };
        self.refuse(Code::BadThreshold, least.span, message, help)
    }

    /// Refuses `reaches` on a counter of another file. A counter keeps which message took which threshold, and only its own file
    /// may change what it keeps.
    fn check_is_own(&mut self, counter: usize, least: u64, span: Span) -> Option<()> {
        let counter = self.program.counters.get(counter)?;
        if Some(counter.place) == self.files.get(self.file).place {
            return Some(());
        }
        let (id, place) = (counter.id.clone(), counter.place);
        let message = format!("only the file of {place} can ask when `{id}` reaches a number");
        let help =
            format!("compare the number, `{id} >= {least}`, or declare a counter of this file");
        self.refuse(Code::OutOfPlace, span, message, help)
    }

    /// Refuses a number after `reaches` above all that a store keeps of a counter under a key.
    fn check_is_kept(&mut self, counter: usize, least: u64, span: Span) -> Option<()> {
        let most = self.most_certain(counter).and_then(|most| u64::try_from(most).ok());
        if most.is_none_or(|most| least <= most) {
            return Some(());
        }
        let message = format!("the counter is not certain to reach {least}");
        self.refuse(Code::BadThreshold, span, message, KEEPS_NO_MORE)
    }

    /// A path as it is written, up to the names after the item.
    fn before(&self, path: &tree::Path, rest: &[tree::Name]) -> String {
        let length = path.names.len().saturating_sub(rest.len());
        tree::dotted(path.names.get(..length).unwrap_or_default())
    }
}

/// What to write instead of a call of something that is no definition.
pub(super) fn help_for_call(entity: Entity, path: &tree::Path) -> String {
    let name = path.dotted();
    match entity {
        Entity::Counter(_) => format!("write the key in square brackets: `{name}[…]`"),
        Entity::Mark(_) => format!("ask whether the mark is set: `{name} is set`"),
        Entity::Law(_)
        | Entity::Policy(_)
        | Entity::Office(_)
        | Entity::Terms(_)
        | Entity::Pattern(_)
        | Entity::Set(_)
        | Entity::Register(_)
        | Entity::Wording(_)
        | Entity::Define(_)
        | Entity::Rule(_)
        | Entity::Exception(_) => "write the name of a definition here".to_owned(),
    }
}

/// `1 value`, `2 values`
fn counted(values: usize) -> String {
    if values == 1 { "1 value".to_owned() } else { format!("{values} values") }
}
