//! Recognises text that was decoded as Latin letters by mistake: `Ð¿Ñ€Ð¸Ð²ÐµÑ‚` for `привет`. The text is kept, because
//! readers may have seen it like this. A warning is added, because no rule finds words in it.

/// The characters at 0x80 to 0x9f in Windows-1252, where Latin-1 has control characters.
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// Whether the bytes of these letters form UTF-8 text that is not pure ASCII.
pub(super) fn is_mojibake(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(byte).collect();
    let meant = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    meant.is_some_and(|meant| !meant.is_ascii())
}

fn byte(c: char) -> Option<u8> {
    let windows =
        || WINDOWS.chars().position(|known| known == c).and_then(|at| u8::try_from(at + 0x80).ok());
    u8::try_from(c).ok().or_else(windows)
}

#[cfg(test)]
mod tests {
    use super::is_mojibake;

    #[test]
    fn mojibake_is_recognised() {
        for (text, expected) in [
            ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", true),
            ("Ð\u{90}Ð»Ðµ 1", true),
            ("cafÃ©", true),
            ("café à la crème", false),
            ("привет", false),
            ("ÄÖÜ", false),
            ("€ 5", false),
            ("plain", false),
            ("", false),
        ] {
            assert_eq!(is_mojibake(text), expected, "{text}");
        }
    }
}
