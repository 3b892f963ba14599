//! Rich messages of the Bot API: converts nested blocks to one text with entities. If they were ignored, authors could
//! hide text in them. Blocks have no offsets, so positions are counted while the text grows.

use super::surfaces::{largest, media_object};
use crate::import::draft::{Draft, Mark, Part};
use crate::import::foreign::Foreign;
use crate::import::utf16;
use serde_json::Value;

/// For each type of marked range, the field that holds its value.
const VALUES: &[(&str, &str)] = &[
    ("url", "url"),
    ("mention", "username"),
    ("hashtag", "hashtag"),
    ("cashtag", "cashtag"),
    ("email_address", "email_address"),
    ("phone_number", "phone_number"),
    ("bank_card_number", "bank_card_number"),
    ("bot_command", "bot_command"),
    ("anchor_link", "anchor_name"),
    ("reference_link", "reference_name"),
    ("date_time", "unix_time"),
];

/// Types that have another name in entities.
const NAMES: &[(&str, &str)] = &[("email_address", "email"), ("url", "text_link")];

const MEDIA: &[&str] = &["photo", "video", "audio", "animation", "voice_note"];

/// Adds the part of a rich message, and its media.
pub(super) fn read(message: &Foreign<'_>, draft: &mut Draft) {
    let mut flattener = Flattener {
        text: String::new(),
        units: 0,
        marks: vec![],
        draft,
        pointer: message.at.clone(),
    };
    message.objects("blocks").iter().for_each(|block| flattener.block(block));
    let Flattener { text, marks, pointer, draft, .. } = flattener;
    draft.parts.push(Part::new("rich", text, pointer, marks));
}

struct Flattener<'d> {
    text: String,
    /// The length of the text in UTF-16 units.
    units: i64,
    marks: Vec<Mark>,
    draft: &'d mut Draft,
    pointer: String,
}

impl Flattener<'_> {
    fn push(&mut self, text: &str) {
        self.units += utf16::length(text);
        self.text.push_str(text);
    }

    /// Adds a text, a list of texts, or a marked range.
    fn rich_text(&mut self, object: &Foreign<'_>, key: &str) {
        if let Some(value) = object.get(key) {
            self.value(object, value, &object.pointer(key));
        }
    }

    fn value(&mut self, near: &Foreign<'_>, value: &Value, at: &str) {
        match value {
            Value::Null => {}
            Value::String(text) => self.push(text),
            Value::Array(list) => {
                for (number, each) in list.iter().enumerate() {
                    self.value(near, each, &format!("{at}/{number}"));
                }
            }
            value @ (Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
                if let Some(range) = near.object_at(value, at) {
                    self.range(&range);
                }
            }
        }
    }

    fn range(&mut self, range: &Foreign<'_>) {
        let offset = self.units;
        let kind = range.text("type").unwrap_or("unknown");
        match kind {
            "custom_emoji" => self.push(range.text("alternative_text").unwrap_or_default()),
            "mathematical_expression" => self.push(range.text("expression").unwrap_or_default()),
            _ => self.rich_text(range, "text"),
        }
        let named = |table: &'static [(&str, &str)]| {
            table.iter().find(|(from, _)| *from == kind).map(|(_, to)| *to)
        };
        let value = named(VALUES).and_then(|field| range.get(field)).and_then(value_text);
        let user = || range.object("user").and_then(|user| user.int("id")).map(|id| id.to_string());
        let value =
            value.or_else(user).or_else(|| range.text("custom_emoji_id").map(str::to_owned));
        self.marks.push(Mark::new(
            named(NAMES).unwrap_or(kind),
            offset,
            self.units - offset,
            value,
        ));
    }

    fn block(&mut self, block: &Foreign<'_>) {
        for key in ["text", "summary", "credit"] {
            if block.fields.contains_key(key) {
                self.rich_text(block, key);
                self.push("\n");
            }
        }
        if block.text("type") == Some("mathematical_expression") {
            self.push(block.text("expression").unwrap_or_default());
            self.push("\n");
        }
        self.cells(block);
        for item in block.objects("items") {
            if let Some(label) = item.text("label") {
                self.push(label);
                self.push(" ");
            }
            item.objects("blocks").iter().for_each(|block| self.block(block));
        }
        block.objects("blocks").iter().for_each(|block| self.block(block));
        self.caption(block);
        self.media(block);
    }

    fn cells(&mut self, block: &Foreign<'_>) {
        for (number, row) in block.list("cells").iter().enumerate() {
            let at = format!("{}/{number}", block.pointer("cells"));
            let Value::Array(row) = row else { continue };
            for cell in block.objects_of(row, &at) {
                self.rich_text(&cell, "text");
                self.push("\t");
            }
            self.push("\n");
        }
    }

    fn caption(&mut self, block: &Foreign<'_>) {
        match block.get("caption") {
            Some(Value::Object(_)) => {
                let caption = block.object("caption");
                caption.iter().for_each(|caption| {
                    self.rich_text(caption, "text");
                    self.rich_text(caption, "credit");
                });
                self.push("\n");
            }
            Some(caption) => {
                self.value(block, caption, &block.pointer("caption"));
                self.push("\n");
            }
            None => {}
        }
    }

    fn media(&mut self, block: &Foreign<'_>) {
        for key in MEDIA {
            let file = match block.get(key) {
                Some(Value::Array(sizes)) => largest(block.objects_of(sizes, &block.pointer(key))),
                _ => block.object(key),
            };
            let kind = if *key == "voice_note" { "voice" } else { key };
            let media = file.map(|file| {
                media_object(kind, file, self.pointer.clone(), block.is_true("has_spoiler"))
            });
            self.draft.media.extend(media);
        }
    }
}

/// The value of a marked range, as a text.
fn value_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
