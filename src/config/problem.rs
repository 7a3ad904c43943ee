//! What is wrong with a configuration, all of it at once.

use std::fmt;

/// One variable that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub variable: &'static str,
    pub what: String,
    pub mend: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(pub Vec<Problem>);

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration cannot be used; nothing was started")?;
        for Problem { variable, what, mend } in &self.0 {
            write!(f, "\n  {variable}: {what}. {mend}")?;
        }
        Ok(())
    }
}
