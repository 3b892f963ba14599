//! Functions of the language, built in or registered by hosts. The checker uses their signatures, the evaluators call
//! them, and completion and the reference show their documentation.

mod answer;
mod letters;
mod names;
mod numbers;
mod texts;

use crate::program::compare::as_text;
use crate::world::value::{Type, Value};
use std::ops::Range;
use std::sync::Arc;

/// A function of the language. A parameter `[any]`, which is `Type::List` of [`Type::Opaque`], takes a list of any
/// elements; no other parameter is generic.
#[derive(Clone)]
pub struct Function {
    /// Functions may share a name when their parameters differ in type.
    pub name: String,
    /// One sentence, shown in the reference and in completion.
    pub doc: String,
    /// The names and types of the parameters. A surface passed for a `text` becomes one text: its parts joined by line
    /// ends.
    pub params: Vec<(String, Type)>,
    /// The type of the result.
    pub result: Type,
    /// What a call costs.
    pub cost: Cost,
    /// Whether the function is `length` of a list. Then the engine counts the elements without building the list.
    pub counts_elements: bool,
    /// For a function that returns words of its only argument, a text: finds them. Then evidence can quote them.
    pub excerpts: Option<Excerpts>,
    /// The version that the host gave. `None` for built-ins, whose version is that of the engine.
    pub version: Option<String>,
    /// Computes the result. It must be pure: it has no state. A function of a host may panic, so call it through
    /// [`Function::call`].
    pub run: Arc<Run>,
}

/// The most steps that a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// However long its arguments are. The answer has no more bytes than this.
    Call(u64),
    /// For each byte of its arguments, to which an answer has at most `growth` bytes and elements.
    Byte { steps: u64, growth: u64 },
    /// For each byte of its arguments. The answer has at most `answer` bytes, however long they are.
    Digest { steps: u64, answer: u64 },
}

/// Finds the words in a text that a function returns, in order. No word contains a line end, because the parts of a
/// surface are searched one by one.
pub type Excerpts = fn(&str) -> Vec<Range<usize>>;

/// Computes the result. `None` means unknown: there is no result for these arguments.
pub type Run = dyn Fn(&[Value]) -> Option<Value> + Send + Sync;

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Function({})", self.name)
    }
}

impl Function {
    /// The most steps that a call with these arguments takes.
    pub(crate) fn steps(&self, args: &[&Value]) -> u64 {
        let bytes = |value: &&Value| as_text(value).map_or(0, |text| text.len() as u64);
        match self.cost {
            Cost::Call(steps) => steps,
            Cost::Byte { steps, .. } | Cost::Digest { steps, .. } => {
                args.iter().map(bytes).sum::<u64>().saturating_mul(steps)
            }
        }
    }
}

/// All built-in functions.
pub fn builtins() -> Vec<Function> {
    [texts::rows(), letters::rows(), names::rows(), numbers::rows()].concat()
}

/// A row of the table.
fn row<const N: usize>(
    name: &str,
    doc: &str,
    params: [(&str, Type); N],
    result: Type,
    cost: Cost,
    run: fn(&[Value; N]) -> Option<Value>,
) -> Function {
    Function {
        name: name.into(),
        doc: doc.into(),
        params: params.into_iter().map(|(name, ty)| (name.to_owned(), ty)).collect(),
        result,
        cost,
        counts_elements: false,
        excerpts: None,
        version: None,
        run: Arc::new(move |args| run(args.try_into().ok()?)),
    }
}

