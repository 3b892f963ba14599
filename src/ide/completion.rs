//! Completion: what could be written at a position of a rule file or of an expression. The words before the position
//! and the expected type decide. Nothing is parsed, because the text is not finished.

mod words;

pub(super) use words::{NameTypes, Words};

use super::Workspace;
use crate::face::vocabulary::{INSTANTS_OF_MARKS, Vocabulary, after_judged_by, after_on, prefix};
use crate::words::{ItemWord, Placeholder, Role, Word, all as all_words};
use crate::{RuleSet, Type, Zone};
use words::PositionInRecord;

/// What a completion stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CompletionKind {
    /// A word of the language, or a sign.
    Keyword,
    /// A field of a record.
    Field,
    /// A function or a definition.
    Function,
    /// The name of an element or a parameter.
    Variable,
    /// The name of an item, such as a rule, terms or an article.
    Item,
    /// A value: of an enumeration, a place, a zone, a file.
    Value,
    /// An action of a rule.
    Action,
}

/// A text that could be written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Completion {
    /// The text to write from [`Completions::start`] on.
    pub text: String,
    /// What it stands for.
    pub kind: CompletionKind,
}

/// What could be written at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completions {
    /// The byte where the word at the position begins; a completion replaces the text from here to the position.
    pub start: usize,
    /// All that fit, in the order to show them.
    pub items: Vec<Completion>,
}

impl Completions {
    /// The same completions, for a text with `length` more bytes at its beginning.
    #[must_use]
    fn moved_by(mut self, length: usize) -> Self {
        self.start += length;
        self
    }
}

/// What could be written at a byte of a text. The file, such as `kz.loci`, decides which names need no prefix. Linear in
/// the item that the byte lies in and in the names of the rule set.
///
/// ```
/// use lexloci::ide;
///
/// let set = lexloci::Compiler::new().file("world.loci", "jurisdiction WORLD { zone \"UTC\" }").compile()?;
/// let text = "define is_large = chat.mem";
/// let found = ide::complete(&set, "world.loci", text, text.len());
/// assert_eq!((found.start, found.items[0].text.as_str()), (23, "members"));
/// # Ok::<(), lexloci::Failure>(())
/// ```
pub fn complete(set: &RuleSet, file: &str, text: &str, at: usize) -> Completions {
    complete_with(set.vocabulary(), file, text, at)
}

impl Workspace {
    /// What could be written at a byte of a file, as [`complete`] finds it. This file and others may be faulty: what
    /// cannot be read is not proposed. Nothing is checked. Linear in the item that the byte lies in and in the names of
    /// all files. `None` when there is no such file.
    pub fn complete(&self, path: &str, offset: usize) -> Option<Completions> {
        let trees = self.analysis.trees();
        Some(complete_with(self.analysis.vocabulary(&trees), path, self.text(path)?, offset))
    }
}

fn complete_with(vocabulary: Vocabulary<'_>, file: &str, text: &str, at: usize) -> Completions {
    let before = text.get(..at).unwrap_or(text);
    let start = item_start(before);
    let words = Words::of(before.get(start..).unwrap_or_default());
    Completer { vocabulary, file, words: &words }.complete().moved_by(start)
}

/// The byte where the last item of a text begins: the last line that begins with the keyword of an item.
pub(super) fn item_start(text: &str) -> usize {
    let mut start = 0;
    let mut found = 0;
    for line in text.split_inclusive('\n') {
        if !line.starts_with(char::is_whitespace) && crate::is_item(line) {
            found = start;
        }
        start += line.len();
    }
    found
}

struct Completer<'a> {
    vocabulary: Vocabulary<'a>,
    file: &'a str,
    words: &'a Words<'a>,
}

/// Everything that fits a position, before the letters of the unfinished word are compared.
type Candidates = Vec<(CompletionKind, String)>;

fn of_kind<S: Into<String>>(
    kind: CompletionKind,
    texts: impl IntoIterator<Item = S>,
) -> Candidates {
    texts.into_iter().map(|text| (kind, text.into())).collect()
}

