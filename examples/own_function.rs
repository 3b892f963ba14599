//! A host adds its own function. Rules call it by name, the checker checks the types, and `None` makes a condition unknown.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use lexloci::{Compiler, FunctionSpec, Place, State, Type, Value};

const RULES: &str = r#"
jurisdiction FR { zone "Europe/Paris" }
policy house "House rules" {}
rule new_hosts "Links to hosts registered in the last month" {
  basis      house
  when       any link in links where (host_age_days(link.host) < 30)
  on unknown review
  then       label
}
"#;

/// Stands for a lookup in a table of the host. It must always give the same answer for the same host.
fn age_in_days(host: &str) -> Option<i64> {
    match host {
        "fresh.example" => Some(3),
        "old.example" => Some(4000),
        _ => None,
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let age = FunctionSpec::new("host_age_days", "2026-11", Type::Int)
        .param("host", Type::Text)
        .doc("Days since registration.");
    let set = Compiler::new()
        .file("fr.loci", RULES)
        .function(age, |args| match args {
            [Value::Text(host)] => age_in_days(host).map(Value::Int),
            _ => None,
        })
        .compile()?;
    let fr = Place::parse("FR").ok_or("no such place")?;
    for host in ["fresh.example", "old.example", "nobody.example"] {
        let record = set.given(&format!(
            r#"{{ text: "see https://{host}/", sent_at: "2026-03-01T12:00:00Z" }}"#
        ))?;
        let at = record.latest().ok_or("no date")?;
        let decision = set.evaluator().decide(&record, fr, at, &State::default())?;
        println!("{host}: {}, complete: {}", decision.outcome, decision.complete);
    }
    Ok(())
}
