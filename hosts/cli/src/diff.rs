//! What would change in a file, as `diff -u` shows it.

use super::escape;
use similar::TextDiff;

/// The difference between two texts of one file, harmless; empty when there is none.
pub fn unified(name: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let name = escape::plain(name);
    let diff = TextDiff::from_lines(old, new);
    let diff = diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")).to_string();
    escape::source(&diff).into_owned()
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn a_difference() {
        assert_eq!(unified("a.loci", "x\n", "x\n"), "");
        let diff = unified("a.loci", "x\ny\u{1b}\n", "x\nz\n");
        assert_eq!(diff, "--- a/a.loci\n+++ b/a.loci\n@@ -1,2 +1,2 @@\n x\n-y\\u{1b}\n+z\n");
    }
}
