//! Opens files and streams of messages, and unpacks them.

use super::stop::Stop;
use flate2::bufread::MultiGzDecoder;
use lexloci::sink::{Output, Terminal};
use lexloci::{Code, Facts, FactsFailure, Import, InputFormat, RuleSet, output};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that are read at a time.
const CHUNK: usize = 64 << 10;

/// How many times its own size a packed input may unpack to, once it has unpacked to more than [`FREE`] bytes. Messages
/// pack to a tenth or a fiftieth; what packs better was made to exhaust whoever unpacks it.
const RATIO: u64 = 256;
/// Bytes that any packed input may unpack to.
const FREE: u64 = 64 << 20;

/// What gzip and Zstandard files begin with, and what only looks like an export.
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const OTHERS: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "this is a ZIP archive; unpack it first"),
    (b"BZh", "this is packed with bzip2; unpack it first"),
    (b"\xfd7zXZ", "this is packed with xz; unpack it first"),
    (b"\xff\xfe", "this is UTF-16; save it as UTF-8"),
    (b"\xfe\xff", "this is UTF-16; save it as UTF-8"),
];

/// How messages are read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub format: InputFormat,
    pub facts: Option<Facts>,
}

impl Reading {
    /// With the facts of a file, checked by the schema of the rules.
    ///
    /// # Errors
    /// When the file cannot be read; with everything that is wrong in it.
    pub fn new(set: &RuleSet, format: InputFormat, facts: Option<&Path>) -> Result<Self, Stop> {
        let facts = facts.map(|file| read_facts(set, file)).transpose()?;
        Ok(Self { format, facts })
    }

    /// Opens a file of messages; `-` is stdin.
    ///
    /// # Errors
    /// When there is no such file, or it is packed in a way that is not read.
    pub fn open(&self, name: &str) -> Result<Import<'_>, Stop> {
        self.read(name, stream(name)?.0)
    }

    /// Reads messages of a stream that was opened under a name.
    ///
    /// # Errors
    /// As [`Reading::open`].
    pub fn read<'a>(
        &'a self,
        name: &str,
        stream: impl Read + Send + 'a,
    ) -> Result<Import<'a>, Stop> {
        let import = Import::new(unpacked(name, stream)?, self.format);
        let import = match &self.facts {
            Some(facts) => import.facts(facts),
            None => import,
        };
        let plain = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name);
        let lines = plain.ends_with(".jsonl") || plain.ends_with(".ndjson");
        Ok(if lines { import.lines() } else { import })
    }
}

/// A file, with its length when that is known, or stdin.
///
/// # Errors
/// When there is no such file.
pub fn stream(name: &str) -> Result<(Box<dyn Read + Send>, Option<u64>), Stop> {
    if name == "-" {
        return Ok((Box::new(std::io::stdin()), None));
    }
    let failed = |error| Stop::io(name, &error);
    let file = File::open(name).map_err(failed)?;
    let meta = file.metadata().map_err(failed)?;
    if meta.is_dir() {
        let export = Path::new(name).join("result.json");
        let hint = if export.is_file() {
            format!("; did you mean `{}`?", export.display())
        } else {
            String::new()
        };
        return Err(Stop::failed(format_args!("`{name}` is a directory{hint}")));
    }
    Ok((Box::new(file), meta.is_file().then_some(meta.len())))
}

fn unpacked<'a>(
    name: &str,
    stream: impl Read + Send + 'a,
) -> Result<Box<dyn BufRead + Send + 'a>, Stop> {
    let failed = |error| Stop::io(name, &error);
    let mut stream = BufReader::with_capacity(CHUNK, stream);
    // A pipe may give less than a mark at first; all marks of what is unpacked are in one write.
    let beginning = stream.fill_buf().map_err(failed)?;
    if let Some((_, what)) = OTHERS.iter().find(|(mark, _)| beginning.starts_with(mark)) {
        return Err(Stop::failed(format_args!("{name}: {what}")));
    }
    if beginning.starts_with(GZIP) {
        return Ok(bounded(stream, MultiGzDecoder::new));
    }
    if beginning.starts_with(ZSTD) {
        let frames = |stream| Frames { stream, decoder: FrameDecoder::new(), open: false };
        return Ok(bounded(stream, frames));
    }
    Ok(Box::new(stream))
}

