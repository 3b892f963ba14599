//! The reference: a page for every field, function, keyword, action and diagnostic code, written from the tables that
//! the language itself uses.

use crate::face::vocabulary::{self, CATEGORIES, Vocabulary};
use crate::show::wrapped;
use crate::sink::plain_lines;
use crate::words;
use crate::{Code, Field, Group, Level, Presence, RecordType, RuleSet, Schema};
use std::fmt::Write;

/// Writes a list.
type List = fn(Vocabulary<'_>) -> String;

/// The lists: the name of each, what is in it, and the function that writes it.
const LISTS: &[(&str, &str, List)] = &[
    ("keywords", "the words of the language", |_| all_keywords()),
    ("fields", "the fields of records, by record type", all_fields),
    ("functions", "what conditions can call", all_functions),
    ("actions", "what rules can do", all_actions),
    ("codes", "all errors and warnings", |_| codes(|_| true)),
    ("lints", "the warnings and errors whose level can be changed, by group", |_| lints()),
];

/// How to look up a topic, and which lists there are.
pub fn overview() -> String {
    let mut out = String::from(
        "`lexloci doc TOPIC` explains a keyword, a field (`chat.members`), a record type (`chat`), a\nfunction, an action, or a code (`LX2003`). Lists:\n\n",
    );
    for (name, what, _) in LISTS {
        line(&mut out, name, what);
    }
    out
}

/// The page of a topic: a code, a list, a keyword, field, record type, function or action.
///
/// # Errors
/// When there is no such topic, with a suggestion.
pub fn topic(set: &RuleSet, topic: &str) -> Result<String, String> {
    match Code::named(topic) {
        Some(code) => Ok(without_markup(&code.page())),
        None => page(set.vocabulary(), topic),
    }
}

/// The columns of a paragraph.
const PAGE_WIDTH: usize = 80;

/// The page of a code for people who read it on a terminal: headings stand out, examples are indented, and paragraphs break
/// between words.
fn without_markup(page: &str) -> String {
    let (mut lines, mut paragraph): (Vec<String>, Vec<&str>) = (vec![], vec![]);
    let mut in_example = false;
    for line in page.lines().chain([""]) {
        let is_fence = line.starts_with("```");
        let is_text = !in_example && !is_fence && !line.is_empty() && !line.starts_with('#');
        if is_text {
            paragraph.push(line);
            continue;
        }
        if !paragraph.is_empty() {
            let text = paragraph.join(" ");
            let text = wrapped(&text, PAGE_WIDTH - 2).into_iter();
            lines.extend(text.map(|line| format!("  {line}")));
            paragraph.clear();
        }
        match line.trim_start_matches('#') {
            _ if is_fence => in_example = !in_example,
            "" if !in_example => lines.push(String::new()),
            _ if in_example => lines.push(format!("    {line}").trim_end().to_owned()),
            heading => lines.push(heading.trim_start().to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

pub(super) fn page(vocabulary: Vocabulary<'_>, topic: &str) -> Result<String, String> {
    if let Some(code) = Code::named(topic) {
        return Ok(code.page());
    }
    if let Some((_, _, list)) = LISTS.iter().find(|(name, ..)| *name == topic) {
        return Ok(list(vocabulary));
    }
    let parts: Vec<_> = [
        keyword(topic),
        action(vocabulary, topic),
        function(vocabulary, topic),
        field(vocabulary, topic),
    ]
    .into_iter()
    .flatten()
    .collect();
    let parts = if parts.is_empty() {
        fields_named(vocabulary, topic).into_iter().collect()
    } else {
        parts
    };
    if parts.is_empty() {
        let names = all_topics(vocabulary);
        let meant = crate::nearest(topic, names.iter().map(String::as_str));
        let hint = meant.map_or("`lexloci doc` lists what there is".into(), |meant| {
            format!("did you mean `{meant}`?")
        });
        return Err(format!("nothing here is called `{topic}`; {hint}"));
    }
    Ok(plain_lines(&parts.join("\n")).into_owned())
}

/// The names of all topics.
pub fn topics(set: &RuleSet) -> Vec<String> {
    all_topics(set.vocabulary())
}

fn all_topics(vocabulary: Vocabulary<'_>) -> Vec<String> {
    let lists = LISTS.iter().map(|(name, ..)| (*name).to_owned());
    let codes = Code::ALL.iter().map(|code| code.as_str().to_owned());
    let words = words::all().map(|row| row.word.to_owned());
    let actions = vocabulary.actions().map(|action| action.name.to_owned());
    let functions = vocabulary.functions().map(|function| name_of(&function.signature).to_owned());
    let records = vocabulary.schema.records().flat_map(|(name, record)| {
        let own = (name != Schema::MESSAGE).then(|| name.to_owned());
        let paths = record.fields.keys().map(move |field| path(name, field));
        own.into_iter().chain(paths).chain(record.fields.keys().cloned())
    });
    lists.chain(codes).chain(words).chain(actions).chain(functions).chain(records).collect()
}

/// `chat.members`, or `sent_at` for a field of the message itself.
fn path(record: &str, field: &str) -> String {
    match record {
        Schema::MESSAGE => field.to_owned(),
        record => format!("{record}.{field}"),
    }
}

fn name_of(signature: &str) -> &str {
    signature.split('(').next().unwrap_or(signature)
}

/// Writes one line of a list: a name, at least two blanks, and what it is. Writing to a string cannot fail.
fn line(out: &mut String, name: &str, what: &str) {
    let _ = writeln!(out, "  {name:<22}  {}", what.replace('\n', " "));
}

// ---- keywords, functions, actions ------------------------------------------

pub(super) fn keyword(topic: &str) -> Option<String> {
    let row = words::all().find(|row| row.word == topic)?;
    let values = values(topic);
    Some(format!("keyword `{}`\n  {}\n  {}\n{values}", row.word, row.usage, row.doc))
}

/// The words that may follow a keyword, if the language lists them.
fn values(keyword: &str) -> String {
    fn list(words: &[impl AsRef<str>]) -> String {
        words.iter().map(|word| format!("    {}\n", word.as_ref())).collect()
    }
    match keyword {
        "category" => {
            let of = |(category, keywords): &(&str, &[&str])| {
                let keywords: String =
                    keywords.iter().map(|word| format!("      {word}\n")).collect();
                format!("    {category}\n{keywords}")
            };
            let all: String = CATEGORIES.iter().map(of).collect();
            format!("  Categories, with the keywords of each:\n{all}")
        }
        "binds" => {
            let [whom, when] = vocabulary::after_binds();
            format!("  Whom:\n{}  When:\n{}", list(&whom), list(&when))
        }
        "judged" => format!("  By:\n{}", list(&vocabulary::after_judged_by())),
        _ => String::new(),
    }
}

fn all_keywords() -> String {
    let mut out = String::new();
    for row in words::all() {
        line(&mut out, row.word, row.doc);
    }
    out
}

fn function(vocabulary: Vocabulary<'_>, topic: &str) -> Option<String> {
    let of_name = vocabulary.functions().filter(|function| name_of(&function.signature) == topic);
    let lines: String = of_name
        .map(|function| format!("  {}\n    {}\n", function.signature, function.doc))
        .collect();
    (!lines.is_empty()).then(|| format!("function `{topic}`\n{lines}"))
}

fn all_functions(vocabulary: Vocabulary<'_>) -> String {
    let functions = vocabulary.functions();
    functions.map(|function| format!("  {}\n    {}\n", function.signature, function.doc)).collect()
}

fn action(vocabulary: Vocabulary<'_>, topic: &str) -> Option<String> {
    let action = vocabulary.actions().find(|action| action.name == topic)?;
    let dsa = action.dsa.map(|dsa| format!("  in a DSA statement of reasons: {dsa}\n"));
    let outcome = vocabulary.outcomes().concat().contains(&topic);
    let kind = if outcome {
        "an outcome"
    } else if vocabulary.acts_on_marks().contains(&topic) {
        "a change of a mark"
    } else {
        "an obligation"
    };
    let doc = indented(action.doc);
    let usage = vocabulary.actions.get(topic).map(|action| action.usage()).unwrap_or_default();
    Some(format!("action `{topic}`, {kind}\n  {usage}\n{doc}{}", dsa.unwrap_or_default()))
}

fn all_actions(vocabulary: Vocabulary<'_>) -> String {
    let [content, account] = vocabulary.outcomes();
    let mut out = String::new();
    let mut part = |title: &str, names: &[&str]| {
        let _ = writeln!(out, "{title}");
        for action in
            names.iter().filter_map(|name| vocabulary.actions().find(|each| each.name == *name))
        {
            line(&mut out, action.name, action.doc);
        }
    };
    part("outcomes for the content, from least to most strict", &content);
    part("outcomes for the account", &account);
    let marks = vocabulary.acts_on_marks();
    let others = [content, account, marks.clone()].concat();
    let all = vocabulary.actions().map(|action| action.name);
    let obligations: Vec<_> = all.filter(|name| !others.contains(name)).collect();
    part("obligations", &obligations);
    part("changes of marks", &marks);
    out
}

// ---- fields ----------------------------------------------------------------

/// A record type with its fields, or a field: `chat`, `members`, `chat.members`, `links[].host`, `link.host`.
fn field(vocabulary: Vocabulary<'_>, topic: &str) -> Option<String> {
    let schema = vocabulary.schema;
    if let Some((_, record)) = schema.named(topic) {
        return Some(record_type(vocabulary, topic, record));
    }
    let topic = topic.replace("[]", "");
    let mut names = topic.split('.');
    let first = names.next()?;
    let (mut owner, (_, mut record)) = match schema.named(first) {
        Some(named) => (first.to_owned(), named),
        None => (Schema::MESSAGE.to_owned(), schema.named(Schema::MESSAGE)?),
    };
    let mut names: Vec<_> = names.collect();
    if schema.named(first).is_none() {
        names.insert(0, first);
    }
    let (last, records) = names.split_last()?;
    for name in records {
        let id = record.fields.get(name)?.ty.record()?;
        let (name, next) = schema.record(id)?;
        (owner, record) = (name.to_owned(), next);
    }
    let field = record.fields.get(last)?;
    let mut out = format!("field `{}`\n", path(&owner, last));
    describe_field(vocabulary, &mut out, last, field);
    if let Some(id) = field.ty.record()
        && let Some((name, record)) = schema.record(id)
    {
        out += &record_type(vocabulary, name, record);
    }
    Some(out)
}

/// All fields with this name, in any record type.
fn fields_named(vocabulary: Vocabulary<'_>, topic: &str) -> Option<String> {
    let mut out = String::new();
    for (name, record) in vocabulary.schema.records() {
        if let Some(field) = record.fields.get(topic) {
            let _ = writeln!(out, "field `{}`", path(name, topic));
            describe_field(vocabulary, &mut out, topic, field);
        }
    }
    (!out.is_empty()).then_some(out)
}

/// Adds the type and the documentation of a field.
fn describe_field(vocabulary: Vocabulary<'_>, out: &mut String, name: &str, field: &Field) {
    let ty = vocabulary.schema.name_of(&field.ty);
    let presence = match &field.presence {
        Presence::Required => "always there",
        Presence::Optional => "may be missing",
        Presence::Default(_) => "has a default",
        Presence::Derived => "computed",
    };
    let _ = writeln!(out, "  {name}: {ty} ({presence})");
    for doc in field.doc.lines() {
        let _ = writeln!(out, "    {doc}");
    }
}

fn record_type(vocabulary: Vocabulary<'_>, name: &str, record: &RecordType) -> String {
    let mut out = format!("record type `{name}`\n{}", indented(&record.doc));
    for (name, field) in &record.fields {
        describe_field(vocabulary, &mut out, name, field);
    }
    out
}

fn all_fields(vocabulary: Vocabulary<'_>) -> String {
    let types =
        vocabulary.schema.records().map(|(name, record)| record_type(vocabulary, name, record));
    plain_lines(&types.collect::<Vec<_>>().join("\n")).into_owned()
}

fn indented(doc: &str) -> String {
    doc.lines().map(|line| format!("  {line}\n")).collect()
}

// ---- codes -----------------------------------------------------------------

fn codes(wanted: impl Fn(Code) -> bool) -> String {
    let mut out = String::new();
    for code in Code::ALL.iter().filter(|code| wanted(**code)) {
        let level = match code.level() {
            Level::Deny => "error",
            Level::Warn => "warning",
            Level::Allow => "silent",
        };
        let _ = writeln!(out, "  {}  {level:<8}{}", code.as_str(), code.slug());
    }
    out
}

fn lints() -> String {
    let group = |group: &Group| format!("{group}\n{}", codes(|code| code.group() == Some(*group)));
    Group::ALL.iter().map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::{all_keywords, words};

    #[test]
    fn each_word_stands_apart_from_what_it_means() {
        let list = all_keywords();
        let names = list.lines().filter_map(|line| line.trim_start().split_once("  "));
        let names: Vec<_> = names.map(|(name, _)| name).collect();
        assert_eq!(names, words::all().map(|row| row.word).collect::<Vec<_>>());
    }
}
