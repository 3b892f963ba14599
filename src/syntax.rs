//! Text to tree. Reading never fails: it returns what it could read together with a diagnostic for each part it
//! could not.

pub mod tree;