/// What none is as an argument: a condition is false and a list empty. `None` for other types: then the call is none.
pub(crate) fn none_as(ty: &Type) -> Option<Value> {
    match ty {
        Type::Bool => Some(Value::Bool(false)),
        Type::List(_) => Some(Value::List([].into())),
        Type::Int
        | Type::Number
        | Type::Text
        | Type::Surface
        | Type::Instant
        | Type::Duration
        | Type::Enum(_)
        | Type::Place
        | Type::Places
        | Type::Record(_)
        | Type::Map(_)
        | Type::Opaque => None,
    }
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

fn int(count: usize) -> Option<Value> {
    i64::try_from(count).ok().map(Value::Int)
}

#[cfg(test)]
mod tests {
    use super::{Cost, Function, builtins};
    use crate::world::value::{Decimal, Type, Value};
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
            Value::List(_) => Type::List(Box::new(Type::Text)),
            other => panic!("no function answers with {other:?}"),
        }
    }

    #[test]
    fn each_row_of_the_function_table_is_consistent() {
        let mut seen = HashSet::new();
        for Function { name, doc, params, result, cost, run, .. } in builtins() {
            let types: Vec<Type> = params.iter().map(|(_, ty)| ty.clone()).collect();
            assert!(seen.insert((name.clone(), types.clone())), "{name} is listed twice");
            assert!(doc.ends_with('.') && cost != Cost::Call(0) && !params.is_empty(), "{name}");
            let value = |(name, ty): &(String, Type)| match name.as_str() {
                "host" => Value::text("www.example.com"),
                _ => any_value(ty),
            };
            let args: Vec<Value> = params.iter().map(value).collect();
            assert_eq!(run(&args).map(|value| type_of(&value)), Some(result), "{name}");
            assert_eq!(run(&[]), None, "{name} with too few arguments");
            assert_eq!(run(&vec![Value::Bool(true); args.len()]), None, "{name} on other types");
        }
    }

    fn texts(texts: &[&str]) -> Value {
        Value::List(texts.iter().map(Value::text).collect())
    }

    fn number(text: &str) -> Value {
        Value::Number(Decimal::parse(text).unwrap())
    }

    /// The bytes of text and the number of elements in a value.
    fn size(value: &Value) -> u64 {
        match value {
            Value::Text(text) => text.len() as u64,
            Value::List(of) => of.iter().map(|one| 1 + size(one)).sum(),
            _ => 0,
        }
    }

    /// The bound on what a rule costs counts on it.
    #[test]
    fn no_answer_grows_more_than_its_function_says() {
        let mut texts: Vec<String> =
            (0..=0x2_ffff).filter_map(char::from_u32).map(String::from).collect();
        texts.extend(["aя日", "㌀.㌀.㌀", "я.я.я", "aя aя aя", "ȺȺ", "İ"].map(String::from));
        for function in builtins() {
            let most = |text: &str| match function.cost {
                Cost::Call(_) => None,
                Cost::Byte { growth, .. } => Some(growth * text.len() as u64),
                Cost::Digest { answer, .. } => Some(answer),
            };
            for text in &texts {
                let Some(most) = most(text) else { continue };
                let Some(answer) = (function.run)(&[Value::text(text)]) else { continue };
                assert!(size(&answer) <= most, "{}({text:?}) is {answer:?}", function.name);
            }
        }
    }

    #[test]
    fn each_function_gives_these_results() {
        let list = Value::List(Arc::from([Value::Int(1), Value::Int(2)]));
        let day = 86_400_000_000_000;
        for (name, args, result) in [
            ("length", vec![Value::text("қ😀")], Value::Int(2)),
            ("length", vec![list], Value::Int(2)),
            ("words", vec![Value::text("Приведи друга, don't wait!")], Value::Int(5)),
            ("lower", vec![Value::text("ҚАЗ")], Value::text("қаз")),
            (
                "fingerprint",
                vec![Value::text("Free  SPINS!")],
                Value::text("f1:d390480fe7b420e2d5209fe4247edd49"),
            ),
            ("registrable_domain", vec![Value::text("A.b.co.uk")], Value::text("b.co.uk")),
            (
                "registrable_domain",
                vec![Value::text("www.пример.рф")],
                Value::text("xn--e1afmkfd.xn--p1ai"),
            ),
            ("registrable_domain", vec![Value::text("192.0.2.7")], Value::text("192.0.2.7")),
            (
                "scripts",
                vec![Value::text("Қазақ text 12 🙂 𝐛𝐨𝐥𝐝 日本ご")],
                texts(&["Cyrl", "Hani", "Hira", "Latn", "Zmth"]),
            ),
            ("scripts", vec![Value::text("12 % 🙂")], texts(&[])),
            (
                "mixed_words",
                vec![Value::text(
                    "Пaссивный дoход, iнвестиция 10мин 𝐟ree 日本語の МRНи Wi-Fi Пaссивный",
                )],
                texts(&["Пaссивный", "дoход", "𝐟ree", "МRНи", "Пaссивный"]),
            ),
            ("capitals", vec![Value::text("ЖМИ Сюда 123")], number("0.571428571")),
            ("capitals", vec![Value::text("123 !")], number("0")),
            ("emoji", vec![Value::text("👍🏽 👨‍👩‍👧 🇰🇿 ❤️ 1️⃣ ☺ © 12 #")], Value::Int(5)),
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
