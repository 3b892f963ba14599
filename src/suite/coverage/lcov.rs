//! Coverage in the format of LCOV.

use super::{Coverage, Point, PointKind};
use crate::base::source::Sources;
use std::collections::BTreeMap;
use std::fmt::Write;

/// One record a file. A line counts as often as the tests reach what stands on it, and not at all when they miss any of
/// it.
pub(super) fn written(coverage: &Coverage, sources: &Sources) -> String {
    let mut out = String::from("TN:lexloci\n");
    for (file, source) in sources.iter() {
        let here: Vec<&Point> =
            coverage.points.iter().filter(|each| each.at.file == file).collect();
        if here.is_empty() {
            continue;
        }
        let line = |point: &Point| sources.position(file, point.at.span.start).line;
        let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
        let (mut functions, mut branches) = (String::new(), String::new());
        let mut branch = 0;
        for point in &here {
            let (line, tests) = (line(point), point.tests);
            lines.entry(line).and_modify(|least| *least = tests.min(*least)).or_insert(tests);
            // Writing to a string cannot fail.
            let _ = match point.kind {
                PointKind::Rule => {
                    let name = format!("{} {}", point.owner, point.what);
                    writeln!(functions, "FN:{line},{name}\nFNDA:{tests},{name}")
                }
                PointKind::Clause => Ok(()),
                PointKind::Branch => {
                    branch += 1;
                    writeln!(branches, "BRDA:{line},0,{branch},{tests}")
                }
            };
        }
        let count = |kind| {
            let of_kind = here.iter().filter(|point| point.kind == kind);
            (of_kind.clone().count(), of_kind.filter(|point| point.is_reached()).count())
        };
        let ((fnf, fnh), (brf, brh)) = (count(PointKind::Rule), count(PointKind::Branch));
        let hits: String =
            lines.iter().map(|(line, tests)| format!("DA:{line},{tests}\n")).collect();
        let (lf, lh) = (lines.len(), lines.values().filter(|tests| **tests > 0).count());
        let _ = write!(
            out,
            "SF:{}\n{functions}FNF:{fnf}\nFNH:{fnh}\n{branches}BRF:{brf}\nBRH:{brh}\n{hits}LF:{lf}\nLH:{lh}\nend_of_record\n",
            source.name
        );
    }
    out
}
