//! Links in plain text, those of entities, and where a link leads.

use super::{before, run};
use crate::text::is_ignorable;
use url::{Host, Url};

/// A link in a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// As written, obfuscation undone: `hxxps://a[.]com` is `https://a.com`.
    pub(crate) url: String,
    /// `url` when the text shows it, `text_link` when it lies behind other words.
    pub(crate) via: &'static str,
    /// The words in front of a `text_link`.
    pub(crate) display: Option<String>,
    /// In lower case; none when none is written.
    pub(crate) scheme: Option<String>,
    /// In the ASCII form of IDNA, lower case.
    pub(crate) host: Option<String>,
    /// What it names inside Telegram: a username, `+invite`, `c/id`.
    pub(crate) telegram: Option<String>,
    /// Whether the words in front show a domain, and another than it leads to.
    pub(crate) deceptive: bool,
    /// First byte in the part.
    pub(crate) start: usize,
    /// The byte after its last.
    pub(crate) end: usize,
}

/// What a host marked in a text, as far as links are concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entity<'a> {
    /// `url` and `text_link` are read, others passed over.
    pub(crate) kind: &'a str,
    /// First byte in the part.
    pub(crate) start: usize,
    /// The byte after its last.
    pub(crate) end: usize,
    /// Where a `text_link` leads.
    pub(crate) value: Option<&'a str>,
}

/// How links begin, obfuscated ways first undone.
const SCHEMES: &[(&str, &str)] = &[
    ("https://", "https://"),
    ("http://", "http://"),
    ("hxxps://", "https://"),
    ("hxxp://", "http://"),
    ("https[:]//", "https://"),
    ("http[:]//", "http://"),
    ("hxxps[:]//", "https://"),
    ("hxxp[:]//", "http://"),
    ("ftp://", "ftp://"),
    ("tg://", "tg://"),
    ("ton://", "ton://"),
];

/// The dot between labels, and what it is replaced by to keep a link from being one. The full-width forms are those
/// that IDNA maps.
const DOTS: &[&str] =
    &["[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}", "\u{3002}", "\u{ff0e}", "\u{ff61}"];

/// Hosts of links into Telegram.
const TELEGRAM: &[&str] = &["t.me", "telegram.me", "telegram.dog"];

/// First path segments there that are no usernames (<https://core.telegram.org/api/links>).
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

/// The links in a text, in order: with a scheme, or bare when the host ends in a known public suffix. Linear time.
pub(crate) fn links(text: &str) -> Vec<Link> {
    let mut links = vec![];
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (length, link) = with_scheme(text, at, rest)
            .or_else(|| bare(text, at, rest))
            .unwrap_or_else(|| (rest.chars().next().map_or(1, char::len_utf8), None));
        links.extend(link);
        at += length;
    }
    links
}

/// The links in a text with entities. What an entity says of a place is believed rather than what is read there.
pub(crate) fn links_of_part(text: &str, entities: &[Entity<'_>]) -> Vec<Link> {
    let mut links: Vec<Link> =
        entities.iter().filter_map(|entity| of_entity(text, entity)).collect();
    let covered = links.iter().map(|link| (link.start, link.end)).collect();
    links.extend(links_outside(text, covered));
    links.sort_by_key(|link| (link.start, link.end));
    links
}

/// The links in a text that touch none of some stretches of it.
pub(crate) fn links_outside(text: &str, mut covered: Vec<(usize, usize)>) -> Vec<Link> {
    covered.sort_unstable();
    // INVARIANT for the search: ends ascend too, once each reaches at least as far as those before it.
    let mut reach = 0;
    for (_, end) in &mut covered {
        reach = reach.max(*end);
        *end = reach;
    }
    let is_free = |link: &Link| {
        let before = covered.partition_point(|&(start, _)| start < link.end);
        before
            .checked_sub(1)
            .and_then(|last| covered.get(last))
            .is_none_or(|&(_, end)| end <= link.start)
    };
    links(text).into_iter().filter(is_free).collect()
}

/// Whether words show a domain, and another than the host that they lead to.
pub(crate) fn deceives(shown: &str, host: Option<&str>) -> bool {
    let target = host.map(registrable);
    links(shown)
        .iter()
        .filter_map(|shown| shown.host.as_deref())
        .any(|host| Some(registrable(host)) != target)
}

impl Link {
    /// A link with where it leads; none when it is not a URL. Without a scheme it is read as `http`.
    pub(crate) fn of(url: &str, via: &'static str, start: usize, end: usize) -> Option<Self> {
        let has_scheme = run(url, |c| c.is_ascii_alphanumeric() || "+-.".contains(c)).len();
        let has_scheme = url.get(has_scheme..).is_some_and(|rest| rest.starts_with("://"));
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
            telegram: telegram(&parsed),
            deceptive: false,
            start,
            end,
        })
    }
}

