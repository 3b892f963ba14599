//! Links of an imported message: those that the source marks or puts on buttons, and those that stand in plain text.

use super::draft::{Object, Part, object};
use crate::record::extract::{self, Link};

/// Schemes that are followed by no `//`.
const OPAQUE: &[&str] = &["tg", "ton", "mailto", "bitcoin"];

/// A link that stands outside the text, behind the words shown for it.
pub(super) fn link(url: &str, via: &'static str, display: Option<&str>) -> Object {
    let leads = match via {
        // What a button copies need not be an address at all.
        "copy_text" => whole(url),
        _ => leads(url).or_else(|| whole(url)),
    };
    let mut found = of(url, via, leads.as_ref());
    found.append(&mut object([("display", display.into())]));
    let host = leads.as_ref().and_then(|link| link.host.as_deref());
    if display.is_some_and(|display| extract::deceives(display, host)) {
        found.insert("deceptive".into(), true.into());
    }
    found
}

/// The links of a part: as the source marks them, then those that it overlooks, unless the part is itself the words of
/// a link. No link that is marked is lost, though it be no address.
pub(super) fn of_part(part: &Part, number: usize, is_display: bool) -> Vec<Object> {
    let mut links = vec![];
    for entity in &part.entities {
        let words = part.words(entity);
        let (url, display) = match (entity.mark.kind, entity.mark.value.as_deref()) {
            ("url", _) => (words, None),
            ("text_link", Some(url)) => (url, Some(words)),
            _ => continue,
        };
        let mut found = link(url, if display.is_some() { "text_link" } else { "url" }, display);
        found.append(&mut place(number, entity.start, entity.end));
        links.push(found);
    }
    // The name of a file is no address: `photos.zip`.
    let overlooked = if is_display || part.kind == "file_name" { vec![] } else { overlooked(part) };
    links.extend(overlooked.into_iter().map(|link| {
        let mut found = of(&link.url, "url", Some(&link));
        found.append(&mut place(number, link.start, link.end));
        found
    }));
    links
}

/// Links in plain text: messengers mark none in polls, nor `hxxps://a[.]b`, which readers know to mend.
fn overlooked(part: &Part) -> Vec<Link> {
    let taken = part.entities.iter().filter(|each| is_own(each.mark.kind));
    extract::links_outside(&part.text, taken.map(|each| (each.start, each.end)).collect())
}

/// Kinds of entities whose words are no link, or one that is read already.
fn is_own(kind: &str) -> bool {
    ["url", "text_link", "email", "mention", "hashtag", "cashtag", "bot_command"].contains(&kind)
}

fn of(url: &str, via: &'static str, leads: Option<&Link>) -> Object {
    let (scheme, host) = ends(url);
    object([
        ("url", url.into()),
        ("via", via.into()),
        ("scheme", leads.and_then(|link| link.scheme.clone()).or(scheme).into()),
        ("host", leads.and_then(|link| link.host.clone()).or(host).into()),
        ("telegram", leads.and_then(|link| link.telegram.clone()).into()),
    ])
}

/// Scheme and host by their signs alone. Of what is no address of the web, such as `tg://resolve?…` or a wallet that a
/// button copies, something stands where a host would, so that it is known to be none of the hosts of a list.
fn ends(url: &str) -> (Option<String>, Option<String>) {
    let (scheme, rest) = match url.split_once(':') {
        Some((scheme, rest))
            if rest.starts_with("//") || OPAQUE.contains(&scheme.to_ascii_lowercase().as_str()) =>
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
    object([("part", part.into()), ("start", start.into()), ("end", end.into())])
}

/// Where an address leads; none when it is no address.
fn leads(url: &str) -> Option<Link> {
    let opaque = url.split_once(':').filter(|(_, rest)| !rest.starts_with("//"));
    let opaque = opaque.map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
    match opaque.filter(|(scheme, _)| OPAQUE.contains(&scheme.as_str())) {
        Some((scheme, rest)) => Link::of(&format!("{scheme}://{rest}"), "url", 0, url.len()),
        None => Link::of(url, "url", 0, url.len()),
    }
}

/// The link that a text is from its first to its last character.
fn whole(text: &str) -> Option<Link> {
    let found = extract::links_outside(text, vec![]);
    found.into_iter().find(|link| (link.start, link.end) == (0, text.len()))
}
