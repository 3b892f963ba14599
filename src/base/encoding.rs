//! Files that are not UTF-8: where that shows, and which encoding they probably have.

/// The first place at which a file is not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotUtf8 {
    /// The first byte that belongs to no character.
    pub byte: usize,
    /// Its line, from 1.
    line: usize,
    /// Its column in characters, from 1.
    column: usize,
    meant: Option<Meant>,
}

/// An encoding that a file may have.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meant {
    Utf16,
    /// An encoding of one byte for each character, and what the word at the place is in it.
    Windows(&'static str, String),
}

/// The most bytes of a word that a message shows.
const MAX_WORD: usize = 60;

impl NotUtf8 {
    /// The text of a file, or why it has none. Linear in the file.
    pub(crate) fn check(bytes: Vec<u8>) -> Result<String, (Self, Vec<u8>)> {
        String::from_utf8(bytes).map_err(|error| {
            let byte = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            (Self::at(byte, &bytes), bytes)
        })
    }

    fn at(byte: usize, bytes: &[u8]) -> Self {
        let before = String::from_utf8_lossy(bytes.get(..byte).unwrap_or_default());
        let line = before.rsplit('\n').next().unwrap_or_default();
        let meant = if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
            Some(Meant::Utf16)
        } else if before.is_ascii() {
            windows(byte, bytes)
        } else {
            // The characters before this one show that the file is UTF-8, and that only this place is broken.
            None
        };
        let column = line.chars().count() + 1;
        Self { byte, line: before.matches('\n').count() + 1, column, meant }
    }

    /// `line 4, column 53`
    pub(crate) fn place(&self) -> String {
        format!("line {}, column {}", self.line, self.column)
    }

    /// What to do.
    pub(crate) fn help(&self) -> String {
        match &self.meant {
            Some(Meant::Utf16) => "it is UTF-16: save the file as UTF-8".to_owned(),
            Some(Meant::Windows(encoding, word)) => {
                format!("it may be {encoding}, in which this is `{word}`: save the file as UTF-8")
            }
            None => "save the file as UTF-8".to_owned(),
        }
    }

    /// Whether the file is UTF-16: then no single place of it is wrong.
    pub(crate) fn is_utf16(&self) -> bool {
        self.meant == Some(Meant::Utf16)
    }

    /// The text as far as it can be read, to show it. U+FFFD stands for each part that cannot.
    pub(crate) fn shown(&self, bytes: &[u8]) -> String {
        if !self.is_utf16() {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        let is_low_first = bytes.first() == Some(&0xff);
        let (pairs, _) = bytes.as_chunks::<2>();
        let unit = |pair: &[u8; 2]| {
            if is_low_first { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) }
        };
        String::from_utf16_lossy(&pairs.iter().map(unit).collect::<Vec<_>>())
    }
}

/// The encoding of Windows in which the word around a byte consists of letters. Words in Cyrillic have no ASCII letters.
fn windows(byte: usize, bytes: &[u8]) -> Option<Meant> {
    let is_of_word = |byte: &u8| byte.is_ascii_alphabetic() || is_letter(*byte);
    let (before, after) = bytes.split_at_checked(byte)?;
    let start = before.iter().rev().take(MAX_WORD).take_while(|byte| is_of_word(byte)).count();
    let length = after.iter().take(MAX_WORD).take_while(|byte| is_of_word(byte)).count();
    if length == 0 {
        return None;
    }
    let word = bytes.get(byte - start..byte + length)?;
    let (encoding, letter): (_, fn(u8) -> Option<char>) =
        if word.iter().any(u8::is_ascii_alphabetic) || word.len() == 1 {
            ("Windows-1252", |byte| is_letter(byte).then(|| char::from(byte)))
        } else {
            ("Windows-1251", cyrillic)
        };
    let letter = |byte: &u8| if byte.is_ascii() { Some(char::from(*byte)) } else { letter(*byte) };
    let word: Option<String> = word.iter().map(letter).collect();
    word.map(|word| Meant::Windows(encoding, word))
}

/// Whether a byte is a letter in the encodings of Windows.
fn is_letter(byte: u8) -> bool {
    byte >= 0xc0 || matches!(byte, 0xa8 | 0xb8)
}

fn cyrillic(byte: u8) -> Option<char> {
    match byte {
        0xa8 => Some('Ё'),
        0xb8 => Some('ё'),
        0xc0.. => char::from_u32('А' as u32 + u32::from(byte - 0xc0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::NotUtf8;

    #[test]
    fn the_place_and_the_encoding_are_found() {
        for (bytes, place, help) in [
            (
                &b"a\nb \"cr\xe9dit rapide\""[..],
                "line 2, column 6",
                "it may be Windows-1252, in which this is `cr\u{e9}dit`: save the file as UTF-8",
            ),
            (
                b"a \xe7\xe0\xbc\xec",
                "line 1, column 3",
                "it may be Windows-1251, in which this is `за`: save the file as UTF-8",
            ),
            (
                b"\xc7\xe0\xb8\xec!",
                "line 1, column 1",
                "it may be Windows-1251, in which this is `Заём`: save the file as UTF-8",
            ),
            (
                b"\xc0 la carte",
                "line 1, column 1",
                "it may be Windows-1252, in which this is `\u{c0}`: save the file as UTF-8",
            ),
            (
                "\u{44f} \u{44f}".as_bytes().split_last().unwrap().1,
                "line 1, column 3",
                "save the file as UTF-8",
            ),
            (b"\xff\xfea\0", "line 1, column 1", "it is UTF-16: save the file as UTF-8"),
            (b"a \x93b\x94", "line 1, column 3", "save the file as UTF-8"),
            (b"don\x92t", "line 1, column 4", "save the file as UTF-8"),
        ] {
            let (fault, _) = NotUtf8::check(bytes.to_vec()).unwrap_err();
            assert_eq!((fault.place().as_str(), fault.help().as_str()), (place, help));
        }
        for bytes in [&b"\xff\xfea\0\x3a\x04"[..], b"\xfe\xff\0a\x04\x3a"] {
            let (fault, bytes) = NotUtf8::check(bytes.to_vec()).unwrap_err();
            assert_eq!(fault.shown(&bytes), "\u{feff}aк");
        }
    }
}
