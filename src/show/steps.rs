//! Shows the steps of a condition as an indented tree. `+` marks a true condition, `-` a false one, `?` an unknown value.

use super::counted;
use super::table::cut;
use crate::sink::plain;
use crate::{Remembered, Step, Steps};
use std::collections::BTreeSet;

/// The text of a condition is cut at this width.
const MAX_WIDTH: usize = 100;

/// The `when` and `unless` of a rule, as trees.
pub fn clauses(steps: &Steps) -> String {
    let clause =
        |name: &str, step: &Step| format!("{name}\n{}", self::steps(std::slice::from_ref(step), 1));
    let unless = steps.unless.as_ref().map(|unless| clause("unless", unless));
    [clause("when", &steps.when)].into_iter().chain(unless).collect::<Vec<_>>().join("\n")
}

/// The clauses of a rule without the parts that decided nothing. Each value is shown once. `None` if nothing is left out.
pub fn deciding_clauses(steps: &Steps) -> Option<String> {
    let mut seen = BTreeSet::new();
    let when = deciding(&steps.when, &mut seen);
    // What is exempt does not matter if there is nothing to exempt.
    let unless = steps.unless.as_ref().filter(|_| when.truth != Some(false));
    let unless = unless.map(|unless| deciding(unless, &mut seen));
    let deciding = Steps { when, unless };
    (deciding != *steps).then(|| clauses(&deciding))
}

/// A step without the parts that did not decide it, and without the values that `seen` has.
fn deciding(step: &Step, seen: &mut BTreeSet<(String, Option<String>)>) -> Step {
    let mut steps = vec![];
    for part in step.steps.iter().filter(|part| part.decides) {
        let is_plain_value = !part.is_condition && part.steps.is_empty();
        if !is_plain_value || seen.insert((part.text.clone(), part.value.clone())) {
            steps.push(deciding(part, seen));
        }
    }
    Step { steps, ..step.clone() }
}

/// The trees of several steps, indented by `depth`.
pub fn steps(steps: &[Step], depth: usize) -> String {
    steps.iter().map(|one| step(one, depth)).collect::<Vec<_>>().join("\n")
}

fn step(step: &Step, depth: usize) -> String {
    let mark = match (step.truth, &step.value) {
        (Some(true), _) => '+',
        (Some(false), _) => '-',
        (None, Some(_)) => ' ',
        (None, None) => '?',
    };
    let value = match (&step.value, step.is_condition) {
        (Some(value), false) => format!(" = {value}"),
        _ => String::new(),
    };
    let at = step.path.as_ref().map(|path| format!(" [{path}]")).unwrap_or_default();
    let line = format!(
        "{}{mark} {}{}{}",
        "  ".repeat(depth),
        plain(&cut(&step.text, MAX_WIDTH)),
        plain(&at),
        plain(&value)
    );
    let memory = step.memory.iter().flat_map(Remembered::lines);
    let memory: Vec<String> =
        memory.map(|line| format!("{}  {}", "  ".repeat(depth + 1), plain(&line))).collect();
    let inside = steps(&step.steps, depth + 1);
    let more = |count: usize, what: &str| match count {
        0 => String::new(),
        _ => format!("{}  … and {}", "  ".repeat(depth + 1), counted(count, what)),
    };
    let elements = more(step.more_elements, "more element");
    let lines = [line, memory.join("\n"), inside, elements, more(step.more, "more step")]
        .into_iter()
        .filter(|lines| !lines.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}
