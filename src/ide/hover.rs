//! Hover: what the word at a position is, from the reference, the schema and the rules.

use super::completion::{Typed, Words, item_start};
use super::reference;
use crate::show::escape::plain_lines;
use crate::{Class, ItemInfo, RuleSet, highlight};
use std::ops::Range;

/// What the word at a position is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hover {
    /// The word, in bytes of the text. Of a path, everything up to the step at the position.
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
    let (bytes, class) = word_at(text, at)?;
    let word = text.get(bytes.clone())?;
    let told = match class {
        Class::Keyword => keyword(text, &bytes),
        Class::Name => name(set, file, text, &bytes).or_else(|| keyword(text, &bytes)),
        Class::Number | Class::Text | Class::Comment | Class::Sign => None,
    };
    let text = told.or_else(|| reference::topic(set, word).ok())?;
    Some(Hover { bytes, text: plain_lines(text.trim_end()).into_owned() })
}

/// The word that covers or ends at a byte, with the steps of a path before it.
fn word_at(text: &str, at: usize) -> Option<(Range<usize>, Class)> {
    let start = item_start(text.get(..at)?);
    let mut path = start;
    let mut end = start;
    for (range, class) in highlight(text.get(start..)?) {
        let range = range.start + start..range.end + start;
        let is_dot = text.get(range.clone()) == Some(".");
        let goes_on = range.start == end && (is_dot || text.get(..end)?.ends_with('.'));
        if !goes_on {
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

/// A keyword, or one of two words, such as `in force`.
fn keyword(text: &str, bytes: &Range<usize>) -> Option<String> {
    let word = text.get(bytes.clone())?;
    let before = text.get(..bytes.start)?.split_whitespace().next_back().unwrap_or_default();
    let after = text.get(bytes.end..)?.split_whitespace().next().unwrap_or_default();
    let pairs = [format!("{word} {after}"), format!("{before} {word}"), word.to_owned()];
    pairs.iter().find_map(|word| reference::keyword(word))
}

/// A path of fields, or an item.
fn name(set: &RuleSet, file: &str, text: &str, bytes: &Range<usize>) -> Option<String> {
    let word = text.get(bytes.clone())?;
    let start = item_start(text.get(..bytes.start)?);
    let words = Words::of(text.get(start..bytes.end)?);
    let typed = Typed::of(set, &words);
    if let Some(ty) = typed.type_of(word) {
        let doc = typed.field_of(word).map(|field| field.doc.clone()).unwrap_or_default();
        return Some(format!("{word}: {}\n{doc}", set.schema().name_of(&ty)));
    }
    item(set, file, word).map(|item| described(&item))
}

/// The item that a name means in a file.
fn item<'s>(set: &'s RuleSet, file: &str, name: &str) -> Option<ItemInfo<'s>> {
    let own = file.strip_suffix(".loci").unwrap_or(file).replace('/', ".");
    let own = format!("{own}.{name}");
    let by = |is: &dyn Fn(&str) -> bool| {
        set.items().find(|item| is(&item.id) && !item.id.starts_with("std."))
    };
    by(&|id| id == own)
        .or_else(|| by(&|id| id == name))
        .or_else(|| by(&|id| id.starts_with("lib.") && id.rsplit('.').next() == Some(name)))
}

fn described(item: &ItemInfo<'_>) -> String {
    format!("{} {}\n{}", item.keyword, item.id, item.doc)
}

#[cfg(test)]
mod tests {
    use super::hover;
    use crate::Compiler;

    const LIB: &str = "## Promises of income.\nterms promises { en: \"easy money\" }\n";
    const KZ: &str = r#"jurisdiction KZ { zone "Asia/Almaty" }
use "lib/a.loci"
policy desk "Desk" { in force from 2026-01-01 }
## Large chats.
rule crowds "Crowds" {
  basis desk
  when  chat.members > 9 and text mentions promises
        and any link in links where (lower(link.host) == "a")  # crowds
  then  restrict
}
"#;

    #[test]
    fn every_kind_of_word_is_described() {
        let set = Compiler::new().file("kz.loci", KZ).file("lib/a.loci", LIB).compile().unwrap();
        for (needle, within, first) in [
            ("members", 2, Some("chat.members: int")),
            ("chat.members", 1, Some("chat: chat")),
            ("promises", 0, Some("terms lib.a.promises")),
            ("desk\n", 4, Some("policy kz.desk")),
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
            let hover = hover(&set, "kz.loci", KZ, at);
            let told = hover.as_ref().map(|hover| hover.text.lines().next().unwrap_or_default());
            assert_eq!(told, first, "{needle}");
        }
        let at = KZ.find("promises").unwrap();
        assert!(hover(&set, "kz.loci", KZ, at).unwrap().text.ends_with("Promises of income."));
        assert_eq!(hover(&set, "kz.loci", KZ, KZ.len()), None);
    }
}
