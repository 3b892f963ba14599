//! Converts a post of ActivityPub to a record.

use super::{Envelope, address, html, type_of, values};
use crate::base::time::Instant;
use crate::diagnostic::Code;
use crate::import::draft::{Draft, Part};
use crate::import::foreign::{Foreign, Notes, path};
use crate::import::importer::RecordJson;
use crate::import::links;
use crate::record::RecordError;
use crate::record::written::{Object, TagLists, object};
use crate::world::standard::{
    account, author, chat, language, media, mention, message, metrics, reply, source,
};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// The addresses that stand for everybody.
const PUBLIC_ADDRESSES: &[&str] =
    &["https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"];

/// Keys of a post that are kept in `ext`.
const KEPT_KEYS: &[&str] = &[
    "url",
    "atomUri",
    "inReplyToAtomUri",
    "conversation",
    "context",
    "replies",
    "generator",
    "source",
    "endTime",
    "closed",
    "votersCount",
    "quoteAuthorization",
    "interactionPolicy",
];

/// Keys of the activity that are kept in `ext`.
const KEPT_KEYS_OF_ACTIVITY: &[&str] = &["signature", "proof"];

/// Keys that say what a document is.
const IGNORED_KEYS: &[&str] = &["@context", "id", "type"];

/// Keys that servers write into the activity and into the post.
const KEYS_OF_BOTH: &[&str] = &["to", "cc", "published"];

/// Keys that hold a quoted post.
const QUOTE_KEYS: &[&str] = &["quote", "quoteUrl", "quoteUri", "_misskey_quote"];

/// Converts a post to a record. `envelope` is the activity around the post, if there is one.
pub(super) fn record_of_post(
    post: &Foreign<'_>,
    envelope: Option<&Envelope<'_, '_>>,
    repairs: &[&'static str],
) -> RecordJson {
    let notes = Notes::of_repairs(repairs);
    let post = Foreign::new(post.fields, &post.at, &notes);
    let id = post.text("id").ok_or_else(|| {
        let message = "a post of ActivityPub must have an `id`";
        RecordError::new(Code::MissingField, path(&post.pointer("id")), message)
    })?;
    let mut draft = Draft::new("activitypub", "activitypub", id.to_owned());
    let container = envelope.map_or_else(|| type_of(&post), |envelope| Some(envelope.kind));
    let pointer = if post.at.is_empty() { "/" } else { &post.at };
    draft.source =
        object([(source::CONTAINER, container.into()), (source::POINTER, pointer.into())]);
    let activity = envelope
        .map(|envelope| Foreign::new(envelope.activity.fields, &envelope.activity.at, &notes));
    set_dates(&post, activity.as_ref(), container, &mut draft);
    set_author(&post, activity.as_ref(), &mut draft);
    set_audience(&post, activity.as_ref(), &mut draft);
    set_reply(&post, &mut draft);
    // An activity of another kind forwards posts, and no post says what happened in a chat.
    draft.set_none(&[message::FORWARD]);
    draft.set_none(&[message::SERVICE]);
    add_texts(&post, &mut draft);
    add_poll(&post, &mut draft);
    add_attachments(&post, &mut draft);
    set_tags(&post, &mut draft);
    add_quotes(&post, &mut draft);
    set_metrics(&post, &mut draft);
    keep_other_keys(&post, activity.as_ref(), &mut draft);
    if let Some(activity) = &activity {
        activity.ignore(&["object"]);
        let is_repeated = |key: &&str| post.get(key) == activity.fields.get(*key);
        activity.ignore(&KEYS_OF_BOTH.iter().copied().filter(is_repeated).collect::<Vec<_>>());
    }
    let read = std::iter::once(&post).chain(&activity);
    let unmapped = read.flat_map(|object| {
        object.ignore(IGNORED_KEYS);
        object.unread()
    });
    let unmapped = unmapped.collect();
    Ok(draft.finish(notes, unmapped))
}

fn set_dates(
    post: &Foreign<'_>,
    activity: Option<&Foreign<'_>>,
    container: Option<&str>,
    draft: &mut Draft,
) {
    let of_activity = || instant(activity.filter(|_| container == Some("Create"))?, "published");
    let sent = instant(post, "published").or_else(of_activity);
    let edited = instant(post, "updated");
    // Some servers write the date of publication into both.
    let is_edited = container == Some("Update") || (edited.is_some() && edited != sent);
    if is_edited {
        draft.set(message::EVENT, "edited");
        draft.set(message::EDITED_AT, edited);
    }
    draft.set(message::SENT_AT, sent);
}

fn instant(object: &Foreign<'_>, key: &str) -> Option<String> {
    let instant = Instant::parse(object.text(key)?);
    if instant.is_err() {
        object.warn("W-WRONG-TYPE", key);
    }
    instant.ok().map(|instant| instant.to_string())
}

/// The first actor of a key: the object, if it is one, and its address.
fn actor<'v>(object: &Foreign<'v>, key: &str) -> Option<(Option<Foreign<'v>>, &'v str)> {
    let (actor, at) = values(object, key).into_iter().next()?;
    let url = address(object, actor, &at)?;
    Some((object_if_any(object, actor, &at), url))
}

