//! Writes seeds for each target, and a dictionary of the words of the language. Run it as `seeds FOLDER` from the root of
//! the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// Adds all files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

/// The texts of all files below some folders that have one of these endings.
fn texts(folders: &[&str], endings: &[&str]) -> Vec<String> {
    let mut found = vec![];
    folders.iter().for_each(|folder| files(Path::new(folder), &mut found));
    let wanted = found.iter().filter(|path| {
        path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted))
    });
    wanted
        .filter_map(|path| fs::read_to_string(path).ok())
        .filter(|text| text.len() < 100_000)
        .collect()
}

/// The fenced blocks in a language on a page of Markdown.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap_or_default();
    let fenced = text.split("\n```").skip(1).step_by(2);
    let of_language = fenced
        .filter_map(|block| block.split_once('\n').filter(|(kind, _)| kind.starts_with(language)));
    of_language.map(|(_, text)| text.to_owned()).collect()
}

/// Writes the seeds of one target.
fn write(root: &Path, target: &str, seeds: impl IntoIterator<Item = impl AsRef<[u8]>>) {
    let folder = root.join(target);
    fs::create_dir_all(&folder).expect("the folder of the seeds");
    for (number, seed) in seeds.into_iter().enumerate() {
        fs::write(folder.join(format!("{number:05}")), seed).expect("a seed");
    }
}

fn main() {
    let root = PathBuf::from(std::env::args().nth(1).expect("the folder to write to"));
    let mut rules = texts(&["rules", "tests", "src", "docs"], &["loci"]);
    rules.extend(blocks("docs/guide/language.md", "loci"));
    rules.extend(blocks("README.md", "loci"));
    let lines = texts(&["examples", "tests"], &["jsonl"]);
    let mut records: Vec<String> =
        lines.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
    records.extend(texts(&["examples/messages"], &["json"]));
    records.truncate(400);
    let messages = texts(&["tests/cases", "examples"], &["json", "jsonl"]);
    let record = records.first().cloned().unwrap_or_default();
    let pairs = rules.iter().enumerate().map(|(number, text)| {
        let record = records.get(number % records.len().max(1)).unwrap_or(&record);
        format!("{text}{}{record}", lexloci_fuzz::BREAK)
    });
    write(&root, "decide", pairs);
    let phrases = rules
        .iter()
        .flat_map(|text| text.lines())
        .filter_map(|line| line.split_once(": \""))
        .map(|(_, rest)| {
            let phrases = rest.trim_end_matches(',');
            format!("\"{phrases}{}{}", lexloci_fuzz::BREAK, phrases.replace(['"', '*', ','], " "))
        });
    write(&root, "pattern", phrases.take(500));
    write(&root, "fmt", &rules);
    write(&root, "record", &records);
    write(&root, "import", messages.iter().chain(&records));
    write(
        &root,
        "facts",
        texts(&["examples", "tests"], &["jsonl"]).iter().flat_map(|text| text.lines()),
    );
    let lists = texts(&["rules/lists", "tests"], &["txt", "csv", "json"]);
    write(
        &root,
        "lists",
        (0u8..6).flat_map(|kind| {
            lists.iter().map(move |text| [&[kind, kind % 4], text.as_bytes()].concat())
        }),
    );
    // Scripts of the tests, and what the sessions in the tutorial have after the prompt.
    let mut scripts = texts(&["tests", "hosts"], &["script", "txt"]);
    let shown = blocks("docs/guide/tutorial.md", "session");
    let typed = |text: &String| -> String {
        let lines = text
            .lines()
            .filter_map(|line| line.split_once("> "))
            .map(|(_, line)| format!("{line}\n"));
        lines.collect()
    };
    scripts.extend(shown.iter().map(typed));
    write(&root, "session", scripts);
    let words = lexloci::words::all().map(|row| format!("\"{}\"\n", row.word));
    fs::write(root.join("words.dict"), words.collect::<String>()).expect("the dictionary");
}
