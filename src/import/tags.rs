//! Hashtags, cashtags, mentions and commands of an imported message.

use super::draft::Part;
use crate::record::written::object;
use crate::world::standard::{mention, tags};
use serde_json::Value;

/// The tags that the platform marked. Words that only look like a tag do not count.
#[derive(Debug, Default)]
pub(super) struct Tags {
    pub(super) hashtags: Vec<String>,
    pub(super) cashtags: Vec<String>,
    pub(super) mentions: Vec<Value>,
    pub(super) commands: Vec<String>,
}

impl Tags {
    /// Adds the tags that a part marks.
    pub(super) fn read(&mut self, part: &Part) {
        for entity in &part.entities {
            let words = part.words(entity);
            let bare = |sign: char| words.trim_start_matches(sign).to_lowercase();
            match entity.kind {
                "hashtag" => self.hashtags.push(bare('#')),
                "cashtag" => self.cashtags.push(bare('$')),
                // A command can name its bot, `/start@bot`.
                "bot_command" => {
                    let command = bare('/');
                    self.commands.extend(command.split('@').next().map(str::to_owned));
                }
                "mention" => {
                    self.mentions.push(object([(mention::USERNAME, bare('@').into())]).into())
                }
                "text_mention" => {
                    let id = entity.value.as_deref().and_then(|id| id.parse::<i64>().ok());
                    self.mentions
                        .extend(id.map(|id| Value::from(object([(mention::USER_ID, id.into())]))));
                }
                _ => {}
            }
        }
    }

    pub(super) fn json(self) -> Value {
        let Self { hashtags, cashtags, mentions, commands } = self;
        Value::Object(object([
            (tags::HASHTAGS, hashtags.into()),
            (tags::CASHTAGS, cashtags.into()),
            (tags::MENTIONS, mentions.into()),
            (tags::COMMANDS, commands.into()),
        ]))
    }
}
