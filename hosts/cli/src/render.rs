//! Draws diagnostics for people, with excerpts of the files, and writes them in formats for tools.

mod github;
mod junit;

use super::stdio;
use super::stop::Stop;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use lexloci::ide::diagnostics;
use lexloci::show::{self, suite::Draw};
use lexloci::sink::{Output, Terminal};
use lexloci::{Diagnostic, FileId, Fix, Location, Severity, Sources, sink};
use std::ops::Range;

/// How many diagnostics are shown at most by default.
pub const MAX_SHOWN: usize = 50;

/// Formats of diagnostics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// With excerpts of the files.
    #[default]
    Pretty,
    /// One line for each diagnostic.
    Short,
    /// One JSON object on each line.
    Json,
    /// Annotations of GitHub Actions.
    Github,
    /// SARIF 2.1.0, for code hosts and editors.
    Sarif,
    /// JUnit, for services that show results of tests.
    Junit,
}

impl Format {
    /// Whether the format is for people. Then long output is cut.
    pub fn is_for_people(self) -> bool {
        match self {
            Self::Pretty | Self::Short => true,
            Self::Json | Self::Github | Self::Sarif | Self::Junit => false,
        }
    }
}

/// Prints diagnostics, with colours if people read them.
pub fn print(diagnostics: &[&Diagnostic], sources: &Sources, format: Format) -> Result<(), Stop> {
    let all = diagnostics.iter();
    match format {
        Format::Pretty => {
            let drawn = all.map(|each| Output::drawn(&(draw(each, sources, true) + "\n\n")));
            stdio::print(&drawn.collect::<Output<Terminal>>())
        }
        Format::Short => {
            let lines = all.map(|each| Output::of(show::diagnostic(each, sources)));
            stdio::line(&Output::<Terminal>::join(lines, "\n"))
        }
        Format::Json => {
            let lines = all.map(|each| Output::json(&diagnostics::json(each, sources)));
            stdio::line(&Output::join(lines, "\n"))
        }
        Format::Github => {
            let lines = all.map(|each| github::line(each, sources));
            stdio::line(&Output::join(lines, "\n"))
        }
        Format::Sarif => stdio::print(&Output::json(&diagnostics::sarif(diagnostics, sources))),
        Format::Junit => stdio::line(&junit::report(diagnostics, sources)),
    }
}

/// Keeps the first `max` diagnostics, errors before warnings, and returns a note that counts the others. If `max` is 0, all
/// are kept.
pub fn shorten(mut all: Vec<&Diagnostic>, max: usize) -> (Vec<&Diagnostic>, Option<String>) {
    if max == 0 || all.len() <= max {
        return (all, None);
    }
    all.sort_by_key(|each| !each.is_error());
    let rest = all.split_off(max);
    let errors = rest.iter().filter(|each| each.is_error()).count();
    let more = format!("… and {} more ({})", rest.len(), show::counted(errors, "error"));
    (all, Some(more))
}

/// Draws the first [`MAX_SHOWN`] diagnostics, with blank lines between them.
pub fn draw_first(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let (shown, more) = shorten(diagnostics.iter().collect(), MAX_SHOWN);
    let texts = shown.into_iter().map(|each| draw(each, sources, false));
    texts.chain(more).collect::<Vec<_>>().join("\n\n")
}

/// Colours texts, and draws the failures of tests.
#[derive(Clone, Copy, Debug)]
pub struct Painter {
    /// Whether to use colours.
    pub colour: bool,
}

impl Draw for Painter {
    fn unmet(&self, line: &str) -> String {
        self.paint("\u{1b}[31m", line)
    }

    fn decided(&self, line: &str) -> String {
        self.paint("\u{1b}[32m", line)
    }

    fn diagnostic(&self, diagnostic: &Diagnostic, sources: &Sources) -> String {
        draw(diagnostic, sources, self.colour) + "\n"
    }
}

