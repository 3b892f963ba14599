//! The fixes of diagnostics, applied to the texts of rule files.

use super::TextEdit;
use super::format::format_range;
use crate::{Diagnostic, Failure, FileId, Fix, RuleSet, Sources, items};
use foldhash::{HashMap, HashSet};
use std::collections::BTreeMap;
use std::ops::Range;

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
/// rounds. A fix stays only if its line has no new error in the end: one that only moves a fault on is undone. So is a
/// round that adds errors. Changed items are formatted where the other items of their file are. `compile` compiles the
/// rules; the texts that it gets replace the files with the same names.
pub fn mend(
    compile: impl Fn(&Texts) -> Result<RuleSet, Failure>,
    accepts: impl Fn(&Diagnostic, &Fix, &Sources) -> bool,
) -> Mended {
    let mut originals = Texts::new();
    let mut settled = State::of(compile(&Texts::new()), Texts::new(), 0);
    // A state with new errors that the next round may mend.
    let mut open: Option<State> = None;
    let mut refused: Vec<Applied> = vec![];
    for _ in 0..MAX_ROUNDS {
        let from = open.as_ref().unwrap_or(&settled);
        let (diagnostics, sources) = diagnostics_of(&from.result);
        let is_wanted = |each: &&Diagnostic| {
            let fix = each.fix.as_ref().filter(|fix| accepts(each, fix, sources));
            let applied = fix.map(|fix| (sources.name(fix.at.file).to_owned(), edit(fix)));
            applied.is_some_and(|applied| !refused.contains(&applied))
        };
        let fixes = diagnostics.iter().filter(is_wanted).filter_map(|each| each.fix.as_ref());
        let changed = apply(fixes.collect(), sources);
        if changed.is_empty() {
            let Some(dead_end) = open.take() else { break };
            refused.extend(dead_end.doubtful);
            continue;
        }
        let next = from.after(&changed, &compile);
        for (name, file) in &changed {
            originals.entry(name.clone()).or_insert_with(|| file.before.clone());
        }
        let (mendable, dead): (Vec<_>, Vec<_>) =
            next.strays(&settled, &accepts).into_iter().partition(|stray| stray.has_fix);
        let has_grown = next.errors().count() > settled.errors().count();
        let is_refused = has_grown || !dead.is_empty();
        let doubtful = match open.take() {
            Some(open) => open.doubtful,
            None if has_grown => blamed(&changed, dead.iter().chain(&mendable)),
            None => blamed(&changed, if is_refused { &dead } else { &mendable }),
        };
        if is_refused {
            refused.extend(doubtful);
        } else if mendable.is_empty() {
            settled = next;
        } else {
            open = Some(State { doubtful, ..next });
        }
    }
    let State { mut texts, count, mut result, .. } = settled;
    let formatted = texts.iter().filter_map(|(name, new)| {
        Some((name.clone(), formatted(name, originals.get(name)?, new)?))
    });
    let formatted: Texts = formatted.collect();
    if !formatted.is_empty() {
        texts.extend(formatted);
        result = compile(&texts);
    }
    let changed = texts.into_iter().filter_map(|(name, new)| {
        let old = originals.remove(&name)?;
        Some((name, (old, new)))
    });
    Mended { files: changed.collect(), count, result }
}

/// A file after fixes with its changed items formatted. `None` if they are already, or if other items are not either.
fn formatted(name: &str, before: &str, after: &str) -> Option<String> {
    let edits = format_range(name, after, 0..after.len()).ok()?;
    let old = items(before);
    let old: HashSet<_> = old.iter().filter_map(|(_, _, at)| before.get(at.range())).collect();
    let is_changed =
        |edit: &TextEdit| after.get(edit.bytes.clone()).is_some_and(|item| !old.contains(item));
    (!edits.is_empty() && edits.iter().all(is_changed)).then(|| edited(after, &edits))
}

/// A fix that was applied: the name of its file, and what it changed there.
type Applied = (String, TextEdit);

