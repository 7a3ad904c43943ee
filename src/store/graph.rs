//! The graph of a workspace as it is stored: definitions, and where their references lead.

use super::{Store, StoreError};
use crate::model::WorkspaceId;
use crate::resolve::{Link, Missing, Node};
use serde::{Deserialize, Serialize};

/// All that a graph is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    pub nodes: Vec<Node>,
    pub links: Vec<Link>,
    /// What is named outright and is not there.
    pub missing: Vec<Missing>,
}

impl Store {
    /// Three queries, however large the workspace is.
    pub async fn graph(&self, workspace: &WorkspaceId) -> Result<Material, StoreError> {
        snapshot!(self, graph::material(workspace.as_str()))
    }

    /// Settles every link of the workspace anew; returns its new revision, or `None` if there is no such workspace.
    pub async fn settle_links(&self, workspace: &WorkspaceId) -> Result<Option<i64>, StoreError> {
        commit!(self, graph::settle_again(workspace.as_str()))
    }
}
