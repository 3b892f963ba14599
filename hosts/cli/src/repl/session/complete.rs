//! What could follow what is typed so far, and what it is: by where the word stands, and by which type is wanted there.

mod words;

use super::Session;
use crate::repl::commands::{self, COMMANDS, Takes};
use lexloci::words::{Role, WORDS};
use lexloci::{Code, Place, RuleSet, Schema, Type};
use words::{Typed, Words, Written};

/// Words that begin an operand of an expression, and words that follow one.
const OPENERS: [&str; 9] = ["all", "any", "at least", "count", "false", "if", "no", "not", "true"];
const OPERATORS: [&str; 13] = [
    "and",
    "contains",
    "ends with",
    "in",
    "is known",
    "is missing",
    "matches",
    "mentions",
    "near",
    "not in",
    "or",
    "starts with",
    "then",
];
const UNITS: [&str; 7] = ["seconds", "minutes", "hours", "days", "weeks", "months", "years"];
/// What a test can expect beside actions.
const EXPECTATIONS: [&str; 11] = [
    "cites",
    "complete",
    "defeated",
    "evidence",
    "fires",
    "gap",
    "incomplete",
    "none",
    "not",
    "nothing",
    "undetermined",
];
/// What may follow `:at`, `:in`, `:trace` and `:format`.
const INSTANTS: [&str; 6] = ["+1 day", "-1 day", "next", "now", "prev", "record"];
const PLACES: [&str; 2] = ["all", "record"];
const TRACES: [&str; 3] = ["off", "rules", "values"];
const SHAPES: [&str; 2] = ["json", "pretty"];

impl Session {
    /// Where the word at the end of a line begins, and what it could become.
    pub fn complete(&self, line: &str) -> (usize, Vec<String>) {
        let Some(command) = line.strip_prefix(':') else {
            return self.word(line);
        };
        if !command.contains(char::is_whitespace) {
            let names = COMMANDS.iter().map(|command| format!(":{}", command.name));
            return (0, starting(line, names));
        }
        let Ok((command, _)) = commands::find(command) else {
            return (line.len(), vec![]);
        };
        let after = line.find(char::is_whitespace).unwrap_or(line.len());
        let argument = line.get(after..).unwrap_or_default().trim_start();
        let before = line.len() - argument.len();
        match command.takes {
            Takes::Expression | Takes::Field => return moved(before, self.word(argument)),
            Takes::Record if argument.starts_with('{') => {
                return moved(before, self.word(argument));
            }
            _ => {}
        }
        let parts = |c: char| c.is_whitespace() || (c == ',' && command.takes == Takes::Place);
        let start = line.rfind(parts).map_or(0, |end| end + 1);
        let word = line.get(start..).unwrap_or_default();
        (start, self.argument(command.takes, word))
    }

    fn argument(&self, takes: Takes, word: &str) -> Vec<String> {
        match takes {
            Takes::Command => starting(word, COMMANDS.iter().map(|command| command.name)),
            Takes::Instant => starting(word, INSTANTS),
            Takes::Trace => starting(word, TRACES),
            Takes::Shape => starting(word, SHAPES),
            Takes::Place => {
                let set = self.set().ok();
                let blocs = set.into_iter().flat_map(|set| set.blocs());
                let places = [Place::WORLD].into_iter().chain(blocs).chain(Place::countries());
                let codes = places.map(|place| place.code().to_owned());
                let words = starting(word, PLACES);
                words.into_iter().chain(starting(&word.to_uppercase(), codes)).collect()
            }
            Takes::Rule => self
                .set()
                .map_or(vec![], |set| named(word, set.rules().map(|rule| rule.id.to_owned()))),
            Takes::Name => self.set().map_or(vec![], |set| {
                let items = set.items().map(|item| item.id);
                let codes = Code::ALL.iter().map(|code| code.as_str().to_owned());
                named(word, items.chain(codes).filter(|name| !name.contains(' ')))
            }),
            Takes::Directory => files(word, "", &|path| path.is_dir()),
            Takes::Record => {
                word.strip_prefix('@').map_or(vec![], |path| files(path, "@", &|_| true))
            }
            Takes::Nothing | Takes::Expression | Takes::Field | Takes::Text => vec![],
        }
    }

    /// A word of an expression or an item.
    fn word(&self, line: &str) -> (usize, Vec<String>) {
        let words = Words::of(line);
        let Ok(set) = self.set() else { return (words.start, vec![]) };
        if words.in_text {
            return (words.start, self.text(set, &words));
        }
        if let Some((before, word)) = words.word.rsplit_once('.') {
            // A path: its last step.
            let start = words.start + before.len() + 1;
            let typed = Typed::of(set, &words);
            let fields = typed.type_of(before).map(|ty| typed.fields_of(&ty)).unwrap_or_default();
            let names = self.names(set, &words).into_iter();
            let names = names
                .filter_map(|name| Some(name.strip_prefix(before)?.strip_prefix('.')?.to_owned()));
            return (start, starting(word, fields.into_iter().chain(names)));
        }
        (words.start, starting(words.word, self.candidates(set, &words)))
    }

