//! Rule files in the canonical layout: the formatter as hosts call it.

use crate::base::source::Sources;
use crate::base::stack::with_large_stack;
use crate::face::failure::Failure;
use crate::syntax;

/// A rule file in the canonical layout: the same items in the same order, with the same comments. Formatting the result
/// again changes nothing. The name of the file is only used in messages. Linear in the text.
///
/// ```
/// let text = "rule a{when   text mentions \"x\" # why\nthen label}";
/// let formatted = lexloci::format("kz.loci", text)?;
/// assert_eq!(formatted, "\
/// rule a {
///   when text mentions \"x\"  # why
///   then label
/// }
/// ");
/// # Ok::<(), lexloci::Failure>(())
/// ```
///
/// # Errors
/// All syntax errors of the file.
pub fn format(name: &str, text: &str) -> Result<String, Failure> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    with_large_stack(|| syntax::format(file, text))
        .map_err(|diagnostics| Failure { diagnostics, sources })
}
