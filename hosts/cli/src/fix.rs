//! Mends that tools can make: the fixes of diagnostics, put into the texts of rule files.

use lexloci::{Diagnostic, Failure, FileId, Fix, RuleSet, Sources};
use std::collections::BTreeMap;

/// Rounds after which nothing more is tried: a mend may show the next fault, and two may undo each other.
const ROUNDS: usize = 10;

/// Rule files by their names below the root.
pub type Texts = BTreeMap<String, String>;

/// What came of mending.
pub struct Mended {
    /// The files that change, with their texts before and after.
    pub files: BTreeMap<String, (String, String)>,
    /// How many faults were mended.
    pub count: usize,
    /// What is left.
    pub result: Result<RuleSet, Failure>,
}

/// Mends what can be mended. `compile` reads the rules with some texts in the place of those on disk, `may` says which
/// fixes are wanted.
pub fn mend(
    compile: impl Fn(&Texts) -> Result<RuleSet, Failure>,
    may: impl Fn(&Diagnostic, &Fix, &Sources) -> bool,
) -> Mended {
    let mut texts = Texts::new();
    let mut mended = Mended { files: BTreeMap::new(), count: 0, result: compile(&texts) };
    for _ in 0..ROUNDS {
        let (diagnostics, sources) = said(&mended.result);
        let wanted =
            |each: &&Diagnostic| each.fix.as_ref().is_some_and(|fix| may(each, fix, sources));
        let fixes =
            diagnostics.iter().filter(wanted).filter_map(|each| each.fix.as_ref()).collect();
        let changed = apply(fixes, sources);
        if changed.is_empty() {
            break;
        }
        let mut next = texts.clone();
        let mut count = 0;
        let mut before = BTreeMap::new();
        for (file, (text, fixes)) in changed {
            let Some(source) = sources.get(file) else { continue };
            before.insert(source.name.clone(), source.text.clone());
            next.insert(source.name.clone(), text);
            count += fixes;
        }
        let errors = |result: &Result<RuleSet, Failure>| {
            said(result).0.iter().filter(|each| each.is_error()).count()
        };
        let result = compile(&next);
        // A mend that makes things worse was none.
        if errors(&result) > errors(&mended.result) {
            break;
        }
        for (name, old) in before {
            let new = next.get(&name).cloned().unwrap_or_default();
            mended.files.entry(name).or_insert((old, String::new())).1 = new;
        }
        mended.count += count;
        mended.result = result;
        texts = next;
    }
    mended
}

/// Everything that was said about some rules.
pub fn said(result: &Result<RuleSet, Failure>) -> (&[Diagnostic], &Sources) {
    match result {
        Ok(set) => (set.warnings(), set.sources()),
        Err(failure) => (&failure.diagnostics, &failure.sources),
    }
}

/// The texts after some fixes, and how many were made in each.
fn apply(fixes: Vec<&Fix>, sources: &Sources) -> BTreeMap<FileId, (String, usize)> {
    let mut by_file: BTreeMap<FileId, Vec<&Fix>> = BTreeMap::new();
    for fix in fixes {
        by_file.entry(fix.at.file).or_default().push(fix);
    }
    let text = |(file, fixes)| Some((file, apply_to(&sources.get(file)?.text, fixes)));
    by_file.into_iter().filter_map(text).collect()
}

/// Of two fixes that overlap, the first is made.
fn apply_to(text: &str, mut fixes: Vec<&Fix>) -> (String, usize) {
    fixes.sort_by_key(|fix| (fix.at.span, fix.text.as_str()));
    fixes.dedup();
    let (mut out, mut end, mut count) = (String::new(), 0, 0);
    for fix in fixes {
        let Some(kept) = text.get(end..fix.at.span.start as usize) else { continue };
        out.extend([kept, &fix.text]);
        end = fix.at.span.end as usize;
        count += 1;
    }
    out.push_str(text.get(end..).unwrap_or(""));
    (out, count)
}

#[cfg(test)]
mod tests {
    use super::apply_to;
    use lexloci::{Fix, Location, Span};

    #[test]
    fn of_two_fixes_that_overlap_the_first_is_made() {
        let fix = |start, end, text: &str| Fix {
            at: Location { span: Span { start, end }, ..Location::default() },
            text: text.into(),
            safe: true,
        };
        let (a, b, c, d) = (fix(4, 6, "X"), fix(0, 1, "Y"), fix(5, 7, "Z"), fix(8, 8, "!"));
        assert_eq!(apply_to("abcdefgh", vec![&a, &b, &c, &d, &a]), ("YbcdXgh!".into(), 3));
    }
}
