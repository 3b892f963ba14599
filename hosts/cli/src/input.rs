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

/// How many bytes are read at a time.
const CHUNK: usize = 64 << 10;

/// A packed input may unpack to this many times its size. Packing makes messages 10 to 50 times smaller. An input that is
/// packed much tighter was made to exhaust the program that unpacks it.
const MAX_RATIO: u64 = 256;
/// The ratio is not checked until an input has unpacked to more than this number of bytes.
const FREE_BYTES: u64 = 64 << 20;

/// The first bytes of gzip and Zstandard files.
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// The first bytes of inputs that cannot be read, and what to do about them.
const UNREADABLE: &[(&[u8], &str)] = &[
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
    /// Reads the facts of a file, and checks them by the schema of the rules.
    ///
    /// # Errors
    /// When the file cannot be read, or has faults. The error lists all faults.
    pub fn new(set: &RuleSet, format: InputFormat, facts: Option<&Path>) -> Result<Self, Stop> {
        let facts = facts.map(|file| read_facts(set, file)).transpose()?;
        Ok(Self { format, facts })
    }

    /// Opens a file of messages; `-` is stdin.
    ///
    /// # Errors
    /// When there is no such file, or its kind of packing is not supported.
    pub fn open(&self, name: &str) -> Result<Import<'_>, Stop> {
        self.read(name, stream(name)?.0)
    }

    /// Reads messages of an open stream. Its name tells whether it has JSON lines.
    ///
    /// # Errors
    /// When the stream cannot be read, or its kind of packing is not supported.
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
        let has_json_lines = plain.ends_with(".jsonl") || plain.ends_with(".ndjson");
        Ok(if has_json_lines { import.lines() } else { import })
    }
}

/// Opens a file, or stdin for `-`. Returns the length too, if it is known.
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

/// Unpacks a stream if it is packed.
fn unpacked<'a>(
    name: &str,
    stream: impl Read + Send + 'a,
) -> Result<Box<dyn BufRead + Send + 'a>, Stop> {
    let failed = |error| Stop::io(name, &error);
    let mut stream = BufReader::with_capacity(CHUNK, stream);
    // A pipe may return few bytes at first. Programs that pack write their first bytes at once, so the mark is complete.
    let beginning = stream.fill_buf().map_err(failed)?;
    if let Some((_, advice)) = UNREADABLE.iter().find(|(mark, _)| beginning.starts_with(mark)) {
        return Err(Stop::failed(format_args!("{name}: {advice}")));
    }
    if beginning.starts_with(GZIP) {
        return Ok(bounded(stream, MultiGzDecoder::new));
    }
    if beginning.starts_with(ZSTD) {
        let frames = |stream| Frames { stream, decoder: FrameDecoder::new(), is_open: false };
        return Ok(bounded(stream, frames));
    }
    Ok(Box::new(stream))
}

/// Unpacks a stream. Reading fails when it unpacks to far more than its packed size.
fn bounded<'a, S: BufRead + Send + 'a, U: Read + Send + 'a>(
    stream: S,
    unpack: impl FnOnce(Counted<S>) -> U,
) -> Box<dyn BufRead + Send + 'a> {
    let packed = Arc::new(AtomicU64::new(0));
    let unpacked = unpack(Counted { stream, consumed: Arc::clone(&packed) });
    Box::new(BufReader::with_capacity(CHUNK, Bounded { unpacked, packed, count: 0 }))
}

/// A stream that counts the bytes that are read from it.
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

/// An unpacked stream that ends with an error when it becomes far larger than the packed one.
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
        if self.count > FREE_BYTES && self.count > packed.saturating_mul(MAX_RATIO) {
            let code = Code::UnpackedTooLarge.as_str();
            let message = format!(
                "{code} it unpacks to more than {MAX_RATIO} times its size; unpack it first"
            );
            return Err(std::io::Error::other(message));
        }
        Ok(length)
    }
}

/// Reads Zstandard frames one after another, as `zstd` and `pzstd` write them. Frames without content are skipped.
struct Frames<R> {
    stream: R,
    decoder: FrameDecoder,
    is_open: bool,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            if self.is_open {
                while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                    let one_block = BlockDecodingStrategy::UptoBlocks(1);
                    self.decoder
                        .decode_blocks(&mut self.stream, one_block)
                        .map_err(std::io::Error::other)?;
                }
                if self.decoder.can_collect() > 0 {
                    return self.decoder.read(buffer);
                }
                self.is_open = false;
            }
            if self.stream.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.begin()?;
        }
    }
}

impl<R: BufRead> Frames<R> {
    /// Begins the next frame. A frame without content is skipped.
    fn begin(&mut self) -> std::io::Result<()> {
        match self.decoder.init(&mut self.stream) {
            Ok(()) => self.is_open = true,
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
    // Records name only the file. Its folder says something about this machine that readers need not know.
    let file_name =
        file.file_name().map_or(name.clone(), |name| name.to_string_lossy().into_owned());
    set.facts(&file_name, lines).map_err(|failure| match failure {
        FactsFailure::Input(error) => Stop::io(&name, &error),
        FactsFailure::Lines(faults) => {
            let shown = faults.iter().map(|fault| {
                let code = fault.error.code.as_str();
                output!("{}:{}: {} {}", name, fault.line, code, fault.error)
            });
            let shown = Output::<Terminal>::join(shown, "\n");
            Stop::Failed(output!("the facts cannot be used:\n{}", shown))
        }
        // Later versions of the library may have further kinds of failures.
        _ => Stop::with_lines(failure),
    })
}
