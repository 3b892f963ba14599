//! The types that authors can write, and the conversions between them.

use super::Checker;
use super::files::unknown_place_in_quotes;
use super::uses::NameKind;
use crate::base::escape::quoted;
use crate::base::source::{Location, Span};
use crate::diagnostic::{Code, Diagnostic, foreign, nearest};
use crate::program::{Expr, ExprKind};
use crate::record::UNKNOWN;
use crate::syntax::tree::{Name, TypeName, TypeNameKind};
use crate::world::place::Place;
use crate::world::schema::{Presence, Schema};
use crate::world::value::{Decimal, Type, Value};

/// Messages quote expressions of at most this number of bytes. A longer quotation would hide what the message says.
const MAX_QUOTED: usize = 60;

/// The types that both fields and parameters can have, by name.
pub(super) const COMMON_TYPES: [(&str, Type); 8] = [
    ("bool", Type::Bool),
    ("int", Type::Int),
    ("number", Type::Number),
    ("text", Type::Text),
    ("surface", Type::Surface),
    ("instant", Type::Instant),
    ("place", Type::Place),
    ("places", Type::Places),
];

/// The types of parameters, by name, without those of records.
fn parameter_types() -> impl Iterator<Item = (&'static str, Type)> {
    COMMON_TYPES.into_iter().chain([("duration", Type::Duration)])
}

/// Resolves the name of a type.
///
/// # Errors
/// The first name in it that is not a type.
pub(super) fn type_named<'t>(name: &'t TypeName, schema: &Schema) -> Result<Type, &'t Name> {
    Ok(match &name.kind {
        TypeNameKind::List(of) => Type::List(Box::new(type_named(of, schema)?)),
        TypeNameKind::Map(of) => Type::Map(Box::new(type_named(of, schema)?)),
        TypeNameKind::Enum(words) => {
            Type::Enum(words.iter().map(|word| word.text.clone()).collect())
        }
        TypeNameKind::Named(name) => match parameter_types().find(|(known, _)| *known == name.text)
        {
            Some((_, ty)) => ty,
            None => Type::Record(schema.named(&name.text).ok_or(name)?.0),
        },
    })
}

/// Whether values of this type are compared and searched as texts.
pub(super) fn is_textual(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::Surface | Type::Enum(_) | Type::Place)
}

/// The diagnostic for a bloc where a country or subdivision is expected.
fn never_a_bloc(at: Location, bloc: Place) -> Diagnostic {
    let message = format!("`{bloc}` is a bloc, and a place of a record is never a bloc");
    let help = format!("ask whether the place belongs to it: `in {bloc}`");
    Diagnostic::new(Code::UnknownPlace, at, message).help(help)
}

/// Whether a value of type `ty` may be used where `wanted` is expected.
pub(super) fn fits(ty: &Type, wanted: &Type) -> bool {
    match (ty, wanted) {
        (Type::List(_), Type::List(of)) if **of == Type::Opaque => true,
        (Type::List(ty), Type::List(of)) => fits(ty, of),
        (ty, Type::Text) => is_textual(ty),
        (Type::Int, Type::Number) => true,
        (ty, wanted) => ty == wanted,
    }
}

