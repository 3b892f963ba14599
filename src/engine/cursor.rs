//! A cursor over JSON. It accepts only input that is certain to be valid, and gives up on all other input; then the full
//! reader reads the record.

/// The input and the position in it.
#[derive(Debug)]
pub(super) struct Cursor<'j> {
    bytes: &'j [u8],
    at: usize,
}

/// The input is not certain to be valid, so the full reader has to read the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GiveUp;

pub(super) type ReadResult<T> = Result<T, GiveUp>;

/// The bytes of a string, without its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quoted {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) has_escapes: bool,
}

/// A number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Int(i64),
    /// A decimal, in billionths.
    Decimal(i128),
}

impl<'j> Cursor<'j> {
    pub(super) fn new(bytes: &'j [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next byte that is not white space.
    pub(super) fn peek(&mut self) -> ReadResult<u8> {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(GiveUp),
            }
        }
    }

    /// Whether only white space is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek().is_err()
    }

    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    pub(super) fn expect(&mut self, byte: u8) -> ReadResult<()> {
        if self.peek()? != byte {
            return Err(GiveUp);
        }
        self.at += 1;
        Ok(())
    }

    /// Whether the next bytes are this name, written without escapes. If so, moves the cursor behind the colon.
    pub(super) fn is_key(&mut self, name: &[u8]) -> bool {
        let start = self.at;
        let is_name = self.peek() == Ok(b'"') && {
            let end = self.at + 1 + name.len();
            self.bytes.get(self.at + 1..end) == Some(name) && self.bytes.get(end) == Some(&b'"')
        };
        if is_name {
            self.at += name.len() + 2;
            if self.expect(b':').is_ok() {
                return true;
            }
        }
        self.at = start;
        false
    }

    /// Reads `true`, `false` or `null`.
    pub(super) fn word(&mut self, word: &[u8]) -> ReadResult<()> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(GiveUp);
        }
        self.at += word.len();
        Ok(())
    }

    /// Reads a string; the cursor must be on its opening quote. The input is known to be UTF-8; escapes are not
    /// checked.
    pub(super) fn string(&mut self) -> ReadResult<Quoted> {
        self.expect(b'"')?;
        let start = self.at;
        let mut has_escapes = false;
        loop {
            self.at += plain_length(self.bytes.get(self.at..).unwrap_or_default());
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    let end = self.at;
                    self.at += 1;
                    return Ok(Quoted { start, end, has_escapes });
                }
                Some(b'\\') => {
                    has_escapes = true;
                    self.at += 2;
                }
                // The end of the input, or a control character, which JSON forbids.
                _ => return Err(GiveUp),
            }
        }
    }

    /// Reads a number that has few digits. Longer numbers are left to the full reader.
    pub(super) fn number(&mut self) -> ReadResult<Number> {
        let is_negative = self.bytes.get(self.at) == Some(&b'-');
        self.at += usize::from(is_negative);
        let (whole, digits) = self.digits()?;
        let leads_with_zero = digits > 1 && self.bytes.get(self.at - digits) == Some(&b'0');
        // The full reader reads `-0` as a float.
        if leads_with_zero || digits > 18 || (is_negative && whole == 0) {
            return Err(GiveUp);
        }
        match self.bytes.get(self.at) {
            Some(b'e' | b'E') => Err(GiveUp),
            Some(b'.') => {
                self.at += 1;
                let (fraction, places) = self.digits()?;
                let has_exponent = matches!(self.bytes.get(self.at), Some(b'e' | b'E'));
                // With so few digits, the full reader, which reads a float, gets exactly the same decimal.
                if places > 9 || digits > 6 || has_exponent {
                    return Err(GiveUp);
                }
                let scale = 10_i64.pow(9 - u32::try_from(places).map_err(|_| GiveUp)?);
                let billionths = i128::from(whole) * 1_000_000_000 + i128::from(fraction * scale);
                Ok(Number::Decimal(if is_negative { -billionths } else { billionths }))
            }
            _ => Ok(Number::Int(if is_negative { -whole } else { whole })),
        }
    }

    /// Reads at most 18 digits, so that they fit into an `i64`. Returns their value and their count.
    fn digits(&mut self) -> ReadResult<(i64, usize)> {
        let start = self.at;
        let mut value = 0_i64;
        while let Some(digit) = self.bytes.get(self.at).filter(|byte| byte.is_ascii_digit()) {
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        let count = self.at - start;
        if count == 0 || count > 18 { Err(GiveUp) } else { Ok((value, count)) }
    }
}

