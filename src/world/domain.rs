//! Names of hosts: their normal form, and the part of a name that somebody registered.

use crate::text::is_ignorable;
use std::borrow::Cow;
use url::Host;

/// The public suffix list in the binary. It comes from a package that publishes the list of each day as a new version;
/// `Cargo.toml` pins the version.
pub(crate) const SUFFIX_LIST: &str = "psl 2.1.247";

/// The maximum lengths of a name and of each of its labels, in bytes (RFC 1035, 2.3.4).
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;

/// The dot, and the characters that are read as a dot (UTS 46).
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];

/// The normal form of a host: the ASCII form of IDNA in lower case, without a final dot. An IP address has a normal
/// form of its own. `None` if the name is not valid in DNS. A name that is already in normal form is borrowed.
pub fn canonical(host: &str) -> Option<Cow<'_, str>> {
    let host = host.strip_suffix('.').unwrap_or(host);
    if is_plain(host) {
        return has_valid_lengths(host).then_some(Cow::Borrowed(host));
    }
    if has_long_label(host) {
        return None;
    }
    match Host::parse(host).ok()? {
        Host::Domain(domain) if has_valid_lengths(&domain) && domain.bytes().all(is_allowed) => {
            Some(Cow::Owned(domain))
        }
        Host::Domain(_) => None,
        // The URL standard reads every number as an address; here only four numbers are one.
        Host::Ipv4(_) if host.split(DOTS).count() != 4 => None,
        address @ (Host::Ipv4(_) | Host::Ipv6(_)) => Some(Cow::Owned(address.to_string())),
    }
}

/// Whether a label has more characters than a valid one can have before it is normalised: three may be composed to one,
/// and the escape of one takes up to nine. The time to encode and decode a label grows with the square of its length.
pub(crate) fn has_long_label(host: &str) -> bool {
    let is_encoded = host.as_bytes().windows(4).any(|four| four.eq_ignore_ascii_case(b"xn--"));
    if host.is_ascii() && !host.contains('%') && !is_encoded {
        return false;
    }
    let most = if host.contains('%') { 9 * MAX_LABEL } else { 3 * MAX_LABEL };
    let is_long = |label: &str| label.chars().filter(|c| !is_ignorable(*c)).nth(most).is_some();
    host.split(DOTS).any(is_long)
}

/// Accepts only characters that registries allow; the URL standard allows more.
fn is_allowed(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b)
}

/// Whether a name is surely in normal form: lower-case letters, digits, hyphens and dots. A name with `xn--` may be
/// wrong IDNA, and a name that ends in a number may be an address, so neither is plain.
fn is_plain(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    host.bytes().all(is_allowed)
        && last.starts_with(|c: char| c.is_ascii_lowercase())
        && !host.contains("xn--")
}

fn has_valid_lengths(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len())
        && name.split('.').all(|label| (1..=MAX_LABEL).contains(&label.len()))
}

/// The part of a name that somebody registered, by the public suffix list: `b.co.uk` in `a.b.co.uk`. The name has to be
/// in normal form. `None` for a public suffix and for an address.
pub fn registrable(canonical: &str) -> Option<&str> {
    if is_address(canonical) { None } else { psl::domain_str(canonical) }
}

/// Whether a name is itself a public suffix: one of the ICANN section of the public suffix list, or a top-level name
/// that the list lacks. Suffixes of the private section (`github.io`) are registered by somebody.
pub fn is_public_suffix(canonical: &str) -> bool {
    let is_public = |suffix: &psl::Suffix<'_>| suffix.typ() != Some(psl::Type::Private);
    psl::suffix(canonical.as_bytes())
        .is_some_and(|suffix| is_public(&suffix) && suffix == canonical.as_bytes())
}

/// Whether a name ends in a listed suffix, so that a plain word of a text can be a domain. `.example`, which is
/// reserved for documentation (RFC 2606), counts as listed.
pub fn has_known_suffix(canonical: &str) -> bool {
    psl::suffix(canonical.as_bytes())
        .is_some_and(|suffix| suffix.is_known() || suffix == &b"example"[..])
}

/// Whether a name is an IP address.
pub fn is_address(canonical: &str) -> bool {
    matches!(Host::parse(canonical), Ok(Host::Ipv4(_) | Host::Ipv6(_)))
}

#[cfg(test)]
mod tests;
