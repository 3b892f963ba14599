//! The world that rules speak about: places, domains, wallets, values, the schema of records, lists.

pub(crate) mod by_name;
pub(crate) mod place;
pub(crate) mod domain;
pub(crate) mod wallet;
pub(crate) mod value;
pub(crate) mod schema;
pub(crate) mod standard;
pub mod lists;
pub(crate) mod language;
pub(crate) mod form;
