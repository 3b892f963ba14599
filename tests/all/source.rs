//! Reads the source of the packages for the tests of its structure: modules without their unit tests, what they use, and
//! their functions. It relies on the layout of rustfmt, which `.ci/run` checks.

#![expect(clippy::string_slice, reason = "a test may stop at what it does not understand")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A package with its modules, in the order in which they are declared, without those for tests.
pub(crate) struct Package {
    /// The folder, from the root of the repository: `hosts/cli`.
    pub folder: String,
    pub modules: Vec<Module>,
}

pub(crate) struct Module {
    /// The file, from the root of the repository: `src/base/time.rs`.
    pub name: String,
    /// `["base", "time"]`; empty for the root.
    pub path: Vec<String>,
    /// The code without unit tests and comments. Lines keep their numbers.
    pub code: String,
    text: String,
}

pub(crate) struct Function {
    pub name: String,
    pub lines: usize,
    pub parameters: usize,
}

pub(crate) fn repository_root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The library first, then what is in `hosts`.
pub(crate) fn packages() -> Vec<Package> {
    let mut packages = vec![Package::library()];
    let hosts = fs::read_dir(repository_root().join("hosts")).unwrap();
    let mut hosts: Vec<_> =
        hosts.map(|host| host.unwrap().file_name().into_string().unwrap()).collect();
    hosts.sort();
    packages.extend(hosts.iter().map(|host| Package::read(&format!("hosts/{host}"))));
    packages
}

impl Package {
    pub(crate) fn library() -> Package {
        Package::read("")
    }

    fn read(folder: &str) -> Package {
        let mut package = Package { folder: folder.to_owned(), modules: vec![] };
        let sources = package.root();
        let root = ["lib.rs", "main.rs"]
            .map(|name| sources.join(name))
            .into_iter()
            .find(|root| root.is_file());
        package.collect(&root.unwrap_or_else(|| panic!("{folder} has no root")), &sources, vec![]);
        package
    }

    pub(crate) fn root(&self) -> PathBuf {
        repository_root().join(&self.folder).join("src")
    }

    /// The modules that the root declares, in its order.
    pub(crate) fn top(&self) -> Vec<&str> {
        let top = self.modules.iter().filter(|module| module.path.len() == 1);
        top.map(|module| module.path[0].as_str()).collect()
    }

    /// Exported macros with the folder that declares each.
    pub(crate) fn macros(&self) -> BTreeMap<String, String> {
        let mut macros = BTreeMap::new();
        for module in self.modules.iter().filter(|module| !module.path.is_empty()) {
            for declared in module.code.split("#[macro_export]\nmacro_rules! ").skip(1) {
                let name = declared.split(' ').next().unwrap();
                macros.insert(name.to_owned(), module.path[0].clone());
            }
        }
        macros
    }

    fn collect(&mut self, file: &Path, children: &Path, path: Vec<String>) {
        let text = fs::read_to_string(file).unwrap();
        let name =
            file.strip_prefix(repository_root()).unwrap().to_str().unwrap().replace('\\', "/");
        let code = without_tests_and_comments(&text);
        let declared = declared(&code);
        self.modules.push(Module { name, path: path.clone(), code, text });
        for module in declared {
            let folder = children.join(&module);
            let flat = children.join(format!("{module}.rs"));
            let file = if flat.is_file() { flat } else { folder.join("mod.rs") };
            self.collect(&file, &folder, [path.clone(), vec![module]].concat());
        }
    }
}

impl Module {
    /// The purpose: the comment at the head of the file, as one line of Markdown for each paragraph.
    pub(crate) fn purpose(&self) -> String {
        let head = self.text.lines().map_while(|line| line.strip_prefix("//!"));
        head.map(str::trim).collect::<Vec<_>>().join("\n")
    }

