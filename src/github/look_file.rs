//! One file with its text, as the look at a head tells of it.

use super::blobs::BlobRead;
use super::entry::{TreeEntry, unreadable};
use super::error::GitHubError;
use super::installation::InstallationClient;
use super::repository::RepositoryRef;
use super::sighting::is_named;
use crate::model::{BlobSha, FileMode};
use serde::Deserialize;

/// A file that was asked for by its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookFile {
    pub entry: TreeEntry,
    /// `None` of what is no plain file, or larger than was asked for.
    pub bytes: Option<Vec<u8>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SeenFile {
    mode: u32,
    oid: String,
    size: Option<u64>,
    object: Option<SeenText>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SeenText {
    is_truncated: Option<bool>,
    text: Option<String>,
}

impl SeenFile {
    /// What a query asks of a `TreeEntry`.
    pub(super) const FIELDS: &'static str = "mode oid size object { ... on Blob { isTruncated text } }";
}

impl InstallationClient {
    /// A text that GraphQL does not give as it is costs one more call.
    pub(super) async fn look_file(
        &self,
        repository: &RepositoryRef,
        path: &str,
        seen: SeenFile,
        most: u64,
    ) -> Result<LookFile, GitHubError> {
        let mode = FileMode::from_bits(seen.mode).ok_or_else(|| unreadable(path, &format!("mode {:o}", seen.mode)))?;
        let sha = BlobSha::new(&seen.oid).map_err(|error| unreadable(path, &error))?;
        let entry = TreeEntry { path: path.to_owned(), mode, sha, size: seen.size };
        if mode != FileMode::File || entry.size.is_some_and(|size| size > most) {
            return Ok(LookFile { entry, bytes: None });
        }
        let text = seen.object.filter(|text| text.is_truncated == Some(false)).and_then(|text| text.text);
        let bytes = match text.filter(|text| is_named(text.as_bytes(), &entry.sha)) {
            Some(text) => text.into_bytes(),
            None => match self.raw_blob(repository, &entry.sha).await? {
                BlobRead::Bytes(bytes) => bytes,
                BlobRead::Missing => return Err(unreadable(path, "GitHub does not have its bytes")),
                BlobRead::Failed(error) => return Err(error),
            },
        };
        Ok(LookFile { entry, bytes: Some(bytes) })
    }
}
