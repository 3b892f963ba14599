//! lexloci.
#![allow(dead_code)]

mod source;
mod diagnostic;
mod limits;
mod stack;
mod time;
mod syntax;
mod place;
mod text;
mod value;
mod schema;
mod lists;
mod record;
mod functions;
mod outcome;
mod program;
mod check;
mod interpret;
mod decision;
mod explain;
mod load;
mod ruleset;
pub mod suite;

pub use decision::{
    Citation, Decision, Defeated, DefeatedBy, Gap, Matched, Obligation, OutcomeDue, Shadow, ShadowState, Undetermined,
    Visible,
};
pub use diagnostic::{Code, Diagnostic, Fix, Severity, nearest};
pub use explain::{Ask, Condition, Explained, Explanation, Read, Why};
pub use limits::RECORD_BYTES;
pub use outcome::{Evidence, FoundBy};
pub use place::{Place, PlaceKind};
pub use record::{Audience, Record, RecordError};
pub use ruleset::{
    Answer, Compiler, Evaluator, Expression, Failure, Live, RuleInfo, RuleSet, State, is_unfinished,
};
pub use schema::{Field, Presence, RecordType, Schema};
pub use source::{FileId, Location, Position, Source, Sources, Span};
pub use time::{Day, Instant, Period, TimeError, Unit, Zone};
pub use value::{Decimal, Places, RecordId, SurfacePart, Type, Value};