/// What a packed input unpacks to, as long as that is not out of all proportion.
fn bounded<'a, S: BufRead + Send + 'a, U: Read + Send + 'a>(
    stream: S,
    unpack: impl FnOnce(Counted<S>) -> U,
) -> Box<dyn BufRead + Send + 'a> {
    let packed = Arc::new(AtomicU64::new(0));
    let unpacked = unpack(Counted { stream, consumed: Arc::clone(&packed) });
    Box::new(BufReader::with_capacity(CHUNK, Bounded { unpacked, packed, count: 0 }))
}

/// A stream that counts the bytes that are taken out of it.
struct Counted<S> {
    stream: S,
    consumed: Arc<AtomicU64>,
}

impl<S: BufRead> Read for Counted<S> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.stream.read(buffer)?;
        self.consumed.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

impl<S: BufRead> BufRead for Counted<S> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.stream.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.consumed.fetch_add(length as u64, Ordering::Relaxed);
        self.stream.consume(length);
    }
}

/// An unpacked stream that ends in an error when it is much larger than what it was packed in.
struct Bounded<U> {
    unpacked: U,
    packed: Arc<AtomicU64>,
    count: u64,
}

impl<U: Read> Read for Bounded<U> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.unpacked.read(buffer)?;
        self.count += length as u64;
        let packed = self.packed.load(Ordering::Relaxed);
        if self.count > FREE && self.count > packed.saturating_mul(RATIO) {
            let code = Code::UnpackedTooLarge.as_str();
            let message =
                format!("{code} it unpacks to more than {RATIO} times its size; unpack it first");
            return Err(std::io::Error::other(message));
        }
        Ok(length)
    }
}

/// Zstandard frames one after another, some of them to be skipped, as `zstd` and `pzstd` write.
struct Frames<R> {
    stream: R,
    decoder: FrameDecoder,
    open: bool,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            if self.open {
                while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                    let one = BlockDecodingStrategy::UptoBlocks(1);
                    self.decoder
                        .decode_blocks(&mut self.stream, one)
                        .map_err(std::io::Error::other)?;
                }
                if self.decoder.can_collect() > 0 {
                    return self.decoder.read(buffer);
                }
                self.open = false;
            }
            if self.stream.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.begin()?;
        }
    }
}

impl<R: BufRead> Frames<R> {
    fn begin(&mut self) -> std::io::Result<()> {
        match self.decoder.init(&mut self.stream) {
            Ok(()) => self.open = true,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                std::io::copy(
                    &mut (&mut self.stream).take(u64::from(length)),
                    &mut std::io::sink(),
                )?;
            }
            Err(error) => return Err(std::io::Error::other(error)),
        }
        Ok(())
    }
}

fn read_facts(set: &RuleSet, file: &Path) -> Result<Facts, Stop> {
    let name = file.display().to_string();
    let lines = unpacked(&name, stream(&name)?.0)?;
    // Records name the file alone: where it lies on this machine is nobody's business.
    let called =
        file.file_name().map_or(name.clone(), |called| called.to_string_lossy().into_owned());
    set.facts(&called, lines).map_err(|failure| match failure {
        FactsFailure::Input(error) => Stop::io(&name, &error),
        FactsFailure::Lines(faults) => {
            let shown = faults.iter().map(|fault| {
                let code = fault.error.code.as_str();
                output!("{}:{}: {} {}", name, fault.line, code, fault.error)
            });
            let shown = Output::<Terminal>::join(shown, "\n");
            Stop::Failed(output!("the facts cannot be used:\n{}", shown))
        }
        // The library may come to know further faults.
        _ => Stop::with_lines(failure),
    })
}
