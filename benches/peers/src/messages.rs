//! Messages: real texts of the shared data if there are any, else invented texts of the same lengths and scripts. They become
//! records with the fields that the rules use.

use super::lexicon::{Script, zipf};
use super::rules::PLACES;
use fastrand::Rng;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;

/// Languages that records declare and rules ask for.
pub const LANGUAGES: [&str; 12] =
    ["kk", "ru", "de", "fr", "ar", "en", "id", "uz", "tr", "uk", "es", "hi"];
/// The number of messages in the first measurement.
pub const COUNT: usize = 19_595;
/// The most bytes of a text. Longer texts are left out, so that the average is that of short messages.
const LONGEST: usize = 1_080;

/// The messages of a run, as JSON.
pub struct Messages {
    pub records: Vec<Box<[u8]>>,
    pub source: &'static str,
    text_bytes: usize,
    beyond_ascii: usize,
}

/// A line of the shared data.
#[derive(Deserialize)]
struct Line {
    text: String,
    lang: String,
}

pub fn load(seed: u64, shared: &Path, count: usize) -> Messages {
    let mut rng = Rng::with_seed(seed ^ 0x5eed_0002);
    let mut texts = real(shared);
    let source = if texts.is_empty() { "invented" } else { "shared/data/messages" };
    if texts.is_empty() {
        texts = (0..count).map(|_| invented(&mut rng)).collect();
    }
    rng.shuffle(&mut texts);
    texts.truncate(count);
    let text_bytes = texts.iter().map(|(text, _)| text.len()).sum();
    let beyond_ascii =
        texts.iter().flat_map(|(text, _)| text.bytes()).filter(|byte| !byte.is_ascii()).count();
    let records = texts.iter().map(|(text, language)| record(&mut rng, text, language)).collect();
    Messages { records, source, text_bytes, beyond_ascii }
}

/// The texts of the shared data, with their languages.
fn real(shared: &Path) -> Vec<(String, String)> {
    let Ok(folder) = std::fs::read_dir(shared.join("messages")) else { return vec![] };
    let mut files: Vec<_> = folder.filter_map(|file| Some(file.ok()?.path())).collect();
    files.sort();
    let texts = files.iter().filter_map(|file| std::fs::read_to_string(file).ok());
    texts
        .flat_map(|text| {
            text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect::<Vec<Line>>()
        })
        .filter(|line| (1..=LONGEST).contains(&line.text.len()))
        .map(|line| (line.text, line.lang))
        .collect()
}

/// A text and its language. Lengths are those of short messages: half have less than 80 bytes, one in ten more than 300.
fn invented(rng: &mut Rng) -> (String, String) {
    let (script, language) = match rng.u32(..100) {
        0..35 => (Script::Cyrillic, "kk"),
        35..60 => (Script::Cyrillic, "ru"),
        60..68 => (Script::Arabic, "ar"),
        68..80 => (Script::Latin, "de"),
        80..88 => (Script::Latin, "fr"),
        _ => (Script::Latin, "en"),
    };
    let normal = (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0;
    let bytes = ((4.35 + 1.0 * normal).exp() as usize).clamp(4, LONGEST - 40);
    let mut text = String::new();
    while text.len() < bytes {
        if !text.is_empty() {
            text.push_str([" ", " ", " ", " ", " ", ", ", ". ", " 🔥 ", "\n"][rng.usize(..9)]);
        }
        match rng.u32(..40) {
            0 => text.push_str(&format!(
                "https://t.me/{}{}",
                Script::Latin.word(rng.usize(..5_000)),
                rng.u32(..90)
            )),
            1 => text.push_str(&rng.u32(..100_000).to_string()),
            2..6 => {
                let word = script.word(zipf(rng, 60_000));
                text.extend(
                    word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)),
                );
            }
            _ => text.push_str(&script.word(zipf(rng, 60_000))),
        }
    }
    (text, language.into())
}

#[derive(Serialize)]
struct Record<'a> {
    id: String,
    platform: &'a str,
    sent_at: String,
    parts: [Part<'a>; 1],
    chat: Chat,
    author: Author,
    language: Language<'a>,
    visibility: Visibility,
}

#[derive(Serialize)]
struct Part<'a> {
    kind: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Chat {
    r#type: &'static str,
    members: i64,
    strikes: i64,
}

#[derive(Serialize)]
struct Author {
    account: Account,
}

#[derive(Serialize)]
struct Account {
    is_bot: bool,
}

#[derive(Serialize)]
struct Language<'a> {
    declared: &'a str,
}

#[derive(Serialize)]
struct Visibility {
    countries: Vec<&'static str>,
}

fn record(rng: &mut Rng, text: &str, language: &str) -> Box<[u8]> {
    let chat = rng.i64(1_000_000..2_000_000_000);
    let mut places = PLACES;
    rng.shuffle(&mut places);
    // One to nine places, five on average.
    let visible = 1 + rng.usize(..5) + rng.usize(..5);
    let record = Record {
        id: format!("tg:-100{chat}/{}", rng.u32(1..90_000)),
        platform: "telegram",
        sent_at: format!(
            "2026-0{}-{:02}T{:02}:{:02}:{:02}Z",
            rng.u32(1..=6),
            rng.u32(1..=28),
            rng.u32(..24),
            rng.u32(..60),
            rng.u32(..60)
        ),
        parts: [Part { kind: "text", text }],
        chat: Chat {
            r#type: ["supergroup", "channel"][rng.usize(..2)],
            members: 10f64.powf(0.5 + 5.0 * rng.f64()) as i64,
            strikes: if rng.u32(..10) == 0 { rng.i64(1..9) } else { 0 },
        },
        author: Author { account: Account { is_bot: rng.u32(..30) == 0 } },
        language: Language { declared: language },
        visibility: Visibility { countries: places[..visible].to_vec() },
    };
    serde_json::to_vec(&record).expect("a record is plain data").into()
}

impl fmt::Display for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.records.len().max(1);
        let json: usize = self.records.iter().map(|record| record.len()).sum();
        write!(
            f,
            "{count} messages ({}), {} bytes of JSON and {} of text on average, {:.0} % of the text beyond ASCII",
            self.source,
            json / count,
            self.text_bytes / count,
            100.0 * self.beyond_ascii as f64 / self.text_bytes.max(1) as f64
        )
    }
}
