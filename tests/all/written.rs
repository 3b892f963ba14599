//! The pages are true: links lead somewhere, the map is that of the source, and recipes name what exists.

use crate::layers;
use crate::source::{Module, Package, packages, repository_root};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Puts text between the two lines that mark a generated part of a page, or compares it with what is there.
fn generated(page: &str, part: &str, text: &str) {
    let path = repository_root().join(page);
    let old = fs::read_to_string(&path).unwrap();
    let begin = format!("<!-- {part}: generated, LEXLOCI_UPDATE=1 writes it -->\n");
    let end = format!("<!-- {part} ends -->");
    let (head, rest) = old.split_once(&begin).unwrap_or_else(|| panic!("{page} has no {begin}"));
    let (written, tail) = rest.split_once(&end).unwrap_or_else(|| panic!("{page} has no {end}"));
    if written == text {
        return;
    }
    if std::env::var_os("LEXLOCI_UPDATE").is_some() {
        return fs::write(path, [head, &begin, text, &end, tail].concat()).unwrap();
    }
    let differ = written.lines().zip(text.lines()).find(|(old, new)| old != new);
    panic!("{page} is stale; `LEXLOCI_UPDATE=1 cargo test written` writes it: {differ:?}");
}

/// Collects the files below a folder with an ending, without build output and hidden folders.
fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            files(&path, ending, found);
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

fn pages() -> Vec<PathBuf> {
    let mut found = vec![];
    files(&repository_root(), ".md", &mut found);
    found.sort();
    found
}

/// A path from the root of the repository.
fn from_root(path: &Path) -> String {
    path.strip_prefix(repository_root()).unwrap().to_str().unwrap().to_owned()
}

// ---- links -------------------------------------------------------------------

/// Prose without fenced blocks and code between backticks.
fn prose(page: &str) -> String {
    let fenced = page.split("```").step_by(2).collect::<Vec<_>>().join("\n");
    fenced.split('`').step_by(2).collect::<Vec<_>>().join("")
}

/// Where the links of a page lead, without those to the web.
fn links(page: &str) -> Vec<String> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let targets =
        targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:"));
    targets.map(str::to_owned).collect()
}

/// The anchors of a page's headings.
fn anchors(page: &str) -> BTreeSet<String> {
    let outside = page.split("\n```").step_by(2).collect::<Vec<_>>().join("\n");
    let headings = outside.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| -> String {
        let text = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        text.chars().filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_').collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = vec![];
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&prose(&text)) {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target =
                if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            let known = target.exists()
                && (anchor.is_empty()
                    || anchors(&fs::read_to_string(&target).unwrap()).contains(anchor));
            if !known {
                wrong.push(format!("{}: {link}", from_root(&page)));
            }
        }
    }
    layers::fail_if_any(&wrong);
}

/// From the README or CONTRIBUTING.md a reader gets to every page by links.
#[test]
fn every_page_can_be_reached() {
    let start = ["README.md", "CONTRIBUTING.md"].map(|page| repository_root().join(page));
    let mut reached: BTreeSet<PathBuf> = start.iter().cloned().collect();
    let mut waiting = start.to_vec();
    while let Some(page) = waiting.pop() {
        for link in links(&prose(&fs::read_to_string(&page).unwrap())) {
            let file = page.parent().unwrap().join(link.split('#').next().unwrap());
            let Ok(file) = file.canonicalize() else { continue };
            if file.extension().is_some_and(|ending| ending == "md") && reached.insert(file.clone())
            {
                waiting.push(file);
            }
        }
    }
    let docs = repository_root().join("docs");
    let lost: Vec<_> = pages()
        .into_iter()
        .filter(|page| page.starts_with(&docs) && !reached.contains(&page.canonicalize().unwrap()))
        .map(|page| from_root(&page))
        .collect();
    layers::fail_if_any(&lost);
}

/// Checks paths that comments and pages name, such as `docs/internals/engine.md`.
#[test]
fn comments_and_pages_name_pages_that_exist() {
    let mut sources = vec![];
    for folder in ["src", "hosts", "tests", "benches", "examples", "grammar"] {
        files(&repository_root().join(folder), ".rs", &mut sources);
        files(&repository_root().join(folder), ".pest", &mut sources);
    }
    let mut wrong = vec![];
    for source in sources.into_iter().chain(pages()) {
        let text = fs::read_to_string(&source).unwrap();
        let named = text.split("`docs/").skip(1).filter_map(|rest| rest.split('`').next());
        let pages = named.filter(|page| page.ends_with(".md") && !page.contains(['\n', '…']));
        let absent = pages.filter(|page| !repository_root().join("docs").join(page).exists());
        wrong.extend(absent.map(|page| format!("{}: docs/{page}", from_root(&source))));
    }
    layers::fail_if_any(&wrong);
}

// ---- the map -----------------------------------------------------------------

