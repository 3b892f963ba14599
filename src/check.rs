//! Tree to checked program: what every name means, what every expression is, and all that is wrong.

pub(crate) mod standard;
