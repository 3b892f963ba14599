//! Hashtags, cashtags, mentions and commands that the source of an imported message marks.

use super::draft::Part;
use crate::record::written::TagLists;
use crate::world::standard::mention;

/// Adds the tags that a part marks. Words that only look like a tag do not count.
pub(super) fn add_marked_tags(part: &Part, number: usize, tags: &mut TagLists) {
    for entity in &part.entities {
        let words = part.words(entity);
        let place = Some((number, entity.start..entity.end));
        let bare = |sign: char| words.trim_start_matches(sign).to_lowercase();
        match entity.kind {
            "hashtag" => tags.hashtags.push(bare('#')),
            "cashtag" => tags.cashtags.push(bare('$')),
            // A command can name its bot, `/start@bot`.
            "bot_command" => {
                let command = bare('/');
                tags.commands.extend(command.split('@').next().map(str::to_owned));
            }
            "mention" => tags.mention([(mention::USERNAME, bare('@').into())], place),
            "text_mention" => {
                let id = entity.value.as_deref().and_then(|id| id.parse::<i64>().ok());
                if let Some(id) = id {
                    tags.mention([(mention::USER_ID, id.into())], place);
                }
            }
            _ => {}
        }
    }
}
