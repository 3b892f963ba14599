//! Checks codes of languages.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree;

/// What authors write instead of the code of a language (ISO 639): its name, or the code of a country. No language has
/// one of these codes.
const MISTAKEN: &[(&str, &str)] = &[
    ("arabic", "ar"),
    ("cn", "zh"),
    ("english", "en"),
    ("french", "fr"),
    ("german", "de"),
    ("italian", "it"),
    ("jp", "ja"),
    ("kazakh", "kk"),
    ("kz", "kk"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("russian", "ru"),
    ("spanish", "es"),
    ("turkish", "tr"),
    ("ua", "uk"),
    ("ukrainian", "uk"),
    ("uzbek", "uz"),
];

impl Checker<'_> {
    /// Reports what cannot be the code of a language (BCP 47): codes of languages have two or three letters.
    pub(super) fn check_language(&mut self, language: &tree::Name) {
        let code = language.text.split('-').next().unwrap_or_default();
        let meant = MISTAKEN.iter().find(|(mistaken, _)| code.eq_ignore_ascii_case(mistaken));
        if meant.is_none() && matches!(code.len(), 2 | 3) {
            return;
        }
        let message = format!("`{code}` is not a language code");
        let variety = language.text.get(code.len()..).unwrap_or_default();
        let near = meant.map(|(_, meant)| (*meant, format!("{meant}{variety}")));
        let help =
            "write the code of the language, which has two or three letters, such as `kk` or `en`";
        let at = self.at(language.span);
        self.found.push(Diagnostic::new(Code::UnknownValue, at, message).suggest(near, help));
    }
}
