//! Hover: what the word at a position is, from the reference, the schema and the rules.

use super::completion::{NameTypes, Words, item_start};
use super::{NameKind, Workspace, reference};
use crate::face::vocabulary::{ArticleName, Vocabulary, prefix};
use crate::sink::plain_lines;
use crate::{Class, ItemInfo, Location, RuleSet, highlight};
use std::ops::Range;

/// What the word at a position is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hover {
    /// The bytes of the word. In a path, from its first step to the step at the position.
    pub bytes: Range<usize>,
    /// What it is: a title line, then details. Plain text.
    pub text: String,
}

/// What the word at a byte of a text is; `None` in comments, texts and numbers, and for unknown names. The file, such as
/// `kz.loci`, decides which item a name without a prefix means.
///
/// ```
/// use lexloci::ide;
///
/// let text = "define big = length(text) > 9";
/// let set = lexloci::Compiler::new().file("lib/a.loci", text).compile()?;
/// let hover = ide::hover(&set, "lib/a.loci", text, 15).ok_or("nothing there")?;
/// assert_eq!(&text[hover.bytes], "length");
/// assert!(hover.text.starts_with("function `length`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn hover(set: &RuleSet, file: &str, text: &str, at: usize) -> Option<Hover> {
    Context { vocabulary: set.vocabulary(), file, text, declaration: None }.hover(at)
}

impl Workspace {
    /// What the word at a byte of a file is, as [`hover`] finds it; a name means what [`Workspace::definition`] says.
    /// This file and others may be faulty. Checks the file if it changed.
    pub fn hover(&mut self, path: &str, offset: usize) -> Option<Hover> {
        let name = self
            .name_at(path, offset)
            // For other names hover shows their type, or what the reference says.
            .filter(|name| name.kind.is_item() || name.kind == NameKind::Article);
        let declaration = name.map(|name| name.declared);
        let trees = self.analysis.trees();
        let vocabulary = self.analysis.vocabulary(&trees);
        Context { vocabulary, file: path, text: self.text(path)?, declaration }.hover(offset)
    }
}

/// What decides what a word in a file means.
struct Context<'a> {
    vocabulary: Vocabulary<'a>,
    file: &'a str,
    text: &'a str,
    /// The declaration of the word, if a check found that the word means an item or an article.
    declaration: Option<Location>,
}

/// The word that covers or ends at a byte, with the steps of a path before it.
fn word_at(text: &str, at: usize) -> Option<(Range<usize>, Class)> {
    let start = item_start(text.get(..at)?);
    let mut path = start;
    let mut end = start;
    for (range, class) in highlight(text.get(start..)?) {
        let range = range.start + start..range.end + start;
        let is_dot = text.get(range.clone()) == Some(".");
        let continues_path = range.start == end && (is_dot || text.get(..end)?.ends_with('.'));
        if !continues_path {
            path = range.start;
        }
        end = range.end;
        let covers = range.start <= at && at < range.end;
        // A position after the last letter belongs to the word, unless another word begins there.
        let ends = at == range.end
            && !text.get(at..)?.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        match class {
            Class::Keyword | Class::Name if covers || ends => return Some((path..end, class)),
            Class::Keyword | Class::Name | Class::Sign => {}
            Class::Number | Class::Text | Class::Comment if covers => return None,
            Class::Number | Class::Text | Class::Comment => {}
        }
        if range.start > at {
            return None;
        }
    }
    None
}

/// The description of a keyword. It may have two words, such as `in force`.
fn keyword(text: &str, bytes: &Range<usize>) -> Option<String> {
    let word = text.get(bytes.clone())?;
    let before = text.get(..bytes.start)?.split_whitespace().next_back().unwrap_or_default();
    let after = text.get(bytes.end..)?.split_whitespace().next().unwrap_or_default();
    let pairs = [format!("{word} {after}"), format!("{before} {word}"), word.to_owned()];
    pairs.iter().find_map(|word| reference::keyword(word))
}

