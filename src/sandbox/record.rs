//! Everything that passes between the stand-in and its App, as lines of JSON in a file: `scripts/honest` holds them against
//! what GitHub has published.

use serde_json::Value;
use std::fs::File;
use std::io::{Error, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

#[derive(Debug)]
pub struct Recorder {
    file: Mutex<File>,
}

impl Recorder {
    /// A file of its own in this folder, which is made if it is not there.
    pub fn in_folder(folder: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(folder)?;
        let name = format!("{}.jsonl", uuid::Uuid::new_v4().simple());
        let file = File::create_new(folder.join(name))?;
        Ok(Self { file: Mutex::new(file) })
    }

    /// A record with a gap proves nothing, so that whoever cannot write it down says so.
    pub fn note(&self, line: &Value) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(format!("{line}\n").as_bytes()) {
            tracing::error!(error = %error, "an exchange could not be recorded");
        }
    }
}
