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
    /// One of several writes was refused, and none is to stand.
    #[error("what was written is taken back")]
    TakenBack,
    #[error("migrations: {0}")]
    Migration(String),
}

impl StoreError {
    /// Something that was there when the work began is not there any more.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone(_) | Self::Query(DieselError::NotFound))
    }

    /// Worth trying again at once: another transaction was in the way.
    pub fn is_transient(&self) -> bool {
        let Self::Query(DieselError::DatabaseError(kind, info)) = self else {
            return false;
        };
        matches!(kind, DatabaseErrorKind::SerializationFailure)
            || info.message().contains("deadlock detected")
            || info.message().contains("database is locked")
    }

    /// Whether a transaction that failed like this, after `tries` others, is tried again at once.
    pub(crate) fn is_tried_again(&self, tries: u32) -> bool {
        match self {
            _ if self.is_transient() => tries < 8,
            // A deadlock in another language than English: diesel keeps no SQLSTATE, and has no name for 40P01.
            Self::Query(DieselError::DatabaseError(DatabaseErrorKind::Unknown, _)) => tries < 2,
            _ => false,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(kind: DatabaseErrorKind, message: &str) -> StoreError {
        StoreError::Query(DieselError::DatabaseError(kind, Box::new(message.to_owned())))
    }

    #[test]
    fn what_may_be_a_deadlock_is_tried_again() {
        let english = failed(DatabaseErrorKind::Unknown, "deadlock detected");
        assert!(english.is_tried_again(7) && !english.is_tried_again(8));
        let german = failed(DatabaseErrorKind::Unknown, "Verklemmung (Deadlock) entdeckt");
        assert!(german.is_tried_again(1) && !german.is_tried_again(2));
        assert!(german.is_refusal(), "it may be anything else, too");
    }

    #[test]
    fn what_would_fail_again_is_not() {
        assert!(!failed(DatabaseErrorKind::UniqueViolation, "duplicate key").is_tried_again(0));
        assert!(!failed(DatabaseErrorKind::UnableToSendCommand, "connection closed").is_tried_again(0));
    }
}
