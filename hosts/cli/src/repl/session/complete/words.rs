//! The words before the cursor, and the types that they speak of. Nothing is parsed: what is typed is not finished.

use super::{message, record_of};
use lexloci::{Class, Place, RuleSet, Schema, Type};

/// A line up to the cursor.
pub(super) struct Words<'l> {
    /// The whole words before; a path is one.
    before: Vec<&'l str>,
    /// The word that is begun, without its quote in a text.
    pub(super) word: &'l str,
    /// Where it begins.
    pub(super) start: usize,
    /// Whether it stands in a text that is open.
    pub(super) in_text: bool,
    /// Whether the line begins an item.
    pub(super) in_item: bool,
}

impl<'l> Words<'l> {
    pub(super) fn of(line: &'l str) -> Self {
        let mut ranges: Vec<(std::ops::Range<usize>, Class)> = vec![];
        for (range, class) in lexloci::highlight(line) {
            let is_dot = line.get(range.clone()) == Some(".");
            match ranges.last_mut() {
                // `chat.members` is one word, and so is `chat.`.
                Some((before, _))
                    if before.end == range.start
                        && (is_dot
                            || line
                                .get(..range.start)
                                .is_some_and(|so_far| so_far.ends_with('.')))
                        && class != Class::Text =>
                {
                    before.end = range.end;
                }
                _ => ranges.push((range, class)),
            }
        }
        let slice = |range: &std::ops::Range<usize>| line.get(range.clone()).unwrap_or_default();
        let mut before: Vec<&str> = ranges.iter().map(|(range, _)| slice(range)).collect();
        let last = ranges.last().filter(|(range, _)| range.end == line.len());
        let is_open = |text: &str| text.len() == 1 || !text.ends_with('"');
        let (start, in_text) = match last {
            Some((range, Class::Text)) if is_open(slice(range)) => (range.start + 1, true),
            Some((range, Class::Keyword | Class::Name)) => (range.start, false),
            _ => (line.len(), false),
        };
        if start < line.len() || in_text {
            before.pop();
        }
        let word = line.get(start..).unwrap_or_default();
        Self { before, word, start, in_text, in_item: lexloci::is_item(line) }
    }

    pub(super) fn last(&self) -> Option<&'l str> {
        self.back(0)
    }

    /// The word so many places before the one that is begun.
    fn back(&self, places: usize) -> Option<&'l str> {
        self.before.iter().rev().nth(places).copied()
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.before.contains(&word)
    }

    /// After a number that is no day: a unit follows.
    pub(super) fn after_number(&self) -> bool {
        self.last().is_some_and(|word| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == '_')
        })
    }

    /// `any x in `
    pub(super) fn in_quantifier_head(&self) -> bool {
        self.back(2).is_some_and(is_quantifier)
    }

    pub(super) fn after_operand(&self) -> bool {
        let Some(last) = self.last() else { return false };
        let is_name = last.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"');
        (is_name && !OPENING.contains(&last)) || matches!(last, ")" | "]")
    }

    /// Where a condition begins.
    pub(super) fn wants_condition(&self) -> bool {
        match self.last() {
            Some("and" | "or" | "not" | "when" | "unless") => true,
            Some("(") => self.back(1) == Some("where"),
            _ => false,
        }
    }

    /// The function whose bracket is open.
    pub(super) fn open_call(&self) -> Option<&'l str> {
        let mut depth = 0_usize;
        for (at, word) in self.before.iter().enumerate().rev() {
            match *word {
                ")" => depth += 1,
                "(" if depth == 0 => return self.before.get(at.checked_sub(1)?).copied(),
                "(" => depth -= 1,
                _ => {}
            }
        }
        None
    }

    /// The path on the other side of the comparison or list in which the word stands.
    fn compared(&self) -> Option<&'l str> {
        let mut back = 0;
        // Out of a list: `chat.type in ["a", `
        while matches!(self.back(back), Some("," | "["))
            || self.back(back).is_some_and(|word| word.starts_with('"'))
        {
            back += 1;
        }
        match self.back(back)? {
            "==" | "!=" | "<" | "<=" | ">" | ">=" | "=" => self.back(back + 1),
            "in" if self.back(back + 1) == Some("not") => self.back(back + 2),
            "in" => self.back(back + 1),
            _ => None,
        }
    }
}

