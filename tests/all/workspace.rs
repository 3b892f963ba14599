//! The workspace of editors: the same diagnostics as a compiler gives, but only what changed is checked again.

mod large;

use lexloci::ide::{Cancel, Cancelled, Workspace};
use lexloci::{Compiler, Day, Diagnostic, Level, Levels, RecordLimits, Sources, highlight, items};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Rule files and data files, by path.
#[derive(Clone)]
pub struct Texts {
    pub rules: BTreeMap<String, String>,
    pub data_files: BTreeMap<String, Arc<String>>,
    pub limits: RecordLimits,
}

impl Texts {
    pub fn compiler(&self) -> Compiler {
        let rules = self.rules.iter();
        let compiler =
            rules.fold(self.settings(), |compiler, (path, text)| compiler.file(path, text));
        self.data_files
            .iter()
            .fold(compiler, |compiler, (path, text)| compiler.list(path, text.to_string()))
    }

    /// A workspace of these files.
    pub fn workspace(&self) -> Workspace {
        let data_files = self.data_files.clone();
        let mut workspace =
            Workspace::with_lookup(self.settings(), move |path| data_files.get(path).cloned());
        for (path, text) in &self.rules {
            workspace.set_text(path, 1, text);
        }
        workspace
    }

    /// With a day and with levels, so that every lint can report.
    fn settings(&self) -> Compiler {
        let mut levels = Levels::new();
        levels.set("untested-rule", Level::Warn).unwrap();
        levels.set("roundabout", Level::Deny).unwrap();
        let compiler = Compiler::new().record_limits(self.limits);
        compiler.levels(levels).as_of(Day::parse("2027-01-01").unwrap())
    }
}

/// Everything in a diagnostic, as text, with the names of files.
fn described(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let at = |at: lexloci::Location| format!("{} {:?}", sources.name(at.file), at.span);
    let Diagnostic { code, severity, message, label, help, .. } = diagnostic;
    let related: Vec<_> =
        diagnostic.related.iter().map(|(place, what)| (at(*place), what)).collect();
    let fix = diagnostic.fix.as_ref().map(|fix| (at(fix.at), &fix.text, fix.safe));
    let place = diagnostic.at.map(at);
    format!("{place:?} {code:?} {severity:?} {message} | {label} | {help:?} {related:?} {fix:?}")
}

/// The diagnostics of a compiler.
fn compiled(texts: &Texts) -> Vec<String> {
    compile(texts).0
}

/// The diagnostics of a compiler, and whether there are no errors, so that all lints ran.
fn compile(texts: &Texts) -> (Vec<String>, bool) {
    let (found, sources) = match texts.compiler().compile() {
        Ok(set) => (set.warnings().to_vec(), set.sources().clone()),
        Err(failure) => (failure.diagnostics, failure.sources),
    };
    let is_sound = !found.iter().any(|each| each.is_error() && each.code.group().is_none());
    (found.iter().map(|each| described(each, &sources)).collect(), is_sound)
}

/// The diagnostics of a workspace.
fn checked(workspace: &mut Workspace) -> Vec<String> {
    workspace.check(&Cancel::new()).unwrap();
    let of_files = workspace.paths().flat_map(|path| workspace.diagnostics(path));
    let all = workspace.general().iter().chain(of_files);
    all.map(|each| described(each, workspace.sources())).collect()
}

fn slice<'t>(text: &'t str, range: &std::ops::Range<usize>) -> &'t str {
    text.get(range.clone()).unwrap()
}

/// Changes texts at random.
pub struct Edits {
    random: fastrand::Rng,
    original: Texts,
}

