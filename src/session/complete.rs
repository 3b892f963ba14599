//! Completes input lines and gives hints. Commands and their arguments are completed here, rule text by [`crate::ide`].

use super::Session;
use super::commands::{self, Command, Takes};
use super::items::file_of;
use crate::Place;
use crate::ide::{self, reference};
use crate::sink::is_visible;

// The words that may follow `:at`, `:in`, `:trace` and `:format`.
const INSTANTS: [&str; 6] = ["+1 day", "-1 day", "next", "now", "prev", "record"];
const PLACES: [&str; 2] = ["all", "record"];
const TRACES: [&str; 3] = ["off", "rules", "values"];
const FORMATS: [&str; 2] = ["json", "pretty"];

impl Session {
    /// The byte where the word at the end of a line begins, and the words that it could become. A name with invisible
    /// characters is not among them, because a terminal that lists it would obey them.
    pub fn complete(&self, line: &str) -> (usize, Vec<String>) {
        let (start, mut words) = self.words(line);
        words.retain(|word| word.chars().all(is_visible));
        (start, words)
    }

    fn words(&self, line: &str) -> (usize, Vec<String>) {
        let Some(command) = line.strip_prefix(':') else {
            return self.complete_rule_text(line, 0);
        };
        if !command.contains(char::is_whitespace) {
            let names = commands::all().map(|command| format!(":{}", command.name()));
            return (0, with_prefix(line, names));
        }
        let Ok((command, _)) = commands::find(command) else {
            return (line.len(), vec![]);
        };
        let after = line.find(char::is_whitespace).unwrap_or(line.len());
        let argument = line.get(after..).unwrap_or_default().trim_start();
        let is_inline_record = command.takes == Takes::Record && argument.starts_with('{');
        if is_inline_record || matches!(command.takes, Takes::Expression | Takes::Field) {
            return self.complete_rule_text(argument, line.len() - argument.len());
        }
        if command.takes == Takes::RuleAndAll
            && let Some((_, after)) = argument.split_once(char::is_whitespace)
        {
            let word = after.trim_start();
            return (line.len() - word.len(), with_prefix(word, ["all"]));
        }
        if command.takes == Takes::Pattern && argument.contains(char::is_whitespace) {
            return (line.len(), vec![]);
        }
        let separates = |c: char| c.is_whitespace() || (c == ',' && command.takes == Takes::Place);
        let start = line.rfind(separates).map_or(0, |end| end + 1);
        let word = line.get(start..).unwrap_or_default();
        (start, self.argument(command.takes, word))
    }

    /// Completes the last word of an expression, item or record, which begins at byte `at` of the line.
    fn complete_rule_text(&self, text: &str, at: usize) -> (usize, Vec<String>) {
        let Ok(set) = self.set() else { return (at + text.len(), vec![]) };
        let complete = |file: &str| {
            let found = ide::complete(set, file, text, text.len());
            (at + found.start, found.items.into_iter().map(|item| item.text).collect::<Vec<_>>())
        };
        if crate::is_item(text) {
            return complete(&self.file());
        }
        let Some(place) = self.place_of_record() else { return complete(&self.file()) };
        let ((start, mut words), (_, others)) = (complete(&file_of(place)), complete(&self.file()));
        let new: Vec<_> = others.into_iter().filter(|word| !words.contains(word)).collect();
        words.extend(new);
        (start, words)
    }

    /// The arguments of a kind that begin with a word.
    fn argument(&self, takes: Takes, word: &str) -> Vec<String> {
        match takes {
            Takes::Command => with_prefix(word, commands::all().map(Command::name)),
            Takes::Instant => with_prefix(word, INSTANTS),
            Takes::Trace => with_prefix(word, TRACES),
            Takes::OutputFormat => with_prefix(word, FORMATS),
            Takes::Place => {
                let set = self.set().ok();
                let blocs = set.into_iter().flat_map(|set| set.blocs());
                let places = [Place::WORLD].into_iter().chain(blocs).chain(Place::countries());
                let codes = places.map(|place| place.code().to_owned());
                let words = with_prefix(word, PLACES);
                words.into_iter().chain(with_prefix(&word.to_uppercase(), codes)).collect()
            }
            Takes::Rule | Takes::RuleAndAll => self.matching_items(word, &["rule", "exception"]),
            Takes::List => self.set().map_or(vec![], |set| {
                matching_ids(word, set.lists().map(|list| list.id.to_owned()))
            }),
            Takes::Pattern => self.matching_items(word, &["terms"]),
            Takes::Item => self.matching_items(word, &[]),
            Takes::Topic => self.set().map_or(vec![], |set| {
                let items = set.items().map(|item| item.id);
                matching_ids(word, items.chain(reference::topics(set)))
            }),
            Takes::Remembered => with_prefix(word, self.remembered_ids()),
            Takes::File => self.host.paths(word),
            Takes::Directory => {
                let paths = self.host.paths(word).into_iter();
                paths.filter(|path| path.ends_with('/')).collect()
            }
            Takes::Record => word.strip_prefix('@').map_or(vec![], |path| {
                self.host.paths(path).into_iter().map(|path| format!("@{path}")).collect()
            }),
            Takes::Nothing | Takes::Expression | Takes::Field | Takes::Text => vec![],
        }
    }

    /// The ids of items that begin with a word. `keywords` are the kinds of the items; all kinds if there are none.
    fn matching_items(&self, word: &str, keywords: &[&str]) -> Vec<String> {
        let is_meant = |keyword| keywords.is_empty() || keywords.contains(&keyword);
        self.set().map_or(vec![], |set| {
            let items = set.items().filter(|item| is_meant(item.keyword));
            matching_ids(word, items.map(|item| item.id))
        })
    }

    /// A hint to show after an input line: the arguments of a command, the signature of a function, the type of a path
    /// or of the whole expression.
    pub fn hint(&self, line: &str) -> Option<String> {
        if let Some(command) = line.strip_prefix(':') {
            let (command, argument) = commands::find(command.trim_start()).ok()?;
            if command.takes == Takes::Expression && !argument.is_empty() {
                return self.hint(argument);
            }
            let needs_argument = argument.is_empty() && line.ends_with(' ');
            return needs_argument.then(|| format!("{}  {}", command.arguments(), command.help));
        }
        let set = self.set().ok()?;
        if let Some(call) = ide::signature(set, line, line.len()) {
            return Some(format!("  {}", call.label));
        }
        if line.trim().is_empty() || crate::is_item(line) {
            return None;
        }
        if let Some(ty) = ide::type_at(set, line, line.len()) {
            return Some(format!("  : {ty}"));
        }
        let (expression, _) = self.expression(line).ok()?;
        Some(format!("  : {}", expression.type_name()))
    }
}

fn with_prefix<S: Into<String>>(
    prefix: &str,
    candidates: impl IntoIterator<Item = S>,
) -> Vec<String> {
    candidates
        .into_iter()
        .map(Into::into)
        .filter(|candidate: &String| candidate.starts_with(prefix))
        .collect()
}

/// The ids that begin with a word. If there are none, the names (ids without their file) that begin with it. Titles of
/// several words are left out.
fn matching_ids(word: &str, ids: impl IntoIterator<Item = String>) -> Vec<String> {
    let ids: Vec<String> = ids.into_iter().filter(|id| !id.contains(' ')).collect();
    let full = with_prefix(word, ids.iter().map(String::as_str));
    if !full.is_empty() {
        return full;
    }
    with_prefix(word, ids.iter().filter_map(|id| id.rsplit('.').next()))
}
