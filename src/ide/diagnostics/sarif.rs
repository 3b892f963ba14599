//! Diagnostics as SARIF 2.1.0, which code hosts show next to the source.

use crate::sink::Output;
use crate::{Code, Diagnostic, Fix, Level, Location, Severity, Sources};
use serde_json::{Value, json};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The diagnostics of one run as a SARIF log that ends with a line end.
pub fn log(diagnostics: &[&Diagnostic], sources: &Sources) -> String {
    let results: Vec<_> = diagnostics.iter().map(|each| result(each, sources)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "lexloci",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": Code::ALL.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true }],
            "results": results,
        }],
    });
    Output::json(&log.to_string()).into_string() + "\n"
}

fn rule(code: Code) -> Value {
    let level = match code.level() {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Allow => "none",
    };
    let enabled = code.level() != Level::Allow;
    let explanation = code.explanation();
    let first = explanation.split_inclusive(". ").next().unwrap_or(explanation).trim_end();
    json!({
        "id": code.as_str(),
        "name": code.slug(),
        "shortDescription": { "text": first },
        "fullDescription": { "text": explanation },
        "help": { "text": explanation, "markdown": code.page() },
        "defaultConfiguration": { "enabled": enabled, "level": level },
        "properties": { "tags": code.group().map(|group| group.name()).into_iter().collect::<Vec<_>>() },
    })
}

fn result(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let index = Code::ALL.iter().position(|code| *code == diagnostic.code);
    let help = diagnostic.help.iter().map(|help| format!("\n{help}")).collect::<String>();
    let mut result = json!({
        "ruleId": diagnostic.code.as_str(),
        "ruleIndex": index,
        "level": level,
        "message": { "text": diagnostic.message.clone() + &help },
        "locations": diagnostic.at.iter().map(|at| location(*at, &diagnostic.label, sources)).collect::<Vec<_>>(),
    });
    let related = diagnostic.related.iter().map(|(at, text)| location(*at, text, sources));
    let related: Vec<_> = related.collect();
    if let Some(result) = result.as_object_mut() {
        if !related.is_empty() {
            result.insert("relatedLocations".into(), related.into());
        }
        if let Some(each) = &diagnostic.fix {
            let description = diagnostic.help.as_deref().unwrap_or("write it like this");
            result.insert("fixes".into(), json!([fix(each, description, sources)]));
        }
    }
    result
}

fn location(at: Location, text: &str, sources: &Sources) -> Value {
    let physical = json!({
        "artifactLocation": artifact(at, sources),
        "region": region(at, sources),
    });
    match text {
        "" => json!({ "physicalLocation": physical }),
        text => json!({ "physicalLocation": physical, "message": { "text": text } }),
    }
}

fn artifact(at: Location, sources: &Sources) -> Value {
    json!({ "uri": uri(sources.name(at.file)) })
}

fn region(at: Location, sources: &Sources) -> Value {
    let (start, end) =
        (sources.position(at.file, at.span.start), sources.position(at.file, at.span.end));
    json!({
        "startLine": start.line, "startColumn": start.col,
        "endLine": end.line, "endColumn": end.col,
        "byteOffset": at.span.start, "byteLength": at.span.end - at.span.start,
    })
}

fn fix(fix: &Fix, description: &str, sources: &Sources) -> Value {
    json!({
        "description": { "text": description },
        "artifactChanges": [{
            "artifactLocation": artifact(fix.at, sources),
            "replacements": [{
                "deletedRegion": region(fix.at, sources),
                "insertedContent": { "text": fix.text },
            }],
        }],
    })
}

/// A path as a relative URI, percent-encoded.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let mut out = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
