//! The shape of the house: floors, sizes, purposes, and which part may know what.

use crate::source::{self, Package, packages};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Lines of a file, its unit tests not counted.
const FILE_LINES: usize = 600;
/// Lines of a function, from its first to its closing brace.
const FUNCTION_LINES: usize = 80;
/// Parameters of a function, `self` counted.
const PARAMETERS: usize = 6;
/// Folders that use nothing but what is public, or is made in `face`.
pub(crate) const TOOLS: [&str; 3] = ["show", "ide", "session"];
/// Files and folders directly in `src`.
const ENTRIES: usize = 26;

/// Knowledge that only some parts of the library have.
pub(crate) struct Secret {
    /// As `docs/internals/architecture.md` names it.
    pub name: &'static str,
    /// How code that knows it can be recognised.
    pub words: &'static [&'static str],
    /// The files and folders of `src` that may know it.
    pub known_to: &'static [&'static str],
}

pub(crate) const SECRETS: &[Secret] = &[
    Secret {
        name: "the parser generator",
        words: &["pest::", "pest_derive"],
        known_to: &["syntax"],
    },
    Secret { name: "the calendar library", words: &["jiff::"], known_to: &["base/time.rs"] },
    Secret {
        name: "JSON",
        words: &["serde_json"],
        known_to: &[
            "base/sink/json.rs",
            "check/test_items.rs",
            "face/lock.rs",
            "ide/diagnostics/sarif.rs",
            "import",
            "record",
            "session/record.rs",
            "suite",
            "world/lists",
        ],
    },
    Secret {
        name: "files",
        words: &["std::fs", "fs::", "canonicalize"],
        known_to: &["face/files.rs"],
    },
    Secret {
        name: "threads",
        words: &["std::thread", "thread::"],
        known_to: &["base/stack.rs", "face/batch.rs", "suite/parallel.rs"],
    },
    Secret {
        name: "the clock",
        words: &["SystemTime::now", "Instant::now", "Zoned::now"],
        known_to: &[],
    },
    Secret { name: "the network", words: &["std::net::Tcp", "std::net::Udp"], known_to: &[] },
    Secret {
        name: "the process: its arguments, environment, standard streams and end",
        words: &[
            "std::env",
            "env::",
            "std::process",
            "process::",
            "stdin(",
            "stdout(",
            "stderr(",
            "println!",
        ],
        known_to: &[],
    },
    Secret {
        name: "terminals",
        words: &["clap", "rustyline", "anstream", "anstyle", "indicatif", "annotate_snippets"],
        known_to: &[],
    },
];

