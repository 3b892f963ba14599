//! lexloci: a small language for the content rules of each jurisdiction, and the evaluator that hosts embed.
//!
//! *Lex loci* is the law of the place. Rule files, one per country, say which messages are restricted, on which legal
//! basis, from when until when, and by which deadline. An evaluator judges records of messages by them: for a place and an
//! instant it says what is to be done, which rule and article require it, and which words of the message are the evidence.
//!
//! Three types matter. A [`Compiler`] collects rule files and checks them. It makes a [`RuleSet`], which is immutable and
//! cheap to share. An [`Evaluator`], one per thread, judges records by it. [`ide`] serves editors, and [`session`] is the
//! interactive session.
//!
//! ```
//! use lexloci::{Compiler, Instant, State};
//!
//! let set = Compiler::new()
//!     .file("kz.loci", r#"
//! jurisdiction KZ { zone "Asia/Almaty" }
//! law platforms "On Online Platforms" {
//!   article measures "9(4)(1)" { in force from 2023-09-10  binds platform  verified 2026-11-23 }
//! }
//! rule pyramid "Advertising of a financial pyramid" {
//!   basis platforms.measures
//!   when  chat.public and text mentions "passive income"
//!   then  restrict
//! }
//! "#)
//!     .compile()?;
//!
//! let record = set.read(br#"{
//!     "id": "tg:-100/42", "platform": "telegram", "sent_at": "2026-03-01T12:00:00Z",
//!     "parts": [{ "kind": "text", "text": "P\u0430ssive INCOME for everybody" }],
//!     "chat": { "type": "channel", "public": true }
//! }"#)?;
//! let kz = set.place("KZ").ok_or("no such place")?;
//! let at = Instant::parse("2026-03-01T12:00:00Z")?;
//!
//! let decision = set.evaluator().decide(&record, kz, at, &State::default())?;
//! assert_eq!(decision.outcome, "restrict");
//! assert_eq!(decision.matched[0].evidence[0].text, "P\u{430}ssive INCOME");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Promises
//!
//! - **Total and deterministic.** [`Message::decide`] returns no `Result` and reads no clock, file, network or
//!   randomness; its cost is bounded when the rules are checked. The order of rules and files does not matter.
//! - **Identified.** A [`Receipt`] names everything that a decision depends on. The same record with the same receipt gives
//!   the same decision, byte for byte.
//! - **Never in the wrong place.** Nothing in the file of a place changes a decision for a place outside it.
//! - **Missing is not false.** A condition on a field that a record lacks is unknown. A rule that is unknown has no
//!   effect on anybody, and the decision says what was missing.
//! - **No panic** on any rule file or record. Whatever is refused is reported with a code and a location, and where
//!   possible with a fix.
//!
//! # Stack and memory
//!
//! Reading, deciding and explaining need 512 KiB of stack (256 KiB in a release build). Reading and checking rules runs on
//! a thread of its own with 16 MiB. Where no thread can be started, as on `wasm32-unknown-unknown`, it runs on the calling
//! thread, whose stack must be large enough for the nesting of the rules. An evaluator keeps its buffers from record to
//! record; [`Evaluator::shrink_to`] frees them.

// When a kind of expression, item, format or action is added, the compiler lists every match that has to handle it.
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]

// The modules in the order of the data flow, from text to decision. A folder uses only folders above it;
// `tests/all/layers.rs` checks that.
mod base;
mod diagnostic;
mod syntax;
pub mod text;
mod world;
mod record;
mod import;
pub mod state;
mod program;
mod check;
mod lint;
mod interpret;
mod decision;
mod plan;
mod engine;
mod face;
mod views;
pub mod statement;
pub mod suite;
pub mod law;
pub mod show;
pub mod ide;
pub mod session;

pub use base::limits::{RECORD_BYTES, RecordLimits};
pub use base::shared::Text;
pub use base::sink;
pub use base::source::{FileId, Location, Position, Source, Sources, Span};
pub use base::time::{Day, Instant, Local, Moment, Period, TimeError, Unit, Zone};
pub use decision::{
    Citation, DECISION_SCHEMA, Decision, Defeated, DefeatedBy, Gap, Marking, Matched, Obligation,
    Outcome, OutcomeDue, Shadow, ShadowState, StateSeen, Unanswered, Undetermined, Visible,
};
pub use diagnostic::{Code, Diagnostic, Fix, Group, Level, Levels, Severity, nearest};
pub use engine::Clock;
pub use face::batch::Batch;
pub use face::compiler::Compiler;
pub use face::evaluator::{Evaluator, Method, RuleCounts};
pub use face::failure::{FactsFailure, Failure};
pub use face::files::{Files, FilesError, Folder, Listing, MemoryFiles};
pub use face::format::format;
pub use face::function::FunctionSpec;
pub use face::keeper::{Given, Keeper, Kept};
pub use face::live::{Expected, Generation, Live, NotPublished};
pub use face::lock::{Lock, Size};
pub use face::message::Message;
pub use face::observer::{Observed, Observer};
pub use face::receipt::{Decided, FunctionVersion, Receipt, Setup};
pub use face::ruleset::{
    ArticleInfo, CostInfo, Expression, ListInfo, OfficeInfo, RuleInfo, RuleSet, SetInfo, is_item,
    is_unfinished, items,
};
pub use face::ruling::{Judged, Ruling, Rulings};
pub use face::vocabulary::{ActionInfo, FunctionInfo, ItemInfo};
pub use import::{
    Facts, FactsError, Import, Imported, InputFormat, Position as RecordPosition,
    is_unfinished_json,
};
pub use program::outcome::{Evidence, Found, FoundBy, SetEntry};
pub use record::{Audience, Record, RecordError, SchemaMismatch};
pub use state::State;
pub use syntax::{Class, highlight, words};
pub use views::explain::ask::Answer;
pub use views::explain::steps::{Step, Steps};
pub use views::explain::{
    Ask, Condition, Explained, ExplainedException, Explanation, OwnEntry, Read, Remembered, Said,
    Score, ScoredPart, Tally, Why,
};
pub use views::graph::{Edge, EdgeKind, Graph, Node, NodeKind};
pub use views::matrix::{Cell, Matrix, Row};
pub use views::page::{Page, Section};
pub use views::timeline::{Cause, CauseKind, Stretch, Timeline};
pub use world::by_name::{ByName, Pairs};
pub use world::lists;
pub use world::place::{Place, PlaceKind, suggest as suggest_place};
pub use world::schema::{Field, Presence, RecordType, Schema};
pub use world::value::{Decimal, Places, RecordId, SurfacePart, Type, Value};

/// Runs the example for the library in the page about records.
#[cfg(doctest)]
#[doc = include_str!("../docs/records.md")]
struct Records;