/// A value as an object. Without a warning if it is none, because many values are only the address of an object.
fn object_if_any<'v>(parent: &Foreign<'v>, value: &'v Value, at: &str) -> Option<Foreign<'v>> {
    if value.is_object() { parent.object_at(value, at) } else { None }
}

/// Sets the author of the post. Fields that the post does not contain, such as the display name, stay missing.
fn set_author(post: &Foreign<'_>, activity: Option<&Foreign<'_>>, draft: &mut Draft) {
    let of_post = actor(post, "attributedTo");
    let of_activity = activity.and_then(|activity| actor(activity, "actor"));
    if let (Some((_, author)), Some((_, actor))) = (&of_post, &of_activity)
        && author != actor
    {
        post.warn("W-AUTHOR-MISMATCH", "attributedTo");
    }
    let Some((actor, url)) = of_post.or(of_activity) else { return };
    let text = |key: &str| actor.as_ref().and_then(|actor| actor.text(key));
    let kind = match text("type") {
        Some("Person") => Some("user"),
        Some("Service" | "Application") => Some("bot"),
        Some("Group" | "Organization") => Some("channel"),
        Some(_) | None => None,
    };
    let account = object([
        (account::URL, url.into()),
        (account::NAME, text("name").into()),
        (account::USERNAME, text("preferredUsername").map(str::to_lowercase).into()),
    ]);
    draft.set(
        message::AUTHOR,
        object([(author::KIND, kind.into()), (author::ACCOUNT, account.into())]),
    );
}

/// Sets who can see the post, which follows from its addressees.
fn set_audience(post: &Foreign<'_>, activity: Option<&Foreign<'_>>, draft: &mut Draft) {
    let addressed = Some(post).filter(|post| post.has("to") || post.has("cc")).or(activity);
    let addressees = |key: &str| -> Vec<String> {
        let Some(object) = addressed else { return vec![] };
        let all = values(object, key).into_iter();
        all.filter_map(|(value, at)| address(object, value, &at).map(str::to_owned)).collect()
    };
    let (to, cc) = (addressees("to"), addressees("cc"));
    let has_public =
        |list: &[String]| list.iter().any(|one| PUBLIC_ADDRESSES.contains(&one.as_str()));
    // Nothing marks the collection of followers, but all known servers use this ending.
    let has_followers = to.iter().chain(&cc).any(|one| one.ends_with("/followers"));
    let (audience, kind, is_public) = if has_public(&to) {
        ("public", None, true)
    } else if has_public(&cc) {
        ("unlisted", None, true)
    } else if to.is_empty() && cc.is_empty() {
        return;
    } else if has_followers {
        ("private", None, false)
    } else {
        ("private", Some("private"), false)
    };
    draft.set(message::CHAT, object([(chat::TYPE, kind.into()), (chat::PUBLIC, is_public.into())]));
    draft.set_audience(audience);
}

fn set_reply(post: &Foreign<'_>, draft: &mut Draft) {
    let Some((to, at)) = values(post, "inReplyTo").into_iter().next() else {
        return draft.set_none(&[message::REPLY]);
    };
    let Some(url) = address(post, to, &at) else { return post.warn("W-WRONG-TYPE", "inReplyTo") };
    let answered = object_if_any(post, to, &at);
    let text = answered.and_then(|to| to.text("content")).map(|content| html::read(content).text);
    draft.set(message::REPLY, object([(reply::URL, url.into()), (reply::TEXT, text.into())]));
}

/// Adds the content warning, the title, and the text with its translations.
fn add_texts(post: &Foreign<'_>, draft: &mut Draft) {
    draft.add_text("content_warning", post, "summary", vec![]);
    draft.add_text("title", post, "name", vec![]);
    let content = post.text("content");
    content.into_iter().for_each(|content| add_html(content, post, "content", draft));
    let Some(translations) = post.object("contentMap") else { return };
    let mut declared = None;
    for language in translations.fields.keys() {
        let Some(translation) = translations.get(language) else { continue };
        match translation {
            // This is the text itself, so the key is its language.
            Value::String(translation) if Some(translation.as_str()) == content => {
                declared = Some(language);
            }
            Value::String(translation) => add_html(translation, &translations, language, draft),
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                translations.warn("W-WRONG-TYPE", language);
            }
        }
    }
    let only = translations.fields.keys().next().filter(|_| translations.fields.len() == 1);
    let declared = declared.or(only.filter(|_| content.is_none()));
    draft.set(
        message::LANGUAGE,
        declared.map(|tag| object([(language::DECLARED, tag.as_str().into())])),
    );
}