impl Edits {
    pub fn new(seed: u64, original: &Texts) -> Self {
        Self { random: fastrand::Rng::with_seed(seed), original: original.clone() }
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.random.usize(..from.len())].clone())
    }

    fn file(&mut self, texts: &Texts) -> Option<(String, String)> {
        let paths: Vec<_> = texts.rules.keys().cloned().collect();
        let path = self.pick(&paths)?;
        let text = texts.rules[&path].clone();
        Some((path, text))
    }

    fn word(&mut self, text: &str) -> Option<std::ops::Range<usize>> {
        let words: Vec<_> = highlight(text).into_iter().map(|(range, _)| range).collect();
        self.pick(&words)
    }

    fn item(&mut self, text: &str) -> Option<std::ops::Range<usize>> {
        let spans: Vec<_> = items(text).into_iter().map(|(_, _, span)| span).collect();
        self.pick(&spans).map(|span| span.start as usize..span.end as usize)
    }

    /// Makes one change and describes it.
    pub fn change(&mut self, texts: &mut Texts) -> String {
        let mut what = String::new();
        let Some((path, mut text)) = self.file(texts) else {
            *texts = self.original.clone();
            return "all files are back".into();
        };
        let kind = self.random.u32(..20);
        match kind {
            0..=5 => {
                *texts = self.original.clone();
                return "everything is as it was".into();
            }
            6 | 7 => {
                let lines: Vec<_> = text.split_inclusive('\n').map(str::to_owned).collect();
                let at = self.random.usize(..=lines.len());
                let line = self.pick(&lines).unwrap_or_default();
                text = lines[..at].concat()
                    + if kind == 6 { "" } else { &line }
                    + &lines[at..].concat();
                if kind == 6 {
                    text = text.replacen(&line, "", 1);
                }
                write!(what, "a line of {path}: {line}").unwrap();
            }
            8..=11 => {
                let Some((_, other)) = self.file(texts) else { return what };
                let (from, to) = (self.word(&other), self.word(&text));
                if let (Some(from), Some(to)) = (from, to) {
                    write!(
                        what,
                        "{} becomes {} in {path}",
                        slice(&text, &to),
                        slice(&other, &from)
                    )
                    .unwrap();
                    text.replace_range(to, slice(&other, &from));
                }
            }
            12 => {
                if let Some(word) = self.word(&text) {
                    write!(what, "{} is gone from {path}", slice(&text, &word)).unwrap();
                    text.replace_range(word, "");
                }
            }
            13 | 14 => {
                if let Some(item) = self.item(&text) {
                    write!(what, "{} is gone from {path}", slice(&text, &item)).unwrap();
                    let gone = slice(&text, &item).to_owned();
                    text.replace_range(item, "");
                    if kind == 14
                        && let Some((other, mut into)) = self.file(texts)
                    {
                        write!(what, " and stands in {other}").unwrap();
                        if other == path {
                            into = text.clone();
                        }
                        writeln!(into, "\n{gone}").unwrap();
                        texts.rules.insert(path.clone(), text);
                        texts.rules.insert(other, into);
                        return what;
                    }
                }
            }
            15 => {
                texts.rules.remove(&path);
                return format!("{path} is gone");
            }
            16 => {
                let names = [
                    "kz.loci",
                    "lib/crypto.loci",
                    "lib/other.loci",
                    "de.loci",
                    "fr-idf.loci",
                    "fr_idf.loci",
                ];
                let new = self.pick(&names).unwrap_or_default();
                texts.rules.remove(&path);
                texts.rules.insert(new.to_owned(), text);
                return format!("{path} is called {new}");
            }
            17 => {
                let Some((other, _)) = self.file(texts) else { return what };
                let prefix = other.trim_end_matches(".loci").replace('/', ".").replace('-', "_");
                if let Some(word) = self.word(&text) {
                    write!(what, "{} of {path} gets {prefix}", slice(&text, &word)).unwrap();
                    text.insert_str(word.start, &format!("{prefix}."));
                }
            }
            18 => {
                if let Some(item) = self.item(&text) {
                    let comment =
                        self.pick(&["# allow LX4302: why", "# allow LX4002: why", "## it", "#"]);
                    what = format!("{comment:?} in {path}");
                    text.insert_str(item.start, &format!("{}\n", comment.unwrap_or_default()));
                }
            }
            _ => {
                let all: String = "{}()\",.:# x".into();
                let signs: Vec<_> = all.chars().collect();
                let word = self.word(&text).map_or(0, |word| word.end);
                let sign = self.pick(&signs).unwrap_or(' ');
                what = format!("`{sign}` at {word} of {path}");
                text.insert(word, sign);
            }
        }
        texts.rules.insert(path, text);
        what
    }

    /// Makes changes. After each, workspace and compiler must give the same diagnostics. Returns how often there were no
    /// errors.
    pub fn compare(&mut self, changes: usize) -> usize {
        let mut texts = self.original.clone();
        let mut workspace = texts.workspace();
        let mut known: BTreeMap<String, String> = texts.rules.clone();
        let (mut sound, mut done) = (0, vec![]);
        for version in 2..2 + i64::try_from(changes).unwrap() {
            done.push(self.change(&mut texts));
            for (path, text) in &texts.rules {
                if known.get(path) != Some(text) {
                    workspace.set_text(path, version, text);
                }
            }
            for path in known.keys().filter(|path| !texts.rules.contains_key(*path)) {
                workspace.remove(path);
            }
            known.clone_from(&texts.rules);
            let ((wanted, is_sound), found) = (compile(&texts), checked(&mut workspace));
            sound += usize::from(is_sound);
            assert_eq!(found, wanted, "{done:#?}");
        }
        sound
    }
}

