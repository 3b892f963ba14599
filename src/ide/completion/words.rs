//! The words before a position, and the types of what they name.

use super::CompletionKind;
use crate::words::{Block, ItemWord};
use crate::{Class, Field, Place, Schema, Type};

/// The words of an item or expression up to a position.
pub(crate) struct Words<'l> {
    /// The words before the last one; a path such as `chat.members` is one word.
    before: Vec<&'l str>,
    /// The unfinished word at the end, without an opening quote.
    pub(crate) word: &'l str,
    /// The byte where it begins.
    pub(crate) start: usize,
    /// Whether it is inside a string that is still open.
    pub(crate) in_text: bool,
    /// Whether the words belong to an item, not to an expression.
    pub(crate) in_item: bool,
    /// Whether an item may begin here: at the start of a line, outside of all braces.
    pub(crate) may_begin_item: bool,
}

impl<'l> Words<'l> {
    pub(crate) fn of(line: &'l str) -> Self {
        let mut ranges: Vec<(std::ops::Range<usize>, Class)> = vec![];
        for (range, class) in crate::highlight(line) {
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
        let before_word = line.get(..start).unwrap_or_default();
        let begins_line = before_word.is_empty() || before_word.ends_with('\n');
        let count = |brace| before.iter().filter(|word| **word == brace).count();
        let may_begin_item = begins_line && !in_text && count("{") == count("}");
        Self { before, word, start, in_text, in_item: crate::is_item(line), may_begin_item }
    }

    /// The last complete word.
    pub(crate) fn last(&self) -> Option<&'l str> {
        self.nth_last(0)
    }

    /// A complete word, counted from the last one, which is number 0.
    pub(crate) fn nth_last(&self, number: usize) -> Option<&'l str> {
        self.before.iter().rev().nth(number).copied()
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        self.before.contains(&word)
    }

    /// Whether the last word is a number, so that a unit may follow.
    pub(crate) fn after_number(&self) -> bool {
        self.last().is_some_and(|word| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == '_')
        })
    }

    /// Whether the words end with `any x in` or `for x in`.
    pub(crate) fn in_quantifier_head(&self) -> bool {
        self.nth_last(2).is_some_and(names_element)
    }

    /// Whether an operand ends with the last word, so that an operator may follow.
    pub(crate) fn after_operand(&self) -> bool {
        let Some(last) = self.last() else { return false };
        let is_name = last.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"');
        let is_before_operand = BEFORE_OPERAND.contains(&last) || self.ends_action();
        (is_name && !is_before_operand) || matches!(last, ")" | "]")
    }

    /// Whether the last word is the `until` of an action in a rule, where an expression follows. Elsewhere a day does.
    fn ends_action(&self) -> bool {
        let mut clauses = self.before.iter().rev();
        let is_clause = |word: &&&str| CLAUSES_WITH_UNTIL.contains(*word);
        self.last() == Some("until") && clauses.find(is_clause) == Some(&"then")
    }

    /// The innermost block that is open, if it is of a kind that has clauses. Braces after the file of a register may hold the
    /// clauses of the file or those of the register.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut depth = 0_usize;
        let mut words = self.before.iter().rev().peekable();
        for word in words.by_ref() {
            match *word {
                "}" => depth += 1,
                "{" if depth == 0 => break,
                "{" => depth -= 1,
                _ => {}
            }
        }
        // The second block of a register follows that of its list or its entries.
        let is_second = words.next_if(|word| **word == "}").is_some();
        if is_second {
            words.by_ref().find(|word| **word == "{");
        }
        let mut is_list_file = false;
        for word in words.take_while(|word| !matches!(**word, "{" | "}")) {
            is_list_file |= *word == "from";
            if *word == "article" {
                return vec![Block::Article];
            }
            match ItemWord::of(word) {
                Some(ItemWord::Jurisdiction) => return vec![Block::Jurisdiction],
                Some(ItemWord::Law) => return vec![Block::Law],
                Some(ItemWord::Policy) => return vec![Block::Policy],
                Some(ItemWord::Office) => return vec![Block::Office],
                Some(ItemWord::Register) if is_list_file && !is_second => {
                    return vec![Block::ListFile, Block::Register];
                }
                Some(ItemWord::Register) => return vec![Block::Register],
                Some(ItemWord::Set) if is_list_file => return vec![Block::ListFile],
                Some(ItemWord::Counter) => return vec![Block::Counter],
                Some(ItemWord::Rule) => return vec![Block::Rule],
                Some(ItemWord::Exception) => return vec![Block::Exception],
                Some(ItemWord::Test) => return vec![Block::Test],
                Some(ItemWord::Action) => return vec![Block::Action],
                Some(ItemWord::Bloc) => return vec![Block::Bloc],
                Some(
                    ItemWord::Use
                    | ItemWord::Terms
                    | ItemWord::Pattern
                    | ItemWord::Set
                    | ItemWord::Wording
                    | ItemWord::Define
                    | ItemWord::Mark
                    | ItemWord::Record,
                )
                | None => {}
            }
        }
        vec![]
    }

    /// Whether a condition begins here.
    pub(crate) fn wants_condition(&self) -> bool {
        match self.last() {
            Some("and" | "or" | "not" | "when" | "unless") => true,
            Some("(") => self.nth_last(1) == Some("where"),
            _ => false,
        }
    }

    /// The function whose bracket is open, and the number of commas since it was opened.
    pub(crate) fn open_call(&self) -> Option<(&'l str, usize)> {
        let (mut depth, mut commas) = (0_usize, 0);
        for (at, word) in self.before.iter().enumerate().rev() {
            match *word {
                ")" | "]" | "}" => depth += 1,
                "(" if depth == 0 => {
                    return Some((self.before.get(at.checked_sub(1)?).copied()?, commas));
                }
                "[" | "{" if depth == 0 => return None,
                "(" | "[" | "{" => depth -= 1,
                "," if depth == 0 => commas += 1,
                _ => {}
            }
        }
        None
    }

    /// The path that the unfinished word is compared with.
    fn compared(&self) -> Option<&'l str> {
        let mut back = 0;
        // Skips the elements of an open list: `chat.type in ["a", `.
        while matches!(self.nth_last(back), Some("," | "["))
            || self.nth_last(back).is_some_and(|word| word.starts_with('"'))
        {
            back += 1;
        }
        match self.nth_last(back)? {
            "==" | "!=" | "<" | "<=" | ">" | ">=" | "=" => self.nth_last(back + 1),
            "in" if self.nth_last(back + 1) == Some("not") => self.nth_last(back + 2),
            "in" => self.nth_last(back + 1),
            _ => None,
        }
    }
}

