//! Checks codes of languages.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree;
use crate::world::language;

impl Checker<'_> {
    /// Reports what cannot be the code of a language.
    pub(super) fn check_language(&mut self, language: &tree::Name) {
        // Case does not matter in codes of languages (BCP 47).
        if language::is_code(&language.text.to_ascii_lowercase()) {
            return;
        }
        let code = language.text.split('-').next().unwrap_or_default();
        let message = format!("`{code}` is not a language code");
        let meant = language::meant(&language.text);
        let near = meant
            .as_deref()
            .map(|meant| (meant.split('-').next().unwrap_or_default(), meant.to_owned()));
        let help =
            "write the code of the language, which has two or three letters, such as `kk` or `en`";
        let at = self.at(language.span);
        self.found.push(Diagnostic::new(Code::UnknownValue, at, message).suggest(near, help));
    }
}