/// Words after which an operand begins.
const OPENING: [&str; 22] = [
    "and", "or", "not", "in", "if", "then", "else", "where", "mentions", "near", "matches",
    "contains", "with", "of", "when", "unless", "any", "all", "no", "count", "expect", "basis",
];

fn is_quantifier(word: &str) -> bool {
    matches!(word, "any" | "all" | "no" | "count")
}

/// A place in a record that is written down.
pub(super) enum Written {
    /// A name of a field of this record is begun.
    Field(Type),
    /// A value of this type is.
    Value(Type),
}

/// The types of what the words speak of.
pub(super) struct Typed<'s, 'l> {
    schema: &'s Schema,
    words: &'s Words<'l>,
    /// Elements of quantifiers and parameters of definitions.
    locals: Vec<(&'l str, Type)>,
}

impl<'s, 'l> Typed<'s, 'l> {
    pub(super) fn of(set: &'s RuleSet, words: &'s Words<'l>) -> Self {
        let mut typed = Self { schema: set.schema(), words, locals: vec![] };
        for (at, word) in words.before.iter().enumerate() {
            let after = |places: usize| words.before.get(at + places).copied();
            if is_quantifier(word) && after(2) == Some("in") {
                let element = match after(3) {
                    Some("spans") => typed.schema.named("span").map(|(id, _)| Type::Record(id)),
                    Some(list) => typed.type_of(list).and_then(|ty| match ty {
                        Type::List(of) => Some(*of),
                        _ => None,
                    }),
                    None => None,
                };
                typed.locals.extend(after(1).zip(element));
            }
            if *word == ":" && words.has("define") {
                let name = at.checked_sub(1).and_then(|before| words.before.get(before)).copied();
                let ty = after(1).and_then(|name| typed.schema.named(name));
                typed.locals.extend(name.zip(ty.map(|(id, _)| Type::Record(id))));
            }
        }
        typed
    }

    /// What a path leads to.
    pub(super) fn type_of(&self, path: &str) -> Option<Type> {
        let mut steps = path.split('.').map(|step| step.split('[').next().unwrap_or(step));
        let first = steps.next()?;
        let local = self.locals.iter().rev().find(|(name, _)| *name == first);
        let start = match local {
            Some((_, ty)) => ty.clone(),
            None => self.field(&message(self.schema)?, first)?,
        };
        steps.try_fold(start, |ty, step| self.field(&ty, step))
    }

    fn field(&self, of: &Type, name: &str) -> Option<Type> {
        let Type::Record(id) = record_of(of)? else { return None };
        Some(self.schema.record(*id)?.1.fields.get(name)?.ty.clone())
    }

    /// The fields of a record, or of the elements of a list.
    pub(super) fn fields_of(&self, ty: &Type) -> Vec<String> {
        let record = record_of(ty).and_then(|ty| match ty {
            Type::Record(id) => self.schema.record(*id),
            _ => None,
        });
        record.map_or(vec![], |(_, record)| record.fields.keys().cloned().collect())
    }

    /// The fields of the message: those of a type, or that lead to one; all when none does.
    pub(super) fn fields(&self, wanted: Option<&Type>) -> Vec<String> {
        let Some((_, record)) = self.schema.named(Schema::MESSAGE) else { return vec![] };
        let all = record.fields.iter();
        let fits = |ty: &Type| wanted.is_none_or(|wanted| self.leads_to(ty, wanted, 3));
        let fitting: Vec<String> = all
            .clone()
            .filter(|(_, field)| fits(&field.ty))
            .map(|(name, _)| name.clone())
            .collect();
        if fitting.is_empty() { all.map(|(name, _)| name.clone()).collect() } else { fitting }
    }

