//! Writes diagnostics as workflow commands, which GitHub Actions shows beside the lines of the files.

use lexloci::sink::{Lines, Output, Put, Sink, Terminal};
use lexloci::{Diagnostic, Severity, Sources, output};
use std::fmt::Display;

/// The sink of workflow commands. Text from outside is escaped, so that it cannot begin another command.
#[derive(Debug)]
pub struct Workflow;

impl Sink for Workflow {
    fn escape(text: &str, out: &mut String) {
        let visible = Output::<Terminal>::of(Lines(text)).into_string();
        out.push_str(&visible.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A"));
    }
}

/// The value of a property of a command. There `:` and `,` have a meaning, so they are escaped too.
struct Property<T>(T);

impl<T: Display> Put<Workflow> for Property<T> {
    fn put(&self, out: &mut String) {
        let data = Output::<Workflow>::of(self.0.to_string()).into_string();
        out.push_str(&data.replace(':', "%3A").replace(',', "%2C"));
    }
}

/// The command for a diagnostic, without a line end.
pub fn line(diagnostic: &Diagnostic, sources: &Sources) -> Output<Workflow> {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties: Vec<Output<Workflow>> = vec![];
    if let Some(at) = diagnostic.at {
        let (start, end) =
            (sources.position(at.file, at.span.start), sources.position(at.file, at.span.end));
        properties.push(output!("file={}", Property(sources.name(at.file))));
        properties.push(output!("line={},endLine={}", start.line, end.line));
        // GitHub accepts columns only for a range within one line.
        if start.line == end.line {
            properties.push(output!("col={},endColumn={}", start.col, end.col));
        }
    }
    let title = format!("{} {}", diagnostic.code.as_str(), diagnostic.code.slug());
    properties.push(output!("title={}", Property(title)));
    let help = diagnostic.help.iter().map(|help| format!("\n{help}")).collect::<String>();
    let message = diagnostic.message.clone() + &help;
    output!("::{} {}::{}", command, Output::join(properties, ","), message)
}
