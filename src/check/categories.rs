//! The category of a rule and its keywords: the vocabulary of the EU DSA statement of reasons, as of 1 July 2025.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree;
use std::collections::BTreeSet;

/// The categories in lower case, each with the keywords that specify it. The keyword "Not captured by any other keyword" is left
/// out, because it needs a free text.
pub(crate) const CATEGORIES: [(&str, &[&str]); 16] = [
    ("animal_welfare", &["animal_harm", "unlawful_sale_animals"]),
    (
        "consumer_information",
        &[
            "hidden_advertisement",
            "insufficient_information_on_traders",
            "misleading_info_consumer_rights",
            "misleading_info_goods_services",
            "noncompliance_pricing",
        ],
    ),
    (
        "cyber_violence",
        &[
            "cyber_bullying_intimidation",
            "cyber_harassment",
            "cyber_incitement",
            "cyber_stalking",
            "non_consensual_image_sharing",
            "non_consensual_material_deepfake",
        ],
    ),
    (
        "cyber_violence_against_women",
        &[
            "bullying_against_girls",
            "cyber_harassment_against_women",
            "cyber_stalking_against_women",
            "female_gendered_disinformation",
            "incitement_against_women",
            "non_consensual_image_sharing_against_women",
            "non_consensual_material_deepfake_against_women",
        ],
    ),
    (
        "data_protection_and_privacy_violations",
        &[
            "biometric_data_breach",
            "data_falsification",
            "missing_processing_ground",
            "right_to_be_forgotten",
        ],
    ),
    ("illegal_or_harmful_speech", &["defamation", "discrimination", "hate_speech"]),
    (
        "intellectual_property_infringements",
        &[
            "copyright_infringement",
            "design_infringement",
            "geographic_indications_infringement",
            "patent_infringement",
            "trade_secret_infringement",
            "trademark_infringement",
        ],
    ),
    (
        "negative_effects_on_civic_discourse_or_elections",
        &["misinformation_disinformation", "violation_eu_law", "violation_national_law"],
    ),
    ("not_specified_notice", &[]),
    (
        "other_violation_tc",
        &[
            "adult_sexual_material",
            "age_specific_restrictions",
            "geographical_requirements",
            "goods_services_not_permitted",
            "language_requirements",
            "nudity",
        ],
    ),
    (
        "protection_of_minors",
        &[
            "age_specific_restrictions_minors",
            "child_sexual_abuse_material",
            "child_sexual_abuse_material_deepfake",
            "grooming_sexual_enticement_minors",
            "unsafe_challenges",
        ],
    ),
    (
        "risk_for_public_security",
        &[
            "illegal_organizations",
            "risk_environmental_damage",
            "risk_public_health",
            "terrorist_content",
        ],
    ),
    (
        "scams_and_fraud",
        &[
            "impersonation_account_hijacking",
            "inauthentic_accounts",
            "inauthentic_listings",
            "inauthentic_user_reviews",
            "phishing",
            "pyramid_schemes",
        ],
    ),
    ("self_harm", &["content_promoting_eating_disorders", "self_mutilation", "suicide"]),
    ("unsafe_and_prohibited_products", &["prohibited_products", "unsafe_products"]),
    (
        "violence",
        &[
            "coordinated_harm",
            "human_exploitation",
            "human_trafficking",
            "incitement_violence_hatred",
            "trafficking_women_girls",
        ],
    ),
];

/// Whether a word is a category.
pub(crate) fn is_category(word: &str) -> bool {
    CATEGORIES.iter().any(|(category, _)| *category == word)
}

impl Checker<'_> {
    /// The category of a rule, and its keywords, sorted.
    pub(super) fn category(
        &mut self,
        written: &tree::Category,
    ) -> Option<(&'static str, Vec<&'static str>)> {
        let tree::Category { name, keywords, .. } = written;
        if let Some(of) = category_of(&name.text) {
            let message = format!("`{}` is a keyword of the category `{of}`", name.text);
            let right = format!("{of} ({})", name.text);
            let help = format!("write `category {right}`");
            let at = self.at(name.span);
            let fault = Diagnostic::new(Code::UnknownWord, at, message).help(help);
            let fault = if keywords.is_empty() { fault.fix(at, right, true) } else { fault };
            self.found.push(fault);
            return None;
        }
        let words = CATEGORIES.map(|(category, keywords)| (category, (category, keywords)));
        let (category, known) = self.look_up_word(&name.text, name.span, "category", &words)?;
        let mut found = BTreeSet::new();
        for keyword in keywords {
            if let Some(word) = known.iter().find(|word| **word == keyword.text) {
                if !found.insert(*word) {
                    let message = format!("the keyword `{word}` is listed twice");
                    self.report(
                        Code::DuplicateEntry,
                        keyword.span,
                        message,
                        "delete one of the two",
                    );
                }
            } else if let Some(other) = category_of(&keyword.text) {
                let message =
                    format!("`{}` is a keyword of `{other}`, not of `{category}`", keyword.text);
                let help = if known.is_empty() {
                    format!("`{category}` has no keywords: delete it")
                } else {
                    format!("the keywords of `{category}` are {}", listed(known))
                };
                let fault = Diagnostic::new(Code::UnknownWord, self.at(keyword.span), message);
                self.found.push(fault.help(help));
            } else {
                let what = format!("keyword of `{category}` called");
                self.one_word_of(&keyword.text, keyword.span, &what, known.iter().copied());
            }
        }
        Some((category, found.into_iter().collect()))
    }
}

/// The category that a keyword specifies.
fn category_of(keyword: &str) -> Option<&'static str> {
    let category = CATEGORIES.iter().find(|(_, keywords)| keywords.contains(&keyword));
    category.map(|(category, _)| *category)
}

/// `` `phishing`, `pyramid_schemes` ``
fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
