//! Converts the nested blocks of a rich message of the Bot API to one text with entities. If blocks were ignored, authors
//! could hide text in them. Blocks have no offsets, so positions are counted while the text grows.

use super::surfaces::{add_texts_of_objects, largest, media_object};
use crate::import::draft::{Draft, MarkedText};
use crate::import::foreign::Foreign;
use serde_json::Value;

/// For each type of marked range, the field that holds its value.
const VALUE_FIELDS: &[(&str, &str)] = &[
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
const ENTITY_NAMES: &[(&str, &str)] = &[("email_address", "email"), ("url", "text_link")];

/// The types of blocks that quote.
const QUOTATIONS: &[&str] = &["blockquote", "pullquote"];

const MEDIA_KEYS: &[&str] = &["photo", "video", "audio", "animation", "voice_note"];

/// Adds the text of a rich message to the draft as one part, and adds its media.
pub(super) fn read(message: &Foreign<'_>, draft: &mut Draft) {
    let pointer = message.at.clone();
    let mut flattener = Flattener { text: MarkedText::default(), draft, pointer };
    message.objects("blocks").iter().for_each(|block| flattener.add_block(block));
    let Flattener { text, draft, pointer } = flattener;
    draft.parts.push(text.into_part("rich", pointer));
}

/// Puts the texts of nested blocks together.
struct Flattener<'d> {
    text: MarkedText,
    draft: &'d mut Draft,
    pointer: String,
}

impl Flattener<'_> {
    /// Adds a text, a list of texts, or a marked range.
    fn add_rich_text(&mut self, object: &Foreign<'_>, key: &str) {
        if let Some(value) = object.get(key) {
            self.add_value(object, value, &object.pointer(key));
        }
    }

    fn add_value(&mut self, parent: &Foreign<'_>, value: &Value, at: &str) {
        match value {
            Value::Null => {}
            Value::String(text) => self.text.push(text),
            Value::Array(list) => {
                for (number, each) in list.iter().enumerate() {
                    self.add_value(parent, each, &format!("{at}/{number}"));
                }
            }
            value @ (Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
                if let Some(range) = parent.object_at(value, at) {
                    self.add_range(&range);
                }
            }
        }
    }

    fn add_range(&mut self, range: &Foreign<'_>) {
        let offset = self.text.units;
        let kind = range.text("type").unwrap_or("unknown");
        match kind {
            "custom_emoji" => self.text.push(range.text("alternative_text").unwrap_or_default()),
            "mathematical_expression" => {
                self.text.push(range.text("expression").unwrap_or_default())
            }
            _ => self.add_rich_text(range, "text"),
        }
        let row = |table: &'static [(&str, &'static str)]| {
            table.iter().find(|(known, _)| *known == kind).map(|(_, word)| *word)
        };
        let value = row(VALUE_FIELDS).and_then(|field| range.get(field)).and_then(text_of_value);
        let user = || range.object("user").and_then(|user| user.int("id")).map(|id| id.to_string());
        let value =
            value.or_else(user).or_else(|| range.text("custom_emoji_id").map(str::to_owned));
        self.text.mark_from(offset, row(ENTITY_NAMES).unwrap_or(kind), value);
    }

    fn add_block(&mut self, block: &Foreign<'_>) {
        let offset = self.text.units;
        self.add_content(block);
        if QUOTATIONS.iter().any(|kind| block.text("type") == Some(kind)) {
            self.text.mark_from(offset, "blockquote", None);
        }
    }

    fn add_content(&mut self, block: &Foreign<'_>) {
        for key in ["text", "summary", "credit"] {
            if block.fields.contains_key(key) {
                self.add_rich_text(block, key);
                self.text.push("\n");
            }
        }
        if block.text("type") == Some("mathematical_expression") {
            self.text.push(block.text("expression").unwrap_or_default());
            self.text.push("\n");
        }
        self.add_cells(block);
        for item in block.objects("items") {
            if let Some(label) = item.text("label") {
                self.text.push(label);
                self.text.push(" ");
            }
            item.objects("blocks").iter().for_each(|block| self.add_block(block));
        }
        block.objects("blocks").iter().for_each(|block| self.add_block(block));
        self.add_caption(block);
        self.add_media(block);
    }

    fn add_cells(&mut self, block: &Foreign<'_>) {
        for row in block.rows("cells") {
            for cell in row {
                self.add_rich_text(&cell, "text");
                self.text.push("\t");
            }
            self.text.push("\n");
        }
    }

    fn add_caption(&mut self, block: &Foreign<'_>) {
        match block.get("caption") {
            Some(Value::Object(_)) => {
                let caption = block.object("caption");
                caption.iter().for_each(|caption| {
                    self.add_rich_text(caption, "text");
                    self.add_rich_text(caption, "credit");
                });
                self.text.push("\n");
            }
            Some(caption) => {
                self.add_value(block, caption, &block.pointer("caption"));
                self.text.push("\n");
            }
            None => {}
        }
    }

    fn add_media(&mut self, block: &Foreign<'_>) {
        add_texts_of_objects(block, self.draft);
        for key in MEDIA_KEYS {
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
fn text_of_value(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
