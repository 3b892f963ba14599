//! What could follow what is typed so far: commands, rules, places, directories, and the fields of the record.

use super::Session;
use crate::host::repl::commands::{self, COMMANDS, Takes};
use lexloci::{Place, Schema, Type};

/// Words of expressions that are worth completing.
const KEYWORDS: [&str; 12] = [
    "all",
    "any",
    "contains",
    "count",
    "ends with",
    "is known",
    "is missing",
    "matches",
    "mentions",
    "near",
    "no",
    "starts with",
];

impl Session {
    /// Where the word at the end of a line begins, and what it could become.
    pub fn complete(&self, line: &str) -> (usize, Vec<String>) {
        let Some(command) = line.strip_prefix(':') else {
            return self.field(line);
        };
        if !command.contains(char::is_whitespace) {
            let names = COMMANDS.iter().map(|command| format!(":{}", command.name));
            return (0, starting(line, names));
        }
        let Ok((command, _)) = commands::find(command) else {
            return (line.len(), vec![]);
        };
        if command.takes == Takes::Expression {
            return self.field(line);
        }
        let parts = |c: char| c.is_whitespace() || (c == ',' && command.takes == Takes::Place);
        let start = line.rfind(parts).map_or(0, |end| end + 1);
        let word = line.get(start..).unwrap_or_default();
        (start, self.argument(command.takes, word))
    }

    fn argument(&self, takes: Takes, word: &str) -> Vec<String> {
        match takes {
            Takes::Command => {
                starting(word, COMMANDS.iter().map(|command| command.name.to_string()))
            }
            Takes::Instant => starting(word, ["record".to_string()]),
            Takes::Place => {
                let own = ["WORLD", "EU", "EEA"].into_iter().map(String::from);
                starting(
                    &word.to_uppercase(),
                    own.chain(Place::countries().map(|place| place.code().to_string())),
                )
            }
            Takes::Rule => self.rules.as_ref().map_or(vec![], |loaded| {
                starting(word, loaded.set.rules().map(|rule| rule.id.to_string()))
            }),
            Takes::Directory => files(word, "", true),
            Takes::Record => word.strip_prefix('@').map_or(vec![], |path| files(path, "@", false)),
            Takes::Nothing | Takes::Expression => vec![],
        }
    }

    fn functions(&self) -> Vec<String> {
        let functions = self.rules.iter().flat_map(|loaded| loaded.set.functions());
        let name = |signature: String| signature.split('(').next().unwrap_or_default().to_string();
        let mut names: Vec<_> = functions.map(|function| name(function.signature)).collect();
        names.dedup();
        names
    }

    /// The fields of the record, step by step through its paths: `chat.pu` to `chat.public`.
    fn field(&self, line: &str) -> (usize, Vec<String>) {
        let in_path = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let start = line
            .char_indices()
            .rev()
            .take_while(|(_, c)| in_path(*c))
            .last()
            .map_or(line.len(), |(at, _)| at);
        let path = line.get(start..).unwrap_or_default();
        let (before, word) =
            path.rsplit_once('.').map_or(("", path), |(before, word)| (before, word));
        let schema = self.rules.as_ref().map(|loaded| loaded.set.schema());
        let mut names = schema.and_then(|schema| fields(schema, before)).unwrap_or_default();
        if before.is_empty() && !word.is_empty() {
            names.extend(KEYWORDS.iter().map(ToString::to_string));
            names.extend(self.functions());
        }
        (start + path.len() - word.len(), starting(word, names))
    }
}

/// The names of the fields that a path leads to.
fn fields(schema: &Schema, path: &str) -> Option<Vec<String>> {
    let (_, mut record) = schema.named(Schema::MESSAGE)?;
    for name in path.split('.').filter(|name| !name.is_empty()) {
        match &record.fields.get(name)?.ty {
            Type::Record(id) => record = schema.record(*id)?.1,
            _ => return None,
        }
    }
    Some(record.fields.keys().cloned().collect())
}

/// The paths that go on from what is typed.
fn files(typed: &str, mark: &str, directories: bool) -> Vec<String> {
    let (folder, word) = typed.rfind('/').map_or(("", typed), |slash| typed.split_at(slash + 1));
    let Ok(entries) = std::fs::read_dir(if folder.is_empty() { "." } else { folder }) else {
        return vec![];
    };
    let mut found: Vec<_> = entries
        .flatten()
        .filter(|entry| !directories || entry.path().is_dir())
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

fn starting(word: &str, candidates: impl IntoIterator<Item = String>) -> Vec<String> {
    candidates.into_iter().filter(|candidate| candidate.starts_with(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::Session;

    #[test]
    fn what_is_typed_is_completed() {
        let mut session = Session::default();
        assert_eq!(session.complete(":re"), (0, vec![":reload".into(), ":record".into()]));
        session.exec(":load tests/rules");
        for (line, start, found) in [
            (":why kz.p", 5, &["kz.promises"][..]),
            (":in k", 4, &["KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ"]),
            (":help why", 6, &["why", "whynot"]),
            (":load tests/ru", 6, &["tests/rules/"]),
            (":in KZ,F", 7, &["FI", "FJ", "FK", "FM", "FO", "FR"]),
            ("text men", 5, &["mentions"]),
            ("lowe", 0, &["lower"]),
            (":record @tests/rules/k", 8, &["@tests/rules/kz.loci"]),
            ("chat.pub", 5, &["public"]),
            (":type author.account.age + chat.mem", 32, &["members"]),
            ("not (par", 5, &["parts"]),
            ("chat.nothing.x", 13, &[]),
            (":unknown x", 10, &[]),
        ] {
            assert_eq!(
                session.complete(line),
                (start, found.iter().map(ToString::to_string).collect()),
                "{line}"
            );
        }
    }
}
