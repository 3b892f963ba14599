//! Measures the memory that engines need, with an allocator that counts. It slows down every allocation, so it needs a build
//! of its own.

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
            let cell =
                |&size: &usize| format!(" {:.2} |", held((row.build)(self.first_rules(size))));
            let cells: String = self.sizes.iter().map(cell).collect();
            println!("| {} |{cells}", row.titled());
        }
        self.lists();
    }

    /// Measures a set of a million domains from a list file.
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

/// The megabytes that are freed when a value is dropped. Memory that it shares with other values does not count.
#[cfg(feature = "memory")]
fn held<T>(made: T) -> f64 {
    let before = live();
    drop(made);
    (before - live()) as f64 / 1e6
}

/// The bytes in use. Both counters include reallocations, so `bytes_reallocated` is not added.
#[cfg(feature = "memory")]
fn live() -> i64 {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated as i64 - stats.bytes_deallocated as i64
}
