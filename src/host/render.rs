//! Diagnostics to text for people, with excerpts of the files, and to JSON lines for tools.

mod json;

use super::escape;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use lexloci::{Diagnostic, FileId, Fix, Location, Severity, Sources};
use std::ops::Range;

/// How diagnostics are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// With excerpts of the files.
    #[default]
    Pretty,
    /// One line each.
    Short,
    /// One JSON object a line, versioned.
    Json,
}

/// One diagnostic as text that ends with a line end. With `colour`, it has escape sequences of our own;
/// those of the files never pass.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, format: Format, colour: bool) -> String {
    match format {
        Format::Pretty => pretty(diagnostic, sources, colour) + "\n",
        Format::Short => short(diagnostic, sources) + "\n",
        Format::Json => json::line(diagnostic, sources) + "\n",
    }
}

/// All of them in the pretty form, a blank line between them.
pub fn all(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let texts: Vec<_> = diagnostics.iter().map(|each| pretty(each, sources, false)).collect();
    texts.join("\n\n")
}

fn short(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = diagnostic.at.map(|at| sources.display(at) + ": ").unwrap_or_default();
    let (severity, code) = (word(diagnostic.severity()), diagnostic.code.as_str());
    format!("{}{severity}[{code}]: {}", escape::plain(&place), escape::plain(&diagnostic.message))
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn pretty(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(escape::plain(&diagnostic.message).into_owned())
        .id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    for marked in by_file(diagnostic) {
        group = marked.add_to(group, sources);
    }
    let mut report = vec![group];
    match (&diagnostic.help, &diagnostic.fix) {
        (help, Some(fix)) => report.push(patch(help.as_deref(), fix, sources)),
        (Some(help), None) => {
            let help = Level::HELP.secondary_title(escape::plain_lines(help).into_owned());
            report.push(Group::with_title(help));
        }
        (None, None) => {}
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).render(&report)
}

/// The marked places of one file. The first of the first file is where the fault is.
struct Marked<'a> {
    file: FileId,
    places: Vec<(Location, &'a str, AnnotationKind)>,
}

fn by_file(diagnostic: &Diagnostic) -> Vec<Marked<'_>> {
    let fault = diagnostic.at.map(|at| (at, diagnostic.label.as_str(), AnnotationKind::Primary));
    let related = diagnostic.related.iter().map(|(at, what)| (*at, what.as_str(), AnnotationKind::Context));
    let mut files: Vec<Marked<'_>> = vec![];
    for place in fault.into_iter().chain(related) {
        let file = place.0.file;
        match files.iter_mut().find(|marked| marked.file == file) {
            Some(marked) => marked.places.push(place),
            None => files.push(Marked { file, places: vec![place] }),
        }
    }
    files
}

impl<'a> Marked<'a> {
    fn add_to(&self, group: Group<'a>, sources: &Sources) -> Group<'a> {
        let Some(((first, ..), excerpt)) = self.places.first().zip(self.excerpt(sources)) else {
            return group;
        };
        let position = sources.position(self.file, first.span.start);
        // The path stands apart from the snippet, whose columns would count what was escaped.
        let origin = Origin::path(escape::plain(sources.name(self.file)).into_owned())
            .line(position.line)
            .char_column(position.col);
        let marks = self.places.iter().map(|(at, label, kind)| {
            let label = (!label.is_empty()).then(|| escape::plain(label).into_owned());
            kind.span(excerpt.range(*at)).label(label)
        });
        let snippet = Snippet::source(excerpt.shown()).line_start(excerpt.line).annotations(marks);
        group.element(origin).element(snippet)
    }

    fn excerpt<'s>(&self, sources: &'s Sources) -> Option<Excerpt<'s>> {
        Excerpt::of(sources, self.places.iter().map(|(at, ..)| *at))
    }
}

fn patch(help: Option<&str>, fix: &Fix, sources: &Sources) -> Group<'static> {
    let title = help.unwrap_or("write it like this");
    let group = Group::with_title(Level::HELP.secondary_title(escape::plain_lines(title).into_owned()));
    let Some(excerpt) = Excerpt::of(sources, [fix.at]) else {
        return group;
    };
    let patch = Patch::new(excerpt.range(fix.at), escape::source(&fix.text).into_owned());
    group.element(Snippet::source(excerpt.shown()).line_start(excerpt.line).patch(patch))
}

/// The whole lines around some places of one file: renderers read what they are given from its start.
struct Excerpt<'s> {
    text: &'s str,
    /// Where it begins in the file.
    start: usize,
    /// The number of its first line.
    line: usize,
}

impl<'s> Excerpt<'s> {
    fn of(sources: &'s Sources, places: impl IntoIterator<Item = Location>) -> Option<Self> {
        let whole = places.into_iter().reduce(|a, b| Location { span: a.span.to(b.span), ..a })?;
        let text = sources.get(whole.file)?.text.as_str();
        let start = text.get(..whole.span.start as usize)?.rfind('\n').map_or(0, |end| end + 1);
        let after = whole.span.end as usize;
        let end = text.get(after..)?.find('\n').map_or(text.len(), |length| after + length);
        let line = sources.position(whole.file, whole.span.start).line;
        Some(Self { text: text.get(start..end)?, start, line })
    }

    /// What is shown of it, harmless.
    fn shown(&self) -> String {
        escape::source(self.text).into_owned()
    }

    /// A place of the file in what is shown.
    fn range(&self, at: Location) -> Range<usize> {
        let offset = |byte: u32| {
            let before = (byte as usize).checked_sub(self.start).and_then(|length| self.text.get(..length));
            escape::source(before.unwrap_or("")).len()
        };
        offset(at.span.start)..offset(at.span.end)
    }
}