/// The rules after some rounds.
struct State {
    /// The files that have changed.
    texts: Texts,
    count: usize,
    result: Result<RuleSet, Failure>,
    /// The fixes that are undone if the errors on their lines cannot be mended.
    doubtful: Vec<Applied>,
}

/// A new error on a line that has changed.
struct Stray {
    file: String,
    /// The bytes of its line in the new text.
    line: Range<usize>,
    has_fix: bool,
}

impl State {
    fn of(result: Result<RuleSet, Failure>, texts: Texts, count: usize) -> Self {
        Self { texts, count, result, doubtful: vec![] }
    }

    fn after(
        &self,
        changed: &BTreeMap<String, Changed>,
        compile: impl Fn(&Texts) -> Result<RuleSet, Failure>,
    ) -> Self {
        let mut texts = self.texts.clone();
        texts.extend(changed.iter().map(|(name, file)| (name.clone(), file.after.clone())));
        let fixes: usize = changed.values().map(|file| file.edits.len()).sum();
        Self::of(compile(&texts), texts, self.count + fixes)
    }

    fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        diagnostics_of(&self.result).0.iter().filter(|each| each.is_error())
    }

    /// The errors that another state has not, on lines that it has not.
    fn strays(
        &self,
        before: &Self,
        accepts: &impl Fn(&Diagnostic, &Fix, &Sources) -> bool,
    ) -> Vec<Stray> {
        let (sources, old_sources) =
            (diagnostics_of(&self.result).1, diagnostics_of(&before.result).1);
        let old_errors: HashSet<_> = before.errors().map(|old| (old.code, &*old.message)).collect();
        let mut old_lines: HashMap<&str, HashSet<&str>> = HashMap::default();
        let is_new = |each: &&Diagnostic| !old_errors.contains(&(each.code, &*each.message));
        let stray = |each: &Diagnostic| {
            let at = each.at?;
            let source = sources.get(at.file)?;
            let line = line_around(&source.text, at.span.start as usize);
            let written = source.text.get(line.clone())?;
            let is_old = old_lines
                .entry(&source.name)
                .or_insert_with(|| {
                    let old = old_sources.iter().find(|(_, old)| old.name == source.name);
                    old.map(|(_, old)| old.text.lines().collect()).unwrap_or_default()
                })
                .contains(written);
            let has_fix = each.fix.as_ref().is_some_and(|fix| accepts(each, fix, sources));
            (!is_old).then(|| Stray { file: source.name.clone(), line, has_fix })
        };
        self.errors().filter(is_new).filter_map(stray).collect()
    }
}

/// The fixes that changed the lines of these errors; all, if none did.
fn blamed<'s>(
    changed: &BTreeMap<String, Changed>,
    strays: impl IntoIterator<Item = &'s Stray> + Clone,
) -> Vec<Applied> {
    let all = || {
        changed.iter().flat_map(|(name, file)| {
            file.edits_after().map(move |(edit, after)| (name, edit, after))
        })
    };
    let touches = |name: &str, after: &Range<usize>| {
        strays.clone().into_iter().any(|Stray { file, line, .. }| {
            file == name && after.start <= line.end && after.end >= line.start
        })
    };
    let applied = |(name, edit, _): (&String, &TextEdit, _)| (name.clone(), edit.clone());
    let some: Vec<_> = all().filter(|(name, _, at)| touches(name, at)).map(applied).collect();
    if some.is_empty() { all().map(applied).collect() } else { some }
}

/// The bytes of the line around a byte, without its end.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let length = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    start..start + length
}

/// The diagnostics of a compilation, whether it succeeded or not.
pub fn diagnostics_of(result: &Result<RuleSet, Failure>) -> (&[Diagnostic], &Sources) {
    match result {
        Ok(set) => (set.warnings(), set.sources()),
        Err(failure) => (&failure.diagnostics, &failure.sources),
    }
}

/// A file that fixes changed.
struct Changed {
    before: String,
    after: String,
    /// The changes that were made, in the order of the text.
    edits: Vec<TextEdit>,
}

