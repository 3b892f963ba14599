//! Tree to canonical text: reading what is printed gives the same tree. Comments are not in the tree; the formatter to
//! come lays them out between the items.

mod expr;
mod rules;

use super::tree::{
    Action, ActionClause, Article, At, Bloc, Deadline, DeadlineLimit, Field, File, InForce, Item,
    ItemKind, Json, JsonKind, Jurisdiction, Law, Name, Path, Policy, Record, Set, SetEntries,
    SetEntry, Start, TermGroup, Terms, Text, TypeName, TypeNameKind,
};
use std::fmt::Write;

/// Prints a file. Linear in the tree.
pub fn print(file: &File) -> String {
    let mut out = String::new();
    for item in &file.items {
        if !out.is_empty() {
            out.push('\n');
        }
        doc(&mut out, "", &item.doc);
        out.push_str(&self::item(item));
        out.push('\n');
    }
    out
}

fn doc(out: &mut String, indent: &str, doc: &str) {
    if !doc.is_empty() {
        for line in doc.split('\n') {
            let blank = if line.is_empty() { "" } else { " " };
            let _ = writeln!(out, "{indent}##{blank}{line}");
        }
    }
}

fn item(item: &Item) -> String {
    match &item.kind {
        ItemKind::Jurisdiction(it) => {
            format!("jurisdiction {} {{{}}}", it.code.text, jurisdiction(it))
        }
        ItemKind::Use(path) => format!("use {}", text(path)),
        ItemKind::Law(it) => law(it),
        ItemKind::Policy(it) => policy(it),
        ItemKind::Office(it) => {
            let languages = if it.languages.is_empty() {
                String::new()
            } else {
                format!(" languages {} ", names(&it.languages))
            };
            format!("office {} {} {{{languages}}}", it.name.text, text(&it.title))
        }
        ItemKind::Terms(it) => terms(it),
        ItemKind::Set(it) => set(it),
        ItemKind::Define(it) => {
            let params: Vec<_> = it
                .params
                .iter()
                .map(|param| format!("{}: {}", param.name.text, type_name(&param.ty)))
                .collect();
            let params =
                if params.is_empty() { String::new() } else { format!("({})", params.join(", ")) };
            format!("define {}{params} = {}", it.name.text, expr::expr(&it.body))
        }
        ItemKind::Rule(it) => rules::rule("rule", it, None),
        ItemKind::Exception(it) => rules::rule("exception", &it.rule, Some(&it.to)),
        ItemKind::Test(it) => rules::test(it),
        ItemKind::Record(it) => record(it),
        ItemKind::Action(it) => action(it),
        ItemKind::Bloc(it) => bloc(it),
    }
}

fn jurisdiction(jurisdiction: &Jurisdiction) -> String {
    let zone = jurisdiction.zone.as_ref();
    let zone = zone.map_or(String::new(), |zone| format!(" zone {} ", text(zone)));
    if jurisdiction.holidays.is_empty() {
        return zone;
    }
    let days: Vec<_> = jurisdiction.holidays.iter().map(|day| day.value.to_string()).collect();
    format!("{zone} holidays {} ", days.join(", "))
}

fn names(names: &[Name]) -> String {
    names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(", ")
}

fn path(path: &Path) -> String {
    path.names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
}

fn text(text: &Text) -> String {
    format!("\"{}\"", text.raw)
}

/// `NAME { clause … }`, a clause a line.
fn block(head: &str, clauses: &[String]) -> String {
    if clauses.is_empty() {
        return format!("{head} {{}}");
    }
    format!("{head} {{\n  {}\n}}", clauses.join("\n").replace('\n', "\n  "))
}

fn bloc(bloc: &Bloc) -> String {
    let zone = bloc.zone.iter().map(|zone| format!("zone {}", text(zone)));
    let members = bloc.members.iter().map(|member| {
        let until =
            member.until.as_ref().map_or(String::new(), |day| format!(" until {}", day.value));
        format!("{} from {}{until}", member.code.text, member.from.value)
    });
    block(
        &format!("bloc {} {}", bloc.code.text, text(&bloc.title)),
        &zone.chain(members).collect::<Vec<_>>(),
    )
}

fn law(law: &Law) -> String {
    let url = law.url.iter().map(|url| format!("url {}", text(url)));
    let original = law.original.iter().map(|original| format!("original {}", text(original)));
    let articles = law.articles.iter().map(article);
    block(
        &format!("law {} {}", law.name.text, text(&law.title)),
        &url.chain(original).chain(articles).collect::<Vec<_>>(),
    )
}

fn article(article: &Article) -> String {
    let mut clauses: Vec<String> = article.in_force.iter().map(in_force).collect();
    clauses.extend(article.status.iter().map(|status| format!("status {}", status.text)));
    clauses.extend(article.binds.iter().map(|binds| {
        let trigger = match binds.trigger.as_ref().map(|trigger| trigger.text.as_str()) {
            None => String::new(),
            Some("standing") => ", standing".to_owned(),
            Some(event) => format!(", on {event}"),
        };
        format!("binds {}{trigger}", binds.who.text)
    }));
    clauses.extend(article.deadlines.iter().map(deadline));
    if !article.pauses.is_empty() {
        clauses.push(format!("pauses for {}", names(&article.pauses)));
    }
    clauses.extend(article.verified.iter().map(|day| format!("verified {}", day.value)));
    clauses.extend(article.unverified.iter().map(|why| format!("unverified {}", text(why))));
    clauses.extend(article.url.iter().map(|url| format!("url {}", text(url))));
    let mut out = String::new();
    doc(&mut out, "", &article.doc);
    out + &block(&format!("article {} {}", article.name.text, text(&article.number)), &clauses)
}

