//! The integration tests: one binary, a module for each kind.

// The source of the packages, as tests of its structure read it.
#[cfg(test)]
mod source;

// The structure of the source: which folder may use which, sizes, purposes, and which part may know what.
#[cfg(test)]
mod layers;

// What the pages say about the source: links, the map, recipes.
#[cfg(test)]
mod written;

// What one needs to build the packages.
#[cfg(test)]
#[cfg(not(target_family = "wasm"))]
mod packages;

// The public API, written out.
#[cfg(test)]
#[cfg(not(target_family = "wasm"))]
mod api;

// The page of each diagnostic code.
#[cfg(test)]
mod pages;

// What holds for every rule set, record, place and instant.
#[cfg(test)]
mod properties;

// Outcomes that last for some time.
#[cfg(test)]
mod starts;

// What the engine promises apart from its answers.
#[cfg(test)]
mod engine;

// What a message says in its author's own words, quotes, asks and has on buttons, and whose its contacts are.
#[cfg(test)]
mod passages;

// What hosts call.
#[cfg(test)]
mod face;

// Words in real messages, ordinary and disguised.
#[cfg(test)]
mod text;

// Messages of Telegram, exports, facts of the host.
#[cfg(test)]
mod import;

// What importers do not read is named.
#[cfg(test)]
mod unmapped;

// The standard fields of records.
#[cfg(test)]
mod fields;

// Posts of ActivityPub.
#[cfg(test)]
mod activitypub;

// The rules and examples of this repository.
#[cfg(test)]
mod shipped;

// The shipped rules and messages.
#[cfg(test)]
mod rules;

// What the shipped rules do to real messages, and to offending ones.
#[cfg(test)]
mod corpora;

// The page of the law, and what rules may rest on.
#[cfg(test)]
mod law;

// Orders of authorities, in every place.
#[cfg(test)]
mod authorities;

// The worked example: one message, many places.
#[cfg(test)]
mod one_message;
// The week of an office: messages, letters, decisions, what was due and done.
#[cfg(test)]
mod astana;

// Which changes of the shipped rules no test notices.
#[cfg(test)]
mod mutants;

// The messages against which content rules are scored.
#[cfg(test)]
mod speech;

// Statements of reasons, as the database of the European Union accepts them.
#[cfg(test)]
mod statements;

// Counters and marks: decisions with what earlier messages left behind, and why they come out so.
#[cfg(test)]
mod remembered;
#[cfg(test)]
mod state;

// The messages about faulty files and records.
#[cfg(test)]
mod diagnostics;

// The examples of the manual.
#[cfg(test)]
mod docs;

// Files and records that are made to do harm.
#[cfg(test)]
mod hostile;

// Work grows with rules as their size does.
#[cfg(test)]
mod growth;

// The workspace of editors.
#[cfg(test)]
mod workspace;

// From names to declarations and back.
#[cfg(test)]
mod navigation;

// Data by others, which is not part of the repository.
#[cfg(test)]
mod shared;

// Lists that others publish.
#[cfg(test)]
mod lists;