impl Completer<'_> {
    fn complete(&self) -> Completions {
        let words = self.words;
        if let Some(name) = self.open_placeholder() {
            let start = words.start + words.word.len() - name.len();
            let all = Placeholder::ALL.iter().map(|one| format!("{}}}", one.word()));
            return completions_of(start, name, of_kind(CompletionKind::Value, all));
        }
        if words.in_text {
            let values = self.text_values().into_iter();
            let values = values.map(|value| (CompletionKind::Value, value + "\""));
            return completions_of(words.start, words.word, values);
        }
        if let Some((before, word)) = words.word.rsplit_once('.') {
            // Only the last step of a path is completed.
            let types = NameTypes::of(self.vocabulary.schema, words);
            let fields = types.type_of(before).map(|ty| types.fields_of(&ty)).unwrap_or_default();
            let names = self.names();
            let defined = || {
                let defines = of_kind(CompletionKind::Function, self.items(&["define"]));
                [defines, self.state(), self.instants_of_mark(before)].concat()
            };
            let names = if names.is_empty() { defined() } else { names };
            let names = names.into_iter().filter_map(|(kind, name)| {
                Some((kind, name.strip_prefix(before)?.strip_prefix('.')?.to_owned()))
            });
            let found = of_kind(CompletionKind::Field, fields).into_iter().chain(names);
            return completions_of(words.start + before.len() + 1, word, found);
        }
        let items = keywords(|word| words.may_begin_item && word.has(Role::Item));
        let found = [items, self.candidates()].concat();
        completions_of(words.start, words.word, found)
    }

    /// The unfinished name of a placeholder in a text of a wording.
    fn open_placeholder(&self) -> Option<&str> {
        let words = self.words;
        if !words.in_text || !words.has(ItemWord::Wording.word()) {
            return None;
        }
        let (before, name) = words.word.rsplit_once('{')?;
        let is_brace_itself = before.ends_with('{');
        (!is_brace_itself && !name.contains('}')).then_some(name)
    }

    /// What may be written where the unfinished word begins.
    fn candidates(&self) -> Candidates {
        let words = self.words;
        let types = NameTypes::of(self.vocabulary.schema, words);
        match types.position_in_record() {
            Some(PositionInRecord::Field(record)) => {
                return of_kind(CompletionKind::Field, types.fields_of(&record));
            }
            Some(PositionInRecord::Value(_)) => return operands_to_compare(&types),
            None => {}
        }
        match words.last() {
            None if words.word.is_empty() => of_kind(CompletionKind::Field, types.fields(None)),
            Some(_) if words.after_number() => units(),
            Some(
                "mentions" | "near" | "matches" | "to" | "by" | "policy" | "basis" | "use"
                | "defeated" | "undetermined" | "fires" | "gap" | "cites" | "says" | "rules",
            ) => self.names(),
            Some("mark" | "clear") if self.in_acts() => self.names(),
            Some("delta" | "marks") if words.has("expect") => self.names(),
            Some("on") if words.has(ItemWord::Mark.word()) && !words.has("{") => {
                of_kind(CompletionKind::Value, after_on())
            }
            Some("not") if words.has("expect") => self.names(),
            Some(",") if self.in_head_of_exception() || self.in_spans() => self.names(),
            Some("in") if words.in_quantifier_head() => {
                let lists = of_kind(CompletionKind::Field, types.lists());
                [lists, of_kind(CompletionKind::Function, ["spans(text, "])].concat()
            }
            Some("in") => {
                let places = if types.compares_places() { self.places(&types) } else { vec![] };
                let lists = of_kind(CompletionKind::Field, types.lists());
                [places, self.names(), lists, of_kind(CompletionKind::Keyword, ["["])].concat()
            }
            Some("{") if words.in_item && !words.has("given") => self.clauses(),
            Some("expect") => {
                [self.actions(), keywords(|word| word.has(Role::Expectation))].concat()
            }
            Some("then" | "unknown") if words.in_item => self.actions(),
            Some(action) if words.in_item && !self.accounts(action).is_empty() => {
                of_kind(CompletionKind::Value, self.accounts(action))
            }
            Some("==" | "!=" | "<" | "<=" | ">" | ">=") => operands_to_compare(&types),
            _ if words.after_operand() => {
                let more = if words.in_item { self.clauses() } else { vec![] };
                [operators(), more].concat()
            }
            _ => self.operands(&types),
        }
    }

    /// What may begin an operand.
    fn operands(&self, types: &NameTypes<'_, '_>) -> Candidates {
        let words = self.words;
        let wanted = words.wants_condition().then_some(&Type::Bool);
        let mut found = of_kind(CompletionKind::Field, types.fields(wanted));
        found.extend(keywords(|word| word.has(Role::Operand)));
        found.extend(self.functions());
        found.extend(self.state());
        found.extend(of_kind(CompletionKind::Variable, types.locals()));
        if words.in_item {
            found.extend(self.clauses());
        } else if !words.word.is_empty() {
            found.extend(operators());
        }
        found.sort_by(|(_, one), (_, other)| one.cmp(other));
        found.dedup_by(|(_, one), (_, other)| one == other);
        found
    }

    /// The words that begin a clause of the block, then the words that may occur later in a clause.
    fn clauses(&self) -> Candidates {
        let blocks = self.words.blocks();
        let starts = |word: &Word| blocks.iter().any(|block| word.starts_clause_of(*block));
        [keywords(starts), keywords(|word| word.has(Role::Part) && !starts(word))].concat()
    }

    /// What may be written after an opening quote: values of an enumeration, codes of places, zones, library files.
    fn text_values(&self) -> Vec<String> {
        match self.words.last() {
            Some("use") => {
                let libraries = self.vocabulary.paths().filter(|path| path.starts_with("lib/"));
                libraries.map(str::to_owned).collect()
            }
            Some("zone") => Zone::names(),
            _ => NameTypes::of(self.vocabulary.schema, self.words).values(),
        }
    }

    /// The names that may follow the last word. Names of the file and of libraries have no prefix.
    fn names(&self) -> Candidates {
        let words = self.words;
        let found = match words.last() {
            Some("mentions") => self.items(&["terms", "pattern"]),
            Some("near") => self.items(&["terms"]),
            Some("matches") => self.items(&["pattern"]),
            Some(",") if self.in_spans() => self.items(&["terms", "pattern"]),
            Some("in") => self.items(&["set", "register"]),
            Some("to" | ",") if self.in_head_of_exception() => self.items(&["rule", "exception"]),
            Some("rules") => self.items(&["rule"]),
            // Only the file of a mark sets and clears it.
            Some("mark" | "clear") => {
                let mut marks = self.items(&["mark"]);
                marks.retain(|mark| !mark.contains('.'));
                marks
            }
            Some("delta") => self.items(&["counter"]),
            Some("marks") => self.items(&["mark"]),
            Some("to") => self.items(&["office"]),
            Some("policy") => self.items(&["policy"]),
            Some("says") => self.items(&["wording"]),
            Some("by") if words.nth_last(1) == Some("judged") => {
                return of_kind(CompletionKind::Keyword, after_judged_by());
            }
            Some("by") if words.has("expect") => self.items(&["rule", "exception"]),
            Some("by") => return of_kind(CompletionKind::Keyword, ["policy"]),
            Some(word @ ("basis" | "cites")) => {
                let articles = self.vocabulary.articles();
                let articles = articles.flat_map(|article| self.ids(article.id));
                let names = of_kind(CompletionKind::Item, articles.chain(self.items(&["policy"])));
                let all_of =
                    (word == "basis").then(|| (CompletionKind::Keyword, "all of".to_owned()));
                return names.into_iter().chain(all_of).collect();
            }
            Some("defeated" | "undetermined" | "fires" | "gap" | "not") => self.items(&["rule"]),
            _ => vec![],
        };
        of_kind(CompletionKind::Item, found)
    }

    /// Whether an action of a rule may stand here.
    fn in_acts(&self) -> bool {
        self.words.in_item && self.words.has("then")
    }

    /// Counters and marks, which conditions read.
    fn state(&self) -> Candidates {
        of_kind(CompletionKind::Item, self.items(&["counter", "mark"]))
    }

    /// What may follow the name of a mark after a dot, with that name.
    fn instants_of_mark(&self, name: &str) -> Candidates {
        let is_mark = self.items(&["mark"]).iter().any(|mark| mark == name);
        let instants = is_mark.then(|| INSTANTS_OF_MARKS.map(|word| format!("{name}.{word}")));
        of_kind(CompletionKind::Field, instants.into_iter().flatten())
    }

    /// Whether the rules that an exception lifts may follow.
    fn in_head_of_exception(&self) -> bool {
        self.words.has("exception") && !self.words.has("{")
    }

    /// Whether the pattern of `spans(text, ` may follow.
    fn in_spans(&self) -> bool {
        self.words.open_call() == Some(("spans", 1))
    }

    fn items(&self, keywords: &[&str]) -> Vec<String> {
        let items = self.vocabulary.items().filter(|item| keywords.contains(&item.keyword));
        items.flat_map(|item| self.ids(item.id)).collect()
    }

    /// How the file may write an id: in its short form, and in full once a path is begun.
    fn ids(&self, id: String) -> impl Iterator<Item = String> + use<> {
        let short = self.short_id(&id);
        let full = (self.words.word.contains('.') && short != id).then_some(id);
        std::iter::once(short).chain(full)
    }

    /// An id as the file writes it: items of the file and of libraries need no prefix.
    fn short_id(&self, id: &str) -> String {
        let own = prefix(self.file);
        match id.strip_prefix(&own).and_then(|rest| rest.strip_prefix('.')) {
            Some(name) => name.to_owned(),
            None if id.starts_with("lib.") => id.rsplit('.').next().unwrap_or(id).to_owned(),
            None => id.to_owned(),
        }
    }

    fn actions(&self) -> Candidates {
        of_kind(CompletionKind::Action, self.vocabulary.actions().map(|action| action.name))
    }

    /// Whose account an action can be about, if that has to follow its name.
    fn accounts(&self, name: &str) -> &[String] {
        let mut actions = self.vocabulary.actions();
        actions.find(|action| action.name == name).map_or(&[], |action| action.accounts)
    }

    /// Countries and blocs.
    fn places(&self, types: &NameTypes<'_, '_>) -> Candidates {
        let blocs = self.vocabulary.items().filter(|item| item.keyword == "bloc");
        let blocs = blocs.filter_map(|item| item.id.rsplit('.').next().map(str::to_owned));
        of_kind(CompletionKind::Value, blocs.chain(types.values()))
    }

    /// Functions and definitions.
    fn functions(&self) -> Candidates {
        let name = |signature: &str| signature.split('(').next().unwrap_or_default().to_owned();
        let functions = self.vocabulary.functions().map(|function| name(&function.signature));
        let items = self.vocabulary.items().filter(|item| item.keyword == "define");
        let defined = items.filter_map(|item| item.id.rsplit('.').next().map(str::to_owned));
        of_kind(CompletionKind::Function, functions.chain(defined))
    }
}

/// What may be written on the other side of a comparison.
fn operands_to_compare(types: &NameTypes<'_, '_>) -> Candidates {
    let (kind, texts) = types.operands_to_compare();
    of_kind(kind, texts)
}

/// The keywords that `wanted` accepts. Signs are left out: they are written faster than completed.
fn keywords(wanted: impl Fn(&Word) -> bool) -> Candidates {
    let words = all_words().filter(|word| !word.is_sign() && wanted(word));
    of_kind(CompletionKind::Keyword, words.map(|word| word.word))
}

/// Words that may follow an operand.
fn operators() -> Candidates {
    keywords(|word| word.has(Role::Operator) || word.has(Role::Inner))
}

/// Units of time in the plural.
fn units() -> Candidates {
    let units = all_words().filter(|word| word.has(Role::Unit));
    of_kind(CompletionKind::Keyword, units.map(|word| format!("{}s", word.word)))
}

/// The completions for the candidates that begin with a word.
fn completions_of(
    start: usize,
    word: &str,
    found: impl IntoIterator<Item = (CompletionKind, String)>,
) -> Completions {
    let items = found.into_iter().filter(|(_, text)| text.starts_with(word));
    Completions { start, items: items.map(|(kind, text)| Completion { text, kind }).collect() }
}