fn of_entity(text: &str, entity: &Entity<'_>) -> Option<Link> {
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

/// The domain that somebody registered: of `a.b.co.uk` it is `b.co.uk`.
fn registrable(host: &str) -> &str {
    psl::domain_str(host).unwrap_or(host)
}

/// Its length, and the link if it is one. `None` when no scheme stands here.
fn with_scheme(text: &str, at: usize, rest: &str) -> Option<(usize, Option<Link>)> {
    if before(text, at).is_some_and(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let (written, scheme) = SCHEMES.iter().find(|(written, _)| {
        rest.get(..written.len()).is_some_and(|head| head.eq_ignore_ascii_case(written))
    })?;
    let body = trimmed(run(rest.get(written.len()..)?, is_of_url));
    let length = written.len() + body.len();
    let url = format!("{scheme}{}", undotted(body));
    Some((length, Link::of(&url, "url", at, at + length)))
}

/// Its length, and the link if it is one. `None` when no host begins here.
fn bare(text: &str, at: usize, rest: &str) -> Option<(usize, Option<Link>)> {
    let is_label = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let continues = |c: char| is_label(c) || "@./\\#$".contains(c);
    let mut labels = vec![run(rest, is_label)];
    let mut length = labels.first().map_or(0, |label| label.len());
    if length == 0 {
        return None;
    }
    while let Some(after) = rest.get(length..) {
        let dot = if after.starts_with('.') { 1 } else { disguised_dot(after).map_or(0, str::len) };
        let label = run(after.get(dot..).unwrap_or_default(), is_label);
        if dot == 0 || label.is_empty() {
            break;
        }
        labels.push(label);
        length += dot + label.len();
    }
    if let Some(last) = labels.last_mut() {
        let suffix = without_ending(last);
        length -= last.len() - suffix.len();
        *last = suffix;
    }
    let after = rest.get(length..).unwrap_or_default();
    if before(text, at).is_some_and(continues) || after.starts_with('@') || !is_host(&labels) {
        return Some((length, None));
    }
    let (host, end) = (labels.join("."), at + length);
    let tail = tail(after);
    let whole = format!("{host}{}", undotted(tail));
    let link = Link::of(&whole, "url", at, end + tail.len());
    // A number after the colon need not be a port.
    Some((length + tail.len(), link.or_else(|| Link::of(&host, "url", at, end))))
}

/// A last label without the ending that grammar puts after a hyphen: `kaspi.kz-те`. No suffix has a hyphen itself,
/// but in the ASCII form of IDNA.
fn without_ending(label: &str) -> &str {
    match label.split_once(['-', '_']) {
        Some((suffix, _)) if !suffix.is_empty() && !label.starts_with("xn--") => suffix,
        _ => label,
    }
}

/// The port and path after a host.
fn tail(after: &str) -> &str {
    let digits = after.strip_prefix(':').map(|port| run(port, |c| c.is_ascii_digit()).len());
    let port = digits.filter(|digits| *digits > 0).map_or(0, |digits| 1 + digits);
    let path = after.get(port..).filter(|path| path.starts_with(['/', '?', '#']));
    let path = path.map_or("", |path| trimmed(run(path, is_of_url)));
    after.get(..port + path.len()).unwrap_or_default()
}

/// Whether labels are a host below a suffix of the public suffix list: `file.txt`, `10.30`, `и.т.д` are none.
fn is_host(labels: &[&str]) -> bool {
    if labels.len() < 2 {
        return false;
    }
    let Ok(Host::Domain(host)) = Host::parse(&labels.join(".")) else { return false };
    // `.example` is nobody's (RFC 2606), so that rules and messages can be shown: there it counts like any other.
    psl::suffix(host.as_bytes())
        .is_some_and(|suffix| suffix.is_known() || suffix == &b"example"[..])
        && psl::domain_str(&host).is_some()
}

fn is_of_url(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !is_ignorable(c) && !"<>\"«»“”„`|".contains(c)
}

/// Without the punctuation that ends the sentence and not the link; a bracket closed in the link stays.
fn trimmed(url: &str) -> &str {
    let opened = url.matches('(').count();
    let mut closed = url.matches(')').count();
    let mut rest = url;
    while let Some(last) = rest.chars().next_back() {
        let ends = match last {
            ')' => closed > opened,
            c => ".,;:!?'’…]}*~".contains(c),
        };
        if !ends {
            break;
        }
        closed -= usize::from(last == ')');
        rest = rest.get(..rest.len() - last.len_utf8()).unwrap_or_default();
    }
    rest
}

fn disguised_dot(text: &str) -> Option<&'static str> {
    DOTS.iter()
        .copied()
        .find(|dot| text.get(..dot.len()).is_some_and(|head| head.eq_ignore_ascii_case(dot)))
}

/// With plain dots.
fn undotted(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(dot) = disguised_dot(rest) {
            plain.push('.');
            at += dot.len();
        } else {
            plain.extend(rest.chars().next());
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    plain
}

fn telegram(url: &Url) -> Option<String> {
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
    if !TELEGRAM.contains(&host) {
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
    fn what_only_looks_like_a_link_is_none() {
        for text in [
            "file.txt 10.30 и.т.д. т.е. e.g. 1.5",
            "john.doe@mail.com",
            "@user.com",
            "co.uk",
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
    fn hidden_links_show_whether_they_deceive() {
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
    fn hostile_texts_are_read_once() {
        for text in [
            "a.kz:", "a.kz:8", "a.kz/!", "http://", "http://!", "a.", "[.]", "a.kz@", "(", "a.kz/)",
        ] {
            let text = text.repeat((16 << 10) / text.len());
            assert!(links(&text).len() <= text.len());
        }
    }

    proptest! {
        #[test]
        fn links_lie_in_the_text_apart(
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
