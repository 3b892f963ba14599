//! Tests that each kind of name leads to its declaration, also in files with faults.

use crate::base::limits::RecordLimits;
use crate::base::source::{Location, Sources};
use crate::check::part::CheckedPart;
use crate::check::{FileError, Input, LIBRARY, check_part};
use crate::program::functions::builtins;
use crate::syntax;
use std::sync::Arc;

const SCHEMA: &str = "record message { ads?: ads }\nrecord ads { paid: bool = false }\n";

const CRYPTO: &str = r#"terms promises { en: "passive income" }
define licensed(l: link, host: text) = l.host == host
"#;

const KZ: &str = r#"jurisdiction KZ { zone "Asia/Almaty" }
use "lib/crypto.loci"
law platforms "On Platforms" {
  article measures "9" { in force from 2023-09-10  binds platform  verified 2026-11-23 }
}
policy desk "Desk" { in force from 2026-01-01 }
office astana "Astana" { languages kk }
set hosts: domain { "scam.example" }
rule advert "Advert" {
  basis platforms.measures
  when  ads.paid and text mentions promises and any link in links where (link.host in hosts)
  then  escalate to astana within 24 hours by policy desk
}
exception licence to advert {
  basis platforms.measures
  when  any l in links where (licensed(l, "venue.example"))
}
rule faulty "Has a fault" { basis platforms.measures  when text mentions promises and nothing  then restrict }
test "an advert" {
  given  { text: "passive income" }
  at     2026-03-01
  expect not kz.advert
}
"#;

/// Shows each use as `name: kind at place → place of the declaration`. The declarations themselves are left out.
fn uses(files: &[(&str, &str)]) -> Vec<String> {
    let mut sources = Sources::default();
    let texts = LIBRARY.iter().copied().chain(files.iter().copied());
    let read: Vec<_> = texts
        .map(|(name, text)| {
            let id = sources.add(name, text);
            (id, name.to_owned(), Arc::new(syntax::read(id, text).0))
        })
        .collect();
    let read_file = |_: &str, _| Err(FileError::NotFound);
    let input = Input {
        files: &read,
        functions: builtins(),
        read_file: &read_file,
        sources: &sources,
        limits: RecordLimits::default(),
    };
    let CheckedPart { uses, .. } = check_part(&input);
    // Lines of the standard library move often, so only its files are shown.
    let shown = |at: Location| match sources.display(at) {
        place if place.starts_with("std/") => sources.name(at.file).to_owned(),
        place => place,
    };
    let used = uses.iter().filter(|one| one.at != one.declared);
    used.map(|one| {
        let (name, kind) = (sources.slice(one.at), one.kind);
        format!("{name}: {kind:?} at {} → {}", shown(one.at), shown(one.declared))
    })
    .collect()
}

#[test]
fn each_name_leads_to_its_declaration() {
    let found = uses(&[("schema.loci", SCHEMA), ("lib/crypto.loci", CRYPTO), ("kz.loci", KZ)]);
    assert_eq!(
        found,
        [
            "l: Parameter at lib/crypto.loci:2:40 → lib/crypto.loci:2:17",
            "host: Field at lib/crypto.loci:2:42 → std/record.loci",
            "host: Parameter at lib/crypto.loci:2:50 → lib/crypto.loci:2:26",
            r#""lib/crypto.loci": File at kz.loci:2:5 → lib/crypto.loci:1:1"#,
            "platforms: Law at kz.loci:10:9 → kz.loci:3:5",
            "measures: Article at kz.loci:10:19 → kz.loci:4:11",
            "ads: Field at kz.loci:11:9 → schema.loci:1:18",
            "paid: Field at kz.loci:11:13 → schema.loci:2:14",
            "text: Field at kz.loci:11:22 → std/record.loci",
            "promises: Terms at kz.loci:11:36 → lib/crypto.loci:1:7",
            "links: Field at kz.loci:11:61 → std/record.loci",
            "link: Element at kz.loci:11:74 → kz.loci:11:53",
            "host: Field at kz.loci:11:79 → std/record.loci",
            "hosts: Set at kz.loci:11:87 → kz.loci:8:5",
            "escalate: Action at kz.loci:12:9 → std/action.loci",
            "astana: Office at kz.loci:12:21 → kz.loci:7:8",
            "desk: Policy at kz.loci:12:54 → kz.loci:6:8",
            "advert: Rule at kz.loci:14:22 → kz.loci:9:6",
            "platforms: Law at kz.loci:15:9 → kz.loci:3:5",
            "measures: Article at kz.loci:15:19 → kz.loci:4:11",
            "links: Field at kz.loci:16:18 → std/record.loci",
            "licensed: Define at kz.loci:16:31 → lib/crypto.loci:2:8",
            "l: Element at kz.loci:16:40 → kz.loci:16:13",
            "platforms: Law at kz.loci:18:35 → kz.loci:3:5",
            "measures: Article at kz.loci:18:45 → kz.loci:4:11",
            "text: Field at kz.loci:18:60 → std/record.loci",
            "promises: Terms at kz.loci:18:74 → lib/crypto.loci:1:7",
            "restrict: Action at kz.loci:18:101 → std/action.loci",
            "advert: Rule at kz.loci:22:17 → kz.loci:9:6",
        ]
    );
}