fn read(folder: &Path, root: &Path, into: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, root, into);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            into.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

/// The shipped rules.
pub fn shipped() -> Texts {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut all = BTreeMap::new();
    read(&root, &root, &mut all);
    let (rules, data_files): (BTreeMap<_, _>, BTreeMap<_, _>) =
        all.into_iter().partition(|(name, _)| name.ends_with(".loci"));
    let data_files = data_files.into_iter().map(|(name, text)| (name, Arc::new(text))).collect();
    Texts { rules, data_files, limits: RecordLimits::default() }
}

#[test]
fn a_workspace_and_a_compiler_agree_about_the_shipped_rules() {
    let texts = shipped();
    assert_eq!(checked(&mut texts.workspace()), compiled(&texts));
    let sound = Edits::new(1, &texts).compare(30);
    assert!(sound > 5, "{sound}");
}

/// Files that read the counters and marks of others, with all warnings about them.
#[test]
fn a_workspace_and_a_compiler_agree_about_counters_and_marks() {
    let world = "\
jurisdiction WORLD {}
policy house \"House rules\" { in force from 2026-01-01 }
define is_offer(x: text) = x contains \"offer\"
rule offer \"Offer\" { basis house  when is_offer(text)  then label }
rule trial \"Trial\" { basis house  mode shadow  when text mentions \"trial\"  then label }
counter offers \"Offers\" { per author.key  over 90 days  since 2026-12-01  counts rules offer }
counter trials \"Trials\" { per author.key  over 90 days  since 2026-12-01  counts rules trial }
counter posts \"Posts\" { per author.key  over 90 days  since 2026-12-01  when chat.public }
counter copies \"Copies\" { per each link in links: link.host  over 1 hour  since 2026-12-01  when is_offer(text)  distinct chat.id }
mark warned on author \"Warned\"
mark seen on chat \"Seen\"
mark held on message \"Held\"
rule warn \"Warning\" { basis house  when offers reaches 3 and trials >= 1  then review, mark warned for 90 days, mark held }
";
    let kz = "\
jurisdiction KZ { zone \"Asia/Almaty\" }
policy desk \"Desk\" { in force from 2026-01-01 }
rule again \"Again\" { basis desk  when world.offers >= 5 and world.warned is set  then review }
rule flood \"Flood\" { basis desk  when any link in links where (world.copies[link.host] >= 9)  then label }
rule alone \"Alone\" { basis desk  when world.seen is set  then review }
counter own \"Own\" { per author.key  over 1 day  since 2026-12-01  counts rules again, world.offer upheld }
exception friend \"Friend\" to flood { basis desk  when own < 1 and text mentions \"friend\" }
";
    let rules = [("world.loci", world), ("kz.loci", kz)];
    let rules = rules.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
    let texts = Texts { rules, data_files: BTreeMap::new(), limits: RecordLimits::default() };
    let found = compiled(&texts);
    assert_eq!(checked(&mut texts.workspace()), found);
    for seed in 1..4 {
        Edits::new(seed, &texts).compare(60);
    }
}

