//! Diagnostics as workflow commands of GitHub Actions, which become annotations of lines.

use crate::escape;
use lexloci::{Diagnostic, Severity, Sources};

/// The command for a diagnostic, without a line end.
pub fn line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties = vec![];
    if let Some(at) = diagnostic.at {
        let (start, end) =
            (sources.position(at.file, at.span.start), sources.position(at.file, at.span.end));
        properties.push(format!("file={}", property(sources.name(at.file))));
        properties.push(format!("line={},endLine={}", start.line, end.line));
        // GitHub takes columns only within one line.
        if start.line == end.line {
            properties.push(format!("col={},endColumn={}", start.col, end.col));
        }
    }
    let title = format!("{} {}", diagnostic.code.as_str(), diagnostic.code.slug());
    properties.push(format!("title={}", property(&title)));
    let help = diagnostic.help.iter().map(|help| format!("\n{help}")).collect::<String>();
    let message = data(&(diagnostic.message.clone() + &help));
    format!("::{command} {}::{message}", properties.join(","))
}

fn data(text: &str) -> String {
    escape::plain_lines(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
