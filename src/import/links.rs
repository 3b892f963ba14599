//! Finds the links of an imported message: those that the source marks or puts on buttons, and those in plain text.

use super::draft::Part;
use crate::record::extract::{self, Link};
use crate::record::written::{Object, object};
use crate::world::standard::link;

/// Schemes without `//` after them.
const SCHEMES_WITHOUT_SLASHES: &[&str] = &["tg", "ton", "mailto", "bitcoin"];

/// A link outside the text, such as on a button. `display` is its words, which are the part with the index `part`.
pub(super) fn link_with_part(
    url: &str,
    via: &'static str,
    display: Option<&str>,
    part: Option<usize>,
) -> Object {
    let mut link = link(url, via, display);
    link.append(&mut object([(link::PART, part.into())]));
    link
}

/// A link outside the text; `display` is the words that it shows.
pub(super) fn link(url: &str, via: &'static str, display: Option<&str>) -> Object {
    let target = match via {
        // What a button copies need not be an address.
        "copy_text" => link_of_whole_text(url),
        _ => target(url).or_else(|| link_of_whole_text(url)),
    };
    let mut found = link_object(url, via, target.as_ref());
    found.append(&mut object([(link::DISPLAY, display.into())]));
    let host = target.as_ref().and_then(|link| link.host.as_deref());
    if display.is_some_and(|display| extract::deceives(display, host)) {
        found.append(&mut object([(link::DECEPTIVE, true.into())]));
    }
    found
}

/// The links of a part: first those that the source marks, even if they are not addresses, then those that the source
/// overlooks. If `is_display` is true, the part is the text of a link and is not searched for other links.
pub(super) fn of_part(part: &Part, number: usize, is_display: bool) -> Vec<Object> {
    let mut links = vec![];
    for entity in &part.entities {
        let words = part.words(entity);
        let (url, display) = match (entity.kind, entity.value.as_deref()) {
            ("url", _) => (words, None),
            ("text_link", Some(url)) => (url, Some(words)),
            _ => continue,
        };
        let mut found = link(url, if display.is_some() { "text_link" } else { "url" }, display);
        found.append(&mut place(number, entity.start, entity.end));
        links.push(found);
    }
    // The name of a file looks like an address: `photos.zip`.
    let overlooked = if is_display || part.kind == "file_name" { vec![] } else { overlooked(part) };
    links.extend(overlooked.into_iter().map(|link| {
        let mut found = link_object(&link.url, "url", Some(&link));
        found.append(&mut place(number, link.start, link.end));
        found
    }));
    links
}

/// Links in plain text that the messenger did not mark: in polls, or written `hxxps://a[.]b`.
fn overlooked(part: &Part) -> Vec<Link> {
    let taken = part.entities.iter().filter(|each| excludes_links(each.kind));
    extract::links_outside(&part.text, taken.map(|each| (each.start, each.end)).collect())
}

/// Whether entities of this kind are not searched for links.
fn excludes_links(kind: &str) -> bool {
    ["url", "text_link", "email", "mention", "hashtag", "cashtag", "bot_command"].contains(&kind)
}

fn link_object(url: &str, via: &'static str, target: Option<&Link>) -> Object {
    let (scheme, host) = scheme_and_host(url);
    object([
        (link::URL, url.into()),
        (link::VIA, via.into()),
        (link::SCHEME, target.and_then(|link| link.scheme.clone()).or(scheme).into()),
        (link::HOST, target.and_then(|link| link.host.clone()).or(host).into()),
        (link::TELEGRAM, target.and_then(|link| link.telegram.clone()).into()),
    ])
}

/// The scheme and host by punctuation only, for addresses outside the web, such as `tg://resolve?…` or a wallet that a
/// button copies. If a link has any host, a condition on a list of hosts is false for it instead of unknown.
fn scheme_and_host(url: &str) -> (Option<String>, Option<String>) {
    let (scheme, rest) = match url.split_once(':') {
        Some((scheme, rest))
            if rest.starts_with("//")
                || SCHEMES_WITHOUT_SLASHES.contains(&scheme.to_ascii_lowercase().as_str()) =>
        {
            (Some(scheme.to_ascii_lowercase()), rest.strip_prefix("//").unwrap_or(rest))
        }
        _ => (None, url),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host =
        authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    let host = host.to_lowercase();
    let host = host.trim_end_matches('.');
    (scheme, (!host.is_empty()).then(|| host.to_owned()))
}

fn place(part: usize, start: usize, end: usize) -> Object {
    object([(link::PART, part.into()), (link::START, start.into()), (link::END, end.into())])
}

/// Parses an address as a link; `None` if it is not an address.
fn target(url: &str) -> Option<Link> {
    let opaque = url.split_once(':').filter(|(_, rest)| !rest.starts_with("//"));
    let opaque = opaque.map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
    match opaque.filter(|(scheme, _)| SCHEMES_WITHOUT_SLASHES.contains(&scheme.as_str())) {
        Some((scheme, rest)) => Link::of(&format!("{scheme}://{rest}"), "url", 0, url.len()),
        None => Link::of(url, "url", 0, url.len()),
    }
}

/// The link that a text consists of, if it is one link from end to end.
fn link_of_whole_text(text: &str) -> Option<Link> {
    let found = extract::links_outside(text, vec![]);
    found.into_iter().find(|link| (link.start, link.end) == (0, text.len()))
}