/// Tests with rulings, which name the rules of other files in quotes. Which counters count these is in yet other files.
#[test]
fn a_workspace_and_a_compiler_agree_about_rulings() {
    let world = "\
jurisdiction WORLD {}
policy house \"House rules\" { in force from 2026-01-01 }
mark warned on author \"Warned\"
rule offer \"Offer\" { basis house  when text mentions \"offer\"  then label, mark warned for 90 days }
rule second \"Second\" { basis house  when text mentions \"second\"  then label }
counter seconds \"Seconds\" { per author.key  over 90 days  since 2026-12-01  counts rules second }
rule warn \"Warning\" { basis house  when seconds reaches 3 and warned is set  then review }
";
    let ruled = |place: &str, rule: &str| {
        format!(
            "{{ given_at: 2026-12-03, place: \"{place}\", rules: [\"{rule}\"], verdict: \"upheld\" }},\n"
        )
    };
    let test = |title: &str, rulings: &str| {
        format!(
            "test \"{title}\" {{ given {{ text: \"offer\", sent_at: 2026-12-02, author: {{ account: {{ id: 7 }} }},\n\
             reports: {{ rulings: [{rulings}] }} }} at 2026-12-04 expect none }}\n"
        )
    };
    let kz = "jurisdiction KZ { zone \"Asia/Almaty\" }\n".to_owned()
        + &test("followed", &(ruled("WORLD", "world.second") + &ruled("WORLD", "world.offer")))
        + &test("idle", &(ruled("KZ", "world.second") + &ruled("DE", "world.offer")));
    let de = "jurisdiction DE { zone \"Europe/Berlin\" }\n".to_owned()
        + &test("unknown", &(ruled("DE", "secnd") + &ruled("WORLD", "warn")));
    let rules = [("world.loci", world.to_owned()), ("kz.loci", kz), ("de.loci", de)];
    let rules = rules.map(|(path, text)| (path.to_owned(), text)).into();
    let texts = Texts { rules, data_files: BTreeMap::new(), limits: RecordLimits::default() };
    let found = compiled(&texts);
    assert_eq!(found.iter().filter(|one| one.contains("IdleRuling")).count(), 2, "{found:#?}");
    assert_eq!(checked(&mut texts.workspace()), found);
    for seed in 1..4 {
        Edits::new(seed, &texts).compare(60);
    }
}

/// Fifty files of 200 rules each, and a library.
fn large() -> Texts {
    Texts { rules: large::files(), data_files: BTreeMap::new(), limits: RecordLimits::default() }
}

