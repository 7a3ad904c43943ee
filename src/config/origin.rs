//! Where the value of a variable comes from.

use super::stored_app::FILE;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Environment,
    /// The App that was set up at `/setup`.
    StoredApp,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "environment",
            Self::StoredApp => FILE,
        })
    }
}
