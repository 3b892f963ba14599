//! Polls of the Bot API: their texts, and the media and links that belong to them.

use super::surfaces::{file_names, media, text_with_entities, texts_of_objects};
use crate::import::draft::Draft;
use crate::import::foreign::Foreign;
use crate::import::links::link;
use crate::record::written::object;
use crate::world::standard::link;

pub(super) fn read(message: &Foreign<'_>, draft: &mut Draft) {
    let Some(poll) = message.object("poll") else { return };
    // The text of the message above the question.
    text_with_entities("caption", &poll, "description", draft);
    attach(&poll, "media", None, draft);
    text_with_entities("poll_question", &poll, "question", draft);
    for option in poll.objects("options") {
        let words = text_with_entities("poll_option", &option, "text", draft);
        attach(&option, "media", words, draft);
    }
    text_with_entities("poll_explanation", &poll, "explanation", draft);
    attach(&poll, "explanation_media", None, draft);
}

/// Adds a medium, or a link that is shown with its preview. `words` is the part of the option that the link belongs to.
fn attach(parent: &Foreign<'_>, key: &str, words: Option<usize>, draft: &mut Draft) {
    let Some(attached) = parent.object(key) else { return };
    texts_of_objects(&attached, draft);
    file_names(&attached, draft);
    media(&attached, draft);
    let target = attached.object("link");
    let Some(url) = target.as_ref().and_then(|target| target.text("url")) else { return };
    let display = words.and_then(|number| draft.parts.get(number)).map(|part| part.text.as_str());
    let mut link = link(url, "link_preview", display);
    link.append(&mut object([(link::PART, words.into())]));
    draft.links.push(link);
}
