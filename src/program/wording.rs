//! Wordings: what the persons concerned read about a decision, in several languages, with placeholders such as `{rule}`.

use crate::diagnostic::nearest;
pub use crate::syntax::words::Placeholder;
use std::ops::Range;

/// The most pieces of evidence that a text quotes, and the most characters of each.
const MAX_QUOTES: usize = 8;
const MAX_QUOTED: usize = 100;

/// What the persons concerned read, in each language in which it is written.
#[derive(Clone, Debug)]
pub struct Wording {
    /// `kz.frozen`
    pub id: String,
    /// At least one, each in another language, in the order in which they are written.
    pub texts: Vec<WordingText>,
}

#[derive(Clone, Debug)]
pub struct WordingText {
    /// `kk`
    pub language: String,
    pub pieces: Vec<Piece>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Literal(String),
    Placeholder(Placeholder),
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFault {
    pub kind: TemplateFaultKind,
    /// Where it is in the text.
    pub bytes: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateFaultKind {
    /// There is no placeholder of this name.
    Unknown { name: String, near: Option<&'static str> },
    /// A `{` that no `}` closes.
    Open,
    /// A `}` without a `{` before it.
    Close,
}

/// Reads a text. `{{` and `}}` are the braces themselves.
///
/// # Errors
/// The first fault.
pub fn pieces(text: &str) -> Result<Vec<Piece>, TemplateFault> {
    let fault = |kind, bytes| TemplateFault { kind, bytes };
    let (mut pieces, mut literal, mut rest) = (vec![], String::new(), text);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, braces) = rest.split_at(at);
        literal += before;
        let start = text.len() - braces.len();
        let one = fault(TemplateFaultKind::Open, start..start + 1);
        if let Some(after) = braces.strip_prefix("{{") {
            literal.push('{');
            rest = after;
        } else if let Some(after) = braces.strip_prefix("}}") {
            literal.push('}');
            rest = after;
        } else if let Some(inside) = braces.strip_prefix('{') {
            let (name, after) = inside.split_once('}').ok_or(one.clone())?;
            if name.contains('{') {
                return Err(one);
            }
            let known = Placeholder::ALL.into_iter().find(|known| known.word() == name);
            let placeholder = known.ok_or_else(|| {
                let words = Placeholder::ALL.into_iter().map(Placeholder::word);
                let near = nearest(&name.trim().to_lowercase(), words);
                let kind = TemplateFaultKind::Unknown { name: name.to_owned(), near };
                fault(kind, start + 1..start + 1 + name.len())
            })?;
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Placeholder(placeholder));
            rest = after;
        } else {
            return Err(fault(TemplateFaultKind::Close, start..start + 1));
        }
    }
    literal += rest;
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}

impl Wording {
    /// The text in the first of these languages that it has; without any, the English one, else the first. `None` only
    /// for a faulty wording without texts.
    pub fn text<'l>(&self, languages: impl IntoIterator<Item = &'l str>) -> Option<&WordingText> {
        let mut wanted = languages.into_iter().chain(["en"]);
        wanted.find_map(|language| self.text_in(language)).or(self.texts.first())
    }

    /// The text in a language, at best of the same region: for `pt-BR`, the one in `pt-BR`, else that in `pt`, else in
    /// another Portuguese.
    fn text_in(&self, language: &str) -> Option<&WordingText> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let find = |fits: &dyn Fn(&str) -> bool| self.texts.iter().find(|one| fits(&one.language));
        let wanted = primary(language);
        find(&|tag| tag.eq_ignore_ascii_case(language))
            .or_else(|| find(&|tag| tag.eq_ignore_ascii_case(&wanted)))
            .or_else(|| find(&|tag| primary(tag) == wanted))
    }

    /// The placeholders in any of its texts.
    pub fn placeholders(&self) -> impl Iterator<Item = Placeholder> {
        let texts = self.texts.iter();
        let all = Placeholder::ALL.into_iter();
        all.filter(move |placeholder| texts.clone().any(|text| text.has(*placeholder)))
    }
}

/// What is written into a text.
#[derive(Clone, Debug, Default)]
pub struct Filling {
    /// The words that were found, without quotes. Each is quoted once.
    pub evidence: Vec<String>,
    pub rule: String,
    /// The articles or policies, as they are cited.
    pub article: String,
    /// `None` if the outcome does not end, or nobody knows when.
    pub until: Option<String>,
    /// `None` if nobody has said how a decision can be contested.
    pub appeal: Option<String>,
}

impl WordingText {
    pub fn has(&self, placeholder: Placeholder) -> bool {
        self.pieces.contains(&Piece::Placeholder(placeholder))
    }

    /// The text with its placeholders filled.
    ///
    /// # Errors
    /// The first placeholder for which there is nothing to write.
    pub fn fill(&self, filling: &Filling) -> Result<String, Placeholder> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => text += literal,
                Piece::Placeholder(placeholder) => {
                    text += &filling.words_for(*placeholder).ok_or(*placeholder)?;
                }
            }
        }
        Ok(text)
    }
}

