//! Shows what would change in a file, as `diff -u` does.

use lexloci::output;
use lexloci::sink::{Output, SourceLines, Terminal};
use similar::TextDiff;

/// The difference between two texts of a file, escaped for terminals; empty if there is none.
pub fn unified_diff(name: &str, old: &str, new: &str) -> Output<Terminal> {
    if old == new {
        return Output::new();
    }
    let diff = TextDiff::from_lines(old, new);
    let hunks = diff.unified_diff().to_string();
    output!("--- a/{}\n+++ b/{}\n{}", name, name, SourceLines(hunks))
}

#[cfg(test)]
mod tests {
    use super::unified_diff;

    #[test]
    fn control_characters_in_a_diff_are_escaped() {
        assert!(unified_diff("a.loci", "x\n", "x\n").is_empty());
        let diff = unified_diff("a.loci", "x\ny\u{1b}\n", "x\nz\n");
        assert_eq!(
            diff.as_str(),
            "--- a/a.loci\n+++ b/a.loci\n@@ -1,2 +1,2 @@\n x\n-y\\u{1b}\n+z\n"
        );
    }
}
