//! Opens files and streams of messages, and unpacks them.

use super::stop::Stop;
use flate2::bufread::MultiGzDecoder;
use lexloci::sink::{Output, Terminal};
use lexloci::{Code, Facts, FactsFailure, Import, InputFormat, RuleSet, output};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many bytes are read at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// A packed input may unpack to this many times its size. Packing makes messages 10 to 50 times smaller. An input that is
/// packed much tighter was made to exhaust the program that unpacks it.
const MAX_RATIO: u64 = 256;
/// Up to this number of unpacked bytes, the ratio is not checked: so few bytes are harmless.
const UNCHECKED_BYTES: u64 = 64 << 20;

/// The first bytes of gzip and Zstandard files.
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// The first bytes of formats that are not supported, and what the user can do.
const UNSUPPORTED: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "this is a ZIP archive; unpack it first"),
    (b"BZh", "this is packed with bzip2; unpack it first"),
    (b"\xfd7zXZ", "this is packed with xz; unpack it first"),
    (b"\xff\xfe", "this is UTF-16; save it as UTF-8"),
    (b"\xfe\xff", "this is UTF-16; save it as UTF-8"),
];

/// Reads messages in one format, and adds facts to them.
#[derive(Clone, Debug, Default)]
pub struct MessageReader {
    pub format: InputFormat,
    pub facts: Option<Facts>,
}

impl MessageReader {
    /// A reader for a format. The facts are read from a file and checked against the schema of the rules.
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
    /// When there is no such file, or it is packed in an unsupported format.
    pub fn open(&self, name: &str) -> Result<Import<'_>, Stop> {
        self.read(name, stream(name)?.0)
    }

    /// Reads messages of an open stream. The ending of its name tells whether it has JSON lines.
    ///
    /// # Errors
    /// When the stream cannot be read, or is packed in an unsupported format.
    pub fn read<'a>(
        &'a self,
        name: &str,
        stream: impl Read + Send + 'a,
    ) -> Result<Import<'a>, Stop> {
        let mut import = Import::new(unpacked(name, stream)?, self.format);
        if let Some(facts) = &self.facts {
            import = import.facts(facts);
        }
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
        return Ok((Box::new(io::stdin()), None));
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
    let packed_bytes = Arc::new(AtomicU64::new(0));
    let stream = CountingReader { stream, bytes: Arc::clone(&packed_bytes) };
    let mut stream = BufReader::with_capacity(CHUNK_BYTES, stream);
    // The first read of a pipe may return few bytes. They include the first bytes of the format, because packing programs
    // write their header in one piece.
    let beginning = stream.fill_buf().map_err(failed)?;
    if let Some((_, advice)) = UNSUPPORTED.iter().find(|(mark, _)| beginning.starts_with(mark)) {
        return Err(Stop::failed(format_args!("{name}: {advice}")));
    }
    if beginning.starts_with(GZIP) {
        return Ok(bounded(MultiGzDecoder::new(stream), packed_bytes));
    }
    if beginning.starts_with(ZSTD) {
        let frames = ZstdFrames { stream, decoder: FrameDecoder::new(), in_frame: false };
        return Ok(bounded(frames, packed_bytes));
    }
    Ok(Box::new(stream))
}

/// Reads an unpacked stream in chunks, and fails when it becomes far larger than the packed one.
fn bounded<'a>(
    unpacked: impl Read + Send + 'a,
    packed_bytes: Arc<AtomicU64>,
) -> Box<dyn BufRead + Send + 'a> {
    let bounded = BoundedReader { unpacked, packed_bytes, unpacked_bytes: 0 };
    Box::new(BufReader::with_capacity(CHUNK_BYTES, bounded))
}

/// Counts the bytes that are read from a stream.
struct CountingReader<S> {
    stream: S,
    bytes: Arc<AtomicU64>,
}

impl<S: Read> Read for CountingReader<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.stream.read(buffer)?;
        self.bytes.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// Counts the bytes of an unpacked stream too, and fails when they are far more than the packed ones.
struct BoundedReader<U> {
    unpacked: U,
    packed_bytes: Arc<AtomicU64>,
    unpacked_bytes: u64,
}

impl<U: Read> Read for BoundedReader<U> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.unpacked.read(buffer)?;
        self.unpacked_bytes += length as u64;
        let allowed = self.packed_bytes.load(Ordering::Relaxed).saturating_mul(MAX_RATIO);
        if self.unpacked_bytes > allowed.max(UNCHECKED_BYTES) {
            let code = Code::UnpackedTooLarge.as_str();
            let message = format!(
                "{code} it unpacks to more than {MAX_RATIO} times its size; unpack it first"
            );
            return Err(io::Error::other(message));
        }
        Ok(length)
    }
}

/// Reads Zstandard frames one after another, as `zstd` and `pzstd` write them.
struct ZstdFrames<R> {
    stream: R,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: BufRead> Read for ZstdFrames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.in_frame {
                while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                    let one_block = BlockDecodingStrategy::UptoBlocks(1);
                    let decoded = self.decoder.decode_blocks(&mut self.stream, one_block);
                    decoded.map_err(io::Error::other)?;
                }
                if self.decoder.can_collect() > 0 {
                    return self.decoder.read(buffer);
                }
                self.in_frame = false;
            }
            if self.stream.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.begin_frame()?;
        }
    }
}

impl<R: BufRead> ZstdFrames<R> {
    /// Begins the next frame. A frame with data for other programs is skipped: it has nothing to unpack.
    fn begin_frame(&mut self) -> io::Result<()> {
        match self.decoder.init(&mut self.stream) {
            Ok(()) => self.in_frame = true,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                io::copy(&mut (&mut self.stream).take(length.into()), &mut io::sink())?;
            }
            Err(error) => return Err(io::Error::other(error)),
        }
        Ok(())
    }
}

fn read_facts(set: &RuleSet, file: &Path) -> Result<Facts, Stop> {
    let name = file.display().to_string();
    let lines = unpacked(&name, stream(&name)?.0)?;
    // A record names the file of its facts, but not the folder: other people read records, and the folder is private.
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
