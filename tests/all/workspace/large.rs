//! A large rule set, as large as the goal for editors demands: fifty files of 200 rules each, and a library.

use std::collections::BTreeMap;
use std::fmt::Write;

/// `world.loci` and 49 countries with 200 rules each, which use a library and cite a policy of `world.loci`.
pub fn files() -> BTreeMap<String, String> {
    let codes = [
        "AE", "AR", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CL", "CN", "CO", "CZ", "DE", "DK",
        "EE", "EG", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "ID", "IE", "IL", "IN", "IT", "JP",
        "KE", "KR", "KZ", "LT", "LV", "MX", "MY", "NG", "NL", "NO", "NZ", "PH", "PK", "PL", "PT",
        "RO", "RS", "SE", "SG",
    ];
    let mut rules = BTreeMap::new();
    let mut add = |name: &str, code: &str, cited: &str| {
        let mut text = format!(
            "jurisdiction {code} {{ zone \"UTC\" }}\nuse \"lib/shared.loci\"\npolicy house \"House rules\" {{}}\n"
        );
        for number in 0..200 {
            let basis = if number % 20 == 0 { cited } else { "house" };
            write!(
                text,
                "terms words{number} {{ en: \"offer {number} of {code}\", \"deal {number} from {code}\" }}\n\
                 rule rule{number} \"Rule {number}\" {{\n  basis {basis}\n  when chat.public and \
                 (text mentions words{number} or any link in links where (link.host in shared_hosts))\n  \
                 unless text mentions \"warning {number}\" near shared_terms (5 words)\n  then label\n}}\n"
            )
            .unwrap();
        }
        rules.insert(name.to_owned(), text);
    };
    add("world.loci", "WORLD", "house");
    for code in codes {
        add(&format!("{}.loci", code.to_lowercase()), code, "world.house");
    }
    let shared = "terms shared_terms { en: \"never\", \"beware\" }\nset shared_hosts: domain { \"scam.example\" }\n";
    rules.insert("lib/shared.loci".into(), shared.into());
    rules
}
