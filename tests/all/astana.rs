//! The week of the office in Astana: what the example tells, and the page about it.

#[path = "../../examples/astana/told.rs"]
mod told;
#[path = "../../examples/astana/week.rs"]
mod week;

use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_week_is_as_it_was() {
    insta::assert_snapshot!(week::week(root()).unwrap());
}

/// What the page quotes stands in the output.
#[test]
fn the_page_about_the_week_is_true() {
    let told = week::week(root()).unwrap();
    let page = std::fs::read_to_string(root().join("examples/astana/README.md")).unwrap();
    let quotes: Vec<_> = page.split("```text\n").skip(1).collect();
    assert!(quotes.len() >= 9, "{} quotes", quotes.len());
    for quote in quotes {
        let quote = quote.split("```").next().unwrap();
        assert!(told.contains(&format!("\n{quote}")), "the week does not have\n{quote}");
    }
}