/// Adds the parts of some HTML: one for the text that it shows, one for the text that it hides.
fn add_html(content: &str, parent: &Foreign<'_>, key: &str, draft: &mut Draft) {
    let html::RenderedHtml { text, entities, hidden, bare_links, images } = html::read(content);
    let pointer = parent.pointer(key);
    let links = bare_links.iter().map(|url| links::link(url, "text_link", None));
    draft.links.extend(links);
    let images = images.into_iter().map(|url| {
        object([
            (media::KIND, "photo".into()),
            (media::PATH, url.into()),
            (media::POINTER, pointer.as_str().into()),
        ])
    });
    draft.media.extend(images);
    if !text.is_empty() {
        draft.parts.push(Part { kind: "text", text, pointer: pointer.clone(), entities });
    }
    if !hidden.is_empty() {
        parent.warn("W-HIDDEN-TEXT", key);
        draft.parts.push(Part { kind: "text", text: hidden, pointer, entities: vec![] });
    }
}

fn add_poll(post: &Foreign<'_>, draft: &mut Draft) {
    for key in ["oneOf", "anyOf"] {
        for (choice, at) in values(post, key) {
            let Some(choice) = post.object_at(choice, &at) else { continue };
            draft.add_text("poll_option", &choice, "name", vec![]);
            choice.ignore(&["type", "replies"]);
        }
    }
}

fn add_attachments(post: &Foreign<'_>, draft: &mut Draft) {
    let is_sensitive = post.is_true("sensitive");
    if is_sensitive {
        draft.flags.insert("spoiler");
    }
    for (attachment, at) in values(post, "attachment") {
        let Some(attachment) = post.object_at(attachment, &at) else { continue };
        let url = address_of_attachment(&attachment);
        // Screen readers read the description aloud.
        draft.add_text("caption", &attachment, "name", vec![]);
        draft.add_text("caption", &attachment, "summary", vec![]);
        if type_of(&attachment) == Some("Link")
            || !attachment.has("mediaType") && attachment.has("href")
        {
            draft.links.extend(url.map(|url| links::link(&url, "link_preview", None)));
        } else {
            draft.media.push(media_object(&attachment, url, is_sensitive));
        }
        attachment.ignore(&["type", "url", "href", "blurhash", "focalPoint"]);
    }
}

/// The address of an attachment, which is a text or inside an object.
fn address_of_attachment(attachment: &Foreign<'_>) -> Option<String> {
    let values = ["url", "href"].into_iter().flat_map(|key| values(attachment, key));
    let mut addresses = values.filter_map(|(value, _)| {
        value.as_str().or_else(|| value.get("href").and_then(Value::as_str)).map(str::to_owned)
    });
    addresses.next()
}

fn media_object(attachment: &Foreign<'_>, url: Option<String>, is_sensitive: bool) -> Object {
    let mime = attachment.text("mediaType");
    let kind = match mime.and_then(|mime| mime.split('/').next()).or(type_of(attachment)) {
        Some("image" | "Image") => "photo",
        Some("video" | "Video") => "video",
        Some("audio" | "Audio") => "audio",
        Some(_) | None => "document",
    };
    object([
        (media::KIND, kind.into()),
        (media::PATH, url.into()),
        (media::MIME, mime.into()),
        (media::WIDTH, attachment.int("width").into()),
        (media::HEIGHT, attachment.int("height").into()),
        (media::DURATION_S, attachment.number("duration").into()),
        (media::SPOILER, is_sensitive.then_some(true).into()),
        (media::POINTER, attachment.at.as_str().into()),
    ])
}

