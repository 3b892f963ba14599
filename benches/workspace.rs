//! Diagnostics after an edit, compared with compiling all files: `cargo bench --bench workspace`. They should take at most a
//! tenth of the time.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark stops at the first error, and prints what it measured"
)]

#[path = "../tests/all/workspace/large.rs"]
mod large;

use lexloci::Compiler;
use lexloci::ide::{Cancel, Workspace};
use std::hint::black_box;
use std::time::{Duration, Instant};

const TIMES: usize = 15;

fn median(mut measure: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<_> = (0..TIMES).map(|_| measure()).collect();
    times.sort();
    times[TIMES / 2]
}

fn main() {
    let files = large::files();
    let compiler =
        || files.iter().fold(Compiler::new(), |compiler, (path, text)| compiler.file(path, text));
    let all = median(|| {
        let compiler = compiler();
        let start = Instant::now();
        black_box(compiler.compile().expect("it compiles"));
        start.elapsed()
    });
    println!("compiling {} files: {all:?}", files.len());
    let first = median(|| {
        let start = Instant::now();
        let mut workspace = Workspace::new(compiler());
        workspace.check(&Cancel::new()).expect("nothing stops it");
        start.elapsed()
    });
    println!("a new workspace: {first:?}");
    let mut workspace = Workspace::new(compiler());
    workspace.check(&Cancel::new()).expect("nothing stops it");
    for path in ["kz.loci", "world.loci", "lib/shared.loci"] {
        let mut version = 0;
        let edit = median(|| {
            version += 1;
            let text = files[path].replace("\"never\"", &format!("\"never {version}\""));
            let text = text.replace("Rule 7\"", &format!("Rule 7, {version}\""));
            let start = Instant::now();
            workspace.set_text(path, version, &text);
            black_box(workspace.check(&Cancel::new()).expect("nothing stops it"));
            start.elapsed()
        });
        let ratio = edit.as_secs_f64() / all.as_secs_f64();
        println!("after an edit in {path}: {edit:?}, {:.1} % of compiling all", ratio * 100.0);
    }
}