impl Context<'_> {
    fn hover(&self, at: usize) -> Option<Hover> {
        let (bytes, class) = word_at(self.text, at)?;
        let word = self.text.get(bytes.clone())?;
        let described = match class {
            Class::Keyword => keyword(self.text, &bytes),
            Class::Name => self.name(&bytes).or_else(|| keyword(self.text, &bytes)),
            Class::Number | Class::Text | Class::Comment | Class::Sign => None,
        };
        let text = described.or_else(|| reference::page(self.vocabulary, word).ok())?;
        Some(Hover { bytes, text: plain_lines(text.trim_end()).into_owned() })
    }

    /// The description of a name: a path of fields, an item or an article.
    fn name(&self, bytes: &Range<usize>) -> Option<String> {
        let word = self.text.get(bytes.clone())?;
        let start = item_start(self.text.get(..bytes.start)?);
        let words = Words::of(self.text.get(start..bytes.end)?);
        let types = NameTypes::of(self.vocabulary.schema, &words);
        let field = || {
            let ty = types.type_of(word)?;
            let doc = types.field_of(word).map(|field| field.doc.clone()).unwrap_or_default();
            Some(format!("{word}: {}\n{doc}", self.vocabulary.schema.name_of(&ty)))
        };
        self.item_at_declaration().or_else(field).or_else(|| self.item_named(word))
    }

    /// The description of the item or article at the declaration.
    fn item_at_declaration(&self) -> Option<String> {
        let at = self.declaration?;
        let declares = |item: Location| item.file == at.file && item.span.covers(at.span);
        let article = self.vocabulary.articles().find(|article| declares(article.location));
        let item = || self.vocabulary.items().find(|item| declares(item.location));
        article.map(|article| article_text(&article)).or_else(|| Some(item_text(&item()?)))
    }

    /// The description of the item or article with a name. Items and articles of the file are preferred, then those with
    /// this full id, then those of libraries.
    fn item_named(&self, name: &str) -> Option<String> {
        let own = format!("{}.{name}", prefix(self.file));
        let find = |fits: &dyn Fn(&str) -> bool| {
            let mut items = self.vocabulary.items();
            let item = items.find(|item| fits(&item.id) && !item.id.starts_with("std."));
            let article = || self.vocabulary.articles().find(|article| fits(&article.id));
            item.map(|item| item_text(&item)).or_else(|| Some(article_text(&article()?)))
        };
        find(&|id| id == own)
            .or_else(|| find(&|id| id == name))
            .or_else(|| find(&|id| id.starts_with("lib.") && id.rsplit('.').next() == Some(name)))
    }
}

fn item_text(item: &ItemInfo<'_>) -> String {
    format!("{} {}\n{}", item.keyword, item.id, item.doc)
}

fn article_text(article: &ArticleName<'_>) -> String {
    let ArticleName { id, law, number, doc, location: _ } = article;
    format!("article {id}\n{law}, {number}\n{doc}")
}

#[cfg(test)]
mod tests {
    use super::hover;
    use crate::Compiler;
    use crate::ide::Workspace;

    const LIB: &str = "## Promises of income.\nterms promises { en: \"easy money\" }\n";
    const KZ: &str = r#"jurisdiction KZ { zone "Asia/Almaty" }
use "lib/a.loci"
policy desk "Desk" { in force from 2026-01-01 }
law platforms "On Platforms" {
  ## Measures of platforms.
  article measures "9(4)" { in force from 2026-01-01  binds platform  verified 2026-01-02 }
}
## Large chats.
rule crowds "Crowds" {
  basis desk, platforms.measures
  when  chat.members > 9 and text mentions promises
        and any link in links where (lower(link.host) == "a")  # crowds
  then  restrict
}
"#;

    #[test]
    fn every_kind_of_word_is_described() {
        let compiler = Compiler::new().file("kz.loci", KZ).file("lib/a.loci", LIB);
        let mut workspace = Workspace::new(compiler.clone());
        let set = compiler.compile().unwrap();
        for (needle, within, first) in [
            ("members", 2, Some("chat.members: int")),
            ("chat.members", 1, Some("chat: chat")),
            ("promises", 0, Some("terms lib.a.promises")),
            ("desk, ", 4, Some("policy kz.desk")),
            ("platforms.m", 11, Some("article kz.platforms.measures")),
            ("platforms.m", 1, Some("law kz.platforms")),
            ("link.host", 6, Some("link.host: text")),
            ("lower", 0, Some("function `lower`")),
            ("restrict", 3, Some("action `restrict`, an outcome")),
            ("when", 0, Some("keyword `when`")),
            ("in force", 4, Some("keyword `in force`")),
            ("crowds \"", 1, Some("rule kz.crowds")),
            ("# crowds", 3, None),
            ("\"Crowds\"", 3, None),
        ] {
            let at = KZ.find(needle).unwrap() + within;
            for hover in [hover(&set, "kz.loci", KZ, at), workspace.hover("kz.loci", at)] {
                let title = hover.as_ref().map(|hover| hover.text.lines().next().unwrap());
                assert_eq!(title, first, "{needle}");
            }
        }
        let at = KZ.find("promises").unwrap();
        assert!(hover(&set, "kz.loci", KZ, at).unwrap().text.ends_with("Promises of income."));
        assert_eq!(hover(&set, "kz.loci", KZ, KZ.len()), None);
    }
}
