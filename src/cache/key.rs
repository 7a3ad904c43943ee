//! What can be cached, for how long, and under which key.
//!
//! A key names everything that its value was made from: the revision of the workspace, or the blob. A value is thus never
//! wrong, only unused once the revision has moved on; lifetimes are there to free memory.

use crate::model::{BlobSha, Kind, RepositoryId, WorkspaceId};
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CacheKey {
    /// One definition as the API shows it.
    Definition { workspace: WorkspaceId, revision: i64, kind: Kind, name: String },
    /// One page of definitions. `query` holds filters and page, always written the same way.
    List { workspace: WorkspaceId, revision: i64, kind: Kind, query: String },
    /// What a reader of version `reader` makes of a blob's frontmatter.
    Frontmatter { repository: RepositoryId, blob: BlobSha, reader: i32 },
    /// Which definition refers to which.
    Graph { workspace: WorkspaceId, revision: i64 },
    /// A file's bytes.
    Content { repository: RepositoryId, blob: BlobSha },
    /// The agents that a command leads to.
    CommandAgents { workspace: WorkspaceId, revision: i64, command: String },
    /// The list of workspaces. `revision` is any text that changes whenever the list does.
    Workspaces { revision: String, query: String },
}

impl CacheKey {
    /// The label of metrics, and the first part of the key.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Definition { .. } => "definition",
            Self::List { .. } => "list",
            Self::Frontmatter { .. } => "frontmatter",
            Self::Graph { .. } => "graph",
            Self::Content { .. } => "content",
            Self::CommandAgents { .. } => "command_agents",
            Self::Workspaces { .. } => "workspaces",
        }
    }

    pub fn lifetime(&self) -> Duration {
        let minutes = match self {
            Self::Frontmatter { .. } => 60,
            Self::Graph { .. } => 30,
            Self::CommandAgents { .. } => 15,
            Self::Definition { .. } | Self::List { .. } | Self::Content { .. } | Self::Workspaces { .. } => 5,
        };
        Duration::from_secs(60 * minutes)
    }

    /// The parts with texts in quotes, so that no name, whatever it holds, can pass for two parts.
    pub(super) fn text(&self) -> String {
        let own = self.kind();
        match self {
            Self::Definition { workspace, revision, kind, name } => {
                format!("{own}({:?},{revision},{kind},{name:?})", workspace.as_str())
            }
            Self::List { workspace, revision, kind, query } => {
                format!("{own}({:?},{revision},{kind},{query:?})", workspace.as_str())
            }
            Self::Frontmatter { repository, blob, reader } => format!("{own}({repository},{blob},{reader})"),
            Self::Graph { workspace, revision } => format!("{own}({:?},{revision})", workspace.as_str()),
            Self::Content { repository, blob } => format!("{own}({repository},{blob})"),
            Self::CommandAgents { workspace, revision, command } => {
                format!("{own}({:?},{revision},{command:?})", workspace.as_str())
            }
            Self::Workspaces { revision, query } => format!("{own}({revision:?},{query:?})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agents(workspace: &str, revision: i64, command: &str) -> CacheKey {
        let workspace = WorkspaceId::from_text(workspace);
        CacheKey::CommandAgents { workspace, revision, command: command.to_owned() }
    }

    #[test]
    fn lifetimes_are_those_of_the_table() {
        let (repository, blob) = (RepositoryId::new(1), BlobSha::of_bytes(b""));
        let workspace = WorkspaceId::from_text("w");
        let minutes = |key: CacheKey| key.lifetime().as_secs() / 60;
        assert_eq!(minutes(CacheKey::Frontmatter { repository, blob: blob.clone(), reader: 1 }), 60);
        assert_eq!(minutes(CacheKey::Graph { workspace, revision: 1 }), 30);
        assert_eq!(minutes(CacheKey::Content { repository, blob }), 5);
        assert_eq!(minutes(agents("w", 1, "ship")), 15);
        assert_eq!(minutes(CacheKey::Workspaces { revision: String::new(), query: String::new() }), 5);
    }

    #[test]
    fn different_keys_have_different_texts() {
        assert_ne!(agents("w", 1, "ship").text(), agents("w", 2, "ship").text());
        assert_ne!(agents("w", 1, "1,ship").text(), agents("w,1", 1, "ship").text());
        assert_ne!(agents("w", 1, "a\",\"b").text(), agents("w\",1,\"a", 1, "b").text());
    }
}