/// Reads mentions and hashtags from `tag`, and keeps emoji in `ext`.
fn set_tags(post: &Foreign<'_>, draft: &mut Draft) {
    let mut found = TagLists::default();
    let mut emoji = vec![];
    let places = PlacesOfMentions::of(&draft.parts);
    for (tag, at) in values(post, "tag") {
        let Some(tag) = post.object_at(tag, &at) else { continue };
        let name =
            |sign: char| tag.text("name").map(|name| name.trim_start_matches(sign).to_lowercase());
        match type_of(&tag) {
            Some("Hashtag") => found.hashtags.extend(name('#')),
            Some("Mention") => {
                let (name, url) = (name('@'), tag.text("href"));
                let place = name.as_deref().and_then(|name| places.get(name, url));
                found
                    .mention([(mention::USERNAME, name.into()), (mention::URL, url.into())], place);
            }
            // A post that is quoted.
            Some("Link") => {
                let url = tag.text("href");
                draft.links.extend(url.map(|url| links::link(url, "link_preview", None)));
            }
            Some("Emoji") => {
                emoji.push(Value::Object(tag.fields.clone()));
                tag.ignore_all();
            }
            Some(_) | None => {}
        }
        tag.ignore(&["href", "mediaType", "rel"]);
    }
    draft.tags = Some(found);
    if !emoji.is_empty() {
        draft.set(message::EXT, Object::from_iter([("emoji".to_owned(), emoji.into())]));
    }
}

/// The part and range of the words of each mention, by its name and the server that it leads to.
#[derive(Default)]
struct PlacesOfMentions {
    on_server: HashMap<(String, String), (usize, Range<usize>)>,
    /// By the name alone. `None` if several mentions have it.
    by_name: HashMap<String, Option<(usize, Range<usize>)>>,
}

impl PlacesOfMentions {
    fn of(parts: &[Part]) -> Self {
        let mut places = Self::default();
        for (number, part) in parts.iter().enumerate() {
            let mut mentioned = None;
            for entity in &part.entities {
                let place = (number, entity.start..entity.end);
                match (entity.kind, &mentioned) {
                    ("mention", _) => {
                        let name = part.words(entity).trim_start_matches('@').to_lowercase();
                        let same_name = places.by_name.entry(name.clone());
                        same_name.and_modify(|place| *place = None).or_insert(Some(place));
                        mentioned = Some((name, entity.start));
                    }
                    // The link of the mention comes after it.
                    ("text_link", Some((name, start))) if *start == entity.start => {
                        if let Some(server) = entity.value.as_deref().and_then(server) {
                            places.on_server.entry((name.clone(), server)).or_insert(place);
                        }
                    }
                    _ => {}
                }
            }
        }
        places
    }

    /// Where a text mentions an account. Texts often have its name without the server.
    fn get(&self, name: &str, url: Option<&str>) -> Option<(usize, Range<usize>)> {
        let names = [name, name.split('@').next().unwrap_or(name)];
        let on_server = url.and_then(server).and_then(|server| {
            names.iter().find_map(|name| self.on_server.get(&((*name).to_owned(), server.clone())))
        });
        let by_name = || names.iter().find_map(|name| self.by_name.get(*name)?.as_ref());
        on_server.or_else(by_name).cloned()
    }
}

/// The host of an address, with its port.
fn server(url: &str) -> Option<String> {
    let after_scheme = url.split_once("://")?.1;
    after_scheme.split(['/', '?', '#']).next().map(str::to_lowercase)
}

/// Adds quoted posts as previews of links, because both are shown below the text.
fn add_quotes(post: &Foreign<'_>, draft: &mut Draft) {
    let mut known = BTreeSet::new();
    for (quoted, at) in QUOTE_KEYS.iter().flat_map(|key| values(post, key)) {
        if let Some(url) = address(post, quoted, &at).filter(|url| known.insert(*url)) {
            draft.links.push(links::link(url, "link_preview", None));
        }
    }
}

fn set_metrics(post: &Foreign<'_>, draft: &mut Draft) {
    let count = |key: &str| {
        // Some servers write the address of the collection instead.
        let collection = post.get(key).filter(|value| value.is_object())?;
        let collection = post.object_at(collection, &post.pointer(key))?;
        collection.ignore(IGNORED_KEYS);
        collection.int("totalItems")
    };
    let likes = count("likes").map(|likes| Object::from_iter([("like".to_owned(), likes.into())]));
    let metrics =
        object([(metrics::FORWARDS, count("shares").into()), (metrics::REACTIONS, likes.into())]);
    draft.set(message::METRICS, (!metrics.is_empty()).then_some(metrics));
}

/// Keeps keys in `ext` without reading them.
fn keep_other_keys(post: &Foreign<'_>, activity: Option<&Foreign<'_>>, draft: &mut Draft) {
    let mut ext = post.kept(KEPT_KEYS);
    ext.extend(activity.into_iter().flat_map(|activity| activity.kept(KEPT_KEYS_OF_ACTIVITY)));
    if let Some(Value::Object(before)) = draft.fields.shift_remove(message::EXT.name) {
        ext.extend(before);
    }
    draft.set(message::EXT, (!ext.is_empty()).then_some(ext));
}
