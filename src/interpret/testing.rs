//! A small schema, records in it, and expressions over it: what the tests of this and the next modules are made of.

use super::Interpreter;
use crate::outcome::{Event, Truth};
use crate::place::Place;
use crate::program::{
    Basis, CompareOp, Expr, ExprKind, InForce, Norm, NormKind, Program, RuleBody, TextTest,
};
use crate::record::Record;
use crate::schema::{Field, Presence, RecordType, Schema};
use crate::source::Location;
use crate::syntax::tree::Quantifier;
use crate::time::{Instant, Zone};
use crate::value::{Decimal, SurfacePart, Type, Value};
use std::sync::Arc;

pub(crate) const NOON: &str = "2026-03-01T12:00:00Z";

pub(crate) fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub(crate) fn list(of: Type) -> Type {
    Type::List(Box::new(of))
}

pub(crate) fn schema() -> Schema {
    let names = ["message", "chat", "link", "reports", "order", "span"];
    let ty = |name: &str| {
        let id = names.iter().position(|one| *one == name);
        Type::Record(crate::value::RecordId(id.unwrap()))
    };
    let fields = |name: &str| match name {
        "message" => vec![
            ("text", Type::Surface),
            ("any_text", Type::Surface),
            ("chat", ty("chat")),
            ("links", list(ty("link"))),
            ("labels", Type::Map(Box::new(Type::Number))),
            ("reports", ty("reports")),
        ],
        "chat" => vec![("members", Type::Int), ("public", Type::Bool), ("title", Type::Text)],
        "link" => vec![("host", Type::Text), ("deceptive", Type::Bool)],
        "reports" => vec![
            ("orders", list(ty("order"))),
            ("notices", list(ty("order"))),
            ("received_at", Type::Instant),
            ("known_at", Type::Instant),
        ],
        "order" => vec![("authority", Type::Text), ("received_at", Type::Instant)],
        _ => vec![
            ("text", Type::Text),
            ("part", Type::Text),
            ("start", Type::Int),
            ("end", Type::Int),
        ],
    };
    let field = |ty| Field { doc: String::new(), ty, presence: Presence::Optional };
    let record = |name: &str| RecordType {
        doc: String::new(),
        fields: fields(name).into_iter().map(|(name, ty)| (name.to_owned(), field(ty))).collect(),
    };
    Schema { records: names.iter().map(|name| ((*name).to_owned(), record(name))).collect() }
}

pub(crate) fn program() -> Program {
    Program { schema: schema(), ..Program::default() }
}

/// A record; surfaces are pairs of a part's name and its text.
pub(crate) fn message(json: &serde_json::Value) -> Record {
    let schema = schema();
    let (id, _) = schema.named(Schema::MESSAGE).unwrap();
    Record::of(value(&schema, &Type::Record(id), json).unwrap())
}

fn value(schema: &Schema, ty: &Type, json: &serde_json::Value) -> Option<Value> {
    Some(match ty {
        Type::Bool => Value::Bool(json.as_bool()?),
        Type::Int => Value::Int(json.as_i64()?),
        Type::Number => Value::Number(Decimal::from_f64(json.as_f64()?)?),
        Type::Text => Value::text(json.as_str()?),
        Type::Instant => Value::Instant(instant(json.as_str()?)),
        Type::Surface => {
            let parts = json.as_array()?.iter();
            let part = |part: &serde_json::Value| SurfacePart {
                name: Arc::from(part[0].as_str().unwrap()),
                text: Arc::from(part[1].as_str().unwrap()),
            };
            Value::Surface(parts.map(part).collect())
        }
        Type::List(of) => Value::List(
            json.as_array()?.iter().map(|one| value(schema, of, one).unwrap()).collect(),
        ),
        Type::Map(of) => {
            let entries = json.as_object()?.iter();
            Value::Map(Arc::new(
                entries.map(|(key, one)| (key.clone(), value(schema, of, one).unwrap())).collect(),
            ))
        }
        Type::Record(id) => {
            let fields = &schema.record(*id)?.1.fields;
            Value::Record(
                fields
                    .iter()
                    .map(|(name, field)| value(schema, &field.ty, json.get(name)?))
                    .collect(),
            )
        }
        other => panic!("no value of {other:?}"),
    })
}