/// Words after which an operand begins.
const BEFORE_OPERAND: [&str; 26] = [
    "and", "or", "not", "in", "if", "then", "else", "where", "mentions", "near", "matches",
    "contains", "with", "of", "when", "unless", "any", "all", "no", "count", "distinct", "sum",
    "expect", "basis", "per", "adds",
];

/// The words before `until` that say what it ends: an action of a rule, what a test expects, or what is in force.
const CLAUSES_WITH_UNTIL: [&str; 3] = ["then", "expect", "force"];

/// Whether the name of an element follows, and then its list.
fn names_element(word: &str) -> bool {
    matches!(word, "any" | "all" | "no" | "count" | "for" | "each")
}

/// What may be written at a position in a record such as `{ chat: { members: 3000 } }`.
pub(crate) enum PositionInRecord {
    /// The name of a field of this record type.
    Field(Type),
    /// A value of this type.
    Value(Type),
}

/// The types of the names among the words.
pub(crate) struct NameTypes<'s, 'l> {
    schema: &'s Schema,
    words: &'s Words<'l>,
    /// Variables of quantifiers and parameters of definitions, with their types.
    locals: Vec<(&'l str, Type)>,
}

impl<'s, 'l> NameTypes<'s, 'l> {
    pub(crate) fn of(schema: &'s Schema, words: &'s Words<'l>) -> Self {
        let mut types = Self { schema, words, locals: vec![] };
        for (at, word) in words.before.iter().enumerate() {
            let after = |places: usize| words.before.get(at + places).copied();
            if names_element(word) && after(2) == Some("in") {
                let element = match after(3) {
                    Some("spans") => types.schema.named("span").map(|(id, _)| Type::Record(id)),
                    Some(list) => match types.type_of(list) {
                        Some(Type::List(of)) => Some(*of),
                        Some(_) | None => None,
                    },
                    None => None,
                };
                types.locals.extend(after(1).zip(element));
            }
            if *word == ":" && words.has("define") {
                let name = at.checked_sub(1).and_then(|before| words.before.get(before)).copied();
                let ty = after(1).and_then(|name| types.schema.named(name));
                types.locals.extend(name.zip(ty.map(|(id, _)| Type::Record(id))));
            }
        }
        types
    }

