//! What an editor needs for rule files: completion, hover, signature help, the reference, fixes, formatting,
//! diagnostics for tools, and a workspace of files that change. It works on texts and positions, and needs no terminal,
//! file or socket.

mod position;
mod completion;
pub mod reference;
pub mod fixes;
mod format;
mod hover;
mod signature;
pub mod diagnostics;
mod workspace;
mod definition;
mod rename;
mod symbols;
mod folding;
mod tokens;

pub use completion::{Completion, CompletionKind, Completions, complete};
pub use definition::{Definition, NameKind, Place, Reference};
pub use folding::{Fold, FoldKind, folds};
pub use format::{format, format_range};
pub use hover::{Hover, hover};
pub use position::{Encoding, Lines, Position, Range, TextEdit};
pub use rename::{FileEdits, RenameError};
pub use signature::{Signature, signature, type_at};
pub use symbols::{Symbol, SymbolKind, symbols};
pub use tokens::Token;
pub use workspace::{Cancel, Cancelled, Work, Workspace};
