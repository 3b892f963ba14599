//! The smallest host: compiles the rules of a folder, reads a message, decides for two places, and prints the decisions.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use lexloci::{Compiler, State};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let set = Compiler::new().directory("rules").compile()?;
    let mut evaluator = set.evaluator();

    let message = include_bytes!("messages/pyramid.json");
    let record = set.read(message)?;
    let at = record.latest().ok_or("the message carries no date")?;

    for code in ["KZ", "FR"] {
        let place = set.place(code).ok_or("no such place")?;
        let decision = evaluator.decide(&record, place, at, &State::default())?;
        println!("{code}: {}", decision.outcome);
        for rule in &decision.matched {
            println!("  {} fires on {} phrases of the message", rule.rule, rule.evidence.len());
        }
    }
    Ok(())
}
