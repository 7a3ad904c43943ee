//! Git's own form of a tree: mode, name, NUL, object name, again and again.

use super::command::GitError;
use super::objects::Object;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    pub mode: u32,
    /// What is not UTF-8 is replaced, as in every JSON answer.
    pub name: String,
    pub oid: String,
}

impl TreeEntry {
    pub fn is_tree(&self) -> bool {
        self.mode & 0o170_000 == 0o040_000
    }

    pub fn is_submodule(&self) -> bool {
        self.mode & 0o170_000 == 0o160_000
    }

    /// GitHub's word for the entry; a symlink is a blob.
    pub fn kind(&self) -> &'static str {
        match self.mode & 0o170_000 {
            0o040_000 => "tree",
            0o160_000 => "commit",
            _ => "blob",
        }
    }
}

pub(super) fn parse_tree(tree: &Object) -> Result<Vec<TreeEntry>, GitError> {
    let oid_length = tree.info.oid.len() / 2;
    let mut rest = tree.bytes.as_slice();
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let (entry, after) = parse_entry(rest, oid_length)
            .ok_or_else(|| GitError::Unexpected(format!("tree {} is damaged", tree.info.oid)))?;
        entries.push(entry);
        rest = after;
    }
    Ok(entries)
}

fn parse_entry(bytes: &[u8], oid_length: usize) -> Option<(TreeEntry, &[u8])> {
    let space = bytes.iter().position(|byte| *byte == b' ')?;
    let end = bytes.iter().position(|byte| *byte == 0)?;
    let mode = u32::from_str_radix(std::str::from_utf8(&bytes[..space]).ok()?, 8).ok()?;
    let name = String::from_utf8_lossy(bytes.get(space + 1..end)?).into_owned();
    let oid = hex::encode(bytes.get(end + 1..end + 1 + oid_length)?);
    Some((TreeEntry { mode, name, oid }, &bytes[end + 1 + oid_length..]))
}
