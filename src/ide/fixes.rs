//! The fixes of diagnostics, applied to the texts of rule files.

use super::TextEdit;
use crate::{Diagnostic, Failure, FileId, Fix, RuleSet, Sources};
use std::collections::BTreeMap;

/// The most rounds of fixing. One round is not enough, because a fix may reveal another fault. The number is limited,
/// because two fixes may undo each other.
const MAX_ROUNDS: usize = 10;

/// Rule files by their names below the root.
pub type Texts = BTreeMap<String, String>;

/// The result of applying fixes.
#[derive(Debug)]
#[non_exhaustive]
pub struct Mended {
    /// The files that change, with their texts before and after.
    pub files: BTreeMap<String, (String, String)>,
    /// The number of fixes that were applied.
    pub count: usize,
    /// The rules after the fixes.
    pub result: Result<RuleSet, Failure>,
}

/// Applies the fixes that `accepts` returns true for, compiles again, and goes on until nothing changes, for at most ten
/// rounds. A round that adds errors is undone. `compile` compiles the rules; the texts that it gets replace the files with
/// the same names.
pub fn mend(
    compile: impl Fn(&Texts) -> Result<RuleSet, Failure>,
    accepts: impl Fn(&Diagnostic, &Fix, &Sources) -> bool,
) -> Mended {
    let mut texts = Texts::new();
    let mut mended = Mended { files: BTreeMap::new(), count: 0, result: compile(&texts) };
    for _ in 0..MAX_ROUNDS {
        let (diagnostics, sources) = diagnostics_of(&mended.result);
        let wanted =
            |each: &&Diagnostic| each.fix.as_ref().is_some_and(|fix| accepts(each, fix, sources));
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
            diagnostics_of(result).0.iter().filter(|each| each.is_error()).count()
        };
        let result = compile(&next);
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

/// The diagnostics of a compilation, whether it succeeded or not.
pub fn diagnostics_of(result: &Result<RuleSet, Failure>) -> (&[Diagnostic], &Sources) {
    match result {
        Ok(set) => (set.warnings(), set.sources()),
        Err(failure) => (&failure.diagnostics, &failure.sources),
    }
}

/// Applies fixes. Returns the new text of each file, and the number of fixes in it.
fn apply(fixes: Vec<&Fix>, sources: &Sources) -> BTreeMap<FileId, (String, usize)> {
    let mut by_file: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
    for fix in fixes {
        by_file.entry(fix.at.file).or_default().push(edit(fix));
    }
    let text = |(file, edits): (FileId, Vec<TextEdit>)| {
        let edits = without_overlaps(edits);
        Some((file, (edited(&sources.get(file)?.text, &edits), edits.len())))
    };
    by_file.into_iter().filter_map(text).collect()
}

/// A fix as a change to the text of its file.
pub fn edit(fix: &Fix) -> TextEdit {
    TextEdit { bytes: fix.at.span.range(), text: fix.text.clone() }
}

/// All safe fixes of one file that can be applied together.
///
/// ```
/// use lexloci::ide::fixes;
///
/// let text = "jurisdiction WORLD { zone \"UTC\" }\ndefine nine = chat.members = 9\n";
/// let failure = lexloci::Compiler::new().file("world.loci", text).compile().unwrap_err();
/// let edits = fixes::safe(&failure.diagnostics, &failure.sources, "world.loci");
/// assert!(fixes::edited(text, &edits).contains("chat.members == 9"));
/// ```
pub fn safe(diagnostics: &[Diagnostic], sources: &Sources, file: &str) -> Vec<TextEdit> {
    let fixes = diagnostics.iter().filter_map(|each| each.fix.as_ref());
    let wanted = fixes.filter(|fix| fix.safe && sources.name(fix.at.file) == file);
    without_overlaps(wanted.map(edit).collect())
}

/// The edits in the order of the text; of two that overlap, the first.
fn without_overlaps(mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    edits.sort_by(|a, b| {
        (a.bytes.start, a.bytes.end, &a.text).cmp(&(b.bytes.start, b.bytes.end, &b.text))
    });
    edits.dedup();
    let mut end = 0;
    edits.retain(|edit| {
        let fits = edit.bytes.start >= end;
        if fits {
            end = edit.bytes.end;
        }
        fits
    });
    edits
}

/// A text after some edits; of two that overlap, the first is applied.
pub fn edited(text: &str, edits: &[TextEdit]) -> String {
    let (mut out, mut end) = (String::new(), 0);
    for edit in without_overlaps(edits.to_vec()) {
        let Some(kept) = text.get(end..edit.bytes.start) else { continue };
        out.extend([kept, &edit.text]);
        end = edit.bytes.end;
    }
    out.push_str(text.get(end..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::edited;
    use crate::ide::TextEdit;

    #[test]
    fn the_first_of_overlapping_edits_is_applied() {
        let edit = |start: usize, end: usize, text: &str| TextEdit {
            bytes: start..end,
            text: text.into(),
        };
        let edits =
            [edit(4, 6, "X"), edit(0, 1, "Y"), edit(5, 7, "Z"), edit(8, 8, "!"), edit(4, 6, "X")];
        assert_eq!(edited("abcdefgh", &edits), "YbcdXgh!");
    }
}