    fn leads_to(&self, ty: &Type, wanted: &Type, depth: usize) -> bool {
        match ty {
            Type::Record(id) if depth > 0 => self.schema.record(*id).is_some_and(|(_, record)| {
                record.fields.values().any(|field| self.leads_to(&field.ty, wanted, depth - 1))
            }),
            Type::Map(of) => self.leads_to(of, wanted, depth),
            // A text is looked into, which gives a condition.
            Type::Surface | Type::Text if *wanted == Type::Bool => true,
            ty => is_alike(ty, wanted),
        }
    }

    /// Lists, to be gone through: fields, and fields of records.
    pub(super) fn lists(&self) -> Vec<String> {
        let Some((_, record)) = self.schema.named(Schema::MESSAGE) else { return vec![] };
        let mut lists = vec![];
        for (name, field) in &record.fields {
            match &field.ty {
                Type::List(_) => lists.push(name.clone()),
                Type::Record(id) => {
                    let inside =
                        self.schema.record(*id).into_iter().flat_map(|(_, record)| &record.fields);
                    let inside = inside.filter(|(_, field)| matches!(field.ty, Type::List(_)));
                    lists.extend(inside.map(|(field, _)| format!("{name}.{field}")));
                }
                _ => {}
            }
        }
        lists
    }

    pub(super) fn locals(&self) -> Vec<String> {
        self.locals.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    /// Where the word stands in a record that is written down: after `given`, or all that is typed.
    pub(super) fn written(&self) -> Option<Written> {
        let before = &self.words.before;
        let given = before.iter().rposition(|word| *word == "given").map_or(0, |at| at + 1);
        let (mut open, mut last, mut field) = (vec![], "", None);
        for word in before.get(given..).unwrap_or_default() {
            match *word {
                // Of an element the list is above, of the message nothing.
                "{" | "[" => open.push(match (field.take(), open.last()) {
                    (Some(ty), _) => ty,
                    (None, Some(list)) => Type::clone(list),
                    (None, None) if *word == "{" => message(self.schema)?,
                    (None, None) => return None,
                }),
                "}" | "]" => {
                    open.pop()?;
                    field = None;
                }
                ":" => field = Some(self.field(open.last()?, last)?),
                "," => field = None,
                name => last = name,
            }
            // What stands before the notation, or behind it, is no part of it.
            if open.is_empty() {
                return None;
            }
        }
        match (field, open.pop()?) {
            (Some(ty), _) => Some(Written::Value(ty)),
            (None, Type::List(of)) if !matches!(*of, Type::Record(_)) => Some(Written::Value(*of)),
            (None, Type::Places) => Some(Written::Value(Type::Places)),
            (None, record) => Some(Written::Field(record)),
        }
    }

    /// What can stand beside what stands before: its values in quotes, or fields of its type.
    pub(super) fn beside(&self) -> Vec<String> {
        let values = self.values();
        if !values.is_empty() {
            return values.into_iter().map(|value| format!("\"{value}\"")).collect();
        }
        match (self.wanted(), self.written()) {
            (Some(Type::Bool), _) => vec!["false".into(), "true".into()],
            // A value is written down, not read.
            (_, Some(_)) => vec![],
            (ty, None) => self.fields(ty.as_ref()).into_iter().chain(self.locals()).collect(),
        }
    }

    /// The type that the other side has, or that the field takes.
    fn wanted(&self) -> Option<Type> {
        match self.written() {
            Some(Written::Value(ty)) => Some(ty),
            Some(Written::Field(_)) => None,
            None => self.words.compared().and_then(|path| self.type_of(path)),
        }
    }

    /// The values of that type, where they can be told.
    pub(super) fn values(&self) -> Vec<String> {
        match self.wanted() {
            Some(Type::Enum(values)) => values.to_vec(),
            Some(Type::Place | Type::Places) => {
                Place::countries().map(|place| place.code().to_owned()).collect()
            }
            _ => vec![],
        }
    }
}

/// Whether two types are compared with each other.
fn is_alike(one: &Type, other: &Type) -> bool {
    let is_number = |ty: &Type| matches!(ty, Type::Int | Type::Number);
    let is_text =
        |ty: &Type| matches!(ty, Type::Text | Type::Surface | Type::Enum(_) | Type::Place);
    one == other || (is_number(one) && is_number(other)) || (is_text(one) && is_text(other))
}