impl Changed {
    /// Each change, and the bytes that it wrote in the new text.
    fn edits_after(&self) -> impl Iterator<Item = (&TextEdit, Range<usize>)> {
        let (mut old_end, mut new_end) = (0, 0);
        self.edits.iter().map(move |edit| {
            let start = new_end + edit.bytes.start.saturating_sub(old_end);
            (old_end, new_end) = (edit.bytes.end, start + edit.text.len());
            (edit, start..new_end)
        })
    }
}

/// Applies fixes. Returns the files that they change, by name.
fn apply(fixes: Vec<&Fix>, sources: &Sources) -> BTreeMap<String, Changed> {
    let mut by_file: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
    for fix in fixes {
        by_file.entry(fix.at.file).or_default().push(edit(fix));
    }
    let changed = |(file, edits): (FileId, Vec<TextEdit>)| {
        let edits = without_overlaps(edits);
        let source = sources.get(file)?;
        let (before, after) = (source.text.to_string(), edited(&source.text, &edits));
        Some((source.name.clone(), Changed { before, after, edits }))
    };
    by_file.into_iter().filter_map(changed).collect()
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
    use super::{Texts, edited, mend};
    use crate::Compiler;
    use crate::ide::TextEdit;

    #[test]
    fn a_fix_that_only_moves_a_fault_on_is_undone() {
        let text = "jurisdiction WORLD { zone \"UTC\" }
define one = chat.mumbers contains \"x\"
define two = chat.members = 9
define three = chat.publik == 1
";
        let compile = |texts: &Texts| {
            let text = texts.get("world.loci").map_or(text, String::as_str);
            Compiler::new().file("world.loci", text).compile()
        };
        let mended = mend(compile, |_, _, _| true);
        let (old, new) = &mended.files["world.loci"];
        assert_eq!(old, text);
        assert_eq!(
            new.lines().skip(1).collect::<Vec<_>>(),
            [
                "define one = chat.mumbers contains \"x\"",
                "define two = chat.members == 9",
                "define three = chat.public",
            ]
        );
        assert_eq!(mended.count, 3);
    }

    #[test]
    fn a_fix_that_adds_errors_leaves_the_others_in_place() {
        let text = "jurisdiction WORLD { zone \"UTC\" }
define a = chat.scam === true and chat.z1 > 1 and chat.z2 > 2 and chat.z3 > 3 and chat.z4 > 4
define b = chat.public === true
define c = chat.fake === true
";
        let compile = |texts: &Texts| {
            let text = texts.get("world.loci").map_or(text, String::as_str);
            Compiler::new().file("world.loci", text).compile()
        };
        let mended = mend(compile, |_, fix, _| fix.safe);
        let (_, new) = &mended.files["world.loci"];
        let fixed: Vec<_> = new.lines().skip(1).map(|line| !line.contains("===")).collect();
        assert_eq!(fixed, [false, true, true], "{new}");
    }

    #[test]
    fn changed_items_are_formatted_where_the_others_are() {
        let tidy = "jurisdiction WORLD { zone \"UTC\" }\n";
        let fault =
            "policy p \"P\" {}\nrule r {\n  basis p\n  when text mentions \"a\"\n  than label\n}\n";
        let mended = |text: &str| {
            let compile = |texts: &Texts| {
                let text = texts.get("world.loci").map_or(text, String::as_str);
                Compiler::new().file("world.loci", text).compile()
            };
            let mended = mend(compile, |_, _, _| true);
            assert!(mended.result.is_ok(), "{mended:?}");
            mended.files["world.loci"].1.clone()
        };
        let new = mended(&format!("{tidy}{fault}"));
        assert!(new.contains("  then  label"), "{new}");
        assert_eq!(crate::format("world.loci", &new).unwrap(), new);
        // Nobody formatted this file.
        let new = mended(&format!("jurisdiction   WORLD {{ zone \"UTC\" }}\n{fault}"));
        assert!(new.contains("  then label"), "{new}");
    }

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
