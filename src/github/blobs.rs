//! Blobs in batches over GraphQL, each checked against its name; what GraphQL cannot give as it is comes over REST.

use super::call::Call;
use super::error::GitHubError;
use super::installation::{InstallationClient, RepositoryRef};
use crate::model::BlobSha;
use futures::stream::{self, StreamExt};
use serde_json::{Value, json};

/// Blobs asked for in one query.
const AT_ONCE: usize = 50;
/// Single blobs under way at once.
const SINGLES_AT_ONCE: usize = 4;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobRead {
    Bytes(Vec<u8>),
    /// GitHub has no such blob in the repository (any more).
    Missing,
}

impl InstallationClient {
    /// Reads blobs by name. What could not be read is left out, as long as something could; if nothing could, the error says
    /// why.
    pub async fn blobs(
        &self,
        repository: &RepositoryRef,
        shas: &[BlobSha],
    ) -> Result<Vec<(BlobSha, BlobRead)>, GitHubError> {
        let mut read = Vec::with_capacity(shas.len());
        let mut refused = None;
        for batch in shas.chunks(AT_ONCE) {
            match self.batch(repository, batch).await {
                Ok(some) => read.extend(some),
                Err(error) => {
                    // What follows would fare no better.
                    refused = Some(error);
                    break;
                }
            }
        }
        match refused {
            Some(error) if read.is_empty() => Err(error),
            _ => Ok(read),
        }
    }

    async fn batch(
        &self,
        repository: &RepositoryRef,
        shas: &[BlobSha],
    ) -> Result<Vec<(BlobSha, BlobRead)>, GitHubError> {
        let (owner, name) = repository.parts();
        let mut variables = json!({"owner": owner, "name": name});
        for (index, sha) in shas.iter().enumerate() {
            variables[format!("b{index}")] = json!(sha.as_str());
        }
        let data = self.graphql(&query(shas.len()), variables).await?;
        let found = &data["repository"];
        let mut read = Vec::with_capacity(shas.len());
        let mut left = Vec::new();
        for (index, sha) in shas.iter().enumerate() {
            match checked_text(sha, &found[format!("b{index}")]) {
                Some(bytes) => read.push((sha.clone(), BlobRead::Bytes(bytes))),
                None => left.push(sha.clone()),
            }
        }
        let singles: Vec<_> = stream::iter(left)
            .map(|sha| async move { (self.single(repository, &sha).await, sha) })
            .buffer_unordered(SINGLES_AT_ONCE)
            .collect()
            .await;
        let mut refused = None;
        for (single, sha) in singles {
            match single {
                Ok(one) => read.push((sha, one)),
                Err(error) => refused = Some(error),
            }
        }
        match refused {
            Some(error) if read.is_empty() => Err(error),
            _ => Ok(read),
        }
    }

    async fn single(&self, repository: &RepositoryRef, sha: &BlobSha) -> Result<BlobRead, GitHubError> {
        let path = format!("/repos/{}/git/blobs/{sha}", repository.full_name);
        let call = Call { accept: Some("application/vnd.github.raw+json"), ..Call::get("blobs", path) };
        match self.rest(&call).await {
            Ok(answer) if is_named(sha, &answer.body) => Ok(BlobRead::Bytes(answer.body)),
            Ok(_) => Err(GitHubError::Unreadable(format!("other bytes than those of blob {sha}"))),
            Err(GitHubError::NotFound(_)) => Ok(BlobRead::Missing),
            Err(error) => Err(error),
        }
    }
}

fn query(blobs: usize) -> String {
    let declared: String = (0..blobs).map(|index| format!(", $b{index}: GitObjectID!")).collect();
    let asked: String = (0..blobs)
        .map(|index| format!(" b{index}: object(oid: $b{index}) {{ ... on Blob {{ isTruncated text }} }}"))
        .collect();
    format!(
        "query($owner: String!, $name: String!{declared}) {{ repository(owner: $owner, name: $name) {{ databaseId{asked} }} }}"
    )
}

/// The text's bytes, if they are the blob's: a byte order mark may have been dropped, odd bytes replaced, the end cut off.
fn checked_text(sha: &BlobSha, found: &Value) -> Option<Vec<u8>> {
    let text = found["text"].as_str()?;
    is_named(sha, text.as_bytes()).then(|| text.as_bytes().to_vec())
}

fn is_named(sha: &BlobSha, bytes: &[u8]) -> bool {
    let name = if sha.as_str().len() == 64 { BlobSha::of_bytes_sha256(bytes) } else { BlobSha::of_bytes(bytes) };
    name == *sha
}