    /// What may stand where a word begins.
    fn candidates(&self, set: &RuleSet, words: &Words<'_>) -> Vec<String> {
        let typed = Typed::of(set, words);
        let own =
            |strings: &[&str]| strings.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        match typed.written() {
            Some(Written::Field(record)) => return typed.fields_of(&record),
            Some(Written::Value(_)) => return typed.beside(),
            None => {}
        }
        let named = self.names(set, words);
        match words.last() {
            None if words.word.is_empty() => typed.fields(None),
            Some(_) if words.after_number() => own(&UNITS),
            Some(
                "mentions" | "near" | "to" | "by" | "policy" | "basis" | "use" | "defeated"
                | "undetermined" | "fires" | "gap" | "cites",
            ) => named,
            Some("not") if words.has("expect") => named,
            Some("in") if words.in_quantifier_head() => {
                let mut lists = typed.lists();
                lists.push("spans(text, ".to_owned());
                lists
            }
            Some("in") => named.into_iter().chain(typed.lists()).chain(["[".to_owned()]).collect(),
            Some("{") if words.in_item && !words.has("given") => keywords(),
            Some("expect") => self.actions(set).into_iter().chain(own(&EXPECTATIONS)).collect(),
            Some("then" | "unknown") if words.in_item => self.actions(set),
            Some("==" | "!=" | "<" | "<=" | ">" | ">=") => typed.beside(),
            _ if words.after_operand() => {
                let more = if words.in_item { keywords() } else { vec![] };
                own(&OPERATORS).into_iter().chain(more).collect()
            }
            _ => {
                let wanted = words.wants_condition().then_some(&Type::Bool);
                let mut all = typed.fields(wanted);
                all.extend(own(&OPENERS));
                all.extend(self.functions(set));
                all.extend(self.defines(set));
                all.extend(typed.locals());
                if words.in_item || !words.word.is_empty() {
                    all.extend(if words.in_item { keywords() } else { own(&OPERATORS) });
                }
                all.sort();
                all.dedup();
                all
            }
        }
    }

    /// The values of an enumeration, and the codes of places, in a text that is open.
    fn text(&self, set: &RuleSet, words: &Words<'_>) -> Vec<String> {
        let typed = Typed::of(set, words);
        let found: Vec<String> = match words.last() {
            Some("use") => set
                .sources()
                .iter()
                .map(|(_, source)| source.name.clone())
                .filter(|name| name.starts_with("lib/"))
                .collect(),
            Some("zone") => lexloci::Zone::names(),
            _ => typed.values(),
        };
        starting(words.word, found).into_iter().map(|value| format!("{value}\"")).collect()
    }

