//! Lowers expressions: resolves their names and finds the type of every part.

use super::Checker;
use super::elements::Counted;
use super::names::Entity;
use super::state::help_for_call;
use super::types::{fits, is_textual};
use super::uses::NameKind;
use crate::base::source::Span;
use crate::base::time::Moment;
use crate::diagnostic::{Code, Diagnostic, foreign};
use crate::program::{Expr, ExprKind, Sought};
use crate::syntax::tree::{self, Knowledge};
use crate::world::schema::{RecordType, Schema};
use crate::world::standard::span;
use crate::world::value::{Decimal, Inside, RecordId, Type, Value};

impl Checker<'_> {
    /// Lowers an expression. Returns `None` after reporting a fault. If one part is faulty, the other parts are still
    /// checked.
    pub(super) fn expr(&mut self, expr: &tree::Expr) -> Option<Expr> {
        use tree::ExprKind as Tree;
        let span = expr.span;
        match &expr.kind {
            Tree::Group(inner) => self.expr(inner),
            Tree::Bool(truth) => Some(self.constant(Value::Bool(*truth), Type::Bool, span)),
            Tree::Text(text) => Some(self.constant(Value::text(&text.value), Type::Text, span)),
            Tree::Number(number) => self.number(number, span),
            Tree::Moment(moment) => self.moment(*moment, span),
            Tree::Duration(period) => self.duration(*period, span),
            Tree::At => self.lone_instant(span),
            Tree::Subdivision(code) => self.lone_subdivision(code, span),
            Tree::Path(path) => self.path(path),
            Tree::List(of) => self.list(of, span),
            Tree::Call { name, args } => self.call(name, args, span),
            Tree::Spans { text, of } => {
                let text = self.searchable(text, "spans");
                let of = match of {
                    tree::Sought::Pattern(pattern) => self.sought(pattern),
                    tree::Sought::Regex(regex) => self.regex(regex).map(Sought::Regex),
                };
                let ty = Type::List(Box::new(Type::Record(
                    self.program.schema.named(span::TEXT.record)?.0,
                )));
                Some(self.node(ExprKind::Spans { text: Box::new(text?), of: of? }, ty, span))
            }
            Tree::Not(inner) => {
                let inner = self.condition(inner)?;
                Some(self.truth(ExprKind::Not(Box::new(inner)), span))
            }
            Tree::And(parts) => {
                self.conditions(parts).map(|of| self.truth(ExprKind::And(of), span))
            }
            Tree::Or(parts) => {
                self.refuse_lone_texts(parts)?;
                self.conditions(parts).map(|of| self.truth(ExprKind::Or(of), span))
            }
            Tree::AtLeast { least, of } => {
                let of = self.conditions(of)?;
                Some(self.truth(ExprKind::AtLeast { least: least.value, of }, span))
            }
            Tree::Binary { op, left, right } => self.binary(*op, left, right, span),
            Tree::Negate(inner) => self.negate(inner, span),
            Tree::Arithmetic { first, rest } => self.arithmetic(first, rest, span),
            Tree::Mentions { text, pattern } => {
                let text = self.searchable(text, "mentions").map(Box::new);
                let sought = self.sought(pattern);
                let kind = match (text?, sought?) {
                    (text, Sought::Pattern(pattern)) => ExprKind::Mentions { text, pattern },
                    (text, Sought::Regex(regex)) => ExprKind::Matches { text, regex },
                };
                Some(self.truth(kind, span))
            }
            Tree::Matches { text, regex } => {
                let text = self.searchable(text, "matches");
                let regex = match regex {
                    tree::MatchedRegex::Written(regex) => self.regex(regex),
                    tree::MatchedRegex::Named(path) => self.regex_named(path),
                };
                Some(self.truth(ExprKind::Matches { text: Box::new(text?), regex: regex? }, span))
            }
            Tree::Is(what, inner) => self.is(*what, inner, span),
            Tree::IsSet(inner) => self.mark_is_set(inner, span),
            Tree::Keyed { name, key } => self.keyed(name, key, span),
            Tree::Reaches { counter, least } => self.reaches(counter, least, span),
            Tree::Quantified { quantifier, name, list, body } => {
                self.quantified(*quantifier, name, list, body, span)
            }
            Tree::Score(parts) => self.score(parts, span),
            Tree::Aggregate { aggregate, value, name, list, condition } => {
                let counted = Counted { value, condition: condition.as_deref() };
                self.aggregate(*aggregate, name, list, counted, span)
            }
            Tree::If { arms, otherwise } => self.conditional(arms, otherwise, span),
        }
    }

    /// Lowers an expression that must be a condition.
    pub(super) fn condition(&mut self, expr: &tree::Expr) -> Option<Expr> {
        let lowered = self.expr(expr)?;
        self.coerce(lowered, &Type::Bool)
    }

    fn conditions(&mut self, parts: &[tree::Expr]) -> Option<Vec<Expr>> {
        all_of(parts.iter().map(|part| self.condition(part)))
    }

    /// Refuses `chat.type == "channel" or "group"`, where a text alone is meant as "or the same with this text".
    fn refuse_lone_texts(&mut self, parts: &[tree::Expr]) -> Option<()> {
        let is_text = |part: &tree::Expr| matches!(part.kind, tree::ExprKind::Text(_));
        let [first, others @ ..] = parts else { return Some(()) };
        let Some(lone) = others.iter().find(|part| is_text(part)) else { return Some(()) };
        let text = |expr: &tree::Expr| self.written(self.at(expr.span)).to_owned();
        let (beginning, list) = if let tree::ExprKind::Binary {
            op: tree::BinaryOp::Equal,
            left,
            right,
        } = &first.kind
        {
            let values: Vec<_> = [&**right].into_iter().chain(others).map(text).collect();
            let list = format!("compare with a list: `{} in [{}]`", text(left), values.join(", "));
            (format!("{} ==", text(left)), Some(list))
        } else if let tree::ExprKind::Mentions { text: searched, pattern } = &first.kind {
            let beginning = format!("{} mentions", text(searched));
            let words = self.written(self.at(pattern.span)).to_owned();
            let words: Vec<_> = std::iter::once(words).chain(others.iter().map(text)).collect();
            let words: Vec<_> = words.iter().map(|word| word.trim_matches('"')).collect();
            let can_be_listed =
                is_plain_phrase(pattern) && !words.iter().any(|word| word.contains(['(', '|']));
            let list = format!("list the words: `{beginning} \"({})\"`", words.join("|"));
            (beginning, can_be_listed.then_some(list))
        } else {
            return Some(());
        };
        let help = list.filter(|_| others.iter().all(is_text)).unwrap_or_else(|| {
            format!("repeat the condition: `{} or {beginning} {}`", text(first), text(lone))
        });
        let message = format!("{} is a text, and `or` joins conditions", text(lone));
        self.refuse(Code::TypeMismatch, lone.span, message, help)
    }

    /// An expression that is true, false or unknown.
    pub(super) fn truth(&self, kind: ExprKind, span: Span) -> Expr {
        self.node(kind, Type::Bool, span)
    }

    pub(super) fn node(&self, kind: ExprKind, ty: Type, span: Span) -> Expr {
        Expr { kind, ty, at: self.at(span) }
    }

    pub(super) fn constant(&self, value: Value, ty: Type, span: Span) -> Expr {
        self.node(ExprKind::Const(value), ty, span)
    }

    pub(super) fn number(&mut self, number: &str, span: Span) -> Option<Expr> {
        if let Ok(int) = number.parse() {
            return Some(self.constant(Value::Int(int), Type::Int, span));
        }
        if number.contains('.')
            && let Some(decimal) = Decimal::parse(number)
        {
            return Some(self.constant(Value::Number(decimal), Type::Number, span));
        }
        let help = "write a whole number up to 9223372036854775807, or a decimal with at most 18 digits before the point and 9 after it";
        let written = self.sources.slice(self.at(span)).to_owned();
        let message = format!("the number `{written}` is too large or too precise");
        self.refuse(Code::BadNumber, span, message, help)
    }

    /// Lowers a date. A day means its first instant in the zone of the file, or in UTC in a library.
    fn moment(&mut self, moment: Moment, span: Span) -> Option<Expr> {
        let instant = match moment {
            Moment::Instant(instant) => instant,
            Moment::Day(day) => match day.start(&self.zone()) {
                Some(instant) => instant,
                None => {
                    let help = "write a day from the year 0000 to the end of 9999 (UTC)";
                    let message = format!("`{day}` is outside the calendar");
                    return self.refuse(Code::BadDate, span, message, help);
                }
            },
        };
        Some(self.constant(Value::Instant(instant), Type::Instant, span))
    }

    fn duration(&mut self, period: crate::base::time::Period, span: Span) -> Option<Expr> {
        let Some(nanos) = period.nanos() else {
            let help = "write days, such as `30 days` or `365 days`";
            let message = format!("`{period}` does not always have the same length");
            return self.refuse(Code::CalendarDuration, span, message, help);
        };
        Some(self.constant(Value::Duration(nanos), Type::Duration, span))
    }

    fn list(&mut self, elements: &[tree::Expr], span: Span) -> Option<Expr> {
        self.refuse_lone_places(elements, span)?;
        let lowered = all_of(elements.iter().map(|expr| self.expr(expr)))?;
        let Some(first) = lowered.first() else {
            let help = "write at least one element";
            return self.refuse(Code::TypeMismatch, span, "the list is empty", help);
        };
        let ty = if is_textual(&first.ty) { Type::Text } else { first.ty.clone() };
        let elements = all_of(lowered.into_iter().map(|expr| self.coerce(expr, &ty)))?;
        Some(self.node(ExprKind::List(elements), Type::List(Box::new(ty)), span))
    }

    /// Lowers the text that a test searches.
    pub(super) fn searchable(&mut self, text: &tree::Expr, test: &str) -> Option<Expr> {
        let text = self.expr(text)?;
        if matches!(text.ty, Type::Text | Type::Surface) {
            return Some(text);
        }
        let found = self.what_is(&text);
        let help = if matches!(text.ty, Type::List(_)) {
            let texts = self.written(text.at);
            format!("test its elements: `any element in {texts} where (element {test} …)`")
        } else {
            "search in `text`, `any_text` or another text field".to_owned()
        };
        let message = format!("`{test}` searches a text, but {found}");
        self.refuse(Code::BadOperand, text.at.span, message, help)
    }

    fn is(&mut self, what: Knowledge, inner: &tree::Expr, span: Span) -> Option<Expr> {
        self.refuse_knowledge_of_mark(what, inner, span)?;
        let inner = self.expr(inner)?;
        match what {
            Knowledge::Known | Knowledge::Missing => self.warn_never_missing(&inner, None),
            Knowledge::None => self.warn_never_none(&inner),
        }
        Some(self.truth(ExprKind::Is(what, Box::new(inner)), span))
    }

    /// Warns about `is none` for a value that no record says to be none.
    fn warn_never_none(&mut self, expr: &Expr) {
        if self.can_be_none(expr) {
            return;
        }
        let value = self.quoted(expr.at).unwrap_or_else(|| "this value".to_owned());
        let help = if self.can_be_unknown(expr) {
            "only a record that may be missing, such as `reply`, and the values in it can be none; write `is missing` for a value that the record does not have"
        } else {
            "delete the test: every record has this value"
        };
        self.report(Code::NeverMissing, expr.at.span, format!("{value} is never none"), help);
    }

    /// Warns about `is known` or a default for a value that is never missing. `fix` is a span and its replacement text.
    pub(super) fn warn_never_missing(&mut self, expr: &Expr, fix: Option<(Span, String)>) {
        if !self.can_be_unknown(expr) {
            let message = match self.quoted(expr.at) {
                Some(value) => format!("{value} is never missing"),
                None => "this value is never missing".to_owned(),
            };
            let what = if fix.is_some() { "default" } else { "test" };
            let warning = Diagnostic::new(Code::NeverMissing, expr.at, message)
                .help(format!("delete the {what}: every record has this value"));
            let fix = fix.map(|(span, text)| (self.at(span), text));
            self.found.push(match fix {
                Some((at, text)) => warning.fix(at, text, true),
                None => warning,
            });
        }
    }

    // ---- names ----------------------------------------------------------

    pub(super) fn message(&self) -> Option<(RecordId, &RecordType)> {
        self.program.schema.named(Schema::MESSAGE)
    }

    pub(super) fn is_message_field(&self, name: &str) -> bool {
        self.message().is_some_and(|(_, message)| message.fields.contains_key(name))
    }

    pub(super) fn is_local(&self, name: &str) -> bool {
        self.locals.iter().any(|local| local.name == name)
    }

    /// Lowers a path: a local, a field of the message, or a definition without parameters, followed by fields.
    fn path(&mut self, path: &tree::Path) -> Option<Expr> {
        let (first, rest) = path.names.split_first()?;
        if let Some(level) = self.locals.iter().rposition(|local| local.name == first.text) {
            let local = self.locals.get(level)?.clone();
            self.record_use(first.span, local.declared, local.kind);
            let expr = self.node(ExprKind::Local(level), local.ty, first.span);
            return self.fields(expr, &local.path, rest);
        }
        let (message, record) = self.message()?;
        if record.fields.contains_key(&first.text) {
            let expr = self.node(ExprKind::Message, Type::Record(message), first.span);
            return self.fields(expr, "", &path.names);
        }
        if self.names_something(path) {
            return self.named_value(path);
        }
        if rest.is_empty()
            && let Some(place) = self.program.blocs.place(&first.text)
        {
            return self.lone_place(place, path.span);
        }
        self.report_unknown_value(path, message);
        None
    }

    /// Whether a path begins with a local, a field of the message or a declared name.
    pub(super) fn names_value(&self, path: &tree::Path) -> bool {
        self.begins_with_field_or_local(path) || self.names_something(path)
    }

    /// Whether a path begins with a local or a field of the message. These come before declared names.
    pub(super) fn begins_with_field_or_local(&self, path: &tree::Path) -> bool {
        let first = path.names.first();
        first.is_some_and(|first| self.is_local(&first.text) || self.is_message_field(&first.text))
    }

    /// Whether a path starts with a declared name or the prefix of a file.
    pub(super) fn names_something(&self, path: &tree::Path) -> bool {
        let Some(first) = path.names.first() else { return false };
        let here = self.files.get(self.file);
        let declared = |file: usize| {
            self.names.in_file(file, &first.text).is_some()
                || self.files.get(file).is_broken(&first.text)
        };
        let prefix =
            |prefix: &str| prefix == first.text || prefix.starts_with(&format!("{}.", first.text));
        declared(self.file)
            || here.uses.iter().any(|(file, _)| declared(*file))
            || (path.names.len() > 1 && self.files.iter().any(|(_, file)| prefix(&file.prefix)))
    }

    /// Follows a path of field names, starting at an expression.
    pub(super) fn fields(
        &mut self,
        mut expr: Expr,
        path: &str,
        names: &[tree::Name],
    ) -> Option<Expr> {
        let mut path = path.to_owned();
        for name in names {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&name.text);
            expr = self.field(expr, name, &path)?;
        }
        Some(expr)
    }

    fn field(&mut self, owner: Expr, name: &tree::Name, path: &str) -> Option<Expr> {
        let span = owner.at.span.to(name.span);
        let path = path.to_owned();
        match owner.ty.inside() {
            Inside::Record(id) => {
                let field = self.program.schema.record(id).and_then(|(_, record)| {
                    record
                        .fields
                        .get_full(&name.text)
                        .map(|(field, _, known)| (field, known.ty.clone()))
                });
                let Some((field, ty)) = field else {
                    if self.refuse_mark_as_field(name, span) {
                        return None;
                    }
                    let owner = self.written(owner.at).to_owned();
                    self.report_unknown_field(name, id, &[], &owner);
                    return None;
                };
                if ty == Type::Opaque {
                    let help =
                        "declare a field of your own in `schema.loci`, and write the value there";
                    let message =
                        format!("rules cannot read `{}`, because its type is not known", name.text);
                    return self.refuse(Code::BadOperand, span, message, help);
                }
                if let Some(declared) = self.standard.fields.get(&(id, field)) {
                    self.record_use(name.span, *declared, NameKind::Field);
                }
                Some(self.node(ExprKind::Field { of: Box::new(owner), field, path }, ty, span))
            }
            Inside::Map(value) => {
                let (key, ty) = (name.text.clone(), value.clone());
                Some(self.node(ExprKind::Entry { of: Box::new(owner), key, path }, ty, span))
            }
            Inside::List(_) => {
                let (list, field) = (self.written(owner.at), &name.text);
                let help =
                    format!("test its elements: `any element in {list} where (element.{field} …)`");
                self.refuse(Code::BadOperand, span, "a list has no fields", help)
            }
            Inside::Nothing | Inside::Unknown => {
                let message = format!("{}, which has no fields", self.what_is(&owner));
                let part = || foreign::part_of_instant(&name.text, self.written(owner.at));
                let part = (owner.ty == Type::Instant).then(part).flatten();
                let help = part.unwrap_or_else(|| {
                    format!("delete `.{}`: only records have fields", name.text)
                });
                self.refuse(Code::BadOperand, name.span, message, help)
            }
        }
    }

    // ---- calls ----------------------------------------------------------

    fn call(&mut self, name: &tree::Path, args: &[tree::Expr], span: Span) -> Option<Expr> {
        let args = all_of(args.iter().map(|arg| self.expr(arg)));
        if self.names_something(name) {
            let help = |entity| help_for_call(entity, name);
            let define = self.resolve_with_help(name, "a definition", Entity::define, help)?;
            return self.call_definition(define, args?, span);
        }
        self.call_function(name, args?, span)
    }

    pub(super) fn call_definition(
        &mut self,
        index: usize,
        args: Vec<Expr>,
        span: Span,
    ) -> Option<Expr> {
        if !self.check_define(index) {
            return None;
        }
        let define = self.program.defines.get(index)?;
        let (params, ty) = (define.params.clone(), define.body.ty.clone());
        let (compared, keys) = (define.compared.clone(), define.keys.clone());
        if params.len() != args.len() {
            let arguments = if params.len() == 1 { "argument" } else { "arguments" };
            let message = format!("this takes {} {arguments}, found {}", params.len(), args.len());
            let help = if params.is_empty() {
                "delete the brackets and what is in them".to_owned()
            } else {
                format!(
                    "write its arguments in brackets: `({})`",
                    self.program.schema.params(&params)
                )
            };
            return self.refuse(Code::BadArguments, span, message, help);
        }
        let args = self.arguments(args, &params)?;
        for param in compared {
            self.compare_origin(args.get(param)?)?;
        }
        for param in keys {
            self.check_key(args.get(param)?)?;
        }
        Some(self.node(ExprKind::Defined { define: index, args }, ty, span))
    }

    /// Converts arguments to the types of their parameters. Reports each argument that does not fit.
    fn arguments(&mut self, args: Vec<Expr>, params: &[(String, Type)]) -> Option<Vec<Expr>> {
        let args = args.into_iter().zip(params);
        all_of(args.map(|(arg, (_, ty))| self.coerce(arg, ty)))
    }

    fn call_function(&mut self, name: &tree::Path, args: Vec<Expr>, span: Span) -> Option<Expr> {
        let called = name.dotted();
        let functions = &self.program.functions;
        let takes = |index: &usize| {
            functions.get(*index).is_some_and(|function| {
                function.params.len() == args.len()
                    && function
                        .params
                        .iter()
                        .zip(&args)
                        .all(|((_, wanted), arg)| fits(&arg.ty, wanted))
            })
        };
        let named: Vec<_> = functions
            .iter()
            .enumerate()
            .filter(|(_, function)| function.name == called)
            .map(|(index, _)| index)
            .collect();
        if let Some(function) = named.iter().copied().find(takes) {
            let (params, result) =
                functions.get(function).map(|f| (f.params.clone(), f.result.clone()))?;
            let args = self.arguments(args, &params)?;
            return Some(self.node(ExprKind::Call { function, args }, result, span));
        }
        if named.is_empty() {
            self.report_unknown_function(name, &args, span);
            return None;
        }
        let at = self.at(name.span);
        self.found.push({
            let schema = &self.program.schema;
            let message = match &*args {
                [] => format!("`{called}` cannot be called without arguments"),
                [arg] => format!("{}, and `{called}` cannot take it", self.what_is(arg)),
                args => {
                    let found: Vec<_> = args.iter().map(|arg| schema.in_words(&arg.ty)).collect();
                    format!("`{called}` cannot take these arguments: {}", found.join("; "))
                }
            };
            let taken = named.iter().filter_map(|index| functions.get(*index)).map(|function| {
                match &*function.params {
                    [] => "no arguments".to_owned(),
                    [(_, ty)] => schema.with_example(ty),
                    params => {
                        let params = params.iter();
                        let params = params
                            .map(|(name, ty)| format!("`{name}` ({})", schema.with_example(ty)));
                        params.collect::<Vec<_>>().join(" and ")
                    }
                }
            });
            let taken: Vec<_> = taken.collect();
            Diagnostic::new(Code::BadArguments, at, message)
                .help(format!("the function `{called}` takes {}", taken.join(", or ")))
        });
        None
    }

    // ---- conditionals ----------------------------------------------------

    fn conditional(
        &mut self,
        arms: &[(tree::Expr, tree::Expr)],
        otherwise: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let lowered: Vec<_> = arms
            .iter()
            .map(|(condition, value)| (self.condition(condition), self.expr(value)))
            .collect();
        let otherwise = self.expr(otherwise)?;
        let lowered: Vec<_> =
            lowered.into_iter().map(|(when, value)| when.zip(value)).collect::<Option<_>>()?;
        let ty = lowered.iter().map(|(_, value)| &value.ty).chain([&otherwise.ty]).fold(
            None,
            |ty: Option<Type>, next| match ty {
                Some(ty) if fits(next, &ty) => Some(ty),
                Some(ty) if fits(&ty, next) => Some(next.clone()),
                Some(ty) if is_textual(&ty) && is_textual(next) => Some(Type::Text),
                Some(ty) => Some(ty),
                None => Some(next.clone()),
            },
        )?;
        let arms = lowered.into_iter();
        let arms = all_of(arms.map(|(when, value)| Some((when, self.coerce(value, &ty)?))))?;
        let otherwise = Box::new(self.coerce(otherwise, &ty)?);
        Some(self.node(ExprKind::If { arms, otherwise }, ty, span))
    }
}

/// Whether `mentions` looks for one text in quotes, and nothing stands beside it.
fn is_plain_phrase(pattern: &tree::Pattern) -> bool {
    match &pattern.first {
        tree::PatternOperand::Phrase(phrase) => {
            phrase.modifier == tree::Modifier::Plain
                && phrase.gaps.is_empty()
                && pattern.near.is_none()
        }
        tree::PatternOperand::Named(_) => false,
    }
}

/// All items, or `None` if one is missing. Unlike `collect`, it takes every item, so that all their faults are reported.
pub(super) fn all_of<T>(items: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let items: Vec<_> = items.collect();
    items.into_iter().collect()
}

/// The path of a field, as it appears in `missing`.
pub(super) fn path_of(expr: &Expr) -> Option<String> {
    let (ExprKind::Field { path, .. } | ExprKind::Entry { path, .. }) = &expr.kind else {
        return None;
    };
    Some(path.clone())
}
