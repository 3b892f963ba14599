//! The structure of the source: which folder may use which, sizes, purposes, and which part may know what.

use crate::source::{self, Package, packages};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The most lines of a file without its unit tests.
const MAX_FILE_LINES: usize = 600;
/// The most lines of a function, from its first line to its closing brace.
const MAX_FUNCTION_LINES: usize = 80;
/// The most parameters of a function, with `self`.
const MAX_PARAMETERS: usize = 6;
/// Folders that use only what is public or in `face`.
pub(crate) const TOOLS: [&str; 3] = ["show", "ide", "session"];
/// The most files and folders directly in `src`.
const MAX_ENTRIES: usize = 26;

/// Knowledge that only some parts of the library have.
pub(crate) struct Secret {
    /// Its name in `docs/internals/architecture.md`.
    pub name: &'static str,
    /// Words in code that knows it.
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
            "face/keeper.rs",
            "face/lock.rs",
            "ide/diagnostics/sarif.rs",
            "import",
            "record",
            "session/record.rs",
            "state/key.rs",
            "state/line.rs",
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

/// A host must be able to do whatever these folders do, so they use only what is public.
#[test]
fn tools_use_only_what_is_public() {
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

/// The modules of a program are declared by name, not in the order of use, so the test looks only for circles.
#[test]
fn modules_of_a_host_do_not_use_each_other_in_circles() {
    for package in packages().iter().skip(1) {
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for module in package.modules.iter().filter(|module| !module.path.is_empty()) {
            let own = &module.path[0];
            let used = module.uses().into_iter().map(|(_, used)| used);
            uses.entry(own.clone()).or_default().extend(used.filter(|used| used != own));
        }
        // Modules that use no other module of those left are removed. What can never be removed is a circle.
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
fn src_has_few_entries() {
    let entries = fs::read_dir(Package::library().root()).unwrap().count();
    assert!(entries <= MAX_ENTRIES, "{entries} entries in src");
}

#[test]
fn only_the_parts_that_may_know_something_know_it() {
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

/// A match names every kind of an enum, so that the compiler names every place that must know a new kind.
#[test]
fn all_packages_forbid_silent_wildcards() {
    let lint = "#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]";
    for root in ["src/lib.rs", "hosts/cli/src/main.rs", "hosts/store/src/lib.rs"] {
        let code = fs::read_to_string(crate::source::repository_root().join(root)).unwrap();
        assert!(code.contains(lint), "{root}");
    }
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut wrong = vec![];
    for module in packages().iter().flat_map(|package| &package.modules) {
        let lines = module.code.lines().count();
        if lines > MAX_FILE_LINES {
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
            if function.lines <= MAX_FUNCTION_LINES && function.parameters <= MAX_PARAMETERS {
                continue;
            }
            wrong.push(format!(
                "{}::{} has {} lines and {} parameters",
                module.name, function.name, function.lines, function.parameters
            ));
        }
    }
    fail_if_any(&wrong);
    // If the scanner found far fewer functions, or only short ones, it would be broken.
    assert!(
        functions > 2000 && longest > 60,
        "{functions} functions, the longest of {longest} lines"
    );
}
