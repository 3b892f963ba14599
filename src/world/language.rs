//! Codes of languages, and what authors write instead of them.

/// The codes of two letters (ISO 639-1).
const CODES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv \
     dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is \
     it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my \
     na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn \
     so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Names of languages and codes of countries, with the code of the language that is meant. The code of a country that
/// is also the code of another language, such as `se` or `kr`, is not here: nobody can tell which one is meant.
const MISTAKEN: &[(&str, &str)] = &[
    ("arabic", "ar"),
    ("armenian", "hy"),
    ("azerbaijani", "az"),
    ("belarusian", "be"),
    ("bulgarian", "bg"),
    ("by", "be"),
    ("chinese", "zh"),
    ("cn", "zh"),
    ("croatian", "hr"),
    ("cz", "cs"),
    ("czech", "cs"),
    ("danish", "da"),
    ("deutsch", "de"),
    ("dk", "da"),
    ("dutch", "nl"),
    ("english", "en"),
    ("finnish", "fi"),
    ("french", "fr"),
    ("georgian", "ka"),
    ("german", "de"),
    ("gr", "el"),
    ("greek", "el"),
    ("hebrew", "he"),
    ("hindi", "hi"),
    ("hungarian", "hu"),
    ("indonesian", "id"),
    ("ir", "fa"),
    ("italian", "it"),
    ("japanese", "ja"),
    ("jp", "ja"),
    ("kazakh", "kk"),
    ("korean", "ko"),
    ("kyrgyz", "ky"),
    ("kz", "kk"),
    ("persian", "fa"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("romanian", "ro"),
    ("rs", "sr"),
    ("russian", "ru"),
    ("serbian", "sr"),
    ("spanish", "es"),
    ("swedish", "sv"),
    ("tajik", "tg"),
    ("tatar", "tt"),
    ("thai", "th"),
    ("turkish", "tr"),
    ("ua", "uk"),
    ("ukrainian", "uk"),
    ("us", "en"),
    ("uzbek", "uz"),
    ("vietnamese", "vi"),
    ("vn", "vi"),
];

/// Whether a text can be the code of a language (BCP 47), perhaps with a script or a country after it. All codes of
/// three letters are taken as known.
pub(crate) fn is_code(text: &str) -> bool {
    let code = text.split('-').next().unwrap_or_default();
    match code.len() {
        2 => CODES.split_ascii_whitespace().any(|known| known == code),
        3 => code.bytes().all(|b| b.is_ascii_lowercase()),
        _ => false,
    }
}

/// The code that was meant by a text that is none. What follows the first `-` is kept.
pub(crate) fn meant(text: &str) -> Option<String> {
    let (word, variety) = text.split_at(text.find('-').unwrap_or(text.len()));
    let word = word.to_ascii_lowercase();
    let mistaken = MISTAKEN.iter().find(|(mistaken, _)| word == *mistaken);
    let code = mistaken.map_or(word.as_str(), |(_, code)| *code);
    is_code(code).then(|| format!("{code}{variety}"))
}

#[cfg(test)]
mod tests {
    use super::{MISTAKEN, is_code, meant};

    #[test]
    fn what_is_mistaken_for_a_code_is_none_and_what_is_meant_is_one() {
        for (mistaken, code) in MISTAKEN {
            assert!(!is_code(mistaken) && is_code(code), "{mistaken}");
        }
        assert!(is_code("kk") && is_code("yue") && is_code("zh-Hant") && !is_code("xq"));
        assert_eq!(meant("KZ-Latn").as_deref(), Some("kk-Latn"));
        assert_eq!(meant("klingon"), None);
    }
}
