//! Finds links in plain text and in entities, and where they lead.

use super::disguise::{AddressKind, undo_disguise};
use super::urls::{own_urls, urls};
use super::{Covered, leading_run};
use crate::world::domain;
use std::cmp::Reverse;
use std::ops::Range;
use url::Url;

/// A link in a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The address as written, but with disguise undone: `hxxps://a[.]com` is `https://a.com`.
    pub(crate) url: String,
    /// `url` when the text shows the address, `text_link` when it shows other words.
    pub(crate) via: &'static str,
    /// The words that a `text_link` shows.
    pub(crate) display: Option<String>,
    /// In lower case; `None` if the link has no scheme.
    pub(crate) scheme: Option<String>,
    /// In the ASCII form of IDNA and in lower case.
    pub(crate) host: Option<String>,
    /// The target inside Telegram: a username, `+invite`, `c/id`.
    pub(crate) telegram: Option<String>,
    /// Whether the link shows one domain and leads to another.
    pub(crate) deceptive: bool,
    /// First byte in the part.
    pub(crate) start: usize,
    /// The byte after its last.
    pub(crate) end: usize,
}

/// A range of a text that a host marked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entity<'a> {
    /// Only `url` and `text_link` matter for links.
    pub(crate) kind: &'a str,
    /// First byte in the part.
    pub(crate) start: usize,
    /// The byte after its last.
    pub(crate) end: usize,
    /// Where a `text_link` leads.
    pub(crate) value: Option<&'a str>,
}

/// Hosts of links into Telegram.
const TELEGRAM_HOSTS: &[&str] = &["t.me", "telegram.me", "telegram.dog"];

/// First path segments on these hosts that are not usernames (<https://core.telegram.org/api/links>).
const TELEGRAM_RESERVED: &[&str] = &[
    "addemoji",
    "addlist",
    "addstickers",
    "addtheme",
    "bg",
    "boost",
    "call",
    "confirmphone",
    "contact",
    "giftcode",
    "invoice",
    "iv",
    "login",
    "m",
    "nft",
    "proxy",
    "setlanguage",
    "share",
    "socks",
];

/// The links in a text, in order, with disguise undone: those with a scheme, and those without one that Telegram's
/// clients show as links.
pub(super) fn links(text: &str) -> Vec<Link> {
    let Some(plain) = undo_disguise(text, AddressKind::Links) else { return links_of_plain(text) };
    let in_original = |link: Link| Link {
        start: plain.original_position(link.start),
        end: plain.original_position(link.end),
        ..link
    };
    links_of_plain(&plain.text).into_iter().map(in_original).collect()
}

fn links_of_plain(text: &str) -> Vec<Link> {
    let hosts = urls(text).into_iter().filter(|found| !found.is_email).map(|found| found.bytes);
    let mut found: Vec<Range<usize>> = own_urls(text).into_iter().chain(hosts).collect();
    found.sort_by_key(|bytes| (bytes.start, Reverse(bytes.end)));
    let mut end = 0;
    found.retain(|bytes| {
        let is_free = bytes.start >= end;
        end = end.max(bytes.end);
        is_free
    });
    let link =
        |bytes: Range<usize>| Link::of(text.get(bytes.clone())?, "url", bytes.start, bytes.end);
    found.into_iter().filter_map(link).collect()
}

