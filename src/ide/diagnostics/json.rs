//! A diagnostic as a line of JSON, version 1. Every key is always present; later versions only add keys.

use crate::sink::Output;
use crate::{Diagnostic, Fix, Location, Position, Severity, Sources};
use serde::Serialize;

#[derive(Serialize)]
struct Line<'a> {
    v: u32,
    code: &'static str,
    slug: &'static str,
    severity: Severity,
    message: &'a str,
    /// `null` when no file is at fault; then the range is `null` too.
    file: Option<&'a str>,
    range: Option<Range>,
    labels: Vec<Label<'a>>,
    notes: Vec<&'a str>,
    fixes: Vec<FixLine<'a>>,
    /// The web page of the code; none exists yet.
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Label<'a> {
    file: &'a str,
    range: Range,
    text: &'a str,
}

#[derive(Serialize)]
struct FixLine<'a> {
    applicability: &'static str,
    edits: [Edit<'a>; 1],
}

#[derive(Serialize)]
struct Edit<'a> {
    file: &'a str,
    byte: [u32; 2],
    text: &'a str,
}

/// A diagnostic as one line of JSON, without a line end.
pub fn line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let own = diagnostic.at.filter(|_| !diagnostic.label.is_empty());
    let own = own.map(|at| label(at, &diagnostic.label, sources));
    let related = diagnostic.related.iter().map(|(at, text)| label(*at, text, sources));
    let line = Line {
        v: 1,
        code: diagnostic.code.as_str(),
        slug: diagnostic.code.slug(),
        severity: diagnostic.severity,
        message: &diagnostic.message,
        file: diagnostic.at.map(|at| sources.name(at.file)),
        range: diagnostic.at.map(|at| range(at, sources)),
        labels: own.into_iter().chain(related).collect(),
        notes: diagnostic.help.as_deref().into_iter().collect(),
        fixes: diagnostic.fix.iter().map(|each| fix(each, sources)).collect(),
        url: None,
    };
    Output::value(&line).into_string()
}

fn range(at: Location, sources: &Sources) -> Range {
    let position = |byte| sources.position(at.file, byte);
    Range { start: position(at.span.start), end: position(at.span.end) }
}

fn label<'a>(at: Location, text: &'a str, sources: &'a Sources) -> Label<'a> {
    Label { file: sources.name(at.file), range: range(at, sources), text }
}

fn fix<'a>(fix: &'a Fix, sources: &'a Sources) -> FixLine<'a> {
    let span = fix.at.span;
    let edit =
        Edit { file: sources.name(fix.at.file), byte: [span.start, span.end], text: &fix.text };
    FixLine { applicability: if fix.safe { "safe" } else { "unsafe" }, edits: [edit] }
}