fn deadline(deadline: &Deadline) -> String {
    let limit = match &deadline.limit {
        DeadlineLimit::Words(words) => text(words),
        DeadlineLimit::Within(period) => period.value.to_string(),
        DeadlineLimit::AsOrdered { path: ordered, otherwise } => {
            let otherwise = otherwise.as_ref();
            let period =
                otherwise.map_or(String::new(), |period| format!(" else {}", period.value));
            path(ordered) + &period
        }
    };
    format!("deadline {limit}{}", clock(deadline.clock.as_ref()))
}

fn clock(clock: Option<&Path>) -> String {
    clock.map_or(String::new(), |clock| format!(" from {}", path(clock)))
}

fn in_force(in_force: &InForce) -> String {
    let start = match &in_force.start {
        None => String::new(),
        Some(Start::From(day)) => format!(" from {}", day.value),
        Some(Start::By(day)) => format!(" by {}", day.value),
        Some(Start::Unknown(_)) => " from unknown".to_owned(),
    };
    let until =
        in_force.until.as_ref().map_or(String::new(), |day| format!(" until {}", day.value));
    format!("in force{start}{until}")
}

fn policy(policy: &Policy) -> String {
    let clauses = policy
        .in_force
        .iter()
        .map(in_force)
        .chain(policy.url.iter().map(|url| format!("url {}", text(url))));
    block(
        &format!("policy {} {}", policy.name.text, text(&policy.title)),
        &clauses.collect::<Vec<_>>(),
    )
}

fn terms(terms: &Terms) -> String {
    block(
        &format!("terms {}", terms.name.text),
        &terms.groups.iter().map(term_group).collect::<Vec<_>>(),
    )
}

fn term_group(group: &TermGroup) -> String {
    let phrases: Vec<_> = group.phrases.iter().map(ToString::to_string).collect();
    format!("{}: {},", group.language.text, phrases.join(", "))
}

fn set(set: &Set) -> String {
    let head = format!("set {}: {}", set.name.text, set.kind.text);
    match &set.entries {
        SetEntries::File(file) => format!("{head} from {}", text(file)),
        SetEntries::Inline(entries) => {
            let entries: Vec<_> = entries.iter().map(|entry| set_entry(entry) + ",").collect();
            block(&head, &entries)
        }
    }
}

fn set_entry(entry: &SetEntry) -> String {
    // A number has no quotes: its span has no room for them.
    let bare = entry.text.raw.len() == (entry.text.span.end - entry.text.span.start) as usize;
    let value = if bare { entry.text.raw.clone() } else { text(&entry.text) };
    let day = |word: &str, day: &Option<At<_>>| {
        day.as_ref().map_or(String::new(), |day| format!(" {word} {}", day.value))
    };
    format!("{value}{}{}", day("from", &entry.from), day("until", &entry.until))
}

fn type_name(name: &TypeName) -> String {
    match &name.kind {
        TypeNameKind::Named(name) => name.text.clone(),
        TypeNameKind::List(of) => format!("[{}]", type_name(of)),
        TypeNameKind::Map(of) => format!("{{{}}}", type_name(of)),
        TypeNameKind::Enum(words) => {
            words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" | ")
        }
    }
}

fn json(value: &Json) -> String {
    match &value.kind {
        JsonKind::Null => "null".to_owned(),
        JsonKind::Bool(truth) => truth.to_string(),
        JsonKind::Number(number) => number.clone(),
        JsonKind::Text(value) => {
            // A day or instant is written without quotes: its span has no room for them.
            let bare = value.raw.len() == (value.span.end - value.span.start) as usize;
            if bare { value.raw.clone() } else { text(value) }
        }
        JsonKind::Array(values) => {
            format!("[{}]", values.iter().map(json).collect::<Vec<_>>().join(", "))
        }
        JsonKind::Object(pairs) if pairs.is_empty() => "{}".to_owned(),
        JsonKind::Object(pairs) => {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(name, value)| format!("{}: {}", key(&name.text), json(value)))
                .collect();
            format!("{{ {} }}", pairs.join(", "))
        }
    }
}

/// A key that is no word is quoted.
fn key(name: &str) -> String {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_word = name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_ascii_digit());
    if is_word { name.to_owned() } else { format!("\"{}\"", escaped(name)) }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn record(record: &Record) -> String {
    block(
        &format!("record {}", record.name.text),
        &record.fields.iter().map(field).collect::<Vec<_>>(),
    )
}

fn field(field: &Field) -> String {
    let mut out = String::new();
    doc(&mut out, "", &field.doc);
    let optional = if field.optional { "?" } else { "" };
    let derived = if field.derived { " derived" } else { "" };
    let default =
        field.default.as_ref().map_or(String::new(), |default| format!(" = {}", json(default)));
    let _ =
        write!(out, "{}{optional}: {}{derived}{default}", field.name.text, type_name(&field.ty));
    out
}

fn action(action: &Action) -> String {
    let clauses = action.clauses.iter().map(|clause| match clause {
        ActionClause::Content(level) => format!("content {}", level.value),
        ActionClause::Account(level) => format!("account {}", level.value),
        ActionClause::Obligation => "obligation".to_owned(),
        ActionClause::Takes { argument, values } => {
            let values =
                values.iter().map(|value| value.text.as_str()).collect::<Vec<_>>().join(" | ");
            format!("takes {} {values}", argument.text).trim_end().to_owned()
        }
        ActionClause::Global => "global".to_owned(),
        ActionClause::Dsa(code) => format!("dsa {}", text(code)),
    });
    block(&format!("action {}", action.name.text), &clauses.collect::<Vec<_>>())
}