/// The links in a text with entities. Entities take precedence over links found in the text.
pub(crate) fn links_of_part(text: &str, entities: &[Entity<'_>]) -> Vec<Link> {
    let mut links: Vec<Link> =
        entities.iter().filter_map(|entity| link_of_entity(text, entity)).collect();
    let covered = links.iter().map(|link| (link.start, link.end)).collect();
    links.extend(links_outside(text, covered));
    links.sort_by_key(|link| (link.start, link.end));
    links
}

/// The links in a text that do not overlap the covered ranges.
pub(crate) fn links_outside(text: &str, covered: Vec<(usize, usize)>) -> Vec<Link> {
    let covered = Covered::new(covered);
    links(text).into_iter().filter(|link| covered.is_free(link.start, link.end)).collect()
}

/// Whether words show a domain other than the domain of a host.
pub(crate) fn deceives(shown: &str, host: Option<&str>) -> bool {
    let target = host.map(registrable);
    links(shown)
        .iter()
        .filter_map(|shown| shown.host.as_deref())
        .any(|host| Some(registrable(host)) != target)
}

impl Link {
    /// Parses a link; `None` if it is not a URL. Without a scheme it is read as `http`.
    pub(crate) fn of(url: &str, via: &'static str, start: usize, end: usize) -> Option<Self> {
        let scheme = leading_run(url, |c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        let has_scheme = url.get(scheme.len()..).is_some_and(|rest| rest.starts_with("://"));
        let parsed =
            if has_scheme { Url::parse(url) } else { Url::parse(&format!("http://{url}")) }.ok()?;
        let host =
            parsed.host_str().filter(|_| matches!(parsed.scheme(), "http" | "https" | "ftp"));
        Some(Self {
            url: url.to_owned(),
            via,
            display: None,
            scheme: has_scheme.then(|| parsed.scheme().to_owned()),
            host: host.map(|host| host.trim_end_matches('.').to_owned()),
            telegram: telegram_target(&parsed),
            deceptive: false,
            start,
            end,
        })
    }
}

fn link_of_entity(text: &str, entity: &Entity<'_>) -> Option<Link> {
    let shown = text.get(entity.start..entity.end)?;
    match (entity.kind, entity.value) {
        ("url", _) => Link::of(shown, "url", entity.start, entity.end),
        ("text_link", Some(url)) => {
            let link = Link::of(url, "text_link", entity.start, entity.end)?;
            let deceptive = deceives(shown, link.host.as_deref());
            Some(Link { display: Some(shown.to_owned()), deceptive, ..link })
        }
        _ => None,
    }
}

/// The registered domain of a host, or the host itself if it has none.
fn registrable(host: &str) -> &str {
    domain::registrable(host).unwrap_or(host)
}

fn telegram_target(url: &Url) -> Option<String> {
    if url.scheme() == "tg" {
        let parameter = |name: &str| {
            url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        return match url.host_str()? {
            "resolve" => parameter("domain").and_then(|name| username(&name)),
            "join" => parameter("invite").map(|invite| format!("+{invite}")),
            "privatepost" => parameter("channel").map(|id| format!("c/{id}")),
            _ => None,
        };
    }
    let host = url.host_str()?.trim_start_matches("www.");
    if !TELEGRAM_HOSTS.contains(&host) {
        return host.strip_suffix(".t.me").and_then(username);
    }
    let mut segments = url.path_segments()?;
    let first = segments.next()?;
    match first {
        "joinchat" => {
            segments.next().filter(|hash| !hash.is_empty()).map(|hash| format!("+{hash}"))
        }
        "c" => segments.next().filter(|id| !id.is_empty()).map(|id| format!("c/{id}")),
        "s" => segments.next().and_then(username),
        _ if first.len() > 1 && first.starts_with('+') => Some(first.to_owned()),
        _ => username(first).filter(|name| !TELEGRAM_RESERVED.contains(&name.as_str())),
    }
}

fn username(name: &str) -> Option<String> {
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{Entity, Link, links, links_of_part};
    use proptest::prelude::{prop_assert, proptest};

    fn one(text: &str) -> Link {
        let links = links(text);
        assert_eq!(links.len(), 1, "{text}: {links:?}");
        links.into_iter().next().unwrap()
    }

    #[test]
    fn links_are_found_as_written() {
        for (text, url, host) in [
            ("see https://Example.com/a?b=c#d.", "https://Example.com/a?b=c#d", "example.com"),
            ("(https://a.kz/x_(y))", "https://a.kz/x_(y)", "a.kz"),
            ("Сайт:https://пример.рф/путь!", "https://пример.рф/путь", "xn--e1afmkfd.xn--p1ai"),
            ("жми example.com, там", "example.com", "example.com"),
            ("WWW.Example.CO.UK/x", "WWW.Example.CO.UK/x", "www.example.co.uk"),
            ("на пример.рф сегодня", "пример.рф", "xn--e1afmkfd.xn--p1ai"),
            ("hxxps://evil[.]example[.]com/x", "https://evil.example.com/x", "evil.example.com"),
            ("HXXP[:]//evil(dot)com", "http://evil.com", "evil.com"),
            ("evil[.]com/login", "evil.com/login", "evil.com"),
            ("http://192.0.2.7:8080/x", "http://192.0.2.7:8080/x", "192.0.2.7"),
            ("a.kz:8080/x", "a.kz:8080/x", "a.kz"),
            ("a.kz:цена", "a.kz", "a.kz"),
            ("Kaspi.kz-те", "Kaspi.kz", "kaspi.kz"),
            ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
            ("a.kz:99999 руб", "a.kz", "a.kz"),
            ("https://a.kz/x\u{feff}", "https://a.kz/x", "a.kz"),
            ("user.github.io", "user.github.io", "user.github.io"),
            ("<https://a.kz>", "https://a.kz", "a.kz"),
        ] {
            let link = one(text);
            assert_eq!((link.url.as_str(), link.host.as_deref()), (url, Some(host)), "{text}");
            assert_eq!((link.via, link.deceptive), ("url", false));
        }
        let link = one("жми a.kz!");
        assert_eq!((link.start, link.end, link.scheme), (7, 11, None));
        assert_eq!(links("a.kz, b.kz;https://c.kz").len(), 3);
    }

    #[test]
    fn text_that_only_looks_like_a_link_is_not_found() {
        for text in [
            "file.txt 10.30 и.т.д. т.е. e.g. 1.5",
            "john.doe@mail.com",
            "@user.com",
            "a..b",
            "конец.Начало",
            "https:// x",
            "http://",
            "версия 2.0.1",
            "...",
            "com",
            "3.14.15",
            "#tag.com",
        ] {
            assert_eq!(links(text), [], "{text}");
        }
    }

    #[test]
    fn links_into_telegram_name_their_target() {
        for (text, target) in [
            ("t.me/Durov", Some("durov")),
            ("https://t.me/s/durov/12?x=1", Some("durov")),
            ("https://t.me/+AbC_d-e", Some("+AbC_d-e")),
            ("telegram.me/joinchat/AbC", Some("+AbC")),
            ("https://t.me/c/123/45", Some("c/123")),
            ("durov.t.me", Some("durov")),
            ("tg://resolve?domain=Durov&start=1", Some("durov")),
            ("tg://join?invite=AbC", Some("+AbC")),
            ("tg://settings", None),
            ("https://t.me/addstickers/Animals", None),
            ("https://t.me/", None),
            ("https://not-t.me/durov", None),
        ] {
            assert_eq!(one(text).telegram.as_deref(), target, "{text}");
        }
        assert_eq!(one("tg://resolve?domain=Durov").host, None);
    }

    #[test]
    fn links_behind_other_words_are_checked_for_deception() {
        let text = "see kaspi.kz or here or https://b.kz";
        let hidden = |start, end, url| Entity { kind: "text_link", start, end, value: Some(url) };
        let links = links_of_part(
            text,
            &[hidden(4, 12, "https://evil.com/kaspi.kz"), hidden(16, 20, "https://my.kaspi.kz")],
        );
        let seen: Vec<_> = links
            .iter()
            .map(|l| (l.via, l.host.as_deref().unwrap(), l.display.as_deref(), l.deceptive))
            .collect();
        assert_eq!(
            seen,
            [
                ("text_link", "evil.com", Some("kaspi.kz"), true),
                ("text_link", "my.kaspi.kz", Some("here"), false),
                ("url", "b.kz", None, false),
            ]
        );
        let honest = links_of_part(text, &[hidden(4, 12, "https://www.kaspi.kz/x")]);
        assert!(!honest[0].deceptive);
        assert_eq!(
            links_of_part("x", &[hidden(0, 9, "https://a.kz"), hidden(0, 1, "not a url")]),
            []
        );
    }

    #[test]
    fn hostile_texts_are_searched_in_linear_time() {
        for text in [
            "a.kz:", "a.kz:8", "a.kz/!", "http://", "http://!", "a.", "[.]", "a.kz@", "(", "a.kz/)",
        ] {
            let text = text.repeat((16 << 10) / text.len());
            assert!(links(&text).len() <= text.len());
        }
    }

    proptest! {
        #[test]
        fn links_do_not_overlap(
            text in "(https?://|hxxp://|tg://|[a-zж.\\[\\]()/@:#? ]|\\.com|\\.рф|\\[dot\\]|。){0,30}",
        ) {
            let mut end = 0;
            for link in links(&text) {
                prop_assert!(link.start >= end && text.get(link.start..link.end).is_some());
                end = link.end;
            }
        }
    }
}