/// A purpose on one line: in the files, purposes are wrapped.
fn one_line(purpose: &str) -> String {
    let first = purpose.split("\n\n").next().unwrap_or_default();
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The README lists the folders of the library in their order.
#[test]
fn the_readme_has_the_map() {
    let library = Package::library();
    let folders = library.modules.iter().filter(|module| module.path.len() == 1);
    let row =
        |module: &Module| format!("| `{}` | {} |\n", module.path[0], one_line(&module.purpose()));
    let mut map = String::from("| folder of `src` | what it is for |\n|---|---|\n");
    map.extend(folders.map(row));
    generated("README.md", "map", &map);
}

/// Every file with its purpose.
#[test]
fn the_map_names_every_file() {
    let mut map = String::new();
    for package in packages() {
        let name = if package.folder.is_empty() {
            "src".to_owned()
        } else {
            format!("{}/src", package.folder)
        };
        let mut folder = None;
        for module in &package.modules {
            let top = module.path.first();
            if top != folder || module.path.is_empty() {
                let title = top.map_or(name.clone(), |top| format!("{name}: {top}"));
                let mark = if top.is_some() { "###" } else { "##" };
                map += &format!("\n{mark} {title}\n\n");
                folder = top;
            }
            let link = format!("[{}](../../{})", module.name, module.name);
            map += &format!("- {link}: {}\n", one_line(&module.purpose()));
        }
    }
    map.push('\n');
    generated("docs/internals/map.md", "map", &map);
}

/// The table of who may know what is the one that `layers.rs` checks.
#[test]
fn the_page_of_the_architecture_says_who_knows_what() {
    let mut table = String::from("| what | known to |\n|---|---|\n");
    for secret in layers::SECRETS {
        let parts: Vec<_> = secret.known_to.iter().map(|part| format!("`{part}`")).collect();
        let parts = if parts.is_empty() { "nobody in `src`".to_owned() } else { parts.join(", ") };
        table += &format!("| {} | {parts} |\n", secret.name);
    }
    generated("docs/internals/architecture.md", "who knows what", &table);
}

// ---- recipes -----------------------------------------------------------------

/// Every path and every test that CONTRIBUTING.md names between backticks exists.
#[test]
fn recipes_name_files_and_tests_that_exist() {
    let page = fs::read_to_string(repository_root().join("CONTRIBUTING.md")).unwrap();
    let mut sources = vec![];
    for folder in ["src", "hosts", "tests"] {
        files(&repository_root().join(folder), ".rs", &mut sources);
    }
    let sources: Vec<_> = sources.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let outside = page.split("```").step_by(2).collect::<Vec<_>>().join("\n");
    let (mut paths, mut tests, mut wrong) = (0, 0, vec![]);
    for word in outside.split('`').skip(1).step_by(2) {
        let (file, item) = word.split_once("::").unwrap_or((word, ""));
        if file.contains('/') && !file.contains([' ', '*', '<', 'N']) {
            paths += 1;
            let path = repository_root().join(file);
            let text =
                if path.is_file() { fs::read_to_string(&path).unwrap() } else { String::new() };
            if !path.exists() || !text.contains(item) {
                wrong.push(word.to_owned());
            }
        } else if word.len() > 3
            && word.contains('_')
            && word.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
        {
            // The name of a test.
            tests += 1;
            if !sources.iter().any(|text| text.contains(&format!("fn {word}("))) {
                wrong.push(word.to_owned());
            }
        }
    }
    layers::fail_if_any(&wrong);
    assert!(paths > 20 && tests > 5, "{paths} paths, {tests} tests");
}

/// The variants that code names after a word such as `ExprKind::`.
fn variants<'a>(code: &'a str, kind: &str) -> BTreeSet<&'a str> {
    let after = code.split(kind).skip(1);
    after.map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap()).collect()
}

/// A file that names at least half as many kinds as any other has a match over them, so the recipe for a new kind has to
/// name it.
#[test]
fn recipes_lead_to_every_match_over_the_kinds() {
    let page = fs::read_to_string(repository_root().join("CONTRIBUTING.md")).unwrap();
    let packages = packages();
    let mut wrong = vec![];
    for (section, kind, most) in [
        ("An item", "ItemKind::", None),
        ("A kind of expression", "ExprKind::", None),
        ("A format of messages, and its importer", "Conversion::", None),
        // Each command has its own formats, two at least.
        ("An output format", " Format::", Some(4)),
    ] {
        let recipe = page.split(&format!("### {section}\n")).nth(1).unwrap();
        let recipe = recipe.split("\n### ").next().unwrap();
        let modules = packages.iter().flat_map(|package| &package.modules);
        let named = modules.map(|module| (module, variants(&module.code, kind).len()));
        let named: Vec<_> = named.filter(|(_, count)| *count > 1).collect();
        let most = most.or(named.iter().map(|(_, count)| *count).max()).unwrap();
        for (module, _) in named.iter().filter(|(_, count)| 2 * count >= most) {
            if !recipe.contains(&module.name) {
                wrong.push(format!("`{section}` does not name {}", module.name));
            }
        }
    }
    layers::fail_if_any(&wrong);
}
