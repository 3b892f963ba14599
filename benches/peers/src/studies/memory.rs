//! Bytes that engines hold, by an allocator that counts. It slows every allocation down, so it is a build of its own.

use super::Run;

#[cfg(feature = "memory")]
#[global_allocator]
static ALLOCATOR: &stats_alloc::StatsAlloc<std::alloc::System> = &stats_alloc::INSTRUMENTED_SYSTEM;

impl Run<'_> {
    #[cfg(not(feature = "memory"))]
    pub fn memory(&self) {
        eprintln!("memory: build with `--features memory`");
    }

    #[cfg(feature = "memory")]
    pub fn memory(&self) {
        let heads: String = self.sizes.iter().map(|size| format!(" {size} rules, MB |")).collect();
        println!("\n| held after building |{heads}\n|---|{}", "---:|".repeat(self.sizes.len()));
        for row in self.rows() {
            let cell = |&size: &usize| format!(" {:.2} |", held((row.build)(self.of(size))));
            let cells: String = self.sizes.iter().map(cell).collect();
            println!("| {} |{cells}", row.titled());
        }
        self.lists();
    }

    /// A set of a million domains, as a list file.
    #[cfg(feature = "memory")]
    fn lists(&self) {
        use crate::lexicon::Script;
        let entries: String = (0..1_000_000)
            .map(|number| format!("{}.{}.example\n", Script::Latin.word(number), number % 977))
            .collect();
        let rule = "jurisdiction KZ { zone \"UTC\" }\npolicy desk \"Desk\" { in force from 2024-01-01 }\n\
            set listed: domain from \"lists/listed.txt\"\n\
            rule lists { basis desk  when any link in links where (link.host in listed)  then label }\n";
        let bytes = entries.len();
        let compiler =
            lexloci::Compiler::new().file("kz.loci", rule).list("lists/listed.txt", entries);
        let set = compiler.compile().expect("the rule compiles");
        println!(
            "\nA set of 1,000,000 domains ({:.1} MB of text): {:.1} MB.",
            bytes as f64 / 1e6,
            held(set)
        );
    }
}

/// As many megabytes as go when something goes: what it shares with others, or was made once for all, does not count.
#[cfg(feature = "memory")]
fn held<T>(made: T) -> f64 {
    let before = live();
    drop(made);
    (before - live()) as f64 / 1e6
}

/// Growing and shrinking is in both counters already; `bytes_reallocated` says it once more.
#[cfg(feature = "memory")]
fn live() -> i64 {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated as i64 - stats.bytes_deallocated as i64
}
