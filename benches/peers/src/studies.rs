//! The studies: what each of them measures, and the table that it prints.

mod compile;
mod memory;

use crate::agree::{self, Pairs};
use crate::engine::{self, Engine, Kind, Row};
use crate::facts::Facts;
use crate::messages::Messages;
use crate::peers;
use crate::rules::Rule;
use crate::timing::{Candidate, interleaved, median};
use crate::{Effort, floors};
use std::hint::black_box;
use std::time::Instant;

/// What all studies share.
pub struct Run<'a> {
    pub rules: &'a [Rule],
    pub messages: &'a Messages,
    pub effort: Effort,
    /// The numbers of rules to measure.
    pub sizes: &'a [usize],
    /// Words in the names of the engines to measure. If it is empty, all are measured.
    pub engines: &'a [String],
}

impl<'a> Run<'a> {
    fn first_rules(&self, size: usize) -> &'a [Rule] {
        &self.rules[..size.min(self.rules.len())]
    }

    fn rows(&self) -> Vec<Row> {
        let wanted = |row: &Row| {
            self.engines.is_empty()
                || self.engines.iter().any(|word| row.name.contains(word.as_str()))
        };
        engine::all().into_iter().filter(wanted).collect()
    }

    fn candidate(
        &self,
        name: impl Into<String>,
        mut engine: Box<dyn Engine + 'a>,
    ) -> Candidate<'a> {
        let records = &self.messages.records;
        let mut hits = vec![];
        Candidate::new(name, records.len(), move |count| {
            for record in &records[..count] {
                engine.judge(black_box(record), &mut hits);
            }
            black_box(hits.len());
            hits.clear();
        })
    }

    fn floor(&self) -> Candidate<'a> {
        let records = &self.messages.records;
        Candidate::new(floors::PARSE_ONLY, records.len(), move |count| {
            for record in &records[..count] {
                black_box(Facts::read(black_box(record)));
            }
        })
    }

    pub fn peers(&self) {
        let rows = self.rows();
        let mut cells: Vec<Vec<String>> = vec![vec![]; rows.len()];
        let mut floors = vec![];
        for &size in self.sizes {
            let rules = self.first_rules(size);
            let reference = Pairs::of(rules, self.messages);
            println!(
                "\n{size} rules: {} pairs in {:.1} % of the messages.",
                reference.count(),
                100.0 * reference.messages() as f64 / self.messages.records.len() as f64
            );
            let mut candidates = vec![self.floor()];
            for row in &rows {
                let start = Instant::now();
                let mut engine = (row.build)(rules);
                let built = start.elapsed();
                let checked =
                    agree::check(row, &mut *engine, self.messages, &reference, self.effort.check);
                eprintln!("{}: built in {built:.1?}, agrees in {checked} messages", row.name);
                candidates.push(self.candidate(row.name, engine));
            }
            interleaved(&mut candidates, self.effort.rounds, self.effort.turn);
            let Some((floor, candidates)) = candidates.split_first() else { return };
            floors.push(floor.median());
            for (cells, candidate) in cells.iter_mut().zip(candidates) {
                cells.push(format!(
                    "{} | {}",
                    micros(candidate.median()),
                    times(candidate.ratio_to(floor))
                ));
            }
        }
        let heads: String =
            self.sizes.iter().map(|size| format!(" {size} rules, µs | × floor |")).collect();
        println!("\n| engine |{heads}\n|---|{}", "---:|---:|".repeat(self.sizes.len()));
        let floors: Vec<String> =
            floors.iter().map(|floor| format!("{} | 1.0", micros(*floor))).collect();
        println!("| {} | {} |", floors::PARSE_ONLY, floors.join(" | "));
        for (row, cells) in rows.iter().zip(&cells) {
            println!("| {} | {} |", row.titled(), cells.join(" | "));
        }
        println!("\n| engine | was given |\n|---|---|");
        for row in rows.iter().filter(|row| row.kind != Kind::Lexloci) {
            println!("| {} | {} |", row.name, row.given);
        }
    }

    pub fn floors(&self) {
        let records = &self.messages.records;
        let texts: Vec<String> =
            records.iter().map(|record| Facts::read(record).text().to_owned()).collect();
        let mut candidates: Vec<_> = floors::all(self.rules)
            .into_iter()
            .map(|(name, mut step)| {
                let texts = &texts;
                Candidate::new(name, records.len(), move |count| {
                    for (record, text) in records.iter().zip(texts).take(count) {
                        black_box(step(black_box(record), black_box(text)));
                    }
                })
            })
            .collect();
        interleaved(&mut candidates, self.effort.rounds, self.effort.turn);
        println!(
            "\n| a part of the work alone, {} rules | ns a message | × floor |\n|---|---:|---:|",
            self.rules.len()
        );
        for candidate in &candidates {
            println!(
                "| {} | {:.0} | {:.2} |",
                candidate.name,
                candidate.median(),
                candidate.ratio_to(&candidates[0])
            );
        }
    }

    pub fn growth(&self) {
        let sizes = [10, 100, 1_000, self.rules.len()];
        let rows = engine::all();
        let rows: Vec<_> = rows
            .iter()
            .filter(|row| {
                row.kind != Kind::Peer && !row.name.contains("loop") && !row.name.contains("all 50")
            })
            .collect();
        let build = |row: &&Row| {
            sizes.map(|size| self.candidate(row.name, (row.build)(self.first_rules(size))))
        };
        let mut candidates: Vec<_> = rows.iter().flat_map(build).collect();
        interleaved(&mut candidates, self.effort.rounds, self.effort.turn);
        println!(
            "\n| growth, µs a message | 10 rules | 100 | 1,000 | 10,000 | 10,000 to 10 |\n|---|---:|---:|---:|---:|---:|"
        );
        for (row, sizes) in rows.iter().zip(candidates.chunks(sizes.len())) {
            let cells: Vec<_> = sizes.iter().map(|size| micros(size.median())).collect();
            let growth = sizes
                .last()
                .zip(sizes.first())
                .map_or(f64::NAN, |(last, first)| last.ratio_to(first));
            println!("| {} | {} | {growth:.2} |", row.titled(), cells.join(" | "));
        }
    }

    /// Compares deciding for one place with deciding for all, on the messages in which no rule fires anywhere.
    pub fn places(&self) {
        let set = peers::lexloci::compile(self.rules);
        let mut everywhere = peers::lexloci::Judge::everywhere(&set);
        let quiet: Vec<&[u8]> = self
            .messages
            .records
            .iter()
            .map(|record| &**record)
            .filter(|record| everywhere.fired(record) == 0)
            .collect();
        let candidate = |name, mut judge: peers::lexloci::Judge| {
            let quiet = &quiet;
            let mut hits = vec![];
            Candidate::new(name, quiet.len(), move |count| {
                for record in &quiet[..count] {
                    judge.judge(black_box(record), &mut hits);
                }
            })
        };
        let mut candidates = [
            candidate("one place (KZ)", peers::lexloci::Judge::of(&set, &["KZ"])),
            candidate("the places of the record", peers::lexloci::Judge::visible(&set)),
            candidate("all 50 places", peers::lexloci::Judge::everywhere(&set)),
        ];
        interleaved(&mut candidates, self.effort.rounds, self.effort.turn);
        println!(
            "\n| {} rules, {} messages in which nothing fires anywhere | µs a message | × one place |\n|---|---:|---:|",
            self.rules.len(),
            quiet.len()
        );
        for candidate in &candidates {
            println!(
                "| {} | {} | {:.2} |",
                candidate.name,
                micros(candidate.median()),
                candidate.ratio_to(&candidates[0])
            );
        }
    }

    /// Measures how much faster two threads are than one. Each has half of the messages, and an evaluator of its own.
    pub fn threads(&self) {
        let set = peers::lexloci::compile(self.rules);
        let records = &self.messages.records;
        let parse = |records: &[Box<[u8]>]| {
            for record in records {
                black_box(Facts::read(black_box(record)));
            }
        };
        let judge = |records: &[Box<[u8]>]| {
            let (mut judge, mut hits) = (peers::lexloci::Judge::visible(&set), vec![]);
            for record in records {
                judge.judge(black_box(record), &mut hits);
            }
            black_box(hits);
        };
        let mut scaling = [vec![], vec![]];
        for _ in 0..self.effort.rounds {
            scaling[0].push(speedup(records, self.effort, &parse));
            scaling[1].push(speedup(records, self.effort, &judge));
        }
        let [parse, judge] = scaling.map(|rounds| median(&rounds));
        println!("\n| two threads against one | times as fast |\n|---|---:|");
        println!(
            "| parsing alone | {parse:.2} |\n| lexloci | {judge:.2} |\n| lexloci, as a part of parsing's | {:.2} |",
            judge / parse
        );
    }
}

/// How many times as fast two threads are as one, on as many messages as one thread handles in about two turns.
fn speedup(records: &[Box<[u8]>], effort: Effort, work: &(impl Fn(&[Box<[u8]>]) + Sync)) -> f64 {
    let sample = &records[..records.len().min(200)];
    let start = Instant::now();
    work(sample);
    let fit = sample.len() as f64 * 2.0 * effort.turn.as_secs_f64() / start.elapsed().as_secs_f64();
    let records = &records[..(fit as usize).clamp(2, records.len())];
    let start = Instant::now();
    work(records);
    let one = start.elapsed();
    let start = Instant::now();
    std::thread::scope(|threads| {
        for half in records.chunks(records.len().div_ceil(2)) {
            threads.spawn(move || work(half));
        }
    });
    one.as_secs_f64() / start.elapsed().as_secs_f64()
}

fn micros(nanos: f64) -> String {
    let micros = nanos / 1_000.0;
    match micros {
        ..10.0 => format!("{micros:.2}"),
        ..100.0 => format!("{micros:.1}"),
        _ => format!("{micros:.0}"),
    }
}

fn times(ratio: f64) -> String {
    if ratio < 100.0 { format!("{ratio:.1}") } else { format!("{ratio:.0}") }
}
