//! Functions of the language: one table of built-ins, and those that hosts register. The checker reads the
//! signatures, the evaluators call `run`, completion and the reference print the rest.

use crate::limits::RECORD_TEXT;
use crate::value::{Decimal, Type, Value};
use std::cmp::Ordering;
use std::sync::Arc;
use unicode_segmentation::UnicodeSegmentation;

/// A function: its signature and what it does. A parameter `[any]`, which is `Type::List` of
/// [`Type::Opaque`], takes a list of any elements; no other parameter is generic.
#[derive(Clone)]
pub struct Function {
    /// As it is called. Several share a name when their parameters differ in type.
    pub name: String,
    /// One sentence for the reference and for completion.
    pub doc: String,
    /// Names and types. A surface is handed to a `text` as its parts joined by line ends.
    pub params: Vec<(String, Type)>,
    /// What it answers with.
    pub result: Type,
    /// Steps of one call on the largest record.
    pub cost: u64,
    /// Whether it is the number of elements of its list: the engine counts them where they stand.
    pub counts_elements: bool,
    /// Pure and total: no state, no panic.
    pub run: Arc<Run>,
}

/// `None` is unknown: the function has no answer for these arguments.
pub type Run = dyn Fn(&[Value]) -> Option<Value> + Send + Sync;

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Function({})", self.name)
    }
}

/// All built-ins. Several may share a name when their parameters differ in type.
pub fn builtins() -> Vec<Function> {
    use Type::{Duration, Int, Number, Text};
    let any_list = Type::List(Box::new(Type::Opaque));
    let long = RECORD_TEXT as u64;
    vec![
        row("length", "The number of characters.", [("text", Text)], Int, long, |[text]| {
            int(self::text(text)?.chars().count())
        }),
        Function {
            counts_elements: true,
            ..row("length", "The number of elements.", [("list", any_list)], Int, 1, |[list]| {
                match list {
                    Value::List(elements) => int(elements.len()),
                    _ => None,
                }
            })
        },
        row("words", "The number of words.", [("text", Text)], Int, long, |[text]| {
            int(self::text(text)?.unicode_words().count())
        }),
        row("lower", "The text in lower case.", [("text", Text)], Text, long, |[text]| {
            Some(Value::text(self::text(text)?.to_lowercase()))
        }),
        row("abs", "The integer without its sign.", [("x", Int)], Int, 1, |[x]| match x {
            Value::Int(x) => x.checked_abs().map(Value::Int),
            _ => None,
        }),
        row("abs", "The number without its sign.", [("x", Number)], Number, 1, |[x]| {
            let x = number(x)?;
            Decimal::default().minus(x).map(|negated| Value::Number(x.max(negated)))
        }),
        row("min", "The smaller of two integers.", [("a", Int), ("b", Int)], Int, 1, |[a, b]| {
            either(a, b, Ordering::is_le)
        }),
        row(
            "min",
            "The smaller of two numbers.",
            [("a", Number), ("b", Number)],
            Number,
            1,
            |[a, b]| either(a, b, Ordering::is_le),
        ),
        row("max", "The larger of two integers.", [("a", Int), ("b", Int)], Int, 1, |[a, b]| {
            either(a, b, Ordering::is_ge)
        }),
        row(
            "max",
            "The larger of two numbers.",
            [("a", Number), ("b", Number)],
            Number,
            1,
            |[a, b]| either(a, b, Ordering::is_ge),
        ),
        row("days", "The whole days, of 24 hours each.", [("time", Duration)], Int, 1, |[time]| {
            whole(time, 86_400)
        }),
        row("hours", "The whole hours.", [("time", Duration)], Int, 1, |[time]| whole(time, 3600)),
    ]
}

