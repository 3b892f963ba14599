//! Functions on whole texts and lists.

use super::{Cost, Function, int, row, text};
use crate::base::digest::sha256;
use crate::text::{Words, outline_of_text};
use crate::world::value::Type::{self, Int, Text};
use crate::world::value::Value;

/// The version of the fingerprints. It changes when a text gets another fingerprint, because stores keep them.
const FINGERPRINT: &str = "f1:";
/// The bytes of the digest in a fingerprint.
const DIGEST_BYTES: usize = 16;

pub(super) fn rows() -> Vec<Function> {
    let any_list = Type::List(Box::new(Type::Opaque));
    vec![
        row(
            "length",
            "The number of characters.",
            [("text", Text)],
            Int,
            Cost::Byte { steps: 1, growth: 0 },
            |[text]| int(self::text(text)?.chars().count()),
        ),
        Function {
            counts_elements: true,
            ..row(
                "length",
                "The number of elements.",
                [("list", any_list)],
                Int,
                Cost::Call(1),
                |[list]| {
                    let Value::List(elements) = list else { return None };
                    int(elements.len())
                },
            )
        },
        row(
            "words",
            "The number of words, divided as `mentions` divides them.",
            [("text", Text)],
            Int,
            Cost::Byte { steps: 60, growth: 0 },
            |[text]| int(Words::of(self::text(text)?).bytes().count()),
        ),
        row(
            "lower",
            "The text in lower case.",
            [("text", Text)],
            Text,
            Cost::Byte { steps: 8, growth: 2 },
            |[text]| Some(Value::text(self::text(text)?.to_lowercase())),
        ),
        row(
            "fingerprint",
            "A short text that is the same for all texts with the same letters and digits in the same order, whatever \
             their case, style, accents, blanks, punctuation and emoji are, and in disguise too. Of a text without \
             letters and digits, its signs count. A text without anything to see has none.",
            [("text", Text)],
            Text,
            Cost::Digest { steps: 120, answer: (FINGERPRINT.len() + 2 * DIGEST_BYTES) as u64 },
            |[text]| fingerprint(self::text(text)?).map(Value::text),
        ),
    ]
}

fn fingerprint(text: &str) -> Option<String> {
    let outline = outline_of_text(text);
    if outline.is_empty() {
        return None;
    }
    let mut hex = sha256(outline.as_bytes());
    hex.truncate(2 * DIGEST_BYTES);
    Some(format!("{FINGERPRINT}{hex}"))
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn one_text_in_many_spellings_has_one_fingerprint() {
        let text = "Пассивный доход 30% в месяц. Пиши @desk_bot!";
        let own = fingerprint(text).unwrap();
        for other in [
            "ПАССИВНЫЙ ДОХОД 30% В МЕСЯЦ, ПИШИ @DESK_BOT",
            "🔥🔥 Пассивный  доход — 30 % в месяц!\n\nПиши: @desk_bot 👇",
            "Пaссивный дoход 30% в месяц. Пиши @desk_bot!",
            "П а с с и в н ы й доход 30% в месяц. Пиши @desk bot",
            "Пас\u{ad}сив\u{200b}ный доход ３０% в месяц. Пиши @desk_bot!",
        ] {
            assert_eq!(fingerprint(other).as_ref(), Some(&own), "{other}");
        }
        for other in ["Пассивный доход 40% в месяц. Пиши @desk_bot!", "Пассивный доход", "🔥"]
        {
            assert_ne!(fingerprint(other).as_ref(), Some(&own), "{other}");
        }
    }

    /// Counters keep fingerprints. If one of these changes, so must the version in front of it.
    #[test]
    fn fingerprints_stay_as_they_are() {
        for (text, own) in [
            ("", None),
            (" \u{200b}\n", None),
            ("Guaranteed return!", Some("f1:7ea28e5bd5db631f78afde6253249038")),
            ("гарантированный доход", Some("f1:7302a501bd8b80ee9e076bf4104755c6")),
            ("бесплатные cпины", Some("f1:b3c1f91e9c2171218a2c2eab5fb85a83")),
            ("🔥🔥", Some("f1:c76bbcb8d41af0d5dc18443035244bdd")),
            ("日本語のテキスト", Some("f1:d4192d3b01dfa9f5b08388f13e5c7492")),
            ("İSTANBUL ﬁ ① ğ", Some("f1:89a536938965cd87331814f76beb6a04")),
        ] {
            assert_eq!(fingerprint(text).as_deref(), own, "{text}");
        }
    }
}