    /// Modules at the root of the package that this one names, with the line of each.
    pub(crate) fn uses(&self) -> Vec<(usize, String)> {
        let mut uses = vec![];
        let named = self.code.match_indices("crate::");
        // `$crate::` in a macro is a path of whoever calls it.
        for (at, _) in named.filter(|(at, _)| !self.code[..*at].ends_with('$')) {
            let line = self.code[..at].lines().count().max(1);
            let rest = &self.code[at + "crate::".len()..];
            uses.extend(first_names(rest).into_iter().map(|name| (line, name)));
        }
        let climb = "super::".repeat(self.path.len());
        for (at, _) in self.code.match_indices(&climb).filter(|_| !climb.is_empty()) {
            let rest = &self.code[at + climb.len()..];
            if !self.code[..at].ends_with("super::") && !rest.starts_with("super::") {
                let line = self.code[..at].lines().count().max(1);
                uses.extend(first_names(rest).into_iter().map(|name| (line, name)));
            }
        }
        uses
    }

    pub(crate) fn functions(&self) -> Vec<Function> {
        let lines: Vec<&str> = self.code.lines().collect();
        let begins = |line: &str| {
            let words = line.trim_start().split(' ');
            let mut words = words.skip_while(|word| {
                word.starts_with("pub") || ["const", "async", "self)"].contains(word)
            });
            words.next() == Some("fn")
        };
        let starts = lines.iter().enumerate().filter(|(_, line)| begins(line));
        starts.map(|(start, line)| function(line, &lines[start..])).collect()
    }
}

fn function(first: &str, rest: &[&str]) -> Function {
    let indent = &first[..first.len() - first.trim_start().len()];
    let signature = rest.join("\n");
    let (_, signature) = signature.split_once("fn ").unwrap();
    let name: String = signature.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let end = [format!("{indent}}}"), format!("{indent});")];
    let whole = first.ends_with('}') || first.ends_with(';');
    let lines = if whole {
        1
    } else {
        1 + rest.iter().position(|line| end.iter().any(|end| line == end)).unwrap_or(0)
    };
    Function { parameters: parameters(&signature[name.len()..]), name, lines }
}

/// Counts the parameters of a signature that begins after the name of the function, with its generics.
fn parameters(signature: &str) -> usize {
    let (mut depth, mut angle, mut count, mut begun, mut before) = (0, 0, 0, false, ' ');
    for c in signature.chars() {
        match c {
            '<' => angle += 1,
            '>' if before != '-' => angle -= 1,
            '(' | '[' if angle == 0 || depth > 0 => depth += 1,
            ')' | ']' if angle == 0 || depth > 0 => depth -= 1,
            ',' if depth == 1 && angle == 0 => begun = false,
            c if depth == 1 && !begun && !c.is_whitespace() => (begun, count) = (true, count + 1),
            _ => {}
        }
        before = c;
        if c == ')' && depth == 0 && angle == 0 {
            break;
        }
    }
    count
}

/// Names that begin a path: `a` of `a::b`, `a` and `c` of `{a::b, c}`.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(list) = path.strip_prefix('{') else { return vec![name(path)] };
    let (mut depth, mut names, mut start) = (0, vec![], 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(name(&list[start..at]));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The modules that the code declares as files of their own.
fn declared(code: &str) -> Vec<String> {
    let names = code.lines().filter_map(|line| {
        let line =
            line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) ")).unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    names.map(str::to_owned).collect()
}

/// Replaces comments and items for tests by empty lines. A module of tests is the last item of its file: clippy demands it.
fn without_tests_and_comments(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("#[cfg(test)]") {
            let indent = &line[..line.len() - trimmed.len()];
            if lines.peek().is_some_and(|next| next.starts_with("mod ") && next.ends_with('{')) {
                break;
            }
            code.push('\n');
            for line in lines.by_ref() {
                code.push('\n');
                if ends_item(line, indent) {
                    break;
                }
            }
            continue;
        }
        if !trimmed.starts_with("//") {
            code.push_str(line);
        }
        code.push('\n');
    }
    code
}

/// Whether an item with this indentation ends here: with `;`, `{}` or the brace that closes it.
fn ends_item(line: &str, indent: &str) -> bool {
    let Some(rest) = line.strip_prefix(indent) else { return false };
    rest == "}" || !rest.starts_with([' ', '#']) && (rest.ends_with(';') || rest.ends_with('}'))
}

/// Whether a line contains a word, and not only a longer word that ends with it.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}