impl Checker<'_> {
    /// Resolves the name of a type, and reports one that does not exist.
    pub(super) fn type_of_name(&mut self, name: &TypeName) -> Option<Type> {
        match type_named(name, &self.program.schema) {
            Ok(ty) => Some(ty),
            Err(unknown) => {
                if self.files.has_broken_record(&unknown.text) {
                    return None;
                }
                if let Some(meant) = foreign::meant(foreign::TYPES, &unknown.text) {
                    let message = format!("there is no type `{}`", unknown.text);
                    let at = self.at(unknown.span);
                    self.found.push(Diagnostic::new(Code::UnknownType, at, message).meant(meant));
                    return None;
                }
                let names = parameter_types()
                    .map(|(name, _)| name)
                    .chain(self.program.schema.records().map(|(name, _)| name));
                let near = nearest(&unknown.text, names).map(str::to_owned);
                let message = format!("there is no type `{}`", unknown.text);
                let help = "write `bool`, `int`, `number`, `text`, `instant`, `duration`, `place`, a list such as `[text]`, or a record of the schema";
                let (code, span) = (Code::UnknownType, unknown.span);
                self.report_unknown(code, span, message, near.as_deref(), help);
                None
            }
        }
    }

    /// Converts an expression to the expected type: an integer literal becomes a decimal, a text literal becomes a word
    /// of an enum or a place. Reports an expression that does not fit.
    pub(super) fn coerce(&mut self, expr: Expr, wanted: &Type) -> Option<Expr> {
        self.coerce_for(expr, wanted, None)
    }

    /// Like `coerce`, for a literal that is compared with the value at `subject`.
    pub(super) fn coerce_for(
        &mut self,
        expr: Expr,
        wanted: &Type,
        subject: Option<Location>,
    ) -> Option<Expr> {
        match (&expr.kind, &expr.ty, wanted) {
            (ExprKind::Const(Value::Int(int)), _, Type::Number) => {
                let value = Value::Number(Decimal::from_int(*int));
                Some(Expr { kind: ExprKind::Const(value), ty: Type::Number, ..expr })
            }
            (ExprKind::Const(Value::Text(text)), Type::Text, Type::Enum(words)) => {
                let text = text.clone();
                self.is_word_of(&text, words, expr.at.span, subject)
                    .then_some(Expr { ty: wanted.clone(), ..expr })
            }
            (ExprKind::Const(Value::Text(text)), Type::Text, Type::Place) => {
                let is_known = Place::parse(text).is_some();
                if !is_known {
                    let bloc = self.program.blocs.place(text);
                    self.found.push(match bloc {
                        Some(bloc) => never_a_bloc(expr.at, bloc),
                        None => unknown_place_in_quotes(expr.at, text),
                    });
                }
                is_known.then_some(Expr { ty: Type::Place, ..expr })
            }
            (_, ty, wanted) if fits(ty, wanted) => Some(expr),
            (_, _, wanted) => {
                let (schema, found) = (&self.program.schema, self.what_is(&expr));
                let (message, help) = if *wanted == Type::Bool {
                    (
                        format!("a condition must be true or false, but {found}"),
                        "compare it with something, or test whether it `is known`".to_owned(),
                    )
                } else {
                    (
                        format!("expected {}, but {found}", schema.in_words(wanted)),
                        format!("write {}", schema.with_example(wanted)),
                    )
                };
                self.refuse(Code::TypeMismatch, expr.at.span, message, help)
            }
        }
    }

    /// An expression as it is written. `None` when it is too long for a message.
    pub(super) fn short_text(&self, at: Location) -> Option<&str> {
        let written = self.sources.slice(at);
        let is_short = !written.is_empty() && written.len() <= MAX_QUOTED;
        (is_short && !written.contains(['\n', '`'])).then_some(written)
    }

    /// An expression as it is written, in backticks. `None` when it is too long for a message.
    pub(super) fn quoted(&self, at: Location) -> Option<String> {
        self.short_text(at).map(|written| format!("`{written}`"))
    }

    /// An expression as it is written, for an example; `…` when it is too long.
    pub(super) fn written(&self, at: Location) -> &str {
        self.short_text(at).unwrap_or("…")
    }

    /// What an expression is, for a message: `` `chat.members` is a whole number ``.
    pub(super) fn what_is(&self, expr: &Expr) -> String {
        let name = self.quoted(expr.at).unwrap_or_else(|| "this".to_owned());
        format!("{name} is {}", self.program.schema.in_words(&expr.ty))
    }

    /// Whether a text is one of these words. Reports any other text. `subject` is the value that is compared with the text.
    fn is_word_of(
        &mut self,
        text: &str,
        words: &[String],
        span: Span,
        subject: Option<Location>,
    ) -> bool {
        let is_known = words.iter().any(|word| word == text);
        if !is_known {
            let at = self.at(span);
            let message = match subject.and_then(|subject| self.quoted(subject)) {
                Some(subject) => format!("{subject} is never `{text}`"),
                None => format!("`{text}` is not one of the words that are possible here"),
            };
            let diagnostic = Diagnostic::new(Code::UnknownValue, at, message);
            self.found.push(if text == UNKNOWN {
                diagnostic.help("write `is missing` to ask whether the record has no value here")
            } else {
                let words: Vec<_> = words.iter().map(String::as_str).collect();
                diagnostic.suggest_word(text, &words, quoted)
            });
        }
        is_known
    }

    /// Whether the value of an expression can be missing or fail to be computed.
    pub(super) fn can_be_unknown(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Const(_) | ExprKind::At | ExprKind::Message | ExprKind::Is(..) => false,
            ExprKind::Local(level) => {
                self.locals.get(*level).is_none_or(|local| local.kind == NameKind::Parameter)
            }
            ExprKind::Field { of, field, .. } => {
                self.can_be_unknown(of) || self.field_is_optional(of, *field)
            }
            ExprKind::Coalesce { default, .. } => self.can_be_unknown(default),
            ExprKind::List(of) => of.iter().any(|expr| self.can_be_unknown(expr)),
            ExprKind::Spans { text, .. } => self.can_be_unknown(text),
            ExprKind::Entry { .. }
            | ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare { .. }
            | ExprKind::In { .. }
            | ExprKind::InPlace { .. }
            | ExprKind::InSet { .. }
            | ExprKind::TextTest { .. }
            | ExprKind::Mentions { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Negate(_)
            | ExprKind::Arithmetic { .. }
            | ExprKind::Quantified { .. }
            | ExprKind::Aggregate { .. }
            | ExprKind::Score(_)
            | ExprKind::AtLeast { .. }
            | ExprKind::If { .. }
            | ExprKind::Call { .. }
            | ExprKind::Counter { .. }
            | ExprKind::Reaches { .. }
            | ExprKind::Mark { .. }
            | ExprKind::Defined { .. } => true,
        }
    }

    /// Whether a value can be none: a record can say that there is no such thing. An element of a list is never none.
    pub(super) fn can_be_none(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Local(level) => {
                self.locals.get(*level).is_none_or(|local| local.kind == NameKind::Parameter)
            }
            ExprKind::Field { of, field, .. } => {
                let is_optional_record = matches!(expr.ty, Type::Record(_))
                    && self.field_is_optional(of, *field)
                    && self.is_outside_lists(of);
                is_optional_record || self.can_be_none(of)
            }
            ExprKind::Entry { of: inner, .. }
            | ExprKind::Negate(inner)
            | ExprKind::Coalesce { default: inner, .. } => self.can_be_none(inner),
            ExprKind::Arithmetic { .. } | ExprKind::Call { .. } => {
                expr.children().any(|operand| self.can_be_none(operand))
            }
            ExprKind::If { arms, otherwise } => {
                let values = arms.iter().map(|(_, value)| value).chain([&**otherwise]);
                values.into_iter().any(|value| self.can_be_none(value))
            }
            // A mark that is not set has no beginning.
            ExprKind::Mark { .. } | ExprKind::Defined { .. } => true,
            ExprKind::Const(_)
            | ExprKind::Counter { .. }
            | ExprKind::Reaches { .. }
            | ExprKind::At
            | ExprKind::Message
            | ExprKind::List(_)
            | ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare { .. }
            | ExprKind::In { .. }
            | ExprKind::InSet { .. }
            | ExprKind::InPlace { .. }
            | ExprKind::TextTest { .. }
            | ExprKind::Mentions { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Spans { .. }
            | ExprKind::Is(..)
            | ExprKind::Quantified { .. }
            | ExprKind::Aggregate { .. }
            | ExprKind::Score(_)
            | ExprKind::AtLeast { .. } => false,
        }
    }

    /// Whether a record is reached without going through a list, so that it is neither an element nor inside one.
    fn is_outside_lists(&self, record: &Expr) -> bool {
        if let ExprKind::Field { of, .. } = &record.kind {
            return self.is_outside_lists(of);
        }
        matches!(record.kind, ExprKind::Message) || self.can_be_none(record)
    }

    fn field_is_optional(&self, owner: &Expr, field: usize) -> bool {
        let Type::Record(id) = owner.ty else { return true };
        let record = self.program.schema.record(id);
        let field = record.and_then(|(_, record)| record.fields.get_index(field));
        field.is_none_or(|(_, field)| field.presence == Presence::Optional)
    }
}
