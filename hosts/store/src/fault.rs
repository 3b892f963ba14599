//! [`Fault`]: why a database did not do what it was asked.

use lexloci::state::StoreError;

/// Why a database did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Another transaction was in the way. Doing the same again may succeed.
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "SQLite waits for its turn"))]
    InTheWay(String),
    /// Anything else.
    Failed(String),
}

pub(crate) type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self::Failed(why.into())
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::InTheWay(why) | Fault::Failed(why) => Self(why),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(StoreError(why): StoreError) -> Self {
        Self::Failed(why)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Failed(format!("what is kept cannot be read: {error}"))
    }
}

/// What is said of every file that is no store.
#[cfg(feature = "sqlite")]
pub(crate) const NO_STORE: &str = "the file is no store of lexloci, and is left as it is";

#[cfg(feature = "sqlite")]
impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => Self::new(NO_STORE),
            _ => Self::Failed(error.to_string()),
        }
    }
}

#[cfg(feature = "postgres")]
impl From<postgres::Error> for Fault {
    fn from(error: postgres::Error) -> Self {
        use postgres::error::SqlState;
        use std::error::Error as _;
        let code = error.code();
        let is_in_the_way = [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::LOCK_NOT_AVAILABLE,
        ]
        .iter()
        .any(|known| code == Some(known));
        let why =
            error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
        if is_in_the_way { Self::InTheWay(why) } else { Self::Failed(why) }
    }
}