/// The number of bytes before the next quote, backslash or control character. Tests eight bytes at a time: a subtraction
/// sets the high bit of each byte that ends the run.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..at + 8) {
        let mut eight = [0; 8];
        eight.copy_from_slice(chunk);
        let word = u64::from_le_bytes(eight);
        let zero = |word: u64| word.wrapping_sub(ONES) & !word;
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5c)) | control) & HIGH;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let is_plain = |byte: &u8| *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
    at + rest.iter().take_while(|byte| is_plain(byte)).count()
}

/// Appends a string with its escapes replaced. Leaves lone surrogates to the full reader.
pub(super) fn unescape(raw: &str, into: &mut String) -> ReadResult<()> {
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        into.push_str(rest.get(..at).ok_or(GiveUp)?);
        let escape = rest.as_bytes().get(at + 1).ok_or(GiveUp)?;
        let mut length = 2;
        into.push(match escape {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = |at: usize| {
                    let digits = rest.get(at..at + 4).ok_or(GiveUp)?;
                    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                    let unit = is_hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten();
                    unit.ok_or(GiveUp)
                };
                let first = unit(at + 2)?;
                length = 6;
                let second = match rest.get(at + 6..at + 8) {
                    Some("\\u") if (0xd800..0xdc00).contains(&first) => {
                        length = 12;
                        Some(unit(at + 8)?)
                    }
                    _ => None,
                };
                let units = [first].into_iter().chain(second);
                char::decode_utf16(units).next().ok_or(GiveUp)?.map_err(|_| GiveUp)?
            }
            _ => return Err(GiveUp),
        });
        rest = rest.get(at + length..).ok_or(GiveUp)?;
    }
    into.push_str(rest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Number, plain_length, unescape};

    #[test]
    fn plain_bytes_end_before_quotes_backslashes_and_control_characters() {
        for filler in ["", "a", "абв", "0123456789abcdefé"] {
            for mark in ["\"", "\\", "\n", "\u{1f}", "\0"] {
                let text = format!("{filler}{mark}rest of it, long enough");
                assert_eq!(plain_length(text.as_bytes()), filler.len(), "{text:?}");
            }
            assert_eq!(plain_length(filler.as_bytes()), filler.len());
        }
        let all: Vec<u8> = (0x20..=0xff).filter(|byte| ![b'"', b'\\'].contains(byte)).collect();
        assert_eq!(plain_length(&all), all.len());
    }

    #[test]
    fn only_numbers_with_few_digits_are_read() {
        for (text, number) in [
            ("0", Some(Number::Int(0))),
            ("-7", Some(Number::Int(-7))),
            ("123456789012345678", Some(Number::Int(123_456_789_012_345_678))),
            ("1234567890123456789", None),
            ("0.87", Some(Number::Decimal(870_000_000))),
            ("-1.5", Some(Number::Decimal(-1_500_000_000))),
            ("-0", None),
            ("-0.5", None),
            ("01", None),
            ("1.", None),
            ("1e3", None),
            ("1.5e3", None),
            ("1234567.5", None),
        ] {
            assert_eq!(Cursor::new(text.as_bytes()).number().ok(), number, "{text}");
        }
    }

    #[test]
    fn escapes_become_the_characters_that_they_mean() {
        for (raw, text) in [
            (r"a\n\u0431\/\\", Some("a\nб/\\")),
            (r"\ud83d\ude00!", Some("😀!")),
            (r"\ud83d", None),
            (r"\ud83d\u0041", None),
            (r"\ude00", None),
            (r"\x", None),
            (r"\u12", None),
            (r"\u+123", None),
        ] {
            let mut into = String::new();
            let done = unescape(raw, &mut into);
            assert_eq!(done.ok().map(|()| into.as_str()), text, "{raw}");
        }
    }
}
