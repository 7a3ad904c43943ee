//! Where the stand-in is found: its pages, and its API.

use super::options::Edition;
use std::fmt;

/// Neither has a slash at its end. Shown as text it is the address of the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    pub web: String,
    /// Enterprise Server has it below the pages.
    pub api: String,
}

impl Site {
    pub fn new(web: String, edition: Edition) -> Self {
        let api = match edition {
            Edition::Cloud => web.clone(),
            Edition::EnterpriseServer => format!("{web}/api/v3"),
        };
        Self { web, api }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.web)
    }
}