    /// The type of a path.
    pub(crate) fn type_of(&self, path: &str) -> Option<Type> {
        if path == "at" {
            return Some(Type::Instant);
        }
        let mut steps = path.split('.').map(|step| step.split('[').next().unwrap_or(step));
        let first = steps.next()?;
        let local = self.locals.iter().rev().find(|(name, _)| *name == first);
        let start = match local {
            Some((_, ty)) => ty.clone(),
            None => self.field_type(&message_type(self.schema)?, first)?,
        };
        steps.try_fold(start, |ty, step| self.field_type(&ty, step))
    }

    /// The field that a path ends with.
    pub(crate) fn field_of(&self, path: &str) -> Option<&'s Field> {
        match path.rsplit_once('.') {
            Some((before, name)) => self.field_in(&self.type_of(before)?, name),
            None => self.field_in(&message_type(self.schema)?, path),
        }
    }

    fn field_in(&self, record: &Type, name: &str) -> Option<&'s Field> {
        self.schema.record(record.record()?)?.1.fields.get(name)
    }

    fn field_type(&self, record: &Type, name: &str) -> Option<Type> {
        Some(self.field_in(record, name)?.ty.clone())
    }

    /// The fields of a record, or of the elements of a list.
    pub(crate) fn fields_of(&self, ty: &Type) -> Vec<String> {
        let record = ty.record().and_then(|id| self.schema.record(id));
        record.map_or(vec![], |(_, record)| record.fields.keys().cloned().collect())
    }

    /// The fields of the message from which a path leads to a type. All fields when no type is wanted, or no path leads to
    /// it.
    pub(crate) fn fields(&self, wanted: Option<&Type>) -> Vec<String> {
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

    /// Whether a value of the wanted type lies in a field of type `ty`, below at most `depth` records.
    fn leads_to(&self, ty: &Type, wanted: &Type, depth: usize) -> bool {
        if let Type::Record(id) = ty
            && depth > 0
        {
            return self.schema.record(*id).is_some_and(|(_, record)| {
                record.fields.values().any(|field| self.leads_to(&field.ty, wanted, depth - 1))
            });
        }
        if let Type::Map(of) = ty {
            return self.leads_to(of, wanted, depth);
        }
        // A condition can search a text.
        let is_searched = matches!(ty, Type::Surface | Type::Text) && *wanted == Type::Bool;
        is_searched || is_comparable(ty, wanted)
    }

    /// The fields of the message that are lists, and the lists in its records: `links`, `reports.orders`.
    pub(crate) fn lists(&self) -> Vec<String> {
        let Some((_, record)) = self.schema.named(Schema::MESSAGE) else { return vec![] };
        let mut lists = vec![];
        for (name, field) in &record.fields {
            if let Type::List(_) = field.ty {
                lists.push(name.clone());
            } else if let Type::Record(id) = field.ty {
                let inside =
                    self.schema.record(id).into_iter().flat_map(|(_, record)| &record.fields);
                let inside = inside.filter(|(_, field)| matches!(field.ty, Type::List(_)));
                lists.extend(inside.map(|(field, _)| format!("{name}.{field}")));
            }
        }
        lists
    }

    /// The variables and parameters that are known here.
    pub(crate) fn locals(&self) -> Vec<String> {
        self.locals.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    /// What may be written here when the position is in a record: after `given`, or in a text that is a record.
    pub(crate) fn position_in_record(&self) -> Option<PositionInRecord> {
        let before = &self.words.before;
        let given = before.iter().rposition(|word| *word == "given").map_or(0, |at| at + 1);
        let (mut open, mut last, mut field) = (vec![], "", None);
        for word in before.get(given..).unwrap_or_default() {
            match *word {
                // An element has the type of its list; the outermost bracket is the message.
                "{" | "[" => open.push(match (field.take(), open.last()) {
                    (Some(ty), _) => ty,
                    (None, Some(list)) => Type::clone(list),
                    (None, None) if *word == "{" => message_type(self.schema)?,
                    (None, None) => return None,
                }),
                "}" | "]" => {
                    open.pop()?;
                    field = None;
                }
                ":" => field = Some(self.field_type(open.last()?, last)?),
                "," => field = None,
                name => last = name,
            }
            // The record has ended.
            if open.is_empty() {
                return None;
            }
        }
        match (field, open.pop()?) {
            (Some(ty), _) => Some(PositionInRecord::Value(ty)),
            (None, Type::List(of)) if !matches!(*of, Type::Record(_)) => {
                Some(PositionInRecord::Value(*of))
            }
            (None, Type::Places) => Some(PositionInRecord::Value(Type::Places)),
            (None, record) => Some(PositionInRecord::Field(record)),
        }
    }

    /// What may be written on the other side of a comparison: the values of its type in quotes, or else fields of its
    /// type.
    pub(crate) fn operands_to_compare(&self) -> (CompletionKind, Vec<String>) {
        let values = self.values();
        if !values.is_empty() {
            let quoted = values.into_iter().map(|value| format!("\"{value}\"")).collect();
            return (CompletionKind::Value, quoted);
        }
        match (self.expected_type(), self.position_in_record()) {
            (Some(Type::Bool), _) => (CompletionKind::Keyword, vec!["false".into(), "true".into()]),
            // A record can only have values here.
            (_, Some(_)) => (CompletionKind::Value, vec![]),
            (ty, None) => {
                let fields = self.fields(ty.as_ref()).into_iter();
                let at = (ty == Some(Type::Instant)).then(|| "at".to_owned());
                (CompletionKind::Field, fields.chain(self.locals()).chain(at).collect())
            }
        }
    }

    /// The type that a value must have here: that of the other side of a comparison, or of the field in a record.
    fn expected_type(&self) -> Option<Type> {
        match self.position_in_record() {
            Some(PositionInRecord::Value(ty)) => Some(ty),
            Some(PositionInRecord::Field(_)) => None,
            None => self.words.compared().and_then(|path| self.type_of(path)),
        }
    }

    /// Whether the other side of a comparison is a place.
    pub(crate) fn compares_places(&self) -> bool {
        self.expected_type() == Some(Type::Place)
    }

    /// The values of the expected type, if they can be listed.
    pub(crate) fn values(&self) -> Vec<String> {
        let Some(ty) = self.expected_type() else { return vec![] };
        match ty {
            Type::Enum(values) => values.to_vec(),
            Type::Place | Type::Places => {
                Place::countries().map(|place| place.code().to_owned()).collect()
            }
            Type::Bool
            | Type::Int
            | Type::Number
            | Type::Text
            | Type::Surface
            | Type::Instant
            | Type::Duration
            | Type::Record(_)
            | Type::List(_)
            | Type::Map(_)
            | Type::Opaque => vec![],
        }
    }
}

/// The type of a message.
fn message_type(schema: &Schema) -> Option<Type> {
    schema.named(Schema::MESSAGE).map(|(id, _)| Type::Record(id))
}

/// Whether values of two types can be compared.
fn is_comparable(one: &Type, other: &Type) -> bool {
    let is_number = |ty: &Type| matches!(ty, Type::Int | Type::Number);
    let is_text =
        |ty: &Type| matches!(ty, Type::Text | Type::Surface | Type::Enum(_) | Type::Place);
    one == other || (is_number(one) && is_number(other)) || (is_text(one) && is_text(other))
}

#[cfg(test)]
mod tests {
    use super::Words;
    use crate::words::{Role, all};

    /// Cuts each example behind the word that it shows. Completion has to expect an operand where the example goes on
    /// with one.
    #[test]
    fn operands_are_proposed_where_examples_have_them() {
        let roles = [Role::Operand, Role::Operator, Role::Inner];
        for row in all().filter(|row| !row.is_sign() && roles.iter().any(|role| row.has(*role))) {
            let (before, after) = row.usage.split_once(row.word).unwrap();
            let line = format!("{before}{} ", row.word);
            let next = after.trim_start().chars().next();
            let is_operand = next.is_some_and(|c| c.is_alphabetic() || c == '"');
            if is_operand || next.is_none() {
                assert_eq!(Words::of(&line).after_operand(), !is_operand, "{line}");
            }
        }
    }
}
