//! Coverage in the format of LCOV, which has one entry on each line.

use super::{Coverage, Point, PointKind};
use crate::base::sink::{Output, Sink, Terminal};
use crate::base::source::Sources;
use crate::{output, put};
use std::collections::BTreeMap;

/// A report in the format of LCOV.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lcov;

/// Keeps text on one line, so that a file name cannot forge entries.
impl Sink for Lcov {
    fn escape(text: &str, out: &mut String) {
        Terminal::escape(text, out);
    }
}

/// One record for each file. If a line has several points, its hits are those of the point that the fewest tests reach.
pub(super) fn lcov(coverage: &Coverage, sources: &Sources) -> Output<Lcov> {
    let mut out = output!("TN:lexloci\n");
    for (file, source) in sources.iter() {
        let here: Vec<&Point> =
            coverage.points.iter().filter(|each| each.at.file == file).collect();
        if !here.is_empty() {
            put!(out, "SF:{}\n{}end_of_record\n", source.name, entries(&here, sources));
        }
    }
    out
}

fn entries(points: &[&Point], sources: &Sources) -> Output<Lcov> {
    let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut functions, mut branches) = (Output::new(), Output::new());
    let mut branch = 0;
    for point in points {
        let line = sources.position(point.at.file, point.at.span.start).line;
        let tests = point.tests;
        lines.entry(line).and_modify(|least| *least = tests.min(*least)).or_insert(tests);
        match point.kind {
            PointKind::Rule => {
                let name = format!("{} {}", point.owner, point.what);
                put!(functions, "FN:{},{}\nFNDA:{},{}\n", line, name, tests, name);
            }
            PointKind::Clause => {}
            PointKind::Branch => {
                branch += 1;
                put!(branches, "BRDA:{},0,{},{}\n", line, branch, tests);
            }
        }
    }
    let count = |kind| {
        let of_kind = points.iter().filter(|point| point.kind == kind);
        (of_kind.clone().count(), of_kind.filter(|point| point.is_reached()).count())
    };
    let ((fnf, fnh), (brf, brh)) = (count(PointKind::Rule), count(PointKind::Branch));
    let mut out = output!("{}FNF:{}\nFNH:{}\n", functions, fnf, fnh);
    put!(out, "{}BRF:{}\nBRH:{}\n", branches, brf, brh);
    out.extend(lines.iter().map(|(line, tests)| output!("DA:{},{}\n", line, tests)));
    let hit = lines.values().filter(|tests| **tests > 0).count();
    put!(out, "LF:{}\nLH:{}\n", lines.len(), hit);
    out
}
