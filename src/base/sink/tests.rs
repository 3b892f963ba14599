use super::{
    Address, Attribute, Code, Dot, Html, Inline, Json, Lines, Markdown, Mermaid, Output, Put, Sink,
    SourceLines, Terminal, is_visible, plain, plain_lines, source_lines,
};

/// A text that steers terminals, hides and reorders characters, and has the markup of every sink.
const HOSTILE: &str = "\u{1b}]0;x\u{7}\u{1b}[31m\u{9b}2J\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}\u{7f}\0\r\u{85}\u{2028}\
    <b>&\"'`\\*_[]{}()#;|%-";

fn of<S>(text: impl Put<S>) -> String {
    Output::of(text).into_string()
}

/// The characters of a text that no sink may let through.
fn hidden(text: &str) -> Vec<char> {
    text.chars().filter(|c| !matches!(c, '\n' | '\t') && !is_visible(*c)).collect()
}

#[test]
fn every_sink_escapes_hidden_characters() {
    let all = [
        of::<Terminal>(HOSTILE),
        of(Lines(HOSTILE)),
        of::<Html>(HOSTILE),
        of(Attribute(HOSTILE)),
        of::<Markdown>(HOSTILE),
        of(Inline(HOSTILE)),
        of(Code(HOSTILE)),
        of(Address(HOSTILE)),
        of::<Dot>(HOSTILE),
        of::<Mermaid>(HOSTILE),
        of::<Json>(HOSTILE),
        Output::value(HOSTILE).into_string(),
    ];
    for text in all {
        assert!(hidden(&text).is_empty(), "{text}");
    }
    // A carriage return stays where a file is shown as it is. On a terminal it is escaped, so nothing overwrites the line.
    assert_eq!(hidden(&of(SourceLines(HOSTILE))), ['\r']);
    let drawn = Output::drawn(HOSTILE).into_string();
    assert_eq!(hidden(&drawn), ['\u{1b}'], "the colour alone: {drawn}");
    assert!(drawn.contains("\u{1b}[31m") && drawn.contains("\\u{1b}]0;"), "{drawn}");
}

#[test]
fn markup_in_a_text_is_escaped() {
    for (shown, expected) in [
        (of::<Html>("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;"),
        (of::<Html>("a\u{1b}"), "a<span class=\"hidden\">\\u{1b}</span>"),
        (of(Attribute("\"\u{1b}")), "&quot;\\u{1b}"),
        (of::<Markdown>("- a *b*\nc [e](f)"), "\\- a \\*b\\* c \\[e\\](f)"),
        (of::<Markdown>("1. c"), "1\\. c"),
        (of::<Markdown>("2) c"), "2\\) c"),
        (of::<Html>("a\n::error::b"), "a&#10;::error::b"),
        (of(Inline(" - a ")), " - a "),
        (of(Code("a`b*")), "a'b*"),
        (of(Address("https://a.b/<x> \n")), "https://a.b/%3Cx%3E%20%0A"),
        (of::<Dot>("a\\N \"b\"\nc\u{1b}"), "a\\\\N \\\"b\\\"\\nc\\\\u{1b}"),
        (of::<Mermaid>("a\"]\nb\u{1b}"), "a#34;#93;<br>b#92;u#123;1b#125;"),
        (of::<Json>("a\"\u{1b}"), "a\\\"\\u001b"),
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
        assert_eq!(of::<Terminal>(text), text);
        assert_eq!(of(Lines(text)), text);
        assert_eq!(of(SourceLines(text)), text);
        for same in [plain(text), plain_lines(text), source_lines(text)] {
            assert!(matches!(same, std::borrow::Cow::Borrowed(_)), "{text}");
        }
    }
}

#[test]
fn terminal_forms_keep_different_blanks() {
    assert_eq!(of::<Terminal>("a\r\nb\u{a0}c\u{2028}d\te"), "a  b c d e");
    assert_eq!(of(Lines("a\r\nb\u{2028}c")), "a \nb c");
    assert_eq!(of(SourceLines("a\tb\u{a0}c\r\n")), "a\tb\\u{a0}c\r\n");
    assert_eq!(plain(HOSTILE), of::<Terminal>(HOSTILE));
    assert_eq!(plain_lines(HOSTILE), of(Lines(HOSTILE)));
    assert_eq!(source_lines(HOSTILE), of(SourceLines(HOSTILE)));
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
