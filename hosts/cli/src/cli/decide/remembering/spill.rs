//! [`Spill`]: bytes that wait in a temporary file until their turn comes.

use crate::stop::Stop;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use tempfile::SpooledTempFile;

/// Up to this many bytes stay in memory. With more, a file is made.
const IN_MEMORY: usize = 8 << 20;
/// How many bytes are written at once.
const AT_ONCE: usize = 64 << 10;

/// Bytes that wait in a file. It has no name, and goes away with the program.
pub(super) struct Spill {
    file: SpooledTempFile,
    /// How many bytes are in the file.
    written: u64,
    /// The bytes that come after them and are not in the file yet.
    rest: Vec<u8>,
    /// The name of the file in errors.
    name: String,
}

/// Where some of the bytes are.
#[derive(Clone, Copy)]
pub(super) struct Span {
    start: u64,
    length: usize,
}

impl Spill {
    /// No bytes yet. Their file will be in the folder of `path`.
    pub(super) fn beside(path: &Path) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = tempfile::spooled_tempfile_in(IN_MEMORY, folder.unwrap_or(Path::new(".")));
        let name = format!("a temporary file beside {}", path.display());
        Self { file, written: 0, rest: vec![], name }
    }

    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<Span, Stop> {
        let span = Span { start: self.written + self.rest.len() as u64, length: bytes.len() };
        self.rest.extend_from_slice(bytes);
        if self.rest.len() >= AT_ONCE {
            self.write()?;
        }
        Ok(span)
    }

    pub(super) fn get(&mut self, span: Span) -> Result<Vec<u8>, Stop> {
        if span.start + span.length as u64 > self.written {
            self.write()?;
        }
        let mut bytes = vec![0; span.length];
        let found = self.file.seek(SeekFrom::Start(span.start));
        let found = found.and_then(|_| self.file.read_exact(&mut bytes));
        found.map_err(|error| Stop::io(&self.name, &error))?;
        Ok(bytes)
    }

    /// Puts bytes after their length, so that [`Spill::each`] can give them back.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.put(&(bytes.len() as u64).to_le_bytes())?;
        self.put(bytes).map(|_| ())
    }

    /// Gives all that was pushed, in that order.
    pub(super) fn each(
        mut self,
        mut take: impl FnMut(Vec<u8>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.write()?;
        let Self { mut file, written, name, .. } = self;
        let failed = |error| Stop::io(&name, &error);
        file.rewind().map_err(failed)?;
        let mut file = BufReader::with_capacity(AT_ONCE, file);
        let mut left = written;
        while left > 0 {
            let mut length = [0; 8];
            file.read_exact(&mut length).map_err(failed)?;
            let length = u64::from_le_bytes(length);
            let mut bytes = vec![];
            file.by_ref().take(length).read_to_end(&mut bytes).map_err(failed)?;
            take(bytes)?;
            left = left.saturating_sub(8 + length);
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), Stop> {
        let written = self.file.seek(SeekFrom::Start(self.written));
        let written = written.and_then(|_| self.file.write_all(&self.rest));
        written.map_err(|error| Stop::io(&self.name, &error))?;
        self.written += self.rest.len() as u64;
        self.rest.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, IN_MEMORY, Spill};
    use std::path::Path;

    #[test]
    fn what_was_put_is_got_in_any_order() {
        let mut spill = Spill::beside(Path::new("state.db"));
        let bytes = |number: usize| vec![u8::try_from(number % 251).unwrap(); number * 37 % 5000];
        let mut spans = vec![];
        for number in 0..8_000 {
            spans.push(spill.put(&bytes(number)).unwrap());
            // Bytes can be got between two puts, too.
            let earlier = number * 31 % (number + 1);
            assert_eq!(spill.get(spans[earlier]).unwrap(), bytes(earlier));
        }
        assert!(spill.written > (IN_MEMORY + AT_ONCE) as u64);
    }

    #[test]
    fn what_was_pushed_comes_back_in_its_order() {
        let mut spill = Spill::beside(Path::new("some/state.db"));
        let pushed: Vec<Vec<u8>> = [3, 0, AT_ONCE * 2, 0, 1].map(|length| vec![7; length]).into();
        pushed.iter().for_each(|bytes| spill.push(bytes).unwrap());
        let mut found = vec![];
        let all = spill.each(|bytes| {
            found.push(bytes);
            Ok(())
        });
        all.unwrap();
        assert_eq!(found, pushed);
    }
}
