//! Converts polls of the Bot API: their texts, and the media and links that belong to them.

use super::surfaces::{add_file_names, add_media, add_text_with_entities, add_texts_of_objects};
use crate::import::draft::Draft;
use crate::import::foreign::Foreign;
use crate::import::links::link_with_part;

pub(super) fn read(message: &Foreign<'_>, draft: &mut Draft) {
    let Some(poll) = message.object("poll") else { return };
    // The text of the message above the question.
    add_text_with_entities("caption", &poll, "description", draft);
    add_attached(&poll, "media", None, draft);
    add_text_with_entities("poll_question", &poll, "question", draft);
    for option in poll.objects("options") {
        let part = add_text_with_entities("poll_option", &option, "text", draft);
        add_attached(&option, "media", part, draft);
    }
    add_text_with_entities("poll_explanation", &poll, "explanation", draft);
    add_attached(&poll, "explanation_media", None, draft);
}

/// Adds a medium, or a link that is shown with its preview. `option` is the index of the part with the words of the
/// option that the link belongs to.
fn add_attached(parent: &Foreign<'_>, key: &str, option: Option<usize>, draft: &mut Draft) {
    let Some(attached) = parent.object(key) else { return };
    add_texts_of_objects(&attached, draft);
    add_file_names(&attached, draft);
    add_media(&attached, draft);
    let target = attached.object("link");
    let Some(url) = target.as_ref().and_then(|target| target.text("url")) else { return };
    let display = option.and_then(|number| draft.parts.get(number)).map(|part| part.text.as_str());
    let link = link_with_part(url, "link_preview", display, option);
    draft.links.push(link);
}
