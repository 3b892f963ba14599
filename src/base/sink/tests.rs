use super::{
    Address, Attribute, Code, Dot, Html, Inline, Json, Lines, Markdown, Mermaid, Output, Put, Sink,
    SourceLines, Terminal, is_visible, plain, plain_lines, source_lines,
};

/// A text that steers terminals, hides and reorders characters, and has the markup of every sink.
const HOSTILE_TEXT: &str = "\u{1b}]0;x\u{7}\u{1b}[31m\u{9b}2J\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}\u{7f}\0\r\u{85}\u{2028}\
    <b>&\"'`\\*_[]{}()#;|%-";

fn escaped<S>(text: impl Put<S>) -> String {
    Output::of(text).into_string()
}

/// The characters of a text that no sink may let through.
fn hidden_characters(text: &str) -> Vec<char> {
    text.chars().filter(|c| !matches!(c, '\n' | '\t') && !is_visible(*c)).collect()
}

#[test]
fn every_sink_escapes_hidden_characters() {
    let all = [
        escaped::<Terminal>(HOSTILE_TEXT),
        escaped(Lines(HOSTILE_TEXT)),
        escaped::<Html>(HOSTILE_TEXT),
        escaped(Attribute(HOSTILE_TEXT)),
        escaped::<Markdown>(HOSTILE_TEXT),
        escaped(Inline(HOSTILE_TEXT)),
        escaped(Code(HOSTILE_TEXT)),
        escaped(Address(HOSTILE_TEXT)),
        escaped::<Dot>(HOSTILE_TEXT),
        escaped::<Mermaid>(HOSTILE_TEXT),
        escaped::<Json>(HOSTILE_TEXT),
        Output::value(HOSTILE_TEXT).into_string(),
    ];
    for text in all {
        assert!(hidden_characters(&text).is_empty(), "{text}");
    }
    // A carriage return stays where a file is shown as it is. On a terminal it is escaped, so nothing overwrites the line.
    assert_eq!(hidden_characters(&escaped(SourceLines(HOSTILE_TEXT))), ['\r']);
    let drawn = Output::drawn(HOSTILE_TEXT).into_string();
    assert_eq!(hidden_characters(&drawn), ['\u{1b}'], "the colour alone: {drawn}");
    assert!(drawn.contains("\u{1b}[31m") && drawn.contains("\\u{1b}]0;"), "{drawn}");
}

#[test]
fn markup_in_a_text_is_escaped() {
    for (shown, expected) in [
        (escaped::<Html>("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;"),
        (escaped::<Html>("a\u{1b}"), "a<span class=\"hidden\">\\u{1b}</span>"),
        (escaped(Attribute("\"\u{1b}")), "&quot;\\u{1b}"),
        (escaped::<Markdown>("- a *b*\nc [e](f)"), "\\- a \\*b\\* c \\[e\\](f)"),
        (escaped::<Markdown>("1. c"), "1\\. c"),
        (escaped::<Markdown>("2) c"), "2\\) c"),
        (escaped::<Html>("a\n::error::b"), "a&#10;::error::b"),
        (escaped(Inline(" - a ")), " - a "),
        (escaped(Code("a`b*")), "a'b*"),
        (escaped(Address("https://a.b/<x> \n")), "https://a.b/%3Cx%3E%20%0A"),
        (escaped::<Dot>("a\\N \"b\"\nc\u{1b}"), "a\\\\N \\\"b\\\"\\nc\\\\u{1b}"),
        (escaped::<Mermaid>("a\"]\nb\u{1b}"), "a#34;#93;<br>b#92;u#123;1b#125;"),
        (escaped::<Json>("a\"\u{1b}"), "a\\\"\\u001b"),
    ] {
        assert_eq!(shown, expected);
    }
}

#[test]
fn ordinary_text_is_not_changed() {
    for text in [
        "Пассивный доход 30 %",
        "кепілдендірілген «табыс»",
        "L'été \"n'est\" pas \\ fini",
        "й\u{301}😀हिन्दी",
        "闇ﾊﾞｲﾄ",
    ] {
        assert_eq!(escaped::<Terminal>(text), text);
        assert_eq!(escaped(Lines(text)), text);
        assert_eq!(escaped(SourceLines(text)), text);
        for unchanged in [plain(text), plain_lines(text), source_lines(text)] {
            assert!(matches!(unchanged, std::borrow::Cow::Borrowed(_)), "{text}");
        }
    }
}

#[test]
fn each_terminal_form_keeps_its_own_blanks() {
    assert_eq!(escaped::<Terminal>("a\r\nb\u{a0}c\u{2028}d\te"), "a  b c d e");
    assert_eq!(escaped(Lines("a\r\nb\u{2028}c")), "a \nb c");
    assert_eq!(escaped(SourceLines("a\tb\u{a0}c\r\n")), "a\tb\\u{a0}c\r\n");
    assert_eq!(plain(HOSTILE_TEXT), escaped::<Terminal>(HOSTILE_TEXT));
    assert_eq!(plain_lines(HOSTILE_TEXT), escaped(Lines(HOSTILE_TEXT)));
    assert_eq!(source_lines(HOSTILE_TEXT), escaped(SourceLines(HOSTILE_TEXT)));
}

#[test]
fn escaping_keeps_the_value_of_json() {
    let text = "a\u{1b}\u{7f}\u{9b}\u{202e}\u{e0041}\u{2028}é\u{a0}😀";
    let line = Output::value(text);
    assert_eq!(serde_json::from_str::<String>(line.as_str()).unwrap(), text);
    assert_eq!(line.as_str(), r#""a\u001b\u007f\u009b\u202e\udb40\udc41\u2028é\u00a0😀""#);
    let spread = Output::json("{\r\n\t\"a\":\t\"\u{7f}\"\r\n}");
    let value: serde_json::Value = serde_json::from_str(spread.as_str()).unwrap();
    assert_eq!(value["a"], "\u{7f}");
}

#[test]
fn arguments_are_escaped_once() {
    let inside: Output<Html> = crate::output!("<b>{}</b>", "<");
    let page: Output<Html> = crate::output!("<p>{}{}, {:>3}</p>", inside, &inside, 7);
    assert_eq!(page.as_str(), "<p><b>&lt;</b><b>&lt;</b>,   7</p>");
    let mut lines: Output<Terminal> = Output::new();
    crate::put!(lines, "{}\n", "a\nb");
    lines.extend([crate::output!("{}", Lines("c\nd"))]);
    assert_eq!(lines.as_str(), "a b\nc\nd");
    let joined = Output::join(["<", ">"].map(Output::<Html>::of), ", ");
    assert_eq!(joined.as_str(), "&lt;, &gt;");
}

#[test]
fn other_crates_can_implement_a_sink() {
    struct Shell;
    impl Sink for Shell {
        fn escape(text: &str, out: &mut String) {
            out.push_str(&text.replace('\'', "'\\''"));
        }
    }
    let line: Output<Shell> = crate::output!("echo '{}'", "it's");
    assert_eq!(line.as_str(), "echo 'it'\\''s'");
}
