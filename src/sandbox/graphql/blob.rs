//! A blob as GraphQL tells of it: text as far as it is text, and only so much of it.

use crate::sandbox::git::{GitError, ObjectInfo};
use crate::sandbox::state::HostedRepository;
use serde_json::Value;

/// Git's own guess: a NUL in the first bytes.
const LOOKED_AT: usize = 8_000;

pub fn field(repository: &HostedRepository, blob: &ObjectInfo, limit: usize, name: &str) -> Result<Value, GitError> {
    match name {
        "byteSize" => return Ok(blob.size.into()),
        "isTruncated" => return Ok((blob.size > limit as u64).into()),
        _ => {}
    }
    let bytes = repository.git.read(&blob.oid)?.map(|object| object.bytes).unwrap_or_default();
    let is_binary = bytes.iter().take(LOOKED_AT).any(|byte| *byte == 0);
    Ok(match name {
        "isBinary" => is_binary.into(),
        _ if is_binary => Value::Null,
        // What is not UTF-8 comes out altered, as it does from GitHub: the blob's name tells.
        _ => String::from_utf8_lossy(&bytes[..bytes.len().min(limit)]).into(),
    })
}
