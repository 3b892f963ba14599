//! Functions of the language: one table of built-ins, and those that hosts register.

use crate::value::{Type, Value};
use std::sync::Arc;

/// A function: its signature and what it does.
#[derive(Clone)]
pub struct Function {
    pub name: String,
    pub doc: String,
    pub params: Vec<(String, Type)>,
    pub result: Type,
    /// Steps of one call on the largest record.
    pub cost: u64,
    pub run: Arc<Run>,
}

/// `None` is unknown: the function has no answer for these arguments.
pub type Run = dyn Fn(&[Value]) -> Option<Value> + Send + Sync;

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Function({})", self.name)
    }
}

/// All built-ins. Several may share a name when their parameters differ in type.
pub fn builtins() -> Vec<Function> {
    vec![]
}