impl Filling {
    fn words_for(&self, placeholder: Placeholder) -> Option<String> {
        let words = match placeholder {
            Placeholder::Evidence => self.quotations(),
            Placeholder::Rule => self.rule.clone(),
            Placeholder::Article => self.article.clone(),
            Placeholder::Until => self.until.clone()?,
            Placeholder::Appeal => self.appeal.clone()?,
        };
        Some(words).filter(|words| !words.is_empty())
    }

    /// `“passive income”, “double your money”`
    fn quotations(&self) -> String {
        let mut quoted: Vec<String> = vec![];
        for words in &self.evidence {
            let kept: String = words.chars().take(MAX_QUOTED).collect();
            let more = if kept.len() < words.len() { "…" } else { "" };
            let words = format!("“{kept}{more}”");
            if quoted.len() < MAX_QUOTES && !quoted.contains(&words) {
                quoted.push(words);
            }
        }
        quoted.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::TemplateFaultKind::{Close, Open, Unknown};
    use super::{Filling, Piece, Placeholder, Wording, WordingText, pieces};

    fn wording(languages: &[&str]) -> Wording {
        let text = |language: &&str| WordingText { language: (*language).into(), pieces: vec![] };
        Wording { id: "kz.w".into(), texts: languages.iter().map(text).collect() }
    }

    #[test]
    fn faults_of_a_text_are_found_where_they_are() {
        let unknown = |name: &str, near| Unknown { name: name.into(), near };
        for (text, kind, bytes) in [
            ("Words: {evidnece}.", unknown("evidnece", Some("evidence")), 8..16),
            ("é {Until}", unknown("Until", Some("until")), 4..9),
            ("{ rule }", unknown(" rule ", Some("rule")), 1..7),
            ("{}", unknown("", None), 1..1),
            ("{law}", unknown("law", None), 1..4),
            ("until {until", Open, 6..7),
            ("{rule {article}", Open, 0..1),
            ("a } b", Close, 2..3),
            ("{rule}}", Close, 6..7),
        ] {
            let fault = pieces(text).unwrap_err();
            assert_eq!((fault.kind, fault.bytes), (kind, bytes), "{text}");
        }
    }

    #[test]
    fn placeholders_are_filled_and_doubled_braces_are_braces() {
        let filling = Filling {
            evidence: vec!["one".into(), "two {rule}".into(), "one".into()],
            rule: "Fraud".into(),
            article: "Act, 1".into(),
            until: Some("2026-03-10 13:00 +01:00".into()),
            appeal: Some("https://a.example".into()),
        };
        let fill = |text: &str, filling: &Filling| {
            let pieces = pieces(text).unwrap();
            WordingText { language: "en".into(), pieces }.fill(filling)
        };
        for (text, filled) in [
            ("", ""),
            ("{{rule}} is {rule}", "{rule} is Fraud"),
            ("{evidence}", "“one”, “two {rule}”"),
            ("{article}{until}", "Act, 12026-03-10 13:00 +01:00"),
            ("{{{appeal}}}", "{https://a.example}"),
        ] {
            assert_eq!(fill(text, &filling).as_deref(), Ok(filled), "{text}");
        }
        let many = (0..9).map(|number| format!("{number}{}", "x".repeat(200)));
        let many = Filling { evidence: many.collect(), ..Filling::default() };
        let quoted = fill("{evidence}", &many).unwrap();
        assert_eq!(quoted.split(", ").count(), 8);
        assert!(quoted.starts_with("“0x") && quoted.ends_with("x…”"), "{quoted}");
        assert_eq!(quoted.chars().count(), 8 * 103 + 7 * 2);
        let nothing = Filling { rule: "Fraud".into(), ..Filling::default() };
        for (text, lacks) in [
            ("{rule} {until} {evidence}", Placeholder::Until),
            ("{evidence}", Placeholder::Evidence),
            ("{appeal}", Placeholder::Appeal),
            ("{article}", Placeholder::Article),
        ] {
            assert_eq!(fill(text, &nothing), Err(lacks), "{text}");
        }
    }

    #[test]
    fn the_nearest_language_is_chosen() {
        for (has, wanted, chosen) in [
            (&["en", "kk"][..], &["kk"][..], "kk"),
            (&["en", "kk"], &["ru", "kk"], "kk"),
            (&["kk", "en"], &["fr"], "en"),
            (&["kk", "ru"], &["fr"], "kk"),
            (&["kk", "ru"], &[], "kk"),
            (&["pt", "pt-BR"], &["pt-BR"], "pt-BR"),
            (&["pt-BR", "pt"], &["pt-PT"], "pt"),
            (&["en", "pt-BR"], &["PT"], "pt-BR"),
        ] {
            let wording = wording(has);
            let text = wording.text(wanted.iter().copied()).unwrap();
            assert_eq!(text.language, chosen, "{has:?} {wanted:?}");
        }
    }

    #[test]
    fn a_wording_has_the_placeholders_of_all_its_languages() {
        let mut wording = wording(&["en", "kk"]);
        wording.texts[0].pieces = vec![Piece::Placeholder(Placeholder::Until)];
        wording.texts[1].pieces = vec![Piece::Placeholder(Placeholder::Rule)];
        let found: Vec<_> = wording.placeholders().collect();
        assert_eq!(found, [Placeholder::Rule, Placeholder::Until]);
    }
}
