//! Writes JUnit reports that strict readers accept.

use lexloci::sink::{Output, Put};
use quick_junit::Report;

/// XML text, already escaped by `quick_junit`.
#[derive(Debug)]
pub struct Xml;

/// A report as an XML document.
struct Document<'a>(&'a Report);

impl Put<Xml> for Document<'_> {
    fn put(&self, out: &mut String) {
        // Writing to memory cannot fail. quick_junit leaves out characters that XML does not allow.
        let text = self.0.to_string().unwrap_or_default();
        let Some((before, suites)) = text.split_once("<testsuites") else {
            return out.push_str(&text);
        };
        // In the schemas of JUnit, `testsuites` has no attribute `skipped`.
        let (head, rest) = suites.split_once('>').unwrap_or((suites, ""));
        let attributes = head.split(' ').filter(|attribute| !attribute.starts_with("skipped="));
        let head = attributes.collect::<Vec<_>>().join(" ");
        out.extend([before, "<testsuites", &head, ">", rest.trim_end()]);
    }
}

/// The report as XML, without a line end after it.
pub fn text(report: &Report) -> Output<Xml> {
    Output::of(Document(report))
}