pub(crate) fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr { kind, ty, at: Location::default() }
}

pub(crate) fn truth(kind: ExprKind) -> Expr {
    expr(kind, Type::Bool)
}

pub(crate) fn text(text: &str) -> Expr {
    expr(ExprKind::Const(Value::text(text)), Type::Text)
}

pub(crate) fn int(int: i64) -> Expr {
    expr(ExprKind::Const(Value::Int(int)), Type::Int)
}

/// `chat.members`
pub(crate) fn read(path: &str) -> Expr {
    let schema = schema();
    let (id, _) = schema.named(Schema::MESSAGE).unwrap();
    let message = expr(ExprKind::Message, Type::Record(id));
    path.split('.').fold(message, |of, name| dot(of, name))
}

/// A field of a record, or of an element of a list.
pub(crate) fn dot(of: Expr, name: &str) -> Expr {
    let schema = schema();
    let Type::Record(id) = of.ty else { panic!("{:?} has no fields", of.ty) };
    let (field, _, found) = schema.record(id).unwrap().1.fields.get_full(name).unwrap();
    let path = match &of.kind {
        ExprKind::Field { path, .. } => format!("{path}.{name}"),
        ExprKind::Message => name.to_owned(),
        _ => format!("[].{name}"),
    };
    expr(ExprKind::Field { of: Box::new(of), field, path }, found.ty.clone())
}

/// `any x in LIST where (…)`: the body is made from the element.
pub(crate) fn quantified(quantifier: Quantifier, over: Expr, body: impl Fn(Expr) -> Expr) -> Expr {
    let Type::List(element) = over.ty.clone() else { panic!("{:?} is no list", over.ty) };
    let event = match &over.kind {
        ExprKind::Field { path, .. } if path == "reports.orders" => Some(Event::Order),
        ExprKind::Field { path, .. } if path == "reports.notices" => Some(Event::Notice),
        _ => None,
    };
    let body = Box::new(body(expr(ExprKind::Local(0), *element)));
    let ty = if quantifier == Quantifier::Count { Type::Int } else { Type::Bool };
    expr(ExprKind::Quantified { quantifier, list: Box::new(over), body, event }, ty)
}

pub(crate) fn compare(left: Expr, op: CompareOp, right: Expr) -> Expr {
    truth(ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) })
}

pub(crate) fn contains(of: Expr, part: &str) -> Expr {
    test(TextTest::Contains, of, part)
}

pub(crate) fn test(op: TextTest, of: Expr, part: &str) -> Expr {
    truth(ExprKind::TextTest { op, text: Box::new(of), part: Box::new(text(part)) })
}

pub(crate) fn not(inner: Expr) -> Expr {
    truth(ExprKind::Not(Box::new(inner)))
}

pub(crate) fn and(operands: impl Into<Vec<Expr>>) -> Expr {
    truth(ExprKind::And(operands.into()))
}

pub(crate) fn or(operands: impl Into<Vec<Expr>>) -> Expr {
    truth(ExprKind::Or(operands.into()))
}

pub(crate) fn constant(value: bool) -> Expr {
    truth(ExprKind::Const(Value::Bool(value)))
}

/// A rule of the world that asks for nothing.
pub(crate) fn rule(id: &str, when: Expr) -> Norm {
    let body = RuleBody {
        category: None,
        review_by: None,
        shadow: false,
        then: vec![],
        on_unknown: vec![],
    };
    Norm {
        id: id.into(),
        title: format!("Title of {id}"),
        doc: String::new(),
        place: Place::WORLD,
        zone: Zone::utc(),
        basis: Basis::default(),
        in_force: InForce::default(),
        when,
        unless: None,
        defeated_by: vec![],
        kind: NormKind::Rule(body),
        cost: 1,
        at: Location::default(),
    }
}

/// What a condition comes to on a record at noon, and what it misses.
pub(crate) fn judged(
    program: &Program,
    when: Expr,
    json: &serde_json::Value,
) -> (Truth, Vec<String>) {
    let (record, norm) = (message(json), rule("world.rule", when));
    let finding = Interpreter::new(program, &record, instant(NOON)).condition(&norm);
    (finding.truth, finding.missing.into_iter().collect())
}