pub(crate) fn fail_if_any(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_folder_uses_only_those_above_it() {
    let library = Package::library();
    let order = library.top();
    assert!(order.len() > 15, "{order:?}");
    let place = |module: &str| order.iter().position(|known| *known == module);
    let face = public_face();
    let mut wrong = vec![];
    for module in library.modules.iter().filter(|module| !module.path.is_empty()) {
        let own = place(&module.path[0]);
        for (line, used) in module.uses() {
            let at = format!("{}:{line}", module.name);
            // A macro that is exported is named from the root, wherever it is declared.
            let folder = library.macros().remove(&used).unwrap_or_else(|| used.clone());
            match place(&folder) {
                None if TOOLS.contains(&module.path[0].as_str()) && face.contains(&used) => {}
                None => wrong.push(format!(
                    "{at}: `crate::{used}` is neither a folder of lib.rs nor a macro"
                )),
                used_place if used_place > own => {
                    wrong.push(format!(
                        "{at}: `{}` uses `{used}`, which is below it",
                        module.path[0]
                    ));
                }
                Some(_) => {}
            }
        }
    }
    fail_if_any(&wrong);
}

/// Every name that `lib.rs` makes public, and the macros.
fn public_face() -> BTreeSet<String> {
    let lib = fs::read_to_string(Package::library().root().join("lib.rs")).unwrap();
    let mut names = BTreeSet::new();
    for item in lib.split("\npub ").skip(1) {
        let (kind, rest) = item.split_once(' ').unwrap();
        let end = if kind == "use" { rest.find(';') } else { rest.find([';', '(']) };
        let list =
            rest.split_at(end.unwrap()).0.rsplit("::{").next().unwrap().trim_end_matches('}');
        for part in list.split(',') {
            let name = part.rsplit(" as ").next().unwrap().rsplit("::").next().unwrap().trim();
            names.insert(name.to_owned());
        }
    }
    names.extend(Package::library().macros().into_keys());
    names
}

/// A host has to be able to do what these folders do.
#[test]
fn tools_know_the_public_face_only() {
    let face = public_face();
    for name in ["RuleSet", "RecordPosition", "suite", "highlight", "words"] {
        assert!(face.contains(name), "{name} is not in {face:?}");
    }
    assert!(!face.contains("syntax") && !face.contains("check"), "{face:?}");
    let mut wrong = vec![];
    for module in Package::library().modules {
        if module.path.first().is_some_and(|folder| TOOLS.contains(&folder.as_str())) {
            let sealed = module
                .uses()
                .into_iter()
                .filter(|(_, used)| !face.contains(used) && used != "face");
            wrong.extend(sealed.map(|(line, used)| {
                format!("{}:{line}: `crate::{used}` is not public", module.name)
            }));
        }
    }
    fail_if_any(&wrong);
}

/// The order of a program's modules is that of their names, so only circles are looked for.
#[test]
fn modules_of_a_host_use_each_other_in_no_circle() {
    for package in packages().iter().skip(1) {
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for module in package.modules.iter().filter(|module| !module.path.is_empty()) {
            let own = &module.path[0];
            let used = module.uses().into_iter().map(|(_, used)| used);
            uses.entry(own.clone()).or_default().extend(used.filter(|used| used != own));
        }
        // What uses nothing that is left is taken away until nothing is left, but for circles.
        while let Some(name) =
            uses.iter().find(|(_, used)| used.iter().all(|name| !uses.contains_key(name)))
        {
            let name = name.0.clone();
            uses.remove(&name);
        }
        assert!(uses.is_empty(), "{}: a circle in {uses:?}", package.folder);
    }
}

#[test]
fn src_reads_as_a_short_list() {
    let entries = fs::read_dir(Package::library().root()).unwrap().count();
    assert!(entries <= ENTRIES, "{entries} entries in src");
}

#[test]
fn only_those_who_may_know_a_thing_know_it() {
    let mut wrong = vec![];
    for module in &Package::library().modules {
        let inside = module.name.strip_prefix("src/").unwrap();
        for secret in SECRETS {
            if secret.known_to.iter().any(|part| Path::new(inside).starts_with(part)) {
                continue;
            }
            for (number, line) in module.code.lines().enumerate() {
                if let Some(word) = secret.words.iter().find(|word| source::has_word(line, word)) {
                    let (at, name) = (&module.name, secret.name);
                    wrong.push(format!("{at}:{}: `{word}` knows {name}", number + 1));
                }
            }
        }
    }
    for secret in SECRETS {
        for part in secret.known_to {
            let known = Package::library().modules.iter().any(|module| {
                Path::new(&module.name).starts_with(Path::new("src").join(part))
                    && module
                        .code
                        .lines()
                        .any(|line| secret.words.iter().any(|word| source::has_word(line, word)))
            });
            if !known {
                wrong.push(format!(
                    "{part} may know {} and does not: take it out of the list",
                    secret.name
                ));
            }
        }
    }
    fail_if_any(&wrong);
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut wrong = vec![];
    for module in packages().iter().flat_map(|package| &package.modules) {
        let lines = module.code.lines().count();
        if lines > FILE_LINES {
            wrong.push(format!("{} has {lines} lines", module.name));
        }
        if module.purpose().is_empty() {
            wrong.push(format!("{} does not say what it is for", module.name));
        }
    }
    fail_if_any(&wrong);
}

#[test]
fn functions_are_short_and_take_few_parameters() {
    let mut wrong = vec![];
    let (mut functions, mut longest) = (0, 0);
    for module in packages().iter().flat_map(|package| &package.modules) {
        for function in module.functions() {
            functions += 1;
            longest = longest.max(function.lines);
            if function.lines <= FUNCTION_LINES && function.parameters <= PARAMETERS {
                continue;
            }
            wrong.push(format!(
                "{}::{} has {} lines and {} parameters",
                module.name, function.name, function.lines, function.parameters
            ));
        }
    }
    fail_if_any(&wrong);
    // The scanner that counts them finds them.
    assert!(
        functions > 2000 && longest > 60,
        "{functions} functions, the longest of {longest} lines"
    );
}
