//! What one needs to build the packages: no newer Rust than ours, and no heavy dependencies. There is one program.

use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

fn output(program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    let output = command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What cargo knows about the workspace. Packages for other platforms are left out, because they may not be downloaded.
fn metadata() -> Value {
    let version = output("rustc", &["-vV"]);
    let platform = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let found = output(
        env!("CARGO"),
        &["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", platform],
    );
    serde_json::from_str(&found).unwrap()
}

/// Major, minor and patch of a version. Patch may be absent.
fn version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap());
    [0; 3].map(|absent| parts.next().unwrap_or(absent))
}

fn strings(value: &Value) -> BTreeSet<&str> {
    value.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect()
}

#[test]
fn no_dependency_wants_a_newer_rust_than_ours() {
    let metadata = metadata();
    let ours = version(env!("CARGO_PKG_RUST_VERSION"));
    // Everything that the default members depend on, for tests and builds too.
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let mut reached = strings(&metadata["workspace_default_members"]);
    let mut waiting: Vec<_> = reached.iter().copied().collect();
    while let Some(id) = waiting.pop() {
        let node = nodes.iter().find(|node| node["id"] == id).unwrap();
        waiting
            .extend(strings(&node["dependencies"]).into_iter().filter(|next| reached.insert(next)));
    }
    let packages = metadata["packages"].as_array().unwrap();
    let reached =
        packages.iter().filter(|package| reached.contains(package["id"].as_str().unwrap()));
    let mut checked = 0;
    for package in reached {
        let Some(wanted) = package["rust_version"].as_str() else { continue };
        checked += 1;
        let name = &package["name"];
        assert!(version(wanted) <= ours, "{name} wants Rust {wanted}");
    }
    assert!(checked > 50, "only {checked} packages say which Rust they want");
}

#[test]
fn the_default_members_are_the_library_and_the_program() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let members = strings(&metadata["workspace_default_members"]);
    let members =
        packages.iter().filter(|package| members.contains(package["id"].as_str().unwrap()));
    let mut names = vec![];
    let mut programs = vec![];
    for member in members {
        names.push(member["name"].as_str().unwrap());
        let targets = member["targets"].as_array().unwrap();
        let bins = targets.iter().filter(|target| strings(&target["kind"]).contains("bin"));
        programs.extend(bins.map(|target| target["name"].as_str().unwrap()));
    }
    assert_eq!((names, programs), (vec!["lexloci", "lexloci-cli"], vec!["lexloci"]));
}

/// What belongs to a terminal, to watching files or to a network stays out of the library.
#[test]
fn the_library_has_no_heavy_dependencies() {
    let tree = output(
        env!("CARGO"),
        &[
            "tree",
            "--locked",
            "--offline",
            "-p",
            "lexloci",
            "--all-features",
            "-e",
            "normal",
            "--prefix",
            "none",
        ],
    );
    for heavy in [
        "clap",
        "rustyline",
        "indicatif",
        "notify",
        "anstream",
        "annotate-snippets",
        "crossterm",
        "tokio",
    ] {
        let found = tree.lines().any(|line| line.split(' ').next() == Some(heavy));
        assert!(!found, "the library depends on {heavy}");
    }
    assert!(tree.lines().any(|line| line.starts_with("pest ")), "{tree}");
}
