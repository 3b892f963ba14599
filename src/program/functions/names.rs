//! Functions on host names.

use super::{Cost, Function, row, text};
use crate::world::domain::{canonical, registrable};
use crate::world::value::Type::Text;
use crate::world::value::Value;

pub(super) fn rows() -> Vec<Function> {
    vec![row(
        "registrable_domain",
        "The domain that somebody registered, found with the public suffix list: for `a.b.co.uk`, it is `b.co.uk`. A \
         host without such a domain, such as an IP address, is returned unchanged. A text that is not a host has no result.",
        [("host", Text)],
        Text,
        // `я.рф` is `xn--41a.xn--p1ai`.
        Cost::Byte { steps: 40, growth: 8 },
        |[host]| {
            let host = canonical(text(host)?)?;
            Some(Value::text(registrable(&host).unwrap_or(&host)))
        },
    )]
}
