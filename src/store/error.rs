//! What can go wrong in the store, as far as callers tell it apart.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection to be had: the database is down, unreachable, or all connections are in use.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    #[error("the database refused a query: {0}")]
    Query(#[from] DieselError),
    /// A row holds what this program never writes.
    #[error("{table} holds {value:?}, which this version does not know")]
    Unreadable { table: &'static str, value: String },
    #[error("the {0} was deleted meanwhile")]
    Gone(&'static str),
    #[error("migrations: {0}")]
    Migration(String),
}

impl StoreError {
    /// Worth trying again at once: another transaction was in the way.
    pub fn is_transient(&self) -> bool {
        let Self::Query(DieselError::DatabaseError(kind, info)) = self else {
            return false;
        };
        matches!(kind, DatabaseErrorKind::SerializationFailure)
            || info.message().contains("deadlock detected")
            || info.message().contains("database is locked")
    }

    /// The database works, and does not take what it was given. (That it works shows in the next query: an error that only
    /// looks like this is followed by others.)
    pub fn is_refusal(&self) -> bool {
        use DatabaseErrorKind::{ClosedConnection, UnableToSendCommand};
        match self {
            Self::Query(DieselError::DatabaseError(UnableToSendCommand | ClosedConnection, _)) => false,
            Self::Query(_) => !self.is_transient(),
            _ => false,
        }
    }
}
