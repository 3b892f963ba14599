//! Converts the HTML of a post to the text that readers see, with its entities. The time is linear in the HTML, at any
//! nesting.

use crate::import::draft::Entity;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};
use std::cmp::Reverse;

/// The text of a post, and what else its HTML contains.
#[derive(Debug, Default)]
pub(super) struct RenderedHtml {
    pub(super) text: String,
    pub(super) entities: Vec<Entity>,
    /// Words that Mastodon does not show. Other programs may.
    pub(super) hidden: String,
    /// Links without words, such as links around images.
    pub(super) bare_links: Vec<String>,
    /// Addresses of images. Their descriptions are in the text.
    pub(super) images: Vec<String>,
}

/// For each kind of entity, the elements that make it.
const MARK_ELEMENTS: [(&str, &[&str]); 10] = [
    ("bold", &["b", "strong"]),
    ("italic", &["i", "em"]),
    ("underline", &["u", "ins"]),
    ("strikethrough", &["s", "strike", "del"]),
    ("code", &["code"]),
    ("pre", &["pre"]),
    ("blockquote", &["blockquote"]),
    ("subscript", &["sub"]),
    ("superscript", &["sup"]),
    ("marked", &["mark"]),
];

/// Elements with a blank line before and after them.
const PARAGRAPH_ELEMENTS: &[&str] =
    &["p", "blockquote", "pre", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6"];

/// Elements that begin and end a line.
const LINE_ELEMENTS: &[&str] = &["div", "li", "tr", "hr", "section", "article", "dt", "dd"];

/// Elements that Mastodon removes together with their content.
const REMOVED_ELEMENTS: &[&str] = &[
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "script",
    "style",
    "svg",
    "xmp",
];

/// Reads HTML.
pub(super) fn read(html: &str) -> RenderedHtml {
    let mut emitter = DefaultEmitter::default();
    // Without this, the words of a script would be read as HTML.
    emitter.naively_switch_states(true);
    let mut reader = HtmlReader::default();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => reader.start_tag(&tag),
            Token::EndTag(tag) => reader.end_tag(&tag.name),
            Token::String(text) => reader.add_text(&String::from_utf8_lossy(&text.value)),
            // Comments are not shown, and the tokenizer has repaired the errors.
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.finish()
}

#[derive(Default)]
struct HtmlReader {
    shown: RenderedHtml,
    /// How many line ends the next words need before them.
    line_ends: usize,
    /// For each of [`MARK_ELEMENTS`], how many such elements are open. The outermost makes the entity.
    open: [OpenMark; MARK_ELEMENTS.len()],
    anchor: Option<Anchor>,
    /// For each open `span`, whether it hides its content.
    spans: Vec<bool>,
    /// How many of the open `span`s hide their content.
    hiding_spans: usize,
    /// The element of [`REMOVED_ELEMENTS`] that is open, and how many elements of its name are open.
    removed: Option<(&'static str, usize)>,
}

#[derive(Clone, Copy, Default)]
struct OpenMark {
    depth: usize,
    start: usize,
}

/// A link that is open.
struct Anchor {
    href: String,
    /// `mention` or `hashtag`, if its attributes say so.
    kind: Option<&'static str>,
    start: usize,
    /// Whether the element itself hides its words.
    is_hidden: bool,
    /// Its words, including hidden ones.
    all: String,
    hidden: String,
}

impl HtmlReader {
    fn start_tag(&mut self, tag: &StartTag<()>) {
        let name = name(&tag.name);
        if let Some((open, depth)) = &mut self.removed {
            *depth += usize::from(*open == name && !tag.self_closing);
            return;
        }
        if let Some(removed) = REMOVED_ELEMENTS.iter().find(|removed| **removed == name) {
            self.removed = (!tag.self_closing).then_some((removed, 1));
            return;
        }
        self.break_lines(name);
        match name {
            "br" => self.line_ends = (self.line_ends + 1).min(2),
            "td" | "th" => {
                self.end_lines();
                self.shown.text.push('\t');
            }
            "img" => self.add_image(tag),
            "a" => self.open_anchor(tag),
            "span" => {
                let is_hidden = has_word(tag, "class", "invisible");
                self.spans.push(is_hidden);
                self.hiding_spans += usize::from(is_hidden);
            }
            _ => {}
        }
        if let Some(at) = mark_index(name) {
            self.end_lines();
            let start = self.shown.text.len();
            if let Some(open) = self.open.get_mut(at) {
                *open = OpenMark {
                    depth: open.depth + 1,
                    start: if open.depth == 0 { start } else { open.start },
                };
            }
        }
    }

    fn end_tag(&mut self, name: &[u8]) {
        let name = self::name(name);
        if let Some((open, depth)) = &mut self.removed {
            *depth -= usize::from(*open == name);
            if *depth == 0 {
                self.removed = None;
            }
            return;
        }
        match name {
            "a" => self.close_anchor(),
            "span" => self.hiding_spans -= usize::from(self.spans.pop().unwrap_or(false)),
            _ => {}
        }
        if let Some(at) = mark_index(name) {
            self.close_mark(at);
        }
        self.break_lines(name);
    }

    fn close_mark(&mut self, at: usize) {
        let (Some(open), Some((kind, _))) = (self.open.get_mut(at), MARK_ELEMENTS.get(at)) else {
            return;
        };
        let was_outermost = open.depth == 1;
        open.depth = open.depth.saturating_sub(1);
        let start = open.start;
        if was_outermost {
            self.add_entity(kind, start, None);
        }
    }

    /// Adds an entity that ends here, unless it would be empty.
    fn add_entity(&mut self, kind: &'static str, start: usize, value: Option<String>) {
        let end = self.shown.text.len();
        if start < end {
            let entity = Entity { kind, start, end, value, utf16: None, repaired: false };
            self.shown.entities.push(entity);
        }
    }

    fn open_anchor(&mut self, tag: &StartTag<()>) {
        // A link ends where another begins.
        self.close_anchor();
        let Some(href) = attribute(tag, "href") else { return };
        self.end_lines();
        let kind = if has_word(tag, "class", "hashtag") || has_word(tag, "rel", "tag") {
            Some("hashtag")
        } else {
            has_word(tag, "class", "mention").then_some("mention")
        };
        let (start, is_hidden) = (self.shown.text.len(), has_word(tag, "class", "invisible"));
        let href = href.trim().to_owned();
        let (all, hidden) = (String::new(), String::new());
        self.anchor = Some(Anchor { href, kind, start, is_hidden, all, hidden });
    }

    fn close_anchor(&mut self) {
        let Some(anchor) = self.anchor.take() else { return };
        let Anchor { href, kind, start, all, hidden, .. } = anchor;
        // Mastodon writes the whole address, and hides its beginning and end.
        if !hidden.is_empty() && all.trim() != href {
            self.add_hidden(&hidden);
        }
        let words = self.shown.text.get(start..).unwrap_or_default();
        if words.is_empty() {
            self.shown.bare_links.push(href);
            return;
        }
        let sign = words.chars().next();
        let kind = kind.filter(|kind| sign == Some(if *kind == "hashtag" { '#' } else { '@' }));
        let is_address = words == href;
        if let Some(kind) = kind {
            self.add_entity(kind, start, None);
        }
        // The sender also chooses where a mention or hashtag leads, so it is a link too.
        if is_address {
            self.add_entity("url", start, None);
        } else {
            self.add_entity("text_link", start, Some(href));
        }
    }

    /// Shows an image as its description. In Mastodon, images are emoji.
    fn add_image(&mut self, tag: &StartTag<()>) {
        self.shown.images.extend(attribute(tag, "src"));
        if let Some(description) = attribute(tag, "alt").or_else(|| attribute(tag, "title")) {
            self.add_text(&description);
        }
    }

    fn add_text(&mut self, text: &str) {
        if self.removed.is_some() {
            return self.add_hidden(text);
        }
        let is_hidden =
            self.hiding_spans > 0 || self.anchor.as_ref().is_some_and(|anchor| anchor.is_hidden);
        if let Some(anchor) = &mut self.anchor {
            anchor.all.push_str(text);
            if is_hidden {
                anchor.hidden.push_str(text);
                return;
            }
        }
        if is_hidden {
            return self.add_hidden(text);
        }
        let is_verbatim =
            mark_index("pre").and_then(|at| self.open.get(at)).is_some_and(|pre| pre.depth > 0);
        for c in text.chars() {
            if is_verbatim || !c.is_ascii_whitespace() {
                self.end_lines();
                self.shown.text.push(c);
            } else if self.line_ends == 0 && !ends_with_blank(&self.shown.text) {
                self.shown.text.push(' ');
            }
        }
    }

    fn add_hidden(&mut self, text: &str) {
        if !self.shown.hidden.is_empty() {
            self.shown.hidden.push(' ');
        }
        self.shown.hidden.push_str(text.trim());
    }

    /// Ends the line before and after an element that has lines of its own.
    fn break_lines(&mut self, name: &str) {
        let lines = match name {
            name if PARAGRAPH_ELEMENTS.contains(&name) => 2,
            name if LINE_ELEMENTS.contains(&name) => 1,
            _ => 0,
        };
        self.line_ends = self.line_ends.max(lines);
    }

    /// Writes the line ends that are due.
    fn end_lines(&mut self) {
        let due = std::mem::take(&mut self.line_ends);
        if !self.shown.text.is_empty() {
            self.shown.text.extend(std::iter::repeat_n('\n', due));
        }
    }

    fn finish(mut self) -> RenderedHtml {
        self.close_anchor();
        for at in 0..MARK_ELEMENTS.len() {
            if let Some(open) = self.open.get_mut(at) {
                open.depth = open.depth.min(1);
            }
            self.close_mark(at);
        }
        let RenderedHtml { text, entities, .. } = &mut self.shown;
        text.truncate(text.trim_end().len());
        let length = text.len();
        entities.retain(|entity| entity.start < length);
        entities.iter_mut().for_each(|entity| entity.end = entity.end.min(length));
        entities.sort_by_key(|entity| (entity.start, Reverse(entity.end)));
        self.shown
    }
}

/// The index in [`MARK_ELEMENTS`] of the kind of an element.
fn mark_index(name: &str) -> Option<usize> {
    MARK_ELEMENTS.iter().position(|(_, names)| names.contains(&name))
}

/// Whether a text is empty or ends with a blank.
fn ends_with_blank(text: &str) -> bool {
    text.chars().next_back().is_none_or(char::is_whitespace)
}

/// The name of a tag. All known names are ASCII.
fn name(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// Whether an attribute contains a word.
fn has_word(tag: &StartTag<()>, name: &str, word: &str) -> bool {
    attribute(tag, name).is_some_and(|value| value.split_ascii_whitespace().any(|one| one == word))
}

#[cfg(test)]
mod tests {
    use super::read;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    /// The text, and each entity as `kind:words=value`.
    fn shown(html: &str) -> (String, Vec<String>) {
        let shown = read(html);
        let entity = |entity: &super::Entity| {
            let words = shown.text.get(entity.start..entity.end).unwrap();
            let value = entity.value.as_ref().map(|value| format!("={value}")).unwrap_or_default();
            format!("{}:{words}{value}", entity.kind)
        };
        let entities = shown.entities.iter().map(entity).collect();
        (shown.text, entities)
    }

    #[test]
    fn html_becomes_the_text_that_a_page_shows() {
        for (html, expected) in [
            ("<p>One</p><p>Two<br>three<br/>four</p>", "One\n\nTwo\nthree\nfour"),
            ("plain", "plain"),
            ("", ""),
            ("<p>  a \n\t b </p>\n<p>c</p>", "a b \n\nc"),
            ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
            ("<ul><li>a</li><li>b</li></ul>c", "a\nb\n\nc"),
            (
                "a &amp; b &lt;i&gt; &#1087;&#x43f; &nbsp;c &notanentity; &",
                "a & b <i> пп \u{a0}c ¬anentity; &",
            ),
            ("a<b>c</i>d</b></b></p>e", "acd\n\ne"),
            ("<!-- hidden -->a<!doctype html>b", "ab"),
            ("a <img src=\"x.png\" alt=\":wave:\"> b", "a :wave: b"),
            ("a < b, 3<4, <5", "a < b, 3<4, <5"),
            ("a<table><tr><td>b<td>c<tr><td>d</table>e", "a\n\n\tb\tc\n\td\n\ne"),
            ("a<p", "a"),
            ("<p>a</p><p><b></b></p>", "a"),
        ] {
            assert_eq!(shown(html).0, expected, "{html}");
        }
    }

    #[test]
    fn marks_become_entities() {
        for (html, expected) in [
            ("<b>x</b><strong><b>y</b></strong>", &["bold:x", "bold:y"][..]),
            ("<p><em>a <del>b</em></del></p>", &["italic:a b", "strikethrough:b"]),
            ("<blockquote><p>q</p></blockquote>", &["blockquote:q"]),
            ("<pre><code>x</code></pre>", &["code:x", "pre:x"]),
            ("<u>open <sub>to the end", &["underline:open to the end", "subscript:to the end"]),
            ("<a href=\"https://a.example/\">https://a.example/</a>", &["url:https://a.example/"]),
            ("<a href=\" https://a.example/ \">here</a>", &["text_link:here=https://a.example/"]),
            ("<a>here</a>", &[]),
            ("<a href=x>a<a href=y>b</a></a>", &["text_link:a=x", "text_link:b=y"]),
            (
                "<a class=\"u-url mention\" href=\"https://a.example/@b\">@<span>b</span></a>",
                &["mention:@b", "text_link:@b=https://a.example/@b"],
            ),
            (
                "<a class=\"mention hashtag\" rel=\"tag\" href=\"/t/x\">#<span>x</span></a>",
                &["hashtag:#x", "text_link:#x=/t/x"],
            ),
            ("<a class=mention href=x>bank</a>", &["text_link:bank=x"]),
        ] {
            assert_eq!(shown(html).1, expected, "{html}");
        }
    }

    #[test]
    fn hidden_words_are_kept_apart_from_the_text() {
        for (html, text, hidden) in [
            (
                "<a href=\"https://a.example/long/path\"><span class=\"invisible\">https://</span><span class=\"ellipsis\">a.example/long</span><span class=\"invisible\">/path</span></a>",
                "a.example/long",
                "",
            ),
            (
                "<a href=\"https://a.example/\"><span class=\"invisible\">https://a.example/</span>bank.example</a>",
                "bank.example",
                "https://a.example/",
            ),
            ("pass<span class=\"invisible\">xx</span>ive", "passive", "xx"),
            ("<span><span class=invisible>a</span>b</span>c</span>d", "bcd", "a"),
            ("a<script>b</b></script>c<style>d</style>", "ac", "b</b> d"),
            ("a<svg><svg></svg>b</svg>c", "ac", "b"),
            ("a<iframe>b", "a", "b"),
            ("<a class=invisible href=x>a</a>b", "b", "a"),
        ] {
            let shown = read(html);
            assert_eq!((shown.text.as_str(), shown.hidden.as_str()), (text, hidden), "{html}");
        }
        let shown = read("<a href=\"x\"><img src=\"y\"></a>");
        assert_eq!((shown.bare_links, shown.images), (vec!["x".to_owned()], vec!["y".to_owned()]));
    }

    proptest! {
        #[test]
        fn entities_are_ranges_of_the_text(html in "(<(/?(a|b|p|span|pre|svg|script|li)|a href=x|span class=invisible)>|[a-z😀&;#<>\" ]{1,3}){0,40}") {
            let shown = read(&html);
            for entity in &shown.entities {
                prop_assert!(entity.start < entity.end);
                prop_assert!(shown.text.get(entity.start..entity.end).is_some());
            }
        }

        #[test]
        fn words_of_any_text_are_kept(text in "[^<&\u{0}]{0,60}") {
            let shown = read(&format!("<p>{text}</p>"));
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(words(&shown.text), words(&text));
        }
    }
}