impl Painter {
    /// A text in a colour. `colour` is the escape sequence of the colour.
    pub fn paint(self, colour: &str, text: &str) -> String {
        if self.colour && !colour.is_empty() && !text.is_empty() {
            format!("{colour}{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Draws a diagnostic with excerpts of the files, without a line end. With `colour` the text contains escape sequences for
/// colours; all text from files is escaped.
pub fn draw(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(sink::plain(&diagnostic.message).into_owned())
        .id(diagnostic.code.as_str());
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    if let (None, [], None) = (diagnostic.at, diagnostic.related.as_slice(), &diagnostic.fix) {
        // If title and help were in one report, the renderer would draw an empty frame between them.
        let help = diagnostic
            .help
            .as_deref()
            .map(|help| Level::HELP.secondary_title(sink::plain_lines(help).into_owned()));
        let titles = [title].into_iter().chain(help);
        let lines = titles.map(|title| renderer.render(&[Group::with_title(title)]));
        return lines.collect::<Vec<_>>().join("\n");
    }
    let mut group = Group::with_title(title);
    for marked in marks_by_file(diagnostic) {
        group = marked.add_to(group, sources);
    }
    let report = match (&diagnostic.help, &diagnostic.fix) {
        (help, Some(fix)) => vec![group, draw_fix(help.as_deref(), fix, sources)],
        (Some(help), None) => {
            vec![group.element(Level::HELP.message(sink::plain_lines(help).into_owned()))]
        }
        (None, None) => vec![group],
    };
    renderer.render(&report)
}

/// The marked places of one file. The first place of the first file is the fault itself.
struct FileMarks<'a> {
    file: FileId,
    places: Vec<(Location, &'a str, AnnotationKind)>,
}

fn marks_by_file(diagnostic: &Diagnostic) -> Vec<FileMarks<'_>> {
    let fault = diagnostic.at.map(|at| (at, diagnostic.label.as_str(), AnnotationKind::Primary));
    let related =
        diagnostic.related.iter().map(|(at, text)| (*at, text.as_str(), AnnotationKind::Context));
    let mut files: Vec<FileMarks<'_>> = vec![];
    for place in fault.into_iter().chain(related) {
        let file = place.0.file;
        match files.iter_mut().find(|marked| marked.file == file) {
            Some(marked) => marked.places.push(place),
            None => files.push(FileMarks { file, places: vec![place] }),
        }
    }
    files
}

impl<'a> FileMarks<'a> {
    fn add_to(&self, group: Group<'a>, sources: &Sources) -> Group<'a> {
        let Some(excerpt) = Excerpt::of(sources, self.places.iter().map(|(at, ..)| *at)) else {
            return group;
        };
        let marks = self.places.iter().map(|(at, label, kind)| {
            let label = (!label.is_empty()).then(|| sink::plain(label).into_owned());
            kind.span(excerpt.range(*at)).label(label)
        });
        let path = sink::plain(sources.name(self.file)).into_owned();
        group.element(excerpt.snippet().path(path).annotations(marks))
    }
}

fn draw_fix(help: Option<&str>, fix: &Fix, sources: &Sources) -> Group<'static> {
    let title = help.unwrap_or("write it like this");
    let group =
        Group::with_title(Level::HELP.secondary_title(sink::plain_lines(title).into_owned()));
    let Some(excerpt) = Excerpt::of(sources, [fix.at]) else {
        return group;
    };
    let patch = Patch::new(excerpt.range(fix.at), sink::source_lines(&fix.text).into_owned());
    group.element(excerpt.snippet().patch(patch))
}

/// The lines of a file that contain some places. The renderer shows a text from its start, so it gets only these lines.
struct Excerpt<'s> {
    text: &'s str,
    /// The byte of the file at which the excerpt begins.
    start: usize,
    /// The line number of the first line.
    line: usize,
}

impl<'s> Excerpt<'s> {
    fn of(sources: &'s Sources, places: impl IntoIterator<Item = Location>) -> Option<Self> {
        let covering =
            places.into_iter().reduce(|a, b| Location { span: a.span.to(b.span), ..a })?;
        let text = sources.get(covering.file)?.text.as_str();
        let start = text.get(..covering.span.start as usize)?.rfind('\n').map_or(0, |end| end + 1);
        let after = covering.span.end as usize;
        let end = text.get(after..)?.find('\n').map_or(text.len(), |length| after + length);
        let line = sources.position(covering.file, covering.span.start).line;
        Some(Self { text: text.get(start..end)?.trim_end_matches('\r'), start, line })
    }

    /// The excerpt, escaped.
    fn snippet<T: Clone>(&self) -> Snippet<'static, T> {
        Snippet::source(sink::source_lines(self.text).into_owned()).line_start(self.line)
    }

    /// The range of a location in the escaped excerpt.
    fn range(&self, at: Location) -> Range<usize> {
        let offset = |byte: u32| {
            let before = (byte as usize).saturating_sub(self.start).min(self.text.len());
            sink::source_lines(self.text.get(..before).unwrap_or(self.text)).len()
        };
        offset(at.span.start)..offset(at.span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, draw, github, junit, shorten};
    use clap::ValueEnum;
    use lexloci::ide::diagnostics;
    use lexloci::show;
    use lexloci::{Code, Diagnostic, Location, Sources, Span};

    fn at(sources: &Sources, needle: &str) -> Location {
        let mut found = sources.iter().filter_map(|(file, source)| {
            let start = u32::try_from(source.text.find(needle)?).unwrap();
            Some(Location {
                file,
                span: Span { start, end: start + u32::try_from(needle.len()).unwrap() },
            })
        });
        found.next().unwrap()
    }

    fn fault(sources: &Sources) -> Diagnostic {
        let field = at(sources, "author.aeg");
        Diagnostic::new(Code::UnknownField, field, "records have no field `author.aeg`")
            .label("no such field")
            .related(at(sources, "rule a"), "in this rule")
            .related(at(sources, "terms t"), "and here")
            .help("did you mean `author.age`?")
            .fix(field, "author.age", true)
    }

    fn sources() -> Sources {
        let mut sources = Sources::default();
        sources.add("kz.loci", "# Қазақстан\r\nrule a {\r\n\twhen \"бұл\" == author.aeg  # \u{202e}\u{1b}[31m\u{a0}\r\n}\r\n");
        sources.add("lib/t.loci", "terms t { en: \"x\" }");
        sources
    }

    #[test]
    fn excerpts_show_the_fault_related_places_and_the_fix() {
        let sources = sources();
        insta::assert_snapshot!(draw(&fault(&sources), &sources, false), @r#"
        error[LX2003]: records have no field `author.aeg`
         --> kz.loci:3:16
          |
        2 | rule a {
          | ------ in this rule
        3 |     when "бұл" == author.aeg  # \u{202e}\u{1b}[31m\u{a0}
          |                   ^^^^^^^^^^ no such field
          |
         ::: lib/t.loci:1:1
          |
        1 | terms t { en: "x" }
          | ------- and here
          |
        help: did you mean `author.age`?
          |
        3 -     when "бұл" == author.aeg  # \u{202e}\u{1b}[31m\u{a0}
        3 +     when "бұл" == author.age  # \u{202e}\u{1b}[31m\u{a0}
          |
        "#);
    }

    #[test]
    fn faults_without_a_file_or_at_the_end_of_one_are_drawn() {
        let sources = sources();
        let general = Diagnostic::general(Code::NoRules, "there is no rule file in `rules`")
            .help("name another directory");
        insta::assert_snapshot!(draw(&general, &sources, false), @r"
        error[LX1010]: there is no rule file in `rules`
        help: name another directory
        ");
        insta::assert_snapshot!(show::diagnostic(&general, &sources), @r"error[LX1010]: there is no rule file in `rules`");
        let last = at(&sources, " }");
        let end = Location { span: Span { start: last.span.end, ..last.span }, ..last };
        let open =
            Diagnostic::new(Code::Syntax, end, "expected `}`").label("here").fix(end, "}", false);
        insta::assert_snapshot!(draw(&open, &sources, false), @r#"
        error[LX0002]: expected `}`
         --> lib/t.loci:1:20
          |
        1 | terms t { en: "x" }
          |                    ^ here
          |
        help: write it like this
          |
        1 | terms t { en: "x" }}
          |                    +
        "#);
    }

    #[test]
    fn errors_come_first_and_the_rest_is_counted() {
        let fault = |code| Diagnostic::general(code, "");
        let all = [fault(Code::Unused), fault(Code::NoRules), fault(Code::Syntax)];
        let shown = |max| {
            let (shown, more) = shorten(all.iter().collect(), max);
            (shown.iter().map(|each| each.code).collect::<Vec<_>>(), more)
        };
        assert_eq!(shown(0).0.len(), 3);
        assert_eq!(shown(3), (vec![Code::Unused, Code::NoRules, Code::Syntax], None));
        let more = "… and 2 more (1 error)";
        assert_eq!(shown(1), (vec![Code::NoRules], Some(more.into())));
    }

    #[test]
    fn the_short_format_is_one_line() {
        let sources = sources();
        insta::assert_snapshot!(show::diagnostic(&fault(&sources), &sources), @r"kz.loci:3:16: error[LX2003]: records have no field `author.aeg`");
    }

    #[test]
    fn the_json_format_is_one_object() {
        let sources = sources();
        let line = diagnostics::json(&fault(&sources), &sources);
        assert_eq!(line.matches('\n').count(), 0);
        let json: serde_json::Value = serde_json::from_str(&line).unwrap();
        insta::assert_json_snapshot!(json, @r#"
        {
          "v": 1,
          "code": "LX2003",
          "slug": "unknown-field",
          "severity": "error",
          "message": "records have no field `author.aeg`",
          "file": "kz.loci",
          "range": {
            "start": {
              "line": 3,
              "col": 16,
              "byte": 50,
              "utf16": 15
            },
            "end": {
              "line": 3,
              "col": 26,
              "byte": 60,
              "utf16": 25
            }
          },
          "labels": [
            {
              "file": "kz.loci",
              "range": {
                "start": {
                  "line": 3,
                  "col": 16,
                  "byte": 50,
                  "utf16": 15
                },
                "end": {
                  "line": 3,
                  "col": 26,
                  "byte": 60,
                  "utf16": 25
                }
              },
              "text": "no such field"
            },
            {
              "file": "kz.loci",
              "range": {
                "start": {
                  "line": 2,
                  "col": 1,
                  "byte": 22,
                  "utf16": 0
                },
                "end": {
                  "line": 2,
                  "col": 7,
                  "byte": 28,
                  "utf16": 6
                }
              },
              "text": "in this rule"
            },
            {
              "file": "lib/t.loci",
              "range": {
                "start": {
                  "line": 1,
                  "col": 1,
                  "byte": 0,
                  "utf16": 0
                },
                "end": {
                  "line": 1,
                  "col": 8,
                  "byte": 7,
                  "utf16": 7
                }
              },
              "text": "and here"
            }
          ],
          "notes": [
            "did you mean `author.age`?"
          ],
          "fixes": [
            {
              "applicability": "safe",
              "edits": [
                {
                  "file": "kz.loci",
                  "byte": [
                    50,
                    60
                  ],
                  "text": "author.age"
                }
              ]
            }
          ],
          "url": null
        }
        "#);
        let general = Diagnostic::general(Code::NoRules, "none");
        insta::assert_snapshot!(diagnostics::json(&general, &sources), @r#"{"v":1,"code":"LX1010","slug":"no-rules","severity":"error","message":"none","file":null,"range":null,"labels":[],"notes":[],"fixes":[],"url":null}"#);
    }

    #[test]
    fn no_format_lets_control_characters_through() {
        let hostile = "\u{1b}]0;x\u{7}\u{202e}\u{200b}\u{9b}\u{feff}\u{2066}\r\u{85}";
        let mut sources = Sources::default();
        sources.add(format!("{hostile}.loci"), format!("a {hostile} here {hostile}"));
        let here = at(&sources, "here");
        let fault = Diagnostic::new(Code::Syntax, here, hostile)
            .label(hostile)
            .related(at(&sources, hostile), hostile)
            .help(hostile)
            .fix(here, hostile, true);
        for format in Format::value_variants() {
            let text = match format {
                Format::Pretty => draw(&fault, &sources, false),
                Format::Short => show::diagnostic(&fault, &sources),
                Format::Json => diagnostics::json(&fault, &sources),
                Format::Github => github::line(&fault, &sources).into_string(),
                Format::Sarif => diagnostics::sarif(&[&fault], &sources),
                Format::Junit => junit::report(&[&fault], &sources).into_string(),
            };
            let raw: Vec<_> =
                hostile.chars().filter(|c| !c.is_ascii_graphic() && text.contains(*c)).collect();
            assert!(raw.is_empty(), "{raw:?} in {text}");
        }
    }
}
