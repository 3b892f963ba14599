//! The rules in lexloci's own language, one file for each place.

use super::rules::{PLACES, Rule, Test};

/// The names and texts of the files.
pub fn files(rules: &[Rule]) -> Vec<(String, String)> {
    PLACES
        .iter()
        .enumerate()
        .map(|(place, code)| {
            let head = format!(
                "jurisdiction {code} {{ zone \"UTC\" }}\n\n\
                policy desk \"What the desk promises\" {{ in force from 2024-01-01 }}\n"
            );
            let here = rules.iter().filter(|rule| rule.place == place).map(written);
            (format!("{}.loci", code.to_lowercase()), head + here.collect::<String>().as_str())
        })
        .collect()
}

fn written(rule: &Rule) -> String {
    let Rule { number, members, test, .. } = rule;
    let (terms, test) = match test {
        Test::Words(words) => (
            format!("\nterms words_{number} {{ en: \"{}\" }}\n", words.join("\", \"")),
            format!("text mentions words_{number}"),
        ),
        Test::Regex { pattern, .. } => (String::new(), format!("text matches r\"{pattern}\"")),
        Test::Fields { language, strikes } => (
            String::new(),
            format!("language.declared == \"{language}\" and chat.strikes > {strikes}"),
        ),
    };
    format!(
        "{terms}\nrule r{number} \"Rule {number}\" {{\n  basis desk\n  \
        when  {test} and chat.members > {members} and not author.account.is_bot\n  then  label\n}}\n"
    )
}

/// The number of a rule by its name, `kz.r17`.
pub fn number(rule: &str) -> Option<u32> {
    rule.split_once(".r")?.1.parse().ok()
}