    /// The names of the kind that the word before asks for, bare where the file of the session has them or uses them.
    fn names(&self, set: &RuleSet, words: &Words<'_>) -> Vec<String> {
        let own = self.file();
        let own = format!("{}.", own.strip_suffix(".loci").unwrap_or(&own));
        let bare = |id: &str| match id.strip_prefix(&own) {
            Some(name) => name.to_owned(),
            None if id.starts_with("lib.") => id.rsplit('.').next().unwrap_or(id).to_owned(),
            None => id.to_owned(),
        };
        let of = |keywords: &'static [&'static str]| -> Vec<String> {
            let items = set.items().filter(move |item| keywords.contains(&item.keyword));
            items.map(|item| bare(&item.id)).collect()
        };
        match words.last() {
            Some("mentions" | "near") => of(&["terms"]),
            Some("in") => of(&["set"]),
            Some("to") if words.has("exception") && !words.has("then") => {
                of(&["rule", "exception"])
            }
            Some("to") => of(&["office"]),
            Some("policy") => of(&["policy"]),
            Some("by") if words.has("expect") => of(&["rule", "exception"]),
            Some("by") => vec!["policy".to_owned()],
            Some(word @ ("basis" | "cites")) => {
                let articles = set.articles().map(|article| bare(article.id));
                let all_of = (word == "basis").then(|| "all of".to_owned());
                articles.chain(of(&["policy"])).chain(all_of).collect()
            }
            Some("defeated" | "undetermined" | "fires" | "gap" | "not") => of(&["rule"]),
            _ => vec![],
        }
    }

    fn actions(&self, set: &RuleSet) -> Vec<String> {
        set.actions().map(|action| action.name.to_owned()).collect()
    }

    fn defines(&self, set: &RuleSet) -> Vec<String> {
        let items = set.items().filter(|item| item.keyword == "define");
        items.filter_map(|item| item.id.rsplit('.').next().map(str::to_owned)).collect()
    }

    fn functions(&self, set: &RuleSet) -> Vec<String> {
        let name = |signature: String| signature.split('(').next().unwrap_or_default().to_owned();
        set.functions().map(|function| name(function.signature)).collect()
    }

    /// What is typed, in a few words: what a command takes, what a function does, of which type a path or the whole is.
    pub fn hint(&self, line: &str) -> Option<String> {
        if let Some(command) = line.strip_prefix(':') {
            let (command, argument) = commands::find(command.trim_start()).ok()?;
            if command.takes == Takes::Expression && !argument.is_empty() {
                return self.hint(argument);
            }
            let waits = argument.is_empty() && line.ends_with(' ');
            return waits.then(|| format!("{}  {}", command.arguments, command.help));
        }
        let set = self.set().ok()?;
        let words = Words::of(line);
        if let Some(function) = words.open_call() {
            let named = |signature: &str| signature.split('(').next() == Some(function);
            let found = set.functions().find(|function| named(&function.signature));
            if let Some(function) = found {
                return Some(format!("  {}", function.signature));
            }
        }
        if words.in_text || line.trim().is_empty() || lexloci::is_item(line) {
            return None;
        }
        if !words.word.is_empty() {
            let typed = Typed::of(set, &words);
            if let Some(ty) = typed.type_of(words.word) {
                return Some(format!("  : {}", set.schema().name_of(&ty)));
            }
        }
        let place = self.places.first().copied().unwrap_or(Place::WORLD);
        let expression = set.expression(line, place).ok()?;
        Some(format!("  : {}", expression.type_name()))
    }
}

/// What completes a part of a line that begins so far in.
fn moved(by: usize, (start, found): (usize, Vec<String>)) -> (usize, Vec<String>) {
    (by + start, found)
}

fn keywords() -> Vec<String> {
    let words = WORDS.iter().filter(|row| !row.is_sign() && !row.has(Role::Unit));
    words.flat_map(|row| row.word.split(' ')).map(str::to_owned).collect()
}

/// The paths that go on from what is typed.
fn files(typed: &str, mark: &str, wanted: &dyn Fn(&std::path::Path) -> bool) -> Vec<String> {
    let (folder, word) = typed.rfind('/').map_or(("", typed), |slash| typed.split_at(slash + 1));
    let Ok(entries) = std::fs::read_dir(if folder.is_empty() { "." } else { folder }) else {
        return vec![];
    };
    let mut found: Vec<_> = entries
        .flatten()
        .filter(|entry| wanted(&entry.path()))
        .filter_map(|entry| {
            let end = if entry.path().is_dir() { "/" } else { "" };
            Some(entry.file_name().into_string().ok()? + end)
        })
        .filter(|name| name.starts_with(word) && (!name.starts_with('.') || word.starts_with('.')))
        .map(|name| format!("{mark}{folder}{name}"))
        .collect();
    found.sort();
    found
}

fn starting<S: Into<String>>(word: &str, candidates: impl IntoIterator<Item = S>) -> Vec<String> {
    candidates
        .into_iter()
        .map(Into::into)
        .filter(|candidate: &String| candidate.starts_with(word))
        .collect()
}

/// Ids that begin with a word, or else names without their files that do.
fn named(word: &str, ids: impl IntoIterator<Item = String>) -> Vec<String> {
    let ids: Vec<String> = ids.into_iter().collect();
    let full = starting(word, ids.iter().map(String::as_str));
    if !full.is_empty() {
        return full;
    }
    starting(word, ids.iter().filter_map(|id| id.rsplit('.').next()))
}

/// The record type that a field leads to: of a list, that of its elements.
fn record_of(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Record(_) => Some(ty),
        Type::List(of) => record_of(of),
        _ => None,
    }
}

/// The message itself.
fn message(schema: &Schema) -> Option<Type> {
    schema.named(Schema::MESSAGE).map(|(id, _)| Type::Record(id))
}

#[cfg(test)]
mod tests {
    use super::Session;

