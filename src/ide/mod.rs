//! What an editor asks of rule files, as functions of texts and positions.

mod definition;
mod folding;
mod rename;
mod symbols;
mod tokens;
mod workspace;

pub use definition::{Definition, NameKind, Place, Reference};
pub use folding::{Fold, FoldKind, folds};
pub use rename::{FileEdits, RenameError};
pub use symbols::{Symbol, SymbolKind, symbols};
pub use tokens::Token;
pub use workspace::{Cancel, Cancelled, Work, Workspace};