fn row<const N: usize>(
    name: &str,
    doc: &str,
    params: [(&str, Type); N],
    result: Type,
    cost: u64,
    run: fn(&[Value; N]) -> Option<Value>,
) -> Function {
    Function {
        name: name.into(),
        doc: doc.into(),
        params: params.into_iter().map(|(name, ty)| (name.to_owned(), ty)).collect(),
        result,
        cost,
        counts_elements: false,
        run: Arc::new(move |args| run(args.try_into().ok()?)),
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// An integer stands wherever a number does.
fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(int) => Some(Decimal::from_int(*int)),
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn int(count: usize) -> Option<Value> {
    i64::try_from(count).ok().map(Value::Int)
}

fn whole(time: &Value, seconds: i128) -> Option<Value> {
    match time {
        Value::Duration(nanos) => {
            i64::try_from(nanos / (seconds * 1_000_000_000)).ok().map(Value::Int)
        }
        _ => None,
    }
}

/// The first when it compares so with the second, else the second.
fn either(a: &Value, b: &Value, first: fn(Ordering) -> bool) -> Option<Value> {
    let order = number(a)?.cmp(&number(b)?);
    Some(if first(order) { a.clone() } else { b.clone() })
}

#[cfg(test)]
mod tests {
    use super::{Function, builtins};
    use crate::value::{Decimal, Type, Value};
    use std::collections::HashSet;
    use std::sync::Arc;

    fn any_value(ty: &Type) -> Value {
        match ty {
            Type::Int => Value::Int(-7),
            Type::Number => Value::Number(Decimal::parse("-0.5").unwrap()),
            Type::Text => Value::text("Сәлем, world"),
            Type::Duration => Value::Duration(-90_000_000_000_000),
            Type::List(_) => Value::List(Arc::from([])),
            other => panic!("no sample of {other:?}"),
        }
    }

    fn type_of(value: &Value) -> Type {
        match value {
            Value::Int(_) => Type::Int,
            Value::Number(_) => Type::Number,
            Value::Text(_) => Type::Text,
            other => panic!("no function answers with {other:?}"),
        }
    }

    #[test]
    fn the_table_is_sound() {
        let mut seen = HashSet::new();
        for Function { name, doc, params, result, cost, run, .. } in builtins() {
            let types: Vec<Type> = params.iter().map(|(_, ty)| ty.clone()).collect();
            assert!(seen.insert((name.clone(), types.clone())), "{name} stands twice");
            assert!(doc.ends_with('.') && cost > 0 && !params.is_empty(), "{name}");
            let args: Vec<Value> = types.iter().map(any_value).collect();
            assert_eq!(run(&args).map(|value| type_of(&value)), Some(result), "{name}");
            assert_eq!(run(&[]), None, "{name} with too few arguments");
            assert_eq!(run(&vec![Value::Bool(true); args.len()]), None, "{name} on other types");
        }
    }

    #[test]
    fn results() {
        let list = Value::List(Arc::from([Value::Int(1), Value::Int(2)]));
        let day = 86_400_000_000_000;
        for (name, args, result) in [
            ("length", vec![Value::text("қ😀")], Value::Int(2)),
            ("length", vec![list], Value::Int(2)),
            ("words", vec![Value::text("Приведи друга, don't wait!")], Value::Int(4)),
            ("lower", vec![Value::text("ҚАЗ")], Value::text("қаз")),
            ("abs", vec![Value::Int(-3)], Value::Int(3)),
            ("min", vec![Value::Int(2), Value::Int(-1)], Value::Int(-1)),
            ("max", vec![Value::Int(2), Value::Int(-1)], Value::Int(2)),
            ("days", vec![Value::Duration(3 * day - 1)], Value::Int(2)),
            ("hours", vec![Value::Duration(day)], Value::Int(24)),
        ] {
            let found = builtins().into_iter().filter(|f| f.name == name);
            let answers: Vec<_> = found.filter_map(|f| (f.run)(&args)).collect();
            assert_eq!(answers.first(), Some(&result), "{name}({args:?})");
        }
    }
}