    #[test]
    fn what_is_typed_is_completed() {
        let mut session = Session::new(None);
        assert_eq!(
            session.complete(":re"),
            (0, [":reload", ":record", ":reset"].map(String::from).into())
        );
        session.exec(":load tests/rules");
        session.exec(":in KZ");
        session.exec("terms easy_money { en: \"easy money\" }");
        session.exec("set hosts: domain { \"a.example\" }");
        session.exec("define is_large = chat.members > 9");
        for (line, start, found) in [
            (":why kz.p", 5, &["kz.promises"][..]),
            (":why prom", 5, &["promises"]),
            (":in k", 4, &["KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ"]),
            (":in re", 4, &["record", "RE"]),
            (":in E", 4, &["EU", "EEA", "EC", "EE", "EG", "EH", "ER", "ES", "ET"]),
            (":help why", 6, &["why", "whynot"]),
            (":load tests/ru", 6, &["tests/rules/"]),
            (":in KZ,F", 7, &["FI", "FJ", "FK", "FM", "FO", "FR"]),
            (":record @tests/rules/k", 8, &["@tests/rules/kz.loci"]),
            (":at ne", 4, &["next"]),
            (":trace v", 7, &["values"]),
            (
                ":doc LX200",
                5,
                &[
                    "LX2001", "LX2002", "LX2003", "LX2004", "LX2005", "LX2006", "LX2007", "LX2008",
                    "LX2009",
                ],
            ),
            (":unset chat.pub", 12, &["public"]),
            (":set chat.type = \"ch", 18, &["channel\""]),
            ("text men", 5, &["mentions"]),
            ("lowe", 0, &["lower"]),
            ("chat.pub", 5, &["public"]),
            ("text mentions ea", 14, &["easy_money"]),
            ("any link in links where (link.host in ho", 38, &["hosts"]),
            ("chat.public and is_l", 16, &["is_large"]),
            (":show ea", 6, &["easy_money"]),
            (":type author.account.age + chat.mem", 32, &["members"]),
            (":type cha", 6, &["chat"]),
            (":record { tex", 10, &["text"]),
            (":record { text: \"a\", chat: { pub", 29, &["public"]),
            (":record { text: \"a\", chat: { type: \"chan", 36, &["channel\""]),
            (":record { chat: { public: t", 26, &["true"]),
            (":record { links: [{ host: \"a\" }, { ho", 35, &["host"]),
            (
                ":record { visibility: { countries: [\"K",
                37,
                &[
                    "KE\"", "KG\"", "KH\"", "KI\"", "KM\"", "KN\"", "KP\"", "KR\"", "KW\"", "KY\"",
                    "KZ\"",
                ],
            ),
            ("test \"t\" { given { chat: { type: \"chan", 34, &["channel\""]),
            ("test \"t\" { given { text: \"a\" } expect rest", 38, &["restrict"]),
            ("not (par", 5, &["parts"]),
            ("chat.nothing.x", 13, &[]),
            (":unknown x", 10, &[]),
            ("chat.type == \"su", 14, &["supergroup\""]),
            ("chat.type in [\"channel\", \"gr", 26, &["group\""]),
            (
                "any order in reports.orders where (order.country == \"K",
                53,
                &[
                    "KE\"", "KG\"", "KH\"", "KI\"", "KM\"", "KN\"", "KP\"", "KR\"", "KW\"", "KY\"",
                    "KZ\"",
                ],
            ),
            ("any link in li", 12, &["links"]),
            ("any link in links where (link.ho", 30, &["host"]),
            ("sent_at - edited_at > 24 h", 25, &["hours"]),
            ("rule a { basis platforms.me", 25, &["measures"]),
            ("rule a { then escalate to as", 26, &["astana"]),
            ("rule a { th", 9, &["then"]),
            ("test \"t\" { expect und", 18, &["undetermined"]),
            ("test \"t\" { expect undetermined pro", 31, &["promises"]),
        ] {
            assert_eq!(
                session.complete(line),
                (start, found.iter().map(ToString::to_string).collect()),
                "{line}"
            );
        }
        // By type: a number is compared with numbers.
        let (_, found) = session.complete("chat.members >= ");
        assert!(
            found.contains(&"chat".to_owned()) && !found.contains(&"platform".to_owned()),
            "{found:?}"
        );
        // A bare line offers the fields.
        assert!(session.complete("").1.contains(&"chat".to_owned()));
    }

    #[test]
    fn what_is_typed_is_told() {
        let mut session = Session::new(None);
        assert_eq!(session.hint("chat.members"), None);
        session.exec(":load tests/rules");
        for (line, hint) in [
            (
                ":in ",
                Some(
                    "[PLACE,… | all | record]  set the places, or show them: countries, subdivisions, blocs, WORLD",
                ),
            ),
            (":in", None),
            ("chat.members", Some("  : int")),
            ("chat.members >= 3", Some("  : bool")),
            ("chat.members >=", None),
            ("lower(", Some("  lower(text: text) -> text")),
            ("chat.type == \"gr", None),
            ("any link in links where (link.host", Some("  : text")),
        ] {
            assert_eq!(session.hint(line).as_deref(), hint, "{line}");
        }
    }
}
