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
