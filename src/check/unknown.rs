//! Reports fields and functions that do not exist, and finds out which ones were meant.

use super::Checker;
use crate::base::source::Span;
use crate::diagnostic::{Code, Diagnostic, foreign, is_slip, nearest, one_of};
use crate::program::{CompareOp, Expr};
use crate::syntax::tree;
use crate::world::schema::{Presence, Schema};
use crate::world::standard::{author, message};
use crate::world::value::{Inside, RecordId, Type};

/// How many records inside a record are searched for a field, one in the other.
const DEPTH: usize = 2;

impl Checker<'_> {
    /// Reports the first name of a path, which is nothing that a rule can read.
    pub(super) fn report_unknown_value(&mut self, path: &tree::Path, message: RecordId) {
        let Some((name, rest)) = path.names.split_first() else { return };
        if self.may_be_declared_unread(&name.text) {
            return;
        }
        if let Some(list) = self.list_of(&name.text, message)
            && let Some(field) = rest.first()
        {
            let example = format!("any {0} in {list} where ({0}.{1} …)", name.text, field.text);
            let text =
                format!("`{}` has no field `{}`, but a list `{list}`", Schema::MESSAGE, name.text);
            let help = format!("go through the list: `{example}`");
            return self.report(Code::UnknownField, name.span, text, help);
        }
        let of_local = self.locals.iter().rev().find(|local| {
            let Inside::Record(id) = local.ty.inside() else { return false };
            let record = self.program.schema.record(id);
            record.is_some_and(|(_, record)| record.fields.contains_key(&name.text))
        });
        if let Some(local) = of_local {
            let meant = format!("{}.{}", local.name, name.text);
            let text = format!("`{}` has no field `{}`", Schema::MESSAGE, name.text);
            let fault = Diagnostic::new(Code::UnknownField, self.at(name.span), text);
            self.found.push(fault.suggest(Some((&meant, meant.clone())), ""));
            return;
        }
        if let Some(meant) = self.item_like(&name.text) {
            let text = format!("nothing is called `{}` here", name.text);
            let fault = Diagnostic::new(Code::UnknownName, self.at(name.span), text);
            self.found.push(fault.suggest(Some((&meant, meant.clone())), ""));
            return;
        }
        let locals: Vec<_> = self.locals.iter().map(|local| local.name.clone()).collect();
        self.report_unknown_field(name, message, &locals, "");
    }

    /// The counter, mark or definition of this file whose name differs in one letter.
    fn item_like(&self, written: &str) -> Option<String> {
        let names = self.names.of_file(self.file).filter(|(_, entity, _)| {
            entity.counter().or(entity.mark()).or(entity.define()).is_some()
        });
        let near = self.nearest_name(written, names.map(|(name, _, _)| name))?;
        is_slip(near, written).then(|| near.to_owned())
    }

    /// The list of the message that has elements with this name: `links` for `link`.
    fn list_of(&self, element: &str, message: RecordId) -> Option<&str> {
        let (_, message) = self.program.schema.record(message)?;
        let is_list = |name: &str| {
            let plural = name.strip_suffix('s') == Some(element);
            plural || (name == "media" && element == "medium")
        };
        let mut lists = message.fields.iter();
        lists.find_map(|(name, field)| {
            let has_records =
                matches!(&field.ty, Type::List(of) if matches!(**of, Type::Record(_)));
            (has_records && is_list(name)).then_some(name.as_str())
        })
    }

    /// Reports a name that is neither a field of a record nor one of these locals. `owner` is the record as it is written;
    /// it is empty for the message.
    pub(super) fn report_unknown_field(
        &mut self,
        name: &tree::Name,
        record: RecordId,
        locals: &[String],
        owner: &str,
    ) {
        let Some((title, fields)) = self.program.schema.record(record) else { return };
        if self.standard.is_refused(title, &name.text) || self.files.has_broken_record(title) {
            return;
        }
        let mut known: Vec<_> = fields.fields.keys().cloned().collect();
        known.extend_from_slice(locals);
        let message = format!("`{title}` has no field `{}`", name.text);
        if matches!(&*name.text, "now" | "today") {
            let help = "write `at`, the instant of the decision";
            return self.report(Code::UnknownField, name.span, message, help);
        }
        let fault = Diagnostic::new(Code::UnknownField, self.at(name.span), message);
        let near = nearest(&name.text, known.iter().map(String::as_str));
        let is_slip = near.is_some_and(|near| is_slip(near, &name.text));
        let inner = if is_slip { vec![] } else { self.paths_to(&name.text, record) };
        let whole = |path: &String| {
            if owner.is_empty() { path.clone() } else { format!("{owner}.{path}") }
        };
        self.found.push(match &*inner {
            [] => fault.suggest(near.map(|near| (near, near.to_owned())), one_of(&known)),
            [path] => fault.suggest(Some((&whole(path), path.clone())), ""),
            paths => {
                // An author is an account, or a chat that speaks.
                let key = (title == author::KEY.record && name.text == message::ID.name)
                    .then(|| author::KEY.name.to_owned());
                let paths: Vec<_> = key.iter().chain(paths).map(whole).collect();
                fault.help(one_of(&paths))
            }
        });
    }

    /// The paths to the fields with this name in the records inside a record, not counting lists. Only the shortest.
    fn paths_to(&self, name: &str, record: RecordId) -> Vec<String> {
        let mut level = vec![(String::new(), record)];
        for _ in 0..DEPTH {
            let mut next = vec![];
            for (path, id) in level {
                let Some((_, record)) = self.program.schema.record(id) else { continue };
                for (field, declared) in &record.fields {
                    if let Type::Record(inner) = declared.ty {
                        next.push((format!("{path}{field}."), inner));
                    }
                }
            }
            let has_field = |(_, id): &&(String, RecordId)| {
                let record = self.program.schema.record(*id);
                record.is_some_and(|(_, record)| record.fields.contains_key(name))
            };
            let found: Vec<_> =
                next.iter().filter(has_field).map(|(path, _)| format!("{path}{name}")).collect();
            if !found.is_empty() {
                return found;
            }
            level = next;
        }
        vec![]
    }

    /// Reports `x == null`. `None` if that is what stands here. If `x` can be none, it may mean that `x` is none or that it
    /// is missing.
    pub(super) fn refuse_nothing(
        &mut self,
        op: CompareOp,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
    ) -> Option<()> {
        let is_empty = |name: &str| name.eq_ignore_ascii_case("empty");
        let names_nothing = |name: &str| foreign::is_nothing(name) || is_empty(name);
        let is_nothing = |side: &tree::Expr| {
            matches!(&side.kind, tree::ExprKind::Path(path) if !self.names_value(path)
                && names_nothing(&path.dotted()))
        };
        let value = match (is_nothing(left), is_nothing(right)) {
            (false, true) => left,
            (true, false) => right,
            _ => return Some(()),
        };
        if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            return Some(());
        }
        let nothing = if std::ptr::eq(value, left) { right } else { left };
        let checked = self.expr(value)?;
        let can_be_none = self.can_be_none(&checked);
        let name = self.written(self.at(value.span));
        let word = self.written(self.at(nothing.span));
        let fault = Diagnostic::new(
            Code::UnknownField,
            self.at(nothing.span),
            format!("`{word}` is not a value"),
        );
        if is_empty(word) {
            let is_equal = op == CompareOp::Equal;
            let (sign, state) = if is_equal { ("==", "missing") } else { ("!=", "known") };
            let meant = if let Type::List(_) = checked.ty {
                format!("length({name}) {sign} 0")
            } else if matches!(checked.ty, Type::Text | Type::Surface) {
                format!("{name} {sign} \"\"")
            } else {
                format!("{name} is {state}")
            };
            self.found.push(fault.help(format!("write `{meant}`")).fix(
                self.at(span),
                meant,
                false,
            ));
            return None;
        }
        let state = if op == CompareOp::NotEqual {
            Some("known")
        } else if !can_be_none {
            Some("missing")
        } else {
            word.eq_ignore_ascii_case("none").then_some("none")
        };
        self.found.push(match state {
            Some(state) => {
                let meant = format!("{name} is {state}");
                fault.help(format!("write `{meant}`")).fix(self.at(span), meant, false)
            }
            None => fault.help(format!(
                "write `{name} is none` to ask whether there is no such thing, or `{name} is missing` to ask whether the record says nothing about it"
            )),
        });
        None
    }

    /// Reports a function that does not exist.
    pub(super) fn report_unknown_function(&mut self, name: &tree::Path, args: &[Expr], span: Span) {
        let called = name.dotted();
        let fault = Diagnostic::new(
            Code::UnknownFunction,
            self.at(name.span),
            format!("there is no function `{called}`"),
        );
        let mut operands: Vec<_> = args.iter().map(|arg| self.written(arg.at).to_owned()).collect();
        let Some((last, before)) = name.names.split_last() else { return };
        if !before.is_empty() {
            operands.insert(0, tree::dotted(before));
        }
        let is_method = before.is_empty() || self.begins_with_field_or_local(name);
        if let Some(meant) = foreign::call(&last.text, &operands).filter(|_| is_method) {
            let fault = fault.help(format!("write `{meant}`"));
            let is_whole = !meant.contains('…');
            self.found.push(if is_whole { fault.fix(self.at(span), meant, false) } else { fault });
            return;
        }
        let is_instant = match args {
            [] => is_method && self.is_instant(before),
            [instant] => instant.ty == Type::Instant,
            _ => false,
        };
        if let Some(operand) = operands.first().filter(|_| is_instant)
            && let Some(help) = foreign::part_of_instant(&last.text, operand)
        {
            self.found.push(fault.help(help));
            return;
        }
        let defines = self
            .names
            .of_file(self.file)
            .filter(|(_, entity, _)| entity.define().is_some())
            .map(|(name, _, _)| name);
        let functions = self.program.functions.iter().map(|function| function.name.as_str());
        let near = self.nearest_name(&called, functions.chain(defines));
        let near = near.map(|near| (near, near.to_owned()));
        let help = "declare it with `define`, or register it in the program that uses the rules";
        if near.is_some() || !self.may_be_declared_unread(&called) {
            self.found.push(fault.suggest(near, help));
        }
    }

    /// Whether these names are the path of an instant of the message.
    fn is_instant(&self, names: &[tree::Name]) -> bool {
        let message = self.message().map(|(message, _)| Type::Record(message));
        let ty = names.iter().try_fold(message, |ty, name| {
            let (_, record) = self.program.schema.record(ty?.record()?)?;
            Some(record.fields.get(&name.text).map(|field| field.ty.clone()))
        });
        ty.flatten() == Some(Type::Instant)
    }

    /// What to compare instead of a record: its fields with values like the other side. The first is the one that is
    /// certainly there, if only one is.
    pub(super) fn fields_like(&self, record: &Expr, other: &Type) -> Vec<String> {
        let Inside::Record(id) = record.ty.inside() else { return vec![] };
        let Some((_, declared)) = self.program.schema.record(id) else { return vec![] };
        let kinds: [fn(&Type) -> bool; 2] = [
            |ty| matches!(ty, Type::Int | Type::Number),
            |ty| matches!(ty, Type::Text | Type::Surface | Type::Enum(_)),
        ];
        let is_like = |ty: &Type| ty == other || kinds.iter().any(|is| is(ty) && is(other));
        let like = || declared.fields.iter().filter(|(_, field)| is_like(&field.ty));
        let required: Vec<_> =
            like().filter(|(_, field)| field.presence == Presence::Required).collect();
        let chosen = if required.len() == 1 { required } else { like().collect() };
        let owner = self.written(record.at);
        chosen.into_iter().map(|(name, _)| format!("{owner}.{name}")).collect()
    }
}
