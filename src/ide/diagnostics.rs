//! Diagnostics for tools: lines of JSON, and SARIF for code hosts.

mod json;
mod sarif;

pub use json::line as json;
pub use sarif::log as sarif;
