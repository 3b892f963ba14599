//! The world that rules speak about: places, domains, wallets, values, the schema of records, lists.

// A new kind is named by the compiler wherever it has to be known.
#![warn(clippy::wildcard_enum_match_arm)]

pub(crate) mod by_name;
pub(crate) mod place;
pub(crate) mod domain;
pub(crate) mod wallet;
pub(crate) mod value;
pub(crate) mod schema;
pub(crate) mod standard;
pub mod lists;