#[test]
fn an_edit_costs_at_most_a_tenth_of_compiling_all() {
    let mut texts = large();
    let mut workspace = texts.workspace();
    checked(&mut workspace);
    let all = workspace.work();
    assert_eq!((all.parsed, all.checked), (51, 51));
    let mut after = |path: &str, from: &str, to: &str, is_compared: bool| {
        let text = texts.rules[path].replace(from, to);
        texts.rules.insert(path.to_owned(), text.clone());
        let before = workspace.work();
        assert!(workspace.set_text(path, 2, &text));
        let found = checked(&mut workspace);
        if is_compared {
            assert_eq!(found, compiled(&texts), "{path}");
        }
        let after = workspace.work();
        (after.parsed - before.parsed, after.checked - before.checked, after.items - before.items)
    };
    // In a file that no other uses: only that file is checked again.
    let (parsed, checked, items) = after("kz.loci", "offer 7 of", "offers 7 of", true);
    assert_eq!((parsed, checked), (1, 1));
    assert!(items * 10 <= all.items, "{items} of {}", all.items);
    // In `world.loci`, in a rule that no other file names: only that file.
    assert_eq!(after("world.loci", "Rule 7\"", "The rule 7\"", false), (1, 1, items - 1));
    // With a fault.
    let (parsed, checked, _) =
        after("kz.loci", "then label\n}\nterms words8", "then\n}\nterms words8", true);
    assert_eq!((parsed, checked), (1, 1));
    // In the library that all files use: all are checked again.
    let (parsed, checked, _) = after("lib/shared.loci", "beware", "watch out", false);
    assert_eq!((parsed, checked), (1, 51));
}

#[test]
fn a_check_that_is_cancelled_can_be_repeated() {
    let texts = shipped();
    let mut workspace = texts.workspace();
    let cancel = Cancel::new();
    cancel.clone().cancel();
    assert_eq!(workspace.check(&cancel), Err(Cancelled));
    assert_eq!(workspace.work().checked, 0);
    assert_eq!(checked(&mut workspace), compiled(&texts));
}

#[test]
fn texts_have_versions_and_lists_change() {
    let mut texts = shipped();
    let data_files = Arc::new(std::sync::Mutex::new(texts.data_files.clone()));
    let shared = Arc::clone(&data_files);
    let lookup = move |path: &str| shared.lock().unwrap().get(path).cloned();
    let mut workspace = Workspace::with_lookup(texts.settings(), lookup);
    for (path, text) in &texts.rules {
        workspace.set_text(path, 1, text);
    }
    assert_eq!(checked(&mut workspace), compiled(&texts));
    assert!(workspace.set_text("kz.loci", 3, "# later"));
    assert!(!workspace.set_text("kz.loci", 2, "# earlier"));
    assert_eq!(
        (workspace.text("kz.loci"), workspace.version("kz.loci")),
        (Some("# later"), Some(3))
    );
    workspace.close("kz.loci");
    assert!(workspace.set_text("kz.loci", 1, &texts.rules["kz.loci"]));

    let list = "lists/kz-nbk-operators.txt";
    let text = Arc::new(texts.data_files[list].repeat(2) + "venue.example\nvenue.example\n");
    texts.data_files.insert(list.into(), Arc::clone(&text));
    data_files.lock().unwrap().insert(list.into(), text);
    workspace.data_file_changed(list);
    let before = workspace.work().checked;
    let changed = workspace.check(&Cancel::new()).unwrap();
    assert_eq!(changed, ["kz.loci"]);
    assert_eq!(workspace.work().checked, before + 1);
    assert_eq!(checked(&mut workspace), compiled(&texts));
}

/// The place at which a circle of definitions is reported does not depend on which definition leads into it.
#[test]
fn circles_across_files_are_reported_where_a_compiler_reports_them() {
    let files = [
        ("au.loci", "jurisdiction AU { zone \"UTC\" }\nuse \"lib/b.loci\"\ndefine z = y\n"),
        ("lib/a.loci", "use \"lib/b.loci\"\ndefine v = y\ndefine u = v\n"),
        ("lib/b.loci", "use \"lib/a.loci\"\ndefine x = y\ndefine y = x\ndefine w = lib.a.u\n"),
    ];
    let rules = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
    let texts = Texts { rules, data_files: BTreeMap::new(), limits: RecordLimits::default() };
    let found = compiled(&texts);
    assert!(found.iter().any(|each| each.contains("RecursiveDefine")), "{found:#?}");
    assert_eq!(checked(&mut texts.workspace()), found);
}
